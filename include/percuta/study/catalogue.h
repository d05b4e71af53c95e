#pragma once

#include <map>
#include <string>
#include <vector>

#include "percuta/core/registry.h"

namespace percuta::study {

/// Folder with skins/, devices/, materials/, tables/: PERCUTA_DATA, else the installed one, else that
/// of the source tree. Throws FileError when there is none.
std::string data_folder();

struct Entry {
  std::string name;
  std::string title;
  std::string file;
};

/// Names of the entries of "skins", "devices", "materials" or "cases", sorted. Throws core::Error (usage) for another kind,
/// FileError when the data folder is not whole.
std::vector<std::string> entry_names(const std::string& kind);

/// The same with their titles.
std::vector<Entry> entries(const std::string& kind);

/// The card of every model, those that were added from outside included.
std::vector<core::ModelCard> models();

}  // namespace percuta::study
