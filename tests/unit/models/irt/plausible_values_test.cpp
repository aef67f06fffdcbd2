// Latent regression by its own score equations; plausible values by the posterior they are drawn from and by known truth.
#include "models/irt/irt_cases.hpp"

#include <celadon/core/random.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/models/irt/plausible_values.hpp>
#include <celadon/models/irt/posterior.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/survey/intraclass.hpp>
#include <celadon/models/survey/means.hpp>

namespace {

using namespace irt_cases;

/// A short test, one covariate, schools; true variance between schools 0.25, within 0.6, coefficient 0.5.
struct City {
  irt::Model model = model_of(items(ItemModel::kRasch, 8));
  std::vector<double> x;
  std::vector<std::int32_t> school;
  std::vector<double> ability;
  Responses answers;

  City(int n_schools, int pupils, std::uint64_t seed) {
    random::Stream stream(seed);
    for (int s = 0; s < n_schools; ++s) {
      const double effect = stream.normal(0.0, 0.5);
      for (int i = 0; i < pupils; ++i) {
        x.push_back(stream.normal());
        school.push_back(s);
        ability.push_back(0.2 + 0.5 * x.back() + effect + stream.normal(0.0, std::sqrt(0.6)));
      }
    }
    answers = irt::simulate(model, ability, seed + 1).value();
  }
  [[nodiscard]] irt::LatentRegressionOptions regression() const {
    irt::LatentRegressionOptions out;
    out.covariates = x;
    out.n_covariates = 1;
    return out;
  }
};

TEST(LatentRegression, WithoutCovariatesMaximisesTheLikelihoodOfThePopulation) {
  const City city(40, 25, 3);
  const auto fit = irt::latent_regression(city.model, city.answers).value();
  EXPECT_TRUE(fit.converged);
  const auto at = [&](double mean, double sd) {
    auto model = city.model;
    model.populations = {{"all", mean, sd}};
    return irt::log_likelihood(model, city.answers)->value;
  };
  const double sd = std::sqrt(fit.residual_variance);
  EXPECT_NEAR(fit.log_likelihood, at(fit.coefficients[0], sd), 1e-7);
  for (const double h : {-0.01, 0.01}) {
    EXPECT_LT(at(fit.coefficients[0] + h, sd), fit.log_likelihood);
    EXPECT_LT(at(fit.coefficients[0], sd + h), fit.log_likelihood);
  }
}

TEST(LatentRegression, FindsTheTruthAndItsError) {
  double sum = 0.0, squares = 0.0, se = 0.0;
  const int n = 30;
  for (int k = 0; k < n; ++k) {
    const City city(500, 1, 50 + static_cast<std::uint64_t>(2 * k));
    const auto fit = irt::latent_regression(city.model, city.answers, city.regression()).value();
    sum += fit.coefficients[1] / n;
    squares += fit.coefficients[1] * fit.coefficients[1] / n;
    se += fit.coefficients_se[1] / n;
  }
  EXPECT_NEAR(sum, 0.5, 0.04);
  EXPECT_NEAR(se / std::sqrt((squares - sum * sum) * n / (n - 1.0)), 1.0, 0.4);
}

TEST(LatentRegression, TakesWeightsAsRepeatedPersonsAndRefusesBadInput) {
  const City city(30, 10, 5);
  auto options = city.regression();
  const std::vector<double> two(300, 2.0);
  const auto plain = irt::latent_regression(city.model, city.answers, options).value();
  options.weights = two;
  const auto weighted = irt::latent_regression(city.model, city.answers, options).value();
  EXPECT_NEAR(weighted.coefficients[1], plain.coefficients[1], 1e-9);
  EXPECT_NEAR(weighted.log_likelihood, 2.0 * plain.log_likelihood, 1e-6);
  const auto code = [&](const irt::LatentRegressionOptions& o) { return irt::latent_regression(city.model, city.answers, o).error().code; };
  auto bad = city.regression();
  bad.n_covariates = 2;
  EXPECT_EQ(code(bad), Code::kLengthMismatch);
  const std::vector<double> ones(300, 1.0);
  bad = city.regression();
  bad.covariates = ones;
  EXPECT_EQ(code(bad), Code::kInvalidArgument);
  bad = city.regression();
  const std::vector<double> none(300, 0.0);
  bad.weights = none;
  EXPECT_EQ(code(bad), Code::kNoPersons);
  bad.weights = std::span<const double>(none).first(7);
  EXPECT_EQ(code(bad), Code::kLengthMismatch);
}

TEST(PlausibleValues, HaveTheMomentsOfThePosterior) {
  const City city(20, 10, 7);
  irt::PlausibleValueOptions options;
  options.draw_parameters = false;
  options.n_draws = 400;
  const auto draws = irt::plausible_values(city.model, city.answers, options).value();
  auto model = city.model;
  model.populations = {{"all", draws.regression.coefficients[0], std::sqrt(draws.regression.residual_variance)}};
  const auto scores = irt::score(model, city.answers).value();
  double bias = 0.0, spread = 0.0;
  for (std::size_t i = 0; i < 200; ++i) {
    double mean = 0.0, squares = 0.0;
    for (int d = 0; d < 400; ++d) {
      const double v = draws.column(d)[i];
      mean += v / 400.0;
      squares += v * v / 400.0;
    }
    bias += (mean - scores.ability[i]) / 200.0;
    spread += (squares - mean * mean) * 400.0 / 399.0 / (scores.ability_se[i] * scores.ability_se[i]) / 200.0;
    EXPECT_NEAR(mean, scores.ability[i], 5.0 * scores.ability_se[i] / 20.0);
  }
  EXPECT_NEAR(bias, 0.0, 0.007);   // 80,000 draws: standard error 0.002
  EXPECT_NEAR(spread, 1.0, 0.02);  // standard error 0.005
}

TEST(PlausibleValues, RecoverTheIntraclassCorrelationThatScoresLose) {
  const City city(200, 30, 11);
  irt::PlausibleValueOptions options;
  options.regression = city.regression();
  options.school = city.school;
  const auto draws = irt::plausible_values(city.model, city.answers, options).value();
  survey::Variable values{"theta", {}};
  for (int d = 0; d < draws.n_draws; ++d) values.columns.push_back(draws.column(d));
  survey::DesignSpec spec;
  spec.n_rows = 6000;
  spec.clusters = city.school;
  const auto design = survey::make_design(spec).value();
  const auto icc = [&](const survey::Variable& v) { return survey::intraclass(design, v, {city.school, 200})->find(0, "icc").value; };
  const double truth = icc({"truth", {city.ability}});
  const auto scores = irt::score(city.model, city.answers).value();
  EXPECT_LT(icc({"eap", {scores.ability}}), truth - 0.05);
  EXPECT_NEAR(icc(values), truth, 0.025);
  const auto spread = survey::spreads(design, {&values, 1}).value();
  const survey::Variable real{"truth", {city.ability}};
  const auto expected = survey::spreads(design, {&real, 1}).value();
  EXPECT_NEAR(spread.find(0, "sd").value, expected.find(0, "sd").value, 0.03);
  EXPECT_NEAR(spread.find(0, "mean").value, expected.find(0, "mean").value, 0.04);
  for (const double t2 : draws.school_variance) EXPECT_NEAR(t2, 0.25, 0.08);
  for (const double s2 : draws.residual_variance) EXPECT_NEAR(s2, 0.6, 0.1);
}

TEST(PlausibleValues, DependOnTheSeedAloneNotOnThreadsNorInstructionSet) {
  const City city(60, 100, 13);
  irt::PlausibleValueOptions options;
  options.regression = city.regression();
  options.school = city.school;
  options.n_draws = 2;
  options.burn_in = 2;
  options.thin = 1;
  ExecutionContext context;
  context.n_threads = 1;
  const auto one = irt::plausible_values(city.model, city.answers, options, context).value();
  for (const int n : {2, 3, 8}) {
    context.n_threads = n;
    EXPECT_EQ(one.values, irt::plausible_values(city.model, city.answers, options, context)->values);
  }
  const auto level = simd::level();
  for (const auto other : simd::available_levels()) {
    simd::force_level(other);
    EXPECT_EQ(one.values, irt::plausible_values(city.model, city.answers, options, context)->values);
  }
  simd::force_level(level);
  options.seed = 2;
  EXPECT_NE(one.values, irt::plausible_values(city.model, city.answers, options, context)->values);
}

TEST(PlausibleValues, RefuseBadInput) {
  const City city(10, 5, 17);
  irt::PlausibleValueOptions options;
  const auto code = [&] { return irt::plausible_values(city.model, city.answers, options).error().code; };
  options.n_draws = 0;
  EXPECT_EQ(code(), Code::kInvalidArgument);
  options.n_draws = 1;
  const std::vector<std::int32_t> few(50, 1);
  options.school = few;
  EXPECT_EQ(code(), Code::kInvalidArgument);
  options.school = std::span<const std::int32_t>(few).first(3);
  EXPECT_EQ(code(), Code::kLengthMismatch);
}

}  // namespace
