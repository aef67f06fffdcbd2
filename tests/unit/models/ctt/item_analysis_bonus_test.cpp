// Bonus items (附加题) stand outside the full mark: what that means for each part of classical analysis.
#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/sp_table.hpp>

#include <models/ctt/ctt_cases.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace {

using namespace celadon::ctt;
using celadon::Code;
using celadon::Items;
using celadon::Responses;
using ctt_cases::pearson;

/// Seven regular items of one to three points; the bonus item of five stands third.
struct Case {
  std::vector<std::vector<int>> rows;
  Items items;
  std::vector<std::vector<int>> regular_rows;
  Items regular_items;
};

Case bonus_case(double missing = 0.0) {
  Case out;
  out.rows = ctt_cases::simulate(90, {2, 3, 6, 4, 2, 2, 3, 4}, missing, 5);
  const double marks[] = {1, 2, 5, 3, 1, 1, 2, 3};
  for (std::size_t j = 0; j < 8; ++j) {
    out.items.push_back(ctt_cases::item("q" + std::to_string(j + 1), marks[j]));
    out.items.back().knowledge = {j < 3 ? "number" : "shape"};
  }
  out.items[2].bonus = true;
  out.regular_items = out.items;
  out.regular_items.erase(out.regular_items.begin() + 2);
  out.regular_rows = out.rows;
  for (auto& row : out.regular_rows) row.erase(row.begin() + 2);
  return out;
}

Responses packed(const std::vector<std::vector<int>>& rows, const Items& items) {
  std::vector<std::string> ids;
  for (const auto& item : items) ids.push_back(item.id);
  return ctt_cases::pack(rows, ids);
}

TEST(Bonus, RegularItemsAreThoseOfThePaperWithoutIt) {
  for (const double missing : {0.0, 0.1}) {
    const Case c = bonus_case(missing);
    const auto with = item_analysis(packed(c.rows, c.items), c.items).value();
    const auto without = item_analysis(packed(c.regular_rows, c.regular_items), c.regular_items).value();
    EXPECT_EQ(with.full_mark, 13.0);
    EXPECT_EQ(with.total_mean, without.total_mean);
    EXPECT_EQ(with.upper_n, without.upper_n);
    for (std::size_t j = 0; j < 7; ++j) {
      const auto& a = with.items[j < 2 ? j : j + 1];
      const auto& b = without.items[j];
      EXPECT_EQ(a.id, b.id);
      EXPECT_EQ(a.item_total_r, b.item_total_r);
      EXPECT_EQ(a.item_rest_r, b.item_rest_r);
      EXPECT_EQ(a.item_total_corrected, b.item_total_corrected);
      EXPECT_EQ(a.discrimination, b.discrimination);
    }
  }
}

TEST(Bonus, ItsOwnStatisticsAreAgainstTheTotalOfTheRegularItems) {
  const Case c = bonus_case();
  const auto s = item_analysis(packed(c.rows, c.items), c.items).value().items[2];
  std::vector<double> x, total;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    x.push_back(c.rows[i][2]);
    total.push_back(std::accumulate(c.regular_rows[i].begin(), c.regular_rows[i].end(), 0.0));
  }
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / 90.0;
  EXPECT_EQ(s.id, "q3");
  EXPECT_EQ(s.n, 90);
  EXPECT_NEAR(s.difficulty, mean / 5.0, 1e-12);
  EXPECT_NEAR(s.item_rest_r, pearson(x, total), 1e-12);
  EXPECT_EQ(s.item_total_r, s.item_rest_r);
  EXPECT_TRUE(std::isnan(s.item_total_corrected));
  // Upper and lower 27 % by the regular total, ties with the cut inside.
  std::vector<double> sorted = total;
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double p) {
    const double at = 89.0 * p;
    const auto low = static_cast<std::size_t>(at);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[std::min<std::size_t>(low + 1, 89)] - sorted[low]);
  };
  double upper = 0.0, lower = 0.0, n_upper = 0.0, n_lower = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (total[i] >= quantile(0.73) - 1e-9) upper += x[i], ++n_upper;
    if (total[i] <= quantile(0.27) + 1e-9) lower += x[i], ++n_lower;
  }
  EXPECT_NEAR(s.discrimination, (upper / n_upper - lower / n_lower) / 5.0, 1e-12);
}

TEST(Bonus, AMissingBonusItemLeavesThePersonIn) {
  Case c = bonus_case();
  for (std::size_t i = 0; i < 40; ++i) c.rows[i][2] = -1;
  ItemAnalysisOptions options;
  options.scoring.cases = CaseRule::kListwise;
  const auto out = item_analysis(packed(c.rows, c.items), c.items, {}, options).value();
  EXPECT_EQ(out.n_used, 90) << "listwise asks for the regular items";
  EXPECT_EQ(out.items[2].n, 50);
  EXPECT_EQ(out.items[2].n_missing, 40);
  EXPECT_FALSE(std::isnan(out.items[0].item_total_r));
}

TEST(Bonus, ReliabilityErrorsAndSpTableLeaveItOut) {
  const Case c = bonus_case();
  const Responses all = packed(c.rows, c.items), regular = packed(c.regular_rows, c.regular_items);
  EXPECT_EQ(reliability(all, c.items)->alpha, reliability(regular, c.regular_items)->alpha);
  EXPECT_EQ(conditional_sem(all, c.items)->full_mark, 13.0);
  EXPECT_EQ(conditional_sem(all, c.items)->ratio, conditional_sem(regular, c.regular_items)->ratio);
  const auto sp = sp_table(all, c.items).value();
  EXPECT_EQ(sp.items.size(), 7U);
  for (const SpItem& item : sp.items) EXPECT_EQ(item.id, c.items[static_cast<std::size_t>(item.column)].id) << "columns of the paper";
}

TEST(Bonus, OptionsAreComparedByTheRegularTotal) {
  Case c = bonus_case();
  for (const std::size_t j : {std::size_t{0}, std::size_t{4}}) {
    c.items[j].key = "B";
    c.items[j].category_labels = {"A", "B"};
  }
  c.regular_items = c.items;
  c.regular_items.erase(c.regular_items.begin() + 2);
  const auto with = distractors(packed(c.rows, c.items), c.items).value();
  const auto without = distractors(packed(c.regular_rows, c.regular_items), c.regular_items).value();
  ASSERT_EQ(with.items[0].options.size(), 2U);
  EXPECT_EQ(with.items[0].options[1].option_total_r, without.items[0].options[1].option_total_r);
  EXPECT_EQ(with.items[0].options[0].mean_rest, without.items[0].options[0].mean_rest);
}

TEST(Bonus, AddsPointsToTotalsAndNothingAttainable) {
  const Items items = [] {
    Items out = {ctt_cases::item("q1", 6.0), ctt_cases::item("q2", 4.0), ctt_cases::item("q3", 3.0)};
    out[2].bonus = true;
    for (auto& item : out) item.knowledge = {"k"};
    return out;
  }();
  const Responses answers = packed({{6, 4, 3}, {3, 2, 0}, {6, 4, -1}, {-1, -1, 3}}, items);
  const auto scores = test_scores(answers, items).value();
  EXPECT_EQ(scores.full_mark, 10.0);
  EXPECT_EQ(scores.total[0], 13.0);
  EXPECT_EQ(scores.attainable[0], 10.0);
  EXPECT_TRUE(scores.same_paper);
  EXPECT_EQ(scores.used[3], 0) << "a bonus item alone is no paper";
  ExamStatisticsOptions options;
  options.rates = {{"full", 1.0, RateCut::Side::kAtLeast}};
  const auto exam = exam_statistics(answers, items, {}, options).value();
  EXPECT_DOUBLE_EQ(exam.all.mean, (13.0 + 5.0 + 10.0) / 3.0);
  EXPECT_DOUBLE_EQ(exam.all.score_rate, (10.0 + 5.0 + 10.0) / 30.0) << "nobody stands above the full mark";
  EXPECT_EQ(exam.all.counts[0], 2);
  for (const auto& part : exam.content) {
    if (part.dimension != ContentDimension::kKnowledge) continue;
    EXPECT_DOUBLE_EQ(part.full_mark, 10.0);
  }
  Items nothing_else = {items[2]};
  EXPECT_EQ(reliability(packed({{1}, {2}}, nothing_else), nothing_else).error().code, Code::kNoItems);
}

}  // namespace
