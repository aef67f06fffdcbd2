/// Simulation designs with known truth: one calibration of one simulated data set is a replication.
/// Used by the tests (a fixed-seed subset) and by benchmarks/soak (the full designs).
#pragma once

#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/simulate.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon_recovery {

/// What one free parameter came to.
struct Outcome {
  std::string kind;  ///< a d g s c mean variance: the parameter's name without its number
  std::string name;  ///< item and parameter
  double truth = 0.0;
  double estimate = 0.0;
  double se = 0.0;
};

struct Replication {
  bool converged = false;
  std::string stop;
  std::vector<Outcome> outcomes;
};

struct Design {
  std::string name;
  /// The truth of a replication. Designs with priors draw it anew from the prior, as their coverage is a statement about such truths.
  celadon::irt::Model (*truth)(std::uint64_t seed) = nullptr;
  bool truth_varies = false;
  bool booklets = false;  ///< four booklets of three quarters of the items each
  celadon::irt::FitOptions options;
};

/// "2pl" "rasch" "3pl_prior" "grm" "gpcm" "nominal" "mixed" "booklets"
[[nodiscard]] const std::vector<Design>& designs();
[[nodiscard]] const Design* find_design(const std::string& name);

/// Simulates and fits replication `number` of a design with n_persons. The same (design, n_persons, number) gives the same result.
[[nodiscard]] celadon::Result<Replication> replicate(const Design& design, std::int64_t n_persons, std::uint64_t number,
                                                     const celadon::ExecutionContext& context = {});

}  // namespace celadon_recovery
