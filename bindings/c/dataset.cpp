#include "dataset_common.hpp"

#include <limits>

using namespace celadon_c;

namespace {

std::string column_name(const char* name) {
  std::string out = text_or_empty(name);
  if (out.empty()) refuse("name", "a column needs a name");
  return out;
}

// A column that does not fit is the caller's data, not a broken promise: an error that says how long it should be.
void check_column(const celadon::Table& table, const std::string& name, int64_t n_rows) {
  if (n_rows < 0) refuse("n_rows", "negative");
  if (table.find(name) != nullptr) refuse("name", "the table has such a column already");
  if (!table.columns().empty() && table.n_rows() != n_rows)
    refuse(celadon::make_error(celadon::Code::kLengthMismatch, {},
                               {{"name", "n_rows"}, {"actual", std::to_string(n_rows)}, {"expected", std::to_string(table.n_rows())}}));
}

std::string table_name(const char* name) {
  return std::string(text(name, -1, "name"));
}

// Runs an addition and brings the list of names up to date.
template <class Add>
void add_named(celadon_dataset* dataset, Add add) {
  celadon_dataset& target = need(dataset, "dataset");
  add(target.value);
  target.names = target.value.names();
}

}  // namespace

extern "C" {

celadon_status celadon_table_create(const char* name, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return celadon::Table(text_or_empty(name)); });
}

celadon_status celadon_table_add_numbers(celadon_table* table, const char* name, const double* values, int64_t n_rows, int64_t stride,
                                         celadon_error* error) {
  return guard(error, [&] {
    celadon::Table& target = need(table, "table").value;
    std::string column = column_name(name);
    check_column(target, column, n_rows);
    if (n_rows > 0) need(values, "values");
    std::vector<double> copy(static_cast<std::size_t>(n_rows));
    for (int64_t i = 0; i < n_rows; ++i) copy[static_cast<std::size_t>(i)] = values[i * stride];
    target.add(std::move(column), std::move(copy));
  });
}

celadon_status celadon_table_add_integers(celadon_table* table, const char* name, const int64_t* values, const uint8_t* valid,
                                          int64_t n_rows, celadon_error* error) {
  return guard(error, [&] {
    celadon::Table& target = need(table, "table").value;
    std::string column = column_name(name);
    check_column(target, column, n_rows);
    target.add(std::move(column), copied(values, n_rows, "values"), copied(valid, valid == nullptr ? 0 : n_rows, "valid"));
  });
}

celadon_status celadon_table_add_booleans(celadon_table* table, const char* name, const uint8_t* values, const uint8_t* valid,
                                          int64_t n_rows, celadon_error* error) {
  return guard(error, [&] {
    celadon::Table& target = need(table, "table").value;
    std::string column = column_name(name);
    check_column(target, column, n_rows);
    auto flags = copied(values, n_rows, "values");
    for (std::uint8_t& flag : flags) flag = flag != 0 ? 1 : 0;
    target.add_boolean(std::move(column), std::move(flags), copied(valid, valid == nullptr ? 0 : n_rows, "valid"));
  });
}

celadon_status celadon_table_add_texts(celadon_table* table, const char* name, const char* const* values, int64_t n_rows,
                                       celadon_error* error) {
  return guard(error, [&] {
    celadon::Table& target = need(table, "table").value;
    std::string column = column_name(name);
    check_column(target, column, n_rows);
    std::vector<std::string> texts;
    std::vector<std::uint8_t> valid;
    bool any_null = false;
    for (const char* one : span_of(values, n_rows, "values")) {
      texts.push_back(text_or_empty(one));
      valid.push_back(one == nullptr ? 0 : 1);
      any_null = any_null || one == nullptr;
    }
    if (!any_null) valid.clear();
    target.add(std::move(column), std::move(texts), std::move(valid));
  });
}

celadon_status celadon_dataset_create(celadon_dataset** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    *out = new celadon_dataset;
  });
}
CELADON_C_DESTROY(celadon_dataset)

celadon_status celadon_dataset_add_stream(celadon_dataset* dataset, const char* name, struct ArrowArrayStream* stream,
                                          celadon_error* error) {
  const celadon_status status = guard(error, [&] {
    need(stream, "stream");
    add_named(dataset, [&](celadon::Dataset& target) { unwrap(target.add(table_name(name), stream)); });
  });
  // Taken over whatever happened: a stream that was not read is released here.
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
  return status;
}

celadon_status celadon_dataset_add_array(celadon_dataset* dataset, const char* name, struct ArrowSchema* schema, struct ArrowArray* array,
                                         celadon_error* error) {
  const celadon_status status = guard(error, [&] {
    need(schema, "schema");
    need(array, "array");
    add_named(dataset, [&](celadon::Dataset& target) { unwrap(target.add(table_name(name), schema, array)); });
  });
  if (schema != nullptr && schema->release != nullptr) schema->release(schema);
  if (array != nullptr && array->release != nullptr) array->release(array);
  return status;
}

celadon_status celadon_dataset_add_table(celadon_dataset* dataset, const char* name, const celadon_table* table, celadon_error* error) {
  return guard(error, [&] {
    celadon::Table copy = need(table, "table").value;
    add_named(dataset, [&](celadon::Dataset& target) { unwrap(target.add(table_name(name), std::move(copy))); });
  });
}

int64_t celadon_dataset_n_tables(const celadon_dataset* dataset) {
  return dataset == nullptr ? 0 : static_cast<int64_t>(dataset->names.size());
}
const char* celadon_dataset_name(const celadon_dataset* dataset, int64_t table) {
  if (dataset == nullptr || table < 0 || table >= static_cast<int64_t>(dataset->names.size())) return nullptr;
  return dataset->names[static_cast<std::size_t>(table)].c_str();
}
int32_t celadon_dataset_has(const celadon_dataset* dataset, const char* name) {
  return dataset != nullptr && name != nullptr && dataset->value.has(name) ? 1 : 0;
}

celadon_status celadon_dataset_table(const celadon_dataset* dataset, const char* name, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const std::string wanted = table_name(name);
    const auto* table = need(dataset, "dataset").value.find(wanted);
    if (table == nullptr)
      refuse(
          celadon::make_error(celadon::Code::kMissingTable, {.table = wanted, .column = {}, .row = -1, .item = {}}, {{"table", wanted}}));
    return table->to_table(wanted);
  });
}

celadon_status celadon_dataset_declare_personal(celadon_dataset* dataset, const char* table, const char* column, int32_t personal,
                                                celadon_error* error) {
  return guard(
      error, [&] { need(dataset, "dataset").value.declare_personal(text(table, -1, "table"), text(column, -1, "column"), personal != 0); });
}
int32_t celadon_dataset_is_personal(const celadon_dataset* dataset, const char* table, const char* column) {
  int32_t out = 1;  // what cannot be asked is masked
  (void)guard(nullptr,
              [&] { out = need(dataset, "dataset").value.is_personal(text(table, -1, "table"), text(column, -1, "column")) ? 1 : 0; });
  return out;
}

}  // extern "C"
