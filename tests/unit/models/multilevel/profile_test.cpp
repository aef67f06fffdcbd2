// Profile intervals against closed forms of the balanced one-way layout, and against the dense likelihood searched by brute force.
#include <celadon/models/multilevel/profile.hpp>

#include "models/multilevel/multilevel_cases.hpp"

#include <array>

namespace {

using namespace cases;
using multilevel::ParameterKind;
using multilevel::Profile;

constexpr double kQuantile = 1.959963984540054;

const multilevel::ProfileInterval& interval(const Profile& p, ParameterKind kind, const std::string& first) {
  for (const auto& i : p.intervals)
    if (i.kind == kind && i.first == first) return i;
  throw LogicError("no such interval");
}

/// J schools of n: sums of squares.
struct OneWay {
  Columns data;
  double n = 6.0, schools = 15.0, mean = 0.0, within = 0.0, between = 0.0;

  explicit OneWay(double sd, std::uint64_t seed) {
    auto s = stream(seed);
    data.numbers = {{"y", {}}};
    data.labels = {{"school", {}}};
    std::vector<double> means;
    for (int j = 0; j < 15; ++j) {
      const double u = sd * s.normal();
      double m = 0.0;
      double squares = 0.0;
      for (int i = 0; i < 6; ++i) {
        const double y = 3.0 + u + s.normal();
        data.numbers[0].second.push_back(y);
        data.labels[0].second.push_back(std::to_string(j));
        m += y / n;
        squares += y * y;
      }
      within += squares - n * m * m;
      means.push_back(m);
      mean += m / schools;
    }
    for (const double m : means) between += n * (m - mean) * (m - mean);
  }
  /// -2 log-likelihood less constants, the mean at its estimate.
  [[nodiscard]] double deviance(double residual, double sd) const {
    const double v = residual * residual;
    const double b = v + n * sd * sd;
    return schools * (n - 1.0) * std::log(v) + schools * std::log(b) + within / v + between / b;
  }
};

/// Least value over one argument by golden section.
template <class F>
double least(const F& f, double low, double high) {
  const double ratio = 0.6180339887498949;
  for (int k = 0; k < 90; ++k) {
    const double a = high - ratio * (high - low);
    const double b = low + ratio * (high - low);
    if (f(a) < f(b)) {
      high = b;
    } else {
      low = a;
    }
  }
  return f(0.5 * (low + high));
}

TEST(MultilevelProfile, BalancedOneWay) {
  const OneWay one(0.9, 1);
  const auto p = multilevel::profile(fitted("y ~ 1 + (1 | school)", one.data)).value();
  EXPECT_TRUE(p.findings.empty());
  // The mean: the deviance rises by J log(1 + J n (mu - mean)^2 / SSB), both variances re-estimated.
  const double half = std::sqrt(one.between * (std::exp(kQuantile * kQuantile / one.schools) - 1.0) / (one.schools * one.n));
  const auto& mean = interval(p, ParameterKind::kCoefficient, "(Intercept)");
  EXPECT_NEAR(mean.lower, one.mean - half, 1e-5);
  EXPECT_NEAR(mean.upper, one.mean + half, 1e-5);
  // Standard deviations: each end raises the deviance, minimised over the other, by the squared quantile.
  const double minimum = least([&](double sd) { return least([&](double r) { return one.deviance(r, sd); }, 0.2, 4.0); }, 0.0, 4.0);
  const auto& sd = interval(p, ParameterKind::kStandardDeviation, "(Intercept)");
  const auto& residual = interval(p, ParameterKind::kResidual, "");
  EXPECT_NEAR(sd.estimate, std::sqrt((one.between / 15.0 - one.within / 75.0) / 6.0), 1e-5);
  EXPECT_NEAR(residual.estimate, std::sqrt(one.within / 75.0), 1e-5);
  for (const double end : {sd.lower, sd.upper})
    EXPECT_NEAR(least([&](double r) { return one.deviance(r, end); }, 0.2, 4.0) - minimum, kQuantile * kQuantile, 1e-4);
  for (const double end : {residual.lower, residual.upper})
    EXPECT_NEAR(least([&](double s) { return one.deviance(end, s); }, 0.0, 4.0) - minimum, kQuantile * kQuantile, 1e-4);
  EXPECT_LT(sd.lower, sd.estimate);
  EXPECT_LT(residual.lower, residual.estimate);
}

TEST(MultilevelProfile, ReachesZeroWhereTheDataDoNotExcludeIt) {
  const OneWay one(0.05, 4);
  const Fit f = fitted("y ~ 1 + (1 | school)", one.data);
  const auto p = multilevel::profile(f).value();
  const auto& sd = interval(p, ParameterKind::kStandardDeviation, "(Intercept)");
  EXPECT_EQ(sd.lower, 0.0);
  const double minimum = least([&](double s) { return least([&](double r) { return one.deviance(r, s); }, 0.2, 4.0); }, 0.0, 4.0);
  EXPECT_NEAR(least([&](double r) { return one.deviance(r, sd.upper); }, 0.2, 4.0) - minimum, kQuantile * kQuantile, 1e-4);
}

TEST(MultilevelProfile, RandomSlopesByDenseLikelihood) {
  const Columns data = pupils(5, 16);
  const Fit f = fitted("y ~ x + (x | school)", data, ml());
  const auto p = multilevel::profile(f).value();
  EXPECT_EQ(p.intervals.size(), 6U);  // two coefficients, two deviations, correlation, residual
  EXPECT_NEAR(p.log_likelihood, f.log_likelihood, 1e-7);
  // At each end of the slope's deviation and of the correlation: held there, no random try of the rest comes below the target, and the
  // best of a local search comes to it.
  const Dense at_fit = dense_at(f, data, {"x"}, {"x"});
  const double minimum = at_fit.deviance(false);
  const auto deviance = [&](double sigma, double a, double b, double r) {
    Dense d = at_fit;
    d.sigma = sigma;
    d.terms[0].covariance << a * a, r * a * b, r * a * b, b * b;
    return d.deviance(false);
  };
  const auto search = [&](const auto& held) {  // over three numbers, axis by axis
    std::array<double, 3> x{0.0, 0.0, 0.0};
    for (int sweep = 0; sweep < 15; ++sweep)
      for (std::size_t k = 0; k < 3; ++k) {
        double best_at = x[k];
        double best = held(x);
        for (double step = 0.64 / (1.0 + sweep); step > 1e-4; step *= 0.5)
          for (const double sign : {1.0, -1.0}) {
            x[k] = best_at + sign * step;
            const double here = held(x);
            if (here < best) {
              best = here;
              best_at = x[k];
            }
          }
        x[k] = best_at;
      }
    return held(x);
  };
  const double a = f.components[0].sd_or_correlation;
  const double b = f.components[1].sd_or_correlation;
  const double r = f.components[2].sd_or_correlation;
  const auto& slope = interval(p, ParameterKind::kStandardDeviation, "x");
  const auto& correlation = interval(p, ParameterKind::kCorrelation, "(Intercept)");
  const auto fisher = [&](double shift) { return std::tanh(std::atanh(r) + shift); };
  for (const double end : {slope.lower, slope.upper}) {
    if (end == 0.0) continue;
    const double found =
        search([&](const std::array<double, 3>& x) { return deviance(f.sigma * std::exp(x[0]), a * std::exp(x[1]), end, fisher(x[2])); });
    EXPECT_NEAR(found - minimum, kQuantile * kQuantile, 2e-3) << end;
  }
  for (const double end : {correlation.lower, correlation.upper}) {
    if (std::abs(end) == 1.0) continue;
    const double found = search(
        [&](const std::array<double, 3>& x) { return deviance(f.sigma * std::exp(x[0]), a * std::exp(x[1]), b * std::exp(x[2]), end); });
    EXPECT_NEAR(found - minimum, kQuantile * kQuantile, 2e-3) << end;
  }
}

TEST(MultilevelProfile, WiderThanWaldForFewSchoolsAndCloseForMany) {
  const Columns few = pupils(6, 10);
  const Fit f = fitted("y ~ x + (1 | school)", few, ml());
  const auto p = multilevel::profile(f).value();
  EXPECT_GT(p.intervals[0].upper - p.intervals[0].lower, f.fixed[0].upper - f.fixed[0].lower);
  const Columns many = pupils(7, 600);
  const Fit g = fitted("y ~ x + (1 | school)", many, ml());
  const auto q = multilevel::profile(g).value();
  for (std::size_t j = 0; j < 2; ++j) {
    EXPECT_NEAR(q.intervals[j].lower, g.fixed[j].lower, 0.02 * g.fixed[j].se);
    EXPECT_NEAR(q.intervals[j].upper, g.fixed[j].upper, 0.02 * g.fixed[j].se);
  }
  EXPECT_NEAR(q.intervals[2].lower, g.components[0].lower, 0.004);
  EXPECT_NEAR(q.intervals[3].upper, g.components[1].upper, 0.001);
}

TEST(MultilevelProfile, Errors) {
  const Fit f = fitted("y ~ x + (1 | school)", pupils(8, 10));
  multilevel::ProfileOptions o;
  o.confidence = 0.0;
  EXPECT_EQ(multilevel::profile(f, o).error().code, Code::kInvalidArgument);
  EXPECT_EQ(multilevel::profile(Fit{}).error().code, Code::kInvalidArgument);
  o = {};
  o.components = false;
  EXPECT_EQ(multilevel::profile(f, o).value().intervals.size(), 2U);
  EXPECT_EQ(multilevel::profile(f, o).value().table().n_rows(), 2);
}

}  // namespace
