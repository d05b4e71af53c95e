#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/io/file.h"
#include "percuta/io/folder.h"

namespace percuta::io {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why,
                         core::Advice advice = core::Advice::none) {
  throw core::FileError(fmt::format("{}: {}", path, why), advice);
}

/// Where a result goes: links followed, so that the folder behind a link is what is written.
std::string resolved(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path.empty()) refuse("output", "the name of a folder is empty");
  std::error_code error;
  const fs::path target = fs::weakly_canonical(fs::absolute(path), error);
  if (error) refuse(path, error.message());
  if (fs::is_symlink(target, error)) refuse(path, "is a link that leads nowhere");
  const fs::path here = fs::current_path(error);
  if (std::mismatch(target.begin(), target.end(), here.begin(), here.end()).first == target.end())
    refuse(path,
           "holds the folder that you stand in; give the result a folder of its own, for example "
           "out/cheek");
  if (!target.has_filename() || target == target.root_path())
    refuse(path, "is no folder that a result could be");
  return target.string();
}

bool same_file(int open_file, const std::string& path) {
  struct stat a {
  }, b{};
  return ::fstat(open_file, &a) == 0 && ::stat(path.c_str(), &b) == 0 && a.st_ino == b.st_ino &&
         a.st_dev == b.st_dev;
}

bool on_another_file_system(const fs::path& folder, const fs::path& parent) {
  struct stat a {
  }, b{};
  return ::stat(folder.c_str(), &a) == 0 && ::stat(parent.c_str(), &b) == 0 && a.st_dev != b.st_dev;
}

/// Makes the folders above, and remembers which were not there.
std::vector<std::string> make_parents(const fs::path& parent, const std::string& name) {
  std::vector<std::string> made;
  for (fs::path p = parent; !p.empty() && !fs::exists(p); p = p.parent_path())
    made.push_back(p.string());
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) refuse(name, fmt::format("{} cannot be made: {}", parent.string(), error.message()));
  return made;
}

void clear(const std::string& folder) {
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder, error)) fs::remove_all(item.path(), error);
}

}  // namespace

ResultFolder::ResultFolder(std::string path, bool replace)
    : path_(resolved(path)), replace_(replace) {
  const fs::path target(path_), parent = target.parent_path();
  staging_ = (parent / fmt::format(".{}.part", target.filename().string())).string();
  aside_ = staging_ + ".old";
  std::error_code error;
  // A run that was killed while it put its result in place may have left the old one aside.
  if (!fs::exists(path_, error) && fs::exists(aside_, error)) fs::rename(aside_, path_, error);
  if (fs::exists(path_, error)) {
    if (!fs::is_directory(path_, error)) refuse(path, "is a file; give the name of a folder");
    if (!fs::is_empty(path_, error)) {
      if (!replace)
        refuse(path, "already holds something; choose another folder", core::Advice::overwrite);
      if (!fs::exists(target / "summary.json", error) &&
          !fs::exists(target / "comparison.json", error))
        refuse(path, "holds something that is no result of percuta; only results are overwritten");
    }
    if (on_another_file_system(target, parent))
      refuse(path, "is where another file system begins; give a folder below it");
  }
  made_ = make_parents(parent, path);
  try {
    claim(path);
  } catch (...) {
    leave();
    throw;
  }
}

// The staging folder is locked for as long as we live. One that nobody holds was left by a run that
// was killed.
void ResultFolder::claim(const std::string& name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const bool fresh = ::mkdir(staging_.c_str(), 0777) == 0;
    if (!fresh && errno != EEXIST)
      refuse(name, fmt::format("cannot write there: {}", std::strerror(errno)));
    lock_ = ::open(staging_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0 && errno == ENOENT) continue;  // put in place by its owner a moment ago
    if (lock_ < 0) refuse(name, fmt::format("cannot write there: {}", std::strerror(errno)));
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || !fresh)) {
      release();
      refuse(name,
             fmt::format(
                 "another run is writing there; choose another folder, or wait ({} is its part)",
                 staging_));
    }
    if (same_file(lock_, staging_)) {
      owned_ = true;
      if (!fresh) clear(staging_);
      // Between our look and our lock another run may have put its result there.
      std::error_code error;
      if (!replace_ && fs::exists(path_, error) && !fs::is_empty(path_, error))
        refuse(name, "already holds something; choose another folder", core::Advice::overwrite);
      return;
    }
    release();
  }
  refuse(name, "cannot be claimed; is another run writing there?");
}

void ResultFolder::release() {
  if (lock_ >= 0) ::close(lock_);
  lock_ = -1;
}

void ResultFolder::leave() {
  std::error_code ignored;
  if (owned_) fs::remove_all(staging_, ignored);
  for (const auto& parent : made_) fs::remove(parent, ignored);  // only while empty
  release();
}

ResultFolder::~ResultFolder() {
  if (!committed_) leave();
}

void ResultFolder::write(const std::string& name, const std::string& bytes) {
  const fs::path file = fs::path(staging_) / name;
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    refuse(file.parent_path().string(), fmt::format("cannot be made: {}", error.message()));
  write_file(file.string(), bytes);
}

void ResultFolder::commit() {
  const auto fail = [&] {
    refuse(path_, fmt::format("could not be put in place: {}", std::strerror(errno)));
  };
  if (::fsync(lock_) != 0) fail();
  std::error_code error;
  if (!fs::exists(path_, error) || !replace_) {
    if (::rename(staging_.c_str(), path_.c_str()) != 0) fail();
  } else if (::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) !=
             0) {
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) fail();
    // No exchange on this file system: the old one steps aside, and back when the new one cannot
    // follow.
    fs::remove_all(aside_, error);
    if (::rename(path_.c_str(), aside_.c_str()) != 0) fail();
    if (::rename(staging_.c_str(), path_.c_str()) != 0) {
      const int why = errno;
      ::rename(aside_.c_str(), path_.c_str());
      errno = why;
      fail();
    }
  }
  committed_ = true;
  fs::remove_all(staging_, error);  // after an exchange the old result
  fs::remove_all(aside_, error);
  release();
}

}  // namespace percuta::io
