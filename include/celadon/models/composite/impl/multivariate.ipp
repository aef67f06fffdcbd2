#pragma once

#include <celadon/models/composite/impl/columns_detail.hpp>
#include <celadon/models/composite/multivariate.hpp>

#include <Eigen/Eigenvalues>

namespace celadon::inline CELADON_ABI::composite {

namespace multivariate_detail {

using columns_detail::at;

inline std::vector<std::int64_t> complete_rows(const Matrix& data) {
  std::vector<std::int64_t> out;
  for (std::int64_t i = 0; i < data.n_rows; ++i) {
    bool complete = true;
    for (std::int64_t j = 0; j < data.n_columns; ++j) complete = complete && !std::isnan(data(i, j));
    if (complete) out.push_back(i);
  }
  return out;
}

inline Matrix rows_of(const Matrix& data, const std::vector<std::int64_t>& rows) {
  Matrix out(static_cast<std::int64_t>(rows.size()), data.n_columns);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::int64_t j = 0; j < data.n_columns; ++j) out(static_cast<std::int64_t>(i), j) = data(rows[i], j);
  return out;
}

struct Pair {
  double covariance = kMissing;
  double correlation = kMissing;
  std::int64_t n = 0;
};

/// Over the units with both values. A column that is constant there has no correlation.
inline Pair pair_of(const double* x, const double* y, std::size_t size) {
  Pair out;
  double sx = 0.0;
  double sy = 0.0;
  double first_x = kMissing;
  double first_y = kMissing;
  bool constant_x = true;
  bool constant_y = true;
  for (std::size_t i = 0; i < size; ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    if (out.n == 0) {
      first_x = x[i];
      first_y = y[i];
    }
    constant_x = constant_x && x[i] == first_x;
    constant_y = constant_y && y[i] == first_y;
    ++out.n;
    sx += x[i];
    sy += y[i];
  }
  if (out.n < 2) return out;
  const auto n = static_cast<double>(out.n);
  const double mx = sx / n;
  const double my = sy / n;
  double xx = 0.0;
  double yy = 0.0;
  double xy = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    const double dx = x[i] - mx;
    const double dy = y[i] - my;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  out.covariance = constant_x || constant_y ? 0.0 : xy / (n - 1.0);
  if (!constant_x && !constant_y && xx > 0.0 && yy > 0.0) out.correlation = xy / math::sqrt(xx) / math::sqrt(yy);
  return out;
}

inline Matrix pairs(const Matrix& all, PairRule rule, bool correlation, bool by_rank) {
  const Matrix data = rule == PairRule::kComplete ? rows_of(all, complete_rows(all)) : all;
  const auto k = data.n_columns;
  std::vector<std::vector<double>> x;
  for (std::int64_t j = 0; j < k; ++j) x.push_back(data.column(j));
  Matrix out(k, k);
  std::vector<double> a;
  std::vector<double> b;
  std::vector<columns_detail::Placed> order;
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j <= i; ++j) {
      Pair p;
      if (by_rank) {
        // ranks are of the units that have both
        a = x[at(i)];
        b = x[at(j)];
        for (std::size_t u = 0; u < a.size(); ++u)
          if (std::isnan(a[u]) || std::isnan(b[u])) a[u] = b[u] = kMissing;
        std::vector<double> ra(a.size());
        std::vector<double> rb(b.size());
        columns_detail::ascending_ranks(a.data(), a.size(), columns_detail::Ties::kMiddle, ra.data(), order);
        columns_detail::ascending_ranks(b.data(), b.size(), columns_detail::Ties::kMiddle, rb.data(), order);
        p = pair_of(ra.data(), rb.data(), ra.size());
      } else {
        p = pair_of(x[at(i)].data(), x[at(j)].data(), x[at(i)].size());
      }
      double v = correlation ? p.correlation : p.covariance;
      if (correlation && i == j && !std::isnan(v)) v = 1.0;
      out(i, j) = out(j, i) = v;
    }
  return out;
}

/// The first column without variance, or -1.
inline std::int64_t constant_column(const Matrix& correlation) {
  for (std::int64_t j = 0; j < correlation.n_columns; ++j)
    if (std::isnan(correlation(j, j))) return j;
  return -1;
}

inline Error constant(std::int64_t column) {
  return make_error(Code::kConstantIndicator, {}, {{"node", std::to_string(column + 1)}});
}

inline Error too_few_units(std::int64_t n, std::int64_t needed, std::string node) {
  return make_error(Code::kTooFewUnits, {}, {{"node", std::move(node)}, {"n", std::to_string(n)}, {"needed", std::to_string(needed)}});
}

/// The first pair of different columns without a correlation.
inline Result<void> check_pairs(const Matrix& correlation) {
  if (const auto j = constant_column(correlation); j >= 0) return constant(j);
  for (std::int64_t i = 0; i < correlation.n_rows; ++i)
    for (std::int64_t j = 0; j < i; ++j)
      if (std::isnan(correlation(i, j))) return too_few_units(0, 2, std::to_string(j + 1) + ", " + std::to_string(i + 1));
  return {};
}

}  // namespace multivariate_detail

Matrix correlations(const Matrix& data, PairRule rule) {
  return multivariate_detail::pairs(data, rule, true, false);
}
Matrix rank_correlations(const Matrix& data, PairRule rule) {
  return multivariate_detail::pairs(data, rule, true, true);
}
Matrix covariances(const Matrix& data, PairRule rule) {
  return multivariate_detail::pairs(data, rule, false, false);
}

Result<GroupAlpha> group_alpha(const Matrix& data, PairRule rule) {
  namespace detail = multivariate_detail;
  const std::int64_t k = data.n_columns;
  if (k < 2) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(k)}, {"needed", "2"}});
  GroupAlpha out;
  out.n_units = static_cast<std::int64_t>(detail::complete_rows(data).size());
  if (rule == PairRule::kComplete && out.n_units < 2) return detail::too_few_units(out.n_units, 2, "1-" + std::to_string(k));
  const Matrix r = correlations(data, rule);
  if (auto ok = detail::check_pairs(r); !ok) return ok.error();
  const Matrix c = covariances(data, rule);
  const auto alpha = [k](const Matrix& m) {
    double trace = 0.0;
    double sum = 0.0;
    for (std::int64_t i = 0; i < k; ++i) {
      trace += m(i, i);
      for (std::int64_t j = 0; j < k; ++j) sum += m(i, j);
    }
    const auto n = static_cast<double>(k);
    return sum > 0.0 ? n / (n - 1.0) * (1.0 - trace / sum) : kMissing;
  };
  out.alpha = alpha(c);
  out.alpha_standardized = alpha(r);
  return out;
}

Result<PrincipalComponents> principal_components(const Matrix& data, PairRule rule) {
  namespace detail = multivariate_detail;
  const std::int64_t k = data.n_columns;
  if (k < 1) return make_error(Code::kTooFewItems, {}, {{"n", "0"}, {"needed", "1"}});
  PrincipalComponents out;
  const auto complete = static_cast<std::int64_t>(detail::complete_rows(data).size());
  if (rule == PairRule::kComplete) {
    out.n_units = complete;
    if (complete < 2) return detail::too_few_units(complete, 2, "1-" + std::to_string(k));
  } else {
    for (std::int64_t i = 0; i < data.n_rows; ++i) {
      bool any = false;
      for (std::int64_t j = 0; j < k; ++j) any = any || !std::isnan(data(i, j));
      out.n_units += any ? 1 : 0;
    }
  }
  const Matrix r = correlations(data, rule);
  if (auto ok = detail::check_pairs(r); !ok) return ok.error();
  Eigen::MatrixXd m(k, k);
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j < k; ++j) m(i, j) = r(i, j);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(m);
  out.loadings = Matrix(k, k);
  double total = 0.0;
  for (std::int64_t c = 0; c < k; ++c) total += std::max(0.0, solver.eigenvalues()(c));
  for (std::int64_t c = 0; c < k; ++c) {
    const std::int64_t from = k - 1 - c;  // ascending in Eigen
    const double value = std::max(0.0, solver.eigenvalues()(from));
    out.sd.push_back(math::sqrt(value));
    out.explained_share.push_back(value / total);
    double sum = 0.0;
    for (std::int64_t j = 0; j < k; ++j) sum += solver.eigenvectors()(j, from);
    for (std::int64_t j = 0; j < k; ++j) out.loadings(j, c) = sum < 0.0 ? -solver.eigenvectors()(j, from) : solver.eigenvectors()(j, from);
  }
  return out;
}

Table PrincipalComponents::to_table() const {
  Table table("components");
  table.add("component", columns_detail::from_one(sd.size())).add("sd", sd).add("explained_share", explained_share);
  for (std::int64_t j = 0; j < loadings.n_rows; ++j) {
    std::vector<double> of_indicator;
    of_indicator.reserve(sd.size());
    for (std::int64_t c = 0; c < loadings.n_columns; ++c) of_indicator.push_back(loadings(j, c));
    table.add("loading_" + std::to_string(j + 1), std::move(of_indicator));
  }
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
