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

}  // namespace
