#pragma once

#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

namespace celadon::inline CELADON_ABI::ctt {

std::string_view dimension_name(ContentDimension dimension) {
  switch (dimension) {
    case ContentDimension::kItem:
      return "item";
    case ContentDimension::kKnowledge:
      return "knowledge";
    case ContentDimension::kAbilityLevel:
      return "ability_level";
    case ContentDimension::kCognitiveLevel:
      return "cognitive_level";
    case ContentDimension::kItemType:
      return "item_type";
    case ContentDimension::kSubject:
      return "subject";
  }
  return "unknown";
}

namespace exam_detail {

using scoring_detail::Prepared;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A part of the paper: its items.
struct Part {
  ContentDimension dimension = ContentDimension::kItem;
  std::string value;
  std::vector<std::size_t> items;
};

inline void gather(ContentDimension dimension, const std::vector<std::vector<std::string>>& values, std::vector<Part>& parts) {
  std::unordered_map<std::string, std::size_t> at;
  for (std::size_t j = 0; j < values.size(); ++j)
    for (const std::string& v : values[j]) {
      if (v.empty()) continue;
      const auto [where, fresh] = at.emplace(v, parts.size());
      if (fresh) parts.push_back({dimension, v, {}});
      auto& own = parts[where->second].items;
      if (own.empty() || own.back() != j) own.push_back(j);
    }
}

inline std::vector<Part> parts_of(const Responses& responses, const Items& items) {
  // Bonus items have a row of their own and stand in no part of the paper.
  std::vector<Part> parts;
  for (std::size_t j = 0; j < responses.item_ids().size(); ++j) parts.push_back({ContentDimension::kItem, responses.item_ids()[j], {j}});
  const auto column = [&](auto field) {
    std::vector<std::vector<std::string>> values;
    for (const Item& item : items) values.push_back(item.bonus ? std::vector<std::string>() : field(item));
    return values;
  };
  using Texts = std::vector<std::string>;
  gather(ContentDimension::kKnowledge, column([](const Item& i) { return i.knowledge; }), parts);
  gather(ContentDimension::kAbilityLevel, column([](const Item& i) { return Texts{i.ability_level}; }), parts);
  gather(ContentDimension::kCognitiveLevel, column([](const Item& i) { return Texts{i.cognitive_level}; }), parts);
  gather(ContentDimension::kItemType, column([](const Item& i) { return Texts{i.type}; }), parts);
  gather(ContentDimension::kSubject, column([](const Item& i) { return Texts{i.subject}; }), parts);
  return parts;
}

/// Sums of one unit on one part.
struct Sums {
  std::int64_t n = 0;
  double weight = 0.0;
  double gained = 0.0;
  double attainable = 0.0;
  double share = 0.0;
  double share_squared = 0.0;
};

inline double sd_of(double weight, double sum, double squares, std::int64_t n) {
  if (n < 2) return kNaN;
  const double mean = sum / weight;
  const double variance = squares / weight - mean * mean;
  // Shares are at most about 1: what is left of equal shares after rounding is no spread.
  return variance < 1e-15 ? 0.0 : std::sqrt(variance * static_cast<double>(n) / static_cast<double>(n - 1));
}

inline ExamContent content_row(const Sums& s, const Part& part, const std::string& unit, const Prepared& p) {
  ExamContent row;
  row.unit = unit;
  row.dimension = part.dimension;
  row.value = part.value;
  row.n_items = static_cast<int>(part.items.size());
  for (const std::size_t j : part.items) row.full_mark += p.plan.items[j].full_mark;
  row.n = s.n;
  row.score_rate = s.attainable > 0.0 ? s.gained / s.attainable : kNaN;
  row.mean = row.score_rate * row.full_mark;
  row.sd = s.n > 0 ? sd_of(s.weight, s.share, s.share_squared, s.n) * row.full_mark : kNaN;
  return row;
}

/// Sums of a part for everybody (index 0) and each unit, over persons in row order.
inline std::vector<Sums> part_sums(const Prepared& p, const Responses& responses, const Part& part, const std::vector<std::int32_t>& unit,
                                   std::size_t n_units) {
  std::vector<Sums> sums(n_units + 1);
  std::vector<double> gained(kBlockRows);
  std::vector<double> attainable(kBlockRows);
  for (std::int64_t block = 0; block < responses.n_blocks(); ++block) {
    const std::int64_t rows = responses.rows(block);
    std::fill(gained.begin(), gained.end(), 0.0);
    std::fill(attainable.begin(), attainable.end(), 0.0);
    for (const std::size_t j : part.items) {
      const auto& item = p.plan.items[j];
      if (item.empty) continue;
      const std::uint8_t* cells = responses.column(block, static_cast<std::int64_t>(j));
      const double full = item.full_mark * p.plan.per_point;
      for (std::int64_t i = 0; i < rows; ++i) {
        gained[static_cast<std::size_t>(i)] += item.units[cells[i]];
        attainable[static_cast<std::size_t>(i)] += item.counts[cells[i]] != 0 ? full : 0.0;
      }
    }
    for (std::int64_t i = 0; i < rows; ++i) {
      const auto person = static_cast<std::size_t>(block * kBlockRows + i);
      const double a = attainable[static_cast<std::size_t>(i)];
      if (p.used[person] == 0 || !(a > 0.0)) continue;
      const double w = p.weight_of(static_cast<std::int64_t>(person));
      const double g = gained[static_cast<std::size_t>(i)];
      const double share = g / a;
      const auto add = [&](Sums& s) {
        ++s.n;
        s.weight += w;
        s.gained += w * g;
        s.attainable += w * a;
        s.share += w * share;
        s.share_squared += w * share * share;
      };
      add(sums[0]);
      if (!unit.empty() && unit[person] >= 0) add(sums[static_cast<std::size_t>(unit[person]) + 1]);
    }
  }
  return sums;
}

inline ExamGroup group_of(const std::vector<std::size_t>& persons, const std::string& id, const Prepared& p,
                          const std::vector<RateCut>& rates) {
  ExamGroup g;
  g.id = id;
  g.full_mark = p.plan.full_mark;
  g.n = static_cast<std::int64_t>(persons.size());
  g.rates.assign(rates.size(), kNaN);
  g.counts.assign(rates.size(), 0);
  for (double* v : {&g.mean, &g.sd, &g.minimum, &g.maximum, &g.median, &g.score_rate, &g.above_mean_rate}) *v = kNaN;
  if (persons.empty()) return g;
  std::vector<double> shares;
  std::vector<double> weights;
  std::vector<double> rate_weight(rates.size(), 0.0);
  double weight = 0.0;
  double gained = 0.0;
  double gained_of_full = 0.0;  // bonus points lift nobody above the full mark
  double attainable = 0.0;
  double sum = 0.0;
  double squares = 0.0;
  for (const std::size_t i : persons) {
    const double w = p.weight_of(static_cast<std::int64_t>(i));
    const double share = p.total[i] / p.attainable[i];
    shares.push_back(share);
    if (p.weighted()) weights.push_back(w);
    weight += w;
    gained += w * p.total[i];
    gained_of_full += w * (p.plan.has_bonus ? std::min(p.total[i], p.attainable[i]) : p.total[i]);
    attainable += w * p.attainable[i];
    sum += w * share;
    squares += w * share * share;
    for (std::size_t r = 0; r < rates.size(); ++r) {
      const bool reached = scoring_detail::rounded(share) >= scoring_detail::rounded(rates[r].share_of_full);
      if (reached != (rates[r].side == RateCut::Side::kAtLeast)) continue;
      rate_weight[r] += w;
      ++g.counts[r];
    }
  }
  g.score_rate = gained_of_full / attainable;
  g.mean = p.same_paper ? gained / weight / p.plan.per_point : gained / attainable * g.full_mark;
  g.sd = sd_of(weight, sum, squares, g.n) * g.full_mark;
  for (std::size_t r = 0; r < rates.size(); ++r) g.rates[r] = rate_weight[r] / weight;
  for (double& w : weights) w *= static_cast<double>(g.n) / weight;
  const auto d = scoring_detail::distinct(std::move(shares), weights);
  g.minimum = d.value.front() * g.full_mark;
  g.maximum = d.value.back() * g.full_mark;
  g.median = scoring_detail::weighted_quantile(d, 0.5) * g.full_mark;
  return g;
}

inline Result<void> check(const Responses& responses, const ExamStatisticsOptions& options) {
  const auto bad = [](std::string name, std::string detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", std::move(name)}, {"detail", std::move(detail)}});
  };
  std::set<std::string> ids;
  for (const RateCut& r : options.rates) {
    if (!(r.share_of_full >= 0.0 && r.share_of_full <= 1.0)) return bad("rates", "the cut of \"" + r.id + "\" is outside [0, 1]");
    if (r.id.empty() || !ids.insert(r.id).second) return bad("rates", "two rates have the id \"" + r.id + "\", or an id is empty");
  }
  if (options.unit.empty()) return {};
  if (static_cast<std::int64_t>(options.unit.size()) != responses.n_persons())
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "unit"}, {"actual", std::to_string(options.unit.size())}, {"expected", std::to_string(responses.n_persons())}});
  for (std::size_t i = 0; i < options.unit.size(); ++i)
    if (options.unit[i] < -1 || options.unit[i] >= static_cast<std::int64_t>(options.unit_ids.size()))
      return bad("unit", "row " + std::to_string(i + 1) + " has a unit that is not in unit_ids");
  return {};
}

}  // namespace exam_detail

Result<ExamStatistics> exam_statistics(const Responses& responses, const Items& items, const Sample& sample,
                                       const ExamStatisticsOptions& options, const ExecutionContext& context) {
  namespace detail = exam_detail;
  if (auto ok = detail::check(responses, options); !ok) return ok.error();
  auto prepared = scoring_detail::prepare(responses, items, sample, options.scoring, context, scoring_detail::BonusPoints::kAdded);
  if (!prepared) return prepared.error();
  const scoring_detail::Prepared& p = *prepared;
  ExamStatistics out;
  out.full_mark = p.plan.full_mark;
  out.rates = options.rates;
  out.n_used = p.n_used;
  out.n_dropped = p.n_dropped;
  out.findings = p.findings;

  const std::size_t n_units = options.unit.empty() ? 0 : options.unit_ids.size();
  std::vector<std::size_t> everybody;
  std::vector<std::vector<std::size_t>> members(n_units);
  for (std::size_t i = 0; i < p.total.size(); ++i) {
    if (p.used[i] == 0) continue;
    everybody.push_back(i);
    if (n_units > 0 && options.unit[i] >= 0) members[static_cast<std::size_t>(options.unit[i])].push_back(i);
  }
  out.all = detail::group_of(everybody, "", p, options.rates);
  out.all.above_mean_rate = 0.0;
  for (std::size_t u = 0; u < n_units; ++u) {
    ExamGroup g = detail::group_of(members[u], options.unit_ids[u], p, options.rates);
    if (out.all.mean != 0.0) g.above_mean_rate = (g.mean - out.all.mean) / out.all.mean;
    if (g.n == 0) out.findings.push_back(make_finding(Severity::kNote, Code::kEmptyGroup, {}, {{"group", g.id}}));
    out.units.push_back(std::move(g));
  }

  const auto parts = detail::parts_of(responses, items);
  std::vector<std::vector<detail::Sums>> sums(parts.size());
  const auto n_parts = static_cast<std::int64_t>(parts.size());
  // One part is one piece of work, summed over persons in row order: nothing to merge, the same bits for any number of threads.
  auto done = run_blocks(n_parts, worker_count(n_parts, context), context, [&](std::int64_t part, int) {
    const auto at = static_cast<std::size_t>(part);
    sums[at] = detail::part_sums(p, responses, parts[at], options.unit, n_units);
  });
  if (!done) return done.error();
  for (std::size_t u = 0; u <= n_units; ++u)
    for (std::size_t part = 0; part < parts.size(); ++part)
      out.content.push_back(detail::content_row(sums[part][u], parts[part], u == 0 ? std::string() : options.unit_ids[u - 1], p));
  return out;
}

Table ExamStatistics::to_table() const {
  Table table("exam_statistics");
  std::vector<const ExamGroup*> rows{&all};
  for (const ExamGroup& g : units) rows.push_back(&g);
  std::vector<std::string> unit;
  std::vector<std::int64_t> n;
  for (const ExamGroup* g : rows) {
    unit.push_back(g->id);
    n.push_back(g->n);
  }
  const auto column = [&](auto field) {
    std::vector<double> values;
    values.reserve(rows.size());
    for (const ExamGroup* g : rows) values.push_back(field(*g));
    return values;
  };
  table.add("unit", std::move(unit));
  table.add("n", std::move(n));
  table.add("full_mark", column([](const ExamGroup& g) { return g.full_mark; }));
  table.add("mean", column([](const ExamGroup& g) { return g.mean; }));
  table.add("sd", column([](const ExamGroup& g) { return g.sd; }));
  table.add("minimum", column([](const ExamGroup& g) { return g.minimum; }));
  table.add("maximum", column([](const ExamGroup& g) { return g.maximum; }));
  table.add("median", column([](const ExamGroup& g) { return g.median; }));
  table.add("score_rate", column([](const ExamGroup& g) { return g.score_rate; }));
  table.add("above_mean_rate", column([](const ExamGroup& g) { return g.above_mean_rate; }));
  for (std::size_t r = 0; r < rates.size(); ++r) {
    table.add("rate_" + rates[r].id, column([r](const ExamGroup& g) { return g.rates[r]; }));
    std::vector<std::int64_t> counts;
    counts.reserve(rows.size());
    for (const ExamGroup* g : rows) counts.push_back(g->counts[r]);
    table.add("n_" + rates[r].id, std::move(counts));
  }
  return table;
}

Table ExamStatistics::content_table() const {
  Table table("exam_content");
  std::vector<std::string> unit, dimension, value;
  std::vector<std::int64_t> n_items, n;
  std::vector<double> full, mean, sd, rate;
  for (const ExamContent& c : content) {
    unit.push_back(c.unit);
    dimension.emplace_back(dimension_name(c.dimension));
    value.push_back(c.value);
    n_items.push_back(c.n_items);
    full.push_back(c.full_mark);
    n.push_back(c.n);
    mean.push_back(c.mean);
    sd.push_back(c.sd);
    rate.push_back(c.score_rate);
  }
  table.add("unit", std::move(unit));
  table.add("dimension", std::move(dimension));
  table.add("value", std::move(value));
  table.add("n_items", std::move(n_items));
  table.add("full_mark", std::move(full));
  table.add("n", std::move(n));
  table.add("mean", std::move(mean));
  table.add("sd", std::move(sd));
  table.add("score_rate", std::move(rate));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
