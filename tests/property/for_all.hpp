/// Properties that hold for every input: random cases by number, a failing one made smaller before it is printed.
///
/// Case k of a property is a pure function of (seed, property, k), so a run is the same on every machine and a printed case comes back with
///   CELADON_PROPERTY_SEED=7 ./property_tests --gtest_filter=Suite.Name
/// CELADON_PROPERTY_CASES multiplies the number of cases (a long run by hand). Sanitizer builds run an eighth of them.
#pragma once

#include <celadon/core/random.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CELADON_PROPERTY_DIVISOR 8
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CELADON_PROPERTY_DIVISOR 8
#endif
#endif
#ifndef CELADON_PROPERTY_DIVISOR
#define CELADON_PROPERTY_DIVISOR 1
#endif

namespace property {

using celadon::random::Stream;

inline std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

inline std::uint64_t seed() {
  return environment_number("CELADON_PROPERTY_SEED", 20261125);
}

inline std::uint64_t cases(std::uint64_t n) {
  const std::uint64_t scaled = n * environment_number("CELADON_PROPERTY_CASES", 1) / CELADON_PROPERTY_DIVISOR;
  return scaled == 0 ? 1 : scaled;
}

/// What is wrong with a case; nothing when the property holds.
using Problem = std::optional<std::string>;

/// A whole number in [low, high].
inline int between(Stream& draw, int low, int high) {
  return low + static_cast<int>(draw.below(static_cast<std::uint64_t>(high - low) + 1));
}

inline bool chance(Stream& draw, double probability) {
  return draw.bernoulli(probability);
}

template <class T>
const T& one_of(Stream& draw, const std::vector<T>& values) {
  return values[static_cast<std::size_t>(draw.below(values.size()))];
}

/// How a kind of case is made, made smaller and shown.
template <class Case>
struct Kind {
  std::function<Case(Stream&)> make;
  /// Smaller cases to try in place of a failing one, the boldest first; may be empty.
  std::function<std::vector<Case>(const Case&)> smaller;
  std::function<std::string(const Case&)> show;
};

/// Checks `holds` on n cases and fails the test with the first case that it does not hold for, made as small as 400 tries allow. An
/// exception is a problem as well.
template <class Case>
void for_all(std::string_view name, std::uint64_t n, const Kind<Case>& kind, const std::function<Problem(const Case&)>& holds) {
  const auto problem_of = [&holds](const Case& c) -> Problem {
    try {
      return holds(c);
    } catch (const std::exception& e) {
      return std::string("throws: ") + e.what();
    }
  };
  for (std::uint64_t k = 0; k < cases(n); ++k) {
    Stream draw(seed(), celadon::random::purpose(name), k);
    Case failing = kind.make(draw);
    Problem problem = problem_of(failing);
    if (!problem) continue;
    int tries = 400;
    for (bool smaller = bool(kind.smaller); smaller && tries > 0;) {
      smaller = false;
      for (Case& candidate : kind.smaller(failing)) {
        if (--tries < 0) break;
        const Problem also = problem_of(candidate);
        if (!also) continue;
        failing = std::move(candidate);
        problem = also;
        smaller = true;
        break;
      }
    }
    FAIL() << name << " does not hold: seed " << seed() << ", case " << k << "\n"
           << *problem << "\nthe smallest case found:\n"
           << (kind.show ? kind.show(failing) : std::string("(a case is its number)"));
  }
}

/// A property of a stream of numbers alone: nothing to make smaller.
inline void for_all_streams(std::string_view name, std::uint64_t n, const std::function<Problem(Stream&)>& holds) {
  Kind<std::uint64_t> kind;
  kind.make = [](Stream& draw) { return draw.next_u64(); };
  kind.show = [](const std::uint64_t& c) { return "stream " + std::to_string(c); };
  for_all<std::uint64_t>(name, n, kind, [&](const std::uint64_t& c) {
    Stream draw(c, celadon::random::purpose(name));
    return holds(draw);
  });
}

}  // namespace property
