// Information, curves and reliability against their definitions.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/normal.hpp>
#include <celadon/models/irt/information.hpp>

namespace {

using namespace irt_cases;

irt::Model every_model() {
  std::vector<irt::ItemParameters> all;
  for (const ItemModel m : {ItemModel::kRasch, ItemModel::k1pl, ItemModel::k2pl, ItemModel::k3pl, ItemModel::k4pl, ItemModel::kGraded,
                            ItemModel::kPartialCredit, ItemModel::kGeneralizedPartialCredit, ItemModel::kRatingScale, ItemModel::kNominal})
    for (auto& item : items(m, 2, 4, std::string(irt::model_name(m)))) all.push_back(item);
  return model_of(all);
}

/// Fisher information by its definition: the variance of the score, with the score by differences.
double by_definition(const irt::ItemParameters& item, double theta) {
  const double h = 1e-4;
  const auto low = probabilities(item, theta - h);
  const auto at = probabilities(item, theta);
  const auto high = probabilities(item, theta + h);
  double out = 0.0;
  for (std::size_t k = 0; k < at.size(); ++k) {
    const double score = (std::log(high[k]) - std::log(low[k])) / (2 * h);
    out += at[k] * score * score;
  }
  return out;
}

TEST(IrtInformation, IsTheVarianceOfTheScore) {
  const auto model = every_model();
  const std::vector<double> abilities{-3.0, -1.1, 0.0, 0.4, 2.0, 3.5};
  const auto curves = irt::test_curves(model, abilities).value();
  for (std::size_t i = 0; i < abilities.size(); ++i) {
    double total = 0.0;
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      const double expected = by_definition(model.items[j], abilities[i]);
      EXPECT_NEAR(irt::information(model.items[j], abilities[i]), expected, 1e-6) << model.items[j].id;
      EXPECT_EQ(curves.items[j][i], irt::information(model.items[j], abilities[i]));
      total += expected;
    }
    EXPECT_NEAR(irt::test_information(model, abilities[i]), total, 1e-5);
    EXPECT_NEAR(curves.information[i], total, 1e-5);
    EXPECT_NEAR(curves.ability_se[i], 1.0 / std::sqrt(total), 1e-5);
  }
  EXPECT_EQ(curves.table().n_rows(), 6);
  EXPECT_EQ(curves.item_table().n_rows(), 120);
  EXPECT_EQ(irt::test_curves(model)->abilities, model.grid.nodes());
}

TEST(IrtInformation, TrueScoreAndItsErrorAreMomentsOfPoints) {
  auto model = every_model();
  irt::CategoryPoints points(model.items.size());
  points[0] = {0.5, 2.0};
  points[10] = {0.0, 3.0, 4.0, 10.0};
  for (const double theta : {-2.0, 0.3, 1.9}) {
    double mean = 0.0;
    double variance = 0.0;
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      const auto p = probabilities(model.items[j], theta);
      double first = 0.0;
      double second = 0.0;
      for (std::size_t k = 0; k < p.size(); ++k) {
        const double x = points[j].empty() ? static_cast<double>(k) : points[j][k];
        first += p[k] * x;
        second += p[k] * x * x;
      }
      mean += first;
      variance += second - first * first;
    }
    const auto t = irt::true_score(model, theta, points).value();
    EXPECT_NEAR(t.expected, mean, 1e-12);
    EXPECT_NEAR(t.sem, std::sqrt(variance), 1e-12);
    const auto curves = irt::test_curves(model, std::vector<double>{theta}, points).value();
    EXPECT_EQ(curves.expected_score[0], t.expected);
    EXPECT_EQ(curves.score_sem[0], t.sem);
  }
}

TEST(IrtInformation, CategoryCurvesAreTheProbabilities) {
  const auto model = every_model();
  const auto table = irt::category_curves(model.items[10], std::vector<double>{-1.0, 2.0}).value();
  ASSERT_EQ(table.n_rows(), 8);
  const auto p = probabilities(model.items[10], 2.0);
  const auto& column = std::get<std::vector<double>>(table.find("probability")->values);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(column[4 + k], p[k]);
  EXPECT_NEAR(std::get<std::vector<double>>(table.find("expected")->values)[7], p[1] + 2 * p[2] + 3 * p[3], 1e-14);
}

TEST(IrtInformation, MarginalReliabilityIsTheMeanOverThePopulation) {
  auto model = every_model();
  model.populations = {{"a", 0.0, 1.0}, {"b", -0.5, 1.6}};
  for (int g = 0; g < 2; ++g) {
    const auto& population = model.populations[static_cast<std::size_t>(g)];
    // the mean over equal shares of the population: midpoints of 2,000 slices of the normal distribution
    double expected = 0.0;
    const int n = 2000;
    for (int i = 0; i < n; ++i) {
      const double theta = population.mean + population.sd * normal_quantile((i + 0.5) / n);
      const double signal = irt::test_information(model, theta) * population.sd * population.sd;
      expected += signal / (signal + 1.0) / n;
    }
    EXPECT_NEAR(irt::marginal_reliability(model, g).value(), expected, 1e-4);
  }
}

TEST(IrtInformation, EmpiricalReliabilityByHand) {
  irt::Scores scores;
  scores.ability = {-1.0, 0.0, 2.0, 50.0};
  scores.ability_se = {0.5, 0.4, 0.6, 9.0};
  scores.status = {irt::ScoreStatus::kScored, irt::ScoreStatus::kScored, irt::ScoreStatus::kScored, irt::ScoreStatus::kNoAnswers};
  const double variance = (16.0 / 9 + 1.0 / 9 + 25.0 / 9) / 2;
  const double error = (0.25 + 0.16 + 0.36) / 3;
  scores.method = irt::ScoreMethod::kEap;
  EXPECT_NEAR(irt::empirical_reliability(scores).value(), variance / (variance + error), 1e-14);
  scores.method = irt::ScoreMethod::kWle;
  EXPECT_NEAR(irt::empirical_reliability(scores).value(), 1 - error / variance, 1e-14);
  scores.ability = {1.0, 1.0, 1.0, 50.0};
  EXPECT_EQ(irt::empirical_reliability(scores).error().code, Code::kInvalidArgument);
  scores.status.assign(4, irt::ScoreStatus::kNoAnswers);
  EXPECT_EQ(irt::empirical_reliability(scores).error().code, Code::kNoPersons);
}

// The squared correlation of EAP scores with the abilities behind them is what a reliability promises.
TEST(IrtInformation, ReliabilityIsTheSquaredCorrelationWithTruth) {
  const auto model = model_of(items(ItemModel::k2pl, 30));
  const auto abilities = irt::simulate_abilities(model.populations[0], 20000, 5);
  const auto answers = irt::simulate(model, abilities, 6).value();
  const auto scores = irt::score(model, answers).value();
  double sums[5] = {};
  for (std::size_t i = 0; i < abilities.size(); ++i) {
    const double x = abilities[i];
    const double y = scores.ability[i];
    const double all[5] = {x, y, x * x, y * y, x * y};
    for (int k = 0; k < 5; ++k) sums[k] += all[k] / static_cast<double>(abilities.size());
  }
  const double covariance = sums[4] - sums[0] * sums[1];
  const double r2 = covariance * covariance / (sums[2] - sums[0] * sums[0]) / (sums[3] - sums[1] * sums[1]);
  EXPECT_NEAR(irt::empirical_reliability(scores).value(), r2, 0.01);
  EXPECT_NEAR(irt::marginal_reliability(model).value(), r2, 0.01);
}

TEST(IrtInformation, WrongInputIsRefusedByName) {
  const auto model = every_model();
  EXPECT_EQ(irt::true_score(model, std::nan("")).error().code, Code::kNotFinite);
  EXPECT_EQ(irt::true_score(model, 0.0, {{0.0, 1.0}}).error().code, Code::kLengthMismatch);
  irt::CategoryPoints points(model.items.size());
  points[0] = {0.0, std::nan("")};
  EXPECT_EQ(irt::true_score(model, 0.0, points).error().code, Code::kInvalidArgument);
  points[0] = {0.0, 1.0, 2.0};
  EXPECT_EQ(irt::test_curves(model, {}, points).error().code, Code::kLengthMismatch);
  EXPECT_EQ(irt::test_curves(model, std::vector<double>{0.0, std::numeric_limits<double>::infinity()}).error().code, Code::kNotFinite);
  EXPECT_EQ(irt::marginal_reliability(model, 1).error().code, Code::kInvalidArgument);
  auto broken = model.items[0];
  broken.intercepts.clear();
  EXPECT_EQ(irt::category_curves(broken, {}).error().code, Code::kInvalidArgument);
}

}  // namespace
