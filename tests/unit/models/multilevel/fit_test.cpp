// The fit against closed forms and against the model written out in dense matrices. The search knows theta to about a millionth, and so
// what depends on it to first order agrees with closed forms to 1e-5.
#include <celadon/models/multilevel/fit.hpp>
#include <celadon/models/multilevel/impl/prepare.hpp>

#include "models/multilevel/multilevel_cases.hpp"

namespace {

using namespace cases;

/// Twelve schools of five pupils.
Columns balanced(double between, std::uint64_t seed = 1) {
  auto s = stream(seed);
  Columns out;
  out.numbers = {{"y", {}}};
  out.labels = {{"school", {}}};
  for (int j = 0; j < 12; ++j) {
    const double u = between * s.normal();
    for (int i = 0; i < 5; ++i) {
      out.numbers[0].second.push_back(20.0 + u + s.normal());
      out.labels[0].second.push_back("s" + std::to_string(10 + j));
    }
  }
  return out;
}

struct Anova {
  double mean = 0.0, within = 0.0, between = 0.0;  // mean squares
  std::vector<double> means;
};

Anova anova(const std::vector<double>& y) {
  Anova a;
  for (const double v : y) a.mean += v / static_cast<double>(y.size());
  for (std::size_t j = 0; j < 12; ++j) {
    double m = 0.0;
    for (std::size_t i = 0; i < 5; ++i) m += y[j * 5 + i] / 5.0;
    for (std::size_t i = 0; i < 5; ++i) a.within += (y[j * 5 + i] - m) * (y[j * 5 + i] - m) / 48.0;
    a.between += 5.0 * (m - a.mean) * (m - a.mean) / 11.0;
    a.means.push_back(m);
  }
  return a;
}

TEST(MultilevelFit, BalancedOneWayIsTheAnalysisOfVariance) {
  const Columns data = balanced(1.0);
  const Anova a = anova(data.number("y"));
  const Fit f = fitted("y ~ 1 + (1 | school)", data);
  const double variance = (a.between - a.within) / 5.0;
  ASSERT_GT(variance, 0.0);
  EXPECT_NEAR(f.sigma * f.sigma, a.within, 1e-5);
  EXPECT_NEAR(f.components[0].value, variance, 1e-5);
  EXPECT_NEAR(f.fixed[0].estimate, a.mean, 1e-9);
  EXPECT_NEAR(f.fixed[0].se, std::sqrt(a.between / 60.0), 1e-5);
  EXPECT_NEAR(f.icc[0].value, variance / (variance + a.within), 1e-5);
  const double shrink = 5.0 * variance / (5.0 * variance + a.within);
  for (std::size_t j = 0; j < 12; ++j) EXPECT_NEAR(f.groups[0].estimate[j], shrink * (a.means[j] - a.mean), 1e-5);
  // Maximum likelihood divides the sum of squares between schools by their number.
  const Fit by_ml = fitted("y ~ 1 + (1 | school)", data, ml());
  EXPECT_NEAR(by_ml.components[0].value, (a.between * 11.0 / 12.0 - a.within) / 5.0, 1e-5);
  EXPECT_GT(by_ml.log_likelihood, f.log_likelihood - 10.0);
}

TEST(MultilevelFit, WithoutVarianceBetweenGroupsItIsLeastSquares) {
  Columns data = balanced(0.0, 3);
  data.numbers.emplace_back("x", std::vector<double>());
  // Group means are made equal, so that the variance between groups is 0 for certain.
  auto& y = data.numbers[0].second;
  const Anova a = anova(y);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] -= a.means[i / 5];
  auto s = stream(4);
  for (std::size_t i = 0; i < y.size(); ++i) data.numbers[1].second.push_back(i % 5 < 4 ? s.normal() : 0.0);
  for (std::size_t j = 0; j < 12; ++j)
    for (std::size_t i = 0; i < 4; ++i) data.numbers[1].second[j * 5 + 4] -= data.numbers[1].second[j * 5 + i];
  const Fit f = fitted("y ~ x + (1 | school)", data);
  EXPECT_TRUE(f.singular);
  EXPECT_EQ(f.theta[0], 0.0);
  EXPECT_TRUE(std::isnan(f.components[0].lower));
  ASSERT_FALSE(f.findings.empty());
  EXPECT_EQ(f.findings.back().code, Code::kSingularFit);
  const Eigen::MatrixXd x = matrix_of(data, {"x"});
  const Eigen::MatrixXd inverse = (x.transpose() * x).inverse();
  const Eigen::VectorXd beta = inverse * x.transpose() * vector_of(y);
  const double s2 = (vector_of(y) - x * beta).squaredNorm() / 58.0;
  for (Eigen::Index j = 0; j < 2; ++j) {
    EXPECT_NEAR(f.fixed[static_cast<std::size_t>(j)].estimate, beta(j), 1e-10);
    EXPECT_NEAR(f.fixed[static_cast<std::size_t>(j)].se, std::sqrt(s2 * inverse(j, j)), 1e-10);
  }
  for (const double u : f.groups[0].estimate) EXPECT_EQ(u, 0.0);
}

TEST(MultilevelFit, RandomSlopesUnbalanced) {
  const Columns data = pupils(5, 14);
  for (const FitOptions& o : {FitOptions{}, ml()}) {
    const Fit f = fitted("y ~ x + (x | school)", data, o);
    expect_dense(f, dense_at(f, data, {"x"}, {"x"}));
  }
}

TEST(MultilevelFit, ThreeLevelsAndCrossedFactors) {
  const Columns data = pupils(6, 24);
  for (const char* formula : {"y ~ x + (1 | district/school)", "y ~ x + (1 | district) + (x | school)",
                              "y ~ x + (1 | school) + (1 | rater)", "y ~ x + (1 | school) + (1 | district) + (1 | rater)"}) {
    SCOPED_TRACE(formula);
    for (const FitOptions& o : {FitOptions{}, ml()}) {
      const Fit f = fitted(formula, data, o);
      expect_dense(f, dense_at(f, data, {"x"}, {"x"}));
    }
  }
}

TEST(MultilevelFit, NestedByEliminationEqualsCrossedBySparseFactor) {
  // The same model both ways: a rater that agrees with the district is nested; one pupil moved makes the design crossed.
  Columns data = pupils(7, 16);
  const Fit nested = fitted("y ~ x + (x | school) + (1 | district)", data);
  Columns moved = data;
  moved.numbers[0].second.push_back(2.0);
  moved.numbers[1].second.push_back(0.5);
  moved.numbers[2].second.push_back(1e-9);  // a pupil of next to no weight, of the first school in the last district
  moved.labels[0].second.push_back(data.labels[0].second.front());
  moved.labels[1].second.push_back(data.labels[1].second.back());
  moved.labels[2].second.push_back("r0");
  FitOptions weighted;
  weighted.weights = "w";
  for (auto* d : {&data, &moved})
    for (std::size_t i = 0; i < data.number("y").size(); ++i) d->numbers[2].second[i] = 1.0;
  const Fit crossed = fitted("y ~ x + (x | school) + (1 | district)", moved, weighted);
  for (std::size_t i = 0; i < nested.groups[0].estimate.size(); ++i) {
    EXPECT_NEAR(nested.groups[0].estimate[i], crossed.groups[0].estimate[i], 0.02);
    EXPECT_NEAR(nested.groups[0].comparative_se[i], crossed.groups[0].comparative_se[i], 0.02);
  }
}

TEST(MultilevelFit, WeightsAreOfPrecision) {
  const Columns data = pupils(8, 18);
  FitOptions o;
  o.weights = "w";
  const Fit f = fitted("y ~ x + (x | school)", data, o);
  expect_dense(f, dense_at(f, data, {"x"}, {"x"}, true));
  // Three times the weight is three times the residual variance, and nothing else: they are no counts of rows.
  Columns tripled = data;
  for (double& w : tripled.numbers[2].second) w *= 3.0;
  const Fit g = fitted("y ~ x + (x | school)", tripled, o);
  EXPECT_NEAR(g.sigma * g.sigma, 3.0 * f.sigma * f.sigma, 1e-5);
  EXPECT_NEAR(g.fixed[1].estimate, f.fixed[1].estimate, 1e-6);
  EXPECT_NEAR(g.fixed[1].se, f.fixed[1].se, 1e-6);
  EXPECT_NEAR(g.deviance, f.deviance, 1e-6);
}

TEST(MultilevelFit, ContextualEffectIsTheSchoolMeanOfTheRowsUsed) {
  Columns data = pupils(9, 18);
  data.numbers[0].second[3] = kMissing;
  const Fit f = fitted("y ~ within(x, school) + mean(x, school) + (1 | school)", data);
  Columns by_hand = data;
  std::vector<double> mean(data.number("x").size());
  std::vector<double> within = mean;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0.0;
    double n = 0.0;
    for (std::size_t k = 0; k < mean.size(); ++k)
      if (k != 3 && data.label("school")[k] == data.label("school")[i]) {
        sum += data.number("x")[k];
        n += 1.0;
      }
    mean[i] = sum / n;
    within[i] = data.number("x")[i] - mean[i];
  }
  by_hand.numbers.push_back({"m", mean});
  by_hand.numbers.push_back({"d", within});
  const Fit g = fitted("y ~ d + m + (1 | school)", by_hand);
  EXPECT_EQ(f.n_left_out, 1);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(f.fixed[j].estimate, g.fixed[j].estimate, 1e-8);
  EXPECT_EQ(f.fixed[2].name, "mean(x, school)");
}

TEST(MultilevelFit, IntervalsOfComponentsFollowTheCurvature) {
  // One-way balanced: the variances of the mean squares are known, 2 MS^2 / df; for large tables Wald's intervals come to them.
  auto s = stream(10);
  Columns data;
  data.numbers = {{"y", {}}};
  data.labels = {{"school", {}}};
  for (int j = 0; j < 300; ++j) {
    const double u = s.normal();
    for (int i = 0; i < 10; ++i) {
      data.numbers[0].second.push_back(u + s.normal());
      data.labels[0].second.push_back(std::to_string(j));
    }
  }
  const Fit f = fitted("y ~ 1 + (1 | school)", data);
  const double w = f.sigma * f.sigma;
  const double b = w + 10.0 * f.components[0].value;
  const double se_variance = std::sqrt(2.0 * b * b / 299.0 + 2.0 * w * w / 2700.0) / 10.0;
  const double se_log_sd = se_variance / (2.0 * f.components[0].value);
  const double half = 1.959963984540054;
  EXPECT_NEAR(std::log(f.components[0].upper / f.components[0].sd_or_correlation), half * se_log_sd, 1e-4);
  EXPECT_NEAR(std::log(f.components[0].sd_or_correlation / f.components[0].lower), half * se_log_sd, 1e-4);
  EXPECT_NEAR(std::log(f.components[1].upper / f.sigma), half * std::sqrt(2.0 / 2700.0) / 2.0, 1e-4);
  // ICC = v / (v + w): log(v / w) has variance (2 b^2 / 299 + 2 w^2 / 2700) / (10 v)^2 + 2 / 2700 + 2 cov, cov = 2 w / (2700 x 10 v).
  const double v = f.components[0].value;
  const double variance =
      (2.0 * b * b / 299.0 + 2.0 * w * w / 2700.0) / (100.0 * v * v) + 2.0 / 2700.0 + 2.0 * 2.0 * w / (2700.0 * 10.0 * v);
  const double logit = std::log(v / w);
  EXPECT_NEAR(f.icc[0].upper, 1.0 / (1.0 + std::exp(-(logit + half * std::sqrt(variance)))), 1e-5);
  EXPECT_NEAR(f.icc[0].lower, 1.0 / (1.0 + std::exp(-(logit - half * std::sqrt(variance)))), 1e-5);
}

TEST(MultilevelFit, OrderOfRowsAndNumberOfThreads) {
  const Columns data = pupils(11, 1500);  // several blocks of rows
  auto s = stream(12);
  const auto n = static_cast<std::int64_t>(data.number("y").size());
  const Fit f = fitted("y ~ x + (x | school)", data);
  const Fit g = fitted("y ~ x + (x | school)", data.permuted(s.permutation(n)));
  EXPECT_NEAR(f.deviance, g.deviance, 1e-10 * std::abs(f.deviance));
  // Estimates agree as far as the search goes: the criterion is flat to a millionth of theta.
  for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(f.fixed[j].estimate, g.fixed[j].estimate, 1e-7);
  for (std::size_t j = 0; j < f.groups[0].estimate.size(); ++j) EXPECT_NEAR(f.groups[0].estimate[j], g.groups[0].estimate[j], 1e-5);
  for (const char* formula : {"y ~ x + (x | school)", "y ~ x + (1 | school) + (1 | rater)"}) {
    ExecutionContext context;
    context.n_threads = 1;
    FitOptions o;
    o.group_effects = false;
    o.component_intervals = false;
    const auto one = multilevel::fit(formula, data.table(), o, context).value();
    for (const int threads : {2, 3}) {
      context.n_threads = threads;
      const auto many = multilevel::fit(formula, data.table(), o, context).value();
      EXPECT_EQ(one.deviance, many.deviance);
      EXPECT_EQ(one.theta, many.theta);
      EXPECT_EQ(one.fixed[1].estimate, many.fixed[1].estimate);
      EXPECT_EQ(one.fixed_covariance, many.fixed_covariance);
    }
  }
}

TEST(MultilevelFit, ErrorsOfEffectsThatAreNotKnownAreNotZero) {
  multilevel::solve_detail::Structure s;
  s.names = {"(Intercept)"};
  s.groupings.resize(1);
  s.groupings[0].name = "school";
  s.groupings[0].levels = {"a", "b", "c"};
  s.groupings[0].columns = {0};
  s.groupings[0].n_rows = {1, 1, 1};
  multilevel::solve_detail::Effects effects;
  effects.estimate = {0.1, 0.2, 0.3};
  effects.covariance = {kMissing, -1e-18, 4.0};
  effects.error = {9.0, kMissing, -1e-18};
  const auto out = multilevel::prepare_detail::group_effects(s, {effects});
  EXPECT_TRUE(std::isnan(out[0].conditional_sd[0]));
  EXPECT_EQ(out[0].conditional_sd[1], 0.0);
  EXPECT_EQ(out[0].conditional_sd[2], 2.0);
  EXPECT_EQ(out[0].comparative_se[0], 3.0);
  EXPECT_TRUE(std::isnan(out[0].comparative_se[1]));
  EXPECT_EQ(out[0].comparative_se[2], 0.0);
}

}  // namespace
