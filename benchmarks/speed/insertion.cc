// Energy-level insertions once the tables of a skin exist. The figure to watch is items_per_second
// against the indentation look-up in the same run: these machines are noisy.

#include <benchmark/benchmark.h>

#include "percuta/insertion/cell_level.h"
#include "percuta/study/case.h"
#include "percuta/study/responses.h"
#include "percuta/study/run.h"

namespace {

using namespace percuta;

const study::Case& example() {
  static const auto c =
      study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "benchmark");
  return c;
}

const insertion::IndentationCurve& curve() {
  static const auto c = *study::indentation(
      example().skin, example().device.needle, example().device.needle.length,
      study::largest_force(example().skin, example().device.needle), core::silent());
  return c;
}

// One needle: gate, pierced depth and force at full travel, from the skin's tables.
void insertion_to_full_travel(benchmark::State& state) {
  curve();
  device::Needle needle = example().device.needle;
  for (auto _ : state) {
    needle.half_angle *= 1.0 + 1e-12;  // another needle each time
    const insertion::EnergyLevel level(example().skin, needle, curve(), study::crack_table());
    benchmark::DoNotOptimize(level.puncture_displacement(needle.length));
    benchmark::DoNotOptimize(level.balanced_depth(needle.length));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(insertion_to_full_travel);

// One needle of the scatter in its device cell: whether it pierces, and how deep.
void insertion_in_its_cell(benchmark::State& state) {
  const auto& c = example();
  static const auto response =
      *study::cell_response(c.skin, c.device.needle, device::cell_radius(c.device));
  static const insertion::CellLevel level(c.skin, c.device.needle, response, study::crack_table());
  insertion::Variation v;
  v.tip_radius = c.device.needle.tip_radius;
  for (auto _ : state) {
    v.stiffness *= 1.0 + 1e-12;  // another needle each time
    benchmark::DoNotOptimize(level.at_load(0.16, v).pierced_depth);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(insertion_in_its_cell);

void indentation_look_up(benchmark::State& state) {
  double d = 0.5e-3;
  for (auto _ : state) benchmark::DoNotOptimize(insertion::force_at(curve(), d += 1e-12));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(indentation_look_up);

}  // namespace
