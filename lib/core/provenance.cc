#include "percuta/core/provenance.h"

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "git_hash.h"
#include "percuta/core/text.h"
#include "percuta/core/version.h"

namespace percuta::core {

std::vector<std::pair<std::string, std::string>> build_facts() {
  return {{"version", version()}, {"git", PERCUTA_GIT}, {"build", PERCUTA_BUILD}};
}

std::string timestamp() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  const std::time_t now = epoch != nullptr
                              ? static_cast<std::time_t>(std::strtoll(epoch, nullptr, 10))
                              : std::time(nullptr);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

std::string command_line() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  std::string all, word;
  while (std::getline(in, word, '\0')) {
    const bool plain = !word.empty() && word.find_first_of(" \"'$`\\\n\t") == std::string::npos;
    all += (all.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  return printable(all, 4000);
}

std::string fingerprint(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

}  // namespace percuta::core
