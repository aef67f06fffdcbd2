#include <celadon/evaluation/feedback/breakdown.hpp>

#include <evaluation/paper_fixture.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace celadon::feedback;
using celadon::ctt::ContentDimension;
using paper_fixture::items;
using paper_fixture::paper;

constexpr float kNoPoints = std::numeric_limits<float>::quiet_NaN();

celadon::evaluation::Paper four_items() {
  auto list = items({4, 2, 2, 10});
  list[0].knowledge = {"fractions", "ratio"};
  list[1].knowledge = {"fractions"};
  list[2].knowledge = {"area"};
  list[3].knowledge = {"area"};
  list[0].ability_level = list[1].ability_level = "know";
  list[2].ability_level = list[3].ability_level = "apply";
  list[3].type = "written";
  return paper(list, {{4, 0, 2, 5}, {2, 2, 2, 10}, {4, 2, 0, -3}});
}

GainLoss gain_loss_expecting(const celadon::evaluation::Paper& p) {
  GainLoss g;
  g.n_persons = p.scored.n_persons();
  g.n_items = p.scored.n_items();
  for (std::int64_t i = 0; i < g.n_persons; ++i)
    for (std::int64_t j = 0; j < g.n_items; ++j) {
      const std::uint8_t c = p.scored.at(i, j);
      g.points.push_back(celadon::is_missing(c) ? kNoPoints : static_cast<float>(c));
      g.expected.push_back(celadon::is_missing(c) ? kNoPoints : 1.5F);
    }
  return g;
}

TEST(Breakdown, PartsByDimensionInOrderOfAppearance) {
  const auto parts = parts_of(four_items(), {});
  std::vector<std::string> names;
  for (const Part& p : parts) names.push_back(p.value);
  EXPECT_EQ(names, (std::vector<std::string>{"fractions", "ratio", "area", "know", "apply", "written"}));
  EXPECT_EQ(parts[0].items, (std::vector<std::int32_t>{0, 1}));
  EXPECT_DOUBLE_EQ(parts[0].full_mark, 6.0);
  EXPECT_DOUBLE_EQ(parts[1].full_mark, 4.0) << "an item with two points counts in full in each";
  EXPECT_EQ(parts[3].dimension, ContentDimension::kAbilityLevel);
  EXPECT_EQ(parts[5].dimension, ContentDimension::kItemType);
  // Without a predictor: 0/1 items of 4 and 2 marks, (16 + 4) / 36.
  EXPECT_DOUBLE_EQ(parts[0].error_ratio, 20.0 / 36.0);
}

TEST(Breakdown, ErrorRatioFromThePredictor) {
  const auto p = four_items();
  Predictor predictor;
  predictor.kind = PredictorKind::kWorkingModel;
  predictor.nodes = {-1.0, 1.0};
  predictor.weights = {0.5, 0.5};
  predictor.items.resize(4);
  // Item 2 (0 or 2 points): P(2) = .25 and .75. Item 1 (0, 2 or 4): (.5, .5, 0) and (0, .5, .5).
  predictor.items[1] = {true, 2, {0.0, 2.0}, {0.75, 0.25, 0.25, 0.75}, {}, 1.0, 0.0};
  predictor.items[0] = {true, 3, {0.0, 2.0, 4.0}, {0.5, 0.0, 0.5, 0.5, 0.0, 0.5}, {}, 1.0, 0.0};
  const auto parts = parts_of(p, predictor);
  // Node 1: means 1 + .5, variances 1 + .75; node 2: means 3 + 1.5, variances 1 + .75. p = 1.5/6 and 4.5/6: p(1 - p) = .1875 at both.
  EXPECT_NEAR(parts[0].error_ratio, 1.75 / (36.0 * 0.1875), 1e-12);
}

TEST(Breakdown, WilsonsInterval) {
  // 8 of 10 at 95 %: Wilson's interval .4902 to .9433 (Newcombe 1998, method 3).
  const ShareInterval w = wilson_interval(0.8, 10.0, 0.95);
  EXPECT_NEAR(w.lower, 0.4902, 5e-5);
  EXPECT_NEAR(w.upper, 0.9433, 5e-5);
  // 81 of 263, 95 %: .2553 to .3662 (Newcombe 1998, table I, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E).
  const ShareInterval n = wilson_interval(81.0 / 263.0, 263.0, 0.95);
  EXPECT_NEAR(n.lower, 0.2553, 5e-5);
  EXPECT_NEAR(n.upper, 0.3662, 5e-5);
  const ShareInterval one = wilson_interval(1.0, 1.0, 0.9);
  EXPECT_LT(one.lower, 0.3) << "one right item says little";
  EXPECT_DOUBLE_EQ(one.upper, 1.0);
  EXPECT_TRUE(std::isnan(wilson_interval(0.5, 0.0, 0.9).lower));
}

TEST(Breakdown, APupilsParts) {
  const auto p = four_items();
  const auto parts = parts_of(p, {});
  const auto scores = pupil_parts(p, gain_loss_expecting(p), parts, 0, 0.9);
  ASSERT_EQ(scores.size(), parts.size());
  EXPECT_DOUBLE_EQ(scores[0].points, 4.0);
  EXPECT_DOUBLE_EQ(scores[0].attainable, 6.0);
  EXPECT_DOUBLE_EQ(scores[0].expected, 3.0);
  EXPECT_EQ(scores[0].n_items, 2);
  const ShareInterval w = wilson_interval(4.0 / 6.0, 36.0 / 20.0, 0.9);
  EXPECT_DOUBLE_EQ(scores[0].lower, w.lower);
  EXPECT_DOUBLE_EQ(scores[0].upper, w.upper);
  // The third pupil left item 4 out: the part of written items is not listed, that of area holds one item.
  const auto third = pupil_parts(p, gain_loss_expecting(p), parts, 2, 0.9);
  EXPECT_EQ(third.size(), parts.size() - 1);
  EXPECT_EQ(third[2].n_items, 1);
  EXPECT_DOUBLE_EQ(third[2].attainable, 2.0);
}

TEST(Breakdown, AGroupsPartsHaveANormalInterval) {
  const auto p = four_items();
  const auto parts = parts_of(p, {});
  const std::vector<std::int64_t> rows = {0, 1, 2};
  const auto scores = group_parts(p, gain_loss_expecting(p), parts, rows, 0.9);
  // fractions: 4, 4, 6 of 6 points. Mean 14/3, sd sqrt(4/3), share 7/9.
  EXPECT_EQ(scores[0].n, 3);
  EXPECT_DOUBLE_EQ(scores[0].points, 14.0 / 3.0);
  EXPECT_NEAR(scores[0].share, 14.0 / 18.0, 1e-12);
  const double half = 1.6448536269514722 * std::sqrt(4.0 / 3.0 / 3.0) / 6.0;
  EXPECT_NEAR(scores[0].lower, 14.0 / 18.0 - half, 1e-12);
  EXPECT_NEAR(scores[0].upper, std::min(1.0, 14.0 / 18.0 + half), 1e-12);
  // area: 7 of 12, 12 of 12, 0 of 2: the share is of the points that could be gained.
  EXPECT_NEAR(scores[2].share, 19.0 / 26.0, 1e-12);
  const auto single = group_parts(p, gain_loss_expecting(p), parts, std::vector<std::int64_t>{0}, 0.9);
  EXPECT_TRUE(std::isnan(single[0].lower));
  EXPECT_TRUE(group_parts(p, gain_loss_expecting(p), parts, {}, 0.9).empty());
}

TEST(Breakdown, BonusItemsAreInNoPart) {
  auto list = items({5, 5});
  list[0].knowledge = list[1].knowledge = {"k"};
  list[1].bonus = true;
  const auto parts = parts_of(paper(list, {{5, 5}}), {});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].items, (std::vector<std::int32_t>{0}));
}

}  // namespace
