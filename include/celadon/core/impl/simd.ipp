#pragma once

#include <celadon/core/simd.hpp>

#include <atomic>
#include <cstdlib>

namespace celadon::inline CELADON_ABI::simd {

namespace simd_detail {

inline Level highest() {
#if CELADON_SIMD_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return Level::kAvx512;
  if (__builtin_cpu_supports("avx2")) return Level::kAvx2;
#endif
  return Level::kBaseline;
}

inline Level initial() {
  const Level best = highest();
  const char* wanted = std::getenv("CELADON_SIMD");
  if (wanted == nullptr) return best;
  for (const Level l : {Level::kBaseline, Level::kAvx2, Level::kAvx512})
    if (level_name(l) == wanted && l <= best) return l;
  return best;
}

inline std::atomic<Level>& current() {
  static std::atomic<Level> value{initial()};
  return value;
}

}  // namespace simd_detail

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kAvx2:
      return "avx2";
    case Level::kAvx512:
      return "avx512";
    default:
      return "baseline";
  }
}

std::vector<Level> available_levels() {
  std::vector<Level> out;
  for (const Level l : {Level::kBaseline, Level::kAvx2, Level::kAvx512})
    if (l <= simd_detail::highest()) out.push_back(l);
  return out;
}

Level level() {
  return simd_detail::current().load(std::memory_order_relaxed);
}

bool force_level(Level level) {
  if (level > simd_detail::highest()) return false;
  simd_detail::current().store(level, std::memory_order_relaxed);
  return true;
}

}  // namespace celadon::inline CELADON_ABI::simd
