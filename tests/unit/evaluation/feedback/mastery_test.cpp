#include <celadon/evaluation/feedback/mastery.hpp>
#include <celadon/io/profile_json.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace celadon::feedback {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const evaluation::DiagnosisRules& rules() {
  return io::default_profile().diagnosis;
}

struct Case {
  std::vector<double> probability = {0.9, 0.9};
  double low = kNone;
  double high = kNone;
  bool bounded = false;
  bool modelled = true;
  bool identified = true;
  int n_items = 4;
  double points = 4.0;
  double full = 4.0;
};
PointMastery decide(const Case& c) {
  return decide_point(c.probability, c.low, c.high, c.bounded, c.modelled, c.identified, c.n_items, c.points, c.full, rules());
}

TEST(DecidePoint, MasteredFromTheCutAndNotBelowIt) {
  EXPECT_EQ(decide({.probability = {0.80}}).state, MasteryState::kMastered);
  EXPECT_TRUE(decide({.probability = {0.80}}).borderline);
  const PointMastery below = decide({.probability = {0.79}});
  EXPECT_EQ(below.state, MasteryState::kCannotJudge);
  EXPECT_EQ(below.reason, MasteryReason::kBetween);
  EXPECT_DOUBLE_EQ(below.probability, 0.79);
  EXPECT_EQ(decide({.probability = {0.20}, .points = 1.0}).state, MasteryState::kNotYet);
  EXPECT_EQ(decide({.probability = {0.21}, .points = 1.0}).reason, MasteryReason::kBetween);
}

TEST(DecidePoint, FewItemsCarryNoProbability) {
  for (const int n : {1, 2}) {
    const PointMastery m = decide({.n_items = n});
    EXPECT_EQ(m.reason, MasteryReason::kFewItems);
    EXPECT_TRUE(std::isnan(m.probability));
    EXPECT_DOUBLE_EQ(m.points, 4.0);
  }
  EXPECT_EQ(decide({.n_items = 0}).reason, MasteryReason::kNoAnswers);
  EXPECT_EQ(decide({.n_items = 3}).state, MasteryState::kMastered);
}

TEST(DecidePoint, ADecisionThatChangesWithThePriorIsNone) {
  EXPECT_EQ(decide({.probability = {0.9, 0.7}}).reason, MasteryReason::kSettingsDiffer);
  EXPECT_EQ(decide({.probability = {0.7, 0.9}}).reason, MasteryReason::kSettingsDiffer);
  EXPECT_EQ(decide({.probability = {0.5, 0.6}}).reason, MasteryReason::kBetween);
}

TEST(DecidePoint, BoundsDecideOnlyWhereBothEndsAgree) {
  EXPECT_EQ(decide({.low = 0.85, .high = 0.99, .bounded = true}).state, MasteryState::kMastered);
  const PointMastery open = decide({.low = 0.3, .high = 0.95, .bounded = true});
  EXPECT_EQ(open.reason, MasteryReason::kBounds);
  EXPECT_TRUE(std::isnan(open.probability));
  EXPECT_DOUBLE_EQ(open.low, 0.3);
}

TEST(DecidePoint, WithoutModelOrIdentificationNothingIsSaid) {
  EXPECT_EQ(decide({.modelled = false}).reason, MasteryReason::kNotModelled);
  EXPECT_EQ(decide({.probability = {}}).reason, MasteryReason::kNotModelled);
  EXPECT_EQ(decide({.probability = {kNone}}).reason, MasteryReason::kNotModelled);
  EXPECT_EQ(decide({.identified = false}).reason, MasteryReason::kNotIdentified);
}

TEST(DecidePoint, NeverAgainstThePupilsOwnAnswers) {
  EXPECT_EQ(decide({.points = 1.0}).reason, MasteryReason::kAgainstAnswers);
  EXPECT_EQ(decide({.probability = {0.1, 0.1}, .points = 4.0}).reason, MasteryReason::kAgainstAnswers);
}

MasteryInput two_by_two() {
  MasteryInput in;
  in.points = {"a", "b"};
  in.modelled = {1, 1};
  in.n_persons = 2;
  in.identified = {1, 1, 1, 1};
  in.probability = {{0.9, 0.1, 0.05, 0.5}};
  in.n_items = {3, 3, 3, 1};
  in.points_gained = {3, 0, 0, 1};
  in.points_full = {3, 3, 3, 1};
  return in;
}

TEST(DecideMastery, CellsStandByPersonAndPoint) {
  const auto m = decide_mastery(two_by_two(), rules());
  ASSERT_TRUE(m);
  EXPECT_EQ(m->at(0, 0).state, MasteryState::kMastered);
  EXPECT_EQ(m->at(0, 1).state, MasteryState::kNotYet);
  EXPECT_EQ(m->at(1, 0).state, MasteryState::kNotYet);
  EXPECT_EQ(m->at(1, 1).reason, MasteryReason::kFewItems);
}

TEST(DecideMastery, ASingleScoreThatIsAskedHasToAgree) {
  MasteryInput in = two_by_two();
  in.single_score = {0.85, 0.5, 0.1, 0.5};
  const auto m = decide_mastery(in, rules()).value();
  EXPECT_EQ(m.at(0, 0).state, MasteryState::kMastered);
  EXPECT_EQ(m.at(0, 1).state, MasteryState::kCannotJudge);
  EXPECT_EQ(m.at(0, 1).reason, MasteryReason::kSingleScore);
  EXPECT_DOUBLE_EQ(m.at(0, 1).probability, 0.1);
  EXPECT_EQ(m.at(1, 0).state, MasteryState::kNotYet);
  EXPECT_EQ(m.at(1, 1).reason, MasteryReason::kFewItems);
  in.single_score[0] = std::numeric_limits<double>::quiet_NaN();  // which speaks for nothing
  EXPECT_EQ(decide_mastery(in, rules())->at(0, 0).reason, MasteryReason::kSingleScore);
}

TEST(DecideMastery, WrongSizesAreRefused) {
  MasteryInput in = two_by_two();
  in.probability[0].pop_back();
  EXPECT_EQ(decide_mastery(in, rules()).error().code, Code::kLengthMismatch);
  in = two_by_two();
  in.single_score = {0.1};
  EXPECT_EQ(decide_mastery(in, rules()).error().code, Code::kLengthMismatch);
  in = two_by_two();
  in.low = {0.1};
  EXPECT_EQ(decide_mastery(in, rules()).error().code, Code::kLengthMismatch);
}

TEST(GapGroups, BySharedPointWithWhatComesFirstAhead) {
  Mastery m;
  m.points = {"then", "first", "small"};
  m.items = {{0}, {1}, {2}};
  m.n_persons = 10;
  m.cells.resize(30);
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < 10; ++i) {
    rows.push_back(i);
    m.cells[static_cast<std::size_t>(i) * 3].state = i < 5 ? MasteryState::kNotYet : MasteryState::kMastered;
    m.cells[static_cast<std::size_t>(i) * 3 + 1].state = i >= 7 ? MasteryState::kNotYet : MasteryState::kMastered;
    m.cells[static_cast<std::size_t>(i) * 3 + 2].state = i < 2 ? MasteryState::kNotYet : MasteryState::kCannotJudge;
  }
  m.prerequisites = {{1, 0}};
  const std::vector<GapGroup> groups = gap_groups(m, rows, rules());
  ASSERT_EQ(groups.size(), 2U);  // two pupils make no group
  EXPECT_EQ(groups[0].point, 1);
  EXPECT_EQ(groups[0].rows, (std::vector<std::int64_t>{7, 8, 9}));
  EXPECT_FALSE(groups[0].whole_class);
  EXPECT_EQ(groups[1].point, 0);
  EXPECT_TRUE(groups[1].whole_class);
  const std::vector<PointCounts> counts = count_mastery(m, rows);
  EXPECT_EQ(counts[2].n_not_yet, 2);
  EXPECT_EQ(counts[2].n_cannot_judge, 8);
  EXPECT_EQ(counts[0].n_mastered, 5);
}

}  // namespace
}  // namespace celadon::feedback
