#include <celadon/models/composite/ahp.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeAhp, ConsistentJudgementsGiveTheirWeights) {
  const auto r = ahp(matrix({{1, 2, 4}, {0.5, 1, 2}, {0.25, 0.5, 1}})).value();
  EXPECT_NEAR(r.weights[0], 4.0 / 7.0, 1e-14);
  EXPECT_NEAR(r.lambda_max, 3.0, 1e-13);
  EXPECT_NEAR(r.consistency_ratio, 0.0, 1e-13);
  EXPECT_TRUE(r.findings.empty());
}

TEST(CompositeAhp, CircularJudgementsAreFound) {
  const auto r = ahp(matrix({{1, 9, 1.0 / 9}, {1.0 / 9, 1, 9}, {9, 1.0 / 9, 1}})).value();
  EXPECT_NEAR(r.weights[0], 1.0 / 3.0, 1e-14);
  EXPECT_EQ(r.findings.at(0).code, Code::kInconsistentJudgements);
}

TEST(CompositeAhp, TheJudgementThatDoesNotFitIsNamed) {
  // weights 8 4 2 1, but for the judgement on the second and the fourth: 1/2 instead of 4
  const auto r = ahp(matrix({{1, 2, 4, 8}, {0.5, 1, 2, 0.5}, {0.25, 0.5, 1, 2}, {0.125, 2, 0.5, 1}})).value();
  EXPECT_EQ(r.worst_row, 1);
  EXPECT_EQ(r.worst_column, 3);
  EXPECT_GT(r.lambda_max, 4.0);
}

TEST(CompositeAhp, GroupOfOneAndOfMirrorImages) {
  const Matrix a = matrix({{1, 3}, {1.0 / 3, 1}});
  const Matrix b = matrix({{1, 1.0 / 3}, {3, 1}});
  const std::vector<Matrix> both = {a, b};
  for (const AhpGroup mode : {AhpGroup::kJudgements, AhpGroup::kPriorities, AhpGroup::kPrioritiesArithmetic}) {
    EXPECT_NEAR(ahp_group(both, mode).value().group.weights[0], 0.5, 1e-14);
    EXPECT_NEAR(ahp_group(std::span(&a, 1), mode).value().group.weights[0], 0.75, 1e-14);
    const std::vector<double> first_only = {1.0, 0.0};
    EXPECT_NEAR(ahp_group(both, mode, first_only).value().group.weights[0], 0.75, 1e-14);
  }
}

TEST(CompositeAhp, BadJudgements) {
  EXPECT_EQ(ahp(matrix({{1, 2}, {2, 1}})).error().code, Code::kNotReciprocal);
  EXPECT_EQ(ahp(matrix({{1, -2}, {-0.5, 1}})).error().code, Code::kNotReciprocal);
  EXPECT_EQ(ahp(matrix({{1, 2}})).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ahp_group({}).error().code, Code::kInvalidArgument);
}

}  // namespace
