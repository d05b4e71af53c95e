#pragma once

#include <string>
#include <vector>

namespace percuta::io {

/// Writes a folder whole or not at all: files go to a sibling that takes the folder's place at the
/// end. While one run writes, another that wants the same folder is refused; what a killed run left
/// is cleared away by the next.
class ResultFolder {
 public:
  /// Links are followed. Throws FileError when the folder cannot be made, is being written by
  /// another run, is the current one, or holds something already and `replace` is false.
  ResultFolder(std::string path, bool replace);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;
  /// A file of the folder, down to the disk. Throws FileError.
  void write(const std::string& name, const std::string& bytes);
  /// Puts the folder in place. Throws FileError; the old one is then where it was.
  void commit();

 private:
  void claim(const std::string& name);
  void release();
  void leave();

  std::string path_, staging_, aside_;
  std::vector<std::string> made_;  // folders above that were not there
  int lock_ = -1;
  bool replace_ = false, owned_ = false, committed_ = false;
};

}  // namespace percuta::io
