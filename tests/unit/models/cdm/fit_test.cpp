// Calibration of diagnosis models: the likelihood against enumeration, the maximum against small moves, order of nested models, what must
// not change a result.
#include "cdm_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace {

using namespace cdm_cases;

class EachRule : public testing::TestWithParam<cdm::Rule> {};

TEST_P(EachRule, LogLikelihoodIsThatOfEnumeration) {
  const auto q = three_attributes();
  const Answers answers = simulate(q, 300, 0.2, 0.15, 0.5, 1);
  const auto fit = cdm::fit(responses(q, answers), q, options(GetParam())).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(cdm::check(fit.model));
  EXPECT_NEAR(fit.log_likelihood, by_enumeration(fit.model, answers), 1e-8);
  EXPECT_NEAR(cdm::log_likelihood(fit.model, responses(q, answers)).value().value, fit.log_likelihood, 1e-8);
  EXPECT_EQ(fit.n_used, 300);
  EXPECT_EQ(fit.starts.front().objective, fit.objective);
  EXPECT_GE(fit.n_agreeing, 1);
}

// The end is a top: no small move of one free parameter of an item, and none of two classes against each other, goes higher.
TEST_P(EachRule, NoSmallMoveGoesHigher) {
  const auto q = three_attributes();
  const Answers answers = simulate(q, 400, 0.2, 0.2, 0.5, 2);
  cdm::FitOptions o = options(GetParam());
  o.tolerance = 1e-9;
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  const double top = by_enumeration(fit.model, answers);
  for (std::size_t j = 0; j < fit.model.items.size(); ++j) {
    const cdm::ItemParameters& item = fit.model.items[j];
    for (const double step : {-1e-3, 1e-3}) {
      cdm::Model moved = fit.model;
      cdm::ItemParameters& to = moved.items[j];
      if (item.rule == cdm::Rule::kDina || item.rule == cdm::Rule::kDino || item.rule == cdm::Rule::kGdina) {
        if (to.probability.back() + step >= 1.0) continue;
        to.probability.back() += step;
        if (item.rule == cdm::Rule::kDino)
          for (std::size_t g = 1; g < to.probability.size(); ++g) to.probability[g] = to.probability.back();
      } else {  // the first effect of an additive rule
        bool inside = true;
        for (std::size_t g = 1; g < to.probability.size(); g += 2) {
          double& p = to.probability[g];
          if (item.rule == cdm::Rule::kAcdm) p += step;
          if (item.rule == cdm::Rule::kRrum) p *= std::exp(step);
          if (item.rule == cdm::Rule::kLlm) p = 1.0 / (1.0 + (1.0 - p) / p * std::exp(-step));
          inside = inside && p > 0.0 && p < 1.0;
        }
        if (!inside) continue;
      }
      EXPECT_LT(by_enumeration(moved, answers), top + 1e-6) << item.id << " " << step;
    }
  }
  const auto& p = fit.model.populations[0].probability;
  for (std::size_t c = 0; c + 1 < p.size(); ++c) {
    cdm::Model moved = fit.model;
    auto& next = moved.populations[0].probability;
    const double step = std::min(1e-3, p[c]);
    next[c] -= step;
    next[c + 1] += step;
    EXPECT_LT(by_enumeration(moved, answers), top + 1e-6) << c;
  }
}

// What has the form of a rule keeps it.
TEST_P(EachRule, ProbabilitiesHaveTheRulesForm) {
  const auto q = three_attributes();
  const auto fit = cdm::fit(responses(q, simulate(q, 300, 0.2, 0.15, 0.5, 3)), q, options(GetParam())).value();
  const auto& p = fit.model.items[11].probability;  // needs all three
  switch (GetParam()) {
    case cdm::Rule::kDina:
      for (std::size_t g = 0; g < 7; ++g) EXPECT_EQ(p[g], p[0]);
      break;
    case cdm::Rule::kDino:
      for (std::size_t g = 1; g < 8; ++g) EXPECT_EQ(p[g], p[7]);
      break;
    case cdm::Rule::kAcdm:
      EXPECT_NEAR(p[7], p[1] + p[2] + p[4] - 2.0 * p[0], 1e-9);
      break;
    case cdm::Rule::kRrum:
      EXPECT_NEAR(std::log(p[7]), std::log(p[1]) + std::log(p[2]) + std::log(p[4]) - 2.0 * std::log(p[0]), 1e-6);
      break;
    case cdm::Rule::kLlm: {
      const auto logit = [](double v) { return std::log(v / (1.0 - v)); };
      EXPECT_NEAR(logit(p[7]), logit(p[1]) + logit(p[2]) + logit(p[4]) - 2.0 * logit(p[0]), 1e-5);
      break;
    }
    default:
      EXPECT_EQ(p.size(), 8U);
  }
}

INSTANTIATE_TEST_SUITE_P(Cdm, EachRule, testing::ValuesIn(kAllRules),
                         [](const auto& name) { return std::string(cdm::rule_name(name.param)); });

TEST(CdmFit, TruthComesBack) {
  const auto q = three_attributes();
  const auto fit = cdm::fit(responses(q, simulate(q, 6000, 0.2, 0.1, 0.5, 4)), q, options(cdm::Rule::kDina)).value();
  for (const auto& item : fit.model.items) {
    EXPECT_NEAR(item.probability.front(), 0.2, 0.04) << item.id;
    EXPECT_NEAR(item.probability.back(), 0.9, 0.04) << item.id;
  }
  for (const double p : fit.model.prevalence()) EXPECT_NEAR(p, 0.5, 0.03);
}

TEST(CdmFit, AGeneralModelIsNeverBelowItsSpecialCases) {
  const auto q = three_attributes();
  for (const std::uint64_t seed : {5U, 6U, 7U}) {
    const Responses data = responses(q, simulate(q, 80, 0.25, 0.25, 0.5, seed));
    const double general = cdm::fit(data, q, options(cdm::Rule::kGdina)).value().log_likelihood;
    for (const cdm::Rule rule : kAllRules)
      EXPECT_GE(general, cdm::fit(data, q, options(rule)).value().log_likelihood - 1e-6) << cdm::rule_name(rule) << " " << seed;
  }
}

TEST(CdmFit, EqualPersonsAreWeights) {
  const auto q = three_attributes();
  const Answers once = simulate(q, 150, 0.2, 0.15, 0.5, 8);
  Answers twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  auto o = options(cdm::Rule::kGdina);
  const auto a = cdm::fit(responses(q, twice), q, o).value();
  const std::vector<double> weights(once.size(), 2.0);
  o.weights = weights;
  const auto b = cdm::fit(responses(q, once), q, o).value();
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-6);
  for (std::size_t j = 0; j < a.model.items.size(); ++j)
    for (std::size_t g = 0; g < a.model.items[j].probability.size(); ++g)
      EXPECT_NEAR(a.model.items[j].probability[g], b.model.items[j].probability[g], 1e-4);
}

TEST(CdmFit, OrderOfPersonsDoesNotMatter) {
  const auto q = three_attributes();
  Answers answers = simulate(q, 250, 0.2, 0.15, 0.5, 9);
  const auto a = cdm::fit(responses(q, answers), q, options(cdm::Rule::kDina)).value();
  std::reverse(answers.begin(), answers.end());
  const auto b = cdm::fit(responses(q, answers), q, options(cdm::Rule::kDina)).value();
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-7);
}

TEST(CdmFit, NamesOfAttributesDoNotMatter) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 500, 0.2, 0.15, 0.5, 10));
  cdm::QMatrix turned = q;  // attribute k becomes k + 1
  for (std::size_t j = 0; j < q.item_ids.size(); ++j)
    for (std::size_t k = 0; k < 3; ++k) turned.cells[j * 3 + (k + 1) % 3] = q.cells[j * 3 + k];
  const auto a = cdm::fit(data, q, options(cdm::Rule::kGdina)).value();
  const auto b = cdm::fit(data, turned, options(cdm::Rule::kGdina)).value();
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-4);
  const auto pa = a.model.prevalence();
  const auto pb = b.model.prevalence();
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(pa[k], pb[(k + 1) % 3], 1e-3);
}

TEST(CdmFit, SameBitsForAnyNumberOfThreads) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 9000, 0.2, 0.15, 0.5, 11));
  auto o = options(cdm::Rule::kGdina);
  o.errors = cdm::ErrorMethod::kInformation;
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto fit = cdm::fit(data, q, o, context).value();
    std::vector<double> numbers = fit.model.populations[0].probability;
    numbers.push_back(fit.log_likelihood);
    for (const auto& item : fit.model.items) numbers.insert(numbers.end(), item.probability.begin(), item.probability.end());
    for (const auto& item : fit.items) numbers.insert(numbers.end(), item.probability_se.begin(), item.probability_se.end());
    if (first.empty()) first = numbers;
    ASSERT_EQ(first.size(), numbers.size());
    EXPECT_EQ(std::memcmp(first.data(), numbers.data(), first.size() * sizeof(double)), 0) << threads;
  }
}

}  // namespace
