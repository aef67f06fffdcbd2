// Gini, concentration and dissimilarity: by hand, by numerical derivative, by agreement of methods.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/inequality.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

survey::Design rows(std::int64_t n, Method method = Method::kJk1) {
  survey::DesignSpec spec;
  spec.n_rows = n;
  spec.method = method;
  return survey::make_design(spec).value();
}

double gini_by_pairs(const std::vector<double>& x, const std::vector<double>& w) {
  double total = 0.0, mean = 0.0, sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += w[i];
    mean += w[i] * x[i];
  }
  mean /= total;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) sum += w[i] * w[j] * std::fabs(x[i] - x[j]);
  return sum / (2.0 * total * total * mean);
}

TEST(Gini, IsTheMeanDifferenceOverTwiceTheMean) {
  const std::vector<double> x = {1, 2, 2, 5, 0};
  const survey::Variable v{"x", {x}};
  EXPECT_NEAR(survey::gini(rows(5), v)->rows[0].value, gini_by_pairs(x, std::vector<double>(5, 1.0)), 1e-14);
  EXPECT_NEAR(survey::gini(rows(5), {"x", {std::vector<double>(5, 3.0)}})->rows[0].value, 0.0, 1e-14);
  const std::vector<double> below = {1, 2, -2, 5, 0};
  EXPECT_EQ(survey::gini(rows(5), {"x", {below}}).error().code, Code::kInvalidArgument);
}

TEST(Gini, LinearisedIsTheDerivativeInTheWeights) {
  // Rows as units: variance = n / (n - 1) sum (w_i dG/dw_i)^2, as the influences sum to 0.
  const Sample sample = draw(1, 1, 25, 1);
  survey::DesignSpec spec;
  spec.n_rows = 25;
  spec.weights = sample.weight;
  const survey::Variable v{"books", {sample.books}};  // with ties
  const auto out = survey::gini(survey::make_design(spec).value(), v).value();
  double variance = 0.0;
  for (std::size_t i = 0; i < 25; ++i) {
    auto up = sample.weight;
    auto down = sample.weight;
    const double h = 1e-5 * sample.weight[i];
    up[i] += h;
    down[i] -= h;
    const double z = sample.weight[i] * (gini_by_pairs(sample.books, up) - gini_by_pairs(sample.books, down)) / (2.0 * h);
    variance += 25.0 / 24.0 * z * z;
  }
  EXPECT_NEAR(out.rows[0].value, gini_by_pairs(sample.books, sample.weight), 1e-13);
  EXPECT_NEAR(out.rows[0].sampling_variance / variance, 1.0, 1e-6);
}

TEST(ConcentrationIndex, OfAVariableByItselfIsItsGini) {
  const Sample sample = draw(12, 2, 20);
  for (const Method method : {Method::kLinearised, Method::kJk2}) {
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto g = survey::gini(design, sample.scores(), sample.groups()).value();
    expect_near(survey::concentration_index(design, sample.scores(), sample.scores(), sample.groups()).value(), g, 1e-9);
    const auto c = survey::concentration_index(design, sample.scores(), sample.book()).value();
    EXPECT_GT(c.rows[0].value, 0.0);  // those with more books score higher
  }
}

TEST(ConcentrationIndex, MethodsAgreeAboutTheError) {
  const Sample sample = draw(40, 2, 25);
  const auto run = [&](Method method) {
    return survey::concentration_index(survey::make_design(sample.spec(method)).value(), sample.scores(), sample.book())->rows[0];
  };
  for (const Method method : {Method::kJk2, Method::kJkn, Method::kFay})
    EXPECT_NEAR(std::sqrt(run(method).sampling_variance / run(Method::kLinearised).sampling_variance), 1.0, 0.1);
}

TEST(Dissimilarity, ByHand) {
  // Schools: (3 of 4), (1 of 4): A = 4, B = 4: 1/2 (|3/4 - 1/4| + |1/4 - 3/4|) = 1/2.
  const std::vector<double> member = {1, 1, 1, 0, 1, 0, 0, 0};
  const std::vector<std::int32_t> school = {0, 0, 0, 0, 1, 1, 1, 1};
  const survey::Variable v{"girl", {member}};
  const auto out = survey::dissimilarity(rows(8), v, {school, 2}).value();
  EXPECT_NEAR(out.find(0, "dissimilarity").value, 0.5, 1e-14);
  EXPECT_GT(out.find(0, "expected").value, 0.0);
  EXPECT_EQ(survey::dissimilarity(rows(8), {"x", {std::vector<double>(8, 2.0)}}, {school, 2}).error().code, Code::kInvalidArgument);
  const std::vector<std::int32_t> region = {1, 0};
  const auto two = survey::dissimilarity(rows(8), v, {school, 2}, region).value();
  EXPECT_EQ(two.rows.size(), 4U);
  EXPECT_NEAR(two.find(1, "dissimilarity").value, 0.0, 1e-14);  // one school alone
}

TEST(Dissimilarity, IsNearItsExpectedValueWithoutSegregation) {
  const Sample sample = draw(5, 40, 20, 1);
  std::vector<std::int32_t> school;
  std::vector<double> member;
  for (std::size_t i = 0; i < sample.weight.size(); ++i) {
    school.push_back(sample.stratum[i] * 40 + sample.school[i]);
    member.push_back(sample.group[i]);
  }
  const auto out = survey::dissimilarity(rows(sample.n(), Method::kLinearised), {"g", {member}}, {school, 200}).value();
  EXPECT_NEAR(out.rows[0].value, out.rows[1].value, 0.02);
}

TEST(Dissimilarity, FindingsNameTheRegionAndErrorsTheVariable) {
  // School 0 is the only one, and the only unit, of region 1.
  const std::vector<std::int32_t> school = {0, 0, 1, 1, 2, 2};
  const std::vector<std::int32_t> region = {1, 0, 0};
  const std::vector<double> member = {0, 1, 0, 1, 1, 1};
  survey::DesignSpec spec;
  spec.n_rows = 6;
  spec.clusters = school;
  const auto design = survey::make_design(spec).value();
  const survey::Variable v{"member", {member}};
  const auto out = survey::dissimilarity(design, v, {school, 3}, region).value();
  ASSERT_EQ(out.rows.size(), 4U);
  EXPECT_EQ(out.rows[0].group, 0);
  EXPECT_EQ(out.rows[2].group, 1);
  EXPECT_TRUE(std::isnan(out.rows[2].se));
  ASSERT_EQ(out.findings.size(), 1U);
  EXPECT_EQ(out.findings[0].code, Code::kSingleUnitDomain);
  EXPECT_EQ(argument_of(out.findings[0], "group"), "1");
  std::vector<double> infinite = member;
  infinite[4] = std::numeric_limits<double>::infinity();
  const auto error = survey::concentration_index(design, v, {"rank", {infinite}}).error();
  EXPECT_EQ(error.code, Code::kNotFinite);
  EXPECT_EQ(error.place.column, "rank");
  EXPECT_EQ(error.place.row, 5);
}

}  // namespace
