/// Indicator schemes: a tree of indicators as data. Whatever a framework says (names, weights, cuts, bands) stands in a scheme; what it
/// does not say is absent here too, and an indicator that lacks it is reported as such instead of being given a number.
///
/// A scheme comes from a JSON file (io/scheme_json.hpp; format: src/schemas/scheme.schema.json) or is filled in by a program and checked by
/// `check`. A definition that is wrong does not spoil the tree: the indicator carries its problem and is not evaluated, the rest is.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/profile.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {

using evaluation::LocalText;

/// What a leaf measures, of the rows of a unit that count (`where`) and have every column it needs. Weighted by the design throughout.
enum class Statistic : std::uint8_t {
  kNone = 0,          ///< an inner node, or a leaf that is judged by people
  kMean = 1,          ///< weighted mean
  kShareAtLeast = 2,  ///< share of the weight at or above `cut`
  kShareAtMost = 3,   ///< share of the weight at or below `cut`
  kShareMeeting = 4,  ///< share of rows that meet their conditions (rule compliance)
  kSd = 5,            ///< standard deviation, divisor W (n - 1) / n
  kTotal = 6,         ///< weighted total
  kRatio = 7,         ///< total of `variable` over total of `per`
  /// Differences between units: sqrt(sum_i (n_i / N) (x_i - X)^2) / X with n_i the denominator (`per`; rows where absent) of unit i of
  /// level `between`, x_i its ratio and X that of all.
  kCoefficientOfVariation = 8,
  kIcc = 9,                 ///< share of the variance that lies between units of level `between` (survey/intraclass.hpp)
  kIccCorrected = 10,       ///< the same without the error of measurement in the denominator (`error_variance`)
  kGradient = 11,           ///< slope of the outcome on the first predictor, the others held constant
  kVarianceExplained = 12,  ///< R^2 of the outcome on all predictors
  kGap = 13,                ///< mean of one group minus mean of another
  /// Mean residual of the outcome given earlier results, by one regression over all rows of the period: 0 is what rows with such
  /// earlier results reach on average.
  kProgress = 14,
  kChange = 15,  ///< another indicator's change since the period before
};

/// Stable text names, as in the JSON ("mean", "share_at_least", ...); "" for kNone.
[[nodiscard]] std::string_view statistic_name(Statistic statistic);

enum class Comparison : std::uint8_t { kAtLeast = 0, kAtMost = 1, kAbove = 2, kBelow = 3, kEquals = 4 };

/// variable / per x times compared with a limit. A row that lacks a column, or whose denominator is 0, is missing.
struct Condition {
  std::string variable;
  std::string per;  ///< empty: nothing to divide by
  double times = 1.0;
  Comparison comparison = Comparison::kAtLeast;
  double limit = 0.0;
};

enum class Direction : std::uint8_t { kHigher = 0, kLower = 1, kNeutral = 2 };

/// Levels of a value. Without cuts there are no levels, only a value and its interval.
struct Bands {
  std::vector<double> cuts;      ///< ascending; a value at a cut is in the band above it
  std::vector<LocalText> names;  ///< from low to high, one more than cuts; empty: 1, 2, 3 ...
  bool published = false;        ///< false: local, and printed so
  std::string source;
};

enum class Aggregation : std::uint8_t { kProfile = 0, kArithmetic = 1, kGeometric = 2, kHarmonic = 3, kMinimum = 4 };

/// Where the weights of an inner node come from.
enum class Weighting : std::uint8_t {
  kNone = 0,  ///< none are published: no number is made
  kEqual = 1,
  kGiven = 2,
};

inline constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();

/// One node of the tree. A leaf has a statistic or is judged by people; an inner node has children.
struct Indicator {
  std::string id;
  std::int32_t parent = -1;            ///< index into Scheme::indicators, -1 for a root
  std::vector<std::int32_t> children;  ///< in the scheme's order
  LocalText name;                      ///< official Chinese wording, English gloss
  bool verified = false;               ///< the name was seen in a source
  std::string measured;
  bool measure_verified = false;
  std::string source;
  std::string method;

  Statistic statistic = Statistic::kNone;
  std::string frame = "pupils";
  std::string variable;
  std::string per;
  double cut = kUnset;  ///< kUnset: not published
  std::vector<Condition> conditions;
  int least_met = 0;  ///< 0: all
  double others_ratio = 0.0;
  std::vector<std::string> predictors;
  std::string group;
  std::array<double, 2> groups = {1.0, 2.0};
  std::string between;
  std::string error_variance;
  std::string of;
  std::vector<Condition> where;

  Direction direction = Direction::kHigher;
  double times = 1.0;
  std::string unit;  ///< values of one unit may be averaged as they are
  LocalText
      unit_name;  ///< how pages print a unit that the wording does not know ("次每周", "times a week"); empty: the unit as it is written
  double target = kUnset;
  std::array<double, 2> goalposts = {kUnset, kUnset};  ///< values that become 0 and 100 above
  Bands bands;
  std::vector<std::string> levels;  ///< empty: all
  int least_n = 0;                  ///< 0: 10 of pupils, 1 of other frames
  double worthwhile_change = kUnset;
  /// Values of two periods stand on two tests: they are compared only where the later period brings the error of the link (0 where none is
  /// due, as for one and the same test). Measured with a fixed yardstick (hours, a fitness standard, a scale calibrated once): false.
  bool needs_link = false;

  Aggregation aggregation = Aggregation::kProfile;
  Weighting weighting = Weighting::kNone;
  std::vector<double> weights;  ///< kGiven: one a child, in the order of children
  double least_weight = 1.0;

  std::string path;            ///< where it stands in its file: "/nodes/3"; for findings
  std::int64_t line = -1;      ///< line of the file, from 1
  Code problem = Code::kNone;  ///< why it cannot be evaluated anywhere; kNone for a sound definition

  [[nodiscard]] bool is_leaf() const { return children.empty(); }
};

/// A scheme. Value type; reading is thread-safe. Parents stand before or after their children; `order` lists every node after its children.
struct Scheme {
  std::string id;
  LocalText name;
  std::string edition;
  std::string document;
  std::vector<std::string> sources;
  std::string status;
  LocalText label;      ///< empty for what is official
  std::string extends;  ///< an overlay's base
  std::string hash;     ///< of the file with its base
  std::vector<Indicator> indicators;
  std::vector<std::int32_t> roots;
  std::vector<std::int32_t> order;  ///< set by check

  /// Index of an id, -1 where there is none. O(indicators).
  [[nodiscard]] std::int32_t find(std::string_view id) const;
  /// One row an indicator in the scheme's order: id, parent, name_zh, name_en, verified, measured, measure_verified, statistic, frame,
  /// variable, cut, target, unit, direction, aggregation, weight (within the parent), problem, line.
  [[nodiscard]] Table to_table() const;
};

/// Checks a scheme, links children to parents and orders the tree. Whatever is wrong becomes a finding of severity kError that names the
/// place in the file, and the indicator's `problem`; what hangs on a broken parent becomes a root. Checked: ids, parents, cycles, weights
/// (of children only, each child, sum 1 within 1e-9), cuts and goalposts in order, names of bands, what each statistic needs, units of
/// values that are averaged as they are, the indicator that a change is of and that none is part of a number (changes are known after all
/// periods, so a node above one is a profile). Deterministic; O(indicators^2). Not thread-safe for one scheme.
Findings check(Scheme& scheme);

}  // namespace celadon::inline CELADON_ABI::scheme
