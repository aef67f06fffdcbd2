#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace leaf_detail {

/// Totals of a leaf's quantities under one plausible value and scenario.
class View {
 public:
  View(const FramePlan& frame, const LeafPlan& leaf, const Totals& totals) : f_(frame), l_(leaf), t_(totals) {}
  [[nodiscard]] double operator()(std::size_t q, int m, std::int64_t s) const {
    const Quantity& quantity = f_.quantities[static_cast<std::size_t>(l_.quantities[q])];
    return t_.sums[static_cast<std::size_t>(quantity.offset + (quantity.n_columns == 1 ? 0 : m) * f_.stride + s)];
  }
  [[nodiscard]] double derived(int d, int m, std::int64_t s) const {
    return t_.derived[static_cast<std::size_t>(l_.derived + (static_cast<std::int64_t>(d) * l_.n_columns + m) * f_.stride + s)];
  }
  /// Rows (of the first plausible value).
  [[nodiscard]] double n() const { return t_.counts[static_cast<std::size_t>(f_.masks[static_cast<std::size_t>(l_.mask)].count)]; }

 private:
  const FramePlan& f_;
  const LeafPlan& l_;
  const Totals& t_;
};

inline double ratio(double a, double b) {
  return b != 0.0 ? a / b : kUnset;
}

/// Normal equations about the means, solved by Cholesky; singular predictors give NaN.
struct Regression {
  std::vector<double> slopes;
  double intercept = kUnset;
  double r_squared = kUnset;
};

inline Regression solve(const View& t, std::size_t p, int m, std::int64_t s) {
  Regression out;
  out.slopes.assign(p, kUnset);
  const double w = t(0, m, s);
  if (!(w > 0.0)) return out;
  const double my = t(1, m, s) / w;
  const double syy = t(2, m, s) / w - my * my;
  std::vector<double> mean(p);
  std::vector<double> sxy(p);
  std::vector<double> a(p * p);
  std::size_t q = 3;
  for (std::size_t j = 0; j < p; ++j) {
    mean[j] = t(q++, m, s) / w;
    sxy[j] = t(q++, m, s) / w - mean[j] * my;
    for (std::size_t k = 0; k <= j; ++k) a[j * p + k] = t(q++, m, s) / w - mean[j] * mean[k];
  }
  for (std::size_t j = 0; j < p; ++j) {
    const double before = a[j * p + j];
    for (std::size_t k = 0; k <= j; ++k) {
      double x = a[j * p + k];
      for (std::size_t l = 0; l < k; ++l) x -= a[j * p + l] * a[k * p + l];
      if (k < j) {
        a[j * p + k] = x / a[k * p + k];
      } else {
        if (!(x > 1e-10 * before) || !(before > 0.0)) return out;  // this predictor says nothing that the others do not
        a[j * p + j] = std::sqrt(x);
      }
    }
  }
  std::vector<double> z(p);
  double explained = 0.0;
  for (std::size_t j = 0; j < p; ++j) {
    double x = sxy[j];
    for (std::size_t l = 0; l < j; ++l) x -= a[j * p + l] * z[l];
    z[j] = x / a[j * p + j];
    explained += z[j] * z[j];
  }
  for (std::size_t j = p; j-- > 0;) {
    double x = z[j];
    for (std::size_t l = j + 1; l < p; ++l) x -= a[l * p + j] * out.slopes[l];
    out.slopes[j] = x / a[j * p + j];
  }
  out.intercept = my;
  for (std::size_t j = 0; j < p; ++j) out.intercept -= out.slopes[j] * mean[j];
  if (syy > 0.0) out.r_squared = std::min(1.0, explained / syy);
  return out;
}

/// Raw or corrected share of the variance that lies between units (survey/intraclass.hpp has the formulas).
inline double intraclass(const View& t, bool corrected, int m, std::int64_t s) {
  const double w = t(0, m, s);
  const double mean = ratio(t(1, m, s), w);
  const double p2 = t.derived(0, m, s) / (w * w);
  const double within = ratio(t.derived(4, m, s), t.derived(5, m, s));
  if (!(w > 0.0) || !(p2 < 1.0 - 1e-12) || within != within) return kUnset;
  const double spread = t.derived(3, m, s) / w - mean * mean;
  const double between = (spread - within * (t.derived(1, m, s) / w - t.derived(2, m, s) / (w * w))) / (1.0 - p2);
  const double error = corrected ? ratio(t(3, m, s), w) : 0.0;
  const double all = between + within - error;
  return all > 0.0 ? between / all : kUnset;
}

inline double one_value(const Indicator& i, const LeafPlan& leaf, const View& t, const std::vector<double>& references, std::int64_t stride,
                        int m, std::int64_t s) {
  using S = Statistic;
  switch (i.statistic) {
    case S::kMean:
    case S::kShareAtLeast:
    case S::kShareAtMost:
    case S::kShareMeeting:
    case S::kRatio:
      return ratio(t(1, m, s), t(0, m, s));
    case S::kTotal:
      return t(0, m, s) > 0.0 ? t(1, m, s) : kUnset;
    case S::kSd: {
      const double w = t(0, m, s);
      const double n = t.n();
      if (!(w > 0.0) || n < 2.0) return kUnset;
      const double mean = t(1, m, s) / w;
      return std::sqrt(std::max(0.0, t(2, m, s) / w - mean * mean) * n / (n - 1.0));
    }
    case S::kCoefficientOfVariation: {
      const double n = t(0, m, s);
      const double x = ratio(t(1, m, s), n);
      if (!(n > 0.0) || x == 0.0) return kUnset;
      return std::sqrt(std::max(0.0, t.derived(0, m, s) / n - x * x)) / std::abs(x);
    }
    case S::kIcc:
      return intraclass(t, false, m, s);
    case S::kIccCorrected:
      return intraclass(t, true, m, s);
    case S::kGap:
      return ratio(t(1, m, s), t(0, m, s)) - ratio(t(3, m, s), t(2, m, s));
    case S::kGradient:
      return solve(t, i.predictors.size(), m, s).slopes.front();
    case S::kVarianceExplained:
      return solve(t, i.predictors.size(), m, s).r_squared;
    case S::kProgress: {
      const double w = t(0, m, s);
      if (!(w > 0.0)) return kUnset;
      const std::size_t p = i.predictors.size();
      const double* b = references.data() + leaf.reference + (static_cast<std::int64_t>(m) * stride + s) * static_cast<std::int64_t>(1 + p);
      double residual = t(1, m, s) / w - b[0];
      std::size_t q = 3;
      for (std::size_t j = 0; j < p; ++j) {
        residual -= b[1 + j] * t(q, m, s) / w;
        q += 3 + j;  // the predictor, with the outcome, with the predictors up to itself
      }
      return residual;
    }
    case S::kNone:
    case S::kChange:
      return kUnset;
  }
  return kUnset;
}

}  // namespace leaf_detail

void leaf_values(const Plan& plan, const LeafPlan& leaf, const Totals& totals, const std::vector<double>& references, double* out) {
  const Indicator& i = plan.scheme->indicators[static_cast<std::size_t>(leaf.indicator)];
  const FramePlan& f = plan.frames[static_cast<std::size_t>(leaf.frame)];
  const leaf_detail::View t(f, leaf, totals);
  for (int m = 0; m < leaf.n_columns; ++m)
    for (std::int64_t s = 0; s <= f.n_replicates; ++s)
      out[m * f.stride + s] = i.times * leaf_detail::one_value(i, leaf, t, references, f.stride, m, s);
}

void add_derived(const Plan& plan, const LeafPlan& leaf, Totals& totals) {
  const FramePlan& f = plan.frames[static_cast<std::size_t>(leaf.frame)];
  const leaf_detail::View t(f, leaf, totals);
  const double n = t.n();
  for (int m = 0; m < leaf.n_columns; ++m) {
    for (std::int64_t s = 0; s <= f.n_replicates; ++s) {
      const auto add = [&](int d, double x) {
        totals.derived[static_cast<std::size_t>(leaf.derived + (static_cast<std::int64_t>(d) * leaf.n_columns + m) * f.stride + s)] += x;
      };
      const double w = t(0, m, s);
      if (!(w > 0.0)) continue;
      const double x = t(1, m, s);
      if (leaf.n_derived == 1) {
        add(0, x * x / w);
        continue;
      }
      add(0, w * w);
      add(1, w / n);
      add(2, w * w / n);
      add(3, x * x / w);
      if (n < 2.0) continue;
      add(4, w * std::max(0.0, t(2, m, s) / w - x / w * (x / w)) * n / (n - 1.0));
      add(5, w);
    }
  }
}

std::vector<double> reference_coefficients(const Plan& plan, const Plan& progress, const Totals& all) {
  std::vector<double> out(static_cast<std::size_t>(plan.n_references), kUnset);
  for (std::size_t k = 0; k < plan.leaves.size(); ++k) {
    const LeafPlan& leaf = plan.leaves[k];
    if (leaf.reference < 0) continue;
    const LeafPlan& of = progress.leaves[k];
    const FramePlan& f = progress.frames[static_cast<std::size_t>(of.frame)];
    const leaf_detail::View t(f, of, all);
    const std::size_t p = leaf.predictor_shifts.size();
    for (int m = 0; m < leaf.n_columns; ++m) {
      for (std::int64_t s = 0; s <= f.n_replicates; ++s) {
        const leaf_detail::Regression r = leaf_detail::solve(t, p, m, s);
        double* b = out.data() + leaf.reference + (static_cast<std::int64_t>(m) * f.stride + s) * static_cast<std::int64_t>(1 + p);
        b[0] = r.intercept;
        for (std::size_t j = 0; j < p; ++j) b[1 + j] = r.slopes[j];
      }
    }
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
