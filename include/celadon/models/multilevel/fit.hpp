/// Linear mixed models: pupils in classes in schools, random intercepts and slopes, nested or crossed groupings, by ML or REML.
///
///   y = X b + Z u + e,   u = L v,  v ~ N(0, s^2 I),  e ~ N(0, s^2 / w)
///
/// L is block diagonal with one lower triangle, the relative covariance factor (its entries are theta), for each random term. b and s are
/// profiled out, and theta minimises
///
///   ML    log|L'Z'WZL + I| + n (1 + log(2 pi r / n)) - sum log w
///   REML  log|L'Z'WZL + I| + log|R_X|^2 + (n - p) (1 + log(2 pi r / (n - p))) - sum log w
///
/// with r the penalised weighted residual sum of squares. Sources: Lindstrom & Bates (1988), doi:10.1080/01621459.1988.10478693; Bates,
/// Maechler, Bolker & Walker (2015), doi:10.18637/jss.v067.i01, equations 34 and 41.
///
/// One pass over the rows gathers the cross-products of the model's columns within each cell (the finest group, or the combination of
/// crossed groups). In a nested design each group is then a small matrix: its effects are eliminated, what is left (a Schur complement) is
/// added to its parent, level by level; nothing after the pass depends on the number of pupils. Crossed groupings use a sparse Cholesky
/// factor. The criterion is even in the sign of each column of L, so that the search needs no bounds; the result has diagonals >= 0.
///
/// Weights are of precision: a row of weight 2 has half the residual variance of a row of weight 1. They are not counts of rows and not
/// sampling weights.
///
/// Wald intervals use the normal quantile, as if the variances were known: with few groups at a level (below about 20) those of what varies
/// between them are too narrow. Simulated: docs/evidence/multilevel-recovery.md.
///
/// Missing data: a row with a null or NaN in any variable of the formula, or with weight 0, is left out and counted.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/multilevel/formula.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::multilevel {

enum class Criterion : std::uint8_t { kReml = 0, kMl = 1 };

/// The category of a column that the others are compared with; without one, the first in sorted order.
struct ReferenceLevel {
  std::string column;
  std::string level;
};

struct FitOptions {
  Criterion criterion = Criterion::kReml;
  std::string weights;  ///< column of precision weights (residual variance s^2 / w), >= 0; empty: all 1
  std::vector<ReferenceLevel> reference_levels;
  double confidence = 0.95;  ///< of the Wald intervals, in (0, 1)
  bool group_effects = true;
  bool component_intervals = true;
  int max_evaluations = 5000;
};

/// A coefficient of the fixed part; NaN (null in tables) where `aliased`.
struct FixedEffect {
  std::string name;
  double estimate = 0.0;
  double se = 0.0;
  double z = 0.0;
  double lower = 0.0;  ///< Wald: estimate -+ quantile x se
  double upper = 0.0;
  bool aliased = false;  ///< a combination of earlier columns
};

/// A variance (second is empty), a covariance, or the residual variance (group "Residual").
struct VarianceComponent {
  std::string group;
  std::string first;
  std::string second;
  double value = 0.0;              ///< variance or covariance
  double sd_or_correlation = 0.0;  ///< standard deviation, or correlation in [-1, 1] (NaN where a variance is 0)
  /// Of sd_or_correlation, by the curvature of the criterion in log sd and Fisher's z; NaN at the boundary.
  double lower = 0.0;
  double upper = 0.0;
};

/// Share of a grouping's intercept variance in the whole (where the covariates are 0), (0 to 1).
struct IntraclassCorrelation {
  std::string group;
  double value = 0.0;
  double lower = 0.0;  ///< Wald on the logit; NaN at the boundary
  double upper = 0.0;
};

/// Predicted effects (BLUPs, conditional modes) of one grouping: groups x terms, row-major.
struct GroupEffects {
  std::string group;
  std::vector<std::string> terms;
  std::vector<std::string> levels;  ///< sorted
  std::vector<double> estimate;
  std::vector<double> conditional_sd;  ///< given the coefficients
  /// Comparative standard error, root of var(estimate - truth), with the coefficients' own error. Source: Henderson (1975),
  /// doi:10.2307/2529430; Goldstein & Healy (1995), doi:10.2307/2983411. NaN where the coefficients' covariance is not known.
  std::vector<double> comparative_se;
  std::vector<double> covariance;    ///< given the coefficients: groups x terms x terms
  std::vector<std::int64_t> n_rows;  ///< rows of each group
};

/// What a fit keeps for profiles and comparisons; opaque, immutable.
struct FitState;

/// A fitted model. Value type; const use is thread-safe.
struct Fit {
  Formula formula;
  Criterion criterion = Criterion::kReml;
  std::int64_t n_used = 0;
  std::int64_t n_left_out = 0;
  double log_likelihood = 0.0;  ///< of the criterion: restricted where REML
  double deviance = 0.0;        ///< -2 log_likelihood (the REML criterion where REML)
  double aic = 0.0;
  double bic = 0.0;
  int n_parameters = 0;  ///< coefficients, theta and sigma
  bool converged = false;
  bool singular = false;  ///< a variance at its boundary
  int evaluations = 0;
  double gradient = 0.0;  ///< largest absolute slope of the deviance in theta at the end
  double sigma = 0.0;     ///< residual standard deviation
  std::vector<FixedEffect> fixed;
  std::vector<double> fixed_covariance;  ///< of the coefficients not aliased, row-major
  std::vector<double> theta;             ///< terms by grouping (most groups first), each a lower triangle by columns
  std::vector<VarianceComponent> components;
  std::vector<IntraclassCorrelation> icc;  ///< of groupings with a random intercept
  std::vector<GroupEffects> groups;        ///< finest first
  double confidence = 0.95;
  Findings findings;
  std::shared_ptr<const FitState> state;

  /// term, estimate, se, z, lower, upper.
  [[nodiscard]] Table fixed_table() const;
  /// group, first, second, variance, sd_or_correlation, lower, upper.
  [[nodiscard]] Table components_table() const;
  /// group, level, term, estimate, conditional_sd, comparative_se, n_rows.
  [[nodiscard]] Table groups_table() const;
  /// group, icc, lower, upper.
  [[nodiscard]] Table icc_table() const;
};

/// Fits a model. @param table  one row a pupil (or measurement); a celadon::Table comes in by DataTable::from_table.
/// Errors: kFormulaSyntax, kUnknownVariable, kNotNumeric, kUnsupportedType, kNotFinite (an infinite value), kInvalidArgument (confidence, a
/// negative weight, an unknown reference level), kNoRandomTerm, kTooFewGroups, kTooFewRows, kTooManyEffects, kConstantOutcome, kCancelled.
/// Findings: kRowsLeftOut, kColumnAliased, kSingularFit, kNotAtOptimum.
/// Cost: one pass of O(rows x columns^2), then a few hundred evaluations of O(groups x columns^2); crossed: of a sparse factorisation.
/// Same bits for any number of threads. Reentrant.
Result<Fit> fit(std::string_view formula, const arrow::DataTable& table, const FitOptions& options = {},
                const ExecutionContext& context = {});
Result<Fit> fit(const Formula& formula, const arrow::DataTable& table, const FitOptions& options = {},
                const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::multilevel
