/// Whether a profile of points says more of the answers than one overall ability, and what that ability alone says of each point.
///
/// A diagnosis model finds attributes also where there are none: answers of one continuous ability are cut into 'mastered' and 'not yet'
/// where the class happens to divide, and a pupil gets opposite answers about points that do not differ. So the profile is asked to show
/// its worth on the very answers: each is predicted from the pupil's other answers, by the profile and by a 2PL with the same number of
/// parameters an item. Where the profile predicts no better, its statements have to agree with the overall ability.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail {

struct SingleAbility {
  /// Mean over the compared answers of log P(answer | the pupil's other answers) by the profile minus the same by one ability; item
  /// parameters as calibrated on all answers, in both. Above 0 the profile adds to a single score.
  double gain = 0.0;
  std::int64_t n_answers = 0;  ///< compared
  /// Persons x attributes: posterior probability that the pupil's expected share right, on the items that need the attribute and the
  /// fewest others, reaches the cut. Empty where the profile adds.
  std::vector<double> reached;

  [[nodiscard]] bool profile_adds() const { return gain > 0.0; }
};

/// @param fit     the profile, calibrated on `responses` (0/1).
/// @param scores  of `responses` by fit.model, with their state.
/// @param cut     share right, in (0, 1).
/// Slopes have the prior log a ~ N(0, 0.5), intercepts N(0, 2). At most kMostCompared persons are compared, evenly spread over the rows.
/// Errors: those of irt::fit. Deterministic; same bits for any number of threads. Cost: a 2PL calibration, and answers x (classes + nodes).
[[nodiscard]] Result<SingleAbility> compare_single_ability(const cdm::Fit& fit, const cdm::Scores& scores, const Responses& responses,
                                                           double cut, const ExecutionContext& context);

inline constexpr std::int64_t kMostCompared = 20'000;

}  // namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail
