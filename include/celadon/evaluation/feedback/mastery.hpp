/// Mastery of knowledge points (知识点掌握): for each pupil and point one of three answers, mastered, not yet, cannot be judged yet, with
/// the reason, the probability and its interval, and the answers it rests on.
///
/// A definite answer needs all of: enough items that the pupil was given, a point that the items tell apart from the others, a probability
/// beyond a cut in every setting of the model that was tried (two priors, several starts) and over its bounds, answers that do not speak
/// against it, and, where a profile predicts the answers no better than one overall ability, the agreement of that ability. What misses one
/// is kCannotJudge with the reason. A point with too few items carries no probability: only its points gained (得分情况) are told. Every
/// threshold comes from the profile.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

enum class MasteryState : std::uint8_t { kCannotJudge = 0, kNotYet = 1, kMastered = 2 };
/// "cannot_judge" "not_yet" "mastered".
[[nodiscard]] std::string_view mastery_state_name(MasteryState state);

/// Why a point cannot be judged yet; kNone where it is judged.
enum class MasteryReason : std::uint8_t {
  kNone = 0,
  kNoAnswers = 1,       ///< the pupil was given no item of the point, or none counts
  kFewItems = 2,        ///< fewer items than the profile asks for: only the points gained are told
  kNotModelled = 3,     ///< no model could be calibrated for this point
  kNotIdentified = 4,   ///< the items do not tell the point apart from others
  kBounds = 5,          ///< the probability depends on a split that no answer decides; low and high are its bounds
  kBetween = 6,         ///< the probability lies between the two cuts
  kSettingsDiffer = 7,  ///< the decision changes between the settings of the model
  kAgainstAnswers = 8,  ///< the probability says one thing, the pupil's own points on the items another
  kSingleScore = 9,     ///< one overall ability predicts the answers as well, and it does not say the same of the point
};
/// "" "no_answers" "few_items" "not_modelled" "not_identified" "bounds" "between" "settings_differ" "against_answers"
/// "single_score".
[[nodiscard]] std::string_view mastery_reason_name(MasteryReason reason);

/// One pupil on one point.
struct PointMastery {
  MasteryState state = MasteryState::kCannotJudge;
  MasteryReason reason = MasteryReason::kNoAnswers;
  double probability = 0.0;  ///< of mastery given the answers; NaN where none is told (no model, few items, bounds only)
  double low = 0.0;          ///< interval of the probability (parameter error, over the settings), or its bounds; NaN where none
  double high = 0.0;
  std::int32_t n_items = 0;  ///< given to the pupil and counted
  double points = 0.0;       ///< gained on them
  double full = 0.0;         ///< attainable on them
  bool borderline = false;   ///< the probability lies within rounding of a cut
};

/// What is known of a paper's points before any decision. Vectors by pupil and point are persons x points.
struct MasteryInput {
  std::vector<std::string> points;     ///< names, in the order of first appearance in the paper
  std::vector<std::uint8_t> modelled;  ///< by point: a model speaks of it
  std::int64_t n_persons = 0;
  std::vector<std::uint8_t> identified;  ///< the answered items tell the point apart from every other
  /// Probabilities of mastery, one vector a setting of the model (the reported one first); empty where there is no model.
  std::vector<std::vector<double>> probability;
  std::vector<double> low;  ///< interval or bounds; empty where there are none
  std::vector<double> high;
  std::vector<std::uint8_t> bounded;  ///< non-zero: low and high are bounds of a split that nothing decides; empty means none
  std::vector<std::int32_t> n_items;  ///< given and counted
  std::vector<double> points_gained;
  std::vector<double> points_full;
  /// Where a profile does not add to a single score: probability that the overall ability alone puts the pupil's expected share right on
  /// the point at the profile's cut or above. A definite answer has to be the same by it. Empty where the profile adds, or is not asked.
  std::vector<double> single_score;
};

/// What the decisions rest on, for the page and for `explain`.
struct MasteryBasis {
  std::string model;      ///< "dina", "gdina", a bank's name; "" without a model
  std::string structure;  ///< of the classes; "" without a model
  std::string version;    ///< of the stored model, or of the library that fitted it
  bool from_bank = false;
  std::vector<std::string> settings;  ///< names of the priors tried
  std::int64_t n_used = 0;            ///< pupils behind the calibration
  double log_likelihood = 0.0;        ///< NaN without a model
  /// Mean log probability of an answer given the pupil's other answers, by the reported setting minus by one overall ability (2PL): where
  /// it is not above 0 a profile does not add to a single score. NaN where it was not compared (no model, a bank).
  double gain_over_single_score = 0.0;
};

/// The decisions of one paper.
struct Mastery {
  std::vector<std::string> points;
  std::int64_t n_persons = 0;
  std::vector<PointMastery> cells;                                   ///< persons x points
  std::vector<std::vector<std::int32_t>> items;                      ///< by point: columns of the paper that need it
  std::vector<std::pair<std::int32_t, std::int32_t>> prerequisites;  ///< (first, then): indices of points, as declared
  MasteryBasis basis;
  Findings findings;

  [[nodiscard]] const PointMastery& at(std::int64_t person, std::size_t point) const {
    return cells[static_cast<std::size_t>(person) * points.size() + point];
  }
};

/// Decides every cell; `basis`, `items` and `prerequisites` of the result are left to the caller.
/// Errors: kLengthMismatch. Cost: O(persons x points x settings). Reentrant; deterministic.
[[nodiscard]] Result<Mastery> decide_mastery(const MasteryInput& input, const evaluation::DiagnosisRules& rules);
/// One cell. @param probability one a setting, the reported one first.
[[nodiscard]] PointMastery decide_point(std::span<const double> probability, double low, double high, bool bounded, bool modelled,
                                        bool identified, std::int32_t n_items, double points, double full,
                                        const evaluation::DiagnosisRules& rules);

/// Pupils of a group by answer, on one point.
struct PointCounts {
  std::int32_t point = 0;
  std::int64_t n = 0;  ///< pupils of the group
  std::int64_t n_mastered = 0;
  std::int64_t n_not_yet = 0;
  std::int64_t n_cannot_judge = 0;
  std::int32_t n_items = 0;  ///< of the paper
};
/// @param rows  pupils of the group. O(rows x points).
[[nodiscard]] std::vector<PointCounts> count_mastery(const Mastery& mastery, std::span<const std::int64_t> rows);

/// Pupils of a class with the same gap: a group for re-teaching. Grouped by the shared point, never by how much anybody has mastered; a
/// pupil may stand in several.
struct GapGroup {
  std::int32_t point = 0;
  std::vector<std::int64_t> rows;  ///< pupils who have not mastered it yet, row order
  bool whole_class = false;        ///< common enough to be taken up with everybody
};
/// Groups of at least rules.least_group pupils, a point before those that need it, then the largest first. O(rows x points).
[[nodiscard]] std::vector<GapGroup> gap_groups(const Mastery& mastery, std::span<const std::int64_t> rows,
                                               const evaluation::DiagnosisRules& rules);

}  // namespace celadon::inline CELADON_ABI::feedback
