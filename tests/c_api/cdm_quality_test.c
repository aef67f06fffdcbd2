/* Fit of model and persons, choice of rules and work on the Q-matrix through C; answers are simulated through C as well. */
#include "pack.h"

#include <stdlib.h>

enum { N = 2000, J = 9, A = 3 };
static const char* const kItems[J] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char* const kAttributes[A] = {"a", "b", "c"};
static const uint8_t kCells[J * A] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1};
static celadon_error error;

/* A DINA bank calibrated on answers with guess and slip of .1 and even classes. */
static celadon_cdm_model* bank(void) {
  static int8_t cells[N * J];
  celadon_cdm_q_matrix q;
  celadon_cdm_fit_options options;
  celadon_cdm_fit_result* fit = NULL;
  celadon_cdm_model* model = NULL;
  celadon_responses* data;
  uint32_t state = 7;
  int i, j, k;
  for (i = 0; i < N; ++i)
    for (j = 0; j < J; ++j) {
      int all = 1;
      for (k = 0; k < A; ++k) all &= !kCells[j * A + k] || ((i >> k) & 1);
      state = state * 1664525u + 1013904223u;
      cells[i * J + j] = (int8_t)((double)(state >> 8) / 16777216.0 < (all ? 0.9 : 0.1));
    }
  data = pack(cells, N, J);
  celadon_cdm_q_matrix_init(&q, sizeof q);
  q.n_items = J;
  q.n_attributes = A;
  q.item_ids = kItems;
  q.attributes = kAttributes;
  q.cells = kCells;
  celadon_cdm_fit_options_init(&options, sizeof options);
  options.rule = CELADON_CDM_DINA;
  options.errors = CELADON_CDM_NO_ERRORS;
  CHECK_OK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_model(fit, &model, &error), &error);
  celadon_cdm_fit_result_destroy(fit);
  celadon_responses_destroy(data);
  return model;
}

static double number_at(celadon_table* table, const char* column, int64_t row) {
  const int64_t n = celadon_table_n_rows(table);
  double* values = (double*)malloc(sizeof(double) * (size_t)(n + 1));
  double out;
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, n, 1, &error), &error);
  out = row < n ? values[row] : NAN;
  free(values);
  return out;
}

static void check_small(void) {
  static const double kP[4] = {0.04, 0.01, 0.03, 0.5};
  celadon_cdm_relative_fit_values fit;
  double out[4];
  CHECK_OK(celadon_cdm_holm(kP, 4, out, &error), &error);
  /* Holm (1979): .01 x 4, .03 x 3, then .04 x 2 = .08 raised to .09, .5 x 1. */
  CHECK_NEAR(out[1], 0.04, 1e-15);
  CHECK_NEAR(out[2], 0.09, 1e-15);
  CHECK_NEAR(out[0], 0.09, 1e-15);
  CHECK_NEAR(out[3], 0.5, 1e-15);
  CHECK(celadon_cdm_holm(NULL, 4, out, &error) == CELADON_INVALID_ARGUMENT &&
        celadon_cdm_holm(kP, -1, out, &error) == CELADON_INVALID_ARGUMENT);
  fit.struct_size = sizeof fit;
  CHECK_OK(celadon_cdm_relative_fit(-1000, 12, 500, &fit, &error), &error);
  CHECK_NEAR(fit.aic, 2024, 1e-9);
  CHECK_NEAR(fit.bic, 2000 + 12 * log(500), 1e-9);
  CHECK_NEAR(fit.caic, 2000 + 12 * (log(500) + 1), 1e-9);
  CHECK_NEAR(fit.sabic, 2000 + 12 * log(502.0 / 24), 1e-9);
  CHECK(celadon_cdm_relative_fit(-1000, 12, 500, NULL, &error) == CELADON_INVALID_ARGUMENT);
}

static void check_simulated(const celadon_cdm_model* model, const celadon_responses* data, const uint32_t* profiles) {
  int64_t j;
  /* Shares of right answers among those who have what the item needs, against the model's chance: four errors. */
  for (j = 0; j < J; ++j) {
    uint32_t needs = 0;
    double n = 0, right = 0, p;
    int i, k;
    for (k = 0; k < A; ++k) needs |= (uint32_t)kCells[j * A + k] << k;
    for (i = 0; i < N; ++i)
      if ((profiles[i] & needs) == needs) {
        ++n;
        right += celadon_responses_at(data, i, j);
      }
    p = celadon_cdm_model_of_class(model, j, needs);
    CHECK_NEAR(right / n, p, 4 * sqrt(p * (1 - p) / n));
  }
}

static void check_fit(const celadon_cdm_model* model, const celadon_responses* data) {
  celadon_cdm_absolute_fit_result* fit = NULL;
  celadon_cdm_fit_statistics_options options;
  celadon_cdm_person_fit_result* persons = NULL;
  celadon_cdm_person_fit_options person_options;
  celadon_table* table = NULL;
  static double lz[N], p[N];
  double mean = 0;
  int i;
  CHECK_OK(celadon_cdm_absolute_fit(model, data, NULL, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_absolute_fit_result_table(fit, &table, &error), &error);
  /* 9 items and 36 pairs, 18 + 7 parameters; the answers come from the model. */
  CHECK(celadon_table_n_rows(table) == 1 && number_at(table, "df", 0) == 45 - 25 && number_at(table, "n_used", 0) == N);
  CHECK(number_at(table, "m2", 0) > 0 && number_at(table, "p", 0) > 0.0001 && number_at(table, "srmsr", 0) < 0.05);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_absolute_fit_result_pair_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 36);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_absolute_fit_result_findings(fit, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_cdm_absolute_fit_result_destroy(fit);
  celadon_cdm_fit_statistics_options_init(&options, sizeof options);
  CHECK(options.max_moments == 4000);
  options.max_moments = 10;
  CHECK_OK(celadon_cdm_absolute_fit(model, data, &options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_absolute_fit_result_table(fit, &table, &error), &error);
  CHECK(isnan(number_at(table, "m2", 0)));
  celadon_table_destroy(table);
  celadon_cdm_absolute_fit_result_destroy(fit);
  options.omitted = 7;
  CHECK(celadon_cdm_absolute_fit(model, data, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT && fit == NULL);
  CHECK(celadon_cdm_absolute_fit(NULL, data, NULL, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);

  celadon_cdm_person_fit_options_init(&person_options, sizeof person_options);
  CHECK(person_options.n_simulated == 20000);
  CHECK_OK(celadon_cdm_person_fit(model, data, &person_options, NULL, &persons, &error), &error);
  CHECK_OK(celadon_cdm_person_fit_result_values(persons, lz, p, N, &error), &error);
  CHECK(celadon_cdm_person_fit_result_values(persons, lz, p, N - 1, &error) == CELADON_LENGTH_MISMATCH);
  for (i = 0; i < N; ++i) {
    CHECK(p[i] > 0 && p[i] <= 1);
    mean += p[i] / N;
  }
  /* Shares of an order are even, and above a half where persons are alike. */
  CHECK(mean > 0.45 && mean < 0.75);
  CHECK_OK(celadon_cdm_person_fit_result_table(persons, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == N);
  CHECK_NEAR(number_at(table, "lz", 5), lz[5], 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_person_fit_result_findings(persons, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_cdm_person_fit_result_destroy(persons);
  person_options.n_simulated = -1;
  CHECK(celadon_cdm_person_fit(model, data, &person_options, NULL, &persons, &error) == CELADON_INVALID_ARGUMENT && persons == NULL);
}

/* Item 2 is said to need a as well, item 9 to need a only: both are found. */
static void check_q(const celadon_responses* data) {
  uint8_t wrong[J * A], suggested[J * A];
  celadon_cdm_q_matrix q;
  celadon_cdm_fit_options fit_options;
  celadon_cdm_q_validation_options options;
  celadon_cdm_q_validation_result* found = NULL;
  celadon_cdm_q_validation_values values;
  celadon_cdm_fit_result* fit = NULL;
  celadon_cdm_model* model = NULL;
  celadon_cdm_select_rules_result* rules = NULL;
  celadon_cdm_selection_options selection;
  celadon_table* table = NULL;
  int64_t row;
  int dina = 0;
  memcpy(wrong, kCells, sizeof wrong);
  wrong[1 * A] = 1;
  wrong[8 * A + 2] = 0;
  celadon_cdm_q_matrix_init(&q, sizeof q);
  q.n_items = J;
  q.n_attributes = A;
  q.item_ids = kItems;
  q.attributes = kAttributes;
  q.cells = wrong;
  celadon_cdm_fit_options_init(&fit_options, sizeof fit_options);
  celadon_cdm_q_validation_options_init(&options, sizeof options);
  CHECK(options.method == CELADON_CDM_Q_WALD && options.pvaf_cut == 0.95 && options.max_rounds == 10);
  CHECK_OK(celadon_cdm_validate_q(data, &q, &fit_options, &options, NULL, &found, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_cdm_q_validation_result_values(found, &values, &error), &error);
  CHECK(values.n_suggestions == 2 && values.settled == 1 && values.rounds >= 2 && values.n_used == N && values.n_items == J);
  CHECK_OK(celadon_cdm_q_validation_result_suggested(found, suggested, J * A, &error), &error);
  CHECK(memcmp(suggested, kCells, sizeof suggested) == 0);
  CHECK(celadon_cdm_q_validation_result_suggested(found, suggested, J * A - 1, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_cdm_q_validation_result_table(found, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 2);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "change", -1), 0, NULL), "leaves") == 0);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "to", -1), 1, NULL), "101") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_q_validation_result_pvaf_table(found, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == J * 7);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_q_validation_result_findings(found, CELADON_CHINESE, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_cdm_q_validation_result_destroy(found);
  options.method = 2;
  CHECK(celadon_cdm_validate_q(data, &q, NULL, &options, NULL, &found, &error) == CELADON_INVALID_ARGUMENT && found == NULL);

  /* The right matrix under G-DINA: nothing to change, and DINA for the items of two attributes. */
  q.cells = kCells;
  fit_options.errors = CELADON_CDM_NO_ERRORS;
  CHECK_OK(celadon_cdm_fit(data, &q, &fit_options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_model(fit, &model, &error), &error);
  CHECK_OK(celadon_cdm_look_at_q(model, data, NULL, NULL, &found, &error), &error);
  CHECK_OK(celadon_cdm_q_validation_result_values(found, &values, &error), &error);
  CHECK(values.n_suggestions == 0 && values.rounds == 1);
  celadon_cdm_q_validation_result_destroy(found);
  celadon_cdm_selection_options_init(&selection, sizeof selection);
  CHECK(selection.alpha == 0.05 && selection.test == CELADON_CDM_WALD);
  CHECK_OK(celadon_cdm_select_rules(model, data, &selection, NULL, &rules, &error), &error);
  CHECK_OK(celadon_cdm_select_rules_result_table(rules, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 3 * 5);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_select_rules_result_selected(rules, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == J);
  for (row = 6; row < J; ++row) dina += strcmp(celadon_table_text(table, celadon_table_find(table, "rule", -1), row, NULL), "dina") == 0;
  CHECK(dina == 3);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_select_rules_result_findings(rules, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_cdm_select_rules_result_destroy(rules);
  selection.alpha = 2;
  CHECK(celadon_cdm_select_rules(model, data, &selection, NULL, &rules, &error) == CELADON_INVALID_ARGUMENT && rules == NULL);
  celadon_cdm_model_destroy(model);
  celadon_cdm_fit_result_destroy(fit);
}

int main(void) {
  celadon_cdm_model* model;
  celadon_responses *data = NULL, *again = NULL;
  celadon_execution execution;
  static uint32_t profiles[N];
  int i;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  check_small();
  model = bank();
  CHECK_OK(celadon_cdm_simulate_profiles(model, 0, N, 11, profiles, &error), &error);
  CHECK(celadon_cdm_simulate_profiles(model, 1, N, 11, profiles, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_cdm_simulate_profiles(model, 0, -1, 11, profiles, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_cdm_simulate(model, profiles, N, 12, NULL, &data, &error), &error);
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 2;
  CHECK_OK(celadon_cdm_simulate(model, profiles, N, 12, &execution, &again, &error), &error);
  for (i = 0; i < N; ++i) CHECK(celadon_responses_at(data, i, i % J) == celadon_responses_at(again, i, i % J));
  check_simulated(model, data, profiles);
  check_fit(model, data);
  check_q(data);
  profiles[0] = 8;
  celadon_responses_destroy(again);
  CHECK(celadon_cdm_simulate(model, profiles, N, 12, NULL, &again, &error) == CELADON_INVALID_ARGUMENT && again == NULL);
  celadon_responses_destroy(data);
  celadon_cdm_model_destroy(model);
  return failures;
}
