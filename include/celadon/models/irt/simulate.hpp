/// Answers drawn from a model: for known-truth studies, recovery checks and power questions. Always label what comes out as simulated.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// n abilities from a population's normal distribution. Person i depends on (seed, i) only. Reentrant.
[[nodiscard]] std::vector<double> simulate_abilities(const Population& population, std::int64_t n, std::uint64_t seed);

/// One answer for each ability and item of the model, in model categories.
/// @param abilities     n_persons finite values.
/// @param administered  n_persons x n_items bytes by rows (0 = not administered), or empty for all.
/// Errors: those of check(model); kNotFinite (an ability); kLengthMismatch (administered); kCancelled.
/// Cost: one uniform and one set of category probabilities a cell. Blocks have their own random stream, and a cell that was not
/// administered still uses its number: the same seed gives the same answers whatever was administered, on any number of threads.
[[nodiscard]] Result<Responses> simulate(const Model& model, std::span<const double> abilities, std::uint64_t seed,
                                         std::span<const std::uint8_t> administered = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
