#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/survey/impl/cholesky.hpp>
#include <celadon/models/survey/impl/rows.hpp>
#include <celadon/models/survey/regression.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace logistic_detail {

using namespace engine_detail;

inline constexpr double kFarthest = 5.0;                        ///< longest step of a coefficient of a standardised predictor
inline constexpr double kSeparated = 30.0;                      ///< a coefficient beyond this says that a predictor separates the outcomes
inline constexpr double kLogisticVariance = 3.289868133696453;  ///< pi^2 / 3

/// Weighted likelihood of one task, for a run of weights [first, last) at once; predictors standardised.
struct Likelihood {
  const RowTask& task;
  const RegressionOptions& options;
  std::size_t k = 0;      ///< coefficients, with the intercept first
  std::vector<double> x;  ///< [row][k]
  std::vector<double> mean, spread;

  Likelihood(const RowTask& t, const RegressionOptions& o) : task(t), options(o) {
    const std::size_t p = task.values.size() - 1;  // values: predictors, then the outcome
    k = p + (options.intercept ? 1 : 0);
    double total = 0.0;
    for (const double w : task.weight) total += w;
    for (std::size_t a = 0; a < p; ++a) {
      double m = 0.0;
      double s = 0.0;
      for (std::size_t i = 0; i < task.n(); ++i) m += task.weight[i] * task.values[a][i];
      m /= total;
      for (std::size_t i = 0; i < task.n(); ++i) s += task.weight[i] * (task.values[a][i] - m) * (task.values[a][i] - m);
      mean.push_back(options.intercept ? m : 0.0);
      spread.push_back(s > 0.0 ? std::sqrt(s / total) : 1.0);
    }
    for (std::size_t i = 0; i < task.n(); ++i) {
      if (options.intercept) x.push_back(1.0);
      for (std::size_t a = 0; a < p; ++a) x.push_back((task.values[a][i] - mean[a]) / spread[a]);
    }
  }

  /// Newton's method for weights first ... last - 1; beta[coefficient][weight]. Marks those that do not converge.
  void maximise(std::size_t first, std::size_t last, std::size_t stride, std::vector<double>& beta, std::vector<std::uint8_t>& good) const {
    const std::size_t n_pairs = k * (k + 1) / 2;
    std::vector<double> gradient(k * stride);
    std::vector<double> curvature(n_pairs * stride);
    std::vector<double> w(stride);
    std::vector<double> eta(stride);
    std::vector<double> one(k * k);
    std::vector<double> step(k);
    std::vector<std::uint8_t> open(stride, 0);
    std::fill(open.begin() + static_cast<std::ptrdiff_t>(first), open.begin() + static_cast<std::ptrdiff_t>(last), std::uint8_t{1});
    for (int round = 0; round < options.max_iterations; ++round) {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      std::fill(curvature.begin(), curvature.end(), 0.0);
      for (std::size_t i = 0; i < task.n(); ++i) {
        task.weights_of(i, w.data());
        const double* xi = x.data() + i * k;
        const double y = task.values.back()[i];
        std::fill(eta.begin(), eta.end(), 0.0);
        for (std::size_t a = 0; a < k; ++a)
          for (std::size_t r = first; r < last; ++r) eta[r] += xi[a] * beta[a * stride + r];
        for (std::size_t r = first; r < last; ++r) {
          const double p = math::logistic(eta[r]);
          eta[r] = w[r] * (y - p);
          w[r] = w[r] * p * (1.0 - p);
        }
        std::size_t pair = 0;
        for (std::size_t a = 0; a < k; ++a) {
          for (std::size_t r = first; r < last; ++r) gradient[a * stride + r] += xi[a] * eta[r];
          for (std::size_t b = 0; b <= a; ++b, ++pair) {
            const double xx = xi[a] * xi[b];
            for (std::size_t r = first; r < last; ++r) curvature[pair * stride + r] += xx * w[r];
          }
        }
      }
      bool any = false;
      for (std::size_t r = first; r < last; ++r) {
        if (open[r] == 0) continue;
        std::size_t pair = 0;
        for (std::size_t a = 0; a < k; ++a)
          for (std::size_t b = 0; b <= a; ++b, ++pair) one[a * k + b] = curvature[pair * stride + r];
        for (std::size_t a = 0; a < k; ++a) step[a] = gradient[a * stride + r];
        open[r] = 0;
        if (!cholesky(one, k)) continue;
        solve(one, k, step.data());
        double largest = 0.0;
        for (const double s : step) largest = std::max(largest, std::fabs(s));
        if (!std::isfinite(largest)) continue;
        const double shrink = largest > kFarthest ? kFarthest / largest : 1.0;
        bool far = false;
        for (std::size_t a = 0; a < k; ++a) {
          beta[a * stride + r] += shrink * step[a];
          far = far || std::fabs(beta[a * stride + r]) > kSeparated;
        }
        if (far) continue;
        if (largest < options.tolerance) {
          good[r] = 1;
        } else {
          open[r] = 1;
          any = true;
        }
      }
      if (!any) return;
    }
  }

  /// Coefficients in the predictors' own units, and McKelvey and Zavoina's share, of one weight: out[0 ... k].
  void report(std::size_t r, std::size_t stride, const std::vector<double>& beta, double variance, double* out) const {
    const std::size_t first = options.intercept ? 1 : 0;
    double constant = options.intercept ? beta[r] : 0.0;
    for (std::size_t a = first; a < k; ++a) {
      out[a] = beta[a * stride + r] / spread[a - first];
      constant -= out[a] * mean[a - first];
    }
    if (options.intercept) out[0] = constant;
    out[k] = variance / (variance + kLogisticVariance);
  }

  /// Weighted variance of the linear predictor under each weight.
  [[nodiscard]] std::vector<double> predictor_variance(std::size_t stride, const std::vector<double>& beta) const {
    std::vector<double> w(stride);
    std::vector<double> total(stride), sum(stride), squares(stride);
    for (std::size_t i = 0; i < task.n(); ++i) {
      task.weights_of(i, w.data());
      for (std::size_t r = 0; r < stride; ++r) {
        double eta = 0.0;
        for (std::size_t a = 0; a < k; ++a) eta += x[i * k + a] * beta[a * stride + r];
        total[r] += w[r];
        sum[r] += w[r] * eta;
        squares[r] += w[r] * eta * eta;
      }
    }
    for (std::size_t r = 0; r < stride; ++r) squares[r] = squares[r] / total[r] - sum[r] / total[r] * (sum[r] / total[r]);
    return squares;
  }

  /// Linearised variances of what report() gives, weight 0: scores through the inverse curvature.
  void linearise(std::size_t stride, const std::vector<double>& beta, double eta_variance, double* variance) const {
    std::vector<double> information(k * k, 0.0);
    std::vector<double> eta(task.n(), 0.0);
    double total = 0.0;
    double eta_mean = 0.0;
    for (std::size_t i = 0; i < task.n(); ++i) {
      for (std::size_t a = 0; a < k; ++a) eta[i] += x[i * k + a] * beta[a * stride];
      const double p = math::logistic(eta[i]);
      total += task.weight[i];
      eta_mean += task.weight[i] * eta[i];
      for (std::size_t a = 0; a < k; ++a)
        for (std::size_t b = 0; b <= a; ++b) information[a * k + b] += task.weight[i] * p * (1.0 - p) * x[i * k + a] * x[i * k + b];
    }
    if (!cholesky(information, k)) return;
    eta_mean /= total;
    std::vector<double> slope(k, 0.0);  // of the predictor's variance in each coefficient
    for (std::size_t i = 0; i < task.n(); ++i)
      for (std::size_t a = 0; a < k; ++a) slope[a] += 2.0 * task.weight[i] * (eta[i] - eta_mean) * x[i * k + a] / total;
    const std::size_t first = options.intercept ? 1 : 0;
    std::vector<std::vector<double>> influence(k + 1, std::vector<double>(task.n()));
    std::vector<double> step(k);
    for (std::size_t i = 0; i < task.n(); ++i) {
      const double residual = task.weight[i] * (task.values.back()[i] - math::logistic(eta[i]));
      for (std::size_t a = 0; a < k; ++a) step[a] = x[i * k + a] * residual;
      solve(information, k, step.data());
      double constant = options.intercept ? step[0] : 0.0;
      for (std::size_t a = first; a < k; ++a) {
        influence[a][i] = step[a] / spread[a - first];
        constant -= influence[a][i] * mean[a - first];
      }
      if (options.intercept) influence[0][i] = constant;
      double spread_change = task.weight[i] / total * ((eta[i] - eta_mean) * (eta[i] - eta_mean) - eta_variance);
      for (std::size_t a = 0; a < k; ++a) spread_change += slope[a] * step[a];
      influence[k][i] = spread_change * kLogisticVariance / ((eta_variance + kLogisticVariance) * (eta_variance + kLogisticVariance));
    }
    for (std::size_t a = 0; a <= k; ++a) variance[a] = task.linearised(influence[a]);
    joint(variance, [&](std::size_t a, std::size_t b) { return task.linearised(influence[a], influence[b]); });
  }

  /// Covariances of the coefficients, behind the k + 1 variances.
  template <class Covariance>
  void joint(double* variance, const Covariance& covariance) const {
    if (!options.covariance) return;
    double* out = variance + k + 1;
    for (std::size_t a = 0; a < k; ++a)
      for (std::size_t b = 0; b <= a; ++b) out[a * k + b] = out[b * k + a] = covariance(a, b);
  }

  void run(double* value, double* variance) const {
    const std::size_t stride = task.stride();
    const auto n_weights = static_cast<std::size_t>(1 + task.design.n_replicates);
    std::vector<double> beta(k * stride, 0.0);
    std::vector<std::uint8_t> good(stride, 0);
    maximise(0, 1, stride, beta, good);
    if (good[0] == 0) return;
    for (std::size_t a = 0; a < k; ++a) std::fill_n(beta.begin() + static_cast<std::ptrdiff_t>(a * stride), stride, beta[a * stride]);
    if (n_weights > 1) maximise(1, n_weights, stride, beta, good);
    const auto eta_variance = predictor_variance(stride, beta);
    report(0, stride, beta, eta_variance[0], value);
    if (task.design.method == Method::kLinearised) return linearise(stride, beta, eta_variance[0], variance);
    std::vector<double> all((k + 1) * (n_weights - 1), kNaN);
    for (std::size_t r = 1; r < n_weights; ++r)
      if (good[r] != 0) report(r, stride, beta, eta_variance[r], all.data() + (r - 1) * (k + 1));
    for (std::size_t a = 0; a <= k; ++a)
      variance[a] = replicate_variance(task.design, value[a], all.data() + a, static_cast<std::int64_t>(k + 1));
    joint(variance, [&](std::size_t a, std::size_t b) {
      return replicate_covariance(task.design, value, all.data(), static_cast<std::int64_t>(k + 1), a, b);
    });
  }
};

}  // namespace logistic_detail

Result<Estimates> logistic_regression(const Design& design, const Variable& outcome, std::span<const Variable> predictors,
                                      const Groups& groups, const RegressionOptions& options, const ExecutionContext& context) {
  using namespace logistic_detail;
  const auto invalid = [](const std::string& name, const char* detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
  };
  if (predictors.empty() && !options.intercept) return invalid("predictors", "there is none, and no intercept");
  if (options.max_iterations < 1) return invalid("max_iterations", "must be 1 or more");
  if (!(options.tolerance > 0.0)) return invalid("tolerance", "must be above 0");
  std::vector<const Variable*> variables;
  std::vector<Label> labels;
  if (options.intercept) labels.push_back({"b", "(intercept)"});
  for (const Variable& v : predictors) {
    variables.push_back(&v);
    labels.push_back({"b", v.name});
  }
  variables.push_back(&outcome);
  labels.push_back({"r_squared", outcome.name});
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  int n_imputations = 1;
  std::atomic<bool> not_binary{false};
  auto summaries = each_task(
      design, *layout, variables, static_cast<int>(labels.size()), &n_imputations, context,
      [&](const RowTask& task, double* value, double* variance) {
        for (const double y : task.values.back())
          if (y != 0.0 && y != 1.0) not_binary = true;
        if (!not_binary) Likelihood(task, options).run(value, variance);
      },
      options.covariance ? static_cast<int>(labels.size()) - 1 : 0);
  if (!summaries) return summaries.error();
  if (not_binary) return invalid(outcome.name, "the outcome must be 0 or 1");
  Estimates out = start(design, n_imputations);
  add_rows(single_sets(groups.n_groups), *summaries, labels, false, out);
  if (options.covariance) add_joint(*summaries, n_imputations, coefficient_names(predictors, options.intercept), out);
  for (std::size_t g = 0; g < summaries->size(); ++g)
    if ((*summaries)[g].n > 0.0 && !std::isfinite((*summaries)[g].parameters[0].value))
      out.findings.push_back(make_finding(Severity::kWarning, Code::kLogisticDiverged, {}, {{"group", std::to_string(g)}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey
