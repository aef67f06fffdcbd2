/// 双向细目表核对: the paper as planned against the paper as it turned out. For the authors' next paper; never a judgement of a teacher.
#pragma once

#include <celadon/evaluation/feedback/item_gain_loss.hpp>
#include <celadon/evaluation/paper.hpp>
#include <celadon/evaluation/profile.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/item_analysis.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// One cell of content x level.
struct BlueprintCell {
  std::string knowledge;
  std::string level;
  int n_items = 0;
  double points = 0.0;  ///< an item with several knowledge points is divided among them, so that shares sum to 1
  double share = 0.0;   ///< of the paper's points
};

/// One item, planned and observed.
struct BlueprintItem {
  std::int32_t item = 0;
  double planned = 0.0;  ///< planned difficulty, share of points gained (large = easy); NaN where not planned
  double observed = 0.0;
  double lower = 0.0;  ///< interval of the observed difficulty
  double upper = 0.0;
  bool off_plan = false;        ///< |observed - planned| > difficulty_off and the interval leaves the plan out
  double discrimination = 0.0;  ///< D of the upper and lower group
  bool low_discrimination = false;
  bool negative_discrimination = false;
  int possible_key = -1;  ///< category of the option that may be the right one, -1 none
  std::string possible_key_label;
};

/// A knowledge point or level with too little on it.
struct BlueprintGap {
  std::string value;
  int n_items = 0;
};

struct BlueprintCheck {
  double sum_of_points = 0.0;
  double full_mark = 0.0;
  bool points_agree = true;
  std::string difficulty_direction = "share_gained";  ///< large = easy; stored, because both directions are in use
  std::vector<BlueprintCell> cells;
  std::vector<BlueprintItem> items;
  std::vector<BlueprintGap> thin_points;   ///< knowledge points with fewer items than the profile asks for
  std::vector<BlueprintGap> empty_levels;  ///< levels that the blueprint names (knowledge x level) without an item
  std::vector<std::string> levels;         ///< in order of first appearance
  std::vector<std::string> knowledge;
  Findings findings;
};

/// @param expected_levels  levels that the plan names, even without items ("识记", "理解" ...); may be empty.
/// @param distractors      of the raw answers, or null.
/// Cost: O(items). Reentrant.
[[nodiscard]] BlueprintCheck blueprint_check(const evaluation::Paper& paper, const ctt::ItemAnalysis& analysis,
                                             const ctt::Distractors* distractors, const evaluation::Profile& profile,
                                             const std::vector<std::string>& expected_levels = {});

}  // namespace celadon::inline CELADON_ABI::feedback
