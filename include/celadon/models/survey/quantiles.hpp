/// Weighted quantiles with design-based errors.
///
/// The quantile of p is the smallest value whose cumulative share of the weight reaches p (to one part in 10^12). Replicate methods
/// take it again under each replicate; the linearised method inverts the interval of the share (Woodruff).
/// Source: Woodruff (1952), doi:10.1080/01621459.1952.10483443; Rao & Shao (1999), doi:10.1093/biomet/86.2.403 (half-samples; the
/// jackknife that leaves out one element is inconsistent for quantiles, one that leaves out large clusters serves).
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

/// @param probabilities  in [0, 1]; at least one.
/// Rows: statistic "quantile", level = the probability. Missing data, errors and findings as means.hpp.
/// Cost: O(rows log rows + rows x replicates) a column. Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<Estimates> quantiles(const Design& design, const Variable& variable, std::span<const double> probabilities,
                                          const Groups& groups = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
