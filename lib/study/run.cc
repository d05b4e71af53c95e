#include "percuta/study/run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/version.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/insert.h"

namespace percuta::study {
namespace {

using core::format_quantity;

constexpr double kSteel = 200e9;  // Young's modulus of needle steel [Pa], penetration notes 6.6

channel::Channel channel_of(const Case& c, const insertion::EnergyLevel& level, double depth) {
  channel::Channel out;
  out.depth = depth;
  if (depth <= 0.0) {
    out.deepest_layer = "none";
    return out;
  }
  out.opening_radius = c.channels.width_ratio * radius_behind_tip(c.device.needle, depth);
  out.slit_length = 2.0 * level.slit_half_length(depth);
  out.deepest_layer = c.skin.layers[layer_at(c.skin, depth)].name;
  return out;
}

healing::Wound wound_of(const Case& c, const io::Result& r) {
  healing::Wound w;
  const double epidermis = epidermis_thickness(c.skin);
  w.channel_radius = r.channel.opening_radius;
  w.density = r.field.density;
  w.dermis_thickness = dermis_thickness(c.skin);
  w.needled_depth = std::clamp(r.channel.depth - epidermis, 0.0, w.dermis_thickness);
  w.dermis_reached = w.needled_depth > 0.0;
  // A share of the channels bleeds: Poisson in the loops met, none above the loops.
  w.loops_reached = r.bleeding == channel::Bleeding::none ? 0.0 : 1.0 - std::exp(-r.loop_hits);
  w.sessions = r.channel.depth > 0.0 ? c.protocol.sessions : 0;
  w.interval = c.protocol.interval;
  w.days = c.healing_options.days / 86400.0;
  return w;
}

void warn_about(io::Result& r, const Case& c) {
  if (!r.insertion.punctured)
    r.warnings.push_back(
        fmt::format("the needle does not puncture: the skin yields with {} at full travel, opening its surface takes {}. Fast impact can pierce where slow "
                    "pressing cannot (penetration notes, case 36)",
                    format_quantity(r.insertion.force.back(), "mN", 3), format_quantity(r.insertion.required_force, "mN", 3)));
  if (r.load.drum_on_skin)
    r.warnings.push_back(fmt::format("the drum face lies on the skin and carries {} of the {} load: more load does not mean more depth in this model",
                                     format_quantity(r.load.drum_force, "N", 3), format_quantity(c.protocol.load, "N", 3)));
  if (r.insertion.deflection.back() > r.indentation.displacement.back() * (1.0 + 1e-9))
    r.warnings.push_back("the indentation curve was extrapolated beyond its last computed point");
  if (std::abs(r.indentation.splice_shift) > 0.05 * r.indentation.displacement.back())
    r.warnings.push_back(fmt::format("beyond {} the skin's answer was computed with blunter tips, shifted by {} in all to meet it",
                                     format_quantity(r.indentation.splice_displacement, "mm", 3), format_quantity(r.indentation.splice_shift, "um", 3)));
  if (r.field.density > 0.0 && r.channel.opening_radius > 0.35 / std::sqrt(r.field.density))
    r.warnings.push_back("channels are so dense that their holes nearly touch; one channel per unit cell no longer describes the healing");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> sources_of(const std::vector<config::Used>& inputs) {
  std::vector<std::pair<std::string, std::string>> out;
  std::set<std::string> seen;
  for (const auto& input : inputs) {
    std::string word;
    for (const char ch : input.source + " ") {
      if (std::isalnum(static_cast<unsigned char>(ch)) != 0) {
        word += ch;
        continue;
      }
      if (const auto it = references().find(word); it != references().end() && seen.insert(word).second) out.emplace_back(word, it->second);
      word.clear();
    }
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return std::make_pair(a.first.size(), a.first) < std::make_pair(b.first.size(), b.first); });
  return out;
}

std::vector<std::string> simplifications(const Case& c) {
  std::vector<std::string> out;
  for (const auto& l : c.skin.layers) {
    if (!l.fibres.empty())
      out.push_back(fmt::format("{}: the energy and axisymmetric levels take the matrix of the goh law alone, without its fibres", l.name));
    if (!l.relaxation.empty()) out.push_back(fmt::format("{}: the energy and axisymmetric levels press slowly, without relaxation", l.name));
  }
  if (const auto shape = c.device.needle.shape; shape != device::Shape::cone)
    out.push_back(fmt::format("the energy and axisymmetric levels take the {} for a cone of the same tip, angle and shank", name(shape)));
  return out;
}

std::vector<std::string> physics_warnings(const Case& c) {
  std::vector<std::string> out = simplifications(c);
  const auto& n = c.device.needle;
  double alpha_low = 1e9, alpha_high = 0;
  for (const auto& l : c.skin.layers) {
    alpha_low = std::min(alpha_low, hardening_exponent(l.law));
    alpha_high = std::max(alpha_high, hardening_exponent(l.law));
  }
  const double buckling = buckling_force(n, kSteel);
  const auto& surface = c.skin.layers.front();
  const double mu = shear_modulus(surface.law);
  const double gate =
      mu * n.tip_radius * n.tip_radius * crack_table().advance(c.skin.gate_toughness / (mu * n.tip_radius), hardening_exponent(surface.law)).energy;
  if (buckling < 3.0 * gate)
    out.push_back(fmt::format("the shaft may buckle: a uniform steel shaft holds {}, opening the skin takes {}", format_quantity(buckling, "mN", 3),
                              format_quantity(gate, "mN", 3)));
  if (n.length > 1.5e-3 + 1e-9) out.push_back("needles longer than 1.5 mm: safety was not evaluated in the cleared devices (healing notes 8)");
  if (n.length < epidermis_thickness(c.skin)) out.push_back("the needle is shorter than the epidermis is thick");
  if (taper_length(n) > n.length) out.push_back("the needle ends before its taper does: its base is thinner than the shank");
  const double days = c.protocol.interval / 86400.0;
  if (c.protocol.sessions > 1) {
    if (n.length >= 0.5e-3 && days < 28.0)
      out.push_back(
          fmt::format("sessions every {:.0f} days at {} or more: at least 28 days are advised, under 14 the last wound still inflames", days, "0.5 mm"));
    if (n.length <= 0.3e-3 && days < 7.0) out.push_back("sessions less than 7 days apart: the barrier needs up to 3 days (healing notes 2.4)");
  }
  return out;
}

io::Result run(const Case& c, core::Observer& observer) {
  io::Result r;
  r.version = core::version();
  r.title = c.title;
  r.case_file = c.file;
  r.level = c.level;
  r.seed = c.seed;
  r.skin = c.skin;
  r.device = c.device;
  r.protocol = c.protocol;
  r.inputs = c.inputs;
  r.sources = sources_of(c.inputs);
  r.warnings = physics_warnings(c);

  // One needle in this skin.
  r.indentation = *indentation(c.skin, c.device.needle, c.device.needle.length, largest_force(c.skin, c.device.needle), observer);
  const insertion::EnergyLevel level(c.skin, c.device.needle, r.indentation, crack_table());
  r.insertion = level.curve(c.device.needle.length);

  // The device on the skin.
  r.kinematics = rolling::kinematics(c.device);
  r.load = rolling::share_load(c.device, c.protocol.load, [&](double d) { return channel::at(r.insertion, d).force; });
  r.channel = channel_of(c, level, channel::at(r.insertion, r.load.tip_displacement).pierced_depth);
  const double rolling_radius = c.device.roller.drum_radius + c.channels.rolling_fraction * c.device.needle.length;
  r.field = rolling::channels(c.device, c.protocol, rolling_radius, c.channels.sample_side, r.channel.opening_radius, c.seed, observer);
  r.bleeding = rolling::bleeding(r.channel.depth, c.skin.vessels.loops, c.skin.vessels.dense_plexus, c.skin.vessels.heavy);
  r.loop_hits = r.channel.depth > c.skin.vessels.loops
                    ? rolling::expected_loop_hits(r.channel.opening_radius, c.skin.vessels.loop_density, c.skin.vessels.loop_diameter)
                    : 0.0;

  // What the skin does afterwards.
  r.wound = wound_of(c, r);
  r.healing = healing::heal(c.healing, r.wound, {c.healing_options.cells, c.healing_options.relative_tolerance, 0.25, true}, observer);
  warn_about(r, c);
  return r;
}

std::vector<Row> compare(const std::string& path, const Overrides& overrides, core::Observer& observer) {
  const Case first = read_case(path, overrides);
  if (first.comparison.values.empty())
    throw core::InputError({{path, 0, 0, 1, "has no [compare] table", "",
                             "write for example\n  [compare]\n  key = \"device.needle.length\"\n  values = [\"0.5 mm\", \"1.0 mm\"]"}});
  std::vector<Row> rows;
  std::vector<std::optional<Case>> cases;
  double longest = 0.0, strongest = 0.0;
  for (const auto& value : first.comparison.values) {
    Row row{value, std::nullopt, ""};
    try {
      Overrides with = overrides;
      with.emplace_back(first.comparison.key, value);
      cases.push_back(read_case(path, with));
      longest = std::max(longest, cases.back()->device.needle.length);
      strongest = std::max(strongest, largest_force(cases.back()->skin, cases.back()->device.needle));
    } catch (const core::InputError& e) {
      row.failure = e.what();
      cases.push_back(std::nullopt);
    }
    rows.push_back(std::move(row));
  }
  // Rows that share skin and tip share one indentation curve, made long enough for all.
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!cases[i]) continue;
    try {
      if (first.comparison.key == "device.needle.length") indentation(cases[i]->skin, cases[i]->device.needle, longest, strongest, observer);
      rows[i].result = run(*cases[i], observer);
    } catch (const core::Interrupted&) {
      throw;
    } catch (const std::exception& e) {
      rows[i].failure = e.what();
    }
    core::report(observer, "comparison", (i + 1.0) / rows.size());
  }
  return rows;
}

Forecast forecast(const Case& c) {
  Forecast f{};
  // The indentation takes about 45 steps a mesh of six Newton steps each; another mesh for every
  // further factor of 2.4 beyond 80 tip radii. Cost per unknown and step measured once, hence "about".
  const double meshes = 1.0 + std::max(0.0, std::ceil(std::log(c.device.needle.length / (80.0 * c.device.needle.tip_radius)) / std::log(2.4)));
  const double unknowns = 8000.0;
  f.seconds = 1.0 + meshes * 45.0 * 6.0 * unknowns * 1.5e-6 + 2.0 * c.protocol.sessions * c.healing_options.cells / 120.0;
  f.megabytes = 120.0 + meshes * unknowns * 8e-3;
  f.lines.push_back(fmt::format("{}: {} layers, {} in all, tension {}", c.skin.name, c.skin.layers.size(), format_quantity(thickness(c.skin), "mm", 3),
                                format_quantity(c.skin.tension, "kPa", 3)));
  f.lines.push_back(fmt::format("{}: {} needles of {}, tip radius {}, drum radius {}", c.device.name, needle_count(c.device.roller),
                                format_quantity(c.device.needle.length, "mm", 3), format_quantity(c.device.needle.tip_radius, "um", 3),
                                format_quantity(c.device.roller.drum_radius, "mm", 3)));
  f.lines.push_back(fmt::format("{} directions x {} passes, load {}, {} session{}", c.protocol.directions.size(), c.protocol.passes_per_direction,
                                format_quantity(c.protocol.load, "N", 3), c.protocol.sessions,
                                c.protocol.sessions == 1 ? "" : fmt::format("s every {}", format_quantity(c.protocol.interval, "days", 3))));
  const auto k = rolling::kinematics(c.device);
  f.lines.push_back(fmt::format("rolling geometry: entry angle {}, half sweep {}, {} rows engaged", format_quantity(k.entry_angle, "deg", 3),
                                format_quantity(k.half_sweep, "mm", 3), k.rows_engaged));
  f.lines.push_back(fmt::format("healing over {}", format_quantity(c.healing_options.days, "days", 4)));
  f.warnings = physics_warnings(c);
  return f;
}

}  // namespace percuta::study
