/// Reliability of a test score: lower bounds, split halves, one-factor omega, and their errors.
///
/// With C the covariance matrix of k items, R the correlations, V = sum of C (variance of the total):
///
///   alpha               k/(k-1) (1 - tr C / V)                           Cronbach (1951), doi:10.1007/BF02310555
///   alpha_standardized  the same with R for C
///   KR-20               alpha of 0/1 items (null for others)             Kuder & Richardson (1937), doi:10.1007/BF02288391
///   KR-21               k/(k-1) (1 - M (k - M) / (k V)), M the mean total; 0/1 items of equal difficulty
///   lambda 1 to 6       Guttman (1945), doi:10.1007/BF02288892, from R as published comparisons do (see `LambdaScale`):
///                       1: 1 - k/V      2: l1 + sqrt(k/(k-1) c2)/V, c2 the sum of squared covariances between different items
///                       3: l1 k/(k-1)   4: the best split in halves found, 4 cov(A,B)/V   5: l1 + 2 sqrt(max_j c2_j)/V
///                       6: 1 - sum of error variances / V, error variance = 1 - squared multiple correlation
///   omega_total         one-factor total: (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses), loadings by minimum residuals
///                       on R; McDonald (1999); Harman & Jones (1966), doi:10.1007/BF02289468
///   split half          items 1, 3, 5, ... against 2, 4, 6, ...; r, Spearman-Brown 2r/(1+r), and Flanagan-Rulon 4 cov(A,B)/V
///   SEM                 sqrt(V (1 - alpha)), points
///
/// Interval of alpha: Feldt (1965), doi:10.1007/BF02289499: (1 - alpha) times quantiles of F(n-1, (n-1)(k-1)).
/// A second one: Hakstian & Whalen (1976), doi:10.1007/BF02291840: (1 - alpha)^(1/3) is about normal.
/// Standard error: Duhachek & Iacobucci (2004), doi:10.1037/0021-9010.89.5.792 (after van Zyl, Neudecker & Nel 2000), from the whole
/// covariance matrix, without the assumption that items are parallel.
#pragma once

#include <celadon/models/ctt/score_moments.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

/// On which matrix Guttman's bounds work.
enum class LambdaScale : std::uint8_t {
  kCorrelation = 0,  ///< every item counts alike (the usual comparison)
  kCovariance = 1,   ///< the reliability of the sum of points
};

struct ReliabilityOptions {
  ScoringOptions scoring;
  double confidence = 0.95;  ///< of the interval of alpha
  LambdaScale lambda_scale = LambdaScale::kCorrelation;
  /// Random starts of the search for lambda 4 when there are more than 16 items (all splits are tried up to 16).
  int lambda4_starts = 50;
  std::uint64_t seed = 1;
};

/// Reliability coefficients; NaN where one is not defined, with a finding. All have no unit; SEM is in points.
struct Reliability {
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  int n_items = 0;  ///< items with variance; constant items are set aside with a finding
  double total_mean = 0.0;
  double total_sd = 0.0;  ///< divisor n - 1
  double alpha = 0.0;
  double alpha_standardized = 0.0;
  double alpha_se = 0.0;
  double alpha_lower = 0.0;  ///< Feldt's interval
  double alpha_upper = 0.0;
  double hakstian_lower = 0.0;
  double hakstian_upper = 0.0;
  double confidence = 0.95;
  double mean_correlation = 0.0;
  double kr20 = 0.0;
  double kr21 = 0.0;
  double lambda1 = 0.0;
  double lambda2 = 0.0;
  double lambda3 = 0.0;
  double lambda4 = 0.0;  ///< a maximum over splits found, so it capitalises on chance in small samples
  double lambda5 = 0.0;
  double lambda6 = 0.0;
  double omega_total = 0.0;
  double split_half_r = 0.0;
  double split_half_spearman_brown = 0.0;
  double split_half_rulon = 0.0;
  double sem = 0.0;
  bool omega_converged = false;
  std::vector<std::string> item_ids;     ///< the n_items items
  std::vector<double> alpha_if_deleted;  ///< one an item; NaN with fewer than 3 items
  std::vector<double> loadings;          ///< of the one-factor solution, sum >= 0
  std::vector<double> uniquenesses;
  Findings findings;

  /// One row a coefficient: coefficient, value, lower, upper, se.
  [[nodiscard]] Table to_table() const;
  /// One row an item: item, alpha_if_deleted, loading, uniqueness.
  [[nodiscard]] Table items_table() const;
};

/// Of the regular items: bonus items are left out.
/// Errors: those of score_moments; kTooFewItems (fewer than 2 with variance), kZeroVariance (the totals), kInvalidArgument (confidence),
/// kNoCommonPersons (a pair of items that nobody answered both).
/// Findings: kConstantItem, kNegativeReliability, kSingularCorrelations (lambda 6 null), kImproperFactorSolution.
/// Cost: score_moments plus O(items^3). Same bits for any number of threads. Reentrant.
Result<Reliability> reliability(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                const ReliabilityOptions& options = {}, const ExecutionContext& context = {});

/// The same from moments, such as a published covariance matrix (set n_used, mean, covariance, item_ids, full_marks, dichotomous).
Result<Reliability> reliability_from_moments(const ScoreMoments& moments, const ReliabilityOptions& options = {});

/// Split-half reliability for a given split.
struct SplitHalf {
  double r = 0.0;
  double spearman_brown = 0.0;  ///< 2 r / (1 + r)
  double rulon = 0.0;           ///< 4 cov(A, B) / V; equals spearman_brown when the halves' variances are equal
};
/// @param half  0 or 1 for each item of `moments`.
/// Errors: kLengthMismatch, kTooFewItems (an empty half), kZeroVariance (a half without variance), kNoCommonPersons.
Result<SplitHalf> split_half(const ScoreMoments& moments, std::span<const std::uint8_t> half);

/// Stratified alpha: 1 - sum over strata of V_s (1 - alpha_s) / V, for a paper of parts (choice, written ...).
struct StratifiedAlpha {
  double alpha = 0.0;
  std::vector<std::string> strata;
  std::vector<int> n_items;
  std::vector<double> stratum_alpha;     ///< of each stratum; a stratum of one item has NaN and counts as without error variance known
  std::vector<double> stratum_variance;  ///< variance of the stratum's subtotal
  Findings findings;
  /// One row a stratum: stratum, n_items, alpha, variance; the last row, with a null stratum, is the whole.
  [[nodiscard]] Table to_table() const;
};
/// A stratum of one item has no alpha of its own; it enters with reliability equal to `single_item_reliability` (0 is the lower bound).
/// Errors: kLengthMismatch, kTooFewItems (fewer than 2 items), kZeroVariance, kNoCommonPersons. Findings: kSingleItemStratum.
/// Source: Cronbach, Schoenemann & McKie (1965), doi:10.1177/001316446502500201; Feldt & Brennan (1989).
Result<StratifiedAlpha> stratified_alpha(const ScoreMoments& moments, std::span<const std::string> stratum_of_item,
                                         double single_item_reliability = 0.0);

}  // namespace celadon::inline CELADON_ABI::ctt
