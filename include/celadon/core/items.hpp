/// What is known about items: identity, marks, content. Taken from the 双向细目表 (test blueprint) where a school has one.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// One item of a paper. Value type. Text fields are UTF-8 and may be empty where a paper does not say.
struct Item {
  std::string id;                      ///< unique within the paper
  std::string label;                   ///< original 题号 as printed ("21(1)"); the id when empty
  std::string subject;                 ///< subject name
  std::string type;                    ///< 题型: choice, blank, written answer ... as the school names it
  std::string stem;                    ///< items with the same non-empty stem are sub-items of one question (a testlet)
  std::string key;                     ///< right option, for raw answers
  std::string choice_group;            ///< 选做题: a pupil answers one of the items with the same non-empty group
  bool bonus = false;                  ///< 附加题: outside the paper's full mark
  std::string note;                    ///< what the item asks, in the school's words
  std::vector<std::string> knowledge;  ///< knowledge points (a row of the Q-matrix); may be empty
  std::string ability_level;           ///< ability level of the blueprint (识记/理解/运用 ...)
  std::string cognitive_level;         ///< cognitive level where it is a second scale
  double full_mark = 1.0;              ///< points for a full answer, > 0
  /// Points of category 0, 1, ...; empty means the category number itself is the score.
  std::vector<double> category_scores;
  /// Text of category 0, 1, ... for raw answers ("A", "B" ...); empty otherwise.
  std::vector<std::string> category_labels;
  /// What choosing an option reveals, by category ("" where the school has noted nothing); empty otherwise.
  std::vector<std::string> option_notes;
  /// Planned difficulty as a share of points gained (large = easy) in [0, 1]; NaN where not planned.
  double planned_difficulty = std::numeric_limits<double>::quiet_NaN();

  /// Points of a category (0 for one beyond the table).
  [[nodiscard]] double score(int category) const {
    if (category_scores.empty()) return static_cast<double>(category);
    return category < static_cast<int>(category_scores.size()) ? category_scores[static_cast<std::size_t>(category)] : 0.0;
  }
  [[nodiscard]] const std::string& shown_label() const { return label.empty() ? id : label; }
};

using Items = std::vector<Item>;

}  // namespace celadon::inline CELADON_ABI
