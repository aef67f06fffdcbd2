#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/irt/simulate.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::irt {

std::vector<double> simulate_abilities(const Population& population, std::int64_t n, std::uint64_t seed) {
  std::vector<double> out(static_cast<std::size_t>(n));
  for (std::int64_t block = 0; block < block_count(n); ++block) {
    random::Stream stream(seed, random::purpose("irt.abilities"), static_cast<std::uint64_t>(block));
    for (std::int64_t i = block * kBlockRows; i < std::min(n, (block + 1) * kBlockRows); ++i)
      out[static_cast<std::size_t>(i)] = stream.normal(population.mean, population.sd);
  }
  return out;
}

Result<Responses> simulate(const Model& model, std::span<const double> abilities, std::uint64_t seed,
                           std::span<const std::uint8_t> administered, const ExecutionContext& context) {
  if (auto ok = check(model); !ok) return ok.error();
  const auto n_persons = static_cast<std::int64_t>(abilities.size());
  const auto n_items = static_cast<std::int64_t>(model.items.size());
  if (!administered.empty() && static_cast<std::int64_t>(administered.size()) != n_persons * n_items)
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "administered"}, {"actual", std::to_string(administered.size())}, {"expected", std::to_string(n_persons * n_items)}});
  int most_categories = 2;
  std::vector<std::string> ids;
  for (const ItemParameters& item : model.items) {
    ids.push_back(item.id);
    most_categories = std::max(most_categories, item.n_categories);
  }
  for (std::size_t i = 0; i < abilities.size(); ++i)
    if (!std::isfinite(abilities[i]))
      return make_error(Code::kNotFinite, {.table = "abilities", .column = "ability", .row = static_cast<std::int64_t>(i) + 1, .item = ""});

  Responses::Builder builder(n_persons, std::move(ids));
  const std::int64_t n_blocks = block_count(n_persons);
  const auto draw = [&](std::int64_t block, int) {
    random::Stream stream(seed, random::purpose("irt.simulate"), static_cast<std::uint64_t>(block));
    std::vector<double> p(static_cast<std::size_t>(most_categories));
    const std::int64_t first = block * kBlockRows;
    for (std::int64_t j = 0; j < n_items; ++j) {
      const ItemParameters& item = model.items[static_cast<std::size_t>(j)];
      const std::span<double> mine(p.data(), static_cast<std::size_t>(item.n_categories));
      std::uint8_t* column = builder.column(block, j);
      for (std::int64_t i = first; i < std::min(n_persons, first + kBlockRows); ++i) {
        const double u = stream.uniform();
        if (!administered.empty() && administered[static_cast<std::size_t>(i * n_items + j)] == 0) continue;
        category_probabilities(item, abilities[static_cast<std::size_t>(i)], mine);
        int k = 0;
        for (double cumulative = mine[0]; u > cumulative && k + 1 < item.n_categories;) cumulative += mine[static_cast<std::size_t>(++k)];
        column[i - first] = static_cast<std::uint8_t>(k);
      }
    }
  };
  if (auto done = run_blocks(n_blocks, worker_count(n_blocks, context), context, draw); !done) return done.error();
  return std::move(builder).build();
}

}  // namespace celadon::inline CELADON_ABI::irt
