#pragma once

#include <celadon/core/text.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace celadon::inline CELADON_ABI {

namespace text_detail {

inline bool continues(unsigned char c) {
  return (c & 0xC0U) == 0x80U;
}

/// Bytes of the well-formed character at `at`, 0 where there is none.
inline std::size_t character(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < s.size() ? static_cast<unsigned char>(s[at + i]) : static_cast<unsigned char>(0);
  };
  const unsigned char c = byte(0);
  if (c < 0x80U) return 1;
  if (c < 0xC2U) return 0;
  if (c < 0xE0U) return continues(byte(1)) ? 2 : 0;
  if (c < 0xF0U) {
    const unsigned char low = c == 0xE0U ? 0xA0U : 0x80U;
    const unsigned char high = c == 0xEDU ? 0x9FU : 0xBFU;
    return byte(1) >= low && byte(1) <= high && continues(byte(2)) ? 3 : 0;
  }
  if (c > 0xF4U) return 0;
  const unsigned char low = c == 0xF0U ? 0x90U : 0x80U;
  const unsigned char high = c == 0xF4U ? 0x8FU : 0xBFU;
  return byte(1) >= low && byte(1) <= high && continues(byte(2)) && continues(byte(3)) ? 4 : 0;
}

inline constexpr std::array<std::string_view, 3> kWideSpaces = {"\xC2\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF"};

inline std::size_t leading_space(std::string_view s) {
  if (!s.empty() && (s[0] == ' ' || (s[0] >= '\t' && s[0] <= '\r'))) return 1;
  for (const std::string_view w : kWideSpaces)
    if (s.substr(0, w.size()) == w) return w.size();
  return 0;
}

inline std::size_t trailing_space(std::string_view s) {
  if (!s.empty() && (s.back() == ' ' || (s.back() >= '\t' && s.back() <= '\r'))) return 1;
  for (const std::string_view w : kWideSpaces)
    if (s.size() >= w.size() && s.substr(s.size() - w.size()) == w) return w.size();
  return 0;
}

inline std::size_t separator(std::string_view s, std::size_t at) {
  if (s[at] == ';') return 1;
  const std::string_view here = s.substr(at, 3);
  return here == "；" || here == "、" ? 3 : 0;
}

}  // namespace text_detail

bool is_valid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t n = text_detail::character(text, i);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

std::size_t utf8_prefix(std::string_view text, std::size_t n) {
  std::size_t i = 0;
  for (; n > 0 && i < text.size(); --n) {
    const std::size_t bytes = text_detail::character(text, i);
    i += bytes == 0 ? 1 : bytes;
  }
  return i;
}

std::string_view trimmed(std::string_view text) {
  while (const std::size_t n = text_detail::leading_space(text)) text.remove_prefix(n);
  while (const std::size_t n = text_detail::trailing_space(text)) text.remove_suffix(n);
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string format_number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 32> buffer{};
  if (value == std::trunc(value) && std::fabs(value) < 1e15) {
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<std::int64_t>(value));
    if (error == std::errc()) return {buffer.data(), end};
  }
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  if (trimmed(text).empty()) return parts;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = text_detail::separator(text, i);
    if (n == 0) {
      ++i;
    } else {
      parts.emplace_back(trimmed(text.substr(start, i - start)));
      i += n;
      start = i;
    }
  }
  parts.emplace_back(trimmed(text.substr(start)));
  return parts;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace celadon::inline CELADON_ABI
