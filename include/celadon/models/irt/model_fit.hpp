/// Whether the model as a whole reproduces what pairs of items do together: M2 with RMSEA, SRMSR, CFI and TLI.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Which moments are compared.
enum class Moments : std::uint8_t {
  kFull = 0,       ///< M2: all first and second order category margins; M2 of Maydeu-Olivares & Joe (2006)
  kSums = 1,       ///< M2*: means of categories and of products of categories; Cai & Hansen (2013)
  kFirstFull = 2,  ///< C2: all first order category margins, means of products; Cai & Monroe (2014)
};

/// Whether the population variance was estimated with the items.
enum class PopulationVariance : std::uint8_t {
  kByModel = 0,  ///< free where an item is Rasch, PCM or RSM, fixed otherwise
  kFixed = 1,
  kFree = 2,
};

struct ModelFitOptions {
  /// What each missing kind means here, as in the calibration; the default ignores all four.
  MissingPolicy missing = {};
  /// For dichotomous tests the three are the same. Where M2* leaves no degree of freedom (few items, many categories) the others may have
  /// some.
  Moments moments = Moments::kSums;
  PopulationVariance population_variance = PopulationVariance::kByModel;
  /// One byte an item in model order: 1 = its parameters were given (an item bank), not estimated from these answers; empty = none.
  std::vector<std::uint8_t> fixed_items = {};
};

struct ModelFit {
  double m2 = 0.0;
  int df = 0;
  double p = 0.0;
  double rmsea = 0.0;
  double rmsea_lower = 0.0;  ///< 90 % interval
  double rmsea_upper = 0.0;
  double srmsr = 0.0;  ///< standardised root mean square residual of the item correlations
  double cfi = 0.0;    ///< against independent items
  double tli = 0.0;
  double independence_m2 = 0.0;
  int independence_df = 0;
  int n_parameters = 0;
  std::int64_t n_used = 0;     ///< persons with an answer to every item
  std::int64_t n_dropped = 0;  ///< persons with a missing cell
  Findings findings;
  /// One row; columns of the same names.
  [[nodiscard]] Table table() const;
};

/// Limited-information goodness of fit.
/// Sources: Maydeu-Olivares & Joe (2006), doi:10.1007/s11336-005-1295-9; Cai & Hansen (2013),
/// doi:10.1111/j.2044-8317.2012.02050.x; Steiger & Lind (1980) and Browne & Cudeck (1992) for RMSEA with its interval.
/// A parameter counts for the degrees of freedom as far as the moments see it (rank of their derivatives). The slope common to 1PL items
/// and the steps common to RSM items count once. Persons without an answer to every item are left out and counted. Errors: kNoPersons
/// (fewer than 2 complete), kNoItems (fewer than 3), kNoCommonItems, kNoDegreesOfFreedom, kLengthMismatch (fixed_items), kInvalidArgument
/// (several populations; more than 8,000 moments, about 126 dichotomous items). Cost: one pass over the cells, then O(items^4 * nodes) and
/// the inverse of an items^2 / 2 matrix. Reentrant.
[[nodiscard]] Result<ModelFit> model_fit(const Model& model, const Responses& responses, const ModelFitOptions& options = {},
                                         const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
