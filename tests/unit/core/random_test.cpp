#include <celadon/core/random.hpp>

#include <gtest/gtest.h>
#include <celadon/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace {

using celadon::random::philox;
using celadon::random::purpose;
using celadon::random::Stream;
using Words = std::array<std::uint32_t, 4>;

// The known-answer vectors published with the generator's reference implementation.
TEST(Random, PhiloxKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamIsTheCounterInOrder) {
  Stream s(0x0123456789abcdefULL, 7, 0xfedcba9876543210ULL);
  for (std::uint32_t position = 0; position < 3; ++position) {
    const Words expected = philox({position, 7, 0x76543210, 0xfedcba98}, {0x89abcdef, 0x01234567});
    for (const std::uint32_t word : expected) EXPECT_EQ(s.next_u32(), word);
  }
}

TEST(Random, KeysGiveUnrelatedStreams) {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    for (std::uint32_t p = 0; p < 4; ++p)
      for (std::uint64_t block = 0; block < 4; ++block) first.insert(Stream(seed, p, block).next_u64());
  EXPECT_EQ(first.size(), 64U);
  EXPECT_NE(purpose("irt.simulate"), purpose("ctt.sp_table"));
  EXPECT_EQ(purpose(""), 2166136261U);
  EXPECT_EQ(purpose("a"), 0xe40c292cU);  // published FNV-1a value
}

TEST(Random, UniformIsOpenAndEven) {
  Stream s(1);
  const int n = 200000;
  double sum = 0.0;
  double squares = 0.0;
  double low = 1.0;
  double high = 0.0;
  for (int i = 0; i < n; ++i) {
    const double u = s.uniform();
    low = std::min(low, u);
    high = std::max(high, u);
    sum += u;
    squares += u * u;
  }
  EXPECT_GT(low, 0.0);
  EXPECT_LT(high, 1.0);
  EXPECT_NEAR(sum / n, 0.5, 4.0 / std::sqrt(12.0 * n));
  EXPECT_NEAR(squares / n, 1.0 / 3.0, 4.0 * std::sqrt(4.0 / 45.0 / n));
}

TEST(Random, NormalMoments) {
  Stream s(2, purpose("test"), 3);
  const int n = 200000;
  double m1 = 0.0;
  double m2 = 0.0;
  double m3 = 0.0;
  double m4 = 0.0;
  for (int i = 0; i < n; ++i) {
    const double z = s.normal();
    m1 += z;
    m2 += z * z;
    m3 += z * z * z;
    m4 += z * z * z * z;
  }
  EXPECT_NEAR(m1 / n, 0.0, 4.0 / std::sqrt(n));
  EXPECT_NEAR(m2 / n, 1.0, 4.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(m3 / n, 0.0, 4.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(m4 / n, 3.0, 4.0 * std::sqrt(96.0 / n));
}

TEST(Random, BelowIsEvenAndCategoricalFollowsItsWeights) {
  Stream s(5);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70000; ++i) ++counts[static_cast<std::size_t>(s.below(7))];
  for (const int c : counts) EXPECT_NEAR(c, 10000, 4.5 * std::sqrt(10000.0 * 6 / 7));
  const std::vector<double> weights{1.0, 0.0, 3.0, 6.0};
  std::vector<int> drawn(4, 0);
  for (int i = 0; i < 100000; ++i) ++drawn[s.categorical(weights)];
  EXPECT_EQ(drawn[1], 0);
  EXPECT_NEAR(drawn[0], 10000, 450);
  EXPECT_NEAR(drawn[2], 30000, 700);
  EXPECT_NEAR(drawn[3], 60000, 700);
}

TEST(Random, PermutationIsAPermutationAndEven) {
  Stream s(6);
  auto p = s.permutation(1000);
  auto sorted = p;
  std::sort(sorted.begin(), sorted.end());
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
  EXPECT_NE(p, sorted);
  std::vector<int> first(4, 0);
  for (int i = 0; i < 40000; ++i) ++first[static_cast<std::size_t>(s.permutation(4)[0])];
  for (const int c : first) EXPECT_NEAR(c, 10000, 400);
  EXPECT_TRUE(s.permutation(0).empty());
}

TEST(Random, BrokenPromisesThrow) {
  Stream s(1);
  EXPECT_THROW((void)s.below(0), celadon::LogicError);
  const std::vector<double> negative{1.0, -1.0};
  const std::vector<double> zero{0.0, 0.0};
  EXPECT_THROW((void)s.categorical(negative), celadon::LogicError);
  EXPECT_THROW((void)s.categorical(zero), celadon::LogicError);
}

}  // namespace
