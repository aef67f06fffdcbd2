/// Standard errors of a calibration. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/impl/search.hpp>

#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// The most free parameters whose information is inverted as a whole; beyond, item by item.
inline constexpr std::size_t kMostTogether = 1000;

/// Posterior of one packed person over the classes (sums to 1); returns log L. `scratch` grows to the padded classes.
double posterior_of(const latent_detail::Packed& packed, const latent_detail::Tables& tables, std::int64_t person,
                    std::vector<double>& posterior);

/// Fills items, class_se, slope_se, intercept_se, prevalence_se of a fit whose model is there, and adds findings.
[[nodiscard]] Result<void> add_errors(const Problem& problem, Fit& fit, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
