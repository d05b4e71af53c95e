#include "percuta/insertion/model.h"

#include "models.h"

namespace percuta::insertion {

core::Registry<InsertionModel>& models() {
  static core::Registry<InsertionModel> all;
  static const bool filled = [] {
    add_energy_model(all);
    add_axisymmetric_model(all);
    add_solid_model(all);
    return true;
  }();
  (void)filled;
  return all;
}

std::vector<core::ModelCard> ingredient_cards() {
  return {{"table",
           "device cell",
           "finite elements: unpierced skin under a needle with its base among its neighbours; "
           "data/tables/cell-*.csv, else the user's cache",
           "loads up to 60 kPa on the cell, needles up to 3 mm",
           {"Frictionless, incompressible layers on a rigid support."},
           {}},
          {"table",
           "crack opening",
           "finite elements: a plane crack opened by a circle; data/tables/crack-opening.csv",
           "hardening exponents 2 to 14",
           {},
           {"shergold2005"}}};
}

}  // namespace percuta::insertion
