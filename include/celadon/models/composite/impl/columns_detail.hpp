/// What several bodies of the room do to one column of values: moments, ranks, medians, quantiles.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/composite/data.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::composite::columns_detail {

inline std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

inline Error invalid(const char* name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", std::move(detail)}});
}

inline Error length(const char* name, std::int64_t actual, std::int64_t expected) {
  return make_error(Code::kLengthMismatch, {},
                    {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
}

/// "0.123": three decimals without a locale.
inline std::string number(double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? "NaN" : (x > 0.0 ? "inf" : "-inf");
  if (std::fabs(x) >= 1e12) return x > 0.0 ? "> 1e12" : "< -1e12";
  const auto scaled = static_cast<long long>(std::llround(std::fabs(x) * 1000.0));
  std::string digits = std::to_string(scaled % 1000);
  digits.insert(0, 3 - digits.size(), '0');
  return (x < 0.0 && scaled != 0 ? "-" : "") + std::to_string(scaled / 1000) + "." + digits;
}

/// 1, 2, ..., n.
inline std::vector<std::int64_t> from_one(std::size_t n) {
  std::vector<std::int64_t> out(n);
  std::iota(out.begin(), out.end(), std::int64_t{1});
  return out;
}

/// x^p for x > 0 with the library's own arithmetic.
inline double power(double x, double p) {
  return math::exp(p * math::log(x));
}

struct Moments {
  std::int64_t n = 0;
  double mean = kMissing;
  double sd = kMissing;
  double skewness = kMissing;
  double kurtosis = kMissing;
};

/// Of the values that are there. Deviations from the mean first, so that large means lose no digits.
inline Moments moments(const double* x, std::size_t size) {
  Moments out;
  double sum = 0.0;
  double first = kMissing;
  bool constant = true;
  for (std::size_t i = 0; i < size; ++i)
    if (!std::isnan(x[i])) {
      if (out.n == 0) first = x[i];
      constant = constant && x[i] == first;
      ++out.n;
      sum += x[i];
    }
  if (out.n == 0) return out;
  const auto n = static_cast<double>(out.n);
  out.mean = constant ? first : sum / n;
  if (out.n < 2) return out;
  if (constant) {
    out.sd = 0.0;
    return out;
  }
  double s2 = 0.0;
  double s3 = 0.0;
  double s4 = 0.0;
  for (std::size_t i = 0; i < size; ++i)
    if (!std::isnan(x[i])) {
      const double d = x[i] - out.mean;
      const double dd = d * d;
      s2 += dd;
      s3 += dd * d;
      s4 += dd * dd;
    }
  out.sd = math::sqrt(s2 / (n - 1.0));
  if (!(s2 > 0.0)) return out;
  if (out.n >= 3) out.skewness = math::sqrt(n) * s3 / (s2 * math::sqrt(s2)) * math::sqrt(n * (n - 1.0)) / (n - 2.0);
  if (out.n >= 4) out.kurtosis = ((n + 1.0) * (n * s4 / (s2 * s2) - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
  return out;
}

enum class Ties { kLowest, kMiddle };

/// A value and where it stands.
struct Placed {
  double value;
  std::size_t place;
};

/// Ascending ranks from 1 into `out`; NaN for NaN. `order` is scratch, and holds the values that are there afterwards.
inline void ascending_ranks(const double* x, std::size_t size, Ties ties, double* out, std::vector<Placed>& order) {
  order.clear();
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = kMissing;
    if (!std::isnan(x[i])) order.push_back({x[i], i});
  }
  std::sort(order.begin(), order.end(), [](const Placed& a, const Placed& b) { return a.value < b.value; });
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && order[last + 1].value == order[first].value) ++last;
    const auto low = static_cast<double>(first + 1);
    const double rank = ties == Ties::kLowest ? low : 0.5 * (low + static_cast<double>(last + 1));
    for (std::size_t k = first; k <= last; ++k) out[order[k].place] = rank;
    first = last + 1;
  }
}

/// Quantile of type 7 of sorted values.
inline double sorted_quantile(const std::vector<double>& sorted, double probability) {
  if (sorted.empty()) return kMissing;
  const double h = static_cast<double>(sorted.size() - 1) * probability;
  const auto low = static_cast<std::size_t>(std::floor(h));
  if (low + 1 >= sorted.size()) return sorted.back();
  return sorted[low] + (h - static_cast<double>(low)) * (sorted[low + 1] - sorted[low]);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return sorted_quantile(values, 0.5);
}

/// Weights checked and, when none are given, all 1.
inline Result<std::vector<double>> checked_weights(std::span<const double> weights, std::int64_t n) {
  if (weights.empty()) return std::vector<double>(at(n), 1.0);
  if (static_cast<std::int64_t>(weights.size()) != n) return length("weights", static_cast<std::int64_t>(weights.size()), n);
  double sum = 0.0;
  for (const double w : weights) {
    if (!std::isfinite(w) || w < 0.0) return invalid("weights", "negative or not finite");
    sum += w;
  }
  if (!(sum > 0.0)) return invalid("weights", "all 0");
  return std::vector<double>(weights.begin(), weights.end());
}

}  // namespace celadon::inline CELADON_ABI::composite::columns_detail
