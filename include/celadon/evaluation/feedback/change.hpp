/// Change of a pupil against the own past, point by point: told only where the two papers can be compared.
///
/// A change is told when both papers share enough items of the point (or both have them from one bank), the error includes that of the
/// linking, and the interval, widened for the number of points looked at (Benjamini & Yekutieli 2005, doi:10.1198/016214504000001907:
/// intervals for the selected ones), does not hold 0. Otherwise there is no change to tell: 两次试卷不同,暂不比较, or 未见明显变化.
#pragma once

#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

enum class ChangeVerdict : std::uint8_t {
  kNoPast = 0,         ///< no earlier paper: nothing is said
  kNotComparable = 1,  ///< too few common items, or no error of the difference
  kNoChangeSeen = 2,
  kUp = 3,
  kDown = 4,
};
/// "no_past" "not_comparable" "no_change_seen" "up" "down".
[[nodiscard]] std::string_view change_name(ChangeVerdict verdict);

/// Two measurements of one point.
struct ChangeInput {
  double difference = 0.0;      ///< now - before, on one scale
  double standard_error = 0.0;  ///< of the difference, with the error of linking; NaN where it is not known
  std::int32_t n_common = 0;    ///< items of the point common to both papers, or of the bank in each (the smaller number)
};

struct Change {
  ChangeVerdict verdict = ChangeVerdict::kNoPast;
  double difference = 0.0;
  double low = 0.0;  ///< widened interval; NaN where not compared
  double high = 0.0;
  std::int32_t n_common = 0;
};

/// One verdict a point. O(n log n). Reentrant.
[[nodiscard]] std::vector<Change> judge_changes(std::span<const ChangeInput> points, const evaluation::DiagnosisRules& rules);

}  // namespace celadon::inline CELADON_ABI::feedback
