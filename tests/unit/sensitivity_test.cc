// Which constants decide: Sobol' indices against closed forms.

#include "percuta/study/sensitivity.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/run.h"
#include "support/refusal.h"

using namespace percuta;
using namespace percuta::healing;

namespace {

constexpr double kPi = std::numbers::pi;

struct Known {
  const char* name;
  std::function<double(std::span<const double>)> of;
  std::vector<double> first, total;
};

/// sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 over -pi to pi [ishigami1990].
Known ishigami() {
  constexpr double a = 7.0, b = 0.1;
  const double p4 = std::pow(kPi, 4), p8 = p4 * p4;
  const double v1 = 0.5 * std::pow(1.0 + b * p4 / 5.0, 2), v2 = a * a / 8.0,
               v13 = 8.0 * b * b * p8 / 225.0, v = v1 + v2 + v13;
  const auto of = [](std::span<const double> u) {
    const auto x = [&](std::size_t i) { return kPi * (2.0 * u[i] - 1.0); };
    return std::sin(x(0)) * (1.0 + b * std::pow(x(2), 4)) + a * std::pow(std::sin(x(1)), 2);
  };
  return {"Ishigami", of, {v1 / v, v2 / v, 0.0}, {(v1 + v13) / v, v2 / v, v13 / v}};
}

/// Product of (|4 x_i - 2| + a_i)/(1 + a_i) [saltelli2010].
Known g_function() {
  static const std::vector<double> a{0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0};
  Known out{"g", {}, {}, {}};
  out.of = [](std::span<const double> x) {
    double product = 1.0;
    for (std::size_t i = 0; i < a.size(); ++i)
      product *= (std::abs(4.0 * x[i] - 2.0) + a[i]) / (1.0 + a[i]);
    return product;
  };
  const auto part = [](double of) { return 1.0 / (3.0 * (1.0 + of) * (1.0 + of)); };
  double all = 1.0;
  for (const double one : a) all *= 1.0 + part(one);
  for (const double one : a) {
    out.first.push_back(part(one) / (all - 1.0));
    out.total.push_back(part(one) * all / (1.0 + part(one)) / (all - 1.0));
  }
  return out;
}

/// Root mean square error of all indices over some seeds.
double error_of(const Known& f, std::size_t base_points) {
  constexpr int kSeeds = 8;
  double squares = 0.0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const auto v = sobol_indices(f.of, f.first.size(), base_points, seed);
    for (std::size_t i = 0; i < f.first.size(); ++i)
      squares += std::pow(v.of[i].first.value - f.first[i], 2) +
                 std::pow(v.of[i].total.value - f.total[i], 2);
  }
  return std::sqrt(squares / (2.0 * kSeeds * static_cast<double>(f.first.size())));
}

}  // namespace

// At least the order 1/2 of plain sampling, over three sizes a factor of 8 apart.
TEST(SobolIndices, ConvergeToThoseInClosedForm) {
  for (const auto& f : {ishigami(), g_function()}) {
    const double coarse = error_of(f, 128), middle = error_of(f, 1024), fine = error_of(f, 8192);
    EXPECT_LT(middle, coarse / 2.0) << f.name;
    EXPECT_LT(fine, middle / 2.0) << f.name;
    EXPECT_LT(fine, 0.01) << f.name;
  }
}

// 95 % of the intervals hold the index; those of a sequence that fills space are rather too wide.
TEST(SobolIndices, IntervalsHoldThoseInClosedForm) {
  for (const auto& f : {ishigami(), g_function()}) {
    int held = 0, all = 0;
    double width = 0.0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto v = sobol_indices(f.of, f.first.size(), 128, seed);
      for (std::size_t i = 0; i < f.first.size(); ++i)
        for (const auto& [estimate, index] :
             {std::pair{v.of[i].first, f.first[i]}, std::pair{v.of[i].total, f.total[i]}}) {
          ++all;
          held += estimate.low <= index && index <= estimate.high ? 1 : 0;
          width += estimate.high - estimate.low;
        }
    }
    EXPECT_GE(held, 0.9 * all) << f.name;
    EXPECT_LT(width / all, 12.0 * error_of(f, 128)) << f.name;
  }
}

TEST(SobolIndices, RunsWithoutAnOutcomeLeaveTheirBasePointOut) {
  const auto f = ishigami();
  std::vector<double> outcomes;
  for (const auto& run : saltelli_design(3, 64, 5)) outcomes.push_back(f.of(run));
  const std::vector<double> first(outcomes.begin() + 5, outcomes.end());
  outcomes[3] = kNever;
  const auto some = sobol_indices(outcomes, 3, 5), others = sobol_indices(first, 3, 5);
  EXPECT_EQ(some.left_out, 1);
  EXPECT_EQ(some.used, 63);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(some.of[i].total.value, others.of[i].total.value);
  EXPECT_THROW(sobol_indices(std::vector<double>(10, 1.0), 3, 1), std::invalid_argument);
}

namespace {

study::Case small(const std::string& healing) {
  return study::parse_case(
      "skin = \"cheek\"\n[device]\nbase = \"mf8-1.0mm\"\n[protocol]\npasses_per_direction = 1\n"
      "[channels]\nsample_side = \"10 mm\"\n[healing]\ndays = \"30 days\"\ndepth_classes = 1\n" +
          healing,
      "case");
}

/// Of what is as likely in each ratio, between two values.
double log_uniform_variance(double low, double high) {
  const double log = std::log(high / low), mean = (high - low) / log;
  return (high * high - low * low) / (2.0 * log) - mean * mean;
}

bool holds(const Estimate& e, double value) { return e.low <= value && value <= e.high; }

}  // namespace

// The gap closes at t_lag + R/v_k, a sum. Indices are those of that sum in the same design, and
// their intervals hold the shares of its two variances.
TEST(Sensitivity, OfTheEpitheliumIsThatOfLagAndSpeed) {
  constexpr std::size_t kBase = 32;
  const auto c = small("");
  const auto s = study::sensitivity(c, study::healing_outcomes(c, "healing.closure_epithelium", {}),
                                    24 * kBase);
  const double radius = opening_radius(study::run(c).wound), day = core::kDay;
  const auto closed = sobol_indices(
      [&](std::span<const double> shares) {
        const auto p = at_shares(c.healing, c.priors, shares);
        return p.migration_lag + radius / p.migration_speed;
      },
      c.priors.size(), kBase, c.seed);
  const double lag = log_uniform_variance(0.5 * day, 1.1 * day),
               way = radius * radius * log_uniform_variance(day / 0.48e-3, day / 0.12e-3);
  EXPECT_EQ(s.front().members, 24 * static_cast<int>(kBase));
  EXPECT_EQ(s.front().refused, 0);
  EXPECT_NEAR(s.front().nominal, c.healing.migration_lag + radius / c.healing.migration_speed,
              60.0);
  for (std::size_t k = 0; k < c.priors.size(); ++k) {
    const auto& [first, total] = s.front().variance.of[k];
    EXPECT_NEAR(first.value, closed.of[k].first.value, 1e-3) << c.priors[k].name;
    EXPECT_NEAR(total.value, closed.of[k].total.value, 1e-3) << c.priors[k].name;
    const double share = c.priors[k].name == "migration_lag"     ? lag / (lag + way)
                         : c.priors[k].name == "migration_speed" ? way / (lag + way)
                                                                 : 0.0;
    EXPECT_TRUE(holds(first, share) && holds(total, share)) << c.priors[k].name;
    if (share == 0.0) {
      EXPECT_EQ(total.value, 0.0) << c.priors[k].name;
    }
  }
  EXPECT_EQ(c.priors[study::by_total(s.front()).front()].name, "migration_lag");
}

// Members whose inflammation never ends are counted, and their base points left out.
TEST(Sensitivity, RefusedMembersAreCountedAndLeftOut) {
  const auto c = small(
      "priors = [{ name = \"alarm_from_macrophages\", low = \"0.1 1/day\", high = \"0.8 1/day\" }]"
      "\n");
  const auto s =
      study::sensitivity(c, study::healing_outcomes(c, "healing.collagen_change", {28.0}), 25 * 16);
  int refused = 0;
  for (const auto& shares : saltelli_design(c.priors.size(), 16, c.seed))
    refused += loop_gain(at_shares(c.healing, c.priors, shares)) < 1.0 ? 0 : 1;
  EXPECT_GT(refused, 0);
  EXPECT_EQ(s.front().refused, refused);
  EXPECT_GT(s.front().variance.left_out, 0);
  EXPECT_EQ(s.front().variance.left_out + s.front().variance.used, 16);
  EXPECT_NE(study::sensitivity_words(s.front()).find("left out"), std::string::npos);
  EXPECT_THROW(study::sensitivity(
                   small("priors = [{ name = \"alarm_from_macrophages\", low = \"0.1 1/day\", "
                         "high = \"50 1/day\" }]\n"),
                   study::healing_outcomes(c, "healing.collagen_change", {28.0}), 25 * 8),
               core::SolveError);
}

TEST(Sensitivity, QuestionsWithoutAnAnswerSayWhy) {
  const auto c = small("");
  const auto asked = [&](const char* path, std::vector<double> days) {
    return test::refusal([&] { study::healing_outcomes(c, path, days); });
  };
  EXPECT_NE(asked("healing.colagen_change", {28}).find("did you mean healing.collagen_change?"),
            std::string::npos);
  EXPECT_NE(asked("healing.collagen_change", {}).find("needs a day"), std::string::npos);
  EXPECT_NE(asked("healing.collagen_change", {31}).find("healing.days ends"), std::string::npos);
  EXPECT_NE(asked("healing.closure_barrier", {1}).find("leave the day out"), std::string::npos);
  const auto run = [](const study::Case& of, int members) {
    return test::refusal([&] {
      study::sensitivity(of, study::healing_outcomes(of, "healing.closure_epithelium", {}),
                         members);
    });
  };
  EXPECT_NE(run(c, 191).find("at least 192"), std::string::npos);
  // Constants that the case says are known: those two alone close the epithelium.
  EXPECT_NE(run(small("parameters = { migration_speed = \"0.2 mm/day\", migration_lag = \"0.6 "
                      "days\" }\n"),
                192)
                .find("no constant that has a prior changes"),
            std::string::npos);
}
