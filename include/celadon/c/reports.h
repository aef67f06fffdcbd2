/* Reports of an evaluation as pages and as JSON, and where they go. Rules: celadon.h. Charts: chart.h.
 *
 * Reports draw; every number and sentence comes from the evaluation. A report keeps what it needs and may outlive its evaluation.
 */
#ifndef CELADON_C_REPORTS_H
#define CELADON_C_REPORTS_H

#include <celadon/c/chart.h>
#include <celadon/c/evaluation.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- words of pages -------------------------------------------------------------------------------------------------------------- */

/* Headings, column names and labels of one language. Immutable. */
typedef struct celadon_page_wording celadon_page_wording;
/* Reads {"language", "words"}. Errors: wording_invalid. @since 0.1 */
CELADON_API celadon_status celadon_page_wording_parse(const char* json, int64_t json_size, celadon_page_wording** out,
                                                      celadon_error* error);
CELADON_API celadon_status celadon_page_wording_default_text(int32_t language, celadon_text** out, celadon_error* error);
CELADON_API void celadon_page_wording_destroy(celadon_page_wording* wording);

/* ---- one report ------------------------------------------------------------------------------------------------------------------ */

/* What is said, to whom, on what evidence. Immutable. */
typedef struct celadon_report celadon_report;

typedef struct celadon_report_options {
  uint32_t struct_size;
  int32_t language;                         /* CELADON_CHINESE by default */
  const char* signed_by;                    /* the teacher behind the diagnosis; NULL or "" prints it as a draft of the system */
  const celadon_wording* statement_wording; /* NULL: the shipped ones of the language. Borrowed for the call. */
  const celadon_page_wording* page_wording;
  int32_t school_audience; /* who reads pages about several classes: CELADON_AUDIENCE_SCHOOL by default */
  int32_t reserved;
} celadon_report_options;
CELADON_API void celadon_report_options_init(celadon_report_options* options, uint32_t struct_size);

/* The page of one pupil for pupil and family. Errors: no_such_person, invalid_argument (paper). @since 0.1 */
CELADON_API celadon_status celadon_reports_pupil_report(const celadon_evaluation* evaluation, int64_t paper, int64_t person,
                                                        const celadon_report_options* options, celadon_report** out, celadon_error* error);
/* The pages of one class (number of its review) for its teacher, the 讲评单 first. Errors: no_such_unit, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_reports_class_report(const celadon_evaluation* evaluation, int64_t paper, int64_t review,
                                                        const celadon_report_options* options, celadon_report** out, celadon_error* error);
/* The pages of one school, or of everybody who sat the paper (-1). Errors: no_such_unit, invalid_argument. @since 0.1 */
CELADON_API celadon_status celadon_reports_school_report(const celadon_evaluation* evaluation, int64_t paper, int64_t school,
                                                         const celadon_report_options* options, celadon_report** out, celadon_error* error);
/* The page that links to all the others, for the school's staff. @since 0.1 */
CELADON_API celadon_status celadon_reports_index_report(const celadon_evaluation* evaluation, const celadon_report_options* options,
                                                        celadon_report** out, celadon_error* error);
CELADON_API void celadon_report_destroy(celadon_report* report);

/* Borrowed. The id is unique among the reports of a run. */
CELADON_API const char* celadon_report_id(const celadon_report* report);
CELADON_API const char* celadon_report_heading(const celadon_report* report);
/* "zh-CN", "en". Static. */
CELADON_API const char* celadon_report_language(const celadon_report* report);

/* One self-contained page: no script, no request, prints on A4. */
CELADON_API celadon_status celadon_report_to_html(const celadon_report* report, celadon_text** out, celadon_error* error);
/* The same report as JSON for a host's own pages (schema: report.schema.json). */
CELADON_API celadon_status celadon_report_to_json(const celadon_report* report, celadon_text** out, celadon_error* error);
/* Every statement in reading order, one row each: section, id, mark, kind ("claim" "evidence" "uncertainty" "next_step" "note"), lead,
   text. */
CELADON_API celadon_status celadon_report_statements(const celadon_report* report, celadon_table** out, celadon_error* error);
/* The charts of a report in reading order. */
CELADON_API int64_t celadon_report_n_charts(const celadon_report* report);
CELADON_API celadon_status celadon_report_chart(const celadon_report* report, int64_t chart, celadon_chart** out, celadon_error* error);

/* ---- a host's own page ----------------------------------------------------------------------------------------------------------- */

/* A compiled page template (a subset of Mustache, escaping on) with its style. Immutable: serves any number of threads. */
typedef struct celadon_html_renderer celadon_html_renderer;
/* page, style NULL: the library's own. Errors: template_syntax, template_unknown_name. @since 0.1 */
CELADON_API celadon_status celadon_html_renderer_create(const char* page, int64_t page_size, const char* style, int64_t style_size,
                                                        celadon_html_renderer** out, celadon_error* error);
CELADON_API void celadon_html_renderer_destroy(celadon_html_renderer* renderer);
CELADON_API celadon_status celadon_html_renderer_render(const celadon_html_renderer* renderer, const celadon_report* report,
                                                        celadon_text** out, celadon_error* error);
/* One document of several reports, each on a new page: the print file of a class. All share the first one's language. */
CELADON_API celadon_status celadon_html_renderer_render_all(const celadon_html_renderer* renderer, const celadon_report* const* reports,
                                                            int64_t n_reports, const char* title, celadon_text** out, celadon_error* error);
/* The library's own template and style sheet, as a start for a host's; and the names that a template may use, one row each: name. */
CELADON_API celadon_status celadon_html_renderer_default_page(celadon_text** out, celadon_error* error);
CELADON_API celadon_status celadon_html_renderer_default_style(celadon_text** out, celadon_error* error);
CELADON_API celadon_status celadon_html_renderer_names(celadon_table** out, celadon_error* error);

/* ---- all reports ----------------------------------------------------------------------------------------------------------------- */

typedef struct celadon_reports_write_options {
  uint32_t struct_size;
  int32_t pupils; /* 1 by default, as the others but json */
  int32_t classes;
  int32_t schools;
  int32_t print_files; /* one file a class with every pupil's pages */
  int32_t index;
  int32_t html;
  int32_t json;                         /* the same reports as JSON beside */
  const celadon_report_options* report; /* NULL for the defaults */
} celadon_reports_write_options;
CELADON_API void celadon_reports_write_options_init(celadon_reports_write_options* options, uint32_t struct_size);

/* A finished page; everything lives for the call only. */
typedef struct celadon_page {
  uint32_t struct_size;
  int32_t reserved;
  const char* path;    /* relative, '/' between folders; ASCII letters, digits, '-', '_', '.' only */
  const char* kind;    /* "pupil" "class" "school" "index" "print" */
  const char* subject; /* id of the pupil, class or school; "" for the index */
  const char* bytes;   /* UTF-8, NUL at the end */
  int64_t n_bytes;     /* without the NUL */
} celadon_page;
/* Takes pages in order, one at a time, on any one thread. Returns 0 to go on; anything else stops the writing. Must not throw. */
typedef int32_t (*celadon_reports_page_function)(void* user, const celadon_page* page);

/* Each draws every report on the execution's threads, in a fixed order: index, then for each paper the schools, the classes, the print
   files, the pupils. Same bytes for any number of threads. n_pages and n_bytes may be NULL; on failure they are 0.
   Errors: cannot_write (a function that stops the writing gives its number in the message), cancelled. @since 0.1 */
CELADON_API celadon_status celadon_reports_write_reports(const celadon_evaluation* evaluation, celadon_reports_page_function function,
                                                         void* user, const celadon_reports_write_options* options,
                                                         const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes,
                                                         celadon_error* error);
/* To a folder, which is made if needed. A page replaces one of the same path only when it is whole. */
CELADON_API celadon_status celadon_reports_write_to_folder(const celadon_evaluation* evaluation, const char* folder,
                                                           const celadon_reports_write_options* options, const celadon_execution* execution,
                                                           int64_t* n_pages, int64_t* n_bytes, celadon_error* error);
/* A file name made of an id: letters, digits, '-' and '_' stay, everything else becomes '_' plus hexadecimal digits. */
CELADON_API celadon_status celadon_reports_file_name_of(const char* id, int64_t id_size, celadon_text** out, celadon_error* error);

#ifdef __cplusplus
}
#endif
#endif
