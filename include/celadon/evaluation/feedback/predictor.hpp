/// The model behind expected scores: what a pupil of a given ability gains on each item, with the error of the items themselves.
///
/// Two ways lead to a predictor:
/// - **from a calibrated model** (irt::Model): enough pupils, or an item bank;
/// - **a working model with stated priors**, for papers that carry no calibration (a class of 40, items of 8 to 30 points, means near 90
/// %).
///
/// The working model gives category k (of m + 1) of item i at ability theta the probability
///   P_i(k | theta) proportional to h_i(k) exp(a_i theta k / m),    theta ~ N(0, 1),
/// a generalised partial credit model. The base h_i, the distribution at ability 0, is free, with a Dirichlet prior: category_weight
/// persons' worth of the paper's pooled shape at the item's own mean, and up to ten at the paper's mean, as far as the spread of the items'
/// means allows. The slope has a log-normal prior (slope_spread) around what is common to the paper: between "a standard deviation says the
/// same on every item" and "a point says the same on every item" (Rasch), by regression. It is fitted by penalised marginal likelihood
/// (EM). With no information on an item its prediction is a shrunken item mean plus the rest score.
///
/// Item error enters as the mean of the predictions over the posterior of the item's location and slope, with the item's mean kept.
/// Sources: Muraki (1992), doi:10.1177/014662169201600206; Mislevy (1986), doi:10.1007/BF02293979; posterior predictive: Rubin (1984),
/// doi:10.1214/aos/1176346785. Why this and not a Rasch model: docs/decisions/expected-scores.md.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/items.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/evaluation/profile.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback {

enum class PredictorKind : std::uint8_t { kNone = 0, kWorkingModel = 1, kCalibrated = 2 };
/// "none" "working_model" "calibrated".
[[nodiscard]] std::string_view predictor_name(PredictorKind kind);

/// Probabilities of one item on the ability grid.
struct ItemPredictor {
  bool usable = false;             ///< false: no expected score for this item (nobody has it, constant full mark table ...)
  int n_categories = 0;            ///< observed categories 0 ... n_categories - 1
  std::vector<double> points;      ///< of each category
  std::vector<double> likelihood;  ///< n_categories x n_nodes, by category: at the estimate; scores ability
  std::vector<double> predictive;  ///< n_categories x n_nodes: with item error; predicts this item
  double slope = 0.0;              ///< working model: a_i; else NaN
  double location_se = 0.0;        ///< error of the location in units of the tilt
};

/// Value type; const use is thread-safe.
struct Predictor {
  PredictorKind kind = PredictorKind::kNone;
  std::vector<double> nodes;    ///< ability grid; padded to a multiple of 8
  std::vector<double> weights;  ///< population; sum to 1; 0 on padding
  std::vector<ItemPredictor> items;
  std::vector<double> base;  ///< working model: h_i(k), by item then category (for refits without a pupil)
  std::int64_t n_used = 0;
  /// Working model: the slopes' prior has its centre at log a_i = log common_slope + slope_by_points log(sd of item i's category number) -
  /// log(sd of its share); else NaN.
  double common_slope = 0.0;
  double slope_by_points = 0.0;
  int iterations = 0;
  bool converged = false;
  Findings findings;

  [[nodiscard]] std::size_t n_nodes() const { return nodes.size(); }
};

/// Which pupils and cells count.
struct CountedResponses {
  const Responses* scored = nullptr;      ///< borrowed
  const Items* items = nullptr;           ///< borrowed
  std::span<const std::uint8_t> counted;  ///< one a pupil; 0 takes no part in estimation
  MissingPolicy missing;
};

/// Fits the working model. Errors: kTooFewPersons, kTooFewItems (profile.expectation), kCancelled.
/// Cost: iterations x pupils x items x nodes. Same bits for any number of threads. Reentrant.
[[nodiscard]] Result<Predictor> fit_working_model(const CountedResponses& responses, const evaluation::ExpectationRules& rules,
                                                  const ExecutionContext& context = {});

/// Takes a calibrated model (items matched by id, first population). Items that it does not hold get no expected score, with a finding; so
/// do observed categories that it cannot place.
/// @param n_persons  pupils behind the calibration, for the item error; a bank with known standard errors may pass its own number, infinity
///                   for no item error.
/// Errors: kInvalidArgument, kLengthMismatch, kNoCommonItems. Cost: items x categories x nodes, and a pass over merged categories.
/// Reentrant.
[[nodiscard]] Result<Predictor> predictor_from_model(const irt::Model& model, const Responses& scored, const Items& items,
                                                     double n_persons);

}  // namespace celadon::inline CELADON_ABI::feedback
