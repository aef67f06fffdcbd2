#pragma once

#include <celadon/evaluation/feedback/impl/base_paper.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback::base_paper_detail {

/// The members of a group as one item whose categories are the points that any of them can give.
class MergedItem {
 public:
  MergedItem(const Responses& scored, const Items& items, std::vector<std::int64_t> members)
      : scored_(scored), members_(std::move(members)) {
    for (const std::int64_t j : members_) {
      const Item& item = items[static_cast<std::size_t>(j)];
      const int n = std::max({scored.n_categories()[static_cast<std::size_t>(j)], static_cast<int>(item.category_scores.size()), 1});
      for (int c = 0; c < n; ++c) points_.push_back(item.score(c));
    }
    points_.push_back(0.0);
    std::sort(points_.begin(), points_.end());
    points_.erase(std::unique(points_.begin(), points_.end()), points_.end());
    for (const std::int64_t j : members_) {
      const Item& item = items[static_cast<std::size_t>(j)];
      std::vector<std::uint8_t> map;
      for (int c = 0; c < std::max(1, scored.n_categories()[static_cast<std::size_t>(j)]); ++c)
        map.push_back(static_cast<std::uint8_t>(std::lower_bound(points_.begin(), points_.end(), item.score(c)) - points_.begin()));
      maps_.push_back(std::move(map));
    }
  }
  [[nodiscard]] const std::vector<double>& points() const { return points_; }
  [[nodiscard]] std::uint8_t cell(std::int64_t person) const {
    auto missing = static_cast<std::uint8_t>(Missing::kNotAdministered);
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const std::uint8_t c = scored_.at(person, members_[m]);
      if (!is_missing(c)) return maps_[m][c];
      if (missing == static_cast<std::uint8_t>(Missing::kNotAdministered)) missing = c;
    }
    return missing;
  }

 private:
  const Responses& scored_;
  std::vector<std::int64_t> members_;
  std::vector<double> points_;
  std::vector<std::vector<std::uint8_t>> maps_;
};

bool is_plain(const Items& items) {
  return std::none_of(items.begin(), items.end(), [](const Item& i) { return i.bonus || !i.choice_group.empty(); });
}

Result<BasePaper> base_paper(const evaluation::Paper& paper) {
  BasePaper out;
  if (is_plain(paper.items)) {
    out.scored = paper.scored;
    out.items = paper.items;
    out.column.resize(paper.items.size());
    std::iota(out.column.begin(), out.column.end(), std::int64_t{0});
    for (const Item& item : paper.items) out.full_mark += item.full_mark;
    return out;
  }
  std::map<std::string, std::vector<std::int64_t>> groups;
  std::vector<std::vector<std::int64_t>> columns;
  for (std::size_t j = 0; j < paper.items.size(); ++j) {
    const Item& item = paper.items[j];
    const auto at = static_cast<std::int64_t>(j);
    if (item.bonus) {
      out.bonus.push_back(at);
      continue;
    }
    if (item.choice_group.empty() || groups[item.choice_group].empty()) columns.push_back({at});
    if (!item.choice_group.empty()) groups[item.choice_group].push_back(at);
  }
  if (columns.empty()) return make_error(Code::kNoItems);
  std::vector<std::string> ids;
  for (std::vector<std::int64_t>& members : columns) {
    Item item = paper.items[static_cast<std::size_t>(members.front())];
    if (!item.choice_group.empty()) members = groups[item.choice_group];
    for (const std::int64_t j : members) item.full_mark = std::max(item.full_mark, paper.items[static_cast<std::size_t>(j)].full_mark);
    out.full_mark += item.full_mark;
    out.column.push_back(members.front());
    ids.push_back(item.id);
    out.items.push_back(std::move(item));
  }
  Responses::Builder builder(paper.scored.n_persons(), ids);
  for (std::size_t b = 0; b < columns.size(); ++b) {
    const auto to = static_cast<std::int64_t>(b);
    if (columns[b].size() == 1) {
      for (std::int64_t i = 0; i < paper.scored.n_persons(); ++i) builder.set(i, to, paper.scored.at(i, columns[b].front()));
      continue;
    }
    const MergedItem merged(paper.scored, paper.items, columns[b]);
    out.items[b].category_scores = merged.points();
    out.items[b].category_labels.clear();
    out.items[b].option_notes.clear();
    for (std::int64_t i = 0; i < paper.scored.n_persons(); ++i) builder.set(i, to, merged.cell(i));
  }
  auto built = std::move(builder).build();
  if (!built) return built.error();
  out.scored = std::move(*built);
  return out;
}

double full_mark_of(const Items& items, const std::vector<std::int32_t>& which) {
  std::map<std::string, double> groups;
  double sum = 0.0;
  for (const std::int32_t i : which) {
    const Item& item = items[static_cast<std::size_t>(i)];
    if (item.bonus) continue;
    if (item.choice_group.empty())
      sum += item.full_mark;
    else
      groups[item.choice_group] = std::max(groups[item.choice_group], item.full_mark);
  }
  for (const auto& [group, mark] : groups) sum += mark;
  return sum;
}

}  // namespace celadon::inline CELADON_ABI::feedback::base_paper_detail
