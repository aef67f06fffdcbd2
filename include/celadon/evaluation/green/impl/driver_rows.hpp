/// For bodies: the rows of a frame that a model of an outcome uses, in an order that does not depend on the caller's.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/green/drivers.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::green::drivers_detail {

/// Where a predictor differs: the df of its effect.
enum class Varies : std::uint8_t { kWithinUnits = 0, kBetweenUnits = 1, kBetweenAbove = 2 };

/// Columns of a variable: one, or one a plausible value.
using Columns = std::vector<std::vector<double>>;

struct DriverColumn {
  double mean = 0.0;
  double per = 1.0;
  bool group = false;
  Columns values;  ///< as in the frame
  Columns steps;   ///< (value - mean) / per
  Varies varies = Varies::kWithinUnits;
  [[nodiscard]] const std::vector<double>& step(int m) const { return steps[steps.size() == 1 ? 0 : static_cast<std::size_t>(m)]; }
};

/// Rows sorted by unit, then values.
struct DriverRows {
  std::string frame;
  bool persons = true;
  std::string level;
  std::string above;                     ///< level above; empty where it is not in the model
  std::vector<std::string> ids;          ///< of all units of the level
  std::vector<std::int32_t> unit;        ///< of each row
  std::vector<std::int32_t> above_of;    ///< of each unit
  std::vector<std::int32_t> used_units;  ///< with rows
  std::vector<std::int64_t> begin;       ///< of used units: first row; one more at the end
  std::int32_t n_above = 0;              ///< with rows
  int n_imputations = 1;
  double outcome_mean = 0.0;
  Columns outcome;  ///< less outcome_mean
  std::vector<DriverColumn> predictors;
  std::int64_t n = 0;
  std::int64_t n_left_out = 0;
  [[nodiscard]] const std::vector<double>& outcome_of(int m) const {
    return outcome[outcome.size() == 1 ? 0 : static_cast<std::size_t>(m)];
  }
};

/// Errors and findings as `drivers`, those before the fits.
Result<DriverRows> read_rows(const scheme::Period& period, const DriverOptions& options, Findings& findings);

}  // namespace celadon::inline CELADON_ABI::green::drivers_detail
