#pragma once

#include <celadon/evaluation/feedback/impl/item_gain_loss_parts.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail {

namespace left_out_detail {

/// Rounds of maximising an item after a pupil is taken out. The start is one pupil away, and each round is a scoring step.
inline constexpr int kRounds = 2;

/// One item as it is without the pupil, at the nodes.
struct CellTables {
  std::vector<double> likelihood;  ///< of the pupil's category
  std::vector<double> without;     ///< its reciprocal
  std::vector<double> mean;
  std::vector<double> second;
  std::vector<double> tail;
};

struct Worker {
  predictor_detail::Room room;
  std::vector<CellTables> cells;
  std::vector<const double*> rows;
  std::vector<double> likelihood;
  std::vector<double> predictive;
  std::vector<double> posterior;
  std::vector<double> weights;
  std::vector<double> squares;
  Row row;
};

class LeftOut {
 public:
  LeftOut(const Plan& plan, const evaluation::ExpectationRules& rules)
      : plan_(plan),
        predictor_(*plan.predictor),
        prior_{math::log(plan.predictor->common_slope), plan.predictor->slope_by_points, rules.slope_spread} {
    const std::size_t stride = predictor_.n_nodes();
    const std::size_t n_items = plan.n_items();
    std::vector<int> n_categories;
    for (const ItemPredictor& item : predictor_.items) n_categories.push_back(item.usable ? item.n_categories : 0);
    std::vector<std::vector<double>> counts(n_items);
    sums_.resize(n_items);
    for (std::size_t i = 0; i < n_items; ++i) {
      counts[i].assign(static_cast<std::size_t>(n_categories[i]), 0.0);
      sums_[i].nodes.assign(stride, 0.0);
    }
    const auto n = static_cast<std::size_t>(plan.paper->scored.n_persons());
    posterior_.resize(n * stride);
    ability_.assign(n, 0.0);
    std::vector<const double*> rows;
    Row row;
    for (std::size_t person = 0; person < n; ++person) {
      if (plan.pupils[person] == 0) continue;
      read_row(plan, static_cast<std::int64_t>(person), row);
      rows.clear();
      for (std::size_t i = 0; i < n_items; ++i)
        if (usable(i, row)) rows.push_back(predictor_.items[i].likelihood.data() + static_cast<std::size_t>(row.category[i]) * stride);
      double* p = posterior_.data() + person * stride;
      const auto width = static_cast<int>(stride);
      predictor_detail::person_posterior(rows.data(), static_cast<int>(rows.size()), predictor_.weights.data(), width, p);
      ability_[person] = predictor_detail::dot(p, predictor_.nodes.data(), width);
      for (std::size_t i = 0; i < n_items; ++i) {
        if (!usable(i, row)) continue;
        counts[i][static_cast<std::size_t>(row.category[i])] += 1.0;
        predictor_detail::add(sums_[i].nodes.data(), p, width);
        sums_[i].cross += share(i, row) * ability_[person];
      }
    }
    items_.resize(n_items);
    std::size_t at = 0;
    for (std::size_t i = 0; i < n_items; ++i) {
      sums_[i].count = counts[i];
      if (!predictor_.items[i].usable) continue;
      const auto first = predictor_.base.begin() + static_cast<std::ptrdiff_t>(at);
      items_[i].base.assign(first, first + n_categories[i]);
      items_[i].log_slope = math::log(predictor_.items[i].slope);
      at += static_cast<std::size_t>(n_categories[i]);
    }
    const auto priors = predictor_detail::shape_priors(counts, rules.category_weight);
    predictor_detail::Room room;
    for (std::size_t i = 0; i < n_items; ++i) {
      if (items_[i].base.empty()) continue;
      items_[i].prior = priors[i].empty() ? std::vector<double>(items_[i].base.size(), 0.0) : priors[i];
      predictor_detail::set_prior(items_[i], predictor_.items[i].likelihood.data(), predictor_.nodes, predictor_.weights, sums_[i], room);
    }
  }

  /// Fills the worker's row for one pupil.
  void operator()(std::int64_t person, Worker& w) const {
    const std::size_t stride = predictor_.n_nodes();
    const auto width = static_cast<int>(stride);
    read_row(plan_, person, w.row);
    if (plan_.pupils[static_cast<std::size_t>(person)] == 0) return;
    w.cells.resize(items_.size());
    w.rows.clear();
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!usable(i, w.row)) continue;
      fill_cell(person, i, w);
      w.rows.push_back(w.cells[i].likelihood.data());
    }
    w.posterior.resize(stride);
    predictor_detail::person_posterior(w.rows.data(), static_cast<int>(w.rows.size()), predictor_.weights.data(), width,
                                       w.posterior.data());
    w.squares.resize(stride);
    set_ability(w.posterior.data(), predictor_.nodes, w.squares, w.row);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!usable(i, w.row)) continue;
      const CellTables& cell = w.cells[i];
      w.weights = w.posterior;
      for (const std::int32_t other : plan_.other_columns[i])
        if (usable(static_cast<std::size_t>(other), w.row))
          predictor_detail::multiply(w.weights.data(), w.cells[static_cast<std::size_t>(other)].without.data(), width);
      set_cell(
          predictor_detail::cell_sums(w.weights.data(), cell.without.data(), cell.mean.data(), cell.second.data(), cell.tail.data(), width),
          true, w.row, i);
    }
  }

 private:
  [[nodiscard]] bool usable(std::size_t item, const Row& row) const {
    return predictor_.items[item].usable && row.category[item] >= 0 && row.category[item] < predictor_.items[item].n_categories;
  }
  [[nodiscard]] double share(std::size_t item, const Row& row) const {
    return static_cast<double>(row.category[item]) / static_cast<double>(predictor_.items[item].n_categories - 1);
  }

  /// Takes the pupil out of an item's sums, maximises the item again and tabulates what predicting the pupil takes.
  void fill_cell(std::int64_t person, std::size_t i, Worker& w) const {
    const std::size_t stride = predictor_.n_nodes();
    const auto width = static_cast<int>(stride);
    const auto k = static_cast<std::size_t>(w.row.category[i]);
    const double* p = posterior_.data() + static_cast<std::size_t>(person) * stride;
    predictor_detail::ItemSums sums = sums_[i];
    sums.count[k] -= 1.0;
    sums.cross -= share(i, w.row) * ability_[static_cast<std::size_t>(person)];
    for (std::size_t q = 0; q < stride; ++q) sums.nodes[q] = std::max(sums.nodes[q] - p[q], 0.0);
    predictor_detail::WorkingItem item = items_[i];
    for (int round = 0; round < kRounds; ++round) predictor_detail::improve(item, sums, predictor_.nodes, prior_, w.room);
    const auto n = static_cast<std::size_t>(item.n());
    w.likelihood.resize(n * stride);
    w.predictive.resize(n * stride);
    predictor_detail::item_tables(item, sums, predictor_.nodes, predictor_.weights, prior_, w.likelihood.data(), w.predictive.data(),
                                  w.room);
    CellTables& cell = w.cells[i];
    const double* of_category = w.likelihood.data() + k * stride;
    cell.likelihood.assign(of_category, of_category + stride);
    for (auto* v : {&cell.without, &cell.mean, &cell.second, &cell.tail}) v->resize(stride);
    predictor_detail::reciprocals(of_category, width, cell.without.data());
    const std::vector<double>& points = predictor_.items[i].points;
    predictor_detail::point_moments(w.predictive.data(), points.data(), item.n(), width, cell.mean.data(), cell.second.data());
    predictor_detail::point_tail(w.predictive.data(), points.data(), item.n(), static_cast<int>(k), width, cell.tail.data());
  }

  const Plan& plan_;
  const Predictor& predictor_;
  predictor_detail::SlopePrior prior_;
  std::vector<double> posterior_;  ///< n_persons x n_nodes, with all items as they were fitted
  std::vector<double> ability_;
  std::vector<predictor_detail::WorkingItem> items_;
  std::vector<predictor_detail::ItemSums> sums_;
};

}  // namespace left_out_detail

Result<void> predict_left_out(const Plan& plan, const evaluation::ExpectationRules& rules, const ExecutionContext& context, GainLoss& out) {
  const left_out_detail::LeftOut left_out(plan, rules);
  const int n_workers = worker_count(out.n_persons, context);
  std::vector<left_out_detail::Worker> workers(static_cast<std::size_t>(n_workers));
  Deviations deviations;
  clear(deviations, plan.n_items());
  // a pupil is a block: few pupils, much work for each
  const auto work = [&](std::int64_t person, int worker) {
    left_out_detail::Worker& w = workers[static_cast<std::size_t>(worker)];
    left_out(person, w);
    write_row(plan, person, w.row, out);
  };
  const auto merge_pupil = [&](std::int64_t, int worker) {
    const Row& row = workers[static_cast<std::size_t>(worker)].row;
    out.flags.insert(out.flags.end(), row.flags.begin(), row.flags.end());
    add_deviations(row, deviations);
  };
  if (auto done = run_blocks(out.n_persons, n_workers, context, work, merge_pupil); !done) return done;
  write_deviations(deviations, out);
  return {};
}

}  // namespace celadon::inline CELADON_ABI::feedback::gain_loss_detail
