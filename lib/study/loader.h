#pragma once

// What a case's text, its overrides and the catalogues say, put on top of one another.

#include <string>

#include "percuta/config/tree.h"

namespace percuta::study {

/// What an override's text says, as TOML reads it: a list, a text in quotes, a number, true or
/// false. Everything else is a text, as 1.0 mm.
config::Value value_of(const std::string& text, const config::Place&, core::Diagnostics&);

/// Puts one override into what the user wrote.
void override_with(config::Tree&, const std::string& key, const std::string& value,
                   core::Diagnostics&);

/// `skin = "cheek"` is the short form of `[skin] base = "cheek"`.
void spell_out(config::Tree&, const std::string& kind);

/// A case with its catalogue entries.
struct Loader {
  config::Tree written;   // what the user wrote
  config::Tree resolved;  // catalogues below it
  core::Diagnostics errors;
  bool recorded = false;  // whether the rest comes from a result

  /// Puts the catalogue entry that `base` names below what the user wrote. False when there is
  /// none, with an error on record.
  bool resolve(const std::string& kind, const std::string& folder, std::string& name);
  /// Puts the constants of the set that healing.set names below what the user wrote.
  void resolve_set();
  /// The file of the entry that a leaf names; "" with an error on record, or of a recorded case.
  std::string entry(const config::Leaf& leaf, const std::string& kind, const std::string& folder,
                    std::string& name);
  static std::string named(const std::string& folder, const std::string& name);
  /// A file of one's own: beside the case that names it, from where the command runs, in one's own
  /// catalogue.
  static std::string own_file(const config::Leaf& leaf, const std::string& folder,
                              const std::string& name);
  void load(const std::string& kind, const std::string& path);
  config::Tree read(const std::string& path) { return config::Tree::read(path, errors); }
  /// The case file, for what is wrong with all of it.
  std::string file() const {
    return written.leaves().empty() ? "case" : written.leaves().begin()->second.value_place.file;
  }
};

}  // namespace percuta::study
