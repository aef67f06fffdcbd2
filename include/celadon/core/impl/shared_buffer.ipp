#pragma once

#include <celadon/core/shared_buffer.hpp>

#include <atomic>
#include <new>

namespace celadon::inline CELADON_ABI {

namespace shared_buffer_detail {

using Count = std::atomic<std::int64_t>;
inline constexpr std::align_val_t kAlignment{64};

inline Count& count(void* block) {
  return *std::launder(static_cast<Count*>(block));
}

}  // namespace shared_buffer_detail

SharedBuffer::SharedBuffer(std::int64_t size)
    : block_(::operator new(static_cast<std::size_t>(kHeader + size), shared_buffer_detail::kAlignment)) {
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
