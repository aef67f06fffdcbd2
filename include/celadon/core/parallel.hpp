/// Ordered parallel work on blocks of rows.
///
/// Rows are cut in fixed blocks of kBlockRows, keyed by global row number. Each block is summed on its own and block sums are
/// merged strictly in block order, so that a result has the same bits for any number of threads.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/function.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI {

inline constexpr std::int64_t kBlockRows = 4096;

[[nodiscard]] constexpr std::int64_t block_count(std::int64_t rows) {
  return (rows + kBlockRows - 1) / kBlockRows;
}

/// Calls `work(block, worker)` for each block (0 <= worker < n_workers), and `merge(block, worker)` once a block is worked,
/// strictly in block order and never concurrently: a worker's scratch is merged before it takes its next block.
/// `merge` may be empty. Blocks are handed out in order. Returns kCancelled when the context says so (no further block is
/// started); an exception in a callback stops the others and is rethrown on the calling thread.
Result<void> run_blocks(std::int64_t n_blocks, int n_workers, const ExecutionContext& context,
                        const std::function<void(std::int64_t block, int worker)>& work,
                        const std::function<void(std::int64_t block, int worker)>& merge = {});

/// Workers that `run_blocks` should be given: no more than blocks, no more than the context's threads.
[[nodiscard]] int worker_count(std::int64_t n_blocks, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI
