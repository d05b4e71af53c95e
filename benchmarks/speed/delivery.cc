// One run of the network level. The figure to watch is its time over that of the Crank membrane in
// the same run: these machines are noisy.

#include <benchmark/benchmark.h>

#include "percuta/core/quantity.h"
#include "percuta/delivery/delivery.h"

namespace {

using namespace percuta;
using namespace percuta::delivery;

/// A serum on a cheek with channels of four depths, a day.
Problem serum() {
  Problem p;
  p.layers = {
      {.name = "stratum corneum",
       .thickness = 15e-6,
       .diffusivity = 1e-14,
       .partition = 0.03,
       .barrier = true},
      {.name = "viable epidermis", .thickness = 64e-6, .diffusivity = 1.8e-10},
      {.name = "papillary dermis", .thickness = 150e-6, .diffusivity = 1.8e-10, .clearance = 3e-4},
      {.name = "reticular dermis", .thickness = 850e-6, .diffusivity = 1.8e-10, .clearance = 3e-4}};
  for (const double depth : {120e-6, 180e-6, 220e-6, 300e-6})
    p.channels.push_back({3e5, depth, 40e-6, 2e-6, 1800.0});
  p.channel_diffusivity = 9e-10;
  p.channel_conductance = 0.034;
  p.vehicle = {Donor::finite, 2e-4, 150.0, 330.0};
  p.vehicle.times = {300.0};
  p.duration = core::kDay;
  p.report_times = {1800.0, 7200.0, 21600.0, core::kDay};
  return p;
}

void network_of_a_serum(benchmark::State& state) {
  const auto p = serum();
  for (auto _ : state) benchmark::DoNotOptimize(network(p).entered.back());
}
BENCHMARK(network_of_a_serum)->Unit(benchmark::kMillisecond);

void network_of_a_membrane(benchmark::State& state) {
  Problem p;
  p.layers = {{.name = "membrane", .thickness = 100e-6, .diffusivity = 1.5e-10}};
  p.vehicle.donor = Donor::reservoir;
  p.vehicle.concentration = 1.0;
  p.duration = 100.0;
  for (auto _ : state) benchmark::DoNotOptimize(network(p).through.back());
}
BENCHMARK(network_of_a_membrane)->Unit(benchmark::kMillisecond);

}  // namespace
