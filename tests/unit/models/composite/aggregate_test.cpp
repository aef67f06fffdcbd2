#include <celadon/models/composite/aggregate.hpp>

#include "models/composite/composite_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace composite_cases;

TEST(CompositeMean, ByHand) {
  const std::vector<double> x = {1.0, 4.0, 16.0};
  const std::vector<double> w = {2.0, 1.0, 1.0};
  const auto mean = [&](Aggregation a, double p = 1.0) { return mean_of(x, w, a, p).value(); };
  EXPECT_DOUBLE_EQ(mean(Aggregation::kArithmetic), 22.0 / 4.0);
  EXPECT_NEAR(mean(Aggregation::kGeometric), std::pow(64.0, 0.25), 1e-14);
  EXPECT_DOUBLE_EQ(mean(Aggregation::kHarmonic), 4.0 / (2.0 + 0.25 + 0.0625));
  EXPECT_NEAR(mean(Aggregation::kGeneralised, -1.0), mean(Aggregation::kHarmonic), 1e-14);
  EXPECT_NEAR(mean(Aggregation::kGeneralised, 0.0), mean(Aggregation::kGeometric), 1e-14);
  EXPECT_NEAR(mean(Aggregation::kGeneralised, 2.0), std::sqrt((2.0 + 16.0 + 256.0) / 4.0), 1e-13);
  EXPECT_NEAR(mean(Aggregation::kWeightedProduct), 64.0, 1e-12);
  // compensation falls from arithmetic to harmonic
  EXPECT_GT(mean(Aggregation::kArithmetic), mean(Aggregation::kGeometric));
  EXPECT_GT(mean(Aggregation::kGeometric), mean(Aggregation::kHarmonic));
  EXPECT_EQ(mean_of(x, w, Aggregation::kCopeland).error().code, Code::kInvalidArgument);
  EXPECT_EQ(mean_of(std::vector<double>{1.0, 0.0}, {}, Aggregation::kGeometric).error().code, Code::kValueNotPositive);
}

TEST(CompositeAggregate, UpTheTreeWithMissingValues) {
  const Matrix x = matrix({{10, 20, 30, 50}, {10, kMissing, kMissing, kMissing}});
  const Matrix s = aggregate(x, tree()).value();
  EXPECT_DOUBLE_EQ(s(0, 4), 15.0);
  EXPECT_DOUBLE_EQ(s(0, 5), 40.0);
  EXPECT_DOUBLE_EQ(s(0, 6), (2.0 * 15.0 + 40.0) / 3.0);
  EXPECT_DOUBLE_EQ(s(1, 4), 10.0);
  EXPECT_TRUE(std::isnan(s(1, 5)));
  EXPECT_DOUBLE_EQ(s(1, 6), 10.0);  // what is there carries the weight
  AggregateOptions strict;
  strict.min_available = 0.75;
  EXPECT_TRUE(std::isnan(aggregate(x, tree(), strict).value()(1, 6)));
}

TEST(CompositeAggregate, AShareOfChildrenThatIsReachedExactlyIsEnough) {
  // .28 * 25 is above 7 in double precision.
  Matrix x(1, 25, kMissing);
  for (std::int64_t j = 0; j < 7; ++j) x(0, j) = 3.0;
  AggregateOptions o;
  o.min_available = 0.28;
  const Tree flat = Tree::flat(25).value();
  EXPECT_EQ(aggregate(x, flat, o).value()(0, 25), 3.0);
  x(0, 6) = kMissing;
  EXPECT_TRUE(std::isnan(aggregate(x, flat, o).value()(0, 25)));
}

TEST(CompositeAggregate, PairMethodsInTheTree) {
  const Matrix x = matrix({{1, 9, 1, 3}, {2, 5, 5, 2}, {3, 1, 3, 8}});
  AggregateOptions o;
  o.methods = {Aggregation::kTopsis, Aggregation::kCopeland};
  const Matrix s = aggregate(x, tree(), o).value();
  const auto a = topsis(matrix({{1, 9}, {2, 5}, {3, 1}})).value();
  const auto b = topsis(matrix({{1, 3}, {5, 2}, {3, 8}})).value();
  for (std::int64_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(s(i, 4), a.closeness[static_cast<std::size_t>(i)]);
    EXPECT_DOUBLE_EQ(s(i, 5), b.closeness[static_cast<std::size_t>(i)]);
  }
  // A weighs 2, B weighs 1: the order on A decides each pair
  const auto order = ranks(s.column(4));
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_DOUBLE_EQ(s(i, 6), 2.0 - order[static_cast<std::size_t>(i)]);
}

TEST(CompositeAggregate, OneMissingValueChangesOneUnitOnly) {
  Matrix x = matrix({{10, 20, 30, 50}, {11, 21, 31, 51}, {12, 22, 32, 52}});
  const Matrix whole = aggregate(x, tree()).value();
  x(1, 1) = kMissing;
  const Matrix gap = aggregate(x, tree()).value();
  for (const std::int64_t i : {0, 2})
    for (std::int64_t k = 0; k < 7; ++k) EXPECT_EQ(gap(i, k), whole(i, k));  // bit for bit
  EXPECT_EQ(gap(1, 4), 11.0);
  EXPECT_DOUBLE_EQ(gap(1, 6), (2.0 * 11.0 + 41.0) / 3.0);
}

TEST(CompositeAggregate, MethodsByLevelAndErrors) {
  const Matrix x = matrix({{1, 4, 2, 8}});
  AggregateOptions o;
  o.methods = {Aggregation::kGeometric, Aggregation::kArithmetic};
  EXPECT_NEAR(aggregate(x, tree(), o).value()(0, 6), (2.0 * 2.0 + 4.0) / 3.0, 1e-14);
  const auto bad = aggregate(matrix({{1, 1, 1, 1}, {1, 0, 1, 1}}), tree(), o);
  EXPECT_EQ(bad.error().code, Code::kValueNotPositive);
  EXPECT_EQ(bad.error().place.row, 2);
  o.methods.clear();
  EXPECT_EQ(aggregate(x, tree(), o).error().code, Code::kInvalidArgument);
  EXPECT_EQ(aggregate(matrix({{1}}), tree()).error().code, Code::kLengthMismatch);
}

TEST(CompositeCopeland, WinsLessLossesAndBordaSums) {
  const Matrix x = matrix({{3, 1, 2}, {2, 2, 3}, {1, 3, 1}});
  const auto c = copeland(x).value();  // b beats a on two of three; a beats c; b beats c
  EXPECT_EQ(c, (std::vector<double>{0.0, 2.0, -2.0}));
  const Matrix o = outranking(x).value();
  EXPECT_NEAR(o(0, 1), 1.0 / 3.0, 1e-15);
  EXPECT_NEAR(o(0, 1) + o(1, 0), 1.0, 1e-15);
}

TEST(CompositeTopsis, BestIsOneWorstIsZeroAndCostsTurn) {
  const Matrix x = matrix({{1, 9}, {2, 5}, {3, 1}});
  const std::vector<int> directions = {1, -1};
  const auto t = topsis(x, {}, directions).value();
  EXPECT_DOUBLE_EQ(t.closeness[0], 0.0);
  EXPECT_DOUBLE_EQ(t.closeness[2], 1.0);
  EXPECT_EQ(t.rank[2], 1.0);
  EXPECT_EQ(topsis(matrix({{0, 1}, {0, 2}})).error().code, Code::kConstantIndicator);
  const auto p = weighted_product(matrix({{4, 2}}), {}, directions).value();
  EXPECT_NEAR(p[0], std::sqrt(2.0), 1e-14);
}

}  // namespace
