#pragma once

// Fields that diffuse, walk up gradients and react in the cells of a body of revolution, by finite
// volumes. Through the face between cells a and b goes
//
//   g (u_a/K_a - u_b/K_b),   1/g = d_a/(D_a K_a A) + 1/(P A) + d_b/(D_b K_b A),
//
// d the distances of their middles from the face, D diffusivity, K what a cell holds over what its
// neighbour does at equilibrium (partition), P the permeability of a membrane in the face. A field
// that walks with mobility chi up the gradient of another, c, is carried by the exact
// one-dimensional solution between the middles (Scharfetter and Gummel 1969): with
// B(x) = x/(exp(x) - 1) and the Peclet number p = chi (c_b - c_a)/D,
//
//   g (B(-p) u_a - B(p) u_b).
//
// Both make M-matrices on any such mesh: what is positive stays so, without clamping.

#include <functional>
#include <memory>
#include <vector>

#include "transport/ring_mesh.h"
#include "transport/stiff.h"

namespace percuta::fem {

/// What happens within a cell.
class Reactions {
 public:
  virtual ~Reactions() = default;
  /// Rates of all fields of a cell, what is bound included, from all their values; those of absent
  /// fields are not read.
  virtual void rates(double t, int cell, const double* y, double* dy) const = 0;
  /// d rate_f / d y_g at [f * fields + g].
  virtual void jacobian(double t, int cell, const double* y, double* j) const = 0;
  /// Whether the rate of a field depends on another (or itself).
  virtual bool couples(int f, int g) const = 0;
};

/// One field.
struct TransportField {
  std::vector<double> diffusivity;  ///< of each cell; empty = stays where it is [m^2/s]
  std::vector<double> partition;    ///< of each cell; empty = 1 everywhere [-]
  std::vector<double> capacity;     ///< what a cell holds over this, bound to it; empty = 1 [-]
  std::vector<char> present;        ///< in which cells it is; empty = in all
  double elsewhere = 0.0;           ///< what reactions see of it where it is not
  int walks_up = -1;                ///< the field whose gradient it walks up
  std::vector<double> mobility;     ///< chi of each cell; negative walks down [m^2/s per unit of c]
};

/// A membrane in the lower face of a level, for one field.
struct Membrane {
  int field = 0, level = 0;
  double permeability = 0.0;  ///< [m/s]
};

/// A well-stirred volume that cells exchange a field with.
struct Well {
  int field = 0;
  double volume = 0.0;  ///< infinity: its concentration is kept [m^3]
};

/// From a cell to a well.
struct Exchange {
  int cell = 0, well = 0;
  double conductance = 0.0;  ///< per unit of concentration in the well [m^3/s]
  int opening = -1;          ///< which of `openings` scales it; -1 = none
  bool one_way = false;      ///< nothing comes back, however much the well holds
};

struct TransportProblem {
  RingMesh mesh;
  std::vector<TransportField> fields;
  std::vector<Membrane> membranes;
  std::vector<Well> wells;
  std::vector<Exchange> exchanges;
  std::vector<std::function<double(double)>> openings;  ///< of time [s], [-]
  std::vector<int>
      opening_of;  ///< each cell's, which scales its faces; -1 = none, empty = no cell's
  std::shared_ptr<const Reactions> reactions;  ///< null = none
  bool time_dependent = false;                 ///< whether the reactions depend on time
};

/// Conductance of a cell from its middle to its upper or lower face, per unit of concentration at
/// equilibrium outside [m^3/s].
double half_conductance(const RingMesh&, const TransportField&, int cell);
/// The same to its inner and its outer wall [m^3/s].
double inner_conductance(const RingMesh&, const TransportField&, int cell);
double outer_conductance(const RingMesh&, const TransportField&, int cell);

/// The problem as a stiff system. Unknowns: cell by cell the fields that are present, then wells.
class TransportSystem : public StiffSystem {
 public:
  explicit TransportSystem(TransportProblem);
  const TransportProblem& problem() const { return problem_; }
  /// Place of a field of a cell among the unknowns; -1 where it is absent.
  int unknown(int cell, int field) const { return unknown_[cell * fields() + field]; }
  int well(int index) const { return first_well_ + index; }
  int fields() const { return static_cast<int>(problem_.fields.size()); }
  /// Amount of a field in the cells and wells of finite volume.
  double amount(std::span<const double> y, int field) const;

  int size() const override { return size_; }
  void rates(double t, std::span<const double> y, std::span<double> dy) const override;
  std::vector<std::vector<int>> pattern() const override { return pattern_; }
  void jacobian(double t, std::span<const double> y, std::span<double> values) const override;
  bool depends_on_time() const override {
    return problem_.time_dependent || !problem_.openings.empty();
  }
  int kinds() const override { return fields(); }
  int kind(int unknown) const override { return kind_[unknown]; }

 private:
  /// Linear exchange between two unknowns: from a to b goes to_b y_a - to_a y_b, as far as it is
  /// open.
  struct Flow {
    int a, b, opening;
    double to_b, to_a;  // [m^3/s]
    int aa, ab, ba, bb;
  };
  /// Diffusion and drift between two unknowns, up the gradient of two others.
  struct Walk {
    int a, b, c_a, c_b;
    double conductance, mobility;  // [m^3/s], [m^3/s per unit of c]
    int aa, ab, ba, bb, ac_a, ac_b, bc_a, bc_b;
  };
  struct Carried {
    double flux, by_a, by_b, by_c;  // its derivatives; that by c_a is -by_c
  };
  static Carried carried(const Walk&, std::span<const double> y);
  void number();
  void add_faces(int a, int b, double area, double from_a, double from_b, int level);
  void add_exchanges();
  void find_pattern();
  void find_positions();

  TransportProblem problem_;
  std::vector<int> unknown_, kind_;
  std::vector<double> over_volume_;  // of each unknown; 0 for what is kept [1/m^3]
  int size_ = 0, first_well_ = 0;
  std::vector<Flow> flows_;
  std::vector<Walk> walks_;
  std::vector<std::pair<int, int>> couplings_;  // of fields by reactions
  std::vector<int> reaction_places_;            // cell by cell, coupling by coupling; -1 = absent
  std::vector<std::vector<int>> pattern_;
};

}  // namespace percuta::fem
