/// Does the model reproduce what items and pairs of items do? M2 with RMSEA2 and SRMSR, residuals of pairs, information criteria.
///
/// M2 compares the shares of right answers of single items and of pairs with the model's: N e' C e with C = X^-1 - X^-1 D (D' X^-1 D)^-1 D'
/// X^-1, e the residuals, X their covariance under the model, D the derivatives by the free parameters.
///
/// Sources: Hansen, Cai, Monroe & Li (2016), doi:10.1111/bmsp.12074 and Liu, Tian & Xin (2016), doi:10.3102/1076998615621293 (M2 for
/// diagnosis models); Steiger & Lind (1980) (RMSEA); Maydeu-Olivares (2013), doi:10.1080/15366367.2013.831680 (SRMSR); Chen, de la Torre &
/// Zhang (2013), doi:10.1111/j.1745-3984.2012.00185.x (pairs); Bozdogan (1987), Sclove (1987) (CAIC, SABIC).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// AIC, BIC, CAIC, SABIC from a log-likelihood. `n` persons (or their weight). Reentrant.
struct RelativeFit {
  double aic = 0.0;    ///< -2 L + 2 p
  double bic = 0.0;    ///< -2 L + p log n
  double caic = 0.0;   ///< -2 L + p (log n + 1)
  double sabic = 0.0;  ///< -2 L + p log((n + 2) / 24)
};
[[nodiscard]] RelativeFit relative_fit(double log_likelihood, int n_parameters, double n);
/// Free parameters of a model: items by their rules, and every population's structure.
[[nodiscard]] int n_parameters(const Model& model);

struct FitStatisticsOptions {
  MissingPolicy missing = {};  ///< as in the calibration
  /// M2 is not computed for more moments (items and pairs) than this; its matrix has that many rows.
  int max_moments = 4000;
};

/// One pair of items. z values are standard normal where the model holds, a little less where its parameters were estimated from the same
/// answers; p two-sided.
struct PairResidual {
  std::int32_t first = 0;   ///< index into AbsoluteFit::items
  std::int32_t second = 0;  ///< > first
  std::int64_t n = 0;       ///< persons who answered both
  double correlation = 0.0;
  double expected_correlation = 0.0;
  double correlation_z = 0.0;  ///< difference of Fisher's transforms by 1 / sqrt(n - 3); NaN where an item is constant
  double correlation_p = 1.0;
  double correlation_p_adjusted = 1.0;  ///< Holm over all pairs
  double log_odds_ratio = 0.0;          ///< of the four counts, each with 1/2 added where one is 0
  double expected_log_odds_ratio = 0.0;
  double log_odds_ratio_z = 0.0;
  double log_odds_ratio_p = 1.0;
  double log_odds_ratio_p_adjusted = 1.0;
};

/// Value type. NaN where not computable.
struct AbsoluteFit {
  double m2 = 0.0;
  int df = 0;  ///< moments minus the parameters that they see (rank of their derivatives)
  double p = 0.0;
  double rmsea2 = 0.0;
  double rmsea2_lower = 0.0;  ///< 90 % interval
  double rmsea2_upper = 0.0;
  double srmsr = 0.0;
  int n_parameters = 0;
  std::int64_t n_used = 0;     ///< persons with an answer to every item: those of M2 and SRMSR
  std::int64_t n_dropped = 0;  ///< the others; they enter the pairs that they answered
  std::vector<std::string> items;
  std::vector<PairResidual> pairs;
  double max_correlation_z = 0.0;  ///< largest |z|
  double max_correlation_p = 1.0;  ///< Bonferroni
  double max_log_odds_ratio_z = 0.0;
  double max_log_odds_ratio_p = 1.0;
  Findings findings;  ///< kModelItemsAbsent and those of matching

  /// One row: m2, df, p, rmsea2, rmsea2_lower, rmsea2_upper, srmsr, max_correlation_p, max_log_odds_ratio_p, n_used, n_dropped.
  [[nodiscard]] Table to_table() const;
  /// One row a pair; columns as the fields of PairResidual, items by id.
  [[nodiscard]] Table pair_table() const;
};

/// Absolute fit of a model of one population. M2 is left NaN, with df 0, where there are fewer complete persons than 2, no degree of
/// freedom or too many moments. Errors: those of score's matching; kInvalidArgument (several populations); kNoItems (fewer than 3);
/// kNoPersons; kCancelled. Cost: one pass over the cells; O(items^4 x classes); an items^2 / 2 matrix is inverted. Reentrant.
[[nodiscard]] Result<AbsoluteFit> absolute_fit(const Model& model, const Responses& responses, const FitStatisticsOptions& options = {},
                                               const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
