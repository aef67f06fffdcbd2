/// Linear and logistic regression with design-based errors.
///
/// Source: Fuller (1975), Sankhya C 37, 117-132 (linear); Binder (1983), doi:10.2307/1402588 (estimating equations, logistic).
/// Missing data: rows that have the outcome and every predictor (of an imputation) are used. Errors and findings as means.hpp.
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

struct RegressionOptions {
  bool intercept = true;
  Divisor divisor = Divisor::kSample;  ///< of the residual variance, p (coefficients, the intercept among them) in the place of 1
  bool covariance = false;             ///< fill Estimates::joint with the coefficients of each group
  int max_iterations = 50;             ///< logistic
  double tolerance = 1e-10;            ///< logistic: largest change of a linear predictor's coefficient times its spread
};

/// Weighted least squares. Rows of a group: "b" for "(intercept)" and each predictor; "sigma"; "r_squared"; "beta" (standardised)
/// for each predictor. Where the predictors are singular the group's rows are NaN with the finding kSingularRegression.
/// Cost: O(rows x predictors^2), one pass for all groups; O(units x replicates x predictors^2) beside.
[[nodiscard]] Result<Estimates> linear_regression(const Design& design, const Variable& outcome, std::span<const Variable> predictors,
                                                  const Groups& groups = {}, const RegressionOptions& options = {},
                                                  const ExecutionContext& context = {});

/// Logistic regression of an outcome of 0 and 1 (else kInvalidArgument) by weighted likelihood; replicates start at the full sample's
/// solution and run to convergence, all at once. Rows: "b"; "r_squared" (McKelvey & Zavoina 1975: var(xb) / (var(xb) + pi^2 / 3), the
/// weighted variance with divisor W). A group whose outcomes a predictor separates has NaN with the finding kLogisticDiverged. Cost: O(rows
/// x replicates x predictors^2 x steps), about four steps.
[[nodiscard]] Result<Estimates> logistic_regression(const Design& design, const Variable& outcome, std::span<const Variable> predictors,
                                                    const Groups& groups = {}, const RegressionOptions& options = {},
                                                    const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
