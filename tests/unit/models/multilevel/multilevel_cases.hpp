// Small data sets and the mixed model written out in full: dense matrices of all rows, no elimination, no profiling.
#pragma once

#include <celadon/core/random.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/multilevel/fit.hpp>

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace cases {

using namespace celadon;
using multilevel::Criterion;
using multilevel::Fit;
using multilevel::FitOptions;

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Columns by name; numbers, or labels.
struct Columns {
  std::vector<std::pair<std::string, std::vector<double>>> numbers;
  std::vector<std::pair<std::string, std::vector<std::string>>> labels;

  [[nodiscard]] arrow::DataTable table() const {
    Table out("t");
    for (const auto& [name, v] : numbers) out.add(name, v);
    for (const auto& [name, v] : labels) out.add(name, v);
    return arrow::DataTable::from_table(std::move(out));
  }
  [[nodiscard]] const std::vector<double>& number(const std::string& name) const {
    for (const auto& [n, v] : numbers)
      if (n == name) return v;
    throw LogicError("no such column");
  }
  [[nodiscard]] const std::vector<std::string>& label(const std::string& name) const {
    for (const auto& [n, v] : labels)
      if (n == name) return v;
    throw LogicError("no such column");
  }
  /// The rows in another order.
  [[nodiscard]] Columns permuted(const std::vector<std::int64_t>& order) const {
    Columns out = *this;
    for (std::size_t c = 0; c < numbers.size(); ++c)
      for (std::size_t i = 0; i < order.size(); ++i) out.numbers[c].second[i] = numbers[c].second[static_cast<std::size_t>(order[i])];
    for (std::size_t c = 0; c < labels.size(); ++c)
      for (std::size_t i = 0; i < order.size(); ++i) out.labels[c].second[i] = labels[c].second[static_cast<std::size_t>(order[i])];
    return out;
  }
};

inline Fit fitted(const std::string& formula, const Columns& data, const FitOptions& options = {}) {
  auto result = multilevel::fit(formula, data.table(), options);
  if (!result) throw LogicError(result.error().text(Language::kEnglish));
  return *result;
}

inline FitOptions ml() {
  FitOptions o;
  o.criterion = Criterion::kMl;
  return o;
}

inline random::Stream stream(std::uint64_t seed) {
  return random::Stream(seed, random::purpose("unit.multilevel"));
}

/// Pupils in schools of 2 to 9 pupils in districts, a second classification crossed with both, a covariate and weights.
inline Columns pupils(std::uint64_t seed, int n_schools, double sd_intercept = 0.8, double sd_slope = 0.5) {
  auto s = stream(seed);
  Columns out;
  out.numbers = {{"y", {}}, {"x", {}}, {"w", {}}};
  out.labels = {{"school", {}}, {"district", {}}, {"rater", {}}};
  std::vector<double> rater;
  for (int r = 0; r < 5; ++r) rater.push_back(0.6 * s.normal());
  double district = 0.0;
  for (int j = 0; j < n_schools; ++j) {
    if (j % 4 == 0) district = 0.7 * s.normal();
    const double u0 = sd_intercept * s.normal();
    const double u1 = sd_slope * s.normal();
    const int size = 2 + static_cast<int>(s.below(8));
    for (int i = 0; i < size; ++i) {
      const double x = s.normal();
      const auto r = s.below(5);
      out.numbers[1].second.push_back(x);
      out.numbers[2].second.push_back(0.5 + s.uniform());
      out.numbers[0].second.push_back(1.0 + 0.5 * x + u0 + u1 * x + district + rater[r] + s.normal());
      out.labels[0].second.push_back("s" + std::to_string(100 + j));
      out.labels[1].second.push_back("d" + std::to_string(10 + j / 4));
      out.labels[2].second.push_back("r" + std::to_string(r));
    }
  }
  return out;
}

/// One random term of the dense model: row r's group, its columns, the covariance of its effects.
struct DenseTerm {
  std::vector<int> group;
  int n_groups = 0;
  Eigen::MatrixXd columns;  // rows x k
  Eigen::MatrixXd covariance;
};

struct Dense {
  Eigen::VectorXd y;
  Eigen::MatrixXd x;
  Eigen::VectorXd weights;
  double sigma = 1.0;
  std::vector<DenseTerm> terms;

  [[nodiscard]] Eigen::MatrixXd design(std::size_t t) const {
    const auto k = terms[t].columns.cols();
    Eigen::MatrixXd z = Eigen::MatrixXd::Zero(y.size(), terms[t].n_groups * k);
    for (Eigen::Index r = 0; r < y.size(); ++r)
      z.row(r).segment(terms[t].group[static_cast<std::size_t>(r)] * k, k) = terms[t].columns.row(r);
    return z;
  }
  [[nodiscard]] Eigen::MatrixXd effects_covariance(std::size_t t) const {
    const auto k = terms[t].columns.cols();
    Eigen::MatrixXd g = Eigen::MatrixXd::Zero(terms[t].n_groups * k, terms[t].n_groups * k);
    for (int i = 0; i < terms[t].n_groups; ++i) g.block(i * k, i * k, k, k) = terms[t].covariance;
    return g;
  }
  [[nodiscard]] Eigen::MatrixXd v() const {
    Eigen::MatrixXd out = (sigma * sigma * weights.cwiseInverse()).asDiagonal();
    for (std::size_t t = 0; t < terms.size(); ++t) out += design(t) * effects_covariance(t) * design(t).transpose();
    return out;
  }
  [[nodiscard]] Eigen::MatrixXd coefficients_covariance() const { return (x.transpose() * v().ldlt().solve(x)).inverse(); }
  [[nodiscard]] Eigen::VectorXd coefficients() const { return coefficients_covariance() * (x.transpose() * v().ldlt().solve(y)); }
  /// -2 log-likelihood, maximised over the coefficients; restricted: of n - p error contrasts (up to the convention |X'X| = 1).
  [[nodiscard]] double deviance(bool reml) const {
    const Eigen::LLT<Eigen::MatrixXd> root(v());
    const Eigen::VectorXd r = y - x * coefficients();
    double out = 2.0 * root.matrixLLT().diagonal().array().log().sum() + r.dot(root.solve(r));
    double df = static_cast<double>(y.size());
    if (reml) {
      out -= std::log(coefficients_covariance().determinant());
      df -= static_cast<double>(x.cols());
    }
    return out + df * std::log(2.0 * std::acos(-1.0));
  }
  [[nodiscard]] Eigen::VectorXd blup(std::size_t t) const {
    return effects_covariance(t) * design(t).transpose() * v().ldlt().solve(y - x * coefficients());
  }
  /// var(BLUP - truth).
  [[nodiscard]] Eigen::MatrixXd blup_error(std::size_t t) const {
    const Eigen::MatrixXd gz = effects_covariance(t) * design(t).transpose();
    const Eigen::MatrixXd inverse = v().inverse();
    const Eigen::MatrixXd p = inverse - inverse * x * coefficients_covariance() * x.transpose() * inverse;
    return effects_covariance(t) - gz * p * gz.transpose();
  }
};

inline Eigen::VectorXd vector_of(const std::vector<double>& v) {
  return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
}

/// Columns of ones and of the numbers named.
inline Eigen::MatrixXd matrix_of(const Columns& data, const std::vector<std::string>& names) {
  Eigen::MatrixXd out =
      Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(data.numbers[0].second.size()), static_cast<Eigen::Index>(names.size()) + 1);
  for (std::size_t j = 0; j < names.size(); ++j) out.col(static_cast<Eigen::Index>(j) + 1) = vector_of(data.number(names[j]));
  return out;
}

/// The dense model at a fit's estimates; groupings in the fit's order, each with a random intercept or with the slopes of `slopes`.
inline Dense dense_at(const Fit& f, const Columns& data, const std::vector<std::string>& fixed, const std::vector<std::string>& slopes,
                      bool weighted = false) {
  Dense out;
  out.y = vector_of(data.number("y"));
  out.x = matrix_of(data, fixed);
  out.weights = weighted ? vector_of(data.number("w")) : Eigen::VectorXd::Ones(out.y.size()).eval();
  out.sigma = f.sigma;
  for (const auto& g : f.groups) {
    DenseTerm t;
    t.n_groups = static_cast<int>(g.levels.size());
    for (std::size_t r = 0; r < data.numbers[0].second.size(); ++r) {
      std::string label;
      for (std::size_t from = 0; from <= g.group.size();) {  // "school:district" names two columns
        const std::size_t to = std::min(g.group.find(':', from), g.group.size());
        label += (label.empty() ? "" : ":") + data.label(g.group.substr(from, to - from))[r];
        from = to + 1;
      }
      const auto at = std::find(g.levels.begin(), g.levels.end(), label);
      EXPECT_NE(at, g.levels.end()) << label;
      t.group.push_back(static_cast<int>(at - g.levels.begin()));
    }
    t.columns = g.terms.size() == 1 ? matrix_of(data, {}) : matrix_of(data, slopes);
    t.covariance = Eigen::MatrixXd::Zero(t.columns.cols(), t.columns.cols());
    const auto place = [&](const std::string& name) {
      return static_cast<Eigen::Index>(std::find(g.terms.begin(), g.terms.end(), name) - g.terms.begin());
    };
    for (const auto& c : f.components) {
      if (c.group != g.group) continue;
      const auto i = place(c.first);
      const auto j = c.second.empty() ? i : place(c.second);
      t.covariance(i, j) = t.covariance(j, i) = c.value;
    }
    out.terms.push_back(t);
  }
  return out;
}

/// Everything a fit says, against the dense model; and that no small step of a component lowers the deviance.
inline void expect_dense(const Fit& f, Dense d, double tolerance = 1e-7) {
  const bool reml = f.criterion == Criterion::kReml;
  ASSERT_TRUE(f.converged);
  ASSERT_FALSE(f.singular);
  EXPECT_NEAR(f.deviance, d.deviance(reml), tolerance);
  const Eigen::VectorXd beta = d.coefficients();
  const Eigen::MatrixXd covariance = d.coefficients_covariance();
  for (Eigen::Index j = 0; j < beta.size(); ++j) {
    EXPECT_NEAR(f.fixed[static_cast<std::size_t>(j)].estimate, beta(j), tolerance);
    EXPECT_NEAR(f.fixed[static_cast<std::size_t>(j)].se, std::sqrt(covariance(j, j)), tolerance);
  }
  for (std::size_t t = 0; t < d.terms.size(); ++t) {
    const Eigen::VectorXd u = d.blup(t);
    const Eigen::MatrixXd error = d.blup_error(t);
    ASSERT_EQ(f.groups[t].estimate.size(), static_cast<std::size_t>(u.size()));
    for (Eigen::Index i = 0; i < u.size(); ++i) {
      EXPECT_NEAR(f.groups[t].estimate[static_cast<std::size_t>(i)], u(i), tolerance);
      EXPECT_NEAR(f.groups[t].comparative_se[static_cast<std::size_t>(i)], std::sqrt(error(i, i)), tolerance);
    }
  }
  const double best = d.deviance(reml);
  const auto never_lower = [&](double& value) {
    const double at = value;
    for (const double step : {1e-3, -1e-3}) {
      value = at + step;
      EXPECT_GT(d.deviance(reml), best - 1e-7);
    }
    value = at;
  };
  never_lower(d.sigma);
  for (auto& t : d.terms)
    for (Eigen::Index i = 0; i < t.covariance.rows(); ++i) never_lower(t.covariance(i, i));
}

}  // namespace cases
