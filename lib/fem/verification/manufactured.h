#pragma once

#include <vector>

namespace percuta::fem {

// A displacement is made up, the load that it takes follows from the law by quadrature, and the
// error of what the elements make of that load must fall with the size of the cells as theory says.

struct ManufacturedOrders {
  std::vector<double> orders;  ///< between each mesh and the next, coarse to fine
  long unknowns = 0, iterations = 0;
};

/// Boxes with mean dilatation, a corner of the cube finer than the rest: order of the
/// displacement's error in L2, theory 2.
ManufacturedOrders manufactured_boxes();

/// Q2 with discontinuous P1 pressure in plane strain: order of the error of the displacement's
/// gradient in L2, theory 2.
ManufacturedOrders manufactured_mixed();

}  // namespace percuta::fem
