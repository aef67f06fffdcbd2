// What is hidden, what has changed, and which levels a value leaves open.
#include "scheme_cases.hpp"

#include <gtest/gtest.h>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::Aggregation;
using scheme::ChangeState;
using scheme::IndexState;
using scheme::Statistic;
using scheme::Weighting;

TEST(EvaluateScheme, SmallGroupsAndTellingSharesAreHidden) {
  City city(5, 1, 30, 1, 7);
  std::vector<std::int32_t> unit = city.school;  // school 4 keeps six pupils
  int kept = 0;
  for (auto& u : unit)
    if (u == 4 && ++kept > 6) u = -1;
  city.frame.unit = unit;
  auto mean = leaf("mean", Statistic::kMean, "score");
  mean.least_n = 1;
  auto top = node("top", Aggregation::kArithmetic);
  mean.parent = 1;
  auto all = leaf("all", Statistic::kShareAtLeast, "score");
  all.cut = -1e6;
  auto result = evaluated(scheme_of({mean, top, all}), {&city.with(city.cohort())});
  EXPECT_EQ(result.at(0, "school", "s4", "mean").hidden, evaluation::Hidden::kSmallGroup);
  EXPECT_EQ(result.at(0, "school", "s4", "top").hidden, evaluation::Hidden::kSmallGroup);
  int hidden = 0;
  for (int s = 0; s < 4; ++s)
    hidden += result.at(0, "school", "s" + std::to_string(s), "mean").hidden == evaluation::Hidden::kComplement ? 1 : 0;
  EXPECT_EQ(hidden, 1);
  EXPECT_EQ(result.at(0, "city", "city", "mean").hidden, evaluation::Hidden::kShown);
  EXPECT_EQ(result.at(0, "city", "city", "all").hidden, evaluation::Hidden::kAllOrNone);
  const Table table = result.to_table();
  const Column& value = *table.find("value");
  const auto& units = std::get<std::vector<std::string>>(table.find("unit")->values);
  for (std::int64_t r = 0; r < table.n_rows(); ++r) EXPECT_TRUE(units[static_cast<std::size_t>(r)] != "s4" || value.is_null(r));
}

/// Schools of given sizes in two districts; of each school the first `above` pupils pass.
struct Passes {
  std::vector<std::int32_t> school;
  std::vector<double> passed;
  survey::Design design;
  scheme::Frame frame;
  scheme::Period period;

  Passes(const std::vector<int>& sizes, const std::vector<int>& above, std::vector<std::int32_t> district) {
    scheme::UnitLevel schools{"school", {}, std::move(district)};
    for (std::size_t s = 0; s < sizes.size(); ++s) {
      schools.ids.push_back("s" + std::to_string(s));
      for (int k = 0; k < sizes[s]; ++k) {
        school.push_back(static_cast<std::int32_t>(s));
        passed.push_back(k < above[s] ? 1.0 : 0.0);
      }
    }
    design = scheme::census_design(static_cast<std::int64_t>(school.size())).value();
    frame = {"pupils", "school", school, &design, {{"passed", {passed}}}, true};
    period = {"2026", {schools, {"district", {"d0", "d1"}, {}}, {"city", {"city"}, {}}}, {frame}, {}};
  }
  Passes(const Passes&) = delete;
  Passes& operator=(const Passes&) = delete;
};

scheme::Indicator pass_rate() {
  auto i = leaf("pass", Statistic::kShareAtLeast, "passed");
  i.cut = 1.0;
  return i;
}

std::string hidden_of(const scheme::SchemeEvaluation& e, const std::string& level) {
  std::string out;
  const auto l = static_cast<std::size_t>(e.find_level(0, level));
  for (const std::string& unit : e.periods[0].levels[l].ids) out += std::to_string(static_cast<int>(e.at(0, level, unit, "pass").hidden));
  return out;
}

// The district's share less the other schools' would give the hidden school's back: 2 stands for a complement, 3 for all or none.
TEST(EvaluateScheme, ATellingShareIsNotGivenBackBySubtraction) {
  const scheme::Scheme s = scheme_of({pass_rate()});
  Passes one({30, 20, 25, 30, 20, 25}, {30, 10, 12, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  const auto result = evaluated(s, {&one.period});
  EXPECT_EQ(hidden_of(result, "school"), "320000");
  EXPECT_EQ(hidden_of(result, "district"), "00");
  EXPECT_EQ(hidden_of(result, "city"), "0");
  // Two that all passed are all of what is hidden: they would be known together.
  Passes two({30, 20, 25, 30, 20, 25}, {30, 20, 12, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  EXPECT_EQ(hidden_of(evaluated(s, {&two.period}), "school"), "332000");
  // One with all and one with none are not.
  Passes both({30, 20, 25, 30, 20, 25}, {30, 0, 12, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  EXPECT_EQ(hidden_of(evaluated(s, {&both.period}), "school"), "330000");
  // A district of which everybody passed takes the other with it, and of that one school: the others would make it up.
  Passes district({30, 20, 25, 30, 20, 25}, {30, 20, 25, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  const auto above = evaluated(s, {&district.period});
  EXPECT_EQ(hidden_of(above, "district"), "32");
  EXPECT_EQ(hidden_of(above, "school"), "333020");
  // Without figures of districts the city's is the whole.
  auto city_only = pass_rate();
  city_only.levels = {"school", "city"};
  EXPECT_EQ(hidden_of(evaluated(scheme_of({city_only}), {&one.period}), "school"), "320000");
  Passes far({30, 20, 25, 30, 18, 25}, {30, 10, 12, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  EXPECT_EQ(hidden_of(evaluated(scheme_of({city_only}), {&far.period}), "school"), "300020");
  // Rows that are no people, and teachers, see everything.
  one.frame.persons = false;
  one.period.frames = {one.frame};
  EXPECT_EQ(hidden_of(evaluated(s, {&one.period}), "school"), "000000");
  scheme::SchemeOptions teacher;
  teacher.audience = evaluation::Audience::kTeacher;
  EXPECT_EQ(hidden_of(evaluated(s, {&far.period}, teacher), "school"), "000000");
}

// The table's word does not tell a share of everybody from its complement.
TEST(EvaluateScheme, TheTableDoesNotSayWhyAShareIsHidden) {
  Passes one({30, 20, 25, 30, 20, 25}, {30, 10, 12, 15, 10, 12}, {0, 0, 0, 1, 1, 1});
  const Table table = evaluated(scheme_of({pass_rate()}), {&one.period}).to_table();
  const auto& words = std::get<std::vector<std::string>>(table.find("hidden")->values);
  EXPECT_EQ(words, (std::vector<std::string>{"hidden", "hidden", "shown", "shown", "shown", "shown", "shown", "shown", "shown"}));
  for (std::int64_t r = 0; r < table.n_rows(); ++r) EXPECT_EQ(table.find("value")->is_null(r), r < 2);
}

TEST(EvaluateScheme, FindingsOfSeveralPeriodsStandOnceOrNameTheirPeriod) {
  Passes first({30, 20}, {15, 10}, {0, 1});
  Passes second({30, 20}, {15, 10}, {0, 1});
  Passes third({30, 20}, {15, 10}, {0, 1});
  first.period.id = "2024";
  second.period.id = "2025";
  third.period.id = "2026";
  second.frame.variables[0].name = "other";
  second.period.frames = {second.frame};
  auto everywhere = leaf("everywhere", Statistic::kMean, "nothing");
  auto people = leaf("people", Statistic::kNone, "");
  const scheme::Scheme s = scheme_of({pass_rate(), everywhere, people});
  const auto one = evaluated(s, {&second.period});
  ASSERT_EQ(one.findings.size(), 3U);
  for (const Finding& f : one.findings) EXPECT_EQ(f.place.table, "test");
  const auto all = evaluated(s, {&first.period, &second.period, &third.period});
  ASSERT_EQ(all.findings.size(), 3U);
  EXPECT_EQ(all.findings[0].code, Code::kSchemeVariableAbsent);
  EXPECT_EQ(all.findings[0].place.table, "test");
  EXPECT_EQ(all.findings[1].code, Code::kSchemeQualitative);
  EXPECT_EQ(all.findings[2].code, Code::kSchemeVariableAbsent);
  EXPECT_EQ(all.findings[2].place.table, "2025/pupils");
  EXPECT_NE(all.findings[2].text(Language::kEnglish).find("\"2025/pupils\" has no column \"passed\""), std::string::npos)
      << all.findings[2].text(Language::kEnglish);
}

TEST(EvaluateScheme, ChangesCarryTheLinkAndAreCorrected) {
  City before(12, 2, 40, 2, 8, "2025");
  City now(12, 2, 40, 2, 9, "2026");
  for (auto& column : now.score)
    for (double& x : column) x += 60.0;  // a change that nobody overlooks
  now.frame.variables[0].columns.clear();
  for (const auto& column : now.score) now.frame.variables[0].columns.emplace_back(column);
  auto top = node("top", Aggregation::kArithmetic, Weighting::kGiven);
  top.weights = {0.75, 0.25};
  auto a = leaf("a", Statistic::kMean, "score");
  a.goalposts = {0.0, 1000.0};
  auto b = leaf("b", Statistic::kMean, "sleep");
  b.goalposts = {0.0, 24.0};
  a.parent = b.parent = 0;
  auto change = leaf("change", Statistic::kChange, "");
  change.of = "a";
  auto small = leaf("small", Statistic::kMean, "score");
  small.worthwhile_change = 1000.0;
  const scheme::Scheme s = scheme_of({top, a, b, change, small});
  const scheme::Period& first = before.with(before.cohort());
  scheme::Period second = now.with(now.cohort());
  second.link_errors = {{"a", 5.0}};
  const auto result = evaluated(s, {&first, &second});
  const auto& v = result.at(1, "city", "city", "a");
  const auto& old = result.at(0, "city", "city", "a");
  EXPECT_NEAR(v.change, v.value - old.value, 1e-12);
  EXPECT_NEAR(v.change_se, std::sqrt(v.se * v.se + old.se * old.se + 25.0), 1e-12);
  EXPECT_EQ(v.change_state, ChangeState::kHigher);
  EXPECT_EQ(result.at(1, "city", "city", "b").change_state, ChangeState::kNoVisible);
  EXPECT_EQ(result.at(1, "city", "city", "small").change_state, ChangeState::kNoVisible);
  const auto& t = result.at(1, "city", "city", "top");
  const double link = 0.75 * 5.0 / 10.0;
  EXPECT_NEAR(t.change_se, std::sqrt(t.se * t.se + std::pow(result.at(0, "city", "city", "top").se, 2) + link * link), 1e-9);
  const auto& c = result.at(1, "city", "city", "change");
  EXPECT_EQ(c.state, IndexState::kEvaluated);
  EXPECT_EQ(c.value, v.change);
  // Its interval is the change's, with the degrees of freedom of the difference.
  EXPECT_NEAR(c.low, v.change_low, 1e-9);
  EXPECT_NEAR(c.high, v.change_high, 1e-9);
  EXPECT_GT(c.degrees_of_freedom, v.degrees_of_freedom);
  EXPECT_EQ(result.at(0, "city", "city", "change").state, IndexState::kNoEarlierPeriod);
  EXPECT_EQ(result.at(0, "city", "city", "a").change_state, ChangeState::kNotCompared);
  // The interval leaves 0 out exactly where the p-value is below what it leaves out.
  int compared = 0;
  for (const auto& level : result.periods[1].values)
    for (const auto& one : level) {
      if (one.change_p != one.change_p) continue;
      ++compared;
      EXPECT_EQ(one.change_low > 0.0 || one.change_high < 0.0, one.change_p < 1.0 - result.options.confidence);
      EXPECT_NEAR((one.change_low + one.change_high) / 2.0, one.change, 1e-9 * (1.0 + std::abs(one.change)));
    }
  EXPECT_GT(compared, 12);
}

TEST(EvaluateScheme, TestsThatAreNotLinkedAreNotCompared) {
  City before(12, 2, 40, 2, 8, "2025");
  City now(12, 2, 40, 2, 9, "2026");
  auto top = node("top", Aggregation::kArithmetic, Weighting::kEqual);
  auto side = node("side", Aggregation::kArithmetic, Weighting::kEqual);
  auto a = leaf("a", Statistic::kMean, "score");
  auto b = leaf("b", Statistic::kMean, "sleep");
  auto c = leaf("c", Statistic::kMean, "sleep");
  a.goalposts = {0.0, 1000.0};
  b.goalposts = c.goalposts = {0.0, 24.0};
  a.parent = b.parent = 0;
  c.parent = 5;
  a.needs_link = true;
  auto change = leaf("change", Statistic::kChange, "");
  change.of = "a";
  const scheme::Scheme s = scheme_of({top, a, b, c, change, side});
  const scheme::Period& first = before.with(before.cohort());
  scheme::Period second = now.with(now.cohort());
  const auto told = [&](const scheme::SchemeEvaluation& result, const char* indicator) {
    return result.at(1, "city", "city", indicator).change_state;
  };
  auto result = evaluated(s, {&first, &second});
  for (const char* one : {"a", "top"}) {
    EXPECT_EQ(told(result, one), ChangeState::kNotLinked) << one;
    const auto& v = result.at(1, "city", "city", one);
    EXPECT_TRUE(std::isnan(v.change) && std::isnan(v.change_p) && std::isnan(v.change_low));
    EXPECT_EQ(v.state, IndexState::kEvaluated);
  }
  for (const char* one : {"b", "c", "side"}) EXPECT_NE(told(result, one), ChangeState::kNotLinked) << one;
  EXPECT_EQ(result.at(1, "city", "city", "change").state, IndexState::kNoEarlierPeriod);
  const auto table = result.to_table();
  EXPECT_TRUE(table.find("change_low") != nullptr && table.find("change_high") != nullptr);
  // A link without an error of its own is a link.
  second.link_errors = {{"a", 0.0}};
  result = evaluated(s, {&first, &second});
  EXPECT_EQ(result.at(1, "city", "city", "change").state, IndexState::kEvaluated);
  for (const char* one : {"a", "top"}) EXPECT_TRUE(std::isfinite(result.at(1, "city", "city", one).change)) << one;
  EXPECT_TRUE(result.findings.empty());
  // A link error of what is no leaf is not used, and that is said; one that is no error is refused.
  second.link_errors = {{"no-such", 1.0}, {"top", 9.0}};
  result = evaluated(s, {&first, &second});
  ASSERT_EQ(result.findings.size(), 2U);
  for (const Finding& f : result.findings) EXPECT_EQ(f.code, Code::kSchemeLinkNotUsed);
  EXPECT_EQ(result.findings[0].place.item, "no-such");
  EXPECT_NE(result.findings[1].cause(Language::kChinese).find("给出了“top”的等值误差"), std::string::npos);
  EXPECT_EQ(told(result, "a"), ChangeState::kNotLinked);
  EXPECT_NE(told(result, "side"), ChangeState::kNotLinked);
  scheme::Scheme checked = s;
  check(checked);
  for (const double se : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    second.link_errors = {{"a", se}};
    const std::vector<scheme::Period> periods{first, second};
    EXPECT_EQ(scheme::evaluate(checked, periods).error().code, Code::kInvalidArgument) << se;
  }
}

TEST(EvaluateScheme, BandsByCutsAndWhatTheIntervalLeavesOpen) {
  City city(3, 1, 60, 1, 10);
  auto i = leaf("i", Statistic::kMean, "score");
  i.bands.cuts = {300.0, 495.0, 505.0, 700.0};
  const auto result = evaluated(scheme_of({i}), {&city.with(city.cohort())});
  for (int s = 0; s < 3; ++s) {
    const auto& v = result.at(0, "school", "s" + std::to_string(s), "i");
    EXPECT_EQ(v.band, v.value < 495.0 ? 1 : v.value < 505.0 ? 2 : 3);
    EXPECT_EQ(v.band_low, v.low < 495.0 ? 1 : v.low < 505.0 ? 2 : 3);
    EXPECT_EQ(v.band_high, v.high < 495.0 ? 1 : v.high < 505.0 ? 2 : 3);
  }
}

TEST(EvaluateScheme, OneUnitOnASideOfAGapTellsNothingOfItsError) {
  City city(4, 2, 40, 1, 12);
  std::fill(city.sex.begin(), city.sex.end(), 1.0);
  city.sex[0] = 2.0;  // one pupil of the second group in the first school: one group of the jackknife
  for (std::size_t i = 0; i < city.school.size(); i += 2)
    if (city.school[i] == 1) city.sex[i] = 2.0;
  auto gap = leaf("gap", Statistic::kGap, "score");
  gap.group = "sex";
  gap.least_n = 1;
  const auto result = evaluated(scheme_of({gap}), {&city.with(city.cohort(10))});
  const auto& lone = result.at(0, "school", "s0", "gap");
  EXPECT_EQ(lone.state, IndexState::kEvaluated);
  EXPECT_TRUE(std::isfinite(lone.value));
  EXPECT_TRUE(std::isnan(lone.se));
  EXPECT_GT(result.at(0, "school", "s1", "gap").se, 0.0);
}

}  // namespace
