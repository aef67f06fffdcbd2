/// Likelihood-ratio tests of nested mixed models.
///
///   statistic = deviance(smaller) - deviance(larger), compared with chi-squared of as many degrees of freedom as parameters were added.
///
/// At the edge of the parameter space that is wrong: a variance cannot be negative, so that under 'the variance is 0' the statistic is 0
/// half of the time. Where the larger model adds **one** random column (its variance, with its covariances with the columns that its term
/// has already), the reference is the even mixture of chi-squared with df - 1 and df degrees of freedom. Sources: Self & Liang (1987),
/// doi:10.1080/01621459.1987.10478472; Stram & Lee (1994), doi:10.2307/2533455. Where it adds several, the mixture depends on the data
/// (its weights have no closed form), and chi-squared with df is given: p is then too large, never too small.
///
/// Models with different fixed parts are compared by maximum likelihood only: restricted likelihoods are those of different contrasts.
#pragma once

#include <celadon/models/multilevel/fit.hpp>

namespace celadon::inline CELADON_ABI::multilevel {

enum class ReferenceDistribution : std::uint8_t {
  kChiSquared = 0,       ///< only coefficients or covariances are added
  kBoundaryMixture = 1,  ///< one variance is added: half of df - 1, half of df
  kConservative = 2,     ///< several variances are added: chi-squared with df, p an upper bound
};

struct LikelihoodRatio {
  double statistic = 0.0;  ///< >= 0
  int df = 0;              ///< parameters added
  double p = 1.0;
  double p_chi_squared = 1.0;  ///< by plain chi-squared, for comparison with programs that do not correct
  ReferenceDistribution reference = ReferenceDistribution::kChiSquared;
  double aic_difference = 0.0;  ///< larger - smaller; negative speaks for the larger
  double bic_difference = 0.0;
};

/// @param smaller, larger  fits to the same rows by the same criterion; every term of smaller is in larger.
/// Errors: kNotComparable (rows, criterion, fixed parts under REML, not nested, or nothing added).
/// Cost: constant. Reentrant.
Result<LikelihoodRatio> likelihood_ratio(const Fit& smaller, const Fit& larger);

}  // namespace celadon::inline CELADON_ABI::multilevel
