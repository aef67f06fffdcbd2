#pragma once

#include <celadon/models/survey/impl/regions.hpp>
#include <celadon/models/survey/impl/rows.hpp>
#include <celadon/models/survey/inequality.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace inequality_detail {

using namespace engine_detail;

/// Sums that the index is made of, under all weights: N = sum w y (weight below + half the weight of the ties), H = sum w y, W = sum w.
struct Ranked {
  std::vector<double> n, h, w;
};

inline Ranked under_all_weights(const RowTask& task, const std::vector<std::uint32_t>& order, const std::vector<double>& y,
                                const std::vector<double>& rank) {
  const std::size_t stride = task.stride();
  Ranked out{std::vector<double>(stride), std::vector<double>(stride), std::vector<double>(stride)};
  std::vector<double> w(stride);
  std::vector<double> tie_w(stride);
  std::vector<double> tie_h(stride);
  for (std::size_t i = 0; i < task.n();) {
    std::fill(tie_w.begin(), tie_w.end(), 0.0);
    std::fill(tie_h.begin(), tie_h.end(), 0.0);
    const double value = rank[order[i]];
    for (; i < task.n() && rank[order[i]] == value; ++i) {
      task.weights_of(order[i], w.data());
      const double yi = y[order[i]];
      for (std::size_t r = 0; r < stride; ++r) {
        tie_w[r] += w[r];
        tie_h[r] += w[r] * yi;
      }
    }
    for (std::size_t r = 0; r < stride; ++r) {
      out.n[r] += tie_h[r] * (out.w[r] + 0.5 * tie_w[r]);
      out.h[r] += tie_h[r];
      out.w[r] += tie_w[r];
    }
  }
  return out;
}

/// The derivative of the index in each row's weight, times the weight.
inline std::vector<double> influence_of(const RowTask& task, const std::vector<std::uint32_t>& order, const std::vector<double>& y,
                                        const std::vector<double>& rank, const Ranked& sums) {
  std::vector<double> out(task.n());
  double below_w = 0.0;
  double up_to_h = 0.0;
  const double scale = sums.w[0] * sums.h[0];
  const double index = 2.0 * sums.n[0] / scale;
  for (std::size_t i = 0; i < task.n();) {
    std::size_t end = i;
    double tie_w = 0.0;
    double tie_h = 0.0;
    for (; end < task.n() && rank[order[end]] == rank[order[i]]; ++end) {
      tie_w += task.weight[order[end]];
      tie_h += task.weight[order[end]] * y[order[end]];
    }
    up_to_h += tie_h;
    for (; i < end; ++i) {
      const std::size_t at = order[i];
      const double first = y[at] * (below_w + 0.5 * tie_w) + 0.5 * tie_h + (sums.h[0] - up_to_h);
      out[at] = task.weight[at] * (2.0 * first / scale - index * (1.0 / sums.w[0] + y[at] / sums.h[0]));
    }
    below_w += tie_w;
  }
  return out;
}

inline void index_of(const RowTask& task, const std::vector<double>& y, const std::vector<double>& rank, double* value, double* variance) {
  const auto order = order_of(rank);
  const Ranked sums = under_all_weights(task, order, y, rank);
  std::vector<double> index(task.stride(), kNaN);
  for (std::size_t r = 0; r < index.size(); ++r)
    if (sums.w[r] > 0.0 && sums.h[r] != 0.0) index[r] = 2.0 * sums.n[r] / (sums.w[r] * sums.h[r]) - 1.0;
  *value = index[0];
  if (task.design.method != Method::kLinearised)
    *variance = replicate_variance(task.design, index[0], index.data() + 1, 1);
  else if (std::isfinite(index[0]))
    *variance = task.linearised(influence_of(task, order, y, rank, sums));
}

/// Totals of each school: w, w a. Parameters: the index, its expected value.
struct Dissimilarity {
  [[nodiscard]] int n_parameters() const { return 2; }
  template <class T>
  void compute(int n_groups, const T* t, const double* counts, T* out) const {
    T all(0.0);
    T members(0.0);
    for (int s = 0; s < n_groups; ++s) {
      all = all + t[2 * s];
      members = members + t[2 * s + 1];
    }
    const T others = all - members;
    out[0] = out[1] = T(kNaN);
    if (!(plain(members) > 0.0) || !(plain(others) > 1e-12 * plain(all))) return;
    T sum(0.0);
    T expected(0.0);
    const double share = plain(members) / plain(all);
    for (int s = 0; s < n_groups; ++s) {
      sum = sum + size(t[2 * s + 1] / members - (t[2 * s] - t[2 * s + 1]) / others);
      // |a_s/A - b_s/B| = w_s |p_s - p| / (W p (1 - p)); under chance p_s has mean absolute deviation sqrt(2 p (1 - p) / (pi n_s))
      if (counts[s] > 0.0)
        expected = expected +
                   t[2 * s] / all * T(std::sqrt(2.0 * share * (1.0 - share) / (3.141592653589793 * counts[s])) / (share * (1.0 - share)));
    }
    out[0] = sum * T(0.5);
    out[1] = expected * T(0.5);
  }
};

/// Whether a variable's rows with weight hold only what `good` likes.
template <class Good>
bool all_values(const Design& design, const Variable& variable, const Good& good) {
  for (const auto& column : variable.columns)
    for (std::size_t i = 0; i < column.size() && i < design.weights.size(); ++i)
      if (design.weights[i] > 0.0 && column[i] == column[i] && !good(column[i])) return false;
  return true;
}

inline Result<Estimates> ranked(const Design& design, const Groups& groups, std::span<const Variable* const> variables, const Label& label,
                                const ExecutionContext& context) {
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  int n_imputations = 1;
  auto summaries =
      each_task(design, *layout, variables, 1, &n_imputations, context, [](const RowTask& task, double* value, double* variance) {
        index_of(task, task.values.front(), task.values.back(), value, variance);
      });
  if (!summaries) return summaries.error();
  Estimates out = start(design, n_imputations);
  add_rows(single_sets(groups.n_groups), *summaries, {label}, false, out);
  return out;
}

inline Error bad_value(const std::string& name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

}  // namespace inequality_detail

Result<Estimates> gini(const Design& design, const Variable& variable, const Groups& groups, const ExecutionContext& context) {
  using namespace inequality_detail;
  if (!all_values(design, variable, [](double x) { return x >= 0.0; })) return bad_value(variable.name, "a value is below 0");
  const Variable* variables[] = {&variable};
  return ranked(design, groups, variables, {"gini", variable.name}, context);
}

Result<Estimates> concentration_index(const Design& design, const Variable& outcome, const Variable& rank, const Groups& groups,
                                      const ExecutionContext& context) {
  const Variable* variables[] = {&outcome, &rank};
  return inequality_detail::ranked(design, groups, variables, {"concentration", outcome.name + ":" + rank.name}, context);
}

Result<Estimates> dissimilarity(const Design& design, const Variable& member, const Groups& schools, std::span<const std::int32_t> region,
                                const ExecutionContext& context) {
  using namespace inequality_detail;
  if (!all_values(design, member, [](double x) { return x == 0.0 || x == 1.0; })) return bad_value(member.name, "must be 0 or 1");
  Plan plan;
  plan.sources = {{&member, SourceKind::kAtLeast, 1.0}};
  plan.quantities.push_back({0, -1});
  return over_regions(design, std::move(plan), schools, region, {{"dissimilarity", member.name}, {"expected", member.name}}, context,
                      [](const Plan&) { return Dissimilarity{}; });
}

}  // namespace celadon::inline CELADON_ABI::survey
