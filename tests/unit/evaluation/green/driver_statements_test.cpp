#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace {

using namespace celadon;

green::Drivers two_effects() {
  green::Drivers d;
  d.outcome = "score";
  d.outcome_name = {"成绩", "score"};
  d.level = "school";
  d.period = "2026";
  d.balance = {{"pupils", 80.0, 0.8, 0.75, 0.85}, {"school", 20.0, 0.2, 0.15, 0.25}};
  d.balance_after = {{"pupils", 70.0, 0.9, 0.85, 0.95}, {"school", 8.0, 0.1, 0.05, 0.15}};
  green::DriverEffect sleep;
  sleep.variable = "sleep";
  sleep.name = {"睡眠", "sleep"};
  sleep.estimate = -3.0;
  sleep.low = -4.0;
  sleep.high = -2.0;
  sleep.p = 0.001;
  sleep.stands_out = true;
  green::DriverEffect girl = sleep;
  girl.variable = "girl";
  girl.name = {"女生", "girls"};
  girl.group = true;
  girl.estimate = 5.0;
  girl.low = 1.0;
  girl.high = 9.0;
  d.effects = {sleep, girl};
  return d;
}

std::vector<std::string> texts(const green::Drivers& d) {
  std::vector<std::string> out;
  for (const auto& s : green::driver_statements(d)) out.push_back(feedback::render(s, io::default_wording(Language::kChinese)));
  return out;
}

TEST(DriverStatements, SayEachShareAndEffectWithItsInterval) {
  EXPECT_EQ(texts(two_effects()), (std::vector<std::string>{
                                      "成绩的差别有 20% 在学校之间(区间 15%–25%)。",
                                      "背景相同的学生相比,成绩的差别还有 10% 在学校之间(区间 5%–15%)。",
                                      "睡眠每高一个标准差的学生,成绩平均低 3(区间 2–4)。",
                                      "女生的学生与其他学生相比,成绩平均高 5(区间 1–9)。",
                                      "这些是同时出现的联系,其余各项相同时比较得出,不能当作原因。",
                                  }));
  EXPECT_EQ(green::driver_statements(two_effects())[2].id, "drivers/2026/school/score/driver.effect/sleep");
}

TEST(DriverStatements, WhatDoesNotStandOutIsNotToldAsARelation) {
  green::Drivers d = two_effects();
  for (auto& e : d.effects) e.stands_out = false;
  EXPECT_EQ(texts(d).back(), "成绩与所列的背景没有看得出的联系。");
  EXPECT_EQ(texts(d).size(), 3U);
  // What could not be estimated is not called unrelated.
  for (auto& e : d.effects) e.p = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(texts(d).size(), 2U);
}

TEST(DriverStatements, AShareWithoutAnIntervalClaimsNone) {
  green::Drivers d = two_effects();
  d.balance[1].low = d.balance[1].high = green::kUnset;
  EXPECT_EQ(texts(d)[0], "成绩的差别有 20% 在学校之间。");
}

TEST(DriverStatements, WithoutBackgroundNothingIsSaidAfterIt) {
  green::Drivers d = two_effects();
  d.effects.clear();
  EXPECT_EQ(texts(d).size(), 1U);
}

}  // namespace
