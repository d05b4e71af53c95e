#include "percuta/delivery/treatment.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "percuta/delivery/model.h"

namespace percuta::delivery {
namespace {

using skin::Role;

/// Layers that the solute passes, the lowest cut where excised skin ends.
std::vector<skin::Layer> passed(const skin::Skin& skin, const Options& o) {
  std::vector<skin::Layer> out;
  double left = o.setting == Setting::in_vitro ? o.skin_thickness : kUnlimited;
  for (auto layer : skin.layers) {
    if (o.setting == Setting::in_vivo && layer.role == Role::hypodermis) break;
    layer.thickness = std::min(layer.thickness, left);
    left -= layer.thickness;
    if (layer.thickness > 1e-9) out.push_back(layer);
  }
  return out;
}

double horny(const std::vector<skin::Layer>& layers) {
  double sum = 0.0;
  for (const auto& l : layers) sum += l.role == Role::stratum_corneum ? l.thickness : 0.0;
  return sum;
}

Layer layer_of(const skin::Layer& l, const Solute& s, double horny_thickness, double supply,
               bool living) {
  Layer out;
  out.name = l.name;
  out.thickness = l.thickness;
  if (l.role == Role::stratum_corneum) {
    out.barrier = true;
    out.diffusivity = s.stratum_corneum_diffusivity;
    out.partition = s.stratum_corneum_permeability * horny_thickness / out.diffusivity;
    return out;
  }
  out.diffusivity = l.role == Role::epidermis ? s.epidermis_diffusivity : s.dermis_diffusivity;
  out.partition = s.partition;
  out.bound = s.bound;
  if (living && l.role == Role::dermis)
    out.clearance = supply * s.capillary_clearance + s.lymph_clearance;
  return out;
}

Vehicle vehicle_of(const Solute& s, const Options& o) {
  Vehicle v;
  v.donor = o.donor;
  v.volume = o.dose;
  v.concentration = o.concentration;
  v.solubility = s.solubility > 0.0 ? s.solubility : kUnlimited;
  v.diffusivity = o.vehicle_diffusivity;
  v.residue = o.residue;
  v.evaporation = o.donor == Donor::film ? o.evaporation : 0.0;
  v.times = {o.start};
  std::copy_if(o.repeats.begin(), o.repeats.end(), std::back_inserter(v.times),
               [](double t) { return t > 0.0; });
  std::sort(v.times.begin(), v.times.end());
  if (o.wash_off > 0.0) v.wash_off = o.wash_off;
  return v;
}

}  // namespace

std::vector<Role> roles_of(const skin::Skin& skin, const Options& o) {
  std::vector<Role> out;
  for (const auto& l : passed(skin, o)) out.push_back(l.role);
  return out;
}

Problem problem_of(const skin::Skin& skin, const Solute& s, const Options& o,
                   std::vector<Channels> channels) {
  Problem p;
  const auto layers = passed(skin, o);
  const double thickness = horny(layers);
  const bool living = o.setting == Setting::in_vivo;
  double supply = 1.0;
  for (const auto& l : layers) {
    p.layers.push_back(layer_of(l, s, thickness, supply, living));
    if (l.role == Role::dermis) supply = o.reticular_supply;
  }
  p.channels = std::move(channels);
  if (!living)
    for (auto& c : p.channels) c.half_life = c.half_life_covered = kUnlimited;
  p.vehicle = vehicle_of(s, o);
  if (o.cover) p.cover = {o.start, o.wash_off > 0.0 ? o.wash_off : kNever};
  p.channel_diffusivity = s.free_diffusivity;
  p.channel_conductance = o.channel_conductance;
  p.duration = o.duration;
  for (const double t : o.report_times)
    if (t <= o.duration) p.report_times.push_back(t);
  std::sort(p.report_times.begin(), p.report_times.end());
  p.watched_depth = o.threshold_depth;
  return p;
}

double horny_thickness(const Problem& p) {
  double sum = 0.0;
  for (const auto& l : p.layers) sum += l.barrier ? l.thickness : 0.0;
  return sum;
}

std::vector<double> in_layers(const Delivered& d, const Course& c, Role role) {
  std::vector<double> out(c.time.size(), 0.0);
  for (std::size_t l = 0; l < d.roles.size(); ++l)
    if (d.roles[l] == role)
      for (std::size_t k = 0; k < out.size(); ++k) out[k] += c.in_layers[l][k];
  return out;
}

std::vector<double> delivered(const Delivered& d, const Course& c) {
  auto out = in_skin(c);
  const auto held = in_layers(d, c, Role::stratum_corneum);
  for (std::size_t k = 0; k < out.size(); ++k) out[k] += c.cleared[k] + c.through[k] - held[k];
  return out;
}

Delivered deliver(const skin::Skin& skin, const Solute& solute, const Options& o,
                  const std::vector<Channels>& channels, const std::vector<Channels>& shallow,
                  const std::vector<Channels>& deep, core::Observer& observer,
                  const std::function<const DeliveryModel&()>& finite_elements) {
  Delivered d;
  d.solute = solute;
  d.options = o;
  d.roles = roles_of(skin, o);
  d.problem = problem_of(skin, solute, o, channels);
  Settings settings;
  settings.cells = o.cells;
  settings.relative_tolerance = o.relative_tolerance;
  settings.finite_elements = finite_elements;
  const auto model = models().make(o.level);
  const auto with = [&](const std::vector<Channels>& those) {
    return model->deliver(problem_of(skin, solute, o, those), settings, observer);
  };
  d.needled = with(channels);
  d.unbroken = channels.empty() ? d.needled : with({});
  if (!shallow.empty()) d.shallow = with(shallow);
  if (!deep.empty()) d.deep = with(deep);
  return d;
}

}  // namespace percuta::delivery
