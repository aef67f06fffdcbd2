#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/core/random.hpp>

#include <Random123/philox.h>

#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace celadon::inline CELADON_ABI::random {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  const philox4x32_ctr_t c{{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x32_key_t k{{key[0], key[1]}};
  const philox4x32_ctr_t out = philox4x32_R(10, c, k);
  return {out.v[0], out.v[1], out.v[2], out.v[3]};
}

Stream::Stream(std::uint64_t seed, std::uint32_t purpose, std::uint64_t block)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}, purpose_(purpose), block_(block) {}

std::uint32_t Stream::next_u32() {
  if (used_ == 4) {
    if (next_counter_ > 0xffffffffULL) throw LogicError("celadon::random::Stream: the stream is used up (2^34 words)");
    words_ = philox(
        {static_cast<std::uint32_t>(next_counter_), purpose_, static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32)},
        key_);
    ++next_counter_;
    used_ = 0;
  }
  return words_[used_++];
}

std::uint64_t Stream::next_u64() {
  const std::uint64_t low = next_u32();
  const std::uint64_t high = next_u32();
  return high << 32 | low;
}

double Stream::uniform() {
  // 52 bits and a half step: the largest midpoint, 1 - 2^-53, is still a double below 1.
  return (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1p-52;
}

double Stream::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

double Stream::normal() {
  return normal_quantile(uniform());
}

double Stream::normal(double mean, double sd) {
  return mean + sd * normal();
}

bool Stream::bernoulli(double probability) {
  return uniform() < probability;
}

std::uint64_t Stream::below(std::uint64_t n) {
  if (n == 0) throw LogicError("celadon::random::Stream::below: n is 0");
  const std::uint64_t excess = (0 - n) % n;  // 2^64 mod n: the words that would make some values likelier
  for (;;) {
    const std::uint64_t word = next_u64();
    if (word >= excess) return word % n;
  }
}

std::size_t Stream::categorical(std::span<const double> weights) {
  double sum = 0.0;
  for (const double w : weights) {
    if (!(w >= 0.0) || !std::isfinite(w)) throw LogicError("celadon::random::Stream::categorical: a weight is negative or not finite");
    sum += w;
  }
  if (!(sum > 0.0)) throw LogicError("celadon::random::Stream::categorical: the weights sum to 0");
  const double at = uniform() * sum;
  double cumulative = 0.0;
  std::size_t last = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    cumulative += weights[k];
    if (weights[k] > 0.0) {
      if (at < cumulative) return k;
      last = k;
    }
  }
  return last;  // rounding may leave the sum a little short of `at`
}

void Stream::shuffle(std::span<std::int64_t> values) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[static_cast<std::size_t>(below(i))]);
}

std::vector<std::int64_t> Stream::permutation(std::int64_t n) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  shuffle(order);
  return order;
}

}  // namespace celadon::inline CELADON_ABI::random
