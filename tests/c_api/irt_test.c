/* Calibration and scoring through C: simulate from known items, calibrate, score, save and load. */
#include "pack.h"

#include <stdlib.h>

/* A bank of ten 2PL items as its saved JSON would be tedious to write by hand, so the first model comes from a fit to answers made by a
   linear congruential generator; everything after it is checked against that model. */
static celadon_responses* answers(int64_t n, int64_t k) {
  int8_t* cells = (int8_t*)malloc((size_t)(n * k));
  celadon_responses* out;
  uint32_t state = 2026;
  int64_t i, j;
  for (i = 0; i < n; ++i) {
    double ability = 0.0;
    int step;
    for (step = 0; step < 12; ++step) {
      state = state * 1664525u + 1013904223u;
      ability += (double)(state >> 8) / 16777216.0;
    }
    ability -= 6.0;
    for (j = 0; j < k; ++j) {
      double p = 1.0 / (1.0 + exp(-(0.8 + 0.08 * (double)j) * (ability - ((double)j - 4.5) / 3.0)));
      state = state * 1664525u + 1013904223u;
      cells[i * k + j] = (int8_t)((double)(state >> 8) / 16777216.0 < p);
    }
  }
  out = pack(cells, n, k);
  free(cells);
  return out;
}

static int progress_calls = 0;
static void on_progress(void* user, const char* stage, int64_t done, int64_t total) {
  (void)total;
  (void)done;
  progress_calls += strncmp(stage, "irt", 3) == 0 && user != NULL;
}

/* A covariate that has nothing to do with ability, and draws whose regression on it is the estimate. */
static void populations(const celadon_irt_model* model, const celadon_responses* data) {
  const int64_t n = celadon_responses_n_persons(data);
  double* side = (double*)malloc((size_t)n * sizeof(double));
  const char* name = "side";
  const double* columns[5];
  celadon_irt_population_options population;
  celadon_irt_plausible_options options;
  celadon_irt_latent_regression_result* regression = NULL;
  celadon_irt_latent_regression_values values;
  celadon_irt_plausible_values_result *draws = NULL, *again = NULL;
  celadon_table* table = NULL;
  celadon_error error;
  double estimate[2], se[2];
  int64_t i;
  int32_t d;
  celadon_error_init(&error, sizeof error);
  for (i = 0; i < n; ++i) side[i] = i % 2 == 0 ? -1.0 : 1.0;
  celadon_irt_population_options_init(&population, sizeof population);
  population.covariates = side;
  population.n_persons = n;
  population.n_covariates = 1;
  population.names = &name;
  CHECK_OK(celadon_irt_latent_regression(model, data, &population, NULL, &regression, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_irt_latent_regression_result_values(regression, &values, &error), &error);
  CHECK(values.converged == 1 && values.n_used == n && values.residual_variance > 0.5 && values.residual_variance < 1.5);
  CHECK_OK(celadon_irt_latent_regression_result_table(regression, &table, &error), &error);
  CHECK(strcmp(celadon_table_text(table, 0, 1, NULL), "side") == 0);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "estimate", -1), estimate, 2, 1, &error), &error);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "se", -1), se, 2, 1, &error), &error);
  CHECK(fabs(estimate[1]) < 4 * se[1] && fabs(estimate[0]) < 4 * se[0]);
  celadon_table_destroy(table);
  celadon_irt_latent_regression_result_destroy(regression);

  celadon_irt_plausible_options_init(&options, sizeof options);
  options.draw_parameters = 0;
  CHECK_OK(celadon_irt_plausible_values(model, data, &population, &options, NULL, &draws, &error), &error);
  CHECK_OK(celadon_irt_plausible_values(model, data, &population, &options, NULL, &again, &error), &error);
  CHECK(celadon_irt_plausible_values_result_n_draws(draws) == 5);
  CHECK(celadon_irt_plausible_values_result_column(draws, 5) == NULL);
  for (d = 0; d < 5; ++d) {
    columns[d] = celadon_irt_plausible_values_result_column(draws, d);
    CHECK(memcmp(columns[d], celadon_irt_plausible_values_result_column(again, d), (size_t)n * sizeof(double)) == 0);
  }
  {
    celadon_survey_design_options sample;
    celadon_survey_design* design = NULL;
    celadon_survey_variable ability;
    celadon_survey_estimates* mean = NULL;
    celadon_survey_estimate row;
    celadon_survey_design_options_init(&sample, sizeof sample);
    sample.n_rows = n;
    CHECK_OK(celadon_survey_make_design(&sample, &design, &error), &error);
    celadon_survey_variable_init(&ability, sizeof ability);
    ability.name = "ability";
    ability.columns = columns;
    ability.n_columns = 5;
    ability.n_rows = n;
    CHECK_OK(celadon_survey_means(design, &ability, 1, NULL, NULL, &mean, &error), &error);
    row.struct_size = sizeof row;
    CHECK_OK(celadon_survey_estimates_row(mean, 0, &row, &error), &error);
    CHECK_NEAR(row.value, estimate[0], 4 * sqrt(row.imputation_variance / 5) + 1e-3);
    CHECK(row.imputation_variance > 0);
    celadon_survey_estimates_destroy(mean);
    celadon_survey_design_destroy(design);
  }
  options.n_draws = 0;
  celadon_irt_plausible_values_result_destroy(again);
  CHECK(celadon_irt_plausible_values(model, data, &population, &options, NULL, &again, &error) == CELADON_INVALID_ARGUMENT &&
        again == NULL);
  population.n_covariates = -1;
  CHECK(celadon_irt_latent_regression(model, data, &population, NULL, &regression, &error) == CELADON_INVALID_ARGUMENT);
  celadon_irt_plausible_values_result_destroy(draws);
  free(side);
}

int main(void) {
  const int64_t n = 3000, k = 10;
  celadon_error error;
  celadon_responses* data = answers(n, k);
  celadon_irt_fit_result* fit = NULL;
  celadon_irt_fit_options options;
  celadon_irt_fit_values values;
  celadon_irt_model* model = NULL;
  celadon_irt_model* loaded = NULL;
  celadon_text* saved = NULL;
  celadon_execution execution;
  celadon_table* table = NULL;
  celadon_error_init(&error, sizeof error);
  celadon_execution_init(&execution, sizeof execution);
  execution.progress = on_progress;
  execution.progress_user = &error;

  CHECK(strcmp(celadon_irt_model_name(CELADON_IRT_GRADED), "grm") == 0 && celadon_irt_model_name(99) == NULL);
  CHECK(celadon_irt_model_from_name("gpcm", -1) == CELADON_IRT_GENERALIZED_PARTIAL_CREDIT && celadon_irt_model_from_name("x", 1) == -1);

  celadon_irt_fit_options_init(&options, sizeof options);
  CHECK(options.model == CELADON_IRT_2PL && options.n_nodes == 61);
  CHECK_OK(celadon_irt_fit(data, &options, &execution, &fit, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_irt_fit_result_values(fit, &values, &error), &error);
  CHECK(values.converged == 1 && values.stop == CELADON_IRT_STOP_TOLERANCE && values.n_used == n && values.n_parameters == 20);
  CHECK(progress_calls > 0);
  CHECK_NEAR(values.aic, 2 * 20 - 2 * values.log_likelihood, 1e-6);
  CHECK_OK(celadon_irt_fit_result_item_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == k);
  celadon_table_destroy(table);
  CHECK_OK(celadon_irt_fit_result_parameter_table(fit, 1, &table, &error), &error);
  {
    const int64_t column = celadon_table_find(table, "estimate", -1), rows = celadon_table_n_rows(table);
    double* estimate = (double*)malloc(sizeof(double) * (size_t)rows);
    CHECK_OK(celadon_table_numbers(table, column, estimate, rows, 1, &error), &error);
    /* True difficulties (j - 4.5) / 3 and slopes 0.8 + 0.08 j; errors of estimation with 3,000 persons are below 0.1. */
    CHECK_NEAR(estimate[0], 0.8, 0.3);
    free(estimate);
  }
  celadon_table_destroy(table);
  {
    int64_t free_parameters = 0;
    double covariance[400];
    CHECK_OK(celadon_irt_fit_result_covariance(fit, 0, NULL, 0, &free_parameters, &error), &error);
    CHECK(free_parameters == 20);
    CHECK(celadon_irt_fit_result_covariance(fit, 0, covariance, 399, &free_parameters, &error) == CELADON_LENGTH_MISMATCH);
    CHECK_OK(celadon_irt_fit_result_covariance(fit, 1, covariance, 400, &free_parameters, &error), &error);
    CHECK(covariance[0] > 0 && covariance[1] == covariance[20]);
  }

  CHECK_OK(celadon_irt_fit_result_model(fit, &model, &error), &error);
  celadon_irt_fit_result_destroy(fit); /* the model outlives its fit */
  CHECK_OK(celadon_irt_check(model, &error), &error);
  CHECK(celadon_irt_model_n_items(model) == k && celadon_irt_model_find(model, "10", -1) == 9 &&
        celadon_irt_model_find(model, "x", 1) == -1);
  {
    celadon_irt_item_parameters item;
    double p[2], log_likelihood = 0, information = 0;
    int64_t used = 0, j;
    item.struct_size = sizeof item;
    CHECK_OK(celadon_irt_model_item(model, 3, &item, &error), &error);
    CHECK(item.model == CELADON_IRT_2PL && item.n_categories == 2 && item.n_scoring == 0 && item.scoring == NULL);
    CHECK_OK(celadon_irt_category_probabilities(model, 3, 0.5, p, 2, &error), &error);
    CHECK_NEAR(p[1], 1.0 / (1.0 + exp(-(item.slope * 0.5 + item.intercepts[0]))), 1e-14);
    CHECK_NEAR(p[0] + p[1], 1.0, 1e-15);
    CHECK_NEAR(celadon_irt_information(model, 3, 0.5), item.slope * item.slope * p[0] * p[1], 1e-13);
    CHECK_NEAR(celadon_irt_expected_category(model, 3, 0.5), p[1], 1e-15);
    for (j = 0; j < k; ++j) information += celadon_irt_information(model, j, -1.0);
    CHECK_NEAR(celadon_irt_test_information(model, -1.0), information, 1e-12);
    CHECK(isnan(celadon_irt_information(model, 10, 0.0)) && isnan(celadon_irt_expected_category(NULL, 0, 0.0)));
    CHECK(celadon_irt_model_item(model, -1, &item, &error) == CELADON_INVALID_ARGUMENT);
    CHECK_OK(celadon_irt_log_likelihood(model, data, NULL, NULL, NULL, &log_likelihood, &used, &error), &error);
    CHECK_NEAR(log_likelihood, values.log_likelihood, 1e-7);
    CHECK(used == n);
  }

  /* Save and load give equal bits: the scores say so. */
  CHECK_OK(celadon_irt_save(model, &saved, &error), &error);
  CHECK_OK(celadon_irt_load(celadon_text_data(saved), celadon_text_size(saved), &loaded, &error), &error);
  {
    static const int32_t methods[4] = {CELADON_IRT_EAP, CELADON_IRT_MAP, CELADON_IRT_WLE, CELADON_IRT_ML};
    double* first = (double*)malloc(sizeof(double) * (size_t)n);
    double* second = (double*)malloc(sizeof(double) * (size_t)n);
    double* se = (double*)malloc(sizeof(double) * (size_t)n);
    int m;
    for (m = 0; m < 4; ++m) {
      celadon_irt_score_options how;
      celadon_irt_score_result* scores = NULL;
      celadon_irt_score_options_init(&how, sizeof how);
      how.method = methods[m];
      execution.n_threads = 1;
      CHECK_OK(celadon_irt_score(model, data, &how, &execution, &scores, &error), &error);
      CHECK_OK(celadon_irt_score_result_values(scores, first, se, NULL, n, &error), &error);
      CHECK(celadon_irt_score_result_values(scores, first, NULL, NULL, n - 1, &error) == CELADON_LENGTH_MISMATCH);
      if (m == 0) {
        double empirical = 0, marginal = 0;
        CHECK_OK(celadon_irt_empirical_reliability(scores, &empirical, &error), &error);
        CHECK_OK(celadon_irt_marginal_reliability(model, 0, &marginal, &error), &error);
        CHECK_NEAR(empirical, marginal, 0.1);
        CHECK_OK(celadon_irt_score_result_table(scores, &table, &error), &error);
        CHECK(celadon_table_n_rows(table) == n);
        celadon_table_destroy(table);
      }
      celadon_irt_score_result_destroy(scores);
      execution.n_threads = 3;
      CHECK_OK(celadon_irt_score(loaded, data, &how, &execution, &scores, &error), &error);
      CHECK_OK(celadon_irt_score_result_values(scores, second, NULL, NULL, n, &error), &error);
      CHECK(memcmp(first, second, sizeof(double) * (size_t)n) == 0);
      celadon_irt_score_result_destroy(scores);
      how.method = 4;
      CHECK(celadon_irt_score(model, data, &how, &execution, &scores, &error) == CELADON_INVALID_ARGUMENT && scores == NULL);
    }
    free(first);
    free(second);
    free(se);
  }
  celadon_irt_model_destroy(loaded);
  CHECK(celadon_irt_load("{\"format\": \"another\"}", -1, &loaded, &error) != CELADON_OK && loaded == NULL);
  CHECK(celadon_irt_load("{", 1, &loaded, &error) != CELADON_OK && strcmp(error.code_name, "json_syntax") == 0);

  CHECK_OK(celadon_irt_sum_score_table(model, 0, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == k + 1);
  celadon_table_destroy(table);
  {
    double p[11], sum = 0, expected = 0, mean = 0;
    int64_t count = 0, s;
    CHECK_OK(celadon_irt_sum_score_distribution(model, 0.3, p, 11, &count, &error), &error);
    for (s = 0; s < count; ++s) sum += p[s], mean += (double)s * p[s];
    CHECK_NEAR(sum, 1.0, 1e-13);
    CHECK_OK(celadon_irt_true_score(model, 0.3, &expected, NULL, &error), &error);
    CHECK_NEAR(mean, expected, 1e-12);
  }
  CHECK_OK(celadon_irt_test_curves(model, NULL, 0, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 61);
  celadon_table_destroy(table);
  {
    const double at[2] = {-1, 1};
    CHECK_OK(celadon_irt_category_curves(model, 0, at, 2, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == 4);
    celadon_table_destroy(table);
    CHECK(celadon_irt_category_curves(model, 10, at, 2, &table, &error) == CELADON_INVALID_ARGUMENT);
  }

  {
    celadon_irt_item_mean_squares_result* squares = NULL;
    celadon_irt_item_s_x2_result* chi = NULL;
    celadon_irt_local_dependence_result* q3 = NULL;
    celadon_irt_model_fit_result* m2 = NULL;
    celadon_irt_person_fit_result* persons = NULL;
    CHECK_OK(celadon_irt_item_mean_squares(model, data, NULL, NULL, &squares, &error), &error);
    CHECK_OK(celadon_irt_item_mean_squares_result_table(squares, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == k);
    celadon_table_destroy(table);
    celadon_irt_item_mean_squares_result_destroy(squares);
    CHECK_OK(celadon_irt_item_s_x2(model, data, NULL, &chi, &error), &error);
    CHECK_OK(celadon_irt_item_s_x2_result_table(chi, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == k);
    celadon_table_destroy(table);
    celadon_irt_item_s_x2_result_destroy(chi);
    CHECK_OK(celadon_irt_local_dependence(model, data, NULL, NULL, &q3, &error), &error);
    CHECK_OK(celadon_irt_local_dependence_result_table(q3, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == k * (k - 1) / 2);
    celadon_table_destroy(table);
    celadon_irt_local_dependence_result_destroy(q3);
    CHECK_OK(celadon_irt_model_fit(model, data, NULL, &m2, &error), &error);
    CHECK_OK(celadon_irt_model_fit_result_table(m2, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == 1);
    celadon_table_destroy(table);
    celadon_irt_model_fit_result_destroy(m2);
    CHECK_OK(celadon_irt_person_fit(model, data, NULL, NULL, &persons, &error), &error);
    CHECK_OK(celadon_irt_person_fit_result_table(persons, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == n);
    celadon_table_destroy(table);
    celadon_irt_person_fit_result_destroy(persons);
  }
  {
    celadon_irt_connectedness_result* design = NULL;
    celadon_irt_default_model_result* advice = NULL;
    celadon_responses* simulated = NULL;
    double abilities[50];
    CHECK_OK(celadon_irt_connectedness(data, NULL, &design, &error), &error);
    CHECK(celadon_irt_connectedness_result_connected(design) == 1 && celadon_irt_connectedness_result_linked(design) == 1);
    celadon_irt_connectedness_result_destroy(design);
    CHECK_OK(celadon_irt_default_model(data, &advice, &error), &error);
    CHECK(strcmp(celadon_irt_default_model_result_family(advice), "3pl") == 0);
    CHECK_OK(celadon_irt_default_model_result_table(advice, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == k);
    celadon_table_destroy(table);
    celadon_irt_default_model_result_destroy(advice);
    CHECK_OK(celadon_irt_simulate_abilities(model, 0, 50, 7, abilities, &error), &error);
    CHECK(celadon_irt_simulate_abilities(model, 1, 50, 7, abilities, &error) == CELADON_INVALID_ARGUMENT);
    CHECK_OK(celadon_irt_simulate(model, abilities, 50, 7, NULL, &simulated, &error), &error);
    CHECK(celadon_responses_n_persons(simulated) == 50 && celadon_responses_n_items(simulated) == k);
    celadon_responses_destroy(simulated);
  }
  populations(model, data);
  /* Cancelled from the start, and a fit of nothing. */
  {
    celadon_monitor* monitor = NULL;
    CHECK_OK(celadon_monitor_create(&monitor, &error), &error);
    celadon_monitor_cancel(monitor);
    execution.monitor = monitor;
    CHECK(celadon_irt_fit(data, NULL, &execution, &fit, &error) == CELADON_CANCELLED && fit == NULL);
    celadon_monitor_destroy(monitor);
  }
  CHECK(celadon_irt_fit(NULL, NULL, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);
  options.model = 10;
  CHECK(celadon_irt_fit(data, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);

  celadon_text_destroy(saved);
  celadon_irt_model_destroy(model);
  celadon_responses_destroy(data);
  return failures;
}
