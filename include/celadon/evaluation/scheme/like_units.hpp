/// A unit beside units that are like it: schools with like pupils and conditions, instead of all schools in one list.
///
/// Likeness is the distance in declared background columns, each divided by its standard deviation over the units. What is compared are a
/// unit's indices with the mean of the units most like it; the answer is above, near or below, never a place in a list.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {

struct LikeOptions {
  int n_like = 10;               ///< units to compare with
  double confidence = 0.90;      ///< of intervals
  double false_discovery = 0.1;  ///< over one unit's indices (Benjamini-Hochberg)
};

enum class LikeState : std::uint8_t {
  kNotCompared = 0,  ///< the unit or too many of those like it have no value that may be shown
  kNear = 1,         ///< no difference that stands out from chance, or less than the worthwhile change
  kAbove = 2,        ///< the value is higher; whether that is better is the indicator's direction
  kBelow = 3,
};

/// One index of one unit beside the mean of those like it. Numbers that do not exist are NaN.
struct LikeValue {
  LikeState state = LikeState::kNotCompared;
  double like_mean = kUnset;   ///< of the like units that have a value
  double difference = kUnset;  ///< value - like_mean
  double se = kUnset;          ///< of both: sqrt(se^2 + sum se_j^2 / n^2)
  double low = kUnset;
  double high = kUnset;
  double p = kUnset;
  std::int32_t n_like = 0;  ///< like units that had a value
};

struct LikeUnits {
  std::string level;
  std::vector<std::int32_t> like;  ///< units x n_like, nearest first; -1 where there are no more
  int n_like = 0;
  double confidence = 0.90;       ///< of the intervals
  std::vector<double> distance;   ///< as like; NaN where there is none
  std::vector<LikeValue> values;  ///< units x indicators
  Findings findings;

  /// One row a unit and index that was compared: unit, indicator, state, like_mean, difference, se, low, high, p, n_like.
  [[nodiscard]] Table to_table(const SchemeEvaluation& evaluation, std::size_t period) const;
};

/// Compares every unit of a level with the units of that level most like it.
///
/// @param background  units x n_background, row by row, in the order of the level's units; NaN: the unit is not compared and compares with
/// none. A column that does not vary counts for nothing. Ties in distance go to the unit that comes first. An index is compared where at
/// least half of the like units have a value that may be shown. Errors: kInvalidArgument (no such period or level, n_like < 3, confidence),
/// kLengthMismatch, kTooFewUnits (fewer than n_like + 1 units with background). Cost: O(units^2 n_background). Reentrant, deterministic.
[[nodiscard]] Result<LikeUnits> like_units(const SchemeEvaluation& evaluation, std::size_t period, std::string_view level,
                                           std::span<const double> background, int n_background, const LikeOptions& options = {});

}  // namespace celadon::inline CELADON_ABI::scheme
