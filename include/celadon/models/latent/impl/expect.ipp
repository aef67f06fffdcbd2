#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/latent/impl/latent.hpp>

#include <algorithm>
#include <limits>

namespace celadon::inline CELADON_ABI::latent_detail {

/// Groups between two looks at the size of the product.
constexpr int kRescaleEvery = 24;
/// Below this a person is done again in logs.
constexpr double kSmallestMarginal = 1e-270;

/// What the kernel needs for one block.
struct ExpectBlock {
  const std::uint8_t* index;
  std::int64_t stride;
  std::int64_t rows;
  int n_groups;
  int padded;
  const double* const* product;
  const double* weights;
  const std::uint16_t* population;  // null: all 0
  const double* weight;             // null: all 1
  std::int32_t* offsets;            // scratch [n_groups]
  double* posterior;                // scratch [padded]
  double* likelihood;               // out [rows], 0 where it has to be done in logs
  std::int64_t* exponent;           // out [rows]: likelihood is to be multiplied by 2^exponent
  double* const* counts;            // out, null: not asked for
  double* population_counts;        // out
};

}  // namespace celadon::inline CELADON_ABI::latent_detail

#define CELADON_SIMD_KERNEL <celadon/models/latent/impl/expect_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::latent_detail {

void make_products(std::span<const PackedGroup> groups, Tables& tables) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  tables.product.clear();
  for (const PackedGroup& g : groups) {
    std::vector<double>& table = tables.product.emplace_back(static_cast<std::size_t>(g.n_rows) * padded, 1.0);
    std::size_t rows = 1;  // rows made so far: the products of the items before
    for (std::size_t i = 0; i < g.items.size(); ++i) {
      const std::vector<double>& item = tables.probability[static_cast<std::size_t>(g.items[i])];
      for (std::size_t k = static_cast<std::size_t>(g.levels[i]); k-- > 0;)
        for (std::size_t r = 0; r < rows; ++r) {
          const double* from = table.data() + r * padded;
          double* to = table.data() + (k * rows + r) * padded;
          const double* with = item.data() + k * padded;
          for (std::size_t q = 0; q < padded; ++q) to[q] = from[q] * with[q];
        }
      rows *= static_cast<std::size_t>(g.levels[i]);
    }
  }
}

namespace expect_detail {

double in_logs(const Packed& packed, const Tables& tables, std::int64_t person, std::vector<double>& p) {
  const std::int64_t block = person / kBlockRows;
  const std::size_t population = packed.population.empty() ? 0 : packed.population[static_cast<std::size_t>(person)];
  const auto padded = static_cast<std::size_t>(tables.padded);
  const auto n_points = static_cast<std::size_t>(tables.n_points);
  const double* prior = tables.weights.data() + population * padded;
  double highest = -std::numeric_limits<double>::infinity();
  for (std::size_t q = 0; q < n_points; ++q) {
    double v = math::log(prior[q]);
    for (std::size_t g = 0; g < packed.groups.size(); ++g) {
      const PackedGroup& group = packed.groups[g];
      int row = packed.column(block, g)[person % kBlockRows];
      for (std::size_t i = 0; i < group.items.size(); ++i) {
        const int level = row % group.levels[i];
        row /= group.levels[i];
        v += math::log(tables.probability[static_cast<std::size_t>(group.items[i])][static_cast<std::size_t>(level) * padded + q]);
      }
    }
    p[q] = v;
    highest = std::max(highest, v);
  }
  double total = 0.0;
  for (std::size_t q = 0; q < n_points; ++q) {
    p[q] = math::exp(p[q] - highest);
    total += p[q];
  }
  for (std::size_t q = 0; q < n_points; ++q) p[q] /= total;
  for (std::size_t q = n_points; q < padded; ++q) p[q] = 0.0;
  return highest + math::log(total);
}

/// One worker's sums of a block.
struct Scratch {
  std::vector<std::vector<double>> counts;
  std::vector<double*> count_rows;
  std::vector<double> population;
  std::vector<double> likelihood;
  std::vector<std::int64_t> exponent;
  std::vector<std::int32_t> offsets;
  std::vector<double> posterior;
  double log_likelihood = 0.0;
};

inline void clear(Scratch& s) {
  for (auto& c : s.counts) std::fill(c.begin(), c.end(), 0.0);
  std::fill(s.population.begin(), s.population.end(), 0.0);
}

void add(std::vector<double>& to, const std::vector<double>& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

/// Counts of items from the counts of rows.
inline void spread(const Packed& packed, const Tables& tables, const std::vector<std::vector<double>>& rows, Expected& out) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  for (const std::vector<double>& p : tables.probability) out.counts.emplace_back(p.size(), 0.0);
  for (std::size_t g = 0; g < packed.groups.size(); ++g) {
    const PackedGroup& group = packed.groups[g];
    for (std::int32_t r = 0; r < group.n_rows; ++r) {
      const double* from = rows[g].data() + static_cast<std::size_t>(r) * padded;
      for (std::size_t i = 0; i < group.items.size(); ++i) {
        const auto level = static_cast<std::size_t>(r / group.strides[i] % group.levels[i]);
        double* to = out.counts[static_cast<std::size_t>(group.items[i])].data() + level * padded;
        for (std::size_t q = 0; q < padded; ++q) to[q] += from[q];
      }
    }
  }
}

}  // namespace expect_detail

Result<Expected> expect(const Packed& packed, const Tables& tables, bool counts, const ExecutionContext& context) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  const int workers = worker_count(packed.n_blocks(), context);
  std::vector<std::vector<double>> rows;  // by group, merged over blocks
  for (const PackedGroup& g : packed.groups) rows.emplace_back(counts ? static_cast<std::size_t>(g.n_rows) * padded : 0, 0.0);
  Expected out;
  out.population.assign(tables.weights.size(), 0.0);
  std::vector<expect_detail::Scratch> scratch(static_cast<std::size_t>(workers));
  std::vector<const double*> product;
  for (const auto& t : tables.product) product.push_back(t.data());
  for (auto& s : scratch) {
    s.counts = rows;
    for (auto& c : s.counts) s.count_rows.push_back(c.data());
    s.population = out.population;
    s.likelihood.resize(static_cast<std::size_t>(kBlockRows));
    s.exponent.resize(static_cast<std::size_t>(kBlockRows));
    s.offsets.resize(packed.groups.size());
    s.posterior.resize(padded);
  }
  const auto work = [&](std::int64_t block, int worker) {
    expect_detail::Scratch& s = scratch[static_cast<std::size_t>(worker)];
    if (counts) expect_detail::clear(s);
    const std::int64_t first = block * kBlockRows;
    ExpectBlock b{};
    b.index = packed.column(block, 0);
    b.stride = packed.stride();
    b.rows = packed.rows(block);
    b.n_groups = static_cast<int>(packed.groups.size());
    b.padded = tables.padded;
    b.product = product.data();
    b.weights = tables.weights.data();
    b.population = packed.population.empty() ? nullptr : packed.population.data() + first;
    b.weight = packed.weight.empty() ? nullptr : packed.weight.data() + first;
    b.offsets = s.offsets.data();
    b.posterior = s.posterior.data();
    b.likelihood = s.likelihood.data();
    b.exponent = s.exponent.data();
    b.counts = counts ? s.count_rows.data() : nullptr;
    b.population_counts = s.population.data();
    CELADON_SIMD_DISPATCH(latent_detail, expect_block, b);
    double log_likelihood = 0.0;
    std::vector<double> p(padded);
    for (std::int64_t i = 0; i < b.rows; ++i) {
      const double w = b.weight == nullptr ? 1.0 : b.weight[i];
      if (s.exponent[static_cast<std::size_t>(i)] != 0)
        log_likelihood += w * (static_cast<double>(s.exponent[static_cast<std::size_t>(i)]) * 0.69314718055994531);
      if (s.likelihood[static_cast<std::size_t>(i)] != 0.0) continue;
      s.likelihood[static_cast<std::size_t>(i)] = 1.0;
      log_likelihood -= w * (static_cast<double>(s.exponent[static_cast<std::size_t>(i)]) * 0.69314718055994531);
      log_likelihood += w * expect_detail::in_logs(packed, tables, first + i, p);
      if (!counts) continue;
      const std::size_t population = b.population == nullptr ? 0 : b.population[i];
      for (std::size_t q = 0; q < padded; ++q) {
        s.population[population * padded + q] += w * p[q];
        for (std::size_t g = 0; g < packed.groups.size(); ++g)
          s.counts[g][static_cast<std::size_t>(packed.column(block, g)[i]) * padded + q] += w * p[q];
      }
    }
    // a dropped person has likelihood 1; its weight does not matter
    s.log_likelihood = log_likelihood + CELADON_SIMD_DISPATCH(latent_detail, sum_of_logs, s.likelihood.data(), b.weight, b.rows);
  };
  const auto merge = [&](std::int64_t, int worker) {
    const expect_detail::Scratch& s = scratch[static_cast<std::size_t>(worker)];
    out.log_likelihood += s.log_likelihood;
    if (!counts) return;
    for (std::size_t g = 0; g < rows.size(); ++g) expect_detail::add(rows[g], s.counts[g]);
    expect_detail::add(out.population, s.population);
  };
  if (auto done = run_blocks(packed.n_blocks(), workers, context, work, merge); !done) return done.error();
  if (counts) expect_detail::spread(packed, tables, rows, out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::latent_detail
