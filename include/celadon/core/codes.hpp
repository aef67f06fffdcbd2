/// Codes of everything Celadon can say about bad input or a degenerate case, fatal or not.
///
/// One catalogue holds, for each code, what is wrong and what to do, in Chinese and English (`core/codes/*.def`).
/// Numbers are only ever appended; a room owns a hundred or more of them.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI {

/// What a message is about. `code_name()` gives the stable text form, `message()` the sentences.
enum class Code : std::uint32_t {
  kNone = 0,
#define CELADON_CODE(name, number, text, cause_zh, cause_en, fix_zh, fix_en) name = number,
#include <celadon/core/codes/all.def>
#undef CELADON_CODE
};

}  // namespace celadon::inline CELADON_ABI
