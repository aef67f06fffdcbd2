/// Analytic hierarchy process: weights from comparisons in pairs, with their consistency.
///
/// A judgement a_ij says how many times i matters as much as j; a_ji = 1 / a_ij. lambda_max >= n is the largest eigenvalue,
/// CI = (lambda_max - n) / (n - 1), CR = CI / RI with Saaty's random indices (0 for n <= 2, .58,
/// .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59 for n = 3 ... 15; beyond 15 the regression of Alonso & Lamata
/// (2006), doi:10.1142/S0218488506004114). Source: Saaty (1980), The Analytic Hierarchy Process; groups: Forman & Peniwati (1998),
/// doi:10.1016/S0377-2217(97)00244-0.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/data.hpp>

namespace celadon::inline CELADON_ABI::composite {

enum class AhpMethod : std::uint8_t {
  kEigenvector = 0,    ///< Saaty's
  kGeometricMean = 1,  ///< of the rows: logarithmic least squares, Crawford & Williams (1985)
  kColumnAverage = 2,  ///< mean of the columns, each scaled to sum 1
};

struct AhpOptions {
  AhpMethod method = AhpMethod::kEigenvector;
  double consistency_limit = 0.10;  ///< above it, finding kInconsistentJudgements (Saaty's limit)
};

struct AhpResult {
  std::vector<double> weights;  ///< sum 1
  double lambda_max = 0.0;      ///< of the matrix, whatever the method of the weights
  double consistency_index = 0.0;
  double random_index = 0.0;
  double consistency_ratio = 0.0;  ///< 0 for n <= 2
  int worst_row = -1;              ///< the judgement farthest from w_i / w_j (in logarithms); -1 for n < 3
  int worst_column = -1;
  Findings findings;
  /// One row a compared thing: item (its number from 1), weight.
  [[nodiscard]] Table to_table() const;
};

/// @param judgements  n x n, positive, reciprocal within 1e-3 relative (printed matrices carry .333).
/// Errors: kInvalidArgument (not square, n < 1), kNotReciprocal. O(n^2) an iteration of the power method. Reentrant.
Result<AhpResult> ahp(const Matrix& judgements, const AhpOptions& options = {});

enum class AhpGroup : std::uint8_t {
  kJudgements = 0,            ///< geometric mean of the judgements, then one set of weights: the group acts as one
  kPriorities = 1,            ///< geometric mean of the members' weights
  kPrioritiesArithmetic = 2,  ///< arithmetic mean of the members' weights
};
struct AhpGroupResult {
  AhpResult group;  ///< consistency is that of the joint judgements (geometric mean) in every mode
  std::vector<AhpResult> members;
};
/// @param importance  one a judge, >= 0, not all 0; empty: equal.
/// Errors: those of `ahp`, with the judge's number; kLengthMismatch; kInvalidArgument (no judge).
Result<AhpGroupResult> ahp_group(std::span<const Matrix> judgements, AhpGroup mode = AhpGroup::kJudgements,
                                 std::span<const double> importance = {}, const AhpOptions& options = {});

}  // namespace celadon::inline CELADON_ABI::composite
