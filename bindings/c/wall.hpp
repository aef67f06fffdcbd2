// The wall between C++ and C: nothing that is thrown passes it, every failure becomes a status with a filled celadon_error.
#pragma once

#include <celadon/celadon.h>
#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/items.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/validate.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct celadon_text {
  std::string value;
};
struct celadon_table {
  celadon::Table value;
};
struct celadon_responses {
  celadon::Responses value;
};
struct celadon_items {
  celadon::Items value;
};
struct celadon_monitor {
  std::atomic<bool> cancel{false};
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> total{0};
};

namespace celadon_c {

/// An error on its way to the wall.
struct Refusal {
  celadon::Error error;
};

/// Fills the caller's error from a message; the status is returned. Does not throw.
celadon_status report(celadon_error* error, const celadon::Error& problem) noexcept;
/// Turns the exception that is being handled into a status. Does not throw and, for want of memory, does not allocate.
celadon_status report_current_exception(celadon_error* error) noexcept;
/// A refusal of an argument: invalid_argument with the argument's name and what is wrong.
[[noreturn]] void refuse(const char* argument, std::string detail);
[[noreturn]] void refuse(celadon::Error error);

/// Runs a body behind the wall.
template <class Body>
celadon_status guard(celadon_error* error, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return CELADON_OK;
  } catch (...) {
    return report_current_exception(error);
  }
}

/// The value of a result, or the way to the wall.
template <class T>
T unwrap(celadon::Result<T> result) {
  if (!result) refuse(result.error());
  return std::move(result).value();
}
inline void unwrap(const celadon::Result<void>& result) {
  if (!result) refuse(result.error());
}

template <class T>
T& need(T* pointer, const char* name) {
  if (pointer == nullptr) refuse(name, "is NULL");
  return *pointer;
}

/// Makes a handle behind the wall: *out is NULL on failure.
template <class Handle, class Make>
celadon_status produce(Handle** out, celadon_error* error, Make&& make) noexcept {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    *out = new Handle{std::forward<Make>(make)()};
  });
}

/// A sized struct as this library knows it: what the caller gave on top of the defaults. Parts that this library does not know must be
/// zero.
template <class Sized>
Sized sized(const Sized* given, const Sized& defaults, const char* name) {
  if (given == nullptr) return defaults;
  const std::uint32_t size = given->struct_size;
  if (size < sizeof(std::uint32_t) || size > 65536) refuse(name, "struct_size is not set; call the _init function first");
  // Every version's size is a multiple of the alignment; anything else would take half a field, half a pointer.
  if (size > sizeof(std::uint32_t) && size % alignof(Sized) != 0)
    refuse(name, "struct_size is no version's size; call the _init function first");
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (std::uint32_t at = sizeof(Sized); at < size; ++at)
    if (bytes[at] != 0) refuse(name, "it has options that this version does not know");
  Sized known = defaults;
  std::memcpy(&known, given, std::min<std::size_t>(size, sizeof(Sized)));
  known.struct_size = sizeof(Sized);
  return known;
}

/// Sets a caller's sized struct to the defaults, as far as the caller knows it.
template <class Sized>
void initialise(Sized* out, std::uint32_t struct_size, Sized defaults) noexcept {
  if (out == nullptr || struct_size < sizeof(std::uint32_t)) return;
  const std::size_t known = std::min<std::size_t>(struct_size, sizeof(Sized));
  auto* bytes = reinterpret_cast<unsigned char*>(out);
  std::memcpy(bytes, &defaults, known);
  std::memset(bytes + known, 0, struct_size - known);
  std::memcpy(bytes, &struct_size, sizeof struct_size);
}

/// Fills a caller's sized struct of values, as far as the caller knows it.
template <class Sized>
void hand_out(Sized* out, const Sized& values, const char* name) {
  const std::uint32_t size = need(out, name).struct_size;
  if (size < sizeof(std::uint32_t)) refuse(name, "struct_size is not set");
  auto* bytes = reinterpret_cast<unsigned char*>(out);
  std::memcpy(bytes, &values, std::min<std::size_t>(size, sizeof(Sized)));
  std::memcpy(bytes, &size, sizeof size);
}

/// Element i of a caller's array of sized structs; the first element says how far they lie apart.
template <class Sized>
Sized element(const Sized* first, std::int64_t index, const Sized& defaults, const char* name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(first) + static_cast<std::ptrdiff_t>(first->struct_size) * index;
  Sized one = sized(reinterpret_cast<const Sized*>(bytes), defaults, name);
  return one;
}

/// Text of a pointer and a size (-1: up to the NUL).
std::string_view text(const char* data, std::int64_t size, const char* name);
/// A NUL-terminated text or nothing.
inline std::string text_or_empty(const char* data) {
  return data == nullptr ? std::string() : std::string(data);
}
std::vector<std::string> texts(const char* const* data, std::int64_t n, const char* name);

template <class T>
std::span<const T> span_of(const T* data, std::int64_t n, const char* name) {
  if (n < 0 || (data == nullptr && n > 0)) refuse(name, "NULL with a size, or a negative size");
  return data == nullptr ? std::span<const T>() : std::span<const T>(data, static_cast<std::size_t>(n));
}

/// A copy of a caller's array.
template <class T>
std::vector<T> copied(const T* values, std::int64_t n, const char* name) {
  const auto span = span_of(values, n, name);
  return std::vector<T>(span.begin(), span.end());
}

/// What is not known is NaN on the way out.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// An enumerator of [0, n) from a caller's number.
template <class Enum>
Enum enumerator(std::int32_t value, std::int32_t n, const char* name) {
  if (value < 0 || value >= n) refuse(name, "no such choice: " + std::to_string(value));
  return static_cast<Enum>(value);
}

celadon::Missing missing_kind(std::int32_t code, const char* name);
celadon::MissingPolicy missing_policy(std::int32_t not_administered, std::int32_t not_reached, std::int32_t omitted, std::int32_t invalid);

/// The context of a call. Lives as long as the call.
class Execution {
 public:
  explicit Execution(const celadon_execution* given);
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  [[nodiscard]] const celadon::ExecutionContext& context() const { return context_; }

 private:
  class HostExecutor final : public celadon::Executor {
   public:
    void run(int n_tasks, const std::function<void(int)>& task) override;
    celadon_execution given{};
  };
  HostExecutor host_;
  celadon::ExecutionContext context_;
};

/// Room for n values in a caller's buffer.
inline void check_capacity(std::int64_t capacity, std::int64_t n, const char* name) {
  if (capacity < n)
    refuse(celadon::make_error(celadon::Code::kLengthMismatch, {},
                               {{"name", name}, {"actual", std::to_string(capacity)}, {"expected", std::to_string(n)}}));
}

celadon::Language language_of(std::int32_t language);

}  // namespace celadon_c

// What every result handle offers. `expression` speaks of `result`, a const reference to the C++ value.
#define CELADON_C_DESTROY(handle)         \
  void handle##_destroy(handle* result) { \
    delete result;                        \
  }
#define CELADON_C_TABLE(handle, function, expression)                                                  \
  celadon_status handle##_##function(const handle* given, celadon_table** out, celadon_error* error) { \
    return celadon_c::produce(out, error, [&] {                                                        \
      const auto& result = celadon_c::need(given, "result").value;                                     \
      return (expression);                                                                             \
    });                                                                                                \
  }
#define CELADON_C_FINDINGS(handle)                                                                                                   \
  celadon_status handle##_findings(const handle* given, int32_t language, celadon_table** out, celadon_error* error) {               \
    return celadon_c::produce(out, error, [&] {                                                                                      \
      return celadon::evaluation::findings_table(celadon_c::need(given, "result").value.findings, celadon_c::language_of(language)); \
    });                                                                                                                              \
  }
