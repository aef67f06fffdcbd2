#pragma once

#include <celadon/reports/json.hpp>
#include <celadon/reports/vega.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace json_detail {

/// Writes members and elements with the commas between them.
class Writer {
 public:
  explicit Writer(TextBuffer& out) : out_(out) {}
  Writer& open(char bracket) {
    comma();
    out_.add(bracket);
    first_ = true;
    return *this;
  }
  Writer& close(char bracket) {
    out_.add(bracket);
    first_ = false;
    return *this;
  }
  Writer& key(std::string_view name) {
    comma();
    out_.add_json(name).add(':');
    first_ = true;
    return *this;
  }
  Writer& text(std::string_view value) {
    comma();
    out_.add_json(value);
    return *this;
  }
  Writer& number(double value) {
    comma();
    out_.add_shortest(value);
    return *this;
  }
  Writer& integer(std::int64_t value) {
    comma();
    out_.add_integer(value);
    return *this;
  }
  Writer& raw(std::string_view value) {
    comma();
    out_.add(value);
    return *this;
  }
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }

 private:
  void comma() {
    if (!first_) out_.add(',');
    first_ = false;
  }
  TextBuffer& out_;
  bool first_ = true;
};

inline void add_statement(Writer& w, const Statement& s) {
  static constexpr std::string_view kKinds[] = {"claim", "evidence", "uncertainty", "next_step", "note"};
  w.open('{').key("id").text(s.id).key("kind").text(kKinds[static_cast<std::size_t>(s.kind)]);
  if (!s.mark.empty()) w.key("mark").text(s.mark);
  if (!s.lead.empty()) w.key("lead").text(s.lead);
  w.key("text").text(s.text).close('}');
}

inline void add_cell(Writer& w, const Cell& cell, ColumnKind kind) {
  const double* number = std::get_if<double>(&cell.value);
  if (std::holds_alternative<std::monostate>(cell.value)) {
    w.raw("null");
  } else if (number != nullptr) {
    if (kind == ColumnKind::kMarks)
      w.open('{').key("points").number(*number).key("full").number(cell.second).close('}');
    else if (kind == ColumnKind::kInterval)
      w.open('[').number(*number).number(cell.second).close(']');
    else
      w.number(*number);
  } else if (cell.sign != Sign::kNone) {
    w.open('{').key("sign").text(sign_name(cell.sign)).key("text").text(std::get<std::string>(cell.value)).close('}');
  } else {
    w.text(std::get<std::string>(cell.value));
  }
}

inline void add_table(Writer& w, const DataTable& table) {
  static constexpr std::string_view kKinds[] = {"text", "number", "share", "marks", "interval", "count"};
  w.open('{').key("id").text(table.id).key("caption").text(table.caption).key("columns").open('[');
  for (const TableColumn& column : table.columns) {
    w.open('{').key("id").text(column.id).key("heading").text(column.heading);
    w.key("kind").text(kKinds[static_cast<std::size_t>(column.kind)]);
    if (column.kind == ColumnKind::kNumber) w.key("decimals").integer(column.decimals);
    if (column.secondary) w.key("secondary").boolean(true);
    w.close('}');
  }
  w.close(']').key("rows").open('[');
  for (std::size_t row = 0; row < table.n_rows(); ++row) {
    w.open('[');
    for (std::size_t c = 0; c < table.columns.size(); ++c) add_cell(w, table.cell(row, c), table.columns[c].kind);
    w.close(']');
  }
  w.close(']');
  if (!table.folded.empty()) {
    w.key("folded").open('[');
    for (const std::uint8_t folded : table.folded) w.boolean(folded != 0);
    w.close(']').key("fold_label").text(table.fold_label);
  }
  w.close('}');
}

inline void add_chart(Writer& w, const ChartBlock& block) {
  w.open('{').key("id").text(block.chart.id).key("kind").text(block.chart.kind()).key("title").text(block.chart.title);
  w.key("description").text(block.chart.description);
  if (!block.table.columns.empty()) {
    w.key("table");
    add_table(w, block.table);
  }
  w.key("vega_lite").raw(vega_lite(block.chart)).close('}');
}

inline void add_block(Writer& w, const Block& block) {
  static constexpr std::string_view kForms[] = {"paragraphs", "quote", "numbered", "bullets", "small_print", "running"};
  w.open('{');
  if (const auto* said = std::get_if<StatementBlock>(&block)) {
    w.key("type").text("statements").key("form").text(kForms[static_cast<std::size_t>(said->form)]).key("statements").open('[');
    for (const Statement& s : said->statements) add_statement(w, s);
    w.close(']');
  } else if (const auto* table = std::get_if<TableBlock>(&block)) {
    w.key("type").text("table").key("table");
    add_table(w, table->table);
  } else if (const auto* chart = std::get_if<ChartBlock>(&block)) {
    w.key("type").text("chart").key("chart");
    add_chart(w, *chart);
  } else {
    w.key("type").text("links").key("links").open('[');
    for (const LinkBlock::Link& link : std::get<LinkBlock>(block).links)
      w.open('{').key("text").text(link.text).key("href").text(link.href).key("note").text(link.note).close('}');
    w.close(']');
  }
  w.close('}');
}

}  // namespace json_detail

void append_json(const Report& report, TextBuffer& out) {
  static constexpr std::string_view kAudiences[] = {"pupil_family", "teacher", "school"};
  json_detail::Writer w(out);
  w.open('{').key("version").integer(kReportJsonVersion).key("id").text(report.id);
  w.key("audience").text(kAudiences[static_cast<std::size_t>(report.audience)]).key("language").text(report.language_tag());
  w.key("heading")
      .text(report.heading)
      .key("title")
      .text(report.title.empty() ? report.heading : report.title)
      .key("badge")
      .text(report.badge);
  w.key("facts").open('[');
  for (const Fact& fact : report.facts) w.open('{').key("label").text(fact.label).key("value").text(fact.value).close('}');
  w.close(']').key("sections").open('[');
  for (const Section& section : report.sections) {
    w.open('{')
        .key("id")
        .text(section.id)
        .key("heading")
        .text(section.heading)
        .key("page_break")
        .boolean(section.page_break)
        .key("blocks")
        .open('[');
    for (const Block& block : section.blocks) json_detail::add_block(w, block);
    w.close(']').close('}');
  }
  w.close(']').key("footer").open('[');
  for (const Statement& s : report.footer) json_detail::add_statement(w, s);
  w.close(']').close('}');
}

std::string to_json(const Report& report) {
  TextBuffer out;
  append_json(report, out);
  return out.str();
}

}  // namespace celadon::inline CELADON_ABI::reports
