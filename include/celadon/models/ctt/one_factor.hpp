/// One-factor analysis by minimum residuals, and squared multiple correlations: what omega, lambda 6 and overlap correction rest on.
#pragma once

#include <celadon/core/error.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::ctt {

struct OneFactor {
  std::vector<double> loadings;      ///< sum >= 0
  std::vector<double> uniquenesses;  ///< 1 - loading^2, at least 0.005
  double objective = 0.0;            ///< sum of squared residual correlations below the diagonal
  double rmsr = 0.0;                 ///< root mean square of those residuals
  int iterations = 0;
  bool converged = false;
  bool improper = false;  ///< a uniqueness stands at its bound (Heywood case)
};

/// Loadings l that minimise the sum over i < j of (r_ij - l_i l_j)^2, with l_i^2 <= 0.995, by cyclic exact minimisation in one loading.
/// @param correlation  k x k, row by row, symmetric, finite.
/// Errors: kTooFewItems (k < 3: not identified), kLengthMismatch, kNotFinite.
/// Source: Harman & Jones (1966), doi:10.1007/BF02289468. Cost: O(k^2) a sweep. Reentrant.
Result<OneFactor> one_factor(std::span<const double> correlation, std::size_t k);

/// Squared multiple correlation of each variable with the others: 1 - 1 / (R^-1)_jj. Reentrant.
/// Errors: kLengthMismatch, kSingularCorrelations (no inverse, or a condition worse than 1e12).
Result<std::vector<double>> squared_multiple_correlations(std::span<const double> correlation, std::size_t k);

}  // namespace celadon::inline CELADON_ABI::ctt
