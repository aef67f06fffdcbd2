#include <celadon/evaluation/feedback/change.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace celadon::feedback {
namespace {

std::vector<Change> judge(const std::vector<ChangeInput>& points) {
  return judge_changes(points, io::default_profile().diagnosis);
}

TEST(JudgeChanges, TwoCommonItemsAreNotComparable) {
  EXPECT_EQ(judge({{1.0, 0.1, 2}})[0].verdict, ChangeVerdict::kNotComparable);
  EXPECT_EQ(judge({{1.0, std::nan(""), 5}})[0].verdict, ChangeVerdict::kNotComparable);
  EXPECT_TRUE(judge({}).empty());
}

TEST(JudgeChanges, AloneTheIntervalIsThePlainOne) {
  // z = 1.645 for 90 %.
  const Change up = judge({{0.20, 0.1, 3}})[0];
  EXPECT_EQ(up.verdict, ChangeVerdict::kUp);
  EXPECT_NEAR(up.low, 0.20 - 0.16448536, 1e-7);
  EXPECT_EQ(judge({{0.16, 0.1, 3}})[0].verdict, ChangeVerdict::kNoChangeSeen);
  EXPECT_EQ(judge({{-0.20, 0.1, 3}})[0].verdict, ChangeVerdict::kDown);
}

TEST(JudgeChanges, AmongManyPointsASmallDifferenceIsNoChange) {
  std::vector<ChangeInput> points(10, {0.01, 0.1, 4});
  points[0].difference = 0.20;  // p = .0455, above .1 / 10
  EXPECT_EQ(judge(points)[0].verdict, ChangeVerdict::kNoChangeSeen);
  points[0].difference = 0.40;
  const std::vector<Change> out = judge(points);
  EXPECT_EQ(out[0].verdict, ChangeVerdict::kUp);
  EXPECT_NEAR(out[0].low, 0.4 - 0.2575829, 1e-6);  // 99 % for one of ten
  for (std::size_t k = 1; k < out.size(); ++k) EXPECT_EQ(out[k].verdict, ChangeVerdict::kNoChangeSeen);
}

}  // namespace
}  // namespace celadon::feedback
