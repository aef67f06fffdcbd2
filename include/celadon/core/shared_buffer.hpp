/// Bytes that several values share: a counted pointer without <memory>, which would cost every contract that holds one a tenth of a second.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI {

/// Counted storage. Copies share it; the last one frees it. Counting is thread-safe, writing is the owner's business.
class SharedBuffer {
 public:
  SharedBuffer() noexcept = default;
  /// Uninitialised bytes, aligned to 64. Throws std::bad_alloc.
  explicit SharedBuffer(std::int64_t size);
  SharedBuffer(const SharedBuffer& other) noexcept;
  SharedBuffer(SharedBuffer&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
  SharedBuffer& operator=(SharedBuffer other) noexcept {
    void* const mine = block_;
    block_ = other.block_;
    other.block_ = mine;
    return *this;
  }
  ~SharedBuffer();

  /// First byte; null for an empty buffer.
  [[nodiscard]] std::uint8_t* get() const noexcept { return block_ == nullptr ? nullptr : static_cast<std::uint8_t*>(block_) + kHeader; }

  /// Bytes before the first, which hold the count.
  static constexpr std::int64_t kHeader = 64;

 private:
  void* block_ = nullptr;
};

}  // namespace celadon::inline CELADON_ABI
