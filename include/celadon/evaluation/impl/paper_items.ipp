#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

void Collector::add(Severity severity, Code code, Place place, std::vector<Argument> arguments) {
  std::int64_t& count = counts_[{code, place.table, place.column, place.item}];
  if (++count > limit_ && limit_ > 0) return;
  findings_.push_back(make_finding(severity, code, std::move(place), std::move(arguments)));
}

void Collector::merge(Collector other) {
  for (Finding& f : other.findings_) findings_.push_back(std::move(f));
  for (const auto& [kind, count] : other.counts_) counts_[kind] += count;
}

Findings Collector::take() {
  for (const auto& [kind, count] : counts_) {
    if (limit_ <= 0 || count <= limit_) continue;
    const auto& [code, table, column, item] = kind;
    findings_.push_back(make_finding(Severity::kNote, Code::kMoreFindings, {.table = table, .column = column, .row = -1, .item = item},
                                     {{"count", std::to_string(count - limit_)}, {"code", std::string(code_name(code))}}));
  }
  counts_.clear();
  return std::move(findings_);
}

std::string read_text(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings) {
  (void)data;
  if (column == nullptr) return {};
  const std::string all = column->as_text(row);
  const std::string_view text = trimmed(all);
  if (is_valid_utf8(text)) return std::string(text);
  findings.add(Severity::kError, Code::kNotUtf8, {.table = std::string(table), .column = column->name(), .row = row + 1, .item = {}});
  return {};
}

double read_number(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings) {
  if (column == nullptr) return std::numeric_limits<double>::quiet_NaN();
  if (const auto number = column->number(row)) return *number;
  const std::string text = read_text(data, table, column, row, findings);
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (const auto number = parse_number(text)) return *number;
  findings.add(Severity::kError, Code::kBadValue, {.table = std::string(table), .column = column->name(), .row = row + 1, .item = {}},
               {{"value", data.shown(table, column->name(), row)}, {"detail", "not a number / 不是数"}});
  return std::numeric_limits<double>::quiet_NaN();
}

bool read_flag(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings) {
  const std::string text = lower_ascii(read_text(data, table, column, row, findings));
  return text == "true" || text == "1" || text == "yes" || text == "是";
}

const arrow::DataColumn* first_of(const arrow::DataTable& table, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto* column = table.find(name)) return column;
  return nullptr;
}

std::string stem_of(std::string_view label) {
  std::size_t cut = std::min(label.find('('), label.find("（"));
  for (std::size_t i = 0; i + 2 < label.size() && i < cut; ++i) {
    const std::string_view three = label.substr(i, 3);
    if (three >= "①" && three <= "⑳") cut = i;
  }
  return cut == std::string_view::npos || cut == 0 ? std::string() : std::string(trimmed(label.substr(0, cut)));
}

namespace items {

/// The columns of the items table, found once.
struct Columns {
  const arrow::DataTable& t;
  const Dataset& data;
  Collector& findings;
  [[nodiscard]] std::string text(std::string_view column, std::int64_t row) const {
    return read_text(data, "items", t.find(column), row, findings);
  }
  [[nodiscard]] double number(std::string_view column, std::int64_t row) const {
    return read_number(data, "items", t.find(column), row, findings);
  }
  [[nodiscard]] bool flag(std::string_view column, std::int64_t row) const {
    return read_flag(data, "items", t.find(column), row, findings);
  }
  void bad(std::string_view column, std::int64_t row, const std::string& item, std::string detail) const {
    findings.add(Severity::kError, Code::kBadValue, {.table = "items", .column = std::string(column), .row = row + 1, .item = item},
                 {{"value", data.shown("items", column, row)}, {"detail", std::move(detail)}});
  }
  /// Numbers of a list; empty with a finding where one is no number.
  [[nodiscard]] std::vector<double> numbers(std::string_view column, std::int64_t row, const std::string& item) const {
    std::vector<double> out;
    for (const std::string& part : split_list(text(column, row))) {
      const auto value = parse_number(part);
      if (!value || !std::isfinite(*value)) {
        bad(column, row, item, "not a list of numbers / 不是数的列表");
        return {};
      }
      out.push_back(*value);
    }
    return out;
  }
};

inline ItemSpec read_row(const Columns& c, std::int64_t row, std::string id) {
  ItemSpec s;
  s.described = true;
  s.item.id = std::move(id);
  s.item.label = c.text("label", row);
  s.item.subject = c.text("subject", row);
  s.item.type = c.text("type", row);
  s.item.stem = c.text("stem", row);
  if (s.item.stem.empty()) s.item.stem = stem_of(s.item.shown_label());
  s.item.key = c.text("key", row);
  s.item.note = c.text("note", row);
  for (std::string& point : split_list(c.text("knowledge", row)))
    if (!point.empty() && std::find(s.item.knowledge.begin(), s.item.knowledge.end(), point) == s.item.knowledge.end())
      s.item.knowledge.push_back(std::move(point));
  s.item.ability_level = c.text("ability_level", row);
  s.item.cognitive_level = c.text("cognitive_level", row);
  s.item.choice_group = c.text("choice_group", row);
  s.item.bonus = c.flag("bonus", row);
  s.item.planned_difficulty = c.number("planned_difficulty", row);
  if (s.item.planned_difficulty < 0.0 || s.item.planned_difficulty > 1.0) {
    c.bad("planned_difficulty", row, s.item.id, "outside [0, 1] / 不在 0 到 1 之间");
    s.item.planned_difficulty = std::numeric_limits<double>::quiet_NaN();
  }
  s.item.full_mark = c.number("full_mark", row);
  if (s.item.full_mark <= 0.0 || std::isinf(s.item.full_mark)) {
    c.findings.add(Severity::kError, Code::kBadFullMark, {.table = "items", .column = "full_mark", .row = row + 1, .item = s.item.id});
    s.item.full_mark = std::numeric_limits<double>::quiet_NaN();
  }
  s.step = c.number("step", row);
  if (s.step <= 0.0 || std::isinf(s.step)) {
    c.bad("step", row, s.item.id, "not positive / 不是正数");
    s.step = std::numeric_limits<double>::quiet_NaN();
  }
  s.partial_mark = c.number("partial_mark", row);
  s.category_scores = c.numbers("category_scores", row, s.item.id);
  if (std::adjacent_find(s.category_scores.begin(), s.category_scores.end(), std::greater_equal<>()) != s.category_scores.end()) {
    c.bad("category_scores", row, s.item.id, "not increasing / 不是递增的");
    s.category_scores.clear();
  }
  s.options = split_list(c.text("options", row));
  if (std::set<std::string>(s.options.begin(), s.options.end()).size() != s.options.size()) {
    c.bad("options", row, s.item.id, "an option repeats / 选项重复");
    s.options.clear();
  }
  s.option_scores = c.numbers("option_scores", row, s.item.id);
  if (!s.option_scores.empty() && s.option_scores.size() != s.options.size()) {
    c.bad("option_scores", row, s.item.id, "not one for each option / 与选项个数不符");
    s.option_scores.clear();
  }
  s.option_notes = split_list(c.text("option_notes", row));
  s.paper = c.text("paper", row);
  s.column = c.text("column", row);
  return s;
}

}  // namespace items

std::vector<ItemSpec> read_items(const Dataset& data, Collector& findings) {
  std::vector<ItemSpec> out;
  const arrow::DataTable* table = data.find("items");
  if (table == nullptr) return out;
  const items::Columns columns{*table, data, findings};
  const arrow::DataColumn* id_column = table->find("id");
  if (id_column == nullptr) {
    findings.add(Severity::kError, Code::kMissingColumn, {.table = "items", .column = "id", .row = -1, .item = {}});
    return out;
  }
  std::map<std::pair<std::string, std::string>, std::int64_t> seen;
  for (std::int64_t row = 0; row < table->n_rows(); ++row) {
    std::string id = columns.text("id", row);
    if (id.empty()) {
      findings.add(Severity::kError, Code::kMissingId, {.table = "items", .column = "id", .row = row + 1, .item = {}});
      continue;
    }
    ItemSpec spec = items::read_row(columns, row, std::move(id));
    const auto [at, fresh] = seen.emplace(std::pair(spec.paper, spec.item.id), row + 1);
    if (!fresh) {
      findings.add(Severity::kError, Code::kDuplicateId, {.table = "items", .column = "id", .row = row + 1, .item = spec.item.id},
                   {{"first", std::to_string(at->second)}});
      continue;
    }
    out.push_back(std::move(spec));
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
