#pragma once

#include <celadon/models/survey/impl/cholesky.hpp>
#include <celadon/models/survey/impl/engine.hpp>
#include <celadon/models/survey/regression.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace regression_detail {

using namespace engine_detail;

/// Variables: the predictors, then the outcome, each about its shift. Quantities: w; w v_a; w v_a v_b with a <= b.
struct Linear {
  std::vector<double> shift;  ///< p predictors, then the outcome
  bool intercept;
  Divisor divisor;
  [[nodiscard]] std::size_t p() const { return shift.size() - 1; }
  [[nodiscard]] std::size_t n_b() const { return p() + (intercept ? 1 : 0); }
  [[nodiscard]] int n_parameters() const { return static_cast<int>(n_b() + 2 + p()); }
  [[nodiscard]] std::size_t product(std::size_t a, std::size_t b) const {
    const std::size_t n = shift.size();
    if (a > b) std::swap(a, b);
    return 1 + n + a * n - (a * (a + 1)) / 2 + b;
  }

  template <class T>
  void compute(int, const T* t, const double* counts, T* out) const {
    const std::size_t k = p();
    const T weight = t[0];
    std::fill(out, out + n_parameters(), T(kNaN));
    if (!(plain(weight) > 0.0)) return;
    // With an intercept cross-products about the means, without one about 0.
    const auto cross = [&](std::size_t a, std::size_t b) {
      const T about_mean = t[product(a, b)] - t[1 + a] * t[1 + b] / weight;
      if (intercept) return about_mean;
      return about_mean + (t[1 + a] / weight + T(shift[a])) * (t[1 + b] / weight + T(shift[b])) * weight;
    };
    std::vector<T> matrix(k * k);
    std::vector<T> b(k);
    for (std::size_t a = 0; a < k; ++a) {
      b[a] = cross(a, k);
      for (std::size_t c = 0; c <= a; ++c) matrix[a * k + c] = cross(a, c);
      if (intercept && !(plain(cross(a, a)) > 1e-12 * plain(t[product(a, a)]))) return;
    }
    if (k > 0 && !cholesky(matrix, k)) return;
    T left = cross(k, k);
    const T all = t[product(k, k)] - t[1 + k] * t[1 + k] / weight;  // R^2 is about the mean, with or without an intercept
    const std::vector<T> xy = b;
    solve(matrix, k, b.data());
    for (std::size_t a = 0; a < k; ++a) left = left - b[a] * xy[a];
    if (plain(left) < 0.0) left = T(0.0);
    std::size_t at = 0;
    if (intercept) {
      T constant = t[1 + k] / weight + T(shift[k]);
      for (std::size_t a = 0; a < k; ++a) constant = constant - b[a] * (t[1 + a] / weight + T(shift[a]));
      out[at++] = constant;
    }
    for (std::size_t a = 0; a < k; ++a) out[at++] = b[a];
    const double n = counts[0];
    const auto used = static_cast<double>(n_b());
    const T bottom = divisor_of(divisor, n, weight, used);
    out[at++] = plain(left) > 0.0 ? root(left / bottom) : T(plain(bottom) > 0.0 ? 0.0 : kNaN);
    const bool varies = plain(all) > 0.0;
    out[at++] = varies ? T(1.0) - left / all : T(kNaN);
    for (std::size_t a = 0; a < k; ++a) {
      const T spread = t[product(a, a)] - t[1 + a] * t[1 + a] / weight;
      out[at++] = varies && plain(spread) > 0.0 ? b[a] * root(spread / all) : T(kNaN);
    }
  }
};

inline std::vector<Label> labels_of(const Variable& outcome, std::span<const Variable> predictors, bool intercept) {
  std::vector<Label> out;
  if (intercept) out.push_back({"b", "(intercept)"});
  for (const Variable& v : predictors) out.push_back({"b", v.name});
  out.push_back({"sigma", outcome.name});
  out.push_back({"r_squared", outcome.name});
  for (const Variable& v : predictors) out.push_back({"beta", v.name});
  return out;
}

}  // namespace regression_detail

Result<Estimates> linear_regression(const Design& design, const Variable& outcome, std::span<const Variable> predictors,
                                    const Groups& groups, const RegressionOptions& options, const ExecutionContext& context) {
  using namespace regression_detail;
  if (predictors.empty() && !options.intercept)
    return make_error(Code::kInvalidArgument, {}, {{"name", "predictors"}, {"detail", "there is none, and no intercept"}});
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  Plan plan;
  for (const Variable& v : predictors) plan.sources.push_back({&v});
  plan.sources.push_back({&outcome});
  const auto n = static_cast<int>(plan.sources.size());
  for (int a = 0; a < n; ++a) plan.quantities.push_back({a, -1});
  for (int a = 0; a < n; ++a)
    for (int b = a; b < n; ++b) plan.quantities.push_back({a, b});
  if (auto ok = prepare(design, plan); !ok) return ok.error();
  auto totals = sum_totals(design, *layout, plan, context);
  if (!totals) return totals.error();
  Linear linear{{}, options.intercept, options.divisor};
  for (const Source& s : plan.sources) linear.shift.push_back(s.shift);
  const Sets sets = single_sets(groups.n_groups);
  auto summaries =
      reduce(design, *layout, *totals, sets, StatisticOf(linear), context, options.covariance ? static_cast<int>(linear.n_b()) : 0);
  if (!summaries) return summaries.error();
  Estimates out = start(design, plan.n_imputations);
  add_rows(sets, *summaries, labels_of(outcome, predictors, options.intercept), false, out);
  if (options.covariance) add_joint(*summaries, plan.n_imputations, coefficient_names(predictors, options.intercept), out);
  for (std::size_t s = 0; s < sets.size(); ++s)
    if ((*summaries)[s].n > 0.0 && !std::isfinite((*summaries)[s].parameters[0].value))
      out.findings.push_back(make_finding(Severity::kWarning, Code::kSingularRegression, {}, {{"group", std::to_string(s)}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey
