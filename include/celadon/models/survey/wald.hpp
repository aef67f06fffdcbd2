/// Tests of several parameters at once: are the groups' means equal, do these predictors add anything.
///
/// With M imputations, k contrasts, U the mean sampling covariance and B the covariance between imputations (all of the contrasts):
///   d1 = q'U^-1 q / (k (1 + r)),  r = (1 + 1/M) tr(B U^-1) / k,  on k and v degrees of freedom: with t = k (M - 1),
///        v = 4 + (t - 4) (1 + (1 - 2/t) / r)^2 where t > 4, else t (1 + 1/k) (1 + 1/r)^2 / 2 (k = 1: Rubin's (M - 1) (1 + 1/r)^2);
///   d2 = (mean of d_m / k - (M + 1) / (M - 1) r2) / (1 + r2), d_m = q_m'U_m^-1 q_m, r2 = (1 + 1/M) var(sqrt(d_m)), on k and
///        k^(-3/M) (M - 1) (1 + 1/r2)^2 degrees of freedom: rough, where only the M tests are known;
///   f  = d1 (d - k + 1) / d on k and 1 / (1/v + 1/o) degrees of freedom, o = (e + 1) / (e + 3) e / (1 + r), e = d - k + 1: d1 that knows
///   of
///        the design's d degrees of freedom, by Barnard and Rubin's rule. Without imputations it is the adjusted Wald test on k and e.
/// Sources: Li, Raghunathan & Rubin (1991), doi:10.1080/01621459.1991.10475152 (d1); Li, Meng, Raghunathan & Rubin (1991), Statistica
/// Sinica 1, 65-92 (d2); Korn & Graubard (1990), doi:10.1080/00031305.1990.10475737 (without imputations); Barnard & Rubin (1999).
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

struct WaldTest {
  int n_contrasts = 0;  ///< k: the numerator's degrees of freedom
  double f = 0.0;       ///< what to report
  double f_degrees_of_freedom = 0.0;
  double f_p = 1.0;
  double d1 = 0.0;
  double d1_degrees_of_freedom = 0.0;  ///< infinity without variance between imputations
  double d1_p = 1.0;
  double d2 = 0.0;  ///< NaN without imputations; below 0 it says nothing and has p = 1
  double d2_degrees_of_freedom = 0.0;
  double d2_p = 1.0;
  double relative_increase = 0.0;  ///< r
};

/// @param contrasts  q x k numbers, row by row, k = parameters of `joint`, q <= k rows that do not repeat each other.
/// @param constants  q values that the contrasts are tested against, or empty for 0.
/// Errors: kInvalidArgument (no contrast, not finite, an estimate that is NaN, contrasts that repeat each other or whose covariance is
/// singular: more contrasts than the design has degrees of freedom), kLengthMismatch. Cost: O(M k^3). Reentrant.
[[nodiscard]] Result<WaldTest> wald_test(const JointEstimate& joint, std::span<const double> contrasts,
                                         std::span<const double> constants = {});

/// The means of up to 200 groups with their covariance, parameters "g0", "g1", ... A group without data has NaN; a group in one sampling
/// unit has a mean, and NaN in its row and column of the covariance.
/// Missing data, errors and findings (in the answer's `findings`) as means.hpp; kInvalidArgument above 200 groups.
[[nodiscard]] Result<JointEstimate> joint_means(const Design& design, const Variable& variable, const Groups& groups,
                                                const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
