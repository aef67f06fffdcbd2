/// Do the indicators of a group belong together: correlations, Cronbach's alpha, principal components.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

/// Which rows a statistic of several columns uses.
enum class PairRule : std::uint8_t {
  kComplete = 0,  ///< units with a value in every column
  kPairwise = 1,  ///< for each pair, the units with both values
};

/// Pearson correlations, k x k, 1 on the diagonal; NaN where a column of the pair is constant or fewer than 2 units have both. O(units
/// k^2).
Matrix correlations(const Matrix& data, PairRule rule = PairRule::kPairwise);
/// Of ranks with ties at their middle (Spearman).
Matrix rank_correlations(const Matrix& data, PairRule rule = PairRule::kPairwise);
/// Covariances with divisor n - 1, each over its own rows under kPairwise.
Matrix covariances(const Matrix& data, PairRule rule = PairRule::kPairwise);

struct GroupAlpha {
  double alpha = kMissing;               ///< k/(k-1) (1 - tr C / sum C) of the covariances: depends on the indicators' units
  double alpha_standardized = kMissing;  ///< the same of the correlations; the one to read for raw indicators
  std::int64_t n_units = 0;              ///< with a value in every column
};
/// Source: Cronbach (1951), doi:10.1007/BF02310555. Errors: kTooFewItems (fewer than 2 columns), kTooFewUnits, kConstantIndicator. O(units
/// k^2).
Result<GroupAlpha> group_alpha(const Matrix& data, PairRule rule = PairRule::kPairwise);

struct PrincipalComponents {
  std::vector<double> sd;               ///< square roots of the eigenvalues, falling; negative eigenvalues (pairwise data) count 0
  std::vector<double> explained_share;  ///< of the variance, by component
  Matrix loadings;                      ///< indicators x components, unit length; each component's sum of loadings >= 0
  std::int64_t n_units = 0;             ///< used (kComplete), or with any value
  /// One row a component: component (from 1), sd, explained_share, then loading_1, loading_2, ... by indicator.
  [[nodiscard]] Table to_table() const;
};
/// Of the correlations. Errors: kTooFewUnits (fewer than 2), kConstantIndicator, kTooFewItems (none). O(k^3). Reentrant.
Result<PrincipalComponents> principal_components(const Matrix& data, PairRule rule = PairRule::kComplete);

}  // namespace celadon::inline CELADON_ABI::composite
