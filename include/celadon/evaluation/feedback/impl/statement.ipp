#pragma once

#include <celadon/evaluation/feedback/statement.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace celadon::inline CELADON_ABI::feedback {

namespace statement_detail {

/// Calls text(piece) and slot(name) for the pieces of a pattern in order. A brace without its partner is text.
template <class Text, class Name>
void split(std::string_view pattern, Text&& text, Name&& name) {
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) {
      text(pattern.substr(at));
      return;
    }
    text(pattern.substr(at, open - at));
    name(pattern.substr(open + 1, close - open - 1));
    at = close + 1;
  }
}

}  // namespace statement_detail

const std::string* Wording::find(std::string_view key) const {
  const auto it = std::lower_bound(patterns.begin(), patterns.end(), key, [](const auto& p, std::string_view k) { return p.first < k; });
  return it != patterns.end() && it->first == key ? &it->second : nullptr;
}

std::string render(std::string_view key, const std::vector<Slot>& slots, const Wording& wording) {
  const std::string* pattern = wording.find(key);
  if (pattern == nullptr) return std::string(key);
  const Language language = wording.is_chinese() ? Language::kChinese : Language::kEnglish;
  std::string out;
  out.reserve(pattern->size() + 64);
  statement_detail::split(
      *pattern, [&](std::string_view text) { out += text; },
      [&](std::string_view name) {
        const auto it = std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return s.name == name; });
        if (it == slots.end())
          out += '?';
        else if (!it->word.empty())
          out += render(it->word, {}, wording);
        else
          out += it->value.in(language);
      });
  return out;
}

std::string render(const Statement& statement, const Wording& wording) {
  return render(statement.rule, statement.slots, wording);
}

std::vector<std::string> lint(const std::vector<Wording>& wordings) {
  std::vector<std::string> problems;
  std::set<std::string_view> known;
  for (const RuleSlots& r : statement_rules()) known.insert(r.rule);
  for (const Wording& w : wordings) {
    for (const RuleSlots& r : statement_rules()) {
      if (w.find(r.rule) == nullptr) problems.push_back(w.language + ": no pattern for " + std::string(r.rule));
    }
    for (const auto& entry : w.patterns) {
      const std::string& key = entry.first;
      const std::string& pattern = entry.second;
      if (!known.contains(key)) problems.push_back(w.language + ": " + key + " belongs to no rule");
      const auto rule = std::find_if(statement_rules().begin(), statement_rules().end(), [&](const RuleSlots& r) { return r.rule == key; });
      statement_detail::split(
          pattern,
          [&](std::string_view text) {
            if (text.find_first_of("{}") != std::string_view::npos) problems.push_back(w.language + ": " + key + " has an open brace");
          },
          [&](std::string_view name) {
            if (rule == statement_rules().end()) return;
            if (std::find(rule->slots.begin(), rule->slots.end(), name) == rule->slots.end())
              problems.push_back(w.language + ": " + key + " asks for {" + std::string(name) + "}, which the rule does not fill");
          });
      if (pattern.empty()) problems.push_back(w.language + ": " + key + " is empty");
      // Names of units are no sentences: 分钟 as a unit of homework is not an order to work so long.
      if (std::string_view(key).substr(0, 8) == "measure.") continue;
      for (const std::string& word : w.banned) {
        if (pattern.find(word) != std::string::npos)
          problems.push_back(std::string(w.language).append(": ").append(key).append(" holds the banned word ").append(word));
      }
    }
  }
  return problems;
}

Slot slot(std::string name, LocalText value) {
  return {std::move(name), std::move(value), {}};
}
Slot word_slot(std::string name, std::string key) {
  return {std::move(name), {}, std::move(key)};
}
Slot slot(std::string name, const std::string& value) {
  return {std::move(name), evaluation::same_text(value)};
}
Slot slot(std::string name, double value, int decimals) {
  return slot(std::move(name), number_text(value, decimals));
}

std::string number_text(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr;
  std::string text(buffer, end);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string percent_text(double share) {
  return std::isfinite(share) ? number_text(share * 100.0, 0) + "%" : "–";
}

}  // namespace celadon::inline CELADON_ABI::feedback
