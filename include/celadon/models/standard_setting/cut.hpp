/// Cuts: from raw scores to ability, their order, several panels, one round after another.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::standard_setting {

/// A cut on the ability scale of a model. Value type.
struct AbilityCut {
  double ability = 0.0;
  double se = 0.0;         ///< of the ability, from the error of the cut alone; items are taken as known
  double raw_cut = 0.0;    ///< marks
  double raw_se = 0.0;     ///< marks
  double slope = 0.0;      ///< of the test characteristic curve at the cut, marks an ability unit
  double sem_raw = 0.0;    ///< conditional standard error of measurement at the cut, marks: what one pupil's score varies by
  double full_mark = 0.0;  ///< of the model: the sum of the highest points

  /// One row with the fields above.
  [[nodiscard]] Table to_table() const;
};

/// The ability at which the expected score is the raw cut (test characteristic curve), and se = raw_se / slope (delta method).
/// Source: Kane (1987), doi:10.1111/j.1745-3984.1987.tb00284.x; Lord (1980), Applications of item response theory, chapter 4.
/// @param model      the items of the paper that the cut was set on, all of them.
/// @param raw_cut    marks; @param raw_se its standard error >= 0, or NaN.
/// @param points     marks of each category, as irt::true_score; empty: category k is worth k.
/// @param full_mark  of the paper, checked against the model's; NaN: not checked.
/// Errors: those of irt::true_score; kInvalidArgument (raw_se, full marks that differ by more than 1e-6, a curve that does not rise at
/// the cut); kCutOutsideScale (no ability within [-20, 20]). O(items * categories) times about 60. Reentrant.
[[nodiscard]] Result<AbilityCut> ability_of_cut(const irt::Model& model, double raw_cut, double raw_se,
                                                const irt::CategoryPoints& points = {},
                                                double full_mark = std::numeric_limits<double>::quiet_NaN());

/// Findings kCutsNotAscending (severity error) for each cut that is not above the one before it, both rounded to 1e-6; NaN cuts are
/// passed over.
/// @param name  what the cuts are, for the message ("panel", "ability").
[[nodiscard]] Findings check_ascending(std::span<const double> cuts, std::string_view name);

/// Several panels that set the same cut independently. Value type.
struct PanelAgreement {
  std::int64_t n_panels = 0;
  double cut = 0.0;               ///< mean of the panels
  double se = 0.0;                ///< sd of the panels / sqrt(n): every source that differs between panels; NaN for one panel
  double se_within = 0.0;         ///< from the panels' own standard errors, as if panels were alike; NaN where one is missing
  double sd = 0.0;                ///< of the panels' cuts, divisor n - 1
  double between_variance = 0.0;  ///< sd^2 less the mean of the panels' own error variance; may be below 0
  double lowest = 0.0;
  double highest = 0.0;
  Findings findings;

  [[nodiscard]] Table to_table() const;
};

/// Standard error across panels; for two panels it is half their distance. Source: Brennan (2001), Generalizability Theory; Cizek & Bunch
/// (2007), Standard Setting.
/// @param cuts  one a panel, finite. @param ses  each panel's own standard error >= 0 (NaN: not known), or empty.
/// Errors: kInvalidArgument (no panel), kNotFinite, kLengthMismatch. Findings: kSingleJudge, kJudgesCoincide. Reentrant.
[[nodiscard]] Result<PanelAgreement> across_panels(std::span<const double> cuts, std::span<const double> ses = {});

/// How the judges' cuts moved from one round to the next. Value type.
struct RoundChange {
  std::int64_t n_judges = 0;  ///< with a cut in both
  double mean = 0.0;          ///< later less earlier
  double mean_absolute = 0.0;
  double se = 0.0;         ///< of the mean change; NaN for one judge
  double sd_before = 0.0;  ///< of the judges' cuts; NaN for one judge
  double sd_after = 0.0;
  double correlation = 0.0;  ///< NaN where one round has no variance
  std::int64_t n_moved = 0;  ///< judges whose cut changed by more than 1e-9

  [[nodiscard]] Table to_table() const;
};

/// @param before  one cut a judge, NaN: none. @param after  the same judges.
/// Errors: kLengthMismatch; kTooFewPersons (no judge with both). Reentrant.
[[nodiscard]] Result<RoundChange> round_change(std::span<const double> before, std::span<const double> after);

}  // namespace celadon::inline CELADON_ABI::standard_setting
