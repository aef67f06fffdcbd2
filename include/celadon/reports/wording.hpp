/// The words of pages that are not statements: headings, column names, labels. One file a language (src/wording/report.zh-CN.json,
/// report.en.json) with the same keys; sentences about pupils and classes come from the statements of the evaluation.
#pragma once

#include <celadon/core/error.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::reports {

/// Keys of the wording files.
enum class Word : int {
#define CELADON_WORD(key) key,
#include <celadon/reports/words.def>
#undef CELADON_WORD
  kCount
};

/// The text form of a key, as it stands in the files.
[[nodiscard]] std::string_view word_name(Word word);

/// Words of one language. Immutable after loading; thread-safe.
class PageWording {
 public:
  /// Reads {"language": "...", "words": {key: text}}. Errors: kWordingInvalid (not JSON, a key missing or unknown, an empty text).
  static Result<PageWording> parse(std::string_view json);
  [[nodiscard]] const std::string& operator[](Word word) const { return words_[static_cast<std::size_t>(word)]; }
  [[nodiscard]] Language language() const noexcept { return language_; }

 private:
  Language language_ = Language::kChinese;
  std::vector<std::string> words_;
};

/// The words shipped with the library. Parsed once; thread-safe.
[[nodiscard]] const PageWording& default_page_wording(Language language);
/// The text of the shipped file, as a start for a host's own.
[[nodiscard]] std::string_view default_page_wording_text(Language language);

using Slots = std::initializer_list<std::pair<std::string_view, std::string_view>>;
/// A text with its {slots} filled; a slot without a value stays as it is.
[[nodiscard]] std::string fill(std::string_view text, Slots slots);

}  // namespace celadon::inline CELADON_ABI::reports
