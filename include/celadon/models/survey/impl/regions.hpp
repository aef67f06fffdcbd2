/// For bodies: statistics of regions that are made of the totals of their schools.
#pragma once

#include <celadon/models/survey/impl/engine.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

/// Schools of each region; a region without schools stays empty.
inline Result<Sets> sets_of_regions(std::int32_t n_schools, std::span<const std::int32_t> region) {
  if (region.empty()) {
    Sets one(1);
    for (std::int32_t s = 0; s < n_schools; ++s) one[0].push_back(s);
    return one;
  }
  if (static_cast<std::int64_t>(region.size()) != n_schools)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "region"}, {"actual", std::to_string(region.size())}, {"expected", std::to_string(n_schools)}});
  const std::int32_t n_regions = *std::max_element(region.begin(), region.end()) + 1;
  if (n_regions < 1 || n_regions > n_schools)
    return make_error(Code::kInvalidArgument, {}, {{"name", "region"}, {"detail", "must number regions from 0, without gaps"}});
  Sets out(static_cast<std::size_t>(n_regions));
  for (std::int32_t s = 0; s < n_schools; ++s)
    if (region[static_cast<std::size_t>(s)] >= 0) out[static_cast<std::size_t>(region[static_cast<std::size_t>(s)])].push_back(s);
  if (std::any_of(out.begin(), out.end(), [](const auto& set) { return set.empty(); }))
    return make_error(Code::kInvalidArgument, {}, {{"name", "region"}, {"detail", "must number regions from 0, without gaps"}});
  return out;
}

template <class Make>
Result<Estimates> over_regions(const Design& design, Plan plan, const Groups& schools, std::span<const std::int32_t> region,
                               const std::vector<Label>& labels, const ExecutionContext& context, const Make& make) {
  auto layout = make_layout(design, schools);
  if (!layout) return layout.error();
  auto sets = sets_of_regions(schools.n_groups, region);
  if (!sets) return sets.error();
  if (auto ok = prepare(design, plan); !ok) return ok.error();
  auto totals = sum_totals(design, *layout, plan, context);
  if (!totals) return totals.error();
  auto summaries = reduce(design, *layout, *totals, *sets, StatisticOf(make(plan)), context);
  if (!summaries) return summaries.error();
  Estimates out = start(design, plan.n_imputations);
  add_rows(*sets, *summaries, labels, false, out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
