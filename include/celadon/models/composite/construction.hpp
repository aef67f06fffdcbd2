/// A composite indicator as data: every choice from raw values to the index in one struct, built by one function.
///
/// Steps, in this order: denominate, screen units, impute, treat outliers, normalise, aggregate. Each step's table is kept in the result.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/composite/aggregate.hpp>
#include <celadon/models/composite/normalise.hpp>
#include <celadon/models/composite/prepare.hpp>
#include <celadon/models/composite/treat.hpp>

namespace celadon::inline CELADON_ABI::composite {

/// What is measured. Value type; nothing in it is a choice.
struct Measures {
  Matrix values;  ///< units x indicators, in the order of the tree's indicators
  Tree tree;
  std::vector<std::string> unit_ids;           ///< each once; empty: "1", "2", ...
  std::vector<std::string> groups;             ///< one a unit, for imputation by group; may be empty
  Matrix denominators;                         ///< units x denominator_codes; may be empty
  std::vector<std::string> denominator_codes;  ///< what Node::denominator refers to
  Matrix standard_errors;                      ///< units x indicators, in the unit of `values`; NaN or 0: without error; may be empty
};

/// Every choice. The defaults: no screening, no imputation, treat outliers, min-max 0 to 100, the tree's weights, arithmetic means.
struct Construction {
  bool denominate = true;
  double min_available = 0.0;  ///< share of values a unit needs before imputation
  Imputation imputation = Imputation::kNone;
  std::vector<TreatOptions> treatment = {TreatOptions{}};              ///< one, or one an indicator
  std::vector<NormaliseOptions> normalisation = {NormaliseOptions{}};  ///< one, or one an indicator
  std::vector<double> weights;                                         ///< one a node; empty: the tree's
  AggregateOptions aggregation;
};

/// The index with all its steps.
struct Index {
  std::vector<std::string> unit_ids;    ///< of the units kept
  std::vector<std::int64_t> unit_rows;  ///< their rows in Measures::values
  std::vector<std::string> node_codes;
  Matrix denominated;  ///< units x indicators, as the next three
  Matrix imputed;
  Matrix treated;
  Matrix normalised;
  Matrix scores;                           ///< units x nodes
  std::vector<double> index;               ///< the root's column of scores
  std::vector<double> rank;                ///< 1 is best
  std::vector<double> effective_weights;   ///< one a node
  std::vector<TreatmentRecord> treatment;  ///< one an indicator
  std::int64_t n_imputed = 0;
  std::int64_t n_screened = 0;  ///< units left out
  Findings findings;

  /// One row a unit: unit, rank, then a column a node from the index down.
  [[nodiscard]] Table to_table() const;
  /// One row an indicator: node, passed before and after, points winsorised, transformation, skewness and kurtosis before and after.
  [[nodiscard]] Table treatment_table() const;
};

/// Errors: those of the steps; kLengthMismatch (tables that do not fit each other), kDuplicateId (a unit's, table "units"), kNotFinite (an
/// infinite value), kTooFewUnits (none left). Cost: O(units x indicators x points winsorised). Reentrant.
Result<Index> build(const Measures& measures, const Construction& construction = {});

}  // namespace celadon::inline CELADON_ABI::composite
