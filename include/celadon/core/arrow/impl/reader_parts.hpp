/// Reading values from Arrow's memory, shared by the bodies that import and that read.
#pragma once

#include <celadon/core/arrow/reader.hpp>

#include <cstring>
#include <limits>
#include <type_traits>

namespace celadon::inline CELADON_ABI::arrow {

namespace reader_detail {

/// Rows beyond this are taken for a corrupt length: no buffer of one byte a row could hold them.
constexpr std::int64_t kMaxRows = std::int64_t{1} << 46;

inline Error invalid(std::string detail) {
  return make_error(Code::kArrowInvalid, {}, {{"detail", std::move(detail)}});
}

inline bool bit(const std::uint8_t* bits, std::int64_t at) {
  return ((bits[at >> 3] >> (at & 7)) & 1) != 0;
}

/// Values need not be aligned for their type: a producer may hand out a slice of a file.
template <class T>
T load(const void* values, std::int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + at * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <class T>
std::int64_t load_integer(const void* values, std::int64_t at) {
  const T value = load<T>(values, at);
  if constexpr (sizeof(T) == 8 && std::is_unsigned_v<T>)
    return value > static_cast<T>(std::numeric_limits<std::int64_t>::max()) ? std::numeric_limits<std::int64_t>::max()
                                                                            : static_cast<std::int64_t>(value);
  else
    return static_cast<std::int64_t>(value);
}

inline std::int64_t integer_at(Layout layout, const void* values, std::int64_t at) {
  switch (layout) {
    case Layout::kInt8:
      return load_integer<std::int8_t>(values, at);
    case Layout::kInt16:
      return load_integer<std::int16_t>(values, at);
    case Layout::kInt32:
      return load_integer<std::int32_t>(values, at);
    case Layout::kInt64:
      return load_integer<std::int64_t>(values, at);
    case Layout::kUint8:
      return load_integer<std::uint8_t>(values, at);
    case Layout::kUint16:
      return load_integer<std::uint16_t>(values, at);
    case Layout::kUint32:
      return load_integer<std::uint32_t>(values, at);
    case Layout::kUint64:
      return load_integer<std::uint64_t>(values, at);
    case Layout::kBits:
      return bit(static_cast<const std::uint8_t*>(values), at) ? 1 : 0;
    case Layout::kBytes:
      return static_cast<const std::uint8_t*>(values)[at] != 0 ? 1 : 0;
    default:
      return 0;
  }
}

inline ValueKind kind_of(Layout layout) {
  switch (layout) {
    case Layout::kNull:
      return ValueKind::kNull;
    case Layout::kBits:
    case Layout::kBytes:
      return ValueKind::kBoolean;
    case Layout::kFloat32:
    case Layout::kFloat64:
      return ValueKind::kNumber;
    case Layout::kUtf8:
    case Layout::kLargeUtf8:
    case Layout::kUtf8View:
    case Layout::kStrings:
      return ValueKind::kText;
    case Layout::kDictionary:
    case Layout::kUnsupported:
      return ValueKind::kUnsupported;
    default:
      return ValueKind::kInteger;
  }
}

struct View {  // the 16 bytes of a utf8 view whose text is longer than 12 bytes
  std::int32_t length;
  char prefix[4];
  std::int32_t buffer;
  std::int32_t offset;
};
static_assert(sizeof(View) == 16);

}  // namespace reader_detail

}  // namespace celadon::inline CELADON_ABI::arrow
