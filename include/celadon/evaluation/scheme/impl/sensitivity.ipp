#pragma once

#include <celadon/evaluation/scheme/sensitivity.hpp>

#include <celadon/evaluation/scheme/impl/index_tree.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

namespace sensitivity_detail {

using namespace engine_detail;

inline Error invalid(const char* name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

inline bool shown(const IndexValue& v) {
  return v.state == IndexState::kEvaluated && v.hidden == evaluation::Hidden::kShown;
}

/// An inner node with the parts that its value was made of, on the index scale.
class Node {
 public:
  Node(const Scheme& scheme, std::span<const IndexValue> values, std::int32_t k)
      : scheme_(scheme), values_(values), node_(scheme.indicators[static_cast<std::size_t>(k)]), parts_(parts_of(node_, values)) {
    for (const std::int32_t c : parts_.indicators) numbers_.push_back(scaled(c, values[static_cast<std::size_t>(c)].value));
    out_.node = k;
    out_.value = values[static_cast<std::size_t>(k)].value;
    shift_ = out_.value - index(numbers_, parts_.weights);
  }

  [[nodiscard]] bool all_shown() const {
    return std::all_of(parts_.indicators.begin(), parts_.indicators.end(),
                       [&](std::int32_t c) { return shown(values_[static_cast<std::size_t>(c)]); });
  }

  NodeSensitivity bars(double weight_factor) && {
    for (std::size_t p = 0; p < numbers_.size(); ++p) {
      interval(p);
      if (numbers_.size() < 2) continue;
      if (node_.aggregation != Aggregation::kMinimum) weight(p, weight_factor);
      removed(p);
    }
    const auto width = [&](const SensitivityBar& b) {
      return evaluation::decision_value(std::max(b.high, out_.value) - std::min(b.low, out_.value));
    };
    std::stable_sort(out_.bars.begin(), out_.bars.end(),
                     [&](const SensitivityBar& a, const SensitivityBar& b) { return width(a) > width(b); });
    return std::move(out_);
  }

 private:
  [[nodiscard]] double scaled(std::int32_t child, double value) const {
    return on_index_scale(scheme_.indicators[static_cast<std::size_t>(child)], value);
  }
  [[nodiscard]] double index(std::span<const double> numbers, std::span<const double> weights) const {
    return node_.times * aggregate(node_.aggregation, numbers, weights);
  }

  void add(WhatChanged what, std::size_t p, double a, double b) {
    if (!std::isfinite(a) || !std::isfinite(b)) return;
    out_.bars.push_back({what, parts_.indicators[p], std::min(a, b) + shift_, std::max(a, b) + shift_});
  }

  void interval(std::size_t p) {
    const std::int32_t c = parts_.indicators[p];
    const IndexValue& v = values_[static_cast<std::size_t>(c)];
    std::vector<double> changed = numbers_;
    changed[p] = scaled(c, v.low);
    const double at_low = index(changed, parts_.weights);
    changed[p] = scaled(c, v.high);
    add(WhatChanged::kChildInterval, p, at_low, index(changed, parts_.weights));
  }

  /// The others keep their proportions. There is no answer where they have no weight to keep.
  void weight(std::size_t p, double factor) {
    const double own = parts_.weights[p];
    const double others = rest(p);
    if (!(others > 0.0)) return;
    const auto at = [&](double w) {
      std::vector<double> changed = parts_.weights;
      for (double& x : changed) x *= (1.0 - w) / others;
      changed[p] = w;
      return index(numbers_, changed);
    };
    add(WhatChanged::kChildWeight, p, at(own / factor), at(std::min(1.0, own * factor)));
  }

  void removed(std::size_t p) {
    const double others = rest(p);
    if (!(others > 0.0)) return;
    std::vector<double> numbers = numbers_;
    std::vector<double> weights = parts_.weights;
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(p));
    weights.erase(weights.begin() + static_cast<std::ptrdiff_t>(p));
    for (double& w : weights) w /= others;
    const double without = index(numbers, weights);
    add(WhatChanged::kChildRemoved, p, without, without);
  }

  [[nodiscard]] double rest(std::size_t p) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < parts_.weights.size(); ++k) sum += k == p ? 0.0 : parts_.weights[k];
    return sum;
  }

  const Scheme& scheme_;
  std::span<const IndexValue> values_;
  const Indicator& node_;
  Parts parts_;
  std::vector<double> numbers_;
  double shift_ = 0.0;
  NodeSensitivity out_;
};

}  // namespace sensitivity_detail

Result<std::vector<NodeSensitivity>> sensitivity(const SchemeEvaluation& evaluation, std::size_t period, std::string_view level,
                                                 std::string_view unit, const SensitivityOptions& options) {
  using namespace sensitivity_detail;
  if (!(options.weight_factor > 1.0) || !std::isfinite(options.weight_factor)) return invalid("weight_factor", "must be above 1");
  if (period >= evaluation.periods.size()) return invalid("period", "there is no such period");
  const std::int32_t found = evaluation.find_level(period, level);
  if (found < 0) return invalid("level", "there is no such level");
  const auto l = static_cast<std::size_t>(found);
  const PeriodValues& now = evaluation.periods[period];
  const auto& ids = now.levels[l].ids;
  const auto u = std::find(ids.begin(), ids.end(), unit);
  if (u == ids.end()) return invalid("unit", "there is no such unit in this level");
  const std::size_t n = evaluation.scheme.indicators.size();
  const std::span<const IndexValue> values(now.values[l].data() + static_cast<std::size_t>(u - ids.begin()) * n, n);
  std::vector<NodeSensitivity> out;
  for (std::size_t k = 0; k < n; ++k) {
    if (evaluation.scheme.indicators[k].is_leaf() || !shown(values[k])) continue;
    Node node(evaluation.scheme, values, static_cast<std::int32_t>(k));
    if (node.all_shown()) out.push_back(std::move(node).bars(options.weight_factor));
  }
  return out;
}

Table to_table(std::span<const NodeSensitivity> nodes, const SchemeEvaluation& evaluation) {
  constexpr std::array<const char*, 3> kWhat = {"child_interval", "child_weight", "child_removed"};
  constexpr std::array<const char*, 7> kWords = {"node", "node_name_zh", "node_name_en", "what", "child", "child_name_zh", "child_name_en"};
  const auto indicator = [&](std::int32_t k) -> const Indicator& {
    if (k < 0 || static_cast<std::size_t>(k) >= evaluation.scheme.indicators.size())
      throw LogicError("celadon::scheme: sensitivity: there is no such indicator");
    return evaluation.scheme.indicators[static_cast<std::size_t>(k)];
  };
  std::array<std::vector<std::string>, 7> text;
  std::array<std::vector<double>, 3> number;
  for (const NodeSensitivity& s : nodes) {
    const Indicator& node = indicator(s.node);
    for (const SensitivityBar& b : s.bars) {
      const Indicator& child = indicator(b.child);
      const std::array<std::string, 7> words = {node.id,  node.name.zh,  node.name.en, kWhat[static_cast<std::size_t>(b.what)],
                                                child.id, child.name.zh, child.name.en};
      for (std::size_t c = 0; c < words.size(); ++c) text[c].push_back(words[c]);
      const std::array<double, 3> figures = {s.value, b.low, b.high};
      for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(figures[c]);
    }
  }
  Table table("sensitivity");
  for (std::size_t c = 0; c < 3; ++c) table.add(kWords[c], std::move(text[c]));
  table.add("value", std::move(number[0]));
  for (std::size_t c = 3; c < kWords.size(); ++c) table.add(kWords[c], std::move(text[c]));
  table.add("low", std::move(number[1]));
  table.add("high", std::move(number[2]));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::scheme
