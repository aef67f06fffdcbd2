#include <celadon/core/variant.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace {

// Copies of it throw when asked to; moves never do.
struct Brittle {
  static inline bool fails = false;
  static inline int alive = 0;
  std::vector<int> held{1, 2, 3};

  Brittle() { ++alive; }
  Brittle(const Brittle& other) : held(other.held) {
    if (fails) throw std::bad_alloc();
    ++alive;
  }
  Brittle(Brittle&& other) noexcept : held(std::move(other.held)) { ++alive; }
  Brittle& operator=(const Brittle&) = default;
  Brittle& operator=(Brittle&&) noexcept = default;
  ~Brittle() { --alive; }
};

using Value = celadon::CopySafeVariant<std::vector<double>, std::string, Brittle>;

TEST(CopySafeVariant, CopiesAndMovesAsAVariantDoes) {
  Value first = std::string("a text that does not fit into the string object itself");
  Value second = first;
  EXPECT_EQ(std::get<std::string>(second), std::get<std::string>(first));
  second = std::vector<double>{1.0, 2.0};
  EXPECT_EQ(second.index(), 0U);
  first = second;
  EXPECT_EQ(std::get<0>(first), (std::vector<double>{1.0, 2.0}));
  const Value third = std::move(first);
  EXPECT_EQ(std::get<0>(third).size(), 2U);
  EXPECT_EQ(std::visit([](const auto& held) { return sizeof(held); }, third), sizeof(std::vector<double>));
}

TEST(CopySafeVariant, ACopyThatThrowsLeavesBothAsTheyWere) {
  {
    const Value brittle{std::in_place_type<Brittle>};
    Value kept = std::string("stays");
    Brittle::fails = true;
    EXPECT_THROW(Value{brittle}, std::bad_alloc);
    EXPECT_THROW(kept = brittle, std::bad_alloc);
    Brittle::fails = false;
    EXPECT_EQ(std::get<std::string>(kept), "stays");
    EXPECT_EQ(std::get<Brittle>(brittle).held.size(), 3U);
    EXPECT_EQ(Brittle::alive, 1);
  }
  EXPECT_EQ(Brittle::alive, 0);
}

}  // namespace
