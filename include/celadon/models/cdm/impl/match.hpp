/// For bodies: answers matched to a diagnosis model by item id, with what every cell means.
#pragma once

#include <celadon/core/responses.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/latent/impl/latent.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::match_detail {

/// The items that are both in the model and in the answers, in the order of the answers' columns.
struct Match {
  std::vector<std::int32_t> items;              ///< index into Model::items
  std::vector<latent_detail::CodedItem> coded;  ///< 0 wrong, 1 right, 2 no answer; `dropped` as the policy says
  Findings findings;
};
/// Errors: those of check(model), kNotRightWrong, kNoCommonItems. Findings: kItemNotInModel, kModelItemsAbsent.
[[nodiscard]] Result<Match> match(const Model& model, const Responses& responses, const MissingPolicy& missing);

/// By item of the match and class: the chance of a right answer, kept within [kClosest, 1 - kClosest]; [wrong, right, no answer] x padded
/// points as latent_detail::Tables wants it. Padding is 0.
inline constexpr double kClosest = 1e-9;
[[nodiscard]] latent_detail::Tables tables(const Model& model, const Match& match, const std::vector<latent_detail::PackedGroup>& groups);

/// Which of the groups that an item's rule tells apart a class falls in: mastery of all or not (DINA), of any or not (DINO), else the
/// pattern of the needed attributes.
[[nodiscard]] std::uint32_t rule_group(const ItemParameters& item, std::uint32_t mastered);
/// How many there are.
[[nodiscard]] std::uint32_t n_rule_groups(const ItemParameters& item);

}  // namespace celadon::inline CELADON_ABI::cdm::match_detail
