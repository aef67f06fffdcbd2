#pragma once

#include <celadon/reports/wording.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports {

namespace wording_detail {

inline constexpr std::string_view kNames[] = {
#define CELADON_WORD(key) #key,
#include <celadon/reports/words.def>
#undef CELADON_WORD
};

inline constexpr std::string_view kChineseText =
#include <celadon/reports/impl/report_wording_zh_cn.inc>
    ;
inline constexpr std::string_view kEnglishText =
#include <celadon/reports/impl/report_wording_en.inc>
    ;

inline Error invalid(std::string detail) {
  return make_error(Code::kWordingInvalid, {}, {{"detail", std::move(detail)}});
}

}  // namespace wording_detail

std::string_view word_name(Word word) {
  return wording_detail::kNames[static_cast<std::size_t>(word)];
}

Result<PageWording> PageWording::parse(std::string_view json) {
  using wording_detail::invalid;
  const auto document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return invalid("JSON");
  PageWording out;
  const auto language = document.find("language");
  if (language == document.end() || !language->is_string()) return invalid("language");
  out.language_ = language->get<std::string>().rfind("zh", 0) == 0 ? Language::kChinese : Language::kEnglish;
  const auto words = document.find("words");
  if (words == document.end() || !words->is_object()) return invalid("words");
  for (const std::string_view name : wording_detail::kNames) {
    const auto word = words->find(std::string(name));
    if (word == words->end() || !word->is_string() || word->get_ref<const std::string&>().empty())
      return invalid("words." + std::string(name));
    out.words_.push_back(word->get<std::string>());
  }
  for (const auto& [key, value] : words->items())
    if (std::find(std::begin(wording_detail::kNames), std::end(wording_detail::kNames), key) == std::end(wording_detail::kNames))
      return invalid("words." + key);
  return out;
}

std::string_view default_page_wording_text(Language language) {
  return language == Language::kChinese ? wording_detail::kChineseText : wording_detail::kEnglishText;
}

const PageWording& default_page_wording(Language language) {
  static const PageWording chinese = PageWording::parse(wording_detail::kChineseText).value();
  static const PageWording english = PageWording::parse(wording_detail::kEnglishText).value();
  return language == Language::kChinese ? chinese : english;
}

std::string fill(std::string_view text, Slots slots) {
  std::string out;
  out.reserve(text.size() + 32);
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      out += text.substr(open);
      break;
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto slot = std::find_if(slots.begin(), slots.end(), [&](const auto& s) { return s.first == name; });
    out += slot != slots.end() ? slot->second : text.substr(open, close - open + 1);
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::reports
