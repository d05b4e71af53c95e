// An outside project: no deal.II in sight, an answer in a few lines, and an insertion model of its
// own from end to end.
#include <cstdio>

#include <percuta/insertion/model.h>
#include <percuta/rolling/rolling.h>
#include <percuta/study/case.h>
#include <percuta/study/run.h>

namespace {

using namespace percuta;

/// Needles as deep as their load, one millimetre a newton.
class Linear : public insertion::PreparedNeedle {
 public:
  insertion::CellDepth at_load(double load, const insertion::Variation&) const override {
    return {load * 1e-3, load * 1e-3, 0.0, load, 0.0, false};
  }
  insertion::CellDepth at_displacement(double d, const insertion::Variation&) const override {
    return {d, d, 0.0, d * 1e3, 0.0, false};
  }
  channel::InsertionCurve curve(double up_to, int, const insertion::Variation&) const override {
    channel::InsertionCurve c;
    c.displacement = c.pierced_depth = {0.0, up_to * 1e-3};
    c.force = {0.0, up_to};
    c.deflection = {0.0, 0.0};
    c.punctured = true;
    return c;
  }
  double puncture_force(const insertion::Variation&) const override { return 0.0; }
  double slit_half_length(double depth) const override { return 0.1 * depth; }
};

class LinearModel : public insertion::InsertionModel {
 public:
  std::unique_ptr<const insertion::PreparedNeedle> prepare(const insertion::Setting&,
                                                           const insertion::Ingredients&,
                                                           core::Observer&) const override {
    return std::make_unique<Linear>();
  }
};

}  // namespace

int main() {
  insertion::models().add(
      {"insertion", "linear", "depth in proportion to load", "a consumer's test", {}, {}},
      [] { return std::make_unique<LinearModel>(); });
  const auto c = study::parse_case(
      "skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\ninsertion.level = \"linear\"\n", "consumer");
  const double n = rolling::density_formula(c.device, c.protocol, 1, study::rolling_radius(c));
  const auto r = study::run(c);
  const double depth = r.on_skin.needle.pierced_depth, expected = r.on_skin.cell_load * 1e-3;
  std::printf("%.1f channels/cm2 a pass, %.3f mm deep by %s, collagen %+.1f %%\n", n * 1e-4,
              depth * 1e3, r.level.c_str(), 100.0 * (r.healing.collagen.back() - 1.0));
  const bool deep = depth > 0.999 * expected && depth < 1.001 * expected;
  return n > 15e4 && n < 16e4 && deep && r.healing.collagen.back() > 1.0 ? 0 : 1;
}
