#pragma once

#include <celadon/evaluation/feedback/impl/predictor_parts.hpp>
#include <celadon/models/irt/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace celadon::inline CELADON_ABI::feedback {

namespace predictor_detail {

/// Nodes of the working model: spacing 1/4, finer than the posterior of a 60-item paper is wide.
inline constexpr irt::Grid kWorkingGrid{.n_nodes = 40, .lowest = -4.875, .highest = 4.875};
inline constexpr int kMostIterations = 500;
/// Largest change of a log slope, or of ten times a mean share at ability 0, at which the fit ends. Slopes have errors a thousand times
/// this.
inline constexpr double kWorkingTolerance = 3e-4;
/// The common slope (in standard deviations of the item's share) before anything is seen, worth one item with this log spread.
inline constexpr double kCommonSlope = 0.5;
inline constexpr double kCommonSpread = 1.0;
/// How far slopes follow the items' points before anything is seen, and how freely.
inline constexpr double kByPoints = 0.3;
inline constexpr double kByPointsSpread = 0.3;

int counted_category(std::uint8_t cell, const MissingPolicy& missing) {
  if (!is_missing(cell)) return cell;
  switch (missing.of(cell)) {
    case MissingTreatment::kLowest:
      return 0;
    case MissingTreatment::kDropPerson:
      return kDropsPupil;
    default:
      return kNotCountedCell;
  }
}

std::vector<std::uint8_t> pupils_that_count(const CountedResponses& responses) {
  const Responses& scored = *responses.scored;
  std::vector<std::uint8_t> any(static_cast<std::size_t>(scored.n_persons()), 0);
  std::vector<std::uint8_t> dropped(any.size(), 0);
  for (std::int64_t b = 0; b < scored.n_blocks(); ++b)
    for (std::int64_t i = 0; i < scored.n_items(); ++i) {
      const std::uint8_t* cells = scored.column(b, i);
      for (std::int64_t j = 0; j < scored.rows(b); ++j) {
        const int k = counted_category(cells[j], responses.missing);
        const auto row = static_cast<std::size_t>(b * kBlockRows + j);
        any[row] = static_cast<std::uint8_t>(any[row] | (k >= 0 ? 1 : 0));
        dropped[row] = static_cast<std::uint8_t>(dropped[row] | (k == kDropsPupil ? 1 : 0));
      }
    }
  for (std::size_t j = 0; j < any.size(); ++j) any[j] = any[j] != 0 && dropped[j] == 0 && responses.counted[j] != 0 ? 1 : 0;
  return any;
}

std::shared_ptr<irt::Posteriors::State> posterior_state(const CountedResponses& responses, const std::vector<double>& nodes,
                                                        const std::vector<double>& weights, const std::vector<int>& n_categories) {
  auto state = std::make_shared<irt::Posteriors::State>();
  state->responses = *responses.scored;
  const std::size_t n_items = n_categories.size();
  state->match.item_of_column.assign(n_items, -1);
  state->match.codes.resize(n_items);
  state->match.may_ignore.assign(n_items, 0);
  state->match.may_drop.assign(n_items, 0);
  for (std::size_t i = 0; i < n_items; ++i) {
    auto& codes = state->match.codes[i];
    codes.fill(irt::match_detail::kIgnored);
    if (n_categories[i] == 0) continue;
    state->match.item_of_column[i] = static_cast<std::int64_t>(i);
    ++state->match.n_items_used;
    for (int v = 0; v < 256; ++v) {
      const int k = counted_category(static_cast<std::uint8_t>(v), responses.missing);
      codes[static_cast<std::size_t>(v)] = static_cast<std::int16_t>(k >= 0 && k < n_categories[i] ? k : irt::match_detail::kIgnored);
    }
    const auto column = static_cast<std::int64_t>(i);
    state->match.may_ignore[i] = responses.scored->has_missing(column) || responses.scored->n_categories()[i] > n_categories[i] ? 1 : 0;
  }
  state->populations = {irt::Population{}};
  state->nodes = nodes;
  state->n_nodes = state->stride = static_cast<int>(nodes.size());
  state->prior = {weights};
  state->n_categories = n_categories;
  state->probability.resize(n_items);
  return state;
}

namespace working_detail {

/// Sums of one block of pupils.
struct BlockSums {
  std::vector<int> category;  ///< of the pupil at hand, by item
  std::vector<const double*> rows;
  std::vector<double> posterior;
  std::vector<double> nodes;                 ///< of all pupils that count
  std::vector<std::vector<double>> without;  ///< by item: of those who do not have it; empty where everybody has it
  std::vector<double> cross;                 ///< by item
};

/// The working model while it is estimated.
class Estimation {
 public:
  Estimation(const CountedResponses& responses, const evaluation::ExpectationRules& rules)
      : responses_(responses), prior_{math::log(kCommonSlope), 0.0, rules.slope_spread}, pupils_(pupils_that_count(responses)) {
    const irt::Grid& grid = kWorkingGrid;
    nodes_ = grid.nodes();
    weights_ = grid.weights(irt::Population{});
    for (const std::uint8_t p : pupils_) n_used_ += p;
    count();
    items_.resize(counts_.size());
    sums_.resize(counts_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) items_[i].base = sums_[i].count = counts_[i];
    std::vector<std::vector<double>> priors = shape_priors(counts_, rules.category_weight);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      WorkingItem& item = items_[i];
      item.prior = std::move(priors[i]);
      if (item.base.empty()) continue;
      double total = 0.0;
      for (std::size_t k = 0; k < item.base.size(); ++k) total += item.base[k] += item.prior[k];
      for (double& b : item.base) b /= total;
      deviation_.push_back(log_deviation(item, counts_[i]));
      log_points_.push_back(deviation_.back() + math::log(static_cast<double>(item.n() - 1)));
      item.log_slope = prior_.log_common - deviation_.back();
    }
  }

  [[nodiscard]] std::int64_t n_used() const { return n_used_; }
  [[nodiscard]] std::int64_t n_usable() const { return static_cast<std::int64_t>(deviation_.size()); }

  Result<void> run(const ExecutionContext& context, Predictor& out) {
    tables_.resize(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) tables_[i].resize(items_[i].base.size() * nodes_.size());
    for (out.iterations = 1; out.iterations <= kMostIterations; ++out.iterations) {
      write_tables();
      if (auto done = expect(context); !done) return done;
      const double change = maximise();
      if (context.progress) context.progress({"feedback.working_model", out.iterations, 0});
      out.converged = change < kWorkingTolerance;
      if (out.converged) break;
    }
    out.iterations = std::min(out.iterations, kMostIterations);
    // the sums that go with the final parameters give the error of the items
    write_tables();
    return expect(context);
  }

  void write(Predictor& out) {
    const Items& items = *responses_.items;
    out.kind = PredictorKind::kWorkingModel;
    out.nodes = nodes_;
    out.weights = weights_;
    out.n_used = n_used_;
    out.common_slope = math::exp(prior_.log_common);
    out.slope_by_points = prior_.by_points;
    out.items.resize(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
      ItemPredictor& to = out.items[i];
      to.slope = std::numeric_limits<double>::quiet_NaN();
      if (items_[i].base.empty()) {
        out.findings.push_back(make_finding(Severity::kNote, Code::kItemWithoutExpectation,
                                            {.table = {}, .column = {}, .row = -1, .item = items[i].id},
                                            {{"detail", "没有不同的得分 / no two different scores"}}));
        continue;
      }
      to.usable = true;
      to.n_categories = items_[i].n();
      for (int k = 0; k < to.n_categories; ++k) to.points.push_back(items[i].score(k));
      to.slope = math::exp(items_[i].log_slope);
      to.likelihood.resize(items_[i].base.size() * nodes_.size());
      to.predictive.resize(to.likelihood.size());
      to.location_se = item_tables(items_[i], sums_[i], nodes_, weights_, prior_, to.likelihood.data(), to.predictive.data(), room_);
      out.base.insert(out.base.end(), items_[i].base.begin(), items_[i].base.end());
    }
  }

 private:
  /// Pupils in each category; empty for items without two different scores.
  void count() {
    const Responses& scored = *responses_.scored;
    counts_.resize(static_cast<std::size_t>(scored.n_items()));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      std::vector<double> n(static_cast<std::size_t>(kMaxCategory) + 1, 0.0);
      for (std::int64_t b = 0; b < scored.n_blocks(); ++b) {
        const std::uint8_t* cells = scored.column(b, static_cast<std::int64_t>(i));
        for (std::int64_t j = 0; j < scored.rows(b); ++j) {
          const int k = counted_category(cells[j], responses_.missing);
          if (k >= 0 && pupils_[static_cast<std::size_t>(b * kBlockRows + j)] != 0) n[static_cast<std::size_t>(k)] += 1.0;
        }
      }
      while (!n.empty() && n.back() == 0.0) n.pop_back();
      if (std::count_if(n.begin(), n.end(), [](double c) { return c > 0.0; }) >= 2) counts_[i] = std::move(n);
    }
  }

  void write_tables() {
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (!items_[i].base.empty()) item_likelihood(items_[i], nodes_, tables_[i].data(), room_);
  }

  /// Category of a cell among an item's own, negative where it does not count.
  [[nodiscard]] int category(std::size_t item, std::uint8_t cell) const {
    const int k = counted_category(cell, responses_.missing);
    return k < items_[item].n() ? k : kNotCountedCell;
  }

  /// Posteriors of a block's pupils and what they say about the items.
  void expect_block(std::int64_t block, BlockSums& w) const {
    const Responses& scored = *responses_.scored;
    const auto stride = static_cast<int>(nodes_.size());
    const auto rows = static_cast<std::size_t>(scored.rows(block));
    w.nodes.assign(nodes_.size(), 0.0);
    w.cross.assign(items_.size(), 0.0);
    w.without.assign(items_.size(), {});
    w.posterior.resize(nodes_.size());
    w.category.resize(items_.size());
    for (std::size_t j = 0; j < rows; ++j) {
      if (pupils_[static_cast<std::size_t>(block * kBlockRows) + j] == 0) continue;
      w.rows.clear();
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (items_[i].base.empty()) continue;
        w.category[i] = category(i, scored.column(block, static_cast<std::int64_t>(i))[j]);
        if (w.category[i] >= 0) w.rows.push_back(tables_[i].data() + static_cast<std::size_t>(w.category[i]) * nodes_.size());
      }
      person_posterior(w.rows.data(), static_cast<int>(w.rows.size()), weights_.data(), stride, w.posterior.data());
      const double ability = dot(w.posterior.data(), nodes_.data(), stride);
      add(w.nodes.data(), w.posterior.data(), stride);
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (items_[i].base.empty()) continue;
        if (w.category[i] >= 0) {
          w.cross[i] += static_cast<double>(w.category[i]) * ability;
          continue;
        }
        w.without[i].resize(nodes_.size(), 0.0);
        add(w.without[i].data(), w.posterior.data(), stride);
      }
    }
  }

  Result<void> expect(const ExecutionContext& context) {
    const std::int64_t n_blocks = responses_.scored->n_blocks();
    const auto stride = static_cast<int>(nodes_.size());
    const int n_workers = worker_count(n_blocks, context);
    std::vector<BlockSums> workers(static_cast<std::size_t>(n_workers));
    for (ItemSums& s : sums_) {
      s.cross = 0.0;
      s.nodes.assign(nodes_.size(), 0.0);
    }
    std::vector<double> everybody(nodes_.size(), 0.0);
    const auto work = [&](std::int64_t block, int worker) { expect_block(block, workers[static_cast<std::size_t>(worker)]); };
    const auto merge = [&](std::int64_t, int worker) {
      const BlockSums& w = workers[static_cast<std::size_t>(worker)];
      add(everybody.data(), w.nodes.data(), stride);
      for (std::size_t i = 0; i < sums_.size(); ++i) {
        if (items_[i].base.empty()) continue;
        sums_[i].cross += w.cross[i] / static_cast<double>(items_[i].n() - 1);
        if (!w.without[i].empty()) add(sums_[i].nodes.data(), w.without[i].data(), stride);
      }
    };
    if (auto done = run_blocks(n_blocks, n_workers, context, work, merge); !done) return done;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (items_[i].base.empty()) continue;
      for (std::size_t q = 0; q < nodes_.size(); ++q) sums_[i].nodes[q] = std::max(everybody[q] - sums_[i].nodes[q], 0.0);
      set_prior(items_[i], tables_[i].data(), nodes_, weights_, sums_[i], room_);
    }
    return {};
  }

  double maximise() {
    double change = 0.0;
    std::vector<double> y;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].base.empty()) continue;
      change = std::max(change, improve(items_[i], sums_[i], nodes_, prior_, room_));
      y.push_back(items_[i].log_slope + deviation_[y.size()]);
    }
    return std::max(change, regress(y));
  }

  /// The slopes' prior: log slopes (in standard deviations of the share) on the log standard deviation of the points. Returns the change.
  double regress(const std::vector<double>& y) {
    const auto n = static_cast<double>(y.size());
    const double weight = 1.0 / (prior_.spread * prior_.spread);
    double x_mean = 0.0;
    double y_mean = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      x_mean += log_points_[i] / n;
      y_mean += y[i] / n;
    }
    double square = 1.0 / (kByPointsSpread * kByPointsSpread);
    double cross = kByPoints * square;
    for (std::size_t i = 0; i < y.size(); ++i) {
      square += weight * (log_points_[i] - x_mean) * (log_points_[i] - x_mean);
      cross += weight * (log_points_[i] - x_mean) * (y[i] - y_mean);
    }
    const double common_weight = 1.0 / (kCommonSpread * kCommonSpread);
    const double at_mean = (n * weight * y_mean + common_weight * math::log(kCommonSlope)) / (n * weight + common_weight);
    const SlopePrior before = prior_;
    prior_.by_points = cross / square;
    prior_.log_common = at_mean - prior_.by_points * x_mean;
    return std::abs(prior_.log_common + prior_.by_points * x_mean - before.log_common - before.by_points * x_mean);
  }

  const CountedResponses& responses_;
  SlopePrior prior_;
  std::vector<std::uint8_t> pupils_;
  std::int64_t n_used_ = 0;
  std::vector<double> nodes_;
  std::vector<double> weights_;
  std::vector<std::vector<double>> counts_;
  std::vector<WorkingItem> items_;
  std::vector<ItemSums> sums_;
  std::vector<std::vector<double>> tables_;  ///< by item: categories x nodes
  std::vector<double> deviation_;            ///< log standard deviation of the share, of the usable items in order
  std::vector<double> log_points_;           ///< log standard deviation of the category number, likewise
  Room room_;
};

}  // namespace working_detail
}  // namespace predictor_detail

Result<Predictor> fit_working_model(const CountedResponses& responses, const evaluation::ExpectationRules& rules,
                                    const ExecutionContext& context) {
  if (responses.scored == nullptr || responses.items == nullptr) throw LogicError("celadon::feedback::fit_working_model: null responses");
  const auto n_persons = static_cast<std::size_t>(responses.scored->n_persons());
  if (responses.counted.size() != n_persons)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "counted"}, {"actual", std::to_string(responses.counted.size())}, {"expected", std::to_string(n_persons)}});
  if (responses.items->size() != static_cast<std::size_t>(responses.scored->n_items()))
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "items"},
                       {"actual", std::to_string(responses.items->size())},
                       {"expected", std::to_string(responses.scored->n_items())}});
  predictor_detail::working_detail::Estimation estimation(responses, rules);
  if (estimation.n_used() < std::max(rules.least_pupils, 2))
    return make_error(Code::kTooFewPersons, {},
                      {{"n", std::to_string(estimation.n_used())}, {"needed", std::to_string(std::max(rules.least_pupils, 2))}});
  if (estimation.n_usable() < std::max(rules.least_items, 2))
    return make_error(Code::kTooFewItems, {},
                      {{"n", std::to_string(estimation.n_usable())}, {"needed", std::to_string(std::max(rules.least_items, 2))}});
  Predictor out;
  if (auto done = estimation.run(context, out); !done) return done.error();
  estimation.write(out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
