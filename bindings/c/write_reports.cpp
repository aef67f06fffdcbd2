// Every report of an evaluation, to a function or a folder. To an archive: archive.cpp.
#include "reports_common.hpp"

using namespace celadon_c;

namespace rp = celadon::reports;

namespace {

celadon_reports_write_options default_write() {
  const rp::WriteOptions library;
  celadon_reports_write_options options{};
  options.struct_size = sizeof options;
  options.pupils = library.pupils ? 1 : 0;
  options.classes = library.classes ? 1 : 0;
  options.schools = library.schools ? 1 : 0;
  options.print_files = library.print_files ? 1 : 0;
  options.index = library.index ? 1 : 0;
  options.html = library.html ? 1 : 0;
  options.json = library.json ? 1 : 0;
  return options;
}

}  // namespace

rp::WriteOptions celadon_c::write_options(const celadon_reports_write_options* given) {
  const auto known = sized(given, default_write(), "options");
  rp::WriteOptions out;
  out.report = report_options(known.report);
  out.pupils = known.pupils != 0;
  out.classes = known.classes != 0;
  out.schools = known.schools != 0;
  out.print_files = known.print_files != 0;
  out.index = known.index != 0;
  out.html = known.html != 0;
  out.json = known.json != 0;
  return out;
}

celadon_status celadon_c::write_all(const celadon_evaluation* evaluation, rp::ReportSink& sink,
                                    const celadon_reports_write_options* options, const celadon_execution* execution, int64_t* n_pages,
                                    int64_t* n_bytes, celadon_error* error) {
  if (n_pages != nullptr) *n_pages = 0;
  if (n_bytes != nullptr) *n_bytes = 0;
  return guard(error, [&] {
    const Execution run(execution);
    const rp::WrittenReports written =
        unwrap(rp::write_reports(need(evaluation, "evaluation").value, sink, write_options(options), run.context()));
    if (n_pages != nullptr) *n_pages = written.pages;
    if (n_bytes != nullptr) *n_bytes = written.bytes;
  });
}

extern "C" {

void celadon_reports_write_options_init(celadon_reports_write_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_write());
}

celadon_status celadon_reports_write_reports(const celadon_evaluation* evaluation, celadon_reports_page_function function, void* user,
                                             const celadon_reports_write_options* options, const celadon_execution* execution,
                                             int64_t* n_pages, int64_t* n_bytes, celadon_error* error) {
  celadon_status status = guard(error, [&] {
    if (function == nullptr) refuse("function", "is NULL");
  });
  if (status != CELADON_OK) return status;
  HostSink sink(function, user);
  return write_all(evaluation, sink, options, execution, n_pages, n_bytes, error);
}

celadon_status celadon_reports_write_to_folder(const celadon_evaluation* evaluation, const char* folder,
                                               const celadon_reports_write_options* options, const celadon_execution* execution,
                                               int64_t* n_pages, int64_t* n_bytes, celadon_error* error) {
  celadon_status status = CELADON_OK;
  const celadon_status outer = guard(error, [&] {
    rp::FolderSink sink{std::string(text(folder, -1, "folder"))};
    status = write_all(evaluation, sink, options, execution, n_pages, n_bytes, error);
  });
  return outer != CELADON_OK ? outer : status;
}

celadon_status celadon_reports_file_name_of(const char* id, int64_t id_size, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return rp::file_name_of(text(id, id_size, "id")); });
}

}  // extern "C"
