/// Errors, findings and Result<T>: how Celadon says that something is wrong, where, why, and what to do.
///
/// - An **Error** means "there is no answer at all" and travels in Result<T>.
/// - A **Finding** means "there is an answer, and you should know this about it"; findings travel inside results.
/// - A **LogicError** is thrown for a promise broken by the programmer (reading a value that is not there). Bad data never throw.
///
/// Messages carry a code, a place and arguments; sentences come from one catalogue in Chinese and English. A message never
/// contains a personal value: rows are named by number, persons not at all.
#pragma once

#include <celadon/core/codes.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// Language of sentences. Chinese is the first language of the library.
enum class Language : std::uint8_t { kChinese = 0, kEnglish = 1 };

/// Where something was found. Empty or negative parts are not known. `row` counts data rows from 1, as a spreadsheet user does.
struct Place {
  std::string table;
  std::string column;
  std::int64_t row = -1;
  std::string item;
};

/// A named part of a message. Values are already text; numbers are formatted without a locale.
struct Argument {
  std::string name;
  std::string value;
};

/// A code with its place and arguments. Value type; reentrant.
struct Message {
  Code code = Code::kNone;
  Place place;
  std::vector<Argument> arguments;

  /// What is wrong, one sentence without a final stop. An argument that is missing prints as "?".
  [[nodiscard]] std::string cause(Language language) const;
  /// What to do about it, one sentence without a final stop.
  [[nodiscard]] std::string fix(Language language) const;
  /// Cause and fix as one text, with final stops.
  [[nodiscard]] std::string text(Language language) const;
};

/// Why there is no answer.
struct Error : Message {};

enum class Severity : std::uint8_t { kNote = 0, kWarning = 1, kError = 2 };

/// Something to know about a result or a data set that has an answer all the same.
struct Finding : Message {
  Severity severity = Severity::kWarning;
};

using Findings = std::vector<Finding>;

/// The stable text form of a code ("too_few_items"); "unknown" for a number that is not a code.
[[nodiscard]] std::string_view code_name(Code code);
/// All codes in the catalogue, in numeric order.
[[nodiscard]] std::vector<Code> all_codes();

[[nodiscard]] Error make_error(Code code, Place place = {}, std::vector<Argument> arguments = {});
[[nodiscard]] Finding make_finding(Severity severity, Code code, Place place = {}, std::vector<Argument> arguments = {});

/// Thrown when the caller breaks a documented promise; never for bad data.
class LogicError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A value or an Error, with the interface of std::expected<T, Error>. Reading the side that is not there throws LogicError.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const T& value() const& { return get(); }
  [[nodiscard]] T& value() & { return const_cast<T&>(std::as_const(*this).get()); }
  [[nodiscard]] T&& value() && { return std::move(const_cast<T&>(std::as_const(*this).get())); }
  [[nodiscard]] const T& operator*() const& { return get(); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &get(); }
  T* operator->() { return &value(); }
  [[nodiscard]] const Error& error() const {
    if (has_value()) throw LogicError("celadon::Result: error() of a result that has a value");
    return std::get<1>(state_);
  }
  template <class U>
  [[nodiscard]] T value_or(U&& other) const& {
    return has_value() ? get() : static_cast<T>(std::forward<U>(other));
  }
  template <class F>
  auto and_then(F&& f) const& -> decltype(f(std::declval<const T&>())) {
    if (!has_value()) return error();
    return f(get());
  }
  template <class F>
  auto transform(F&& f) const& -> Result<decltype(f(std::declval<const T&>()))> {
    if (!has_value()) return error();
    return f(get());
  }

 private:
  const T& get() const {
    if (!has_value())
      throw LogicError("celadon::Result: value() of a result that holds an error: " + std::get<1>(state_).text(Language::kEnglish));
    return std::get<0>(state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  void value() const {
    if (!ok_) throw LogicError("celadon::Result: value() of a result that holds an error: " + error_.text(Language::kEnglish));
  }
  [[nodiscard]] const Error& error() const {
    if (ok_) throw LogicError("celadon::Result: error() of a result that has a value");
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace celadon::inline CELADON_ABI
