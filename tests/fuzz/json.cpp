// The loaders of JSON: item banks, diagnosis models and states, questionnaire scales, profiles, wording, schemes. Whatever loads can be
// saved and loads again to the same text.
#include "bytes.hpp"

#include <celadon/core/error.hpp>
#include <celadon/io/cdm_json.hpp>
#include <celadon/io/irt_json.hpp>
#include <celadon/io/json.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/io/scale_json.hpp>
#include <celadon/io/scheme_json.hpp>

#include <string_view>

using celadon::Language;

namespace {

template <class T>
void check_error(const celadon::Result<T>& result) {
  if (result) return;
  fuzz::require(!result.error().text(Language::kChinese).empty());
  fuzz::require(!celadon::io::to_json(result.error(), Language::kEnglish).empty());
}

template <class Load, class Save>
void round_trip(std::string_view text, Load load, Save save) {
  const auto read = load(text);
  check_error(read);
  if (!read) return;
  const std::string saved = save(*read);
  const auto again = load(saved);
  fuzz::require(again.has_value() && save(*again) == saved);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      round_trip(text, celadon::irt::load, celadon::irt::save);
      break;
    case 4:
      round_trip(text, celadon::cdm::load, celadon::cdm::save);
      break;
    case 5:
      round_trip(text, celadon::cdm::load_state, celadon::cdm::save_state);
      break;
    case 7:
      round_trip(text, celadon::green::load_scale, celadon::green::save_scale);
      break;
    case 6: {
      // Every finding has its sentences, and the tree can be ordered, whatever its nodes say.
      const auto file = celadon::io::parse_scheme(text);
      check_error(file);
      if (!file) break;
      for (const auto& finding : file->findings) fuzz::require(!finding.text(Language::kChinese).empty());
      fuzz::require(file->scheme.order.size() == file->scheme.indicators.size());
      (void)file->scheme.to_table();
      break;
    }
    case 1:
      check_error(celadon::io::parse_profile(text));
      break;
    case 2: {
      const auto wording = celadon::io::parse_wording(text);
      check_error(wording);
      if (wording) (void)celadon::feedback::lint({*wording});
      break;
    }
    default:
      check_error(celadon::io::canonical_hash(text));
      std::string quoted;
      celadon::io::append_json_string(quoted, text);
      fuzz::require(celadon::io::canonical_hash(quoted).has_value());
  }
  return 0;
}
