// Errors, findings, tables, responses, items.
#include "common.hpp"

#include <celadon/core/arrow/writer.hpp>
#include <celadon/core/items.hpp>

#include <cmath>

namespace celadon::python {

namespace {

py::object text_or_none(const std::string& text) {
  return text.empty() ? py::object(py::none()) : py::object(py::str(text));
}

Code code_of(const std::string& name) {
  for (const Code code : all_codes())
    if (code_name(code) == name) return code;
  throw py::value_error("unknown code " + name);
}

void bind_errors(py::module_& module) {
  py::register_exception<LogicError>(module, "LogicError", PyExc_RuntimeError);
  module.def("code_names", [] {
    std::vector<std::string> names;
    for (const Code code : all_codes()) names.emplace_back(code_name(code));
    return names;
  });
  // What the package itself has to say (files, workbooks) comes from the same catalogue.
  module.def(
      "_finding",
      [](const std::string& severity, const std::string& code, std::string table, std::string column, std::int64_t row, std::string item,
         const std::vector<std::pair<std::string, std::string>>& arguments) {
        std::vector<Argument> parts;
        for (const auto& [name, value] : arguments) parts.push_back({name, value});
        return make_finding(choose<Severity>("severity", severity,
                                             {{"note", Severity::kNote}, {"warning", Severity::kWarning}, {"error", Severity::kError}}),
                            code_of(code), {std::move(table), std::move(column), row, std::move(item)}, std::move(parts));
      },
      py::arg("severity"), py::arg("code"), py::arg("table"), py::arg("column"), py::arg("row"), py::arg("item"), py::arg("arguments"));
  py::class_<Finding>(module, "Finding", "Something to know about a result or a data set that has an answer all the same.")
      .def_property_readonly(
          "severity",
          [](const Finding& f) {
            return name_of<Severity>(f.severity, {{"note", Severity::kNote}, {"warning", Severity::kWarning}, {"error", Severity::kError}});
          })
      .def_property_readonly("code", [](const Finding& f) { return std::string(code_name(f.code)); })
      .def_property_readonly("table", [](const Finding& f) { return text_or_none(f.place.table); })
      .def_property_readonly("column", [](const Finding& f) { return text_or_none(f.place.column); })
      .def_property_readonly("item", [](const Finding& f) { return text_or_none(f.place.item); })
      .def_property_readonly("row",
                             [](const Finding& f) { return f.place.row < 0 ? py::object(py::none()) : py::object(py::int_(f.place.row)); })
      .def_property_readonly("arguments",
                             [](const Finding& f) {
                               py::dict arguments;
                               for (const Argument& argument : f.arguments) arguments[py::str(argument.name)] = argument.value;
                               return arguments;
                             })
      .def(
          "cause", [](const Finding& f, const std::string& language) { return f.cause(language_of(language)); },
          py::arg("language") = "zh-CN", "What is wrong, one sentence without a final stop.")
      .def(
          "fix", [](const Finding& f, const std::string& language) { return f.fix(language_of(language)); }, py::arg("language") = "zh-CN",
          "What to do about it, one sentence without a final stop.")
      .def(
          "text", [](const Finding& f, const std::string& language) { return f.text(language_of(language)); },
          py::arg("language") = "zh-CN", "Cause and fix with final stops.")
      .def("__str__", [](const Finding& f) { return f.text(Language::kChinese); })
      .def("__repr__",
           [](const Finding& f) { return "<Finding " + std::string(code_name(f.code)) + ": " + f.cause(Language::kEnglish) + ">"; });
}

// Text columns as object arrays, numbers as float64 with NaN for null, integers and booleans as they are where nothing is null.
py::object column_array(const Column& column) {
  const auto n = static_cast<py::ssize_t>(column.size());
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    py::array_t<double> out(n);
    double* cells = out.mutable_data();
    for (py::ssize_t i = 0; i < n; ++i) cells[i] = column.is_null(i) ? std::nan("") : (*numbers)[static_cast<std::size_t>(i)];
    return out;
  }
  bool any_null = false;
  for (py::ssize_t i = 0; i < n && !any_null; ++i) any_null = column.is_null(i);
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
    if (!any_null) return py::array_t<std::int64_t>(n, integers->data());
    py::array_t<double> out(n);
    double* cells = out.mutable_data();
    for (py::ssize_t i = 0; i < n; ++i)
      cells[i] = column.is_null(i) ? std::nan("") : static_cast<double>((*integers)[static_cast<std::size_t>(i)]);
    return out;
  }
  if (const auto* flags = std::get_if<std::vector<std::uint8_t>>(&column.values); flags != nullptr && !any_null) {
    py::array_t<bool> out(n);
    bool* cells = out.mutable_data();
    for (py::ssize_t i = 0; i < n; ++i) cells[i] = (*flags)[static_cast<std::size_t>(i)] != 0;
    return out;
  }
  py::list cells;
  for (py::ssize_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (column.is_null(i))
      cells.append(py::none());
    else if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
      cells.append(py::str((*texts)[at]));
    else
      cells.append(py::bool_(std::get<std::vector<std::uint8_t>>(column.values)[at] != 0));
  }
  const py::module_ numpy = py::module_::import("numpy");
  py::object out = numpy.attr("empty")(n, py::arg("dtype") = "object");
  out[py::slice(py::none(), py::none(), py::none())] = cells;
  return out;
}

py::list column_list(const Column& column) {
  py::list out;
  for (std::int64_t i = 0; i < column.size(); ++i) {
    if (column.is_null(i)) {
      out.append(py::none());
      continue;
    }
    const auto at = static_cast<std::size_t>(i);
    std::visit(
        [&](const auto& values) {
          using V = typename std::decay_t<decltype(values)>::value_type;
          if constexpr (std::is_same_v<V, std::uint8_t>)
            out.append(py::bool_(values[at] != 0));
          else
            out.append(py::cast(values[at]));
        },
        column.values);
  }
  return out;
}

const Column& find_column(const Table& table, const std::string& name) {
  const Column* column = table.find(name);
  if (column == nullptr) throw py::key_error(name);
  return *column;
}

void bind_table(py::module_& module) {
  py::class_<Table> type(module, "Table", "Named columns of equal length; what every result can be read as.");
  type.def_property_readonly("name", &Table::name)
      .def_property_readonly("columns",
                             [](const Table& table) {
                               std::vector<std::string> names;
                               for (const Column& column : table.columns()) names.push_back(column.name);
                               return names;
                             })
      .def_property_readonly("n_rows", &Table::n_rows)
      .def("__len__", &Table::n_rows)
      .def(
          "__getitem__", [](const Table& table, const std::string& name) { return column_array(find_column(table, name)); },
          py::arg("column"), "A column as a NumPy array; NaN or None where there is no value.")
      .def("__contains__", [](const Table& table, const std::string& name) { return table.find(name) != nullptr; })
      .def("_list", [](const Table& table, const std::string& name) { return column_list(find_column(table, name)); })
      .def("__repr__", [](const Table& table) {
        return "<Table " + table.name() + ": " + std::to_string(table.n_rows()) + " rows, " + std::to_string(table.columns().size()) +
               " columns>";
      });
  bind_frame(type, [](const Table& table) { return table; });
}

template <class T>
ResponsesHandle pack(const py::array& array, std::vector<std::string> ids, int n_threads) {
  const auto typed = py::array_t<T>::ensure(array);
  if (!typed) throw py::error_already_set();
  const auto size = static_cast<py::ssize_t>(sizeof(T));
  DenseView<T> view{typed.data(), typed.shape(0), typed.shape(1), typed.strides(0) / size, typed.strides(1) / size};
  if (typed.strides(0) % size != 0 || typed.strides(1) % size != 0) throw py::value_error("the array's strides are not whole elements");
  return {
      run({n_threads, py::none()}, [&](const ExecutionContext& context) { return Responses::from_dense(view, std::move(ids), context); }),
      {}};
}

ResponsesHandle from_numpy(const py::array& array, std::vector<std::string> ids, int n_threads) {
  if (array.ndim() != 2) throw py::value_error("responses must be a two-dimensional array, persons by items");
  const py::dtype type = array.dtype();
  if (type.kind() == 'b') return pack<std::uint8_t>(array, std::move(ids), n_threads);
  if (type.kind() == 'u' && type.itemsize() == 1) return pack<std::uint8_t>(array, std::move(ids), n_threads);
  if (type.kind() == 'i' || type.kind() == 'u') {
    switch (type.itemsize()) {
      case 1:
        return pack<std::int8_t>(array, std::move(ids), n_threads);
      case 2:
        if (type.kind() == 'i') return pack<std::int16_t>(array, std::move(ids), n_threads);
        return pack<std::int32_t>(array, std::move(ids), n_threads);
      case 4:
        if (type.kind() == 'i') return pack<std::int32_t>(array, std::move(ids), n_threads);
        return pack<std::int64_t>(array, std::move(ids), n_threads);
      default:
        return pack<std::int64_t>(array, std::move(ids), n_threads);
    }
  }
  throw py::type_error("responses must be an array of integers or booleans");
}

py::array_t<std::int16_t> to_numpy(const Responses& responses) {
  const std::int64_t n = responses.n_persons();
  const std::int64_t k = responses.n_items();
  py::array_t<std::int16_t> out({n, k});
  auto cells = out.mutable_unchecked<2>();
  for (std::int64_t block = 0; block < responses.n_blocks(); ++block)
    for (std::int64_t item = 0; item < k; ++item) {
      const std::uint8_t* column = responses.column(block, item);
      for (std::int64_t row = 0; row < responses.rows(block); ++row) {
        const std::uint8_t cell = column[row];
        // The packed bytes 252 ... 255 are the caller's codes -1 ... -4.
        cells(block * kBlockRows + row, item) = static_cast<std::int16_t>(is_missing(cell) ? 251 - cell : cell);
      }
    }
  return out;
}

std::int64_t item_index(const Responses& responses, const py::handle& item) {
  if (py::isinstance<py::str>(item)) {
    const auto id = item.cast<std::string>();
    for (std::size_t j = 0; j < responses.item_ids().size(); ++j)
      if (responses.item_ids()[j] == id) return static_cast<std::int64_t>(j);
    throw py::key_error(id);
  }
  const auto index = item.cast<std::int64_t>();
  if (index < 0 || index >= responses.n_items()) throw py::index_error("item index out of range");
  return index;
}

ResponsesHandle select(const ResponsesHandle& self, const std::optional<Array<std::int64_t>>& persons,
                       const std::optional<py::list>& items) {
  std::vector<std::int64_t> rows;
  if (persons) {
    const auto wanted = span_of(persons);
    rows.assign(wanted.begin(), wanted.end());
    for (const std::int64_t row : rows)
      if (row < 0 || row >= self.responses.n_persons()) throw py::index_error("person row out of range");
  } else {
    rows.resize(static_cast<std::size_t>(self.responses.n_persons()));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  }
  ResponsesHandle out;
  std::vector<std::int64_t> columns;
  if (items)
    for (const py::handle item : *items) columns.push_back(item_index(self.responses, item));
  else
    for (std::int64_t j = 0; j < self.responses.n_items(); ++j) columns.push_back(j);
  for (const std::int64_t j : columns)
    if (!self.labels.empty()) out.labels.push_back(self.labels[static_cast<std::size_t>(j)]);
  out.responses = take(self.responses.select(rows, columns));
  return out;
}

void bind_responses(py::module_& module) {
  py::class_<ResponsesHandle>(module, "Responses", "Packed answers of persons (rows) to items (columns), one byte a cell.")
      .def_static("_from_numpy", &from_numpy, py::arg("array"), py::arg("item_ids"), py::arg("n_threads") = 0)
      .def_static(
          "from_table",
          [](const py::object& table, const py::kwargs& options) {
            return py::module_::import("celadon._responses").attr("from_table")(table, **options);
          },
          R"(Packs a table with a row a person and a column an item.

Parameters
----------
table
    Anything with the Arrow PyCapsule interface (pyarrow, Polars, DuckDB, pandas with pyarrow), a pandas.DataFrame, a mapping of
    columns, or a two-dimensional NumPy array (persons x items). Numbers are categories 0 ... 249; -1 not administered, -2 not
    reached, -3 omitted, -4 invalid. Text columns get one category for each distinct text (see ``labels``).
items
    Columns to take, in this order; names of the columns of an array. Every column where not given.
missing
    What stands for a missing kind: {9: "omitted", "": "omitted", None: "not_reached"}. None is the null cell, which is otherwise
    "not_administered". Kinds: "not_administered", "not_reached", "omitted", "invalid".
n_threads
    0 for every processor. The result does not depend on it.

>>> import celadon as cd
>>> responses = cd.Responses.from_table({"q1": [1, 0, 9], "q2": [1, 1, None]}, missing={9: "omitted"})
>>> responses
<Responses: 3 persons x 2 items>
>>> responses.to_numpy().tolist()
[[1, 1], [0, 1], [-3, -1]])",
          py::arg("table"))
      .def(
          "scored",
          [](const py::object& self, const py::object& key) { return py::module_::import("celadon._responses").attr("scored")(self, key); },
          R"(Right (1) or wrong (0) by a key: one option an item, in order or by item id. Missing cells stay missing.

>>> import celadon as cd
>>> raw = cd.Responses.from_table({"q1": ["A", "B", None], "q2": ["C", "C", "D"]})
>>> raw.scored({"q1": "A", "q2": "C"}).to_numpy().tolist()
[[1, 1], [0, 1], [-1, 0]])",
          py::arg("key"))
      .def_property_readonly("n_persons", [](const ResponsesHandle& self) { return self.responses.n_persons(); })
      .def_property_readonly("n_items", [](const ResponsesHandle& self) { return self.responses.n_items(); })
      .def_property_readonly(
          "shape", [](const ResponsesHandle& self) { return py::make_tuple(self.responses.n_persons(), self.responses.n_items()); })
      .def_property_readonly("item_ids", [](const ResponsesHandle& self) { return self.responses.item_ids(); })
      .def_property_readonly(
          "n_categories", [](const ResponsesHandle& self) { return self.responses.n_categories(); },
          "Highest observed category of each item plus one.")
      .def_property_readonly(
          "labels", [](const ResponsesHandle& self) { return self.labels; },
          "Text of each category, by item; empty lists where the answers were numbers.")
      .def_property_readonly("nbytes", [](const ResponsesHandle& self) { return self.responses.bytes(); })
      .def(
          "to_numpy", [](const ResponsesHandle& self) { return to_numpy(self.responses); },
          "A copy as an int16 matrix; -1 not administered, -2 not reached, -3 omitted, -4 invalid.")
      .def("select", &select, py::arg("persons") = py::none(), py::arg("items") = py::none(),
           "The given rows (numbers from 0, repeats allowed) and items (ids or numbers), in the given order.")
      .def("__len__", [](const ResponsesHandle& self) { return self.responses.n_persons(); })
      .def("__repr__", [](const ResponsesHandle& self) {
        return "<Responses: " + std::to_string(self.responses.n_persons()) + " persons x " + std::to_string(self.responses.n_items()) +
               " items>";
      });
}

void bind_items(py::module_& module) {
  py::class_<Item>(module, "_Item")
      .def(py::init<>())
      .def_readwrite("id", &Item::id)
      .def_readwrite("label", &Item::label)
      .def_readwrite("subject", &Item::subject)
      .def_readwrite("type", &Item::type)
      .def_readwrite("stem", &Item::stem)
      .def_readwrite("key", &Item::key)
      .def_readwrite("choice_group", &Item::choice_group)
      .def_readwrite("bonus", &Item::bonus)
      .def_readwrite("note", &Item::note)
      .def_readwrite("knowledge", &Item::knowledge)
      .def_readwrite("ability_level", &Item::ability_level)
      .def_readwrite("cognitive_level", &Item::cognitive_level)
      .def_readwrite("full_mark", &Item::full_mark)
      .def_readwrite("category_scores", &Item::category_scores)
      .def_readwrite("category_labels", &Item::category_labels)
      .def_readwrite("option_notes", &Item::option_notes)
      .def_readwrite("planned_difficulty", &Item::planned_difficulty)
      .def("score", &Item::score, py::arg("category"), "Points of a category.");
}

}  // namespace

py::capsule arrow_stream(Table table) {
  auto* stream = new ArrowArrayStream{};
  try {
    arrow::export_stream(std::move(table), stream);
  } catch (...) {
    delete stream;
    throw;
  }
  return py::capsule(stream, "arrow_array_stream", [](PyObject* capsule) {
    auto* owned = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
    if (owned == nullptr) return;
    if (owned->release != nullptr) owned->release(owned);
    delete owned;
  });
}

void bind_core(py::module_& module) {
  bind_errors(module);
  bind_table(module);
  bind_responses(module);
  bind_items(module);
}

}  // namespace celadon::python
