#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>
#include <celadon/evaluation/validate.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace celadon::inline CELADON_ABI::evaluation {

namespace validate_detail {

struct KnownTable {
  std::string_view name;
  std::string_view columns;  // each between spaces; empty: columns are not checked
};

/// The tables of docs/data-package.md.
inline constexpr std::array<KnownTable, 16> kTables = {{
    {"papers", " id name subject grade date full_mark blank simulated "},
    {"items",
     " id paper column label subject type stem full_mark step category_scores key options option_scores partial_mark option_notes "
     "knowledge "
     "ability_level cognitive_level planned_difficulty note choice_group bonus "},
    {"students", " id student 学号 name 姓名 class 班级 school 学校 district city status 状态 weight paper 试卷 flags grade gender sex "},
    {"classes", " id name school grade "},
    {"schools", " id name district "},
    {"districts", " id name city "},
    {"knowledge", " id name parent subject order prerequisites "},
    {"error_codes", " code label item "},
    {"responses", ""},
    {"questionnaire", ""},
    {"practice", ""},
    {"assignments", ""},
    {"measures", ""},
    {"evidence", ""},
    {"ratings", ""},
    {"actions", " knowledge text "},
}};

inline const KnownTable* known(std::string_view table) {
  const auto* at = std::find_if(kTables.begin(), kTables.end(), [&](const KnownTable& t) { return t.name == table; });
  return at == kTables.end() ? nullptr : at;
}

inline bool holds(std::string_view columns, std::string_view column) {
  return column.find(' ') == std::string_view::npos && columns.find(" " + std::string(column) + " ") != std::string_view::npos;
}

inline void check_columns(const Dataset& data, const std::string& name, const KnownTable& known, paper_detail::Collector& findings) {
  std::set<std::string_view> seen;
  for (const arrow::DataColumn& column : data.find(name)->columns()) {
    const Place place{.table = name, .column = column.name(), .row = -1, .item = {}};
    if (!seen.insert(column.name()).second) findings.add(Severity::kError, Code::kDuplicateColumn, place);
    if (known.columns.empty()) continue;
    if (!holds(known.columns, column.name()))
      findings.add(Severity::kNote, Code::kUnknownColumn, place);
    else if (column.kind() == arrow::ValueKind::kUnsupported)
      findings.add(Severity::kError, Code::kUnsupportedType, place, {{"type", column.format()}});
  }
}

/// Text that no other step reads (or reads only in part) must be UTF-8 as well.
inline void check_encoding(const Dataset& data, const std::string& name, paper_detail::Collector& findings) {
  for (const arrow::DataColumn& column : data.find(name)->columns()) {
    if (column.kind() != arrow::ValueKind::kText) continue;
    std::int64_t row = 0;
    for (const arrow::Chunk& chunk : column.chunks())
      for (std::int64_t i = 0; i < chunk.size; ++i, ++row)
        if (!chunk.is_null(i) && !is_valid_utf8(chunk.text(i)))
          findings.add(Severity::kError, Code::kNotUtf8, {.table = name, .column = column.name(), .row = row + 1, .item = {}});
  }
}

inline void check_knowledge(const Dataset& data, paper_detail::Collector& findings) {
  const auto* points = data.find("knowledge", "id");
  const auto* items = data.find("items", "knowledge");
  if (points == nullptr || items == nullptr) return;
  paper_detail::Collector ignored(1);
  std::set<std::string> there;
  const auto* names = data.find("knowledge", "name");
  for (std::int64_t row = 0; row < points->size(); ++row) {
    there.insert(paper_detail::read_text(data, "knowledge", points, row, ignored));
    if (names != nullptr) there.insert(paper_detail::read_text(data, "knowledge", names, row, ignored));
  }
  for (std::int64_t row = 0; row < items->size(); ++row)
    for (const std::string& point : split_list(paper_detail::read_text(data, "items", items, row, ignored)))
      if (!point.empty() && there.count(point) == 0)
        findings.add(Severity::kWarning, Code::kUnknownKnowledge, {.table = "items", .column = "knowledge", .row = row + 1, .item = {}},
                     {{"value", data.is_personal("items", "knowledge") ? "***" : point}});
}

/// Sorts errors first and drops what two steps found alike.
inline Findings ordered(Findings findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  std::set<std::tuple<Code, std::string, std::string, std::int64_t, std::string, std::string>> seen;
  Findings out;
  for (Finding& f : findings) {
    std::string arguments;
    for (const Argument& a : f.arguments) arguments += a.name + '\x1f' + a.value + '\x1f';
    // that a cell is not UTF-8 is one finding, whether it was read as text of the table or as an answer
    std::string item = f.code == Code::kNotUtf8 ? std::string() : f.place.item;
    if (f.code == Code::kNotUtf8) arguments.clear();
    if (seen.emplace(f.code, f.place.table, f.place.column, f.place.row, std::move(item), std::move(arguments)).second)
      out.push_back(std::move(f));
  }
  return out;
}

}  // namespace validate_detail

Findings validate(const Dataset& data, const PaperOptions& options, const ExecutionContext& context) {
  PaperOptions every = options;
  every.max_findings = 0;
  paper_detail::Collector findings(0);
  for (const std::string& name : data.names()) {
    const auto* known = validate_detail::known(name);
    if (known == nullptr) {
      findings.add(Severity::kNote, Code::kUnknownTable, {.table = name, .column = {}, .row = -1, .item = {}});
      continue;
    }
    validate_detail::check_columns(data, name, *known, findings);
    validate_detail::check_encoding(data, name, findings);
  }
  validate_detail::check_knowledge(data, findings);
  Findings out = findings.take();
  if (auto papers = build_papers(data, every, context); papers) {
    for (Finding& f : papers->findings) out.push_back(std::move(f));
  } else {
    Finding stop;
    static_cast<Message&>(stop) = papers.error();
    stop.severity = Severity::kError;
    out.push_back(std::move(stop));
  }
  return validate_detail::ordered(std::move(out));
}

Table findings_table(const Findings& findings, Language language) {
  constexpr const char* kSeverity[] = {"note", "warning", "error"};
  std::vector<std::string> severity, code, table, column, item, value, cause, fix;
  std::vector<std::int64_t> row;
  std::vector<std::uint8_t> has_table, has_row, has_column, has_item, has_value;
  for (const Finding& f : findings) {
    severity.emplace_back(kSeverity[static_cast<std::size_t>(f.severity)]);
    code.emplace_back(code_name(f.code));
    table.push_back(f.place.table);
    has_table.push_back(f.place.table.empty() ? 0 : 1);
    row.push_back(f.place.row < 0 ? 0 : f.place.row);
    has_row.push_back(f.place.row < 0 ? 0 : 1);
    column.push_back(f.place.column);
    has_column.push_back(f.place.column.empty() ? 0 : 1);
    item.push_back(f.place.item);
    has_item.push_back(f.place.item.empty() ? 0 : 1);
    const auto v = std::find_if(f.arguments.begin(), f.arguments.end(), [](const Argument& a) { return a.name == "value"; });
    value.push_back(v == f.arguments.end() ? std::string() : v->value);
    has_value.push_back(v == f.arguments.end() ? 0 : 1);
    cause.push_back(f.cause(language));
    fix.push_back(f.fix(language));
  }
  Table out("findings");
  out.add("severity", std::move(severity)).add("code", std::move(code)).add("table", std::move(table), std::move(has_table));
  out.add("row", std::move(row), std::move(has_row)).add("column", std::move(column), std::move(has_column));
  out.add("item", std::move(item), std::move(has_item)).add("value", std::move(value), std::move(has_value));
  out.add("cause", std::move(cause)).add("fix", std::move(fix));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation
