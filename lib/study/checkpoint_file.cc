// The file that the state of a long insertion is kept in: sealed against damage, in two
// generations.

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <boost/crc.hpp>

#include "percuta/core/errors.h"
#include "percuta/io/file.h"
#include "percuta/study/insert.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 16> kMagic{
    'p', 'e', 'r', 'c', 'u', 't',  'a',  ' ',
    's', 't', 'a', 't', 'e', '\r', '\n', '\x1a'};  // as in PNG: no text file
constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kHead = kMagic.size() + 2 * sizeof(std::uint64_t),
                      kTail = sizeof(std::uint64_t);

// CRC-64/XZ: every burst of up to 64 bits is seen, whatever the length.
std::uint64_t checksum(const char* bytes, std::size_t count) {
  boost::crc_optimal<64, 0x42F0E1EBA9EA3693, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, true, true>
      crc;
  crc.process_bytes(bytes, count);
  return crc.checksum();
}

std::uint64_t number_at(const std::string& bytes, std::size_t at) {
  std::uint64_t n = 0;
  std::memcpy(&n, bytes.data() + at, sizeof n);
  return n;
}

void put(std::string& bytes, std::uint64_t n) {
  bytes.append(reinterpret_cast<const char*>(&n), sizeof n);
}

// What is wrong with a sealed state; empty when nothing is.
std::string damage(const std::string& bytes) {
  if (bytes.empty()) return "it is empty";
  if (bytes.compare(0, kMagic.size(), kMagic.data(), kMagic.size()) != 0)
    return "it does not begin as a checkpoint does";
  if (bytes.size() < kHead + kTail) return "it ends too early";
  if (const auto format = number_at(bytes, kMagic.size()); format != kFormat)
    return fmt::format("it is of format {}, and this version reads format {}", format, kFormat);
  const auto length = number_at(bytes, kMagic.size() + sizeof kFormat);
  if (length > bytes.size() - kHead - kTail) return "it ends too early";
  if (length < bytes.size() - kHead - kTail) return "something follows its end";
  if (checksum(bytes.data(), bytes.size() - kTail) != number_at(bytes, bytes.size() - kTail))
    return "its checksum is wrong";
  return "";
}

[[noreturn]] void refuse(const std::string& file, const std::string& reason) {
  throw core::FileError(
      fmt::format("{}: the checkpoint is damaged: {}; start again without resume, or put an "
                  "undamaged copy there",
                  file, reason));
}

[[noreturn]] void not_written(const std::string& file) {
  throw core::FileError(
      fmt::format("{}: the checkpoint could not be written: {}", file, std::strerror(errno)));
}

std::optional<std::string> bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw core::FileError(fmt::format("{}: the checkpoint could not be read", file));
  return bytes;
}

// Names that were changed are on the disk too. Not every file system knows how; then there is
// nothing more to do.
void write_down_names(const std::string& file) {
  const auto folder = fs::path(file).parent_path();
  const int at = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (at < 0) return;
  const bool failed = fsync(at) != 0 && errno == EIO;
  close(at);
  if (failed) not_written(file);
}

}  // namespace

std::string sealed(const std::string& state) {
  std::string bytes(kMagic.data(), kMagic.size());
  bytes.reserve(kHead + state.size() + kTail);
  put(bytes, kFormat);
  put(bytes, state.size());
  bytes += state;
  put(bytes, checksum(bytes.data(), bytes.size()));
  return bytes;
}

std::string unsealed(const std::string& file_name, const std::string& bytes) {
  if (const auto reason = damage(bytes); !reason.empty()) refuse(file_name, reason);
  return bytes.substr(kHead, bytes.size() - kHead - kTail);
}

bool CheckpointFile::exists() const {
  std::error_code ignored;
  return !path_.empty() && (fs::exists(path_, ignored) || fs::exists(previous(), ignored));
}

std::string CheckpointFile::read(core::Observer& observer) const {
  const auto latest = bytes_of(path_), before = bytes_of(previous());
  if (!latest && !before)
    throw core::FileError(fmt::format("{}: no checkpoint to go on from", path_));
  const std::string reason = latest ? damage(*latest) : "it is not there";
  if (reason.empty()) return unsealed(path_, *latest);
  if (!before) refuse(path_, reason);
  if (const auto other = damage(*before); !other.empty())
    refuse(path_, fmt::format("{}, and the one before it, {}: {}", reason, previous(), other));
  observer.note(
      fmt::format("{}: the checkpoint is damaged: {}; going on from the one before it, {}", path_,
                  reason, previous()));
  return unsealed(previous(), *before);
}

void CheckpointFile::write(const std::string& state) const {
  if (path_.empty()) return;
  const std::string part = path_ + ".part";
  io::write_file(part, sealed(state));
  // A damaged one would push out the good one before it.
  const auto latest = bytes_of(path_);
  if (latest && damage(*latest).empty() && std::rename(path_.c_str(), previous().c_str()) != 0)
    not_written(path_);
  if (std::rename(part.c_str(), path_.c_str()) != 0) not_written(path_);
  write_down_names(path_);
}

void CheckpointFile::remove() const {
  if (path_.empty()) return;
  std::error_code ignored;
  for (const auto& file : {path_, previous(), path_ + ".part"}) fs::remove(file, ignored);
}

}  // namespace percuta::study
