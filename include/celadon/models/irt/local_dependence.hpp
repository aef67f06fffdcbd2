/// Local dependence: do pairs of items share more than the ability?
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

struct LocalDependence {
  std::vector<std::string> items;  ///< in the order of the model
  /// items x items: correlation of the residuals of two items over persons who answered both; 1 on the diagonal, NaN where fewer than 3
  /// persons answered both or a residual does not vary.
  std::vector<double> q3;
  double mean_q3 = 0.0;  ///< mean of the pairs; about -1 / (items - 1) when nothing is shared
  Findings findings;
  [[nodiscard]] double at(std::size_t first, std::size_t second) const { return q3[first * items.size() + second]; }
  /// One row a pair: "item_1", "item_2", "q3", "q3_adjusted" (q3 - mean_q3, Christensen, Makransky & Horton 2017).
  [[nodiscard]] Table table() const;
};

/// Yen's Q3: correlations of x - E(x) at each person's estimated ability (`options`; EAP by default).
/// Sources: Yen (1984), doi:10.1177/014662168400800201; Christensen et al. (2017), doi:10.1177/0146621616677520.
/// Errors: as irt::score; kNoItems (fewer than 2). Cost: one scoring pass and O(persons * items^2). Reentrant; same bits for any number of
/// threads.
[[nodiscard]] Result<LocalDependence> local_dependence(const Model& model, const Responses& responses, const ScoreOptions& options = {},
                                                       const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
