#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/irt/impl/posterior_state.hpp>
#include <celadon/models/irt/score.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::irt::score_detail {

/// How an item enters the sums.
enum class Kind : std::uint8_t { kLogistic, kAsymptotes, kGradedItem, kDivideByTotal };

/// An item as the kernel reads it. `answers + offset` holds, for eight persons each: the answer (kLogistic, kAsymptotes: 0 or 1;
/// kDivideByTotal: its scoring value; kGradedItem: the intercepts below and above it), then the weight 1 or 0.
struct ItemView {
  Kind kind = Kind::kLogistic;
  int n_categories = 2;
  double slope = 1.0;
  double lower = 0.0;
  double upper = 1.0;
  const double* intercepts = nullptr;
  const double* scoring = nullptr;
  std::int64_t offset = 0;
};

/// Eight persons.
struct Group {
  const ItemView* items = nullptr;
  int n_items = 0;
  const double* answers = nullptr;
  double* room = nullptr;  ///< 8 doubles for each category of the largest item
  const double* prior_mean = nullptr;
  const double* prior_precision = nullptr;  ///< 0: no prior
  const double* low = nullptr;              ///< bracket
  const double* high = nullptr;
  const double* around = nullptr;  ///< what is maximised, up to a factor, at the start (the third row) and two nodes to each
                                   ///< side of it, eight persons a row; 0 where there is no node
  double spacing = 0.0;            ///< of the nodes
};

}  // namespace celadon::inline CELADON_ABI::irt::score_detail

#define CELADON_SIMD_KERNEL <celadon/models/irt/impl/score_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::irt {

namespace score_detail {

inline constexpr std::int64_t kGroup = 8;
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The items of a model that were answered, ready for the kernel.
struct Plan {
  std::vector<ItemView> items;
  std::vector<std::int64_t> columns;
  std::vector<std::vector<double>> tables;             ///< what the views point into
  std::vector<std::vector<std::array<double, 3>>> of;  ///< by item and model category: what goes to `answers`
  std::int64_t answer_size = 0;
  int most_categories = 2;
};

inline Kind kind_of(const ItemParameters& item) {
  if (item.model == ItemModel::kGraded) return Kind::kGradedItem;
  if (!is_dichotomous(item.model)) return Kind::kDivideByTotal;
  return item.lower == 0.0 && item.upper == 1.0 ? Kind::kLogistic : Kind::kAsymptotes;
}

inline Plan make_plan(const Model& model, const match_detail::Match& match) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Plan plan;
  for (std::size_t c = 0; c < match.item_of_column.size(); ++c) {
    if (match.item_of_column[c] < 0) continue;
    const ItemParameters& item = model.items[static_cast<std::size_t>(match.item_of_column[c])];
    const auto n = static_cast<std::size_t>(item.n_categories);
    ItemView view{.kind = kind_of(item),
                  .n_categories = item.n_categories,
                  .slope = item.slope,
                  .lower = item.lower,
                  .upper = item.upper,
                  .offset = plan.answer_size};
    std::vector<double> table = item.intercepts;
    std::vector<std::array<double, 3>> of(n);
    for (std::size_t k = 0; k < n; ++k) {
      const double score = item.model == ItemModel::kNominal ? item.scoring[k] : static_cast<double>(k);
      if (view.kind == Kind::kGradedItem)
        of[k] = {k == 0 ? kInfinity : item.intercepts[k - 1], k + 1 == n ? -kInfinity : item.intercepts[k], 1.0};
      else
        of[k] = {score, 1.0, 0.0};
    }
    if (view.kind == Kind::kDivideByTotal) {
      table.insert(table.begin(), 0.0);
      for (std::size_t k = 0; k < n; ++k) table.push_back(of[k][0]);
    }
    plan.answer_size += (view.kind == Kind::kGradedItem ? 3 : 2) * kGroup;
    plan.most_categories = std::max(plan.most_categories, item.n_categories);
    plan.tables.push_back(std::move(table));
    plan.items.push_back(view);
    plan.of.push_back(std::move(of));
    plan.columns.push_back(static_cast<std::int64_t>(c));
  }
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    plan.items[j].intercepts = plan.tables[j].data();
    plan.items[j].scoring = plan.tables[j].data() + (plan.items[j].kind == Kind::kDivideByTotal ? plan.items[j].n_categories : 0);
  }
  return plan;
}

/// Writes the answers of the persons first ... first + n - 1 of a block; lanes beyond n and cells without information weigh 0.
inline void read_answers(const Plan& plan, const match_detail::Match& match, const Responses& responses, std::int64_t block,
                         std::int64_t first, std::int64_t n, double* answers) {
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    const ItemView& item = plan.items[j];
    const std::uint8_t* cells = responses.column(block, plan.columns[j]) + first;
    const match_detail::CellCodes& codes = match.codes[static_cast<std::size_t>(plan.columns[j])];
    double* out = answers + item.offset;
    const int width = item.kind == Kind::kGradedItem ? 3 : 2;
    for (std::int64_t i = 0; i < kGroup; ++i) {
      const int code = i < n ? codes[cells[i]] : -1;
      const std::array<double, 3> none{0.0, 0.0, 0.0};
      const std::array<double, 3>& values = code >= 0 ? plan.of[j][static_cast<std::size_t>(code)] : none;
      for (int v = 0; v < width; ++v) out[v * kGroup + i] = values[static_cast<std::size_t>(v)];
    }
  }
}

struct Worker {
  posterior_detail::Scratch scratch;
  std::vector<double> answers;
  std::vector<double> room;
  std::vector<std::int32_t> node;
};

/// MAP, ML and WLE of one block.
class ModeScorer {
 public:
  ModeScorer(const Model& model, const Posteriors::State& state, const ScoreOptions& options)
      : model_(model), state_(state), options_(options), plan_(make_plan(model, state.match)) {
    // where to start: the best node of the grid. MAP weighs it by the population, WLE by the root of the test information.
    std::vector<double> root(static_cast<std::size_t>(state.stride), 1.0);
    if (options.method == ScoreMethod::kWle)
      for (std::size_t q = 0; q < static_cast<std::size_t>(state.n_nodes); ++q) {
        double total = 0.0;
        for (const std::int64_t j : state.match.item_of_column)
          if (j >= 0) total += information(model.items[static_cast<std::size_t>(j)], state.nodes[q]);
        root[q] = math::sqrt(total);
      }
    for (std::size_t g = 0; g < model.populations.size(); ++g)
      start_.push_back(options.method == ScoreMethod::kMap ? state.prior[g] : root);
  }

  void operator()(std::int64_t block, Worker& w, Scores& out) const {
    posterior_detail::block_likelihood(state_, block, w.scratch);
    const std::int64_t rows = state_.responses.rows(block);
    w.node.resize(static_cast<std::size_t>(rows));
    w.answers.assign(static_cast<std::size_t>(plan_.answer_size), 0.0);
    w.room.resize(static_cast<std::size_t>(plan_.most_categories * kGroup));
    posterior_detail::block_argmax(state_, block, w.scratch, start_, w.node.data());
    for (std::int64_t first = 0; first < rows; first += kGroup) {
      const std::int64_t n = std::min(kGroup, rows - first);
      read_answers(plan_, state_.match, state_.responses, block, first, n, w.answers.data());
      score_group(block, first, n, w, out);
    }
  }

 private:
  void score_group(std::int64_t block, std::int64_t first, std::int64_t n, Worker& w, Scores& out) const {
    double theta[kGroup];
    double low[kGroup];
    double high[kGroup];
    double mean[kGroup] = {};
    double precision[kGroup] = {};
    double curvature[kGroup];
    double around[5][kGroup] = {};
    bool edge = false;
    for (std::int64_t i = 0; i < kGroup; ++i) {
      const auto at = static_cast<std::size_t>(i < n ? w.node[static_cast<std::size_t>(first + i)] : state_.n_nodes / 2);
      const bool lowest = at == 0 || options_.method == ScoreMethod::kWle;
      const bool highest = at + 1 == static_cast<std::size_t>(state_.n_nodes) || options_.method == ScoreMethod::kWle;
      low[i] = std::max(options_.lowest, lowest ? options_.lowest : state_.nodes[at - 1]);
      high[i] = std::min(options_.highest, highest ? options_.highest : state_.nodes[at + 1]);
      theta[i] = std::clamp(state_.nodes[at], low[i], high[i]);
      const bool at_edge = at == 0 || at + 1 == static_cast<std::size_t>(state_.n_nodes);
      edge = edge || at_edge;
      if (i < n && !at_edge) {
        const double* likelihood = w.scratch.likelihood.data() + (first + i) * state_.stride;
        const std::vector<double>& weight = start_[population_of(block * kBlockRows + first + i)];
        for (std::size_t v = 0; v < 5; ++v)
          if (at + v >= 2 && at + v < static_cast<std::size_t>(state_.n_nodes) + 2)
            around[v][i] = likelihood[at + v - 2] * weight[at + v - 2];
      }
      if (options_.method == ScoreMethod::kMap) {
        const Population& p = model_.populations[i < n ? population_of(block * kBlockRows + first + i) : 0];
        mean[i] = p.mean;
        precision[i] = 1.0 / (p.sd * p.sd);
      }
    }
    const bool weighted = options_.method == ScoreMethod::kWle;
    const Group group{.items = plan_.items.data(),
                      .n_items = static_cast<int>(plan_.items.size()),
                      .answers = w.answers.data(),
                      .room = w.room.data(),
                      .prior_mean = mean,
                      .prior_precision = precision,
                      .low = low,
                      .high = high,
                      .around = around[0],
                      .spacing = state_.nodes[1] - state_.nodes[0]};
    double outward_low[kGroup] = {};
    double outward_high[kGroup] = {};
    const bool look = options_.method == ScoreMethod::kMl && edge;
    if (look) {
      const double all_low[kGroup] = {options_.lowest, options_.lowest, options_.lowest, options_.lowest,
                                      options_.lowest, options_.lowest, options_.lowest, options_.lowest};
      const double all_high[kGroup] = {options_.highest, options_.highest, options_.highest, options_.highest,
                                       options_.highest, options_.highest, options_.highest, options_.highest};
      CELADON_SIMD_DISPATCH(irt::score_detail, slope_at, group, weighted, all_low, outward_low);
      CELADON_SIMD_DISPATCH(irt::score_detail, slope_at, group, weighted, all_high, outward_high);
    }
    CELADON_SIMD_DISPATCH(irt::score_detail, maximise, group, weighted, theta, curvature);
    for (std::int64_t i = 0; i < n; ++i) {
      const auto row = static_cast<std::size_t>(block * kBlockRows + first + i);
      const bool no_low = look && low[i] == options_.lowest && !(outward_low[i] > 0.0);
      const bool no_high = look && high[i] == options_.highest && !(outward_high[i] < 0.0);
      place(row, w, out, theta[i], curvature[i], no_low || no_high, {mean[i], precision[i]});
    }
  }

  struct Prior {
    double mean;
    double precision;
  };

  void place(std::size_t row, Worker& w, Scores& out, double theta, double curvature, bool unbounded, Prior prior) const {
    const std::int32_t answered = w.scratch.n_answered[row % static_cast<std::size_t>(kBlockRows)];
    double se = curvature < 0.0 ? 1.0 / math::sqrt(-curvature) : kNaN;
    ScoreStatus status = ScoreStatus::kScored;
    if (answered < 0) {
      status = ScoreStatus::kDropped;
    } else if (answered == 0) {
      status = ScoreStatus::kNoAnswers;
    } else if (unbounded || !std::isfinite(theta) || !std::isfinite(se)) {
      status = ScoreStatus::kNoFiniteMaximum;
    }
    if (status == ScoreStatus::kNoAnswers && options_.method == ScoreMethod::kMap) {
      theta = prior.mean;
      se = 1.0 / math::sqrt(prior.precision);
    } else if (status != ScoreStatus::kScored) {
      theta = se = kNaN;
    }
    out.ability[row] = theta;
    out.ability_se[row] = se;
    out.status[row] = status;
  }

  std::size_t population_of(std::int64_t person) const {
    return state_.group.empty() ? 0 : static_cast<std::size_t>(state_.group[static_cast<std::size_t>(person)]);
  }

  const Model& model_;
  const Posteriors::State& state_;
  const ScoreOptions& options_;
  Plan plan_;
  std::vector<std::vector<double>> start_;
};

inline void add_findings(std::int64_t n_without, std::int64_t n_infinite, std::int64_t n_dropped, Findings& findings) {
  const auto add = [&](std::int64_t n, Code code) {
    if (n > 0) findings.push_back(make_finding(Severity::kWarning, code, {}, {{"count", std::to_string(n)}}));
  };
  add(n_without, Code::kScoredWithoutAnswers);
  add(n_infinite, Code::kNoFiniteMaximum);
  add(n_dropped, Code::kPersonsNotScored);
}

inline constexpr std::array<std::string_view, 4> kMethodNames = {"eap", "map", "wle", "ml"};
inline constexpr std::array<std::string_view, 4> kStatusNames = {"scored", "no_answers", "no_finite_maximum", "dropped"};

}  // namespace score_detail

std::string_view score_method_name(ScoreMethod method) {
  return score_detail::kMethodNames[static_cast<std::size_t>(method)];
}

Result<ScoreMethod> score_method_from_name(std::string_view name) {
  for (std::size_t i = 0; i < score_detail::kMethodNames.size(); ++i)
    if (score_detail::kMethodNames[i] == name) return static_cast<ScoreMethod>(i);
  return make_error(Code::kInvalidArgument, {},
                    {{"name", "method"}, {"detail", "\"" + std::string(name) + "\" is not one of eap map wle ml"}});
}

std::string_view score_status_name(ScoreStatus status) {
  return score_detail::kStatusNames[static_cast<std::size_t>(status)];
}

Result<Scores> score(const Model& model, const Responses& responses, const ScoreOptions& options, const ExecutionContext& context) {
  if (!std::isfinite(options.lowest) || !std::isfinite(options.highest) || !(options.lowest < options.highest))
    return make_error(Code::kInvalidArgument, {}, {{"name", "lowest"}, {"detail", "bounds must be finite with lowest < highest"}});
  auto prepared = Posteriors::prepare(model, responses, {.missing = options.missing, .group = options.group});
  if (!prepared) return prepared.error();
  const Posteriors::State& state = prepared->state();

  Scores out;
  out.method = options.method;
  const auto n = static_cast<std::size_t>(responses.n_persons());
  out.ability.resize(n);
  out.ability_se.resize(n);
  out.n_answered.resize(n);
  out.status.resize(n);
  out.n_items_used = state.match.n_items_used;
  out.findings = state.match.findings;
  const int n_workers = worker_count(responses.n_blocks(), context);
  std::vector<score_detail::Worker> workers(static_cast<std::size_t>(n_workers));
  const score_detail::ModeScorer modes(model, state, options);

  const auto work = [&](std::int64_t block, int worker) {
    score_detail::Worker& w = workers[static_cast<std::size_t>(worker)];
    const auto first = static_cast<std::size_t>(block * kBlockRows);
    if (options.method == ScoreMethod::kEap) {
      posterior_detail::block_eap(state, block, w.scratch, out.ability.data() + first, out.ability_se.data() + first);
      for (std::size_t i = 0; i < w.scratch.n_answered.size(); ++i) {
        const std::int32_t answered = w.scratch.n_answered[i];
        out.status[first + i] = answered < 0 ? ScoreStatus::kDropped : (answered == 0 ? ScoreStatus::kNoAnswers : ScoreStatus::kScored);
      }
    } else {
      modes(block, w, out);
    }
    for (std::size_t i = 0; i < w.scratch.n_answered.size(); ++i) out.n_answered[first + i] = std::max(0, w.scratch.n_answered[i]);
  };
  if (auto done = run_blocks(responses.n_blocks(), n_workers, context, work); !done) return done.error();

  std::int64_t counts[4] = {};
  for (const ScoreStatus s : out.status) ++counts[static_cast<std::size_t>(s)];
  out.n_scored = counts[0];
  out.n_dropped = counts[3];
  score_detail::add_findings(counts[1], counts[2], counts[3], out.findings);
  return out;
}

Table Scores::table() const {
  std::vector<std::int64_t> answered(n_answered.begin(), n_answered.end());
  std::vector<std::string> names;
  names.reserve(status.size());
  for (const ScoreStatus s : status) names.emplace_back(score_status_name(s));
  Table out("scores");
  out.add("ability", ability).add("ability_se", ability_se).add("n_answered", std::move(answered)).add("status", std::move(names));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
