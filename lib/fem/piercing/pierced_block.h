#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "boxes/box_mesh.h"
#include "boxes/solid_cells.h"
#include "linear/cholesky.h"
#include "linear/tangent_solver.h"
#include "percuta/insertion/solid.h"
#include "surface/rigid_shape.h"

namespace percuta::fem {

struct PiercingSettings {
  double contact_penalty = 5e12;  ///< of the needle on the skin [Pa/m]
  double overlap = 0.0;  ///< that the penalty is made to keep, between its least value and what it
                         ///< takes; 0 = fixed [m]
  double least_penalty = 0.0;  ///< [Pa/m]
  double crack_stiffness =
      5e12;               ///< least, of the crack plane before damage and against overlap [Pa/m]
  double friction = 0.0;  ///< Coulomb [-]
  double elastic_slip = 0.3e-6;  ///< over which friction builds up [m]
  bool hold_sides = false;       ///< sides are held, not only normally
  double step_cap = 10e-6;       ///< largest displacement change of one iteration [m]
  double tolerance = 1e-5;       ///< of the residual, over the needle's force
  int max_iterations =
      4000;            ///< a snap on fine cells takes hundreds, and no smaller step spares them
  int patience = 150;  ///< iterations in which the potential must fall by a millionth
  int threads = 2;
  insertion::Solver solver = insertion::Solver::automatic;
  std::function<bool()> stop;  ///< asked at every iteration; true leaves a step without a result.
                               ///< All processes must answer alike
  std::function<bool()> outgrown;  ///< asked at iterations from the third on, without a load; true
                                   ///< leaves a step at a state on its way
  double memory = std::numeric_limits<double>::infinity();  ///< that a direct solver may take when
                                                            ///< the choice is automatic [bytes]
};

/// Energies of the whole needle, symmetric parts included [J].
struct EnergyBalance {
  double work = 0.0;      ///< of the needle
  double stored = 0.0;    ///< in the solid, contact and undamaged crack, over the state at rest
  double fracture = 0.0;  ///< dissipated in the crack
  double friction = 0.0;
  double released = 0.0;  ///< let go in snaps, by descent at a needle held still
  /// What is left over, relative to the work.
  double error() const {
    return work > 0.0 ? (work - stored - fracture - friction - released) / work : 0.0;
  }
};

/// A block of skin whose plane y = 0 can open, and a rigid needle that moves in that plane. The
/// state is a minimum of one incremental potential: bulk, contact, cohesive crack, lagged friction.
/// See README.md, "Piercing".
class PiercedBlock {
 public:
  struct CrackNode {
    int node;               ///< free node
    Eigen::Vector3d at;     ///< reference position [m]
    double crack_area = 0;  ///< of the plane that can open [m^2]
    double skin_area = 0;   ///< of the skin surface, and of the crack's low side [m^2]
    int facing = -1;        ///< node on the crack's low side; -1 where symmetry puts one
    CohesiveLaw law;
    double largest = 0;   ///< opening so far, or length of the faces' displacement jump [m]
    double pressure = 0;  ///< contact pressure at the last step [Pa]
    Eigen::Vector3d held_slip =
        Eigen::Vector3d::Zero();  ///< slip that friction still held elastically at the last step,
                                  ///< in the needle's frame [m]
    Eigen::Vector3d normal = Eigen::Vector3d::Zero();  ///< of the needle there
  };

  using Part = insertion::Part;

  /// The mesh lies at y >= 0; the whole is made of it and its image. `opens` tells where on the
  /// plane y = 0 a crack may run. Boundaries: 0 is symmetry in a quarter, 1, 2 (where closed), 3
  /// held normally, 4 held, 5 the skin surface.
  PiercedBlock(BoxMesh, std::vector<SolidMaterial>, const RigidShape&, Part,
               const std::function<bool(const Eigen::Vector3d&)>& opens, const PiercingSettings&,
               const Team& = Team());
  PiercedBlock(const PiercedBlock&) = delete;
  PiercedBlock& operator=(const PiercedBlock&) = delete;

  struct Step {
    bool converged = false;
    bool stopped = false;   ///< by the settings' stop
    bool outgrown = false;  ///< left at a state on the way, which the mesh does not suit
    bool snapped = false;   ///< the tangent was indefinite, and energy let go that the work on the
                            ///< way does not account for
    int iterations = 0;     ///< factorisations with their line searches
    double energy_before = 0,
           energy_after = 0;  ///< potential at the start and the end of the descent [J]
    int factorisations = 0;
    double largest_rise = 0;  ///< of the potential in any iteration; 0 for a descent [J]
    double smallest = 1;      ///< volume ratio at a point
    double residual = 0;      ///< over the needle's force
    double released = 0;      ///< let go in a snap [J]
  };

  /// Moves the needle and finds the next state. When the descent does not converge the state is the
  /// one before. With relaxation the move takes `duration` [s]; infinite is the slow response.
  Step move_to(const Pose&, double duration = std::numeric_limits<double>::infinity());

  /// Moves the needle, turned as it is, along a direction of length 1 until it presses that way
  /// with `force` [N]: its travel is one more unknown of the same descent, which begins at `guess`.
  /// Does not converge when the needle would go further than `reach` [m].
  Step press_to(double force, const Eigen::Vector3d& along, const Pose& guess, double reach,
                double duration = std::numeric_limits<double>::infinity());

  Eigen::Vector3d force() const { return force_; }  ///< of the needle on the skin, whole needle [N]
  const EnergyBalance& energy() const { return balance_; }
  const std::vector<CrackNode>& surface() const { return surface_; }
  const BoxMesh& mesh() const { return mesh_; }
  int unknowns() const { return static_cast<int>(u_.size()); }
  int lanes() const { return cells_.lanes(); }
  Eigen::Vector3d displacement(int node) const;  ///< any node, hanging ones too [m]
  double largest_overlap() const;                ///< of the needle and the skin [m]
  const Pose& pose() const { return pose_; }
  Part part() const { return part_; }
  double opening(const CrackNode& s) const { return jump(u_, s)[1]; }  ///< of the faces there [m]
  int contacts() const;  ///< nodes that the needle touches
  double bytes() const;  ///< of the matrix and what solves with it, on all processes
  const TangentSolver& solver() const { return *solver_; }
  int number(int node) const { return free_[node]; }  ///< of a free node among the free ones

  // For tests: the potential of the next step at a displacement, with gradient and tangent, in
  // which the needle's curvature sees pressures up to `curvature` [Pa].
  double potential(const Eigen::VectorXd& u, Eigen::VectorXd* gradient = nullptr,
                   bool matrix = false, double curvature = std::numeric_limits<double>::infinity());
  Eigen::VectorXd tangent_times(const Eigen::VectorXd&) const;
  Eigen::VectorXd& state() { return u_; }
  const std::vector<char>& held() const { return held_; }
  void set_pose(const Pose& p) { pose_ = p; }

  // Checkpoint: everything that the next step depends on.
  struct Saved {
    Eigen::VectorXd u, last_u;
    Pose pose, last_pose;
    std::vector<double> largest, pressure;
    std::vector<Eigen::Vector3d> normal, held_slip;
    Eigen::Vector3d force, force_slope;
    double moment, moment_slope, peak_force, penalty;
    EnergyBalance balance;
    Eigen::VectorXd change;
    double last_travel;
    std::vector<double> history;
  };
  Saved save() const;
  void restore(const Saved&);
  bool fits(const Saved&) const;  ///< it was saved from a block of this mesh

  /// Takes over the state of a block of the same skin and needle on another mesh. Displacements,
  /// damage and friction are interpolated, history stresses are those of the nearest point. False
  /// when a cell would be folded: then this block is of no use.
  bool take_over(const PiercedBlock& from);
  /// Cells of another mesh, before it is made part of a block, that this state would fold.
  std::vector<int> folded(const BoxMesh&) const;
  /// Comes to rest at the same pose once a state of rest has been taken over; the prediction of the
  /// next step is kept. Energy that the other mesh puts in or takes out is left to the balance as
  /// its error.
  Step settle(double duration);

 private:
  /// A dead load on the needle: the potential falls by it times the needle's travel since the last
  /// step.
  struct Load {
    double force = 0.0;                               ///< one part of the symmetry [N]
    double reach = 0.0;                               ///< furthest that the needle may go [m]
    Eigen::Vector3d along = Eigen::Vector3d::Zero();  ///< of length 1
    // Of the last potential with a matrix: its slope in the travel [N], and the tangent's further
    // column and corner [N/m].
    double slope = 0.0, corner = 0.0;
    Eigen::VectorXd column;
  };
  /// Of a node: the crack's part by the displacement jump where it faces another, else by the
  /// node's own displacement; the needle's by the latter.
  struct SurfaceTerm {
    double energy = 0.0;
    Eigen::Vector3d crack = Eigen::Vector3d::Zero(), needle = Eigen::Vector3d::Zero();
    Eigen::Matrix3d crack_slope = Eigen::Matrix3d::Zero(), needle_slope = Eigen::Matrix3d::Zero();
    void make_convex();  ///< bounded from above, each by itself
  };
  SurfaceTerm surface_term(const CrackNode&, const Eigen::Vector3d& moved,
                           const Eigen::Vector3d& jump, double curvature) const;
  template <class Visit>
  void at_place(const Eigen::Vector3d& x, const Eigen::Vector3d& inside, Visit) const;
  Step descend(const Pose&, double duration);
  void commit(Step&, double path);
  double surface_terms(const Eigen::VectorXd& u, Eigen::VectorXd* gradient, bool matrix,
                       double curvature, bool convex = false);
  void convex_tangent(bool bulk);
  double contact_force() const;
  double noise(double energy) const;  ///< of the potential's arithmetic [J]
  /// What one iteration tells the next.
  struct Descent {
    double shift = 0.0;       ///< share of the bulk's stiffness in the tangent's diagonal
    double needed = 0.0;      ///< the last one that made it definite
    int convex = 0;           ///< 1: crack and contact enter by their bounds, 2: cells too
    bool indefinite = false;  ///< the tangent was, beyond the first iteration
    double foreseen =
        0.0;  ///< change of the potential by the whole step, where the surface was solved for [J]
    double travel = 0.0;  ///< of the needle under a load, in this iteration [m]
  };
  void keep_contact(Eigen::VectorXd& u) const;
  bool solve(Descent&, Step&, const Eigen::VectorXd& right_hand_side, Eigen::VectorXd& x);
  bool follow_load(Descent&, Eigen::VectorXd& x) const;
  class SurfaceModel;
  void resolve_surface(Descent&, const Eigen::VectorXd& gradient, double curvature,
                       Eigen::VectorXd& direction) const;
  bool search(Descent&, Step&, const Eigen::VectorXd& direction, double energy, double slope);
  Eigen::Vector3d at(const Eigen::VectorXd& u, int node) const {
    return u.segment<3>(3 * free_[node]);
  }
  Eigen::Vector3d held_slip(const CrackNode&) const;
  Eigen::Vector3d slip(const Eigen::Vector3d& moved, const CrackNode&) const;
  Eigen::Vector3d jump(const Eigen::VectorXd& u, const CrackNode&) const;
  double copies() const { return part_ == Part::quarter ? 4.0 : part_ == Part::half ? 2.0 : 1.0; }
  double crack_share() const {
    return part_ == Part::whole ? 1.0 : 0.5;
  }  ///< of its energy that belongs to this part
  struct Wrench {
    Eigen::Vector3d force = Eigen::Vector3d::Zero();
    double moment = 0.0;  ///< about y through the tip [N m]
  };
  Wrench needle_wrench(const Eigen::VectorXd& u) const;

  BoxMesh mesh_;
  std::vector<SolidMaterial> materials_;
  const RigidShape& shape_;
  PiercingSettings settings_;
  Part part_;
  std::vector<int> free_;  ///< number of a free node, -1 for a hanging one
  Team team_;
  SolidCells cells_;
  std::vector<char> held_;
  std::vector<CrackNode> surface_;
  // Matrix positions of the block columns of each surface node and of its pair with the one it
  // faces, in the first process.
  std::vector<std::array<int, 3>> diagonal_, facing_diagonal_, facing_pair_;
  std::unique_ptr<SparseCholesky> matrix_;  ///< this process's part
  std::unique_ptr<TangentSolver> solver_;
  Eigen::VectorXd stiffness_scale_;     ///< diagonal of the bulk at rest
  std::vector<int> diagonal_position_;  ///< in the first process
  Eigen::VectorXd u_, last_u_;
  Pose pose_, last_pose_;
  std::optional<Load> load_;  ///< while the needle's travel is an unknown
  Eigen::VectorXd change_;    ///< of the last step; empty after a snap
  double last_travel_ = 0.0;  ///< of the tip in it [m]
  double peak_force_ =
      0.0;  ///< largest contact force of an iteration so far, one part of the symmetry [N]
  double at_rest_ = 0.0;
  Eigen::Vector3d force_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d force_slope_ = Eigen::Vector3d::Zero();  ///< along the last step [N/m]
  double moment_ = 0.0, moment_slope_ = 0.0;  ///< about the tip [N m], along the last step [N m/m]
  EnergyBalance balance_;
};

}  // namespace percuta::fem
