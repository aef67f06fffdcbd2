// Q3 by its definition, and what it says of items that share something.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/irt/local_dependence.hpp>

namespace {

using namespace irt_cases;

TEST(LocalDependence, Q3IsTheCorrelationOfResiduals) {
  auto all = items(ItemModel::k2pl, 4, 2, "a");
  for (auto&& more : {items(ItemModel::kGraded, 2, 4, "b"), items(ItemModel::kNominal, 1, 3, "c")})
    all.insert(all.end(), more.begin(), more.end());
  const auto model = model_of(all);
  const std::size_t k = all.size();
  std::vector<std::uint8_t> administered(250 * k, 1);
  for (std::size_t c = 0; c < administered.size(); c += 5) administered[c] = 0;
  const Responses answers = draw(model, 250, 9, administered);
  const auto scores = irt::score(model, answers).value();
  const auto result = irt::local_dependence(model, answers).value();
  double mean = 0.0;
  for (std::size_t a = 0; a < k; ++a)
    for (std::size_t b = a + 1; b < k; ++b) {
      std::vector<double> x;
      std::vector<double> y;
      for (std::int64_t i = 0; i < 250; ++i) {
        const std::uint8_t first = answers.at(i, static_cast<std::int64_t>(a));
        const std::uint8_t second = answers.at(i, static_cast<std::int64_t>(b));
        if (is_missing(first) || is_missing(second)) continue;
        const double theta = scores.ability[static_cast<std::size_t>(i)];
        x.push_back(first - irt::expected_category(model.items[a], theta));
        y.push_back(second - irt::expected_category(model.items[b], theta));
      }
      const auto n = static_cast<double>(x.size());
      double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        mx += x[i] / n;
        my += y[i] / n;
      }
      for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
      }
      EXPECT_NEAR(result.at(a, b), xy / std::sqrt(xx * yy), 1e-10);
      EXPECT_EQ(result.at(a, b), result.at(b, a));
      mean += xy / std::sqrt(xx * yy);
    }
  const double n_pairs = static_cast<double>(k * (k - 1)) / 2;
  EXPECT_NEAR(result.mean_q3, mean / n_pairs, 1e-10);
  EXPECT_EQ(result.at(2, 2), 1.0);
  const auto table = result.table();
  EXPECT_EQ(table.n_rows(), static_cast<std::int64_t>(n_pairs));
  EXPECT_NEAR(std::get<std::vector<double>>(table.find("q3_adjusted")->values)[0], result.at(0, 1) - result.mean_q3, 1e-15);
}

TEST(LocalDependence, IndependentItemsAverageTheKnownBiasAndACopyStandsOut) {
  const auto model = model_of(items(ItemModel::k2pl, 20));
  const Responses answers = draw(model, 5000, 2);
  const auto result = irt::local_dependence(model, answers).value();
  EXPECT_NEAR(result.mean_q3, -1.0 / 19, 0.02);
  // item 20 becomes a copy of item 1
  std::vector<std::vector<int>> rows;
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  for (std::int64_t i = 0; i < 5000; ++i) {
    rows.emplace_back();
    for (std::int64_t j = 0; j < 20; ++j) rows.back().push_back(answers.at(i, j == 19 ? 0 : j));
  }
  const auto copied = irt::local_dependence(model, responses(rows, ids)).value();
  for (std::size_t a = 0; a < 20; ++a)
    for (std::size_t b = a + 1; b < 20; ++b)
      if (a == 0 && b == 19)
        EXPECT_GT(copied.at(a, b), 0.5);
      else
        EXPECT_LT(copied.at(a, b), 0.15);
}

TEST(LocalDependence, PairsWithoutCommonPersonsAreEmptyAndWrongInputIsRefused) {
  const auto model = model_of(items(ItemModel::k2pl, 3));
  const std::vector<std::string> ids{"Q1", "Q2", "Q3"};
  const auto r = irt::local_dependence(model, responses({{1, 0, -1}, {0, 1, -1}, {0, 0, -1}, {-1, 1, 1}, {-1, 0, 1}}, ids)).value();
  EXPECT_FALSE(std::isnan(r.at(0, 1)));
  EXPECT_TRUE(std::isnan(r.at(0, 2)));
  EXPECT_TRUE(std::isnan(r.at(1, 2)));
  EXPECT_NEAR(r.mean_q3, r.at(0, 1), 1e-15);
  EXPECT_EQ(irt::local_dependence(model_of(items(ItemModel::k2pl, 1)), responses({{1}}, {"Q1"})).error().code, Code::kNoItems);
  EXPECT_EQ(irt::local_dependence(model, responses({{1}}, {"x"})).error().code, Code::kNoCommonItems);
}

TEST(LocalDependence, SameBitsForAnyThreadsAndInstructionSet) {
  const auto model = model_of(items(ItemModel::k2pl, 9));
  const Responses answers = draw(model, 7000, 8);
  const auto before = simd::level();
  std::vector<irt::LocalDependence> all;
  for (const auto level : simd::available_levels())
    for (const int threads : {1, 2, 3, 8}) {
      ASSERT_TRUE(simd::force_level(level));
      ExecutionContext context;
      context.n_threads = threads;
      all.push_back(irt::local_dependence(model, answers, {}, context).value());
    }
  ASSERT_TRUE(simd::force_level(before));
  for (const auto& r : all) EXPECT_EQ(r.q3, all[0].q3);
}

}  // namespace
