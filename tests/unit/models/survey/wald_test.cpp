// Tests of several parameters: covariance matrices by the variance of sums, F by hand, and rejection at its level.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/means.hpp>
#include <celadon/models/survey/regression.hpp>
#include <celadon/models/survey/wald.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

survey::JointEstimate two(std::vector<double> values, std::vector<double> covariances, int m, double df) {
  survey::JointEstimate out;
  out.names = {"a", "b"};
  out.n_imputations = m;
  out.values = std::move(values);
  out.covariances = std::move(covariances);
  out.degrees_of_freedom = df;
  return out;
}

TEST(JointEstimate, CovarianceHasTheRowsErrorsOnItsDiagonal) {
  const auto sample = draw(8, 2, 30);
  const survey::Variable x[] = {sample.book(), sample.pass()};
  survey::RegressionOptions options;
  options.covariance = true;
  for (const Method method : {Method::kLinearised, Method::kJkn, Method::kFay}) {
    SCOPED_TRACE(survey::method_name(method));
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto out = survey::linear_regression(design, sample.scores(), x, sample.groups(), options).value();
    const auto logistic = survey::logistic_regression(design, sample.pass(), {x, 1}, sample.groups(), options).value();
    ASSERT_EQ(out.joint.size(), 2U);
    ASSERT_EQ(logistic.joint.size(), 2U);
    for (const auto* answer : {&out, &logistic})
      for (const auto& joint : answer->joint) {
        const auto covariance = joint.covariance();
        const auto value = joint.value();
        for (std::size_t a = 0; a < joint.n(); ++a) {
          const auto& row = answer->find(joint.group, "b", joint.names[a]);
          EXPECT_NEAR(value[a], row.value, 1e-12 * std::fabs(row.value));
          EXPECT_NEAR(std::sqrt(covariance[a * joint.n() + a]), row.se, 1e-12 * row.se);
        }
      }
  }
}

TEST(JointEstimate, CovarianceOfCoefficientsIsThatOfAShiftedIntercept) {
  // With books - c in the place of books the intercept is a + c b: var = var(a) + 2 c cov + c^2 var(b).
  const auto sample = draw(8, 2, 30);
  auto moved = sample.books;
  for (double& b : moved) b -= 3.0;
  const survey::Variable x = sample.book();
  const survey::Variable y{"books", {moved}};
  survey::RegressionOptions options;
  options.covariance = true;
  for (const Method method : {Method::kLinearised, Method::kFay}) {
    const auto design = survey::make_design(sample.spec(method)).value();
    for (const bool logistic : {false, true}) {
      const auto fit = [&](const survey::Variable& v) {
        return logistic ? survey::logistic_regression(design, sample.pass(), {&v, 1}, {}, options).value()
                        : survey::linear_regression(design, sample.scores(), {&v, 1}, {}, options).value();
      };
      const auto covariance = fit(x).joint[0].covariance();
      const double se = fit(y).find(0, "b", "(intercept)").se;
      EXPECT_NEAR(covariance[0] + 6.0 * covariance[1] + 9.0 * covariance[3], se * se, 1e-8 * se * se);
      EXPECT_EQ(covariance[1], covariance[2]);
    }
  }
}

TEST(JointMeans, GiveTheGapAndItsError) {
  const auto sample = draw(8, 2, 30);
  const survey::GroupPair pair{0, 1};
  for (const Method method : {Method::kLinearised, Method::kJkn}) {
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto joint = survey::joint_means(design, sample.scores(), sample.groups()).value();
    const auto gap = survey::gaps(design, sample.scores(), sample.groups(), {&pair, 1}).value().find(0, "gap");
    const auto v = joint.covariance();
    EXPECT_NEAR(v[0] + v[3] - v[1] - v[2], gap.se * gap.se, 1e-10 * gap.se * gap.se);
    const double contrast[] = {1.0, -1.0};
    const auto test = survey::wald_test(joint, contrast).value();
    EXPECT_NEAR(test.d1, std::pow(gap.value / gap.se, 2), 1e-9 * test.d1);
    EXPECT_NEAR(test.f_degrees_of_freedom, gap.degrees_of_freedom, 1e-9 * gap.degrees_of_freedom);
  }
  survey::Groups many = sample.groups();
  many.n_groups = 201;
  const auto design = survey::make_design(sample.spec(Method::kLinearised)).value();
  EXPECT_EQ(survey::joint_means(design, sample.scores(), many).error().code, Code::kInvalidArgument);
}

TEST(JointMeans, LeaveOutTheErrorsOfGroupsInOneUnit) {
  auto sample = draw(2, 2, 10, 2);
  for (std::size_t i = 0; i < sample.group.size(); ++i) sample.group[i] = i < 10 ? 0 : 1 + static_cast<std::int32_t>(i % 2);
  const survey::Groups groups{sample.group, 4};  // 0 in the first school, 1 and 2 in the other three, 3 nowhere
  for (const Method method : {Method::kLinearised, Method::kFay}) {
    SCOPED_TRACE(survey::method_name(method));
    const auto design = survey::make_design(sample.spec(method)).value();
    const auto joint = survey::joint_means(design, sample.scores(), groups).value();
    const auto covariance = joint.covariance();
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = 0; b < 4; ++b)
        EXPECT_EQ(std::isfinite(covariance[a * 4 + b]), (a == 1 || a == 2) && (b == 1 || b == 2)) << a << b;
    EXPECT_TRUE(std::isfinite(joint.value()[0]));
    ASSERT_EQ(joint.findings.size(), 2U);
    EXPECT_EQ(joint.findings[0].code, Code::kEmptyDomain);
    EXPECT_EQ(argument_of(joint.findings[0], "group"), "3");
    EXPECT_EQ(joint.findings[1].code, Code::kSingleUnitDomain);
    EXPECT_EQ(argument_of(joint.findings[1], "group"), "0");
    // What the design tells of the others is as without the two.
    auto others = sample;
    for (auto& g : others.group) g = g == 0 ? -1 : g - 1;
    const auto without = survey::joint_means(design, sample.scores(), {others.group, 2}).value();
    EXPECT_TRUE(without.findings.empty());
    const auto expected = without.covariance();
    EXPECT_NEAR(covariance[5], expected[0], 1e-9 * expected[0]);
    EXPECT_NEAR(covariance[10], expected[3], 1e-9 * expected[3]);
    const double with_it[] = {1, -1, 0, 0};
    const double without_it[] = {0, 1, -1, 0};
    EXPECT_EQ(survey::wald_test(joint, with_it).error().code, Code::kInvalidArgument);
    EXPECT_TRUE(survey::wald_test(joint, without_it));
  }
}

TEST(Wald, WithoutImputationsIsTheAdjustedTestOfTheDesign) {
  // q'V^-1 q with V = [2 1; 1 2]: inverse [2 -1; -1 2] / 3; q = (3, 1): (18 - 6 + 2) / 3 = 14 / 3.
  const double both[] = {1.0, 0.0, 0.0, 1.0};
  const auto test = survey::wald_test(two({3.0, 1.0}, {2.0, 1.0, 1.0, 2.0}, 1, 11.0), both).value();
  EXPECT_NEAR(test.d1, 7.0 / 3.0, 1e-14);
  EXPECT_NEAR(test.d1_p, std::exp(-7.0 / 3.0), 1e-12);  // chi-square on 2 degrees of freedom has tail exp(-x/2), x = 14/3
  EXPECT_NEAR(test.f, 7.0 / 3.0 * 10.0 / 11.0, 1e-14);
  EXPECT_EQ(test.f_degrees_of_freedom, 10.0);
  // F on 2 and n degrees of freedom: tail (1 + 2 f / n)^(-n/2).
  EXPECT_NEAR(test.f_p, std::pow(1.0 + 2.0 * test.f / 10.0, -5.0), 1e-12);
  EXPECT_TRUE(std::isnan(test.d2));
}

TEST(Wald, CombinesImputationsByHand) {
  // U = I, values (1, 0), (3, 0), (2, 3): means (2, 1), B = [1 0; 0 3]; r = 4/3 (1 + 3) / 2 = 8/3.
  const std::vector<double> unit = {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1};
  const auto joint = two({1, 0, 3, 0, 2, 3}, unit, 3, std::numeric_limits<double>::infinity());
  const double both[] = {1.0, 0.0, 0.0, 1.0};
  const double r = 8.0 / 3.0;
  const auto test = survey::wald_test(joint, both).value();
  EXPECT_NEAR(test.relative_increase, r, 1e-14);
  EXPECT_NEAR(test.d1, 5.0 / (2.0 * (1.0 + r)), 1e-14);
  EXPECT_NEAR(test.d1_degrees_of_freedom, 4.0 * 1.5 * std::pow(1.0 + 1.0 / r, 2) / 2.0, 1e-12);  // t = 4
  EXPECT_EQ(test.f, test.d1);
  EXPECT_EQ(test.f_degrees_of_freedom, test.d1_degrees_of_freedom);
  const double root[] = {1.0, 3.0, std::sqrt(13.0)};
  const double mean = (root[0] + root[1] + root[2]) / 3.0;
  double spread = 0.0;
  for (const double x : root) spread += (x - mean) * (x - mean) / 2.0;
  const double r2 = 4.0 / 3.0 * spread;
  EXPECT_NEAR(test.d2, (23.0 / 3.0 / 2.0 - 2.0 * r2) / (1.0 + r2), 1e-13);
  EXPECT_NEAR(test.d2_degrees_of_freedom, 0.5 * 2.0 * std::pow(1.0 + 1.0 / r2, 2), 1e-12);  // 2^(-3/3)
  const double constants[] = {2.0, 1.0};
  EXPECT_EQ(survey::wald_test(joint, both, constants).value().d1, 0.0);
  EXPECT_EQ(survey::wald_test(joint, both, constants).value().f_p, 1.0);
}

TEST(Wald, RejectsEqualGroupsAtItsLevel) {
  // Four groups at random, 24 schools: 400 tests at 5 % reject 20 in the mean; the binomial's 99.9 % band is 7 to 36.
  int rejected = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    auto sample = draw(12, 2, 16, 1, seed);
    celadon::random::Stream stream(seed, celadon::random::purpose("test.wald"));
    for (auto& g : sample.group) g = static_cast<std::int32_t>(stream.below(4));
    const auto design = survey::make_design(sample.spec(Method::kLinearised)).value();
    const auto joint = survey::joint_means(design, sample.scores(), {sample.group, 4}).value();
    const double contrasts[] = {1, -1, 0, 0, 0, 1, -1, 0, 0, 0, 1, -1};
    rejected += survey::wald_test(joint, contrasts).value().f_p < 0.05 ? 1 : 0;
  }
  EXPECT_GE(rejected, 7);
  EXPECT_LE(rejected, 36);
}

TEST(Wald, SaysWhatIsWrong) {
  const auto good = two({3.0, 1.0}, {2.0, 1.0, 1.0, 2.0}, 1, 11.0);
  const auto code = [](const survey::JointEstimate& joint, std::vector<double> c) { return survey::wald_test(joint, c).error().code; };
  EXPECT_EQ(code(good, {}), Code::kInvalidArgument);
  EXPECT_EQ(code(good, {1.0, 0.0, 1.0}), Code::kLengthMismatch);
  EXPECT_EQ(code(good, {1.0, kNaN}), Code::kInvalidArgument);
  EXPECT_EQ(code(good, {1.0, 1.0, 2.0, 2.0}), Code::kInvalidArgument);
  const double one[] = {1.0, 0.0};
  EXPECT_EQ(survey::wald_test(good, one, one).error().code, Code::kLengthMismatch);
  const auto part = two({3.0, kNaN}, {2.0, kNaN, kNaN, kNaN}, 1, 11.0);
  EXPECT_EQ(code(part, {0.0, 1.0}), Code::kInvalidArgument);
  EXPECT_NEAR(survey::wald_test(part, one).value().d1, 4.5, 1e-14);  // what is not in the contrast may be missing
}

}  // namespace
