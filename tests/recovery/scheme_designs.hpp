// A simulated city whose truth is known, evaluated by a scheme again and again: how often the intervals hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace celadon_recovery {

/// What the intervals of one indicator at one level did.
struct SchemeCoverage {
  std::int64_t n = 0;
  std::int64_t below = 0;  ///< the interval lies above the truth
  std::int64_t above = 0;  ///< the interval lies below the truth
  double error = 0.0;      ///< sum of value - truth
  double squared = 0.0;    ///< sum of its square
  double se = 0.0;         ///< sum of standard errors
  void add(const SchemeCoverage& other);
};

/// 30 schools of 3 districts, `pupils` a school. Ability is normal about the school's mean with a slope on background; a test measures it
/// with error; five plausible values are drawn with school and background as conditions and their parameters drawn too. Pupils are a draw
/// from a like cohort, and the truth is the cohort's. Intervals of 90 %.
///
/// Keys: "school mean", "district share" ...; for school means also by fifths of the true mean ("school mean fifth 1").
std::map<std::string, SchemeCoverage> scheme_coverage(int pupils, std::uint64_t replication);

}  // namespace celadon_recovery
