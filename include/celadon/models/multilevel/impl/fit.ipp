#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/impl/components.hpp>
#include <celadon/models/multilevel/impl/prepare.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel {

namespace fit_detail {

using namespace solve_detail;
using namespace prepare_detail;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline void fill_fixed(const Structure& s, const Profiled& at, double sigma, double quantile, Fit& out) {
  const std::size_t p = s.fixed.size();
  std::vector<double> covariance(p * p, 0.0);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < p; ++j)
      for (std::size_t k = 0; k < p; ++k) covariance[i * p + j] += at.root[i * p + k] * at.root[j * p + k];
  if (!invert(covariance, p)) covariance.assign(p * p, kNaN);
  for (double& v : covariance) v *= sigma * sigma;
  std::size_t k = 0;
  for (std::size_t j = 0; j < s.n_fixed_all; ++j) {
    FixedEffect e;
    e.name = s.names[j];
    if (k < p && s.fixed[k] == j) {
      e.estimate = at.beta[k];
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
  out.fixed_covariance = std::move(covariance);
}

}  // namespace fit_detail

Result<Fit> fit(std::string_view formula, const arrow::DataTable& table, const FitOptions& options, const ExecutionContext& context) {
  const auto parsed = parse_formula(formula);
  if (!parsed) return parsed.error();
  return fit(*parsed, table, options, context);
}

Result<Fit> fit(const Formula& formula, const arrow::DataTable& table, const FitOptions& options, const ExecutionContext& context) {
  using namespace fit_detail;
  if (!(options.confidence > 0.0 && options.confidence < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "confidence"}, {"detail", "outside (0, 1)"}});
  if (formula.random.empty()) return make_error(Code::kNoRandomTerm);
  auto frame = frame_detail::make_frame(formula, table, options.weights, options.reference_levels);
  if (!frame) return frame.error();
  if (frame->n_used == 0) return make_error(Code::kTooFewRows, {}, {{"n", "0"}, {"needed", std::to_string(frame->n_fixed)}});
  if (auto ok = check_groups(*frame); !ok) return ok.error();
  auto cells = frame_detail::gather(*frame, context);
  if (!cells) return cells.error();
  Fit out;
  out.formula = formula;
  out.criterion = options.criterion;
  out.confidence = options.confidence;
  out.n_used = frame->n_used;
  out.n_left_out = frame->n_rows - frame->n_used;
  if (out.n_left_out > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kRowsLeftOut, {}, {{"n", std::to_string(out.n_left_out)}}));
  auto state = std::make_shared<FitState>();
  state->structure = structure_of(*frame, std::move(*cells));
  Structure& s = state->structure;
  const double rest = settle_fixed(s);
  if (s.n <= static_cast<std::int64_t>(s.fixed.size()) + 1)
    return make_error(Code::kTooFewRows, {}, {{"n", std::to_string(s.n)}, {"needed", std::to_string(s.fixed.size() + 1)}});
  if (!(rest > 1e-12)) return make_error(Code::kConstantOutcome, {{}, formula.response.column, -1, {}});

  const bool reml = options.criterion == Criterion::kReml;
  const auto eliminator = make_eliminator(s);
  Top top;
  Profiled at;
  const auto deviance = [&](std::span<const double> theta) {
    if (!eliminator->eliminate(relative_factors(s, theta), top) || !profile_top(s, top, reml, at)) return kNaN;
    return at.deviance;
  };
  // The valley is wide at large theta and narrow at small: the search starts where the criterion is least.
  std::vector<double> start;
  double least = std::numeric_limits<double>::infinity();
  for (const double scale : {1.0, 0.5, 0.25, 0.1, 0.03}) {
    const auto here = start_at(s, scale);
    const double value = deviance(here);
    ++out.evaluations;
    if (value < least) {
      least = value;
      start = here;
    }
  }
  if (start.empty()) return make_error(Code::kConstantOutcome, {{}, formula.response.column, -1, {}});
  if (context.cancelled()) return make_error(Code::kCancelled);
  Minimum minimum = minimize(deviance, start, options.max_evaluations);
  if (context.cancelled()) return make_error(Code::kCancelled);
  tidy(s, minimum.at, deviance, minimum.value);
  out.evaluations += minimum.evaluations;
  out.converged = minimum.converged;
  out.gradient = minimum.gradient;
  out.theta = minimum.at;
  if (!out.converged)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kNotAtOptimum, {}, {{"n", std::to_string(out.evaluations)}}));
  const double final_deviance = deviance(out.theta);
  if (!std::isfinite(final_deviance)) return make_error(Code::kConstantOutcome, {{}, formula.response.column, -1, {}});
  const auto p = static_cast<double>(s.fixed.size());
  const auto n = static_cast<double>(s.n);
  out.deviance = final_deviance;
  out.log_likelihood = -0.5 * final_deviance;
  out.sigma = std::sqrt(at.residual / (reml ? n - p : n));
  out.n_parameters = static_cast<int>(s.fixed.size() + s.n_theta + 1);
  out.aic = final_deviance + 2.0 * out.n_parameters;
  out.bic = final_deviance + math::log(n) * out.n_parameters;
  const Profiled best = at;
  fill_fixed(s, best, out.sigma, normal_quantile(0.5 + options.confidence / 2.0), out);
  components_detail::fill(s, reml, options, *eliminator, out);
  if (options.group_effects)
    out.groups = group_effects(s, eliminator->effects(relative_factors(s, out.theta), best, out.sigma, out.fixed_covariance));
  out.state = std::move(state);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
