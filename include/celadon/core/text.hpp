/// Small text tools that readers and writers share: UTF-8 checks, trimming, numbers without a locale.
#pragma once

#include <celadon/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool is_valid_utf8(std::string_view text);
/// Length in bytes of the first `n` characters of well-formed UTF-8.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text, std::size_t n);
/// Without white space at both ends: ASCII, no-break space, ideographic space, byte order mark.
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// The whole text as a number ("3", "2.5", "-1", "1e3"; also "inf" and "nan"); nothing when anything else stands in it.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
/// The shortest text that reads back as the same double, whole numbers without a point; "nan", "inf", "-inf" where not finite.
[[nodiscard]] std::string format_number(double value);
/// Parts of a list in one cell, separated by any of ; ； 、 and trimmed; empty parts stay unless the whole text is empty.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);
/// ASCII letters in lower case, other bytes as they are.
[[nodiscard]] std::string lower_ascii(std::string_view text);

}  // namespace celadon::inline CELADON_ABI
