#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace tree_detail {

/// Enough units to keep any number of threads busy with one each.
inline constexpr std::int32_t kLeastBlocks = 16;

inline Error bad_units(const UnitLevel& level, std::string detail) {
  return make_error(Code::kSchemeUnits, {}, {{"level", level.name}, {"detail", std::move(detail)}});
}

}  // namespace tree_detail

Result<Tree> make_tree(const Period& period) {
  using tree_detail::bad_units;
  Tree tree;
  const std::size_t n_levels = period.levels.size();
  if (n_levels == 0) return make_error(Code::kSchemeUnits, {}, {{"level", ""}, {"detail", "there are no levels"}});
  std::set<std::string_view> names;
  for (const UnitLevel& level : period.levels) {
    if (level.name.empty() || !names.insert(level.name).second) return bad_units(level, "a name is empty or taken");
    if (level.ids.empty()) return bad_units(level, "there are no units");
    const std::set<std::string_view> ids(level.ids.begin(), level.ids.end());
    if (ids.size() != level.ids.size()) return bad_units(level, "an id stands twice");
    tree.n_units.push_back(static_cast<std::int32_t>(level.ids.size()));
  }
  for (std::size_t l = 0; l < n_levels; ++l) {
    const UnitLevel& level = period.levels[l];
    const bool last = l + 1 == n_levels;
    std::vector<std::int32_t> parent = level.parent;
    if (last) {
      parent.assign(level.ids.size(), -1);
    } else if (parent.empty()) {
      if (tree.n_units[l + 1] != 1) return bad_units(level, "parents are not given and the next level has more than one unit");
      parent.assign(level.ids.size(), 0);
    }
    if (parent.size() != level.ids.size()) return bad_units(level, "parents and ids differ in number");
    for (const std::int32_t p : parent)
      if (p < -1 || (!last && p >= tree.n_units[l + 1])) return bad_units(level, "a parent is not a unit of the next level");
    tree.parent.push_back(std::move(parent));
  }
  tree.child_begin.resize(n_levels);
  tree.children.resize(n_levels);
  for (std::size_t l = 1; l < n_levels; ++l) {
    const std::vector<std::int32_t>& parent = tree.parent[l - 1];
    std::vector<std::int32_t>& begin = tree.child_begin[l];
    begin.assign(static_cast<std::size_t>(tree.n_units[l]) + 1, 0);
    for (const std::int32_t p : parent)
      if (p >= 0) ++begin[static_cast<std::size_t>(p) + 1];
    for (std::size_t u = 1; u < begin.size(); ++u) begin[u] += begin[u - 1];
    std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
    tree.children[l].resize(static_cast<std::size_t>(begin.back()));
    for (std::size_t c = 0; c < parent.size(); ++c)
      if (parent[c] >= 0)
        tree.children[l][static_cast<std::size_t>(next[static_cast<std::size_t>(parent[c])]++)] = static_cast<std::int32_t>(c);
  }
  for (std::size_t l = 0; l < n_levels; ++l)
    if (tree.n_units[l] >= tree_detail::kLeastBlocks) tree.block_level = static_cast<int>(l);
  return tree;
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
