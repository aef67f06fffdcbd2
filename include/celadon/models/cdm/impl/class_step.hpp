/// The distribution of many classes, maximised for given items. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/impl/search.hpp>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// From so many classes on, a step of EM moves their distribution too slowly: thousands of passes for hundreds of small classes.
inline constexpr std::size_t kManyClasses = 128;

/// Whether class_step is worth its pass: saturated, many classes.
[[nodiscard]] bool has_many_classes(const Model& model);

/// Probabilities of the classes near the maximum of the objective for the items as they are, by EM (accelerated by SQUAREM) on what each
/// person's answers leave possible: the classes with a posterior above 1e-8, some dozens each, kept with their likelihoods.
/// The mass of the others stays as it is. Ends where a round gains no more than `enough`. One pass over the persons and memory of 12 bytes
/// for each kept class of each person. Varadhan & Roland (2008), doi:10.1111/j.1467-9469.2007.00585.x. Deterministic for any number of
/// threads.
[[nodiscard]] Result<void> class_step(const Problem& problem, double enough, Model& model,
                                      const std::vector<std::vector<std::uint32_t>>& groups, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
