#pragma once

#include <celadon/reports/impl/mastery_pages.hpp>
#include <celadon/reports/impl/school_pages.hpp>

#include <numeric>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// A group in a table that compares groups of one whole.
struct GroupRow {
  std::string name;
  const ctt::ExamGroup* figures = nullptr;
  std::int32_t class_index = -1;  ///< -1 for a school
  const std::vector<std::int64_t>* rows = nullptr;
  evaluation::Hidden hidden = evaluation::Hidden::kShown;
};

/// Classes of a school, or the schools of a paper that several schools sat; in the order of their numbers.
inline std::vector<GroupRow> groups_of(const Scope& scope, std::int32_t school) {
  const Units& units = scope.paper.paper.units;
  std::vector<GroupRow> groups;
  if (school < 0 && units.schools.size() > 1 && scope.paper.exam_schools) {
    for (std::size_t s = 0; s < units.schools.size() && s < scope.paper.exam_schools->units.size(); ++s)
      groups.push_back({unit_name(units.schools[s]), &scope.paper.exam_schools->units[s], -1, &scope.paper.school_rows[s], {}});
  } else if (scope.paper.exam) {
    for (std::size_t c = 0; c < units.classes.size() && c < scope.paper.exam->units.size(); ++c)
      if (school < 0 || units.classes[c].parent == school)
        groups.push_back(
            {unit_name(units.classes[c]), &scope.paper.exam->units[c], static_cast<std::int32_t>(c), &scope.paper.class_rows[c], {}});
  }
  std::vector<std::int64_t> n;
  n.reserve(groups.size());
  for (const GroupRow& group : groups) n.push_back(group.figures->n);
  const auto hidden = evaluation::suppress_groups(n, scope.profile().suppression, scope.options.school_audience);
  for (std::size_t k = 0; k < groups.size(); ++k) groups[k].hidden = hidden[k];
  return groups;
}

/// Which rates of a column may be shown. What is hidden beside the rate of the whole could be had by subtraction: where that is one group,
/// too few pupils, or all or none of them, the smallest group still shown goes with it, and so on.
inline std::vector<std::uint8_t> rates_shown(const Scope& scope, const std::vector<GroupRow>& groups, std::size_t rate) {
  std::vector<std::uint8_t> shown(groups.size(), 0);
  const auto may_show = [&scope](std::int64_t count, std::int64_t n) {
    return evaluation::suppress_rate(count, n, scope.profile().suppression, scope.options.school_audience) == evaluation::Hidden::kShown;
  };
  std::size_t n_hidden = 0;
  std::int64_t hidden_pupils = 0;
  std::int64_t hidden_count = 0;
  const auto hide = [&](const ctt::ExamGroup& figures) {
    ++n_hidden;
    hidden_pupils += figures.n;
    hidden_count += figures.counts[rate];
  };
  for (std::size_t k = 0; k < groups.size(); ++k) {
    const ctt::ExamGroup& figures = *groups[k].figures;
    if (figures.n == 0 || rate >= figures.counts.size()) continue;
    const bool visible = groups[k].hidden == evaluation::Hidden::kShown && may_show(figures.counts[rate], figures.n);
    shown[k] = visible ? 1 : 0;
    if (!visible) hide(figures);
  }
  while (n_hidden > 0 && (n_hidden == 1 || !may_show(hidden_count, hidden_pupils))) {
    std::size_t smallest = groups.size();
    for (std::size_t k = 0; k < groups.size(); ++k)
      if (shown[k] != 0 && (smallest == groups.size() || groups[k].figures->n < groups[smallest].figures->n)) smallest = k;
    if (smallest == groups.size()) break;
    shown[smallest] = 0;
    hide(*groups[smallest].figures);
  }
  return shown;
}

inline void add_result_table(const Scope& scope, const std::vector<GroupRow>& groups, const ctt::ExamGroup& together, Section& section) {
  const bool schools = !groups.empty() && groups.front().class_index < 0;
  TableMaker table("groups", scope.word(schools ? Word::heading_school_results : Word::heading_results));
  table.column("group", scope.word(schools ? Word::school : Word::school_class));
  table.column("n", scope.word(Word::n_counted), ColumnKind::kCount).column("mean", scope.word(Word::mean), ColumnKind::kNumber, 1);
  table.column("sd", scope.word(Word::sd), ColumnKind::kNumber, 1).column("rate", scope.word(Word::score_rate), ColumnKind::kShare);
  const std::size_t n_rates = std::min(together.rates.size(), scope.profile().rate_names.size());
  std::vector<std::vector<std::uint8_t>> shown;
  for (std::size_t r = 0; r < n_rates; ++r) {
    table.column("rate_" + scope.profile().rates[r].id, scope.profile().rate_names[r].in(scope.language), ColumnKind::kShare);
    shown.push_back(rates_shown(scope, groups, r));
  }
  bool rates_hidden = false, groups_hidden = false;
  for (std::size_t k = 0; k < groups.size(); ++k) {
    const ctt::ExamGroup& figures = *groups[k].figures;
    const bool visible = groups[k].hidden == evaluation::Hidden::kShown && figures.n > 0;
    groups_hidden = groups_hidden || groups[k].hidden != evaluation::Hidden::kShown;
    table.text(groups[k].name);
    // The size of a small group is itself a figure of it.
    if (groups[k].hidden == evaluation::Hidden::kSmallGroup)
      table.text("< " + std::to_string(scope.profile().suppression.least_n));
    else
      table.count(figures.n);
    table.number(visible ? figures.mean : kNoValue).number(visible ? figures.sd : kNoValue);
    table.number(visible ? figures.score_rate : kNoValue);
    for (std::size_t r = 0; r < n_rates; ++r) {
      rates_hidden = rates_hidden || (visible && shown[r][k] == 0);
      table.number(visible && shown[r][k] != 0 ? figures.rates[r] : kNoValue);
    }
  }
  const bool whole = group_shown(scope, together.n);
  table.text(scope.word(Word::together)).count(together.n);
  table.number(whole ? together.mean : kNoValue).number(whole ? together.sd : kNoValue).number(whole ? together.score_rate : kNoValue);
  for (std::size_t r = 0; r < n_rates; ++r) {
    const bool visible = evaluation::suppress_rate(together.counts[r], together.n, scope.profile().suppression,
                                                   scope.options.school_audience) == evaluation::Hidden::kShown;
    rates_hidden = rates_hidden || !visible;
    table.number(visible ? together.rates[r] : kNoValue);
  }
  section.blocks.emplace_back(TableBlock{table.take()});
  std::vector<Statement> notes{note(scope.word(Word::class_table_note))};
  if (groups_hidden)
    notes.push_back(note(fill(scope.word(Word::suppressed_note), {{"n", std::to_string(scope.profile().suppression.least_n)}})));
  if (rates_hidden) notes.push_back(note(scope.word(Word::rate_suppressed_note)));
  add_notes(section, std::move(notes));
}

inline void add_level_table(const Scope& scope, const feedback::LevelCounts& counts, Section& section) {
  if (counts.counts.empty() || !group_shown(scope, counts.n)) return;
  TableMaker table("levels", scope.word(Word::table_level_counts));
  table.column("level", scope.word(Word::level)).column("band", scope.word(Word::band));
  table.column("n", scope.word(Word::n_pupils), ColumnKind::kCount).column("share", scope.word(Word::share_of_pupils), ColumnKind::kShare);
  // Where one level holds everybody, or all but one, the counts speak of each pupil: none is shown then.
  const bool exempt = scope.options.school_audience <= evaluation::Audience::kTeacher;
  const bool telling = !exempt && scope.profile().suppression.hide_all_or_none &&
                       std::any_of(counts.counts.begin(), counts.counts.end(), [&](std::int64_t n) { return n >= counts.n - 1; });
  for (std::size_t k = 0; k < counts.counts.size() && k < scope.profile().levels.size(); ++k) {
    table.text(scope.profile().levels[k].name.in(scope.language)).text(band_text(scope.profile().levels, k));
    if (telling)
      table.nothing().nothing();
    else
      table.count(counts.counts[k]).number(static_cast<double>(counts.counts[k]) / static_cast<double>(counts.n));
  }
  section.blocks.emplace_back(TableBlock{table.take()});
}

inline void add_group_heat_map(const Scope& scope, const std::vector<GroupRow>& groups, Report& report) {
  std::vector<std::size_t> columns;
  for (std::size_t k = 0; k < scope.paper.parts.size(); ++k)
    if (scope.paper.parts[k].dimension == Dimension::kKnowledge) columns.push_back(k);
  if (columns.empty() || groups.empty()) return;
  const bool schools = groups.front().class_index < 0;
  HeatMapChart heat;
  TableMaker table("heat_map", scope.word(Word::table_numbers));
  table.column("group", scope.word(schools ? Word::school : Word::school_class));
  for (const std::size_t k : columns) {
    heat.columns.push_back(scope.paper.parts[k].value);
    heat.column_notes.push_back(fill(scope.word(Word::n_items_value), {{"n", std::to_string(scope.paper.parts[k].items.size())}}));
    table.column("part_" + std::to_string(k + 1), scope.paper.parts[k].value, ColumnKind::kShare);
  }
  for (const GroupRow& group : groups) {
    std::vector<double> shares(scope.paper.parts.size(), kNoValue);
    if (group.hidden == evaluation::Hidden::kShown && group.figures->n > 0) {
      const std::vector<feedback::PartScore> scores =
          group.class_index >= 0 ? evaluation::class_parts(scope.evaluation, scope.paper, group.class_index)
                                 : feedback::group_parts(scope.paper.paper, scope.paper.gain_loss, scope.paper.parts, *group.rows,
                                                         scope.profile().interval_confidence);
      for (const feedback::PartScore& score : scores)
        if (mean_shown(scope, score.share, score.n)) shares[at(score.part)] = score.share;
    }
    heat.rows.push_back(group.name);
    table.text(group.name);
    for (const std::size_t k : columns) {
      heat.share.push_back(shares[k]);
      table.number(shares[k]);
    }
  }
  Section section{"knowledge", scope.word(Word::heading_class_knowledge), false, {}};
  Chart chart{"heat_map", scope.word(schools ? Word::chart_schools_heat_map : Word::chart_school_heat_map),
              scope.word(Word::school_heat_map_says), std::move(heat)};
  add_chart(section, std::move(chart), table.take());
  report.sections.push_back(std::move(section));
}

void add_group_results(const Scope& scope, std::int32_t school, Report& report) {
  Section section{"results", "", false, {}};
  const ctt::ExamStatistics* figures =
      school >= 0 ? (scope.paper.exam_schools ? &*scope.paper.exam_schools : nullptr) : (scope.paper.exam ? &*scope.paper.exam : nullptr);
  if (figures == nullptr) return;
  if (school >= 0 && at(school) >= figures->units.size()) return;
  const ctt::ExamGroup& together = school >= 0 ? figures->units[at(school)] : figures->all;
  const std::vector<GroupRow> groups = groups_of(scope, school);
  const bool schools = !groups.empty() && groups.front().class_index < 0;
  section.heading = scope.word(schools ? Word::heading_school_results : Word::heading_results);
  add_result_table(scope, groups, together, section);
  const feedback::PupilLevels& levels = scope.paper.levels;
  if (school < 0)
    add_level_table(scope, levels.all, section);
  else if (at(school) < levels.schools.size())
    add_level_table(scope, levels.schools[at(school)], section);
  std::vector<std::int64_t> rows;
  if (school >= 0) {
    rows = scope.paper.school_rows[at(school)];
  } else {
    for (std::int64_t row = 0; row < scope.paper.n_persons(); ++row)
      if (scope.paper.counted[at(row)] != 0) rows.push_back(row);
  }
  if (group_shown(scope, static_cast<std::int64_t>(rows.size())) && !rows.empty())
    section.blocks.emplace_back(distribution_chart(scope, rows, together.mean));
  report.sections.push_back(std::move(section));
  add_group_heat_map(scope, groups, report);
  std::vector<MasteryGroup> mastery_groups;
  mastery_groups.reserve(groups.size());
  for (const GroupRow& group : groups) mastery_groups.push_back({group.name, *group.rows, group.hidden == evaluation::Hidden::kShown});
  add_school_mastery(scope, mastery_groups, rows, schools, report);
}

}  // namespace pages_detail

Result<Report> school_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::int32_t school,
                             const ReportOptions& options) {
  using namespace pages_detail;
  if (paper >= evaluation.papers.size()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(paper)}});
  const Scope scope(evaluation, evaluation.papers[paper], options);
  const Units& units = scope.paper.paper.units;
  if (school < -1 || (school >= 0 && at(school) >= units.schools.size()))
    return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(school)}});
  Report report;
  start(report, scope, Audience::kSchool);
  report.id = paper_folder(scope.paper) + "/school/" + school_file(scope.paper, school);
  report.heading = scope.word(school < 0 ? Word::title_paper : Word::title_school);
  report.title = report.heading + " · " + (school < 0 ? paper_name(scope.paper) : unit_name(units.schools[at(school)]));
  if (school >= 0) report.facts.push_back({scope.word(Word::school), unit_name(units.schools[at(school)])});
  add_paper_facts(scope, report.facts);
  const std::vector<feedback::Statement> all = evaluation::paper_statements(evaluation, scope.paper);
  add_group_results(scope, school, report);
  add_item_section(scope, report);
  add_option_section(scope, report);
  add_blueprint_section(scope, all, report);
  add_calibration_section(scope, all, report);
  add_curve_section(scope, report);
  static constexpr std::string_view kNotEvaluated[] = {"paper.not_evaluated"};
  StatementBlock missing = block_of(scope, all, kNotEvaluated, StatementBlock::Form::kBullets, 'X');
  if (!missing.statements.empty())
    report.sections.push_back(section_of("not_evaluated", scope.word(Word::heading_not_evaluated), std::move(missing)));
  report.footer = {note(scope.word(Word::footer_school))};
  if (school >= 0 && units.schools.size() > 1) report.footer.push_back(note(scope.word(Word::footer_whole_paper)));
  report.footer.push_back(note(scope.word(Word::footer_explain)));
  report.footer.push_back(version_note(scope));
  return report;
}

}  // namespace celadon::inline CELADON_ABI::reports
