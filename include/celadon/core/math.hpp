/// Elementary functions with the same bits everywhere.
///
/// exp, log, log1p and logistic made of + - * / and bit operations only, so that results do not depend on the C library, on the
/// instruction set or on whether one value or eight are computed at a time (core/simd holds the eight-lane forms).
/// Errors are below 1 unit in the last place for exp and log and below 2 for log1p and logistic; results below the normal range are
/// rounded once. Special values follow IEEE 754: exp(inf) = inf, exp(-inf) = 0, log(0) = -inf, log(x < 0) = NaN, NaN stays NaN.
/// Every kernel that promises equal bits uses these and never std::exp or std::log. Pure functions; reentrant.
#pragma once

#include <celadon/core/config.hpp>

#include <bit>
#include <cmath>
#include <cstdint>

namespace celadon::inline CELADON_ABI::math {

namespace math_detail {

using V = double;
using U = std::uint64_t;

CELADON_ALWAYS_INLINE U to_bits(V x) {
  return std::bit_cast<U>(x);
}
CELADON_ALWAYS_INLINE V from_bits(U x) {
  return std::bit_cast<V>(x);
}
CELADON_ALWAYS_INLINE V choose(bool mask, V a, V b) {
  return mask ? a : b;
}

#include <celadon/core/impl/math_kernel.inc>

}  // namespace math_detail

/// e to the power x.
[[nodiscard]] inline double exp(double x) {
  return math_detail::kernel::exp(x);
}
/// Natural logarithm.
[[nodiscard]] inline double log(double x) {
  return math_detail::kernel::log(x);
}
/// log(1 + x), accurate near 0.
[[nodiscard]] inline double log1p(double x) {
  return math_detail::kernel::log1p(x);
}
/// 1 / (1 + exp(-x)), accurate in both tails.
[[nodiscard]] inline double logistic(double x) {
  return math_detail::kernel::logistic(x);
}
/// Square root; IEEE 754 rounds it correctly, so the C library's is as good as any.
[[nodiscard]] inline double sqrt(double x) {
  return std::sqrt(x);
}

}  // namespace celadon::inline CELADON_ABI::math
