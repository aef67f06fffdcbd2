/// What may be said of one unit's indices: rules and numbers, each sentence from the wording files (evaluation/feedback/statement.hpp).
///
/// A sentence needs a difference that stands out: an interval wholly on one side of a published or local target, a change or a difference
/// to units that are alike which survives Benjamini-Hochberg and is worth while. What does not stand out is counted, not praised or blamed;
/// what has no value says why. Nothing is said of a unit's place among others, and nothing of causes.
#pragma once

#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/evaluation/scheme/scheme.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {

struct IndexValue;        // evaluate_scheme.hpp
struct SchemeEvaluation;  // evaluate_scheme.hpp
struct LikeUnits;         // like_units.hpp

/// Where an index stands to its target, by its interval.
enum class TargetState : std::uint8_t {
  kNone = 0,    ///< no target, no value, no interval, or not to be shown
  kMet = 1,     ///< the whole interval is on the right side
  kMissed = 2,  ///< the whole interval is on the wrong side
  kOpen = 3,    ///< the target lies within the interval
};
/// A target of a direction kNeutral is none. Without an interval (se NaN) the state is kNone. Reentrant.
[[nodiscard]] TargetState target_state(const Indicator& indicator, const IndexValue& value);

/// How numbers of an indicator are printed: value * factor with so many decimals, followed by a word of the wording (`unit`), differences
/// by `difference_unit`. A unit that the wording does not know is printed by its name in the scheme, or else as it is written (`literal`).
struct NumberForm {
  double factor = 1.0;
  int decimals = 1;
  std::string unit;             ///< key of the wording ("measure.share"); empty: `literal`
  std::string difference_unit;  ///< the same for differences
  LocalText literal;            ///< with the space before it
};
[[nodiscard]] NumberForm number_form(const Indicator& indicator);

/// Statements about one unit in reading order: target, change, like units, what to look into, what is missing. Ids:
/// "<scheme>/<period>/<level>/<unit>/<rule>[/<indicator>]"; rules start with "index." or "unit.". Evidence: value, se, low, high, target,
/// change, change_se, change_p, like_mean, difference, n, p, as the rule uses them.
/// @param like  of the same level and period, or null. Errors: kNoSuchUnit (period, level, unit). Cost: O(indicators). Reentrant.
[[nodiscard]] Result<std::vector<feedback::Statement>> unit_statements(const SchemeEvaluation& evaluation, std::size_t period,
                                                                       std::string_view level, std::string_view unit,
                                                                       const LikeUnits* like = nullptr);

/// Statements as rows: id, rule, role, zh, en (the shipped wordings are the caller's: pass both), evidence ("name=value; ...").
[[nodiscard]] Table to_table(const std::vector<feedback::Statement>& statements, const feedback::Wording& zh, const feedback::Wording& en);

}  // namespace celadon::inline CELADON_ABI::scheme
