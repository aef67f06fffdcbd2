#include <celadon/evaluation/feedback/blueprint.hpp>
#include <celadon/evaluation/feedback/breakdown.hpp>

#include <evaluation/paper_fixture.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using celadon::Code;
using namespace celadon::feedback;
using paper_fixture::items;
using paper_fixture::paper;
using paper_fixture::profile;

celadon::ctt::ItemAnalysis analysis(const std::vector<double>& difficulty, double se, std::int64_t n, double discrimination = 0.4) {
  celadon::ctt::ItemAnalysis out;
  for (const double d : difficulty) {
    celadon::ctt::ItemStatistics s;
    s.difficulty = d;
    s.difficulty_se = se;
    s.n = n;
    s.discrimination = discrimination;
    out.items.push_back(s);
  }
  return out;
}

TEST(Blueprint, PointsByContentAndLevel) {
  auto list = items({10, 20, 30, 40});
  list[0].knowledge = {"a"};
  list[1].knowledge = {"a", "b"};
  list[2].knowledge = {"b"};
  list[3].knowledge = {"b"};
  list[0].ability_level = list[1].ability_level = "know";
  list[2].ability_level = list[3].ability_level = "apply";
  const auto check = blueprint_check(paper(list, {{1, 1, 1, 1}}), analysis({0.5, 0.5, 0.5, 0.5}, 0.05, 100), nullptr, profile(),
                                     {"know", "understand", "apply"});
  EXPECT_DOUBLE_EQ(check.sum_of_points, 100.0);
  EXPECT_TRUE(check.points_agree);
  ASSERT_EQ(check.cells.size(), 3U);
  EXPECT_EQ(check.cells[0].knowledge, "a");
  EXPECT_EQ(check.cells[0].level, "know");
  EXPECT_DOUBLE_EQ(check.cells[0].points, 20.0) << "10 and half of 20";
  EXPECT_DOUBLE_EQ(check.cells[0].share, 0.2);
  EXPECT_DOUBLE_EQ(check.cells[1].points, 10.0);
  EXPECT_DOUBLE_EQ(check.cells[2].points, 70.0);
  EXPECT_EQ(check.cells[2].n_items, 2);
  ASSERT_EQ(check.thin_points.size(), 1U) << "b has three items";
  EXPECT_EQ(check.thin_points[0].value, "a");
  EXPECT_EQ(check.thin_points[0].n_items, 2);
  ASSERT_EQ(check.empty_levels.size(), 1U);
  EXPECT_EQ(check.empty_levels[0].value, "understand");
  EXPECT_EQ(check.difficulty_direction, "share_gained");
}

TEST(Blueprint, BonusAndChoiceInTheSum) {
  auto list = items({60, 40, 40, 10});
  list[1].choice_group = list[2].choice_group = "A";
  list[3].bonus = true;
  for (auto& i : list) i.knowledge = {"k"};
  auto p = paper(list, {{1, 1, -1, 1}});
  p.full_mark = 100.0;
  const auto check = blueprint_check(p, {}, nullptr, profile());
  EXPECT_DOUBLE_EQ(check.sum_of_points, 100.0);
  EXPECT_TRUE(check.points_agree);
  ASSERT_EQ(check.cells.size(), 1U);
  EXPECT_DOUBLE_EQ(check.cells[0].points, 100.0);
  EXPECT_EQ(check.cells[0].n_items, 3);
  p.full_mark = 120.0;
  const auto differs = blueprint_check(p, {}, nullptr, profile());
  EXPECT_FALSE(differs.points_agree);
  ASSERT_FALSE(differs.findings.empty());
  EXPECT_EQ(differs.findings[0].code, Code::kPointsDiffer);
}

TEST(Blueprint, OffPlanNeedsTheDistanceAndTheInterval) {
  auto list = items({1, 1, 1, 1});
  list[0].planned_difficulty = 0.70;  // .20 away, the interval leaves it out
  list[1].planned_difficulty = 0.60;  // .10 away only
  list[2].planned_difficulty = 0.50;  // on plan
  const auto p = paper(list, {{1, 1, 1, 1}});
  const auto many = blueprint_check(p, analysis({0.5, 0.5, 0.5, 0.5}, 0.05, 100), nullptr, profile());
  EXPECT_TRUE(many.items[0].off_plan);
  EXPECT_FALSE(many.items[1].off_plan);
  EXPECT_FALSE(many.items[2].off_plan);
  EXPECT_FALSE(many.items[3].off_plan) << "nothing was planned";
  EXPECT_TRUE(std::isnan(many.items[3].planned));
  // p = .5 with standard error .05 is worth 100 answers of 0/1.
  EXPECT_DOUBLE_EQ(many.items[0].lower, wilson_interval(0.5, 100.0, 0.9).lower);
  // With 9 answers the interval of .5 reaches from .26 to .74: no mark, though the distance is the same.
  const auto few = blueprint_check(p, analysis({0.5, 0.5, 0.5, 0.5}, 0.5 / 3.0, 9), nullptr, profile());
  EXPECT_FALSE(few.items[0].off_plan);
}

TEST(Blueprint, AllRightStillHasAnInterval) {
  auto list = items({1});
  list[0].planned_difficulty = 0.8;
  const auto check = blueprint_check(paper(list, {{1}}), analysis({1.0}, 0.0, 40), nullptr, profile());
  EXPECT_DOUBLE_EQ(check.items[0].lower, wilson_interval(1.0, 40.0, 0.9).lower);
  EXPECT_GT(check.items[0].lower, 0.9);
  EXPECT_TRUE(check.items[0].off_plan);
}

TEST(Blueprint, Discrimination) {
  const auto p = paper(items({1, 1, 1, 1}), {{1, 1, 1, 1}});
  auto a = analysis({0.5, 0.5, 0.5, 0.5}, 0.05, 100);
  a.items[0].discrimination = 0.2;
  a.items[1].discrimination = 0.19;
  a.items[2].discrimination = -0.01;
  a.items[3].discrimination = std::numeric_limits<double>::quiet_NaN();
  const auto check = blueprint_check(p, a, nullptr, profile());
  EXPECT_FALSE(check.items[0].low_discrimination);
  EXPECT_TRUE(check.items[1].low_discrimination);
  EXPECT_FALSE(check.items[1].negative_discrimination);
  EXPECT_TRUE(check.items[2].negative_discrimination);
  EXPECT_FALSE(check.items[3].low_discrimination);
}

TEST(Blueprint, APossibleWrongKey) {
  const auto p = paper(items({1, 1}), {{1, 1}});
  celadon::ctt::Distractors d;
  celadon::ctt::ItemDistractors item;
  item.id = "q2";
  item.options.resize(4);
  const double r[] = {-0.1, 0.05, 0.30, 0.40};
  const std::int64_t n[] = {10, 20, 5, 4};
  for (std::size_t k = 0; k < 4; ++k) {
    item.options[k].category = static_cast<int>(k);
    item.options[k].label = std::string(1, static_cast<char>('A' + k));
    item.options[k].option_total_r = r[k];
    item.options[k].n = n[k];
  }
  item.options[1].is_key = true;
  d.items.push_back(item);
  const auto check = blueprint_check(p, analysis({0.5, 0.5}, 0.05, 39), &d, profile());
  EXPECT_EQ(check.items[0].possible_key, -1);
  EXPECT_EQ(check.items[1].possible_key, 2) << "D goes with high scores even more, but only four chose it";
  EXPECT_EQ(check.items[1].possible_key_label, "C");
  auto rules = profile();
  rules.wrong_key.least_advantage = 0.3;
  EXPECT_EQ(blueprint_check(p, analysis({0.5, 0.5}, 0.05, 39), &d, rules).items[1].possible_key, -1);
}

TEST(Blueprint, WithoutContentOnlyPointsAndDifficulty) {
  const auto check = blueprint_check(paper(items({1, 1}), {{1, 1}}), analysis({0.5, 0.5}, 0.05, 100), nullptr, profile());
  EXPECT_TRUE(check.cells.empty());
  ASSERT_EQ(check.findings.size(), 1U);
  EXPECT_EQ(check.findings[0].code, Code::kNoBlueprintLevels);
  EXPECT_EQ(check.items.size(), 2U);
}

}  // namespace
