// Regression: exact fits, the definition, agreement of methods; logistic by its score equations.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/regression.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

TEST(LinearRegression, FindsAnExactLine) {
  std::vector<double> x, y;
  for (int i = 0; i < 12; ++i) {
    x.push_back(i);
    y.push_back(3.0 + 2.0 * i);
  }
  survey::DesignSpec spec;
  spec.n_rows = 12;
  const survey::Variable vx{"x", {x}}, vy{"y", {y}};
  const auto out = survey::linear_regression(survey::make_design(spec).value(), vy, {&vx, 1}).value();
  EXPECT_NEAR(out.find(0, "b", "(intercept)").value, 3.0, 1e-11);
  EXPECT_NEAR(out.find(0, "b", "x").value, 2.0, 1e-12);
  EXPECT_NEAR(out.find(0, "r_squared").value, 1.0, 1e-12);
  EXPECT_NEAR(out.find(0, "beta", "x").value, 1.0, 1e-12);
}

TEST(LinearRegression, OnAnIndicatorIsTheGap) {
  const Sample sample = draw(10, 2, 25);
  std::vector<double> first;
  for (const auto g : sample.group) first.push_back(g == 0 ? 1.0 : 0.0);
  const survey::Variable x{"first", {first}};
  const survey::GroupPair pair{0, 1};
  for (const Method method : {Method::kLinearised, Method::kJk2, Method::kJkn, Method::kFay}) {
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto b = survey::linear_regression(design, sample.scores(), {&x, 1})->find(0, "b", "first");
    const auto gap = survey::gaps(design, sample.scores(), sample.groups(), {&pair, 1})->find(0, "gap");
    EXPECT_NEAR(b.value, gap.value, 1e-9);
    EXPECT_NEAR(b.se, gap.se, 1e-9);
  }
}

TEST(LinearRegression, LinearisedIsTheSandwich) {
  // Rows as units, weights 1: (X'X)^-1 sum x e^2 x' (X'X)^-1 n / (n - 1), by hand for one predictor.
  const Sample sample = draw(1, 1, 40, 1);
  survey::DesignSpec spec;
  spec.n_rows = sample.n();
  const auto x = sample.book();
  const auto out = survey::linear_regression(survey::make_design(spec).value(), sample.scores(), {&x, 1}).value();
  const double n = 40.0;
  double mx = 0.0, my = 0.0, sxx = 0.0, sxy = 0.0, meat = 0.0;
  for (std::size_t i = 0; i < 40; ++i) {
    mx += sample.books[i] / n;
    my += sample.score[0][i] / n;
  }
  for (std::size_t i = 0; i < 40; ++i) {
    sxx += (sample.books[i] - mx) * (sample.books[i] - mx);
    sxy += (sample.books[i] - mx) * (sample.score[0][i] - my);
  }
  for (std::size_t i = 0; i < 40; ++i) {
    const double e = sample.score[0][i] - my - sxy / sxx * (sample.books[i] - mx);
    meat += (sample.books[i] - mx) * (sample.books[i] - mx) * e * e;
  }
  EXPECT_NEAR(out.find(0, "b", "books").value, sxy / sxx, 1e-9);
  EXPECT_NEAR(out.find(0, "b", "books").sampling_variance, meat / (sxx * sxx) * n / (n - 1.0), 1e-9);
}

TEST(LinearRegression, WithoutInterceptGoesThroughZero) {
  const Sample sample = draw(3, 3, 10, 1);
  survey::RegressionOptions options;
  options.intercept = false;
  const auto x = sample.book();
  const auto design = survey::make_design(sample.spec(Method::kJkn)).value();
  double xx = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < sample.weight.size(); ++i) {
    xx += sample.weight[i] * sample.books[i] * sample.books[i];
    xy += sample.weight[i] * sample.books[i] * sample.score[0][i];
  }
  EXPECT_NEAR(survey::linear_regression(design, sample.scores(), {&x, 1}, {}, options)->find(0, "b").value, xy / xx, 1e-9);
}

TEST(LinearRegression, SaysWhenPredictorsRepeatEachOther) {
  const Sample sample = draw(3, 2, 10);
  const survey::Variable both[] = {sample.book(), sample.book()};
  const auto out = survey::linear_regression(survey::make_design(sample.spec(Method::kJk2)).value(), sample.scores(), both).value();
  EXPECT_TRUE(std::isnan(out.rows[0].value));
  EXPECT_EQ(out.findings.at(0).code, Code::kSingularRegression);
  const std::vector<double> same(sample.weight.size(), 2.0);
  const survey::Variable constant{"c", {same}};
  EXPECT_TRUE(std::isnan(
      survey::linear_regression(survey::make_design(sample.spec(Method::kJk2)).value(), sample.scores(), {&constant, 1})->rows[0].value));
}

TEST(LogisticRegression, OnAnIndicatorIsTheLogOddsRatio) {
  const Sample sample = draw(12, 2, 20, 1);
  std::vector<double> group;
  double cell[2][2] = {};
  for (std::size_t i = 0; i < sample.weight.size(); ++i) {
    group.push_back(sample.group[i]);
    cell[sample.group[i]][sample.passed[i] > 0.5 ? 1 : 0] += sample.weight[i];
  }
  const survey::Variable x{"group", {group}};
  for (const Method method : {Method::kLinearised, Method::kJk2}) {
    const auto out = survey::logistic_regression(survey::make_design(sample.spec(method)).value(), sample.pass(), {&x, 1}).value();
    EXPECT_NEAR(out.find(0, "b", "(intercept)").value, std::log(cell[0][1] / cell[0][0]), 1e-9);
    EXPECT_NEAR(out.find(0, "b", "group").value, std::log(cell[1][1] / cell[1][0]) - std::log(cell[0][1] / cell[0][0]), 1e-9);
  }
}

TEST(LogisticRegression, MethodsAgreeAboutTheError) {
  const Sample sample = draw(30, 2, 30, 3);
  const survey::Variable x[] = {sample.scores(), sample.book()};
  const auto run = [&](Method method) {
    return survey::logistic_regression(survey::make_design(sample.spec(method)).value(), sample.pass(), x).value();
  };
  const auto reference = run(Method::kLinearised);
  for (const Method method : {Method::kJk2, Method::kJkn, Method::kFay}) {
    const auto out = run(method);
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
      EXPECT_NEAR(out.rows[i].value, reference.rows[i].value, 1e-8 * std::fabs(reference.rows[i].value));
      EXPECT_NEAR(std::sqrt(out.rows[i].sampling_variance / reference.rows[i].sampling_variance), 1.0, 0.15) << i;
    }
  }
}

TEST(LogisticRegression, RefusesAndSaysSo) {
  const Sample sample = draw(4, 2, 10, 1);
  const auto design = survey::make_design(sample.spec(Method::kJk2)).value();
  const auto x = sample.book();
  EXPECT_EQ(survey::logistic_regression(design, sample.scores(), {&x, 1}).error().code, Code::kInvalidArgument);
  const auto y = sample.pass();
  const survey::Variable itself{"same", {sample.passed}};
  const auto out = survey::logistic_regression(design, y, {&itself, 1}).value();
  EXPECT_TRUE(std::isnan(out.rows[0].value));
  EXPECT_EQ(out.findings.at(0).code, Code::kLogisticDiverged);
}

TEST(Regression, HasTheSameBitsForAnyThreads) {
  const Sample sample = draw(20, 2, 250, 3);
  const auto design = survey::make_design(sample.spec(Method::kJk2)).value();
  const auto x = sample.book();
  const auto linear = [&](int n) {
    return survey::linear_regression(design, sample.scores(), {&x, 1}, sample.groups(), {}, threads(n)).value();
  };
  const auto logistic = [&](int n) {
    return survey::logistic_regression(design, sample.pass(), {&x, 1}, sample.groups(), {}, threads(n)).value();
  };
  for (const int n : {2, 3, 8}) {
    expect_same(linear(1), linear(n));
    expect_same(logistic(1), logistic(n));
  }
}

}  // namespace
