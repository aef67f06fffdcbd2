/// A teacher's hand in a comment: sentences edited, locked, added or left out, kept beside the generated text with author and time.
///
/// The generated text is never overwritten. When it is made again, a locked sentence stays as it was locked, an edited one stays as edited
/// and is flagged where what it rests on has changed, and an added one stays in its place.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/visitor.hpp>
#include <celadon/evaluation/feedback/comment_bank.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

enum class EditKind : std::uint8_t {
  kReplace = 0,  ///< the teacher's words in place of the sentence
  kLock = 1,     ///< the sentence stays as it is now
  kAdd = 2,      ///< a sentence of the teacher's own
  kLeaveOut = 3,
};
[[nodiscard]] std::string_view edit_kind_name(EditKind kind);  ///< "replace" "lock" "add" "leave_out"

struct CommentEdit {
  EditKind kind = EditKind::kReplace;
  std::string sentence;                   ///< id of the generated sentence; of an added one its own ("<prefix>comment/family/teacher/1")
  CommentPart part = CommentPart::kNext;  ///< where an added sentence stands, and one whose sentence is no longer made
  std::string language;                   ///< of the text: "zh-CN", "en"
  std::string text;                       ///< "" for kLeaveOut
  std::string generated;                  ///< what the sentence said when it was edited; "" for kAdd
  std::string evidence_hash;              ///< of the sentence when it was edited (CommentEngine::evidence_hash); "" for kAdd
  std::string author;
  std::string time;  ///< ISO 8601, given by the caller
};

/// All edits of one comment, oldest first. Value type.
struct CommentEdits {
  std::string comment;    ///< prefix of the sentence ids
  std::string signed_by;  ///< the teacher who stands behind the comment; empty: a draft of the system
  std::string signed_at;
  std::vector<CommentEdit> edits;

  void visit(Visitor& visitor);
};

/// A generated sentence with its words in one language.
struct WordedSentence {
  std::string id;
  CommentPart part = CommentPart::kGoal;
  std::string text;
  std::string evidence_hash;
};

enum class SentenceOrigin : std::uint8_t { kGenerated = 0, kEdited = 1, kLocked = 2, kAdded = 3 };
[[nodiscard]] std::string_view sentence_origin_name(SentenceOrigin origin);  ///< "generated" "edited" "locked" "added"

/// A sentence as it goes on the page.
struct FinalSentence {
  std::string id;
  CommentPart part = CommentPart::kGoal;
  std::string text;
  SentenceOrigin origin = SentenceOrigin::kGenerated;
  bool evidence_changed = false;  ///< the numbers are not those that the edit was made against: look again
  bool no_longer_made = false;    ///< no rule gives this sentence any more
  std::string author;
  std::string time;
};

/// The generated sentences of one language with the edits of that language laid over them, in reading order. Of several edits of a
/// sentence the last one holds. Errors: kInvalidArgument (edits of another comment). O(sentences x edits). Reentrant.
[[nodiscard]] Result<std::vector<FinalSentence>> apply_edits(const std::vector<WordedSentence>& generated, std::string_view comment,
                                                             std::string_view language, const CommentEdits& edits);

/// Checks an edit before it is kept: author and time given, text not empty where there has to be one and valid UTF-8, at most
/// 2,000 bytes; none of the bank's banned words (`wording` may be null). Errors: kInvalidArgument naming the field, kBannedWord.
[[nodiscard]] Result<void> check(const CommentEdit& edit, const CommentWording* wording);

}  // namespace celadon::inline CELADON_ABI::feedback
