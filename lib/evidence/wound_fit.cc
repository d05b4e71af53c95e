// Healing constants from courses of a wound, by least squares.

#include "percuta/evidence/wound_fit.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <Eigen/Dense>
#include <nlohmann/json.hpp>
#include <nlopt.hpp>

#include "percuta/config/record.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/healing/cell.h"
#include "percuta/healing/record.h"

namespace percuta::evidence {

using core::kDay;
using healing::CellCourse;
using healing::Parameters;

namespace {

constexpr double kReach = 10.0;  // times more or less than now
constexpr double kStep = 1e-3;   // of a logarithm, for derivatives
constexpr double kLost = 1e3;    // residual where there is no course [spreads]

using Values = std::vector<double>;

Values sum(const Values& a, const Values& b) {
  Values out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::plus<>());
  return out;
}

const std::map<std::string, std::function<Values(const CellCourse&)>>& known_courses() {
  static const std::map<std::string, std::function<Values(const CellCourse&)>> all{
      {"neutrophils", [](const CellCourse& c) { return c.neutrophils; }},
      {"macrophages", [](const CellCourse& c) { return sum(c.macrophages_1, c.macrophages_2); }},
      {"inflammation", [](const CellCourse& c) { return c.alarm; }},
      {"myofibroblasts", [](const CellCourse& c) { return c.myofibroblasts; }},
      {"collagen", [](const CellCourse& c) { return c.collagen; }},
      {"strength", [](const CellCourse& c) { return c.strength; }}};
  return all;
}

double at(const CellCourse& c, const Values& values, double time) {
  healing::Course course;
  course.time = c.time;
  return healing::at_time(course, values, time);
}

double last_time(const std::vector<WoundCourse>& courses) {
  double last = 28.0 * kDay;
  for (const auto& course : courses)
    for (const auto& p : course.points) last = std::max(last, p.time);
  return last;
}

Values read_off(const WoundCourse& measured, const CellCourse& c) {
  const auto values = known_courses().at(measured.name)(c);
  const double over = measured.over == WoundCourse::Over::peak
                          ? *std::max_element(values.begin(), values.end())
                      : measured.over == WoundCourse::Over::day_28 ? at(c, values, 28.0 * kDay)
                                                                   : 1.0;
  Values out;
  for (const auto& p : measured.points) out.push_back(at(c, values, p.time) / over);
  return out;
}

const config::Record<WoundPoint>& point_record() {
  static const config::Record<WoundPoint> record = [] {
    config::Record<WoundPoint> r;
    r.quantity("day", &WoundPoint::time, "days", 0, 3650 * kDay, "", "after the injury [s]")
        .number("value", &WoundPoint::value, 0, 10, "", "share [-]");
    return r;
  }();
  return record;
}

const config::Record<WoundCourse>& course_record() {
  static const config::Record<WoundCourse> record = [] {
    config::Record<WoundCourse> r;
    r.choice("over", &WoundCourse::over, "peak", "of what the points are shares",
             {"peak", "day 28", "healthy"})
        .number("spread", &WoundCourse::spread, 1e-4, 10, "", "by which a point counts [-]")
        .records("points", &WoundCourse::points, point_record(), "what was measured");
    return r;
  }();
  return record;
}

const config::Record<WoundData>& data_record() {
  static const config::Record<WoundData> record = [] {
    config::Record<WoundData> r;
    r.text("title", &WoundData::title, "untitled", "what was measured")
        .list("constants", &WoundData::constants, "[]", "constants that the courses are asked for");
    return r;
  }();
  return record;
}

/// A constant that is varied.
struct Varied {
  config::Key key;
  double Parameters::*member;
  double low, high;  // of the logarithm of its value over the present one
};

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw core::InputError({{"calibration", 0, 0, 1, message, "", hint}});
}

Varied varied(const std::string& name, const Parameters& present) {
  std::vector<std::string> names;
  for (const auto& b : healing::parameters_record().bindings()) {
    names.push_back(b.key.path);
    if (b.key.path != name || b.number == nullptr) continue;
    const double now = present.*b.number;
    if (!(now > 0.0))
      refuse(name + " is 0, and 0 has no logarithm", "give it a value, or leave it out");
    return {b.key, b.number, std::log(std::max(b.key.low, now / kReach) / now),
            std::log(std::min(b.key.high, now * kReach) / now)};
  }
  const auto near = config::nearest(name, names);
  refuse(fmt::format("knows no constant \"{}\"", core::printable(name, 60)),
         near.empty() ? "`percuta explain healing.parameters` lists them"
                      : fmt::format("did you mean {}?", near));
}

/// The residuals as functions of the logarithms.
struct Problem {
  const WoundData& data;
  const Parameters& present;
  std::vector<Varied> constants;
  core::Observer& observer;
  int evaluations = 0;
  std::exception_ptr stopped{};

  Parameters parameters(const Values& x) const {
    Parameters p = present;
    for (std::size_t k = 0; k < x.size(); ++k) p.*constants[k].member *= std::exp(x[k]);
    return p;
  }
  Values residuals(const Values& x) const {
    const auto p = parameters(x);
    Values out;
    try {
      if (healing::loop_gain(p) < 1.0) {
        const auto c = healing::heal_well_mixed(p, last_time(data.courses));
        for (const auto& course : data.courses) {
          const auto model = read_off(course, c);
          for (std::size_t k = 0; k < model.size(); ++k)
            out.push_back((model[k] - course.points[k].value) / course.spread);
        }
        return out;
      }
    } catch (const core::SolveError&) {
      out.clear();
    }
    for (const auto& course : data.courses) out.resize(out.size() + course.points.size(), kLost);
    return out;
  }
};

double squares(const Values& v) {
  double out = 0.0;
  for (const double one : v) out += one * one;
  return out;
}

double cost(unsigned n, const double* x, double*, void* self) {
  auto& problem = *static_cast<Problem*>(self);
  try {
    ++problem.evaluations;
    core::report(problem.observer, "calibration",
                 1.0 - 1.0 / (1.0 + problem.evaluations / (50.0 * n)));
  } catch (...) {
    problem.stopped = std::current_exception();
    throw nlopt::forced_stop();
  }
  return squares(problem.residuals(Values(x, x + n)));
}

/// The best that was found, and whether it was found to be one.
std::pair<Values, bool> minimise(Problem& problem) {
  const auto n = static_cast<unsigned>(problem.constants.size());
  Values low, high, x(n, 0.0);
  for (const auto& c : problem.constants) {
    low.push_back(c.low);
    high.push_back(c.high);
  }
  nlopt::opt by(nlopt::LN_BOBYQA, n);
  by.set_min_objective(cost, &problem);
  by.set_lower_bounds(low);
  by.set_upper_bounds(high);
  by.set_initial_step(0.2);
  by.set_xtol_abs(1e-5);
  by.set_maxeval(static_cast<int>(400 * n));
  double value = 0.0;
  bool converged = true;
  try {
    converged = by.optimize(x, value) != nlopt::MAXEVAL_REACHED;
  } catch (const nlopt::roundoff_limited&) {
    // As near as rounding lets it.
  } catch (const nlopt::forced_stop&) {
    std::rethrow_exception(problem.stopped);
  }
  return {x, converged};
}

/// Standard errors of the logarithms: variance of the residuals, at least that of the data, times
/// the inverse of J^T J.
Values standard_errors(const Problem& problem, const Values& x) {
  const auto here = problem.residuals(x);
  const auto rows = static_cast<Eigen::Index>(here.size());
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd jacobian(rows, n);
  for (Eigen::Index k = 0; k < n; ++k) {
    Values up = x, down = x;
    up[static_cast<std::size_t>(k)] += kStep;
    down[static_cast<std::size_t>(k)] -= kStep;
    const auto above = problem.residuals(up), below = problem.residuals(down);
    for (Eigen::Index i = 0; i < rows; ++i)
      jacobian(i, k) =
          (above[static_cast<std::size_t>(i)] - below[static_cast<std::size_t>(i)]) / (2.0 * kStep);
  }
  const double variance =
      std::max(1.0, squares(here) / static_cast<double>(std::max<Eigen::Index>(1, rows - n)));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(jacobian.transpose() * jacobian);
  // Below this an eigenvalue is the noise of the integrator, and its direction is not seen at all.
  const double least = 1e-8 * std::max(eigen.eigenvalues()(n - 1), 1e-300);
  Values out;
  for (Eigen::Index k = 0; k < n; ++k) {
    double sum = 0.0;
    for (Eigen::Index e = 0; e < n; ++e) {
      const double part = std::pow(eigen.eigenvectors()(k, e), 2);
      if (eigen.eigenvalues()(e) > least) sum += part / eigen.eigenvalues()(e);
      else if (part > 1e-6) sum = std::numeric_limits<double>::infinity();
    }
    out.push_back(std::sqrt(variance * sum));
  }
  return out;
}

double rms(const Values& v, std::size_t first, std::size_t count) {
  double out = 0.0;
  for (std::size_t k = first; k < first + count; ++k) out += v[k] * v[k];
  return std::sqrt(out / static_cast<double>(count));
}

std::vector<Misfit> misfits(const WoundData& data, const Values& before, const Values& after) {
  std::vector<Misfit> out;
  std::size_t first = 0;
  for (const auto& course : data.courses) {
    const std::size_t n = course.points.size();
    out.push_back({course.name, static_cast<int>(n), rms(before, first, n), rms(after, first, n)});
    first += n;
  }
  out.push_back({"all", static_cast<int>(first), rms(before, 0, first), rms(after, 0, first)});
  return out;
}

}  // namespace

WoundData read_wound_data(const std::string& path) {
  core::Diagnostics errors;
  const auto tree = config::Tree::read(path, errors);
  if (!errors.empty()) throw core::InputError(errors);
  WoundData out;
  config::Reader reader(tree, errors);
  data_record().read(out, reader, "");
  for (const auto& [name, of] : known_courses()) {
    if (!tree.has_branch(name)) continue;
    WoundCourse course;
    course.name = name;
    course_record().read(course, reader, name);
    if (const auto* leaf = tree.find(name + ".points")) course.source = leaf->source;
    if (course.points.empty()) reader.error(name + ".points", "holds no point", "at least one");
    else if (course.source.empty())
      reader.error(name + ".points", "has no source",
                   "write points = { value = [...], source = \"...\" }");
    out.courses.push_back(std::move(course));
  }
  reader.reject_unknown();
  if (errors.empty() && out.courses.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, of] : known_courses()) names.push_back(name);
    errors.push_back({path, 0, 0, 1, "holds no course", "",
                      fmt::format("tables of {}", fmt::join(names, ", "))});
  }
  if (!errors.empty()) throw core::InputError(errors);
  return out;
}

std::vector<double> predicted(const WoundCourse& course, const Parameters& p,
                              const healing::Settings& settings) {
  return read_off(course, healing::heal_well_mixed(p, last_time({course}), settings));
}

WoundFit fit_wound(const WoundData& data, const Parameters& present, core::Observer& observer) {
  Problem problem{data, present, {}, observer};
  std::set<std::string> seen;
  for (const auto& name : data.constants) {
    if (!seen.insert(name).second) refuse(name + " stands twice", "keep one of them");
    problem.constants.push_back(varied(name, present));
  }
  std::size_t points = 0;
  for (const auto& course : data.courses) points += course.points.size();
  if (data.constants.empty()) refuse("no constant is named", "name those that are to be found");
  if (data.constants.size() > points)
    refuse(fmt::format("{} constants are more than the {} points", data.constants.size(), points),
           "name fewer");
  const auto before = problem.residuals(Values(data.constants.size(), 0.0));
  const auto [x, converged] = minimise(problem);
  const auto errors = standard_errors(problem, x);
  WoundFit out;
  out.title = data.title;
  out.evaluations = problem.evaluations;
  out.converged = converged;
  out.courses = misfits(data, before, problem.residuals(x));
  const auto fitted = problem.parameters(x);
  for (std::size_t k = 0; k < x.size(); ++k) {
    const auto& c = problem.constants[k];
    constexpr double kNear = 1e-3;
    out.constants.push_back({c.key.path, c.key.unit, present.*c.member, fitted.*c.member, errors[k],
                             x[k] < c.low + kNear || x[k] > c.high - kNear});
  }
  return out;
}

namespace {

std::string written(const FittedConstant& c, double value) {
  return core::format_quantity(value, c.unit.empty() ? "1" : c.unit, 4);
}

std::string known(const FittedConstant& c) {
  if (c.at_bound) return "not identified, at its bound";
  if (!(c.relative_error < 1.0)) return "not identified";
  return fmt::format("standard error {:.2g} %", 100.0 * c.relative_error);
}

}  // namespace

std::string wound_fit_toml(const WoundFit& fit) {
  const auto& all = fit.courses.back();
  std::string out = fmt::format(
      "# Least squares on \"{}\": root mean square {:.3g} spreads over {} points, {:.3g} before.\n"
      "# They are the courses that the constants were chosen from: a better fit proves nothing.\n"
      "[healing.parameters]\n",
      fit.title, all.after, all.points, all.before);
  for (const auto& c : fit.constants) {
    const auto value = written(c, c.fitted);
    out += fmt::format(
        "{} = {{ value = {}, source = \"fit to {}\", evidence = \"F\", note = \"{}; {} before\" "
        "}}\n",
        c.name, c.unit.empty() ? value : "\"" + value + "\"", fit.title, known(c),
        written(c, c.present));
  }
  return out;
}

std::string wound_fit_json(const WoundFit& fit) {
  using Json = nlohmann::ordered_json;
  Json out{{"title", fit.title},
           {"evaluations", fit.evaluations},
           {"converged", fit.converged},
           {"constants", Json::array()},
           {"courses", Json::array()}};
  for (const auto& c : fit.constants)
    out["constants"].push_back(
        {{"constant", c.name},
         {"present", c.present},
         {"fitted", c.fitted},
         {"people", c.unit.empty() ? "1" : c.unit},
         {"relative_error",
          std::isfinite(c.relative_error) ? Json(c.relative_error) : Json(nullptr)},
         {"at_bound", c.at_bound},
         {"identified", c.identified()}});
  for (const auto& m : fit.courses)
    out["courses"].push_back({{"course", m.name},
                              {"points", m.points},
                              {"rms_before", m.before},
                              {"rms_after", m.after}});
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace percuta::evidence
