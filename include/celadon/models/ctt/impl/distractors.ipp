#pragma once

#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt {

namespace distractors_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kMissingNames[4] = {"not_administered", "not_reached", "omitted", "invalid"};

/// Items with points for the key, and the key of each.
struct Keyed {
  Items items;
  std::vector<int> key;
};

inline int key_of(const Item& item, int n_categories) {
  if (!item.category_scores.empty()) {
    const auto best = std::max_element(item.category_scores.begin(), item.category_scores.end());
    return *best > 0.0 ? static_cast<int>(best - item.category_scores.begin()) : -1;
  }
  if (item.key.empty()) return -1;
  for (int c = 0; c < std::max(n_categories, static_cast<int>(item.category_labels.size())); ++c) {
    const auto at = static_cast<std::size_t>(c);
    const std::string label = at < item.category_labels.size() ? item.category_labels[at] : std::to_string(c);
    if (label == item.key) return c;
  }
  return -1;
}

inline Result<Keyed> apply_key(const Responses& responses, const Items& items, const std::vector<int>& key) {
  const auto k = static_cast<std::size_t>(responses.n_items());
  const auto length = [k](const char* name, std::size_t actual) {
    return make_error(Code::kLengthMismatch, {}, {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(k)}});
  };
  if (!items.empty() && items.size() != k) return length("items", items.size());
  if (!key.empty() && key.size() != k) return length("key", key.size());
  Keyed out;
  out.items = items;
  out.items.resize(k);
  for (std::size_t j = 0; j < k; ++j) {
    Item& item = out.items[j];
    if (items.empty()) item.id = responses.item_ids()[j];
    const int n = responses.n_categories()[j];
    const int wanted = key.empty() ? key_of(item, n) : key[j];
    if (wanted > kMaxCategory || wanted < -1)
      return make_error(
          Code::kInvalidArgument, scoring_detail::item_place(item.id),
          {{"name", "key"}, {"detail", "item " + std::to_string(j + 1) + " has a key outside 0 to " + std::to_string(kMaxCategory)}});
    out.key.push_back(wanted);
    if (item.category_scores.empty()) {
      item.category_scores.assign(static_cast<std::size_t>(std::max({n, wanted + 1, 1})), 0.0);
      if (wanted >= 0) item.category_scores[static_cast<std::size_t>(wanted)] = item.full_mark;
    }
  }
  return out;
}

/// Score group of each person (-1 when not used): by cumulative weight, equal shares together.
struct ScoreGroups {
  std::vector<std::int16_t> group;
  std::vector<double> upper_share;
  std::vector<std::int64_t> n;
};

inline ScoreGroups score_groups(const scoring_detail::Prepared& p, int n_groups) {
  std::vector<double> shares;
  std::vector<double> weights;
  for (std::size_t i = 0; i < p.total.size(); ++i) {
    if (p.used[i] == 0) continue;
    shares.push_back(p.total[i] / p.attainable[i]);
    if (p.weighted()) weights.push_back(p.weight[i]);
  }
  const auto d = scoring_detail::distinct(std::move(shares), weights);
  std::vector<std::int16_t> of_value;
  ScoreGroups out;
  out.upper_share.assign(static_cast<std::size_t>(n_groups), kNaN);
  out.n.assign(static_cast<std::size_t>(n_groups), 0);
  double below = 0.0;
  for (std::size_t v = 0; v < d.value.size(); ++v) {
    const double middle = (below + 0.5 * d.weight[v]) / d.sum;
    const auto g = static_cast<std::int16_t>(std::clamp(static_cast<int>(middle * n_groups), 0, n_groups - 1));
    of_value.push_back(g);
    out.upper_share[static_cast<std::size_t>(g)] = d.value[v];
    below += d.weight[v];
  }
  out.group.assign(p.total.size(), -1);
  for (std::size_t i = 0; i < p.total.size(); ++i) {
    if (p.used[i] == 0) continue;
    const double share = p.total[i] / p.attainable[i];
    const auto at = std::upper_bound(d.value.begin(), d.value.end(), share + 1e-9) - d.value.begin();
    out.group[i] = of_value[static_cast<std::size_t>(std::max<std::ptrdiff_t>(at - 1, 0))];
    ++out.n[static_cast<std::size_t>(out.group[i])];
  }
  return out;
}

/// Sums of one byte value of an item.
struct CellSums {
  std::int64_t n = 0;
  double weight = 0.0;
  double rest_weight = 0.0;  // of persons who have other items
  double rest = 0.0;
  std::vector<double> group;
};

inline OptionStatistics option_of(const CellSums& s, double weight, double rest_weight, double rest_mean, double rest_sd,
                                  const std::vector<double>& group_weight) {
  OptionStatistics o;
  o.n = s.n;
  o.share = weight > 0.0 ? s.weight / weight : kNaN;
  o.mean_rest = s.rest_weight > 0.0 ? s.rest / s.rest_weight : kNaN;
  const double p = rest_weight > 0.0 ? s.rest_weight / rest_weight : 0.0;
  // A rest score that everybody shares leaves nothing to correlate with; rounding of its sums is no spread.
  o.option_total_r = p > 0.0 && p < 1.0 && rest_sd > 1e-9 ? (o.mean_rest - rest_mean) / rest_sd * std::sqrt(p / (1.0 - p)) : kNaN;
  for (std::size_t g = 0; g < group_weight.size(); ++g)
    o.share_by_group.push_back(group_weight[g] > 0.0 ? (s.group.empty() ? 0.0 : s.group[g]) / group_weight[g] : kNaN);
  return o;
}

inline ItemDistractors analyse(const scoring_detail::Prepared& p, const Responses& responses, const ScoreGroups& groups, const Item& item,
                               std::size_t j, int key, const DistractorOptions& options) {
  const auto& plan = p.plan.items[j];
  const double full = plan.full_mark * p.plan.per_point;
  std::vector<CellSums> cells(256);
  CellSums all;
  double rest_squared = 0.0;
  std::vector<double> group_weight(groups.n.size(), 0.0);
  for (std::int64_t block = 0; block < responses.n_blocks(); ++block) {
    const std::uint8_t* column = responses.column(block, static_cast<std::int64_t>(j));
    for (std::int64_t i = 0; i < responses.rows(block); ++i) {
      const auto person = static_cast<std::size_t>(block * kBlockRows + i);
      if (p.used[person] == 0) continue;
      const std::uint8_t cell = column[i];
      CellSums& s = cells[cell];
      const double w = p.weight_of(static_cast<std::int64_t>(person));
      ++s.n;
      if (cell == static_cast<std::uint8_t>(Missing::kNotAdministered)) continue;
      const auto g = static_cast<std::size_t>(groups.group[person]);
      if (s.group.empty()) s.group.assign(groups.n.size(), 0.0);
      s.weight += w;
      s.group[g] += w;
      group_weight[g] += w;
      ++all.n;
      all.weight += w;
      const bool counts = plan.counts[cell] != 0 && !plan.empty;
      const bool inside = counts && !plan.bonus;  // a bonus item is no part of the total
      const double attainable = p.attainable[person] - (inside ? full : 0.0);
      if (!(attainable > 0.0)) continue;
      const double rest = (p.total[person] - (inside ? plan.units[cell] : 0.0)) / attainable;
      s.rest_weight += w;
      s.rest += w * rest;
      all.rest_weight += w;
      all.rest += w * rest;
      rest_squared += w * rest * rest;
    }
  }
  const double mean = all.rest_weight > 0.0 ? all.rest / all.rest_weight : kNaN;
  const double sd = all.rest_weight > 0.0 ? std::sqrt(std::max(0.0, rest_squared / all.rest_weight - mean * mean)) : kNaN;

  ItemDistractors out;
  out.id = responses.item_ids()[j];
  out.label = item.shown_label();
  out.n = all.n;
  out.key = key;
  const int n_categories =
      std::max({responses.n_categories()[j], static_cast<int>(item.category_labels.size()), static_cast<int>(item.category_scores.size())});
  for (int c = 0; c < n_categories; ++c) {
    const auto at = static_cast<std::size_t>(c);
    OptionStatistics o = option_of(cells[at], all.weight, all.rest_weight, mean, sd, group_weight);
    o.category = c;
    o.label = at < item.category_labels.size() ? item.category_labels[at] : std::to_string(c);
    o.is_key = c == key;
    o.rarely_chosen = !o.is_key && scoring_detail::rounded(o.share) < options.rare_share;
    out.options.push_back(std::move(o));
  }
  if (key >= 0 && key < n_categories) {
    double best = out.options[static_cast<std::size_t>(key)].option_total_r;
    for (const OptionStatistics& o : out.options)
      if (!o.is_key && o.n >= options.possible_key_min_n && scoring_detail::rounded(o.option_total_r) > scoring_detail::rounded(best)) {
        out.possible_key = o.category;
        best = o.option_total_r;
      }
  }
  for (std::size_t kind = 0; kind < 4; ++kind) {
    const CellSums& s = cells[252 + kind];
    if (s.n == 0) continue;
    OptionStatistics o = kind == 0 ? option_of(s, 0.0, 0.0, kNaN, kNaN, std::vector<double>(groups.n.size(), 0.0))
                                   : option_of(s, all.weight, all.rest_weight, mean, sd, group_weight);
    o.label = kMissingNames[kind];
    out.options.push_back(std::move(o));
  }
  return out;
}

inline void find(const Item& item, const ItemDistractors& d, Findings& findings) {
  if (d.n == 0) return;  // an item without answers is reported with the scores
  const auto place = scoring_detail::item_place(d.id);
  std::int64_t chosen = 0;
  std::int64_t largest = 0;
  for (const OptionStatistics& o : d.options)
    if (o.category >= 0) {
      chosen += o.n;
      largest = std::max(largest, o.n);
    }
  if (chosen > 0 && largest == chosen)
    findings.push_back(make_finding(Severity::kWarning, Code::kConstantItem, place, {{"n", std::to_string(chosen)}}));
  if (d.key < 0) findings.push_back(make_finding(Severity::kNote, Code::kNoKey, place));
  if (d.possible_key < 0) return;
  const auto label = [&](int c) {
    const auto at = static_cast<std::size_t>(c);
    return at < item.category_labels.size() ? item.category_labels[at] : std::to_string(c);
  };
  findings.push_back(
      make_finding(Severity::kWarning, Code::kPossibleWrongKey, place, {{"option", label(d.possible_key)}, {"key", label(d.key)}}));
}

}  // namespace distractors_detail

Result<Distractors> distractors(const Responses& responses, const Items& items, const Sample& sample, const DistractorOptions& options,
                                const ExecutionContext& context) {
  namespace detail = distractors_detail;
  if (options.n_groups < 2 || options.n_groups > 100)
    return make_error(Code::kInvalidArgument, {}, {{"name", "n_groups"}, {"detail", "outside 2 to 100"}});
  if (responses.n_items() == 0) return make_error(Code::kNoItems);
  const auto keyed = detail::apply_key(responses, items, options.key);
  if (!keyed) return keyed.error();
  auto prepared = scoring_detail::prepare(responses, keyed->items, sample, options.scoring, context);
  if (!prepared) return prepared.error();
  if (prepared->n_used < 2) return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(prepared->n_used)}, {"needed", "2"}});
  const auto groups = detail::score_groups(*prepared, options.n_groups);
  Distractors out;
  out.n_used = prepared->n_used;
  out.n_dropped = prepared->n_dropped;
  out.findings = prepared->findings;
  out.group_upper_share = groups.upper_share;
  out.group_n = groups.n;
  out.items.resize(static_cast<std::size_t>(responses.n_items()));
  // One item is one piece of work, summed over persons in row order: nothing to merge, the same bits for any number of threads.
  auto done = run_blocks(responses.n_items(), worker_count(responses.n_items(), context), context, [&](std::int64_t j, int) {
    const auto at = static_cast<std::size_t>(j);
    out.items[at] = detail::analyse(*prepared, responses, groups, keyed->items[at], at, keyed->key[at], options);
  });
  if (!done) return done.error();
  for (std::size_t j = 0; j < out.items.size(); ++j) detail::find(keyed->items[j], out.items[j], out.findings);
  return out;
}

Table Distractors::to_table() const {
  Table table("distractors");
  std::vector<std::string> item, label, option;
  std::vector<std::int64_t> category, n, possible;
  std::vector<std::uint8_t> category_valid, possible_valid, is_key, rare;
  std::vector<double> share, r, mean_rest;
  std::vector<std::vector<double>> groups(group_n.size());
  for (const ItemDistractors& d : items)
    for (const OptionStatistics& o : d.options) {
      item.push_back(d.id);
      label.push_back(d.label);
      option.push_back(o.label);
      category.push_back(o.category);
      category_valid.push_back(o.category >= 0 ? 1 : 0);
      is_key.push_back(o.is_key ? 1 : 0);
      n.push_back(o.n);
      share.push_back(o.share);
      r.push_back(o.option_total_r);
      mean_rest.push_back(o.mean_rest);
      for (std::size_t g = 0; g < groups.size(); ++g) groups[g].push_back(o.share_by_group[g]);
      rare.push_back(o.rarely_chosen ? 1 : 0);
      possible.push_back(d.possible_key);
      possible_valid.push_back(d.possible_key >= 0 ? 1 : 0);
    }
  table.add("item", std::move(item));
  table.add("label", std::move(label));
  table.add("option", std::move(option));
  table.add("category", std::move(category), std::move(category_valid));
  table.add_boolean("is_key", std::move(is_key));
  table.add("n", std::move(n));
  table.add("share", std::move(share));
  table.add("option_total_r", std::move(r));
  table.add("mean_rest", std::move(mean_rest));
  for (std::size_t g = 0; g < groups.size(); ++g) table.add("group_" + std::to_string(g + 1), std::move(groups[g]));
  table.add_boolean("rarely_chosen", std::move(rare));
  table.add("possible_key", std::move(possible), std::move(possible_valid));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
