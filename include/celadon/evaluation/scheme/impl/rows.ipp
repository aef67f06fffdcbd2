#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>
#include <celadon/models/survey/impl/engine.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace rows_detail {

/// Works on one chunk of rows of one unit.
class Chunk {
 public:
  Chunk(const FramePlan& frame, std::span<const std::int32_t> rows, RowScratch& scratch)
      : f_(frame), d_(*frame.frame->design), rows_(rows), n_(static_cast<std::int64_t>(rows.size())), s_(scratch) {}

  /// Returns the variable that holds an infinite value, or -1.
  int run(Totals& totals) {
    s_.weight.resize(kChunk);
    for (std::int64_t i = 0; i < n_; ++i) s_.weight[static_cast<std::size_t>(i)] = d_.weights[static_cast<std::size_t>(row(i))];
    if (const int bad = read_sources(); bad >= 0) return bad;
    make_masks(totals);
    make_products();
    double* out = totals.sums.data() + f_.offset;
    if (f_.given()) {
      with_given(out);
    } else {
      by_sampling_unit(out);
    }
    return -1;
  }

 private:
  [[nodiscard]] std::int32_t row(std::int64_t i) const { return rows_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] std::span<const double> column(int variable, int m) const {
    const auto& columns = f_.frame->variables[static_cast<std::size_t>(variable)].columns;
    return columns[columns.size() == 1 ? 0 : static_cast<std::size_t>(m)];
  }
  /// Values of source `k`, plausible value `m`.
  [[nodiscard]] double* source(std::size_t k, int m) {
    const int columns = f_.sources[k].n_columns;
    return s_.source.data() + (first_column_[k] + (columns == 1 ? 0 : m)) * kChunk;
  }
  [[nodiscard]] double* mask(std::size_t k, int m) {
    const int columns = f_.masks[k].n_columns;
    return s_.mask.data() + (first_mask_[k] + (columns == 1 ? 0 : m)) * kChunk;
  }

  static double holds(const Test& t, double x, double per) {
    const double v = t.per < 0 ? x * t.times : (per != 0.0 ? x / per * t.times : kUnset);
    if (v != v) return kUnset;
    switch (t.comparison) {
      case Comparison::kAtLeast:
        return v >= t.limit ? 1.0 : 0.0;
      case Comparison::kAtMost:
        return v <= t.limit ? 1.0 : 0.0;
      case Comparison::kAbove:
        return v > t.limit ? 1.0 : 0.0;
      case Comparison::kBelow:
        return v < t.limit ? 1.0 : 0.0;
      case Comparison::kEquals:
        return v == t.limit ? 1.0 : 0.0;
    }
    return kUnset;
  }
  /// Whether a test that does not hold comes near enough: others_ratio of a lower limit.
  static bool near(const Test& t, double x, double per, double ratio) {
    if (ratio <= 0.0 || t.comparison != Comparison::kAtLeast) return ratio <= 0.0;
    const double v = t.per < 0 ? x * t.times : x / per * t.times;
    return v >= ratio * t.limit;
  }

  int read_sources() {
    first_column_.clear();
    std::int64_t columns = 0;
    for (const Source& s : f_.sources) {
      first_column_.push_back(columns);
      columns += s.n_columns;
    }
    s_.source.resize(static_cast<std::size_t>(columns * kChunk));
    for (std::size_t k = 0; k < f_.sources.size(); ++k) {
      const Source& s = f_.sources[k];
      for (int m = 0; m < s.n_columns; ++m) {
        double* out = source(k, m);
        if (s.variable >= 0) {
          const auto x = column(s.variable, m);
          for (std::int64_t i = 0; i < n_; ++i) out[i] = x[static_cast<std::size_t>(row(i))] - s.shift;
          for (std::int64_t i = 0; i < n_; ++i)
            if (std::isinf(out[i])) return s.variable;
        } else if (const int bad = read_tests(s, m, out); bad >= 0) {
          return bad;
        }
      }
    }
    return -1;
  }

  int read_tests(const Source& s, int m, double* out) {
    for (std::int64_t i = 0; i < n_; ++i) {
      const auto r = static_cast<std::size_t>(row(i));
      int met = 0;
      bool near_enough = true;
      bool missing = false;
      for (const Test& t : s.tests) {
        const double x = column(t.variable, m)[r];
        const double per = t.per >= 0 ? column(t.per, m)[r] : 1.0;
        if (std::isinf(x)) return t.variable;
        if (std::isinf(per)) return t.per;
        const double h = holds(t, x, per);
        missing = missing || h != h;
        if (h == 1.0) {
          ++met;
        } else {
          near_enough = near_enough && near(t, x, per, s.others_ratio);
        }
      }
      out[i] = missing ? kUnset : (met >= s.least_met && near_enough ? 1.0 : 0.0);
    }
    return -1;
  }

  void make_masks(Totals& totals) {
    first_mask_.clear();
    std::int64_t columns = 0;
    for (const Mask& m : f_.masks) {
      first_mask_.push_back(columns);
      columns += m.n_columns;
    }
    s_.mask.resize(static_cast<std::size_t>(columns * kChunk));
    for (std::size_t k = 0; k < f_.masks.size(); ++k) {
      const Mask& mask_of = f_.masks[k];
      for (int m = 0; m < mask_of.n_columns; ++m) {
        double* out = mask(k, m);
        std::fill(out, out + n_, 1.0);
        for (const int s : mask_of.present) {
          const double* x = source(static_cast<std::size_t>(s), m);
          for (std::int64_t i = 0; i < n_; ++i) out[i] = x[i] == x[i] ? out[i] : 0.0;
        }
        for (const int s : mask_of.holds) {
          const double* x = source(static_cast<std::size_t>(s), m);
          for (std::int64_t i = 0; i < n_; ++i) out[i] = x[i] == 1.0 ? out[i] : 0.0;
        }
      }
      const double* first = mask(k, 0);
      double* count = totals.counts.data() + mask_of.count;
      for (std::int64_t i = 0; i < n_; ++i) {
        const double w = s_.weight[static_cast<std::size_t>(i)];
        count[0] += first[i];
        count[1] += first[i] * w * w;
      }
      if (f_.words == 0) continue;
      std::uint64_t* bits = totals.units.data() + mask_of.units;
      for (std::int64_t i = 0; i < n_; ++i) {
        const auto u = static_cast<std::size_t>(f_.sampling_unit[static_cast<std::size_t>(row(i))]);
        bits[u / 64] |= static_cast<std::uint64_t>(first[i] != 0.0) << (u % 64);
      }
    }
  }

  void make_products() {
    s_.z.resize(static_cast<std::size_t>(f_.n_z * kChunk));
    for (const Quantity& q : f_.quantities) {
      for (int m = 0; m < q.n_columns; ++m) {
        double* out = s_.z.data() + (q.z + m) * kChunk;
        const double* in = mask(static_cast<std::size_t>(q.mask), m);
        const double* a = q.first >= 0 ? source(static_cast<std::size_t>(q.first), m) : nullptr;
        const double* b = q.second >= 0 ? source(static_cast<std::size_t>(q.second), m) : nullptr;
        for (std::int64_t i = 0; i < n_; ++i) {
          double x = 1.0;
          if (a != nullptr) x *= a[i];
          if (b != nullptr) x *= b[i];
          out[i] = in[i] != 0.0 ? x : 0.0;  // a missing value times 0 would be missing
        }
      }
    }
  }

  void with_given(double* out) {
    const auto replicates = static_cast<std::size_t>(f_.n_replicates);
    s_.weights.assign(static_cast<std::size_t>(kChunk * f_.stride), 0.0);
    for (std::int64_t i = 0; i < n_; ++i) {
      double* w = s_.weights.data() + i * f_.stride;
      w[0] = s_.weight[static_cast<std::size_t>(i)];
      if (replicates > 0) {
        const double* from = d_.replicate_weights.data() + static_cast<std::size_t>(row(i)) * replicates;
        std::copy(from, from + replicates, w + 1);
      }
    }
    survey::engine_detail::multiply_all(s_.z.data(), kChunk, static_cast<int>(f_.n_z), s_.weights.data(), n_, f_.stride, out);
  }

  /// Rows of one sampling unit share their factors: they are summed first.
  void by_sampling_unit(double* out) {
    const auto replicates = static_cast<std::size_t>(f_.n_replicates);
    s_.weights.assign(static_cast<std::size_t>(kChunk * f_.stride), 0.0);
    s_.runs.assign(static_cast<std::size_t>(f_.n_z * kChunk), 0.0);
    std::int64_t runs = 0;
    for (std::int64_t begin = 0; begin < n_; ++runs) {
      const std::int32_t unit = d_.unit[static_cast<std::size_t>(row(begin))];
      std::int64_t end = begin;
      while (end < n_ && d_.unit[static_cast<std::size_t>(row(end))] == unit) ++end;
      double* w = s_.weights.data() + runs * f_.stride;
      w[0] = 1.0;
      const double* from = d_.factors.data() + static_cast<std::size_t>(unit) * replicates;
      std::copy(from, from + replicates, w + 1);
      for (std::int64_t z = 0; z < f_.n_z; ++z) {
        const double* x = s_.z.data() + z * kChunk;
        double sum = 0.0;
        for (std::int64_t i = begin; i < end; ++i) sum += x[i] * s_.weight[static_cast<std::size_t>(i)];
        s_.runs[static_cast<std::size_t>(z * kChunk + runs)] = sum;
      }
      begin = end;
    }
    survey::engine_detail::multiply_all(s_.runs.data(), kChunk, static_cast<int>(f_.n_z), s_.weights.data(), runs, f_.stride, out);
  }

  const FramePlan& f_;
  const survey::Design& d_;
  std::span<const std::int32_t> rows_;
  std::int64_t n_;
  RowScratch& s_;
  std::vector<std::int64_t> first_column_;
  std::vector<std::int64_t> first_mask_;
};

}  // namespace rows_detail

void Totals::clear(const Plan& plan) {
  sums.assign(static_cast<std::size_t>(plan.n_sums), 0.0);
  derived.assign(static_cast<std::size_t>(plan.n_derived), 0.0);
  counts.assign(static_cast<std::size_t>(plan.n_counts), 0.0);
  units.assign(static_cast<std::size_t>(plan.n_words), 0);
}

void Totals::add(const Totals& other) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
  for (std::size_t i = 0; i < derived.size(); ++i) derived[i] += other.derived[i];
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  for (std::size_t i = 0; i < units.size(); ++i) units[i] |= other.units[i];
}

void add_rows(const Plan& plan, const FramePlan& frame, std::int32_t unit, RowScratch& scratch, Totals& totals, int& bad_column) {
  (void)plan;
  if (frame.n_z == 0) return;
  const std::int64_t begin = frame.row_begin[static_cast<std::size_t>(unit)];
  const std::int64_t end = frame.row_begin[static_cast<std::size_t>(unit) + 1];
  for (std::int64_t at = begin; at < end; at += kChunk) {
    const auto n = static_cast<std::size_t>(std::min(end - at, kChunk));
    rows_detail::Chunk chunk(frame, {frame.rows.data() + at, n}, scratch);
    if (const int bad = chunk.run(totals); bad >= 0) {
      bad_column = bad;
      return;
    }
  }
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
