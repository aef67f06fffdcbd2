// Handles of reports, shared by single reports and by writing them all.
#pragma once

#include "chart_common.hpp"
#include "evaluation_common.hpp"

#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/sink.hpp>

struct celadon_page_wording {
  celadon::reports::PageWording value;
};
struct celadon_report {
  celadon::reports::Report value;
};
struct celadon_html_renderer {
  celadon::reports::HtmlRenderer value;
};

namespace celadon_c {

/// Borrows the wordings and copies the rest.
celadon::reports::ReportOptions report_options(const celadon_report_options* given);
celadon::reports::WriteOptions write_options(const celadon_reports_write_options* given);
/// Draws every report into a sink.
celadon_status write_all(const celadon_evaluation* evaluation, celadon::reports::ReportSink& sink,
                         const celadon_reports_write_options* options, const celadon_execution* execution, int64_t* n_pages,
                         int64_t* n_bytes, celadon_error* error);

/// Hands each page to the host with texts that end with a NUL.
class HostSink final : public celadon::reports::ReportSink {
 public:
  HostSink(celadon_reports_page_function function, void* user) : function_(function), user_(user) {}
  celadon::Result<void> write(const celadon::reports::Page& page) override {
    path_ = page.path;
    kind_ = page.kind;
    subject_ = page.subject;
    bytes_ = page.bytes;
    celadon_page out{};
    out.struct_size = sizeof out;
    out.path = path_.c_str();
    out.kind = kind_.c_str();
    out.subject = subject_.c_str();
    out.bytes = bytes_.c_str();
    out.n_bytes = static_cast<int64_t>(bytes_.size());
    const int32_t answer = function_(user_, &out);
    if (answer == 0) return {};
    return celadon::make_error(celadon::Code::kCannotWrite, {},
                               {{"path", path_}, {"detail", "function returned " + std::to_string(answer)}});
  }

 private:
  celadon_reports_page_function function_;
  void* user_;
  std::string path_, kind_, subject_, bytes_;
};

}  // namespace celadon_c
