/// Conditional standard error of measurement: how sure one total is, at its own place on the scale; and an interval of the true score.
#pragma once

#include <celadon/models/ctt/test_scores.hpp>

#include <string>

namespace celadon::inline CELADON_ABI::ctt {

enum class ConditionalSemMethod : std::uint8_t {
  /// Lord's binomial error: sqrt(x (k - x) / (k - 1)) for k items of 0/1. Lord (1957), doi:10.1177/001316445701700407. Too wide when
  /// items differ in difficulty, as they do; 0/1 items only.
  kLordBinomial = 0,
  /// Scaled binomial error (Keats 1957, doi:10.1007/BF02289051, for any marks): the curve sqrt(c x (F - x)), with c such that the mean
  /// error variance over persons is V (1 - reliability). Steady in a class of 40; the default.
  kScaledBinomial = 1,
  /// Feldt & Qualls (1996), doi:10.1111/j.1745-3984.1996.tb00486.x, with the items as parts: a person's error variance is
  /// sum over groups of equal full mark of n/(n-1) sum_j ((X_ij - mean_i) - (mean_j - mean))^2, averaged over persons by a quadratic in the
  /// total that is never below 0. Follows the data where there are many persons; any marks.
  kFeldtQualls = 2,
};

struct ConditionalSemOptions {
  ScoringOptions scoring;
  ConditionalSemMethod method = ConditionalSemMethod::kScaledBinomial;
  /// Reliability for kScaledBinomial, in [0, 1); NaN takes alpha of these data.
  double reliability = std::numeric_limits<double>::quiet_NaN();
};

/// An interval of the true score, in points, within [0, full mark].
struct ScoreInterval {
  double lower = 0.0;
  double upper = 0.0;
};

/// The error curve of one paper. Value type; safe to share between threads.
struct ConditionalSem {
  ConditionalSemMethod method = ConditionalSemMethod::kScaledBinomial;
  double full_mark = 0.0;
  double sem = 0.0;                          ///< root mean conditional error variance over persons, points
  double reliability = 0.0;                  ///< 1 - sem^2 / variance of totals
  double ratio = 0.0;                        ///< c of the binomial curves: error variance / (x (F - x))
  double coefficients[3] = {0.0, 0.0, 0.0};  ///< of the quadratic of kFeldtQualls: b0 + b1 s + b2 s^2, s = x / F, in points^2
  double floor = 0.0;                        ///< smallest error variance of kFeldtQualls
  std::vector<double> scores;                ///< the totals that occur, ascending
  std::vector<double> score_sem;
  std::vector<std::int64_t> score_n;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  Findings findings;

  /// Standard error of the total x, points; x is taken into [0, full mark].
  [[nodiscard]] double at(double x) const;
  /// Interval of the true score behind the total x: the true scores that a test at level 1 - confidence would not reject. For the binomial
  /// curves this is Wilson's interval with the curve's error at the true score, which has width at 0 and at the full mark too, where
  /// at(x) is 0. @param confidence in (0, 1), else LogicError.
  [[nodiscard]] ScoreInterval true_score_interval(double x, double confidence) const;
  /// One row a total that occurs: score, sem, n.
  [[nodiscard]] Table to_table() const;
};

/// The error curve from complete data. Persons without a counting cell on every item are left out of the estimate, whatever the case rule:
/// an error curve belongs to one paper. Bonus items are left out.
///
/// Errors: those of test_scores; kTooFewPersons (fewer than 2), kTooFewItems (fewer than 2), kZeroVariance, kNotDichotomous
/// (kLordBinomial), kInvalidArgument (reliability). Findings: kPersonsDropped, kNegativeReliability (alpha <= 0: taken as 0).
/// Cost: O(persons x items). Same bits for any number of threads. Reentrant.
Result<ConditionalSem> conditional_sem(const Responses& responses, const Items& items = {}, const Sample& sample = {},
                                       const ConditionalSemOptions& options = {}, const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::ctt
