#pragma once

#include <string>

#include "percuta/core/errors.h"

namespace percuta::test {

/// What an InputError says that is thrown by a call; "" where none is.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const core::InputError& e) {
    return e.what();
  }
  return "";
}

}  // namespace percuta::test
