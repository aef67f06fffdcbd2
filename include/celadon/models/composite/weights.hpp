/// Weights from the data or from a budget, for the indicators of one group (each result sums to 1).
///
/// With x normalised so that more is better, m units and n indicators:
///
///   equal      1 / n
///   entropy    p_ij = x_ij / sum_i x_ij, e_j = - sum_i p ln p / ln m, w_j = (1 - e_j) / sum (1 - e): Shannon (1948); Hwang & Yoon (1981),
///   ch. 3 CRITIC     c_j = sd_j sum_k (1 - r_jk): Diakoulaki, Mavrotas & Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H deviation
///   sd_j / sum sd PCA        loadings on the first component of the correlations, negative ones 0, or their squares: Nardo et al. (2005),
///   EUR 21682 budget     the mean over experts of the shares of their points
///
/// Weights from the data say where units differ, not what matters: entropy gives most to what spreads most. A report should say so.
/// Missing values: entropy and deviations take the values that are there; CRITIC and PCA take correlations over the units that have both.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

struct Weights {
  std::vector<double> weights;    ///< sum 1
  std::vector<double> criterion;  ///< entropy e_j, CRITIC c_j, sd_j, loading; mean points of a budget
  std::vector<double> se;         ///< budget: standard error over experts (NaN with one); empty for the others
  Findings findings;
  /// One row an indicator: indicator (its number from 1), weight, and criterion and se where there are any.
  [[nodiscard]] Table to_table() const;
};

/// Errors: kInvalidArgument (n < 1).
Result<Weights> equal_weights(std::int64_t n_indicators);
/// Errors: kNegativeValue, kTooFewUnits (fewer than 2 with a value), kConstantIndicator (all indicators constant). O(cells).
Result<Weights> entropy_weights(const Matrix& normalised);
/// Errors: kTooFewUnits (fewer than 2, or a pair with fewer than 2), kConstantIndicator. O(units n^2).
Result<Weights> critic_weights(const Matrix& normalised);
/// Errors: kTooFewUnits, kConstantIndicator (all constant). O(cells).
Result<Weights> deviation_weights(const Matrix& normalised);
/// @param squared  weights in proportion to squared loadings (shares of the component's variance) instead of the loadings.
/// Errors: those of `principal_components` (multivariate.hpp). Findings: kNegativeLoading.
Result<Weights> component_weights(const Matrix& normalised, bool squared = false);
/// @param points  experts x indicators, >= 0; each row sums to `budget` within 1e-9 relative.
/// Errors: kBudgetNotSpent, kNegativeValue, kInvalidArgument (no expert; a budget not above 0; a missing value). O(cells).
Result<Weights> budget_weights(const Matrix& points, double budget = 100.0);

}  // namespace celadon::inline CELADON_ABI::composite
