// Bars of an index against numbers computed by hand, for each way of joining; what is left out; one evaluated city.
#include <celadon/evaluation/scheme/sensitivity.hpp>

#include "scheme_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::Aggregation;
using scheme::IndexState;
using scheme::NodeSensitivity;
using scheme::Statistic;
using scheme::Weighting;
using scheme::WhatChanged;

struct Child {
  double value;
  double low;
  double high;
  double weight;
};

/// One node "top" over children "a", "b", ... of one school, whose values are given; the node's by hand.
scheme::SchemeEvaluation made(Aggregation aggregation, const std::vector<Child>& children, double value,
                              Weighting weighting = Weighting::kGiven) {
  scheme::SchemeEvaluation out;
  out.scheme = scheme_of({node("top", aggregation, weighting)});
  std::vector<scheme::IndexValue> values(1);
  values[0].state = IndexState::kEvaluated;
  values[0].value = value;
  for (std::size_t c = 0; c < children.size(); ++c) {
    auto i = leaf(std::string(1, static_cast<char>('a' + c)), Statistic::kMean, "x");
    i.parent = 0;
    out.scheme.indicators.push_back(i);
    out.scheme.indicators[0].children.push_back(static_cast<std::int32_t>(c) + 1);
    out.scheme.indicators[0].weights.push_back(children[c].weight);
    scheme::IndexValue v;
    v.state = std::isnan(children[c].value) ? IndexState::kNoData : IndexState::kEvaluated;
    v.value = children[c].value;
    v.low = children[c].low;
    v.high = children[c].high;
    values.push_back(v);
  }
  out.periods.push_back({"2026", {{"school", {"s1"}, {-1}}}, {values}});
  return out;
}

std::vector<NodeSensitivity> of(const scheme::SchemeEvaluation& e, double factor = 1.5) {
  return scheme::sensitivity(e, 0, "school", "s1", {factor}).value();
}

const scheme::SensitivityBar* find(const NodeSensitivity& s, WhatChanged what, std::int32_t child) {
  for (const auto& b : s.bars)
    if (b.what == what && b.child == child) return &b;
  return nullptr;
}

void expect(const NodeSensitivity& s, WhatChanged what, std::int32_t child, double low, double high) {
  const auto* b = find(s, what, child);
  ASSERT_NE(b, nullptr) << static_cast<int>(what) << " " << child;
  EXPECT_NEAR(b->low, low, 1e-12) << static_cast<int>(what) << " " << child;
  EXPECT_NEAR(b->high, high, 1e-12) << static_cast<int>(what) << " " << child;
}

TEST(Sensitivity, ArithmeticByHand) {
  // .5 x 60 + .3 x 80 + .2 x 40 = 62
  const auto e = made(Aggregation::kArithmetic, {{60, 50, 66, 0.5}, {80, 75, 85, 0.3}, {40, 30, 55, 0.2}}, 62.0);
  const auto all = of(e, 1.5);
  ASSERT_EQ(all.size(), 1u);
  const auto& s = all[0];
  EXPECT_EQ(s.node, 0);
  EXPECT_EQ(s.value, 62.0);
  ASSERT_EQ(s.bars.size(), 9u);
  expect(s, WhatChanged::kChildInterval, 1, 57.0, 65.0);
  expect(s, WhatChanged::kChildInterval, 2, 60.5, 63.5);
  expect(s, WhatChanged::kChildInterval, 3, 60.0, 65.0);
  // a: the others' mean is (24 + 8) / .5 = 64; weight 1/3: 60/3 + 64 x 2/3; weight 3/4: 45 + 16
  expect(s, WhatChanged::kChildWeight, 1, 61.0, 20.0 + 128.0 / 3.0);
  // b: the others' mean is 38 / .7; weights .2 and .45
  expect(s, WhatChanged::kChildWeight, 2, 16.0 + 0.8 * 38.0 / 0.7, 36.0 + 0.55 * 38.0 / 0.7);
  // c: the others' mean is 54 / .8 = 67.5; weights .3 and .2 / 1.5
  expect(s, WhatChanged::kChildWeight, 3, 12.0 + 0.7 * 67.5, 8.0 / 1.5 + (1.0 - 0.2 / 1.5) * 67.5);
  expect(s, WhatChanged::kChildRemoved, 1, 64.0, 64.0);
  expect(s, WhatChanged::kChildRemoved, 2, 38.0 / 0.7, 38.0 / 0.7);
  expect(s, WhatChanged::kChildRemoved, 3, 67.5, 67.5);
  // Widest first: interval of a 8, removal of b 7.71, weight of b 6.43, removal of c 5.5
  const std::vector<std::pair<WhatChanged, std::int32_t>> order = {
      {WhatChanged::kChildInterval, 1}, {WhatChanged::kChildRemoved, 2}, {WhatChanged::kChildWeight, 2}, {WhatChanged::kChildRemoved, 3}};
  for (std::size_t b = 0; b < order.size(); ++b) {
    EXPECT_EQ(s.bars[b].what, order[b].first) << b;
    EXPECT_EQ(s.bars[b].child, order[b].second) << b;
  }
}

TEST(Sensitivity, GeometricByHand) {
  const auto all = of(made(Aggregation::kGeometric, {{4, 1, 9, 0.5}, {9, 9, 16, 0.5}}, 6.0), 2.0);
  const auto& s = all.at(0);
  expect(s, WhatChanged::kChildInterval, 1, 3.0, 9.0);
  expect(s, WhatChanged::kChildInterval, 2, 6.0, 8.0);
  expect(s, WhatChanged::kChildRemoved, 1, 9.0, 9.0);
  expect(s, WhatChanged::kChildRemoved, 2, 4.0, 4.0);
  expect(s, WhatChanged::kChildWeight, 1, 4.0, std::pow(4.0, 0.25) * std::pow(9.0, 0.75));  // not beyond 1
  expect(s, WhatChanged::kChildWeight, 2, std::pow(9.0, 0.25) * std::pow(4.0, 0.75), 9.0);
}

TEST(Sensitivity, HarmonicByHand) {
  // 1 / (.25 / 2 + .75 / 6) = 4
  const auto all = of(made(Aggregation::kHarmonic, {{2, 1, 4, 0.25}, {6, 3, 12, 0.75}}, 4.0), 2.0);
  const auto& s = all.at(0);
  expect(s, WhatChanged::kChildInterval, 1, 1.0 / (0.25 + 0.125), 1.0 / (0.0625 + 0.125));
  expect(s, WhatChanged::kChildInterval, 2, 1.0 / (0.125 + 0.25), 1.0 / (0.125 + 0.0625));
  expect(s, WhatChanged::kChildWeight, 1, 1.0 / (0.25 + 0.5 / 6.0), 1.0 / (0.125 / 2.0 + 0.875 / 6.0));
  expect(s, WhatChanged::kChildWeight, 2, 1.0 / (0.625 / 2.0 + 0.375 / 6.0), 6.0);
  expect(s, WhatChanged::kChildRemoved, 1, 6.0, 6.0);
  expect(s, WhatChanged::kChildRemoved, 2, 2.0, 2.0);
}

TEST(Sensitivity, AMinimumHasNoWeights) {
  const auto all = of(made(Aggregation::kMinimum, {{30, 20, 50, 0.5}, {40, 35, 60, 0.5}}, 30.0, Weighting::kNone));
  const auto& s = all.at(0);
  ASSERT_EQ(s.bars.size(), 4u);
  expect(s, WhatChanged::kChildInterval, 1, 20.0, 40.0);
  expect(s, WhatChanged::kChildInterval, 2, 30.0, 30.0);
  expect(s, WhatChanged::kChildRemoved, 1, 40.0, 40.0);
  expect(s, WhatChanged::kChildRemoved, 2, 30.0, 30.0);
  EXPECT_EQ(s.bars[0].what, WhatChanged::kChildInterval);  // 20 wide
  EXPECT_EQ(s.bars[1].what, WhatChanged::kChildRemoved);   // from 30 to 40: the value belongs to the bar
  EXPECT_EQ(s.bars[2].what, WhatChanged::kChildInterval);  // 0 wide, in the scheme's order
  EXPECT_EQ(s.bars[3].what, WhatChanged::kChildRemoved);
}

TEST(Sensitivity, GoalpostsTimesAndMissingChildren) {
  // b has no value: its .4 is divided; a counts downwards from 130 to 70
  auto e = made(Aggregation::kArithmetic, {{100, 94, 112, 0.45}, {kNaN, kNaN, kNaN, 0.4}, {20, 20, 20, 0.15}}, 0.425);
  e.scheme.indicators[1].goalposts = {130.0, 70.0};
  e.scheme.indicators[0].times = 0.01;
  const auto all = of(e);
  const auto& s = all.at(0);
  ASSERT_EQ(s.bars.size(), 6u);
  EXPECT_EQ(find(s, WhatChanged::kChildInterval, 2), nullptr);
  expect(s, WhatChanged::kChildInterval, 1, 0.01 * (0.75 * 30.0 + 5.0), 0.01 * (0.75 * 60.0 + 5.0));
  expect(s, WhatChanged::kChildInterval, 3, 0.425, 0.425);
  expect(s, WhatChanged::kChildWeight, 1, 0.01 * 35.0, 0.50);  // weights 1/2 and 1
  expect(s, WhatChanged::kChildWeight, 3, 0.01 * (0.375 * 20.0 + 0.625 * 50.0), 0.01 * (20.0 / 6.0 + 50.0 * 5.0 / 6.0));
  expect(s, WhatChanged::kChildRemoved, 1, 0.20, 0.20);
  expect(s, WhatChanged::kChildRemoved, 3, 0.50, 0.50);
}

TEST(Sensitivity, WhatHasNoAnswerHasNoBar) {
  // An interval that reaches below 0 under a geometric mean; a child without an interval; the only child.
  auto all = of(made(Aggregation::kGeometric, {{4, -1, 9, 0.5}, {9, kNaN, kNaN, 0.5}}, 6.0));
  EXPECT_EQ(find(all.at(0), WhatChanged::kChildInterval, 1), nullptr);
  EXPECT_EQ(find(all.at(0), WhatChanged::kChildInterval, 2), nullptr);
  EXPECT_EQ(all.at(0).bars.size(), 4u);
  all = of(made(Aggregation::kArithmetic, {{4, 3, 5, 1.0}}, 4.0));
  ASSERT_EQ(all.at(0).bars.size(), 1u);
  expect(all[0], WhatChanged::kChildInterval, 1, 3.0, 5.0);
  // A child of weight 0 beside one of weight 1: nothing is left without the latter.
  all = of(made(Aggregation::kArithmetic, {{4, 3, 5, 1.0}, {8, 7, 9, 0.0}}, 4.0));
  EXPECT_EQ(find(all.at(0), WhatChanged::kChildRemoved, 1), nullptr);
  EXPECT_EQ(find(all.at(0), WhatChanged::kChildWeight, 1), nullptr);
  expect(all[0], WhatChanged::kChildRemoved, 2, 4.0, 4.0);
}

TEST(Sensitivity, TiesStandInTheOrderOfTheScheme) {
  const auto all = of(made(Aggregation::kArithmetic, {{5, 4, 6, 0.5}, {5, 4, 6, 0.5}}, 5.0, Weighting::kEqual));
  const auto& bars = all.at(0).bars;
  ASSERT_EQ(bars.size(), 6u);
  const std::vector<std::pair<WhatChanged, std::int32_t>> order = {{WhatChanged::kChildInterval, 1}, {WhatChanged::kChildInterval, 2},
                                                                   {WhatChanged::kChildWeight, 1},   {WhatChanged::kChildRemoved, 1},
                                                                   {WhatChanged::kChildWeight, 2},   {WhatChanged::kChildRemoved, 2}};
  for (std::size_t b = 0; b < bars.size(); ++b) {
    EXPECT_EQ(bars[b].what, order[b].first) << b;
    EXPECT_EQ(bars[b].child, order[b].second) << b;
  }
}

TEST(Sensitivity, NodesWithoutANumberAndHiddenOnesAreLeftOut) {
  auto e = made(Aggregation::kArithmetic, {{4, 3, 5, 0.5}, {8, 7, 9, 0.5}}, 6.0);
  auto& values = e.periods[0].values[0];
  values[0].hidden = evaluation::Hidden::kSmallGroup;
  EXPECT_TRUE(of(e).empty());
  values[0].hidden = evaluation::Hidden::kShown;
  values[1].hidden = evaluation::Hidden::kAllOrNone;
  EXPECT_TRUE(of(e).empty());
  values[1].hidden = evaluation::Hidden::kShown;
  EXPECT_EQ(of(e).size(), 1u);
  for (const auto state : {IndexState::kProfile, IndexState::kNoWeights, IndexState::kPartsMissing, IndexState::kNotForLevel}) {
    values[0].state = state;
    EXPECT_TRUE(of(e).empty());
  }
}

TEST(Sensitivity, WhatIsNotThereIsAnError) {
  const auto e = made(Aggregation::kArithmetic, {{4, 3, 5, 0.5}, {8, 7, 9, 0.5}}, 6.0);
  const auto argument = [&](std::size_t period, const char* level, const char* unit, double factor) {
    const auto got = scheme::sensitivity(e, period, level, unit, {factor});
    EXPECT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, Code::kInvalidArgument);
    return got.error().arguments.at(0).value;
  };
  EXPECT_EQ(argument(1, "school", "s1", 1.5), "period");
  EXPECT_EQ(argument(0, "county", "s1", 1.5), "level");
  EXPECT_EQ(argument(0, "school", "s2", 1.5), "unit");
  for (const double factor : {1.0, 0.5, kNaN, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(argument(0, "school", "s1", factor), "weight_factor");
}

TEST(Sensitivity, TableHasARowABar) {
  const auto e = made(Aggregation::kArithmetic, {{60, 50, 66, 0.5}, {80, 75, 85, 0.3}, {40, 30, 55, 0.2}}, 62.0);
  const auto all = of(e);
  const Table t = scheme::to_table(all, e);
  ASSERT_EQ(t.n_rows(), 9);
  std::vector<std::string> names;
  for (const auto& c : t.columns()) names.push_back(c.name);
  EXPECT_EQ(names, (std::vector<std::string>{"node", "node_name_zh", "node_name_en", "value", "what", "child", "child_name_zh",
                                             "child_name_en", "low", "high"}));
  EXPECT_EQ(scheme::to_table({}, e).n_rows(), 0);
  std::vector<NodeSensitivity> wrong = all;
  wrong[0].node = 17;
  EXPECT_THROW((void)scheme::to_table(wrong, e), LogicError);
}

// An evaluated city: a tree of two storeys with a profile above and plausible values below.
TEST(Sensitivity, OfAnEvaluationStandsAroundTheValuesShown) {
  City city(18, 3, 30, 3, 11);
  auto score = leaf("score", Statistic::kMean, "score");
  score.parent = 1;
  score.goalposts = {300.0, 700.0};
  auto sleep = leaf("sleep", Statistic::kMean, "sleep");
  sleep.parent = 1;
  sleep.goalposts = {6.0, 10.0};
  auto ses = leaf("ses", Statistic::kMean, "ses");
  ses.parent = 0;
  ses.goalposts = {-3.0, 3.0};
  auto inner = node("inner", Aggregation::kGeometric);
  inner.parent = 0;
  auto s =
      scheme_of({node("top", Aggregation::kArithmetic), inner, score, sleep, ses, node("side", Aggregation::kProfile, Weighting::kNone)});
  auto beside = leaf("beside", Statistic::kMean, "prior");
  beside.parent = 5;
  s.indicators.push_back(beside);
  const auto e = evaluated(s, {&city.with(city.cohort())});
  for (const char* unit : {"s0", "s7"}) {
    const auto all = scheme::sensitivity(e, 0, "school", unit).value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(e.scheme.indicators[static_cast<std::size_t>(all[0].node)].id, "top");
    EXPECT_EQ(e.scheme.indicators[static_cast<std::size_t>(all[1].node)].id, "inner");
    for (const auto& one : all) {
      EXPECT_EQ(one.value, e.at(0, "school", unit, e.scheme.indicators[static_cast<std::size_t>(one.node)].id).value);
      EXPECT_EQ(one.bars.size(), 6u);
      for (const auto& b : one.bars) {
        EXPECT_LE(b.low, b.high);
        if (b.what == WhatChanged::kChildRemoved) continue;
        EXPECT_LE(b.low, one.value + 1e-9);
        EXPECT_GE(b.high, one.value - 1e-9);
      }
    }
    const auto& inner_value = e.at(0, "school", unit, "inner");
    const double ses_index = e.at(0, "school", unit, "ses").index;
    for (const auto& b : all[0].bars)
      if (b.what == WhatChanged::kChildInterval && b.child == 1) {
        EXPECT_NEAR(b.low, 0.5 * inner_value.low + 0.5 * ses_index, 1e-9);
        EXPECT_NEAR(b.high, 0.5 * inner_value.high + 0.5 * ses_index, 1e-9);
      }
  }
}

}  // namespace
