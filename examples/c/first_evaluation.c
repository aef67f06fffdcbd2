/* From answers to one pupil's page, in C11: reliability, a 2PL calibration, abilities, then the evaluation of a paper and its report.
   The answers are simulated and the page says so. */
#include <celadon/celadon.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_PUPILS = 600, N_ITEMS = 20 };

static celadon_error error;

/* Ends the program when a call failed: the sentence says what is wrong and what to do. */
static void check(celadon_status status) {
  if (status == CELADON_OK) return;
  fprintf(stderr, "%s: %s. %s.\n", error.code_name, error.cause, error.fix);
  exit(1);
}

/* Right or wrong by chance, more often right for able pupils and easy items. */
static void simulate(int8_t* answers) {
  uint32_t state = 2026;
  int i, j;
  for (i = 0; i < N_PUPILS; ++i) {
    uint32_t able;
    state = state * 1664525u + 1013904223u;
    able = (state >> 16) % 400u;
    state = state * 1664525u + 1013904223u;
    able += (state >> 16) % 400u;
    for (j = 0; j < N_ITEMS; ++j) {
      state = state * 1664525u + 1013904223u;
      answers[i * N_ITEMS + j] = (state >> 16) % 1000u < able + 250u - 20u * (uint32_t)j ? 1 : 0;
    }
  }
}

static celadon_responses* pack(const int8_t* answers, const char* const* item_ids) {
  celadon_responses_view view;
  celadon_responses* out;
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = answers;
  view.n_persons = N_PUPILS;
  view.n_items = N_ITEMS;
  view.person_stride = N_ITEMS;
  view.item_ids = item_ids;
  check(celadon_responses_from_dense(&view, NULL, &out, &error));
  return out;
}

static void classical(const celadon_responses* responses) {
  celadon_ctt_reliability_result* result;
  celadon_ctt_reliability_values values;
  check(celadon_ctt_reliability(responses, NULL, NULL, NULL, NULL, &result, &error));
  values.struct_size = sizeof values;
  check(celadon_ctt_reliability_result_values(result, &values, &error));
  printf("alpha %.3f (%.3f to %.3f), standard error of measurement %.2f points\n", values.alpha, values.alpha_lower, values.alpha_upper,
         values.sem);
  celadon_ctt_reliability_result_destroy(result);
}

static void calibrate_and_score(const celadon_responses* responses) {
  celadon_irt_fit_result* fit;
  celadon_irt_fit_values values;
  celadon_irt_model* model;
  celadon_irt_score_result* scores;
  double ability[N_PUPILS], ability_se[N_PUPILS];
  check(celadon_irt_fit(responses, NULL, NULL, &fit, &error)); /* 2PL by default */
  values.struct_size = sizeof values;
  check(celadon_irt_fit_result_values(fit, &values, &error));
  printf("2PL %s after %d steps, log-likelihood %.2f\n", values.converged ? "converged" : "did not converge", (int)values.iterations,
         values.log_likelihood);
  check(celadon_irt_fit_result_model(fit, &model, &error));
  celadon_irt_fit_result_destroy(fit);
  check(celadon_irt_score(model, responses, NULL, NULL, &scores, &error)); /* EAP by default */
  check(celadon_irt_score_result_values(scores, ability, ability_se, NULL, N_PUPILS, &error));
  printf("first pupil: ability %.2f with error %.2f\n", ability[0], ability_se[0]);
  celadon_irt_score_result_destroy(scores);
  celadon_irt_model_destroy(model);
}

/* A data set of three tables: the paper, its items, and a row of answers a pupil. */
static celadon_dataset* dataset(const int8_t* answers, const char* const* item_ids, const char* const* pupil_ids) {
  static const char* const paper_id[1] = {"demo"};
  static const char* const paper_name[1] = {"示例测试"};
  static const uint8_t simulated[1] = {1};
  const char* knowledge[N_ITEMS];
  double marks[N_PUPILS];
  celadon_dataset* data;
  celadon_table* table;
  int i, j;
  check(celadon_dataset_create(&data, &error));

  check(celadon_table_create("papers", &table, &error));
  check(celadon_table_add_texts(table, "id", paper_id, 1, &error));
  check(celadon_table_add_texts(table, "name", paper_name, 1, &error));
  check(celadon_table_add_booleans(table, "simulated", simulated, NULL, 1, &error));
  check(celadon_dataset_add_table(data, "papers", table, &error));
  celadon_table_destroy(table);

  for (j = 0; j < N_ITEMS; ++j) knowledge[j] = j % 2 == 0 ? "分数" : "面积";
  check(celadon_table_create("items", &table, &error));
  check(celadon_table_add_texts(table, "id", item_ids, N_ITEMS, &error));
  check(celadon_table_add_texts(table, "knowledge", knowledge, N_ITEMS, &error));
  check(celadon_dataset_add_table(data, "items", table, &error));
  celadon_table_destroy(table);

  check(celadon_table_create("responses", &table, &error));
  check(celadon_table_add_texts(table, "student", pupil_ids, N_PUPILS, &error));
  for (j = 0; j < N_ITEMS; ++j) {
    for (i = 0; i < N_PUPILS; ++i) marks[i] = answers[i * N_ITEMS + j];
    check(celadon_table_add_numbers(table, item_ids[j], marks, N_PUPILS, 1, &error));
  }
  check(celadon_dataset_add_table(data, "responses", table, &error));
  celadon_table_destroy(table);
  return data;
}

static void evaluate(const celadon_dataset* data) {
  celadon_evaluation* evaluation;
  celadon_evaluation_paper_values paper;
  celadon_table* statements;
  celadon_report* report;
  celadon_text* html;
  FILE* file;
  int64_t row;
  check(celadon_evaluate(data, NULL, NULL, NULL, &evaluation, &error)); /* the shipped example profile */
  paper.struct_size = sizeof paper;
  check(celadon_evaluation_paper(evaluation, 0, &paper, &error));
  printf("paper %s: %d of %d pupils counted, full mark %.0f\n", paper.id, (int)paper.n_counted, (int)paper.n_persons, paper.full_mark);

  /* What is said about the first pupil; each sentence can be explained by its id. */
  check(celadon_evaluation_pupil_statements(evaluation, 0, 0, CELADON_CHINESE, NULL, &statements, &error));
  for (row = 0; row < celadon_table_n_rows(statements); ++row)
    printf("  %s\n", celadon_table_text(statements, celadon_table_find(statements, "sentence", -1), row, NULL));
  celadon_table_destroy(statements);

  check(celadon_reports_pupil_report(evaluation, 0, 0, NULL, &report, &error));
  check(celadon_report_to_html(report, &html, &error));
  file = fopen("pupil.html", "wb");
  if (file == NULL || fwrite(celadon_text_data(html), 1, (size_t)celadon_text_size(html), file) != (size_t)celadon_text_size(html)) exit(1);
  fclose(file);
  printf("wrote pupil.html, %d bytes\n", (int)celadon_text_size(html));
  celadon_text_destroy(html);
  celadon_report_destroy(report);
  celadon_evaluation_destroy(evaluation);
}

int main(void) {
  static int8_t answers[N_PUPILS * N_ITEMS];
  static char names[N_PUPILS + N_ITEMS][8];
  const char* pupil_ids[N_PUPILS];
  const char* item_ids[N_ITEMS];
  celadon_responses* responses;
  celadon_dataset* data;
  int i;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  for (i = 0; i < N_PUPILS; ++i) {
    snprintf(names[i], sizeof names[i], "p%03d", i + 1);
    pupil_ids[i] = names[i];
  }
  for (i = 0; i < N_ITEMS; ++i) {
    snprintf(names[N_PUPILS + i], sizeof names[0], "q%02d", i + 1);
    item_ids[i] = names[N_PUPILS + i];
  }
  simulate(answers);
  responses = pack(answers, item_ids);
  classical(responses);
  calibrate_and_score(responses);
  celadon_responses_destroy(responses);
  data = dataset(answers, item_ids, pupil_ids);
  evaluate(data);
  celadon_dataset_destroy(data);
  return 0;
}
