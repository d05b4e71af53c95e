#include "percuta/config/output.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "percuta/core/quantity.h"

namespace percuta::config {

std::string name(Form form) {
  switch (form) {
    case Form::scalar:
      return "scalar";
    case Form::count:
      return "count";
    case Form::text:
      return "text";
    case Form::flag:
      return "flag";
    case Form::series:
      return "series";
    case Form::profile:
      return "profile";
  }
  return "";
}

std::string dataset_path(const Output& output) {
  std::string path = output.path;
  std::replace(path.begin(), path.end(), '.', '/');
  const bool column =
      (output.form == Form::series || output.form == Form::profile) && !output.brief;
  return (column ? "/" : "/summary/") + path;
}

bool is_figure(const Output& o) {
  const bool single = o.form != Form::series && o.form != Form::profile;
  return single && !o.band_end && !o.path.starts_with("percuta.") && !o.path.starts_with("cost.");
}

std::string for_people(const OutputValue& v, int digits) {
  const auto& o = v.output;
  if (o.form == Form::text || !v.text.empty()) return v.text;
  if (o.form == Form::flag) return v.value() > 0.0 ? "yes" : "no";
  if (!std::isfinite(v.value())) return "none";
  if (o.form == Form::count) return fmt::format("{:.0f}", v.value());
  const auto unit = core::find_unit(o.people);
  const double factor = unit ? 1.0 / unit->si : 1.0;
  std::string text = fmt::format("{:.{}g}", v.value() * factor, digits);
  if (v.spread > 0.0) text += fmt::format(" ± {:.2g}", v.spread * factor);
  if (o.people != "1")
    text += " " + (o.people == "um"          ? std::string("µm")
                   : o.people == "1/cm^2"    ? std::string("/cm²")
                   : o.people == "ug"        ? std::string("µg")
                   : o.people == "ug/cm^2"   ? std::string("µg/cm²")
                   : o.people == "ug/cm^2/h" ? std::string("µg/cm²/h")
                                             : o.people);
  return text;
}

std::string for_people(const OutputValue& v, const std::vector<OutputValue>& all, int digits) {
  std::string text = for_people(v, digits);
  const auto dot = v.output.path.rfind('.');
  if (dot == std::string::npos || v.output.form != Form::scalar || !v.text.empty()) return text;
  const auto end = [&](const char* which) {
    const std::string path = v.output.path.substr(0, dot) + which + v.output.path.substr(dot);
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& o) {
      return o.output.band_end && o.output.path == path;
    });
    return found == all.end() ? std::string() : for_people(*found, digits);
  };
  const auto low = end(".low"), high = end(".high");
  if (low.empty() || high.empty() || (low == "none" && high == "none")) return text;
  const auto number = [](const std::string& one) {
    return one == "none" ? "beyond the end" : one.substr(0, one.find(' '));
  };
  return text + " (" + number(low) + " to " + number(high) + ")";
}

std::string described(const Output& o) {
  std::string out = fmt::format("{}\n  {}\n  {}{}\n", o.path, o.sentence, name(o.form),
                                o.unit.empty() ? "" : fmt::format(" [{}]", o.unit));
  if (!o.axes.empty()) out += fmt::format("  against  {}\n", fmt::join(o.axes, ", "));
  if (!o.where.empty()) out += fmt::format("  where    {}\n", o.where);
  out += fmt::format("  in       {}results.h5 {}\n",
                     o.form == Form::series && !o.brief ? ""
                     : o.form == Form::profile          ? ""
                                                        : "summary.json, ",
                     dataset_path(o));
  return out;
}

}  // namespace percuta::config
