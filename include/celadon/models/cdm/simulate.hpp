/// Answers drawn from a diagnosis model: for known-truth studies and reference distributions. Always label what comes out as simulated.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// n profiles from a population's distribution of classes (bit k: attribute k). Person i depends on (seed, i) only.
/// Errors: those of check(model); kInvalidArgument (population out of range, n < 0). Reentrant.
[[nodiscard]] Result<std::vector<std::uint32_t>> simulate_profiles(const Model& model, std::int64_t n, std::uint64_t seed,
                                                                   std::size_t population = 0);

/// One answer for each profile and item of the model, 0 or 1. A profile need not be one of the model's classes.
/// Errors: those of check(model); kInvalidArgument (a profile with an attribute that is not there); kCancelled.
/// Cost: one uniform a cell. Blocks have their own random stream: the same answers on any number of threads. Reentrant.
[[nodiscard]] Result<Responses> simulate(const Model& model, std::span<const std::uint32_t> profiles, std::uint64_t seed,
                                         const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
