// Accuracy and consistency against enumeration of all answer patterns, where the posterior of a pattern is the whole truth.
#include "models/cdm/score_cases.hpp"

#include <celadon/models/cdm/quality.hpp>

namespace {

using namespace score_cases;

/// Every pattern of the items of a model, once.
Responses all_patterns(const cdm::Model& model) {
  std::vector<std::string> ids;
  for (const auto& i : model.items) ids.push_back(i.id);
  std::vector<std::vector<int>> cells;
  for (std::uint32_t p = 0; p < (1U << ids.size()); ++p) {
    std::vector<int>& row = cells.emplace_back(ids.size());
    for (std::size_t j = 0; j < ids.size(); ++j) row[j] = static_cast<int>(p >> j & 1U);
  }
  return rows(ids, cells);
}

cdm::ScoreOptions keep() {
  cdm::ScoreOptions out;
  out.keep_state = true;
  return out;
}

TEST(CdmQuality, AccuracyAndConsistencyAreSumsOverPersonsOfTheirPosteriors) {
  using cdm::Rule;
  const auto model = score_cases::model(2, {{Rule::kDina, 1}, {Rule::kDina, 2}, {Rule::kGdina, 3}, {Rule::kDina, 1}, {Rule::kDina, 2}}, 7);
  const Responses answers = all_patterns(model);
  const auto s = cdm::score(model, answers, keep()).value();
  const auto d = cdm::decide(s).value();
  const auto q = cdm::classification_quality(s, &d).value();
  const auto n = static_cast<double>(answers.n_persons());
  double accuracy = 0.0;
  std::vector<std::vector<double>> joint(4, std::vector<double>(4, 0.0));
  std::vector<double> attribute(2, 0.0);
  double decided = 0.0;
  double wrong = 0.0;
  for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
    const auto p = posterior(model, answers, i, model.populations[0].probability);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    accuracy += p[best] / n;
    for (std::size_t c = 0; c < 4; ++c) joint[best][c] += p[c] / n;
    for (std::size_t k = 0; k < 2; ++k) {
      double m = 0.0;
      for (std::size_t c = 0; c < 4; ++c)
        if ((c >> k & 1U) != 0) m += p[c];
      attribute[k] += ((best >> k & 1U) != 0 ? m : 1.0 - m) / n;
      if (m >= 0.8 || m <= 0.2) {
        decided += 1.0;
        wrong += std::min(m, 1.0 - m);
      }
    }
  }
  double consistency = 0.0;
  for (std::size_t c = 0; c < 4; ++c) {
    const double pc = joint[0][c] + joint[1][c] + joint[2][c] + joint[3][c];
    EXPECT_NEAR(q.class_probability[c], pc, 1e-13);
    EXPECT_NEAR(q.class_accuracy[c], joint[c][c] / pc, 1e-12);
    for (std::size_t l = 0; l < 4; ++l) consistency += joint[l][c] * joint[l][c] / pc;
  }
  EXPECT_NEAR(q.pattern_accuracy, accuracy, 1e-13);
  EXPECT_NEAR(q.pattern_consistency, consistency, 1e-13);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(q.attributes[k].accuracy, attribute[k], 1e-13);
    EXPECT_LE(q.attributes[k].consistency, q.attributes[k].accuracy + 1e-12);
    const double pk = q.attributes[k].prevalence;
    EXPECT_NEAR(pk * q.attributes[k].sensitivity + (1.0 - pk) * q.attributes[k].specificity, q.attributes[k].accuracy, 1e-12);
  }
  EXPECT_NEAR(q.decided, decided / (2.0 * n), 1e-13);
  EXPECT_NEAR(q.decided_wrong, wrong / decided, 1e-12);
  EXPECT_EQ(q.to_table().n_rows(), 2);
}

TEST(CdmQuality, ATestThatTellsEverythingIsPerfect) {
  using cdm::Rule;
  auto model = score_cases::model(2, {{Rule::kDina, 1}, {Rule::kDina, 2}}, 7);
  for (auto& i : model.items) i.probability = {0.0, 1.0};
  const auto s = cdm::score(model, all_patterns(model), keep()).value();
  const auto q = cdm::classification_quality(s).value();
  EXPECT_NEAR(q.pattern_accuracy, 1.0, 1e-6);
  EXPECT_NEAR(q.pattern_consistency, 1.0, 1e-6);
  EXPECT_NEAR(q.attributes[0].consistency, 1.0, 1e-6);
  EXPECT_TRUE(std::isnan(q.attributes[0].decided));
}

TEST(CdmQuality, WrongUse) {
  const auto model = mixed();
  const Responses answers = coins(model, 5, 0.0, 1);
  EXPECT_EQ(cdm::classification_quality(cdm::score(model, answers).value()).error().code, Code::kInvalidArgument);
  const auto nobody = cdm::score(model, coins(model, 5, 1.0, 1), keep()).value();
  EXPECT_EQ(cdm::classification_quality(nobody).error().code, Code::kNoPersons);
  const auto s = cdm::score(model, answers, keep()).value();
  const auto other = cdm::decide(cdm::score(model, coins(model, 4, 0.0, 1)).value()).value();
  EXPECT_EQ(cdm::classification_quality(s, &other).error().code, Code::kLengthMismatch);
}

}  // namespace
