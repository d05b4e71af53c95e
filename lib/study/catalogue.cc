#include "percuta/study/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/config/tree.h"
#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/delivery/model.h"
#include "percuta/healing/model.h"
#include "percuta/insertion/model.h"
#include "percuta/rolling/rolling.h"

namespace percuta::study {
namespace fs = std::filesystem;

std::string data_folder() {
  if (const char* set = std::getenv("PERCUTA_DATA")) {
    if (!fs::is_directory(fs::path(set) / "skins"))
      throw core::FileError(fmt::format("PERCUTA_DATA = {} holds no skins folder", set));
    return set;
  }
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&data_folder), &info) != 0 &&
      info.dli_fname != nullptr) {
    const fs::path here = fs::absolute(info.dli_fname).parent_path();
    for (const char* relative :
         {"data", "../share/percuta", "../../share/percuta", "../../data", "../data"})
      if (fs::is_directory(here / relative / "skins"))
        return fs::weakly_canonical(here / relative).string();
  }
  throw core::FileError("the data folder was not found; set PERCUTA_DATA to it");
}

std::string own_catalogue() {
  const char* set = std::getenv("PERCUTA_CATALOGUE");
  if (set == nullptr || *set == '\0') return "";
  if (!fs::is_directory(set))
    throw core::FileError(fmt::format("the catalogue {} is no folder (PERCUTA_CATALOGUE)", set));
  return set;
}

namespace {

void check_kind(const std::string& kind) {
  static const std::vector<std::string> kinds{"skins",   "devices", "materials", "solutes",
                                              "healing", "cases",   "targets"};
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw core::Error(core::Exit::usage,
                      fmt::format("there is no catalogue \"{}\": write one of {}",
                                  core::printable(kind, 60), fmt::join(kinds, ", ")));
}

/// Folders of a kind, one's own first.
std::vector<fs::path> folders_of(const std::string& kind) {
  check_kind(kind);
  std::vector<fs::path> out;
  if (const auto own = own_catalogue(); !own.empty() && fs::is_directory(fs::path(own) / kind))
    out.push_back(fs::path(own) / kind);
  out.push_back(fs::path(data_folder()) / kind);
  return out;
}

}  // namespace

std::vector<std::string> entry_names(const std::string& kind) {
  std::set<std::string> names;
  for (const auto& folder : folders_of(kind)) {
    std::error_code error;
    for (const auto& item : fs::directory_iterator(folder, error))
      if (item.path().extension() == ".toml") names.insert(item.path().stem().string());
    if (error)
      throw core::FileError(fmt::format("{}: cannot be read: {}; is PERCUTA_DATA right?",
                                        folder.string(), error.message()));
  }
  return {names.begin(), names.end()};
}

std::string entry_file(const std::string& kind, const std::string& name) {
  std::error_code error;
  for (const auto& folder : folders_of(kind))
    if (const auto file = folder / (name + ".toml"); fs::exists(file, error)) return file.string();
  return "";
}

std::string file_or_entry(const std::string& kind, const std::string& given) {
  std::error_code error;
  if (fs::is_regular_file(given, error) || given.find('/') != std::string::npos ||
      given.ends_with(".toml"))
    return given;
  const auto file = entry_file(kind, given);
  return file.empty() ? given : file;
}

std::vector<Entry> entries(const std::string& kind) {
  std::vector<Entry> out;
  for (const auto& name : entry_names(kind)) {
    const auto file = entry_file(kind, name);
    core::Diagnostics errors;
    const auto tree = config::Tree::read(file, errors);
    if (!errors.empty()) throw core::InputError(errors);
    out.push_back(
        {name, tree.find("title") != nullptr ? config::text_of(tree, "title") : "", file});
  }
  return out;
}

std::vector<core::ModelCard> models() {
  std::vector<core::ModelCard> all = insertion::models().cards();
  for (auto& card : insertion::ingredient_cards()) all.push_back(std::move(card));
  all.push_back(rolling::card());
  for (auto& card : healing::models().cards()) all.push_back(std::move(card));
  for (auto& card : delivery::models().cards()) all.push_back(std::move(card));
  return all;
}

}  // namespace percuta::study
