/* Mixed models and pilots through C: a balanced one-way layout whose estimates are known, a logistic model, a pilot, errors. */
#include "check.h"

enum { N_SCHOOLS = 16, N_PUPILS = 6, N = N_SCHOOLS * N_PUPILS };

static double number(const celadon_table* table, const char* column, int64_t row, celadon_error* error) {
  double values[256];
  CHECK(celadon_table_n_rows(table) <= 256);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, 256, 1, error), error);
  return values[row];
}

static celadon_dataset* pupils(double* score, celadon_error* error) {
  static char labels[N_SCHOOLS][8];
  const char* school[N];
  double passed[N], time[N], pilot[N];
  celadon_dataset* out = NULL;
  celadon_table* table = NULL;
  uint32_t state = 2026;
  int i;
  for (i = 0; i < N_SCHOOLS; ++i) snprintf(labels[i], sizeof labels[i], "s%02d", i);
  for (i = 0; i < N; ++i) {
    const int j = i / N_PUPILS;
    state = state * 1664525u + 1013904223u;
    score[i] = 10.0 + (double)(j % 5) + (double)(state >> 8) / 16777216.0;
    school[i] = labels[j];
    state = state * 1664525u + 1013904223u;
    passed[i] = (state >> 28) < (uint32_t)(5 + j % 7) ? 1.0 : 0.0;
    time[i] = (double)(i % 4);
    pilot[i] = j < 5 ? 1.0 : 0.0;
  }
  CHECK_OK(celadon_table_create("pupils", &table, error), error);
  CHECK_OK(celadon_table_add_texts(table, "school", school, N, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "score", score, N, 1, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "passed", passed, N, 1, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "time", time, N, 1, error), error);
  CHECK_OK(celadon_table_add_numbers(table, "pilot", pilot, N, 1, error), error);
  CHECK_OK(celadon_dataset_create(&out, error), error);
  CHECK_OK(celadon_dataset_add_table(out, "pupils", table, error), error);
  celadon_table_destroy(table);
  return out;
}

static void test_linear(const celadon_dataset* data, const double* score, celadon_error* error) {
  celadon_multilevel_fit_result *fit = NULL, *larger = NULL;
  celadon_multilevel_fit_options options;
  celadon_multilevel_fit_values values;
  celadon_multilevel_likelihood_ratio_values test;
  celadon_multilevel_profile_options profile;
  celadon_table *table = NULL, *findings = NULL;
  double mean = 0.0, within = 0.0, between = 0.0;
  int i, j;
  for (i = 0; i < N; ++i) mean += score[i] / N;
  for (j = 0; j < N_SCHOOLS; ++j) {
    double own = 0.0;
    for (i = 0; i < N_PUPILS; ++i) own += score[j * N_PUPILS + i] / N_PUPILS;
    for (i = 0; i < N_PUPILS; ++i) within += (score[j * N_PUPILS + i] - own) * (score[j * N_PUPILS + i] - own) / (N - N_SCHOOLS);
    between += N_PUPILS * (own - mean) * (own - mean) / (N_SCHOOLS - 1);
  }
  CHECK_OK(celadon_multilevel_fit(data, "pupils", "score ~ 1 + (1 | school)", NULL, NULL, &fit, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_multilevel_fit_result_values(fit, &values, error), error);
  CHECK(values.converged == 1 && values.singular == 0 && values.n_used == N && values.n_parameters == 3);
  CHECK_NEAR(values.sigma * values.sigma, within, 1e-5);
  CHECK_OK(celadon_multilevel_fit_result_components_table(fit, &table, error), error);
  CHECK_NEAR(number(table, "variance", 0, error), (between - within) / N_PUPILS, 1e-4);
  celadon_table_destroy(table);
  CHECK_OK(celadon_multilevel_fit_result_fixed_table(fit, &table, error), error);
  CHECK_NEAR(number(table, "estimate", 0, error), mean, 1e-9);
  celadon_table_destroy(table);
  CHECK_OK(celadon_multilevel_fit_result_groups_table(fit, &table, error), error);
  CHECK(celadon_table_n_rows(table) == N_SCHOOLS);
  celadon_table_destroy(table);
  CHECK_OK(celadon_multilevel_fit_result_icc_table(fit, &table, error), error);
  CHECK_NEAR(number(table, "icc", 0, error), (between - within) / (between - within + N_PUPILS * within), 1e-5);
  celadon_table_destroy(table);
  CHECK_OK(celadon_multilevel_fit_result_findings(fit, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);

  celadon_multilevel_fit_options_init(&options, sizeof options);
  CHECK(options.criterion == CELADON_MULTILEVEL_REML && options.group_effects == 1);
  CHECK_OK(celadon_multilevel_fit(data, "pupils", "score ~ 1 + (time | school)", &options, NULL, &larger, error), error);
  test.struct_size = sizeof test;
  CHECK_OK(celadon_multilevel_likelihood_ratio(fit, larger, &test, error), error);
  CHECK(test.df == 2 && test.reference == CELADON_MULTILEVEL_BOUNDARY_MIXTURE && test.p <= test.p_chi_squared);
  CHECK(celadon_multilevel_likelihood_ratio(larger, fit, &test, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "not_comparable") == 0);

  celadon_multilevel_profile_options_init(&profile, sizeof profile);
  CHECK_OK(celadon_multilevel_profile(fit, &profile, NULL, CELADON_ENGLISH, &table, &findings, error), error);
  CHECK(celadon_table_n_rows(table) == 3 && celadon_table_n_rows(findings) == 0);
  CHECK(number(table, "lower", 0, error) < mean && number(table, "upper", 0, error) > mean);
  celadon_table_destroy(table);
  celadon_table_destroy(findings);
  celadon_multilevel_fit_result_destroy(fit);
  celadon_multilevel_fit_result_destroy(larger);
  celadon_multilevel_fit_result_destroy(NULL);
}

static void test_logistic(const celadon_dataset* data, celadon_error* error) {
  celadon_multilevel_logistic_options options;
  celadon_multilevel_logistic_result* fit = NULL;
  celadon_multilevel_fit_values values;
  celadon_table* table = NULL;
  celadon_multilevel_logistic_options_init(&options, sizeof options);
  options.n_quadrature = 7;
  CHECK_OK(celadon_multilevel_fit_logistic(data, "pupils", "passed ~ 1 + (1 | school)", &options, NULL, &fit, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_multilevel_logistic_result_values(fit, &values, error), error);
  CHECK(values.converged == 1 && values.n_used == N && values.n_parameters == 2 && values.sigma != values.sigma);
  CHECK_OK(celadon_multilevel_logistic_result_fixed_table(fit, &table, error), error);
  CHECK_NEAR(number(table, "odds_ratio", 0, error), exp(number(table, "estimate", 0, error)), 1e-12);
  celadon_table_destroy(table);
  celadon_multilevel_logistic_result_destroy(fit);
  CHECK(celadon_multilevel_fit_logistic(data, "pupils", "score ~ 1 + (1 | school)", NULL, NULL, &fit, error) != CELADON_OK);
  CHECK(fit == NULL && strcmp(error->code_name, "not_binary") == 0);
}

static void test_pilot(const celadon_dataset* data, celadon_error* error) {
  celadon_multilevel_pilot_options options;
  celadon_multilevel_pilot_result* result = NULL;
  celadon_multilevel_pilot_values values;
  celadon_table* table = NULL;
  celadon_multilevel_pilot_options_init(&options, sizeof options);
  CHECK(options.needed_treated == 5 && options.needed_control == 10 && options.n_permutations == 9999);
  options.outcome = "score";
  options.school = "school";
  options.time = "time";
  options.treated = "pilot";
  options.start = 2;
  options.n_permutations = 99;
  CHECK_OK(celadon_multilevel_difference_in_differences(data, "pupils", &options, NULL, &result, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_multilevel_pilot_result_values(result, &values, error), error);
  CHECK(values.n_treated == 5 && values.n_control == 11 && values.descriptive == 0);
  CHECK_OK(celadon_multilevel_pilot_result_effects_table(result, &table, error), error);
  CHECK(number(table, "lower", 0, error) < number(table, "estimate", 0, error));
  celadon_table_destroy(table);
  CHECK_OK(celadon_multilevel_pilot_result_schools_table(result, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 16);
  celadon_table_destroy(table);
  celadon_multilevel_pilot_result_destroy(result);
  options.needed_treated = 6;
  CHECK_OK(celadon_multilevel_interrupted_series(data, "pupils", &options, NULL, &result, error), error);
  CHECK_OK(celadon_multilevel_pilot_result_values(result, &values, error), error);
  CHECK(values.descriptive == 1);
  CHECK_OK(celadon_multilevel_pilot_result_findings(result, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 1);
  celadon_table_destroy(table);
  celadon_multilevel_pilot_result_destroy(result);
  options.treated = NULL;
  CHECK(celadon_multilevel_interrupted_series(data, "pupils", &options, NULL, &result, error) != CELADON_OK && result == NULL);
}

int main(void) {
  double score[N];
  celadon_error error;
  celadon_multilevel_fit_result* fit = NULL;
  celadon_dataset* data;
  celadon_error_init(&error, sizeof error);
  data = pupils(score, &error);
  test_linear(data, score, &error);
  test_logistic(data, &error);
  test_pilot(data, &error);
  CHECK(celadon_multilevel_fit(data, "teachers", "score ~ 1 + (1 | school)", NULL, NULL, &fit, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "missing_table") == 0);
  CHECK(celadon_multilevel_fit(data, "pupils", "score ~ 1 + (1 | class)", NULL, NULL, &fit, &error) != CELADON_OK);
  CHECK(strcmp(error.code_name, "unknown_variable") == 0);
  CHECK(celadon_multilevel_fit(NULL, "pupils", "score ~ 1", NULL, NULL, &fit, &error) != CELADON_OK && fit == NULL);
  CHECK(celadon_multilevel_fit(data, NULL, "score ~ 1", NULL, NULL, &fit, &error) != CELADON_OK);
  celadon_dataset_destroy(data);
  return failures;
}
