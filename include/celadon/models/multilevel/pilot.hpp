/// The effect of a pilot or policy against comparable schools: difference in differences, and interrupted time series with controls.
///
/// A school is the unit that was (or was not) treated, so that it is the unit of inference: each school is summarised by its own change,
/// and the changes of treated and control schools are compared (Welch's t, which needs neither equal numbers nor equal spread). That is
/// inference clustered by school without an asymptotic argument. Beside it stands a permutation test of the studentised difference, which
/// asks only that the schools' marks could have fallen otherwise. The estimand is the effect in the average treated school, each school
/// counted once; pupils of large schools do not count more.
///
///   difference in differences   change = mean after - mean before.
///                               Assumes that treated schools would have changed as the controls did; `pre_trend` (difference of the
///                               schools' slopes before the start) speaks for or against it where there are several times before.
///   interrupted series          a line before and a line after in each school; level change = gap of the two lines at the start,
///                               slope change = difference of their slopes a unit of time.
///
/// With fewer treated or control schools than the options ask for, no interval and no p is given: the result is descriptive and says so.
/// Sources: Bertrand, Duflo & Mullainathan (2004), doi:10.1162/003355304772839588; Donald & Lang (2007), doi:10.1162/rest.89.2.221;
/// Wagner et al. (2002), doi:10.1046/j.1365-2710.2002.00430.x; Janssen (1997), doi:10.1016/S0167-7152(97)00043-6.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::multilevel {

/// Names of the columns; one row a pupil (or class, or school) at a time.
struct PilotColumns {
  std::string outcome;  ///< numeric
  std::string school;   ///< text or whole numbers
  std::string time;     ///< numeric, any unit
  std::string treated;  ///< 0 or 1, the same in all rows of a school
};

struct PilotOptions {
  double start = 0.0;  ///< rows with time >= start are after
  double confidence = 0.95;
  int needed_treated = 5;  ///< schools; below, the result is descriptive
  int needed_control = 10;
  int n_permutations = 9999;  ///< 0: no permutation test
  std::uint64_t seed = 1;
};

/// Treated less control. Standard error, interval and p are NaN (null) where the result is descriptive.
struct PilotEffect {
  std::string name;  ///< "difference_in_differences", "pre_trend", "level_change", "slope_change"
  double estimate = 0.0;
  double se = 0.0;
  double df = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  double p = 0.0;
  double p_permutation = 0.0;
  double mean_treated = 0.0;  ///< mean of the treated schools' changes
  double mean_control = 0.0;
};

/// A school's own change: the first effect's, and the second's where there is one.
struct SchoolChange {
  std::string school;
  bool treated = false;
  std::int64_t n_before = 0;  ///< rows
  std::int64_t n_after = 0;
  std::vector<double> change;  ///< one an effect; NaN where the school has too few times for it
};

struct PilotResult {
  std::vector<PilotEffect> effects;
  std::vector<SchoolChange> schools;  ///< used ones, by label
  std::int64_t n_treated = 0;
  std::int64_t n_control = 0;
  std::int64_t n_schools_left_out = 0;
  std::int64_t n_rows_left_out = 0;
  bool descriptive = false;
  double confidence = 0.95;
  /// kDescriptiveOnly, kSchoolsLeftOut, kRowsLeftOut.
  Findings findings;

  /// effect, estimate, se, df, lower, upper, p, p_permutation, mean_treated, mean_control.
  [[nodiscard]] Table effects_table() const;
  /// school, treated, n_before, n_after, and a column a effect.
  [[nodiscard]] Table schools_table() const;
};

/// Schools without rows before and after are left out and counted, as are rows that lack a value (null or NaN).
/// Errors: kUnknownVariable, kNotNumeric, kUnsupportedType, kNotFinite (an infinite outcome or time), kNotBinary (treated),
/// kMixedTreatment, kTooFewGroups (no treated or no control school left), kInvalidArgument (confidence, start, a negative number),
/// kCancelled. Cost: one pass over the rows; permutations x schools. Reentrant; one thread.
Result<PilotResult> difference_in_differences(const arrow::DataTable& table, const PilotColumns& columns, const PilotOptions& options = {},
                                              const ExecutionContext& context = {});

/// Schools with fewer than two times before or after are left out and counted. Errors and cost as above.
Result<PilotResult> interrupted_series(const arrow::DataTable& table, const PilotColumns& columns, const PilotOptions& options = {},
                                       const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::multilevel
