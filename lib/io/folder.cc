#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/io/result.h"

namespace percuta::io {
namespace fs = std::filesystem;

ResultFolder::ResultFolder(std::string path, bool replace) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_directory(path_, error)) throw core::FileError(fmt::format("{}: is a file; give the name of a folder", path_));
  if (fs::exists(path_, error) && !fs::is_empty(path_, error)) {
    if (!replace) throw core::FileError(fmt::format("{}: already holds something; choose another folder or add --overwrite", path_));
    if (!fs::exists(fs::path(path_) / "summary.json") && !fs::exists(fs::path(path_) / "comparison.json"))
      throw core::FileError(fmt::format("{}: holds something that is no result of percuta; --overwrite only replaces results", path_));
  }
  const fs::path parent = fs::path(path_).has_parent_path() ? fs::path(path_).parent_path() : ".";
  fs::create_directories(parent, error);
  if (error) throw core::FileError(fmt::format("{}: cannot be made: {}", parent.string(), error.message()));
  staging_ = (parent / fmt::format(".{}.{}.part", fs::path(path_).filename().string(), ::getpid())).string();
  fs::remove_all(staging_, error);
  fs::create_directory(staging_, error);
  if (error) throw core::FileError(fmt::format("{}: cannot write there: {}", parent.string(), error.message()));
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(staging_, ignored);
}

void ResultFolder::write(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(staging_) / name;
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw core::FileError(fmt::format("{}: could not be written; is the disk full?", file.string()));
}

void ResultFolder::commit() {
  std::error_code error;
  const std::string old = staging_ + ".old";
  if (fs::exists(path_)) fs::rename(path_, old, error);
  if (!error) fs::rename(staging_, path_, error);
  if (error) throw core::FileError(fmt::format("{}: could not be put in place: {}", path_, error.message()));
  committed_ = true;
  fs::remove_all(old, error);
}

void write_result(const Result& r, ResultFolder& folder, const std::string& below, const std::string& charts_script, const std::string& charts_style) {
  const std::string prefix = below.empty() ? "" : below + "/";
  folder.write(prefix + "summary.json", summary_json(r));
  folder.write(prefix + "report.html", report_html({&r}, {r.title}, charts_script, charts_style));
  write_hdf5(r, folder.staging() + "/" + prefix + "results.h5");
  write_fields(r, folder.staging() + "/" + prefix + "fields");
}

}  // namespace percuta::io
