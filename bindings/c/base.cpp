#include "wall.hpp"

#include <celadon/core/arrow/writer.hpp>

#include <cmath>
#include <limits>

using namespace celadon_c;

extern "C" {

const char* celadon_version(void) {
  return CELADON_VERSION;
}

void celadon_error_init(celadon_error* error, uint32_t struct_size) {
  celadon_error defaults{};
  defaults.row = -1;
  std::memcpy(defaults.code_name, "ok", 3);
  initialise(error, struct_size, defaults);
}

const char* celadon_code_name(celadon_status code) {
  if (code == CELADON_OK) return "ok";
  switch (static_cast<celadon::Code>(code)) {
#define CELADON_CODE(name, number, text, cause_zh, cause_en, fix_zh, fix_en) \
  case celadon::Code::name:                                                  \
    return text;
#include <celadon/core/codes/all.def>
#undef CELADON_CODE
    default:
      return "unknown";
  }
}

celadon_status celadon_monitor_create(celadon_monitor** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    *out = new celadon_monitor;
  });
}
void celadon_monitor_destroy(celadon_monitor* monitor) {
  delete monitor;
}
void celadon_monitor_cancel(celadon_monitor* monitor) {
  if (monitor != nullptr) monitor->cancel = true;
}
void celadon_monitor_reset(celadon_monitor* monitor) {
  if (monitor != nullptr) monitor->cancel = false;
}
void celadon_monitor_progress(const celadon_monitor* monitor, int64_t* done, int64_t* total) {
  if (done != nullptr) *done = monitor == nullptr ? 0 : monitor->done.load();
  if (total != nullptr) *total = monitor == nullptr ? 0 : monitor->total.load();
}

void celadon_execution_init(celadon_execution* execution, uint32_t struct_size) {
  initialise(execution, struct_size, celadon_execution{});
}

void celadon_text_destroy(celadon_text* text) {
  delete text;
}
const char* celadon_text_data(const celadon_text* text) {
  return text == nullptr ? nullptr : text->value.c_str();
}
int64_t celadon_text_size(const celadon_text* text) {
  return text == nullptr ? 0 : static_cast<int64_t>(text->value.size());
}

void celadon_table_destroy(celadon_table* table) {
  delete table;
}
const char* celadon_table_name(const celadon_table* table) {
  return table == nullptr ? nullptr : table->value.name().c_str();
}
int64_t celadon_table_n_rows(const celadon_table* table) {
  return table == nullptr ? 0 : table->value.n_rows();
}
int64_t celadon_table_n_columns(const celadon_table* table) {
  return table == nullptr ? 0 : static_cast<int64_t>(table->value.columns().size());
}

}  // extern "C"

namespace {

const celadon::Column* column_of(const celadon_table* table, int64_t column) {
  if (table == nullptr || column < 0 || column >= static_cast<int64_t>(table->value.columns().size())) return nullptr;
  return &table->value.columns()[static_cast<std::size_t>(column)];
}

// Element of a column as a number; the row is not null and the column not text.
double number_at(const celadon::Column& column, std::size_t row) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) return (*numbers)[row];
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) return static_cast<double>((*integers)[row]);
  return std::get<std::vector<std::uint8_t>>(column.values)[row];
}

}  // namespace

extern "C" {

const char* celadon_table_column_name(const celadon_table* table, int64_t column) {
  const celadon::Column* c = column_of(table, column);
  return c == nullptr ? nullptr : c->name.c_str();
}

int32_t celadon_table_column_type(const celadon_table* table, int64_t column) {
  const celadon::Column* c = column_of(table, column);
  return c == nullptr ? -1 : static_cast<int32_t>(c->values.index());
}

int64_t celadon_table_find(const celadon_table* table, const char* name, int64_t name_size) {
  if (table == nullptr || name == nullptr || name_size < -1) return -1;
  const std::string_view wanted = name_size == -1 ? std::string_view(name) : std::string_view(name, static_cast<std::size_t>(name_size));
  const auto& columns = table->value.columns();
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == wanted) return static_cast<int64_t>(i);
  return -1;
}

celadon_status celadon_table_numbers(const celadon_table* table, int64_t column, double* out, int64_t capacity, int64_t stride,
                                     celadon_error* error) {
  return guard(error, [&] {
    need(table, "table");
    const celadon::Column& c = need(column_of(table, column), "column");
    if (std::holds_alternative<std::vector<std::string>>(c.values)) refuse("column", "it holds text");
    check_capacity(capacity, c.size(), "out");
    if (c.size() > 0) need(out, "out");
    for (int64_t i = 0; i < c.size(); ++i)
      out[i * stride] = c.is_null(i) ? std::numeric_limits<double>::quiet_NaN() : number_at(c, static_cast<std::size_t>(i));
  });
}

celadon_status celadon_table_integers(const celadon_table* table, int64_t column, int64_t* out, uint8_t* valid, int64_t capacity,
                                      celadon_error* error) {
  return guard(error, [&] {
    need(table, "table");
    const celadon::Column& c = need(column_of(table, column), "column");
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&c.values);
    const auto* booleans = std::get_if<std::vector<std::uint8_t>>(&c.values);
    if (integers == nullptr && booleans == nullptr) refuse("column", "it holds neither integers nor booleans");
    check_capacity(capacity, c.size(), "out");
    if (c.size() > 0) need(out, "out");
    for (int64_t i = 0; i < c.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool null = c.is_null(i);
      out[i] = null ? 0 : integers != nullptr ? (*integers)[at] : (*booleans)[at];
      if (valid != nullptr) valid[i] = null ? 0 : 1;
    }
  });
}

const char* celadon_table_text(const celadon_table* table, int64_t column, int64_t row, int64_t* size) {
  if (size != nullptr) *size = 0;
  const celadon::Column* c = column_of(table, column);
  if (c == nullptr || row < 0 || row >= c->size() || c->is_null(row)) return nullptr;
  const auto* values = std::get_if<std::vector<std::string>>(&c->values);
  if (values == nullptr) return nullptr;
  const std::string& value = (*values)[static_cast<std::size_t>(row)];
  if (size != nullptr) *size = static_cast<int64_t>(value.size());
  return value.c_str();
}

celadon_status celadon_table_export_stream(const celadon_table* table, struct ArrowArrayStream* out, celadon_error* error) {
  return guard(error, [&] {
    need(out, "out").release = nullptr;
    celadon::arrow::export_stream(need(table, "table").value, out);
  });
}

celadon_status celadon_table_export_array(const celadon_table* table, struct ArrowSchema* schema, struct ArrowArray* array,
                                          celadon_error* error) {
  return guard(error, [&] {
    need(schema, "schema").release = nullptr;
    need(array, "array").release = nullptr;
    celadon::arrow::export_array(need(table, "table").value, schema, array);
  });
}

}  // extern "C"
