#pragma once

#include <celadon/core/impl/block_reader.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/models/ctt/impl/item_sums_detail.hpp>
#include <celadon/models/ctt/impl/moments_detail.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/one_factor.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt {

namespace item_analysis_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline double correlation(double covariance, double variance_a, double variance_b) {
  if (!(variance_a > 0.0) || !(variance_b > 0.0)) return kNaN;
  return std::clamp(covariance / std::sqrt(variance_a * variance_b), -1.0, 1.0);
}

/// Pearson to biserial: the ordinate at the cut takes the place of the 0/1 item's own spread.
inline double biserial(double r, double p) {
  if (!(p > 0.0 && p < 1.0)) return kNaN;
  return r * std::sqrt(p * (1.0 - p)) / normal_density(normal_quantile(p));
}

/// A variance that came out of sums of the given size; what is left after rounding is no spread.
inline double spread(double variance, double size) {
  return variance > 1e-13 * size ? variance : (std::isnan(variance) ? kNaN : 0.0);
}

/// Correlations of one item from its covariance with the total, with the variance of the total and its own.
inline void correlate(ItemStatistics& s, double variance, double with_total, double total_variance, bool dichotomous) {
  s.item_total_r = correlation(with_total, variance, total_variance);
  const double rest = spread(total_variance - 2.0 * with_total + variance, total_variance + 2.0 * std::fabs(with_total) + variance);
  s.item_rest_r = correlation(with_total - variance, variance, rest);
  if (!dichotomous) return;
  s.point_biserial = s.item_total_r;
  s.biserial = biserial(s.item_total_r, s.difficulty);
  s.biserial_rest = biserial(s.item_rest_r, s.difficulty);
}

inline ItemStatistics blank() {
  ItemStatistics s;
  for (double* v : {&s.mean, &s.sd, &s.difficulty, &s.difficulty_se, &s.item_total_r, &s.item_rest_r, &s.item_total_corrected,
                    &s.point_biserial, &s.biserial, &s.biserial_rest, &s.discrimination, &s.upper_difficulty, &s.lower_difficulty})
    *v = kNaN;
  return s;
}

/// From sums with the total: one pass, for persons who all have every item.
inline void from_total(const item_sums_detail::ItemTotals& t, const std::vector<std::uint8_t>& dichotomous, ItemAnalysis& out) {
  const auto n = static_cast<double>(out.n_used);
  const double unit = 1.0 / t.per_point;
  const double tt = spread((t.total_squared - t.total * t.total / n) / (n - 1.0), t.total_squared / n);
  out.total_mean = t.total / n * unit;
  out.total_sd = std::sqrt(std::max(0.0, tt)) * unit;
  for (std::size_t j = 0; j < out.items.size(); ++j) {
    ItemStatistics& s = out.items[j];
    if (s.n == 0) continue;
    double variance = (t.xx[j] - t.x[j] * t.x[j] / n) / (n - 1.0);
    if (variance < 1e-14 * (t.xx[j] / n + 1e-14)) variance = 0.0;
    s.mean = t.x[j] / n * unit;
    s.difficulty = s.mean / s.full_mark;
    s.sd = std::sqrt(variance) * unit;
    s.difficulty_se = s.sd / (s.full_mark * std::sqrt(out.n_effective));
    correlate(s, variance, (t.xt[j] - t.x[j] * t.total / n) / (n - 1.0), tt, dichotomous[j] != 0);
  }
}

/// From pairwise covariances, for persons with cells that do not count.
inline void from_moments(const ScoreMoments& m, const std::vector<double>& n_effective, ItemAnalysis& out) {
  const std::size_t k = out.items.size();
  double total_variance = 0.0;
  double size = 0.0;
  out.total_mean = 0.0;
  bool all_pairs = true;
  for (std::size_t j = 0; j < k; ++j) {
    if (out.items[j].n == 0) continue;
    out.total_mean += m.mean[j];
    for (std::size_t l = 0; l < k; ++l) {
      if (out.items[l].n == 0) continue;
      total_variance += m.cov(j, l);
      size += std::fabs(m.cov(j, l));
      if (std::isnan(m.cov(j, l)) && all_pairs) {
        all_pairs = false;
        out.findings.push_back(make_finding(Severity::kWarning, Code::kNoCommonPersons, scoring_detail::item_place(m.item_ids[j]),
                                            {{"other", m.item_ids[l]}}));
      }
    }
  }
  if (std::fabs(total_variance) < 1e-13 * size) total_variance = 0.0;
  out.total_sd = total_variance >= 0.0 ? std::sqrt(total_variance) : kNaN;
  for (std::size_t j = 0; j < k; ++j) {
    ItemStatistics& s = out.items[j];
    if (s.n == 0) continue;
    s.mean = m.mean[j];
    s.difficulty = s.mean / s.full_mark;
    s.sd = std::sqrt(m.cov(j, j));
    s.difficulty_se = s.sd / (s.full_mark * std::sqrt(n_effective[j]));
    double with_total = 0.0;
    for (std::size_t l = 0; l < k; ++l)
      if (out.items[l].n > 0) with_total += m.cov(j, l);
    correlate(s, m.cov(j, j), with_total, total_variance, m.dichotomous[j] != 0);
  }
}

/// Revelle's correction: in the correlations, an item's own 1 gives way to what the other items explain of it.
inline void correct_overlap(const ScoreMoments& m, ItemAnalysis& out) {
  std::vector<std::size_t> with_variance;
  for (std::size_t j = 0; j < out.items.size(); ++j)
    if (m.cov(j, j) > 0.0) with_variance.push_back(j);
  const std::size_t k = with_variance.size();
  if (k < 2) return;
  std::vector<double> r(k * k);
  for (std::size_t a = 0; a < k; ++a)
    for (std::size_t b = 0; b < k; ++b) {
      const std::size_t i = with_variance[a];
      const std::size_t j = with_variance[b];
      r[a * k + b] = a == b ? 1.0 : m.cov(i, j) / std::sqrt(m.cov(i, i) * m.cov(j, j));
      if (std::isnan(r[a * k + b])) return;  // reported as a pair without common persons
    }
  const auto smc = squared_multiple_correlations(r, k);
  if (!smc) {
    out.findings.push_back(make_finding(Severity::kNote, Code::kSingularCorrelations));
    return;
  }
  double sum = 0.0;
  std::vector<double> row(k, 0.0);
  for (std::size_t a = 0; a < k; ++a) {
    r[a * k + a] = (*smc)[a];
    for (std::size_t b = 0; b < k; ++b) row[a] += r[a * k + b];
    sum += row[a];
  }
  if (!(sum > 0.0)) return;
  for (std::size_t a = 0; a < k; ++a) out.items[with_variance[a]].item_total_corrected = row[a] / std::sqrt(sum);
}

inline void find(ItemAnalysis& out) {
  for (const ItemStatistics& s : out.items) {
    if (s.n == 0) continue;
    if (s.sd == 0.0)
      out.findings.push_back(
          make_finding(Severity::kWarning, Code::kConstantItem, scoring_detail::item_place(s.id), {{"n", std::to_string(s.n)}}));
    else if (scoring_detail::rounded(s.item_rest_r) < 0.0)
      out.findings.push_back(make_finding(Severity::kWarning, Code::kNegativeDiscrimination, scoring_detail::item_place(s.id),
                                          {{"value", scoring_detail::number(s.item_rest_r)}}));
  }
}

inline void begin(const std::vector<std::string>& ids, const Items& items, const scoring_detail::Plan& plan, ItemAnalysis& out) {
  out.full_mark = plan.full_mark;
  out.items.assign(plan.items.size(), blank());
  for (std::size_t j = 0; j < plan.items.size(); ++j) {
    ItemStatistics& s = out.items[j];
    s.id = ids[j];
    s.label = items.empty() ? s.id : items[j].shown_label();
    s.full_mark = plan.items[j].full_mark;
  }
}

/// Complete data without weights: every person has every item.
inline void everybody(std::int64_t n_persons, const scoring_detail::Plan& plan, ItemAnalysis& out) {
  out.n_used = n_persons;
  out.n_effective = static_cast<double>(n_persons);
  for (ItemStatistics& s : out.items) s.n = n_persons;
  out.findings = plan.findings;
}

inline std::vector<std::uint8_t> dichotomous(const scoring_detail::Plan& plan) {
  std::vector<std::uint8_t> out;
  for (const auto& item : plan.items) out.push_back(item.dichotomous ? 1 : 0);
  return out;
}

inline void set_groups(const item_sums_detail::Groups& g, double per_point, ItemAnalysis& out) {
  out.upper_n = g.upper_n;
  out.lower_n = g.lower_n;
  if (!g.apart) return;
  for (std::size_t j = 0; j < out.items.size(); ++j) {
    ItemStatistics& s = out.items[j];
    if (s.n == 0 || !(g.upper_weight[j] > 0.0) || !(g.lower_weight[j] > 0.0)) continue;
    s.upper_difficulty = g.upper[j] / g.upper_weight[j] / per_point / s.full_mark;
    s.lower_difficulty = g.lower[j] / g.lower_weight[j] / per_point / s.full_mark;
    s.discrimination = s.upper_difficulty - s.lower_difficulty;
  }
}

/// Statistics of a paper without bonus items.
inline Result<ItemAnalysis> of_regular(const Responses& responses, const Items& items, const Sample& sample,
                                       const ItemAnalysisOptions& options, const ExecutionContext& context) {
  namespace sums = item_sums_detail;
  ItemAnalysis out;
  if (!options.overlap_corrected && sample.weights.empty() && sample.include.empty()) {
    // Whole numbers, nobody left out, nothing missing: sums in narrow integers, without a table of totals in between.
    auto plan = scoring_detail::make_plan(responses, items, options.scoring.missing);
    if (!plan) return plan.error();
    if (sums::narrow(*plan, responses.n_categories())) {
      if (responses.n_persons() < 2)
        return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(responses.n_persons())}, {"needed", "2"}});
      begin(responses.item_ids(), items, *plan, out);
      everybody(responses.n_persons(), *plan, out);
      auto both = sums::narrow_sums(*plan, responses, options.group_share, options.group_ties == GroupTies::kFractional, context);
      if (!both) return both.error();
      from_total(both->totals, dichotomous(*plan), out);
      if (options.group_share > 0.0) set_groups(both->groups, plan->per_point, out);
      find(out);
      return out;
    }
  }
  auto prepared = scoring_detail::prepare(responses, items, sample, options.scoring, context);
  if (!prepared) return prepared.error();
  if (prepared->n_used < 2) return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(prepared->n_used)}, {"needed", "2"}});
  begin(responses.item_ids(), items, prepared->plan, out);
  out.n_used = prepared->n_used;
  out.n_dropped = prepared->n_dropped;
  out.n_effective = prepared->n_effective;
  out.findings = prepared->findings;

  auto totals = sums::item_totals(*prepared, responses, context);
  if (!totals) return totals.error();
  for (std::size_t j = 0; j < out.items.size(); ++j) {
    out.items[j].n = static_cast<std::int64_t>(totals->cells[j]);
    out.items[j].n_missing = out.n_used - out.items[j].n;
  }
  if (prepared->complete) from_total(*totals, dichotomous(prepared->plan), out);
  if (!prepared->complete || options.overlap_corrected) {
    auto m = moments_detail::moments(*prepared, responses, context);
    if (!m) return m.error();
    if (!prepared->complete) from_moments(*m, totals->n_effective, out);
    if (options.overlap_corrected) correct_overlap(*m, out);
  }
  if (options.group_share > 0.0) {
    auto groups = sums::group_sums(*prepared, responses, options.group_share, options.group_ties == GroupTies::kFractional, context);
    if (!groups) return groups.error();
    set_groups(*groups, prepared->plan.per_point, out);
  }
  find(out);
  return out;
}

/// Sums of one bonus item beside the total of the regular items, over the persons who have it.
struct BonusSums {
  std::int64_t n = 0;
  double w = 0.0, w2 = 0.0, x = 0.0, xx = 0.0, t = 0.0, tt = 0.0, xt = 0.0;
};

/// @param p  prepared from the regular items, with the plan of the bonus items in its place.
inline BonusSums bonus_sums(const scoring_detail::Prepared& p, const Responses& bonus, std::size_t item, double total_units) {
  const auto& plan = p.plan.items[item];
  BonusSums s;
  for (std::int64_t i = 0; i < p.n_persons; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::uint8_t cell = bonus.at(i, static_cast<std::int64_t>(item));
    if (p.used[at] == 0 || plan.empty || plan.counts[cell] == 0) continue;
    const double w = p.weight_of(i);
    const double x = plan.units[cell] / p.plan.per_point;
    const double t = p.same_paper ? p.total[at] / total_units : p.total[at] / p.attainable[at];
    ++s.n;
    s.w += w;
    s.w2 += w * w;
    s.x += w * x;
    s.xx += w * x * x;
    s.t += w * t;
    s.tt += w * t * t;
    s.xt += w * x * t;
  }
  return s;
}

inline ItemStatistics of_bonus(const BonusSums& s, const Item& item, const std::string& id, bool dichotomous, std::int64_t n_used) {
  ItemStatistics out = blank();
  out.id = id;
  out.label = item.shown_label();
  out.full_mark = item.full_mark;
  out.n = s.n;
  out.n_missing = n_used - s.n;
  if (s.n == 0) return out;
  out.mean = s.x / s.w;
  out.difficulty = out.mean / out.full_mark;
  if (s.n < 2) return out;
  const double scale = static_cast<double>(s.n) / static_cast<double>(s.n - 1);
  const auto moment = [&](double ab, double a, double b) {
    const double value = (ab / s.w - a / s.w * (b / s.w)) * scale;
    return std::fabs(value) < 1e-14 * (std::fabs(ab) / s.w + 1e-14) ? 0.0 : value;
  };
  const double variance = moment(s.xx, s.x, s.x);
  out.sd = std::sqrt(variance);
  out.difficulty_se = out.sd / (out.full_mark * std::sqrt(s.w * s.w / s.w2));
  out.item_total_r = out.item_rest_r = correlation(moment(s.xt, s.x, s.t), variance, moment(s.tt, s.t, s.t));
  if (!dichotomous) return out;
  out.point_biserial = out.item_total_r;
  out.biserial = out.biserial_rest = biserial(out.item_total_r, out.difficulty);
  return out;
}

/// Puts the statistics of the regular items at their places and adds those of the bonus items.
inline Result<ItemAnalysis> with_bonus(const Responses& responses, const scoring_detail::Columns& regular,
                                       const scoring_detail::Columns& bonus, const Sample& sample, const ItemAnalysisOptions& options,
                                       const ExecutionContext& context) {
  auto out = of_regular(regular.responses, regular.items, sample, options, context);
  if (!out) return out;
  auto prepared = scoring_detail::prepare(regular.responses, regular.items, sample, options.scoring, context);
  if (!prepared) return prepared.error();
  auto plan = scoring_detail::make_plan(bonus.responses, bonus.items, options.scoring.missing);
  if (!plan) return plan.error();
  const double total_units = prepared->plan.per_point;
  prepared->plan = std::move(*plan);
  ItemAnalysis apart;
  for (std::size_t j = 0; j < bonus.items.size(); ++j)
    apart.items.push_back(of_bonus(bonus_sums(*prepared, bonus.responses, j, total_units), bonus.items[j], bonus.responses.item_ids()[j],
                                   prepared->plan.items[j].dichotomous, out->n_used));
  if (options.group_share > 0.0) {
    auto groups = item_sums_detail::group_sums(*prepared, bonus.responses, options.group_share,
                                               options.group_ties == GroupTies::kFractional, context);
    if (!groups) return groups.error();
    set_groups(*groups, prepared->plan.per_point, apart);
  }
  find(apart);
  for (const Findings* more : {&prepared->plan.findings, &apart.findings})
    for (const Finding& f : *more)
      if (f.code != Code::kFullMarkAssumed) out->findings.push_back(f);
  std::vector<ItemStatistics> items(static_cast<std::size_t>(responses.n_items()));
  for (std::size_t j = 0; j < regular.column.size(); ++j) items[static_cast<std::size_t>(regular.column[j])] = std::move(out->items[j]);
  for (std::size_t j = 0; j < bonus.column.size(); ++j) items[static_cast<std::size_t>(bonus.column[j])] = std::move(apart.items[j]);
  out->items = std::move(items);
  return out;
}

}  // namespace item_analysis_detail

Result<ItemAnalysis> item_analysis(const Responses& responses, const Items& items, const Sample& sample, const ItemAnalysisOptions& options,
                                   const ExecutionContext& context) {
  namespace detail = item_analysis_detail;
  if (!(options.group_share >= 0.0 && options.group_share <= 0.5))
    return make_error(Code::kInvalidArgument, {}, {{"name", "group_share"}, {"detail", "outside [0, 0.5]"}});
  const auto regular = scoring_detail::columns_apart(responses, items, false);
  if (!regular) return regular.error();
  if (!*regular) return detail::of_regular(responses, items, sample, options, context);
  const auto bonus = scoring_detail::columns_apart(responses, items, true);
  if (!bonus) return bonus.error();
  return detail::with_bonus(responses, **regular, **bonus, sample, options, context);
}

template <class T>
Result<ItemAnalysis> item_analysis_dense(const DenseView<T>& view, std::vector<std::string> item_ids, const ItemAnalysisOptions& options,
                                         const ExecutionContext& context) {
  namespace detail = item_analysis_detail;
  const bool sized = view.data != nullptr && view.n_persons >= 2 && view.n_items > 0;
  if (sized && !options.overlap_corrected && options.group_share == 0.0) {
    if (auto ok = responses_detail::check_ids(item_ids, view.n_items); !ok) return ok.error();
    auto sums = item_sums_detail::streamed_sums(view, item_ids, context);
    if (!sums) return sums.error();
    if (sums->fits) {
      ItemAnalysis out;
      detail::begin(item_ids, {}, sums->plan, out);
      detail::everybody(view.n_persons, sums->plan, out);
      detail::from_total(sums->totals, detail::dichotomous(sums->plan), out);
      detail::find(out);
      return out;
    }
  }
  auto responses = Responses::from_dense(view, std::move(item_ids), context);
  if (!responses) return responses.error();
  return item_analysis(*responses, {}, {}, options, context);
}

template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int8_t>&, std::vector<std::string>, const ItemAnalysisOptions&,
                                                  const ExecutionContext&);
template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::uint8_t>&, std::vector<std::string>, const ItemAnalysisOptions&,
                                                  const ExecutionContext&);
template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int16_t>&, std::vector<std::string>, const ItemAnalysisOptions&,
                                                  const ExecutionContext&);
template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int32_t>&, std::vector<std::string>, const ItemAnalysisOptions&,
                                                  const ExecutionContext&);
template Result<ItemAnalysis> item_analysis_dense(const DenseView<std::int64_t>&, std::vector<std::string>, const ItemAnalysisOptions&,
                                                  const ExecutionContext&);

Table ItemAnalysis::to_table() const {
  Table table("item_analysis");
  const auto text = [&](auto field) {
    std::vector<std::string> column;
    for (const ItemStatistics& s : items) column.push_back(field(s));
    return column;
  };
  const auto real = [&](auto field) {
    std::vector<double> column;
    for (const ItemStatistics& s : items) column.push_back(field(s));
    return column;
  };
  const auto whole = [&](auto field) {
    std::vector<std::int64_t> column;
    for (const ItemStatistics& s : items) column.push_back(field(s));
    return column;
  };
  table.add("item", text([](const auto& s) { return s.id; }));
  table.add("label", text([](const auto& s) { return s.label; }));
  table.add("n", whole([](const auto& s) { return s.n; }));
  table.add("n_missing", whole([](const auto& s) { return s.n_missing; }));
  table.add("full_mark", real([](const auto& s) { return s.full_mark; }));
  table.add("mean", real([](const auto& s) { return s.mean; }));
  table.add("sd", real([](const auto& s) { return s.sd; }));
  table.add("difficulty", real([](const auto& s) { return s.difficulty; }));
  table.add("difficulty_se", real([](const auto& s) { return s.difficulty_se; }));
  table.add("hardness", real([](const auto& s) { return s.hardness(); }));
  table.add("item_total_r", real([](const auto& s) { return s.item_total_r; }));
  table.add("item_rest_r", real([](const auto& s) { return s.item_rest_r; }));
  table.add("item_total_corrected", real([](const auto& s) { return s.item_total_corrected; }));
  table.add("point_biserial", real([](const auto& s) { return s.point_biserial; }));
  table.add("biserial", real([](const auto& s) { return s.biserial; }));
  table.add("biserial_rest", real([](const auto& s) { return s.biserial_rest; }));
  table.add("discrimination", real([](const auto& s) { return s.discrimination; }));
  table.add("upper_difficulty", real([](const auto& s) { return s.upper_difficulty; }));
  table.add("lower_difficulty", real([](const auto& s) { return s.lower_difficulty; }));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::ctt
