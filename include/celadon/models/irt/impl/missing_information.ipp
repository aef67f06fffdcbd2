#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>

#define CELADON_SIMD_KERNEL <celadon/models/irt/impl/missing_information_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace missing_detail {

/// Nodes that hold less than this share of a person's posterior are left out: their part of a covariance is as small.
constexpr double kLeastPosterior = 1e-10;
constexpr std::size_t kBatchRows = 64;

/// Derivatives of the log probabilities with respect to the free parameters: for each item [category][node][link].
struct Scores {
  std::vector<std::vector<double>> item;
  std::vector<std::vector<double>> by_mean;  ///< by population, [node]
  std::vector<std::vector<double>> by_log_sd;
};

inline Scores make_scores(const Layout& layout, const Model& model, const Tables& tables) {
  Scores out;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const ItemLayout& item = layout.items[j];
    const auto categories = static_cast<std::size_t>(model.items[j].n_categories);
    const std::size_t links = item.links.size();
    std::vector<double>& table = out.item.emplace_back(categories * tables.nodes.size() * links);
    if (links == 0) continue;
    std::vector<double> probability(categories);
    std::vector<double> derivative(categories * static_cast<std::size_t>(item.n_local));
    for (std::size_t q = 0; q < tables.nodes.size(); ++q) {
      log_derivatives(model.items[j], tables.nodes[q], probability.data(), derivative.data());
      for (std::size_t k = 0; k < categories; ++k)
        for (std::size_t l = 0; l < links; ++l)
          table[(k * tables.nodes.size() + q) * links + l] =
              item.links[l].coefficient *
              derivative[k * static_cast<std::size_t>(item.n_local) + static_cast<std::size_t>(item.links[l].local)];
    }
  }
  for (std::size_t g = 0; g < model.populations.size(); ++g) {
    std::vector<double> mean(tables.nodes.size());
    std::vector<double> log_sd(tables.nodes.size());
    double second[3];
    population_derivatives(model.populations[g], tables.nodes,
                           {tables.weights.data() + g * static_cast<std::size_t>(tables.padded), tables.nodes.size()}, mean, log_sd,
                           second);
    out.by_mean.push_back(std::move(mean));
    out.by_log_sd.push_back(std::move(log_sd));
  }
  return out;
}

/// One worker's room.
struct Scratch {
  std::vector<double> posterior;
  std::vector<double> rows;      ///< kBatchRows x width
  std::vector<double> products;  ///< width x width
  std::vector<double> mean;      ///< width
  std::size_t n_rows = 0;
};

/// Posterior of one person on the nodes.
inline void posterior_of(const Packed& packed, const Tables& tables, std::int64_t person, std::size_t population, std::vector<double>& p) {
  const auto padded = static_cast<std::size_t>(tables.padded);
  const std::int64_t block = person / kBlockRows;
  std::copy_n(tables.weights.begin() + static_cast<std::ptrdiff_t>(population * padded), padded, p.begin());
  for (std::size_t g = 0; g < packed.groups.size(); ++g) {
    const double* row = tables.product[g].data() + static_cast<std::size_t>(packed.column(block, g)[person % kBlockRows]) * padded;
    for (std::size_t q = 0; q < padded; ++q) p[q] *= row[q];
    if (g % 16 == 15) {
      const double highest = *std::max_element(p.begin(), p.end());
      if (highest < 0x1p-300)
        for (double& v : p) v *= 0x1p300;
    }
  }
  double total = 0.0;
  for (const double v : p) total += v;
  if (!(total > 1e-270)) {
    (void)latent_detail::expect_detail::in_logs(packed, tables, person, p);
    return;
  }
  for (double& v : p) v /= total;
}

}  // namespace missing_detail

Result<std::vector<double>> missing_information(const Layout& layout, const Model& model, const Packed& packed, const Tables& tables,
                                                const ExecutionContext& context) {
  const auto n = static_cast<std::size_t>(layout.n_free());
  const std::size_t width = (n + 7) / 8 * 8;
  const missing_detail::Scores scores = missing_detail::make_scores(layout, model, tables);
  const int workers = worker_count(packed.n_blocks(), context);
  std::vector<missing_detail::Scratch> scratch(static_cast<std::size_t>(workers));
  const std::size_t batch = std::max(missing_detail::kBatchRows, tables.nodes.size());
  for (auto& s : scratch) {
    s.posterior.resize(static_cast<std::size_t>(tables.padded));
    s.rows.resize(batch * width);
    s.products.resize(width * width);
    s.mean.resize(width);
  }
  std::vector<double> total(width * width, 0.0);
  const std::size_t n_nodes = tables.nodes.size();

  const auto add_person = [&](missing_detail::Scratch& s, std::int64_t person) {
    const std::size_t population = packed.population.empty() ? 0 : packed.population[static_cast<std::size_t>(person)];
    if (population == kDropped) return;
    missing_detail::posterior_of(packed, tables, person, population, s.posterior);
    std::vector<std::uint32_t> nodes;
    for (std::size_t q = 0; q < n_nodes; ++q)
      if (s.posterior[q] > missing_detail::kLeastPosterior) nodes.push_back(static_cast<std::uint32_t>(q));
    if (s.n_rows + nodes.size() > batch) {
      CELADON_SIMD_DISPATCH(irt::estimation_detail, add_products, s.rows.data(), static_cast<std::int64_t>(s.n_rows),
                            static_cast<std::int64_t>(width), s.products.data());
      s.n_rows = 0;
    }
    double* rows = s.rows.data() + s.n_rows * width;
    std::fill(rows, rows + nodes.size() * width, 0.0);
    const std::int64_t block = person / kBlockRows;
    for (std::size_t g = 0; g < packed.groups.size(); ++g) {
      const PackedGroup& group = packed.groups[g];
      int row = packed.column(block, g)[person % kBlockRows];
      for (std::size_t i = 0; i < group.items.size(); ++i) {
        const int level = row % group.levels[i];
        row /= group.levels[i];
        const auto j = static_cast<std::size_t>(group.items[i]);
        const ItemLayout& item = layout.items[j];
        const std::size_t links = item.links.size();
        if (links == 0 || level >= model.items[j].n_categories) continue;
        const double* table = scores.item[j].data() + static_cast<std::size_t>(level) * n_nodes * links;
        for (std::size_t r = 0; r < nodes.size(); ++r) {
          const double* from = table + nodes[r] * links;
          double* to = rows + r * width;
          for (std::size_t l = 0; l < links; ++l) to[item.links[l].free] += from[l];
        }
      }
    }
    const PopulationLayout& at = layout.populations[population];
    for (std::size_t r = 0; r < nodes.size(); ++r) {
      if (at.mean >= 0) rows[r * width + static_cast<std::size_t>(at.mean)] += scores.by_mean[population][nodes[r]];
      if (at.log_sd >= 0) rows[r * width + static_cast<std::size_t>(at.log_sd)] += scores.by_log_sd[population][nodes[r]];
    }
    std::fill(s.mean.begin(), s.mean.end(), 0.0);
    for (std::size_t r = 0; r < nodes.size(); ++r)
      for (std::size_t c = 0; c < width; ++c) s.mean[c] += s.posterior[nodes[r]] * rows[r * width + c];
    const double weight = packed.weight.empty() ? 1.0 : packed.weight[static_cast<std::size_t>(person)];
    for (std::size_t r = 0; r < nodes.size(); ++r) {
      const double scale = std::sqrt(weight * s.posterior[nodes[r]]);
      for (std::size_t c = 0; c < width; ++c) rows[r * width + c] = scale * (rows[r * width + c] - s.mean[c]);
    }
    s.n_rows += nodes.size();
  };
  const auto work = [&](std::int64_t block, int worker) {
    missing_detail::Scratch& s = scratch[static_cast<std::size_t>(worker)];
    std::fill(s.products.begin(), s.products.end(), 0.0);
    s.n_rows = 0;
    for (std::int64_t i = 0; i < packed.rows(block); ++i) add_person(s, block * kBlockRows + i);
    CELADON_SIMD_DISPATCH(irt::estimation_detail, add_products, s.rows.data(), static_cast<std::int64_t>(s.n_rows),
                          static_cast<std::int64_t>(width), s.products.data());
  };
  const auto merge = [&](std::int64_t, int worker) {
    latent_detail::expect_detail::add(total, scratch[static_cast<std::size_t>(worker)].products);
  };
  if (auto done = run_blocks(packed.n_blocks(), workers, context, work, merge); !done) return done.error();
  std::vector<double> out(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) out[i * n + j] = out[j * n + i] = total[i * width + j];
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
