#pragma once

#include <celadon/models/composite/impl/columns_detail.hpp>
#include <celadon/models/composite/multivariate.hpp>
#include <celadon/models/composite/weights.hpp>

namespace celadon::inline CELADON_ABI::composite {

namespace weights_detail {

using columns_detail::at;

inline Error too_few(std::int64_t column, std::int64_t n) {
  return make_error(Code::kTooFewUnits, {}, {{"node", std::to_string(column + 1)}, {"n", std::to_string(n)}, {"needed", "2"}});
}

/// Criteria (>= 0) to weights of sum 1; `column` names an indicator when all are 0.
inline Result<Weights> from_criteria(std::vector<double> criterion, const std::vector<double>& share) {
  Weights out;
  double sum = 0.0;
  for (const double s : share) sum += s;
  if (!(sum > 0.0)) return make_error(Code::kConstantIndicator, {}, {{"node", "1-" + std::to_string(share.size())}});
  for (const double s : share) out.weights.push_back(s / sum);
  out.criterion = std::move(criterion);
  return out;
}

inline Result<std::vector<double>> deviations(const Matrix& x) {
  std::vector<double> out;
  for (std::int64_t j = 0; j < x.n_columns; ++j) {
    const auto column = x.column(j);
    const auto m = columns_detail::moments(column.data(), column.size());
    if (m.n < 2) return too_few(j, m.n);
    out.push_back(m.sd);
  }
  return out;
}

}  // namespace weights_detail

Result<Weights> equal_weights(std::int64_t n_indicators) {
  if (n_indicators < 1) return columns_detail::invalid("n_indicators", "below 1");
  Weights out;
  out.weights.assign(columns_detail::at(n_indicators), 1.0 / static_cast<double>(n_indicators));
  out.criterion = out.weights;
  return out;
}

Result<Weights> entropy_weights(const Matrix& x) {
  std::vector<double> entropy;
  std::vector<double> share;
  for (std::int64_t j = 0; j < x.n_columns; ++j) {
    double sum = 0.0;
    std::int64_t n = 0;
    for (std::int64_t i = 0; i < x.n_rows; ++i) {
      if (std::isnan(x(i, j))) continue;
      if (x(i, j) < 0.0) return make_error(Code::kNegativeValue, {"", "", i + 1, {}}, {{"node", std::to_string(j + 1)}});
      sum += x(i, j);
      ++n;
    }
    if (n < 2) return weights_detail::too_few(j, n);
    double e = 1.0;  // all values 0: nothing tells the units apart
    if (sum > 0.0) {
      e = 0.0;
      for (std::int64_t i = 0; i < x.n_rows; ++i)
        if (x(i, j) > 0.0) {
          const double p = x(i, j) / sum;
          e -= p * math::log(p);
        }
      e /= math::log(static_cast<double>(n));
    }
    entropy.push_back(e);
    const double left = 1.0 - e;
    share.push_back(left > 1e-14 ? left : 0.0);
  }
  return weights_detail::from_criteria(std::move(entropy), share);
}

Result<Weights> deviation_weights(const Matrix& x) {
  const auto sd = weights_detail::deviations(x);
  if (!sd) return sd.error();
  return weights_detail::from_criteria(*sd, *sd);
}

Result<Weights> critic_weights(const Matrix& x) {
  const auto sd = weights_detail::deviations(x);
  if (!sd) return sd.error();
  const Matrix r = correlations(x, PairRule::kPairwise);
  std::vector<double> criterion;
  for (std::int64_t j = 0; j < x.n_columns; ++j) {
    if (std::isnan(r(j, j))) return make_error(Code::kConstantIndicator, {}, {{"node", std::to_string(j + 1)}});
    double conflict = 0.0;
    for (std::int64_t k = 0; k < x.n_columns; ++k) {
      if (std::isnan(r(j, k)) && !std::isnan(r(k, k))) return weights_detail::too_few(j, 0);
      conflict += 1.0 - r(j, k);
    }
    criterion.push_back((*sd)[columns_detail::at(j)] * conflict);
  }
  return weights_detail::from_criteria(criterion, criterion);
}

Result<Weights> component_weights(const Matrix& x, bool squared) {
  const auto components = principal_components(x, PairRule::kPairwise);
  if (!components) return components.error();
  std::vector<double> loading;
  std::vector<double> share;
  Findings findings;
  for (std::int64_t j = 0; j < x.n_columns; ++j) {
    const double l = components->loadings(j, 0);
    loading.push_back(l);
    if (l < 0.0 && !squared)
      findings.push_back(make_finding(Severity::kWarning, Code::kNegativeLoading, {}, {{"node", std::to_string(j + 1)}}));
    share.push_back(squared ? l * l : std::max(0.0, l));
  }
  auto out = weights_detail::from_criteria(std::move(loading), share);
  if (out) out->findings = std::move(findings);
  return out;
}

Result<Weights> budget_weights(const Matrix& points, double budget) {
  if (points.n_rows < 1 || points.n_columns < 1) return columns_detail::invalid("points", "no expert or no indicator");
  if (!(budget > 0.0) || !std::isfinite(budget)) return columns_detail::invalid("budget", "not above 0");
  const auto n = static_cast<double>(points.n_rows);
  for (std::int64_t i = 0; i < points.n_rows; ++i) {
    double sum = 0.0;
    for (std::int64_t j = 0; j < points.n_columns; ++j) {
      if (std::isnan(points(i, j))) return columns_detail::invalid("points", "a missing value in row " + std::to_string(i + 1));
      if (points(i, j) < 0.0) return make_error(Code::kNegativeValue, {"", "", i + 1, {}}, {{"node", std::to_string(j + 1)}});
      sum += points(i, j);
    }
    if (!(std::fabs(sum - budget) <= 1e-9 * budget))
      return make_error(Code::kBudgetNotSpent, {"", "", i + 1, {}},
                        {{"value", columns_detail::number(sum)}, {"expected", columns_detail::number(budget)}});
  }
  Weights out;
  for (std::int64_t j = 0; j < points.n_columns; ++j) {
    const auto column = points.column(j);
    const auto m = columns_detail::moments(column.data(), column.size());
    out.criterion.push_back(m.mean);
    out.weights.push_back(m.mean / budget);
    out.se.push_back(m.sd / math::sqrt(n) / budget);
  }
  return out;
}

Table Weights::to_table() const {
  Table table("weights");
  table.add("indicator", columns_detail::from_one(weights.size())).add("weight", weights);
  if (!criterion.empty()) table.add("criterion", criterion);
  if (!se.empty()) table.add("se", se);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
