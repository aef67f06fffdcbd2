#pragma once

#include <celadon/core/dataset.hpp>
#include <celadon/core/text.hpp>

#include <array>

namespace celadon::inline CELADON_ABI {

namespace dataset_detail {

inline std::string key_of(std::string_view table, std::string_view column) {
  return std::string(table) + '\x1f' + std::string(column);
}

struct PublicColumns {
  std::string_view table;
  std::string_view columns;  // each with a space on both sides
};

/// The columns that docs/data-package.md marks as not personal. Everything else is masked.
inline constexpr std::array<PublicColumns, 8> kPublic = {{
    {"papers", " id name subject grade date full_mark blank simulated "},
    {"items",
     " id paper column label subject type stem full_mark step category_scores key options option_scores partial_mark option_notes "
     "knowledge "
     "ability_level cognitive_level planned_difficulty note choice_group bonus "},
    {"responses", " paper item "},
    {"students", " paper "},
    {"schools", " id name "},
    {"districts", " id name city "},
    {"knowledge", " id name parent subject order "},
    {"error_codes", " code label item "},
}};

inline bool is_public(std::string_view table, std::string_view column) {
  const std::string word = " " + std::string(column) + " ";
  for (const PublicColumns& p : kPublic)
    if (p.table == table) return column.find(' ') == std::string_view::npos && p.columns.find(word) != std::string_view::npos;
  return false;
}

}  // namespace dataset_detail

Result<void> Dataset::check_name(const std::string& name) const {
  if (name.empty()) return make_error(Code::kInvalidArgument, {}, {{"name", "name"}, {"detail", "a table needs a name"}});
  if (has(name)) return make_error(Code::kDuplicateTable, {.table = name, .column = {}, .row = -1, .item = {}});
  return {};
}

Result<void> Dataset::add(std::string name, ArrowArrayStream* stream) {
  auto table = arrow::DataTable::import_stream(stream);
  if (!table) return table.error();
  return add(std::move(name), std::move(*table));
}

Result<void> Dataset::add(std::string name, ArrowSchema* schema, ArrowArray* array) {
  auto table = arrow::DataTable::import_array(schema, array);
  if (!table) return table.error();
  return add(std::move(name), std::move(*table));
}

Result<void> Dataset::add(std::string name, Table table) {
  return add(std::move(name), arrow::DataTable::from_table(std::move(table)));
}

Result<void> Dataset::add(std::string name, arrow::DataTable table) {
  if (auto ok = check_name(name); !ok) return ok;
  tables_.emplace(std::move(name), std::move(table));
  return {};
}

const arrow::DataTable* Dataset::find(std::string_view table) const {
  const auto at = tables_.find(table);
  return at == tables_.end() ? nullptr : &at->second;
}

const arrow::DataColumn* Dataset::find(std::string_view table, std::string_view column) const {
  const auto* t = find(table);
  return t == nullptr ? nullptr : t->find(column);
}

std::vector<std::string> Dataset::names() const {
  std::vector<std::string> out;
  out.reserve(tables_.size());
  for (const auto& [name, table] : tables_) out.push_back(name);
  return out;
}

void Dataset::declare_personal(std::string_view table, std::string_view column, bool personal) {
  personal_[dataset_detail::key_of(table, column)] = personal;
}

bool Dataset::is_personal(std::string_view table, std::string_view column) const {
  if (const auto at = personal_.find(dataset_detail::key_of(table, column)); at != personal_.end()) return at->second;
  if (const auto* c = find(table, column); c != nullptr && c->personal().has_value()) return *c->personal();
  return !dataset_detail::is_public(table, column);
}

std::string Dataset::shown(std::string_view table, std::string_view column, std::int64_t row) const {
  const auto* c = find(table, column);
  if (c == nullptr || is_personal(table, column)) return "***";
  std::string text = c->as_text(row);
  if (!is_valid_utf8(text)) return "***";
  if (const std::size_t cut = utf8_prefix(text, 40); cut < text.size()) text = text.substr(0, cut) + "…";
  return text;
}

}  // namespace celadon::inline CELADON_ABI
