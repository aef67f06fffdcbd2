// Calibration of diagnosis models: monotonicity, hierarchies, structures, groups, priors, missing kinds, items and persons that cannot be
// used, wrong use.
#include "cdm_cases.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <numeric>

namespace {

using namespace cdm_cases;

TEST(CdmFitOptions, MonotoneMeansThatMasteryNeverLowersP) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 60, 0.35, 0.35, 0.5, 21));
  for (const cdm::Rule rule : kAllRules) {
    auto o = options(rule);
    o.monotone = true;
    const auto fit = cdm::fit(data, q, o).value();
    for (const auto& item : fit.model.items)
      for (std::size_t g = 0; g < item.probability.size(); ++g)
        for (std::size_t l = 0; l < item.attributes.size(); ++l)
          EXPECT_LE(item.probability[g], item.probability[g | std::size_t{1} << l] + 1e-9) << cdm::rule_name(rule) << " " << item.id;
    o.monotone = false;
    EXPECT_GE(cdm::fit(data, q, o).value().log_likelihood, fit.log_likelihood - 0.01) << cdm::rule_name(rule);
  }
}

TEST(CdmFitOptions, AHierarchyLeavesOnlyItsClasses) {
  const auto q = three_attributes();
  auto o = options(cdm::Rule::kDina);
  o.prerequisites = {{0, 1}, {1, 2}};
  const auto fit = cdm::fit(responses(q, simulate(q, 300, 0.2, 0.2, 0.5, 22)), q, o).value();
  EXPECT_EQ(fit.model.classes, (std::vector<std::uint32_t>{0, 1, 3, 7}));
  EXPECT_EQ(fit.n_parameters, 2 * 12 + 3);
  o.structure = cdm::Structure::kHigherOrder;
  EXPECT_EQ(cdm::fit(responses(q, simulate(q, 300, 0.2, 0.2, 0.5, 22)), q, o).error().code, Code::kInvalidArgument);
}

TEST(CdmFitOptions, EveryPassIsTold) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 60, 0.2, 0.2, 0.5, 24));
  celadon::ExecutionContext context;
  std::vector<std::int64_t> told;
  context.progress = [&](const celadon::Progress& p) {
    EXPECT_EQ(p.stage, "cdm.fit");
    EXPECT_EQ(p.total, 0);
    told.push_back(p.done);
  };
  const auto fit = cdm::fit(data, q, options(cdm::Rule::kDina), context).value();
  EXPECT_GE(static_cast<int>(told.size()), fit.iterations);
  for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], static_cast<std::int64_t>(i) + 1);
}

TEST(CdmFitOptions, StopsWhereItIsToldTo) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 60, 0.2, 0.2, 0.5, 24));
  std::atomic<bool> stop{false};
  celadon::ExecutionContext context;
  context.cancel = &stop;
  std::int64_t passes = 0;
  context.progress = [&](const celadon::Progress& p) {
    passes = p.done;
    if (passes == 3) stop = true;
  };
  EXPECT_EQ(cdm::fit(data, q, options(cdm::Rule::kDina), context).error().code, Code::kCancelled);
  EXPECT_EQ(passes, 3);
}

TEST(CdmFitOptions, StructuresAreNested) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 500, 0.15, 0.15, 0.5, 23));
  double last = -1e300;
  for (const auto structure : {cdm::Structure::kIndependent, cdm::Structure::kHigherOrder, cdm::Structure::kSaturated}) {
    auto o = options(cdm::Rule::kDina);
    o.structure = structure;
    const auto fit = cdm::fit(data, q, o).value();
    EXPECT_TRUE(fit.converged) << cdm::structure_name(structure);
    EXPECT_GE(fit.log_likelihood, last - 1e-3) << cdm::structure_name(structure);
    last = fit.log_likelihood;
    const auto& p = fit.model.populations[0];
    EXPECT_NEAR(std::accumulate(p.probability.begin(), p.probability.end(), 0.0), 1.0, 1e-9);
    EXPECT_EQ(p.slope.size(), structure == cdm::Structure::kHigherOrder ? 3U : 0U);
  }
}

TEST(CdmFitOptions, HigherOrderTruthComesBack) {
  const auto q = three_attributes();
  random::Stream stream(5, random::purpose("test.cdm.higher"));
  Answers answers;
  for (int i = 0; i < 4000; ++i) {
    const double theta = stream.normal();
    std::uint32_t mastered = 0;
    for (int k = 0; k < 3; ++k)
      if (stream.bernoulli(1.0 / (1.0 + std::exp(-(1.5 * theta + 0.5 * (k - 1)))))) mastered |= 1U << k;
    auto& row = answers.emplace_back();
    for (std::int64_t j = 0; j < q.n_items(); ++j) row.push_back(stream.bernoulli((q.mask(j) & ~mastered) == 0 ? 0.9 : 0.1) ? 1 : 0);
  }
  auto o = options(cdm::Rule::kDina);
  o.structure = cdm::Structure::kHigherOrder;
  o.errors = cdm::ErrorMethod::kInformation;
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(fit.model.populations[0].slope[k], 1.5, 4.0 * fit.slope_se[0][k] + 0.05);
    EXPECT_NEAR(fit.model.populations[0].intercept[k], 0.5 * (static_cast<double>(k) - 1.0), 4.0 * fit.intercept_se[0][k]);
    EXPECT_LT(fit.slope_se[0][k], 0.5);
  }
}

TEST(CdmFitOptions, GroupsShareItemsAndHaveTheirOwnClasses) {
  const auto q = three_attributes();
  Answers answers = simulate(q, 2000, 0.15, 0.1, 0.3, 24);
  const Answers more = simulate(q, 2000, 0.15, 0.1, 0.7, 25);
  answers.insert(answers.end(), more.begin(), more.end());
  std::vector<std::int32_t> groups(4000, 0);
  std::fill(groups.begin() + 2000, groups.end(), 1);
  auto o = options(cdm::Rule::kDina);
  o.groups = groups;
  o.group_ids = {"north", "south"};
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  ASSERT_EQ(fit.model.populations.size(), 2U);
  EXPECT_EQ(fit.model.populations[1].id, "south");
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(fit.model.prevalence(0)[k], 0.3, 0.05);
    EXPECT_NEAR(fit.model.prevalence(1)[k], 0.7, 0.05);
  }
  EXPECT_NEAR(fit.log_likelihood,
              by_enumeration(fit.model, Answers(answers.begin(), answers.begin() + 2000), 0) +
                  by_enumeration(fit.model, Answers(answers.begin() + 2000, answers.end()), 1),
              1e-6);
}

TEST(CdmFitOptions, AClassOfFortyWorksWithPriors) {
  const auto q = three_attributes();
  Answers answers = simulate(q, 40, 0.2, 0.1, 0.8, 26);
  for (auto& row : answers) row[0] = 1;  // an item that all have right
  auto o = options(cdm::Rule::kDina);
  o.priors = cdm::Priors::small_sample();
  o.structure = cdm::Structure::kIndependent;
  o.errors = cdm::ErrorMethod::kInformation;
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(has(fit.findings, Code::kItemConstant));
  EXPECT_TRUE(fit.left_out.empty());
  for (std::size_t j = 0; j < fit.model.items.size(); ++j) {
    EXPECT_GT(fit.model.items[j].probability.front(), 0.01);
    EXPECT_LT(fit.model.items[j].probability.back(), 0.999);
    for (const double se : fit.items[j].probability_se) EXPECT_GT(se, 0.0);
  }
}

TEST(CdmFitOptions, MissingKinds) {
  const auto q = three_attributes();
  Answers answers = simulate(q, 300, 0.2, 0.15, 0.5, 27);
  for (std::size_t i = 0; i < answers.size(); i += 3) answers[i][i % 12] = static_cast<std::uint8_t>(Missing::kOmitted);
  answers.push_back(std::vector<std::uint8_t>(12, static_cast<std::uint8_t>(Missing::kNotAdministered)));
  auto o = options(cdm::Rule::kGdina);
  const auto ignored = cdm::fit(responses(q, answers), q, o).value();
  EXPECT_EQ(ignored.n_used, 300);
  EXPECT_EQ(ignored.n_dropped, 1);
  EXPECT_TRUE(has(ignored.findings, Code::kPersonsWithoutAnswers));
  answers.pop_back();
  EXPECT_NEAR(ignored.log_likelihood, by_enumeration(ignored.model, answers), 1e-7);
  // Omitted as wrong is the same as a 0 in the data.
  Answers zeros = answers;
  for (auto& row : zeros)
    for (auto& cell : row)
      if (cell > 1) cell = 0;
  const double expected = cdm::fit(responses(q, zeros), q, o).value().log_likelihood;
  o.missing.omitted = MissingTreatment::kLowest;
  EXPECT_NEAR(cdm::fit(responses(q, answers), q, o).value().log_likelihood, expected, 1e-6);
  o.missing.omitted = MissingTreatment::kDropPerson;
  EXPECT_EQ(cdm::fit(responses(q, answers), q, o).value().n_dropped, 100);
}

TEST(CdmFitOptions, ItemsThatSayNothingAreLeftOut) {
  auto q = three_attributes();
  for (std::size_t k = 0; k < 3; ++k) q.cells[3 * 3 + k] = 0;  // q4 needs nothing
  Answers answers = simulate(q, 200, 0.2, 0.15, 0.5, 28);
  for (auto& row : answers) {
    row[0] = 1;
    row[1] = static_cast<std::uint8_t>(Missing::kNotAdministered);
  }
  const auto fit = cdm::fit(responses(q, answers), q, options(cdm::Rule::kDina)).value();
  EXPECT_EQ(fit.left_out, (std::vector<std::string>{"q1", "q2", "q4"}));
  EXPECT_TRUE(has(fit.findings, Code::kItemConstant));
  EXPECT_TRUE(has(fit.findings, Code::kItemWithoutResponses));
  EXPECT_TRUE(has(fit.findings, Code::kQRowEmpty));
  EXPECT_EQ(fit.model.items.size(), 9U);
}

TEST(CdmFitOptions, RulesByItem) {
  const auto q = three_attributes();
  auto o = options(cdm::Rule::kDina);
  o.rules = {{"q10", cdm::Rule::kGdina}, {"q12", cdm::Rule::kAcdm}, {"q11", cdm::Rule::kDino}};
  const Answers answers = simulate(q, 400, 0.2, 0.15, 0.5, 29);
  const auto fit = cdm::fit(responses(q, answers), q, o).value();
  EXPECT_EQ(fit.model.items[9].rule, cdm::Rule::kGdina);
  EXPECT_EQ(fit.model.items[10].rule, cdm::Rule::kDino);
  EXPECT_EQ(fit.model.items[11].rule, cdm::Rule::kAcdm);
  EXPECT_EQ(fit.n_parameters, 9 * 2 + 4 + 2 + 4 + 7);
  EXPECT_NEAR(fit.log_likelihood, by_enumeration(fit.model, answers), 1e-8);
}

TEST(CdmFitOptions, AGivenModelIsAStart) {
  const auto q = three_attributes();
  const Responses data = responses(q, simulate(q, 400, 0.2, 0.15, 0.5, 30));
  const auto first = cdm::fit(data, q, options(cdm::Rule::kDina)).value();
  auto o = options(cdm::Rule::kGdina);
  o.start = &first.model;
  o.n_starts = 1;
  EXPECT_GE(cdm::fit(data, q, o).value().log_likelihood, first.log_likelihood - 1e-6);
}

TEST(CdmFitOptions, WrongUse) {
  const auto q = three_attributes();
  const Answers answers = simulate(q, 50, 0.2, 0.15, 0.5, 31);
  const Responses data = responses(q, answers);
  const auto code = [&](const cdm::FitOptions& o) { return cdm::fit(data, q, o).error().code; };
  auto o = options(cdm::Rule::kDina);
  o.n_starts = 0;
  EXPECT_EQ(code(o), Code::kInvalidArgument);
  o = options(cdm::Rule::kDina);
  const std::vector<double> short_weights(3, 1.0);
  o.weights = short_weights;
  EXPECT_EQ(code(o), Code::kLengthMismatch);
  o = options(cdm::Rule::kDina);
  o.priors.lowest = {0.5, 1.0};
  EXPECT_EQ(code(o), Code::kInvalidArgument);
  o = options(cdm::Rule::kDina);
  o.prerequisites = {{0, 1}, {1, 0}};
  EXPECT_EQ(code(o), Code::kInvalidArgument);
  Answers marks = answers;
  marks[7][3] = 2;
  EXPECT_EQ(cdm::fit(responses(q, marks), q, options(cdm::Rule::kDina)).error().code, Code::kNotRightWrong);
  auto other = q;
  other.item_ids[2] = "unknown";
  EXPECT_EQ(cdm::fit(data, other, options(cdm::Rule::kDina)).error().code, Code::kInvalidArgument);
  EXPECT_EQ(cdm::fit(Responses(), q, options(cdm::Rule::kDina)).error().code, Code::kNoPersons);
}

}  // namespace
