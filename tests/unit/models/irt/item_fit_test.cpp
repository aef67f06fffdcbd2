// Infit, outfit and S-X2 by definition, by enumeration of all patterns of six items, and by simulation.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/irt/item_fit.hpp>

namespace {

using namespace irt_cases;

irt::Model mixed_model() {
  auto all = items(ItemModel::k2pl, 4, 2, "a");
  for (auto&& more : {items(ItemModel::kGraded, 2, 4, "b"), items(ItemModel::k3pl, 2, 2, "c"), items(ItemModel::kPartialCredit, 2, 3, "d")})
    all.insert(all.end(), more.begin(), more.end());
  return model_of(all);
}

TEST(ItemFit, MeanSquaresAreThoseOfTheDefinition) {
  const auto model = mixed_model();
  std::vector<std::uint8_t> administered(300 * model.items.size(), 1);
  for (std::size_t c = 0; c < administered.size(); c += 11) administered[c] = 0;
  const Responses answers = draw(model, 300, 4, administered);
  const irt::ScoreOptions how{.method = irt::ScoreMethod::kWle};
  const auto scores = irt::score(model, answers, how).value();
  const auto fit = irt::item_mean_squares(model, answers, how).value();
  ASSERT_EQ(fit.items.size(), model.items.size());
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    double n = 0, z2 = 0, r2 = 0, w = 0, kurtosis = 0, spread = 0;
    for (std::int64_t i = 0; i < 300; ++i) {
      const std::uint8_t cell = answers.at(i, static_cast<std::int64_t>(j));
      if (is_missing(cell)) continue;
      const auto p = probabilities(model.items[j], scores.ability[static_cast<std::size_t>(i)]);
      double mean = 0, variance = 0, fourth = 0;
      for (std::size_t k = 0; k < p.size(); ++k) mean += static_cast<double>(k) * p[k];
      for (std::size_t k = 0; k < p.size(); ++k) {
        variance += std::pow(static_cast<double>(k) - mean, 2) * p[k];
        fourth += std::pow(static_cast<double>(k) - mean, 4) * p[k];
      }
      n += 1;
      r2 += std::pow(cell - mean, 2);
      z2 += std::pow(cell - mean, 2) / variance;
      w += variance;
      kurtosis += fourth / variance / variance;
      spread += fourth - variance * variance;
    }
    const double outfit_sd = std::sqrt(kurtosis / n / n - 1 / n);
    const double infit_sd = std::sqrt(spread) / w;
    const auto z = [](double ms, double sd) { return (std::cbrt(ms) - 1) * 3 / sd + sd / 3; };
    EXPECT_EQ(fit.items[j].n, static_cast<std::int64_t>(n));
    EXPECT_NEAR(fit.items[j].outfit, z2 / n, 1e-9 * z2);
    EXPECT_NEAR(fit.items[j].infit, r2 / w, 1e-10);
    EXPECT_NEAR(fit.items[j].outfit_z, z(z2 / n, std::min(outfit_sd, std::sqrt(2.0))), 1e-8) << fit.items[j].item;
    EXPECT_NEAR(fit.items[j].infit_z, z(r2 / w, infit_sd), 1e-8);
  }
  EXPECT_EQ(fit.table().n_rows(), static_cast<std::int64_t>(model.items.size()));
}

// Six items: expected counts from all 64 patterns, observed counts from the answers. With many persons nothing has to be merged.
TEST(ItemFit, SX2OfSixItemsByEnumeration) {
  for (const ItemModel m : {ItemModel::kRasch, ItemModel::k2pl, ItemModel::k3pl}) {
    const auto model = model_of(items(m, 6), {"all", 0.1, 1.0});
    const Responses answers = draw(model, 20000, 13);
    const auto fit = irt::item_s_x2(model, answers).value();
    const auto nodes = model.grid.nodes();
    const auto weights = model.grid.weights(model.populations[0]);
    double with[6][7] = {};
    double all[7] = {};
    for (int pattern = 0; pattern < 64; ++pattern) {
      double p = 0.0;
      for (std::size_t q = 0; q < nodes.size(); ++q) {
        double product = weights[q];
        for (int j = 0; j < 6; ++j)
          product *= probabilities(model.items[static_cast<std::size_t>(j)], nodes[q])[static_cast<std::size_t>(pattern >> j & 1)];
        p += product;
      }
      const int sum = __builtin_popcount(static_cast<unsigned>(pattern));
      all[sum] += p;
      for (int j = 0; j < 6; ++j) with[j][sum] += (pattern >> j & 1) != 0 ? p : 0.0;
    }
    double right[6][7] = {};
    double n[7] = {};
    for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
      int sum = 0;
      for (std::int64_t j = 0; j < 6; ++j) sum += answers.at(i, j);
      n[sum] += 1;
      for (std::int64_t j = 0; j < 6; ++j) right[j][sum] += answers.at(i, j);
    }
    for (int j = 0; j < 6; ++j) {
      double statistic = 0.0;
      for (int s = 1; s < 6; ++s) {
        const double e = with[j][s] / all[s];
        const double o = right[j][s] / n[s];
        statistic += n[s] * (o - e) * (o - e) / (e * (1 - e));
      }
      const auto& got = fit.items[static_cast<std::size_t>(j)];
      EXPECT_NEAR(got.statistic, statistic, 1e-8 * (1 + statistic)) << irt::model_name(m);
      EXPECT_EQ(got.df, m == ItemModel::k3pl ? 2 : 3);
      EXPECT_NEAR(got.rmsea, std::sqrt(std::max(0.0, (statistic - got.df) / (got.df * 19999.0))), 1e-10);
      // the tail of chi-squared with 2 and 3 degrees of freedom is elementary
      const double tail = got.df == 2 ? std::exp(-statistic / 2)
                                      : std::erfc(std::sqrt(statistic / 2)) + std::sqrt(2 * statistic / M_PI) * std::exp(-statistic / 2);
      EXPECT_NEAR(got.p, tail, 1e-10);
    }
  }
}

// Under the model with known parameters the statistic keeps every degree of freedom: p-values are about uniform.
TEST(ItemFit, SX2HoldsItsLevelAndFindsAMisfittingItem) {
  const auto model = model_of(items(ItemModel::k2pl, 15));
  irt::SX2Options options;
  options.n_parameters.assign(15, 0);
  int rejected = 0;
  int tests = 0;
  double mean = 0.0;
  for (std::uint64_t r = 0; r < 40; ++r) {
    const auto fit = irt::item_s_x2(model, draw(model, 1500, 900 + r), options).value();
    for (const auto& item : fit.items) {
      rejected += item.p < 0.05 ? 1 : 0;
      mean += item.p;
      ++tests;
    }
  }
  const double rate = static_cast<double>(rejected) / tests;
  EXPECT_NEAR(rate, 0.05, 3.29 * std::sqrt(0.05 * 0.95 / tests) + 0.01);
  EXPECT_NEAR(mean / tests, 0.5, 0.06);
  auto wrong = model;
  wrong.items[7].slope *= 3.0;
  wrong.items[7].intercepts[0] *= 3.0;
  const auto fit = irt::item_s_x2(wrong, draw(model, 1500, 7), options).value();
  EXPECT_LT(fit.items[7].p, 1e-6);
}

TEST(ItemFit, MeanSquaresOfDataFromTheModelAreAboutOne) {
  const auto model = mixed_model();
  const auto fit = irt::item_mean_squares(model, draw(model, 8000, 3), {.method = irt::ScoreMethod::kWle}).value();
  for (const auto& item : fit.items) EXPECT_NEAR(item.infit, 1.0, 0.2) << item.item;
  // answers by the toss of a coin do not follow ability: outfit above 1
  auto noisy = model;
  noisy.items[1].slope = 1e-6;
  noisy.items[1].intercepts = {0.0};
  const auto noise = irt::item_mean_squares(model, draw(noisy, 8000, 3)).value();
  EXPECT_GT(noise.items[1].infit, 1.15);
  EXPECT_GT(noise.items[1].infit_z, 5.0);
  EXPECT_GT(noise.items[1].outfit, fit.items[1].outfit + 0.15);
}

TEST(ItemFit, MissingCellsFollowThePolicy) {
  const auto model = model_of(items(ItemModel::k2pl, 6));
  std::vector<std::vector<int>> rows;
  std::vector<std::vector<int>> zeros;
  const Responses full = draw(model, 400, 3);
  for (std::int64_t i = 0; i < 400; ++i) {
    rows.emplace_back();
    zeros.emplace_back();
    for (std::int64_t j = 0; j < 6; ++j) {
      const bool omitted = full.at(i, j) == 0 && (i + j) % 3 == 0;
      rows.back().push_back(omitted ? -3 : full.at(i, j));
      zeros.back().push_back(full.at(i, j));
    }
  }
  irt::SX2Options wrong;
  wrong.missing.omitted = MissingTreatment::kLowest;
  const auto a = irt::item_s_x2(model, responses(rows, ids_of(model)), wrong).value();
  const auto b = irt::item_s_x2(model, responses(zeros, ids_of(model))).value();
  const auto c = irt::item_s_x2(model, responses(rows, ids_of(model))).value();
  EXPECT_EQ(a.n_used, 400);
  EXPECT_EQ(a.n_dropped, 0);
  for (std::size_t j = 0; j < 6; ++j) EXPECT_EQ(a.items[j].statistic, b.items[j].statistic);
  EXPECT_LT(c.n_used, 400);
  EXPECT_EQ(c.n_used + c.n_dropped, 400);
  EXPECT_TRUE(has_finding(c.findings, Code::kIncompletePersons));
}

TEST(ItemFit, SameBitsForAnyThreadsAndInstructionSet) {
  const auto model = mixed_model();
  const Responses answers = draw(model, 6001, 8);
  const auto before = simd::level();
  std::vector<irt::ItemMeanSquares> squares;
  std::vector<irt::ItemSX2> tests;
  for (const auto level : simd::available_levels())
    for (const int threads : {1, 2, 3, 8}) {
      ASSERT_TRUE(simd::force_level(level));
      ExecutionContext context;
      context.n_threads = threads;
      squares.push_back(irt::item_mean_squares(model, answers, {}, context).value());
      tests.push_back(irt::item_s_x2(model, answers, {}, context).value());
    }
  ASSERT_TRUE(simd::force_level(before));
  for (std::size_t r = 0; r < squares.size(); ++r)
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      EXPECT_EQ(squares[r].items[j].outfit, squares[0].items[j].outfit);
      EXPECT_EQ(squares[r].items[j].outfit_z, squares[0].items[j].outfit_z);
      EXPECT_EQ(squares[r].items[j].infit, squares[0].items[j].infit);
      EXPECT_EQ(squares[r].items[j].infit_z, squares[0].items[j].infit_z);
      EXPECT_EQ(tests[r].items[j].statistic, tests[0].items[j].statistic);
      EXPECT_EQ(tests[r].items[j].p, tests[0].items[j].p);
    }
}

TEST(ItemFit, WrongInputIsRefusedAndEmptyItemsSaySo) {
  const auto model = model_of(items(ItemModel::k2pl, 3));
  const Responses answers = responses({{1, 0, 1}, {0, 1, 0}, {1, 1, 0}}, ids_of(model));
  irt::SX2Options options;
  options.n_parameters = {2};
  EXPECT_EQ(irt::item_s_x2(model, answers, options).error().code, Code::kLengthMismatch);
  options = {};
  options.smallest_expected = std::nan("");
  EXPECT_EQ(irt::item_s_x2(model, answers, options).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::item_s_x2(model, responses({{1, 0, -3}}, ids_of(model))).error().code, Code::kNoPersons);
  EXPECT_EQ(irt::item_s_x2(model, responses({{1}}, {"Q1"})).error().code, Code::kNoItems);
  EXPECT_EQ(irt::item_s_x2(model, responses({{1}}, {"x"})).error().code, Code::kNoCommonItems);
  auto two = model;
  two.populations.push_back({"b", 0.0, 1.0});
  EXPECT_EQ(irt::item_s_x2(two, answers).error().code, Code::kInvalidArgument);
  const auto small = irt::item_s_x2(model, answers).value();
  for (const auto& item : small.items) {
    EXPECT_TRUE(std::isnan(item.p));
    EXPECT_TRUE(has_finding(small.findings, Code::kItemFitNotTested, item.item));
  }
  const auto none = irt::item_mean_squares(model, responses({{1, 0, -1}, {0, 1, -1}}, ids_of(model))).value();
  EXPECT_EQ(none.items[2].n, 0);
  EXPECT_TRUE(std::isnan(none.items[2].infit));
}

}  // namespace
