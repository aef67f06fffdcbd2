/// Classical item analysis: difficulty and discrimination of each item.
///
/// **Difficulty is the share of points gained, large = easy.** The other direction in use (1 - share) is `hardness`, by name only.
///
/// With X_j the points of item j, T the total and R_j = T - X_j the rest score:
///
///   difficulty            mean(X_j) / full mark
///   item_total_r          cor(X_j, T)                  contains the item itself, so it is too high on short papers
///   item_rest_r           cor(X_j, R_j)                the corrected item-total correlation
///   item_total_corrected  cor(X_j, T) with the item's own variance in T replaced by its squared multiple correlation with the other items
///                         (Revelle's r.cor), on standardised items
///   point_biserial        item_total_r of an item with two scores; null for others
///   biserial              point_biserial * sqrt(p q) / density(quantile(p)): the correlation with a normal trait behind a 0/1 item
///   discrimination        (mean of X_j in the upper group - in the lower group) / full mark
///
/// The total T is that of the regular items. A bonus item (附加题) is in no total: its correlations are with T (item_total_r = item_rest_r,
/// over the persons who have the item; shares of what could be gained where they had different papers), its groups are those of T, and it
/// has no item_total_corrected.
///
/// Upper and lower group: total share at or above the (1 - share) quantile, at or below the `group_share` quantile. Whoever ties with the
/// cut is in (kIncludeTies), or groups hold exactly the share, ties at the cut counting fractionally (kFractional).
///
/// Sources: Lord & Novick (1968), ch. 15; Kelley (1939), doi:10.1037/h0057123 (27 %); Revelle & Condon (2019), doi:10.1037/pas0000754.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

enum class GroupTies : std::uint8_t { kIncludeTies = 0, kFractional = 1 };

struct ItemAnalysisOptions {
  ScoringOptions scoring;
  /// Size of the upper and of the lower group, in (0, 0.5]; 0 leaves the groups out. 0.27 is Kelley's.
  double group_share = 0.27;
  GroupTies group_ties = GroupTies::kIncludeTies;
  /// Whether item_total_corrected is computed (it needs all pairs of items: O(persons x items^2)).
  bool overlap_corrected = true;
};

/// Statistics of one item. NaN where a value cannot be computed; a finding says why.
struct ItemStatistics {
  std::string id;
  std::string label;
  std::int64_t n = 0;          ///< persons used with a counting cell
  std::int64_t n_missing = 0;  ///< persons used without one
  double full_mark = 0.0;
  double mean = 0.0;           ///< points
  double sd = 0.0;             ///< points, divisor n - 1
  double difficulty = 0.0;     ///< share of points gained, large = easy
  double difficulty_se = 0.0;  ///< sd / (full mark sqrt(n)); for weights, with Kish's effective n
  double item_total_r = 0.0;
  double item_rest_r = 0.0;
  double item_total_corrected = 0.0;
  double point_biserial = 0.0;
  double biserial = 0.0;
  double biserial_rest = 0.0;   ///< biserial from item_rest_r
  double discrimination = 0.0;  ///< D, in [-1, 1]
  double upper_difficulty = 0.0;
  double lower_difficulty = 0.0;

  /// 1 - difficulty: large = hard.
  [[nodiscard]] double hardness() const { return 1.0 - difficulty; }
};

struct ItemAnalysis {
  std::vector<ItemStatistics> items;
  double full_mark = 0.0;
  double total_mean = 0.0;  ///< of the totals of regular items (pairwise: sum of item means)
  double total_sd = 0.0;    ///< divisor n - 1 (pairwise: from the pairwise covariances)
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  double n_effective = 0.0;  ///< (sum w)^2 / sum w^2; n_used without weights
  double upper_n = 0.0;      ///< size of the groups (weighted)
  double lower_n = 0.0;
  Findings findings;

  /// One row an item, columns named as the fields of ItemStatistics, with `hardness`.
  [[nodiscard]] Table to_table() const;
};

/// Item statistics.
///
/// With missing cells and CaseRule::kPairwise, correlations with the total come from pairwise covariances (cov(X_j, T) = sum_k cov(X_j,
/// X_k)), so booklets do not mix persons' totals of different papers; they are null where some pair of items has no common persons.
/// The groups then go by each person's share of attainable points.
///
/// Errors: those of test_scores; kTooFewPersons (fewer than 2 used); kInvalidArgument (group_share).
/// Findings: those of test_scores; kConstantItem, kItemAllMissing, kNoCommonPersons, kNegativeDiscrimination, kSingularCorrelations.
/// Same bits for any number of threads; without weights a permutation of persons changes no bit when all scores are multiples of a
/// common step. Cost: two passes, O(persons x items); with overlap_corrected or missing cells O(persons x items^2). Reentrant.
Result<ItemAnalysis> item_analysis(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                   const ItemAnalysisOptions& options = {}, const ExecutionContext& context = {});

/// The same for a matrix of item scores that is looked at once, with every column an item of its own full mark (the highest score seen).
///
/// Equal, bit for bit, to packing it with Responses::from_dense and calling the above. Where the numbers are complete, overlap_corrected is
/// off and group_share is 0, each block is packed into the same memory and forgotten: no second copy of the matrix is made, and the cost is
/// one pass over it (half the time of packing and analysing a million persons). Else it is packed. T as in Responses::from_dense.
/// Errors: those of from_dense and of the above.
template <class T>
Result<ItemAnalysis> item_analysis_dense(const DenseView<T>& view, std::vector<std::string> item_ids = {},
                                         const ItemAnalysisOptions& options = {}, const ExecutionContext& context = {});
extern template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int8_t>&, std::vector<std::string>,
                                                         const ItemAnalysisOptions&, const ExecutionContext&);
extern template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::uint8_t>&, std::vector<std::string>,
                                                         const ItemAnalysisOptions&, const ExecutionContext&);
extern template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int16_t>&, std::vector<std::string>,
                                                         const ItemAnalysisOptions&, const ExecutionContext&);
extern template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int32_t>&, std::vector<std::string>,
                                                         const ItemAnalysisOptions&, const ExecutionContext&);
extern template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int64_t>&, std::vector<std::string>,
                                                         const ItemAnalysisOptions&, const ExecutionContext&);

}  // namespace celadon::inline CELADON_ABI::ctt
