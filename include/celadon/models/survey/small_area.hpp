/// Estimates for small groups: the direct one beside the empirical Bayes one, with the shrinkage shown.
///
/// Fay & Herriot's model: direct_g = x_g'b + u_g + e_g, u ~ N(0, A), e_g ~ N(0, v_g) with v_g the known sampling variance. The empirical
/// Bayes estimate is s_g direct_g + (1 - s_g) x_g'b with s_g = A / (A + v_g), the share of its own evidence that a group keeps. A by
/// restricted likelihood; error by the second-order mean squared error (g1 + g2 + 2 g3). Sources: Fay & Herriot (1979),
/// doi:10.1080/01621459.1979.10482505; Prasad & Rao (1990), doi:10.1080/01621459.1990.10475320; Datta & Lahiri (2000), Statistica Sinica
/// 10, 613-627; Rao & Molina (2015), Small Area Estimation, sections 6.1-6.2.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::survey {

struct SmallAreaSpec {
  /// One direct estimate a group; NaN for a group without data, which gets the synthetic value x'b.
  std::span<const double> direct;
  /// Its sampling variance, > 0 where direct is there. A group whose variance is NaN needs effective_n.
  std::span<const double> variance;
  /// Where given (> 0 where direct is there), variances are smoothed: v_g = s^2 / effective_n with s^2 the mean of
  /// variance x effective_n over the groups that have both, weighted by effective_n. Estimated variances of groups of a dozen are too
  /// unsteady to be taken as known.
  std::span<const double> effective_n = {};
  /// Groups x n_covariates, row by row, without the intercept; finite. Empty: all groups shrink to one mean.
  std::span<const double> covariates = {};
  int n_covariates = 0;
  int max_iterations = 200;
};

struct SmallAreaRow {
  double direct = 0.0;     ///< NaN where there is none
  double direct_se = 0.0;  ///< with the variance used
  double synthetic = 0.0;  ///< x'b
  double estimate = 0.0;   ///< empirical Bayes
  double se = 0.0;         ///< root of the mean squared error
  double shrinkage = 0.0;  ///< s_g in [0, 1]: 1 = the direct estimate stands, 0 = nothing of it
};

struct SmallArea {
  std::vector<SmallAreaRow> rows;
  std::vector<double> coefficients;  ///< intercept first
  double between_variance = 0.0;     ///< A; 0 says that the groups differ by no more than their sampling errors
  std::int64_t n_used = 0;
  int iterations = 0;
  bool converged = false;

  /// One row a group: group, direct, direct_se, synthetic, estimate, se, shrinkage.
  [[nodiscard]] Table to_table() const;
};

/// Errors: kLengthMismatch, kInvalidArgument (a variance <= 0, covariates not finite or singular), kTooFewUnits (fewer than
/// covariates + 3 groups with a direct estimate). Cost: O(groups x covariates^2 x iterations). Reentrant.
[[nodiscard]] Result<SmallArea> empirical_bayes(const SmallAreaSpec& spec);

}  // namespace celadon::inline CELADON_ABI::survey
