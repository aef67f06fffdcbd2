/// The standard normal distribution with the library's own arithmetic: the same bits with every compiler and library.
///
/// Only + - x / sqrt and celadon::math::exp and log are used.
#pragma once

#include <celadon/core/config.hpp>

namespace celadon::inline CELADON_ABI {

/// Density exp(-z^2 / 2) / sqrt(2 pi). 0 at infinity, NaN for NaN.
[[nodiscard]] double normal_density(double z);

/// Distribution function P(Z <= z); 0 and 1 at the infinities, NaN for NaN. Relative error below 1e-14 for z >= -8 and 1e-13 beyond (to
/// where the result underflows, z = -38). Source: Cody (1969), Math. Comp. 23, 631-637, doi:10.1090/S0025-5718-1969-0247736-4, rational
/// approximations of erf and erfc.
[[nodiscard]] double normal_cdf(double z);

/// Quantile: the z with P(Z <= z) = probability. Minus infinity at 0, infinity at 1, NaN outside [0, 1]. Relative error about 1e-15.
/// Source: Wichura (1988), Applied Statistics 37, 477-484, doi:10.2307/2347330, algorithm AS 241 (PPND16).
[[nodiscard]] double normal_quantile(double probability);

}  // namespace celadon::inline CELADON_ABI
