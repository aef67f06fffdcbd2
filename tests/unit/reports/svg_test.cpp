#include "sample_reports.hpp"

#include <celadon/reports/svg.hpp>
#include <celadon/reports/vega.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
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
  EXPECT_EQ(kinds.size(), 17U) << "the samples hold every kind of chart";
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
  const std::vector<reports::ChartData> empty{reports::LevelBandChart{},   reports::ScoreDistributionChart{}, reports::WrightMapChart{},
                                              reports::ItemCurveChart{},   reports::InformationChart{},       reports::DistractorChart{},
                                              reports::SpChart{},          reports::HeatMapChart{},           reports::WaterfallChart{},
                                              reports::KnowledgeChart{},   reports::PrerequisiteChart{},      reports::ProfileChart{},
                                              reports::CaterpillarChart{}, reports::GradientChart{},          reports::BalanceChart{},
                                              reports::TornadoChart{},     reports::TimelineChart{}};
  for (const reports::ChartData& data : empty) {
    const Chart chart{"c", "t", "d", data};
    EXPECT_TRUE(well_formed(reports::svg(chart))) << chart.kind();
    EXPECT_FALSE(nlohmann::json::parse(reports::vega_lite(chart), nullptr, false).is_discarded()) << chart.kind();
    EXPECT_NO_THROW((void)chart.table());
  }
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

TEST(Svg, AProfileDrawsTheMarksThatARowHasAndALegendOfThose) {
  reports::ProfileChart profile;
  profile.rows = {{"高层次思维能力", "72%", 0.72, 0.66, 0.78, 0.65, 0.7, 0.75, "0%", "100%", 0},
                  {"提出问题", "人数太少", reports::kNoValue, reports::kNoValue, reports::kNoValue, 0.6, reports::kNoValue,
                   reports::kNoValue, "0%", "100%", 1}};
  profile.value_label = "本校";
  profile.reference_label = "同类学校平均";
  profile.target_label = "目标";
  const Chart both{"p", "t", "d", profile};
  for (const bool narrow : {false, true}) {
    const std::string text = reports::svg(both, {.narrow = narrow, .standalone = false, .id_prefix = ""});
    EXPECT_EQ(count_of(text, "class=\"band\""), 2U);
    EXPECT_EQ(count_of(text, "class=\"ptr\""), 2U) << "the first row and the legend";
    EXPECT_EQ(count_of(text, "class=\"ci\""), 1U) << "no word, no entry";
    EXPECT_EQ(count_of(text, "class=\"ref\""), 3U);
    EXPECT_EQ(count_of(text, "class=\"goal\""), 2U);
    EXPECT_EQ(count_of(text, "class=\"ring\""), 1U);
    EXPECT_EQ(count_of(text, ">100%<"), 1U) << "the second row has the axis of the first";
    EXPECT_THAT(text, AllOf(HasSubstr(">人数太少<"), HasSubstr(">目标<")));
  }
  // A mark that no row bears has no entry.
  for (auto& row : profile.rows) row.target = reports::kNoValue;
  EXPECT_THAT(reports::svg({"p", "t", "d", profile}), Not(HasSubstr("目标")));
  // Positions outside the axis stand at its end.
  profile.rows.resize(1);
  profile.rows[0].value = 7.5;
  EXPECT_THAT(reports::svg({"p", "t", "d", profile}), HasSubstr("M472 "));
}

TEST(Svg, TwoThousandUnitsStaySmall) {
  reports::CaterpillarChart schools;
  reports::GradientChart gradient;
  for (int k = 0; k < 2000; ++k) {
    const double v = 400 + 0.1 * k;
    schools.value.push_back(v);
    schools.lower.push_back(v - 10 - (k * 7919) % 13);
    schools.upper.push_back(v + 10 + (k * 7919) % 13);
    gradient.lines.push_back({-1.0 - k % 7, 1.0 + k % 11, v - (k * 31) % 50, v + (k * 17) % 60});
  }
  schools.own = gradient.own = 1200;
  for (const Chart& chart : {Chart{"c", "t", "d", schools}, Chart{"g", "t", "d", gradient}})
    for (const bool narrow : {false, true}) {
      const std::string text = reports::svg(chart, {.narrow = narrow, .standalone = false, .id_prefix = ""});
      EXPECT_LT(text.size(), 50'000U) << chart.kind();
      EXPECT_LE(count_of(text, "<path"), 11U) << chart.kind();
      EXPECT_THAT(text, HasSubstr("class=\"mine\"")) << "the reader's own unit is set off";
    }
  // Shorter intervals and a unit of one's own that is not there.
  schools.lower.resize(3);
  schools.own = 2000;
  const std::string text = reports::svg({"c", "t", "d", schools});
  EXPECT_TRUE(well_formed(text));
  EXPECT_THAT(text, Not(HasSubstr("class=\"mine\"")));
  EXPECT_EQ((Chart{"c", "t", "d", schools}).table().find("lower")->valid.size(), 2000U);
}

TEST(Svg, PartsOfABarFillItAndBearTheirNumbers) {
  const reports::BalanceChart parts{{{"学生之间", 0.8, 0.7, 0.9}, {"班级之间", 0.2, reports::kNoValue, reports::kNoValue}}};
  const std::string text = reports::svg({"b", "t", "d", parts});
  EXPECT_THAT(text, HasSubstr("<rect x=\"8\" y=\"20\" width=\"515.2\" height=\"30\" class=\"part p0\"/>"));
  EXPECT_THAT(text, HasSubstr("<rect x=\"523.2\" y=\"20\" width=\"128.8\" height=\"30\" class=\"part p1\"/>"));
  EXPECT_THAT(text, AllOf(HasSubstr(">80% (70%–90%)<"), HasSubstr(">20%<"), HasSubstr(">1<"), HasSubstr(">2<")));
}

TEST(Svg, ABarWithOneEndStartsAtTheCentre) {
  const reports::TornadoChart changes{
      50, {{"a", 40, 60, ""}, {"b", reports::kNoValue, 55, ""}, {"c", reports::kNoValue, reports::kNoValue, ""}}, "", "", 2};
  const std::string text = reports::svg({"t", "t", "d", changes});
  EXPECT_EQ(count_of(text, "class=\"bar\""), 2U);
  EXPECT_THAT(text, AllOf(HasSubstr(">40.00<"), HasSubstr(">60.00<"), HasSubstr(">55.00<"), Not(HasSubstr(">50.00<"))));
}

TEST(Svg, AGapInATimelineStaysOpen) {
  reports::TimelineChart years;
  years.periods = {"2019", "2020", "2021", "2022", "2023"};
  years.series = {{"本校", {0.5, 0.6, reports::kNoValue, 0.7, 0.7}, {}, {}}};
  years.share = true;
  EXPECT_EQ(count_of(reports::svg({"t", "t", "d", years}), "<polyline"), 2U);
  EXPECT_EQ(count_of(reports::svg({"t", "t", "d", years}), "class=\"pt k0\""), 5U) << "four points and the legend";
  EXPECT_THAT(reports::svg({"t", "t", "d", years}), HasSubstr(">100%<"));
  // At most six series are drawn; the table has all.
  years.series.resize(9, years.series.front());
  EXPECT_EQ(count_of(reports::svg({"t", "t", "d", years}), "<polyline"), 12U);
  EXPECT_EQ((Chart{"t", "t", "d", years}).table().n_rows(), 45);
}

TEST(Svg, NumbersThatDoNotPrintHaveNoPlaceOnAnAxis) {
  constexpr double kHuge = 1e300, kInfinite = std::numeric_limits<double>::infinity();
  reports::ProfileChart profile;
  profile.rows = {{"a", "", kHuge, -kInfinite, kInfinite, kInfinite, 0.5, 1e12, "", "", 1'000'000'000}};
  const std::vector<reports::ChartData> wild{
      profile,
      reports::CaterpillarChart{{-kInfinite, 1e12, kHuge}, {0, -1e12}, {1}, 2, kHuge, "y", "x", "own", "mean"},
      reports::GradientChart{{{0, kHuge, 1, 2}, {5, 5, 3, 3}}, {-1e12, 1e12, 0, 0}, 0, "x", "y", "u", "o", "own"},
      reports::BalanceChart{{{"a", kInfinite, 0, 1}, {"b", -3, 0, 1}, {"c", 1e12, 0, 1}}},
      reports::TornadoChart{kHuge, {{"a", -1e12, 1e12, ""}, {"b", kInfinite, 3, ""}}, "", "", 99},
      reports::TimelineChart{{"1", "2"}, {{"a", {kHuge, 1e-12}, {-kInfinite}, {}}}, kInfinite, "", "t", false}};
  for (const reports::ChartData& data : wild)
    for (const bool narrow : {false, true}) {
      const Chart chart{"c", "t", "d", data};
      const std::string text = reports::svg(chart, {.narrow = narrow, .standalone = false, .id_prefix = ""});
      EXPECT_TRUE(well_formed(text)) << chart.kind();
      for (std::size_t at = text.find("=\""); at != std::string::npos; at = text.find("=\"", at + 2))
        EXPECT_EQ(text.substr(at + 2, text.find('"', at + 2) - at - 2).find("–"), std::string::npos) << chart.kind();
      EXPECT_LT(text.size(), 20'000U) << chart.kind();
      EXPECT_FALSE(nlohmann::json::parse(reports::vega_lite(chart), nullptr, false).is_discarded()) << chart.kind();
    }
}

TEST(Svg, WordsTurnToTheNextLineBetweenWords) {
  const reports::TornadoChart changes{0, {{"Equal weights instead of weights by entropy", -1, 1, ""}}, "", "", 1};
  EXPECT_THAT(reports::svg({"t", "t", "d", changes}), AllOf(HasSubstr(">Equal weights instead of<"), HasSubstr(">weights by entropy<")));
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
