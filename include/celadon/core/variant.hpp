/// A std::variant whose copies may run out of memory.
///
/// libstdc++ takes a variant of strings, vectors and numbers for one that always holds a value; when the copy of such a variant throws, it
/// destroys what was never made (undefined behaviour, seen with version 12). Here a copy is made apart and moved in.
#pragma once

#include <celadon/core/config.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace celadon::inline CELADON_ABI {

/// Used as std::variant<T...>: std::visit, std::get, std::get_if, index. Every T moves without throwing, and the first can be made from
/// nothing. Copying has the strong guarantee.
template <class... T>
class CopySafeVariant : public std::variant<T...> {
  static_assert((std::is_nothrow_move_constructible_v<T> && ...));

 public:
  using Base = std::variant<T...>;
  using Base::Base;
  using Base::operator=;

  CopySafeVariant() = default;
  CopySafeVariant(CopySafeVariant&&) noexcept = default;
  CopySafeVariant& operator=(CopySafeVariant&&) noexcept = default;
  ~CopySafeVariant() = default;
  CopySafeVariant(const CopySafeVariant& other) : Base() { take(other); }
  CopySafeVariant& operator=(const CopySafeVariant& other) {
    if (this != &other) take(other);
    return *this;
  }

 private:
  void take(const CopySafeVariant& other) {
    std::visit(
        [this](const auto& held) {
          auto copy = held;
          this->template emplace<std::decay_t<decltype(held)>>(std::move(copy));
        },
        static_cast<const Base&>(other));
  }
};

}  // namespace celadon::inline CELADON_ABI
