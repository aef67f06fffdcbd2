// The booklet by closed forms, bookmarks by hand, errors by enumeration and simulation.
#include "models/standard_setting/standard_setting_cases.hpp"

#include <celadon/models/standard_setting/bookmark.hpp>

#include <algorithm>

namespace {

using namespace standard_setting_cases;
namespace ss = celadon::standard_setting;
using ss::BookmarkRule;
using ss::Bookmarks;

Bookmarks placed(const std::vector<double>& pages, std::int64_t judges, std::int64_t cuts = 1) {
  Bookmarks out;
  out.pages = pages;
  out.n_judges = judges;
  out.n_cuts = cuts;
  return out;
}

TEST(Booklet, LocatesItemsInClosedForm) {
  irt::Model model;
  model.items = {item_2pl("hard", 2.0, 1.0), item_2pl("easy", 0.5, -1.0), item_2pl("guess", 1.5, 0.0, 0.2)};
  const auto plain = ss::ordered_item_booklet(model).value();
  ASSERT_EQ(plain.pages.size(), 3u);
  EXPECT_EQ(plain.pages[0].item_id, "guess");
  EXPECT_NEAR(plain.pages[0].location, std::log((2.0 / 3.0 - 0.2) / (1.0 / 3.0)) / 1.5, 1e-12);
  EXPECT_EQ(plain.pages[1].item_id, "easy");
  EXPECT_NEAR(plain.pages[1].location, -1.0 + std::log(2.0) / 0.5, 1e-12);
  EXPECT_NEAR(plain.pages[2].location, 1.0 + std::log(2.0) / 2.0, 1e-12);
  const auto adjusted = ss::ordered_item_booklet(model, {.response_probability = 2.0 / 3.0, .guessing_adjusted = true}).value();
  EXPECT_EQ(adjusted.pages[1].item_id, "guess");
  EXPECT_NEAR(adjusted.pages[1].location, std::log(2.0) / 1.5, 1e-12);
  EXPECT_EQ(plain.to_table().n_rows(), 3);
}

TEST(Booklet, HasAPageForEachStep) {
  irt::Model model;
  model.items = {item_gpcm("P1", 1.2, {-1.0, 0.4, 0.2})};  // a reversed step: its pages still ascend
  const auto b = ss::ordered_item_booklet(model, {.response_probability = 0.5}).value();
  ASSERT_EQ(b.pages.size(), 3u);
  std::vector<double> p(4);
  for (const auto& page : b.pages) {
    irt::category_probabilities(model.items[0], page.location, p);
    double reached = 0.0;
    for (int k = page.step; k < 4; ++k) reached += p[static_cast<std::size_t>(k)];
    EXPECT_NEAR(reached, 0.5, 1e-12);
  }
  EXPECT_EQ(b.pages[0].step, 1);
  EXPECT_EQ(b.pages[2].step, 3);
}

TEST(Booklet, LeavesOutWhatHasNoLocation) {
  irt::Model model;
  model.items = {item_2pl("Q1", 1.0, 0.0), item_2pl("Q2", 1.0, 0.0, 0.7)};
  const auto b = ss::ordered_item_booklet(model).value();
  EXPECT_EQ(b.pages.size(), 1u);
  ASSERT_EQ(count(b.findings, Code::kCutOutsideScale), 1);
  expect_readable(b.findings[0]);
  model.items.erase(model.items.begin());
  EXPECT_EQ(ss::ordered_item_booklet(model).error().code, Code::kNoItems);
  EXPECT_EQ(ss::ordered_item_booklet(model, {.response_probability = 1.0}).error().code, Code::kInvalidArgument);
}

struct Five {
  irt::Model model = rasch({-2.0, -1.0, 0.0, 1.0, 2.0});
  ss::Booklet booklet = ss::ordered_item_booklet(model).value();
  double shift = std::log(2.0);
};

TEST(Bookmark, StandsWhereTheRuleSays) {
  const Five f;
  const std::vector<double> pages = {3.0};
  const auto at = [&](BookmarkRule rule) {
    return ss::bookmark(f.model, f.booklet, placed(pages, 1), {.rule = rule, .points = {}}).value().cuts[0].median;
  };
  EXPECT_NEAR(at(BookmarkRule::kBefore), -1.0 + f.shift, 1e-12);
  EXPECT_NEAR(at(BookmarkRule::kMidpoint), -0.5 + f.shift, 1e-12);
  EXPECT_NEAR(at(BookmarkRule::kAt), f.shift, 1e-12);
  const std::vector<double> last = {6.0};  // all five mastered
  EXPECT_NEAR(ss::bookmark(f.model, f.booklet, placed(last, 1))->cuts[0].median, 2.0 + f.shift, 1e-12);
}

TEST(Bookmark, OfAPanelByHand) {
  const Five f;
  const std::vector<double> pages = {3, 5, 4, 6, 4, 5, kNaN, 6, 3, 6};  // cuts at -1 0 0 . -1 and 1 2 1 2 2
  const auto r = ss::bookmark(f.model, f.booklet, placed(pages, 5, 2)).value();
  const auto& low = r.cuts[0];
  EXPECT_EQ(low.n_judges, 4);
  EXPECT_NEAR(low.median, -0.5 + f.shift, 1e-12);
  EXPECT_NEAR(low.mean, -0.5 + f.shift, 1e-12);
  EXPECT_NEAR(low.sd, std::sqrt(1.0 / 3.0), 1e-12);
  EXPECT_NEAR(low.mean_se, std::sqrt(1.0 / 12.0), 1e-12);
  EXPECT_NEAR(low.mean_absolute_deviation, 0.5, 1e-12);
  EXPECT_NEAR(r.cuts[1].median, 2.0 + f.shift, 1e-12);
  double expected = 0.0, slope = 0.0;
  for (int b = -2; b <= 2; ++b) {
    const double p = logistic(low.median - b);
    expected += p;
    slope += p * (1.0 - p);
  }
  EXPECT_NEAR(low.raw.raw_cut, expected, 1e-12);
  EXPECT_NEAR(low.raw.raw_se, low.median_se * slope, 1e-12);
  EXPECT_TRUE(r.findings.empty());
  EXPECT_EQ(r.to_table().n_rows(), 2);
  EXPECT_EQ(r.judge_table().n_rows(), 10);
  EXPECT_TRUE(r.judge_table().find("ability")->is_null(3));
}

TEST(Bookmark, ErrorOfTheMedianIsThatOfAllResamples) {
  // Five judges: the median of a resample is the i-th value with probability P(Bin(5, i/5) >= 3) less that of i - 1.
  const Five f;
  const std::vector<double> pages = {2, 3, 3, 5, 6};
  const std::vector<double> cut = {-2.0, -1.0, -1.0, 1.0, 2.0};
  const auto at_least_three = [](double p) {
    return 10.0 * std::pow(p, 3) * std::pow(1.0 - p, 2) + 5.0 * std::pow(p, 4) * (1.0 - p) + std::pow(p, 5);
  };
  double first = 0.0, second = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto k = static_cast<double>(i);
    const double w = at_least_three((k + 1.0) / 5.0) - at_least_three(k / 5.0);
    first += w * cut[i];
    second += w * cut[i] * cut[i];
  }
  const auto r = ss::bookmark(f.model, f.booklet, placed(pages, 5)).value();
  EXPECT_NEAR(r.cuts[0].median_se, std::sqrt(second - first * first), 1e-12);
}

TEST(Bookmark, TablesAreTheUnitsOfError) {
  const Five f;
  const std::vector<double> pages = {2, 2, 3, 5, 5, 4, 3, 4, 3};
  const std::vector<std::int32_t> tables = {7, 7, 7, 2, 2, 2, 4, 4, 4};
  Bookmarks b = placed(pages, 9);
  b.tables = tables;
  const auto c = ss::bookmark(f.model, f.booklet, b).value().cuts[0];
  // Equal tables: the error is that of the three table means, -5/3, 2/3, -2/3 about -5/9.
  const std::vector<double> means = {-5.0 / 3.0, 2.0 / 3.0, -2.0 / 3.0};
  double squares = 0.0;
  for (const double m : means) squares += (m + 5.0 / 9.0) * (m + 5.0 / 9.0);
  EXPECT_EQ(c.n_tables, 3);
  EXPECT_NEAR(c.mean_se, std::sqrt(squares / 2.0 / 3.0), 1e-12);
  const double within = 3.0 * (2.0 / 3.0) / 6.0;
  EXPECT_NEAR(c.table_variance, squares / 2.0 - within / 3.0, 1e-12);
  EXPECT_NEAR(c.table_icc, c.table_variance / (c.table_variance + within), 1e-12);
  const auto alone = ss::bookmark(f.model, f.booklet, placed(pages, 9)).value().cuts[0];
  EXPECT_NEAR(c.median_se, alone.median_se * c.mean_se / alone.mean_se, 1e-12);
  EXPECT_GT(c.median_se, alone.median_se);
  EXPECT_TRUE(std::isnan(alone.table_icc));
}

TEST(Bookmark, ErrorsAreTheSpreadOfPanels) {
  std::vector<double> b;
  for (int i = 0; i < 80; ++i) b.push_back(-3.0 + 0.075 * i);
  const irt::Model model = rasch(b);
  const auto booklet = ss::ordered_item_booklet(model).value();
  const int n = 1500;
  double mean = 0.0, mean2 = 0.0, median = 0.0, median2 = 0.0, v_mean = 0.0, v_median = 0.0;
  for (int k = 0; k < n; ++k) {
    celadon::random::Stream s(41, 0, static_cast<std::uint64_t>(k));
    std::vector<double> pages;
    for (int j = 0; j < 15; ++j) pages.push_back(std::min(81.0, std::max(2.0, std::round(s.normal(45.0, 7.0)))));
    const auto c = ss::bookmark(model, booklet, placed(pages, 15)).value().cuts[0];
    mean += c.mean / n;
    mean2 += c.mean * c.mean / n;
    median += c.median / n;
    median2 += c.median * c.median / n;
    v_mean += c.mean_se * c.mean_se / n;
    v_median += c.median_se * c.median_se / n;
  }
  EXPECT_NEAR(std::sqrt(v_mean / (mean2 - mean * mean)), 1.0, 0.06);
  EXPECT_NEAR(std::sqrt(v_median / (median2 - median * median)), 1.0, 0.1);
}

TEST(Bookmark, DoesNotDependOnTheOrderOfTheJudges) {
  const Five f;
  const std::vector<double> pages = {3, 5, 4, 6, 2, 4, 5, 6};
  const auto turned = permuted_rows(pages, 2, {2, 0, 3, 1});
  const auto a = ss::bookmark(f.model, f.booklet, placed(pages, 4, 2)).value();
  const auto b = ss::bookmark(f.model, f.booklet, placed(turned, 4, 2)).value();
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(a.cuts[c].median, b.cuts[c].median);
    EXPECT_EQ(a.cuts[c].mean, b.cuts[c].mean);
    EXPECT_EQ(a.cuts[c].median_se, b.cuts[c].median_se);
  }
}

TEST(Bookmark, SaysWhatIsWrong) {
  const Five f;
  const auto code = [&](const std::vector<double>& pages, BookmarkRule rule = BookmarkRule::kBefore) {
    return ss::bookmark(f.model, f.booklet, placed(pages, static_cast<std::int64_t>(pages.size())), {.rule = rule, .points = {}})
        .error()
        .code;
  };
  EXPECT_EQ(code({1.0, 3.0}), Code::kBookmarkOutOfRange);  // below the first page the booklet does not say where
  EXPECT_EQ(code({7.0}), Code::kBookmarkOutOfRange);
  EXPECT_EQ(code({6.0}, BookmarkRule::kMidpoint), Code::kBookmarkOutOfRange);
  EXPECT_EQ(code({6.0}, BookmarkRule::kAt), Code::kBookmarkOutOfRange);
  EXPECT_EQ(code({2.5}), Code::kBookmarkOutOfRange);
  EXPECT_EQ(code({kNaN}), Code::kTooFewPersons);
  const std::vector<double> out = {3.0, 9.0};
  const auto error = ss::bookmark(f.model, f.booklet, placed(out, 2)).error();
  EXPECT_EQ(error.place.row, 2);
  expect_readable(error);
  EXPECT_EQ(ss::bookmark(f.model, f.booklet, placed(out, 3)).error().code, Code::kLengthMismatch);
  EXPECT_EQ(ss::bookmark(f.model, {}, placed(out, 2)).error().code, Code::kInvalidArgument);
  const std::vector<double> one = {3.0};
  EXPECT_EQ(count(ss::bookmark(f.model, f.booklet, placed(one, 1))->findings, Code::kSingleJudge), 1);
  const std::vector<double> same = {3.0, 3.0};
  EXPECT_EQ(count(ss::bookmark(f.model, f.booklet, placed(same, 2))->findings, Code::kJudgesCoincide), 1);
  const std::vector<double> turned = {5.0, 3.0, 4.0, 2.0, 3.0, 4.0};
  const auto order = ss::bookmark(f.model, f.booklet, placed(turned, 3, 2)).value();
  EXPECT_EQ(count(order.findings, Code::kCutsNotAscending), 3);  // the panel and two judges
  EXPECT_EQ(order.findings[0].severity, Severity::kError);
  for (const auto& x : order.findings) expect_readable(x);
}

}  // namespace
