#include "percuta/channel/channel.h"

#include <algorithm>

namespace percuta::channel {

InsertionState at(const InsertionCurve& c, double d) {
  const auto& x = c.displacement;
  const auto upper = std::upper_bound(x.begin(), x.end(), d);
  if (upper == x.begin()) return {c.force.front(), c.pierced_depth.front(), c.deflection.front()};
  if (upper == x.end()) return {c.force.back(), c.pierced_depth.back(), c.deflection.back()};
  const auto i = static_cast<std::size_t>(upper - x.begin()) - 1;
  const double t = (d - x[i]) / (x[i + 1] - x[i]);
  const auto mix = [&](const std::vector<double>& v) { return (1.0 - t) * v[i] + t * v[i + 1]; };
  return {mix(c.force), mix(c.pierced_depth), mix(c.deflection)};
}

Channels channels_of(const ChannelField& f, int session) {
  Channels out;
  for (std::size_t k = 0; k < f.positions.size(); ++k) {
    if (f.session[k] != session || !f.is_channel(k)) continue;
    out.positions.push_back(f.positions[k]);
    out.holes.push_back(f.hole[k]);
    out.pass.push_back(f.pass[k]);
  }
  return out;
}

std::string name(Bleeding b) {
  switch (b) {
    case Bleeding::none:
      return "none";
    case Bleeding::first_loops:
      return "first loops";
    case Bleeding::capillary:
      return "capillary";
    case Bleeding::heavy:
      return "heavy";
  }
  return "none";
}

}  // namespace percuta::channel
