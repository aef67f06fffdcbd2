#include <celadon/models/ctt/test_scores.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace celadon;
using ctt_cases::pack;

bool has_finding(const Findings& findings, Code code) {
  for (const auto& f : findings)
    if (f.code == code) return true;
  return false;
}

TEST(TestScores, TotalsOfCompleteData) {
  const auto r = pack({{1, 0, 2}, {0, 1, 1}});
  const auto t = ctt::test_scores(r).value();
  EXPECT_EQ(t.total, (std::vector<double>{3, 2}));
  EXPECT_EQ(t.full_mark, 4.0);
  EXPECT_TRUE(t.same_paper);
  EXPECT_EQ(t.n_used, 2);
  EXPECT_DOUBLE_EQ(t.share(0), 0.75);
  EXPECT_TRUE(has_finding(t.findings, Code::kFullMarkAssumed));
}

TEST(TestScores, ABlankIsNotAZeroUnlessThePolicySaysSo) {
  const auto r = pack({{1, -3, 1}, {1, 1, 1}, {0, 0, 0}});
  const auto ignore = ctt::test_scores(r).value();
  EXPECT_EQ(ignore.attainable[0], 2.0);
  EXPECT_EQ(ignore.share(0), 1.0);
  EXPECT_FALSE(ignore.same_paper);
  EXPECT_TRUE(has_finding(ignore.findings, Code::kDifferentPapers));
  ctt::ScoringOptions options;
  options.missing.omitted = MissingTreatment::kLowest;
  const auto zero = ctt::test_scores(r, {}, {}, options).value();
  EXPECT_EQ(zero.attainable[0], 3.0);
  EXPECT_NEAR(zero.share(0), 2.0 / 3.0, 1e-15);
  options.missing.omitted = MissingTreatment::kDropPerson;
  const auto drop = ctt::test_scores(r, {}, {}, options).value();
  EXPECT_EQ(drop.n_used, 2);
  EXPECT_EQ(drop.n_dropped, 1);
  EXPECT_TRUE(std::isnan(drop.total[0]));
  EXPECT_TRUE(has_finding(drop.findings, Code::kPersonsDropped));
  options.missing.omitted = MissingTreatment::kIgnore;
  options.cases = ctt::CaseRule::kListwise;
  EXPECT_EQ(ctt::test_scores(r, {}, {}, options)->n_used, 2);
}

TEST(TestScores, HalfMarksAreExact) {
  const auto r = pack({{1, 2}, {2, 1}, {0, 0}});
  Items items(2);
  items[0] = ctt_cases::item("1", 3.0, {0.0, 0.1, 0.3});
  items[1] = ctt_cases::item("2", 2.0, {0.0, 0.5, 1.5});
  const auto t = ctt::test_scores(r, items).value();
  EXPECT_EQ(t.total[0], 1.6);
  EXPECT_EQ(t.total[1], 0.8);
  EXPECT_EQ(t.full_mark, 5.0);
}

TEST(TestScores, ThirdsAndOddScoresStillAddUp) {
  const auto r = pack({{1, 2}, {2, 1}});
  Items items(2);
  items[0] = ctt_cases::item("1", 1.0, {0.0, 0.123456789, 1.0});
  items[1] = ctt_cases::item("2", 1.0, {0.0, 1.0 / 3.0, 1.0});
  const auto t = ctt::test_scores(r, items).value();
  EXPECT_NEAR(t.total[0], 1.123456789, 1e-15);
  EXPECT_NEAR(t.total[1], 4.0 / 3.0, 1e-15);
}

TEST(TestScores, WhoIsOutOfTheSampleIsNotDropped) {
  const auto r = pack({{1, 1}, {0, 1}, {1, 0}});
  const std::vector<std::uint8_t> include{1, 0, 1};
  const std::vector<double> weights{1.0, 2.0, 0.0};
  const auto t = ctt::test_scores(r, {}, {.weights = weights, .include = include}).value();
  EXPECT_EQ(t.n_used, 1);
  EXPECT_EQ(t.n_dropped, 0);
  EXPECT_EQ(t.used, (std::vector<std::uint8_t>{1, 0, 0}));
}

TEST(TestScores, EmptyRowsAndItemsAreReported) {
  const auto r = pack({{1, -1, 1}, {-1, -1, -1}, {0, -1, 1}});
  const auto t = ctt::test_scores(r).value();
  EXPECT_EQ(t.n_used, 2);
  EXPECT_EQ(t.n_dropped, 1);
  EXPECT_EQ(t.full_mark, 2.0);
  EXPECT_TRUE(t.same_paper);
  EXPECT_TRUE(has_finding(t.findings, Code::kItemAllMissing));
}

TEST(TestScores, WrongUse) {
  const auto r = pack({{1, 0}, {0, 1}}, {"a", "b"});
  const std::vector<double> short_weights{1.0};
  const std::vector<double> negative{1.0, -1.0};
  const std::vector<double> nan{1.0, std::nan("")};
  const std::vector<std::uint8_t> nobody{0, 0};
  EXPECT_EQ(ctt::test_scores(r, {}, {.weights = short_weights, .include = {}}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ctt::test_scores(r, {}, {.weights = negative, .include = {}}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::test_scores(r, {}, {.weights = nan, .include = {}}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::test_scores(r, {}, {.weights = {}, .include = nobody}).error().code, Code::kNoPersons);
  Items items(2);
  items[0].id = "b";
  items[1].id = "a";
  EXPECT_EQ(ctt::test_scores(r, items).error().code, Code::kInvalidArgument);
  items[0].id = "a";
  items[1].id = "b";
  EXPECT_TRUE(ctt::test_scores(r, items).has_value());
  items[1].full_mark = 0.0;
  EXPECT_EQ(ctt::test_scores(r, items).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::test_scores(r, Items(3)).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ctt::test_scores(Responses()).error().code, Code::kNoItems);
}

TEST(TestScores, AScoreAboveTheFullMarkIsReported) {
  const auto r = pack({{0}, {3}});
  Items items(1);
  items[0].full_mark = 2.0;
  EXPECT_TRUE(has_finding(ctt::test_scores(r, items)->findings, Code::kScoreAboveFullMark));
}

}  // namespace
