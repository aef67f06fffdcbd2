#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/evaluation/feedback/change.hpp>
#include <celadon/evaluation/feedback/item_gain_loss.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::feedback {

std::string_view change_name(ChangeVerdict verdict) {
  constexpr std::string_view kNames[] = {"no_past", "not_comparable", "no_change_seen", "up", "down"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::vector<Change> judge_changes(std::span<const ChangeInput> points, const evaluation::DiagnosisRules& rules) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<Change> out(points.size());
  std::vector<double> p_values(points.size(), kNone);
  for (std::size_t k = 0; k < points.size(); ++k) {
    out[k] = {ChangeVerdict::kNotComparable, points[k].difference, kNone, kNone, points[k].n_common};
    const bool comparable = points[k].n_common >= rules.change_least_items && std::isfinite(points[k].difference) &&
                            std::isfinite(points[k].standard_error) && points[k].standard_error > 0.0;
    if (!comparable) continue;
    out[k].verdict = ChangeVerdict::kNoChangeSeen;
    p_values[k] = 2.0 * normal_cdf(-std::abs(points[k].difference) / points[k].standard_error);
  }
  const std::vector<std::uint8_t> kept = benjamini_hochberg(p_values, rules.change_false_discovery);
  const auto n_tests = std::count_if(p_values.begin(), p_values.end(), [](double p) { return !std::isnan(p); });
  if (n_tests == 0) return out;
  // The intervals of the selected points are widened to 1 - rate x selected / tested; the others keep the plain confidence.
  const auto n_kept = std::count(kept.begin(), kept.end(), std::uint8_t{1});
  const double rate =
      rules.change_false_discovery * static_cast<double>(std::max<std::ptrdiff_t>(n_kept, 1)) / static_cast<double>(n_tests);
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (std::isnan(p_values[k])) continue;
    const double half = normal_quantile(1.0 - (kept[k] != 0 ? rate : rules.change_false_discovery) / 2.0) * points[k].standard_error;
    out[k].low = points[k].difference - half;
    out[k].high = points[k].difference + half;
    if (kept[k] == 0) continue;
    if (evaluation::decision_value(out[k].low) > 0.0) out[k].verdict = ChangeVerdict::kUp;
    if (evaluation::decision_value(out[k].high) < 0.0) out[k].verdict = ChangeVerdict::kDown;
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
