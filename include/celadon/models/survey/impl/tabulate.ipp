#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/models/survey/impl/tabulate.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace celadon::inline CELADON_ABI::survey {

namespace tabulate_detail {

using namespace engine_detail;

inline constexpr std::int64_t kLargestTotals = std::int64_t{1} << 24;  ///< doubles: 128 MiB
inline constexpr std::size_t kMostVariables = 20;  ///< of a batch: what is read of a block stays in the second-level cache

/// Parameters of a batch, each from quantities of its variable (or from the weight alone).
struct Cells {
  struct Parameter {
    Measured what;
    std::size_t first;
    std::size_t second;
    double shift;
  };
  std::vector<Parameter> parameters;
  Divisor divisor;

  [[nodiscard]] int n_parameters() const { return static_cast<int>(parameters.size()); }
  template <class T>
  void compute(int, const T* t, const double* counts, T* out) const {
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const Parameter& parameter = parameters[p];
      switch (parameter.what) {
        case Measured::kMean:
        case Measured::kShareAtLeast:
        case Measured::kShare:
          out[p] = t[parameter.first] / t[0] + T(parameter.shift);
          break;
        case Measured::kSd: {
          const T powers[] = {t[0], t[parameter.first], t[parameter.second]};
          out[p] = sd_of(divisor, counts[0], powers);
          break;
        }
        case Measured::kTotal:
          out[p] = t[parameter.first] + T(parameter.shift) * t[0];
          break;
        case Measured::kWeight:
          out[p] = t[0];
          break;
      }
    }
  }
};

/// Measures whose variables have the same rows, summed together.
struct Batch {
  Plan plan;
  std::vector<std::size_t> measures;
  std::vector<Measured> what;
  std::vector<int> source;  ///< of each measure; -1 for the weight
  std::vector<int> first, second;
  std::map<std::int32_t, int> value_source;   ///< of a variable
  std::map<int, std::pair<int, int>> powers;  ///< quantities x and x^2 of a source; 0 for none

  int add_source(const Source& s) {
    plan.sources.push_back(s);
    return static_cast<int>(plan.sources.size()) - 1;
  }
  int add_quantity(int a, int b) {
    plan.quantities.push_back({a, b});
    return plan.n_quantities() - 1;
  }
  void add(std::size_t index, const Measure& m, const Variable& variable) {
    int at = -1;
    if (m.what == Measured::kShare || m.what == Measured::kShareAtLeast) {
      at = add_source({&variable, m.what == Measured::kShare ? SourceKind::kEqual : SourceKind::kAtLeast, m.level});
    } else if (const auto known = value_source.find(m.variable); known != value_source.end()) {
      at = known->second;
    } else {
      at = add_source({&variable});
      value_source.emplace(m.variable, at);
    }
    auto& [x, xx] = powers[at];
    if (x == 0 && m.what != Measured::kWeight) x = add_quantity(at, -1);
    if (xx == 0 && m.what == Measured::kSd) xx = add_quantity(at, at);
    measures.push_back(index);
    what.push_back(m.what);
    source.push_back(at);
    first.push_back(x);
    second.push_back(xx);
  }
  [[nodiscard]] std::int64_t size(const Design& design, const Layout& layout) const {
    const std::int64_t stride = design.method == Method::kGiven ? (static_cast<std::int64_t>(design.n_replicates) + 8) / 8 * 8 : 1;
    return layout.n_cells() * std::max(1, plan.n_imputations) * plan.n_quantities() * stride;
  }
  [[nodiscard]] Cells cells(Divisor divisor) const {
    Cells out{{}, divisor};
    out.parameters.reserve(measures.size());
    for (std::size_t p = 0; p < measures.size(); ++p)
      out.parameters.push_back({what[p], static_cast<std::size_t>(first[p]), static_cast<std::size_t>(second[p]),
                                plan.sources[static_cast<std::size_t>(source[p])].shift});
    return out;
  }
};

/// Whether a column is finite throughout.
inline bool complete(std::span<const double> column) {
  for (std::size_t from = 0; from < column.size(); from += static_cast<std::size_t>(kBlockRows)) {
    const std::size_t to = std::min(column.size(), from + static_cast<std::size_t>(kBlockRows));
    double lane[8] = {};
    std::size_t i = from;
    for (; i + 8 <= to; i += 8)
      for (std::size_t l = 0; l < 8; ++l) lane[l] += column[i + l] - column[i + l];
    for (; i < to; ++i) lane[0] += column[i] - column[i];
    for (const double x : lane)
      if (x != 0.0) return false;  // NaN is not 0
  }
  return true;
}

/// Variables that lack no value have the same rows and may share a pass. One look at each distinct column.
inline Result<std::vector<std::uint8_t>> complete_variables(std::span<const Variable> variables, std::span<const Measure> measures,
                                                            const ExecutionContext& context) {
  std::map<const double*, std::size_t> index;
  std::vector<std::span<const double>> columns;
  for (const Measure& m : measures)
    for (const auto& column : variables[static_cast<std::size_t>(m.variable)].columns)
      if (index.emplace(column.data(), columns.size()).second) columns.push_back(column);
  std::vector<std::uint8_t> whole(columns.size(), 0);
  const auto n = static_cast<std::int64_t>(columns.size());
  auto done = run_blocks(n, worker_count(n, context), context, [&](std::int64_t c, int) {
    whole[static_cast<std::size_t>(c)] = complete(columns[static_cast<std::size_t>(c)]) ? 1 : 0;
  });
  if (!done) return done.error();
  std::vector<std::uint8_t> out(variables.size(), 0);
  for (const Measure& m : measures) {
    const auto v = static_cast<std::size_t>(m.variable);
    out[v] = 1;
    for (const auto& column : variables[v].columns) out[v] = out[v] != 0 && whole[index.at(column.data())] != 0;
  }
  return out;
}

inline Result<void> check(const Design& design, std::span<const Variable> variables, std::span<const Measure> measures) {
  if (measures.empty()) return invalid("measures", "there is none");
  for (const Measure& m : measures) {
    if (m.variable < 0 || static_cast<std::size_t>(m.variable) >= variables.size())
      return invalid("measures", "a variable is not in 0 ... n_variables - 1");
    if ((m.what == Measured::kShare || m.what == Measured::kShareAtLeast) && !std::isfinite(m.level))
      return invalid("levels", "must be finite");
    Plan one;  // for its checks of the columns' lengths, before any column is read
    one.sources = {Source{&variables[static_cast<std::size_t>(m.variable)], SourceKind::kEqual}};
    if (auto ok = prepare(design, one); !ok) return ok.error();
  }
  return {};
}

/// Batches in the order of their first measures.
inline std::vector<Batch> batches_of(const Design& design, const Layout& layout, std::span<const Variable> variables,
                                     std::span<const Measure> measures, const std::vector<std::uint8_t>& whole) {
  std::vector<Batch> out;
  std::map<std::int32_t, std::size_t> batch_of;  // of a variable that lacks values
  std::map<std::size_t, std::size_t> open;       // by the number of imputations: the batch that takes complete variables
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const Measure& m = measures[i];
    const Variable& variable = variables[static_cast<std::size_t>(m.variable)];
    const bool shared = whole[static_cast<std::size_t>(m.variable)] != 0;
    const std::size_t n_columns = variable.columns.size();
    std::size_t at = out.size();
    if (shared) {
      if (const auto known = open.find(n_columns); known != open.end()) at = known->second;
      if (at < out.size()) {
        if (out[at].size(design, layout) > kLargestTotals || out[at].plan.sources.size() >= kMostVariables) at = out.size();
      }
      open[n_columns] = at;
    } else if (const auto known = batch_of.find(m.variable); known != batch_of.end()) {
      at = known->second;
    } else {
      batch_of.emplace(m.variable, at);
    }
    if (at == out.size()) out.emplace_back();
    out[at].add(i, m, variable);
    out[at].plan.n_imputations = static_cast<int>(n_columns);
  }
  return out;
}

inline const char* statistic_name(Measured what) {
  switch (what) {
    case Measured::kMean:
      return "mean";
    case Measured::kSd:
      return "sd";
    case Measured::kTotal:
      return "total";
    case Measured::kWeight:
      return "weight";
    case Measured::kShareAtLeast:
      return "share_at_least";
    case Measured::kShare:
      return "share";
  }
  return "";
}

/// Where a measure's estimates are.
struct Slot {
  std::size_t batch = 0;
  std::size_t parameter = 0;
};

/// Rows of measures [from, to), all of one variable: by group, then measure.
inline void add_run(const std::vector<std::vector<SetSummary>>& summaries, const std::vector<Slot>& slots, std::size_t from, std::size_t to,
                    std::span<const Measure> measures, const Variable& variable, Estimates& out) {
  const bool leveled = measures[from].what == Measured::kShare || measures[from].what == Measured::kShareAtLeast;
  const auto& sets = summaries[slots[from].batch];
  Troubles troubles;
  for (std::size_t g = 0; g < sets.size(); ++g) {
    bool undefined = false;
    for (std::size_t i = from; i < to; ++i) {
      const SetSummary& summary = summaries[slots[i].batch][g];
      undefined = undefined || summary.undefined[slots[i].parameter] != 0;
      out.rows.push_back(row_of(summary, slots[i].parameter, static_cast<std::int32_t>(g), -1,
                                {statistic_name(measures[i].what), variable.name, leveled ? measures[i].level : kNaN}));
    }
    troubles.see(sets[g], static_cast<std::int32_t>(g), undefined);
  }
  troubles.report(variable.name, out.findings);
}

}  // namespace tabulate_detail

Result<Estimates> engine_detail::tabulate_runs(const Design& design, std::span<const Variable> variables, std::span<const Measure> measures,
                                               const Groups& groups, Divisor divisor, bool join_runs, const ExecutionContext& context) {
  using namespace tabulate_detail;
  if (auto ok = check(design, variables, measures); !ok) return ok.error();
  auto layout = make_layout(design, groups);
  if (!layout) return layout.error();
  std::vector<std::uint8_t> whole(variables.size(), 0);
  const bool several =
      std::any_of(measures.begin(), measures.end(), [&](const Measure& m) { return m.variable != measures.front().variable; });
  if (several) {
    auto looked = complete_variables(variables, measures, context);
    if (!looked) return looked.error();
    whole = std::move(*looked);
  }
  std::vector<Batch> batches = batches_of(design, *layout, variables, measures, whole);
  const Sets sets = single_sets(groups.n_groups);
  Estimates out = start(design, 1);
  std::vector<std::vector<SetSummary>> summaries;
  std::vector<Slot> slots(measures.size());
  summaries.reserve(batches.size());
  for (std::size_t from = 0; from < batches.size();) {
    // Batches that go through the rows together: as many as their totals allow.
    std::vector<const Plan*> plans;
    std::int64_t size = 0;
    for (std::size_t b = from; b < batches.size() && (plans.empty() || size + batches[b].size(design, *layout) <= kLargestTotals); ++b) {
      if (auto ok = prepare(design, batches[b].plan); !ok) return ok.error();
      size += batches[b].size(design, *layout);
      plans.push_back(&batches[b].plan);
    }
    auto totals = sum_totals(design, *layout, plans, context);
    if (!totals) return totals.error();
    for (std::size_t p = 0; p < plans.size(); ++p) {
      const Batch& batch = batches[from + p];
      auto reduced = reduce(design, *layout, (*totals)[p], sets, StatisticOf(batch.cells(divisor)), context);
      if (!reduced) return reduced.error();
      for (std::size_t m = 0; m < batch.measures.size(); ++m) slots[batch.measures[m]] = {summaries.size(), m};
      out.n_imputations = std::max(out.n_imputations, batch.plan.n_imputations);
      summaries.push_back(std::move(*reduced));
    }
    from += plans.size();
  }
  out.rows.reserve(measures.size() * sets.size());
  for (std::size_t from = 0; from < measures.size();) {
    std::size_t to = from + 1;
    while (join_runs && to < measures.size() && measures[to].variable == measures[from].variable) ++to;
    add_run(summaries, slots, from, to, measures, variables[static_cast<std::size_t>(measures[from].variable)], out);
    from = to;
  }
  return out;
}

Result<Estimates> tabulate(const Design& design, std::span<const Variable> variables, std::span<const Measure> measures,
                           const Groups& groups, Divisor divisor, const ExecutionContext& context) {
  return engine_detail::tabulate_runs(design, variables, measures, groups, divisor, false, context);
}

}  // namespace celadon::inline CELADON_ABI::survey
