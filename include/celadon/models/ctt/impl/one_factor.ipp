#pragma once

#include <celadon/models/ctt/one_factor.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <string>

namespace celadon::inline CELADON_ABI::ctt {

namespace one_factor_detail {

constexpr double kHighestLoading = 0.997496867163000;  // sqrt(0.995)

inline Result<void> check(std::span<const double> correlation, std::size_t k) {
  if (correlation.size() != k * k)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "correlation"}, {"actual", std::to_string(correlation.size())}, {"expected", std::to_string(k * k)}});
  for (std::size_t i = 0; i < correlation.size(); ++i)
    if (!std::isfinite(correlation[i]))
      return make_error(Code::kNotFinite, {.table = {}, .column = "correlation", .row = static_cast<std::int64_t>(i / k) + 1, .item = {}});
  return {};
}

/// Largest off-diagonal row sum of squares gives a start on the side of the common factor: the centroid solution.
inline std::vector<double> centroid(std::span<const double> r, std::size_t k) {
  std::vector<double> l(k, 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j)
      if (i != j) {
        l[i] += r[i * k + j];
        sum += r[i * k + j];
      }
  const double scale = sum > 0.0 ? 1.0 / std::sqrt(sum * static_cast<double>(k) / static_cast<double>(k - 1)) : 0.0;
  for (double& x : l) x = scale > 0.0 ? std::clamp(x * scale, -0.9, 0.9) : 0.5;
  return l;
}

}  // namespace one_factor_detail

Result<OneFactor> one_factor(std::span<const double> correlation, std::size_t k) {
  if (k < 3) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(k)}, {"needed", "3"}});
  if (auto ok = one_factor_detail::check(correlation, k); !ok) return ok.error();
  OneFactor out;
  std::vector<double> l = one_factor_detail::centroid(correlation, k);
  double squares = 0.0;
  for (const double x : l) squares += x * x;
  constexpr int kMaxIterations = 20000;
  for (out.iterations = 1; out.iterations <= kMaxIterations; ++out.iterations) {
    double largest = 0.0;
    for (std::size_t i = 0; i < k; ++i) {
      double top = 0.0;
      for (std::size_t j = 0; j < k; ++j)
        if (j != i) top += correlation[i * k + j] * l[j];
      const double bottom = squares - l[i] * l[i];
      const double next =
          bottom > 1e-12 ? std::clamp(top / bottom, -one_factor_detail::kHighestLoading, one_factor_detail::kHighestLoading) : 0.0;
      largest = std::max(largest, std::fabs(next - l[i]));
      l[i] = next;
      squares = bottom + next * next;
    }
    // The running sum of squares is refreshed so that its rounding does not gather.
    squares = 0.0;
    for (const double x : l) squares += x * x;
    if (largest < 1e-12) {
      out.converged = true;
      break;
    }
  }
  double sum = 0.0;
  for (const double x : l) sum += x;
  for (double& x : l) x = sum < 0.0 ? -x : x;
  for (std::size_t i = 0; i < k; ++i) {
    out.uniquenesses.push_back(1.0 - l[i] * l[i]);
    out.improper = out.improper || std::fabs(l[i]) >= one_factor_detail::kHighestLoading;
    for (std::size_t j = 0; j < i; ++j) {
      const double e = correlation[i * k + j] - l[i] * l[j];
      out.objective += e * e;
    }
  }
  out.rmsr = std::sqrt(out.objective * 2.0 / static_cast<double>(k * (k - 1)));
  out.loadings = std::move(l);
  return out;
}

Result<std::vector<double>> squared_multiple_correlations(std::span<const double> correlation, std::size_t k) {
  if (auto ok = one_factor_detail::check(correlation, k); !ok) return ok.error();
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto n = static_cast<Eigen::Index>(k);
  const Eigen::Map<const Matrix> r(correlation.data(), n, n);
  const Eigen::LLT<Matrix> factor(r);
  if (factor.info() != Eigen::Success || factor.rcond() < 1e-12) return make_error(Code::kSingularCorrelations);
  const Matrix inverse = factor.solve(Matrix::Identity(n, n));
  std::vector<double> out(k);
  for (std::size_t j = 0; j < k; ++j) {
    const double d = inverse(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(j));
    if (!(d >= 1.0 - 1e-9) || !std::isfinite(d)) return make_error(Code::kSingularCorrelations);
    out[j] = std::max(0.0, 1.0 - 1.0 / d);
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::ctt
