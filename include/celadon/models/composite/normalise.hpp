/// Normalisation: indicators of different units brought to one scale, more always better afterwards.
///
/// With y = direction * x over the units that have a value, m and M its least and largest, l and u the wanted range:
///
///   kMinMax              l + (u - l) (y - m) / (M - m)
///   kZScore              centre + spread (y - mean) / sd                       (sd with divisor n - 1)
///   kRank                1 for the least; equal values share the lower rank
///   kBorda               rank - 1
///   kPercentileRank      (rank - 1) / (n - 1)
///   kDistanceToMax       1 - (M - y) / (M - m)
///   kDistanceToReference 1 - (r - y) / (r - m), r the value of the unit `reference`
///   kDistanceToTarget    1 - (t - y) / (t - m), t = direction * target
///   kFractionOfMax       y / M; where less is better and every value is above 0: (least x) / x, so that the best unit has 1
///   kScaled              100 (y - l) / (u - l), l and u fixed in advance
///   kGoalposts           (x - lower) / (upper - lower) times `scale`, in the indicator's own unit; less is better: (upper - x) / (upper -
///   lower);
///                        held within [0, scale] unless `truncate` is false
///   kCategorical         the value of the class that x falls into: `cuts` c1 < c2 < ... and one more `class_values`; x <= c1 is the first
///   class;
///                        with `cuts_are_percentiles`, cuts are shares of the units at or below (0 to 1)
///   kNone                y
///
/// A distance needs a unit short of the target or the reference, and a fraction a maximum M above 0: the formulas would else divide by a
/// range below 0 and put the worst unit first. With `cap`, where no unit is short of the target or the reference, every unit counts 1;
/// the rest is an error that names the indicator. (COINr's n_dist2targ and n_fracmax turn the order over there.)
/// Source: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 5; Goalposts: UNDP, Human Development Report, technical
/// notes.
#pragma once

#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

enum class Normalisation : std::uint8_t {
  kNone = 0,
  kMinMax,
  kZScore,
  kRank,
  kBorda,
  kPercentileRank,
  kDistanceToMax,
  kDistanceToReference,
  kDistanceToTarget,
  kFractionOfMax,
  kScaled,
  kGoalposts,
  kCategorical,
};

struct NormaliseOptions {
  Normalisation method = Normalisation::kMinMax;
  double lower = 0.0;                ///< kMinMax, kScaled, kGoalposts
  double upper = 100.0;              ///< kMinMax, kScaled, kGoalposts; above lower
  double centre = 0.0;               ///< kZScore
  double spread = 1.0;               ///< kZScore, > 0
  double target = kMissing;          ///< kDistanceToTarget; NaN takes the node's
  std::int64_t reference = -1;       ///< kDistanceToReference: row of the unit
  bool cap = false;                  ///< distances: values beyond the target or the reference count 1
  double scale = 1.0;                ///< kGoalposts
  bool truncate = true;              ///< kGoalposts
  std::vector<double> cuts;          ///< kCategorical, ascending
  std::vector<double> class_values;  ///< kCategorical, one more than cuts
  bool cuts_are_percentiles = false;
};

struct Normalised {
  Matrix values;
  Findings findings;  ///< kConstantIndicator: its values are missing where the formula divides by its range
};

/// @param options  one for all indicators, or one an indicator.
/// Missing stays missing. Errors: kLengthMismatch, kInvalidArgument (a range that is empty, a spread <= 0, no target, a reference that is
/// not a unit with a value, no unit short of the target or the reference and no `cap`, no maximum above 0 to take a fraction of, cuts that
/// do not ascend or do not fit class_values). O(units log units) an indicator. Reentrant.
Result<Normalised> normalise(const Matrix& data, const Tree& tree, std::span<const NormaliseOptions> options);

}  // namespace celadon::inline CELADON_ABI::composite
