#pragma once

#include <celadon/evaluation/feedback/change.hpp>
#include <celadon/evaluation/feedback/impl/comment_names.hpp>
#include <celadon/evaluation/feedback/mastery.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::feedback {

namespace comment_detail {

inline constexpr int kText = -1;
inline constexpr int kPercent = -2;

/// A number of a pupil's comment: rules may test it and sentences may hold it.
constexpr CommentField pupil_number(std::string_view name, CommentScope scope, int decimals = 0) {
  return {name, scope, true, true, true, false, decimals};
}
/// A state or a flag: for rules only.
constexpr CommentField pupil_state(std::string_view name, CommentScope scope) {
  return {name, scope, true, false, true, false, 0};
}
constexpr CommentField pupil_text(std::string_view name, CommentScope scope) {
  return {name, scope, false, true, true, false, kText};
}
constexpr CommentField class_number(std::string_view name, CommentScope scope, int decimals = 0) {
  return {name, scope, true, true, false, true, decimals};
}
constexpr CommentField class_state(std::string_view name, CommentScope scope) {
  return {name, scope, true, false, false, true, 0};
}
constexpr CommentField class_text(std::string_view name, CommentScope scope) {
  return {name, scope, false, true, false, true, kText};
}

}  // namespace comment_detail

const std::vector<CommentField>& comment_fields() {
  using namespace comment_detail;
  using enum CommentScope;
  // In the order of comment_detail::Field.
  static const std::vector<CommentField> fields = {
      pupil_number("n_points", kWhole),
      pupil_number("n_mastered", kWhole),
      pupil_number("n_not_yet", kWhole),
      pupil_number("n_open", kWhole),
      pupil_number("n_few", kWhole),
      pupil_number("n_unsure", kWhole),
      pupil_number("n_items", kWhole),
      pupil_number("n_full", kWhole),
      pupil_number("n_lost", kWhole),
      pupil_number("n_review", kWhole),
      pupil_state("rough", kWhole),
      pupil_state("has_level", kWhole),
      pupil_number("n_not_comparable", kWhole),
      pupil_number("n_no_change", kWhole),
      pupil_state("tells_marks", kWhole),
      pupil_text("paper", kWhole),
      pupil_text("level", kWhole),
      pupil_text("point_list", kWhole),
      pupil_text("mastered_list", kWhole),
      pupil_text("not_yet_list", kWhole),
      pupil_text("few_list", kWhole),
      pupil_text("unsure_list", kWhole),
      pupil_text("lost_items", kWhole),
      pupil_text("review_items", kWhole),
      pupil_state("state", kPoint),
      pupil_state("reason", kPoint),
      pupil_number("point_items", kPoint),
      pupil_number("point_share", kPoint, kPercent),
      pupil_number("point_points", kPoint, 2),
      pupil_number("point_full", kPoint, 2),
      pupil_number("point_lost", kPoint),
      pupil_number("point_first_n", kPoint),
      pupil_number("point_right", kPoint),
      pupil_number("point_lost_alone", kPoint),
      pupil_number("point_review", kPoint),
      pupil_number("probability", kPoint, 2),
      pupil_number("low", kPoint, 2),
      pupil_number("high", kPoint, 2),
      pupil_state("has_interval", kPoint),
      pupil_state("has_cause", kPoint),
      pupil_state("has_action", kPoint),
      pupil_number("n_needs", kPoint),
      pupil_state("change", kPoint),
      pupil_number("change_items", kPoint),
      pupil_text("point", kPoint),
      pupil_text("point_item_labels", kPoint),
      pupil_text("point_lost_items", kPoint),
      pupil_text("point_first_items", kPoint),
      pupil_text("cause", kPoint),
      pupil_text("cause_item", kPoint),
      pupil_text("needs", kPoint),
      pupil_text("action", kPoint),
      pupil_number("item_points", kItem, 2),
      pupil_number("item_full", kItem, 2),
      pupil_number("item_share", kItem, kPercent),
      pupil_state("item_review", kItem),
      pupil_state("has_item_cause", kItem),
      pupil_text("item", kItem),
      pupil_text("item_cause", kItem),
      class_number("class_pupils", kWhole),
      class_number("class_points", kWhole),
      class_number("class_gaps", kWhole),
      class_number("class_groups", kWhole),
      class_number("class_discuss", kWhole),
      class_number("class_judged", kWhole),
      class_number("class_open_points", kWhole),
      class_text("class_point_list", kWhole),
      class_text("class_gap_list", kWhole),
      class_text("class_open_list", kWhole),
      class_number("mastered_pupils", kPoint),
      class_number("not_yet_pupils", kPoint),
      class_number("open_pupils", kPoint),
      class_number("decided_pupils", kPoint),
      class_number("mastered_share", kPoint, kPercent),
      class_number("not_yet_share", kPoint, kPercent),
      class_state("common_gap", kPoint),
      class_state("class_has_action", kPoint),
      class_text("class_point", kPoint),
      class_text("class_action", kPoint),
      class_number("group_pupils", kGroup),
      class_state("group_whole", kGroup),
      class_state("group_cut", kGroup),
      class_text("group_point", kGroup),
      class_text("group_names", kGroup),
      class_number("item_pupils", kItem),
      class_number("item_losing", kItem),
      class_number("item_rate", kItem, kPercent),
      class_state("has_error", kItem),
      class_number("error_pupils", kItem),
      class_state("item_common", kItem),
      class_text("class_item", kItem),
      class_text("error", kItem),
  };
  return fields;
}

int comment_detail::field_of(std::string_view name) {
  const auto& fields = comment_fields();
  const auto it = std::find_if(fields.begin(), fields.end(), [&](const CommentField& f) { return f.name == name; });
  return it == fields.end() ? -1 : static_cast<int>(it - fields.begin());
}

Result<double> comment_value(std::string_view name) {
  if (name == "true") return 1.0;
  if (name == "false") return 0.0;
  for (int k = 0; k <= static_cast<int>(MasteryState::kMastered); ++k)
    if (name == mastery_state_name(static_cast<MasteryState>(k))) return static_cast<double>(k);
  for (int k = 1; k <= static_cast<int>(MasteryReason::kSingleScore); ++k)
    if (name == mastery_reason_name(static_cast<MasteryReason>(k))) return static_cast<double>(k);
  for (int k = 0; k <= static_cast<int>(ChangeVerdict::kDown); ++k)
    if (name == change_name(static_cast<ChangeVerdict>(k))) return static_cast<double>(k);
  return make_error(Code::kInvalidArgument, {}, {{"name", "value"}, {"detail", std::string(name)}});
}

std::string_view comment_reader_name(CommentReader reader) {
  constexpr std::string_view kNames[] = {"family", "teacher", "class"};
  return kNames[static_cast<std::size_t>(reader)];
}
std::string_view comment_part_name(CommentPart part) {
  constexpr std::string_view kNames[] = {"goal", "strength", "gap", "open", "change", "next", "group", "discuss"};
  return kNames[static_cast<std::size_t>(part)];
}
std::string_view comment_scope_name(CommentScope scope) {
  constexpr std::string_view kNames[] = {"whole", "point", "item", "group"};
  return kNames[static_cast<std::size_t>(scope)];
}
std::string_view comparison_sign(Comparison comparison) {
  constexpr std::string_view kSigns[] = {"==", "!=", "<", "<=", ">", ">="};
  return kSigns[static_cast<std::size_t>(comparison)];
}

const CommentMessage* CommentWording::find(std::string_view id) const {
  const auto it =
      std::lower_bound(messages.begin(), messages.end(), id, [](const CommentMessage& m, std::string_view k) { return m.id < k; });
  return it != messages.end() && it->id == id ? &*it : nullptr;
}

const CommentWording* CommentBank::wording(Language language) const {
  for (const CommentWording& w : wordings)
    if (w.is_chinese() == (language == Language::kChinese)) return &w;
  return nullptr;
}

}  // namespace celadon::inline CELADON_ABI::feedback
