#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "page.h"
#include "percuta/core/quantity.h"
#include "percuta/report/report.h"
#include "svg.h"

namespace percuta::report {
namespace {

using study::Sized, study::SizeResult;
using Json = nlohmann::json;

std::string cell(const std::string& text) {
  return fmt::format("<td class=\"number\">{}</td>", escape_html(text));
}

std::string people(double value, const std::string& unit) {
  if (!std::isfinite(value)) return "no force";
  return unit == "1" ? fmt::format("{:.3g}", value) : core::format_quantity(value, unit, 3);
}

std::string limits_table(const SizeResult& r) {
  std::string out =
      "<div class=\"scroll\"><table><thead><tr><th>limit</th><th class=\"number\">wanted</th><th "
      "class=\"number\">reached</th><th class=\"number\">margin, %</th></tr></thead><tbody>";
  for (const auto& l : r.best.limits)
    out += fmt::format("<tr><td>{}</td>{}{}{}</tr>", escape_html(l.name),
                       cell(people(l.wanted, l.people)), cell(people(l.reached, l.people)),
                       cell(fmt::format("{:+.1f}", 100.0 * l.margin)));
  return out + "</tbody></table></div>";
}

std::string front_table(const SizeResult& r) {
  std::string out =
      "<div class=\"scroll\"><table><thead><tr><th>device</th><th class=\"number\">passes</th><th "
      "class=\"number\">load, N</th><th class=\"number\">depth, mm</th><th "
      "class=\"number\">search</th><th class=\"number\">density, /cm²</th><th "
      "class=\"number\">search</th><th class=\"number\">pierce, %</th><th "
      "class=\"number\">strength</th><th>target</th></tr></thead><tbody>";
  for (const auto& s : r.front) {
    out += fmt::format("<tr><td>{}</td>", escape_html(study::words(s.design)));
    out += cell(std::to_string(s.design.passes)) + cell(fmt::format("{:.2f}", s.design.load));
    out += cell(fmt::format("{:.3f}", s.reached.depth * 1e3)) +
           cell(fmt::format("{:.3f}", s.predicted.depth * 1e3));
    out += cell(fmt::format("{:.1f}", s.reached.density / 1e4)) +
           cell(fmt::format("{:.1f}", s.predicted.density / 1e4));
    out += cell(fmt::format("{:.1f}", 100.0 * s.reached.share)) +
           cell(people(s.reached.strength, "1"));
    out += fmt::format("<td>{}</td></tr>", study::meets(s.limits) ? "reached" : "missed");
  }
  return out + "</tbody></table></div>";
}

/// One value of each point on the front, and a level beside it.
Json series(const SizeResult& r, double (*value)(const Sized&), double scale) {
  Json out = Json::array();
  for (const auto& s : r.front) out.push_back(value(s) * scale);
  return out;
}

Json level(const SizeResult& r, double value) { return Json(std::vector(r.front.size(), value)); }

std::string charts(const SizeResult& r, Page& page) {
  const Json passes = series(
      r, [](const Sized& s) { return double(s.design.passes); }, 1.0);
  const double window = r.target.depth_tolerance, depth = r.target.depth;
  std::string out = "<div class=\"row\">";
  out += page.chart("Depth over passes", "passes", "depth, mm", passes,
                    {{{"label", "run"},
                      {"y", series(
                                r, [](const Sized& s) { return s.reached.depth; }, 1e3)}},
                     {{"label", "search"},
                      {"y", series(
                                r, [](const Sized& s) { return s.predicted.depth; }, 1e3)}},
                     {{"label", "from"}, {"y", level(r, (depth - window) * 1e3)}, {"dash", {4, 4}}},
                     {{"label", "to"}, {"y", level(r, (depth + window) * 1e3)}, {"dash", {4, 4}}}});
  out += page.chart(
      "Channel density over passes", "passes", "channels per cm²", passes,
      {{{"label", "run"},
        {"y", series(
                  r, [](const Sized& s) { return s.reached.density; }, 1e-4)}},
       {{"label", "search"},
        {"y", series(
                  r, [](const Sized& s) { return s.predicted.density; }, 1e-4)}},
       {{"label", "at least"}, {"y", level(r, r.target.density / 1e4)}, {"dash", {4, 4}}}});
  out +=
      page.chart("Load over passes", "passes", "load, N", passes,
                 {{{"label", "load"},
                   {"y", series(
                             r, [](const Sized& s) { return s.design.load; }, 1.0)}},
                  {{"label", "at most"}, {"y", level(r, r.target.most_load)}, {"dash", {4, 4}}}});
  return out + "</div>";
}

std::string overrides(const SizeResult& r) {
  std::string out = "<pre>";
  for (const auto& [key, value] : r.overrides) out += escape_html(key + " = " + value) + "\n";
  return out + "</pre>";
}

std::string size_html(const SizeResult& r, const std::string& script, const std::string& style) {
  Page page;
  std::string body = fmt::format(
      "<h1>{}</h1><p class=\"small\">Percuta {} · skin {} · from device {} · level {}</p>",
      escape_html(r.title), r.version, escape_html(r.skin), escape_html(r.device), r.level);
  body += "<div class=\"answer\">";
  for (const auto& line : study::size_words(r))
    body += fmt::format("<div>{}</div>", escape_html(line));
  body += "</div>";
  for (const auto& w : r.warnings)
    body += fmt::format("<p class=\"warning\">{}</p>", escape_html(w));
  body += "<h2>The target and how the device stands to it</h2>" + limits_table(r);
  body += "<h2>What more or fewer passes change</h2>" + charts(r, page) + front_table(r);
  body += fmt::format(
      "<p class=\"small\">Each device was run again with the response of its own cell; beside it "
      "what the search said without that. {} evaluations, {} responses of device cells, {} solves "
      "by finite elements this time, {} runs.</p>",
      r.cost.evaluations, r.cost.responses, r.cost.solves, r.cost.reruns);
  body += "<h2>The device as values of a case</h2>" + overrides(r);
  body += "<h2>Inputs and their sources</h2><details><summary>" + std::to_string(r.inputs.size()) +
          " inputs</summary>" + inputs_table(r.inputs) + "</details>";
  body +=
      "<p class=\"small\">Research and teaching only. This report recommends no treatment, and no "
      "device in it was evaluated for safety here.</p>";
  return page.html(r.title, body, script, style);
}

}  // namespace

void write_result(const SizeResult& r, io::ResultFolder& folder, const std::string& charts_script,
                  const std::string& charts_style) {
  folder.write("size.json", study::size_json(r));
  folder.write("found.toml", r.found);
  folder.write("report.html", size_html(r, charts_script, charts_style));
}

}  // namespace percuta::report
