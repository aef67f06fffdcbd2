/// Angoff's method, yes/no and with probabilities: a cut from what judges expect of a pupil who just reaches the standard.
///
/// cut = sum_i full_i * mean_j x_ji, x the share of the full mark that judge j expects on item i. A judge who left items out has
/// cut_j = cut + F * d_j, d_j the mean of x_ji - mean_i over the items rated, weighted by full marks, F the sum of the full marks: the
/// ratings given, and for the rest the panel's mean moved by the judge's own severity.
/// Sources: Angoff (1971), Scales, norms, and equivalent scores, in Thorndike (ed.), Educational Measurement, 508-600; Impara & Plake
/// (1997), Journal of Educational Measurement 34, 353-366 (yes/no); Brennan & Lockwood (1980), doi:10.1177/014662168000400209 (errors);
/// Cizek & Bunch (2007), Standard Setting (extended to polytomous items).
#pragma once

#include <celadon/models/standard_setting/cut.hpp>
#include <celadon/models/standard_setting/ratings.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

/// One judge of a panel, in the order of the ratings.
struct Judge {
  double cut = 0.0;        ///< marks; NaN for a judge without ratings
  double deviation = 0.0;  ///< cut of the judge less that of the panel, marks
  std::int64_t n_rated = 0;
  double correlation = 0.0;  ///< with the item means of the other judges, over the items rated; NaN without variance or with one judge
};

/// One item of a panel.
struct RatedItem {
  double mean = 0.0;  ///< share of the full mark
  double sd = 0.0;    ///< between judges, divisor n - 1; NaN for one rating
  std::int64_t n_rated = 0;
  double full_mark = 1.0;
};

/// A cut. Value type.
struct AngoffCut {
  double cut = 0.0;        ///< marks
  double cut_share = 0.0;  ///< of the full mark
  double full_mark = 0.0;  ///< sum of the full marks
  /// From judges (tables, where given): these items, other judges. sd of the judges' cuts / sqrt(n) for complete ratings of judges who
  /// worked alone; linearised otherwise (the cut is a sum of ratios). NaN for one judge or table.
  double se = 0.0;
  /// Judges and items both random (other judges, other items of this kind): from the components; NaN where there are none.
  double se_judges_items = 0.0;
  /// The part of it that is due to judges and to judge by item: these items, by the components.
  double se_components = 0.0;
  Components components;                  ///< NaN throughout for one judge or one item
  double judge_sd = 0.0;                  ///< of the judges' cuts, marks, divisor n - 1
  double mean_absolute_deviation = 0.0;   ///< of the judges' cuts from the panel's, marks
  double mean_absolute_difference = 0.0;  ///< between two judges on an item, share of the full mark, over all pairs; NaN without a pair
  std::int64_t n_judges = 0;              ///< with a rating
  std::int64_t n_tables = 0;              ///< 0 where none were given
  std::int64_t n_missing = 0;             ///< cells without a rating, of those judges
  std::vector<Judge> judges;
  std::vector<RatedItem> items;
  std::vector<std::string> item_ids;
  Findings findings;

  /// The judges' cuts, NaN for a judge without ratings: what round_change takes.
  [[nodiscard]] std::vector<double> judge_cuts() const;
  /// One row: the figures of the cut.
  [[nodiscard]] Table to_table() const;
  /// One row a judge: "judge" (number from 1), "cut", "deviation", "n_rated", "correlation".
  [[nodiscard]] Table judge_table() const;
  /// One row an item: "item", "full_mark", "mean", "sd", "n_rated".
  [[nodiscard]] Table item_table() const;
};

/// Errors: kLengthMismatch; kInvalidArgument (sizes, full marks, tables); kRatingOutOfRange naming judge and item; kItemHardlyRated (an
/// item nobody rated). Findings: kSingleJudge, kConstantRatings, kJudgesCoincide, kItemHardlyRated (one judge), kJudgeWithoutRating,
/// kNegativeComponent. O(judges^2 * items). Reentrant. The order of the judges matters by rounding only.
[[nodiscard]] Result<AngoffCut> angoff(const Ratings& ratings);

/// Several rounds of one cut by the same judges on the same items; the last round is the cut.
struct AngoffRounds {
  std::vector<AngoffCut> rounds;
  std::vector<RoundChange> changes;  ///< from each round to the next

  /// One row a round: "round", "cut", "se", "judge_sd", "icc_single", "mean_absolute_difference", and of the step from the round before
  /// (null in the first) "change", "change_se", "mean_absolute_change", "n_moved".
  [[nodiscard]] Table to_table() const;
};
/// Errors: those of angoff with the round as the place's table; kInvalidArgument (no round, sizes that differ); those of round_change.
[[nodiscard]] Result<AngoffRounds> angoff_rounds(std::span<const Ratings> rounds);

/// Several cuts (levels) on one paper, lowest first.
struct AngoffLevels {
  std::vector<AngoffCut> levels;
  /// Cuts or judges' cuts out of order (kCutsNotAscending: severity error for the panel, warning for a judge).
  Findings findings;

  /// One row a level: "level" (from 1), "cut", "cut_share", "se", "se_judges_items", "judge_sd", "n_judges".
  [[nodiscard]] Table to_table() const;
};
/// Errors: those of angoff with the level as the place's table; kInvalidArgument (no level, sizes that differ).
[[nodiscard]] Result<AngoffLevels> angoff_levels(std::span<const Ratings> levels);

}  // namespace celadon::inline CELADON_ABI::standard_setting
