#pragma once

#include <celadon/models/latent/impl/latent.hpp>

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::latent_detail {

namespace pack_detail {

inline std::uint64_t hash_bytes(const std::uint8_t* bytes, std::size_t n) {
  std::uint64_t h = 1469598103934665603U;
  for (std::size_t i = 0; i < n; ++i) h = (h ^ bytes[i]) * 1099511628211U;
  return h ^ (h >> 29);
}

/// One person's bytes, and its population, as a key.
inline void key_of(const Packed& packed, std::int64_t person, std::vector<std::uint8_t>& key) {
  const std::int64_t block = person / kBlockRows;
  for (std::size_t g = 0; g < packed.groups.size(); ++g) key[g] = packed.column(block, g)[person % kBlockRows];
  if (!packed.population.empty()) {
    const std::uint16_t p = packed.population[static_cast<std::size_t>(person)];
    key[packed.groups.size()] = static_cast<std::uint8_t>(p & 0xFF);
    key[packed.groups.size() + 1] = static_cast<std::uint8_t>(p >> 8);
  }
}

/// A packed set that holds the given persons, with the given weights.
inline Packed gather(const Packed& packed, const std::vector<std::int64_t>& persons, std::vector<double> weights) {
  Packed out;
  out.groups = packed.groups;
  out.n = static_cast<std::int64_t>(persons.size());
  out.index.resize(static_cast<std::size_t>(out.n_blocks() * static_cast<std::int64_t>(out.groups.size()) * out.stride()));
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    for (std::size_t g = 0; g < out.groups.size(); ++g)
      out.column(row / kBlockRows, g)[row % kBlockRows] = packed.column(persons[i] / kBlockRows, g)[persons[i] % kBlockRows];
    if (!packed.population.empty()) out.population.push_back(packed.population[static_cast<std::size_t>(persons[i])]);
  }
  out.weight = std::move(weights);
  for (const double w : out.weight) out.total_weight += w;
  return out;
}

}  // namespace pack_detail

std::vector<PackedGroup> make_groups(std::span<const CodedItem> plans, std::int32_t most_rows) {
  std::vector<PackedGroup> groups;
  for (std::size_t j = 0; j < plans.size(); ++j) {
    const std::int32_t levels = plans[j].n_categories + (plans[j].has_missing ? 1 : 0);
    if (groups.empty() || groups.back().n_rows * levels > most_rows) groups.emplace_back();
    PackedGroup& g = groups.back();
    g.items.push_back(static_cast<std::int32_t>(j));
    g.strides.push_back(g.n_rows);
    g.levels.push_back(levels);
    g.n_rows *= levels;
  }
  return groups;
}

Result<Packed> pack(const Responses& responses, std::span<const CodedItem> plans, std::vector<std::uint16_t> population,
                    std::span<const double> weights, const ExecutionContext& context, std::int32_t most_rows) {
  Packed out;
  out.groups = make_groups(plans, most_rows);
  out.n = responses.n_persons();
  out.index.resize(static_cast<std::size_t>(out.n_blocks() * static_cast<std::int64_t>(out.groups.size()) * out.stride()));
  out.weight.assign(weights.begin(), weights.end());
  const bool may_drop = !population.empty() || !weights.empty() ||
                        std::any_of(plans.begin(), plans.end(), [](const CodedItem& p) { return !p.dropped.empty(); }) ||
                        std::all_of(plans.begin(), plans.end(), [](const CodedItem& p) { return p.has_missing; });
  if (may_drop && population.empty()) population.assign(static_cast<std::size_t>(out.n), 0);
  const int workers = worker_count(out.n_blocks(), context);
  const auto work = [&](std::int64_t block, int) {
    const std::int64_t rows = out.rows(block);
    std::vector<std::uint8_t> answered(static_cast<std::size_t>(rows), 0);
    std::vector<std::uint8_t> drop(static_cast<std::size_t>(rows), 0);
    for (std::size_t g = 0; g < out.groups.size(); ++g) {
      std::uint8_t* to = out.column(block, g);
      std::memset(to, 0, static_cast<std::size_t>(rows));
      const PackedGroup& group = out.groups[g];
      for (std::size_t i = 0; i < group.items.size(); ++i) {
        const CodedItem& plan = plans[static_cast<std::size_t>(group.items[i])];
        const std::uint8_t* from = responses.column(block, plan.column);
        std::uint8_t step[256];
        for (int c = 0; c < 256; ++c) step[c] = static_cast<std::uint8_t>(plan.code[static_cast<std::size_t>(c)] * group.strides[i]);
        if (!plan.has_missing && plan.n_categories == 2 && step[0] == 0 && step[1] == group.strides[i] && plan.code[0] == 0 &&
            plan.code[1] == 1 && responses.n_categories()[static_cast<std::size_t>(plan.column)] == 2 &&
            !responses.has_missing(plan.column)) {  // a missing kind that counts as the lowest category is a byte of its own
          const auto stride = static_cast<std::uint8_t>(group.strides[i]);  // plain 0/1: no table, so the compiler uses vectors
          for (std::int64_t r = 0; r < rows; ++r) to[r] = static_cast<std::uint8_t>(to[r] + from[r] * stride);
        } else {
          for (std::int64_t r = 0; r < rows; ++r) to[r] = static_cast<std::uint8_t>(to[r] + step[from[r]]);
        }
        if (!may_drop) continue;
        const auto none = static_cast<std::uint8_t>(plan.n_categories);
        for (std::int64_t r = 0; r < rows; ++r)
          answered[static_cast<std::size_t>(r)] |= static_cast<std::uint8_t>(plan.code[from[r]] != none ? 1 : 0);
        if (!plan.dropped.empty())
          for (std::int64_t r = 0; r < rows; ++r) drop[static_cast<std::size_t>(r)] |= plan.dropped[from[r]];
      }
    }
    if (may_drop) {
      for (std::int64_t r = 0; r < rows; ++r) {
        const auto person = static_cast<std::size_t>(block * kBlockRows + r);
        const bool without_weight = !weights.empty() && !(weights[person] > 0.0);
        if (answered[static_cast<std::size_t>(r)] == 0 || drop[static_cast<std::size_t>(r)] != 0 || without_weight)
          population[person] = kDropped;
      }
    }
  };
  if (auto done = run_blocks(out.n_blocks(), workers, context, work); !done) return done.error();
  out.population = std::move(population);
  if (!out.population.empty() && out.weight.empty() &&
      std::all_of(out.population.begin(), out.population.end(), [](std::uint16_t p) { return p == 0; }))
    out.population.clear();
  for (std::int64_t i = 0; i < out.n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (out.population.empty() || out.population[at] != kDropped) out.total_weight += out.weight.empty() ? 1.0 : out.weight[at];
  }
  return out;
}

Packed join_patterns(Packed packed) {
  const std::size_t width = packed.groups.size() + (packed.population.empty() ? 0 : 2);
  std::vector<std::uint8_t> key(width);
  std::unordered_map<std::uint64_t, std::vector<std::int64_t>> seen;  // hash -> positions in `first`
  std::vector<std::int64_t> first;
  std::vector<double> weight;
  std::vector<std::uint8_t> keys;
  for (std::int64_t i = 0; i < packed.n; ++i) {
    if (i == kBlockRows && static_cast<std::int64_t>(first.size()) * 2 > kBlockRows) return packed;  // too many patterns to pay
    const auto person = static_cast<std::size_t>(i);
    if (!packed.population.empty() && packed.population[person] == kDropped) continue;
    pack_detail::key_of(packed, i, key);
    const double w = packed.weight.empty() ? 1.0 : packed.weight[person];
    std::vector<std::int64_t>& same = seen[pack_detail::hash_bytes(key.data(), width)];
    const auto at = std::find_if(same.begin(), same.end(), [&](std::int64_t p) {
      return std::memcmp(keys.data() + static_cast<std::size_t>(p) * width, key.data(), width) == 0;
    });
    if (at != same.end()) {
      weight[static_cast<std::size_t>(*at)] += w;
    } else {
      same.push_back(static_cast<std::int64_t>(first.size()));
      first.push_back(i);
      weight.push_back(w);
      keys.insert(keys.end(), key.begin(), key.end());
    }
  }
  if (static_cast<std::int64_t>(first.size()) * 4 > packed.n * 3) return packed;
  return pack_detail::gather(packed, first, std::move(weight));
}

Packed subsample(const Packed& packed, std::int64_t size) {
  std::vector<std::int64_t> persons;
  std::vector<double> weights;
  double total = 0.0;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t person = i * packed.n / size;
    const auto at = static_cast<std::size_t>(person);
    if (!packed.population.empty() && packed.population[at] == kDropped) continue;
    persons.push_back(person);
    weights.push_back(packed.weight.empty() ? 1.0 : packed.weight[at]);
    total += weights.back();
  }
  for (double& w : weights) w *= packed.total_weight / total;
  return pack_detail::gather(packed, persons, std::move(weights));
}

}  // namespace celadon::inline CELADON_ABI::latent_detail
