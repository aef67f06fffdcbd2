#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/models/survey/impl/engine.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

namespace reduce_detail {

inline constexpr std::int64_t kCells = 128;  ///< units whose factors are multiplied at once

struct Work {
  std::vector<double> totals;      ///< [group in set][imputation][quantity][stride]
  std::vector<double> z, w;        ///< of some cells: totals [quantity][cell], factors [cell][stride]
  std::vector<double> now;         ///< [group in set][quantity] under one weight
  std::vector<double> counts;      ///< [group in set]
  std::vector<double> replicates;  ///< [replicate][parameter]
  std::vector<double> value;
  std::vector<double> variance;
  std::vector<double> covariance;  ///< [imputation][joint parameter][joint parameter]
  std::vector<Dual> dual;
  std::vector<Dual> dual_out;
  std::vector<std::int32_t> units;  ///< of the set, ascending
  std::vector<double> influence;    ///< [parameter][unit of the set]
};

struct Reducer {
  const Design& design;
  const Layout& layout;
  const Totals& totals;
  const Sets& sets;
  const Statistic& statistic;
  std::size_t n_joint = 0;
  Within within = Within::kSet;

  /// Plain and replicate weights, in eights.
  [[nodiscard]] std::int64_t stride() const {
    return design.method == Method::kLinearised ? 1 : (static_cast<std::int64_t>(design.n_replicates) + 8) / 8 * 8;
  }
  [[nodiscard]] std::int64_t per_cell() const { return static_cast<std::int64_t>(totals.n_imputations) * totals.n_quantities; }

  /// Totals of a set's groups under every weight, all imputations.
  void gather(const std::vector<std::int32_t>& set, Work& w) const {
    const std::int64_t q_count = per_cell();
    const std::int64_t width = stride();
    w.totals.assign(set.size() * static_cast<std::size_t>(q_count * width), 0.0);
    if (width > 1 && totals.stride == 1) {
      w.z.resize(static_cast<std::size_t>(q_count * kCells));
      w.w.assign(static_cast<std::size_t>(kCells * width), 0.0);
    }
    for (std::size_t g = 0; g < set.size(); ++g) {
      const auto group = static_cast<std::size_t>(set[g]);
      double* out = w.totals.data() + static_cast<std::int64_t>(g) * q_count * width;
      const std::int64_t end = layout.group_begin[group + 1];
      for (std::int64_t c = layout.group_begin[group]; c < end; c += kCells) {
        const std::int64_t n = std::min(kCells, end - c);
        if (width == totals.stride) {
          for (std::int64_t i = c; i < c + n; ++i)
            for (std::int64_t j = 0; j < q_count * width; ++j) out[j] += totals.at(i, 0)[j];
          continue;
        }
        for (std::int64_t i = 0; i < n; ++i) {
          const double* t = totals.at(c + i, 0);
          for (std::int64_t q = 0; q < q_count; ++q) w.z[static_cast<std::size_t>(q * kCells + i)] = t[q];
          const double* f =
              design.factors.data() + static_cast<std::int64_t>(layout.cell_unit[static_cast<std::size_t>(c + i)]) * design.n_replicates;
          double* to = w.w.data() + i * width;
          to[0] = 1.0;
          std::copy(f, f + design.n_replicates, to + 1);
        }
        multiply_all(w.z.data(), kCells, static_cast<int>(q_count), w.w.data(), n, width, out);
      }
    }
  }

  /// Totals of one imputation under one weight, to w.now.
  void take(std::size_t n_groups, int m, std::int64_t weight, Work& w) const {
    const auto k_count = static_cast<std::int64_t>(totals.n_quantities);
    const std::int64_t width = stride();
    w.now.resize(n_groups * static_cast<std::size_t>(k_count));
    for (std::size_t g = 0; g < n_groups; ++g) {
      const double* from = w.totals.data() + (static_cast<std::int64_t>(g) * totals.n_imputations + m) * k_count * width + weight;
      for (std::int64_t k = 0; k < k_count; ++k)
        w.now[g * static_cast<std::size_t>(k_count) + static_cast<std::size_t>(k)] = from[k * width];
    }
  }

  void count(const std::vector<std::int32_t>& set, int m, Work& w) const {
    w.counts.assign(set.size(), 0.0);
    for (std::size_t g = 0; g < set.size(); ++g) {
      const auto group = static_cast<std::size_t>(set[g]);
      for (std::int64_t c = layout.group_begin[group]; c < layout.group_begin[group + 1]; ++c)
        w.counts[g] += totals.counts[static_cast<std::size_t>(c * totals.n_imputations + m)];
    }
  }

  /// Needs w.now under the plain weight.
  void linearise(const std::vector<std::int32_t>& set, int m, Work& w) const {
    const auto n_parameters = static_cast<std::size_t>(statistic.n_parameters());
    const auto k_count = static_cast<std::size_t>(totals.n_quantities);
    w.units = units_of(layout, set);
    const std::size_t n_units = w.units.size();
    w.influence.assign(n_parameters * n_units, 0.0);
    w.dual.resize(set.size() * k_count);
    w.dual_out.resize(n_parameters);
    for (std::size_t j = 0; j < w.dual.size(); ++j) w.dual[j] = w.now[j];
    for (std::size_t g = 0; g < set.size(); ++g) {
      const auto group = static_cast<std::size_t>(set[g]);
      auto unit = w.units.begin();
      for (std::int64_t c = layout.group_begin[group]; c < layout.group_begin[group + 1]; ++c) {
        const double* t = totals.at(c, m);
        for (std::size_t k = 0; k < k_count; ++k) w.dual[g * k_count + k].d = t[k];
        statistic.evaluate(static_cast<int>(set.size()), w.dual.data(), w.counts.data(), w.dual_out.data());
        unit = std::lower_bound(unit, w.units.end(), layout.cell_unit[static_cast<std::size_t>(c)]);
        const auto at = static_cast<std::size_t>(unit - w.units.begin());
        for (std::size_t p = 0; p < n_parameters; ++p) w.influence[p * n_units + at] += w.dual_out[p].d;
      }
      for (std::size_t k = 0; k < k_count; ++k) w.dual[g * k_count + k].d = 0.0;
    }
    for (std::size_t p = 0; p < n_parameters; ++p)
      w.variance[static_cast<std::size_t>(m) * n_parameters + p] =
          linearised_variance(design, w.units, std::span<const double>(w.influence).subspan(p * n_units, n_units));
    joint(m, w, [&](std::size_t a, std::size_t b) {
      const std::span<const double> all(w.influence);
      return linearised_covariance(design, w.units, all.subspan(a * n_units, n_units), all.subspan(b * n_units, n_units));
    });
  }

  template <class Covariance>
  void joint(int m, Work& w, const Covariance& covariance) const {
    double* out = w.covariance.data() + static_cast<std::size_t>(m) * n_joint * n_joint;
    for (std::size_t a = 0; a < n_joint; ++a)
      for (std::size_t b = 0; b <= a; ++b) out[a * n_joint + b] = out[b * n_joint + a] = covariance(a, b);
  }

  void imputation(const std::vector<std::int32_t>& set, int m, Work& w) const {
    const auto n_parameters = static_cast<std::size_t>(statistic.n_parameters());
    const int n_groups = static_cast<int>(set.size());
    double* value = w.value.data() + static_cast<std::size_t>(m) * n_parameters;
    count(set, m, w);
    take(set.size(), m, 0, w);
    statistic.evaluate(n_groups, w.now.data(), w.counts.data(), value);
    if (design.method == Method::kLinearised) {
      linearise(set, m, w);
      return;
    }
    w.replicates.resize(static_cast<std::size_t>(design.n_replicates) * n_parameters);
    for (std::int64_t r = 0; r < design.n_replicates; ++r) {
      take(set.size(), m, r + 1, w);
      statistic.evaluate(n_groups, w.now.data(), w.counts.data(), w.replicates.data() + static_cast<std::size_t>(r) * n_parameters);
    }
    for (std::size_t p = 0; p < n_parameters; ++p)
      w.variance[static_cast<std::size_t>(m) * n_parameters + p] =
          replicate_variance(design, value[p], w.replicates.data() + p, static_cast<std::int64_t>(n_parameters));
    joint(m, w, [&](std::size_t a, std::size_t b) {
      return replicate_covariance(design, value, w.replicates.data(), static_cast<std::int64_t>(n_parameters), a, b);
    });
  }

  void summarise(const std::vector<std::int32_t>& set, SetSummary& out) const {
    std::vector<std::int32_t> units;
    double squares = 0.0;
    for (const std::int32_t g : set) {
      const double n_before = out.n;
      const std::size_t units_before = units.size();
      for (std::int64_t c = layout.group_begin[static_cast<std::size_t>(g)]; c < layout.group_begin[static_cast<std::size_t>(g) + 1]; ++c) {
        double n = 0.0;
        for (int m = 0; m < totals.n_imputations; ++m) {
          const auto slot = static_cast<std::size_t>(c * totals.n_imputations + m);
          n += totals.counts[slot];
          out.weight += totals.at(c, m)[0];
          squares += totals.squares[slot];
        }
        out.n += n;
        if (n > 0.0) units.push_back(layout.cell_unit[static_cast<std::size_t>(c)]);
      }
      if (within == Within::kSet) continue;
      out.group_n.push_back((out.n - n_before) / totals.n_imputations);
      if (!design.unit.empty()) out.group_units.push_back(static_cast<int>(units.size() - units_before));  // a cell is a unit's
    }
    const double m = totals.n_imputations;
    out.n /= m;
    out.weight /= m;
    squares /= m;
    out.effective_n = squares > 0.0 ? out.weight * out.weight / squares : 0.0;
    out.n_units = -1;
    out.degrees_of_freedom = design.degrees_of_freedom;
    if (design.unit.empty()) return;
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    out.n_units = static_cast<int>(units.size());
    int strata = 0;
    for (std::size_t u = 0; u < units.size(); ++u)
      strata += u == 0 || design.stratum[static_cast<std::size_t>(units[u])] != design.stratum[static_cast<std::size_t>(units[u - 1])];
    out.degrees_of_freedom = std::max(1, out.n_units - strata);
  }

  void set(std::size_t s, Work& w, SetSummary& out) const {
    const auto n_parameters = static_cast<std::size_t>(statistic.n_parameters());
    w.value.assign(n_parameters * static_cast<std::size_t>(totals.n_imputations), kNaN);
    w.variance.assign(w.value.size(), kNaN);
    w.covariance.assign(static_cast<std::size_t>(totals.n_imputations) * n_joint * n_joint, kNaN);
    summarise(sets[s], out);
    gather(sets[s], w);
    for (int m = 0; m < totals.n_imputations; ++m) imputation(sets[s], m, w);
    combine_set(w.value, w.variance, totals.n_imputations, out);
    for (std::size_t m = 0; m < static_cast<std::size_t>(totals.n_imputations) && n_joint > 0; ++m) {
      const auto first = w.value.begin() + static_cast<std::ptrdiff_t>(m * n_parameters);
      out.joint_values.insert(out.joint_values.end(), first, first + static_cast<std::ptrdiff_t>(n_joint));
    }
    out.joint_covariance = w.covariance;
  }
};

}  // namespace reduce_detail

double replicate_variance(const Design& design, double value, const double* replicates, std::int64_t step) {
  double sum = 0.0;
  for (int r = 0; r < design.n_replicates; ++r) {
    const double away = replicates[r * step] - value;
    sum += design.replicate_scale[static_cast<std::size_t>(r)] * (away * away);
  }
  return sum;
}

double replicate_covariance(const Design& design, const double* values, const double* replicates, std::int64_t step, std::size_t a,
                            std::size_t b) {
  double sum = 0.0;
  for (int r = 0; r < design.n_replicates; ++r) {
    const double* row = replicates + r * step;
    sum += design.replicate_scale[static_cast<std::size_t>(r)] * ((row[a] - values[a]) * (row[b] - values[b]));
  }
  return sum;
}

std::vector<std::int32_t> units_of(const Layout& layout, const std::vector<std::int32_t>& set) {
  std::vector<std::int32_t> out;
  for (const std::int32_t g : set)
    for (std::int64_t c = layout.group_begin[static_cast<std::size_t>(g)]; c < layout.group_begin[static_cast<std::size_t>(g) + 1]; ++c)
      out.push_back(layout.cell_unit[static_cast<std::size_t>(c)]);
  if (set.size() > 1) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

double linearised_covariance(const Design& design, const std::vector<std::int32_t>& units, std::span<const double> a,
                             std::span<const double> b) {
  double out = 0.0;
  for (std::size_t from = 0; from < units.size();) {
    const std::int32_t h = design.stratum[static_cast<std::size_t>(units[from])];
    const double n = design.n_units_of[static_cast<std::size_t>(h)];
    std::size_t to = from;
    double mean_a = 0.0;
    double mean_b = 0.0;
    for (; to < units.size() && design.stratum[static_cast<std::size_t>(units[to])] == h; ++to) {
      mean_a += a[to];
      mean_b += b[to];
    }
    mean_a /= n;
    mean_b /= n;
    double products = 0.0;
    if (n == 1.0) {
      products = design.lonely == LonelyUnit::kCentred ? mean_a * mean_b : 0.0;
    } else {
      for (std::size_t i = from; i < to; ++i) products += (a[i] - mean_a) * (b[i] - mean_b);
      products += (n - static_cast<double>(to - from)) * mean_a * mean_b;  // units without a row of this domain have influence 0
      products *= n / (n - 1.0);
    }
    out += design.free_share[static_cast<std::size_t>(h)] * products;
    from = to;
  }
  return out;
}

double linearised_variance(const Design& design, const std::vector<std::int32_t>& units, std::span<const double> influence) {
  return linearised_covariance(design, units, influence, influence);
}

void take_joint(const SetSummary& summary, int n_imputations, JointEstimate& out) {
  out.n_imputations = n_imputations;
  out.values = summary.joint_values;
  out.covariances = summary.joint_covariance;
  out.degrees_of_freedom = summary.degrees_of_freedom;
  if (summary.n_units == 1) std::fill(out.covariances.begin(), out.covariances.end(), kNaN);
  const std::size_t n = summary.group_units.size();
  for (std::size_t g = 0; g < n; ++g) {
    if (summary.group_units[g] != 1) continue;
    for (std::size_t at = 0; at < out.covariances.size(); at += n * n)
      for (std::size_t i = 0; i < n; ++i) out.covariances[at + g * n + i] = out.covariances[at + i * n + g] = kNaN;
  }
}

bool SetSummary::single_unit() const {
  return n_units == 1 || std::any_of(group_units.begin(), group_units.end(), [](int units) { return units == 1; });
}

void combine_set(const std::vector<double>& value, const std::vector<double>& variance, int n_imputations, SetSummary& summary) {
  const auto m_count = static_cast<std::size_t>(n_imputations);
  const std::size_t n_parameters = value.size() / m_count;
  const bool single_unit = summary.single_unit();
  std::vector<double> v(m_count);
  std::vector<double> u(m_count);
  summary.parameters.reserve(n_parameters);
  summary.undefined.reserve(n_parameters);
  for (std::size_t p = 0; p < n_parameters; ++p) {
    std::uint8_t undefined = 0;
    for (std::size_t m = 0; m < m_count; ++m) {
      v[m] = value[m * n_parameters + p];
      u[m] = single_unit || std::isnan(v[m]) ? kNaN : variance[m * n_parameters + p];  // NaN as a constant has no slope, and no variance
      if (!std::isfinite(u[m]) && !single_unit && std::isfinite(v[m])) undefined = 1;
    }
    summary.undefined.push_back(undefined);
    summary.parameters.push_back(combine(v, u, summary.degrees_of_freedom));
  }
}

Sets single_sets(std::int32_t n_groups) {
  Sets out(static_cast<std::size_t>(n_groups));
  for (std::int32_t g = 0; g < n_groups; ++g) out[static_cast<std::size_t>(g)] = {g};
  return out;
}

Result<std::vector<SetSummary>> reduce(const Design& design, const Layout& layout, const Totals& totals, const Sets& sets,
                                       const Statistic& statistic, const ExecutionContext& context, int n_joint, Within within) {
  using namespace reduce_detail;
  const Reducer reducer{design, layout, totals, sets, statistic, static_cast<std::size_t>(n_joint), within};
  std::vector<SetSummary> out(sets.size());
  constexpr std::int64_t kSets = 16;
  const auto n_sets = static_cast<std::int64_t>(sets.size());
  const std::int64_t n_blocks = (n_sets + kSets - 1) / kSets;
  const int workers = worker_count(n_blocks, context);
  std::vector<Work> work(static_cast<std::size_t>(workers));
  auto done = run_blocks(n_blocks, workers, context, [&](std::int64_t block, int worker) {
    for (std::int64_t s = block * kSets; s < std::min(n_sets, (block + 1) * kSets); ++s)
      reducer.set(static_cast<std::size_t>(s), work[static_cast<std::size_t>(worker)], out[static_cast<std::size_t>(s)]);
  });
  if (!done) return done.error();
  return out;
}

Estimates start(const Design& design, int n_imputations) {
  Estimates out;
  out.method = design.method;
  out.n_imputations = n_imputations;
  out.n_replicates = design.n_replicates;
  out.findings = design.findings;
  return out;
}

std::vector<std::string> coefficient_names(std::span<const Variable> predictors, bool intercept) {
  std::vector<std::string> out;
  out.reserve(predictors.size() + 1);
  if (intercept) out.emplace_back("(intercept)");
  for (const Variable& v : predictors) out.push_back(v.name);
  return out;
}

void add_joint(const std::vector<SetSummary>& summaries, int n_imputations, const std::vector<std::string>& names, Estimates& out) {
  out.joint.reserve(summaries.size());
  for (std::size_t g = 0; g < summaries.size(); ++g) {
    JointEstimate& joint = out.joint.emplace_back();
    joint.group = static_cast<std::int32_t>(g);
    joint.names = names;
    take_joint(summaries[g], n_imputations, joint);
  }
}

EstimateRow row_of(const SetSummary& summary, std::size_t parameter, std::int32_t group, std::int32_t other, const Label& label) {
  EstimateRow row;
  static_cast<Estimate&>(row) = summary.parameters[parameter];
  row.group = group;
  row.other = other;
  row.statistic = label.statistic;
  row.variable = label.variable;
  row.level = label.level;
  row.n = summary.n;
  row.effective_n = summary.effective_n;
  row.weight = summary.weight;
  return row;
}

void Troubles::add(Trouble& trouble, std::int32_t group) {
  if (trouble.n++ == 0) trouble.first = group;
}

void Troubles::see(const SetSummary& summary, std::int32_t group, bool undefined) {
  if (summary.n == 0.0) {
    add(empty_, group);
  } else if (summary.n_units == 1) {
    add(single_unit_, group);
  } else if (undefined) {
    add(undefined_, group);
  }
}

bool Troubles::see_group(const SetSummary& summary, std::size_t at, std::int32_t group) {
  const bool empty = summary.group_n[at] == 0.0;
  const bool single_unit = !empty && !summary.group_units.empty() && summary.group_units[at] == 1;
  if (!empty && !single_unit) return false;
  const auto seen = std::lower_bound(seen_.begin(), seen_.end(), group);
  if (seen == seen_.end() || *seen != group) {
    seen_.insert(seen, group);
    add(empty ? empty_ : single_unit_, group);
  }
  return true;
}

void Troubles::report(const std::string& name, Findings& out) const {
  const auto tell = [&](const Trouble& trouble, Code code) {
    if (trouble.n > 0)
      out.push_back(make_finding(Severity::kWarning, code, {},
                                 {{"name", name}, {"n", std::to_string(trouble.n)}, {"group", std::to_string(trouble.first)}}));
  };
  tell(empty_, Code::kEmptyDomain);
  tell(single_unit_, Code::kSingleUnitDomain);
  tell(undefined_, Code::kUndefinedReplicates);
}

void add_rows(const Sets& sets, const std::vector<SetSummary>& summaries, const std::vector<Label>& labels, bool gap, Estimates& out) {
  Troubles troubles;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const auto& marks = summaries[s].undefined;
    const bool undefined = std::any_of(marks.begin(), marks.end(), [](std::uint8_t u) { return u != 0; });
    const auto group = gap ? sets[s].front() : static_cast<std::int32_t>(s);
    bool seen = false;
    for (std::size_t g = 0; gap && g < sets[s].size(); ++g) seen = troubles.see_group(summaries[s], g, sets[s][g]) || seen;
    if (!seen) troubles.see(summaries[s], group, undefined);
    for (std::size_t p = 0; p < labels.size(); ++p)
      out.rows.push_back(row_of(summaries[s], p, group, gap ? sets[s].back() : -1, labels[p]));
  }
  troubles.report(labels.front().variable, out.findings);
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
