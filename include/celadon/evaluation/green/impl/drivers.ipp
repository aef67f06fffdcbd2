#pragma once

#include <celadon/evaluation/green/drivers.hpp>

#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/evaluation/green/impl/driver_rows.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/survey/estimate.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace celadon::inline CELADON_ABI::green {

namespace drivers_detail {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline double t_quantile(double confidence, double df) {
  return boost::math::quantile(boost::math::students_t(std::clamp(df, 1.0, 1e6)), 0.5 + confidence / 2.0);
}

/// The models of one outcome: their formulas and one table a plausible value.
class Models {
 public:
  Models(const DriverRows& rows, const DriverOptions& options, const ExecutionContext& context)
      : rows_(rows), options_(options), context_(context) {
    unit_name = free_name(rows.level);
    if (!rows.above.empty()) above_name = free_name(rows.above);
    std::vector<std::int64_t> unit(rows.unit.begin(), rows.unit.end());
    std::vector<std::int64_t> above;
    for (const std::int32_t u : rows.unit) above.push_back(rows.above_of[static_cast<std::size_t>(u)]);
    for (int m = 0; m < rows.n_imputations; ++m) {
      Table t("drivers");
      t.add(options.outcome, rows.outcome_of(m));
      for (std::size_t k = 0; k < rows.predictors.size(); ++k) t.add(options.predictors[k].variable, rows.predictors[k].step(m));
      t.add(unit_name, unit);
      if (!above_name.empty()) t.add(above_name, above);
      tables_.push_back(arrow::DataTable::from_table(std::move(t)));
    }
  }

  /// Fits of all plausible values. With a random slope: none where one of them cannot be had, and why among the findings.
  Result<std::vector<multilevel::Fit>> fit(bool predictors, Findings& findings) const {
    std::vector<multilevel::Fit> out;
    for (const arrow::DataTable& table : tables_) {
      auto one = multilevel::fit(formula(predictors, false), table, fit_options(predictors, true), context_);
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
    for (const arrow::DataTable& table : tables_) {
      auto one = multilevel::fit(formula(true, true), table, fit_options(true, false), context_);
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
  std::vector<arrow::DataTable> tables_;
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

/// Lines of all units and the overall one.
class Lines {
 public:
  Lines(const DriverRows& rows, const Models& models, const std::vector<multilevel::Fit>& fits, bool random_slopes)
      : rows_(rows), models_(models), fits_(fits), random_slopes_(random_slopes) {}

  [[nodiscard]] GradientLine overall() const {
    std::vector<Coefficients> all;
    for (const multilevel::Fit& f : fits_) all.push_back({f.fixed[0].estimate, f.fixed[1].estimate, f.fixed[1].se * f.fixed[1].se});
    return line(-1, 0, rows_.n, all);
  }

  [[nodiscard]] std::vector<GradientLine> of_units() const {
    std::vector<std::vector<Coefficients>> all(rows_.used_units.size());
    for (std::size_t m = 0; m < fits_.size(); ++m) add(static_cast<int>(m), all);
    std::vector<GradientLine> out;
    for (std::size_t u = 0; u < all.size(); ++u) out.push_back(line(rows_.used_units[u], rows_.begin[u], rows_.begin[u + 1], all[u]));
    return out;
  }

 private:
  /// In steps of the background from its mean.
  struct Coefficients {
    double intercept = 0.0;
    double slope = 0.0;
    double slope_variance = 0.0;
  };

  static const multilevel::GroupEffects& effects(const multilevel::Fit& f, const std::string& group) {
    const auto g = std::find_if(f.groups.begin(), f.groups.end(), [&](const auto& x) { return x.group == group; });
    if (g == f.groups.end()) throw LogicError("celadon::green: drivers: effects of a level are not there");
    return *g;
  }
  /// Row of each group of a fit, by its number.
  static std::vector<std::size_t> row_of(const multilevel::GroupEffects& g) {
    std::vector<std::size_t> out;
    for (std::size_t r = 0; r < g.levels.size(); ++r) {
      std::size_t number = 0;
      const std::string& text = g.levels[r];
      std::from_chars(text.data(), text.data() + text.size(), number);
      if (number >= out.size()) out.resize(number + 1, 0);
      out[number] = r;
    }
    return out;
  }

  void add(int m, std::vector<std::vector<Coefficients>>& all) const {
    const multilevel::Fit& f = fits_[static_cast<std::size_t>(m)];
    const multilevel::GroupEffects& units = effects(f, models_.unit_name);
    const std::vector<std::size_t> unit_row = row_of(units);
    const multilevel::GroupEffects* above = models_.above_name.empty() ? nullptr : &effects(f, models_.above_name);
    const std::vector<std::size_t> above_row = above == nullptr ? std::vector<std::size_t>{} : row_of(*above);
    const std::size_t k = units.terms.size();
    const std::size_t at_intercept = k == 2 && units.terms[0] != "(Intercept)" ? 1 : 0;
    for (std::size_t u = 0; u < all.size(); ++u) {
      const auto unit = static_cast<std::size_t>(rows_.used_units[u]);
      const std::size_t r = unit_row[unit];
      Coefficients c{f.fixed[0].estimate + units.estimate[r * k + at_intercept], f.fixed[1].estimate, f.fixed[1].se * f.fixed[1].se};
      if (above != nullptr) c.intercept += above->estimate[above_row[static_cast<std::size_t>(rows_.above_of[unit])]];
      if (random_slopes_) {
        const std::size_t at_slope = 1 - at_intercept;
        c.slope += units.estimate[r * k + at_slope];
        const double* covariance = units.covariance.data() + r * k * k + at_slope * k;
        c.slope_variance = slope_variance(m, u, covariance[at_intercept], covariance[at_slope]);
      }
      all[u].push_back(c);
    }
  }

  /// Variance of b + u less their truth for the slope. With C = var(u | y, b) the prediction of u moves by -C Z'X (b - b0) / s^2 where the
  /// coefficients move, and its own error is independent of theirs (Henderson 1975): C_22 + d' V d, d = e - X'Z C_2 / s^2.
  [[nodiscard]] double slope_variance(int m, std::size_t u, double c_intercept, double c_slope) const {
    const multilevel::Fit& f = fits_[static_cast<std::size_t>(m)];
    const std::vector<double>& background = rows_.predictors.front().step(m);
    std::vector<double> d;
    for (std::size_t j = 0; j < f.fixed.size(); ++j) {
      if (f.fixed[j].aliased) continue;
      const std::vector<double>* x = j == 0 ? nullptr : &rows_.predictors[j - 1].step(m);
      double with_one = 0.0;
      double with_background = 0.0;
      for (auto i = static_cast<std::size_t>(rows_.begin[u]); i < static_cast<std::size_t>(rows_.begin[u + 1]); ++i) {
        const double v = x == nullptr ? 1.0 : (*x)[i];
        with_one += v;
        with_background += v * background[i];
      }
      d.push_back((j == 1 ? 1.0 : 0.0) - (c_intercept * with_one + c_slope * with_background) / (f.sigma * f.sigma));
    }
    double out = c_slope;
    for (std::size_t a = 0; a < d.size(); ++a)
      for (std::size_t b = 0; b < d.size(); ++b) out += d[a] * f.fixed_covariance[a * d.size() + b] * d[b];
    return out;
  }

  [[nodiscard]] GradientLine line(std::int32_t unit, std::int64_t begin, std::int64_t end, const std::vector<Coefficients>& all) const {
    const DriverColumn& background = rows_.predictors.front();
    GradientLine out;
    out.unit = unit;
    out.n = end - begin;
    out.x_low = out.x_high = 0.0;
    for (const auto& x : background.values) {
      const std::span<const double> own(x.data() + begin, static_cast<std::size_t>(end - begin));
      out.x_low += ctt::quantile(own, 0.05) / static_cast<double>(background.values.size());
      out.x_high += ctt::quantile(own, 0.95) / static_cast<double>(background.values.size());
    }
    double intercept = 0.0;
    std::vector<double> slopes;
    std::vector<double> variances;
    for (const Coefficients& c : all) {
      intercept += c.intercept / static_cast<double>(all.size());
      slopes.push_back(c.slope);
      variances.push_back(c.slope_variance);
    }
    const survey::Estimate slope = survey::combine(slopes, variances, kInfinity);
    out.slope = slope.value / background.per;
    out.slope_se = slope.se / background.per;
    out.y_low = rows_.outcome_mean + intercept + out.slope * (out.x_low - background.mean);
    out.y_high = rows_.outcome_mean + intercept + out.slope * (out.x_high - background.mean);
    return out;
  }

  const DriverRows& rows_;
  const Models& models_;
  const std::vector<multilevel::Fit>& fits_;
  bool random_slopes_;
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

  const Lines lines(*rows, models, fits, out.random_slopes);
  out.overall = lines.overall();
  std::int64_t hidden = 0;
  for (const GradientLine& line : lines.of_units()) {
    if (rows->persons && line.n < options.least_n) {
      ++hidden;
      continue;
    }
    out.lines.push_back(line);
    out.line_units.push_back(rows->ids[static_cast<std::size_t>(line.unit)]);
  }
  if (hidden > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kUnitsScreened, {rows->frame, {}, -1, {}}, {{"n", std::to_string(hidden)}}));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::green
