/* A data set through C to statements, tables, pages: one run, checked against sums made here. */
#include "paper_data.h"

#include <stdlib.h>

static double number_at(const celadon_table* table, const char* column, int64_t row, celadon_error* error) {
  const int64_t n = celadon_table_n_rows(table);
  double* values = (double*)malloc(sizeof(double) * (size_t)(n + 1));
  double out;
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, n, 1, error), error);
  out = row < n ? values[row] : NAN;
  free(values);
  return out;
}

static int total_of(int i) {
  int j, sum = 0;
  for (j = 0; j < K; ++j) sum += marks_of[i][j];
  return sum;
}

static void check_paper(const celadon_evaluation* evaluation, celadon_error* error) {
  celadon_evaluation_paper_values paper;
  double ability[N], ability_se[N];
  celadon_irt_model* model = NULL;
  celadon_table* table = NULL;
  int64_t i;
  CHECK(celadon_evaluation_n_papers(evaluation) == 1 && celadon_evaluation_n_papers(NULL) == 0);
  paper.struct_size = sizeof paper;
  CHECK_OK(celadon_evaluation_paper(evaluation, 0, &paper, error), error);
  CHECK(paper.n_persons == N && paper.n_counted == N - 4 && paper.n_items == K && paper.n_classes == CLASSES && paper.n_schools == 2);
  CHECK(paper.n_reviews == CLASSES && paper.full_mark == 22.0 && paper.alpha > 0.3 && paper.alpha < 1.0 && paper.simulated == 0);
  CHECK(paper.family == CELADON_FAMILY_RASCH); /* 236 pupils an item */
  CHECK(celadon_evaluation_paper(evaluation, 1, &paper, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_evaluation_paper(evaluation, 0, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_evaluation_find_person(evaluation, 0, "p0017", -1) == 17 &&
        celadon_evaluation_find_person(evaluation, 0, "nobody", -1) == -1);
  CHECK(strcmp(celadon_evaluation_person_id(evaluation, 0, 17), "p0017") == 0 && celadon_evaluation_person_id(evaluation, 0, N) == NULL);
  CHECK(celadon_evaluation_class_id(evaluation, 0, 0) != NULL && celadon_evaluation_class_id(evaluation, 0, CLASSES) == NULL);
  CHECK(celadon_evaluation_school_id(evaluation, 0, 1) != NULL && celadon_evaluation_school_id(evaluation, 1, 0) == NULL);
  CHECK(celadon_evaluation_review_class(evaluation, 0, 3) == 3 && celadon_evaluation_review_class(evaluation, 0, 4) == -1);
  CHECK(strlen(celadon_evaluation_profile_hash(evaluation)) == 16 && celadon_evaluation_profile_id(evaluation) != NULL);
  CHECK(strcmp(celadon_evaluation_library_version(evaluation), celadon_version()) == 0);
  CHECK_OK(celadon_evaluation_abilities(evaluation, 0, ability, ability_se, N, error), error);
  CHECK(celadon_evaluation_abilities(evaluation, 0, ability, NULL, N - 1, error) == CELADON_LENGTH_MISMATCH);
  if (paper.calibrated) {
    CHECK_OK(celadon_evaluation_model(evaluation, 0, &model, error), error);
    CHECK(celadon_irt_model_n_items(model) == K && isfinite(ability[0]) && ability_se[0] > 0);
    celadon_irt_model_destroy(model);
  }
  /* Points and losses of one pupil are those of the data. */
  CHECK_OK(celadon_evaluation_pupil_items(evaluation, 0, 5, &table, error), error);
  CHECK(celadon_table_n_rows(table) == K);
  for (i = 0; i < K; ++i) {
    CHECK_NEAR(number_at(table, "points", i, error), marks_of[5][i], 0);
    CHECK_NEAR(number_at(table, "loss", i, error), kFull[i] - marks_of[5][i], 0);
  }
  celadon_table_destroy(table);
  CHECK_OK(celadon_evaluation_pupil_parts(evaluation, 0, 5, &table, error), error);
  CHECK(celadon_table_n_rows(table) >= 3);
  celadon_table_destroy(table);
  CHECK_OK(celadon_evaluation_class_parts(evaluation, 0, -1, &table, error), error);
  celadon_table_destroy(table);
  CHECK(celadon_evaluation_class_parts(evaluation, 0, CLASSES, &table, error) != CELADON_OK && table == NULL);
  CHECK(celadon_evaluation_pupil_items(evaluation, 0, N, &table, error) != CELADON_OK && strcmp(error->code_name, "no_such_person") == 0);
  CHECK(celadon_evaluation_pupil_parts(evaluation, 0, -1, &table, error) != CELADON_OK);
}

static void check_tables(const celadon_evaluation* evaluation, celadon_error* error) {
  int64_t i, rows = 0;
  celadon_table* table = NULL;
  CHECK(celadon_evaluation_n_tables() > 10 && celadon_evaluation_table_name(-1) == NULL && celadon_evaluation_table_name(1000) == NULL);
  for (i = 0; i < celadon_evaluation_n_tables(); ++i) {
    const char* name = celadon_evaluation_table_name(i);
    CHECK_OK(celadon_evaluation_table(evaluation, name, -1, CELADON_ENGLISH, &table, error), error);
    CHECK(strcmp(celadon_table_column_name(table, 0), "paper") == 0);
    if (strcmp(name, "pupil_items") == 0) rows = celadon_table_n_rows(table);
    celadon_table_destroy(table);
  }
  CHECK(rows == (int64_t)N * K || rows == (int64_t)(N - 4) * K);
  CHECK(celadon_evaluation_table(evaluation, "no such table", -1, 0, &table, error) == CELADON_INVALID_ARGUMENT && table == NULL);
  CHECK(celadon_evaluation_table(evaluation, "items", -1, 2, &table, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_evaluation_table(NULL, "items", -1, 0, &table, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_evaluation_findings(evaluation, CELADON_CHINESE, &table, error), error);
  CHECK(celadon_table_find(table, "severity", -1) == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_evaluation_not_evaluated(evaluation, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_find(table, "what", -1) == 1);
  celadon_table_destroy(table);
}

/* Every sentence has an id that explain knows, with the same sentence. */
static void check_statements(const celadon_evaluation* evaluation, celadon_error* error) {
  int about;
  for (about = 0; about < 3; ++about) {
    celadon_table* table = NULL;
    int64_t row, id, sentence;
    if (about == 0) CHECK_OK(celadon_evaluation_pupil_statements(evaluation, 0, 5, CELADON_ENGLISH, NULL, &table, error), error);
    if (about == 1) CHECK_OK(celadon_evaluation_class_statements(evaluation, 0, 1, CELADON_ENGLISH, NULL, &table, error), error);
    if (about == 2) CHECK_OK(celadon_evaluation_paper_statements(evaluation, 0, CELADON_ENGLISH, NULL, &table, error), error);
    id = celadon_table_find(table, "id", -1);
    sentence = celadon_table_find(table, "sentence", -1);
    CHECK(celadon_table_n_rows(table) > 0);
    for (row = 0; row < celadon_table_n_rows(table); ++row) {
      celadon_explanation* why = NULL;
      celadon_explanation_values values;
      celadon_table* evidence = NULL;
      values.struct_size = sizeof values;
      CHECK_OK(celadon_explain(evaluation, celadon_table_text(table, id, row, NULL), -1, CELADON_ENGLISH, NULL, &why, error), error);
      CHECK_OK(celadon_explanation_get(why, &values, error), error);
      CHECK(why != NULL && strcmp(values.sentence, celadon_table_text(table, sentence, row, NULL)) == 0);
      CHECK(strcmp(values.profile_hash, celadon_evaluation_profile_hash(evaluation)) == 0 && strlen(values.rule) > 0);
      CHECK_OK(celadon_explanation_evidence(why, &evidence, error), error);
      celadon_table_destroy(evidence);
      celadon_explanation_destroy(why);
    }
    celadon_table_destroy(table);
  }
  {
    celadon_explanation* why = NULL;
    celadon_table* table = NULL;
    CHECK(celadon_explain(evaluation, "nothing", -1, 0, NULL, &why, error) != CELADON_OK && why == NULL);
    CHECK(strcmp(error->code_name, "unknown_statement") == 0);
    CHECK(celadon_explain(evaluation, NULL, -1, 0, NULL, &why, error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_evaluation_class_statements(evaluation, 0, CLASSES, 0, NULL, &table, error) != CELADON_OK);
    CHECK(celadon_evaluation_pupil_statements(evaluation, 2, 0, 0, NULL, &table, error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_evaluation_paper_statements(evaluation, 0, 3, NULL, &table, error) == CELADON_INVALID_ARGUMENT);
  }
}

static void check_feedback(const celadon_dataset* data, celadon_error* error) {
  celadon_papers* papers = NULL;
  celadon_paper* paper = NULL;
  celadon_responses* scored = NULL;
  celadon_items* items = NULL;
  celadon_feedback_pupil_levels_result* levels = NULL;
  celadon_feedback_pupil_levels_values counts;
  celadon_feedback_predictor* predictor = NULL;
  celadon_feedback_predictor_values model;
  celadon_feedback_item_gain_loss_result* result = NULL;
  celadon_feedback_item_gain_loss_values values;
  celadon_table* table = NULL;
  uint8_t counted[N];
  float points[N * K], expected[N * K];
  uint8_t outcome[N * K];
  double total[N], total_expected[N];
  int i, j;
  CHECK_OK(celadon_build_papers(data, NULL, NULL, &papers, error), error);
  CHECK_OK(celadon_papers_get(papers, 0, &paper, error), error);
  CHECK_OK(celadon_paper_responses(paper, &scored, error), error);
  CHECK_OK(celadon_paper_items(paper, &items, error), error);
  CHECK_OK(celadon_feedback_pupil_levels(paper, NULL, NULL, &levels, error), error);
  counts.struct_size = sizeof counts;
  CHECK_OK(celadon_feedback_pupil_levels_result_values(levels, &counts, error), error);
  CHECK(counts.n_persons == N && counts.n_counted == N - 4 && counts.n_status == 4 && counts.n_empty == 0);
  CHECK_OK(celadon_feedback_pupil_levels_result_counted(levels, counted, N, error), error);
  CHECK(celadon_feedback_pupil_levels_result_counted(levels, counted, N - 1, error) == CELADON_LENGTH_MISMATCH);
  CHECK(counted[59] == 0 && counted[58] == 1);
  CHECK_OK(celadon_feedback_pupil_levels_result_table(levels, &table, error), error);
  CHECK_NEAR(number_at(table, "total", 5, error), total_of(5), 0);
  CHECK_NEAR(number_at(table, "share", 5, error), total_of(5) / 22.0, 1e-15);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_pupil_levels_result_findings(levels, 0, &table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_fit_working_model(scored, items, counted, N, NULL, NULL, &predictor, error), error);
  model.struct_size = sizeof model;
  CHECK_OK(celadon_feedback_predictor_get(predictor, &model, error), error);
  CHECK(model.kind == CELADON_PREDICTOR_WORKING_MODEL && model.n_used == N - 4 && model.common_slope > 0);
  CHECK_OK(celadon_feedback_predictor_findings(predictor, 1, &table, error), error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_item_gain_loss(paper, counted, N, predictor, NULL, 1, NULL, &result, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_feedback_item_gain_loss_result_values(result, &values, error), error);
  CHECK(values.n_persons == N && values.n_items == K && values.has_tails == 1 && values.predictor == CELADON_PREDICTOR_WORKING_MODEL);
  CHECK_OK(celadon_feedback_item_gain_loss_result_cells(result, points, expected, NULL, outcome, N * K, error), error);
  CHECK(celadon_feedback_item_gain_loss_result_cells(result, points, NULL, NULL, NULL, N * K - 1, error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_feedback_item_gain_loss_result_persons(result, total, total_expected, NULL, NULL, N, error), error);
  for (i = 0; i < N; ++i) {
    if (!counted[i]) {
      CHECK(isnan(total[i]) && outcome[i * K] == CELADON_OUTCOME_NOT_COUNTED);
      continue;
    }
    CHECK(total[i] == total_of(i));
    for (j = 0; j < K; ++j) {
      CHECK(points[i * K + j] == (float)marks_of[i][j]);
      CHECK(expected[i * K + j] >= 0.0f && expected[i * K + j] <= (float)kFull[j]);
      CHECK((outcome[i * K + j] == CELADON_OUTCOME_FULL_MARKS) == (marks_of[i][j] == kFull[j]));
    }
  }
  CHECK_OK(celadon_feedback_item_gain_loss_result_flags(result, &table, error), error);
  CHECK(celadon_table_n_rows(table) == values.n_flags && values.n_flags < N);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_item_gain_loss_result_findings(result, 0, &table, error), error);
  celadon_table_destroy(table);
  celadon_feedback_item_gain_loss_result_destroy(result);
  CHECK_OK(celadon_feedback_item_gain_loss(paper, NULL, 0, NULL, NULL, 0, NULL, &result, error), error);
  CHECK_OK(celadon_feedback_item_gain_loss_result_cells(result, NULL, expected, NULL, outcome, N * K, error), error);
  CHECK(isnan(expected[0])); /* no predictor, no expectation */
  celadon_feedback_item_gain_loss_result_destroy(result);
  CHECK(celadon_feedback_item_gain_loss(paper, counted, N - 1, NULL, NULL, 0, NULL, &result, error) == CELADON_LENGTH_MISMATCH &&
        result == NULL);
  CHECK(celadon_feedback_item_gain_loss(NULL, counted, N, NULL, NULL, 0, NULL, &result, error) == CELADON_INVALID_ARGUMENT);
  celadon_feedback_predictor_destroy(predictor);
  CHECK(celadon_feedback_fit_working_model(scored, items, counted, 3, NULL, NULL, &predictor, error) == CELADON_LENGTH_MISMATCH);
  CHECK(predictor == NULL);
  {
    /* Sorted .01 .02 .04 .5: at .10 the largest i with p(i) <= .1 i / 4 is 3 (.04 <= .075). */
    const double p[5] = {0.04, 0.5, NAN, 0.01, 0.02};
    uint8_t kept[5];
    double lower, upper;
    CHECK_OK(celadon_feedback_benjamini_hochberg(p, 5, 0.10, kept, error), error);
    CHECK(kept[0] == 1 && kept[1] == 0 && kept[2] == 0 && kept[3] == 1 && kept[4] == 1);
    CHECK(celadon_feedback_benjamini_hochberg(NULL, 5, 0.10, kept, error) == CELADON_INVALID_ARGUMENT);
    /* Wilson at 8 of 10, z = 1.959964: (p + z^2/2n -+ z sqrt(p q / n + z^2 / 4 n^2)) / (1 + z^2 / n). */
    CHECK_OK(celadon_feedback_wilson_interval(0.8, 10, 0.95, &lower, &upper, error), error);
    CHECK_NEAR(lower, 0.490162, 1e-5);
    CHECK_NEAR(upper, 0.943318, 1e-5);
    CHECK(celadon_feedback_wilson_interval(1.2, 10, 0.95, &lower, &upper, error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_feedback_wilson_interval(0.5, 0, 0.95, &lower, &upper, error) == CELADON_INVALID_ARGUMENT);
  }
  celadon_feedback_pupil_levels_result_destroy(levels);
  celadon_items_destroy(items);
  celadon_responses_destroy(scored);
  celadon_paper_destroy(paper);
  celadon_papers_destroy(papers);
}

/* Threads and the two ways in give the same bytes. */
static void check_same_bytes(const celadon_dataset* data, const celadon_evaluation* evaluation, celadon_error* error) {
  celadon_text *first = NULL, *second = NULL;
  celadon_evaluation* again = NULL;
  celadon_execution execution;
  celadon_papers* papers = NULL;
  celadon_paper* paper = NULL;
  celadon_table *a = NULL, *b = NULL;
  const celadon_paper* list[1];
  CHECK_OK(celadon_evaluation_to_json(evaluation, CELADON_CHINESE, &first, error), error);
  CHECK(strncmp(celadon_text_data(first), "{\"format\":\"celadon.evaluation\"", 30) == 0);
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 3;
  CHECK_OK(celadon_evaluate(data, NULL, NULL, &execution, &again, error), error);
  CHECK_OK(celadon_evaluation_to_json(again, CELADON_CHINESE, &second, error), error);
  CHECK(celadon_text_size(first) == celadon_text_size(second) &&
        memcmp(celadon_text_data(first), celadon_text_data(second), (size_t)celadon_text_size(first)) == 0);
  celadon_text_destroy(first);
  celadon_text_destroy(second);
  celadon_evaluation_destroy(again);
  CHECK_OK(celadon_build_papers(data, NULL, NULL, &papers, error), error);
  CHECK_OK(celadon_papers_get(papers, 0, &paper, error), error);
  list[0] = paper;
  CHECK_OK(celadon_evaluate_papers(list, 1, NULL, NULL, NULL, &again, error), error);
  CHECK_OK(celadon_evaluation_table(evaluation, "pupil_levels", -1, 0, &a, error), error);
  CHECK_OK(celadon_evaluation_table(again, "pupil_levels", -1, 0, &b, error), error);
  CHECK(celadon_table_n_rows(a) == celadon_table_n_rows(b));
  celadon_table_destroy(a);
  celadon_table_destroy(b);
  celadon_evaluation_destroy(again);
  list[0] = NULL;
  CHECK(celadon_evaluate_papers(list, 1, NULL, NULL, NULL, &again, error) == CELADON_INVALID_ARGUMENT && again == NULL);
  celadon_paper_destroy(paper);
  celadon_papers_destroy(papers);
}

static void check_options(const celadon_dataset* data, celadon_error* error) {
  celadon_evaluate_options options;
  celadon_evaluation* evaluation = NULL;
  celadon_evaluation_paper_values paper;
  celadon_monitor* monitor = NULL;
  celadon_execution execution;
  celadon_irt_model* model = NULL;
  celadon_evaluate_options_init(&options, sizeof options);
  CHECK(options.family == CELADON_FAMILY_BY_SAMPLE && options.calibrate == 1 && options.seed != 0);
  options.family = CELADON_FAMILY_CLASSICAL;
  CHECK_OK(celadon_evaluate(data, NULL, &options, NULL, &evaluation, error), error);
  paper.struct_size = sizeof paper;
  CHECK_OK(celadon_evaluation_paper(evaluation, 0, &paper, error), error);
  CHECK(paper.calibrated == 0 && paper.family == CELADON_FAMILY_CLASSICAL && isnan(paper.reliability));
  CHECK(celadon_evaluation_model(evaluation, 0, &model, error) == CELADON_INVALID_ARGUMENT && model == NULL);
  celadon_evaluation_destroy(evaluation);
  options.family = 4;
  CHECK(celadon_evaluate(data, NULL, &options, NULL, &evaluation, error) == CELADON_INVALID_ARGUMENT && evaluation == NULL);
  options.family = CELADON_FAMILY_BY_SAMPLE;
  options.struct_size = 2;
  CHECK(celadon_evaluate(data, NULL, &options, NULL, &evaluation, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_evaluate(NULL, NULL, NULL, NULL, &evaluation, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_evaluate(data, NULL, NULL, NULL, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_monitor_create(&monitor, error), error);
  celadon_monitor_cancel(monitor);
  celadon_execution_init(&execution, sizeof execution);
  execution.monitor = monitor;
  CHECK(celadon_evaluate(data, NULL, NULL, &execution, &evaluation, error) == CELADON_CANCELLED && evaluation == NULL);
  celadon_monitor_destroy(monitor);
  {
    celadon_dataset* empty = NULL;
    CHECK_OK(celadon_dataset_create(&empty, error), error);
    CHECK(celadon_evaluate(empty, NULL, NULL, NULL, &evaluation, error) != CELADON_OK && strcmp(error->code_name, "missing_table") == 0);
    celadon_dataset_destroy(empty);
  }
}

int main(void) {
  celadon_error error;
  celadon_dataset* data;
  celadon_evaluation* evaluation = NULL;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  make_marks();
  data = make_dataset(&error);
  CHECK_OK(celadon_evaluate(data, NULL, NULL, NULL, &evaluation, &error), &error);
  if (evaluation == NULL) return failures;
  check_paper(evaluation, &error);
  check_tables(evaluation, &error);
  check_statements(evaluation, &error);
  check_feedback(data, &error);
  check_same_bytes(data, evaluation, &error);
  check_options(data, &error);
  celadon_evaluation_destroy(evaluation);
  celadon_evaluation_destroy(NULL);
  celadon_dataset_destroy(data);
  return failures;
}
