/// Means, spreads, shares, correlations and gaps between groups, with design-based errors.
///
/// Weighted by the design; W = sum of the weights of the rows used. All are functions of weighted totals, so replicates and linearisation
/// cost one pass over the rows, however many replicates there are. Every function: same bits for any number of threads and any
/// instruction set; reentrant; errors kLengthMismatch, kInvalidArgument, kNotFinite (an infinite value), kCancelled; findings
/// kEmptyDomain, kSingleUnitDomain, kUndefinedReplicates where a group has no value or no error. Missing data: see estimate.hpp.
/// Sources: Wolter (2007) ch. 4 and 6; Särndal, Swensson & Wretman (1992), ch. 5 (functions of totals).
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

/// What is measured of a variable in every group.
enum class Measured : std::uint8_t {
  kMean = 0,
  kSd = 1,            ///< root of the variance with the divisor of the call
  kTotal = 2,         ///< sum w x
  kWeight = 3,        ///< W of the rows that have the variable
  kShareAtLeast = 4,  ///< share of the weight at or above `level`
  kShare = 5,         ///< share of the weight equal to `level`
};

struct Measure {
  std::int32_t variable = 0;  ///< index into the variables of the call
  Measured what = Measured::kMean;
  double level = 0.0;  ///< finite; of the shares only
};

/// Many measures over one design and one grouping: what a table of indicators needs. Measures share their passes over the
/// rows and the replicate weights (as many a pass as 128 MiB of totals hold); variables that lack no value share sums as well. Rows:
/// measure by measure, groups within, so that measure i of group g is rows[i n_groups + g]; statistics "mean", "sd", "total", "weight",
/// "share_at_least", "share". At least one measure. Cost: as means, with the replicate weights read once a pass.
[[nodiscard]] Result<Estimates> tabulate(const Design& design, std::span<const Variable> variables, std::span<const Measure> measures,
                                         const Groups& groups = {}, Divisor divisor = Divisor::kSample,
                                         const ExecutionContext& context = {});

/// Means: statistic "mean", rows by variable, then group. Cost: O(rows x columns) and O(units x replicates) a group.
[[nodiscard]] Result<Estimates> means(const Design& design, std::span<const Variable> variables, const Groups& groups = {},
                                      const ExecutionContext& context = {});

/// Means and standard deviations: statistics "mean" and "sd". A group with fewer than two rows has no sd.
[[nodiscard]] Result<Estimates> spreads(const Design& design, std::span<const Variable> variables, const Groups& groups = {},
                                        Divisor divisor = Divisor::kSample, const ExecutionContext& context = {});

/// Shares of the weight at or above each cut: statistic "share_at_least", level = the cut; in [0, 1]. Cuts are finite.
[[nodiscard]] Result<Estimates> shares_at_least(const Design& design, const Variable& variable, std::span<const double> cuts,
                                                const Groups& groups = {}, const ExecutionContext& context = {});

/// Shares of each category of a variable: statistic "share", level = the category; in [0, 1]. Values equal to none of the categories count
/// in the denominator.
[[nodiscard]] Result<Estimates> shares(const Design& design, const Variable& variable, std::span<const double> categories,
                                       const Groups& groups = {}, const ExecutionContext& context = {});

/// Totals: statistic "total" = sum w x, and "weight" = W (the estimated size of the population).
[[nodiscard]] Result<Estimates> totals(const Design& design, std::span<const Variable> variables, const Groups& groups = {},
                                       const ExecutionContext& context = {});

/// Correlations of all pairs over the rows that have every variable: statistic "correlation", variable "x:y" in the order
/// (1,2) (1,3) ... At least two variables. NaN where one does not vary.
[[nodiscard]] Result<Estimates> correlations(const Design& design, std::span<const Variable> variables, const Groups& groups = {},
                                             const ExecutionContext& context = {});

/// A pair of groups to compare.
struct GroupPair {
  std::int32_t first = 0;
  std::int32_t second = 1;
};

/// Gaps between groups, the covariance of the groups taken into account: "gap" = mean(first) - mean(second); "effect_size" = gap over
/// sqrt((sd1^2 + sd2^2) / 2); "eta" = root of the share of the two groups' variance that lies between them. Pairs: any distinct groups.
/// A pair of which a group lies in one sampling unit has no error (NaN): that unit is all there is of the group, so that nothing in the
/// sample says how much its mean would vary. Findings name the groups at fault, each once.
[[nodiscard]] Result<Estimates> gaps(const Design& design, const Variable& variable, const Groups& groups, std::span<const GroupPair> pairs,
                                     Divisor divisor = Divisor::kSample, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
