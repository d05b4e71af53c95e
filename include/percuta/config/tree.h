#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "percuta/core/errors.h"

namespace percuta::config {

/// Where a value stands in a file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  int width = 1;
  std::shared_ptr<const std::string>
      text;  ///< the whole line, shared by everything that stands on it
};

using Scalar = std::variant<bool, double, std::string>;

/// One record of a list of them, as written between braces: `{ share = 0.40, time = "0.3 s" }`.
using Row = std::map<std::string, Scalar>;

/// What may stand behind a key.
using Value = std::variant<Scalar, std::vector<Scalar>, std::vector<Row>>;

/// One value with where it came from. In catalogues a value is a table with `value` and any of
/// `source`, `evidence`, `spread`, `note`.
struct Leaf {
  Value value;
  std::string source;
  std::string evidence;
  std::string spread;
  std::string note;
  bool given = false;       ///< by the case file or an override, not by the catalogue
  bool overridden = false;  ///< by an override
  Place value_place;
  Place key_place;
};

/// A TOML file as dotted paths. Arrays of [[tables]] become `name.0.key`, `name.1.key`, ...; a list
/// of tables in braces stays one leaf of rows.
class Tree {
 public:
  static constexpr std::size_t kLargestFile = 1U << 20;  ///< [bytes]
  static constexpr std::size_t kDeepest = 12;      ///< parts of a path, and brackets in one another
  static constexpr std::size_t kLongestKey = 200;  ///< [characters]

  /// Reads a file; syntax errors, an empty, a binary, a huge or a deeply nested file become one
  /// diagnostic and an empty tree.
  static Tree read(const std::string& path, core::Diagnostics& errors);
  static Tree parse(const std::string& text, const std::string& name, core::Diagnostics& errors);

  const Leaf* find(const std::string& path) const;
  bool has_branch(const std::string& prefix) const;
  /// Leaves below a prefix, with the prefix taken off.
  Tree below(const std::string& prefix) const;
  /// Puts a value at a path, as `--set path=value` does.
  void set(const std::string& path, Leaf leaf) { leaves_[path] = std::move(leaf); }
  void erase(const std::string& path) { leaves_.erase(path); }
  /// Notes of every leaf that the user wrote it.
  void mark_given();
  /// Leaves of the other tree win. A quantity that an override gives without a source is the
  /// user's.
  void overlay(const Tree& other);
  const std::map<std::string, Leaf>& leaves() const { return leaves_; }

 private:
  std::map<std::string, Leaf> leaves_;
};

/// The text at a path. Throws InputError when there is none or it is no text: for files of our own.
std::string text_of(const Tree&, const std::string& path);

/// The text of a scalar as it would be written in a case file.
std::string written(const Scalar&);

/// The same of whatever stands behind a key.
std::string written(const Value&);

/// Candidate nearest in spelling, or "" when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// A diagnostic at a place, about a key.
core::Diagnostic diagnose(const Place&, std::string message, std::string hint = "",
                          std::string key = "");

}  // namespace percuta::config
