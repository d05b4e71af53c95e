#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace percuta::healing {

/// A figure, and the 95 % interval that resampling the base points gives it.
struct Estimate {
  double value = 0.0, low = 0.0, high = 0.0;  ///< [-]
};

/// How much of the variance of an outcome an input takes: alone, V(E(y|x_i))/V(y), and with all in
/// which it has a part, E(V(y|all others))/V(y). Shares that are small may come out below 0, as far
/// as their interval says.
struct SobolIndices {
  Estimate first, total;
};

/// What an outcome's variance is made of.
struct Variance {
  std::vector<SobolIndices> of;        ///< each input
  double mean = 0.0, deviation = 0.0;  ///< of the outcome, in its own unit [-]
  int used = 0, left_out = 0;          ///< base points; the latter miss the outcome of a run [-]
};

/// Inputs of the runs that indices are made of, each 0 to 1: for every base point, of a Sobol
/// sequence with two columns for each input, the runs A, B and, an input after the other, A with
/// that of B. In all (inputs + 2) base_points [saltelli2010].
std::vector<std::vector<double>> saltelli_design(std::size_t inputs, std::size_t base_points,
                                                 std::uint64_t seed);

/// Indices of the outcomes of those runs: first order by Saltelli's estimator, total by Jansen's,
/// intervals by 1000 resamplings of the base points [saltelli2010, jansen1999]. An outcome that is
/// no number leaves its base point out. Throws std::invalid_argument for fewer than two base points
/// that are left and for outcomes that do not differ.
Variance sobol_indices(std::span<const double> outcomes, std::size_t inputs, std::uint64_t seed);

/// The same of a function.
Variance sobol_indices(const std::function<double(std::span<const double>)>&, std::size_t inputs,
                       std::size_t base_points, std::uint64_t seed);

}  // namespace percuta::healing
