#pragma once

#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/evaluation/scheme/impl/compare_periods.hpp>
#include <celadon/evaluation/scheme/impl/index_tree.hpp>
#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

namespace evaluate_detail {

using namespace engine_detail;

/// What one thread needs.
struct Worker {
  RowScratch rows;
  std::vector<Totals> totals;  ///< by level up to the block level
  int bad_frame = -1;
  int bad_column = -1;
  std::unique_ptr<IndexTree> tree;
};

/// Goes through the units of a period from the rows up. Without `out` only the totals of all rows are wanted.
class Walk {
 public:
  Walk(const Plan& plan, const Tree& tree, const std::vector<double>& references, double confidence, PeriodValues* out)
      : plan_(plan), tree_(tree), references_(references), confidence_(confidence), out_(out) {}

  Totals all;  ///< of every row with a unit

  Result<void> run(const ExecutionContext& context) {
    all.clear(plan_);
    const int block = tree_.block_level;
    const int n_levels = static_cast<int>(tree_.n_units.size());
    const std::int32_t n_blocks = tree_.n_units[static_cast<std::size_t>(block)];
    above_.resize(static_cast<std::size_t>(n_levels));
    for (int l = block + 1; l < n_levels; ++l) {
      above_[static_cast<std::size_t>(l)].resize(static_cast<std::size_t>(tree_.n_units[static_cast<std::size_t>(l)]));
      for (Totals& t : above_[static_cast<std::size_t>(l)]) t.clear(plan_);
    }
    const int n_workers = worker_count(n_blocks, context);
    std::vector<Worker> workers(static_cast<std::size_t>(n_workers));
    for (Worker& w : workers) {
      w.totals.resize(static_cast<std::size_t>(block) + 1);
      w.tree = std::make_unique<IndexTree>(plan_, references_, confidence_);
    }
    auto done = run_blocks(
        n_blocks, n_workers, context,
        [&](std::int64_t b, int worker) { unit(block, static_cast<std::int32_t>(b), workers[static_cast<std::size_t>(worker)]); },
        [&](std::int64_t b, int worker) {
          Worker& w = workers[static_cast<std::size_t>(worker)];
          if (w.bad_column >= 0 && bad_column < 0) {
            bad_column = w.bad_column;
            bad_frame = w.bad_frame;
          }
          pass_up(block, static_cast<std::int32_t>(b), w.totals.back());
        });
    if (!done) return done;
    Worker& w = workers.front();
    for (int l = block + 1; l < n_levels; ++l) {
      for (std::int32_t u = 0; u < tree_.n_units[static_cast<std::size_t>(l)]; ++u) {
        Totals& t = above_[static_cast<std::size_t>(l)][static_cast<std::size_t>(u)];
        add_frames(l, u, w, t);
        close(l, u, w, t);
        pass_up(l, u, t);
        t = {};
      }
    }
    if (w.bad_column >= 0 && bad_column < 0) {
      bad_column = w.bad_column;
      bad_frame = w.bad_frame;
    }
    if (bad_column >= 0) {
      const Frame& f = *plan_.frames[static_cast<std::size_t>(bad_frame)].frame;
      return make_error(Code::kNotFinite, {f.name, f.variables[static_cast<std::size_t>(bad_column)].name, -1, ""},
                        {{"name", f.variables[static_cast<std::size_t>(bad_column)].name}});
    }
    return {};
  }

 private:
  void add_frames(int level, std::int32_t u, Worker& w, Totals& totals) {
    for (std::size_t f = 0; f < plan_.frames.size(); ++f) {
      if (plan_.frames[f].level != level || w.bad_column >= 0) continue;
      add_rows(plan_, plan_.frames[f], u, w.rows, totals, w.bad_column);
      if (w.bad_column >= 0) w.bad_frame = static_cast<int>(f);
    }
  }

  /// A unit at or below the block level, after all that is in it.
  void unit(int level, std::int32_t u, Worker& w) {
    Totals& totals = w.totals[static_cast<std::size_t>(level)];
    totals.clear(plan_);
    add_frames(level, u, w, totals);
    if (level > 0) {
      const auto& begin = tree_.child_begin[static_cast<std::size_t>(level)];
      for (std::int32_t c = begin[static_cast<std::size_t>(u)]; c < begin[static_cast<std::size_t>(u) + 1]; ++c) {
        unit(level - 1, tree_.children[static_cast<std::size_t>(level)][static_cast<std::size_t>(c)], w);
        totals.add(w.totals[static_cast<std::size_t>(level) - 1]);
      }
    }
    close(level, u, w, totals);
  }

  void close(int level, std::int32_t u, Worker& w, Totals& totals) {
    if (out_ == nullptr) return;
    const std::size_t n = plan_.leaves.size();
    w.tree->evaluate(level, totals, {out_->values[static_cast<std::size_t>(level)].data() + static_cast<std::size_t>(u) * n, n});
    for (const LeafPlan& leaf : plan_.leaves)
      if (leaf.derived >= 0 && leaf.between == level) add_derived(plan_, leaf, totals);
  }

  void pass_up(int level, std::int32_t u, const Totals& totals) {
    const std::int32_t p = tree_.parent[static_cast<std::size_t>(level)][static_cast<std::size_t>(u)];
    if (p >= 0) {
      above_[static_cast<std::size_t>(level) + 1][static_cast<std::size_t>(p)].add(totals);
    } else {
      all.add(totals);
    }
  }

  const Plan& plan_;
  const Tree& tree_;
  const std::vector<double>& references_;
  double confidence_;
  PeriodValues* out_;
  std::vector<std::vector<Totals>> above_;
  int bad_frame = -1;
  int bad_column = -1;
};

/// Units that lie in no unit of the next level: their rows are missing above, which nothing else would show.
inline void find_loose_units(const Period& period, const Tree& tree, Findings& findings) {
  for (std::size_t l = 0; l + 1 < period.levels.size(); ++l) {
    const std::vector<std::int32_t>& parent = tree.parent[l];
    const auto first = std::find(parent.begin(), parent.end(), -1);
    if (first == parent.end()) continue;
    const std::string& unit = period.levels[l].ids[static_cast<std::size_t>(first - parent.begin())];
    findings.push_back(make_finding(Severity::kWarning, Code::kSchemeLooseUnits, {"", period.levels[l].name, -1, unit},
                                    {{"n", std::to_string(std::count(first, parent.end(), -1))},
                                     {"level", period.levels[l].name},
                                     {"above", period.levels[l + 1].name},
                                     {"unit", unit}}));
  }
}

/// A link error under a wrong id would leave its leaf without a comparison, and nobody would know why.
inline void find_unused_links(const Scheme& scheme, const Period& period, Findings& findings) {
  for (const LinkError& e : period.link_errors) {
    const std::int32_t k = scheme.find(e.indicator);
    if (k >= 0 && scheme.indicators[static_cast<std::size_t>(k)].is_leaf()) continue;
    findings.push_back(make_finding(Severity::kWarning, Code::kSchemeLinkNotUsed, {"", "", -1, e.indicator},
                                    {{"period", period.id}, {"id", e.indicator}}));
  }
}

inline bool same_finding(const Finding& a, const Finding& b) {
  return a.code == b.code && a.severity == b.severity && a.place.table == b.place.table && a.place.column == b.place.column &&
         a.place.row == b.place.row && a.place.item == b.place.item &&
         std::equal(a.arguments.begin(), a.arguments.end(), b.arguments.begin(), b.arguments.end(),
                    [](const Argument& x, const Argument& y) { return x.name == y.name && x.value == y.value; });
}

inline bool has_finding(const Findings& all, const Finding& one) {
  return std::any_of(all.begin(), all.end(), [&](const Finding& f) { return same_finding(f, one); });
}

/// Findings of each period as one list: what all say stands once, what some say names its period.
inline Findings join_findings(std::span<const Period> periods, const std::vector<Findings>& by_period) {
  Findings out;
  for (std::size_t p = 0; p < by_period.size(); ++p) {
    for (const Finding& f : by_period[p]) {
      if (std::all_of(by_period.begin(), by_period.end(), [&](const Findings& other) { return has_finding(other, f); })) {
        if (!has_finding(out, f)) out.push_back(f);
        continue;
      }
      Finding named = f;
      for (Argument& a : named.arguments) {
        if (a.name != "frame" && a.name != "level") continue;
        a.value = periods[p].id + "/" + a.value;
        named.place.table = a.value;
      }
      out.push_back(std::move(named));
    }
  }
  return out;
}

inline Result<PeriodValues> evaluate_period(const Scheme& scheme, const Period& period, const SchemeOptions& options,
                                            const ExecutionContext& context, Findings& findings) {
  auto tree = make_tree(period);
  if (!tree) return tree.error();
  find_loose_units(period, *tree, findings);
  find_unused_links(scheme, period, findings);
  auto plan = make_plan(scheme, period, false, findings);
  if (!plan) return plan.error();
  std::vector<double> references;
  if (plan->n_references > 0) {
    Findings said_already;
    auto progress = make_plan(scheme, period, true, said_already);
    if (!progress) return progress.error();
    Walk walk(*progress, *tree, references, options.confidence, nullptr);
    if (auto ok = walk.run(context); !ok) return ok.error();
    references = reference_coefficients(*plan, *progress, walk.all);
  }
  PeriodValues out;
  out.id = period.id;
  out.levels = period.levels;
  for (std::size_t l = 0; l < period.levels.size(); ++l) {
    out.levels[l].parent = tree->parent[l];
    out.values.emplace_back(period.levels[l].ids.size() * scheme.indicators.size());
  }
  Walk walk(*plan, *tree, references, options.confidence, &out);
  if (auto ok = walk.run(context); !ok) return ok.error();
  hide_small_groups(*plan, options, out);
  return out;
}

}  // namespace evaluate_detail

Result<SchemeEvaluation> evaluate(const Scheme& scheme, std::span<const Period> periods, const SchemeOptions& options,
                                  const ExecutionContext& context) {
  if (scheme.indicators.empty() || scheme.order.size() != scheme.indicators.size()) return make_error(Code::kSchemeEmpty);
  if (!(options.confidence > 0.0 && options.confidence < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "confidence"}, {"detail", "must be in (0, 1)"}});
  for (const Period& period : periods) {
    for (const LinkError& e : period.link_errors) {
      if (!(e.se >= 0.0 && e.se < std::numeric_limits<double>::infinity()))
        return make_error(Code::kInvalidArgument, {"", "", -1, e.indicator},
                          {{"name", "link_errors"}, {"detail", "se must be 0 or more and finite"}});
    }
  }
  SchemeEvaluation out;
  out.scheme = scheme;
  out.options = options;
  std::vector<Findings> findings;
  for (const Period& period : periods) {
    auto values = evaluate_detail::evaluate_period(scheme, period, options, context, findings.emplace_back());
    if (!values) return values.error();
    out.periods.push_back(std::move(values).value());
    if (out.periods.size() > 1)
      engine_detail::compare_periods(scheme, options, period.link_errors, out.periods[out.periods.size() - 2], out.periods.back());
  }
  out.findings = evaluate_detail::join_findings(periods, findings);
  return out;
}

Result<survey::Design> census_design(std::int64_t n_rows, std::span<const double> weights) {
  survey::Design d;
  if (!weights.empty() && static_cast<std::int64_t>(weights.size()) != n_rows)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(weights.size())}, {"expected", std::to_string(n_rows)}});
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0.0)) return make_error(Code::kNegativeWeight, {"", "weights", static_cast<std::int64_t>(i) + 1, ""});
  }
  d.method = survey::Method::kGiven;
  d.n_rows = n_rows;
  d.weights.assign(weights.begin(), weights.end());
  if (weights.empty()) d.weights.assign(static_cast<std::size_t>(n_rows), 1.0);
  d.degrees_of_freedom = std::numeric_limits<double>::infinity();
  return d;
}

Result<survey::Design> cohort_design(std::span<const std::int32_t> unit, std::span<const double> weights, int n_groups,
                                     std::uint64_t seed) {
  if (n_groups < 2) return make_error(Code::kInvalidArgument, {}, {{"name", "n_groups"}, {"detail", "must be 2 or more"}});
  const std::size_t n = unit.size();
  // Every unit's rows in random order, dealt out one a group from a group of chance on.
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return unit[static_cast<std::size_t>(a)] < unit[static_cast<std::size_t>(b)]; });
  std::vector<std::int32_t> group(n, 0);
  for (std::size_t begin = 0; begin < n;) {
    std::size_t end = begin;
    const std::int32_t u = unit[static_cast<std::size_t>(order[begin])];
    while (end < n && unit[static_cast<std::size_t>(order[end])] == u) ++end;
    random::Stream stream(seed, random::purpose("scheme.cohort_design"), static_cast<std::uint64_t>(static_cast<std::int64_t>(u) + 1));
    const std::vector<std::int64_t> dealt = stream.permutation(static_cast<std::int64_t>(end - begin));
    const std::uint64_t first = stream.below(static_cast<std::uint64_t>(n_groups));
    for (std::size_t k = 0; k < dealt.size(); ++k)
      group[static_cast<std::size_t>(order[begin + static_cast<std::size_t>(dealt[k])])] =
          static_cast<std::int32_t>((first + k) % static_cast<std::uint64_t>(n_groups));
    begin = end;
  }
  survey::DesignSpec spec;
  spec.n_rows = static_cast<std::int64_t>(n);
  spec.weights = weights;
  spec.clusters = group;
  spec.method = survey::Method::kJk1;
  return survey::make_design(spec);
}

}  // namespace celadon::inline CELADON_ABI::scheme
