/// For bodies: names and numbers of indicators as statements and pages print them.
#pragma once

#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>

#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme::text_detail {

[[nodiscard]] inline bool shown(const IndexValue& value) {
  return value.state == IndexState::kEvaluated && value.hidden == evaluation::Hidden::kShown;
}

/// Whether a change since the last period was computed.
[[nodiscard]] inline bool compared(const IndexValue& value) {
  return value.change_state != ChangeState::kNotCompared && value.change_state != ChangeState::kNotLinked;
}

/// The name of an indicator; with its parent's before it where several indicators have the name ("总体均衡度·语文").
[[nodiscard]] inline LocalText full_name(const Scheme& scheme, std::int32_t indicator) {
  const Indicator& one = scheme.indicators[static_cast<std::size_t>(indicator)];
  LocalText name = one.name;
  if (one.parent < 0) return name;
  int same = 0;
  for (const Indicator& other : scheme.indicators) same += other.name.zh == one.name.zh ? 1 : 0;
  if (same > 1) {
    const LocalText& above = scheme.indicators[static_cast<std::size_t>(one.parent)].name;
    name = {above.zh + "·" + name.zh, above.en + ": " + name.en};
  }
  return name;
}

[[nodiscard]] inline LocalText name_list(const Scheme& scheme, const std::vector<std::int32_t>& indicators) {
  LocalText out;
  for (const std::int32_t k : indicators) {
    const LocalText name = full_name(scheme, k);
    out.zh += (out.zh.empty() ? "" : "、") + name.zh;
    out.en += (out.en.empty() ? "" : "; ") + name.en;
  }
  return out;
}

/// A number of an indicator without its unit; the same digits in both languages.
[[nodiscard]] inline std::string number_of(const NumberForm& form, double value) {
  return feedback::number_text(value * form.factor, form.decimals);
}

/// The units of a level in words: "school" is a word of the wording, another level prints as the data call it.
[[nodiscard]] inline feedback::Slot units_word(const std::string& level) {
  for (const std::string_view known : {"class", "school", "district", "city"})
    if (level == known) return feedback::word_slot("units", "units." + level);
  return feedback::slot("units", level);
}

/// Whether more of an indicator is what one hopes for: +1, -1, or 0 where the scheme does not say.
[[nodiscard]] inline int wanted_sign(const Indicator& indicator) {
  return indicator.direction == Direction::kHigher ? 1 : indicator.direction == Direction::kLower ? -1 : 0;
}

}  // namespace celadon::inline CELADON_ABI::scheme::text_detail
