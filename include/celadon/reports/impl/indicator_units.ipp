#pragma once

#include <celadon/reports/impl/indicator_pages.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace celadon::inline CELADON_ABI::reports::indicator_detail {

using pages_detail::at;
using scheme::text_detail::shown;

namespace units_detail {

/// Pictures of units below that one page holds.
inline constexpr std::size_t kMostCaterpillars = 6;
/// Fewer units make no picture: single ones would be recognised.
inline constexpr std::size_t kLeastUnits = 5;

/// Units of the next finer level that lie in this one.
inline std::vector<std::size_t> units_below(const UnitScope& scope) {
  std::vector<std::size_t> out;
  if (scope.level == 0) return out;
  const scheme::UnitLevel& below = scope.now().levels[scope.level - 1];
  for (std::size_t u = 0; u < below.ids.size(); ++u)
    if (below.parent.empty() ? scope.units().ids.size() == 1 : below.parent[u] == static_cast<std::int32_t>(scope.unit)) out.push_back(u);
  return out;
}

}  // namespace units_detail

void add_units_below(const UnitScope& scope, Report& report) {
  using namespace units_detail;
  const std::vector<std::size_t> units = units_below(scope);
  if (units.size() < kLeastUnits) return;
  const std::string word = scope.level_word(scope.now().levels[scope.level - 1].name);
  Section section{"units", fill(scope.word(Word::heading_units), {{"units", word}}), false, {}};
  std::size_t drawn = 0;
  bool left_out = false;
  // Indices whose units differ most for the width of their intervals come first: there is something to see in them.
  struct Candidate {
    std::int32_t k;
    double spread;
  };
  std::vector<Candidate> candidates;
  for (std::size_t k = 0; k < scope.n_indicators(); ++k) {
    if (scope.only_changes(static_cast<std::int32_t>(k))) continue;
    double sum = 0.0, square = 0.0, width = 0.0, n = 0.0;
    for (const std::size_t u : units) {
      const IndexValue& v = scope.value_of(scope.level - 1, u, static_cast<std::int32_t>(k));
      if (!shown(v) || !std::isfinite(v.low) || !std::isfinite(v.high)) continue;
      n += 1.0;
      sum += v.value;
      square += v.value * v.value;
      width += v.high - v.low;
    }
    if (n < static_cast<double>(kLeastUnits)) continue;
    const double variance = std::max(0.0, square / n - (sum / n) * (sum / n));
    candidates.push_back({static_cast<std::int32_t>(k), width > 0.0 ? std::sqrt(variance) * n / width : 0.0});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.spread > b.spread; });
  for (const Candidate& one : candidates) {
    if (drawn == kMostCaterpillars) break;
    std::vector<const IndexValue*> values;
    for (const std::size_t u : units) {
      const IndexValue& v = scope.value_of(scope.level - 1, u, one.k);
      if (shown(v) && std::isfinite(v.value))
        values.push_back(&v);
      else
        left_out = true;
    }
    std::stable_sort(values.begin(), values.end(), [](const IndexValue* a, const IndexValue* b) { return a->value < b->value; });
    CaterpillarChart chart;
    const NumberForm form = scheme::number_form(scope.indicator(one.k));
    for (const IndexValue* v : values) {
      chart.value.push_back(v->value * form.factor);
      chart.lower.push_back(v->low * form.factor);
      chart.upper.push_back(v->high * form.factor);
    }
    const IndexValue& whole = scope.value(one.k);
    chart.reference = shown(whole) ? whole.value * form.factor : kNoValue;
    chart.reference_label = shown(whole) ? scope.word(Word::all_units) : std::string();
    chart.y_title = scope.with_unit(one.k);
    TableMaker table("units_table_" + std::to_string(drawn + 1), scope.word(Word::table_numbers));
    table.column("unit", scope.word(Word::unit_without_name), ColumnKind::kCount).column("value", scope.word(Word::value));
    table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", scope.confidence()}}));
    for (std::size_t v = 0; v < values.size(); ++v)
      table.count(static_cast<std::int64_t>(v) + 1)
          .text(scope.number(one.k, values[v]->value))
          .text(scope.interval(one.k, values[v]->low, values[v]->high));
    chart.x_title = fill(scope.word(Word::caterpillar_axis), {{"n", std::to_string(values.size())}, {"units", word}});
    ++drawn;
    Chart picture{
        "units_" + std::to_string(drawn), scope.name(one.k),
        drawn == 1 ? fill(scope.word(Word::caterpillar_says), {{"units", word}, {"confidence", scope.confidence()}}) : std::string(),
        std::move(chart)};
    pages_detail::add_chart(section, std::move(picture), table.take());
  }
  if (drawn == 0) return;
  std::vector<Statement> notes{note(fill(scope.word(Word::units_note), {{"units", word}}))};
  if (left_out) notes.push_back(note(fill(scope.word(Word::units_left_out), {{"units", word}})));
  pages_detail::add_notes(section, std::move(notes));
  report.sections.push_back(std::move(section));
}

namespace units_detail {

inline void add_balance(const UnitScope& scope, const green::Drivers& d, std::size_t number, Section& section) {
  if (d.balance.size() < 2) return;
  BalanceChart chart;
  TableMaker table("balance_table_" + std::to_string(number), scope.word(Word::table_numbers));
  table.column("level", scope.word(Word::where)).column("share", scope.word(Word::share_of_differences), ColumnKind::kShare);
  table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", feedback::percent_text(d.confidence)}}),
               ColumnKind::kInterval);
  for (const green::VarianceShare& s : d.balance) {
    const bool pupils = &s == &d.balance.front();
    const std::string units = scope.level_word(s.level);
    chart.parts.push_back({pupils ? fill(scope.word(Word::balance_within), {{"units", scope.level_word(d.level)}})
                                  : fill(scope.word(Word::balance_between), {{"units", units}}),
                           s.share, s.low, s.high});
    table.text(chart.parts.back().label).number(s.share).interval(s.low, s.high);
  }
  Chart picture{"balance_" + std::to_string(number),
                fill(scope.word(Word::chart_balance), {{"outcome", d.outcome_name.in(scope.options.language)}}),
                scope.word(Word::balance_says), std::move(chart)};
  pages_detail::add_chart(section, std::move(picture), table.take());
}

inline void add_gradient(const UnitScope& scope, const green::Drivers& d, std::size_t number, Section& section) {
  if (d.lines.size() < kLeastUnits) return;
  const bool own_level = scope.units().name == d.level;
  GradientChart chart;
  for (const green::GradientLine& line : d.lines) {
    // By its id: the tables of the drivers may have had the units in another order.
    const std::size_t k = chart.lines.size();
    if (own_level && k < d.line_units.size() && d.line_units[k] == scope.units().ids[scope.unit]) chart.own = static_cast<std::int32_t>(k);
    chart.lines.push_back({line.x_low, line.x_high, line.y_low, line.y_high});
  }
  if (own_level && chart.own < 0) return;  // too few rows of its own: no line to show
  TableMaker table("gradient_table_" + std::to_string(number), scope.word(Word::table_numbers));
  table.column("line", scope.word(Word::line)).column("slope", scope.word(Word::line_slope), ColumnKind::kNumber, 3);
  table.column("slope_se", scope.word(Word::standard_error), ColumnKind::kNumber, 3);
  table.column("from", scope.word(Word::expected_low), ColumnKind::kNumber, 2)
      .column("to", scope.word(Word::expected_high), ColumnKind::kNumber, 2);
  table.text(scope.word(Word::all_units))
      .number(d.overall.slope)
      .number(d.overall.slope_se)
      .number(d.overall.y_low)
      .number(d.overall.y_high);
  if (chart.own >= 0) {
    const green::GradientLine& own = d.lines[at(chart.own)];
    table.text(scope.unit_name(scope.level, scope.unit)).number(own.slope).number(own.slope_se).number(own.y_low).number(own.y_high);
  }
  chart.overall = {d.overall.x_low, d.overall.x_high, d.overall.y_low, d.overall.y_high};
  const std::string predictor = d.gradient_name.in(scope.options.language);
  const std::string outcome = d.outcome_name.in(scope.options.language);
  chart.x_title = predictor;
  chart.y_title = outcome;
  const std::string units = scope.level_word(d.level);
  chart.units_label = fill(scope.word(Word::gradient_units), {{"n", std::to_string(d.lines.size())}, {"units", units}});
  chart.overall_label = scope.word(Word::all_units);
  if (chart.own >= 0) chart.own_label = scope.unit_name(scope.level, scope.unit);
  Chart picture{"gradient_" + std::to_string(number),
                fill(scope.word(Word::chart_gradient), {{"outcome", outcome}, {"predictor", predictor}}),
                fill(scope.word(Word::gradient_says), {{"units", units}}), std::move(chart)};
  pages_detail::add_chart(section, std::move(picture), table.take());
}

inline void add_effects(const UnitScope& scope, const green::Drivers& d, std::size_t number, Section& section) {
  if (d.effects.empty()) return;
  TableMaker table("effects_" + std::to_string(number), d.outcome_name.in(scope.options.language));
  table.column("predictor", scope.word(Word::predictor)).column("effect", scope.word(Word::effect), ColumnKind::kNumber, 2);
  table.column("interval", fill(scope.word(Word::interval_of), {{"confidence", feedback::percent_text(d.confidence)}}));
  table.column("judgement", scope.word(Word::judgement));
  for (const green::DriverEffect& e : d.effects) {
    table.text(e.name.in(scope.options.language) + (e.group ? std::string() : " " + scope.word(Word::per_sd))).number(e.estimate);
    table.text(pages_detail::number_text(e.low, 2) + (e.low < 0.0 || e.high < 0.0 ? scope.word(Word::to) : std::string("–")) +
               pages_detail::number_text(e.high, 2));
    table.text(scope.word(e.stands_out ? Word::relation_seen : Word::relation_none));
  }
  section.blocks.emplace_back(TableBlock{table.take()});
}

}  // namespace units_detail

void add_drivers(const UnitScope& scope, Report& report) {
  using namespace units_detail;
  if (scope.options.drivers == nullptr) return;
  const bool top = scope.level + 1 == scope.now().levels.size();
  Section section{"drivers", scope.word(top ? Word::heading_drivers : Word::heading_gradient), false, {}};
  std::size_t number = 0, mark = 0;
  for (const green::Drivers& d : *scope.options.drivers) {
    if (d.period != scope.now().id) continue;
    ++number;
    if (top) {
      StatementBlock block;
      block.form = StatementBlock::Form::kParagraphs;
      for (const feedback::Statement& s : green::driver_statements(d)) {
        ++mark;
        Statement out{s.id, "D" + std::to_string(mark), pages_detail::kind_of(s.role), "", feedback::render(s, scope.wording)};
        if (out.kind == StatementKind::kClaim) out.kind = StatementKind::kEvidence;
        block.statements.push_back(std::move(out));
      }
      add_balance(scope, d, number, section);
      if (!block.statements.empty()) section.blocks.emplace_back(std::move(block));
      add_gradient(scope, d, number, section);
      add_effects(scope, d, number, section);
    } else if (scope.units().name == d.level) {
      add_gradient(scope, d, number, section);
    }
  }
  if (section.blocks.empty()) return;
  pages_detail::add_notes(section, {note(scope.word(Word::drivers_note))});
  report.sections.push_back(std::move(section));
}

void add_sensitivity(const UnitScope& scope, Report& report) {
  const auto nodes = scheme::sensitivity(scope.evaluation, scope.period, scope.units().name, scope.units().ids[scope.unit]);
  if (!nodes || nodes->empty()) return;
  Section section{"sensitivity", scope.word(Word::heading_sensitivity), false, {}};
  std::size_t number = 0;
  for (const scheme::NodeSensitivity& node : *nodes) {
    const NumberForm form = scheme::number_form(scope.indicator(node.node));
    TornadoChart chart;
    chart.centre = node.value * form.factor;
    chart.decimals = form.decimals;
    chart.centre_label = scope.word(Word::this_period);
    chart.x_title = scope.with_unit(node.node);
    TableMaker table("tornado_table_" + std::to_string(number + 1), scope.word(Word::table_numbers));
    table.column("what", scope.word(Word::what_changes)).column("low", scope.word(Word::lowest)).column("high", scope.word(Word::highest));
    for (const scheme::SensitivityBar& bar : node.bars) {
      if (chart.bars.size() == 10) break;
      const Word what = bar.what == scheme::WhatChanged::kChildInterval ? Word::tornado_interval
                        : bar.what == scheme::WhatChanged::kChildWeight ? Word::tornado_weight
                                                                        : Word::tornado_removed;
      // Without a child there is one value, on one side of the node's.
      const bool one = bar.what == scheme::WhatChanged::kChildRemoved;
      const double low = one && bar.low > node.value ? kNoValue : bar.low * form.factor;
      const double high = one && bar.high <= node.value ? kNoValue : bar.high * form.factor;
      chart.bars.push_back({fill(scope.word(what), {{"name", scope.short_name(bar.child)}}), low, high, ""});
      table.text(chart.bars.back().label).text(scope.number(node.node, bar.low)).text(scope.number(node.node, bar.high));
    }
    if (chart.bars.empty()) continue;
    ++number;
    Chart picture{"tornado_" + std::to_string(number), fill(scope.word(Word::chart_tornado), {{"name", scope.name(node.node)}}),
                  scope.word(Word::tornado_says), std::move(chart)};
    pages_detail::add_chart(section, std::move(picture), table.take());
  }
  if (section.blocks.empty()) return;
  report.sections.push_back(std::move(section));
}

}  // namespace celadon::inline CELADON_ABI::reports::indicator_detail
