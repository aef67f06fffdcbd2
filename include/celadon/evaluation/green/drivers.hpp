/// What goes with an outcome: pupils' results and well-being beside background, lessons, relations, time use.
///
/// **"Goes with" is association, never cause.** An effect here is the difference in the outcome's mean between pupils who differ by one
/// step of the predictor and are alike in the other predictors of the same model. What was left out of the model, and what came first, it
/// cannot say; no sentence about what would happen if a school changed something may rest on it.
///
/// A linear mixed model by REML for each plausible value (models/multilevel/fit.hpp), combined by Rubin's rules (survey::combine):
///
///   effects, lines   outcome ~ predictors + (background | unit) [+ (1 | unit above)]
///   balance          outcome ~ 1          + (1 | unit)          [+ (1 | unit above)]
///   balance_after    outcome ~ predictors + (1 | unit)          [+ (1 | unit above)]
///
/// where background is the first predictor. The level above is in the model where at least `least_units_above` of its units have rows, each
/// unit lies in one of them and some hold several (few groups do not tell their variance: Gelman & Hill 2007, Data Analysis Using
/// Regression and Multilevel/Hierarchical Models, section 11.5). Where a random slope cannot be had (its variance is at the boundary, the
/// fit does not converge, the background does not vary within units, the units are too small) every plausible value is fitted with random
/// intercepts, a finding says so, and all lines have the overall slope.
///
/// Degrees of freedom of an effect, beside those of Rubin's rules (Barnard & Rubin 1999): n - r - 1 of a predictor that varies within
/// units, r the number of predictors; groups of the level - q - 1 of one that differs only between the groups of that level, q the number
/// of such predictors (Snijders & Bosker 2012, Multilevel Analysis, section 6.1); units - 1 of the background with a random slope. With few
/// units the errors themselves are somewhat too small (docs/evidence/multilevel-recovery.md).
///
/// Missing data: a row that lacks the outcome or a predictor (in any plausible value), or has no unit or weight 0, takes no part. Design
/// weights are **not** used: the mixed model knows weights of precision only (a finding says so where weights differ), and its errors are
/// the model's, not the design's replicates'.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/profile.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::green {

using scheme::kUnset;

/// A numeric column of the frame. Categories with more than two values enter as 0/1 columns of the host's.
struct Predictor {
  std::string variable;
  evaluation::LocalText name;
};

struct DriverOptions {
  std::string frame = "pupils";
  std::string outcome;
  evaluation::LocalText outcome_name;
  std::vector<Predictor> predictors;  ///< the first is the background of the gradient
  double confidence = 0.90;           ///< of intervals, in (0, 1)
  double false_discovery = 0.10;      ///< over the effects (Benjamini-Hochberg), in [0, 1]
  int least_units_above = 5;          ///< units of the level above without which it is not in the model; at least 2
  int least_n = 10;                   ///< rows of a unit of persons without which its line is not shown
};

/// One predictor. NaN where it cannot be estimated (a combination of earlier predictors).
struct DriverEffect {
  std::string variable;
  evaluation::LocalText name;
  /// What one step of the predictor is, in its own unit: its standard deviation over the rows used (divisor n - 1), or the distance between
  /// the two values of a variable that has two (1 for 0/1).
  double per = kUnset;
  bool group = false;        ///< the variable has two values: the step is from the lower to the higher
  double estimate = kUnset;  ///< change of the outcome's mean a step of the predictor, the others held constant
  double se = kUnset;
  double low = kUnset;
  double high = kUnset;
  double p = kUnset;        ///< two-sided
  bool stands_out = false;  ///< after Benjamini-Hochberg
};

/// Part of the outcome's variance that lies at one level.
///
/// Intervals are Wald's on the logit of the share, from the curvature of each REML fit (IntraclassCorrelation), over plausible values by
/// Rubin's rules; NaN where the variance is at its boundary. The finest level has the complement; of three levels, its interval takes the
/// estimates of the variances as independent of each other, which they nearly are in units of more than a few rows.
struct VarianceShare {
  std::string level;      ///< the frame's name (within units), then levels of units
  double variance = 0.0;  ///< mean over the plausible values
  double share = 0.0;     ///< of the sum over levels, in [0, 1]
  double low = kUnset;
  double high = kUnset;
};

/// The outcome on the background, at the mean of the other predictors.
struct GradientLine {
  std::int32_t unit = -1;  ///< index into the level's units; -1: all
  double x_low = kUnset;   ///< 5th and 95th percentile of the background of these rows, in its own unit
  double x_high = kUnset;
  double y_low = kUnset;  ///< the line there
  double y_high = kUnset;
  double slope = kUnset;  ///< of the outcome's unit a unit of the background
  /// Root of the variance of (slope - true slope), with the coefficients' own error (Henderson 1975, doi:10.2307/2529430). The variances
  /// count as known, so that in few or small units it is too small (simulated, slopes of sd 10 against 60 within: 90 % intervals hold .88
  /// of the slopes of 40 units of 60, .79 of 20 units of 30). Without random slopes it is the overall slope's.
  double slope_se = kUnset;
  std::int64_t n = 0;
};

struct Drivers {
  evaluation::LocalText outcome_name;
  evaluation::LocalText gradient_name;  ///< of the first predictor
  std::string outcome;
  std::string level;  ///< the frame's level
  std::string period;
  std::vector<DriverEffect> effects;         ///< as the predictors
  std::vector<VarianceShare> balance;        ///< without predictors: where the differences lie; finest first
  std::vector<VarianceShare> balance_after;  ///< with the predictors, random intercepts: what is left, and where
  GradientLine overall;                      ///< a unit like the mean
  /// One a unit with rows, in the order of the units, best predictions (BLUPs): a small unit's line is drawn towards the overall one.
  std::vector<GradientLine> lines;
  std::vector<std::string> line_units;  ///< ids, one a line
  std::int64_t n = 0;                   ///< rows used
  std::int64_t n_left_out = 0;          ///< rows with a unit and weight that lack a value
  std::int32_t n_units = 0;             ///< with rows used
  bool random_slopes = false;           ///< whether lines have slopes of their own
  double confidence = 0.90;
  Findings findings;

  /// One row a predictor: variable, name_zh, name_en, per, estimate, se, low, high, p, stands_out.
  [[nodiscard]] Table effects_table() const;
  /// One row a level and model ("without_predictors", "with_predictors"): model, level, variance, share, low, high.
  [[nodiscard]] Table balance_table() const;
  /// One row a line, the overall one first (unit is null): unit, x_low, x_high, y_low, y_high, slope, slope_se, n.
  [[nodiscard]] Table lines_table() const;
};

/// Fits the models for one outcome of one period.
///
/// A predictor may have plausible values too, as many as the outcome. Steps, percentiles and lines are those of the rows used.
///
/// Errors: kMissingTable (frame), kMissingColumn (outcome, predictor), kInvalidArgument (an option, no predictors, one named twice or as
/// the outcome, one that does not vary, numbers of plausible values that differ), kSchemeFrameInvalid (lengths, units, level),
/// kSchemeUnits, kNotFinite, kConstantOutcome, kTooFewRows, kTooFewGroups (one unit with rows), kTooManyEffects (as many units as rows),
/// kCancelled.
///
/// Findings: kRowsLeftOut (more than a tenth), kWeightsNotUsed, kLinesNotShown,
/// kColumnAliased (a predictor), kSingularFit (a level without variance), kNotAtOptimum; why there is no random slope, as a note:
/// kSingularFit, kColumnAliased (does not vary within units) and kTooManyEffects, which name "background | level", or kNotAtOptimum.
///
/// Cost: O(rows log rows), then three fits a plausible value. Same bits for any number of threads and any order of the rows. Reentrant.
[[nodiscard]] Result<Drivers> drivers(const scheme::Period& period, const DriverOptions& options, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::green
