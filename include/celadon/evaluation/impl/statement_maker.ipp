#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

feedback::Statement& StatementMaker::add(std::string_view rule, feedback::StatementRole role, std::vector<feedback::Slot> slots,
                                         std::string_view tail) {
  if (statements_.capacity() == 0) statements_.reserve(12);
  feedback::Statement& s = statements_.emplace_back();
  s.id.reserve(prefix_.size() + rule.size() + tail.size());
  s.id.append(prefix_).append(rule).append(tail);
  s.rule = rule;
  s.subject = subject_;
  s.role = role;
  s.index = index_;
  s.slots = std::move(slots);
  return s;
}

LocalText text_list(const std::vector<std::string>& values) {
  LocalText out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.zh += (i == 0 ? "" : "、") + values[i];
    out.en += (i == 0 ? "" : ", ") + values[i];
  }
  return out;
}

std::string band_text(const Profile& profile, int level) {
  const auto at = static_cast<std::size_t>(level);
  const auto percent = [](double share) { return feedback::number_text(share * 100.0, 2) + "%"; };
  const std::string from = percent(profile.levels[at].from_share);
  if (level == 0) return from + "–100%";
  const double above = profile.levels[at - 1].from_share * 100.0;
  if (decision_value(above - std::round(above)) != 0.0) return from + "–<" + percent(above / 100.0);
  return from + "–" + percent((std::round(above) - 1.0) / 100.0);
}

std::string pupil_prefix(const PaperEvaluation& paper, std::int64_t person) {
  return paper.paper.id + "/pupil/" + std::to_string(person + 1) + "/";
}
std::string class_prefix(const PaperEvaluation& paper, std::int32_t class_index) {
  return paper.paper.id + "/class/" + std::to_string(class_index + 1) + "/";
}
std::string paper_prefix(const PaperEvaluation& paper) {
  return paper.paper.id + "/paper/";
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
