#include "percuta/study/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "ensemble.h"
#include "percuta/config/tree.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/healing/model.h"
#include "percuta/study/provenance.h"
#include "percuta/study/run.h"
#include "percuta/study/safety.h"
#include "pressing.h"
#include "warnings.h"

namespace percuta::study {
namespace {

constexpr int kLeastBasePoints = 8;

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw core::InputError({{"sensitivity", 0, 0, 1, message, "", hint}});
}

std::string day_words(double time) { return fmt::format("day {:g}", time / core::kDay); }

std::string si_unit(const std::string& symbol) {
  const auto unit = core::find_unit(symbol.empty() ? "1" : symbol);
  return std::string(core::si_symbol(unit->dimension));
}

std::string name_of(const HealingOutcome& o) {
  return o.time ? fmt::format("{}, {}", o.path, day_words(*o.time)) : o.path;
}

/// The outcomes of every run, of each that is asked for; what no run gives is no number.
struct Answers {
  std::vector<std::vector<double>> of;
  int refused = 0;
};

Answers answers(const Case& c, const std::vector<HealingOutcome>& outcomes, std::size_t base_points,
                const healing::Wound& wound, core::Observer& observer) {
  std::vector<healing::Parameters> members;
  for (const auto& shares : healing::saltelli_design(c.priors.size(), base_points, c.seed))
    members.push_back(healing::at_shares(c.healing, c.priors, shares));
  Answers out;
  out.of.assign(outcomes.size(),
                std::vector<double>(members.size(), std::numeric_limits<double>::quiet_NaN()));
  out.refused = healing::heal_members(
      *healing::models().make(level_of_bands(c.healing_options)), members, coarser(wound),
      coarser(c.healing_options), threads_of(c), "healing, sensitivity", observer,
      [&](std::size_t k, const healing::Course& course) {
        for (std::size_t o = 0; o < outcomes.size(); ++o)
          out.of[o][k] = outcomes[o].figure.of(course, outcomes[o].time.value_or(0.0));
      });
  return out;
}

healing::Variance variance_of(const std::vector<double>& values, const Case& c,
                              const HealingOutcome& outcome, std::size_t base_points) {
  const std::size_t runs = c.priors.size() + 2;
  std::size_t whole = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t j = 0; j < base_points; ++j) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(j * runs),
               last = first + static_cast<std::ptrdiff_t>(runs);
    if (!std::all_of(first, last, [](double v) { return std::isfinite(v); })) continue;
    ++whole;
    least = std::min(least, *std::min_element(first, last));
    most = std::max(most, *std::max_element(first, last));
  }
  if (2 * whole < base_points)
    throw core::SolveError(fmt::format(
        "{}: of {} base points only {} have it in every run, and indices of those alone would not "
        "be those of the priors; follow the skin for longer (healing.days) or narrow the priors",
        name_of(outcome), base_points, whole));
  if (!(most - least > 1e-9 * std::max(std::abs(most), std::abs(least))))
    refuse(fmt::format("no constant that has a prior changes {}", outcome.path),
           "give one that does a prior by healing.priors; `percuta explain healing.parameters` "
           "lists constants");
  return healing::sobol_indices(values, c.priors.size(), c.seed);
}

}  // namespace

std::vector<HealingOutcome> healing_outcomes(const Case& c, const std::string& path,
                                             const std::vector<double>& days) {
  std::vector<std::string> names;
  for (const auto& figure : healing::figures()) names.push_back("healing." + figure.name);
  const auto at = std::find(names.begin(), names.end(), path);
  if (at == names.end()) {
    const auto near = config::nearest(path, names);
    refuse(fmt::format("\"{}\" is no change that healing reports, and no closure",
                       core::printable(path, 80)),
           near.empty() ? fmt::format("one of {}", fmt::join(names, ", "))
                        : fmt::format("did you mean {}?", near));
  }
  const auto& figure = healing::figures()[static_cast<std::size_t>(at - names.begin())];
  if (!figure.at_a_day) {
    if (!days.empty()) refuse(path + " is a time, and has none at a day", "leave the day out");
    return {{path, figure, std::nullopt}};
  }
  const double end = c.healing_options.days / core::kDay;
  if (days.empty()) refuse(path + " needs a day", fmt::format("above 0, up to {:g}", end));
  std::vector<HealingOutcome> out;
  for (const double day : days) {
    if (!(day > 0.0 && day <= end))
      refuse(fmt::format("{} has no day {:g}", path, day),
             fmt::format("above 0, up to {:g}, where healing.days ends", end));
    out.push_back({path, figure, day * core::kDay});
  }
  return out;
}

std::vector<Sensitivity> sensitivity(const Case& c, const std::vector<HealingOutcome>& outcomes,
                                     int members, core::Observer& observer) {
  refuse_blocked(c);
  if (c.priors.empty()) refuse("no constant has a prior", "name one by healing.priors");
  const int runs = static_cast<int>(c.priors.size()) + 2, base = members / runs;
  if (base < kLeastBasePoints)
    refuse(fmt::format("{} members are too few for {} constants", members, c.priors.size()),
           fmt::format("at least {}", kLeastBasePoints * runs));
  const std::clock_t start = std::clock();
  Result r = channels_of(c, observer);
  r.wound = wound_of(c, r);
  if (r.wound.channels.empty())
    refuse("the needles of this case do not pierce, and there is nothing to heal",
           "a longer needle or a larger load");
  r.healing = healed(c, r.wound, observer);
  for (const auto& warning : result_warnings(r, c)) r.warnings.push_back(warning);
  const auto base_points = static_cast<std::size_t>(base);
  const auto found = answers(c, outcomes, base_points, r.wound, observer);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const auto provenance = study::provenance("percuta sensitivity", c.inputs,
                                            {{"case", c.title},
                                             {"file", c.file},
                                             {"level", level_of_bands(c.healing_options)},
                                             {"seed", std::to_string(c.seed)}});
  std::vector<Sensitivity> out;
  for (std::size_t o = 0; o < outcomes.size(); ++o) {
    Sensitivity s;
    s.outcome = outcomes[o];
    s.constants = c.priors;
    s.members = base * runs;
    s.refused = found.refused;
    s.nominal = outcomes[o].figure.of(r.healing, outcomes[o].time.value_or(0.0));
    s.processor_seconds = seconds;
    s.provenance = provenance;
    const auto& values = found.of[o];
    s.not_reached = static_cast<int>(std::count_if(values.begin(), values.end(),
                                                   [](double v) { return !std::isfinite(v); })) -
                    found.refused;
    s.variance = variance_of(values, c, outcomes[o], base_points);
    s.warnings = r.warnings;
    out.push_back(std::move(s));
  }
  return out;
}

std::vector<std::size_t> by_total(const Sensitivity& s) {
  std::vector<std::size_t> out(s.constants.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return s.variance.of[a].total.value > s.variance.of[b].total.value;
  });
  return out;
}

std::string sensitivity_words(const Sensitivity& s) {
  const auto& figure = s.outcome.figure;
  const auto written = [&](double v) { return core::format_quantity(v, figure.people, 3); };
  std::string out = fmt::format(
      "{}: {} with the constants of the case; mean {}, standard deviation {} over {} sets of them",
      name_of(s.outcome), std::isfinite(s.nominal) ? written(s.nominal) : "not reached",
      written(s.variance.mean), written(s.variance.deviation), s.members);
  if (s.variance.left_out > 0)
    out += fmt::format(
        "; healing has no course for {} of them and {} do not reach it, so that {} of {} base "
        "points are left out and the indices are those of the others",
        s.refused, s.not_reached, s.variance.left_out, s.variance.left_out + s.variance.used);
  return out;
}

std::string sensitivity_json(const std::vector<Sensitivity>& all) {
  using Json = nlohmann::ordered_json;
  const auto estimate = [](const healing::Estimate& e) {
    return Json{{"value", e.value}, {"low", e.low}, {"high", e.high}};
  };
  Json out{{"percuta", Json::object()},
           {"interval", "95 %, by resampling the base points"},
           {"warnings", all.front().warnings},
           {"outcomes", Json::array()}};
  for (const auto& [name, text] : all.front().provenance) out["percuta"][name] = text;
  for (const auto& s : all) {
    Json one{{"of", s.outcome.path},
             {"day", s.outcome.time ? Json(*s.outcome.time / core::kDay) : Json(nullptr)},
             {"sentence", s.outcome.figure.sentence},
             {"words", sensitivity_words(s)},
             {"unit", s.outcome.figure.unit},
             {"people", s.outcome.figure.people},
             {"nominal", std::isfinite(s.nominal) ? Json(s.nominal) : Json(nullptr)},
             {"mean", s.variance.mean},
             {"deviation", s.variance.deviation},
             {"members", s.members},
             {"refused", s.refused},
             {"not_reached", s.not_reached},
             {"base_points", s.variance.used},
             {"base_points_left_out", s.variance.left_out},
             {"processor_seconds", s.processor_seconds},
             {"constants", Json::array()}};
    for (const std::size_t k : by_total(s)) {
      const auto& prior = s.constants[k];
      one["constants"].push_back({{"constant", prior.name},
                                  {"low", prior.low},
                                  {"high", prior.high},
                                  {"unit", si_unit(prior.unit)},
                                  {"people", prior.unit.empty() ? "1" : prior.unit},
                                  {"source", prior.source},
                                  {"first", estimate(s.variance.of[k].first)},
                                  {"total", estimate(s.variance.of[k].total)}});
    }
    out["outcomes"].push_back(std::move(one));
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string sensitivity_csv(const std::vector<Sensitivity>& all) {
  std::string out = "of,day,constant,first,first_low,first_high,total,total_low,total_high\n";
  for (const auto& s : all)
    for (const std::size_t k : by_total(s)) {
      const auto& [first, total] = s.variance.of[k];
      out += fmt::format("{},{},{},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g}\n", s.outcome.path,
                         s.outcome.time ? fmt::format("{:g}", *s.outcome.time / core::kDay) : "",
                         s.constants[k].name, first.value, first.low, first.high, total.value,
                         total.low, total.high);
    }
  return out;
}

}  // namespace percuta::study
