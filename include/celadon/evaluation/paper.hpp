/// One paper as it was sat: items, scored answers, raw options where there are any, and who sat it. Built from a Dataset.
#pragma once

#include <celadon/core/items.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/units.hpp>

#include <optional>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation {

/// A knowledge point that has to be mastered before another can be, as the school declares it.
struct PointOrder {
  std::string first;
  std::string then;
};

/// What a pupil may do about a knowledge point, from the school's own table.
struct PointAction {
  std::string point;
  std::string text;  ///< one thing to do, in the school's words
};

/// A paper with its answers. Rows of `scored`, `raw` and `units` are the same persons in the same order; columns of `scored` and `raw`
/// are `items` in the same order. Copies share the packed cells.
struct Paper {
  std::string id;
  std::string name;  ///< as the school prints it
  std::string subject;
  int grade = 0;           ///< 1-12, 0 unknown
  std::string date;        ///< ISO 8601, may be empty
  bool simulated = false;  ///< printed on every page that shows it
  Items items;
  /// Category j of item i is worth items[i].score(j) points.
  Responses scored;
  /// Options as chosen (categories index items[i].category_labels); only for items with options, kNotAdministered elsewhere.
  std::optional<Responses> raw;
  Units units;
  /// 错因 entered at marking: error_codes[person * n_items + item], indices into error_code_names, -1 none; empty when none were entered.
  std::vector<std::int32_t> error_codes;
  std::vector<std::string> error_code_names;
  std::vector<PointOrder> point_order;  ///< prerequisites among knowledge points; may be empty
  std::vector<PointAction> actions;     ///< in the order of the table; may be empty
  /// Sum of the items' full marks; bonus items apart, one item (the largest) of each choice group.
  double full_mark = 0.0;
};

}  // namespace celadon::inline CELADON_ABI::evaluation
