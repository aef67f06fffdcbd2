/// Does the Q-matrix agree with the answers? A list of suggested changes with their evidence; nothing is changed.
///
/// For an item and a set of attributes, the persons are grouped by their pattern on the set. GDI is the variance between the groups of
/// the chance of a right answer, PVAF its share of the variance for all attributes: a set that lacks a needed attribute loses variance, a
/// needless attribute adds none.
///
/// | method | the set that an item needs                                                                                              |
/// |--------|--------------------------------------------------------------------------------------------------------------------------|
/// | PVAF   | the smallest set with PVAF >= `pvaf_cut`; of several of that size the one with most variance                             |
/// | Wald   | from the single attribute of most variance on: an attribute enters where the Wald test says that it matters and it adds  |
/// |        | `least_gain` of PVAF or more (the one that adds most first); one that no longer matters leaves                           |
///
/// Sources: de la Torre & Chiu (2016), doi:10.1007/s11336-015-9467-8 (GDI, PVAF); Ma & de la Torre (2020), doi:10.1111/bmsp.12156
/// (stepwise Wald); Najera, Sorrel, de la Torre & Abad (2020), doi:10.3389/fpsyg.2020.00621 (going on after each change).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/q_matrix.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

enum class QMethod : std::uint8_t { kPvaf = 0, kWald = 1 };
/// "pvaf" "wald".
[[nodiscard]] std::string_view q_method_name(QMethod method);
/// Errors: kInvalidArgument.
[[nodiscard]] Result<QMethod> q_method_from_name(std::string_view name);

struct QValidationOptions {
  QMethod method = QMethod::kWald;
  double pvaf_cut = 0.95;    ///< PVAF
  double alpha = 0.05;       ///< Wald; level over all tests of the matrix (Bonferroni over items x attributes)
  double least_gain = 0.02;  ///< Wald; PVAF that an attribute has to add
  /// What each missing kind means, as in the calibration.
  MissingPolicy missing = {};
  /// Index into model.populations of each person, borrowed; empty: the first for all.
  std::span<const std::int32_t> population = {};
  /// `validate_q` only: at most so many calibrations, each after the changes that the one before suggests.
  int max_rounds = 10;
};

/// One attribute of an item that is suggested to enter or to leave.
struct QChange {
  std::string attribute;
  bool enters = false;
  double pvaf_with = 0.0;  ///< of the suggested set with the attribute
  double pvaf_without = 0.0;
  double wald = 0.0;  ///< that the attribute does not matter in the set with it
  int df = 0;
  double p = 0.0;  ///< not corrected
};

/// A suggestion for one item.
struct QSuggestion {
  std::string item;
  std::uint32_t from = 0;  ///< bit k: attribute k
  std::uint32_t to = 0;
  double pvaf_from = 0.0;
  double pvaf_to = 0.0;
  double gdi_from = 0.0;
  double gdi_to = 0.0;
  std::vector<QChange> changes;
};

/// How the sets do for one item.
struct QItem {
  std::string item;
  std::uint32_t from = 0;
  std::uint32_t to = 0;  ///< equal to `from` where nothing is suggested
  double gdi = 0.0;      ///< of all attributes
  /// By set of attributes as bits, from 1 on: PVAF; empty where there are more than 10 attributes (only the sets that the search meets are
  /// computed then).
  std::vector<double> pvaf;
};

/// Value type.
struct QValidation {
  std::vector<std::string> attributes;
  std::vector<QSuggestion> suggestions;
  std::vector<QItem> items;
  QMatrix suggested;        ///< the matrix with all suggestions, for comparison
  int rounds = 1;           ///< calibrations
  bool settled = true;      ///< false: max_rounds did not suffice, or the rounds came back to an earlier matrix
  std::int64_t n_used = 0;  ///< persons
  Findings findings;

  /// One row a change: item, attribute, change ("enters", "leaves"), from, to ("101"), pvaf_from, pvaf_to, wald, df, p.
  [[nodiscard]] Table to_table() const;
  /// One row an item and set: item, set ("101"), pvaf; empty where there are more than 10 attributes.
  [[nodiscard]] Table pvaf_table() const;
};

/// Looks once, at a model that was calibrated on these answers (G-DINA, so that no rule hides what an attribute does).
/// Persons are grouped by their posterior. The Wald test uses the item's own block of the information, by the scores' cross-products; it
/// leaves out pairs of groups of which one holds less than one expected person.
/// Errors: those of score; kInvalidArgument (options). Cost: O(persons x classes) for each set that is tested, and O(2^attributes x classes)
/// an item. Memory: persons x classes numbers. Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<QValidation> look_at_q(const Model& model, const Responses& responses, const QValidationOptions& options = {},
                                            const ExecutionContext& context = {});

/// Calibrates G-DINA with the matrix, looks, takes the suggested matrix for the next calibration, and so on until nothing more is
/// suggested; wrong cells disturb the calibration that should find them. The suggestions are those from the given matrix to the last;
/// their evidence comes from the last calibration. `fit_options`: rules are set to G-DINA and errors are not computed.
/// Errors: those of fit and look_at_q. Reentrant.
[[nodiscard]] Result<QValidation> validate_q(const Responses& responses, const QMatrix& q, const FitOptions& fit_options = {},
                                             const QValidationOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
