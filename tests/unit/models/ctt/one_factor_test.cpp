#include <celadon/models/ctt/one_factor.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace celadon;

std::vector<double> from_loadings(const std::vector<double>& l) {
  std::vector<double> r;
  for (std::size_t i = 0; i < l.size(); ++i)
    for (std::size_t j = 0; j < l.size(); ++j) r.push_back(i == j ? 1.0 : l[i] * l[j]);
  return r;
}

TEST(OneFactor, RecoversAnExactFactor) {
  const std::vector<double> loadings{0.9, 0.3, 0.55, 0.7, -0.2, 0.61};
  const auto f = ctt::one_factor(from_loadings(loadings), 6).value();
  EXPECT_TRUE(f.converged);
  EXPECT_FALSE(f.improper);
  EXPECT_LT(f.objective, 1e-20);
  for (std::size_t j = 0; j < 6; ++j) EXPECT_NEAR(f.loadings[j], loadings[j], 1e-10);
}

TEST(OneFactor, SignIsPositiveOnTheWhole) {
  const auto f = ctt::one_factor(from_loadings({-0.5, -0.6, -0.7}), 3).value();
  for (const double l : f.loadings) EXPECT_GT(l, 0.0);
}

TEST(OneFactor, NoSmallStepImprovesTheFit) {
  // Not an exact factor: the result must be a minimum of the sum of squared residuals.
  std::vector<double> r = from_loadings({0.8, 0.5, 0.6, 0.4});
  for (const auto& [i, j, d] : {std::tuple{0, 1, 0.1}, {2, 3, -0.08}, {0, 3, 0.05}}) {
    r[static_cast<std::size_t>(i * 4 + j)] += d;
    r[static_cast<std::size_t>(j * 4 + i)] += d;
  }
  const auto f = ctt::one_factor(r, 4).value();
  const auto loss = [&](const std::vector<double>& l) {
    double sum = 0.0;
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < i; ++j) sum += std::pow(r[i * 4 + j] - l[i] * l[j], 2);
    return sum;
  };
  EXPECT_NEAR(loss(f.loadings), f.objective, 1e-15);
  for (std::size_t j = 0; j < 4; ++j)
    for (const double step : {-1e-4, 1e-4}) {
      auto l = f.loadings;
      l[j] += step;
      EXPECT_GT(loss(l), f.objective);
    }
}

TEST(OneFactor, HeywoodCaseIsSaid) {
  const auto f = ctt::one_factor(std::vector<double>{1, 0.9, 0.9, 0.9, 1, 0.5, 0.9, 0.5, 1}, 3).value();
  EXPECT_TRUE(f.improper);
  for (const double u : f.uniquenesses) EXPECT_GE(u, 0.005 - 1e-12);
}

TEST(OneFactor, SquaredMultipleCorrelations) {
  // Two variables: each explains r^2 of the other.
  const auto two = ctt::squared_multiple_correlations(std::vector<double>{1, 0.6, 0.6, 1}, 2).value();
  EXPECT_NEAR(two[0], 0.36, 1e-14);
  // Equal correlations r among k: smc = (k-1) r^2 / (1 + (k-2) r).
  const double r = 0.4;
  const auto four = ctt::squared_multiple_correlations(std::vector<double>{1, r, r, r, r, 1, r, r, r, r, 1, r, r, r, r, 1}, 4).value();
  for (const double s : four) EXPECT_NEAR(s, 3 * r * r / (1 + 2 * r), 1e-14);
}

TEST(OneFactor, WrongUse) {
  const std::vector<double> singular{1, 1, 1, 1};
  EXPECT_EQ(ctt::squared_multiple_correlations(singular, 2).error().code, Code::kSingularCorrelations);
  EXPECT_EQ(ctt::one_factor(singular, 2).error().code, Code::kTooFewItems);
  EXPECT_EQ(ctt::one_factor(singular, 3).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ctt::one_factor(std::vector<double>{1, NAN, 0, NAN, 1, 0, 0, 0, 1}, 3).error().code, Code::kNotFinite);
}

}  // namespace
