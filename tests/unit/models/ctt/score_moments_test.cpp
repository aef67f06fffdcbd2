#include <celadon/models/ctt/score_moments.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace {

using namespace celadon;
using ctt_cases::pack;

TEST(ScoreMoments, EqualTheDefinitionPairByPair) {
  const auto rows = ctt_cases::simulate(300, {2, 5, 3, 2}, 0.15);
  const auto m = ctt::score_moments(pack(rows)).value();
  EXPECT_FALSE(m.complete);
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b) {
      double n = 0.0;
      double xa = 0.0;
      double xb = 0.0;
      for (const auto& row : rows)
        if (row[a] >= 0 && row[b] >= 0) {
          n += 1.0;
          xa += row[a];
          xb += row[b];
        }
      double c = 0.0;
      for (const auto& row : rows)
        if (row[a] >= 0 && row[b] >= 0) c += (row[a] - xa / n) * (row[b] - xb / n);
      EXPECT_NEAR(m.cov(a, b), c / (n - 1.0), 1e-12);
      if (a != b) continue;
      EXPECT_NEAR(m.mean[a], xa / n, 1e-14);
    }
}

TEST(ScoreMoments, NarrowAndWideSumsAgree) {
  const auto r = pack(ctt_cases::simulate(5000, {2, 11, 3, 200}));
  const auto narrow = ctt::score_moments(r).value();
  const std::vector<double> twos(5000, 2.0);
  const auto wide = ctt::score_moments(r, {}, {.weights = twos, .include = {}}).value();
  for (std::size_t i = 0; i < narrow.covariance.size(); ++i)
    EXPECT_NEAR(narrow.covariance[i], wide.covariance[i], 1e-12 * (1.0 + std::fabs(wide.covariance[i])));
}

TEST(ScoreMoments, LeftOutPersonsLeaveNoTrace) {
  auto rows = ctt_cases::simulate(200, {2, 3, 2});
  std::vector<std::vector<int>> kept;
  std::vector<std::uint8_t> include;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    include.push_back(i % 3 != 0 ? 1 : 0);
    if (i % 3 != 0) kept.push_back(rows[i]);
  }
  const auto a = ctt::score_moments(pack(rows), {}, {.weights = {}, .include = include}).value();
  const auto b = ctt::score_moments(pack(kept)).value();
  EXPECT_EQ(a.covariance, b.covariance);
  EXPECT_EQ(a.mean, b.mean);
}

TEST(ScoreMoments, TotalVarianceIsTheSumOfCovariances) {
  const auto rows = ctt_cases::simulate(150, {2, 3, 4});
  const auto m = ctt::score_moments(pack(rows)).value();
  double mean = 0.0;
  for (const auto& row : rows) mean += (row[0] + row[1] + row[2]) / 150.0;
  double variance = 0.0;
  for (const auto& row : rows) variance += std::pow(row[0] + row[1] + row[2] - mean, 2) / 149.0;
  EXPECT_NEAR(m.total_variance(), variance, 1e-12);
  EXPECT_NEAR(m.total_mean(), mean, 1e-12);
}

TEST(ScoreMoments, SameBitsForAnyNumberOfThreads) {
  const auto r = pack(ctt_cases::simulate(9001, {2, 4, 2}, 0.02));
  std::vector<double> weights;
  for (int i = 0; i < 9001; ++i) weights.push_back(0.1 + (i * 7919 % 1000) / 300.0);
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto m = ctt::score_moments(r, {}, {.weights = weights, .include = {}}, {}, context).value();
    if (first.empty()) first = m.covariance;
    for (std::size_t i = 0; i < first.size(); ++i)
      EXPECT_EQ(std::bit_cast<std::uint64_t>(m.covariance[i]), std::bit_cast<std::uint64_t>(first[i]));
  }
}

}  // namespace
