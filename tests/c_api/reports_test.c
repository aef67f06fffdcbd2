/* Reports through C: pages and JSON of one report, a host's own template, all pages to a function and to a folder. */
#include "paper_data.h"

#include <stdlib.h>

static int contains(const celadon_text* text, const char* part) {
  return text != NULL && strstr(celadon_text_data(text), part) != NULL;
}

static void check_report(celadon_report* report, const char* language, celadon_error* error) {
  celadon_text* text = NULL;
  celadon_table* table = NULL;
  int64_t i;
  if (report == NULL) return;
  CHECK(strlen(celadon_report_id(report)) > 0 && strlen(celadon_report_heading(report)) > 0);
  CHECK(strcmp(celadon_report_language(report), language) == 0);
  CHECK_OK(celadon_report_to_html(report, &text, error), error);
  CHECK(strncmp(celadon_text_data(text), "<!DOCTYPE html>", 15) == 0 || strncmp(celadon_text_data(text), "<!doctype html>", 15) == 0);
  CHECK(contains(text, strcmp(language, "en") == 0 ? "lang=\"en\"" : "lang=\"zh-CN\""));
  CHECK(!contains(text, "<script") && !contains(text, "src=\"http"));
  celadon_text_destroy(text);
  CHECK_OK(celadon_report_to_json(report, &text, error), error);
  CHECK(celadon_text_data(text)[0] == '{' && contains(text, celadon_report_id(report)));
  celadon_text_destroy(text);
  CHECK_OK(celadon_report_statements(report, &table, error), error);
  CHECK(celadon_table_n_columns(table) == 6);
  celadon_table_destroy(table);
  for (i = 0; i < celadon_report_n_charts(report); ++i) {
    celadon_chart* chart = NULL;
    CHECK_OK(celadon_report_chart(report, i, &chart, error), error);
    CHECK_OK(celadon_chart_svg(chart, NULL, &text, error), error);
    CHECK(contains(text, "<svg"));
    celadon_text_destroy(text);
    celadon_chart_destroy(chart);
  }
  {
    celadon_chart* chart = NULL;
    CHECK(celadon_report_chart(report, celadon_report_n_charts(report), &chart, error) == CELADON_INVALID_ARGUMENT && chart == NULL);
  }
}

static void check_reports(const celadon_evaluation* evaluation, celadon_error* error) {
  celadon_report_options options;
  celadon_report* report = NULL;
  int language;
  celadon_report_options_init(&options, sizeof options);
  CHECK(options.language == CELADON_CHINESE && options.school_audience == CELADON_AUDIENCE_SCHOOL);
  for (language = 0; language < 2; ++language) {
    const char* tag = language == 0 ? "zh-CN" : "en";
    options.language = language;
    options.signed_by = language == 0 ? NULL : "A. Teacher";
    CHECK_OK(celadon_reports_pupil_report(evaluation, 0, 5, &options, &report, error), error);
    check_report(report, tag, error);
    celadon_report_destroy(report);
    CHECK_OK(celadon_reports_class_report(evaluation, 0, 1, &options, &report, error), error);
    check_report(report, tag, error);
    CHECK(celadon_report_n_charts(report) > 0);
    celadon_report_destroy(report);
    CHECK_OK(celadon_reports_school_report(evaluation, 0, -1, &options, &report, error), error);
    check_report(report, tag, error);
    celadon_report_destroy(report);
    CHECK_OK(celadon_reports_index_report(evaluation, &options, &report, error), error);
    check_report(report, tag, error);
    celadon_report_destroy(report);
  }
  CHECK(celadon_reports_pupil_report(evaluation, 0, N, NULL, &report, error) != CELADON_OK && report == NULL);
  CHECK(strcmp(error->code_name, "no_such_person") == 0);
  CHECK(celadon_reports_pupil_report(evaluation, 0, -1, NULL, &report, error) != CELADON_OK);
  CHECK(celadon_reports_pupil_report(evaluation, 1, 0, NULL, &report, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_reports_class_report(evaluation, 0, 4, NULL, &report, error) != CELADON_OK &&
        strcmp(error->code_name, "no_such_unit") == 0);
  CHECK(celadon_reports_class_report(evaluation, 0, -1, NULL, &report, error) != CELADON_OK);
  CHECK(celadon_reports_school_report(evaluation, 0, 2, NULL, &report, error) != CELADON_OK);
  CHECK(celadon_reports_school_report(evaluation, 0, -2, NULL, &report, error) != CELADON_OK);
  CHECK(celadon_reports_index_report(NULL, NULL, &report, error) == CELADON_INVALID_ARGUMENT);
  options.language = 2;
  CHECK(celadon_reports_index_report(evaluation, &options, &report, error) == CELADON_INVALID_ARGUMENT && report == NULL);
  options.language = 0;
  options.school_audience = 9;
  CHECK(celadon_reports_index_report(evaluation, &options, &report, error) == CELADON_INVALID_ARGUMENT);
  options.struct_size = 0;
  CHECK(celadon_reports_index_report(evaluation, &options, &report, error) == CELADON_INVALID_ARGUMENT);
}

static void check_templates(const celadon_evaluation* evaluation, celadon_error* error) {
  celadon_html_renderer* renderer = NULL;
  celadon_report* reports[2] = {NULL, NULL};
  celadon_text *text = NULL, *page = NULL;
  celadon_table* names = NULL;
  CHECK_OK(celadon_reports_pupil_report(evaluation, 0, 3, NULL, &reports[0], error), error);
  CHECK_OK(celadon_reports_pupil_report(evaluation, 0, 4, NULL, &reports[1], error), error);
  CHECK_OK(celadon_html_renderer_create(NULL, 0, NULL, 0, &renderer, error), error);
  CHECK_OK(celadon_html_renderer_render(renderer, reports[0], &text, error), error);
  CHECK_OK(celadon_report_to_html(reports[0], &page, error), error);
  CHECK(celadon_text_size(text) == celadon_text_size(page) && strcmp(celadon_text_data(text), celadon_text_data(page)) == 0);
  celadon_text_destroy(text);
  celadon_text_destroy(page);
  CHECK_OK(celadon_html_renderer_render_all(renderer, (const celadon_report* const*)reports, 2, "Class", &text, error), error);
  CHECK(contains(text, celadon_report_heading(reports[0])));
  celadon_text_destroy(text);
  CHECK(celadon_html_renderer_render_all(renderer, NULL, 0, "Class", &text, error) == CELADON_INVALID_ARGUMENT && text == NULL);
  celadon_html_renderer_destroy(renderer);
  CHECK_OK(celadon_html_renderer_create("<h1>{{heading}}</h1>", -1, "", 0, &renderer, error), error);
  CHECK_OK(celadon_html_renderer_render(renderer, reports[0], &text, error), error);
  CHECK(strncmp(celadon_text_data(text), "<h1>", 4) == 0);
  celadon_text_destroy(text);
  celadon_html_renderer_destroy(renderer);
  CHECK(celadon_html_renderer_create("<p>{{#sections}}", -1, NULL, 0, &renderer, error) != CELADON_OK && renderer == NULL);
  CHECK(strcmp(error->code_name, "template_syntax") == 0);
  CHECK(celadon_html_renderer_create("{{no_such_name}}", -1, NULL, 0, &renderer, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "template_unknown_name") == 0);
  CHECK_OK(celadon_html_renderer_names(&names, error), error);
  CHECK(celadon_table_n_rows(names) > 5);
  celadon_table_destroy(names);
  CHECK_OK(celadon_html_renderer_default_page(&page, error), error);
  CHECK_OK(celadon_html_renderer_default_style(&text, error), error);
  CHECK(contains(page, "{{") && celadon_text_size(text) > 100);
  celadon_text_destroy(page);
  celadon_text_destroy(text);
  celadon_report_destroy(reports[0]);
  celadon_report_destroy(reports[1]);
}

typedef struct counted_pages {
  int64_t pages, bytes, pupils, stop_at;
  uint64_t hash; /* of paths and bytes in order */
} counted_pages;

static int32_t count_page(void* user, const celadon_page* page) {
  counted_pages* counted = (counted_pages*)user;
  int64_t i;
  const char* c;
  if (counted->pages == counted->stop_at) return 77;
  ++counted->pages;
  counted->bytes += page->n_bytes;
  counted->pupils += strcmp(page->kind, "pupil") == 0;
  CHECK(strlen(page->bytes) == (size_t)page->n_bytes && page->subject != NULL);
  for (c = page->path; *c != 0; ++c) counted->hash = (counted->hash ^ (uint8_t)*c) * 1099511628211u;
  for (i = 0; i < page->n_bytes; ++i) counted->hash = (counted->hash ^ (uint8_t)page->bytes[i]) * 1099511628211u;
  return 0;
}

static void check_writing(const celadon_evaluation* evaluation, celadon_error* error) {
  celadon_reports_write_options options;
  celadon_execution execution;
  celadon_monitor* monitor = NULL;
  counted_pages one, many;
  int64_t pages = -1, bytes = -1;
  celadon_reports_write_options_init(&options, sizeof options);
  CHECK(options.pupils == 1 && options.html == 1 && options.json == 0);
  celadon_execution_init(&execution, sizeof execution);
  memset(&one, 0, sizeof one);
  one.stop_at = -1;
  many = one;
  execution.n_threads = 1;
  CHECK_OK(celadon_reports_write_reports(evaluation, count_page, &one, &options, &execution, &pages, &bytes, error), error);
  CHECK(pages == one.pages && bytes == one.bytes && one.pupils >= N - 4 && one.pupils <= N);
  execution.n_threads = 3;
  CHECK_OK(celadon_reports_write_reports(evaluation, count_page, &many, NULL, &execution, NULL, NULL, error), error);
  CHECK(many.hash == one.hash && many.pages == one.pages && many.bytes == one.bytes);
  /* A function that stops the writing: its number is in the message. */
  memset(&many, 0, sizeof many);
  many.stop_at = 10;
  CHECK(celadon_reports_write_reports(evaluation, count_page, &many, &options, NULL, &pages, &bytes, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "cannot_write") == 0 && strstr(error->cause, "77") != NULL && pages == 0 && bytes == 0 &&
        many.pages == 10);
  CHECK(celadon_reports_write_reports(evaluation, NULL, NULL, &options, NULL, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  options.pupils = options.print_files = 0;
  options.json = 1;
  CHECK_OK(celadon_reports_write_to_folder(evaluation, "c_api_reports", &options, NULL, &pages, &bytes, error), error);
  CHECK(pages > 0 && pages < one.pages && bytes > 0);
  {
    FILE* index = fopen("c_api_reports/index.html", "rb");
    CHECK(index != NULL);
    if (index != NULL) fclose(index);
  }
  CHECK(celadon_reports_write_to_folder(evaluation, NULL, &options, NULL, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_reports_write_to_folder(evaluation, "/dev/null/no", &options, NULL, NULL, NULL, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "cannot_write") == 0);
  CHECK_OK(celadon_monitor_create(&monitor, error), error);
  celadon_monitor_cancel(monitor);
  execution.monitor = monitor;
  CHECK(celadon_reports_write_reports(evaluation, count_page, &many, NULL, &execution, NULL, NULL, error) == CELADON_CANCELLED);
  celadon_monitor_destroy(monitor);
}

static void check_words(celadon_error* error) {
  celadon_page_wording* wording = NULL;
  celadon_text* text = NULL;
  CHECK_OK(celadon_page_wording_default_text(CELADON_ENGLISH, &text, error), error);
  CHECK_OK(celadon_page_wording_parse(celadon_text_data(text), celadon_text_size(text), &wording, error), error);
  celadon_page_wording_destroy(wording);
  celadon_text_destroy(text);
  CHECK(celadon_page_wording_parse("{\"language\": \"en\", \"words\": {}}", -1, &wording, error) != CELADON_OK && wording == NULL);
  CHECK(strcmp(error->code_name, "wording_invalid") == 0);
  CHECK_OK(celadon_reports_file_name_of("Pupil 7/一", -1, &text, error), error);
  CHECK(!contains(text, "/") && !contains(text, " ") && celadon_text_size(text) > 5);
  celadon_text_destroy(text);
}

int main(void) {
  celadon_error error;
  celadon_dataset* data;
  celadon_evaluation* evaluation = NULL;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  make_marks();
  data = make_dataset(&error);
  CHECK_OK(celadon_evaluate(data, NULL, NULL, NULL, &evaluation, &error), &error);
  celadon_dataset_destroy(data); /* an evaluation keeps what it needs */
  if (evaluation == NULL) return failures;
  check_reports(evaluation, &error);
  check_templates(evaluation, &error);
  check_writing(evaluation, &error);
  check_words(&error);
  celadon_evaluation_destroy(evaluation);
  return failures;
}
