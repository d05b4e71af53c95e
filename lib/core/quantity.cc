#include "percuta/core/quantity.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace percuta::core {

const std::vector<Unit>& units() {
  constexpr double day = kDay;
  static const std::vector<Unit> all{
      {"m", "length", 1.0},
      {"cm", "length", 1e-2},
      {"mm", "length", 1e-3},
      {"um", "length", 1e-6},
      {"nm", "length", 1e-9},
      {"m^2", "area", 1.0},
      {"cm^2", "area", 1e-4},
      {"mm^2", "area", 1e-6},
      {"rad", "angle", 1.0},
      {"deg", "angle", std::numbers::pi / 180.0},
      {"m^3/m^2", "volume per area", 1.0},
      {"uL/cm^2", "volume per area", 1e-5},
      {"mL/cm^2", "volume per area", 1e-2},
      {"N", "force", 1.0},
      {"mN", "force", 1e-3},
      {"uN", "force", 1e-6},
      {"J", "energy", 1.0},
      {"uJ", "energy", 1e-6},
      {"Pa", "pressure", 1.0},
      {"mbar", "pressure", 100.0},
      {"kPa", "pressure", 1e3},
      {"MPa", "pressure", 1e6},
      {"GPa", "pressure", 1e9},
      {"J/m^2", "toughness", 1.0},
      {"kJ/m^2", "toughness", 1e3},
      {"N/m", "stiffness", 1.0},
      {"s", "time", 1.0},
      {"min", "time", 60.0},
      {"h", "time", 3600.0},
      {"days", "time", day},
      {"day", "time", day},
      {"d", "time", day},
      {"weeks", "time", 7 * day},
      {"week", "time", 7 * day},
      {"months", "time", 365.25 / 12 * day},
      {"month", "time", 365.25 / 12 * day},
      {"years", "time", 365.25 * day},
      {"year", "time", 365.25 * day},
      {"1/s", "rate", 1.0},
      {"Hz", "rate", 1.0},
      {"1/min", "rate", 1.0 / 60.0},
      {"1/h", "rate", 1.0 / 3600.0},
      {"1/day", "rate", 1.0 / day},
      {"1/days", "rate", 1.0 / day},
      {"mm/s", "speed", 1e-3},
      {"m/s", "speed", 1.0},
      {"mm/day", "speed", 1e-3 / day},
      {"cm/s", "speed", 1e-2},
      {"cm/h", "speed", 1e-2 / 3600.0},
      {"um/h", "speed", 1e-6 / 3600.0},
      {"m^2/s", "diffusivity", 1.0},
      {"cm^2/s", "diffusivity", 1e-4},
      {"um^2/s", "diffusivity", 1e-12},
      {"mm^2/day", "diffusivity", 1e-6 / day},
      {"1/m^2", "density", 1.0},
      {"1/mm^2", "density", 1e6},
      {"/mm^2", "density", 1e6},
      {"1/cm^2", "density", 1e4},
      {"/cm^2", "density", 1e4},
      {"%", "fraction", 1e-2},
      {"1", "fraction", 1.0},
      {"kg/m^3", "concentration", 1.0},
      {"mg/mL", "concentration", 1.0},
      {"ug/mL", "concentration", 1e-3},
      {"g/L", "concentration", 1.0},
      {"kg/m^2", "amount per area", 1.0},
      {"mg/cm^2", "amount per area", 1e-2},
      {"ug/cm^2", "amount per area", 1e-5},
      {"kg/m^2/s", "flux", 1.0},
      {"ug/cm^2/h", "flux", 1e-5 / 3600.0},
      {"kg", "mass", 1.0},
      {"mg", "mass", 1e-6},
      {"ug", "mass", 1e-9},
      {"kg/mol", "molar mass", 1.0},
      {"g/mol", "molar mass", 1e-3},
  };
  return all;
}

std::optional<Unit> find_unit(std::string_view symbol) {
  // Keyboards give the micro sign (U+00B5) or the Greek letter (U+03BC); both mean the u of the
  // list.
  for (const std::string_view micro : {"\u00b5", "\u03bc"})
    if (symbol.starts_with(micro)) return find_unit("u" + std::string(symbol.substr(micro.size())));
  for (const Unit& u : units())
    if (u.symbol == symbol) return u;
  return std::nullopt;
}

std::optional<Unit> find_unit(std::string_view symbol, std::string_view dimension) {
  // Weight per volume: 1 % is 10 mg/mL.
  if (symbol == "%" && dimension == "concentration") return Unit{"%", "concentration", 10.0};
  return find_unit(symbol);
}

std::string_view si_symbol(std::string_view dimension) {
  for (const Unit& u : units())
    if (u.dimension == dimension && u.si == 1.0) return u.symbol;
  return "1";
}

std::optional<WrittenQuantity> parse_quantity(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return std::nullopt;
  text.remove_prefix(first);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  WrittenQuantity q{};
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), q.number);
  if (error != std::errc{} || !std::isfinite(q.number)) return std::nullopt;
  std::string_view unit(rest, text.data() + text.size() - rest);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  while (unit.ends_with(' ')) unit.remove_suffix(1);
  q.unit = unit;
  return q;
}

std::string format_quantity(double si, std::string_view unit, int digits) {
  const auto known = find_unit(unit);
  const double value = known ? si / known->si : si;
  if (!known || known->symbol == "1") return fmt::format("{:.{}g}", value, digits);
  return fmt::format("{:.{}g} {}", value, digits, unit);
}

}  // namespace percuta::core
