#include <celadon/models/composite/data.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeTree, IndicatorsFirstAndChildrenBeforeParents) {
  std::vector<Node> nodes = tree().nodes();
  std::swap(nodes[0], nodes[6]);  // the index first
  const Tree t = Tree::make(nodes).value();
  EXPECT_EQ(t.n_indicators(), 4);
  EXPECT_EQ(t.n_levels(), 3);
  EXPECT_EQ(t.nodes()[static_cast<std::size_t>(t.root())].code, "index");
  EXPECT_EQ(t.indicators_of(t.find("A")).size(), 2U);
  EXPECT_EQ(t.indicators_of(t.root()).size(), 4U);
  EXPECT_EQ(t.upwards().back(), t.root());
  EXPECT_EQ(t.find("nothing"), -1);
}

TEST(CompositeTree, WrongTreesSayWhatIsWrong) {
  const auto code = [](auto change) {
    std::vector<Node> nodes = tree().nodes();
    change(nodes);
    const auto made = Tree::make(nodes);
    return made ? Code::kNone : made.error().code;
  };
  EXPECT_EQ(code([](auto& n) { n[1].code = "a1"; }), Code::kDuplicateNode);
  EXPECT_EQ(code([](auto& n) { n[1].parent = "X"; }), Code::kUnknownParent);
  EXPECT_EQ(code([](auto& n) { n[1].parent = "a1"; }), Code::kLevelNotAbove);
  EXPECT_EQ(code([](auto& n) { n[4].parent = ""; }), Code::kNotOneRoot);
  EXPECT_EQ(code([](auto& n) { n[2].parent = n[3].parent = "A"; }), Code::kAggregateWithoutChildren);
  EXPECT_EQ(code([](auto& n) { n[2].weight = -1.0; }), Code::kInvalidArgument);
  EXPECT_EQ(code([](auto& n) { n[2].direction = 0; }), Code::kInvalidArgument);
  EXPECT_EQ(Tree::flat(0).error().code, Code::kInvalidArgument);
}

TEST(CompositeTree, EffectiveWeightsByHand) {
  const auto w = effective_weights(tree()).value();
  const double expected[] = {1.0 / 3, 1.0 / 3, 1.0 / 6, 1.0 / 6, 2.0 / 3, 1.0 / 3, 1.0};
  for (std::size_t k = 0; k < 7; ++k) EXPECT_NEAR(w[k], expected[k], 1e-15);
  EXPECT_EQ(effective_weights(tree(), std::vector<double>{1.0}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(effective_weights(tree(), std::vector<double>{0, 0, 1, 1, 1, 1, 1}).error().code, Code::kInvalidArgument);
}

TEST(CompositeRanks, TiesShareTheBestRank) {
  const auto r = ranks(std::vector<double>{3.0, 5.0, kMissing, 3.0, 1.0});
  EXPECT_EQ(r[0], 2.0);
  EXPECT_EQ(r[1], 1.0);
  EXPECT_TRUE(std::isnan(r[2]));
  EXPECT_EQ(r[3], 2.0);
  EXPECT_EQ(r[4], 4.0);
}

TEST(CompositeMatrix, CopyChecksItsLength) {
  EXPECT_THROW(static_cast<void>(Matrix::copy_of(std::vector<double>(5), 2, 3)), LogicError);
}

}  // namespace
