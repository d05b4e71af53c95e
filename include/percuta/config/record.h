#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "percuta/config/tree.h"

namespace percuta::config {

enum class Kind { quantity, number, integer, flag, text, choice, list, records };

/// The one declaration of a parameter. Everything else follows from it: the reader with positions,
/// the checks, schema, template, explain, the result file's attributes and the docstrings.
struct Key {
  std::string path;  ///< relative to its record
  Kind kind = Kind::text;
  std::string unit;  ///< that people use; its dimension is what is accepted
  double low = -std::numeric_limits<double>::infinity();  ///< [SI]
  double high = std::numeric_limits<double>::infinity();  ///< [SI]
  std::vector<std::string> choices;
  std::string fallback;  ///< as written in a case file; "" = must be given
  std::string sentence;
  std::string source;          ///< of the default
  bool exclusive_low = false;  ///< the lower bound itself is not allowed
  std::string only{};          ///< what alone reads it, as "the solid level"; "" = everything
  std::size_t most = 100;      ///< entries of a list at most
  std::string otherwise{};     ///< what to do for a choice that is none here
  std::string word{};          ///< allowed in place of a quantity, and then its value is 0
  std::string sample{};        ///< an example as it is written, where none follows from the default
  std::vector<Key> columns{};  ///< of the records in a list of them
  std::function<std::vector<std::string>()> names =
      nullptr;         ///< in place of `choices` where what there is may grow
  std::string tail{};  ///< what may follow a choice in an entry of a list, as "90 days ago"
};

/// What a key of kind choice, or an entry of a list, may be; empty where anything may be.
std::vector<std::string> choices_of(const Key&);

/// The entries of a list's default, which is written "a, b"; none of "[]".
std::vector<std::string> entries_of(const std::string& fallback);

/// A quantity as it is written in a case file, in SI. What is wrong with it goes into `message` and
/// `hint`, and the value is NaN.
double written_quantity(const Key&, const std::string& text, std::string& message,
                        std::string& hint);

/// The allowed range in people's units, "0.05 mm to 3 mm".
std::string allowed(const Key&);

/// A value that ended up in a run, for reports and result files.
struct Used {
  std::string path;
  std::string value;  ///< as written, "1.5 mm"
  double si = 0.0;    ///< NaN for texts and lists [SI]
  std::string unit;   ///< SI unit
  std::string sentence;
  std::string source;
  std::string evidence;
  std::string spread;
  std::string from;         ///< "default", or file:line
  std::string only{};       ///< what alone reads it, as Key::only
  bool given = false;       ///< by the case file or an override, not by the catalogue or a default
  bool overridden = false;  ///< by an override
};

/// Reads leaves against keys and collects every error.
class Reader {
 public:
  Reader(const Tree& tree, core::Diagnostics& errors) : tree_(tree), errors_(errors) {}

  /// SI value, or the default, or NaN with an error on record.
  double quantity(const std::string& prefix, const Key&);
  std::string text(const std::string& prefix, const Key&);
  bool flag(const std::string& prefix, const Key&);
  std::vector<std::string> list(const std::string& prefix, const Key&);
  /// SI values of a list of quantities.
  std::vector<double> quantities(const std::string& prefix, const Key&);
  /// Whole numbers of a list of them; a key's word stands for 0.
  std::vector<int> integers(const std::string& prefix, const Key&);
  /// The records of a list, each as a tree with the full paths of its keys, "relaxation.0.share".
  std::vector<Tree> records(const std::string& prefix, const Key&);
  core::Diagnostics& errors() { return errors_; }
  /// Takes a path out of the search for unknown keys.
  void know(const std::string& path) { known_.insert(path); }
  /// Every leaf that nobody asked for is an error, with the nearest known key.
  void reject_unknown();
  void error(const std::string& path, const std::string& message, const std::string& hint = "");
  /// A value read elsewhere, for the list of inputs.
  void record(Used used) { used_.push_back(std::move(used)); }
  const std::vector<Used>& used() const { return used_; }
  /// Whether the text there is none of the choices, which is on record.
  bool refused(const std::string& path) const { return refused_.contains(path); }
  /// Whether the user gave a value that is not the default.
  bool given(const std::string& path, const Key&) const;
  const Tree& tree() const { return tree_; }

 private:
  const Leaf* take(const std::string& path, const Key&);
  double checked(const std::string& path, const Key&, const Scalar&, const Place&);

  const Tree& tree_;
  core::Diagnostics& errors_;
  std::set<std::string> known_, refused_;
  std::vector<Used> used_;
};

/// Keys bound to the members of a struct.
template <class T>
class Record {
 public:
  struct Binding {
    Key key;
    std::function<void(T&, Reader&, const std::string& prefix, const Key&)> read;
    std::string goes_with{};  ///< in words
    std::function<bool(const T&)> goes =
        nullptr;  ///< whether the key, given with another value than its default, has its place
    double T::*number = nullptr;  ///< the member that the key sets, of a single quantity or number
  };

  Record& quantity(std::string path, double T::*member, std::string unit, double low, double high,
                   std::string fallback, std::string sentence, std::string source = "",
                   bool exclusive_low = false) {
    add({std::move(path),
         Kind::quantity,
         std::move(unit),
         low,
         high,
         {},
         std::move(fallback),
         std::move(sentence),
         std::move(source),
         exclusive_low},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.quantity(p, k);
        });
    bindings_.back().number = member;
    return *this;
  }
  Record& number(std::string path, double T::*member, double low, double high, std::string fallback,
                 std::string sentence, std::string source = "") {
    add({std::move(path),
         Kind::number,
         "1",
         low,
         high,
         {},
         std::move(fallback),
         std::move(sentence),
         std::move(source),
         false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.quantity(p, k);
        });
    bindings_.back().number = member;
    return *this;
  }
  template <class Integer>
  Record& integer(std::string path, Integer T::*member, double low, double high,
                  std::string fallback, std::string sentence, std::string source = "") {
    add({std::move(path),
         Kind::integer,
         "1",
         low,
         high,
         {},
         std::move(fallback),
         std::move(sentence),
         std::move(source),
         false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          const double value = r.quantity(p, k);
          t.*member = std::isfinite(value) ? static_cast<Integer>(value) : Integer{};
        });
    return *this;
  }
  Record& flag(std::string path, bool T::*member, std::string fallback, std::string sentence,
               std::string source = "") {
    add({std::move(path),
         Kind::flag,
         "",
         0,
         1,
         {},
         std::move(fallback),
         std::move(sentence),
         std::move(source),
         false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.flag(p, k);
        });
    return *this;
  }
  Record& text(std::string path, std::string T::*member, std::string fallback, std::string sentence,
               std::vector<std::string> choices = {}) {
    const Kind kind = choices.empty() ? Kind::text : Kind::choice;
    add({std::move(path), kind, "", 0, 0, std::move(choices), std::move(fallback),
         std::move(sentence), "", false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.text(p, k);
        });
    return *this;
  }
  /// One of an enumeration, whose values are named in their order.
  template <class Enum>
  Record& choice(std::string path, Enum T::*member, std::string fallback, std::string sentence,
                 std::vector<std::string> names) {
    add({std::move(path), Kind::choice, "", 0, 0, std::move(names), std::move(fallback),
         std::move(sentence), "", false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          const auto named = std::find(k.choices.begin(), k.choices.end(), r.text(p, k));
          t.*member =
              named != k.choices.end() ? static_cast<Enum>(named - k.choices.begin()) : Enum{};
        });
    return *this;
  }
  Record& list(std::string path, std::vector<std::string> T::*member, std::string fallback,
               std::string sentence, std::vector<std::string> choices = {}) {
    add({std::move(path), Kind::list, "", 0, 0, std::move(choices), std::move(fallback),
         std::move(sentence), "", false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.list(p, k);
        });
    return *this;
  }

  /// Quantities, each with its unit.
  Record& quantities(std::string path, std::vector<double> T::*member, std::string unit, double low,
                     double high, std::string fallback, std::string sentence) {
    add({std::move(path),
         Kind::list,
         std::move(unit),
         low,
         high,
         {},
         std::move(fallback),
         std::move(sentence),
         "",
         false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.quantities(p, k);
        });
    return *this;
  }

  /// Whole numbers.
  Record& integers(std::string path, std::vector<int> T::*member, double low, double high,
                   std::string fallback, std::string sentence) {
    add({std::move(path),
         Kind::list,
         "1",
         low,
         high,
         {},
         std::move(fallback),
         std::move(sentence),
         "",
         false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          t.*member = r.integers(p, k);
        });
    return *this;
  }

  /// A list of records, written `[{ key = value, ... }, ...]`; none by default.
  template <class Item>
  Record& records(std::string path, std::vector<Item> T::*member, const Record<Item>& item,
                  std::string sentence) {
    Key key{std::move(path), Kind::records, "", 0, 0, {}, "[]", std::move(sentence), "", false};
    key.columns = item.keys("");
    add(std::move(key), [member, item](T& t, Reader& r, const std::string& p, const Key& k) {
      int row = 0;
      for (const Tree& tree : r.records(p, k)) {
        Reader fields(tree, r.errors());
        (t.*member).emplace_back();
        item.read((t.*member).back(), fields,
                  p + (p.empty() ? "" : ".") + k.path + "." + std::to_string(row++));
        fields.reject_unknown();
      }
    });
    return *this;
  }

  /// One of several records, chosen by a key: the record of the name that is chosen is read below
  /// that name, keys of the others have no place.
  template <class... Items>
  Record& variant(const std::string& path, std::variant<Items...> T::*member, std::string fallback,
                  std::string sentence, std::vector<std::string> names,
                  const Record<Items>&... items) {
    add({path, Kind::choice, "", 0, 0, names, std::move(fallback), std::move(sentence), "", false},
        [member](T& t, Reader& r, const std::string& p, const Key& k) {
          const auto chosen = std::find(k.choices.begin(), k.choices.end(), r.text(p, k));
          const auto index = static_cast<std::size_t>(chosen - k.choices.begin());
          std::size_t at = 0;
          ((at++ == index ? void(t.*member = Items{}) : void()), ...);
        });
    std::size_t index = 0;
    (alternative(path, member, names[index++], items), ...);
    return *this;
  }

  /// Says of the key declared last what alone reads it.
  Record& only(std::string reader) {
    bindings_.back().key.only = std::move(reader);
    return *this;
  }
  /// Says what to do for a choice that the key declared last does not have.
  Record& otherwise(std::string hint) {
    bindings_.back().key.otherwise = std::move(hint);
    return *this;
  }
  /// The text, or each entry of the list, declared last is one of these names, asked for whenever
  /// they are needed.
  Record& names(std::function<std::vector<std::string>()> names) {
    if (bindings_.back().key.kind == Kind::text) bindings_.back().key.kind = Kind::choice;
    bindings_.back().key.names = std::move(names);
    return *this;
  }
  /// An entry of the list declared last may go on after its name; what follows is for others to
  /// read. An example of it.
  Record& tail(std::string example) {
    bindings_.back().key.tail = std::move(example);
    return *this;
  }
  /// Shows how a value of the key declared last is written.
  Record& sample(std::string text) {
    bindings_.back().key.sample = std::move(text);
    return *this;
  }
  /// A word that may stand for the quantity declared last, whose value is then 0.
  Record& word(std::string word) {
    bindings_.back().key.word = std::move(word);
    return *this;
  }
  /// The key declared last has its place only there; given elsewhere, with another value than its
  /// default, it is an error.
  Record& goes_with(std::string words, std::function<bool(const T&)> holds) {
    bindings_.back().goes_with = std::move(words);
    bindings_.back().goes = std::move(holds);
    return *this;
  }
  /// Complains of keys that were given where they have no place.
  void check(const T& value, Reader& reader, const std::string& prefix) const {
    for (const auto& b : bindings_)
      if (b.goes && !b.goes(value) && reader.given(prefix + "." + b.key.path, b.key))
        reader.error(prefix + "." + b.key.path, "has no place here", "it goes with " + b.goes_with);
  }
  /// Bounds the length of the list declared last.
  Record& most(std::size_t entries) {
    bindings_.back().key.most = entries;
    return *this;
  }

  void read(T& value, Reader& reader, const std::string& prefix) const {
    for (const auto& b : bindings_) b.read(value, reader, prefix, b.key);
  }
  const std::vector<Binding>& bindings() const { return bindings_; }
  std::vector<Key> keys(const std::string& prefix) const {
    std::vector<Key> out;
    for (const auto& b : bindings_) {
      out.push_back(b.key);
      if (!prefix.empty()) out.back().path = prefix + "." + b.key.path;
    }
    return out;
  }

 private:
  template <class Item, class... Items>
  void alternative(const std::string& choice, std::variant<Items...> T::*member,
                   const std::string& name, const Record<Item>& item) {
    for (const auto& b : item.bindings()) {
      Key key = b.key;
      key.path = name + "." + key.path;
      add(std::move(key), [member, choice, name, read = b.read](
                              T& t, Reader& r, const std::string& p, const Key& k) {
        const std::string above = p.empty() ? "" : p + ".";
        r.know(above + k.path);
        if (r.refused(above + choice)) return;  // which keys it needs is not known
        if (auto* chosen = std::get_if<Item>(&(t.*member))) {
          Key own = k;
          own.path = k.path.substr(name.size() + 1);
          read(*chosen, r, above + name, own);
          return;
        }
        if (const Leaf* leaf = r.tree().find(above + k.path); leaf != nullptr && leaf->given)
          r.error(above + k.path, "has no place here",
                  "it goes with " + above + choice + " = \"" + name + "\"");
      });
    }
  }
  void add(Key key, std::function<void(T&, Reader&, const std::string&, const Key&)> read) {
    bindings_.push_back({std::move(key), std::move(read)});
  }
  std::vector<Binding> bindings_;
};

}  // namespace percuta::config
