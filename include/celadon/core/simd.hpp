/// Runtime choice of instruction set for the few hot kernels.
///
/// A kernel is written once, over `Lanes` (eight doubles), and compiled for each instruction set (core/impl/simd_targets.inc). The
/// result has the same bits for every variant: eight fixed lanes, no fused multiply-add. Which variant runs is decided once, at first
/// use, from the processor and the environment variable CELADON_SIMD ("baseline", "avx2" or "avx512").
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::simd {

enum class Level : std::uint8_t { kBaseline = 0, kAvx2 = 1, kAvx512 = 2 };

/// "baseline", "avx2" or "avx512".
[[nodiscard]] std::string_view level_name(Level level);
/// Levels that this build on this processor can run, lowest first; always holds kBaseline.
[[nodiscard]] std::vector<Level> available_levels();
/// The level that kernels use now. Thread-safe.
[[nodiscard]] Level level();
/// Makes kernels use a level from now on, for tests and benchmarks. Thread-safe, but do not change it while a computation runs.
/// Returns false, and changes nothing, when the level is not available.
bool force_level(Level level);

}  // namespace celadon::inline CELADON_ABI::simd
