/// What the search for the maximum works on. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/latent/impl/latent.hpp>

#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// What does not change during a search.
struct Problem {
  const FitOptions* options = nullptr;
  std::vector<std::vector<std::uint32_t>> group_of_class;  ///< by item
  double tolerance = 1e-6;
  int max_iterations = 5000;
};

/// Where a search ended.
struct Top {
  Model model;
  StartResult result;
};

/// Accelerated EM from `model`.
[[nodiscard]] Result<Top> climb(const Problem& problem, Model model, const latent_detail::Packed& packed, const ExecutionContext& context);
/// Probabilities of all items at all classes, and the weights of the populations.
[[nodiscard]] latent_detail::Tables tables_of(const Problem& problem, const Model& model, const latent_detail::Packed& packed);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
