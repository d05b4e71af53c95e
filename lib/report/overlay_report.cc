#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "page.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "svg.h"

namespace percuta::report {
namespace {

using Json = nlohmann::json;

double scale_of(const config::Output& o) {
  const auto unit = core::find_unit(o.people);
  return unit ? 1.0 / unit->si : 1.0;
}

/// Both on one axis: the model's points, and the measured ones where they lie between.
std::string chart(const study::Overlay& o, Page& page) {
  const double sx = scale_of(o.measured.x), sy = scale_of(o.measured.y);
  std::vector<std::array<double, 3>> rows;  // x, model, measured
  for (std::size_t k = 0; k < o.model_at.size(); ++k)
    rows.push_back({o.model_at[k], o.model[k], std::nan("")});
  for (std::size_t k = 0; k < o.measured.at.size(); ++k)
    rows.push_back({o.measured.at[k], o.predicted[k], o.measured.value[k]});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a[0] < b[0]; });
  Json x = Json::array(), model = Json::array(), measured = Json::array();
  const auto number = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  for (const auto& [at, by_model, by_hand] : rows) {
    x.push_back(at * sx);
    model.push_back(number(by_model * sy));
    measured.push_back(number(by_hand * sy));
  }
  return page.chart(o.measured.y.sentence,
                    fmt::format("{}, {}", o.measured.x.sentence, o.measured.x.people),
                    o.measured.y.people, x,
                    {{{"label", "model"}, {"y", model}}, {{"label", "measured"}, {"y", measured}}});
}

}  // namespace

std::string overlay_html(const std::string& title, const study::Overlay& o,
                         const std::vector<study::Change>& changes,
                         const std::string& charts_script, const std::string& charts_style) {
  Page page;
  std::string body = fmt::format("<h1>{}</h1><p class=\"small\">{}</p><p class=\"answer\">{}.</p>",
                                 escape_html(title), escape_html(o.measured.file),
                                 escape_html(study::misfit_words(o)));
  body += "<div class=\"row\">" + chart(o, page) + "</div><h2>What would change it</h2>";
  if (changes.empty())
    body += "<p>No input a quarter larger changes it that needs no finite elements.</p>";
  else
    body +=
        "<table><thead><tr><th>input</th><th class=\"number\">from</th><th "
        "class=\"number\">to</th><th class=\"number\">off by, %</th></tr></thead><tbody>";
  for (const auto& c : changes)
    body += fmt::format(
        "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td "
        "class=\"number\">{:.3g}</td></tr>",
        escape_html(c.key), escape_html(c.from), escape_html(c.to), 100.0 * c.relative);
  if (!changes.empty()) body += "</tbody></table>";
  body +=
      "<p class=\"small\">Each input alone a quarter larger; the first row lowers the misfit "
      "most. An input that fits better is not thereby known better.</p>";
  return page.html(title, body, charts_script, charts_style);
}

}  // namespace percuta::report
