#include "scheme_cases.hpp"

#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>
#include <celadon/io/profile_json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::ChangeState;
using scheme::Direction;
using scheme::IndexState;
using scheme::LikeState;
using scheme::Statistic;
using scheme::TargetState;
using testing::HasSubstr;
using testing::Not;

/// Two schools with a tree: index (score, sleep), and a third index without parts. Values are set by the tests.
struct Told {
  City city{12, 2, 40, 1, 5};
  scheme::SchemeEvaluation result;
  scheme::LikeUnits like;

  Told() {
    std::vector<scheme::Indicator> tree = {node("index", scheme::Aggregation::kArithmetic), leaf("score", Statistic::kMean, "score"),
                                           leaf("sleep", Statistic::kMean, "sleep"), leaf("ses", Statistic::kMean, "ses")};
    tree[1].parent = tree[2].parent = 0;
    tree[0].unit = tree[1].unit = tree[2].unit = "points";
    const scheme::Period& period = city.with(city.cohort());
    result = evaluated(scheme_of(tree), {&period, &period});
    result.periods[1].id = "2027";
    like.level = "school";
    like.n_like = 4;
    like.values.assign(12 * 4, {});
  }
  scheme::IndexValue& value(int k) { return result.periods[1].values[0][static_cast<std::size_t>(k)]; }
  scheme::LikeValue& beside(int k) { return like.values[static_cast<std::size_t>(k)]; }
  [[nodiscard]] std::vector<feedback::Statement> told() const { return scheme::unit_statements(result, 1, "school", "s0", &like).value(); }
  [[nodiscard]] const feedback::Statement* find(const std::string& rule, const std::string& indicator = {}) {
    all = told();
    for (const auto& s : all)
      if (s.rule == rule && (indicator.empty() || s.id == "test/2027/school/s0/" + rule + "/" + indicator)) return &s;
    return nullptr;
  }
  std::vector<feedback::Statement> all;
};

std::string text(const feedback::Statement& s, Language language = Language::kChinese) {
  return feedback::render(s, io::default_wording(language));
}

scheme::IndexValue interval(double low, double high) {
  scheme::IndexValue v;
  v.state = IndexState::kEvaluated;
  v.value = (low + high) / 2.0;
  v.low = low;
  v.high = high;
  return v;
}

TEST(UnitStatements, ATargetIsJudgedByTheWholeInterval) {
  scheme::Indicator i = leaf("x", Statistic::kMean, "x");
  i.target = 0.8;
  EXPECT_EQ(scheme::target_state(i, interval(0.80, 0.9)), TargetState::kMet);
  EXPECT_EQ(scheme::target_state(i, interval(0.7, 0.79)), TargetState::kMissed);
  EXPECT_EQ(scheme::target_state(i, interval(0.7, 0.80)), TargetState::kOpen);
  i.direction = Direction::kLower;
  EXPECT_EQ(scheme::target_state(i, interval(0.7, 0.80)), TargetState::kMet);
  EXPECT_EQ(scheme::target_state(i, interval(0.81, 0.9)), TargetState::kMissed);
  EXPECT_EQ(scheme::target_state(i, interval(0.80, 0.9)), TargetState::kOpen);
  i.direction = Direction::kNeutral;
  EXPECT_EQ(scheme::target_state(i, interval(0.7, 0.79)), TargetState::kNone);
  i.direction = Direction::kHigher;
  scheme::IndexValue hidden = interval(0.7, 0.79);
  hidden.hidden = evaluation::Hidden::kComplement;
  EXPECT_EQ(scheme::target_state(i, hidden), TargetState::kNone);
  scheme::IndexValue bare = interval(0.7, 0.79);
  bare.low = kNaN;
  EXPECT_EQ(scheme::target_state(i, bare), TargetState::kNone);
}

TEST(UnitStatements, NothingStandsOutInTheSameDataTwice) {
  Told t;
  ASSERT_NE(t.find("unit.nothing"), nullptr);
  EXPECT_THAT(text(*t.find("unit.nothing")), HasSubstr("还看不出来"));
  EXPECT_EQ(text(*t.find("index.no_change")), "另有 4 项与上次相比未见明显变化。");
  EXPECT_EQ(t.find("index.look"), nullptr);
  EXPECT_EQ(t.find("unit.look_why"), nullptr);
  const auto first = scheme::unit_statements(t.result, 0, "school", "s0").value();
  EXPECT_TRUE(std::any_of(first.begin(), first.end(), [](const auto& s) { return s.rule == "unit.not_compared"; }));
}

TEST(UnitStatements, AMissedTargetIsToldAndWorthLookingInto) {
  Told t;
  t.result.scheme.indicators[3].target = 1000.0;
  t.result.scheme.indicators[3].unit = "share";
  const auto* s = t.find("index.target_missed", "ses");
  ASSERT_NE(s, nullptr);
  EXPECT_THAT(text(*s), HasSubstr("没有达到目标 100000%"));
  EXPECT_EQ(s->evidence.front().name, "value");
  EXPECT_EQ(s->subject, feedback::SubjectKind::kUnit);
  EXPECT_NE(t.find("index.look", "ses"), nullptr);
  EXPECT_EQ(t.find("unit.nothing"), nullptr);
  EXPECT_THAT(text(*t.find("unit.look_why"), Language::kEnglish), HasSubstr("numbers do not give reasons"));
}

TEST(UnitStatements, OnlyWhatWasComparedIsCalledAlike) {
  Told t;
  for (int k = 0; k < 4; ++k) t.value(k).change_state = k == 1 ? ChangeState::kNotLinked : ChangeState::kNotCompared;
  EXPECT_EQ(t.find("unit.nothing"), nullptr);
  EXPECT_NE(t.find("unit.not_compared"), nullptr);
  EXPECT_EQ(text(*t.find("index.not_linked")), "两次试卷不同,暂不比较:score。");
  EXPECT_THAT(text(*t.find("index.not_linked"), Language::kEnglish), HasSubstr("not linked"));
  t.beside(2).state = LikeState::kNear;
  EXPECT_NE(t.find("unit.nothing"), nullptr);
}

TEST(UnitStatements, AUnitOfItsOwnIsNamedInBothLanguages) {
  Told t;
  scheme::Indicator& ses = t.result.scheme.indicators[3];
  ses.target = 1000.0;
  ses.unit = "visits";
  EXPECT_THAT(text(*t.find("index.target_missed", "ses")), HasSubstr("1000 visits"));
  ses.unit_name = {"次", "visits a week"};
  EXPECT_THAT(text(*t.find("index.target_missed", "ses")), HasSubstr("1000 次"));
  EXPECT_THAT(text(*t.find("index.target_missed", "ses"), Language::kEnglish), HasSubstr("1000 visits a week"));
}

TEST(UnitStatements, AChangeIsToldTheWayItWasHopedFor) {
  Told t;
  t.value(1).change_state = ChangeState::kLower;
  t.value(1).change = -12.5;
  t.value(1).change_low = -16.0;
  t.value(1).change_high = -9.0;
  const auto* worse = t.find("index.change_worse", "score");
  ASSERT_NE(worse, nullptr);
  EXPECT_THAT(text(*worse), HasSubstr("比上次低 12.5 分(区间 9–16)"));
  EXPECT_THAT(text(*worse), Not(HasSubstr("--")));
  EXPECT_NE(t.find("index.look", "score"), nullptr);
  t.result.scheme.indicators[1].direction = Direction::kLower;
  EXPECT_NE(t.find("index.change_better", "score"), nullptr);
  EXPECT_EQ(t.find("index.look", "score"), nullptr);
  t.result.scheme.indicators[1].direction = Direction::kNeutral;
  EXPECT_NE(t.find("index.change_neutral", "score"), nullptr);
  EXPECT_EQ(t.find("index.no_change")->slots[0].value.zh, "3");
}

TEST(UnitStatements, AWholeIsLookedIntoThroughItsParts) {
  Told t;
  for (const int k : {0, 2}) {
    t.beside(k).state = LikeState::kBelow;
    t.beside(k).difference = -5.0;
    t.beside(k).low = -8.0;
    t.beside(k).high = -2.0;
    t.beside(k).n_like = 4;
  }
  const auto* s = t.find("index.like_worse", "index");
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(text(*s), "index比 4 个条件相近的学校的平均低 5 分(区间 2–8),不在希望的一边。");
  const auto* look = t.find("index.look_parts", "index");
  ASSERT_NE(look, nullptr);
  EXPECT_EQ(look->slots[1].value.zh, "sleep");
  EXPECT_EQ(t.find("index.look", "sleep"), nullptr);
}

TEST(UnitStatements, WhatIsHiddenIsNamedWithoutItsValue) {
  Told t;
  t.value(1).hidden = evaluation::Hidden::kSmallGroup;
  t.value(1).change_state = ChangeState::kHigher;
  t.value(1).change = 12.0;
  t.value(1).change_se = 1.0;
  ASSERT_NE(t.find("index.hidden"), nullptr);
  EXPECT_EQ(t.find("index.hidden")->slots[0].value.zh, "score");
  EXPECT_EQ(t.find("index.change_better", "score"), nullptr);
}

TEST(UnitStatements, EachReasonForAMissingValueIsSaid) {
  Told t;
  const std::vector<std::pair<const char*, IndexState>> reasons = {
      {"index.missing_data", IndexState::kNotInData},      {"index.missing_few", IndexState::kNoData},
      {"index.missing_cut", IndexState::kCutNotPublished}, {"index.missing_weights", IndexState::kNoWeights},
      {"index.missing_parts", IndexState::kPartsMissing},  {"index.by_people", IndexState::kByPeople},
      {"index.missing_invalid", IndexState::kInvalid}};
  for (const auto& [rule, state] : reasons) {
    t.value(3).state = state;
    ASSERT_NE(t.find(rule), nullptr) << rule;
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      EXPECT_THAT(text(*t.find(rule), language), HasSubstr("ses"));
      EXPECT_THAT(text(*t.find(rule), language), Not(HasSubstr("?")));
    }
  }
  for (int k = 0; k < 4; ++k) t.value(k).state = IndexState::kNoData;
  EXPECT_NE(t.find("unit.no_values"), nullptr);
}

TEST(UnitStatements, PartsOfOneNameAreToldWithTheirWhole) {
  Told t;
  t.result.scheme.indicators[1].name = t.result.scheme.indicators[3].name = {"语文", "Chinese"};
  t.value(1).state = IndexState::kNoData;
  EXPECT_EQ(t.find("index.missing_few")->slots[0].value.zh, "index·语文");
  EXPECT_EQ(t.find("index.missing_few")->slots[0].value.en, "index: Chinese");
}

TEST(UnitStatements, AreATableWithTheirEvidence) {
  Told t;
  t.result.scheme.indicators[3].target = 1000.0;
  const Table table = scheme::to_table(t.told(), io::default_wording(Language::kChinese), io::default_wording(Language::kEnglish));
  EXPECT_EQ(table.n_rows(), static_cast<std::int64_t>(t.told().size()));
  EXPECT_EQ(table.columns().size(), 6U);
}

TEST(UnitStatements, SayWhatIsNotThere) {
  const Told t;
  EXPECT_EQ(scheme::unit_statements(t.result, 2, "school", "s0").error().code, Code::kNoSuchUnit);
  EXPECT_EQ(scheme::unit_statements(t.result, 1, "town", "s0").error().code, Code::kNoSuchUnit);
  EXPECT_EQ(scheme::unit_statements(t.result, 1, "school", "s99").error().code, Code::kNoSuchUnit);
}

}  // namespace
