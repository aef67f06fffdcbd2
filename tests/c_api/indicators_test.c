/* Indicators through C: what goes with an outcome, what may be said of a unit, pages to a function and to a folder, mistakes by name. */
#include "check.h"

enum { kSchools = 16, kPupils = 30, kRows = kSchools * kPupils };

static celadon_error error;
static const char* const kScheme =
    "{\"format\": \"celadon.scheme\", \"version\": 1, \"id\": \"own\", \"edition\": \"1\", \"name\": {\"zh\": \"自拟\", \"en\": \"own\"},\n"
    "\"nodes\": [\n"
    "{\"id\": \"top\", \"name\": {\"zh\": \"上\", \"en\": \"top\"}, \"aggregation\": \"arithmetic\", \"weights\": {\"score\": 0.5, "
    "\"home\": "
    "0.5}},\n"
    "{\"id\": \"score\", \"parent\": \"top\", \"name\": {\"zh\": \"成绩\", \"en\": \"score\"}, \"statistic\": \"mean\", \"variable\": "
    "\"score\",\n"
    " \"goalposts\": [0, 200], \"target\": 10},\n"
    "{\"id\": \"home\", \"parent\": \"top\", \"name\": {\"zh\": \"家庭\", \"en\": \"home\"}, \"statistic\": \"mean\", \"variable\": "
    "\"home\",\n"
    " \"goalposts\": [0, 10]}]}";

static char ids[kSchools][8];

static celadon_dataset* make_data(void) {
  static const char* school[kRows];
  static double score[kRows], home[kRows];
  celadon_dataset* data = NULL;
  celadon_table* table = NULL;
  int i;
  for (i = 0; i < kSchools; ++i) snprintf(ids[i], sizeof ids[i], "s%02d", i);
  for (i = 0; i < kRows; ++i) {
    const int s = i / kPupils;
    school[i] = ids[s];
    home[i] = s % 4 + (i * 7) % 5;
    score[i] = 60.0 + 4.0 * (s * 5 % 7) + 3.0 * home[i] + (i * 13) % 11;
  }
  CHECK_OK(celadon_dataset_create(&data, &error), &error);
  CHECK_OK(celadon_table_create("pupils", &table, &error), &error);
  CHECK_OK(celadon_table_add_texts(table, "school", school, kRows, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "score", score, kRows, 1, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "home", home, kRows, 1, &error), &error);
  CHECK_OK(celadon_dataset_add_table(data, "pupils", table, &error), &error);
  celadon_table_destroy(table);
  return data;
}

/* The text of a table's cell. */
static const char* cell(const celadon_table* table, const char* column, int64_t row) {
  const char* said = celadon_table_text(table, celadon_table_find(table, column, -1), row, NULL);
  return said == NULL ? "" : said;
}

static celadon_drivers* check_drivers(const celadon_scheme_period* period) {
  celadon_drivers* drivers = NULL;
  celadon_drivers_options options;
  celadon_drivers_values values;
  celadon_driver_predictor predictors[1];
  celadon_table* table = NULL;
  double numbers[kSchools + 1];

  CHECK(celadon_drivers_create(period, NULL, NULL, &drivers, &error) == CELADON_INVALID_ARGUMENT && drivers == NULL);
  celadon_drivers_options_init(&options, sizeof options);
  CHECK(options.confidence == 0.9 && options.least_n == 10 && options.least_units_above == 5);
  options.outcome = "score";
  options.outcome_name_zh = "成绩";
  options.outcome_name_en = "score";
  CHECK(celadon_drivers_create(period, &options, NULL, &drivers, &error) == CELADON_INVALID_ARGUMENT);
  celadon_driver_predictor_init(&predictors[0], sizeof predictors[0]);
  predictors[0].variable = "nothing";
  options.predictors = predictors;
  options.n_predictors = 1;
  CHECK(celadon_drivers_create(period, &options, NULL, &drivers, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "missing_column") == 0);
  predictors[0].variable = "home";
  predictors[0].name_zh = "家庭背景";
  predictors[0].name_en = "home background";
  CHECK_OK(celadon_drivers_create(period, &options, NULL, &drivers, &error), &error);

  memset(&values, 0, sizeof values);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_drivers_get_values(drivers, &values, &error), &error);
  CHECK(values.n == kRows && values.n_left_out == 0 && values.n_units == kSchools && values.confidence == 0.9);
  CHECK_OK(celadon_drivers_effects(drivers, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 1 && strcmp(cell(table, "name_en", 0), "home background") == 0);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "estimate", -1), numbers, 1, 1, &error), &error);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "per", -1), numbers + 1, 1, 1, &error), &error);
  CHECK_NEAR(numbers[0] / numbers[1], 3.0, 0.25); /* the slope that the data were made with */
  celadon_table_destroy(table);
  CHECK_OK(celadon_drivers_balance(drivers, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 4 && strcmp(cell(table, "level", 1), "school") == 0);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "share", -1), numbers, 4, 1, &error), &error);
  CHECK_NEAR(numbers[0] + numbers[1], 1.0, 1e-12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_drivers_lines(drivers, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == kSchools + 1 && strcmp(cell(table, "unit", 1), "s00") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_drivers_statements(drivers, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) >= 2);
  CHECK(strcmp(cell(table, "id", 0), "drivers/2026/school/score/balance.share/school") == 0);
  CHECK(strstr(cell(table, "zh", 0), "成绩") != NULL && strstr(cell(table, "en", 0), "score") != NULL);
  celadon_table_destroy(table);
  CHECK_OK(celadon_drivers_findings(drivers, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  return drivers;
}

static void check_unit(const celadon_scheme_evaluation* evaluation, const celadon_scheme_like_options* like) {
  celadon_table* table = NULL;
  int64_t r, n, beside = 0;
  CHECK_OK(celadon_scheme_statements(evaluation, -1, "school", "s03", NULL, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) >= 1 && strcmp(cell(table, "rule", 0), "index.target_met") == 0);
  CHECK(strcmp(cell(table, "id", 0), "own/2026/school/s03/index.target_met/score") == 0);
  CHECK(strcmp(cell(table, "role", 0), "fact") == 0 && strstr(cell(table, "evidence", 0), "target=10") != NULL);
  celadon_table_destroy(table);
  CHECK_OK(celadon_scheme_statements(evaluation, 0, "school", "s03", like, &table, &error), &error);
  n = celadon_table_n_rows(table);
  for (r = 0; r < n; ++r) beside += strncmp(cell(table, "rule", r), "index.like", 10) == 0;
  CHECK(beside >= 1);
  celadon_table_destroy(table);
  CHECK(celadon_scheme_statements(evaluation, -1, "school", "s99", NULL, &table, &error) != CELADON_OK && table == NULL);
  CHECK(strcmp(error.code_name, "no_such_unit") == 0);
  CHECK(celadon_scheme_statements(evaluation, 1, "school", "s03", NULL, &table, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "no_such_unit") == 0);

  CHECK_OK(celadon_scheme_sensitivity(evaluation, -1, "school", "s03", 1.5, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 6); /* two children: interval, weight, removal */
  CHECK(strcmp(cell(table, "node", 0), "top") == 0);
  celadon_table_destroy(table);
  CHECK(celadon_scheme_sensitivity(evaluation, -1, "school", "s03", 1.0, &table, &error) == CELADON_INVALID_ARGUMENT);
}

typedef struct seen_pages {
  int64_t pages, stop_at, schools;
  uint64_t hash;
} seen_pages;

static int32_t see_page(void* user, const celadon_page* page) {
  seen_pages* seen = (seen_pages*)user;
  const char* c;
  if (seen->pages == seen->stop_at) return 77;
  if (seen->pages == 0) CHECK(strcmp(page->path, "index.html") == 0 && strcmp(page->kind, "index") == 0);
  ++seen->pages;
  seen->schools += strcmp(page->kind, "school") == 0;
  CHECK(strlen(page->bytes) == (size_t)page->n_bytes && strstr(page->bytes, "<script") == NULL);
  for (c = page->path; *c != 0; ++c) seen->hash = (seen->hash ^ (uint8_t)*c) * 1099511628211u;
  for (c = page->bytes; *c != 0; ++c) seen->hash = (seen->hash ^ (uint8_t)*c) * 1099511628211u;
  return 0;
}

static void check_pages(const celadon_scheme_evaluation* evaluation, const celadon_scheme_like_options* like,
                        const celadon_drivers* drivers) {
  static const char* const levels[2] = {"school", "school"};
  static const char* const named[2] = {"s03", "s04"};
  static const char* const names[2] = {"North Lane", "South Lane"};
  static const char* const wanted[1] = {"school"};
  static const char* const unknown[1] = {"planet"};
  celadon_indicator_report_options options;
  celadon_indicator_write_options write;
  celadon_execution execution;
  celadon_report* report = NULL;
  celadon_text* page = NULL;
  seen_pages one, many;
  int64_t n_pages = -1, n_bytes = -1;

  celadon_indicator_report_options_init(&options, sizeof options);
  CHECK(options.language == CELADON_CHINESE && options.period == -1 && options.estimand == CELADON_ESTIMAND_LIKE_COHORT);
  CHECK_OK(celadon_indicator_report(evaluation, "school", "s03", NULL, &report, &error), &error);
  CHECK(strcmp(celadon_report_language(report), "zh-CN") == 0 && strcmp(celadon_report_id(report), "own/school/s03") == 0);
  celadon_report_destroy(report);
  options.language = CELADON_ENGLISH;
  options.like = like;
  options.drivers = &drivers;
  options.n_drivers = 1;
  options.name_levels = levels;
  options.name_ids = named;
  options.names = names;
  options.n_names = 2;
  options.simulated = 1;
  CHECK_OK(celadon_indicator_report(evaluation, "school", "s03", &options, &report, &error), &error);
  CHECK(celadon_report_n_charts(report) >= 2);
  CHECK_OK(celadon_report_to_html(report, &page, &error), &error);
  CHECK(strstr(celadon_text_data(page), "North Lane") != NULL && strstr(celadon_text_data(page), "South Lane") == NULL);
  CHECK(strstr(celadon_text_data(page), "home background") != NULL);
  celadon_text_destroy(page);
  celadon_report_destroy(report);
  CHECK(celadon_indicator_report(evaluation, "school", "s99", &options, &report, &error) != CELADON_OK && report == NULL);
  CHECK(strcmp(error.code_name, "no_such_unit") == 0);
  options.estimand = 9;
  CHECK(celadon_indicator_report(evaluation, "school", "s03", &options, &report, &error) == CELADON_INVALID_ARGUMENT);
  options.estimand = CELADON_ESTIMAND_LIKE_COHORT;

  celadon_indicator_write_options_init(&write, sizeof write);
  CHECK(write.index == 1 && write.html == 1 && write.json == 0);
  write.report = &options;
  memset(&one, 0, sizeof one);
  one.stop_at = -1;
  many = one;
  CHECK_OK(celadon_write_indicator_reports(evaluation, see_page, &one, &write, NULL, &n_pages, &n_bytes, &error), &error);
  CHECK(n_pages == kSchools + 2 && one.pages == n_pages && one.schools == kSchools && n_bytes > 1000);
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 3;
  CHECK_OK(celadon_write_indicator_reports(evaluation, see_page, &many, &write, &execution, NULL, NULL, &error), &error);
  CHECK(many.hash == one.hash);
  many.pages = 0;
  many.stop_at = 4;
  CHECK(celadon_write_indicator_reports(evaluation, see_page, &many, &write, NULL, &n_pages, &n_bytes, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "cannot_write") == 0 && n_pages == 0 && n_bytes == 0);
  CHECK(celadon_write_indicator_reports(evaluation, NULL, NULL, &write, NULL, NULL, NULL, &error) == CELADON_INVALID_ARGUMENT);
  write.levels = unknown;
  write.n_levels = 1;
  many.stop_at = -1;
  CHECK(celadon_write_indicator_reports(evaluation, see_page, &many, &write, NULL, NULL, NULL, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "no_such_unit") == 0);
  write.levels = wanted;
  write.index = 0;
  write.json = 1;
  CHECK_OK(celadon_write_indicator_reports_to_folder(evaluation, "c_api_indicator_reports", &write, NULL, &n_pages, NULL, &error), &error);
  CHECK(n_pages == 2 * kSchools);
  {
    FILE* file = fopen("c_api_indicator_reports/own/school/s03.json", "rb");
    CHECK(file != NULL);
    if (file != NULL) fclose(file);
  }
}

int main(void) {
  static const char* const levels[2] = {"school", "city"};
  celadon_dataset* data;
  celadon_scheme* scheme = NULL;
  celadon_scheme_period* period = NULL;
  const celadon_scheme_period* periods[1];
  celadon_scheme_evaluation* evaluation = NULL;
  celadon_scheme_frame_options frame;
  celadon_scheme_like_options like;
  celadon_drivers* drivers;
  double background[kSchools];
  int i;

  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  data = make_data();
  CHECK_OK(celadon_scheme_parse(kScheme, -1, NULL, NULL, 0, &scheme, &error), &error);
  CHECK_OK(celadon_scheme_period_create("2026", levels, 2, &period, &error), &error);
  celadon_scheme_frame_options_init(&frame, sizeof frame);
  frame.persons = 1;
  frame.n_groups = 15;
  CHECK_OK(celadon_scheme_period_add(period, data, "pupils", &frame, &error), &error);
  periods[0] = period;
  CHECK_OK(celadon_scheme_evaluate(scheme, periods, 1, NULL, NULL, &evaluation, &error), &error);
  for (i = 0; i < kSchools; ++i) background[i] = i % 4;
  celadon_scheme_like_options_init(&like, sizeof like);
  CHECK(like.n_like == 10 && like.confidence == 0.9);
  like.n_like = 3;
  like.background = background;
  like.n_units = kSchools;
  like.n_background = 1;

  drivers = check_drivers(period);
  check_unit(evaluation, &like);
  check_pages(evaluation, &like, drivers);

  celadon_drivers_destroy(drivers);
  celadon_drivers_destroy(NULL);
  celadon_scheme_evaluation_destroy(evaluation);
  celadon_scheme_period_destroy(period);
  celadon_scheme_destroy(scheme);
  celadon_dataset_destroy(data);
  return failures;
}
