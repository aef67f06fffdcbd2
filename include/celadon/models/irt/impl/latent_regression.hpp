/// For bodies: persons with their likelihoods, means and weights, and passes over them.
#pragma once

#include <celadon/models/irt/impl/posterior_state.hpp>
#include <celadon/models/irt/plausible_values.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::latent_regression_detail {

/// What both the EM and the sampler need. Covariates hold the intercept as their first column.
struct Persons {
  Posteriors posteriors;
  const LatentRegressionOptions& options;
  std::size_t k = 1;
  std::vector<double> cross;   ///< k x k, sum w x x'
  std::vector<double> factor;  ///< its Cholesky factor, lower
  double total_weight = 0.0;
  std::int64_t n_used = 0;
  std::vector<std::uint8_t> used;
  std::vector<double> mask;  ///< 1 at nodes, 0 in the padding

  [[nodiscard]] double weight(std::int64_t person) const {
    return options.weights.empty() ? 1.0 : options.weights[static_cast<std::size_t>(person)];
  }
  [[nodiscard]] double covariate(std::int64_t person, std::size_t j) const {
    return j == 0 ? 1.0 : options.covariates[static_cast<std::size_t>(person) * (k - 1) + j - 1];
  }
  [[nodiscard]] double predicted(std::int64_t person, const std::vector<double>& b) const {
    double out = b[0];
    for (std::size_t j = 1; j < k; ++j) out += b[j] * covariate(person, j);
    return out;
  }
};

Result<Persons> read(const Model& model, const Responses& responses, const LatentRegressionOptions& options,
                     const ExecutionContext& context);

/// Solves cross x = b in place.
void solve(const Persons& persons, double* b);

Result<LatentRegression> estimate(const Persons& persons, const ExecutionContext& context);

/// See weigh in latent_regression_kernel.inc.
void weigh(const Persons& persons, const double* likelihood, double mean, double variance, double* weight, double* sums);

}  // namespace celadon::inline CELADON_ABI::irt::latent_regression_detail
