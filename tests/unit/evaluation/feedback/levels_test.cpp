#include <celadon/evaluation/feedback/levels.hpp>

#include <evaluation/paper_fixture.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using celadon::Code;
using celadon::MissingTreatment;
using celadon::Status;
using namespace celadon::feedback;
using paper_fixture::items;
using paper_fixture::kAway;
using paper_fixture::kOmit;
using paper_fixture::paper;
using paper_fixture::profile;

/// 20 pupils on 4 items of 25 points, whose totals go from 5 to 100; the first five rows are the given ones.
celadon::evaluation::Paper spread(std::vector<std::vector<int>> rows) {
  for (int k = 0; static_cast<int>(rows.size()) < 20; ++k)
    rows.push_back({(k * 7) % 26, (k * 5 + 3) % 26, (k * 7 + 6) % 26, (k * 6 + 2) % 26});
  return paper(items({25, 25, 25, 25}), rows);
}

TEST(Levels, TheDeclaredCutOnThisPapersMarks) {
  const auto levels =
      pupil_levels(spread({{25, 25, 25, 10}, {25, 25, 25, 9}, {25, 25, 20, 5}, {25, 20, 10, 5}, {25, 20, 10, 4}}), profile()).value();
  const int expected[] = {0, 1, 1, 2, 3};  // 85 excellent, 84 good, 75 good, 60 pass, 59 below
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(levels.pupils[i].level, expected[i]) << i;
  EXPECT_DOUBLE_EQ(levels.pupils[0].total, 85.0);
  EXPECT_DOUBLE_EQ(levels.pupils[0].share, 0.85);
  EXPECT_TRUE(levels.pupils[0].borderline) << "exactly on the cut: rounding decides";
  EXPECT_FALSE(levels.pupils[1].borderline);
  EXPECT_EQ(levels.n_counted, 20);
}

TEST(Levels, AStatusIsNotAScore) {
  auto p = paper(items({10, 10}), {{10, 9}, {0, 0}, {5, 5}, {kAway, kAway}});
  p.units.status = {Status::kPresent, Status::kAbsent, Status::kMakeUp, Status::kPresent};
  const auto levels = pupil_levels(p, profile()).value();
  EXPECT_TRUE(levels.pupils[0].counted);
  for (const std::size_t i : {1U, 2U, 3U}) {
    EXPECT_FALSE(levels.pupils[i].counted);
    EXPECT_TRUE(std::isnan(levels.pupils[i].total));
    EXPECT_EQ(levels.pupils[i].level, -1);
  }
  EXPECT_EQ(levels.n_counted, 1);
  EXPECT_EQ(levels.n_status, 2);
  EXPECT_EQ(levels.n_empty, 1);
  EXPECT_EQ(levels.all.n, 1);
}

TEST(Levels, MissingCellsFollowTheProfile) {
  const auto p = paper(items({10, 10, 20}), {{8, kOmit, 16}, {10, 10, 20}});
  auto rules = profile();
  const auto ignored = pupil_levels(p, rules).value().pupils[0];
  EXPECT_DOUBLE_EQ(ignored.attainable, 30.0);
  EXPECT_DOUBLE_EQ(ignored.share, 24.0 / 30.0);
  EXPECT_FALSE(ignored.complete);
  rules.missing.omitted = MissingTreatment::kLowest;
  const auto lowest = pupil_levels(p, rules).value().pupils[0];
  EXPECT_DOUBLE_EQ(lowest.attainable, 40.0);
  EXPECT_DOUBLE_EQ(lowest.share, 0.6);
  EXPECT_EQ(lowest.level, 2);
  EXPECT_TRUE(lowest.complete);
  rules.missing.omitted = MissingTreatment::kDropPerson;
  const auto dropped = pupil_levels(p, rules).value();
  EXPECT_FALSE(dropped.pupils[0].counted);
  EXPECT_EQ(dropped.n_counted, 1);
  EXPECT_EQ(dropped.n_empty, 1);
}

TEST(Levels, BonusAddsPointsButNothingAttainable) {
  auto list = items({50, 50, 10});
  list[2].bonus = true;
  const auto levels = pupil_levels(paper(list, {{40, 40, 4}, {50, 48, 10}, {40, 40, kAway}}), profile()).value();
  EXPECT_DOUBLE_EQ(levels.pupils[0].total, 84.0);
  EXPECT_DOUBLE_EQ(levels.pupils[0].attainable, 100.0);
  EXPECT_DOUBLE_EQ(levels.pupils[0].share, 0.84);
  EXPECT_DOUBLE_EQ(levels.pupils[1].total, 108.0);
  EXPECT_DOUBLE_EQ(levels.pupils[1].share, 1.0) << "a share is at most 1";
  EXPECT_TRUE(levels.pupils[2].complete) << "the bonus item is not part of the paper";
  EXPECT_DOUBLE_EQ(levels.pupils[2].share, 0.8);
}

TEST(Levels, AChoiceGroupCountsOnce) {
  auto list = items({80, 20, 20});
  list[1].choice_group = list[2].choice_group = "A";
  auto p = paper(list, {{60, 20, kAway}, {60, kAway, 12}, {60, kAway, kAway}, {60, kOmit, kOmit}});
  auto rules = profile();
  rules.missing.omitted = MissingTreatment::kLowest;
  const auto levels = pupil_levels(p, rules).value();
  EXPECT_DOUBLE_EQ(levels.pupils[0].attainable, 100.0);
  EXPECT_DOUBLE_EQ(levels.pupils[0].share, 0.8);
  EXPECT_TRUE(levels.pupils[0].complete) << "the item not chosen does not apply";
  EXPECT_DOUBLE_EQ(levels.pupils[1].share, 0.72);
  EXPECT_FALSE(levels.pupils[2].complete);
  EXPECT_DOUBLE_EQ(levels.pupils[2].attainable, 80.0);
  EXPECT_DOUBLE_EQ(levels.pupils[3].attainable, 100.0) << "both left out count as one item of 20 points, not two";
}

TEST(Levels, TheIntervalHoldsTheTrueSharesThatATestWouldNotReject) {
  const auto levels = pupil_levels(spread({{25, 25, 25, 10}}), profile()).value();
  ASSERT_TRUE(levels.sem.has_value());
  const double z = 1.6448536269514722;  // normal quantile of .95
  const double c = levels.sem->ratio / (1.0 + levels.sem->ratio);
  ASSERT_GT(c, 0.0);
  for (const PupilLevel& p : levels.pupils) {
    EXPECT_LE(p.true_lower, p.share);
    EXPECT_GE(p.true_upper, p.share);
    for (const double t : {p.true_lower, p.true_upper}) {
      if (t == 0.0 || t == 1.0) continue;
      EXPECT_NEAR((p.share - t) * (p.share - t), z * z * c * t * (1.0 - t), 1e-12);
    }
    EXPECT_EQ(p.level_lower, profile().level_of(p.true_lower));
    EXPECT_EQ(p.level_upper, profile().level_of(p.true_upper));
    EXPECT_EQ(p.rough, p.level_lower - p.level_upper + 1 >= 3);
  }
}

TEST(Levels, APartOfThePaperIsLessSure) {
  auto rows = std::vector<std::vector<int>>{{20, 20, 20, 20}, {20, 20, kOmit, kOmit}};
  const auto levels = pupil_levels(spread(rows), profile()).value();
  EXPECT_DOUBLE_EQ(levels.pupils[0].share, levels.pupils[1].share);
  EXPECT_LT(levels.pupils[1].true_lower, levels.pupils[0].true_lower);
  EXPECT_GT(levels.pupils[1].true_upper, levels.pupils[0].true_upper);
  // Half the marks: twice the error variance of the share.
  const double z = 1.6448536269514722;
  const double c = 2.0 * levels.sem->ratio;
  const double t = levels.pupils[1].true_lower;
  EXPECT_NEAR((0.8 - t) * (0.8 - t), z * z * c / (1.0 + c) * t * (1.0 - t), 1e-12);
}

TEST(Levels, AFewPupilsGiveNoInterval) {
  const auto levels = pupil_levels(paper(items({5, 5}), {{5, 3}, {1, 2}, {4, 4}}), profile()).value();
  EXPECT_FALSE(levels.sem.has_value());
  EXPECT_EQ(levels.pupils[0].level_lower, -1);
  EXPECT_TRUE(std::isnan(levels.pupils[0].true_lower));
  ASSERT_EQ(levels.findings.size(), 1U);
  EXPECT_EQ(levels.findings[0].code, Code::kNoTrueScoreInterval);
}

TEST(Levels, CountsByClassAndSchool) {
  auto p = paper(items({100}), {{90}, {80}, {65}, {20}, {95}});
  p.units.classes = {{"1", "", 0}, {"2", "", 0}, {"3", "", 1}};
  p.units.schools = {{"A", "", -1}, {"B", "", -1}};
  p.units.person_class = {0, 0, 1, 1, -1};
  p.units.status = {Status::kPresent, Status::kPresent, Status::kPresent, Status::kExempt, Status::kPresent};
  const auto levels = pupil_levels(p, profile()).value();
  EXPECT_EQ(levels.all.counts, (std::vector<std::int64_t>{2, 1, 1, 0}));
  EXPECT_EQ(levels.classes[0].counts, (std::vector<std::int64_t>{1, 1, 0, 0}));
  EXPECT_EQ(levels.classes[1].n, 1) << "the exempt pupil is in no denominator";
  EXPECT_EQ(levels.classes[2].n, 0);
  EXPECT_EQ(levels.schools[0].n, 3);
  EXPECT_EQ(levels.schools[1].n, 0);
}

TEST(Levels, ErrorsNameWhatIsWrong) {
  EXPECT_EQ(pupil_levels(celadon::evaluation::Paper(), profile()).error().code, Code::kNoPersons);
  auto p = paper(items({5, 5}), {{5, 3}});
  p.units.status = {Status::kPresent, Status::kPresent};
  EXPECT_EQ(pupil_levels(p, profile()).error().code, Code::kLengthMismatch);
  auto q = paper(items({5, 5}), {{5, 3}});
  q.items.pop_back();
  EXPECT_EQ(pupil_levels(q, profile()).error().code, Code::kLengthMismatch);
  auto bonus = items({5});
  bonus[0].bonus = true;
  EXPECT_EQ(pupil_levels(paper(bonus, {{3}}), profile()).error().code, Code::kNoItems);
}

}  // namespace
