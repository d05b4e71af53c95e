#include "percuta/core/errors.h"

#include <algorithm>

#include <fmt/format.h>

#include "percuta/core/text.h"

namespace percuta::core {
namespace {

constexpr std::size_t kLine = 120;     // characters of a source line that are shown
constexpr std::size_t kMessage = 400;  // and of a message

/// The part of a long line round its caret, and the caret's place in it.
struct Excerpt {
  std::string line;
  std::size_t column, width;
};

Excerpt excerpt(const Diagnostic& d) {
  const std::size_t column = static_cast<std::size_t>(std::max(1, d.column)) - 1,
                    width = static_cast<std::size_t>(std::max(1, d.width));
  const std::size_t whole = length(d.source_line);
  if (whole <= kLine) return {printable(d.source_line), column, width};
  const std::size_t first = std::min(column > kLine / 3 ? column - kLine / 3 : 0, whole - kLine);
  const std::string begin = first > 0 ? "…" : "", end = first + kLine < whole ? "…" : "";
  const std::size_t at = std::min(column - std::min(column, first), kLine) + (first > 0 ? 1 : 0);
  return {begin + printable(characters(d.source_line, first, kLine)) + end, at,
          std::min(width, kLine + 1 - std::min(at, kLine))};
}

std::string join(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& d : diagnostics)
    text += fmt::format("{}{}", text.empty() ? "" : "\n", format(d));
  if (diagnostics.more() > 0)
    text += fmt::format("\nand {} more of the kind; mend these first", diagnostics.more());
  return text;
}

}  // namespace

std::string format(const Diagnostic& d) {
  const std::string message = printable(d.message, kMessage), hint = printable(d.hint, kMessage),
                    file = printable(d.file, kMessage);
  if (d.line <= 0) return fmt::format("{}: {}{}", file, message, hint.empty() ? "" : "\n  " + hint);
  const Excerpt shown = excerpt(d);
  const std::string number = std::to_string(d.line);
  return fmt::format("{}:{}:{}: {}\n  {} | {}\n  {} | {}{}{}", file, d.line, d.column, message,
                     number, shown.line, std::string(number.size(), ' '),
                     std::string(shown.column, ' '), std::string(shown.width, '^'),
                     hint.empty() ? "" : "  " + hint);
}

Diagnostics::Diagnostics(std::initializer_list<Diagnostic> list) {
  for (const auto& d : list) push_back(d);
}

void Diagnostics::push_back(Diagnostic d) {
  if (full()) ++more_;
  else kept_.push_back(std::move(d));
}

InputError::InputError(Diagnostics diagnostics)
    : Error(Exit::input, join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace percuta::core
