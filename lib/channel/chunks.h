#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace percuta::channel {

/// Parts of a count that do not depend on the number of threads, so that neither do sums over them.
constexpr std::size_t kChunks = 64;

/// Calls work(chunk, begin, end) for each part of a count, on this thread and others.
template <class Work>
void in_chunks(std::size_t count, int threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto some = [&] {
    for (std::size_t c = next++; c < kChunks; c = next++)
      work(c, count * c / kChunks, count * (c + 1) / kChunks);
  };
  std::vector<std::thread> others;
  constexpr std::size_t kFew = 4096;  // done sooner than a thread begins
  for (int k = 1; count > kFew && k < threads; ++k) others.emplace_back(some);
  some();
  for (auto& other : others) other.join();
}

}  // namespace percuta::channel
