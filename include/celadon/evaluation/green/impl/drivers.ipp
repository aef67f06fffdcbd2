#pragma once

#include <celadon/evaluation/green/drivers.hpp>

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/evaluation/green/impl/driver_lines.hpp>
#include <celadon/evaluation/green/impl/driver_rows.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/survey/estimate.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::green {

namespace drivers_detail {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline double t_quantile(double confidence, double df) {
  return boost::math::quantile(boost::math::students_t(std::clamp(df, 1.0, 1e6)), 0.5 + confidence / 2.0);
}

/// The models of one outcome: their formulas, and a table for a plausible value at a time.
class Models {
 public:
  Models(const DriverRows& rows, const DriverOptions& options, const ExecutionContext& context)
      : rows_(rows), options_(options), context_(context) {
    unit_name = free_name(rows.level);
    if (!rows.above.empty()) above_name = free_name(rows.above);
  }

  /// Fits of all plausible values. With a random slope: none where one of them cannot be had, and why among the findings.
  Result<std::vector<multilevel::Fit>> fit(bool predictors, Findings& findings) const {
    std::vector<multilevel::Fit> out;
    for (int m = 0; m < rows_.n_imputations; ++m) {
      auto one = multilevel::fit(formula(predictors, false), table(m), fit_options(predictors, true), context_);
      if (!one) return one.error();
      for (const Finding& f : one->findings)
        if (f.code == Code::kSingularFit || f.code == Code::kNotAtOptimum) say(f, findings);
      out.push_back(std::move(*one));
    }
    return out;
  }
  Result<std::vector<multilevel::Fit>> fit_slopes(Findings& findings) const {
    const std::string group = options_.predictors.front().variable + " | " + rows_.level;
    const auto none = [&](Code code, std::vector<Argument> arguments) {
      findings.push_back(make_finding(Severity::kNote, code, {}, std::move(arguments)));
      return std::vector<multilevel::Fit>{};
    };
    if (rows_.predictors.front().varies != Varies::kWithinUnits) return none(Code::kColumnAliased, {{"name", group}});
    std::vector<multilevel::Fit> out;
    for (int m = 0; m < rows_.n_imputations; ++m) {
      auto one = multilevel::fit(formula(true, true), table(m), fit_options(true, false), context_);
      if (!one && one.error().code == Code::kTooManyEffects)
        return none(Code::kTooManyEffects, {{"group", group}, {"n", std::to_string(2 * rows_.used_units.size())}});
      if (!one) return one.error();
      if (!one->converged) return none(Code::kNotAtOptimum, {{"n", std::to_string(one->evaluations)}});
      for (const Finding& f : one->findings)
        if (f.code == Code::kSingularFit && f.arguments.front().value == unit_name) return none(Code::kSingularFit, {{"group", group}});
      out.push_back(std::move(*one));
    }
    return out;
  }

  std::string unit_name;
  std::string above_name;  ///< empty: not in the model

 private:
  [[nodiscard]] arrow::DataTable table(int m) const {
    Table t("drivers");
    t.add(options_.outcome, rows_.outcome_of(m));
    for (std::size_t k = 0; k < rows_.predictors.size(); ++k) t.add(options_.predictors[k].variable, rows_.predictors[k].step(m));
    t.add(unit_name, std::vector<std::int64_t>(rows_.unit.begin(), rows_.unit.end()));
    if (!above_name.empty()) {
      std::vector<std::int64_t> above;
      above.reserve(rows_.unit.size());
      for (const std::int32_t u : rows_.unit) above.push_back(rows_.above_of[static_cast<std::size_t>(u)]);
      t.add(above_name, std::move(above));
    }
    return arrow::DataTable::from_table(std::move(t));
  }

  [[nodiscard]] std::string free_name(std::string name) const {
    const auto taken = [&] {
      return name == options_.outcome || name == unit_name ||
             std::any_of(options_.predictors.begin(), options_.predictors.end(), [&](const Predictor& p) { return p.variable == name; });
    };
    while (taken()) name += '_';
    return name;
  }

  [[nodiscard]] multilevel::Formula formula(bool predictors, bool slope) const {
    const auto term = [](const std::string& column) {
      multilevel::Variable v;
      v.column = column;
      return multilevel::Term{v};
    };
    multilevel::Formula out;
    out.response.column = options_.outcome;
    if (predictors)
      for (const Predictor& p : options_.predictors) out.terms.push_back(term(p.variable));
    multilevel::RandomTerm by_unit{true, {}, {unit_name}};
    if (slope) by_unit.terms.push_back(term(options_.predictors.front().variable));
    out.random.push_back(std::move(by_unit));
    if (!above_name.empty()) out.random.push_back({true, {}, {above_name}});
    return out;
  }

  [[nodiscard]] multilevel::FitOptions fit_options(bool groups, bool components) const {
    multilevel::FitOptions out;
    out.confidence = options_.confidence;
    out.group_effects = groups;
    out.component_intervals = components;
    return out;
  }

  /// A finding of a fit, once, with the level's own name.
  void say(const Finding& f, Findings& findings) const {
    Finding own = f;
    for (Argument& a : own.arguments)
      if (a.name == "group") a.value = a.value == unit_name ? rows_.level : rows_.above;
    const bool known = std::any_of(findings.begin(), findings.end(), [&](const Finding& g) {
      return g.code == own.code && (own.code != Code::kSingularFit || g.arguments.front().value == own.arguments.front().value);
    });
    if (!known) findings.push_back(std::move(own));
  }

  const DriverRows& rows_;
  const DriverOptions& options_;
  const ExecutionContext& context_;
};

/// Degrees of freedom of a predictor's effect: see the header.
inline double df_of(const DriverRows& rows, std::size_t k, bool random_slopes) {
  const Varies varies = rows.predictors[k].varies;
  const auto like = static_cast<double>(
      std::count_if(rows.predictors.begin(), rows.predictors.end(), [&](const DriverColumn& c) { return c.varies == varies; }));
  const auto units = static_cast<double>(rows.used_units.size());
  if (varies == Varies::kBetweenUnits) return std::max(1.0, units - like - 1.0);
  if (varies == Varies::kBetweenAbove) return std::max(1.0, static_cast<double>(rows.n_above) - like - 1.0);
  if (k == 0 && random_slopes) return units - 1.0;
  return std::max(1.0, static_cast<double>(rows.n) - static_cast<double>(rows.predictors.size()) - 1.0);
}

inline std::vector<DriverEffect> effects_of(const DriverRows& rows, const DriverOptions& options, const std::vector<multilevel::Fit>& fits,
                                            bool random_slopes, Findings& findings) {
  std::vector<DriverEffect> out;
  std::vector<double> p_values;
  for (std::size_t k = 0; k < rows.predictors.size(); ++k) {
    DriverEffect e;
    e.variable = options.predictors[k].variable;
    e.name = options.predictors[k].name;
    e.per = rows.predictors[k].per;
    e.group = rows.predictors[k].group;
    std::vector<double> values;
    std::vector<double> variances;
    bool aliased = false;
    for (const multilevel::Fit& f : fits) {
      const multilevel::FixedEffect& b = f.fixed[k + 1];
      aliased = aliased || b.aliased;
      values.push_back(b.estimate);
      variances.push_back(b.se * b.se);
    }
    if (aliased) {
      findings.push_back(make_finding(Severity::kWarning, Code::kColumnAliased, {}, {{"name", e.variable}}));
    } else {
      const survey::Estimate r = survey::combine(values, variances, df_of(rows, k, random_slopes));
      const double half = t_quantile(options.confidence, r.degrees_of_freedom) * r.se;
      e.estimate = r.value;
      e.se = r.se;
      e.low = r.value - half;
      e.high = r.value + half;
      const boost::math::students_t t(std::clamp(r.degrees_of_freedom, 1.0, 1e6));
      e.p = 2.0 * boost::math::cdf(boost::math::complement(t, std::abs(r.value) / r.se));
    }
    p_values.push_back(e.p);
    out.push_back(std::move(e));
  }
  const std::vector<std::uint8_t> kept = feedback::benjamini_hochberg(p_values, options.false_discovery);
  for (std::size_t k = 0; k < out.size(); ++k) out[k].stands_out = kept[k] != 0;
  return out;
}

/// Variance components of random intercepts with what their shares' intervals need.
class Balance {
 public:
  Balance(const DriverRows& rows, const Models& models, double confidence)
      : rows_(rows), models_(models), confidence_(confidence), quantile_(normal_quantile(0.5 + confidence / 2.0)) {}

  [[nodiscard]] std::vector<VarianceShare> of(const std::vector<multilevel::Fit>& fits) const {
    std::vector<VarianceShare> out{{rows_.frame}, {rows_.level}};
    std::vector<std::string> groups{"Residual", models_.unit_name};
    if (!models_.above_name.empty()) {
      out.push_back({rows_.above});
      groups.push_back(models_.above_name);
    }
    for (std::size_t g = 0; g < out.size(); ++g)
      for (const multilevel::Fit& f : fits) out[g].variance += component(f, groups[g]).value / static_cast<double>(fits.size());
    double whole = 0.0;
    for (const VarianceShare& s : out) whole += s.variance;
    for (VarianceShare& s : out) s.share = s.variance / whole;
    for (std::size_t g = 1; g < out.size(); ++g) {
      const std::string& group = groups[g];
      place(
          fits, [&](const multilevel::Fit& f) { return of_group(f, group); }, out[g]);
    }
    if (out.size() == 2) {
      out[0].low = 1.0 - out[1].high;
      out[0].high = 1.0 - out[1].low;
    } else {
      place(
          fits, [&](const multilevel::Fit& f) { return within(f, groups); }, out[0]);
    }
    return out;
  }

 private:
  struct Logit {
    double value = kUnset;
    double variance = kUnset;
  };

  static const multilevel::VarianceComponent& component(const multilevel::Fit& f, const std::string& group) {
    const auto c =
        std::find_if(f.components.begin(), f.components.end(), [&](const auto& x) { return x.group == group && x.second.empty(); });
    if (c == f.components.end()) throw LogicError("celadon::green: drivers: a variance component is not there");
    return *c;
  }

  [[nodiscard]] Logit of_group(const multilevel::Fit& f, const std::string& group) const {
    const auto icc = std::find_if(f.icc.begin(), f.icc.end(), [&](const auto& x) { return x.group == group; });
    if (icc == f.icc.end() || icc->lower != icc->lower) return {};
    const auto logit = [](double x) { return math::log(x / (1.0 - x)); };
    const double se = (logit(icc->upper) - logit(icc->lower)) / (2.0 * quantile_);
    return {logit(icc->value), se * se};
  }

  /// log(v_e) - log(sum of the others), by the delta method; a variance at its boundary adds no error.
  [[nodiscard]] Logit within(const multilevel::Fit& f, const std::vector<std::string>& groups) const {
    const auto log_variance = [&](const std::string& group) {
      const auto& c = component(f, group);
      const double se = (math::log(c.upper) - math::log(c.lower)) / quantile_;  // of log of the variance: twice that of the deviation
      return se == se ? se * se : 0.0;
    };
    double others = 0.0;
    for (std::size_t g = 1; g < groups.size(); ++g) others += component(f, groups[g]).value;
    Logit out{math::log(component(f, groups[0]).value / others), log_variance(groups[0])};
    for (std::size_t g = 1; g < groups.size(); ++g) {
      const double part = component(f, groups[g]).value / others;
      out.variance += part * part * log_variance(groups[g]);
    }
    return out;
  }

  template <class F>
  void place(const std::vector<multilevel::Fit>& fits, const F& logit_of, VarianceShare& share) const {
    std::vector<double> values;
    std::vector<double> variances;
    for (const multilevel::Fit& f : fits) {
      const Logit l = logit_of(f);
      if (!std::isfinite(l.value) || !std::isfinite(l.variance)) return;
      values.push_back(l.value);
      variances.push_back(l.variance);
    }
    const survey::Estimate r = survey::combine(values, variances, kInfinity);
    const double q = std::isinf(r.degrees_of_freedom) ? quantile_ : t_quantile(confidence_, r.degrees_of_freedom);
    share.low = math::logistic(r.value - q * r.se);
    share.high = math::logistic(r.value + q * r.se);
  }

  const DriverRows& rows_;
  const Models& models_;
  double confidence_;
  double quantile_;
};

}  // namespace drivers_detail

Result<Drivers> drivers(const scheme::Period& period, const DriverOptions& options, const ExecutionContext& context) {
  using namespace drivers_detail;
  Drivers out;
  const auto rows = read_rows(period, options, out.findings);
  if (!rows) return rows.error();
  out.outcome = options.outcome;
  out.outcome_name = options.outcome_name;
  out.gradient_name = options.predictors.front().name;
  out.level = rows->level;
  out.period = period.id;
  out.confidence = options.confidence;
  out.n = rows->n;
  out.n_left_out = rows->n_left_out;
  out.n_units = static_cast<std::int32_t>(rows->used_units.size());

  const Models models(*rows, options, context);
  const auto empty = models.fit(false, out.findings);
  if (!empty) return empty.error();
  const auto intercepts = models.fit(true, out.findings);
  if (!intercepts) return intercepts.error();
  const auto slopes = models.fit_slopes(out.findings);
  if (!slopes) return slopes.error();
  const Balance balance(*rows, models, options.confidence);
  out.balance = balance.of(*empty);
  out.balance_after = balance.of(*intercepts);
  out.random_slopes = !slopes->empty();
  const std::vector<multilevel::Fit>& fits = out.random_slopes ? *slopes : *intercepts;
  out.effects = effects_of(*rows, options, fits, out.random_slopes, out.findings);

  const DriverLines lines = lines_of(*rows, models.unit_name, models.above_name, fits, out.random_slopes);
  out.overall = lines.overall;
  std::int64_t hidden = 0;
  for (const GradientLine& line : lines.units) {
    if (rows->persons && line.n < options.least_n) {
      ++hidden;
      continue;
    }
    out.lines.push_back(line);
    out.line_units.push_back(rows->ids[static_cast<std::size_t>(line.unit)]);
  }
  if (hidden > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kLinesNotShown, {rows->frame, {}, -1, {}}, {{"n", std::to_string(hidden)}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
