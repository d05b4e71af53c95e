#pragma once

#include "percuta/delivery/model.h"
#include "percuta/healing/model.h"
#include "percuta/insertion/device_cell.h"
#include "percuta/insertion/indentation.h"
#include "percuta/insertion/solid.h"
#include "percuta/insertion/verification.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/skin/furrow.h"
#include "percuta/skin/suction.h"

namespace percuta::fem {

/// Everything that percuta_fem solves. They live as long as the process.
struct Models {
  const insertion::IndentationModel* indentation;  ///< a lone needle on unpierced skin
  const insertion::CellModel* cell;                ///< a needle with its base among its neighbours
  const rolling::DrumModel* drum;                  ///< a cylinder on skin
  const insertion::CrackOpeningModel* crack_opening;  ///< a plane crack that a needle wedges open
  const insertion::SolidModel* solid;                 ///< a needle through skin
  const skin::SuctionModel* suction;                  ///< skin that a probe's vacuum lifts
  const skin::FurrowModel* furrow;                    ///< furrows of skin that is shortened
  const insertion::VerificationModel* verification;   ///< the solvers against exact answers
  const healing::HealingModel* healing;               ///< on axisymmetric cells
  const healing::HealingModel* healing_patch;         ///< of every channel of a patch
  const delivery::DeliveryModel* delivery;            ///< on axisymmetric cells
  const char* libraries;                              ///< "name version", a line each
};

}  // namespace percuta::fem

/// The one symbol by which percuta_fem is found when a case first needs it.
extern "C" const percuta::fem::Models* percuta_fem_models();
