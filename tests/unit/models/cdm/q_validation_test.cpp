// PVAF against its definition by sums over all classes; planted errors of the Q-matrix are found, a right one is left alone.
#include "models/cdm/score_cases.hpp"

#include <celadon/models/cdm/q_validation.hpp>

#include <bit>

namespace {

using namespace score_cases;

/// Answers drawn from a model.
Responses draw_answers(const cdm::Model& model, std::int64_t n, std::uint64_t seed) {
  std::vector<std::string> ids;
  for (const auto& i : model.items) ids.push_back(i.id);
  Responses::Builder builder(n, ids);
  random::Stream stream(seed, 0x53, 0);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t c = model.classes[stream.categorical(model.populations[0].probability)];
    for (std::size_t j = 0; j < ids.size(); ++j)
      builder.set(i, static_cast<std::int64_t>(j), static_cast<std::uint8_t>(stream.bernoulli(model.items[j].of_class(c)) ? 1 : 0));
  }
  return std::move(builder).build().value();
}

/// Three attributes, fifteen items: nine alone, six of two, half of them DINA.
cdm::Model truth() {
  using cdm::Rule;
  std::vector<std::pair<Rule, std::uint32_t>> items;
  for (int j = 0; j < 9; ++j) items.emplace_back(Rule::kDina, 1U << (j % 3));
  for (int j = 0; j < 6; ++j) items.emplace_back(j % 2 == 0 ? Rule::kDina : Rule::kAcdm, 7U & ~(1U << (j % 3)));
  auto out = score_cases::model(3, items, 31);
  for (auto& i : out.items)
    for (std::size_t g = 0; g < i.probability.size(); ++g) {
      const auto m = static_cast<double>(i.attributes.size());
      double share = static_cast<double>(std::popcount(g)) / m;
      if (i.rule == Rule::kDina) share = share == 1.0 ? 1.0 : 0.0;
      i.probability[g] = 0.1 + 0.8 * share;
    }
  return out;
}

cdm::QMatrix matrix_of(const cdm::Model& model) {
  cdm::QMatrix q;
  q.attributes = model.attributes;
  for (const auto& i : model.items) {
    q.item_ids.push_back(i.id);
    for (std::int32_t k = 0; k < static_cast<std::int32_t>(q.attributes.size()); ++k)
      q.cells.push_back(std::find(i.attributes.begin(), i.attributes.end(), k) != i.attributes.end() ? 1 : 0);
  }
  return q;
}

TEST(CdmQValidation, PvafIsTheVarianceBetweenGroups) {
  const auto model = mixed();
  const Responses answers = coins(model, 120, 0.1, 13);
  const auto seen = cdm::look_at_q(model, answers).value();
  ASSERT_EQ(seen.items.size(), 12U);
  for (std::size_t j = 0; j < 12; ++j) {
    std::vector<double> variance(8, 0.0);
    for (std::uint32_t set = 1; set < 8; ++set) {
      std::vector<double> size(8, 0.0);
      std::vector<double> right(8, 0.0);
      double n = 0.0;
      double all = 0.0;
      for (std::int64_t i = 0; i < 120; ++i) {
        const auto cell = answers.at(i, static_cast<std::int64_t>(j));
        if (is_missing(cell)) continue;
        const auto p = posterior(model, answers, i, model.populations[0].probability);
        n += 1.0;
        all += cell;
        for (std::size_t c = 0; c < 8; ++c) {
          size[c & set] += p[c];
          right[c & set] += p[c] * cell;
        }
      }
      for (std::size_t g = 0; g < 8; ++g)
        if (size[g] > 0.0) variance[set] += size[g] / n * (right[g] / size[g] - all / n) * (right[g] / size[g] - all / n);
    }
    EXPECT_NEAR(seen.items[j].gdi, variance[7], 1e-12);
    for (std::uint32_t set = 1; set < 8; ++set) EXPECT_NEAR(seen.items[j].pvaf[set - 1], variance[set] / variance[7], 1e-9);
  }
  EXPECT_EQ(seen.pvaf_table().n_rows(), 12 * 7);
}

TEST(CdmQValidation, PlantedErrorsAreFoundAndTheMatrixIsNotTouched) {
  const auto model = truth();
  const Responses answers = draw_answers(model, 1500, 3);
  const auto right = matrix_of(model);
  auto given = right;
  given.cells[0 * 3 + 1] = 1;  // item 1 does not need attribute 2
  given.cells[9 * 3 + 2] = 0;  // item 10 needs attribute 3
  const auto before = given;
  cdm::FitOptions options;
  options.n_starts = 2;
  const auto seen = cdm::validate_q(answers, given, options).value();
  EXPECT_EQ(given.cells, before.cells);
  EXPECT_EQ(seen.suggested.cells, right.cells);
  EXPECT_TRUE(seen.settled);
  ASSERT_EQ(seen.suggestions.size(), 2U);
  EXPECT_EQ(seen.suggestions[0].item, "I1");
  ASSERT_EQ(seen.suggestions[0].changes.size(), 1U);
  EXPECT_FALSE(seen.suggestions[0].changes[0].enters);
  EXPECT_EQ(seen.suggestions[0].changes[0].attribute, "A2");
  EXPECT_GT(seen.suggestions[0].changes[0].p, 0.01);
  EXPECT_GT(seen.suggestions[0].pvaf_to, 0.97);
  EXPECT_EQ(seen.suggestions[1].item, "I10");
  EXPECT_TRUE(seen.suggestions[1].changes[0].enters);
  EXPECT_LT(seen.suggestions[1].changes[0].p, 1e-6);
  EXPECT_GT(seen.suggestions[1].pvaf_to, seen.suggestions[1].pvaf_from + 0.02);
  EXPECT_EQ(seen.to_table().n_rows(), 2);
  // the method of PVAF alone sees the same
  cdm::QValidationOptions pvaf;
  pvaf.method = cdm::QMethod::kPvaf;
  EXPECT_EQ(cdm::validate_q(answers, given, options, pvaf).value().suggested.cells, right.cells);
}

TEST(CdmQValidation, ARightMatrixIsLeftAlone) {
  const auto model = truth();
  int suggestions = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    cdm::FitOptions options;
    options.n_starts = 2;
    suggestions += static_cast<int>(cdm::validate_q(draw_answers(model, 1500, seed), matrix_of(model), options).value().suggestions.size());
  }
  EXPECT_LE(suggestions, 1);
}

TEST(CdmQValidation, WrongUse) {
  const auto model = mixed();
  const Responses answers = coins(model, 20, 0.0, 1);
  cdm::QValidationOptions options;
  options.alpha = 0.0;
  EXPECT_EQ(cdm::look_at_q(model, answers, options).error().code, Code::kInvalidArgument);
  options = {};
  options.pvaf_cut = 1.5;
  EXPECT_EQ(cdm::look_at_q(model, answers, options).error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::q_method_from_name("hull").error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::q_method_from_name("wald").value(), cdm::QMethod::kWald);
}

}  // namespace
