#include "percuta/core/progress.h"

#include "percuta/core/errors.h"

namespace percuta::core {
namespace {
class Silent : public Observer {
 public:
  void progress(std::string_view, double) override {}
};
}  // namespace

Observer& silent() {
  static Silent instance;
  return instance;
}

void report(Observer& observer, std::string_view stage, double fraction) {
  observer.progress(stage, fraction);
  if (observer.stop_requested()) throw Interrupted();
}

}  // namespace percuta::core
