/* Questionnaire scales through C: a scale with a reversed item, scores and their reliability, withheld scores, draws, errors. */
#include "check.h"

#include <stdlib.h>

enum { N = 1200, K = 6 };

static double uniform(uint32_t* state) {
  *state = *state * 1664525u + 1013904223u;
  return ((double)(*state >> 8) + 0.5) / 16777216.0;
}

/* Answers 0 ... 3 to K items by the generalised partial credit model with steps -1.2, 0, 1.2; item 2 is printed the other way round. */
static void answers(int8_t* cells, double* ability, double slope) {
  uint32_t state = 2026;
  int i, j, k, step;
  for (i = 0; i < N; ++i) {
    ability[i] = -6.0;
    for (step = 0; step < 12; ++step) ability[i] += uniform(&state);
    for (j = 0; j < K; ++j) {
      double weight[4] = {1.0, 0.0, 0.0, 0.0}, sum = 1.0, at = 0.0, u = uniform(&state);
      for (k = 1; k < 4; ++k) {
        at += slope * (ability[i] - 1.2 * (double)(k - 2));
        weight[k] = exp(at);
        sum += weight[k];
      }
      for (k = 0; k < 3 && u > weight[k] / sum; ++k) u -= weight[k] / sum;
      cells[i * K + j] = (int8_t)(j == 1 ? 3 - k : k);
    }
  }
}

static celadon_responses* packed(const int8_t* cells, celadon_error* error) {
  static const char* const kIds[K] = {"b1", "b2", "b3", "b4", "b5", "b6"};
  celadon_responses_view view;
  celadon_responses* out = NULL;
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells;
  view.n_persons = N;
  view.n_items = K;
  view.person_stride = K;
  view.item_ids = kIds;
  CHECK_OK(celadon_responses_from_dense(&view, NULL, &out, error), error);
  return out;
}

static celadon_green_scale_definition interest(void) {
  static const char* const kIds[K] = {"b1", "b2", "b3", "b4", "b5", "b6"};
  static const uint8_t kReversed[K] = {0, 1, 0, 0, 0, 0};
  celadon_green_scale_definition out;
  celadon_green_scale_definition_init(&out, sizeof out);
  CHECK(out.n_options == 4 && out.least_answered == 0.5 && out.least_reliability == 0.7 && out.mean == 10.0 && out.sd == 2.0);
  out.name = "interest";
  out.items = kIds;
  out.n_items = K;
  out.reversed = kReversed;
  out.n_reversed = K;
  out.reference_population = "simulated, 2026";
  return out;
}

/* Cronbach's alpha of the sum after reversing. */
static double alpha_of(const int8_t* cells) {
  double within = 0.0, total_mean = 0.0, total_square = 0.0;
  int i, j;
  for (j = 0; j < K; ++j) {
    double mean = 0.0, square = 0.0;
    for (i = 0; i < N; ++i) {
      const double x = j == 1 ? 3 - cells[i * K + j] : cells[i * K + j];
      mean += x / N;
      square += x * x / N;
    }
    within += square - mean * mean;
  }
  for (i = 0; i < N; ++i) {
    double sum = 0.0;
    for (j = 0; j < K; ++j) sum += j == 1 ? 3 - cells[i * K + j] : cells[i * K + j];
    total_mean += sum / N;
    total_square += sum * sum / N;
  }
  return (double)K / (K - 1) * (1.0 - within / (total_square - total_mean * total_mean));
}

static void test_good_scale(int8_t* cells, const double* ability, celadon_error* error) {
  celadon_responses* responses;
  celadon_green_scale_definition definition = interest();
  celadon_green_scale* scale = NULL;
  celadon_green_scale_values values;
  celadon_green_score_scale_result* result = NULL;
  celadon_green_score_scale_values told;
  celadon_irt_model* model = NULL;
  celadon_table* table = NULL;
  double score[N], score_se[N], squares = 0.0, claimed = 0.0, room[K];
  int32_t n_answered[N];
  int i;
  const double alpha = alpha_of(cells);
  responses = packed(cells, error);
  CHECK_OK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_green_scale_get_values(scale, &values, error), error);
  CHECK(values.converged == 1 && values.individual_scores == 1 && values.n_used == N && values.n_too_few == 0);
  CHECK_NEAR(values.alpha, alpha, 1e-10);
  CHECK(values.alpha_lower < values.alpha && values.alpha < values.alpha_upper);
  CHECK(values.marginal_reliability > 0.7 && values.marginal_reliability < 0.95);
  CHECK_OK(celadon_green_scale_item_table(scale, &table, error), error);
  CHECK(celadon_table_n_rows(table) == K);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, "item_rest_r", -1), room, K, 1, error), error);
  for (i = 0; i < K; ++i) CHECK(room[i] > 0.4);
  celadon_table_destroy(table);
  CHECK_OK(celadon_green_scale_table(scale, &table, error), error);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "reference_population", -1), 0, NULL), "simulated, 2026") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_green_scale_model(scale, &model, error), error);
  CHECK(celadon_irt_model_n_items(model) == K);
  celadon_irt_model_destroy(model);
  CHECK_OK(celadon_green_scale_findings(scale, CELADON_ENGLISH, &table, error), error);
  celadon_table_destroy(table);

  CHECK_OK(celadon_green_score_scale(scale, responses, NULL, &result, error), error);
  told.struct_size = sizeof told;
  CHECK_OK(celadon_green_score_scale_result_values(result, &told, error), error);
  CHECK(told.withheld == 0 && told.n_persons == N && told.n_scored == N && told.n_too_few == 0);
  CHECK(strcmp(told.reference_population, "simulated, 2026") == 0);
  CHECK_NEAR(told.empirical_reliability, values.marginal_reliability, 0.05);
  CHECK_OK(celadon_green_score_scale_result_scores(result, score, score_se, n_answered, N, error), error);
  for (i = 0; i < N; ++i) {
    squares += (score[i] - 10.0 - 2.0 * ability[i]) * (score[i] - 10.0 - 2.0 * ability[i]) / N;
    claimed += score_se[i] * score_se[i] / N;
  }
  CHECK_NEAR(sqrt(squares / claimed), 1.0, 0.08); /* the errors are as large as they say */
  CHECK(n_answered[0] == K);
  CHECK(celadon_green_score_scale_result_scores(result, score, NULL, NULL, N - 1, error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_green_score_scale_result_table(result, &table, error), error);
  CHECK(celadon_table_n_rows(table) == N);
  celadon_table_destroy(table);
  celadon_green_score_scale_result_destroy(result);
  celadon_responses_destroy(responses);

  /* A person with too few answers has no score, and answers are never counted as 0. */
  for (i = 0; i < 4; ++i) cells[i] = CELADON_MISSING_OMITTED;
  responses = packed(cells, error);
  CHECK_OK(celadon_green_score_scale(scale, responses, NULL, &result, error), error);
  CHECK_OK(celadon_green_score_scale_result_scores(result, score, NULL, n_answered, N, error), error);
  CHECK(isnan(score[0]) && n_answered[0] == 2 && isfinite(score[1]));
  CHECK_OK(celadon_green_score_scale_result_findings(result, CELADON_CHINESE, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 1);
  celadon_table_destroy(table);
  celadon_green_score_scale_result_destroy(result);
  celadon_responses_destroy(responses);

  /* A saved scale gives the same scores. */
  {
    celadon_text* json = NULL;
    celadon_green_scale* again = NULL;
    double same[N];
    CHECK_OK(celadon_green_save_scale(scale, &json, error), error);
    CHECK_OK(celadon_green_load_scale(celadon_text_data(json), celadon_text_size(json), &again, error), error);
    responses = packed(cells, error);
    CHECK_OK(celadon_green_score_scale(again, responses, NULL, &result, error), error);
    CHECK_OK(celadon_green_score_scale_result_scores(result, same, NULL, NULL, N, error), error);
    CHECK(memcmp(same + 1, score + 1, (N - 1) * sizeof(double)) == 0);
    celadon_green_score_scale_result_destroy(result);
    celadon_responses_destroy(responses);
    celadon_green_scale_destroy(again);
    CHECK(celadon_green_load_scale("{", 1, &again, error) != CELADON_OK && again == NULL && strcmp(error->code_name, "json_syntax") == 0);
    celadon_text_destroy(json);
  }
  celadon_green_scale_destroy(scale);
  celadon_green_scale_destroy(NULL);
}

static void test_groups_only(const int8_t* cells, celadon_error* error) {
  celadon_responses* responses = packed(cells, error);
  celadon_green_scale_definition definition = interest();
  celadon_green_scale* scale = NULL;
  celadon_green_scale_values values;
  celadon_green_score_scale_result* result = NULL;
  celadon_green_score_scale_values told;
  celadon_irt_plausible_options options;
  celadon_irt_plausible_values_result* draws = NULL;
  double mean = 0.0, square = 0.0;
  int i, d;
  CHECK_OK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_green_scale_get_values(scale, &values, error), error);
  CHECK(values.individual_scores == 0 && values.marginal_reliability < 0.7);
  CHECK_OK(celadon_green_score_scale(scale, responses, NULL, &result, error), error);
  told.struct_size = sizeof told;
  CHECK_OK(celadon_green_score_scale_result_values(result, &told, error), error);
  CHECK(told.withheld == 1 && told.n_scored == 0 && told.empirical_reliability > 0.2);
  celadon_green_score_scale_result_destroy(result);
  celadon_irt_plausible_options_init(&options, sizeof options);
  options.n_draws = 8;
  CHECK_OK(celadon_green_scale_plausible_values(scale, responses, NULL, &options, NULL, &draws, error), error);
  CHECK(celadon_irt_plausible_values_result_n_draws(draws) == 8);
  for (d = 0; d < 8; ++d)
    for (i = 0; i < N; ++i) {
      const double x = celadon_irt_plausible_values_result_column(draws, d)[i];
      mean += x / (8.0 * N);
      square += x * x / (8.0 * N);
    }
  CHECK_NEAR(mean, 10.0, 0.2);
  CHECK_NEAR(sqrt(square - mean * mean), 2.0, 0.2);
  celadon_irt_plausible_values_result_destroy(draws);
  celadon_green_scale_destroy(scale);
  celadon_responses_destroy(responses);
}

static void test_errors(const int8_t* cells, celadon_error* error) {
  static const char* const kOther[3] = {"b1", "b2", "b99"};
  celadon_responses* responses = packed(cells, error);
  celadon_green_scale_definition definition = interest();
  celadon_green_scale_options options;
  celadon_green_scale* scale = NULL;
  const double weight[1] = {1.0};
  CHECK(celadon_green_fit_scale(NULL, &definition, NULL, NULL, &scale, error) == CELADON_INVALID_ARGUMENT && scale == NULL);
  CHECK(celadon_green_fit_scale(responses, NULL, NULL, NULL, &scale, error) == CELADON_INVALID_ARGUMENT);
  definition.n_options = 3;
  CHECK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "answer_outside_scale") == 0);
  definition = interest();
  definition.n_reversed = 5;
  CHECK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error) == CELADON_LENGTH_MISMATCH);
  definition = interest();
  definition.items = kOther;
  definition.n_items = 3;
  definition.reversed = NULL;
  definition.n_reversed = 0;
  CHECK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "missing_column") == 0 && strcmp(error->column, "b99") == 0);
  definition = interest();
  definition.reference_population = NULL;
  CHECK(celadon_green_fit_scale(responses, &definition, NULL, NULL, &scale, error) == CELADON_INVALID_ARGUMENT);
  definition = interest();
  celadon_green_scale_options_init(&options, sizeof options);
  CHECK(options.least_rasch == 100.0 && options.least_two_parameter == 500.0 && options.least_three_parameter == 1000.0);
  options.weights = weight;
  options.n_weights = 1;
  CHECK(celadon_green_fit_scale(responses, &definition, &options, NULL, &scale, error) == CELADON_LENGTH_MISMATCH);
  celadon_green_scale_options_init(&options, sizeof options);
  options.least_rasch = 2.0 * N;
  CHECK(celadon_green_fit_scale(responses, &definition, &options, NULL, &scale, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "too_few_for_calibration") == 0 && scale == NULL);
  celadon_responses_destroy(responses);
}

int main(void) {
  int8_t* cells = (int8_t*)malloc((size_t)N * K);
  double* ability = (double*)malloc((size_t)N * sizeof *ability);
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  answers(cells, ability, 1.3);
  test_good_scale(cells, ability, &error);
  answers(cells, ability, 0.4);
  test_groups_only(cells, &error);
  test_errors(cells, &error);
  free(ability);
  free(cells);
  return failures;
}
