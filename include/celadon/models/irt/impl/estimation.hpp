/// What the parts of a calibration share: the plan of the items, packed persons, expected counts, the layout of free parameters.
/// Internal to the bodies of models/irt.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/irt/fit.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

/// An item that takes part: where its cells are and what each byte means.
struct ItemPlan {
  std::int64_t column = 0;
  ItemParameters start;               ///< starting or fixed parameters
  bool fixed = false;                 ///< an anchor
  std::vector<std::uint8_t> code;     ///< model category of each of the 256 bytes; n_categories means no answer
  bool has_missing = false;           ///< some cell has no answer
  std::vector<std::uint8_t> dropped;  ///< 1 for bytes that drop the person; empty when none does
};

/// Items that share one index: a row of the table is the product of one category (or no answer) of each.
struct PackedGroup {
  std::vector<std::int32_t> items;    ///< indices of plans
  std::vector<std::int32_t> strides;  ///< of each item in the index
  std::vector<std::int32_t> levels;   ///< categories, plus one where there are missing cells
  std::int32_t n_rows = 1;
};

constexpr std::uint16_t kDropped = 0xFFFF;

/// Persons (or distinct patterns): one byte a group. Blocks of kBlockRows; within a block a group's bytes are contiguous.
struct Packed {
  std::vector<PackedGroup> groups;
  std::int64_t n = 0;
  std::vector<std::uint8_t> index;
  std::vector<std::uint16_t> population;  ///< by person; empty: all 0
  std::vector<double> weight;             ///< by person; empty: all 1
  double total_weight = 0.0;
  [[nodiscard]] std::int64_t n_blocks() const { return block_count(n); }
  [[nodiscard]] std::int64_t rows(std::int64_t block) const { return std::min(kBlockRows, n - block * kBlockRows); }
  [[nodiscard]] std::int64_t stride() const { return n < kBlockRows ? n : kBlockRows; }
  [[nodiscard]] const std::uint8_t* column(std::int64_t block, std::size_t group) const {
    return index.data() + (block * static_cast<std::int64_t>(groups.size()) + static_cast<std::int64_t>(group)) * stride();
  }
  [[nodiscard]] std::uint8_t* column(std::int64_t block, std::size_t group) {
    return index.data() + (block * static_cast<std::int64_t>(groups.size()) + static_cast<std::int64_t>(group)) * stride();
  }
};

/// Groups of items for the tables. Items keep their order.
[[nodiscard]] std::vector<PackedGroup> make_groups(std::span<const ItemPlan> plans);
/// Packs all persons. `population` (by person, kDropped for one left out) may be empty. Persons without an answer and those that the
/// missing policy drops become kDropped.
[[nodiscard]] Result<Packed> pack(const Responses& responses, std::span<const ItemPlan> plans, std::vector<std::uint16_t> population,
                                  std::span<const double> weights, const ExecutionContext& context);
/// The same persons with equal patterns joined, by first appearance; the input where that would not pay.
[[nodiscard]] Packed join_patterns(Packed packed);
/// Every (n / size)-th person that is not dropped, with weights scaled to the whole.
[[nodiscard]] Packed subsample(const Packed& packed, std::int64_t size);

/// Probabilities at all nodes and what is made of them. Nodes are padded to a multiple of eight (probability 1, weight 0).
struct Tables {
  int n_nodes = 0;
  int padded = 0;
  std::vector<double> nodes;
  std::vector<std::vector<double>> probability;  ///< by item: [category][node]
  std::vector<std::vector<double>> product;      ///< by group: [row][node]
  std::vector<double> weights;                   ///< [population][node]
};
[[nodiscard]] Tables make_tables(const Model& model, std::span<const PackedGroup> groups);

namespace expect_detail {
/// A person whose likelihood underflows as a product: by logs. Fills the posterior (sums to 1) and returns log L.
double in_logs(const Packed& packed, const Tables& tables, std::int64_t person, std::vector<double>& posterior);
/// to += from.
void add(std::vector<double>& to, const std::vector<double>& from);
}  // namespace expect_detail

/// Expected counts and the log-likelihood.
struct Expected {
  double log_likelihood = 0.0;
  std::vector<std::vector<double>> counts;  ///< by item: [category][node]
  std::vector<double> population;           ///< [population][node]
};
/// One pass. Without counts only the log-likelihood is computed.
[[nodiscard]] Result<Expected> expect(const Packed& packed, const Tables& tables, bool counts, const ExecutionContext& context);

/// How an item's own (local) parameters depend on the free ones: local = base + sum coefficient * free.
/// Local parameters: a d [logit g] [logit u]; a d_1 ... d_{K-1}; or, for nominal items, s_1 a ... s_{K-1} a, d_1 ... d_{K-1}.
struct LocalLink {
  std::int32_t local = 0;
  std::int32_t free = 0;
  double coefficient = 1.0;
};
struct ItemLayout {
  int n_local = 0;
  std::vector<double> base;
  std::vector<LocalLink> links;
};
struct PopulationLayout {
  std::int32_t mean = -1;    ///< index of the free parameter, -1 where fixed
  std::int32_t log_sd = -1;  ///< likewise
};
struct FreePrior {
  std::int32_t free = 0;
  ParameterKind kind = ParameterKind::kSlope;
  PriorFamily family = PriorFamily::kNormal;
  double first = 0.0;
  double second = 1.0;
};
struct Layout {
  std::vector<ItemLayout> items;
  std::vector<PopulationLayout> populations;
  std::vector<FreePrior> priors;
  std::vector<double> start;
  std::vector<double> lowest;  ///< bounds that keep a diverging parameter finite
  std::vector<double> highest;
  /// Shared parameters: of the 1PL slope (-1 if none) and of the steps of rating-scale items by number of categories.
  std::int32_t common_slope = -1;
  struct SharedSteps {
    int n_categories = 0;
    std::int32_t first = 0;  ///< of n_categories - 2
  };
  std::vector<SharedSteps> steps;
  [[nodiscard]] int n_free() const { return static_cast<int>(start.size()); }
};

/// What a fit is about to estimate, before anything is estimated.
struct Plan {
  std::vector<ItemPlan> items;
  Model model;  ///< starting values; the items of `items`, in order
  Layout layout;
  std::vector<std::uint16_t> population;  ///< by person; empty: all 0
  std::vector<std::int32_t> item_component;
  std::vector<std::string> left_out;
  Findings findings;
};
/// Categories, models, linked sets, populations, free parameters and starting values.
[[nodiscard]] Result<Plan> make_plan(const Responses& responses, const FitOptions& options, const ExecutionContext& context);
/// Free parameters and their starting values, bounds and priors for the items and populations of a plan.
void make_layout(const FitOptions& options, std::span<const std::uint8_t> reference, Plan& plan);
/// Rough starting values from shares and item-rest correlations of at most a few thousand persons.
void set_starts(const Responses& responses, const FitOptions& options, Plan& plan);

/// Number of local parameters of an item.
[[nodiscard]] int n_local(const ItemParameters& item);
/// Local parameters from an item, and back.
[[nodiscard]] std::vector<double> to_local(const ItemParameters& item);
void from_local(std::span<const double> local, ItemParameters& item);
/// The model at given free parameters; `model` supplies what is fixed.
void apply(const Layout& layout, std::span<const double> free, Model& model);
/// Whether the free parameters stand for a proper model (graded intercepts in order, positive slopes under a lognormal prior).
[[nodiscard]] bool feasible(const Layout& layout, std::span<const double> free, const Model& model);

/// Probabilities [K] and derivatives of their logs [K][n_local] with respect to local parameters, at one ability.
void log_derivatives(const ItemParameters& item, double ability, double* probability, double* derivative);
/// Adds sum_k counts_k (-d2 log P_k) to out (n_local x n_local): as it is (exact) or its expectation given sum_k counts_k.
void add_information(const ItemParameters& item, double ability, const double* counts, bool exact, double* out);

/// Gradient of the log posterior and information of the complete data, with priors, at the model where `expected` was computed.
struct Derivatives {
  std::vector<double> gradient;     ///< n_free
  std::vector<double> information;  ///< n_free x n_free: exact or expected complete-data information
  double log_prior = 0.0;
};
[[nodiscard]] Derivatives derivatives(const Layout& layout, std::span<const double> free, const Model& model, const Tables& tables,
                                      const Expected& expected, bool exact);
/// Derivatives of a population's log weights at the nodes with respect to mean and log sd; and, for mean-mean, mean-log sd and
/// log sd-log sd, the second derivatives of the log of the weights' normaliser.
void population_derivatives(const Population& population, std::span<const double> nodes, std::span<const double> weights,
                            std::span<double> by_mean, std::span<double> by_log_sd, double* normaliser_second);
[[nodiscard]] double log_prior(const Layout& layout, std::span<const double> free);

/// Louis: the information that the unseen abilities cost, sum_i w_i Cov(complete score | x_i), n_free x n_free.
[[nodiscard]] Result<std::vector<double>> missing_information(const Layout& layout, const Model& model, const Packed& packed,
                                                              const Tables& tables, const ExecutionContext& context);

/// The search for the maximum.
struct Maximum {
  std::vector<double> free;
  double log_likelihood = 0.0;
  double log_posterior = 0.0;
  double distance = 0.0;
  int iterations = 0;
  StopReason stop = StopReason::kMaxIterations;
  std::vector<std::uint8_t> at_bound;  ///< by free parameter
};
[[nodiscard]] Result<Maximum> maximize(const Layout& layout, Model& model, const Packed& packed, const FitOptions& options,
                                       const ExecutionContext& context);

/// Inverse of the observed information over the parameters that are not on a bound; empty when it is not positive definite.
[[nodiscard]] Result<std::vector<double>> free_covariance(const Layout& layout, const Model& model, const Packed& packed,
                                                          const Maximum& maximum, const ExecutionContext& context);
/// Fills both parameter sets of a fit (covariance empty where there is none).
void report_parameters(const Layout& layout, const Maximum& maximum, std::span<const double> covariance, Fit& fit);

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
