#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/feedback/blueprint.hpp>
#include <celadon/evaluation/feedback/breakdown.hpp>
#include <celadon/evaluation/feedback/impl/base_paper.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace celadon::inline CELADON_ABI::feedback {

namespace blueprint_detail {

/// Points of each item as parts of the paper's sum: nothing for a bonus item, and a choice group's mark divided among its items.
inline std::vector<double> item_points(const Items& items) {
  std::map<std::string, double> largest;
  std::map<std::string, double> sum;
  for (const Item& item : items) {
    if (item.bonus || item.choice_group.empty()) continue;
    largest[item.choice_group] = std::max(largest[item.choice_group], item.full_mark);
    sum[item.choice_group] += item.full_mark;
  }
  std::vector<double> out;
  for (const Item& item : items) {
    if (item.bonus)
      out.push_back(0.0);
    else if (item.choice_group.empty())
      out.push_back(item.full_mark);
    else
      out.push_back(item.full_mark * largest[item.choice_group] / sum[item.choice_group]);
  }
  return out;
}

inline std::size_t index_of(std::vector<std::string>& values, const std::string& value) {
  const auto at = std::find(values.begin(), values.end(), value);
  if (at != values.end()) return static_cast<std::size_t>(at - values.begin());
  values.push_back(value);
  return values.size() - 1;
}

/// Content by level. Items that name neither stand in no cell; an item that names one of the two stands under an empty name of the other.
inline void fill_cells(const evaluation::Paper& paper, const std::vector<std::string>& expected_levels, BlueprintCheck& out) {
  const std::vector<double> points = item_points(paper.items);
  std::map<std::string, int> items_of_point;
  std::map<std::string, int> items_of_level;
  for (const std::string& level : expected_levels)
    if (!level.empty()) index_of(out.levels, level);
  for (std::size_t j = 0; j < paper.items.size(); ++j) {
    const Item& item = paper.items[j];
    if (item.bonus || (item.knowledge.empty() && item.ability_level.empty())) continue;
    if (!item.ability_level.empty()) {
      index_of(out.levels, item.ability_level);
      ++items_of_level[item.ability_level];
    }
    std::vector<std::string> named;
    for (const std::string& point : item.knowledge)
      if (!point.empty() && std::find(named.begin(), named.end(), point) == named.end()) named.push_back(point);
    if (named.empty()) named.emplace_back();
    for (const std::string& point : named) {
      if (!point.empty()) {
        index_of(out.knowledge, point);
        ++items_of_point[point];
      }
      auto cell = std::find_if(out.cells.begin(), out.cells.end(),
                               [&](const BlueprintCell& c) { return c.knowledge == point && c.level == item.ability_level; });
      if (cell == out.cells.end()) {
        BlueprintCell fresh;
        fresh.knowledge = point;
        fresh.level = item.ability_level;
        out.cells.push_back(std::move(fresh));
        cell = out.cells.end() - 1;
      }
      ++cell->n_items;
      cell->points += points[j] / static_cast<double>(named.size());
    }
  }
  double sum = 0.0;
  for (const double x : points) sum += x;
  for (BlueprintCell& cell : out.cells) cell.share = sum > 0.0 ? cell.points / sum : 0.0;
  const auto rank = [](const std::vector<std::string>& values, const std::string& value) {
    return std::find(values.begin(), values.end(), value) - values.begin();
  };
  std::stable_sort(out.cells.begin(), out.cells.end(), [&](const BlueprintCell& a, const BlueprintCell& b) {
    return std::pair(rank(out.knowledge, a.knowledge), rank(out.levels, a.level)) <
           std::pair(rank(out.knowledge, b.knowledge), rank(out.levels, b.level));
  });
  for (const std::string& level : out.levels)
    if (items_of_level[level] == 0) out.empty_levels.push_back({level, 0});
  for (const std::string& point : out.knowledge) out.thin_points.push_back({point, items_of_point[point]});
}

/// The wrong option that most goes with high scores, where it beats the key by more than the profile's margin.
inline void possible_key(const ctt::ItemDistractors& item, const evaluation::WrongKeyRules& rules, BlueprintItem& out) {
  const auto key = std::find_if(item.options.begin(), item.options.end(), [](const ctt::OptionStatistics& o) { return o.is_key; });
  if (key == item.options.end() || std::isnan(key->option_total_r)) return;
  const ctt::OptionStatistics* best = nullptr;
  for (const ctt::OptionStatistics& option : item.options) {
    if (option.is_key || option.category < 0 || option.n < rules.least_choosing || std::isnan(option.option_total_r)) continue;
    if (evaluation::decision_value(option.option_total_r - key->option_total_r) <= evaluation::decision_value(rules.least_advantage))
      continue;
    if (best == nullptr || option.option_total_r > best->option_total_r) best = &option;
  }
  if (best == nullptr) return;
  out.possible_key = best->category;
  out.possible_key_label = best->label;
}

inline BlueprintItem check_item(const Item& item, std::int32_t index, const ctt::ItemStatistics& seen, const evaluation::Profile& profile) {
  using evaluation::decision_value;
  const evaluation::BlueprintRules& rules = profile.blueprint;
  BlueprintItem out;
  out.item = index;
  out.planned = item.planned_difficulty;
  out.observed = seen.difficulty;
  out.discrimination = seen.discrimination;
  // Wilson's interval with the number of 0/1 answers that would have the standard error seen; all right or all wrong: the persons.
  const double p = seen.difficulty;
  const double variance = seen.difficulty_se * seen.difficulty_se;
  const double units = variance > 0.0 ? p * (1.0 - p) / variance : static_cast<double>(seen.n);
  const ShareInterval interval = wilson_interval(p, units, rules.interval_confidence);
  out.lower = interval.lower;
  out.upper = interval.upper;
  if (!std::isnan(out.planned) && !std::isnan(out.observed))
    out.off_plan = decision_value(std::fabs(out.observed - out.planned)) > decision_value(rules.difficulty_off) &&
                   (out.planned < out.lower || out.planned > out.upper);
  if (!std::isnan(out.discrimination)) {
    out.negative_discrimination = decision_value(out.discrimination) < 0.0;
    out.low_discrimination = decision_value(out.discrimination) < decision_value(rules.low_discrimination);
  }
  return out;
}

}  // namespace blueprint_detail

BlueprintCheck blueprint_check(const evaluation::Paper& paper, const ctt::ItemAnalysis& analysis, const ctt::Distractors* distractors,
                               const evaluation::Profile& profile, const std::vector<std::string>& expected_levels) {
  namespace detail = blueprint_detail;
  BlueprintCheck out;
  std::vector<std::int32_t> all;
  bool named = false;
  for (std::size_t j = 0; j < paper.items.size(); ++j) {
    all.push_back(static_cast<std::int32_t>(j));
    named |= !paper.items[j].knowledge.empty() || !paper.items[j].ability_level.empty();
  }
  out.sum_of_points = base_paper_detail::full_mark_of(paper.items, all);
  out.full_mark = paper.full_mark;
  out.points_agree = evaluation::decision_value(out.sum_of_points) == evaluation::decision_value(out.full_mark);
  if (!out.points_agree)
    out.findings.push_back(
        make_finding(Severity::kWarning, Code::kPointsDiffer, {.table = "items", .column = "full_mark", .row = -1, .item = {}},
                     {{"paper", paper.id}, {"actual", format_number(out.sum_of_points)}, {"expected", format_number(out.full_mark)}}));
  if (!named) out.findings.push_back(make_finding(Severity::kNote, Code::kNoBlueprintLevels, {}, {{"paper", paper.id}}));

  detail::fill_cells(paper, expected_levels, out);
  std::erase_if(out.thin_points, [&](const BlueprintGap& gap) { return gap.n_items >= profile.blueprint.least_items_a_point; });
  for (std::size_t j = 0; j < std::min(paper.items.size(), analysis.items.size()); ++j) {
    BlueprintItem item = detail::check_item(paper.items[j], static_cast<std::int32_t>(j), analysis.items[j], profile);
    if (distractors != nullptr) {
      const auto at = std::find_if(distractors->items.begin(), distractors->items.end(),
                                   [&](const ctt::ItemDistractors& d) { return d.id == paper.items[j].id; });
      if (at != distractors->items.end()) detail::possible_key(*at, profile.wrong_key, item);
    }
    out.items.push_back(std::move(item));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
