/// What the parts of a calibration share: the plan of the items, packed persons, expected counts, the layout of free parameters.
/// Internal to the bodies of models/irt.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/latent/impl/latent.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

using latent_detail::Expected;
using latent_detail::kDropped;
using latent_detail::Packed;
using latent_detail::PackedGroup;

/// An item that takes part.
struct ItemPlan : latent_detail::CodedItem {
  ItemParameters start;  ///< starting or fixed parameters
  bool fixed = false;    ///< an anchor
};
[[nodiscard]] Result<Packed> pack(const Responses& responses, std::span<const ItemPlan> plans, std::vector<std::uint16_t> population,
                                  std::span<const double> weights, const ExecutionContext& context);

/// Probabilities at the nodes of the grid.
struct Tables : latent_detail::Tables {
  std::vector<double> nodes;
};
[[nodiscard]] Tables make_tables(const Model& model, std::span<const PackedGroup> groups);

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
