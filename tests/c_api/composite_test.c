/* Composite indicators through C: the same tree and values as in the unit tests, results by hand or from one step to the next. */
#include "check.h"

enum { N = 6, K = 4, NODES = 7 };
static celadon_error error;
static const double kValues[N * K] = {10, 2, 5, 9, 12, 4, 3, 8, 14, 3, 4, 7, 11, 9, 8, 6, 17, 5, 9, 5, 13, 7, 6, 4};
static const char* const kUnits[N] = {"u1", "u2", "u3", "u4", "u5", "u6"};

static void describe_node(celadon_composite_node* node, const char* code, const char* parent, int32_t level, double weight) {
  celadon_composite_node_init(node, sizeof *node);
  node->code = code;
  node->parent = parent;
  node->level = level;
  node->weight = weight;
}

/* a1, a2 in A; b1, b2 in B; A (weight 2) and B (weight 1) in index; less is better for b2. The index stands first: order is the library's.
 */
static celadon_composite_tree* make_tree(void) {
  celadon_composite_node nodes[NODES];
  celadon_composite_tree* tree = NULL;
  describe_node(&nodes[0], "index", NULL, 3, 1);
  describe_node(&nodes[1], "a1", "A", 1, 1);
  describe_node(&nodes[2], "a2", "A", 1, 1);
  describe_node(&nodes[3], "b1", "B", 1, 1);
  describe_node(&nodes[4], "b2", "B", 1, 1);
  describe_node(&nodes[5], "A", "index", 2, 2);
  describe_node(&nodes[6], "B", "index", 2, 1);
  nodes[4].direction = -1;
  CHECK_OK(celadon_composite_tree_create(nodes, NODES, &tree, &error), &error);
  return tree;
}

static celadon_composite_measures* make_measures(const celadon_composite_tree* tree) {
  celadon_composite_measures_view view;
  celadon_composite_measures* out = NULL;
  celadon_composite_measures_view_init(&view, sizeof view);
  view.values = kValues;
  view.n_units = N;
  view.unit_ids = kUnits;
  CHECK_OK(celadon_composite_measures_create(tree, &view, &out, &error), &error);
  return out;
}

static void numbers(const celadon_table* table, const char* column, double* out, int64_t n) {
  CHECK(celadon_table_n_rows(table) == n);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), out, n, 1, &error), &error);
}

/* Min-max of column j from 0 to 100, more is better. */
static double scaled(int i, int j) {
  double low = kValues[j], high = kValues[j];
  int k;
  for (k = 0; k < N; ++k) {
    if (kValues[k * K + j] < low) low = kValues[k * K + j];
    if (kValues[k * K + j] > high) high = kValues[k * K + j];
  }
  return 100 * (j == 3 ? high - kValues[i * K + j] : kValues[i * K + j] - low) / (high - low);
}
static double expected_index(int i) {
  return (2 * (scaled(i, 0) + scaled(i, 1)) / 2 + (scaled(i, 2) + scaled(i, 3)) / 2) / 3;
}

static void check_index(const celadon_composite_tree* tree, const celadon_composite_measures* measures) {
  celadon_composite_index_result* index = NULL;
  celadon_composite_index_values values;
  celadon_composite_values* step = NULL;
  celadon_table* table = NULL;
  double cells[N * NODES], again[N * NODES], ranks[N], shares[NODES];
  int i, j;
  CHECK_OK(celadon_composite_build(measures, NULL, &index, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_composite_index_result_values(index, &values, &error), &error);
  CHECK(values.n_units == N && values.n_nodes == NODES && values.n_indicators == K && values.n_imputed == 0 && values.n_screened == 0);
  CHECK_OK(celadon_composite_index_result_step(index, 3, cells, N * K, &error), &error);
  for (i = 0; i < N; ++i)
    for (j = 0; j < K; ++j) CHECK_NEAR(cells[i * K + j], scaled(i, j), 1e-12);
  /* The steps alone are those of the index. */
  CHECK_OK(celadon_composite_treat(kValues, N, K, NULL, 0, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, again, N * K, &error), &error);
  celadon_composite_values_destroy(step);
  CHECK_OK(celadon_composite_normalise(again, N, tree, NULL, 0, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, again, N * K, &error), &error);
  CHECK_OK(celadon_composite_values_findings(step, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_composite_values_destroy(step);
  CHECK(memcmp(again, cells, sizeof(double) * N * K) == 0);
  CHECK_OK(celadon_composite_index_result_step(index, 4, cells, N * NODES, &error), &error);
  CHECK_OK(celadon_composite_aggregate(again, N, tree, NULL, NULL, 0, again, N * NODES, &error), &error);
  CHECK(memcmp(again, cells, sizeof cells) == 0);
  CHECK_OK(celadon_composite_index_result_table(index, &table, &error), &error);
  numbers(table, "index", again, N);
  numbers(table, "rank", cells, N);
  for (i = 0; i < N; ++i) CHECK_NEAR(again[i], expected_index(i), 1e-12);
  CHECK_OK(celadon_composite_ranks(again, N, ranks, N, &error), &error);
  CHECK(memcmp(ranks, cells, sizeof ranks) == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_index_result_treatment(index, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == K);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_index_result_findings(index, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_effective_weights(tree, NULL, 0, shares, NODES, &error), &error);
  CHECK_NEAR(shares[0], 1.0 / 3, 1e-15);
  CHECK_NEAR(shares[3], 1.0 / 6, 1e-15);
  CHECK_OK(celadon_composite_tree_table(tree, &table, &error), &error);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "node", -1), 0, NULL), "a1") == 0);
  celadon_table_destroy(table);
  celadon_composite_index_result_destroy(index);
}

static void check_steps(void) {
  static const double kHoles[4] = {1, NAN, 5, 6};
  static const double kOut[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100};
  static const char* const kGroups[4] = {"x", "x", "y", "y"};
  static const char* const kCodes[1] = {"people"};
  static const double kPeople[2] = {5, 2};
  celadon_composite_treat_options treat;
  celadon_composite_node nodes[2];
  celadon_composite_tree* tree = NULL;
  celadon_composite_values* step = NULL;
  celadon_table* table = NULL;
  double out[12], mean;
  int64_t rows[4], n;
  CHECK_OK(celadon_composite_impute(kHoles, 4, 1, CELADON_COMPOSITE_MEDIAN, NULL, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, out, 4, &error), &error);
  CHECK_NEAR(out[1], 5, 0);
  celadon_composite_values_destroy(step);
  CHECK_OK(celadon_composite_impute(kHoles, 4, 1, CELADON_COMPOSITE_GROUP_MEAN, kGroups, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, out, 4, &error), &error);
  CHECK_NEAR(out[1], 1, 0);
  celadon_composite_values_destroy(step);
  celadon_composite_treat_options_init(&treat, sizeof treat);
  CHECK(treat.treat == 1 && treat.max_winsorised == 5 && treat.transformation == CELADON_COMPOSITE_LOG);
  treat.max_winsorised = 0;
  CHECK_OK(celadon_composite_treat(kOut, 12, 1, &treat, 1, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, out, 12, &error), &error);
  CHECK_NEAR(out[11], log(99.0 + 0.99), 1e-13);
  CHECK(celadon_composite_values_copy(step, out, 11, &error) == CELADON_LENGTH_MISMATCH);
  celadon_composite_values_destroy(step);
  describe_node(&nodes[0], "x", "all", 1, 1);
  nodes[0].denominator = "people";
  describe_node(&nodes[1], "all", NULL, 2, 1);
  CHECK_OK(celadon_composite_tree_create(nodes, 2, &tree, &error), &error);
  CHECK_OK(celadon_composite_denominate(kOut + 9, 2, tree, kPeople, kCodes, 1, &step, &error), &error);
  CHECK_OK(celadon_composite_values_copy(step, out, 2, &error), &error);
  CHECK(out[0] == 2 && out[1] == 15);
  celadon_composite_values_destroy(step);
  celadon_composite_tree_destroy(tree);
  CHECK_OK(celadon_composite_screen_units(kHoles, 4, 1, 1.0, 0.0, rows, 4, &n, &error), &error);
  CHECK(n == 3 && rows[0] == 0 && rows[1] == 2 && rows[2] == 3);
  CHECK_OK(celadon_composite_mean_of(kHoles + 2, 2, kPeople, 2, CELADON_COMPOSITE_ARITHMETIC, 1.0, &mean, &error), &error);
  CHECK_NEAR(mean, (5 * 5 + 6 * 2) / 7.0, 1e-15);
  CHECK_OK(celadon_composite_describe(kOut, 12, 1, NULL, &table, &error), &error);
  numbers(table, "median", out, 1);
  CHECK(out[0] == 6.5);
  celadon_table_destroy(table);
}

static void check_weights(void) {
  static const double kPoints[4] = {60, 40, 40, 60};
  static const double kPair[6] = {0, 1, 1, 2, 2, 4};
  static const double kJudgements[18] = {1, 2, 4, 0.5, 1, 2, 0.25, 0.5, 1, 1, 0.5, 0.25, 2, 1, 0.5, 4, 2, 1};
  celadon_status (*const made[3])(const double*, int64_t, int64_t, celadon_composite_weights_result**, celadon_error*) = {
      celadon_composite_entropy_weights, celadon_composite_critic_weights, celadon_composite_deviation_weights};
  celadon_composite_weights_result* weights = NULL;
  celadon_composite_ahp_result* ahp = NULL;
  celadon_composite_ahp_group_result* group = NULL;
  celadon_composite_ahp_values values;
  celadon_table* table = NULL;
  double out[K];
  int m;
  for (m = 0; m < 3; ++m) {
    CHECK_OK(made[m](kValues, N, K, &weights, &error), &error);
    CHECK_OK(celadon_composite_weights_result_table(weights, &table, &error), &error);
    numbers(table, "weight", out, K);
    CHECK_NEAR(out[0] + out[1] + out[2] + out[3], 1, 1e-14);
    CHECK(out[0] != out[1]);
    celadon_table_destroy(table);
    celadon_composite_weights_result_destroy(weights);
  }
  CHECK_OK(celadon_composite_component_weights(kPair, 3, 2, 0, &weights, &error), &error);
  CHECK_OK(celadon_composite_weights_result_table(weights, &table, &error), &error);
  numbers(table, "weight", out, 2);
  CHECK_NEAR(out[0], 0.5, 1e-12); /* of two indicators, the first component loads alike */
  celadon_table_destroy(table);
  celadon_composite_weights_result_destroy(weights);
  CHECK_OK(celadon_composite_equal_weights(4, &weights, &error), &error);
  CHECK_OK(celadon_composite_weights_result_findings(weights, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_composite_weights_result_destroy(weights);
  CHECK_OK(celadon_composite_budget_weights(kPoints, 2, 2, 100, &weights, &error), &error);
  CHECK_OK(celadon_composite_weights_result_table(weights, &table, &error), &error);
  numbers(table, "se", out, 2);
  CHECK_NEAR(out[0], 0.1, 1e-12); /* shares .6 and .4: sd .1414 over the root of 2 */
  celadon_table_destroy(table);
  celadon_composite_weights_result_destroy(weights);
  weights = NULL;
  CHECK(celadon_composite_budget_weights(kPoints, 2, 2, 99, &weights, &error) != CELADON_OK);
  CHECK(weights == NULL && strcmp(error.code_name, "budget_not_spent") == 0);

  CHECK_OK(celadon_composite_ahp(kJudgements, 3, NULL, &ahp, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_composite_ahp_result_values(ahp, &values, &error), &error);
  CHECK_NEAR(values.lambda_max, 3, 1e-12);
  CHECK_NEAR(values.random_index, 0.58, 0);
  CHECK_OK(celadon_composite_ahp_result_table(ahp, &table, &error), &error);
  numbers(table, "weight", out, 3);
  CHECK_NEAR(out[0], 4.0 / 7, 1e-14);
  celadon_table_destroy(table);
  celadon_composite_ahp_result_destroy(ahp);
  /* The second judge says the reverse of the first. */
  CHECK_OK(celadon_composite_ahp_group(kJudgements, 2, 3, 0, NULL, NULL, &group, &error), &error);
  for (m = -1; m < 2; ++m) {
    CHECK_OK(celadon_composite_ahp_group_result_member(group, m, &ahp, &error), &error);
    CHECK_OK(celadon_composite_ahp_result_table(ahp, &table, &error), &error);
    numbers(table, "weight", out, 3);
    CHECK_NEAR(out[0], m < 0 ? 1.0 / 3 : m == 0 ? 4.0 / 7 : 1.0 / 7, 1e-14);
    celadon_table_destroy(table);
    CHECK_OK(celadon_composite_ahp_result_findings(ahp, CELADON_ENGLISH, &table, &error), &error);
    celadon_table_destroy(table);
    celadon_composite_ahp_result_destroy(ahp);
  }
  CHECK(celadon_composite_ahp_group_result_member(group, 2, &ahp, &error) == CELADON_INVALID_ARGUMENT);
  celadon_composite_ahp_group_result_destroy(group);
}

static void check_tables_of_units(void) {
  static const double kThree[9] = {3, 1, 2, 2, 2, 3, 1, 3, 1};
  static const double kCosts[6] = {1, 9, 2, 5, 3, 1};
  static const int32_t kDirections[2] = {1, -1};
  celadon_composite_topsis_result* topsis = NULL;
  celadon_composite_principal_components_result* components = NULL;
  celadon_composite_group_alpha_values alpha;
  celadon_table* table = NULL;
  double out[K * K], other[K * K], variance = 0, sum = 0;
  int i;
  CHECK_OK(celadon_composite_copeland(kThree, 3, 3, NULL, 0, out, 3, &error), &error);
  CHECK(out[0] == 0 && out[1] == 2 && out[2] == -2);
  CHECK_OK(celadon_composite_outranking(kThree, 3, 3, NULL, 0, out, 9, &error), &error);
  CHECK_NEAR(out[1], 1.0 / 3, 1e-15);
  CHECK_OK(celadon_composite_topsis(kCosts, 3, 2, NULL, 0, kDirections, &topsis, &error), &error);
  CHECK_OK(celadon_composite_topsis_result_table(topsis, &table, &error), &error);
  numbers(table, "closeness", out, 3);
  CHECK(out[0] == 0 && out[2] == 1);
  celadon_table_destroy(table);
  celadon_composite_topsis_result_destroy(topsis);
  CHECK_OK(celadon_composite_weighted_product(kCosts, 3, 2, NULL, 0, kDirections, out, 3, &error), &error);
  CHECK_NEAR(out[0], 1.0 / 3, 1e-15);
  CHECK_OK(celadon_composite_correlations(kValues, N, K, CELADON_COMPOSITE_PAIRWISE, out, K * K, &error), &error);
  CHECK_OK(celadon_composite_rank_correlations(kValues, N, K, CELADON_COMPOSITE_PAIRWISE, other, K * K, &error), &error);
  CHECK(out[0] == 1 && other[0] == 1 && out[1] == out[K] && out[1] != other[1]);
  CHECK_OK(celadon_composite_covariances(kValues, N, K, CELADON_COMPOSITE_COMPLETE, other, K * K, &error), &error);
  CHECK_NEAR(other[1] / sqrt(other[0] * other[K + 1]), out[1], 1e-14);
  for (i = 0; i < K * K; ++i) {
    sum += other[i];
    variance += i % (K + 1) == 0 ? other[i] : 0;
  }
  alpha.struct_size = sizeof alpha;
  CHECK_OK(celadon_composite_group_alpha(kValues, N, K, CELADON_COMPOSITE_COMPLETE, &alpha, &error), &error);
  CHECK_NEAR(alpha.alpha, K / (K - 1.0) * (1 - variance / sum), 1e-12);
  CHECK(alpha.n_units == N);
  CHECK_OK(celadon_composite_principal_components(kValues, N, K, CELADON_COMPOSITE_COMPLETE, &components, &error), &error);
  CHECK_OK(celadon_composite_principal_components_result_table(components, &table, &error), &error);
  numbers(table, "sd", out, K);
  CHECK_NEAR(out[0] * out[0] + out[1] * out[1] + out[2] * out[2] + out[3] * out[3], K, 1e-12);
  celadon_table_destroy(table);
  celadon_composite_principal_components_result_destroy(components);
}

static void check_comparisons(const celadon_composite_measures* measures) {
  static const double kWithout[NODES] = {0, 1, 1, 1, 1, 2, 1};
  static const int64_t kRow[1] = {0}, kColumn[1] = {0};
  static const double kNew[1] = {30};
  celadon_composite_construction choices;
  celadon_composite_index_result *whole = NULL, *without = NULL;
  celadon_composite_comparison_result* comparison = NULL;
  celadon_composite_comparison_values values;
  celadon_composite_removals_result* removals = NULL;
  celadon_composite_influence_weights_result* influence = NULL;
  celadon_composite_influence_values found;
  celadon_table* table = NULL;
  double out[NODES], mean[K], weights[NODES];
  celadon_composite_construction_init(&choices, sizeof choices);
  choices.weights = kWithout;
  choices.n_weights = NODES;
  CHECK_OK(celadon_composite_build(measures, NULL, &whole, &error), &error);
  CHECK_OK(celadon_composite_build(measures, &choices, &without, &error), &error);
  CHECK_OK(celadon_composite_compare(whole, without, &comparison, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_composite_comparison_result_values(comparison, &values, &error), &error);
  celadon_composite_comparison_result_destroy(comparison);
  CHECK_OK(celadon_composite_remove_one_at_a_time(measures, NULL, 1, NULL, &removals, &error), &error);
  CHECK_OK(celadon_composite_removals_result_table(removals, &table, &error), &error);
  numbers(table, "mean_absolute_change", mean, K);
  CHECK(mean[0] == values.mean_absolute_change && mean[0] > 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_removals_result_findings(removals, CELADON_CHINESE, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_composite_removals_result_destroy(removals);
  CHECK_OK(celadon_composite_what_if(measures, NULL, kRow, kColumn, kNew, 1, &comparison, &error), &error);
  CHECK_OK(celadon_composite_comparison_result_table(comparison, &table, &error), &error);
  numbers(table, "score_b", out, N);
  CHECK(out[0] > expected_index(0) + 10); /* from the least of its column to the largest */
  celadon_table_destroy(table);
  celadon_composite_comparison_result_destroy(comparison);
  CHECK_OK(celadon_composite_equal_influence_weights(measures, NULL, 2, NULL, &influence, &error), &error);
  found.struct_size = sizeof found;
  CHECK_OK(celadon_composite_influence_weights_result_values(influence, &found, &error), &error);
  CHECK(found.converged == 1 && found.deviation < 1e-8);
  CHECK_OK(celadon_composite_influence_weights_result_table(influence, &table, &error), &error);
  numbers(table, "influence_share", out, 2);
  CHECK_NEAR(out[0], 0.5, 1e-8);
  numbers(table, "weight", out, 2);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_influence_weights_result_all(influence, weights, NODES, &error), &error);
  CHECK(weights[5] == out[0] && weights[6] == out[1]);
  CHECK_OK(celadon_composite_influence_weights_result_findings(influence, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_composite_influence_weights_result_destroy(influence);
  celadon_composite_index_result_destroy(whole);
  celadon_composite_index_result_destroy(without);
}

static void check_uncertainty(const celadon_composite_measures* measures) {
  enum { RUNS = 60 };
  static const double kNoise[2] = {0.2, 0.2};
  static const double kYa[4] = {0, 1, 2, 3}, kYb[4] = {3, 1, 0, 2}, kYab[8] = {3, 1, 0, 2, 0, 1, 2, 3};
  static const int32_t kGeometric[1] = {CELADON_COMPOSITE_GEOMETRIC};
  celadon_composite_normalise_options scales[2];
  celadon_composite_aggregate_options kinds[2];
  celadon_composite_factor factors[3];
  celadon_composite_uncertainty_options options;
  celadon_composite_uncertainty_result *one = NULL, *many = NULL;
  celadon_composite_uncertainty_values values;
  celadon_composite_sensitivity_result* sensitivity = NULL;
  celadon_execution execution;
  celadon_table* table = NULL;
  static double first[RUNS * N], second[RUNS * N];
  double mean[N], out[3], variance, sum;
  int i, r;
  for (i = 0; i < 2; ++i) {
    celadon_composite_normalise_options_init(&scales[i], sizeof scales[i]);
    celadon_composite_aggregate_options_init(&kinds[i], sizeof kinds[i]);
  }
  scales[0].lower = 1;
  scales[1].method = CELADON_COMPOSITE_RANK;
  kinds[1].methods = kGeometric;
  kinds[1].n_methods = 1;
  for (i = 0; i < 3; ++i) {
    celadon_composite_factor_init(&factors[i], sizeof factors[i]);
    factors[i].n_alternatives = 2;
  }
  factors[0].name = "noise";
  factors[0].noise = kNoise;
  factors[1].name = "scale";
  factors[1].choice = CELADON_COMPOSITE_VARY_NORMALISATION;
  factors[1].normalisations = scales;
  factors[2].name = "mean";
  factors[2].choice = CELADON_COMPOSITE_VARY_AGGREGATION;
  factors[2].aggregations = kinds;
  celadon_composite_uncertainty_options_init(&options, sizeof options);
  CHECK(options.n_runs == 1000 && options.confidence == 0.90);
  options.n_runs = RUNS;
  options.keep_runs = 1;
  celadon_execution_init(&execution, sizeof execution);
  execution.n_threads = 1;
  CHECK_OK(celadon_composite_uncertainty(measures, NULL, factors, 3, &options, &execution, &one, &error), &error);
  execution.n_threads = 3;
  CHECK_OK(celadon_composite_uncertainty(measures, NULL, factors, 3, &options, &execution, &many, &error), &error);
  CHECK_OK(celadon_composite_uncertainty_result_runs(one, 1, first, RUNS * N, &error), &error);
  CHECK_OK(celadon_composite_uncertainty_result_runs(many, 1, second, RUNS * N, &error), &error);
  CHECK(memcmp(first, second, sizeof first) == 0);
  CHECK_OK(celadon_composite_uncertainty_result_table(one, &table, &error), &error);
  numbers(table, "rank_mean", mean, N);
  for (i = 0; i < N; ++i) {
    for (sum = 0, r = 0; r < RUNS; ++r) sum += first[r * N + i];
    CHECK_NEAR(mean[i], sum / RUNS, 1e-12);
  }
  celadon_table_destroy(table);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_composite_uncertainty_result_values(one, &values, &error), &error);
  CHECK(values.n_units == N && values.n_runs == RUNS && values.n_failed == 0 && values.mean_rank_shift > 0);
  CHECK_OK(celadon_composite_uncertainty_result_findings(one, CELADON_ENGLISH, &table, &error), &error);
  celadon_table_destroy(table);
  celadon_composite_uncertainty_result_destroy(one);
  celadon_composite_uncertainty_result_destroy(many);
  options.keep_runs = 0;
  CHECK_OK(celadon_composite_sensitivity(measures, NULL, factors, 3, &options, NULL, &sensitivity, &error), &error);
  CHECK_OK(celadon_composite_sensitivity_result_table(sensitivity, &table, &error), &error);
  numbers(table, "total", out, 3);
  CHECK(out[0] >= 0 && out[1] >= 0 && out[2] > 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_composite_sensitivity_result_variance(sensitivity, &variance, &error), &error);
  CHECK(variance > 0);
  CHECK_OK(celadon_composite_sensitivity_result_uncertainty(sensitivity, &one, &error), &error);
  CHECK_OK(celadon_composite_uncertainty_result_values(one, &values, &error), &error);
  CHECK(values.n_runs == 2 * RUNS);
  CHECK(celadon_composite_uncertainty_result_runs(one, 0, first, RUNS * N, &error) == CELADON_INVALID_ARGUMENT);
  celadon_composite_uncertainty_result_destroy(one);
  celadon_composite_sensitivity_result_destroy(sensitivity);
  CHECK_OK(celadon_composite_sensitivity_indices(kYa, kYb, kYab, 4, 2, 0, 1, 0.9, &table, &error), &error);
  numbers(table, "total", out, 2);
  CHECK(out[0] > 0 && out[1] == 0);
  celadon_table_destroy(table);
  /* What does not go together is refused by name. */
  factors[0].noise = NULL;
  CHECK(celadon_composite_uncertainty(measures, NULL, factors, 3, &options, NULL, &one, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(one == NULL && strstr(error.cause, "noise") != NULL);
  CHECK(celadon_composite_uncertainty(measures, NULL, NULL, 0, &options, NULL, &one, &error) == CELADON_INVALID_ARGUMENT);
}

static void check_refusals(const celadon_composite_tree* tree) {
  celadon_composite_node nodes[2];
  celadon_composite_tree* none = NULL;
  celadon_composite_measures_view view;
  celadon_composite_measures* measures = NULL;
  celadon_composite_index_result* index = NULL;
  describe_node(&nodes[0], "x", "nobody", 1, 1);
  describe_node(&nodes[1], "all", NULL, 2, 1);
  CHECK(celadon_composite_tree_create(nodes, 2, &none, &error) != CELADON_OK);
  CHECK(none == NULL && strcmp(error.code_name, "unknown_parent") == 0);
  CHECK(celadon_composite_tree_create(NULL, 0, &none, &error) == CELADON_INVALID_ARGUMENT);
  celadon_composite_measures_view_init(&view, sizeof view);
  view.n_units = 3;
  CHECK(celadon_composite_measures_create(tree, &view, &measures, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_composite_build(NULL, NULL, &index, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(index == NULL);
}

int main(void) {
  celadon_composite_tree* tree;
  celadon_composite_measures* measures;
  celadon_error_init(&error, sizeof error);
  tree = make_tree();
  measures = make_measures(tree);
  check_index(tree, measures);
  check_steps();
  check_weights();
  check_tables_of_units();
  check_comparisons(measures);
  check_uncertainty(measures);
  check_refusals(tree);
  celadon_composite_measures_destroy(measures);
  celadon_composite_tree_destroy(tree);
  return failures;
}
