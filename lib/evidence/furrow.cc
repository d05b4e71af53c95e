// What stiffer dermis does to a furrow, for data/evidence.

#include <array>
#include <vector>

#include <fmt/format.h>

#include "percuta/evidence/healing.h"
#include "percuta/healing/firmness.h"
#include "percuta/study/case.h"
#include "percuta/study/responses.h"

namespace percuta::evidence {
namespace {

constexpr double kStiffer = 1.5;

struct Stiffened {
  const char* part;
  double papillary, reticular;
};
constexpr std::array kStiffened{Stiffened{"papillary", kStiffer, 1.0},
                                Stiffened{"reticular", 1.0, kStiffer},
                                Stiffened{"both", kStiffer, kStiffer}};

/// Rows of one furrow.
std::string rows(const skin::Skin& skin, const skin::Furrow& furrow, core::Observer& observer) {
  std::vector<skin::Skin> skins{skin};
  for (const auto& s : kStiffened)
    skins.push_back(healing::as_healed(skin, s.papillary, s.reticular));
  skin::TestCost cost;
  const auto readings = study::folding_model().compress(skins, furrow, cost, observer);
  const auto& before = readings.front();
  std::string text;
  for (std::size_t k = 0; k < kStiffened.size(); ++k) {
    const auto& after = readings[k + 1];
    text += fmt::format(
        "{:g},{:g},{:g},{},{:.4g},{:.4g},{:.3g},{:.3g},{},{},{}\n", furrow.depth * 1e6,
        furrow.width * 1e3, furrow.compression, kStiffened[k].part, depth(before.at_rest) * 1e6,
        depth(before.compressed) * 1e6, depth(after.at_rest) / depth(before.at_rest) - 1.0,
        depth(after.compressed) / depth(before.compressed) - 1.0, cost.unknowns, cost.steps,
        cost.iterations);
  }
  return text;
}

}  // namespace

std::string furrow_stiffness_csv(core::Observer& observer) {
  const auto skin = study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "table").skin;
  const skin::Furrow usual;
  std::vector<skin::Furrow> furrows;
  for (const double depth : {20e-6, 50e-6, 100e-6, 200e-6})
    for (const double compression : {0.05, 0.1}) {
      furrows.push_back(usual);
      furrows.back().depth = depth;
      furrows.back().compression = compression;
    }
  for (const double width : {0.3e-3, 1e-3, 2e-3}) {
    furrows.push_back(usual);
    furrows.back().width = width;
  }
  std::string text = fmt::format(
      "# What dermis that is {:g} times as stiff does to furrows of a cheek {:g} mm apart, below "
      "the "
      "same epidermis: depth at rest and compressed before, changes of both. Cost of the four "
      "skins "
      "together.\n"
      "# Remake with: percuta table furrow-stiffness --write\n"
      "depth_um,width_mm,compression,stiffer,at_rest_um,compressed_um,at_rest_change,"
      "compressed_change,unknowns,steps,iterations\n",
      kStiffer, usual.spacing * 1e3);
  for (std::size_t k = 0; k < furrows.size(); ++k) {
    core::report(observer, "furrows", static_cast<double>(k) / furrows.size());
    text += rows(skin, furrows[k], core::silent());
  }
  core::report(observer, "furrows", 1.0);
  return text;
}

}  // namespace percuta::evidence
