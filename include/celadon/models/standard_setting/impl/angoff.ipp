#pragma once

#include <celadon/models/standard_setting/angoff.hpp>
#include <celadon/models/standard_setting/impl/rating_detail.hpp>

namespace celadon::inline CELADON_ABI::standard_setting {

namespace angoff_detail {

using rating_detail::Shares;

/// sum_i full_i (x_ji - mean_i) / n_i over the items rated: what judge j moves the cut by, in marks (0 in sum over judges).
inline double influence(const Shares& s, std::size_t judge) {
  double sum = 0.0;
  for (std::size_t i = 0; i < s.n_items; ++i)
    if (!std::isnan(s(judge, i))) sum += s.full_marks[i] * (s(judge, i) - s.item_means[i]) / static_cast<double>(s.rated_by[i]);
  return sum;
}

/// Mean deviation from the item means, weighted by full marks.
inline double severity(const Shares& s, std::size_t judge) {
  double sum = 0.0;
  double weight = 0.0;
  for (std::size_t i = 0; i < s.n_items; ++i) {
    if (std::isnan(s(judge, i))) continue;
    sum += s.full_marks[i] * (s(judge, i) - s.item_means[i]);
    weight += s.full_marks[i];
  }
  return sum / weight;
}

/// With the means of the other judges, over items that another judge rated as well.
inline double correlation_with_others(const Shares& s, std::size_t judge) {
  std::vector<double> own;
  std::vector<double> others;
  own.reserve(s.n_items);
  others.reserve(s.n_items);
  for (std::size_t i = 0; i < s.n_items; ++i) {
    if (std::isnan(s(judge, i)) || s.rated_by[i] < 2) continue;
    const auto n = static_cast<double>(s.rated_by[i]);
    own.push_back(s(judge, i));
    others.push_back((s.item_means[i] * n - s(judge, i)) / (n - 1.0));
  }
  return detail::correlation(own, others);
}

/// Mean |x - y| over all pairs of judges on an item, over all items.
inline double pair_difference(const Shares& s) {
  double sum = 0.0;
  double n = 0.0;
  for (std::size_t i = 0; i < s.n_items; ++i)
    for (std::size_t j = 0; j < s.n_judges; ++j) {
      if (std::isnan(s(j, i))) continue;
      for (std::size_t k = 0; k < j; ++k) {
        if (std::isnan(s(k, i))) continue;
        sum += std::fabs(s(j, i) - s(k, i));
        n += 1.0;
      }
    }
  return n > 0.0 ? sum / n : detail::kNaN;
}

inline RatedItem item_of(const Shares& s, std::size_t item) {
  std::vector<double> column;
  column.reserve(s.n_judges);
  for (std::size_t j = 0; j < s.n_judges; ++j)
    if (!std::isnan(s(j, item))) column.push_back(s(j, item));
  return {s.item_means[item], detail::sd(column), s.rated_by[item], s.full_marks[item]};
}

/// sqrt(n / (n - 1) sum u^2) over judges with a rating, or over tables.
inline double linearised_se(const Shares& s, std::span<const std::int32_t> tables, std::int64_t& n_tables) {
  std::vector<double> u;
  if (tables.empty()) {
    u.reserve(s.n_judges);
    for (std::size_t j = 0; j < s.n_judges; ++j)
      if (s.rated[j] > 0) u.push_back(influence(s, j));
  } else {
    // Tables in the order of their numbers, so that the order of the judges does not decide the order of the sum.
    std::vector<std::int32_t> numbers;
    numbers.reserve(s.n_judges);
    for (std::size_t j = 0; j < s.n_judges; ++j)
      if (s.rated[j] > 0) numbers.push_back(tables[j]);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    u.assign(numbers.size(), 0.0);
    for (std::size_t j = 0; j < s.n_judges; ++j)
      if (s.rated[j] > 0)
        u[static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), tables[j]) - numbers.begin())] += influence(s, j);
    n_tables = static_cast<std::int64_t>(u.size());
  }
  if (u.size() < 2) return detail::kNaN;
  double squares = 0.0;
  for (const double v : u) squares += v * v;
  const auto n = static_cast<double>(u.size());
  return math::sqrt(n / (n - 1.0) * squares);
}

/// Errors by the components: the cut is sum a_ji x_ji with a_ji = full_i / n_i where judge j rated item i.
inline void component_errors(const Shares& s, AngoffCut& out) {
  double judges = 0.0;
  double items = 0.0;
  double cells = 0.0;
  for (std::size_t j = 0; j < s.n_judges; ++j) {
    double row = 0.0;
    for (std::size_t i = 0; i < s.n_items; ++i) {
      if (std::isnan(s(j, i))) continue;
      const double a = s.full_marks[i] / static_cast<double>(s.rated_by[i]);
      row += a;
      cells += a * a;
    }
    judges += row * row;
  }
  for (const double f : s.full_marks) items += f * f;
  const Components& c = out.components;
  const double panel = std::max(c.judge, 0.0) * judges + std::max(c.residual, 0.0) * cells;
  out.se_components = math::sqrt(panel);
  out.se_judges_items = math::sqrt(panel + std::max(c.item, 0.0) * items);
}

inline void set_judges(const Shares& s, AngoffCut& out) {
  std::vector<double> cuts;
  cuts.reserve(s.n_judges);
  out.judges.reserve(s.n_judges);
  for (std::size_t j = 0; j < s.n_judges; ++j) {
    Judge judge;
    judge.n_rated = s.rated[j];
    judge.deviation = s.rated[j] > 0 ? out.full_mark * severity(s, j) : detail::kNaN;
    judge.cut = out.cut + judge.deviation;
    judge.correlation = correlation_with_others(s, j);
    if (s.rated[j] > 0) {
      cuts.push_back(judge.cut);
      out.mean_absolute_deviation += std::fabs(judge.deviation) / static_cast<double>(s.n_active);
    }
    rating_detail::find_constant(rating_detail::row_of(s, j), j, out.findings);
    out.judges.push_back(judge);
  }
  out.judge_sd = detail::sd(cuts);
  if (cuts.size() < 2)
    out.findings.push_back(detail::warning(Code::kSingleJudge, {}, {{"name", "judges"}, {"n", "1"}}));
  else if (detail::constant(cuts))
    out.findings.push_back(detail::warning(Code::kJudgesCoincide, {}, {{"name", "judges"}}));
}

inline Components no_components() {
  Components out;
  out.mean = out.judge = out.item = out.residual = out.icc_single = out.icc_panel = detail::kNaN;
  return out;
}

/// The place of an error within several tables of ratings.
inline Error numbered(Error error, std::size_t k) {
  error.place.table = std::to_string(k + 1);
  return error;
}

inline Result<std::vector<AngoffCut>> all_of(std::span<const Ratings> ratings, const char* name) {
  if (ratings.empty()) return detail::invalid(name, "none given");
  std::vector<AngoffCut> out;
  out.reserve(ratings.size());
  for (std::size_t k = 0; k < ratings.size(); ++k) {
    if (ratings[k].n_judges != ratings[0].n_judges || ratings[k].n_items != ratings[0].n_items)
      return numbered(detail::invalid(name, "the numbers of judges and items differ"), k);
    auto cut = angoff(ratings[k]);
    if (!cut) return numbered(cut.error(), k);
    out.push_back(std::move(*cut));
  }
  return out;
}

template <class T, class F>
std::vector<T> column(const std::vector<AngoffCut>& cuts, const F& f) {
  std::vector<T> out;
  out.reserve(cuts.size());
  for (const AngoffCut& c : cuts) out.push_back(f(c));
  return out;
}

inline std::vector<std::int64_t> numbers_from_one(std::size_t n) {
  std::vector<std::int64_t> out(n);
  for (std::size_t k = 0; k < n; ++k) out[k] = static_cast<std::int64_t>(k) + 1;
  return out;
}

}  // namespace angoff_detail

Result<AngoffCut> angoff(const Ratings& ratings) {
  const auto read = rating_detail::read(ratings);
  if (!read) return read.error();
  const rating_detail::Shares& s = *read;
  AngoffCut out;
  out.findings = s.findings;
  out.item_ids = s.ids;
  out.n_judges = s.n_active;
  out.n_missing = s.n_active * static_cast<std::int64_t>(s.n_items) - s.n_ratings;
  out.items.reserve(s.n_items);
  for (std::size_t i = 0; i < s.n_items; ++i) {
    out.cut += s.full_marks[i] * s.item_means[i];
    out.full_mark += s.full_marks[i];
    out.items.push_back(angoff_detail::item_of(s, i));
    if (s.rated_by[i] == 1 && s.n_active > 1)
      out.findings.push_back(detail::warning(Code::kItemHardlyRated, {{}, {}, -1, s.ids[i]}, {{"n", "1"}}));
  }
  out.cut_share = out.cut / out.full_mark;
  angoff_detail::set_judges(s, out);
  out.mean_absolute_difference = angoff_detail::pair_difference(s);
  out.se = angoff_detail::linearised_se(s, ratings.tables, out.n_tables);
  if (out.n_tables == 1 && s.n_active > 1)
    out.findings.push_back(detail::warning(Code::kSingleJudge, {}, {{"name", "tables"}, {"n", "1"}}));
  auto components = rating_detail::components(s);
  if (components) {
    out.components = std::move(*components);
    for (const Finding& f : out.components.findings)
      if (f.code == Code::kNegativeComponent) out.findings.push_back(f);
    angoff_detail::component_errors(s, out);
  } else {
    out.components = angoff_detail::no_components();
    out.se_components = out.se_judges_items = detail::kNaN;
  }
  return out;
}

std::vector<double> AngoffCut::judge_cuts() const {
  std::vector<double> out;
  out.reserve(judges.size());
  for (const Judge& j : judges) out.push_back(j.cut);
  return out;
}

Table AngoffCut::to_table() const {
  Table out("angoff");
  const auto number = [&](const char* name, double v) { out.add(name, std::vector<double>{v}); };
  number("cut", cut);
  number("cut_share", cut_share);
  number("full_mark", full_mark);
  number("se", se);
  number("se_judges_items", se_judges_items);
  number("se_components", se_components);
  number("judge_sd", judge_sd);
  number("mean_absolute_deviation", mean_absolute_deviation);
  number("mean_absolute_difference", mean_absolute_difference);
  number("icc_single", components.icc_single);
  number("icc_panel", components.icc_panel);
  out.add("n_judges", std::vector<std::int64_t>{n_judges});
  out.add("n_tables", std::vector<std::int64_t>{n_tables});
  out.add("n_items", std::vector<std::int64_t>{static_cast<std::int64_t>(items.size())});
  out.add("n_missing", std::vector<std::int64_t>{n_missing});
  return out;
}

Table AngoffCut::judge_table() const {
  std::vector<double> deviation;
  std::vector<double> correlation;
  std::vector<std::int64_t> rated;
  deviation.reserve(judges.size());
  correlation.reserve(judges.size());
  rated.reserve(judges.size());
  for (const Judge& j : judges) {
    deviation.push_back(j.deviation);
    correlation.push_back(j.correlation);
    rated.push_back(j.n_rated);
  }
  Table out("angoff_judges");
  out.add("judge", angoff_detail::numbers_from_one(judges.size()));
  out.add("cut", judge_cuts());
  out.add("deviation", deviation);
  out.add("n_rated", rated);
  out.add("correlation", correlation);
  return out;
}

Table AngoffCut::item_table() const {
  std::vector<double> full;
  std::vector<double> means;
  std::vector<double> sds;
  std::vector<std::int64_t> rated;
  full.reserve(items.size());
  means.reserve(items.size());
  sds.reserve(items.size());
  rated.reserve(items.size());
  for (const RatedItem& i : items) {
    full.push_back(i.full_mark);
    means.push_back(i.mean);
    sds.push_back(i.sd);
    rated.push_back(i.n_rated);
  }
  Table out("angoff_items");
  out.add("item", item_ids);
  out.add("full_mark", full);
  out.add("mean", means);
  out.add("sd", sds);
  out.add("n_rated", rated);
  return out;
}

Result<AngoffRounds> angoff_rounds(std::span<const Ratings> rounds) {
  auto all = angoff_detail::all_of(rounds, "rounds");
  if (!all) return all.error();
  AngoffRounds out;
  out.rounds = std::move(*all);
  out.changes.reserve(out.rounds.size());
  for (std::size_t k = 1; k < out.rounds.size(); ++k) {
    auto change = round_change(out.rounds[k - 1].judge_cuts(), out.rounds[k].judge_cuts());
    if (!change) return angoff_detail::numbered(change.error(), k);
    out.changes.push_back(*change);
  }
  return out;
}

Table AngoffRounds::to_table() const {
  using angoff_detail::column;
  const std::size_t n = rounds.size();
  std::vector<double> change(n, detail::kNaN);
  std::vector<double> change_se(n, detail::kNaN);
  std::vector<double> absolute(n, detail::kNaN);
  std::vector<std::int64_t> moved(n, 0);
  std::vector<std::uint8_t> valid(n, 1);
  if (n > 0) valid[0] = 0;
  for (std::size_t k = 1; k < n; ++k) {
    change[k] = changes[k - 1].mean;
    change_se[k] = changes[k - 1].se;
    absolute[k] = changes[k - 1].mean_absolute;
    moved[k] = changes[k - 1].n_moved;
  }
  Table out("angoff_rounds");
  out.add("round", angoff_detail::numbers_from_one(n));
  out.add("cut", column<double>(rounds, [](const AngoffCut& c) { return c.cut; }));
  out.add("se", column<double>(rounds, [](const AngoffCut& c) { return c.se; }));
  out.add("judge_sd", column<double>(rounds, [](const AngoffCut& c) { return c.judge_sd; }));
  out.add("icc_single", column<double>(rounds, [](const AngoffCut& c) { return c.components.icc_single; }));
  out.add("mean_absolute_difference", column<double>(rounds, [](const AngoffCut& c) { return c.mean_absolute_difference; }));
  out.add("change", change);
  out.add("change_se", change_se);
  out.add("mean_absolute_change", absolute);
  out.add("n_moved", moved, valid);
  return out;
}

Result<AngoffLevels> angoff_levels(std::span<const Ratings> levels) {
  auto all = angoff_detail::all_of(levels, "levels");
  if (!all) return all.error();
  AngoffLevels out;
  out.levels = std::move(*all);
  out.findings = check_ascending(angoff_detail::column<double>(out.levels, [](const AngoffCut& c) { return c.cut; }), "panel");
  for (std::size_t j = 0; j < out.levels[0].judges.size(); ++j) {
    const auto own = angoff_detail::column<double>(out.levels, [&](const AngoffCut& c) { return c.judges[j].cut; });
    for (Finding f : check_ascending(own, "judge " + std::to_string(j + 1))) {
      f.severity = Severity::kWarning;
      f.place.row = static_cast<std::int64_t>(j) + 1;
      out.findings.push_back(std::move(f));
    }
  }
  return out;
}

Table AngoffLevels::to_table() const {
  using angoff_detail::column;
  Table out("angoff_levels");
  out.add("level", angoff_detail::numbers_from_one(levels.size()));
  out.add("cut", column<double>(levels, [](const AngoffCut& c) { return c.cut; }));
  out.add("cut_share", column<double>(levels, [](const AngoffCut& c) { return c.cut_share; }));
  out.add("se", column<double>(levels, [](const AngoffCut& c) { return c.se; }));
  out.add("se_judges_items", column<double>(levels, [](const AngoffCut& c) { return c.se_judges_items; }));
  out.add("judge_sd", column<double>(levels, [](const AngoffCut& c) { return c.judge_sd; }));
  out.add("n_judges", column<std::int64_t>(levels, [](const AngoffCut& c) { return c.n_judges; }));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
