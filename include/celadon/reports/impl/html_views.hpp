/// What the page template reads: one view a kind of element, over the report model.
#pragma once

#include <celadon/reports/impl/html_cells.hpp>
#include <celadon/reports/report.hpp>
#include <celadon/reports/svg.hpp>
#include <celadon/reports/template.hpp>

#include <span>
#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::reports::html_detail {

// Names that a template may use, in one list; each element of the page knows some of them.
// Version 14 of the formatter breaks this list in another place each time it runs.
// clang-format off
#define CELADON_TEMPLATE_NAMES(X) \
  X(language) X(title) X(style) X(many) X(articles) X(audience) X(prefix) X(badge) X(heading) X(facts) X(label) X(value) X(sections) \
  X(section_id) X(page_break) X(blocks) X(said) X(quote) X(numbered) X(bullets) X(small_print) X(in_list) X(statements) \
  X(statement_id) X(mark) X(statement_kind) X(lead) X(text) X(table) X(table_id) X(caption) X(columns) X(column_heading) \
  X(column_class) X(has_open_rows) X(has_folded_rows) X(rows) X(folded_rows) X(fold_label) X(cells) X(first_cell) X(cell) \
  X(cell_class) X(glyph) X(chart) X(chart_kind) X(chart_title) X(chart_description) X(chart_table) X(chart_wide) X(chart_narrow) \
  X(links) X(link) X(href) X(note) X(footer) X(running) X(apart) X(row_cells) X(head_cells)
// clang-format on
enum Name : int {
#define CELADON_NAME(name) n_##name,
  CELADON_TEMPLATE_NAMES(CELADON_NAME)
#undef CELADON_NAME
};
inline constexpr std::string_view kNames[] = {
#define CELADON_NAME(name) #name,
    CELADON_TEMPLATE_NAMES(CELADON_NAME)
#undef CELADON_NAME
};
#undef CELADON_TEMPLATE_NAMES

class FactView final : public TemplateSource {
 public:
  const Fact* fact = nullptr;
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_label) return put(out, fact->label, escape);
    if (name == n_value) return put(out, fact->value, escape);
    return false;
  }
  std::int64_t count(int) const override { return -1; }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class StatementView final : public TemplateSource {
 public:
  const Statement* said = nullptr;
  bool write(int name, bool escape, TextBuffer& out) const override {
    static constexpr std::string_view kKinds[] = {"claim", "evidence", "uncertainty", "next_step", "note"};
    switch (name) {
      case n_statement_id:
        return put(out, said->id, escape);
      case n_mark:
        return put(out, said->mark, escape);
      case n_statement_kind:
        return put(out, kKinds[static_cast<std::size_t>(said->kind)], escape);
      case n_lead:
        return put(out, said->lead, escape);
      case n_text:
        return put(out, said->text, escape);
      default:
        return false;
    }
  }
  std::int64_t count(int name) const override {
    if (name == n_statement_id) return said->id.empty() ? 0 : 1;
    if (name == n_mark) return said->mark.empty() ? 0 : 1;
    if (name == n_lead) return said->lead.empty() ? 0 : 1;
    return -1;
  }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class ColumnView final : public TemplateSource {
 public:
  const TableColumn* column = nullptr;
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_column_heading) return put(out, column->heading, escape);
    if (name != n_column_class) return false;
    if (column->kind != ColumnKind::kText)
      out.add(column->secondary ? "n x" : "n");
    else if (column->secondary)
      out.add('x');
    return true;
  }
  std::int64_t count(int name) const override {
    if (name == n_column_class) return column->kind != ColumnKind::kText || column->secondary ? 1 : 0;
    return -1;
  }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class CellView final : public TemplateSource {
 public:
  const Cell* cell = nullptr;
  const TableColumn* column = nullptr;
  bool first = false;
  bool write(int name, bool escape, TextBuffer& out) const override {
    switch (name) {
      case n_cell: {
        if (const auto* text = std::get_if<std::string>(&cell->value)) return put(out, *text, escape);
        if (const double* number = std::get_if<double>(&cell->value))
          write_number(out, *cell, *column, *number);
        else
          out.add("–");
        return true;
      }
      case n_glyph:
        return put(out, sign_glyph(cell->sign), escape);
      case n_cell_class:
        if (column->kind != ColumnKind::kText) out.add("n ");
        if (column->secondary) out.add("x ");
        if (cell->sign != Sign::kNone) out.add("g-").add(sign_name(cell->sign)).add(' ');
        out.truncate(out.size() - 1);
        return true;
      default:
        return false;
    }
  }
  std::int64_t count(int name) const override {
    switch (name) {
      case n_first_cell:
        return first ? 1 : 0;
      case n_glyph:
        return cell->sign != Sign::kNone ? 1 : 0;
      case n_cell_class:
        return column->kind != ColumnKind::kText || column->secondary || cell->sign != Sign::kNone ? 1 : 0;
      default:
        return -1;
    }
  }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class RowView final : public TemplateSource {
 public:
  const DataTable* table = nullptr;
  std::size_t row = 0;
  /// row_cells: the elements of the row in one piece, which costs a fraction of naming them one by one.
  bool write(int name, bool, TextBuffer& out) const override {
    if (name != n_row_cells) return false;
    const Cell* cell = &table->cell(row, 0);
    out.add("<th scope=\"row\"");
    write_cell(*cell, table->columns[0], out);
    out.add("</th>");
    for (std::size_t c = 1; c < table->columns.size(); ++c) {
      out.add("<td");
      write_cell(*++cell, table->columns[c], out);
      out.add("</td>");
    }
    return true;
  }
  std::int64_t count(int name) const override { return name == n_cells ? static_cast<std::int64_t>(table->columns.size()) : -1; }
  const TemplateSource* element(int, std::int64_t index) const override {
    const auto c = static_cast<std::size_t>(index);
    cell_.cell = &table->cell(row, c);
    cell_.column = &table->columns[c];
    cell_.first = index == 0;
    return &cell_;
  }

 private:
  mutable CellView cell_;
};

class TableView final : public TemplateSource {
 public:
  void show(const DataTable* shown) {
    table_ = shown;
    n_folded_ = 0;
    for (const std::uint8_t folded : shown->folded) n_folded_ += folded != 0 ? 1 : 0;
    at_ = 0;
  }
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_caption) return put(out, table_->caption, escape);
    if (name == n_table_id) return put(out, table_->id, escape);
    if (name == n_fold_label) return put(out, table_->fold_label, escape);
    if (name != n_head_cells) return false;
    for (const TableColumn& column : table_->columns) {
      const bool numeric = column.kind != ColumnKind::kText;
      out.add("<th scope=\"col\"");
      if (numeric || column.secondary) out.add(numeric ? (column.secondary ? " class=\"n x\"" : " class=\"n\"") : " class=\"x\"");
      out.add('>').add_html(column.heading).add("</th>");
    }
    return true;
  }
  std::int64_t count(int name) const override {
    const auto rows = static_cast<std::int64_t>(table_->n_rows());
    switch (name) {
      case n_columns:
        return static_cast<std::int64_t>(table_->columns.size());
      case n_rows:
        return rows - n_folded_;
      case n_folded_rows:
        return n_folded_;
      case n_has_open_rows:
        return rows > n_folded_ ? 1 : 0;
      case n_has_folded_rows:
        return n_folded_ > 0 ? 1 : 0;
      default:
        return -1;
    }
  }
  const TemplateSource* element(int name, std::int64_t index) const override {
    if (name == n_columns) {
      column_.column = &table_->columns[static_cast<std::size_t>(index)];
      return &column_;
    }
    if (name != n_rows && name != n_folded_rows) return nullptr;
    // Rows come in order: walk on from the last one to the next of the kind.
    if (index == 0) at_ = 0;
    const bool folded = name == n_folded_rows;
    if (!table_->folded.empty())
      while (at_ + 1 < table_->n_rows() && (table_->folded[at_] != 0) != folded) ++at_;
    row_.table = table_;
    row_.row = at_ < table_->n_rows() ? at_++ : 0;
    return &row_;
  }

 private:
  const DataTable* table_ = nullptr;
  std::int64_t n_folded_ = 0;
  mutable std::size_t at_ = 0;
  mutable ColumnView column_;
  mutable RowView row_;
};

class LinkView final : public TemplateSource {
 public:
  const LinkBlock::Link* link = nullptr;
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_href) return put(out, link->href, escape);
    if (name == n_text) return put(out, link->text, escape);
    if (name == n_note) return put(out, link->note, escape);
    return false;
  }
  std::int64_t count(int name) const override { return name == n_note ? (link->note.empty() ? 0 : 1) : -1; }
  const TemplateSource* element(int, std::int64_t) const override { return nullptr; }
};

class BlockView final : public TemplateSource {
 public:
  std::string_view id_prefix;
  void show(const Block* shown) {
    said_ = std::get_if<StatementBlock>(shown);
    const auto* table = std::get_if<TableBlock>(shown);
    chart_ = std::get_if<ChartBlock>(shown);
    links_ = std::get_if<LinkBlock>(shown);
    shows_table_ = table != nullptr;
    if (table != nullptr) table_.show(&table->table);
    if (chart_ != nullptr) table_.show(&chart_->table);
  }
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (chart_ == nullptr) return false;
    switch (name) {
      case n_chart_kind:
        return put(out, chart_->chart.kind(), escape);
      case n_chart_title:
        return put(out, chart_->chart.title, escape);
      case n_chart_description:
        return put(out, chart_->chart.description, escape);
      case n_chart_wide:
      case n_chart_narrow:
        append_svg(chart_->chart, out, {.narrow = name == n_chart_narrow, .standalone = false, .id_prefix = id_prefix});
        return true;
      default:
        return false;
    }
  }
  std::int64_t count(int name) const override {
    using Form = StatementBlock::Form;
    switch (name) {
      case n_said:
        return said_ != nullptr && !said_->statements.empty() ? 1 : 0;
      case n_quote:
        return has_form(Form::kQuote) ? 1 : 0;
      case n_numbered:
        return has_form(Form::kNumbered) ? 1 : 0;
      case n_bullets:
        return has_form(Form::kBullets) ? 1 : 0;
      case n_small_print:
        return has_form(Form::kSmallPrint) ? 1 : 0;
      case n_running:
        return has_form(Form::kRunning) ? 1 : 0;
      case n_in_list:
        return has_form(Form::kNumbered) || has_form(Form::kBullets) ? 1 : 0;
      case n_apart:
        return has_form(Form::kNumbered) || has_form(Form::kBullets) || has_form(Form::kRunning) ? 0 : 1;
      case n_statements:
        return said_ != nullptr ? static_cast<std::int64_t>(said_->statements.size()) : 0;
      case n_table:
        return shows_table_ ? 1 : 0;
      case n_chart:
        return chart_ != nullptr ? 1 : 0;
      case n_chart_table:
        return chart_ != nullptr && !chart_->table.columns.empty() ? 1 : 0;
      case n_chart_description:
        return chart_ != nullptr && !chart_->chart.description.empty() ? 1 : 0;
      case n_links:
        return links_ != nullptr ? 1 : 0;
      case n_link:
        return links_ != nullptr ? static_cast<std::int64_t>(links_->links.size()) : 0;
      default:
        return -1;
    }
  }
  const TemplateSource* element(int name, std::int64_t index) const override {
    const auto k = static_cast<std::size_t>(index);
    if (name == n_statements) {
      statement_.said = &said_->statements[k];
      return &statement_;
    }
    if (name == n_table || name == n_chart_table) return &table_;
    if (name == n_link) {
      link_.link = &links_->links[k];
      return &link_;
    }
    return nullptr;
  }

 private:
  bool has_form(StatementBlock::Form form) const { return said_ != nullptr && said_->form == form; }
  const StatementBlock* said_ = nullptr;
  const ChartBlock* chart_ = nullptr;
  const LinkBlock* links_ = nullptr;
  bool shows_table_ = false;
  mutable TableView table_;
  mutable StatementView statement_;
  mutable LinkView link_;
};

class SectionView final : public TemplateSource {
 public:
  BlockView block;
  const Section* section = nullptr;
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_section_id) return put(out, section->id, escape);
    if (name == n_heading) return put(out, section->heading, escape);
    return false;
  }
  std::int64_t count(int name) const override {
    if (name == n_blocks) return static_cast<std::int64_t>(section->blocks.size());
    if (name == n_page_break) return section->page_break ? 1 : 0;
    return -1;
  }
  const TemplateSource* element(int name, std::int64_t index) const override {
    if (name != n_blocks) return nullptr;
    auto& shown = const_cast<BlockView&>(block);
    shown.show(&section->blocks[static_cast<std::size_t>(index)]);
    return &shown;
  }
};

class ArticleView final : public TemplateSource {
 public:
  void show(const Report* shown, std::string prefix) {
    report_ = shown;
    prefix_ = std::move(prefix);
    section_.block.id_prefix = prefix_;
  }
  bool write(int name, bool escape, TextBuffer& out) const override {
    static constexpr std::string_view kAudiences[] = {"pupil_family", "teacher", "school"};
    switch (name) {
      case n_audience:
        return put(out, kAudiences[static_cast<std::size_t>(report_->audience)], escape);
      case n_prefix:
        return put(out, prefix_, escape);
      case n_badge:
        return put(out, report_->badge, escape);
      case n_heading:
        return put(out, report_->heading, escape);
      default:
        return false;
    }
  }
  std::int64_t count(int name) const override {
    switch (name) {
      case n_badge:
        return report_->badge.empty() ? 0 : 1;
      case n_facts:
        return static_cast<std::int64_t>(report_->facts.size());
      case n_sections:
        return static_cast<std::int64_t>(report_->sections.size());
      case n_footer:
        return static_cast<std::int64_t>(report_->footer.size());
      default:
        return -1;
    }
  }
  const TemplateSource* element(int name, std::int64_t index) const override {
    const auto k = static_cast<std::size_t>(index);
    if (name == n_facts) {
      fact_.fact = &report_->facts[k];
      return &fact_;
    }
    if (name == n_sections) {
      section_.section = &report_->sections[k];
      return &section_;
    }
    if (name == n_footer) {
      statement_.said = &report_->footer[k];
      return &statement_;
    }
    return nullptr;
  }

 private:
  const Report* report_ = nullptr;
  std::string prefix_;
  mutable FactView fact_;
  mutable SectionView section_;
  mutable StatementView statement_;
};

class DocumentView final : public TemplateSource {
 public:
  DocumentView(std::span<const Report> reports, std::string_view title, std::string_view style, bool many)
      : reports_(reports), title_(title), style_(style), many_(many) {}
  bool write(int name, bool escape, TextBuffer& out) const override {
    if (name == n_language) return put(out, reports_.empty() ? "zh-CN" : reports_.front().language_tag(), escape);
    if (name == n_title) return put(out, title_, escape);
    if (name == n_style) {
      out.add(style_).add(svg_style());
      return true;
    }
    return true;  // the outermost element: a name that nobody knows prints nothing
  }
  std::int64_t count(int name) const override {
    if (name == n_articles) return static_cast<std::int64_t>(reports_.size());
    if (name == n_many) return many_ ? 1 : 0;
    return 0;
  }
  const TemplateSource* element(int name, std::int64_t index) const override {
    if (name != n_articles) return nullptr;
    article_.show(&reports_[static_cast<std::size_t>(index)], many_ ? "r" + std::to_string(index) + "-" : std::string());
    return &article_;
  }

 private:
  std::span<const Report> reports_;
  std::string_view title_;
  std::string_view style_;
  bool many_;
  mutable ArticleView article_;
};

}  // namespace celadon::inline CELADON_ABI::reports::html_detail
