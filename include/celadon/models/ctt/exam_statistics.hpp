/// Exam statistics as schools in China read them: 一分三率 (mean, excellent, pass and low rate), 得分率, 超均率, by unit and by content.
///
/// Cuts, names and directions come from the caller's profile: nothing here knows what "excellent" is. Every row prints its n, and persons
/// outside the sample (absent, exempt: a status is not a score) are in no denominator.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::ctt {

/// A rate: the share of persons whose share of points lies on one side of a cut. Values are compared after rounding to 1e-6.
struct RateCut {
  enum class Side : std::uint8_t { kAtLeast = 0, kBelow = 1 };
  std::string id;              ///< "excellent", "pass", "low" ... as the profile names it
  double share_of_full = 0.0;  ///< in [0, 1]
  Side side = Side::kAtLeast;
};

struct ExamStatisticsOptions {
  ScoringOptions scoring;
  std::vector<RateCut> rates;
  /// Unit of each person, an index into unit_ids, -1 for none; empty for no units. Units without a person keep their row, with n = 0.
  std::vector<std::int32_t> unit;
  std::vector<std::string> unit_ids;
};

/// Statistics of one group of persons.
struct ExamGroup {
  std::string id;      ///< unit id; "" for everybody
  std::int64_t n = 0;  ///< persons used
  double full_mark = 0.0;
  double mean = 0.0;  ///< points; where persons had different papers, share x full mark
  double sd = 0.0;    ///< divisor n - 1; NaN for n < 2
  double minimum = 0.0;
  double maximum = 0.0;
  double median = 0.0;
  double score_rate = 0.0;       ///< 得分率: points gained / points attainable, in [0, 1]; bonus points lift nobody above the full mark
  double above_mean_rate = 0.0;  ///< 超均率: (mean - mean of all) / mean of all
  std::vector<double> rates;     ///< one for each cut, in [0, 1]
  std::vector<std::int64_t> counts;  ///< persons (unweighted) behind each rate
};

/// Which column of the blueprint a content row comes from.
enum class ContentDimension : std::uint8_t {
  kItem = 0,
  kKnowledge = 1,
  kAbilityLevel = 2,
  kCognitiveLevel = 3,
  kItemType = 4,
  kSubject = 5
};
/// "item" "knowledge" "ability_level" "cognitive_level" "item_type" "subject".
[[nodiscard]] std::string_view dimension_name(ContentDimension dimension);

/// Statistics of one group on one part of the paper. An item with several knowledge points counts in full in each of them; bonus items are
/// rows of their own and in no other part.
struct ExamContent {
  std::string unit;
  ContentDimension dimension = ContentDimension::kItem;
  std::string value;
  int n_items = 0;
  double full_mark = 0.0;
  std::int64_t n = 0;  ///< persons with at least one counting cell in this part
  double mean = 0.0;   ///< points: score_rate x full_mark
  double sd = 0.0;     ///< of the persons' shares x full_mark, divisor n - 1
  double score_rate = 0.0;
};

struct ExamStatistics {
  double full_mark = 0.0;
  std::vector<RateCut> rates;
  ExamGroup all;
  std::vector<ExamGroup> units;      ///< in the order of unit_ids
  std::vector<ExamContent> content;  ///< for everybody (unit ""), then for each unit; only dimensions that the items name
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  Findings findings;

  /// One row a group ("" = everybody first): unit, n, full_mark, mean, sd, minimum, maximum, median, score_rate, above_mean_rate, one
  /// column a rate ("rate_" + id) and one a count ("n_" + id).
  [[nodiscard]] Table to_table() const;
  /// One row a group and part: unit, dimension, value, n_items, full_mark, n, mean, sd, score_rate.
  [[nodiscard]] Table content_table() const;
};

/// Errors: those of test_scores; kLengthMismatch (unit), kInvalidArgument (a unit index, a cut, two rates with one id).
/// Findings: those of test_scores; kEmptyGroup.
/// Cost: O(persons x items x content groups of an item). Same bits for any number of threads. Reentrant.
Result<ExamStatistics> exam_statistics(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                       const ExamStatisticsOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
