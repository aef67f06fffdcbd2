#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/irt/impl/latent_regression.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#define CELADON_SIMD_KERNEL <celadon/models/irt/impl/latent_regression_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::irt {

namespace latent_regression_detail {

inline Error invalid(const char* name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

inline Result<void> check(const Responses& responses, const LatentRegressionOptions& o) {
  const auto n = static_cast<std::size_t>(responses.n_persons());
  const auto mismatch = [](const char* name, std::size_t actual, std::size_t expected) {
    return make_error(Code::kLengthMismatch, {},
                      {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
  };
  if (o.n_covariates < 0) return invalid("n_covariates", "must be 0 or more");
  const auto p = static_cast<std::size_t>(o.n_covariates);
  if (o.covariates.size() != n * p) return mismatch("covariates", o.covariates.size(), n * p);
  if (!o.names.empty() && o.names.size() != p) return mismatch("names", o.names.size(), p);
  if (!o.weights.empty() && o.weights.size() != n) return mismatch("weights", o.weights.size(), n);
  if (!std::all_of(o.covariates.begin(), o.covariates.end(), [](double x) { return std::isfinite(x); }))
    return invalid("covariates", "must be finite");
  if (!std::all_of(o.weights.begin(), o.weights.end(), [](double w) { return std::isfinite(w) && w >= 0.0; }))
    return invalid("weights", "must be finite and 0 or more");
  if (!(o.tolerance > 0.0)) return invalid("tolerance", "must be above 0");
  if (o.max_iterations < 1) return invalid("max_iterations", "must be 1 or more");
  return {};
}

/// Cholesky factor in place (lower); false where it is singular.
inline bool factorise(std::vector<double>& a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = a[j * n + j];
    const double before = pivot;
    for (std::size_t c = 0; c < j; ++c) pivot -= a[j * n + c] * a[j * n + c];
    if (!(pivot > 1e-12 * before) || !(before > 0.0)) return false;
    a[j * n + j] = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t c = 0; c < j; ++c) sum -= a[i * n + c] * a[j * n + c];
      a[i * n + j] = sum / a[j * n + j];
    }
  }
  return true;
}

inline void solve_with(const std::vector<double>& a, std::size_t n, double* x) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < i; ++c) x[i] -= a[i * n + c] * x[c];
    x[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) x[i] -= a[c * n + i] * x[c];
    x[i] /= a[i * n + i];
  }
}

void solve(const Persons& persons, double* b) {
  solve_with(persons.factor, persons.k, b);
}

void weigh(const Persons& persons, const double* likelihood, double mean, double variance, double* weight, double* sums) {
  const Posteriors::State& s = persons.posteriors.state();
  CELADON_SIMD_DISPATCH(irt::latent_regression_detail, weigh, likelihood, s.nodes.data(), persons.mask.data(), mean, 0.5 / variance,
                        s.stride, weight, sums);
}

Result<Persons> read(const Model& model, const Responses& responses, const LatentRegressionOptions& options,
                     const ExecutionContext& context) {
  if (auto ok = check(responses, options); !ok) return ok.error();
  PosteriorOptions posterior_options;
  posterior_options.missing = options.missing;
  auto posteriors = Posteriors::prepare(model, responses, posterior_options);
  if (!posteriors) return posteriors.error();
  Persons out{*posteriors, options, static_cast<std::size_t>(options.n_covariates) + 1, {}, {}, 0.0, 0, {}, {}};
  const Posteriors::State& s = out.posteriors.state();
  out.mask.assign(static_cast<std::size_t>(s.stride), 0.0);
  std::fill_n(out.mask.begin(), s.n_nodes, 1.0);
  out.used.assign(static_cast<std::size_t>(responses.n_persons()), 0);
  const std::int64_t n_blocks = responses.n_blocks();
  const int workers = worker_count(n_blocks, context);
  std::vector<posterior_detail::Scratch> scratch(static_cast<std::size_t>(workers));
  std::vector<std::vector<double>> sums(static_cast<std::size_t>(workers));
  const std::size_t k = out.k;
  out.cross.assign(k * k, 0.0);
  auto done = run_blocks(
      n_blocks, workers, context,
      [&](std::int64_t block, int worker) {
        auto& mine = scratch[static_cast<std::size_t>(worker)];
        auto& sum = sums[static_cast<std::size_t>(worker)];
        posterior_detail::block_likelihood(s, block, mine);
        sum.assign(k * k + 2, 0.0);
        for (std::int64_t i = 0; i < s.responses.rows(block); ++i) {
          const std::int64_t person = block * kBlockRows + i;
          const double w = out.weight(person);
          if (mine.n_answered[static_cast<std::size_t>(i)] < 0 || w <= 0.0) continue;
          out.used[static_cast<std::size_t>(person)] = 1;
          sum[k * k] += w;
          sum[k * k + 1] += 1.0;
          for (std::size_t a = 0; a < k; ++a)
            for (std::size_t b = 0; b < k; ++b) sum[a * k + b] += w * out.covariate(person, a) * out.covariate(person, b);
        }
      },
      [&](std::int64_t, int worker) {
        const auto& sum = sums[static_cast<std::size_t>(worker)];
        for (std::size_t j = 0; j < k * k; ++j) out.cross[j] += sum[j];
        out.total_weight += sum[k * k];
        out.n_used += static_cast<std::int64_t>(sum[k * k + 1]);
      });
  if (!done) return done.error();
  if (out.n_used == 0) return make_error(Code::kNoPersons);
  out.factor = out.cross;
  if (!factorise(out.factor, k)) return invalid("covariates", "repeat each other or do not vary");
  return out;
}

/// One pass: sums of log-likelihood, w E(theta^2), w x E(theta), w Var x x' (the last k x k only where asked for).
inline Result<std::vector<double>> expect(const Persons& persons, const std::vector<double>& b, double variance, bool information,
                                          const ExecutionContext& context) {
  const Posteriors::State& s = persons.posteriors.state();
  const std::size_t k = persons.k;
  const std::size_t size = 2 + k + (information ? k * k : 0);
  const std::int64_t n_blocks = s.responses.n_blocks();
  const int workers = worker_count(n_blocks, context);
  std::vector<posterior_detail::Scratch> scratch(static_cast<std::size_t>(workers));
  std::vector<std::vector<double>> part(static_cast<std::size_t>(workers));
  std::vector<double> total(size, 0.0);
  auto done = run_blocks(
      n_blocks, workers, context,
      [&](std::int64_t block, int worker) {
        auto& mine = scratch[static_cast<std::size_t>(worker)];
        auto& sum = part[static_cast<std::size_t>(worker)];
        sum.assign(size, 0.0);
        std::vector<double> weight(static_cast<std::size_t>(s.stride));
        posterior_detail::block_likelihood(s, block, mine);
        for (std::int64_t i = 0; i < s.responses.rows(block); ++i) {
          const std::int64_t person = block * kBlockRows + i;
          if (persons.used[static_cast<std::size_t>(person)] == 0) continue;
          double moments[4];
          weigh(persons, mine.likelihood.data() + i * s.stride, persons.predicted(person, b), variance, weight.data(), moments);
          const double w = persons.weight(person);
          const double mean = moments[2] / moments[1];
          const double square = moments[3] / moments[1];
          if (mine.n_answered[static_cast<std::size_t>(i)] > 0)
            sum[0] += w * (math::log(moments[1] / moments[0]) + mine.log_scale[static_cast<std::size_t>(i)]);
          sum[1] += w * square;
          for (std::size_t j = 0; j < k; ++j) sum[2 + j] += w * mean * persons.covariate(person, j);
          if (!information) continue;
          const double spread = square - mean * mean;
          for (std::size_t a = 0; a < k; ++a)
            for (std::size_t c = 0; c < k; ++c)
              sum[2 + k + a * k + c] += w * spread * persons.covariate(person, a) * persons.covariate(person, c);
        }
      },
      [&](std::int64_t, int worker) {
        for (std::size_t j = 0; j < size; ++j) total[j] += part[static_cast<std::size_t>(worker)][j];
      });
  if (!done) return done.error();
  return total;
}

Result<LatentRegression> estimate(const Persons& persons, const ExecutionContext& context) {
  const std::size_t k = persons.k;
  LatentRegression out;
  out.names = {"(intercept)"};
  for (std::size_t j = 1; j < k; ++j)
    out.names.push_back(persons.options.names.empty() ? "x" + std::to_string(j) : persons.options.names[j - 1]);
  out.n_used = persons.n_used;
  out.n_dropped = static_cast<std::int64_t>(persons.used.size()) - persons.n_used;
  out.findings = persons.posteriors.findings();
  out.coefficients.assign(k, 0.0);
  double change = 0.0;
  while (out.iterations < persons.options.max_iterations && !out.converged) {
    auto sums = expect(persons, out.coefficients, out.residual_variance, false, context);
    if (!sums) return sums.error();
    ++out.iterations;
    std::vector<double> next(sums->begin() + 2, sums->end());
    solve(persons, next.data());
    double explained = 0.0;  // b'X'E = b'X'X b at the new coefficients
    for (std::size_t j = 0; j < k; ++j) explained += next[j] * (*sums)[2 + j];
    const double variance = std::max(1e-8, ((*sums)[1] - explained) / persons.total_weight);
    change = std::fabs(variance - out.residual_variance);
    for (std::size_t j = 0; j < k; ++j) change = std::max(change, std::fabs(next[j] - out.coefficients[j]));
    out.coefficients = std::move(next);
    out.residual_variance = variance;
    out.converged = change < persons.options.tolerance;
  }
  if (!out.converged)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kRegressionStopped, {}, {{"n", std::to_string(out.iterations)}}));
  auto last = expect(persons, out.coefficients, out.residual_variance, true, context);
  if (!last) return last.error();
  out.log_likelihood = (*last)[0];
  std::vector<double> information(k * k);
  for (std::size_t j = 0; j < k * k; ++j)
    information[j] = (persons.cross[j] - (*last)[2 + k + j] / out.residual_variance) / out.residual_variance;
  out.coefficients_se.assign(k, std::numeric_limits<double>::quiet_NaN());
  if (factorise(information, k))
    for (std::size_t j = 0; j < k; ++j) {
      std::vector<double> unit(k, 0.0);
      unit[j] = 1.0;
      solve_with(information, k, unit.data());
      out.coefficients_se[j] = std::sqrt(unit[j]);
    }
  return out;
}

}  // namespace latent_regression_detail

Table LatentRegression::to_table() const {
  Table table("latent_regression");
  table.add("name", names);
  table.add("estimate", coefficients);
  table.add("se", coefficients_se);
  return table;
}

Result<LatentRegression> latent_regression(const Model& model, const Responses& responses, const LatentRegressionOptions& options,
                                           const ExecutionContext& context) {
  auto persons = latent_regression_detail::read(model, responses, options, context);
  if (!persons) return persons.error();
  return latent_regression_detail::estimate(*persons, context);
}

}  // namespace celadon::inline CELADON_ABI::irt
