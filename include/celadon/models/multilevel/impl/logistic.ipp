#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/models/multilevel/impl/laplace.hpp>
#include <celadon/models/multilevel/impl/prepare.hpp>
#include <celadon/models/multilevel/logistic.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel {

namespace logistic_detail {

using namespace solve_detail;
using namespace prepare_detail;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kLatentVariance = 3.2898681336964528729448303332921;  // pi^2 / 3

/// Zeros and ones only, and both; counts the ones.
inline Result<std::int64_t> check_outcome(const frame_detail::Frame& frame, const std::string& column) {
  const double* y = frame.numbers[frame.columns.back().pieces.front().source].values;
  std::int64_t ones = 0;
  for (std::int64_t i = 0; i < frame.n_rows; ++i) {
    if (!frame.used.empty() && frame.used[static_cast<std::size_t>(i)] == 0) continue;
    if (y[i] != 0.0 && y[i] != 1.0) return make_error(Code::kNotBinary, {{}, column, i + 1, {}}, {{"column", column}});
    ones += y[i] == 1.0 ? 1 : 0;
  }
  if (ones == 0 || ones == frame.n_used) return make_error(Code::kConstantOutcome, {{}, column, -1, {}});
  return ones;
}

/// Covariance of a term's effects.
inline std::vector<double> covariance_of(const TermSpan& t, std::span<const double> theta) {
  std::vector<double> l(t.size * t.size, 0.0);
  std::size_t at = t.theta;
  for (std::size_t c = 0; c < t.size; ++c)
    for (std::size_t r = c; r < t.size; ++r) l[r * t.size + c] = theta[at++];
  std::vector<double> out(t.size * t.size, 0.0);
  for (std::size_t i = 0; i < t.size; ++i)
    for (std::size_t j = 0; j < t.size; ++j)
      for (std::size_t k = 0; k <= std::min(i, j); ++k) out[i * t.size + j] += l[i * t.size + k] * l[j * t.size + k];
  return out;
}

inline bool inside(const TermSpan& t, std::span<const double> theta) {
  std::size_t at = t.theta;
  for (std::size_t c = 0; c < t.size; at += t.size - c, ++c)
    if (!(theta[at] > 1e-4)) return false;
  return true;
}

/// Standard error of a function of theta by its slopes; NaN without the covariance of theta.
template <class F>
double se_of(const F& f, std::span<const double> theta, const std::vector<double>& covariance) {
  const std::size_t n = theta.size();
  if (covariance.empty()) return kNaN;
  std::vector<double> at(theta.begin(), theta.end());
  std::vector<double> slope(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double h = 1e-6 * std::max(std::abs(theta[i]), 0.1);
    at[i] = theta[i] + h;
    slope[i] = f(at);
    at[i] = theta[i] - h;
    slope[i] = (slope[i] - f(at)) / (2.0 * h);
    at[i] = theta[i];
  }
  double variance = 0.0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) variance += slope[i] * covariance[i * n + j] * slope[j];
  return std::sqrt(variance);
}

inline void fill_components(const Structure& s, const std::vector<double>& covariance, double quantile, LogisticFit& out) {
  const std::span<const double> theta = out.theta;
  for (const TermSpan& t : s.terms) {
    const Grouping& g = s.groupings[t.grouping];
    const bool is_inside = inside(t, theta);
    if (!is_inside) {
      out.singular = true;
      out.findings.push_back(make_finding(Severity::kWarning, Code::kSingularFit, {}, {{"group", g.name}}));
    }
    const auto v = covariance_of(t, theta);
    const auto name = [&](std::size_t i) { return s.names[g.columns[t.first + i]]; };
    for (std::size_t i = 0; i < t.size; ++i) {
      VarianceComponent c{g.name, name(i), {}, v[i * t.size + i], std::sqrt(v[i * t.size + i]), kNaN, kNaN};
      if (is_inside) {
        const double half =
            quantile *
            se_of([&](std::span<const double> x) { return 0.5 * math::log(covariance_of(t, x)[i * t.size + i]); }, theta, covariance);
        c.lower = c.sd_or_correlation * math::exp(-half);
        c.upper = c.sd_or_correlation * math::exp(half);
      }
      out.components.push_back(std::move(c));
    }
    for (std::size_t i = 0; i < t.size; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const auto fisher = [&](std::span<const double> x) {
          const auto w = covariance_of(t, x);
          const double r = w[i * t.size + j] / std::sqrt(w[i * t.size + i] * w[j * t.size + j]);
          return 0.5 * math::log((1.0 + r) / (1.0 - r));
        };
        const double r = v[i * t.size + j] / std::sqrt(v[i * t.size + i] * v[j * t.size + j]);
        VarianceComponent c{g.name, name(j), name(i), v[i * t.size + j], r, kNaN, kNaN};
        if (is_inside) {
          const double half = quantile * se_of(fisher, theta, covariance);
          c.lower = 2.0 * math::logistic(2.0 * (fisher(theta) - half)) - 1.0;
          c.upper = 2.0 * math::logistic(2.0 * (fisher(theta) + half)) - 1.0;
        }
        out.components.push_back(std::move(c));
      }
  }
  // Shares of the intercepts' variances on the latent scale.
  const auto intercepts = [&](std::span<const double> x, std::size_t grouping, double& own, double& others, bool& at_edge) {
    own = 0.0;
    others = kLatentVariance;
    bool has = false;
    for (const TermSpan& t : s.terms) {
      const auto v = covariance_of(t, x);
      for (std::size_t i = 0; i < t.size; ++i) {
        if (s.names[s.groupings[t.grouping].columns[t.first + i]] != "(Intercept)") continue;
        if (t.grouping == grouping) {
          has = true;
          at_edge = at_edge || !inside(t, theta);
          own += v[i * t.size + i];
        } else {
          others += v[i * t.size + i];
        }
      }
    }
    return has;
  };
  for (std::size_t g = 0; g < s.groupings.size(); ++g) {
    double own = 0.0;
    double others = 0.0;
    bool at_edge = false;
    if (!intercepts(theta, g, own, others, at_edge)) continue;
    IntraclassCorrelation icc{s.groupings[g].name, own / (own + others), kNaN, kNaN};
    if (!at_edge && own > 0.0) {
      const auto logit = [&](std::span<const double> x) {
        double a = 0.0;
        double b = 0.0;
        bool ignored = false;
        intercepts(x, g, a, b, ignored);
        return math::log(a / b);
      };
      const double half = quantile * se_of(logit, theta, covariance);
      icc.lower = math::logistic(logit(theta) - half);
      icc.upper = math::logistic(logit(theta) + half);
    }
    out.icc.push_back(std::move(icc));
  }
}

/// The parameters searched: theta, then the coefficients by their distance from the start, a hundred standard errors a unit. In that scale
/// the deviance has about the curvature in each that it has in theta.
struct Scale {
  std::size_t n_theta = 0;
  std::vector<double> center;
  std::vector<double> unit;
  [[nodiscard]] std::vector<double> beta(std::span<const double> x) const {
    std::vector<double> out = center;
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += unit[j] * x[n_theta + j];
    return out;
  }
};

inline void fill_fixed(const Structure& s, const std::vector<double>& beta, const std::vector<double>& covariance, double quantile,
                       LogisticFit& out) {
  std::size_t k = 0;
  const std::size_t p = s.fixed.size();
  for (std::size_t j = 0; j < s.n_fixed_all; ++j) {
    FixedEffect e;
    e.name = s.names[j];
    if (k < p && s.fixed[k] == j) {
      e.estimate = beta[k];
      e.se = std::sqrt(covariance[k * p + k]);
      e.z = e.estimate / e.se;
      e.lower = e.estimate - quantile * e.se;
      e.upper = e.estimate + quantile * e.se;
      ++k;
    } else {
      e.estimate = e.se = e.z = e.lower = e.upper = kNaN;
      e.aliased = true;
      out.findings.push_back(make_finding(Severity::kWarning, Code::kColumnAliased, {}, {{"name", e.name}}));
    }
    out.fixed.push_back(std::move(e));
  }
}

}  // namespace logistic_detail

Result<LogisticFit> fit_logistic(std::string_view formula, const arrow::DataTable& table, const LogisticOptions& options,
                                 const ExecutionContext& context) {
  const auto parsed = parse_formula(formula);
  if (!parsed) return parsed.error();
  return fit_logistic(*parsed, table, options, context);
}

Result<LogisticFit> fit_logistic(const Formula& formula, const arrow::DataTable& table, const LogisticOptions& options,
                                 const ExecutionContext& context) {
  using namespace logistic_detail;
  const auto invalid = [](const char* name, const char* detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
  };
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) return invalid("confidence", "outside (0, 1)");
  if (options.n_quadrature < 1 || options.n_quadrature > 50) return invalid("n_quadrature", "outside 1 to 50");
  if (formula.random.empty()) return make_error(Code::kNoRandomTerm);
  auto frame = frame_detail::make_frame(formula, table, {}, options.reference_levels);
  if (!frame) return frame.error();
  if (frame->n_used == 0) return make_error(Code::kTooFewRows, {}, {{"n", "0"}, {"needed", std::to_string(frame->n_fixed)}});
  if (auto ok = check_groups(*frame); !ok) return ok.error();
  const auto ones = check_outcome(*frame, formula.response.column);
  if (!ones) return ones.error();
  auto cells = frame_detail::gather(*frame, context);
  if (!cells) return cells.error();
  LogisticFit out;
  out.formula = formula;
  out.n_quadrature = options.n_quadrature;
  out.confidence = options.confidence;
  out.n_used = frame->n_used;
  out.n_left_out = frame->n_rows - frame->n_used;
  out.n_ones = *ones;
  if (out.n_left_out > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kRowsLeftOut, {}, {{"n", std::to_string(out.n_left_out)}}));
  Structure s = structure_of(*frame, std::move(*cells));
  settle_fixed(s);
  const std::size_t p = s.fixed.size();
  if (s.n <= static_cast<std::int64_t>(p) + 1)
    return make_error(Code::kTooFewRows, {}, {{"n", std::to_string(s.n)}, {"needed", std::to_string(p + 1)}});
  if (options.n_quadrature > 1 && (s.groupings.size() != 1 || s.groupings[0].columns.size() != 1))
    return invalid("n_quadrature", "above 1 it needs a single random column");

  laplace_detail::Integrand integrand(*frame, s, options.n_quadrature, context);
  std::vector<double> beta(p, 0.0);
  const auto stopped = [&] { return integrand.cancelled() || context.cancelled(); };
  // Without random effects: where that runs to infinity, so does all the rest.
  constexpr double kFar = 20.0;
  const double plain = integrand.deviance(std::vector<double>(s.n_theta, 0.0), beta, true);
  if (stopped()) return make_error(Code::kCancelled);
  if (!std::isfinite(plain) || integrand.separated(kFar)) return make_error(Code::kSeparated);
  if (stopped()) return make_error(Code::kCancelled);
  // First theta alone, the coefficients moving with the mode; then both together.
  const auto first = [&](std::span<const double> theta) {
    if (stopped()) return kNaN;
    return integrand.deviance(theta, beta, true);
  };
  std::vector<double> start;
  double least = std::numeric_limits<double>::infinity();
  for (const double scale : {0.25, 0.5, 1.0}) {
    const auto here = start_at(s, scale);
    const double value = first(here);
    ++out.evaluations;
    if (value < least) {
      least = value;
      start = here;
    }
  }
  if (stopped()) return make_error(Code::kCancelled);
  if (start.empty()) return make_error(Code::kSeparated);
  Minimum minimum = minimize(first, start, options.max_evaluations);
  out.evaluations += minimum.evaluations;
  first(minimum.at);
  if (stopped()) return make_error(Code::kCancelled);
  std::vector<double> information(p * p, 0.0);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < p; ++j)
      for (std::size_t k = 0; k < p; ++k) information[i * p + j] += integrand.top().root[i * p + k] * integrand.top().root[j * p + k];
  if (!invert(information, p)) return make_error(Code::kSeparated);
  Scale scale{s.n_theta, beta, {}};
  for (std::size_t j = 0; j < p; ++j) scale.unit.push_back(100.0 * std::sqrt(information[j * p + j]));
  const auto both = [&](std::span<const double> x) {
    if (stopped()) return kNaN;
    std::vector<double> b = scale.beta(x);
    return integrand.deviance(x.first(s.n_theta), b, false);
  };
  std::vector<double> x = minimum.at;
  x.resize(s.n_theta + p, 0.0);
  minimum = minimize(both, x, options.max_evaluations);
  out.evaluations += minimum.evaluations;
  if (stopped()) return make_error(Code::kCancelled);
  x = minimum.at;
  tidy(s, x, both, minimum.value);
  out.converged = minimum.converged;
  out.gradient = minimum.gradient;
  if (!out.converged)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kNotAtOptimum, {}, {{"n", std::to_string(out.evaluations)}}));
  out.theta.assign(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(s.n_theta));
  // Curvature in what is inside: theta of terms at their edge stays where it is.
  std::vector<std::size_t> free;
  for (const TermSpan& t : s.terms)
    if (inside(t, out.theta))
      for (std::size_t i = 0; i < t.size * (t.size + 1) / 2; ++i) free.push_back(t.theta + i);
  const std::size_t n_free_theta = free.size();
  for (std::size_t j = 0; j < p; ++j) free.push_back(s.n_theta + j);
  std::vector<double> at;
  at.reserve(free.size());
  for (const std::size_t i : free) at.push_back(x[i]);
  const auto of_free = [&](std::span<const double> values) {
    std::vector<double> all = x;
    for (std::size_t i = 0; i < free.size(); ++i) all[free[i]] = values[i];
    return both(all);
  };
  std::vector<double> curvature = hessian(of_free, at, 3e-4);
  for (double& v : curvature) v *= 0.5;
  const bool known = invert(curvature, free.size());
  std::vector<double> covariance(p * p, kNaN);
  std::vector<double> theta_covariance;
  if (known) {
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t j = 0; j < p; ++j)
        covariance[i * p + j] = scale.unit[i] * scale.unit[j] * curvature[(n_free_theta + i) * free.size() + n_free_theta + j];
    theta_covariance.assign(s.n_theta * s.n_theta, 0.0);
    for (std::size_t i = 0; i < n_free_theta; ++i)
      for (std::size_t j = 0; j < n_free_theta; ++j) theta_covariance[free[i] * s.n_theta + free[j]] = curvature[i * free.size() + j];
  }
  out.deviance = both(x);
  if (stopped()) return make_error(Code::kCancelled);
  out.log_likelihood = -0.5 * out.deviance;
  out.n_parameters = static_cast<int>(p + s.n_theta);
  out.aic = out.deviance + 2.0 * out.n_parameters;
  out.bic = out.deviance + math::log(static_cast<double>(s.n)) * out.n_parameters;
  beta = scale.beta(x);
  const double quantile = normal_quantile(0.5 + options.confidence / 2.0);
  fill_fixed(s, beta, covariance, quantile, out);
  out.fixed_covariance = covariance;
  fill_components(s, theta_covariance, quantile, out);
  if (options.group_effects) {
    Profiled mode;
    mode.beta = beta;
    out.groups = group_effects(s, integrand.eliminator().effects(relative_factors(s, out.theta), mode, 1.0, covariance));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
