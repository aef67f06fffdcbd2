// What the options of a calibration promise: anchors, weights, groups, booklets, missing kinds, priors, starting values, merged categories.
#include "models/irt/irt_cases.hpp"

#include <celadon/models/irt/default_model.hpp>

#include <algorithm>

namespace {

using namespace irt_cases;
using irt::ParameterKind;
using irt::PriorFamily;

irt::FitOptions tight(ItemModel model = ItemModel::k2pl) {
  irt::FitOptions options;
  options.model = model;
  options.tolerance = 1e-9;
  return options;
}

TEST(IrtFitOptions, WholeWeightsAreRepeatedPersons) {
  const auto model = model_of(items(ItemModel::kGraded, 5, 3));
  const Responses once = draw(model, 300, 4);
  auto rows = rows_of(once);
  std::vector<double> weights;
  std::vector<std::vector<int>> repeated;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    weights.push_back(static_cast<double>(i % 4));  // some persons do not count at all
    for (std::size_t k = 0; k < i % 4; ++k) repeated.push_back(rows[i]);
  }
  auto options = tight(ItemModel::kGraded);
  const auto b = irt::fit(responses(repeated, ids_of(model)), options).value();
  options.weights = weights;
  const auto a = irt::fit(once, options).value();
  EXPECT_EQ(a.n_used, 225);
  EXPECT_NEAR(a.total_weight, static_cast<double>(repeated.size()), 1e-9);
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-7);
  for (std::size_t i = 0; i < a.irt.parameters.size(); ++i) {
    if (a.irt.parameters[i].fixed) continue;
    EXPECT_NEAR(a.irt.parameters[i].estimate, b.irt.parameters[i].estimate, 1e-4);
    EXPECT_NEAR(a.irt.parameters[i].se, b.irt.parameters[i].se, 1e-3 * b.irt.parameters[i].se);
  }
  EXPECT_NEAR(a.bic, b.bic, 1e-6);
}

TEST(IrtFitOptions, AnchorsStayAndSetTheScale) {
  const auto truth = model_of(items(ItemModel::k2pl, 16), {"all", 0.8, 1.3});
  const Responses answers = draw(truth, 6000, 9);
  auto options = tight();
  for (std::size_t j = 0; j < 16; j += 2) options.anchors.push_back(truth.items[j]);
  const auto fit = irt::fit(answers, options).value();
  EXPECT_TRUE(fit.converged);
  for (std::size_t j = 0; j < 16; j += 2) {
    EXPECT_EQ(fit.model.items[j].slope, truth.items[j].slope);
    EXPECT_TRUE(estimate(fit.slope_intercept, truth.items[j].id, "a").fixed);
    EXPECT_EQ(estimate(fit.slope_intercept, truth.items[j].id, "d").position, -1);
  }
  for (const auto& p : fit.slope_intercept.parameters) {
    if (p.fixed) continue;
    const double expected = p.name == "mean"       ? 0.8
                            : p.name == "variance" ? 1.69
                            : p.name == "a"        ? truth.items[static_cast<std::size_t>(truth.find(p.item))].slope
                                                   : truth.items[static_cast<std::size_t>(truth.find(p.item))].intercepts[0];
    EXPECT_NEAR(p.estimate, expected, 4 * p.se) << p.item << " " << p.name;
  }
  // a category that the bank does not know counts as missing, and is said
  auto graded = options;
  graded.anchors = {truth.items[0]};
  const auto odd = irt::fit(responses({{2, 1, 0}, {1, 0, 1}, {0, 1, 0}, {1, 1, 0}, {0, 0, 1}}, {"Q1", "Q2", "Q3"}), graded).value();
  EXPECT_TRUE(has_finding(odd.findings, Code::kAnchorCategory, "Q1"));
}

TEST(IrtFitOptions, GroupsHaveFreeMeansAndVariances) {
  const auto truth = model_of(items(ItemModel::k2pl, 20));
  std::vector<double> abilities;
  std::vector<std::int32_t> groups;
  const irt::Population populations[3] = {{"base", 0.0, 1.0}, {"up", 0.7, 1.4}, {"down", -0.5, 0.8}};
  for (std::int32_t g = 0; g < 3; ++g)
    for (const double a : irt::simulate_abilities(populations[g], 4000, 50 + static_cast<std::uint64_t>(g))) {
      abilities.push_back(a);
      groups.push_back(g);
    }
  const Responses answers = irt::simulate(truth, abilities, 3).value();
  auto options = tight();
  options.groups = groups;
  options.group_ids = {"base", "up", "down"};
  const auto fit = irt::fit(answers, options).value();
  ASSERT_EQ(fit.model.populations.size(), 3U);
  EXPECT_EQ(fit.n_parameters, 44);
  for (const auto& p : fit.irt.parameters) {
    if (p.population.empty()) continue;
    const auto g = static_cast<std::size_t>(p.population == "base" ? 0 : p.population == "up" ? 1 : 2);
    EXPECT_EQ(p.fixed, g == 0) << p.population;
    const double expected = p.name == "mean" ? populations[g].mean : populations[g].sd;
    EXPECT_NEAR(p.estimate, expected, g == 0 ? 1e-12 : 4 * p.se) << p.population << " " << p.name;
  }
  EXPECT_EQ(fit.person_population, groups);
  // the same sum as the likelihood at the estimates
  const auto again = irt::log_likelihood(fit.model, answers, {.weights = {}, .populations = groups, .missing = {}}).value();
  EXPECT_NEAR(again.value, fit.log_likelihood, 1e-6);
}

TEST(IrtFitOptions, AGroupWithoutAnswersIsSaidAndDoesNotSpoilTheRest) {
  const Responses full = draw(model_of(items(ItemModel::k2pl, 6)), 500, 1);
  auto rows = rows_of(full);
  std::vector<std::int32_t> groups(500, 0);
  for (std::size_t i = 0; i < 20; ++i) {
    groups[i] = 1;
    for (int& x : rows[i]) x = -1;
  }
  auto options = tight();
  options.groups = groups;
  const auto fit = irt::fit(responses(rows), options).value();
  EXPECT_TRUE(has_finding(fit.findings, Code::kEmptyGroup));
  EXPECT_EQ(fit.model.populations.size(), 1U);
  EXPECT_EQ(fit.n_dropped, 20);
  EXPECT_FALSE(fit.slope_intercept.covariance.empty());
  EXPECT_EQ(fit.person_population[3], -1);
  // the same where their weights are 0
  std::vector<double> weights(500, 1.0);
  std::fill(weights.begin(), weights.begin() + 20, 0.0);
  options.weights = weights;
  const auto weighted = irt::fit(full, options).value();
  EXPECT_EQ(weighted.model.populations.size(), 1U);
  EXPECT_NEAR(weighted.log_likelihood, fit.log_likelihood, 1e-6);
  EXPECT_FALSE(weighted.slope_intercept.covariance.empty());
}

TEST(IrtFitOptions, BookletsStandOnOneScaleThroughSharedItems) {
  const auto truth = model_of(items(ItemModel::k2pl, 24));
  const std::int64_t n = 9000;
  std::vector<std::uint8_t> administered(static_cast<std::size_t>(n) * 24, 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    for (std::size_t j = 0; j < 16; ++j) administered[i * 24 + ((i % 3) * 8 + j) % 24] = 1;
  const auto fit = irt::fit(draw(truth, n, 6, administered), tight()).value();
  EXPECT_FALSE(has_finding(fit.findings, Code::kNotConnected));
  EXPECT_FALSE(has_finding(fit.findings, Code::kWeakLink));
  int inside = 0;
  for (const auto& p : fit.slope_intercept.parameters) {
    if (p.fixed) continue;
    const auto& item = truth.items[static_cast<std::size_t>(truth.find(p.item))];
    inside += std::abs(p.estimate - (p.name == "a" ? item.slope : item.intercepts[0])) < 2.5 * p.se ? 1 : 0;
  }
  EXPECT_GE(inside, 45);  // of 48
}

TEST(IrtFitOptions, WhatIsNotConnectedIsCalibratedApartAndSaid) {
  const auto truth = model_of(items(ItemModel::kRasch, 10));
  std::vector<std::uint8_t> administered(1000 * 10, 0);
  for (std::size_t i = 0; i < 1000; ++i)
    for (std::size_t j = 0; j < 5; ++j) administered[i * 10 + (i % 2) * 5 + j] = 1;
  const Responses answers = draw(truth, 1000, 2, administered);
  const auto fit = irt::fit(answers, tight(ItemModel::kRasch)).value();
  EXPECT_TRUE(has_finding(fit.findings, Code::kNotConnected));
  EXPECT_EQ(fit.item_component, (std::vector<std::int32_t>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
  ASSERT_EQ(fit.model.populations.size(), 2U);
  // each part is what it would be alone
  std::vector<std::vector<int>> first;
  for (std::int64_t i = 0; i < 1000; i += 2) {
    first.emplace_back();
    for (std::int64_t j = 0; j < 5; ++j) first.back().push_back(answers.at(i, j));
  }
  const auto alone = irt::fit(responses(first, {"Q1", "Q2", "Q3", "Q4", "Q5"}), tight(ItemModel::kRasch)).value();
  for (const char* id : {"Q1", "Q3", "Q5"}) {
    EXPECT_NEAR(estimate(fit.irt, id, "b").estimate, estimate(alone.irt, id, "b").estimate, 1e-4);
    EXPECT_NEAR(estimate(fit.irt, id, "b").se, estimate(alone.irt, id, "b").se, 1e-4);
  }
  EXPECT_NEAR(fit.model.populations[0].sd, alone.model.populations[0].sd, 1e-4);
  EXPECT_EQ(fit.person_population[0], 0);
  EXPECT_EQ(fit.person_population[1], 1);

  // with bank items on both sides there is one scale and one population
  auto options = tight(ItemModel::kRasch);
  options.anchors = {truth.items[0], truth.items[1], truth.items[5], truth.items[6]};
  options.link = {.least_items = 2, .least_share = 0.2};
  const auto linked = irt::fit(answers, options).value();
  EXPECT_FALSE(has_finding(linked.findings, Code::kNotConnected));
  EXPECT_FALSE(has_finding(linked.findings, Code::kWeakLink));
  EXPECT_EQ(linked.item_component, std::vector<std::int32_t>(10, 0));
  EXPECT_EQ(linked.model.populations.size(), 1U);
  for (const auto& item : {truth.items[3], truth.items[8]})
    EXPECT_NEAR(estimate(linked.irt, item.id, "b").estimate, item.difficulties()[0], 4 * estimate(linked.irt, item.id, "b").se);
  // a bank on one side only leaves the other apart
  options.anchors = {truth.items[0], truth.items[1]};
  const auto half = irt::fit(answers, options).value();
  EXPECT_TRUE(has_finding(half.findings, Code::kNotConnected));
  EXPECT_EQ(half.model.populations.size(), 2U);
  EXPECT_NE(half.model.populations[0].mean, 0.0);
  EXPECT_EQ(half.model.populations[1].mean, 0.0);
  // too few bank items: one scale, said to be weak
  options.anchors = {truth.items[0], truth.items[5]};
  const auto weak = irt::fit(answers, options).value();
  EXPECT_TRUE(has_finding(weak.findings, Code::kWeakLink));
}

TEST(IrtFitOptions, EachMissingKindHasItsPolicy) {
  const Responses full = draw(model_of(items(ItemModel::k2pl, 6)), 600, 5);
  const auto zeroed = rows_of(full);
  for (int kind = -4; kind <= -1; ++kind) {
    auto rows = zeroed;
    std::vector<std::vector<int>> dropped;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bool any = false;
      for (std::size_t j = 0; j < 6; ++j)
        if (rows[i][j] == 0 && (i + j) % 5 == 0) {
          rows[i][j] = kind;
          any = true;
        }
      if (!any) dropped.push_back(zeroed[i]);
    }
    const auto of_kind = [&](irt::FitOptions& options) -> MissingTreatment& {
      return kind == -1   ? options.missing.not_administered
             : kind == -2 ? options.missing.not_reached
             : kind == -3 ? options.missing.omitted
                          : options.missing.invalid;
    };
    auto options = tight();
    options.standard_errors = false;
    const auto ignored = irt::fit(responses(rows), options).value();
    of_kind(options) = MissingTreatment::kLowest;
    EXPECT_NEAR(irt::fit(responses(rows), options)->log_likelihood, irt::fit(full, tight())->log_likelihood, 1e-6) << kind;
    of_kind(options) = MissingTreatment::kDropPerson;
    const auto without = irt::fit(responses(rows), options).value();
    EXPECT_EQ(without.n_used, static_cast<std::int64_t>(dropped.size()));
    EXPECT_EQ(without.n_used + without.n_dropped, 600);
    EXPECT_NEAR(without.log_likelihood, irt::fit(responses(dropped), tight())->log_likelihood, 1e-6) << kind;
    EXPECT_GT(ignored.log_likelihood, irt::fit(full, tight())->log_likelihood + 1.0);
  }
}

// The mode of the posterior under each kind of prior: the gradient of log likelihood + log prior vanishes there.
TEST(IrtFitOptions, PriorsOnAnyParameterMoveTheModeWhereTheyShould) {
  struct Case {
    ItemModel model;
    irt::Prior prior;
    const char* item;
    const char* name;
  };
  const std::vector<Case> cases = {{ItemModel::k2pl, {"", ParameterKind::kSlope, PriorFamily::kNormal, 1.0, 0.05}, "Q2", "a"},
                                   {ItemModel::k2pl, {"Q2", ParameterKind::kSlope, PriorFamily::kLogNormal, 0.0, 0.05}, "Q2", "a"},
                                   {ItemModel::k2pl, {"Q3", ParameterKind::kIntercept, PriorFamily::kNormal, 2.0, 0.05}, "Q3", "d"},
                                   {ItemModel::k1pl, {"", ParameterKind::kSlope, PriorFamily::kNormal, 2.0, 0.02}, "", "a"},
                                   {ItemModel::kGraded, {"Q1", ParameterKind::kIntercept, PriorFamily::kNormal, 0.0, 0.3}, "Q1", "d1"},
                                   {ItemModel::kNominal, {"Q1", ParameterKind::kIntercept, PriorFamily::kNormal, 0.0, 0.1}, "Q1", "d1"},
                                   {ItemModel::k3pl, {"", ParameterKind::kLower, PriorFamily::kNormal, -1.0, 0.1}, "Q4", "g"},
                                   {ItemModel::k4pl, {"", ParameterKind::kUpper, PriorFamily::kBeta, 200.0, 3.0}, "Q4", "u"},
                                   {ItemModel::kRatingScale, {"", ParameterKind::kStep, PriorFamily::kNormal, 0.0, 0.02}, "", "c1"},
                                   {ItemModel::kRasch, {"", ParameterKind::kSd, PriorFamily::kNormal, 0.5, 0.01}, "", "variance"},
                                   {ItemModel::kRasch, {"all", ParameterKind::kSd, PriorFamily::kNormal, 0.5, 0.01}, "", "variance"}};
  for (const Case& c : cases) {
    const Responses answers = draw(model_of(items(c.model, 6, 3)), 1200, 21);
    auto options = tight(c.model);
    options.standard_errors = false;
    if (c.model == ItemModel::k3pl || c.model == ItemModel::k4pl) {
      options.priors.push_back({"", ParameterKind::kSlope, PriorFamily::kLogNormal, 0.0, 0.3});
      options.priors.push_back({"", ParameterKind::kIntercept, PriorFamily::kNormal, 0.0, 1.0});
      if (c.model == ItemModel::k4pl) options.priors.push_back({"", ParameterKind::kLower, PriorFamily::kNormal, -2.0, 0.3});
    }
    const auto free = irt::fit(answers, options).value();
    options.priors.push_back(c.prior);
    const auto fit = irt::fit(answers, options).value();
    ASSERT_TRUE(fit.converged) << irt::model_name(c.model) << " " << c.name;
    EXPECT_FALSE(has_finding(fit.findings, Code::kPriorUnused));
    EXPECT_FALSE(has_finding(fit.findings, Code::kOptionItemUnknown));
    const double target = c.prior.family == PriorFamily::kLogNormal    ? std::exp(c.prior.first)
                          : c.prior.family == PriorFamily::kBeta       ? 199.0 / 201.0
                          : c.prior.parameter == ParameterKind::kLower ? 1 / (1 + std::exp(-c.prior.first))
                          : c.prior.parameter == ParameterKind::kSd    ? std::exp(2 * c.prior.first)
                                                                       : c.prior.first;
    const double before = std::abs(estimate(free.slope_intercept, c.item, c.name).estimate - target);
    const double after = std::abs(estimate(fit.slope_intercept, c.item, c.name).estimate - target);
    // graded thresholds must keep their order, which a prior on all of them works against
    EXPECT_LT(after, (c.model == ItemModel::kGraded ? 0.95 : 0.5) * before) << irt::model_name(c.model) << " " << c.name;
    EXPECT_LT(fit.log_likelihood, free.log_likelihood);
  }
}

TEST(IrtFitOptions, APopulationMeanTakesAPrior) {
  const auto truth = model_of(items(ItemModel::k2pl, 10), {"all", 0.6, 1.0});
  const Responses answers = draw(truth, 800, 3);
  auto options = tight();
  options.anchors = truth.items;
  const auto free = irt::fit(answers, options).value();
  options.priors = {{"", ParameterKind::kMean, PriorFamily::kNormal, -0.5, 0.02}};
  const auto fit = irt::fit(answers, options).value();
  // at the mode the slopes of log likelihood and log prior cancel
  const auto at = [&](double mean) {
    auto model = fit.model;
    model.populations[0].mean = mean;
    return irt::log_likelihood(model, answers)->value;
  };
  const double mean = fit.model.populations[0].mean;
  const double h = 1e-4;
  EXPECT_NEAR((at(mean + h) - at(mean - h)) / (2 * h), (mean + 0.5) / (0.02 * 0.02), 0.2);
  EXPECT_LT(mean, free.model.populations[0].mean - 0.5);
  EXPECT_EQ(fit.n_parameters, 2);
}

TEST(IrtFitOptions, APriorThatMeetsNothingIsSaid) {
  const Responses answers = draw(model_of(items(ItemModel::k2pl, 4)), 200, 3);
  auto options = tight();
  options.priors = {{"Q1", ParameterKind::kLower, PriorFamily::kBeta, 5, 17},
                    {"Q9", ParameterKind::kSlope, PriorFamily::kLogNormal, 0, 0.5},
                    {"all", ParameterKind::kMean, PriorFamily::kNormal, 0, 1}};
  const auto fit = irt::fit(answers, options).value();
  EXPECT_TRUE(has_finding(fit.findings, Code::kPriorUnused, "Q1"));
  EXPECT_TRUE(has_finding(fit.findings, Code::kPriorUnused, "all"));  // the reference population's mean is fixed
  EXPECT_TRUE(has_finding(fit.findings, Code::kOptionItemUnknown, "Q9"));
  for (const irt::Prior& bad :
       {irt::Prior{"", ParameterKind::kSlope, PriorFamily::kNormal, 0, 0},
        irt::Prior{"", ParameterKind::kSlope, PriorFamily::kNormal, std::nan(""), 1},
        irt::Prior{"", ParameterKind::kSlope, PriorFamily::kBeta, 2, 2}, irt::Prior{"", ParameterKind::kLower, PriorFamily::kBeta, 0.5, 2},
        irt::Prior{"", ParameterKind::kSd, PriorFamily::kLogNormal, 0, 1}}) {
    options.priors = {bad};
    EXPECT_EQ(irt::fit(answers, options).error().code, Code::kInvalidArgument);
  }
}

TEST(IrtFitOptions, StartingValuesSpareWorkAndDoNotMoveTheMaximum) {
  const Responses answers = draw(model_of(items(ItemModel::kGeneralizedPartialCredit, 8, 4)), 1500, 3);
  auto options = tight(ItemModel::kGeneralizedPartialCredit);
  options.standard_errors = false;
  const auto cold = irt::fit(answers, options).value();
  options.starts = cold.model.items;
  const auto warm = irt::fit(answers, options).value();
  EXPECT_LT(warm.iterations, cold.iterations);
  EXPECT_NEAR(warm.log_likelihood, cold.log_likelihood, 1e-6);
  options.starts[2].n_categories = 3;
  options.starts[2].intercepts.pop_back();
  const auto odd = irt::fit(answers, options).value();
  EXPECT_TRUE(has_finding(odd.findings, Code::kStartIgnored, "Q3"));
  EXPECT_NEAR(odd.log_likelihood, cold.log_likelihood, 1e-6);
}

TEST(IrtFitOptions, SparseCategoriesAreMergedForTheEstimationAndSaid) {
  // category 1 of the first item was chosen once, category 3 never
  std::vector<std::vector<int>> rows;
  const Responses base = draw(model_of(items(ItemModel::k2pl, 5)), 300, 8);
  for (auto row : rows_of(base)) {
    row[0] = row[0] == 0 ? 0 : (rows.size() % 3 == 0 ? 4 : 2);
    rows.push_back(row);
  }
  rows[5][0] = 1;
  auto options = tight(ItemModel::kGraded);
  options.min_category_count = 10;
  const auto fit = irt::fit(responses(rows), options).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_TRUE(has_finding(fit.findings, Code::kCategoriesMerged, fit.model.items[0].id));
  const auto& item = fit.model.items[0];
  EXPECT_EQ(item.n_categories, 3);
  EXPECT_EQ(item.model_category(0), 0);
  EXPECT_EQ(item.model_category(1), 1);  // with the next one
  EXPECT_EQ(item.model_category(2), 1);
  EXPECT_EQ(item.model_category(3), -1);
  EXPECT_EQ(item.model_category(4), 2);
  // items asked to be dichotomous that are not become their polytomous form
  auto dichotomous = tight(ItemModel::kRasch);
  const auto replaced = irt::fit(responses(rows), dichotomous).value();
  EXPECT_TRUE(has_finding(replaced.findings, Code::kModelReplaced));
  EXPECT_EQ(replaced.model.items[0].model, ItemModel::kPartialCredit);
  EXPECT_EQ(replaced.model.items[1].model, ItemModel::kRasch);
}

TEST(IrtFitOptions, TheDefaultModelCarriesItsPriorsIntoACalibration) {
  const auto truth = model_of(items(ItemModel::k3pl, 12));
  for (const std::int64_t n : {600, 1200}) {
    const Responses answers = draw(truth, n, 30);
    const std::vector<std::uint8_t> guess(12, 1);
    const auto chosen = irt::default_model(answers, {.cuts = {}, .missing = {}, .weights = {}, .can_guess = guess}).value();
    EXPECT_EQ(chosen.priors.size(), 12U);
    auto options = tight();
    options.priors = chosen.priors;
    for (std::size_t j = 0; j < 12; ++j) options.models.emplace_back(truth.items[j].id, chosen.models[j]);
    const auto fit = irt::fit(answers, options).value();
    EXPECT_TRUE(fit.converged);
    EXPECT_FALSE(has_finding(fit.findings, Code::kPriorUnused));
    EXPECT_EQ(fit.model.items[0].model, n == 600 ? ItemModel::k2pl : ItemModel::k3pl);
  }
}

}  // namespace
