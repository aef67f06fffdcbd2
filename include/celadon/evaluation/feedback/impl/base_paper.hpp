/// A paper as its full mark counts it: bonus items left out, the items of a choice group as one column. Shared by the bodies that need
/// totals of one and the same paper.
#pragma once

#include <celadon/evaluation/paper.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback::base_paper_detail {

struct BasePaper {
  Responses scored;
  Items items;
  std::vector<std::int64_t> column;                ///< of the paper; of a choice group its first item
  std::vector<std::vector<std::int64_t>> members;  ///< columns of the paper behind each column: one, or the items of a choice group
  std::vector<std::int64_t> bonus;                 ///< columns of the paper outside its full mark
  double full_mark = 0.0;
};

/// Whether the paper has bonus items or choice groups: without them the base paper is the paper.
[[nodiscard]] bool is_plain(const Items& items);

/// A choice group's column holds the points of the item that counts (chosen_item; several answers are a finding of the reader), else its
/// missing kind. Its full mark is the largest of the group; what a pupil could gain is the full mark of the pupil's own item.
/// Errors: kNoItems (nothing but bonus items). Cost: O(cells); a plain paper shares its cells.
[[nodiscard]] Result<BasePaper> base_paper(const evaluation::Paper& paper);

/// The item of a choice group (columns of the paper) that counts for a pupil: the first one answered; where all are blank, the first one
/// that was not left out of the booklet; else the first.
[[nodiscard]] std::int64_t chosen_item(const Responses& scored, const std::vector<std::int64_t>& members, std::int64_t person);

/// Of each choice group leaves a pupil the item that counts: the others become not administered, also in the raw answers. A paper without
/// choice groups stays as it is. Errors: kDuplicateId (items with one id).
[[nodiscard]] Result<void> settle_choices(evaluation::Paper& paper);

/// Full mark of some items: bonus items apart, the largest of each choice group.
[[nodiscard]] double full_mark_of(const Items& items, const std::vector<std::int32_t>& which);

}  // namespace celadon::inline CELADON_ABI::feedback::base_paper_detail
