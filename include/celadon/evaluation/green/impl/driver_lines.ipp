#pragma once

#include <celadon/evaluation/green/impl/driver_lines.hpp>

#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/survey/estimate.hpp>

#include <Eigen/Dense>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <string_view>

namespace celadon::inline CELADON_ABI::green::drivers_detail {

namespace lines_detail {

/// Lines of all units and the overall one.
class Lines {
 public:
  Lines(const DriverRows& rows, const std::string& unit_name, const std::string& above_name, const std::vector<multilevel::Fit>& fits,
        bool random_slopes)
      : rows_(rows), unit_name_(unit_name), above_name_(above_name), fits_(fits), random_slopes_(random_slopes) {}

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
    const multilevel::GroupEffects& units = effects(f, unit_name_);
    const std::vector<std::size_t> unit_row = row_of(units);
    const multilevel::GroupEffects* above = above_name_.empty() ? nullptr : &effects(f, above_name_);
    const std::vector<std::size_t> above_row = above == nullptr ? std::vector<std::size_t>{} : row_of(*above);
    const std::size_t k = units.terms.size();
    const std::size_t at_intercept = k == 2 && units.terms[0] != "(Intercept)" ? 1 : 0;
    const std::vector<double> slope_variance = random_slopes_ ? slope_variances(m, above_row) : std::vector<double>{};
    for (std::size_t u = 0; u < all.size(); ++u) {
      const auto unit = static_cast<std::size_t>(rows_.used_units[u]);
      const std::size_t r = unit_row[unit];
      Coefficients c{f.fixed[0].estimate + units.estimate[r * k + at_intercept], f.fixed[1].estimate, f.fixed[1].se * f.fixed[1].se};
      if (above != nullptr) c.intercept += above->estimate[above_row[static_cast<std::size_t>(rows_.above_of[unit])]];
      if (random_slopes_) {
        c.slope += units.estimate[r * k + 1 - at_intercept];
        c.slope_variance = slope_variance[u];
      }
      all[u].push_back(c);
    }
  }

  /// Variance of b + u less their truth for the slope of each unit, by Henderson's (1975) equations with the units absorbed. With W the
  /// columns of the coefficients and of the units above, Z those of a unit and C = (Z'Z / s^2 + Psi^-1)^-1, the coefficients' and upper
  /// effects' errors have the covariance V = (sum W'W / s^2 - W'Z C Z'W / s^4 + 1 / tau^2 of the upper)^-1, and u's prediction moves by
  /// -C Z'W / s^2 with them: C_22 + d' V d with d = e - W'Z C_2 / s^2.
  [[nodiscard]] std::vector<double> slope_variances(int m, const std::vector<std::size_t>& above_row) const {
    const multilevel::Fit& f = fits_[static_cast<std::size_t>(m)];
    const double precision = 1.0 / (f.sigma * f.sigma);
    std::vector<const double*> columns;  // without the intercept; the background, first, is never aliased
    for (std::size_t j = 1; j < f.fixed.size(); ++j)
      if (!f.fixed[j].aliased) columns.push_back(rows_.predictors[j - 1].step(m).data());
    const auto p = static_cast<Eigen::Index>(columns.size()) + 1;
    const double above_variance = above_name_.empty() ? 0.0 : variance_of(f, above_name_, "(Intercept)", "");
    const Eigen::Index n_above = above_variance > 0.0 ? rows_.n_above : 0;
    const std::string& background = f.fixed[1].name;
    const double covariance = variance_of(f, unit_name_, "(Intercept)", background);
    Eigen::Matrix2d psi;
    psi << variance_of(f, unit_name_, "(Intercept)", ""), covariance, covariance, variance_of(f, unit_name_, background, "");
    const Eigen::Matrix2d prior = psi.inverse();

    Eigen::MatrixXd s = Eigen::MatrixXd::Zero(p + n_above, p + n_above);
    s.diagonal().tail(n_above).setConstant(n_above > 0 ? 1.0 / above_variance : 0.0);
    std::vector<double> out(rows_.used_units.size());
    std::vector<Eigen::VectorXd> moved(out.size());
    std::vector<Eigen::Index> above(out.size(), -1);
    for (std::size_t u = 0; u < out.size(); ++u) {
      Eigen::MatrixXd xx = Eigen::MatrixXd::Zero(p, p);
      for (auto i = static_cast<std::size_t>(rows_.begin[u]); i < static_cast<std::size_t>(rows_.begin[u + 1]); ++i)
        for (Eigen::Index a = 0; a < p; ++a)
          for (Eigen::Index b = 0; b <= a; ++b)
            xx(a, b) +=
                (a == 0 ? 1.0 : columns[static_cast<std::size_t>(a) - 1][i]) * (b == 0 ? 1.0 : columns[static_cast<std::size_t>(b) - 1][i]);
      xx.triangularView<Eigen::StrictlyUpper>() = xx.transpose();
      const Eigen::Matrix2d c = (xx.topLeftCorner<2, 2>() * precision + prior).inverse();
      const Eigen::MatrixXd zx = xx.topRows<2>() * precision;
      const Eigen::MatrixXd left = xx * precision - zx.transpose() * c * zx;
      s.topLeftCorner(p, p) += left;
      if (n_above > 0) {  // its column is the intercept's in these rows
        above[u] = p + static_cast<Eigen::Index>(
                           above_row[static_cast<std::size_t>(rows_.above_of[static_cast<std::size_t>(rows_.used_units[u])])]);
        s.col(above[u]).head(p) += left.col(0);
        s.row(above[u]).head(p) += left.row(0);
        s(above[u], above[u]) += left(0, 0);
      }
      out[u] = c(1, 1);
      moved[u] = zx.transpose() * c.col(1);
    }
    const Eigen::MatrixXd v = s.inverse();
    for (std::size_t u = 0; u < out.size(); ++u) {
      Eigen::VectorXd d = Eigen::VectorXd::Zero(p + n_above);
      d.head(p) = -moved[u];
      d(1) += 1.0;
      if (above[u] >= 0) d(above[u]) = -moved[u](0);
      out[u] += d.dot(v * d);
    }
    return out;
  }

  static double variance_of(const multilevel::Fit& f, const std::string& group, std::string_view first, std::string_view second) {
    for (const auto& c : f.components)
      if (c.group == group && c.first == first && c.second == second) return c.value;
    throw LogicError("celadon::green: drivers: a variance component is not there");
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
    const survey::Estimate slope = survey::combine(slopes, variances, std::numeric_limits<double>::infinity());
    out.slope = slope.value / background.per;
    out.slope_se = slope.se / background.per;
    out.y_low = rows_.outcome_mean + intercept + out.slope * (out.x_low - background.mean);
    out.y_high = rows_.outcome_mean + intercept + out.slope * (out.x_high - background.mean);
    return out;
  }

  const DriverRows& rows_;
  const std::string& unit_name_;
  const std::string& above_name_;
  const std::vector<multilevel::Fit>& fits_;
  bool random_slopes_;
};

}  // namespace lines_detail

DriverLines lines_of(const DriverRows& rows, const std::string& unit_name, const std::string& above_name,
                     const std::vector<multilevel::Fit>& fits, bool random_slopes) {
  const lines_detail::Lines lines(rows, unit_name, above_name, fits, random_slopes);
  return {lines.overall(), lines.of_units()};
}

}  // namespace celadon::inline CELADON_ABI::green::drivers_detail
