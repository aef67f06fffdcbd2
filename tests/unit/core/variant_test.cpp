#include <celadon/core/variant.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

bool memory_ends = false;

// Of vectors libstdc++ believes that a variant always holds a value, which is what the copy of such a variant breaks.
template <class T>
struct EndingMemory : std::allocator<T> {
  EndingMemory() = default;
  template <class U>
  EndingMemory(const EndingMemory<U>&) {}  // NOLINT(google-explicit-constructor): what an allocator needs
  template <class U>
  struct rebind {
    using other = EndingMemory<U>;
  };
  T* allocate(std::size_t n) {
    if (memory_ends) throw std::bad_alloc();
    return std::allocator<T>::allocate(n);
  }
};
using Brittle = std::vector<int, EndingMemory<int>>;

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
  const Value brittle{std::in_place_type<Brittle>, {1, 2, 3}};
  Value kept = std::string("stays");
  memory_ends = true;
  EXPECT_THROW(Value{brittle}, std::bad_alloc);
  EXPECT_THROW(kept = brittle, std::bad_alloc);
  memory_ends = false;
  EXPECT_EQ(std::get<std::string>(kept), "stays");
  EXPECT_EQ(std::get<Brittle>(brittle).size(), 3U);
}

}  // namespace
