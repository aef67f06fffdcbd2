#pragma once

#include <celadon/reports/impl/indicator_pages.hpp>
#include <celadon/reports/impl/svg_canvas.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::reports::indicator_detail {

using pages_detail::at;
using scheme::text_detail::shown;

UnitScope::UnitScope(const scheme::SchemeEvaluation& all, const IndicatorReportOptions& chosen, std::size_t at_period, std::size_t at_level,
                     std::size_t at_unit)
    : evaluation(all),
      options(chosen),
      period(at_period),
      level(at_level),
      unit(at_unit),
      words(chosen.page_wording != nullptr ? *chosen.page_wording : default_page_wording(chosen.language)),
      wording(chosen.statement_wording != nullptr ? *chosen.statement_wording : io::default_wording(chosen.language)) {
  if (period > 0) {
    const std::int32_t l = evaluation.find_level(period - 1, units().name);
    if (l >= 0) {
      before_level = at(l);
      const auto& ids = evaluation.periods[period - 1].levels[before_level].ids;
      const auto it = std::find(ids.begin(), ids.end(), units().ids[unit]);
      if (it != ids.end()) before = static_cast<std::int32_t>(it - ids.begin());
    }
  }
  std::vector<std::pair<std::int32_t, int>> open;
  for (auto it = scheme().roots.rbegin(); it != scheme().roots.rend(); ++it) open.emplace_back(*it, 0);
  while (!open.empty()) {
    const auto [k, d] = open.back();
    open.pop_back();
    if (value(k).state != IndexState::kNotForLevel && !only_changes(k)) {
      rows.push_back(k);
      depth.push_back(d);
    }
    const auto& children = indicator(k).children;
    for (auto it = children.rbegin(); it != children.rend(); ++it) open.emplace_back(*it, d + 1);
  }
  // A heading none of whose parts is an index of this level says nothing.
  for (std::size_t r = rows.size(); r-- > 0;) {
    const IndexValue& v = value(rows[r]);
    const bool has_parts = r + 1 < rows.size() && depth[r + 1] > depth[r];
    if (indicator(rows[r]).is_leaf() || has_parts || v.state == IndexState::kEvaluated || !missing_word(v).empty()) continue;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(r));
    depth.erase(depth.begin() + static_cast<std::ptrdiff_t>(r));
  }
}

bool UnitScope::only_changes(std::int32_t k) const {
  const Indicator& i = indicator(k);
  if (i.is_leaf()) return i.statistic == scheme::Statistic::kChange;
  if (shown(value(k))) return false;
  return std::all_of(i.children.begin(), i.children.end(), [this](std::int32_t c) { return only_changes(c); });
}

const IndexValue* UnitScope::earlier(std::int32_t k) const {
  if (before < 0) return nullptr;
  const IndexValue& v = evaluation.periods[period - 1].values[before_level][at(before) * n_indicators() + at(k)];
  return shown(v) ? &v : nullptr;
}

const IndexValue* UnitScope::at_period(std::size_t p, std::int32_t k) const {
  const std::int32_t l = evaluation.find_level(p, units().name);
  if (l < 0) return nullptr;
  const auto& ids = evaluation.periods[p].levels[at(l)].ids;
  const auto it = std::find(ids.begin(), ids.end(), units().ids[unit]);
  if (it == ids.end()) return nullptr;
  return &evaluation.periods[p].values[at(l)][static_cast<std::size_t>(it - ids.begin()) * n_indicators() + at(k)];
}

const scheme::LikeValue* UnitScope::like(std::int32_t k) const {
  if (options.like == nullptr || options.like->level != units().name) return nullptr;
  const std::size_t index = unit * n_indicators() + at(k);
  if (index >= options.like->values.size()) return nullptr;
  const scheme::LikeValue& v = options.like->values[index];
  return v.state == scheme::LikeState::kNotCompared || !shown(value(k)) ? nullptr : &v;
}

std::string UnitScope::unit_name(std::size_t level_index, std::size_t unit_index) const {
  const scheme::UnitLevel& l = now().levels[level_index];
  if (options.names != nullptr)
    for (const UnitName& one : *options.names)
      if (one.level == l.name && one.id == l.ids[unit_index] && !one.name.empty()) return one.name;
  return l.ids[unit_index];
}

std::string UnitScope::level_word(std::string_view level_name) const {
  const std::string key = "units." + std::string(level_name);
  return wording.find(key) != nullptr ? feedback::render(key, {}, wording) : std::string(level_name);
}

std::string UnitScope::with_unit(std::int32_t k) const {
  const NumberForm form = scheme::number_form(indicator(k));
  std::string measure = form.unit.empty() ? form.literal.in(options.language) : feedback::render(form.unit, {}, wording);
  measure.erase(0, measure.find_first_not_of(' '));
  return measure.empty() ? name(k) : name(k) + " (" + measure + ")";
}

std::string UnitScope::number(std::int32_t k, double value) const {
  const NumberForm form = scheme::number_form(indicator(k));
  if (!std::isfinite(value)) return "–";
  return feedback::number_text(value * form.factor, form.decimals) +
         (form.unit.empty() ? form.literal.in(options.language) : feedback::render(form.unit, {}, wording));
}

std::string UnitScope::difference(std::int32_t k, double value) const {
  const NumberForm form = scheme::number_form(indicator(k));
  if (!std::isfinite(value)) return "–";
  const std::string digits = feedback::number_text(std::fabs(value) * form.factor, form.decimals);
  const bool zero = digits == "0";
  return (zero          ? ""
          : value > 0.0 ? "+"
                        : "−") +
         digits + (form.difference_unit.empty() ? form.literal.in(options.language) : feedback::render(form.difference_unit, {}, wording));
}

std::string UnitScope::interval(std::int32_t k, double low, double high) const {
  const NumberForm form = scheme::number_form(indicator(k));
  if (!std::isfinite(low) || !std::isfinite(high)) return "–";
  std::string out = feedback::number_text(low * form.factor, form.decimals);
  out += low < 0.0 || high < 0.0 ? word(Word::to) : "–";
  return out + feedback::number_text(high * form.factor, form.decimals);
}

std::string UnitScope::missing_word(const IndexValue& v) const {
  switch (v.state) {
    case IndexState::kEvaluated:
      return v.hidden == evaluation::Hidden::kShown ? std::string() : word(Word::index_hidden);
    case IndexState::kNoData:
      return word(Word::index_few_data);
    case IndexState::kNotInData:
      return word(Word::index_no_data);
    case IndexState::kCutNotPublished:
      return word(Word::index_no_cut);
    case IndexState::kPartsMissing:
      return word(Word::index_parts_missing);
    case IndexState::kByPeople:
      return word(Word::index_by_people);
    case IndexState::kInvalid:
      return word(Word::index_invalid);
    case IndexState::kNoEarlierPeriod:
      return word(Word::index_no_earlier);
    default:
      return {};
  }
}

Axis axis_of(const UnitScope& scope, std::int32_t k) {
  const Indicator& i = scope.indicator(k);
  if (std::isfinite(i.goalposts[0]) && std::isfinite(i.goalposts[1]))
    return {std::min(i.goalposts[0], i.goalposts[1]), std::max(i.goalposts[0], i.goalposts[1])};
  const bool difference = i.statistic == scheme::Statistic::kChange || i.statistic == scheme::Statistic::kGap;
  if (i.unit == "share" && !difference) return {0.0, 1.0};
  double from = kNoValue, to = kNoValue;
  const auto take = [&](double x) {
    if (!std::isfinite(x)) return;
    from = std::isfinite(from) ? std::min(from, x) : x;
    to = std::isfinite(to) ? std::max(to, x) : x;
  };
  // Over schools and all levels above, so that an index has one axis on all pages of these; finer levels have their own.
  const std::int32_t school = scope.evaluation.find_level(scope.period, "school");
  const std::size_t lowest = school < 0 ? scope.level : std::min(scope.level, at(school));
  for (std::size_t l = lowest; l < scope.now().levels.size(); ++l)
    for (std::size_t u = 0; u < scope.now().levels[l].ids.size(); ++u) {
      const IndexValue& v = scope.value_of(l, u, k);
      if (!shown(v)) continue;
      take(v.value);
      take(v.low);
      take(v.high);
    }
  if (const IndexValue* v = scope.earlier(k); v != nullptr) take(v->value);
  take(i.target);
  if (!std::isfinite(from)) return {0.0, 1.0};
  const double room = std::max(to - from, 1e-9 + 0.05 * std::fabs(to));
  const double step = svg_detail::nice_step(room, 4);
  return {std::floor((from - 0.05 * room) / step) * step, std::ceil((to + 0.05 * room) / step) * step};
}

namespace sections_detail {

/// Rows of a picture that still fits a phone and half a sheet.
inline constexpr std::size_t kMostRows = 14;
/// Small charts of indices that changed.
inline constexpr std::size_t kMostTimelines = 6;

inline ProfileChart::Row profile_row(const UnitScope& scope, std::size_t r) {
  const std::int32_t k = scope.rows[r];
  const IndexValue& v = scope.value(k);
  ProfileChart::Row row;
  row.label = scope.short_name(k);
  row.depth = scope.depth[r];
  if (!shown(v)) {
    row.value_text = scope.missing_word(v);
    return row;
  }
  const Axis axis = axis_of(scope, k);
  const auto place = [&](double x) { return std::isfinite(x) ? std::clamp(axis.place(x), 0.0, 1.0) : kNoValue; };
  row.value_text = scope.number(k, v.value);
  row.value = place(v.value);
  row.lower = place(v.low);
  row.upper = place(v.high);
  row.target = place(scope.indicator(k).target);
  if (const IndexValue* earlier = scope.earlier(k); earlier != nullptr) row.previous = place(earlier->value);
  if (const scheme::LikeValue* like = scope.like(k); like != nullptr) row.reference = place(like->like_mean);
  row.low_label = scope.number(k, axis.from);
  row.high_label = scope.number(k, axis.to);
  return row;
}

inline std::string change_word(const UnitScope& scope, const IndexValue& v) {
  switch (v.change_state) {
    case scheme::ChangeState::kNoVisible:
      return scope.word(Word::change_none);
    case scheme::ChangeState::kHigher:
      return scope.word(Word::change_higher);
    case scheme::ChangeState::kLower:
      return scope.word(Word::change_lower);
    default:
      return scope.word(Word::change_not_compared);
  }
}

inline std::string hoped_word(const UnitScope& scope, const Indicator& i) {
  if (i.direction == scheme::Direction::kNeutral) return "–";
  return scope.word(i.direction == scheme::Direction::kHigher ? Word::hoped_higher : Word::hoped_lower);
}

/// The band of a value in the scheme's words, with the bands its interval leaves open.
inline std::string band_of(const UnitScope& scope, std::int32_t k, const IndexValue& v) {
  const scheme::Bands& bands = scope.indicator(k).bands;
  if (v.band < 0 || bands.cuts.empty()) return {};
  const auto name = [&](std::int32_t band) {
    return at(band) < bands.names.size() ? bands.names[at(band)].in(scope.options.language) : std::to_string(band + 1);
  };
  std::string out = name(v.band);
  if (v.band_low >= 0 && v.band_high >= 0 && v.band_low != v.band_high) out += " (" + name(v.band_low) + "–" + name(v.band_high) + ")";
  if (!bands.published) out += " " + scope.word(Word::band_local);
  return out;
}

inline DataTable profile_table(const UnitScope& scope, std::size_t from, std::size_t to, std::size_t number) {
  bool any_band = false, any_target = false;
  for (std::size_t r = from; r < to; ++r) {
    any_band = any_band || !scope.indicator(scope.rows[r]).bands.cuts.empty();
    any_target = any_target || std::isfinite(scope.indicator(scope.rows[r]).target);
  }
  TableMaker table("indices_" + std::to_string(number), scope.word(Word::table_numbers));
  table.column("index", scope.word(Word::index)).column("value", scope.word(Word::value));
  table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", scope.confidence()}}));
  if (any_target) table.column("target", scope.word(Word::target));
  if (any_band) table.column("band", scope.word(Word::index_level));
  table.column("n", scope.word(Word::n_records), ColumnKind::kCount);
  table.column("hoped", scope.word(Word::hoped));
  for (std::size_t r = from; r < to; ++r) {
    const std::int32_t k = scope.rows[r];
    const Indicator& i = scope.indicator(k);
    const IndexValue& v = scope.value(k);
    const bool visible = shown(v);
    std::string name = scope.name(k);
    if (!i.verified && scope.scheme().label.empty()) name += " ※";
    table.text(std::move(name)).text(visible ? scope.number(k, v.value) : scope.missing_word(v));
    table.text(visible ? scope.interval(k, v.low, v.high) : std::string("–"));
    if (any_target) table.text(std::isfinite(i.target) ? scope.number(k, i.target) : std::string("–"));
    if (any_band) table.text(visible ? band_of(scope, k, v) : std::string("–"));
    if (visible)
      table.count(std::llround(v.n));
    else
      table.nothing();
    table.text(hoped_word(scope, i));
  }
  return table.take();
}

}  // namespace sections_detail

void add_profile(const UnitScope& scope, Report& report) {
  using namespace sections_detail;
  Section section{"indices", scope.word(Word::heading_indices), false, {}};
  bool any_unverified = false;
  for (const std::int32_t k : scope.rows) any_unverified = any_unverified || (!scope.indicator(k).verified && scope.scheme().label.empty());
  std::size_t number = 0;
  for (std::size_t from = 0; from < scope.rows.size();) {
    // A root and its parts stay together; several small roots share a picture.
    std::size_t to = from + 1;
    while (to < scope.rows.size()) {
      std::size_t end = to + 1;
      while (end < scope.rows.size() && scope.depth[end] > 0) ++end;
      if (scope.depth[to] == 0 && end - from > kMostRows) break;
      to = scope.depth[to] == 0 ? end : to + 1;
    }
    ++number;
    ProfileChart profile;
    bool any_previous = false, any_like = false, any_target = false;
    for (std::size_t r = from; r < to; ++r) {
      profile.rows.push_back(profile_row(scope, r));
      any_previous = any_previous || std::isfinite(profile.rows.back().previous);
      any_like = any_like || std::isfinite(profile.rows.back().reference);
      any_target = any_target || std::isfinite(profile.rows.back().target);
    }
    profile.value_label = scope.word(Word::value);
    profile.interval_label = fill(scope.word(Word::interval_of), {{"confidence", scope.confidence()}});
    if (any_like) profile.reference_label = scope.word(Word::like_mean);
    if (any_previous) profile.previous_label = scope.word(Word::last_time);
    if (any_target) profile.target_label = scope.word(Word::target);
    const std::string title = scope.short_name(scope.rows[from]);
    const bool one =
        std::count(scope.depth.begin() + static_cast<std::ptrdiff_t>(from), scope.depth.begin() + static_cast<std::ptrdiff_t>(to), 0) < 2;
    Chart chart{"profile_" + std::to_string(number), one ? title : fill(scope.word(Word::chart_profile), {{"name", title}}),
                number == 1 ? scope.word(Word::profile_says) : std::string(), std::move(profile)};
    pages_detail::add_chart(section, std::move(chart), profile_table(scope, from, to, number));
    from = to;
  }
  if (section.blocks.empty()) return;
  if (any_unverified) pages_detail::add_notes(section, {note(scope.word(Word::unverified_note))});
  report.sections.push_back(std::move(section));
}

void add_changes(const UnitScope& scope, Report& report) {
  using namespace sections_detail;
  if (scope.period == 0) return;
  Section section{"changes", scope.word(Word::heading_changes), false, {}};
  TableMaker table("changes", scope.word(Word::heading_changes));
  table.column("index", scope.word(Word::index))
      .column("before", scope.word(Word::last_time))
      .column("value", scope.word(Word::this_period));
  table.column("change", scope.word(Word::change));
  table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", scope.confidence()}}), ColumnKind::kText, 2, true);
  table.column("judgement", scope.word(Word::judgement));
  std::vector<std::int32_t> changed;
  for (const std::int32_t k : scope.rows) {
    const IndexValue& v = scope.value(k);
    const IndexValue* earlier = scope.earlier(k);
    if (!shown(v) || earlier == nullptr || !scheme::text_detail::compared(v)) continue;
    const bool visible = v.change_state != scheme::ChangeState::kNoVisible;
    if (visible) changed.push_back(k);
    table.text(scope.name(k)).text(scope.number(k, earlier->value)).text(scope.number(k, v.value)).text(scope.difference(k, v.change));
    table.text(scope.interval(k, v.change_low, v.change_high)).text(change_word(scope, v)).fold(!visible);
  }
  std::vector<Statement> first;
  for (const std::int32_t root : scope.scheme().roots)
    if (!scope.indicator(root).is_leaf() && scope.only_changes(root))
      first.push_back(note(fill(scope.word(Word::change_index_note), {{"name", scope.short_name(root)}})));
  pages_detail::add_notes(section, std::move(first));
  if (table.empty()) {
    pages_detail::add_notes(section, {note(scope.word(Word::no_earlier_note))});
  } else {
    const std::string label = fill(scope.word(Word::fold_no_change), {{"n", std::to_string(table.n_folded())}});
    section.blocks.emplace_back(TableBlock{table.take(label)});
    pages_detail::add_notes(
        section, {note(fill(scope.word(Word::change_note), {{"rate", feedback::percent_text(scope.evaluation.options.false_discovery)}}))});
  }
  std::size_t drawn = 0;
  for (const std::int32_t k : changed) {
    if (drawn == kMostTimelines) break;
    ++drawn;
    TimelineChart line;
    TimelineChart::Series series;
    const bool share = scope.indicator(k).unit == "share";
    TableMaker times("timeline_table_" + std::to_string(drawn), scope.word(Word::table_numbers));
    times.column("period", scope.word(Word::period)).column("value", scope.word(Word::value));
    times.column("interval", fill(scope.word(Word::interval_of), {{"confidence", scope.confidence()}}));
    // Periods before a test that was not linked stand on another scale.
    std::vector<const IndexValue*> values(scope.period + 1, nullptr);
    std::size_t from = 0;
    for (std::size_t p = 0; p <= scope.period; ++p) {
      values[p] = scope.at_period(p, k);
      if (values[p] != nullptr && values[p]->change_state == scheme::ChangeState::kNotLinked) from = p;
    }
    for (std::size_t p = from; p <= scope.period; ++p) {
      line.periods.push_back(scope.evaluation.periods[p].id);
      const IndexValue* v = values[p];
      const bool visible = v != nullptr && shown(*v);
      series.value.push_back(visible ? v->value : kNoValue);
      series.lower.push_back(visible ? v->low : kNoValue);
      series.upper.push_back(visible ? v->high : kNoValue);
      times.text(line.periods.back()).text(visible ? scope.number(k, v->value) : std::string("–"));
      times.text(visible ? scope.interval(k, v->low, v->high) : std::string("–"));
    }
    series.label = scope.short_name(k);
    line.series.push_back(std::move(series));
    line.target = scope.indicator(k).target;
    line.share = share;
    line.y_title = scope.with_unit(k);
    line.target_label = std::isfinite(line.target) ? scope.word(Word::target) : std::string();
    Chart chart{"timeline_" + std::to_string(drawn), scope.name(k),
                drawn == 1 ? fill(scope.word(Word::timeline_says), {{"confidence", scope.confidence()}}) : std::string(), std::move(line)};
    pages_detail::add_chart(section, std::move(chart), times.take());
  }
  report.sections.push_back(std::move(section));
}

void add_like(const UnitScope& scope, Report& report) {
  if (scope.options.like == nullptr) return;
  TableMaker table("like", scope.word(Word::like_mean));
  table.column("index", scope.word(Word::index)).column("value", scope.word(Word::value)).column("mean", scope.word(Word::like_mean));
  table.column("difference", scope.word(Word::difference));
  table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", feedback::percent_text(scope.options.like->confidence)}}),
               ColumnKind::kText, 2, true);
  table.column("judgement", scope.word(Word::judgement));
  for (const std::int32_t k : scope.rows) {
    const scheme::LikeValue* v = scope.like(k);
    if (v == nullptr) continue;
    const bool near = v->state == scheme::LikeState::kNear;
    table.text(scope.name(k)).text(scope.number(k, scope.value(k).value)).text(scope.number(k, v->like_mean));
    table.text(scope.difference(k, v->difference)).text(scope.interval(k, v->low, v->high));
    table.text(scope.word(near ? Word::like_near : v->state == scheme::LikeState::kAbove ? Word::like_above : Word::like_below)).fold(near);
  }
  if (table.empty()) return;
  const std::string units = scope.level_word(scope.units().name);
  Section section{"like", fill(scope.word(Word::heading_like), {{"units", units}}), false, {}};
  const std::string label = fill(scope.word(Word::fold_like_near), {{"n", std::to_string(table.n_folded())}});
  section.blocks.emplace_back(TableBlock{table.take(label)});
  pages_detail::add_notes(section,
                          {note(fill(scope.word(Word::like_note), {{"n", std::to_string(scope.options.like->n_like)}, {"units", units}}))});
  report.sections.push_back(std::move(section));
}

}  // namespace celadon::inline CELADON_ABI::reports::indicator_detail
