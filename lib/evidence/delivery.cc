// What stands in data/evidence of what gets in through channels.

#include "percuta/evidence/delivery.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "percuta/delivery/model.h"
#include "percuta/delivery/record.h"
#include "percuta/study/deliver.h"
#include "percuta/study/run.h"

namespace percuta::evidence {

using namespace study;
namespace {

constexpr double kHour = 3600.0, kDay = 24.0 * kHour;

/// Excised pig skin over a receptor, under a donor that does not run out.
std::string excised(const std::string& solute, const std::string& device, const std::string& more) {
  return fmt::format(
      "skin = \"neonatal-pig\"\nsolute = \"{}\"\n{}\n[channels]\nsample_side = \"10 "
      "mm\"\n[scatter]\nsamples = 1024\n[delivery]\nsetting = \"in_vitro\"\nskin_thickness = \"0.5 "
      "mm\"\ndonor = \"reservoir\"\nconcentration = \"10 mg/mL\"\nstart = \"0 min\"\n{}",
      solute, device, more);
}

DeliveryResult naloxone(core::Observer& observer) {
  return deliver(
      parse_case(excised("naloxone",
                         "[device]\nbase = \"pen-14\"\npen.stroke = \"0.25 mm\"\n[protocol]\nspeed "
                         "= \"20 mm/s\"",
                         "duration = \"6 h\"\n"),
                 "naloxone"),
      observer);
}

double through(const delivery::Problem& p) { return delivery::network(p).through.back(); }

double gain_at(const DeliveryResult& r, double conductance) {
  auto p = r.delivered.problem;
  p.channel_conductance = conductance;
  return through(p) / r.delivered.unbroken.through.back();
}

/// The conductance, between what a case may have, at which the gain is that; the nearer end where
/// it is nowhere.
double conductance_for(const DeliveryResult& r, double gain) {
  double low = std::log(1e-4), high = std::log(10.0);
  for (int k = 0; k < 50; ++k) {
    const double middle = 0.5 * (low + high);
    (gain_at(r, std::exp(middle)) < gain ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

constexpr double kNaloxoneGain = 37.0;  // etsu9544

/// One measurement beside ours, with the band in which ours is a hit.
struct Row {
  std::string what, source;
  double measured, computed;
  std::string unit;
  double low, high;
  std::string band, remark;
  std::string role{};  ///< in place of a verdict: "fitted", or "input" of what was taken from it
};

std::string written(const Row& r) {
  const bool hit = r.computed >= r.low && r.computed <= r.high;
  return fmt::format("\"{}\",{},{},{:.4g},{},\"{}\",{},\"{}\"\n", r.what, r.source,
                     std::isfinite(r.measured) ? fmt::format("{:.4g}", r.measured) : "", r.computed,
                     r.unit, r.band, r.role.empty() ? (hit ? "hit" : "miss") : r.role, r.remark);
}

void add_dextrans(std::vector<Row>& rows) {
  for (const char* name : {"dextran-70k", "dextran-500k", "dextran-2000k"}) {
    const auto c = parse_case(fmt::format("skin = \"cheek\"\ndevice = \"mf8-0.5mm\"\nsolute = "
                                          "\"{}\"\ndelivery = {{ dose = \"20 uL/cm^2\", "
                                          "concentration = \"1 mg/mL\" }}\n",
                                          name),
                              "dextran");
    const auto s = delivery::completed(c.solute);
    rows.push_back({fmt::format("{}, diffusivity in living epidermis", name), "dextranskin2018",
                    std::nan(""), s.epidermis_diffusivity, "m^2/s", 1e-12, 8e-12, "1 to 8 um^2/s",
                    "radius recalled or assumed; rule of tissue assumed"});
    rows.push_back({fmt::format("{}, diffusivity in dermis", name), "dextranskin2018", std::nan(""),
                    s.dermis_diffusivity, "m^2/s", 1e-12, 20e-12, "1 to 20 um^2/s", "the same"});
  }
}

void add_naloxone(std::vector<Row>& rows, const DeliveryResult& r) {
  const double fitted = conductance_for(r, kNaloxoneGain);
  rows.push_back({"naloxone, pen of 250 um over unbroken, 6 h", "etsu9544", kNaloxoneGain,
                  gain_at(r, fitted), "1", 0, 0, "fitted",
                  fmt::format("delivery.channel_conductance = {:.3g} is fitted to it alone; how "
                              "many channels a minute of the pen leaves is assumed",
                              fitted),
                  "fitted"});
  rows.push_back({"naloxone, unbroken skin, 6 h", "etsu9544", 8.25e-5,
                  r.delivered.unbroken.through.back(), "kg/m^2", 7.19e-5, 9.31e-5,
                  "8.25 +- 1.06 ug/cm^2",
                  "donor of 10 mg/mL and 0.5 mm of skin assumed; the source states neither here"});
}

double flux_gain(const DeliveryResult& r) {
  return r.delivered.needled.flux_through.back() / r.delivered.unbroken.flux_through.back();
}

void add_rollers(std::vector<Row>& rows, core::Observer& observer) {
  const auto rolled = [&](const char* solute, const char* skin, int passes, const char* hours) {
    auto text =
        excised(solute, "device = \"mf8-0.5mm\"", fmt::format("duration = \"{}\"\n", hours));
    text.replace(text.find("neonatal-pig"), 12, skin);
    return deliver(
        parse_case(text, solute, {{"protocol.passes_per_direction", std::to_string(passes)}}),
        observer);
  };
  const auto ascorbic = rolled("ascorbic-acid", "hairless-rat", 9, "24 h");
  rows.push_back(
      {"ascorbic acid, 9 passes in 4 directions over unbroken", "ascorbicroller", 10.54,
       ascorbic.delivered.needled.through.back() / ascorbic.delivered.unbroken.through.back(), "1",
       10.54 / 2.0, 10.54 * 2.0, "within a factor of 2",
       "rat skin, polymer roller; 0.5 mm needles, 10 mg/mL and 24 h assumed"});
  const auto amantadine = rolled("amantadine", "neonatal-pig", 1, "24 h");
  rows.push_back({"amantadine, roller over unbroken, flux", "ita2015", 49.0 / 22.4,
                  flux_gain(amantadine), "1", 0.7 * 49.0 / 22.4, 1.3 * 49.0 / 22.4, "within 30 %",
                  "22.4 to 49.0 ug/cm^2/h; pig ear; 0.5 mm needles, one pass a direction assumed"});
  const auto pramipexole = rolled("pramipexole", "neonatal-pig", 1, "24 h");
  rows.push_back({"pramipexole, roller over unbroken, flux", "ita2015", 134.0 / 134.8,
                  flux_gain(pramipexole), "1", 0.7 * 134.0 / 134.8, 1.3 * 134.0 / 134.8,
                  "within 30 %", "134.8 to 134.0 ug/cm^2/h; the same"});
  const auto ala = rolled("aminolevulinic-acid", "neonatal-pig", 1, "24 h");
  for (const char* share : {"2 %", "8 %", "16 %"}) {
    auto p = ala.delivered.problem;
    p.vehicle.concentration = 10.0 * std::stod(share);
    auto unbroken = p;
    unbroken.channels.clear();
    const bool lost = std::string(share) == "16 %";
    rows.push_back({fmt::format("aminolevulinic acid of {}, needled over unbroken", share), "",
                    lost ? 1.0 : std::nan(""), through(p) / through(unbroken), "1",
                    lost ? 0.7 : 1.3, lost ? 1.3 : 1e300,
                    lost ? "gain lost, within 30 % of 1" : "a gain, above 1.3",
                    "reported without a source here; ours is linear in the concentration"});
  }
}

void add_others(std::vector<Row>& rows, core::Observer& observer) {
  const auto living = [&](const char* solute, const char* more) {
    return deliver(
        parse_case(fmt::format("skin = \"cheek\"\ndevice = \"mf8-0.5mm\"\nsolute = "
                               "\"{}\"\n[channels]\nsample_side = \"10 mm\"\n[delivery]\ndonor = "
                               "\"reservoir\"\nconcentration = \"5 mg/mL\"\nstart = \"0 min\"\n{}",
                               solute, more),
                   solute),
        observer);
  };
  // Injected into the dermis, with no vehicle on the skin.
  auto p = living("hyaluronic-acid-100k", "duration = \"96 h\"\n").delivered.problem;
  p.vehicle.times.clear();
  p.channels.clear();
  for (auto& l : p.layers)
    if (l.clearance > 0.0) l.initial = 5.0;
  const auto gone = delivery::network(p);
  const auto left = in_skin(gone);
  const auto half =
      std::find_if(left.begin(), left.end(), [&](double v) { return v <= 0.5 * left.front(); });
  rows.push_back(
      {"injected hyaluronan, half-life", "ajpheart1990", std::nan(""),
       half == left.end() ? std::nan("") : gone.time[static_cast<std::size_t>(half - left.begin())],
       "s", 0.5 * kDay, 1.0 * kDay, "0.5 to 1 day",
       "its clearance by lymph is taken from this source: an input, no test", "input"});
  const auto glycerol = living("glycerol",
                               "duration = \"0.5 h\"\nreport_times = [\"0.5 h\"]\nthreshold_depth "
                               "= \"0.2 mm\"\n");
  rows.push_back({"glycerol at 0.2 mm after 30 min, over the donor", "", std::nan(""),
                  glycerol.delivered.needled.watched.back() / 5.0, "1", 0.1, 1.0,
                  "above 0.1, by which dermis clears (assumed)",
                  "needled skin was reported to clear within 30 min; no source here"});
}

}  // namespace

double calibrated_conductance(core::Observer& observer) {
  return conductance_for(naloxone(observer), kNaloxoneGain);
}

std::string delivery_cases_csv(core::Observer& observer) {
  std::vector<Row> rows;
  const auto pen = naloxone(observer);
  add_naloxone(rows, pen);
  add_dextrans(rows);
  add_rollers(rows, observer);
  add_others(rows, observer);
  std::string text = fmt::format(
      "# What gets in beside measurements, in SI. One constant is fitted, to the first row alone: "
      "delivery.channel_conductance; its default is {:g}.\n"
      "# Everything else is as in the catalogue, or assumed where a remark says so.\n"
      "# Remake with: percuta table delivery-cases --write\n"
      "what,source,measured,computed,unit,a hit is,verdict,remark\n",
      pen.delivered.options.channel_conductance);
  for (const auto& row : rows) text += written(row);
  return text;
}

namespace {

constexpr std::array kSolutes{"ascorbic-acid",        "caffeine", "lidocaine", "naloxone",
                              "hyaluronic-acid-100k", "insulin",  "albumin",   "dextran-500k"};
constexpr std::array kLengths{"0.25", "0.5", "1.5"};

/// A dose on the cheek after a roller.
Case on_cheek(const std::string& length, const std::string& solute, const std::string& more) {
  return parse_case(
      fmt::format("skin = \"cheek\"\nsolute = \"{}\"\n[device]\nbase = "
                  "\"mf8-1.0mm\"\nneedle.length = \"{} mm\"\n[channels]\nsample_side = \"10 "
                  "mm\"\n[delivery]\ndose = \"20 uL/cm^2\"\nconcentration = \"1 mg/mL\"\n{}",
                  solute, length, more),
      "table");
}

}  // namespace

std::string delivery_table_csv(core::Observer& observer) {
  std::string text =
      "# Share of a dose of 20 uL/cm^2 of 1 mg/mL that is past the horny layer of the cheek a day "
      "after it was laid on, rolled with 192 needles under 5 N in four\n"
      "# directions; low and high: were all channels as the shallowest and the deepest twentieth.\n"
      "# Remake with: percuta table delivery-table --write\n"
      "solute,length_mm,cover,start_h,share_of_dose,low,high,over_unbroken\n";
  int done = 0;
  for (const char* length : kLengths) {
    const Result rolled = roll(on_cheek(length, "caffeine", ""), observer);
    for (const char* solute : kSolutes) {
      for (const bool cover : {false, true})
        for (const int start : {0, 6}) {
          const auto c = on_cheek(length, solute,
                                  fmt::format("cover = {}\nstart = \"{} h\"\nduration = \"{} h\"\n",
                                              cover, start, start + 24));
          const auto r = deliver(c, rolled).delivered;
          const auto share = [&](const delivery::Course& course) {
            return course.time.empty()
                       ? std::string()
                       : fmt::format("{:.3g}", delivered(r, course).back() / r.needled.applied);
          };
          const double unbroken = delivered(r, r.unbroken).back();
          text +=
              fmt::format("{},{},{},{},{},{},{},{}\n", solute, length, cover ? "covered" : "open",
                          start, share(r.needled), share(r.shallow), share(r.deep),
                          unbroken > 1e-12 * r.needled.applied
                              ? fmt::format("{:.3g}", delivered(r, r.needled).back() / unbroken)
                              : "");
        }
      core::report(observer, "what gets in",
                   ++done / static_cast<double>(kSolutes.size() * kLengths.size()));
    }
  }
  return text;
}

std::string delivery_levels_csv(core::Observer& observer) {
  std::string text =
      "# Amount past the horny layer of the cheek, open and covered, of a dose of 20 uL/cm^2 of 1 "
      "mg/mL laid on at once after a roller of 192 needles under 5 N,\n"
      "# by both levels, in kg/m^2. A hit is a network within 10 % of the axisymmetric level; "
      "steps "
      "and unknowns are those of the latter.\n"
      "# Remake with: percuta table delivery-levels --write\n"
      "solute,length_mm,cover,time_h,network,axisymmetric,network_over,verdict,steps,unknowns\n";
  int done = 0;
  for (const char* length : kLengths) {
    const Result rolled = roll(on_cheek(length, "caffeine", ""), observer);
    for (const char* solute : kSolutes) {
      for (const bool cover : {false, true}) {
        const auto by = [&](const char* level) {
          return deliver(on_cheek(length, solute,
                                  fmt::format("cover = {}\nstart = \"0 min\"\nreport_times = [\"1 "
                                              "h\", \"6 h\", \"24 h\"]\nlevel = \"{}\"\n",
                                              cover, level)),
                         rolled)
              .delivered;
        };
        const auto light = by("network"), heavy = by("axisymmetric");
        for (const double time : heavy.problem.report_times) {
          const auto at = [&](const delivery::Delivered& d) {
            return at_time(d.needled, delivered(d, d.needled), time);
          };
          const double over = at(light) / at(heavy);
          text += fmt::format("{},{},{},{:g},{:.4g},{:.4g},{:.3f},{},{},{}\n", solute, length,
                              cover ? "covered" : "open", time / kHour, at(light), at(heavy), over,
                              std::abs(over - 1.0) <= 0.1 ? "hit" : "miss", heavy.needled.steps,
                              heavy.needled.unknowns);
        }
      }
      core::report(observer, "what gets in by two levels",
                   ++done / static_cast<double>(kSolutes.size() * kLengths.size()));
    }
  }
  return text;
}

}  // namespace percuta::evidence
