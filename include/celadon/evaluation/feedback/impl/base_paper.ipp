#pragma once

#include <celadon/evaluation/feedback/impl/base_paper.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback::base_paper_detail {

std::int64_t chosen_item(const Responses& scored, const std::vector<std::int64_t>& members, std::int64_t person) {
  std::int64_t blank = -1;
  for (const std::int64_t j : members) {
    const std::uint8_t c = scored.at(person, j);
    if (!is_missing(c)) return j;
    if (blank < 0 && c != static_cast<std::uint8_t>(Missing::kNotAdministered)) blank = j;
  }
  return blank < 0 ? members.front() : blank;
}

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
    const std::int64_t chosen = chosen_item(scored_, members_, person);
    const std::uint8_t c = scored_.at(person, chosen);
    if (is_missing(c)) return c;
    return maps_[static_cast<std::size_t>(std::find(members_.begin(), members_.end(), chosen) - members_.begin())][c];
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
    for (const std::int64_t j : out.column) out.members.push_back({j});
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
  out.members = std::move(columns);
  return out;
}

Result<void> settle_choices(evaluation::Paper& paper) {
  std::map<std::string, std::vector<std::int64_t>> groups;
  for (std::size_t j = 0; j < paper.items.size(); ++j)
    if (!paper.items[j].bonus && !paper.items[j].choice_group.empty())
      groups[paper.items[j].choice_group].push_back(static_cast<std::int64_t>(j));
  std::erase_if(groups, [](const auto& group) { return group.second.size() < 2; });
  if (groups.empty() || paper.scored.n_items() != static_cast<std::int64_t>(paper.items.size())) return {};
  const std::int64_t n = paper.scored.n_persons();
  const bool with_raw = paper.raw && paper.raw->n_persons() == n && paper.raw->n_items() == paper.scored.n_items();
  Responses::Builder scored(n, paper.scored.item_ids());
  Responses::Builder raw(with_raw ? n : 0, paper.scored.item_ids());
  std::vector<std::uint8_t> left_out(paper.items.size());
  for (std::int64_t i = 0; i < n; ++i) {
    std::fill(left_out.begin(), left_out.end(), std::uint8_t{0});
    for (const auto& [group, members] : groups) {
      for (const std::int64_t j : members) left_out[static_cast<std::size_t>(j)] = 1;
      left_out[static_cast<std::size_t>(chosen_item(paper.scored, members, i))] = 0;
    }
    for (std::int64_t j = 0; j < paper.scored.n_items(); ++j) {
      if (left_out[static_cast<std::size_t>(j)] != 0) continue;  // a cell that is not set was not administered
      scored.set(i, j, paper.scored.at(i, j));
      if (with_raw) raw.set(i, j, paper.raw->at(i, j));
    }
  }
  auto built = std::move(scored).build();
  if (!built) return built.error();
  if (with_raw) {
    auto options = std::move(raw).build();
    if (!options) return options.error();
    paper.raw = std::move(*options);
  }
  paper.scored = std::move(*built);
  return {};
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
