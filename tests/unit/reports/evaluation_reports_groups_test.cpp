#include "evaluation_fixture.hpp"
#include "report_parts.hpp"

#include <celadon/io/comments_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>
#include <celadon/reports/sink.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace celadon {
namespace {

using evaluation::Evaluation;
using reports::Report;
using ::testing::HasSubstr;
using ::testing::Not;

std::set<std::string> chart_kinds(const Report& report) {
  std::set<std::string> out;
  for (const reports::Section& s : report.sections)
    for (const reports::Block& block : s.blocks)
      if (const auto* chart = std::get_if<reports::ChartBlock>(&block)) {
        out.insert(std::string(chart->chart.kind()));
        EXPECT_FALSE(chart->table.columns.empty()) << chart->chart.id << " has no table";
        EXPECT_GT(chart->table.n_rows(), 0U) << chart->chart.id;
      }
  return out;
}

TEST(ClassReport, RefusesWhatIsNotThere) {
  EXPECT_EQ(reports::class_report(testing::shared_evaluation(), 9, 0).error().code, Code::kNoSuchUnit);
  EXPECT_EQ(reports::class_report(testing::shared_evaluation(), 0, 99).error().code, Code::kNoSuchUnit);
  EXPECT_EQ(reports::school_report(testing::shared_evaluation(), 0, 2).error().code, Code::kNoSuchUnit);
  EXPECT_EQ(reports::school_report(testing::shared_evaluation(), 0, -2).error().code, Code::kNoSuchUnit);
}

TEST(ClassReport, TheSheetComesFirstAndStaysShort) {
  for (std::size_t k = 0; k < testing::shared_evaluation().papers[0].reviews.size(); ++k) {
    const Report report = reports::class_report(testing::shared_evaluation(), 0, k).value();
    EXPECT_EQ(report.audience, reports::Audience::kTeacher);
    ASSERT_FALSE(report.sections.empty());
    EXPECT_EQ(report.sections[0].id, "sheet");
    EXPECT_THAT(report.sections[0].heading, HasSubstr("草稿"));
    for (const auto& [id, most] : {std::pair("lesson", std::size_t{5}), std::pair("groups", std::size_t{12})}) {
      const reports::DataTable* rows = testing::table_of(report, id);
      EXPECT_LE(rows != nullptr ? rows->n_rows() : 0U, most) << id;
    }
    // Everything after the sheet starts on a new page.
    for (const reports::Section& s : report.sections) {
      if (s.id == "sheet" || s.id == "groups") continue;
      EXPECT_TRUE(s.page_break) << s.id;
      break;
    }
  }
}

TEST(ClassReport, WrongItemsAreThoseOfThePaper) {
  const auto& paper = testing::shared_evaluation().papers[0];
  const Report report = reports::class_report(testing::shared_evaluation(), 0, 0).value();
  const reports::DataTable* wrong = testing::table_of(report, "wrong_items");
  ASSERT_NE(wrong, nullptr);
  std::map<std::string, double> losses;
  for (const std::int64_t row : paper.class_rows[0]) {
    std::int64_t n = 0;
    for (std::int64_t i = 0; i < paper.n_items(); ++i) {
      const std::uint8_t cell = paper.paper.scored.at(row, i);
      if (!is_missing(cell) &&
          paper.paper.items[static_cast<std::size_t>(i)].score(cell) < paper.paper.items[static_cast<std::size_t>(i)].full_mark)
        ++n;
    }
    if (n > 0) losses[paper.paper.units.person_names[static_cast<std::size_t>(row)]] = static_cast<double>(n);
  }
  EXPECT_EQ(wrong->n_rows(), losses.size());
  for (std::size_t k = 0; k < wrong->n_rows(); ++k)
    EXPECT_EQ(std::get<double>(wrong->cell(k, 1).value), losses[std::get<std::string>(wrong->cell(k, 0).value)]);
}

TEST(ClassReport, TheWaterfallEndsAtTheMean) {
  const Report report = reports::class_report(testing::shared_evaluation(), 0, 1).value();
  bool found = false;
  for (const reports::Section& s : report.sections)
    for (const reports::Block& block : s.blocks)
      if (const auto* chart = std::get_if<reports::ChartBlock>(&block))
        if (const auto* fall = std::get_if<reports::WaterfallChart>(&chart->chart.data)) {
          double level = fall->full;
          for (const auto& step : fall->steps) level += step.change;
          EXPECT_NEAR(level, testing::shared_evaluation().papers[0].reviews[1].mean, 0.006);
          found = true;
        }
  EXPECT_TRUE(found);
}

TEST(ClassReport, EveryStatementIsExplained) {
  const Report report = reports::class_report(testing::shared_evaluation(), 0, 0).value();
  std::size_t n = 0;
  for (const reports::Statement* s : reports::statements(report)) {
    if (s->id.empty()) continue;
    ++n;
    EXPECT_TRUE(evaluation::explain(testing::shared_evaluation(), s->id).has_value()) << s->id;
  }
  EXPECT_EQ(n, evaluation::class_statements(testing::shared_evaluation(), testing::shared_evaluation().papers[0], 0).size());
}

/// The same paper with an order of two steps declared between its points.
const Evaluation& ordered() {
  static const Evaluation made = [] {
    std::vector<evaluation::Paper> papers{testing::sample_paper()};
    papers[0].point_order = {{"整数四则运算", "小数的意义"}, {"小数的意义", "平均数与条形统计图"}};
    return evaluation::evaluate(std::move(papers), io::default_profile(), {}).value();
  }();
  return made;
}

TEST(Reports, UseEveryKindOfChart) {
  std::set<std::string> kinds = chart_kinds(reports::pupil_report(testing::shared_evaluation(), 0, 4).value());
  kinds.merge(chart_kinds(reports::class_report(testing::shared_evaluation(), 0, 0).value()));
  testing::PaperShape large;
  large.class_sizes = {40, 40, 40};
  large.class_school = {0, 0, 0};
  const Evaluation calibrated = testing::sample_evaluation(large);
  ASSERT_TRUE(calibrated.papers[0].calibration.calibrated);
  const Report school = reports::school_report(calibrated, 0, 0).value();
  kinds.merge(chart_kinds(school));
  kinds.merge(chart_kinds(reports::pupil_report(ordered(), 0, 4).value()));
  EXPECT_EQ(kinds, (std::set<std::string>{"level_band", "score_distribution", "wright_map", "item_curve", "information", "distractors",
                                          "sp_chart", "heat_map", "waterfall", "knowledge", "prerequisites"}));
}

TEST(ClassReport, AMarkStandsForOneSentence) {
  std::vector<evaluation::Paper> papers{testing::sample_paper()};
  evaluation::EvaluateOptions options;
  options.comments = io::default_comment_bank();
  const Evaluation commented = evaluation::evaluate(std::move(papers), io::default_profile(), options).value();
  std::size_t of_comments = 0;
  for (std::size_t r = 0; r < commented.papers[0].reviews.size(); ++r) {
    std::set<std::string> marks;
    const Report report = reports::class_report(commented, 0, r).value();
    for (const reports::Statement* s : reports::statements(report)) {
      if (s->id.empty()) continue;
      of_comments += s->id.find("/comment/") != std::string::npos ? 1 : 0;
      EXPECT_TRUE(marks.insert(s->mark).second) << s->mark << " " << s->text;
    }
  }
  EXPECT_GT(of_comments, 0U);
}

/// The map of a report, null where there is none.
const reports::PrerequisiteChart* map_of(const Report& report) {
  for (const reports::Section& s : report.sections)
    for (const reports::Block& block : s.blocks)
      if (const auto* chart = std::get_if<reports::ChartBlock>(&block))
        if (const auto* map = std::get_if<reports::PrerequisiteChart>(&chart->chart.data)) return map;
  return nullptr;
}

TEST(Reports, TheMapOfPrerequisitesTellsWhatTheTableOfMasteryTells) {
  EXPECT_EQ(map_of(reports::pupil_report(testing::shared_evaluation(), 0, 4).value()), nullptr) << "no order is declared";
  const evaluation::PaperEvaluation& paper = ordered().papers[0];
  ASSERT_FALSE(paper.mastery.basis.model.empty());
  const Report pupil = reports::pupil_report(ordered(), 0, 4).value();
  const reports::PrerequisiteChart* map = map_of(pupil);
  ASSERT_NE(map, nullptr);
  ASSERT_EQ(map->points.size(), paper.mastery.points.size());
  ASSERT_EQ(map->links.size(), 2U);
  EXPECT_EQ(map->points[static_cast<std::size_t>(map->links[0].first)].label, "整数四则运算");
  EXPECT_EQ(map->points[static_cast<std::size_t>(map->links[0].then)].label, "小数的意义");
  using State = reports::KnowledgeChart::State;
  for (std::size_t k = 0; k < map->points.size(); ++k) {
    const feedback::MasteryState state = paper.mastery.at(4, k).state;
    EXPECT_EQ(map->points[k].state, state == feedback::MasteryState::kMastered ? State::kMastered
                                    : state == feedback::MasteryState::kNotYet ? State::kUnstable
                                                                               : State::kUndecided);
  }
  const Report group = reports::class_report(ordered(), 0, 0).value();
  const reports::PrerequisiteChart* of_class = map_of(group);
  ASSERT_NE(of_class, nullptr);
  const auto counts = feedback::count_mastery(paper.mastery, paper.class_rows[static_cast<std::size_t>(paper.reviews[0].class_index)]);
  for (std::size_t k = 0; k < counts.size(); ++k)
    EXPECT_EQ(of_class->points[k].note, std::to_string(counts[k].n_mastered) + "/" + std::to_string(counts[k].n) + " 人已掌握");
}

/// Shown figures of a column of the table of groups, by name.
std::map<std::string, bool> shown(const Report& report, std::string_view column) {
  const reports::DataTable* groups = testing::table_of(report, "groups");
  std::map<std::string, bool> out;
  if (groups == nullptr) return out;
  for (std::size_t c = 0; c < groups->columns.size(); ++c)
    if (groups->columns[c].id == column)
      for (std::size_t r = 0; r < groups->n_rows(); ++r)
        out[std::get<std::string>(groups->cell(r, 0).value)] = std::holds_alternative<double>(groups->cell(r, c).value);
  return out;
}

TEST(SchoolReport, HalfMarksAreNotRounded) {
  auto paper = testing::sample_paper();
  paper.items[8].full_mark = 2.5;
  paper.items[8].category_scores = {0, 2.5};
  paper.full_mark -= 2.5;
  std::vector<evaluation::Paper> papers{std::move(paper)};
  const auto evaluation = evaluation::evaluate(std::move(papers), io::default_profile(), {}).value();
  for (const auto& [given, decimals] : {std::pair(&evaluation, 1), std::pair(&testing::shared_evaluation(), 0)}) {
    for (const Report& report : {reports::school_report(*given, 0, 0).value(), reports::class_report(*given, 0, 0).value()}) {
      const reports::DataTable* items = testing::table_of(report, "items");
      ASSERT_NE(items, nullptr);
      const auto full = std::find_if(items->columns.begin(), items->columns.end(), [](const auto& c) { return c.id == "full"; });
      ASSERT_NE(full, items->columns.end());
      EXPECT_EQ(full->decimals, decimals);
    }
  }
}

TEST(SchoolReport, ASmallClassIsHiddenAndSoIsTheOneThatWouldGiveItAway) {
  // The second school has a class of 7 and one of 28: the small one hides, and with the total shown its neighbour must hide too.
  const Report report = reports::school_report(testing::shared_evaluation(), 0, 1).value();
  const auto means = shown(report, "mean");
  ASSERT_EQ(means.size(), 3U);
  EXPECT_FALSE(means.at("四年级 3 班"));
  EXPECT_FALSE(means.at("四年级 4 班"));
  EXPECT_TRUE(means.at("合计"));
  const auto first = shown(reports::school_report(testing::shared_evaluation(), 0, 0).value(), "mean");
  EXPECT_TRUE(first.at("四年级 1 班"));
  EXPECT_TRUE(first.at("四年级 2 班"));
  // A class teacher's own pages hold everything.
  EXPECT_NE(testing::table_of(reports::class_report(testing::shared_evaluation(), 0, 2).value(), "wrong_items"), nullptr);
}

TEST(SchoolReport, AnEasyPaperHidesRatesThatSpeakOfEverybody) {
  testing::PaperShape easy;
  easy.class_sizes = {30, 30};
  easy.class_school = {0, 0};
  easy.easiness = 9.0;
  const Evaluation evaluation = testing::sample_evaluation(easy);
  const Report report = reports::school_report(evaluation, 0, 0).value();
  for (const auto& [name, visible] : shown(report, "rate_pass")) EXPECT_FALSE(visible) << name;
}

TEST(SchoolReport, WhereOneRateIsHiddenAnotherGoesWithIt) {
  // Two classes: in one nearly everybody passes. Its rate is hidden, and the other must not give it away through the total.
  const Report report = reports::school_report(testing::shared_evaluation(), 0, 0).value();
  const reports::DataTable* groups = testing::table_of(report, "groups");
  ASSERT_NE(groups, nullptr);
  for (std::size_t c = 0; c < groups->columns.size(); ++c) {
    if (groups->columns[c].id.rfind("rate_", 0) != 0) continue;
    std::size_t hidden = 0;
    for (std::size_t r = 0; r + 1 < groups->n_rows(); ++r) hidden += std::holds_alternative<double>(groups->cell(r, c).value) ? 0 : 1;
    EXPECT_NE(hidden, 1U) << groups->columns[c].id;
  }
}

TEST(SchoolReport, RatesHiddenTogetherAreNotKnownBySubtraction) {
  // Nobody is excellent in the first two classes, half are in the third. Both rates of 0 % are hidden; beside the total the third one would
  // say that the two together have none.
  Item item;
  item.id = "q1";
  item.full_mark = 10.0;
  evaluation::Paper paper;
  paper.id = "p";
  paper.items = {item};
  paper.full_mark = 10.0;
  paper.units.schools = {{"s", "School", -1}};
  Responses::Builder builder(60, {"q1"});
  for (std::int32_t i = 0; i < 60; ++i) {
    const std::int32_t group = i / 20;
    builder.set(i, 0, static_cast<std::uint8_t>(group < 2 ? 4 + i % 3 : (i % 2 == 0 ? 9 : 5)));
    paper.units.person_class.push_back(group);
  }
  paper.scored = std::move(builder).build().value();
  for (const char* id : {"c1", "c2", "c3"}) paper.units.classes.push_back({id, id, 0});
  const Evaluation evaluation = evaluation::evaluate(std::vector<evaluation::Paper>{paper}, io::default_profile()).value();
  const auto excellent = shown(reports::school_report(evaluation, 0, 0).value(), "rate_excellent");
  ASSERT_EQ(excellent.size(), 4U);
  EXPECT_TRUE(excellent.at("合计"));
  for (const char* id : {"c1", "c2", "c3"}) EXPECT_FALSE(excellent.at(id)) << id;
}

TEST(SchoolReport, BothLanguagesAndNoNameOfAPupil) {
  for (const Language language : {Language::kChinese, Language::kEnglish})
    for (const std::int32_t school : {-1, 0, 1}) {
      reports::ReportOptions options;
      options.language = language;
      const std::string text = reports::to_json(reports::school_report(testing::shared_evaluation(), 0, school, options).value());
      EXPECT_THAT(text, Not(HasSubstr("学生12")));
      EXPECT_THAT(text, Not(HasSubstr("s1012")));
      EXPECT_THAT(text, Not(HasSubstr(testing::kFortyCharacters)));
    }
}

/// Takes pages into memory.
class MemorySink final : public reports::ReportSink {
 public:
  Result<void> write(const reports::Page& page) override {
    paths.emplace_back(page.path);
    all += page.path;
    all += page.bytes;
    return {};
  }
  Result<void> finish() override {
    ++finished;
    return {};
  }
  std::vector<std::string> paths;
  std::string all;
  int finished = 0;
};

TEST(WriteReports, SameBytesForAnyNumberOfThreads) {
  reports::WriteOptions options;
  options.json = true;
  std::string first;
  for (const int threads : {1, 2, 3, 8}) {
    MemorySink sink;
    ExecutionContext context;
    context.n_threads = threads;
    const auto written = reports::write_reports(testing::shared_evaluation(), sink, options, context);
    ASSERT_TRUE(written.has_value());
    EXPECT_EQ(written->pages, static_cast<std::int64_t>(sink.paths.size()));
    EXPECT_EQ(sink.finished, 1);
    if (first.empty()) first = sink.all;
    EXPECT_TRUE(sink.all == first) << threads;
  }
}

TEST(WriteReports, PathsAreUniqueAndInOrderAndLinksLeadSomewhere) {
  std::map<std::string, std::string> pages;
  reports::CallbackSink callback([&](const reports::Page& page) -> Result<void> {
    EXPECT_TRUE(pages.emplace(std::string(page.path), std::string(page.bytes)).second) << page.path;
    return {};
  });
  const auto written = reports::write_reports(testing::shared_evaluation(), callback);
  ASSERT_TRUE(written.has_value());
  // Index; everybody and two schools; four classes, four print files; a page a pupil.
  EXPECT_EQ(pages.size(), 1U + 3U + 4U + 4U + static_cast<std::size_t>(testing::shared_evaluation().papers[0].n_persons()));
  std::int64_t bytes = 0;
  for (const auto& [path, page] : pages) bytes += static_cast<std::int64_t>(page.size());
  EXPECT_EQ(written->bytes, bytes);
  const std::string& index = pages.at("index.html");
  std::size_t links = 0;
  for (std::size_t at = index.find("href=\""); at != std::string::npos; at = index.find("href=\"", at + 1), ++links) {
    const std::string target = index.substr(at + 6, index.find('"', at + 6) - at - 6);
    EXPECT_TRUE(pages.count(target) == 1) << target;
  }
  EXPECT_EQ(links, pages.size() - 1);
}

TEST(WriteReports, WritesOnlyWhatIsAskedFor) {
  reports::WriteOptions options;
  options.pupils = options.print_files = options.schools = false;
  MemorySink sink;
  ASSERT_TRUE(reports::write_reports(testing::shared_evaluation(), sink, options).has_value());
  ASSERT_EQ(sink.paths.size(), 5U);
  EXPECT_EQ(sink.paths[0], "index.html");
  for (std::size_t k = 1; k < 5; ++k) EXPECT_THAT(sink.paths[k], HasSubstr("/class/"));
  options.html = false;
  MemorySink none;
  ASSERT_TRUE(reports::write_reports(testing::shared_evaluation(), none, options).has_value());
  EXPECT_TRUE(none.paths.empty());
}

TEST(WriteReports, AFailingSinkStopsTheWriting) {
  int n = 0;
  reports::CallbackSink sink([&](const reports::Page&) -> Result<void> {
    if (++n == 7) return make_error(Code::kCannotWrite, {}, {{"path", "x"}, {"detail", "full"}});
    return {};
  });
  const auto written = reports::write_reports(testing::shared_evaluation(), sink);
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, Code::kCannotWrite);
  EXPECT_EQ(n, 7);
}

TEST(WriteReports, CancelledIsAnError) {
  std::atomic<bool> cancel{true};
  ExecutionContext context;
  context.cancel = &cancel;
  MemorySink sink;
  EXPECT_EQ(reports::write_reports(testing::shared_evaluation(), sink, {}, context).error().code, Code::kCancelled);
}

}  // namespace
}  // namespace celadon
