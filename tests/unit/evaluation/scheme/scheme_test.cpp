#include "scheme_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

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

// Who hangs under a cycle stays there, wherever the file names it; each cycle is cut at its first member.
TEST(Scheme, WhatHangsUnderACycleIsNoPartOfIt) {
  const auto tree = [](std::vector<std::int32_t> parents) {
    std::vector<scheme::Indicator> all;
    for (std::size_t k = 0; k < parents.size(); ++k) {
      auto i = node(std::string(1, static_cast<char>('a' + k)), Aggregation::kProfile, Weighting::kNone);
      i.parent = parents[k];
      all.push_back(i);
    }
    return scheme_of(std::move(all));
  };
  struct Case {
    std::vector<std::int32_t> parents;
    std::vector<std::size_t> cut;  // the only ones that are
  };
  for (const Case& c : std::vector<Case>{{{1, 2, 1}, {1}},               // a leaf, then the cycle of two that it hangs under
                                         {{1, 0, 0}, {0}},               // the leaf last
                                         {{1, 2, 3, 4, 2}, {2}},         // a chain into a cycle of three
                                         {{1, 1}, {1}},                  // under its own parent
                                         {{2, 3, 2, 4, 3, 1}, {2, 3}}})  // two cycles
  {
    scheme::Scheme s = tree(c.parents);
    const Findings wrong = check(s);
    EXPECT_EQ(s.order.size(), c.parents.size());
    ASSERT_EQ(wrong.size(), c.cut.size());
    EXPECT_EQ(s.roots.size(), c.cut.size());
    for (std::size_t k = 0; k < c.parents.size(); ++k) {
      const bool cut = std::find(c.cut.begin(), c.cut.end(), k) != c.cut.end();
      EXPECT_EQ(s.indicators[k].problem, cut ? Code::kSchemeCycle : Code::kNone) << s.indicators[k].id;
      EXPECT_EQ(s.indicators[k].parent, cut ? -1 : c.parents[k]) << s.indicators[k].id;
    }
  }
}

// Changes are known after the tree of a period: a node that would put one into its number says so.
TEST(Scheme, AChangeIsNoPartOfANumber) {
  for (const Aggregation how : {Aggregation::kProfile, Aggregation::kArithmetic, Aggregation::kMinimum}) {
    auto top = node("top", how);
    top.path = "/nodes/0";
    auto a = leaf("a", Statistic::kMean, "x");
    auto change = leaf("change", Statistic::kChange, "");
    change.of = "a";
    a.parent = change.parent = 0;
    scheme::Scheme s = scheme_of({top, a, change});
    const Findings wrong = check(s);
    if (how == Aggregation::kProfile) {
      EXPECT_TRUE(wrong.empty());
      continue;
    }
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].code, Code::kSchemeField);
    EXPECT_NE(wrong[0].text(Language::kEnglish).find("/nodes/0: field \"aggregation\""), std::string::npos)
        << wrong[0].text(Language::kEnglish);
    EXPECT_EQ(s.indicators[0].problem, Code::kSchemeField);
    EXPECT_EQ(s.indicators[2].problem, Code::kNone);
  }
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
