/// Aggregation: from normalised indicators up the tree to the index.
///
/// With weights w scaled to sum 1 over the values that are there:
///
///   kArithmetic       sum w x
///   kGeometric        exp(sum w ln x)                       x > 0
///   kHarmonic         1 / sum (w / x)                       x > 0
///   kGeneralised      (sum w x^p)^(1/p), p = `power`        x > 0; p = 1 arithmetic, -1 harmonic, 0 geometric
///   kWeightedProduct  product of x^w, weights as given: not scaled, all values needed       x > 0; Bridgman (1922); Miller & Starr (1969)
///   kCopeland         wins minus losses in comparisons of all pairs of units, over (units - 1): in [-1, 1]
///   kTopsis           closeness to the ideal, d- / (d+ + d-)
///
/// Compensation falls from arithmetic over geometric to harmonic; Copeland has none of it (it reads ranks only).
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

enum class Aggregation : std::uint8_t { kArithmetic = 0, kGeometric, kHarmonic, kGeneralised, kWeightedProduct, kCopeland, kTopsis };

struct AggregateOptions {
  /// For level 2, 3, ...; the last one given serves all levels above. Never empty.
  std::vector<Aggregation> methods = {Aggregation::kArithmetic};
  double power = 1.0;          ///< of kGeneralised
  double min_available = 0.0;  ///< a node needs this share (0 to 1) of its children, else it is missing; at least one child always
};

/// Scores of all nodes: units x n_nodes, the indicators first.
/// @param weights  one a node; empty takes the tree's.
/// Errors: kLengthMismatch, kInvalidArgument, kValueNotPositive (names the child and the unit's row, counted from 1).
/// Cost: O(cells); Copeland O(units^2 children) a node. Reentrant.
Result<Matrix> aggregate(const Matrix& normalised, const Tree& tree, const AggregateOptions& options = {},
                         std::span<const double> weights = {});

/// One mean of one set of values, NaN left out; NaN when nothing is left. The pair methods (Copeland, TOPSIS) are not means:
/// kInvalidArgument. Errors: kLengthMismatch, kValueNotPositive, kInvalidArgument (negative weights).
Result<double> mean_of(std::span<const double> values, std::span<const double> weights, Aggregation method, double power = 1.0);

/// How much of the weight speaks for unit i against unit j: weights of the indicators where i is better, plus half of those where they are
/// equal. Pairs with a value missing on one side do not count in that indicator. units x units; the diagonal is 0; entries in [0, 1] sum to
/// the weight that both units share. A row's sum is a weighted Borda count. Source: Munda (2008), Social Multi-Criteria Evaluation. Errors:
/// kLengthMismatch, kInvalidArgument. O(units^2 n).
Result<Matrix> outranking(const Matrix& values, std::span<const double> weights = {});

/// Copeland's rule: 1 for each unit that i outranks (i's part above j's), -1 for each that outranks i, 0 for a draw.
/// One value a unit, between -(units - 1) and units - 1. Source: Copeland (1951); Saari & Merlin (1996), doi:10.1007/BF01212012.
/// Errors: those of `outranking`.
Result<std::vector<double>> copeland(const Matrix& values, std::span<const double> weights = {});

struct Topsis {
  std::vector<double> to_best;    ///< distance to the ideal
  std::vector<double> to_worst;   ///< distance to the anti-ideal
  std::vector<double> closeness;  ///< to_worst / (to_best + to_worst), in [0, 1]; NaN where both are 0
  std::vector<double> rank;       ///< 1 is best
  /// One row a unit: unit (its number from 1), closeness, to_best, to_worst, rank.
  [[nodiscard]] Table to_table() const;
};
/// Columns scaled to length 1, times weights (sum 1); Euclidean distances. A unit with a missing value has no result.
/// @param directions  1 or -1 an indicator; empty: all 1.
/// Errors: kLengthMismatch, kInvalidArgument, kConstantIndicator (a column of zeros). O(cells). Source: Hwang & Yoon (1981), ch. 3.
Result<Topsis> topsis(const Matrix& values, std::span<const double> weights = {}, std::span<const int> directions = {});

/// product of x^w over benefits and x^-w over costs, weights scaled to sum 1. One value a unit; NaN with a missing value.
/// Errors: kLengthMismatch, kInvalidArgument, kValueNotPositive.
Result<std::vector<double>> weighted_product(const Matrix& values, std::span<const double> weights = {},
                                             std::span<const int> directions = {});

}  // namespace celadon::inline CELADON_ABI::composite
