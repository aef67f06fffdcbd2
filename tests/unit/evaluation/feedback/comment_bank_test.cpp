#include <celadon/evaluation/feedback/comment_bank.hpp>
#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/io/comments_json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace celadon::feedback {
namespace {

/// A bank of one rule and one message, which the linter finds nothing in.
CommentBank small_bank() {
  CommentBank bank;
  bank.edition = "1";
  bank.limits.most.assign(3 * static_cast<std::size_t>(kCommentParts), 2);
  CommentRule rule;
  rule.id = "a";
  rule.readers = {CommentReader::kFamily};
  rule.scope = CommentScope::kPoint;
  rule.part = CommentPart::kStrength;
  rule.tests = {{"state", Comparison::kEqual, 2.0}};
  rule.message = "m";
  rule.source = evaluation::same_text("source");
  bank.rules.push_back(rule);
  CommentWording zh;
  zh.language = "zh-CN";
  zh.banned = {"粗心"};
  zh.most_characters = 20;
  zh.most_clause = 12;
  zh.list_separator = "、";
  zh.list_last = "和";
  zh.messages = {{"m", {"“{point}”得 {point_points} 分。", "“{point}”已掌握。"}}};
  CommentWording en = zh;
  en.language = "en";
  en.banned = {"careless"};
  en.messages = {{"m", {"{point}: {point_points} marks.", "{point} is mastered."}}};
  bank.wordings = {zh, en};
  return bank;
}

/// The kinds of faults that a change brings.
std::vector<std::string> kinds(const std::function<void(CommentBank&)>& change) {
  CommentBank bank = small_bank();
  change(bank);
  std::vector<std::string> out;
  for (const BankProblem& p : lint(bank)) out.push_back(p.kind);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}
using Kinds = std::vector<std::string>;

TEST(CommentLint, TheShippedBankHasNoFault) {
  for (const BankProblem& p : lint(*io::default_comment_bank()))
    ADD_FAILURE() << p.kind << " " << p.language << " " << p.where << ": " << p.detail;
}

TEST(CommentLint, ASmallBankIsFine) {
  EXPECT_EQ(kinds([](CommentBank&) {}), Kinds{});
}

TEST(CommentLint, FindsEachFault) {
  const auto zh = [](CommentBank& b) -> std::vector<std::string>& { return b.wordings[0].messages[0].variants; };
  const auto en = [](CommentBank& b) -> std::vector<std::string>& { return b.wordings[1].messages[0].variants; };
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{point}”有点粗心。"; }), Kinds{"banned_word"});
  EXPECT_EQ(kinds([&](CommentBank& b) { en(b)[0] = "{point} was Careless."; }), Kinds{"banned_word"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{pont}”。"; }), Kinds{"unknown_slot"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{state}”。"; }), Kinds{"unknown_slot"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{class_point}”。"; }), Kinds{"slot_not_filled"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{action}”。"; }), Kinds{"slot_not_filled"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{point}”{。"; }), Kinds{"open_brace"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "“{point:percent}”。"; }), Kinds{"unknown_format"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "{point_points:9}。"; }), Kinds{"unknown_format"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = zh(b)[1]; }), Kinds{"same_variant"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b).clear(); }), Kinds{"no_variant"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = " "; }), Kinds{"no_variant"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "一二三四五六七八九十,一二三四五六七八九十一。"; }), Kinds{"too_long"});
  EXPECT_EQ(kinds([&](CommentBank& b) { zh(b)[0] = "一二三四五六七八九十一二三。"; }), Kinds{"clause_too_long"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.wordings[1].messages.push_back({"z", {"Nobody says this."}}); }), Kinds{"not_used"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.wordings[1].messages.clear(); }), Kinds{"no_message"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.wordings.pop_back(); }), Kinds{"language_missing"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].source.en.clear(); }), Kinds{"language_missing"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].tests[0].field = "nothing"; }), Kinds{"unknown_field"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].tests[0].field = "class_pupils"; }), Kinds{"unknown_field"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].order_by = "n_points"; }), Kinds{"unknown_field"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].tests.push_back({"state", Comparison::kEqual, 1.0}); }), Kinds{"never_true"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules[0].tests.push_back({"point_share", Comparison::kLess, 0.2}); }), Kinds{"never_true"});
  EXPECT_EQ(kinds([](CommentBank& b) { b.rules.push_back(b.rules[0]); }), (Kinds{"always_covered", "duplicate_rule"}));
  EXPECT_EQ(kinds([](CommentBank& b) { std::fill(b.limits.most.begin(), b.limits.most.end(), 0); }), Kinds{"always_covered"});
}

TEST(CommentLint, TellsWhichSentenceAndEachOnce) {
  CommentBank bank = small_bank();
  bank.wordings[0].messages[0].variants = {"“{point}”粗心。", "“{point}”已掌握。", "“{point}”又粗心,还是粗心。"};
  const auto found = lint(bank);
  ASSERT_EQ(found.size(), 2U);
  for (const BankProblem& p : found) {
    EXPECT_EQ(p.kind, "banned_word");
    EXPECT_EQ(p.language, "zh-CN");
    EXPECT_EQ(p.where, "m");
    EXPECT_EQ(p.detail, "粗心");
  }
  EXPECT_EQ(found[0].variant, 1);
  EXPECT_EQ(found[1].variant, 3);
  bank = small_bank();
  bank.rules[0].tests[0].field = "nothing";
  ASSERT_EQ(lint(bank).size(), 1U);
  EXPECT_EQ(lint(bank)[0].variant, 0);
}

TEST(CommentLint, APartOfAWordIsNoBannedWord) {
  EXPECT_EQ(kinds([](CommentBank& b) { b.wordings[1].banned = {"maste"}; }), Kinds{});
}

TEST(CommentEngine, RefusesABankThatCannotWork) {
  const auto code = [](const std::function<void(CommentBank&)>& change) {
    CommentBank bank = small_bank();
    change(bank);
    const auto made = CommentEngine::compile(SharedValue<CommentBank>(bank));
    return made ? Code::kNone : made.error().code;
  };
  EXPECT_EQ(code([](CommentBank&) {}), Code::kNone);
  EXPECT_EQ(code([](CommentBank& b) { b.wordings.pop_back(); }), Code::kCommentBankInvalid);
  EXPECT_EQ(code([](CommentBank& b) { b.wordings[0].messages.clear(); }), Code::kCommentBankInvalid);
  EXPECT_EQ(code([](CommentBank& b) { b.rules[0].tests[0].field = "x"; }), Code::kCommentBankInvalid);
  EXPECT_EQ(code([](CommentBank& b) { b.limits.most.clear(); }), Code::kCommentBankInvalid);
  EXPECT_EQ(CommentEngine::compile({}).error().code, Code::kCommentBankInvalid);
}

}  // namespace
}  // namespace celadon::feedback
