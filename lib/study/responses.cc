#include "percuta/study/responses.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "percuta/core/errors.h"
#include "percuta/core/provenance.h"
#include "percuta/io/file.h"
#include "percuta/study/catalogue.h"
#include "percuta/study/run.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;  // of the tables; another one when the solver changes what it says
constexpr double kLongest = 3e-3;         // exposed length [m]
constexpr double kPressure = 60e3;        // mean, on a cell [Pa]
constexpr double kLoadPerWidth = 2000.0;  // on a drum [N/m]

std::string layers_of(const skin::Skin& skin) {
  std::string key = fmt::format("tension {:a}", skin.tension);
  for (const auto& l : skin.layers) {
    key += fmt::format(" | {:a}", l.thickness);
    for (const auto& t : ogden_terms(l.law)) key += fmt::format(" {:a} {:a}", t.mu, t.alpha);
  }
  return key;
}

/// Rows end where the base first touches at this force: beyond any that the needle meets on its
/// way, in steps of two, so that one table serves more than one toughness.
double largest_needle_force(const skin::Skin& skin, const device::Needle& needle) {
  device::Needle longest = needle;
  longest.length = std::min(kLongest, thickness(skin));
  const double force = 1.5 * largest_force(skin, longest);
  return 50e-3 * std::exp2(std::max(0.0, std::ceil(std::log2(force / 50e-3))));
}

insertion::CellReach reach_of(const skin::Skin& skin, const device::Needle& needle, double radius) {
  const double force = largest_needle_force(skin, needle);
  return {std::min(kLongest, 0.6 * thickness(skin)), force,
          std::max(kPressure * M_PI * radius * radius, 2.0 * force)};
}

std::string read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw core::FileError(fmt::format("{}: cannot be read", path.string()));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Models in place of the finite elements.
struct Others {
  const insertion::CellModel* cell = nullptr;
  const rolling::DrumModel* drum = nullptr;
  const skin::SuctionModel* suction = nullptr;
  const skin::FurrowModel* furrow = nullptr;
};
Others others;

// What one kind of response needs to be kept.
template <class T>
struct Keeper {
  std::string kind;
  std::function<std::string(const T&, const std::string& key)> write;
  std::function<T(const std::string& text, const std::string& key, const std::string& file)> read;

  struct Entry {
    std::mutex mutex;
    std::shared_ptr<const T> value;
  };
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Entry>> known;

  std::shared_ptr<Entry> entry(const std::string& key) {
    const std::lock_guard lock(mutex);
    auto& e = known[key];
    if (!e) e = std::make_shared<Entry>();
    return e;
  }

  std::optional<fs::path> table(const std::string& key) const {
    if (others.cell != nullptr) return std::nullopt;
    const fs::path path = fs::path(data_folder()) / "tables" / table_name(kind, key);
    std::error_code error;
    return fs::exists(path, error) ? std::optional(path) : std::nullopt;
  }

  std::optional<fs::path> cached(const std::string& key) const {
    if (others.cell != nullptr) return std::nullopt;
    const auto folder = cache_folder();
    return folder.empty() ? std::nullopt : std::optional(fs::path(folder) / table_name(kind, key));
  }

  std::string origin(const std::string& key) {
    if (entry(key)->value) return "memory";
    if (table(key)) return "table";
    std::error_code error;
    const auto kept = cached(key);
    return kept && fs::exists(*kept, error) ? "cache" : "finite elements";
  }

  /// Nobody waits for the cache: what cannot be written is solved again, what is damaged is made
  /// anew.
  void keep(const T& value, const std::string& key) const {
    const auto path = cached(key);
    if (!path) return;
    std::error_code error;
    fs::create_directories(path->parent_path(), error);
    try {
      io::replace_file(path->string(), write(value, key));
    } catch (const core::FileError&) {
    }
  }

  std::shared_ptr<const T> get(const std::string& key, const std::function<T()>& solve) {
    const auto e = entry(key);
    const std::lock_guard lock(e->mutex);
    if (e->value) return e->value;
    if (const auto path = table(key))
      return e->value = std::make_shared<const T>(read(read_whole(*path), key, path->string()));
    std::error_code error;
    if (const auto path = cached(key); path && fs::exists(*path, error)) try {
        return e->value = std::make_shared<const T>(read(read_whole(*path), key, path->string()));
      } catch (const core::FileError&) {
      }
    // By way of its text, so that a run is the same whether it solves or finds what an earlier one
    // has solved.
    e->value = std::make_shared<const T>(read(write(solve(), key), key, "response"));
    keep(*e->value, key);
    return e->value;
  }

  void put(const std::string& key, T value) {
    const auto e = entry(key);
    const std::lock_guard lock(e->mutex);
    e->value = std::make_shared<const T>(std::move(value));
  }
};

Keeper<insertion::CellResponse>& cells() {
  static Keeper<insertion::CellResponse> keeper{
      "cell", insertion::cell_table, insertion::read_cell_table, {}, {}};
  return keeper;
}

Keeper<rolling::DrumResponse>& drums() {
  static Keeper<rolling::DrumResponse> keeper{
      "drum", rolling::drum_table, rolling::read_drum_table, {}, {}};
  return keeper;
}

}  // namespace

std::string table_name(const std::string& kind, const std::string& key) {
  return fmt::format("{}-{}.csv", kind,
                     core::fingerprint(key));  // the whole key stands in the file
}

std::string cache_folder() {
  const auto set = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
  };
  if (const auto own = set("PERCUTA_CACHE"); !own.empty()) return own == "off" ? "" : own;
  if (const auto xdg = set("XDG_CACHE_HOME"); !xdg.empty())
    return (fs::path(xdg) / "percuta").string();
  const auto home = set("HOME");
  return home.empty() ? "" : (fs::path(home) / ".cache" / "percuta").string();
}

std::string cell_key(const skin::Skin& skin, const device::Needle& n, double radius) {
  return fmt::format("{} {} radius {:a} needle {:a} {:a} {:a} force {:g}", kFormat, layers_of(skin),
                     radius, n.tip_radius, n.half_angle, n.shank_radius,
                     largest_needle_force(skin, n));
}

std::string drum_key(const skin::Skin& skin, double drum_radius) {
  return fmt::format("{} {} drum {:a}", kFormat, layers_of(skin), drum_radius);
}

void answer_by(const insertion::CellModel* cell, const rolling::DrumModel* drum,
               const skin::SuctionModel* suction, const skin::FurrowModel* furrow) {
  others = {cell, drum, suction, furrow};
  for (std::mutex* mutex : {&cells().mutex, &drums().mutex}) mutex->lock();
  cells().known.clear();
  drums().known.clear();
  for (std::mutex* mutex : {&cells().mutex, &drums().mutex}) mutex->unlock();
}

const skin::SuctionModel& lifting_model() {
  return others.suction != nullptr ? *others.suction : suction_model();
}

const skin::FurrowModel& folding_model() {
  return others.furrow != nullptr ? *others.furrow : furrow_model();
}

insertion::CellResponse solve_cell(const skin::Skin& skin, const device::Needle& needle,
                                   double radius, core::Observer& observer) {
  return (others.cell != nullptr ? *others.cell : cell_model())
      .respond(skin, needle, radius, reach_of(skin, needle, radius), observer);
}

rolling::DrumResponse solve_drum(const skin::Skin& skin, double drum_radius,
                                 core::Observer& observer) {
  return (others.drum != nullptr ? *others.drum : drum_model())
      .press(skin, drum_radius, kLoadPerWidth, observer);
}

std::shared_ptr<const insertion::CellResponse> cell_response(const skin::Skin& skin,
                                                             const device::Needle& needle,
                                                             double radius,
                                                             core::Observer& observer) {
  return cells().get(cell_key(skin, needle, radius),
                     [&] { return solve_cell(skin, needle, radius, observer); });
}

std::shared_ptr<const rolling::DrumResponse> drum_response(const skin::Skin& skin,
                                                           double drum_radius,
                                                           core::Observer& observer) {
  return drums().get(drum_key(skin, drum_radius),
                     [&] { return solve_drum(skin, drum_radius, observer); });
}

std::string origin_of_cell(const skin::Skin& skin, const device::Needle& needle, double radius) {
  return cells().origin(cell_key(skin, needle, radius));
}

std::string origin_of_drum(const skin::Skin& skin, double drum_radius) {
  return drums().origin(drum_key(skin, drum_radius));
}

void remember(const std::string& key, insertion::CellResponse response) {
  cells().put(key, std::move(response));
}

void remember(const std::string& key, rolling::DrumResponse response) {
  drums().put(key, std::move(response));
}

}  // namespace percuta::study
