/// Information, conditional standard errors, expected scores and reliability of a calibrated test.
#pragma once

#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/score.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Points of each model category of each item (items in model order); an empty outer vector, or an empty inner one, means category k is
/// worth k points.
using CategoryPoints = std::vector<std::vector<double>>;

/// Test information sum_j I_j(ability); its inverse square root is the standard error of ML at that ability.
[[nodiscard]] double test_information(const Model& model, double ability);

/// Expected score (test characteristic curve) and the conditional standard error of measurement of the sum score, both in points.
struct TrueScore {
  double expected = 0.0;  ///< sum_j sum_k points_jk P_jk(ability)
  double sem = 0.0;       ///< sqrt of the sum of the items' conditional variances
};
/// Errors: kLengthMismatch (points), kInvalidArgument. Cost: O(items * categories). Reentrant.
[[nodiscard]] Result<TrueScore> true_score(const Model& model, double ability, const CategoryPoints& points = {});

/// Curves at given abilities. Value type.
struct TestCurves {
  std::vector<double> abilities;
  std::vector<double> information;         ///< test information
  std::vector<double> ability_se;          ///< 1 / sqrt(information); infinite where there is none
  std::vector<double> expected_score;      ///< points
  std::vector<double> score_sem;           ///< points
  std::vector<std::vector<double>> items;  ///< items[j][i]: information of item j at ability i
  std::vector<std::string> item_ids;

  /// "ability", "information", "ability_se", "expected_score", "score_sem".
  [[nodiscard]] Table table() const;
  /// One row an item and ability: "item", "ability", "information".
  [[nodiscard]] Table item_table() const;
};
/// @param abilities  where to evaluate; empty means the model's grid.
/// Errors: kLengthMismatch (points), kNotFinite (an ability), kInvalidArgument.
[[nodiscard]] Result<TestCurves> test_curves(const Model& model, std::span<const double> abilities = {}, const CategoryPoints& points = {});

/// Category characteristic curves: one row an ability and model category: "ability", "category", "probability", and "expected" (the
/// expected category) repeated. Errors: kInvalidArgument.
[[nodiscard]] Result<Table> category_curves(const ItemParameters& item, std::span<const double> abilities);

/// Marginal reliability: the mean over the population of I sd^2 / (I sd^2 + 1), I the test information at an ability, i.e. true variance
/// over true plus conditional error variance. In [0, 1). Source: Green, Bock, Humphreys, Linn & Reckase (1984),
/// doi:10.1111/j.1745-3984.1984.tb01039.x. Integrated on 401 nodes within eight standard deviations. Errors: kInvalidArgument (population,
/// model).
[[nodiscard]] Result<double> marginal_reliability(const Model& model, int population = 0);

/// Empirical reliability of scores: var(ability) / (var(ability) + mean(se^2)) for EAP and MAP; 1 - mean(se^2) / var(ability) for ML and
/// WLE, whose variance holds the error already. Persons without an estimate are left out.
/// Errors: kNoPersons (fewer than 2 scored), kInvalidArgument (no variance).
[[nodiscard]] Result<double> empirical_reliability(const Scores& scores);

}  // namespace celadon::inline CELADON_ABI::irt
