// Contrasting groups in closed form and by simulation; the borderline group.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/contrasting_groups.hpp>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;

struct Pupils {
  std::vector<double> score;
  std::vector<std::uint8_t> reached;
  void add(int n, double s, std::uint8_t r) {
    for (int i = 0; i < n; ++i) {
      score.push_back(s);
      reached.push_back(r);
    }
  }
  [[nodiscard]] ss::JudgedPupils view() const { return {score, reached, {}, {}}; }
};

Pupils normals(int n_low, int n_high, double distance, double sd_high, std::uint64_t seed) {
  Pupils out;
  celadon::random::Stream s(47, 0, seed);
  for (int i = 0; i < n_low; ++i) out.add(1, s.normal(50.0, 8.0), 0);
  for (int i = 0; i < n_high; ++i) out.add(1, s.normal(50.0 + distance, sd_high), 1);
  return out;
}

TEST(ContrastingGroups, LogisticInClosedFormOnTwoScores) {
  // 40 pupils at 10 (share .2) and 60 at 20 (share .9): the regression is saturated.
  Pupils p;
  p.add(32, 10.0, 0);
  p.add(8, 10.0, 1);
  p.add(6, 20.0, 0);
  p.add(54, 20.0, 1);
  const auto r = ss::contrasting_groups(p.view()).value();
  const double low = std::log(0.2 / 0.8);
  const double high = std::log(0.9 / 0.1);
  const double share = -low / (high - low);
  EXPECT_NEAR(r.slope, (high - low) / 10.0, 1e-9);
  EXPECT_NEAR(r.logistic.cut, 10.0 + 10.0 * share, 1e-9);
  // cut = 10 + 10 u, u = -low / (high - low): delta method over the two independent logits.
  const double v_low = 1.0 / (40.0 * 0.2 * 0.8);
  const double v_high = 1.0 / (60.0 * 0.9 * 0.1);
  const double d = high - low;
  const double by_low = -high / (d * d);
  const double by_high = low / (d * d);
  EXPECT_NEAR(r.logistic.se, 10.0 * std::sqrt(by_low * by_low * v_low + by_high * by_high * v_high), 1e-8);
  EXPECT_NEAR(r.logistic.false_pass_rate, 6.0 / 38.0, 1e-14);
  EXPECT_NEAR(r.logistic.false_fail_rate, 8.0 / 62.0, 1e-14);
  EXPECT_NEAR(r.logistic.misclassified, 14.0 / 100.0, 1e-14);
  // A base rate of .5 instead of .62 moves the logits, not the slope; a stricter probability likewise.
  const auto half = ss::contrasting_groups(p.view(), {.base_rate = 0.5}).value();
  EXPECT_NEAR(half.slope, r.slope, 1e-12);
  EXPECT_NEAR(half.logistic.cut, r.logistic.cut + std::log(0.62 / 0.38) / r.slope, 1e-8);
  const auto strict = ss::contrasting_groups(p.view(), {.base_rate = kNaN, .probability = 0.8}).value();
  EXPECT_NEAR(strict.logistic.cut, r.logistic.cut + std::log(4.0) / r.slope, 1e-8);
  EXPECT_EQ(r.to_table().n_rows(), 3);
}

TEST(ContrastingGroups, QuadraticIsTheCrossingOfTheNormals) {
  const Pupils p = normals(400, 300, 14.0, 6.0, 1);
  const auto r = ss::contrasting_groups(p.view()).value();
  const auto density = [](double x, double m, double s) { return std::exp(-0.5 * (x - m) * (x - m) / (s * s)) / s; };
  const double x = r.quadratic.cut;
  EXPECT_NEAR(300.0 * density(x, r.mean_reached, r.sd_reached), 400.0 * density(x, r.mean_not_reached, r.sd_not_reached), 1e-6);
  EXPECT_GT(x, r.mean_not_reached);
  EXPECT_LT(x, r.mean_reached);
  // Equal spreads and equal rates: half way.
  Pupils even;
  for (int i = 0; i < 60; ++i) {
    even.add(1, 40.0 + i % 20, 0);
    even.add(1, 50.0 + i % 20, 1);
  }
  const auto e = ss::contrasting_groups(even.view()).value();
  EXPECT_NEAR(e.quadratic.cut, 54.5, 1e-9);
  EXPECT_NEAR(e.logistic.cut, 54.5, 1e-8);
  EXPECT_NEAR(e.smoothed.cut, 54.5, 1e-6);
}

TEST(ContrastingGroups, ErrorsAreTheSpreadOfSamples) {
  const int n = 300;
  double sum[3] = {}, squares[3] = {}, variance[3] = {};
  for (int k = 0; k < n; ++k) {
    const Pupils p = normals(220, 180, 12.0, 8.0, 100 + static_cast<std::uint64_t>(k));
    const auto r = ss::contrasting_groups(p.view(), {.base_rate = 0.5}).value();
    const ss::GroupCut* cuts[3] = {&r.logistic, &r.quadratic, &r.smoothed};
    for (int c = 0; c < 3; ++c) {
      sum[c] += cuts[c]->cut / n;
      squares[c] += cuts[c]->cut * cuts[c]->cut / n;
      variance[c] += cuts[c]->se * cuts[c]->se / n;
    }
  }
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(sum[c], 56.0, 0.12) << c;
  for (int c = 0; c < 2; ++c) EXPECT_NEAR(std::sqrt(variance[c] / (squares[c] - sum[c] * sum[c])), 1.0, 0.1) << c;
  EXPECT_NEAR(std::sqrt(variance[2] / (squares[2] - sum[2] * sum[2])), 1.0, 0.25);
}

TEST(ContrastingGroups, WithoutABaseRateTheShareInTheSampleIsPartOfTheError) {
  const int n = 300;
  double sum = 0.0, squares = 0.0, variance = 0.0;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(59, 0, static_cast<std::uint64_t>(k));
    Pupils p;
    for (int i = 0; i < 400; ++i) {
      const bool reached = s.bernoulli(0.5);
      p.add(1, s.normal(reached ? 62.0 : 50.0, 8.0), reached ? 1 : 0);
    }
    const auto r = ss::contrasting_groups(p.view()).value();
    sum += r.logistic.cut / n;
    squares += r.logistic.cut * r.logistic.cut / n;
    variance += r.logistic.se * r.logistic.se / n;
  }
  EXPECT_NEAR(sum, 56.0, 0.12);
  EXPECT_NEAR(std::sqrt(variance / (squares - sum * sum)), 1.0, 0.1);
}

TEST(ContrastingGroups, WeightsAndClustersUseTheSandwich) {
  const Pupils p = normals(120, 100, 10.0, 8.0, 3);
  const std::vector<double> ones(p.score.size(), 1.0);
  auto weighted = p.view();
  weighted.weights = ones;
  const auto plain = ss::contrasting_groups(p.view()).value();
  const auto robust = ss::contrasting_groups(weighted).value();
  EXPECT_NEAR(robust.logistic.cut, plain.logistic.cut, 1e-9);
  EXPECT_NEAR(robust.logistic.se / plain.logistic.se, 1.0, 0.15);
  const auto declared = ss::contrasting_groups(p.view(), {.base_rate = 0.3}).value();
  const auto both = ss::contrasting_groups(weighted, {.base_rate = 0.3}).value();
  EXPECT_NEAR(both.logistic.se / declared.logistic.se, 1.0, 0.15);
  // Each pupil twice, as a cluster of two: no more information than once.
  Pupils twice;
  std::vector<std::int32_t> cluster;
  for (std::size_t i = 0; i < p.score.size(); ++i) {
    twice.add(2, p.score[i], p.reached[i]);
    cluster.insert(cluster.end(), 2, static_cast<std::int32_t>(i));
  }
  auto clustered = twice.view();
  clustered.clusters = cluster;
  EXPECT_NEAR(ss::contrasting_groups(clustered)->logistic.se, robust.logistic.se, 1e-8);
  EXPECT_LT(ss::contrasting_groups(twice.view())->logistic.se, 0.75 * plain.logistic.se);
  // A weight of 2 is the pupil twice for the cut; a weight of 0 is a pupil who is not there.
  std::vector<double> two(p.score.size(), 1.0);
  Pupils more = p;
  for (std::size_t i = 0; i < 30; ++i) {
    two[i] = 2.0;
    more.add(1, p.score[i], p.reached[i]);
  }
  weighted.weights = two;
  EXPECT_NEAR(ss::contrasting_groups(weighted)->logistic.cut, ss::contrasting_groups(more.view())->logistic.cut, 1e-8);
  two[5] = 0.0;
  EXPECT_EQ(ss::contrasting_groups(weighted)->n_missing, 1);
}

TEST(ContrastingGroups, ThatDoNotOverlapHaveNoLogisticCut) {
  Pupils p;
  for (int i = 0; i < 60; ++i) {
    p.add(1, 30.0 + i % 10, 0);
    p.add(1, 50.0 + i % 10, 1);
  }
  const auto r = ss::contrasting_groups(p.view()).value();
  EXPECT_TRUE(std::isnan(r.logistic.cut));
  ASSERT_EQ(count(r.findings, Code::kGroupsDoNotOverlap), 1);
  expect_readable(r.findings[0]);
  EXPECT_NEAR(r.quadratic.cut, 44.5, 1e-9);
  EXPECT_EQ(r.quadratic.misclassified, 0.0);
}

TEST(ContrastingGroups, SayWhatIsWrong) {
  Pupils p = normals(60, 60, 10.0, 8.0, 9);
  for (auto& r : p.reached) r = r == 0 ? 1 : 0;
  const auto turned = ss::contrasting_groups(p.view()).error();
  EXPECT_EQ(turned.code, Code::kNoCrossing);
  expect_readable(turned);
  Pupils few = normals(60, 4, 10.0, 8.0, 9);
  EXPECT_EQ(ss::contrasting_groups(few.view()).error().code, Code::kTooFewPersons);
  few = normals(60, 20, 10.0, 8.0, 9);
  const auto small = ss::contrasting_groups(few.view()).value();
  EXPECT_EQ(count(small.findings, Code::kTooFewPersons), 1);
  few.score[0] = kNaN;
  EXPECT_EQ(ss::contrasting_groups(few.view())->n_missing, 1);
  few.score[0] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(ss::contrasting_groups(few.view()).error().code, Code::kNotFinite);
  few.score[0] = 40.0;
  few.reached[0] = 2;
  EXPECT_EQ(ss::contrasting_groups(few.view()).error().code, Code::kInvalidArgument);
  few.reached.pop_back();
  EXPECT_EQ(ss::contrasting_groups(few.view()).error().code, Code::kLengthMismatch);
  p = normals(60, 60, 10.0, 8.0, 9);
  EXPECT_EQ(ss::contrasting_groups(p.view(), {.base_rate = 1.0}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ss::contrasting_groups(p.view(), {.base_rate = 0.5, .probability = 0.0}).error().code, Code::kInvalidArgument);
  // Nearly everybody has reached the standard: the weighed densities do not cross between the means.
  const auto none = ss::contrasting_groups(p.view(), {.base_rate = 0.999}).value();
  EXPECT_TRUE(std::isnan(none.quadratic.cut));
  EXPECT_TRUE(std::isnan(none.quadratic.misclassified));
  EXPECT_GE(count(none.findings, Code::kNoCrossing), 1);
  for (const auto& f : none.findings) expect_readable(f);
}

TEST(BorderlineGroup, HasItsMedianAsCut) {
  const std::vector<double> x = {61, 58, kNaN, 66, 70, 59, 63, 60};
  const auto b = ss::borderline_group(x).value();
  EXPECT_EQ(b.n_pupils, 7);
  EXPECT_EQ(b.n_missing, 1);
  EXPECT_EQ(b.median, 61.0);
  EXPECT_NEAR(b.mean, 437.0 / 7.0, 1e-12);
  EXPECT_NEAR(b.mean_se, b.sd / std::sqrt(7.0), 1e-12);
  EXPECT_EQ(count(b.findings, Code::kTooFewPersons), 1);
  EXPECT_EQ(b.to_table().n_rows(), 1);
  EXPECT_EQ(ss::borderline_group(std::vector<double>{1, 2, 3, 4}).error().code, Code::kTooFewPersons);
  EXPECT_EQ(count(ss::borderline_group(std::vector<double>(40, 60.0))->findings, Code::kJudgesCoincide), 1);
}

TEST(BorderlineGroup, ErrorOfTheMedianIsTheSpreadOfSamples) {
  const int n = 1000;
  double sum = 0.0, squares = 0.0, variance = 0.0;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(53, 0, static_cast<std::uint64_t>(k));
    std::vector<double> x(60);
    for (double& v : x) v = s.normal(60.0, 7.0);
    const auto b = ss::borderline_group(x).value();
    sum += b.median / n;
    squares += b.median * b.median / n;
    variance += b.median_se * b.median_se / n;
  }
  EXPECT_NEAR(std::sqrt(variance / (squares - sum * sum)), 1.0, 0.1);  // conservative for an even number
}

}  // namespace
