/// What judges say of items, and how far they agree.
///
/// A judge imagines a pupil who just reaches the standard and says of each item whether that pupil solves it (yes/no), with what
/// probability, or how many marks that pupil gets. Persons never appear here; rows are judges, columns items.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::standard_setting {

enum class RatingKind : std::uint8_t {
  kYesNo = 0,        ///< 1: the borderline pupil gets the full mark, 0: none
  kProbability = 1,  ///< 0 to 1: probability of a right answer, or expected share of the full mark
  kMarks = 2,        ///< 0 to the full mark: expected marks (polytomous items)
};

/// The ratings of one cut in one round. All spans are borrowed for the call.
struct Ratings {
  /// n_judges x n_items by rows; NaN: not rated.
  std::span<const double> values;
  std::int64_t n_judges = 0;
  std::int64_t n_items = 0;
  RatingKind kind = RatingKind::kProbability;
  /// Full mark of each item, > 0; empty: 1 each.
  std::span<const double> full_marks = {};
  /// Names for messages; empty: "1", "2", ...
  std::span<const std::string> item_ids = {};
  /// Table (small group that talked with one another) of each judge, numbered from 0; empty: judges worked alone. Standard errors then
  /// come from tables, not judges.
  std::span<const std::int32_t> tables = {};
};

/// Variance components of judges x items on the scale of shares of the full mark, each item counting once:
/// x_ji = mean + judge_j + item_i + residual_ji, all random. Complete tables give the analysis of variance; with missing ratings the
/// sums of squares of Henderson's method 1, equally unbiased. Estimates below 0 are kept here and count as 0 in what is derived.
/// Sources: Brennan & Lockwood (1980), doi:10.1177/014662168000400209; Henderson (1953), doi:10.2307/3001853; coefficients: Shrout &
/// Fleiss (1979), doi:10.1037/0033-2909.86.2.420, ICC(2, 1) and ICC(2, k) with items as the objects.
struct Components {
  double mean = 0.0;
  double judge = 0.0;     ///< severity
  double item = 0.0;      ///< what items truly differ in
  double residual = 0.0;  ///< judge by item, and error
  /// Agreement of one judge with another on items: item / (item + judge + residual); NaN without variance.
  double icc_single = 0.0;
  /// The same of the panel's item means (dependability): item / (item + (judge + residual) / n), n the harmonic mean of ratings an item.
  double icc_panel = 0.0;
  std::int64_t n_judges = 0;  ///< with a rating
  std::int64_t n_items = 0;
  std::int64_t n_ratings = 0;
  Findings findings;

  /// One row a source: "source" (judge, item, residual), "variance", "share" of the sum of what is not below 0.
  [[nodiscard]] Table to_table() const;
};

/// Errors: kLengthMismatch; kInvalidArgument (sizes, full marks, tables); kRatingOutOfRange; kItemHardlyRated (an item nobody rated);
/// kTooFewItems (fewer than 2); kSingleJudge (fewer than 2 judges, or the ratings are too few to tell the sources apart).
/// Findings: kNegativeComponent, kJudgeWithoutRating. O(judges * items). Reentrant. The order of the judges matters by rounding only.
[[nodiscard]] Result<Components> judge_item_components(const Ratings& ratings);

}  // namespace celadon::inline CELADON_ABI::standard_setting
