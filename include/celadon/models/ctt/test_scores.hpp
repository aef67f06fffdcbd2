/// Points and totals: who takes part, what each answer is worth, what each person could have gained.
///
/// Every function of classical analysis begins here, with the same three choices, each explicit:
/// - **what an answer is worth**: `Items` (category scores, full marks) when given, else the category number with the highest observed
///   category as full mark;
/// - **what a missing cell means**: `MissingPolicy`, by kind. The default gives no points and takes none: the cell does not count;
/// - **what a person with cells that do not count means**: `CaseRule`, pairwise (each statistic uses the cells it has) or listwise.
///
/// **Bonus items** (`Item::bonus`, 附加题) stand outside the full mark. In totals and exam statistics they add points and nothing
/// attainable. Everything about the paper as a measure (item analysis, distractors, reliability, conditional errors, S-P table) is about
/// the regular items and their total, without bonus marks. A person without a counting regular item takes no part. The items of a choice
/// group (选做题) are items like others here; `evaluation` counts a group once.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/items.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::ctt {

/// What happens to persons with cells that do not count.
enum class CaseRule : std::uint8_t {
  kPairwise = 0,  ///< each item, and each pair of items, uses the persons who have it
  kListwise = 1,  ///< only persons with a counting cell on every item take part; the others are counted as dropped
};

/// Which persons take part and how much each counts. Both spans are borrowed for the call and have n_persons entries or none.
struct Sample {
  /// Person weights, finite and >= 0; empty means 1. A weight of 0 leaves the person out. They are scaled to sum to the number of persons
  /// used, so results do not depend on their unit.
  std::span<const double> weights{};
  /// 0 leaves the person out (absent, exempt: a status is not a score); empty means everybody.
  std::span<const std::uint8_t> include{};
};

struct ScoringOptions {
  MissingPolicy missing;
  CaseRule cases = CaseRule::kPairwise;
};

/// Totals by person. Vectors have n_persons entries in row order.
struct TestScores {
  std::vector<double> total;          ///< points gained on counting cells, bonus items with them; NaN for persons left out
  std::vector<double> attainable;     ///< full marks of the counting cells of regular items; NaN for persons left out
  std::vector<std::int32_t> n_items;  ///< number of counting cells of regular items
  std::vector<std::uint8_t> used;     ///< 1 when the person takes part (in the sample, not dropped, at least one counting cell)
  std::vector<double> item_full_marks;
  double full_mark = 0.0;  ///< of the whole paper, without bonus items
  bool same_paper = true;  ///< whether all persons used have the same attainable points
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;  ///< in the sample but dropped by the missing policy, the case rule, or without any counting cell
  Findings findings;

  /// total / attainable of a person, in [0, 1] where there are no bonus points; NaN for persons left out.
  [[nodiscard]] double share(std::int64_t person) const {
    const auto i = static_cast<std::size_t>(person);
    return total[i] / attainable[i];
  }
  /// Columns: person (row number from 1), used, n_items, total, attainable, share.
  [[nodiscard]] Table to_table() const;
};

/// Totals of the persons in the sample.
///
/// @param items  one per column in column order, or empty. Where both sides carry ids they must agree.
/// Errors: kNoPersons, kNoItems, kLengthMismatch, kInvalidArgument (ids that differ, a weight that is negative or not finite, a full mark
/// that is not > 0, a score that is not finite).
/// Findings: kPersonsDropped, kFullMarkAssumed, kScoreAboveFullMark, kDifferentPapers.
/// Cost: O(persons x items). Reentrant.
Result<TestScores> test_scores(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                               const ScoringOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
