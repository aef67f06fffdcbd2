/* Survey statistics through C, against values worked out by hand. */
#include "check.h"

/* Two strata of two clusters of two pupils. */
static const double weight[8] = {1, 2, 1, 1, 2, 1, 1, 3};
static const int32_t stratum[8] = {0, 0, 0, 0, 1, 1, 1, 1};
static const int32_t cluster[8] = {0, 0, 1, 1, 0, 0, 1, 1};
static const double score[8] = {1, 3, 2, 6, 4, 5, 9, 8};
static const double other[8] = {2, 3, 2, 7, 4, 4, 9, 9};
static const int32_t half[8] = {0, 1, 0, 1, 0, 1, 0, 1};

static celadon_survey_design* design_of(int32_t method) {
  celadon_error error;
  celadon_survey_design_options options;
  celadon_survey_design* design = NULL;
  celadon_error_init(&error, sizeof error);
  celadon_survey_design_options_init(&options, sizeof options);
  options.method = method;
  options.n_rows = 8;
  options.weights = weight;
  options.n_weights = 8;
  options.strata = stratum;
  options.n_strata = 8;
  options.clusters = cluster;
  options.n_clusters = 8;
  CHECK_OK(celadon_survey_make_design(&options, &design, &error), &error);
  return design;
}

static celadon_survey_variable variable_of(const char* name, const double* const* columns, int32_t n_columns) {
  celadon_survey_variable variable;
  celadon_survey_variable_init(&variable, sizeof variable);
  variable.name = name;
  variable.columns = columns;
  variable.n_columns = n_columns;
  variable.n_rows = 8;
  return variable;
}

static celadon_survey_groups halves(void) {
  celadon_survey_groups groups;
  celadon_survey_groups_init(&groups, sizeof groups);
  groups.n_groups = 2;
  groups.index = half;
  groups.n_index = 8;
  return groups;
}

static celadon_survey_estimate row_of(const celadon_survey_estimates* result, int64_t row) {
  celadon_error error;
  celadon_survey_estimate out;
  celadon_error_init(&error, sizeof error);
  memset(&out, 0, sizeof out);
  out.struct_size = sizeof out;
  CHECK_OK(celadon_survey_estimates_row(result, row, &out, &error), &error);
  return out;
}

/* The weighted mean with one row's stratum reweighted as JK2 does it. */
static double mean_with(const double* x, int32_t doubled) {
  double total = 0, sum = 0;
  int i;
  for (i = 0; i < 8; ++i) {
    const double w = stratum[i] == doubled ? (cluster[i] == 1 ? 2 * weight[i] : 0) : weight[i];
    total += w;
    sum += w * x[i];
  }
  return sum / total;
}

static void means_by_hand(void) {
  const double* const columns[2] = {score, other};
  const celadon_survey_variable both = variable_of("score", columns, 2);
  celadon_survey_design* design = design_of(CELADON_SURVEY_JK2);
  celadon_survey_design_values values;
  celadon_survey_estimates* result = NULL;
  celadon_table* table = NULL;
  celadon_error error;
  double mean[2], variance[2], between;
  int m;
  celadon_error_init(&error, sizeof error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_survey_design_get_values(design, &values, &error), &error);
  CHECK(values.n_units == 4 && values.n_replicates == 2 && values.method == CELADON_SURVEY_JK2);
  CHECK_OK(celadon_survey_means(design, &both, 1, NULL, NULL, &result, &error), &error);
  CHECK(celadon_survey_estimates_n_rows(result) == 1);
  for (m = 0; m < 2; ++m) {
    mean[m] = mean_with(columns[m], -1);
    variance[m] = pow(mean_with(columns[m], 0) - mean[m], 2) + pow(mean_with(columns[m], 1) - mean[m], 2);
  }
  between = (mean[0] - mean[1]) * (mean[0] - mean[1]) / 2;
  {
    const celadon_survey_estimate row = row_of(result, 0);
    CHECK_NEAR(row.value, (mean[0] + mean[1]) / 2, 1e-12);
    CHECK_NEAR(row.sampling_variance, (variance[0] + variance[1]) / 2, 1e-12);
    CHECK_NEAR(row.imputation_variance, between, 1e-12);
    CHECK_NEAR(row.se * row.se, row.sampling_variance + 1.5 * between, 1e-12);
    CHECK_NEAR(row.weight, 12.0, 1e-12);
    CHECK(row.n == 8 && row.group == 0 && row.other == -1 && row.level != row.level);
  }
  CHECK_OK(celadon_survey_estimates_table(result, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 1);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "statistic", -1), 0, NULL), "mean") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_survey_estimates_findings(result, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_survey_estimates_destroy(result);
  CHECK_OK(celadon_survey_spreads(design, &both, 1, NULL, CELADON_SURVEY_DIVISOR_WEIGHT, NULL, &result, &error), &error);
  CHECK(celadon_survey_estimates_n_rows(result) == 2);
  celadon_survey_estimates_destroy(result);
  CHECK_OK(celadon_survey_totals(design, &both, 1, NULL, NULL, &result, &error), &error);
  CHECK_NEAR(row_of(result, 1).value, 12.0, 1e-12);
  celadon_survey_estimates_destroy(result);
  celadon_survey_design_destroy(design);
}

static void replicate_weights_as_a_matrix(void) {
  double replicates[16];
  const double* const column = score;
  const celadon_survey_variable x = variable_of("score", &column, 1);
  celadon_survey_design_options options;
  celadon_survey_design *given = NULL, *zones = design_of(CELADON_SURVEY_JK2);
  celadon_survey_estimates *a = NULL, *b = NULL;
  celadon_error error;
  int i;
  celadon_error_init(&error, sizeof error);
  for (i = 0; i < 16; ++i) replicates[i] = stratum[i / 2] == i % 2 ? (cluster[i / 2] == 1 ? 2 * weight[i / 2] : 0) : weight[i / 2];
  celadon_survey_design_options_init(&options, sizeof options);
  options.method = CELADON_SURVEY_GIVEN;
  options.n_rows = 8;
  options.weights = weight;
  options.n_weights = 8;
  options.replicate_weights = replicates;
  options.n_replicate_weights = 16;
  CHECK_OK(celadon_survey_make_design(&options, &given, &error), &error);
  CHECK_OK(celadon_survey_means(given, &x, 1, NULL, NULL, &a, &error), &error);
  CHECK_OK(celadon_survey_means(zones, &x, 1, NULL, NULL, &b, &error), &error);
  CHECK_NEAR(row_of(a, 0).value, row_of(b, 0).value, 1e-14);
  CHECK_NEAR(row_of(a, 0).se, row_of(b, 0).se, 1e-12);
  celadon_survey_estimates_destroy(a);
  celadon_survey_estimates_destroy(b);
  celadon_survey_design_destroy(given);
  celadon_survey_design_destroy(zones);
}

static void tables_of_indicators(void) {
  static const celadon_survey_measure measures[3] = {
      {0, CELADON_SURVEY_MEAN, 0.0}, {0, CELADON_SURVEY_SHARE_AT_LEAST, 5.0}, {1, CELADON_SURVEY_SHARE, 4.0}};
  static const double five = 5.0, four = 4.0, middle = 0.5;
  static const int32_t pair[2] = {1, 0};
  const double* const columns[2] = {score, other};
  celadon_survey_variable variables[2];
  const celadon_survey_groups groups = halves();
  celadon_survey_design* design = design_of(CELADON_SURVEY_LINEARISED);
  celadon_survey_estimates *all = NULL, *one = NULL;
  celadon_error error;
  int g;
  celadon_error_init(&error, sizeof error);
  variables[0] = variable_of("score", &columns[0], 1);
  variables[1] = variable_of("other", &columns[1], 1);
  CHECK_OK(celadon_survey_tabulate(design, variables, 2, measures, 3, &groups, CELADON_SURVEY_DIVISOR_SAMPLE, NULL, &all, &error), &error);
  CHECK(celadon_survey_estimates_n_rows(all) == 6);
  CHECK_OK(celadon_survey_shares_at_least(design, variables, &five, 1, &groups, NULL, &one, &error), &error);
  for (g = 0; g < 2; ++g) CHECK(row_of(all, 2 + g).value == row_of(one, g).value && row_of(all, 2 + g).se == row_of(one, g).se);
  CHECK_NEAR(row_of(all, 2).value, 1.0 / 5.0, 1e-14); /* weights 1 1 2 1 of scores 1 2 4 9 */
  celadon_survey_estimates_destroy(one);
  CHECK_OK(celadon_survey_shares(design, &variables[1], &four, 1, &groups, NULL, &one, &error), &error);
  for (g = 0; g < 2; ++g) CHECK(row_of(all, 4 + g).value == row_of(one, g).value);
  celadon_survey_estimates_destroy(one);
  CHECK_OK(celadon_survey_gaps(design, variables, &groups, pair, 1, CELADON_SURVEY_DIVISOR_SAMPLE, NULL, &one, &error), &error);
  CHECK_NEAR(row_of(one, 0).value, row_of(all, 1).value - row_of(all, 0).value, 1e-12);
  CHECK(row_of(one, 0).group == 1 && row_of(one, 0).other == 0);
  celadon_survey_estimates_destroy(one);
  CHECK_OK(celadon_survey_quantiles(design, variables, &middle, 1, NULL, NULL, &one, &error), &error);
  CHECK_NEAR(row_of(one, 0).value, 4.0, 0.0); /* cumulative weights 1 2 4 6 7 8 11 12 of 1 2 3 4 5 6 8 9 */
  celadon_survey_estimates_destroy(one);
  CHECK_OK(celadon_survey_correlations(design, variables, 2, NULL, NULL, &one, &error), &error);
  CHECK(row_of(one, 0).value > 0.9 && row_of(one, 0).value < 1.0);
  celadon_survey_estimates_destroy(one);
  celadon_survey_estimates_destroy(all);
  celadon_survey_design_destroy(design);
}

static void regressions_and_tests(void) {
  static const double slope_is_one[2] = {0.0, 1.0};
  static const double one_value = 1.0;
  static const double equal[2] = {1.0, -1.0};
  static const double binary[8] = {0, 1, 0, 1, 1, 0, 1, 1};
  const double *y = other, *x = score, *z = binary;
  const celadon_survey_variable outcome = variable_of("other", &y, 1), predictor = variable_of("score", &x, 1),
                                passed = variable_of("passed", &z, 1);
  const celadon_survey_groups groups = halves();
  celadon_survey_design* design = design_of(CELADON_SURVEY_JKN);
  celadon_survey_estimates *fit = NULL, *gap = NULL;
  celadon_survey_joint_estimate* joint = NULL;
  celadon_survey_wald test;
  celadon_error error;
  celadon_table* table = NULL;
  double values[2], covariance[4];
  celadon_error_init(&error, sizeof error);
  CHECK_OK(celadon_survey_linear_regression(design, &outcome, &predictor, 1, NULL, NULL, NULL, &fit, &error), &error);
  CHECK(celadon_survey_estimates_n_rows(fit) == 5); /* two b, sigma, r_squared, beta */
  CHECK_OK(celadon_survey_estimates_joint(fit, 0, &joint, &error), &error);
  CHECK(celadon_survey_joint_estimate_n(joint) == 2);
  CHECK_OK(celadon_survey_joint_estimate_get(joint, values, 2, covariance, 4, &error), &error);
  CHECK_NEAR(values[1], row_of(fit, 1).value, 1e-13);
  CHECK_NEAR(sqrt(covariance[3]), row_of(fit, 1).se, 1e-12);
  CHECK(celadon_survey_joint_estimate_get(joint, values, 1, NULL, 0, &error) == CELADON_LENGTH_MISMATCH);
  memset(&test, 0, sizeof test);
  test.struct_size = sizeof test;
  CHECK_OK(celadon_survey_wald_test(joint, slope_is_one, 1, &one_value, &test, &error), &error);
  CHECK_NEAR(test.f, pow((values[1] - 1.0) / sqrt(covariance[3]), 2), 1e-9);
  CHECK(test.n_contrasts == 1 && test.f_p > 0 && test.f_p < 1 && test.d2 != test.d2);
  celadon_survey_joint_estimate_destroy(joint);
  celadon_survey_estimates_destroy(fit);

  CHECK_OK(celadon_survey_joint_means(design, &predictor, &groups, NULL, &joint, &error), &error);
  CHECK_OK(celadon_survey_wald_test(joint, equal, 1, NULL, &test, &error), &error);
  {
    static const int32_t pair[2] = {0, 1};
    CHECK_OK(celadon_survey_gaps(design, &predictor, &groups, pair, 1, 0, NULL, &gap, &error), &error);
    CHECK_NEAR(test.f, pow(row_of(gap, 0).value / row_of(gap, 0).se, 2), 1e-9);
    celadon_survey_estimates_destroy(gap);
  }
  CHECK_OK(celadon_survey_joint_estimate_findings(joint, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_survey_joint_estimate_destroy(joint);
  {
    /* The first group is the first cluster. */
    static const int32_t alone[8] = {0, 0, 1, 1, 1, 1, 1, 1};
    celadon_survey_groups units = halves();
    units.index = alone;
    CHECK_OK(celadon_survey_joint_means(design, &predictor, &units, NULL, &joint, &error), &error);
    CHECK_OK(celadon_survey_joint_estimate_get(joint, values, 2, covariance, 4, &error), &error);
    CHECK_NEAR(values[0], 7.0 / 3.0, 1e-14);
    CHECK(covariance[0] != covariance[0] && covariance[1] != covariance[1] && covariance[3] > 0);
    CHECK_OK(celadon_survey_joint_estimate_findings(joint, CELADON_ENGLISH, &table, &error), &error);
    CHECK(celadon_table_n_rows(table) == 1);
    celadon_table_destroy(table);
    celadon_survey_joint_estimate_destroy(joint);
  }

  CHECK_OK(celadon_survey_logistic_regression(design, &passed, NULL, 0, NULL, NULL, NULL, &fit, &error), &error);
  /* Weights of 1: 2 + 1 + 2 + 1 + 3 of 12. */
  CHECK_NEAR(row_of(fit, 0).value, log(9.0 / 3.0), 1e-9);
  CHECK(celadon_survey_estimates_joint(fit, 1, &joint, &error) == CELADON_INVALID_ARGUMENT && joint == NULL);
  celadon_survey_estimates_destroy(fit);
  celadon_survey_design_destroy(design);
}

static void schools_and_small_groups(void) {
  static const double member[8] = {1, 1, 0, 0, 1, 0, 1, 0};
  static const int32_t school[8] = {0, 0, 1, 1, 2, 2, 3, 3};
  static const int32_t region[4] = {0, 0, 1, 1};
  static const double direct[5] = {10, 12, 11, 17, 12}, variance[5] = {1, 1, 1, 4, 1};
  const double *m = member, *x = score;
  const celadon_survey_variable kind = variable_of("member", &m, 1), v = variable_of("score", &x, 1);
  celadon_survey_groups schools = halves();
  celadon_survey_design* design = design_of(CELADON_SURVEY_LINEARISED);
  celadon_survey_estimates* result = NULL;
  celadon_survey_small_area_options options;
  celadon_survey_small_area* small = NULL;
  celadon_survey_small_area_values values;
  double coefficients[1];
  celadon_table* table = NULL;
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  schools.index = school;
  schools.n_groups = 4;
  CHECK_OK(celadon_survey_dissimilarity(design, &kind, &schools, region, 4, NULL, &result, &error), &error);
  CHECK_NEAR(row_of(result, 0).value, 1.0, 1e-12); /* the first region is parted altogether */
  celadon_survey_estimates_destroy(result);
  CHECK(celadon_survey_dissimilarity(design, &kind, NULL, NULL, 0, NULL, &result, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_survey_intraclass(design, &v, &schools, NULL, 0, 0.5, NULL, &result, &error), &error);
  CHECK(celadon_survey_estimates_n_rows(result) == 4);
  CHECK(row_of(result, 3).value > row_of(result, 2).value);
  celadon_survey_estimates_destroy(result);
  CHECK_OK(celadon_survey_gini(design, &v, NULL, NULL, &result, &error), &error);
  {
    const double gini = row_of(result, 0).value;
    celadon_survey_estimates_destroy(result);
    CHECK_OK(celadon_survey_concentration_index(design, &v, &v, NULL, NULL, &result, &error), &error);
    CHECK_NEAR(row_of(result, 0).value, gini, 1e-12);
    celadon_survey_estimates_destroy(result);
  }
  celadon_survey_small_area_options_init(&options, sizeof options);
  options.direct = direct;
  options.variance = variance;
  options.n_groups = 5;
  CHECK_OK(celadon_survey_empirical_bayes(&options, &small, &error), &error);
  memset(&values, 0, sizeof values);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_survey_small_area_get_values(small, &values, &error), &error);
  CHECK(values.converged == 1 && values.iterations > 0 && values.n_used == 5 && values.n_coefficients == 1);
  CHECK(values.between_variance >= 0);
  CHECK_OK(celadon_survey_small_area_coefficients(small, coefficients, 1, &error), &error);
  CHECK(celadon_survey_small_area_coefficients(small, coefficients, 0, &error) == CELADON_LENGTH_MISMATCH);
  CHECK(celadon_survey_small_area_get_values(NULL, &values, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_survey_small_area_table(small, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 5);
  celadon_table_destroy(table);
  celadon_survey_small_area_destroy(small);
  celadon_survey_design_destroy(design);
}

static void wrong_use(void) {
  static const double negative[8] = {1, 2, -1, 1, 2, 1, 1, 3};
  const double* column = score;
  celadon_survey_variable x = variable_of("score", &column, 1);
  celadon_survey_design_options options;
  celadon_survey_design* design = NULL;
  celadon_survey_estimates* result = NULL;
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  celadon_survey_design_options_init(&options, sizeof options);
  options.n_rows = 8;
  options.weights = negative;
  options.n_weights = 8;
  CHECK(celadon_survey_make_design(&options, &design, &error) != CELADON_OK && design == NULL);
  CHECK(strcmp(error.code_name, "negative_weight") == 0 && error.row == 3);
  CHECK(celadon_survey_make_design(NULL, &design, &error) == CELADON_INVALID_ARGUMENT);
  options.method = 17;
  CHECK(celadon_survey_make_design(&options, &design, &error) == CELADON_INVALID_ARGUMENT);
  design = design_of(CELADON_SURVEY_FAY);
  CHECK(celadon_survey_means(design, NULL, 1, NULL, NULL, &result, &error) == CELADON_INVALID_ARGUMENT && result == NULL);
  CHECK(celadon_survey_means(NULL, &x, 1, NULL, NULL, &result, &error) == CELADON_INVALID_ARGUMENT);
  x.n_rows = 7;
  CHECK(celadon_survey_means(design, &x, 1, NULL, NULL, &result, &error) == CELADON_LENGTH_MISMATCH);
  x.struct_size = 3;
  CHECK(celadon_survey_means(design, &x, 1, NULL, NULL, &result, &error) == CELADON_INVALID_ARGUMENT);
  celadon_survey_design_destroy(design);
  celadon_survey_design_destroy(NULL);
  celadon_survey_estimates_destroy(NULL);
  celadon_survey_joint_estimate_destroy(NULL);
  celadon_survey_small_area_destroy(NULL);
}

int main(void) {
  means_by_hand();
  replicate_weights_as_a_matrix();
  tables_of_indicators();
  regressions_and_tests();
  schools_and_small_groups();
  wrong_use();
  return failures;
}
