/// Steps of the diagnosis of a paper that stand apart from choosing a model.
#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/score.hpp>

#include <cstdint>
#include <limits>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Standard deviation of each pupil's log odds of mastery that comes from the errors of the item parameters, persons x attributes:
/// the delta method over the items' parameters, taken as independent; the distribution of the classes stands as estimated. A parameter
/// without an error (on a bound) adds nothing. @param scores of `responses` by fit.model, with their state.
/// Cost: O(persons x items x classes x attributes).
[[nodiscard]] std::vector<std::vector<double>> mastery_spread(const cdm::Fit& fit, const Responses& responses, const cdm::Scores& scores);

struct Interval {
  double low = 0.0;
  double high = 0.0;
};
/// Interval of a probability that is symmetric in its log odds.
[[nodiscard]] Interval probability_interval(double probability, double logit_sd, double confidence);

/// Probabilities and bounds of a bank's scores. @param point  index of the paper's point by attribute of the bank, -1 none.
void take_bank_scores(const std::vector<std::int32_t>& point, const cdm::Scores& scores, feedback::MasteryInput& in);

}  // namespace celadon::inline CELADON_ABI::evaluation::diagnose_detail
