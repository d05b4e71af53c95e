#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace percuta::core {

/// What a model says of itself to people: in `percuta list models`, in reports, in the manual.
struct ModelCard {
  std::string family;                ///< what it is a model of: "insertion", "healing"
  std::string name;                  ///< as it is written in a case file
  std::string sentence;              ///< what it computes, and with what
  std::string valid;                 ///< where it holds
  std::vector<std::string> limits;   ///< what it leaves out, a sentence each
  std::vector<std::string> sources;  ///< keys of data/references.bib
};

/// What models leave out, a sentence each, each said once: "healing: Channels are apart."
inline std::vector<std::string> limits_of(const std::vector<ModelCard>& cards) {
  std::vector<std::string> out;
  for (const auto& card : cards)
    for (const auto& limit : card.limits)
      if (std::string line = card.family + ": " + limit;
          std::find(out.begin(), out.end(), line) == out.end())
        out.push_back(std::move(line));
  return out;
}

/// The models of one family, by name. Models may be added from outside at any time, from any
/// thread; what was added stays.
template <class Model>
class Registry {
 public:
  using Factory = std::function<std::unique_ptr<const Model>()>;

  /// Throws std::invalid_argument for a name that is taken and for a card without name or sentence.
  void add(ModelCard card, Factory make) {
    const std::lock_guard lock(mutex_);
    if (card.name.empty() || card.sentence.empty())
      throw std::invalid_argument("a model needs a name and a sentence");
    if (find(card.name) != entries_.end())
      throw std::invalid_argument("there is a model \"" + card.name + "\" already");
    entries_.emplace_back(std::move(card), std::move(make));
  }
  /// In the order in which they were added.
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& card : cards()) out.push_back(card.name);
    return out;
  }
  std::vector<ModelCard> cards() const {
    const std::lock_guard lock(mutex_);
    std::vector<ModelCard> out;
    for (const auto& [card, make] : entries_) out.push_back(card);
    return out;
  }
  /// Throws std::out_of_range for a name that nobody added.
  ModelCard card(const std::string& name) const { return at(name).first; }
  std::unique_ptr<const Model> make(const std::string& name) const { return at(name).second(); }

 private:
  using Entry = std::pair<ModelCard, Factory>;
  typename std::vector<Entry>::const_iterator find(const std::string& name) const {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const Entry& e) { return e.first.name == name; });
  }
  Entry at(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = find(name);
    if (found == entries_.end()) throw std::out_of_range("there is no model \"" + name + "\"");
    return *found;
  }
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace percuta::core
