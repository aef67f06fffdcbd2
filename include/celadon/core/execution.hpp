/// How a computation runs: threads, cancellation, progress. It never changes a result: any number of threads gives the same bits.
#pragma once

#include <celadon/core/config.hpp>
#include <celadon/core/function.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace celadon::inline CELADON_ABI {

/// Where a long computation stands. `stage` is a stable ASCII name ("irt.fit"); `total` is 0 when it is not known.
struct Progress {
  std::string_view stage;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

/// A host's own pool. `run` calls task(0) ... task(n_tasks - 1), in any order and on any threads, and returns when all have ended.
/// Tasks do not throw. Must itself be safe to call from several threads if contexts that share it are used so.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void run(int n_tasks, const std::function<void(int)>& task) = 0;
};

/// Passed to every long operation. Value type; borrowed pointers must outlive the call.
struct ExecutionContext {
  /// Threads to use; 0 means one for each processor this process may run on (the affinity mask). Threads live for one call.
  int n_threads = 0;
  /// Set to true from any thread to stop; the operation returns kCancelled. May be null.
  const std::atomic<bool>* cancel = nullptr;
  /// Called on the calling thread, between steps, never concurrently. May be empty.
  std::function<void(const Progress&)> progress;
  /// The host's pool; when null, threads are started and joined within the call.
  Executor* executor = nullptr;

  [[nodiscard]] bool cancelled() const noexcept { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
};

/// The number of threads a context stands for (at least 1).
[[nodiscard]] int resolved_threads(const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI
