#pragma once

#include <celadon/models/composite/impl/uncertainty_detail.hpp>

namespace celadon::inline CELADON_ABI::composite {

namespace uncertainty_detail {

/// Rows of the design: with `both`, all of A, then all of B; run r draws A's row first, so that A is the same with and without B.
inline Matrix base_design(std::int64_t n_runs, std::int64_t d, std::uint64_t seed, bool both) {
  Matrix out((both ? 2 : 1) * n_runs, d);
  for (std::int64_t r = 0; r < n_runs; ++r) {
    random::Stream s(seed, random::purpose("composite.design"), static_cast<std::uint64_t>(r));
    for (std::int64_t j = 0; j < d; ++j) out(r, j) = s.uniform();
    for (std::int64_t j = 0; both && j < d; ++j) out(n_runs + r, j) = s.uniform();
  }
  return out;
}

inline double mean_shift(const double* rank, const std::vector<double>& nominal) {
  double sum = 0.0;
  double n = 0.0;
  for (std::size_t i = 0; i < nominal.size(); ++i) {
    if (std::isnan(rank[i]) || std::isnan(nominal[i])) continue;
    sum += std::fabs(rank[i] - nominal[i]);
    n += 1.0;
  }
  return n > 0.0 ? sum / n : kMissing;
}

inline Result<void> check(const UncertaintyOptions& o) {
  if (o.n_runs < 1) return invalid("n_runs", "below 1");
  if (!(o.confidence > 0.0 && o.confidence < 1.0)) return invalid("confidence", "outside (0, 1)");
  return {};
}

/// The summary over the first `n_runs` rows of scores and ranks.
inline void summarise(const Matrix& scores, const Matrix& rank, std::int64_t n_runs, const Index& nominal, double confidence,
                      Uncertainty& out) {
  const std::int64_t n = scores.n_columns;
  out.unit_ids = nominal.unit_ids;
  out.n_runs = n_runs;
  out.confidence = confidence;
  const double tail = 0.5 * (1.0 - confidence);
  double shift = 0.0;
  std::int64_t good = 0;
  for (std::int64_t r = 0; r < n_runs; ++r) {
    const double one = mean_shift(rank.values.data() + r * n, nominal.rank);
    if (std::isnan(one)) continue;
    shift += one;
    ++good;
  }
  out.n_failed = n_runs - good;
  if (good > 0) out.mean_rank_shift = shift / static_cast<double>(good);
  if (out.n_failed > 0)
    out.findings.push_back(
        make_finding(Severity::kWarning, Code::kRunsFailed, {}, {{"n", std::to_string(out.n_failed)}, {"total", std::to_string(n_runs)}}));
  std::vector<double> column;
  for (std::int64_t i = 0; i < n; ++i) {
    UnitSpread u;
    u.score = nominal.index[at(i)];
    u.rank = nominal.rank[at(i)];
    const auto take = [&](const Matrix& from) {
      column.clear();
      for (std::int64_t r = 0; r < n_runs; ++r)
        if (!std::isnan(from(r, i))) column.push_back(from(r, i));
      return columns_detail::moments(column.data(), column.size());
    };
    const auto s = take(scores);
    u.score_mean = s.mean;
    u.score_sd = s.sd;
    std::sort(column.begin(), column.end());
    u.score_lower = columns_detail::sorted_quantile(column, tail);
    u.score_upper = columns_detail::sorted_quantile(column, 1.0 - tail);
    u.rank_mean = take(rank).mean;
    std::sort(column.begin(), column.end());
    u.rank_median = columns_detail::sorted_quantile(column, 0.5);
    u.rank_lower = columns_detail::sorted_quantile(column, tail);
    u.rank_upper = columns_detail::sorted_quantile(column, 1.0 - tail);
    out.units.push_back(u);
  }
}

inline void keep(const Matrix& design, const Matrix& scores, const Matrix& rank, std::int64_t n_runs, Uncertainty& out) {
  const auto head = [n_runs](const Matrix& m) {
    return Matrix::copy_of(std::span(m.values).first(at(n_runs * m.n_columns)), n_runs, m.n_columns);
  };
  out.design = head(design);
  out.run_scores = head(scores);
  out.run_ranks = head(rank);
}

/// First-order and total index of one factor over the runs listed in `rows`.
struct Indices {
  double first = kMissing;
  double total = kMissing;
  std::int64_t n = 0;
};
inline double variance_of(std::span<const double> a, std::span<const double> b, const std::vector<std::int64_t>& rows, double& mean) {
  double sum = 0.0;
  double n = 0.0;
  for (const std::span<const double>& y : {a, b})
    for (const std::int64_t r : rows)
      if (!std::isnan(y[at(r)])) {
        sum += y[at(r)];
        n += 1.0;
      }
  mean = sum / n;
  double squares = 0.0;
  for (const std::span<const double>& y : {a, b})
    for (const std::int64_t r : rows)
      if (!std::isnan(y[at(r)])) squares += (y[at(r)] - mean) * (y[at(r)] - mean);
  return n > 1.0 ? squares / (n - 1.0) : kMissing;
}
inline Indices indices_of(std::span<const double> a, std::span<const double> b, const double* ab, const std::vector<std::int64_t>& rows,
                          double mean, double variance) {
  Indices out;
  double first = 0.0;
  double total = 0.0;
  for (const std::int64_t r : rows) {
    const double ya = a[at(r)];
    const double yb = b[at(r)];
    const double yab = ab[r];
    if (std::isnan(ya) || std::isnan(yb) || std::isnan(yab)) continue;
    first += (yb - mean) * (yab - ya);
    total += (ya - yab) * (ya - yab);
    ++out.n;
  }
  // An output that does not vary but for rounding has no shares.
  if (out.n < 2 || !(variance > 1e-24 * (1.0 + mean * mean))) return out;
  out.first = first / static_cast<double>(out.n) / variance;
  out.total = total / static_cast<double>(out.n) / (2.0 * variance);
  return out;
}

}  // namespace uncertainty_detail

Result<Uncertainty> uncertainty(const Measures& measures, const Construction& nominal, std::span<const Factor> factors,
                                const UncertaintyOptions& options, const ExecutionContext& context) {
  namespace detail = uncertainty_detail;
  if (auto ok = detail::check(options); !ok) return ok.error();
  const auto index = build(measures, nominal);
  if (!index) return index.error();
  if (auto ok = detail::check(measures, factors); !ok) return ok.error();
  detail::Runner runner(measures, nominal, factors, options.seed);
  if (auto ok = runner.prepare(context); !ok) return ok.error();
  const Matrix design = detail::base_design(options.n_runs, static_cast<std::int64_t>(factors.size()), options.seed, false);
  Matrix scores;
  Matrix rank;
  if (auto ok = detail::run_all(runner, design, scores, rank, context); !ok) return ok.error();
  Uncertainty out;
  for (const Factor& f : factors) out.factor_names.push_back(f.name);
  detail::summarise(scores, rank, options.n_runs, *index, options.confidence, out);
  if (options.keep_runs) detail::keep(design, scores, rank, options.n_runs, out);
  return out;
}

Result<std::vector<FactorSensitivity>> sensitivity_indices(std::span<const double> y_a, std::span<const double> y_b, const Matrix& y_ab,
                                                           std::int64_t n_bootstrap, std::uint64_t seed, double confidence) {
  namespace detail = uncertainty_detail;
  const auto n = static_cast<std::int64_t>(y_a.size());
  if (n < 2) return columns_detail::invalid("y_a", "fewer than 2 runs");
  if (static_cast<std::int64_t>(y_b.size()) != n) return columns_detail::length("y_b", static_cast<std::int64_t>(y_b.size()), n);
  if (y_ab.n_columns != n) return columns_detail::length("y_ab", y_ab.n_columns, n);
  if (n_bootstrap < 0) return columns_detail::invalid("n_bootstrap", "negative");
  if (!(confidence > 0.0 && confidence < 1.0)) return columns_detail::invalid("confidence", "outside (0, 1)");
  const auto d = detail::at(y_ab.n_rows);
  std::vector<std::int64_t> rows(detail::at(n));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  double mean = 0.0;
  double variance = detail::variance_of(y_a, y_b, rows, mean);
  std::vector<FactorSensitivity> out(d);
  for (std::size_t j = 0; j < d; ++j) {
    const auto s = detail::indices_of(y_a, y_b, y_ab.values.data() + j * detail::at(n), rows, mean, variance);
    out[j].first_order = s.first;
    out[j].total = s.total;
    out[j].n_used = s.n;
  }
  if (n_bootstrap == 0) return out;
  std::vector<std::vector<double>> first(d);
  std::vector<std::vector<double>> total(d);
  for (std::int64_t b = 0; b < n_bootstrap; ++b) {
    random::Stream s(seed, random::purpose("composite.bootstrap"), static_cast<std::uint64_t>(b));
    for (std::int64_t& r : rows) r = static_cast<std::int64_t>(s.below(static_cast<std::uint64_t>(n)));
    variance = detail::variance_of(y_a, y_b, rows, mean);
    for (std::size_t j = 0; j < d; ++j) {
      const auto one = detail::indices_of(y_a, y_b, y_ab.values.data() + j * detail::at(n), rows, mean, variance);
      if (std::isnan(one.first)) continue;
      first[j].push_back(one.first);
      total[j].push_back(one.total);
    }
  }
  const double tail = 0.5 * (1.0 - confidence);
  for (std::size_t j = 0; j < d; ++j) {
    std::sort(first[j].begin(), first[j].end());
    std::sort(total[j].begin(), total[j].end());
    out[j].first_order_lower = columns_detail::sorted_quantile(first[j], tail);
    out[j].first_order_upper = columns_detail::sorted_quantile(first[j], 1.0 - tail);
    out[j].total_lower = columns_detail::sorted_quantile(total[j], tail);
    out[j].total_upper = columns_detail::sorted_quantile(total[j], 1.0 - tail);
  }
  return out;
}

Result<Sensitivity> sensitivity(const Measures& measures, const Construction& nominal, std::span<const Factor> factors,
                                const SensitivityOptions& options, const ExecutionContext& context) {
  namespace detail = uncertainty_detail;
  if (auto ok = detail::check(options); !ok) return ok.error();
  if (options.n_runs < 2) return columns_detail::invalid("n_runs", "below 2");
  const auto index = build(measures, nominal);
  if (!index) return index.error();
  if (auto ok = detail::check(measures, factors); !ok) return ok.error();
  const auto n_units = static_cast<std::int64_t>(index->index.size());
  if (options.output != Output::kMeanRankShift && (options.unit < 0 || options.unit >= n_units))
    return columns_detail::invalid("unit", "not a unit");
  detail::Runner runner(measures, nominal, factors, options.seed);
  if (auto ok = runner.prepare(context); !ok) return ok.error();
  const std::int64_t n = options.n_runs;
  const auto d = static_cast<std::int64_t>(factors.size());
  const Matrix base = detail::base_design(n, d, options.seed, true);
  Matrix design((d + 2) * n, d);
  std::copy(base.values.begin(), base.values.end(), design.values.begin());
  for (std::int64_t j = 0; j < d; ++j)
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t k = 0; k < d; ++k) design((2 + j) * n + r, k) = base(k == j ? n + r : r, k);
  Matrix scores;
  Matrix rank;
  if (auto ok = detail::run_all(runner, design, scores, rank, context); !ok) return ok.error();
  std::vector<double> y(detail::at((d + 2) * n));
  for (std::int64_t r = 0; r < (d + 2) * n; ++r)
    y[detail::at(r)] = options.output == Output::kMeanRankShift ? detail::mean_shift(rank.values.data() + r * n_units, index->rank)
                       : options.output == Output::kUnitScore   ? scores(r, options.unit)
                                                                : rank(r, options.unit);
  const auto y_a = std::span<const double>(y).first(detail::at(n));
  const auto y_b = std::span<const double>(y).subspan(detail::at(n), detail::at(n));
  auto indices = sensitivity_indices(y_a, y_b, Matrix::copy_of(std::span<const double>(y).subspan(detail::at(2 * n)), d, n),
                                     options.n_bootstrap, options.seed, options.confidence);
  if (!indices) return indices.error();
  Sensitivity out;
  out.factors = std::move(*indices);
  for (std::size_t j = 0; j < factors.size(); ++j) {
    out.factors[j].name = factors[j].name;
    out.uncertainty.factor_names.push_back(factors[j].name);
  }
  std::vector<std::int64_t> rows(detail::at(n));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  double mean = 0.0;
  out.variance = detail::variance_of(y_a, y_b, rows, mean);
  detail::summarise(scores, rank, 2 * n, *index, options.confidence, out.uncertainty);
  if (options.keep_runs) detail::keep(design, scores, rank, 2 * n, out.uncertainty);
  return out;
}

Table Uncertainty::to_table() const {
  Table table("uncertainty");
  table.add("unit", unit_ids);
  const auto add = [&](const char* name, double UnitSpread::*field) {
    std::vector<double> column;
    for (const UnitSpread& u : units) column.push_back(u.*field);
    table.add(name, std::move(column));
  };
  add("score", &UnitSpread::score);
  add("score_mean", &UnitSpread::score_mean);
  add("score_sd", &UnitSpread::score_sd);
  add("score_lower", &UnitSpread::score_lower);
  add("score_upper", &UnitSpread::score_upper);
  add("rank", &UnitSpread::rank);
  add("rank_mean", &UnitSpread::rank_mean);
  add("rank_median", &UnitSpread::rank_median);
  add("rank_lower", &UnitSpread::rank_lower);
  add("rank_upper", &UnitSpread::rank_upper);
  return table;
}

Table Sensitivity::to_table() const {
  Table table("sensitivity");
  std::vector<std::string> names;
  std::vector<std::int64_t> used;
  for (const FactorSensitivity& f : factors) {
    names.push_back(f.name);
    used.push_back(f.n_used);
  }
  table.add("factor", std::move(names));
  const auto add = [&](const char* name, double FactorSensitivity::*field) {
    std::vector<double> column;
    for (const FactorSensitivity& f : factors) column.push_back(f.*field);
    table.add(name, std::move(column));
  };
  add("first_order", &FactorSensitivity::first_order);
  add("first_order_lower", &FactorSensitivity::first_order_lower);
  add("first_order_upper", &FactorSensitivity::first_order_upper);
  add("total", &FactorSensitivity::total);
  add("total_lower", &FactorSensitivity::total_lower);
  add("total_upper", &FactorSensitivity::total_upper);
  table.add("n_used", std::move(used));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::composite
