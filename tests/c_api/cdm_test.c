/* Cognitive diagnosis through C: calibrate, then everything against sums over the classes that are made here. */
#include "pack.h"

#include <stddef.h>
#include <stdlib.h>

enum { N = 800, J = 8, A = 2, C = 4 };
static const char* const kItems[J] = {"1", "2", "3", "4", "5", "6", "7", "8"};
static const char* const kAttributes[A] = {"add", "carry"};
static const uint8_t kCells[J * A] = {1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1};
static int8_t cells[N * J];
static celadon_error error;

static double uniform(void) {
  static uint32_t state = 2026;
  state = state * 1664525u + 1013904223u;
  return (double)(state >> 8) / 16777216.0;
}

/* A third masters nothing, then add, carry, both; guess .15, slip .1. Person 3 answers nothing. */
static celadon_responses* answers(void) {
  int i, j;
  for (i = 0; i < N; ++i) {
    const double u = uniform();
    const unsigned has = u < 0.3 ? 0u : u < 0.5 ? 1u : u < 0.65 ? 2u : 3u;
    for (j = 0; j < J; ++j) {
      const unsigned needs = (unsigned)(kCells[j * A] + 2 * kCells[j * A + 1]);
      cells[i * J + j] = (int8_t)(uniform() < ((has & needs) == needs ? 0.9 : 0.15));
      if (i == 3) cells[i * J + j] = CELADON_MISSING_OMITTED;
    }
  }
  return pack(cells, N, J);
}

static celadon_cdm_q_matrix matrix(void) {
  celadon_cdm_q_matrix q;
  celadon_cdm_q_matrix_init(&q, sizeof q);
  q.n_items = J;
  q.n_attributes = A;
  q.item_ids = kItems;
  q.attributes = kAttributes;
  q.cells = kCells;
  return q;
}

/* Joint probabilities of a person's answers and each class under a model, over the items from ... to - 1; the sum. */
static double joint(const celadon_cdm_model* model, int person, int from, int to, double* out) {
  celadon_cdm_population population;
  double sum = 0;
  uint32_t c;
  int j;
  population.struct_size = sizeof population;
  CHECK_OK(celadon_cdm_model_population(model, 0, &population, &error), &error);
  for (c = 0; c < C; ++c) {
    out[c] = population.probability[c];
    for (j = from; j < to; ++j) {
      const double p = celadon_cdm_model_of_class(model, j, c);
      if (cells[person * J + j] >= 0) out[c] *= cells[person * J + j] == 1 ? p : 1 - p;
    }
    sum += out[c];
  }
  return sum;
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

static void check_q(void) {
  static const int32_t kFirst[2] = {0, 1};
  celadon_cdm_q_matrix q = matrix();
  celadon_cdm_check_q_matrix_result* check = NULL;
  celadon_cdm_check_q_matrix_values values;
  celadon_table* table = NULL;
  uint32_t classes[4];
  int32_t groups[4];
  int64_t n = 0;
  char profile[4];
  CHECK_OK(celadon_cdm_mastery_classes(2, kFirst, 1, NULL, 0, &n, &error), &error);
  CHECK(n == 3);
  CHECK(celadon_cdm_mastery_classes(2, kFirst, 1, classes, 2, &n, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_cdm_mastery_classes(2, kFirst, 1, classes, 3, &n, &error), &error);
  CHECK(classes[0] == 0 && classes[1] == 1 && classes[2] == 3);
  CHECK(celadon_cdm_mastery_classes(16, NULL, 0, NULL, 0, &n, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_cdm_mastery_classes(2, NULL, 1, NULL, 0, &n, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_cdm_check_q_matrix(&q, NULL, 0, &check, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_cdm_check_q_matrix_result_values(check, &values, &error), &error);
  CHECK(values.complete == 1 && values.general_identified == 1 && values.n_classes == 4 && values.n_groups == 4 && values.undecided == 0);
  CHECK_OK(celadon_cdm_check_q_matrix_result_groups(check, groups, 4, &error), &error);
  CHECK(groups[0] == 0 && groups[3] == 3);
  CHECK(celadon_cdm_check_q_matrix_result_groups(check, groups, 3, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_cdm_check_q_matrix_result_table(check, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == A && number_at(table, "n_items", 0) == 5 && number_at(table, "n_alone", 1) == 3);
  celadon_table_destroy(table);
  celadon_cdm_check_q_matrix_result_destroy(check);
  q.n_attributes = 16;
  CHECK(celadon_cdm_check_q_matrix(&q, NULL, 0, &check, &error) == CELADON_INVALID_ARGUMENT && check == NULL);
  CHECK(celadon_cdm_check_q_matrix(NULL, NULL, 0, &check, &error) == CELADON_INVALID_ARGUMENT && check == NULL);
  CHECK_OK(celadon_cdm_profile_text(5, 3, profile, 4, &error), &error);
  CHECK(strcmp(profile, "101") == 0 && celadon_cdm_profile_text(5, 3, profile, 3, &error) == CELADON_LENGTH_MISMATCH);
}

/* Likelihood, bounds, attributes and their tables. */
static void check_fit(const celadon_responses* data, const celadon_cdm_fit_result* fit, const celadon_cdm_model* model) {
  celadon_cdm_fit_values values;
  celadon_cdm_item_parameters item;
  celadon_table* table = NULL;
  double sum = 0, again = 0, form[4], prevalence[A], post[C];
  int64_t n_used = 0, n = 0;
  uint32_t classes[C];
  int i;
  values.struct_size = sizeof values;
  CHECK_OK(celadon_cdm_fit_result_values(fit, &values, &error), &error);
  CHECK(values.converged == 1 && values.n_used == N - 1 && values.n_parameters == 2 * J + C - 1 && values.undecided == 0);
  for (i = 0; i < N; ++i)
    if (i != 3) sum += log(joint(model, i, 0, J, post));
  CHECK_NEAR(values.log_likelihood, sum, 1e-7);
  CHECK_NEAR(values.aic, -2 * sum + 2 * values.n_parameters, 1e-6);
  CHECK(celadon_cdm_n_parameters(model) == values.n_parameters && celadon_cdm_n_parameters(NULL) == -1);
  CHECK_OK(celadon_cdm_log_likelihood(model, data, NULL, NULL, NULL, &again, &n_used, &error), &error);
  CHECK_NEAR(again, sum, 1e-7);
  CHECK(n_used == N - 1);
  CHECK(celadon_cdm_log_likelihood(NULL, data, NULL, NULL, NULL, &again, NULL, &error) == CELADON_INVALID_ARGUMENT);

  CHECK(celadon_cdm_model_n_items(model) == J && celadon_cdm_model_n_attributes(model) == A && celadon_cdm_model_n_classes(model) == C);
  CHECK(celadon_cdm_model_n_populations(model) == 1 && celadon_cdm_model_structure(model) == CELADON_CDM_SATURATED);
  CHECK(celadon_cdm_model_find(model, "7", -1) == 6 && celadon_cdm_model_find(model, "9", 1) == -1);
  CHECK(strcmp(celadon_cdm_model_attribute(model, 1), "carry") == 0 && celadon_cdm_model_attribute(model, 2) == NULL);
  CHECK_OK(celadon_cdm_model_classes(model, classes, C, &error), &error);
  CHECK(classes[0] == 0 && classes[3] == 3);
  item.struct_size = sizeof item;
  CHECK_OK(celadon_cdm_model_item(model, 6, &item, &error), &error);
  CHECK(item.rule == CELADON_CDM_DINA && item.n_attributes == 2 && item.n_groups == 4 && item.attributes[1] == 1);
  CHECK(item.probability[0] == item.probability[1] && item.probability[0] == item.probability[2]);
  CHECK_NEAR(item.probability[3], 0.9, 0.06); /* twice the error of .9 from some 280 persons is .036 */
  CHECK_NEAR(item.probability[0], 0.15, 0.06);
  CHECK_OK(celadon_cdm_model_item_form(model, 6, form, 4, &n, &error), &error);
  CHECK(n == 2 && form[0] == item.probability[0]);
  CHECK_NEAR(form[1], 1 - item.probability[3], 1e-15);
  CHECK(celadon_cdm_model_item(model, J, &item, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(isnan(celadon_cdm_model_of_class(model, -1, 0)) && celadon_cdm_model_of_class(model, 6, 3) == item.probability[3]);
  CHECK_OK(celadon_cdm_model_prevalence(model, 0, prevalence, A, &error), &error);
  CHECK_NEAR(prevalence[0], 0.55, 0.08);
  CHECK(celadon_cdm_model_prevalence(model, 1, prevalence, A, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_cdm_model_prevalence(model, 0, prevalence, 1, &error) == CELADON_LENGTH_MISMATCH);

  CHECK_OK(celadon_cdm_fit_result_item_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 6 * 2 + 2 * 4 && number_at(table, "se", 0) > 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_fit_result_parameter_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 2 * J && number_at(table, "number", 1) == 2);
  CHECK_NEAR(number_at(table, "estimate", 12), form[0], 0);
  CHECK(number_at(table, "se", 12) > 0 && number_at(table, "se", 12) < 0.05);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_fit_result_class_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == C);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_fit_result_attribute_table(fit, &table, &error), &error);
  CHECK_NEAR(number_at(table, "prevalence", 0), prevalence[0], 0);
  CHECK(isnan(number_at(table, "slope", 0)) && number_at(table, "se", 0) > 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_fit_result_start_table(fit, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == values.n_finals && number_at(table, "mastery_difference", 0) == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_fit_result_findings(fit, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) >= 1); /* a person without answers */
  celadon_table_destroy(table);
}

/* Weights, groups, priors, threads, cancellation, cut structs, what is refused. */
static void check_options(const celadon_responses* data, double log_likelihood) {
  celadon_cdm_q_matrix q = matrix();
  celadon_cdm_fit_options options;
  celadon_cdm_fit_values values;
  celadon_cdm_fit_result* fit = NULL;
  celadon_cdm_model* model = NULL;
  celadon_execution execution;
  celadon_monitor* monitor = NULL;
  static const char* const kSeven[1] = {"7"};
  static const int32_t kAcdm[1] = {CELADON_CDM_ACDM};
  celadon_cdm_item_parameters item;
  double weights[N];
  int32_t groups[N];
  int i;
  values.struct_size = sizeof values;
  for (i = 0; i < N; ++i) {
    weights[i] = 2;
    groups[i] = i % 2;
  }
  celadon_cdm_fit_options_init(&options, sizeof options);
  CHECK(options.rule == CELADON_CDM_GDINA && options.errors == CELADON_CDM_INFORMATION && options.lowest_a == 1 &&
        options.seed == 20260901);
  options.rule = CELADON_CDM_DINA;
  options.errors = CELADON_CDM_NO_ERRORS;
  options.weights = weights;
  options.n_weights = N;
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 2;
  CHECK_OK(celadon_cdm_fit(data, &q, &options, &execution, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_values(fit, &values, &error), &error);
  CHECK_NEAR(values.log_likelihood, 2 * log_likelihood, 1e-4);
  CHECK_NEAR(values.total_weight, 2.0 * (N - 1), 1e-9);
  celadon_cdm_fit_result_destroy(fit);
  options.n_weights = N - 1;
  CHECK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error) == CELADON_LENGTH_MISMATCH && fit == NULL);
  options.weights = NULL;
  options.n_weights = 0;
  options.groups = groups;
  options.n_groups = N;
  options.rule_items = kSeven;
  options.rules = kAcdm;
  options.n_rules = 1;
  CHECK_OK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_values(fit, &values, &error), &error);
  CHECK(values.n_populations == 2 && values.n_parameters == 2 * J + 1 + 2 * (C - 1));
  CHECK_OK(celadon_cdm_fit_result_model(fit, &model, &error), &error);
  item.struct_size = sizeof item;
  CHECK_OK(celadon_cdm_model_item(model, 6, &item, &error), &error);
  CHECK(item.rule == CELADON_CDM_ACDM);
  CHECK_NEAR(item.probability[3] + item.probability[0], item.probability[1] + item.probability[2], 1e-12);
  celadon_cdm_model_destroy(model);
  celadon_cdm_fit_result_destroy(fit);

  /* An older program's struct ends after the rule: the rest are defaults. */
  celadon_cdm_fit_options_init(&options, sizeof options);
  options.struct_size = offsetof(celadon_cdm_fit_options, rule_items);
  options.rule = CELADON_CDM_DINA;
  options.n_starts = -5;
  CHECK_OK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_values(fit, &values, &error), &error);
  CHECK(values.log_likelihood == log_likelihood);
  celadon_cdm_fit_result_destroy(fit);
  options.struct_size = 0;
  CHECK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);
  options.struct_size = 13;
  CHECK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);

  celadon_cdm_fit_options_init(&options, sizeof options);
  CHECK_OK(celadon_cdm_small_sample_priors(&options, &error), &error);
  CHECK(options.lowest_a == 2 && options.lowest_b == 8 && options.highest_a == 8 && options.structure_sd == 1.5);
  CHECK(celadon_cdm_small_sample_priors(NULL, &error) == CELADON_INVALID_ARGUMENT);
  options.rule = 6;
  CHECK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT);
  options.rule = CELADON_CDM_DINA;
  CHECK(celadon_cdm_fit(NULL, &q, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT && fit == NULL);
  CHECK(celadon_cdm_fit(data, NULL, &options, NULL, &fit, &error) == CELADON_INVALID_ARGUMENT && fit == NULL);
  CHECK(celadon_cdm_fit(data, &q, &options, NULL, NULL, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_monitor_create(&monitor, &error), &error);
  celadon_monitor_cancel(monitor);
  execution.monitor = monitor;
  CHECK(celadon_cdm_fit(data, &q, &options, &execution, &fit, &error) == CELADON_CANCELLED && fit == NULL);
  celadon_monitor_destroy(monitor);
  CHECK(strcmp(celadon_cdm_rule_name(CELADON_CDM_RRUM), "rrum") == 0 && celadon_cdm_rule_name(6) == NULL);
  CHECK(celadon_cdm_rule_from_name("llm", 3) == CELADON_CDM_LLM && celadon_cdm_rule_from_name("x", -1) == -1);
  CHECK(strcmp(celadon_cdm_structure_name(CELADON_CDM_INDEPENDENT), "independent") == 0 && celadon_cdm_structure_name(-1) == NULL);
  CHECK(celadon_cdm_structure_from_name("higher_order", -1) == CELADON_CDM_HIGHER_ORDER);
}

static void check_saved(const celadon_cdm_model* model) {
  celadon_text *saved = NULL, *again = NULL;
  celadon_cdm_model* loaded = NULL;
  int32_t groups[C], separate[C];
  uint32_t undecided = 9, same[A];
  int64_t n_groups = 0;
  static const uint8_t kOnlyBoth[J] = {0, 0, 0, 0, 0, 0, 1, 1};
  CHECK_OK(celadon_cdm_check(model, &error), &error);
  CHECK_OK(celadon_cdm_save(model, &saved, &error), &error);
  CHECK_OK(celadon_cdm_load(celadon_text_data(saved), celadon_text_size(saved), &loaded, &error), &error);
  CHECK_OK(celadon_cdm_save(loaded, &again, &error), &error);
  CHECK(strcmp(celadon_text_data(saved), celadon_text_data(again)) == 0);
  CHECK(celadon_cdm_model_of_class(loaded, 7, 3) == celadon_cdm_model_of_class(model, 7, 3));
  celadon_text_destroy(saved);
  celadon_text_destroy(again);
  celadon_cdm_model_destroy(loaded);
  CHECK(celadon_cdm_load("{", -1, &loaded, &error) != CELADON_OK && loaded == NULL && strcmp(error.code_name, "json_syntax") == 0);
  CHECK(celadon_cdm_load(NULL, 0, &loaded, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_cdm_latent_groups(model, groups, C, &n_groups, &undecided, &error), &error);
  CHECK(n_groups == 4 && undecided == 0 && groups[2] == 2);
  CHECK(celadon_cdm_latent_groups(model, groups, C - 1, NULL, NULL, &error) == CELADON_LENGTH_MISMATCH);
  /* DINA items that need both tell nothing but 'both' from the rest. */
  CHECK_OK(celadon_cdm_evidence_of(model, kOnlyBoth, J, separate, C, same, A, &error), &error);
  CHECK(separate[0] == 0 && separate[1] == 0 && separate[2] == 0 && separate[3] == 1 && same[0] == 2 && same[1] == 1);
  CHECK(celadon_cdm_evidence_of(model, kOnlyBoth, J - 1, separate, C, same, A, &error) == CELADON_LENGTH_MISMATCH);
}

/* Posteriors by hand; two tests in turn; decisions; quality. */
static void check_scores(const celadon_responses* data, const celadon_cdm_model* model) {
  celadon_cdm_score_options options;
  celadon_cdm_score_result *scores = NULL, *first = NULL, *then = NULL;
  celadon_cdm_mastery_state *state = NULL, *loaded = NULL;
  celadon_cdm_decide_result* decisions = NULL;
  celadon_cdm_decision_options rules;
  celadon_cdm_classification_quality_result* quality = NULL;
  celadon_cdm_quality_values q;
  celadon_responses *front = NULL, *back = NULL;
  celadon_text* saved = NULL;
  celadon_table* table = NULL;
  static const int64_t kFront[3] = {0, 1, 2}, kBack[5] = {3, 4, 5, 6, 7};
  static double mastery[N * A], low[N * A], high[N * A], in_turn[N * A], map_p[N], post[N * C];
  static uint32_t map[N], mle[N];
  static int32_t status[N], items[N * A];
  static uint8_t decided[N * A], reasons[N * A];
  double prior = 0, accurate = 0, wrong = 0, n_decided = 0, p[C];
  int i, k, c;
  celadon_cdm_score_options_init(&options, sizeof options);
  options.keep_state = 1;
  CHECK_OK(celadon_cdm_score(model, data, &options, NULL, &scores, &error), &error);
  CHECK(celadon_cdm_score_result_n_persons(scores) == N && celadon_cdm_score_result_n_attributes(scores) == A);
  CHECK_OK(celadon_cdm_score_result_mastery(scores, mastery, low, high, items, N * A, &error), &error);
  CHECK(celadon_cdm_score_result_mastery(scores, mastery, NULL, NULL, NULL, N * A - 1, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_cdm_score_result_profiles(scores, map, map_p, mle, NULL, status, N, &error), &error);
  for (i = 0; i < N; ++i) {
    const double sum = joint(model, i, 0, J, p);
    int best = 0;
    for (c = 0; c < C; ++c) best = p[c] > p[best] ? c : best;
    for (k = 0; k < A; ++k) CHECK_NEAR(mastery[i * A + k], (p[3] + p[k + 1]) / sum, 1e-10);
    CHECK(map[i] == (uint32_t)best);
    CHECK_NEAR(map_p[i], p[best] / sum, 1e-10);
    accurate += p[best] / sum;
  }
  CHECK(status[0] == CELADON_CDM_SCORED && status[3] == CELADON_CDM_NO_ANSWERS && mle[3] == UINT32_MAX && items[0] == 5 &&
        items[3 * A] == 0);
  CHECK_OK(celadon_cdm_model_prevalence(model, 0, p, A, &error), &error);
  prior = p[0];
  CHECK_NEAR(mastery[3 * A], prior, 1e-12);
  CHECK_NEAR(low[0], mastery[0], 1e-12); /* all classes are told apart */
  CHECK_NEAR(high[0], mastery[0], 1e-12);
  for (i = 0; i < N * A; ++i) CHECK(low[i] <= mastery[i] && mastery[i] <= high[i]);
  CHECK_OK(celadon_cdm_score_result_mastery_table(scores, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == N * A);
  CHECK_NEAR(number_at(table, "mastery", 9), mastery[9], 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_score_result_profile_table(scores, &table, &error), &error);
  CHECK(strlen(celadon_table_text(table, celadon_table_find(table, "map", -1), 0, NULL)) == A);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_score_result_findings(scores, CELADON_CHINESE, &table, &error), &error);
  celadon_table_destroy(table);

  /* Three items, saved and loaded, then the other five: as all at once. */
  CHECK_OK(celadon_responses_select(data, NULL, 0, kFront, 3, &front, &error), &error);
  CHECK_OK(celadon_responses_select(data, NULL, 0, kBack, 5, &back, &error), &error);
  CHECK_OK(celadon_cdm_score(model, front, &options, NULL, &first, &error), &error);
  CHECK_OK(celadon_cdm_score_result_state(first, &state, &error), &error);
  CHECK(celadon_cdm_mastery_state_n_persons(state) == N && celadon_cdm_mastery_state_n_classes(state) == C);
  CHECK_OK(celadon_cdm_mastery_state_probabilities(state, post, N * C, &error), &error);
  CHECK_NEAR(post[0] + post[1] + post[2] + post[3], 1, 1e-12);
  {
    const double sum = joint(model, 5, 0, 3, p);
    CHECK_NEAR(post[5 * C], p[0] / sum, 1e-10);
  }
  CHECK(celadon_cdm_mastery_state_probabilities(state, post, N * C - 1, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_cdm_save_state(state, &saved, &error), &error);
  CHECK_OK(celadon_cdm_load_state(celadon_text_data(saved), celadon_text_size(saved), &loaded, &error), &error);
  options.start = loaded;
  options.keep_state = 0;
  CHECK_OK(celadon_cdm_score(model, back, &options, NULL, &then, &error), &error);
  CHECK_OK(celadon_cdm_score_result_mastery(then, in_turn, NULL, NULL, items, N * A, &error), &error);
  for (i = 0; i < N * A; ++i) CHECK_NEAR(in_turn[i], mastery[i], 1e-12);
  CHECK(items[0] == 5);
  celadon_cdm_mastery_state_destroy(state);
  CHECK(celadon_cdm_score_result_state(then, &state, &error) == CELADON_INVALID_ARGUMENT && state == NULL);

  /* Decisions by the thresholds. */
  celadon_cdm_decision_options_init(&rules, sizeof rules);
  CHECK(rules.mastered == 0.80 && rules.not_mastered == 0.20 && rules.min_items == 3);
  CHECK_OK(celadon_cdm_decide(scores, &rules, NULL, &decisions, &error), &error);
  CHECK_OK(celadon_cdm_decide_result_values(decisions, decided, reasons, NULL, N * A, &error), &error);
  CHECK(celadon_cdm_decide_result_values(decisions, decided, reasons, NULL, N, &error) == CELADON_LENGTH_MISMATCH);
  for (i = 0; i < N; ++i)
    for (k = 0; k < A; ++k) {
      const double m = mastery[i * A + k];
      if (i == 3) {
        CHECK(decided[i * A + k] == CELADON_CDM_NOT_ENOUGH_EVIDENCE && (reasons[i * A + k] & CELADON_CDM_REASON_NO_ANSWERS) != 0);
        continue;
      }
      CHECK(decided[i * A + k] == (m >= 0.8   ? CELADON_CDM_MASTERED
                                   : m <= 0.2 ? CELADON_CDM_NOT_MASTERED
                                              : CELADON_CDM_NOT_ENOUGH_EVIDENCE));
      CHECK((reasons[i * A + k] != 0) == (decided[i * A + k] == CELADON_CDM_NOT_ENOUGH_EVIDENCE));
      if (decided[i * A + k] != CELADON_CDM_NOT_ENOUGH_EVIDENCE) {
        ++n_decided;
        wrong += decided[i * A + k] == CELADON_CDM_MASTERED ? 1 - m : m;
      }
    }
  CHECK_OK(celadon_cdm_decide_result_table(decisions, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == N * A);
  celadon_table_destroy(table);
  rules.mastered = 0.1;
  {
    celadon_cdm_decide_result* none = NULL;
    CHECK(celadon_cdm_decide(scores, &rules, NULL, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
    CHECK(celadon_cdm_decide(NULL, NULL, NULL, &none, &error) == CELADON_INVALID_ARGUMENT);
    /* Scores of three items as the second opinion: another prior, so that fewer are definite. */
    CHECK_OK(celadon_cdm_decide(scores, NULL, first, &none, &error), &error);
    CHECK_OK(celadon_cdm_decide_result_values(none, decided, reasons, NULL, N * A, &error), &error);
    for (i = 0, c = 0; i < N * A; ++i) c += (reasons[i] & CELADON_CDM_REASON_PRIORS_DISAGREE) != 0;
    CHECK(c > 0);
    celadon_cdm_decide_result_destroy(none);
  }

  CHECK_OK(celadon_cdm_classification_quality(scores, decisions, &quality, &error), &error);
  q.struct_size = sizeof q;
  CHECK_OK(celadon_cdm_classification_quality_result_values(quality, &q, &error), &error);
  CHECK(q.n_used == N - 1 && q.n_attributes == A && q.pattern_consistency < q.pattern_accuracy);
  CHECK_NEAR(q.decided_wrong, wrong / n_decided, 1e-9);
  CHECK_NEAR(q.decided, n_decided / (double)(A * (N - 1)), 1e-9);
  accurate -= map_p[3];
  CHECK_NEAR(q.pattern_accuracy, accurate / (N - 1), 1e-9); /* sum of the posteriors of the profiles given */
  CHECK_OK(celadon_cdm_classification_quality_result_table(quality, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == A && number_at(table, "accuracy", 0) > 0.8);
  celadon_table_destroy(table);
  CHECK_OK(celadon_cdm_classification_quality_result_class_table(quality, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == C);
  celadon_table_destroy(table);
  celadon_cdm_classification_quality_result_destroy(quality);
  CHECK(celadon_cdm_classification_quality(then, NULL, &quality, &error) == CELADON_INVALID_ARGUMENT && quality == NULL);

  celadon_cdm_decide_result_destroy(decisions);
  celadon_text_destroy(saved);
  celadon_cdm_mastery_state_destroy(loaded);
  celadon_cdm_score_result_destroy(scores);
  celadon_cdm_score_result_destroy(first);
  celadon_cdm_score_result_destroy(then);
  celadon_responses_destroy(front);
  celadon_responses_destroy(back);
}

int main(void) {
  celadon_responses* data;
  celadon_cdm_q_matrix q = matrix();
  celadon_cdm_fit_options options;
  celadon_cdm_fit_result* fit = NULL;
  celadon_cdm_fit_values values;
  celadon_cdm_model* model = NULL;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  data = answers();
  check_q();
  celadon_cdm_fit_options_init(&options, sizeof options);
  options.rule = CELADON_CDM_DINA;
  CHECK_OK(celadon_cdm_fit(data, &q, &options, NULL, &fit, &error), &error);
  CHECK_OK(celadon_cdm_fit_result_model(fit, &model, &error), &error);
  check_fit(data, fit, model);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_cdm_fit_result_values(fit, &values, &error), &error);
  check_options(data, values.log_likelihood);
  check_saved(model);
  check_scores(data, model);
  celadon_cdm_model_destroy(model);
  celadon_cdm_fit_result_destroy(fit);
  celadon_cdm_fit_result_destroy(NULL);
  celadon_responses_destroy(data);
  return failures;
}
