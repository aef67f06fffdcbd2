// Variance components of judges by items: a published table, the analysis of variance, recovery with missing ratings.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/ratings.hpp>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;
using ss::RatingKind;
using ss::Ratings;

Ratings ratings_table(const std::vector<double>& x, std::int64_t judges, std::int64_t items) {
  Ratings out;
  out.values = x;
  out.n_judges = judges;
  out.n_items = items;
  return out;
}

// Shrout & Fleiss (1979), table 2: six targets by four judges; tables 3 and 4 give BMS 11.24, JMS 32.49, EMS 1.02, ICC(2, 1) = .29
// and ICC(2, 4) = .62. Here judges are rows.
const std::vector<double> kShroutFleiss = {9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2, 5, 3, 6, 2, 6, 4, 8, 2, 8, 6, 9, 7};

TEST(Ratings, GiveThePublishedCoefficientsOfShroutAndFleiss) {
  Ratings r = ratings_table(kShroutFleiss, 4, 6);
  const std::vector<double> ten(6, 10.0);
  r.kind = RatingKind::kMarks;
  r.full_marks = ten;
  const auto c = ss::judge_item_components(r).value();
  EXPECT_NEAR(c.icc_single, 0.29, 0.005);
  EXPECT_NEAR(c.icc_panel, 0.62, 0.005);
  EXPECT_NEAR(100.0 * c.residual, 1.02, 0.005);
  EXPECT_NEAR(100.0 * (c.residual + 6.0 * c.judge), 32.49, 0.005);
  EXPECT_NEAR(100.0 * (c.residual + 4.0 * c.item), 11.24, 0.005);
}

TEST(Ratings, AreTheAnalysisOfVarianceOnASmallTable) {
  const std::vector<double> x = {0.9, 0.6, 0.3, 0.7, 0.5, 0.2, 0.8, 0.7, 0.5};
  double grand = 0.0, ssj = 0.0, ssi = 0.0, total = 0.0;
  for (const double v : x) grand += v / 9.0;
  for (const double v : x) total += (v - grand) * (v - grand);
  for (int k = 0; k < 3; ++k) {
    double row = 0.0, col = 0.0;
    for (int l = 0; l < 3; ++l) {
      row += x[static_cast<std::size_t>(3 * k + l)] / 3.0;
      col += x[static_cast<std::size_t>(3 * l + k)] / 3.0;
    }
    ssj += 3.0 * (row - grand) * (row - grand);
    ssi += 3.0 * (col - grand) * (col - grand);
  }
  const double mse = (total - ssj - ssi) / 4.0;
  const auto c = ss::judge_item_components(ratings_table(x, 3, 3)).value();
  EXPECT_NEAR(c.mean, grand, 1e-14);
  EXPECT_NEAR(c.residual, mse, 1e-14);
  EXPECT_NEAR(c.judge, (ssj / 2.0 - mse) / 3.0, 1e-14);
  EXPECT_NEAR(c.item, (ssi / 2.0 - mse) / 3.0, 1e-14);
  const auto t = c.to_table();
  EXPECT_EQ(t.n_rows(), 3);
  EXPECT_NE(t.find("share"), nullptr);
}

TEST(Ratings, RecoverTheComponentsWhenRatingsAreMissing) {
  const double sj = 0.03, si = 0.12, se = 0.08;
  double judge = 0.0, item = 0.0, residual = 0.0;
  const int n = 400;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(static_cast<std::uint64_t>(11), 0, static_cast<std::uint64_t>(k));
    std::vector<double> a(8), b(20), x;
    for (double& v : a) v = s.normal(0.0, sj);
    for (double& v : b) v = s.normal(0.5, si);
    for (const double u : a)
      for (const double v : b) {
        // The first judge rated little: missing by design, not by value.
        const bool gone = s.bernoulli(&u == a.data() ? 0.6 : 0.2);
        const double value = u + v + s.normal(0.0, se);
        x.push_back(gone ? kNaN : std::min(1.0, std::max(0.0, value)));
      }
    const auto c = ss::judge_item_components(ratings_table(x, 8, 20)).value();
    judge += c.judge / n;
    item += c.item / n;
    residual += c.residual / n;
  }
  EXPECT_NEAR(judge, sj * sj, 0.05 * sj * sj + 3e-5);
  EXPECT_NEAR(item, si * si, 0.05 * si * si);
  EXPECT_NEAR(residual, se * se, 0.03 * se * se);
}

TEST(Ratings, DoNotDependOnTheOrderOfTheJudges) {
  const std::vector<double> x = {0.9, 0.6, kNaN, 0.7, 0.5, 0.2, 0.8, kNaN, 0.5, 0.6, 0.6, 0.1};
  const auto turned = permuted_rows(x, 3, {2, 0, 3, 1});
  const auto a = ss::judge_item_components(ratings_table(x, 4, 3)).value();
  const auto b = ss::judge_item_components(ratings_table(turned, 4, 3)).value();
  EXPECT_NEAR(a.judge, b.judge, 1e-14);
  EXPECT_NEAR(a.item, b.item, 1e-14);
  EXPECT_NEAR(a.icc_panel, b.icc_panel, 1e-12);
}

TEST(Ratings, SayWhatIsWrong) {
  const std::vector<double> good = {0.5, 0.6, 0.7, 0.8};
  std::vector<double> bad = good;
  bad[2] = 1.2;
  const auto above = ss::judge_item_components(ratings_table(bad, 2, 2)).error();
  EXPECT_EQ(above.code, Code::kRatingOutOfRange);
  EXPECT_EQ(above.place.row, 2);
  EXPECT_EQ(above.place.item, "1");
  expect_readable(above);
  bad[2] = -0.1;
  EXPECT_EQ(ss::judge_item_components(ratings_table(bad, 2, 2)).error().code, Code::kRatingOutOfRange);
  bad[2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(ss::judge_item_components(ratings_table(bad, 2, 2)).error().code, Code::kRatingOutOfRange);
  Ratings yes_no = ratings_table(good, 2, 2);
  yes_no.kind = RatingKind::kYesNo;
  EXPECT_EQ(ss::judge_item_components(yes_no).error().code, Code::kRatingOutOfRange);
  EXPECT_EQ(ss::judge_item_components(ratings_table(good, 1, 4)).error().code, Code::kSingleJudge);
  expect_readable(ss::judge_item_components(ratings_table(good, 1, 4)).error());
  EXPECT_EQ(ss::judge_item_components(ratings_table(good, 4, 1)).error().code, Code::kTooFewItems);
  EXPECT_EQ(ss::judge_item_components(ratings_table(good, 3, 2)).error().code, Code::kLengthMismatch);
  const std::vector<double> unrated = {0.5, kNaN, 0.7, kNaN};
  const auto item = ss::judge_item_components(ratings_table(unrated, 2, 2)).error();
  EXPECT_EQ(item.code, Code::kItemHardlyRated);
  EXPECT_EQ(item.place.item, "2");
  expect_readable(item);
  // Each judge rated another item: nothing tells severity from difficulty.
  const std::vector<double> apart = {0.5, kNaN, kNaN, 0.7};
  EXPECT_EQ(ss::judge_item_components(ratings_table(apart, 2, 2)).error().code, Code::kSingleJudge);
  const std::vector<double> crossed = {0.9, 0.1, 0.1, 0.9};
  const auto negative = ss::judge_item_components(ratings_table(crossed, 2, 2)).value();
  EXPECT_LT(negative.item, 0.0);
  EXPECT_EQ(count(negative.findings, Code::kNegativeComponent), 2);
  EXPECT_EQ(negative.icc_single, 0.0);
}

}  // namespace
