/// The maximisation step of one item: expected right and wrong answers by latent group to probabilities. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// Probabilities stay this far from 0 and 1.
inline constexpr double kEdge = 1e-6;

/// Expected answers of an item's groups, prior counts among them.
struct GroupCounts {
  std::vector<double> right;
  std::vector<double> wrong;
};

/// sum of right log P + wrong log(1 - P).
[[nodiscard]] double log_likelihood(const GroupCounts& counts, std::span<const double> probability);
/// The probabilities under the item's rule that maximise log_likelihood, from the item's present ones.
void maximise(const GroupCounts& counts, bool monotone, ItemParameters& item);
/// Solves a x = b for a symmetric positive definite a (n x n, row-major); false where it is not.
bool solve(std::vector<double> a, std::vector<double>& b);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
