#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <array>

namespace celadon::inline CELADON_ABI::multilevel::frame_detail {

namespace gather_detail {

/// A worker's block: the columns' values, and sums of the cells that the block meets.
struct Scratch : BlockRows {
  std::vector<std::int32_t> slot_of_cell;
  std::vector<std::int32_t> cell_of_slot;
  std::vector<double> sums;
  std::vector<std::int64_t> n_rows;
  double log_weight = 0.0;
};

/// Sums of the products of each run of rows of one cell, added to the cell's slot.
template <std::size_t Q>
void add_runs(const Scratch& s, const std::int32_t* cells, const double* weights, std::size_t q_dynamic, Scratch& out) {
  const std::size_t q = Q == 0 ? q_dynamic : Q;
  const std::size_t packed = q * (q + 1) / 2;
  constexpr std::size_t kQ = Q == 0 ? 1 : Q;
  std::array<double, kQ*(kQ + 1) / 2> fixed_sum{};
  std::array<double, kQ> fixed_row{};
  std::vector<double> free_sum(Q == 0 ? packed : 0);
  std::vector<double> free_row(Q == 0 ? q : 0);
  double* sum = Q == 0 ? free_sum.data() : fixed_sum.data();
  double* row = Q == 0 ? free_row.data() : fixed_row.data();
  const std::size_t n = s.rows.size();
  std::size_t i = 0;
  while (i < n) {
    const std::int32_t cell = cells[s.rows[i]];
    std::int32_t& slot = out.slot_of_cell[static_cast<std::size_t>(cell)];
    if (slot < 0) {
      slot = static_cast<std::int32_t>(out.cell_of_slot.size());
      out.cell_of_slot.push_back(cell);
      out.sums.resize(out.sums.size() + packed, 0.0);
      out.n_rows.push_back(0);
    }
    for (std::size_t k = 0; k < packed; ++k) sum[k] = 0.0;
    const std::size_t begin = i;
    for (; i < n && cells[s.rows[i]] == cell; ++i) {
      for (std::size_t a = 0; a < q; ++a) row[a] = s.columns[a * kBlockRows + i];
      std::size_t k = 0;
      for (std::size_t a = 0; a < q; ++a) {
        const double x = weights == nullptr ? row[a] : row[a] * weights[s.rows[i]];
        for (std::size_t b = a; b < q; ++b) sum[k++] += x * row[b];
      }
    }
    double* into = out.sums.data() + static_cast<std::size_t>(slot) * packed;
    for (std::size_t k = 0; k < packed; ++k) into[k] += sum[k];
    out.n_rows[static_cast<std::size_t>(slot)] += static_cast<std::int64_t>(i - begin);
  }
}

inline void add_block(Scratch& s, const std::int32_t* cells, const double* weights, std::size_t q) {
  switch (q) {
    case 2:
      return add_runs<2>(s, cells, weights, q, s);
    case 3:
      return add_runs<3>(s, cells, weights, q, s);
    case 4:
      return add_runs<4>(s, cells, weights, q, s);
    case 5:
      return add_runs<5>(s, cells, weights, q, s);
    case 6:
      return add_runs<6>(s, cells, weights, q, s);
    default:
      return add_runs<0>(s, cells, weights, q, s);
  }
}

}  // namespace gather_detail

void fill_block(const Frame& f, std::int64_t block, BlockRows& s) {
  const std::int64_t first = block * kBlockRows;
  const std::int64_t last = std::min(f.n_rows, first + kBlockRows);
  s.columns.resize(f.columns.size() * kBlockRows);
  s.rows.clear();
  for (std::int64_t i = first; i < last; ++i)
    if (f.used.empty() || f.used[static_cast<std::size_t>(i)] != 0) s.rows.push_back(static_cast<std::int32_t>(i));
  for (std::size_t c = 0; c < f.columns.size(); ++c) {
    double* to = s.columns.data() + c * kBlockRows;
    for (std::size_t i = 0; i < s.rows.size(); ++i) to[i] = 1.0;
    for (const Piece& piece : f.columns[c].pieces) {
      if (piece.is_number) {
        const double* values = f.numbers[piece.source].values;
        for (std::size_t i = 0; i < s.rows.size(); ++i) to[i] *= values[s.rows[i]];
      } else {
        const std::int32_t* codes = f.categories[piece.source].codes.data();
        for (std::size_t i = 0; i < s.rows.size(); ++i) to[i] = codes[s.rows[i]] == piece.level ? to[i] : 0.0;
      }
    }
  }
}

Result<CrossProducts> gather(const Frame& frame, const ExecutionContext& context) {
  CrossProducts out;
  out.q = frame.columns.size();
  out.n_cells = frame.n_cells();
  const std::size_t packed = out.packed();
  out.values.assign(out.n_cells * packed, 0.0);
  out.n_rows.assign(out.n_cells, 0);
  const std::int64_t n_blocks = block_count(frame.n_rows);
  const int workers = worker_count(n_blocks, context);
  std::vector<gather_detail::Scratch> scratch(static_cast<std::size_t>(workers));
  for (auto& s : scratch) s.slot_of_cell.assign(out.n_cells, -1);
  const std::int32_t* cells = frame.cell_of_row().data();
  const double* weights = frame.weights == nullptr ? nullptr : frame.weights->values;
  auto ok = run_blocks(
      n_blocks, workers, context,
      [&](std::int64_t block, int worker) {
        auto& s = scratch[static_cast<std::size_t>(worker)];
        fill_block(frame, block, s);
        gather_detail::add_block(s, cells, weights, out.q);
        s.log_weight = 0.0;
        if (weights != nullptr)
          for (const std::int32_t row : s.rows) s.log_weight += math::log(weights[row]);
      },
      [&](std::int64_t, int worker) {
        auto& s = scratch[static_cast<std::size_t>(worker)];
        for (std::size_t k = 0; k < s.cell_of_slot.size(); ++k) {
          const auto cell = static_cast<std::size_t>(s.cell_of_slot[k]);
          for (std::size_t e = 0; e < packed; ++e) out.values[cell * packed + e] += s.sums[k * packed + e];
          out.n_rows[cell] += s.n_rows[k];
          s.slot_of_cell[cell] = -1;
        }
        s.cell_of_slot.clear();
        s.sums.clear();
        s.n_rows.clear();
        out.sum_log_weight += s.log_weight;
      });
  if (!ok) return ok.error();
  return out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel::frame_detail
