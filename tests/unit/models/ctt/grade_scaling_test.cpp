#include <celadon/models/ctt/grade_scaling.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace celadon;
using namespace celadon::ctt;

GradeScalingProfile profile() {
  GradeScalingProfile p;
  p.id = "3+1+2-common";
  p.bands = {{"A", 0.15, 86, 100}, {"B", 0.35, 71, 85}, {"C", 0.35, 56, 70}, {"D", 0.13, 41, 55}, {"E", 0.02, 30, 40}};
  return p;
}

TEST(GradeScaling, SharesAndTheFormula) {
  // 100 candidates with marks 1 .. 100: A = 86-100, B = 51-85, C = 16-50, D = 3-15, E = 1-2.
  std::vector<double> raw;
  for (int i = 1; i <= 100; ++i) raw.push_back(i);
  const auto g = grade_scaling(raw, profile()).value();
  EXPECT_EQ(g.grades[0].n, 15);
  EXPECT_EQ(g.grades[1].n, 35);
  EXPECT_EQ(g.grades[4].n, 2);
  EXPECT_EQ(g.grades[1].raw_min, 51);
  EXPECT_EQ(g.grades[1].raw_max, 85);
  EXPECT_EQ(g.scaled[99], 100.0);
  EXPECT_EQ(g.scaled[85], 86.0);
  EXPECT_EQ(g.scaled[84], 85.0);
  EXPECT_EQ(g.scaled[0], 30.0);
  // Raw 60 in B: 71 + (60 - 51) * 14 / 34 = 74.7 -> 75.
  EXPECT_EQ(g.scaled[59], 75.0);
  auto exact = profile();
  exact.rounding = ScaledRounding::kNone;
  EXPECT_NEAR(grade_scaling(raw, exact)->scaled[59], 71.0 + 9.0 * 14.0 / 34.0, 1e-12);
  for (std::size_t i = 1; i < 100; ++i) EXPECT_GE(g.scaled[i], g.scaled[i - 1]);  // order is kept
}

TEST(GradeScaling, EqualMarksStayTogetherOnTheSideOfTheRule) {
  // 20 candidates; the cut after 15 % (3) falls in a block of four equal marks (places 3 to 6).
  std::vector<double> raw{100, 99, 90, 90, 90, 90};
  for (int i = 0; i < 14; ++i) raw.push_back(80 - i);
  auto p = profile();
  p.ties = CutTies::kHigher;
  EXPECT_EQ(grade_scaling(raw, p)->grades[0].n, 6);
  p.ties = CutTies::kLower;
  EXPECT_EQ(grade_scaling(raw, p)->grades[0].n, 2);
  p.ties = CutTies::kNearest;  // 2 is 1 away from 3, 6 is 3 away
  EXPECT_EQ(grade_scaling(raw, p)->grades[0].n, 2);
  std::vector<double> even{100, 99, 90, 90};  // 2 and 4 are equally near to 3: higher
  for (int i = 0; i < 16; ++i) even.push_back(80 - i);
  EXPECT_EQ(grade_scaling(even, p)->grades[0].n, 4);
}

TEST(GradeScaling, ASingleMarkTakesTheProfilesValue) {
  const std::vector<double> raw(10, 60.0);
  auto p = profile();
  EXPECT_EQ(grade_scaling(raw, p)->scaled[0], 100.0);
  p.single_value = SingleValue::kMiddle;
  EXPECT_EQ(grade_scaling(raw, p)->scaled[0], 93.0);
  p.single_value = SingleValue::kLowerEnd;
  const auto g = grade_scaling(raw, p).value();
  EXPECT_EQ(g.scaled[0], 86.0);
  EXPECT_EQ(g.grades[1].n, 0);
  EXPECT_TRUE(std::isnan(g.grades[1].raw_min));
  int single = 0;
  int empty = 0;
  for (const auto& f : g.findings) {
    single += f.code == Code::kSingleValueGrade ? 1 : 0;
    empty += f.code == Code::kEmptyGrade ? 1 : 0;
  }
  EXPECT_EQ(single, 1);
  EXPECT_EQ(empty, 4);
}

TEST(GradeScaling, AbsentCandidatesAreNotInTheBase) {
  std::vector<double> raw;
  for (int i = 1; i <= 100; ++i) raw.push_back(i);
  const auto before = grade_scaling(raw, profile()).value();
  raw.push_back(std::nan(""));
  const auto g = grade_scaling(raw, profile()).value();
  EXPECT_EQ(g.n_used, 100);
  EXPECT_TRUE(std::isnan(g.scaled[100]));
  EXPECT_EQ(g.grade[100], -1);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(g.scaled[i], before.scaled[i]);
  EXPECT_EQ(g.conversion_table().n_rows(), 100);
  EXPECT_EQ(g.to_table().n_rows(), 5);
}

TEST(GradeScaling, HalfMarksRoundUp) {
  // Three marks in one band of 0 to 1: the middle is 0.5, which rounds up.
  GradeScalingProfile p;
  p.bands = {{"A", 1.0, 0, 1}};
  EXPECT_EQ(grade_scaling(std::vector<double>{10, 20, 30}, p)->scaled, (std::vector<double>{0, 1, 1}));
}

TEST(GradeScaling, WrongProfiles) {
  const std::vector<double> raw{1, 2};
  auto p = profile();
  p.bands[0].share = 0.2;
  EXPECT_EQ(grade_scaling(raw, p).error().code, Code::kInvalidArgument);
  p = profile();
  p.bands[1].t_max = 86;
  EXPECT_EQ(grade_scaling(raw, p).error().code, Code::kInvalidArgument);
  p.bands.clear();
  EXPECT_EQ(grade_scaling(raw, p).error().code, Code::kInvalidArgument);
  EXPECT_EQ(grade_scaling(std::vector<double>{INFINITY}, profile()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(grade_scaling(std::vector<double>{std::nan("")}, profile()).error().code, Code::kNoPersons);
}

TEST(GradeScaling, WeightsAreRepeatedCandidates) {
  const std::vector<double> raw{90, 80, 80, 70, 60, 50, 40, std::nan(""), 99};
  const std::vector<double> weights{1, 2, 3, 4, 5, 6, 7, 3, 0};
  std::vector<double> repeated;
  for (std::size_t i = 0; i < 7; ++i)
    for (int k = 0; k < static_cast<int>(weights[i]); ++k) repeated.push_back(raw[i]);
  const auto a = grade_scaling(raw, profile(), weights).value();
  const auto b = grade_scaling(repeated, profile()).value();
  EXPECT_EQ(a.n_used, 7);
  EXPECT_EQ(a.raw_values, b.raw_values);
  EXPECT_EQ(a.raw_grade, b.raw_grade);
  EXPECT_EQ(a.raw_scaled, b.raw_scaled);
  for (std::size_t g = 0; g < a.grades.size(); ++g) EXPECT_NEAR(a.grades[g].share, b.grades[g].share, 1e-12);
  EXPECT_EQ(a.grade[8], -1);  // a weight of 0: outside the base
  EXPECT_TRUE(std::isnan(a.scaled[8]));
  EXPECT_NE(a.raw_grade, grade_scaling(std::vector<double>(raw.begin(), raw.begin() + 7), profile())->raw_grade);
  EXPECT_EQ(grade_scaling(raw, profile(), std::vector<double>{1.0}).error().code, Code::kLengthMismatch);
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto wrong = weights;
    wrong[2] = bad;
    EXPECT_EQ(grade_scaling(raw, profile(), wrong).error().code, Code::kInvalidArgument);
  }
}

}  // namespace
