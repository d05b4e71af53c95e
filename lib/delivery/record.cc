#include "percuta/delivery/record.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "percuta/delivery/model.h"

namespace percuta::delivery {
namespace {

constexpr double kHour = 3600.0, kMinute = 60.0;
constexpr const char* kEstimated = "estimated";
constexpr const char* kAssumed = "assumed";

}  // namespace

const config::Record<Solute>& solute_record() {
  using S = Solute;
  static const config::Record<Solute> record = [] {
    config::Record<Solute> r;
    const auto estimated = [&](const char* key, double S::*member, const char* unit, double low,
                               double high, const char* sentence) {
      r.quantity(key, member, unit, low, high, kEstimated, sentence).word(kEstimated);
    };
    r.quantity("molar_mass", &S::molar_mass, "g/mol", 1e-3, 1e8, "",
               "molar mass, or what a particle weighs a mol [kg/mol]")
        .number("log_k_ow", &S::log_k_ow, -15, 10, "",
                "log10 of the partition between octanol and water [-]")
        .number("charge", &S::charge, -1e5, 1e5, "0",
                "of the solute at the pH of skin; ions pass unbroken skin worse than estimated [-]",
                kAssumed);
    estimated(
        "radius", &S::radius, "nm", 5e-11, 1e-5,
        "hydrodynamic radius; estimated by Stokes-Einstein of the free diffusivity, else as a "
        "compact sphere [m]");
    estimated("free_diffusivity", &S::free_diffusivity, "cm^2/s", 1e-16, 1e-8,
              "in water at 37 degrees C; estimated by Stokes-Einstein of the radius [m^2/s]");
    estimated("stratum_corneum_permeability", &S::stratum_corneum_permeability, "cm/h", 1e-60, 1e-4,
              "of unbroken horny layer; estimated by Potts-Guy [m/s]");
    estimated("stratum_corneum_diffusivity", &S::stratum_corneum_diffusivity, "cm^2/s", 1e-20, 1e-9,
              "sets the lag of the horny layer and what it holds; estimated the same for all "
              "solutes [m^2/s]");
    estimated("epidermis_diffusivity", &S::epidermis_diffusivity, "cm^2/s", 1e-17, 1e-8,
              "in the living epidermis; estimated as a fifth of the free one times Ogston [m^2/s]");
    estimated("dermis_diffusivity", &S::dermis_diffusivity, "cm^2/s", 1e-17, 1e-8,
              "in the dermis and below; estimated as the same [m^2/s]");
    r.number("partition", &S::partition, 1e-3, 1e3, "1",
             "free concentration in living layers over that in water [-]", kAssumed)
        .number("bound", &S::bound, 0, 1e4, "0", "bound over free in living layers [-]", kAssumed);
    estimated("capillary_clearance", &S::capillary_clearance, "1/s", 1e-9, 1,
              "into the blood of the papillary dermis; estimated 3e-4 1/s below 10 kDa, else none "
              "[1/s]");
    estimated("lymph_clearance", &S::lymph_clearance, "1/day", 1e-12, 1e-2,
              "into the lymph of the dermis; estimated 1 a day [1/s]");
    r.quantity("solubility", &S::solubility, "mg/mL", 1e-9, 1e4, "not limited",
               "in the vehicle; \"not limited\" where it is not known [kg/m^3]")
        .word("not limited");
    return r;
  }();
  return record;
}

namespace {

void declare_vehicle(config::Record<Options>& r) {
  using O = Options;
  r.choice("donor", &O::donor, "finite",
           "what stands on the skin: a reservoir that never empties, a finite dose, a film that "
           "dries",
           {"reservoir", "finite", "film"})
      .quantity("dose", &O::dose, "uL/cm^2", 1e-9, 0.1, "not given",
                "volume of an application per area of skin [m^3/m^2]")
      .word("not given")
      .sample("\"20 uL/cm^2\"")
      .quantity("concentration", &O::concentration, "mg/mL", 1e-12, 5e3, "not given",
                "of the solute in the vehicle; 1 % is 10 mg/mL [kg/m^3]")
      .word("not given")
      .sample("\"15 %\"")
      .flag("suspension", &O::suspension, "false",
            "whether undissolved solute may lie in the vehicle and keep it saturated")
      .quantity("vehicle_diffusivity", &O::vehicle_diffusivity, "cm^2/s", 1e-17, 1e-8, "stirred",
                "of the solute in a vehicle that stands still, as a gel; a liquid is stirred "
                "[m^2/s]")
      .word("stirred")
      .quantity("evaporation", &O::evaporation, "um/h", 1e-13, 1e-4, "50 um/h",
                "volume that a film loses per area and time [m/s]", kAssumed)
      .goes_with("delivery.donor = \"film\"", [](const O& o) { return o.donor == Donor::film; })
      .number("residue", &O::residue, 0.01, 1, "0.1", "share of a film that never dries [-]",
              kAssumed)
      .goes_with("delivery.donor = \"film\"", [](const O& o) { return o.donor == Donor::film; });
}

void declare_times(config::Record<Options>& r) {
  using O = Options;
  const double year = 365 * core::kDay;
  r.quantity("start", &O::start, "min", 0, year, "5 min",
             "first application, after the needling [s]")
      .quantities("repeats", &O::repeats, "h", 0, year, "none",
                  "further applications of the same dose, after the needling [s]")
      .most(100)
      .word("none")
      .quantity("wash_off", &O::wash_off, "h", 1.0, year, "never",
                "when the vehicle is taken off, after the needling [s]")
      .word("never")
      .flag("cover", &O::cover, "false",
            "whether the skin is occluded from the first application until the vehicle comes off; "
            "channels then close slower")
      .quantity("duration", &O::duration, "h", kMinute, year, "24 h",
                "followed after the needling [s]")
      .quantities("report_times", &O::report_times, "h", 1.0, year, "0.5 h, 2 h, 6 h, 24 h",
                  "at which profiles and figures are given, after the needling [s]")
      .most(24);
}

void declare_skin(config::Record<Options>& r) {
  using O = Options;
  r.choice("setting", &O::setting, "in_vivo",
           "living skin with its vessels, or excised skin over a receptor", {"in_vivo", "in_vitro"})
      .quantity("skin_thickness", &O::skin_thickness, "mm", 20e-6, 20e-3, "0.5 mm",
                "of the excised skin [m]", kAssumed)
      .goes_with("delivery.setting = \"in_vitro\"",
                 [](const O& o) { return o.setting == Setting::in_vitro; })
      .quantity("area", &O::area, "cm^2", 1e-8, 2, "patch",
                "treated; the patch on which channels are laid out if nothing else is said [m^2]")
      .word("patch")
      .quantity("threshold", &O::threshold, "mg/mL", 1e-15, 1e4, "none",
                "concentration of which is asked how long it is exceeded [kg/m^3]")
      .word("none")
      .quantity("threshold_depth", &O::threshold_depth, "mm", 0, 20e-3, "0.1 mm",
                "depth whose concentration is followed [m]")
      .number("channel_conductance", &O::channel_conductance, 1e-4, 10, "0.0104",
              "of channels over that of ones full of still water: walls draw together, fluid "
              "clots [-]",
              "etsu9544, fitted to its gain alone; how many channels its pen left is assumed")
      .number("reticular_supply", &O::reticular_supply, 0, 1, "1",
              "vessels of the deeper dermis over those of the papillary [-]", kAssumed);
}

}  // namespace

const config::Record<Options>& options_record() {
  using O = Options;
  static const config::Record<Options> record = [] {
    config::Record<Options> r;
    r.text("level", &O::level, "network",
           "network: closing channels into layers of tissue, at once; axisymmetric: a channel of "
           "each "
           "depth over radius and depth, about a second; see list models")
        .names([] { return models().names(); });
    declare_vehicle(r);
    declare_times(r);
    declare_skin(r);
    r.integer("classes", &O::classes, 1, 12, "4", "depth classes of the channels [-]")
        .integer("cells", &O::cells, 20, 2000, "40",
                 "network: of all layers together; axisymmetric: rings about a channel, and levels "
                 "as fine as they [-]")
        .number(
            "relative_tolerance", &O::relative_tolerance, 1e-8, 1e-1, "4e-3",
            "of a step in time, in amounts; axisymmetric: in concentrations a quarter of it [-]");
    return r;
  }();
  return record;
}

void check(const Options& o, const Solute& s, config::Reader& reader) {
  options_record().check(o, reader, "delivery");
  if (!(o.concentration > 0.0))
    reader.error("delivery.concentration", "is missing",
                 "write for example concentration = \"15 %\"");
  if (o.donor != Donor::reservoir && !(o.dose > 0.0))
    reader.error("delivery.dose", "is missing: a finite dose needs its volume per area",
                 "write for example dose = \"20 uL/cm^2\", or donor = \"reservoir\"");
  if (s.solubility > 0.0 && o.concentration > s.solubility && !o.suspension)
    reader.error("delivery.concentration",
                 fmt::format("is out of range: {} is above the solubility of {}, {}",
                             core::format_quantity(o.concentration, "mg/mL", 3), s.name,
                             core::format_quantity(s.solubility, "mg/mL", 3)),
                 "write suspension = true where undissolved solute lies in the vehicle");
  if (o.vehicle_diffusivity > 0.0 && o.donor != Donor::reservoir &&
      !models().make(o.level)->takes_still_vehicle())
    reader.error("delivery.vehicle_diffusivity",
                 fmt::format("has no place at delivery.level = \"{}\", where the vehicle is "
                             "stirred",
                             o.level),
                 "leave it out, or write level = \"network\"");
  const auto hours = [](double t) { return core::format_quantity(t, "h", 3); };
  if (o.wash_off > 0.0 && o.wash_off <= o.start)
    reader.error("delivery.wash_off",
                 fmt::format("is out of range: {} after the needling the vehicle is not on the "
                             "skin yet",
                             hours(o.wash_off)),
                 fmt::format("(allowed after delivery.start = {})", hours(o.start)));
  for (const double t : o.repeats)
    if (t != 0.0 && t <= o.start)
      reader.error(
          "delivery.repeats",
          fmt::format("has {}, and the first application is at {}", hours(t), hours(o.start)),
          "(allowed after delivery.start)");
  if (o.start >= o.duration)
    reader.error("delivery.start",
                 fmt::format("is out of range: the skin is followed for {}", hours(o.duration)),
                 "(allowed below delivery.duration)");
}

const std::vector<std::string>& cautions() {
  static const std::vector<std::string> all{
      "Cleared needling devices are labelled as not intended to bring cosmetics, drugs or "
      "biologics through the skin, and were not evaluated above 1.5 mm (den160029).",
      "What is put on needled skin must be sterile and made for it: products for unbroken skin "
      "have led to allergic reactions and to granulomas in the dermis (chu2021, gowda2021).",
  };
  return all;
}

namespace {

using Out = config::Outputs<Delivered>;
using Amount = std::function<std::vector<double>(const Delivered&, const Course&)>;

constexpr const char* kPerArea = "kg/m^2";
constexpr const char* kPerAreaShown = "ug/cm^2";

double last(const std::vector<double>& v) { return v.empty() ? std::nan("") : v.back(); }

/// At the end per area and over the treated area, and against time.
void add_amount(Out& o, const std::string& name, const std::string& sentence,
                const Amount& amount) {
  o.scalar(
       name, [amount](const Delivered& d) { return last(amount(d, d.needled)); }, kPerArea,
       kPerAreaShown, sentence + ", per area, at the end")
      .scalar(
          name + "_total",
          [amount](const Delivered& d) { return d.area * last(amount(d, d.needled)); }, "kg", "ug",
          sentence + ", over the treated area, at the end");
}

void add_series(Out& o, const std::string& name, const std::string& sentence,
                const Amount& amount) {
  o.series(
      "course." + name, [amount](const Delivered& d) { return amount(d, d.needled); }, kPerArea,
      kPerAreaShown, sentence + ", per area", "course.time");
}

Amount member(std::vector<double> Course::*of) {
  return [of](const Delivered&, const Course& c) { return c.*of; };
}
Amount role(skin::Role which) {
  return [which](const Delivered& d, const Course& c) { return in_layers(d, c, which); };
}
bool limited(const Delivered& d) { return d.options.donor != Donor::reservoir; }

void add_amounts(Out& o) {
  const struct {
    const char* name;
    const char* sentence;
    Amount amount;
  } all[] = {
      {"delivered", "amount past the horny layer: in living layers, cleared and gone through",
       [](const Delivered& d, const Course& c) { return delivered(d, c); }},
      {"taken_up", "amount gone into the skin, horny layer included", member(&Course::entered)},
      {"in_stratum_corneum", "amount in the horny layer", role(skin::Role::stratum_corneum)},
      {"in_epidermis", "amount in the living epidermis, free and bound",
       role(skin::Role::epidermis)},
      {"in_dermis", "amount in the dermis, free and bound", role(skin::Role::dermis)},
      {"cleared", "amount carried off by blood and lymph", member(&Course::cleared)},
      {"through", "amount gone through, into the hypodermis or the receptor",
       member(&Course::through)},
      {"washed_off", "amount taken off the skin", member(&Course::washed)},
  };
  for (const auto& row : all) add_amount(o, row.name, row.sentence, row.amount);
  add_amount(o, "in_vehicle", "amount still in the vehicle", member(&Course::vehicle));
  o.where("the dose is finite", limited);
  o.scalar(
       "applied", [](const Delivered& d) { return d.needled.applied; }, kPerArea, kPerAreaShown,
       "amount of all applications, per area")
      .where("the dose is finite", limited)
      .scalar(
          "share_of_dose",
          [](const Delivered& d) { return last(delivered(d, d.needled)) / d.needled.applied; }, "1",
          "%", "share of the dose past the horny layer at the end")
      .where("the dose is finite", limited);
  o.series(
       "course.time", [](const Delivered& d) { return d.needled.time; }, "s", "h",
       "time after the needling")
      .series(
          "course.unbroken",
          [](const Delivered& d) {
            const auto all_of = delivered(d, d.unbroken);
            std::vector<double> out;
            for (const double t : d.needled.time) out.push_back(at_time(d.unbroken, all_of, t));
            return out;
          },
          kPerArea, kPerAreaShown, "amount past unbroken horny layer, per area", "course.time");
  for (const auto& row : all) add_series(o, row.name, row.sentence, row.amount);
  add_series(o, "in_vehicle", "amount still in the vehicle", member(&Course::vehicle));
  o.only("the dose is finite", limited);
}

bool banded(const Delivered& d) { return !d.shallow.time.empty() && !d.deep.time.empty(); }

/// At the times of the report: what of the needled skin.
std::vector<double> at_reports(const Delivered& d, const Course& c) {
  const auto all = delivered(d, c);
  std::vector<double> out;
  for (const double t : d.problem.report_times) out.push_back(at_time(c, all, t));
  return out;
}

void add_comparisons(Out& o) {
  const auto unbroken = [](const Delivered& d) { return last(delivered(d, d.unbroken)); };
  const auto passes = [unbroken](const Delivered& d) {
    const double scale = limited(d) ? d.needled.applied : last(d.needled.entered);
    return unbroken(d) > 1e-12 * scale;
  };
  o.scalar("unbroken", unbroken, kPerArea, kPerAreaShown,
           "amount past the horny layer of unbroken skin, same dose, per area, at the end")
      .scalar(
          "enhancement",
          [unbroken](const Delivered& d) { return last(delivered(d, d.needled)) / unbroken(d); },
          "1", "1", "amount past the horny layer over that of unbroken skin, at the end")
      .where("something passes unbroken skin", passes)
      .scalar(
          "delivered_shallow", [](const Delivered& d) { return last(delivered(d, d.shallow)); },
          kPerArea, kPerAreaShown,
          "amount past the horny layer were all channels as the shallowest twentieth")
      .where("needles pierce", banded)
      .scalar(
          "delivered_deep", [](const Delivered& d) { return last(delivered(d, d.deep)); }, kPerArea,
          kPerAreaShown, "amount past the horny layer were all channels as the deepest twentieth")
      .where("needles pierce", banded);
}

double largest(const std::vector<double>& v) { return *std::max_element(v.begin(), v.end()); }

void add_rates(Out& o) {
  const auto some = [](const Delivered& d) {
    return last(d.needled.through) > 1e-12 * std::max(last(d.needled.entered), 1e-300);
  };
  o.scalar(
       "flux_max", [](const Delivered& d) { return largest(d.needled.flux); }, "kg/m^2/s",
       "ug/cm^2/h", "largest flux into the skin")
      .scalar(
          "flux_through_max", [](const Delivered& d) { return largest(d.needled.flux_through); },
          "kg/m^2/s", "ug/cm^2/h", "largest flux through, into the hypodermis or the receptor")
      .scalar(
          "lag",
          [](const Delivered& d) { return lag(d.needled) - d.problem.vehicle.times.front(); }, "s",
          "h",
          "where the tangent of the amount through at its steepest meets the axis, after the first "
          "application")
      .where("something goes through", some)
      .scalar(
          "open_at_start",
          [](const Delivered& d) {
            return at_time(d.needled, d.needled.open, d.problem.vehicle.times.front());
          },
          "1", "%", "share of the channels still open at the first application")
      .scalar(
          "open_at_end", [](const Delivered& d) { return last(d.needled.open); }, "1", "%",
          "share of the channels still open at the end")
      .scalar(
          "time_above",
          [](const Delivered& d) { return time_above(d.needled, d.options.threshold); }, "s", "h",
          "time for which the concentration at threshold_depth is above threshold")
      .where("a threshold is given", [](const Delivered& d) { return d.options.threshold > 0.0; })
      .scalar(
          "watched_max", [](const Delivered& d) { return largest(d.needled.watched); }, "kg/m^3",
          "mg/mL", "largest free concentration at threshold_depth")
      .scalar(
          "balance_error",
          [](const Delivered& d) {
            return std::max({d.needled.balance_error, d.unbroken.balance_error,
                             d.shallow.balance_error, d.deep.balance_error});
          },
          "1", "1", "amount that is missing or too much, over what was applied or went in");
}

void add_courses(Out& o) {
  o.series(
       "report_time", [](const Delivered& d) { return d.problem.report_times; }, "s", "h",
       "times at which figures and profiles are given, after the needling")
      .brief()
      .series(
          "delivered_by", [](const Delivered& d) { return at_reports(d, d.needled); }, kPerArea,
          kPerAreaShown, "amount past the horny layer by then, per area", "report_time")
      .brief()
      .series(
          "unbroken_by", [](const Delivered& d) { return at_reports(d, d.unbroken); }, kPerArea,
          kPerAreaShown, "amount past unbroken horny layer by then, per area", "report_time")
      .brief()
      .series(
          "layer_thickness",
          [](const Delivered& d) {
            std::vector<double> out;
            for (const auto& l : d.problem.layers) out.push_back(l.thickness);
            return out;
          },
          "m", "mm", "thickness of each layer that the solute passes, from the surface down")
      .brief()
      .series(
          "in_layers",
          [](const Delivered& d) {
            std::vector<double> out;
            for (const auto& l : d.needled.in_layers) out.push_back(l.back());
            return out;
          },
          kPerArea, kPerAreaShown, "amount in each layer at the end, per area", "layer_thickness")
      .brief();
  o.series(
       "course.flux", [](const Delivered& d) { return d.needled.flux; }, "kg/m^2/s", "ug/cm^2/h",
       "flux into the skin", "course.time")
      .series(
          "course.flux_through", [](const Delivered& d) { return d.needled.flux_through; },
          "kg/m^2/s", "ug/cm^2/h", "flux into the hypodermis or the receptor", "course.time")
      .series(
          "course.open", [](const Delivered& d) { return d.needled.open; }, "1", "%",
          "share of the channels still open", "course.time")
      .series(
          "course.watched", [](const Delivered& d) { return d.needled.watched; }, "kg/m^3", "mg/mL",
          "free concentration at threshold_depth", "course.time")
      .series(
          "profile.time", [](const Delivered& d) { return d.needled.profile_time; }, "s", "h",
          "times of the profiles, after the needling")
      .series(
          "profile.depth", [](const Delivered& d) { return d.needled.depth; }, "m", "mm",
          "depth below the surface")
      .profile(
          "profile.concentration", [](const Delivered& d) { return d.needled.profile; }, "kg/m^3",
          "mg/mL", "free concentration", "profile.time", "profile.depth");
}

/// "radius 0.4 nm (compact sphere of its molar mass)".
std::string estimates(const Delivered& d) {
  std::string out;
  for (const auto& e : d.solute.estimated)
    out +=
        fmt::format("{}{} {:.3g} {} ({})", out.empty() ? "" : "; ", e.key, e.value, e.unit, e.rule);
  return out.empty() ? "none" : out;
}

}  // namespace

const config::Outputs<Delivered>& outputs() {
  static const Out all = [] {
    Out o;
    o.text(
         "solute", [](const Delivered& d) { return d.solute.name; }, "solute")
        .text("estimated", estimates, "what of the solute was estimated, and by which rule")
        .scalar(
            "area", [](const Delivered& d) { return d.area; }, "m^2", "cm^2", "treated area");
    add_amounts(o);
    add_comparisons(o);
    add_rates(o);
    add_courses(o);
    return o;
  }();
  return all;
}

}  // namespace percuta::delivery
