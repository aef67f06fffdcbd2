/// Profile-likelihood intervals of a mixed model: coefficients, standard deviations, correlations of a pair, residual.
///
/// The interval of a parameter holds the values at which the deviance, minimised over all the others, is no more than the squared normal
/// quantile above its minimum. Unlike Wald's it is not forced to be symmetric, and a standard deviation's reaches 0 where the data do not
/// exclude that. Always by maximum likelihood, also of a fit by REML (whose criterion is not a function of the coefficients).
/// Source: Bates et al. (2015), doi:10.18637/jss.v067.i01, section 5; Pinheiro & Bates (2000), section 2.4.
#pragma once

#include <celadon/models/multilevel/fit.hpp>

namespace celadon::inline CELADON_ABI::multilevel {

enum class ParameterKind : std::uint8_t { kCoefficient = 0, kStandardDeviation = 1, kCorrelation = 2, kResidual = 3 };

struct ProfileInterval {
  ParameterKind kind = ParameterKind::kCoefficient;
  std::string group;      ///< empty for a coefficient; "Residual"
  std::string first;      ///< coefficient, or random column
  std::string second;     ///< of a correlation
  double estimate = 0.0;  ///< by maximum likelihood
  double lower = 0.0;     ///< 0 where the data do not exclude a standard deviation of 0; -1 and 1 for correlations
  double upper = 0.0;     ///< NaN where the search did not find an end
};

struct ProfileOptions {
  double confidence = 0.95;  ///< in (0, 1)
  bool coefficients = true;
  bool components = true;      ///< standard deviations, correlations of terms with two columns, residual
  int max_evaluations = 5000;  ///< of the criterion, for each point of a profile
};

struct Profile {
  std::vector<ProfileInterval> intervals;
  double log_likelihood = 0.0;  ///< maximum likelihood
  double confidence = 0.95;
  int evaluations = 0;
  /// kNotAtOptimum where an end was not found, or a profile went below the minimum by more than 1e-3.
  Findings findings;

  /// kind ("coefficient", "sd", "correlation", "residual"), group, first, second, estimate, lower, upper.
  [[nodiscard]] Table table() const;
};

/// Errors: kInvalidArgument (confidence, a model that is not fitted), kCancelled.
/// Cost: about ten minimisations an interval, each like the fit without its pass over the rows. Reentrant; one thread.
Result<Profile> profile(const Fit& fit, const ProfileOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::multilevel
