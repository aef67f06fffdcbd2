#include <celadon/core/shared_buffer.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

namespace celadon {
namespace {

TEST(SharedBuffer, EmptyHasNoBytes) {
  const SharedBuffer empty;
  const SharedBuffer copy = empty;
  EXPECT_EQ(copy.get(), nullptr);
}

TEST(SharedBuffer, CopiesShareAndTheLastOneFrees) {
  SharedBuffer first(100);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first.get()) % 64, 0U);
  std::memset(first.get(), 7, 100);
  SharedBuffer second = first;
  EXPECT_EQ(second.get(), first.get());
  first = SharedBuffer(8);
  EXPECT_EQ(second.get()[99], 7);
  const SharedBuffer third = std::move(second);
  EXPECT_EQ(second.get(), nullptr);  // NOLINT(bugprone-use-after-move): moved-from is empty by contract
  EXPECT_EQ(third.get()[0], 7);
}

TEST(SharedBuffer, AssigningToItselfKeepsTheBytes) {
  SharedBuffer buffer(4);
  buffer.get()[3] = 9;
  const SharedBuffer& same = buffer;
  buffer = same;
  EXPECT_EQ(buffer.get()[3], 9);
}

TEST(SharedBuffer, CountsFromManyThreads) {
  const SharedBuffer buffer(64);
  buffer.get()[0] = 1;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        const SharedBuffer copy = buffer;
        EXPECT_EQ(copy.get()[0], 1);
      }
    });
  for (auto& t : threads) t.join();
}

}  // namespace
}  // namespace celadon
