/// Latent regression and plausible values: what shares at a level, spreads, gaps and intraclass correlations of a short test are made of.
///
/// theta_i = x_i'b + u_school(i) + e_i with e ~ N(0, s^2) and, where schools are given, u ~ N(0, t^2); item parameters are known. Plausible
/// values are draws of theta_i given the person's answers, x_i and the school. The rule: whatever is analysed with them must be among x,
/// and the school among the conditions, or its effect comes out too small.
///
/// Plausible values are for statistics of groups (celadon::survey). They are not scores and never belong on a person's row or page:
/// there is no table of them.
/// Sources: Mislevy (1991), doi:10.1007/BF02294457; Adams, Wilson & Wu (1997), doi:10.3102/10769986022001047 (EM);
/// Johnson & Jenkins (2004), ETS RR-04-38, doi:10.1002/j.2333-8504.2004.tb01965.x (Gibbs sampling).
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

struct LatentRegressionOptions {
  MissingPolicy missing = {};
  /// Persons x n_covariates, row by row, without the intercept; finite, standardised or near it. Borrowed.
  std::span<const double> covariates = {};
  int n_covariates = 0;
  /// Names of the covariates, or empty for "x1", "x2", ...
  std::vector<std::string> names = {};
  /// Person weights >= 0, or empty for 1 each.
  std::span<const double> weights = {};
  /// Largest change of a coefficient and of s^2 at which EM stops, > 0.
  double tolerance = 1e-7;
  int max_iterations = 2000;
};

/// Coefficients on the ability scale of the model. Value type.
struct LatentRegression {
  std::vector<std::string> names;  ///< "(intercept)" first
  std::vector<double> coefficients;
  /// From the observed information at the given items and s^2 (Louis), for weights of 1; a complex sample takes its errors from plausible
  /// values.
  std::vector<double> coefficients_se;
  double residual_variance = 1.0;  ///< s^2
  double log_likelihood = 0.0;     ///< sum of w_i log L_i, prior weights normalised over the grid
  int iterations = 0;
  bool converged = false;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;  ///< by the missing policy, or of weight 0
  Findings findings;

  /// One row a coefficient: name, estimate, se.
  [[nodiscard]] Table to_table() const;
};

/// EM over the model's grid. The populations of the model are not used. Persons without answers count with their covariates.
/// Errors: as irt::score; kLengthMismatch; kInvalidArgument (covariates not finite or singular, an option out of range); kNoPersons;
/// kCancelled. Finding kRegressionStopped. Same bits for any number of threads and every instruction set.
/// Cost: O(persons x (items / 4 + exp) x nodes) an iteration, tens of iterations.
[[nodiscard]] Result<LatentRegression> latent_regression(const Model& model, const Responses& responses,
                                                         const LatentRegressionOptions& options = {}, const ExecutionContext& context = {});

struct PlausibleValueOptions {
  LatentRegressionOptions regression = {};
  int n_draws = 5;
  std::uint64_t seed = 1;
  /// Schools of the persons, numbered from 0, or empty. With schools their effects are conditions as well, drawn with t^2.
  std::span<const std::int32_t> school = {};
  /// Whether b, s^2 (and u, t^2) are drawn from their posterior for each set (Rubin's "proper" imputation) or kept at the estimate. With
  /// schools they are always drawn.
  bool draw_parameters = true;
  int burn_in = 30;  ///< sweeps of the Gibbs sampler before the first set
  int thin = 10;     ///< sweeps from one set to the next
};

/// Draws by set. No member or function gives a table with a row a person.
struct PlausibleValues {
  std::int64_t n_persons = 0;
  int n_draws = 0;
  /// Set after set, n_persons values each; NaN for persons dropped by the missing policy or of weight 0.
  std::vector<double> values;
  LatentRegression regression;            ///< the estimate that the sampler started from (without schools)
  std::vector<double> residual_variance;  ///< s^2 of each set
  std::vector<double> school_variance;    ///< t^2 of each set; empty without schools

  [[nodiscard]] std::span<const double> column(int draw) const {
    return std::span<const double>(values).subspan(static_cast<std::size_t>(draw * n_persons), static_cast<std::size_t>(n_persons));
  }
};

/// Errors as latent_regression; kInvalidArgument also for n_draws < 1, burn_in < 0, thin < 1, a school below 0, fewer than 5 schools.
/// Draws depend on the seed alone, not on the number of threads. A draw lies between nodes: the density is taken as log-linear about each
/// node and the node's share as its integral, so that mean and variance of the draws are those of the posterior to fourth order of the
/// spacing.
[[nodiscard]] Result<PlausibleValues> plausible_values(const Model& model, const Responses& responses,
                                                       const PlausibleValueOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
