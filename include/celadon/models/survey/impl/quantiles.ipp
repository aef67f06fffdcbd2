#pragma once

#include <celadon/models/survey/impl/rows.hpp>
#include <celadon/models/survey/quantiles.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::survey {

namespace quantiles_detail {

using namespace engine_detail;

inline constexpr double kSlack = 1.0 - 1e-12;  ///< a share that reaches p but for rounding reaches it
inline constexpr std::size_t kChunk = 64;

/// Quantiles under all weights: out[p][r]. Sums of 64 rows find the chunk of each quantile, then the rows of that chunk.
inline std::vector<double> under_all_weights(const RowTask& task, const std::vector<std::uint32_t>& order,
                                             std::span<const double> probabilities) {
  const std::size_t stride = task.stride();
  const std::size_t n_chunks = (task.n() + kChunk - 1) / kChunk;
  std::vector<double> sums(n_chunks * stride, 0.0);
  std::vector<double> w(stride);
  std::vector<double> total(stride, 0.0);
  for (std::size_t i = 0; i < task.n(); ++i) {
    task.weights_of(order[i], w.data());
    double* sum = sums.data() + i / kChunk * stride;
    for (std::size_t r = 0; r < stride; ++r) sum[r] += w[r];
  }
  for (std::size_t c = 0; c < n_chunks; ++c)
    for (std::size_t r = 0; r < stride; ++r) total[r] += sums[c * stride + r];
  std::vector<double> out(probabilities.size() * stride, kNaN);
  enum : std::uint8_t { kBefore, kHere, kFound };
  std::vector<std::uint8_t> state(out.size(), kBefore);
  std::vector<double> before(stride, 0.0);
  for (std::size_t c = 0; c < n_chunks; ++c) {
    const double* sum = sums.data() + c * stride;
    bool any = false;
    for (std::size_t p = 0; p < probabilities.size(); ++p)
      for (std::size_t r = 0; r < stride; ++r) {
        std::uint8_t& s = state[p * stride + r];
        if (s != kBefore || !(sum[r] > 0.0) || before[r] + sum[r] < probabilities[p] * total[r] * kSlack) continue;
        s = kHere;
        any = true;
      }
    std::vector<double> reached = before;
    for (std::size_t i = c * kChunk; any && i < std::min(task.n(), (c + 1) * kChunk); ++i) {
      task.weights_of(order[i], w.data());
      for (std::size_t r = 0; r < stride; ++r) reached[r] += w[r];
      const double x = task.values[0][order[i]];
      for (std::size_t p = 0; p < probabilities.size(); ++p)
        for (std::size_t r = 0; r < stride; ++r) {
          std::uint8_t& s = state[p * stride + r];
          if (s != kHere || !(w[r] > 0.0)) continue;
          out[p * stride + r] = x;  // the chunk's last one stays where rounding keeps the sum below
          if (reached[r] >= probabilities[p] * total[r] * kSlack) s = kFound;
        }
    }
    for (std::uint8_t& s : state) s = s == kHere ? static_cast<std::uint8_t>(kFound) : s;
    for (std::size_t r = 0; r < stride; ++r) before[r] += sum[r];
  }
  return out;
}

inline double at_share(const RowTask& task, const std::vector<std::uint32_t>& order, const std::vector<double>& cumulated, double share) {
  const double target = std::clamp(share, 0.0, 1.0) * cumulated.back() * kSlack;
  const auto at = std::lower_bound(cumulated.begin(), cumulated.end(), target) - cumulated.begin();
  return task.values[0][order[std::min(static_cast<std::size_t>(at), order.size() - 1)]];
}

/// Woodruff's interval at 95 %, as a standard error.
inline void woodruff(const RowTask& task, const std::vector<std::uint32_t>& order, std::span<const double> probabilities, double* value,
                     double* variance) {
  constexpr double kZ = 1.959963984540054;
  std::vector<double> cumulated;
  double sum = 0.0;
  for (const std::uint32_t i : order) cumulated.push_back(sum += task.weight[i]);
  std::vector<double> influence(task.n());
  for (std::size_t p = 0; p < probabilities.size(); ++p) {
    value[p] = at_share(task, order, cumulated, probabilities[p]);
    double below = 0.0;
    for (std::size_t i = 0; i < task.n(); ++i) below += task.values[0][i] <= value[p] ? task.weight[i] : 0.0;
    for (std::size_t i = 0; i < task.n(); ++i)
      influence[i] = task.weight[i] * ((task.values[0][i] <= value[p] ? 1.0 : 0.0) - below / sum) / sum;
    const double away = kZ * std::sqrt(task.linearised(influence));
    const double width =
        at_share(task, order, cumulated, probabilities[p] + away) - at_share(task, order, cumulated, probabilities[p] - away);
    variance[p] = (width / (2.0 * kZ)) * (width / (2.0 * kZ));
  }
}

}  // namespace quantiles_detail

Result<Estimates> quantiles(const Design& design, const Variable& variable, std::span<const double> probabilities, const Groups& groups,
                            const ExecutionContext& context) {
  using namespace quantiles_detail;
  std::vector<Label> labels;
  for (const double p : probabilities) {
    if (!(p >= 0.0 && p <= 1.0))
      return make_error(Code::kInvalidArgument, {}, {{"name", "probabilities"}, {"detail", "must be in [0, 1]"}});
    labels.push_back({"quantile", variable.name, p});
  }
  if (labels.empty()) return make_error(Code::kInvalidArgument, {}, {{"name", "probabilities"}, {"detail", "there is none"}});
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  const Variable* variables[] = {&variable};
  int n_imputations = 1;
  auto summaries = each_task(design, *layout, variables, static_cast<int>(labels.size()), &n_imputations, context,
                             [&](const RowTask& task, double* value, double* variance) {
                               const auto order = order_of(task.values[0]);
                               if (design.method == Method::kLinearised) return woodruff(task, order, probabilities, value, variance);
                               const auto all = under_all_weights(task, order, probabilities);
                               for (std::size_t p = 0; p < probabilities.size(); ++p) {
                                 const double* q = all.data() + p * task.stride();
                                 value[p] = q[0];
                                 variance[p] = replicate_variance(design, q[0], q + 1, 1);
                               }
                             });
  if (!summaries) return summaries.error();
  Estimates out = start(design, n_imputations);
  add_rows(single_sets(groups.n_groups), *summaries, labels, false, out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey
