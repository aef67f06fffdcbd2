#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/impl/components.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel {

namespace fit_detail {

using namespace solve_detail;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Result<void> check_groups(const frame_detail::Frame& frame) {
  for (const auto& g : frame.groupings) {
    const std::size_t n = g.levels.size();
    if (n < 2) return make_error(Code::kTooFewGroups, {}, {{"group", g.name}, {"n", std::to_string(n)}});
  }
  for (const auto& t : frame.terms) {
    const std::size_t n = frame.groupings[t.grouping].levels.size() * t.columns.size();
    if (static_cast<std::int64_t>(n) >= frame.n_used)
      return make_error(Code::kTooManyEffects, {}, {{"group", frame.groupings[t.grouping].name}, {"n", std::to_string(n)}});
  }
  return {};
}

/// The plan of the frame without its rows.
inline Structure structure_of(frame_detail::Frame& frame, frame_detail::CrossProducts cells) {
  Structure s;
  s.nested = frame.nested;
  s.q = frame.columns.size();
  s.n_fixed_all = frame.n_fixed;
  s.n = frame.n_used;
  for (const auto& c : frame.columns) s.names.push_back(c.name);
  for (std::size_t g = 0; g < frame.groupings.size(); ++g) {
    Grouping made;
    made.name = frame.groupings[g].name;
    made.levels = std::move(frame.groupings[g].levels);
    if (frame.nested && g + 1 < frame.groupings.size()) made.parent = frame.parents[g];
    made.n_rows.assign(made.levels.size(), 0);
    s.groupings.push_back(std::move(made));
  }
  for (std::size_t cell = 0; cell < cells.n_cells; ++cell) {
    auto at = static_cast<std::int32_t>(cell);
    for (std::size_t g = 0; g < s.groupings.size(); ++g) {
      if (!frame.nested) at = frame.cell_group[g][cell];
      s.groupings[g].n_rows[static_cast<std::size_t>(at)] += cells.n_rows[cell];
      if (frame.nested && g + 1 < s.groupings.size()) at = s.groupings[g].parent[static_cast<std::size_t>(at)];
    }
  }
  for (const auto& t : frame.terms) {
    Grouping& g = s.groupings[t.grouping];
    s.terms.push_back({t.grouping, g.columns.size(), t.columns.size(), s.n_theta});
    s.n_theta += t.columns.size() * (t.columns.size() + 1) / 2;
    g.columns.insert(g.columns.end(), t.columns.begin(), t.columns.end());
  }
  s.cell_group = std::move(frame.cell_group);
  s.cells = std::move(cells);
  return s;
}

/// Which fixed columns can be estimated, in order; the rest of the outcome's sum of squares when they are taken out.
inline double settle_fixed(Structure& s) {
  const std::size_t q = s.q;
  std::vector<double> total(q * q, 0.0);
  const std::size_t packed = s.cells.packed();
  for (std::size_t cell = 0; cell < s.cells.n_cells; ++cell) {
    std::size_t e = cell * packed;
    for (std::size_t a = 0; a < q; ++a)
      for (std::size_t b = a; b < q; ++b) total[b * q + a] = total[a * q + b] += s.cells.values[e++];
  }
  const std::vector<double> before = total;
  for (std::size_t j = 0; j < s.n_fixed_all; ++j) {
    if (!(total[j * q + j] > 1e-11 * before[j * q + j])) continue;
    s.fixed.push_back(j);
    const double pivot = total[j * q + j];
    for (std::size_t a = 0; a < q; ++a) {
      if (a == j) continue;
      const double f = total[a * q + j] / pivot;
      for (std::size_t b = 0; b < q; ++b)
        if (b != j) total[a * q + b] -= f * total[j * q + b];
    }
    for (std::size_t a = 0; a < q; ++a) total[a * q + j] = total[j * q + a] = a == j ? pivot : 0.0;
  }
  const std::size_t y = s.outcome();
  return before[y * q + y] > 0.0 ? total[y * q + y] / before[y * q + y] : 0.0;
}

inline std::vector<double> start_at(const Structure& s, double scale) {
  std::vector<double> theta(s.n_theta, 0.0);
  for (const TermSpan& t : s.terms) {
    std::size_t at = t.theta;
    for (std::size_t c = 0; c < t.size; ++c) {
      theta[at] = scale;
      at += t.size - c;
    }
  }
  return theta;
}

/// Diagonals made not negative (a column of L may change its sign), and 0 where they make no difference to it.
inline void tidy(const Structure& s, std::vector<double>& theta, const std::function<double(std::span<const double>)>& f, double value) {
  for (const TermSpan& t : s.terms) {
    std::size_t at = t.theta;
    for (std::size_t c = 0; c < t.size; ++c) {
      if (std::abs(theta[at]) < 1e-3) {
        std::vector<double> zero = theta;
        zero[at] = 0.0;
        if (f(zero) <= value + 1e-8) theta = zero;
      }
      if (theta[at] < 0.0)
        for (std::size_t r = 0; r < t.size - c; ++r) theta[at + r] = -theta[at + r];
      at += t.size - c;
    }
  }
}

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

inline void fill_groups(const Structure& s, std::vector<Effects> effects, Fit& out) {
  for (std::size_t g = 0; g < s.groupings.size(); ++g) {
    GroupEffects made;
    made.group = s.groupings[g].name;
    for (const std::size_t c : s.groupings[g].columns) made.terms.push_back(s.names[c]);
    made.levels = s.groupings[g].levels;
    made.n_rows = s.groupings[g].n_rows;
    const std::size_t k = made.terms.size();
    made.estimate = std::move(effects[g].estimate);
    made.covariance = std::move(effects[g].covariance);
    made.comparative_se = std::move(effects[g].error);
    for (double& v : made.comparative_se) v = std::sqrt(std::max(0.0, v));
    for (std::size_t i = 0; i < made.estimate.size(); ++i)
      made.conditional_sd.push_back(std::sqrt(std::max(0.0, made.covariance[i * k + i % k])));
    out.groups.push_back(std::move(made));
  }
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
    fill_groups(s, eliminator->effects(relative_factors(s, out.theta), best, out.sigma, out.fixed_covariance), out);
  out.state = std::move(state);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
