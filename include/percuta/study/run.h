#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "percuta/core/errors.h"
#include "percuta/core/progress.h"
#include "percuta/delivery/model.h"
#include "percuta/insertion/crack_table.h"
#include "percuta/insertion/energy.h"
#include "percuta/insertion/solid.h"
#include "percuta/insertion/verification.h"
#include "percuta/study/case.h"
#include "percuta/study/result.h"

namespace percuta::study {

/// The finite-element models of percuta_fem, loaded on first use. Throws FileError when the library
/// is not there.
const insertion::IndentationModel& indentation_model();
const insertion::CrackOpeningModel& crack_opening_model();
const insertion::SolidModel& solid_model();
const healing::HealingModel& healing_model(std::string_view level);
const delivery::DeliveryModel& delivery_model();
const insertion::VerificationModel& verification_model();

/// Libraries that the finite-element models run with, a line each: "BLAS OpenBLAS 0.3.21 ...".
std::string fem_libraries();

/// Ratios b/R at which the crack-opening table is computed, falling.
const std::vector<double>& crack_ratios();

/// The crack-opening table of the data folder.
const insertion::CrackTable& crack_table();

/// The indentation curve of a skin and a needle at least to a displacement [m] or a force [N],
/// whichever comes first; computed once a process, on several threads at once for several skins.
/// What is handed out never changes. A curve that was solved farther serves a shorter reach too;
/// its steps lie elsewhere, and figures from it differ in their fifth digit from those of a curve
/// of its own, so that a run may differ by that much after another in the same process.
std::shared_ptr<const insertion::IndentationCurve> indentation(const skin::Skin&,
                                                               const device::Needle&, double up_to,
                                                               double up_to_force, core::Observer&);

/// What an indentation curve depends on, digit for digit: two skins and needles of the same key
/// share one curve.
std::string indentation_key(const skin::Skin&, const device::Needle&);

/// Puts a curve made earlier where `indentation` finds it, in the place of any other of this skin
/// and needle. Throws std::invalid_argument for fewer than three points.
void remember(const skin::Skin&, const device::Needle&, insertion::IndentationCurve);

/// A force that the needle cannot exceed on its way to full length, with a margin of a fifth [N].
double largest_force(const skin::Skin&, const device::Needle&);

/// The device on the skin: everything of a run but what the skin does afterwards; its `healing` is
/// empty.
Result roll(const Case&, core::Observer& = core::silent());

/// Share of needles that pierce when each cell is pressed slowly with a load, on a plane and not by
/// a drum [-].
double pierced_share(const Case&, double cell_load, core::Observer& = core::silent());

/// What the skin does after a wound, by the healing model that the case names.
healing::Course healed(const Case&, const healing::Wound&, core::Observer& = core::silent());

/// The whole path: case, insertion curve, channel field, healing course, result.
Result run(const Case&, core::Observer& = core::silent());

/// One row of a comparison; a case that failed stays in the table with its reason.
struct Row {
  std::string value;  ///< as in the case file; of several keys "0.5 mm, 5 N"
  std::optional<Result> result;
  std::string failure;
  core::Exit exit = core::Exit::done;  ///< what the failure is
};

/// What is compared: the files with one another where there are several, the keys that are given,
/// and of a single file without any its [compare] table. Throws InputError where there is neither.
std::vector<Comparison> compared(const std::vector<std::string>& files, const Overrides&,
                                 const std::vector<std::string>& vary);
/// The same of a case that is read already.
std::vector<Comparison> compared(const Case&, const std::vector<std::string>& vary);

/// How far a comparison goes along the path.
enum class Until { channels, healing };

/// Every combination of the compared values, one after the other. `finished` hears of every row as
/// soon as it is done, so that an interruption (Interrupted) loses only the row at hand.
std::vector<Row> compare(const std::vector<std::string>& files, const Overrides& = {},
                         core::Observer& = core::silent(),
                         const std::function<void(const Row&)>& finished = {},
                         const std::vector<std::string>& vary = {}, Until = Until::healing);

/// Remembers the finite-element curves of the rows that lie in a result folder of the same
/// comparison, and gives their number. Rows that were done then come again at the cost of the light
/// models, with the same numbers.
std::size_t remember_rows(const std::string& folder, const std::vector<std::string>& files,
                          const Overrides& = {}, const std::vector<std::string>& vary = {});

/// What `check` says before anything runs.
struct Forecast {
  double seconds;  ///< of a run on this machine, from step counts and unknowns; a rough figure [s]
  double megabytes;
  std::vector<std::string> lines;     ///< what will be computed
  std::vector<std::string> warnings;  ///< physics
};
Forecast forecast(const Case&);

/// The same for a comparison: rows that share a finite-element curve pay for it once.
Forecast forecast(const std::vector<Case>&);

/// Warnings that follow from the case alone.
std::vector<std::string> physics_warnings(const Case&);
/// What the energy and axisymmetric levels leave out of this skin and needle.
std::vector<std::string> simplifications(const Case&);

}  // namespace percuta::study
