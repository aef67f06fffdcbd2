/// Cells of a table as HTML.
#pragma once

#include <celadon/reports/report.hpp>
#include <celadon/reports/text_buffer.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::reports::html_detail {

inline bool put(TextBuffer& out, std::string_view text, bool escape) {
  if (escape)
    out.add_html(text);
  else
    out.add(text);
  return true;
}

inline void write_number(TextBuffer& out, const Cell& cell, const TableColumn& column, double number) {
  switch (column.kind) {
    case ColumnKind::kShare:
      out.add_percent(number);
      break;
    case ColumnKind::kMarks:
      out.add_fixed(number, 2).add('/').add_fixed(cell.second, 2);
      break;
    case ColumnKind::kInterval:
      out.add_percent(number).add("–").add_percent(cell.second);
      break;
    case ColumnKind::kCount:
      out.add_fixed(number, 0);
      break;
    default:
      out.add_fixed(number, column.decimals, true);
  }
}

/// The attributes and content of a cell; an element name goes before, its end after.
inline void write_cell(const Cell& cell, const TableColumn& column, TextBuffer& out) {
  const bool numeric = column.kind != ColumnKind::kText;
  if (numeric || column.secondary || cell.sign != Sign::kNone) {
    out.add(" class=\"");
    if (numeric) out.add('n');
    if (column.secondary) out.add(numeric ? " x" : "x");
    if (cell.sign != Sign::kNone) out.add(numeric || column.secondary ? " g-" : "g-").add(sign_name(cell.sign));
    out.add("\">");
  } else {
    out.add('>');
  }
  if (cell.sign != Sign::kNone) out.add("<span aria-hidden=\"true\" class=\"s\">").add(sign_glyph(cell.sign)).add("</span> ");
  if (const auto* text = std::get_if<std::string>(&cell.value))
    out.add_html(*text);
  else if (const double* number = std::get_if<double>(&cell.value))
    write_number(out, cell, column, *number);
  else
    out.add("–");
}

}  // namespace celadon::inline CELADON_ABI::reports::html_detail
