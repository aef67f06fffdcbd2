// Data that schools do have: items that all got right, empty columns and rows, copies, one person, one item, very many categories. Each is
// a finding or a clear error, nothing is lost, and the rest goes on.
#include "models/irt/irt_cases.hpp"

#include <celadon/models/irt/item_fit.hpp>
#include <celadon/models/irt/local_dependence.hpp>
#include <celadon/models/irt/model_fit.hpp>
#include <celadon/models/irt/person_fit.hpp>
#include <celadon/models/irt/sum_score.hpp>

#include <atomic>
#include <limits>
#include <optional>

namespace {

using namespace irt_cases;

const std::vector<ItemModel> kModels = {
    ItemModel::kRasch,       ItemModel::k1pl,    ItemModel::k2pl,           ItemModel::k3pl,
    ItemModel::k4pl,         ItemModel::kGraded, ItemModel::kPartialCredit, ItemModel::kGeneralizedPartialCredit,
    ItemModel::kRatingScale, ItemModel::kNominal};

bool all_finite(const irt::Fit& fit) {
  bool ok = std::isfinite(fit.log_likelihood) && std::isfinite(fit.aic) && std::isfinite(fit.bic);
  for (const auto& p : fit.irt.parameters) ok = ok && std::isfinite(p.estimate);
  return ok;
}

TEST(IrtRobust, ConstantAndEmptyItemsAreSetAsideAndTheRestGoesOn) {
  auto rows = rows_of(draw(model_of(items(ItemModel::k2pl, 6)), 400, 1));
  for (auto& row : rows) row.insert(row.end(), {1, 0, -3});  // all right, all wrong, nobody answered
  std::vector<std::string> ids;
  for (int j = 0; j < 9; ++j) ids.push_back("i" + std::to_string(j));
  const auto fit = irt::fit(responses(rows, ids)).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.left_out, (std::vector<std::string>{"i6", "i7", "i8"}));
  EXPECT_TRUE(has_finding(fit.findings, Code::kItemConstant, "i6"));
  EXPECT_TRUE(has_finding(fit.findings, Code::kItemConstant, "i7"));
  EXPECT_TRUE(has_finding(fit.findings, Code::kNoAnswers, "i8"));
  EXPECT_EQ(fit.model.items.size(), 6U);
  for (auto& row : rows) row.resize(6);
  const auto alone = irt::fit(responses(rows, {"i0", "i1", "i2", "i3", "i4", "i5"})).value();
  EXPECT_NEAR(fit.log_likelihood, alone.log_likelihood, 1e-4);
}

TEST(IrtRobust, NothingToEstimateIsAClearError) {
  EXPECT_EQ(irt::fit(responses({{1, 1}, {1, 1}})).error().code, Code::kNoItems);
  EXPECT_EQ(irt::fit(responses({{-1, -2}, {-3, -4}})).error().code, Code::kNoItems);
  const auto nobody = Responses::Builder(0, {"a", "b"}).build();
  ASSERT_TRUE(nobody);
  EXPECT_EQ(irt::fit(*nobody).error().code, Code::kNoPersons);
  EXPECT_EQ(irt::log_likelihood(model_of(items(ItemModel::k2pl, 2)), *nobody).error().code, Code::kNoPersons);
}

TEST(IrtRobust, OnePersonAndOneItem) {
  for (const ItemModel m : kModels) {
    // one person: every item is constant
    EXPECT_EQ(irt::fit(responses({{1, 0, 1}}), {.model = m}).error().code, Code::kNoItems) << irt::model_name(m);
    // one item with both answers: a model without information about its slope says so and invents nothing
    const auto one = irt::fit(responses({{1}, {0}, {1}, {1}, {0}}), {.model = m});
    ASSERT_TRUE(one) << irt::model_name(m);
    EXPECT_TRUE(all_finite(*one)) << irt::model_name(m);
    EXPECT_GT(one->log_likelihood, 3 * std::log(0.6) + 2 * std::log(0.4) - 1e-3) << irt::model_name(m);
    EXPECT_LT(one->log_likelihood, 3 * std::log(0.6) + 2 * std::log(0.4) + 1e-9) << irt::model_name(m);
    const bool says = has_finding(one->findings, Code::kNoStandardErrors) || has_finding(one->findings, Code::kBoundary) ||
                      has_finding(one->findings, Code::kNotConverged);
    EXPECT_TRUE(says) << irt::model_name(m);
  }
  const auto model = model_of(items(ItemModel::k2pl, 1));
  const auto scores = irt::score(model, responses({{1}}, {"Q1"})).value();
  EXPECT_GT(scores.ability[0], 0.0);
  EXPECT_TRUE(irt::person_fit(model, responses({{1}}, {"Q1"})));
  EXPECT_TRUE(irt::item_mean_squares(model, responses({{1}}, {"Q1"})));
}

TEST(IrtRobust, TinyTablesOfEveryModelEndWithFiniteNumbers) {
  // a few persons, extreme patterns, perfect agreement: whatever happens is finite and said
  const std::vector<std::vector<std::vector<int>>> tables = {{{1, 0}, {0, 1}},
                                                             {{0, 0, 0}, {1, 1, 1}},
                                                             {{0, 0, 0, 1}, {1, 1, 1, 0}, {0, 1, 1, 0}, {1, 0, 0, 1}},
                                                             {{2, 0, 1}, {0, 2, 2}, {1, 1, 0}, {2, 2, 2}, {0, 0, 0}},
                                                             {{1, -1}, {-1, 0}, {0, -1}, {-1, 1}}};
  for (const ItemModel m : kModels)
    for (const auto& table : tables) {
      const auto fit = irt::fit(responses(table), {.model = m, .max_iterations = 200});
      ASSERT_TRUE(fit) << irt::model_name(m);
      EXPECT_TRUE(all_finite(*fit)) << irt::model_name(m);
      EXPECT_EQ(fit->converged, !has_finding(fit->findings, Code::kNotConverged));
      const auto scores = irt::score(fit->model, responses(table)).value();
      for (const double s : scores.ability) EXPECT_TRUE(std::isfinite(s)) << irt::model_name(m);
    }
}

TEST(IrtRobust, EmptyAllRightAndAllWrongPersons) {
  auto rows = rows_of(draw(model_of(items(ItemModel::k2pl, 8)), 300, 1));
  const auto before = irt::fit(responses(rows)).value();
  for (int k = 0; k < 5; ++k) rows.insert(rows.begin() + 17 * k, std::vector<int>(8, k % 2 == 0 ? -1 : -3));
  const auto fit = irt::fit(responses(rows)).value();
  EXPECT_EQ(fit.n_used, 300);
  EXPECT_EQ(fit.n_dropped, 5);
  EXPECT_TRUE(has_finding(fit.findings, Code::kPersonsWithoutAnswers));
  EXPECT_NEAR(fit.log_likelihood, before.log_likelihood, 1e-6);  // an empty person changes nothing
  for (int k = 0; k < 40; ++k) rows.push_back(std::vector<int>(8, k % 2));
  EXPECT_TRUE(irt::fit(responses(rows))->converged);
}

TEST(IrtRobust, CopiesOfItemsAndPersons) {
  auto rows = rows_of(draw(model_of(items(ItemModel::k2pl, 8)), 500, 1));
  // every person twice: the same maximum, errors smaller by the root of two
  auto twice = rows;
  twice.insert(twice.end(), rows.begin(), rows.end());
  irt::FitOptions options;
  options.tolerance = 1e-9;
  const auto once = irt::fit(responses(rows), options).value();
  const auto doubled = irt::fit(responses(twice), options).value();
  for (std::size_t i = 0; i < once.irt.parameters.size(); ++i) {
    const auto& p = once.irt.parameters[i];
    if (p.fixed) continue;
    EXPECT_NEAR(doubled.irt.parameters[i].estimate, p.estimate, 1e-4);
    EXPECT_NEAR(doubled.irt.parameters[i].se * std::sqrt(2.0), p.se, 1e-3 * p.se);
  }
  // an item twice: the pair hangs together as no two others do, and its slopes run high; it must end, and say what it could not
  for (auto& row : rows) row.push_back(row[0]);
  const auto copied = irt::fit(responses(rows)).value();
  EXPECT_TRUE(all_finite(copied));
  const auto q3 = irt::local_dependence(copied.model, responses(rows)).value();
  double largest_other = -1.0;
  for (std::size_t a = 1; a < 8; ++a)
    for (std::size_t b = a + 1; b < 8; ++b) largest_other = std::max(largest_other, q3.at(a, b));
  EXPECT_TRUE(q3.at(0, 8) > largest_other || std::abs(copied.model.items[0].slope) > 5.0);
  // two items that are one and nothing else
  std::vector<std::vector<int>> pair;
  for (int i = 0; i < 60; ++i) pair.push_back({i % 2, i % 2});
  EXPECT_TRUE(all_finite(irt::fit(responses(pair)).value()));
}

TEST(IrtRobust, TwoHundredCategories) {
  std::vector<std::vector<int>> rows;
  for (int i = 0; i < 800; ++i)
    rows.push_back({i % 200, (i * 7) % 5, i % 200 > 99 ? 1 : 0, (i % 200) / 50, i % 200 > 149 || i % 7 == 0 ? 1 : 0});
  for (const ItemModel m : {ItemModel::kGraded, ItemModel::kGeneralizedPartialCredit, ItemModel::kPartialCredit}) {
    irt::FitOptions options;
    options.model = m;
    options.standard_errors = false;
    options.max_iterations = 60;
    const auto fit = irt::fit(responses(rows), options);
    ASSERT_TRUE(fit) << irt::model_name(m);
    EXPECT_TRUE(all_finite(*fit));
    EXPECT_EQ(fit->model.items[0].n_categories, 200);
    for (const auto method : {irt::ScoreMethod::kEap, irt::ScoreMethod::kMap, irt::ScoreMethod::kWle, irt::ScoreMethod::kMl}) {
      const auto scores = irt::score(fit->model, responses(rows), {.method = method}).value();
      EXPECT_GT(scores.n_scored, 700) << irt::model_name(m) << irt::score_method_name(method);
    }
    EXPECT_TRUE(irt::sum_score_table(fit->model));
    EXPECT_TRUE(irt::item_s_x2(fit->model, responses(rows)));
  }
  EXPECT_EQ(Responses::from_dense(DenseView<std::int32_t>{std::vector<std::int32_t>{250}.data(), 1, 1, 1, 1}, {"a"}).error().code,
            Code::kTooManyCategories);
}

TEST(IrtRobust, AMillionPersons) {
  const auto truth = model_of(items(ItemModel::k2pl, 8));
  const Responses answers = draw(truth, 1000000, 1);
  irt::FitOptions options;
  options.standard_errors = true;
  const auto fit = irt::fit(answers, options).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.n_used, 1000000);
  for (const auto& p : fit.slope_intercept.parameters) {
    if (p.fixed) continue;
    const auto& item = truth.items[static_cast<std::size_t>(truth.find(p.item))];
    EXPECT_NEAR(p.estimate, p.name == "a" ? item.slope : item.intercepts[0], 5 * p.se) << p.item << " " << p.name;
    EXPECT_LT(p.se, 0.02);
  }
}

TEST(IrtRobust, WrongOptionsAreRefusedByName) {
  const Responses answers = draw(model_of(items(ItemModel::k2pl, 4)), 50, 1);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto code = [&](const irt::FitOptions& options) -> std::optional<Code> {
    const auto fit = irt::fit(answers, options);
    if (fit) return std::nullopt;
    return fit.error().code;
  };
  irt::FitOptions options;
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    options = {};
    options.tolerance = bad;
    EXPECT_EQ(code(options), Code::kInvalidArgument) << bad;
  }
  options = {};
  options.max_iterations = 0;
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  options = {};
  options.min_category_count = 0;
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  for (const double bad : {kNan, kInfinity, -0.5}) {
    std::vector<double> weights(50, 1.0);
    weights[7] = bad;
    options = {};
    options.weights = weights;
    EXPECT_EQ(code(options), Code::kInvalidArgument) << bad;
  }
  const std::vector<double> short_weights(49, 1.0);
  options = {};
  options.weights = short_weights;
  EXPECT_EQ(code(options), Code::kLengthMismatch);
  const std::vector<double> no_weight(50, 0.0);
  options.weights = no_weight;
  EXPECT_FALSE(irt::fit(answers, options));
  const std::vector<std::int32_t> short_groups(3, 0);
  options = {};
  options.groups = short_groups;
  EXPECT_EQ(code(options), Code::kLengthMismatch);
  std::vector<std::int32_t> groups(50, 0);
  groups[0] = -1;
  options.groups = groups;
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  groups[0] = 1;
  options.groups = groups;
  options.group_ids = {"only one"};
  EXPECT_EQ(code(options), Code::kLengthMismatch);
  options = {};
  options.grid = {.n_nodes = 1, .lowest = -6, .highest = 6};
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  options.grid = {.n_nodes = 61, .lowest = 6, .highest = -6};
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  options.grid = {.n_nodes = 61, .lowest = kNan, .highest = 6};
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  // a bank with a broken or repeated item
  options = {};
  options.anchors = items(ItemModel::k2pl, 2);
  options.anchors[1].intercepts = {kNan};
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  options.anchors = items(ItemModel::k2pl, 1);
  options.anchors.push_back(options.anchors[0]);
  EXPECT_EQ(code(options), Code::kInvalidArgument);
  // ids that are not in the data are said and ignored
  options = {};
  options.models = {{"nowhere", ItemModel::k3pl}};
  options.anchors = items(ItemModel::k2pl, 1, 2, "bank");
  const auto fit = irt::fit(answers, options).value();
  EXPECT_TRUE(has_finding(fit.findings, Code::kOptionItemUnknown, "nowhere"));
  EXPECT_EQ(fit.n_parameters, 8);
  // identifiers repeat
  EXPECT_FALSE(Responses::from_dense(DenseView<std::int32_t>{std::vector<std::int32_t>{0, 1}.data(), 1, 2, 2, 1}, {"a", "a"}));
  const std::atomic<bool> stop = true;
  ExecutionContext context;
  context.cancel = &stop;
  EXPECT_EQ(irt::fit(answers, {}, context).error().code, Code::kCancelled);
  EXPECT_EQ(irt::person_fit(model_of(items(ItemModel::k2pl, 4)), answers, {}, context).error().code, Code::kCancelled);
}

TEST(IrtRobust, AnOrderOfPersonsOrItemsChangesNothing) {
  auto rows = rows_of(draw(model_of(items(ItemModel::k2pl, 7)), 700, 5));
  irt::FitOptions options;
  options.tolerance = 1e-10;
  const auto before = irt::fit(responses(rows), options).value();
  std::reverse(rows.begin(), rows.end());
  const auto persons = irt::fit(responses(rows), options).value();
  EXPECT_NEAR(persons.log_likelihood, before.log_likelihood, 1e-10 * std::abs(before.log_likelihood));
  for (auto& row : rows) std::reverse(row.begin(), row.end());
  const auto both = irt::fit(responses(rows), options).value();
  EXPECT_NEAR(both.log_likelihood, before.log_likelihood, 1e-9 * std::abs(before.log_likelihood));
  for (std::size_t j = 0; j < 7; ++j) EXPECT_NEAR(both.model.items[6 - j].slope, before.model.items[j].slope, 1e-5);
}

}  // namespace
