// Angoff's cut by hand, its errors by brute force and by simulation.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/angoff.hpp>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;
using ss::RatingKind;
using ss::Ratings;

Ratings table(const std::vector<double>& x, std::int64_t judges, std::int64_t items, RatingKind kind = RatingKind::kProbability) {
  Ratings out;
  out.values = x;
  out.n_judges = judges;
  out.n_items = items;
  out.kind = kind;
  return out;
}

TEST(Angoff, YesNoByHand) {
  const std::vector<double> x = {1, 1, 0, 1, 0, 0, 1, 1, 1};
  const auto c = ss::angoff(table(x, 3, 3, RatingKind::kYesNo)).value();
  EXPECT_NEAR(c.cut, 1.0 + 2.0 / 3.0 + 1.0 / 3.0, 1e-14);
  EXPECT_NEAR(c.judges[0].cut, 2.0, 1e-14);
  EXPECT_NEAR(c.judges[1].cut, 1.0, 1e-14);
  EXPECT_NEAR(c.judges[2].cut, 3.0, 1e-14);
  EXPECT_NEAR(c.judge_sd, 1.0, 1e-14);
  EXPECT_NEAR(c.se, 1.0 / std::sqrt(3.0), 1e-14);
  EXPECT_NEAR(c.mean_absolute_deviation, 2.0 / 3.0, 1e-14);
  EXPECT_NEAR(c.mean_absolute_difference, 4.0 / 9.0, 1e-14);  // 0 + 2 + 2 of 9 pairs
  EXPECT_EQ(count(c.findings, Code::kConstantRatings), 1);    // the third judge
  for (const auto& f : c.findings) expect_readable(f);
  EXPECT_EQ(c.judge_table().n_rows(), 3);
  EXPECT_EQ(c.item_table().n_rows(), 3);
  EXPECT_EQ(c.to_table().n_rows(), 1);
}

TEST(Angoff, ExpectedMarksOfPolytomousItems) {
  const std::vector<double> full = {2.0, 10.0};
  const std::vector<double> x = {1.0, 6.0, 2.0, 4.0};
  Ratings r = table(x, 2, 2, RatingKind::kMarks);
  r.full_marks = full;
  const auto c = ss::angoff(r).value();
  EXPECT_NEAR(c.cut, 6.5, 1e-14);
  EXPECT_NEAR(c.full_mark, 12.0, 1e-14);
  EXPECT_NEAR(c.cut_share, 6.5 / 12.0, 1e-14);
  EXPECT_NEAR(c.judges[0].cut, 7.0, 1e-13);
  EXPECT_NEAR(c.judges[1].cut, 6.0, 1e-13);
  EXPECT_NEAR(c.se, 0.5, 1e-13);
  EXPECT_NEAR(c.items[1].mean, 0.5, 1e-14);
  // The same ratings as shares of the full mark give the same cut.
  const std::vector<double> shares = {0.5, 0.6, 1.0, 0.4};
  Ratings s = table(shares, 2, 2);
  s.full_marks = full;
  EXPECT_NEAR(ss::angoff(s)->cut, 6.5, 1e-14);
}

TEST(Angoff, ErrorFromJudgesIsThatOfTheComponentsOnACompleteTable) {
  celadon::random::Stream s(5);
  std::vector<double> x;
  for (int j = 0; j < 7; ++j) {
    const double severity = s.normal(0.0, 0.05);
    for (int i = 0; i < 12; ++i) x.push_back(std::min(1.0, std::max(0.0, 0.25 + 0.04 * i + severity + s.normal(0.0, 0.06))));
  }
  const auto c = ss::angoff(table(x, 7, 12)).value();
  EXPECT_GT(c.components.judge, 0.0);
  EXPECT_NEAR(c.se, c.judge_sd / std::sqrt(7.0), 1e-13);
  EXPECT_NEAR(c.se, c.se_components, 1e-12);
  const double f2 = 144.0;  // Brennan & Lockwood: variance of the mean over judges and items, on the raw scale
  const auto& v = c.components;
  EXPECT_NEAR(c.se_judges_items, std::sqrt(f2 * (v.judge / 7.0 + v.item / 12.0 + v.residual / 84.0)), 1e-12);
}

/// The cut with weights for judges, straight from the definition.
double weighted_cut(const std::vector<double>& x, const std::vector<double>& w, std::size_t items) {
  double cut = 0.0;
  for (std::size_t i = 0; i < items; ++i) {
    double sum = 0.0, weight = 0.0;
    for (std::size_t j = 0; j < w.size(); ++j)
      if (!std::isnan(x[j * items + i])) {
        sum += w[j] * x[j * items + i];
        weight += w[j];
      }
    cut += sum / weight;
  }
  return cut;
}

TEST(Angoff, MissingRatingsByBruteForce) {
  const std::vector<double> x = {0.9, kNaN, 0.4, 0.5, 0.7, 0.6, 0.2, 0.5, 0.8, 0.5, kNaN, kNaN, 0.6, 0.4, 0.3, 0.2};
  const auto c = ss::angoff(table(x, 4, 4)).value();
  const std::vector<double> ones(4, 1.0);
  EXPECT_NEAR(c.cut, weighted_cut(x, ones, 4), 1e-14);
  double squares = 0.0;
  for (std::size_t j = 0; j < 4; ++j) {
    auto up = ones, down = ones;
    up[j] += 1e-6;
    down[j] -= 1e-6;
    const double u = (weighted_cut(x, up, 4) - weighted_cut(x, down, 4)) / 2e-6;
    squares += u * u;
  }
  EXPECT_NEAR(c.se, std::sqrt(4.0 / 3.0 * squares), 1e-8);
  // Judge 3 rated items 1 and 2 (means .75 and .5) .8 and .5: .025 above the panel on average, over four items .1.
  EXPECT_NEAR(c.judges[2].deviation, 4.0 * 0.025, 1e-13);
  EXPECT_EQ(c.n_missing, 3);
}

TEST(Angoff, TheJudgesErrorCovers) {
  // Fixed items, fresh judges: the interval with the t quantile of 11 degrees holds the truth in 95 % of panels.
  const double t11 = 2.200985;
  int covered = 0;
  const int n = 2000;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(29, 0, static_cast<std::uint64_t>(k));
    std::vector<double> x;
    for (int j = 0; j < 12; ++j) {
      const double severity = s.normal(0.0, 0.05);
      for (int i = 0; i < 25; ++i) {
        const double v = 0.35 + 0.012 * i + severity + s.normal(0.0, 0.04);
        x.push_back(s.bernoulli(0.1) ? kNaN : v);
      }
    }
    const auto c = ss::angoff(table(x, 12, 25)).value();
    const double truth = 25.0 * 0.35 + 0.012 * 300.0;
    covered += std::fabs(c.cut - truth) <= t11 * c.se ? 1 : 0;
  }
  EXPECT_GT(covered, n * 0.934);  // 99.9 % binomial band about .95
  EXPECT_LT(covered, n * 0.966);
}

TEST(Angoff, TheErrorOverJudgesAndItemsIsTheSpreadOfPanelsOnOtherPapers) {
  double sum = 0.0, squares = 0.0, variance = 0.0;
  const int n = 1500;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(31, 0, static_cast<std::uint64_t>(k));
    std::vector<double> severity(8), x;
    for (double& v : severity) v = s.normal(0.0, 0.04);
    std::vector<double> item(20);
    for (double& v : item) v = s.normal(0.5, 0.1);
    for (const double a : severity)
      for (const double b : item) x.push_back(std::min(1.0, std::max(0.0, a + b + s.normal(0.0, 0.05))));
    const auto c = ss::angoff(table(x, 8, 20)).value();
    sum += c.cut / n;
    squares += c.cut * c.cut / n;
    variance += c.se_judges_items * c.se_judges_items / n;
    EXPECT_GT(c.se_judges_items, c.se_components);
  }
  EXPECT_NEAR(std::sqrt(variance / (squares - sum * sum)), 1.0, 0.06);
}

TEST(Angoff, TablesThatTalkedAreTheUnitsOfError) {
  double sum = 0.0, squares = 0.0, by_tables = 0.0, alone = 0.0;
  const int n = 600;
  const std::vector<std::int32_t> tables = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5};
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(37, 0, static_cast<std::uint64_t>(k));
    std::vector<double> x;
    double shared = 0.0;
    for (int j = 0; j < 18; ++j) {
      if (j % 3 == 0) shared = s.normal(0.0, 0.06);
      const double own = shared + s.normal(0.0, 0.02);
      for (int i = 0; i < 5; ++i) x.push_back(0.5 + own + s.normal(0.0, 0.03));
    }
    Ratings r = table(x, 18, 5);
    alone += std::pow(ss::angoff(r)->se, 2) / n;
    r.tables = tables;
    const auto c = ss::angoff(r).value();
    EXPECT_EQ(c.n_tables, 6);
    by_tables += c.se * c.se / n;
    sum += c.cut / n;
    squares += c.cut * c.cut / n;
  }
  const double truth = squares - sum * sum;
  EXPECT_NEAR(std::sqrt(by_tables / truth), 1.0, 0.1);
  EXPECT_LT(std::sqrt(alone / truth), 0.75);  // what leaving the tables out would have claimed
}

TEST(Angoff, DoesNotDependOnTheOrderOfTheJudges) {
  const std::vector<double> x = {0.9, kNaN, 0.4, 0.7, 0.6, 0.2, 0.8, 0.5, kNaN, 0.6, 0.4, 0.3};
  const std::vector<std::size_t> order = {3, 1, 0, 2};
  const auto turned = permuted_rows(x, 3, order);
  const auto a = ss::angoff(table(x, 4, 3)).value();
  const auto b = ss::angoff(table(turned, 4, 3)).value();
  EXPECT_NEAR(a.cut, b.cut, 1e-13);
  EXPECT_NEAR(a.se, b.se, 1e-13);
  EXPECT_NEAR(a.se_judges_items, b.se_judges_items, 1e-13);
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(a.judges[order[j]].cut, b.judges[j].cut, 1e-13);
}

TEST(Angoff, DegeneratePanelsHaveACutAndAFinding) {
  const std::vector<double> x = {0.5, 0.6, 0.7};
  const auto one = ss::angoff(table(x, 1, 3)).value();
  EXPECT_NEAR(one.cut, 1.8, 1e-14);
  EXPECT_TRUE(std::isnan(one.se));
  EXPECT_TRUE(std::isnan(one.se_judges_items));
  EXPECT_EQ(count(one.findings, Code::kSingleJudge), 1);
  const std::vector<double> same = {0.5, 0.5, 0.5, 0.5};
  const auto constant = ss::angoff(table(same, 2, 2)).value();
  EXPECT_EQ(constant.se, 0.0);
  EXPECT_EQ(count(constant.findings, Code::kConstantRatings), 2);
  EXPECT_EQ(count(constant.findings, Code::kJudgesCoincide), 1);
  EXPECT_TRUE(std::isnan(constant.components.icc_single));
  const std::vector<double> thin = {0.5, 0.6, 0.7, kNaN, kNaN, kNaN, 0.4, 0.7, 0.8};
  auto r = table(thin, 3, 3);
  const auto idle = ss::angoff(r).value();
  EXPECT_EQ(idle.n_judges, 2);
  EXPECT_EQ(count(idle.findings, Code::kJudgeWithoutRating), 1);
  EXPECT_TRUE(std::isnan(idle.judges[1].cut));
  const std::vector<double> once = {0.5, 0.6, 0.4, kNaN};
  const auto hardly = ss::angoff(table(once, 2, 2)).value();
  EXPECT_EQ(count(hardly.findings, Code::kItemHardlyRated), 1);
  for (const auto& f : hardly.findings) expect_readable(f);
  for (const auto& f : idle.findings) expect_readable(f);
  const std::vector<std::int32_t> tables = {0, 0, 0};
  r.tables = tables;
  EXPECT_TRUE(std::isnan(ss::angoff(r)->se));
  EXPECT_EQ(count(ss::angoff(r)->findings, Code::kSingleJudge), 1);
}

TEST(Angoff, RoundsConverge) {
  const std::vector<double> first = {0.2, 0.4, 0.6, 0.8, 0.4, 0.6};
  const std::vector<double> second = {0.3, 0.5, 0.5, 0.7, 0.4, 0.6};
  const std::vector<Ratings> rounds = {table(first, 3, 2), table(second, 3, 2)};
  const auto r = ss::angoff_rounds(rounds).value();
  ASSERT_EQ(r.changes.size(), 1u);
  EXPECT_NEAR(r.changes[0].mean, 0.0, 1e-13);
  EXPECT_NEAR(r.changes[0].mean_absolute, 0.4 / 3.0, 1e-13);
  EXPECT_EQ(r.changes[0].n_moved, 2);
  EXPECT_NEAR(r.changes[0].sd_after, 0.5 * r.changes[0].sd_before, 1e-13);
  const auto t = r.to_table();
  EXPECT_EQ(t.n_rows(), 2);
  EXPECT_TRUE(t.find("change")->is_null(0));
  EXPECT_FALSE(t.find("change")->is_null(1));
  EXPECT_EQ(ss::angoff_rounds({}).error().code, Code::kInvalidArgument);
  const std::vector<Ratings> uneven = {table(first, 3, 2), table(first, 2, 3)};
  EXPECT_EQ(ss::angoff_rounds(uneven).error().place.table, "2");
}

TEST(Angoff, LevelsMustAscend) {
  const std::vector<double> low = {0.2, 0.4, 0.3, 0.3};
  const std::vector<double> high = {0.6, 0.8, 0.2, 0.3};
  const std::vector<Ratings> levels = {table(low, 2, 2), table(high, 2, 2)};
  const auto l = ss::angoff_levels(levels).value();
  EXPECT_EQ(l.to_table().n_rows(), 2);
  ASSERT_EQ(l.findings.size(), 1u);  // the panel's cuts ascend, the second judge's do not
  EXPECT_EQ(l.findings[0].severity, Severity::kWarning);
  EXPECT_EQ(l.findings[0].place.row, 2);
  expect_readable(l.findings[0]);
  const std::vector<Ratings> turned = {levels[1], levels[0]};
  EXPECT_EQ(ss::angoff_levels(turned)->findings[0].severity, Severity::kError);
}

}  // namespace
