#pragma once

#include <celadon/reports/impl/class_pages.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// Pupils up to whom the S-P chart is drawn on one sheet.
inline constexpr std::size_t kMostChartRows = 80;

void add_wrong_items(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  if (page.review.wrong_items.empty()) return;
  TableMaker table("wrong_items", scope.word(Word::heading_wrong));
  table.column("pupil", scope.word(Word::pupil)).column("n", scope.word(Word::n_items), ColumnKind::kCount);
  table.column("items", scope.word(Word::items_lost));
  for (const feedback::WrongItems& wrong : page.review.wrong_items) {
    std::vector<std::string> labels;
    labels.reserve(wrong.items.size());
    for (const std::int32_t item : wrong.items) labels.push_back(scope.item(at(item)).shown_label());
    table.text(pupil_name(scope.paper, wrong.row)).count(static_cast<std::int64_t>(labels.size()));
    table.text(joined(labels, scope.word(Word::list_comma)));
  }
  Section section{"wrong_items", scope.word(Word::heading_wrong), false, {}};
  section.blocks.emplace_back(TableBlock{table.take()});
  report.sections.push_back(std::move(section));
}

void add_deviations(const ClassPage& page, Report& report) {
  using feedback::DeviationVerdict;
  const Scope& scope = page.scope;
  static constexpr std::string_view kRules[] = {"class.below", "class.above", "class.no_difference", "class.not_compared"};
  TableMaker table("deviations", scope.word(Word::table_deviations));
  table.column("item", scope.word(Word::item)).column("content", scope.word(Word::content), ColumnKind::kText, 0, true);
  table.column("observed", scope.word(Word::observed_rate), ColumnKind::kShare);
  table.column("expected", scope.word(Word::expected_rate), ColumnKind::kShare).column("verdict", scope.word(Word::verdict));
  for (const feedback::ClassDeviation& d : page.review.deviations) {
    if (d.verdict == DeviationVerdict::kNotTested) continue;
    const Item& item = scope.item(at(d.item));
    table.text(item.shown_label()).text(item_content(scope, item)).number(d.observed_rate).number(d.expected_rate);
    const bool none = d.verdict == DeviationVerdict::kNoDifference;
    table.text(scope.word(none                                    ? Word::no_difference
                          : d.verdict == DeviationVerdict::kBelow ? Word::below_expected
                                                                  : Word::above_expected));
    table.fold(none);
  }
  Section section{"deviations", scope.word(Word::heading_deviations), false, {}};
  StatementBlock lines = block_of(scope, page.statements, kRules, StatementBlock::Form::kBullets, 'D');
  if (!lines.statements.empty()) section.blocks.emplace_back(std::move(lines));
  if (!table.empty()) {
    const std::string folded = std::to_string(table.n_folded());
    section.blocks.emplace_back(TableBlock{table.take(fill(scope.word(Word::fold_no_difference), {{"n", folded}}))});
    add_notes(section, {note(scope.word(Word::deviation_note))});
  }
  if (section.blocks.empty()) return;
  report.sections.push_back(std::move(section));
}

void add_sp_chart(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  const std::size_t which = page.review.class_index < 0 ? 0 : at(page.review.class_index);
  if (which >= scope.paper.sp.size() || !scope.paper.sp[which]) return;
  const ctt::SpTable& sp = *scope.paper.sp[which];
  if (sp.persons.empty() || sp.items.empty()) return;
  const auto name = [&](const ctt::SpPerson& person) {
    return pupil_name(scope.paper, at(person.row) < page.rows.size() ? page.rows[at(person.row)] : person.row);
  };
  Section section{"sp", scope.word(Word::heading_sp), true, {}};
  SpChart chart;
  chart.right = sp.right;
  chart.s_curve = sp.s_curve;
  chart.p_curve = sp.p_curve;
  chart.s_label = scope.word(Word::s_curve);
  chart.p_label = scope.word(Word::p_curve);
  TableMaker table("sp_pupils", scope.word(Word::table_numbers));
  table.column("pupil", scope.word(Word::pupil)).column("n_right", scope.word(Word::n_items_right), ColumnKind::kCount);
  if (sp.indices) {
    table.column("caution", scope.word(Word::caution_index), ColumnKind::kNumber, 2);
    table.column("p", scope.word(Word::p_value), ColumnKind::kNumber, 3);
  }
  StatementBlock patterns;
  patterns.form = StatementBlock::Form::kBullets;
  for (const ctt::SpPerson& person : sp.persons) {
    chart.persons.push_back(name(person));
    table.text(chart.persons.back()).count(person.n_right);
    if (!sp.indices) continue;
    table.number(person.caution).number(person.p_value);
    // Only a pattern whose simulated p-value is small is pointed out, as a hint to look at the paper itself.
    if (std::isfinite(person.p_value) && evaluation::decision_value(person.p_value) <= scope.profile().sp.p_value)
      patterns.statements.push_back(
          note(fill(scope.word(Word::sp_person),
                    {{"name", chart.persons.back()}, {"caution", number_text(person.caution, 2)}, {"p", number_text(person.p_value, 3)}})));
  }
  for (const ctt::SpItem& item : sp.items) chart.items.push_back(scope.item(at(item.column)).shown_label());
  const std::string n = std::to_string(sp.persons.size());
  Chart drawn{"sp", scope.word(Word::chart_sp), fill(scope.word(Word::sp_says), {{"n", n}}), std::move(chart)};
  if (!patterns.statements.empty()) section.blocks.emplace_back(std::move(patterns));
  if (sp.persons.size() <= kMostChartRows)
    add_chart(section, std::move(drawn), table.take());
  else
    section.blocks.emplace_back(TableBlock{table.take()});
  std::vector<Statement> notes{note(fill(scope.word(Word::sp_note), {{"share", percent_text(scope.profile().sp.right_from_share)}}))};
  if (!sp.indices) notes.push_back(note(scope.word(Word::sp_chart_only)));
  if (!sp.apart.empty()) notes.push_back(note(fill(scope.word(Word::sp_apart), {{"n", std::to_string(sp.apart.size())}})));
  add_notes(section, std::move(notes));
  report.sections.push_back(std::move(section));
}

}  // namespace pages_detail

}  // namespace celadon::inline CELADON_ABI::reports
