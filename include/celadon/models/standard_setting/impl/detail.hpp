/// What several bodies of the room share: one column's moments and median, correlations, arguments of messages.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/text.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::standard_setting::detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

inline Error invalid(const char* name, std::string text) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", std::move(text)}});
}

inline Error length(const char* name, std::size_t actual, std::int64_t expected) {
  return make_error(Code::kLengthMismatch, {},
                    {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
}

inline Finding warning(Code code, Place place, std::vector<Argument> arguments) {
  return make_finding(Severity::kWarning, code, std::move(place), std::move(arguments));
}

/// Four significant decimals at most: enough for a message.
inline std::string shown(double x) {
  if (!std::isfinite(x) || std::fabs(x) > 1e9) return format_number(x);
  return format_number(static_cast<double>(std::llround(x * 1e4)) / 1e4);
}

/// The values that are there.
inline std::vector<double> present(std::span<const double> x) {
  std::vector<double> out;
  out.reserve(x.size());
  for (const double v : x)
    if (!std::isnan(v)) out.push_back(v);
  return out;
}

inline double mean(std::span<const double> x) {
  double sum = 0.0;
  for (const double v : x) sum += v;
  return x.empty() ? kNaN : sum / static_cast<double>(x.size());
}

/// Divisor n - 1; NaN for fewer than two.
inline double sd(std::span<const double> x) {
  if (x.size() < 2) return kNaN;
  const double m = mean(x);
  double sum = 0.0;
  for (const double v : x) sum += (v - m) * (v - m);
  return math::sqrt(sum / static_cast<double>(x.size() - 1));
}

inline bool constant(std::span<const double> x) {
  return std::all_of(x.begin(), x.end(), [&](double v) { return std::fabs(v - x.front()) <= 1e-12 * std::max(1.0, std::fabs(v)); });
}

/// NaN with fewer than three pairs or without variance.
inline double correlation(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 3 || constant(x) || constant(y)) return kNaN;
  const double mx = mean(x);
  const double my = mean(y);
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  return xy / math::sqrt(xx * yy);
}

inline double median_of_sorted(std::span<const double> x) {
  const std::size_t n = x.size();
  if (n == 0) return kNaN;
  return n % 2 == 1 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

/// Standard error of the median by the beta weights of order statistics; NaN for fewer than two. Defined in median.ipp.
double median_se_of_sorted(std::span<const double> x);

}  // namespace celadon::inline CELADON_ABI::standard_setting::detail
