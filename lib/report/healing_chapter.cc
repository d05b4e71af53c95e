// What the skin does afterwards: collagen and firmness, the closure of one channel by each of its
// measures, cells and signals each on a scale of its own.

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "curves.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/record.h"
#include "svg.h"

namespace percuta::report {
namespace {

using study::Result;
using Json = nlohmann::json;

constexpr double kHour = 3600.0;
constexpr const char* kHealthy = "healthy = 1";

/// Courses of the document that stand in charts of their own.
constexpr std::array kTissue{"healing.collagen",
                             "healing.stiffness",
                             "healing.strength",
                             "healing.whole_dermis_collagen",
                             "healing.whole_dermis_stiffness",
                             "healing.whole_dermis_strength"};
constexpr const char* kWaterLoss = "healing.tewl";
constexpr std::array kClosing{"healing.epithelial_gap", "healing.barrier_open", "healing.erythema"};

using Course = healing::Course;

/// A course of the chart, with its band where there is one.
Json with_band(const Result& r, const char* label,
               const std::function<const std::vector<double>&(const Course&)>& of) {
  Json out{{"label", label}, {"y", of(r.healing)}};
  if (r.healing_bands.members > 0) {
    out["low"] = of(r.healing_bands.low);
    out["high"] = of(r.healing_bands.high);
  }
  return out;
}

Json tissue(const Result& r, const std::function<const healing::Averages&(const Course&)>& part) {
  return {with_band(
              r, "collagen", [&](const Course& c) -> const auto& { return part(c).collagen; }),
          with_band(
              r, "stiffness", [&](const Course& c) -> const auto& { return part(c).stiffness; }),
          with_band(
              r, "strength", [&](const Course& c) -> const auto& { return part(c).strength; })};
}

/// One moment at which a measure says that the channel is closed.
struct Closure {
  std::string sentence, shown;
  double hours;  ///< after the last session; NaN where it is not reached
};

/// Every closure that the healing model declares: times in hours.
std::vector<Closure> closures(const io::Document& d) {
  std::vector<Closure> out;
  for (const auto& v : d.outputs)
    if (v.output.path.starts_with("healing.") && v.output.form == config::Form::scalar &&
        v.output.people == "h" && !v.output.band_end)
      out.push_back({v.output.sentence, config::for_people(v, d.outputs), v.value() / kHour});
  return out;
}

std::string closure_table(const std::vector<Closure>& all) {
  std::string out =
      "<table class=\"narrow\"><thead><tr><th></th><th>measure</th><th "
      "class=\"number\">after</th></tr></thead><tbody>";
  for (std::size_t k = 0; k < all.size(); ++k)
    out += fmt::format(
        "<tr><td style=\"min-width:0\">{}</td><td>{}</td><td "
        "class=\"number\">{}</td></tr>",
        k + 1, explained(all[k].sentence), escape_html(all[k].shown));
  return out + "</tbody></table>";
}

/// How far the axis of hours goes: a little beyond the last closure, or to the end of the course.
double hours_shown(const std::vector<Closure>& all, double course) {
  double end = 24.0;
  for (const auto& c : all) end = std::max(end, std::isfinite(c.hours) ? 1.2 * c.hours : 336.0);
  return std::min(end, course);
}

std::string closure(const Result& r, const io::Document& d, Page& page) {
  const double session = healing::last_session(r.wound);
  const auto all = closures(d);
  const double end = hours_shown(all, (r.healing.time.back() - session) / kHour);
  std::vector<double> hours;
  std::vector<std::size_t> rows;
  for (std::size_t k = 0; k < r.healing.time.size(); ++k) {
    const double at = (r.healing.time[k] - session) / kHour;
    const bool last = k + 1 == r.healing.time.size() || r.healing.time[k + 1] > r.healing.time[k];
    if (at < -1e-9 || at > end * (1.0 + 1e-9) || !last) continue;
    hours.push_back(at);
    rows.push_back(k);
  }
  Json series = Json::array(), marks = Json::array();
  for (const char* path : kClosing) {
    const auto* v = io::find(d, path);
    if (v == nullptr) continue;
    Json y = Json::array();
    for (const auto k : rows) y.push_back(v->values[k]);
    series.push_back({{"label", v->output.sentence}, {"y", y}});
  }
  for (std::size_t k = 0; k < all.size(); ++k)
    if (std::isfinite(all[k].hours))
      marks.push_back({{"x", all[k].hours}, {"label", std::to_string(k + 1)}});
  Json loss = Json::array();
  if (const auto* v = io::find(d, kWaterLoss))
    for (const auto k : rows) loss.push_back(v->values[k]);
  return "<h3>Closure of one channel, by each measure</h3><div class=\"row\">" +
         page.chart(r.wound.sessions.size() > 1 ? "After the last session" : "After the session",
                    "hours", "share open, index", Json(hours), series,
                    {{"marks", marks}, {"zero", true}}) +
         "<div class=\"beside\">" + closure_table(all) +
         "<p class=\"small\">A channel closes by several measures at different times; none of them "
         "alone says that it is closed. Numbers stand at the dashed lines.</p></div></div>"
         "<div class=\"row\">" +
         page.chart("Water loss", "hours", "over that of unbroken skin", Json(hours),
                    {{{"label", "water loss"}, {"y", loss}}}) +
         "</div>";
}

/// Days after which a course keeps within a fiftieth of its range, and a little more.
double settled(const std::vector<double>& days, const std::vector<double>& v) {
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  const double band = 0.02 * (*high - *low);
  std::size_t k = v.size() - 1;
  while (k > 0 && std::abs(v[k] - v.back()) <= band) --k;
  return std::min(days.back(), std::max(7.0, 1.25 * days[std::min(k + 1, v.size() - 1)]));
}

/// Every course that is not tissue or closure, each in a panel of its own.
std::string cells(const io::Document& d, Page& page) {
  const auto* time = io::find(d, "healing.time");
  if (time == nullptr) return "";
  const auto days = in_days(time->values);
  const auto elsewhere = [](const std::string& path) {
    return std::find(kTissue.begin(), kTissue.end(), path) != kTissue.end() ||
           std::find(kClosing.begin(), kClosing.end(), path) != kClosing.end() ||
           path == kWaterLoss;
  };
  std::string panels;
  for (const auto& v : d.outputs) {
    const bool course = v.output.axes == std::vector<std::string>{"healing.time"};
    if (!course || elsewhere(v.output.path)) continue;
    const auto grid = grid_to(settled(days, v.values), 240);
    panels +=
        page.chart(v.output.sentence, "days", "relative", Json(grid),
                   {{{"label", v.output.sentence}, {"y", resample(days, v.values, grid, 1.0)}}},
                   {{"small", true}, {"points", false}});
  }
  if (panels.empty()) return "";
  return "<h3>Cells, signals and matrix</h3><p class=\"small\">Means over the unit cell, relative "
         "to the model's own measure of each; every panel has its own scales and ends where its "
         "course has settled.</p><div class=\"panels\">" +
         panels + "</div>";
}

/// Collagen against depth on the days that were asked for.
std::string by_depth(const Result& r, Page& page) {
  const auto& h = r.healing;
  if (h.depth.size() < 2) return "";
  std::vector<double> depth;
  for (const double z : h.depth) depth.push_back(z * 1e6);
  Json series = Json::array();
  for (std::size_t k = 0; k < h.profile_time.size(); ++k)
    series.push_back({{"label", fmt::format("day {:g}", h.profile_time[k] / core::kDay)},
                      {"y", h.collagen_by_depth[k]}});
  return "<div class=\"row\">" +
         page.chart("Collagen against depth", "µm below the junction of epidermis and dermis",
                    kHealthy, Json(depth), series) +
         "</div>";
}

/// What a suction test reads before and after.
std::string firmness(const Result& r) {
  const auto& f = r.firmness;
  if (f.healed.empty()) return "";
  const auto cell = [](const std::string& text) {
    return "<td class=\"number\">" + text + "</td>";
  };
  const auto percent = [&](double height) {
    return fmt::format("{:+.2f}", 100.0 * (height / f.untreated.largest - 1.0));
  };
  const auto row = [&](const std::string& when, const skin::SuctionReading& s,
                       const std::string& change) {
    std::string out = "<tr><td>" + when + "</td>" +
                      cell(fmt::format("{:.4f} mm", s.largest * 1e3)) + cell(change);
    if (f.relaxes)
      out += cell(fmt::format("{:.4f}", gross_elasticity(s))) +
             cell(fmt::format("{:.4f}", net_elasticity(s))) +
             cell(fmt::format("{:.4f}", elastic_share(s)));
    return out + "</tr>";
  };
  std::string head = "<th></th>";
  for (const char* name : {"R0", "change", "R2", "R5", "R7"})
    if (f.relaxes || name[0] == 'c' || name[1] == '0')
      head += fmt::format("<th class=\"number\">{}</th>", name);
  std::string rows = row("untreated", f.untreated, "");
  for (std::size_t k = 0; k < f.healed.size(); ++k) {
    std::string change = percent(f.healed[k].largest) + " %";
    if (!f.largest_low.empty())
      change += fmt::format(" ({} to {})", percent(f.largest_low[k]), percent(f.largest_high[k]));
    rows += row(fmt::format("day {:g}", f.times[k] / core::kDay), f.healed[k], change);
  }
  return "<h3>Suction test</h3><table class=\"narrow\"><thead><tr>" + head +
         "</tr></thead><tbody>" + rows +
         "</tbody></table><p class=\"small\">R0: how high the skin rises into the probe, less is "
         "firmer. R2: share of it that comes back within the cycle. R5, R7: what comes back at "
         "once over what rises at once, and over R0. By finite elements at large strain; papillary "
         "and "
         "reticular dermis are as many times as stiff as the courses say. Quasi-elastic: the skin "
         "is at each moment an elastic one, softer by what it has crept. The epidermis stays as it "
         "was, and how the layers relax does too, so that ratios move little.</p>";
}

}  // namespace

std::string healing_chapter(const Result& r, const io::Document& d, Page& page) {
  const Json x(in_days(r.healing.time));
  std::string out = "<div class=\"row\">";
  out += page.chart("Collagen and firmness over the needled depth", "days", kHealthy, x,
                    tissue(r, [](const Course& c) -> const healing::Averages& { return c; }));
  out += page.chart("The same over the whole dermis", "days", kHealthy, x,
                    tissue(
                        r, [](const Course& c) -> const auto& { return c.dermis; }));
  out += "</div>";
  if (r.healing_bands.members > 0)
    out += fmt::format(
        "<p class=\"small\">Bands: 90 % of {} sets of constants, drawn from what is known of "
        "them, lie inside.</p>",
        r.healing_bands.members);
  out += firmness(r) + furrow_chapter(r, page);
  if (r.wound.channels.empty()) return out;  // nothing else moves
  return out + by_depth(r, page) + collagen_maps(r) + closure(r, d, page) + cells(d, page);
}

constexpr std::size_t kMostBands = 3;  // of rows whose bands can be told apart in one chart

std::string healing_compared(const std::vector<const Result*>& results,
                             const std::vector<std::string>& labels, Page& page) {
  double end = 0.0;
  for (const auto* r : results)
    if (healed(*r)) end = std::max(end, r->healing.time.back() / core::kDay);
  const auto grid = grid_to(end, 180);
  Json needled = Json::array(), whole = Json::array();
  for (std::size_t k = 0; k < results.size(); ++k) {
    const auto& h = results[k]->healing;
    if (h.time.empty()) continue;
    const auto line = [&](const std::vector<double>& (*series)(const Course&)) {
      const auto over = [&](const Course& c) {
        return resample(in_days(c.time), series(c), grid, 1.0);
      };
      Json out{{"label", labels[k]}, {"y", over(h)}};
      if (results[k]->healing_bands.members > 0 && results.size() <= kMostBands) {
        out["low"] = over(results[k]->healing_bands.low);
        out["high"] = over(results[k]->healing_bands.high);
      }
      return out;
    };
    whole.push_back(line([](const Course& c) -> const auto& { return c.dermis.collagen; }));
    needled.push_back(line([](const Course& c) -> const auto& { return c.collagen; }));
  }
  return "<div class=\"row\">" +
         page.chart("Collagen over the whole dermis", "days", kHealthy, Json(grid), whole) +
         page.chart("Collagen over the needled depth of each", "days", kHealthy, Json(grid),
                    needled) +
         "</div>";
}

}  // namespace percuta::report
