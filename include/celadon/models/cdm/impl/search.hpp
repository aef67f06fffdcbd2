/// The search for the maximum: climbs from many starts. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>
#include <celadon/models/latent/impl/latent.hpp>

#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// What does not change during a search.
struct Problem {
  const FitOptions* options = nullptr;
  const latent_detail::Packed* persons = nullptr;
  std::int64_t* passes = nullptr;  ///< over persons, of all climbs together: what the host is told of the progress
};

/// When a climb ends.
struct Goal {
  double tolerance = 1e-6;
  int max_iterations = 5000;
  bool steep = false;  ///< a steep end is believed after six passes instead of twelve: where there are many persons
};

/// Where a climb ended.
struct Top {
  Model model;
  StartResult result;
  double distance = 0.0;  ///< estimated distance of the objective from its top
};

/// What one pass over the persons says of a model.
struct Point {
  Model model;
  latent_detail::Expected expected;
  double log_likelihood = 0.0;
  double objective = 0.0;
};

/// Groups of each item by class.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> groups_by_class(const Model& model);
/// Probabilities of all items at all classes, and the weights of the populations. `groups` are those of groups_by_class.
[[nodiscard]] latent_detail::Tables tables_of(const Model& model, const std::vector<std::vector<std::uint32_t>>& groups,
                                              const latent_detail::Packed& packed);
[[nodiscard]] Result<Point> evaluate(const Problem& problem, Model model, const std::vector<std::vector<std::uint32_t>>& groups,
                                     const ExecutionContext& context);
/// Expected answers of an item's groups, without priors.
[[nodiscard]] GroupCounts counts_of(const Point& point, std::size_t item, const std::vector<std::uint32_t>& groups);
/// The plain step of EM.
[[nodiscard]] Model em_step(const Problem& problem, const Point& point, const std::vector<std::vector<std::uint32_t>>& groups);
/// Accelerated EM from `model`. Classes that die out are passed over, and looked at again in the end.
[[nodiscard]] Result<Top> climb(const Problem& problem, Model model, const Goal& goal, const ExecutionContext& context);
/// All starts of a frame (a model with its items' rules, classes and populations named, but without numbers); the best top first.
/// `n_starts` becomes the number of short climbs.
[[nodiscard]] Result<std::vector<Top>> search(const Problem& problem, const Model& frame, int& n_starts, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
