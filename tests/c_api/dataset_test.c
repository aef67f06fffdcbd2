/* Tables of a host and data sets: by columns, by Arrow stream and by record batch; profile, wording, papers, validation. */
#include "check.h"

#include <stdlib.h>

/* A class of 12 pupils on 4 items, a mark a cell; the last pupil was absent. */
enum { N_PUPILS = 12, N_ITEMS = 4 };
static const char* const kIds[N_PUPILS] = {"p01", "p02", "p03", "p04", "p05", "p06", "p07", "p08", "p09", "p10", "p11", "p12"};
static const double kMarks[N_ITEMS][N_PUPILS] = {{1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, NAN},
                                                 {2, 1, 0, 2, 2, 1, 0, 2, 1, 1, 2, NAN},
                                                 {0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, NAN},
                                                 {3, 2, 1, 3, 0, 1, 2, 3, 1, 9, 2, NAN}};

static celadon_table* responses_table(celadon_error* error) {
  static const char* const names[N_ITEMS] = {"1", "2", "3", "4"};
  celadon_table* table = NULL;
  int j;
  CHECK_OK(celadon_table_create("responses", &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "student", kIds, N_PUPILS, error), error);
  for (j = 0; j < N_ITEMS; ++j) CHECK_OK(celadon_table_add_numbers(table, names[j], kMarks[j], N_PUPILS, 1, error), error);
  return table;
}

static celadon_dataset* dataset(celadon_error* error) {
  static const char* const items[N_ITEMS] = {"1", "2", "3", "4"};
  static const double full[N_ITEMS] = {1, 2, 1, 3};
  static const char* const classes[N_PUPILS] = {"c1", "c1", "c1", "c1", "c1", "c1", "c2", "c2", "c2", "c2", "c2", "c2"};
  static const char* const status[N_PUPILS] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "缺考"};
  celadon_dataset* out = NULL;
  celadon_table* table = responses_table(error);
  CHECK_OK(celadon_dataset_create(&out, error), error);
  CHECK_OK(celadon_dataset_add_table(out, "responses", table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_table_create(NULL, &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "id", items, N_ITEMS, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "full_mark", full, N_ITEMS, 1, error), error);
  CHECK_OK(celadon_dataset_add_table(out, "items", table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_table_create(NULL, &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "id", kIds, N_PUPILS, error), error);
  CHECK_OK(celadon_table_add_texts(table, "class", classes, N_PUPILS, error), error);
  CHECK_OK(celadon_table_add_texts(table, "status", status, N_PUPILS, error), error);
  CHECK_OK(celadon_dataset_add_table(out, "students", table, error), error);
  celadon_table_destroy(table);
  return out;
}

static void test_tables(celadon_error* error) {
  const double wide[6] = {1.5, -1, NAN, -1, 3.25, -1};
  const int64_t integers[3] = {7, 0, INT64_MAX};
  const uint8_t valid[3] = {1, 0, 1}, flags[3] = {0, 2, 1};
  const char* const texts[3] = {"甲", NULL, ""};
  double numbers[3];
  int64_t back[3];
  uint8_t present[3];
  int64_t size = -1;
  celadon_table* table = NULL;
  CHECK_OK(celadon_table_create("t", &table, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "x", wide, 3, 2, error), error);
  CHECK_OK(celadon_table_add_integers(table, "n", integers, valid, 3, error), error);
  CHECK_OK(celadon_table_add_booleans(table, "b", flags, NULL, 3, error), error);
  CHECK_OK(celadon_table_add_texts(table, "s", texts, 3, error), error);
  CHECK(celadon_table_n_rows(table) == 3 && celadon_table_n_columns(table) == 4 && strcmp(celadon_table_name(table), "t") == 0);
  CHECK_OK(celadon_table_numbers(table, 0, numbers, 3, 1, error), error);
  CHECK(numbers[0] == 1.5 && isnan(numbers[1]) && numbers[2] == 3.25);
  CHECK_OK(celadon_table_integers(table, 1, back, present, 3, error), error);
  CHECK(back[0] == 7 && back[1] == 0 && back[2] == INT64_MAX && present[0] == 1 && present[1] == 0);
  CHECK_OK(celadon_table_integers(table, 2, back, NULL, 3, error), error);
  CHECK(back[0] == 0 && back[1] == 1 && back[2] == 1);
  CHECK(strcmp(celadon_table_text(table, 3, 0, &size), "甲") == 0 && size == 3);
  CHECK(celadon_table_text(table, 3, 1, NULL) == NULL && strcmp(celadon_table_text(table, 3, 2, NULL), "") == 0);
  /* What does not fit is refused and leaves the table as it was. */
  CHECK(celadon_table_add_numbers(table, "x", wide, 3, 1, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_numbers(table, "", wide, 3, 1, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_numbers(table, NULL, wide, 3, 1, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_numbers(table, "y", wide, 2, 1, error) == CELADON_LENGTH_MISMATCH);
  CHECK(celadon_table_add_numbers(table, "y", NULL, 3, 1, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_integers(table, "y", integers, NULL, -1, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_texts(table, "y", NULL, 3, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_add_booleans(NULL, "y", flags, NULL, 3, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_table_n_columns(table) == 4);
  CHECK(celadon_table_create("t", NULL, error) == CELADON_INVALID_ARGUMENT);
  celadon_table_destroy(table);
}

static void test_dataset(celadon_error* error) {
  celadon_dataset* data = dataset(error);
  celadon_dataset* copy = NULL;
  celadon_table* table = NULL;
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray array;
  CHECK(celadon_dataset_n_tables(data) == 3 && strcmp(celadon_dataset_name(data, 0), "items") == 0);
  CHECK(strcmp(celadon_dataset_name(data, 2), "students") == 0 && celadon_dataset_name(data, 3) == NULL &&
        celadon_dataset_name(data, -1) == NULL);
  CHECK(celadon_dataset_has(data, "items") == 1 && celadon_dataset_has(data, "papers") == 0 && celadon_dataset_has(NULL, "items") == 0);
  CHECK_OK(celadon_dataset_table(data, "responses", &table, error), error);
  CHECK(celadon_table_n_rows(table) == N_PUPILS && celadon_table_n_columns(table) == 1 + N_ITEMS);
  /* By stream and by record batch the same values come back. */
  CHECK_OK(celadon_dataset_create(&copy, error), error);
  CHECK_OK(celadon_table_export_stream(table, &stream, error), error);
  CHECK_OK(celadon_dataset_add_stream(copy, "responses", &stream, error), error);
  CHECK(stream.release == NULL);
  CHECK_OK(celadon_table_export_array(table, &schema, &array, error), error);
  CHECK_OK(celadon_dataset_add_array(copy, "again", &schema, &array, error), error);
  CHECK(schema.release == NULL && array.release == NULL);
  celadon_table_destroy(table);
  {
    static const char* const names[2] = {"responses", "again"};
    double marks[N_PUPILS];
    int i;
    for (i = 0; i < 2; ++i) {
      CHECK_OK(celadon_dataset_table(copy, names[i], &table, error), error);
      CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "4", -1), marks, N_PUPILS, 1, error), error);
      CHECK(memcmp(marks, kMarks[3], sizeof(double) * (N_PUPILS - 1)) == 0 && isnan(marks[N_PUPILS - 1]));
      celadon_table_destroy(table);
    }
  }
  /* A name that is taken, an empty name, a table that is absent, NULL: what was to be taken over is released all the same. */
  CHECK_OK(celadon_dataset_table(data, "items", &table, error), error);
  CHECK_OK(celadon_table_export_stream(table, &stream, error), error);
  CHECK(celadon_dataset_add_stream(copy, "again", &stream, error) != CELADON_OK && strcmp(error->code_name, "duplicate_table") == 0);
  CHECK(stream.release == NULL);
  CHECK_OK(celadon_table_export_array(table, &schema, &array, error), error);
  CHECK(celadon_dataset_add_array(NULL, "x", &schema, &array, error) == CELADON_INVALID_ARGUMENT);
  CHECK(schema.release == NULL && array.release == NULL);
  CHECK(celadon_dataset_add_table(copy, "", table, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_dataset_add_table(copy, NULL, table, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_dataset_add_table(copy, "x", NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_dataset_add_stream(copy, "x", NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_dataset_n_tables(copy) == 2);
  celadon_table_destroy(table);
  CHECK(celadon_dataset_table(copy, "items", &table, error) != CELADON_OK && table == NULL);
  CHECK(strcmp(error->code_name, "missing_table") == 0);
  /* Masks. */
  CHECK(celadon_dataset_is_personal(data, "students", "name") == 1 && celadon_dataset_is_personal(data, "items", "full_mark") == 0);
  CHECK_OK(celadon_dataset_declare_personal(data, "students", "status", 0, error), error);
  CHECK(celadon_dataset_is_personal(data, "students", "status") == 0 && celadon_dataset_is_personal(NULL, "a", "b") == 1);
  celadon_dataset_destroy(copy);
  celadon_dataset_destroy(data);
  celadon_dataset_destroy(NULL);
}

static void test_profile(celadon_error* error) {
  celadon_profile* profile = NULL;
  celadon_profile* again = NULL;
  celadon_wording* words[2] = {NULL, NULL};
  celadon_text* text = NULL;
  celadon_table* table = NULL;
  char hash[17] = "";
  int64_t n;
  CHECK_OK(celadon_profile_default(&profile, error), error);
  CHECK_OK(celadon_profile_default_text(&text, error), error);
  CHECK_OK(celadon_profile_parse(celadon_text_data(text), celadon_text_size(text), &again, error), error);
  CHECK(strcmp(celadon_profile_hash(profile), celadon_profile_hash(again)) == 0 && strlen(celadon_profile_hash(profile)) == 16);
  CHECK_OK(celadon_canonical_hash(celadon_text_data(text), -1, hash, 17, error), error);
  CHECK(strcmp(hash, celadon_profile_hash(profile)) == 0);
  CHECK(celadon_canonical_hash(celadon_text_data(text), -1, hash, 16, error) == CELADON_LENGTH_MISMATCH);
  celadon_profile_destroy(again);
  CHECK(celadon_profile_parse(celadon_text_data(text), celadon_text_size(text) / 2, &again, error) != CELADON_OK && again == NULL);
  CHECK(strcmp(error->code_name, "json_syntax") == 0);
  celadon_text_destroy(text);
  n = celadon_profile_n_levels(profile);
  CHECK(n >= 2 && celadon_profile_level_id(profile, 0) != NULL && celadon_profile_level_id(profile, n) == NULL);
  CHECK(celadon_profile_level_of(profile, 1.0) == 0 && celadon_profile_level_of(profile, 0.0) == (int32_t)n - 1);
  CHECK(celadon_profile_level_of(profile, NAN) == -1 && celadon_profile_level_of(NULL, 1.0) == -1);
  CHECK(strlen(celadon_profile_level_name(profile, 0, CELADON_CHINESE)) > 0 && celadon_profile_level_name(profile, 0, 7) == NULL);
  CHECK(celadon_profile_source(profile, "levels") != NULL && celadon_profile_source(profile, "no such group") == NULL);
  CHECK(celadon_profile_id(NULL) == NULL && celadon_profile_edition(profile) != NULL);
  CHECK_OK(celadon_wording_default(CELADON_CHINESE, &words[0], error), error);
  CHECK_OK(celadon_wording_default_text(CELADON_ENGLISH, &text, error), error);
  CHECK_OK(celadon_wording_parse(celadon_text_data(text), -1, &words[1], error), error);
  celadon_text_destroy(text);
  CHECK(strcmp(celadon_wording_language(words[0]), "zh-CN") == 0 && strcmp(celadon_wording_language(words[1]), "en") == 0);
  CHECK_OK(celadon_wording_lint((const celadon_wording* const*)words, 2, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_wording_destroy(words[1]);
  CHECK(celadon_wording_default(2, &words[1], error) == CELADON_INVALID_ARGUMENT && words[1] == NULL);
  CHECK(celadon_wording_parse("{}", -1, &words[1], error) != CELADON_OK && celadon_wording_parse(NULL, 0, &words[1], error) != CELADON_OK);
  {
    /* Of 30, 4 and 12 the small group is hidden, and the next smallest with it, or a reader could subtract. */
    const int64_t groups[3] = {30, 4, 12};
    int32_t hidden[3] = {-1, -1, -1};
    CHECK_OK(celadon_suppress_groups(groups, 3, profile, CELADON_AUDIENCE_PUBLISHED, hidden, error), error);
    CHECK(hidden[0] == CELADON_SHOWN && hidden[1] == CELADON_HIDDEN_SMALL_GROUP && hidden[2] == CELADON_HIDDEN_COMPLEMENT);
    CHECK_OK(celadon_suppress_groups(groups, 3, NULL, CELADON_AUDIENCE_TEACHER, hidden, error), error);
    CHECK(hidden[0] == CELADON_SHOWN && hidden[1] == CELADON_SHOWN && hidden[2] == CELADON_SHOWN);
    CHECK_OK(celadon_suppress_rate(30, 30, profile, CELADON_AUDIENCE_PUBLISHED, hidden, error), error);
    CHECK(hidden[0] == CELADON_HIDDEN_ALL_OR_NONE);
    CHECK(celadon_suppress_groups(groups, 3, profile, 5, hidden, error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_suppress_rate(31, 30, profile, 0, hidden, error) == CELADON_INVALID_ARGUMENT);
  }
  celadon_wording_destroy(words[0]);
  celadon_profile_destroy(profile);
}

static int64_t count_code(const celadon_table* findings, const char* code) {
  const int64_t column = celadon_table_find(findings, "code", -1);
  int64_t row, n = 0;
  for (row = 0; row < celadon_table_n_rows(findings); ++row) n += strcmp(celadon_table_text(findings, column, row, NULL), code) == 0;
  return n;
}

static void test_papers(celadon_error* error) {
  celadon_dataset* data = dataset(error);
  celadon_paper_options options;
  celadon_papers* papers = NULL;
  celadon_paper* paper = NULL;
  celadon_responses* scored = NULL;
  celadon_items* items = NULL;
  celadon_table* findings = NULL;
  celadon_execution execution;
  celadon_monitor* monitor = NULL;
  celadon_paper_options_init(&options, sizeof options);
  CHECK(options.blank == 0 && options.flag_early_grades == 1);
  CHECK_OK(celadon_validate(data, &options, CELADON_ENGLISH, NULL, &findings, error), error);
  CHECK(count_code(findings, "above_full_mark") == 1); /* the 9 on an item of 3 points */
  celadon_table_destroy(findings);
  CHECK_OK(celadon_build_papers(data, &options, NULL, &papers, error), error);
  CHECK(celadon_papers_size(papers) == 1);
  CHECK_OK(celadon_papers_findings(papers, CELADON_CHINESE, &findings, error), error);
  CHECK(count_code(findings, "above_full_mark") == 1);
  celadon_table_destroy(findings);
  CHECK_OK(celadon_papers_get(papers, 0, &paper, error), error);
  celadon_papers_destroy(papers); /* the paper outlives its list */
  CHECK(celadon_paper_n_persons(paper) == N_PUPILS && celadon_paper_n_items(paper) == N_ITEMS && celadon_paper_id(paper) != NULL);
  CHECK_OK(celadon_paper_responses(paper, &scored, error), error);
  CHECK(celadon_responses_at(scored, 0, 3) == 3 && celadon_responses_at(scored, 9, 3) == CELADON_MISSING_INVALID);
  CHECK_OK(celadon_paper_items(paper, &items, error), error);
  CHECK(celadon_items_size(items) == N_ITEMS);

  {
    /* The same paper from arrays of the host. */
    static const int32_t person_class[N_PUPILS] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    static const uint8_t status[N_PUPILS] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CELADON_STATUS_ABSENT};
    static const char* const classes[2] = {"c1", "c2"};
    static const char* const twice[2] = {"c1", "c1"};
    static const int32_t wrong_class[N_PUPILS] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2};
    celadon_paper_description description;
    celadon_paper* own = NULL;
    celadon_paper_description_init(&description, sizeof description);
    description.id = "own";
    description.person_ids = kIds;
    description.person_class = person_class;
    description.status = status;
    description.n_classes = 2;
    description.class_ids = classes;
    CHECK_OK(celadon_paper_create(scored, items, &description, &own, error), error);
    CHECK(strcmp(celadon_paper_id(own), "own") == 0);
    celadon_paper_destroy(own);
    description.person_class = wrong_class;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT && own == NULL);
    description.person_class = person_class;
    description.class_ids = twice;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT);
    description.class_ids = NULL;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT);
    description.class_ids = classes;
    description.full_mark = 0.0;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT);
    description.full_mark = 7.0;
    description.grade = 13;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT);
    CHECK_OK(celadon_paper_create(scored, items, NULL, &own, error), error); /* everything but answers and items may be unknown */
    celadon_paper_destroy(own);
    description.grade = 3;
    description.raw = scored;
    description.struct_size = 4;
    CHECK_OK(celadon_paper_create(scored, items, &description, &own, error), error); /* a caller that knows no field */
    celadon_paper_destroy(own);
    description.struct_size = 3;
    CHECK(celadon_paper_create(scored, items, &description, &own, error) == CELADON_INVALID_ARGUMENT);
    {
      celadon_items* none = NULL;
      CHECK_OK(celadon_items_create(&none, error), error);
      CHECK(celadon_paper_create(scored, none, NULL, &own, error) == CELADON_LENGTH_MISMATCH);
      celadon_items_destroy(none);
    }
    CHECK(celadon_paper_create(NULL, items, NULL, &own, error) == CELADON_INVALID_ARGUMENT);
  }

  CHECK(celadon_paper_status_from_text("缺考", -1) == CELADON_STATUS_ABSENT &&
        celadon_paper_status_from_text("exempt", 6) == CELADON_STATUS_EXEMPT);
  CHECK(celadon_paper_status_from_text("x", 1) == -1 && celadon_paper_status_from_text(NULL, 4) == -1);
  CHECK(celadon_paper_missing_from_text("未答", -1) == CELADON_MISSING_OMITTED && celadon_paper_missing_from_text("5", 1) == 0);

  options.blank = -5;
  CHECK(celadon_build_papers(data, &options, NULL, &papers, error) == CELADON_INVALID_ARGUMENT && papers == NULL);
  CHECK(celadon_validate(data, NULL, 2, NULL, &findings, error) == CELADON_INVALID_ARGUMENT && findings == NULL);
  CHECK(celadon_validate(NULL, NULL, 0, NULL, &findings, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_monitor_create(&monitor, error), error);
  celadon_execution_init(&execution, sizeof execution);
  execution.monitor = monitor;
  celadon_monitor_cancel(monitor);
  CHECK(celadon_build_papers(data, NULL, &execution, &papers, error) == CELADON_CANCELLED);
  CHECK(celadon_validate(data, NULL, 0, &execution, &findings, error) == CELADON_CANCELLED && findings == NULL);
  celadon_monitor_destroy(monitor);
  celadon_items_destroy(items);
  celadon_responses_destroy(scored);
  celadon_paper_destroy(paper);
  celadon_dataset_destroy(data);
}

int main(void) {
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  test_tables(&error);
  test_dataset(&error);
  test_profile(&error);
  test_papers(&error);
  return failures;
}
