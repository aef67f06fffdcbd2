#include <celadon/io/irt_json.hpp>

#include <gtest/gtest.h>

namespace {

using celadon::irt::ItemModel;

celadon::irt::Model irt_example() {
  celadon::irt::Model m;
  celadon::irt::ItemParameters a;
  a.id = "q1";
  a.model = ItemModel::k3pl;
  a.slope = 1.0 / 3.0;
  a.intercepts = {0.1};
  a.lower = 0.2;
  celadon::irt::ItemParameters b;
  b.id = "21(1)";
  b.model = ItemModel::kGeneralizedPartialCredit;
  b.n_categories = 3;
  b.slope = 1.25;
  b.intercepts = {0.5, -0.7};
  b.category_map = {0, 1, -1, 2};
  m.items = {a, b};
  m.populations = {{"all", 0.1, 1.5}, {"b", -0.25, 0.75}};
  m.grid = {41, -5.0, 5.0};
  return m;
}

TEST(IrtJson, AModelComesBackWithEqualBits) {
  const auto m = irt_example();
  const std::string text = celadon::irt::save(m);
  const auto back = celadon::irt::load(text).value();
  EXPECT_EQ(celadon::irt::save(back), text);
  EXPECT_EQ(back.items[0].slope, m.items[0].slope);
  EXPECT_EQ(back.items[0].lower, 0.2);
  EXPECT_EQ(back.items[1].intercepts, m.items[1].intercepts);
  EXPECT_EQ(back.items[1].category_map, m.items[1].category_map);
  EXPECT_EQ(back.populations[1].sd, 0.75);
  EXPECT_EQ(back.grid.n_nodes, 41);
}

TEST(IrtJson, WhatIsNotAModelIsRefused) {
  const std::string text = celadon::irt::save(irt_example());
  for (std::size_t n = 0; n < text.size(); n += 7) EXPECT_FALSE(celadon::irt::load(text.substr(0, n))) << n;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return celadon::irt::load(changed.replace(at, from.size(), to));
  };
  EXPECT_EQ(with("\"n_categories\":3", "\"n_categories\":2").error().code, celadon::Code::kInvalidArgument);
  EXPECT_EQ(with("\"lower\":0.2", "\"lower\":1.5").error().code, celadon::Code::kInvalidArgument);
  EXPECT_EQ(with("\"model\":\"3pl\"", "\"model\":\"9pl\"").error().code, celadon::Code::kInvalidArgument);
  EXPECT_EQ(with("\"id\":\"q1\"", "\"id\":\"21(1)\"").error().code, celadon::Code::kInvalidArgument);
  EXPECT_EQ(with("celadon.irt.model", "celadon.cdm.model").error().code, celadon::Code::kJsonFormat);
  EXPECT_EQ(with("\"slope\":1.25,", "").error().arguments.at(0).value, "$.items[1].slope");
}

}  // namespace
