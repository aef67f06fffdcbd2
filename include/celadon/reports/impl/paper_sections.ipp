#pragma once

#include <celadon/reports/impl/school_pages.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

bool group_shown(const Scope& scope, std::int64_t n) {
  return evaluation::suppress_groups({&n, 1}, scope.profile().suppression, scope.options.school_audience).front() ==
         evaluation::Hidden::kShown;
}

bool mean_shown(const Scope& scope, double rate, std::int64_t n) {
  if (!std::isfinite(rate) || !group_shown(scope, n)) return false;
  const bool exempt = scope.options.school_audience <= evaluation::Audience::kTeacher;
  return exempt || !scope.profile().suppression.hide_all_or_none || (rate > 0.0 && rate < 1.0);
}

void add_item_section(const Scope& scope, Report& report) {
  if (!scope.paper.items) return;
  const ctt::ItemAnalysis& analysis = *scope.paper.items;
  TableMaker table("items", scope.word(Word::heading_paper_items));
  table.column("item", scope.word(Word::item)).column("content", scope.word(Word::content), ColumnKind::kText, 0, true);
  table.column("n", scope.word(Word::n_counted), ColumnKind::kCount)
      .column("full", scope.word(Word::full_mark), ColumnKind::kNumber, mark_decimals(scope));
  table.column("difficulty", scope.word(Word::difficulty), ColumnKind::kNumber, 2);
  table.column("discrimination", scope.word(Word::discrimination), ColumnKind::kNumber, 2);
  table.column("item_rest_r", scope.word(Word::item_rest_r), ColumnKind::kNumber, 2);
  for (std::size_t i = 0; i < analysis.items.size(); ++i) {
    const ctt::ItemStatistics& s = analysis.items[i];
    const Item& item = scope.item(i);
    const bool shown = mean_shown(scope, s.difficulty, s.n);
    table.text(item.shown_label()).text(item_content(scope, item)).count(s.n).number(item.full_mark);
    table.number(shown ? s.difficulty : kNoValue).number(shown ? s.discrimination : kNoValue).number(shown ? s.item_rest_r : kNoValue);
  }
  Section section{"items", scope.word(Word::heading_paper_items), false, {}};
  section.blocks.emplace_back(TableBlock{table.take()});
  std::vector<Statement> notes{note(scope.word(Word::difficulty_note))};
  if (scope.paper.alpha) notes.push_back(note(fill(scope.word(Word::alpha_note), {{"alpha", number_text(*scope.paper.alpha, 2)}})));
  add_notes(section, std::move(notes));
  report.sections.push_back(std::move(section));
}

void add_option_section(const Scope& scope, Report& report) {
  if (!scope.paper.distractors) return;
  const ctt::Distractors& all = *scope.paper.distractors;
  Section section{"options", scope.word(Word::heading_options), false, {}};
  const std::size_t n_groups = all.group_n.size();
  std::vector<std::string> groups;
  for (std::size_t g = 0; g < n_groups; ++g) {
    const Word word = g == 0 ? Word::group_low : g + 1 == n_groups ? Word::group_high : Word::group_middle;
    groups.push_back(n_groups > 3 && g != 0 && g + 1 != n_groups ? std::to_string(g + 1) : scope.word(word));
  }
  bool hidden = false;
  for (const ctt::ItemDistractors& item : all.items) {
    if (item.options.empty() || item.n == 0) continue;
    const auto where = std::find_if(scope.paper.paper.items.begin(), scope.paper.paper.items.end(),
                                    [&](const Item& candidate) { return candidate.id == item.id; });
    const std::string& label = where != scope.paper.paper.items.end() ? where->shown_label() : item.label;
    DistractorChart chart;
    chart.item = label;
    chart.groups = groups;
    chart.y_title = scope.word(Word::share_choosing);
    chart.key_label = scope.word(Word::key_mark);
    const std::string id = "options_" + std::to_string(&item - all.items.data() + 1);
    TableMaker table(id, scope.word(Word::table_numbers));
    table.column("option", scope.word(Word::option)).column("share", scope.word(Word::share_choosing), ColumnKind::kShare);
    for (std::size_t g = 0; g < n_groups; ++g) table.column("group_" + std::to_string(g + 1), groups[g], ColumnKind::kShare);
    const auto shown = [&](double share, std::int64_t n) {
      const bool visible = group_shown(scope, n);
      hidden = hidden || (std::isfinite(share) && !visible);
      return visible ? share : kNoValue;
    };
    for (const ctt::OptionStatistics& option : item.options) {
      if (option.category < 0 && option.n == 0) continue;
      const std::string name = option.category < 0 ? missing_word(scope, option.label) : option.label;
      table.text(option.is_key ? joined({name, scope.word(Word::key_mark)}, {}) : name).number(shown(option.share, item.n));
      DistractorChart::Option line{name, option.is_key, {}};
      for (std::size_t g = 0; g < n_groups; ++g) {
        line.share.push_back(g < option.share_by_group.size() ? shown(option.share_by_group[g], all.group_n[g]) : kNoValue);
        table.number(line.share.back());
      }
      if (option.category >= 0) chart.options.push_back(std::move(line));
    }
    Chart drawn{id, fill(scope.word(Word::chart_distractors), {{"item", label}}), "", std::move(chart)};
    add_chart(section, std::move(drawn), table.take());
  }
  if (section.blocks.empty()) return;
  std::vector<Statement> notes{note(fill(scope.word(Word::options_note), {{"n", std::to_string(all.n_used)}}))};
  if (hidden) notes.push_back(note(scope.word(Word::small_group_note)));
  section.blocks.emplace(section.blocks.begin(), StatementBlock{StatementBlock::Form::kSmallPrint, std::move(notes)});
  report.sections.push_back(std::move(section));
}

std::string missing_word(const Scope& scope, std::string_view label) {
  if (label == "not_administered") return scope.word(Word::not_given);
  if (label == "invalid") return scope.word(Word::option_invalid);
  return scope.word(label == "not_reached" ? Word::option_not_reached : Word::blank);
}

void add_blueprint_section(const Scope& scope, const std::vector<feedback::Statement>& all, Report& report) {
  static constexpr std::string_view kRules[] = {"paper.off_plan",   "paper.low_disc",    "paper.negative_disc", "paper.possible_key",
                                                "paper.thin_point", "paper.empty_level", "paper.points_differ", "paper.blueprint_fine"};
  const feedback::BlueprintCheck& check = scope.paper.blueprint;
  if (check.items.empty() && check.cells.empty()) return;
  Section section{"blueprint", scope.word(Word::heading_blueprint), false, {}};
  StatementBlock lines = block_of(scope, all, kRules, StatementBlock::Form::kBullets, 'B');
  if (!lines.statements.empty()) section.blocks.emplace_back(std::move(lines));
  if (!check.knowledge.empty()) {
    // Content by level: one column a level, each cell the share of the paper's points.
    TableMaker table("blueprint", scope.word(Word::table_blueprint));
    table.column("knowledge", scope.word(Word::knowledge_point));
    const std::vector<std::string> levels = check.levels.empty() ? std::vector<std::string>{""} : check.levels;
    for (std::size_t k = 0; k < levels.size(); ++k)
      table.column("level_" + std::to_string(k + 1), levels[k].empty() ? scope.word(Word::share) : levels[k], ColumnKind::kShare);
    table.column("points", scope.word(Word::points_planned), ColumnKind::kNumber, 1);
    table.column("n_items", scope.word(Word::n_items), ColumnKind::kCount);
    for (const std::string& point : check.knowledge) {
      table.text(point);
      double points = 0.0;
      std::int64_t n_items = 0;
      std::vector<double> shares(levels.size(), kNoValue);
      for (const feedback::BlueprintCell& cell : check.cells) {
        if (cell.knowledge != point) continue;
        points += cell.points;
        n_items += cell.n_items;
        const auto level = std::find(levels.begin(), levels.end(), cell.level);
        if (level != levels.end() && cell.n_items > 0) shares[static_cast<std::size_t>(level - levels.begin())] = cell.share;
      }
      for (const double share : shares) table.number(share);
      table.number(points).count(n_items);
    }
    section.blocks.emplace_back(TableBlock{table.take()});
  }
  TableMaker table("blueprint_items", scope.word(Word::table_blueprint_items));
  table.column("item", scope.word(Word::item)).column("content", scope.word(Word::content), ColumnKind::kText, 0, true);
  table.column("planned", scope.word(Word::planned), ColumnKind::kNumber, 2);
  table.column("observed", scope.word(Word::observed_difficulty), ColumnKind::kNumber, 2);
  table.column("interval", scope.word(Word::interval)).column("check", scope.word(Word::to_check));
  const auto n = scope.paper.levels.n_counted;
  for (const feedback::BlueprintItem& row : check.items) {
    const Item& item = scope.item(at(row.item));
    const bool shown = mean_shown(scope, row.observed, n);
    table.text(item.shown_label()).text(item_content(scope, item)).number(row.planned);
    table.number(shown ? row.observed : kNoValue);
    if (shown && std::isfinite(row.lower))
      table.text(number_text(row.lower, 2) + "–" + number_text(row.upper, 2));
    else
      table.nothing();
    std::vector<std::string> remarks;
    if (shown && row.off_plan) remarks.push_back(scope.word(Word::check_off_plan));
    if (shown && row.negative_discrimination) remarks.push_back(scope.word(Word::check_negative));
    if (shown && row.low_discrimination && !row.negative_discrimination) remarks.push_back(scope.word(Word::check_low));
    if (shown && row.possible_key >= 0) remarks.push_back(fill(scope.word(Word::check_key), {{"option", row.possible_key_label}}));
    table.text(joined(remarks, scope.word(Word::list_semicolon)), remarks.empty() ? Sign::kNone : Sign::kCheck).fold(remarks.empty());
  }
  const std::string folded = std::to_string(table.n_folded());
  if (!table.empty()) section.blocks.emplace_back(TableBlock{table.take(fill(scope.word(Word::fold_nothing_to_check), {{"n", folded}}))});
  add_notes(section, {note(scope.word(Word::blueprint_note))});
  report.sections.push_back(std::move(section));
}

}  // namespace pages_detail

}  // namespace celadon::inline CELADON_ABI::reports
