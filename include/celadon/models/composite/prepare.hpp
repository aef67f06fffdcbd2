/// Before outliers and scales: what the data look like, denomination, screening of units, imputation.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

/// One indicator at a glance. Moments need 2 (sd), 3 (skewness) and 4 (kurtosis) values that differ; NaN otherwise.
struct IndicatorStatistics {
  std::int64_t n_available = 0;
  std::int64_t n_nonzero = 0;  ///< of those available
  std::int64_t n_unique = 0;
  std::int64_t n_same = 0;  ///< how often the commonest value occurs
  double minimum = kMissing;
  double maximum = kMissing;
  double mean = kMissing;
  double median = kMissing;
  double sd = kMissing;        ///< divisor n - 1
  double skewness = kMissing;  ///< G1, as spreadsheets have it: Joanes & Gill (1998), doi:10.1111/1467-9884.00122
  double kurtosis = kMissing;  ///< G2, 0 for the normal distribution (same source)
};

/// One entry a column. O(units log units) a column. Reentrant.
std::vector<IndicatorStatistics> describe(const Matrix& data);

/// One row an indicator: indicator, then the fields of IndicatorStatistics.
/// @param codes  one a column; empty: "1", "2", ... Throws LogicError when the lengths differ.
Table statistics_table(std::span<const IndicatorStatistics> statistics, std::span<const std::string> codes = {});

/// Each indicator with a denominator (`Node::denominator`) divided by that column, unit by unit.
struct Denominated {
  Matrix values;
  Findings findings;  ///< kBadDenominator: a denominator missing or <= 0 makes the value missing
};
/// @param denominators  units x codes.
/// Errors: kLengthMismatch, kMissingColumn (a node names a denominator that is not in `codes`). O(cells). Reentrant.
Result<Denominated> denominate(const Matrix& data, const Tree& tree, const Matrix& denominators, std::span<const std::string> codes);

/// Rows whose share of values that are there is at least `min_available` (0 to 1), and optionally whose share of values other than 0 among
/// them is at least `min_nonzero`. Errors: kInvalidArgument. O(cells). Reentrant.
Result<std::vector<std::int64_t>> screen_units(const Matrix& data, double min_available, double min_nonzero = 0.0);

enum class Imputation : std::uint8_t {
  kNone = 0,     ///< missing stays missing; aggregation then weighs what is there
  kMean,         ///< of the indicator over units
  kMedian,       ///< of the indicator over units
  kGroupMean,    ///< of the indicator over units of the same group
  kGroupMedian,  ///< of the indicator over units of the same group
};

struct Imputed {
  Matrix values;
  std::int64_t n_imputed = 0;
  Findings findings;  ///< kStillMissing: a group (or a column) without any value
};
/// Single imputation understates uncertainty: pass the data's standard errors to `uncertainty` or compare methods there.
/// @param groups  one label a unit for the group methods; else not read.
/// @param names   the tree whose indicators the columns are, for the findings; without it they have numbers from 1.
/// Errors: kLengthMismatch. O(units log units) a column. Reentrant. Source: OECD & JRC (2008), Handbook on Constructing Composite
/// Indicators, step 3.
Result<Imputed> impute(const Matrix& data, Imputation method, std::span<const std::string> groups = {}, const Tree* names = nullptr);

}  // namespace celadon::inline CELADON_ABI::composite
