#include "percuta/report/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "page.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/insertion/record.h"
#include "percuta/io/vtk.h"
#include "percuta/study/insert.h"
#include "svg.h"

namespace percuta::report {
namespace {

using insertion::SolidField;
using insertion::SolidStep;
using study::InsertionResult;

constexpr std::array<const char*, 6> kOpeningColours{"#fbe9e2", "#f6c9b8", "#eb9c83",
                                                     "#d96a52", "#b83a30", "#7a1020"};

constexpr std::array<const char*, kClasses> kStressColours{"#cfe8ee", "#93cbdc", "#4fa3c7",
                                                           "#2672a9", "#153f77"};

bool solid(const InsertionResult& r) { return r.level == "solid"; }

/// Colours of the layers and of the stress, and what each stands for.
std::vector<std::pair<const char*, std::string>> legend_entries(const InsertionResult& r,
                                                                const Classes& classes) {
  std::vector<std::pair<const char*, std::string>> out;
  for (std::size_t k = 0; k < r.skin.layers.size(); ++k)
    out.emplace_back(kLayerColours[std::min<std::size_t>(k, 4)], r.skin.layers[k].name);
  for (std::size_t k = 0; k < classes.size() && std::isfinite(classes[k]); ++k)
    out.emplace_back(kStressColours[k],
                     (k == 0 ? "largest stress above " : "above ") +
                         core::format_quantity(classes[k], classes[k] < 1e6 ? "kPa" : "MPa", 4));
  return out;
}

// The outline of the needle in section, tip at the origin, axis up.
std::vector<std::array<double, 2>> outline(const device::Needle& n, double length, View view) {
  const double r = n.tip_radius;
  std::vector<std::array<double, 2>> out;
  for (int side = 0; side < 2; ++side)
    for (int k = 0; k <= 80; ++k) {
      const double share = (side == 0 ? k : 80 - k) / 80.0;
      const double behind = length * share * share;
      const double cap = behind < r ? std::sqrt(std::max(0.0, behind * (2.0 * r - behind)))
                                    : r;  // half-width of the tip's sphere
      double half = radius_behind_tip(n, behind), left = -half;
      if (n.shape == device::Shape::blunt) left = -(half = n.shank_radius - r + cap);
      if (n.shape ==
          device::Shape::lancet) {  // the rod stands beside its tip, along the plane of motion
        half = cap;
        left = view == View::across
                   ? -cap
                   : -std::min(2.0 * n.shank_radius - r, cap + behind * std::tan(n.half_angle));
      }
      out.push_back({side == 0 ? half : left, behind});
    }
  return out;
}

std::string vtu(const SolidField& f) {
  const bool flat =
      !f.cells.empty() && f.cells.front()[4] < 0;  // of the axisymmetric level, where nothing opens
  io::Grid g;
  g.points = f.points;
  for (const auto& cell : f.cells)
    g.cells.emplace_back(cell.begin(), cell.begin() + (cell[4] < 0 ? 4 : 8));
  io::GridValues moved{"displacement_m", 3, {}};
  for (const auto& u : f.displacements) moved.values.insert(moved.values.end(), u.begin(), u.end());
  g.at_points = {moved};
  if (!flat) g.at_points.push_back({"crack_opening_m", 1, f.opening});
  g.in_cells = {{"layer", 1, f.layer}, {"largest_principal_cauchy_stress_Pa", 1, f.stress}};
  return io::vtu(g);
}

std::string force_marks(const InsertionResult& r) {
  std::string out =
      "<div class=\"scroll\"><table><thead><tr><th>event</th><th class=\"number\">tip "
      "displacement, mm</th><th "
      "class=\"number\">force, mN</th></tr></thead><tbody>";
  for (const auto& e : r.solution.events)
    out += fmt::format(
        "<tr><td>{}</td><td class=\"number\">{:.4f}</td><td class=\"number\">{:.3g}</td></tr>",
        escape_html(e.name), e.displacement * 1e3, e.force * 1e3);
  return out + "</tbody></table></div>";
}

std::string figure_of(const study::CrossCheck& c, double value) {
  return config::for_people({{"", config::Form::scalar, c.unit, c.people_unit, ""}, {value}});
}

constexpr const char* kFrameScript = R"js(
for (const box of document.querySelectorAll(".frames")) {
  const frames = box.querySelectorAll(".frame"), slider = box.querySelector("input"), button = box.querySelector("button");
  const show = k => frames.forEach((f, i) => f.style.display = i == k ? "block" : "none");
  slider.oninput = () => show(slider.value); show(slider.value);
  let timer = null;
  button.onclick = () => { if (timer) { clearInterval(timer); timer = null; button.textContent = "play"; return; }
    button.textContent = "stop"; timer = setInterval(() => { slider.value = (Number(slider.value) + 1) % frames.length; show(slider.value); }, 400); };
}
)js";

// A picture of the report as a file of its own.
std::string alone(const std::string& svg) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"11\"" +
         svg.substr(std::string("<svg").size());
}

std::string frames(const InsertionResult& r, View view) {
  const auto& fields = r.solution.fields;
  if (fields.empty()) return "";
  std::size_t best = 0;
  for (std::size_t k = 0; k < fields.size(); ++k)
    if (fields[k].displacement > fields[best].displacement) best = k;
  std::string out = "<div class=\"frames\">";
  for (std::size_t k = 0; k < fields.size(); ++k)
    out += fmt::format(
        "<div class=\"frame\"{}>{}<p class=\"small\">tip displacement {:.3f} mm</p></div>",
        k == best ? "" : " style=\"display:none\"", section_svg(r, fields[k], view),
        fields[k].displacement * 1e3);
  return out + fmt::format(
                   "<input type=\"range\" min=\"0\" max=\"{}\" value=\"{}\" aria-label=\"moment\"> "
                   "<button>play</button></div>",
                   fields.size() - 1, best);
}

}  // namespace

std::string section_svg(const study::InsertionResult& r, const SolidField& f, View view) {
  // Faces of cells on the section, in the plane's own coordinates (horizontal, vertical), as
  // deformed.
  struct Face {
    std::array<std::array<double, 2>, 4> at;
    int layer;
    double stress, opening;
  };
  std::vector<Face> faces;
  const bool flat = !f.cells.empty() && f.cells.front()[4] < 0;
  const int normal = view == View::across ? 0 : 1;  // axis across the section
  const int horizontal = flat || view == View::along ? 0 : 1;
  for (std::size_t c = 0; c < f.cells.size(); ++c) {
    static constexpr std::array<std::array<int, 4>, 2> sides{
        {{0, 3, 7, 4}, {0, 1, 5, 4}}};  // VTK corners with x low, y low
    const std::array<int, 4> corners = flat ? std::array<int, 4>{0, 1, 2, 3} : sides[normal];
    Face face{{}, static_cast<int>(f.layer[c]), f.stress[c], 0.0};
    bool on = true;
    for (int k = 0; k < 4; ++k) {
      const int n = f.cells[c][corners[k]];
      on = on && (flat || std::abs(f.points[n][normal]) < 1e-12);
      face.at[k] = {f.points[n][horizontal] + f.displacements[n][horizontal],
                    f.points[n][2] + f.displacements[n][2]};
      face.opening += 0.25 * f.opening[n];
    }
    if (on) faces.push_back(face);
  }
  const auto& n = r.device.needle;
  double depth = 0.0, reach = 0.0;
  for (const auto& s : r.solution.steps) {
    depth = std::max(depth, s.displacement);
    reach = std::max(reach, std::abs(s.along));
  }
  const double shown = std::max(1.25 * depth + 0.15e-3,
                                r.options.in_cell ? 0.4 * r.options.cell_radius : 0.0),
               above = std::max(0.35 * depth, 0.15e-3);
  const double half =
      r.options.in_cell
          ? 1.02 * r.options.cell_radius
          : std::max({0.7 * shown, 5.0 * n.shank_radius,
                      view == View::along ? 1.4 * reach + 3.0 * n.shank_radius : 0.0});
  const double scale = std::min(640.0 / (2.0 * half), 460.0 / (shown + above));
  const double width = 2.0 * half * scale, height = (shown + above) * scale;
  const auto px = [&](double x) { return 0.5 * width + x * scale; };
  const auto py = [&](double z) { return (above - z) * scale; };
  // What colours mean stands below the picture, in as many rows as it takes.
  std::vector<double> stress;
  for (const auto& field : r.solution.fields)
    stress.insert(stress.end(), field.stress.begin(), field.stress.end());
  const auto classes = half_decades(std::move(stress));
  const auto entries = legend_entries(r, classes);
  const double bar = std::pow(10.0, std::floor(std::log10(half)));
  std::vector<std::array<double, 2>> places;
  double right = 96.0 + bar * scale, row = height;
  for (const auto& [colour, text] : entries) {
    const double wide = 30.0 + 9.4 * static_cast<double>(core::length(text));
    if (right + wide > width && right > 8.0) {
      right = 8.0;
      row += 22.0;
    }
    places.push_back({right, row});
    right += wide;
  }
  const double legend = row - height + 26.0;
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"skin in section, to scale\" "
      "class=\"section broad\">"
      "<rect width=\"{:.0f}\" height=\"{:.0f}\" fill=\"#eef3f6\"/>",
      width, height + legend, width, height + legend);
  // One path for each colour, in tenths of a pixel and from corner to corner, since pages hold many
  // such pictures; the other half is the same one mirrored.
  std::map<std::string, std::string> paths;
  const bool mirror = flat || (view == View::along ? f.part == insertion::Part::quarter
                                                   : f.part != insertion::Part::whole);
  const double widest = 2.0 * n.shank_radius;
  for (const auto& face : faces) {
    bool visible = false;
    std::string path;
    std::array<long, 2> last{0, 0};
    for (int k = 0; k < 4; ++k) {
      const double x = face.at[k][0], z = face.at[k][1];
      visible = visible || (std::abs(x) < half && z > -shown);
      const std::array<long, 2> at{std::lround(10.0 * px(x)), std::lround(10.0 * py(z))};
      path += fmt::format("{}{} {}",
                          k == 0   ? "M"
                          : k == 1 ? "l"
                                   : " ",
                          at[0] - last[0], at[1] - last[1]);
      last = at;
    }
    if (!visible) continue;
    const bool open = view == View::along && face.opening > 0.0;
    const auto level = static_cast<std::size_t>(std::clamp(6.0 * face.opening / widest, 0.0, 5.0));
    const auto above_stress = static_cast<std::size_t>(
        std::upper_bound(classes.begin(), classes.end(), face.stress) - classes.begin());
    paths[open && face.opening > 0.01 * widest ? kOpeningColours[level]
          : above_stress > 0                   ? kStressColours[above_stress - 1]
                             : kLayerColours[std::min(face.layer, 4)]] += path + "z";
  }
  std::string cells;
  for (const auto& [colour, path] : paths)
    cells += fmt::format("<path d=\"{}\" fill=\"{}\"/>", path, colour);
  const auto id = fmt::format("cells-{:x}", std::hash<std::string>{}(cells));
  out += fmt::format(
      "<g id=\"{}\"><g transform=\"scale(0.1)\" stroke=\"#6b4a40\" stroke-width=\"2.5\" "
      "stroke-opacity=\"0.6\">{}</g></g>",
      id, cells);
  if (mirror)
    out += fmt::format("<use href=\"#{}\" transform=\"matrix(-1 0 0 1 {:.1f} 0)\"/>", id, width);
  std::string needle;
  const bool tilted = view == View::along;
  for (const auto& p : outline(n, r.options.in_cell ? n.length : shown + above + n.length, view)) {
    const double s = tilted ? std::sin(f.tilt) : 0.0, c = tilted ? std::cos(f.tilt) : 1.0;
    const double x = (tilted ? f.tip[0] : 0.0) + c * p[0] + s * p[1],
                 z = f.tip[2] - s * p[0] + c * p[1];
    needle += fmt::format("{}{:.1f} {:.1f}", needle.empty() ? "M" : "L", px(x), py(z));
  }
  out += fmt::format(
      "<path d=\"{}Z\" fill=\"#5b6770\" fill-opacity=\"{}\" stroke=\"#333\" stroke-width=\"0.7\"/>",
      needle, tilted ? 0.35 : 0.9);
  if (r.options.in_cell) {  // the base over the whole cell
    const double base = f.tip[2] + n.length;
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#8b97a0\" "
        "stroke=\"#333\" stroke-width=\"0.7\"/>",
        px(-r.options.cell_radius), 2.0 * r.options.cell_radius * scale, std::max(0.0, py(base)));
  }
  out += fmt::format(
      "<line x1=\"0\" x2=\"{0:.0f}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#222\" "
      "stroke-width=\"0.7\" stroke-dasharray=\"4 3\"/>",
      width, py(0.0));
  out += fmt::format(
      "<rect x=\"-4\" y=\"{0:.1f}\" width=\"{1:.1f}\" height=\"{7:.1f}\" fill=\"#fff\"/><line "
      "x1=\"8\" "
      "x2=\"{2:.1f}\" y1=\"{3:.1f}\" y2=\"{3:.1f}\" stroke=\"#222\" "
      "stroke-width=\"2\"/><text x=\"{4:.1f}\" y=\"{5:.1f}\" class=\"label\">{6:g} mm</text>",
      height, width + 8.0, 8.0 + bar * scale, height + 11.0, 14.0 + bar * scale, height + 15.0,
      bar * 1e3, legend);
  for (std::size_t k = 0; k < entries.size(); ++k)
    out += swatch(places[k][0], places[k][1], entries[k].first, entries[k].second);
  return out + "</svg>";
}

void write_result(const study::InsertionResult& r, io::ResultFolder& folder,
                  const std::string& charts_script, const std::string& charts_style) {
  const io::Document document = study::document(r);
  folder.write("summary.json", io::summary_json(document));
  folder.write("results.h5", io::hdf5(document));
  std::vector<std::pair<double, std::string>> collection;
  for (std::size_t k = 0; k < r.solution.fields.size(); ++k) {
    const auto& f = r.solution.fields[k];
    folder.write(fmt::format("fields/skin-{:02d}.vtu", k), vtu(f));
    collection.emplace_back(k, fmt::format("skin-{:02d}.vtu", k));
    folder.write(fmt::format("frames/across-{:02d}.svg", k),
                 alone(section_svg(r, f, View::across)));
    if (solid(r))
      folder.write(fmt::format("frames/along-{:02d}.svg", k),
                   alone(section_svg(r, f, View::along)));
  }
  folder.write("fields/skin.pvd", io::pvd(collection));

  Page page;
  const auto& d = insertion::deepest(r.solution);
  std::string body = fmt::format(
      "<h1>{}</h1><p class=\"small\">Percuta {} · skin {} · needle {:.2f} mm, tip radius {:.3g} µm "
      "· level {} · {}</p>",
      escape_html(r.title), r.version, escape_html(r.skin.name), r.device.needle.length * 1e3,
      r.device.needle.tip_radius * 1e6, r.level, r.motion);
  if (!solid(r))
    body += fmt::format(
        "<p class=\"answer\">Pressed {:.3f} mm into unpierced skin, the needle feels {:.3g} "
        "mN.</p>",
        d.displacement * 1e3, d.force * 1e3);
  else if (std::isfinite(puncture_force(r.solution)))
    body += fmt::format(
        "<p class=\"answer\">The skin gives way at {:.3g} mN, {:.3f} mm below its surface. With "
        "the tip {:.3f} mm down the cut is {:.3f} mm deep; the skin "
        "yields the rest.</p>",
        puncture_force(r.solution) * 1e3, puncture_displacement(r.solution) * 1e3,
        d.displacement * 1e3, d.pierced_depth * 1e3);
  else
    body += fmt::format(
        "<p class=\"answer\">Pressed {:.3f} mm, the skin does not give way suddenly; the cut is "
        "{:.3f} mm deep and the force {:.3g} mN.</p>",
        d.displacement * 1e3, d.pierced_depth * 1e3, d.force * 1e3);
  for (const auto& w : r.warnings)
    body += fmt::format("<p class=\"warning\">{}</p>", escape_html(w));
  body += "<h2>The skin round the needle</h2><div class=\"row\"><div class=\"chart\"><h3>" +
          std::string(solid(r) ? "Across the slit" : "Through the needle's axis") + "</h3>" +
          frames(r, View::across) + "</div>";
  if (solid(r))
    body += "<div class=\"chart\"><h3>In the plane of the slit; red: how far it stands open</h3>" +
            frames(r, View::along) + "</div>";
  body += "</div>";

  const auto scaled = [&](double SolidStep::*member, double factor, int half) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& s : r.solution.steps)
      if (half < 0 || s.leaving == (half == 1)) out.push_back(s.*member * factor);
    return out;
  };
  body += "<div class=\"row\">";
  // In and out run over the same displacements: two charts' worth of one axis, so the way out is
  // drawn against the step.
  nlohmann::json forces{{{"label", "force"}, {"y", scaled(&SolidStep::force, 1e3, 0)}}};
  if (solid(r))
    forces.push_back({{"label", "sideways"}, {"y", scaled(&SolidStep::lateral_force, 1e3, 0)}});
  body += page.chart("Force on the needle, way in",
                     r.motion != "push" ? "tip below the surface, mm" : "tip displacement, mm",
                     "force, mN", scaled(&SolidStep::displacement, 1e3, 0), forces);
  nlohmann::json steps = nlohmann::json::array();
  for (std::size_t k = 0; k < r.solution.steps.size(); ++k) steps.push_back(k);
  if (solid(r)) {
    body += page.chart("Pierced depth", "tip displacement, mm", "pierced depth, mm",
                       scaled(&SolidStep::displacement, 1e3, 0),
                       {{{"label", "pierced"}, {"y", scaled(&SolidStep::pierced_depth, 1e3, 0)}}});
    body +=
        page.chart("Force, in and out", "step", "force, mN", steps,
                   {{{"label", "down"}, {"y", scaled(&SolidStep::force, 1e3, -1)}},
                    {{"label", "sideways"}, {"y", scaled(&SolidStep::lateral_force, 1e3, -1)}}});
    body +=
        page.chart("Where the work went", "step", "energy, µJ", steps,
                   {{{"label", "work"}, {"y", scaled(&SolidStep::work, 1e6, -1)}},
                    {{"label", "stored"}, {"y", scaled(&SolidStep::stored, 1e6, -1)}},
                    {{"label", "crack"}, {"y", scaled(&SolidStep::fracture, 1e6, -1)}},
                    {{"label", "friction"}, {"y", scaled(&SolidStep::friction, 1e6, -1)}},
                    {{"label", "let go in snaps"}, {"y", scaled(&SolidStep::released, 1e6, -1)}}});
  }
  body += "</div>";
  if (!r.solution.events.empty()) body += "<h2>Events</h2>" + force_marks(r);
  std::vector<config::Output> given;
  for (const auto& v : document.outputs) given.push_back(v.output);
  body += "<h2>All figures</h2>" + figures(given, {&document}, {r.title}) + glossary();
  if (!r.checks.empty()) {
    body +=
        "<h2>Beside the other levels</h2><div "
        "class=\"scroll\"><table><thead><tr><th>quantity</th><th "
        "class=\"number\">here</th><th "
        "class=\"number\">there</th><th>remark</th></tr></thead><tbody>";
    for (const auto& c : r.checks)
      body += fmt::format(
          "<tr><td>{}</td><td class=\"number\">{} {}</td><td class=\"number\">{} "
          "{}</td><td>{}</td></tr>",
          escape_html(c.quantity), figure_of(c, c.value), c.here, figure_of(c, c.other), c.there,
          escape_html(c.remark));
    body += "</tbody></table></div>";
  }
  body += "<h2>How far to trust this</h2><ul>";
  for (const auto& line : study::insertion_limits(r.level))
    body += "<li>" + escape_html(line) + "</li>";
  body += "<li>Research and teaching only. This report recommends no treatment.</li></ul>";
  body += "<h2>Inputs and their sources</h2><details><summary>" + std::to_string(r.inputs.size()) +
          " inputs</summary>" + inputs_table(r.inputs) + "</details>";
  body += "<h2>Bibliography of this run</h2><ul class=\"small\">";
  for (const auto& [tag, text] : r.sources)
    body += fmt::format("<li>[{}] {}</li>", tag, escape_html(text));
  body += "</ul>";
  folder.write("report.html", page.html(r.title, body, charts_script, charts_style, kFrameScript));
}

}  // namespace percuta::report
