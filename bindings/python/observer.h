#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pybind11/pybind11.h>

#include "percuta/core/errors.h"
#include "percuta/core/progress.h"

namespace percuta::python {

/// Hands progress to a Python callable and lets Ctrl-C through. The library must not run on with a
/// Python exception pending, and asks more than once: the first exception is held, every further
/// question is answered with "stop", and the call raises it when the library has come back.
class PythonObserver : public core::Observer {
 public:
  explicit PythonObserver(pybind11::object callback)
      : callback_(std::move(callback)), hears_(!callback_.is_none()) {}
  void progress(std::string_view stage, double fraction) override {
    if (!hears_ || held_) return;
    const pybind11::gil_scoped_acquire gil;
    try {
      callback_(std::string(stage), fraction);
    } catch (pybind11::error_already_set& e) {
      held_.emplace(std::move(e));
    }
  }
  bool stop_requested() override {
    if (held_) return true;
    const pybind11::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) held_.emplace();  // takes the pending exception along
    return held_.has_value();
  }
  /// Throws what is held, if anything. The interpreter lock must be held.
  void raise_held() {
    if (held_) throw pybind11::error_already_set(std::move(*held_));
  }

 private:
  pybind11::object callback_;
  bool hears_;
  std::optional<pybind11::error_already_set> held_;
};

/// What `work` gives for an observer of the callable, computed without the interpreter lock.
template <class Work>
auto listening(const pybind11::object& progress, const Work& work) {
  PythonObserver observer(progress);
  try {
    const pybind11::gil_scoped_release release;
    auto result = work(observer);
    if (!observer.stop_requested()) return result;
  } catch (...) {  // whatever the library says of being stopped, the reason counts
    observer.raise_held();
    throw;
  }
  observer.raise_held();
  throw core::Interrupted();
}

}  // namespace percuta::python
