#include <celadon/core/parallel.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

using celadon::ExecutionContext;

double ordered_sum(int n_threads) {
  const std::int64_t n_blocks = 301;
  ExecutionContext context;
  context.n_threads = n_threads;
  const int workers = celadon::worker_count(n_blocks, context);
  std::vector<double> partial(static_cast<std::size_t>(workers));
  double total = 0.0;
  const auto done = celadon::run_blocks(
      n_blocks, workers, context,
      [&](std::int64_t block, int worker) { partial[static_cast<std::size_t>(worker)] = 1.0 / (static_cast<double>(block) + 0.1); },
      [&](std::int64_t, int worker) { total += partial[static_cast<std::size_t>(worker)]; });
  EXPECT_TRUE(done);
  return total;
}

TEST(RunBlocks, MergesInBlockOrderForAnyNumberOfThreads) {
  const double one = ordered_sum(1);
  for (const int n : {2, 3, 8}) EXPECT_EQ(one, ordered_sum(n)) << n << " threads";
}

TEST(RunBlocks, CancellationIsAnError) {
  std::atomic<bool> cancel{false};
  ExecutionContext context;
  context.n_threads = 3;
  context.cancel = &cancel;
  const auto done = celadon::run_blocks(1000, 3, context, [&](std::int64_t block, int) {
    if (block == 5) cancel = true;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, celadon::Code::kCancelled);
}

TEST(RunBlocks, AnExceptionInAWorkerReachesTheCaller) {
  ExecutionContext context;
  context.n_threads = 3;
  const auto run = [&] {
    return celadon::run_blocks(100, 3, context, [](std::int64_t block, int) {
      if (block == 17) throw std::runtime_error("block 17");
    });
  };
  EXPECT_THROW((void)run(), std::runtime_error);
}

TEST(RunBlocks, NoBlocksIsDone) {
  EXPECT_TRUE(celadon::run_blocks(0, 1, {}, [](std::int64_t, int) { FAIL(); }));
}

}  // namespace
