#include <celadon/models/composite/treat.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

Matrix column(std::vector<double> x) {
  Matrix out(static_cast<std::int64_t>(x.size()), 1);
  out.values = std::move(x);
  return out;
}

TEST(CompositeTreat, TwoOutliersAreWinsorised) {
  const TreatOptions o;
  const auto t = treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100, kMissing}), std::span(&o, 1)).value();
  EXPECT_FALSE(t.records[0].passed_before);
  EXPECT_TRUE(t.records[0].passed_after);
  EXPECT_EQ(t.values(11, 0), t.values(10, 0));
  EXPECT_TRUE(std::isnan(t.values(12, 0)));
  EXPECT_EQ(t.values(0, 0), 1.0);
}

TEST(CompositeTreat, TurningTheSignTurnsTheResult) {
  const TreatOptions o;
  std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100};
  const auto up = treat(column(x), std::span(&o, 1)).value();
  for (double& v : x) v = -v;
  const auto down = treat(column(x), std::span(&o, 1)).value();
  for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(up.values(i, 0), -down.values(i, 0));
}

TEST(CompositeTreat, TransformationFromTheOriginalValues) {
  TreatOptions o;
  o.max_winsorised = 0;
  const auto t = treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100}), std::span(&o, 1)).value();
  EXPECT_EQ(t.records[0].transformation, Transformation::kLog);
  EXPECT_NEAR(t.values(11, 0), std::log(99.0 + 0.99), 1e-14);
  o.transformation = Transformation::kBoxCox;
  o.lambda = 0.5;
  EXPECT_NEAR(treat(column({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100}), std::span(&o, 1)).value().values(11, 0), (10.0 - 1.0) / 0.5, 1e-12);
  o.lambda = kMissing;
  EXPECT_EQ(treat(column({1, 2, 3}), std::span(&o, 1)).error().code, Code::kInvalidArgument);
}

TEST(CompositeTreat, LogOfOneMoreAndOfTheWinsorisedValues) {
  TreatOptions o;
  o.max_winsorised = 0;
  o.transformation = Transformation::kLogShiftOne;
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 1000};
  EXPECT_NEAR(treat(column(x), std::span(&o, 1)).value().values(11, 0), std::log(1000.0), 1e-14);
  o.max_winsorised = 1;  // not enough: 30 and 30 still stand out
  o.skew_limit = 0.5;
  o.kurtosis_limit = 0.1;
  EXPECT_NEAR(treat(column(x), std::span(&o, 1)).value().values(11, 0), std::log(1000.0), 1e-14);
  o.combine = true;
  const auto t = treat(column(x), std::span(&o, 1)).value();
  EXPECT_NEAR(t.values(11, 0), std::log(30.0), 1e-14);
  EXPECT_NEAR(t.values(10, 0), std::log(30.0), 1e-14);
}

TEST(CompositeTreat, BoxCoxWithTheLikeliestLambda) {
  TreatOptions o;
  o.max_winsorised = 0;
  o.transformation = Transformation::kBoxCoxEstimated;
  std::vector<double> x;
  x.reserve(61);
  for (int i = 0; i < 60; ++i) x.push_back(std::exp(3.0 * i / 59.0));
  x.push_back(200.0);
  const auto t = treat(column(x), std::span(&o, 1)).value();
  ASSERT_EQ(t.records[0].transformation, Transformation::kBoxCoxEstimated);
  // Profile log-likelihood on a fine grid, written down again: no grid point beats the estimate by more than the grid's own step allows.
  const auto likelihood = [&](double lambda) {
    const auto n = static_cast<double>(x.size());
    double mean = 0.0;
    double logs = 0.0;
    std::vector<double> y;
    for (const double v : x) {
      const double shifted = v - 1.0 + 1.0;
      y.push_back(std::fabs(lambda) < 1e-12 ? std::log(shifted) : (std::pow(shifted, lambda) - 1.0) / lambda);
      mean += y.back() / n;
      logs += std::log(shifted);
    }
    double variance = 0.0;
    for (const double v : y) variance += (v - mean) * (v - mean) / n;
    return -0.5 * n * std::log(variance) + (lambda - 1.0) * logs;
  };
  const double best = likelihood(t.records[0].lambda);
  EXPECT_GT(t.records[0].lambda, -2.0 + 1e-6);
  EXPECT_LT(t.records[0].lambda, 2.0 - 1e-6);
  for (int k = -200; k <= 200; ++k) EXPECT_LE(likelihood(0.01 * k), best + 1e-9) << k;
  EXPECT_NEAR(t.values(60, 0), (std::pow(200.0, t.records[0].lambda) - 1.0) / t.records[0].lambda, 1e-10);
}

TEST(CompositeTreat, ConstantAndShortIndicatorsAreLeftAlone) {
  const TreatOptions o;
  EXPECT_EQ(treat(column({2, 2, 2, 2, 2}), std::span(&o, 1)).value().records[0].n_winsorised, 0);
  EXPECT_EQ(treat(column({1, 2, 90}), std::span(&o, 1)).value().values(2, 0), 90.0);
}

}  // namespace
