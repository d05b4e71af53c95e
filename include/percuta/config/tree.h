#pragma once

#include <map>
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
  std::string text;  ///< the whole line
};

using Scalar = std::variant<bool, double, std::string>;

/// One value with where it came from. In catalogues a value is a table with `value` and any of
/// `source`, `evidence`, `spread`, `note`.
struct Leaf {
  std::variant<Scalar, std::vector<Scalar>> value;
  std::string source;
  std::string evidence;
  std::string spread;
  std::string note;
  Place value_place;
  Place key_place;
};

/// A TOML file as dotted paths. Arrays of tables become `name.0.key`, `name.1.key`, ...
class Tree {
 public:
  /// Reads a file; syntax errors, an empty or a binary file become one diagnostic and an empty tree.
  static Tree read(const std::string& path, std::vector<core::Diagnostic>& errors);
  static Tree parse(const std::string& text, const std::string& name, std::vector<core::Diagnostic>& errors);

  const Leaf* find(const std::string& path) const;
  bool has_branch(const std::string& prefix) const;
  /// Leaves below a prefix, with the prefix taken off.
  Tree below(const std::string& prefix) const;
  /// Puts a value at a path, as `--set path=value` does.
  void set(const std::string& path, Leaf leaf) { leaves_[path] = std::move(leaf); }
  void erase(const std::string& path) { leaves_.erase(path); }
  /// Leaves of the other tree win. A quantity that an override gives without a source is the user's.
  void overlay(const Tree& other);
  const std::map<std::string, Leaf>& leaves() const { return leaves_; }

 private:
  std::map<std::string, Leaf> leaves_;
};

/// The text of a scalar as it would be written in a case file.
std::string written(const Scalar&);

/// Candidate nearest in spelling, or "" when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// A diagnostic at a place.
core::Diagnostic diagnose(const Place&, std::string message, std::string hint = "");

}  // namespace percuta::config
