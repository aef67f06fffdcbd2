/// Sampling designs: weights, and how the error of whatever is computed with them is found.
///
/// | method      | replicates                                                                   | variance |
/// |-------------|------------------------------------------------------------------------------|-------------------------------------------|
/// | linearised  | none; totals of the influence of each unit, by stratum                        | sum_h (1-f_h) n_h/(n_h-1) sum (z -
/// z_h)^2 | | JK1         | each unit left out in turn, the others times n/(n-1); strata are ignored      | (1-f)(n-1)/n sum (t_r - t)^2 |
/// | JK2         | one a stratum: the unit with the higher number twice, the other 0             | sum (t_r - t)^2 | | JKn         | each
/// unit left out in turn, the others of its stratum times n_h/(n_h-1)       | sum (1-f_h)(n_h-1)/n_h (t_r - t)^2        | | BRR, Fay    |
/// half-samples by the columns of a Hadamard matrix, factors 2-k and k (BRR k=0) | 1/(R (1-k)^2) sum (t_r - t)^2             | | bootstrap
/// | n_h - 1 units of each stratum drawn with replacement, rescaled                | 1/R sum (t_r - t)^2                       | | given |
/// a matrix of replicate weights                                                 | scale sum c_r (t_r - t)^2                 |
///
/// A unit is what was drawn first: a school mostly. Units are the distinct pairs (stratum, cluster). Full JK2 with two replicates a
/// stratum is JKn of strata of two.
/// Sources: Wolter (2007), Introduction to Variance Estimation, ch. 2-4 and 6; Rust & Rao (1996), doi:10.1177/096228029600500305;
/// Rao, Wu & Yue (1992), Survey Methodology 18, 209-217 (bootstrap); Judkins (1990), J. Official Statistics 6, 223-239 (Fay);
/// Lumley (2004), doi:10.18637/jss.v009.i08.
#pragma once

#include <celadon/core/error.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::survey {

enum class Method : std::uint8_t {
  kLinearised = 0,
  kJk1 = 1,
  kJk2 = 2,
  kJkn = 3,
  kBrr = 4,
  kFay = 5,
  kBootstrap = 6,
  kGiven = 7,
};

/// Stable text names: "linearised" "jk1" "jk2" "jkn" "brr" "fay" "bootstrap" "given".
[[nodiscard]] std::string_view method_name(Method method);
/// The method of a text name. Errors: kInvalidArgument.
[[nodiscard]] Result<Method> method_from_name(std::string_view name);

/// What to do with a stratum of one unit, for the linearised method and JKn (JK2, BRR and Fay need two; JK1 has one stratum).
enum class LonelyUnit : std::uint8_t {
  kRefuse = 0,     ///< kLonelyUnit is the answer
  kCertainty = 1,  ///< it was bound to be in the sample and adds no error; a finding says so
  kCentred = 2,    ///< linearised only: its total is compared with 0, the mean over all units; a finding says so
};

struct DesignSpec {
  std::int64_t n_rows = 0;
  /// One weight >= 0 a row, or empty for 1 each. A row of weight 0 takes no part.
  std::span<const double> weights = {};
  /// Stratum (zone) of each row, any numbers >= 0, or empty for one stratum.
  std::span<const std::int32_t> strata = {};
  /// Cluster (sampling unit) of each row, numbered within its stratum or throughout, >= 0; empty: each row is a unit of its own.
  std::span<const std::int32_t> clusters = {};
  /// Units of the whole population in the stratum of each row (a finite population), or empty for a population without end.
  std::span<const double> population_units = {};
  Method method = Method::kLinearised;
  LonelyUnit lonely = LonelyUnit::kRefuse;
  double fay_coefficient = 0.5;  ///< k in [0, 1)
  int n_bootstrap = 200;
  std::uint64_t seed = 1;  ///< of the bootstrap
  /// kGiven: n_rows x n_replicates weights >= 0, row by row, borrowed by the design: they must outlive it.
  std::span<const double> replicate_weights = {};
  double scale = 1.0;                             ///< kGiven: fayfac and the like
  std::span<const double> replicate_scales = {};  ///< kGiven: c_r >= 0, or empty for 1 each
  double degrees_of_freedom = 0.0;                ///< kGiven: of the design; 0 for n_replicates (rows of zones, as JK2)
};

/// A checked design. Value type; reading is thread-safe. Made by make_design; the fields are for reading.
struct Design {
  Method method = Method::kLinearised;
  std::int64_t n_rows = 0;
  std::vector<double> weights;           ///< n_rows
  std::vector<std::int32_t> unit;        ///< unit of each row; empty for kGiven
  std::vector<std::int32_t> stratum;     ///< stratum of each unit; units are numbered by stratum, then cluster
  std::vector<std::int32_t> n_units_of;  ///< units of each stratum
  std::vector<double> free_share;        ///< 1 - f_h of each stratum
  int n_replicates = 0;
  std::vector<double> factors;                     ///< n_units x n_replicates: replicate weight / weight; empty for kLinearised and kGiven
  std::span<const double> replicate_weights = {};  ///< kGiven: n_rows x n_replicates, borrowed
  std::vector<double> replicate_scale;             ///< variance = sum_r replicate_scale[r] (t_r - t)^2
  double degrees_of_freedom = 0.0;                 ///< units - strata; of kGiven as told
  LonelyUnit lonely = LonelyUnit::kRefuse;
  Findings findings;

  [[nodiscard]] std::int32_t n_units() const { return static_cast<std::int32_t>(stratum.size()); }
};

/// Checks a design and makes the replicates' factors (not a weight a row and replicate: factors belong to units).
/// Errors: kInvalidArgument (an option or a number out of range), kLengthMismatch, kNotFinite, kNegativeWeight, kNoWeight, kLonelyUnit,
/// kNotPaired, kTooFewSamplingUnits, kTooManyReplicates (units x replicates above 2^26).
/// Cost: O(rows log units + units x replicates). Reentrant. The bootstrap's draws depend on the seed alone.
[[nodiscard]] Result<Design> make_design(const DesignSpec& spec);

/// A Hadamard matrix of the least order >= `at_least` that Sylvester's and Paley's (first) constructions reach: order x order entries
/// of 1 and -1, row by row; the first row and the first column hold 1 only. Throws LogicError for at_least < 1 or above 4,096.
[[nodiscard]] std::vector<std::int8_t> hadamard(int at_least);

}  // namespace celadon::inline CELADON_ABI::survey
