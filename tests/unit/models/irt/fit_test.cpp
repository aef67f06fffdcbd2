#include "models/irt/irt_cases.hpp"

#include <celadon/core/simd.hpp>

namespace {

using namespace irt_cases;

// The log-likelihood by its definition, with nothing of the estimation's own tables: sums over nodes of products of probabilities.
double by_definition(const irt::Model& model, const Responses& answers, std::size_t population = 0) {
  const auto nodes = model.grid.nodes();
  const auto weights = model.grid.weights(model.populations[population]);
  double total = 0.0;
  for (std::int64_t i = 0; i < answers.n_persons(); ++i) {
    double likelihood = 0.0;
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      double product = weights[q];
      for (std::size_t j = 0; j < model.items.size(); ++j) {
        const std::uint8_t cell = answers.at(i, static_cast<std::int64_t>(j));
        if (is_missing(cell)) continue;
        std::vector<double> p(static_cast<std::size_t>(model.items[j].n_categories));
        irt::category_probabilities(model.items[j], nodes[q], p);
        product *= p[static_cast<std::size_t>(model.items[j].model_category(cell))];
      }
      likelihood += product;
    }
    total += std::log(likelihood);
  }
  return total;
}

irt::FitOptions options_for(ItemModel model) {
  irt::FitOptions options;
  options.model = model;
  options.tolerance = 1e-8;
  if (model == ItemModel::k3pl || model == ItemModel::k4pl) {
    options.priors.push_back({.parameter = irt::ParameterKind::kLower, .family = irt::PriorFamily::kBeta, .first = 5, .second = 17});
    options.priors.push_back({.parameter = irt::ParameterKind::kSlope, .family = irt::PriorFamily::kLogNormal, .first = 0, .second = 0.5});
    options.priors.push_back({.parameter = irt::ParameterKind::kIntercept, .family = irt::PriorFamily::kNormal, .first = 0, .second = 2});
  }
  if (model == ItemModel::k4pl)
    options.priors.push_back({.parameter = irt::ParameterKind::kUpper, .family = irt::PriorFamily::kNormal, .first = 3, .second = 0.5});
  return options;
}

TEST(IrtFit, TheLikelihoodIsThatOfTheDefinition) {
  for (const ItemModel m : all_models()) {
    const auto model = model_of(items(m, 6, 4), {"all", 0.2, 1.1});
    const Responses answers = draw(model, 200, 5);
    const auto ours = irt::log_likelihood(model, answers);
    ASSERT_TRUE(ours);
    EXPECT_NEAR(ours->value, by_definition(model, answers), 1e-9) << irt::model_name(m);
    EXPECT_EQ(ours->n_used, 200);
  }
}

TEST(IrtFit, TheLikelihoodOfSixItemsSumsToOneOverAllPatterns) {
  const auto model = model_of(items(ItemModel::k3pl, 6));
  std::vector<std::vector<int>> patterns;
  for (int p = 0; p < 64; ++p) {
    std::vector<int> row;
    for (int j = 0; j < 6; ++j) row.push_back(p >> j & 1);
    patterns.push_back(row);
  }
  double total = 0.0;
  for (const auto& row : patterns) {
    std::vector<std::string> ids;
    for (const auto& item : model.items) ids.push_back(item.id);
    total += std::exp(irt::log_likelihood(model, responses({row}, ids))->value);
  }
  EXPECT_NEAR(total, 1.0, 1e-12);
}

// Rule: what has no reference is shown by brute force. The gradient of the log posterior vanishes at the estimate and the covariance is the
// inverse of its Hessian, both by differences of the likelihood in the reported slope-intercept parameters.
class BruteForce : public testing::TestWithParam<ItemModel> {};

void set(irt::Model& model, const irt::ParameterEstimate& p, double value) {
  if (p.item.empty()) {
    if (p.name == "mean") model.populations[0].mean = value;
    if (p.name == "variance") model.populations[0].sd = std::sqrt(value);
    for (irt::ItemParameters& item : model.items) {
      if (p.name == "a") item.slope = value;
      if (p.name[0] == 'c') {
        const auto k = static_cast<std::size_t>(p.name[1] - '1');
        const double location = item.intercepts.back() / static_cast<double>(item.intercepts.size());
        item.intercepts[k] = location * static_cast<double>(k + 1) + value;
      }
    }
    return;
  }
  irt::ItemParameters& item = model.items[static_cast<std::size_t>(model.find(p.item))];
  if (p.name == "a") item.slope = value;
  if (p.name == "g") item.lower = value;
  if (p.name == "u") item.upper = value;
  if (p.name[0] == 's') item.scoring[static_cast<std::size_t>(p.name[1] - '0')] = value;
  if (p.name[0] != 'd') return;
  if (item.model == ItemModel::kRatingScale) {
    const double old = item.intercepts.back() / static_cast<double>(item.intercepts.size());
    for (std::size_t k = 0; k < item.intercepts.size(); ++k) item.intercepts[k] += static_cast<double>(k + 1) * (value - old);
  } else {
    item.intercepts[p.name.size() == 1 ? 0 : static_cast<std::size_t>(p.name[1] - '1')] = value;
  }
}

double log_prior(ItemModel m, const irt::Model& model) {
  if (m != ItemModel::k3pl && m != ItemModel::k4pl) return 0.0;
  double out = 0.0;
  for (const auto& item : model.items) {
    out += 4 * std::log(item.lower) + 16 * std::log(1 - item.lower);
    const double l = std::log(item.slope);
    out += -l - 0.5 * l * l / 0.25;
    out += -0.5 * item.intercepts[0] * item.intercepts[0] / 4;
    if (m != ItemModel::k4pl) continue;
    const double z = (std::log(item.upper / (1 - item.upper)) - 3) / 0.5;
    out += -0.5 * z * z;
  }
  return out;
}

TEST_P(BruteForce, EstimatesAndErrorsAreThoseOfTheNumericHessian) {
  const ItemModel m = GetParam();
  const auto truth = model_of(items(m, 6, 3));
  const Responses answers = draw(truth, 2500, 77);
  const auto fit = irt::fit(answers, options_for(m));
  ASSERT_TRUE(fit) << fit.error().text(Language::kEnglish);
  ASSERT_TRUE(fit->converged) << irt::model_name(m);
  std::vector<const irt::ParameterEstimate*> free;
  for (const auto& p : fit->slope_intercept.parameters)
    if (!p.fixed) free.push_back(&p);
  ASSERT_EQ(static_cast<int>(free.size()), fit->n_parameters);
  ASSERT_EQ(fit->slope_intercept.n_free, fit->n_parameters);
  const auto at = [&](std::size_t i, double hi, std::size_t j, double hj) {
    irt::Model model = fit->model;
    if (i == j) {
      set(model, *free[i], free[i]->estimate + hi + hj);
    } else {
      set(model, *free[i], free[i]->estimate + hi);
      set(model, *free[j], free[j]->estimate + hj);
    }
    return irt::log_likelihood(model, answers)->value + log_prior(m, model);
  };
  const auto n = free.size();
  std::vector<double> h(n);
  for (std::size_t i = 0; i < n; ++i) h[i] = 0.02 * free[i]->se;
  // H * covariance = -I; with the differences scaled by the errors
  std::vector<double> hessian(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_LT(std::abs(at(i, h[i], i, 0) - at(i, -h[i], i, 0)) / (2 * h[i]) * free[i]->se, 2e-3) << free[i]->item << " " << free[i]->name;
    for (std::size_t j = i; j < n; ++j)
      hessian[i * n + j] = hessian[j * n + i] =
          (at(i, h[i], j, h[j]) - at(i, h[i], j, -h[j]) - at(i, -h[i], j, h[j]) + at(i, -h[i], j, -h[j])) / (4 * h[i] * h[j]);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double product = 0.0;
      for (std::size_t k = 0; k < n; ++k) product += hessian[i * n + k] * fit->slope_intercept.covariance[k * n + j];
      EXPECT_NEAR(-product * free[i]->se / free[j]->se, i == j ? 1.0 : 0.0, 0.02) << i << " " << j << " " << irt::model_name(m);
    }
}

INSTANTIATE_TEST_SUITE_P(Models, BruteForce, testing::ValuesIn(all_models()),
                         [](const auto& at) { return "m_" + std::string(irt::model_name(at.param)); });

TEST(IrtFit, DeltaMethodAgreesWithDifferences) {
  const auto truth = model_of(items(ItemModel::kGeneralizedPartialCredit, 5, 3));
  const auto fit = irt::fit(draw(truth, 1500, 3), options_for(ItemModel::kGeneralizedPartialCredit));
  ASSERT_TRUE(fit);
  // b_2 = (d_1 - d_2) / a of the first item from the covariance of (a, d_1, d_2)
  const auto& a = estimate(fit->slope_intercept, "Q1", "a");
  const auto& d1 = estimate(fit->slope_intercept, "Q1", "d1");
  const auto& d2 = estimate(fit->slope_intercept, "Q1", "d2");
  const auto b = [](double av, double d1v, double d2v) { return (d1v - d2v) / av; };
  const double h = 1e-5;
  const double g[3] = {(b(a.estimate + h, d1.estimate, d2.estimate) - b(a.estimate - h, d1.estimate, d2.estimate)) / (2 * h),
                       1 / a.estimate, -1 / a.estimate};
  const std::int64_t at[3] = {a.position, d1.position, d2.position};
  double variance = 0.0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      variance += g[i] * g[j] * fit->slope_intercept.covariance[static_cast<std::size_t>(at[i] * fit->slope_intercept.n_free + at[j])];
  const auto& b2 = estimate(fit->irt, "Q1", "b2");
  EXPECT_NEAR(b2.estimate, b(a.estimate, d1.estimate, d2.estimate), 1e-12);
  EXPECT_NEAR(b2.se, std::sqrt(variance), 1e-8);
}

TEST(IrtFit, AccelerationNeverEndsBelowPlainEm) {
  for (const ItemModel m : all_models()) {
    const Responses answers = draw(model_of(items(m, 12, 4)), 1500, 11);
    irt::FitOptions options = options_for(m);
    options.tolerance = 1e-6;
    options.standard_errors = false;
    const auto fast = irt::fit(answers, options);
    options.accelerate = false;
    options.max_iterations = 3000;
    const auto plain = irt::fit(answers, options);
    ASSERT_TRUE(fast && plain);
    EXPECT_TRUE(fast->converged) << irt::model_name(m);
    EXPECT_GT(fast->log_posterior, plain->log_posterior - 1e-4) << irt::model_name(m);
    EXPECT_LT(fast->iterations, plain->iterations) << irt::model_name(m);
  }
}

TEST(IrtFit, SameBitsForAnyThreadsAndInstructionSet) {
  auto mixed = items(ItemModel::k2pl, 6, 2, "a");
  for (auto&& more : {items(ItemModel::kGraded, 3, 4, "b"), items(ItemModel::k3pl, 3, 2, "c"), items(ItemModel::kNominal, 2, 3, "d")})
    mixed.insert(mixed.end(), more.begin(), more.end());
  const Responses answers = draw(model_of(mixed), 40000, 8);
  irt::FitOptions options = options_for(ItemModel::k3pl);
  for (const auto& item : mixed) options.models.emplace_back(item.id, item.model);
  options.tolerance = 1e-3;
  const auto before = simd::level();
  std::vector<irt::Fit> fits;
  for (const auto level : simd::available_levels())
    for (const int threads : {1, 2, 3, 8}) {
      ASSERT_TRUE(simd::force_level(level));
      ExecutionContext context;
      context.n_threads = threads;
      fits.push_back(irt::fit(answers, options, context).value());
    }
  ASSERT_TRUE(simd::force_level(before));
  for (const irt::Fit& f : fits) {
    EXPECT_EQ(f.log_likelihood, fits[0].log_likelihood);
    EXPECT_EQ(f.iterations, fits[0].iterations);
    EXPECT_EQ(f.slope_intercept.covariance, fits[0].slope_intercept.covariance);
    for (std::size_t i = 0; i < f.irt.parameters.size(); ++i) EXPECT_EQ(f.irt.parameters[i].estimate, fits[0].irt.parameters[i].estimate);
  }
}

}  // namespace
