#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI {

namespace normal_detail {

/// c[0] + c[1] x + ... by Horner's rule.
template <std::size_t N>
inline double polynomial(const double (&c)[N], double x) {
  double sum = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// exp(-y^2) without the rounding error of y^2: y is split so that the larger square is exact.
inline double exp_minus_square(double y) {
  const double coarse = std::trunc(y * 16.0) / 16.0;
  const double rest = (y - coarse) * (y + coarse);
  return math::exp(-coarse * coarse) * math::exp(-rest);
}

/// erfc(y) for y > 0.46875.
inline double erfc_positive(double y) {
  if (y <= 4.0) {
    static constexpr double c[] = {1.23033935479799725e3, 2.05107837782607147e3,  1.71204761263407058e3,
                                   8.81952221241769090e2, 2.98635138197400131e2,  6.61191906371416295e1,
                                   8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8};
    static constexpr double d[] = {1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
                                   3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
                                   1.17693950891312499e2, 1.57449261107098347e1, 1.0};
    return exp_minus_square(y) * polynomial(c, y) / polynomial(d, y);
  }
  if (y > 27.3) return 0.0;
  static constexpr double p[] = {6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1,
                                 3.60344899949804439e-1, 3.05326634961232344e-1, 1.63153871373020978e-2};
  static constexpr double q[] = {2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
                                 1.87295284992346725e0,  2.56852019228982242e0,  1.0};
  constexpr double kInverseSqrtPi = 5.6418958354775628695e-1;
  const double s = 1.0 / (y * y);
  return exp_minus_square(y) * (kInverseSqrtPi - s * polynomial(p, s) / polynomial(q, s)) / y;
}

/// erf(y) for |y| <= 0.46875.
inline double erf_small(double y) {
  static constexpr double a[] = {3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.16112374387056560e0,
                                 1.85777706184603153e-1};
  static constexpr double b[] = {2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1.0};
  const double s = y * y;
  return y * polynomial(a, s) / polynomial(b, s);
}

}  // namespace normal_detail

double normal_density(double z) {
  constexpr double kInverseSqrtTwoPi = 3.9894228040143267794e-1;
  if (std::isnan(z)) return z;
  if (std::fabs(z) > 39.0) return 0.0;
  return kInverseSqrtTwoPi * math::exp(-0.5 * z * z);
}

double normal_cdf(double z) {
  constexpr double kInverseSqrtTwo = 7.0710678118654752440e-1;
  if (std::isnan(z)) return z;
  const double y = std::fabs(z) * kInverseSqrtTwo;
  if (y <= 0.46875) return 0.5 + 0.5 * normal_detail::erf_small(z * kInverseSqrtTwo);
  const double tail = 0.5 * normal_detail::erfc_positive(y);
  return z > 0.0 ? 1.0 - tail : tail;
}

double normal_quantile(double probability) {
  if (!(probability >= 0.0 && probability <= 1.0)) return std::numeric_limits<double>::quiet_NaN();
  if (probability == 0.0) return -std::numeric_limits<double>::infinity();
  if (probability == 1.0) return std::numeric_limits<double>::infinity();
  const double q = probability - 0.5;
  if (std::fabs(q) <= 0.425) {
    static constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                                   4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
    static constexpr double b[] = {1.0,
                                   4.2313330701600911252e1,
                                   6.8718700749205790830e2,
                                   5.3941960214247511077e3,
                                   2.1213794301586595867e4,
                                   3.9307895800092710610e4,
                                   2.8729085735721942674e4,
                                   5.2264952788528545610e3};
    const double r = 0.180625 - q * q;
    return q * normal_detail::polynomial(a, r) / normal_detail::polynomial(b, r);
  }
  double r = std::sqrt(-math::log(q < 0.0 ? probability : 1.0 - probability));
  double z = 0.0;
  if (r <= 5.0) {
    static constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                   3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr double d[] = {1.0,
                                   2.05319162663775882187e0,
                                   1.67638483018380384940e0,
                                   6.89767334985100004550e-1,
                                   1.48103976427480074590e-1,
                                   1.51986665636164571966e-2,
                                   5.47593808499534494600e-4,
                                   1.05075007164441684324e-9};
    r -= 1.6;
    z = normal_detail::polynomial(c, r) / normal_detail::polynomial(d, r);
  } else {
    static constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                   2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr double f[] = {1.0,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};
    r -= 5.0;
    z = normal_detail::polynomial(e, r) / normal_detail::polynomial(f, r);
  }
  return q < 0.0 ? -z : z;
}

}  // namespace celadon::inline CELADON_ABI
