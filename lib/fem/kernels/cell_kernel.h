#pragma once

// Cell kernels for several cells at once, one translation unit per width. They take and give plain
// arrays, lane fastest, and include nothing whose code could be shared with units built for lesser
// processors.

namespace percuta::fem {

/// Trilinear box cells with the volume ratio averaged over the cell; `lanes` cells side by side.
struct CellBatchInput {
  const double* displacement;  ///< 24 (node, component) [m]
  const double* size;          ///< 3 [m]
  const double* pre_stretch;   ///< 3 [-]
  const double* mu;            ///< terms: Ogden [Pa]
  const double* alpha;         ///< terms [-]
  int terms;
  const double* bulk;  ///< 1 [Pa]
  /// Families of fibres (Gasser-Ogden-Holzapfel): per family k1 [Pa], k2, kappa and the direction's
  /// three components; 6 values each.
  const double* fibres;
  int families;
  /// 8 points x 6: second Piola-Kirchhoff history stress that viscoelasticity left behind, over the
  /// mesh configuration [Pa]; null without.
  const double* history;
  const double*
      elastic_share;       ///< 1: factor on the isochoric energy that goes with `history`; null = 1
  const double* pressure;  ///< 1: what the tangent takes for the derivative of the volumetric
                           ///< energy; null = that of the displacements [Pa]
};

struct CellBatchOutput {
  double* energy;     ///< 1 [J]
  double* force;      ///< 24 [N]
  double* stiffness;  ///< 300, lower triangle by rows [N/m]; null when not wanted
  double* smallest;   ///< 1: smallest volume ratio of a point; the rest is meaningless when it is
                      ///< not positive
  double* stress;     ///< 8 points x 6 isochoric second Piola-Kirchhoff stress of the elastic law;
                      ///< null when not wanted [Pa]
  double* volume;     ///< 1 + 24, with the stiffness: mean volume ratio and its derivative by the
                      ///< displacements; null when not wanted [-, 1/m]
};

struct ChosenKernel {
  void (*run)(const CellBatchInput&, const CellBatchOutput&);
  /// Takes the directions of negative curvature out of a stiffness as above, beyond `little` [N/m]
  /// for each cell, which its neighbours bear. Cells that it leaves as they are, for their
  /// eigenvectors could not be told, are marked in `left` by 1.
  void (*make_convex)(double* stiffness, const double* little, double* left);
  int lanes;
};

ChosenKernel cell_kernel_1();
ChosenKernel cell_kernel_4();  ///< null where the processor or the platform lacks AVX2
ChosenKernel cell_kernel_8();  ///< null without AVX-512

/// The widest kernel that this processor runs; PERCUTA_LANES=1, 4 or 8 asks for another.
ChosenKernel widest_cell_kernel();
/// The kernel with a number of lanes; run is null where it is not to be had.
ChosenKernel cell_kernel(int lanes);

}  // namespace percuta::fem
