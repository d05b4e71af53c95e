#include "percuta/core/errors.h"

#include <algorithm>

#include <fmt/format.h>

namespace percuta::core {

std::string format(const Diagnostic& d) {
  std::string text;
  if (d.line > 0) {
    text = fmt::format("{}:{}:{}: {}", d.file, d.line, d.column, d.message);
    const std::string number = std::to_string(d.line);
    text += fmt::format("\n  {} | {}", number, d.source_line);
    text += fmt::format("\n  {} | {}{}", std::string(number.size(), ' '), std::string(std::max(0, d.column - 1), ' '), std::string(std::max(1, d.width), '^'));
    if (!d.hint.empty()) text += fmt::format("  {}", d.hint);
  } else {
    text = fmt::format("{}: {}", d.file, d.message);
    if (!d.hint.empty()) text += fmt::format("\n  {}", d.hint);
  }
  return text;
}

namespace {
std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const auto& d : diagnostics) text += fmt::format("{}{}", text.empty() ? "" : "\n", format(d));
  return text;
}
}  // namespace

InputError::InputError(std::vector<Diagnostic> diagnostics) : Error(Exit::input, join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace percuta::core
