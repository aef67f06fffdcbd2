// Designs: factors by hand, textbook variances, bad input.
#include "models/survey/survey_cases.hpp"

#include <celadon/models/survey/design.hpp>
#include <celadon/models/survey/means.hpp>

namespace {

using namespace survey_cases;
using survey::Method;

TEST(Hadamard, IsOrthogonalWithOnesFirst) {
  for (const int at_least : {1, 2, 3, 4, 5, 12, 13, 21, 25, 37, 45, 76, 80, 93}) {
    const auto h = survey::hadamard(at_least);
    const auto n = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(h.size()))));
    ASSERT_EQ(n * n, h.size());
    EXPECT_GE(static_cast<int>(n), at_least);
    for (std::size_t a = 0; a < n; ++a) {
      EXPECT_EQ(h[a], 1);
      EXPECT_EQ(h[a * n], 1);
      for (std::size_t b = 0; b <= a; ++b) {
        int dot = 0;
        for (std::size_t k = 0; k < n; ++k) dot += h[a * n + k] * h[b * n + k];
        EXPECT_EQ(dot, a == b ? static_cast<int>(n) : 0);
      }
    }
  }
  EXPECT_EQ(survey::hadamard(77).size(), 80U * 80U);  // Paley, 79 a prime
  EXPECT_THROW((void)survey::hadamard(0), celadon::LogicError);
}

TEST(MakeDesign, GivesTheFactorsOfEachMethod) {
  const std::vector<std::int32_t> strata = {7, 7, 7, 7, 9, 9};
  const std::vector<std::int32_t> clusters = {0, 0, 1, 1, 3, 5};
  survey::DesignSpec spec;
  spec.n_rows = 6;
  spec.strata = strata;
  spec.clusters = clusters;
  spec.method = Method::kJk2;
  const auto jk2 = survey::make_design(spec).value();
  EXPECT_THAT(jk2.unit, testing::ElementsAre(0, 0, 1, 1, 2, 3));
  EXPECT_THAT(jk2.stratum, testing::ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(jk2.factors, testing::ElementsAre(0, 1, 2, 1, 1, 0, 1, 2));
  EXPECT_THAT(jk2.replicate_scale, testing::ElementsAre(1, 1));
  EXPECT_EQ(jk2.degrees_of_freedom, 2.0);
  spec.method = Method::kJkn;
  EXPECT_THAT(survey::make_design(spec)->factors, testing::ElementsAre(0, 2, 1, 1, 2, 0, 1, 1, 1, 1, 0, 2, 1, 1, 2, 0));
  spec.method = Method::kJk1;
  const auto jk1 = survey::make_design(spec).value();
  EXPECT_EQ(jk1.n_replicates, 4);
  EXPECT_EQ(jk1.degrees_of_freedom, 3.0);
  EXPECT_DOUBLE_EQ(jk1.factors[1], 4.0 / 3.0);
  EXPECT_DOUBLE_EQ(jk1.replicate_scale[0], 0.75);
  spec.method = Method::kFay;
  spec.fay_coefficient = 0.3;
  const auto fay = survey::make_design(spec).value();
  EXPECT_EQ(fay.n_replicates, 4);
  for (const double f : fay.factors) EXPECT_TRUE(std::fabs(f - 1.7) < 1e-12 || std::fabs(f - 0.3) < 1e-12);
  EXPECT_DOUBLE_EQ(fay.replicate_scale[0], 1.0 / (4.0 * 0.49));
}

TEST(MakeDesign, BootstrapFactorsKeepTheirMeanAndDependOnTheSeedAlone) {
  const Sample sample = draw(4, 6, 3);
  auto spec = sample.spec(Method::kBootstrap);
  spec.n_bootstrap = 500;
  const auto a = survey::make_design(spec).value();
  EXPECT_EQ(a.factors, survey::make_design(spec)->factors);
  spec.seed = 2;
  EXPECT_NE(a.factors, survey::make_design(spec)->factors);
  for (int r = 0; r < a.n_replicates; ++r)
    for (std::int32_t h = 0; h < 4; ++h) {
      double sum = 0.0;
      for (std::int32_t u = 0; u < 6; ++u) sum += a.factors[static_cast<std::size_t>((h * 6 + u) * a.n_replicates + r)];
      EXPECT_NEAR(sum, 6.0, 1e-9);
    }
}

TEST(MakeDesign, RefusesWhatIsNoDesign) {
  const auto code = [](const survey::DesignSpec& spec) { return survey::make_design(spec).error().code; };
  survey::DesignSpec spec;
  EXPECT_EQ(code(spec), Code::kInvalidArgument);
  spec.n_rows = 4;
  std::vector<double> weights = {1, 1, -1, 1};
  spec.weights = weights;
  EXPECT_EQ(code(spec), Code::kNegativeWeight);
  EXPECT_EQ(survey::make_design(spec).error().place.row, 3);
  weights[2] = kNaN;
  EXPECT_EQ(code(spec), Code::kNotFinite);
  weights = {0, 0, 0, 0};
  EXPECT_EQ(code(spec), Code::kNoWeight);
  weights = {1, 0, 0, 0};
  EXPECT_EQ(code(spec), Code::kTooFewSamplingUnits);
  weights = {1, 1, 1, 1};
  std::vector<std::int32_t> strata = {0, 0, 0, 1};
  spec.strata = strata;
  EXPECT_EQ(code(spec), Code::kLonelyUnit);
  spec.lonely = survey::LonelyUnit::kCertainty;
  EXPECT_EQ(survey::make_design(spec)->findings.at(0).code, Code::kLonelyUnit);
  spec.method = Method::kJkn;
  EXPECT_EQ(survey::make_design(spec)->n_replicates, 3);
  spec.lonely = survey::LonelyUnit::kCentred;
  EXPECT_EQ(code(spec), Code::kLonelyUnit);  // there is nothing to leave out
  spec.method = Method::kBrr;
  EXPECT_EQ(code(spec), Code::kNotPaired);
  strata = {0, 0, 1, 1};
  EXPECT_TRUE(survey::make_design(spec).has_value());
  spec.fay_coefficient = 1.0;
  EXPECT_EQ(code(spec), Code::kInvalidArgument);
  spec.fay_coefficient = 0.5;
  const std::vector<std::int32_t> three = {0, 1, 2};
  spec.clusters = three;
  EXPECT_EQ(code(spec), Code::kLengthMismatch);
  spec.clusters = {};
  const std::vector<double> population = {1, 1, 5, 5};
  spec.population_units = population;
  EXPECT_EQ(code(spec), Code::kInvalidArgument);  // two sampled of one
  spec.population_units = {};
  spec.method = Method::kGiven;
  const std::vector<double> replicates = {1, 1, 1, 1, 1, 1, -1, 1};
  spec.replicate_weights = replicates;
  EXPECT_EQ(code(spec), Code::kNegativeWeight);
  EXPECT_EQ(survey::make_design(spec).error().place.row, 4);
}

TEST(MakeDesign, HasALimitOfReplicates) {
  survey::DesignSpec spec;
  spec.n_rows = 20000;
  spec.method = Method::kJk1;
  EXPECT_EQ(survey::make_design(spec).error().code, Code::kTooManyReplicates);
  spec.method = Method::kLinearised;
  EXPECT_TRUE(survey::make_design(spec).has_value());
}

TEST(MethodNames, GoBothWays) {
  for (int m = 0; m < 8; ++m)
    EXPECT_EQ(survey::method_from_name(survey::method_name(static_cast<Method>(m))).value(), static_cast<Method>(m));
  EXPECT_EQ(survey::method_from_name("jk9").error().code, Code::kInvalidArgument);
}

}  // namespace
