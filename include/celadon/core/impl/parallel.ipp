#pragma once

#include <celadon/core/parallel.hpp>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace celadon::inline CELADON_ABI {

int resolved_threads(const ExecutionContext& context) {
  if (context.n_threads > 0) return context.n_threads;
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int worker_count(std::int64_t n_blocks, const ExecutionContext& context) {
  return static_cast<int>(std::max<std::int64_t>(1, std::min<std::int64_t>(n_blocks, resolved_threads(context))));
}

namespace parallel_detail {

/// Hands out blocks in order and lets workers merge in block order.
class Turnstile {
 public:
  Turnstile(std::int64_t n_blocks, const ExecutionContext& context) : n_blocks_(n_blocks), context_(context) {}

  std::int64_t take() {
    if (stopped_.load() || context_.cancelled()) return -1;
    const std::int64_t block = next_.fetch_add(1);
    return block < n_blocks_ ? block : -1;
  }

  /// Waits until every earlier block is merged; false when the work has been stopped.
  template <class F>
  bool in_turn(std::int64_t block, F&& merge) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [&] { return merged_ == block || stopped_.load(); });
    if (stopped_.load()) return false;
    merge();
    ++merged_;
    lock.unlock();
    turn_.notify_all();
    return true;
  }

  void stop(std::exception_ptr error) {
    {
      const std::scoped_lock lock(mutex_);
      if (!error_) error_ = std::move(error);
      stopped_.store(true);
    }
    turn_.notify_all();
  }

  Result<void> finish() {
    if (error_) std::rethrow_exception(error_);
    if (merged_ < n_blocks_) return make_error(Code::kCancelled);
    return {};
  }

 private:
  std::int64_t n_blocks_;
  const ExecutionContext& context_;
  std::atomic<std::int64_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::condition_variable turn_;
  std::int64_t merged_ = 0;
  std::exception_ptr error_;
};

}  // namespace parallel_detail

Result<void> run_blocks(std::int64_t n_blocks, int n_workers, const ExecutionContext& context,
                        const std::function<void(std::int64_t, int)>& work, const std::function<void(std::int64_t, int)>& merge) {
  parallel_detail::Turnstile turnstile(n_blocks, context);
  const auto loop = [&](int worker) {
    try {
      for (std::int64_t block = turnstile.take(); block >= 0; block = turnstile.take()) {
        work(block, worker);
        const bool go_on = turnstile.in_turn(block, [&] {
          if (merge) merge(block, worker);
        });
        if (!go_on) return;
      }
    } catch (...) {
      turnstile.stop(std::current_exception());
    }
  };
  if (n_workers <= 1) {
    loop(0);
  } else if (context.executor != nullptr) {
    context.executor->run(n_workers, loop);
  } else {
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(n_workers) - 1);
    for (int w = 1; w < n_workers; ++w) {
      try {
        threads.emplace_back(loop, w);
      } catch (const std::system_error&) {
        break;  // fewer threads than asked for: the others take their blocks
      }
    }
    loop(0);
    for (std::thread& t : threads) t.join();
  }
  return turnstile.finish();
}

}  // namespace celadon::inline CELADON_ABI
