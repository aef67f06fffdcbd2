#include "evaluation_fixture.hpp"
#include "report_parts.hpp"

#include <celadon/io/comments_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace celadon {
namespace {

using evaluation::Evaluation;
using reports::Report;
using ::testing::HasSubstr;
using ::testing::Not;

reports::ReportOptions in(Language language) {
  reports::ReportOptions options;
  options.language = language;
  return options;
}

const reports::Section* section(const Report& report, std::string_view id) {
  for (const reports::Section& s : report.sections)
    if (s.id == id) return &s;
  return nullptr;
}

/// Every text of a report, one a line, as JSON holds it.
std::string texts(const Report& report) {
  return reports::to_json(report);
}

TEST(PupilReport, RefusesWhatIsNotThere) {
  EXPECT_EQ(reports::pupil_report(testing::shared_evaluation(), 1, 0).error().code, Code::kNoSuchUnit);
  EXPECT_EQ(reports::pupil_report(testing::shared_evaluation(), 0, -1).error().code, Code::kNoSuchPerson);
  EXPECT_EQ(reports::pupil_report(testing::shared_evaluation(), 0, testing::shared_evaluation().papers[0].n_persons()).error().code,
            Code::kNoSuchPerson);
  EXPECT_TRUE(reports::pupil_report(testing::shared_evaluation(), 0, 0).has_value());
}

TEST(PupilReport, HoldsEveryItemOnceWithItsMarks) {
  const auto& paper = testing::shared_evaluation().papers[0];
  for (const std::int64_t row : {std::int64_t{3}, std::int64_t{4}, std::int64_t{20}}) {
    const Report report = reports::pupil_report(testing::shared_evaluation(), 0, row).value();
    const reports::DataTable* items = testing::table_of(report, "items");
    ASSERT_NE(items, nullptr);
    ASSERT_EQ(items->n_rows(), paper.paper.items.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < items->n_rows(); ++i) {
      EXPECT_EQ(std::get<std::string>(items->cell(i, 0).value), paper.paper.items[i].shown_label());
      const std::uint8_t cell = paper.paper.scored.at(row, static_cast<std::int64_t>(i));
      ASSERT_FALSE(is_missing(cell));
      EXPECT_EQ(std::get<double>(items->cell(i, 2).value), paper.paper.items[i].score(cell));
      EXPECT_EQ(items->cell(i, 2).second, paper.paper.items[i].full_mark);
      sum += std::get<double>(items->cell(i, 2).value);
    }
    EXPECT_DOUBLE_EQ(sum, paper.levels.pupils[static_cast<std::size_t>(row)].total);
  }
}

TEST(PupilReport, CountsInSentencesEqualTheTable) {
  for (std::int64_t row = 0; row < 60; ++row) {
    const Report report = reports::pupil_report(testing::shared_evaluation(), 0, row).value();
    const reports::DataTable* items = testing::table_of(report, "items");
    if (items == nullptr) continue;
    std::size_t full = 0, lost = 0, review = 0;
    const std::size_t verdict = items->columns.size() - (items->columns.back().id == "what_shows" ? 2 : 1);
    for (std::size_t i = 0; i < items->n_rows(); ++i) {
      full += items->cell(i, verdict).sign == reports::Sign::kFullMarks ? 1 : 0;
      lost += items->cell(i, verdict).sign == reports::Sign::kLoss || items->cell(i, verdict).sign == reports::Sign::kLossToReview ? 1 : 0;
      review += items->cell(i, verdict).sign == reports::Sign::kLossToReview ? 1 : 0;
    }
    std::size_t said_full = 0, said_lost = 0, said_review = 0;
    for (const feedback::Statement& s :
         evaluation::pupil_statements(testing::shared_evaluation(), testing::shared_evaluation().papers[0], row)) {
      const auto evidence = [&](std::string_view name) {
        for (const auto& number : s.evidence)
          if (number.name == name) return static_cast<std::size_t>(number.value);
        return std::size_t{999};
      };
      if (s.rule == "items.full") said_full = evidence("full_marks");
      if (s.rule == "items.lost") said_lost = evidence("lost");
      if (s.rule == "item.review") ++said_review;
    }
    EXPECT_EQ(full, said_full) << row;
    EXPECT_EQ(lost, said_lost) << row;
    EXPECT_EQ(review, said_review) << row;
    EXPECT_LE(review, 3U);
  }
}

TEST(PupilReport, AFamilyPageHoldsNoFigureOfOthers) {
  // The same pupil among quite different others: only what the others' answers teach about items may move, no figure of theirs stands.
  const Report report = reports::pupil_report(testing::shared_evaluation(), 0, 4).value();
  EXPECT_EQ(report.audience, reports::Audience::kPupilFamily);
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    const std::string text = texts(reports::pupil_report(testing::shared_evaluation(), 0, 4, in(language)).value());
    for (const char* banned :
         {"班级平均", "全班", "年级平均", "名次", "排名", "同学", "平均分", "class mean", "average", "rank", "classmate"})
      EXPECT_THAT(text, Not(HasSubstr(banned))) << banned;
  }
  for (const reports::Fact& fact : report.facts) EXPECT_NE(fact.label, "总分");
  EXPECT_EQ(testing::table_of(report, "losses"), nullptr);
  for (const reports::Section& s : report.sections)
    for (const reports::Block& block : s.blocks)
      if (const auto* chart = std::get_if<reports::ChartBlock>(&block)) {
        EXPECT_TRUE(chart->chart.kind() == "level_band" || chart->chart.kind() == "knowledge") << chart->chart.kind();
        const auto* band = std::get_if<reports::LevelBandChart>(&chart->chart.data);
        EXPECT_TRUE(band == nullptr || std::isnan(band->score));
      }
}

TEST(PupilReport, TotalAndThreeWayMarksAreTheProfilesChoice) {
  evaluation::Profile profile = io::default_profile();
  profile.family_page.total = true;
  const Evaluation with_total = testing::sample_evaluation({}, &profile);
  const Report report = reports::pupil_report(with_total, 0, 4).value();
  EXPECT_TRUE(std::any_of(report.facts.begin(), report.facts.end(), [](const auto& fact) { return fact.label == "总分"; }));
  EXPECT_THAT(reports::to_json(report), HasSubstr("\"kind\":\"waterfall\""));
  profile.family_page.total = false;
  profile.family_page.marks = evaluation::MarksShown::kThreeWay;
  const Report three = reports::pupil_report(testing::sample_evaluation({}, &profile), 0, 4).value();
  const reports::DataTable* items = testing::table_of(three, "items");
  ASSERT_NE(items, nullptr);
  EXPECT_EQ(items->columns[2].kind, reports::ColumnKind::kText);
  std::set<std::string> words;
  for (std::size_t i = 0; i < items->n_rows(); ++i) words.insert(std::get<std::string>(items->cell(i, 2).value));
  for (const std::string& word : words) EXPECT_TRUE(word == "对" || word == "部分对" || word == "错") << word;
  EXPECT_THAT(reports::to_json(three), Not(HasSubstr("\"expected\"")));
  const auto no_marks = [](const Report& page) {
    for (const reports::Statement* s : reports::statements(page)) EXPECT_THAT(s->text, Not(HasSubstr(" 分")));
    for (const reports::DataTable* drawn : reports::tables(page))
      for (const auto& column : drawn->columns) EXPECT_NE(column.kind, reports::ColumnKind::kMarks) << drawn->id << " " << column.id;
  };
  no_marks(three);
  evaluation::EvaluateOptions options;
  options.comments = io::default_comment_bank();
  std::vector<evaluation::Paper> papers{testing::sample_paper({})};
  const Evaluation commented = evaluation::evaluate(std::move(papers), profile, options).value();
  for (std::int64_t row = 0; row < commented.papers[0].n_persons(); row += 5) no_marks(reports::pupil_report(commented, 0, row).value());
}

TEST(PupilReport, GroupFiguresAreTheProfilesChoiceAndASmallClassStaysHidden) {
  const auto has_class_rate = [](const Report& report) {
    const reports::DataTable* items = testing::table_of(report, "items");
    return std::any_of(items->columns.begin(), items->columns.end(), [](const auto& column) { return column.id == "class_rate"; });
  };
  evaluation::Profile profile = io::default_profile();
  EXPECT_FALSE(has_class_rate(reports::pupil_report(testing::shared_evaluation(), 0, 4).value()));
  profile.family_page.group_figures = true;
  const Evaluation shown = testing::sample_evaluation({}, &profile);
  EXPECT_TRUE(has_class_rate(reports::pupil_report(shown, 0, 4).value()));
  EXPECT_FALSE(has_class_rate(reports::pupil_report(shown, 0, 58).value())) << "a class of seven";
}

TEST(PupilReport, EveryStatementIsExplained) {
  for (std::int64_t row = 0; row < testing::shared_evaluation().papers[0].n_persons(); row += 9) {
    const Report report = reports::pupil_report(testing::shared_evaluation(), 0, row).value();
    std::set<std::string> marks;
    std::size_t n = 0;
    for (const reports::Statement* s : reports::statements(report)) {
      if (s->id.empty()) continue;
      ++n;
      const auto told = evaluation::explain(testing::shared_evaluation(), s->id);
      ASSERT_TRUE(told.has_value()) << s->id;
      EXPECT_EQ(told->statement.id, s->id);
      EXPECT_EQ(feedback::render(told->statement, io::default_wording(Language::kChinese)), s->text);
      EXPECT_TRUE(marks.insert(s->mark).second) << "a mark stands for one sentence";
      EXPECT_NE(s->text.find_first_not_of("?"), std::string::npos);
    }
    EXPECT_GE(n, 1U);
    EXPECT_EQ(n, evaluation::pupil_statements(testing::shared_evaluation(), testing::shared_evaluation().papers[0], row).size())
        << "no sentence is left out";
  }
}

TEST(PupilReport, TheHeadingIsADraftUntilATeacherSigns) {
  reports::ReportOptions options;
  const Report draft = reports::pupil_report(testing::shared_evaluation(), 0, 4, options).value();
  ASSERT_NE(section(draft, "diagnosis"), nullptr);
  EXPECT_EQ(section(draft, "diagnosis")->heading, "诊断(系统草稿)");
  options.signed_by = "王";
  EXPECT_THAT(section(reports::pupil_report(testing::shared_evaluation(), 0, 4, options).value(), "diagnosis")->heading, HasSubstr("王"));
}

TEST(PupilReport, AbsentTwoAnswersAndEverythingRight) {
  const Report absent = reports::pupil_report(testing::shared_evaluation(), 0, 5).value();
  ASSERT_EQ(absent.sections.size(), 1U);
  EXPECT_EQ(absent.sections[0].heading, "本次情况");
  EXPECT_THAT(reports::to_html(absent), HasSubstr("缺考"));
  const Report two = reports::pupil_report(testing::shared_evaluation(), 0, 0).value();
  const reports::DataTable* items = testing::table_of(two, "items");
  ASSERT_NE(items, nullptr);
  std::size_t not_given = 0;
  for (const reports::Cell& cell : items->cells)
    if (const auto* text = std::get_if<std::string>(&cell.value)) not_given += *text == "未考此题" ? 1 : 0;
  EXPECT_EQ(not_given, testing::shared_evaluation().papers[0].paper.items.size() - 2);
  const Report right = reports::pupil_report(testing::shared_evaluation(), 0, 3).value();
  items = testing::table_of(right, "items");
  ASSERT_NE(items, nullptr);
  EXPECT_EQ(std::count(items->folded.begin(), items->folded.end(), 1), static_cast<std::ptrdiff_t>(items->n_rows()));
  EXPECT_EQ(section(right, "next"), nullptr) << "nothing lost, nothing to review";
}

TEST(PupilReport, EscapesWhatPeopleWrote) {
  for (const std::int64_t row : {std::int64_t{1}, std::int64_t{2}, std::int64_t{8}}) {
    const std::string page = reports::to_html(reports::pupil_report(testing::shared_evaluation(), 0, row).value());
    EXPECT_THAT(page, Not(HasSubstr("<b onclick")));
    if (row == 1) {
      EXPECT_THAT(page, HasSubstr(testing::kFortyCharacters));
    }
    if (row == 2) {
      EXPECT_THAT(page, HasSubstr("&lt;b onclick=&quot;x()&quot;&gt;A &amp; B"));
    }
  }
}

TEST(PupilReport, EnglishPagesHoldNoChineseWordOfTheLibrary) {
  testing::PaperShape shape;
  shape.names = false;
  const Evaluation evaluation = testing::sample_evaluation(shape);
  for (const std::int64_t row : {std::int64_t{0}, std::int64_t{3}, std::int64_t{4}, std::int64_t{5}}) {
    const Report report = reports::pupil_report(evaluation, 0, row, in(Language::kEnglish)).value();
    EXPECT_EQ(report.language_tag(), "en");
    for (const reports::Section& s : report.sections)
      for (const char c : s.heading) EXPECT_LT(static_cast<unsigned char>(c), 0xE3U) << s.heading;
    for (const reports::DataTable* t : reports::tables(report))
      for (const reports::TableColumn& column : t->columns)
        for (const char c : column.heading) EXPECT_LT(static_cast<unsigned char>(c), 0xE3U) << column.heading;
  }
}

TEST(PupilReport, NoProbabilityOfMasteryAndThinPointsSaySo) {
  Evaluation plain = testing::shared_evaluation();
  plain.papers[0].mastery = {};
  const Report report = reports::pupil_report(plain, 0, 4).value();
  EXPECT_EQ(section(report, "mastery"), nullptr);
  const reports::Section* knowledge = section(report, "knowledge");
  ASSERT_NE(knowledge, nullptr);
  const auto& chart = std::get<reports::ChartBlock>(knowledge->blocks.front());
  for (const auto& point : std::get<reports::KnowledgeChart>(chart.chart.data).points) {
    EXPECT_EQ(point.state, reports::KnowledgeChart::State::kNone);
    EXPECT_LT(point.lower, point.upper);
    EXPECT_LE(point.lower, point.value);
    EXPECT_GE(point.upper, point.value);
  }
  EXPECT_EQ(chart.table.n_rows(), 5U);
  EXPECT_THAT(reports::to_json(report), HasSubstr("暂不能判断"));
}

TEST(PupilReport, PointsStandInOnePicture) {
  // With mastery its chart has the points, and the shares of marks are a table.
  const Report report = reports::pupil_report(testing::shared_evaluation(), 0, 4).value();
  ASSERT_NE(section(report, "mastery"), nullptr);
  const reports::Section* knowledge = section(report, "knowledge");
  ASSERT_NE(knowledge, nullptr);
  const auto* table = std::get_if<reports::TableBlock>(&knowledge->blocks.front());
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->table.n_rows(), 5U);
}

}  // namespace
}  // namespace celadon
