// Raw cuts on the ability scale by closed forms; panels, rounds and order by hand.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/cut.hpp>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;

TEST(Cut, IsTheInverseOfTheTestCharacteristicCurve) {
  // Two equal items: 2 logistic(t - 1) = 1.5 at t = 1 + log 3; the slope there is 2 * .75 * .25.
  const auto c = ss::ability_of_cut(rasch({1.0, 1.0}), 1.5, 0.3).value();
  EXPECT_NEAR(c.ability, 1.0 + std::log(3.0), 1e-12);
  EXPECT_NEAR(c.slope, 0.375, 1e-12);
  EXPECT_NEAR(c.se, 0.8, 1e-11);
  EXPECT_NEAR(c.sem_raw, std::sqrt(0.375), 1e-12);
  EXPECT_EQ(c.full_mark, 2.0);
  EXPECT_TRUE(std::isnan(ss::ability_of_cut(rasch({1.0, 1.0}), 1.5, kNaN)->se));
  EXPECT_EQ(c.to_table().n_rows(), 1);
}

TEST(Cut, TakesMarksOfCategoriesAndTheDerivativeOfTheCurve) {
  irt::Model model;
  model.items = {item_gpcm("P1", 0.8, {-1.0, 0.5, 1.0}), item_2pl("P2", 1.3, 0.2, 0.2)};
  const irt::CategoryPoints points = {{0.0, 2.0, 3.0, 5.0}, {0.0, 4.0}};
  const auto c = ss::ability_of_cut(model, 5.5, 0.4, points, 9.0).value();
  const auto score = [&](double t) { return irt::true_score(model, t, points).value().expected; };
  EXPECT_NEAR(score(c.ability), 5.5, 1e-12);
  EXPECT_NEAR(c.slope, (score(c.ability + 1e-5) - score(c.ability - 1e-5)) / 2e-5, 1e-8);
  EXPECT_NEAR(c.se, 0.4 / c.slope, 1e-14);
}

TEST(Cut, SaysWhatTheModelCannotPlace) {
  irt::Model model;
  model.items = {item_2pl("P1", 1.0, 0.0, 0.25), item_2pl("P2", 1.0, 0.0, 0.25)};
  const auto guessing = ss::ability_of_cut(model, 0.4, 0.1).error();
  EXPECT_EQ(guessing.code, Code::kCutOutsideScale);
  expect_readable(guessing);
  EXPECT_EQ(ss::ability_of_cut(rasch({0.0}), 1.0, 0.1).error().code, Code::kCutOutsideScale);
  EXPECT_EQ(ss::ability_of_cut(rasch({0.0, 1.0}), 1.0, 0.1, {}, 100.0).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ss::ability_of_cut(rasch({0.0, 1.0}), 1.0, -0.1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ss::ability_of_cut(rasch({0.0, 1.0}), kNaN, 0.1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ss::ability_of_cut(rasch({0.0, 1.0}), 1.0, 0.1, {{0.0, 1.0}}).error().code, Code::kLengthMismatch);
}

TEST(Cut, ChecksThatLevelsAscend) {
  const std::vector<double> good = {10.0, kNaN, 20.0, 30.0};
  EXPECT_TRUE(ss::check_ascending(good, "panel").empty());
  const std::vector<double> bad = {10.0, 20.0, 20.0 + 1e-9, 15.0};  // the third is above the second by rounding only
  const auto found = ss::check_ascending(bad, "panel");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, Code::kCutsNotAscending);
  EXPECT_EQ(found[0].severity, Severity::kError);
  expect_readable(found[0]);
}

TEST(Cut, OfTwoPanelsHasHalfTheirDistanceAsError) {
  const std::vector<double> cuts = {61.0, 65.0};
  const std::vector<double> ses = {1.0, 2.0};
  const auto p = ss::across_panels(cuts, ses).value();
  EXPECT_NEAR(p.cut, 63.0, 1e-14);
  EXPECT_NEAR(p.se, 2.0, 1e-14);
  EXPECT_NEAR(p.se_within, std::sqrt(5.0) / 2.0, 1e-14);
  EXPECT_NEAR(p.between_variance, 8.0 - 2.5, 1e-13);
  EXPECT_TRUE(p.findings.empty());
  const auto one = ss::across_panels(std::vector<double>{61.0}).value();
  EXPECT_TRUE(std::isnan(one.se));
  EXPECT_EQ(count(one.findings, Code::kSingleJudge), 1);
  expect_readable(one.findings[0]);
  const auto same = ss::across_panels(std::vector<double>{61.0, 61.0}).value();
  EXPECT_EQ(count(same.findings, Code::kJudgesCoincide), 1);
  expect_readable(same.findings[0]);
  EXPECT_EQ(ss::across_panels({}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ss::across_panels(std::vector<double>{1.0, kNaN}).error().code, Code::kNotFinite);
  EXPECT_EQ(ss::across_panels(cuts, std::vector<double>{1.0}).error().code, Code::kLengthMismatch);
}

TEST(Cut, MovesFromRoundToRound) {
  const std::vector<double> before = {10.0, 14.0, 18.0, kNaN, 20.0};
  const std::vector<double> after = {12.0, 14.0, 17.0, 15.0, kNaN};
  const auto c = ss::round_change(before, after).value();
  EXPECT_EQ(c.n_judges, 3);
  EXPECT_NEAR(c.mean, 1.0 / 3.0, 1e-14);
  EXPECT_NEAR(c.mean_absolute, 1.0, 1e-14);
  EXPECT_EQ(c.n_moved, 2);
  EXPECT_NEAR(c.sd_before, 4.0, 1e-14);
  EXPECT_NEAR(c.se, std::sqrt((4.0 + 0.0 + 1.0 - 1.0 / 3.0) / 2.0 / 3.0), 1e-14);
  EXPECT_GT(c.correlation, 0.99);
  EXPECT_EQ(ss::round_change(before, std::vector<double>{1.0}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ss::round_change(std::vector<double>{kNaN}, std::vector<double>{1.0}).error().code, Code::kTooFewPersons);
}

}  // namespace
