/* Archives through C: documents, tables and reports of one SQLite file, written, read back and read by another handle; every error. */
#include "paper_data.h"

static const char* const kFile = "c_api_archive.sqlite";

static celadon_archive* opened(const char* path, celadon_error* error) {
  celadon_archive* archive = NULL;
  CHECK_OK(celadon_archive_open(path, &archive, error), error);
  return archive;
}

static celadon_document document_of(const char* id, const char* language, const char* body, int64_t size) {
  celadon_document document;
  celadon_document_init(&document, sizeof document);
  document.kind = "pupil";
  document.id = id;
  document.language = language;
  document.media_type = "text/html";
  document.body = body;
  document.body_size = size;
  return document;
}

static void check_body(const celadon_archive* archive, const char* id, const char* language, const char* body, int64_t size,
                       celadon_error* error) {
  celadon_text *text = NULL, *media = NULL;
  CHECK_OK(celadon_archive_get(archive, "pupil", id, language, &text, &media, error), error);
  CHECK(celadon_text_size(text) == size && text != NULL && memcmp(celadon_text_data(text), body, (size_t)size) == 0);
  CHECK(media != NULL && strcmp(celadon_text_data(media), "text/html") == 0);
  celadon_text_destroy(text);
  celadon_text_destroy(media);
}

static int64_t count_of(const celadon_archive* archive, const char* kind, celadon_error* error) {
  int64_t n = -1;
  CHECK_OK(celadon_archive_count(archive, kind, &n, error), error);
  return n;
}

static void check_documents(celadon_error* error) {
  static const char kBinary[] = {'a', '\0', 'b', (char)0xff};
  celadon_archive* archive = opened(kFile, error);
  celadon_document document;
  celadon_text *text = NULL, *media = NULL;
  CHECK(count_of(archive, NULL, error) == 0);
  document = document_of("p/1.html", "zh-CN", "<p>一</p>", -1);
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error);
  document = document_of("p/1.html", "en", "<p>one</p>", -1);
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error);
  document = document_of("p/1.html", "zh-CN", "<p>二</p>", -1); /* replaces */
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error);
  document = document_of("p/2.html", "zh-CN", kBinary, sizeof kBinary);
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error);
  celadon_document_init(&document, sizeof document);
  document.kind = "index";
  document.id = "cover.html";
  document.language = "zh-CN";
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error); /* no bytes, no media type */
  CHECK_OK(celadon_archive_flush(archive, error), error);
  CHECK_OK(celadon_archive_flush(archive, error), error);
  celadon_archive_destroy(archive);

  archive = opened(kFile, error);
  check_body(archive, "p/1.html", "zh-CN", "<p>二</p>", (int64_t)strlen("<p>二</p>"), error);
  check_body(archive, "p/1.html", "en", "<p>one</p>", 10, error);
  check_body(archive, "p/2.html", "zh-CN", kBinary, sizeof kBinary, error);
  CHECK_OK(celadon_archive_get(archive, "index", "cover.html", "zh-CN", &text, NULL, error), error);
  CHECK(celadon_text_size(text) == 0);
  celadon_text_destroy(text);
  CHECK(count_of(archive, NULL, error) == 4 && count_of(archive, "", error) == 4 && count_of(archive, "pupil", error) == 3);
  CHECK(count_of(archive, "no such kind", error) == 0);
  CHECK(celadon_archive_get(archive, "pupil", "p/3.html", "zh-CN", &text, &media, error) == CELADON_ARCHIVE_NOT_FOUND);
  CHECK(text == NULL && media == NULL && strcmp(error->code_name, "archive_not_found") == 0);
  celadon_archive_destroy(archive);

  /* What is pending when the handle goes is committed. */
  archive = opened(kFile, error);
  document = document_of("p/4.html", "zh-CN", "x", 1);
  CHECK_OK(celadon_archive_put_document(archive, &document, error), error);
  celadon_archive_destroy(archive);
  archive = opened(kFile, error);
  CHECK(count_of(archive, NULL, error) == 5);
  celadon_archive_destroy(archive);
}

static void check_tables(celadon_error* error) {
  static const char* const kTexts[3] = {"甲", NULL, ""};
  const double numbers[3] = {1.5, NAN, -INFINITY};
  const int64_t integers[3] = {INT64_MIN, 0, 7};
  const uint8_t valid[3] = {1, 0, 1}, flags[3] = {1, 0, 1};
  double back_numbers[3];
  int64_t back_integers[3];
  uint8_t back_valid[3];
  celadon_archive* archive = opened(kFile, error);
  celadon_table *table = NULL, *back = NULL;
  CHECK_OK(celadon_table_create("marks \"of\" 卷", &table, error), error);
  CHECK(celadon_archive_put_table(archive, table, error) == CELADON_INVALID_ARGUMENT); /* no columns */
  CHECK_OK(celadon_table_add_numbers(table, "x", numbers, 3, 1, error), error);
  CHECK_OK(celadon_table_add_integers(table, "n", integers, valid, 3, error), error);
  CHECK_OK(celadon_table_add_booleans(table, "flag", flags, valid, 3, error), error);
  CHECK_OK(celadon_table_add_texts(table, "text", kTexts, 3, error), error);
  CHECK_OK(celadon_archive_put_table(archive, table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_archive_flush(archive, error), error);
  celadon_archive_destroy(archive);

  archive = opened(kFile, error);
  CHECK_OK(celadon_archive_tables(archive, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 1 && celadon_table_find(table, "name", -1) == 0);
  CHECK(strcmp(celadon_table_text(table, 0, 0, NULL), "marks \"of\" 卷") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_archive_table(archive, "marks \"of\" 卷", -1, &back, error), error);
  CHECK(celadon_table_n_rows(back) == 3 && celadon_table_n_columns(back) == 4);
  CHECK(strcmp(celadon_table_name(back), "marks \"of\" 卷") == 0 && strcmp(celadon_table_column_name(back, 2), "flag") == 0);
  CHECK(celadon_table_column_type(back, 0) == CELADON_COLUMN_NUMBER && celadon_table_column_type(back, 1) == CELADON_COLUMN_INTEGER);
  CHECK(celadon_table_column_type(back, 2) == CELADON_COLUMN_BOOLEAN && celadon_table_column_type(back, 3) == CELADON_COLUMN_TEXT);
  CHECK_OK(celadon_table_numbers(back, 0, back_numbers, 3, 1, error), error);
  CHECK(back_numbers[0] == 1.5 && isnan(back_numbers[1]) && back_numbers[2] == -INFINITY);
  CHECK_OK(celadon_table_integers(back, 1, back_integers, back_valid, 3, error), error);
  CHECK(back_integers[0] == INT64_MIN && back_integers[2] == 7 && back_valid[0] == 1 && back_valid[1] == 0 && back_valid[2] == 1);
  CHECK_OK(celadon_table_integers(back, 2, back_integers, back_valid, 3, error), error);
  CHECK(back_integers[0] == 1 && back_integers[2] == 1 && back_valid[1] == 0);
  CHECK(strcmp(celadon_table_text(back, 3, 0, NULL), "甲") == 0 && celadon_table_text(back, 3, 1, NULL) == NULL);
  CHECK(strcmp(celadon_table_text(back, 3, 2, NULL), "") == 0);
  celadon_table_destroy(back);
  CHECK(celadon_archive_table(archive, "documents", -1, &back, error) == CELADON_ARCHIVE_NOT_FOUND && back == NULL);
  CHECK(celadon_archive_table(archive, "no such table", -1, &back, error) == CELADON_ARCHIVE_NOT_FOUND && back == NULL);

  /* Names that SQLite or the archive keeps for itself; names that differ in case only leave the table of that name as it was. */
  {
    static const char* const kNames[3] = {"documents", "", "sqlite_sequence"};
    int i;
    for (i = 0; i < 3; ++i) {
      CHECK_OK(celadon_table_create(kNames[i], &table, error), error);
      CHECK_OK(celadon_table_add_numbers(table, "x", numbers, 3, 1, error), error);
      CHECK(celadon_archive_put_table(archive, table, error) == CELADON_INVALID_ARGUMENT);
      celadon_table_destroy(table);
    }
    CHECK_OK(celadon_table_create("marks \"of\" 卷", &table, error), error);
    CHECK_OK(celadon_table_add_numbers(table, "a", numbers, 3, 1, error), error);
    CHECK_OK(celadon_table_add_numbers(table, "A", numbers, 3, 1, error), error);
    CHECK(celadon_archive_put_table(archive, table, error) != CELADON_OK && strcmp(error->code_name, "archive") == 0);
    celadon_table_destroy(table);
    CHECK_OK(celadon_archive_table(archive, "marks \"of\" 卷", -1, &back, error), error);
    CHECK(celadon_table_n_columns(back) == 4);
    celadon_table_destroy(back);
  }
  celadon_archive_destroy(archive);
}

static void check_errors(celadon_error* error) {
  static const char kOther[] = "This is a text of some length and not a database, whatever its name says; so it is refused and left alone.";
  celadon_archive *archive = opened(kFile, error), *none = archive;
  celadon_document document = document_of("p/1.html", "zh-CN", "x", 1);
  celadon_table* table = NULL;
  celadon_text* text = NULL;
  int64_t n = -1;
  FILE* file;
  CHECK(celadon_archive_open(NULL, &none, error) == CELADON_INVALID_ARGUMENT && none == NULL);
  CHECK(celadon_archive_open("", &none, error) == CELADON_INVALID_ARGUMENT && none == NULL);
  CHECK(celadon_archive_open(kFile, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_open("no/such/folder/a.sqlite", &none, error) != CELADON_OK && none == NULL);
  CHECK(strcmp(error->code_name, "archive") == 0 && strstr(error->cause, "folder") == NULL);
  file = fopen("c_api_archive.txt", "wb");
  CHECK(file != NULL && fwrite(kOther, 1, sizeof kOther, file) == sizeof kOther);
  if (file != NULL) fclose(file);
  CHECK(celadon_archive_open("c_api_archive.txt", &none, error) != CELADON_OK && none == NULL);
  CHECK(strcmp(error->code_name, "archive_format") == 0);
  remove("c_api_archive.txt");

  CHECK(celadon_archive_put_document(NULL, &document, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_put_document(archive, NULL, error) == CELADON_INVALID_ARGUMENT);
  document.kind = NULL;
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);
  document = document_of(NULL, "zh-CN", "x", 1);
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);
  document = document_of("p/1.html", NULL, "x", 1);
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);
  document = document_of("p/1.html", "zh-CN", NULL, 1);
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);
  document = document_of("p/1.html", "zh-CN", "x", -2);
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);
  document = document_of("p/1.html", "zh-CN", "x", 1);
  document.struct_size = 2;
  CHECK(celadon_archive_put_document(archive, &document, error) == CELADON_INVALID_ARGUMENT);

  CHECK(celadon_archive_get(NULL, "pupil", "p/1.html", "zh-CN", &text, NULL, error) == CELADON_INVALID_ARGUMENT && text == NULL);
  CHECK(celadon_archive_get(archive, NULL, "p/1.html", "zh-CN", &text, NULL, error) == CELADON_INVALID_ARGUMENT && text == NULL);
  CHECK(celadon_archive_get(archive, "pupil", NULL, "zh-CN", &text, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_get(archive, "pupil", "p/1.html", NULL, &text, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_get(archive, "pupil", "p/1.html", "zh-CN", NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_count(NULL, NULL, &n, error) == CELADON_INVALID_ARGUMENT && n == 0);
  CHECK(celadon_archive_count(archive, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_put_table(NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_put_table(archive, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_tables(NULL, &table, error) == CELADON_INVALID_ARGUMENT && table == NULL);
  CHECK(celadon_archive_tables(archive, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_table(archive, NULL, -1, &table, error) == CELADON_INVALID_ARGUMENT && table == NULL);
  CHECK(celadon_archive_table(NULL, "x", -1, &table, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_archive_flush(NULL, error) == CELADON_INVALID_ARGUMENT);
  celadon_archive_destroy(archive);
  celadon_archive_destroy(NULL);
}

typedef struct seen {
  const celadon_archive* archive;
  celadon_error* error;
  int64_t pages, json;
} seen;

/* Each page that a function is handed lies in the archive, byte for byte. */
static int32_t same_in_archive(void* user, const celadon_page* page) {
  seen* state = (seen*)user;
  celadon_text *body = NULL, *media = NULL;
  const int json = strlen(page->path) > 5 && strcmp(page->path + strlen(page->path) - 5, ".json") == 0;
  CHECK_OK(celadon_archive_get(state->archive, page->kind, page->path, "en", &body, &media, state->error), state->error);
  CHECK(celadon_text_size(body) == page->n_bytes && memcmp(celadon_text_data(body), page->bytes, (size_t)page->n_bytes) == 0);
  CHECK(strcmp(celadon_text_data(media), json ? "application/json" : "text/html") == 0);
  celadon_text_destroy(body);
  celadon_text_destroy(media);
  ++state->pages;
  state->json += json;
  return 0;
}

static void check_reports(celadon_error* error) {
  celadon_dataset* data;
  celadon_evaluation* evaluation = NULL;
  celadon_report_options report;
  celadon_reports_write_options options;
  celadon_execution execution;
  celadon_archive* archive = opened(kFile, error);
  celadon_monitor* monitor = NULL;
  int64_t pages = -1, bytes = -1, again = -1;
  const int64_t before = count_of(archive, NULL, error);
  seen state;
  make_marks();
  data = make_dataset(error);
  CHECK_OK(celadon_evaluate(data, NULL, NULL, NULL, &evaluation, error), error);
  celadon_report_options_init(&report, sizeof report);
  report.language = CELADON_ENGLISH;
  celadon_reports_write_options_init(&options, sizeof options);
  options.report = &report;
  options.json = 1;
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 3;
  CHECK_OK(celadon_reports_write_to_archive(evaluation, archive, &options, &execution, &pages, &bytes, error), error);
  CHECK(pages > N && bytes > pages);
  celadon_archive_destroy(archive);
  archive = opened(kFile, error);
  CHECK(count_of(archive, NULL, error) == before + pages && count_of(archive, "school", error) > 0);
  state.archive = archive;
  state.error = error;
  state.pages = state.json = 0;
  CHECK_OK(celadon_reports_write_reports(evaluation, same_in_archive, &state, &options, NULL, &again, NULL, error), error);
  CHECK(state.pages == pages && again == pages && state.json > 0 && state.json < pages);
  /* Again: the pages replace themselves; in the other language they stand beside. */
  options.json = 0;
  options.pupils = 0;
  options.print_files = 0;
  CHECK_OK(celadon_reports_write_to_archive(evaluation, archive, &options, NULL, NULL, NULL, error), error);
  CHECK(count_of(archive, NULL, error) == before + pages);
  report.language = CELADON_CHINESE;
  CHECK_OK(celadon_reports_write_to_archive(evaluation, archive, &options, NULL, &again, NULL, error), error);
  CHECK(count_of(archive, NULL, error) == before + pages + again && again > 0);

  pages = bytes = -1;
  CHECK(celadon_reports_write_to_archive(NULL, archive, &options, NULL, &pages, &bytes, error) == CELADON_INVALID_ARGUMENT);
  CHECK(pages == 0 && bytes == 0);
  CHECK(celadon_reports_write_to_archive(evaluation, NULL, &options, NULL, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  options.struct_size = 2;
  CHECK(celadon_reports_write_to_archive(evaluation, archive, &options, NULL, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_monitor_create(&monitor, error), error);
  celadon_monitor_cancel(monitor);
  execution.monitor = monitor;
  CHECK(celadon_reports_write_to_archive(evaluation, archive, NULL, &execution, NULL, NULL, error) == CELADON_CANCELLED);
  celadon_monitor_destroy(monitor);
  celadon_archive_destroy(archive);
  celadon_evaluation_destroy(evaluation);
  celadon_dataset_destroy(data);
}

int main(void) {
  celadon_error error;
  celadon_archive* archive = NULL;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  CHECK(celadon_archive_available() == CELADON_TEST_ARCHIVE);
  remove(kFile);
  if (!celadon_archive_available()) { /* the functions without SQLite: wall_test.cpp meets each */
    CHECK(celadon_archive_open(kFile, &archive, &error) == CELADON_ARCHIVE_NOT_BUILT && archive == NULL);
    CHECK(strcmp(error.code_name, "archive_not_built") == 0);
    return failures;
  }
  check_documents(&error);
  check_tables(&error);
  check_errors(&error);
  check_reports(&error);
  remove(kFile);
  return failures;
}
