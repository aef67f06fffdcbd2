/// For bodies: a number with its derivative in one direction, so that the influence of a unit is found by the same code as the value.
#pragma once

#include <celadon/models/survey/estimate.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

struct Dual {
  double v = 0.0;
  double d = 0.0;
  Dual() = default;
  Dual(double value, double derivative = 0.0) : v(value), d(derivative) {}  // NOLINT(google-explicit-constructor)
};

inline Dual operator+(Dual a, Dual b) {
  return {a.v + b.v, a.d + b.d};
}
inline Dual operator-(Dual a, Dual b) {
  return {a.v - b.v, a.d - b.d};
}
inline Dual operator*(Dual a, Dual b) {
  return {a.v * b.v, a.d * b.v + a.v * b.d};
}
inline Dual operator/(Dual a, Dual b) {
  const double q = a.v / b.v;
  return {q, (a.d - q * b.d) / b.v};
}
inline Dual root(Dual a) {
  const double r = std::sqrt(a.v);
  return {r, a.d / (2.0 * r)};
}
inline double root(double a) {
  return std::sqrt(a);
}
inline Dual size(Dual a) {
  return a.v < 0.0 ? Dual{-a.v, -a.d} : a;
}
inline double size(double a) {
  return std::fabs(a);
}
inline double plain(Dual a) {
  return a.v;
}
inline double plain(double a) {
  return a;
}

/// Divisor of a variance that `used` coefficients were taken off; NaN where nothing is left.
template <class T>
T divisor_of(Divisor divisor, double n, T weight, double used = 1.0) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (divisor == Divisor::kWeight) return weight;
  if (divisor == Divisor::kWeightLessOne) return plain(weight) > used ? weight - T(used) : T(kNone);
  return n > used ? weight * T((n - used) / n) : T(kNone);
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
