/// How well a test classifies: accuracy (is the class given the true one?) and consistency (would a parallel form give the same?), from the
/// posteriors of the persons; and what the three-way decision gets wrong.
///
/// With u_i the profile given to person i (MAP) and w_i(c) the posterior of class c, P(given l | true c) is estimated by the sum of w_i(c)
/// over the persons with u_i = l, divided by the sum over all. Accuracy is sum_c p_c P(given c | c), consistency sum_c p_c sum_l P(given l
/// | c)^2; of an attribute likewise with its two states. They hold as far as the model does.
///
/// Sources: Cui, Gierl & Chang (2012), doi:10.1111/j.1745-3984.2011.00158.x (pattern); Wang, Song, Chen, Meng & Ding (2015),
/// doi:10.1111/jedm.12096 (attribute; from posteriors); Johnson & Sinharay (2018), doi:10.1111/jedm.12196 (rates of an attribute).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// Rates from 0 to 1; NaN where nobody is expected to be in the state, or no decision was given.
struct AttributeQuality {
  std::string attribute;
  double prevalence = 0.0;  ///< mean posterior probability of mastery
  double accuracy = 0.0;    ///< of mastery as the MAP profile has it
  double consistency = 0.0;
  double sensitivity = 0.0;  ///< P(given as mastered | mastered)
  double specificity = 0.0;  ///< P(given as not mastered | not mastered)
  // The three-way decision; NaN without one.
  double decided = 0.0;             ///< share of persons with a definite answer
  double decided_wrong = 0.0;       ///< expected share of wrong ones among the definite answers
  double mastered_wrong = 0.0;      ///< among those given as mastered
  double not_mastered_wrong = 0.0;  ///< among those given as not mastered
};

/// Value type.
struct Quality {
  double pattern_accuracy = 0.0;
  double pattern_consistency = 0.0;
  std::vector<std::uint32_t> classes;
  std::vector<double> class_probability;  ///< mean posterior, by class
  std::vector<double> class_accuracy;     ///< P(given c | true c), by class; NaN where nobody is expected
  std::vector<AttributeQuality> attributes;
  double decided = 0.0;  ///< over all attributes; NaN without decisions
  double decided_wrong = 0.0;
  std::int64_t n_used = 0;  ///< persons with a usable answer

  /// One row an attribute; columns as the fields of AttributeQuality.
  [[nodiscard]] Table to_table() const;
};

/// From scores that kept their state (ScoreOptions::keep_state), and the decisions made from them, or null.
/// Errors: kInvalidArgument (no state), kNoPersons (nobody scored), kLengthMismatch (decisions of others).
/// Cost: O(persons x (classes + attributes) + classes^2). Reentrant.
[[nodiscard]] Result<Quality> classification_quality(const Scores& scores, const Decisions* decisions = nullptr);

}  // namespace celadon::inline CELADON_ABI::cdm
