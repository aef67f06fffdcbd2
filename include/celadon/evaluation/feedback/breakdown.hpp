/// Points by knowledge point, ability level, item type ...: what was gained and lost in each part of the paper, with an interval.
#pragma once

#include <celadon/evaluation/feedback/item_gain_loss.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

/// A part of a paper: the items of one knowledge point, level or type. An item with several knowledge points is in each of them.
struct Part {
  ctt::ContentDimension dimension = ctt::ContentDimension::kKnowledge;
  std::string value;
  std::vector<std::int32_t> items;
  double full_mark = 0.0;
  /// Error variance of a share p on this part is error_ratio x p (1 - p): 1 / error_ratio counts how many 0/1 items it is worth.
  double error_ratio = 1.0;
};

/// The parts of a paper: knowledge points, ability levels, cognitive levels, item types, each in order of first appearance.
/// error_ratio comes from the predictor's conditional variances of the items at the paper's mean; without a predictor an item counts as
/// one 0/1 item (the widest interval that the marks allow). Cost: items x categories x nodes. Reentrant.
[[nodiscard]] std::vector<Part> parts_of(const evaluation::Paper& paper, const Predictor& predictor);

/// One group of pupils, or one pupil, on one part. The interval is Wilson's at the profile's confidence: of the true share on these very
/// items, so a single item gives a wide one. It is no probability of mastery.
struct PartScore {
  std::int32_t part = 0;
  std::int32_t n_items = 0;  ///< counted
  std::int64_t n = 1;        ///< pupils
  double points = 0.0;       ///< gained; of a group: mean over pupils
  double attainable = 0.0;   ///< of the counted cells; of a group: mean over pupils
  double expected = 0.0;     ///< sum of expected; NaN where there is none
  double share = 0.0;
  double lower = 0.0;
  double upper = 0.0;
};

/// One pupil: parts without a counted cell are left out. O(items). Reentrant.
[[nodiscard]] std::vector<PartScore> pupil_parts(const evaluation::Paper& paper, const GainLoss& gain_loss, const std::vector<Part>& parts,
                                                 std::int64_t person, double confidence);
/// A group of pupils (rows): mean share with a normal interval over pupils (t is not needed at the sizes shown; n is printed), kept in
/// [0, 1]; NaN interval for fewer than 2 pupils. O(rows x items). Reentrant.
[[nodiscard]] std::vector<PartScore> group_parts(const evaluation::Paper& paper, const GainLoss& gain_loss, const std::vector<Part>& parts,
                                                 std::span<const std::int64_t> rows, double confidence);

/// Wilson's interval of a share p observed on n units (n > 0 need not be whole). Wilson (1927), doi:10.1080/01621459.1927.10502953.
struct ShareInterval {
  double lower = 0.0;
  double upper = 0.0;
};
[[nodiscard]] ShareInterval wilson_interval(double share, double n, double confidence);

}  // namespace celadon::inline CELADON_ABI::feedback
