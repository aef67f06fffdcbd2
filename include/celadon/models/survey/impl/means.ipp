#pragma once

#include <celadon/models/survey/impl/engine.hpp>
#include <celadon/models/survey/means.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace means_detail {

using namespace engine_detail;

/// Totals: w, w x, w x^2 about the shift.
template <class T>
T variance_of(Divisor divisor, double n, const T* t) {
  const T squares = t[2] - t[1] * t[1] / t[0];
  return (plain(squares) > 0.0 ? squares : T(0.0)) / divisor_of(divisor, n, t[0]);
}

/// A standard deviation; 0 has no derivative and no error.
template <class T>
T sd_of(Divisor divisor, double n, const T* t) {
  const T v = variance_of(divisor, n, t);
  return plain(v) == 0.0 ? T(0.0) : root(v);
}

/// Ratios of quantities 1 ... to the weight: means and shares.
struct Ratios {
  std::vector<double> shift;
  [[nodiscard]] int n_parameters() const { return static_cast<int>(shift.size()); }
  template <class T>
  void compute(int, const T* t, const double*, T* out) const {
    for (std::size_t p = 0; p < shift.size(); ++p) out[p] = t[p + 1] / t[0] + T(shift[p]);
  }
};

struct MeanAndSd {
  double shift;
  Divisor divisor;
  [[nodiscard]] int n_parameters() const { return 2; }
  template <class T>
  void compute(int, const T* t, const double* counts, T* out) const {
    out[0] = t[1] / t[0] + T(shift);
    out[1] = sd_of(divisor, counts[0], t);
  }
};

struct Sums {
  double shift;
  [[nodiscard]] int n_parameters() const { return 2; }
  template <class T>
  void compute(int, const T* t, const double*, T* out) const {
    out[0] = t[1] + T(shift) * t[0];
    out[1] = t[0];
  }
};

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
    out[2] = plain(all) > 0.0 ? (plain(between) > 0.0 ? root(between / all) : T(0.0)) : T(kNaN);
  }
};

inline Error invalid(std::string name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
}

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
  auto summaries = reduce(request.design, request.layout, *totals, sets, StatisticOf(make(plan)), request.context);
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

/// The same for each variable on its own.
template <class Make>
Result<Estimates> each(const Design& design, std::span<const Variable> variables, const Groups& groups,
                       const std::vector<std::string>& statistics, int degree, const ExecutionContext& context, const Make& make) {
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  Estimates out = start(design, 1);
  for (const Variable& v : variables) {
    std::vector<Label> labels;
    for (const std::string& s : statistics) labels.push_back({s, v.name});
    auto ok = add({design, *layout, context}, powers(v, degree), single_sets(groups.n_groups), labels, false, make, out);
    if (!ok) return ok.error();
  }
  return out;
}

inline Result<Estimates> indicator_shares(const Design& design, const Variable& variable, std::span<const double> levels, SourceKind kind,
                                          const char* statistic, const Groups& groups, const ExecutionContext& context) {
  if (levels.empty()) return invalid("levels", "there is none");
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  Plan plan;
  std::vector<Label> labels;
  for (const double level : levels) {
    if (!std::isfinite(level)) return invalid("levels", "must be finite");
    plan.quantities.push_back({static_cast<int>(plan.sources.size()), -1});
    plan.sources.push_back({&variable, kind, level});
    labels.push_back({statistic, variable.name, level});
  }
  Estimates out = start(design, 1);
  auto ok = add(
      {design, *layout, context}, std::move(plan), single_sets(groups.n_groups), labels, false,
      [&](const Plan&) { return Ratios{std::vector<double>(levels.size(), 0.0)}; }, out);
  if (!ok) return ok.error();
  return out;
}

}  // namespace means_detail

Result<Estimates> means(const Design& design, std::span<const Variable> variables, const Groups& groups, const ExecutionContext& context) {
  using namespace means_detail;
  return each(design, variables, groups, {"mean"}, 1, context, [](const Plan& plan) { return Ratios{{plan.sources[0].shift}}; });
}

Result<Estimates> spreads(const Design& design, std::span<const Variable> variables, const Groups& groups, Divisor divisor,
                          const ExecutionContext& context) {
  using namespace means_detail;
  return each(design, variables, groups, {"mean", "sd"}, 2, context, [divisor](const Plan& plan) {
    return MeanAndSd{plan.sources[0].shift, divisor};
  });
}

Result<Estimates> totals(const Design& design, std::span<const Variable> variables, const Groups& groups, const ExecutionContext& context) {
  using namespace means_detail;
  return each(design, variables, groups, {"total", "weight"}, 1, context, [](const Plan& plan) { return Sums{plan.sources[0].shift}; });
}

Result<Estimates> shares_at_least(const Design& design, const Variable& variable, std::span<const double> cuts, const Groups& groups,
                                  const ExecutionContext& context) {
  return means_detail::indicator_shares(design, variable, cuts, engine_detail::SourceKind::kAtLeast, "share_at_least", groups, context);
}

Result<Estimates> shares(const Design& design, const Variable& variable, std::span<const double> categories, const Groups& groups,
                         const ExecutionContext& context) {
  return means_detail::indicator_shares(design, variable, categories, engine_detail::SourceKind::kEqual, "share", groups, context);
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
