/// Counter-based random streams: Philox4x32-10, keyed by (seed, purpose, block).
///
/// A stream is a pure function of its three keys, so that a simulation cut in blocks gives the same numbers on any number of threads and in
/// any order of blocks, and two purposes under one seed never share a number. No generator state is shared or global.
///
/// Layout: the 64-bit seed is the Philox key; the 128-bit counter holds the position (32 bits), the purpose (32 bits) and the block
/// (64 bits). A stream therefore has 2^34 32-bit words; drawing more throws LogicError rather than repeat itself.
/// Source: Salmon, Moraes, Dror & Shaw (2011), SC'11, doi:10.1145/2063384.2063405.
#pragma once

#include <celadon/core/config.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::random {

/// The raw bijection: ten rounds of Philox4x32. Public so that known-answer vectors can be checked. Reentrant.
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// The number of a purpose from its name, such as purpose("irt.simulate"): 32-bit FNV-1a, fixed for ever.
[[nodiscard]] constexpr std::uint32_t purpose(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash;
}

/// One stream. Value type; a copy continues from the same position on its own. Not thread-safe: give each block its own stream.
class Stream {
 public:
  explicit Stream(std::uint64_t seed, std::uint32_t purpose = 0, std::uint64_t block = 0);

  /// 32 uniform bits.
  [[nodiscard]] std::uint32_t next_u32();
  /// 64 uniform bits: two consecutive words, the first the low half.
  [[nodiscard]] std::uint64_t next_u64();
  /// Uniform in the open interval (0, 1): one of 2^52 equally spaced midpoints, never 0 or 1.
  [[nodiscard]] double uniform();
  /// Uniform in (low, high).
  [[nodiscard]] double uniform(double low, double high);
  /// Standard normal deviate by inversion of one uniform (core/normal), so one draw uses exactly two words; |z| < 8.3.
  [[nodiscard]] double normal();
  [[nodiscard]] double normal(double mean, double sd);
  /// True with the given probability; always one uniform.
  [[nodiscard]] bool bernoulli(double probability);
  /// Uniform whole number in [0, n), without bias. Throws LogicError for n = 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n);
  /// Index drawn with probability proportional to `weights` (finite, >= 0, sum > 0; else LogicError). One uniform; O(n).
  [[nodiscard]] std::size_t categorical(std::span<const double> weights);
  /// Shuffles in place, each order equally likely (Fisher-Yates from the end). O(n).
  void shuffle(std::span<std::int64_t> values);
  /// A random order of 0 ... n-1.
  [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t n);

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t purpose_;
  std::uint64_t block_;
  std::uint64_t next_counter_ = 0;
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 4;
};

}  // namespace celadon::inline CELADON_ABI::random
