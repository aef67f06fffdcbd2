#include <celadon/evaluation/feedback/comment_edits.hpp>
#include <celadon/io/comments_json.hpp>

#include <gtest/gtest.h>

namespace celadon::feedback {
namespace {

const std::string kComment = "m/pupil/1/";

std::vector<WordedSentence> generated() {
  return {{"s1", CommentPart::kStrength, "one", "h1"}, {"s2", CommentPart::kGap, "two", "h2"}, {"n1", CommentPart::kNext, "three", "h3"}};
}

CommentEdit edit(EditKind kind, const std::string& sentence, const std::string& text, const std::string& hash) {
  CommentEdit e;
  e.kind = kind;
  e.sentence = sentence;
  e.part = CommentPart::kGap;
  e.language = "zh-CN";
  e.text = text;
  e.evidence_hash = hash;
  e.author = "王老师";
  e.time = "2026-11-26T08:00:00Z";
  return e;
}

std::vector<FinalSentence> laid_over(const std::vector<WordedSentence>& sentences, std::vector<CommentEdit> edits) {
  CommentEdits all;
  all.comment = kComment;
  all.edits = std::move(edits);
  return apply_edits(sentences, kComment, "zh-CN", all).value();
}

TEST(CommentEdits, WithoutEditsEverythingIsGenerated) {
  const auto out = laid_over(generated(), {});
  ASSERT_EQ(out.size(), 3U);
  for (const FinalSentence& s : out) EXPECT_EQ(s.origin, SentenceOrigin::kGenerated);
}

TEST(CommentEdits, AnEditStaysAndIsFlaggedWhenItsEvidenceChanged) {
  const std::vector<CommentEdit> edits = {edit(EditKind::kReplace, "s2", "mine", "h2")};
  auto out = laid_over(generated(), edits);
  EXPECT_EQ(out[1].text, "mine");
  EXPECT_EQ(out[1].origin, SentenceOrigin::kEdited);
  EXPECT_EQ(out[1].author, "王老师");
  EXPECT_FALSE(out[1].evidence_changed);
  auto again = generated();
  again[1].evidence_hash = "other";
  again[1].text = "two, again";
  out = laid_over(again, edits);
  EXPECT_EQ(out[1].text, "mine");
  EXPECT_TRUE(out[1].evidence_changed);
}

TEST(CommentEdits, ALockedSentenceStaysEvenWhenItIsNoLongerMade) {
  const std::vector<CommentEdit> edits = {edit(EditKind::kLock, "s2", "two", "h2")};
  auto later = generated();
  later.erase(later.begin() + 1);
  const auto out = laid_over(later, edits);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[1].text, "two");  // in its part
  EXPECT_EQ(out[1].origin, SentenceOrigin::kLocked);
  EXPECT_TRUE(out[1].no_longer_made);
}

TEST(CommentEdits, AnAddedSentenceStandsInItsPartAndOneLeftOutDoesNot) {
  const auto out = laid_over(generated(), {edit(EditKind::kAdd, "own", "added", ""), edit(EditKind::kLeaveOut, "n1", "", "h3")});
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[2].text, "added");
  EXPECT_EQ(out[2].origin, SentenceOrigin::kAdded);
  EXPECT_FALSE(out[2].no_longer_made);
  // What was left out comes back, flagged, when it rests on other numbers.
  auto later = generated();
  later[2].evidence_hash = "other";
  const auto back = laid_over(later, {edit(EditKind::kLeaveOut, "n1", "", "h3")});
  EXPECT_TRUE(back[2].evidence_changed);
  EXPECT_EQ(back[2].text, "three");
}

TEST(CommentEdits, TheLastEditHoldsAndOtherLanguagesAreUntouched) {
  CommentEdit english = edit(EditKind::kReplace, "s1", "english", "h1");
  english.language = "en";
  const auto out =
      laid_over(generated(), {edit(EditKind::kReplace, "s1", "first", "h1"), edit(EditKind::kReplace, "s1", "second", "h1"), english});
  EXPECT_EQ(out[0].text, "second");
}

TEST(CommentEdits, EditsOfAnotherCommentAreRefused) {
  CommentEdits all;
  all.comment = "m/pupil/2/";
  all.edits = {edit(EditKind::kLock, "s1", "one", "h1")};
  EXPECT_EQ(apply_edits(generated(), kComment, "zh-CN", all).error().code, Code::kInvalidArgument);
}

TEST(CommentEdits, CheckRefusesWhatCannotBeKept) {
  const CommentWording& wording = *io::default_comment_bank()->wording(Language::kChinese);
  const CommentEdit good = edit(EditKind::kReplace, "s1", "做得很稳。", "h1");
  EXPECT_TRUE(check(good, &wording));
  const auto refused = [&](const auto& change) {
    CommentEdit e = good;
    change(e);
    return check(e, &wording).error().code;
  };
  EXPECT_EQ(refused([](CommentEdit& e) { e.author = " "; }), Code::kInvalidArgument);
  EXPECT_EQ(refused([](CommentEdit& e) { e.time.clear(); }), Code::kInvalidArgument);
  EXPECT_EQ(refused([](CommentEdit& e) { e.text.clear(); }), Code::kInvalidArgument);
  EXPECT_EQ(refused([](CommentEdit& e) { e.text = "\xff"; }), Code::kInvalidArgument);
  EXPECT_EQ(refused([](CommentEdit& e) { e.text.assign(2001, 'a'); }), Code::kInvalidArgument);
  EXPECT_EQ(refused([](CommentEdit& e) { e.text = "太粗心了"; }), Code::kBannedWord);
  EXPECT_TRUE(check(edit(EditKind::kLeaveOut, "s1", "", "h1"), &wording));
}

TEST(CommentEdits, JsonKeepsEverything) {
  CommentEdits all;
  all.comment = kComment;
  all.signed_by = "王老师";
  all.signed_at = "2026-11-26T09:00:00Z";
  all.edits = {edit(EditKind::kReplace, "s1", "“新”的话", "h1"), edit(EditKind::kLeaveOut, "n1", "", "h3")};
  const auto back = io::load_edits(io::save_edits(all));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->signed_by, all.signed_by);
  ASSERT_EQ(back->edits.size(), 2U);
  EXPECT_EQ(back->edits[0].text, all.edits[0].text);
  EXPECT_EQ(back->edits[0].part, CommentPart::kGap);
  EXPECT_EQ(back->edits[1].kind, EditKind::kLeaveOut);
  std::string text = io::save_edits(all);
  text.replace(text.find("leave_out"), 9, "something");
  EXPECT_FALSE(io::load_edits(text));
}

}  // namespace
}  // namespace celadon::feedback
