#pragma once

#include <celadon/models/ctt/impl/kernel_detail.hpp>
#include <celadon/models/ctt/impl/moments_detail.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>
#include <celadon/models/ctt/score_moments.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace celadon::inline CELADON_ABI::ctt {

namespace moments_detail {

using scoring_detail::Prepared;

/// Sums of one block or of all. Matrices are k x k with the lower triangle (l <= j) filled.
struct Sums {
  std::vector<double> x;       ///< weighted units
  std::vector<double> cells;   ///< persons with a counting cell
  std::vector<double> xx;      ///< weighted products
  std::vector<double> x_with;  ///< [j][l]: weighted units of j over persons who have l (only where cells are missing)
  std::vector<double> weight;  ///< [j][l]: weight of persons who have both (only where cells are missing)
  std::vector<double> common;  ///< [j][l]: number of persons who have both (only where cells are missing)

  Sums(std::size_t k, bool pairwise)
      : x(k), cells(k), xx(k * k), x_with(pairwise ? k * k : 0), weight(pairwise ? k * k : 0), common(pairwise ? k * k : 0) {}
  void clear() {
    for (auto* v : all()) std::fill(v->begin(), v->end(), 0.0);
  }
  void add(const Sums& other) {
    auto mine = all();
    auto theirs = const_cast<Sums&>(other).all();
    for (std::size_t a = 0; a < mine.size(); ++a)
      for (std::size_t i = 0; i < mine[a]->size(); ++i) (*mine[a])[i] += (*theirs[a])[i];
  }

 private:
  std::array<std::vector<double>*, 6> all() { return {&x, &cells, &xx, &x_with, &weight, &common}; }
};

/// Largest unit, when all are small enough for exact 16-bit products over a block; else 0.
inline bool small_units(const Prepared& p) {
  if (!p.plan.whole || p.weighted() || !p.complete) return false;
  double largest = 0.0;
  for (const auto& item : p.plan.items)
    for (const double u : item.units) largest = std::max(largest, std::fabs(u));
  return largest * largest * static_cast<double>(kBlockRows) < 2147483647.0;
}

inline void whole_block(const Prepared& p, const Responses& responses, std::int64_t block, std::vector<std::int16_t>& buffer, Sums& out) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const std::int64_t rows = responses.rows(block);
  const std::uint8_t* used = p.used.data() + block * kBlockRows;
  std::array<std::int16_t, kBlockRows> ones{};
  double n = 0.0;
  for (std::int64_t i = 0; i < rows; ++i) {
    ones[static_cast<std::size_t>(i)] = used[i] != 0 ? 1 : 0;
    n += used[i] != 0 ? 1.0 : 0.0;
  }
  buffer.resize(k * static_cast<std::size_t>(kBlockRows));
  for (std::size_t j = 0; j < k; ++j) {
    const auto& item = p.plan.items[j];
    const std::uint8_t* cells = responses.column(block, static_cast<std::int64_t>(j));
    std::int16_t* to = buffer.data() + j * static_cast<std::size_t>(kBlockRows);
    for (std::int64_t i = 0; i < rows; ++i)
      to[i] = static_cast<std::int16_t>(used[i] == 0 || item.empty ? 0 : static_cast<int>(item.units[cells[i]]));
    out.cells[j] = item.empty ? 0.0 : n;
    out.x[j] = kernel_detail::dot(to, ones.data(), rows);
    for (std::size_t l = 0; l <= j; ++l)
      out.xx[j * k + l] = kernel_detail::dot(to, buffer.data() + l * static_cast<std::size_t>(kBlockRows), rows);
  }
}

inline void general_block(const Prepared& p, const Responses& responses, std::int64_t block, std::vector<double>& buffer, Sums& out) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const std::int64_t rows = responses.rows(block);
  const auto stride = static_cast<std::size_t>(kBlockRows);
  const bool pairwise = !out.common.empty();
  buffer.resize((2 * k + 2) * stride);
  double* x = buffer.data();
  double* c = x + k * stride;
  double* wx = c + k * stride;
  double* wc = wx + stride;
  for (std::size_t j = 0; j < k; ++j)
    scoring_detail::expand(p, responses, block, static_cast<std::int64_t>(j), x + j * stride, c + j * stride);
  for (std::size_t j = 0; j < k; ++j) {
    for (std::int64_t i = 0; i < rows; ++i) {
      const double w = p.weighted() ? p.weight[static_cast<std::size_t>(block * kBlockRows + i)] : 1.0;
      wx[i] = w * x[j * stride + static_cast<std::size_t>(i)];
      wc[i] = w * c[j * stride + static_cast<std::size_t>(i)];
    }
    out.x[j] = scoring_detail::dot(wx, c + j * stride, rows);
    out.cells[j] = scoring_detail::dot(c + j * stride, c + j * stride, rows);
    for (std::size_t l = 0; l <= j; ++l) {
      out.xx[j * k + l] = scoring_detail::dot(wx, x + l * stride, rows);
      if (!pairwise) continue;
      out.common[j * k + l] = scoring_detail::dot(c + j * stride, c + l * stride, rows);
      out.weight[j * k + l] = scoring_detail::dot(wc, c + l * stride, rows);
      out.x_with[j * k + l] = scoring_detail::dot(wx, c + l * stride, rows);
      out.x_with[l * k + j] = scoring_detail::dot(wc, x + l * stride, rows);
    }
  }
}

Result<ScoreMoments> moments(const Prepared& p, const Responses& responses, const ExecutionContext& context) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const bool pairwise = !p.complete;
  const bool small = small_units(p);
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<Sums> scratch(static_cast<std::size_t>(workers), Sums(k, pairwise));
  std::vector<std::vector<double>> wide(static_cast<std::size_t>(workers));
  std::vector<std::vector<std::int16_t>> narrow(static_cast<std::size_t>(workers));
  Sums sum(k, pairwise);
  auto done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) {
        const auto w = static_cast<std::size_t>(worker);
        scratch[w].clear();
        if (small)
          whole_block(p, responses, block, narrow[w], scratch[w]);
        else
          general_block(p, responses, block, wide[w], scratch[w]);
      },
      [&](std::int64_t, int worker) { sum.add(scratch[static_cast<std::size_t>(worker)]); });
  if (!done) return done.error();

  ScoreMoments out;
  out.item_ids = responses.item_ids();
  out.n_used = p.n_used;
  out.n_dropped = p.n_dropped;
  out.complete = p.complete;
  out.findings = p.findings;
  out.mean.assign(k, std::numeric_limits<double>::quiet_NaN());
  out.covariance.assign(k * k, std::numeric_limits<double>::quiet_NaN());
  const double unit = 1.0 / p.plan.per_point;
  const auto n = static_cast<double>(p.n_used);
  for (std::size_t j = 0; j < k; ++j) {
    out.full_marks.push_back(p.plan.items[j].full_mark);
    out.dichotomous.push_back(p.plan.items[j].dichotomous ? 1 : 0);
    out.n_of_item.push_back(static_cast<std::int64_t>(sum.cells[j]));
    if (sum.cells[j] == 0.0) continue;
    out.mean[j] = sum.x[j] / (pairwise ? sum.weight[j * k + j] : n) * unit;
    for (std::size_t l = 0; l <= j; ++l) {
      if (sum.cells[l] == 0.0) continue;
      const double count = pairwise ? sum.common[j * k + l] : n;
      if (count < 2.0) continue;
      const double w = pairwise ? sum.weight[j * k + l] : n;
      const double xj = pairwise ? sum.x_with[j * k + l] : sum.x[j];
      const double xl = pairwise ? sum.x_with[l * k + j] : sum.x[l];
      const double c = (sum.xx[j * k + l] - xj * xl / w) / w * (count / (count - 1.0)) * unit * unit;
      out.covariance[j * k + l] = c;
      out.covariance[l * k + j] = c;
    }
    // Rounding can leave a trace of variance on a constant item with weights; a constant is a constant.
    double& variance = out.covariance[j * k + j];
    if (variance < 1e-14 * (out.mean[j] * out.mean[j] + 1e-14)) variance = 0.0;
  }
  return out;
}

}  // namespace moments_detail

double ScoreMoments::total_variance() const {
  double sum = 0.0;
  for (const double c : covariance) sum += c;
  return sum;
}

double ScoreMoments::total_mean() const {
  double sum = 0.0;
  for (const double m : mean) sum += m;
  return sum;
}

Table ScoreMoments::to_table() const {
  Table table("score_moments");
  const std::size_t k = n_items();
  std::vector<double> sd;
  for (std::size_t j = 0; j < k; ++j) sd.push_back(std::sqrt(cov(j, j)));
  table.add("item", item_ids);
  table.add("n", n_of_item);
  table.add("mean", mean);
  table.add("sd", std::move(sd));
  for (std::size_t l = 0; l < k; ++l) {
    std::vector<double> column;
    for (std::size_t j = 0; j < k; ++j) column.push_back(cov(j, l));
    table.add("cov:" + item_ids[l], std::move(column));
  }
  return table;
}

Result<ScoreMoments> score_moments(const Responses& responses, const Items& items, const Sample& sample, const ScoringOptions& options,
                                   const ExecutionContext& context) {
  auto prepared = scoring_detail::prepare(responses, items, sample, options, context);
  if (!prepared) return prepared.error();
  if (prepared->n_used < 2) return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(prepared->n_used)}, {"needed", "2"}});
  return moments_detail::moments(*prepared, responses, context);
}

}  // namespace celadon::inline CELADON_ABI::ctt
