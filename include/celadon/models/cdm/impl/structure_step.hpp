/// The maximisation step of the distribution of classes. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// No class is less likely than this.
inline constexpr double kRarest = 1e-14;
/// Bounds of slopes and intercepts of the structure.
inline constexpr double kSteepest = 10.0;
inline constexpr double kFarthest = 15.0;

/// Probabilities of the classes from the parameters of the structure (independent, higher order).
void fill_classes(Structure structure, std::span<const std::uint32_t> classes, Population& population);
/// Maximises sum of counts log pi, with the priors, from the population's present parameters.
void maximise(Structure structure, std::span<const double> counts, std::span<const std::uint32_t> classes, const Priors& priors,
              Population& population);
/// Log density of the priors on the structure, up to a constant.
[[nodiscard]] double log_prior(Structure structure, const Priors& priors, const Population& population);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
