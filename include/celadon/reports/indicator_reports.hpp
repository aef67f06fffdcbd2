/// Reports of an indicator scheme: one page a school, district or city, with every index and its interval, the change since last time,
/// units in like conditions, where differences lie and what goes with them. No page ranks units, and none says more than its intervals
/// allow: levels stand only where the scheme has cuts, a total only where it has weights.
///
/// They draw; every number comes from the evaluation, every sentence from `scheme::unit_statements` and `green::driver_statements`, by id.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/evaluation/scheme/estimand.hpp>
#include <celadon/reports/report.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {
struct LikeUnits;         // evaluation/scheme/like_units.hpp
struct SchemeEvaluation;  // evaluation/scheme/evaluate_scheme.hpp
}  // namespace celadon::inline CELADON_ABI::scheme

namespace celadon::inline CELADON_ABI::green {
struct Drivers;  // evaluation/green/drivers.hpp
}  // namespace celadon::inline CELADON_ABI::green

namespace celadon::inline CELADON_ABI::feedback {
struct Wording;  // evaluation/feedback/statement.hpp
}  // namespace celadon::inline CELADON_ABI::feedback

namespace celadon::inline CELADON_ABI::reports {

class PageWording;  // wording.hpp
class ReportSink;   // sink.hpp

/// What a unit is called on pages; a unit without a name goes by its id.
struct UnitName {
  std::string level;
  std::string id;
  std::string name;
};

struct IndicatorReportOptions {
  Language language = Language::kChinese;
  std::int64_t period = -1;  ///< index into the evaluation's periods; -1: the last
  /// Units in like conditions, of the page's level and period; null or of another level: no comparison. Borrowed.
  const scheme::LikeUnits* like = nullptr;
  /// What goes with outcomes of this period (green/drivers.hpp): drawn on the page of the highest level, and each unit's own line on the
  /// pages of the level that the lines are of. Null: none. Borrowed.
  const std::vector<green::Drivers>* drivers = nullptr;
  /// Names of units. Null: ids. Borrowed.
  const std::vector<UnitName>* names = nullptr;
  /// What the intervals speak of, in the note on every page: what the frames were given (scheme/period_data.hpp).
  scheme::Estimand estimand = scheme::Estimand::kLikeCohort;
  bool simulated = false;  ///< a badge says that the data are simulated
  /// Sentences; null takes the shipped wording of the language. Borrowed.
  const feedback::Wording* statement_wording = nullptr;
  /// Words of the pages; null takes the shipped ones. Borrowed.
  const PageWording* page_wording = nullptr;
};

/// The page of one unit, for those who answer for it. Hidden figures of small groups do not stand on it; other units appear without names.
/// Errors: kNoSuchUnit (period, level, unit). Cost: O(indicators x periods + units of the level below x indicators). Reentrant.
[[nodiscard]] Result<Report> indicator_report(const scheme::SchemeEvaluation& evaluation, std::string_view level, std::string_view unit,
                                              const IndicatorReportOptions& options = {});

struct IndicatorWriteOptions {
  IndicatorReportOptions report;
  std::vector<std::string> levels;  ///< which levels get pages; empty: all from "school" up, or all where no level has that name
  bool index = true;
  bool html = true;
  bool json = false;  ///< the same reports as JSON beside
};

/// Draws the pages of all units and hands them to the sink in a fixed order: index, then the levels from the highest down, units in the
/// evaluation's order. Paths: "index.html", "<scheme>/<level>/<unit>.html". Page kinds: "index" and the level's name. Errors: those of the
/// sink; kNoSuchUnit (a level that is not there); kCancelled. Same bytes for any number of threads.
Result<WrittenReports> write_indicator_reports(const scheme::SchemeEvaluation& evaluation, ReportSink& sink,
                                               const IndicatorWriteOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::reports
