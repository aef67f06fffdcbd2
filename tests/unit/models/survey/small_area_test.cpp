// Empirical Bayes: limits of the shrinkage, a case by hand, recovery and honest errors, bad input.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/small_area.hpp>

namespace {

using namespace survey_cases;

TEST(EmpiricalBayes, OfEqualVariancesIsTheClassicShrinkage) {
  // With equal v the restricted likelihood gives A + v = S^2, the variance of the direct estimates.
  const std::vector<double> direct = {1, 4, 7, 8, 10};
  const std::vector<double> variance(5, 2.0);
  const auto out = survey::empirical_bayes({direct, variance}).value();
  const double s2 = 50.0 / 4.0;
  EXPECT_NEAR(out.between_variance, s2 - 2.0, 1e-7);
  EXPECT_NEAR(out.coefficients[0], 6.0, 1e-10);
  EXPECT_NEAR(out.rows[0].shrinkage, 1.0 - 2.0 / s2, 1e-9);
  EXPECT_NEAR(out.rows[0].estimate, 6.0 - 5.0 * (1.0 - 2.0 / s2), 1e-7);
  const double g1 = (1.0 - 2.0 / s2) * 2.0;
  const double g2 = 2.0 / s2 * (2.0 / s2) * s2 / 5.0;
  const double g3 = 4.0 / (s2 * s2 * s2) * (2.0 * s2 * s2 / 5.0);
  EXPECT_NEAR(out.rows[0].se, std::sqrt(g1 + g2 + 2.0 * g3), 1e-7);
  EXPECT_TRUE(out.converged);
}

TEST(EmpiricalBayes, ShrinksAllTheWayWhereGroupsDoNotDiffer) {
  const std::vector<double> direct = {5.0, 5.1, 4.9, 5.05, 4.95, kNaN};
  const std::vector<double> variance = {1, 1, 1, 1, 1, kNaN};
  const auto out = survey::empirical_bayes({direct, variance}).value();
  EXPECT_EQ(out.between_variance, 0.0);
  for (const auto& row : out.rows) EXPECT_NEAR(row.estimate, 5.0, 1e-9);
  EXPECT_EQ(out.rows[0].shrinkage, 0.0);
  EXPECT_TRUE(std::isnan(out.rows[5].direct));
  EXPECT_EQ(out.to_table().n_rows(), 6);
}

TEST(EmpiricalBayes, IsNearerTheTruthThanTheDirectAndItsErrorIsHonest) {
  celadon::random::Stream stream(9);
  double direct_error = 0.0, eb_error = 0.0, claimed = 0.0, between = 0.0;
  const int n_runs = 200;
  for (int run = 0; run < n_runs; ++run) {
    std::vector<double> truth, direct, variance, x;
    for (int g = 0; g < 30; ++g) {
      x.push_back(stream.normal());
      truth.push_back(10.0 + 2.0 * x.back() + stream.normal(0.0, 1.0));
      variance.push_back(stream.uniform(0.5, 3.0));
      direct.push_back(truth.back() + stream.normal(0.0, std::sqrt(variance.back())));
    }
    survey::SmallAreaSpec spec{direct, variance};
    spec.covariates = x;
    spec.n_covariates = 1;
    const auto out = survey::empirical_bayes(spec).value();
    between += out.between_variance / n_runs;
    for (std::size_t g = 0; g < 30; ++g) {
      direct_error += std::pow(direct[g] - truth[g], 2);
      eb_error += std::pow(out.rows[g].estimate - truth[g], 2);
      claimed += out.rows[g].se * out.rows[g].se;
    }
  }
  EXPECT_LT(eb_error, 0.65 * direct_error);
  EXPECT_NEAR(claimed / eb_error, 1.0, 0.1);
  EXPECT_NEAR(between, 1.0, 0.15);
}

TEST(EmpiricalBayes, SmoothsVariancesByEffectiveSize) {
  const std::vector<double> direct = {1, 4, 7, 8, 10};
  const std::vector<double> variance = {4.0, 1.0, kNaN, 2.0, 2.0};
  const std::vector<double> n = {10, 20, 40, 20, 10};
  survey::SmallAreaSpec spec{direct, variance};
  spec.effective_n = n;
  const auto out = survey::empirical_bayes(spec).value();
  const double pooled = (4.0 * 100 + 1.0 * 400 + 2.0 * 400 + 2.0 * 100) / 60.0;
  for (std::size_t g = 0; g < 5; ++g) EXPECT_NEAR(out.rows[g].direct_se, std::sqrt(pooled / n[g]), 1e-12);
}

TEST(EmpiricalBayes, RefusesBadInput) {
  const std::vector<double> direct = {1, 4, 7, 8};
  std::vector<double> variance = {1, 1, 1, 0};
  EXPECT_EQ(survey::empirical_bayes({direct, variance}).error().code, Code::kInvalidArgument);
  variance.pop_back();
  EXPECT_EQ(survey::empirical_bayes({direct, variance}).error().code, Code::kLengthMismatch);
  const std::vector<double> two = {1, 2};
  EXPECT_EQ(survey::empirical_bayes({two, two}).error().code, Code::kTooFewUnits);
  const std::vector<double> ones = {1, 1, 1, 1};
  survey::SmallAreaSpec spec{direct, ones};
  spec.covariates = ones;
  spec.n_covariates = 1;
  EXPECT_EQ(survey::empirical_bayes(spec).error().code, Code::kInvalidArgument);
}

}  // namespace
