// What a person writes beside the case of an insertion becomes numbers.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/study/insert.h"

namespace percuta::study {
namespace {

[[noreturn]] void misused(const std::string& message) { throw core::Error(core::Exit::usage, message); }

// What a choice that is a quantity may be. The tip cannot be followed over less than some cells or beyond the block of skin; less
// than a micronewton lies below what its first touch bears.
struct Amount {
  const char *name, *si, *least, *most, *example;
};
constexpr std::array kAmounts{
    Amount{"displacement", "m", "0.1 um", "10 mm", "0.5 mm"}, Amount{"force", "N", "10 uN", "100 N", "50 mN"},
    Amount{"hold", "s", "0.001 s", "7 days", "30 s"},         Amount{"step", "m", "0.01 um", "1 mm", "5 um"},
    Amount{"speed", "m/s", "1e-6 mm/s", "100 m/s", "1 mm/s"}, Amount{"spacing", "m", "10 um", "10 mm", "0.5 mm"},
    Amount{"tilt", "rad", "0.001 deg", "60 deg", "20 deg"},
};

const Amount& amount(const std::string& name) {
  const auto found = std::find_if(kAmounts.begin(), kAmounts.end(), [&](const auto& a) { return name == a.name; });
  if (found == kAmounts.end()) throw std::out_of_range("no quantity among the choices of an insertion: " + name);
  return *found;
}

double in_si(const std::string& text) {
  const auto q = core::parse_quantity(text);
  return q->number * core::find_unit(q->unit)->si;
}

double amount_of(const std::string& name, const std::string& option, const std::string& text) {
  if (text.empty()) return 0.0;
  const Amount& a = amount(name);
  const auto q = core::parse_quantity(text);
  const auto unit = q ? core::find_unit(q->unit) : std::nullopt;
  const auto wanted = core::find_unit(a.si);
  const std::string written = core::printable(text, 40);
  if (!unit || unit->dimension != wanted->dimension || !(q->number > 0.0))
    misused(fmt::format("{0} \"{1}\": is no {2} above zero; write for example {0} \"{3}\"", option, written, wanted->dimension, a.example));
  const double value = q->number * unit->si;
  if (!(value >= in_si(a.least) * (1.0 - 1e-9) && value <= in_si(a.most) * (1.0 + 1e-9)))
    misused(fmt::format("{} \"{}\": allowed {}", option, written, allowed_range(name)));
  return value;
}

template <class Value>
Value chosen(const std::string& option, const std::string& text, std::initializer_list<std::pair<const char*, Value>> allowed) {
  std::string names;
  for (const auto& [name, value] : allowed) {
    if (text == name) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  misused(fmt::format("{} {}: write one of {}", option, text, names));
}

template <class Number>
Number within(const std::string& option, Number value, Number least, Number most) {
  if (!(value >= least && value <= most)) misused(fmt::format("{} {}: allowed {} to {}", option, value, least, most));
  return value;
}

}  // namespace

std::string allowed_range(const std::string& choice) { return fmt::format("{} to {}", amount(choice).least, amount(choice).most); }

insertion::SolidOptions solid_options(const InsertChoices& in, const std::string& dashes, int processes) {
  using insertion::Motion, insertion::Part, insertion::Solver;
  // As they are called where they are set: --cells-per-shank, --level solid; cells_per_shank, level="solid".
  const auto option = [&](std::string name) {
    if (dashes.empty()) std::replace(name.begin(), name.end(), '-', '_');
    return dashes + name;
  };
  const auto setting = [&](const char* name, const char* value) {
    return dashes.empty() ? fmt::format("{}=\"{}\"", name, value) : fmt::format("{}{} {}", dashes, name, value);
  };
  insertion::SolidOptions o;
  const bool solid = chosen<bool>(option("level"), in.level, {{"axisymmetric", false}, {"solid", true}});
  o.motion = chosen<Motion>(option("motion"), in.motion, {{"push", Motion::push}, {"roll", Motion::roll}});
  o.part = chosen<Part>(option("part"), in.part, {{"quarter", Part::quarter}, {"half", Part::half}, {"whole", Part::whole}});
  o.solver = chosen<Solver>(option("solver"), in.solver, {{"auto", Solver::automatic}, {"direct", Solver::direct}, {"iterative", Solver::iterative}});
  const auto quantity = [&](const char* name, const std::string& text) { return amount_of(name, option(name), text); };
  o.displacement = quantity("displacement", in.displacement);
  o.force = quantity("force", in.force);
  o.hold = quantity("hold", in.hold);
  o.step = quantity("step", in.step);
  o.speed = quantity("speed", in.speed);
  o.spacing = quantity("spacing", in.spacing);
  o.tilt = quantity("tilt", in.tilt);
  o.cells_per_tip_radius = within(option("cells-per-tip-radius"), in.cells_per_tip_radius, 1.0, 20.0);
  o.cells_per_shank = within(option("cells-per-shank"), in.cells_per_shank, 1.0, 40.0);
  o.cells_per_fracture_zone = within(option("cells-per-fracture-zone"), in.cells_per_fracture_zone, 0.1, 20.0);
  o.cells_along_path = within(option("cells-along-path"), in.cells_along_path, 0.0, 20.0);
  o.follow = chosen<bool>(option("mesh"), in.mesh, {{"following", true}, {"fixed", false}});
  o.largest_bulk = within(option("bulk-over-shear"), in.bulk_over_shear, 10.0, 1e4);
  o.frames = within(option("frames"), in.frames, 0, 400);
  o.threads = within(option("threads"), in.threads, 0, 64);
  if (o.threads == 0) o.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / processes);
  o.withdraw = !in.stay;
  o.in_cell = in.cell;
  if (in.cell && solid) misused(fmt::format("{} is for {}", dashes.empty() ? "cell=True" : dashes + "cell", setting("level", "axisymmetric")));

  const bool on_path = !in.path.empty();
  if (on_path && (o.motion == Motion::roll || !solid))
    misused(fmt::format("{} takes the place of {}, at the solid level: {}", option("path"), option("motion"), setting("level", "solid")));
  if (on_path) {
    o.motion = Motion::path;
    o.path = read_path(in.path);
  }
  const bool rolls = o.motion != Motion::push;
  const std::string roll = on_path ? option("path") : setting("motion", "roll"), at_solid = setting("level", "solid");
  if (rolls && (o.displacement > 0.0 || o.force > 0.0))
    misused(fmt::format("{} and {} do not go with {}: {} how deep the needle goes", option("displacement"), option("force"), roll,
                        on_path ? "its poses say" : "the drum sets"));
  if (o.spacing > 0.0 && (rolls || !solid))
    misused(fmt::format("{} is for needles pushed in together at the solid level: {}, without {}", option("spacing"), at_solid, roll));
  if (o.tilt > 0.0 && (rolls || !solid || o.spacing > 0.0))
    misused(fmt::format("{} is for one needle pushed at the solid level: {}, without {} and {}", option("tilt"), at_solid, roll, option("spacing")));
  if (o.hold > 0.0 && (rolls || !solid)) misused(fmt::format("{} is for needles pushed at the solid level: {}, without {}", option("hold"), at_solid, roll));
  if (!solid && (o.part != Part::quarter || o.solver != Solver::automatic))
    misused(fmt::format("{} and {} are for {}", option("part"), option("solver"), at_solid));
  if (!solid && o.largest_bulk != insertion::SolidOptions{}.largest_bulk) misused(fmt::format("{} is for {}", option("bulk-over-shear"), at_solid));
  if (!solid && o.follow) misused(fmt::format("{} is for {}", option("mesh"), at_solid));
  if (!solid && o.cells_along_path > 0.0) misused(fmt::format("{} is for {}", option("cells-along-path"), at_solid));
  return o;
}

}  // namespace percuta::study
