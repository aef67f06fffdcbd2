#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/impl/components.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>
#include <celadon/models/multilevel/profile.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel {

namespace profile_detail {

using namespace solve_detail;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The deviance (ML) with one parameter held, minimised over the rest.
class Profiler {
 public:
  Profiler(const Structure& s, int max_evaluations) : s_(s), eliminator_(make_eliminator(s)), max_(max_evaluations) {}

  [[nodiscard]] int evaluations() const { return evaluations_; }

  /// The whole model.
  Minimum free(const std::vector<double>& start) {
    return run(start, [this](std::span<const double> theta) { return settled(theta) ? at_.deviance : kNaN; });
  }
  [[nodiscard]] double sigma() const { return std::sqrt(at_.residual / static_cast<double>(s_.n)); }
  [[nodiscard]] const std::vector<double>& beta() const { return at_.beta; }
  bool settled(std::span<const double> theta) {
    ++evaluations_;
    return eliminator_->eliminate(relative_factors(s_, theta), top_) && profile_top(s_, top_, false, at_);
  }

  /// Coefficient j (of those estimated) held: its column goes to the outcome's side.
  Minimum coefficient(std::size_t j, double value, const std::vector<double>& start) {
    Structure without = shell();
    without.fixed.erase(without.fixed.begin() + static_cast<std::ptrdiff_t>(j));
    const std::size_t c = s_.fixed[j];
    const std::size_t y = s_.outcome();
    return run(start, [&, c, y](std::span<const double> theta) {
      ++evaluations_;
      if (!eliminator_->eliminate(relative_factors(s_, theta), top_)) return kNaN;
      const auto cell = [&](std::size_t a, std::size_t b) -> double& { return top_.s[std::min(a, b) * s_.q + std::max(a, b)]; };
      const double own = cell(c, c);
      cell(y, y) += value * value * own - 2.0 * value * cell(c, y);
      for (const std::size_t k : without.fixed) cell(k, y) -= value * cell(k, c);
      return profile_top(without, top_, false, at_) ? at_.deviance : kNaN;
    });
  }

  /// Residual sd held.
  Minimum residual(double value, const std::vector<double>& start) {
    return run(start, [&](std::span<const double> theta) {
      return settled(theta) ? components_detail::deviance_at(s_, at_, false, value) : kNaN;
    });
  }

  /// Standard deviation of column i of a term held; the last parameter is log sigma. The row of the factor keeps its direction free.
  Minimum deviation(const TermSpan& t, std::size_t i, double value, const std::vector<double>& start) {
    return run(start, [&](std::span<const double> x) {
      std::vector<double> theta(x.begin(), x.end() - 1);
      const double sigma = math::exp(x.back());
      // The diagonal's place stands for nothing: directions are (free, ..., free, 1) over their length.
      theta[place(t, i, i)] = 1.0;
      double length = 0.0;
      for (std::size_t c = 0; c <= i; ++c) length += theta[place(t, i, c)] * theta[place(t, i, c)];
      for (std::size_t c = 0; c <= i; ++c) theta[place(t, i, c)] *= value / sigma / std::sqrt(length);
      const double unused = x[place(t, i, i)] - 1.0;
      return settled(theta) ? components_detail::deviance_at(s_, at_, false, sigma) + unused * unused : kNaN;
    });
  }

  /// Correlation of a pair held; the row (b r, b root(1 - r^2)) has one free parameter, in the place of its diagonal.
  Minimum correlation(const TermSpan& t, double value, const std::vector<double>& start) {
    return run(start, [&](std::span<const double> x) {
      std::vector<double> theta(x.begin(), x.end());
      const double b = x[place(t, 1, 1)];
      theta[place(t, 1, 0)] = b * value * (x[place(t, 0, 0)] < 0.0 ? -1.0 : 1.0);
      theta[place(t, 1, 1)] = b * std::sqrt(1.0 - value * value);
      const double unused = x[place(t, 1, 0)];
      return settled(theta) ? at_.deviance + unused * unused : kNaN;
    });
  }

  /// Place of entry (row, column) of a term's triangle in theta.
  static std::size_t place(const TermSpan& t, std::size_t row, std::size_t column) {
    return t.theta + column * t.size - column * (column - 1) / 2 + (row - column);
  }

 private:
  template <class F>
  Minimum run(const std::vector<double>& start, const F& f) {
    return minimize(f, start, max_);
  }
  /// The plan without its cells, which profile_top does not read but for their weights.
  [[nodiscard]] Structure shell() const {
    Structure out;
    out.q = s_.q;
    out.fixed = s_.fixed;
    out.n = s_.n;
    out.cells.sum_log_weight = s_.cells.sum_log_weight;
    return out;
  }

  const Structure& s_;
  std::unique_ptr<Eliminator> eliminator_;
  int max_;
  int evaluations_ = 0;
  Top top_;
  Profiled at_;
};

/// Where the profile's signed root reaches +-target, from the estimate outwards.
template <class DevianceAt>
double end_of(const DevianceAt& deviance_at, double estimate, double minimum, double step, double sign, double limit, double target,
              bool& below) {
  const auto excess = [&](double value) {
    const double d = deviance_at(value) - minimum;
    if (d < -1e-3) below = true;
    return std::sqrt(std::max(0.0, d)) - target;
  };
  double inner = estimate;
  double at_inner = -target;
  double outer = estimate;
  double at_outer = -target;
  for (int k = 0; k < 30 && at_outer < 0.0; ++k) {
    inner = outer;
    at_inner = at_outer;
    // The root is nearly linear in the parameter, so that the line through the estimate foretells the end.
    const double ahead = k == 0 ? step : std::max(0.1 * step, 1.15 * (outer - estimate) * sign * (-at_outer / (at_outer + target + 1e-12)));
    outer += sign * std::min(ahead, 4.0 * std::max(step, std::abs(outer - estimate)));
    if ((outer - limit) * sign > 0.0) outer = limit;
    at_outer = excess(outer);
    if (!std::isfinite(at_outer)) return kNaN;
    if (outer == limit && at_outer < 0.0) return limit;
  }
  if (at_outer < 0.0) return kNaN;
  for (int k = 0; k < 40; ++k) {
    const double next = inner + (outer - inner) * (-at_inner) / (at_outer - at_inner);
    const double value = excess(next);
    if (!std::isfinite(value)) return kNaN;
    if (std::abs(value) < 1e-6) return next;
    if (value < 0.0) {
      inner = next;
      at_inner = value;
      at_outer *= 0.5;  // Illinois: the end that stays counts less
    } else {
      outer = next;
      at_outer = value;
      at_inner *= 0.5;
    }
  }
  return 0.5 * (inner + outer);
}

}  // namespace profile_detail

Result<Profile> profile(const Fit& fit, const ProfileOptions& options, const ExecutionContext& context) {
  using namespace profile_detail;
  if (!(options.confidence > 0.0 && options.confidence < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "confidence"}, {"detail", "outside (0, 1)"}});
  if (fit.state == nullptr) return make_error(Code::kInvalidArgument, {}, {{"name", "fit"}, {"detail", "not fitted"}});
  const Structure& s = fit.state->structure;
  Profiler profiler(s, options.max_evaluations);
  const Minimum best = profiler.free(fit.theta);
  profiler.settled(best.at);
  const double sigma = profiler.sigma();
  const std::vector<double> beta = profiler.beta();
  const double target = normal_quantile(0.5 + options.confidence / 2.0);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Profile out;
  out.log_likelihood = -0.5 * best.value;
  out.confidence = options.confidence;
  bool below = false;
  bool lost = false;
  // Both ends; each point starts from the solution of the one before.
  const auto add = [&](ProfileInterval made, double step, double least, double most, const std::vector<double>& start, const auto& held) {
    for (const double sign : {-1.0, 1.0}) {
      if (context.cancelled()) return false;
      std::vector<double> from = start;
      const auto deviance_at = [&](double value) {
        Minimum m = held(value, from);
        if (std::isfinite(m.value)) from = m.at;
        return m.value;
      };
      const double end = end_of(deviance_at, made.estimate, best.value, step, sign, sign < 0.0 ? least : most, target, below);
      (sign < 0.0 ? made.lower : made.upper) = end;
      lost = lost || std::isnan(end);
    }
    out.intervals.push_back(std::move(made));
    return true;
  };
  const auto stopped = [] { return make_error(Code::kCancelled); };
  if (options.coefficients)
    for (std::size_t j = 0; j < s.fixed.size(); ++j) {
      const FixedEffect& e = fit.fixed[s.fixed[j]];
      const auto held = [&](double value, const std::vector<double>& from) { return profiler.coefficient(j, value, from); };
      if (!add({ParameterKind::kCoefficient, {}, e.name, {}, beta[j], 0.0, 0.0}, target * e.se, -kInfinity, kInfinity, best.at, held))
        return stopped();
    }
  if (options.components) {
    for (const TermSpan& t : s.terms) {
      const Grouping& g = s.groupings[t.grouping];
      const auto name = [&](std::size_t i) { return s.names[g.columns[t.first + i]]; };
      const auto entry = [&](std::size_t r, std::size_t c) { return best.at[Profiler::place(t, r, c)]; };
      const auto row = [&](std::size_t r) {
        double sum = 0.0;
        for (std::size_t c = 0; c <= r; ++c) sum += entry(r, c) * entry(r, c);
        return std::sqrt(sum);
      };
      for (std::size_t i = 0; i < t.size; ++i) {
        const double estimate = sigma * row(i);
        std::vector<double> start = best.at;
        const double diagonal = std::abs(entry(i, i)) > 1e-3 * row(i) ? entry(i, i) : std::copysign(1e-3 * row(i) + 1e-12, entry(i, i));
        for (std::size_t c = 0; c <= i; ++c) start[Profiler::place(t, i, c)] /= diagonal;
        start[Profiler::place(t, i, i)] = 1.0;
        start.push_back(math::log(sigma));
        const auto held = [&](double value, const std::vector<double>& from) { return profiler.deviation(t, i, value, from); };
        const double step = std::max(0.2 * estimate, 0.02 * sigma);
        if (!add({ParameterKind::kStandardDeviation, g.name, name(i), {}, estimate, 0.0, 0.0}, step, 0.0, kInfinity, start, held))
          return stopped();
      }
      if (t.size != 2 || !(row(0) > 0.0) || !(row(1) > 0.0)) continue;
      const double estimate = entry(1, 0) / row(1) * (entry(0, 0) < 0.0 ? -1.0 : 1.0);
      std::vector<double> start = best.at;
      start[Profiler::place(t, 1, 0)] = 0.0;
      start[Profiler::place(t, 1, 1)] = row(1);
      const auto held = [&](double value, const std::vector<double>& from) { return profiler.correlation(t, value, from); };
      if (!add({ParameterKind::kCorrelation, g.name, name(0), name(1), estimate, 0.0, 0.0}, 0.1, -1.0, 1.0, start, held)) return stopped();
    }
    const auto held = [&](double value, const std::vector<double>& from) { return profiler.residual(value, from); };
    const double step = target * sigma / std::sqrt(2.0 * static_cast<double>(s.n));
    if (!add({ParameterKind::kResidual, "Residual", {}, {}, sigma, 0.0, 0.0}, step, 1e-12, kInfinity, best.at, held)) return stopped();
  }
  out.evaluations = profiler.evaluations();
  if (below || lost)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kNotAtOptimum, {}, {{"n", std::to_string(out.evaluations)}}));
  return out;
}

Table Profile::table() const {
  constexpr const char* kKinds[] = {"coefficient", "sd", "correlation", "residual"};
  std::vector<std::vector<std::string>> text(4);
  std::vector<std::vector<std::uint8_t>> valid(4);
  std::vector<std::vector<double>> v(3);
  for (const ProfileInterval& i : intervals) {
    const std::string labels[] = {kKinds[static_cast<std::size_t>(i.kind)], i.group, i.first, i.second};
    for (std::size_t k = 0; k < 4; ++k) {
      text[k].push_back(labels[k]);
      valid[k].push_back(labels[k].empty() ? 0 : 1);
    }
    const double values[] = {i.estimate, i.lower, i.upper};
    for (std::size_t k = 0; k < 3; ++k) v[k].push_back(values[k]);
  }
  Table out("profile");
  const char* labels[] = {"kind", "group", "first", "second"};
  for (std::size_t k = 0; k < 4; ++k) out.add(labels[k], std::move(text[k]), std::move(valid[k]));
  const char* names[] = {"estimate", "lower", "upper"};
  for (std::size_t k = 0; k < 3; ++k) out.add(names[k], std::move(v[k]));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel
