/// Data of a composite indicator: units in rows, indicators in columns, and the tree that leads from indicators to the index.
///
/// Conventions of the whole room: a missing value is NaN and nothing else; units are rows; values stand row by row; an empty vector of
/// weights, groups or codes means 'none given'. Sums run in the order of the data, without fused operations, so that results have the same
/// bits for any number of threads; a permutation of the units permutes the results (to rounding, about 1e-13 relative, where a mean over
/// units is taken).
#pragma once

#include <celadon/core/error.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::composite {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// A dense table of numbers, row by row; NaN is missing. Value type.
struct Matrix {
  std::int64_t n_rows = 0;
  std::int64_t n_columns = 0;
  std::vector<double> values;  ///< n_rows x n_columns

  Matrix() = default;
  Matrix(std::int64_t rows, std::int64_t columns, double fill = kMissing)
      : n_rows(rows), n_columns(columns), values(static_cast<std::size_t>(rows * columns), fill) {}
  /// Copies `from`, row by row. Throws LogicError when its length is not rows x columns.
  static Matrix copy_of(std::span<const double> from, std::int64_t rows, std::int64_t columns);

  [[nodiscard]] double operator()(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * n_columns + column)];
  }
  double& operator()(std::int64_t row, std::int64_t column) { return values[static_cast<std::size_t>(row * n_columns + column)]; }
  [[nodiscard]] std::vector<double> column(std::int64_t j) const;
  [[nodiscard]] bool empty() const noexcept { return values.empty(); }
};

/// An indicator (level 1) or an aggregate (level 2 and above).
struct Node {
  std::string code;
  std::string parent;        ///< empty for the index itself
  int level = 1;             ///< 1 for indicators; a parent stands on a higher level
  double weight = 1.0;       ///< within its parent; only ratios matter; >= 0
  int direction = 1;         ///< 1: more is better; -1: less is better (indicators only)
  double target = kMissing;  ///< in the indicator's own unit, for the distance to a target
  std::string denominator;   ///< code of the column to divide by; empty for none
};

/// A checked tree. Nodes keep the caller's order, except that indicators come first: node j < n_indicators() is column j of the data.
class Tree {
 public:
  Tree() = default;
  /// Errors: kDuplicateNode, kUnknownParent, kLevelNotAbove, kNotOneRoot, kAggregateWithoutChildren, kInvalidArgument (a weight that is
  /// negative or not finite, a direction other than 1 and -1, a level below 1). An indicator may not be a parent. O(nodes log nodes).
  static Result<Tree> make(std::vector<Node> nodes);
  /// One index over n indicators of weight 1 ("1", "2", ...), for data without a structure. Errors: kInvalidArgument (n < 1).
  static Result<Tree> flat(std::int64_t n_indicators, std::string index_code = "index");

  [[nodiscard]] const std::vector<Node>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::int64_t n_nodes() const noexcept { return static_cast<std::int64_t>(nodes_.size()); }
  [[nodiscard]] std::int64_t n_indicators() const noexcept { return n_indicators_; }
  [[nodiscard]] std::int64_t root() const noexcept { return root_; }
  [[nodiscard]] int n_levels() const noexcept { return n_levels_; }
  /// Children of a node, in the order of nodes(); empty for an indicator.
  [[nodiscard]] const std::vector<std::int64_t>& children(std::int64_t node) const { return children_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] std::int64_t parent(std::int64_t node) const { return parent_[static_cast<std::size_t>(node)]; }  ///< -1 for the root
  /// Aggregates, children before parents.
  [[nodiscard]] const std::vector<std::int64_t>& upwards() const noexcept { return upwards_; }
  /// The node's place, or -1.
  [[nodiscard]] std::int64_t find(std::string_view code) const;
  /// Indicators below a node (itself for an indicator), in the order of the data.
  [[nodiscard]] std::vector<std::int64_t> indicators_of(std::int64_t node) const;
  /// Weights of all nodes, in their order.
  [[nodiscard]] std::vector<double> weights() const;

 private:
  std::vector<Node> nodes_;
  std::vector<std::vector<std::int64_t>> children_;
  std::vector<std::int64_t> parent_;
  std::vector<std::int64_t> upwards_;
  std::int64_t n_indicators_ = 0;
  std::int64_t root_ = -1;
  int n_levels_ = 0;
};

/// Share of each node in the index: its weight over its siblings' sum, times its parent's share. 1 for the root; n_nodes values.
/// @param weights  one a node; empty takes the tree's own.
/// Errors: kLengthMismatch, kInvalidArgument (negative or not finite, or siblings that sum to 0). O(nodes). Reentrant.
Result<std::vector<double>> effective_weights(const Tree& tree, std::span<const double> weights = {});

/// Ranks, 1 for the largest value; equal values share the best rank (1, 2, 2, 4); NaN for missing. O(n log n). Reentrant.
std::vector<double> ranks(std::span<const double> values);

}  // namespace celadon::inline CELADON_ABI::composite
