// Classical analysis against psych 2.2.9 (R 4.2.2): reference/ctt/*_psych.json. Both sides are closed formulas on the same cells, so the
// tolerance is that of the summation (1e-10); loadings and omega are minima of the same function found by different searches (1e-5).
//
// Conventions that differ, and how they are met here:
// - science.csv has categories 1 to 4. Packed answers begin at 0, so means are 1 lower and the full mark is 3; psych's share of the
//   maximum, (mean - 1) / 3, is then the difficulty.
// - psych gives D in points; ours is a share of the full mark: D(psych) = discrimination x full mark. The tie rule is the same: whoever
//   stands at a 27 % quantile (type 7) belongs to the group.
// - "SE_hakstian" of the file is the standard error of Duhachek and Iacobucci (its formula reproduces it to the last digit).
// - Skewness and kurtosis are of type 3 (divisor n, standard deviation with n - 1).
// - Guttman's bounds are of the correlations. psych's lambda 4 is the best of halves that it sampled, of equal size; ours runs over all
//   splits (up to 16 items) or a search, so it is at least as large, and equal where psych found the best one.
// - KR-20 and KR-21: the file gives both divisors. With the same divisor for items and total, as alpha has it, KR-20 is "KR20_n".
#include "reference_data.hpp"

#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/one_factor.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/score_moments.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace celadon;
using nlohmann::json;

struct Case {
  const char* name;
  int lowest;
};

class Psych : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    CELADON_NEEDS_REFERENCE_DATA();
    csv_ = reference::read_csv(std::string(GetParam().name) + ".csv");
    expected_ = reference::read_json("ctt/" + std::string(GetParam().name) + "_psych.json");
    responses_ = reference::to_responses(csv_, csv_.header, GetParam().lowest);
  }
  reference::Csv csv_;
  json expected_;
  Responses responses_;
};

std::vector<double> correlations(const Responses& responses) {
  const auto m = ctt::score_moments(responses).value();
  std::vector<double> out;
  for (std::size_t i = 0; i < m.n_items(); ++i)
    for (std::size_t j = 0; j < m.n_items(); ++j) out.push_back(m.cov(i, j) / std::sqrt(m.cov(i, i) * m.cov(j, j)));
  return out;
}

TEST_P(Psych, Items) {
  const auto a = ctt::item_analysis(responses_).value();
  const json& e = expected_["items"];
  ASSERT_EQ(a.n_used, expected_["n"].get<std::int64_t>());
  ASSERT_EQ(a.items.size(), expected_["k"].get<std::size_t>());
  EXPECT_NEAR(a.total_mean + GetParam().lowest * static_cast<double>(a.items.size()), expected_["total"]["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(a.total_sd, expected_["total"]["sd"].get<double>(), 1e-10);
  for (std::size_t j = 0; j < a.items.size(); ++j) {
    const auto& s = a.items[j];
    EXPECT_NEAR(s.mean + GetParam().lowest, e["mean"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.sd, e["sd"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.item_total_r, e["item_total_r"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.item_rest_r, e["item_rest_r"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.item_total_corrected, e["item_total_corrected_overlap"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.difficulty, e["difficulty_share_of_max"][j].get<double>(), 1e-10);
    EXPECT_NEAR(s.discrimination * s.full_mark, e["upper_lower_27_D"][j].get<double>(), 1e-10);
  }
}

TEST_P(Psych, Reliability) {
  const auto r = ctt::reliability(responses_).value();
  const json& e = expected_["alpha"];
  EXPECT_NEAR(r.alpha, e["raw"].get<double>(), 1e-10);
  EXPECT_NEAR(r.alpha_standardized, e["standardized"].get<double>(), 1e-10);
  EXPECT_NEAR(r.mean_correlation, e["average_r"].get<double>(), 1e-10);
  EXPECT_NEAR(r.lambda6, e["lambda6"].get<double>(), 1e-10);
  EXPECT_NEAR(r.alpha_se, e["SE_hakstian"].get<double>(), 1e-10);
  EXPECT_NEAR(r.alpha_lower, e["feldt_95"]["lower.ci"].get<double>(), 1e-8);
  EXPECT_NEAR(r.alpha_upper, e["feldt_95"]["upper.ci"].get<double>(), 1e-8);
  EXPECT_NEAR(r.sem, e["SEM"].get<double>(), 1e-10);
  for (std::size_t j = 0; j < r.alpha_if_deleted.size(); ++j)
    EXPECT_NEAR(r.alpha_if_deleted[j], e["alpha_if_dropped"][j].get<double>(), 1e-10);
  const json& g = expected_["guttman"];
  EXPECT_NEAR(r.lambda1, g["lambda1"].get<double>(), 1e-10);
  EXPECT_NEAR(r.lambda2, g["lambda2"].get<double>(), 1e-10);
  EXPECT_NEAR(r.lambda3, g["lambda3"].get<double>(), 1e-10);
  EXPECT_GE(r.lambda4, g["lambda4_best_split_found"].get<double>() - 1e-10);
  EXPECT_LT(r.lambda4, g["lambda4_best_split_found"].get<double>() + 0.04);
  EXPECT_NEAR(r.lambda5, g["lambda5"].get<double>(), 1e-10);
  EXPECT_NEAR(r.lambda6, g["lambda6"].get<double>(), 1e-10);
  EXPECT_NEAR(r.split_half_r, expected_["odd_even"]["r"].get<double>(), 1e-10);
  EXPECT_NEAR(r.split_half_spearman_brown, 2 * r.split_half_r / (1 + r.split_half_r), 1e-12);
  if (expected_.contains("KR20_n")) {
    EXPECT_NEAR(r.kr20, expected_["KR20_n"].get<double>(), 1e-10);
    EXPECT_NEAR(r.kr21, expected_["KR21_n"].get<double>(), 1e-10);
    // with the divisor n - 1 for the total but not for the items
    const auto k = static_cast<double>(r.n_items);
    const auto n = static_cast<double>(r.n_used);
    const double errors = (1.0 - r.kr20 * (k - 1.0) / k) * r.total_sd * r.total_sd * (n - 1.0) / n;
    EXPECT_NEAR(k / (k - 1.0) * (1.0 - errors / (r.total_sd * r.total_sd)), expected_["KR20_n_minus_1"].get<double>(), 1e-10);
  } else {
    EXPECT_TRUE(std::isnan(r.kr20));
  }
}

// Every split in halves of equal size, of standardised items, by the split-half function.
TEST_P(Psych, SplitHalves) {
  auto moments = ctt::score_moments(responses_).value();
  const std::size_t k = moments.n_items();
  if (k > 16) {  // psych sampled the splits of the long test; its best one is compared as lambda 4
    EXPECT_GE(ctt::reliability(responses_)->lambda4, expected_["split_half_all_or_sampled"]["max"].get<double>() - 1e-10);
    return;
  }
  if (k % 2 != 0) return;  // of five items psych's halves are not a split of the five, and its best one stays below every definition's
  std::vector<double> sd;
  for (std::size_t j = 0; j < k; ++j) sd.push_back(std::sqrt(moments.cov(j, j)));
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) moments.covariance[i * k + j] /= sd[i] * sd[j];
  double highest = -2.0;
  double lowest = 2.0;
  double sum = 0.0;
  double n = 0.0;
  for (unsigned split = 0; split < (1U << k); ++split) {
    std::vector<std::uint8_t> half;
    std::size_t size = 0;
    for (std::size_t j = 0; j < k; ++j) {
      half.push_back(static_cast<std::uint8_t>(split >> j & 1U));
      size += half.back();
    }
    if (size != k / 2) continue;
    const double r = ctt::split_half(moments, half)->rulon;
    highest = std::max(highest, r);
    lowest = std::min(lowest, r);
    sum += r;
    n += 1.0;
  }
  const json& e = expected_["split_half_all_or_sampled"];
  EXPECT_NEAR(highest, e["max"].get<double>(), 1e-10);
  EXPECT_NEAR(lowest, e["min"].get<double>(), 1e-10);
  EXPECT_NEAR(sum / n, e["mean"].get<double>(), 1e-10);
}

TEST_P(Psych, OneFactor) {
  const auto r = ctt::reliability(responses_).value();
  const json& e = expected_["fa1"];
  EXPECT_TRUE(r.omega_converged);
  const auto fitted = ctt::one_factor(correlations(responses_), r.loadings.size()).value();
  EXPECT_NEAR(fitted.rmsr, e["minres"]["rms"].get<double>(), 1e-5);
  EXPECT_NEAR(r.omega_total, e["omega_total_from_minres_1f"].get<double>(), 1e-5);
  for (std::size_t j = 0; j < r.loadings.size(); ++j) {
    // psych's search stops at a gradient of about 1e-5; ours goes on to 1e-12.
    EXPECT_NEAR(r.loadings[j], std::fabs(e["minres"]["loadings"][j].get<double>()), 2e-4);
    EXPECT_NEAR(r.uniquenesses[j], e["minres"]["uniqueness"][j].get<double>(), 3e-4);
  }
}

TEST_P(Psych, ScoreDistribution) {
  const auto t = ctt::test_scores(responses_).value();
  ctt::DistributionOptions options;
  options.skew_type = ctt::SkewType::kSample;
  const auto d = ctt::score_distribution(t.total, {}, options).value();
  EXPECT_NEAR(d.sd, expected_["total"]["sd"].get<double>(), 1e-10);
  EXPECT_NEAR(d.skewness, expected_["total"]["skew"].get<double>(), 1e-10);
  EXPECT_NEAR(d.kurtosis_excess, expected_["total"]["kurtosis_excess"].get<double>(), 1e-10);
}

TEST_P(Psych, ConditionalErrorsAverageToTheSem) {
  // Both curves are built so that their mean error variance is that of alpha: the squares of the conditional errors average to SEM^2.
  for (const auto method : {ctt::ConditionalSemMethod::kScaledBinomial, ctt::ConditionalSemMethod::kFeldtQualls}) {
    ctt::ConditionalSemOptions options;
    options.method = method;
    const auto c = ctt::conditional_sem(responses_, {}, {}, options).value();
    double sum = 0.0;
    for (std::size_t i = 0; i < c.scores.size(); ++i)
      sum += c.score_sem[i] * c.score_sem[i] * static_cast<double>(c.score_n[i]) / static_cast<double>(c.n_used);
    const double sem = expected_["alpha"]["SEM"].get<double>();
    // Items as parts have divisor n where alpha has n - 1; a floor may lift the quadratic a little.
    EXPECT_NEAR(std::sqrt(sum), sem, method == ctt::ConditionalSemMethod::kScaledBinomial ? 1e-10 : 0.005 * sem);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Psych, ::testing::Values(Case{"lsat6", 0}, Case{"science", 1}, Case{"sat12_scored", 0}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
