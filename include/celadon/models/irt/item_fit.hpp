/// How well items fit the model: infit and outfit with z, and the S-X2 test.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/score.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Mean squares of residuals x - E(x), with E and the variance at each person's estimated ability. 1 is as expected; above 1 is
/// noisier, below 1 more regular than the model says.
struct MeanSquares {
  std::string item = {};
  double outfit = 0.0;    ///< mean of squared standardised residuals; sensitive to surprising answers far from the person's level
  double outfit_z = 0.0;  ///< Wilson-Hilferty approximation, about N(0, 1) under the model
  double infit = 0.0;     ///< weighted by information: sum of squared residuals / sum of variances
  double infit_z = 0.0;
  std::int64_t n = 0;  ///< answers used
};

struct ItemMeanSquares {
  std::vector<MeanSquares> items;  ///< in the order of the model
  std::int64_t n_persons = 0;
  Findings findings;
  /// "item", "outfit", "outfit_z", "infit", "infit_z", "n".
  [[nodiscard]] Table table() const;
};

/// Infit and outfit of items, categories scored by their numbers.
/// Source: Wright & Masters (1982), Rating Scale Analysis, chapter 5.
/// @param options  how abilities are estimated (EAP by default, as the peers do); persons without an estimate are left out.
/// Errors: as irt::score. Cost: one scoring pass and one over the cells. Reentrant.
[[nodiscard]] Result<ItemMeanSquares> item_mean_squares(const Model& model, const Responses& responses, const ScoreOptions& options = {},
                                                        const ExecutionContext& context = {});

struct SX2Options {
  /// What each missing kind means here, as in the calibration; the default ignores all four.
  MissingPolicy missing = {};
  /// Neighbouring categories within a score, then neighbouring scores, are merged until each expected count reaches this.
  double smallest_expected = 1.0;
  /// Free parameters of each item (model order), which the degrees of freedom lose; empty means what its model estimates freely, with the
  /// population variance of Rasch, PCM and RSM counted for each item, as the peers count it.
  std::vector<int> n_parameters = {};
};

struct SX2 {
  std::string item = {};
  double statistic = 0.0;  ///< NaN where no degree of freedom is left
  int df = 0;
  double p = 0.0;
  double rmsea = 0.0;  ///< sqrt(max(0, (statistic - df) / (df (n - 1))))
};

struct ItemSX2 {
  std::vector<SX2> items;      ///< in the order of the model
  std::int64_t n_used = 0;     ///< persons with an answer to every item
  std::int64_t n_dropped = 0;  ///< persons with a missing cell
  Findings findings;
  /// "item", "statistic", "df", "p", "rmsea".
  [[nodiscard]] Table table() const;
};

/// S-X2: observed against expected category counts by sum score.
/// Sources: Orlando & Thissen (2000), doi:10.1177/01466216000241003; Kang & Chen (2008), doi:10.1111/j.1745-3984.2008.00071.x.
/// Needs persons with an answer to every item of the model; the others are left out and counted.
/// Errors: kNoPersons (nobody is complete), kNoItems (fewer than 2), kNoCommonItems, kInvalidArgument. Cost: one pass over the cells and
/// O(items^2 * nodes * scores). Reentrant.
[[nodiscard]] Result<ItemSX2> item_s_x2(const Model& model, const Responses& responses, const SX2Options& options = {},
                                        const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
