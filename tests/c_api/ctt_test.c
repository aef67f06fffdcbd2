/* Classical analysis through C, against values worked out by hand. */
#include "pack.h"

/* Five persons, four items; totals 4 3 2 1 0. */
static const int8_t guttman[5 * 4] = {1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};

static double cell(const celadon_table* table, const char* column, int64_t row) {
  double values[64];
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, 64, 1, &error), &error);
  return values[row];
}

static void reliability_by_hand(void) {
  celadon_error error;
  celadon_responses* data = pack(guttman, 5, 4);
  celadon_ctt_reliability_result* result = NULL;
  celadon_ctt_score_moments_result* moments = NULL;
  celadon_ctt_reliability_values v;
  celadon_table* table = NULL;
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_ctt_reliability(data, NULL, NULL, NULL, NULL, &result, &error), &error);
  v.struct_size = sizeof v;
  CHECK_OK(celadon_ctt_reliability_result_values(result, &v, &error), &error);
  /* Item variances .2 .3 .3 .2 (divisor 4), total variance 2.5: alpha = 4/3 (1 - 1/2.5). */
  CHECK_NEAR(v.alpha, 4.0 / 3.0 * (1.0 - 1.0 / 2.5), 1e-12);
  CHECK_NEAR(v.kr20, v.alpha, 1e-12);
  CHECK_NEAR(v.total_mean, 2.0, 1e-12);
  CHECK(v.n_used == 5 && v.n_items == 4);
  CHECK_OK(celadon_ctt_reliability_result_items_table(result, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 4);
  celadon_table_destroy(table);
  CHECK_OK(celadon_ctt_reliability_result_table(result, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) > 5);
  celadon_table_destroy(table);
  celadon_ctt_reliability_result_destroy(result);

  CHECK_OK(celadon_ctt_score_moments(data, NULL, NULL, NULL, NULL, &moments, &error), &error);
  CHECK_OK(celadon_ctt_reliability_from_moments(moments, NULL, &result, &error), &error);
  {
    const double alpha = v.alpha;
    v.struct_size = sizeof v;
    CHECK_OK(celadon_ctt_reliability_result_values(result, &v, &error), &error);
    CHECK_NEAR(v.alpha, alpha, 1e-12);
  }
  celadon_ctt_reliability_result_destroy(result);
  {
    static const uint8_t half[4] = {0, 1, 0, 1};
    static const char* const strata[4] = {"A", "A", "B", "B"};
    celadon_ctt_stratified_alpha_result* stratified = NULL;
    double r = 0, sb = 0, rulon = 0;
    CHECK_OK(celadon_ctt_split_half(moments, half, 4, &r, &sb, &rulon, &error), &error);
    CHECK_NEAR(sb, 2 * r / (1 + r), 1e-12);
    CHECK(celadon_ctt_split_half(moments, half, 3, &r, &sb, &rulon, &error) == CELADON_LENGTH_MISMATCH);
    CHECK_OK(celadon_ctt_stratified_alpha(moments, strata, 4, 0.0, &stratified, &error), &error);
    CHECK(celadon_ctt_stratified_alpha_result_alpha(stratified) > v.alpha - 0.2);
    celadon_ctt_stratified_alpha_result_destroy(stratified);
  }
  celadon_ctt_score_moments_result_destroy(moments);
  celadon_responses_destroy(data);
}

static void items_by_hand(void) {
  celadon_error error;
  celadon_responses* data = pack(guttman, 5, 4);
  static const int8_t all_right[4 * 3] = {1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1};
  celadon_responses* constant = pack(all_right, 4, 3);
  celadon_ctt_item_analysis_result* result = NULL;
  celadon_ctt_item_analysis_options options;
  celadon_table* table = NULL;
  celadon_table* findings = NULL;
  celadon_items* items = NULL;
  celadon_item item;
  celadon_sample sample;
  static const uint8_t include[5] = {1, 1, 1, 1, 0};
  static const char* const ids[4] = {"1", "2", "3", "4"};
  int i;
  celadon_error_init(&error, sizeof error);
  celadon_ctt_item_analysis_options_init(&options, sizeof options);
  CHECK_NEAR(options.group_share, 0.27, 0);
  CHECK_OK(celadon_ctt_item_analysis(data, NULL, NULL, &options, NULL, &result, &error), &error);
  CHECK_OK(celadon_ctt_item_analysis_result_table(result, &table, &error), &error);
  CHECK_NEAR(cell(table, "difficulty", 0), 0.8, 1e-15);
  CHECK_NEAR(cell(table, "difficulty", 3), 0.2, 1e-15);
  celadon_table_destroy(table);
  celadon_ctt_item_analysis_result_destroy(result);

  /* An item that everybody has right is a finding, and the rest goes on. */
  CHECK_OK(celadon_ctt_item_analysis(constant, NULL, NULL, &options, NULL, &result, &error), &error);
  CHECK_OK(celadon_ctt_item_analysis_result_findings(result, CELADON_ENGLISH, &findings, &error), &error);
  CHECK(celadon_table_n_rows(findings) >= 1 && celadon_table_text(findings, celadon_table_find(findings, "cause", -1), 0, NULL) != NULL);
  celadon_table_destroy(findings);
  CHECK(celadon_ctt_item_analysis_result_findings(result, 2, &findings, &error) == CELADON_INVALID_ARGUMENT);
  celadon_ctt_item_analysis_result_destroy(result);
  celadon_responses_destroy(constant);

  /* An absent pupil is outside every denominator; full marks come from the items. */
  CHECK_OK(celadon_items_create(&items, &error), &error);
  for (i = 0; i < 4; ++i) {
    static const double points[2] = {0.0, 2.5};
    celadon_item_init(&item, sizeof item);
    item.id = ids[i];
    item.full_mark = 2.5;
    item.category_scores = points;
    item.n_category_scores = 2;
    CHECK_OK(celadon_items_add(items, &item, &error), &error);
  }
  celadon_item_init(&item, sizeof item);
  CHECK(celadon_items_add(items, &item, &error) == CELADON_INVALID_ARGUMENT && celadon_items_size(items) == 4);
  celadon_sample_init(&sample, sizeof sample);
  sample.include = include;
  sample.n_include = 5;
  CHECK_OK(celadon_ctt_item_analysis(data, items, &sample, &options, NULL, &result, &error), &error);
  CHECK_OK(celadon_ctt_item_analysis_result_table(result, &table, &error), &error);
  CHECK_NEAR(cell(table, "difficulty", 0), 1.0, 1e-15);
  CHECK_NEAR(cell(table, "mean", 3), 0.625, 1e-15);
  celadon_table_destroy(table);
  celadon_ctt_item_analysis_result_destroy(result);
  sample.n_include = 4;
  CHECK(celadon_ctt_item_analysis(data, items, &sample, &options, NULL, &result, &error) == CELADON_LENGTH_MISMATCH && result == NULL);
  options.fractional_groups = 9;
  CHECK(celadon_ctt_item_analysis(data, items, NULL, &options, NULL, &result, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_ctt_item_analysis(NULL, items, NULL, NULL, NULL, &result, &error) == CELADON_INVALID_ARGUMENT);
  celadon_items_destroy(items);
  celadon_responses_destroy(data);
}

static void exam(void) {
  celadon_error error;
  celadon_responses* data = pack(guttman, 5, 4);
  celadon_ctt_exam_statistics_result* result = NULL;
  celadon_ctt_exam_statistics_options options;
  celadon_ctt_rate_cut rates[2];
  celadon_table* table = NULL;
  static const int32_t unit[5] = {0, 0, 1, 1, 1};
  static const char* const units[2] = {"A", "B"};
  celadon_error_init(&error, sizeof error);
  memset(rates, 0, sizeof rates);
  rates[0].struct_size = rates[1].struct_size = sizeof rates[0];
  rates[0].id = "pass";
  rates[0].share_of_full = 0.6;
  rates[1].id = "low";
  rates[1].share_of_full = 0.3;
  rates[1].below = 1;
  celadon_ctt_exam_statistics_options_init(&options, sizeof options);
  options.rates = rates;
  options.n_rates = 2;
  options.unit = unit;
  options.n_unit = 5;
  options.unit_ids = units;
  options.n_unit_ids = 2;
  CHECK_OK(celadon_ctt_exam_statistics(data, NULL, NULL, &options, NULL, &result, &error), &error);
  CHECK_OK(celadon_ctt_exam_statistics_result_table(result, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 3);
  CHECK_NEAR(cell(table, "rate_pass", 0), 0.4, 1e-15);
  CHECK_NEAR(cell(table, "rate_low", 0), 0.4, 1e-15);
  CHECK_NEAR(cell(table, "mean", 1), 3.5, 1e-15);
  celadon_table_destroy(table);
  CHECK_OK(celadon_ctt_exam_statistics_result_content_table(result, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_ctt_exam_statistics_result_destroy(result);
  celadon_responses_destroy(data);
}

static void scores(void) {
  celadon_error error;
  celadon_ctt_score_distribution_result* result = NULL;
  celadon_ctt_grade_scaling_result* grades = NULL;
  celadon_ctt_grade_scaling_profile profile;
  celadon_ctt_grade_band bands[2];
  celadon_table* table = NULL;
  static const double marks[4] = {40, 60, 80, 100};
  double scaled[4], q = 0;
  int32_t grade[4];
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_ctt_score_distribution(marks, 4, NULL, NULL, &result, &error), &error);
  CHECK_OK(celadon_ctt_score_distribution_result_table(result, &table, &error), &error);
  CHECK_NEAR(cell(table, "percentile_rank", 0), 0.125, 1e-15);
  celadon_table_destroy(table);
  CHECK_OK(celadon_ctt_score_distribution_result_summary_table(result, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_ctt_score_distribution_result_destroy(result);
  CHECK_OK(celadon_ctt_quantile(marks, 4, 0.5, &q, &error), &error);
  CHECK_NEAR(q, 70, 1e-12);
  CHECK(celadon_ctt_quantile(marks, 4, 1.5, &q, &error) == CELADON_INVALID_ARGUMENT);

  memset(bands, 0, sizeof bands);
  bands[0].struct_size = bands[1].struct_size = sizeof bands[0];
  bands[0].grade = "A";
  bands[0].share = 0.5;
  bands[0].t_min = 71;
  bands[0].t_max = 100;
  bands[1].grade = "B";
  bands[1].share = 0.5;
  bands[1].t_min = 40;
  bands[1].t_max = 70;
  celadon_ctt_grade_scaling_profile_init(&profile, sizeof profile);
  profile.id = "example";
  profile.bands = bands;
  profile.n_bands = 2;
  CHECK_OK(celadon_ctt_grade_scaling(marks, 4, &profile, &grades, &error), &error);
  CHECK_OK(celadon_ctt_grade_scaling_result_scores(grades, scaled, grade, 4, &error), &error);
  CHECK(scaled[0] == 40 && scaled[1] == 70 && scaled[2] == 71 && scaled[3] == 100 && grade[0] == 1 && grade[3] == 0);
  CHECK(celadon_ctt_grade_scaling_result_scores(grades, scaled, NULL, 3, &error) == CELADON_LENGTH_MISMATCH);
  CHECK_OK(celadon_ctt_grade_scaling_result_conversion_table(grades, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 4);
  celadon_table_destroy(table);
  celadon_ctt_grade_scaling_result_destroy(grades);
  bands[1].share = 0.2;
  CHECK(celadon_ctt_grade_scaling(marks, 4, &profile, &grades, &error) == CELADON_INVALID_ARGUMENT && grades == NULL);
  CHECK(celadon_ctt_grade_scaling(marks, 4, NULL, &grades, &error) == CELADON_INVALID_ARGUMENT);
}

static void charts_and_errors_of_measurement(void) {
  celadon_error error;
  int8_t cells[30 * 12];
  uint32_t state = 7;
  int i, j;
  celadon_responses* data;
  celadon_ctt_sp_table_result* sp = NULL;
  celadon_ctt_conditional_sem_result* sem = NULL;
  celadon_ctt_distractors_result* options = NULL;
  celadon_ctt_test_scores_result* totals = NULL;
  celadon_table* table = NULL;
  double lower = 0, upper = 0, sums[30];
  celadon_error_init(&error, sizeof error);
  for (i = 0; i < 30; ++i)
    for (j = 0; j < 12; ++j) {
      state = state * 1664525u + 1013904223u;
      cells[i * 12 + j] = (int8_t)((state >> 16) % 60u < (uint32_t)(12 + i + (12 - j) * 2));
    }
  data = pack(cells, 30, 12);
  CHECK_OK(celadon_ctt_sp_table(data, NULL, NULL, NULL, NULL, &sp, &error), &error);
  CHECK_OK(celadon_ctt_sp_table_result_persons_table(sp, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 30);
  celadon_table_destroy(table);
  CHECK_OK(celadon_ctt_sp_table_result_items_table(sp, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_ctt_sp_table_result_cells_table(sp, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_ctt_sp_table_result_destroy(sp);

  CHECK_OK(celadon_ctt_conditional_sem(data, NULL, NULL, NULL, NULL, &sem, &error), &error);
  CHECK(celadon_ctt_conditional_sem_result_at(sem, 6.0) > celadon_ctt_conditional_sem_result_at(sem, 11.0));
  CHECK_OK(celadon_ctt_conditional_sem_result_true_score_interval(sem, 6.0, 0.9, &lower, &upper, &error), &error);
  CHECK(lower < 6.0 && upper > 6.0);
  CHECK(celadon_ctt_conditional_sem_result_true_score_interval(sem, 6.0, 2.0, &lower, &upper, &error) == CELADON_INVALID_ARGUMENT);
  celadon_ctt_conditional_sem_result_destroy(sem);

  CHECK_OK(celadon_ctt_distractors(data, NULL, NULL, NULL, NULL, &options, &error), &error);
  CHECK_OK(celadon_ctt_distractors_result_table(options, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 24);
  celadon_table_destroy(table);
  celadon_ctt_distractors_result_destroy(options);

  CHECK_OK(celadon_ctt_test_scores(data, NULL, NULL, NULL, NULL, &totals, &error), &error);
  CHECK_OK(celadon_ctt_test_scores_result_totals(totals, sums, 30, &error), &error);
  for (i = 0; i < 30; ++i) {
    int sum = 0;
    for (j = 0; j < 12; ++j) sum += cells[i * 12 + j];
    CHECK(sums[i] == sum);
  }
  celadon_ctt_test_scores_result_destroy(totals);
  celadon_responses_destroy(data);
}

int main(void) {
  reliability_by_hand();
  items_by_hand();
  exam();
  scores();
  charts_and_errors_of_measurement();
  {
    /* Correlations of one factor with loadings .9 .8 .7 .6 are reproduced exactly, so the loadings come back. */
    static const double l[4] = {0.9, 0.8, 0.7, 0.6};
    double r[16], loadings[4], unique[4], smc[4];
    celadon_ctt_one_factor_values factor;
    celadon_error error;
    int i, j;
    celadon_error_init(&error, sizeof error);
    for (i = 0; i < 4; ++i)
      for (j = 0; j < 4; ++j) r[4 * i + j] = i == j ? 1.0 : l[i] * l[j];
    factor.struct_size = sizeof factor;
    CHECK_OK(celadon_ctt_one_factor(r, 4, loadings, unique, &factor, &error), &error);
    CHECK(factor.converged == 1 && factor.improper == 0 && factor.rmsr < 1e-6);
    for (i = 0; i < 4; ++i) CHECK_NEAR(loadings[i], l[i], 1e-5);
    CHECK_NEAR(unique[0], 1.0 - 0.81, 1e-4);
    CHECK_OK(celadon_ctt_squared_multiple_correlations(r, 4, smc, &error), &error);
    /* By Sherman and Morrison the inverse has 1 / u - (l / u)^2 / (1 + sum of l^2 / u) on its diagonal. */
    for (i = 0; i < 4; ++i) {
      const double u = 1.0 - l[i] * l[i], all = 0.81 / 0.19 + 0.64 / 0.36 + 0.49 / 0.51 + 0.36 / 0.64;
      CHECK_NEAR(smc[i], 1.0 - 1.0 / (1.0 / u - l[i] * l[i] / (u * u) / (1.0 + all)), 1e-12);
    }
    CHECK(celadon_ctt_one_factor(r, 2, loadings, NULL, NULL, &error) != CELADON_OK && strcmp(error.code_name, "too_few_items") == 0);
    CHECK(celadon_ctt_one_factor(NULL, 4, loadings, NULL, NULL, &error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_ctt_squared_multiple_correlations(r, -1, smc, &error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_ctt_squared_multiple_correlations(r, 4, NULL, &error) == CELADON_INVALID_ARGUMENT);
  }
  return failures;
}
