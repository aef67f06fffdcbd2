#include <celadon/models/composite/multivariate.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeMultivariate, ByHand) {
  const Matrix x = matrix({{1, 2, 5}, {2, 1, kMissing}, {3, 4, 7}, {4, 3, 6}});
  const Matrix r = correlations(x);
  EXPECT_NEAR(r(0, 1), 0.6, 1e-15);
  EXPECT_EQ(r(2, 2), 1.0);
  EXPECT_NEAR(covariances(x)(0, 1), 1.0, 1e-15);
  EXPECT_NEAR(rank_correlations(x)(0, 1), 0.6, 1e-15);
  const Matrix two = matrix({{1, 2}, {2, 1}, {3, 4}, {4, 3}});
  EXPECT_NEAR(group_alpha(two).value().alpha_standardized, 2.0 * 0.6 / 1.6, 1e-15);
  const auto p = principal_components(two).value();
  EXPECT_NEAR(p.sd[0], std::sqrt(1.6), 1e-14);
  EXPECT_NEAR(p.explained_share[1], 0.2, 1e-14);
  EXPECT_NEAR(p.loadings(0, 0), std::sqrt(0.5), 1e-14);
}

TEST(CompositeMultivariate, BadInput) {
  EXPECT_EQ(group_alpha(matrix({{1}, {2}})).error().code, Code::kTooFewItems);
  EXPECT_EQ(principal_components(matrix({{1, 2}, {1, 3}})).error().code, Code::kConstantIndicator);
  EXPECT_EQ(principal_components(matrix({{1, 2}})).error().code, Code::kTooFewUnits);
}

}  // namespace
