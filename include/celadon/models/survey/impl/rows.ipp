#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/models/survey/impl/rows.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

void RowTask::weights_of(std::size_t i, double* out) const {
  const auto n_replicates = static_cast<std::int64_t>(design.n_replicates);
  const double w = weight[i];
  out[0] = w;
  if (design.method == Method::kGiven) {
    const double* from = design.replicate_weights.data() + rows[i] * n_replicates;
    std::copy(from, from + n_replicates, out + 1);
  } else if (n_replicates > 0) {
    const double* f = design.factors.data() + static_cast<std::int64_t>(design.unit[static_cast<std::size_t>(rows[i])]) * n_replicates;
    for (std::int64_t r = 0; r < n_replicates; ++r) out[r + 1] = w * f[r];
  }
  std::fill(out + 1 + n_replicates, out + stride(), 0.0);
}

double RowTask::linearised(std::span<const double> a, std::span<const double> b) const {
  std::vector<std::int32_t> units;
  std::vector<double> sums[2];
  for (std::size_t i = 0; i < n(); ++i) {
    const std::int32_t unit = design.unit[static_cast<std::size_t>(rows[i])];
    if (units.empty() || units.back() != unit) {
      units.push_back(unit);
      for (auto& sum : sums) sum.push_back(0.0);
    }
    sums[0].back() += a[i];
    sums[1].back() += b[i];
  }
  return linearised_covariance(design, units, sums[0], sums[1]);
}

std::vector<std::uint32_t> order_of(const std::vector<double>& values) {
  std::vector<std::pair<double, std::uint32_t>> keys(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) keys[i] = {values[i], static_cast<std::uint32_t>(i)};
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> out(values.size());
  for (std::size_t i = 0; i < keys.size(); ++i) out[i] = keys[i].second;
  return out;
}

namespace rows_detail {

struct TaskSums {
  double n = 0.0;
  double weight = 0.0;
  double squares = 0.0;
  std::vector<std::int32_t> units;
};

inline void sum_up(const RowTask& task, TaskSums& out) {
  out.n = static_cast<double>(task.n());
  for (std::size_t i = 0; i < task.n(); ++i) {
    out.weight += task.weight[i];
    out.squares += task.weight[i] * task.weight[i];
    if (task.design.unit.empty()) continue;
    const std::int32_t unit = task.design.unit[static_cast<std::size_t>(task.rows[i])];
    if (out.units.empty() || out.units.back() != unit) out.units.push_back(unit);
  }
}

inline SetSummary summary_of(const Design& design, const TaskSums* sums, int n_imputations) {
  SetSummary out;
  std::vector<std::int32_t> units;
  double squares = 0.0;
  for (int m = 0; m < n_imputations; ++m) {
    out.n += sums[m].n / n_imputations;
    out.weight += sums[m].weight / n_imputations;
    squares += sums[m].squares / n_imputations;
    units.insert(units.end(), sums[m].units.begin(), sums[m].units.end());
  }
  out.effective_n = squares > 0.0 ? out.weight * out.weight / squares : 0.0;
  out.degrees_of_freedom = design.degrees_of_freedom;
  out.n_units = -1;
  if (design.unit.empty()) return out;
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  out.n_units = static_cast<int>(units.size());
  int strata = 0;
  for (std::size_t u = 0; u < units.size(); ++u)
    strata += u == 0 || design.stratum[static_cast<std::size_t>(units[u])] != design.stratum[static_cast<std::size_t>(units[u - 1])];
  out.degrees_of_freedom = std::max(1, out.n_units - strata);
  return out;
}

}  // namespace rows_detail

Result<std::vector<SetSummary>> each_task(const Design& design, const Layout& layout, std::span<const Variable* const> variables,
                                          int n_parameters, int* n_imputations, const ExecutionContext& context,
                                          const std::function<void(const RowTask& task, double* value, double* variance)>& work,
                                          int n_joint) {
  using namespace rows_detail;
  Plan plan;
  for (const Variable* v : variables) plan.sources.push_back({v});
  if (auto ok = prepare(design, plan); !ok) return ok.error();
  *n_imputations = plan.n_imputations;
  const auto m_count = static_cast<std::int64_t>(plan.n_imputations);
  const std::int64_t n_tasks = m_count * layout.n_groups();
  const auto p_count = static_cast<std::size_t>(n_parameters);
  std::vector<double> value(static_cast<std::size_t>(n_tasks) * p_count, kNaN);
  const auto joint = static_cast<std::size_t>(n_joint);
  const std::size_t v_count = p_count + joint * joint;
  std::vector<double> variance(static_cast<std::size_t>(n_tasks) * v_count, kNaN);
  std::vector<TaskSums> sums(static_cast<std::size_t>(n_tasks));
  const auto n_variables = static_cast<std::int64_t>(variables.size());
  std::atomic<std::int64_t> bad{-1};  // row x variables + variable
  const int workers = worker_count(n_tasks, context);
  auto done = run_blocks(n_tasks, workers, context, [&](std::int64_t t, int) {
    const std::int64_t group = t / m_count;
    const auto m = static_cast<std::size_t>(t % m_count);
    const auto cells =
        std::pair{layout.group_begin[static_cast<std::size_t>(group)], layout.group_begin[static_cast<std::size_t>(group) + 1]};
    std::vector<std::int32_t> rows;
    for (std::int64_t p = layout.cell_begin[static_cast<std::size_t>(cells.first)];
         p < layout.cell_begin[static_cast<std::size_t>(cells.second)]; ++p) {
      const std::int32_t row = layout.order[static_cast<std::size_t>(p)];
      bool there = true;
      for (std::size_t a = 0; a < variables.size(); ++a) {
        const auto& columns = variables[a]->columns;
        const double x = columns[columns.size() == 1 ? 0 : m][static_cast<std::size_t>(row)];
        there = there && x == x;
        if (std::isinf(x)) bad = row * n_variables + static_cast<std::int64_t>(a);
      }
      if (there) rows.push_back(row);
    }
    RowTask task{design, rows, {}, {}};
    for (const Variable* v : variables) {
      const auto column = v->columns[v->columns.size() == 1 ? 0 : m];
      auto& to = task.values.emplace_back();
      for (const std::int32_t row : rows) to.push_back(column[static_cast<std::size_t>(row)]);
    }
    for (const std::int32_t row : rows) task.weight.push_back(design.weights[static_cast<std::size_t>(row)]);
    sum_up(task, sums[static_cast<std::size_t>(t)]);
    if (bad < 0 && !rows.empty())
      work(task, value.data() + static_cast<std::size_t>(t) * p_count, variance.data() + static_cast<std::size_t>(t) * v_count);
  });
  if (!done) return done.error();
  if (bad >= 0) {
    Place place;
    place.column = variables[static_cast<std::size_t>(bad % n_variables)]->name;
    place.row = bad / n_variables + 1;
    return make_error(Code::kNotFinite, place);
  }
  std::vector<SetSummary> out;
  for (std::int32_t g = 0; g < layout.n_groups(); ++g) {
    const std::int64_t first = g * m_count;
    SetSummary summary = summary_of(design, sums.data() + first, plan.n_imputations);
    std::vector<double> values;
    std::vector<double> variances;
    const auto take = [](const std::vector<double>& from, std::size_t at, std::size_t n, std::vector<double>& to) {
      to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(at), from.begin() + static_cast<std::ptrdiff_t>(at + n));
    };
    for (auto t = static_cast<std::size_t>(first); t < static_cast<std::size_t>(first + m_count); ++t) {
      take(value, t * p_count, p_count, values);
      take(variance, t * v_count, p_count, variances);
      take(value, t * p_count, joint, summary.joint_values);
      take(variance, t * v_count + p_count, joint * joint, summary.joint_covariance);
    }
    combine_set(values, variances, plan.n_imputations, summary);
    out.push_back(std::move(summary));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
