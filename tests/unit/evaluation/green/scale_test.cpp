// Questionnaire scales: recovery of known truth, alpha by brute force, items that go against the rest, missing answers, low reliability.
#include <celadon/evaluation/green/scale.hpp>

#include <celadon/core/random.hpp>
#include <celadon/models/irt/simulate.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

using celadon::Code;
using celadon::Language;
using celadon::Responses;
namespace green = celadon::green;
namespace irt = celadon::irt;

irt::Model model_of(const std::vector<double>& slopes) {
  irt::Model out;
  for (std::size_t j = 0; j < slopes.size(); ++j) {
    irt::ItemParameters item;
    item.id = "B" + std::to_string(j + 1);
    item.model = irt::ItemModel::kGeneralizedPartialCredit;
    item.n_categories = 4;
    item.slope = slopes[j];
    double d = 0.0;
    const double middle = -0.6 + 1.2 * static_cast<double>(j) / static_cast<double>(slopes.size());
    for (const double step : {-1.2, 0.0, 1.2}) item.intercepts.push_back(d -= item.slope * (middle + step));
    out.items.push_back(item);
  }
  return out;
}

/// Answers as printed on the form: a reversed item is turned round.
struct Survey {
  irt::Model model;
  std::vector<double> ability;
  std::vector<int> cells;  ///< persons x items, -3: omitted
  green::ScaleDefinition definition;

  Survey(const std::vector<double>& slopes, int n, std::uint64_t seed, const std::vector<double>& shift = {}) : model(model_of(slopes)) {
    ability = irt::simulate_abilities({}, n, seed);
    for (std::size_t i = 0; i < shift.size(); ++i) ability[i] += shift[i];
    const auto drawn = irt::simulate(model, ability, seed + 1).value();
    definition.name = "interest";
    definition.reference_population = "simulated, 2026";
    for (std::size_t j = 0; j < slopes.size(); ++j) definition.items.push_back({"B" + std::to_string(j + 1), j % 3 == 1});
    for (int i = 0; i < n; ++i)
      for (std::size_t j = 0; j < slopes.size(); ++j) {
        const int x = drawn.at(i, static_cast<std::int64_t>(j));
        cells.push_back(definition.items[j].reversed ? 3 - x : x);
      }
  }
  [[nodiscard]] std::size_t n_items() const { return definition.items.size(); }
  [[nodiscard]] Responses responses() const {
    std::vector<std::int8_t> x(cells.begin(), cells.end());
    const auto k = static_cast<std::int64_t>(n_items());
    std::vector<std::string> ids;
    for (const auto& item : definition.items) ids.push_back(item.id);
    return Responses::from_dense(celadon::DenseView<std::int8_t>{x.data(), static_cast<std::int64_t>(cells.size()) / k, k, k, 1}, ids)
        .value();
  }
};

int count(const celadon::Findings& findings, Code code) {
  int n = 0;
  for (const auto& f : findings) {
    n += f.code == code ? 1 : 0;
    if (f.code != code) continue;
    for (const Language language : {Language::kChinese, Language::kEnglish})
      EXPECT_EQ(f.cause(language).find('?'), std::string::npos) << f.cause(language);
  }
  return n;
}

const std::vector<double> kGood = {1.4, 1.1, 1.6, 0.9, 1.2, 1.5, 1.0, 1.3};

TEST(Scale, RecoversWhatWasSimulated) {
  const Survey s(kGood, 3000, 7);
  const auto scale = green::fit_scale(s.responses(), s.definition).value();
  EXPECT_TRUE(scale.converged);
  ASSERT_EQ(scale.items.size(), 8u);
  for (std::size_t j = 0; j < 8; ++j) {
    EXPECT_NEAR(scale.items[j].slope, kGood[j], 4.0 * scale.items[j].slope_se) << j;
    EXPECT_GT(scale.items[j].item_rest_r, 0.4);
  }
  EXPECT_TRUE(scale.individual_scores);
  const auto scores = green::score_scale(scale, s.responses()).value();
  EXPECT_EQ(scores.n_scored, 3000);
  double mean = 0.0, error = 0.0, claimed = 0.0;
  for (std::size_t i = 0; i < 3000; ++i) {
    mean += scores.score[i] / 3000.0;
    error += std::pow(scores.score[i] - (10.0 + 2.0 * s.ability[i]), 2) / 3000.0;
    claimed += scores.score_se[i] * scores.score_se[i] / 3000.0;
  }
  EXPECT_NEAR(mean, 10.0, 0.02);
  EXPECT_NEAR(std::sqrt(error / claimed), 1.0, 0.04);
  EXPECT_NEAR(scores.empirical_reliability, scale.marginal_reliability, 0.03);
  EXPECT_NEAR(1.0 - error / 4.0, scale.marginal_reliability, 0.03);  // error variance over the metric's variance
  EXPECT_EQ(scores.reference_population, "simulated, 2026");
  EXPECT_EQ(scale.item_table().n_rows(), 8);
  EXPECT_EQ(scale.to_table().n_rows(), 1);
  EXPECT_EQ(scores.to_table().n_rows(), 3000);
}

TEST(Scale, HasTheAlphaOfTheSumAfterReversing) {
  const Survey s(kGood, 1200, 3);
  const auto scale = green::fit_scale(s.responses(), s.definition).value();
  const std::size_t k = s.n_items(), n = 1200;
  std::vector<double> total(n, 0.0);
  double within = 0.0;
  const auto variance = [&](const std::vector<double>& x) {
    double m = 0.0, v = 0.0;
    for (const double a : x) m += a / static_cast<double>(x.size());
    for (const double a : x) v += (a - m) * (a - m) / static_cast<double>(x.size() - 1);
    return v;
  };
  for (std::size_t j = 0; j < k; ++j) {
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) {
      const int c = s.cells[i * k + j];
      x[i] = s.definition.items[j].reversed ? 3 - c : c;
      total[i] += x[i];
    }
    within += variance(x);
    double mean = 0.0;
    for (const double a : x) mean += a / static_cast<double>(n);
    EXPECT_NEAR(scale.items[j].mean, mean, 1e-10);
  }
  EXPECT_NEAR(scale.alpha, 8.0 / 7.0 * (1.0 - within / variance(total)), 1e-10);
  EXPECT_LT(scale.alpha_lower, scale.alpha);
  EXPECT_GT(scale.alpha_upper, scale.alpha);
}

TEST(Scale, FindsTheItemThatWasNotReversed) {
  Survey s(kGood, 1500, 5);
  s.definition.items[3].reversed = true;  // declared, but the item was asked straight
  const auto scale = green::fit_scale(s.responses(), s.definition).value();
  EXPECT_LT(scale.items[3].item_rest_r, -0.2);
  ASSERT_EQ(count(scale.findings, Code::kScaleItemAgainst), 1);
  for (const auto& f : scale.findings) EXPECT_TRUE(f.code != Code::kScaleItemAgainst || f.place.item == "B4") << f.place.item;
}

TEST(Scale, NeedsHalfOfTheAnswers) {
  Survey s(kGood, 1500, 9);
  for (std::size_t j = 0; j < 4; ++j) s.cells[j] = -3;       // person 1: half is enough
  for (std::size_t j = 0; j < 5; ++j) s.cells[8 + j] = -3;   // person 2: three of eight are not
  for (std::size_t j = 0; j < 8; ++j) s.cells[16 + j] = -1;  // person 3: nothing
  const auto scale = green::fit_scale(s.responses(), s.definition).value();
  EXPECT_EQ(scale.n_used, 1498);
  EXPECT_EQ(count(scale.findings, Code::kScaleAnswersTooFew), 1);
  const auto scores = green::score_scale(scale, s.responses()).value();
  EXPECT_TRUE(std::isfinite(scores.score[0]));
  EXPECT_GT(scores.score_se[0], scores.score_se[3]);
  EXPECT_TRUE(std::isnan(scores.score[1]));
  EXPECT_TRUE(std::isnan(scores.score_se[2]));
  EXPECT_EQ(scores.n_answered[1], 3);
  EXPECT_EQ(scores.n_too_few, 2);
  EXPECT_TRUE(scores.to_table().find("score")->is_null(1));
  EXPECT_EQ(count(scores.findings, Code::kScaleAnswersTooFew), 1);
  EXPECT_EQ(count(scores.findings, Code::kScoredWithoutAnswers), 0);
  // Nobody's answers count in the calibration where they do not count in the scores.
  Survey without = s;
  without.cells.erase(without.cells.begin() + 8, without.cells.begin() + 24);
  EXPECT_NEAR(green::fit_scale(without.responses(), s.definition)->log_likelihood, scale.log_likelihood, 1e-4);
}

TEST(Scale, BelowItsReliabilityOnlyGroupsAreReported) {
  // Four weak items; two groups half a standard deviation apart.
  std::vector<double> shift(4000, 0.0);
  std::vector<double> member(4000, -1.0);
  for (std::size_t i = 0; i < 4000; i += 2) {
    shift[i] = 0.5;
    member[i] = 1.0;
  }
  const Survey s({0.5, 0.6, 0.4, 0.5}, 4000, 11, shift);
  const auto scale = green::fit_scale(s.responses(), s.definition).value();
  EXPECT_LT(scale.marginal_reliability, 0.7);
  EXPECT_FALSE(scale.individual_scores);
  EXPECT_EQ(count(scale.findings, Code::kScaleGroupsOnly), 1);
  const auto scores = green::score_scale(scale, s.responses()).value();
  EXPECT_TRUE(scores.withheld);
  EXPECT_EQ(scores.n_scored, 0);
  EXPECT_TRUE(std::all_of(scores.score.begin(), scores.score.end(), [](double x) { return std::isnan(x); }));
  EXPECT_GT(scores.empirical_reliability, 0.2);
  irt::PlausibleValueOptions options;
  options.regression.covariates = member;
  options.regression.n_covariates = 1;
  options.n_draws = 10;
  const auto pv = green::scale_plausible_values(scale, s.responses(), options).value();
  double gap = 0.0, square = 0.0, mean = 0.0;
  for (std::size_t d = 0; d < 10; ++d)
    for (std::size_t i = 0; i < 4000; ++i) {
      const double v = pv.values[d * 4000 + i];
      gap += v * member[i] / 2000.0 / 10.0;
      mean += v / 40000.0;
      square += v * v / 40000.0;
    }
  // The whole has variance 1 + .0625 and is brought to 2 squared.
  EXPECT_NEAR(mean, 10.0, 0.1);
  EXPECT_NEAR(std::sqrt(square - mean * mean), 2.0, 0.1);
  EXPECT_NEAR(gap, 0.5 * 2.0 / std::sqrt(1.0625), 0.2);
}

TEST(Scale, TakesTheModelThatTheSampleCarriesAndAnyMetric) {
  const Survey s(kGood, 300, 13);
  auto definition = s.definition;
  definition.mean = 500.0;
  definition.sd = 100.0;
  const auto scale = green::fit_scale(s.responses(), definition).value();
  EXPECT_EQ(scale.model.items[0].model, irt::ItemModel::kPartialCredit);
  const auto scores = green::score_scale(scale, s.responses()).value();
  double mean = 0.0;
  for (const double x : scores.score) mean += x / 300.0;
  EXPECT_NEAR(mean, 500.0, 5.0);
  EXPECT_NEAR(scale.factor * scale.model.populations[0].sd, 100.0, 1e-9);
  const Survey few(kGood, 80, 13);
  EXPECT_EQ(green::fit_scale(few.responses(), few.definition).error().code, Code::kTooFewForCalibration);
}

TEST(Scale, DoesNotDependOnTheUnitOfTheWeightsNorOnThreads) {
  const Survey s(kGood, 1200, 17);
  std::vector<double> one(1200, 1.0), three(1200, 3.0);
  one[4] = three[4] = 0.0;
  const auto a = green::fit_scale(s.responses(), s.definition, {.weights = one}).value();
  const auto b = green::fit_scale(s.responses(), s.definition, {.weights = three}).value();
  EXPECT_EQ(a.n_used, 1199);
  EXPECT_NEAR(a.marginal_reliability, b.marginal_reliability, 1e-9);
  EXPECT_NEAR(a.alpha, b.alpha, 1e-12);
  celadon::ExecutionContext threads;
  threads.n_threads = 3;
  const auto c = green::fit_scale(s.responses(), s.definition, {.weights = one}, threads).value();
  EXPECT_EQ(a.marginal_reliability, c.marginal_reliability);
}

TEST(Scale, SaysWhatIsWrong) {
  const Survey s(kGood, 300, 19);
  const auto code = [&](const green::ScaleDefinition& d) { return green::fit_scale(s.responses(), d).error().code; };
  auto d = s.definition;
  d.items[0].id = "B99";
  EXPECT_EQ(code(d), Code::kMissingColumn);
  d = s.definition;
  d.items.resize(2);
  EXPECT_EQ(code(d), Code::kTooFewItems);
  d = s.definition;
  d.items[1].id = d.items[0].id;
  EXPECT_EQ(code(d), Code::kDuplicateId);
  d = s.definition;
  d.reference_population.clear();
  EXPECT_EQ(code(d), Code::kInvalidArgument);
  d = s.definition;
  d.sd = 0.0;
  EXPECT_EQ(code(d), Code::kInvalidArgument);
  d = s.definition;
  d.least_answered = 0.0;
  EXPECT_EQ(code(d), Code::kInvalidArgument);
  d = s.definition;
  d.n_options = 3;
  const auto outside = green::fit_scale(s.responses(), d).error();
  EXPECT_EQ(outside.code, Code::kAnswerOutsideScale);
  EXPECT_EQ(outside.cause(Language::kChinese).find('?'), std::string::npos);
  const std::vector<double> negative(300, -1.0), nobody(300, 0.0), short_one(3, 1.0);
  EXPECT_EQ(green::fit_scale(s.responses(), s.definition, {.weights = negative}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(green::fit_scale(s.responses(), s.definition, {.weights = nobody}).error().code, Code::kNoPersons);
  EXPECT_EQ(green::fit_scale(s.responses(), s.definition, {.weights = short_one}).error().code, Code::kLengthMismatch);
}

}  // namespace
