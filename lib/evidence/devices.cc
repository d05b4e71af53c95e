// What stands in data/evidence of the device on the skin.

#include "percuta/evidence/devices.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "percuta/study/run.h"

namespace percuta::evidence {

using namespace study;
namespace {

constexpr std::array kSkins{"cheek", "forehead", "volar-forearm", "abdomen"};
constexpr std::array kLengths{"0.2", "0.25", "0.3", "0.4", "0.5", "1.0", "1.5", "2.0", "2.5"};
constexpr std::array kLoads{"1", "2", "5", "10"};
constexpr std::array kSpeeds{"slow", "50 mm/s"};

}  // namespace

std::vector<DepthRow> device_depths(core::Observer& observer) {
  std::vector<DepthRow> rows;
  constexpr auto kAll =
      static_cast<double>(kSkins.size() * kLengths.size() * kLoads.size() * kSpeeds.size());
  for (const auto* skin : kSkins)
    for (const auto* speed : kSpeeds)
      for (const auto* load : kLoads)
        for (const auto* length : kLengths) {
          const auto c =
              parse_case(fmt::format("skin = \"{}\"\n[device]\nbase = \"mf8-1.0mm\"\nneedle.length "
                                     "= \"{} mm\"\n[protocol]\nload = \"{} N\"\nspeed = \"{}\"\n"
                                     "passes_per_direction = 1\ndirections = [\"vertical\"]\n",
                                     skin, length, load, speed),
                         "evidence");
          const auto r = roll(c);
          rows.push_back({skin, c.device.needle.length, c.protocol.load, c.protocol.speed,
                          r.depths.share, r.depths.mean, r.depths.low, r.depths.high,
                          r.field.density_formula * r.depths.share, r.depths.extrapolated,
                          r.on_skin.face_load});
          core::report(observer, "device on the skin", rows.size() / kAll);
        }
  return rows;
}

std::string device_depths_csv(const std::vector<DepthRow>& rows) {
  std::string text =
      "# A roller of 192 needles (tip radius 4 um, 12 deg, 24 a turn on a drum of 10 mm) on four "
      "skins: share of the landings that pierce, depth of\n"
      "# those with the band of nine in ten over the scatter of needles and skin, channels of one "
      "pass, load at which the drum face begins to bear,\n"
      "# share of the landings whose load lies beyond what was solved.\n"
      "# Remake with: percuta table device-depths --write\n"
      "skin,length_mm,load_N,speed_mm_s,share_pierced,depth_mm,depth_low_mm,depth_high_mm,channels_"
      "per_cm2,face_load_N,share_extrapolated\n";
  const auto number = [](double v) {
    return std::isfinite(v) ? fmt::format("{:.4g}", v) : std::string();
  };
  for (const auto& r : rows)
    text +=
        fmt::format("{},{:g},{:g},{},{},{},{},{},{},{},{}\n", r.skin, r.length * 1e3, r.load,
                    r.speed > 0.0 ? fmt::format("{:g}", r.speed * 1e3) : "slow", number(r.share),
                    number(r.mean * 1e3), number(r.low * 1e3), number(r.high * 1e3),
                    number(r.density * 1e-4), number(r.face_load), number(r.extrapolated));
  return text;
}

std::string device_depths_svg(const std::vector<DepthRow>& rows) {
  constexpr double kWidth = 440.0, kHeight = 250.0, kLeft = 52.0, kTop = 30.0, kBottom = 38.0,
                   kDeepest = 1.5e-3;
  constexpr std::array kColours{"#9ecae1", "#4292c6", "#2171b5", "#08306b"};
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" "
      "font-size=\"11\"><rect width=\"100%\" "
      "height=\"100%\" fill=\"#fff\"/>",
      2 * kWidth, 2 * kHeight + 40.0);
  int panel = 0;
  for (const auto* skin : kSkins) {
    const double x0 = (panel % 2) * kWidth + kLeft, y0 = (panel / 2) * kHeight + kTop;
    const double w = kWidth - kLeft - 20.0, h = kHeight - kTop - kBottom;
    const auto px = [&](double length) { return x0 + w * length / 2.6e-3; };
    const auto py = [&](double depth) {
      return y0 + h * (1.0 - std::min(depth, kDeepest) / kDeepest);
    };
    svg += fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}, rolled at 50 mm/s</text>",
                       x0, y0 - 10, skin);
    for (int k = 0; k <= 5; ++k) {
      const double depth = 0.3e-3 * k;
      svg += fmt::format(
          "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/><text x=\"{}\" "
          "y=\"{:.1f}\" text-anchor=\"end\">{:.1f}</text>",
          x0, x0 + w, py(depth), py(depth), x0 - 6, py(depth) + 4, depth * 1e3);
    }
    for (const double length : {0.2e-3, 0.5e-3, 1.0e-3, 1.5e-3, 2.0e-3, 2.5e-3})
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:g}</text>",
                         px(length), y0 + h + 15, length * 1e3);
    svg += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">needle length, mm</text><text "
        "transform=\"translate({:.1f} {:.1f}) rotate(-90)\" "
        "text-anchor=\"middle\">pierced depth, mm</text>",
        x0 + w / 2, y0 + h + 30, x0 - 36, y0 + h / 2);
    int colour = 0;
    for (const double load : {1.0, 2.0, 5.0, 10.0}) {
      std::string up, down, line, dots;
      for (const auto& r : rows) {
        if (r.skin != skin || r.load != load || !(r.speed > 0.0) || !(r.share > 0.0)) continue;
        up += fmt::format("{}{:.1f} {:.1f}", up.empty() ? "M" : "L", px(r.length), py(r.high));
        down = fmt::format("L{:.1f} {:.1f}", px(r.length), py(r.low)) + down;
        line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", px(r.length), py(r.mean));
        dots += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\" fill-opacity=\"{:.2f}\" "
            "stroke=\"{}\"/>",
            px(r.length), py(r.mean), kColours[colour], r.share, kColours[colour]);
      }
      if (load == 1.0 || load == 10.0)
        svg += fmt::format("<path d=\"{}{}Z\" fill=\"{}\" fill-opacity=\"0.18\"/>", up, down,
                           kColours[colour]);
      svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>{}",
                         line, kColours[colour], dots);
      ++colour;
    }
    ++panel;
  }
  double x = kLeft;
  int colour = 0;
  for (const char* load : {"1 N", "2 N", "5 N", "10 N"}) {
    svg += fmt::format(
        "<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{}\"/><text x=\"{}\" y=\"{}\">{}</text>", x,
        2 * kHeight + 16, kColours[colour++], x + 8, 2 * kHeight + 20, load);
    x += 52.0;
  }
  svg += fmt::format(
      "<text x=\"{}\" y=\"{}\">load of the hand; a dot is as full as the share that pierces; bands "
      "hold nine in ten of those (1 N and 10 N)</text>",
      x + 8, 2 * kHeight + 20);
  return svg + "</svg>\n";
}

namespace {

/// A case of one needle length on a roller lattice, everything else as in the catalogue.
Case roller_case(const std::string& skin, const std::string& more) {
  return parse_case(fmt::format("skin.base = \"{}\"\n{}", skin, more), "validation");
}

}  // namespace

std::vector<Comparand> validate_device(core::Observer& observer) {
  std::vector<Comparand> t;
  const double none = std::nan("");
  const auto rolled = [&](const std::string& skin, const std::string& length,
                          const std::string& load, const std::string& speed) {
    return roll(
        roller_case(skin, fmt::format("device.base = \"mf8-0.3mm\"\ndevice.needle.length = "
                                      "\"{}\"\nprotocol.load = \"{}\"\nprotocol.speed = \"{}\"\n",
                                      length, load, speed)),
        observer);
  };
  {
    const auto r = rolled("neonatal-pig", "0.6 mm", "5 N", "slow");
    t.push_back({"force that opens the surface, tip 8 um across", 0.03, r.insertion.required_force,
                 "N",
                 "donnelly2011, 0.6 and 0.9 mm polymer needles enter neonatal pig above it; their "
                 "tips are not stated",
                 false});
  }
  {
    const auto r = rolled("volar-forearm", "0.6 mm", "2 N", "slow");
    t.push_back({"mean depth of 0.6 mm needles, gentle press", 300e-6, r.depths.mean, "m",
                 "hydrogelarrays2014, hydrogel array, force unknown; here a roller under 2 N",
                 false});
  }
  {
    const auto wide = roller_case("excised-human", "device.base = \"mf8-0.5mm\"\n");
    auto dense = wide;
    auto& roller = std::get<device::Roller>(dense.device.head);
    roller.rows = 32;
    roller.needles_per_turn = 96;
    t.push_back({"puncture force at a quarter of the spacing over that of wide spacing",
                 0.029 / 0.028,
                 roll(dense, observer).insertion.required_force /
                     roll(wide, observer).insertion.required_force,
                 "1",
                 "olatunji2013; ours knows the neighbours until the surface opens, not in the "
                 "force that opens it",
                 false});
  }
  for (const char* speed : {"slow", "1000 mm/s"}) {
    const auto r = rolled("excised-human", "0.3 mm", "5 N", speed);
    t.push_back({fmt::format("share pierced, 0.3 mm, {}", speed),
                 std::string(speed) == "slow" ? 0.0 : 1.0, r.depths.share, "1",
                 "verbaan2008, dense arrays by hand and by impact; ours has relaxation, no inertia",
                 false});
  }
  for (const char* length : {"0.2 mm", "0.5 mm", "1.0 mm", "1.5 mm"}) {
    const auto r = rolled("cheek", length, "5 N", "50 mm/s");
    t.push_back(
        {fmt::format("mean depth of {} needles, bleeding: {}", length, channel::name(r.bleeding)),
         none, r.depths.mean, "m",
         "braverman1997, micronano2017, rollerclinicnote: none in the epidermis, capillary from "
         "0.4 mm depth, petechiae from 1 mm needles",
         false});
  }
  {
    const auto r = rolled("cheek", "0.18 mm", "2 N", "50 mm/s");
    t.push_back({"0.18 mm roller: share pierced", none, r.depths.share, "1",
                 "sold for the horny layer only", false});
    t.push_back({"0.18 mm roller: mean depth over thickness of the stratum corneum", none,
                 r.depths.mean / r.skin.layers.front().thickness, "1",
                 "1 would be the horny layer only", false});
  }
  for (const double load : {13.3, 22.2}) {
    const auto c = roller_case("excised-human",
                               "device.base = \"mf8-1.0mm\"\ndevice.needle.length = \"0.7 "
                               "mm\"\ndevice.needle.tip_radius = \"10 um\"\n");
    t.push_back(
        {fmt::format("351 plastic needles of 0.7 mm, share pierced at {:g} N", load), 1.0,
         pierced_share(c, load / 351.0, observer), "1",
         "nearly all on human epidermis; tips of 20 um across and the roller's spacing assumed",
         false});
  }
  return t;
}

}  // namespace percuta::evidence
