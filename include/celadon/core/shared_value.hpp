/// A value that several results share: a counted pointer to a constant without <memory>, which would cost a contract a fifth of the time
/// it may take to compile.
#pragma once

#include <celadon/core/config.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace celadon::inline CELADON_ABI {

/// A constant T, or nothing. Copies share it; the last one frees it. Counting is thread-safe.
template <class T>
class SharedValue {
 public:
  SharedValue() noexcept = default;
  /// Moves the value in. Throws std::bad_alloc.
  explicit SharedValue(T value) : block_(new Block{std::move(value), {1}}) {}
  SharedValue(const SharedValue& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) block_->count.fetch_add(1, std::memory_order_relaxed);
  }
  SharedValue(SharedValue&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedValue& operator=(SharedValue other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedValue() {
    if (block_ != nullptr && block_->count.fetch_sub(1, std::memory_order_acq_rel) == 1) delete block_;
  }

  /// The value; null where there is none.
  [[nodiscard]] const T* get() const noexcept { return block_ == nullptr ? nullptr : &block_->value; }
  const T& operator*() const noexcept { return block_->value; }
  const T* operator->() const noexcept { return &block_->value; }
  explicit operator bool() const noexcept { return block_ != nullptr; }
  friend bool operator==(const SharedValue& value, std::nullptr_t) noexcept { return value.block_ == nullptr; }

 private:
  struct Block {
    T value;
    std::atomic<std::int64_t> count;
  };
  Block* block_ = nullptr;
};

}  // namespace celadon::inline CELADON_ABI
