#include "percuta/healing/firmness.h"

#include <cmath>
#include <functional>
#include <string>

#include "percuta/core/quantity.h"

namespace percuta::healing {

const config::Record<skin::SuctionTest>& suction_record() {
  using T = skin::SuctionTest;
  static const config::Record<T> record = [] {
    config::Record<T> r;
    r.quantity("pressure", &T::pressure, "mbar", 100.0, 100e3, "450 mbar",
               "of the suction test, below that of the air [Pa]", "assumed")
        .quantity("opening", &T::opening, "mm", 0.5e-3, 20e-3, "2 mm",
                  "of the probe, across [m]", "hendriks2006, with 1 and 6 mm")
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

Firmness firmness(const skin::Skin& skin, const Course& course, const std::vector<double>& times,
                  const skin::SuctionTest& test, const skin::SuctionModel& model,
                  core::Observer& observer) {
  std::vector<skin::Skin> skins{skin};
  for (const double t : times)
    skins.push_back(as_healed(skin, at_time(course, course.papillary.stiffness, t),
                              at_time(course, course.reticular.stiffness, t)));
  Firmness out;
  out.times = times;
  out.relaxes = skin::relaxes(skin);
  auto readings = skin::suction(skins, test, model, out.cost, observer);
  out.untreated = readings.front();
  out.healed.assign(readings.begin() + 1, readings.end());
  return out;
}

const config::Outputs<Firmness>& firmness_outputs() {
  using F = Firmness;
  using Reading = double (*)(const skin::SuctionReading&);
  static const config::Outputs<F> all = [] {
    config::Outputs<F> o;
    const auto of_days = [](Reading reading) {
      return [reading](const F& f) {
        std::vector<double> out;
        for (const auto& r : f.healed) out.push_back(reading(r));
        return out;
      };
    };
    const auto both = [&](const std::string& name, Reading reading, const char* unit,
                          const char* people, const std::string& sentence) -> auto& {
      o.scalar(
          name + "_untreated", [reading](const F& f) { return reading(f.untreated); }, unit,
          people, sentence + ", untreated skin");
      if (name != "r0") o.where("a layer of the skin relaxes", &F::relaxes);
      o.series(name, of_days(reading), unit, people, sentence, "days").brief();
      if (name != "r0") o.only("a layer of the skin relaxes", &F::relaxes);
      return o;
    };
    o.series(
         "days",
         [](const F& f) {
           std::vector<double> out;
           for (const double t : f.times) out.push_back(t / core::kDay);
           return out;
         },
         "days", "days", "days at which the suction test is made")
        .brief();
    both("r0", [](const skin::SuctionReading& r) { return r.largest; }, "m", "mm",
         "R0, largest elevation in the suction test");
    o.series(
         "r0_change",
         [](const F& f) {
           std::vector<double> out;
           for (const auto& r : f.healed) out.push_back(r.largest / f.untreated.largest - 1.0);
           return out;
         },
         "1", "%", "change of R0 from untreated skin; less is firmer", "days")
        .brief();
    both("r2", skin::gross_elasticity, "1", "1",
         "R2, share of the elevation that comes back, quasi-elastic");
    both("r5", skin::net_elasticity, "1", "1",
         "R5, what comes back at once over what rises at once, quasi-elastic");
    both("r7", skin::elastic_share, "1", "1",
         "R7, what comes back at once over the elevation, quasi-elastic");
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
