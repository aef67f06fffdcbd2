/* Indicator schemes through C: a shipped scheme, a scheme and overlay of one's own, a period of two tables, a mistake with its line. */
#include "check.h"

static celadon_error error;
static const char* const kScheme =
    "{\"format\": \"celadon.scheme\", \"version\": 1, \"id\": \"own\", \"edition\": \"1\", \"name\": {\"zh\": \"自拟\", \"en\": \"own\"},\n"
    "\"nodes\": [\n"
    "{\"id\": \"top\", \"name\": {\"zh\": \"上\", \"en\": \"top\"}, \"aggregation\": \"arithmetic\", \"weights\": {\"mean\": 0.5, \"cv\": "
    "0.5}},\n"
    "{\"id\": \"mean\", \"parent\": \"top\", \"name\": {\"zh\": \"均值\", \"en\": \"mean\"}, \"statistic\": \"mean\", \"variable\": "
    "\"score\",\n"
    " \"goalposts\": [0, 10], \"least_n\": 1},\n"
    "{\"id\": \"cv\", \"parent\": \"top\", \"name\": {\"zh\": \"差异\", \"en\": \"cv\"}, \"frame\": \"schools\",\n"
    " \"statistic\": \"coefficient_of_variation\", \"variable\": \"amount\", \"per\": \"pupils\", \"between\": \"school\",\n"
    " \"direction\": \"lower\", \"goalposts\": [1, 0]}]}";

static celadon_dataset* make_data(void) {
  static const char* const pupil_school[6] = {"a", "a", "b", "b", "c", "c"};
  static const char* const schools[3] = {"a", "b", "c"};
  static const double first[6] = {1, 3, 5, 7, 4, 6}, second[6] = {3, 5, 7, 9, 6, 8};
  static const double amount[3] = {10, 20, 30}, pupils[3] = {10, 10, 10};
  celadon_dataset* data = NULL;
  celadon_table* table = NULL;
  CHECK_OK(celadon_dataset_create(&data, &error), &error);
  CHECK_OK(celadon_table_create("pupils", &table, &error), &error);
  CHECK_OK(celadon_table_add_texts(table, "school", pupil_school, 6, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "pv1", first, 6, 1, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "pv2", second, 6, 1, &error), &error);
  CHECK_OK(celadon_dataset_add_table(data, "pupils", table, &error), &error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_table_create("schools", &table, &error), &error);
  CHECK_OK(celadon_table_add_texts(table, "school", schools, 3, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "amount", amount, 3, 1, &error), &error);
  CHECK_OK(celadon_table_add_numbers(table, "pupils", pupils, 3, 1, &error), &error);
  CHECK_OK(celadon_dataset_add_table(data, "schools", table, &error), &error);
  celadon_table_destroy(table);
  return data;
}

static celadon_scheme_period* make_period(const celadon_dataset* data, int32_t estimand) {
  static const char* const levels[2] = {"school", "county"};
  static const char* const columns[2] = {"pv1", "pv2"};
  celadon_scheme_period* period = NULL;
  celadon_scheme_frame_options options;
  celadon_scheme_draws draws;
  CHECK_OK(celadon_scheme_period_create("2026", levels, 2, &period, &error), &error);
  celadon_scheme_draws_init(&draws, sizeof draws);
  draws.name = "score";
  draws.columns = columns;
  draws.n_columns = 2;
  celadon_scheme_frame_options_init(&options, sizeof options);
  CHECK(options.estimand == CELADON_ESTIMAND_LIKE_COHORT && options.n_groups == 80);
  options.estimand = estimand;
  options.n_groups = 2;
  options.draws = &draws;
  options.n_draws = 1;
  CHECK_OK(celadon_scheme_period_add(period, data, "pupils", &options, &error), &error);
  CHECK(celadon_scheme_period_add(period, data, "nothing", &options, &error) != CELADON_OK);
  celadon_scheme_frame_options_init(&options, sizeof options);
  options.persons = 0;
  options.estimand = CELADON_ESTIMAND_THESE_ROWS;
  CHECK_OK(celadon_scheme_period_add(period, data, "schools", &options, &error), &error);
  return period;
}

int main(void) {
  celadon_scheme *scheme = NULL, *overlay = NULL;
  celadon_dataset* data;
  celadon_scheme_period* period;
  const celadon_scheme_period* periods[1];
  celadon_scheme_options options;
  celadon_scheme_evaluation* evaluation = NULL;
  celadon_table* table = NULL;
  double values[16];
  int64_t i;

  celadon_error_init(&error, sizeof error);
  data = make_data();
  period = make_period(data, CELADON_ESTIMAND_THESE_ROWS);
  CHECK_OK(celadon_scheme_parse(kScheme, -1, NULL, NULL, 0, &scheme, &error), &error);
  CHECK(strcmp(celadon_scheme_id(scheme), "own") == 0);
  CHECK_OK(celadon_scheme_findings(scheme, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_scheme_table(scheme, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 3);
  celadon_table_destroy(table);

  celadon_scheme_options_init(&options, sizeof options);
  CHECK(options.audience == CELADON_AUDIENCE_DISTRICT && options.least_n == 10);
  options.audience = CELADON_AUDIENCE_TEACHER;
  periods[0] = period;
  CHECK_OK(celadon_scheme_evaluate(scheme, periods, 1, &options, NULL, &evaluation, &error), &error);
  CHECK_OK(celadon_scheme_evaluation_table(evaluation, &table, &error), &error);
  /* Schools: top and mean each (cv is not for them, so that top lacks a part); the county: top, mean, cv. */
  CHECK(celadon_table_n_rows(table) == 9);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "value", -1), values, 9, 1, &error), &error);
  CHECK(values[1] == 3.0 && values[3] == 7.0 && values[5] == 6.0);
  CHECK_NEAR(values[7], 16.0 / 3.0, 1e-12);
  CHECK_NEAR(values[8], sqrt(2.0 / 3.0) / 2.0, 1e-12);
  CHECK_NEAR(values[6], 0.5 * 10.0 * values[7] + 0.5 * 100.0 * (1.0 - values[8]), 1e-9);
  celadon_table_destroy(table);
  CHECK_OK(celadon_scheme_evaluation_findings(evaluation, CELADON_CHINESE, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  CHECK(celadon_scheme_evaluation_n_units(evaluation, 0, "school") == 3);
  CHECK(celadon_scheme_evaluation_n_units(evaluation, 1, "school") == 0 && celadon_scheme_evaluation_n_units(evaluation, 0, "x") == 0);
  CHECK(strcmp(celadon_scheme_evaluation_unit(evaluation, 0, "school", 1), "b") == 0);
  CHECK(celadon_scheme_evaluation_unit(evaluation, 0, "school", 3) == NULL);
  /* Three units are too few to be compared with three others. */
  CHECK(celadon_scheme_like_units(evaluation, 0, "school", values, 3, 1, 3, 0.9, 0.1, &table, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "too_few_units") == 0);
  celadon_scheme_evaluation_destroy(evaluation);

  {
    static const char* const ids[1] = {"own"};
    const char* texts[1];
    texts[0] = kScheme;
    CHECK_OK(celadon_scheme_parse("{\"format\": \"celadon.scheme\", \"version\": 1, \"id\": \"city\", \"edition\": \"1\",\n"
                                  "\"name\": {\"zh\": \"市\", \"en\": \"city\"}, \"extends\": \"own\",\n"
                                  "\"set\": {\"mean\": {\"statistic\": \"meen\"}}}",
                                  -1, ids, texts, 1, &overlay, &error),
             &error);
    CHECK_OK(celadon_scheme_findings(overlay, CELADON_CHINESE, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == 1);
    celadon_table_destroy(table);
    celadon_scheme_destroy(overlay);
  }
  CHECK(celadon_scheme_parse("{", -1, NULL, NULL, 0, &overlay, &error) != CELADON_OK);
  CHECK(overlay == NULL);

  CHECK(celadon_scheme_n_shipped() > 10);
  for (i = 0; i < celadon_scheme_n_shipped(); ++i) {
    CHECK_OK(celadon_scheme_parse(celadon_scheme_shipped_text(i), -1, NULL, NULL, 0, &overlay, &error), &error);
    CHECK(strcmp(celadon_scheme_id(overlay), celadon_scheme_shipped_id(i)) == 0);
    celadon_scheme_destroy(overlay);
  }
  CHECK(celadon_scheme_shipped_id(-1) == NULL && celadon_scheme_shipped_text(i) == NULL);

  CHECK(celadon_scheme_period_add_link_error(period, "mean", -1.0, &error) != CELADON_OK);
  CHECK_OK(celadon_scheme_period_add_link_error(period, "mean", 1.0, &error), &error);
  CHECK_OK(celadon_scheme_period_findings(period, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_scheme_period_destroy(period);
  celadon_scheme_destroy(scheme);
  celadon_dataset_destroy(data);
  return failures;
}
