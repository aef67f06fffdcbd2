/// Whether a person's answers fit the model: lz, Zh, infit and outfit. A sign that an answer sheet is worth a look, never a judgement of a
/// person.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/score.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// One entry a person, in row order; NaN where a person has no estimate or nothing to judge.
struct PersonFit {
  std::vector<double> ability;
  /// Standardised log likelihood at the person's ability; about N(0, 1) under the model at a known ability, and a little narrower
  /// at an estimated one (Molenaar & Hoijtink 1990, doi:10.1007/BF02294745), so flags err on the safe side. Large negative = surprising.
  /// For dichotomous items it is lz (Drasgow, Levine & Williams 1985), in general Zh: the same formula over all categories.
  std::vector<double> zh;
  /// lz of the dichotomous items alone; NaN where the person answered none.
  std::vector<double> lz;
  std::vector<double> outfit;    ///< mean squared standardised residual over the person's items
  std::vector<double> outfit_z;  ///< Wilson-Hilferty
  std::vector<double> infit;     ///< information-weighted
  std::vector<double> infit_z;
  std::vector<std::int32_t> n_answered;
  std::int64_t n_used = 0;
  Findings findings;
  /// Columns of the same names.
  [[nodiscard]] Table table() const;
};

/// Person fit at estimated abilities (`options`; EAP by default).
/// Sources: Drasgow, Levine & Williams (1985), doi:10.1111/j.2044-8317.1985.tb00817.x; Wright & Masters (1982).
/// Errors: as irt::score. Cost: one scoring pass and one over the cells. Reentrant; same bits for any number of threads.
[[nodiscard]] Result<PersonFit> person_fit(const Model& model, const Responses& responses, const ScoreOptions& options = {},
                                           const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
