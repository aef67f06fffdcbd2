/// What changes when one thing changes: two schemes side by side, indicators left out one at a time, other values for a unit, weights that
/// make influences equal.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/models/composite/construction.hpp>

namespace celadon::inline CELADON_ABI::composite {

/// Two indices of the same units (matched by id; units of one only are left out and counted).
struct Comparison {
  std::vector<std::string> unit_ids;
  std::vector<double> score_a;
  std::vector<double> score_b;
  std::vector<double> rank_a;  ///< among all units of its own index
  std::vector<double> rank_b;
  std::vector<double> rank_change;      ///< rank_a - rank_b: above 0, the unit stands better in b
  double rank_correlation = kMissing;   ///< Spearman, of the matched units' scores
  double score_correlation = kMissing;  ///< Pearson
  double mean_absolute_change = kMissing;
  double largest_absolute_change = kMissing;
  std::int64_t n_unmatched = 0;
  /// One row a unit: unit, score_a, score_b, rank_a, rank_b, rank_change.
  [[nodiscard]] Table to_table() const;
};
/// Errors: kTooFewUnits (no unit in common). O(units log units).
Result<Comparison> compare(const Index& a, const Index& b);

/// An index without one node (with all below it).
struct Removal {
  std::string code;
  double mean_absolute_change = kMissing;  ///< of ranks, against the whole index
  double largest_absolute_change = kMissing;
  double rank_correlation = kMissing;
  std::vector<double> rank_change;  ///< one a unit, nominal rank - new rank
};
struct Removals {
  std::vector<std::string> unit_ids;
  std::vector<Removal> nodes;
  Findings findings;
  /// One row a node: node, mean and largest absolute change of ranks, rank correlation.
  [[nodiscard]] Table to_table() const;
};
/// Leaves out each node of `level` (1: indicators) in turn, by a weight of 0; a node whose siblings all weigh 0 takes its parent out with
/// it. Errors: those of `build`; kInvalidArgument (a level outside 1 ... levels - 1). Same bits for any number of threads. Cost: an
/// aggregation a node.
Result<Removals> remove_one_at_a_time(const Measures& measures, const Construction& construction, int level = 1,
                                      const ExecutionContext& context = {});

/// Another value for one cell. `value` may be NaN (missing). row and column as in Measures::values.
struct Change {
  std::int64_t row = 0;
  std::int64_t column = 0;
  double value = kMissing;
};
/// The index as it is (a) and with the changes (b): everything is built again, so that a new maximum also moves the others.
/// Errors: those of `build` and `compare`; kInvalidArgument (a cell outside the table).
Result<Comparison> what_if(const Measures& measures, const Construction& construction, std::span<const Change> changes);

struct InfluenceOptions {
  std::vector<double> targets;  ///< wanted ratios of influence, one a node of the level; empty: equal
  double tolerance = 1e-9;      ///< of the root mean square deviation of the shares of influence
  int max_iterations = 2000;
};
struct InfluenceWeights {
  std::vector<std::string> codes;        ///< nodes of the level
  std::vector<double> weights;           ///< of these nodes, sum 1
  std::vector<double> correlations;      ///< of each node with the index at these weights
  std::vector<double> influence_shares;  ///< correlations over their sum
  std::vector<double> targets;           ///< sum 1
  std::vector<double> all_weights;       ///< one a node of the tree, ready for Construction::weights
  double deviation = kMissing;           ///< root mean square of influence_shares - targets
  int iterations = 0;
  bool converged = false;
  Findings findings;  ///< kWeightsNotConverged
  /// One row a node: node, weight, correlation, influence_share, target.
  [[nodiscard]] Table to_table() const;
};
/// Weights of the nodes of `level` (>= 0) so that their correlations with the index stand in the wanted ratios.
/// Source: Becker, Saisana, Paruolo & Vandecasteele (2017), doi:10.1016/j.ecolind.2017.03.056 (its linear form).
/// Errors: those of `build`; kInvalidArgument (level, targets not above 0), kLengthMismatch. Cost: an aggregation an iteration.
Result<InfluenceWeights> equal_influence_weights(const Measures& measures, const Construction& construction, int level,
                                                 const InfluenceOptions& options = {});

}  // namespace celadon::inline CELADON_ABI::composite
