/// Distribution of a score: moments, quantiles, percentile ranks, standard scores.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::ctt {

/// Which of the three formulas in use (Joanes & Gill 1998, doi:10.1111/1467-9884.00122). With m2, m3, m4 the central moments, divisor n:
enum class SkewType : std::uint8_t {
  kMoment = 1,    ///< type 1: g1 = m3 / m2^1.5, g2 = m4 / m2^2 - 3
  kUnbiased = 2,  ///< type 2 (SAS, SPSS, Excel): G1 = g1 sqrt(n(n-1))/(n-2), G2 = ((n+1) g2 + 6)(n-1)/((n-2)(n-3))
  kSample = 3,    ///< type 3: b1 = g1 ((n-1)/n)^1.5, b2 = (g2 + 3)(1 - 1/n)^2 - 3
};

struct DistributionOptions {
  SkewType skew_type = SkewType::kUnbiased;
  /// Probabilities of the quantiles wanted, in [0, 1].
  std::vector<double> probabilities = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95};
};

/// NaN values are left out and counted. Weighted moments use weights scaled to sum to n.
struct ScoreDistribution {
  std::int64_t n = 0;
  std::int64_t n_missing = 0;
  double mean = 0.0;
  double sd = 0.0;  ///< divisor n - 1; NaN for n < 2
  double minimum = 0.0;
  double maximum = 0.0;
  SkewType skew_type = SkewType::kUnbiased;
  double skewness = 0.0;         ///< NaN where the type needs more values or sd is 0
  double kurtosis_excess = 0.0;  ///< normal = 0
  std::vector<double> probabilities;
  std::vector<double> quantiles;
  /// Distinct values, ascending, with their weighted counts and percentile ranks.
  std::vector<double> values;
  std::vector<double> frequency;
  std::vector<double> percentile_rank;  ///< share below plus half the share equal, in (0, 1)

  /// (x - mean) / sd.
  [[nodiscard]] double z_score(double x) const { return (x - mean) / sd; }
  /// Linear T score: 50 + 10 z (or any other mean and sd, such as 500 and 100).
  [[nodiscard]] double t_score(double x, double t_mean = 50.0, double t_sd = 10.0) const { return t_mean + t_sd * z_score(x); }
  /// Normalised T score: 50 + 10 times the normal quantile of the percentile rank. McCall (1922).
  [[nodiscard]] double normalized_t_score(double x, double t_mean = 50.0, double t_sd = 10.0) const;
  /// Percentile rank of any x (between values: the share below), in [0, 1].
  [[nodiscard]] double rank_of(double x) const;
  /// One row a distinct value: score, frequency, cumulative_share, percentile_rank, z, t, t_normalized.
  [[nodiscard]] Table to_table() const;
  /// One row a statistic: statistic, value.
  [[nodiscard]] Table summary_table() const;
};

/// @param scores   any numbers, NaN = missing.
/// @param weights  as many, >= 0, or empty. A weight of 0 leaves the value out.
/// Quantiles: linear interpolation between order statistics, type 7 of Hyndman & Fan (1996), doi:10.2307/2684934; with weights, scaled to
/// sum to n, the order statistic number i is the smallest value whose cumulative weight reaches i.
/// Errors: kNoPersons (no value), kLengthMismatch, kInvalidArgument (weights, probabilities, an infinite score).
/// Cost: O(n log n). Reentrant.
Result<ScoreDistribution> score_distribution(std::span<const double> scores, std::span<const double> weights = {},
                                             const DistributionOptions& options = {});

/// One quantile of type 7 of values without weights, NaN left out; NaN when there is none. Throws LogicError for a probability outside [0,
/// 1].
[[nodiscard]] double quantile(std::span<const double> values, double probability);

}  // namespace celadon::inline CELADON_ABI::ctt
