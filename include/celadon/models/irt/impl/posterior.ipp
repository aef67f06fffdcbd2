#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/irt/impl/posterior_state.hpp>
#include <celadon/models/irt/posterior.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#define CELADON_SIMD_KERNEL <celadon/models/irt/impl/posterior_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::irt {

namespace posterior_detail {

/// Rows of a pack's table: large enough for five right/wrong items, small enough that all tables of a test stay in the second-level cache.
inline constexpr std::int64_t kMaxRows = 32;
/// Below this a likelihood is rescaled; a pack can lower it by at most the second factor, so that nothing vanishes between two looks.
inline constexpr double kLowestFactor = 1e-180;

/// Smallest entry of a column's table, relative to the largest of its row, over all categories.
inline double smallest_factor(const std::vector<double>& probability, int n_categories, int n_nodes, int stride) {
  double out = 1.0;
  for (int k = 0; k < n_categories; ++k) {
    const double* p = probability.data() + static_cast<std::ptrdiff_t>(k) * stride;
    const auto [low, high] = std::minmax_element(p, p + n_nodes);
    out = std::min(out, *low / *high);
  }
  return std::max(out, kLowestFactor);
}

inline void fill_pack(const Posteriors::State& s, Pack& pack) {
  std::int64_t n_rows = 1;
  for (const std::int64_t c : pack.columns) {
    pack.radix.push_back(static_cast<std::int32_t>(n_rows));
    n_rows *= s.n_categories[static_cast<std::size_t>(c)] + s.match.may_ignore[static_cast<std::size_t>(c)];
  }
  pack.rows.assign(static_cast<std::size_t>(n_rows * s.stride), 0.0);
  pack.log_scale.assign(static_cast<std::size_t>(n_rows), 0.0);
  for (std::int64_t r = 0; r < n_rows; ++r) {
    double* row = pack.rows.data() + r * s.stride;
    std::fill(row, row + s.n_nodes, 1.0);
    std::int64_t rest = r;
    for (const std::int64_t c : pack.columns) {
      const int k = s.n_categories[static_cast<std::size_t>(c)];
      const int digits = k + s.match.may_ignore[static_cast<std::size_t>(c)];
      const auto digit = static_cast<int>(rest % digits);
      rest /= digits;
      if (digit == k) continue;  // the last digit stands for a cell that is ignored
      const double* p = s.probability[static_cast<std::size_t>(c)].data() + static_cast<std::ptrdiff_t>(digit) * s.stride;
      const double top = *std::max_element(p, p + s.n_nodes);
      for (int q = 0; q < s.n_nodes; ++q) row[q] *= std::max(p[q] / top, kLowestFactor);
      pack.log_scale[static_cast<std::size_t>(r)] += math::log(top);
    }
    const double top = *std::max_element(row, row + s.n_nodes);
    for (int q = 0; q < s.n_nodes; ++q) row[q] /= top;
    pack.log_scale[static_cast<std::size_t>(r)] += math::log(top);
  }
}

void make_packs(Posteriors::State& s) {
  std::vector<Pack> packs;
  std::int64_t n_rows = 1;
  double lowest = 1.0;
  double since_check = 1.0;
  for (std::size_t c = 0; c < s.n_categories.size(); ++c) {
    if (s.n_categories[c] == 0) continue;
    const std::int64_t digits = s.n_categories[c] + s.match.may_ignore[c];
    const double factor = smallest_factor(s.probability[c], s.n_categories[c], s.n_nodes, s.stride);
    if (packs.empty() || n_rows * digits > kMaxRows || lowest * factor < kLowestFactor) {
      packs.emplace_back();
      n_rows = 1;
      lowest = 1.0;
    }
    packs.back().columns.push_back(static_cast<std::int64_t>(c));
    n_rows *= digits;
    lowest *= factor;
    // likelihoods may fall by `since_check` before the next look
    if (since_check * factor < kLowestFactor) {
      packs.back().check_before = true;
      since_check = lowest;
    } else {
      since_check *= factor;
    }
  }
  for (Pack& p : packs) fill_pack(s, p);
  s.packs = std::move(packs);
}

/// Adds each person's digit times its weight to the row numbers of a pack.
inline void add_digits(const Posteriors::State& s, std::int64_t block, std::int64_t column, std::int32_t radix, std::uint16_t* index) {
  const auto c = static_cast<std::size_t>(column);
  const std::uint8_t* cells = s.responses.column(block, column);
  const std::int64_t rows = s.responses.rows(block);
  const bool plain = s.match.may_ignore[c] == 0 && s.match.may_drop[c] == 0 && !s.responses.has_missing(column);
  bool identity = plain;  // every cell that the answers have, not only as many as the model has: several may stand for one category
  for (int k = 0; k < s.responses.n_categories()[c]; ++k) identity = identity && s.match.codes[c][static_cast<std::size_t>(k)] == k;
  if (identity) {
    const auto weight = static_cast<std::uint16_t>(radix);
    for (std::int64_t i = 0; i < rows; ++i) index[i] = static_cast<std::uint16_t>(index[i] + cells[i] * weight);
    return;
  }
  std::uint16_t table[256];
  for (std::size_t v = 0; v < 256; ++v) {
    const int code = s.match.codes[c][v];
    const int digit = code >= 0 ? code : (s.match.may_ignore[c] != 0 ? s.n_categories[c] : 0);
    table[v] = static_cast<std::uint16_t>(digit * radix);
  }
  for (std::int64_t i = 0; i < rows; ++i) index[i] = static_cast<std::uint16_t>(index[i] + table[cells[i]]);
}

/// Usable answers of each person; -1 for a dropped one.
inline void count_answers(const Posteriors::State& s, std::int64_t block, std::int32_t* n_answered) {
  const std::int64_t rows = s.responses.rows(block);
  std::fill(n_answered, n_answered + rows, s.match.n_items_used);
  for (std::size_t c = 0; c < s.n_categories.size(); ++c) {
    if (s.n_categories[c] == 0 || s.match.may_ignore[c] == 0) continue;
    const std::uint8_t* cells = s.responses.column(block, static_cast<std::int64_t>(c));
    for (std::int64_t i = 0; i < rows; ++i) n_answered[i] -= s.match.codes[c][cells[i]] < 0 ? 1 : 0;
  }
  for (std::size_t c = 0; c < s.n_categories.size(); ++c) {
    if (s.n_categories[c] == 0 || s.match.may_drop[c] == 0) continue;
    const std::uint8_t* cells = s.responses.column(block, static_cast<std::int64_t>(c));
    for (std::int64_t i = 0; i < rows; ++i)
      if (s.match.codes[c][cells[i]] == match_detail::kDrops) n_answered[i] = -1;
  }
}

inline std::size_t population_of(const Posteriors::State& s, std::int64_t person) {
  return s.group.empty() ? 0 : static_cast<std::size_t>(s.group[static_cast<std::size_t>(person)]);
}

/// Row numbers of every pack and answers counted, for all persons of a block.
inline void index_block(const Posteriors::State& s, std::int64_t block, Scratch& scratch) {
  const auto n = static_cast<std::size_t>(s.responses.rows(block));
  scratch.n_answered.resize(n);
  scratch.index.assign(s.packs.size() * n, 0);
  scratch.views.resize(s.packs.size());
  for (std::size_t p = 0; p < s.packs.size(); ++p) {
    const Pack& pack = s.packs[p];
    std::uint16_t* index = scratch.index.data() + p * n;
    for (std::size_t d = 0; d < pack.columns.size(); ++d) add_digits(s, block, pack.columns[d], pack.radix[d], index);
    scratch.views[p] = {pack.rows.data(), pack.log_scale.data(), index, pack.check_before};
  }
  count_answers(s, block, scratch.n_answered.data());
}

void block_likelihood(const Posteriors::State& s, std::int64_t block, Scratch& scratch) {
  const auto n = static_cast<std::size_t>(s.responses.rows(block));
  scratch.likelihood.resize(n * static_cast<std::size_t>(s.stride));
  scratch.log_scale.resize(n);
  index_block(s, block, scratch);
  CELADON_SIMD_DISPATCH(irt::posterior_detail, likelihood, scratch.views.data(), static_cast<int>(s.packs.size()),
                        static_cast<std::int64_t>(n), s.stride, scratch.likelihood.data(), scratch.log_scale.data());
}

void block_eap(const Posteriors::State& s, std::int64_t block, Scratch& scratch, double* ability, double* ability_se) {
  constexpr std::int64_t kAtOnce = 32;  // their likelihoods stay in the first-level cache until the moments are taken
  const std::int64_t rows = s.responses.rows(block);
  scratch.likelihood.resize(static_cast<std::size_t>(kAtOnce * s.stride));
  index_block(s, block, scratch);
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t at = i % kAtOnce;
    if (at == 0) {
      CELADON_SIMD_DISPATCH(irt::posterior_detail, likelihood, scratch.views.data(), static_cast<int>(s.packs.size()),
                            std::min(kAtOnce, rows - i), s.stride, scratch.likelihood.data(), nullptr);
      for (PackView& view : scratch.views) view.index += kAtOnce;
    }
    const std::int32_t answered = scratch.n_answered[static_cast<std::size_t>(i)];
    const std::size_t g = population_of(s, block * kBlockRows + i);
    if (answered < 0) {
      ability[i] = ability_se[i] = std::numeric_limits<double>::quiet_NaN();
    } else if (answered == 0) {
      ability[i] = s.populations[g].mean;
      ability_se[i] = s.populations[g].sd;
    } else {
      CELADON_SIMD_DISPATCH(irt::posterior_detail, moments, scratch.likelihood.data() + at * s.stride, s.prior[g].data(), s.nodes.data(),
                            s.stride, ability + i, ability_se + i);
    }
  }
}

void block_argmax(const Posteriors::State& s, std::int64_t block, const Scratch& scratch, const std::vector<std::vector<double>>& weight,
                  std::int32_t* node) {
  const std::int64_t rows = s.responses.rows(block);
  for (std::int64_t i = 0; i < rows; ++i)
    node[i] = CELADON_SIMD_DISPATCH(irt::posterior_detail, argmax, scratch.likelihood.data() + i * s.stride,
                                    weight[population_of(s, block * kBlockRows + i)].data(), s.n_nodes);
}

void block_posterior(const Posteriors::State& s, std::int64_t block, Scratch& scratch, double* log_likelihood) {
  const std::int64_t rows = s.responses.rows(block);
  for (std::int64_t i = 0; i < rows; ++i) {
    double* weights = scratch.likelihood.data() + i * s.stride;
    const std::int32_t answered = scratch.n_answered[static_cast<std::size_t>(i)];
    if (answered < 0) {
      std::fill(weights, weights + s.stride, 0.0);
      log_likelihood[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const double total = CELADON_SIMD_DISPATCH(irt::posterior_detail, normalise, weights,
                                               s.prior[population_of(s, block * kBlockRows + i)].data(), s.stride);
    log_likelihood[i] = answered == 0 ? 0.0 : math::log(total) + scratch.log_scale[static_cast<std::size_t>(i)];
  }
}

/// Posterior given all answers but those to `columns`, multiplied up from the single items. For the rare case in which dividing fails.
inline void leave_out_slowly(const Posteriors::State& s, std::int64_t person, std::span<const std::int64_t> columns,
                             std::span<double> out) {
  const auto& prior = s.prior[population_of(s, person)];
  std::vector<double> logs(static_cast<std::size_t>(s.n_nodes), 0.0);
  for (std::size_t c = 0; c < s.n_categories.size(); ++c) {
    const auto column = static_cast<std::int64_t>(c);
    if (s.n_categories[c] == 0 || std::find(columns.begin(), columns.end(), column) != columns.end()) continue;
    const int code = s.match.codes[c][s.responses.at(person, column)];
    if (code < 0) continue;
    for (std::size_t q = 0; q < logs.size(); ++q)
      logs[q] += math::log(s.probability[c][static_cast<std::size_t>(code) * static_cast<std::size_t>(s.stride) + q]);
  }
  for (std::size_t q = 0; q < logs.size(); ++q) logs[q] += math::log(prior[q]);
  const double top = *std::max_element(logs.begin(), logs.end());
  std::fill(out.begin(), out.end(), 0.0);
  double total = 0.0;
  for (std::size_t q = 0; q < logs.size(); ++q) total += out[q] = math::exp(logs[q] - top);
  for (double& w : out) w /= total;
}

}  // namespace posterior_detail

Result<Posteriors> Posteriors::prepare(const Model& model, const Responses& responses, const PosteriorOptions& options) {
  auto matched = match_detail::match(model, responses, options.missing, options.group);
  if (!matched) return matched.error();
  auto state = std::make_shared<State>();
  state->responses = responses;
  state->match = std::move(*matched);
  state->group = options.group;
  state->populations = model.populations;
  state->nodes = model.grid.nodes();
  state->n_nodes = model.grid.n_nodes;
  state->stride = (state->n_nodes + 7) / 8 * 8;
  const auto stride = static_cast<std::size_t>(state->stride);
  for (const Population& p : model.populations) {
    state->prior.push_back(model.grid.weights(p));
    state->prior.back().resize(stride, 0.0);
  }
  const auto n_columns = static_cast<std::size_t>(responses.n_items());
  state->n_categories.assign(n_columns, 0);
  state->probability.resize(n_columns);
  std::vector<double> p;
  for (std::size_t c = 0; c < n_columns; ++c) {
    const std::int64_t j = state->match.item_of_column[c];
    if (j < 0) continue;
    const ItemParameters& item = model.items[static_cast<std::size_t>(j)];
    const auto n = static_cast<std::size_t>(item.n_categories);
    state->n_categories[c] = item.n_categories;
    state->probability[c].assign(n * stride, 0.0);
    p.resize(n);
    for (std::size_t q = 0; q < static_cast<std::size_t>(state->n_nodes); ++q) {
      category_probabilities(item, state->nodes[q], p);
      for (std::size_t k = 0; k < n; ++k) state->probability[c][k * stride + q] = p[k];
    }
  }
  posterior_detail::make_packs(*state);
  state->nodes.resize(stride, state->nodes.back());
  Posteriors out;
  out.state_ = std::move(state);
  return out;
}

std::span<const double> Posteriors::nodes() const {
  return {state_->nodes.data(), static_cast<std::size_t>(state_->n_nodes)};
}
int Posteriors::n_nodes() const {
  return state_->n_nodes;
}
int Posteriors::node_stride() const {
  return state_->stride;
}
std::int64_t Posteriors::n_persons() const {
  return state_->responses.n_persons();
}
std::int64_t Posteriors::n_items() const {
  return state_->responses.n_items();
}
std::int64_t Posteriors::model_item(std::int64_t column) const {
  return state_->match.item_of_column[static_cast<std::size_t>(column)];
}
int Posteriors::category(std::int64_t person, std::int64_t column) const {
  const auto c = static_cast<std::size_t>(column);
  if (state_->n_categories[c] == 0) return -1;
  return std::max<int>(-1, state_->match.codes[c][state_->responses.at(person, column)]);
}
int Posteriors::n_categories(std::int64_t column) const {
  return state_->n_categories[static_cast<std::size_t>(column)];
}
std::span<const double> Posteriors::probabilities(std::int64_t column, int category) const {
  const auto stride = static_cast<std::size_t>(state_->stride);
  return std::span<const double>(state_->probability[static_cast<std::size_t>(column)])
      .subspan(static_cast<std::size_t>(category) * stride, stride);
}
const Findings& Posteriors::findings() const {
  return state_->match.findings;
}

Result<void> Posteriors::for_each_block(int n_workers, const ExecutionContext& context,
                                        const std::function<void(const PosteriorBlock&, int)>& work,
                                        const std::function<void(const PosteriorBlock&, int)>& merge) const {
  struct Worker {
    posterior_detail::Scratch scratch;
    std::vector<double> log_likelihood;
    PosteriorBlock block;
  };
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers));
  const auto fill = [&](std::int64_t b, int w) {
    Worker& worker = workers[static_cast<std::size_t>(w)];
    posterior_detail::block_likelihood(*state_, b, worker.scratch);
    worker.log_likelihood.resize(worker.scratch.n_answered.size());
    posterior_detail::block_posterior(*state_, b, worker.scratch, worker.log_likelihood.data());
    worker.block = {.index = b,
                    .first_person = b * kBlockRows,
                    .n_persons = state_->responses.rows(b),
                    .posterior = worker.scratch.likelihood.data(),
                    .log_likelihood = worker.log_likelihood.data(),
                    .n_answered = worker.scratch.n_answered.data()};
    if (work) work(worker.block, w);
  };
  if (!merge) return run_blocks(state_->responses.n_blocks(), n_workers, context, fill);
  return run_blocks(state_->responses.n_blocks(), n_workers, context, fill,
                    [&](std::int64_t, int w) { merge(workers[static_cast<std::size_t>(w)].block, w); });
}

void Posteriors::leave_out(const PosteriorBlock& block, std::int64_t person_in_block, std::span<const std::int64_t> columns,
                           std::span<double> out) const {
  const State& s = *state_;
  std::memcpy(out.data(), block.posterior + person_in_block * s.stride, static_cast<std::size_t>(s.stride) * sizeof(double));
  const std::int64_t person = block.first_person + person_in_block;
  for (const std::int64_t column : columns) {
    const int code = category(person, column);
    if (code < 0) continue;
    CELADON_SIMD_DISPATCH(irt::posterior_detail, divide_out, out.data(), probabilities(column, code).data(), s.stride);
  }
  if (!std::isfinite(out[0])) posterior_detail::leave_out_slowly(s, person, columns, out);
}

void Posteriors::predict(const PosteriorBlock& block, std::int64_t person_in_block, std::int64_t column, std::span<double> out) const {
  const State& s = *state_;
  const auto c = static_cast<std::size_t>(column);
  const std::int64_t person = block.first_person + person_in_block;
  const int code = category(person, column);
  const double* answered = code < 0 ? nullptr : probabilities(column, code).data();
  CELADON_SIMD_DISPATCH(irt::posterior_detail, predict, block.posterior + person_in_block * s.stride, answered, s.probability[c].data(),
                        s.n_categories[c], s.stride, out.data());
  if (std::isfinite(out[0])) return;
  std::vector<double> weights(static_cast<std::size_t>(s.stride));
  leave_out(block, person_in_block, {&column, 1}, weights);
  predict(weights, column, out);
}

void Posteriors::predict(std::span<const double> weights, std::int64_t column, std::span<double> out) const {
  const State& s = *state_;
  const auto c = static_cast<std::size_t>(column);
  CELADON_SIMD_DISPATCH(irt::posterior_detail, predict, weights.data(), nullptr, s.probability[c].data(), s.n_categories[c], s.stride,
                        out.data());
}

}  // namespace celadon::inline CELADON_ABI::irt
