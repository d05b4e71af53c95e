#pragma once

#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "linear/cholesky.h"
#include "mixed/discretisation.h"
#include "percuta/skin/law.h"

namespace percuta::fem {

/// What one layer is made of, and how it is stretched before anything happens.
struct LayerMaterial {
  std::vector<skin::OgdenTerm> terms;
  skin::Volumetric volumetric;
  Eigen::Vector3d pre_stretch = Eigen::Vector3d::Ones();  ///< principal, along the axes [-]
  double initial_pressure = 0.0;  ///< that keeps the third direction free [Pa]
};

/// Material of a layer with modulus ratio bulk/shear, stretched equibiaxially in the plane normal
/// to `normal_axis` with that direction free of stress.
LayerMaterial layer_material(const skin::Law&, double bulk_over_shear, double pre_stretch = 1.0,
                             int normal_axis = 1);

/// Neo-Hookean with the small-strain limit of a shear modulus [Pa] and a Poisson ratio.
LayerMaterial linear(double shear, double poisson);

/// Signed distance of a point to a rigid body, negative inside, with normal and the curvature of
/// the level line in the plane of the mesh [m, -, 1/m].
struct SignedDistance {
  double gap;
  Eigen::Vector2d normal;
  double curvature;
};

class RigidBody {
 public:
  virtual ~RigidBody() = default;
  virtual SignedDistance distance(const Eigen::Vector2d& x) const = 0;
};

/// Nodal frictionless contact: penalty for the Newton iterations, multipliers for accuracy.
struct Contact {
  std::vector<SurfaceNode> nodes;  ///< one entry a node, areas summed
  std::vector<double> pressure;    ///< nominal multiplier at each node [Pa]
  double penalty = 0.0;            ///< [Pa/m]
};

Contact contact_on(const Discretisation&, int boundary, double penalty);

/// Cost of everything solved so far.
struct SolveCost {
  long steps = 0;
  long iterations = 0;
  long cut_backs = 0;
};

/// Displacements with per-cell pressures; copied freely to try a step and take it back.
struct SolidState {
  Eigen::VectorXd displacement;
  Eigen::VectorXd pressure;
};

/// Finite-strain hyperelastic solid in the mixed displacement-pressure form. The pressure lives on
/// each cell and is condensed, so that the global matrix is symmetric and, in a stable state,
/// positive definite for any bulk modulus.
class MixedSolid {
 public:
  MixedSolid(Discretisation, std::vector<LayerMaterial>);
  MixedSolid(MixedSolid&&) noexcept;
  ~MixedSolid();

  const Discretisation& mesh() const { return mesh_; }
  /// Whether cells are evaluated on two threads; the sums are the same.
  void share_cells(bool share) { share_cells_ = share; }
  /// Keeps every cell's volume by multipliers: no bulk modulus enters the answer. The one that
  /// steers Newton's method is this many times what a cell has hardened to at the start of a step
  /// [-].
  void keep_volume(double over_hardening) { over_hardening_ = over_hardening; }
  SolidState& state() { return state_; }
  const SolidState& state() const { return state_; }

  /// Holds a displacement component of a node at a value [m].
  void fix(int node, int component, double value = 0.0);
  /// Fixes a component on a whole boundary.
  void fix_boundary(int boundary, int component, double value = 0.0);

  /// Dead load per reference area on a boundary, spread consistently [N].
  Eigen::VectorXd dead_load(int boundary, const Eigen::Vector3d& traction,
                            const std::function<bool(const Eigen::Vector3d&)>& where = {}) const;

  struct NewtonSettings {
    int max_iterations = 25;
    double relative_tolerance = 1e-9;  ///< of the residual, against the internal forces
    double step_limit = 0.0;           ///< largest displacement update [m]; 0 = none
    double contact_tolerance = 0.0;    ///< largest overlap after augmentation [m]
    int max_augmentations = 12;
    double volume_tolerance =
        1e-8;  ///< largest relative change of a cell's volume, where volume is kept [-]
    double penalty_growth =
        1.0;  ///< of the contact's, where an augmentation does not halve the overlap [-]
    double largest_shift = 1.0;  ///< of the diagonal, relative, before the step is given up
  };

  /// Equilibrium with the load and, if given, the rigid body; false when it was not found, and
  /// then the state is the one before the call.
  bool solve(const Eigen::VectorXd& load, const RigidBody*, Contact*, const NewtonSettings&);

  double largest_principal_stress(int cell) const;  ///< Cauchy, mean of the cell's points [Pa]
  double stored_energy() const;  ///< [J], per unit thickness in plane strain [J/m]
  /// Force of the body on the solid, from the nodal contact pressures [N].
  Eigen::Vector2d contact_force(const RigidBody&, const Contact&) const;
  double max_overlap(const RigidBody&, const Contact&) const;
  const SolveCost& cost() const { return cost_; }
  Eigen::Vector3d position(int node) const;

  /// Internal nodal forces at the present state [N].
  Eigen::VectorXd internal_force();

  // For tests against finite differences: forces out of balance on free components, the condensed
  // tangent in a direction, and the pressures that follow a displacement increment (plus
  // `constraint` times what brings them to their linearised volume constraint), as of the last
  // assembly.
  Eigen::VectorXd equilibrium_residual();
  Eigen::VectorXd tangent_times(const Eigen::VectorXd& direction);
  Eigen::VectorXd pressure_increment(const Eigen::VectorXd& update, double constraint) const;

 private:
  struct CellWork;
  bool assemble(const Eigen::VectorXd& load, const RigidBody*, const Contact*, bool with_matrix,
                bool curvature);
  bool cell_system(int cell, CellWork&, bool with_matrix) const;
  template <int kNodes>
  bool cell_system_of(int cell, CellWork&, bool with_matrix) const;
  void add_contact(const RigidBody&, const Contact&, bool with_matrix, bool curvature);
  Eigen::Matrix3d relative_gradient(int cell, int point) const;
  bool admissible() const;
  skin::Volumetric volumetric_of(int cell) const;
  void follow_hardening();
  double largest_volume_change() const;
  bool newton(const Eigen::VectorXd& load, const RigidBody*, Contact*, const NewtonSettings&);

  Discretisation mesh_;
  std::vector<LayerMaterial> materials_;
  SolidState state_;
  double over_hardening_ = 0.0;         ///< 0: volume is not kept [-]
  Eigen::VectorXd held_;                ///< multipliers of the volume, as the pressures [Pa]
  std::vector<double> following_bulk_;  ///< per cell [Pa]
  std::vector<char> fixed_;
  Eigen::VectorXd fixed_value_;
  std::unique_ptr<SparseCholesky> matrix_;
  std::vector<int> scatter_;            ///< cell lower triangles to matrix positions
  Eigen::VectorXd residual_;            ///< of equilibrium
  Eigen::VectorXd condensed_residual_;  ///< of the volume constraint, brought to the displacements
  double volume_error_ = 0.0;
  Eigen::VectorXd force_scale_;
  std::vector<double> condensed_;  ///< per cell: C^-1 K_pu and C^-1 r_p for the back-substitution
  std::vector<CellWork> works_;    ///< kept: they are large
  bool share_cells_ = true;
  SolveCost cost_;
};

}  // namespace percuta::fem
