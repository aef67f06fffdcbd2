// Sum scores against enumeration of every answer pattern of six items.
#include "models/irt/irt_cases.hpp"

#include <celadon/models/irt/score.hpp>
#include <celadon/models/irt/sum_score.hpp>

#include <functional>
#include <map>

namespace {

using namespace irt_cases;

/// Six items of five models.
irt::Model six_items() {
  std::vector<irt::ItemParameters> all;
  const auto add = [&](ItemModel m, int n, int categories, const char* prefix) {
    for (auto& item : items(m, n, categories, prefix)) all.push_back(item);
  };
  add(ItemModel::k3pl, 2, 2, "a");
  add(ItemModel::kGraded, 1, 4, "b");
  add(ItemModel::kGeneralizedPartialCredit, 1, 3, "c");
  add(ItemModel::kNominal, 1, 3, "d");
  add(ItemModel::k2pl, 1, 2, "e");
  return model_of(all, {"all", 0.2, 1.1});
}

/// Calls visit(categories) for every pattern.
void each_pattern(const irt::Model& model, const std::function<void(const std::vector<int>&)>& visit) {
  std::vector<int> x(model.items.size(), 0);
  for (;;) {
    visit(x);
    std::size_t j = 0;
    while (j < x.size() && ++x[j] == model.items[j].n_categories) x[j++] = 0;
    if (j == x.size()) return;
  }
}

double probability(const irt::Model& model, const std::vector<int>& x, double theta) {
  double out = 1.0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
    irt::category_probabilities(model.items[j], theta, p);
    out *= p[static_cast<std::size_t>(x[j])];
  }
  return out;
}

TEST(SumScore, DistributionIsTheSumOverPatterns) {
  const auto model = six_items();
  for (const double theta : {-2.5, 0.0, 0.7, 4.0}) {
    std::map<int, double> expected;
    each_pattern(model, [&](const std::vector<int>& x) {
      int sum = 0;
      for (const int k : x) sum += k;
      expected[sum] += probability(model, x, theta);
    });
    const auto p = irt::sum_score_distribution(model, theta).value();
    ASSERT_EQ(p.size(), expected.size());
    for (std::size_t s = 0; s < p.size(); ++s) EXPECT_NEAR(p[s], expected[static_cast<int>(s)], 1e-14);
  }
}

TEST(SumScore, TableIsTheSumOverPatternsAndNodes) {
  const auto model = six_items();
  // half marks; the nominal item is worth points out of order
  const irt::CategoryPoints points = {{}, {0.0, 2.5}, {0.0, 0.5, 1.0, 3.0}, {}, {1.0, 0.0, 2.0}, {}};
  const auto nodes = model.grid.nodes();
  const auto weights = model.grid.weights(model.populations[0]);
  std::vector<double> true_score(nodes.size(), 0.0);
  const auto worth = [&](std::size_t j, int k) { return points[j].empty() ? k : points[j][static_cast<std::size_t>(k)]; };
  for (std::size_t q = 0; q < nodes.size(); ++q)
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
      irt::category_probabilities(model.items[j], nodes[q], p);
      for (std::size_t k = 0; k < p.size(); ++k) true_score[q] += p[k] * worth(j, static_cast<int>(k));
    }
  struct Row {
    double p = 0, a = 0, aa = 0, t = 0, tt = 0;
  };
  std::map<double, Row> expected;
  each_pattern(model, [&](const std::vector<int>& x) {
    double sum = 0.0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += worth(j, x[j]);
    Row& row = expected[sum];
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      const double w = weights[q] * probability(model, x, nodes[q]);
      row.p += w;
      row.a += w * nodes[q];
      row.aa += w * nodes[q] * nodes[q];
      row.t += w * true_score[q];
      row.tt += w * true_score[q] * true_score[q];
    }
  });
  const auto table = irt::sum_score_table(model, 0, points).value();
  ASSERT_EQ(table.score.size(), expected.size());
  double total = 0.0;
  std::size_t s = 0;
  for (const auto& [score, row] : expected) {
    EXPECT_DOUBLE_EQ(table.score[s], score);
    EXPECT_NEAR(table.probability[s], row.p, 1e-14);
    EXPECT_NEAR(table.ability[s], row.a / row.p, 1e-10);
    EXPECT_NEAR(table.ability_se[s], std::sqrt(row.aa / row.p - row.a * row.a / row.p / row.p), 1e-9);
    EXPECT_NEAR(table.true_score[s], row.t / row.p, 1e-10);
    EXPECT_NEAR(table.true_score_se[s], std::sqrt(row.tt / row.p - row.t * row.t / row.p / row.p), 1e-8);
    total += table.probability[s++];
  }
  EXPECT_NEAR(total, 1.0, 1e-12);
  EXPECT_EQ(table.table().n_rows(), static_cast<std::int64_t>(expected.size()));
}

// Under Rasch the sum says all that the answers say of ability.
TEST(SumScore, RaschSumAndPatternGiveOneAbility) {
  const auto model = model_of(items(ItemModel::kRasch, 6), {"all", -0.3, 1.4});
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const auto table = irt::sum_score_table(model).value();
  each_pattern(model, [&](const std::vector<int>& x) {
    int sum = 0;
    for (const int k : x) sum += k;
    const auto s = irt::score(model, responses({x}, ids)).value();
    EXPECT_NEAR(s.ability[0], table.ability[static_cast<std::size_t>(sum)], 1e-10);
    EXPECT_NEAR(s.ability_se[0], table.ability_se[static_cast<std::size_t>(sum)], 1e-9);
  });
}

TEST(SumScore, WrongInputIsRefusedByName) {
  const auto model = six_items();
  EXPECT_EQ(irt::sum_score_table(model, 1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::sum_score_table(model, -1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::sum_score_table(model, 0, {{0.0, 1.0}}).error().code, Code::kLengthMismatch);
  irt::CategoryPoints points(6);
  points[1] = {0.0, 1.0, 2.0};
  EXPECT_EQ(irt::sum_score_table(model, 0, points).error().code, Code::kLengthMismatch);
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity(), 0.001}) {
    points[1] = {0.0, bad};
    EXPECT_EQ(irt::sum_score_table(model, 0, points).error().code, Code::kInvalidArgument) << bad;
  }
  EXPECT_EQ(irt::sum_score_table(irt::Model{}).error().code, Code::kNoItems);
  EXPECT_EQ(irt::sum_score_distribution(irt::Model{}, 0.0).error().code, Code::kNoItems);
  EXPECT_EQ(irt::sum_score_distribution(model, std::nan("")).error().code, Code::kInvalidArgument);
}

}  // namespace
