#pragma once

#include <celadon/evaluation/feedback/impl/item_gain_loss_parts.hpp>
#include <celadon/models/irt/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail {

namespace predict_detail {

/// What predicting one item takes, by node. A reader of a cell needs four sums over the nodes, whatever the number of categories.
struct ItemTables {
  std::vector<double> mean;     ///< of the points
  std::vector<double> second;   ///< second moment of the points
  std::vector<double> tail;     ///< by category: P(no more points)
  std::vector<double> without;  ///< by category: 1 / likelihood
};

inline std::vector<ItemTables> make_tables(const Predictor& predictor) {
  const std::size_t stride = predictor.n_nodes();
  const auto width = static_cast<int>(stride);
  std::vector<ItemTables> out(predictor.items.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const ItemPredictor& item = predictor.items[i];
    if (!item.usable) continue;
    const auto n = static_cast<std::size_t>(item.n_categories);
    ItemTables& t = out[i];
    t.mean.resize(stride);
    t.second.resize(stride);
    t.tail.resize(n * stride);
    t.without.resize(n * stride);
    predictor_detail::point_moments(item.predictive.data(), item.points.data(), item.n_categories, width, t.mean.data(), t.second.data());
    for (std::size_t k = 0; k < n; ++k) {
      predictor_detail::point_tail(item.predictive.data(), item.points.data(), item.n_categories, static_cast<int>(k), width,
                                   t.tail.data() + k * stride);
      predictor_detail::reciprocals(item.likelihood.data() + k * stride, width, t.without.data() + k * stride);
    }
  }
  return out;
}

struct Worker {
  irt::posterior_detail::Scratch scratch;
  std::vector<double> log_likelihood;
  std::vector<double> squares;
  std::vector<double> weights;
  Row row;
  Deviations deviations;
  std::vector<Flag> flags;
};

/// Weights given all usable answers but those to an item and its stem, multiplied up anew: for the rare case in which dividing fails.
inline void leave_out_slowly(const Plan& plan, const Row& row, std::size_t item, std::vector<double>& weights) {
  const Predictor& predictor = *plan.predictor;
  const std::vector<std::int32_t>& others = plan.other_columns[item];
  const std::size_t stride = predictor.n_nodes();
  weights = predictor.weights;
  for (std::size_t i = 0; i < plan.n_items(); ++i) {
    const ItemPredictor& of = predictor.items[i];
    if (i == item || !of.usable || row.category[i] < 0 || row.category[i] >= of.n_categories) continue;
    if (std::find(others.begin(), others.end(), static_cast<std::int32_t>(i)) != others.end()) continue;
    std::vector<double> next = weights;
    const double total = predictor_detail::multiply(next.data(), of.likelihood.data() + static_cast<std::size_t>(row.category[i]) * stride,
                                                    static_cast<int>(stride));
    if (!(total > 0.0)) continue;
    predictor_detail::scale(next.data(), 1.0 / total, static_cast<int>(stride));
    weights = std::move(next);
  }
}

/// Expected score and tail of every item of a row from the posterior given all its answers.
inline void predict_row(const Plan& plan, const std::vector<ItemTables>& tables, const double* posterior, Worker& w) {
  const Predictor& predictor = *plan.predictor;
  const std::size_t stride = predictor.n_nodes();
  const auto width = static_cast<int>(stride);
  Row& row = w.row;
  for (std::size_t i = 0; i < plan.n_items(); ++i) {
    const ItemPredictor& item = predictor.items[i];
    const int k = row.category[i];
    if (k < 0 || !item.usable) continue;
    const bool known = k < item.n_categories;
    const std::size_t at = static_cast<std::size_t>(k) * stride;
    const double* without = known ? tables[i].without.data() + at : nullptr;
    const double* tail = known ? tables[i].tail.data() + at : nullptr;
    const double* weights = posterior;
    if (!plan.other_columns[i].empty()) {
      w.weights.assign(posterior, posterior + stride);
      for (const std::int32_t other : plan.other_columns[i]) {
        const auto o = static_cast<std::size_t>(other);
        if (!predictor.items[o].usable || row.category[o] < 0 || row.category[o] >= predictor.items[o].n_categories) continue;
        const double total = predictor_detail::multiply(
            w.weights.data(), tables[o].without.data() + static_cast<std::size_t>(row.category[o]) * stride, width);
        if (total > 1e100) predictor_detail::scale(w.weights.data(), 1.0 / total, width);
      }
      weights = w.weights.data();
    }
    predictor_detail::CellSums sums =
        predictor_detail::cell_sums(weights, without, tables[i].mean.data(), tables[i].second.data(), tail, width);
    if (!(sums.weight > 0.0) || !std::isfinite(sums.second)) {
      leave_out_slowly(plan, row, i, w.weights);
      sums = predictor_detail::cell_sums(w.weights.data(), nullptr, tables[i].mean.data(), tables[i].second.data(), tail, width);
    }
    set_cell(sums, known, row, i);
  }
}

}  // namespace predict_detail

Result<void> predict_all(const Plan& plan, const ExecutionContext& context, GainLoss& out) {
  using namespace predict_detail;
  const Predictor& predictor = *plan.predictor;
  std::vector<int> n_categories;
  for (const ItemPredictor& item : predictor.items) n_categories.push_back(item.usable ? item.n_categories : 0);
  auto state = predictor_detail::posterior_state(plan.responses, predictor.nodes, predictor.weights, n_categories);
  for (std::size_t i = 0; i < predictor.items.size(); ++i)
    if (predictor.items[i].usable) state->probability[i] = predictor.items[i].likelihood;
  irt::posterior_detail::make_packs(*state);
  const std::vector<ItemTables> tables = make_tables(predictor);
  const std::int64_t n_blocks = block_count(out.n_persons);
  const int n_workers = worker_count(n_blocks, context);
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers));
  Deviations deviations;
  clear(deviations, plan.n_items());
  const auto work = [&](std::int64_t block, int worker) {
    Worker& w = workers[static_cast<std::size_t>(worker)];
    irt::posterior_detail::block_likelihood(*state, block, w.scratch);
    w.log_likelihood.resize(w.scratch.n_answered.size());
    irt::posterior_detail::block_posterior(*state, block, w.scratch, w.log_likelihood.data());
    w.squares.resize(predictor.n_nodes());
    w.flags.clear();
    clear(w.deviations, plan.n_items());
    for (std::int64_t j = 0; j < plan.paper->scored.rows(block); ++j) {
      const std::int64_t person = block * kBlockRows + j;
      read_row(plan, person, w.row);
      if (plan.pupils[static_cast<std::size_t>(person)] != 0) {
        const double* posterior = w.scratch.likelihood.data() + static_cast<std::size_t>(j) * predictor.n_nodes();
        set_ability(posterior, predictor.nodes, w.squares, w.row);
        predict_row(plan, tables, posterior, w);
        add_deviations(w.row, w.deviations);
      }
      write_row(plan, person, w.row, out);
      w.flags.insert(w.flags.end(), w.row.flags.begin(), w.row.flags.end());
    }
  };
  const auto merge_block = [&](std::int64_t, int worker) {
    const Worker& w = workers[static_cast<std::size_t>(worker)];
    out.flags.insert(out.flags.end(), w.flags.begin(), w.flags.end());
    merge(w.deviations, deviations);
  };
  if (auto done = run_blocks(n_blocks, n_workers, context, work, merge_block); !done) return done;
  write_deviations(deviations, out);
  return {};
}

}  // namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail
