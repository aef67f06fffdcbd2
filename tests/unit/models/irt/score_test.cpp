// Scores against their definitions: EAP by the sum over the grid, MAP, ML and WLE by a search for the top of the function they maximise,
// their standard errors by its second difference there.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/simd.hpp>
#include <celadon/models/irt/score.hpp>

#include <atomic>
#include <functional>

namespace {

using namespace irt_cases;
using irt::ScoreMethod;
using irt::ScoreStatus;

double log_likelihood(const irt::Model& model, const Responses& answers, std::int64_t person, double theta) {
  double out = 0.0;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const std::uint8_t cell = answers.at(person, static_cast<std::int64_t>(j));
    if (is_missing(cell)) continue;
    std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
    irt::category_probabilities(model.items[j], theta, p);
    out += std::log(p[cell]);
  }
  return out;
}

/// What a mode method maximises.
double objective(ScoreMethod method, const irt::Model& model, const Responses& answers, std::int64_t person, double theta) {
  double out = log_likelihood(model, answers, person, theta);
  if (method == ScoreMethod::kMap) {
    const double z = (theta - model.populations[0].mean) / model.populations[0].sd;
    out -= 0.5 * z * z;
  }
  if (method == ScoreMethod::kWle) {
    double information = 0.0;
    for (std::size_t j = 0; j < model.items.size(); ++j)
      if (!is_missing(answers.at(person, static_cast<std::int64_t>(j)))) information += irt::information(model.items[j], theta);
    out += 0.5 * std::log(information);
  }
  return out;
}

/// The highest point of f on [-12, 12]: a fine grid, then golden sections around its best node.
double top(const std::function<double(double)>& f) {
  double best = -12.0;
  double value = f(best);
  for (int i = 1; i <= 480; ++i) {
    const double x = -12.0 + 0.05 * i;
    if (const double v = f(x); v > value) {
      value = v;
      best = x;
    }
  }
  double low = best - 0.05;
  double high = best + 0.05;
  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  for (int i = 0; i < 60; ++i) {
    const double a = high - ratio * (high - low);
    const double b = low + ratio * (high - low);
    (f(a) > f(b) ? high : low) = f(a) > f(b) ? b : a;
  }
  return 0.5 * (low + high);
}

/// Twenty persons with some cells missing, nobody all right or all wrong.
Responses some_answers(const irt::Model& model) {
  std::vector<std::uint8_t> administered(20 * model.items.size(), 1);
  for (std::size_t i = 0; i < 20; ++i) administered[i * model.items.size() + i % model.items.size()] = i % 3 == 0 ? 0 : 1;
  return draw(model, 20, 31, administered);
}

bool interior(const irt::Model& model, const Responses& answers, std::int64_t person) {
  bool lowest = true;
  bool highest = true;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const std::uint8_t cell = answers.at(person, static_cast<std::int64_t>(j));
    if (is_missing(cell)) continue;
    lowest = lowest && cell == 0;
    highest = highest && cell + 1 == model.items[j].n_categories;
  }
  return !lowest && !highest;
}

TEST(IrtScore, EapIsTheMeanOfThePosteriorOnTheGrid) {
  for (const ItemModel m : all_models()) {
    const auto model = model_of(items(m, 9, 4), {"all", 0.3, 1.2});
    const Responses answers = some_answers(model);
    const auto scores = irt::score(model, answers).value();
    const auto nodes = model.grid.nodes();
    const auto weights = model.grid.weights(model.populations[0]);
    for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
      double sum[3] = {0.0, 0.0, 0.0};
      for (std::size_t q = 0; q < nodes.size(); ++q) {
        const double w = weights[q] * std::exp(log_likelihood(model, answers, i, nodes[q]));
        sum[0] += w;
        sum[1] += w * nodes[q];
        sum[2] += w * nodes[q] * nodes[q];
      }
      const auto at = static_cast<std::size_t>(i);
      EXPECT_NEAR(scores.ability[at], sum[1] / sum[0], 1e-10) << irt::model_name(m);
      EXPECT_NEAR(scores.ability_se[at], std::sqrt(sum[2] / sum[0] - sum[1] * sum[1] / sum[0] / sum[0]), 1e-8) << irt::model_name(m);
    }
  }
}

TEST(IrtScore, MapMlAndWleAreTheTopsOfWhatTheyMaximise) {
  for (const ItemModel m : all_models()) {
    const auto model = model_of(items(m, 9, 4), {"all", 0.3, 1.2});
    const Responses answers = some_answers(model);
    for (const ScoreMethod method : {ScoreMethod::kMap, ScoreMethod::kMl, ScoreMethod::kWle}) {
      const auto scores = irt::score(model, answers, {.method = method}).value();
      int compared = 0;
      for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
        if (method == ScoreMethod::kMl && !interior(model, answers, i)) continue;
        const auto f = [&](double theta) { return objective(method, model, answers, i, theta); };
        const double expected = top(f);
        if (std::abs(expected) > 11.5) continue;  // no top inside
        const auto at = static_cast<std::size_t>(i);
        ASSERT_EQ(scores.status[at], ScoreStatus::kScored) << irt::model_name(m) << " " << irt::score_method_name(method) << " " << i;
        // near its top a function is flat: equal heights, and places as near as the height can tell
        EXPECT_GT(f(scores.ability[at]), f(expected) - 1e-9) << irt::model_name(m) << " " << irt::score_method_name(method) << " " << i;
        EXPECT_NEAR(scores.ability[at], expected, 1e-5) << irt::model_name(m) << " " << irt::score_method_name(method) << " " << i;
        const double h = 1e-3;
        const double x = scores.ability[at];
        const double curvature = (f(x + h) - 2 * f(x) + f(x - h)) / (h * h);
        EXPECT_NEAR(scores.ability_se[at] * std::sqrt(-curvature), 1.0, 1e-4) << irt::model_name(m) << " " << i;
        const double d = 1e-2;  // the slope by a difference of fourth order: the place to seven decimals, which the height cannot tell
        const double slope = (8 * (f(x + d) - f(x - d)) - (f(x + 2 * d) - f(x - 2 * d))) / (12 * d);
        EXPECT_LT(std::abs(slope / curvature), 1e-7) << irt::model_name(m) << " " << irt::score_method_name(method) << " " << i;
        ++compared;
      }
      EXPECT_GE(compared, 14) << irt::model_name(m) << " " << irt::score_method_name(method);
    }
  }
}

TEST(IrtScore, EveryPersonHasAStatus) {
  const auto model = model_of(items(ItemModel::k2pl, 4), {"all", 0.4, 0.8});
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const Responses answers = responses({{1, 1, 1, 1}, {0, 0, 0, 0}, {-1, -2, -3, -4}, {1, 0, -3, 1}, {1, -4, 0, 1}}, ids);
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl}) {
    irt::ScoreOptions options{.method = method};
    options.missing.invalid = MissingTreatment::kDropPerson;
    const auto s = irt::score(model, answers, options).value();
    const bool ml = method == ScoreMethod::kMl;
    const bool bayes = method == ScoreMethod::kEap || method == ScoreMethod::kMap;
    EXPECT_EQ(s.status[0], ml ? ScoreStatus::kNoFiniteMaximum : ScoreStatus::kScored);
    EXPECT_EQ(s.status[1], ml ? ScoreStatus::kNoFiniteMaximum : ScoreStatus::kScored);
    EXPECT_EQ(std::isnan(s.ability[0]), ml);
    EXPECT_EQ(std::isnan(s.ability_se[1]), ml);
    EXPECT_EQ(s.status[2], ScoreStatus::kDropped);  // one of its cells is invalid
    EXPECT_EQ(s.status[3], ScoreStatus::kScored);
    EXPECT_EQ(s.status[4], ScoreStatus::kDropped);
    EXPECT_TRUE(std::isnan(s.ability[4]));
    EXPECT_EQ(s.n_dropped, 2);
    EXPECT_EQ(s.n_scored, ml ? 1 : 3);
    EXPECT_EQ(s.n_answered[3], 3);
    EXPECT_TRUE(has_finding(s.findings, Code::kPersonsNotScored));
    EXPECT_EQ(has_finding(s.findings, Code::kNoFiniteMaximum), ml);
    const auto plain = irt::score(model, answers, {.method = method}).value();
    EXPECT_EQ(plain.status[2], ScoreStatus::kNoAnswers);
    EXPECT_EQ(std::isnan(plain.ability[2]), !bayes);
    if (bayes) {
      EXPECT_NEAR(plain.ability[2], 0.4, 1e-12);
      EXPECT_NEAR(plain.ability_se[2], 0.8, 1e-12);
    }
    EXPECT_TRUE(has_finding(plain.findings, Code::kScoredWithoutAnswers));
    EXPECT_EQ(plain.table().n_rows(), 5);
  }
}

TEST(IrtScore, OmittedAsWrongEqualsAWrongAnswer) {
  const auto model = model_of(items(ItemModel::k3pl, 5));
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  irt::ScoreOptions options;
  options.missing.omitted = MissingTreatment::kLowest;
  const auto a = irt::score(model, responses({{1, -3, 1, -2, 0}}, ids), options).value();
  const auto b = irt::score(model, responses({{1, 0, 1, -1, 0}}, ids)).value();
  EXPECT_EQ(a.ability, b.ability);
  EXPECT_EQ(a.ability_se, b.ability_se);
  EXPECT_EQ(a.n_answered[0], 4);
}

TEST(IrtScore, UnknownItemsAndCategoriesAreSaidAndGiveNoInformation) {
  const auto model = model_of(items(ItemModel::kGraded, 4, 3));
  const Responses strange = responses({{2, 1, 3, 0, 1}, {0, 1, 2, 2, 1}}, {"Q1", "Q2", "Q3", "Q4", "elsewhere"});
  const Responses plain = responses({{2, 1, -1, 0}, {0, 1, 2, 2}}, {"Q1", "Q2", "Q3", "Q4"});
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl}) {
    const auto a = irt::score(model, strange, {.method = method}).value();
    const auto b = irt::score(model, plain, {.method = method}).value();
    EXPECT_EQ(a.ability, b.ability);
    EXPECT_EQ(a.n_answered[0], 3);
    EXPECT_TRUE(has_finding(a.findings, Code::kUnknownCategory, "Q3"));
    EXPECT_TRUE(has_finding(a.findings, Code::kItemNotInModel, "elsewhere"));
    EXPECT_EQ(a.n_items_used, 4);
  }
  const auto part = irt::score(model, responses({{2, 1}}, {"Q4", "Q2"})).value();
  EXPECT_TRUE(has_finding(part.findings, Code::kModelItemsAbsent));
}

TEST(IrtScore, SeveralAnswersOfOneCategoryCountAsThatCategory) {
  // nothing missing and 0 -> 0, 1 -> 1: an answer of 2 or 3 is still a 1
  auto merged = model_of(items(ItemModel::k2pl, 4, 2));
  const auto as_it_is = merged;
  for (auto& item : merged.items) item.category_map = {0, 1, 1, 1};
  const std::vector<std::string> ids = {"Q1", "Q2", "Q3", "Q4"};
  const Responses raw = responses({{3, 1, 2, 0}, {0, 3, 3, 3}, {1, 0, 0, 2}}, ids);
  const Responses plain = responses({{1, 1, 1, 0}, {0, 1, 1, 1}, {1, 0, 0, 1}}, ids);
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl}) {
    const auto a = irt::score(merged, raw, {.method = method}).value();
    const auto b = irt::score(as_it_is, plain, {.method = method}).value();
    EXPECT_EQ(a.ability, b.ability) << irt::score_method_name(method);
    EXPECT_EQ(a.ability_se, b.ability_se) << irt::score_method_name(method);
  }
}

TEST(IrtScore, TheGroupChoosesThePopulation) {
  auto model = model_of(items(ItemModel::k2pl, 5));
  model.populations.push_back({"strong", 1.0, 0.5});
  std::vector<std::string> ids;
  for (const auto& item : model.items) ids.push_back(item.id);
  const Responses answers = responses({{1, 0, 1, 0, 0}, {1, 0, 1, 0, 0}}, ids);
  const std::vector<std::int32_t> group{0, 1};
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap}) {
    const auto s = irt::score(model, answers, {.method = method, .group = group}).value();
    EXPECT_GT(s.ability[1], s.ability[0] + 0.3);
    auto alone = model;
    alone.populations = {model.populations[1]};
    EXPECT_EQ(irt::score(alone, answers, {.method = method})->ability[1], s.ability[1]);
  }
}

TEST(IrtScore, SameBitsForAnyThreadsAndInstructionSet) {
  auto mixed = items(ItemModel::k2pl, 8, 2, "a");
  for (auto&& more : {items(ItemModel::kGraded, 4, 4, "b"), items(ItemModel::k4pl, 4, 2, "c"), items(ItemModel::kNominal, 3, 3, "d")})
    mixed.insert(mixed.end(), more.begin(), more.end());
  const auto model = model_of(mixed);
  std::vector<std::uint8_t> administered(5003 * mixed.size(), 1);
  for (std::size_t c = 0; c < administered.size(); c += 7) administered[c] = 0;
  const Responses answers = draw(model, 5003, 8, administered);
  const auto before = simd::level();
  for (const ScoreMethod method : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl}) {
    std::vector<irt::Scores> all;
    for (const auto level : simd::available_levels())
      for (const int threads : {1, 2, 3, 8}) {
        ASSERT_TRUE(simd::force_level(level));
        ExecutionContext context;
        context.n_threads = threads;
        all.push_back(irt::score(model, answers, {.method = method}, context).value());
      }
    for (const auto& s : all)
      for (std::size_t i = 0; i < s.ability.size(); ++i) {
        ASSERT_EQ(s.status[i], all[0].status[i]);
        if (s.status[i] != ScoreStatus::kScored) continue;
        ASSERT_EQ(s.ability[i], all[0].ability[i]) << irt::score_method_name(method) << " " << i;
        ASSERT_EQ(s.ability_se[i], all[0].ability_se[i]) << irt::score_method_name(method) << " " << i;
      }
  }
  ASSERT_TRUE(simd::force_level(before));
}

TEST(IrtScore, WrongInputIsRefusedByName) {
  const auto model = model_of(items(ItemModel::k2pl, 3));
  const Responses answers = responses({{1, 0, 1}}, {"Q1", "Q2", "Q3"});
  const std::vector<std::int32_t> two{0, 0};
  const std::vector<std::int32_t> outside{1};
  EXPECT_EQ(irt::score(model, answers, {.group = two}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(irt::score(model, answers, {.group = outside}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::score(model, answers, {.lowest = 2.0, .highest = 1.0}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::score(model, answers, {.lowest = std::nan("")}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(irt::score(model, responses({{1}}, {"other"})).error().code, Code::kNoCommonItems);
  auto broken = model;
  broken.items[1].slope = std::nan("");
  EXPECT_EQ(irt::score(broken, answers).error().code, Code::kInvalidArgument);
  broken = model;
  broken.items[1].id = "Q1";
  EXPECT_EQ(irt::score(broken, answers).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(irt::score_method_from_name("mean"));
  for (const ScoreMethod m : {ScoreMethod::kEap, ScoreMethod::kMap, ScoreMethod::kWle, ScoreMethod::kMl})
    EXPECT_EQ(irt::score_method_from_name(irt::score_method_name(m)).value(), m);
  const std::atomic<bool> stop = true;
  ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(irt::score(model, answers, {}, context).error().code, Code::kCancelled);
}

}  // namespace
