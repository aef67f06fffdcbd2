/// Mixed models of simulated schools with known truth: whether intervals hold what they promise.
/// Used by the tests (a fixed-seed subset) and by benchmarks/soak (the full designs).
#pragma once

#include <celadon/models/multilevel/fit.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon_recovery {

/// An interval and its truth.
struct IntervalOutcome {
  std::string kind;  ///< "fixed wald", "fixed profile", "sd wald", "sd profile", "icc", "group effect", "group effect profiled" ...
  double truth = 0.0;
  double estimate = 0.0;
  double lower = 0.0;
  double upper = 0.0;
};

struct MultilevelReplication {
  bool converged = false;
  std::vector<IntervalOutcome> outcomes;  ///< without those at the boundary, which have no Wald interval
};

/// "intercept" (intercept sd .4, residual .9), "slope" (sd .4 and .2, r = .3, residual .9), "nested" (districts .25, schools .35),
/// "logistic" (intercept sd .8, by Laplace), "logistic_quadrature" (nine points).
[[nodiscard]] const std::vector<std::string>& multilevel_designs();

/// Simulates and fits replication `number`: n_schools schools of 10 to 40 pupils. The same arguments give the same result.
[[nodiscard]] celadon::Result<MultilevelReplication> replicate_multilevel(const std::string& design, int n_schools, std::uint64_t number);

}  // namespace celadon_recovery
