#pragma once

#include <celadon/models/standard_setting/impl/detail.hpp>

#include <boost/math/special_functions/beta.hpp>

namespace celadon::inline CELADON_ABI::standard_setting::detail {

double median_se_of_sorted(std::span<const double> x) {
  if (x.size() < 2) return kNaN;
  const auto n = static_cast<double>(x.size());
  const double half = 0.5 * (n + 1.0);
  double first = 0.0;
  double below = 0.0;
  std::vector<double> weight(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double up = i + 1 == x.size() ? 1.0 : boost::math::ibeta(half, half, static_cast<double>(i + 1) / n);
    weight[i] = up - below;
    first += weight[i] * x[i];
    below = up;
  }
  double variance = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) variance += weight[i] * (x[i] - first) * (x[i] - first);
  return math::sqrt(variance);
}

}  // namespace celadon::inline CELADON_ABI::standard_setting::detail
