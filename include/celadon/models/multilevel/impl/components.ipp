#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/impl/components.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel::components_detail {

using namespace solve_detail;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double deviance_at(const Structure& s, const Profiled& at, bool reml, double sigma) {
  constexpr double kTwoPi = 6.283185307179586476925286766559;
  const double df = static_cast<double>(s.n) - (reml ? static_cast<double>(s.fixed.size()) : 0.0);
  return at.log_det + df * math::log(kTwoPi * sigma * sigma) + at.residual / (sigma * sigma) - s.cells.sum_log_weight +
         (reml ? at.log_det_fixed : 0.0);
}

/// Covariance matrix of a term's effects, size x size.
inline std::vector<double> covariance_of(const TermSpan& t, std::span<const double> theta, double sigma) {
  std::vector<double> l(t.size * t.size, 0.0);
  std::size_t at = t.theta;
  for (std::size_t c = 0; c < t.size; ++c)
    for (std::size_t r = c; r < t.size; ++r) l[r * t.size + c] = theta[at++];
  std::vector<double> out(t.size * t.size, 0.0);
  for (std::size_t i = 0; i < t.size; ++i)
    for (std::size_t j = 0; j < t.size; ++j)
      for (std::size_t k = 0; k <= std::min(i, j); ++k) out[i * t.size + j] += sigma * sigma * l[i * t.size + k] * l[j * t.size + k];
  return out;
}

/// The free scale of intervals: for each term not at its boundary log sd and Fisher's z of the correlations, then log sigma.
class FreeScale {
 public:
  FreeScale(const Structure& s, const std::vector<double>& theta, double sigma) : s_(s), theta_(theta) {
    for (const TermSpan& t : s.terms) {
      bool inside = true;
      std::size_t at = t.theta;
      for (std::size_t c = 0; c < t.size; ++c) {
        inside = inside && theta[at] > 1e-4;
        at += t.size - c;
      }
      inside_.push_back(inside);
      first_.push_back(values_.size());
      if (!inside) continue;
      const auto v = covariance_of(t, theta, sigma);
      for (std::size_t i = 0; i < t.size; ++i) values_.push_back(0.5 * math::log(v[i * t.size + i]));
      for (std::size_t i = 0; i < t.size; ++i)
        for (std::size_t j = 0; j < i; ++j) {
          const double r = v[i * t.size + j] / std::sqrt(v[i * t.size + i] * v[j * t.size + j]);
          values_.push_back(0.5 * math::log((1.0 + r) / (1.0 - r)));
        }
    }
    values_.push_back(math::log(sigma));
  }

  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] bool inside(std::size_t term) const { return inside_[term]; }
  [[nodiscard]] std::size_t first(std::size_t term) const { return first_[term]; }
  [[nodiscard]] std::size_t correlation(std::size_t term, std::size_t i, std::size_t j) const {
    return first_[term] + s_.terms[term].size + i * (i - 1) / 2 + j;
  }

  /// theta at values of the free scale; false where the correlations are impossible.
  bool theta(std::span<const double> values, std::vector<double>& out) const {
    out = theta_;
    const double sigma = math::exp(values.back());
    for (std::size_t t = 0; t < s_.terms.size(); ++t) {
      if (!inside_[t]) continue;
      const std::size_t k = s_.terms[t].size;
      std::vector<double> v(k * k);
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
          double r = 1.0;
          if (j < i) {
            const double e = math::exp(2.0 * values[correlation(t, i, j)]);
            r = (e - 1.0) / (e + 1.0);
          }
          v[i * k + j] = r * math::exp(values[first_[t] + i] + values[first_[t] + j]);
        }
      if (!cholesky(v.data(), k)) return false;
      std::size_t at = s_.terms[t].theta;
      for (std::size_t c = 0; c < k; ++c)
        for (std::size_t r = c; r < k; ++r) out[at++] = v[r * k + c] / sigma;
    }
    return true;
  }

 private:
  const Structure& s_;
  const std::vector<double>& theta_;
  std::vector<bool> inside_;
  std::vector<std::size_t> first_;
  std::vector<double> values_;
};

inline void fill_icc(const Structure& s, const FreeScale& scale, const std::vector<double>& covariance, double quantile, Fit& out) {
  const auto variances = [&](std::span<const double> values, std::vector<double>& of_grouping) {
    std::vector<double> theta;
    if (!scale.theta(values, theta)) return false;
    const double sigma = math::exp(values.back());
    of_grouping.assign(s.groupings.size() + 1, 0.0);
    of_grouping.back() = sigma * sigma;
    for (const TermSpan& t : s.terms) {
      const auto v = covariance_of(t, theta, sigma);
      for (std::size_t i = 0; i < t.size; ++i)
        if (s.names[s.groupings[t.grouping].columns[t.first + i]] == "(Intercept)") of_grouping[t.grouping] += v[i * t.size + i];
    }
    return true;
  };
  const auto logit = [&](std::span<const double> values, std::size_t g) {
    std::vector<double> v;
    if (!variances(values, v)) return kNaN;
    double others = 0.0;
    for (std::size_t k = 0; k < v.size(); ++k)
      if (k != g) others += v[k];
    return math::log(v[g] / others);
  };
  const std::size_t n = scale.values().size();
  for (std::size_t g = 0; g < s.groupings.size(); ++g) {
    bool has = false;
    bool inside = true;
    for (std::size_t t = 0; t < s.terms.size(); ++t) {
      const TermSpan& term = s.terms[t];
      if (term.grouping != g) continue;
      for (std::size_t i = 0; i < term.size; ++i)
        if (s.names[s.groupings[g].columns[term.first + i]] == "(Intercept)") {
          has = true;
          inside = scale.inside(t);
        }
    }
    if (!has) continue;
    std::vector<double> v;
    variances(scale.values(), v);
    double whole = 0.0;
    for (const double x : v) whole += x;
    IntraclassCorrelation icc{s.groupings[g].name, v[g] / whole, kNaN, kNaN};
    if (inside && !covariance.empty()) {
      std::vector<double> slope(n);
      std::vector<double> at = scale.values();
      for (std::size_t i = 0; i < n; ++i) {
        constexpr double kStep = 1e-5;
        at[i] += kStep;
        slope[i] = logit(at, g);
        at[i] -= 2.0 * kStep;
        slope[i] = (slope[i] - logit(at, g)) / (2.0 * kStep);
        at[i] = scale.values()[i];
      }
      double variance = 0.0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) variance += slope[i] * covariance[i * n + j] * slope[j];
      const double center = logit(scale.values(), g);
      const double half = quantile * std::sqrt(variance);
      icc.lower = math::logistic(center - half);
      icc.upper = math::logistic(center + half);
    }
    out.icc.push_back(std::move(icc));
  }
}

void fill(const Structure& s, bool reml, const FitOptions& options, Eliminator& eliminator, Fit& out) {
  const FreeScale scale(s, out.theta, out.sigma);
  const std::size_t n = scale.values().size();
  const double quantile = normal_quantile(0.5 + options.confidence / 2.0);
  std::vector<double> covariance;
  if (options.component_intervals) {
    Top top;
    Profiled at;
    std::vector<double> theta;
    const auto f = [&](std::span<const double> values) {
      ++out.evaluations;
      if (!scale.theta(values, theta) || !eliminator.eliminate(relative_factors(s, theta), top) || !profile_top(s, top, reml, at))
        return kNaN;
      return deviance_at(s, at, reml, math::exp(values.back()));
    };
    covariance = hessian(f, scale.values(), 1e-3);
    for (double& v : covariance) v *= 0.5;
    if (!invert(covariance, n)) covariance.clear();
  }
  const auto half = [&](std::size_t i) { return covariance.empty() ? kNaN : quantile * std::sqrt(covariance[i * n + i]); };
  for (std::size_t t = 0; t < s.terms.size(); ++t) {
    const TermSpan& term = s.terms[t];
    const Grouping& g = s.groupings[term.grouping];
    const auto v = covariance_of(term, out.theta, out.sigma);
    if (!scale.inside(t)) {
      out.singular = true;
      out.findings.push_back(make_finding(Severity::kWarning, Code::kSingularFit, {}, {{"group", g.name}}));
    }
    const auto name = [&](std::size_t i) { return s.names[g.columns[term.first + i]]; };
    for (std::size_t i = 0; i < term.size; ++i) {
      VarianceComponent c{g.name, name(i), {}, v[i * term.size + i], std::sqrt(v[i * term.size + i]), kNaN, kNaN};
      if (scale.inside(t)) {
        const double center = scale.values()[scale.first(t) + i];
        c.lower = math::exp(center - half(scale.first(t) + i));
        c.upper = math::exp(center + half(scale.first(t) + i));
      }
      out.components.push_back(std::move(c));
    }
    for (std::size_t i = 0; i < term.size; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double value = v[i * term.size + j];
        VarianceComponent c{g.name, name(j), name(i), value, value / std::sqrt(v[i * term.size + i] * v[j * term.size + j]), kNaN, kNaN};
        if (scale.inside(t)) {
          const std::size_t at = scale.correlation(t, i, j);
          c.lower = 2.0 * math::logistic(2.0 * (scale.values()[at] - half(at))) - 1.0;
          c.upper = 2.0 * math::logistic(2.0 * (scale.values()[at] + half(at))) - 1.0;
        }
        out.components.push_back(std::move(c));
      }
  }
  VarianceComponent residual{"Residual", {}, {}, out.sigma * out.sigma, out.sigma, kNaN, kNaN};
  residual.lower = math::exp(scale.values().back() - half(n - 1));
  residual.upper = math::exp(scale.values().back() + half(n - 1));
  out.components.push_back(std::move(residual));
  fill_icc(s, scale, covariance, quantile, out);
}

}  // namespace celadon::inline CELADON_ABI::multilevel::components_detail
