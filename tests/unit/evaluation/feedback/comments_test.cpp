#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/evaluation/feedback/impl/comment_grid.hpp>
#include <celadon/evaluation/feedback/impl/comment_pattern.hpp>
#include <celadon/evaluation/feedback/impl/comment_view.hpp>
#include <celadon/io/comments_json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace celadon::feedback {
namespace {

const CommentEngine& engine() {
  static const CommentEngine made = CommentEngine::compile(io::default_comment_bank()).value();
  return made;
}

std::vector<std::string> words(const PupilEvidence& evidence, CommentReader reader, Language language, std::uint64_t seed = 1) {
  std::vector<std::string> out;
  for (const CommentSentence& s : engine().comment(evidence, reader, seed).sentences) {
    out.emplace_back();
    engine().render(s, evidence, language, out.back());
  }
  return out;
}

/// Fractions mastered with one loss, decimals not yet, time with one item.
PupilEvidence pupil(const std::string& key = "p1") {
  PupilEvidence e;
  e.key = key;
  e.prefix = "m/pupil/1/";
  e.paper = "unit 3";
  comment_grid::add_point(e, 5, 4, MasteryState::kMastered, MasteryReason::kNone).name = "分数";
  comment_grid::add_point(e, 4, 1, MasteryState::kNotYet, MasteryReason::kNone).name = "小数";
  comment_grid::add_point(e, 1, 0, MasteryState::kCannotJudge, MasteryReason::kFewItems).name = "时间";
  return e;
}

TEST(Comment, StandsInOrderAndTellsTheFacts) {
  const PupilEvidence e = pupil();
  const Comment c = engine().comment(e, CommentReader::kFamily, 1);
  std::vector<CommentPart> parts;
  for (const CommentSentence& s : c.sentences) parts.push_back(s.part);
  EXPECT_TRUE(std::is_sorted(parts.begin(), parts.end()));
  EXPECT_EQ(std::count(parts.begin(), parts.end(), CommentPart::kStrength), 1);
  EXPECT_EQ(std::count(parts.begin(), parts.end(), CommentPart::kGap), 1);
  EXPECT_EQ(std::count(parts.begin(), parts.end(), CommentPart::kOpen), 1);
  EXPECT_LE(std::count(parts.begin(), parts.end(), CommentPart::kNext), 2);
  const std::vector<std::string> zh = words(e, CommentReader::kFamily, Language::kChinese);
  EXPECT_NE(zh[1].find("分数"), std::string::npos);
  EXPECT_NE(zh[1].find("8/10"), std::string::npos);
  EXPECT_NE(zh[2].find("小数"), std::string::npos);
  EXPECT_NE(zh[2].find("2/8"), std::string::npos);
  EXPECT_NE(zh[2].find("7"), std::string::npos);
  EXPECT_NE(zh[3].find("暂不能判断"), std::string::npos);
}

TEST(Comment, NeverMoreThanTheLimitsAndNeverTheSameSentence) {
  comment_grid::each_pupil([&](const PupilEvidence& e) {
    if (e.points.size() < 2) return;
    for (const CommentReader reader : {CommentReader::kFamily, CommentReader::kTeacher}) {
      const Comment c = engine().comment(e, reader, 3);
      std::map<CommentPart, int> counts;
      std::set<std::string> ids;
      std::set<std::string> texts;
      for (const CommentSentence& s : c.sentences) {
        ++counts[s.part];
        EXPECT_TRUE(ids.insert(s.id).second);
        std::string zh;
        engine().render(s, e, Language::kChinese, zh);
        EXPECT_TRUE(texts.insert(zh).second) << zh;
        EXPECT_EQ(zh.find("–分"), std::string::npos) << zh;
      }
      EXPECT_LE(counts[CommentPart::kStrength], 3);
      EXPECT_LE(counts[CommentPart::kNext], 2);
    }
  });
}

TEST(Comment, BelowTheThresholdOnlyThatItCannotBeJudged) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 2, 1, MasteryState::kCannotJudge, MasteryReason::kFewItems);
  comment_grid::add_point(e, 4, 2, MasteryState::kCannotJudge, MasteryReason::kBetween);
  for (const CommentSentence& s : engine().comment(e, CommentReader::kFamily, 1).sentences)
    EXPECT_TRUE(s.part == CommentPart::kGoal || s.part == CommentPart::kOpen || s.part == CommentPart::kNext ||
                engine().bank().rules[static_cast<std::size_t>(s.rule)].id == "strength.items");
}

TEST(Comment, TheSamePupilGetsTheSameAndAClassDiffers) {
  EXPECT_EQ(words(pupil(), CommentReader::kFamily, Language::kChinese), words(pupil(), CommentReader::kFamily, Language::kChinese));
  std::set<std::string> strengths;
  std::set<std::vector<std::string>> comments;
  for (int i = 0; i < 40; ++i) {
    const std::vector<std::string> w = words(pupil("p" + std::to_string(i)), CommentReader::kFamily, Language::kChinese);
    strengths.insert(w[1]);
    comments.insert(w);
  }
  EXPECT_GE(strengths.size(), 4U);
  EXPECT_GE(comments.size(), 25U);
  EXPECT_NE(words(pupil(), CommentReader::kFamily, Language::kChinese, 1), words(pupil(), CommentReader::kFamily, Language::kChinese, 2));
}

/// An engine of one rule about points, with a sentence that names the point.
CommentEngine of_one_rule(const CommentTest& test, const std::string& order_by, bool descending, int most) {
  CommentBank bank;
  bank.limits.most.assign(3 * static_cast<std::size_t>(kCommentParts), most);
  CommentRule rule;
  rule.id = "one";
  rule.readers = {CommentReader::kFamily};
  rule.scope = CommentScope::kPoint;
  rule.part = CommentPart::kStrength;
  rule.tests = {test};
  rule.message = "m";
  rule.order_by = order_by;
  rule.descending = descending;
  bank.rules = {rule};
  for (const char* language : {"zh-CN", "en"}) {
    CommentWording wording;
    wording.language = language;
    wording.messages = {{"m", {"{point}"}}};
    bank.wordings.push_back(wording);
  }
  return CommentEngine::compile(SharedValue<CommentBank>(bank)).value();
}

/// The points that a comment names, in its order.
std::string named(const CommentEngine& by, const PupilEvidence& e) {
  std::string out;
  for (const CommentSentence& s : by.comment(e, CommentReader::kFamily, 1).sentences) by.render(s, e, Language::kEnglish, out);
  return out;
}

TEST(Comment, TheLargestComeFirstOrTheSmallestAndTheOthersAreLeftOut) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 8, 7, MasteryState::kMastered, MasteryReason::kNone).name = "B";
  comment_grid::add_point(e, 8, 6, MasteryState::kMastered, MasteryReason::kNone).name = "A";
  comment_grid::add_point(e, 8, 8, MasteryState::kMastered, MasteryReason::kNone).name = "C";
  const CommentTest mastered{"state", Comparison::kEqual, 2.0};
  EXPECT_EQ(named(of_one_rule(mastered, "point_share", true, 3), e), "CBA");
  EXPECT_EQ(named(of_one_rule(mastered, "point_share", false, 3), e), "ABC");
  EXPECT_EQ(named(of_one_rule(mastered, "", true, 3), e), "BAC");
  EXPECT_EQ(named(of_one_rule(mastered, "point_share", true, 2), e), "CB");
}

TEST(Comment, AFieldWithoutAValuePassesNoTest) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 3, 1, MasteryState::kCannotJudge, MasteryReason::kNotModelled).name = "A";
  e.points.back().mastery.probability = std::numeric_limits<double>::quiet_NaN();
  comment_grid::add_point(e, 3, 1, MasteryState::kNotYet, MasteryReason::kNone).name = "B";
  e.points.back().mastery.probability = 0.0;
  for (const Comparison c : {Comparison::kEqual, Comparison::kAtMost, Comparison::kAtLeast})
    EXPECT_EQ(named(of_one_rule({"probability", c, 0.0}, "", true, 3), e), "B") << comparison_sign(c);
  for (const Comparison c : {Comparison::kNotEqual, Comparison::kLess})
    EXPECT_EQ(named(of_one_rule({"probability", c, 0.5}, "", true, 3), e), "B") << comparison_sign(c);
}

TEST(Comment, AMessageUsedTwiceTakesAnotherSentence) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 4, 4, MasteryState::kMastered, MasteryReason::kNone).name = "X";
  comment_grid::add_point(e, 4, 4, MasteryState::kMastered, MasteryReason::kNone).name = "X";
  const Comment c = engine().comment(e, CommentReader::kFamily, 1);
  ASSERT_EQ(c.sentences[1].part, CommentPart::kStrength);
  EXPECT_EQ(c.sentences[2].draw, c.sentences[1].draw + 1);
}

/// The sentence of a rule, "" where the rule is not chosen.
std::string said(const PupilEvidence& e, const std::string& rule) {
  for (const CommentSentence& s : engine().comment(e, CommentReader::kFamily, 1).sentences) {
    if (engine().bank().rules[static_cast<std::size_t>(s.rule)].id != rule) continue;
    std::string text;
    engine().render(s, e, Language::kChinese, text);
    return text;
  }
  return {};
}

TEST(Comment, AStepNamesTheItemsThatAskForTheFewestOpenPoints) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 4, 0, MasteryState::kNotYet, MasteryReason::kNone).name = "A";
  EXPECT_NE(said(e, "next.redo_first").find("第 1、2 题"), std::string::npos) << said(e, "next.redo_first");
  CommentPoint other = e.points[0];
  other.name = "B";
  other.items = {0, 1};
  other.mastery.state = MasteryState::kCannotJudge;
  other.mastery.reason = MasteryReason::kBetween;
  e.points.push_back(other);
  EXPECT_NE(said(e, "next.redo_first").find("第 3、4 题"), std::string::npos) << "items 1 and 2 ask for B too, which is open";
  e.points[1].mastery.state = MasteryState::kMastered;
  EXPECT_NE(said(e, "next.redo_first").find("第 1、2 题"), std::string::npos) << "a mastered point stands in nobody's way";
}

TEST(Comment, ALossOnAMasteredPointThatAsksForMoreIsSaidToDoSo) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 10, 6, MasteryState::kMastered, MasteryReason::kNone).name = "A";
  EXPECT_EQ(said(e, "strength.shared"), "");
  EXPECT_NE(said(e, "strength.some"), "");
  CommentPoint other = e.points[0];
  other.name = "B";
  other.items = {6, 7, 8, 9};
  other.mastery.state = MasteryState::kNotYet;
  e.points.push_back(other);
  EXPECT_NE(said(e, "strength.shared").find("12/20 分"), std::string::npos);
  EXPECT_EQ(said(e, "strength.some"), "");
  e.points[1].items = {6, 7, 8};
  EXPECT_EQ(said(e, "strength.shared"), "") << "item 10 asks for A alone";
}

TEST(Comment, EnoughItemsAreNeverCalledTooFew) {
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    PupilEvidence e;
    e.key = key;
    comment_grid::add_point(e, 9, 5, MasteryState::kCannotJudge, MasteryReason::kBetween);
    for (const std::string& text : words(e, CommentReader::kFamily, Language::kChinese)) {
      EXPECT_EQ(text.find("题多一些"), std::string::npos) << text;
    }
  }
}

TEST(Comment, NoProbabilityIsCertainAndNoIntervalIsOneNumber) {
  for (const MasteryState state : {MasteryState::kMastered, MasteryState::kNotYet}) {
    PupilEvidence e;
    e.key = "k";
    const bool mastered = state == MasteryState::kMastered;
    comment_grid::add_point(e, 8, mastered ? 7 : 1, state, MasteryReason::kNone);
    e.points[0].mastery.probability = e.points[0].mastery.low = e.points[0].mastery.high = mastered ? 1.0 : 0.0;
    for (std::uint64_t seed = 0; seed < 8; ++seed)
      for (const std::string& text : words(e, CommentReader::kTeacher, Language::kChinese, seed)) {
        EXPECT_EQ(text.find("100%"), std::string::npos) << text;
        EXPECT_EQ(text.find(" 0%"), std::string::npos) << text;
        EXPECT_EQ(text.find("%–"), std::string::npos) << text;
      }
  }
}

TEST(Comment, AGroupThatIsCutSaysSo) {
  ClassEvidence e;
  e.key = "c";
  e.n = 40;
  e.points.push_back({"分数", {0, 40, 20, 12, 8, 4}, false, {}});
  e.groups.push_back({"分数", 12, false, {"甲", "乙", "丙"}});
  std::string text;
  for (const CommentSentence& s : engine().comment(e, 1).sentences)
    if (s.part == CommentPart::kGroup) engine().render(s, e, Language::kChinese, text);
  EXPECT_NE(text.find("甲、乙、丙等"), std::string::npos) << text;
  EXPECT_NE(text.find("12 人"), std::string::npos) << text;
}

TEST(Comment, AnEnglishSentenceBeginsWithACapitalAndAChineseListQuotesItsNames) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 4, 4, MasteryState::kMastered, MasteryReason::kNone).name = "lowest terms";
  comment_grid::add_point(e, 4, 0, MasteryState::kNotYet, MasteryReason::kNone).name = "fractions";
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    for (const std::string& text : words(e, CommentReader::kFamily, Language::kEnglish, seed))
      EXPECT_FALSE(text[0] >= 'a' && text[0] <= 'z') << text;
    const std::string goal = words(e, CommentReader::kFamily, Language::kChinese, seed)[0];
    EXPECT_NE(goal.find("“lowest terms”、“fractions”"), std::string::npos) << goal;
  }
}

TEST(Comment, ManyOpenPointsAreCountedAndNotListed) {
  PupilEvidence e;
  e.key = "k";
  for (int k = 0; k < 6; ++k) comment_grid::add_point(e, 4, 2, MasteryState::kCannotJudge, MasteryReason::kBetween);
  EXPECT_NE(said(e, "open.many").find("6 个"), std::string::npos);
  EXPECT_EQ(said(e, "open.unsure"), "");
}

TEST(Comment, ALongListOfItemsIsCounted) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 12, 12, MasteryState::kMastered, MasteryReason::kNone);
  EXPECT_EQ(said(e, "strength.all"), "");
  EXPECT_NE(said(e, "strength.all_many").find("12 题"), std::string::npos);
}

TEST(Comment, TellsNoMarksToAFamilyWhereTheHostShowsNone) {
  comment_grid::each_pupil([&](const PupilEvidence& given) {
    PupilEvidence e = given;
    e.marks = false;
    for (const Language language : {Language::kChinese, Language::kEnglish})
      for (const std::string& text : words(e, CommentReader::kFamily, language)) {
        EXPECT_EQ(text.find(" 分"), std::string::npos) << text;
        const std::size_t marks = text.find(" marks");
        EXPECT_FALSE(marks != std::string::npos && text[marks - 1] >= '0' && text[marks - 1] <= '9') << text;
      }
    e.marks = true;
    std::vector<CommentPart> told, bare;
    for (const CommentSentence& s : engine().comment(e, CommentReader::kFamily, 1).sentences) told.push_back(s.part);
    e.marks = false;
    for (const CommentSentence& s : engine().comment(e, CommentReader::kFamily, 1).sentences) bare.push_back(s.part);
    EXPECT_EQ(told, bare) << "nothing else is left out";
  });
  PupilEvidence e = pupil();
  e.marks = false;
  EXPECT_NE(words(e, CommentReader::kTeacher, Language::kChinese)[1].find("8/10 分"), std::string::npos) << "teachers read marks";
}

TEST(Comment, PrerequisitesComeFirstAndTheLaterPointWaits) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 4, 0, MasteryState::kNotYet, MasteryReason::kNone).name = "B";
  e.points.back().needs = {"A"};
  comment_grid::add_point(e, 4, 1, MasteryState::kNotYet, MasteryReason::kNone).name = "A";
  std::vector<std::string> gaps;
  for (const CommentSentence& s : engine().comment(e, CommentReader::kFamily, 1).sentences)
    if (s.part == CommentPart::kNext) gaps.push_back(e.points[static_cast<std::size_t>(s.subject)].name);
  EXPECT_EQ(gaps, (std::vector<std::string>{"A", "B"}));
}

TEST(Comment, AStepThatNamesNothingNewIsLeftOut) {
  PupilEvidence e;
  e.key = "k";
  comment_grid::add_point(e, 4, 2, MasteryState::kNotYet, MasteryReason::kNone).name = "A";
  CommentPoint twin = e.points[0];
  twin.name = "B";
  e.points.push_back(twin);
  const Comment c = engine().comment(e, CommentReader::kFamily, 1);
  EXPECT_EQ(std::count_if(c.sentences.begin(), c.sentences.end(), [](const CommentSentence& s) { return s.part == CommentPart::kNext; }),
            1);
}

TEST(Comment, ExplainGivesRuleTestsNumbersAndModel) {
  const PupilEvidence e = pupil();
  const Comment c = engine().comment(e, CommentReader::kTeacher, 1);
  MasteryBasis basis;
  basis.model = "dina";
  basis.structure = "independent";
  basis.version = "0.1.0";
  for (const CommentSentence& s : c.sentences) {
    const auto told = engine().explain(s.id, c, e, basis);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->conditions.size(), told->tests.size());
    EXPECT_EQ(told->model, "dina/independent");
    EXPECT_EQ(told->bank_hash, engine().bank().hash);
    EXPECT_FALSE(told->text_zh.empty());
    EXPECT_FALSE(told->text_en.empty());
  }
  const auto strength = engine().explain("m/pupil/1/comment/teacher/strength.figures/1", c, e, basis);
  ASSERT_TRUE(strength);
  const auto number = [&](const std::string& name) {
    for (const EvidenceNumber& n : strength->evidence)
      if (n.name == name) return n.value;
    return -1.0;
  };
  EXPECT_DOUBLE_EQ(number("point_points"), 8.0);
  EXPECT_DOUBLE_EQ(number("probability"), 0.93);
  EXPECT_EQ(engine().explain("m/pupil/1/comment/teacher/none", c, e, basis).error().code, Code::kUnknownStatement);
}

TEST(Comment, TheHashChangesWithWhatTheSentenceRestsOn) {
  PupilEvidence e = pupil();
  const Comment c = engine().comment(e, CommentReader::kFamily, 1);
  const std::string strength = engine().evidence_hash(c.sentences[1], e);
  const std::string gap = engine().evidence_hash(c.sentences[2], e);
  e.points[1].mastery.points = 3.0;
  EXPECT_EQ(engine().evidence_hash(c.sentences[1], e), strength);
  EXPECT_NE(engine().evidence_hash(c.sentences[2], e), gap);
}

TEST(Comment, AClassHearsOfGapsGroupsAndItems) {
  ClassEvidence e;
  e.key = "c";
  e.prefix = "m/class/1/";
  e.n = 30;
  e.points.push_back({"小数", {0, 30, 6, 14, 10, 4}, true, "用数轴比大小"});
  e.points.push_back({"分数", {1, 30, 24, 3, 3, 4}, false, {}});
  e.groups.push_back({"小数", 14, true, {"甲", "乙"}});
  e.groups.push_back({"分数", 3, false, {"甲", "乙", "丙"}});
  e.items.push_back({"7", 30, 12, 0.6, "看反了", 7, true});
  std::string all;
  for (const CommentSentence& s : engine().comment(e, 1).sentences) {
    engine().render(s, e, Language::kChinese, all);
    all += '\n';
  }
  for (const char* part : {"14 人", "24 人", "用数轴比大小", "甲、乙、丙", "第 7 题", "看反了", "60%"})
    EXPECT_NE(all.find(part), std::string::npos) << all;
}

TEST(Comment, ReadsOnlyItsOwnKindOfReader) {
  EXPECT_THROW((void)engine().comment(pupil(), CommentReader::kClass, 1), LogicError);
}

TEST(CommentView, AnIntervalIsToldWhereItsEndsPrintApart) {
  using namespace comment_detail;
  PupilEvidence evidence;
  evidence.points.resize(1);
  PointMastery& m = evidence.points[0].mastery;
  // Most of all near the ends, where "<1%" and ">99%" stand for less than a percent.
  for (int low = 0; low <= 1000; ++low)
    for (int width = 0; width <= 25; ++width) {
      m.low = low / 1000.0;
      m.high = std::min(1.0, (low + width) / 1000.0);
      std::string first;
      std::string last;
      append_number(no_certainty(m.low), kPercentSlot, first);
      append_number(no_certainty(m.high), kPercentSlot, last);
      ASSERT_EQ(PupilView(evidence).number(kHasInterval, 0), first != last ? 1.0 : 0.0) << m.low << " " << m.high;
    }
}

TEST(CommentView, TestsComparedAsDecisionsSeeValues) {
  using comment_detail::holds;
  for (const double limit : {0.0, 0.2, 0.8, 1.0, 6.0})
    for (const double off : {0.0, 4e-7, 6e-7, 2e-6, 9e-6, 2e-5, 0.1})
      for (const double value : {limit - off, limit + off}) {
        const double v = evaluation::decision_value(value);
        const double l = evaluation::decision_value(limit);
        EXPECT_EQ(holds(Comparison::kEqual, value, limit), v == l) << value << " " << limit;
        EXPECT_EQ(holds(Comparison::kLess, value, limit), v < l) << value << " " << limit;
        EXPECT_EQ(holds(Comparison::kAtLeast, value, limit), v >= l) << value << " " << limit;
      }
}

}  // namespace
}  // namespace celadon::feedback
