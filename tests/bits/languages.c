/* What C gives for the data that C++ and Python evaluate too, in the form of languages.cpp. */
#include <celadon/celadon.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_RIGHT = 900, K_RIGHT = 12, N_PUPILS = 320, N_ITEMS = 14 };

static celadon_error error;
static FILE* out;

static void check(celadon_status status) {
  if (status == CELADON_OK) return;
  fprintf(stderr, "%s: %s\n", error.code_name, error.cause);
  exit(1);
}

static void line(const char* name, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  fprintf(out, "%s %016" PRIx64 "\n", name, bits);
}

static void text(celadon_text* made) {
  fwrite(celadon_text_data(made), 1, (size_t)celadon_text_size(made), out);
  fputc('\n', out);
  celadon_text_destroy(made);
}

static uint32_t state;
static uint32_t next(void) {
  state = state * 1664525u + 1013904223u;
  return state;
}

static celadon_responses* right_or_wrong(void) {
  static int8_t cells[N_RIGHT * K_RIGHT];
  celadon_responses_view view;
  celadon_responses* made;
  int i, j, cell = 0;
  state = 20261125u;
  for (i = 0; i < N_RIGHT; ++i) {
    uint32_t able = (next() >> 8) % 1000u;
    able += (next() >> 8) % 1000u;
    for (j = 0; j < K_RIGHT; ++j, ++cell) {
      cells[cell] = (next() >> 8) % 2000u < able / 2u + 500u + (uint32_t)(j % 7) * 60u ? 1 : 0;
      if (cell % 41 == 40) cells[cell] = CELADON_MISSING_NOT_ADMINISTERED;
      if (cell % 53 == 52) cells[cell] = CELADON_MISSING_OMITTED;
    }
  }
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells;
  view.n_persons = N_RIGHT;
  view.n_items = K_RIGHT;
  view.person_stride = K_RIGHT;
  check(celadon_responses_from_dense(&view, NULL, &made, &error));
  return made;
}

static void lines(celadon_survey_estimates* made) {
  celadon_survey_estimate row;
  int64_t i;
  for (i = 0; i < celadon_survey_estimates_n_rows(made); ++i) {
    row.struct_size = sizeof row;
    check(celadon_survey_estimates_row(made, i, &row, &error));
    line("value", row.value);
    line("se", row.se);
    line("df", row.degrees_of_freedom);
  }
  celadon_survey_estimates_destroy(made);
}

static void sample(const celadon_irt_model* model, const celadon_responses* right) {
  static double side[N_RIGHT], weight[N_RIGHT];
  static int32_t school[N_RIGHT], stratum[N_RIGHT], group[N_RIGHT];
  static const int32_t methods[2] = {CELADON_SURVEY_LINEARISED, CELADON_SURVEY_FAY};
  static const double slope[2] = {0.0, 1.0};
  const double *columns[5], *own = side;
  double coefficients[2];
  celadon_irt_population_options population;
  celadon_irt_plausible_options options;
  celadon_irt_latent_regression_result* regression;
  celadon_irt_plausible_values_result* draws;
  celadon_survey_design_options spec;
  celadon_survey_variable ability, x;
  celadon_survey_groups groups;
  celadon_table* table;
  int i;
  for (i = 0; i < N_RIGHT; ++i) {
    side[i] = i % 2 == 0 ? -1.0 : 1.0;
    weight[i] = 1.0 + (double)(i % 5) / 4.0;
    school[i] = i / 30;
    stratum[i] = school[i] / 2;
    group[i] = i % 3;
  }
  celadon_irt_population_options_init(&population, sizeof population);
  population.covariates = side;
  population.n_persons = N_RIGHT;
  population.n_covariates = 1;
  celadon_irt_plausible_options_init(&options, sizeof options);
  options.school = school;
  options.n_school = N_RIGHT;
  options.seed = 5;
  check(celadon_irt_latent_regression(model, right, &population, NULL, &regression, &error));
  check(celadon_irt_latent_regression_result_table(regression, &table, &error));
  check(celadon_table_numbers(table, celadon_table_find(table, "estimate", -1), coefficients, 2, 1, &error));
  line("coefficient", coefficients[1]);
  celadon_table_destroy(table);
  celadon_irt_latent_regression_result_destroy(regression);
  check(celadon_irt_plausible_values(model, right, &population, &options, NULL, &draws, &error));
  for (i = 0; i < 5; ++i) columns[i] = celadon_irt_plausible_values_result_column(draws, i);
  celadon_survey_variable_init(&ability, sizeof ability);
  ability.name = "ability";
  ability.columns = columns;
  ability.n_columns = 5;
  ability.n_rows = N_RIGHT;
  celadon_survey_variable_init(&x, sizeof x);
  x.name = "side";
  x.columns = &own;
  x.n_columns = 1;
  x.n_rows = N_RIGHT;
  celadon_survey_groups_init(&groups, sizeof groups);
  groups.n_groups = 3;
  groups.index = group;
  groups.n_index = N_RIGHT;
  celadon_survey_design_options_init(&spec, sizeof spec);
  spec.n_rows = N_RIGHT;
  spec.weights = weight;
  spec.n_weights = N_RIGHT;
  spec.strata = stratum;
  spec.n_strata = N_RIGHT;
  spec.clusters = school;
  spec.n_clusters = N_RIGHT;
  for (i = 0; i < 2; ++i) {
    celadon_survey_design* design;
    celadon_survey_estimates* made;
    celadon_survey_joint_estimate* joint;
    celadon_survey_wald test;
    spec.method = methods[i];
    check(celadon_survey_make_design(&spec, &design, &error));
    check(celadon_survey_spreads(design, &ability, 1, &groups, CELADON_SURVEY_DIVISOR_SAMPLE, NULL, &made, &error));
    lines(made);
    check(celadon_survey_linear_regression(design, &ability, &x, 1, NULL, NULL, NULL, &made, &error));
    check(celadon_survey_estimates_joint(made, 0, &joint, &error));
    lines(made);
    test.struct_size = sizeof test;
    check(celadon_survey_wald_test(joint, slope, 1, NULL, &test, &error));
    line("f", test.f);
    line("d2", test.d2);
    celadon_survey_joint_estimate_destroy(joint);
    celadon_survey_design_destroy(design);
  }
  celadon_irt_plausible_values_result_destroy(draws);
}

static void numbers(const celadon_responses* right) {
  celadon_ctt_reliability_result* reliability;
  celadon_ctt_reliability_values values;
  celadon_ctt_item_analysis_result* items;
  celadon_table* table;
  double difficulty[K_RIGHT];
  celadon_irt_fit_options options;
  celadon_irt_fit_result* fit;
  celadon_irt_fit_values fitted;
  celadon_irt_model* model;
  celadon_irt_score_result* scores;
  static double ability[N_RIGHT], ability_se[N_RIGHT];
  int i;
  check(celadon_ctt_reliability(right, NULL, NULL, NULL, NULL, &reliability, &error));
  values.struct_size = sizeof values;
  check(celadon_ctt_reliability_result_values(reliability, &values, &error));
  line("alpha", values.alpha);
  line("omega", values.omega_total);
  line("lambda4", values.lambda4);
  line("sem", values.sem);
  celadon_ctt_reliability_result_destroy(reliability);
  check(celadon_ctt_item_analysis(right, NULL, NULL, NULL, NULL, &items, &error));
  check(celadon_ctt_item_analysis_result_table(items, &table, &error));
  check(celadon_table_numbers(table, celadon_table_find(table, "difficulty", -1), difficulty, K_RIGHT, 1, &error));
  for (i = 0; i < K_RIGHT; ++i) line("difficulty", difficulty[i]);
  celadon_table_destroy(table);
  celadon_ctt_item_analysis_result_destroy(items);
  celadon_irt_fit_options_init(&options, sizeof options);
  options.max_iterations = 40;
  check(celadon_irt_fit(right, &options, NULL, &fit, &error));
  fitted.struct_size = sizeof fitted;
  check(celadon_irt_fit_result_values(fit, &fitted, &error));
  line("log_likelihood", fitted.log_likelihood);
  check(celadon_irt_fit_result_model(fit, &model, &error));
  check(celadon_irt_score(model, right, NULL, NULL, &scores, &error));
  check(celadon_irt_score_result_values(scores, ability, ability_se, NULL, N_RIGHT, &error));
  for (i = 0; i < N_RIGHT; ++i) {
    line("ability", ability[i]);
    line("ability_se", ability_se[i]);
  }
  celadon_irt_score_result_destroy(scores);
  sample(model, right);
  celadon_irt_model_destroy(model);
  celadon_irt_fit_result_destroy(fit);
}

static void index_of_units(void) {
  enum { UNITS = 30, INDICATORS = 6, NODES = 9 };
  static double values[UNITS * INDICATORS], scores[UNITS * NODES];
  static const double noise[2] = {0.25, 0.25};
  char codes[NODES][4];
  celadon_composite_node nodes[NODES];
  celadon_composite_tree* tree;
  celadon_composite_measures_view view;
  celadon_composite_measures* measures;
  celadon_composite_index_result* index;
  celadon_composite_normalise_options scales[2];
  celadon_composite_factor factors[2];
  celadon_composite_uncertainty_options options;
  celadon_composite_sensitivity_result* sensitivity;
  celadon_composite_uncertainty_result* uncertainty;
  celadon_table* table;
  double first[2], total[2], ranks[UNITS];
  int i, j;
  for (j = 0; j < NODES; ++j) {
    snprintf(codes[j], sizeof codes[j], "n%d", j);
    celadon_composite_node_init(&nodes[j], sizeof nodes[j]);
    nodes[j].code = codes[j];
    nodes[j].level = j < 6 ? 1 : j < 8 ? 2 : 3;
    nodes[j].parent = j < 6 ? (j < 3 ? "n6" : "n7") : j < 8 ? "n8" : NULL;
    nodes[j].direction = j == 2 ? -1 : 1;
  }
  check(celadon_composite_tree_create(nodes, NODES, &tree, &error));
  state = 20261125u;
  for (i = 0; i < UNITS * INDICATORS; ++i) values[i] = (double)(next() >> 16) / 64.0;
  celadon_composite_measures_view_init(&view, sizeof view);
  view.values = values;
  view.n_units = UNITS;
  check(celadon_composite_measures_create(tree, &view, &measures, &error));
  check(celadon_composite_build(measures, NULL, &index, &error));
  check(celadon_composite_index_result_step(index, 4, scores, UNITS * NODES, &error));
  for (i = 0; i < UNITS; ++i) line("index", scores[i * NODES + NODES - 1]);
  celadon_composite_index_result_destroy(index);
  for (i = 0; i < 2; ++i) {
    celadon_composite_normalise_options_init(&scales[i], sizeof scales[i]);
    celadon_composite_factor_init(&factors[i], sizeof factors[i]);
    factors[i].n_alternatives = 2;
  }
  scales[1].method = CELADON_COMPOSITE_RANK;
  factors[0].noise = noise;
  factors[1].choice = CELADON_COMPOSITE_VARY_NORMALISATION;
  factors[1].normalisations = scales;
  celadon_composite_uncertainty_options_init(&options, sizeof options);
  options.n_runs = 100;
  check(celadon_composite_sensitivity(measures, NULL, factors, 2, &options, NULL, &sensitivity, &error));
  check(celadon_composite_sensitivity_result_table(sensitivity, &table, &error));
  check(celadon_table_numbers(table, celadon_table_find(table, "first_order", -1), first, 2, 1, &error));
  check(celadon_table_numbers(table, celadon_table_find(table, "total", -1), total, 2, 1, &error));
  for (i = 0; i < 2; ++i) {
    line("first_order", first[i]);
    line("total", total[i]);
  }
  celadon_table_destroy(table);
  check(celadon_composite_sensitivity_result_uncertainty(sensitivity, &uncertainty, &error));
  check(celadon_composite_uncertainty_result_table(uncertainty, &table, &error));
  check(celadon_table_numbers(table, celadon_table_find(table, "rank_mean", -1), ranks, UNITS, 1, &error));
  for (i = 0; i < UNITS; ++i) line("rank_mean", ranks[i]);
  celadon_table_destroy(table);
  celadon_composite_uncertainty_result_destroy(uncertainty);
  celadon_composite_sensitivity_result_destroy(sensitivity);
  celadon_composite_measures_destroy(measures);
  celadon_composite_tree_destroy(tree);
}

static celadon_dataset* sample_dataset(void) {
  static char names[N_PUPILS][8], item_names[N_ITEMS][8];
  static double marks[N_ITEMS][N_PUPILS];
  static const char* const kKnowledge[3] = {"k1", "k2", "k3"};
  static const char* const kClasses[4] = {"c1", "c2", "c3", "c4"};
  const char *pupils[N_PUPILS], *classes[N_PUPILS], *items[N_ITEMS], *knowledge[N_ITEMS];
  double full[N_ITEMS];
  celadon_dataset* data;
  celadon_table* table;
  int i, j, step;
  state = 20261125u;
  for (j = 0; j < N_ITEMS; ++j) {
    snprintf(item_names[j], sizeof item_names[j], "q%d", j + 1);
    items[j] = item_names[j];
    knowledge[j] = kKnowledge[j % 3];
    full[j] = 1 + j % 4;
  }
  for (i = 0; i < N_PUPILS; ++i) {
    const uint32_t able = 100u + (next() >> 16) % 700u;
    snprintf(names[i], sizeof names[i], "p%d", i + 1);
    pupils[i] = names[i];
    classes[i] = kClasses[i / 80];
    for (j = 0; j < N_ITEMS; ++j)
      for (step = 0; step < 1 + j % 4; ++step) marks[j][i] += (next() >> 16) % 1000u < able + 150u - 15u * (uint32_t)j ? 1 : 0;
  }
  check(celadon_dataset_create(&data, &error));
  check(celadon_table_create("responses", &table, &error));
  check(celadon_table_add_texts(table, "student", pupils, N_PUPILS, &error));
  for (j = 0; j < N_ITEMS; ++j) check(celadon_table_add_numbers(table, items[j], marks[j], N_PUPILS, 1, &error));
  check(celadon_dataset_add_table(data, "responses", table, &error));
  celadon_table_destroy(table);
  check(celadon_table_create("items", &table, &error));
  check(celadon_table_add_texts(table, "id", items, N_ITEMS, &error));
  check(celadon_table_add_numbers(table, "full_mark", full, N_ITEMS, 1, &error));
  check(celadon_table_add_texts(table, "knowledge", knowledge, N_ITEMS, &error));
  check(celadon_dataset_add_table(data, "items", table, &error));
  celadon_table_destroy(table);
  check(celadon_table_create("students", &table, &error));
  check(celadon_table_add_texts(table, "id", pupils, N_PUPILS, &error));
  check(celadon_table_add_texts(table, "class", classes, N_PUPILS, &error));
  check(celadon_dataset_add_table(data, "students", table, &error));
  celadon_table_destroy(table);
  return data;
}

int main(int argc, char** argv) {
  static const int64_t persons[3] = {0, 7, 319};
  celadon_responses* right;
  celadon_dataset* data;
  celadon_evaluation* evaluation;
  celadon_report* report;
  celadon_text* made;
  int i;
  if (argc < 2 || (out = fopen(argv[1], "wb")) == NULL) return 1;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  right = right_or_wrong();
  numbers(right);
  celadon_responses_destroy(right);
  index_of_units();
  data = sample_dataset();
  check(celadon_evaluate(data, NULL, NULL, NULL, &evaluation, &error));
  celadon_dataset_destroy(data);
  check(celadon_evaluation_to_json(evaluation, CELADON_CHINESE, &made, &error));
  text(made);
  for (i = 0; i < 3; ++i) {
    check(celadon_reports_pupil_report(evaluation, 0, persons[i], NULL, &report, &error));
    check(celadon_report_to_html(report, &made, &error));
    text(made);
    check(celadon_report_to_json(report, &made, &error));
    text(made);
    celadon_report_destroy(report);
  }
  check(celadon_reports_class_report(evaluation, 0, 1, NULL, &report, &error));
  check(celadon_report_to_html(report, &made, &error));
  text(made);
  celadon_report_destroy(report);
  celadon_evaluation_destroy(evaluation);
  return fclose(out) == 0 ? 0 : 1;
}
