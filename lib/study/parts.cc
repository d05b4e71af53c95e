#include "percuta/study/parts.h"

#include <utility>

#include <fmt/format.h>

#include "checks.h"
#include "loader.h"
#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/device/record.h"
#include "percuta/skin/record.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"
#include "stack.h"

namespace percuta::study {
namespace {

Loader loader_of(const Overrides& overrides) {
  Loader loader;
  for (const auto& [key, value] : overrides)
    override_with(loader.written, key, value, loader.errors);
  return loader;
}

/// A part whose keys are all read by `read` and checked together by `check`; of a kind that has a
/// catalogue, where `kind` says which.
template <class T, class Read, class Check>
Part<T> part_of(const Overrides& overrides, const std::string& kind, const Read& read,
                const Check& check) {
  Loader loader = loader_of(overrides);
  Part<T> out{};
  std::string name;
  const bool known = kind.empty() || loader.resolve(kind, kind + "s", name);
  loader.resolved.overlay(loader.written);
  config::Reader reader(loader.resolved, loader.errors);
  if (!kind.empty()) reader.know(kind + ".base");
  if (!name.empty()) reader.record(base_of(kind, loader.written, name));
  if (known) {
    read(out.value, loader.resolved, reader);
    check_sources(loader.resolved, reader);
    reader.reject_unknown();
  }
  if (loader.errors.empty()) check(out.value, reader);
  if (!loader.errors.empty()) throw core::InputError(loader.errors);
  out.inputs = reader.used();
  return out;
}

}  // namespace

Part<skin::Skin> skin_part(const Overrides& overrides) {
  const auto read = [](skin::Skin& skin, const config::Tree& resolved, config::Reader& reader) {
    read_skin(skin, resolved, reader);
  };
  auto out = part_of<skin::Skin>(overrides, "skin", read, check_skin);
  for (auto& used : out.inputs)
    if (used.path == "skin.order") used.value = order_of(out.value);
  return out;
}

Part<skin::Layer> layer_part(const std::string& name, const Overrides& overrides) {
  if (!skin::layer_name_allowed(name))
    throw core::InputError(
        {{"layer", 0, 0, 1, fmt::format("\"{}\" is no name of a layer", core::printable(name, 60)),
          "", "small letters, digits and _, as in \"tape_1\"", "skin.layers"}});
  const auto read = [&](skin::Layer& layer, const config::Tree&, config::Reader& reader) {
    layer = read_layer(name, reader);
  };
  return part_of<skin::Layer>(overrides, "", read, check_layer);
}

Part<device::Needle> needle_part(const Overrides& overrides) {
  const auto read = [](device::Needle& needle, const config::Tree&, config::Reader& reader) {
    device::needle_record().read(needle, reader, "device.needle");
  };
  return part_of<device::Needle>(overrides, "", read, check_needle);
}

Part<device::Device> device_part(const Overrides& overrides) {
  const auto read = [](device::Device& d, const config::Tree&, config::Reader& reader) {
    device::device_record().read(d, reader, "device");
    device::needle_record().read(d.needle, reader, "device.needle");
  };
  return part_of<device::Device>(overrides, "device", read,
                                 [](const device::Device& d, config::Reader& reader) {
                                   check_needle(d.needle, reader);
                                   check_head(d, reader);
                                 });
}

insertion::EnergyLevel energy_level(const skin::Skin& skin, const device::Needle& needle,
                                    double cell_radius, core::Observer& observer) {
  if (cell_radius > 0.0)
    return {skin, needle, cell_response(skin, needle, cell_radius, observer)->free, crack_table()};
  const double most = largest_force(skin, needle);
  return {skin, needle, *indentation(skin, needle, thickness(skin), most, observer), crack_table()};
}

}  // namespace percuta::study
