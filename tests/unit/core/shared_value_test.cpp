#include <celadon/core/shared_value.hpp>

#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

namespace {

struct Counted {
  explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) = delete;
  ~Counted() { --*alive_; }
  int* alive_;
};

TEST(SharedValue, TheLastCopyFreesTheValue) {
  int alive = 0;
  {
    celadon::SharedValue<Counted> first{Counted(&alive)};
    EXPECT_EQ(alive, 1);
    celadon::SharedValue<Counted> second = first;
    EXPECT_EQ(first.get(), second.get());
    first = celadon::SharedValue<Counted>();
    EXPECT_TRUE(first == nullptr);
    EXPECT_FALSE(second == nullptr);
    EXPECT_EQ(alive, 1);
    celadon::SharedValue<Counted> third = std::move(second);
    EXPECT_FALSE(static_cast<bool>(second));
    EXPECT_EQ(third->alive_, &alive);
    third = *&third;
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(SharedValue, CopiesOnManyThreadsAreCounted) {
  int alive = 0;
  {
    const celadon::SharedValue<Counted> value{Counted(&alive)};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&value] {
        for (int i = 0; i < 10000; ++i) {
          const celadon::SharedValue<Counted> copy = value;
          ASSERT_EQ(copy.get(), value.get());
        }
      });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
