#include "scheme_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::Aggregation;
using scheme::Statistic;
using scheme::Weighting;

/// Codes that a check of these indicators finds, in order.
std::vector<Code> found(std::vector<scheme::Indicator> indicators) {
  scheme::Scheme s = scheme_of(std::move(indicators));
  std::vector<Code> out;
  for (const Finding& f : check(s)) out.push_back(f.code);
  return out;
}

TEST(Scheme, LinksAndOrdersTheTree) {
  auto top = node("top", Aggregation::kProfile, Weighting::kNone);
  auto a = leaf("a", Statistic::kMean, "x");
  auto b = leaf("b", Statistic::kMean, "x");
  a.parent = 2;
  b.parent = 2;
  scheme::Scheme s = scheme_of({a, b, top});
  EXPECT_TRUE(check(s).empty());
  EXPECT_EQ(s.roots, (std::vector<std::int32_t>{2}));
  EXPECT_EQ(s.order, (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(s.indicators[2].children, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(s.find("b"), 1);
  EXPECT_EQ(s.find("nothing"), -1);
}

TEST(Scheme, ACycleIsCutAndTheRestStands) {
  auto a = node("a", Aggregation::kProfile, Weighting::kNone);
  auto b = node("b", Aggregation::kProfile, Weighting::kNone);
  auto c = leaf("c", Statistic::kMean, "x");
  a.parent = 1;
  b.parent = 0;
  c.parent = 1;
  scheme::Scheme s = scheme_of({a, b, c});
  const Findings wrong = check(s);
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_EQ(wrong[0].code, Code::kSchemeCycle);
  EXPECT_EQ(s.order.size(), 3U);
  EXPECT_EQ(s.roots.size(), 1U);
}

TEST(Scheme, EveryMistakeHasItsFinding) {
  auto duplicate = leaf("a", Statistic::kMean, "x");
  EXPECT_EQ(found({duplicate, duplicate}), (std::vector<Code>{Code::kSchemeDuplicateId}));

  auto top = node("top", Aggregation::kArithmetic, Weighting::kGiven);
  auto a = leaf("a", Statistic::kMean, "x");
  auto b = leaf("b", Statistic::kMean, "y");
  a.parent = b.parent = 0;
  top.weights = {0.5, 0.4};
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{Code::kSchemeWeightsSum}));
  top.weights = {0.5, 0.5};
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{}));
  top.weights = {1.0};
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{Code::kSchemeWeightsChild}));
  top.weights = {0.5, 0.5};
  b.unit = "hours";
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{Code::kSchemeMixedUnits}));
  a.goalposts = b.goalposts = {0.0, 10.0};
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{}));
  top.statistic = Statistic::kMean;
  EXPECT_EQ(found({top, a, b}), (std::vector<Code>{Code::kSchemeField}));

  const auto one = [](auto change) {
    auto i = leaf("i", Statistic::kMean, "x");
    change(i);
    return found({i});
  };
  using I = scheme::Indicator;
  const std::vector<Code> field = {Code::kSchemeField};
  EXPECT_EQ(one([](I& i) { i.bands.cuts = {1.0, 3.0, 2.0}; }), (std::vector<Code>{Code::kSchemeCutOrder}));
  EXPECT_EQ(one([](I& i) { i.bands.cuts = {1.0, 1.0}; }), (std::vector<Code>{Code::kSchemeCutOrder}));
  EXPECT_EQ(one([](I& i) {
              i.bands = {{1.0, 2.0}, {{"低", "low"}, {"高", "high"}}, false, ""};
            }),
            (std::vector<Code>{Code::kSchemeBandNames}));
  EXPECT_EQ(one([](I& i) { i.goalposts = {1.0, 1.0}; }), field);
  EXPECT_EQ(one([](I& i) { i.goalposts = {10.0, 1.0}; }), field);
  EXPECT_EQ(one([](I& i) { i.times = 0.0; }), field);
  EXPECT_EQ(one([](I& i) { i.variable = ""; }), field);
  EXPECT_EQ(one([](I& i) { i.statistic = Statistic::kRatio; }), field);
  EXPECT_EQ(one([](I& i) { i.statistic = Statistic::kGradient; }), field);
  EXPECT_EQ(one([](I& i) { i.statistic = Statistic::kGap; }), field);
  EXPECT_EQ(one([](I& i) { i.statistic = Statistic::kIcc; }), field);
  EXPECT_EQ(one([](I& i) { i.statistic = Statistic::kShareMeeting; }), field);
  EXPECT_EQ(one([](I& i) {
              i.statistic = Statistic::kChange;
              i.of = "nothing";
            }),
            (std::vector<Code>{Code::kSchemeChangeOf}));
  EXPECT_EQ(found({}), (std::vector<Code>{Code::kSchemeEmpty}));
}

TEST(Scheme, StatisticsHaveNames) {
  EXPECT_EQ(statistic_name(Statistic::kNone), "");
  EXPECT_EQ(statistic_name(Statistic::kShareMeeting), "share_meeting");
  EXPECT_EQ(statistic_name(Statistic::kVarianceExplained), "variance_explained");
  EXPECT_EQ(statistic_name(Statistic::kChange), "change");
}

}  // namespace
