#include <celadon/models/irt/simulate.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using celadon::Code;
namespace irt = celadon::irt;

irt::Model three_items() {
  irt::Model model;
  model.items.push_back({"easy", irt::ItemModel::k2pl, 2, 1.2, {1.0}, {}, 0.0, 1.0, {}});
  model.items.push_back({"guess", irt::ItemModel::k3pl, 2, 0.8, {-0.5}, {}, 0.2, 1.0, {}});
  model.items.push_back({"essay", irt::ItemModel::kGraded, 4, 1.5, {1.5, 0.0, -1.0}, {}, 0.0, 1.0, {}});
  return model;
}

TEST(Simulate, FrequenciesFollowTheModel) {
  const auto model = three_items();
  const std::vector<double> abilities(200000, 0.4);
  const auto data = irt::simulate(model, abilities, 7).value();
  for (std::int64_t j = 0; j < 3; ++j) {
    const auto& item = model.items[static_cast<std::size_t>(j)];
    std::vector<double> expected(static_cast<std::size_t>(item.n_categories));
    irt::category_probabilities(item, 0.4, expected);
    std::vector<double> seen(expected.size(), 0.0);
    for (std::int64_t i = 0; i < data.n_persons(); ++i) seen[data.at(i, j)] += 1.0 / 200000.0;
    for (std::size_t k = 0; k < expected.size(); ++k)
      EXPECT_NEAR(seen[k], expected[k], 5.0 * std::sqrt(expected[k] * (1.0 - expected[k]) / 200000.0)) << item.id << " category " << k;
  }
}

TEST(Simulate, SameSeedSameAnswersOnAnyThreadsAndUnderAnyDesign) {
  const auto model = three_items();
  const auto abilities = irt::simulate_abilities({"all", 0.0, 1.0}, 10000, 11);
  std::vector<std::uint8_t> administered(30000, 1);
  for (std::size_t i = 0; i < administered.size(); i += 7) administered[i] = 0;
  celadon::ExecutionContext context;
  context.n_threads = 3;
  const auto full = irt::simulate(model, abilities, 5).value();
  const auto thinned = irt::simulate(model, abilities, 5, administered, context).value();
  std::int64_t same = 0;
  for (std::int64_t i = 0; i < 10000; ++i)
    for (std::int64_t j = 0; j < 3; ++j) {
      if (administered[static_cast<std::size_t>(i * 3 + j)] == 0)
        ASSERT_TRUE(celadon::is_missing(thinned.at(i, j)));
      else
        same += full.at(i, j) == thinned.at(i, j);
    }
  EXPECT_EQ(same, 30000 - (30000 + 6) / 7);
  const auto other = irt::simulate(model, abilities, 6).value();
  std::int64_t agree = 0;
  for (std::int64_t i = 0; i < 10000; ++i) agree += other.at(i, 2) == full.at(i, 2);
  EXPECT_LT(agree, 9000);
}

TEST(Simulate, BadInputIsNamed) {
  const std::vector<double> abilities{0.0, std::nan("")};
  const auto bad = irt::simulate(three_items(), abilities, 1);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::kNotFinite);
  EXPECT_EQ(bad.error().place.row, 2);
}

}  // namespace
