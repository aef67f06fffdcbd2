// A saved scale scores with equal bits, and what is not a scale is refused.
#include <celadon/io/scale_json.hpp>

#include <celadon/models/irt/simulate.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using celadon::Code;
namespace green = celadon::green;
namespace irt = celadon::irt;

/// Six items of four options, the definition turns the second round; nobody takes the last option of the third.
celadon::Responses answers() {
  irt::Model model;
  for (int j = 0; j < 6; ++j) {
    irt::ItemParameters item;
    item.id = "B" + std::to_string(j + 1);
    item.model = irt::ItemModel::kGeneralizedPartialCredit;
    item.n_categories = j == 2 ? 3 : 4;
    item.slope = 1.0 + 0.1 * j;
    item.intercepts = j == 2 ? std::vector<double>{0.8, 0.4} : std::vector<double>{1.2, 1.0, -0.3};
    model.items.push_back(item);
  }
  return irt::simulate(model, irt::simulate_abilities({}, 700, 5), 6).value();
}

green::ScaleDefinition definition() {
  green::ScaleDefinition out;
  out.name = "兴趣";
  out.reference_population = "simulated, 2026";
  for (int j = 0; j < 6; ++j) out.items.push_back({"B" + std::to_string(j + 1), j == 1});
  return out;
}

TEST(ScaleJson, ALaterYearIsScoredOnTheSameMetricWithEqualBits) {
  const auto responses = answers();
  const auto scale = green::fit_scale(responses, definition()).value();
  const std::string text = green::save_scale(scale);
  const auto back = green::load_scale(text).value();
  EXPECT_EQ(green::save_scale(back), text);
  EXPECT_EQ(back.definition.name, "兴趣");
  EXPECT_TRUE(back.definition.items[1].reversed);
  EXPECT_EQ(back.individual_scores, scale.individual_scores);
  EXPECT_EQ(back.converged, scale.converged);
  EXPECT_EQ(back.n_used, 700);
  const auto before = green::score_scale(scale, responses).value();
  const auto after = green::score_scale(back, responses).value();
  ASSERT_EQ(before.score.size(), after.score.size());
  for (std::size_t i = 0; i < before.score.size(); ++i) {
    EXPECT_EQ(before.score[i], after.score[i]);
    EXPECT_EQ(before.score_se[i], after.score_se[i]);
  }
}

TEST(ScaleJson, WhatHasNoValueComesBackAsNone) {
  auto scale = green::fit_scale(answers(), definition()).value();
  scale.alpha = std::nan("");
  scale.items[0].slope_se = std::nan("");
  const auto back = green::load_scale(green::save_scale(scale)).value();
  EXPECT_TRUE(std::isnan(back.alpha));
  EXPECT_TRUE(std::isnan(back.items[0].slope_se));
}

TEST(ScaleJson, WhatIsNotAScaleIsRefused) {
  const std::string text = green::save_scale(green::fit_scale(answers(), definition()).value());
  for (std::size_t n = 0; n < text.size(); n += 17) EXPECT_FALSE(green::load_scale(text.substr(0, n))) << n;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return green::load_scale(changed.replace(at, from.size(), to)).error().code;
  };
  EXPECT_EQ(with("\"n_options\":4", "\"n_options\":1"), Code::kInvalidArgument);
  EXPECT_EQ(with("\"reference_population\":\"simulated, 2026\"", "\"reference_population\":\"\""), Code::kInvalidArgument);
  EXPECT_EQ(with("\"id\":\"B1\"", "\"id\":\"B2\""), Code::kDuplicateId);
  EXPECT_EQ(with("\"id\":\"B1\"", "\"id\":\"B9\""), Code::kInvalidArgument);  // the model then holds an item that the scale lacks
  EXPECT_EQ(with("celadon.green.scale", "celadon.irt.model"), Code::kJsonFormat);
  EXPECT_EQ(with("\"factor\":", "\"faktor\":"), Code::kJsonField);
}

}  // namespace
