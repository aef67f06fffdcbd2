/// Posterior distributions of ability, block by block: what EAP scores, plausible values, item fit and the expected score of a person
/// on an item given the *other* items are made of.
///
/// A matrix with a row a person would be 500 bytes a person; so posteriors are handed out in blocks of kBlockRows persons and forgotten.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/core/function.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

struct PosteriorOptions {
  /// What each missing kind means here; the default ignores all four.
  MissingPolicy missing = {};
  /// Index into model.populations of each person, borrowed for the call; empty means population 0 for all.
  std::span<const std::int32_t> group = {};
};

/// A block of persons with their posterior weights at the nodes of the model's grid. Lives only during the callback.
struct PosteriorBlock {
  std::int64_t index = 0;         ///< number of the block
  std::int64_t first_person = 0;  ///< row of its first person
  std::int64_t n_persons = 0;
  /// n_persons x node_stride() weights, row by row; each row sums to 1 over the nodes, padding is 0. A person without usable answers has
  /// the population's weights; one dropped by the missing policy has zeros.
  const double* posterior = nullptr;
  const double* log_likelihood = nullptr;    ///< log of the marginal probability of the person's usable answers; 0 where there are none
  const std::int32_t* n_answered = nullptr;  ///< usable answers; -1 for a person dropped by the missing policy
};

/// Answers matched to a model, ready for posteriors. Immutable after prepare(); safe to use from any number of threads at once. It
/// shares the cells of the answers and copies what it needs of the model; the group span must outlive it.
class Posteriors {
 public:
  /// Errors: as irt::score.
  static Result<Posteriors> prepare(const Model& model, const Responses& responses, const PosteriorOptions& options = {});

  [[nodiscard]] std::span<const double> nodes() const;  ///< n_nodes abilities, increasing
  [[nodiscard]] int n_nodes() const;
  [[nodiscard]] int node_stride() const;  ///< n_nodes rounded up to a multiple of 8
  [[nodiscard]] std::int64_t n_persons() const;
  [[nodiscard]] std::int64_t n_items() const;  ///< columns of the answers
  /// Item of the model for a column of the answers, -1 where the model does not hold it.
  [[nodiscard]] std::int64_t model_item(std::int64_t column) const;
  /// Model category of a person's answer to a column, -1 where it does not enter the likelihood.
  [[nodiscard]] int category(std::int64_t person, std::int64_t column) const;
  /// Model categories of a column (0 where the model does not hold it).
  [[nodiscard]] int n_categories(std::int64_t column) const;
  /// Probability of one model category of a column at each node (node_stride values, padding 0).
  [[nodiscard]] std::span<const double> probabilities(std::int64_t column, int category) const;
  /// Findings of the match (unknown items, unknown categories); complete after prepare().
  [[nodiscard]] const Findings& findings() const;

  /// Calls `work(block, worker)` for every block, in parallel, with the posteriors filled in, and `merge(block, worker)` strictly in
  /// block order afterwards, as run_blocks does (`block.posterior` is still valid there). `merge` may be empty.
  /// `n_workers` must be worker_count(block_count(n_persons()), context), so that the caller can set up a scratch a worker.
  /// Errors: kCancelled; exceptions of the callbacks pass through.
  Result<void> for_each_block(int n_workers, const ExecutionContext& context,
                              const std::function<void(const PosteriorBlock& block, int worker)>& work,
                              const std::function<void(const PosteriorBlock& block, int worker)>& merge = {}) const;

  /// Posterior of one person of a block given all usable answers except those to `columns` (a whole testlet, say): node_stride weights
  /// that sum to 1 go to `out`. Columns the person did not answer change nothing. Cost: O(nodes * columns). Reentrant.
  void leave_out(const PosteriorBlock& block, std::int64_t person_in_block, std::span<const std::int64_t> columns,
                 std::span<double> out) const;
  /// Predictive probability of each model category of `column` under the weights of leave_out(..., {column}): n_categories(column) values
  /// that sum to 1 go to `out`. Dispatched kernel; about four operations a node. Reentrant.
  void predict(const PosteriorBlock& block, std::int64_t person_in_block, std::int64_t column, std::span<double> out) const;
  /// Predictive probabilities of `column` under given node weights (as leave_out writes them).
  void predict(std::span<const double> weights, std::int64_t column, std::span<double> out) const;

  struct State;
  /// For the library's own bodies.
  [[nodiscard]] const State& state() const { return *state_; }

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace celadon::inline CELADON_ABI::irt
