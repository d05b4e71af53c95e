#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace percuta::config {

/// What an output is: one number, a whole number, a text, yes or no; numbers along one axis;
/// numbers over two.
enum class Form { scalar, count, text, flag, series, profile };
std::string name(Form);

/// The one declaration of an output. Everything else follows from it: summary.json, results.h5,
/// terminal, report, comparison, `percuta outputs`, `percuta explain`, the schema of summary.json
/// and the arrays of Python.
struct Output {
  std::string path;  ///< "insertion.pierced_depth"
  Form form = Form::scalar;
  std::string unit;    ///< SI, "1" for a share; empty for texts, flags and counts
  std::string people;  ///< the unit that people use
  std::string sentence;
  std::vector<std::string> axes{};  ///< paths of the series that the values stand against
  std::string where{};              ///< where there is a value, in words; "" = everywhere
  bool brief = false;               ///< a series short enough for summary.json
  bool band_end = false;            ///< the end of a band of another output, beside which it stands
};

/// Where an output stands in results.h5: "/summary/insertion/pierced_depth" of what summary.json
/// has, "/healing/collagen" of the rest.
std::string dataset_path(const Output&);

/// Whether an output stands in tables for people: an answer, one value, and not where it comes from
/// or what it took.
bool is_figure(const Output&);

/// An output with what a run gave.
struct OutputValue {
  Output output;
  std::vector<double> values;  ///< one for a scalar, count or flag; NaN where there is none [SI]
  std::vector<std::size_t> shape{};  ///< of series and profiles
  std::string text{};                ///< of a text, or the word that stands for a scalar
  double spread = 0.0;               ///< standard deviation; 0 = none given [SI]
  double value() const { return values.front(); }
};

/// Outputs bound to what a struct holds. A getter is a member or a function of the struct.
template <class T>
class Outputs {
 public:
  using Condition = std::function<bool(const T&)>;
  struct Binding {
    Output output;
    std::function<void(const T&, OutputValue&)> get;
    Condition present;  ///< empty = always
  };

  template <class Get>
  Outputs& scalar(std::string path, Get get, std::string unit, std::string people,
                  std::string sentence) {
    return add(
        {std::move(path), Form::scalar, std::move(unit), std::move(people), std::move(sentence)},
        [get](const T& t, OutputValue& v) {
          v.values = {static_cast<double>(std::invoke(get, t))};
        });
  }
  template <class Get>
  Outputs& count(std::string path, Get get, std::string sentence) {
    return add({std::move(path), Form::count, "", "1", std::move(sentence)},
               [get](const T& t, OutputValue& v) {
                 v.values = {static_cast<double>(std::invoke(get, t))};
               });
  }
  template <class Get>
  Outputs& flag(std::string path, Get get, std::string sentence) {
    return add({std::move(path), Form::flag, "", "", std::move(sentence)},
               [get](const T& t, OutputValue& v) { v.values = {std::invoke(get, t) ? 1.0 : 0.0}; });
  }
  template <class Get>
  Outputs& text(std::string path, Get get, std::string sentence) {
    return add({std::move(path), Form::text, "", "", std::move(sentence)},
               [get](const T& t, OutputValue& v) { v.text = std::invoke(get, t); });
  }
  /// An axis is one that is its own: no path.
  template <class Get>
  Outputs& series(std::string path, Get get, std::string unit, std::string people,
                  std::string sentence, std::string axis = "") {
    Output output{std::move(path), Form::series, std::move(unit), std::move(people),
                  std::move(sentence)};
    if (!axis.empty()) output.axes = {std::move(axis)};
    return add(std::move(output), [get](const T& t, OutputValue& v) {
      const auto& values = std::invoke(get, t);
      v.values.assign(values.begin(), values.end());
      v.shape = {v.values.size()};
    });
  }
  /// Row by row: the second axis runs fastest.
  template <class Get>
  Outputs& profile(std::string path, Get get, std::string unit, std::string people,
                   std::string sentence, std::string slow, std::string fast) {
    return add({std::move(path),
                Form::profile,
                std::move(unit),
                std::move(people),
                std::move(sentence),
                {std::move(slow), std::move(fast)}},
               [get](const T& t, OutputValue& v) {
                 const auto& rows = std::invoke(get, t);
                 for (const auto& row : rows)
                   v.values.insert(v.values.end(), row.begin(), row.end());
                 v.shape = {rows.size(), rows.empty() ? 0 : std::size(*rows.begin())};
               });
  }

  /// Standard deviation of the scalar declared last; 0 = none.
  template <class Get>
  Outputs& spread(Get get) {
    return then([get](const T& t, OutputValue& v) {
      v.spread = std::isfinite(v.value()) ? static_cast<double>(std::invoke(get, t)) : 0.0;
    });
  }
  /// The scalar declared last has a value only there; NaN elsewhere.
  Outputs& where(std::string words, Condition holds) {
    bindings_.back().output.where = std::move(words);
    return then([holds](const T& t, OutputValue& v) {
      if (!holds(t)) v.values = {std::numeric_limits<double>::quiet_NaN()};
    });
  }
  /// A word in place of the scalar declared last, whose value then is none.
  Outputs& word(std::string word, Condition holds) {
    return then([word, holds](const T& t, OutputValue& v) {
      if (!holds(t)) return;
      v.text = word;
      v.values = {std::numeric_limits<double>::quiet_NaN()};
    });
  }
  /// The output declared last is there only then.
  Outputs& only(std::string words, Condition present) {
    bindings_.back().output.where = std::move(words);
    bindings_.back().present = std::move(present);
    return *this;
  }
  /// Every output declared so far is there only then.
  Outputs& all_only(const std::string& words, const Condition& present) {
    for (auto& b : bindings_) {
      b.output.where = b.present ? b.output.where + " and " + words : words;
      b.present = [own = std::move(b.present), present](const T& t) {
        return present(t) && (!own || own(t));
      };
    }
    return *this;
  }
  /// The outputs declared so far are ends of bands; which, in words.
  Outputs& band_ends(const std::string& which) {
    for (auto& b : bindings_) {
      b.output.band_end = true;
      b.output.sentence += "; " + which;
    }
    return *this;
  }
  /// The series declared last is short enough for summary.json.
  Outputs& brief() {
    bindings_.back().output.brief = true;
    return *this;
  }

  /// The outputs of a part, below a prefix.
  template <class S, class View>
  Outputs& include(const std::string& prefix, const Outputs<S>& part, View view) {
    const auto with = [&](const std::string& path) {
      return prefix.empty() ? path : prefix + "." + path;
    };
    for (const auto& b : part.bindings()) {
      Binding whole;
      whole.output = b.output;
      whole.output.path = with(b.output.path);
      for (auto& axis : whole.output.axes) axis = with(axis);
      whole.get = [get = b.get, view](const T& t, OutputValue& v) { get(std::invoke(view, t), v); };
      if (b.present)
        whole.present = [present = b.present, view](const T& t) {
          return present(std::invoke(view, t));
        };
      bindings_.push_back(std::move(whole));
    }
    return *this;
  }

  std::vector<OutputValue> values(const T& t) const {
    std::vector<OutputValue> out;
    for (const auto& b : bindings_) {
      if (b.present && !b.present(t)) continue;
      out.push_back({b.output, {}});
      b.get(t, out.back());
    }
    return out;
  }
  std::vector<Output> declared() const {
    std::vector<Output> out;
    for (const auto& b : bindings_) out.push_back(b.output);
    return out;
  }
  const std::vector<Binding>& bindings() const { return bindings_; }

 private:
  Outputs& add(Output output, std::function<void(const T&, OutputValue&)> get) {
    bindings_.push_back({std::move(output), std::move(get), {}});
    return *this;
  }
  Outputs& then(std::function<void(const T&, OutputValue&)> more) {
    bindings_.back().get = [first = std::move(bindings_.back().get), more = std::move(more)](
                               const T& t, OutputValue& v) {
      first(t, v);
      more(t, v);
    };
    return *this;
  }
  std::vector<Binding> bindings_;
};

/// A value in the unit that people use, "0.415 ± 0.05 mm"; "none" where there is none.
std::string for_people(const OutputValue&, int digits = 3);

/// The same with its band, "4.66 h (2.54 to 8.66)", where the ends are among a result's outputs:
/// those of "healing.closure" are "healing.low.closure" and "healing.high.closure".
std::string for_people(const OutputValue&, const std::vector<OutputValue>& all, int digits = 3);

/// What outputs are, as text: path, unit, sentence, axis, where there is a value. `percuta outputs`
/// and `percuta explain`.
std::string described(const Output&);

}  // namespace percuta::config
