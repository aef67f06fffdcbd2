/// Which rule an item needs: is the general one more than its answers ask for?
///
/// Wald: that the restrictions of a reduced rule hold among the item's G-DINA probabilities (on the logit for LLM, the log for RRUM).
/// LR: twice the log-likelihood that the item's expected answers lose under the reduced rule (the posterior is not computed again), divided
/// by how much larger than a chi-square that is on average, because the groups are not known but expected.
///
/// The rule chosen for an item: of the reduced rules that are not rejected after Holm's correction over all tests, DINA or DINO where one
/// of them stands, else the one with the largest p; where all are rejected, G-DINA.
///
/// Sources: de la Torre & Lee (2013), doi:10.1111/jedm.12022; Ma, Iaconangelo & de la Torre (2016), doi:10.1177/0146621615621717 (Wald, the
/// choice); Sorrel, de la Torre, Abad & Olea (2017), doi:10.1027/1614-2241/a000131 (LR in two steps);
/// Satorra & Bentler (1994, the mean of the weights).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

enum class SelectionTest : std::uint8_t { kWald = 0, kLikelihoodRatio = 1 };

struct SelectionOptions {
  SelectionTest test = SelectionTest::kWald;
  double alpha = 0.05;
  MissingPolicy missing = {};  ///< as in the calibration
  /// Index into model.populations of each person, borrowed; empty: the first for all.
  std::span<const std::int32_t> population = {};
};

/// One reduced rule for one item.
struct RuleTest {
  std::string item;
  Rule rule = Rule::kDina;
  double statistic = 0.0;  ///< chi-square
  int df = 0;              ///< 0: could not be tested (too few persons in the groups), p is 1
  double p = 1.0;
  double p_adjusted = 1.0;  ///< Holm, over all tests
};

/// Value type.
struct ItemSelection {
  std::vector<RuleTest> tests;                         ///< items of two attributes or more under G-DINA, five rules each
  std::vector<std::pair<std::string, Rule>> selected;  ///< every item of the answers; fits FitOptions::rules
  Findings findings;
  /// One row a test: item, rule, statistic, df, p, p_adjusted, selected (1 where the rule is the item's).
  [[nodiscard]] Table to_table() const;
};

/// Tests the items that `model` holds under G-DINA. The Wald test uses the item's own block of the information, by the scores'
/// cross-products. Errors: those of score; kInvalidArgument (alpha). Cost: O(persons x 4^m) an item. Same bits for any number of threads.
/// Reentrant.
[[nodiscard]] Result<ItemSelection> select_rules(const Model& model, const Responses& responses, const SelectionOptions& options = {},
                                                 const ExecutionContext& context = {});

/// Holm's correction: p values in their order, each at least the smaller ones' and at most 1. Source: Holm (1979).
[[nodiscard]] std::vector<double> holm(std::span<const double> p);

}  // namespace celadon::inline CELADON_ABI::cdm
