// What a course of healing gives to files, terminal, report and Python.

#include "percuta/core/quantity.h"
#include "percuta/healing/fields.h"
#include "percuta/healing/record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <fmt/format.h>

namespace percuta::healing {

using core::kDay;

namespace {

/// One course against time: what it is called, what it is, and what summary.json calls its change
/// from healthy.
struct Series {
  std::string name;
  std::function<const std::vector<double>&(const Course&)> of;
  std::string sentence;
  std::string reported{};
  double healthy = 0.0;     ///< what is taken off in the report
  bool of_vessels = false;  ///< only where they are solved
};

/// Of the averages over one part of the skin.
struct Part {
  const char* name;  ///< before the series; empty for the needled depth
  const char* words;
  std::function<const Averages&(const Course&)> of;
};

const std::vector<Part>& parts() {
  static const std::vector<Part> all{
      {"", "over the needled depth", [](const Course& c) -> const Averages& { return c; }},
      {"papillary_", "over the papillary dermis",
       [](const Course& c) -> const Averages& { return c.papillary; }},
      {"reticular_", "over the reticular dermis",
       [](const Course& c) -> const Averages& { return c.reticular; }},
      {"whole_dermis_", "over the whole dermis",
       [](const Course& c) -> const Averages& { return c.dermis; }}};
  return all;
}

Series of_part(const Part& part, const char* name, std::vector<double> Averages::*member) {
  const std::string full = std::string(part.name) + name;
  Series out{full, {}, std::string(name) + " " + part.words + ", healthy 1", full + "_change", 1.0};
  out.of = [of = part.of, member](const Course& c) -> const std::vector<double>& {
    return of(c).*member;
  };
  return out;
}

Series of_channel(const char* name, std::vector<double> Course::*member, const char* sentence) {
  Series out{name, {}, sentence};
  out.of = [member](const Course& c) -> const std::vector<double>& { return c.*member; };
  return out;
}

Series of_field(const FieldRow& row) {
  Series out{row.name, {}, row.sentence, row.reported == nullptr ? "" : row.reported};
  out.of = [member = row.mean](const Course& c) -> const std::vector<double>& { return c.*member; };
  out.of_vessels = row.of_vessels;
  return out;
}

std::vector<Series> made_series() {
  std::vector<Series> out;
  for (const auto& row : kFieldTable) out.push_back(of_field(row));
  for (const auto& part : parts()) {
    out.push_back(of_part(part, "collagen", &Averages::collagen));
    out.push_back(of_part(part, "stiffness", &Averages::stiffness));
    out.push_back(of_part(part, "strength", &Averages::strength));
  }
  out.push_back(of_channel("epithelial_gap", &Course::epithelial_gap,
                           "epithelial gap over the channel radius"));
  out.push_back(of_channel("barrier_open", &Course::barrier_open,
                           "open share of the stratum corneum channels"));
  out.push_back(of_channel("tewl", &Course::tewl, "water loss over that of unbroken skin"));
  out.push_back(of_channel("erythema", &Course::erythema, "erythema index"));
  return out;
}

/// The fields of the table, and what follows from them.
const std::vector<Series>& all_series() {
  static const std::vector<Series> all = made_series();
  return all;
}

/// For the short lines of summary.json, whose days are plain numbers.
std::vector<double> in_days(std::vector<double> times) {
  for (double& t : times) t /= kDay;
  return times;
}

/// Courses at a few days that are counted from one of the course.
struct Reported {
  const Course& course;
  std::vector<double> times;  ///< after `from` [s]
  double from = 0.0;          ///< [s]
};

/// When a course has closed by one of its measures.
struct Closure {
  const char* name;
  double Course::*member;
  const char* sentence;
};

constexpr std::array kClosures{
    Closure{"closure_visual", &Course::hole_closed, "the widest hole is down to 0.1 mm across"},
    Closure{"closure_barrier", &Course::barrier_closed, "water loss back to 1.1 of unbroken skin"},
    Closure{"closure_impedance", &Course::impedance_closed,
            "extra admittance down to 15 % of its first"},
    Closure{"closure_epithelium", &Course::epithelium_closed,
            "epithelium closed over the mean channel"},
    Closure{"epidermis_whole", &Course::epidermis_whole, "epidermis has its layers again"},
    Closure{"erythema_gone", &Course::erythema_gone, "erythema index down to 0.1"},
};

std::string words(const Closure& c) { return std::string(c.sentence) + ", after the last session"; }

std::string reported_words(const Series& s) {
  return (s.healthy > 0.0 ? "change of " : "") + s.sentence;
}

const config::Outputs<Reported>& reported_outputs() {
  static const config::Outputs<Reported> all = [] {
    config::Outputs<Reported> o;
    o.series(
         "days", [](const Reported& r) { return in_days(r.times); }, "days", "days",
         "days at which figures are given")
        .brief();
    for (const auto& s : all_series()) {
      if (s.reported.empty()) continue;
      const auto at_days = [s](const Reported& r) {
        std::vector<double> out;
        for (const double t : r.times)
          out.push_back(at_time(r.course, s.of(r.course), r.from + t) - s.healthy);
        return out;
      };
      o.series(s.reported, at_days, "1", "%", reported_words(s), "days").brief();
    }
    return o;
  }();
  return all;
}

}  // namespace

const std::vector<Figure>& figures() {
  static const std::vector<Figure> all = [] {
    std::vector<Figure> out;
    for (const auto& s : all_series())
      if (!s.reported.empty())
        out.push_back(
            {s.reported, "1", "%", reported_words(s), true,
             [s](const Course& c, double time) { return at_time(c, s.of(c), time) - s.healthy; }});
    for (const auto& c : kClosures)
      out.push_back({c.name, "s", "h", words(c), false,
                     [member = c.member](const Course& of, double) { return of.*member; }});
    return out;
  }();
  return all;
}

std::vector<double> times_within(const Outcome& o, double from) {
  std::vector<double> times;
  for (const double t : o.report_times)
    if (from + t <= o.course.time.back() + 1e-9 * kDay) times.push_back(t);
  return times;
}

namespace {

bool wounded(const Outcome& h) { return !h.wound.channels.empty(); }

void add_series(config::Outputs<Outcome>& o) {
  for (const auto& s : all_series()) {
    o.series(
        s.name, [s](const Outcome& h) { return s.of(h.course); }, "1", "1", s.sentence, "time");
    if (s.of_vessels)
      o.only("healing.vessels is true", [s](const Outcome& h) { return !s.of(h.course).empty(); });
  }
}

void add_closures(config::Outputs<Outcome>& o) {
  for (const auto& c : kClosures)
    o.scalar(
         c.name, [member = c.member](const Outcome& h) { return h.course.*member; }, "s", "h",
         words(c))
        .where("needles pierce", wounded);
}

void add_profiles(config::Outputs<Outcome>& o) {
  const auto profiled = [](const Outcome& h) { return !h.course.collagen_profile.empty(); };
  o.series(
       "profile_time", [](const Outcome& h) { return h.course.profile_time; }, "s", "days",
       "times of the radial profiles")
      .only("a channel heals", profiled)
      .series(
          "radius", [](const Outcome& h) { return h.course.radius; }, "m", "um",
          "distance from the channel axis")
      .only("a channel heals", profiled)
      .profile(
          "collagen_profile", [](const Outcome& h) { return h.course.collagen_profile; }, "1", "1",
          "collagen around the channel next to the junction, healthy 1", "profile_time", "radius")
      .only("a channel heals", profiled)
      .series(
          "depth", [](const Outcome& h) { return h.course.depth; }, "m", "um",
          "depth below the junction of epidermis and dermis, middles of the levels")
      .only("a channel heals", profiled)
      .profile(
          "collagen_by_depth", [](const Outcome& h) { return h.course.collagen_by_depth; }, "1",
          "1", "collagen against depth, healthy 1", "profile_time", "depth")
      .only("a channel heals", profiled)
      .profile(
          "strength_by_depth", [](const Outcome& h) { return h.course.strength_by_depth; }, "1",
          "1", "strength against depth, healthy 1", "profile_time", "depth")
      .only("a channel heals", profiled);
}

/// Value that a share of the squares of a map at a time of profiles lies below.
double on_the_map(const Course& c, double time, double share) {
  std::size_t nearest = 0;
  for (std::size_t k = 0; k < c.profile_time.size(); ++k)
    if (std::abs(c.profile_time[k] - time) < std::abs(c.profile_time[nearest] - time)) nearest = k;
  auto values = c.map.collagen[nearest];
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

/// How evenly a patch that is followed channel by channel changes.
void add_map(config::Outputs<Outcome>& o) {
  const char* kOnly = "healing.level is patch and needles pierce";
  const auto followed = [](const Outcome& h) { return !h.course.map.collagen.empty(); };
  const auto share_below = [](double share) {
    return [share](const Outcome& h) {
      std::vector<double> out;
      for (const double t : times_within(h, 0.0))
        out.push_back(on_the_map(h.course, t, share) - 1.0);
      return out;
    };
  };
  o.count(
       "patch_channels",
       [](const Outcome& h) {
         const auto& p = h.wound.placed;
         return std::count_if(
             p.sessions.front().begin(), p.sessions.front().end(), [&](const Place& at) {
               return at.x >= 0.0 && at.x < p.width && at.y >= 0.0 && at.y < p.height;
             });
       },
       "channels of the first session on the patch that is followed")
      .only(kOnly, followed)
      .count(
          "patch_boxes", [](const Outcome& h) { return h.course.boxes; }, "cells of its mesh")
      .only(kOnly, followed)
      .series("patch_collagen_change_least", share_below(0.05), "1", "%",
              "change of papillary collagen, seen from above, below which 5 % of the patch lies",
              "days")
      .brief()
      .only(kOnly, followed)
      .series("patch_collagen_change_most", share_below(0.95), "1", "%",
              "change of papillary collagen, seen from above, below which 95 % of the patch lies",
              "days")
      .brief()
      .only(kOnly, followed)
      .scalar(
          "map_square", [](const Outcome& h) { return h.course.map.side; }, "m", "um",
          "side of a square of the map")
      .only(kOnly, followed)
      .count(
          "map_columns", [](const Outcome& h) { return h.course.map.columns; },
          "squares of the map along x")
      .only(kOnly, followed)
      .series(
          "map_index",
          [](const Outcome& h) {
            std::vector<double> out(h.course.map.collagen.front().size());
            for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<double>(k);
            return out;
          },
          "1", "1", "place of a square of the map, row by row")
      .only(kOnly, followed)
      .profile(
          "map_collagen", [](const Outcome& h) { return h.course.map.collagen; }, "1", "1",
          "collagen of the papillary dermis seen from above, healthy 1", "profile_time",
          "map_index")
      .only(kOnly, followed);
}

}  // namespace

namespace {

/// Of one end of a band: the courses and moments that its members lie above or below.
config::Outputs<Outcome> end_outputs(const std::string& end) {
  config::Outputs<Outcome> o;
  add_closures(o);
  o.series(
      "time", [](const Outcome& h) { return h.course.time; }, "s", "days",
      "time after the first session");
  add_series(o);
  o.include("", reported_outputs(), [](const Outcome& h) {
    return Reported{h.course, h.bands.members > 0 ? times_within(h, 0.0) : std::vector<double>{}};
  });
  o.all_only("healing.members is not 0", [](const Outcome& h) { return h.bands.members > 0; });
  o.band_ends(end);
  return o;
}

}  // namespace

const config::Outputs<Outcome>& outputs() {
  static const config::Outputs<Outcome> all = [] {
    config::Outputs<Outcome> o;
    add_closures(o);
    o.scalar(
         "collagen_peak",
         [](const Outcome& h) {
           return !h.wound.channels.empty() ? peak(h.course, h.course.collagen).change : 0.0;
         },
         "1", "%", "largest change of collagen, needled depth")
        .scalar(
            "collagen_peak_day",
            [](const Outcome& h) { return peak(h.course, h.course.collagen).time; }, "s", "days",
            "day of the largest change of collagen, needled depth")
        .where("needles pierce", wounded)
        .scalar(
            "needled_depth", [](const Outcome& h) { return needled_depth(h.wound); }, "m", "mm",
            "mean depth of the channels below the epidermis, over which courses of the needled "
            "depth are averages")
        .where("channels reach the dermis",
               [](const Outcome& h) { return needled_depth(h.wound) > 0.0; })
        .series(
            "time", [](const Outcome& h) { return h.course.time; }, "s", "days",
            "time after the first session");
    add_series(o);
    add_profiles(o);
    add_map(o);
    o.include("", reported_outputs(), [](const Outcome& h) {
      return Reported{h.course, times_within(h, 0.0)};
    });
    o.count(
         "members", [](const Outcome& h) { return h.bands.members; },
         "sets of constants that the band is of")
        .count(
            "members_refused", [](const Outcome& h) { return h.bands.refused; },
            "sets of constants for which healing has no course");
    o.include("low", end_outputs("5 % of the sets of constants lie below"), [](const Outcome& h) {
      return Outcome{h.wound, h.bands.low, h.report_times, h.bands};
    });
    o.include("high", end_outputs("95 % of the sets of constants lie below"), [](const Outcome& h) {
      return Outcome{h.wound, h.bands.high, h.report_times, h.bands};
    });
    o.include("last_day", reported_outputs(), [](const Outcome& h) {
      return Reported{h.course, {h.course.time.back()}};
    });
    config::Outputs<Outcome> again;
    again.include("", reported_outputs(), [](const Outcome& h) {
      const double from = last_session(h.wound);
      return Reported{h.course, times_within(h, from), from};
    });
    again.all_only("there is more than one session",
                   [](const Outcome& h) { return h.wound.sessions.size() > 1; });
    o.include("after_last_session", again, [](const Outcome& h) { return h; });
    return o;
  }();
  return all;
}

}  // namespace percuta::healing
