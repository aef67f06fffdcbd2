/// First and second order margins of a diagnosis model: probabilities, covariance, derivatives. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/impl/match.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstddef>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::moments_detail {

/// Moment m: items a and b (equal: the item alone).
struct Moment {
  std::size_t a = 0;
  std::size_t b = 0;
};

struct Moments {
  std::vector<Moment> list;         ///< items, then pairs in the order (0, 1), (0, 2) ...
  std::vector<double> probability;  ///< [item][class]: of a right answer
  std::vector<double> expected;     ///< by moment
  std::size_t n_items = 0;
  std::size_t n_classes = 0;
};
[[nodiscard]] Moments moments(const Model& model, const match_detail::Match& match);
/// Covariance of one person's moments, row-major.
[[nodiscard]] std::vector<double> covariance(const Model& model, const Moments& moments);
/// Derivatives by the free parameters, [moment][parameter] row-major. Items in the probabilities of their rule's free groups (DINA, DINO,
/// G-DINA) or in d_0 ... d_m; classes as the structure has them.
struct Derivatives {
  std::vector<double> values;
  std::size_t n_parameters = 0;
};
[[nodiscard]] Derivatives derivatives(const Model& model, const match_detail::Match& match, const Moments& moments);

}  // namespace celadon::inline CELADON_ABI::cdm::moments_detail
