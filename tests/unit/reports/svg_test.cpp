#include "sample_reports.hpp"

#include <celadon/reports/svg.hpp>
#include <celadon/reports/vega.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace celadon {
namespace {

using reports::Chart;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Tags balance and no attribute or text breaks out: a small reader of the XML that the drawings use.
::testing::AssertionResult well_formed(std::string_view xml) {
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = xml.find('<', at)) != std::string_view::npos) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return ::testing::AssertionFailure() << "tag without end at " << at;
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return ::testing::AssertionFailure() << "quotes in " << tag;
    const std::string name(tag.substr(0, tag.find_first_of(" /")));
    if (tag.front() == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return ::testing::AssertionFailure() << "closes " << tag;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end + 1;
  }
  return open.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << open.size() << " open";
}

TEST(Svg, EveryChartIsNamedWellFormedAndWithoutNumbersThatAreNone) {
  std::set<std::string_view> kinds;
  for (const Chart& chart : testing::sample_charts())
    for (const bool narrow : {false, true}) {
      const std::string text = reports::svg(chart, {.narrow = narrow, .standalone = false, .id_prefix = "r1-"});
      kinds.insert(chart.kind());
      EXPECT_TRUE(well_formed(text)) << chart.id;
      EXPECT_THAT(text, HasSubstr("role=\"img\" aria-labelledby=\"r1-" + chart.id));
      EXPECT_THAT(text, HasSubstr("</title><desc"));
      EXPECT_THAT(text, HasSubstr(narrow ? "viewBox=\"0 0 340" : "viewBox=\"0 0 660")) << chart.id;
      EXPECT_THAT(text, Not(HasSubstr("nan")));
      EXPECT_THAT(text, Not(HasSubstr("<script")));
      EXPECT_EQ(text.find("–\"") == std::string::npos, true) << chart.id << ": a coordinate without a value";
    }
  EXPECT_EQ(kinds.size(), 11U) << "the samples hold every kind of chart";
}

TEST(Svg, StandaloneCarriesNamespaceAndStyle) {
  const std::string text = reports::svg(testing::sample_charts().front(), {.narrow = false, .standalone = true, .id_prefix = ""});
  EXPECT_THAT(text, HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(text, HasSubstr("<style>"));
}

TEST(Svg, LongNamesAreShortenedAndKeptInATooltip) {
  for (const Chart& chart : testing::sample_charts())
    if (chart.kind() == "sp_chart") {
      EXPECT_THAT(reports::svg(chart), HasSubstr("<title>" + testing::kLongName + "</title>欧阳"));
    }
}

TEST(Svg, LevelWithoutTotalDrawsNoPointer) {
  Chart chart = testing::sample_charts().front();
  EXPECT_THAT(reports::svg(chart), Not(HasSubstr("class=\"ptr\"")));
  std::get<reports::LevelBandChart>(chart.data).score = 0.8;
  EXPECT_THAT(reports::svg(chart), HasSubstr("class=\"ptr\""));
}

/// Top of the box that holds a point's name: the last box before the text.
double top_of(const std::string& svg, const std::string& label) {
  const std::size_t text = svg.find(">" + label);
  const std::size_t box = svg.rfind("<rect", text);
  const std::size_t y = svg.find(" y=\"", box) + 4;
  return text == std::string::npos || box == std::string::npos ? -1.0 : std::stod(svg.substr(y));
}

TEST(Svg, APointStandsBelowWhatItNeeds) {
  for (const Chart& chart : testing::sample_charts()) {
    const auto* map = std::get_if<reports::PrerequisiteChart>(&chart.data);
    if (map == nullptr) continue;
    const std::string text = reports::svg(chart);
    const double first = top_of(text, "整数四则运算"), middle = top_of(text, "小数的意义"), last = top_of(text, "小数加减");
    EXPECT_LT(first, middle);
    EXPECT_LT(middle, last);
    EXPECT_THAT(text, Not(HasSubstr("观察物体"))) << "a point without links is not drawn";
    EXPECT_EQ(chart.table().n_rows(), 3);
  }
  // A circle is no order: it is drawn once round and ends.
  const Chart circle{"c", "t", "d", reports::PrerequisiteChart{{{"A", {}, ""}, {"B", {}, ""}}, {{0, 1}, {1, 0}}}};
  EXPECT_TRUE(well_formed(reports::svg(circle)));
  EXPECT_THAT(reports::svg(circle), AllOf(HasSubstr(">A<"), HasSubstr(">B<")));
}

TEST(Svg, EmptyChartsDrawNothingAndDoNotFail) {
  const std::vector<reports::ChartData> empty{reports::LevelBandChart{}, reports::ScoreDistributionChart{}, reports::WrightMapChart{},
                                              reports::ItemCurveChart{}, reports::InformationChart{},       reports::DistractorChart{},
                                              reports::SpChart{},        reports::HeatMapChart{},           reports::WaterfallChart{},
                                              reports::KnowledgeChart{}, reports::PrerequisiteChart{}};
  for (const reports::ChartData& data : empty) {
    const Chart chart{"c", "t", "d", data};
    EXPECT_TRUE(well_formed(reports::svg(chart))) << chart.kind();
    EXPECT_FALSE(nlohmann::json::parse(reports::vega_lite(chart), nullptr, false).is_discarded()) << chart.kind();
    EXPECT_NO_THROW((void)chart.table());
  }
}

TEST(Vega, HoldsTheSameRowsAsTheTable) {
  for (const Chart& chart : testing::sample_charts()) {
    const auto spec = nlohmann::json::parse(reports::vega_lite(chart));
    const Table table = chart.table();
    const auto& values = spec.at("data").at("values");
    ASSERT_EQ(static_cast<std::int64_t>(values.size()), table.n_rows()) << chart.id;
    EXPECT_GT(table.n_rows(), 0);
    for (const Column& column : table.columns()) {
      if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
        for (std::size_t row = 0; row < numbers->size(); ++row) {
          const auto& value = values[row].at(column.name);
          if (column.is_null(static_cast<std::int64_t>(row))) {
            EXPECT_TRUE(value.is_null());
          } else {
            EXPECT_EQ(value.get<double>(), (*numbers)[row]);
          }
        }
    }
    EXPECT_EQ(spec.at("title"), chart.title);
    EXPECT_TRUE(spec.contains("mark") || spec.contains("layer") || spec.contains("hconcat")) << chart.id;
  }
}

TEST(Chart, WaterfallEndsWhereItsStepsLead) {
  const Chart chart{"w", "", "", reports::WaterfallChart{10, {{"a", -2.5}, {"b", -1}}, "full", "end"}};
  const Table table = chart.table();
  EXPECT_EQ(std::get<std::vector<double>>(table.find("level")->values), (std::vector<double>{10, 7.5, 6.5, 6.5}));
}

}  // namespace
}  // namespace celadon
