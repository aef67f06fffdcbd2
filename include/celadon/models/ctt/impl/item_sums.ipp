#pragma once

#include <celadon/core/impl/block_reader.hpp>
#include <celadon/models/ctt/impl/item_sums_detail.hpp>
#include <celadon/models/ctt/impl/kernel_detail.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt::item_sums_detail {

using scoring_detail::Distinct;
using scoring_detail::Plan;
using scoring_detail::Prepared;

GroupCuts group_cuts(const Distinct& shares, double group_share, bool fractional) {
  GroupCuts cuts;
  if (!fractional) {
    cuts.upper = scoring_detail::weighted_quantile(shares, 1.0 - group_share) - 1e-9;
    cuts.lower = scoring_detail::weighted_quantile(shares, group_share) + 1e-9;
    cuts.apart = cuts.lower < cuts.upper;
    return cuts;
  }
  const double wanted = group_share * shares.sum;
  double gathered = 0.0;
  std::size_t at = shares.value.size();
  while (at-- > 0) {
    if (gathered + shares.weight[at] >= wanted * (1.0 - 1e-12)) break;
    gathered += shares.weight[at];
  }
  cuts.upper = shares.value[at];
  cuts.upper_fraction = std::clamp((wanted - gathered) / shares.weight[at], 0.0, 1.0);
  gathered = 0.0;
  for (at = 0; at + 1 < shares.value.size(); ++at) {
    if (gathered + shares.weight[at] >= wanted * (1.0 - 1e-12)) break;
    gathered += shares.weight[at];
  }
  cuts.lower = shares.value[at];
  cuts.lower_fraction = std::clamp((wanted - gathered) / shares.weight[at], 0.0, 1.0);
  cuts.apart = shares.value.size() > 1;
  return cuts;
}

/// Parts of a person in the upper and the lower group.
inline std::pair<double, double> parts(const GroupCuts& cuts, double share) {
  constexpr double kSame = 1e-9;
  const double upper = share > cuts.upper + kSame ? 1.0 : (share >= cuts.upper - kSame ? cuts.upper_fraction : 0.0);
  const double lower = share < cuts.lower - kSame ? 1.0 : (share <= cuts.lower + kSame ? cuts.lower_fraction : 0.0);
  return {upper, lower};
}

/// Scratch and sums of the one-pass totals.
struct TotalsBlock {
  ItemTotals sums;
  std::vector<double> w2;  // sum of squared weights by item
  std::vector<double> w1;
  std::vector<double> x, c, wx, wc;
  explicit TotalsBlock(std::size_t k) : w2(k), w1(k), x(kBlockRows), c(kBlockRows), wx(kBlockRows), wc(kBlockRows) {
    sums.x.resize(k);
    sums.xx.resize(k);
    sums.xt.resize(k);
    sums.cells.resize(k);
  }
};

inline void totals_block(const Prepared& p, const Responses& responses, std::int64_t block, TotalsBlock& b) {
  const std::int64_t rows = responses.rows(block);
  const auto base = static_cast<std::size_t>(block * kBlockRows);
  const double* total = p.total.data() + base;
  std::vector<double>& used_total = b.wc;
  b.sums.total = 0.0;
  b.sums.total_squared = 0.0;
  for (std::int64_t i = 0; i < rows; ++i) b.wx[static_cast<std::size_t>(i)] = p.weight_of(block * kBlockRows + i);
  const std::vector<double> weight(b.wx.begin(), b.wx.begin() + rows);
  for (std::int64_t i = 0; i < rows; ++i) used_total[static_cast<std::size_t>(i)] = weight[static_cast<std::size_t>(i)] * total[i];
  const std::vector<double> ones(static_cast<std::size_t>(rows), 1.0);
  b.sums.total = scoring_detail::dot(used_total.data(), ones.data(), rows);
  b.sums.total_squared = scoring_detail::dot(used_total.data(), total, rows);
  for (std::size_t j = 0; j < b.w1.size(); ++j) {
    scoring_detail::expand(p, responses, block, static_cast<std::int64_t>(j), b.x.data(), b.c.data());
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto at = static_cast<std::size_t>(i);
      b.wx[at] = weight[at] * b.x[at];
      b.wc[at] = weight[at] * b.c[at];
    }
    b.sums.x[j] = scoring_detail::dot(b.wx.data(), ones.data(), rows);
    b.sums.xx[j] = scoring_detail::dot(b.wx.data(), b.x.data(), rows);
    b.sums.xt[j] = scoring_detail::dot(b.wx.data(), total, rows);
    b.sums.cells[j] = scoring_detail::dot(b.c.data(), ones.data(), rows);
    b.w1[j] = scoring_detail::dot(b.wc.data(), ones.data(), rows);
    b.w2[j] = scoring_detail::dot(b.wc.data(), b.wc.data(), rows);
  }
}

inline void add(std::vector<double>& to, const std::vector<double>& from) {
  for (std::size_t j = 0; j < to.size(); ++j) to[j] += from[j];
}

Result<ItemTotals> item_totals(const Prepared& p, const Responses& responses, const ExecutionContext& context) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<TotalsBlock> scratch(static_cast<std::size_t>(workers), TotalsBlock(k));
  TotalsBlock sum(k);
  auto done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) { totals_block(p, responses, block, scratch[static_cast<std::size_t>(worker)]); },
      [&](std::int64_t, int worker) {
        const TotalsBlock& b = scratch[static_cast<std::size_t>(worker)];
        sum.sums.total += b.sums.total;
        sum.sums.total_squared += b.sums.total_squared;
        add(sum.sums.x, b.sums.x);
        add(sum.sums.xx, b.sums.xx);
        add(sum.sums.xt, b.sums.xt);
        add(sum.sums.cells, b.sums.cells);
        add(sum.w1, b.w1);
        add(sum.w2, b.w2);
      });
  if (!done) return done.error();
  ItemTotals out = std::move(sum.sums);
  out.per_point = p.plan.per_point;
  for (std::size_t j = 0; j < k; ++j) out.n_effective.push_back(sum.w2[j] > 0.0 ? sum.w1[j] * sum.w1[j] / sum.w2[j] : 0.0);
  return out;
}

Result<Groups> group_sums(const Prepared& p, const Responses& responses, double group_share, bool fractional,
                          const ExecutionContext& context) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  std::vector<double> shares;
  std::vector<double> weights;
  for (std::size_t i = 0; i < p.total.size(); ++i) {
    if (p.used[i] == 0) continue;
    shares.push_back(p.total[i] / p.attainable[i]);
    if (p.weighted()) weights.push_back(p.weight[i]);
  }
  const GroupCuts cuts = group_cuts(scoring_detail::distinct(std::move(shares), weights), group_share, fractional);
  struct Block {
    Groups g;
    std::vector<double> x, c, up, low;
  };
  Block empty;
  for (auto* v : {&empty.g.upper, &empty.g.lower, &empty.g.upper_weight, &empty.g.lower_weight}) v->assign(k, 0.0);
  for (auto* v : {&empty.x, &empty.c, &empty.up, &empty.low}) v->assign(kBlockRows, 0.0);
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<Block> scratch(static_cast<std::size_t>(workers), empty);
  Groups sum = empty.g;
  const auto work = [&](std::int64_t block, int worker) {
    Block& b = scratch[static_cast<std::size_t>(worker)];
    const std::int64_t rows = responses.rows(block);
    b.g.upper_n = 0.0;
    b.g.lower_n = 0.0;
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto at = static_cast<std::size_t>(block * kBlockRows + i);
      const double w = p.weight_of(block * kBlockRows + i);
      const auto [upper, lower] = w > 0.0 ? parts(cuts, p.total[at] / p.attainable[at]) : std::pair{0.0, 0.0};
      b.up[static_cast<std::size_t>(i)] = w * upper;
      b.low[static_cast<std::size_t>(i)] = w * lower;
      b.g.upper_n += w * upper;
      b.g.lower_n += w * lower;
    }
    for (std::size_t j = 0; j < k; ++j) {
      scoring_detail::expand(p, responses, block, static_cast<std::int64_t>(j), b.x.data(), b.c.data());
      b.g.upper[j] = scoring_detail::dot(b.up.data(), b.x.data(), rows);
      b.g.lower[j] = scoring_detail::dot(b.low.data(), b.x.data(), rows);
      b.g.upper_weight[j] = scoring_detail::dot(b.up.data(), b.c.data(), rows);
      b.g.lower_weight[j] = scoring_detail::dot(b.low.data(), b.c.data(), rows);
    }
  };
  const auto merge = [&](std::int64_t, int worker) {
    const Groups& g = scratch[static_cast<std::size_t>(worker)].g;
    sum.upper_n += g.upper_n;
    sum.lower_n += g.lower_n;
    add(sum.upper, g.upper);
    add(sum.lower, g.lower);
    add(sum.upper_weight, g.upper_weight);
    add(sum.lower_weight, g.lower_weight);
  };
  if (auto done = run_blocks(responses.n_blocks(), workers, context, work, merge); !done) return done.error();
  sum.apart = cuts.apart;
  return sum;
}

bool narrow(const Plan& plan, const std::vector<int>& n_categories) {
  if (plan.may_skip || plan.has_bonus || !plan.whole) return false;
  double total = 0.0;
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    if (plan.items[j].empty) return false;
    double highest = plan.items[j].full_mark * plan.per_point;
    for (int c = 0; c < n_categories[j]; ++c) {
      const double u = plan.items[j].units[static_cast<std::size_t>(c)];
      if (u < 0.0) return false;
      highest = std::max(highest, u);
    }
    if (highest > 255.0) return false;
    total += highest;
  }
  return total <= 32767.0;
}

/// A column as units of one byte: the cells themselves where they are the units, else looked up.
inline const std::uint8_t* unit_column(const scoring_detail::ItemPlan& item, const std::uint8_t* cells, std::int64_t rows,
                                       std::uint8_t* buffer) {
  if (item.identity) return cells;
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0; c < 256; ++c) table[c] = static_cast<std::uint8_t>(item.units[c]);
  for (std::int64_t i = 0; i < rows; ++i) buffer[i] = table[cells[i]];
  return buffer;
}

struct NarrowScratch {
  std::vector<std::int64_t> x, xx, xt, upper, lower, histogram;
  std::vector<std::uint8_t> column, up, low, bytes;
  std::int64_t total = 0;
  std::int64_t total_squared = 0;
  NarrowScratch(std::size_t k, std::size_t bins)
      : x(k), xx(k), xt(k), upper(k), lower(k), histogram(bins), column(kBlockRows), up(kBlockRows), low(kBlockRows), bytes(kBlockRows) {}
};

/// Totals of a block in bytes, where all cells are units and no total is above 255.
inline void byte_totals(const Responses& responses, std::int64_t block, std::uint8_t* total) {
  const std::int64_t rows = responses.rows(block);
  const std::vector<std::uint8_t> nothing(static_cast<std::size_t>(rows), 0);
  std::fill(total, total + rows, std::uint8_t{0});
  for (std::int64_t j = 0; j < responses.n_items(); j += 4) {
    const std::uint8_t* columns[4];
    for (std::int64_t c = 0; c < 4; ++c) columns[c] = j + c < responses.n_items() ? responses.column(block, j + c) : nothing.data();
    kernel_detail::add_columns(columns, rows, total);
  }
}

inline void narrow_block(const Plan& plan, const Responses& responses, std::int64_t block, std::int64_t chunk, std::int16_t* total,
                         NarrowScratch& b) {
  const std::int64_t rows = responses.rows(block);
  const auto k = static_cast<std::size_t>(responses.n_items());
  const bool in_bytes =
      b.histogram.size() <= 256 && std::all_of(plan.items.begin(), plan.items.end(), [](const auto& i) { return i.identity; });
  if (in_bytes) {
    byte_totals(responses, block, b.bytes.data());
    std::copy(b.bytes.begin(), b.bytes.begin() + rows, total);
  } else {
    std::fill(total, total + rows, std::int16_t{0});
    for (std::size_t j = 0; j < k; ++j)
      kernel_detail::add_column(unit_column(plan.items[j], responses.column(block, static_cast<std::int64_t>(j)), rows, b.column.data()),
                                rows, total);
  }
  for (std::size_t j = 0; j < k; ++j) {
    const std::uint8_t* column = unit_column(plan.items[j], responses.column(block, static_cast<std::int64_t>(j)), rows, b.column.data());
    b.x[j] = b.xx[j] = b.xt[j] = 0;
    const bool binary = in_bytes && responses.n_categories()[j] <= 2;
    for (std::int64_t at = 0; at < rows; at += chunk) {
      const std::int64_t n = std::min(chunk, rows - at);
      const auto s =
          binary ? kernel_detail::binary_sums(column + at, b.bytes.data() + at, n) : kernel_detail::item_sums(column + at, total + at, n);
      b.x[j] += s.x;
      b.xx[j] += s.xx;
      b.xt[j] += s.xt;
    }
  }
  b.total = 0;
  b.total_squared = 0;
  std::fill(b.histogram.begin(), b.histogram.end(), 0);
  for (std::int64_t i = 0; i < rows; ++i) ++b.histogram[static_cast<std::size_t>(total[i])];
  for (std::size_t t = 0; t < b.histogram.size(); ++t) {
    b.total += b.histogram[t] * static_cast<std::int64_t>(t);
    b.total_squared += b.histogram[t] * static_cast<std::int64_t>(t * t);
  }
}

/// How many totals there may be, and how many persons' products 32 bits hold.
struct Widths {
  std::size_t bins = 0;
  std::int64_t chunk = 0;
};
inline Widths widths(const Plan& plan) {
  double highest_unit = 1.0;
  double highest_total = 0.0;
  for (const auto& item : plan.items) {
    double highest = item.full_mark * plan.per_point;
    for (const double u : item.units) highest = std::max(highest, u);
    highest_unit = std::max(highest_unit, highest);
    highest_total += highest;
  }
  const double widest = highest_unit * std::max(highest_unit, highest_total);
  return {static_cast<std::size_t>(highest_total) + 1,
          std::clamp<std::int64_t>(static_cast<std::int64_t>(2147483647.0 / widest) / 64 * 64, 64, kBlockRows)};
}

inline void add(std::vector<double>& to, const std::vector<std::int64_t>& from) {
  for (std::size_t j = 0; j < to.size(); ++j) to[j] += static_cast<double>(from[j]);
}

Result<NarrowSums> narrow_sums(const Plan& plan, const Responses& responses, double group_share, bool fractional,
                               const ExecutionContext& context) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const std::size_t bins = widths(plan).bins;
  const std::int64_t chunk = widths(plan).chunk;
  std::vector<std::int16_t> total(static_cast<std::size_t>(responses.n_blocks() * kBlockRows));
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<NarrowScratch> scratch(static_cast<std::size_t>(workers), NarrowScratch(k, bins));
  NarrowSums out;
  ItemTotals& t = out.totals;
  t.per_point = plan.per_point;
  for (auto* v : {&t.x, &t.xx, &t.xt}) v->assign(k, 0.0);
  t.cells.assign(k, static_cast<double>(responses.n_persons()));
  t.n_effective = t.cells;
  std::vector<double> histogram(bins);
  auto done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) {
        narrow_block(plan, responses, block, chunk, total.data() + block * kBlockRows, scratch[static_cast<std::size_t>(worker)]);
      },
      [&](std::int64_t, int worker) {
        const NarrowScratch& b = scratch[static_cast<std::size_t>(worker)];
        add(t.x, b.x);
        add(t.xx, b.xx);
        add(t.xt, b.xt);
        t.total += static_cast<double>(b.total);
        t.total_squared += static_cast<double>(b.total_squared);
        add(histogram, b.histogram);
      });
  if (!done) return done.error();
  if (group_share <= 0.0) return out;

  Distinct shares;
  const double attainable = plan.full_mark * plan.per_point;
  for (std::size_t v = 0; v < bins; ++v) {
    if (histogram[v] == 0.0) continue;
    shares.value.push_back(static_cast<double>(v) / attainable);
    shares.weight.push_back(histogram[v]);
    shares.sum += histogram[v];
  }
  const GroupCuts cuts = group_cuts(shares, group_share, fractional);
  Groups& g = out.groups;
  g.apart = cuts.apart;
  for (auto* v : {&g.upper, &g.lower}) v->assign(k, 0.0);
  if (fractional) {
    // The groups' fringes count in part: the general sums, on the histogram's two cut values, are not worth a kernel of their own.
    scoring_detail::Prepared p;
    p.plan = plan;
    p.n_persons = responses.n_persons();
    p.n_used = p.n_persons;
    p.total.assign(total.begin(), total.begin() + p.n_persons);
    p.attainable.assign(p.total.size(), attainable);
    p.used.assign(p.total.size(), 1);
    auto groups = group_sums(p, responses, group_share, true, context);
    if (!groups) return groups.error();
    out.groups = std::move(groups).value();
    return out;
  }
  std::vector<std::uint8_t> in_upper(bins), in_lower(bins);
  for (std::size_t v = 0; v < bins; ++v) {
    const auto [upper, lower] = parts(cuts, static_cast<double>(v) / attainable);
    in_upper[v] = upper > 0.0 ? 255 : 0;
    in_lower[v] = lower > 0.0 ? 255 : 0;
    g.upper_n += upper > 0.0 ? histogram[v] : 0.0;
    g.lower_n += lower > 0.0 ? histogram[v] : 0.0;
  }
  g.upper_weight.assign(k, g.upper_n);
  g.lower_weight.assign(k, g.lower_n);
  done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) {
        NarrowScratch& b = scratch[static_cast<std::size_t>(worker)];
        const std::int64_t rows = responses.rows(block);
        const std::int16_t* totals = total.data() + block * kBlockRows;
        for (std::int64_t i = 0; i < rows; ++i) {
          b.up[static_cast<std::size_t>(i)] = in_upper[static_cast<std::size_t>(totals[i])];
          b.low[static_cast<std::size_t>(i)] = in_lower[static_cast<std::size_t>(totals[i])];
        }
        for (std::size_t j = 0; j < k; ++j) {
          const std::uint8_t* column =
              unit_column(plan.items[j], responses.column(block, static_cast<std::int64_t>(j)), rows, b.column.data());
          const auto s = kernel_detail::group_sums(column, b.up.data(), b.low.data(), rows);
          b.upper[j] = s.upper;
          b.lower[j] = s.lower;
        }
      },
      [&](std::int64_t, int worker) {
        add(g.upper, scratch[static_cast<std::size_t>(worker)].upper);
        add(g.lower, scratch[static_cast<std::size_t>(worker)].lower);
      });
  if (!done) return done.error();
  return out;
}

/// One worker's part of a matrix that is read once. The plan grows with the categories seen; sums of whole numbers do not depend on it.
template <class T>
struct Stream {
  responses_detail::BlockReader<T> reader;
  std::vector<int> highest;
  Plan plan;
  std::int64_t chunk = 0;
  NarrowScratch sums;
  std::vector<std::int16_t> total;

  Stream(const DenseView<T>& view, const std::vector<std::string>& ids)
      : reader(view, ids), highest(ids.size(), 0), sums(ids.size(), 1), total(kBlockRows) {}

  /// Whether the block could be summed.
  bool take(std::int64_t block) {
    const Responses* rows = reader.read(block);
    if (rows == nullptr) return false;
    bool grown = false;
    for (std::size_t j = 0; j < highest.size(); ++j) {
      if (rows->has_missing(static_cast<std::int64_t>(j))) return false;
      if (rows->n_categories()[j] <= highest[j]) continue;
      highest[j] = rows->n_categories()[j];
      grown = true;
    }
    if (grown) {
      auto made =
          scoring_detail::make_plan({.n_persons = rows->n_persons(), .item_ids = &rows->item_ids(), .n_categories = &highest}, {}, {});
      if (!made || !narrow(*made, highest)) return false;
      plan = std::move(*made);
      const Widths w = widths(plan);
      chunk = w.chunk;
      sums.histogram.resize(w.bins);
    }
    narrow_block(plan, *rows, 0, chunk, total.data(), sums);
    return true;
  }
};

template <class T>
Result<StreamedSums> streamed_sums(const DenseView<T>& view, const std::vector<std::string>& item_ids, const ExecutionContext& context) {
  const std::int64_t n_blocks = block_count(view.n_persons);
  const int workers = worker_count(n_blocks, context);
  std::vector<Stream<T>> streams;
  streams.reserve(static_cast<std::size_t>(workers));
  for (int w = 0; w < workers; ++w) streams.emplace_back(view, item_ids);
  StreamedSums out;
  ItemTotals& t = out.totals;
  for (auto* v : {&t.x, &t.xx, &t.xt}) v->assign(item_ids.size(), 0.0);
  std::atomic<bool> fits{true};  // once one block does not fit, the others need not be read
  auto done = run_blocks(
      n_blocks, workers, context,
      [&](std::int64_t block, int worker) {
        if (fits.load(std::memory_order_relaxed) && !streams[static_cast<std::size_t>(worker)].take(block)) fits = false;
      },
      [&](std::int64_t, int worker) {
        if (!fits.load(std::memory_order_relaxed)) return;
        const NarrowScratch& b = streams[static_cast<std::size_t>(worker)].sums;
        add(t.x, b.x);
        add(t.xx, b.xx);
        add(t.xt, b.xt);
        t.total += static_cast<double>(b.total);
        t.total_squared += static_cast<double>(b.total_squared);
      });
  if (!done) return done.error();
  if (!fits) return out;
  std::vector<int> highest(item_ids.size(), 0);
  for (const auto& stream : streams)
    for (std::size_t j = 0; j < highest.size(); ++j) highest[j] = std::max(highest[j], stream.highest[j]);
  auto plan = scoring_detail::make_plan({.n_persons = view.n_persons, .item_ids = &item_ids, .n_categories = &highest}, {}, {});
  if (!plan) return plan.error();
  out.fits = narrow(*plan, highest);
  out.plan = std::move(plan).value();
  t.per_point = out.plan.per_point;
  t.cells.assign(item_ids.size(), static_cast<double>(view.n_persons));
  t.n_effective = t.cells;
  return out;
}

template Result<StreamedSums> streamed_sums(const DenseView<std::int8_t>&, const std::vector<std::string>&, const ExecutionContext&);
template Result<StreamedSums> streamed_sums(const DenseView<std::uint8_t>&, const std::vector<std::string>&, const ExecutionContext&);
template Result<StreamedSums> streamed_sums(const DenseView<std::int16_t>&, const std::vector<std::string>&, const ExecutionContext&);
template Result<StreamedSums> streamed_sums(const DenseView<std::int32_t>&, const std::vector<std::string>&, const ExecutionContext&);
template Result<StreamedSums> streamed_sums(const DenseView<std::int64_t>&, const std::vector<std::string>&, const ExecutionContext&);

}  // namespace celadon::inline CELADON_ABI::ctt::item_sums_detail
