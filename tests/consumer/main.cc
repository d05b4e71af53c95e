// An outside project: no deal.II in sight, an answer in a few lines.
#include <cstdio>

#include <percuta/rolling/rolling.h>
#include <percuta/study/case.h>

int main() {
  const auto c = percuta::study::parse_case("skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n", "consumer");
  const double n = percuta::rolling::density_formula(c.device.roller, 1, c.device.roller.drum_radius);
  std::printf("%.1f channels/cm2 a pass\n", n * 1e-4);
  return n > 15e4 && n < 16e4 ? 0 : 1;
}
