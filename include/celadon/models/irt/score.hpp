/// Scoring: abilities with standard errors for new or old answers, by a stored model.
///
/// | method | estimate                                                            | standard error                                    |
/// |--------|---------------------------------------------------------------------|---------------------------------------------------|
/// | EAP    | posterior mean on the model's grid                                  | posterior standard deviation                      |
/// | MAP    | mode of log likelihood + log normal density of the population       | 1 / sqrt(-second derivative at the mode)          |
/// | ML     | maximum of the log likelihood                                       | 1 / sqrt(-second derivative at the maximum)       |
/// | WLE    | maximum of log likelihood + 1/2 log test information of what was answered | 1 / sqrt(-second derivative at the maximum) |
///
/// Sources: Bock & Mislevy (1982), doi:10.1177/014662168200600405 (EAP); Samejima (1969) (MAP); Birnbaum (1968) (ML);
/// Warm (1989), doi:10.1007/BF02294627 (WLE; the penalty 1/2 log I equals Warm's weight for Rasch to 2PL, PCM and GPCM, and is the
/// usual generalisation elsewhere).
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

enum class ScoreMethod : std::uint8_t { kEap = 0, kMap = 1, kWle = 2, kMl = 3 };

/// Stable text names: "eap" "map" "wle" "ml".
[[nodiscard]] std::string_view score_method_name(ScoreMethod method);
/// The method of a text name. Errors: kInvalidArgument.
[[nodiscard]] Result<ScoreMethod> score_method_from_name(std::string_view name);

/// What became of a person. A row is never lost: whoever has no estimate has a status that says why.
enum class ScoreStatus : std::uint8_t {
  kScored = 0,
  kNoAnswers = 1,        ///< no usable answer: the population's mean and sd for EAP and MAP, null for ML and WLE
  kNoFiniteMaximum = 2,  ///< ML only: everything at the lowest or at the highest category, or no maximum within the bounds; null
  kDropped = 3,          ///< left out by the missing policy; null
};

/// Stable text names: "scored" "no_answers" "no_finite_maximum" "dropped".
[[nodiscard]] std::string_view score_status_name(ScoreStatus status);

struct ScoreOptions {
  ScoreMethod method = ScoreMethod::kEap;
  /// What each missing kind means here; the default ignores all four.
  MissingPolicy missing = {};
  /// Index into model.populations of each person, borrowed for the call; empty means population 0 for all.
  std::span<const std::int32_t> group = {};
  /// MAP, ML and WLE are sought within these bounds (ability units).
  double lowest = -20.0;
  double highest = 20.0;
};

/// Scores of all persons, in row order. Value type.
struct Scores {
  ScoreMethod method = ScoreMethod::kEap;
  std::vector<double> ability;           ///< ability metric of the model; NaN where there is none
  std::vector<double> ability_se;        ///< same unit; NaN where there is none
  std::vector<std::int32_t> n_answered;  ///< usable answers (cells that entered the likelihood)
  std::vector<ScoreStatus> status;
  std::int64_t n_scored = 0;   ///< persons with status kScored
  std::int64_t n_dropped = 0;  ///< persons left out by the missing policy
  int n_items_used = 0;        ///< items that are both in the model and in the answers
  Findings findings;

  /// One row a person: "ability", "ability_se" (null where there is none), "n_answered", "status" (text).
  [[nodiscard]] Table table() const;
};

/// Scores answers by a model. Items are matched by id. An item the model does not know, an answer in a category it has never seen
/// (left out of that person's likelihood), a person without any usable answer: each is a finding, counted, and the rest goes on.
/// Errors: kNoCommonItems (model and answers share no item), kLengthMismatch (group), kInvalidArgument (a group index out of range, a
/// model that check() refuses, bounds), kCancelled.
/// Cost: O(persons * items * nodes) for EAP, O(persons * items * categories * steps) with about five steps for the others. Reentrant;
/// same bits for any number of threads and every instruction set.
[[nodiscard]] Result<Scores> score(const Model& model, const Responses& responses, const ScoreOptions& options = {},
                                   const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
