#pragma once

#include <celadon/models/survey/impl/tabulate.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace means_detail {

using namespace engine_detail;

/// Quantities: w; w x_a; w x_a x_b with a <= b.
struct Correlations {
  int n_variables;
  [[nodiscard]] int n_parameters() const { return n_variables * (n_variables - 1) / 2; }
  [[nodiscard]] int product(int a, int b) const { return 1 + n_variables + a * n_variables - a * (a - 1) / 2 + (b - a); }
  template <class T>
  void compute(int, const T* t, const double*, T* out) const {
    const auto covariance = [&](int a, int b) { return t[product(a, b)] - t[1 + a] * t[1 + b] / t[0]; };
    int p = 0;
    for (int a = 0; a < n_variables; ++a)
      for (int b = a + 1; b < n_variables; ++b, ++p) {
        const T va = covariance(a, a);
        const T vb = covariance(b, b);
        const bool varies = plain(va) > 1e-12 * plain(t[product(a, a)]) && plain(vb) > 1e-12 * plain(t[product(b, b)]);
        out[p] = varies ? covariance(a, b) / root(va * vb) : T(kNaN);
      }
  }
};

struct Gap {
  Divisor divisor;
  [[nodiscard]] int n_parameters() const { return 3; }
  template <class T>
  void compute(int, const T* t, const double* counts, T* out) const {
    const T* u = t + 3;
    const T difference = t[1] / t[0] - u[1] / u[0];
    out[0] = difference;
    const T pooled = (variance_of(divisor, counts[0], t) + variance_of(divisor, counts[1], u)) * T(0.5);
    out[1] = plain(pooled) > 0.0 ? difference / root(pooled) : T(kNaN);
    const T weight = t[0] + u[0];
    const T mean = (t[1] + u[1]) / weight;
    const T all = t[2] + u[2] - weight * mean * mean;
    const T between = t[0] * u[0] / weight * difference * difference;
    const bool both = plain(t[0]) > 0.0 && plain(u[0]) > 0.0;
    out[2] = both && plain(all) > 0.0 ? (plain(between) > 0.0 ? root(between / all) : T(0.0)) : T(kNaN);
  }
};

struct Request {
  const Design& design;
  const Layout& layout;
  const ExecutionContext& context;
};

/// One plan, one statistic: the common way. `make` builds the statistic once the shifts are known.
template <class Make>
Result<void> add(const Request& request, Plan plan, const Sets& sets, const std::vector<Label>& labels, bool gap, const Make& make,
                 Estimates& out) {
  if (auto ok = prepare(request.design, plan); !ok) return ok.error();
  auto totals = sum_totals(request.design, request.layout, plan, request.context);
  if (!totals) return totals.error();
  auto summaries = reduce(request.design, request.layout, *totals, sets, StatisticOf(make(plan)), request.context, 0,
                          gap ? Within::kGroup : Within::kSet);
  if (!summaries) return summaries.error();
  out.n_imputations = std::max(out.n_imputations, plan.n_imputations);
  add_rows(sets, *summaries, labels, gap, out);
  return {};
}

/// Plan of one variable with its powers up to `degree`.
inline Plan powers(const Variable& variable, int degree) {
  Plan plan;
  plan.sources = {Source{&variable}};
  plan.quantities.push_back({0, -1});
  if (degree > 1) plan.quantities.push_back({0, 0});
  return plan;
}

/// Each of the variables with each kind of measure.
inline std::vector<Measure> all_measures(std::size_t n_variables, std::initializer_list<Measured> kinds) {
  std::vector<Measure> out;
  out.reserve(n_variables * kinds.size());
  for (std::size_t v = 0; v < n_variables; ++v)
    for (const Measured what : kinds) out.push_back({static_cast<std::int32_t>(v), what});
  return out;
}

/// No variable is no row, rather than an error.
inline Result<Estimates> all_of(const Design& design, std::span<const Variable> variables, std::initializer_list<Measured> kinds,
                                const Groups& groups, Divisor divisor, const ExecutionContext& context) {
  if (variables.empty()) return start(design, 1);
  return tabulate_runs(design, variables, all_measures(variables.size(), kinds), groups, divisor, true, context);
}

inline Result<Estimates> levels_of(const Design& design, const Variable& variable, std::span<const double> levels, Measured what,
                                   const Groups& groups, const ExecutionContext& context) {
  if (levels.empty()) return invalid("levels", "there is none");
  std::vector<Measure> measures;
  measures.reserve(levels.size());
  for (const double level : levels) measures.push_back({0, what, level});
  return tabulate_runs(design, {&variable, 1}, measures, groups, Divisor::kSample, true, context);
}

}  // namespace means_detail

Result<Estimates> means(const Design& design, std::span<const Variable> variables, const Groups& groups, const ExecutionContext& context) {
  return means_detail::all_of(design, variables, {Measured::kMean}, groups, Divisor::kSample, context);
}

Result<Estimates> spreads(const Design& design, std::span<const Variable> variables, const Groups& groups, Divisor divisor,
                          const ExecutionContext& context) {
  return means_detail::all_of(design, variables, {Measured::kMean, Measured::kSd}, groups, divisor, context);
}

Result<Estimates> totals(const Design& design, std::span<const Variable> variables, const Groups& groups, const ExecutionContext& context) {
  return means_detail::all_of(design, variables, {Measured::kTotal, Measured::kWeight}, groups, Divisor::kSample, context);
}

Result<Estimates> shares_at_least(const Design& design, const Variable& variable, std::span<const double> cuts, const Groups& groups,
                                  const ExecutionContext& context) {
  return means_detail::levels_of(design, variable, cuts, Measured::kShareAtLeast, groups, context);
}

Result<Estimates> shares(const Design& design, const Variable& variable, std::span<const double> categories, const Groups& groups,
                         const ExecutionContext& context) {
  return means_detail::levels_of(design, variable, categories, Measured::kShare, groups, context);
}

Result<Estimates> correlations(const Design& design, std::span<const Variable> variables, const Groups& groups,
                               const ExecutionContext& context) {
  using namespace means_detail;
  if (variables.size() < 2) return invalid("variables", "a correlation needs two");
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  const auto n = static_cast<int>(variables.size());
  Plan plan;
  std::vector<Label> labels;
  for (int a = 0; a < n; ++a) {
    plan.sources.push_back({&variables[static_cast<std::size_t>(a)]});
    plan.quantities.push_back({a, -1});
  }
  for (int a = 0; a < n; ++a)
    for (int b = a; b < n; ++b) {
      plan.quantities.push_back({a, b});
      if (a != b)
        labels.push_back({"correlation", variables[static_cast<std::size_t>(a)].name + ":" + variables[static_cast<std::size_t>(b)].name});
    }
  Estimates out = start(design, 1);
  auto ok = add(
      {design, *layout, context}, std::move(plan), single_sets(groups.n_groups), labels, false,
      [n](const Plan&) { return Correlations{n}; }, out);
  if (!ok) return ok.error();
  return out;
}

Result<Estimates> gaps(const Design& design, const Variable& variable, const Groups& groups, std::span<const GroupPair> pairs,
                       Divisor divisor, const ExecutionContext& context) {
  using namespace means_detail;
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  Sets sets;
  for (const GroupPair& pair : pairs) {
    if (pair.first < 0 || pair.second < 0 || pair.first >= groups.n_groups || pair.second >= groups.n_groups || pair.first == pair.second)
      return invalid("pairs", "two distinct groups in 0 ... n_groups - 1 are needed");
    sets.push_back({pair.first, pair.second});
  }
  Estimates out = start(design, 1);
  const std::vector<Label> labels = {{"gap", variable.name}, {"effect_size", variable.name}, {"eta", variable.name}};
  auto ok = add(
      {design, *layout, context}, powers(variable, 2), sets, labels, true, [divisor](const Plan&) { return Gap{divisor}; }, out);
  if (!ok) return ok.error();
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey
