#pragma once

#include <string_view>

namespace percuta::core {

/// Listens to a long computation. The library reports through it and never prints.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A stage ("skin mechanics", "healing") is this far, 0 to 1.
  virtual void progress(std::string_view stage, double fraction) = 0;
  /// One line for a log.
  virtual void note(std::string_view) {}
  /// True when the user wants to stop; the library then throws Interrupted.
  virtual bool stop_requested() { return false; }
};

/// An observer that hears nothing.
Observer& silent();

/// Reports and throws Interrupted when a stop was asked for.
void report(Observer&, std::string_view stage, double fraction);

}  // namespace percuta::core
