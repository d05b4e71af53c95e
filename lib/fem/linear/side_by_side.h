#pragma once

#include <thread>
#include <vector>

namespace percuta::fem {

/// Calls part(0) to part(hands - 1) side by side, the first on the calling thread, and returns when
/// all have.
template <class Part>
void side_by_side(int hands, const Part& part) {
  std::vector<std::jthread> others;
  for (int hand = 1; hand < hands; ++hand) others.emplace_back([&part, hand] { part(hand); });
  part(0);
}

}  // namespace percuta::fem
