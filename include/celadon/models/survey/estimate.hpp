/// Estimates with their errors: what every function of this room takes and gives back.
///
/// A variable with plausible values (or multiple imputations) has M columns. Every statistic is computed M times and combined by Rubin's
/// rules: value = mean, variance = U + (1 + 1/M) B with U the mean sampling variance and B the variance between the M values.
/// Sources: Mislevy (1991), doi:10.1007/BF02294457 (plausible values); Rubin (1987), Multiple Imputation, eqs. 3.1.2-3.1.8;
/// Barnard & Rubin (1999), doi:10.1093/biomet/86.4.948 (degrees of freedom).
///
/// Missing data: NaN is missing. A row that lacks a value of any variable of a statistic takes no part in that statistic (and of that
/// imputation); an infinite value is an error. Infinite and NaN never come from arithmetic on good rows.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/survey/design.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::survey {

/// A variable: one column of n_rows values, or M of them (plausible values). Columns are borrowed for the call.
struct Variable {
  std::string name;
  std::vector<std::span<const double>> columns;
};

/// Divisor of a weighted variance, W the sum of the weights of the n rows used. A regression of p coefficients has p in the place of 1.
enum class Divisor : std::uint8_t {
  kSample = 0,         ///< W (n - 1) / n: the same for every scale of the weights
  kWeight = 1,         ///< W: the variance of the population as it stands
  kWeightLessOne = 2,  ///< W - 1 (NaN below 1), as peers do whose weights sum to the population
};

/// Groups (domains) that estimates are wanted for: a number in [0, n_groups) a row, -1 for no group. An empty index is one group of all.
struct Groups {
  std::span<const std::int32_t> index = {};
  std::int32_t n_groups = 1;
};

/// One number and how sure it is. NaN where it cannot be computed.
struct Estimate {
  double value = 0.0;                ///< mean over the imputations
  double se = 0.0;                   ///< sqrt(sampling_variance + (1 + 1/M) imputation_variance)
  double sampling_variance = 0.0;    ///< U, the mean over the imputations
  double imputation_variance = 0.0;  ///< B, divisor M - 1; 0 without imputations
  double missing_share = 0.0;        ///< share of the variance that is due to imputation (fmi), in [0, 1]
  /// Barnard & Rubin's with the design's degrees of freedom; the design's own without imputations.
  double degrees_of_freedom = 0.0;
  /// Rubin's (M - 1) / missing_share^2, as peers print; infinity without variance between imputations.
  double rubin_degrees_of_freedom = 0.0;
};

/// One row of an answer: which statistic of which group, and on how much data.
struct EstimateRow : Estimate {
  std::int32_t group = 0;    ///< for a gap: the first group
  std::int32_t other = -1;   ///< for a gap: the second group
  std::string statistic;     ///< "mean", "sd", "share", "correlation", "b", ...
  std::string variable;      ///< name, or two names "x:y"
  double level = 0.0;        ///< a cut, a probability, a category; NaN where there is none
  double n = 0.0;            ///< rows used, the mean over the imputations
  double effective_n = 0.0;  ///< Kish: (sum w)^2 / sum w^2
  double weight = 0.0;       ///< sum of the weights used
};

/// Several parameters with their covariance, imputation by imputation: what a test of all of them needs (wald.hpp).
struct JointEstimate {
  std::int32_t group = 0;
  std::vector<std::string> names;
  int n_imputations = 1;
  std::vector<double> values;       ///< n_imputations x n
  std::vector<double> covariances;  ///< n_imputations x n x n: sampling covariances, NaN where there are none
  double degrees_of_freedom = 0.0;  ///< the design's
  Findings findings;                ///< of joint_means; a regression's are with its rows

  [[nodiscard]] std::size_t n() const { return names.size(); }
  [[nodiscard]] std::vector<double> value() const;                  ///< n: means over the imputations
  [[nodiscard]] std::vector<double> sampling_covariance() const;    ///< n x n: U
  [[nodiscard]] std::vector<double> imputation_covariance() const;  ///< n x n: B, 0 without imputations
  [[nodiscard]] std::vector<double> covariance() const;             ///< n x n: U + (1 + 1/M) B, the squares of the rows' se on its diagonal
};

/// Answers: rows by group, then statistic.
struct Estimates {
  Method method = Method::kLinearised;
  int n_imputations = 1;
  int n_replicates = 0;
  std::vector<EstimateRow> rows;
  std::vector<JointEstimate> joint;  ///< a group each: coefficients of a regression that was asked for their covariance; else empty
  Findings findings;

  /// The row of a group and statistic, of a variable where it is named; throws LogicError where there is none.
  [[nodiscard]] const EstimateRow& find(std::int32_t group, std::string_view statistic, std::string_view variable = {}) const;
  /// One row an estimate: group, other, statistic, variable, level, value, se, sampling_variance, imputation_variance, missing_share,
  /// degrees_of_freedom, n, effective_n, weight.
  [[nodiscard]] Table to_table() const;
};

/// Rubin's rules on M values and their sampling variances. `design_df` may be infinity. NaN where a value is NaN.
/// Throws LogicError when the spans differ in length or are empty.
[[nodiscard]] Estimate combine(std::span<const double> values, std::span<const double> sampling_variances, double design_df);

}  // namespace celadon::inline CELADON_ABI::survey
