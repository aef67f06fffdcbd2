#pragma once

#include <celadon/models/multilevel/comparison.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::multilevel {

namespace comparison_detail {

inline Error incomparable(const char* detail) {
  return make_error(Code::kNotComparable, {}, {{"detail", detail}});
}

inline double outcome_squares(const solve_detail::Structure& s) {
  double sum = 0.0;
  const std::size_t packed = s.cells.packed();
  for (std::size_t cell = 0; cell < s.cells.n_cells; ++cell) sum += s.cells.values[(cell + 1) * packed - 1];
  return sum;
}

/// Names of a term's columns.
inline std::vector<std::string> columns_of(const solve_detail::Structure& s, const solve_detail::TermSpan& t) {
  std::vector<std::string> out;
  out.reserve(t.size);
  for (std::size_t i = 0; i < t.size; ++i) out.push_back(s.names[s.groupings[t.grouping].columns[t.first + i]]);
  return out;
}

inline bool contains(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::all_of(some.begin(), some.end(), [&](const std::string& x) { return std::find(all.begin(), all.end(), x) != all.end(); });
}

inline std::vector<std::string> estimated(const Fit& f) {
  std::vector<std::string> out;
  for (const FixedEffect& e : f.fixed)
    if (!e.aliased) out.push_back(e.name);
  return out;
}

inline std::size_t random_columns(const solve_detail::Structure& s) {
  std::size_t n = 0;
  for (const auto& t : s.terms) n += t.size;
  return n;
}

/// Whether each random term of a lies within a term of b by the same groups.
inline bool random_nested(const solve_detail::Structure& a, const solve_detail::Structure& b) {
  return std::all_of(a.terms.begin(), a.terms.end(), [&](const solve_detail::TermSpan& t) {
    return std::any_of(b.terms.begin(), b.terms.end(), [&](const solve_detail::TermSpan& u) {
      return a.groupings[t.grouping].name == b.groupings[u.grouping].name && contains(columns_of(b, u), columns_of(a, t));
    });
  });
}

inline double tail(double statistic, int df) {
  if (df == 0) return statistic > 0.0 ? 0.0 : 1.0;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(df), statistic));
}

}  // namespace comparison_detail

Result<LikelihoodRatio> likelihood_ratio(const Fit& smaller, const Fit& larger) {
  using namespace comparison_detail;
  if (smaller.state == nullptr || larger.state == nullptr) return incomparable("a model is not fitted");
  const solve_detail::Structure& a = smaller.state->structure;
  const solve_detail::Structure& b = larger.state->structure;
  const double squares = outcome_squares(a);
  if (a.n != b.n || smaller.formula.response.name() != larger.formula.response.name() ||
      std::abs(squares - outcome_squares(b)) > 1e-9 * squares ||
      std::abs(a.cells.sum_log_weight - b.cells.sum_log_weight) > 1e-9 * std::abs(a.cells.sum_log_weight))
    return incomparable("they are not of the same rows");
  if (smaller.criterion != larger.criterion) return incomparable("one is by ML, the other by REML");
  const auto fixed_a = estimated(smaller);
  const auto fixed_b = estimated(larger);
  if (smaller.criterion == Criterion::kReml && (fixed_a.size() != fixed_b.size() || !contains(fixed_b, fixed_a)))
    return incomparable("their fixed parts differ, which needs ML");
  if (!contains(fixed_b, fixed_a) || !random_nested(a, b)) return incomparable("the first is not part of the second");
  LikelihoodRatio out;
  out.df = larger.n_parameters - smaller.n_parameters;
  if (out.df <= 0) return incomparable("the second has no parameter more");
  out.statistic = std::max(0.0, smaller.deviance - larger.deviance);
  out.aic_difference = larger.aic - smaller.aic;
  out.bic_difference = larger.bic - smaller.bic;
  const std::size_t added = random_columns(b) - random_columns(a);
  out.p_chi_squared = tail(out.statistic, out.df);
  out.p = out.p_chi_squared;
  if (added == 1) {
    out.reference = ReferenceDistribution::kBoundaryMixture;
    out.p = 0.5 * tail(out.statistic, out.df - 1) + 0.5 * out.p_chi_squared;
  } else if (added > 1) {
    out.reference = ReferenceDistribution::kConservative;
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
