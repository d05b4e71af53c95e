#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "curves.h"
#include "page.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "percuta/study/answer.h"
#include "svg.h"

namespace percuta::report {
namespace {

using study::moments, study::pierced, study::Result;
using Json = nlohmann::json;

/// What the models that made the results leave out, in their own words, between what holds for all
/// of them.
std::string limits(const std::vector<const Result*>& results) {
  std::vector<std::string> lines{
      "Elastic constants of skin depend on probe size and mode by more than a factor of ten; one "
      "set is used here. Skin is taken as isotropic. Speed stiffens "
      "it "
      "as micro probes say; inertia is left out, so this is rolling and slow strokes, not impact."};
  const auto add = [&](const std::string& line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  };
  for (const auto* r : results)
    for (const auto& model : r->models)
      add(fmt::format("{}, model \"{}\", for {}: {}", model.family, model.name, model.valid,
                      fmt::join(model.limits, " ")));
  add("Scatter of needles and skin is partly assumed (see the inputs under scatter); it decides "
      "the share that pierces wherever force and what opens the skin are close.");
  add("Research and teaching only. This report recommends no treatment, and no device in it was "
      "evaluated for safety here.");
  std::string out = "<ul>";
  for (const auto& line : lines) out += "<li>" + escape_html(line) + "</li>";
  return out + "</ul>";
}

std::string mechanics(const std::vector<const Result*>& results,
                      const std::vector<std::string>& labels, Page& page) {
  double longest = 0.0;
  for (const auto* r : results) longest = std::max(longest, r->insertion.displacement.back());
  const auto grid = grid_to(longest, 240);
  Json force = Json::array(), depth = Json::array();
  for (std::size_t k = 0; k < results.size(); ++k) {
    const auto& c = results[k]->insertion;
    const bool several = results.size() > 1;
    force.push_back({{"label", several ? labels[k] : "force"},
                     {"y", resample(c.displacement, c.force, grid, 1e3)}});
    depth.push_back({{"label", several ? labels[k] : "pierced depth"},
                     {"y", resample(c.displacement, c.pierced_depth, grid, 1e3)}});
  }
  return "<div class=\"row\">" +
         page.chart("Force on one needle", "tip displacement, mm", "force, mN", scaled(grid, 1e3),
                    force) +
         page.chart("Pierced depth", "tip displacement, mm", "pierced depth, mm", scaled(grid, 1e3),
                    depth) +
         "</div>";
}

/// What a course has on one day in each result, with its band.
FigureRow on_day(const std::vector<const Result*>& results, const std::string& what,
                 const std::vector<double>& (*series)(const healing::Course&),
                 const std::string& when) {
  FigureRow row{"healing." + what + ", " + when, what + ", " + when, {}, false};
  for (const auto* r : results) {
    std::string text = "none";
    for (const auto& m : moments(*r))
      if (m.label == when) text = study::change_at(*r, series, m.time);
    row.values.push_back(text);
  }
  return row;
}

/// Rows of a comparison may end on other days and have other sessions: each label is what every
/// column shows.
std::vector<FigureRow> days_rows(const std::vector<const Result*>& results) {
  std::vector<std::string> shown;
  for (const auto* one : results)
    for (const auto& m : moments(*one))
      if (std::find(shown.begin(), shown.end(), m.label) == shown.end()) shown.push_back(m.label);
  using healing::Course;
  std::vector<FigureRow> rows;
  const auto add = [&](const char* what, const std::vector<double>& (*series)(const Course&)) {
    for (const auto& when : shown) rows.push_back(on_day(results, what, series, when));
  };
  add(
      "collagen, whole dermis", [](const Course& c) -> const auto& { return c.dermis.collagen; });
  for (auto& row : rows) row.leading = true;
  add(
      "collagen, papillary dermis",
      [](const Course& c) -> const auto& { return c.papillary.collagen; });
  add(
      "collagen, needled depth", [](const Course& c) -> const auto& { return c.collagen; });
  add(
      "strength, needled depth", [](const Course& c) -> const auto& { return c.strength; });
  return rows;
}

std::string map_words(const Result& r) {
  if (!pierced(r))
    return fmt::format(
        "<p>{:.0f} ± {:.1f} needle landings per cm² by count, and none of them pierces: no "
        "channels. A centimetre square is shown.</p>",
        r.field.landing_density / 1e4, r.field.landing_density_sd / 1e4);
  return fmt::format(
      "<p>{:.0f} ± {:.1f} channels per cm² by count, of {:.0f} landings ({:.1f} by the closed "
      "formula). A centimetre square is shown, open holes to scale; lines where the density, "
      "smoothed over a millimetre, is three quarters, once and five quarters of the mean.{}</p>",
      r.field.channel_density / 1e4, r.field.channel_density_sd / 1e4,
      r.field.landing_density / 1e4, r.field.density_formula / 1e4,
      device::kind(r.device) != "roller"
          ? ""
          : " Roller figures of 16 a pass and about 250 after fifteen passes are repeated from "
            "text to text without a counting method.");
}

/// How many needles of the scatter get how deep.
std::string depth_histogram(const Result& r, Page& page) {
  if (!pierced(r)) return "";
  constexpr int kBins = 40;
  const double end = std::max(r.device.needle.length, 1e-6);
  std::vector<double> x, share(kBins, 0.0);
  for (int k = 0; k < kBins; ++k) x.push_back((k + 0.5) * end / kBins * 1e3);
  for (const double depth : r.depths.depth)
    if (depth > 0.0)
      share[std::min(kBins - 1, static_cast<int>(depth / end * kBins))] +=
          100.0 / static_cast<double>(r.depths.depth.size());
  return page.chart("Pierced depth over the scatter of needles and skin", "pierced depth, mm",
                    "% of the landings", Json(x), {{{"label", "landings"}, {"y", share}}},
                    {{"bars", true}, {"zero", true}});
}

/// How evenly channels lie: pairs, and what they reach pass by pass.
std::string pattern_charts(const Result& r, Page& page) {
  const auto& p = r.field.pattern;
  if (!pierced(r)) return "";
  std::string out = "<div class=\"row\">";
  if (p.pairs.centres > 0) {
    const std::vector<double> one(p.pairs.radius.size(), 1.0);
    out += page.chart(
        "Pair correlation: channels at a distance, over a random pattern", "distance, mm",
        "random = 1", scaled(p.pairs.radius, 1e3),
        {{{"label", "these channels"}, {"y", p.pairs.g}}, {{"label", "at random"}, {"y", one}}});
  }
  std::vector<double> passes;
  for (int k = 1; k <= r.field.passes; ++k) passes.push_back(k);
  Json series = Json::array();
  for (std::size_t k = 0; k < p.covered_by_pass.size(); ++k)
    series.push_back(
        {{"label", fmt::format("within {:g} mm", channel::coverage_distances()[k] * 1e3)},
         {"y", scaled(p.covered_by_pass[k], 100.0)}});
  out += page.chart("Skin near a channel, pass by pass", "passes", "% of the surface", Json(passes),
                    series);
  return out + "</div>";
}

std::string warnings(const std::vector<const Result*>& results,
                     const std::vector<std::string>& labels) {
  std::string list;
  std::size_t count = 0;
  for (std::size_t k = 0; k < results.size(); ++k)
    for (const auto& w : results[k]->warnings) {
      list += fmt::format(
          "<p class=\"warning\">{}{}</p>",
          results.size() > 1 ? fmt::format("<strong>{}</strong>: ", escape_html(labels[k])) : "",
          escape_html(w));
      ++count;
    }
  if (results.size() == 1 || count == 0) return list;
  return fmt::format("<details><summary>{} warnings</summary>{}</details>", count, list);
}

/// Title and the answer in words.
std::string head(const std::string& title, const std::vector<const Result*>& results,
                 const std::vector<std::string>& labels,
                 const std::vector<std::pair<std::string, std::string>>& failures) {
  const Result& first = *results.front();
  std::string out = fmt::format(
      "<h1>{}</h1><p class=\"small\">Percuta {} · skin {} · device {} · level {} · seed {}</p>",
      escape_html(title), first.version, escape_html(first.skin.name),
      escape_html(first.device.name), first.level, first.seed);
  if (results.size() == 1 && failures.empty())
    return out + fmt::format("<p class=\"answer\">{}</p>", escape_html(study::answer(first)));
  out += "<div class=\"answer\">";
  for (std::size_t k = 0; k < results.size(); ++k)
    out += fmt::format("<div><strong>{}</strong>: {}</div>", escape_html(labels[k]),
                       escape_html(study::short_answer(*results[k])));
  for (const auto& [label, reason] : failures)
    out += fmt::format("<div><strong>{}</strong>: failed. <span class=\"small\">{}</span></div>",
                       escape_html(label), escape_html(reason.substr(0, reason.find('\n'))));
  return out + "</div>";
}

/// What the picture of the needle in the skin shows.
std::string section_words(const Result& r) {
  const auto& at = r.on_skin.needle;
  std::string out = fmt::format(
      "At full {} the tip of the nominal needle is {:.2f} mm below the skin at rest (dashed): ",
      full(r.device), at.displacement * 1e3);
  out += at.pierced_depth > 0.0
             ? fmt::format(
                   "the surface yields by a deflection of {:.2f} mm, and {:.2f} mm are "
                   "pierced depth (red).",
                   at.deflection * 1e3, at.pierced_depth * 1e3)
             : std::string("all of it is deflection of the surface, which holds.");
  if (at.base_force > 0.0)
    out += fmt::format(
        " The needle bears {:.3g} mN, its share of the device's face, on the "
        "skin between the needles, {:.3g} mN.",
        at.needle_force * 1e3, at.base_force * 1e3);
  else
    out += fmt::format(" The needle bears {:.3g} mN; the device's face stays off the skin.",
                       at.needle_force * 1e3);
  return "<p>" + explained(out) +
         "</p><p class=\"small\">Depths, needle and face are to scale; how the skin slopes beside "
         "the needle is drawn.</p>";
}

std::string needle_section(const std::vector<const Result*>& results,
                           const std::vector<std::string>& labels, Page& page) {
  const bool single = results.size() == 1;
  const Result& first = *results.front();
  std::string out = "<h2>Under the needle</h2>";
  if (single)
    out += "<div class=\"row\"><figure class=\"drawing\">" + section_svg(first) +
           "</figure><div class=\"beside\">" + section_words(first) + "</div></div>";
  out += mechanics(results, labels, page);
  if (single) out += "<div class=\"row\">" + depth_histogram(first, page) + "</div>";
  return out + "<p class=\"small\">" +
         explained(
             "The nominal needle in its share of the device and of the skin, under a growing load. "
             "While the skin yields unpierced the needle bears all; at puncture it goes on until "
             "the face of the device comes down on the skin, which from there on takes what load "
             "is added.") +
         "</p>";
}

/// Rows of a comparison: how much of the skin lies near a channel, pass by pass.
std::string coverage_compared(const std::vector<const Result*>& results,
                              const std::vector<std::string>& labels, Page& page) {
  std::size_t most = 0;
  for (const auto* r : results) most = std::max(most, r->field.pattern.covered_by_pass[1].size());
  std::vector<double> passes;
  for (std::size_t k = 1; k <= most; ++k) passes.push_back(static_cast<double>(k));
  Json series = Json::array();
  for (std::size_t k = 0; k < results.size(); ++k) {
    Json y = scaled(results[k]->field.pattern.covered_by_pass[1], 100.0);
    while (y.size() < most) y.push_back(nullptr);
    series.push_back({{"label", labels[k]}, {"y", y}});
  }
  return "<h2>Channels on the skin</h2><div class=\"row\">" +
         page.chart("Skin within 0.2 mm of a channel, pass by pass", "passes", "% of the surface",
                    Json(passes), series) +
         "</div>";
}

/// The device at work, and where its channels lie.
std::string skin_section(const std::vector<const Result*>& results,
                         const std::vector<std::string>& labels, Page& page) {
  if (results.size() > 1) return coverage_compared(results, labels, page);
  const Result& first = *results.front();
  return fmt::format(
             "<h2>The {} on the skin</h2><div class=\"row\">{}</div><p class=\"small\">Head, "
             "needles and how deep they are to scale, at full load; the form of the skin between "
             "them is drawn.</p><h2>Channels on the skin</h2><div class=\"row\"><figure "
             "class=\"drawing\">",
             device::kind(first.device), device_svg(first)) +
         channel_map_svg(first) + "</figure><div class=\"beside\">" + map_words(first) +
         "</div></div>" + pattern_charts(first, page);
}

}  // namespace

std::string report_html(const std::vector<const study::Result*>& results,
                        const std::vector<std::string>& labels, const std::string& charts_script,
                        const std::string& charts_style,
                        const std::vector<std::pair<std::string, std::string>>& failures,
                        const std::string& varied) {
  const Result& first = *results.front();
  const bool several = results.size() > 1;
  std::vector<io::Document> documents;
  for (const auto* r : results) documents.push_back(study::document(*r));
  std::vector<const io::Document*> columns;
  for (const auto& d : documents) columns.push_back(&d);
  Page page;
  const std::string title =
      varied.starts_with(study::kCaseKey) ? "Case files side by side" : first.title;
  std::string body = head(title, results, labels, failures) + warnings(results, labels);
  if (several) body += compared_chapter(results, labels, varied, page);
  body += needle_section(results, labels, page) + skin_section(results, labels, page);
  if (healed(first))
    body += "<h2>What the skin does afterwards</h2>" +
            (several ? healing_compared(results, labels, page)
                     : healing_chapter(first, documents.front(), page));
  if (!several) body += safety_chapter(first);
  if (!several && healed(first)) body += claims_chapter(documents.front());
  body += "<h2>All figures</h2>" +
          figures(study::outputs_of(first).declared(), columns, labels, days_rows(results));
  body += glossary();
  body += "<h2>How far to trust this</h2>" + limits(results);
  body +=
      "<h2>Inputs and their sources</h2><p class=\"small\">Classes: S strong, W weak, U "
      "recollection to be verified, D derived, A assumed, F fitted to the "
      "calibration cases.</p><details><summary>" +
      std::to_string(first.inputs.size()) + " inputs</summary>" + inputs_table(first.inputs) +
      "</details>";
  body += "<h2>Bibliography of this run</h2><ul class=\"small\">";
  for (const auto& [tag, text] : first.sources)
    body += fmt::format("<li>[{}] {}</li>", tag, escape_html(text));
  body += "</ul>";
  return page.html(title, body, charts_script, charts_style);
}

void write_result(const study::Result& r, io::ResultFolder& folder, const std::string& below,
                  const std::string& charts_script, const std::string& charts_style) {
  const std::string prefix = below.empty() ? "" : below + "/";
  const io::Document document = study::document(r);
  folder.write(prefix + "summary.json", io::summary_json(document));
  folder.write(prefix + "report.html", report_html({&r}, {r.title}, charts_script, charts_style));
  folder.write(prefix + "results.h5", io::hdf5(document));
  for (const auto& [name, text] : fields(r)) folder.write(prefix + "fields/" + name, text);
}

}  // namespace percuta::report
