/// Sum scores under a model: their distribution, and the ability that each one stands for.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Sum-score table. Value type.
struct SumScoreTable {
  std::vector<double> score;          ///< reachable sum scores in points, increasing
  std::vector<double> probability;    ///< marginal probability in the population; sums to 1
  std::vector<double> ability;        ///< EAP of ability given the sum score
  std::vector<double> ability_se;     ///< posterior standard deviation
  std::vector<double> true_score;     ///< posterior mean of the expected score given the sum score, points
  std::vector<double> true_score_se;  ///< posterior standard deviation of the expected score, points

  /// Columns of the same names.
  [[nodiscard]] Table table() const;
};

/// Ability from the sum score alone, for reports made from totals.
///
/// The recursion adds one item at a time to the distribution of the sum at each node of the grid; with points it runs over
/// multiples of the largest unit that all points share (1, 1/2, 1/4, 1/5, 1/10, 1/20, 1/50 or 1/100).
/// Sources: Lord & Wingersky (1984), doi:10.1177/014662168400800409; Thissen, Pommerich, Billeaud & Williams (1995),
/// doi:10.1177/014662169501900105.
/// @param points  points of each model category; may hold half marks; must not be negative.
/// Errors: kLengthMismatch, kInvalidArgument (negative, not finite or finer than 1/100 points, population), kNoItems.
/// Cost: O(nodes * items * categories * scores). Reentrant.
[[nodiscard]] Result<SumScoreTable> sum_score_table(const Model& model, int population = 0, const CategoryPoints& points = {});

/// Distribution of the sum of categories at one ability: element s is P(sum = s), s = 0 ... sum of (n_categories - 1).
/// Errors: kInvalidArgument, kNoItems.
[[nodiscard]] Result<std::vector<double>> sum_score_distribution(const Model& model, double ability);

}  // namespace celadon::inline CELADON_ABI::irt
