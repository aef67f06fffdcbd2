#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/feedback/comment_edits.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::feedback {

namespace comment_edits_detail {

inline constexpr std::size_t kLongest = 2000;  // bytes

inline Error bad(std::string_view field, std::string_view detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::string(field)}, {"detail", std::string(detail)}});
}

/// Sets the value whose name is `text`. False: no value has it.
template <class E, class Name>
bool choose(std::string_view text, E& value, E last, Name&& name) {
  for (int k = 0; k <= static_cast<int>(last); ++k) {
    if (name(static_cast<E>(k)) != text) continue;
    value = static_cast<E>(k);
    return true;
  }
  return false;
}

inline FinalSentence from_edit(const CommentEdit& edit) {
  FinalSentence out;
  out.id = edit.sentence;
  out.part = edit.part;
  out.text = edit.text;
  out.author = edit.author;
  out.time = edit.time;
  switch (edit.kind) {
    case EditKind::kReplace:
      out.origin = SentenceOrigin::kEdited;
      break;
    case EditKind::kLock:
      out.origin = SentenceOrigin::kLocked;
      break;
    default:
      out.origin = SentenceOrigin::kAdded;
  }
  return out;
}

}  // namespace comment_edits_detail

std::string_view edit_kind_name(EditKind kind) {
  constexpr std::string_view kNames[] = {"replace", "lock", "add", "leave_out"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view sentence_origin_name(SentenceOrigin origin) {
  constexpr std::string_view kNames[] = {"generated", "edited", "locked", "added"};
  return kNames[static_cast<std::size_t>(origin)];
}

void CommentEdits::visit(Visitor& visitor) {
  visitor.field("comment", comment);
  visitor.field("signed_by", signed_by);
  visitor.field("signed_at", signed_at);
  auto size = static_cast<std::int64_t>(edits.size());
  visitor.begin_list("edits", size);
  if (visitor.loading()) edits.assign(static_cast<std::size_t>(size), {});
  for (CommentEdit& e : edits) {
    visitor.next();
    std::string kind(edit_kind_name(e.kind));
    std::string part(comment_part_name(e.part));
    visitor.field("kind", kind);
    visitor.field("sentence", e.sentence);
    visitor.field("part", part);
    visitor.field("language", e.language);
    visitor.field("text", e.text);
    visitor.field("generated", e.generated);
    visitor.field("evidence_hash", e.evidence_hash);
    visitor.field("author", e.author);
    visitor.field("time", e.time);
    if (!visitor.loading()) continue;
    const bool good = comment_edits_detail::choose(kind, e.kind, EditKind::kLeaveOut, edit_kind_name) &&
                      comment_edits_detail::choose(part, e.part, CommentPart::kDiscuss, comment_part_name);
    if (!good) e.sentence.clear();  // an edit of nothing: `check` refuses it, and so does the loader
  }
  visitor.end();
}

Result<std::vector<FinalSentence>> apply_edits(const std::vector<WordedSentence>& generated, std::string_view comment,
                                               std::string_view language, const CommentEdits& edits) {
  using namespace comment_edits_detail;
  if (!edits.edits.empty() && edits.comment != comment) return bad("comment", edits.comment);
  // The last edit of each sentence holds.
  std::vector<const CommentEdit*> last;
  for (const CommentEdit& e : edits.edits) {
    if (e.language != language) continue;
    const auto it = std::find_if(last.begin(), last.end(), [&](const CommentEdit* other) { return other->sentence == e.sentence; });
    if (it == last.end())
      last.push_back(&e);
    else
      *it = &e;
  }
  std::vector<FinalSentence> out;
  std::vector<const CommentEdit*> placed;
  for (const WordedSentence& g : generated) {
    const auto it = std::find_if(last.begin(), last.end(), [&](const CommentEdit* e) { return e->sentence == g.id; });
    if (it == last.end()) {
      out.push_back({g.id, g.part, g.text, SentenceOrigin::kGenerated, false, false, {}, {}});
      continue;
    }
    const CommentEdit& e = **it;
    placed.push_back(&e);
    const bool changed = e.evidence_hash != g.evidence_hash;
    if (e.kind == EditKind::kLeaveOut) {
      // What was left out comes back for another look when it says something else now.
      if (changed) out.push_back({g.id, g.part, g.text, SentenceOrigin::kGenerated, true, false, {}, {}});
      continue;
    }
    FinalSentence made = from_edit(e);
    made.part = g.part;
    made.evidence_changed = changed;
    out.push_back(std::move(made));
  }
  for (const CommentEdit* e : last) {
    if (e->kind == EditKind::kLeaveOut || std::find(placed.begin(), placed.end(), e) != placed.end()) continue;
    FinalSentence made = from_edit(*e);
    made.no_longer_made = e->kind != EditKind::kAdd;
    made.evidence_changed = made.no_longer_made;
    out.push_back(std::move(made));
  }
  std::stable_sort(out.begin(), out.end(), [](const FinalSentence& a, const FinalSentence& b) { return a.part < b.part; });
  return out;
}

Result<void> check(const CommentEdit& edit, const CommentWording* wording) {
  using namespace comment_edits_detail;
  if (trimmed(edit.sentence).empty()) return bad("sentence", "empty");
  if (trimmed(edit.author).empty()) return bad("author", "empty");
  if (trimmed(edit.time).empty()) return bad("time", "empty");
  if (trimmed(edit.language).empty()) return bad("language", "empty");
  if (edit.kind == EditKind::kLeaveOut) return edit.text.empty() ? Result<void>() : Result<void>(bad("text", "leave_out"));
  if (trimmed(edit.text).empty()) return bad("text", "empty");
  if (edit.text.size() > kLongest) return bad("text", "> 2000");
  if (!is_valid_utf8(edit.text)) return bad("text", "UTF-8");
  if (wording == nullptr || edit.kind == EditKind::kLock) return {};
  for (const std::string& word : wording->banned)
    if (edit.text.find(word) != std::string::npos) return make_error(Code::kBannedWord, {}, {{"word", word}});
  return {};
}

}  // namespace celadon::inline CELADON_ABI::feedback
