/// A scheme evaluated for every unit and period at once, each value with its error.
///
/// Errors are carried from the rows to the top: every leaf is computed under every replicate weight and for every plausible value, the tree
/// is computed for each of these, and Rubin's rules are applied to the value of each node (survey/estimate.hpp). So an index of leaves that
/// come from the same pupils has the error it has, without an assumption of independence. Frames (pupils, teachers, schools) have designs
/// of their own and are independent of each other.
///
/// A census of pupils has no sampling error about "these pupils"; about "a like cohort" it has. Which is meant is said by the design:
/// `census_design` or `cohort_design`. Both keep the error of plausible values.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/table.hpp>
#include <celadon/evaluation/audience.hpp>
#include <celadon/evaluation/scheme/scheme.hpp>
#include <celadon/evaluation/suppression.hpp>
#include <celadon/models/survey/design.hpp>
#include <celadon/models/survey/estimate.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme {

/// Units of one level. `parent` is an index into the next level, one a unit; empty where the next level has a single unit or this is the
/// last.
struct UnitLevel {
  std::string name;  ///< "class" "school" "district" "city" ...
  std::vector<std::string> ids;
  std::vector<std::int32_t> parent;
};

/// Rows of one kind with their units, design and columns. Everything is borrowed for the call. Missing values are NaN.
struct Frame {
  std::string name;                    ///< "pupils" "teachers" "schools" ...
  std::string level;                   ///< the level that `unit` counts
  std::span<const std::int32_t> unit;  ///< unit of each row, -1 for none (the row takes no part)
  /// Weights and replicates; any method but kLinearised. A design without replicates (census_design) has no sampling error.
  const survey::Design* design = nullptr;
  std::vector<survey::Variable> variables;  ///< one column each, or one a plausible value
  bool persons = true;  ///< rows are people: small groups are hidden, and `least_n` is 10 where the scheme says nothing (else 1)
};

/// Error of the link between this period's scale and the last one's, in the unit of the indicator (leaf); 0 says that they are linked and
/// that no error is due. Values carry their sampling and measurement error, changes this one as well (as in PISA's trends: the error is
/// common to all units and so none between them).
struct LinkError {
  std::string indicator;
  double se = 0.0;
};

/// One period of data. Units of two periods are the same unit where level and id agree.
struct Period {
  std::string id;                 ///< "2026"
  std::vector<UnitLevel> levels;  ///< finest first
  std::vector<Frame> frames;
  std::vector<LinkError> link_errors;
};

struct SchemeOptions {
  double confidence = 0.90;  ///< of intervals
  evaluation::Audience audience = evaluation::Audience::kDistrict;
  evaluation::SuppressionRules suppression = {10, true};
  double false_discovery = 0.10;  ///< of changes, within one unit's report (Benjamini-Hochberg)
};

/// Why an index has a value, or has none.
enum class IndexState : std::uint8_t {
  kEvaluated = 0,
  kNotForLevel = 1,      ///< not an index of this level of units
  kNoData = 2,           ///< too few rows, or a value that is not defined (a group is absent, nothing varies)
  kNotInData = 3,        ///< its table, column or level is absent: see the findings
  kCutNotPublished = 4,  ///< an overlay has to give the cut
  kProfile = 5,          ///< an inner node whose parts stand side by side
  kNoWeights = 6,        ///< an inner node without published weights
  kPartsMissing = 7,     ///< an inner node too much of whose weight has no value
  kByPeople = 8,         ///< judged by people, not computed
  kInvalid = 9,          ///< its definition is wrong: see the findings
  kNoEarlierPeriod = 10  ///< a change without a period before
};

/// How a value compares with the period before.
enum class ChangeState : std::uint8_t {
  kNotCompared = 0,  ///< no earlier value, or one of the two is hidden
  kNoVisible = 1,    ///< no change that stands out from chance, or less than the worthwhile change
  kHigher = 2,
  kLower = 3,
  kNotLinked = 4,  ///< the tests of the two periods are not linked (Indicator::needs_link), here or in a part: no change is computed
};

/// One index of one unit. Numbers that do not exist are NaN.
struct IndexValue {
  IndexState state = IndexState::kNoData;
  evaluation::Hidden hidden = evaluation::Hidden::kShown;
  double value = kUnset;  ///< in the indicator's unit, `times` included
  double se = kUnset;  ///< sampling and plausible values together; NaN where a replicate is undefined or all rows are of one sampling unit
  double imputation_share = 0.0;  ///< share of the variance that plausible values make up
  double degrees_of_freedom = kUnset;
  double low = kUnset;  ///< interval; of shares by Wilson's method, within [0, 1]
  double high = kUnset;
  double index = kUnset;       ///< 0 to 100 by the goalposts
  double n = 0.0;              ///< rows; of an inner node the least of its parts
  std::int32_t band = -1;      ///< from 0, by the cuts
  std::int32_t band_low = -1;  ///< band of `low` and of `high`: what the interval leaves open
  std::int32_t band_high = -1;
  double evaluated_weight = kUnset;  ///< inner nodes: share of the weights that had a value
  ChangeState change_state = ChangeState::kNotCompared;
  double change = kUnset;
  double change_se = kUnset;  ///< with the error of the link
  double change_p = kUnset;
  double change_low = kUnset;  ///< interval of the change, with the degrees of freedom that change_p has
  double change_high = kUnset;
};

/// Values of one period: of level l, unit u and indicator i at values[l][u * n_indicators + i].
struct PeriodValues {
  std::string id;
  std::vector<UnitLevel> levels;
  std::vector<std::vector<IndexValue>> values;
};

struct SchemeEvaluation {
  Scheme scheme;
  SchemeOptions options;
  std::vector<PeriodValues> periods;
  Findings findings;

  [[nodiscard]] std::int32_t find_level(std::size_t period, std::string_view level) const;
  /// Throws LogicError for a period, level, unit or indicator that is not there.
  [[nodiscard]] const IndexValue& at(std::size_t period, std::string_view level, std::string_view unit, std::string_view indicator) const;
  /// One row an index that is not kNotForLevel: period, level, unit, parent_unit, indicator, parent, name_zh, name_en, state, hidden,
  /// value, se, low, high, index, n, band, band_low, band_high, change, change_se, change_low, change_high, change_p, change_state. Hidden
  /// figures are null.
  /// `hidden` is "shown", "small_group" or "hidden": a share that speaks of everybody and a unit that would give another away have the same
  /// word, which so does not tell one from the other. An audience up to the teacher has nothing hidden.
  [[nodiscard]] Table to_table() const;
};

/// Evaluates a checked scheme for one period or several in order of time.
///
/// Missing data: a row that lacks a column of a leaf takes no part in that leaf. A leaf with fewer rows than its `least_n` has no value. Of
/// an inner node, weights of parts without a value are divided among the others as long as these hold `least_weight`. Suppression, of
/// frames of persons: units with fewer than the least number of rows are hidden, and shares of 0 and 1, or one off; then the smallest units
/// still shown, until what is hidden of a unit above cannot be had by subtraction, and one unit of each hidden unit above; an inner node is
/// hidden with any of its parts. Values are computed and kept; `to_table` and reports show what may be shown.
/// Errors: kSchemeEmpty, kSchemeReplicates, kSchemeUnits, kSchemeFrameInvalid, kNotFinite, kInvalidArgument (a link error that is negative
/// or not finite), kCancelled. Findings: what a leaf lacks, units without a unit above (kSchemeLooseUnits), whose rows count in none of the
/// levels above, and link errors of what is no leaf (kSchemeLinkNotUsed), which are not used. A finding that all periods share stands once;
/// one of some of several periods names its period: "<period>/<table or level>", as its place's table and in its text.
/// Cost: one pass over the rows with all replicates of all leaves at once (two where a leaf is `progress`). Reentrant; same bits for any
/// number of threads.
[[nodiscard]] Result<SchemeEvaluation> evaluate(const Scheme& scheme, std::span<const Period> periods, const SchemeOptions& options = {},
                                                const ExecutionContext& context = {});

/// All rows once, no sampling error: the estimand is these rows themselves. Errors as make_design.
[[nodiscard]] Result<survey::Design> census_design(std::int64_t n_rows, std::span<const double> weights = {});

/// Rows as a draw from a like cohort, unit by unit: the delete-a-group jackknife (Kott 2001) with `n_groups` groups that are dealt
/// out in random order within each unit, so that every group has its share of every unit. Degrees of freedom: n_groups - 1.
/// Errors: kInvalidArgument (n_groups < 2), kLengthMismatch. The draw depends on the seed alone.
/// Source: Kott (2001), Journal of Official Statistics 17, 521-526.
[[nodiscard]] Result<survey::Design> cohort_design(std::span<const std::int32_t> unit, std::span<const double> weights = {},
                                                   int n_groups = 80, std::uint64_t seed = 1);

}  // namespace celadon::inline CELADON_ABI::scheme
