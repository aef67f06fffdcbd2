#pragma once

#include <celadon/models/standard_setting/bookmark.hpp>
#include <celadon/models/standard_setting/impl/detail.hpp>
#include <celadon/models/standard_setting/impl/scale.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

namespace bookmark_detail {

/// P(X >= step) at an ability.
inline double reached(const irt::ItemParameters& item, int step, double ability, std::vector<double>& room) {
  room.resize(static_cast<std::size_t>(item.n_categories));
  irt::category_probabilities(item, ability, room);
  double sum = 0.0;
  for (std::size_t k = static_cast<std::size_t>(step); k < room.size(); ++k) sum += room[k];
  return sum;
}

inline double target(const irt::ItemParameters& item, const BookletOptions& options) {
  const bool guessing = options.guessing_adjusted && (item.model == irt::ItemModel::k3pl || item.model == irt::ItemModel::k4pl);
  return guessing ? item.lower + (item.upper - item.lower) * options.response_probability : options.response_probability;
}

/// First and last page a bookmark may stand on.
struct Range {
  std::int64_t lowest;
  std::int64_t highest;
};
inline Range allowed(BookmarkRule rule, std::size_t n_pages) {
  const auto n = static_cast<std::int64_t>(n_pages);
  if (rule == BookmarkRule::kBefore) return {2, n + 1};
  if (rule == BookmarkRule::kMidpoint) return {2, n};
  return {1, n};
}

inline double cut_at(const Booklet& booklet, BookmarkRule rule, std::int64_t page) {
  const auto location = [&](std::int64_t p) { return booklet.pages[detail::at(p - 1)].location; };
  if (rule == BookmarkRule::kBefore) return location(page - 1);
  if (rule == BookmarkRule::kMidpoint) return 0.5 * (location(page - 1) + location(page));
  return location(page);
}

inline Result<void> check(const Booklet& booklet, const Bookmarks& b) {
  if (booklet.pages.empty()) return detail::invalid("booklet", "has no page");
  if (b.n_judges < 1) return detail::invalid("n_judges", "must be 1 or more");
  if (b.n_cuts < 1) return detail::invalid("n_cuts", "must be 1 or more");
  if (b.pages.size() != detail::at(b.n_judges) * detail::at(b.n_cuts))
    return detail::length("pages", b.pages.size(), b.n_judges * b.n_cuts);
  if (!b.tables.empty() && b.tables.size() != detail::at(b.n_judges)) return detail::length("tables", b.tables.size(), b.n_judges);
  for (const std::int32_t t : b.tables)
    if (t < 0) return detail::invalid("tables", "numbered from 0");
  return {};
}

/// Sums of deviations by table: the standard error of the mean, and what judges of a table have in common.
inline void by_tables(const std::vector<double>& x, const std::vector<std::int32_t>& table, BookmarkCut& out) {
  std::vector<std::int32_t> numbers = table;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<double> sums(numbers.size(), 0.0);
  std::vector<double> sizes(numbers.size(), 0.0);
  double total = 0.0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const auto t = static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), table[j]) - numbers.begin());
    const double d = x[j] - out.mean;
    sums[t] += d;
    sizes[t] += 1.0;
    total += d * d;
  }
  const auto n = static_cast<double>(x.size());
  const auto n_tables = static_cast<double>(numbers.size());
  out.n_tables = static_cast<std::int64_t>(numbers.size());
  double squares = 0.0;
  double between = 0.0;
  double size_squares = 0.0;
  for (std::size_t t = 0; t < sums.size(); ++t) {
    squares += sums[t] * sums[t];
    between += sums[t] * sums[t] / sizes[t];
    size_squares += sizes[t] * sizes[t];
  }
  out.mean_se = numbers.size() < 2 ? detail::kNaN : math::sqrt(n_tables / (n_tables - 1.0) * squares) / n;
  if (numbers.size() < 2 || numbers.size() == x.size()) return;
  const double within = (total - between) / (n - n_tables);
  const double size = (n - size_squares / n) / (n_tables - 1.0);
  out.table_variance = (between / (n_tables - 1.0) - within) / size;
  const double sum = std::max(out.table_variance, 0.0) + within;
  out.table_icc = sum > 0.0 ? std::max(out.table_variance, 0.0) / sum : detail::kNaN;
}

inline void summarise(const std::vector<double>& x, const std::vector<std::int32_t>& table, BookmarkCut& out) {
  std::vector<double> sorted = x;
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(x.size());
  out.n_judges = static_cast<std::int64_t>(x.size());
  out.median = detail::median_of_sorted(sorted);
  out.mean = detail::mean(sorted);
  out.sd = detail::sd(sorted);
  out.lowest = sorted.front();
  out.highest = sorted.back();
  out.mean_se = out.sd / math::sqrt(n);
  out.median_se = detail::median_se_of_sorted(sorted);
  out.table_variance = out.table_icc = detail::kNaN;
  for (const double v : sorted) out.mean_absolute_deviation += std::fabs(v - out.median) / n;
  if (table.empty()) return;
  const double alone = out.mean_se;
  by_tables(x, table, out);
  if (std::isnan(out.mean_se) || alone > 0.0) out.median_se *= out.mean_se / alone;
}

}  // namespace bookmark_detail

Table Booklet::to_table() const {
  std::vector<std::int64_t> page;
  std::vector<std::string> item;
  std::vector<std::int64_t> step;
  std::vector<double> location;
  page.reserve(pages.size());
  item.reserve(pages.size());
  step.reserve(pages.size());
  location.reserve(pages.size());
  for (const BookletPage& p : pages) {
    page.push_back(static_cast<std::int64_t>(page.size()) + 1);
    item.push_back(p.item_id);
    step.push_back(p.step);
    location.push_back(p.location);
  }
  Table out("booklet");
  out.add("page", page);
  out.add("item", item);
  out.add("step", step);
  out.add("location", location);
  return out;
}

Result<Booklet> ordered_item_booklet(const irt::Model& model, const BookletOptions& options) {
  if (auto ok = irt::check(model); !ok) return ok.error();
  if (!(options.response_probability > 0.0 && options.response_probability < 1.0))
    return detail::invalid("response_probability", "must be above 0 and below 1");
  Booklet out;
  out.response_probability = options.response_probability;
  std::vector<double> room;
  for (std::size_t i = 0; i < model.items.size(); ++i) {
    const irt::ItemParameters& item = model.items[i];
    const double probability = bookmark_detail::target(item, options);
    for (int step = 1; step < item.n_categories; ++step) {
      const auto curve = [&](double ability) { return bookmark_detail::reached(item, step, ability, room); };
      const auto location = scale_detail::root(curve, probability);
      if (location) {
        out.pages.push_back({static_cast<std::int64_t>(i), item.id, step, *location});
        continue;
      }
      out.findings.push_back(detail::warning(Code::kCutOutsideScale, {{}, {}, -1, item.id},
                                             {{"name", item.id + " (" + std::to_string(step) + ")"},
                                              {"value", detail::shown(probability)},
                                              {"lowest", detail::shown(curve(scale_detail::kLowest))},
                                              {"highest", detail::shown(curve(scale_detail::kHighest))}}));
    }
  }
  if (out.pages.empty()) return make_error(Code::kNoItems);
  std::stable_sort(out.pages.begin(), out.pages.end(), [](const BookletPage& a, const BookletPage& b) { return a.location < b.location; });
  return out;
}

Result<BookmarkResult> bookmark(const irt::Model& model, const Booklet& booklet, const Bookmarks& bookmarks,
                                const BookmarkOptions& options) {
  namespace own = bookmark_detail;
  if (auto ok = own::check(booklet, bookmarks); !ok) return ok.error();
  const auto range = own::allowed(options.rule, booklet.pages.size());
  const std::size_t n_judges = detail::at(bookmarks.n_judges);
  const std::size_t n_cuts = detail::at(bookmarks.n_cuts);
  BookmarkResult out;
  std::vector<double> medians;
  out.cuts.reserve(n_cuts);
  medians.reserve(n_cuts);
  for (std::size_t c = 0; c < n_cuts; ++c) {
    BookmarkCut cut;
    std::vector<double> x;
    std::vector<std::int32_t> table;
    x.reserve(n_judges);
    table.reserve(n_judges);
    cut.judges.assign(n_judges, detail::kNaN);
    for (std::size_t j = 0; j < n_judges; ++j) {
      const double page = bookmarks.pages[j * n_cuts + c];
      if (std::isnan(page)) continue;
      const bool fits = page >= static_cast<double>(range.lowest) && page <= static_cast<double>(range.highest) && page == std::floor(page);
      if (!fits)
        return make_error(Code::kBookmarkOutOfRange, {{}, {}, static_cast<std::int64_t>(j) + 1, {}},
                          {{"level", std::to_string(c + 1)},
                           {"value", format_number(page)},
                           {"lowest", std::to_string(range.lowest)},
                           {"highest", std::to_string(range.highest)}});
      cut.judges[j] = own::cut_at(booklet, options.rule, static_cast<std::int64_t>(page));
      x.push_back(cut.judges[j]);
      if (!bookmarks.tables.empty()) table.push_back(bookmarks.tables[j]);
    }
    if (x.empty()) return make_error(Code::kTooFewPersons, {{}, "cut " + std::to_string(c + 1), -1, {}}, {{"n", "0"}, {"needed", "1"}});
    own::summarise(x, table, cut);
    const auto score = irt::true_score(model, cut.median, options.points);
    if (!score) return score.error();
    const double slope = scale_detail::slope(model, cut.median, options.points);
    cut.raw = {cut.median,
               cut.median_se,
               score->expected,
               cut.median_se * slope,
               slope,
               score->sem,
               scale_detail::full_mark(model, options.points)};
    const std::string level = "cut " + std::to_string(c + 1);
    if (x.size() < 2)
      out.findings.push_back(detail::warning(Code::kSingleJudge, {{}, level, -1, {}}, {{"name", "judges"}, {"n", "1"}}));
    else if (cut.n_tables == 1)
      out.findings.push_back(detail::warning(Code::kSingleJudge, {{}, level, -1, {}}, {{"name", "tables"}, {"n", "1"}}));
    else if (detail::constant(x))
      out.findings.push_back(detail::warning(Code::kJudgesCoincide, {{}, level, -1, {}}, {{"name", "judges"}}));
    medians.push_back(cut.median);
    out.cuts.push_back(std::move(cut));
  }
  for (Finding& f : check_ascending(medians, "panel")) out.findings.push_back(std::move(f));
  for (std::size_t j = 0; j < n_judges; ++j) {
    std::vector<double> placed;
    placed.reserve(n_cuts);
    for (const BookmarkCut& c : out.cuts) placed.push_back(c.judges[j]);
    for (Finding& f : check_ascending(placed, "judge " + std::to_string(j + 1))) {
      f.severity = Severity::kWarning;
      f.place.row = static_cast<std::int64_t>(j) + 1;
      out.findings.push_back(std::move(f));
    }
  }
  return out;
}

Table BookmarkResult::to_table() const {
  const auto column = [&](const auto& f) {
    std::vector<double> v;
    v.reserve(cuts.size());
    for (const BookmarkCut& c : cuts) v.push_back(f(c));
    return v;
  };
  std::vector<std::int64_t> level;
  std::vector<std::int64_t> judges;
  std::vector<std::int64_t> tables;
  level.reserve(cuts.size());
  judges.reserve(cuts.size());
  tables.reserve(cuts.size());
  for (const BookmarkCut& c : cuts) {
    level.push_back(static_cast<std::int64_t>(level.size()) + 1);
    judges.push_back(c.n_judges);
    tables.push_back(c.n_tables);
  }
  Table out("bookmark");
  out.add("level", level);
  out.add("median", column([](const BookmarkCut& c) { return c.median; }));
  out.add("median_se", column([](const BookmarkCut& c) { return c.median_se; }));
  out.add("mean", column([](const BookmarkCut& c) { return c.mean; }));
  out.add("mean_se", column([](const BookmarkCut& c) { return c.mean_se; }));
  out.add("sd", column([](const BookmarkCut& c) { return c.sd; }));
  out.add("mean_absolute_deviation", column([](const BookmarkCut& c) { return c.mean_absolute_deviation; }));
  out.add("lowest", column([](const BookmarkCut& c) { return c.lowest; }));
  out.add("highest", column([](const BookmarkCut& c) { return c.highest; }));
  out.add("table_icc", column([](const BookmarkCut& c) { return c.table_icc; }));
  out.add("n_judges", judges);
  out.add("n_tables", tables);
  out.add("raw_cut", column([](const BookmarkCut& c) { return c.raw.raw_cut; }));
  out.add("raw_se", column([](const BookmarkCut& c) { return c.raw.raw_se; }));
  out.add("full_mark", column([](const BookmarkCut& c) { return c.raw.full_mark; }));
  return out;
}

Table BookmarkResult::judge_table() const {
  std::vector<std::int64_t> judge;
  std::vector<std::int64_t> level;
  std::vector<double> ability;
  const std::size_t n = cuts.empty() ? 0 : cuts.size() * cuts[0].judges.size();
  judge.reserve(n);
  level.reserve(n);
  ability.reserve(n);
  for (std::size_t c = 0; c < cuts.size(); ++c)
    for (std::size_t j = 0; j < cuts[c].judges.size(); ++j) {
      judge.push_back(static_cast<std::int64_t>(j) + 1);
      level.push_back(static_cast<std::int64_t>(c) + 1);
      ability.push_back(cuts[c].judges[j]);
    }
  Table out("bookmark_judges");
  out.add("judge", judge);
  out.add("level", level);
  out.add("ability", ability);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
