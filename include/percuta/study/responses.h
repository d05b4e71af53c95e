#pragma once

// What finite elements say of a skin under a needle's cell and under a drum: from the tables that
// come with Percuta, from the user's cache, or solved and then kept there.

#include <memory>
#include <string>

#include "percuta/insertion/device_cell.h"
#include "percuta/rolling/drum_contact.h"
#include "percuta/skin/furrow.h"
#include "percuta/skin/suction.h"

namespace percuta::study {

/// The finite-element models of percuta_fem. Throws FileError when the library is not there.
const insertion::CellModel& cell_model();
const rolling::DrumModel& drum_model();
const skin::SuctionModel& suction_model();
const skin::FurrowModel& furrow_model();

/// Lets other models answer in their place, without tables and cache; null for finite elements
/// again. What was remembered is forgotten.
void answer_by(const insertion::CellModel*, const rolling::DrumModel*,
               const skin::SuctionModel* = nullptr, const skin::FurrowModel* = nullptr);
/// What lifts skin into a probe: the finite elements, or what answers in their place.
const skin::SuctionModel& lifting_model();
/// The same of what compresses furrowed skin.
const skin::FurrowModel& folding_model();

/// What a response depends on, digit for digit. The needle's length is not among it: one response
/// serves all lengths.
std::string cell_key(const skin::Skin&, const device::Needle&, double radius);
std::string drum_key(const skin::Skin&, double drum_radius);

/// The response of a skin to a needle in its cell [m], and to a drum [m]. On several threads and in
/// several processes at once.
std::shared_ptr<const insertion::CellResponse> cell_response(const skin::Skin&,
                                                             const device::Needle&, double radius,
                                                             core::Observer& = core::silent());
std::shared_ptr<const rolling::DrumResponse> drum_response(const skin::Skin&, double drum_radius,
                                                           core::Observer& = core::silent());

/// Where a response would come from: "table", "memory", "cache" or "finite elements".
std::string origin_of_cell(const skin::Skin&, const device::Needle&, double radius);
std::string origin_of_drum(const skin::Skin&, double drum_radius);

/// Solved anew, whatever is kept; for the tables.
insertion::CellResponse solve_cell(const skin::Skin&, const device::Needle&, double radius,
                                   core::Observer& = core::silent());
rolling::DrumResponse solve_drum(const skin::Skin&, double drum_radius,
                                 core::Observer& = core::silent());

/// Puts a response where the functions above find it first.
void remember(const std::string& cell_key, insertion::CellResponse);
void remember(const std::string& drum_key, rolling::DrumResponse);

/// File of the table that belongs to a key: "cell-0123456789abcdef.csv".
std::string table_name(const std::string& kind, const std::string& key);

/// The user's cache: PERCUTA_CACHE, else percuta in XDG_CACHE_HOME or ~/.cache; "" for
/// PERCUTA_CACHE=off and when there is no home.
std::string cache_folder();

}  // namespace percuta::study
