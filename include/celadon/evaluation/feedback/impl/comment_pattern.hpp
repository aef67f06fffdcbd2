/// Sentences with slots: "{point}", "{point_share:percent}", "{probability:2}", "{point_lost:item|items}" (the first word for 1).
#pragma once

#include <celadon/evaluation/feedback/comment_bank.hpp>

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::feedback::comment_detail {

inline constexpr int kTextSlot = -1;
inline constexpr int kPercentSlot = -2;
inline constexpr int kOneOrMany = -3;

/// Calls text(piece) and slot(name, format) in order. A brace without its partner is text.
template <class Text, class SlotCall>
void split_pattern(std::string_view pattern, Text&& text, SlotCall&& slot) {
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) {
      text(pattern.substr(at));
      return;
    }
    if (open > at) text(pattern.substr(at, open - at));
    const std::string_view inside = pattern.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    slot(inside.substr(0, colon), colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1));
    at = close + 1;
  }
}

struct SlotFormat {
  bool good = false;
  int decimals = 0;
  std::string one;
  std::string many;
};

inline SlotFormat slot_format(std::string_view format, const CommentField& field) {
  SlotFormat out;
  out.decimals = field.decimals;
  out.good = true;
  if (format.empty()) return out;
  const bool number = field.decimals != kTextSlot;
  if (const std::size_t bar = format.find('|'); bar != std::string_view::npos) {
    out.decimals = kOneOrMany;
    out.one = std::string(format.substr(0, bar));
    out.many = std::string(format.substr(bar + 1));
  } else if (format == "percent") {
    out.decimals = kPercentSlot;
  } else if (format.size() == 1 && format[0] >= '0' && format[0] <= '4') {
    out.decimals = format[0] - '0';
  } else {
    out.good = false;
  }
  out.good = out.good && number;
  return out;
}

/// A probability as sentences tell it: what rounding has made 0 or 1 is no certainty.
inline double no_certainty(double probability) {
  return std::isnan(probability) ? probability : std::fmin(std::fmax(probability, 1e-6), 1.0 - 1e-6);
}

/// A number without a locale: at most `decimals` digits, no trailing zeros; kPercentSlot as a whole percentage. A share that is not 0 or 1
/// never prints as 0% or 100%: no certainty comes from rounding.
inline void append_number(double value, int decimals, std::string& out) {
  if (!std::isfinite(value)) {
    out += "–";
    return;
  }
  if (decimals == kPercentSlot) {
    if (value > 0.0 && value < 0.005) return static_cast<void>(out += "<1%");
    if (value >= 0.995 && value < 1.0) return static_cast<void>(out += ">99%");
    append_number(value * 100.0, 0, out);
    out += '%';
    return;
  }
  char buffer[400];
  const char* end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr;
  if (decimals > 0) {
    while (end[-1] == '0') --end;
    if (end[-1] == '.') --end;
  }
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  out += text == "-0" ? std::string_view("0") : text;
}

}  // namespace celadon::inline CELADON_ABI::feedback::comment_detail
