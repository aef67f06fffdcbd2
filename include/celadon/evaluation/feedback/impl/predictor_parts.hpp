/// For bodies: the parts of the working model that item gain and loss shares, and the kernels over the ability grid.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/evaluation/feedback/predictor.hpp>
#include <celadon/models/irt/impl/posterior_state.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback::predictor_detail {

/// What a cell counts as: its category, or one of these.
inline constexpr int kNotCountedCell = -1;
inline constexpr int kDropsPupil = -2;
[[nodiscard]] int counted_category(std::uint8_t cell, const MissingPolicy& missing);

/// One a pupil: counted, not dropped by a missing cell, at least one cell that counts.
[[nodiscard]] std::vector<std::uint8_t> pupils_that_count(const CountedResponses& responses);

/// State of posteriors over given nodes and weights (padded to a multiple of 8). Columns with 0 categories take no part. The caller fills
/// `probability` and calls irt::posterior_detail::make_packs.
[[nodiscard]] std::shared_ptr<irt::Posteriors::State> posterior_state(const CountedResponses& responses, const std::vector<double>& nodes,
                                                                      const std::vector<double>& weights,
                                                                      const std::vector<int>& n_categories);

/// An item of the working model while it is estimated.
struct WorkingItem {
  std::vector<double> base;   ///< P(k | 0); sums to 1
  std::vector<double> prior;  ///< pseudo-pupils in each category, who have no other item
  double log_slope = 0.0;
  [[nodiscard]] int n() const { return static_cast<int>(base.size()); }
};

/// What the pupils say about an item: sufficient for its base and slope.
struct ItemSums {
  std::vector<double> count;  ///< pupils in each category, without pseudo-pupils
  std::vector<double> nodes;  ///< pupils who have the item, by node
  std::vector<double> prior;  ///< pseudo-pupils, by node (set_prior)
  double cross = 0.0;         ///< sum over pupils of share k / (n - 1) times posterior mean ability
};

/// Scratch for one item.
struct Room {
  std::vector<double> tilt, step, total, mean, variance, third, weight, lanes, sums;
  void fit(std::size_t n_nodes, std::size_t n_categories);
};

/// Priors on the shapes of all items: `category_weight` pseudo-pupils in the shape of the paper's scores at the item's own mean, and as
/// many at the paper's mean as the spread of the items' means allows (an empirical Bayes shrinkage of means). Empty for items without
/// counts.
[[nodiscard]] std::vector<std::vector<double>> shape_priors(const std::vector<std::vector<double>>& counts, double category_weight);

/// log slope ~ N(log_common + by_points * log(sd of the points) - log(sd of the share), spread^2): by_points 0 makes items alike in what a
/// standard deviation says about ability, 1 in what a category says (as a Rasch model has it).
struct SlopePrior {
  double log_common = 0.0;
  double by_points = 0.0;
  double spread = 0.0;
};
/// Log of the standard deviation of the share under counts and prior.
[[nodiscard]] double log_deviation(const WorkingItem& item, const std::vector<double>& count);

/// One round of maximising an item given its sums. Returns the largest change of log slope or of 10 times the mean share at ability 0.
double improve(WorkingItem& item, const ItemSums& sums, const std::vector<double>& nodes, const SlopePrior& prior, Room& room);

/// Puts the pseudo-pupils at their posteriors given the item alone. `likelihood`: the item's n x n_nodes probabilities.
void set_prior(const WorkingItem& item, const double* likelihood, const std::vector<double>& nodes, const std::vector<double>& weights,
               ItemSums& sums, Room& room);
/// n x n_nodes probabilities at the estimate.
void item_likelihood(const WorkingItem& item, const std::vector<double>& nodes, double* likelihood, Room& room);

/// Tables of an item: n x n_nodes probabilities at the estimate, and averaged over item error. Returns the error of the location.
double item_tables(const WorkingItem& item, const ItemSums& sums, const std::vector<double>& nodes, const std::vector<double>& weights,
                   const SlopePrior& prior, double* likelihood, double* predictive, Room& room);

// The kernels of predictor_kernel.inc at the current level.
void reciprocals(const double* x, int stride, double* out);
double multiply(double* x, const double* y, int stride);
void scale(double* x, double by, int stride);
void add(double* x, const double* y, int stride);
double dot(const double* x, const double* y, int stride);
void point_moments(const double* probability, const double* points, int n, int stride, double* mean, double* second);
void point_tail(const double* probability, const double* points, int n, int at, int stride, double* tail);
void person_posterior(const double* const* rows, int n_rows, const double* prior, int stride, double* out);
struct CellSums {
  double weight = 0.0;
  double mean = 0.0;
  double second = 0.0;
  double tail = 0.0;
};
[[nodiscard]] CellSums cell_sums(const double* posterior, const double* without, const double* mean, const double* second,
                                 const double* tail, int stride);

}  // namespace celadon::inline CELADON_ABI::feedback::predictor_detail
