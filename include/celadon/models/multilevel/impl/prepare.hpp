/// From the model frame to the structure that is solved: what linear and logistic models share. Internal.
#pragma once

#include <celadon/models/multilevel/impl/structure.hpp>

namespace celadon::inline CELADON_ABI::multilevel::prepare_detail {

/// Every grouping has two groups, and no term as many effects as there are rows.
Result<void> check_groups(const frame_detail::Frame& frame);

/// The plan of the frame without its rows; takes the labels of the groupings out of the frame.
solve_detail::Structure structure_of(frame_detail::Frame& frame, frame_detail::CrossProducts cells);

/// Which fixed columns can be estimated, in order; the rest of the outcome's sum of squares when they are taken out.
double settle_fixed(solve_detail::Structure& s);

/// Uncorrelated effects, all of this size beside the residual.
std::vector<double> start_at(const solve_detail::Structure& s, double scale);

/// Diagonals made not negative (a column of L may change its sign), and 0 where they make no difference to it.
void tidy(const solve_detail::Structure& s, std::vector<double>& theta, const std::function<double(std::span<const double>)>& f,
          double value);

std::vector<GroupEffects> group_effects(const solve_detail::Structure& s, std::vector<solve_detail::Effects> effects);

}  // namespace celadon::inline CELADON_ABI::multilevel::prepare_detail
