#pragma once

namespace percuta::skin {

/// What a test on several skins took of the finite elements.
struct TestCost {
  long unknowns = 0, steps = 0, iterations = 0;
};

}  // namespace percuta::skin
