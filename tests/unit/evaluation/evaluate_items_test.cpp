// Item statistics of papers with bonus items (附加题) and choice groups (选做题), and the fit of calibrated items.
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/models/irt/item_fit.hpp>

#include <evaluation/paper_fixture.hpp>
#include <evaluation/school_fixture.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace celadon::evaluation;
using celadon::MissingTreatment;
using paper_fixture::kAway;
using paper_fixture::kOmit;
using school_fixture::profile;

/// q1 and q4 of ten points, q2 or q3 to choose, q5 a bonus item.
Paper choice_paper() {
  auto list = paper_fixture::items({10, 5, 5, 10, 4});
  list[1].choice_group = list[2].choice_group = "A";
  list[4].bonus = true;
  for (auto& i : list) i.type = "written";
  std::vector<std::vector<int>> rows;
  school_fixture::Draws draws(3);
  for (int i = 0; i < 60; ++i) {
    const double p = 1.0 / (1.0 + std::exp(-draws.normal()));
    const auto mark = [&](int full) {
      int points = 0;
      for (int k = 0; k < full; ++k) points += draws.next() < p ? 1 : 0;
      return points;
    };
    const bool first = i % 3 != 0;
    rows.push_back({mark(10), first ? mark(5) : kAway, first ? kAway : mark(5), mark(10), i % 4 == 0 ? kAway : mark(4)});
  }
  rows[58] = {4, kOmit, kOmit, 5, 0};  // both left blank
  rows[59] = {7, kOmit, 3, 6, 0};      // the other one crossed out
  return paper_fixture::paper(list, rows);
}

celadon::evaluation::Profile blanks_are_lost() {
  auto out = profile();
  out.missing.omitted = MissingTreatment::kLowest;
  return out;
}

double pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mx = 0.0, my = 0.0, xy = 0.0, xx = 0.0, yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) mx += x[i] / n, my += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

TEST(EvaluateItems, ABlankChoiceGroupIsLostOnceEverywhere) {
  const Evaluation e = evaluate(std::vector<Paper>{choice_paper()}, blanks_are_lost()).value();
  const PaperEvaluation& p = e.papers[0];
  const auto& level = p.levels.pupils[58];
  EXPECT_DOUBLE_EQ(level.total, 9.0);
  EXPECT_DOUBLE_EQ(level.attainable, 25.0);
  double losses = 0.0, points = 0.0;
  int counted_in_group = 0;
  for (const ItemOutcome& o : pupil_items(p, 58)) {
    if (o.outcome == celadon::feedback::Outcome::kNotCounted || o.item == 4) continue;
    losses += o.loss;
    points += o.points;
    counted_in_group += o.item == 1 || o.item == 2 ? 1 : 0;
  }
  EXPECT_EQ(counted_in_group, 1);
  EXPECT_DOUBLE_EQ(points + losses, level.attainable);
  double part = 0.0;
  for (const auto& s : pupil_parts(e, p, 58)) part += s.attainable;
  EXPECT_DOUBLE_EQ(part, level.attainable) << "one item type holds the whole paper";
  EXPECT_DOUBLE_EQ(p.levels.pupils[59].attainable, 25.0);
  EXPECT_DOUBLE_EQ(p.levels.pupils[59].total, 16.0);
  EXPECT_EQ(p.items->items[1].n + p.items->items[2].n, 60) << "each pupil has one of the two";
  EXPECT_DOUBLE_EQ(p.exam->all.score_rate, [&] {
    double sum = 0.0;
    for (const auto& l : p.levels.pupils) sum += l.share;
    return sum / 60.0;
  }());
}

TEST(EvaluateItems, TotalsBehindItemStatisticsHoldTheGroupOnceAndNoBonusMarks) {
  const Paper paper = choice_paper();
  const Evaluation e = evaluate(std::vector<Paper>{paper}, blanks_are_lost()).value();
  const auto& items = e.papers[0].items->items;
  ASSERT_EQ(items.size(), 5U);
  std::vector<double> q1, rest1, q2, rest2, q5, total5;
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto mark = [&](std::int64_t j) {
      const std::uint8_t c = paper.scored.at(i, j);
      return celadon::is_missing(c) ? 0.0 : static_cast<double>(c);
    };
    const double group = mark(1) + mark(2);
    q1.push_back(mark(0));
    rest1.push_back(group + mark(3));
    const bool chose_first = !celadon::is_missing(paper.scored.at(i, 1)) || i == 58;  // blank both: the first one is lost
    if (chose_first) q2.push_back(mark(1)), rest2.push_back(mark(0) + mark(3));
    if (!celadon::is_missing(paper.scored.at(i, 4))) q5.push_back(mark(4)), total5.push_back(mark(0) + group + mark(3));
  }
  EXPECT_NEAR(items[0].item_rest_r, pearson(q1, rest1), 1e-12) << "over all pupils, whichever item they chose";
  EXPECT_EQ(items[1].id, "q2");
  EXPECT_EQ(items[1].n, static_cast<std::int64_t>(q2.size()));
  EXPECT_NEAR(items[1].item_rest_r, pearson(q2, rest2), 1e-12) << "among those who chose it";
  EXPECT_NEAR(items[4].item_rest_r, pearson(q5, total5), 1e-12) << "against the regular total";
  EXPECT_TRUE(std::isfinite(items[2].discrimination));
  EXPECT_DOUBLE_EQ(e.papers[0].items->full_mark, 25.0);
}

TEST(EvaluateItems, ItemsOfDifferentMarksInAGroupCountWithTheirOwn) {
  auto list = paper_fixture::items({10, 5, 4});
  list[1].choice_group = list[2].choice_group = "A";
  const Paper paper = paper_fixture::paper(list, {{10, 5, kAway}, {5, kAway, 4}, {8, 3, kAway}, {6, kAway, 2}});
  const Evaluation e = evaluate(std::vector<Paper>{paper}, profile()).value();
  const auto& pupils = e.papers[0].levels.pupils;
  EXPECT_DOUBLE_EQ(pupils[0].attainable, 15.0);
  EXPECT_DOUBLE_EQ(pupils[1].attainable, 14.0);
  EXPECT_DOUBLE_EQ(pupils[1].share, 9.0 / 14.0);
}

TEST(EvaluateItems, TheEvaluationHoldsInfitAndOutfit) {
  const Evaluation e = school_fixture::evaluated({.n_pupils = 220, .n_choice = 10, .n_written = 0, .seed = 3, .options = false});
  const PaperEvaluation& p = e.papers[0];
  ASSERT_TRUE(p.calibration.calibrated);
  const auto expected = celadon::irt::item_mean_squares(p.calibration.fit->model, p.paper.scored).value();
  ASSERT_EQ(p.calibration.item_fit.size(), expected.items.size());
  const celadon::Table t = table(e, "calibration_items").value();
  ASSERT_EQ(t.n_rows(), 10);
  for (std::size_t j = 0; j < expected.items.size(); ++j) {
    EXPECT_EQ(p.calibration.item_fit[j].item, expected.items[j].item);
    EXPECT_EQ(p.calibration.item_fit[j].infit, expected.items[j].infit) << "the shipped profile ignores missing cells, and there are none";
    EXPECT_EQ(school_fixture::numbers(t, "infit")[j], expected.items[j].infit);
    EXPECT_EQ(school_fixture::numbers(t, "outfit_z")[j], expected.items[j].outfit_z);
    EXPECT_EQ(school_fixture::integers(t, "fit_n")[j], 220);
  }
  const Evaluation classical = school_fixture::evaluated();
  EXPECT_TRUE(classical.papers[0].calibration.item_fit.empty());
  EXPECT_NE(table(classical, "calibration_items")->find("infit"), nullptr);
}

}  // namespace
