#include <celadon/models/ctt/reliability.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace celadon;
using ctt_cases::pack;

bool has(const Findings& findings, Code code) {
  for (const auto& f : findings)
    if (f.code == code) return true;
  return false;
}

/// Moments with a given covariance matrix.
ctt::ScoreMoments moments(std::vector<double> covariance, std::size_t k, std::int64_t n = 100) {
  ctt::ScoreMoments m;
  m.n_used = n;
  m.covariance = std::move(covariance);
  m.mean.assign(k, 0.5);
  m.full_marks.assign(k, 1.0);
  m.dichotomous.assign(k, 0);
  for (std::size_t j = 0; j < k; ++j) m.item_ids.push_back("i" + std::to_string(j));
  return m;
}

std::vector<double> compound(std::size_t k, double variance, double covariance) {
  std::vector<double> c(k * k, covariance);
  for (std::size_t j = 0; j < k; ++j) c[j * k + j] = variance;
  return c;
}

// Parallel items: every coefficient is Spearman-Brown's k r / (1 + (k-1) r).
TEST(Reliability, ParallelItemsAgreeOnEveryCoefficient) {
  const std::size_t k = 6;
  const double r = 0.3;
  const double expected = k * r / (1 + (k - 1) * r);
  const auto a = ctt::reliability_from_moments(moments(compound(k, 2.0, 2.0 * r), k)).value();
  for (const double v :
       {a.alpha, a.alpha_standardized, a.lambda2, a.lambda3, a.omega_total, a.split_half_spearman_brown, a.split_half_rulon, a.lambda4})
    EXPECT_NEAR(v, expected, 1e-10);
  EXPECT_NEAR(a.lambda1, expected * (k - 1) / k, 1e-12);
  EXPECT_NEAR(a.sem, std::sqrt(a.total_sd * a.total_sd * (1 - expected)), 1e-12);
  EXPECT_NEAR(a.alpha_if_deleted[2], 5 * r / (1 + 4 * r), 1e-12);
  EXPECT_NEAR(a.split_half_r, 3 * r / (1 + 2 * r), 1e-12);
}

TEST(Reliability, LambdaScaleChoosesTheMatrix) {
  std::vector<double> c{4.0, 0.6, 0.3, 0.6, 1.0, 0.2, 0.3, 0.2, 0.5};
  ctt::ReliabilityOptions options;
  options.lambda_scale = ctt::LambdaScale::kCovariance;
  const auto a = ctt::reliability_from_moments(moments(c, 3), options).value();
  EXPECT_NEAR(a.lambda3, a.alpha, 1e-14);
  const auto b = ctt::reliability_from_moments(moments(c, 3)).value();
  EXPECT_NEAR(b.lambda3, b.alpha_standardized, 1e-14);
}

TEST(Reliability, TheSearchForLambda4FindsTheBestOfAllSplits) {
  // 17 items are searched, 16 enumerated: with a 17th item that is nearly nothing both must come to the same split.
  const auto rows = ctt_cases::simulate(400, ctt_cases::binary(16));
  const auto m = ctt::score_moments(pack(rows)).value();
  ctt::ReliabilityOptions options;
  options.lambda_scale = ctt::LambdaScale::kCovariance;
  const double all = ctt::reliability_from_moments(m, options)->lambda4;
  std::vector<double> wider(17 * 17, 0.0);
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t j = 0; j < 16; ++j) wider[i * 17 + j] = m.cov(i, j);
  wider[17 * 17 - 1] = 1e-10;
  EXPECT_NEAR(ctt::reliability_from_moments(moments(wider, 17), options)->lambda4, all, 1e-8);
}

TEST(Reliability, ErrorOfAlphaCoversTheTruth) {
  // 400 samples of 60 persons from a normal one-factor population with alpha = .75; intervals of 90 %.
  const std::size_t k = 6;
  const double truth = 6 * (1.0 / 3.0) / (1 + 5 * (1.0 / 3.0));
  int feldt = 0;
  int hakstian = 0;
  double mean_se = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  const int replications = 400;
  for (int rep = 0; rep < replications; ++rep) {
    random::Stream s(4, random::purpose("test.alpha"), static_cast<std::uint64_t>(rep));
    std::vector<std::vector<double>> x(60, std::vector<double>(k));
    std::vector<double> mean(k, 0.0);
    for (auto& row : x) {
      const double f = s.normal() * std::sqrt(1.0 / 3.0);
      for (std::size_t j = 0; j < k; ++j) {
        row[j] = f + s.normal() * std::sqrt(2.0 / 3.0);
        mean[j] += row[j] / 60.0;
      }
    }
    std::vector<double> c(k * k, 0.0);
    for (const auto& row : x)
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = 0; j < k; ++j) c[i * k + j] += (row[i] - mean[i]) * (row[j] - mean[j]) / 59.0;
    ctt::ReliabilityOptions options;
    options.confidence = 0.9;
    const auto a = ctt::reliability_from_moments(moments(c, k, 60), options).value();
    feldt += a.alpha_lower <= truth && truth <= a.alpha_upper ? 1 : 0;
    hakstian += a.hakstian_lower <= truth && truth <= a.hakstian_upper ? 1 : 0;
    mean_se += a.alpha_se / replications;
    sum += a.alpha;
    squares += a.alpha * a.alpha;
  }
  // 99.9 % binomial band around 360 of 400.
  EXPECT_NEAR(feldt, 360, 20);
  EXPECT_NEAR(hakstian, 360, 20);
  const double sd = std::sqrt(squares / replications - std::pow(sum / replications, 2));
  EXPECT_NEAR(mean_se / sd, 1.0, 0.15);
}

TEST(Reliability, DegenerateItemsAreSetAside) {
  auto rows = ctt_cases::simulate(80, ctt_cases::binary(5));
  const double without = ctt::reliability(pack(rows))->alpha;
  for (auto& row : rows) {
    row.push_back(1);
    row.push_back(-1);
  }
  const auto a = ctt::reliability(pack(rows)).value();
  EXPECT_EQ(a.n_items, 5);
  EXPECT_NEAR(a.alpha, without, 1e-14);
  EXPECT_TRUE(has(a.findings, Code::kConstantItem));
  EXPECT_TRUE(has(a.findings, Code::kItemAllMissing));
}

TEST(Reliability, DuplicatedItemsLeaveLambda6Out) {
  auto rows = ctt_cases::simulate(80, ctt_cases::binary(4));
  for (auto& row : rows) row.push_back(row[0]);
  const auto a = ctt::reliability(pack(rows)).value();
  EXPECT_TRUE(std::isnan(a.lambda6));
  EXPECT_FALSE(std::isnan(a.lambda2));
  EXPECT_TRUE(has(a.findings, Code::kSingularCorrelations));
}

TEST(Reliability, FailuresHaveCodes) {
  EXPECT_EQ(ctt::reliability(pack({{1}, {0}})).error().code, Code::kTooFewItems);
  EXPECT_EQ(ctt::reliability(pack({{1, 0}})).error().code, Code::kTooFewPersons);
  EXPECT_EQ(ctt::reliability(pack({{1, 0}, {0, 1}})).error().code, Code::kZeroVariance);
  EXPECT_EQ(ctt::reliability(pack({{1, -1}, {0, -1}, {-1, 1}, {-1, 0}})).error().code, Code::kNoCommonPersons);
  EXPECT_EQ(ctt::reliability_from_moments(moments(compound(3, 1, 0.2), 2)).error().code, Code::kLengthMismatch);
  ctt::ReliabilityOptions options;
  options.confidence = 1.0;
  EXPECT_EQ(ctt::reliability_from_moments(moments(compound(3, 1, 0.2), 3), options).error().code, Code::kInvalidArgument);
  EXPECT_TRUE(has(ctt::reliability_from_moments(moments(compound(3, 1, -0.2), 3))->findings, Code::kNegativeReliability));
}

TEST(Reliability, StratifiedAlphaOfOneStratumIsAlpha) {
  const auto m = ctt::score_moments(pack(ctt_cases::simulate(100, {2, 2, 3, 4}))).value();
  const std::vector<std::string> one(4, "all");
  EXPECT_NEAR(ctt::stratified_alpha(m, one)->alpha, ctt::reliability_from_moments(m)->alpha, 1e-12);
}

TEST(Reliability, StratifiedAlphaByHand) {
  // Two strata of two items: V = 8 + 2 * 4 * 0.1, alpha of a stratum = 2 (1 - 2/3).
  std::vector<double> c{1, 0.5, 0.1, 0.1, 0.5, 1, 0.1, 0.1, 0.1, 0.1, 1, 0.5, 0.1, 0.1, 0.5, 1};
  const auto s = ctt::stratified_alpha(moments(c, 4), std::vector<std::string>{"a", "a", "b", "b"}).value();
  const double within = 2.0 * (1.0 - 2.0 / 3.0);
  EXPECT_NEAR(s.stratum_alpha[0], within, 1e-12);
  EXPECT_NEAR(s.alpha, 1.0 - 2 * 3.0 * (1 - within) / 6.8, 1e-12);
  const auto single = ctt::stratified_alpha(moments(c, 4), std::vector<std::string>{"a", "a", "a", "b"}, 0.8).value();
  EXPECT_TRUE(has(single.findings, Code::kSingleItemStratum));
  EXPECT_TRUE(std::isnan(single.stratum_alpha[1]));
  EXPECT_EQ(single.to_table().n_rows(), 3);
}

TEST(Reliability, SplitHalfNeedsTwoHalves) {
  const auto m = moments(compound(4, 1, 0.3), 4);
  EXPECT_EQ(ctt::split_half(m, std::vector<std::uint8_t>{1, 1, 1, 1}).error().code, Code::kTooFewItems);
  EXPECT_EQ(ctt::split_half(m, std::vector<std::uint8_t>{1, 0}).error().code, Code::kLengthMismatch);
  const auto h = ctt::split_half(m, std::vector<std::uint8_t>{1, 1, 0, 0}).value();
  EXPECT_NEAR(h.r, 4 * 0.3 / 2.6, 1e-12);
  EXPECT_NEAR(h.rulon, h.spearman_brown, 1e-12);
}

}  // namespace
