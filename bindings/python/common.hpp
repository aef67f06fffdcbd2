/// What every binding needs: errors as exceptions, work off the interpreter lock, results as frames.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::python {

namespace py = pybind11;

/// Raises celadon.CeladonError with the code, place and sentences of the error. The caller holds the interpreter lock.
[[noreturn]] void raise(const Error& error);

template <class T>
T take(Result<T>&& result) {
  if (!result) raise(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// How Python asks a long function to run: `n_threads` and a callable `progress(stage, done, total)` or None.
struct RunOptions {
  int n_threads = 0;
  py::object progress = py::none();
};

/// Runs the task on a thread of its own, without the interpreter lock, while this thread looks for signals (Ctrl-C cancels) and calls the
/// progress function. What the task throws, and what a signal or the progress function raises, comes out here.
void run_task(const RunOptions& options, const std::function<void(const ExecutionContext&)>& task);

/// The value of a function of an ExecutionContext that returns a Result.
template <class F>
auto run(const RunOptions& options, F&& function) {
  using R = decltype(function(std::declval<const ExecutionContext&>()));
  std::optional<R> result;
  run_task(options, [&](const ExecutionContext& context) { result.emplace(function(context)); });
  return take(std::move(*result));
}

/// The value that a name stands for; ValueError lists the names otherwise.
template <class E>
E choose(std::string_view what, const std::string& name, std::initializer_list<std::pair<const char*, E>> names) {
  std::string known;
  for (const auto& [text, value] : names) {
    if (name == text) return value;
    known += known.empty() ? "" : ", ";
    known += text;
  }
  throw py::value_error(std::string(what) + " must be one of " + known);
}

/// The name of a value in such a list.
template <class E>
std::string name_of(E wanted, std::initializer_list<std::pair<const char*, E>> names) {
  for (const auto& [text, value] : names)
    if (value == wanted) return text;
  return "unknown";
}

/// Names of the missing kinds.
inline constexpr std::initializer_list<std::pair<const char*, Missing>> kMissingNames = {{"not_administered", Missing::kNotAdministered},
                                                                                         {"not_reached", Missing::kNotReached},
                                                                                         {"omitted", Missing::kOmitted},
                                                                                         {"invalid", Missing::kInvalid}};

/// The language that a tag stands for.
inline Language language_of(const std::string& tag) {
  return choose<Language>("language", tag, {{"zh-CN", Language::kChinese}, {"en", Language::kEnglish}});
}

/// A read-only NumPy view of a vector that `owner` keeps alive.
template <class T>
py::array view(const std::vector<T>& values, py::handle owner) {
  py::array_t<T> array({static_cast<py::ssize_t>(values.size())}, {static_cast<py::ssize_t>(sizeof(T))}, values.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

/// As above with rows x columns elements, row by row.
template <class T>
py::array view(const std::vector<T>& values, std::size_t rows, std::size_t columns, py::handle owner) {
  py::array_t<T> array({static_cast<py::ssize_t>(rows), static_cast<py::ssize_t>(columns)}, values.data(), owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

/// A one-dimensional array as a span, empty for None.
template <class T>
std::span<const T> span_of(const std::optional<Array<T>>& array) {
  if (!array) return {};
  if (array->ndim() != 1) throw py::value_error("expected a one-dimensional array");
  return {array->data(), static_cast<std::size_t>(array->size())};
}

/// Packed responses with the texts of their categories where they came from text columns.
struct ResponsesHandle {
  Responses responses;
  std::vector<std::vector<std::string>> labels;
};

/// One treatment for each of the four missing kinds, by name.
MissingPolicy missing_policy(const std::vector<std::string>& treatments);

/// The table as a PyCapsule "arrow_array_stream".
py::capsule arrow_stream(Table table);

/// Calls celadon._frames.<function>(table).
py::object frame(const char* function, Table table);

/// Makes a result a frame: `table`, `__arrow_c_stream__`, `to_pandas`, `to_polars`, `_repr_html_`.
template <class T, class... Extra, class F>
void bind_frame(py::class_<T, Extra...>& type, F to_table) {
  type.def_property_readonly("table", to_table, "The result as a table.")
      .def(
          "__arrow_c_stream__", [to_table](const T& self, const py::object&) { return arrow_stream(to_table(self)); },
          py::arg("requested_schema") = py::none(), "The table over the Arrow PyCapsule interface.")
      .def(
          "to_pandas", [to_table](const T& self) { return frame("to_pandas", to_table(self)); }, "The table as a pandas.DataFrame.")
      .def(
          "to_polars", [to_table](const T& self) { return frame("to_polars", to_table(self)); }, "The table as a polars.DataFrame.")
      .def(
          "to_dict", [to_table](const T& self) { return frame("to_dict", to_table(self)); },
          "The table as a dict of lists; None where there is no value.")
      .def("_repr_html_", [to_table](const T& self) { return frame("to_html", to_table(self)); })
      .def("__str__", [to_table](const T& self) { return frame("to_text", to_table(self)); })
      .def("__repr__", [to_table](const T& self) {
        return "<" + py::type::of<T>().attr("__name__").template cast<std::string>() + ": " + std::to_string(to_table(self).n_rows()) +
               " rows>";
      });
}

void bind_core(py::module_& module);
void bind_dataset(py::module_& module);
void bind_ctt(py::module_& module);
void bind_irt(py::module_& module);
void bind_irt_scoring(py::module_& module);
void bind_irt_population(py::module_& module);
void bind_survey(py::module_& module);
void bind_standard_setting(py::module_& module);
void bind_green(py::module_& module);
void bind_cdm(py::module_& module);
void bind_composite(py::module_& module);
void bind_multilevel(py::module_& module);
void bind_evaluation(py::module_& module);
void bind_feedback(py::module_& module);
void bind_scheme(py::module_& module);
void bind_charts(py::module_& module);
void bind_reports(py::module_& module);
void bind_indicators(py::module_& module);

}  // namespace celadon::python
