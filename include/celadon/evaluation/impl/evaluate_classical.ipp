#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

namespace classical_detail {

/// One group of more pupils than this is no class: an S-P chart of it cannot be read.
inline constexpr std::int64_t kSpMostPersons = 2000;

/// Keeps a result, lists its error as not evaluated, and lets a cancelled context through.
template <class T>
Result<void> keep(PaperEvaluation& out, std::string_view what, Result<T> result, std::optional<T>& into) {
  if (result) {
    into = std::move(*result);
    return {};
  }
  if (result.error().code == Code::kCancelled) return result.error();
  set_aside(out, what, result.error());
  return {};
}

inline std::vector<std::string> ids_of(const std::vector<Unit>& units) {
  std::vector<std::string> out;
  out.reserve(units.size());
  for (const Unit& u : units) out.push_back(u.id);
  return out;
}

/// Options as chosen where an item has them, marks elsewhere: the rest score of a choice item goes over the whole paper.
struct MixedAnswers {
  Responses responses;
  Items items;
  std::vector<std::uint8_t> has_options;
};

/// Points of each option of an item, as the marks beside the options show them; an option that nobody took has the key's points or none.
inline std::vector<double> option_points(const Paper& paper, std::int64_t item) {
  const Item& it = paper.items[static_cast<std::size_t>(item)];
  std::vector<double> points(it.category_labels.size(), 0.0);
  for (std::size_t k = 0; k < points.size(); ++k)
    if (!it.key.empty() && it.category_labels[k] == it.key) points[k] = it.full_mark;
  std::vector<std::uint8_t> known(points.size(), 0);
  for (std::int64_t i = 0; i < paper.scored.n_persons(); ++i) {
    const std::uint8_t option = paper.raw->at(i, item);
    const std::uint8_t mark = paper.scored.at(i, item);
    if (is_missing(option) || is_missing(mark) || option >= points.size() || known[option] != 0) continue;
    points[option] = it.score(mark);
    known[option] = 1;
  }
  return points;
}

inline Result<MixedAnswers> mixed_answers(const Paper& paper) {
  MixedAnswers out;
  out.items = paper.items;
  Responses::Builder builder(paper.scored.n_persons(), paper.scored.item_ids());
  for (std::size_t j = 0; j < paper.items.size(); ++j) {
    const auto item = static_cast<std::int64_t>(j);
    const bool options = paper.items[j].category_labels.size() >= 2 && paper.raw->n_categories()[j] > 0;
    out.has_options.push_back(static_cast<std::uint8_t>(options ? 1 : 0));
    const Responses& from = options ? *paper.raw : paper.scored;
    for (std::int64_t i = 0; i < from.n_persons(); ++i) builder.set(i, item, from.at(i, item));
    if (options)
      out.items[j].category_scores = option_points(paper, item);
    else
      out.items[j].category_labels.clear();
  }
  auto built = std::move(builder).build();
  if (!built) return built.error();
  out.responses = std::move(*built);
  return out;
}

inline Result<void> distractor_analysis(PaperEvaluation& out, const Work& work, const ctt::Sample& sample) {
  bool any = false;
  if (out.paper.raw)
    for (std::size_t j = 0; j < out.paper.items.size(); ++j)
      any |= out.paper.items[j].category_labels.size() >= 2 && out.paper.raw->n_categories()[j] > 0;
  if (!any) {
    set_aside(out, "distractors", make_finding(Severity::kNote, Code::kNoRawAnswers, {}, {{"paper", out.paper.id}}));
    return {};
  }
  auto mixed = mixed_answers(out.paper);
  if (!mixed) {
    set_aside(out, "distractors", mixed.error());
    return {};
  }
  ctt::DistractorOptions options;
  options.scoring.missing = work.profile.missing;
  options.possible_key_min_n = work.profile.wrong_key.least_choosing;
  auto ok = keep(out, "distractors", ctt::distractors(mixed->responses, mixed->items, sample, options, work.context), out.distractors);
  if (!ok || !out.distractors) return ok;
  std::size_t at = 0;
  std::erase_if(out.distractors->items, [&](const ctt::ItemDistractors&) { return mixed->has_options[at++] == 0; });
  return {};
}

/// Totals that can stand in one distribution: points where everybody could gain the same, else shares of the full mark.
inline std::vector<double> comparable_totals(const PaperEvaluation& out) {
  bool same = true;
  double attainable = std::numeric_limits<double>::quiet_NaN();
  for (const feedback::PupilLevel& p : out.levels.pupils) {
    if (!p.counted) continue;
    if (std::isnan(attainable)) attainable = p.attainable;
    same &= p.attainable == attainable;
  }
  std::vector<double> totals;
  for (const feedback::PupilLevel& p : out.levels.pupils)
    totals.push_back(!p.counted ? std::numeric_limits<double>::quiet_NaN() : (same ? p.total : p.share * out.paper.full_mark));
  return totals;
}

/// The regular paper with the bonus items behind it: what item statistics are computed from.
struct WholePaper {
  Items items;
  std::vector<std::int64_t> column;  ///< in the paper; of a choice group its first item
  [[nodiscard]] Result<Responses> responses(const Paper& paper, const feedback::base_paper_detail::BasePaper& base, std::size_t replaced,
                                            std::int64_t by) const {
    std::vector<std::string> ids;
    for (std::size_t j = 0; j < items.size(); ++j)
      ids.push_back(j == replaced ? paper.items[static_cast<std::size_t>(by)].id : items[j].id);
    Responses::Builder builder(paper.scored.n_persons(), ids);
    for (std::size_t j = 0; j < items.size(); ++j) {
      const bool in_base = j < base.items.size() && j != replaced;
      const Responses& from = in_base ? base.scored : paper.scored;
      const std::int64_t at = in_base ? static_cast<std::int64_t>(j) : (j == replaced ? by : column[j]);
      for (std::int64_t i = 0; i < paper.scored.n_persons(); ++i) builder.set(i, static_cast<std::int64_t>(j), from.at(i, at));
    }
    return std::move(builder).build();
  }
};

/// Statistics of one item of a choice group, among the pupils who chose it: it stands in the group's place in the paper.
inline Result<void> analyse_chosen(const Paper& paper, const feedback::base_paper_detail::BasePaper& base, const WholePaper& whole,
                                   std::size_t group, std::int64_t member, const ctt::Sample& sample,
                                   const ctt::ItemAnalysisOptions& options, const ExecutionContext& context, ctt::ItemAnalysis& into) {
  const Item& item = paper.items[static_cast<std::size_t>(member)];
  ctt::ItemStatistics& s = into.items[static_cast<std::size_t>(member)];
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (double* v : {&s.mean, &s.sd, &s.difficulty, &s.difficulty_se, &s.item_total_r, &s.item_rest_r, &s.item_total_corrected,
                    &s.point_biserial, &s.biserial, &s.biserial_rest, &s.discrimination, &s.upper_difficulty, &s.lower_difficulty})
    *v = nan;
  s.id = item.id;
  s.label = item.shown_label();
  s.full_mark = item.full_mark;
  std::vector<std::uint8_t> chose(sample.include.begin(), sample.include.end());
  for (std::size_t i = 0; i < chose.size(); ++i) {
    const std::uint8_t cell = paper.scored.at(static_cast<std::int64_t>(i), member);
    const bool counts = !is_missing(cell) || options.scoring.missing.of(cell) == MissingTreatment::kLowest;
    chose[i] = static_cast<std::uint8_t>(chose[i] != 0 && counts ? 1 : 0);
    s.n += chose[i];
  }
  s.n_missing = into.n_used - s.n;
  if (s.n < 2) return {};
  auto responses = whole.responses(paper, base, group, member);
  if (!responses) return responses.error();
  Items items = whole.items;
  items[group] = item;
  auto found = ctt::item_analysis(*responses, items, {.weights = sample.weights, .include = chose}, options, context);
  if (!found) {
    const bool few = found.error().code == Code::kTooFewPersons || found.error().code == Code::kNoPersons;
    return few ? Result<void>() : Result<void>(found.error());
  }
  const std::int64_t missing = s.n_missing;
  s = found->items[group];
  s.n_missing = missing;
  for (const Finding& f : found->findings)
    if (f.place.item == item.id) into.findings.push_back(f);
  return {};
}

/// Item analysis of the paper. A choice group takes part in the totals as one column.
inline Result<ctt::ItemAnalysis> analyse_items(const Paper& paper, const feedback::base_paper_detail::BasePaper& base,
                                               const ctt::Sample& sample, const ctt::ItemAnalysisOptions& options,
                                               const ExecutionContext& context) {
  const auto is_group = [](const std::vector<std::int64_t>& members) { return members.size() > 1; };
  if (std::none_of(base.members.begin(), base.members.end(), is_group))
    return ctt::item_analysis(paper.scored, paper.items, sample, options, context);
  WholePaper whole{base.items, base.column};
  for (const std::int64_t j : base.bonus) {
    whole.items.push_back(paper.items[static_cast<std::size_t>(j)]);
    whole.column.push_back(j);
  }
  auto responses = whole.responses(paper, base, whole.items.size(), -1);
  if (!responses) return responses.error();
  auto out = ctt::item_analysis(*responses, whole.items, sample, options, context);
  if (!out) return out;
  const std::vector<ctt::ItemStatistics> found = std::move(out->items);
  out->items.assign(paper.items.size(), {});
  for (std::size_t j = 0; j < found.size(); ++j)
    if (j >= base.members.size() || !is_group(base.members[j])) out->items[static_cast<std::size_t>(whole.column[j])] = found[j];
  for (std::size_t j = 0; j < base.members.size(); ++j) {
    if (!is_group(base.members[j])) continue;
    std::erase_if(out->findings, [&](const Finding& f) { return f.place.item == base.items[j].id; });
    for (const std::int64_t member : base.members[j])
      if (auto ok = analyse_chosen(paper, base, whole, j, member, sample, options, context, *out); !ok) return ok.error();
  }
  return out;
}

/// The id of a class is the school's business: a group without pupils is told by its number.
inline void name_by_number(ctt::ExamStatistics& exam) {
  std::size_t unit = 0;
  for (Finding& f : exam.findings) {
    if (f.code != Code::kEmptyGroup) continue;
    while (unit < exam.units.size() && exam.units[unit].n > 0) ++unit;
    for (Argument& a : f.arguments) a.value = "#" + std::to_string(unit + 1);
    ++unit;
  }
}

inline Result<void> exam_by_unit(PaperEvaluation& out, const Work& work, const ctt::Sample& sample, std::string_view what,
                                 const std::vector<Unit>& units, const std::vector<std::int32_t>& unit,
                                 const std::vector<std::vector<std::int64_t>>& rows, std::optional<ctt::ExamStatistics>& into) {
  ctt::ExamStatisticsOptions options;
  options.scoring.missing = work.profile.missing;
  options.rates = work.profile.rates;
  options.unit_ids = ids_of(units);
  if (!units.empty()) options.unit = unit;
  auto ok = keep(out, what, ctt::exam_statistics(out.paper.scored, out.paper.items, sample, options, work.context), into);
  if (!ok || !into) return ok;
  name_by_number(*into);
  if (feedback::base_paper_detail::is_plain(out.paper.items)) return ok;
  return settle_exam(out, work, *into, rows);
}

}  // namespace classical_detail

Result<void> settle_exam(PaperEvaluation& out, const Work& work, ctt::ExamStatistics& exam,
                         const std::vector<std::vector<std::int64_t>>& unit_rows) {
  // A share of the paper is that of the levels: bonus items add points but no attainable points, a choice group counts once.
  const std::vector<double>& weights = out.paper.units.weight;
  const auto fill = [&](ctt::ExamGroup& group, const std::vector<std::int64_t>& rows) -> Result<void> {
    group.full_mark = out.paper.full_mark;
    if (rows.empty()) return {};
    std::vector<double> points;
    std::vector<double> shares;
    std::vector<double> w;
    for (const std::int64_t i : rows) {
      const feedback::PupilLevel& p = out.levels.pupils[static_cast<std::size_t>(i)];
      points.push_back(p.attainable == out.paper.full_mark ? p.total : p.share * out.paper.full_mark);
      shares.push_back(p.share);
      if (!weights.empty()) w.push_back(weights[static_cast<std::size_t>(i)]);
    }
    ctt::DistributionOptions options;
    options.probabilities = {0.5};
    auto d = ctt::score_distribution(points, w, options);
    if (!d) return d.error();
    group.mean = d->mean;
    group.sd = d->sd;
    group.minimum = d->minimum;
    group.maximum = d->maximum;
    group.median = d->quantiles.front();
    double sum = 0.0;
    double total = 0.0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const double one = w.empty() ? 1.0 : w[i];
      total += one;
      sum += one * shares[i];
    }
    group.score_rate = sum / total;
    for (std::size_t r = 0; r < exam.rates.size(); ++r) {
      double reached = 0.0;
      group.counts[r] = 0;
      for (std::size_t i = 0; i < shares.size(); ++i) {
        const bool above = decision_value(shares[i]) >= decision_value(exam.rates[r].share_of_full);
        if (above != (exam.rates[r].side == ctt::RateCut::Side::kAtLeast)) continue;
        ++group.counts[r];
        reached += w.empty() ? 1.0 : w[i];
      }
      group.rates[r] = reached / total;
    }
    return {};
  };
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < out.counted.size(); ++i)
    if (out.counted[i] != 0) all.push_back(static_cast<std::int64_t>(i));
  exam.full_mark = out.paper.full_mark;
  if (auto ok = fill(exam.all, all); !ok) return ok;
  for (std::size_t u = 0; u < exam.units.size(); ++u) {
    if (auto ok = fill(exam.units[u], unit_rows[u]); !ok) return ok;
    if (exam.all.mean != 0.0 && exam.units[u].n > 0) exam.units[u].above_mean_rate = (exam.units[u].mean - exam.all.mean) / exam.all.mean;
  }
  // Parts of the paper: without bonus items, a choice group's mark once. Rows of single items stand as they are.
  std::vector<std::int64_t> columns;
  Items items;
  for (std::size_t j = 0; j < out.paper.items.size(); ++j)
    if (!out.paper.items[j].bonus) {
      columns.push_back(static_cast<std::int64_t>(j));
      items.push_back(out.paper.items[j]);
    }
  std::vector<std::int64_t> persons(static_cast<std::size_t>(out.n_persons()));
  for (std::size_t i = 0; i < persons.size(); ++i) persons[i] = static_cast<std::int64_t>(i);
  auto kept = out.paper.scored.select(persons, columns);
  if (!kept) return kept.error();
  ctt::ExamStatisticsOptions options;
  options.scoring.missing = work.profile.missing;
  for (const ctt::ExamGroup& u : exam.units) options.unit_ids.push_back(u.id);
  if (!exam.units.empty()) {
    options.unit.assign(persons.size(), -1);
    for (std::size_t u = 0; u < unit_rows.size(); ++u)
      for (const std::int64_t i : unit_rows[u]) options.unit[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(u);
  }
  auto parts = ctt::exam_statistics(*kept, items, {.weights = weights, .include = out.counted}, options, work.context);
  if (!parts) return parts.error();
  std::erase_if(exam.content, [](const ctt::ExamContent& c) { return c.dimension != ctt::ContentDimension::kItem; });
  std::erase_if(parts->content, [](const ctt::ExamContent& c) { return c.dimension == ctt::ContentDimension::kItem; });
  const std::vector<feedback::Part> known = feedback::parts_of(out.paper, {});
  for (ctt::ExamContent& c : parts->content) {
    const auto part =
        std::find_if(known.begin(), known.end(), [&](const feedback::Part& p) { return p.dimension == c.dimension && p.value == c.value; });
    const double full = part == known.end() ? out.paper.full_mark : part->full_mark;
    c.mean = c.score_rate * full;
    c.sd *= c.full_mark > 0.0 ? full / c.full_mark : 1.0;
    c.full_mark = full;
  }
  // Unit by unit, the items first, as exam_statistics gives them.
  const std::size_t n_units = exam.units.size() + 1;
  const auto slice = [&](const std::vector<ctt::ExamContent>& from, std::size_t u, std::vector<ctt::ExamContent>& to) {
    const auto stride = static_cast<std::ptrdiff_t>(from.size() / n_units);
    const auto first = from.begin() + static_cast<std::ptrdiff_t>(u) * stride;
    to.insert(to.end(), first, first + stride);
  };
  std::vector<ctt::ExamContent> content;
  for (std::size_t u = 0; u < n_units; ++u) {
    slice(exam.content, u, content);
    slice(parts->content, u, content);
  }
  exam.content = std::move(content);
  return {};
}

Result<void> classical_analysis(PaperEvaluation& out, const Work& work, const feedback::base_paper_detail::BasePaper& base) {
  namespace detail = classical_detail;
  const Units& units = out.paper.units;
  const ctt::Sample sample{.weights = units.weight, .include = out.counted};
  ctt::ItemAnalysisOptions items;
  items.scoring.missing = work.profile.missing;
  items.group_share = work.profile.group_share;
  auto ok = detail::keep(out, "items", detail::analyse_items(out.paper, base, sample, items, work.context), out.items);
  if (!ok) return ok;
  if (out.items) out.findings.insert(out.findings.end(), out.items->findings.begin(), out.items->findings.end());

  ok = detail::exam_by_unit(out, work, sample, "exam_statistics", units.classes, units.person_class, out.class_rows, out.exam);
  if (!ok) return ok;
  if (!units.schools.empty()) {
    std::vector<std::int32_t> school;
    for (std::int64_t i = 0; i < out.n_persons(); ++i) school.push_back(out.school_of(i));
    ok = detail::exam_by_unit(out, work, sample, "exam_schools", units.schools, school, out.school_rows, out.exam_schools);
    if (!ok) return ok;
  }
  const std::vector<double> totals = detail::comparable_totals(out);
  ok = detail::keep(out, "distribution", ctt::score_distribution(totals, units.weight), out.distribution);
  if (!ok) return ok;

  ctt::ReliabilityOptions reliability;
  reliability.scoring.missing = work.profile.missing;
  reliability.seed = work.options.seed;
  auto alpha = ctt::reliability(base.scored, base.items, sample, reliability, work.context);
  if (alpha && std::isfinite(alpha->alpha))
    out.alpha = alpha->alpha;
  else if (!alpha && alpha.error().code == Code::kCancelled)
    return alpha.error();
  else
    set_aside(out, "alpha", alpha ? static_cast<const Message&>(make_error(Code::kZeroVariance)) : alpha.error());
  return detail::distractor_analysis(out, work, sample);
}

Result<void> sp_tables(PaperEvaluation& out, const Work& work, const feedback::base_paper_detail::BasePaper& base) {
  namespace detail = classical_detail;
  if (!work.options.sp_tables) return {};
  std::vector<std::vector<std::int64_t>> groups = out.class_rows;
  if (groups.empty()) {
    groups.emplace_back();
    for (std::size_t i = 0; i < out.counted.size(); ++i)
      if (out.counted[i] != 0) groups.front().push_back(static_cast<std::int64_t>(i));
  }
  out.sp.resize(groups.size());
  ctt::SpOptions options;
  options.missing = work.profile.missing;
  options.right_from_share = work.profile.sp.right_from_share;
  options.min_items = work.profile.sp.min_items;
  options.min_persons = work.profile.sp.min_persons;
  options.n_simulations = work.profile.sp.n_simulations;
  options.seed = work.options.seed;
  bool said = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].empty()) continue;
    if (static_cast<std::int64_t>(groups[g].size()) > detail::kSpMostPersons) {
      set_aside(out, "sp_table", make_finding(Severity::kNote, Code::kSpTooMany, {}, {{"n", std::to_string(groups[g].size())}}));
      continue;
    }
    auto kept = base.scored.select_persons(groups[g]);
    if (!kept) return kept.error();
    auto table = ctt::sp_table(*kept, base.items, {}, options, work.context);
    if (table) {
      for (ctt::SpItem& item : table->items) item.column = base.column[static_cast<std::size_t>(item.column)];
      out.sp[g] = std::move(*table);
    } else if (table.error().code == Code::kCancelled) {
      return table.error();
    } else if (!said) {
      set_aside(out, "sp_table", table.error());
      said = true;
    }
  }
  return {};
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
