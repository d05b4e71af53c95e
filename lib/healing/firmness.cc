#include "percuta/healing/firmness.h"

#include <string>

#include "percuta/core/quantity.h"

namespace percuta::healing {

const config::Record<skin::SuctionTest>& suction_record() {
  using T = skin::SuctionTest;
  static const config::Record<T> record = [] {
    config::Record<T> r;
    r.quantity("pressure", &T::pressure, "mbar", 100.0, 100e3, "450 mbar",
               "of the suction test, below that of the air [Pa]", "assumed")
        .quantity("opening", &T::opening, "mm", 0.5e-3, 20e-3, "2 mm", "of the probe, across [m]",
                  "hendriks2006, with 1 and 6 mm")
        .quantity("rim", &T::rim, "mm", 0.1e-3, 20e-3, "2 mm",
                  "width of the probe's rim, to which the skin sticks [m]", "assumed")
        .quantity("on", &T::on, "s", 0.2, 600.0, "2 s", "how long the pressure is on [s]",
                  "assumed")
        .quantity("off", &T::off, "s", 0.2, 600.0, "2 s",
                  "how long it is off before recovery is read [s]", "assumed");
    return r;
  }();
  return record;
}

namespace {

void stiffen(skin::Law& law, double factor) {
  if (auto* neo = std::get_if<skin::NeoHookean>(&law)) neo->mu *= factor;
  if (auto* ogden = std::get_if<skin::Ogden>(&law))
    for (auto& term : ogden->terms) term.mu *= factor;
}

}  // namespace

skin::Skin as_healed(const skin::Skin& skin, double papillary_stiffness,
                     double reticular_stiffness) {
  skin::Skin out = skin;
  bool papillary = true;
  for (auto& layer : out.layers) {
    if (layer.role != skin::Role::dermis) continue;
    stiffen(layer.law, papillary ? papillary_stiffness : reticular_stiffness);
    papillary = false;
  }
  return out;
}

skin::Skin as_healed(const skin::Skin& skin, const Course& course, double time) {
  return as_healed(skin, at_time(course, course.papillary.stiffness, time),
                   at_time(course, course.reticular.stiffness, time));
}

Firmness firmness(const skin::Skin& skin, const Course& course, const Bands& bands,
                  const std::vector<double>& times, const skin::SuctionTest& test,
                  const skin::SuctionModel& model, core::Observer& observer) {
  std::vector<skin::Skin> skins{skin};
  for (const double t : times) skins.push_back(as_healed(skin, course, t));
  Firmness out;
  out.times = times;
  out.relaxes = skin::relaxes(skin);
  auto readings = skin::suction(skins, test, model, out.cost, observer);
  out.untreated = readings.front();
  out.healed.assign(readings.begin() + 1, readings.end());
  if (bands.members == 0) return out;
  const auto raised = [&](const Course& end) {
    std::vector<skin::Skin> states;
    for (const double t : times) states.push_back(after_creep(as_healed(skin, end, t), test.on));
    return model.lift(states, test, out.cost, observer);
  };
  out.largest_low = raised(bands.high);
  out.largest_high = raised(bands.low);
  return out;
}

namespace {

using Reading = double (*)(const skin::SuctionReading&);

double largest(const skin::SuctionReading& r) { return r.largest; }

std::vector<double> in_days(const Firmness& f) {
  std::vector<double> out;
  for (const double t : f.times) out.push_back(t / core::kDay);
  return out;
}

/// Elevations over that of the untreated skin, less 1.
std::vector<double> changes(const Firmness& f, const std::vector<double>& elevations) {
  std::vector<double> out;
  for (const double v : elevations) out.push_back(v / f.untreated.largest - 1.0);
  return out;
}

std::vector<double> of_days(const Firmness& f, Reading reading) {
  std::vector<double> out;
  for (const auto& r : f.healed) out.push_back(reading(r));
  return out;
}

/// A reading of untreated skin and of the days.
void add_reading(config::Outputs<Firmness>& o, const std::string& name, Reading reading,
                 const char* unit, const char* people, const std::string& sentence) {
  o.scalar(
       name + "_untreated", [reading](const Firmness& f) { return reading(f.untreated); }, unit,
       people, sentence + ", untreated skin")
      .series(
          name, [reading](const Firmness& f) { return of_days(f, reading); }, unit, people,
          sentence, "days")
      .brief();
}

/// The same of one that says nothing where nothing relaxes.
void add_ratio(config::Outputs<Firmness>& o, const std::string& name, Reading reading,
               const std::string& sentence) {
  const char* words = "a layer of the skin relaxes";
  config::Outputs<Firmness> one;
  add_reading(one, name, reading, "1", "1", sentence);
  o.include("", one.all_only(words, &Firmness::relaxes), [](const Firmness& f) { return f; });
}

void add_end(config::Outputs<Firmness>& o, const char* name, std::vector<double> Firmness::*member,
             const char* sentence) {
  o.series(
       name, [member](const Firmness& f) { return changes(f, f.*member); }, "1", "%", sentence,
       "days")
      .brief()
      .only("healing.members is not 0",
            [member](const Firmness& f) { return !(f.*member).empty(); });
}

}  // namespace

const config::Outputs<Firmness>& firmness_outputs() {
  using F = Firmness;
  static const config::Outputs<F> all = [] {
    config::Outputs<F> o;
    o.series("days", in_days, "days", "days", "days at which the suction test is made").brief();
    add_reading(o, "r0", largest, "m", "mm", "R0, largest elevation in the suction test");
    o.series(
         "r0_change", [](const F& f) { return changes(f, of_days(f, largest)); }, "1", "%",
         "change of R0 from untreated skin; less is firmer", "days")
        .brief();
    add_end(o, "r0_change_low", &F::largest_low,
            "change of R0 where both parts of the dermis are as stiff as their bands go");
    add_end(o, "r0_change_high", &F::largest_high,
            "change of R0 where both parts of the dermis are as soft as their bands go");
    add_ratio(o, "r2", skin::gross_elasticity,
              "R2, share of the elevation that comes back, quasi-elastic");
    add_ratio(o, "r5", skin::net_elasticity,
              "R5, what comes back at once over what rises at once, quasi-elastic");
    add_ratio(o, "r7", skin::elastic_share,
              "R7, what comes back at once over the elevation, quasi-elastic");
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
