#pragma once

#include <celadon/models/survey/impl/cholesky.hpp>
#include <celadon/models/survey/small_area.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace small_area_detail {

inline Error invalid(const char* name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

struct Areas {
  std::size_t k = 1;         ///< coefficients
  std::vector<double> x;     ///< [group][k]
  std::vector<double> y, v;  ///< NaN where the group has no direct estimate
  std::vector<std::size_t> used;
};

/// Everything at one between variance.
struct Fitted {
  std::vector<double> beta, factor;  ///< factor of X'V^-1X
  double score = 0.0;
  double information = 0.0;
  bool singular = false;
};

inline std::vector<double> weighted_cross(const Areas& a, double between, int power) {
  std::vector<double> out(a.k * a.k, 0.0);
  for (const std::size_t g : a.used) {
    double w = 1.0;
    for (int p = 0; p < power; ++p) w /= between + a.v[g];
    for (std::size_t i = 0; i < a.k; ++i)
      for (std::size_t j = 0; j < a.k; ++j) out[i * a.k + j] += w * a.x[g * a.k + i] * a.x[g * a.k + j];
  }
  return out;
}

/// M^-1 B for a symmetric B, by columns.
inline std::vector<double> inverse_times(const std::vector<double>& factor, std::size_t k, const std::vector<double>& b) {
  std::vector<double> out(k * k);
  std::vector<double> column(k);
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i < k; ++i) column[i] = b[i * k + j];
    engine_detail::solve(factor, k, column.data());
    for (std::size_t i = 0; i < k; ++i) out[i * k + j] = column[i];
  }
  return out;
}

inline Fitted fit_at(const Areas& a, double between) {
  Fitted out;
  out.factor = weighted_cross(a, between, 1);
  if (!engine_detail::cholesky(out.factor, a.k)) {
    out.singular = true;
    return out;
  }
  out.beta.assign(a.k, 0.0);
  for (const std::size_t g : a.used)
    for (std::size_t i = 0; i < a.k; ++i) out.beta[i] += a.x[g * a.k + i] * a.y[g] / (between + a.v[g]);
  engine_detail::solve(out.factor, a.k, out.beta.data());
  const auto second = inverse_times(out.factor, a.k, weighted_cross(a, between, 2));
  const auto third = inverse_times(out.factor, a.k, weighted_cross(a, between, 3));
  double trace = 0.0;
  double squares = 0.0;
  double residual = 0.0;
  for (const std::size_t g : a.used) {
    const double total = between + a.v[g];
    double fitted = 0.0;
    for (std::size_t i = 0; i < a.k; ++i) fitted += a.x[g * a.k + i] * out.beta[i];
    trace += 1.0 / total;
    squares += 1.0 / (total * total);
    residual += (a.y[g] - fitted) / total * ((a.y[g] - fitted) / total);
  }
  for (std::size_t i = 0; i < a.k; ++i) {
    trace -= second[i * a.k + i];
    squares -= 2.0 * third[i * a.k + i];
    for (std::size_t j = 0; j < a.k; ++j) squares += second[i * a.k + j] * second[j * a.k + i];
  }
  out.score = 0.5 * (residual - trace);
  out.information = 0.5 * squares;
  return out;
}

inline Result<Areas> read(const SmallAreaSpec& spec) {
  const std::size_t n = spec.direct.size();
  const auto mismatch = [&](const char* name, std::size_t actual, std::size_t expected) {
    return make_error(Code::kLengthMismatch, {},
                      {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
  };
  if (spec.n_covariates < 0) return invalid("n_covariates", "must be 0 or more");
  const auto p = static_cast<std::size_t>(spec.n_covariates);
  if (spec.variance.size() != n) return mismatch("variance", spec.variance.size(), n);
  if (!spec.effective_n.empty() && spec.effective_n.size() != n) return mismatch("effective_n", spec.effective_n.size(), n);
  if (spec.covariates.size() != n * p) return mismatch("covariates", spec.covariates.size(), n * p);
  Areas a;
  a.k = p + 1;
  a.y.assign(spec.direct.begin(), spec.direct.end());
  a.v.assign(spec.variance.begin(), spec.variance.end());
  for (std::size_t g = 0; g < n; ++g) {
    a.x.push_back(1.0);
    for (std::size_t j = 0; j < p; ++j) {
      if (!std::isfinite(spec.covariates[g * p + j])) return invalid("covariates", "must be finite");
      a.x.push_back(spec.covariates[g * p + j]);
    }
    if (std::isinf(a.y[g])) return invalid("direct", "must be finite or NaN");
    if (a.y[g] == a.y[g]) a.used.push_back(g);
  }
  if (a.used.size() < a.k + 2)
    return make_error(Code::kTooFewUnits, {}, {{"node", "*"}, {"n", std::to_string(a.used.size())}, {"needed", std::to_string(a.k + 2)}});
  if (!spec.effective_n.empty()) {
    double sum = 0.0;
    double weight = 0.0;
    for (const std::size_t g : a.used) {
      if (!(spec.effective_n[g] > 0.0)) return invalid("effective_n", "must be above 0");
      if (!std::isfinite(a.v[g])) continue;
      sum += a.v[g] * spec.effective_n[g] * spec.effective_n[g];
      weight += spec.effective_n[g];
    }
    for (const std::size_t g : a.used) a.v[g] = sum / weight / spec.effective_n[g];
  }
  for (const std::size_t g : a.used)
    if (!(a.v[g] > 0.0) || !std::isfinite(a.v[g])) return invalid("variance", "must be above 0 where there is a direct estimate");
  return a;
}

}  // namespace small_area_detail

Result<SmallArea> empirical_bayes(const SmallAreaSpec& spec) {
  using namespace small_area_detail;
  auto read_areas = read(spec);
  if (!read_areas) return read_areas.error();
  const Areas& a = *read_areas;
  SmallArea out;
  out.n_used = static_cast<std::int64_t>(a.used.size());
  double mean_variance = 0.0;
  for (const std::size_t g : a.used) mean_variance += a.v[g] / static_cast<double>(a.used.size());
  double between = mean_variance;
  Fitted fitted = fit_at(a, between);
  if (fitted.singular) return invalid("covariates", "repeat each other or do not vary");
  for (; out.iterations < spec.max_iterations && !out.converged; ++out.iterations) {
    const double next = std::max(0.0, between + fitted.score / fitted.information);
    out.converged = std::fabs(next - between) < 1e-10 * (mean_variance + between);
    between = next;
    fitted = fit_at(a, between);
  }
  out.between_variance = between;
  out.coefficients = fitted.beta;
  double squares = 0.0;
  for (const std::size_t g : a.used) squares += 1.0 / ((between + a.v[g]) * (between + a.v[g]));
  std::vector<double> step(a.k);
  for (std::size_t g = 0; g < a.y.size(); ++g) {
    SmallAreaRow row;
    const double* x = a.x.data() + g * a.k;
    for (std::size_t i = 0; i < a.k; ++i) row.synthetic += x[i] * fitted.beta[i];
    std::copy(x, x + a.k, step.begin());
    engine_detail::solve(fitted.factor, a.k, step.data());
    double leverage = 0.0;
    for (std::size_t i = 0; i < a.k; ++i) leverage += x[i] * step[i];
    row.direct = a.y[g];
    if (row.direct == row.direct) {
      const double v = a.v[g];
      row.direct_se = std::sqrt(v);
      row.shrinkage = between / (between + v);
      row.estimate = row.synthetic + row.shrinkage * (row.direct - row.synthetic);
      const double rest = 1.0 - row.shrinkage;
      const double third = v * v / ((between + v) * (between + v) * (between + v)) * (2.0 / squares);
      row.se = std::sqrt(row.shrinkage * v + rest * rest * leverage + 2.0 * third);
    } else {
      row.direct_se = std::numeric_limits<double>::quiet_NaN();
      row.estimate = row.synthetic;
      row.se = std::sqrt(between + leverage);
    }
    out.rows.push_back(row);
  }
  return out;
}

Table SmallArea::to_table() const {
  Table table("small_area");
  std::vector<std::int64_t> group;
  for (std::size_t g = 0; g < rows.size(); ++g) group.push_back(static_cast<std::int64_t>(g));
  table.add("group", std::move(group));
  const auto numbers = [&](const char* name, double SmallAreaRow::*field) {
    std::vector<double> column;
    for (const SmallAreaRow& row : rows) column.push_back(row.*field);
    table.add(name, std::move(column));
  };
  numbers("direct", &SmallAreaRow::direct);
  numbers("direct_se", &SmallAreaRow::direct_se);
  numbers("synthetic", &SmallAreaRow::synthetic);
  numbers("estimate", &SmallAreaRow::estimate);
  numbers("se", &SmallAreaRow::se);
  numbers("shrinkage", &SmallAreaRow::shrinkage);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::survey
