/// Grade-scaled scores (等级赋分): raw marks of one subject are cut in grades by share of candidates, and each grade's marks are stretched
/// linearly onto the grade's band of scaled scores.
///
/// With Y1 and Y2 the lowest and highest raw mark of a grade and T1 and T2 the ends of its band, a raw mark Y becomes
/// T = T1 + (Y - Y1) (T2 - T1) / (Y2 - Y1). Shares, bands, ties and rounding are the profile's: provinces differ.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::ctt {

struct GradeBand {
  std::string grade;
  double share = 0.0;  ///< of the candidates; shares of all bands sum to 1
  double t_min = 0.0;
  double t_max = 0.0;
};

/// Where candidates with one raw mark go when a grade's share ends within them (they always stay together: shares are approximate).
enum class CutTies : std::uint8_t {
  kHigher = 0,   ///< all to the higher grade
  kLower = 1,    ///< all to the lower grade
  kNearest = 2,  ///< to the side whose share comes nearer to the profile's; equally near: higher
};
enum class ScaledRounding : std::uint8_t { kNone = 0, kHalfUp = 1 };
/// The scaled score of a grade in which only one raw mark occurs (the formula is 0/0 there).
enum class SingleValue : std::uint8_t { kUpperEnd = 0, kMiddle = 1, kLowerEnd = 2 };

/// A province's rules. Bands from the best grade down.
struct GradeScalingProfile {
  std::string id;
  std::string source;
  std::vector<GradeBand> bands;
  CutTies ties = CutTies::kHigher;
  ScaledRounding rounding = ScaledRounding::kHalfUp;
  SingleValue single_value = SingleValue::kUpperEnd;
};

/// What became of one grade.
struct GradeResult {
  std::string grade;
  double planned_share = 0.0;
  double share = 0.0;  ///< reached, ties and all; weighted
  std::int64_t n = 0;
  double raw_min = 0.0;  ///< NaN for a grade without candidates
  double raw_max = 0.0;
  double t_min = 0.0;
  double t_max = 0.0;
};

struct GradeScaling {
  std::string profile_id;
  std::vector<double> scaled;       ///< one a candidate; NaN where the raw mark is NaN (absent, invalid)
  std::vector<std::int32_t> grade;  ///< index into grades, -1 where the raw mark is NaN
  std::vector<GradeResult> grades;
  std::int64_t n_used = 0;
  Findings findings;

  /// One row a grade: grade, planned_share, share, n, raw_min, raw_max, t_min, t_max.
  [[nodiscard]] Table to_table() const;
  /// One row a distinct raw mark, descending: raw, n, grade, scaled.
  [[nodiscard]] Table conversion_table() const;

  std::vector<double> raw_values;  ///< distinct raw marks, descending
  std::vector<std::int64_t> raw_n;
  std::vector<std::int32_t> raw_grade;
  std::vector<double> raw_scaled;
};

/// @param raw      one mark a candidate; NaN for who has none and is outside the base.
/// @param weights  as many, finite and >= 0, or empty for 1 each (a sample of candidates): shares are of their sum, counts stay counts. A
///                 weight of 0 leaves the candidate out of the base.
/// Errors: kNoPersons, kLengthMismatch (weights), kInvalidArgument (a weight; an infinite mark; no bands; shares that are negative or do
/// not sum to 1 within 1e-6; t_min > t_max; bands that overlap or are not in descending order). Findings: kEmptyGrade, kSingleValueGrade.
/// Cost: O(n log n). Reentrant.
Result<GradeScaling> grade_scaling(std::span<const double> raw, const GradeScalingProfile& profile, std::span<const double> weights = {});

}  // namespace celadon::inline CELADON_ABI::ctt
