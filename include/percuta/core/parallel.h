#pragma once

#include <cstddef>
#include <functional>

namespace percuta::core {

/// Calls work(k, here) for k from 0 to count - 1, several at once on up to `threads`; `here` on the
/// calling thread, which alone may report. After an error nothing new begins, and the error of the
/// smallest k is thrown when all have ended.
void in_parallel(std::size_t count, int threads,
                 const std::function<void(std::size_t k, bool here)>& work);

}  // namespace percuta::core
