/// The whole-number kernels of classical analysis behind the choice of instruction set. For bodies only.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI::ctt::kernel_detail {

struct ItemSums {
  std::int32_t x = 0;
  std::int32_t xx = 0;
  std::int32_t xt = 0;
};
struct GroupSums {
  std::int32_t upper = 0;
  std::int32_t lower = 0;
};

void add_column(const std::uint8_t* column, std::int64_t n, std::int16_t* total);
/// total[i] += the cells of four columns; no total may leave the byte.
void add_columns(const std::uint8_t* const* columns, std::int64_t n, std::uint8_t* total);
/// item_sums where cells are 0 or 1 and totals are bytes; n at most kBlockRows.
ItemSums binary_sums(const std::uint8_t* column, const std::uint8_t* total, std::int64_t n);
std::int32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t n);
ItemSums item_sums(const std::uint8_t* column, const std::int16_t* total, std::int64_t n);
GroupSums group_sums(const std::uint8_t* column, const std::uint8_t* upper, const std::uint8_t* lower, std::int64_t n);

}  // namespace celadon::inline CELADON_ABI::ctt::kernel_detail
