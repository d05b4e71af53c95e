#pragma once

#include <numbers>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace percuta::core {

/// Seconds of a day [s].
constexpr double kDay = 86400.0;

inline namespace literals {
constexpr double operator""_m(long double v) { return static_cast<double>(v); }
constexpr double operator""_mm(long double v) { return static_cast<double>(v * 1e-3L); }
constexpr double operator""_um(long double v) { return static_cast<double>(v * 1e-6L); }
constexpr double operator""_deg(long double v) {
  return static_cast<double>(v * std::numbers::pi_v<long double> / 180.0L);
}
constexpr double operator""_N(long double v) { return static_cast<double>(v); }
constexpr double operator""_mN(long double v) { return static_cast<double>(v * 1e-3L); }
constexpr double operator""_kPa(long double v) { return static_cast<double>(v * 1e3L); }
constexpr double operator""_MPa(long double v) { return static_cast<double>(v * 1e6L); }
constexpr double operator""_days(long double v) { return static_cast<double>(v) * kDay; }
}  // namespace literals

/// A unit people write, its dimension and its size in SI.
struct Unit {
  std::string_view symbol;
  std::string_view dimension;  ///< "length", "force", ... ; units of one dimension convert freely
  double si;                   ///< one of it [SI]
};

/// Every unit that case files and tables accept.
const std::vector<Unit>& units();

/// The unit with this symbol, or nothing.
std::optional<Unit> find_unit(std::string_view symbol);

/// The same where a symbol means different things: a share of 1, or weight per volume ("%"). One of
/// another dimension where this one has none of that symbol.
std::optional<Unit> find_unit(std::string_view symbol, std::string_view dimension);

/// SI unit symbol of a dimension ("m", "N", "Pa", ...).
std::string_view si_symbol(std::string_view dimension);

/// "1.5 mm" as a number and a unit symbol; nothing when the text is not a number with a unit.
struct WrittenQuantity {
  double number;
  std::string unit;
};
std::optional<WrittenQuantity> parse_quantity(std::string_view text);

/// A value in SI written in the given unit, "1.5 mm". Inverse of reading it.
std::string format_quantity(double value, std::string_view unit, int digits = 4);

}  // namespace percuta::core
