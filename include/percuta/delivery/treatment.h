#pragma once

#include <string>
#include <vector>

#include "percuta/delivery/delivery.h"
#include "percuta/delivery/solute.h"
#include "percuta/skin/skin.h"

namespace percuta::delivery {

/// The living, or excised skin over a receptor.
enum class Setting { in_vivo, in_vitro };

/// What is laid on the needled skin, when, and what is asked. Times are counted from the needling.
struct Options {
  std::string level;  ///< a name of models()
  Setting setting = Setting::in_vivo;
  double skin_thickness = 0.0;  ///< of excised skin [m]
  Donor donor = Donor::finite;
  double dose = 0.0;                 ///< volume of an application per area; 0 = not given [m^3/m^2]
  double concentration = 0.0;        ///< 0 = not given [kg/m^3]
  bool suspension = false;           ///< undissolved solute may lie in the vehicle
  double vehicle_diffusivity = 0.0;  ///< of the solute in it; 0 = stirred [m^2/s]
  double evaporation = 0.0;          ///< [m/s]
  double residue = 0.0;              ///< share of the vehicle that never dries [-]
  double start = 0.0;                ///< first application [s]
  std::vector<double> repeats;       ///< further ones, 0 = none [s]
  double wash_off = 0.0;             ///< 0 = never [s]
  bool cover = false;                ///< from the first application until the vehicle comes off
  double duration = 0.0;             ///< followed [s]
  std::vector<double> report_times;  ///< [s]
  double area = 0.0;                 ///< treated; 0 = that of the patch of channels [m^2]
  double threshold = 0.0;            ///< concentration whose time is asked; 0 = none [kg/m^3]
  double threshold_depth = 0.0;      ///< where [m]
  double channel_conductance = 0.0;  ///< over that of channels full of still water [-]
  double reticular_supply = 0.0;     ///< vessels of the deeper dermis over the papillary [-]
  int classes = 0;                   ///< of depth
  int cells = 0;
  double relative_tolerance = 0.0;  ///< [-]
};

/// The problem of a case. In vivo the layers end above
/// the hypodermis, which carries away what reaches it; in vitro they end at the thickness of the
/// excised skin, over a receptor, nothing is cleared and channels stay open.
Problem problem_of(const skin::Skin&, const Solute&, const Options&, std::vector<Channels>);

/// What a layer of the problem is, top to bottom.
std::vector<skin::Role> roles_of(const skin::Skin&, const Options&);

/// Everything that one treatment gave.
struct Delivered {
  Solute solute;
  Options options;
  Problem problem;
  std::vector<skin::Role> roles;  ///< of the problem's layers
  Course needled;
  Course unbroken;       ///< the same dose on skin without channels
  Course shallow, deep;  ///< all channels as deep as the shallowest and the deepest twentieth;
                         ///< without times where nothing is pierced
  double area = 0.0;     ///< treated [m^2]
};

/// What has come past the horny layer: lies below it, was cleared or went through [kg/m^2].
std::vector<double> delivered(const Delivered&, const Course&);

/// Thickness of the horny layers of a problem [m].
double horny_thickness(const Problem&);

/// In layers of a role [kg/m^2].
std::vector<double> in_layers(const Delivered&, const Course&, skin::Role);

/// Solves the treatment: needled, unbroken, and with the channels of two more depths, which may be
/// none. A level may ask for the delivery of percuta_fem. Throws core::SolveError.
Delivered deliver(const skin::Skin&, const Solute&, const Options&,
                  const std::vector<Channels>& channels, const std::vector<Channels>& shallow,
                  const std::vector<Channels>& deep, core::Observer& = core::silent(),
                  const std::function<const DeliveryModel&()>& finite_elements = {});

}  // namespace percuta::delivery
