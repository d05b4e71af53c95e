// The transport core against exact answers: orders in space and time for each coupling, balances,
// fronts, series.

#include "transport/transport.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "transport/dual.h"
#include "transport/ring_mesh.h"
#include "transport/stiff.h"

using namespace percuta::fem;

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kEver = std::numeric_limits<double>::infinity();

/// Faces from 0 to `length`, smoothly uneven: twofold finer at 0.
std::vector<double> uneven(double length, int cells) {
  std::vector<double> faces;
  for (int k = 0; k <= cells; ++k) {
    const double x = double(k) / cells;
    faces.push_back(length * (x - 0.25 * std::sin(kPi * x) / kPi));
  }
  return faces;
}
std::vector<double> even(double from, double to, int cells) {
  std::vector<double> faces;
  for (int k = 0; k <= cells; ++k) faces.push_back(from + (to - from) * k / cells);
  return faces;
}

TransportField spreading(const RingMesh& mesh, double diffusivity) {
  TransportField f;
  f.diffusivity.assign(mesh.cells(), diffusivity);
  return f;
}

StiffSettings to_tolerance(double relative) {
  StiffSettings s;
  s.relative_tolerance = relative;
  s.absolute_tolerance = 1e-3 * relative;
  return s;
}

/// What couples the two fields of a manufactured solution.
struct Coupling {
  const char* name;
  double diffusivity, mobility, rate;
};
constexpr Coupling kCouplings[] = {{"diffusion", 0.3, 0.0, 0.0},
                                   {"chemotaxis", 0.05, 0.2, 0.0},
                                   {"reactions", 0.05, 0.0, 4.0},
                                   {"all", 0.1, 0.2, 4.0}};
constexpr double kSpread = 0.2;  // of the attractant

// u and c in the unit cylinder, flat at its faces, with all that the equation needs of them.
struct Known {
  double u, u_t, lap_u, c, c_t, lap_c, grad_u_grad_c;
};
Known known(double t, double r, double z) {
  const double a = kPi * r * r, e = std::exp(-t), cz = std::cos(kPi * z), sz = std::sin(kPi * z);
  const double g = std::cos(a), g_r = -2.0 * kPi * r * std::sin(a);
  const double lap_g = -4.0 * kPi * std::sin(a) - 4.0 * kPi * kPi * r * r * std::cos(a);
  const double c2 = std::cos(2.0 * kPi * z), s2 = std::sin(2.0 * kPi * z);
  Known k{};
  k.u = 2.0 + e * g * cz;
  k.u_t = -e * g * cz;
  k.lap_u = e * (lap_g * cz - kPi * kPi * g * cz);
  k.c = 1.5 + 0.5 * (1.0 + t) * g * c2;
  k.c_t = 0.5 * g * c2;
  k.lap_c = 0.5 * (1.0 + t) * (lap_g * c2 - 4.0 * kPi * kPi * g * c2);
  k.grad_u_grad_c = 0.5 * (1.0 + t) * e * (g_r * cz * g_r * c2 + g * kPi * sz * g * 2.0 * kPi * s2);
  return k;
}

template <class T>
T between(const T& u, const T& c, double rate) {
  return rate * u * (1.0 - u / 3.0) * c / (1.0 + c);
}

TransportProblem manufactured(const RingMesh& mesh, const Coupling& by, bool forced) {
  TransportProblem p;
  p.mesh = mesh;
  p.fields = {spreading(mesh, by.diffusivity), spreading(mesh, kSpread)};
  p.fields[0].walks_up = 1;
  p.fields[0].mobility.assign(mesh.cells(), by.mobility);
  p.time_dependent = forced;
  p.reactions = point_reactions<2>([mesh, by, forced](double t, int cell, const auto* y, auto* dy) {
    dy[0] = between(y[0], y[1], by.rate);
    dy[1] = -0.5 * by.rate * y[1] * y[0];
    if (!forced) return;
    const auto k =
        known(t, mesh.ring_centre(mesh.ring_of(cell)), mesh.level_centre(mesh.level_of(cell)));
    dy[0] += k.u_t - by.diffusivity * k.lap_u + by.mobility * (k.grad_u_grad_c + k.u * k.lap_c) -
             between(k.u, k.c, by.rate);
    dy[1] += k.c_t - kSpread * k.lap_c + 0.5 * by.rate * k.c * k.u;
  });
  return p;
}

double error_of(const TransportSystem& system, std::span<const double> y, double t) {
  const auto& mesh = system.problem().mesh;
  double sum = 0.0, volume = 0.0;
  for (int cell = 0; cell < mesh.cells(); ++cell) {
    const auto k =
        known(t, mesh.ring_centre(mesh.ring_of(cell)), mesh.level_centre(mesh.level_of(cell)));
    const double du = y[system.unknown(cell, 0)] - k.u, dc = y[system.unknown(cell, 1)] - k.c;
    sum += mesh.volume(cell) * (du * du + dc * dc);
    volume += mesh.volume(cell);
  }
  return std::sqrt(sum / volume);
}

/// A system whose exact solution is given, by what it takes to keep it: any error is time's.
class Driven : public StiffSystem {
 public:
  explicit Driven(const TransportSystem& system) : system_(system) {}
  std::vector<double> exact(double t) const {
    std::vector<double> y(size());
    for (int k = 0; k < size(); ++k) y[k] = 2.0 + 0.7 * std::sin(3.0 * t + phase(k));
    return y;
  }
  int size() const override { return system_.size(); }
  void rates(double t, std::span<const double> y, std::span<double> dy) const override {
    std::vector<double> own(size());
    system_.rates(t, exact(t), own);
    system_.rates(t, y, dy);
    for (int k = 0; k < size(); ++k) dy[k] += 2.1 * std::cos(3.0 * t + phase(k)) - own[k];
  }
  std::vector<std::vector<int>> pattern() const override { return system_.pattern(); }
  void jacobian(double t, std::span<const double> y, std::span<double> j) const override {
    system_.jacobian(t, y, j);
  }
  bool depends_on_time() const override { return true; }

 private:
  // Smooth in space and flat at the faces, as what is transported is.
  double phase(int k) const {
    const auto& mesh = system_.problem().mesh;
    const int cell = k / system_.fields();
    const double r = mesh.ring_centre(mesh.ring_of(cell));
    return 1.3 * (k % system_.fields()) +
           0.4 * std::cos(kPi * r * r) * std::cos(kPi * mesh.level_centre(mesh.level_of(cell)));
  }
  const TransportSystem& system_;
};

}  // namespace

TEST(RingMesh, StopsAreFacesAndSizesAreKept) {
  const auto faces = graded({{0.0, 4.0}, {35.0, 2.0}, {40.0, 2.0}, {400.0, 60.0}}, 1.3);
  for (const double stop : {0.0, 35.0, 40.0, 400.0})
    EXPECT_NE(std::find(faces.begin(), faces.end(), stop), faces.end()) << stop;
  for (std::size_t k = 2; k < faces.size(); ++k) {
    const double before = faces[k - 1] - faces[k - 2], after = faces[k] - faces[k - 1];
    EXPECT_LT(std::max(before, after) / std::min(before, after), 1.6);
    if (faces[k - 1] == 35.0 || faces[k - 1] == 40.0) {
      EXPECT_LE(std::max(before, after), 2.4);
    }
  }
  RingMesh mesh{faces, {0.0, 1.0, 3.0}};
  double volume = 0.0;
  for (int c = 0; c < mesh.cells(); ++c) volume += mesh.volume(c);
  EXPECT_NEAR(volume, kPi * 400.0 * 400.0 * 3.0, 1e-6);
  EXPECT_THROW(graded({{1.0, 1.0}, {0.0, 1.0}}, 1.3), std::invalid_argument);
}

// Two volumes, second order: du/dx by the middles of the cells on a smooth mesh.
TEST(Transport, ManufacturedSolutionsConvergeAtSecondOrderInSpace) {
  for (const auto& by : kCouplings) {
    std::vector<double> error;
    for (const int n : {8, 16, 32}) {
      const TransportSystem system(manufactured({uneven(1.0, n), uneven(1.0, n)}, by, true));
      StiffIntegrator integrate(system, to_tolerance(1e-7));
      const auto& mesh = system.problem().mesh;
      for (int cell = 0; cell < mesh.cells(); ++cell) {
        const auto k = known(0.0, mesh.ring_centre(mesh.ring_of(cell)),
                             mesh.level_centre(mesh.level_of(cell)));
        integrate.state()[system.unknown(cell, 0)] = k.u;
        integrate.state()[system.unknown(cell, 1)] = k.c;
      }
      integrate.advance(0.3);
      error.push_back(error_of(system, integrate.state(), 0.3));
    }
    const double order = std::log2(error[1] / error[2]);
    RecordProperty(by.name, std::to_string(order));
    std::printf("%s: order in space %.3f %.3f, error %.2e\n", by.name,
                std::log2(error[0] / error[1]), order, error[2]);
    EXPECT_NEAR(order, 2.0, 0.1) << by.name << ", errors " << error[0] << " " << error[1] << " "
                                 << error[2];
  }
}

TEST(Transport, StepsConvergeAtFourthOrderInTime) {
  for (const auto& by : kCouplings) {
    const TransportSystem system(manufactured({uneven(1.0, 6), uneven(1.0, 5)}, by, false));
    const Driven driven(system);
    std::vector<double> error, within;
    for (const int steps : {20, 40, 80}) {
      StiffSettings s;
      s.fixed_step = 1.0 / steps;
      StiffIntegrator integrate(driven, s);
      integrate.state() = driven.exact(0.0);
      double largest = 0.0, inside = 0.0;
      std::vector<double> y(driven.size());
      integrate.advance(1.0, [&](const StiffStep& step) {
        step.at(0.3 * step.from + 0.7 * step.to, y);
        const auto exact = driven.exact(0.3 * step.from + 0.7 * step.to);
        for (int k = 0; k < driven.size(); ++k)
          inside = std::max(inside, std::abs(y[k] - exact[k]));
      });
      const auto exact = driven.exact(1.0);
      for (int k = 0; k < driven.size(); ++k)
        largest = std::max(largest, std::abs(integrate.state()[k] - exact[k]));
      error.push_back(largest);
      within.push_back(inside);
    }
    std::printf("%s: order in time %.3f %.3f, error %.2e; within steps %.3f\n", by.name,
                std::log2(error[0] / error[1]), std::log2(error[1] / error[2]), error[2],
                std::log2(within[1] / within[2]));
    EXPECT_NEAR(std::log2(error[1] / error[2]), 4.0, 0.1) << by.name;
    EXPECT_GT(std::log2(within[1] / within[2]), 2.9) << by.name;
  }
}

// The error of chosen steps follows the tolerance, and costs what it costs.
TEST(Transport, ChosenStepsKeepTheirTolerance) {
  const TransportSystem system(
      manufactured({uneven(1.0, 6), uneven(1.0, 5)}, kCouplings[3], false));
  const Driven driven(system);
  for (const double tolerance : {1e-3, 1e-5, 1e-7}) {
    StiffIntegrator integrate(driven, to_tolerance(tolerance));
    integrate.state() = driven.exact(0.0);
    integrate.advance(4.0);
    const auto exact = driven.exact(4.0);
    for (int k = 0; k < driven.size(); ++k)
      EXPECT_NEAR(integrate.state()[k], exact[k], 10.0 * tolerance);
  }
}

TEST(Transport, JacobianAgreesWithFiniteDifferences) {
  TransportProblem p = manufactured({uneven(1.0, 4), uneven(1.0, 3)}, kCouplings[3], false);
  p.membranes = {{1, 0, 0.3}};
  p.fields[1].partition.assign(p.mesh.cells(), 1.0);
  p.fields[1].partition[2] = 3.0;
  p.fields[1].diffusivity[5] = 0.0;
  p.fields[0].diffusivity[5] = 0.0;  // walks alone
  p.wells = {{0, 0.7}, {1, kEver}};
  p.exchanges = {{0, 0, 0.2, 0}, {1, 1, 0.4, -1}};
  p.openings = {[](double t) { return std::exp(-t); }};
  const TransportSystem system(p);
  std::mt19937 random(3);
  std::uniform_real_distribution<double> value(0.2, 2.0);
  const int n = system.size();
  std::vector<double> y(n), up(n), down(n);
  for (auto& v : y) v = value(random);
  SparseLu matrix(system.pattern());
  system.jacobian(0.4, y, matrix.values());
  for (int column = 0; column < n; ++column) {
    const double kept = y[column], h = 1e-6;
    y[column] = kept + h;
    system.rates(0.4, y, up);
    y[column] = kept - h;
    system.rates(0.4, y, down);
    y[column] = kept;
    std::vector<double> dense(n, 0.0);
    for (int k = matrix.starts()[column]; k < matrix.starts()[column + 1]; ++k)
      dense[matrix.rows()[k]] = matrix.values()[k];
    for (int row = 0; row < n; ++row) {
      const double difference = (up[row] - down[row]) / (2.0 * h);
      EXPECT_NEAR(dense[row], difference, 1e-6 * (1.0 + std::abs(difference)))
          << row << ", " << column;
    }
  }
}

// What leaves a cell arrives in its neighbour, whatever the mesh, walk, membrane and well.
TEST(Transport, AmountsAreKept) {
  TransportProblem p = manufactured({uneven(1.0, 9), uneven(1.0, 7)}, {"", 0.02, 0.5, 0.0}, false);
  p.membranes = {{0, 3, 0.01}, {1, 3, 0.5}};
  p.wells = {{1, 0.4}};
  p.exchanges = {{0, 0, 0.2, -1}};
  const TransportSystem system(p);
  StiffIntegrator integrate(system, to_tolerance(1e-5));
  std::mt19937 random(5);
  std::uniform_real_distribution<double> value(0.0, 2.0);
  for (auto& v : integrate.state()) v = value(random);
  const double u = system.amount(integrate.state(), 0), c = system.amount(integrate.state(), 1);
  integrate.advance(5.0);
  EXPECT_NEAR(system.amount(integrate.state(), 0), u, 1e-11 * u);
  EXPECT_NEAR(system.amount(integrate.state(), 1), c, 1e-11 * c);
}

// Off its diagonal the Jacobian of a field in itself is never negative, however steep the gradient
// that it walks up: what is positive stays so.
TEST(Transport, WalkingMakesAnMMatrixAtAnyPecletNumber) {
  for (const double mobility : {0.1, 10.0, 1e4, -1e4}) {
    const TransportSystem system(
        manufactured({uneven(1.0, 5), uneven(1.0, 5)}, {"", 0.01, mobility, 0.0}, false));
    std::mt19937 random(7);
    std::uniform_real_distribution<double> value(0.0, 1.0);
    std::vector<double> y(system.size());
    for (auto& v : y) v = value(random);
    SparseLu matrix(system.pattern());
    system.jacobian(0.0, y, matrix.values());
    for (int column = 0; column < system.size(); ++column)
      for (int k = matrix.starts()[column]; k < matrix.starts()[column + 1]; ++k)
        if (const int row = matrix.rows()[k];
            row != column && system.kind(row) == 0 && system.kind(column) == 0) {
          EXPECT_GE(matrix.values()[k], 0.0) << mobility;
        }
  }
}

namespace {

/// Speed of the place where a front passes 1/2, between two times.
double front_speed(TransportProblem p, double t1, double t2) {
  const double start = 0.05 * p.mesh.depth.back();
  const TransportSystem system(std::move(p));
  const auto& mesh = system.problem().mesh;
  StiffIntegrator integrate(system, to_tolerance(1e-6));
  for (int k = 0; k < mesh.levels(); ++k)
    integrate.state()[k] = mesh.level_centre(k) < start ? 1.0 : 0.0;
  const auto front = [&] {
    const auto& u = integrate.state();
    int k = 0;
    while (k + 1 < mesh.levels() && u[k + 1] > 0.5) ++k;
    const double share = (u[k] - 0.5) / (u[k] - u[k + 1]);
    return (1.0 - share) * mesh.level_centre(k) + share * mesh.level_centre(k + 1);
  };
  integrate.advance(t1);
  const double before = front();
  integrate.advance(t2);
  return (front() - before) / (t2 - t1);
}

std::shared_ptr<const Reactions> logistic() {
  return point_reactions<1>(
      [](double, int, const auto* y, auto* dy) { dy[0] = y[0] * (1.0 - y[0]); });
}

}  // namespace

// Fisher 1937: the slowest stable front runs at 2 sqrt(r D); it is late by 3/(2t) of its speed.
TEST(Transport, FisherFrontRunsAtItsSpeed) {
  TransportProblem p;
  p.mesh = {{0.0, 1.0}, even(0.0, 200.0, 1000)};
  p.fields = {spreading(p.mesh, 1.0)};
  p.reactions = logistic();
  EXPECT_NEAR(front_speed(p, 50.0, 80.0), 2.0, 0.02 * 2.0);
}

// u_t = (u u_x)_x + u (1 - u): a field that walks down its own gradient, and does not diffuse; its
// sharp front runs at 1/sqrt(2).
TEST(Transport, PorousFisherFrontRunsAtItsSpeed) {
  TransportProblem p;
  p.mesh = {{0.0, 1.0}, even(0.0, 20.0, 800)};
  p.fields = {TransportField{}};
  p.fields[0].walks_up = 0;
  p.fields[0].mobility.assign(p.mesh.cells(), -1.0);
  p.reactions = logistic();
  EXPECT_NEAR(front_speed(p, 10.0, 20.0), std::sqrt(0.5), 0.02 * std::sqrt(0.5));
}

// A tracer is one more row. In a cylinder with a closed wall it spreads from a disc of radius b as
// (b/R)^2 + sum over the zeros x_n of J_1 of 2 (b/R) J_1(x_n b/R)/(x_n J_0(x_n)^2) J_0(x_n r/R)
// exp(-D x_n^2 t/R^2).
TEST(Transport, APassiveTracerSpreadsAsItsBesselSeries) {
  const double b = 0.35, time = 0.02;
  const auto zero_of_j1 = [](int n) {
    double low = (n + 0.0) * kPi, high = (n + 0.5) * kPi;
    for (int k = 0; k < 80; ++k) {
      const double middle = 0.5 * (low + high);
      (std::cyl_bessel_j(1, low) * std::cyl_bessel_j(1, middle) > 0.0 ? low : high) = middle;
    }
    return low;
  };
  const auto exact = [&](double r) {
    double sum = b * b;
    for (int n = 1; n <= 25; ++n) {
      const double x = zero_of_j1(n), j0 = std::cyl_bessel_j(0, x);
      sum += 2.0 * b * std::cyl_bessel_j(1, x * b) / (x * j0 * j0) * std::cyl_bessel_j(0, x * r) *
             std::exp(-x * x * time);
    }
    return sum;
  };
  std::vector<double> error;
  for (const int n : {1, 2, 4}) {
    RingMesh mesh;
    mesh.radius = even(0.0, b, 7 * n);
    for (const double r : even(b, 1.0, 13 * n))
      if (r > b) mesh.radius.push_back(r);
    mesh.depth = {0.0, 0.3, 1.0};
    TransportProblem p;
    p.mesh = mesh;
    p.fields = {spreading(mesh, 0.1), TransportField{}, spreading(mesh, 1.0)};
    p.reactions = point_reactions<3>([](double, int, const auto* y, auto* dy) {
      dy[0] = -y[0] * y[1];
      dy[1] = y[0] - y[1];
      dy[2] = 0.0;
    });
    const TransportSystem system(p);
    StiffIntegrator integrate(system, to_tolerance(1e-8));
    for (int cell = 0; cell < mesh.cells(); ++cell) {
      integrate.state()[system.unknown(cell, 0)] = 1.0;
      if (mesh.ring_centre(mesh.ring_of(cell)) < b)
        integrate.state()[system.unknown(cell, 2)] = 1.0;
    }
    integrate.advance(time);
    double largest = 0.0;
    for (int cell = 0; cell < mesh.cells(); ++cell)
      largest = std::max(largest, std::abs(integrate.state()[system.unknown(cell, 2)] -
                                           exact(mesh.ring_centre(mesh.ring_of(cell)))));
    error.push_back(largest);
  }
  EXPECT_LT(error[2], 1e-3);
  EXPECT_NEAR(std::log2(error[1] / error[2]), 2.0, 0.15);
}
