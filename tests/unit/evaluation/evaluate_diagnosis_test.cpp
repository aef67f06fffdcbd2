// Mastery and comments in evaluate: what a class of 40 gives, what is left out and why, and that no sentence speaks against the tables.
#include <evaluation/school_fixture.hpp>

#include <celadon/io/comments_json.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace {

using celadon::Code;
using celadon::Language;
using namespace celadon::evaluation;
using celadon::feedback::CommentReader;
using celadon::feedback::MasteryReason;
using celadon::feedback::MasteryState;
using school_fixture::evaluated;
using school_fixture::reason;

EvaluateOptions with_comments() {
  EvaluateOptions options;
  options.comments = celadon::io::default_comment_bank();
  return options;
}

const Evaluation& school() {
  static const Evaluation made = evaluated({}, with_comments());
  return made;
}

TEST(EvaluateDiagnosis, AClassOfFortyIsJudgedUnderTwoPriors) {
  const PaperEvaluation& paper = school().papers.at(0);
  ASSERT_EQ(paper.mastery.points, (std::vector<std::string>{"number", "shape", "data"}));
  EXPECT_EQ(paper.mastery.basis.model, "dina");
  EXPECT_EQ(paper.mastery.basis.structure, "independent");
  EXPECT_EQ(paper.mastery.basis.settings.size(), 2U);
  EXPECT_EQ(paper.mastery.basis.n_used, 40);
  const DiagnosisRules& rules = school().profile.diagnosis;
  for (std::int64_t i = 0; i < paper.n_persons(); ++i)
    for (std::size_t k = 0; k < paper.mastery.points.size(); ++k) {
      const celadon::feedback::PointMastery& m = paper.mastery.at(i, k);
      double points = 0.0;
      for (const std::int32_t j : paper.mastery.items[k]) points += paper.gain_loss.points[paper.gain_loss.cell(i, j)];
      EXPECT_DOUBLE_EQ(m.points, points);
      if (m.state == MasteryState::kMastered) {
        EXPECT_GE(m.probability, rules.mastered_from - 1e-6);
      }
      if (m.state == MasteryState::kNotYet) {
        EXPECT_LE(m.probability, rules.not_yet_to + 1e-6);
      }
      if (std::isnan(m.low)) continue;
      EXPECT_LE(m.low, m.probability + 1e-9);
      EXPECT_GE(m.high, m.probability - 1e-9);
    }
}

TEST(EvaluateDiagnosis, TooFewPupilsListThePointsOnly) {
  const Evaluation few = evaluated({.n_pupils = 10}, with_comments());
  const PaperEvaluation& paper = few.papers.at(0);
  EXPECT_EQ(reason(paper, "diagnosis"), Code::kDiagnosisFewPupils);
  for (const celadon::feedback::PointMastery& m : paper.mastery.cells) {
    EXPECT_EQ(m.reason, MasteryReason::kNotModelled);
    EXPECT_TRUE(std::isnan(m.probability));
  }
}

TEST(EvaluateDiagnosis, SaysWhyThereIsNone) {
  auto papers = build_papers(school_fixture::data()).value().papers;
  EvaluateOptions off;
  off.diagnose = false;
  EXPECT_EQ(reason(evaluate(papers, school_fixture::profile(), off).value().papers.at(0), "diagnosis"), Code::kDiagnosisOff);
  for (celadon::Item& item : papers[0].items) item.knowledge.clear();
  const Evaluation none = evaluate(papers, school_fixture::profile()).value();
  EXPECT_EQ(reason(none.papers.at(0), "diagnosis"), Code::kNoKnowledgePoints);
  EXPECT_TRUE(none.papers.at(0).mastery.points.empty());
  for (std::size_t j = 0; j < papers[0].items.size(); ++j) papers[0].items[j].knowledge = {"k" + std::to_string(j / 2)};
  EXPECT_EQ(reason(evaluate(papers, school_fixture::profile()).value().papers.at(0), "diagnosis"), Code::kDiagnosisThinPoints);
}

TEST(EvaluateDiagnosis, CommentsKeepToTheTables) {
  const PaperEvaluation& paper = school().papers.at(0);
  for (std::int64_t i = 0; i < paper.n_persons(); ++i) {
    const auto evidence = pupil_evidence(school(), paper, i);
    // Items that the caller worked out before say the same; those of another paper are refused.
    const auto items = pupil_items(paper, i);
    EXPECT_EQ(pupil_evidence(school(), paper, i, items).items.size(), evidence.items.size());
    EXPECT_THROW((void)pupil_evidence(school(), paper, i, std::span(items).first(items.size() - 1)), celadon::LogicError);
    for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher}) {
      const WordedComment comment = pupil_comment(school(), paper, i, reader, Language::kChinese);
      ASSERT_EQ(comment.sentences.size(), comment.comment.sentences.size());
      std::set<std::string> texts;
      for (std::size_t s = 0; s < comment.sentences.size(); ++s) {
        EXPECT_TRUE(texts.insert(comment.sentences[s].text).second) << comment.sentences[s].text;
        const celadon::feedback::CommentSentence& sentence = comment.comment.sentences[s];
        if (sentence.subject < 0) continue;
        const MasteryState state = paper.mastery.at(i, static_cast<std::size_t>(sentence.subject)).state;
        using Part = celadon::feedback::CommentPart;
        if (sentence.part == Part::kStrength) {
          EXPECT_EQ(state, MasteryState::kMastered);
        }
        if (sentence.part == Part::kGap) {
          EXPECT_EQ(state, MasteryState::kNotYet);
        }
        if (sentence.part == Part::kOpen) {
          EXPECT_EQ(state, MasteryState::kCannotJudge);
        }
      }
    }
  }
}

TEST(EvaluateDiagnosis, ExplainFindsEverySentence) {
  const PaperEvaluation& paper = school().papers.at(0);
  for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher})
    for (const auto& s : pupil_comment(school(), paper, 0, reader, Language::kChinese).sentences) {
      const auto told = explain(school(), s.id);
      ASSERT_TRUE(told) << s.id;
      EXPECT_EQ(told->statement.id, s.id);
      EXPECT_EQ(told->model.substr(0, 5), "dina/");
      EXPECT_FALSE(told->statement.evidence.empty());
    }
  for (const auto& s : class_comment(school(), paper, 0, Language::kEnglish).sentences) EXPECT_TRUE(explain(school(), s.id)) << s.id;
}

TEST(EvaluateDiagnosis, TablesHoldEveryCell) {
  const auto mastery = table(school(), "pupil_mastery").value();
  EXPECT_EQ(mastery.n_rows(), 40 * 3);
  EXPECT_EQ(table(school(), "class_mastery").value().n_rows(), 2 * 3);
  EXPECT_GT(table(school(), "pupil_comments", Language::kEnglish).value().n_rows(), 40);
  EXPECT_TRUE(table(school(), "class_comments").has_value());
  EXPECT_TRUE(table(school(), "mastery_groups").has_value());
}

TEST(EvaluateDiagnosis, ActionsAndPrerequisitesComeFromTheirTables) {
  auto tables = school_fixture::tables({});
  tables.emplace_back("knowledge", "id,name,prerequisites\nnumber,,\nshape,,number\ndata,,unknown\n");
  tables.emplace_back("actions", "knowledge,text\nnumber,count in tens\n");
  const auto read = build_papers(dataset_fixture::dataset(tables)).value();
  ASSERT_EQ(read.papers.at(0).actions.size(), 1U);
  EXPECT_EQ(read.papers[0].actions[0].text, "count in tens");
  ASSERT_EQ(read.papers[0].point_order.size(), 1U);
  EXPECT_EQ(read.papers[0].point_order[0].first, "number");
  EXPECT_EQ(read.papers[0].point_order[0].then, "shape");
  EXPECT_TRUE(std::any_of(read.findings.begin(), read.findings.end(), [](const auto& f) { return f.code == Code::kPointOrderUnknown; }));
}

}  // namespace
