#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/survey/impl/engine.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <deque>
#include <span>
#include <utility>

#define CELADON_SIMD_KERNEL <celadon/models/survey/impl/dense_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

namespace totals_detail {

inline constexpr std::int64_t kChunk = 256;  ///< rows whose replicate weights stay in the second-level cache
inline constexpr std::int64_t kApart =
    kBlockRows + 8;  ///< between columns of scratch: a power of two would crowd them in a few cache lines
inline constexpr std::int64_t kChunkApart = kChunk + 8;

/// What the plans of a pass share of a block.
struct Shared {
  std::vector<double> weight;
  std::vector<double> w;  ///< [row][stride]
};

struct Scratch {
  std::int64_t first_cell = 0;
  std::vector<double> source;  ///< [source][row]
  std::vector<double> used;    ///< 1 or 0 a row
  std::vector<double> z;       ///< [quantity][row]
  std::vector<double> sums;
  std::vector<double> counts;
  std::vector<double> squares;
};

/// Eight fixed lanes, summed in the house's order. Cells of a few rows are many: the same sums without the empty lanes.
inline double lane_sum(const double* x, std::int64_t n) {
  if (n == 1) return x[0];
  if (n == 2) return x[0] + x[1];
  if (n == 3) return (x[0] + x[2]) + x[1];
  if (n == 4) return (x[0] + x[2]) + (x[1] + x[3]);
  double lane[8] = {};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; ++l) lane[l] += x[i + l];
  for (int l = 0; i < n; ++i, ++l) lane[l] += x[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// Reads the sources of one imputation for the block's rows; rows without a value of any are marked. False at an infinite value, with its
/// place: row x sources + source.
inline bool read(const Plan& plan, int imputation, const std::int32_t* rows, std::int64_t n, Scratch& s, std::int64_t* bad) {
  std::fill(s.used.begin(), s.used.begin() + n, 1.0);
  for (std::size_t a = 0; a < plan.sources.size(); ++a) {
    const Source& source = plan.sources[a];
    const auto& columns = source.variable->columns;
    const double* column = columns[columns.size() == 1 ? 0 : static_cast<std::size_t>(imputation)].data();
    double* out = s.source.data() + a * static_cast<std::size_t>(kApart);
    const bool consecutive = n > 0 && rows[n - 1] - rows[0] == n - 1;  // rows ascend within a cell, cells need not
    if (consecutive && std::is_sorted(rows, rows + n))
      std::copy(column + rows[0], column + rows[0] + n, out);
    else
      for (std::int64_t i = 0; i < n; ++i) out[i] = column[rows[i]];
    double check = 0.0;
    for (std::int64_t i = 0; i < n; ++i) {
      const double x = out[i];
      const bool there = x == x;
      s.used[static_cast<std::size_t>(i)] = there ? s.used[static_cast<std::size_t>(i)] : 0.0;
      const double kept = there ? x : source.shift;
      check += kept - kept;
      double y = kept - source.shift;
      if (source.kind == SourceKind::kAtLeast) y = kept >= source.level ? 1.0 : 0.0;
      if (source.kind == SourceKind::kEqual) y = kept == source.level ? 1.0 : 0.0;
      out[i] = y;
    }
    if (check == 0.0) continue;
    for (std::int64_t i = 0; i < n; ++i)
      if (std::isinf(column[rows[i]])) {
        *bad = rows[i] * static_cast<std::int64_t>(plan.sources.size()) + static_cast<std::int64_t>(a);
        return false;
      }
  }
  return true;
}

/// Quantities of the rows at `z`, times the row's weight (or only marked as used where weights are given).
inline void form(const Plan& plan, const double* row_weight, std::int64_t n, double* z, std::int64_t apart, const Scratch& s) {
  for (std::size_t k = 0; k < plan.quantities.size(); ++k, z += apart) {
    const Quantity q = plan.quantities[k];
    const double* a = q.first < 0 ? nullptr : s.source.data() + static_cast<std::int64_t>(q.first) * kApart;
    const double* b = q.second < 0 ? nullptr : s.source.data() + static_cast<std::int64_t>(q.second) * kApart;
    for (std::int64_t i = 0; i < n; ++i) z[i] = s.used[static_cast<std::size_t>(i)] * row_weight[i];
    if (a != nullptr)
      for (std::int64_t i = 0; i < n; ++i) z[i] *= a[i];
    if (b != nullptr)
      for (std::int64_t i = 0; i < n; ++i) z[i] *= b[i];
  }
}

struct Pass {
  const Design& design;
  const Layout& layout;
  const Plan& plan;
  Totals& totals;
  std::atomic<std::int64_t> bad{-1};  ///< as of read
  std::vector<double> ones = std::vector<double>(static_cast<std::size_t>(kBlockRows), 1.0);

  Pass(const Design& d, const Layout& l, const Plan& p, Totals& t) : design(d), layout(l), plan(p), totals(t) {}
  [[nodiscard]] bool given() const { return design.method == Method::kGiven; }

  void fill_weights(const std::int32_t* rows, std::int64_t n, Shared& shared) const {
    for (std::int64_t i = 0; i < n; ++i) shared.weight[static_cast<std::size_t>(i)] = design.weights[static_cast<std::size_t>(rows[i])];
    if (!given()) return;
    const auto n_replicates = static_cast<std::int64_t>(design.n_replicates);
    for (std::int64_t i = 0; i < n; ++i) {
      double* w = shared.w.data() + i * totals.stride;
      w[0] = design.weights[static_cast<std::size_t>(rows[i])];
      const double* from = design.replicate_weights.data() + rows[i] * n_replicates;
      std::copy(from, from + n_replicates, w + 1);
    }
  }

  /// Rows used and squared weights of positions [from, to) of the chunk.
  void count(std::int64_t from, std::int64_t to, std::int64_t slot, const Shared& shared, Scratch& s) const {
    s.counts[static_cast<std::size_t>(slot)] += lane_sum(s.used.data() + from, to - from);
    double squares = 0.0;
    for (std::int64_t i = from; i < to; ++i) {
      const double w = s.used[static_cast<std::size_t>(i)] * shared.weight[static_cast<std::size_t>(i)];
      squares += w * w;
    }
    s.squares[static_cast<std::size_t>(slot)] += squares;
  }

  /// Calls `part(cell, from, to)` for the cells of the block, counted from its first, that meet positions [begin, end).
  template <class Part>
  void each_cell(std::int64_t begin, std::int64_t end, const Scratch& s, const Part& part) const {
    const auto first = std::upper_bound(layout.cell_begin.begin(), layout.cell_begin.end(), begin) - layout.cell_begin.begin() - 1;
    for (std::int64_t c = first; c < layout.n_cells() && layout.cell_begin[static_cast<std::size_t>(c)] < end; ++c)
      part(c - s.first_cell, std::max<std::int64_t>(0, layout.cell_begin[static_cast<std::size_t>(c)] - begin),
           std::min(end, layout.cell_begin[static_cast<std::size_t>(c) + 1]) - begin);
  }

  /// Positions [begin, end): all of a block, or a part of it whose replicate weights stay in cache.
  bool chunk(std::int64_t begin, std::int64_t end, const Shared& shared, Scratch& s) {
    const std::int32_t* rows = layout.order.data() + begin;
    const std::int64_t n = end - begin;
    const int m_count = plan.n_imputations;
    const auto k_count = static_cast<std::int64_t>(plan.quantities.size());
    for (int m = 0; m < m_count; ++m) {
      std::int64_t found = -1;
      if (!read(plan, m, rows, n, s, &found)) {
        bad = found;
        return false;
      }
      double* z = s.z.data() + (given() ? m * k_count * kChunkApart : 0);
      form(plan, given() ? ones.data() : shared.weight.data(), n, z, given() ? kChunkApart : kApart, s);
      each_cell(begin, end, s, [&](std::int64_t c, std::int64_t from, std::int64_t to) {
        const std::int64_t slot = c * m_count + m;
        count(from, to, slot, shared, s);
        if (given()) return;
        double* out = s.sums.data() + slot * k_count;
        for (std::int64_t k = 0; k < k_count; ++k) out[k] = lane_sum(z + k * kApart + from, to - from);
      });
    }
    if (given())  // all imputations' quantities at once: they share the replicate weights
      each_cell(begin, end, s, [&](std::int64_t c, std::int64_t from, std::int64_t to) {
        multiply_all(s.z.data() + from, kChunkApart, static_cast<int>(k_count * m_count), shared.w.data() + from * totals.stride, to - from,
                     totals.stride, s.sums.data() + c * m_count * k_count * totals.stride);
      });
    return true;
  }

  void begin(std::int64_t begin, std::int64_t end, Scratch& s) const {
    s.first_cell = std::upper_bound(layout.cell_begin.begin(), layout.cell_begin.end(), begin) - layout.cell_begin.begin() - 1;
    const auto last = std::lower_bound(layout.cell_begin.begin(), layout.cell_begin.end(), end) - layout.cell_begin.begin();
    const std::int64_t slots = (last - s.first_cell) * plan.n_imputations;
    s.sums.assign(static_cast<std::size_t>(slots * totals.n_quantities * totals.stride), 0.0);
    s.counts.assign(static_cast<std::size_t>(slots), 0.0);
    s.squares.assign(static_cast<std::size_t>(slots), 0.0);
  }

  [[nodiscard]] Scratch scratch() const {
    Scratch s;
    const auto apart = static_cast<std::size_t>(given() ? plan.n_imputations * kChunkApart : kApart);
    s.source.resize(plan.sources.size() * static_cast<std::size_t>(kApart));
    s.used.resize(static_cast<std::size_t>(kBlockRows));
    s.z.resize(apart * plan.quantities.size());
    return s;
  }

  void merge(const Scratch& s) const {
    const auto add = [](std::vector<double>& to, std::int64_t offset, const std::vector<double>& from) {
      double* out = to.data() + offset;
      for (std::size_t i = 0; i < from.size(); ++i) out[i] += from[i];
    };
    const std::int64_t slots = s.first_cell * plan.n_imputations;
    add(totals.sums, slots * totals.n_quantities * totals.stride, s.sums);
    add(totals.counts, slots, s.counts);
    add(totals.squares, slots, s.squares);
  }
};

/// One worker's room.
struct Room {
  Shared shared;
  std::vector<Scratch> scratch;  ///< of each plan
};

inline Totals empty_totals(const Design& design, const Layout& layout, const Plan& plan) {
  Totals totals;
  totals.n_imputations = plan.n_imputations;
  totals.n_quantities = plan.n_quantities();
  totals.stride = design.method == Method::kGiven ? (design.n_replicates + 1 + 7) / 8 * 8 : 1;
  const auto slots = static_cast<std::size_t>(layout.n_cells()) * static_cast<std::size_t>(plan.n_imputations);
  totals.sums.assign(slots * plan.quantities.size() * static_cast<std::size_t>(totals.stride), 0.0);
  totals.counts.assign(slots, 0.0);
  totals.squares.assign(slots, 0.0);
  return totals;
}

}  // namespace totals_detail

void multiply_all(const double* z, std::int64_t z_stride, int n_quantities, const double* w, std::int64_t n, std::int64_t stride,
                  double* out) {
  CELADON_SIMD_DISPATCH(survey::engine_detail, multiply, z, z_stride, n_quantities, w, n, stride, out);
}

Result<std::vector<Totals>> sum_totals(const Design& design, const Layout& layout, std::span<const Plan* const> plans,
                                       const ExecutionContext& context) {
  using namespace totals_detail;
  std::vector<Totals> totals;
  totals.reserve(plans.size());
  for (const Plan* plan : plans) totals.push_back(empty_totals(design, layout, *plan));
  std::deque<Pass> passes;  // a pass does not move
  for (std::size_t p = 0; p < plans.size(); ++p) passes.emplace_back(design, layout, *plans[p], totals[p]);
  const auto n_rows = static_cast<std::int64_t>(layout.order.size());
  const std::int64_t n_blocks = block_count(n_rows);
  const int workers = worker_count(n_blocks, context);
  const bool given = design.method == Method::kGiven;
  std::vector<Room> rooms(static_cast<std::size_t>(workers));
  for (Room& room : rooms) {
    room.shared.weight.resize(static_cast<std::size_t>(kBlockRows));
    if (given) room.shared.w.assign(static_cast<std::size_t>(kChunk * totals.front().stride), 0.0);
    room.scratch.reserve(passes.size());
    for (const Pass& pass : passes) room.scratch.push_back(pass.scratch());
  }
  const auto bad = [&] { return std::find_if(passes.begin(), passes.end(), [](const Pass& pass) { return pass.bad >= 0; }); };
  const auto work = [&](std::int64_t block, int worker) {
    Room& room = rooms[static_cast<std::size_t>(worker)];
    const std::int64_t begin = block * kBlockRows;
    const std::int64_t end = std::min(begin + kBlockRows, n_rows);
    for (std::size_t p = 0; p < passes.size(); ++p) passes[p].begin(begin, end, room.scratch[p]);
    const std::int64_t step = given ? kChunk : kBlockRows;
    for (std::int64_t at = begin; at < end; at += step) {
      const std::int64_t to = std::min(end, at + step);
      passes.front().fill_weights(layout.order.data() + at, to - at, room.shared);
      for (std::size_t p = 0; p < passes.size(); ++p)
        if (!passes[p].chunk(at, to, room.shared, room.scratch[p])) return;
    }
  };
  auto done = run_blocks(n_blocks, workers, context, work, [&](std::int64_t, int worker) {
    if (bad() != passes.end()) return;
    for (std::size_t p = 0; p < passes.size(); ++p) passes[p].merge(rooms[static_cast<std::size_t>(worker)].scratch[p]);
  });
  if (!done) return done.error();
  if (const auto wrong = bad(); wrong != passes.end()) {
    Place place;
    const auto n_sources = static_cast<std::int64_t>(wrong->plan.sources.size());
    place.column = wrong->plan.sources[static_cast<std::size_t>(wrong->bad % n_sources)].variable->name;
    place.row = wrong->bad / n_sources + 1;
    return make_error(Code::kNotFinite, place);
  }
  return totals;
}

Result<Totals> sum_totals(const Design& design, const Layout& layout, const Plan& plan, const ExecutionContext& context) {
  const Plan* one = &plan;
  auto totals = sum_totals(design, layout, {&one, 1}, context);
  if (!totals) return totals.error();
  return std::move(totals->front());
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
