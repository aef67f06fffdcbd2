/// For bodies with a kernel compiled by simd_targets.inc: calls the variant of the current level.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/simd.hpp>

#include <bit>
#include <cstdint>

#if CELADON_SIMD_X86
#define CELADON_SIMD_DISPATCH(scope, function, ...)                                                                 \
  (::celadon::simd::level() == ::celadon::simd::Level::kAvx512                                                      \
       ? ::celadon::scope::avx512::function(__VA_ARGS__)                                                            \
       : (::celadon::simd::level() == ::celadon::simd::Level::kAvx2 ? ::celadon::scope::avx2::function(__VA_ARGS__) \
                                                                    : ::celadon::scope::baseline::function(__VA_ARGS__)))
#else
#define CELADON_SIMD_DISPATCH(scope, function, ...) (::celadon::scope::baseline::function(__VA_ARGS__))
#endif
