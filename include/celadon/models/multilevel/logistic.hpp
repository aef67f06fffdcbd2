/// Mixed logistic models: outcomes of 0 and 1 (passed or not, took part or not) of pupils in groups.
///
///   logit P(y = 1) = X b + Z u,   u = L v,  v ~ N(0, I)
///
/// The likelihood is an integral over v. By Laplace's method (the default, any random part that `fit` takes): at the mode of v, with the
/// curvature there. With several quadrature points, for a single random column, by adaptive Gauss-Hermite quadrature around each group's
/// mode; Laplace's method is the case of one point, and understates variances where groups are small. The mode comes from penalised
/// iteratively reweighted least squares; coefficients and L maximise the likelihood together. Standard errors are of the curvature of the
/// deviance in both. Sources: Breslow & Clayton (1993), doi:10.1080/01621459.1993.10594284; Pinheiro & Chao (2006),
/// doi:10.1198/106186006X96962; Bates et al. (2015), doi:10.18637/jss.v067.i01.
///
/// Coefficients are of a pupil in a group with u = 0; over all groups the curve is flatter.
/// Missing data: a row with a null or NaN in any variable of the formula is left out and counted.
#pragma once

#include <celadon/models/multilevel/fit.hpp>

namespace celadon::inline CELADON_ABI::multilevel {

struct LogisticOptions {
  int n_quadrature = 1;  ///< points a group, 1 to 50; 1 is Laplace's method
  std::vector<ReferenceLevel> reference_levels;
  double confidence = 0.95;  ///< of the Wald intervals, in (0, 1)
  bool group_effects = true;
  int max_evaluations = 5000;
};

/// A fitted logistic model. Value type; const use is thread-safe. No residual: components are of the random terms only.
struct LogisticFit {
  Formula formula;
  int n_quadrature = 1;
  std::int64_t n_used = 0;
  std::int64_t n_left_out = 0;
  std::int64_t n_ones = 0;
  double log_likelihood = 0.0;  ///< approximate, as said above
  double deviance = 0.0;        ///< -2 log_likelihood
  double aic = 0.0;
  double bic = 0.0;
  int n_parameters = 0;
  bool converged = false;
  bool singular = false;
  int evaluations = 0;
  double gradient = 0.0;
  std::vector<FixedEffect> fixed;        ///< log odds ratios
  std::vector<double> fixed_covariance;  ///< of the coefficients not aliased, row-major
  std::vector<double> theta;
  std::vector<VarianceComponent> components;
  std::vector<IntraclassCorrelation> icc;  ///< on the latent scale, whose residual variance is pi^2 / 3
  std::vector<GroupEffects> groups;        ///< conditional modes, on the logit scale
  double confidence = 0.95;
  Findings findings;

  /// term, estimate, se, z, lower, upper, odds_ratio, odds_ratio_lower, odds_ratio_upper.
  [[nodiscard]] Table fixed_table() const;
  /// As of Fit.
  [[nodiscard]] Table components_table() const;
  [[nodiscard]] Table groups_table() const;
  [[nodiscard]] Table icc_table() const;
};

/// Fits a logistic model. @param table  one row a pupil; the outcome is numeric or boolean, 0 or 1.
/// Errors: those of `fit`, and kNotBinary, kConstantOutcome (all 0 or all 1), kSeparated, kInvalidArgument (n_quadrature outside 1 to 50,
/// or above 1 with more than one random column). Findings: kRowsLeftOut, kColumnAliased, kSingularFit, kNotAtOptimum. Cost: a few passes of
/// O(rows x columns^2) for each of a few hundred evaluations. Same bits for any number of threads. Reentrant.
Result<LogisticFit> fit_logistic(std::string_view formula, const arrow::DataTable& table, const LogisticOptions& options = {},
                                 const ExecutionContext& context = {});
Result<LogisticFit> fit_logistic(const Formula& formula, const arrow::DataTable& table, const LogisticOptions& options = {},
                                 const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::multilevel
