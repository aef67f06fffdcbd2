#include "evaluation/scheme/scheme_cases.hpp"
#include "reports/report_parts.hpp"

#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/indicator_reports.hpp>
#include <celadon/reports/json.hpp>
#include <celadon/reports/sink.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace {

using namespace celadon;
using namespace celadon::scheme_cases;
using scheme::Statistic;
using ::testing::HasSubstr;
using ::testing::Not;

/// A city of twenty schools in two districts over two periods, one school small, one index that nobody may weigh, two that lack data.
struct Pages {
  City before{20, 2, 30, 2, 5, "2025"};
  City now{20, 2, 30, 2, 6, "2026"};
  scheme::SchemeEvaluation evaluation;
  scheme::LikeUnits like;
  std::vector<green::Drivers> drivers;
  reports::IndicatorReportOptions options;

  Pages() {
    std::vector<scheme::Indicator> tree = {node("g1", scheme::Aggregation::kArithmetic, scheme::Weighting::kGiven),
                                           leaf("score", Statistic::kShareAtLeast, "score"),
                                           leaf("sleep", Statistic::kShareAtLeast, "sleep"),
                                           node("g2", scheme::Aggregation::kArithmetic, scheme::Weighting::kNone),
                                           leaf("ses", Statistic::kMean, "ses"),
                                           leaf("absent", Statistic::kMean, "nowhere"),
                                           leaf("no_cut", Statistic::kShareAtLeast, "sleep")};
    for (scheme::Indicator& i : tree) i.name = {"指标" + i.id, "index " + i.id};
    tree[0].weights = {0.6, 0.4};
    tree[1].parent = tree[2].parent = 0;
    tree[4].parent = tree[5].parent = 3;
    tree[1].cut = 500.0;
    tree[2].cut = 8.0;
    for (const int k : {0, 1, 2, 6}) tree[static_cast<std::size_t>(k)].unit = "share";
    tree[1].target = 0.95;
    for (std::size_t i = 0; i < now.sleep.size(); ++i)
      if (now.school[i] == 4) now.sleep[i] = i % 6 == 0 ? 7.0 : 10.0;
    for (City* city : {&before, &now})
      for (std::size_t i = 0, kept = 0; i < city->school.size(); ++i)
        if (city->school[i] == 7 && ++kept > 6) city->school[i] = -1;
    now.frame.variables[4].columns = {now.sleep};
    before.frame.unit = before.school;
    now.frame.unit = now.school;
    const auto cohort = [](City& c) -> const scheme::Period& { return c.with(scheme::cohort_design(c.school, c.weight, 40, 7).value()); };
    evaluation = scheme::evaluate(sound(scheme_of(tree)), std::vector<scheme::Period>{cohort(before), cohort(now)}).value();
    std::vector<double> background;
    for (int s = 0; s < 20; ++s) background.push_back(static_cast<double>(s % 10));
    scheme::LikeOptions like_options;
    like_options.n_like = 5;
    like = scheme::like_units(evaluation, 1, "school", background, 1, like_options).value();
    green::Drivers d;
    d.outcome = "score";
    d.outcome_name = {"语文成绩", "Chinese score"};
    d.gradient_name = {"家庭背景", "home background"};
    d.level = "school";
    d.period = "2026";
    d.confidence = 0.9;
    d.balance = {{"pupils", 60.0, 0.75, 0.70, 0.80}, {"school", 20.0, 0.25, 0.20, 0.30}};
    d.balance_after = {{"pupils", 55.0, 0.85, 0.80, 0.90}, {"school", 10.0, 0.15, 0.10, 0.20}};
    green::DriverEffect seen{};
    seen.variable = "ses";
    seen.name = {"家庭背景", "home background"};
    seen.per = 0.9;
    seen.estimate = 12.0;
    seen.se = 1.0;
    seen.low = 10.3;
    seen.high = 13.6;
    seen.p = 1e-9;
    seen.stands_out = true;
    d.effects = {seen};
    // In another order than the evaluation's: a page finds its line by the unit's id.
    for (std::int32_t s = 19; s >= 0; --s)
      if (s != 7) {
        d.lines.push_back({19 - s, -1.0, 1.0, 480.0 + s, 520.0 + s, 20.0, 2.0, 30});
        d.line_units.push_back("s" + std::to_string(s));
      }
    d.overall = {-1, -1.5, 1.5, 470.0, 530.0, 20.0, 0.5, 600};
    drivers = {d};
    options.like = &like;
    options.drivers = &drivers;
  }

  static scheme::Scheme sound(scheme::Scheme s) {
    EXPECT_TRUE(check(s).empty());
    return s;
  }
  [[nodiscard]] reports::Report page(const char* level, const char* unit) const {
    return reports::indicator_report(evaluation, level, unit, options).value();
  }
};

std::vector<std::string> sections(const reports::Report& report) {
  std::vector<std::string> out;
  for (const auto& s : report.sections) out.push_back(s.id);
  return out;
}

std::string all_text(const reports::Report& report) {
  std::string out;
  for (const auto* s : reports::statements(report)) out += s->lead + s->text + "\n";
  return out;
}

template <class Kind>
std::vector<const Kind*> charts(reports::Report&&) = delete;  // the pointers would dangle
template <class Kind>
std::vector<const Kind*> charts(const reports::Report& report) {
  std::vector<const Kind*> out;
  for (const auto& section : report.sections)
    for (const auto& block : section.blocks)
      if (const auto* chart = std::get_if<reports::ChartBlock>(&block))
        if (const auto* kind = std::get_if<Kind>(&chart->chart.data)) out.push_back(kind);
  return out;
}

TEST(IndicatorReports, EachLevelHasTheSectionsItCanFill) {
  const Pages p;
  EXPECT_EQ(sections(p.page("school", "s4")),
            (std::vector<std::string>{"look", "next", "indices", "changes", "like", "drivers", "sensitivity", "missing", "basis"}));
  EXPECT_EQ(sections(p.page("city", "city")),
            (std::vector<std::string>{"look", "next", "indices", "changes", "drivers", "sensitivity", "missing", "basis"}));
  const auto district = sections(p.page("district", "d1"));
  EXPECT_NE(std::find(district.begin(), district.end(), "units"), district.end());
}

TEST(IndicatorReports, AChangeStandsInWordsTableAndPicture) {
  const Pages p;
  const reports::Report page = p.page("school", "s4");
  EXPECT_THAT(all_text(page), HasSubstr("指标sleep有变化:比上次高"));
  const auto* changes = celadon::testing::table_of(page, "changes");
  ASSERT_NE(changes, nullptr);
  bool found = false;
  for (std::size_t r = 0; r < changes->n_rows(); ++r)
    if (std::get<std::string>(changes->cell(r, 0).value) == "指标sleep") {
      found = true;
      EXPECT_EQ(std::get<std::string>(changes->cell(r, 5).value), "有变化:升高");
      EXPECT_EQ(changes->folded[r], 0);
    }
  EXPECT_TRUE(found);
  const auto lines = charts<reports::TimelineChart>(page);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0]->periods, (std::vector<std::string>{"2025", "2026"}));
  EXPECT_TRUE(lines[0]->share);
}

TEST(IndicatorReports, ARowsPlaceIsItsValueOnItsAxis) {
  const Pages p;
  const reports::Report page = p.page("school", "s2");
  const auto profiles = charts<reports::ProfileChart>(page);
  ASSERT_FALSE(profiles.empty());
  const auto& v = p.evaluation.at(1, "school", "s2", "score");
  bool found = false;
  for (const auto* profile : profiles)
    for (const auto& row : profile->rows)
      if (row.label == "指标score") {
        found = true;
        EXPECT_DOUBLE_EQ(row.value, v.value);  // a share: its axis is 0 to 1
        EXPECT_DOUBLE_EQ(row.lower, v.low);
        EXPECT_DOUBLE_EQ(row.target, 0.95);
        EXPECT_DOUBLE_EQ(row.previous, p.evaluation.at(0, "school", "s2", "score").value);
        EXPECT_EQ(row.low_label, "0%");
        EXPECT_EQ(row.depth, 1);
      }
  EXPECT_TRUE(found);
}

TEST(IndicatorReports, WhatIsMissingSaysWhy) {
  const Pages p;
  const std::string text = all_text(p.page("school", "s2"));
  EXPECT_THAT(text, HasSubstr("这次的数据里没有:指标absent"));
  EXPECT_THAT(text, HasSubstr("标准没有公布,本地也没有给出,不作评价:指标no_cut"));
  EXPECT_THAT(text, HasSubstr("权重没有公布,不合成一个数,各部分分别看:指标g2"));
}

TEST(IndicatorReports, ASmallSchoolShowsNoFigure) {
  const Pages p;
  const reports::Report page = p.page("school", "s7");
  const auto& v = p.evaluation.at(1, "school", "s7", "score");
  ASSERT_NE(v.hidden, evaluation::Hidden::kShown);
  for (const auto* profile : charts<reports::ProfileChart>(page))
    for (const auto& row : profile->rows) EXPECT_TRUE(std::isnan(row.value)) << row.label;
  EXPECT_EQ(celadon::testing::table_of(page, "like"), nullptr);
  EXPECT_TRUE(charts<reports::TornadoChart>(page).empty());
  EXPECT_TRUE(charts<reports::GradientChart>(page).empty());
  EXPECT_THAT(all_text(page), HasSubstr("不显示"));
}

TEST(IndicatorReports, NoPageNamesAnotherUnitOrSpeaksOfPlaces) {
  Pages p;
  std::vector<reports::UnitName> names;
  for (int s = 0; s < 20; ++s) names.push_back({"school", "s" + std::to_string(s), "校名" + std::to_string(100 + s)});
  p.options.names = &names;
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    p.options.language = language;
    for (const auto& [level, unit] : std::map<const char*, const char*>{{"school", "s2"}, {"district", "d0"}, {"city", "city"}}) {
      const std::string html = reports::to_html(p.page(level, unit));
      for (int s = 0; s < 20; ++s) {
        if (std::string(level) != "school" || s != 2) {
          EXPECT_THAT(html, Not(HasSubstr("校名" + std::to_string(100 + s))));
        }
      }
      for (const char* word : {"第一名", "排名第", "倒数", "best school", "ranked"}) EXPECT_THAT(html, Not(HasSubstr(word)));
    }
  }
  EXPECT_THAT(reports::to_html(p.page("school", "s2")), HasSubstr("校名102"));
}

TEST(IndicatorReports, EveryWordIsFilledInBothLanguages) {
  Pages p;
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    p.options.language = language;
    for (const auto& [level, unit] : std::map<const char*, const char*>{{"school", "s4"}, {"district", "d1"}, {"city", "city"}}) {
      const reports::Report page = p.page(level, unit);
      std::string text = all_text(page) + page.heading + page.title;
      for (const auto& section : page.sections) {
        text += section.heading;
        for (const auto& block : section.blocks)
          if (const auto* chart = std::get_if<reports::ChartBlock>(&block)) {
            text += chart->chart.title + chart->chart.description;
            EXPECT_GT(chart->table.n_rows(), 0U) << chart->chart.id;
          }
      }
      for (const char* hole : {"{", "}", "?"}) EXPECT_EQ(text.find(hole), std::string::npos) << text;
    }
  }
}

TEST(IndicatorReports, DriversAreDrawnOnceForAllAndAsOnesOwnLine) {
  const Pages p;
  const reports::Report city = p.page("city", "city");
  EXPECT_THAT(all_text(city), HasSubstr("语文成绩的差别有 25% 在学校之间(区间 20%–30%)。"));
  EXPECT_THAT(all_text(city), HasSubstr("不能当作原因"));
  ASSERT_EQ(charts<reports::BalanceChart>(city).size(), 1U);
  ASSERT_EQ(charts<reports::GradientChart>(city).size(), 1U);
  EXPECT_EQ(charts<reports::GradientChart>(city)[0]->own, -1);
  const reports::Report school = p.page("school", "s9");
  ASSERT_EQ(charts<reports::GradientChart>(school).size(), 1U);
  EXPECT_EQ(charts<reports::GradientChart>(school)[0]->own, 10);  // the lines stand from s19 down
  EXPECT_TRUE(charts<reports::BalanceChart>(school).empty());
}

TEST(IndicatorReports, ACaterpillarStandsInOrderAndHidesTheSmall) {
  const Pages p;
  const reports::Report page = p.page("district", "d1");
  const auto pictures = charts<reports::CaterpillarChart>(page);
  ASSERT_FALSE(pictures.empty());
  for (const auto* c : pictures) {
    EXPECT_GE(c->value.size(), 5U);
    EXPECT_LE(c->value.size(), 8U);  // ten schools, one of them small, and one more from which it could be worked out
    EXPECT_TRUE(std::is_sorted(c->value.begin(), c->value.end()));
    EXPECT_EQ(c->own, -1);
  }
}

TEST(IndicatorReports, AreWrittenInOrderWithTheSameBytes) {
  const Pages p;
  const auto run = [&](int threads) {
    std::vector<std::pair<std::string, std::string>> pages;
    reports::CallbackSink sink([&](const reports::Page& page) {
      pages.emplace_back(std::string(page.kind) + ":" + std::string(page.path), std::string(page.bytes));
      return Result<void>{};
    });
    reports::IndicatorWriteOptions options;
    options.report = p.options;
    options.json = true;
    ExecutionContext context;
    context.n_threads = threads;
    const auto written = reports::write_indicator_reports(p.evaluation, sink, options, context).value();
    EXPECT_EQ(written.pages, static_cast<std::int64_t>(pages.size()));
    return pages;
  };
  const auto one = run(1);
  EXPECT_EQ(one.size(), 2U * (1 + 1 + 2 + 20));
  EXPECT_EQ(one[0].first, "index:index.html");
  EXPECT_EQ(one[2].first, "city:test/city/city.html");
  EXPECT_EQ(one, run(3));
  EXPECT_THAT(one[0].second, HasSubstr("test/school/s4.html"));
}

TEST(IndicatorReports, UseEveryKindOfTheirCharts) {
  const Pages p;
  std::set<std::string> kinds;
  for (const auto& [level, unit] : std::map<const char*, const char*>{{"school", "s4"}, {"district", "d1"}, {"city", "city"}}) {
    const reports::Report page = p.page(level, unit);
    for (const auto& section : page.sections)
      for (const auto& block : section.blocks)
        if (const auto* chart = std::get_if<reports::ChartBlock>(&block)) kinds.insert(std::string(chart->chart.kind()));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"profile", "caterpillar", "gradient", "balance", "tornado", "timeline"}));
}

TEST(IndicatorReports, SayWhatIsNotThere) {
  Pages p;
  EXPECT_EQ(reports::indicator_report(p.evaluation, "town", "s1", p.options).error().code, Code::kNoSuchUnit);
  EXPECT_EQ(reports::indicator_report(p.evaluation, "school", "nobody", p.options).error().code, Code::kNoSuchUnit);
  p.options.period = 7;
  EXPECT_EQ(reports::indicator_report(p.evaluation, "school", "s1", p.options).error().code, Code::kNoSuchUnit);
  reports::IndicatorWriteOptions options;
  options.levels = {"town"};
  reports::CallbackSink sink([](const reports::Page&) { return Result<void>{}; });
  EXPECT_EQ(reports::write_indicator_reports(p.evaluation, sink, options).error().code, Code::kNoSuchUnit);
}

}  // namespace
