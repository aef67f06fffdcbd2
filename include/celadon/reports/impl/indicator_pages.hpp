/// What the pages of an indicator scheme share: the unit that a page is of, its indices as words, places on axes.
#pragma once

#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/impl/index_text.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/evaluation/scheme/sensitivity.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>
#include <celadon/reports/impl/page_parts.hpp>
#include <celadon/reports/indicator_reports.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::reports::indicator_detail {

using pages_detail::note;
using pages_detail::TableMaker;
using scheme::IndexState;
using scheme::IndexValue;
using scheme::Indicator;
using scheme::NumberForm;

/// The page of one unit in the making. Borrowed; const use is thread-safe.
struct UnitScope {
  const scheme::SchemeEvaluation& evaluation;
  const IndicatorReportOptions& options;
  std::size_t period;
  std::size_t level;
  std::size_t unit;
  const PageWording& words;
  const feedback::Wording& wording;
  std::int32_t before = -1;        ///< this unit in the period before; -1: it was not there
  std::size_t before_level = 0;    ///< its level in that period
  std::vector<std::int32_t> rows;  ///< indicators in reading order that are indices of this level, without changes of others
  std::vector<int> depth;          ///< of each row

  UnitScope(const scheme::SchemeEvaluation& all, const IndicatorReportOptions& chosen, std::size_t at_period, std::size_t at_level,
            std::size_t at_unit);

  [[nodiscard]] const std::string& word(Word key) const { return words[key]; }
  [[nodiscard]] const scheme::Scheme& scheme() const { return evaluation.scheme; }
  [[nodiscard]] const scheme::PeriodValues& now() const { return evaluation.periods[period]; }
  [[nodiscard]] const scheme::UnitLevel& units() const { return now().levels[level]; }
  [[nodiscard]] const Indicator& indicator(std::int32_t k) const { return scheme().indicators[pages_detail::at(k)]; }
  [[nodiscard]] std::size_t n_indicators() const { return scheme().indicators.size(); }
  [[nodiscard]] const IndexValue& value_of(std::size_t level_index, std::size_t unit_index, std::int32_t k) const {
    return now().values[level_index][unit_index * n_indicators() + pages_detail::at(k)];
  }
  [[nodiscard]] const IndexValue& value(std::int32_t k) const { return value_of(level, unit, k); }
  /// Whether an indicator is the change of another one, or has only such parts: it stands in the section on changes, not in the profile.
  [[nodiscard]] bool only_changes(std::int32_t k) const;
  /// The value of the period before, or null: this unit was not there, or its value may not be shown.
  [[nodiscard]] const IndexValue* earlier(std::int32_t k) const;
  /// The unit's value in a period, or null where the period lacks the unit.
  [[nodiscard]] const IndexValue* at_period(std::size_t p, std::int32_t k) const;
  /// The comparison with like units, or null.
  [[nodiscard]] const scheme::LikeValue* like(std::int32_t k) const;
  [[nodiscard]] std::string name(std::int32_t k) const { return scheme::text_detail::full_name(scheme(), k).in(options.language); }
  [[nodiscard]] std::string short_name(std::int32_t k) const { return indicator(k).name.in(options.language); }
  [[nodiscard]] std::string unit_name(std::size_t level_index, std::size_t unit_index) const;
  /// "学校" / "schools" for a level that the wording knows, else the level's own name.
  [[nodiscard]] std::string level_word(std::string_view level_name) const;
  /// The name with the unit behind it, for an axis.
  [[nodiscard]] std::string with_unit(std::int32_t k) const;
  /// A number of an indicator with its unit.
  [[nodiscard]] std::string number(std::int32_t k, double value) const;
  /// A difference, with its sign and unit.
  [[nodiscard]] std::string difference(std::int32_t k, double value) const;
  [[nodiscard]] std::string interval(std::int32_t k, double low, double high) const;
  [[nodiscard]] std::string confidence() const { return feedback::percent_text(evaluation.options.confidence); }
  /// Why there is no number, in a word or two; empty for a node whose parts stand side by side.
  [[nodiscard]] std::string missing_word(const IndexValue& value) const;
};

/// The stretch of numbers that an indicator's row shows.
struct Axis {
  double from = 0.0;
  double to = 1.0;
  [[nodiscard]] double place(double value) const { return (value - from) / (to - from); }
};
/// Goalposts where the scheme has them; [0, 1] for shares; else the range of all that is shown at this level, rounded outward.
[[nodiscard]] Axis axis_of(const UnitScope& scope, std::int32_t k);

/// The page's id, which is its path without the ending.
[[nodiscard]] std::string page_id(const scheme::SchemeEvaluation& evaluation, const std::string& level, const std::string& unit);
/// The whole page. In indicator_report.ipp.
[[nodiscard]] Report draw(const UnitScope& scope);
/// Index of the period that the options ask for. Errors: kNoSuchUnit.
[[nodiscard]] Result<std::size_t> period_of(const scheme::SchemeEvaluation& evaluation, const IndicatorReportOptions& options);

// Sections in the order of the page; each draws nothing where it has nothing to show. In indicator_sections.ipp.
void add_profile(const UnitScope& scope, Report& report);
void add_changes(const UnitScope& scope, Report& report);
void add_like(const UnitScope& scope, Report& report);
// In indicator_units.ipp.
void add_units_below(const UnitScope& scope, Report& report);
void add_drivers(const UnitScope& scope, Report& report);
void add_sensitivity(const UnitScope& scope, Report& report);

}  // namespace celadon::inline CELADON_ABI::reports::indicator_detail
