#include "percuta/insertion/record.h"

#include <algorithm>
#include <array>
#include <numbers>
#include <numeric>

namespace percuta::insertion {
namespace {

using config::Outputs;

constexpr const char* kSolid = "the level is solid";
constexpr const char* kInCell = "the needle is in its device cell";
constexpr const char* kHeld = "the needle was held";

bool solid(const Pushed& p) { return p.solid; }
bool in_cell(const Pushed& p) { return p.options.in_cell; }
bool held(const Pushed& p) { return p.solid && held_since(p.solution) != nullptr; }

const SolidStep& at_depth(const Pushed& p) { return deepest(p.solution); }
const SolidStep& when_held(const Pushed& p) {
  return p.solution.steps[held_since(p.solution)->step - 1];
}

/// What every converged state has of one figure: a column against the step.
struct Column {
  const char *name, *unit, *people, *sentence;
  double SolidStep::*member;
};
constexpr std::array kColumns{
    Column{"displacement", "m", "mm", "tip displacement", &SolidStep::displacement},
    Column{"force", "N", "mN", "downward force on the needle", &SolidStep::force},
    Column{"deflection", "m", "mm", "deflection of the skin surface at the needle",
           &SolidStep::deflection},
    Column{"work", "J", "uJ", "work of the needle so far", &SolidStep::work},
    Column{"stored", "J", "uJ", "energy stored in the skin", &SolidStep::stored},
};
constexpr std::array kCellColumns{
    Column{"base_force", "N", "mN", "force of the base on the device cell", &SolidStep::base_force},
    Column{"contact_radius", "m", "mm",
           "inner edge of the base's contact, the cell's radius where it does not touch",
           &SolidStep::contact_radius},
    Column{"rise", "m", "um", "rise of the skin at the cell's side above its mean plane",
           &SolidStep::rise},
};
constexpr std::array kSolidColumns{
    Column{"time", "s", "s", "time since the tip first touched, 0 without a speed",
           &SolidStep::time},
    Column{"along", "m", "mm", "position of the tip in the direction of rolling",
           &SolidStep::along},
    Column{"tilt", "rad", "deg", "angle of the needle against the vertical", &SolidStep::tilt},
    Column{"lateral_force", "N", "mN", "force on the needle in the direction of rolling",
           &SolidStep::lateral_force},
    Column{"side_force", "N", "mN", "force on the needle out of the plane of its motion",
           &SolidStep::side_force},
    Column{"pierced_depth", "m", "mm", "pierced depth", &SolidStep::pierced_depth},
    Column{"slit_half_length", "m", "um", "half-length of the separated crack at its longest",
           &SolidStep::slit_half_length},
    Column{"fracture", "J", "uJ", "energy used up by the crack", &SolidStep::fracture},
    Column{"friction", "J", "uJ", "energy used up by friction", &SolidStep::friction},
    Column{"released", "J", "uJ", "energy let go in snaps", &SolidStep::released},
    Column{"overlap", "m", "um", "largest overlap of needle and skin", &SolidStep::overlap},
    Column{"volume_ratio", "1", "1", "volume ratio of the cell that is squeezed most",
           &SolidStep::volume_ratio},
};

template <class Member>
auto column(Member member) {
  return [member](const Pushed& p) {
    std::vector<double> v;
    for (const auto& s : p.solution.steps) v.push_back(static_cast<double>(s.*member));
    return v;
  };
}

template <std::size_t kSize>
void add(Outputs<Pushed>& o, const std::array<Column, kSize>& columns, const char* words,
         bool (*present)(const Pushed&)) {
  for (const auto& c : columns) {
    o.series(std::string("insertion.") + c.name, column(c.member), c.unit, c.people, c.sentence,
             "insertion.step");
    if (present != nullptr) o.only(words, present);
  }
}

double largest(const std::vector<double>& v) {
  return v.empty() ? 0.0 : std::max(0.0, *std::max_element(v.begin(), v.end()));
}

void add_scalars(Outputs<Pushed>& o) {
  o.scalar(
       "insertion.tip_displacement", [](const Pushed& p) { return at_depth(p).displacement; }, "m",
       "mm", "tip displacement at the deepest point")
      .scalar(
          "insertion.force_at_depth", [](const Pushed& p) { return at_depth(p).force; }, "N", "mN",
          "force at the deepest point")
      .scalar(
          "insertion.cell_radius", [](const Pushed& p) { return p.options.cell_radius; }, "m", "mm",
          "radius of the device cell")
      .only(kInCell, in_cell)
      .scalar(
          "insertion.base_force", [](const Pushed& p) { return at_depth(p).base_force; }, "N", "mN",
          "force of the base at the deepest point")
      .only(kInCell, in_cell)
      .scalar(
          "insertion.mean_pressure",
          [](const Pushed& p) {
            return (at_depth(p).force + at_depth(p).base_force) /
                   (std::numbers::pi * p.options.cell_radius * p.options.cell_radius);
          },
          "Pa", "kPa", "mean pressure on the cell at the deepest point")
      .only(kInCell, in_cell)
      .scalar(
          "insertion.contact_radius",
          [](const Pushed& p) {
            return at_depth(p).base_force > 0.0 ? at_depth(p).contact_radius : std::nan("");
          },
          "m", "mm", "inner edge of the base's contact at the deepest point")
      .only(kInCell, in_cell)
      .scalar(
          "insertion.rise", [](const Pushed& p) { return at_depth(p).rise; }, "m", "um",
          "rise of the skin at the cell's side")
      .only(kInCell, in_cell)
      .scalar(
          "insertion.needle_spacing", [](const Pushed& p) { return p.options.spacing; }, "m", "mm",
          "distance of the needles of the array")
      .only("needles go in as an array",
            [](const Pushed& p) { return p.solid && p.options.spacing > 0.0; })
      .scalar(
          "insertion.tilt", [](const Pushed& p) { return p.options.tilt; }, "rad", "deg",
          "tilt of the needle")
      .only("the needle leans", [](const Pushed& p) { return p.solid && p.options.tilt != 0.0; })
      .scalar(
          "insertion.held", [](const Pushed& p) { return p.options.hold; }, "s", "s",
          "time that the needle was held")
      .only(kHeld, held)
      .scalar(
          "insertion.sunk_while_held",
          [](const Pushed& p) { return at_depth(p).displacement - when_held(p).displacement; }, "m",
          "um", "by which the needle sank while held")
      .only(kHeld, held)
      .scalar(
          "insertion.force_lost_while_held",
          [](const Pushed& p) { return when_held(p).force - at_depth(p).force; }, "N", "mN",
          "by which the force fell while held")
      .only(kHeld, held)
      .scalar(
          "insertion.puncture_force", [](const Pushed& p) { return puncture_force(p.solution); },
          "N", "mN", "puncture force, cut deeper than tip radius")
      .only(kSolid, solid)
      .scalar(
          "insertion.puncture_displacement",
          [](const Pushed& p) { return puncture_displacement(p.solution); }, "m", "mm",
          "tip displacement at puncture")
      .only(kSolid, solid)
      .scalar(
          "insertion.pierced_depth", [](const Pushed& p) { return at_depth(p).pierced_depth; }, "m",
          "mm", "pierced depth at the deepest point")
      .only(kSolid, solid)
      .scalar(
          "insertion.deflection", [](const Pushed& p) { return at_depth(p).deflection; }, "m", "mm",
          "deflection of the skin at the deepest point")
      .only(kSolid, solid)
      .scalar(
          "insertion.lateral_force", [](const Pushed& p) { return at_depth(p).lateral_force; }, "N",
          "mN", "force in the direction of rolling at the deepest point")
      .only(kSolid, solid)
      .flag(
          "insertion.complete", [](const Pushed& p) { return p.solution.complete; },
          "whether the insertion came to its end");
}

void add_channel(Outputs<Pushed>& o) {
  o.scalar(
       "channel.depth", [](const Pushed& p) { return p.solution.channel.depth; }, "m", "mm",
       "depth of the cut that is left")
      .only(kSolid, solid)
      .scalar(
          "channel.slit_length",
          [](const Pushed& p) { return largest(p.solution.channel.slit_length); }, "m", "um",
          "longest slit")
      .only(kSolid, solid)
      .scalar(
          "channel.slit_width",
          [](const Pushed& p) { return largest(p.solution.channel.slit_width); }, "m", "um",
          "by which the faces of the cut stand apart at most")
      .only(kSolid, solid)
      .scalar(
          "channel.opening_radius",
          [](const Pushed& p) {
            return p.solution.channel.radius.empty() ? 0.0 : p.solution.channel.radius.front();
          },
          "m", "um", "radius of a round hole as open at the surface")
      .only(kSolid, solid);
}

void add_energies(Outputs<Pushed>& o) {
  const auto last = [](double SolidStep::*member) {
    return [member](const Pushed& p) {
      return (p.solid ? p.solution.steps.back() : at_depth(p)).*member;
    };
  };
  o.scalar("energy.work", last(&SolidStep::work), "J", "uJ", "work of the needle, in and out")
      .scalar("energy.stored", last(&SolidStep::stored), "J", "uJ",
              "energy still stored in the skin at the end")
      .scalar("energy.fracture", last(&SolidStep::fracture), "J", "uJ",
              "energy used up by the crack")
      .only(kSolid, solid)
      .scalar("energy.friction", last(&SolidStep::friction), "J", "uJ",
              "energy used up by friction")
      .only(kSolid, solid)
      .scalar("energy.released", last(&SolidStep::released), "J", "uJ", "energy let go in snaps")
      .only(kSolid, solid)
      .scalar(
          "energy.balance_error", [](const Pushed& p) { return p.solution.balance_error; }, "1",
          "%", "largest error of the energy balance")
      .only(kSolid, solid);
}

void add_left(Outputs<Pushed>& o) {
  const auto left = [](const Pushed& p) { return p.solid && !p.solution.channel.at_depth.empty(); };
  const char* words = "a cut is left";
  o.series(
       "channel.depth", [](const Pushed& p) { return p.solution.channel.at_depth; }, "m", "mm",
       "depth in the undeformed skin")
      .only(words, left);
  o.series(
       "channel.slit_length", [](const Pushed& p) { return p.solution.channel.slit_length; }, "m",
       "um", "length of the cut at this depth", "channel.depth")
      .only(words, left);
  o.series(
       "channel.slit_width", [](const Pushed& p) { return p.solution.channel.slit_width; }, "m",
       "um", "by which the faces of the cut stand apart at most", "channel.depth")
      .only(words, left);
  o.series(
       "channel.radius", [](const Pushed& p) { return p.solution.channel.radius; }, "m", "um",
       "radius of a round hole open by as much area", "channel.depth")
      .only(words, left);
}

void add_cost(Outputs<Pushed>& o) {
  const auto cost = [](auto member) {
    return [member](const Pushed& p) { return p.solution.cost.*member; };
  };
  o.count("cost.unknowns", cost(&SolidCost::unknowns), "unknowns")
      .count("cost.cells", cost(&SolidCost::cells), "cells")
      .count("cost.meshes", cost(&SolidCost::meshes), "meshes made, the first one included")
      .count("cost.steps", cost(&SolidCost::steps), "steps")
      .count("cost.iterations", cost(&SolidCost::iterations), "Newton iterations")
      .count("cost.factorisations", cost(&SolidCost::factorisations), "factorisations")
      .count("cost.inner_iterations", cost(&SolidCost::inner_iterations),
             "iterations of conjugate gradients")
      .count("cost.cut_backs", cost(&SolidCost::cut_backs),
             "steps taken again with a shorter travel")
      .scalar("cost.mean_iterations", cost(&SolidCost::mean_iterations), "", "1",
              "iterations a step, away from snaps")
      .scalar("cost.seconds", cost(&SolidCost::seconds), "", "s", "seconds")
      .scalar("cost.megabytes", cost(&SolidCost::megabytes), "", "1",
              "megabytes of the matrix and its factor")
      .count("cost.lanes", cost(&SolidCost::lanes), "cells evaluated at once")
      .count("cost.threads", cost(&SolidCost::threads), "threads of each process")
      .count("cost.processes", cost(&SolidCost::processes), "processes")
      .text("cost.blas", cost(&SolidCost::blas), "library of linear algebra");
}

}  // namespace

const SolidStep& deepest(const SolidInsertion& s) {
  const SolidStep* best = &s.steps.front();
  for (const auto& step : s.steps)
    if (!step.leaving && step.displacement >= best->displacement * (1.0 - 1e-12)) best = &step;
  return *best;
}

const Outputs<CellDepth>& cell_depth_outputs() {
  static const Outputs<CellDepth> all = [] {
    Outputs<CellDepth> o;
    o.scalar("nominal_depth", &CellDepth::pierced_depth, "m", "mm",
             "pierced depth of the nominal needle")
        .scalar("deflection", &CellDepth::deflection, "m", "mm",
                "deflection of the skin under the nominal needle")
        .scalar("tip_displacement", &CellDepth::displacement, "m", "mm",
                "tip displacement at full load")
        .scalar("force_at_depth", &CellDepth::needle_force, "N", "mN",
                "force of one needle at full load")
        .scalar("face_force_per_needle", &CellDepth::base_force, "N", "mN",
                "force of a needle's share of the drum face");
    return o;
  }();
  return all;
}

const Outputs<Pushed>& pushed_outputs() {
  static const Outputs<Pushed> all = [] {
    Outputs<Pushed> o;
    add_scalars(o);
    add_channel(o);
    add_energies(o);
    o.series(
        "insertion.step",
        [](const Pushed& p) {
          std::vector<double> index(p.solution.steps.size());
          std::iota(index.begin(), index.end(), 0.0);
          return index;
        },
        "1", "1", "number of the converged step");
    add(o, kColumns, "", nullptr);
    add(o, kCellColumns, kInCell, in_cell);
    add(o, kSolidColumns, kSolid, solid);
    o.series("insertion.iterations", column(&SolidStep::iterations), "1", "1",
             "Newton iterations of the step", "insertion.step")
        .only(kSolid, solid);
    add_left(o);
    add_cost(o);
    return o;
  }();
  return all;
}

}  // namespace percuta::insertion
