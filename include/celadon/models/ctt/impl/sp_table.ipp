#pragma once

#include <celadon/core/random.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>
#include <celadon/models/ctt/sp_table.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt {

namespace sp_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A 0/1 table with rows and columns in chart order.
struct Chart {
  std::size_t n = 0;
  std::size_t k = 0;
  std::vector<std::uint8_t> right;
  std::vector<int> row_sum;
  std::vector<int> column_sum;
};

/// Numerators and denominators of the caution indices of one line: `others` are the sums of the crossing lines, descending.
/// With h the line's number right: guttman = sum of the h largest others, reverse = of the h smallest, level = h times their mean.
struct Reference {
  std::vector<double> top;  // cumulative sums of others, from the largest
  double sum = 0.0;
  explicit Reference(const std::vector<int>& others) : top(others.size() + 1, 0.0) {
    for (std::size_t i = 0; i < others.size(); ++i) top[i + 1] = top[i] + others[i];
    sum = top.back();
  }
  [[nodiscard]] double caution(std::size_t h, double observed) const {
    const double spread = top[h] - static_cast<double>(h) * sum / static_cast<double>(top.size() - 1);
    return spread > 0.0 ? (top[h] - observed) / spread : kNaN;
  }
  [[nodiscard]] double modified(std::size_t h, double observed) const {
    const double spread = top[h] - (sum - top[top.size() - 1 - h]);
    return spread > 0.0 ? (top[h] - observed) / spread : kNaN;
  }
};

/// For each row the sum of column sums of its right cells, and for each column the sum of row sums.
inline void cross(const Chart& c, std::vector<std::int64_t>& rows, std::vector<std::int64_t>& columns) {
  rows.assign(c.n, 0);
  columns.assign(c.k, 0);
  for (std::size_t i = 0; i < c.n; ++i)
    for (std::size_t j = 0; j < c.k; ++j)
      if (c.right[i * c.k + j] != 0) {
        rows[i] += c.column_sum[j];
        columns[j] += c.row_sum[i];
      }
}

/// Trades the right answers that two persons do not share: both keep their numbers, every item keeps its number.
inline void trade(Chart& c, random::Stream& stream, std::vector<std::int64_t>& pool) {
  const auto a = static_cast<std::size_t>(stream.below(c.n));
  auto b = static_cast<std::size_t>(stream.below(c.n - 1));
  if (b >= a) ++b;
  std::uint8_t* x = c.right.data() + a * c.k;
  std::uint8_t* y = c.right.data() + b * c.k;
  pool.clear();
  std::size_t of_a = 0;
  for (std::size_t j = 0; j < c.k; ++j)
    if (x[j] != y[j]) {
      pool.push_back(static_cast<std::int64_t>(j));
      of_a += x[j];
    }
  if (of_a == 0 || of_a == pool.size()) return;
  // The first of_a places of a random order become a's: a partial Fisher-Yates shuffle.
  for (std::size_t i = 0; i < of_a; ++i) std::swap(pool[i], pool[i + static_cast<std::size_t>(stream.below(pool.size() - i))]);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const auto j = static_cast<std::size_t>(pool[i]);
    x[j] = i < of_a ? 1 : 0;
    y[j] = i < of_a ? 0 : 1;
  }
}

/// How many simulated tables have an index at least as large (a cross sum at most as large), by row and by column.
struct Exceeding {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> columns;
};

inline Result<Exceeding> simulate(const Chart& chart, int n_simulations, std::uint64_t seed, const ExecutionContext& context) {
  constexpr std::int64_t kChains = 8;  // fixed, so that the number of threads changes nothing
  std::vector<std::int64_t> observed_rows, observed_columns;
  cross(chart, observed_rows, observed_columns);
  Exceeding total{std::vector<std::int64_t>(chart.n, 0), std::vector<std::int64_t>(chart.k, 0)};
  const int workers = worker_count(kChains, context);
  std::vector<Exceeding> scratch(static_cast<std::size_t>(workers), total);
  const auto chain = [&](std::int64_t number, int worker) {
    Exceeding& e = scratch[static_cast<std::size_t>(worker)];
    std::fill(e.rows.begin(), e.rows.end(), 0);
    std::fill(e.columns.begin(), e.columns.end(), 0);
    const std::int64_t tables = n_simulations / kChains + (number < n_simulations % kChains ? 1 : 0);
    if (tables == 0) return;
    random::Stream stream(seed, random::purpose("ctt.sp_table"), static_cast<std::uint64_t>(number));
    Chart c = chart;
    std::vector<std::int64_t> pool, rows, columns;
    const auto trades = static_cast<std::int64_t>(c.n);
    for (std::int64_t t = 0; t < 10 * trades; ++t) trade(c, stream, pool);
    for (std::int64_t s = 0; s < tables && !context.cancelled(); ++s) {
      for (std::int64_t t = 0; t < trades; ++t) trade(c, stream, pool);
      cross(c, rows, columns);
      for (std::size_t i = 0; i < c.n; ++i) e.rows[i] += rows[i] <= observed_rows[i] ? 1 : 0;
      for (std::size_t j = 0; j < c.k; ++j) e.columns[j] += columns[j] <= observed_columns[j] ? 1 : 0;
    }
  };
  const auto merge = [&](std::int64_t, int worker) {
    const Exceeding& e = scratch[static_cast<std::size_t>(worker)];
    for (std::size_t i = 0; i < chart.n; ++i) total.rows[i] += e.rows[i];
    for (std::size_t j = 0; j < chart.k; ++j) total.columns[j] += e.columns[j];
  };
  if (auto done = run_blocks(kChains, workers, context, chain, merge); !done) return done.error();
  if (context.cancelled()) return make_error(Code::kCancelled);
  return total;
}

inline double p_value(std::int64_t exceeding, int n_simulations, double index) {
  return n_simulations > 0 && !std::isnan(index) ? (1.0 + static_cast<double>(exceeding)) / (1.0 + n_simulations) : kNaN;
}

inline Result<void> add_indices(const Chart& chart, const SpOptions& options, const ExecutionContext& context, SpTable& out) {
  std::vector<std::int64_t> rows, columns;
  cross(chart, rows, columns);
  const Reference by_items(chart.column_sum);
  const Reference by_persons(chart.row_sum);
  Exceeding exceeding{std::vector<std::int64_t>(chart.n, 0), std::vector<std::int64_t>(chart.k, 0)};
  if (options.n_simulations > 0) {
    auto simulated = simulate(chart, options.n_simulations, options.seed, context);
    if (!simulated) return simulated.error();
    exceeding = std::move(simulated).value();
  }
  for (std::size_t i = 0; i < chart.n; ++i) {
    const auto h = static_cast<std::size_t>(chart.row_sum[i]);
    SpPerson& p = out.persons[i];
    p.caution = by_items.caution(h, static_cast<double>(rows[i]));
    p.modified_caution = by_items.modified(h, static_cast<double>(rows[i]));
    p.p_value = p_value(exceeding.rows[i], options.n_simulations, p.caution);
  }
  for (std::size_t j = 0; j < chart.k; ++j) {
    const auto h = static_cast<std::size_t>(chart.column_sum[j]);
    SpItem& item = out.items[j];
    if (h == 0 || h == chart.n) continue;
    item.caution = by_persons.caution(h, static_cast<double>(columns[j]));
    item.modified_caution = by_persons.modified(h, static_cast<double>(columns[j]));
    item.p_value = p_value(exceeding.columns[j], options.n_simulations, item.caution);
  }
  out.indices = true;
  out.n_simulations = options.n_simulations;
  return {};
}

}  // namespace sp_detail

Result<SpTable> sp_table(const Responses& responses, const Items& items, const Sample& sample, const SpOptions& options,
                         const ExecutionContext& context) {
  namespace detail = sp_detail;
  if (!(options.right_from_share > 0.0 && options.right_from_share <= 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "right_from_share"}, {"detail", "outside (0, 1]"}});
  if (options.n_simulations < 0) return make_error(Code::kInvalidArgument, {}, {{"name", "n_simulations"}, {"detail", "negative"}});
  const auto regular = scoring_detail::columns_apart(responses, items, false);
  if (!regular) return regular.error();
  if (*regular) {
    auto out = sp_table((*regular)->responses, (*regular)->items, sample, options, context);
    if (!out) return out;
    for (SpItem& item : out->items) item.column = (*regular)->column[static_cast<std::size_t>(item.column)];
    return out;
  }
  auto plan = scoring_detail::make_plan(responses, items, options.missing);
  if (!plan) return plan.error();
  if (auto ok = scoring_detail::check_sample(responses, sample); !ok) return ok.error();
  SpTable out;
  out.findings = plan->findings;

  std::vector<std::size_t> columns;
  std::vector<std::array<std::uint8_t, 256>> is_right;
  for (std::size_t j = 0; j < plan->items.size(); ++j) {
    const auto& item = plan->items[j];
    if (item.empty) continue;
    columns.push_back(j);
    auto& table = is_right.emplace_back();
    for (std::size_t c = 0; c < 256; ++c) {
      const double share = item.units[c] / (item.full_mark * plan->per_point);
      table[c] = item.counts[c] == 0 ? 2 : (scoring_detail::rounded(share) >= scoring_detail::rounded(options.right_from_share) ? 1 : 0);
    }
  }
  const std::size_t k = columns.size();
  if (k == 0) return make_error(Code::kNoItems);
  std::vector<std::uint8_t> cells;  // charted persons, row order
  int apart[4] = {};
  bool anybody = false;
  std::vector<std::uint8_t> row(k);
  for (std::int64_t i = 0; i < responses.n_persons(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if ((!sample.include.empty() && sample.include[at] == 0) || (!sample.weights.empty() && sample.weights[at] == 0.0)) continue;
    anybody = true;
    SpPerson p;
    p.row = i;
    p.caution = p.modified_caution = p.p_value = detail::kNaN;
    bool complete = true;
    for (std::size_t j = 0; j < k; ++j) {
      row[j] = is_right[j][responses.at(i, static_cast<std::int64_t>(columns[j]))];
      complete = complete && row[j] != 2;
      p.n_right += row[j] == 1 ? 1 : 0;
    }
    if (!complete)
      p.apart = SpApart::kIncomplete;
    else if (p.n_right == static_cast<int>(k))
      p.apart = SpApart::kAllRight;
    else if (p.n_right == 0)
      p.apart = SpApart::kAllWrong;
    if (p.apart == SpApart::kNo) {
      out.persons.push_back(p);
      cells.insert(cells.end(), row.begin(), row.end());
    } else {
      ++apart[static_cast<int>(p.apart)];
      out.apart.push_back(p);
    }
  }
  if (!anybody) return make_error(Code::kNoPersons);
  const std::size_t n = out.persons.size();
  out.n_used = static_cast<std::int64_t>(n);

  std::vector<int> item_right(k, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j) item_right[j] += cells[i * k + j];
  std::vector<std::size_t> item_order(k), person_order(n);
  std::iota(item_order.begin(), item_order.end(), std::size_t{0});
  std::iota(person_order.begin(), person_order.end(), std::size_t{0});
  std::stable_sort(item_order.begin(), item_order.end(), [&](std::size_t a, std::size_t b) { return item_right[a] > item_right[b]; });
  std::vector<std::int64_t> wrong_weight(n, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j) wrong_weight[i] += cells[i * k + j] == 0 ? item_right[j] : 0;
  std::stable_sort(person_order.begin(), person_order.end(), [&](std::size_t a, std::size_t b) {
    const int right_a = out.persons[a].n_right;
    const int right_b = out.persons[b].n_right;
    return right_a != right_b ? right_a > right_b : wrong_weight[a] < wrong_weight[b];
  });

  detail::Chart chart{n, k, std::vector<std::uint8_t>(n * k), std::vector<int>(n), std::vector<int>(k)};
  std::vector<SpPerson> ordered;
  for (std::size_t i = 0; i < n; ++i) {
    ordered.push_back(out.persons[person_order[i]]);
    chart.row_sum[i] = ordered.back().n_right;
    for (std::size_t j = 0; j < k; ++j) chart.right[i * k + j] = cells[person_order[i] * k + item_order[j]];
  }
  out.persons = std::move(ordered);
  for (std::size_t j = 0; j < k; ++j) {
    SpItem item;
    item.column = static_cast<std::int64_t>(columns[item_order[j]]);
    item.id = responses.item_ids()[columns[item_order[j]]];
    item.n_right = chart.column_sum[j] = item_right[item_order[j]];
    item.caution = item.modified_caution = item.p_value = detail::kNaN;
    out.items.push_back(std::move(item));
  }
  out.s_curve = chart.row_sum;
  out.p_curve = chart.column_sum;
  const int n_apart = apart[1] + apart[2] + apart[3];
  if (n_apart > 0)
    out.findings.push_back(make_finding(Severity::kNote, Code::kRowsApart, {},
                                        {{"n", std::to_string(n_apart)},
                                         {"incomplete", std::to_string(apart[1])},
                                         {"all_right", std::to_string(apart[2])},
                                         {"all_wrong", std::to_string(apart[3])}}));
  if (static_cast<int>(k) < options.min_items || static_cast<std::int64_t>(n) < options.min_persons || n < 2 || k < 2) {
    out.findings.push_back(
        make_finding(Severity::kNote, Code::kChartOnly, {}, {{"items", std::to_string(k)}, {"persons", std::to_string(n)}}));
  } else if (auto done = detail::add_indices(chart, options, context, out); !done) {
    return done.error();
  }
  out.right = std::move(chart.right);
  return out;
}

Table SpTable::persons_table() const {
  static constexpr const char* kApart[] = {"", "incomplete", "all_right", "all_wrong"};
  Table table("sp_persons");
  std::vector<std::int64_t> row, n_right;
  std::vector<std::string> why;
  std::vector<std::uint8_t> why_valid;
  std::vector<double> caution, modified, p;
  for (const auto* list : {&persons, &apart})
    for (const SpPerson& person : *list) {
      row.push_back(person.row + 1);
      why.emplace_back(kApart[static_cast<int>(person.apart)]);
      why_valid.push_back(person.apart == SpApart::kNo ? 0 : 1);
      n_right.push_back(person.n_right);
      caution.push_back(person.caution);
      modified.push_back(person.modified_caution);
      p.push_back(person.p_value);
    }
  table.add("row", std::move(row));
  table.add("apart", std::move(why), std::move(why_valid));
  table.add("n_right", std::move(n_right));
  table.add("caution", std::move(caution));
  table.add("modified_caution", std::move(modified));
  table.add("p_value", std::move(p));
  return table;
}

Table SpTable::items_table() const {
  Table table("sp_items");
  std::vector<std::string> item;
  std::vector<std::int64_t> n_right;
  std::vector<double> caution, modified, p;
  for (const SpItem& i : items) {
    item.push_back(i.id);
    n_right.push_back(i.n_right);
    caution.push_back(i.caution);
    modified.push_back(i.modified_caution);
    p.push_back(i.p_value);
  }
  table.add("item", std::move(item));
  table.add("n_right", std::move(n_right));
  table.add("caution", std::move(caution));
  table.add("modified_caution", std::move(modified));
  table.add("p_value", std::move(p));
  return table;
}

Table SpTable::cells_table() const {
  Table table("sp_cells");
  std::vector<std::int64_t> person, item;
  for (std::size_t i = 0; i < persons.size(); ++i)
    for (std::size_t j = 0; j < items.size(); ++j) {
      person.push_back(static_cast<std::int64_t>(i) + 1);
      item.push_back(static_cast<std::int64_t>(j) + 1);
    }
  table.add("person", std::move(person));
  table.add("item", std::move(item));
  table.add_boolean("right", right);
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
