/// For bodies: a pupil's row of gain and loss while it is made.
#pragma once

#include <celadon/evaluation/feedback/impl/predictor_parts.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail {

/// What the pages of one paper need of it, by item.
struct Plan {
  const evaluation::Paper* paper = nullptr;
  const Predictor* predictor = nullptr;
  evaluation::FlagRules flags;
  CountedResponses responses;
  std::vector<std::uint8_t> pupils;                      ///< one a pupil: its cells count
  std::vector<std::vector<double>> points;               ///< by item and category 0 ... 249
  std::vector<double> full;                              ///< full mark
  std::vector<std::vector<std::uint8_t>> nothing_lost;   ///< by item and category
  std::vector<double> least_loss;                        ///< a flag needs at least this loss; infinite where losses are never flagged
  std::vector<std::vector<std::int32_t>> other_columns;  ///< the other items of the stem; empty for an item of its own
  [[nodiscard]] std::size_t n_items() const { return full.size(); }
};
[[nodiscard]] Plan make_plan(const evaluation::Paper& paper, std::span<const std::uint8_t> counted, const Predictor& predictor,
                             const evaluation::Profile& profile);

/// One pupil's row in the making.
struct Row {
  std::vector<int> category;     ///< as it counts; negative where it does not
  std::vector<double> expected;  ///< NaN where there is none
  std::vector<double> sd;
  std::vector<double> tail;
  double ability = 0.0;
  double ability_sd = 0.0;
  std::vector<double> ordered;  ///< scratch
  std::vector<Flag> flags;
  void clear(std::size_t n_items);
};

/// Sums of predictive standard deviations, by item.
struct Deviations {
  std::vector<double> sum;
  std::vector<double> n;
};

/// Mean and standard deviation of ability under weights that sum to 1.
inline void set_ability(const double* posterior, const std::vector<double>& nodes, std::vector<double>& squares, Row& row) {
  const auto stride = static_cast<int>(nodes.size());
  row.ability = predictor_detail::dot(posterior, nodes.data(), stride);
  for (std::size_t q = 0; q < nodes.size(); ++q) squares[q] = (nodes[q] - row.ability) * (nodes[q] - row.ability);
  row.ability_sd = math::sqrt(predictor_detail::dot(posterior, squares.data(), stride));
}

inline void set_cell(const predictor_detail::CellSums& s, bool known, Row& row, std::size_t item) {
  row.expected[item] = s.mean / s.weight;
  row.sd[item] = math::sqrt(std::max(s.second / s.weight - row.expected[item] * row.expected[item], 0.0));
  if (known) row.tail[item] = std::clamp(s.tail / s.weight, 0.0, 1.0);
}

/// Adds the standard deviations of a row.
inline void add_deviations(const Row& row, Deviations& to) {
  for (std::size_t i = 0; i < row.sd.size(); ++i) {
    if (std::isnan(row.sd[i])) continue;
    to.sum[i] += row.sd[i];
    to.n[i] += 1.0;
  }
}

inline void clear(Deviations& d, std::size_t n) {
  d.sum.assign(n, 0.0);
  d.n.assign(n, 0.0);
}

inline void merge(const Deviations& from, Deviations& to) {
  for (std::size_t i = 0; i < to.sum.size(); ++i) {
    to.sum[i] += from.sum[i];
    to.n[i] += from.n[i];
  }
}

inline void write_deviations(const Deviations& from, GainLoss& out) {
  for (std::size_t i = 0; i < from.sum.size(); ++i)
    if (from.n[i] > 0.0) out.expected_sd[i] = static_cast<float>(from.sum[i] / from.n[i]);
}

/// Reads what counts of a pupil's row.
void read_row(const Plan& plan, std::int64_t person, Row& row);
/// Writes a pupil's row into the result: points, expected scores, outcomes, totals; leaves the flags in row.flags.
void write_row(const Plan& plan, std::int64_t person, Row& row, GainLoss& out);

/// Expected scores with the predictor as it is.
[[nodiscard]] Result<void> predict_all(const Plan& plan, const ExecutionContext& context, GainLoss& out);
/// Expected scores with item parameters re-estimated without each pupil.
[[nodiscard]] Result<void> predict_left_out(const Plan& plan, const evaluation::ExpectationRules& rules, const ExecutionContext& context,
                                            GainLoss& out);

}  // namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail
