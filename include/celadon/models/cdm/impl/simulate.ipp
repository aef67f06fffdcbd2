#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/cdm/simulate.hpp>

#include <algorithm>
#include <string>

namespace celadon::inline CELADON_ABI::cdm {

Result<std::vector<std::uint32_t>> simulate_profiles(const Model& model, std::int64_t n, std::uint64_t seed, std::size_t population) {
  if (auto ok = check(model); !ok) return ok.error();
  if (n < 0 || population >= model.populations.size())
    return make_error(Code::kInvalidArgument, {}, {{"name", n < 0 ? "n" : "population"}, {"detail", "out of range"}});
  std::vector<std::uint32_t> out(static_cast<std::size_t>(n));
  for (std::int64_t block = 0; block < block_count(n); ++block) {
    random::Stream stream(seed, random::purpose("cdm.profiles"), static_cast<std::uint64_t>(block));
    for (std::int64_t i = block * kBlockRows; i < std::min(n, (block + 1) * kBlockRows); ++i)
      out[static_cast<std::size_t>(i)] = model.classes[stream.categorical(model.populations[population].probability)];
  }
  return out;
}

Result<Responses> simulate(const Model& model, std::span<const std::uint32_t> profiles, std::uint64_t seed,
                           const ExecutionContext& context) {
  if (auto ok = check(model); !ok) return ok.error();
  for (const std::uint32_t p : profiles)
    if ((p >> model.attributes.size()) != 0)
      return make_error(Code::kInvalidArgument, {}, {{"name", "profiles"}, {"detail", "an attribute that is not there"}});
  const auto n = static_cast<std::int64_t>(profiles.size());
  std::vector<std::string> ids;
  for (const ItemParameters& item : model.items) ids.push_back(item.id);
  Responses::Builder builder(n, std::move(ids));
  const auto draw = [&](std::int64_t block, int) {
    random::Stream stream(seed, random::purpose("cdm.simulate"), static_cast<std::uint64_t>(block));
    const std::int64_t first = block * kBlockRows;
    const std::int64_t last = std::min(n, first + kBlockRows);
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      std::uint8_t* column = builder.column(block, static_cast<std::int64_t>(j));
      for (std::int64_t i = first; i < last; ++i)
        column[i - first] = stream.bernoulli(model.items[j].of_class(profiles[static_cast<std::size_t>(i)])) ? 1 : 0;
    }
  };
  if (auto done = run_blocks(block_count(n), worker_count(block_count(n), context), context, draw); !done) return done.error();
  return std::move(builder).build();
}

}  // namespace celadon::inline CELADON_ABI::cdm
