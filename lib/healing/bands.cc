#include "percuta/healing/bands.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>

#include "percuta/core/errors.h"
#include "percuta/core/parallel.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/fields.h"
#include "percuta/healing/record.h"

namespace percuta::healing {
namespace {

struct Known {
  const char *name, *low, *high, *source;
};

// Ranges that sources state, and such that are assumed; factors of two about fitted constants.
constexpr std::array kKnown{
    Known{"damage_length", "10 um", "100 um", "assumed"},
    Known{"epidermal_damage", "0.1", "0.4", "assumed"},
    Known{"proliferation_saturation", "0.75", "3", "assumed, a factor of 2"},
    Known{"activation_saturation", "1.1", "4.4", "assumed, a factor of 2"},
    Known{"synthesis_saturation", "4", "16", "assumed, a factor of 2"},
    Known{"myofibroblast_synthesis", "1", "4", "assumed, a factor of 2"},
    Known{"switching", "0.5 1/day", "2 1/day", "assumed, weakly identified"},
    Known{"m2_decay", "0.3 1/day", "1.2 1/day", "assumed, weakly identified"},
    Known{"growth_diffusivity", "0.024 mm^2/day", "2.4 mm^2/day", "murphy2012 (recollection)"},
    Known{"growth_decay", "0.5 1/day", "1.9 1/day", "assumed, a factor of 2"},
    Known{"fibroblast_diffusivity", "0.02 mm^2/day", "0.2 mm^2/day", "assumed from cells in vitro"},
    Known{"myofibroblast_decay", "0.06 1/day", "0.2 1/day", "koppenol2016 (recollection), fit"},
    Known{"collagen_i_turnover", "0.001 1/day", "0.01 1/day", "assumed"},
    Known{"collagen_iii_turnover", "0.008 1/day", "0.032 1/day", "assumed, a factor of 2"},
    Known{"degradation", "0.003 1/day", "0.03 1/day", "assumed"},
    Known{"crosslink_time", "25 days", "60 days", "fit; 25 to 60 days acceptable"},
    Known{"migration_speed", "0.12 mm/day", "0.48 mm/day", "assumed"},
    Known{"migration_lag", "0.5 days", "1.1 days", "assumed; ccid409310, closed in 24 to 48 h"},
    Known{"barrier_open", "0.25 h", "1 h", "assumed, a factor of 2; gupta2011"},
    Known{"barrier_occluded", "20 h", "26 h", "pmc8259462"},
    Known{"flare_time", "0.5 h", "2 h", "assumed, a factor of 2"},
    Known{"redness_by_damage", "5", "20", "assumed, a factor of 2"},
};

/// Every course that bands are made of.
std::vector<std::vector<double>*> courses(Course& c) {
  std::vector<std::vector<double>*> out;
  for (const auto& row : kFieldTable) out.push_back(&(c.*row.mean));
  for (Averages* part : {static_cast<Averages*>(&c), &c.papillary, &c.reticular, &c.dermis})
    for (const auto member : {&Averages::collagen, &Averages::stiffness, &Averages::strength})
      out.push_back(&(part->*member));
  for (const auto member :
       {&Course::epithelial_gap, &Course::barrier_open, &Course::tewl, &Course::erythema})
    out.push_back(&(c.*member));
  return out;
}

constexpr std::array kClosures{&Course::hole_closed,      &Course::barrier_closed,
                               &Course::impedance_closed, &Course::epithelium_closed,
                               &Course::epidermis_whole,  &Course::erythema_gone};

double finite_or_never(double value) { return std::isfinite(value) ? value : kNever; }

void put_quantiles(Bands& out, std::vector<Course>& solved) {
  out.low.time = out.high.time = solved.front().time;
  const auto low = courses(out.low), high = courses(out.high);
  std::vector<std::vector<std::vector<double>*>> all;
  for (auto& course : solved) all.push_back(courses(course));
  std::vector<double> values(solved.size());
  for (std::size_t s = 0; s < low.size(); ++s)
    for (std::size_t k = 0; k < all.front()[s]->size(); ++k) {
      for (std::size_t m = 0; m < all.size(); ++m) values[m] = (*all[m][s])[k];
      const auto [below, above] = quantiles(values, 0.05);
      low[s]->push_back(below);
      high[s]->push_back(above);
    }
  for (const auto member : kClosures) {
    for (std::size_t m = 0; m < solved.size(); ++m) values[m] = solved[m].*member;
    const auto [below, above] = quantiles(values, 0.05);
    out.low.*member = finite_or_never(below);
    out.high.*member = finite_or_never(above);
  }
}

}  // namespace

const std::vector<Prior>& default_priors() {
  static const std::vector<Prior> all = [] {
    std::vector<Prior> out;
    for (const auto& known : kKnown) {
      Refusal refusal;
      const auto prior = read_prior(known.name, known.low, known.high, refusal);
      if (!prior) throw std::logic_error(refusal.message);
      out.push_back(*prior);
      out.back().source = known.source;
    }
    return out;
  }();
  return all;
}

double at_share(const Prior& p, double share) {
  if (p.low > 0.0) return p.low * std::pow(p.high / p.low, share);
  return p.low + share * (p.high - p.low);
}

Parameters at_shares(Parameters p, const std::vector<Prior>& priors,
                     std::span<const double> shares) {
  for (std::size_t d = 0; d < priors.size(); ++d)
    p.*priors[d].member = at_share(priors[d], shares[d]);
  return p;
}

std::vector<std::vector<double>> shifted_sobol(std::size_t columns, std::size_t points,
                                               std::uint64_t seed) {
  boost::random::sobol_engine<std::uint64_t, 64> sobol(columns);
  boost::random::mt19937_64 random(seed);
  boost::random::uniform_01<double> uniform;
  std::vector<double> shift(columns);
  for (auto& s : shift) s = uniform(random);
  std::vector<std::vector<double>> out(points, std::vector<double>(columns));
  for (auto& point : out)
    for (std::size_t d = 0; d < columns; ++d) {
      const double u = static_cast<double>(sobol()) * 0x1p-64 + shift[d];
      point[d] = u - std::floor(u);
    }
  return out;
}

std::vector<Parameters> draw(const Parameters& nominal, const std::vector<Prior>& priors,
                             int members, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(members);
  if (priors.empty()) return std::vector<Parameters>(count, nominal);
  std::vector<Parameters> out;
  for (const auto& shares : shifted_sobol(priors.size(), count, seed))
    out.push_back(at_shares(nominal, priors, shares));
  return out;
}

Banded banded_at(const Course& c, const Bands& b,
                 const std::function<const std::vector<double>&(const Course&)>& of, double time) {
  Banded out{at_time(c, of(c), time), std::nan(""), std::nan("")};
  if (b.members == 0) return out;
  out.low = at_time(b.low, of(b.low), time);
  out.high = at_time(b.high, of(b.high), time);
  return out;
}

std::pair<double, double> quantiles(std::vector<double> values, double low) {
  for (double& v : values)
    if (std::isnan(v)) v = std::numeric_limits<double>::infinity();
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto k = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(k);
    return part > 0.0 ? values[k] + part * (values[k + 1] - values[k]) : values[k];
  };
  return {at(low), at(1.0 - low)};
}

int heal_members(const HealingModel& model, const std::vector<Parameters>& members, const Wound& w,
                 const Settings& settings, int threads, const char* stage, core::Observer& observer,
                 const std::function<void(std::size_t, Course&&)>& take) {
  std::atomic<std::size_t> done{0};
  std::atomic<int> refused{0};
  core::in_parallel(members.size(), threads, [&](std::size_t k, bool here) {
    std::optional<Course> solved;
    if (loop_gain(members[k]) < 1.0) try {
        solved = model.heal(members[k], w, settings, core::silent());
      } catch (const core::SolveError&) {
        // Counted: a set of constants for which there is no course.
      }
    if (solved) take(k, std::move(*solved));
    else ++refused;
    ++done;
    if (here)
      core::report(observer, stage,
                   static_cast<double>(done) / static_cast<double>(members.size()));
  });
  return refused;
}

Bands bands(const HealingModel& model, const std::vector<Parameters>& members, const Wound& w,
            const Settings& settings, int threads, core::Observer& observer) {
  std::vector<std::optional<Course>> solved(members.size());
  Bands out;
  out.refused =
      heal_members(model, members, w, settings, threads, "healing, band", observer,
                   [&](std::size_t k, Course&& course) { solved[k] = std::move(course); });
  std::vector<Course> all;
  for (auto& course : solved)
    if (course) all.push_back(std::move(*course));
  out.members = static_cast<int>(all.size());
  if (!all.empty()) put_quantiles(out, all);
  return out;
}

}  // namespace percuta::healing
