// What gets in through the channels: amounts by layer against time, open against covered, depth
// profiles.

#include "percuta/report/delivery.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curves.h"
#include "page.h"
#include "percuta/delivery/model.h"
#include "percuta/delivery/record.h"
#include "percuta/study/answer.h"
#include "percuta/study/run.h"
#include "svg.h"

namespace percuta::report {
namespace {

using Json = nlohmann::json;
constexpr double kHour = 3600.0, kShown = 1e5;  // [kg/m^2] as ug/cm^2
constexpr const char* kAmount = "µg/cm²";

Json amounts(const delivery::Course& c, const std::vector<double>& v,
             const std::vector<double>& grid) {
  Json out = Json::array();
  for (const double hours : grid) out.push_back(delivery::at_time(c, v, hours * kHour) * kShown);
  return out;
}

std::string by_layer(const study::DeliveryResult& r, const std::vector<double>& grid, Page& page) {
  const auto& c = r.delivered.needled;
  Json series = Json::array();
  for (std::size_t k = 0; k < c.in_layers.size(); ++k)
    series.push_back(
        {{"label", r.delivered.problem.layers[k].name}, {"y", amounts(c, c.in_layers[k], grid)}});
  series.push_back({{"label", "cleared"}, {"y", amounts(c, c.cleared, grid)}});
  series.push_back({{"label", "through"}, {"y", amounts(c, c.through, grid)}});
  return page.chart("Amount by layer", "hours after the needling", kAmount, Json(grid), series,
                    {{"zero", true}});
}

/// The same treatment with the other choice of cover.
delivery::Course otherwise_covered(const study::DeliveryResult& r) {
  auto p = r.delivered.problem;
  const auto& o = r.delivered.options;
  p.cover = {};
  if (!o.cover) p.cover = {o.start, o.wash_off > 0.0 ? o.wash_off : delivery::kNever};
  delivery::Settings settings;
  settings.cells = o.cells;
  settings.relative_tolerance = o.relative_tolerance;
  settings.finite_elements = study::delivery_model;
  return delivery::models().make(o.level)->deliver(p, settings, core::silent());
}

std::string open_and_covered(const study::DeliveryResult& r, const std::vector<double>& grid,
                             Page& page) {
  const auto& d = r.delivered;
  const auto other = otherwise_covered(r);
  const auto of = [&](const delivery::Course& c) { return amounts(c, delivered(d, c), grid); };
  Json series = Json::array();
  series.push_back(
      {{"label", d.options.cover ? "covered, as here" : "open, as here"}, {"y", of(d.needled)}});
  series.push_back({{"label", d.options.cover ? "open" : "covered"}, {"y", of(other)}});
  series.push_back({{"label", "unbroken skin"}, {"y", of(d.unbroken)}});
  return page.chart("Past the horny layer, open and covered", "hours after the needling", kAmount,
                    Json(grid), series, {{"zero", true}});
}

std::string profiles(const study::DeliveryResult& r, Page& page) {
  const auto& c = r.delivered.needled;
  Json series = Json::array();
  const double horny = delivery::horny_thickness(r.delivered.problem);
  std::vector<double> depth;
  for (const double z : c.depth)
    if (z > horny) depth.push_back(z * 1e3);
  const auto first = static_cast<std::ptrdiff_t>(c.depth.size() - depth.size());
  for (std::size_t k = 0; k < c.profile.size(); ++k)
    series.push_back(
        {{"label", fmt::format("{:.3g} h", c.profile_time[k] / kHour)},
         {"y", std::vector<double>(c.profile[k].begin() + first, c.profile[k].end())}});
  return page.chart("Free concentration below the horny layer", "depth, mm", "mg/mL", Json(depth),
                    series, {{"zero", true}});
}

std::string chapter(const study::DeliveryResult& r, Page& page) {
  const auto grid = grid_to(r.delivered.options.duration / kHour, 240);
  const auto& c = r.delivered.needled;
  Json open = Json::array();
  for (const double hours : grid)
    open.push_back(100.0 * delivery::open_share(r.delivered.problem, hours * kHour));
  Json flux = Json::array(), through = Json::array();
  for (const double hours : grid) {
    flux.push_back(delivery::at_time(c, c.flux, hours * kHour) * kShown * kHour);
    through.push_back(delivery::at_time(c, c.flux_through, hours * kHour) * kShown * kHour);
  }
  return "<h2>What got in</h2><div class=\"row\">" + by_layer(r, grid, page) +
         open_and_covered(r, grid, page) + "</div>" + concentration_pictures(r) +
         "<div class=\"row\">" + profiles(r, page) +
         page.chart(
             "Flux", "hours after the needling", "µg/cm²/h", Json(grid),
             {{{"label", "into the skin"}, {"y", flux}}, {{"label", "through"}, {"y", through}}}) +
         "</div><div class=\"row\">" +
         page.chart("Channels still open", "hours after the needling", "% of the channels",
                    Json(grid), {{{"label", "open"}, {"y", open}}}, {{"zero", true}}) +
         "</div>";
}

std::string limits(const study::DeliveryResult& r) {
  std::string out = "<ul>";
  for (const auto& line : delivery::cautions()) out += "<li>" + escape_html(line) + "</li>";
  for (const auto& m : r.models)
    out += fmt::format("<li>{}, model \"{}\", for {}: {}</li>", escape_html(m.family),
                       escape_html(m.name), escape_html(m.valid),
                       escape_html(fmt::format("{}", fmt::join(m.limits, " "))));
  return out +
         "<li>Research and teaching only. This report recommends no treatment and no product for "
         "needled skin.</li></ul>";
}

}  // namespace

std::string delivery_html(const study::DeliveryResult& r, const std::string& charts_script,
                          const std::string& charts_style) {
  const auto& first = r.rolled;
  const io::Document d = study::document(r);
  Page page;
  std::string body = fmt::format(
      "<h1>{}</h1><p class=\"small\">Percuta {} · skin {} · device {} · solute {} · level {} · "
      "seed {}</p><p class=\"answer\">{}</p>",
      escape_html(first.title), first.version, escape_html(first.skin.name),
      escape_html(first.device.name), escape_html(r.delivered.solute.name),
      escape_html(r.delivered.options.level), first.seed, escape_html(study::answer(r)));
  for (const auto& w : r.warnings)
    body += fmt::format("<p class=\"warning\">{}</p>", escape_html(w));
  body += chapter(r, page);
  body += "<h2>Channels on the skin</h2><div class=\"row\"><figure class=\"drawing\">" +
          channel_map_svg(first) + "</figure></div>";
  body +=
      "<h2>All figures</h2>" + figures(study::delivery_outputs().declared(), {&d}, {first.title});
  body += glossary() + "<h2>How far to trust this</h2>" + limits(r);
  body +=
      "<h2>Inputs and their sources</h2><p class=\"small\">Classes: S strong, W weak, U "
      "recollection to be verified, D derived, A assumed, F fitted to the calibration "
      "cases.</p><details><summary>" +
      std::to_string(first.inputs.size()) + " inputs</summary>" + inputs_table(first.inputs) +
      "</details><h2>Bibliography of this run</h2><ul class=\"small\">";
  for (const auto& [tag, text] : r.sources)
    body += fmt::format("<li>[{}] {}</li>", tag, escape_html(text));
  return page.html(first.title, body + "</ul>", charts_script, charts_style);
}

void write_result(const study::DeliveryResult& r, io::ResultFolder& folder,
                  const std::string& charts_script, const std::string& charts_style) {
  const io::Document document = study::document(r);
  folder.write("summary.json", io::summary_json(document));
  folder.write("report.html", delivery_html(r, charts_script, charts_style));
  folder.write("results.h5", io::hdf5(document));
  for (const auto& [name, text] : fields(r)) folder.write("fields/" + name, text);
}

}  // namespace percuta::report
