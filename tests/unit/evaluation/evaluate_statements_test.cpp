#include <celadon/evaluation/evaluate.hpp>

#include <evaluation/paper_fixture.hpp>
#include <evaluation/school_fixture.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace {

using namespace celadon::evaluation;
using celadon::Code;
using celadon::Language;
using celadon::feedback::Statement;
using celadon::feedback::StatementRole;
using school_fixture::evaluated;
using school_fixture::integers;
using school_fixture::profile;
using school_fixture::texts;

const std::string* slot_of(const Statement& s, std::string_view name) {
  for (const auto& slot : s.slots)
    if (slot.name == name) return &slot.value.zh;
  return nullptr;
}

const Statement* find(const std::vector<Statement>& all, std::string_view rule) {
  for (const Statement& s : all)
    if (s.rule == rule) return &s;
  return nullptr;
}

std::int64_t count(const std::vector<Statement>& all, std::string_view prefix) {
  return std::count_if(all.begin(), all.end(), [&](const Statement& s) { return s.rule.rfind(prefix, 0) == 0; });
}

std::vector<Statement> every_statement(const Evaluation& e) {
  std::vector<Statement> out;
  const auto add = [&](std::vector<Statement> more) { out.insert(out.end(), more.begin(), more.end()); };
  for (const PaperEvaluation& p : e.papers) {
    for (std::int64_t i = 0; i < p.n_persons(); ++i) add(pupil_statements(e, p, i));
    for (std::size_t r = 0; r < p.reviews.size(); ++r) add(class_statements(e, p, r));
    add(paper_statements(e, p));
  }
  return out;
}

TEST(EvaluateStatements, EveryIdIsUniqueAndExplained) {
  const Evaluation e = evaluated();
  std::set<std::string> ids;
  for (const Statement& s : every_statement(e)) {
    EXPECT_TRUE(ids.insert(s.id).second) << s.id;
    const auto told = explain(e, s.id);
    ASSERT_TRUE(told.has_value()) << s.id;
    EXPECT_EQ(told->statement.rule, s.rule);
    EXPECT_EQ(told->statement.evidence.size(), s.evidence.size());
    EXPECT_EQ(told->profile_hash, profile().hash);
    EXPECT_EQ(told->profile_id, "example");
    EXPECT_EQ(told->library_version, e.library_version);
  }
  EXPECT_GT(ids.size(), 200U);
  const auto claim = explain(e, "paper/pupil/1/level.claim").value();
  EXPECT_NE(claim.rule_source.find("示例"), std::string::npos);
  EXPECT_EQ(claim.model, "") << "a level needs no model";
  for (const char* id : {"", "paper", "paper/pupil/0/level.claim", "paper/pupil/41/level.claim", "paper/pupil/1/level.claim2",
                         "other/pupil/1/level.claim", "paper/class/9/class.summary", "paper/pupil/x/level.claim"})
    EXPECT_EQ(explain(e, id).error().code, Code::kUnknownStatement) << id;
}

TEST(EvaluateStatements, RenderWithoutGapsOrBannedWords) {
  const Evaluation e = evaluated();
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    const auto& wording = celadon::io::default_wording(language);
    for (const Statement& s : every_statement(e)) {
      const std::string text = celadon::feedback::render(s, wording);
      EXPECT_EQ(text.find('?'), std::string::npos) << s.id << ": " << text;
      EXPECT_NE(text, s.rule);
      for (const std::string& word : wording.banned) EXPECT_EQ(text.find(word), std::string::npos) << s.id << ": " << text;
    }
  }
}

TEST(EvaluateStatements, ACountInASentenceEqualsItsTable) {
  const Evaluation e = evaluated();
  const PaperEvaluation& p = e.papers[0];
  const celadon::Table items = table(e, "pupil_items").value();
  std::map<std::string, int> lost;
  std::map<std::string, int> full;
  std::map<std::string, std::set<std::string>> flagged;
  for (std::size_t i = 0; i < texts(items, "pupil").size(); ++i) {
    const std::string& outcome = texts(items, "outcome")[i];
    const std::string& pupil = texts(items, "pupil")[i];
    lost[pupil] += outcome.rfind("loss", 0) == 0 ? 1 : 0;
    full[pupil] += outcome == "full_marks" ? 1 : 0;
    if (outcome == "loss_to_review") flagged[pupil].insert(texts(items, "label")[i]);
  }
  const celadon::Table wrong = table(e, "wrong_items").value();
  std::map<std::string, std::int64_t> listed;
  for (std::size_t i = 0; i < texts(wrong, "pupil").size(); ++i) listed[texts(wrong, "pupil")[i]] = integers(wrong, "n_items")[i];
  for (std::int64_t i = 0; i < p.n_persons(); ++i) {
    const std::string pupil = school_fixture::pupil(static_cast<int>(i));
    const auto said = pupil_statements(e, p, i);
    // Items that the caller worked out before say the same; those of another paper are refused.
    const std::vector<ItemOutcome> known = pupil_items(p, i);
    const auto again = pupil_statements(e, p, i, true, known);
    ASSERT_EQ(again.size(), said.size());
    for (std::size_t k = 0; k < said.size(); ++k) {
      EXPECT_EQ(again[k].id, said[k].id);
      EXPECT_EQ(celadon::feedback::render(again[k], celadon::io::default_wording(celadon::Language::kChinese)),
                celadon::feedback::render(said[k], celadon::io::default_wording(celadon::Language::kChinese)));
    }
    if (p.levels.pupils[static_cast<std::size_t>(i)].counted) {
      EXPECT_THROW((void)pupil_statements(e, p, i, true, std::span(known).first(1)), celadon::LogicError);
    }
    EXPECT_EQ(*slot_of(*find(said, "items.full"), "count"), std::to_string(full[pupil]));
    if (const Statement* s = find(said, "items.lost")) {
      EXPECT_EQ(*slot_of(*s, "count"), std::to_string(lost[pupil]));
    } else {
      EXPECT_EQ(lost[pupil], 0);
    }
    EXPECT_EQ(listed[pupil], lost[pupil]);
    EXPECT_EQ(count(said, "item.review"), static_cast<std::int64_t>(flagged[pupil].size()));
  }
  const celadon::Table review = table(e, "class_review").value();
  const celadon::Table talk = table(e, "talk_groups").value();
  for (std::size_t r = 0; r < p.reviews.size(); ++r) {
    const auto said = class_statements(e, p, r);
    const std::string unit = p.paper.units.classes[r].id;
    std::int64_t in_lesson = 0;
    for (std::size_t k = 0; k < texts(review, "item").size(); ++k) {
      if (texts(review, "class")[k] != unit || std::get<std::vector<std::uint8_t>>(review.find("in_lesson")->values)[k] == 0) continue;
      ++in_lesson;
      const std::string tail = "/" + texts(review, "item")[k];
      const auto s = std::find_if(said.begin(), said.end(), [&](const Statement& x) {
        return x.rule == "class.item" && x.id.size() > tail.size() && x.id.compare(x.id.size() - tail.size(), tail.size(), tail) == 0;
      });
      ASSERT_NE(s, said.end());
      EXPECT_EQ(*slot_of(*s, "losing"), std::to_string(integers(review, "n_losing")[k]));
      // The group of the commonest error has as many names as the sentence says.
      const auto error = std::find_if(said.begin(), said.end(), [&](const Statement& x) {
        return x.rule.rfind("class.error_option", 0) == 0 && x.id.size() > tail.size() &&
               x.id.compare(x.id.size() - tail.size(), tail.size(), tail) == 0;
      });
      if (error == said.end()) continue;
      std::int64_t names = 0;
      for (std::size_t t = 0; t < texts(talk, "item").size(); ++t)
        names += texts(talk, "class")[t] == unit && texts(talk, "item")[t] == texts(review, "item")[k] &&
                         texts(talk, "option")[t] == *slot_of(*error, "option")
                     ? 1
                     : 0;
      EXPECT_EQ(*slot_of(*error, "count"), std::to_string(names));
    }
    EXPECT_LE(in_lesson, 5);
    EXPECT_EQ(count(said, "class.item"), in_lesson);
  }
}

TEST(EvaluateStatements, AtMostThreeStrengthsAndTwoNextSteps) {
  const Evaluation e = evaluated({.n_pupils = 60, .n_choice = 9, .n_written = 9, .seed = 11, .options = true});
  std::int64_t strengths = 0;
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto said = pupil_statements(e, e.papers[0], i);
    EXPECT_LE(count(said, "strength."), 3);
    EXPECT_LE(count(said, "next."), 2);
    strengths += count(said, "strength.");
    for (const Statement& s : said) {
      if (s.rule == "strength.part") {
        EXPECT_GE(std::stoi(*slot_of(s, "count")), 3) << s.id;
      }
    }
  }
  EXPECT_GT(strengths, 0) << "a good pupil hears of it";
}

/// One paper of hand-made marks with error codes.
Evaluation coded(std::vector<std::vector<int>> rows, const std::vector<std::pair<std::size_t, int>>& codes) {
  auto p = paper_fixture::paper(paper_fixture::items({4, 4, 4, 1}), rows);
  for (auto& item : p.items) item.knowledge = {item.full_mark == 1.0 ? "single" : "many"};
  p.items[3].category_labels = {"A", "B"};
  p.error_code_names = {"sign", "unit"};
  p.error_codes.assign(rows.size() * 4, -1);
  for (const auto& [at, code] : codes) p.error_codes[at] = code;
  return evaluate(std::vector<Paper>{p}, profile()).value();
}

TEST(EvaluateStatements, TwoItemsShareACauseOnlyIfTheirCodesAgree) {
  const Evaluation e = coded({{2, 2, 1, 1}, {2, 2, 4, 1}}, {{0, 0}, {1, 1}, {2, 0}, {4, 0}, {5, 1}});
  const auto first = pupil_statements(e, e.papers[0], 0);
  const Statement* shared = find(first, "cause.shared");
  ASSERT_NE(shared, nullptr);
  EXPECT_EQ(*slot_of(*shared, "items"), "q1、q3");
  EXPECT_EQ(*slot_of(*shared, "cause"), "sign");
  ASSERT_NE(find(first, "cause.code"), nullptr);
  EXPECT_EQ(*slot_of(*find(first, "cause.code"), "item"), "q2");
  ASSERT_NE(find(first, "next.shared"), nullptr);
  const auto second = pupil_statements(e, e.papers[0], 1);
  EXPECT_EQ(find(second, "cause.shared"), nullptr);
  EXPECT_EQ(find(second, "next.shared"), nullptr);
  EXPECT_EQ(count(second, "cause.code"), 2);
}

TEST(EvaluateStatements, NoCauseIsInvented) {
  const Evaluation e = coded({{2, 2, 1, 0}, {4, 4, 4, 1}}, {});
  const auto said = pupil_statements(e, e.papers[0], 0);
  EXPECT_EQ(count(said, "cause."), 0);
  EXPECT_EQ(count(said, "next."), 0) << "next steps come only from what is known";
  EXPECT_NE(find(said, "items.no_expectation"), nullptr);
}

TEST(EvaluateStatements, NoPraiseFromOneRightChoiceItem) {
  auto rules = profile();
  rules.blueprint.least_items_a_point = 1;
  auto p = paper_fixture::paper(paper_fixture::items({1, 1, 1}), {{1, 1, 1}});
  p.items[0].knowledge = {"single"};
  p.items[1].knowledge = p.items[2].knowledge = {"two"};
  const Evaluation e = evaluate(std::vector<Paper>{p}, rules).value();
  const auto said = pupil_statements(e, e.papers[0], 0);
  ASSERT_EQ(count(said, "strength."), 1);
  EXPECT_EQ(*slot_of(*find(said, "strength.part"), "part"), "two");
}

TEST(EvaluateStatements, LevelWithItsOwnBand) {
  std::vector<std::vector<int>> rows = {{100}, {80}, {60}, {10}};
  const Evaluation e = evaluate(std::vector<Paper>{paper_fixture::paper(paper_fixture::items({100}), rows)}, profile()).value();
  const char* const bands[] = {"85%–100%", "75%–84%", "60%–74%", "0%–59%"};
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto said = pupil_statements(e, e.papers[0], i);
    EXPECT_EQ(said[0].rule, "level.claim");
    EXPECT_EQ(*slot_of(said[0], "band"), bands[i]);
    EXPECT_EQ(said[1].rule, "level.no_interval") << "four pupils and one item carry no interval";
  }
  EXPECT_EQ(celadon::feedback::render(pupil_statements(e, e.papers[0], 1)[0], celadon::io::default_wording(Language::kChinese)),
            "本卷等级:良好(良好:75%–84%)。");
}

TEST(EvaluateStatements, WhoIsNotCountedGetsOneNote) {
  auto p = paper_fixture::paper(paper_fixture::items({5, 5}), {{5, 3}, {-1, -1}, {-1, -1}});
  p.units.status = {celadon::Status::kPresent, celadon::Status::kAbsent, celadon::Status::kPresent};
  const Evaluation e = evaluate(std::vector<Paper>{p}, profile()).value();
  const auto absent = pupil_statements(e, e.papers[0], 1);
  ASSERT_EQ(absent.size(), 1U);
  EXPECT_EQ(absent[0].role, StatementRole::kNote);
  EXPECT_EQ(celadon::feedback::render(absent[0], celadon::io::default_wording(Language::kChinese)), "本卷没有计分的作答(缺考),不作评价。");
  EXPECT_EQ(celadon::feedback::render(absent[0], celadon::io::default_wording(Language::kEnglish)),
            "No answer of this paper counts (absent), so nothing is said about it.");
  EXPECT_EQ(celadon::feedback::render(pupil_statements(e, e.papers[0], 2)[0], celadon::io::default_wording(Language::kEnglish)),
            "No answer of this paper counts (no answers), so nothing is said about it.");
  const auto said = class_statements(e, e.papers[0], 0);
  EXPECT_EQ(*slot_of(*find(said, "class.left_out"), "count"), "2");
}

TEST(EvaluateStatements, ThePaperSaysWhichModelAndWhy) {
  const Evaluation e = evaluated();
  const auto said = paper_statements(e, e.papers[0]);
  const Statement* model = find(said, "paper.model_classical");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(*slot_of(*model, "n"), "40");
  EXPECT_EQ(explain(e, model->id)->model, "working_model");
  EXPECT_EQ(count(said, "paper.not_evaluated"), static_cast<std::int64_t>(e.papers[0].not_evaluated.size()));
}

TEST(EvaluateTables, NamesColumnsAndRows) {
  const Evaluation e = evaluated();
  for (const std::string& name : table_names()) {
    const celadon::Table t = table(e, name).value();
    EXPECT_EQ(t.name(), name);
    ASSERT_FALSE(t.columns().empty()) << name;
    EXPECT_EQ(t.columns()[0].name, "paper") << name;
    for (const celadon::Column& c : t.columns())
      for (const char x : c.name) EXPECT_TRUE(static_cast<unsigned char>(x) < 128) << name << "." << c.name;
  }
  EXPECT_EQ(table(e, "pupil_items")->n_rows(), 40 * 12);
  EXPECT_EQ(table(e, "pupil_levels")->n_rows(), 40);
  EXPECT_EQ(table(e, "pupil_parts")->n_rows(), 40 * 7);
  EXPECT_EQ(table(e, "items")->n_rows(), 12);
  EXPECT_EQ(table(e, "options")->n_rows(), 8 * 4);
  EXPECT_EQ(table(e, "exam_statistics")->n_rows(), 1 + 2 + 1);
  EXPECT_EQ(table(e, "class_parts")->n_rows(), 3 * 7);
  EXPECT_EQ(table(e, "class_deviations")->n_rows(), 2 * 12);
  EXPECT_EQ(table(e, "blueprint_items")->n_rows(), 12);
  EXPECT_EQ(table(e, "sp_pupils")->n_rows(), 40);
  EXPECT_EQ(table(e, "calibration_items")->n_rows(), 0);
  EXPECT_EQ(table(e, "not_evaluated")->n_rows(), static_cast<std::int64_t>(e.papers[0].not_evaluated.size() + e.not_evaluated.size()));
  EXPECT_EQ(table(e, "rank").error().code, Code::kInvalidArgument);
  EXPECT_EQ(texts(table(e, "pupil_levels", Language::kEnglish).value(), "level_name").size(), 40U);
  EXPECT_EQ(texts(*table(e, "pupil_items"), "pupil")[0], "s1");
}

}  // namespace
