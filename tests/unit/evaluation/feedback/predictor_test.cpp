#include <celadon/evaluation/feedback/predictor.hpp>

#include <celadon/core/simd.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/models/irt/model.hpp>

#include "evaluation/feedback/everyday_papers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using namespace celadon;
using everyday_papers::Design;
using feedback::ItemPredictor;
using feedback::Predictor;

void expect_distributions(const Predictor& p) {
  double weight = 0.0;
  for (const double w : p.weights) weight += w;
  EXPECT_NEAR(weight, 1.0, 1e-12);
  EXPECT_EQ(p.n_nodes() % 8, 0U);
  for (const ItemPredictor& item : p.items) {
    if (!item.usable) continue;
    ASSERT_EQ(item.points.size(), static_cast<std::size_t>(item.n_categories));
    for (std::size_t q = 0; q < p.n_nodes(); ++q) {
      double likelihood = 0.0;
      double predictive = 0.0;
      for (std::size_t k = 0; k < item.points.size(); ++k) {
        likelihood += item.likelihood[k * p.n_nodes() + q];
        predictive += item.predictive[k * p.n_nodes() + q];
        ASSERT_GE(item.predictive[k * p.n_nodes() + q], 0.0);
      }
      ASSERT_NEAR(likelihood, 1.0, 1e-12);
      ASSERT_NEAR(predictive, 1.0, 1e-12);
    }
  }
}

/// Mean of the points over the population by one of an item's tables.
double population_mean(const Predictor& p, const ItemPredictor& item, const std::vector<double>& table) {
  double out = 0.0;
  for (std::size_t k = 0; k < item.points.size(); ++k)
    for (std::size_t q = 0; q < p.n_nodes(); ++q) out += p.weights[q] * table[k * p.n_nodes() + q] * item.points[k];
  return out;
}

TEST(WorkingModel, RecoversTheModelThatItIs) {
  const auto s = everyday_papers::simulate(Design::kGeneralized, 4000, 12, 21);
  const Predictor p = everyday_papers::working_model(s.paper, everyday_papers::all_of(s.paper));
  EXPECT_TRUE(p.converged);
  EXPECT_EQ(p.n_used, 4000);
  expect_distributions(p);
  double worst = 0.0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < p.items.size(); ++i) {
    const ItemPredictor& item = p.items[i];
    ASSERT_TRUE(item.usable);
    EXPECT_NEAR(std::log(item.slope), std::log(s.items[i].slope * (item.n_categories - 1) / s.items[i].full), 0.2) << i;
    for (std::size_t q = 0; q < p.n_nodes(); ++q) {
      if (std::abs(p.nodes[q]) > 2.0) continue;
      const std::vector<double> truth = s.items[i].at(p.nodes[q]);
      double cumulative = 0.0;
      double true_cumulative = 0.0;
      for (std::size_t k = 0; k < item.points.size(); ++k) {
        cumulative += item.likelihood[k * p.n_nodes() + q];
        true_cumulative += truth[k];
        worst = std::max(worst, std::abs(cumulative - true_cumulative));
      }
    }
    // the base is the distribution at ability 0 and the tables are its tilts
    const double* base = p.base.data() + at;
    at += static_cast<std::size_t>(item.n_categories);
    for (const std::size_t q : {5U, 20U, 33U}) {
      double total = 0.0;
      for (int k = 0; k < item.n_categories; ++k) total += base[k] * std::exp(item.slope * p.nodes[q] * k / (item.n_categories - 1));
      for (int k = 0; k < item.n_categories; ++k)
        ASSERT_NEAR(item.likelihood[static_cast<std::size_t>(k) * p.n_nodes() + q],
                    base[k] * std::exp(item.slope * p.nodes[q] * k / (item.n_categories - 1)) / total, 1e-10);
    }
  }
  EXPECT_EQ(at, p.base.size());
  EXPECT_LT(worst, 0.06);
}

TEST(WorkingModel, PredictsTheItemMeansThatWereSeen) {
  const auto s = everyday_papers::simulate(Design::kMarksLost, 400, 20, 4);
  const Predictor p = everyday_papers::working_model(s.paper, everyday_papers::all_of(s.paper));
  for (std::size_t i = 0; i < p.items.size(); ++i) {
    double seen = 0.0;
    for (std::int64_t j = 0; j < 400; ++j) seen += s.paper.scored.at(j, static_cast<std::int64_t>(i)) / 400.0;
    const double full = s.paper.items[i].full_mark;
    EXPECT_NEAR(population_mean(p, p.items[i], p.items[i].likelihood) / full, seen / full, 0.01) << i;
    EXPECT_NEAR(population_mean(p, p.items[i], p.items[i].predictive) / full, population_mean(p, p.items[i], p.items[i].likelihood) / full,
                0.002);
    EXPECT_GT(p.items[i].location_se, 0.0);
  }
}

TEST(WorkingModel, PupilsThatDoNotCountChangeNothing) {
  auto s = everyday_papers::simulate(Design::kMarksLost, 60, 10, 9);
  const feedback::Predictor all = everyday_papers::working_model(s.paper, everyday_papers::all_of(s.paper));
  // the same pupils, and between them twenty without a mark, ten not counted, ten dropped for an unreadable cell
  Responses::Builder builder(100, s.paper.scored.item_ids());
  std::vector<std::uint8_t> counted(100, 1);
  for (std::int64_t j = 0; j < 100; ++j)
    for (std::int64_t i = 0; i < 10; ++i) {
      if (j < 60) builder.set(j, i, s.paper.scored.at(j, i));
      if (j >= 60 && j < 70) builder.set(j, i, Missing::kOmitted);
      if (j >= 80) builder.set(j, i, static_cast<std::uint8_t>(i % 3));
      if (j >= 80 && j < 90) counted[static_cast<std::size_t>(j)] = 0;
      if (j >= 90 && i == 4) builder.set(j, i, Missing::kInvalid);
    }
  s.paper.scored = std::move(builder).build().value();
  evaluation::Profile profile = io::default_profile();
  profile.missing.invalid = MissingTreatment::kDropPerson;
  const Predictor more = everyday_papers::working_model(s.paper, counted, profile);
  EXPECT_EQ(more.n_used, 60);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(all.items[i].predictive, more.items[i].predictive) << i;
}

TEST(WorkingModel, OrderOfPupilsAndThreadsDoNotMatter) {
  const auto s = everyday_papers::simulate(Design::kMarksLost, 5000, 6, 30);
  const Predictor first = everyday_papers::working_model(s.paper, everyday_papers::all_of(s.paper));
  const simd::Level before = simd::level();
  for (const simd::Level level : simd::available_levels()) {
    ASSERT_TRUE(simd::force_level(level));
    for (const int threads : {1, 2, 3, 8}) {
      const Predictor again = everyday_papers::working_model(s.paper, everyday_papers::all_of(s.paper), io::default_profile(), threads);
      EXPECT_EQ(first.iterations, again.iterations);
      EXPECT_EQ(first.base, again.base) << threads;
      for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(first.items[i].predictive, again.items[i].predictive) << threads << " " << simd::level_name(level);
    }
  }
  simd::force_level(before);
  std::vector<std::int64_t> order(5000);
  for (std::int64_t j = 0; j < 5000; ++j) order[static_cast<std::size_t>(j)] = (j * 1777) % 5000;
  evaluation::Paper turned = s.paper;
  turned.scored = s.paper.scored.select_persons(order).value();
  const Predictor other = everyday_papers::working_model(turned, everyday_papers::all_of(turned));
  for (std::size_t k = 0; k < first.base.size(); ++k) EXPECT_NEAR(first.base[k], other.base[k], 1e-10);
}

TEST(WorkingModel, SaysWhatItCannotDo) {
  const auto s = everyday_papers::simulate(Design::kMarksLost, 40, 6, 1);
  const evaluation::ExpectationRules& rules = io::default_profile().expectation;
  const auto fit = [&](const evaluation::Paper& paper, const std::vector<std::uint8_t>& counted) {
    return feedback::fit_working_model({.scored = &paper.scored, .items = &paper.items, .counted = counted, .missing = {}}, rules);
  };
  EXPECT_EQ(fit(s.paper, std::vector<std::uint8_t>(3, 1)).error().code, Code::kLengthMismatch);
  std::vector<std::uint8_t> few(40, 0);
  for (std::size_t j = 0; j < 14; ++j) few[j] = 1;
  EXPECT_EQ(fit(s.paper, few).error().code, Code::kTooFewPersons);
  few[14] = 1;
  EXPECT_TRUE(fit(s.paper, few).has_value());

  // three of the six items constant: three are left, one too few
  evaluation::Paper constant = s.paper;
  Responses::Builder builder(40, s.paper.scored.item_ids());
  for (std::int64_t j = 0; j < 40; ++j)
    for (std::int64_t i = 0; i < 6; ++i) builder.set(j, i, i < 3 ? static_cast<std::uint8_t>(i) : s.paper.scored.at(j, i));
  constant.scored = std::move(builder).build().value();
  EXPECT_EQ(fit(constant, everyday_papers::all_of(constant)).error().code, Code::kTooFewItems);

  evaluation::ExpectationRules lenient = rules;
  lenient.least_items = 3;
  const auto counted = everyday_papers::all_of(constant);
  const Predictor p =
      feedback::fit_working_model({.scored = &constant.scored, .items = &constant.items, .counted = counted, .missing = {}}, lenient)
          .value();
  EXPECT_EQ(p.findings.size(), 3U);
  for (const Finding& f : p.findings) EXPECT_EQ(f.code, Code::kItemWithoutExpectation);
  EXPECT_FALSE(p.items[0].usable);
  EXPECT_TRUE(p.items[3].usable);

  evaluation::Paper shorter = s.paper;
  shorter.items.pop_back();
  EXPECT_EQ(fit(shorter, everyday_papers::all_of(s.paper)).error().code, Code::kLengthMismatch);
}

irt::Model small_model() {
  irt::Model model;
  model.items = {{.id = "Q1", .model = irt::ItemModel::kRasch, .slope = 1.0, .intercepts = {2.0}},
                 {.id = "Q2", .model = irt::ItemModel::k2pl, .slope = 1.4, .intercepts = {-0.5}},
                 {.id = "Q3", .model = irt::ItemModel::kGraded, .n_categories = 3, .slope = 1.2, .intercepts = {1.0, -1.0}},
                 {.id = "Q4",
                  .model = irt::ItemModel::kGeneralizedPartialCredit,
                  .n_categories = 3,
                  .slope = 0.8,
                  .intercepts = {0.5, 0.2},
                  .category_map = {0, 1, 1, 2, -1}}};
  return model;
}

evaluation::Paper small_paper() {
  evaluation::Paper paper;
  std::vector<std::string> ids;
  for (int i = 1; i <= 5; ++i) {
    Item item;
    item.id = "Q" + std::to_string(i);
    item.full_mark = 4.0;
    paper.items.push_back(item);
    ids.push_back(item.id);
  }
  paper.items[2].category_scores = {0.0, 3.0, 4.0};
  Responses::Builder builder(12, ids);
  for (std::int64_t j = 0; j < 12; ++j)
    for (std::int64_t i = 0; i < 5; ++i) builder.set(j, i, static_cast<std::uint8_t>(i == 3 ? j % 5 : (i + j) % 2));
  paper.scored = std::move(builder).build().value();
  return paper;
}

TEST(CalibratedPredictor, HoldsTheModelsProbabilities) {
  const irt::Model model = small_model();
  const evaluation::Paper paper = small_paper();
  const Predictor p = feedback::predictor_from_model(model, paper.scored, paper.items, std::numeric_limits<double>::infinity()).value();
  EXPECT_EQ(p.kind, feedback::PredictorKind::kCalibrated);
  EXPECT_EQ(feedback::predictor_name(p.kind), "calibrated");
  ASSERT_EQ(p.n_nodes(), 64U);
  EXPECT_EQ(p.weights[61], 0.0);
  std::vector<double> at(3);
  for (std::size_t i = 0; i < 3; ++i)
    for (const std::size_t q : {0U, 30U, 44U, 60U}) {
      irt::category_probabilities(model.items[i], p.nodes[q], {at.data(), static_cast<std::size_t>(model.items[i].n_categories)});
      for (int k = 0; k < model.items[i].n_categories; ++k) {
        EXPECT_EQ(p.items[i].likelihood[static_cast<std::size_t>(k) * 64 + q], at[static_cast<std::size_t>(k)]);
        EXPECT_EQ(p.items[i].predictive[static_cast<std::size_t>(k) * 64 + q], at[static_cast<std::size_t>(k)]) << "no item error";
      }
    }
  EXPECT_EQ(p.items[2].points, (std::vector<double>{0.0, 3.0, 4.0}));
  // merged categories: 1 and 2 share the model's category 1 as they were seen (2 and 2 of 12, plus a half each); 4 is unknown to the model
  const ItemPredictor& merged = p.items[3];
  ASSERT_EQ(merged.n_categories, 5);
  irt::category_probabilities(model.items[3], p.nodes[30], at);
  EXPECT_EQ(merged.likelihood[1 * 64 + 30], at[1]);
  EXPECT_EQ(merged.likelihood[2 * 64 + 30], at[1]);
  EXPECT_EQ(merged.likelihood[4 * 64 + 30], 1.0) << "says nothing about ability";
  EXPECT_NEAR(merged.predictive[1 * 64 + 30], at[1] * 3.5 / 6.0, 1e-12);
  EXPECT_NEAR(merged.predictive[2 * 64 + 30], at[1] * 2.5 / 6.0, 1e-12);
  EXPECT_EQ(merged.predictive[4 * 64 + 30], 0.0);
  ASSERT_EQ(p.findings.size(), 1U);
  EXPECT_EQ(p.findings[0].place.item, "Q5");
  EXPECT_FALSE(p.items[4].usable);
}

TEST(CalibratedPredictor, ItemErrorIsAveragedOver) {
  const irt::Model model = small_model();
  const evaluation::Paper paper = small_paper();
  const double n = 60.0;
  irt::Model placed = model;
  placed.items[3].category_map.clear();
  expect_distributions(feedback::predictor_from_model(placed, paper.scored, paper.items, n).value());
  const Predictor p = feedback::predictor_from_model(model, paper.scored, paper.items, n).value();
  // Rasch: the error of the intercept is 1 / sqrt(n E P(1-P)); the average over it by a fine sum, shifted to keep the item's mean
  double information = 0.0;
  double mean = 0.0;
  for (std::size_t q = 0; q < p.n_nodes(); ++q) {
    const double x = 1.0 / (1.0 + std::exp(-(p.nodes[q] + 2.0)));
    information += n * p.weights[q] * x * (1.0 - x);
    mean += p.weights[q] * x;
  }
  const double se = 1.0 / std::sqrt(information);
  EXPECT_NEAR(p.items[0].location_se, se, 1e-9);
  const auto average = [&](double theta, double shift) {
    double sum = 0.0;
    double weight = 0.0;
    for (int z = -80; z <= 80; ++z) {
      const double w = std::exp(-0.5 * z * z / 100.0);
      sum += w / (1.0 + std::exp(-(theta + 2.0 + shift + se * z / 10.0)));
      weight += w;
    }
    return sum / weight;
  };
  const auto population = [&](double shift) {
    double sum = 0.0;
    for (std::size_t q = 0; q < p.n_nodes(); ++q) sum += p.weights[q] * average(p.nodes[q], shift);
    return sum;
  };
  double low = -1.0;
  double high = 1.0;
  for (int i = 0; i < 50; ++i) (population(0.5 * (low + high)) < mean ? low : high) = 0.5 * (low + high);
  for (const std::size_t q : {10U, 20U, 30U, 40U, 50U}) EXPECT_NEAR(p.items[0].predictive[64 + q], average(p.nodes[q], low), 0.003) << q;
  EXPECT_GT(std::abs(p.items[0].predictive[64 + 10] - p.items[0].likelihood[64 + 10]), 0.005) << "and it does something";
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(population_mean(p, p.items[i], p.items[i].predictive), population_mean(p, p.items[i], p.items[i].likelihood), 0.01) << i;
}

TEST(CalibratedPredictor, WrongUseIsAnError) {
  const irt::Model model = small_model();
  evaluation::Paper paper = small_paper();
  EXPECT_EQ(feedback::predictor_from_model(model, paper.scored, paper.items, 0.0).error().code, Code::kInvalidArgument);
  EXPECT_EQ(feedback::predictor_from_model(model, paper.scored, paper.items, std::nan("")).error().code, Code::kInvalidArgument);
  irt::Model other = model;
  for (auto& item : other.items) item.id += "x";
  EXPECT_EQ(feedback::predictor_from_model(other, paper.scored, paper.items, 100.0).error().code, Code::kNoCommonItems);
  paper.items.pop_back();
  EXPECT_EQ(feedback::predictor_from_model(model, paper.scored, paper.items, 100.0).error().code, Code::kLengthMismatch);
}

}  // namespace
