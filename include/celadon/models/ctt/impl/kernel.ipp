#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/ctt/impl/kernel_detail.hpp>

#include <cstring>

#define CELADON_SIMD_KERNEL <celadon/models/ctt/impl/scores_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::ctt::kernel_detail {

void add_column(const std::uint8_t* column, std::int64_t n, std::int16_t* total) {
  CELADON_SIMD_DISPATCH(ctt::kernel_detail, add_column, column, n, total);
}

void add_columns(const std::uint8_t* const* columns, std::int64_t n, std::uint8_t* total) {
  CELADON_SIMD_DISPATCH(ctt::kernel_detail, add_columns, columns[0], columns[1], columns[2], columns[3], n, total);
}

ItemSums binary_sums(const std::uint8_t* column, const std::uint8_t* total, std::int64_t n) {
  return CELADON_SIMD_DISPATCH(ctt::kernel_detail, binary_sums, column, total, n);
}

std::int32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t n) {
  return CELADON_SIMD_DISPATCH(ctt::kernel_detail, dot, a, b, n);
}

ItemSums item_sums(const std::uint8_t* column, const std::int16_t* total, std::int64_t n) {
  return CELADON_SIMD_DISPATCH(ctt::kernel_detail, item_sums, column, total, n);
}

GroupSums group_sums(const std::uint8_t* column, const std::uint8_t* upper, const std::uint8_t* lower, std::int64_t n) {
  return CELADON_SIMD_DISPATCH(ctt::kernel_detail, group_sums, column, upper, lower, n);
}

}  // namespace celadon::inline CELADON_ABI::ctt::kernel_detail
