/// Packing a tile of the caller's matrix: 64 persons x up to 16 items become 16 runs of 64 bytes, one cache line each.
///
/// Columns of a block lie 4,096 bytes apart, which is one set of the first-level cache; so a line is written whole and only once.
#pragma once

#include <celadon/core/responses.hpp>

#include <algorithm>
#include <cstring>
#include <type_traits>

#if CELADON_HAS_VECTOR_EXTENSIONS && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define CELADON_PACK_VECTORS 1
#endif
#endif

namespace celadon::inline CELADON_ABI::responses_detail {

/// Byte of a caller's value, or 250 for a value that is neither a category nor a missing code.
/// Written with masks, so that loops over it become vector code.
template <class T>
CELADON_ALWAYS_INLINE std::uint8_t to_cell(T value) {
  if constexpr (sizeof(T) == 1) {
    const auto byte = static_cast<std::uint8_t>(value);
    if constexpr (std::is_signed_v<T>) {
      const auto negative = static_cast<std::uint8_t>(byte > 127 ? 0xFF : 0);
      const auto code = static_cast<std::uint8_t>(byte > 251 ? 251U - byte : 250U);
      return static_cast<std::uint8_t>((byte & static_cast<std::uint8_t>(~negative)) | (code & negative));
    } else {
      return byte > kMaxCategory ? std::uint8_t{250} : byte;
    }
  } else if constexpr (std::is_signed_v<T>) {
    const T capped = value > 250 ? T{250} : (value < -5 ? T{-5} : value);  // both ends stand for 'neither'
    const T top = capped > kMaxCategory ? T{250} : capped;
    const auto code = static_cast<T>(251 - capped);
    const T low = capped < -4 ? T{250} : code;
    return static_cast<std::uint8_t>(capped < 0 ? low : top);
  } else {
    return value > static_cast<T>(kMaxCategory) ? std::uint8_t{250} : static_cast<std::uint8_t>(value);
  }
}

/// What the cells of one item have been so far: for each value range the highest of the packed bytes.
struct Summary {
  std::uint8_t highest = 0;  ///< highest category plus 1, 0 for none
  bool missing = false;
  bool bad = false;

  void merge(const Summary& other) {
    highest = std::max(highest, other.highest);
    missing |= other.missing;
    bad |= other.bad;
  }
};

/// Highest category plus 1, highest byte that is not a missing code, highest byte; of each byte position of a run.
template <class V>
struct Highest {
  V category{};
  V valid{};
  V any{};
  CELADON_ALWAYS_INLINE void add(V c) {
    const V next = c + 1;  // wraps to 0 for 255, which is no category
    const V shown = next > 250 ? V{} : next;
    const V kept = c > 251 ? V{} : c;
    category = shown > category ? shown : category;
    valid = kept > valid ? kept : valid;
    any = c > any ? c : any;
  }
};

#if defined(CELADON_PACK_VECTORS)
using Bytes16 __attribute__((vector_size(16))) = std::uint8_t;
#endif

/// Highest category and whether any cell is missing or neither.
inline Summary summarise(const std::uint8_t* cells, std::int64_t n) {
  Highest<std::uint8_t> top;
  const auto add = [&top](std::uint8_t c) {
    const auto next = static_cast<std::uint8_t>(c + 1);
    top.category = std::max(top.category, next > 250 ? std::uint8_t{0} : next);
    top.valid = std::max(top.valid, c > 251 ? std::uint8_t{0} : c);
    top.any = std::max(top.any, c);
  };
  std::int64_t i = 0;
#if defined(CELADON_PACK_VECTORS)
  Highest<Bytes16> tops;
  for (; i + 16 <= n; i += 16) {
    Bytes16 c;
    std::memcpy(&c, cells + i, 16);
    tops.add(c);
  }
  for (int k = 0; k < 16; ++k) {
    top.category = std::max<std::uint8_t>(top.category, tops.category[k]);
    top.valid = std::max<std::uint8_t>(top.valid, tops.valid[k]);
    top.any = std::max<std::uint8_t>(top.any, tops.any[k]);
  }
#endif
  for (; i < n; ++i) add(cells[i]);
  return {top.category, top.any > 251, top.valid > kMaxCategory};
}

inline constexpr std::int64_t kTileRows = 64;
inline constexpr std::int64_t kTileItems = 16;

#if defined(CELADON_PACK_VECTORS)

CELADON_ALWAYS_INLINE Bytes16 low_pairs(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
CELADON_ALWAYS_INLINE Bytes16 high_pairs(Bytes16 a, Bytes16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// Transposes 16 x 16 bytes: four rounds of the perfect shuffle.
CELADON_ALWAYS_INLINE void transpose16(Bytes16* v) {
  Bytes16 w[16];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    w[2 * i] = low_pairs(v[i], v[i + 8]);
    w[2 * i + 1] = high_pairs(v[i], v[i + 8]);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    v[2 * i] = low_pairs(w[i], w[i + 8]);
    v[2 * i + 1] = high_pairs(w[i], w[i + 8]);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    w[2 * i] = low_pairs(v[i], v[i + 8]);
    w[2 * i + 1] = high_pairs(v[i], v[i + 8]);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    v[2 * i] = low_pairs(w[i], w[i + 8]);
    v[2 * i + 1] = high_pairs(w[i], w[i + 8]);
  }
}

/// 64 rows of 16 bytes, `row_bytes` apart, to 16 columns of 64 bytes, `column_bytes` apart. The bytes are taken as they are.
inline void turn_tile(const std::uint8_t* in, std::int64_t row_bytes, std::uint8_t* out, std::int64_t column_bytes, std::uint8_t* highest) {
  Bytes16 tile[4][16];
  for (int part = 0; part < 4; ++part) {
    for (int r = 0; r < 16; ++r) std::memcpy(&tile[part][r], in + (part * 16 + r) * row_bytes, 16);
    transpose16(tile[part]);
  }
  for (int j = 0; j < 16; ++j) {
    Bytes16 top;
    std::memcpy(&top, highest + j * 16, 16);
    for (int part = 0; part < 4; ++part) {
      const Bytes16 v = tile[part][j];
      std::memcpy(out + j * column_bytes + part * 16, &v, 16);
      top = top > v ? top : v;
    }
    std::memcpy(highest + j * 16, &top, 16);
  }
}

#else

inline void turn_tile(const std::uint8_t* in, std::int64_t row_bytes, std::uint8_t* out, std::int64_t column_bytes, std::uint8_t* highest) {
  for (int j = 0; j < kTileItems; ++j)
    for (int r = 0; r < kTileRows; ++r) {
      const std::uint8_t c = in[r * row_bytes + j];
      out[j * column_bytes + r] = c;
      std::uint8_t& top = highest[j * 16 + r % 16];
      top = std::max(top, c);
    }
}

#endif

}  // namespace celadon::inline CELADON_ABI::responses_detail
