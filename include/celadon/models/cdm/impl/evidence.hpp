/// Which classes the answers of each person tell apart. For the bodies of cdm.
#pragma once

#include <celadon/models/cdm/impl/match.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm::evidence_detail {

/// An Evidence with what bounds need.
struct Groups {
  Evidence evidence;
  std::vector<std::uint32_t> in_all;   ///< by group: attributes that every class of it has
  std::vector<std::uint32_t> in_some;  ///< by group: attributes that at least one has
  std::uint32_t inseparable = 0;
  bool merged = false;  ///< some group holds several classes
};

/// The evidence of all persons: the different ones and which one each has.
struct Persons {
  std::vector<Groups> groups;
  std::vector<std::int32_t> of_person;  ///< empty: all 0
  std::vector<std::int32_t> n_items;    ///< n_persons x n_attributes
  std::vector<std::int32_t> n_answered;
  std::vector<ScoreStatus> status;
  bool merged = false;
};
[[nodiscard]] Persons evidence_of_persons(const Model& model, const match_detail::Match& match, const Responses& responses,
                                          const MasteryState* start);

}  // namespace celadon::inline CELADON_ABI::cdm::evidence_detail
