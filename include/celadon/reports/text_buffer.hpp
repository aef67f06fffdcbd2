/// A growing buffer of UTF-8 bytes that pages are appended to: no allocation once it has reached a page's size, no locale, escaping for
/// HTML and JSON. Not thread-safe; use one a worker.
#pragma once

#include <celadon/core/config.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace celadon::inline CELADON_ABI::reports {

class TextBuffer {
 public:
  explicit TextBuffer(std::size_t capacity = 4096) { grow(capacity); }
  TextBuffer(TextBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}
  TextBuffer& operator=(TextBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;
  ~TextBuffer() { delete[] data_; }

  [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Forgets the text, keeps the memory.
  void clear() noexcept { size_ = 0; }
  /// Forgets everything from `size` on.
  void truncate(std::size_t size) noexcept { size_ = size < size_ ? size : size_; }

  TextBuffer& add(std::string_view text) {
    if (text.empty()) return *this;  // whose data may be null, which memcpy does not allow
    reserve_more(text.size());
    std::memcpy(data_ + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  /// A string literal, whose length the compiler knows.
  template <std::size_t kSize>
  TextBuffer& add(const char (&literal)[kSize]) {
    reserve_more(kSize - 1);
    std::memcpy(data_ + size_, literal, kSize - 1);
    size_ += kSize - 1;
    return *this;
  }
  TextBuffer& add(char c) {
    reserve_more(1);
    data_[size_++] = c;
    return *this;
  }
  TextBuffer& add_integer(std::int64_t value) {
    reserve_more(24);
    size_ = static_cast<std::size_t>(std::to_chars(data_ + size_, data_ + capacity_, value).ptr - data_);
    return *this;
  }
  /// A number with at most `decimals` (0-6) places, rounded half away from zero; trailing zeros are dropped unless `keep_zeros`.
  /// A value that is not finite prints as an en dash.
  TextBuffer& add_fixed(double value, int decimals, bool keep_zeros = false) {
    reserve_more(kMostDigits);
    size_ = static_cast<std::size_t>(put_fixed(data_ + size_, value, decimals, keep_zeros) - data_);
    return *this;
  }
  /// Bytes that `put_fixed` may write.
  static constexpr std::size_t kMostDigits = 40;
  /// What add_fixed appends, written to memory of the caller; returns its end.
  static char* put_fixed(char* out, double value, int decimals, bool keep_zeros = false) {
    // Division by a constant is several times as quick as by a variable, and nearly every number of a page has 0 to 2 places.
    switch (decimals) {
      case 0:
        return put_scaled<1>(out, value, 0, keep_zeros);
      case 1:
        return put_scaled<10>(out, value, 1, keep_zeros);
      case 2:
        return put_scaled<100>(out, value, 2, keep_zeros);
      case 3:
        return put_scaled<1000>(out, value, 3, keep_zeros);
      case 4:
        return put_scaled<10000>(out, value, 4, keep_zeros);
      case 5:
        return put_scaled<100000>(out, value, 5, keep_zeros);
      default:
        return put_scaled<1000000>(out, value, 6, keep_zeros);
    }
  }
  /// A share in [0, 1] as a percentage without places.
  TextBuffer& add_percent(double share) {
    add_fixed(share * 100.0, 0);
    if (std::isfinite(share)) add('%');
    return *this;
  }
  /// Shortest text that reads back as the same double; `null` when not finite.
  TextBuffer& add_shortest(double value) {
    if (!std::isfinite(value)) return add("null");
    reserve_more(32);
    size_ = static_cast<std::size_t>(std::to_chars(data_ + size_, data_ + capacity_, value).ptr - data_);
    return *this;
  }
  /// Text for HTML content and quoted attributes: & < > " ' become references; control characters other than tab and line ends are dropped.
  TextBuffer& add_html(std::string_view text) {
    reserve_more(text.size() * 6);
    char* out = data_ + size_;
    const char* at = text.data();
    const char* const end = at + text.size();
    // Eight plain bytes at a time, which is nearly all of a page.
    for (std::uint64_t word = 0; end - at >= 8;) {
      std::memcpy(&word, at, 8);
      if (all_plain(word)) [[likely]] {
        std::memcpy(out, &word, 8);
        at += 8;
        out += 8;
        continue;
      }
      for (const char* const stop = at + 8; at < stop; ++at) out = put_html(out, *at);
    }
    for (; at < end; ++at) {
      if (kPlain[static_cast<unsigned char>(*at)]) [[likely]]
        *out++ = *at;
      else
        out = put_html(out, *at);
    }
    size_ = static_cast<std::size_t>(out - data_);
    return *this;
  }
  /// A JSON string with its quotes. `<` is escaped too, so that the text may stand inside an HTML script element.
  TextBuffer& add_json(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    reserve_more(text.size() * 6 + 2);
    char* out = data_ + size_;
    *out++ = '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && c != '"' && c != '\\' && c != '<') {
        *out++ = c;
      } else if (c == '"' || c == '\\') {
        *out++ = '\\';
        *out++ = c;
      } else if (c == '\n') {
        *out++ = '\\';
        *out++ = 'n';
      } else {
        for (const char c_escape : std::string_view("\\u00")) *out++ = c_escape;
        out[0] = kHex[byte >> 4];
        out[1] = kHex[byte & 15];
        out += 2;
      }
    }
    *out++ = '"';
    size_ = static_cast<std::size_t>(out - data_);
    return *this;
  }

 private:
  /// Bytes that stand in HTML as they are.
  static constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0; c < 256; ++c)
      plain[c] = (c >= 0x20 || c == '\n' || c == '\t') && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
    return plain;
  }();
  /// No byte of the eight is a control character or one of & ' < > ". Each test is exact for "is there such a byte": the classic
  /// zero-byte test, (x - 01..01) & ~x & 80..80, with two characters at a time that differ in one bit (& and ', < and >). Line ends and
  /// tabs are told as not plain, and go the long way.
  static constexpr bool all_plain(std::uint64_t word) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    const auto zero = [](std::uint64_t x) { return (x - kOnes) & ~x; };
    const std::uint64_t control = (word - kOnes * 0x20U) & ~word;
    const std::uint64_t found =
        control | zero((word | kOnes) ^ (kOnes * 0x27U)) | zero((word | kOnes * 2U) ^ (kOnes * 0x3EU)) | zero(word ^ (kOnes * 0x22U));
    return (found & (kOnes * 0x80U)) == 0;
  }
  template <std::int64_t kPower>
  static char* put_scaled(char* out, double value, int decimals, bool keep_zeros) {
    const double size = std::fabs(value);
    if (!(size <= 1e12)) {
      for (const char c : std::string_view("\xE2\x80\x93")) *out++ = c;
      return out;
    }
    const double exact = size * static_cast<double>(kPower);
    auto scaled = static_cast<std::int64_t>(exact);
    if (exact - static_cast<double>(scaled) >= 0.5) ++scaled;
    if (value < 0 && scaled != 0) *out++ = '-';
    out = put_digits(out, scaled / kPower);
    std::int64_t rest = scaled % kPower;
    if (decimals == 0 || (rest == 0 && !keep_zeros)) return out;
    int places = decimals;
    while (!keep_zeros && rest % 10 == 0) {
      rest /= 10;
      --places;
    }
    *out = '.';
    for (int k = places; k > 0; --k, rest /= 10) out[k] = static_cast<char>('0' + rest % 10);
    return out + places + 1;
  }
  /// Digits of a number >= 0; room for 20 is there. Coordinates and marks are below 1,000.
  static char* put_digits(char* out, std::int64_t value) {
    if (value >= 1000) return std::to_chars(out, out + 20, value).ptr;
    const auto small = static_cast<std::uint32_t>(value);
    if (small >= 100) *out++ = static_cast<char>('0' + small / 100);
    if (small >= 10) *out++ = static_cast<char>('0' + small / 10 % 10);
    *out++ = static_cast<char>('0' + small % 10);
    return out;
  }
  static char* put_html(char* out, char c) {
    const auto put = [&out](std::string_view s) {
      std::memcpy(out, s.data(), s.size());
      return out + s.size();
    };
    switch (c) {
      case '&':
        return put("&amp;");
      case '<':
        return put("&lt;");
      case '>':
        return put("&gt;");
      case '"':
        return put("&quot;");
      case '\'':
        return put("&#39;");
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return out;
        *out = c;
        return out + 1;
    }
  }
  void reserve_more(std::size_t n) {
    if (size_ + n > capacity_) [[unlikely]]
      grow((size_ + n) * 2);
  }
  void grow(std::size_t capacity) {
    char* bigger = new char[capacity];
    if (size_ != 0) std::memcpy(bigger, data_, size_);
    delete[] std::exchange(data_, bigger);
    capacity_ = capacity;
  }

  char* data_ = nullptr;  // owned here: with <memory> html.hpp takes half as long again to compile
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace celadon::inline CELADON_ABI::reports
