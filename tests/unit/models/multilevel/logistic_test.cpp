// Logistic models against each group's integral summed on a fine grid, against the definition of Laplace's method, and against truth.
#include <celadon/models/multilevel/logistic.hpp>

#include "models/multilevel/multilevel_cases.hpp"

#include <array>

namespace {

using namespace cases;
using multilevel::LogisticFit;
using multilevel::LogisticOptions;

/// Outcome 1 where the linear predictor with its own noise is positive.
Columns passes(std::uint64_t seed, int n_schools, int size, double sd, double slope = 0.8) {
  auto s = stream(seed);
  Columns out;
  out.numbers = {{"y", {}}, {"x", {}}};
  out.labels = {{"school", {}}, {"rater", {}}};
  for (int j = 0; j < n_schools; ++j) {
    const double u = sd * s.normal();
    for (int i = 0; i < size; ++i) {
      const double x = s.normal();
      out.numbers[1].second.push_back(x);
      out.numbers[0].second.push_back(s.bernoulli(1.0 / (1.0 + std::exp(-(0.3 + slope * x + u)))) ? 1.0 : 0.0);
      out.labels[0].second.push_back("s" + std::to_string(100 + j));
      out.labels[1].second.push_back("r" + std::to_string(s.below(4)));
    }
  }
  return out;
}

LogisticFit fitted_logistic(const std::string& formula, const Columns& data, int points = 1) {
  LogisticOptions o;
  o.n_quadrature = points;
  auto result = multilevel::fit_logistic(formula, data.table(), o);
  if (!result) throw LogicError(result.error().text(Language::kEnglish));
  return *result;
}

/// Rows of each school.
std::vector<std::vector<std::size_t>> schools(const Columns& data) {
  std::vector<std::vector<std::size_t>> out;
  const auto& label = data.label("school");
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (i == 0 || label[i] != label[i - 1]) out.emplace_back();
    out.back().push_back(i);
  }
  return out;
}

/// log of a school's likelihood given v, and the normal density of v.
double joint(const Columns& data, const std::vector<std::size_t>& rows, double a, double b, double sd, double v) {
  double sum = -0.5 * v * v - 0.5 * std::log(2.0 * std::acos(-1.0));
  for (const std::size_t i : rows) {
    const double eta = a + b * data.number("x")[i] + sd * v;
    sum += data.number("y")[i] * eta - std::log(1.0 + std::exp(eta));
  }
  return sum;
}

double deviance_by_grid(const Columns& data, double a, double b, double sd) {
  double out = 0.0;
  for (const auto& rows : schools(data)) {
    double sum = 0.0;
    for (int k = -800; k <= 800; ++k) sum += std::exp(joint(data, rows, a, b, sd, 0.01 * k)) * 0.01;
    out -= 2.0 * std::log(sum);
  }
  return out;
}

/// Mode by Newton with numeric derivatives, and the curvature there.
double deviance_by_laplace(const Columns& data, double a, double b, double sd) {
  double out = 0.0;
  for (const auto& rows : schools(data)) {
    double v = 0.0;
    double curvature = 1.0;
    for (int step = 0; step < 60; ++step) {
      double slope = -v;
      curvature = 1.0;
      for (const std::size_t i : rows) {
        const double p = 1.0 / (1.0 + std::exp(-(a + b * data.number("x")[i] + sd * v)));
        slope += sd * (data.number("y")[i] - p);
        curvature += sd * sd * p * (1.0 - p);
      }
      v += slope / curvature;
    }
    out -= 2.0 * (joint(data, rows, a, b, sd, v) + 0.5 * std::log(2.0 * std::acos(-1.0)) - 0.5 * std::log(curvature));
  }
  return out;
}

template <class F>
void expect_least(const F& deviance, std::array<double, 3> at, double tolerance) {
  const double best = deviance(at);
  for (std::size_t i = 0; i < 3; ++i)
    for (const double step : {3e-3, -3e-3}) {
      auto moved = at;
      moved[i] += step;
      EXPECT_GT(deviance(moved), best - tolerance) << i;
    }
}

TEST(MultilevelLogistic, LaplaceIsItsDefinition) {
  const Columns data = passes(1, 25, 8, 1.0);
  const LogisticFit f = fitted_logistic("y ~ x + (1 | school)", data);
  ASSERT_TRUE(f.converged);
  const double a = f.fixed[0].estimate;
  const double b = f.fixed[1].estimate;
  EXPECT_NEAR(f.deviance, deviance_by_laplace(data, a, b, f.theta[0]), 1e-7);
  const auto deviance = [&](const std::array<double, 3>& x) { return deviance_by_laplace(data, x[0], x[1], x[2]); };
  expect_least(deviance, {a, b, f.theta[0]}, 1e-7);
  // Standard errors: the curvature of that deviance in all three.
  Eigen::Matrix3d curvature;
  const std::array<double, 3> at{a, b, f.theta[0]};
  constexpr double kStep = 1e-3;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0.0;
      for (const double p : {1.0, -1.0})
        for (const double q : {1.0, -1.0}) {
          auto x = at;
          x[i] += p * kStep;
          x[j] += q * kStep;
          sum += p * q * deviance(x);
        }
      curvature(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = sum / (8.0 * kStep * kStep);
    }
  const Eigen::Matrix3d covariance = curvature.inverse();
  EXPECT_NEAR(f.fixed[0].se, std::sqrt(covariance(0, 0)), 1e-4);
  EXPECT_NEAR(f.fixed[1].se, std::sqrt(covariance(1, 1)), 1e-4);
  EXPECT_NEAR(std::log(f.components[0].upper / f.theta[0]), 1.959963984540054 * std::sqrt(covariance(2, 2)) / f.theta[0], 2e-3);
  const double v = f.theta[0] * f.theta[0];
  EXPECT_NEAR(f.icc[0].value, v / (v + std::acos(-1.0) * std::acos(-1.0) / 3.0), 1e-12);
}

TEST(MultilevelLogistic, QuadratureIsTheIntegral) {
  const Columns data = passes(2, 25, 5, 1.3);
  const LogisticFit f = fitted_logistic("y ~ x + (1 | school)", data, 25);
  ASSERT_TRUE(f.converged);
  const auto deviance = [&](const std::array<double, 3>& x) { return deviance_by_grid(data, x[0], x[1], x[2]); };
  EXPECT_NEAR(f.deviance, deviance({f.fixed[0].estimate, f.fixed[1].estimate, f.theta[0]}), 1e-6);
  expect_least(deviance, {f.fixed[0].estimate, f.fixed[1].estimate, f.theta[0]}, 1e-6);
  // Laplace's method is near, and understates the variance of small groups.
  const LogisticFit one = fitted_logistic("y ~ x + (1 | school)", data);
  EXPECT_LT(one.theta[0], f.theta[0]);
  EXPECT_NEAR(one.deviance, f.deviance, 2.0);
  EXPECT_NEAR(fitted_logistic("y ~ x + (1 | school)", data, 9).deviance, f.deviance, 1e-3);
}

TEST(MultilevelLogistic, SlopesLevelsAndCrossedFactorsAreAtTheirOptimum) {
  const Columns data = passes(3, 40, 15, 0.9);
  const LogisticFit nested = fitted_logistic("y ~ x + (1 | school)", data);
  // A crossed factor without variance adds nothing; with it the fit is no worse.
  const LogisticFit crossed = fitted_logistic("y ~ x + (1 | school) + (1 | rater)", data);
  EXPECT_TRUE(crossed.converged);
  EXPECT_LE(crossed.deviance, nested.deviance + 1e-6);
  if (crossed.singular) {
    EXPECT_NEAR(crossed.deviance, nested.deviance, 1e-5);
  }
  const LogisticFit slopes = fitted_logistic("y ~ x + (x | school)", data);
  EXPECT_TRUE(slopes.converged);
  EXPECT_LE(slopes.deviance, nested.deviance + 1e-6);
  EXPECT_EQ(slopes.components.size(), 3U);
}

TEST(MultilevelLogistic, RecoversTruth) {
  const Columns data = passes(4, 400, 25, 1.0);
  const LogisticFit f = fitted_logistic("y ~ x + (1 | school)", data, 9);
  EXPECT_NEAR(f.fixed[0].estimate, 0.3, 4.0 * f.fixed[0].se);
  EXPECT_NEAR(f.fixed[1].estimate, 0.8, 4.0 * f.fixed[1].se);
  EXPECT_LT(f.fixed[1].se, 0.05);
  EXPECT_LT(f.components[0].lower, 1.0);
  EXPECT_GT(f.components[0].upper, 1.0);
  EXPECT_EQ(f.fixed_table().n_rows(), 2);
}

TEST(MultilevelLogistic, WithoutVarianceItIsLogisticRegression) {
  // Every school alike: twelve pupils, the same answers at the same covariate.
  Columns data;
  data.numbers = {{"y", {}}, {"x", {}}};
  data.labels = {{"school", {}}};
  for (int j = 0; j < 8; ++j)
    for (int i = 0; i < 12; ++i) {
      data.numbers[1].second.push_back(i < 6 ? 0.0 : 1.0);
      data.numbers[0].second.push_back(i < 2 || i > 8 ? 1.0 : 0.0);  // 2 of 6 at 0, 3 of 6 at 1
      data.labels[0].second.push_back(std::to_string(j));
    }
  const LogisticFit f = fitted_logistic("y ~ x + (1 | school)", data);
  EXPECT_TRUE(f.singular);
  EXPECT_NEAR(f.fixed[0].estimate, std::log(0.5), 1e-6);
  EXPECT_NEAR(f.fixed[1].estimate, std::log(2.0), 1e-6);
  EXPECT_NEAR(f.fixed[1].se, std::sqrt(1.0 / 16 + 1.0 / 32 + 1.0 / 24 + 1.0 / 24), 1e-5);
  EXPECT_EQ(f.n_ones, 40);
}

TEST(MultilevelLogistic, AnOutlyingCovariateIsNoSeparation) {
  // A row whose outcome is as sure as numbers go says nothing: the fit is that of the others.
  const Columns data = passes(7, 30, 12, 0.7);
  Columns more = data;
  more.numbers[0].second[5] = 1.0;
  more.numbers[1].second[5] = 200.0;
  Columns fewer = more;
  fewer.numbers[0].second[5] = kMissing;
  const LogisticFit f = fitted_logistic("y ~ x + (1 | school)", more);
  const LogisticFit g = fitted_logistic("y ~ x + (1 | school)", fewer);
  EXPECT_TRUE(f.converged);
  EXPECT_GT(f.fixed[1].estimate * 200.0, 50.0);
  for (std::size_t j = 0; j < 2; ++j) {
    EXPECT_NEAR(f.fixed[j].estimate, g.fixed[j].estimate, 1e-5);
    EXPECT_NEAR(f.fixed[j].se, g.fixed[j].se, 1e-5);
  }
  EXPECT_NEAR(f.deviance, g.deviance, 1e-6);
  EXPECT_NEAR(f.theta[0], g.theta[0], 1e-5);
}

TEST(MultilevelLogistic, ThreadsGiveTheSameBits) {
  const Columns data = passes(5, 300, 30, 0.7);  // three blocks of rows
  LogisticOptions o;
  o.group_effects = false;
  ExecutionContext context;
  context.n_threads = 1;
  const auto one = multilevel::fit_logistic("y ~ x + (1 | school)", data.table(), o, context).value();
  for (const int threads : {2, 3}) {
    context.n_threads = threads;
    const auto many = multilevel::fit_logistic("y ~ x + (1 | school)", data.table(), o, context).value();
    EXPECT_EQ(one.deviance, many.deviance);
    EXPECT_EQ(one.theta, many.theta);
    EXPECT_EQ(one.fixed_covariance, many.fixed_covariance);
  }
}

TEST(MultilevelLogistic, Errors) {
  Columns data = passes(6, 20, 10, 0.7);
  const auto code = [](const Columns& d, const std::string& formula = "y ~ x + (1 | school)", int points = 1) {
    LogisticOptions o;
    o.n_quadrature = points;
    const auto f = multilevel::fit_logistic(formula, d.table(), o);
    EXPECT_FALSE(f) << formula;
    if (f) return Code::kCancelled;
    EXPECT_EQ(f.error().text(Language::kEnglish).find('{'), std::string::npos) << f.error().text(Language::kEnglish);
    return f.error().code;
  };
  Columns other = data;
  other.numbers[0].second[7] = 2.0;
  EXPECT_EQ(code(other), Code::kNotBinary);
  EXPECT_EQ(multilevel::fit_logistic("y ~ x + (1 | school)", other.table()).error().place.row, 8);
  other = data;
  for (double& v : other.numbers[0].second) v = 1.0;
  EXPECT_EQ(code(other), Code::kConstantOutcome);
  other = data;
  for (std::size_t i = 0; i < other.numbers[0].second.size(); ++i)
    other.numbers[0].second[i] = other.numbers[1].second[i] > 0.2 ? 1.0 : 0.0;
  EXPECT_EQ(code(other), Code::kSeparated);
  other = data;  // separated by a group alone, and the rest is not
  other.labels.emplace_back("kind", std::vector<std::string>{});
  for (std::size_t i = 0; i < other.numbers[0].second.size(); ++i) {
    other.labels.back().second.emplace_back(i % 10 == 0 ? "b" : "a");
    if (i % 10 == 0) other.numbers[0].second[i] = 1.0;
  }
  EXPECT_EQ(code(other, "y ~ x + kind + (1 | school)"), Code::kSeparated);
  EXPECT_EQ(code(data, "y ~ x"), Code::kNoRandomTerm);
  EXPECT_EQ(code(data, "y ~ x + (1 | school)", 0), Code::kInvalidArgument);
  EXPECT_EQ(code(data, "y ~ x + (x | school)", 5), Code::kInvalidArgument);
  EXPECT_EQ(code(data, "y ~ x + (1 | school) + (1 | rater)", 5), Code::kInvalidArgument);
  data.numbers[0].second[0] = kMissing;
  EXPECT_EQ(fitted_logistic("y ~ x + (1 | school)", data).n_left_out, 1);
}

}  // namespace
