/// Calibration: marginal maximum likelihood (or marginal posterior mode) of item and population parameters.
///
/// The ability distribution of each population is a normal density on the nodes of the grid. The likelihood of a person is
/// L_i = sum_q W(q) prod_j P_j(x_ij | theta_q); the result maximises sum_i w_i log L_i + log prior. The method is EM with a second-order
/// finish: the exact gradient comes from the expected counts (Fisher's identity), the curvature from the complete-data information
/// less the information that the unseen abilities cost (Louis), estimated on a fixed subsample of persons. A step is taken only if
/// the objective does not fall, and each step that is refused falls back towards plain EM, so the result never ends below EM's.
///
/// Sources: Bock & Aitkin (1981), doi:10.1007/BF02293801; Louis (1982), doi:10.1111/j.2517-6161.1982.tb01203.x;
/// Lange (1995), doi:10.1111/j.2517-6161.1995.tb02037.x (EM gradient); Mislevy (1986), doi:10.1007/BF02293979 (priors).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Which parameter of an item a prior speaks of.
enum class ParameterKind : std::uint8_t {
  kSlope = 0,      ///< a; for the nominal model each scoring slope s_k a
  kIntercept = 1,  ///< d or every d_k
  kLower = 2,      ///< g of 3PL and 4PL
  kUpper = 3,      ///< u of 4PL
  kStep = 4,       ///< the steps c_k that rating-scale items share
  kMean = 5,       ///< free population means
  kSd = 6,         ///< free population standard deviations
};

enum class PriorFamily : std::uint8_t {
  kNormal = 0,     ///< first = mean, second = sd; for lower and upper a density of logit g or logit u, for kSd one of log sd
  kLogNormal = 1,  ///< of a: first and second are mean and sd of log a
  kBeta = 2,       ///< of g or u themselves: first and second are the shape parameters, both >= 1
};

/// A prior on one kind of parameter, of one item or (item empty) of every item that estimates it. A prior that names an item
/// replaces a general one of the same kind. For kMean and kSd `item` names a population or is empty; parameters that items share
/// (the 1PL slope, kStep) take general priors only. The density of logit g is taken in logit g, that of a beta prior in g: the
/// mode that is found is the mode in that scale. A named prior that no free parameter takes is a finding (kPriorUnused).
struct Prior {
  std::string item = {};
  ParameterKind parameter = ParameterKind::kLower;
  PriorFamily family = PriorFamily::kNormal;
  double first = 0.0;
  double second = 1.0;
};

/// Whether the reference population (the first group of each linked set of items) has free mean and variance.
enum class PopulationRule : std::uint8_t {
  kAuto = 0,   ///< variance free where a slope is fixed (Rasch, PCM, RSM or an anchor), mean free where an anchor is; else N(0, 1)
  kFixed = 1,  ///< N(0, 1) for the reference population
};

struct FitOptions {
  /// Model of the items that `models` does not name. A dichotomous model asked of an item with more than two categories becomes
  /// its polytomous form (rasch: pcm; 1pl ... 4pl: gpcm) with a finding.
  ItemModel model = ItemModel::k2pl;
  /// Models by item id.
  std::vector<std::pair<std::string, ItemModel>> models = {};
  std::vector<Prior> priors = {};
  /// Items of a bank: where an id is found in the data its parameters are kept fixed and set the scale.
  std::vector<ItemParameters> anchors = {};
  /// Starting values by id, for items that are not anchors; ignored with a finding where they do not fit the item's categories.
  std::vector<ItemParameters> starts = {};
  /// Person weights (n_persons values >= 0, finite), or empty for 1 each. Used as they are; they are not rescaled.
  std::span<const double> weights = {};
  /// Group of each person (0 ... n_groups - 1), or empty for one group. The first group fixes the scale unless anchors do;
  /// the others have free means and variances.
  std::span<const std::int32_t> groups = {};
  /// Names of the groups; empty for "all" (one group) or "1", "2", ...
  std::vector<std::string> group_ids = {};
  MissingPolicy missing = {};
  Grid grid = {};
  PopulationRule population = PopulationRule::kAuto;
  /// Estimated distance of the log posterior from its maximum at which the fit stops, > 0.
  double tolerance = 1e-5;
  int max_iterations = 500;
  /// Plain EM when false: no second-order steps, no start on a subsample. For comparison; slower.
  bool accelerate = true;
  /// Standard errors and covariances from the observed information; none, with a finding, where it is not positive definite or where
  /// the items have fewer answer patterns than the model has parameters.
  bool standard_errors = true;
  /// Categories with fewer observations than this are merged with their neighbour for estimation (from the lowest up; the model's
  /// category_map says how), with a finding. 1 merges only categories that nobody chose. Nominal items are never merged that way.
  int min_category_count = 1;
  /// How many shared items make a link between papers; below that the calibration goes on, with a finding (kWeakLink).
  LinkRule link = {};
};

enum class StopReason : std::uint8_t {
  kTolerance = 0,      ///< the estimated distance from the maximum is below the tolerance
  kMaxIterations = 1,  ///< not converged
  kNoProgress = 2,     ///< no step improves the objective although the gradient is not small: not converged
};
/// "tolerance", "max_iterations" or "no_progress".
[[nodiscard]] std::string_view stop_reason_name(StopReason reason);

/// One number that belongs to the model. `item` is empty for population parameters (their population is named in `population`) and
/// for parameters shared by items (the slope of 1PL items, the steps of rating-scale items).
struct ParameterEstimate {
  std::string name;  ///< slope-intercept: a d d1.. g u s1.. c1.. mean variance; IRT form: a b b1.. g u a1.. c1.. mean sd
  std::string item = {};
  std::string population = {};
  double estimate = 0.0;
  double se = 0.0;             ///< NaN where fixed, not asked for, on a boundary or not computable
  bool fixed = false;          ///< by the model, an anchor or the scale
  std::int64_t position = -1;  ///< row of the covariance matrix, -1 where fixed
};

/// A set of parameters with the covariance of the free ones (row-major, n_free x n_free; empty when not asked for).
struct ParameterSet {
  std::vector<ParameterEstimate> parameters;
  std::int64_t n_free = 0;
  std::vector<double> covariance;
};

/// The result of a calibration. Value type; reading is thread-safe.
struct Fit {
  Model model;                  ///< items in the order of the data, without those left out; one population or more
  double log_likelihood = 0.0;  ///< sum of w_i log L_i, without priors
  double log_posterior = 0.0;   ///< with the log priors (normalised densities)
  int iterations = 0;           ///< passes over all the persons (or their distinct patterns)
  bool converged = false;
  StopReason stop = StopReason::kMaxIterations;
  double distance = 0.0;  ///< estimated distance of the log posterior from its maximum at the end
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;  ///< persons without a usable answer, or dropped by the missing policy
  double total_weight = 0.0;   ///< of the persons used
  int n_parameters = 0;        ///< free parameters (shared ones count once)
  double aic = 0.0;
  double bic = 0.0;  ///< with log(total_weight)
  ParameterSet slope_intercept;
  ParameterSet irt;  ///< a, b and their like, covariance by the delta method
  /// Items of the data that the model does not hold, each with a finding.
  std::vector<std::string> left_out;
  /// Linked set of items of each item of the model (0, 1, ...), -1 for an anchor that nobody answered. Sets that hold anchors stand on
  /// the bank's scale and count as one. Abilities of different sets are not comparable.
  std::vector<std::int32_t> item_component;
  /// Index in model.populations of each person, -1 for a dropped one; empty when there is one population and nobody was dropped.
  std::vector<std::int32_t> person_population;
  Findings findings;

  /// One row an item: id, model, n_categories, a, a_se, b, b_se (dichotomous), thresholds as text-free columns b1.. b1_se.., g, u.
  [[nodiscard]] Table item_table() const;
  /// One row a parameter: name, item, population, estimate, se, fixed. `irt_form` chooses the parametrisation.
  [[nodiscard]] Table parameter_table(bool irt_form = false) const;
};

/// Calibrates. Cells follow options.missing; an item that cannot be estimated is left out with a finding and the rest goes on.
/// Same bits for any number of threads and any instruction set.
/// Errors: kInvalidArgument (an option out of range, an unknown id is a finding only), kLengthMismatch (weights, groups),
/// kNoPersons, kNoItems, kCancelled.
/// Cost: about 10 to 20 passes of O(persons * items / 4 * nodes); standard errors O(persons * parameters^2) beside.
/// Memory above the input: a quarter of its bytes, and the tables.
[[nodiscard]] Result<Fit> fit(const Responses& responses, const FitOptions& options = {}, const ExecutionContext& context = {});

struct LikelihoodOptions {
  std::span<const double> weights = {};
  /// Index in model.populations of each person (-1: left out), or empty for the first population.
  std::span<const std::int32_t> populations = {};
  MissingPolicy missing = {};
};

struct LogLikelihood {
  double value = 0.0;
  std::int64_t n_used = 0;
  std::int64_t n_dropped = 0;
};

/// Marginal log-likelihood of responses under a given model, on the model's grid. Items are matched by id; items that the model does
/// not hold and categories that it cannot place are ignored. The same sum that `fit` maximises.
/// Errors: kInvalidArgument (see check), kLengthMismatch, kNoItems (none in common), kNoPersons, kCancelled.
[[nodiscard]] Result<LogLikelihood> log_likelihood(const Model& model, const Responses& responses, const LikelihoodOptions& options = {},
                                                   const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::irt
