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

struct ModelFitOptions {
  /// For dichotomous tests the three are the same. Where M2* leaves no degree of freedom (few items, many categories) kFull may have some.
  Moments moments = Moments::kSums;
  /// Which parameters were estimated, item by item in model order: the derivatives of these enter the test. Empty means what each item's
  /// model estimates freely (Rasch, PCM, RSM: intercepts and one common population variance; the others: all of the item's own parameters
  /// and a fixed population).
  std::vector<std::vector<int>> free_parameters = {};
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
/// Errors: kNoPersons, kNoItems (fewer than 3), kNoCommonItems, kNoDegreesOfFreedom, kInvalidArgument.
/// Cost: one pass over the cells, O(items^4 * nodes) after it. Reentrant.
[[nodiscard]] Result<ModelFit> model_fit(const Model& model, const Responses& responses, const ModelFitOptions& options = {},
                                         const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
