/// S-P table (student-problem chart) with caution indices for persons and items.
///
/// Persons in descending order of their number right, items in descending order of theirs. The S curve runs after each person's number
/// right, the P curve below each item's. With u_ij = 1 for right, s_i a person's and p_j an item's number right, mean p over items:
///
///   caution index of person i    1 - cov(u_i, p) / cov(g_i, p), g_i the pattern with the s_i easiest items right; 0 for that pattern,
///                                about 1 for a random one
///   modified caution index       the same on a scale from 0 (easiest items right) to 1 (hardest items right)
///
/// and likewise for items. Sources: Sato (1975); Harnisch & Linn (1981), doi:10.1111/j.1745-3984.1981.tb00848.x.
///
/// The p-value is the share of simulated tables, with the same row and column sums, whose index is at least as large: given both margins
/// all tables are equally likely under the Rasch model, so no parameter is estimated. Tables are drawn by trading unshared right answers
/// between pairs of persons (Strona et al. 2014, doi:10.1038/ncomms5114). It speaks of this pattern's surprise, not of the pupil.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

struct SpOptions {
  /// Cells that count as 0 or right; kIgnore cells make the row incomplete, and it stands apart.
  MissingPolicy missing;
  /// An answer is right when its points are at least this share of the item's full mark (compared after rounding to 1e-6). In (0, 1].
  double right_from_share = 0.6;
  /// Below either the chart is drawn and no index is given.
  int min_items = 10;
  int min_persons = 15;
  /// Simulated tables for the p-values; 0 for none.
  int n_simulations = 1000;
  std::uint64_t seed = 1;
};

/// Why a person stands apart from the chart.
enum class SpApart : std::uint8_t { kNo = 0, kIncomplete = 1, kAllRight = 2, kAllWrong = 3 };

struct SpPerson {
  std::int64_t row = 0;  ///< row in the responses, from 0
  SpApart apart = SpApart::kNo;
  int n_right = 0;
  double caution = 0.0;  ///< NaN when apart or below the minimum size
  double modified_caution = 0.0;
  double p_value = 0.0;  ///< (1 + simulated >= observed) / (1 + n_simulations); NaN when not simulated
};

struct SpItem {
  std::int64_t column = 0;
  std::string id;
  int n_right = 0;       ///< among the charted persons
  double caution = 0.0;  ///< NaN for an item that all or none of the charted persons have right
  double modified_caution = 0.0;
  double p_value = 0.0;
};

struct SpTable {
  std::vector<SpPerson> persons;  ///< charted persons in chart order: number right descending; ties: by the sum, over their wrong items, of
                                  ///< the numbers of persons right, ascending; then row order
  std::vector<SpPerson> apart;    ///< in row order
  std::vector<SpItem> items;      ///< chart order: number right descending; then column order
  std::vector<std::uint8_t> right;  ///< chart cells, persons.size() x items.size(), row by row
  std::vector<int> s_curve;         ///< for each charted person the number right: the curve runs to the right of so many items
  std::vector<int> p_curve;         ///< for each item in chart order the number right: the curve runs below so many persons
  bool indices = false;             ///< whether the size allows indices
  int n_simulations = 0;
  std::int64_t n_used = 0;  ///< charted
  Findings findings;

  /// One row a person, charted first: row (from 1), apart, n_right, caution, modified_caution, p_value.
  [[nodiscard]] Table persons_table() const;
  /// One row an item in chart order: item, n_right, caution, modified_caution, p_value.
  [[nodiscard]] Table items_table() const;
  /// One row a chart cell: position of the person, position of the item (from 1), right.
  [[nodiscard]] Table cells_table() const;
};

/// Errors: those of test_scores; kInvalidArgument (right_from_share, n_simulations). Findings: kRowsApart, kChartOnly.
/// Bonus items are left out. Weights play no part (only a weight of 0 or include = 0 leaves a person out).
/// Cost: O(persons x items) plus as much for each simulated table. Deterministic for a seed, any number of threads. Reentrant.
Result<SpTable> sp_table(const Responses& responses, const Items& items = {}, const Sample& sample = {}, const SpOptions& options = {},
                         const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
