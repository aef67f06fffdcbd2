/// How much of the variance lies between schools.
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

struct IntraclassOptions {
  /// Mean error variance of the score (the square of its standard error of measurement), >= 0. It is a part of the variance within
  /// schools that a longer test would not have; above 0 the error-corrected coefficient is given as well. 0 for plausible values, which
  /// carry no such part when the school was among their conditioning variables.
  double error_variance = 0.0;
};

/// Components of variance by moments and their ratio. With W_s the weight of school s (share p_s), n_s its rows, v_s its variance
/// with divisor n_s - 1 scaled to weights: within = sum W_s v_s / sum W_s over schools of two rows or more;
/// between = (sum p_s (mean_s - mean)^2 - within (sum p_s / n_s - sum p_s^2 / n_s)) / (1 - sum p_s^2).
/// Equal weights and sizes give the analysis of variance. The ratio may be below 0 by chance; it is not cut off.
/// Rows by region (one where `region` is empty; as in dissimilarity): "between_variance", "within_variance", "icc" (raw) and, with an
/// error variance, "icc_corrected" = between / (between + within - error). NaN with fewer than two schools.
/// Report both (a short test has a low raw coefficient by its unreliability alone).
/// Source: Snijders & Bosker (2012), Multilevel Analysis, section 3.3; Searle, Casella & McCulloch (1992), section 3.6.
/// Missing data, errors, findings as means.hpp. Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<Estimates> intraclass(const Design& design, const Variable& variable, const Groups& schools,
                                           std::span<const std::int32_t> region = {}, const IntraclassOptions& options = {},
                                           const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
