#include "percuta/healing/cell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <Eigen/Dense>

#include "integrator.h"
#include "percuta/core/errors.h"
#include "percuta/core/quantity.h"
#include "percuta/healing/fields.h"

namespace percuta::healing {

using namespace field;

namespace {

using core::kDay;
constexpr double kInstant = 1e-9 * kDay;  // times closer than this are one [s]

/// Rings around the channel; faces meet the channel wall exactly.
struct Rings {
  std::vector<double> face;    // [m], cells + 1
  std::vector<double> centre;  // [m]
  std::vector<double> area;    // [m^2]
  int inside = 0;              // cells within the channel
};

Rings make_rings(double channel, double outer, int cells) {
  Rings r;
  if (channel > 0.0 && channel < outer) r.inside = std::max(4, cells / 6);
  for (int k = 0; k < r.inside; ++k) r.face.push_back(channel * k / r.inside);
  // Outside the cells grow smoothly from the size inside.
  const int n = cells - r.inside;
  const double start = r.inside > 0 ? channel : 0.0;
  const double first = r.inside > 0 ? channel / r.inside : (outer - start) / n;
  double low = 1.0 - 0.5, high = 2.0;
  for (int k = 0; k < 100; ++k) {
    const double q = 0.5 * (low + high);
    const double sum = std::abs(q - 1.0) < 1e-12 ? n : (std::pow(q, n) - 1.0) / (q - 1.0);
    (first * sum < outer - start ? low : high) = q;
  }
  double x = start, step = first;
  for (int k = 0; k < n; ++k, step *= 0.5 * (low + high)) {
    r.face.push_back(x);
    x += step;
  }
  r.face.push_back(outer);
  for (int k = 0; k < cells; ++k) {
    r.centre.push_back(0.5 * (r.face[k] + r.face[k + 1]));
    r.area.push_back(std::numbers::pi * (r.face[k + 1] * r.face[k + 1] - r.face[k] * r.face[k]));
  }
  return r;
}

/// What flows through the faces between rings, with what of it does not change in a solve.
class Transport {
 public:
  Transport(const Parameters& p, const Rings& rings)
      : chemotaxis_(p.chemotaxis), area_(rings.area) {
    for (const auto& row : kCoreTable)
      diffusivity_[static_cast<std::size_t>(row.field)] =
          row.diffusivity != nullptr ? p.*row.diffusivity : 0.0;
    for (std::size_t k = 0; k + 1 < area_.size(); ++k)
      conductance_.push_back(2.0 * std::numbers::pi * rings.face[k + 1] /
                             (rings.centre[k + 1] - rings.centre[k]));
  }
  void add(std::span<const double> y, std::span<double> dy) const {
    for (std::size_t k = 0; k + 1 < area_.size(); ++k) {
      const double* left = &y[k * kCore];
      const double* right = left + kCore;
      for (std::size_t f = 0; f < kCore; ++f) {
        double flux = -diffusivity_[f] * (right[f] - left[f]);
        if (f == Rho) flux += chemotaxis_ * 0.5 * (left[Rho] + right[Rho]) * (right[C] - left[C]);
        flux *= conductance_[k];
        dy[k * kCore + f] -= flux / area_[k];
        dy[(k + 1) * kCore + f] += flux / area_[k + 1];
      }
    }
  }
  void add_jacobian(std::span<const double> y, Integrator::Matrix& a) const {
    for (std::size_t k = 0; k + 1 < area_.size(); ++k) {
      const double* left = &y[k * kCore];
      const double* right = left + kCore;
      const auto put = [&](int row, int column, double by_left, double by_right) {
        const double c = conductance_[k];
        a.diagonal[k](row, column) -= c * by_left / area_[k];
        a.upper[k](row, column) -= c * by_right / area_[k];
        a.lower[k + 1](row, column) += c * by_left / area_[k + 1];
        a.diagonal[k + 1](row, column) += c * by_right / area_[k + 1];
      };
      for (int f = 0; f < kCore; ++f)
        if (const double d = diffusivity_[static_cast<std::size_t>(f)]; d != 0.0) put(f, f, d, -d);
      const double slope = 0.5 * chemotaxis_ * (right[C] - left[C]),
                   cells = 0.5 * chemotaxis_ * (left[Rho] + right[Rho]);
      put(Rho, Rho, slope, slope);
      put(Rho, C, -cells, cells);
    }
  }

 private:
  double chemotaxis_;
  std::array<double, kCore> diffusivity_{};
  std::vector<double> area_, conductance_;
};

void cut(const Parameters& p, const Cell& c, const Rings& rings, std::span<double> y) {
  for (int k = 0; k < static_cast<int>(rings.centre.size()); ++k) {
    const bool inside = k < rings.inside;
    const double reach =
        inside ? 1.0 : std::exp(-(rings.centre[k] - c.channel_radius) / p.damage_length);
    injure((c.cut ? 1.0 : p.epidermal_damage) * reach, inside && c.cut, c.loops_reached,
           c.seed_wound, &y[k * kCore]);
  }
}

/// A negative concentration is the step's fault, or that of cells which walk up a gradient faster
/// than they spread: then no step helps (cell Peclet number chi |dc| / (2 D) above 1).
void check_positive(const Parameters& p, std::span<const double> y, double time, double tolerance) {
  double steepest = 0.0;
  bool below = false;
  for (std::size_t k = 0; k + kCore <= y.size(); k += kCore) {
    below = below || negative(&y[k], tolerance);
    if (k + 2 * kCore <= y.size())
      steepest = std::max(steepest, std::abs(y[k + kCore + C] - y[k + C]));
  }
  if (!below) return;
  const bool walks = p.chemotaxis * steepest > 2.0 * p.fibroblast_diffusivity;
  throw core::SolveError(
      fmt::format("healing: a concentration became negative on day {:.3g}; {}", time / kDay,
                  walks ? "healing.parameters.chemotaxis outruns "
                          "healing.parameters.fibroblast_diffusivity: raise the second, lower the "
                          "first, or use more healing.cells"
                        : "use a smaller healing.relative_tolerance"));
}

/// Of one solve: what is looked at, moment by moment.
class Watch {
 public:
  Watch(const Parameters& p, const Cell& c, const Settings& s, const Rings& rings, CellCourse& out)
      : p_(p), c_(c), s_(s), rings_(rings), out_(out) {
    for (const double a : rings.area) total_ += a;
  }
  void moment(double time, std::span<const double> y) {
    check_positive(p_, y, time, s_.relative_tolerance);
    Mean mean;
    for (std::size_t k = 0; k < rings_.area.size(); ++k) {
      const double* at = &y[k * kCore];
      mean.add(at, rings_.area[k] / total_);
      if (!c_.sessions.empty()) continue;
      for (int f = 0; f < kCore; ++f)
        out_.largest_drift = std::max(out_.largest_drift, std::abs(at[f] - kFieldTable[f].rest));
    }
    out_.time.push_back(time);
    append(out_, p_, mean);
  }
  void profile(double time, std::span<const double> y) {
    std::vector<double> collagen, strength;
    for (std::size_t k = 0; k < rings_.area.size(); ++k) {
      const double* at = &y[k * kCore];
      collagen.push_back(at[X1] + at[X3]);
      strength.push_back((at[X1] + at[X3]) * at[Psi]);
    }
    out_.profile_time.push_back(time);
    out_.collagen_profile.push_back(std::move(collagen));
    out_.strength_profile.push_back(std::move(strength));
  }

 private:
  const Parameters& p_;
  const Cell& c_;
  const Settings& s_;
  const Rings& rings_;
  CellCourse& out_;
  double total_ = 0.0;
};

Rings rings_of(const Cell& c, const Settings& s) {
  constexpr double kAlone = 0.5e-3;  // of a cell without channels [m]
  const double channel = c.sessions.empty() ? 0.0 : c.channel_radius;
  if (channel > 0.0) demand_room(channel, c.density);
  return make_rings(channel, c.density > 0.0 ? cell_radius(c.density) : kAlone, s.cells);
}

std::vector<double> profile_times(const Settings& s, double duration) {
  std::vector<double> out;
  for (const double t : s.profile_times)
    if (t < duration - kInstant) out.push_back(t);
  out.push_back(duration);
  std::sort(out.begin(), out.end());
  out.erase(
      std::unique(out.begin(), out.end(), [](double a, double b) { return b - a < kInstant; }),
      out.end());
  return out;
}

}  // namespace

double cell_radius(double density) { return 1.0 / std::sqrt(std::numbers::pi * density); }

void demand_room(double radius, double density) {
  const double cell = cell_radius(density);
  if (radius >= cell)
    throw core::SolveError(
        fmt::format("healing: the channels overlap: their holes of radius {:.3g} mm fill the "
                    "{:.3g} mm that each has; fewer protocol.passes_per_direction, or a "
                    "smaller channels.width_ratio",
                    radius * 1e3, cell * 1e3));
}

std::vector<double> output_times(const std::vector<double>& sessions, double duration,
                                 const Settings& s) {
  std::vector<double> starts = sessions.empty() ? std::vector<double>{0.0} : sessions, out;
  const auto profiles = profile_times(s, duration);
  for (std::size_t k = 0; k < starts.size() && starts[k] < duration; ++k) {
    const double end = k + 1 < starts.size() ? std::min(duration, starts[k + 1]) : duration;
    double time = starts[k];
    out.push_back(time);
    while (time < end - kInstant) {
      const double since = time - starts[k];
      const double step = since < 0.25 * kDay  ? s.output_step / 12.0
                          : since < 3.0 * kDay ? s.output_step / 3.0
                                               : s.output_step;
      double next = std::min(time + step, end);
      for (const double asked : profiles)
        for (const double t : {asked, starts[k] + asked})
          if (t > time + kInstant && t < next) next = t;
      out.push_back(time = next);
    }
  }
  return out;
}

CellCourse heal_cell(const Parameters& p, const Cell& c, const Settings& settings) {
  CellCourse out;
  const Rings rings = rings_of(c, settings);
  out.radius = rings.centre;
  out.ring_area = rings.area;
  double session = 0.0;
  const Transport transport(p, rings);
  Parameters now = p;
  const auto cells = static_cast<std::size_t>(settings.cells);
  Integrator integrator(
      cells,
      [&](double t, std::span<const double> y, std::span<double> dy) {
        for (std::size_t k = 0; k < cells; ++k)
          react(now, c.loops_reached, t - session, &y[k * kCore], &dy[k * kCore]);
        transport.add(y, dy);
      },
      [&](double t, std::span<const double> y, Integrator::Matrix& a) {
        a.zero();
        std::array<double, kCore * kCore> block;
        for (std::size_t k = 0; k < cells; ++k) {
          react_jacobian(now, c.loops_reached, t - session, &y[k * kCore], block.data());
          a.diagonal[k] =
              Eigen::Map<const Eigen::Matrix<double, kCore, kCore, Eigen::RowMajor>>(block.data());
        }
        transport.add_jacobian(y, a);
      },
      settings.relative_tolerance, 1e-3 * settings.relative_tolerance);
  const auto y = integrator.state();
  for (int k = 0; k < settings.cells; ++k)
    for (const auto& row : kCoreTable) y[k * kCore + row.field] = row.rest;

  Watch watch(p, c, settings, rings, out);
  const auto times = output_times(c.sessions, c.duration, settings);
  const auto profiles = profile_times(settings, c.duration);
  std::size_t next_session = 0;
  for (std::size_t k = 0; k < times.size(); ++k) {
    const double t = times[k];
    const bool again = k > 0 && t - times[k - 1] < kInstant;  // a session, after the cut
    if (k == 0 || again) {
      if (next_session < c.sessions.size()) {
        if (next_session > 0 && !c.same_place) mix(rings.area, y.data());
        cut(p, c, rings, y);
        session = c.sessions[next_session++];
      }
      integrator.restart(t);
    } else {
      const bool more = next_session < c.sessions.size() && c.sessions[next_session] < c.duration;
      const double stop = more ? c.sessions[next_session] : c.duration;
      advance_with_vitamin_c(integrator, now, times[k - 1], t, stop);
    }
    watch.moment(t, y);
    if (!again && std::any_of(profiles.begin(), profiles.end(),
                              [&](double asked) { return std::abs(t - asked) < kInstant; }))
      watch.profile(t, y);
  }
  out.steps = integrator.steps();
  out.evaluations = integrator.evaluations();
  return out;
}

CellCourse heal_well_mixed(const Parameters& p, double duration, const Settings& settings) {
  CellCourse out;
  Integrator integrator(
      kCore, kCore - 1,
      [&](double t, std::span<const double> y, std::span<double> dy) {
        react(p, 1.0, t, y.data(), dy.data());
      },
      settings.relative_tolerance, 1e-3 * settings.relative_tolerance);
  const auto y = integrator.state();
  for (const auto& row : kCoreTable) y[row.field] = row.emptied;
  y[S] = 1.0;
  y[F] = 1.0;
  integrator.restart(0.0);
  for (double time = 0.0;; time += settings.output_step) {
    if (time > 0.0) integrator.advance(time, duration);
    Mean mean;
    mean.add(y.data(), 1.0);
    out.time.push_back(time);
    append(out, p, mean);
    if (time >= duration - kInstant) break;
  }
  out.steps = integrator.steps();
  return out;
}

double fisher_front_speed(double diffusivity, double rate, int cells) {
  // Long enough for the slow 3/(2 lambda t) approach of the front speed to fall under two per cent.
  const double length = 200.0 * std::sqrt(diffusivity / rate);
  const double h = length / cells;
  Integrator integrator(
      cells, 1,
      [&](double, std::span<const double> u, std::span<double> du) {
        for (int k = 0; k < cells; ++k) {
          const double left = k > 0 ? u[k - 1] : u[k], right = k + 1 < cells ? u[k + 1] : u[k];
          du[k] = diffusivity * (left - 2.0 * u[k] + right) / (h * h) + rate * u[k] * (1.0 - u[k]);
        }
      },
      1e-8, 1e-14);
  const auto u = integrator.state();
  for (int k = 0; k < cells; ++k) u[k] = k * h < 0.05 * length ? 1.0 : 0.0;
  integrator.restart(0.0);
  const auto front = [&] {
    int k = 0;
    while (k + 1 < cells && u[k + 1] > 0.5) ++k;
    return h * (k + (u[k] - 0.5) / (u[k] - u[k + 1]));
  };
  const double t1 = 50.0 / rate, t2 = 80.0 / rate;
  integrator.advance(t1, t1);
  const double x1 = front();
  integrator.advance(t2, t2);
  return (front() - x1) / (t2 - t1);
}

}  // namespace percuta::healing
