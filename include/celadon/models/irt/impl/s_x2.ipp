#pragma once

#include <celadon/models/irt/impl/complete.hpp>
#include <celadon/models/irt/item_fit.hpp>

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::irt {

namespace s_x2_detail {

/// Observed and expected counts of one item: rows are sum scores, columns categories. Merging removes rows, columns and single cells.
struct Tables {
  std::vector<std::vector<double>> observed;
  std::vector<std::vector<double>> expected;

  [[nodiscard]] std::size_t rows() const { return observed.size(); }
  [[nodiscard]] double persons(std::size_t row) const {
    double n = 0.0;
    for (const double v : observed[row]) n += v;
    return n;
  }
  void merge_row(std::size_t from, std::size_t into) {
    for (std::size_t k = 0; k < observed[from].size(); ++k) {
      observed[into][k] += observed[from][k];
      expected[into][k] += expected[from][k];
    }
    erase_row(from);
  }
  void erase_row(std::size_t row) {
    observed.erase(observed.begin() + static_cast<std::ptrdiff_t>(row));
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(row));
  }
};

/// Scores that cannot go with every category of the item join the nearest score that can.
inline void merge_impossible(Tables& t, int lowest, int highest, int n_categories, int n_sums) {
  // sum s is possible with category k when s - k is reachable by the others: k <= s <= n_sums - (n_categories - 1) + k
  const int low = std::max(lowest, n_categories - 1);
  const int high = std::min(highest, n_sums - (n_categories - 1));
  if (low > high) return;
  for (int s = lowest; s < low; ++s) t.merge_row(0, 1);
  for (int s = highest; s > high; --s) t.merge_row(t.rows() - 1, t.rows() - 2);
}

inline void drop_empty_and_join_singles(Tables& t) {
  for (std::size_t r = t.rows(); r-- > 0;)
    if (t.persons(r) == 0.0) t.erase_row(r);
  for (std::size_t r = 0; r + 1 < t.rows();) {
    if (t.persons(r) == 1.0)
      t.merge_row(r, r + 1);
    else
      ++r;
  }
  if (t.rows() > 1 && t.persons(t.rows() - 1) == 1.0) t.merge_row(t.rows() - 1, t.rows() - 2);
}

/// Within a score, the rarest category joins its rarer neighbour until all expected counts reach `smallest` or two cells are left.
inline void merge_cells(std::vector<double>& expected, std::vector<double>& observed, double smallest) {
  const std::size_t width = expected.size();
  while (expected.size() > 2 && *std::min_element(expected.begin(), expected.end()) < smallest) {
    const double low = *std::min_element(expected.begin(), expected.end());
    std::size_t at = 0;
    for (std::size_t k = 0; k < expected.size(); ++k)
      if (expected[k] == low) at = k;
    std::size_t into = at + 1;
    if (at + 1 == expected.size() || (at > 0 && expected[at - 1] <= expected[at + 1])) into = at - 1;
    expected[into] += expected[at];
    observed[into] += observed[at];
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(at));
    observed.erase(observed.begin() + static_cast<std::ptrdiff_t>(at));
  }
  expected.resize(width, 0.0);
  observed.resize(width, 0.0);
}

inline void merge_column_left(Tables& t, std::size_t column) {
  for (std::size_t r = 0; r < t.rows(); ++r) {
    t.observed[r][column - 1] += t.observed[r][column];
    t.expected[r][column - 1] += t.expected[r][column];
    t.observed[r].erase(t.observed[r].begin() + static_cast<std::ptrdiff_t>(column));
    t.expected[r].erase(t.expected[r].begin() + static_cast<std::ptrdiff_t>(column));
  }
}

/// The last columns go left while their total is small; any column that few scores use goes left too.
inline void merge_columns(Tables& t, double smallest) {
  const auto n = static_cast<double>(t.rows());
  while (t.rows() > 0 && t.expected[0].size() > 2) {
    double total = 0.0;
    for (std::size_t r = 0; r < t.rows(); ++r) total += t.expected[r].back();
    if (!(total < smallest * std::ceil(n * 0.1))) break;
    merge_column_left(t, t.expected[0].size() - 1);
  }
  for (std::size_t k = t.expected[0].size(); k-- > 1;) {
    double used = 0.0;
    for (std::size_t r = 0; r < t.rows(); ++r) used += t.expected[r][k] > 0.0 ? 1.0 : 0.0;
    if (used / n < 0.05 && t.expected[0].size() > 2) merge_column_left(t, k);
  }
}

/// Scores with a small cell join the neighbour with fewer persons.
inline void merge_rows(Tables& t, double smallest) {
  const auto small = [&](std::size_t r) {
    return std::any_of(t.expected[r].begin(), t.expected[r].end(), [&](double e) { return e != 0.0 && e < smallest; });
  };
  while (t.rows() > 1) {
    std::size_t r = 0;
    while (r < t.rows() && !small(r)) ++r;
    if (r == t.rows()) return;
    std::size_t into = r + 1;
    if (r + 1 == t.rows() || (r > 0 && t.persons(r - 1) <= t.persons(r + 1))) into = r - 1;
    t.merge_row(r, into);
  }
}

/// Free parameters of an item; the common population variance of Rasch, PCM and RSM counts once for each item, as the peers count it.
inline int free_parameters(const ItemParameters& item) {
  switch (item.model) {
    case ItemModel::kRasch:
      return 2;
    case ItemModel::k1pl:
      return 1;
    case ItemModel::k2pl:
      return 2;
    case ItemModel::k3pl:
      return 3;
    case ItemModel::k4pl:
      return 4;
    case ItemModel::kPartialCredit:
      return item.n_categories;
    case ItemModel::kRatingScale:
      return 2;
    case ItemModel::kNominal:
      return 2 * (item.n_categories - 1);
    default:
      return item.n_categories;
  }
}

/// Distribution of the sum of categories at one node, without item `skip` (-1: none).
inline std::vector<double> sum_distribution(const std::vector<std::vector<double>>& p, std::ptrdiff_t skip) {
  std::vector<double> out = {1.0};
  for (std::size_t j = 0; j < p.size(); ++j) {
    if (static_cast<std::ptrdiff_t>(j) == skip) continue;
    std::vector<double> next(out.size() + p[j].size() - 1, 0.0);
    for (std::size_t s = 0; s < out.size(); ++s)
      for (std::size_t k = 0; k < p[j].size(); ++k) next[s + k] += out[s] * p[j][k];
    out = std::move(next);
  }
  return out;
}

/// share[j][s][k]: probability of category k of item j among persons whose sum is s.
inline std::vector<std::vector<std::vector<double>>> expected_shares(const Model& model, std::size_t n_sums) {
  std::vector<std::vector<std::vector<double>>> share(model.items.size());
  for (std::size_t j = 0; j < model.items.size(); ++j)
    share[j].assign(n_sums, std::vector<double>(static_cast<std::size_t>(model.items[j].n_categories), 0.0));
  std::vector<double> total(n_sums, 0.0);
  const std::vector<double> nodes = model.grid.nodes();
  const std::vector<double> weights = model.grid.weights(model.populations[0]);
  std::vector<std::vector<double>> p(model.items.size());
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    for (std::size_t j = 0; j < p.size(); ++j) {
      p[j].resize(static_cast<std::size_t>(model.items[j].n_categories));
      category_probabilities(model.items[j], nodes[q], p[j]);
    }
    const std::vector<double> all = sum_distribution(p, -1);
    for (std::size_t s = 0; s < n_sums; ++s) total[s] += weights[q] * all[s];
    for (std::size_t j = 0; j < p.size(); ++j) {
      const std::vector<double> rest = sum_distribution(p, static_cast<std::ptrdiff_t>(j));
      for (std::size_t s = 0; s < rest.size(); ++s)
        for (std::size_t k = 0; k < p[j].size(); ++k) share[j][s + k][k] += weights[q] * rest[s] * p[j][k];
    }
  }
  for (auto& item : share)
    for (std::size_t s = 0; s < n_sums; ++s)
      for (double& v : item[s]) v /= total[s];
  return share;
}

}  // namespace s_x2_detail

Result<ItemSX2> item_s_x2(const Model& model, const Responses& responses, const SX2Options& options, const ExecutionContext& context) {
  if (!(options.smallest_expected >= 0.0) || !std::isfinite(options.smallest_expected))
    return make_error(Code::kInvalidArgument, {}, {{"name", "smallest_expected"}, {"detail", "it is negative or not finite"}});
  if (!options.n_parameters.empty() && options.n_parameters.size() != model.items.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "n_parameters"},
                       {"actual", std::to_string(options.n_parameters.size())},
                       {"expected", std::to_string(model.items.size())}});
  auto prepared = complete_detail::prepare(model, responses, options.missing);
  if (!prepared) return prepared.error();
  complete_detail::Complete& c = *prepared;
  const std::size_t n_items = c.model.items.size();
  if (n_items < 2) return make_error(Code::kNoItems);
  std::size_t n_sums = 1;
  for (const ItemParameters& item : c.model.items) n_sums += static_cast<std::size_t>(item.n_categories) - 1;

  // counts[j][s * K_j + k]
  std::vector<std::vector<std::int64_t>> counts(n_items);
  for (std::size_t j = 0; j < n_items; ++j) counts[j].assign(n_sums * static_cast<std::size_t>(c.model.items[j].n_categories), 0);
  struct Worker {
    std::vector<std::uint8_t> categories;
    std::vector<std::size_t> sum;
    std::size_t kept = 0;
  };
  const int n_workers = worker_count(responses.n_blocks(), context);
  std::vector<Worker> workers(static_cast<std::size_t>(n_workers));
  const auto work = [&](std::int64_t block, int worker) {
    Worker& w = workers[static_cast<std::size_t>(worker)];
    complete_detail::read_block(c, responses, block, w.categories, w.kept);
    w.sum.assign(w.kept, 0);
    for (std::size_t j = 0; j < n_items; ++j)
      for (std::size_t i = 0; i < w.kept; ++i) w.sum[i] += w.categories[j * w.kept + i];
  };
  const auto merge = [&](std::int64_t block, int worker) {
    const Worker& w = workers[static_cast<std::size_t>(worker)];
    c.n_used += static_cast<std::int64_t>(w.kept);
    c.n_dropped += responses.rows(block) - static_cast<std::int64_t>(w.kept);
    for (std::size_t j = 0; j < n_items; ++j) {
      const auto n_categories = static_cast<std::size_t>(c.model.items[j].n_categories);
      for (std::size_t i = 0; i < w.kept; ++i) ++counts[j][w.sum[i] * n_categories + w.categories[j * w.kept + i]];
    }
  };
  if (auto done = run_blocks(responses.n_blocks(), n_workers, context, work, merge); !done) return done.error();
  if (c.n_used == 0) return make_error(Code::kNoPersons);

  ItemSX2 out;
  out.n_used = c.n_used;
  out.n_dropped = c.n_dropped;
  complete_detail::add_finding(c, out.findings);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (const ItemParameters& item : model.items)
    out.items.push_back({.item = item.id, .statistic = kNone, .df = 0, .p = kNone, .rmsea = kNone});
  const auto share = s_x2_detail::expected_shares(c.model, n_sums);
  const double n = static_cast<double>(c.n_used);
  for (std::size_t j = 0; j < n_items; ++j) {
    const auto n_categories = static_cast<std::size_t>(c.model.items[j].n_categories);
    s_x2_detail::Tables t;
    for (std::size_t s = 1; s + 1 < n_sums; ++s) {  // the lowest and the highest sum leave an item no choice
      t.observed.emplace_back(counts[j].begin() + static_cast<std::ptrdiff_t>(s * n_categories),
                              counts[j].begin() + static_cast<std::ptrdiff_t>((s + 1) * n_categories));
      t.expected.push_back(share[j][s]);
      const double persons = t.persons(t.rows() - 1);
      for (double& e : t.expected.back()) e *= persons;
    }
    SX2& result = out.items[c.item[j]];
    const int last = static_cast<int>(n_sums) - 1;
    s_x2_detail::merge_impossible(t, 1, last - 1, static_cast<int>(n_categories), last);
    s_x2_detail::drop_empty_and_join_singles(t);
    if (n_categories > 2)
      for (std::size_t r = 0; r < t.rows(); ++r) s_x2_detail::merge_cells(t.expected[r], t.observed[r], options.smallest_expected);
    if (t.rows() > 0) {
      if (n_categories > 2) s_x2_detail::merge_columns(t, options.smallest_expected);
      s_x2_detail::merge_rows(t, options.smallest_expected);
    }
    double statistic = 0.0;
    int cells = 0;
    for (std::size_t r = 0; r < t.rows(); ++r)
      for (std::size_t k = 0; k < t.expected[r].size(); ++k) {
        const double e = t.expected[r][k];
        if (e == 0.0) continue;
        const double d = t.observed[r][k] - e;
        statistic += d * d / e;
        ++cells;
      }
    const int parameters = options.n_parameters.empty() ? s_x2_detail::free_parameters(c.model.items[j]) : options.n_parameters[c.item[j]];
    result.df = std::max(0, cells - static_cast<int>(t.rows()) - parameters);
    if (result.df == 0) {
      out.findings.push_back(
          make_finding(Severity::kNote, Code::kItemFitNotTested, {.table = {}, .column = {}, .row = -1, .item = result.item}));
      continue;
    }
    result.statistic = statistic;
    result.p = boost::math::cdf(boost::math::complement(boost::math::chi_squared(result.df), statistic));
    result.rmsea = n > 1.0 ? std::sqrt(std::max(0.0, (statistic / result.df - 1.0) / (n - 1.0))) : 0.0;
  }
  return out;
}

Table ItemSX2::table() const {
  std::vector<std::string> item;
  std::vector<double> statistic;
  std::vector<std::int64_t> df;
  std::vector<double> p;
  std::vector<double> rmsea;
  for (const SX2& s : items) {
    item.push_back(s.item);
    statistic.push_back(s.statistic);
    df.push_back(s.df);
    p.push_back(s.p);
    rmsea.push_back(s.rmsea);
  }
  Table out("item_s_x2");
  out.add("item", std::move(item)).add("statistic", std::move(statistic)).add("df", std::move(df));
  out.add("p", std::move(p)).add("rmsea", std::move(rmsea));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt
