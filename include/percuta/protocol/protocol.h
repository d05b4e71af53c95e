#pragma once

#include <string>
#include <vector>

namespace percuta::protocol {

/// What lies on the skin after a session.
enum class Cover { none, film };

/// What is put on the skin right after a session.
enum class Applied { nothing, sterile, cosmetic };

/// A treatment: how the device is moved, how often, and when again; what is done before and after.
struct Protocol {
  std::vector<std::string>
      directions;                ///< of rolling: vertical, horizontal, diagonal_up, diagonal_down
  int passes_per_direction = 0;  ///< treatments of the strip in each direction
  double load = 0.0;             ///< of the hand on the device; none of a pen [N]
  double speed = 0.0;  ///< of rolling, of a stamp's push, of a pen's head along the skin; 0 = slow,
                       ///< skin has all the time to yield [m/s]
  double angle_error = 0.0;    ///< standard deviation of the rolling direction [rad]
  double spacing_error = 0.0;  ///< standard deviation of each needle's landing point [m]
  double track_error = 0.0;    ///< standard deviation of the passes of one direction, across it [m]
  int sessions = 0;
  double interval = 0.0;         ///< between sessions; NaN of a plan that is uneven [s]
  std::vector<double> plan;      ///< of each session after the first; empty: `sessions` at an even
                                 ///< `interval` [s]
  double vitamin_c = 0.0;        ///< topical, daily before the first session and on after it [s]
  double vitamin_c_until = 0.0;  ///< how long it goes on after the first session [s]
  Cover cover = Cover::none;
  Applied applied = Applied::nothing;
  bool antiseptic = true;                   ///< the skin is cleaned and disinfected before
  bool sterile = true;                      ///< the needles are
  bool shared = false;                      ///< the device is used on more than one person
  int earlier_uses = 0;                     ///< of the same needles
  std::vector<std::string> override_rules;  ///< of safety, that are not to stop a run
};

/// Angle of a rolling direction against the x axis [rad]. Throws std::out_of_range for other names.
double angle(const std::string& direction);

/// Names of the directions.
const std::vector<std::string>& directions();

int passes(const Protocol&);

/// When each session is, after the first [s].
std::vector<double> session_times(const Protocol&);

/// The smallest time from one session to the next, NaN where there is one alone [s].
double smallest_interval(const Protocol&);

/// Whether all sessions lie equally far apart.
bool even(const Protocol&);

/// What is wrong with a plan, "" when nothing is: it begins at 0, and sessions follow one another
/// by a day or more.
std::string why_impossible(const std::vector<double>& plan);

/// Sets `sessions` and `interval` to what the plan says, where there is one.
void follow_plan(Protocol&);

}  // namespace percuta::protocol
