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

}  // namespace celadon_c
