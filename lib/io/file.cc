#include "percuta/io/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "percuta/core/errors.h"

namespace percuta::io {
namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

[[noreturn]] void refuse(const std::string& path, int error) {
  throw core::FileError(fmt::format("{}: could not be written: {}", path, std::strerror(error)));
}

}  // namespace

void write_file(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) refuse(path, errno);
  int error = write_all(file, bytes) && ::fsync(file) == 0 ? 0 : errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0) return;
  ::unlink(path.c_str());
  refuse(path, error);
}

void replace_file(const std::string& path, std::string_view bytes) {
  const std::string part =
      fmt::format("{}.{}.part", path, ::getpid());  // its own for every process
  write_file(part, bytes);
  if (std::rename(part.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(part.c_str());
  refuse(path, error);
}

}  // namespace percuta::io
