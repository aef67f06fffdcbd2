// Reports of an evaluation: single pages, and all of them to a folder or a function.
#include "reports.hpp"

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>

#include <optional>

namespace celadon::python {

namespace {

using evaluation::Evaluation;

reports::ReportOptions report_options(const std::string& language, const std::string& signed_by) {
  reports::ReportOptions options;
  options.language = language_of(language);
  options.signed_by = signed_by;
  return options;
}

// A thread that Python did not start gets its interpreter state once, when it first calls Python, and keeps it until it ends: a state a
// call costs two memory mappings. The interpreter lock is free between the calls. Such threads end inside the call that started them, so
// the state never outlives the interpreter.
struct KeptThreadState {
  py::gil_scoped_acquire own;
  py::gil_scoped_release free;
};

void keep_thread_state() {
  thread_local std::optional<KeptThreadState> kept;
  if (!kept && PyGILState_GetThisThreadState() == nullptr) kept.emplace();
}

// Calls Python for each page; what Python raises stops the writing and comes out of it.
class PythonSink final : public reports::ReportSink {
 public:
  explicit PythonSink(py::object function) : function_(std::move(function)) {}
  Result<void> write(const reports::Page& page) override {
    keep_thread_state();
    const py::gil_scoped_acquire acquire;
    function_(py::str(page.path.data(), page.path.size()), py::str(page.kind.data(), page.kind.size()),
              py::str(page.subject.data(), page.subject.size()), py::bytes(page.bytes.data(), page.bytes.size()));
    return {};
  }

 private:
  py::object function_;
};

}  // namespace

std::unique_ptr<reports::ReportSink> sink_of(const py::object& target) {
  if (py::isinstance<py::str>(target)) return std::make_unique<reports::FolderSink>(target.cast<std::string>());
  return std::make_unique<PythonSink>(target);
}

void bind_reports(py::module_& module) {
  using reports::Report;
  py::class_<Report>(module, "Report", "One report: the same content as HTML page and as JSON.")
      .def_readonly("id", &Report::id)
      .def_readonly("heading", &Report::heading)
      .def_property_readonly("language", [](const Report& self) { return std::string(self.language_tag()); })
      .def_property_readonly(
          "charts",
          [](const Report& self) {
            std::vector<reports::Chart> charts;
            for (const auto& section : self.sections)
              for (const auto& block : section.blocks)
                if (const auto* chart = std::get_if<reports::ChartBlock>(&block)) charts.push_back(chart->chart);
            return charts;
          },
          "Every chart of the report in reading order.")
      .def_property_readonly(
          "statements",
          [](const Report& self) {
            std::vector<std::pair<std::string, std::string>> out;
            for (const reports::Statement* statement : reports::statements(self))
              out.emplace_back(statement->id, statement->lead.empty() ? statement->text : statement->lead + " " + statement->text);
            return out;
          },
          "Every sentence with its id, in reading order.")
      .def(
          "to_html", [](const Report& self) { return reports::to_html(self); }, "One self-contained page.")
      .def(
          "to_json", [](const Report& self) { return reports::to_json(self); }, "The report model as JSON text.")
      .def("_repr_html_",
           [](const Report& self) {
             // A page of its own, so that its style does not leak into the notebook.
             const py::object escape = py::module_::import("html").attr("escape");
             return "<iframe style=\"width:100%;height:40em;border:1px solid #ccc\" sandbox srcdoc=\"" +
                    escape(reports::to_html(self)).cast<std::string>() + "\"></iframe>";
           })
      .def("__repr__", [](const Report& self) { return "<Report: " + std::to_string(self.sections.size()) + " sections>"; });
  module.def("_pupil_report", [](const Evaluation& evaluation, std::size_t paper, std::int64_t person, const std::string& language,
                                 const std::string& signed_by) {
    return take(reports::pupil_report(evaluation, paper, person, report_options(language, signed_by)));
  });
  module.def("_class_report", [](const Evaluation& evaluation, std::size_t paper, std::size_t review, const std::string& language,
                                 const std::string& signed_by) {
    return take(reports::class_report(evaluation, paper, review, report_options(language, signed_by)));
  });
  module.def("_school_report", [](const Evaluation& evaluation, std::size_t paper, std::int32_t school, const std::string& language,
                                  const std::string& signed_by) {
    return take(reports::school_report(evaluation, paper, school, report_options(language, signed_by)));
  });
  module.def("_index_report", [](const Evaluation& evaluation, const std::string& language, const std::string& signed_by) {
    return reports::index_report(evaluation, report_options(language, signed_by));
  });
  module.def(
      "_write_reports",
      [](const Evaluation& evaluation, const py::object& target, const std::string& language, const std::string& signed_by, bool pupils,
         bool classes, bool schools, bool print_files, bool html, bool json, int n_threads, const py::object& progress) {
        reports::WriteOptions options;
        options.report = report_options(language, signed_by);
        options.pupils = pupils;
        options.classes = classes;
        options.schools = schools;
        options.print_files = print_files;
        options.html = html;
        options.json = json;
        const std::unique_ptr<reports::ReportSink> sink = sink_of(target);
        const reports::WrittenReports written = run({n_threads, progress}, [&](const ExecutionContext& context) {
          return reports::write_reports(evaluation, *sink, options, context);
        });
        return std::pair(written.pages, written.bytes);
      },
      py::arg("evaluation"), py::arg("target"), py::kw_only(), py::arg("language"), py::arg("signed_by"), py::arg("pupils"),
      py::arg("classes"), py::arg("schools"), py::arg("print_files"), py::arg("html"), py::arg("json"), py::arg("n_threads"),
      py::arg("progress"));
}

}  // namespace celadon::python
