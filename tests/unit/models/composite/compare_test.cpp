#include <celadon/models/composite/compare.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeCompare, WithItselfAndWhatIf) {
  const Measures m = simulated(20);
  const auto index = build(m).value();
  const auto same = compare(index, index).value();
  EXPECT_EQ(same.mean_absolute_change, 0.0);
  EXPECT_NEAR(same.rank_correlation, 1.0, 1e-12);
  const Change change{3, 0, 40.0};
  const auto other = what_if(m, {}, std::span(&change, 1)).value();
  EXPECT_GE(other.rank_change[3], 0.0);
  const Change outside{99, 0, 1.0};
  EXPECT_EQ(what_if(m, {}, std::span(&outside, 1)).error().code, Code::kInvalidArgument);
}

TEST(CompositeRemoval, EqualsTheTreeWithoutTheIndicatorForAnyThreads) {
  const Measures m = simulated(20);
  ExecutionContext one;
  one.n_threads = 1;
  const auto r = remove_one_at_a_time(m, {}, 1, one).value();
  ASSERT_EQ(r.nodes.size(), 4U);
  Construction c;
  c.weights = {0, 1, 1, 1, 2, 1, 1};
  const auto without = compare(build(m).value(), build(m, c).value()).value();
  EXPECT_EQ(r.nodes[0].rank_change, without.rank_change);
  for (const int threads : {2, 3, 8}) {
    ExecutionContext many;
    many.n_threads = threads;
    const auto again = remove_one_at_a_time(m, {}, 1, many).value();
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(again.nodes[k].rank_correlation, r.nodes[k].rank_correlation);
  }
  EXPECT_EQ(remove_one_at_a_time(m, {}, 3).error().code, Code::kInvalidArgument);
}

TEST(CompositeInfluence, CorrelationsStandInTheWantedRatios) {
  const Measures m = simulated(60);
  const auto equal = equal_influence_weights(m, {}, 2).value();
  EXPECT_TRUE(equal.converged) << equal.deviation;
  EXPECT_NEAR(equal.correlations[0], equal.correlations[1], 1e-8);
  InfluenceOptions o;
  o.targets = {1.2, 1.0};
  const auto other = equal_influence_weights(m, {}, 2, o).value();
  EXPECT_NEAR(other.correlations[0] / other.correlations[1], 1.2, 1e-7);
  o.targets = {1.0, 0.0};
  EXPECT_EQ(equal_influence_weights(m, {}, 2, o).error().code, Code::kInvalidArgument);
}

}  // namespace
