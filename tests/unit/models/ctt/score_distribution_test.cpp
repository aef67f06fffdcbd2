#include <celadon/models/ctt/score_distribution.hpp>

#include <gtest/gtest.h>
#include <celadon/core/normal.hpp>

#include <cmath>

namespace {

using namespace celadon;

// 2, 4, 4, 5, 9: mean 4.8, m2 = 5.36, m3 = 10.224, m4 = 74.6912 by hand.
const std::vector<double> kFive{2, 4, 4, 5, 9};

TEST(ScoreDistribution, MomentsOfAllThreeTypes) {
  const double g1 = 10.224 / std::pow(5.36, 1.5);
  const double g2 = 74.6912 / (5.36 * 5.36) - 3.0;
  const auto with = [](ctt::SkewType type) {
    ctt::DistributionOptions options;
    options.skew_type = type;
    return ctt::score_distribution(kFive, {}, options).value();
  };
  const auto one = with(ctt::SkewType::kMoment);
  EXPECT_NEAR(one.mean, 4.8, 1e-14);
  EXPECT_NEAR(one.sd, std::sqrt(6.7), 1e-14);
  EXPECT_NEAR(one.skewness, g1, 1e-13);
  EXPECT_NEAR(one.kurtosis_excess, g2, 1e-13);
  const auto two = with(ctt::SkewType::kUnbiased);
  EXPECT_NEAR(two.skewness, g1 * std::sqrt(20.0) / 3.0, 1e-13);
  EXPECT_NEAR(two.kurtosis_excess, (6.0 * g2 + 6.0) * 4.0 / 6.0, 1e-13);
  const auto three = with(ctt::SkewType::kSample);
  EXPECT_NEAR(three.skewness, g1 * std::pow(0.8, 1.5), 1e-13);
  EXPECT_NEAR(three.kurtosis_excess, (g2 + 3.0) * 0.64 - 3.0, 1e-13);
}

TEST(ScoreDistribution, QuantilesOfType7) {
  // Order statistics 2 4 4 5 9 at positions 0 .. 4.
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 0.0), 2.0);
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 0.1), 2.8);
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 0.25), 4.0);
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 0.6), 4.4);
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 0.9), 7.4);
  EXPECT_DOUBLE_EQ(ctt::quantile(kFive, 1.0), 9.0);
  EXPECT_TRUE(std::isnan(ctt::quantile({}, 0.5)));
  EXPECT_THROW((void)ctt::quantile(kFive, 1.5), LogicError);
}

TEST(ScoreDistribution, RanksAndStandardScores) {
  const auto d = ctt::score_distribution(kFive).value();
  EXPECT_EQ(d.values, (std::vector<double>{2, 4, 5, 9}));
  EXPECT_EQ(d.frequency, (std::vector<double>{1, 2, 1, 1}));
  EXPECT_NEAR(d.percentile_rank[0], 0.1, 1e-15);
  EXPECT_NEAR(d.percentile_rank[1], 0.4, 1e-15);
  EXPECT_NEAR(d.rank_of(4), 0.4, 1e-15);
  EXPECT_NEAR(d.rank_of(4.5), 0.6, 1e-15);
  EXPECT_EQ(d.rank_of(0), 0.0);
  EXPECT_EQ(d.rank_of(100), 1.0);
  EXPECT_NEAR(d.z_score(9), 4.2 / std::sqrt(6.7), 1e-14);
  EXPECT_NEAR(d.t_score(9), 50 + 42 / std::sqrt(6.7), 1e-13);
  EXPECT_NEAR(d.t_score(9, 500, 100), 500 + 420 / std::sqrt(6.7), 1e-12);
  EXPECT_NEAR(d.normalized_t_score(4), 50 + 10 * normal_quantile(0.4), 1e-13);
  EXPECT_EQ(d.to_table().n_rows(), 4);
}

TEST(ScoreDistribution, WeightsCountInMeansAndRanks) {
  const std::vector<double> values{2, 4, 5, 9, 7};
  const std::vector<double> weights{1, 2, 1, 1, 0};
  const auto d = ctt::score_distribution(values, weights).value();
  const auto e = ctt::score_distribution(kFive).value();
  EXPECT_EQ(d.n, 4);
  EXPECT_NEAR(d.mean, e.mean, 1e-14);
  EXPECT_NEAR(d.percentile_rank[1], e.percentile_rank[1], 1e-14);
  // Weights sum to n = 4: cumulative 0.8 2.4 3.2 4; the median stands at position 2.5, between the second (4) and the third (5) value.
  EXPECT_NEAR(d.quantiles[3], 4.5, 1e-12);
}

TEST(ScoreDistribution, MissingAndDegenerate) {
  const std::vector<double> with_missing{3, std::nan(""), 3};
  const auto d = ctt::score_distribution(with_missing).value();
  EXPECT_EQ(d.n, 2);
  EXPECT_EQ(d.n_missing, 1);
  EXPECT_EQ(d.sd, 0.0);
  EXPECT_TRUE(std::isnan(d.skewness));
  EXPECT_TRUE(d.to_table().find("z")->is_null(0));
  const auto one = ctt::score_distribution(std::vector<double>{7}).value();
  EXPECT_TRUE(std::isnan(one.sd));
  EXPECT_EQ(one.quantiles[0], 7.0);
  EXPECT_EQ(ctt::score_distribution(std::vector<double>{std::nan("")}).error().code, Code::kNoPersons);
  EXPECT_EQ(ctt::score_distribution(std::vector<double>{INFINITY}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ctt::score_distribution(kFive, std::vector<double>{1}).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ctt::score_distribution(kFive, std::vector<double>{1, 1, -1, 1, 1}).error().code, Code::kInvalidArgument);
  ctt::DistributionOptions options;
  options.probabilities = {1.2};
  EXPECT_EQ(ctt::score_distribution(kFive, {}, options).error().code, Code::kInvalidArgument);
}

}  // namespace
