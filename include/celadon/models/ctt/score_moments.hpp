/// Means, variances and covariances of item scores: the sufficient statistics of classical analysis, as a mergeable value.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

/// Moments of k items. Matrices are k x k, row by row. Weights are scaled to sum to n_used; covariances have divisor n - 1.
struct ScoreMoments {
  std::vector<std::string> item_ids;
  std::vector<double> full_marks;
  std::vector<std::uint8_t> dichotomous;  ///< 1 when only the scores 0 and full mark occur
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  bool complete = true;                 ///< every person used has a counting cell on every item
  std::vector<double> mean;             ///< NaN for an item without counting cells
  std::vector<double> covariance;       ///< pairwise where not complete; NaN where a pair has fewer than 2 common persons
  std::vector<std::int64_t> n_of_item;  ///< persons with a counting cell
  Findings findings;

  [[nodiscard]] std::size_t n_items() const { return mean.size(); }
  [[nodiscard]] double cov(std::size_t i, std::size_t j) const { return covariance[i * mean.size() + j]; }
  /// Variance of the total: the sum of all covariances.
  [[nodiscard]] double total_variance() const;
  [[nodiscard]] double total_mean() const;
  /// Columns: item, n, mean, sd, then one column of covariances an item (named "cov:" + id).
  [[nodiscard]] Table to_table() const;
};

/// Moments of item scores; a bonus item is an item like the others here. Errors and findings as test_scores, with kTooFewPersons (fewer
/// than 2 used). Exact (integer) sums where scores are multiples of a common step and there are no weights. Same bits for any number of
/// threads. Cost: O(persons x items^2). Reentrant.
Result<ScoreMoments> score_moments(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                   const ScoringOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
