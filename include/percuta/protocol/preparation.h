#pragma once

namespace percuta::protocol {

/// Collagen synthesis by ascorbate over that of replete skin, f_C = s(a)/s(a_h) with
/// s(a) = f_0 + (1 - f_0) a/(K_a + a): f_0 = 1/8 without any (eight-fold in culture), K_a = 30 uM
/// (unverified), a_h = 50 uM in replete skin (assumed) [-].
double ascorbate_factor(double concentration_over_replete);

/// Ascorbate of the skin over that of replete skin after so long of daily topical vitamin C,
/// 1 + g (1 - exp(-t/tau)); g = 1 and tau = 14 days are assumed [-].
double ascorbate_after(double time);

}  // namespace percuta::protocol
