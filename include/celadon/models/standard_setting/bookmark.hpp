/// The Bookmark method: items in order of difficulty, and a bookmark where mastery ends.
///
/// Each item (each step of a polytomous item) stands in the booklet at its location: the ability at which a pupil gets it right (reaches
/// the step) with the response probability RP, 2/3 by default. A judge who places the bookmark on page b says that the borderline pupil
/// masters pages 1 to b - 1 and not page b. The cut of that judge is, by convention, the location of page b - 1.
/// Sources: Lewis, Mitzel & Green (1996), Standard setting: a bookmark approach; Mitzel, Lewis, Patz & Green (2001), The bookmark
/// procedure, in Cizek (ed.), Setting Performance Standards, 249-281; Cizek & Bunch (2007), Standard Setting, chapter 10.
#pragma once

#include <celadon/models/standard_setting/cut.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::standard_setting {

struct BookletOptions {
  double response_probability = 2.0 / 3.0;  ///< in (0, 1)
  /// 3PL and 4PL: RP of what is above guessing, P = g + (u - g) RP. Otherwise P = RP, which an item with g >= RP never meets from above.
  bool guessing_adjusted = false;
};

/// A page.
struct BookletPage {
  std::int64_t item = 0;  ///< index in the model
  std::string item_id;
  int step = 1;           ///< model category reached or passed: P(X >= step) = RP; 1 for a dichotomous item
  double location = 0.0;  ///< ability
};

/// Pages by location, ties in the order of the model. Value type.
struct Booklet {
  double response_probability = 2.0 / 3.0;
  std::vector<BookletPage> pages;
  Findings findings;

  /// One row a page: "page" (from 1), "item", "step", "location".
  [[nodiscard]] Table to_table() const;
};

/// Errors: those of irt::check; kInvalidArgument (RP); kNoItems (no item has a location). Finding kCutOutsideScale for an item or step
/// that has no location in [-20, 20], which is left out. O(items * categories). Reentrant.
[[nodiscard]] Result<Booklet> ordered_item_booklet(const irt::Model& model, const BookletOptions& options = {});

/// Where the cut of a bookmark on page b lies.
enum class BookmarkRule : std::uint8_t {
  kBefore = 0,    ///< location of page b - 1; b from 2 to n + 1
  kMidpoint = 1,  ///< half way between pages b - 1 and b; b from 2 to n
  kAt = 2,        ///< location of page b; b from 1 to n
};

/// Bookmarks of all the judges. Spans are borrowed for the call.
struct Bookmarks {
  /// n_judges x n_cuts by rows: page from 1, lowest cut first; NaN: none placed.
  std::span<const double> pages;
  std::int64_t n_judges = 0;
  std::int64_t n_cuts = 1;
  /// Table of each judge, from 0; empty: judges worked alone. Standard errors then come from tables.
  std::span<const std::int32_t> tables = {};
};

struct BookmarkOptions {
  BookmarkRule rule = BookmarkRule::kBefore;
  irt::CategoryPoints points = {};  ///< marks of each category for the raw scale; empty: category k is worth k
};

/// One cut. Ability units unless said otherwise.
struct BookmarkCut {
  std::int64_t n_judges = 0;  ///< who placed this bookmark
  std::int64_t n_tables = 0;  ///< 0 where none were given
  double median = 0.0;
  double mean = 0.0;
  double sd = 0.0;  ///< between judges, divisor n - 1; NaN for one judge
  /// Of the mean: sd / sqrt(n); with tables from the tables' sums (judges of one table are not independent). NaN for one judge or table.
  double mean_se = 0.0;
  /// Of the median: Maritz & Jarrett (1978), Journal of the American Statistical Association 73, 194-196, with the beta weights of
  /// (n + 1) / 2; with tables times the ratio of mean_se to sd / sqrt(n).
  double median_se = 0.0;
  double table_variance = 0.0;  ///< between tables (analysis of variance, may be below 0); NaN without two tables or without degrees
  double table_icc = 0.0;       ///< share of the variance that judges of a table have in common; NaN likewise
  double mean_absolute_deviation = 0.0;  ///< from the median
  double lowest = 0.0;
  double highest = 0.0;
  AbilityCut raw;              ///< the median on the raw scale, with its standard error by the slope of the test characteristic curve
  std::vector<double> judges;  ///< each judge's cut; NaN: none
};

/// Cuts, lowest first. Value type.
struct BookmarkResult {
  std::vector<BookmarkCut> cuts;
  Findings findings;

  /// One row a cut: "level" (from 1), "median", "median_se", "mean", "mean_se", "sd", "mean_absolute_deviation", "lowest", "highest",
  /// "table_icc", "n_judges", "n_tables", "raw_cut", "raw_se", "full_mark".
  [[nodiscard]] Table to_table() const;
  /// One row a judge and cut: "judge" (from 1), "level", "ability".
  [[nodiscard]] Table judge_table() const;
};

/// @param model  the one that the booklet was made from.
/// Errors: kLengthMismatch; kInvalidArgument (sizes, tables, an empty booklet); kBookmarkOutOfRange naming judge and cut;
/// kTooFewPersons (a cut for which nobody placed a bookmark); those of irt::true_score. Findings: kSingleJudge, kJudgesCoincide,
/// kCutsNotAscending (severity error for the panel's medians, warning for a judge). O(judges * cuts + items). Reentrant. The order of the
/// judges matters by rounding only.
[[nodiscard]] Result<BookmarkResult> bookmark(const irt::Model& model, const Booklet& booklet, const Bookmarks& bookmarks,
                                              const BookmarkOptions& options = {});

}  // namespace celadon::inline CELADON_ABI::standard_setting
