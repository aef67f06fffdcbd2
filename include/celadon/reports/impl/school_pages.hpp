/// Pages of a school, or of everybody who sat a paper.
#pragma once

#include <celadon/reports/impl/page_parts.hpp>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

/// Whether figures of a group of this size may stand on the page. Groups by score or ability are no units: nobody's membership shows, so
/// their shares of 0 and 1 stay.
[[nodiscard]] bool group_shown(const Scope& scope, std::int64_t n);
/// A mean share of points: hidden in a small group, and where it says that everybody or nobody has all points.
[[nodiscard]] bool mean_shown(const Scope& scope, double rate, std::int64_t n);
/// The words of a missing kind in an analysis of options.
[[nodiscard]] std::string missing_word(const Scope& scope, std::string_view label);

/// Results by class or school, distribution, knowledge points by class. In school_report.ipp.
void add_group_results(const Scope& scope, std::int32_t school, Report& report);
/// Quality of items, options, blueprint. In paper_sections.ipp.
void add_item_section(const Scope& scope, Report& report);
void add_option_section(const Scope& scope, Report& report);
void add_blueprint_section(const Scope& scope, const std::vector<feedback::Statement>& all, Report& report);
/// Wright map, information, item curves, fit. In calibration_sections.ipp.
void add_calibration_section(const Scope& scope, const std::vector<feedback::Statement>& all, Report& report);
void add_curve_section(const Scope& scope, Report& report);

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
