// Single reports: made, read, drawn.
#include "reports_common.hpp"

#include <celadon/reports/json.hpp>

#include <limits>

using namespace celadon_c;

namespace rp = celadon::reports;

namespace celadon_c {

static celadon_report_options default_report() {
  celadon_report_options options{};
  options.struct_size = sizeof options;
  options.language = CELADON_CHINESE;
  options.school_audience = CELADON_AUDIENCE_SCHOOL;
  return options;
}

rp::ReportOptions report_options(const celadon_report_options* given) {
  const auto known = sized(given, default_report(), "options");
  rp::ReportOptions out;
  out.language = language_of(known.language);
  out.signed_by = text_or_empty(known.signed_by);
  if (known.statement_wording != nullptr) out.statement_wording = &known.statement_wording->value;
  if (known.page_wording != nullptr) out.page_wording = &known.page_wording->value;
  out.school_audience = enumerator<celadon::evaluation::Audience>(known.school_audience, 5, "school_audience");
  return out;
}

}  // namespace celadon_c

namespace {

// Sets a number of a paper against the evaluation and gives it as the library
// counts.
std::size_t paper_index(const celadon_evaluation* evaluation, std::int64_t paper) {
  (void)paper_of(evaluation, paper);
  return static_cast<std::size_t>(paper);
}

const char* kind_name(rp::StatementKind kind) {
  switch (kind) {
    case rp::StatementKind::kClaim:
      return "claim";
    case rp::StatementKind::kEvidence:
      return "evidence";
    case rp::StatementKind::kUncertainty:
      return "uncertainty";
    case rp::StatementKind::kNextStep:
      return "next_step";
    case rp::StatementKind::kNote:
      break;
  }
  return "note";
}

celadon::Table statements_table(const rp::Report& report) {
  std::vector<std::string> section, id, mark, kind, lead, said;
  const auto append = [&](const std::string& where, const std::vector<rp::Statement>& statements) {
    for (const rp::Statement& one : statements) {
      section.push_back(where);
      id.push_back(one.id);
      mark.push_back(one.mark);
      kind.emplace_back(kind_name(one.kind));
      lead.push_back(one.lead);
      said.push_back(one.text);
    }
  };
  for (const rp::Section& part : report.sections)
    for (const rp::Block& block : part.blocks)
      if (const auto* statements = std::get_if<rp::StatementBlock>(&block)) append(part.id, statements->statements);
  append("footer", report.footer);
  celadon::Table table("report_statements");
  table.add("section", std::move(section)).add("id", std::move(id)).add("mark", std::move(mark)).add("kind", std::move(kind));
  table.add("lead", std::move(lead)).add("text", std::move(said));
  return table;
}

std::vector<const rp::Chart*> charts_of(const rp::Report& report) {
  std::vector<const rp::Chart*> out;
  for (const rp::Section& part : report.sections)
    for (const rp::Block& block : part.blocks)
      if (const auto* chart = std::get_if<rp::ChartBlock>(&block)) out.push_back(&chart->chart);
  return out;
}

std::string drawn(const celadon::reports::TextBuffer& buffer) {
  return std::string(buffer.view());
}

}  // namespace

extern "C" {

celadon_status celadon_page_wording_parse(const char* json, int64_t json_size, celadon_page_wording** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(rp::PageWording::parse(text(&need(json, "json"), json_size, "json"))); });
}
celadon_status celadon_page_wording_default_text(int32_t language, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return std::string(rp::default_page_wording_text(language_of(language))); });
}
CELADON_C_DESTROY(celadon_page_wording)

void celadon_report_options_init(celadon_report_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_report());
}

celadon_status celadon_reports_pupil_report(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                            const celadon_report_options* options, celadon_report** out, celadon_error* error) {
  return produce(out, error, [&] {
    const std::size_t index = paper_index(evaluation, paper);
    return unwrap(rp::pupil_report(evaluation->value, index, person, report_options(options)));
  });
}
celadon_status celadon_reports_class_report(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                            const celadon_report_options* options, celadon_report** out, celadon_error* error) {
  return produce(out, error, [&] {
    const std::size_t index = paper_index(evaluation, paper);
    if (review < 0) refuse(celadon::make_error(celadon::Code::kNoSuchUnit, {}, {{"row", std::to_string(review)}}));
    return unwrap(rp::class_report(evaluation->value, index, static_cast<std::size_t>(review), report_options(options)));
  });
}
celadon_status celadon_reports_school_report(const celadon_evaluation* evaluation, int64_t paper, int64_t school,
                                             const celadon_report_options* options, celadon_report** out, celadon_error* error) {
  return produce(out, error, [&] {
    const std::size_t index = paper_index(evaluation, paper);
    if (school < -1 || school > std::numeric_limits<std::int32_t>::max())
      refuse(celadon::make_error(celadon::Code::kNoSuchUnit, {}, {{"row", std::to_string(school)}}));
    return unwrap(rp::school_report(evaluation->value, index, static_cast<std::int32_t>(school), report_options(options)));
  });
}
celadon_status celadon_reports_index_report(const celadon_evaluation* evaluation, const celadon_report_options* options,
                                            celadon_report** out, celadon_error* error) {
  return produce(out, error, [&] { return rp::index_report(need(evaluation, "evaluation").value, report_options(options)); });
}
CELADON_C_DESTROY(celadon_report)

const char* celadon_report_id(const celadon_report* report) {
  return report == nullptr ? nullptr : report->value.id.c_str();
}
const char* celadon_report_heading(const celadon_report* report) {
  return report == nullptr ? nullptr : report->value.heading.c_str();
}
const char* celadon_report_language(const celadon_report* report) {
  return report == nullptr ? nullptr : report->value.language_tag().data();  // tags are literals, so their data end with a NUL
}
celadon_status celadon_report_to_html(const celadon_report* report, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return rp::to_html(need(report, "report").value); });
}
celadon_status celadon_report_to_json(const celadon_report* report, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return rp::to_json(need(report, "report").value); });
}
celadon_status celadon_report_statements(const celadon_report* report, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return statements_table(need(report, "report").value); });
}
int64_t celadon_report_n_charts(const celadon_report* report) {
  int64_t n = 0;
  (void)guard(nullptr, [&] { n = static_cast<int64_t>(charts_of(need(report, "report").value).size()); });
  return n;
}
celadon_status celadon_report_chart(const celadon_report* report, int64_t chart, celadon_chart** out, celadon_error* error) {
  return produce(out, error, [&] { return *at(charts_of(need(report, "report").value), chart, "chart"); });
}

celadon_status celadon_html_renderer_create(const char* page, int64_t page_size, const char* style, int64_t style_size,
                                            celadon_html_renderer** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto own_page = page == nullptr ? rp::HtmlRenderer::default_page() : text(page, page_size, "page");
    const auto own_style = style == nullptr ? rp::HtmlRenderer::default_style() : text(style, style_size, "style");
    return unwrap(rp::HtmlRenderer::with_template(own_page, own_style));
  });
}
CELADON_C_DESTROY(celadon_html_renderer)

celadon_status celadon_html_renderer_render(const celadon_html_renderer* renderer, const celadon_report* report, celadon_text** out,
                                            celadon_error* error) {
  return produce(out, error, [&] {
    rp::TextBuffer buffer;
    need(renderer, "renderer").value.append(need(report, "report").value, buffer);
    return drawn(buffer);
  });
}
celadon_status celadon_html_renderer_render_all(const celadon_html_renderer* renderer, const celadon_report* const* reports,
                                                int64_t n_reports, const char* title, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] {
    std::vector<rp::Report> all;
    for (const celadon_report* one : span_of(reports, n_reports, "reports")) all.push_back(need(one, "reports").value);
    if (all.empty()) refuse("reports", "a document needs at least one");
    for (const rp::Report& one : all)
      if (one.language != all.front().language) refuse("reports", "not all of one language");
    rp::TextBuffer buffer;
    need(renderer, "renderer").value.append_all(all, text(title, -1, "title"), buffer);
    return drawn(buffer);
  });
}
celadon_status celadon_html_renderer_default_page(celadon_text** out, celadon_error* error) {
  return produce(out, error, [] { return std::string(rp::HtmlRenderer::default_page()); });
}
celadon_status celadon_html_renderer_default_style(celadon_text** out, celadon_error* error) {
  return produce(out, error, [] { return std::string(rp::HtmlRenderer::default_style()); });
}
celadon_status celadon_html_renderer_names(celadon_table** out, celadon_error* error) {
  return produce(out, error, [] {
    std::vector<std::string> names;
    for (const std::string_view name : rp::HtmlRenderer::names()) names.emplace_back(name);
    celadon::Table table("template_names");
    table.add("name", std::move(names));
    return table;
  });
}

}  // extern "C"
