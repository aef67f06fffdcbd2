/// Does a judge know which items are hard? Intrajudge consistency, against empirical difficulty and against a calibrated model.
#pragma once

#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/standard_setting/ratings.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

/// One judge, in the order of the ratings.
struct JudgeConsistency {
  std::int64_t n_items = 0;          ///< used
  double correlation = 0.0;          ///< of the ratings with the reference; NaN with fewer than 3 items or without variance
  double ability = 0.0;              ///< the judge's own cut on the ability scale; NaN against difficulties
  double mean_absolute_error = 0.0;  ///< E, share of the full mark; NaN against difficulties
  double largest_error = 0.0;        ///< the mean of the largest errors that were possible (M); NaN against difficulties
  double consistency = 0.0;          ///< (M - E) / M, 1: perfectly consistent; NaN against difficulties
};

struct Consistency {
  std::vector<JudgeConsistency> judges;
  double mean_correlation = 0.0;  ///< over judges that have one; NaN if none
  double mean_consistency = 0.0;  ///< likewise
  Findings findings;

  /// One row a judge: "judge" (from 1), "n_items", "correlation", "ability", "mean_absolute_error", "largest_error", "consistency".
  [[nodiscard]] Table to_table() const;
};

/// Correlation of each judge's ratings (as shares) with the items' empirical difficulty (share of points gained, large = easy), best from
/// pupils near the cut.
/// @param difficulty  n_items values in [0, 1]; NaN: not known.
/// Errors: those of judge_item_components for the ratings; kLengthMismatch; kInvalidArgument (difficulty out of range).
/// Finding: kConstantRatings. O(judges * items). Reentrant.
[[nodiscard]] Result<Consistency> difficulty_consistency(const Ratings& ratings, std::span<const double> difficulty);

/// Van der Linden's errors of specification: the ability t at which the model expects what the judge's ratings add up to (on the items
/// rated), e_i = |x_i - P_i(t)| with P the expected share of the full mark, E = mean e_i, M = mean max(P_i(t), 1 - P_i(t)),
/// consistency (M - E) / M. The correlation is that of x_i with P_i(t).
/// Source: van der Linden (1982), Journal of Educational Measurement 19, 295-308.
/// @param model   items in the order of the ratings, equally many. @param points  marks of each category; the highest of an item is its
///                full mark in the model, and shares are compared, so that full marks of the ratings weigh only the sums.
/// Errors: those of judge_item_components for the ratings; those of irt::true_score; kLengthMismatch (items). Findings:
/// kConstantRatings; kCutOutsideScale (a judge whose sum no ability in [-20, 20] reaches: such a judge has no index).
/// O(judges * items * categories) times about 60. Reentrant.
[[nodiscard]] Result<Consistency> latent_consistency(const Ratings& ratings, const irt::Model& model,
                                                     const irt::CategoryPoints& points = {});

}  // namespace celadon::inline CELADON_ABI::standard_setting
