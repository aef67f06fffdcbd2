/// Inequality and segregation: Gini, concentration index, dissimilarity.
///
/// Missing data, errors and findings as means.hpp. Same bits for any number of threads. Reentrant.
#pragma once

#include <celadon/models/survey/estimate.hpp>

namespace celadon::inline CELADON_ABI::survey {

/// Gini coefficient 2 sum w x r / (W sum w x) - 1 with r the cumulative weight to the middle of the ties of x: statistic "gini", in [0, 1).
/// Values >= 0 (else kInvalidArgument); NaN where all are 0. Linearised by its exact derivative in the weights.
/// Source: Lerman & Yitzhaki (1989), doi:10.1016/0304-4076(89)90057-6; Langel & Tillé (2013), doi:10.1111/j.1467-985X.2012.01048.x.
/// Cost: O(rows log rows + rows x replicates) a column.
[[nodiscard]] Result<Estimates> gini(const Design& design, const Variable& variable, const Groups& groups = {},
                                     const ExecutionContext& context = {});

/// Concentration index of an outcome over a ranking (say, attainment over family background): 2 sum w y r / (W sum w y) - 1 with r the
/// fractional rank by `rank`, ties at their middle: statistic "concentration", above 0 where those who rank high have more.
/// Source: Kakwani, Wagstaff & van Doorslaer (1997), doi:10.1016/S0304-4076(96)01807-6. NaN where the outcome's mean is 0.
[[nodiscard]] Result<Estimates> concentration_index(const Design& design, const Variable& outcome, const Variable& rank,
                                                    const Groups& groups = {}, const ExecutionContext& context = {});

/// Dissimilarity of two kinds of pupils over schools: 1/2 sum_s |a_s / A - b_s / B|, statistic "dissimilarity", in [0, 1]: the share of
/// one kind that would have to change school for all schools to be alike. `member` is 1 for the kind a and 0 for b; other values are
/// kInvalidArgument. `schools` number the schools; `region` (one entry a school, or empty for one region) says which region each belongs
/// to, -1 for none. Rows by region (group = region). With few pupils a school the index is above 0 without any segregation: "expected" is
/// its value under random allocation, from the binomial's mean absolute deviation (normal approximation). Source: Duncan & Duncan (1955),
/// doi:10.2307/2088328; Winship (1977), doi:10.1093/sf/55.4.1058 (expected value).
[[nodiscard]] Result<Estimates> dissimilarity(const Design& design, const Variable& member, const Groups& schools,
                                              std::span<const std::int32_t> region = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::survey
