#pragma once

#include <celadon/reports/impl/class_pages.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// Rows of groups that one sheet of A4 holds beside five items; the further ones go to the next page.
inline constexpr std::size_t kGroupsOnSheet = 10;

/// The error in words: the option with what it shows, or the cause entered at marking; empty where neither is known.
inline std::string error_text(const Scope& scope, const feedback::ErrorGroup& error) {
  if (error.option.empty()) return error.cause.text;
  if (error.cause.text.empty()) return fill(scope.word(Word::chose), {{"option", error.option}});
  return fill(scope.word(Word::chose_because), {{"option", error.option}, {"note", error.cause.text}});
}

inline std::string error_with_names(const Scope& scope, const feedback::ErrorGroup& error) {
  return fill(scope.word(Word::error_with_names),
              {{"error", error_text(scope, error)}, {"n", std::to_string(error.rows.size())}, {"names", names_of(scope, error.rows)}});
}

/// A row of the table of groups: pupils with one error; single pupils of one item share a row.
struct TalkRow {
  feedback::TalkForm form = feedback::TalkForm::kGroup;
  std::int32_t item = 0;
  std::string error;
  std::string names;
};

inline std::vector<TalkRow> talk_rows(const Scope& scope, const std::vector<feedback::TalkGroup>& groups) {
  std::vector<TalkRow> rows;
  for (const feedback::TalkGroup& group : groups) {
    const std::string names = names_of(scope, group.error.rows);
    if (group.form != feedback::TalkForm::kSingle) {
      rows.push_back({group.form, group.error.item, error_text(scope, group.error), names});
      continue;
    }
    const std::string own = names + (group.error.option.empty() ? std::string() : " (" + group.error.option + ")");
    const auto same =
        std::find_if(rows.begin(), rows.end(), [&](const TalkRow& row) { return row.form == group.form && row.item == group.error.item; });
    if (same == rows.end()) {
      rows.push_back({group.form, group.error.item, scope.word(Word::own_errors), own});
    } else {
      same->names += scope.word(Word::list_comma) + own;
    }
  }
  return rows;
}

inline DataTable talk_table(const Scope& scope, const std::vector<TalkRow>& rows, std::size_t from, std::size_t to, std::string id) {
  TableMaker table(std::move(id), scope.word(Word::table_talk));
  table.column("form", scope.word(Word::talk_form)).column("item", scope.word(Word::item)).column("error", scope.word(Word::shared_error));
  table.column("pupils", scope.word(Word::pupils));
  static constexpr Word kForms[] = {Word::talk_whole, Word::talk_group, Word::talk_single};
  for (std::size_t k = from; k < to; ++k)
    table.text(scope.word(kForms[static_cast<std::size_t>(rows[k].form)]))
        .text(scope.item(at(rows[k].item)).shown_label())
        .text(rows[k].error)
        .text(rows[k].names);
  return table.take();
}

void add_sheet(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  const feedback::ClassReview& review = page.review;
  static constexpr std::string_view kSummary[] = {"class.summary", "class.left_out", "class.no_loss"};
  const bool confirmed = review.signed_by_teacher || !scope.options.signed_by.empty();
  Section section{"sheet", scope.word(confirmed ? Word::heading_sheet : Word::heading_sheet_draft), false, {}};
  section.blocks.emplace_back(block_of(scope, page.statements, kSummary, StatementBlock::Form::kParagraphs, 'S'));
  if (!review.lesson.empty()) {
    TableMaker table("lesson", scope.word(Word::table_lesson));
    table.column("item", scope.word(Word::item)).column("content", scope.word(Word::content), ColumnKind::kText, 0, true);
    table.column("rate", scope.word(Word::score_rate), ColumnKind::kShare).column("losing", scope.word(Word::n_losing));
    table.column("error", scope.word(Word::common_error)).column("scope", scope.word(Word::scope));
    for (const std::int32_t position : review.lesson) {
      const feedback::ReviewItem& shown = review.items[at(position)];
      const Item& item = scope.item(at(shown.item));
      table.text(item.shown_label()).text(item_content(scope, item));
      table.number(shown.rate);
      table.text(fill(scope.word(Word::n_of), {{"n", std::to_string(shown.n_losing)}, {"of", std::to_string(shown.n)}}));
      table.text(shown.errors.empty() ? scope.word(Word::cause_open) : error_with_names(scope, shown.errors.front()));
      table.text(scope.word(shown.common ? Word::common : Word::individual));
    }
    section.blocks.emplace_back(TableBlock{table.take()});
    add_notes(section, {note(scope.word(Word::order_note))});
  } else if (std::get<StatementBlock>(section.blocks.front()).statements.empty()) {
    add_notes(section, {note(scope.word(Word::nothing_to_review))});
  }
  report.sections.push_back(std::move(section));
  const std::vector<TalkRow> rows = talk_rows(scope, review.groups);
  if (rows.empty()) return;
  Section groups{"groups", scope.word(Word::heading_talk), false, {}};
  const std::size_t shown = std::min(rows.size(), kGroupsOnSheet);
  groups.blocks.emplace_back(TableBlock{talk_table(scope, rows, 0, shown, "groups")});
  std::vector<Statement> notes{note(scope.word(Word::talk_note))};
  if (rows.size() > shown) notes.push_back(note(fill(scope.word(Word::talks_overleaf), {{"n", std::to_string(rows.size() - shown)}})));
  add_notes(groups, std::move(notes));
  report.sections.push_back(std::move(groups));
}

void add_sheet_basis(const ClassPage& page, Report& report) {
  const Scope& scope = page.scope;
  // What the sheet rests on, one paragraph an item: the sentences of the evaluation about it.
  Section section{"sheet_basis", scope.word(Word::heading_sheet_basis), false, {}};
  StatementBlock lines;
  lines.form = StatementBlock::Form::kRunning;
  std::size_t number = 0;
  for (const feedback::Statement& statement : page.statements) {
    const bool of_item = statement.rule == "class.item";
    const bool more = starts_with(statement.rule, "class.error_") || statement.rule == "class.common" || statement.rule == "class.single";
    if (!of_item && !more) continue;
    if (of_item && !lines.statements.empty()) section.blocks.emplace_back(std::exchange(lines, {StatementBlock::Form::kRunning, {}}));
    lines.statements.push_back(said(scope, statement, 'T', ++number));
  }
  if (!lines.statements.empty()) section.blocks.emplace_back(std::move(lines));
  const std::vector<TalkRow> rows = talk_rows(scope, page.review.groups);
  if (rows.size() > kGroupsOnSheet)
    section.blocks.emplace_back(TableBlock{talk_table(scope, rows, kGroupsOnSheet, rows.size(), "groups_more")});
  if (!section.blocks.empty()) report.sections.push_back(std::move(section));
}

}  // namespace pages_detail

}  // namespace celadon::inline CELADON_ABI::reports
