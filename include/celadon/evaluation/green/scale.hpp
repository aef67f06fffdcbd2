/// Questionnaire scales: from Likert answers to a score with its error, its reliability beside it, and plausible values for groups.
///
/// A scale is calibrated once in its reference population (fit_scale) and then scores that and later groups on the same metric. The model
/// is the generalised partial credit model, or by size of the sample what it can carry (rule of irt::default_model): below
/// `cuts.rasch` persons an item none, below `cuts.two_parameter` partial credit, below `cuts.three_parameter` GPCM with a log-normal prior
/// (0, .5) on the slopes, from there GPCM.
/// Sources: Muraki (1992), doi:10.1177/014662169201600206; metric of mean 10 and standard deviation 2 as in international studies:
/// Martin, Mullis, Hooper, Yin, Foy & Palazzo (2016), in Methods and Procedures in TIMSS 2015, chapter 15.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/visitor.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/plausible_values.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::green {

struct ScaleItem {
  std::string id;
  bool reversed = false;  ///< agreement speaks against what the scale measures
};

/// What a scale is: data of a scheme file or of the host, not of this library.
struct ScaleDefinition {
  std::string name;
  std::vector<ScaleItem> items;  ///< at least 3
  int n_options = 4;             ///< answers are 0 ... n_options - 1, the same options for all items
  /// Share of the items that a person must have answered to have a score, in (0, 1].
  double least_answered = 0.5;
  /// Marginal reliability below which individual scores are withheld, in [0, 1); the host's profile gives it.
  double least_reliability = 0.7;
  /// Metric: latent mean and standard deviation of the reference population on it.
  double mean = 10.0;
  double sd = 2.0;
  /// Who the reference population is ("grade 5, district, 2026"); named on every result, must not be empty.
  std::string reference_population;
};

struct ScaleOptions {
  std::span<const double> weights = {};  ///< person weights >= 0, or empty; rescaled to sum to the number of persons of weight above 0
  irt::SampleSizeCuts cuts = {};
};

/// An item of a calibrated scale.
struct ScaleItemStatistics {
  std::string id;
  bool reversed = false;
  std::int64_t n = 0;        ///< answers that counted
  double mean = 0.0;         ///< category after reversing
  double item_rest_r = 0.0;  ///< with the sum of the other items, after reversing; NaN where it cannot be computed
  double slope = 0.0;        ///< NaN for an item that was left out
  double slope_se = 0.0;     ///< NaN where fixed
};

/// A calibrated scale. Value type; reading is thread-safe.
struct Scale {
  ScaleDefinition definition;
  irt::Model model;             ///< the calibrated items, reversed ones turned round, and the reference population
  bool converged = false;       ///< whether the calibration reached its tolerance
  double log_likelihood = 0.0;  ///< of the calibration
  /// Constants of the metric: score = shift + factor * ability.
  double shift = 0.0;
  double factor = 1.0;
  double marginal_reliability = 0.0;  ///< of the whole questionnaire in the reference population; what least_reliability is compared with
  double alpha = 0.0;                 ///< Cronbach's, of the sum after reversing; NaN where it cannot be computed
  double alpha_lower = 0.0;           ///< Feldt's 95 % interval
  double alpha_upper = 0.0;
  bool individual_scores = false;  ///< marginal_reliability >= least_reliability (rounded to 1e-6)
  std::int64_t n_used = 0;
  std::int64_t n_too_few = 0;  ///< left out: too few answers or weight 0
  std::vector<ScaleItemStatistics> items;
  Findings findings;  ///< of the calibration; a saved scale does not keep them

  /// One row: "scale", "reference_population", "n_items", "n_used", "n_too_few", "mean", "sd", "alpha", "alpha_lower", "alpha_upper",
  /// "marginal_reliability", "individual_scores".
  [[nodiscard]] Table to_table() const;
  /// One row an item: "item", "reversed", "n", "mean", "item_rest_r", "slope", "slope_se".
  [[nodiscard]] Table item_table() const;
  /// All state but the findings, for saving and loading (io/scale_json.hpp).
  void visit(Visitor& visitor);
};

/// Whether a scale can score: a sound definition and model, one population, a model without items that the definition lacks, statistics
/// of each item in order, a metric. Errors: kTooFewItems, kInvalidArgument naming what is wrong. Reentrant.
[[nodiscard]] Result<void> check(const Scale& scale);

/// @param responses  persons by items, category = option from 0; items that the definition does not name are not looked at.
/// Errors: kInvalidArgument (definition, weights); kTooFewItems (fewer than 3); kDuplicateId; kMissingColumn (an item the answers lack);
/// kLengthMismatch (weights); kAnswerOutsideScale; kNoPersons; kTooFewForCalibration; those of irt::fit. Findings: kScaleItemAgainst,
/// kScaleGroupsOnly, kScaleAnswersTooFew, those of the calibration. Cost: as irt::fit. Same bits for any number of threads.
[[nodiscard]] Result<Scale> fit_scale(const Responses& responses, const ScaleDefinition& definition, const ScaleOptions& options = {},
                                      const ExecutionContext& context = {});

/// Scores of persons, in row order. Value type.
struct ScaleScores {
  std::vector<double> score;     ///< expected a posteriori on the metric; NaN: too few answers, or withheld from everybody
  std::vector<double> score_se;  ///< posterior standard deviation on the metric
  std::vector<std::int32_t> n_answered;
  double empirical_reliability = 0.0;  ///< of these scores in this group; given even where scores are withheld; NaN where none
  double marginal_reliability = 0.0;   ///< of the scale
  double alpha = 0.0;                  ///< of the scale
  bool withheld = false;               ///< no individual scores: the scale is not reliable enough
  std::string reference_population;
  std::int64_t n_scored = 0;
  std::int64_t n_too_few = 0;
  Findings findings;

  /// One row a person: "person" (row from 1), "score", "score_se", "n_answered".
  [[nodiscard]] Table to_table() const;
};

/// Scores the answers of the reference population or of another group. Expected a posteriori scores are drawn towards the reference mean:
/// means of groups, spreads and shares come from scale_plausible_values.
/// Errors: kMissingColumn, kAnswerOutsideScale, those of irt::score. Findings: those of irt::score (an option never taken in the reference
/// population, ...), kScaleGroupsOnly, kScaleAnswersTooFew.
[[nodiscard]] Result<ScaleScores> score_scale(const Scale& scale, const Responses& responses, const ExecutionContext& context = {});

/// Plausible values on the metric for celadon::survey; never for a person's row. Persons with too few answers have NaN (weight 0 in the
/// latent regression). `values`, `residual_variance` and `school_variance` are on the metric; `regression` stays on the ability scale.
/// Errors: kMissingColumn, kAnswerOutsideScale, those of irt::plausible_values. Findings of the regression inside.
[[nodiscard]] Result<irt::PlausibleValues> scale_plausible_values(const Scale& scale, const Responses& responses,
                                                                  const irt::PlausibleValueOptions& options = {},
                                                                  const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::green
