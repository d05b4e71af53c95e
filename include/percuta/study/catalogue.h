#pragma once

#include <map>
#include <string>
#include <vector>

#include "percuta/core/registry.h"

namespace percuta::study {

/// Folder with skins/, devices/, materials/, tables/: PERCUTA_DATA, else the installed one, else
/// that of the source tree. Throws FileError when there is none.
std::string data_folder();

/// One's own folder of entries with skins/, devices/, materials/ or some of them:
/// PERCUTA_CATALOGUE, "" when that is not set. Its entries come before those of the data folder.
/// Throws FileError for one that is no folder.
std::string own_catalogue();

struct Entry {
  std::string name;
  std::string title;
  std::string file;
};

/// Names of the entries of "skins", "devices", "materials", "solutes", "cases" or "targets",
/// sorted. Throws core::Error (usage) for another kind, FileError when the data folder is not
/// whole.
std::vector<std::string> entry_names(const std::string& kind);

/// File of an entry, one's own first; "" for a name that neither folder has.
std::string entry_file(const std::string& kind, const std::string& name);

/// What was given as a file: a path, or the name of an entry of this kind where no such file is.
std::string file_or_entry(const std::string& kind, const std::string& given);

/// The same with their titles.
std::vector<Entry> entries(const std::string& kind);

/// The card of every model, those that were added from outside included.
std::vector<core::ModelCard> models();

}  // namespace percuta::study
