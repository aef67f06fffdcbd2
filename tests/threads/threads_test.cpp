// What threads may do to the library: many callers at once, a fork after a computation, an exception in a worker, a cancelled call.
#include <celadon/core/parallel.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/score.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace celadon {
namespace {

Responses answers(std::int64_t n, std::int64_t k) {
  std::vector<std::int8_t> cells(static_cast<std::size_t>(n * k));
  std::uint32_t state = 99;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) {
      state = state * 1664525U + 1013904223U;
      cells[static_cast<std::size_t>(i * k + j)] =
          static_cast<std::int8_t>((state >> 16) % 97U < 30U + static_cast<std::uint32_t>(i % 40 + j));
    }
  return Responses::from_dense(DenseView<std::int8_t>{cells.data(), n, k, k, 1}).value();
}

irt::FitOptions quick() {
  irt::FitOptions options;
  options.standard_errors = false;
  options.grid.n_nodes = 21;
  return options;
}

ExecutionContext threads(int n) {
  ExecutionContext context;
  context.n_threads = n;
  return context;
}

TEST(Threads, EightCallersAtOnceGetWhatOneGets) {
  const Responses data = answers(9000, 8);
  const irt::Fit alone = irt::fit(data, quick(), threads(1)).value();
  const double alpha = ctt::reliability(data, {}, {}, {}, threads(1)).value().alpha;
  const irt::Scores scores = irt::score(alone.model, data, {}, threads(1)).value();
  std::atomic<int> different{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 8; ++c)
    callers.emplace_back([&, c] {
      const ExecutionContext context = threads(1 + c % 3);
      if (irt::fit(data, quick(), context).value().log_likelihood != alone.log_likelihood) ++different;
      if (ctt::reliability(data, {}, {}, {}, context).value().alpha != alpha) ++different;
      if (irt::score(alone.model, data, {}, context).value().ability != scores.ability) ++different;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(different.load(), 0);
}

TEST(Threads, AnExceptionInAWorkerReachesTheCaller) {
  for (int n : {1, 2, 8}) {
    const auto work = [](std::int64_t block, int) {
      if (block == 5) throw std::runtime_error("block 5");
    };
    EXPECT_THROW((void)run_blocks(64, n, threads(n), work), std::runtime_error);
  }
}

TEST(Threads, CancellingFromAnotherThreadStopsAFit) {
  const Responses data = answers(20000, 10);
  std::atomic<bool> cancel{false};
  ExecutionContext context = threads(2);
  context.cancel = &cancel;
  int steps = 0;
  context.progress = [&](const Progress&) {
    if (++steps == 2) std::thread([&] { cancel = true; }).join();
  };
  irt::FitOptions options = quick();
  options.tolerance = 1e-12;
  options.accelerate = false;
  const auto fit = irt::fit(data, options, context);
  ASSERT_FALSE(fit.has_value());
  EXPECT_EQ(fit.error().code, Code::kCancelled);
}

#if defined(__unix__) && !defined(__SANITIZE_THREAD__)
TEST(Threads, AForkAfterAFitComputesTheSame) {
  const Responses data = answers(9000, 6);
  const double before = irt::fit(data, quick(), threads(3)).value().log_likelihood;
  const pid_t child = fork();
  if (child == 0) {
    const auto again = irt::fit(data, quick(), threads(3));
    _exit(again.has_value() && again->log_likelihood == before ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#endif

}  // namespace
}  // namespace celadon
