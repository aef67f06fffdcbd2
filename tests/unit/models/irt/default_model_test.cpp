#include <celadon/models/irt/default_model.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using celadon::Code;
using celadon::Responses;
namespace irt = celadon::irt;

Responses answers(std::int64_t n_persons, int categories_of_last = 2) {
  Responses::Builder builder(n_persons, {"a", "b", "c"});
  for (std::int64_t i = 0; i < n_persons; ++i) {
    builder.set(i, 0, static_cast<std::uint8_t>(i % 2));
    builder.set(i, 1, static_cast<std::uint8_t>(i % 3 == 0));
    builder.set(i, 2, static_cast<std::uint8_t>(i % categories_of_last));
  }
  return std::move(builder).build().value();
}

TEST(DefaultModel, FollowsTheNumberOfPersons) {
  const auto family = [](std::int64_t n) { return irt::default_model(answers(n)).value().family; };
  EXPECT_EQ(family(99), irt::ModelFamily::kClassical);
  EXPECT_EQ(family(100), irt::ModelFamily::kRasch);
  EXPECT_EQ(family(499), irt::ModelFamily::kRasch);
  EXPECT_EQ(family(500), irt::ModelFamily::kTwoParameterPrior);
  EXPECT_EQ(family(1000), irt::ModelFamily::kThreeParameter);
}

TEST(DefaultModel, AClassOfFortyIsClassicalAndSaysWhy) {
  const auto d = irt::default_model(answers(40)).value();
  EXPECT_TRUE(d.models.empty());
  ASSERT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(d.findings[0].code, Code::kTooFewForCalibration);
  EXPECT_NE(d.findings[0].cause(celadon::Language::kEnglish).find("about 40"), std::string::npos);
}

TEST(DefaultModel, GuessingNeedsOptionsAndCategoriesChooseTheFamilyMember) {
  const std::vector<std::uint8_t> can_guess{1, 0, 1};
  irt::DefaultModelOptions options;
  options.can_guess = can_guess;
  const auto d = irt::default_model(answers(1200, 4), options).value();
  EXPECT_EQ(d.models, (std::vector<irt::ItemModel>{irt::ItemModel::k3pl, irt::ItemModel::k2pl, irt::ItemModel::kGeneralizedPartialCredit}));
  const auto small = irt::default_model(answers(120, 4), options).value();
  EXPECT_EQ(small.models, (std::vector<irt::ItemModel>{irt::ItemModel::kRasch, irt::ItemModel::kRasch, irt::ItemModel::kPartialCredit}));
}

TEST(DefaultModel, WeightsCountAsKishSays) {
  std::vector<double> weights(200, 1.0);
  for (std::size_t i = 0; i < 100; ++i) weights[i] = 1e-9;  // half the sample hardly counts
  irt::DefaultModelOptions options;
  options.weights = weights;
  EXPECT_NEAR(irt::default_model(answers(200), options).value().effective_n, 100.0, 1e-4);
  weights[3] = -1.0;
  EXPECT_EQ(irt::default_model(answers(200), options).error().place.row, 4);
}

}  // namespace
