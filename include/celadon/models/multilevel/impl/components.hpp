/// Variance components and their intervals. Internal.
#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

namespace celadon::inline CELADON_ABI::multilevel::components_detail {

/// Variances, correlations, intraclass correlations, whether a term is at its boundary.
void fill(const solve_detail::Structure& s, bool reml, const FitOptions& options, solve_detail::Eliminator& eliminator, Fit& out);

/// The criterion with sigma as a parameter of its own.
double deviance_at(const solve_detail::Structure& s, const solve_detail::Profiled& at, bool reml, double sigma);

}  // namespace celadon::inline CELADON_ABI::multilevel::components_detail
