#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace evaluate_detail {

RowTable::RowTable(std::string name, const std::vector<std::string>& columns) : name_(std::move(name)) {
  for (const std::string& spec : columns) {
    Column c;
    c.name = spec.substr(0, spec.size() - 2);
    switch (spec.back()) {
      case 't':
        c.values = std::vector<std::string>();
        break;
      case 'i':
        c.values = std::vector<std::int64_t>();
        break;
      case 'b':
        c.values = std::vector<std::uint8_t>();
        break;
      default:
        c.values = std::vector<double>();
    }
    columns_.push_back(std::move(c));
  }
}

Column& RowTable::next() {
  Column& c = columns_[at_];
  at_ = (at_ + 1) % columns_.size();
  return c;
}

RowTable& RowTable::put(std::string_view text) {
  Column& c = next();
  std::get<std::vector<std::string>>(c.values).emplace_back(text);
  c.valid.push_back(1);
  return *this;
}
RowTable& RowTable::put(double value) {
  Column& c = next();
  std::get<std::vector<double>>(c.values).push_back(value);
  return *this;  // NaN becomes null when the table is made
}
RowTable& RowTable::put(std::int64_t value) {
  Column& c = next();
  std::get<std::vector<std::int64_t>>(c.values).push_back(value);
  c.valid.push_back(1);
  return *this;
}
RowTable& RowTable::put(bool value) {
  Column& c = next();
  std::get<std::vector<std::uint8_t>>(c.values).push_back(static_cast<std::uint8_t>(value ? 1 : 0));
  c.valid.push_back(1);
  return *this;
}
RowTable& RowTable::null() {
  Column& c = next();
  if (auto* numbers = std::get_if<std::vector<double>>(&c.values)) {
    numbers->push_back(std::nan(""));
    return *this;
  }
  std::visit([](auto& v) { v.emplace_back(); }, c.values);
  c.valid.push_back(0);
  return *this;
}
RowTable& RowTable::put_or_null(std::string_view text) {
  return text.empty() ? null() : put(text);
}

Table RowTable::take() && {
  if (at_ != 0) throw LogicError("celadon::evaluation: a row of table " + name_ + " is not complete");
  Table out(name_);
  for (Column& c : columns_) {
    if (auto* d = std::get_if<std::vector<double>>(&c.values))
      out.add(c.name, std::move(*d));
    else if (auto* i = std::get_if<std::vector<std::int64_t>>(&c.values))
      out.add(c.name, std::move(*i), std::move(c.valid));
    else if (auto* b = std::get_if<std::vector<std::uint8_t>>(&c.values))
      out.add_boolean(c.name, std::move(*b), std::move(c.valid));
    else
      out.add(c.name, std::move(std::get<std::vector<std::string>>(c.values)), std::move(c.valid));
  }
  return out;
}

std::string pupil_key(const PaperEvaluation& paper, std::int64_t row) {
  const std::vector<std::string>& ids = paper.paper.units.person_ids;
  const auto at = static_cast<std::size_t>(row);
  return ids.empty() || ids[at].empty() ? std::to_string(row + 1) : ids[at];
}

std::int32_t class_of(const PaperEvaluation& paper, std::int64_t row) {
  const Units& units = paper.paper.units;
  if (units.person_class.empty()) return -1;
  const std::int32_t at = units.person_class[static_cast<std::size_t>(row)];
  return at >= 0 && static_cast<std::size_t>(at) < units.classes.size() ? at : -1;
}

std::string class_key(const PaperEvaluation& paper, std::int32_t class_index) {
  return class_index < 0 ? std::string() : paper.paper.units.classes[static_cast<std::size_t>(class_index)].id;
}

std::string_view status_name(Status status) {
  constexpr std::string_view kNames[] = {"present", "absent", "deferred", "exempt", "make_up", "disqualified"};
  return kNames[static_cast<std::size_t>(status)];
}

}  // namespace evaluate_detail

std::vector<std::string> table_names() {
  return {"pupil_items",       "pupil_levels",  "pupil_parts",     "items",           "options",
          "exam_statistics",   "exam_content",  "class_parts",     "class_review",    "talk_groups",
          "class_deviations",  "wrong_items",   "blueprint_check", "blueprint_items", "sp_pupils",
          "calibration_items", "pupil_mastery", "class_mastery",   "mastery_groups",  "pupil_comments",
          "class_comments",    "not_evaluated"};
}

Result<Table> table(const Evaluation& evaluation, std::string_view name, Language language) {
  namespace detail = evaluate_detail;
  if (name == "pupil_items") return detail::pupil_items_table(evaluation);
  if (name == "pupil_levels") return detail::pupil_levels_table(evaluation, language);
  if (name == "pupil_parts") return detail::pupil_parts_table(evaluation);
  if (name == "items") return detail::items_table(evaluation);
  if (name == "options") return detail::options_table(evaluation);
  if (name == "exam_statistics") return detail::exam_statistics_table(evaluation);
  if (name == "exam_content") return detail::exam_content_table(evaluation);
  if (name == "class_parts") return detail::class_parts_table(evaluation);
  if (name == "class_review") return detail::class_review_table(evaluation);
  if (name == "talk_groups") return detail::talk_groups_table(evaluation);
  if (name == "class_deviations") return detail::class_deviations_table(evaluation);
  if (name == "wrong_items") return detail::wrong_items_table(evaluation);
  if (name == "blueprint_check") return detail::blueprint_check_table(evaluation);
  if (name == "blueprint_items") return detail::blueprint_items_table(evaluation);
  if (name == "sp_pupils") return detail::sp_pupils_table(evaluation);
  if (name == "calibration_items") return detail::calibration_items_table(evaluation);
  if (name == "pupil_mastery") return detail::pupil_mastery_table(evaluation);
  if (name == "class_mastery") return detail::class_mastery_table(evaluation);
  if (name == "mastery_groups") return detail::mastery_groups_table(evaluation);
  if (name == "pupil_comments") return detail::pupil_comments_table(evaluation, language);
  if (name == "class_comments") return detail::class_comments_table(evaluation, language);
  if (name == "not_evaluated") return detail::not_evaluated_table(evaluation, language);
  return make_error(Code::kInvalidArgument, {}, {{"name", "name"}, {"detail", std::string(name)}});
}

}  // namespace celadon::inline CELADON_ABI::evaluation
