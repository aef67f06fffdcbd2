/// For bodies: the state behind Posteriors and the block kernels that scoring shares with it.
///
/// Items are packed: one table row holds the product of the category probabilities of several items at all nodes, divided by its
/// largest value, so that a person costs one multiplication a node for each pack, no exponential, and cannot underflow unseen.
#pragma once

#include <celadon/models/irt/impl/match.hpp>
#include <celadon/models/irt/posterior.hpp>

#include <cstdint>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

namespace posterior_detail {

/// One pack of columns and its table.
struct Pack {
  std::vector<std::int64_t> columns;
  std::vector<std::int32_t> radix;  ///< weight of each column's digit in the row number
  std::vector<double> rows;         ///< n_rows x stride
  std::vector<double> log_scale;    ///< log of the value each row was divided by
  bool check_before = false;        ///< look for underflow before multiplying by this pack
};

/// What a kernel needs of a pack.
struct PackView {
  const double* rows = nullptr;
  const double* log_scale = nullptr;
  const std::uint16_t* index = nullptr;  ///< row number of each person of the block
  bool check_before = false;
};

/// Scratch of one worker. Sized on first use.
struct Scratch {
  std::vector<std::uint16_t> index;  ///< n_packs x kBlockRows
  std::vector<PackView> views;
  std::vector<double> likelihood;        ///< kBlockRows x stride
  std::vector<double> log_scale;         ///< kBlockRows
  std::vector<std::int32_t> n_answered;  ///< kBlockRows
};

}  // namespace posterior_detail

struct Posteriors::State {
  Responses responses;
  match_detail::Match match;
  std::span<const std::int32_t> group;
  std::vector<Population> populations;
  std::vector<double> nodes;  ///< padded with the last node
  int n_nodes = 0;
  int stride = 0;
  std::vector<std::vector<double>> prior;        ///< by population, padded with 0
  std::vector<int> n_categories;                 ///< by column
  std::vector<std::vector<double>> probability;  ///< by column: n_categories x stride, padding 0
  std::vector<posterior_detail::Pack> packs;
};

namespace posterior_detail {

/// Packs the columns by their `probability` tables (again, where these have changed).
void make_packs(Posteriors::State& state);
/// Likelihood of every person of a block at the nodes (scratch.likelihood, up to a factor exp(scratch.log_scale)) and answers counted.
void block_likelihood(const Posteriors::State& state, std::int64_t block, Scratch& scratch);
/// Posterior mean and standard deviation of every person of a block, and answers counted; persons without answers get the population's own,
/// dropped ones NaN.
void block_eap(const Posteriors::State& state, std::int64_t block, Scratch& scratch, double* ability, double* ability_se);
/// Node at which likelihood times `weight` (of the person's population; stride values each) is largest.
void block_argmax(const Posteriors::State& state, std::int64_t block, const Scratch& scratch,
                  const std::vector<std::vector<double>>& weight, std::int32_t* node);
/// Turns likelihoods into posteriors in place and writes log marginal likelihoods.
void block_posterior(const Posteriors::State& state, std::int64_t block, Scratch& scratch, double* log_likelihood);

}  // namespace posterior_detail

}  // namespace celadon::inline CELADON_ABI::irt
