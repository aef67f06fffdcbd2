/// Calibration of diagnosis models: marginal maximum likelihood, or the posterior mode where there are priors, by accelerated EM from
/// several starts.
///
/// The likelihood of a person is L_i = sum_c pi_c prod_j P_j(x_ij | c) over the classes of mastery. Its surface has many tops: starts are
/// seeded, nested models among them, and the result says how many starts agree and how far the runners-up lie. A step of the acceleration
/// is taken only if the objective does not fall, else the plain EM step is, so that the result never ends below EM's from the same start.
///
/// Sources: de la Torre (2009), doi:10.3102/1076998607309474; (2011), doi:10.1007/s11336-011-9207-7; de la Torre & Douglas (2004),
/// doi:10.1007/BF02295640 (higher order); Zhou, Alexander & Lange (2011), doi:10.1007/s11222-009-9166-3 (quasi-Newton EM).
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
  int n_starts = 5;  ///< the first is fixed, the others drawn from `seed`
  std::uint64_t seed = 20260901;
  double tolerance = 1e-6;    ///< estimated distance of the objective from its top at which a start has converged
  int max_iterations = 5000;  ///< passes over the persons, of each start
  bool accelerate = true;
  bool standard_errors = true;
};

/// One start of the search.
struct StartResult {
  double objective = 0.0;  ///< log-likelihood plus log prior
  double log_likelihood = 0.0;
  int iterations = 0;
  bool converged = false;
};

/// Parameters of an item with their errors.
struct ItemEstimate {
  std::vector<double> probability_se;  ///< by group; NaN where not identified or on a bound
  std::vector<double> parameters;      ///< as ItemParameters::parameters
  std::vector<double> parameters_se;
  std::vector<double> group_size;  ///< expected number of persons in each group
};

/// The result. Value type; reading is thread-safe.
struct Fit {
  Model model;
  double log_likelihood = 0.0;
  double objective = 0.0;
  bool converged = false;
  int iterations = 0;  ///< of the best start
  std::vector<StartResult> starts;
  int n_agreeing = 0;  ///< starts within 0.01 of the best
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
  double total_weight = 0.0;
  int n_parameters = 0;
  double aic = 0.0;
  double bic = 0.0;
  std::vector<ItemEstimate> items;
  std::vector<std::vector<double>> class_se;  ///< by population, by class (saturated)
  Findings findings;

  /// One row an item and group: item, rule, group ("10": the first needed attribute mastered, the second not), probability, se, size.
  [[nodiscard]] Table item_table() const;
  /// One row a population and class: population, class, probability, se.
  [[nodiscard]] Table class_table() const;
};

/// Calibrates.
///
/// Answers are right or wrong: a column with categories other than 0 and 1 is an error (kNotRightWrong). Items of the responses are matched
/// with the matrix by id.
///
/// Errors: kNoPersons, kNoItems, kLengthMismatch, kInvalidArgument, kNotRightWrong, those of check_q_matrix, kCancelled.
/// Findings: those of check_q_matrix; kNotConverged, kItemConstant, kSeveralTops (starts that end within 2 of the best with other
/// probabilities), kBoundary.
/// Same bits for any number of threads and instruction set. Cost: O(persons x items / 5 x classes) a pass. Reentrant.
[[nodiscard]] Result<Fit> fit(const Responses& responses, const QMatrix& q, const FitOptions& options = {},
                              const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
