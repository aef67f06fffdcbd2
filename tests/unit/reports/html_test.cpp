#include "sample_reports.hpp"

#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <regex>
#include <set>

namespace celadon {
namespace {

using reports::HtmlRenderer;
using reports::Report;
using reports::TextBuffer;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t times(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

TEST(Html, IsOneFileWithoutScriptOrRequest) {
  const std::string page = reports::to_html(testing::sample_report());
  EXPECT_THAT(page, HasSubstr("<html lang=\"zh-CN\">"));
  for (const char* what : {"<script", "src=", "url(", "@import", "http://", "https://", "<link", "<iframe", "onclick", "onload="})
    EXPECT_THAT(page, Not(HasSubstr(what))) << what;
}

TEST(Html, EscapesEverythingThatPeopleWrote) {
  const std::string page = reports::to_html(testing::sample_report());
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot;"));
  EXPECT_THAT(page, HasSubstr(testing::kLongName));
}

TEST(Html, IdsAreUniqueAlsoInAPrintFile) {
  const std::vector<Report> reports(3, testing::sample_report());
  TextBuffer out;
  HtmlRenderer().append_all(reports, "打印稿", out);
  const std::string page = out.str();
  std::set<std::string> ids;
  const std::regex id(" id=\"([^\"]*)\"");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), id); it != std::sregex_iterator(); ++it)
    EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1];
  EXPECT_EQ(times(page, "<article"), 3U);
  EXPECT_EQ(times(page, "<h1"), 1U);
}

TEST(Html, TablesStandBeforePictures) {
  Report report = testing::sample_report();
  auto& chart = std::get<reports::ChartBlock>(report.sections[0].blocks[1]);
  chart.table = testing::sample_table();
  chart.table.folded.clear();
  const std::string page = reports::to_html(report);
  const std::size_t figure = page.find("<figure");
  EXPECT_LT(page.find("<table", figure), page.find("<svg", figure));
}

TEST(Html, FoldedRowsStandApartAndNoneIsLost) {
  const std::string page = reports::to_html(testing::sample_report());
  const std::size_t fold = page.find("<details class=\"fold\">");
  ASSERT_NE(fold, std::string::npos);
  const std::string open = page.substr(page.find("<table class=\"t-items\""), fold - page.find("<table class=\"t-items\""));
  const std::string folded = page.substr(fold, page.find("</details>", fold) - fold);
  EXPECT_EQ(times(open, "<tr>") + times(folded, "<tr>"), 4U + 2U);  // four items, two headings
  EXPECT_EQ(times(folded, "g-full_marks"), 2U);
  EXPECT_EQ(times(open, "g-full_marks"), 0U);
  EXPECT_THAT(open, HasSubstr("2.5/5"));
  EXPECT_THAT(open, HasSubstr("25%–75%"));
}

TEST(Html, SignsHaveAWordBesideThem) {
  const std::string page = reports::to_html(testing::sample_report());
  const std::regex sign("<span aria-hidden=\"true\" class=\"s\">[^<]+</span> ([^<]*)<");
  std::size_t n = 0;
  for (auto it = std::sregex_iterator(page.begin(), page.end(), sign); it != std::sregex_iterator(); ++it, ++n)
    EXPECT_FALSE((*it)[1].str().empty());
  EXPECT_EQ(n, 4U);
  std::set<std::string_view> glyphs;
  for (int k = 1; k <= 8; ++k)
    EXPECT_TRUE(glyphs.insert(reports::sign_glyph(static_cast<reports::Sign>(k))).second) << "one sign, one meaning";
}

TEST(Html, TakesAHostsTemplate) {
  const auto renderer = HtmlRenderer::with_template("{{#articles}}{{heading}}:{{#sections}}{{heading}},{{/sections}}{{/articles}}", "");
  ASSERT_TRUE(renderer.has_value());
  TextBuffer out;
  renderer->append(testing::sample_report(), out);
  EXPECT_EQ(out.view(), "学情报告:这次学得怎么样,逐题得失,");
  EXPECT_FALSE(HtmlRenderer::with_template("{{nobody}}", "").has_value());
}

TEST(Html, AHostsTemplateMayNestSectionsOddly) {
  const auto renderer = HtmlRenderer::with_template(
      "{{#articles}}{{#sections}}{{#blocks}}{{#quote}}q{{/quote}}{{#table}}{{#folded_rows}}{{#rows}}{{#cells}}{{cell}}{{/cells}}{{/"
      "rows}}{{/folded_rows}}{{/table}}"
      "{{#chart_table}}x{{/chart_table}}{{#statements}}{{text}}{{/statements}}{{/blocks}}{{/sections}}{{/articles}}{{cell}}",
      "");
  ASSERT_TRUE(renderer.has_value());
  TextBuffer out;
  renderer->append(testing::sample_report(), out);
  EXPECT_GT(out.size(), 0U);
}

TEST(Json, HoldsEveryStatementAndTable) {
  const Report report = testing::sample_report();
  const auto json = nlohmann::json::parse(reports::to_json(report));
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("audience"), "pupil_family");
  std::size_t statements = json.at("footer").size(), rows = 0, charts = 0;
  for (const auto& section : json.at("sections"))
    for (const auto& block : section.at("blocks")) {
      if (block.at("type") == "statements") statements += block.at("statements").size();
      if (block.at("type") == "table") rows += block.at("table").at("rows").size();
      if (block.at("type") == "chart") ++charts;
    }
  EXPECT_EQ(statements, reports::statements(report).size());
  EXPECT_EQ(rows, reports::tables(report).at(0)->n_rows());
  EXPECT_EQ(charts, testing::sample_charts().size());
  const auto& table = json.at("sections").at(1).at("blocks").at(1).at("table");
  EXPECT_EQ(table.at("rows").at(1).at(2), (nlohmann::json{{"points", 2.5}, {"full", 5}}));
  EXPECT_TRUE(table.at("rows").at(0).at(3).is_null());
  EXPECT_EQ(table.at("rows").at(2).at(6).at("sign"), "loss_to_review");
}

TEST(Html, SameBytesTwice) {
  const Report report = testing::sample_report();
  EXPECT_EQ(reports::to_html(report), reports::to_html(report));
}

}  // namespace
}  // namespace celadon
