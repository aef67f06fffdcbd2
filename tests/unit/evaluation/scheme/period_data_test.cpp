#include "scheme_cases.hpp"

#include <celadon/core/arrow/reader.hpp>
#include <celadon/evaluation/scheme/period_data.hpp>

#include <gtest/gtest.h>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::FrameOptions;
using scheme::PeriodData;

Table pupils() {
  Table t("pupils");
  t.add("school", std::vector<std::string>{"a", "a", "b", "b", "c", ""}, {1, 1, 1, 1, 1, 0});
  t.add("district", std::vector<std::string>{"x", "x", "x", "x", "y", "y"});
  t.add("name", std::vector<std::string>{"1", "2", "3", "4", "5", "6"});
  t.add("w", std::vector<double>{1, 2, 1, 1, 1, 1});
  t.add("pv1", std::vector<double>{1, 2, 3, 4, 5, 6});
  t.add("pv2", std::vector<double>{2, 3, 4, 5, 6, 7});
  t.add("hours", std::vector<std::int64_t>{8, 9, 7, 0, 8, 8}, {1, 1, 1, 0, 1, 1});
  t.add("r1", std::vector<double>{2, 0, 1, 1, 2, 1});
  t.add("r2", std::vector<double>{0, 4, 1, 1, 0, 1});
  return t;
}

FrameOptions options(scheme::Estimand estimand) {
  FrameOptions o;
  o.weight = "w";
  o.plausible_values = {{"score", {"pv1", "pv2"}}};
  o.estimand = estimand;
  o.replicate_weights = {"r1", "r2"};
  o.n_groups = 2;
  return o;
}

TEST(PeriodData, ReadsUnitsVariablesAndDesign) {
  PeriodData data("2026", {"school", "district", "city"});
  ASSERT_TRUE(data.add(arrow::DataTable::from_table(pupils()), options(scheme::Estimand::kReplicates)));
  const scheme::Period p = data.period();
  ASSERT_EQ(p.levels.size(), 3U);
  EXPECT_EQ(p.levels[0].ids, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(p.levels[0].parent, (std::vector<std::int32_t>{0, 0, 1}));
  EXPECT_EQ(p.levels[2].ids, std::vector<std::string>{"city"});
  EXPECT_EQ(p.levels[1].parent, (std::vector<std::int32_t>{0, 0}));
  const scheme::Frame& f = p.frames.front();
  EXPECT_EQ(f.level, "school");
  EXPECT_EQ(f.unit[5], -1);
  ASSERT_EQ(f.variables.size(), 2U);
  EXPECT_EQ(f.variables[0].name, "score");
  EXPECT_EQ(f.variables[0].columns.size(), 2U);
  EXPECT_EQ(f.variables[1].name, "hours");
  EXPECT_TRUE(std::isnan(f.variables[1].columns[0][3]));
  EXPECT_EQ(f.design->n_replicates, 2);
  EXPECT_EQ(f.design->replicate_weights[3], 4.0);
  ASSERT_EQ(data.findings().size(), 1U);
  EXPECT_EQ(data.findings()[0].code, Code::kMissingId);
  EXPECT_EQ(data.findings()[0].place.row, 6);

  auto mean = leaf("mean", scheme::Statistic::kMean, "score");
  mean.least_n = 1;
  const auto result = evaluated(scheme_of({mean}), {&p});
  EXPECT_NEAR(result.at(0, "school", "a", "mean").value, (5.0 / 3.0 + 8.0 / 3.0) / 2.0, 1e-12);
}

TEST(PeriodData, FramesOfSeveralLevelsShareUnits) {
  PeriodData data("2026", {"school", "district"});
  ASSERT_TRUE(data.add(arrow::DataTable::from_table(pupils()), options(scheme::Estimand::kLikeCohort)));
  Table schools("schools");
  schools.add("school", std::vector<std::string>{"c", "d"});
  schools.add("district", std::vector<std::string>{"y", "y"});
  schools.add("area", std::vector<double>{100, 200});
  FrameOptions o;
  o.name = "schools";
  o.persons = false;
  o.estimand = scheme::Estimand::kTheseRows;
  ASSERT_TRUE(data.add(arrow::DataTable::from_table(schools), o));
  const scheme::Period p = data.period();
  EXPECT_EQ(p.levels[0].ids.size(), 4U);
  EXPECT_EQ(p.frames[1].unit[0], 2);
  EXPECT_EQ(p.levels[0].parent[3], 1);
}

// A school whose district no row says is missing above, and said to be so.
TEST(PeriodData, AUnitWithoutAUnitAboveIsNamed) {
  Table t("pupils");
  t.add("school", std::vector<std::string>{"a", "b", "c"});
  t.add("district", std::vector<std::string>{"x", "", "y"}, {1, 0, 1});
  t.add("x", std::vector<double>{1, 2, 3});
  PeriodData data("2026", {"school", "district", "city"});
  FrameOptions o;
  o.estimand = scheme::Estimand::kTheseRows;
  ASSERT_TRUE(data.add(arrow::DataTable::from_table(t), o));
  const scheme::Period p = data.period();
  auto mean = leaf("mean", scheme::Statistic::kMean, "x");
  mean.least_n = 1;
  const auto result = evaluated(scheme_of({mean}), {&p});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].code, Code::kSchemeLooseUnits);
  EXPECT_EQ(result.findings[0].place.item, "b");
  EXPECT_EQ(result.at(0, "city", "city", "mean").n, 2.0);
}

TEST(PeriodData, SaysWhatIsWrong) {
  const auto code = [](const Table& t, const FrameOptions& o, std::vector<std::string> levels = {"school", "district"}) {
    PeriodData data("2026", std::move(levels));
    const auto ok = data.add(arrow::DataTable::from_table(t), o);
    return ok ? Code::kNone : ok.error().code;
  };
  const FrameOptions good = options(scheme::Estimand::kTheseRows);
  EXPECT_EQ(code(pupils(), good), Code::kNone);
  EXPECT_EQ(code(pupils(), good, {"class"}), Code::kSchemeFrameInvalid);
  FrameOptions o = good;
  o.weight = "name";
  EXPECT_EQ(code(pupils(), o), Code::kSchemeFrameInvalid);
  o = good;
  o.plausible_values[0].second.push_back("pv9");
  EXPECT_EQ(code(pupils(), o), Code::kSchemeFrameInvalid);
  o = options(scheme::Estimand::kReplicates);
  o.replicate_weights = {};
  EXPECT_EQ(code(pupils(), o), Code::kSchemeFrameInvalid);
  Table two = pupils();
  Table moved("pupils");
  moved.add("school", std::vector<std::string>{"a", "a"});
  moved.add("district", std::vector<std::string>{"x", "y"});
  EXPECT_EQ(code(moved, {}), Code::kSchemeUnits);
}

}  // namespace
