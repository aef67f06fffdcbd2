/// Turns tiles of a caller's rows of bytes into columns. For the body of core/responses.
#pragma once

#include <celadon/core/responses.hpp>

#include <cstdint>
#include <cstring>

// Sixteen-byte registers with a byte shuffle, which every 64-bit processor has; elsewhere columns are copied cell by cell.
#if CELADON_HAS_VECTOR_EXTENSIONS && (defined(__clang__) || __GNUC__ >= 12)
#define CELADON_PACK_TILES 1
#else
#define CELADON_PACK_TILES 0
#endif

namespace celadon::inline CELADON_ABI::pack_detail {

constexpr std::int64_t kTileItems = 16;
constexpr std::int64_t kTileRows = 64;

#if CELADON_PACK_TILES
typedef std::uint8_t Bytes __attribute__((vector_size(16)));

/// Transposes 16 rows of 16 bytes: four rounds of interleaving row i with row i + 8.
CELADON_ALWAYS_INLINE void transpose(Bytes (&a)[16]) {
  Bytes b[16];
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; ++i) a[i] = b[i];
  }
}

/// Packed byte of a caller's byte, for 64 cells: missing codes and values out of range change, categories stay.
template <bool kSigned>
CELADON_ALWAYS_INLINE void to_cells(std::uint8_t* cells) {
  for (std::int64_t i = 0; i < kTileRows; ++i) {
    const std::uint8_t c = cells[i];
    const auto changed = static_cast<std::uint8_t>(kSigned && c >= 252 ? 251 - c : 250);
    cells[i] = (kSigned ? c >= 128 : c > kMaxCategory) ? changed : c;
  }
}

/// 64 rows of 16 items, row by row in `in` (`stride` bytes apart), to 16 columns of 64 cells, `column_stride` apart. Whole lines of cache
/// are written one after the other: the columns lie at the same place of a page and would push each other out of the first-level cache.
template <bool kSigned>
inline void tile(const std::uint8_t* in, std::int64_t stride, std::uint8_t* out, std::int64_t column_stride) {
  alignas(64) std::uint8_t lines[kTileItems][kTileRows];
  for (std::int64_t r = 0; r < kTileRows; r += 16) {
    Bytes a[16];
    for (int i = 0; i < 16; ++i) std::memcpy(&a[i], in + (r + i) * stride, 16);
    transpose(a);
    for (int i = 0; i < 16; ++i) std::memcpy(&lines[i][r], &a[i], 16);
  }
  for (std::int64_t j = 0; j < kTileItems; ++j) {
    to_cells<kSigned>(lines[j]);
    std::memcpy(out + j * column_stride, lines[j], kTileRows);
  }
}
#endif

}  // namespace celadon::inline CELADON_ABI::pack_detail
