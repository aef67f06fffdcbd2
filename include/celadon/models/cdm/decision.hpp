/// Three answers to 'has this person mastered it?': mastered, not mastered, not enough evidence; with the reasons for the third.
///
/// | reason              | when                                                                                                       |
/// |---------------------|------------------------------------------------------------------------------------------------------------|
/// | no answers          | the person answered nothing                                                                                |
/// | too few items       | fewer than `min_items` answered items need the attribute                                                   |
/// | not identified      | the answered items do not tell classes apart that differ in it, and the answer depends on how the           |
/// |                     | probability is shared between them; or it stands in exactly the same answered items as another attribute    |
/// | between thresholds  | not_mastered < P < mastered                                                                                |
/// | priors disagree     | P under a second defensible prior leads to another answer                                                  |
///
/// P is compared after rounding to 1e-6, so that machines agree; a P within 1e-6 of a threshold is marked borderline.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

enum class Mastery : std::uint8_t { kNotEnoughEvidence = 0, kNotMastered = 1, kMastered = 2 };
/// "not_enough_evidence" "not_mastered" "mastered".
[[nodiscard]] std::string_view mastery_name(Mastery mastery);

/// Why there is not enough evidence; bits of Decisions::reasons.
enum class Reason : std::uint8_t {
  kNoAnswers = 1,
  kTooFewItems = 2,
  kNotIdentified = 4,
  kBetweenThresholds = 8,
  kPriorsDisagree = 16,
  kDropped = 32,
};
/// "no_answers" "too_few_items" "not_identified" "between_thresholds" "priors_disagree" "dropped".
[[nodiscard]] std::string_view reason_name(Reason reason);

struct DecisionOptions {
  double mastered = 0.80;      ///< mastered where P >= this
  double not_mastered = 0.20;  ///< not mastered where P <= this
  int min_items = 3;           ///< answered items that need the attribute
};

/// Matrices are n_persons x n_attributes, person by person. Value type.
struct Decisions {
  std::vector<std::string> attributes;
  std::vector<Mastery> mastery;
  std::vector<std::uint8_t> reasons;     ///< bits of Reason; 0 where mastered or not mastered
  std::vector<std::uint8_t> borderline;  ///< 1: P lies within 1e-6 of a threshold
  DecisionOptions options;

  [[nodiscard]] bool has(std::int64_t person, int attribute, Reason reason) const {
    return (reasons[static_cast<std::size_t>(person) * attributes.size() + static_cast<std::size_t>(attribute)] &
            static_cast<std::uint8_t>(reason)) != 0;
  }
  [[nodiscard]] Mastery of(std::int64_t person, int attribute) const {
    return mastery[static_cast<std::size_t>(person) * attributes.size() + static_cast<std::size_t>(attribute)];
  }
  /// One row a person and attribute: row (from 1), attribute, mastery (text), reasons (names joined by a space), borderline.
  [[nodiscard]] Table to_table() const;
};

/// Decides from scores. `second`: scores of the same answers under another defensible prior (a second fit of the same data), or null; a
/// definite answer needs both to agree. Errors: kInvalidArgument (thresholds not 0 <= not_mastered < mastered <= 1, min_items < 0, other
/// attributes), kLengthMismatch (another number of persons). Cost: O(persons x attributes). Reentrant.
[[nodiscard]] Result<Decisions> decide(const Scores& scores, const DecisionOptions& options = {}, const Scores* second = nullptr);

}  // namespace celadon::inline CELADON_ABI::cdm
