#include <celadon/models/irt/model.hpp>

#include <models/irt/irt_cases.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace {

using namespace celadon;
using irt::ItemModel;
using irt::ItemParameters;
using irt_cases::probabilities;

std::vector<ItemParameters> one_of_each() {
  std::vector<ItemParameters> items;
  items.push_back({.id = "rasch", .model = ItemModel::kRasch, .n_categories = 2, .slope = 1.0, .intercepts = {0.4}});
  items.push_back({.id = "3pl", .model = ItemModel::k3pl, .n_categories = 2, .slope = 1.7, .intercepts = {-0.6}, .lower = 0.2});
  items.push_back(
      {.id = "4pl", .model = ItemModel::k4pl, .n_categories = 2, .slope = 1.3, .intercepts = {0.5}, .lower = 0.1, .upper = 0.95});
  items.push_back({.id = "grm", .model = ItemModel::kGraded, .n_categories = 4, .slope = 1.5, .intercepts = {2.0, 0.3, -1.1}});
  items.push_back({.id = "pcm", .model = ItemModel::kPartialCredit, .n_categories = 3, .slope = 1.0, .intercepts = {0.8, 0.1}});
  items.push_back(
      {.id = "gpcm", .model = ItemModel::kGeneralizedPartialCredit, .n_categories = 4, .slope = 0.7, .intercepts = {1.0, 0.7, -0.9}});
  items.push_back({.id = "nominal",
                   .model = ItemModel::kNominal,
                   .n_categories = 4,
                   .slope = 0.6,
                   .intercepts = {0.2, 1.1, -0.3},
                   .scoring = {0.0, 1.6, 0.7, 3.0}});
  return items;
}

TEST(IrtModel, NamesRoundTrip) {
  for (int m = 0; m < 10; ++m) {
    const auto model = static_cast<ItemModel>(m);
    const auto back = irt::model_from_name(irt::model_name(model));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, model);
  }
  const auto bad = irt::model_from_name("5pl");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::kInvalidArgument);
}

TEST(IrtModel, ProbabilitiesFollowTheDefinitions) {
  const auto s = [](double z) { return 1.0 / (1.0 + std::exp(-z)); };
  const auto items = one_of_each();
  const double t = 0.37;
  EXPECT_NEAR(probabilities(items[1], t)[1], 0.2 + 0.8 * s(1.7 * t - 0.6), 1e-15);
  EXPECT_NEAR(probabilities(items[2], t)[1], 0.1 + 0.85 * s(1.3 * t + 0.5), 1e-15);
  EXPECT_NEAR(probabilities(items[3], t)[2], s(1.5 * t + 0.3) - s(1.5 * t - 1.1), 1e-15);
  EXPECT_NEAR(probabilities(items[3], t)[3], s(1.5 * t - 1.1), 1e-15);
  const double e[4] = {1.0, std::exp(1.6 * 0.6 * t + 0.2), std::exp(0.7 * 0.6 * t + 1.1), std::exp(3.0 * 0.6 * t - 0.3)};
  EXPECT_NEAR(probabilities(items[6], t)[2], e[2] / (e[0] + e[1] + e[2] + e[3]), 1e-15);
}

TEST(IrtModel, ProbabilitiesSumToOneAndStayPositive) {
  for (const auto& item : one_of_each())
    for (const double ability : {-300.0, -8.0, -1.0, 0.0, 0.5, 6.0, 40.0, 900.0}) {
      double total = 0.0;
      for (const double p : probabilities(item, ability)) {
        EXPECT_GT(p, 0.0) << item.id;
        total += p;
      }
      EXPECT_NEAR(total, 1.0, 1e-14) << item.id << " at " << ability;
    }
}

TEST(IrtModel, DerivativesAgreeWithDifferences) {
  for (const auto& item : one_of_each())
    for (const double t : {-2.1, -0.4, 0.0, 1.3, 3.0}) {
      const auto n = static_cast<std::size_t>(item.n_categories);
      std::vector<double> first(n);
      std::vector<double> second(n);
      irt::category_log_derivatives(item, t, first, second);
      const double h = 1e-4;
      const auto up = probabilities(item, t + h);
      const auto mid = probabilities(item, t);
      const auto down = probabilities(item, t - h);
      double info = 0.0;
      for (std::size_t k = 0; k < n; ++k) {
        const double d1 = (std::log(up[k]) - std::log(down[k])) / (2 * h);
        const double d2 = (std::log(up[k]) - 2 * std::log(mid[k]) + std::log(down[k])) / (h * h);
        EXPECT_NEAR(first[k], d1, 1e-7) << item.id << " category " << k;
        EXPECT_NEAR(second[k], d2, 1e-6) << item.id << " category " << k;
        info += mid[k] * d1 * d1;
      }
      EXPECT_NEAR(irt::information(item, t), info, 1e-6) << item.id;
    }
}

TEST(IrtModel, DifficultiesInTheIrtParametrisation) {
  const auto items = one_of_each();
  EXPECT_NEAR(items[1].difficulties()[0], 0.6 / 1.7, 1e-15);
  EXPECT_NEAR(items[3].difficulties()[2], 1.1 / 1.5, 1e-15);
  // neighbouring GPCM categories are equally likely at a step
  const auto steps = items[5].difficulties();
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto p = probabilities(items[5], steps[k]);
    EXPECT_NEAR(p[k], p[k + 1], 1e-14);
  }
  EXPECT_TRUE(items[6].difficulties().empty());
}

TEST(IrtModel, CategoriesMapAndUnknownOnesAreSaid) {
  ItemParameters item;
  item.n_categories = 2;
  EXPECT_EQ(item.model_category(1), 1);
  EXPECT_EQ(item.model_category(2), -1);
  EXPECT_EQ(item.model_category(-1), -1);
  item.category_map = {0, -1, 0, 1};
  EXPECT_EQ(item.model_category(2), 0);
  EXPECT_EQ(item.model_category(1), -1);
  EXPECT_EQ(item.model_category(3), 1);
  EXPECT_EQ(item.model_category(4), -1);
}

TEST(IrtModel, GridWeightsAreTheNormalDensityAtTheNodes) {
  const irt::Grid grid;
  const auto nodes = grid.nodes();
  ASSERT_EQ(nodes.size(), 61u);
  EXPECT_DOUBLE_EQ(nodes.front(), -6.0);
  EXPECT_DOUBLE_EQ(nodes.back(), 6.0);
  EXPECT_DOUBLE_EQ(nodes[30], 0.0);
  const auto w = grid.weights({"g", 0.5, 1.2});
  double total = 0.0;
  double mean = 0.0;
  for (std::size_t q = 0; q < w.size(); ++q) {
    total += w[q];
    mean += w[q] * nodes[q];
  }
  EXPECT_NEAR(total, 1.0, 1e-14);
  EXPECT_NEAR(mean, 0.5, 1e-4);
}

TEST(IrtModel, CheckNamesTheFaultyItem) {
  irt::Model model;
  model.items = one_of_each();
  EXPECT_TRUE(irt::check(model));
  const auto refused = [&](auto change) {
    irt::Model bad = model;
    change(bad);
    const auto result = irt::check(bad);
    return !result && result.error().code == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](auto& m) { m.items[3].intercepts = {0.3, 2.0, -1.0}; }));
  EXPECT_TRUE(refused([](auto& m) { m.items[1].lower = 1.0; }));
  EXPECT_TRUE(refused([](auto& m) { m.items[0].slope = std::nan(""); }));
  EXPECT_TRUE(refused([](auto& m) { m.items[0].n_categories = 3; }));
  EXPECT_TRUE(refused([](auto& m) { m.items[6].scoring.pop_back(); }));
  EXPECT_TRUE(refused([](auto& m) { m.items[1].id = m.items[0].id; }));
  EXPECT_TRUE(refused([](auto& m) { m.populations[0].sd = 0.0; }));
  EXPECT_TRUE(refused([](auto& m) { m.populations.clear(); }));
  EXPECT_TRUE(refused([](auto& m) { m.grid.n_nodes = 1; }));
  EXPECT_TRUE(refused([](auto& m) { m.items[4].category_map = {0, 5}; }));
}

/// Keeps what it is shown, in order, and plays it back.
class Recorder : public Visitor {
 public:
  explicit Recorder(bool loading) : loading_(loading) {}
  bool loading() const override { return loading_; }
  void field(std::string_view name, double& v) override { keep(name, v, doubles); }
  void field(std::string_view name, std::int64_t& v) override { keep(name, v, integers); }
  void field(std::string_view name, bool& v) override { keep(name, v, booleans); }
  void field(std::string_view name, std::string& v) override { keep(name, v, texts); }
  void field(std::string_view name, std::vector<double>& v) override { keep(name, v, double_lists); }
  void field(std::string_view name, std::vector<std::int64_t>& v) override { keep(name, v, integer_lists); }
  void field(std::string_view name, std::vector<std::string>& v) override { keep(name, v, text_lists); }
  void begin_record(std::string_view) override {}
  void begin_list(std::string_view name, std::int64_t& size) override { field(name, size); }
  void next() override { ++record_; }
  void end() override {}
  void rewind() {
    loading_ = true;
    record_ = 0;
  }

 private:
  template <class T>
  void keep(std::string_view name, T& v, std::map<std::string, T>& kept) {
    const std::string key = std::string(name) + "/" + std::to_string(record_);
    if (loading_)
      v = kept.at(key);
    else
      kept[key] = v;
  }
  bool loading_;
  int record_ = 0;
  std::map<std::string, double> doubles;
  std::map<std::string, std::int64_t> integers;
  std::map<std::string, bool> booleans;
  std::map<std::string, std::string> texts;
  std::map<std::string, std::vector<double>> double_lists;
  std::map<std::string, std::vector<std::int64_t>> integer_lists;
  std::map<std::string, std::vector<std::string>> text_lists;
};

TEST(IrtModel, AVisitSavesAndLoadsEverything) {
  irt::Model model;
  model.items = one_of_each();
  model.items[3].category_map = {0, 1, 1, 2, 3};
  model.populations = {{"a", 0.0, 1.0}, {"b", 0.4, 1.2}};
  model.grid = {41, -5.0, 5.5};
  Recorder recorder(false);
  model.visit(recorder);
  recorder.rewind();
  irt::Model back;
  back.visit(recorder);
  ASSERT_TRUE(irt::check(back));
  ASSERT_EQ(back.items.size(), model.items.size());
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    EXPECT_EQ(back.items[j].id, model.items[j].id);
    EXPECT_EQ(back.items[j].model, model.items[j].model);
    EXPECT_EQ(back.items[j].slope, model.items[j].slope);
    EXPECT_EQ(back.items[j].intercepts, model.items[j].intercepts);
    EXPECT_EQ(back.items[j].scoring, model.items[j].scoring);
    EXPECT_EQ(back.items[j].lower, model.items[j].lower);
    EXPECT_EQ(back.items[j].upper, model.items[j].upper);
    EXPECT_EQ(back.items[j].category_map, model.items[j].category_map);
  }
  EXPECT_EQ(back.populations[1].id, "b");
  EXPECT_EQ(back.populations[1].mean, 0.4);
  EXPECT_EQ(back.grid.n_nodes, 41);
  EXPECT_EQ(back.grid.highest, 5.5);
}

}  // namespace
