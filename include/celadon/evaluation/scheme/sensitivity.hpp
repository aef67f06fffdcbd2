/// How far an index of one unit moves when one thing below it changes at a time: the bars of a tornado chart.
///
/// Three things change, each for one child of the node with all others as they are: the child's value within its own interval, the child's
/// weight, and whether the child counts at all. This is local sensitivity of one number (the parts' errors are not combined; the node's own
/// interval does that), and says nothing of what a unit could do. Uncertainty over all choices at once: models/composite/uncertainty.hpp.
/// Source: Saltelli et al. (2008), Global Sensitivity Analysis: The Primer (one factor at a time, and its limits).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {

enum class WhatChanged : std::uint8_t {
  kChildInterval = 0,  ///< the child at the low and at the high end of its interval
  kChildWeight = 1,    ///< its weight times and divided by the factor, the others scaled so that all sum to 1
  kChildRemoved = 2,   ///< the node without the child, whose weight is divided among the others
};

/// One bar: the least and the greatest value that the node takes, in the node's unit. low = high where the child is removed.
struct SensitivityBar {
  WhatChanged what = WhatChanged::kChildInterval;
  std::int32_t child = -1;  ///< index into Scheme::indicators
  double low = kUnset;
  double high = kUnset;
};

/// An inner node with its bars, widest first: by the distance from the least to the greatest of low, high and the node's value (rounded to
/// 1e-6); ties stand in the scheme's order of the children, then of WhatChanged.
struct NodeSensitivity {
  std::int32_t node = -1;  ///< index into Scheme::indicators
  double value = kUnset;   ///< as evaluated
  std::vector<SensitivityBar> bars;
};

struct SensitivityOptions {
  double weight_factor = 1.5;  ///< > 1; a weight does not go beyond 1
};

/// Every inner node of one unit that has a value which may be shown, in the scheme's order.
///
/// Left out are nodes without a number (profiles, nodes without weights, too much of the weight missing) and hidden ones. Weights are those
/// that the node was evaluated with: of a child without a value the weight is divided among the others. There is no bar for what has no
/// answer: a child without an interval, the removal or another weight of the only child that counts, weights under a minimum, an end where
/// the mean is not defined (a negative value under a geometric or harmonic mean). `least_weight` is not applied to removals.
///
/// With plausible values the node's value is the mean of the index over the draws, which differs from the index of the means wherever the
/// way is not linear; bars are shifted by that difference, so that they stand around the value that is shown.
/// Errors: kInvalidArgument (no such period, level or unit; weight_factor). Cost: O(indicators + children^2 of each node). Reentrant,
/// deterministic.
[[nodiscard]] Result<std::vector<NodeSensitivity>> sensitivity(const SchemeEvaluation& evaluation, std::size_t period,
                                                               std::string_view level, std::string_view unit,
                                                               const SensitivityOptions& options = {});

/// One row a bar: node, node_name_zh, node_name_en, value, what ("child_interval", "child_weight", "child_removed"), child, child_name_zh,
/// child_name_en, low, high. Throws LogicError for an index that the evaluation's scheme does not have.
[[nodiscard]] Table to_table(std::span<const NodeSensitivity> nodes, const SchemeEvaluation& evaluation);

}  // namespace celadon::inline CELADON_ABI::scheme
