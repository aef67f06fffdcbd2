/// Calibration of diagnosis models: marginal maximum likelihood, or the posterior mode where there are priors, by accelerated EM from
/// several starts.
///
/// The likelihood of a person is L_i = sum_c pi_c prod_j P_j(x_ij | c) over the classes of mastery. Its surface has many tops: a climb
/// begins from many seeded starts and from the special cases of a general rule, the best of them go on to their top, and the result says
/// how many agree, which lie within 2 of the best, and how far pupils' probabilities differ between them. A step of the acceleration is
/// taken only if the objective does not fall, else the plain EM step is, so that the result never ends below EM's from the same start.
///
/// Sources: de la Torre (2009), doi:10.3102/1076998607309474; (2011), doi:10.1007/s11336-011-9207-7; de la Torre & Douglas (2004),
/// doi:10.1007/BF02295640 (higher order); Walker & Ni (2011), doi:10.1137/10078356X (Anderson's mixing); Philipp, Strobl, de la Torre &
/// Zeileis (2018), doi:10.3102/1076998617719728 (complete information, sandwich).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/q_matrix.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

/// Beta(a, b) as counts of answers seen before: a - 1 right and b - 1 wrong. 1, 1 is no prior.
struct BetaPrior {
  double a = 1.0;
  double b = 1.0;
};

struct Priors {
  BetaPrior lowest = {};      ///< on P of the group that has mastered nothing needed (guess)
  BetaPrior highest = {};     ///< on P of the group that has mastered all that is needed (1 - slip)
  BetaPrior between = {};     ///< on P of every other group; ACDM, LLM and RRUM take it as answers of that group
  double class_count = 0.0;   ///< persons of every class seen before (saturated; Dirichlet with this + 1)
  double structure_sd = 0.0;  ///< normal prior on slopes and intercepts of the higher-order and the independent structure; 0: none

  /// The stated priors of small samples (a class of 40): guess Beta(2, 8), 1 - slip Beta(8, 2), between Beta(1.5, 1.5), classes 0.05,
  /// sd 1.5.
  [[nodiscard]] static Priors small_sample();
};

/// How standard errors come about. Both use the information of items and classes together.
enum class ErrorMethod : std::uint8_t {
  kNone = 0,
  kInformation = 1,  ///< inverse of the observed information (of the posterior where there are priors)
  kSandwich = 2,     ///< information^-1 (sum of scores' cross-products) information^-1: holds where the model is wrong, or weights are
};                   ///< those of a sample
/// "none" "information" "sandwich".
[[nodiscard]] std::string_view error_method_name(ErrorMethod method);
/// Errors: kInvalidArgument.
[[nodiscard]] Result<ErrorMethod> error_method_from_name(std::string_view name);

struct FitOptions {
  Rule rule = Rule::kGdina;
  /// Rules of single items by id; an item of one attribute is DINA whatever its rule (all rules say the same).
  std::vector<std::pair<std::string, Rule>> rules = {};
  Structure structure = Structure::kSaturated;
  std::vector<Prerequisite> prerequisites = {};
  Priors priors = {};
  /// Mastery of a further needed attribute never lowers P.
  bool monotone = false;
  std::span<const double> weights = {};
  /// Group of each person (0 ... n_groups - 1), or empty for one; groups share the items and have their own distribution of classes.
  std::span<const std::int32_t> groups = {};
  std::vector<std::string> group_ids = {};
  MissingPolicy missing = {};
  /// Short climbs at most; the first start is fixed, the others drawn from `seed`; further ones go by way of other rules, special cases of
  /// a general rule among them. Above 3,000 different patterns of answers they run on 1,500 of them (above 1,000 on 500, from 1,024 classes
  /// on), and end when no further top is to be expected (Boender & Rinnooy Kan, 1987, doi:10.1007/BF02591684): after seven that come to the
  /// same.
  int n_starts = 24;
  int n_finals = 6;  ///< at most so many of the best, with different tops, are climbed to the end
  std::uint64_t seed = 20260901;
  /// A model from which a further climb begins (a bank, a nested model): items by id with the same attributes, the same classes. What does
  /// not fit is left at the fixed start. Borrowed for the call.
  const Model* start = nullptr;
  double tolerance = 1e-6;    ///< estimated distance of the objective from its top at which a climb has converged
  int max_iterations = 5000;  ///< passes over the persons, of each climb
  bool accelerate = true;
  ErrorMethod errors = ErrorMethod::kInformation;
};

/// A climb that went on to its end.
struct StartResult {
  double objective = 0.0;  ///< log-likelihood plus log prior
  double log_likelihood = 0.0;
  int iterations = 0;
  bool converged = false;
  int n_near = 0;  ///< short climbs that had come near this one, itself among them
  /// Largest difference of a person's probability of mastering an attribute from that under the best; NaN where the objective is more
  /// than 2 below.
  double mastery_difference = 0.0;
};

/// Parameters of an item with their errors.
struct ItemEstimate {
  std::vector<double> probability_se;          ///< by group; NaN where not identified, on a bound or not asked for
  std::vector<double> probability_covariance;  ///< groups x groups; empty where not asked for
  std::vector<double> parameters;              ///< as ItemParameters::parameters
  std::vector<double> parameters_se;           ///< by the delta method
  std::vector<double> group_size;              ///< expected number of persons in each group
};

/// The result. Value type; reading is thread-safe.
struct Fit {
  Model model;
  double log_likelihood = 0.0;
  double objective = 0.0;
  bool converged = false;
  int iterations = 0;               ///< of the best start
  std::vector<StartResult> starts;  ///< those that were climbed to the end, the best first
  int n_starts = 0;                 ///< short climbs that were made, of drawn starts and by way of other rules
  int n_agreeing = 0;               ///< those of them near one that ended within 0.01 of the best
  /// Largest mastery_difference of the starts within 2 of the best: what the choice among tops means for a person.
  double mastery_difference = 0.0;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  double total_weight = 0.0;
  int n_parameters = 0;
  double aic = 0.0;
  double bic = 0.0;
  std::vector<ItemEstimate> items;                 ///< as model.items
  std::vector<std::vector<double>> class_se;       ///< by population, by class; empty where not asked for or not computable
  std::vector<std::vector<double>> slope_se;       ///< of the higher-order structure, by population, by attribute
  std::vector<std::vector<double>> intercept_se;   ///< of the higher-order and the independent structure
  std::vector<std::vector<double>> prevalence_se;  ///< of Model::prevalence, by population, by attribute
  /// Classes that no item of the model tells apart, and the attributes that nothing in the answers decides.
  LatentGroups groups;
  std::vector<std::string> left_out;  ///< items of the data that the model does not hold, each with a finding
  Findings findings;

  /// One row an item and group: item, rule, group ("10": the first needed attribute mastered, the second not), probability, se, size.
  [[nodiscard]] Table item_table() const;
  /// One row a population and class: population, class, probability, se.
  [[nodiscard]] Table class_table() const;
};

/// Calibrates.
///
/// Answers are right or wrong: a column with categories other than 0 and 1 is an error (kNotRightWrong). Items of the responses are matched
/// with the matrix by id; rows of the matrix without answers are passed over. An item that needs nothing, has no answers, or
/// (without priors) has one answer only, is left out with a finding. Persons without an answer are not used; scoring gives them the prior.
///
/// Errors: kNoPersons, kNoItems, kLengthMismatch, kInvalidArgument, kNotRightWrong, those of check_q_matrix, kCancelled.
/// Findings: those of check_q_matrix; kNotConverged, kItemConstant, kItemWithoutResponses, kPersonsWithoutAnswers, kSeveralTops (tops
/// within 2 of the best that differ by more than 0.01 for some person), kNoStandardErrors (not computable, or item by item only because
/// the whole matrix would be too large).
/// Progress: stage "cdm.fit", passes over persons of all climbs together; how many there will be is not known (total 0).
/// From 128 classes on (saturated) a step maximises their distribution for the items as they are (SQUAREM on the classes that each person's
/// answers leave possible; Varadhan & Roland, 2008, doi:10.1111/j.1467-9469.2007.00585.x), because EM moves it in thousands of passes.
/// Same bits for any number of threads and instruction set. Cost: O(persons x items / 5 x classes) a pass; standard errors
/// O(persons x (items^2 x likely classes + parameters^2)). Memory: the packed answers, and 130 x items / 6 x classes numbers a thread.
/// Reentrant.
[[nodiscard]] Result<Fit> fit(const Responses& responses, const QMatrix& q, const FitOptions& options = {},
                              const ExecutionContext& context = {});

struct LikelihoodOptions {
  std::span<const double> weights = {};
  /// Index in model.populations of each person, or empty for the first.
  std::span<const std::int32_t> groups = {};
  MissingPolicy missing = {};
};

struct LogLikelihood {
  double value = 0.0;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
};

/// Log-likelihood of responses under a given model: the same sum that `fit` maximises. Items are matched by id; those that the model does
/// not hold are passed over.
/// Errors: kInvalidArgument (see check), kLengthMismatch, kNoItems (none in common), kNoPersons, kNotRightWrong, kCancelled.
[[nodiscard]] Result<LogLikelihood> log_likelihood(const Model& model, const Responses& responses, const LikelihoodOptions& options = {},
                                                   const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
