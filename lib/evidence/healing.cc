// What stands in data/evidence of what skin does after the needle.

#include "percuta/evidence/healing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "percuta/core/quantity.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/record.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "percuta/study/sensitivity.h"

namespace percuta::evidence {

using namespace study;
using healing::Course;

namespace {

using core::kDay;
constexpr double kHour = 3600.0;

Case written_case(const std::string& skin, const std::string& device, const std::string& length,
                  int passes, const std::string& more, const std::string& healing = "") {
  return parse_case(
      fmt::format("skin = \"{}\"\n[device]\nbase = \"{}\"\nneedle.length = \"{} mm\"\n[protocol]\n"
                  "passes_per_direction = {}\n{}\n[channels]\nsample_side = \"10 mm\"\n[healing]\n"
                  "members = 0\n{}",
                  skin, device, length, passes, more, healing),
      "evidence");
}

/// One observation beside ours, with the band in which ours is a hit.
struct Row {
  std::string what, source;
  double measured, computed;
  std::string unit;
  double low, high;
  std::string band;
  bool chosen = false;  ///< a constant was chosen from it, so that it proves nothing
  std::string remark{};
};

std::string written(const Row& r) {
  const bool hit = r.computed >= r.low && r.computed <= r.high;
  return fmt::format(
      "\"{}\",{},{},{:.4g},{},\"{}\",\"{}\",\"{}\"\n", r.what, r.source,
      std::isfinite(r.measured) ? fmt::format("{:.4g}", r.measured) : "", r.computed, r.unit,
      r.band, std::string(r.chosen ? "chosen from it, " : "") + (hit ? "hit" : "miss"), r.remark);
}

void add_barrier(std::vector<Row>& rows) {
  for (const char* length : {"0.37", "0.77"}) {
    const auto r = run(written_case("hairless-rat", "roller-770um", length, 4, "")).healing;
    rows.push_back({fmt::format("water loss at baseline, roller of {} mm, hairless rat", length),
                    "kalluri2011", 4.5 * kHour, r.barrier_closed, "s", 3.0 * kHour, 6.0 * kHour,
                    "3 to 6 h (4 to 5 h seen)"});
  }
  for (const char* length : {"0.15", "0.25"}) {
    const auto r = run(written_case("cheek", "mf8-0.2mm", length, 3, "")).healing;
    rows.push_back({fmt::format("barrier whole, face roller of {} mm, 12 passes", length),
                    "facerollers2012", 72 * kHour, r.barrier_closed, "s", 0.1 * kHour, 72 * kHour,
                    "at most 72 h, and not at once"});
  }
  const auto open = run(written_case("volar-forearm", "mf8-0.5mm", "0.5", 4, "")).healing;
  rows.push_back({"admittance back, skin in the open", "gupta2011", 2 * kHour,
                  open.impedance_closed, "s", 0.0, 2 * kHour, "at most 2 h", true});
  for (const auto& [skin, hours, sd] : {std::tuple{"volar-forearm", 58.3, 16.8}}) {
    const auto r =
        run(written_case(skin, "mf8-0.5mm", "0.5", 4, "", "[healing.parameters]\nocclusion = 1\n"))
            .healing;
    rows.push_back({fmt::format("admittance back under cover, {}", skin), "pmc8259462",
                    hours * kHour, r.impedance_closed, "s", (hours - sd) * kHour,
                    (hours + sd) * kHour, "within one standard deviation", true,
                    "needles of the study are not those of the roller"});
  }
}

/// Under a cover channels stay open for hours, longer the longer the needles are.
void add_covered(std::vector<Row>& rows) {
  const auto covered = [](const char* length) {
    return run(written_case("volar-forearm", "mf8-0.5mm", length, 4, "",
                            "[healing.parameters]\nocclusion = 1\n"))
        .healing.impedance_closed;
  };
  const double shallow = covered("0.5"), deep = covered("1.0");
  rows.push_back({"admittance back under cover, needles of 0.5 mm", "gupta2011", 3 * kHour, shallow,
                  "s", 3 * kHour, 1e9, "3 h or more"});
  rows.push_back({"admittance under cover, 1.0 over 0.5 mm needles", "gupta2011", std::nan(""),
                  deep / shallow, "1", 1.0 + 1e-9, 1e9, "above 1"});
}

void add_epithelium(std::vector<Row>& rows) {
  const auto r = run(parse_case("skin = \"cheek\"\ndevice = \"pen-6\"\n[channels]\nsample_side = "
                                "\"10 mm\"\n[healing]\nmembers = 0\n",
                                "evidence"))
                     .healing;
  rows.push_back({"epithelium closed, pen", "ccid409310", 36 * kHour, r.epithelium_closed, "s",
                  24 * kHour, 48 * kHour, "24 to 48 h", true, "seen in a skin model in vitro"});
  rows.push_back({"epidermis whole, needled skin model", "needledmodel2018", 5 * kDay,
                  r.epidermis_whole, "s", 4 * kDay, 6 * kDay, "day 4 to 6", true,
                  "seen in a skin model in vitro"});
}

void add_redness(std::vector<Row>& rows) {
  const auto redness = [&](const char* length) {
    return run(written_case("volar-forearm", "mf8-0.5mm", length, 4, "")).healing.erythema_gone;
  };
  const double shallow = redness("0.2"), deep = redness("0.4");
  rows.push_back({"redness gone, needles of 0.4 mm", "bal2008", 2 * kHour, deep, "s", 0.0,
                  2 * kHour, "less than 2 h", true, "arrays were pressed, not rolled"});
  rows.push_back({"redness of 0.4 over that of 0.2 mm", "bal2008", std::nan(""),
                  deep / std::max(shallow, 1.0), "1", 1.0 + 1e-9, 1e9, "above 1", true});
  const auto r = run(written_case("volar-forearm", "mf8-0.3mm", "0.3", 4, "")).healing;
  rows.push_back({"redness gone, 0.3 mm deep array", "hydrogelarrays2014", 48 * kHour,
                  r.erythema_gone, "s", 0.0, 48 * kHour, "at most 48 h"});
  rows.push_back({"hole open when water loss is normal at 24 h", "hydrogelarrays2014", std::nan(""),
                  r.epithelium_closed, "s", 24 * kHour, 96 * kHour,
                  "epithelium not closed at 24 h"});
}

void add_wound_curves(std::vector<Row>& rows) {
  const auto p = healing::default_parameters();
  const auto c = healing::heal_well_mixed(p, 180 * kDay);
  const auto at = [&](const std::vector<double>& v, double day) {
    Course course;
    course.time = c.time;
    return healing::at_time(course, v, day * kDay);
  };
  const auto peak = [&](const std::vector<double>& v) {
    return c.time[static_cast<std::size_t>(std::max_element(v.begin(), v.end()) - v.begin())];
  };
  std::vector<double> macrophages = c.macrophages_1;
  for (std::size_t k = 0; k < macrophages.size(); ++k) macrophages[k] += c.macrophages_2[k];
  const std::array<std::tuple<const char*, const std::vector<double>&, double>, 3> cells{
      {{"neutrophils", c.neutrophils, 1.0},
       {"macrophages", macrophages, 3.0},
       {"myofibroblasts", c.myofibroblasts, 12.0}}};
  for (const auto& [what, course, day] : cells)
    rows.push_back({fmt::format("peak of {} in an excised wound", what), "", day * kDay,
                    peak(course), "s", day * kDay / 1.5, day * kDay * 1.5, "within a factor of 1.5",
                    true});
  const double last = at(c.collagen, 28);
  const std::array<std::array<double, 2>, 3> collagen{{{7, 0.08}, {14, 0.35}, {21, 0.72}}};
  for (const auto& [day, share] : collagen)
    rows.push_back({fmt::format("collagen of an excised wound, day {:g} over day 28", day), "",
                    share, at(c.collagen, day) / last, "1", share - 0.1, share + 0.1, "within 0.1",
                    true});
  const std::array<std::array<double, 3>, 3> strength{
      {{7, 0.02, 0.10}, {21, 0.15, 0.30}, {90, 0.50, 0.80}}};
  for (const auto& [day, low, high] : strength)
    rows.push_back({fmt::format("strength of a wound, day {:g}", day), "", 0.5 * (low + high),
                    at(c.strength, day), "1", low, high, fmt::format("{:g} to {:g}", low, high),
                    true, "a well-mixed wound has no neighbours to migrate from"});
}

void add_months(std::vector<Row>& rows) {
  const auto four =
      run(written_case("cheek", "mf8-1.5mm", "1.5", 4, "sessions = 4\ninterval = \"30 days\"",
                       "report_days = [\"5 days\", \"90 days\", \"150 days\"]\n"))
          .healing;
  const auto gain = [](const Course& c, double day) {
    return healing::at_time(c, c.papillary.collagen, day * kDay) - 1.0;
  };
  rows.push_back({"gain on day 5 over that on day 150, four monthly sessions", "ablon2018",
                  std::nan(""), gain(four, 5) / gain(four, 150), "1", -1e9, 0.5,
                  "well below 1: wrinkles were better by day 90, best on day 150"});
  const auto five =
      run(written_case("cheek", "mf8-1.5mm", "1.5", 4, "sessions = 5\ninterval = \"30 days\"",
                       "report_days = [\"176 days\"]\n"))
          .healing;
  rows.push_back({"papillary collagen, five monthly sessions of 1.5 mm, 8 weeks after", "lotfi2013",
                  0.53, gain(five, 176), "1", 0.53 / 2.0, 0.53 * 2.0, "within a factor of 2", false,
                  "by stain, without a control; passes of the study not known"});
  const auto three =
      run(written_case("cheek", "mf8-1.5mm", "1.5", 4, "sessions = 3\ninterval = \"14 days\""))
          .healing;
  rows.push_back({"gain on day 180 over that on day 90, three sessions 14 days apart", "alam2014",
                  3.4 / 2.4, gain(three, 180) / gain(three, 90), "1", 1.0, 1e9, "not below 1",
                  false, "a scar score was measured, not collagen"});
}

/// The constants of a set in the place of the usual ones.
healing::Parameters of_set(const std::string& name) {
  return written_case("cheek", "mf8-1.5mm", "1.5", 4, "", fmt::format("set = \"{}\"\n", name))
      .healing;
}

void add_sets(std::vector<Row>& rows) {
  const auto collagen = [](const healing::Parameters& p) {
    const auto c = healing::heal_well_mixed(p, 30 * kDay);
    Course course;
    course.time = c.time;
    return healing::at_time(course, c.collagen, 14 * kDay);
  };
  rows.push_back(
      {"collagen of a wound on day 14, old over young, set aged", "holt1992", 1.0,
       collagen(of_set("aged")) / collagen(healing::default_parameters()), "1", 0.8, 1.2,
       "within 20 %", false,
       "no difference was seen above 65 years; how large one would have been seen is not "
       "known"});
  const auto covered = [](const char* set) {
    return run(written_case(
                   "volar-forearm", "mf8-0.5mm", "0.5", 4, "",
                   fmt::format("set = \"{}\"\n[healing.parameters]\nocclusion = 1\n", set)))
        .healing;
  };
  const auto old = covered("aged"), usual = covered("none");
  rows.push_back(
      {"epithelium of a thigh wound later in old people, set aged", "holt1992", 1.9 * kDay,
       old.epithelium_closed - usual.epithelium_closed, "s", 0.95 * kDay, 3.8 * kDay,
       "within a factor of 2", false,
       "the set has no slower epithelium: no rate is published; a wound of 2 cm, no channel"});
  rows.push_back({"admittance back under cover, set dark-skin over light-skin", "ogunjimi2020",
                  66.5 / 50.2,
                  covered("dark-skin").impedance_closed / covered("light-skin").impedance_closed,
                  "1", 1.2, 1.45, "within 0.13", true});
}

}  // namespace

std::string healing_cases_csv(core::Observer& observer) {
  std::vector<Row> rows;
  add_barrier(rows);
  core::report(observer, "healing beside measurements", 0.4);
  add_covered(rows);
  add_epithelium(rows);
  add_redness(rows);
  add_wound_curves(rows);
  core::report(observer, "healing beside measurements", 0.7);
  add_months(rows);
  add_sets(rows);
  std::string text =
      "# Needled skin over hours and months beside measurements, in SI. Where a constant was "
      "chosen "
      "from an observation, its row proves nothing.\n"
      "# Remake with: percuta table healing-cases --write\n"
      "what,source,measured,computed,unit,a hit is,verdict,remark\n";
  for (const auto& row : rows) text += written(row);
  return text;
}

namespace {

struct Protocol {
  const char *name, *device, *length, *interval;
};
constexpr std::array kProtocols{Protocol{"home", "mf8-0.3mm", "0.3", "7 days"},
                                Protocol{"clinic", "mf8-1.5mm", "1.5", "30 days"}};

Case tabulated(const Protocol& p, int sessions, const Overrides& overrides = {}) {
  return parse_case(
      fmt::format("skin = \"cheek\"\n[device]\nbase = \"{}\"\n[protocol]\n"
                  "passes_per_direction = 4\nsessions = {}\ninterval = \"{}\"\n[channels]\n"
                  "sample_side = \"10 mm\"\n[healing]\nmembers = 256\n",
                  p.device, sessions, p.interval),
      "table", overrides);
}

/// Change of R2 by day, and of skins at the ends of the bands, as those of R0.
std::vector<healing::Banded> recovery_changes(const Case& c, const Result& r) {
  const auto& f = r.firmness;
  std::vector<skin::Skin> ends;
  for (const double t : f.times)
    for (const Course* end : {&r.healing_bands.low, &r.healing_bands.high})
      ends.push_back(as_healed(c.skin, *end, t));
  skin::TestCost cost;
  const auto readings = skin::suction(ends, c.healing_options.probe, lifting_model(), cost);
  const auto change = [&](const skin::SuctionReading& s) {
    return gross_elasticity(s) / gross_elasticity(f.untreated) - 1.0;
  };
  std::vector<healing::Banded> out;
  for (std::size_t k = 0; k < f.times.size(); ++k) {
    const double soft = change(readings[2 * k]), stiff = change(readings[2 * k + 1]);
    out.push_back({change(f.healed[k]), std::min(soft, stiff), std::max(soft, stiff)});
  }
  return out;
}

/// What a probe and a furrow show of the skin on a day that is reported.
std::string shown(const Result& r, const std::vector<healing::Banded>& recovery, double day) {
  const auto& times = r.firmness.times;
  const auto k = static_cast<std::size_t>(
      std::find_if(times.begin(), times.end(),
                   [&](double t) { return std::abs(t - day * kDay) < 1.0; }) -
      times.begin());
  const auto& f = r.firmness;
  const auto& w = r.wrinkle;
  const double raised = f.untreated.largest, deep = depth(w.untreated.compressed);
  const std::array<healing::Banded, 3> all{
      healing::Banded{f.healed.at(k).largest / raised, f.largest_low.at(k) / raised,
                      f.largest_high.at(k) / raised},
      healing::Banded{recovery.at(k).value + 1.0, recovery.at(k).low + 1.0,
                      recovery.at(k).high + 1.0},
      healing::Banded{depth(w.healed.at(k).compressed) / deep, w.low.at(k) / deep,
                      w.high.at(k) / deep}};
  std::string out;
  for (const auto& b : all)
    out += fmt::format(",{:.3g},{:.3g},{:.3g}", b.value - 1.0, b.low - 1.0, b.high - 1.0);
  return out;
}

}  // namespace

std::string healing_table_csv(core::Observer& observer) {
  std::string text =
      "# Changes from healthy skin on the cheek, 5 N, four directions, four passes each; low and "
      "high: 90 % of 256 sets of constants lie between. R0 and R2 of a suction test, depth of a "
      "furrow under the muscle: low and high are of papillary and reticular dermis at the ends of "
      "their bands, both at one end for R0 and R2, in any combination for the furrow.\n"
      "# Remake with: percuta table healing-table --write\n"
      "protocol,length_mm,sessions,interval,day,collagen_needled,low,high,collagen_papillary,low,"
      "high,collagen_whole_dermis,low,high,strength_needled,low,high,r0,low,high,r2,low,high,"
      "furrow,low,high\n";
  using Series = std::vector<double>;
  const std::array<const Series& (*)(const Course&), 4> of{
      [](const Course& c) -> const Series& { return c.collagen; },
      [](const Course& c) -> const Series& { return c.papillary.collagen; },
      [](const Course& c) -> const Series& { return c.dermis.collagen; },
      [](const Course& c) -> const Series& { return c.strength; }};
  double done = 0.0;
  for (const auto& p : kProtocols)
    for (const int sessions : {1, 4}) {
      const auto c =
          tabulated(p, sessions, {{"healing.suction", "true"}, {"healing.furrow", "true"}});
      const auto r = run(c);
      const auto recovery = recovery_changes(c, r);
      core::report(observer, "weeks after", ++done / 4.0);
      for (const double day : {5.0, 28.0, 90.0, 180.0}) {
        text += fmt::format("{},{},{},{},{:g}", p.name, p.length, sessions,
                            sessions > 1 ? p.interval : "", day);
        for (const auto& course : of) {
          const auto b = healing::banded_at(r.healing, r.healing_bands, course, day * kDay);
          text += fmt::format(",{:.3g},{:.3g},{:.3g}", b.value - 1.0, b.low - 1.0, b.high - 1.0);
        }
        text += shown(r, recovery, day) + "\n";
      }
    }
  return text;
}

std::string healing_sets_csv(core::Observer& observer) {
  const auto healed = [](const std::string& set, double occlusion) {
    return run(written_case("cheek", "mf8-1.5mm", "1.5", 4, "sessions = 4\ninterval = \"30 days\"",
                            fmt::format("set = \"{}\"\n[healing.parameters]\nocclusion = {:g}\n",
                                        set, occlusion)))
        .healing;
  };
  std::string text =
      "# What sets of healing constants change: cheek, roller of 1.5 mm, four directions, four "
      "passes each, 4 sessions 30 days apart. Changes from that skin itself before needling, over "
      "the needled depth; closures after the last session, covered by a dressing where it says so. "
      "Measurements that no set is made from: healing-cases.\n"
      "# Remake with: percuta table healing-sets --write\n"
      "set,collagen_28,collagen_90,collagen_180,strength_180,barrier_closed_h,impedance_closed_h,"
      "impedance_closed_covered_h,epithelium_closed_h\n";
  auto sets = entry_names("healing");
  sets.insert(sets.begin(), "none");
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const auto open = healed(sets[k], 0.0), covered = healed(sets[k], 1.0);
    const auto change = [&](const std::vector<double>& v, double day) {
      return healing::at_time(open, v, day * kDay) - 1.0;
    };
    text += sets[k];
    for (const double day : {28.0, 90.0, 180.0})
      text += fmt::format(",{:.3g}", change(open.collagen, day));
    text += fmt::format(",{:.3g}", change(open.strength, 180.0));
    for (const double closed : {open.barrier_closed, open.impedance_closed,
                                covered.impedance_closed, open.epithelium_closed})
      text += std::isfinite(closed) ? fmt::format(",{:.3g}", closed / kHour) : ",";
    text += "\n";
    core::report(observer, "sets of constants", static_cast<double>(k + 1) / sets.size());
  }
  return text;
}

std::string healing_sensitivity_csv(core::Observer& observer) {
  constexpr int kSessions = 4, kMembers = 12288;
  constexpr double kLeast = 0.05;
  const auto c = tabulated(kProtocols.back(), kSessions);
  const auto all =
      sensitivity(c, healing_outcomes(c, "healing.collagen_change", {5.0, 28.0, 90.0, 180.0}),
                  kMembers, observer);
  std::string text = fmt::format(
      "# Which constants decide collagen of the needled depth: cheek, roller of {} mm, four "
      "directions, four passes each, {} sessions {} apart. Shares of the variance over the priors "
      "of {} constants (Sobol' indices): first that a constant takes alone, total with all in "
      "which it has a part; low and high: 95 % by resampling. Constants whose total is above {:g}, "
      "of {} sets of constants, {} of which healing refused.\n"
      "# Remake with: percuta table healing-sensitivity --write\n"
      "day,mean_change,deviation,constant,first,low,high,total,low,high\n",
      kProtocols.back().length, kSessions, kProtocols.back().interval, c.priors.size(), kLeast,
      all.front().members, all.front().refused);
  for (const auto& s : all)
    for (const std::size_t k : by_total(s)) {
      const auto& [first, total] = s.variance.of[k];
      if (total.value < kLeast) break;
      text += fmt::format("{:g},{:.3g},{:.3g},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f}\n",
                          *s.outcome.time / kDay, s.variance.mean, s.variance.deviation,
                          s.constants[k].name, first.value, first.low, first.high, total.value,
                          total.low, total.high);
    }
  return text;
}

}  // namespace percuta::evidence
