#include <celadon/models/composite/weights.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeWeights, ByHand) {
  EXPECT_EQ(equal_weights(4).value().weights, (std::vector<double>{0.25, 0.25, 0.25, 0.25}));
  // The first column is even (entropy 1), so all weight goes to the second.
  const auto e = entropy_weights(matrix({{1, 0}, {1, 2}})).value();
  EXPECT_NEAR(e.criterion[0], 1.0, 1e-15);
  EXPECT_NEAR(e.criterion[1], 0.0, 1e-15);
  EXPECT_NEAR(e.weights[1], 1.0, 1e-13);
  const auto d = deviation_weights(matrix({{1, 10}, {2, 12}, {3, 14}})).value();
  EXPECT_NEAR(d.weights[0], 1.0 / 3.0, 1e-15);
  // r = -1 between the two: conflict 2 each, deviations 1 and 2
  const auto c = critic_weights(matrix({{1, 14}, {2, 12}, {3, 10}})).value();
  EXPECT_NEAR(c.criterion[0], 2.0, 1e-14);
  EXPECT_NEAR(c.weights[1], 2.0 / 3.0, 1e-14);
  const auto p = component_weights(matrix({{1, 2}, {2, 1}, {3, 4}, {4, 3}})).value();
  EXPECT_NEAR(p.weights[0], 0.5, 1e-14);
  const auto b = budget_weights(matrix({{60, 40}, {40, 60}, {80, 20}})).value();
  EXPECT_NEAR(b.weights[0], 0.6, 1e-15);
  EXPECT_NEAR(b.se[0], 0.2 / std::sqrt(3.0), 1e-15);
}

TEST(CompositeWeights, BadInput) {
  EXPECT_EQ(entropy_weights(matrix({{-1, 1}, {1, 1}})).error().code, Code::kNegativeValue);
  EXPECT_EQ(entropy_weights(matrix({{1, 1}, {1, 1}})).error().code, Code::kConstantIndicator);
  EXPECT_EQ(deviation_weights(matrix({{1, kMissing}, {2, 1}})).error().code, Code::kTooFewUnits);
  EXPECT_EQ(budget_weights(matrix({{60, 30}})).error().code, Code::kBudgetNotSpent);
  EXPECT_EQ(budget_weights(matrix({{110, -10}})).error().code, Code::kNegativeValue);
  EXPECT_EQ(equal_weights(0).error().code, Code::kInvalidArgument);
}

}  // namespace
