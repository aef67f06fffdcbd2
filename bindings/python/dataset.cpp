// Tables that come in: anything with the Arrow PyCapsule interface, or columns of NumPy arrays and lists.
#include "dataset.hpp"
#include "common.hpp"

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/arrow/responses.hpp>

#include <cmath>

namespace celadon::python {

namespace {

// One column of (name, kind, values): kind "number" and "integer" and "boolean" are arrays with an optional validity, "text" a list.
void add_column(Table& table, const std::string& name, const std::string& kind, const py::object& values, const py::object& valid) {
  std::vector<std::uint8_t> flags;
  if (!valid.is_none()) {
    const auto array = Array<std::uint8_t>::ensure(valid);
    if (!array) throw py::error_already_set();
    flags.assign(array.data(), array.data() + array.size());
  }
  const auto copy = [&]<class T>(T) {
    const auto array = Array<T>::ensure(values);
    if (!array) throw py::error_already_set();
    return std::vector<T>(array.data(), array.data() + array.size());
  };
  if (kind == "number") {
    table.add(name, copy(double{}));
  } else if (kind == "integer") {
    table.add(name, copy(std::int64_t{}), std::move(flags));
  } else if (kind == "boolean") {
    table.add_boolean(name, copy(std::uint8_t{}), std::move(flags));
  } else {
    std::vector<std::string> texts;
    std::vector<std::uint8_t> present;
    for (const py::handle cell : values) {
      texts.push_back(cell.is_none() ? std::string() : cell.cast<std::string>());
      present.push_back(cell.is_none() ? 0 : 1);
    }
    table.add(name, std::move(texts), std::move(present));
  }
}

Table table_from_columns(const std::string& name, const py::object& columns) {
  Table table(name);
  for (const py::handle column : columns) {
    const auto parts = column.cast<py::tuple>();
    add_column(table, parts[0].cast<std::string>(), parts[1].cast<std::string>(), parts[2], parts[3]);
  }
  return table;
}

// False where the object has the method but cannot deliver (pandas without pyarrow).
bool import_capsule(const py::object& object, std::optional<Result<arrow::DataTable>>& out) {
  try {
    if (py::hasattr(object, "__arrow_c_stream__")) {
      const py::object capsule = object.attr("__arrow_c_stream__")();
      auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
      if (stream == nullptr) throw py::error_already_set();
      out.emplace(arrow::DataTable::import_stream(stream));
      return true;
    }
    if (py::hasattr(object, "__arrow_c_array__")) {
      const auto pair = object.attr("__arrow_c_array__")().cast<py::tuple>();
      auto* schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(pair[0].ptr(), "arrow_schema"));
      if (schema == nullptr) throw py::error_already_set();
      auto* array = static_cast<ArrowArray*>(PyCapsule_GetPointer(pair[1].ptr(), "arrow_array"));
      if (array == nullptr) throw py::error_already_set();
      out.emplace(arrow::DataTable::import_array(schema, array));
      return true;
    }
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_ImportError)) throw;
  }
  return false;
}

ResponsesHandle responses_from_table(const py::object& table, std::vector<std::string> columns, const std::string& null_kind,
                                     const std::vector<std::pair<std::string, std::string>>& missing, const RunOptions& options) {
  arrow::ResponsesImport import;
  import.columns = std::move(columns);
  import.null_kind = choose<Missing>("missing", null_kind, kMissingNames);
  for (const auto& [value, kind] : missing) import.missing_values.emplace_back(value, choose<Missing>("missing", kind, kMissingNames));
  const arrow::DataTable data = import_table(table);
  auto imported = run(options, [&](const ExecutionContext& context) { return arrow::responses_from_table(data, import, context); });
  bool any_label = false;
  for (const auto& labels : imported.labels) any_label = any_label || !labels.empty();
  return {std::move(imported.responses), any_label ? std::move(imported.labels) : std::vector<std::vector<std::string>>{}};
}

}  // namespace

arrow::DataTable import_table(const py::object& object) {
  std::optional<Result<arrow::DataTable>> imported;
  if (import_capsule(object, imported)) return take(std::move(*imported));
  const py::object columns = py::module_::import("celadon._frames").attr("columns_of")(object);
  return arrow::DataTable::from_table(table_from_columns("table", columns));
}

void bind_dataset(py::module_& module) {
  module.def("_table_from_columns", &table_from_columns, py::arg("name"), py::arg("columns"));
  module.def(
      "_responses_from_table",
      [](const py::object& table, std::vector<std::string> columns, const std::string& null_kind,
         const std::vector<std::pair<std::string, std::string>>& missing, int n_threads, const py::object& progress) {
        return responses_from_table(table, std::move(columns), null_kind, missing, {n_threads, progress});
      },
      py::arg("table"), py::arg("columns"), py::arg("null_kind"), py::arg("missing"), py::arg("n_threads"), py::arg("progress"));
  py::class_<Dataset>(module, "Dataset", "Named tables: what an evaluation reads.")
      .def(py::init<>())
      .def(
          "add", [](Dataset& self, std::string name, const py::object& table) { take(self.add(std::move(name), import_table(table))); },
          py::arg("name"), py::arg("table"),
          "Adds a table: anything with the Arrow PyCapsule interface, a pandas.DataFrame, or a mapping of columns.")
      .def(
          "declare_personal",
          [](Dataset& self, const std::string& table, const std::string& column, bool personal) {
            self.declare_personal(table, column, personal);
          },
          py::arg("table"), py::arg("column"), py::arg("personal"))
      .def_property_readonly("names", &Dataset::names)
      .def("__contains__", [](const Dataset& self, const std::string& name) { return self.has(name); })
      .def("__getitem__",
           [](const Dataset& self, const std::string& name) {
             const arrow::DataTable* table = self.find(name);
             if (table == nullptr) throw py::key_error(name);
             return table->to_table(name);
           })
      .def("__repr__", [](const Dataset& self) {
        std::string text = "<Dataset:";
        for (const std::string& name : self.names()) text += " " + name + " (" + std::to_string(self.find(name)->n_rows()) + " rows)";
        return text + ">";
      });
}

}  // namespace celadon::python
