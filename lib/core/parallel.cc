#include "percuta/core/parallel.h"

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace percuta::core {

void in_parallel(std::size_t count, int threads,
                 const std::function<void(std::size_t k, bool here)>& work) {
  std::vector<std::exception_ptr> errors(count);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  const auto some = [&](bool here) {
    for (std::size_t k = next++; k < count && !stop; k = next++) try {
        work(k, here);
      } catch (...) {
        errors[k] = std::current_exception();
        stop = true;
      }
  };
  std::vector<std::thread> others;
  for (int k = 1; k < threads && static_cast<std::size_t>(k) < count; ++k)
    others.emplace_back(some, false);
  some(true);
  for (auto& other : others) other.join();
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace percuta::core
