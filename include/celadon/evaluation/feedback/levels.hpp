/// Totals, levels and true-score intervals of the pupils of one paper.
///
/// The level is the declared cut on this paper's marks. Beside it stands an interval of the true score from the conditional standard error
/// of measurement; no claim is made about a repeated test.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/evaluation/paper.hpp>
#include <celadon/evaluation/profile.hpp>
#include <celadon/models/ctt/conditional_sem.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// One pupil. Shares are of the points attainable on the cells that count; bonus items add points but no attainable points, and a share is
/// at most 1. Of a choice group the item that the pupil answered counts, with its own full mark; where all are blank, the first one that
/// was not left out of the booklet, as its missing kind counts.
struct PupilLevel {
  bool counted = false;     ///< in denominators: status present and at least one cell that counts
  bool complete = false;    ///< every item that applies to the pupil counts
  double total = 0.0;       ///< points; NaN when not counted
  double attainable = 0.0;  ///< points; NaN when not counted
  double share = 0.0;       ///< total / attainable, in [0, 1]; NaN when not counted
  int level = -1;           ///< index into profile.levels, -1 when not counted
  bool borderline = false;  ///< the share lies within rounding of a cut
  double true_lower = 0.0;  ///< interval of the true share; NaN where there is none
  double true_upper = 0.0;
  int level_lower = -1;  ///< level of true_lower (the worse), -1 without interval
  int level_upper = -1;
  bool rough = false;  ///< the interval spans profile.wide_span levels: 「本卷题量少,只能大致判断」
};

/// How many counted pupils reached each level.
struct LevelCounts {
  std::int64_t n = 0;
  std::vector<std::int64_t> counts;  ///< one a level
};

struct PupilLevels {
  std::vector<PupilLevel> pupils;  ///< row order
  std::int64_t n_counted = 0;
  std::int64_t n_status = 0;               ///< not counted because of a status (absent, exempt ...)
  std::int64_t n_empty = 0;                ///< present without any cell that counts
  std::optional<ctt::ConditionalSem> sem;  ///< the error curve; absent with a finding where the data allow none
  LevelCounts all;
  std::vector<LevelCounts> classes;
  std::vector<LevelCounts> schools;
  Findings findings;
};

/// Errors: kNoPersons, kNoItems, kLengthMismatch, kCancelled. Findings: kNoTrueScoreInterval.
/// Cost: O(pupils x items). Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<PupilLevels> pupil_levels(const evaluation::Paper& paper, const evaluation::Profile& profile,
                                               const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::feedback
