/// Turns the fuzzer's bytes into numbers, choices and texts; when they run out everything is zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace fuzz {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  [[nodiscard]] bool empty() const { return at_ >= size_; }
  std::uint8_t byte() { return at_ < size_ ? data_[at_++] : std::uint8_t{0}; }
  /// A number in [0, n).
  int below(int n) { return byte() % n; }
  bool flag() { return (byte() & 1U) != 0; }
  template <class T>
  T raw() {
    T value{};
    const std::size_t n = size_ - at_ < sizeof value ? size_ - at_ : sizeof value;
    std::memcpy(&value, data_ + at_, n);
    at_ += n;
    return value;
  }
  /// Mostly small, now and then anything.
  std::int64_t integer() {
    const std::uint8_t kind = byte();
    if (kind < 200) return static_cast<std::int64_t>(kind % 12) - 4;
    return kind < 240 ? static_cast<std::int64_t>(byte()) : raw<std::int64_t>();
  }
  double number() {
    const std::uint8_t kind = byte();
    if (kind < 200) return static_cast<double>(kind % 16) / 2.0 - 2.0;
    return raw<double>();
  }
  std::string text(std::size_t longest = 24) {
    std::string out(static_cast<std::size_t>(byte()) % (longest + 1), '\0');
    for (char& c : out) c = static_cast<char>(byte());
    return out;
  }
  template <class T>
  std::vector<T> many(std::size_t n) {
    std::vector<T> out(n);
    for (T& value : out) value = raw<T>();
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// A broken promise of the library: the fuzzer reports it.
inline void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace fuzz
