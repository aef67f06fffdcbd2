// Likelihood-ratio tests: the statistic, the reference distribution, what cannot be compared.
#include <celadon/models/multilevel/comparison.hpp>

#include "models/multilevel/multilevel_cases.hpp"

namespace {

using namespace cases;
using multilevel::likelihood_ratio;
using multilevel::ReferenceDistribution;

/// Tails of chi-squared with 1 and 2 degrees of freedom.
double tail1(double x) {
  return std::erfc(std::sqrt(x / 2.0));
}
double tail2(double x) {
  return std::exp(-x / 2.0);
}

TEST(MultilevelComparison, CoefficientsByMaximumLikelihood) {
  const Columns data = pupils(1, 20);
  const Fit small = fitted("y ~ 1 + (1 | school)", data, ml());
  const Fit large = fitted("y ~ x + (1 | school)", data, ml());
  const auto t = likelihood_ratio(small, large).value();
  EXPECT_EQ(t.df, 1);
  EXPECT_EQ(t.reference, ReferenceDistribution::kChiSquared);
  EXPECT_NEAR(t.statistic, 2.0 * (large.log_likelihood - small.log_likelihood), 1e-12);
  EXPECT_NEAR(t.p, tail1(t.statistic), 1e-12);
  EXPECT_EQ(t.p, t.p_chi_squared);
  EXPECT_NEAR(t.aic_difference, 2.0 - t.statistic, 1e-9);
}

TEST(MultilevelComparison, AVarianceAtItsEdgeIsAMixture) {
  const Columns data = pupils(2, 20, 0.8, 0.1);
  const Fit one = fitted("y ~ x + (1 | school)", data);
  const auto slope = likelihood_ratio(one, fitted("y ~ x + (x | school)", data)).value();
  EXPECT_EQ(slope.df, 2);
  EXPECT_EQ(slope.reference, ReferenceDistribution::kBoundaryMixture);
  EXPECT_NEAR(slope.p, 0.5 * tail1(slope.statistic) + 0.5 * tail2(slope.statistic), 1e-12);
  EXPECT_LT(slope.p, slope.p_chi_squared);
  const auto grouping = likelihood_ratio(one, fitted("y ~ x + (1 | school) + (1 | rater)", data)).value();
  EXPECT_EQ(grouping.df, 1);
  EXPECT_NEAR(grouping.p, 0.5 * tail1(grouping.statistic), 1e-12);
  // Several variances at once: no closed form, the plain distribution and its name.
  const auto both = likelihood_ratio(one, fitted("y ~ x + (x | school) + (1 | rater)", data)).value();
  EXPECT_EQ(both.reference, ReferenceDistribution::kConservative);
  EXPECT_EQ(both.p, both.p_chi_squared);
  // A covariance alone is no edge.
  const auto covariance = likelihood_ratio(fitted("y ~ x + (x || school)", data), fitted("y ~ x + (x | school)", data)).value();
  EXPECT_EQ(covariance.df, 1);
  EXPECT_EQ(covariance.reference, ReferenceDistribution::kChiSquared);
}

TEST(MultilevelComparison, MixtureHoldsItsSize) {
  // Without a second grouping's variance, a test at .10 rejects in about one of ten data sets; plain chi-squared in one of twenty.
  int by_mixture = 0;
  int by_plain = 0;
  constexpr int kSets = 400;
  FitOptions quick;
  quick.group_effects = false;
  quick.component_intervals = false;
  for (int set = 0; set < kSets; ++set) {
    auto s = stream(1000 + static_cast<std::uint64_t>(set));
    Columns data;
    data.numbers = {{"y", {}}};
    data.labels = {{"school", {}}, {"rater", {}}};
    for (int j = 0; j < 20; ++j) {
      const double u = s.normal();
      for (int i = 0; i < 10; ++i) {
        data.numbers[0].second.push_back(u + s.normal());
        data.labels[0].second.push_back(std::to_string(j));
        data.labels[1].second.push_back(std::to_string(i));
      }
    }
    const auto t =
        likelihood_ratio(fitted("y ~ 1 + (1 | school)", data, quick), fitted("y ~ 1 + (1 | school) + (1 | rater)", data, quick)).value();
    by_mixture += t.p < 0.10 ? 1 : 0;
    by_plain += t.p_chi_squared < 0.10 ? 1 : 0;
  }
  // 99.9 % binomial band of 400 at .10: 22 to 61. Ten raters are few, so that the share of zeros is somewhat above a half.
  EXPECT_GE(by_mixture, 18);
  EXPECT_LE(by_mixture, 61);
  EXPECT_LT(by_plain, by_mixture);
}

TEST(MultilevelComparison, SaysWhatCannotBeCompared) {
  Columns data = pupils(3, 20);
  const Fit small = fitted("y ~ 1 + (1 | school)", data);
  const auto code = [](const Fit& a, const Fit& b) {
    const auto t = likelihood_ratio(a, b);
    EXPECT_FALSE(t);
    return t ? Code::kCancelled : t.error().code;
  };
  EXPECT_EQ(code(small, fitted("y ~ x + (1 | school)", data)), Code::kNotComparable);                  // fixed parts under REML
  EXPECT_EQ(code(small, fitted("y ~ 1 + (1 | school)", data, ml())), Code::kNotComparable);            // criteria
  EXPECT_EQ(code(small, small), Code::kNotComparable);                                                 // nothing added
  EXPECT_EQ(code(small, fitted("y ~ 1 + (1 | district) + (1 | rater)", data)), Code::kNotComparable);  // not nested
  EXPECT_EQ(code(fitted("y ~ 1 + (x | school)", data), small), Code::kNotComparable);                  // the wrong way round
  EXPECT_EQ(code(small, Fit{}), Code::kNotComparable);
  data.numbers[0].second[0] += 0.5;
  EXPECT_EQ(code(small, fitted("y ~ 1 + (x | school)", data)), Code::kNotComparable);  // another outcome
  data = pupils(3, 20);
  data.numbers[1].second[4] = kMissing;
  EXPECT_EQ(code(small, fitted("y ~ 1 + (x | school)", data)), Code::kNotComparable);  // another row left out
}

}  // namespace
