#include "transport/by_depth.h"

#include <algorithm>
#include <cmath>

namespace percuta::fem {

using healing::Mean;

void add(Mean& to, const Mean& from, double share) {
  for (std::size_t f = 0; f < to.fields.size(); ++f) to.fields[f] += share * from.fields[f];
  to.strength += share * from.strength;
}

std::vector<char> profile_asked(const std::vector<double>& times, const healing::Settings& s,
                                double duration) {
  std::vector<double> asked = s.profile_times;
  asked.push_back(duration);
  std::vector<char> out;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const bool wanted = std::any_of(asked.begin(), asked.end(),
                                    [&](double a) { return std::abs(a - times[i]) < kInstant; });
    out.push_back(wanted && (i == 0 || times[i] - times[i - 1] > kInstant));
  }
  return out;
}

namespace {

/// Mean over the skin between two depths [m].
Mean between(const std::vector<double>& faces, const std::vector<Mean>& levels, double top,
             double bottom) {
  Mean out;
  for (std::size_t k = 0; k + 1 < faces.size(); ++k) {
    const double both = std::min(bottom, faces[k + 1]) - std::max(top, faces[k]);
    if (both > 0.0) add(out, levels[k], both / (bottom - top));
  }
  return out;
}

/// Depth below the junction over which the course itself is an average [m].
double needled(const healing::Parameters& p, const healing::Wound& w) {
  if (w.channels.empty()) return w.dermis_thickness;
  const double depth = healing::needled_depth(w);
  return depth > 0.0 ? depth : std::min(p.damage_length, w.dermis_thickness);
}

}  // namespace

void average_by_depth(healing::Course& out, const healing::Parameters& p, const healing::Wound& w,
                      const std::vector<double>& faces,
                      const std::vector<std::vector<Mean>>& moments) {
  const double junction = w.epidermis_thickness;
  const double papillary = junction + w.papillary_thickness, bottom = junction + w.dermis_thickness;
  for (const auto& levels : moments) {
    const auto put = [&](healing::Averages& to, double from, double until) {
      if (until > from) healing::append(to, p, between(faces, levels, from, until));
    };
    put(out, junction, junction + needled(p, w));
    put(out.papillary, junction, papillary);
    put(out.reticular, papillary, bottom);
    put(out.dermis, junction, bottom);
  }
}

}  // namespace percuta::fem
