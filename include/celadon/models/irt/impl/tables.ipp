#pragma once

#include <celadon/models/irt/impl/estimation.hpp>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

Result<Packed> pack(const Responses& responses, std::span<const ItemPlan> plans, std::vector<std::uint16_t> population,
                    std::span<const double> weights, const ExecutionContext& context) {
  std::vector<latent_detail::CodedItem> items;
  for (const ItemPlan& plan : plans) {
    items.push_back(plan);
    items.back().n_categories = plan.start.n_categories;
  }
  return latent_detail::pack(responses, items, std::move(population), weights, context);
}

Tables make_tables(const Model& model, std::span<const PackedGroup> groups) {
  Tables t;
  t.n_points = model.grid.n_nodes;
  t.padded = (t.n_points + 7) / 8 * 8;
  t.nodes = model.grid.nodes();
  const auto padded = static_cast<std::size_t>(t.padded);
  std::vector<double> p;
  for (const ItemParameters& item : model.items) {
    const auto n = static_cast<std::size_t>(item.n_categories);
    p.resize(n);
    std::vector<double>& table = t.probability.emplace_back((n + 1) * padded, 1.0);  // the last row: no answer
    for (std::size_t q = 0; q < t.nodes.size(); ++q) {
      category_probabilities(item, t.nodes[q], p);
      for (std::size_t k = 0; k < n; ++k) table[k * padded + q] = p[k];
    }
  }
  latent_detail::make_products(groups, t);
  for (const Population& population : model.populations) {
    std::vector<double> w = model.grid.weights(population);
    w.resize(padded, 0.0);
    t.weights.insert(t.weights.end(), w.begin(), w.end());
  }
  return t;
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
