/// Scoring: what a stored diagnosis model says of each person's mastery, for new or old answers.
///
/// | name    | what                                                                                  |
/// |---------|---------------------------------------------------------------------------------------|
/// | mastery | EAP: the posterior probability of each attribute, summed over the classes that have it |
/// | MAP     | the class with the highest posterior probability                                       |
/// | MLE     | the class with the highest likelihood, whatever the population                         |
///
/// Incremental: the state that one test leaves is the start of the next. For tests that one model covers, two tests in turn give what both
/// at once give.
///
/// Sources: de la Torre (2009), doi:10.3102/1076998607309474; Huebner & Wang (2011), doi:10.1177/0013164410388832 (EAP, MAP, MLE).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/visitor.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// What a set of answered items tells apart. Classes of one group give the same chance of a right answer on every one of them, by the rules
/// of the items, whatever their parameters.
struct Evidence {
  std::vector<std::int32_t> group_of_class;  ///< by class, groups in order of their first class
  std::vector<std::uint32_t> same_items;     ///< by attribute: bits of the other attributes that stand in exactly the same items

  [[nodiscard]] bool operator==(const Evidence&) const = default;
};

/// What is known of persons so far, to go on from with the next test. Value type; rows are persons in their order.
struct MasteryState {
  std::vector<std::string> attributes;
  std::vector<std::uint32_t> classes;            ///< as Model::classes
  std::vector<double> probability;               ///< n_persons x n_classes; each row sums to 1
  std::vector<std::int32_t> n_items;             ///< n_persons x n_attributes: answered items that need the attribute
  std::vector<std::int32_t> n_answered;          ///< by person
  std::vector<Evidence> evidence;                ///< the different ones
  std::vector<std::int32_t> evidence_of_person;  ///< index into `evidence`

  [[nodiscard]] std::int64_t n_persons() const { return static_cast<std::int64_t>(n_answered.size()); }
  /// All state, for saving and loading (io).
  void visit(Visitor& visitor);
};
/// Sizes, ranges, sums. Errors: kLengthMismatch, kInvalidArgument.
[[nodiscard]] Result<void> check(const MasteryState& state);

/// What became of a person. A row is never lost.
enum class ScoreStatus : std::uint8_t {
  kScored = 0,
  kNoAnswers = 1,  ///< no usable answer: the start (the population, or the state before) stands
  kDropped = 2,    ///< left out by the missing policy; NaN
};
/// "scored" "no_answers" "dropped".
[[nodiscard]] std::string_view score_status_name(ScoreStatus status);

struct ScoreOptions {
  /// What each missing kind means here; the default ignores all four.
  MissingPolicy missing = {};
  /// Index into model.populations of each person, borrowed for the call; empty means population 0 for all.
  std::span<const std::int32_t> population = {};
  /// Where each person starts instead of the population; borrowed for the call, null: the population. Its attributes and classes are the
  /// model's, its persons those of the answers in the same order.
  const MasteryState* start = nullptr;
  /// Keep every person's posterior (n_persons x n_classes) in Scores::state.
  bool keep_state = false;
};

/// No class: the profile of a person without answers (MLE) or dropped.
inline constexpr std::uint32_t kNoProfile = 0xFFFFFFFFU;

/// Results in row order. Value type. Matrices are n_persons x n_attributes, person by person.
struct Scores {
  std::vector<std::string> attributes;
  std::vector<double> mastery;  ///< posterior probability of mastery, 0 to 1; NaN where dropped
  /// Bounds of mastery over every way to share the probability of classes that the person's answered items do not tell apart (Evidence);
  /// both empty where all persons' items tell all classes apart, so that the bounds are `mastery`.
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<std::int32_t> n_items;       ///< answered items that need the attribute, those of the start among them
  std::vector<std::uint32_t> inseparable;  ///< by person: bits of attributes that stand in the same answered items as another one
  std::vector<std::uint32_t> map_profile;  ///< bit k: attribute k is mastered; kNoProfile where dropped
  std::vector<double> map_probability;     ///< posterior probability of that profile
  std::vector<std::uint32_t> mle_profile;  ///< of these answers; kNoProfile where dropped or without answers
  std::vector<double> mle_probability;     ///< posterior probability of that profile; NaN where there is none
  std::vector<std::uint8_t> mle_tied;      ///< 1: another class is as likely; the lowest one is given
  std::vector<std::int32_t> n_answered;    ///< usable answers, those of the start among them
  std::vector<ScoreStatus> status;
  std::int64_t n_scored = 0;
  std::int64_t n_dropped = 0;
  int n_items_used = 0;  ///< items that are both in the model and in the answers
  MasteryState state;    ///< empty unless ScoreOptions::keep_state; a dropped person keeps its start
  Findings findings;

  [[nodiscard]] std::int64_t n_persons() const { return static_cast<std::int64_t>(status.size()); }
  [[nodiscard]] double mastery_of(std::int64_t person, int attribute) const { return mastery[at(person, attribute)]; }
  [[nodiscard]] double lower_of(std::int64_t person, int attribute) const {
    return (lower.empty() ? mastery : lower)[at(person, attribute)];
  }
  [[nodiscard]] double upper_of(std::int64_t person, int attribute) const {
    return (upper.empty() ? mastery : upper)[at(person, attribute)];
  }
  [[nodiscard]] std::size_t at(std::int64_t person, int attribute) const {
    return static_cast<std::size_t>(person) * attributes.size() + static_cast<std::size_t>(attribute);
  }

  /// One row a person and attribute: row (from 1), attribute, mastery, lower, upper (null where dropped), n_items.
  [[nodiscard]] Table mastery_table() const;
  /// One row a person: map and mle ("101": the first and the third attribute; null where there is none), map_probability,
  /// mle_probability, mle_tied, n_answered, status (text).
  [[nodiscard]] Table profile_table() const;
};

/// Scores answers by a model. Items are matched by id; an item that the model does not know is a finding and left out. Probabilities of a
/// right answer enter within [1e-9, 1 - 1e-9], so that no single answer rules a class out.
///
/// Errors: kNoCommonItems, kNotRightWrong (a category other than 0 and 1), kLengthMismatch (population, start), kInvalidArgument (a
/// population out of range; a model or state that check() refuses; a start with other attributes or classes), kCancelled.
/// Findings: kItemNotInModel, kModelItemsAbsent.
/// Same bits for any number of threads and instruction set. Cost: O(persons x (items / 5 + attributes) x classes). Reentrant.
[[nodiscard]] Result<Scores> score(const Model& model, const Responses& responses, const ScoreOptions& options = {},
                                   const ExecutionContext& context = {});

/// What the given items of a model tell apart (`answered` by item, non-zero where it is; empty: all). Cost: O(items x classes).
[[nodiscard]] Evidence evidence_of(const Model& model, std::span<const std::uint8_t> answered = {});

/// A profile as text in the order of the attributes: "101".
[[nodiscard]] std::string profile_text(std::uint32_t profile, std::size_t n_attributes);

}  // namespace celadon::inline CELADON_ABI::cdm
