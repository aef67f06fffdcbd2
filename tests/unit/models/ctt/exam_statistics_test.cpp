#include <celadon/models/ctt/exam_statistics.hpp>

#include "ctt_cases.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace {

using namespace celadon;
using ctt::RateCut;
using ctt_cases::item;
using ctt_cases::pack;

Items blueprint() {
  Items items{item("1", 2), item("2", 3), item("3", 5)};
  items[0].knowledge = {"fractions"};
  items[1].knowledge = {"fractions", "geometry"};
  items[2].knowledge = {"geometry"};
  items[0].type = items[1].type = "choice";
  items[2].type = "written";
  items[0].ability_level = "know";
  return items;
}

ctt::ExamStatisticsOptions cuts() {
  ctt::ExamStatisticsOptions options;
  options.rates = {
      {"excellent", 0.85, RateCut::Side::kAtLeast}, {"pass", 0.6, RateCut::Side::kAtLeast}, {"low", 0.4, RateCut::Side::kBelow}};
  return options;
}

// Totals of 10: 10, 8, 6, 3, 4 -- shares 1, .8, .6, .3, .4.
const std::vector<std::vector<int>> kRows{{2, 3, 5}, {2, 3, 3}, {1, 3, 2}, {0, 1, 2}, {2, 0, 2}};

const ctt::ExamContent& part(const ctt::ExamStatistics& s, const std::string& unit, ctt::ContentDimension d, const std::string& value) {
  for (const auto& c : s.content)
    if (c.unit == unit && c.dimension == d && c.value == value) return c;
  throw std::runtime_error("no such part: " + value);
}

TEST(ExamStatistics, OneMeanAndThreeRatesByHand) {
  const auto s = ctt::exam_statistics(pack(kRows), blueprint(), {}, cuts()).value();
  EXPECT_EQ(s.full_mark, 10.0);
  EXPECT_EQ(s.all.n, 5);
  EXPECT_DOUBLE_EQ(s.all.mean, 6.2);
  EXPECT_DOUBLE_EQ(s.all.score_rate, 0.62);
  EXPECT_NEAR(s.all.sd, std::sqrt((3.8 * 3.8 + 1.8 * 1.8 + 0.2 * 0.2 + 3.2 * 3.2 + 2.2 * 2.2) / 4.0), 1e-12);
  EXPECT_DOUBLE_EQ(s.all.minimum, 3.0);
  EXPECT_DOUBLE_EQ(s.all.maximum, 10.0);
  EXPECT_DOUBLE_EQ(s.all.median, 6.0);
  EXPECT_DOUBLE_EQ(s.all.rates[0], 0.2);
  EXPECT_DOUBLE_EQ(s.all.rates[1], 0.6);  // 6 of 10 stands at the cut and passes
  EXPECT_DOUBLE_EQ(s.all.rates[2], 0.2);  // 4 of 10 stands at the cut and is not low
  EXPECT_EQ(s.all.counts, (std::vector<std::int64_t>{1, 3, 1}));
  EXPECT_EQ(s.all.above_mean_rate, 0.0);
}

TEST(ExamStatistics, UnitsAgainstAll) {
  auto options = cuts();
  options.unit = {0, 0, 1, 1, -1};
  options.unit_ids = {"class 1", "class 2", "class 3"};
  const auto s = ctt::exam_statistics(pack(kRows), blueprint(), {}, options).value();
  ASSERT_EQ(s.units.size(), 3U);
  EXPECT_DOUBLE_EQ(s.units[0].mean, 9.0);
  EXPECT_NEAR(s.units[0].above_mean_rate, (9.0 - 6.2) / 6.2, 1e-14);
  EXPECT_NEAR(s.units[1].above_mean_rate, (4.5 - 6.2) / 6.2, 1e-14);
  EXPECT_EQ(s.units[2].n, 0);
  EXPECT_TRUE(std::isnan(s.units[2].mean));
  bool empty = false;
  for (const auto& f : s.findings) empty |= f.code == Code::kEmptyGroup;
  EXPECT_TRUE(empty);
  const Table t = s.to_table();
  EXPECT_EQ(t.n_rows(), 4);
  EXPECT_NE(t.find("rate_excellent"), nullptr);
  EXPECT_NE(t.find("n_pass"), nullptr);
  EXPECT_TRUE(t.find("mean")->is_null(3));
}

TEST(ExamStatistics, ContentByEveryColumnOfTheBlueprint) {
  auto options = cuts();
  options.unit = {0, 0, 1, 1, -1};
  options.unit_ids = {"a", "b"};
  const auto s = ctt::exam_statistics(pack(kRows), blueprint(), {}, options).value();
  using D = ctt::ContentDimension;
  const auto& fractions = part(s, "", D::kKnowledge, "fractions");
  EXPECT_EQ(fractions.n_items, 2);
  EXPECT_EQ(fractions.full_mark, 5.0);
  EXPECT_DOUBLE_EQ(fractions.score_rate, (5 + 5 + 4 + 1 + 2) / 25.0);
  EXPECT_DOUBLE_EQ(part(s, "", D::kKnowledge, "geometry").score_rate, (8 + 6 + 5 + 3 + 2) / 40.0);
  EXPECT_DOUBLE_EQ(part(s, "b", D::kItemType, "choice").score_rate, (4 + 1) / 10.0);
  EXPECT_DOUBLE_EQ(part(s, "a", D::kItem, "3").mean, 4.0);
  EXPECT_DOUBLE_EQ(part(s, "", D::kAbilityLevel, "know").score_rate, 7 / 10.0);
  EXPECT_EQ(s.content_table().n_rows(), static_cast<std::int64_t>(s.content.size()));
  EXPECT_THROW(part(s, "", D::kSubject, ""), std::runtime_error);  // a column that nobody filled has no rows
}

TEST(ExamStatistics, AbsentPupilsAreInNoDenominator) {
  auto rows = kRows;
  rows.push_back({0, 0, 0});
  const std::vector<std::uint8_t> include{1, 1, 1, 1, 1, 0};
  const auto s = ctt::exam_statistics(pack(rows), blueprint(), {.weights = {}, .include = include}, cuts()).value();
  EXPECT_EQ(s.all.n, 5);
  EXPECT_DOUBLE_EQ(s.all.mean, 6.2);
  EXPECT_DOUBLE_EQ(s.all.rates[2], 0.2);
}

TEST(ExamStatistics, DifferentPapersAreComparedAsShares) {
  const auto s = ctt::exam_statistics(pack({{2, 3, -1}, {0, 0, 5}}), blueprint(), {}, cuts()).value();
  EXPECT_DOUBLE_EQ(s.all.score_rate, 10.0 / 15.0);
  EXPECT_DOUBLE_EQ(s.all.maximum, 10.0);  // all of 5 attainable points, on the scale of the whole paper
  EXPECT_EQ(s.all.counts[0], 1);
  bool said = false;
  for (const auto& f : s.findings) said |= f.code == Code::kDifferentPapers;
  EXPECT_TRUE(said);
}

TEST(ExamStatistics, CutsAreNotMissedByALastDigit) {
  // 0.1 + 0.2 + 0.3 + ... of marks in tenths: 8.5 of 10 reaches a cut of 85 %.
  Items items{item("1", 5, {0.0, 4.1}), item("2", 5, {0.0, 4.4})};
  ctt::ExamStatisticsOptions options;
  options.rates = {{"excellent", 0.85, RateCut::Side::kAtLeast}};
  EXPECT_EQ(ctt::exam_statistics(pack({{1, 1}, {0, 1}}), items, {}, options)->all.counts[0], 1);
}

TEST(ExamStatistics, WeightsCount) {
  const std::vector<double> weights{1, 1, 1, 1, 4};
  const auto s = ctt::exam_statistics(pack(kRows), blueprint(), {.weights = weights, .include = {}}, cuts()).value();
  EXPECT_NEAR(s.all.mean, (10 + 8 + 6 + 3 + 16) / 8.0, 1e-13);
  EXPECT_NEAR(s.all.rates[1], 3.0 / 8.0, 1e-14);
  EXPECT_EQ(s.all.counts[1], 3);
}

TEST(ExamStatistics, SameBitsForAnyNumberOfThreads) {
  const auto r = pack(ctt_cases::simulate(9001, {3, 4, 6}, 0.02));
  auto options = cuts();
  std::vector<double> weights;
  for (int i = 0; i < 9001; ++i) {
    weights.push_back(0.1 + (i * 7919 % 1000) / 300.0);
    options.unit.push_back(i % 7);
  }
  options.unit_ids = {"a", "b", "c", "d", "e", "f", "g"};
  std::vector<double> first;
  for (const int threads : {1, 2, 3, 8}) {
    ExecutionContext context;
    context.n_threads = threads;
    const auto s = ctt::exam_statistics(r, blueprint(), {.weights = weights, .include = {}}, options, context).value();
    std::vector<double> now;
    for (const auto& g : s.units) now.insert(now.end(), {g.mean, g.sd, g.rates[0], g.median});
    for (const auto& c : s.content) now.insert(now.end(), {c.mean, c.sd});
    if (first.empty()) first = now;
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(std::bit_cast<std::uint64_t>(now[i]), std::bit_cast<std::uint64_t>(first[i]));
  }
}

TEST(ExamStatistics, WrongUse) {
  const auto r = pack(kRows);
  auto options = cuts();
  options.rates[0].share_of_full = 85;
  EXPECT_EQ(ctt::exam_statistics(r, {}, {}, options).error().code, Code::kInvalidArgument);
  options = cuts();
  options.rates[1].id = "excellent";
  EXPECT_EQ(ctt::exam_statistics(r, {}, {}, options).error().code, Code::kInvalidArgument);
  options = cuts();
  options.unit = {0, 0};
  EXPECT_EQ(ctt::exam_statistics(r, {}, {}, options).error().code, Code::kLengthMismatch);
  options.unit = {0, 0, 0, 0, 1};
  options.unit_ids = {"a"};
  EXPECT_EQ(ctt::exam_statistics(r, {}, {}, options).error().code, Code::kInvalidArgument);
}

}  // namespace
