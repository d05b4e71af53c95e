#include "percuta/protocol/protocol.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <fmt/format.h>

#include "percuta/core/quantity.h"

namespace percuta::protocol {

const std::vector<std::string>& directions() {
  static const std::vector<std::string> names{"vertical", "horizontal", "diagonal_up",
                                              "diagonal_down"};
  return names;
}

double angle(const std::string& direction) {
  constexpr double pi = std::numbers::pi;
  constexpr std::array<double, 4> angles{pi / 2, 0.0, pi / 4, -pi / 4};
  for (std::size_t i = 0; i < directions().size(); ++i)
    if (directions()[i] == direction) return angles[i];
  throw std::out_of_range("unknown rolling direction " + direction);
}

int passes(const Protocol& p) {
  return p.passes_per_direction * static_cast<int>(p.directions.size());
}

namespace {

constexpr double kSame = 1.0;  // times closer than this are one [s]

/// From each session to the next [s].
std::vector<double> intervals(const std::vector<double>& times) {
  std::vector<double> out;
  for (std::size_t k = 1; k < times.size(); ++k) out.push_back(times[k] - times[k - 1]);
  return out;
}

}  // namespace

std::vector<double> session_times(const Protocol& p) {
  if (!p.plan.empty()) return p.plan;
  std::vector<double> out;
  for (int k = 0; k < p.sessions; ++k) out.push_back(k * p.interval);
  return out;
}

double smallest_interval(const Protocol& p) {
  const auto all = intervals(session_times(p));
  return all.empty() ? std::numeric_limits<double>::quiet_NaN()
                     : *std::min_element(all.begin(), all.end());
}

bool even(const Protocol& p) {
  const auto all = intervals(session_times(p));
  return std::all_of(all.begin(), all.end(),
                     [&](double one) { return std::abs(one - all.front()) < kSame; });
}

std::string why_impossible(const std::vector<double>& plan) {
  const auto day = [](double t) { return fmt::format("{:.4g}", t / core::kDay); };
  if (plan.empty()) return "";
  if (std::abs(plan.front()) >= kSame)
    return fmt::format("begins on day {}; days count from the first session, which is \"0 days\"",
                       day(plan.front()));
  for (std::size_t k = 1; k < plan.size(); ++k)
    if (plan[k] - plan[k - 1] < core::kDay - kSame)
      return fmt::format("has a session on day {} after one on day {}", day(plan[k]),
                         day(plan[k - 1]));
  return "";
}

void follow_plan(Protocol& p) {
  if (p.plan.empty()) return;
  p.sessions = static_cast<int>(p.plan.size());
  if (p.sessions == 1) p.interval = core::kDay;  // between what is one there is none
  else p.interval = even(p) ? p.plan[1] : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace percuta::protocol
