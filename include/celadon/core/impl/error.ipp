#pragma once

#include <celadon/core/error.hpp>

#include <algorithm>
#include <array>

namespace celadon::inline CELADON_ABI {

namespace error_detail {

struct Entry {
  Code code;
  std::string_view name;
  std::array<std::string_view, 2> cause;  // by Language
  std::array<std::string_view, 2> fix;
};

inline constexpr Entry kCatalogue[] = {
#define CELADON_CODE(name, number, text, cause_zh, cause_en, fix_zh, fix_en) {Code::name, text, {cause_zh, cause_en}, {fix_zh, fix_en}},
#include <celadon/core/codes/all.def>
#undef CELADON_CODE
};

inline const Entry* find(Code code) {
  const auto* at = std::find_if(std::begin(kCatalogue), std::end(kCatalogue), [code](const Entry& e) { return e.code == code; });
  return at == std::end(kCatalogue) ? nullptr : at;
}

inline std::string slot(const Message& m, std::string_view name) {
  for (const Argument& a : m.arguments)
    if (a.name == name) return a.value;
  if (name == "table" && !m.place.table.empty()) return m.place.table;
  if (name == "column" && !m.place.column.empty()) return m.place.column;
  if (name == "item" && !m.place.item.empty()) return m.place.item;
  if (name == "row" && m.place.row >= 0) return std::to_string(m.place.row);
  return "?";
}

inline std::string fill(const Message& m, std::string_view pattern) {
  std::string out;
  out.reserve(pattern.size() + 16);
  for (std::size_t i = 0; i < pattern.size();) {
    const std::size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      out += pattern[i++];
    } else {
      out += slot(m, pattern.substr(i + 1, close - i - 1));
      i = close + 1;
    }
  }
  return out;
}

}  // namespace error_detail

std::string Message::cause(Language language) const {
  const auto* entry = error_detail::find(code);
  return entry == nullptr ? std::string(code_name(code)) : error_detail::fill(*this, entry->cause[static_cast<std::size_t>(language)]);
}

std::string Message::fix(Language language) const {
  const auto* entry = error_detail::find(code);
  return entry == nullptr ? std::string() : error_detail::fill(*this, entry->fix[static_cast<std::size_t>(language)]);
}

std::string Message::text(Language language) const {
  const bool zh = language == Language::kChinese;
  std::string out = cause(language) + (zh ? "。" : ".");
  if (const std::string todo = fix(language); !todo.empty()) out += (zh ? "" : " ") + todo + (zh ? "。" : ".");
  return out;
}

std::string_view code_name(Code code) {
  const auto* entry = error_detail::find(code);
  return entry == nullptr ? std::string_view("unknown") : entry->name;
}

std::vector<Code> all_codes() {
  std::vector<Code> codes;
  for (const auto& entry : error_detail::kCatalogue) codes.push_back(entry.code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

Error make_error(Code code, Place place, std::vector<Argument> arguments) {
  Error e;
  e.code = code;
  e.place = std::move(place);
  e.arguments = std::move(arguments);
  return e;
}

Finding make_finding(Severity severity, Code code, Place place, std::vector<Argument> arguments) {
  Finding f;
  f.code = code;
  f.place = std::move(place);
  f.arguments = std::move(arguments);
  f.severity = severity;
  return f;
}

}  // namespace celadon::inline CELADON_ABI
