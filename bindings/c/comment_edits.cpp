#include "comments_common.hpp"

#include <celadon/io/comments_json.hpp>

using namespace celadon_c;

namespace fb = celadon::feedback;

struct celadon_feedback_comment_edits {
  fb::CommentEdits value;
};

namespace {

celadon_feedback_comment_edit default_edit() {
  celadon_feedback_comment_edit edit{};
  edit.struct_size = sizeof edit;
  edit.part = CELADON_PART_NEXT;
  return edit;
}

fb::CommentEdit edit_of(const celadon_feedback_comment_edit* given) {
  const auto known = sized(&need(given, "edit"), default_edit(), "edit");
  fb::CommentEdit out;
  out.kind = enumerator<fb::EditKind>(known.kind, 4, "kind");
  out.sentence = text_or_empty(known.sentence);
  out.part = enumerator<fb::CommentPart>(known.part, fb::kCommentParts, "part");
  out.language = text_or_empty(known.language);
  out.text = text_or_empty(known.text);
  out.generated = text_or_empty(known.generated);
  out.evidence_hash = text_or_empty(known.evidence_hash);
  out.author = text_or_empty(known.author);
  out.time = text_or_empty(known.time);
  return out;
}

// The edit, checked as it has to be before it is kept.
fb::CommentEdit checked_edit(const celadon_feedback_comment_edit* given, const celadon_feedback_comment_bank* bank) {
  auto edit = edit_of(given);
  const fb::CommentWording* wording = nullptr;
  if (bank != nullptr)
    for (const auto& one : bank->value->wordings)
      if (one.language == edit.language) wording = &one;
  unwrap(fb::check(edit, wording));
  return edit;
}

std::string_view language_text(celadon::Language language) {
  return language == celadon::Language::kChinese ? "zh-CN" : "en";
}

celadon::Table final_table(const std::vector<fb::FinalSentence>& sentences) {
  std::vector<std::string> id, part, words, origin, author, time;
  std::vector<std::uint8_t> changed, gone;
  for (const auto& one : sentences) {
    id.push_back(one.id);
    part.emplace_back(fb::comment_part_name(one.part));
    words.push_back(one.text);
    origin.emplace_back(fb::sentence_origin_name(one.origin));
    changed.push_back(one.evidence_changed ? 1 : 0);
    gone.push_back(one.no_longer_made ? 1 : 0);
    author.push_back(one.author);
    time.push_back(one.time);
  }
  celadon::Table table("edited_comment");
  table.add("id", std::move(id)).add("part", std::move(part)).add("text", std::move(words)).add("origin", std::move(origin));
  table.add_boolean("evidence_changed", std::move(changed)).add_boolean("no_longer_made", std::move(gone));
  table.add("author", std::move(author)).add("time", std::move(time));
  return table;
}

}  // namespace

extern "C" {

void celadon_feedback_comment_edit_init(celadon_feedback_comment_edit* edit, uint32_t struct_size) {
  initialise(edit, struct_size, default_edit());
}
celadon_status celadon_feedback_check_edit(const celadon_feedback_comment_edit* edit, const celadon_feedback_comment_bank* bank,
                                           celadon_error* error) {
  return guard(error, [&] { (void)checked_edit(edit, bank); });
}
celadon_status celadon_feedback_comment_edits_create(const char* comment, celadon_feedback_comment_edits** out, celadon_error* error) {
  return produce(out, error, [&] {
    fb::CommentEdits edits;
    edits.comment = std::string(text(&need(comment, "comment"), -1, "comment"));
    return edits;
  });
}
CELADON_C_DESTROY(celadon_feedback_comment_edits)
celadon_status celadon_feedback_comment_edits_add(celadon_feedback_comment_edits* edits, const celadon_feedback_comment_edit* edit,
                                                  const celadon_feedback_comment_bank* bank, celadon_error* error) {
  return guard(error, [&] { need(edits, "edits").value.edits.push_back(checked_edit(edit, bank)); });
}
celadon_status celadon_feedback_comment_edits_sign(celadon_feedback_comment_edits* edits, const char* by, const char* at,
                                                   celadon_error* error) {
  return guard(error, [&] {
    auto& all = need(edits, "edits").value;
    std::string who(text(&need(by, "by"), -1, "by"));
    std::string when(text(&need(at, "at"), -1, "at"));
    all.signed_by = std::move(who);
    all.signed_at = std::move(when);
  });
}
int64_t celadon_feedback_comment_edits_size(const celadon_feedback_comment_edits* edits) {
  return edits == nullptr ? 0 : static_cast<int64_t>(edits->value.edits.size());
}
const char* celadon_feedback_comment_edits_signed_by(const celadon_feedback_comment_edits* edits) {
  return edits == nullptr ? nullptr : edits->value.signed_by.c_str();
}
celadon_status celadon_feedback_comment_edits_get(const celadon_feedback_comment_edits* edits, int64_t edit,
                                                  celadon_feedback_comment_edit* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& one = at(need(edits, "edits").value.edits, edit, "edit");
    celadon_feedback_comment_edit v{};
    v.kind = static_cast<int32_t>(one.kind);
    v.sentence = one.sentence.c_str();
    v.part = static_cast<int32_t>(one.part);
    v.language = one.language.c_str();
    v.text = one.text.c_str();
    v.generated = one.generated.c_str();
    v.evidence_hash = one.evidence_hash.c_str();
    v.author = one.author.c_str();
    v.time = one.time.c_str();
    hand_out(out, v, "out");
  });
}
celadon_status celadon_feedback_save_edits(const celadon_feedback_comment_edits* edits, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return celadon::io::save_edits(need(edits, "edits").value); });
}
celadon_status celadon_feedback_load_edits(const char* json, int64_t json_size, celadon_feedback_comment_edits** out,
                                           celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::io::load_edits(text(&need(json, "json"), json_size, "json"))); });
}
celadon_status celadon_feedback_apply_edits(const celadon_feedback_comment* comment, const celadon_feedback_comment_edits* edits,
                                            celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const CommentValue& made = need(comment, "comment").value;
    return final_table(unwrap(fb::apply_edits(made.sentences, made.prefix, language_text(made.language), need(edits, "edits").value)));
  });
}

}  // extern "C"
