#include "percuta/io/insertion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "page.h"
#include "percuta/core/quantity.h"
#include "svg.h"

namespace percuta::io {
namespace {

using Json = nlohmann::ordered_json;
using insertion::SolidField;
using insertion::SolidStep;

constexpr std::array<const char*, 5> kLayerColours{"#d9b08c", "#f2c6a8", "#f0a8a0", "#e58f8a", "#f7e3a1"};
constexpr std::array<const char*, 6> kOpeningColours{"#fbe9e2", "#f6c9b8", "#eb9c83", "#d96a52", "#b83a30", "#7a1020"};

Json quantity(double value, const std::string& unit) { return {{"value", std::isfinite(value) ? Json(value) : Json(nullptr)}, {"unit", unit}}; }

// The last state at the deepest point: a needle may have been held there.
const SolidStep& deepest(const InsertionResult& r) {
  const SolidStep* best = &r.solution.steps.front();
  for (const auto& s : r.solution.steps)
    if (!s.leaving && s.displacement >= best->displacement * (1.0 - 1e-12)) best = &s;
  return *best;
}

bool solid(const InsertionResult& r) { return r.level == "solid"; }

std::vector<double> column(const InsertionResult& r, double SolidStep::*member) {
  std::vector<double> v;
  for (const auto& s : r.solution.steps) v.push_back(s.*member);
  return v;
}

// The outline of the needle in section, tip at the origin, axis up.
std::vector<std::array<double, 2>> outline(const device::Needle& n, double length, View view) {
  const double r = n.tip_radius;
  std::vector<std::array<double, 2>> out;
  for (int side = 0; side < 2; ++side)
    for (int k = 0; k <= 80; ++k) {
      const double share = (side == 0 ? k : 80 - k) / 80.0;
      const double behind = length * share * share;
      const double cap = behind < r ? std::sqrt(std::max(0.0, behind * (2.0 * r - behind))) : r;  // half-width of the tip's sphere
      double half = radius_behind_tip(n, behind), left = -half;
      if (n.shape == device::Shape::blunt) left = -(half = n.shank_radius - r + cap);
      if (n.shape == device::Shape::lancet) {  // the rod stands beside its tip, along the plane of motion
        half = cap;
        left = view == View::across ? -cap : -std::min(2.0 * n.shank_radius - r, cap + behind * std::tan(n.half_angle));
      }
      out.push_back({side == 0 ? half : left, behind});
    }
  return out;
}

std::string vtu(const SolidField& f) {
  const bool flat = !f.cells.empty() && f.cells.front()[4] < 0;  // of the axisymmetric level, where nothing opens
  std::string points, moved, opening, connectivity, offsets, types, layer, stress;
  for (std::size_t n = 0; n < f.points.size(); ++n) {
    points += fmt::format("{:.6e} {:.6e} {:.6e}\n", f.points[n][0], f.points[n][1], f.points[n][2]);
    moved += fmt::format("{:.6e} {:.6e} {:.6e}\n", f.displacements[n][0], f.displacements[n][1], f.displacements[n][2]);
    if (!flat) opening += fmt::format("{:.4e} ", f.opening[n]);
  }
  int count = 0;
  for (std::size_t c = 0; c < f.cells.size(); ++c) {
    const int corners = f.cells[c][4] < 0 ? 4 : 8;
    for (int k = 0; k < corners; ++k) connectivity += fmt::format("{} ", f.cells[c][k]);
    offsets += fmt::format("{} ", count += corners);
    types += corners == 4 ? "9 " : "12 ";
    layer += fmt::format("{:.0f} ", f.layer[c]);
    stress += fmt::format("{:.4e} ", f.stress[c]);
  }
  const auto array = [](const char* type, const char* name, int components, const std::string& values) {
    return fmt::format("<DataArray type=\"{}\" Name=\"{}\" NumberOfComponents=\"{}\" format=\"ascii\">{}</DataArray>\n", type, name, components, values);
  };
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"0.1\">\n<UnstructuredGrid>\n<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n"
      "<Points>{}</Points>\n<Cells>{}{}{}</Cells>\n<PointData>{}{}</PointData>\n<CellData>{}{}</CellData>\n</Piece>\n</UnstructuredGrid>\n</VTKFile>\n",
      f.points.size(), f.cells.size(), array("Float64", "position_m", 3, points), array("Int32", "connectivity", 1, connectivity),
      array("Int32", "offsets", 1, offsets), array("UInt8", "types", 1, types), array("Float64", "displacement_m", 3, moved),
      flat ? "" : array("Float64", "crack_opening_m", 1, opening), array("Float64", "layer", 1, layer),
      array("Float64", "largest_principal_cauchy_stress_Pa", 1, stress));
}

std::string force_marks(const InsertionResult& r) {
  std::string out = "<table><thead><tr><th>event</th><th class=\"number\">tip displacement, mm</th><th class=\"number\">force, mN</th></tr></thead><tbody>";
  for (const auto& e : r.solution.events)
    out += fmt::format("<tr><td>{}</td><td class=\"number\">{:.4f}</td><td class=\"number\">{:.3g}</td></tr>", escape_html(e.name), e.displacement * 1e3,
                       e.force * 1e3);
  return out + "</tbody></table>";
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
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"11\"" + svg.substr(std::string("<svg").size());
}

std::string frames(const InsertionResult& r, View view) {
  const auto& fields = r.solution.fields;
  if (fields.empty()) return "";
  std::size_t best = 0;
  for (std::size_t k = 0; k < fields.size(); ++k)
    if (fields[k].displacement > fields[best].displacement) best = k;
  std::string out = "<div class=\"frames\">";
  for (std::size_t k = 0; k < fields.size(); ++k)
    out += fmt::format("<div class=\"frame\"{}>{}<p class=\"small\">tip displacement {:.3f} mm</p></div>", k == best ? "" : " style=\"display:none\"",
                       section_svg(r, fields[k], view), fields[k].displacement * 1e3);
  return out +
         fmt::format("<input type=\"range\" min=\"0\" max=\"{}\" value=\"{}\" aria-label=\"moment\"> <button>play</button></div>", fields.size() - 1, best);
}

}  // namespace

std::string section_svg(const InsertionResult& r, const SolidField& f, View view) {
  // Faces of cells on the section, in the plane's own coordinates (horizontal, vertical), as deformed.
  struct Face {
    std::array<std::array<double, 2>, 4> at;
    int layer;
    double opening;
  };
  std::vector<Face> faces;
  const bool flat = !f.cells.empty() && f.cells.front()[4] < 0;
  const int normal = view == View::across ? 0 : 1;  // axis across the section
  const int horizontal = flat || view == View::along ? 0 : 1;
  for (std::size_t c = 0; c < f.cells.size(); ++c) {
    static constexpr std::array<std::array<int, 4>, 2> sides{{{0, 3, 7, 4}, {0, 1, 5, 4}}};  // VTK corners with x low, y low
    const std::array<int, 4> corners = flat ? std::array<int, 4>{0, 1, 2, 3} : sides[normal];
    Face face{{}, static_cast<int>(f.layer[c]), 0.0};
    bool on = true;
    for (int k = 0; k < 4; ++k) {
      const int n = f.cells[c][corners[k]];
      on = on && (flat || std::abs(f.points[n][normal]) < 1e-12);
      face.at[k] = {f.points[n][horizontal] + f.displacements[n][horizontal], f.points[n][2] + f.displacements[n][2]};
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
  const double shown = std::max(1.25 * depth + 0.15e-3, r.options.in_cell ? 0.4 * r.options.cell_radius : 0.0), above = std::max(0.35 * depth, 0.15e-3);
  const double half = r.options.in_cell ? 1.02 * r.options.cell_radius
                                        : std::max({0.7 * shown, 5.0 * n.shank_radius, view == View::along ? 1.4 * reach + 3.0 * n.shank_radius : 0.0});
  const double scale = std::min(640.0 / (2.0 * half), 460.0 / (shown + above));
  const double width = 2.0 * half * scale, height = (shown + above) * scale;
  const auto px = [&](double x) { return 0.5 * width + x * scale; };
  const auto py = [&](double z) { return (above - z) * scale; };
  // Where the names of the layers stand below the picture, in as many rows as they take.
  const double bar = std::pow(10.0, std::floor(std::log10(half)));
  std::vector<std::array<double, 2>> names;
  double right = 80.0 + bar * scale, row = height;
  for (const auto& layer : r.skin.layers) {
    const double wide = 28.0 + 6.4 * static_cast<double>(layer.name.size());
    if (right + wide > width && right > 8.0) {
      right = 8.0;
      row += 18.0;
    }
    names.push_back({right, row});
    right += wide;
  }
  const double legend = row - height + 22.0;
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"skin in section, to scale\" class=\"section\">"
      "<rect width=\"{:.0f}\" height=\"{:.0f}\" fill=\"#eef3f6\"/>",
      width, height + legend, width, height + legend);
  // One path for each colour.
  std::map<std::string, std::string> paths;
  const bool mirror = flat || (view == View::along ? f.part == insertion::Part::quarter : f.part != insertion::Part::whole);
  const double widest = 2.0 * n.shank_radius;
  for (const auto& face : faces)
    for (const double sign : {1.0, -1.0}) {
      if (sign < 0.0 && !mirror) continue;
      bool visible = false;
      std::string path;
      for (int k = 0; k < 4; ++k) {
        const double x = sign * face.at[k][0], z = face.at[k][1];
        visible = visible || (std::abs(x) < half && z > -shown);
        path += fmt::format("{}{:.1f} {:.1f}", k == 0 ? "M" : "L", px(x), py(z));
      }
      if (!visible) continue;
      const bool open = view == View::along && face.opening > 0.0;
      const auto level = static_cast<std::size_t>(std::clamp(6.0 * face.opening / widest, 0.0, 5.0));
      paths[open && face.opening > 0.01 * widest ? kOpeningColours[level] : kLayerColours[std::min(face.layer, 4)]] += path + "Z";
    }
  for (const auto& [colour, path] : paths)
    out += fmt::format("<path d=\"{}\" fill=\"{}\" stroke=\"#6b4a40\" stroke-width=\"0.25\" stroke-opacity=\"0.6\"/>", path, colour);
  std::string needle;
  const bool tilted = view == View::along;
  for (const auto& p : outline(n, r.options.in_cell ? n.length : shown + above + n.length, view)) {
    const double s = tilted ? std::sin(f.tilt) : 0.0, c = tilted ? std::cos(f.tilt) : 1.0;
    const double x = (tilted ? f.tip[0] : 0.0) + c * p[0] + s * p[1], z = f.tip[2] - s * p[0] + c * p[1];
    needle += fmt::format("{}{:.1f} {:.1f}", needle.empty() ? "M" : "L", px(x), py(z));
  }
  out += fmt::format("<path d=\"{}Z\" fill=\"#5b6770\" fill-opacity=\"{}\" stroke=\"#333\" stroke-width=\"0.7\"/>", needle, tilted ? 0.35 : 0.9);
  if (r.options.in_cell) {  // the base over the whole cell
    const double base = f.tip[2] + n.length;
    out += fmt::format("<rect x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#8b97a0\" stroke=\"#333\" stroke-width=\"0.7\"/>",
                       px(-r.options.cell_radius), 2.0 * r.options.cell_radius * scale, std::max(0.0, py(base)));
  }
  out += fmt::format("<line x1=\"0\" x2=\"{0:.0f}\" y1=\"{1:.1f}\" y2=\"{1:.1f}\" stroke=\"#222\" stroke-width=\"0.7\" stroke-dasharray=\"4 3\"/>", width,
                     py(0.0));
  out += fmt::format(
      "<rect y=\"{0:.1f}\" width=\"{1:.1f}\" height=\"{7:.1f}\" fill=\"#fff\"/><line x1=\"8\" x2=\"{2:.1f}\" y1=\"{3:.1f}\" y2=\"{3:.1f}\" stroke=\"#222\" "
      "stroke-width=\"2\"/><text x=\"{4:.1f}\" y=\"{5:.1f}\" class=\"label\">{6:g} mm</text>",
      height, width, 8.0 + bar * scale, height + 11.0, 14.0 + bar * scale, height + 15.0, bar * 1e3, legend);
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto [x, y] = names[k];
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"11\" height=\"11\" fill=\"{}\" stroke=\"#6b4a40\" stroke-width=\"0.4\"/><text x=\"{:.1f}\" "
        "y=\"{:.1f}\" class=\"label\">{}</text>",
        x, y + 6.0, kLayerColours[std::min<std::size_t>(k, 4)], x + 15.0, y + 15.0, escape_html(r.skin.layers[k].name));
  }
  return out + "</svg>";
}

std::vector<SummaryValue> summary_values(const InsertionResult& r) {
  const auto& d = deepest(r);
  const auto& last = r.solution.steps.back();
  std::vector<SummaryValue> v{
      {"insertion", "tip_displacement", d.displacement, "m", 0, "tip displacement at the deepest point", "mm"},
      {"insertion", "force_at_depth", d.force, "N", 0, "force there", "mN"},
  };
  if (r.options.in_cell) {
    v.push_back({"insertion", "cell_radius", r.options.cell_radius, "m", 0, "radius of the device cell", "mm"});
    v.push_back({"insertion", "base_force", d.base_force, "N", 0, "force of the base there", "mN"});
    v.push_back({"insertion", "mean_pressure", (d.force + d.base_force) / (M_PI * r.options.cell_radius * r.options.cell_radius), "Pa", 0,
                 "mean pressure on the cell there", "kPa"});
    v.push_back({"insertion", "contact_radius", d.base_force > 0.0 ? d.contact_radius : std::nan(""), "m", 0, "inner edge of the base's contact there", "mm"});
    v.push_back({"insertion", "rise", d.rise, "m", 0, "rise of the skin at the cell's side", "um"});
  }
  if (!solid(r)) {
    v.push_back({"energy", "work", d.work, "J", 0, "work of the needle", "uJ"});
    v.push_back({"energy", "stored", d.stored, "J", 0, "stored in the skin", "uJ"});
    return v;
  }
  if (r.options.spacing > 0.0) v.push_back({"insertion", "needle_spacing", r.options.spacing, "m", 0, "distance of the needles of the array", "mm"});
  if (r.options.tilt != 0.0) v.push_back({"insertion", "tilt", r.options.tilt, "rad", 0, "tilt of the needle", "deg"});
  const auto& c = r.solution.channel;
  double widest = 0.0, longest = 0.0;
  for (std::size_t k = 0; k < c.slit_width.size(); ++k) {
    widest = std::max(widest, c.slit_width[k]);
    longest = std::max(longest, c.slit_length[k]);
  }
  if (const auto* begin = held_since(r.solution)) {
    const auto &from = r.solution.steps[begin->step - 1], &to = d;
    v.push_back({"insertion", "held", r.options.hold, "s", 0, "time that the needle was held", "s"});
    v.push_back({"insertion", "sunk_while_held", to.displacement - from.displacement, "m", 0, "by which it sank meanwhile", "um"});
    v.push_back({"insertion", "force_lost_while_held", from.force - to.force, "N", 0, "by which the force fell meanwhile", "mN"});
  }
  const std::vector<SummaryValue> more{
      {"insertion", "puncture_force", puncture_force(r.solution), "N", 0, "puncture force, cut deeper than tip radius", "mN"},
      {"insertion", "puncture_displacement", puncture_displacement(r.solution), "m", 0, "tip displacement at puncture", "mm"},
      {"insertion", "pierced_depth", d.pierced_depth, "m", 0, "pierced depth at the deepest point", "mm"},
      {"insertion", "deflection", d.deflection, "m", 0, "deflection of the skin there", "mm"},
      {"insertion", "lateral_force", d.lateral_force, "N", 0, "force in the direction of rolling there", "mN"},
      {"channel", "depth", c.depth, "m", 0, "depth of the cut that is left", "mm"},
      {"channel", "slit_length", longest, "m", 0, "longest slit", "um"},
      {"channel", "slit_width", widest, "m", 0, "by which its faces stand apart at most", "um"},
      {"channel", "opening_radius", c.radius.empty() ? 0.0 : c.radius.front(), "m", 0, "radius of a round hole as open at the surface", "um"},
      {"energy", "work", last.work, "J", 0, "work of the needle, in and out", "uJ"},
      {"energy", "stored", last.stored, "J", 0, "still stored at the end", "uJ"},
      {"energy", "fracture", last.fracture, "J", 0, "used up by the crack", "uJ"},
      {"energy", "friction", last.friction, "J", 0, "used up by friction", "uJ"},
      {"energy", "released", last.released, "J", 0, "let go in snaps", "uJ"},
      {"energy", "balance_error", r.solution.balance_error, "1", 0, "largest error of the energy balance", "%"},
  };
  v.insert(v.end(), more.begin(), more.end());
  return v;
}

std::string summary_json(const InsertionResult& r) {
  Json root;
  root["percuta"] = {{"version", r.version}, {"case", r.title},     {"file", r.case_file},    {"level", r.level},
                     {"motion", r.motion},   {"skin", r.skin.name}, {"device", r.device.name}};
  for (const auto& v : summary_values(r)) root[v.group][v.name] = quantity(v.value, v.unit);
  root["insertion"]["complete"] = r.solution.complete;
  Json events = Json::array();
  for (const auto& e : r.solution.events)
    events.push_back({{"name", e.name}, {"displacement", quantity(e.displacement, "m")}, {"force", quantity(e.force, "N")}, {"step", e.step}});
  root["events"] = events;
  Json checks = Json::array();
  for (const auto& c : r.checks)
    checks.push_back({{"quantity", c.quantity}, {c.here, quantity(c.value, c.unit)}, {c.there, quantity(c.other, c.unit)}, {"remark", c.remark}});
  root["cross_checks"] = checks;
  const auto& c = r.solution.cost;
  root["cost"] = {{"unknowns", c.unknowns},
                  {"cells", c.cells},
                  {"meshes", c.meshes},
                  {"steps", c.steps},
                  {"iterations", c.iterations},
                  {"factorisations", c.factorisations},
                  {"inner_iterations", c.inner_iterations},
                  {"cut_backs", c.cut_backs},
                  {"mean_iterations", c.mean_iterations},
                  {"seconds", c.seconds},
                  {"megabytes", c.megabytes},
                  {"lanes", c.lanes},
                  {"threads", c.threads},
                  {"processes", c.processes},
                  {"blas", c.blas}};
  root["warnings"] = r.warnings;
  Json sources;
  for (const auto& [tag, text] : r.sources) sources.push_back({{"tag", tag}, {"citation", text}});
  root["sources"] = sources;
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<Dataset> datasets(const InsertionResult& r) {
  std::vector<Dataset> out;
  const std::size_t n = r.solution.steps.size();
  std::vector<double> index;
  for (std::size_t k = 0; k < n; ++k) index.push_back(static_cast<double>(k));
  out.push_back({"/insertion/step", "1", "number of the converged step", {n}, index, {}});
  const auto add = [&](const char* name, const char* unit, const char* long_name, double SolidStep::*member) {
    out.push_back({fmt::format("/insertion/{}", name), unit, long_name, {n}, column(r, member), {"/insertion/step"}});
  };
  add("displacement", "m", "tip displacement", &SolidStep::displacement);
  add("force", "N", "downward force on the needle", &SolidStep::force);
  add("deflection", "m", "deflection of the skin surface at the needle", &SolidStep::deflection);
  add("work", "J", "work of the needle so far", &SolidStep::work);
  add("stored", "J", "energy stored in the skin", &SolidStep::stored);
  if (r.options.in_cell) {
    add("base_force", "N", "force of the base on the device cell", &SolidStep::base_force);
    add("contact_radius", "m", "inner edge of the base's contact, the cell's radius where it does not touch", &SolidStep::contact_radius);
    add("rise", "m", "rise of the skin at the cell's side above its mean plane", &SolidStep::rise);
  }
  if (!solid(r)) return out;  // one straight and slow push without friction into skin that stays whole
  add("time", "s", "time since the tip first touched, 0 without a speed", &SolidStep::time);
  add("along", "m", "position of the tip in the direction of rolling", &SolidStep::along);
  add("tilt", "rad", "angle of the needle against the vertical", &SolidStep::tilt);
  add("lateral_force", "N", "force on the needle in the direction of rolling", &SolidStep::lateral_force);
  add("side_force", "N", "force on the needle out of the plane of its motion", &SolidStep::side_force);
  add("pierced_depth", "m", "pierced depth", &SolidStep::pierced_depth);
  add("slit_half_length", "m", "half-length of the separated crack at its longest", &SolidStep::slit_half_length);
  add("fracture", "J", "energy used up by the crack", &SolidStep::fracture);
  add("friction", "J", "energy used up by friction", &SolidStep::friction);
  add("released", "J", "energy let go in snaps", &SolidStep::released);
  add("overlap", "m", "largest overlap of needle and skin", &SolidStep::overlap);
  add("volume_ratio", "1", "volume ratio of the cell that is squeezed most", &SolidStep::volume_ratio);
  std::vector<double> iterations;
  for (const auto& s : r.solution.steps) iterations.push_back(s.iterations);
  out.push_back({"/insertion/iterations", "1", "Newton iterations of the step", {n}, iterations, {"/insertion/step"}});
  const auto& c = r.solution.channel;
  if (!c.at_depth.empty()) {
    out.push_back({"/channel/depth", "m", "depth in the undeformed skin", {c.at_depth.size()}, c.at_depth, {}});
    out.push_back({"/channel/slit_length", "m", "length of the cut at this depth", {c.at_depth.size()}, c.slit_length, {"/channel/depth"}});
    out.push_back({"/channel/slit_width", "m", "by which its faces stand apart at most", {c.at_depth.size()}, c.slit_width, {"/channel/depth"}});
    out.push_back({"/channel/radius", "m", "radius of a round hole open by as much area", {c.at_depth.size()}, c.radius, {"/channel/depth"}});
  }
  return out;
}

void write_result(const InsertionResult& r, ResultFolder& folder, const std::string& charts_script, const std::string& charts_style) {
  folder.write("summary.json", summary_json(r));
  folder.write(
      "results.h5",
      hdf5(datasets(r), r.inputs,
           {{"type", "percuta insertion"}, {"format", "1"}, {"version", r.version}, {"case", r.title}, {"level", r.level}, {"summary", summary_json(r)}}));
  std::string collection;
  for (std::size_t k = 0; k < r.solution.fields.size(); ++k) {
    const auto& f = r.solution.fields[k];
    folder.write(fmt::format("fields/skin-{:02d}.vtu", k), vtu(f));
    collection += fmt::format("<DataSet timestep=\"{}\" file=\"skin-{:02d}.vtu\"/>", k, k);
    folder.write(fmt::format("frames/across-{:02d}.svg", k), alone(section_svg(r, f, View::across)));
    if (solid(r)) folder.write(fmt::format("frames/along-{:02d}.svg", k), alone(section_svg(r, f, View::along)));
  }
  folder.write("fields/skin.pvd",
               fmt::format("<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\"><Collection>{}</Collection></VTKFile>\n", collection));

  Page page;
  const auto& d = deepest(r);
  std::string body =
      fmt::format("<h1>{}</h1><p class=\"small\">Percuta {} · skin {} · needle {:.2f} mm, tip radius {:.3g} µm · level {} · {}</p>", escape_html(r.title),
                  r.version, escape_html(r.skin.name), r.device.needle.length * 1e3, r.device.needle.tip_radius * 1e6, r.level, r.motion);
  if (!solid(r))
    body += fmt::format("<p class=\"answer\">Pressed {:.3f} mm into unpierced skin, the needle feels {:.3g} mN.</p>", d.displacement * 1e3, d.force * 1e3);
  else if (std::isfinite(puncture_force(r.solution)))
    body += fmt::format(
        "<p class=\"answer\">The skin gives way at {:.3g} mN, {:.3f} mm below its surface. With the tip {:.3f} mm down the cut is {:.3f} mm deep; the skin "
        "yields the rest.</p>",
        puncture_force(r.solution) * 1e3, puncture_displacement(r.solution) * 1e3, d.displacement * 1e3, d.pierced_depth * 1e3);
  else
    body += fmt::format("<p class=\"answer\">Pressed {:.3f} mm, the skin does not give way suddenly; the cut is {:.3f} mm deep and the force {:.3g} mN.</p>",
                        d.displacement * 1e3, d.pierced_depth * 1e3, d.force * 1e3);
  for (const auto& w : r.warnings) body += fmt::format("<p class=\"warning\">{}</p>", escape_html(w));
  body += "<h2>The skin round the needle</h2><div class=\"row\"><div class=\"chart\"><h3>" +
          std::string(solid(r) ? "Across the slit" : "Through the needle's axis") + "</h3>" + frames(r, View::across) + "</div>";
  if (solid(r)) body += "<div class=\"chart\"><h3>In the plane of the slit; red: how far it stands open</h3>" + frames(r, View::along) + "</div>";
  body += "</div>";

  const auto scaled = [&](double SolidStep::*member, double factor, int half) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& s : r.solution.steps)
      if (half < 0 || s.leaving == (half == 1)) out.push_back(s.*member * factor);
    return out;
  };
  body += "<div class=\"row\">";
  // In and out run over the same displacements: two charts' worth of one axis, so the way out is drawn against the step.
  nlohmann::json forces{{{"label", "force"}, {"y", scaled(&SolidStep::force, 1e3, 0)}}};
  if (solid(r)) forces.push_back({{"label", "sideways"}, {"y", scaled(&SolidStep::lateral_force, 1e3, 0)}});
  body += page.chart("Force on the needle, way in", r.motion != "push" ? "tip below the surface, mm" : "tip displacement, mm", "mN",
                     scaled(&SolidStep::displacement, 1e3, 0), forces);
  nlohmann::json steps = nlohmann::json::array();
  for (std::size_t k = 0; k < r.solution.steps.size(); ++k) steps.push_back(k);
  if (solid(r)) {
    body += page.chart("Pierced depth", "tip displacement, mm", "mm", scaled(&SolidStep::displacement, 1e3, 0),
                       {{{"label", "pierced"}, {"y", scaled(&SolidStep::pierced_depth, 1e3, 0)}}});
    body += page.chart(
        "Force, in and out", "step", "mN", steps,
        {{{"label", "down"}, {"y", scaled(&SolidStep::force, 1e3, -1)}}, {{"label", "sideways"}, {"y", scaled(&SolidStep::lateral_force, 1e3, -1)}}});
    body += page.chart("Where the work went", "step", "µJ", steps,
                       {{{"label", "work"}, {"y", scaled(&SolidStep::work, 1e6, -1)}},
                        {{"label", "stored"}, {"y", scaled(&SolidStep::stored, 1e6, -1)}},
                        {{"label", "crack"}, {"y", scaled(&SolidStep::fracture, 1e6, -1)}},
                        {{"label", "friction"}, {"y", scaled(&SolidStep::friction, 1e6, -1)}},
                        {{"label", "let go in snaps"}, {"y", scaled(&SolidStep::released, 1e6, -1)}}});
  }
  body += "</div>";
  if (!r.solution.events.empty()) body += "<h2>Events</h2>" + force_marks(r);
  body += "<h2>All figures</h2><table><tbody>";
  for (const auto& v : summary_values(r)) body += fmt::format("<tr><td>{}</td><td class=\"number\">{}</td></tr>", v.label, cell(v));
  const auto& cost = r.solution.cost;
  body += fmt::format("<tr><td>cost</td><td class=\"number\">{} unknowns, {} steps, {} iterations, {:.0f} s</td></tr></tbody></table>", cost.unknowns,
                      cost.steps, cost.iterations, cost.seconds);
  if (!r.checks.empty()) {
    body +=
        "<h2>Beside the other levels</h2><table><thead><tr><th>quantity</th><th class=\"number\">here</th><th "
        "class=\"number\">there</th><th>remark</th></tr></thead><tbody>";
    for (const auto& c : r.checks)
      body += fmt::format("<tr><td>{}</td><td class=\"number\">{} {}</td><td class=\"number\">{} {}</td><td>{}</td></tr>", escape_html(c.quantity),
                          cell({"", "", c.value, c.unit, 0, "", c.people_unit}), c.here, cell({"", "", c.other, c.unit, 0, "", c.people_unit}), c.there,
                          escape_html(c.remark));
    body += "</tbody></table>";
  }
  body += "<h2>How far to trust this</h2><ul>";
  if (solid(r))
    body +=
        "<li>Puncture is a loss of stability: its force moves with mesh and step, by up to a tenth where the fracture zone is resolved and more "
        "where a warning says that it is not. How deep the needle cuts after that is known less well: 0.17 and 0.29 mm on two meshes for one needle. Energies "
        "balance by measurement between snaps; what a snap lets go is what is left over.</li><li>The bulk "
        "modulus "
        "is the layers' own, at most --bulk-over-shear (1000) times the shear modulus. Softer skin opens later: with 100 it took up to three times the force. "
        "/insertion/volume_ratio tells how far it is "
        "squeezed.</li><li>Skin is elastic here: once the needle is out only tension holds a cut "
        "open, in slack skin it closes. Real skin also keeps some set.</li>";
  body +=
      solid(r)
          ? "<li>The crack may run only in the plane in which the needle moves; a real one branches and follows fibres.</li><li>Strength is that of "
            "whole skin in tension; no measurement of it layer by layer was found. Toughness of skin spans three decades in print.</li>"
            "<li>Slow pressing: no inertia. A snap's energy is let go, as sound and heat would carry it off.</li>"
          : "<li>The skin stays whole: nothing opens, however hard the needle presses. Where a real surface gives way, by the energy level's gate, the push "
            "ends.</li><li>Slow pressing without friction: no inertia, and a layer's law is its slow response.</li>";
  body += "<li>Research and teaching only. This report recommends no treatment.</li></ul>";
  body += "<h2>Inputs and their sources</h2><details><summary>" + std::to_string(r.inputs.size()) + " inputs</summary>" + inputs_table(r.inputs) + "</details>";
  body += "<h2>Bibliography of this run</h2><ul class=\"small\">";
  for (const auto& [tag, text] : r.sources) body += fmt::format("<li>[{}] {}</li>", tag, escape_html(text));
  body += "</ul>";
  folder.write("report.html", page.html(r.title, body, charts_script, charts_style, kFrameScript));
}

}  // namespace percuta::io
