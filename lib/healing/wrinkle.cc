#include "percuta/healing/wrinkle.h"

#include <algorithm>
#include <string>

#include "percuta/core/quantity.h"
#include "percuta/healing/firmness.h"

namespace percuta::healing {

const config::Record<skin::Furrow>& furrow_record() {
  using T = skin::Furrow;
  static const config::Record<T> record = [] {
    config::Record<T> r;
    r.quantity("depth", &T::depth, "um", 1e-6, 2e-3, "100 um",
               "of the furrow in skin without stress [m]",
               "assumed; lemperle2001 grades facial wrinkles from below 0.2 mm on")
        .quantity("width", &T::width, "mm", 20e-6, 10e-3, "0.5 mm",
                  "of the furrow in skin without stress, from edge to edge [m]", "assumed")
        .quantity("spacing", &T::spacing, "mm", 0.1e-3, 20e-3, "3 mm",
                  "from one furrow to the next in skin without stress [m]", "assumed")
        .number("compression", &T::compression, 0.001, 0.35, "0.1",
                "by how much the muscle shortens skin that lies at rest; near the upper bound "
                "level rubber creases by itself [-]",
                "assumed; bound hong2009");
    return r;
  }();
  return record;
}

namespace {

double under_muscle(const skin::FurrowReading& r) { return depth(r.compressed); }
double at_rest(const skin::FurrowReading& r) { return depth(r.at_rest); }

/// Depths between which the four corners of the bands of papillary and reticular dermis lie.
void add_band(Wrinkle& out, const skin::Skin& skin, const Bands& bands,
              const skin::FurrowModel& model, core::Observer& observer) {
  std::vector<skin::Skin> corners;
  for (const double t : out.times)
    for (const Course* papillary : {&bands.low, &bands.high})
      for (const Course* reticular : {&bands.low, &bands.high})
        corners.push_back(as_healed(skin, at_time(*papillary, papillary->papillary.stiffness, t),
                                    at_time(*reticular, reticular->reticular.stiffness, t)));
  const auto readings = model.compress(corners, out.furrow, out.cost, observer);
  constexpr std::size_t kCorners = 4;
  for (std::size_t k = 0; k < out.times.size(); ++k) {
    double low = under_muscle(readings[kCorners * k]), high = low;
    for (std::size_t c = 1; c < kCorners; ++c) {
      low = std::min(low, under_muscle(readings[kCorners * k + c]));
      high = std::max(high, under_muscle(readings[kCorners * k + c]));
    }
    out.low.push_back(low);
    out.high.push_back(high);
  }
}

}  // namespace

Wrinkle wrinkle(const skin::Skin& skin, const Course& course, const Bands& bands,
                const std::vector<double>& times, const skin::Furrow& furrow,
                const skin::FurrowModel& model, core::Observer& observer) {
  std::vector<skin::Skin> skins{skin};
  for (const double t : times) skins.push_back(as_healed(skin, course, t));
  Wrinkle out;
  out.furrow = furrow;
  out.times = times;
  auto readings = model.compress(skins, furrow, out.cost, observer);
  out.untreated = readings.front();
  out.healed.assign(readings.begin() + 1, readings.end());
  if (bands.members > 0) add_band(out, skin, bands, model, observer);
  return out;
}

namespace {

using Reading = double (*)(const skin::FurrowReading&);

std::vector<double> of_days(const Wrinkle& w, Reading reading) {
  std::vector<double> out;
  for (const auto& r : w.healed) out.push_back(reading(r));
  return out;
}

/// Depths over that of untreated skin, less 1.
std::vector<double> changes(std::vector<double> depths, double untreated) {
  for (double& d : depths) d = d / untreated - 1.0;
  return depths;
}

void add_reading(config::Outputs<Wrinkle>& o, const std::string& name, Reading reading,
                 const std::string& sentence) {
  o.scalar(
       name + "_untreated", [reading](const Wrinkle& w) { return reading(w.untreated); }, "m", "um",
       sentence + ", untreated skin")
      .series(
          name, [reading](const Wrinkle& w) { return of_days(w, reading); }, "m", "um", sentence,
          "days")
      .brief()
      .series(
          name + "_change",
          [reading](const Wrinkle& w) {
            return changes(of_days(w, reading), reading(w.untreated));
          },
          "1", "%", sentence + ", change from untreated skin", "days")
      .brief();
}

void add_end(config::Outputs<Wrinkle>& o, const char* name, std::vector<double> Wrinkle::*member,
             const char* sentence) {
  o.series(
       name, [member](const Wrinkle& w) { return changes(w.*member, under_muscle(w.untreated)); },
       "1", "%", sentence, "days")
      .brief()
      .only("healing.members is not 0",
            [member](const Wrinkle& w) { return !(w.*member).empty(); });
}

}  // namespace

const config::Outputs<Wrinkle>& wrinkle_outputs() {
  using W = Wrinkle;
  static const config::Outputs<W> all = [] {
    config::Outputs<W> o;
    o.series(
         "days",
         [](const W& w) {
           std::vector<double> out;
           for (const double t : w.times) out.push_back(t / core::kDay);
           return out;
         },
         "days", "days", "days at which the furrow is computed")
        .brief();
    add_reading(o, "at_rest", at_rest, "depth of the furrow at rest, under tension alone");
    add_reading(o, "compressed", under_muscle, "depth of the furrow in compressed skin");
    add_end(o, "compressed_change_low", &W::low,
            "least change where papillary and reticular dermis are as stiff or soft as their bands "
            "go");
    add_end(o, "compressed_change_high", &W::high,
            "largest change where papillary and reticular dermis are as stiff or soft as their "
            "bands go");
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
