/// For bodies: the tree of indicators of one unit, computed under every scenario.
#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

/// Values of the parts of an inner node as one number. `value` and `weight` are of the parts that have a value, weights summing to 1.
[[nodiscard]] double aggregate(Aggregation aggregation, std::span<const double> value, std::span<const double> weight);

/// 0 to 100 by the goalposts, or the value itself without them.
[[nodiscard]] double on_index_scale(const Indicator& indicator, double value);

/// Weights of the parts of an inner node among those that have a value, summing to 1, and the share of the weight they hold.
struct Parts {
  std::vector<std::int32_t> indicators;
  std::vector<double> weights;
  double evaluated = 0.0;
};
[[nodiscard]] Parts parts_of(const Indicator& node, std::span<const IndexValue> values);

/// Whether a value is a share of rows.
[[nodiscard]] inline bool is_share(Statistic s) {
  return s == Statistic::kShareAtLeast || s == Statistic::kShareAtMost || s == Statistic::kShareMeeting;
}

/// Level, interval and index of a value that has its error.
void place(const Indicator& indicator, double confidence, double effective_n, bool has_error, IndexValue& value);

/// Evaluates all indicators of one unit after another; keeps its scratch.
class IndexTree {
 public:
  IndexTree(const Plan& plan, const std::vector<double>& references, double confidence);
  /// out: one value an indicator.
  void evaluate(int level, const Totals& totals, std::span<IndexValue> out);

 private:
  void leaf(const LeafPlan& leaf, const Totals& totals, IndexValue& out);
  void inner(std::int32_t k, std::span<IndexValue> out);
  void estimate(std::int32_t k, bool imputed, double design_df, IndexValue& out) const;
  [[nodiscard]] double* numbers(std::int32_t k) { return numbers_.data() + static_cast<std::size_t>(k) * size_; }
  [[nodiscard]] const double* numbers(std::int32_t k) const { return numbers_.data() + static_cast<std::size_t>(k) * size_; }

  const Plan& plan_;
  const std::vector<double>& references_;
  double confidence_;
  std::size_t size_;             ///< imputations x scenarios
  std::vector<double> numbers_;  ///< of each indicator
  std::vector<double> leaf_;
  std::vector<std::uint8_t> imputed_;
  std::vector<double> df_;  ///< of the designs that feed an indicator: the least
};

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
