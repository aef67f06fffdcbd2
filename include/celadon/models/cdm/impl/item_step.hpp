/// The maximisation step of one item: expected right and wrong answers by latent group to probabilities. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/fit.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

/// Probabilities stay this far from 0 and 1: small enough that a model which reaches an edge loses nothing against one that does not.
inline constexpr double kEdge = 1e-9;

/// Expected answers of an item's groups, prior counts among them.
struct GroupCounts {
  std::vector<double> right;
  std::vector<double> wrong;
};

/// sum of right log P + wrong log(1 - P).
[[nodiscard]] double log_likelihood(const GroupCounts& counts, std::span<const double> probability);
/// The probabilities under the item's rule that maximise log_likelihood, from the item's present ones, which are of the rule's shape.
void maximise(const GroupCounts& counts, bool monotone, ItemParameters& item);
/// Solves a x = b for a symmetric positive definite a (n x n, row-major); false where it is not.
bool solve(std::vector<double> a, std::vector<double>& b);

/// The item's free numbers for mixing, each a probability or a ratio of probabilities: what dies out does so geometrically, which mixing
/// sees through, where an effect on a logarithm would drift for ever. DINA, DINO: P of both sides; ACDM, LLM: P of nothing mastered and of
/// each single attribute; RRUM: P of all mastered, and the factor that each attribute takes away; G-DINA: P of each group.
void append_coordinates(const ItemParameters& item, std::vector<double>& to);
[[nodiscard]] std::size_t n_coordinates(const ItemParameters& item);
/// Probabilities from mixed coordinates. `item` holds the plain step, which stays where the mixed one is no model of the rule.
void set_coordinates(std::span<const double> from, ItemParameters& item);
/// Probabilities of an additive rule from d_0 ... d_m.
[[nodiscard]] std::vector<double> additive_probabilities(Rule rule, std::span<const double> effects);

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
