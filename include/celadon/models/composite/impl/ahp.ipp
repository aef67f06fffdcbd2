#pragma once

#include <celadon/models/composite/ahp.hpp>
#include <celadon/models/composite/impl/columns_detail.hpp>

#include <array>

namespace celadon::inline CELADON_ABI::composite {

namespace ahp_detail {

using columns_detail::at;

inline double random_index(std::int64_t n) {
  constexpr std::array<double, 16> kSaaty = {0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};
  if (n < static_cast<std::int64_t>(kSaaty.size())) return kSaaty[at(n)];
  const auto size = static_cast<double>(n);
  return (2.7699 * size - 4.3513 - size) / (size - 1.0);
}

inline void scale_to_one(std::vector<double>& w) {
  double sum = 0.0;
  for (const double x : w) sum += x;
  for (double& x : w) x /= sum;
}

inline Result<void> check(const Matrix& a) {
  if (a.n_rows < 1 || a.n_rows != a.n_columns) return columns_detail::invalid("judgements", "not a square table");
  for (std::int64_t i = 0; i < a.n_rows; ++i)
    for (std::int64_t j = 0; j <= i; ++j) {
      const bool positive = a(i, j) > 0.0 && a(j, i) > 0.0 && std::isfinite(a(i, j)) && std::isfinite(a(j, i));
      if (!positive || std::fabs(a(i, j) * a(j, i) - 1.0) > 1e-3)
        return make_error(Code::kNotReciprocal, {"", std::to_string(j + 1), i + 1, {}});
    }
  return {};
}

/// The largest eigenvalue and its vector (sum 1), by powers of a matrix shifted by 1: a positive matrix has one such pair (Perron), and the
/// shift keeps the powers from turning round where judgements are circular.
inline double perron(const Matrix& a, std::vector<double>& w) {
  const std::size_t n = at(a.n_rows);
  w.assign(n, 1.0 / static_cast<double>(n));
  std::vector<double> next(n);
  for (int step = 0; step < 20000; ++step) {
    for (std::size_t i = 0; i < n; ++i) {
      next[i] = w[i];
      for (std::size_t j = 0; j < n; ++j) next[i] += a.values[i * n + j] * w[j];
    }
    scale_to_one(next);
    double change = 0.0;
    for (std::size_t i = 0; i < n; ++i) change = std::max(change, std::fabs(next[i] - w[i]) / next[i]);
    w = next;
    if (change < 1e-15) break;
  }
  double lambda = 0.0;  // sum of A w over sum of w, which is 1
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) lambda += a.values[i * n + j] * w[j];
  return lambda;
}

inline std::vector<double> row_means(const Matrix& a) {
  std::vector<double> w;
  for (std::int64_t i = 0; i < a.n_rows; ++i) {
    double logs = 0.0;
    for (std::int64_t j = 0; j < a.n_columns; ++j) logs += math::log(a(i, j));
    w.push_back(math::exp(logs / static_cast<double>(a.n_columns)));
  }
  scale_to_one(w);
  return w;
}

inline std::vector<double> column_means(const Matrix& a) {
  std::vector<double> w(at(a.n_rows), 0.0);
  for (std::int64_t j = 0; j < a.n_columns; ++j) {
    double sum = 0.0;
    for (std::int64_t i = 0; i < a.n_rows; ++i) sum += a(i, j);
    for (std::int64_t i = 0; i < a.n_rows; ++i) w[at(i)] += a(i, j) / sum;
  }
  scale_to_one(w);
  return w;
}

}  // namespace ahp_detail

Result<AhpResult> ahp(const Matrix& a, const AhpOptions& options) {
  namespace detail = ahp_detail;
  if (auto ok = detail::check(a); !ok) return ok.error();
  if (std::isnan(options.consistency_limit)) return columns_detail::invalid("consistency_limit", "not a number");
  AhpResult out;
  std::vector<double> eigenvector;
  out.lambda_max = detail::perron(a, eigenvector);
  const auto n = static_cast<double>(a.n_rows);
  out.consistency_index = a.n_rows > 1 ? (out.lambda_max - n) / (n - 1.0) : 0.0;
  out.random_index = detail::random_index(a.n_rows);
  out.consistency_ratio = out.random_index > 0.0 ? out.consistency_index / out.random_index : 0.0;
  out.weights = options.method == AhpMethod::kEigenvector     ? eigenvector
                : options.method == AhpMethod::kGeometricMean ? detail::row_means(a)
                                                              : detail::column_means(a);
  if (a.n_rows >= 3) {
    double worst = -1.0;
    for (std::int64_t i = 0; i < a.n_rows; ++i)
      for (std::int64_t j = i + 1; j < a.n_columns; ++j) {
        const double off = std::fabs(math::log(a(i, j) * out.weights[detail::at(j)] / out.weights[detail::at(i)]));
        if (off > worst + 1e-12) {
          worst = off;
          out.worst_row = static_cast<int>(i);
          out.worst_column = static_cast<int>(j);
        }
      }
  }
  if (out.consistency_ratio > options.consistency_limit)
    out.findings.push_back(make_finding(
        Severity::kWarning, Code::kInconsistentJudgements, {},
        {{"value", columns_detail::number(out.consistency_ratio)}, {"limit", columns_detail::number(options.consistency_limit)}}));
  return out;
}

Result<AhpGroupResult> ahp_group(std::span<const Matrix> judgements, AhpGroup mode, std::span<const double> importance,
                                 const AhpOptions& options) {
  namespace detail = ahp_detail;
  if (judgements.empty()) return columns_detail::invalid("judgements", "no judge");
  auto share = columns_detail::checked_weights(importance, static_cast<std::int64_t>(judgements.size()));
  if (!share) return share.error();
  detail::scale_to_one(*share);
  AhpGroupResult out;
  const std::int64_t n = judgements[0].n_rows;
  for (std::size_t k = 0; k < judgements.size(); ++k) {
    if (judgements[k].n_rows != n) return columns_detail::length("judgements", judgements[k].n_rows, n);
    auto one = ahp(judgements[k], options);
    if (!one) {
      Error error = one.error();
      error.place.table = std::to_string(k + 1);
      return error;
    }
    out.members.push_back(std::move(*one));
  }
  Matrix joint(n, n, 1.0);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < i; ++j) {
      double logs = 0.0;
      for (std::size_t k = 0; k < judgements.size(); ++k)
        logs += (*share)[k] * 0.5 * (math::log(judgements[k](i, j)) - math::log(judgements[k](j, i)));
      joint(i, j) = math::exp(logs);
      joint(j, i) = 1.0 / joint(i, j);
    }
  auto group = ahp(joint, options);
  if (!group) return group.error();
  out.group = std::move(*group);
  if (mode != AhpGroup::kJudgements) {
    for (std::size_t i = 0; i < out.group.weights.size(); ++i) {
      double sum = 0.0;
      for (std::size_t k = 0; k < out.members.size(); ++k) {
        const double w = out.members[k].weights[i];
        sum += (*share)[k] * (mode == AhpGroup::kPriorities ? math::log(w) : w);
      }
      out.group.weights[i] = mode == AhpGroup::kPriorities ? math::exp(sum) : sum;
    }
    detail::scale_to_one(out.group.weights);
  }
  return out;
}

Table AhpResult::to_table() const {
  Table table("ahp");
  table.add("item", columns_detail::from_one(weights.size())).add("weight", weights);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
