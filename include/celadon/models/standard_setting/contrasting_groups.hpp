/// Standards from pupils whom their teachers know: contrasting groups and the borderline group.
///
/// Teachers say, without the test, who has reached the standard and who has not (contrasting groups), or who is just on it (borderline
/// group); the cut is the score that tells the groups apart, or the middle of the borderline group. A pupil at or above a cut passes.
/// Sources: Livingston & Zieky (1982), Passing Scores; Cizek & Bunch (2007), Standard Setting, chapter 8.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::standard_setting {

/// Pupils with a score and a judgement. Spans are borrowed for the call.
struct JudgedPupils {
  std::span<const double> scores;               ///< marks or ability; NaN: no score, left out and counted
  std::span<const std::uint8_t> reached;        ///< 1: judged to have reached the standard, 0: not
  std::span<const double> weights = {};         ///< >= 0, or empty for 1 each
  std::span<const std::int32_t> clusters = {};  ///< teacher or school of each pupil, or empty: pupils are independent
};

struct ContrastingOptions {
  /// Share of the pupils of interest who have reached the standard, in (0, 1); NaN: as among those judged (weighted). Groups of a
  /// chosen size say nothing about that share, so give it where groups were chosen.
  double base_rate = std::numeric_limits<double>::quiet_NaN();
  /// Probability of having reached the standard at the cut, in (0, 1). Above 1/2 guards against passing pupils too early.
  double probability = 0.5;
  /// Below this many pupils in a group the result carries a warning (kTooFewPersons).
  std::int64_t small_group = 50;
};

/// A cut by one way and what it gets wrong among those judged.
struct GroupCut {
  double cut = 0.0;  ///< NaN: none, a finding says why
  double se = 0.0;
  double false_pass_rate = 0.0;  ///< of those who have not reached the standard, at or above the cut (weighted)
  double false_fail_rate = 0.0;  ///< of those who have, below it
  double misclassified = 0.0;    ///< both, weighed by the base rate
};

/// Value type.
struct ContrastingGroups {
  std::int64_t n_reached = 0;
  std::int64_t n_not_reached = 0;
  std::int64_t n_missing = 0;  ///< without a score or with weight 0
  double mean_reached = 0.0;
  double mean_not_reached = 0.0;
  double sd_reached = 0.0;  ///< divisor n - 1 for weights of 1
  double sd_not_reached = 0.0;
  double base_rate = 0.0;  ///< that was used
  double slope = 0.0;      ///< of the logistic regression, logits a mark; NaN: no solution
  double intercept = 0.0;  ///< at the base rate
  /// Logistic regression: P(reached | score) = probability. Error by the delta method from the information, or with weights or clusters
  /// from the sandwich. Without a declared base rate the share in the sample is part of the error; with one the groups count as of
  /// chosen sizes (Prentice & Pyke 1979, Biometrika 66, 403-411).
  GroupCut logistic;
  /// Two normal densities with their own variances, weighed by the base rate (quadratic discriminant): their crossing between the means.
  /// Delta method over means and variances of independent pupils (Kish's effective number with weights).
  GroupCut quadratic;
  /// Crossing of the two densities smoothed by a normal kernel (bandwidth .9 min(sd, IQR / 1.34) n^-1/5, Silverman 1986), the one nearest
  /// to the middle of the two means where there are several. Delta method with the variance of a kernel density.
  GroupCut smoothed;
  Findings findings;

  /// One row a way: "method" (logistic, quadratic, smoothed), "cut", "se", "false_pass_rate", "false_fail_rate", "misclassified".
  [[nodiscard]] Table to_table() const;
};

/// Errors: kLengthMismatch; kInvalidArgument (reached not 0 or 1, weights, options); kNotFinite (an infinite score); kTooFewPersons (fewer
/// than 5 in a group); kNoCrossing (the group that reached the standard does not score higher on average). Findings:
/// kGroupsDoNotOverlap (no logistic cut), kNoCrossing (a density's), kTooFewPersons as a warning (see options). O(n log n), and O(n)
/// for each of about 300 steps. Reentrant.
[[nodiscard]] Result<ContrastingGroups> contrasting_groups(const JudgedPupils& pupils, const ContrastingOptions& options = {});

/// Value type.
struct BorderlineGroup {
  std::int64_t n_pupils = 0;
  std::int64_t n_missing = 0;
  double median = 0.0;     ///< the cut
  double median_se = 0.0;  ///< Maritz & Jarrett (1978), as in bookmark.hpp
  double mean = 0.0;
  double mean_se = 0.0;
  double sd = 0.0;
  Findings findings;

  [[nodiscard]] Table to_table() const;
};

/// @param scores  of the pupils judged to be just on the standard; NaN: left out and counted.
/// @param small_group  below this many pupils the result carries a warning (kTooFewPersons).
/// Errors: kNotFinite (an infinite score); kTooFewPersons (fewer than 5). Findings: kTooFewPersons as a warning, kJudgesCoincide (all
/// scores the same). O(n log n). Reentrant.
[[nodiscard]] Result<BorderlineGroup> borderline_group(std::span<const double> scores, std::int64_t small_group = 30);

}  // namespace celadon::inline CELADON_ABI::standard_setting
