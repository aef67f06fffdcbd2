#pragma once

#include <celadon/models/ctt/impl/scoring_detail.hpp>
#include <celadon/models/ctt/test_scores.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt {

namespace scoring_detail {

inline Error bad_argument(std::string name, std::string detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
}

/// The number of units a point is cut in so that every score is whole; 0 when there is none.
inline int units_per_point(const std::vector<double>& scores) {
  for (const int m : {1, 2, 4, 5, 10, 3, 6, 8, 12, 20, 25, 50, 60, 100, 200, 1000}) {
    const bool whole = std::all_of(scores.begin(), scores.end(), [m](double s) { return std::fabs(s * m - std::round(s * m)) < 1e-9; });
    if (whole) return m;
  }
  return 0;
}

Result<Plan> make_plan(const Responses& responses, const Items& items, const MissingPolicy& missing) {
  Shape shape{.n_persons = responses.n_persons(), .item_ids = &responses.item_ids(), .n_categories = &responses.n_categories()};
  for (std::int64_t j = 0; j < responses.n_items(); ++j) shape.has_missing |= responses.has_missing(j);
  return make_plan(shape, items, missing);
}

Result<Plan> make_plan(const Shape& shape, const Items& items, const MissingPolicy& missing) {
  const auto k = static_cast<std::int64_t>(shape.item_ids->size());
  if (k == 0) return make_error(Code::kNoItems);
  if (shape.n_persons == 0) return make_error(Code::kNoPersons);
  if (!items.empty() && static_cast<std::int64_t>(items.size()) != k)
    return make_error(Code::kLengthMismatch, {.table = "items", .column = {}, .row = -1, .item = {}},
                      {{"name", "items"}, {"actual", std::to_string(items.size())}, {"expected", std::to_string(k)}});
  Plan plan;
  plan.may_skip = shape.has_missing;
  plan.items.resize(static_cast<std::size_t>(k));
  std::vector<double> scores;
  bool part_marks = false;
  const auto& ids = *shape.item_ids;
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    ItemPlan& p = plan.items[j];
    const int observed = (*shape.n_categories)[j];
    if (items.empty()) {
      p.full_mark = std::max(1, observed - 1);
      part_marks |= observed > 2;
    } else {
      const Item& item = items[j];
      if (!item.id.empty() && item.id != ids[j] && ids[j] != std::to_string(j + 1))
        return bad_argument("items", "item " + std::to_string(j + 1) + " is \"" + item.id + "\", its column is \"" + ids[j] + "\"");
      if (!(item.full_mark > 0.0) || !std::isfinite(item.full_mark))
        return bad_argument("items", "item \"" + item.id + "\" has a full mark that is not above 0");
      p.full_mark = item.full_mark;
      p.bonus = item.bonus;
      plan.has_bonus |= item.bonus;
    }
    const bool zero_is_counted = missing.not_administered == MissingTreatment::kLowest ||
                                 missing.not_reached == MissingTreatment::kLowest || missing.omitted == MissingTreatment::kLowest ||
                                 missing.invalid == MissingTreatment::kLowest;
    p.empty = observed == 0 && !zero_is_counted;
    if (p.empty) plan.findings.push_back(make_finding(Severity::kWarning, Code::kItemAllMissing, item_place(ids[j])));
    p.dichotomous = true;
    double highest = 0.0;
    for (int c = 0; c < std::max(observed, 1); ++c) {
      const double s = items.empty() ? static_cast<double>(c) : items[j].score(c);
      if (!std::isfinite(s)) return bad_argument("items", "item \"" + ids[j] + "\" has a score that is not finite");
      p.units[static_cast<std::size_t>(c)] = s;
      p.counts[static_cast<std::size_t>(c)] = 1;
      p.dichotomous = p.dichotomous && (s == 0.0 || s == p.full_mark);
      highest = std::max(highest, s);
      scores.push_back(s);
    }
    scores.push_back(p.full_mark);
    if (highest > p.full_mark * (1.0 + 1e-9))
      plan.findings.push_back(make_finding(Severity::kWarning, Code::kScoreAboveFullMark, item_place(ids[j]),
                                           {{"value", number(highest)}, {"limit", number(p.full_mark)}}));
    for (int cell = 252; cell <= 255; ++cell) {
      const auto at = static_cast<std::size_t>(cell);
      const MissingTreatment t = missing.of(static_cast<std::uint8_t>(cell));
      p.units[at] = t == MissingTreatment::kLowest ? p.units[0] : 0.0;
      p.counts[at] = t == MissingTreatment::kLowest ? 1 : 0;
      p.drops[at] = t == MissingTreatment::kDropPerson ? 1 : 0;
    }
    if (!p.empty && !p.bonus) plan.full_mark += p.full_mark;
  }
  if (part_marks) plan.findings.push_back(make_finding(Severity::kNote, Code::kFullMarkAssumed));
  const int m = units_per_point(scores);
  plan.whole = m != 0;
  plan.per_point = m == 0 ? 1.0 : m;
  for (ItemPlan& p : plan.items) {
    for (std::size_t c = 0; c < 256; ++c) {
      if (m > 1) p.units[c] = std::round(p.units[c] * m);
      if (p.counts[c] != 0 && p.units[c] != static_cast<double>(c)) p.identity = false;
    }
  }
  return plan;
}

Result<void> check_sample(const Responses& responses, const Sample& sample) {
  const auto n = static_cast<std::size_t>(responses.n_persons());
  const auto length = [n](const char* name, std::size_t actual) {
    return make_error(Code::kLengthMismatch, {}, {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(n)}});
  };
  if (!sample.weights.empty() && sample.weights.size() != n) return length("weights", sample.weights.size());
  if (!sample.include.empty() && sample.include.size() != n) return length("include", sample.include.size());
  for (std::size_t i = 0; i < sample.weights.size(); ++i)
    if (!(sample.weights[i] >= 0.0) || !std::isfinite(sample.weights[i]))
      return bad_argument("weights", "row " + std::to_string(i + 1) + " is negative or not finite");
  return {};
}

/// What one block adds to the counts of Prepared.
struct BlockCounts {
  std::int64_t used = 0;
  std::int64_t dropped = 0;
  double weight = 0.0;
  double weight_squared = 0.0;
  bool complete = true;
};

inline void prepare_block(const Responses& responses, const Sample& sample, bool listwise, BonusPoints bonus, std::int32_t needed,
                          std::int64_t block, Prepared& out, BlockCounts& counts) {
  const std::int64_t first = block * kBlockRows;
  const std::int64_t rows = responses.rows(block);
  const auto base = static_cast<std::size_t>(first);
  std::array<std::uint8_t, kBlockRows> dropped{};
  double* total = out.total.data() + base;
  double* attainable = out.attainable.data() + base;
  std::int32_t* n_items = out.n_items.data() + base;
  for (std::int64_t j = 0; j < responses.n_items(); ++j) {
    const ItemPlan& p = out.plan.items[static_cast<std::size_t>(j)];
    if (p.empty) continue;
    const std::uint8_t* cells = responses.column(block, j);
    const double full = p.full_mark * out.plan.per_point;
    if (p.bonus) {
      for (std::int64_t i = 0; i < rows; ++i) {
        if (bonus == BonusPoints::kAdded) total[i] += p.units[cells[i]];
        dropped[static_cast<std::size_t>(i)] |= p.drops[cells[i]];
      }
      continue;
    }
    if (responses.has_missing(j)) {
      for (std::int64_t i = 0; i < rows; ++i) {
        total[i] += p.units[cells[i]];
        attainable[i] += p.counts[cells[i]] != 0 ? full : 0.0;
        n_items[i] += p.counts[cells[i]];
        dropped[static_cast<std::size_t>(i)] |= p.drops[cells[i]];
      }
    } else {
      for (std::int64_t i = 0; i < rows; ++i) {
        total[i] += p.units[cells[i]];
        attainable[i] += full;
        ++n_items[i];
      }
    }
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto at = base + static_cast<std::size_t>(i);
    const bool in = (sample.include.empty() || sample.include[at] != 0) && (sample.weights.empty() || sample.weights[at] > 0.0);
    const bool drop = dropped[static_cast<std::size_t>(i)] != 0 || n_items[i] == 0 || (listwise && n_items[i] < needed);
    out.used[at] = in && !drop ? 1 : 0;
    counts.dropped += in && drop ? 1 : 0;
    if (out.used[at] == 0) continue;
    ++counts.used;
    if (n_items[i] < needed) counts.complete = false;
    const double w = sample.weights.empty() ? 1.0 : sample.weights[at];
    counts.weight += w;
    counts.weight_squared += w * w;
  }
}

Result<Prepared> prepare(const Responses& responses, const Items& items, const Sample& sample, const ScoringOptions& options,
                         const ExecutionContext& context, BonusPoints bonus) {
  auto plan = make_plan(responses, items, options.missing);
  if (!plan) return plan.error();
  if (auto ok = check_sample(responses, sample); !ok) return ok.error();
  Prepared out;
  out.plan = std::move(plan).value();
  out.n_persons = responses.n_persons();
  const auto n = static_cast<std::size_t>(out.n_persons);
  out.total.assign(n, 0.0);
  out.attainable.assign(n, 0.0);
  out.n_items.assign(n, 0);
  out.used.assign(n, 0);
  const auto needed = static_cast<std::int32_t>(
      std::count_if(out.plan.items.begin(), out.plan.items.end(), [](const ItemPlan& p) { return !p.empty && !p.bonus; }));
  const int workers = worker_count(responses.n_blocks(), context);
  std::vector<BlockCounts> scratch(static_cast<std::size_t>(workers));
  BlockCounts sum;
  auto done = run_blocks(
      responses.n_blocks(), workers, context,
      [&](std::int64_t block, int worker) {
        BlockCounts& c = scratch[static_cast<std::size_t>(worker)];
        c = {};
        prepare_block(responses, sample, options.cases == CaseRule::kListwise, bonus, needed, block, out, c);
      },
      [&](std::int64_t, int worker) {
        const BlockCounts& c = scratch[static_cast<std::size_t>(worker)];
        sum.used += c.used;
        sum.dropped += c.dropped;
        sum.weight += c.weight;
        sum.weight_squared += c.weight_squared;
        sum.complete = sum.complete && c.complete;
      });
  if (!done) return done.error();
  if (sum.used == 0) return make_error(Code::kNoPersons);
  out.n_used = sum.used;
  out.n_dropped = sum.dropped;
  out.complete = sum.complete;
  out.n_effective = sum.weight * sum.weight / sum.weight_squared;
  if (!sample.weights.empty()) {
    const double scale = static_cast<double>(sum.used) / sum.weight;
    out.weight.resize(n);
    for (std::size_t i = 0; i < n; ++i) out.weight[i] = out.used[i] != 0 ? sample.weights[i] * scale : 0.0;
  }
  double attainable = -1.0;
  for (std::size_t i = 0; i < n && out.same_paper; ++i) {
    if (out.used[i] == 0) continue;
    if (attainable < 0.0) attainable = out.attainable[i];
    out.same_paper = out.attainable[i] == attainable;
  }
  out.findings = out.plan.findings;
  if (out.n_dropped > 0)
    out.findings.push_back(make_finding(Severity::kWarning, Code::kPersonsDropped, {}, {{"n", std::to_string(out.n_dropped)}}));
  if (!out.same_paper) out.findings.push_back(make_finding(Severity::kNote, Code::kDifferentPapers));
  return out;
}

Result<std::optional<Columns>> columns_apart(const Responses& responses, const Items& items, bool bonus) {
  using Found = std::optional<Columns>;
  const bool any = std::any_of(items.begin(), items.end(), [](const Item& item) { return item.bonus; });
  if (!any || static_cast<std::int64_t>(items.size()) != responses.n_items()) return Found();
  Columns out;
  for (std::size_t j = 0; j < items.size(); ++j) {
    if (items[j].bonus != bonus) continue;
    out.column.push_back(static_cast<std::int64_t>(j));
    out.items.push_back(items[j]);
  }
  if (out.column.empty()) return make_error(Code::kNoItems);
  std::vector<std::int64_t> persons(static_cast<std::size_t>(responses.n_persons()));
  std::iota(persons.begin(), persons.end(), std::int64_t{0});
  auto kept = responses.select(persons, out.column);
  if (!kept) return kept.error();
  out.responses = std::move(*kept);
  return Found(std::move(out));
}

void expand(const Prepared& prepared, const Responses& responses, std::int64_t block, std::int64_t item, double* units, double* counts) {
  const ItemPlan& p = prepared.plan.items[static_cast<std::size_t>(item)];
  const std::uint8_t* cells = responses.column(block, item);
  const std::uint8_t* used = prepared.used.data() + block * kBlockRows;
  const std::int64_t rows = responses.rows(block);
  for (std::int64_t i = 0; i < rows; ++i) {
    const bool in = used[i] != 0 && p.counts[cells[i]] != 0 && !p.empty;
    units[i] = in ? p.units[cells[i]] : 0.0;
    counts[i] = in ? 1.0 : 0.0;
  }
}

Distinct distinct(std::vector<double> values, const std::vector<double>& weights) {
  Distinct d;
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (weights.empty()) {
    std::sort(values.begin(), values.end());
  } else {
    // Among equal values the order of weights is fixed too: the sum of their weights must not depend on the order of persons.
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : weights[a] < weights[b]; });
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = weights.empty() ? values[i] : values[order[i]];
    const double w = weights.empty() ? 1.0 : weights[order[i]];
    if (d.value.empty() || v - d.value.back() > 1e-9 * std::max(1.0, std::fabs(v))) {
      d.value.push_back(v);
      d.weight.push_back(0.0);
      d.count.push_back(0);
    }
    d.weight.back() += w;
    ++d.count.back();
    d.sum += w;
  }
  return d;
}

double weighted_quantile(const Distinct& d, double probability) {
  if (d.value.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double position = 1.0 + (d.sum - 1.0) * probability;
  const double low = std::max(1.0, std::floor(position + 1e-9));
  const double high = std::min(low + 1.0, d.sum);
  const auto at = [&d](double rank) {
    double cumulative = 0.0;
    for (std::size_t i = 0; i < d.value.size(); ++i) {
      cumulative += d.weight[i];
      if (cumulative >= rank - 1e-9 * d.sum) return d.value[i];
    }
    return d.value.back();
  };
  const double fraction = std::clamp(position - low, 0.0, 1.0);
  return (1.0 - fraction) * at(low) + fraction * at(high);
}

}  // namespace scoring_detail

Result<TestScores> test_scores(const Responses& responses, const Items& items, const Sample& sample, const ScoringOptions& options,
                               const ExecutionContext& context) {
  auto prepared = scoring_detail::prepare(responses, items, sample, options, context, scoring_detail::BonusPoints::kAdded);
  if (!prepared) return prepared.error();
  scoring_detail::Prepared& p = *prepared;
  TestScores out;
  const double per_point = p.plan.per_point;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < p.total.size(); ++i) {
    p.total[i] = p.used[i] != 0 ? p.total[i] / per_point : nan;
    p.attainable[i] = p.used[i] != 0 ? p.attainable[i] / per_point : nan;
  }
  out.total = std::move(p.total);
  out.attainable = std::move(p.attainable);
  out.n_items = std::move(p.n_items);
  out.used = std::move(p.used);
  for (const auto& item : p.plan.items) out.item_full_marks.push_back(item.full_mark);
  out.full_mark = p.plan.full_mark;
  out.same_paper = p.same_paper;
  out.n_used = p.n_used;
  out.n_dropped = p.n_dropped;
  out.findings = std::move(p.findings);
  return out;
}

Table TestScores::to_table() const {
  Table table("test_scores");
  std::vector<std::int64_t> person(total.size());
  std::iota(person.begin(), person.end(), std::int64_t{1});
  std::vector<double> shares(total.size());
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = share(static_cast<std::int64_t>(i));
  table.add("person", std::move(person));
  table.add_boolean("used", used);
  table.add("n_items", std::vector<std::int64_t>(n_items.begin(), n_items.end()));
  table.add("total", total);
  table.add("attainable", attainable);
  table.add("share", std::move(shares));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
