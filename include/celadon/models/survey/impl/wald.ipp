#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/survey/impl/cholesky.hpp>
#include <celadon/models/survey/impl/tabulate.hpp>
#include <celadon/models/survey/wald.hpp>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace celadon::inline CELADON_ABI::survey {

namespace wald_detail {

using namespace engine_detail;

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr std::int32_t kMostGroups = 200;

/// P(F > f).
inline double f_tail(double f, double df1, double df2) {
  if (!(f > 0.0)) return f <= 0.0 ? 1.0 : kNaN;
  if (!(df2 > 0.0)) return kNaN;
  if (std::isinf(df2)) return boost::math::gamma_q(df1 / 2.0, f * df1 / 2.0);
  return boost::math::ibeta(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * f));
}

/// C V C' of contrasts C (q x k).
inline std::vector<double> contrast_covariance(std::span<const double> c, std::size_t q, std::size_t k, std::span<const double> v) {
  std::vector<double> half(q * k, 0.0);
  for (std::size_t a = 0; a < q; ++a)
    for (std::size_t i = 0; i < k; ++i) {
      if (c[a * k + i] == 0.0) continue;  // a parameter outside the contrasts may be NaN
      for (std::size_t j = 0; j < k; ++j) half[a * k + j] += c[a * k + i] * v[i * k + j];
    }
  std::vector<double> out(q * q, 0.0);
  for (std::size_t a = 0; a < q; ++a)
    for (std::size_t b = 0; b < q; ++b)
      for (std::size_t j = 0; j < k; ++j)
        if (c[b * k + j] != 0.0) out[a * q + b] += half[a * k + j] * c[b * k + j];
  return out;
}

/// x'A^-1 x from the factor of A.
inline double quadratic(const std::vector<double>& factor, std::vector<double> x) {
  const std::vector<double> left = x;
  solve(factor, x.size(), x.data());
  double out = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) out += left[i] * x[i];
  return out;
}

struct Means {
  double shift;
  std::size_t n_groups;
  [[nodiscard]] int n_parameters() const { return static_cast<int>(n_groups); }
  template <class T>
  void compute(int, const T* t, const double*, T* out) const {
    for (std::size_t g = 0; g < n_groups; ++g) out[g] = t[2 * g + 1] / t[2 * g] + T(shift);
  }
};

}  // namespace wald_detail

std::vector<double> JointEstimate::value() const {
  std::vector<double> out(n(), 0.0);
  for (int m = 0; m < n_imputations; ++m)
    for (std::size_t i = 0; i < n(); ++i) out[i] += values[static_cast<std::size_t>(m) * n() + i] / n_imputations;
  return out;
}

std::vector<double> JointEstimate::sampling_covariance() const {
  std::vector<double> out(n() * n(), 0.0);
  for (int m = 0; m < n_imputations; ++m)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += covariances[static_cast<std::size_t>(m) * out.size() + i] / n_imputations;
  return out;
}

std::vector<double> JointEstimate::imputation_covariance() const {
  std::vector<double> out(n() * n(), 0.0);
  if (n_imputations < 2) return out;
  const std::vector<double> mean = value();
  for (int m = 0; m < n_imputations; ++m) {
    const double* v = values.data() + static_cast<std::size_t>(m) * n();
    for (std::size_t i = 0; i < n(); ++i)
      for (std::size_t j = 0; j < n(); ++j) out[i * n() + j] += (v[i] - mean[i]) * (v[j] - mean[j]) / (n_imputations - 1);
  }
  return out;
}

std::vector<double> JointEstimate::covariance() const {
  std::vector<double> out = sampling_covariance();
  const std::vector<double> between = imputation_covariance();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += (1.0 + 1.0 / n_imputations) * between[i];
  return out;
}

Result<WaldTest> wald_test(const JointEstimate& joint, std::span<const double> contrasts, std::span<const double> constants) {
  using namespace wald_detail;
  const std::size_t k = joint.n();
  const std::size_t q = k == 0 ? 0 : contrasts.size() / k;
  if (q == 0) return invalid("contrasts", "there is none");
  if (q * k != contrasts.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "contrasts"}, {"actual", std::to_string(contrasts.size())}, {"expected", std::to_string(q * k)}});
  if (!constants.empty() && constants.size() != q)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "constants"}, {"actual", std::to_string(constants.size())}, {"expected", std::to_string(q)}});
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::all_of(contrasts.begin(), contrasts.end(), finite)) return invalid("contrasts", "must be finite");
  if (!std::all_of(constants.begin(), constants.end(), finite)) return invalid("constants", "must be finite");
  const auto difference = [&](const double* v) {
    std::vector<double> out(q, 0.0);
    for (std::size_t a = 0; a < q; ++a) {
      for (std::size_t i = 0; i < k; ++i)
        if (contrasts[a * k + i] != 0.0) out[a] += contrasts[a * k + i] * v[i];
      if (!constants.empty()) out[a] -= constants[a];
    }
    return out;
  };
  const std::vector<double> value = joint.value();
  const std::vector<double> mean = difference(value.data());
  std::vector<double> within = contrast_covariance(contrasts, q, k, joint.sampling_covariance());
  const std::vector<double> between = contrast_covariance(contrasts, q, k, joint.imputation_covariance());
  if (!std::all_of(mean.begin(), mean.end(), finite) || !std::all_of(within.begin(), within.end(), finite))
    return invalid("contrasts", "an estimate or its error is missing");
  if (!cholesky(within, q)) return invalid("contrasts", "repeat each other, or are more than the design can tell apart");
  WaldTest out;
  out.n_contrasts = static_cast<int>(q);
  const auto n = static_cast<double>(q);
  const double m_count = joint.n_imputations;
  double trace = 0.0;
  for (std::size_t a = 0; a < q; ++a) {
    std::vector<double> column(q);
    for (std::size_t b = 0; b < q; ++b) column[b] = between[b * q + a];
    solve(within, q, column.data());
    trace += column[a];
  }
  const double r = (1.0 + 1.0 / m_count) * trace / n;
  out.relative_increase = r;
  out.d1 = quadratic(within, mean) / (n * (1.0 + r));
  out.d1_degrees_of_freedom = kInfinity;
  if (r > 0.0) {
    const double t = n * (m_count - 1.0);
    const double rubin = q == 1 ? 2.0 : 1.0 + 1.0 / n;
    const double few = t * rubin * (1.0 + 1.0 / r) * (1.0 + 1.0 / r) / 2.0;
    const double many = 1.0 + (1.0 - 2.0 / t) / r;
    out.d1_degrees_of_freedom = q > 1 && t > 4.0 ? 4.0 + (t - 4.0) * many * many : few;
  }
  out.d1_p = f_tail(out.d1, n, out.d1_degrees_of_freedom);
  const double design = joint.degrees_of_freedom;
  const double left = design - n + 1.0;
  out.f = std::isinf(design) ? out.d1 : out.d1 * left / design;
  const double observed = r > 0.0 ? (left + 1.0) / (left + 3.0) * left / (1.0 + r) : left;
  out.f_degrees_of_freedom = std::isinf(design) ? out.d1_degrees_of_freedom : 1.0 / (1.0 / out.d1_degrees_of_freedom + 1.0 / observed);
  if (!(left > 0.0)) out.f = out.f_degrees_of_freedom = kNaN;
  out.f_p = f_tail(out.f, n, out.f_degrees_of_freedom);
  out.d2 = out.d2_degrees_of_freedom = out.d2_p = kNaN;
  if (joint.n_imputations < 2) return out;
  double sum = 0.0;
  std::vector<double> roots;
  roots.reserve(static_cast<std::size_t>(joint.n_imputations));
  for (int m = 0; m < joint.n_imputations; ++m) {
    const auto at = static_cast<std::size_t>(m);
    auto covariance = contrast_covariance(contrasts, q, k, std::span(joint.covariances).subspan(at * k * k, k * k));
    if (!cholesky(covariance, q)) return out;
    const double d = quadratic(covariance, difference(joint.values.data() + at * k));
    sum += d;
    roots.push_back(std::sqrt(d));
  }
  double root_mean = 0.0;
  double spread = 0.0;
  for (const double x : roots) root_mean += x / m_count;
  for (const double x : roots) spread += (x - root_mean) * (x - root_mean) / (m_count - 1.0);
  const double r2 = (1.0 + 1.0 / m_count) * spread;
  out.d2 = (sum / m_count / n - (m_count + 1.0) / (m_count - 1.0) * r2) / (1.0 + r2);
  out.d2_degrees_of_freedom =
      r2 > 0.0 ? math::exp(-3.0 / m_count * math::log(n)) * (m_count - 1.0) * (1.0 + 1.0 / r2) * (1.0 + 1.0 / r2) : kInfinity;
  out.d2_p = f_tail(out.d2, n, out.d2_degrees_of_freedom);
  return out;
}

Result<JointEstimate> joint_means(const Design& design, const Variable& variable, const Groups& groups, const ExecutionContext& context) {
  using namespace wald_detail;
  if (groups.n_groups > kMostGroups) return invalid("n_groups", "at most 200 groups can be compared at once");
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  Plan plan;
  plan.sources = {Source{&variable}};
  plan.quantities.push_back({0, -1});
  if (auto ok = prepare(design, plan); !ok) return ok.error();
  auto totals = sum_totals(design, *layout, plan, context);
  if (!totals) return totals.error();
  Sets all(1);
  JointEstimate out;
  for (std::int32_t g = 0; g < groups.n_groups; ++g) {
    all[0].push_back(g);
    out.names.push_back("g" + std::to_string(g));
  }
  const Means means{plan.sources[0].shift, all[0].size()};
  auto summaries = reduce(design, *layout, *totals, all, StatisticOf(means), context, groups.n_groups, Within::kGroup);
  if (!summaries) return summaries.error();
  take_joint(summaries->front(), plan.n_imputations, out);
  Troubles troubles;
  for (std::size_t g = 0; g < out.n(); ++g) {
    bool undefined = false;
    for (std::size_t m = 0; m < static_cast<std::size_t>(out.n_imputations); ++m)
      undefined |= std::isfinite(out.values[m * out.n() + g]) && !std::isfinite(out.covariances[(m * out.n() + g) * out.n() + g]);
    if (!troubles.see_group(summaries->front(), g, all[0][g])) troubles.see(summaries->front(), all[0][g], undefined);
  }
  troubles.report(variable.name, out.findings);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey
