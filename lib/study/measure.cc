#include "percuta/study/measure.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "percuta/config/tree.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/study/responses.h"
#include "records.h"

namespace percuta::study {
namespace {

constexpr std::size_t kMostRows = 1'000'000;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\""), last = text.find_last_not_of(" \t\r\"");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream cells(line);
  for (std::string cell; std::getline(cells, cell, ',');) out.push_back(trimmed(cell));
  return out;
}

/// Complaints about a line of the table.
struct Complaints {
  const std::string& name;
  [[noreturn]] void refuse(int line, const std::string& text, const std::string& message,
                           const std::string& hint) const {
    throw core::InputError({{name, line, 1, 1, message, text, hint}});
  }
};

/// Series that a run gives against an axis, by path; axes among them.
std::map<std::string, config::Output> series() {
  std::map<std::string, config::Output> out;
  for (const auto& o : result_outputs().declared())
    if (o.form == config::Form::series && !o.unit.empty() && !o.band_end) out.emplace(o.path, o);
  return out;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

struct Column {
  std::vector<config::Output> may_be;  ///< outputs of this name
  double si = 1.0;
};

/// "force [mN]".
Column column_of(const std::string& head, const std::string& text, int line,
                 const Complaints& wrong) {
  const auto open = head.find('[');
  const std::string name = trimmed(head.substr(0, open));
  if (open == std::string::npos || head.back() != ']')
    wrong.refuse(line, text,
                 fmt::format("the column \"{}\" has no unit", core::printable(head, 60)),
                 "write for example: displacement [mm], force [mN]");
  Column out;
  std::vector<std::string> names;
  for (const auto& [path, output] : series()) {
    names.push_back(path);
    names.push_back(last_name(path));
    if (name == path || name == last_name(path)) out.may_be.push_back(output);
  }
  if (out.may_be.empty()) {
    const auto near = config::nearest(name, names);
    wrong.refuse(
        line, text,
        fmt::format("the column \"{}\" is no series of a run", core::printable(name, 60)),
        near.empty() ? "`percuta outputs` lists them" : fmt::format("did you mean {}?", near));
  }
  const std::string symbol = trimmed(head.substr(open + 1, head.size() - open - 2));
  const auto unit = core::find_unit(symbol), own = core::find_unit(out.may_be.front().unit);
  std::erase_if(out.may_be, [&](const auto& o) {
    const auto of = core::find_unit(o.unit);
    return !unit || !of || of->dimension != unit->dimension;
  });
  if (out.may_be.empty())
    wrong.refuse(
        line, text,
        fmt::format("the column \"{}\" has the unit \"{}\"", name, core::printable(symbol, 30)),
        fmt::format("a unit of {}", own ? own->dimension : "its dimension"));
  out.si = unit->si;
  return out;
}

/// Takes the pair of outputs of which one stands against the other.
bool pair_up(Measured& m, const Column& first, const Column& second) {
  for (const auto& x : first.may_be)
    for (const auto& y : second.may_be)
      if (y.axes == std::vector<std::string>{x.path}) {
        m.x = x;
        m.y = y;
        return true;
      }
  return false;
}

double number_of(const std::string& cell, const std::string& text, int line,
                 const Complaints& wrong) {
  std::size_t read = 0;
  double value = std::numeric_limits<double>::quiet_NaN();
  try {
    value = std::stod(cell, &read);
  } catch (const std::exception&) {
  }
  if (read != cell.size() || !std::isfinite(value))
    wrong.refuse(line, text, fmt::format("\"{}\" is no number", core::printable(cell, 40)),
                 "numbers with a decimal point, separated by a comma");
  return value;
}

constexpr double kStep = 1.25;  // by which an input is made larger
constexpr double kSeen = 1e-4;  // of the relative misfit, below which nothing has changed

/// Constants that a measurement may speak of.
bool may_change(const std::string& path, const Measured& m) {
  const bool heals = m.y.path.starts_with("healing.");
  return path.starts_with("device.needle.") || path == "protocol.load" ||
         (path.starts_with("skin.") && !path.starts_with("skin.vessels.")) ||
         (heals && path.starts_with("healing.parameters."));
}

void measure(Overlay& o) {
  double squares = 0.0, sum = 0.0, of_values = 0.0;
  for (std::size_t k = 0; k < o.predicted.size(); ++k) {
    if (!std::isfinite(o.predicted[k])) {
      ++o.outside;
      continue;
    }
    const double off = o.predicted[k] - o.measured.value[k];
    ++o.inside;
    sum += off;
    squares += off * off;
    of_values += o.measured.value[k] * o.measured.value[k];
    o.largest = std::max(o.largest, std::abs(off));
  }
  if (o.inside == 0) {
    o.bias = o.rms = o.largest = o.relative = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  o.bias = sum / o.inside;
  o.rms = std::sqrt(squares / o.inside);
  o.relative =
      of_values > 0.0 ? std::sqrt(squares / of_values) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Measured parse_measured(const std::string& text, const std::string& name) {
  const Complaints wrong{name};
  Measured out;
  out.file = name;
  std::istringstream lines(text);
  int number = 0;
  double x_si = 0.0, y_si = 0.0;
  bool turned = false;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    const auto cells = cells_of(line);
    if (cells.size() != 2)
      wrong.refuse(number, line, fmt::format("has {} columns", cells.size()), "two, x and y");
    if (x_si == 0.0) {
      const auto first = column_of(cells[0], line, number, wrong),
                 second = column_of(cells[1], line, number, wrong);
      turned = !pair_up(out, first, second);
      if (turned && !pair_up(out, second, first))
        wrong.refuse(number, line, "neither column stands against the other in a run",
                     "`percuta explain` says of each series what it stands against");
      x_si = turned ? second.si : first.si;
      y_si = turned ? first.si : second.si;
      continue;
    }
    if (out.at.size() >= kMostRows)
      wrong.refuse(number, line, "has too many rows", fmt::format("at most {}", kMostRows));
    out.at.push_back(x_si * number_of(cells[turned ? 1 : 0], line, number, wrong));
    out.value.push_back(y_si * number_of(cells[turned ? 0 : 1], line, number, wrong));
  }
  if (out.at.empty())
    wrong.refuse(0, "", "holds no measured points",
                 "a header as \"displacement [mm], force [mN]\", then a row each");
  return out;
}

Measured read_measured(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) throw core::FileError(fmt::format("{}: cannot be read", path));
  return parse_measured(text.str(), path);
}

Overlay overlay(const io::Document& document, const Measured& measured) {
  const auto column = [&](const std::string& path) -> const config::OutputValue& {
    for (const auto& v : document.outputs)
      if (v.output.path == path && v.output.form == config::Form::series) return v;
    throw core::InputError(
        {{measured.file, 0, 0, 1, fmt::format("this result has no series {}", path), "", ""}});
  };
  return overlay(column(measured.x.path).values, column(measured.y.path).values, measured);
}

Overlay overlay(std::vector<double> model_at, std::vector<double> model, const Measured& measured) {
  Overlay out;
  out.measured = measured;
  out.model_at = std::move(model_at);
  out.model = std::move(model);
  for (const double x : measured.at) {
    const auto& at = out.model_at;
    const auto above = std::lower_bound(at.begin(), at.end(), x);
    double y = std::numeric_limits<double>::quiet_NaN();
    if (above != at.end() && *above == x) y = out.model[above - at.begin()];
    else if (above != at.begin() && above != at.end()) {
      const auto k = static_cast<std::size_t>(above - at.begin());
      const double t = (x - at[k - 1]) / (at[k] - at[k - 1]);
      y = (1.0 - t) * out.model[k - 1] + t * out.model[k];
    }
    out.predicted.push_back(y);
  }
  measure(out);
  return out;
}

Result result_for(const Case& c, const Measured& m, core::Observer& observer) {
  return m.y.path.starts_with("healing.") ? run(c, observer) : roll(c, observer);
}

std::vector<Change> what_changes_it(const ReadCase& read, const Overlay& was,
                                    core::Observer& observer) {
  const Case c = read({});
  std::vector<config::Used> keys;
  for (const auto& used : c.inputs)
    if (std::isfinite(used.si) && used.si != 0.0 && may_change(used.path, was.measured))
      keys.push_back(used);
  std::vector<Change> out;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    core::report(observer, "sensitivity",
                 static_cast<double>(k) / static_cast<double>(keys.size()));
    const auto key = key_of(keys[k].path);
    const bool quantity = key && key->kind == config::Kind::quantity;
    const double value = kStep * keys[k].si;
    const auto text =
        quantity ? core::format_quantity(value, key->unit, 6) : fmt::format("{:.6g}", value);
    try {
      const Case changed = read({{keys[k].path, text}});
      const double radius = device::cell_radius(changed.device);
      if (origin_of_cell(changed.skin, changed.device.needle, radius) == "finite elements")
        continue;
      const auto now =
          overlay(document(result_for(changed, was.measured, core::silent())), was.measured);
      if (std::isfinite(now.relative) && std::abs(now.relative - was.relative) > kSeen)
        out.push_back({keys[k].path, keys[k].value, text, now.relative});
    } catch (const core::InputError&) {
      continue;  // a quarter more is out of its range
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Change& a, const Change& b) { return a.relative < b.relative; });
  return out;
}

std::string misfit_words(const Overlay& o) {
  const auto& unit = o.measured.y.people;
  if (o.inside == 0)
    return fmt::format("none of the {} measured points lies on the model's curve, which goes to {}",
                       o.outside,
                       core::format_quantity(o.model_at.empty() ? 0.0 : o.model_at.back(),
                                             o.measured.x.people, 3));
  std::string out = fmt::format(
      "the model is off by {} (root mean square over {} points, {:.3g} % of the measured), at most "
      "by {}; on average it lies {} {}",
      core::format_quantity(o.rms, unit, 3), o.inside, 100.0 * o.relative,
      core::format_quantity(o.largest, unit, 3), core::format_quantity(std::abs(o.bias), unit, 3),
      o.bias < 0.0 ? "below" : "above");
  if (o.outside > 0)
    out += fmt::format("; {} points lie beyond its curve and are left out", o.outside);
  return out;
}

std::string overlay_json(const Overlay& o, const std::vector<Change>& changes,
                         const std::vector<std::string>& warnings) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  Json predicted = Json::array();
  for (const double v : o.predicted) predicted.push_back(number(v));
  Json larger = Json::array();
  for (const auto& c : changes)
    larger.push_back({{"key", c.key}, {"from", c.from}, {"to", c.to}, {"relative", c.relative}});
  return Json{{"file", o.measured.file},
              {"x", {{"path", o.measured.x.path}, {"unit", o.measured.x.unit}}},
              {"y", {{"path", o.measured.y.path}, {"unit", o.measured.y.unit}}},
              {"points_inside", o.inside},
              {"points_outside", o.outside},
              {"bias", number(o.bias)},
              {"rms", number(o.rms)},
              {"largest", number(o.largest)},
              {"relative", number(o.relative)},
              {"at", o.measured.at},
              {"measured", o.measured.value},
              {"model", predicted},
              {"a_quarter_more", larger},
              {"warnings", warnings}}
             .dump(2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

}  // namespace percuta::study
