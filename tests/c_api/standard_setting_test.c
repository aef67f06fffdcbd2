/* Standard setting through C, by hand and by closed forms: Angoff, agreement, Bookmark, judged pupils, panels, errors. */
#include "check.h"

enum { ROOM = 32 };

static double number(const celadon_table* table, const char* column, int64_t row, celadon_error* error) {
  double values[ROOM];
  CHECK(celadon_table_n_rows(table) <= ROOM && row < celadon_table_n_rows(table));
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, ROOM, 1, error), error);
  return values[row];
}

static int finds(const celadon_table* findings, const char* code) {
  int n = 0;
  int64_t row;
  for (row = 0; row < celadon_table_n_rows(findings); ++row)
    n += strcmp(celadon_table_text(findings, celadon_table_find(findings, "code", -1), row, NULL), code) == 0;
  return n;
}

/* A Rasch model with these difficulties. */
static celadon_irt_model* rasch(const double* difficulties, int n, celadon_error* error) {
  char json[8192];
  celadon_irt_model* out = NULL;
  int at = snprintf(json, sizeof json, "{\"format\": \"celadon.irt.model\", \"version\": 1, \"library\": \"0.1.0\", \"items\": [");
  int i;
  for (i = 0; i < n; ++i)
    at += snprintf(json + at, sizeof json - (size_t)at,
                   "%s{\"id\": \"q%d\", \"model\": \"rasch\", \"n_categories\": 2, \"slope\": 1, \"intercepts\": [%.17g], \"scoring\": [],"
                   " \"lower\": 0, \"upper\": 1, \"category_map\": []}",
                   i > 0 ? ", " : "", i + 1, -difficulties[i]);
  snprintf(json + at, sizeof json - (size_t)at,
           "], \"populations\": [{\"id\": \"all\", \"mean\": 0, \"sd\": 1}],"
           " \"grid\": {\"n_nodes\": 61, \"lowest\": -6, \"highest\": 6}}");
  CHECK_OK(celadon_irt_load(json, -1, &out, error), error);
  return out;
}

static celadon_standard_setting_ratings panel(const double* values, int64_t n_judges, int64_t n_items) {
  celadon_standard_setting_ratings out;
  celadon_standard_setting_ratings_init(&out, sizeof out);
  CHECK(out.kind == CELADON_STANDARD_SETTING_PROBABILITY && out.tables == NULL);
  out.values = values;
  out.n_judges = n_judges;
  out.n_items = n_items;
  return out;
}

static void test_angoff(celadon_error* error) {
  const double x[] = {1, 1, 0, 1, 0, 0, 1, 1, 1};
  const char* const ids[] = {"a", "b", "c"};
  const double out_of_range[] = {1, 0.5, 0, 1, 0, 0, 1, 1, 1};
  celadon_standard_setting_ratings ratings = panel(x, 3, 3);
  celadon_standard_setting_angoff_result* cut = NULL;
  celadon_standard_setting_angoff_values values;
  celadon_standard_setting_components* components = NULL;
  celadon_standard_setting_components_values parts;
  celadon_table* table = NULL;
  ratings.kind = CELADON_STANDARD_SETTING_YES_NO;
  ratings.item_ids = ids;
  ratings.n_item_ids = 3;
  CHECK_OK(celadon_standard_setting_angoff(&ratings, &cut, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_standard_setting_angoff_result_values(cut, &values, error), error);
  CHECK_NEAR(values.cut, 2.0, 1e-14);
  CHECK_NEAR(values.cut_share, 2.0 / 3.0, 1e-14);
  CHECK_NEAR(values.se, 1.0 / sqrt(3.0), 1e-14);
  CHECK_NEAR(values.judge_sd, 1.0, 1e-14);
  CHECK_NEAR(values.mean_absolute_deviation, 2.0 / 3.0, 1e-14);
  CHECK_NEAR(values.mean_absolute_difference, 4.0 / 9.0, 1e-14);
  CHECK(values.n_judges == 3 && values.n_tables == 0 && values.n_missing == 0);
  CHECK_OK(celadon_standard_setting_angoff_result_judge_table(cut, &table, error), error);
  CHECK_NEAR(number(table, "cut", 1, error), 1.0, 1e-14);
  CHECK_NEAR(number(table, "deviation", 2, error), 1.0, 1e-14);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_result_item_table(cut, &table, error), error);
  CHECK(strcmp(celadon_table_text(table, celadon_table_find(table, "item", -1), 1, NULL), "b") == 0);
  CHECK_NEAR(number(table, "mean", 1, error), 2.0 / 3.0, 1e-14);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_result_table(cut, &table, error), error);
  CHECK_NEAR(number(table, "cut", 0, error), 2.0, 1e-14);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_result_findings(cut, CELADON_ENGLISH, &table, error), error);
  CHECK(finds(table, "constant_ratings") == 1);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_result_components(cut, &components, error), error);
  celadon_standard_setting_angoff_result_destroy(cut);
  parts.struct_size = sizeof parts;
  CHECK_OK(celadon_standard_setting_components_get_values(components, &parts, error), error);
  CHECK_NEAR(parts.mean, 2.0 / 3.0, 1e-14);
  CHECK(parts.n_ratings == 9);
  celadon_standard_setting_components_destroy(components);

  ratings.values = out_of_range;
  cut = NULL;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) != CELADON_OK && cut == NULL);
  CHECK(strcmp(error->code_name, "rating_out_of_range") == 0 && strcmp(error->item, "b") == 0 && error->row == 1);
  CHECK(strstr(error->cause, "0.5") != NULL);
}

static void test_marks_rounds_levels(celadon_error* error) {
  const double marks[] = {1.0, 6.0, 2.0, 4.0}, full[] = {2.0, 10.0};
  const double first[] = {0.2, 0.4, 0.6, 0.8, 0.4, 0.6}, second[] = {0.3, 0.5, 0.5, 0.7, 0.4, 0.6};
  const double low[] = {0.2, 0.4, 0.3, 0.3}, high[] = {0.6, 0.8, 0.2, 0.3};
  celadon_standard_setting_ratings one = panel(marks, 2, 2), several[2];
  celadon_standard_setting_angoff_result* cut = NULL;
  celadon_standard_setting_angoff_rounds_result* rounds = NULL;
  celadon_standard_setting_angoff_levels_result* levels = NULL;
  celadon_standard_setting_angoff_values values;
  celadon_table* table = NULL;
  values.struct_size = sizeof values;
  one.kind = CELADON_STANDARD_SETTING_MARKS;
  one.full_marks = full;
  one.n_full_marks = 2;
  CHECK_OK(celadon_standard_setting_angoff(&one, &cut, error), error);
  CHECK_OK(celadon_standard_setting_angoff_result_values(cut, &values, error), error);
  CHECK_NEAR(values.cut, 6.5, 1e-14);
  CHECK_NEAR(values.full_mark, 12.0, 1e-14);
  CHECK_NEAR(values.se, 0.5, 1e-13);
  celadon_standard_setting_angoff_result_destroy(cut);

  several[0] = panel(first, 3, 2);
  several[1] = panel(second, 3, 2);
  CHECK_OK(celadon_standard_setting_angoff_rounds(several, 2, &rounds, error), error);
  CHECK_OK(celadon_standard_setting_angoff_rounds_result_table(rounds, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 2 && isnan(number(table, "change", 0, error)));
  CHECK_NEAR(number(table, "mean_absolute_change", 1, error), 0.4 / 3.0, 1e-13);
  CHECK_NEAR(number(table, "n_moved", 1, error), 2.0, 0.0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_rounds_result_round(rounds, 1, &cut, error), error);
  CHECK_OK(celadon_standard_setting_angoff_result_values(cut, &values, error), error);
  CHECK_NEAR(values.cut, 1.0, 1e-14);
  celadon_standard_setting_angoff_result_destroy(cut);
  CHECK(celadon_standard_setting_angoff_rounds_result_round(rounds, 2, &cut, error) == CELADON_INVALID_ARGUMENT && cut == NULL);
  celadon_standard_setting_angoff_rounds_result_destroy(rounds);
  several[1].n_judges = 2;
  CHECK(celadon_standard_setting_angoff_rounds(several, 2, &rounds, error) != CELADON_OK && strcmp(error->table, "2") == 0);
  CHECK(celadon_standard_setting_angoff_rounds(NULL, 0, &rounds, error) == CELADON_INVALID_ARGUMENT);

  several[0] = panel(low, 2, 2);
  several[1] = panel(high, 2, 2);
  CHECK_OK(celadon_standard_setting_angoff_levels(several, 2, &levels, error), error);
  CHECK_OK(celadon_standard_setting_angoff_levels_result_findings(levels, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 1 && finds(table, "cuts_not_ascending") == 1); /* the second judge's */
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_levels_result_table(levels, &table, error), error);
  CHECK_NEAR(number(table, "cut", 1, error), 0.95, 1e-14);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_angoff_levels_result_level(levels, 0, &cut, error), error);
  CHECK_OK(celadon_standard_setting_angoff_result_values(cut, &values, error), error);
  CHECK_NEAR(values.cut, 0.6, 1e-14);
  celadon_standard_setting_angoff_result_destroy(cut);
  celadon_standard_setting_angoff_levels_result_destroy(levels);
}

/* Shrout & Fleiss (1979), table 2: ICC(2, 1) = .29, ICC(2, 4) = .62, mean squares 11.24 (targets), 32.49 (judges), 1.02. */
static void test_agreement(celadon_error* error) {
  const double x[] = {9, 6, 8, 7, 10, 6, 2, 1, 4, 1, 5, 2, 5, 3, 6, 2, 6, 4, 8, 2, 8, 6, 9, 7};
  const double ten[] = {10, 10, 10, 10, 10, 10};
  celadon_standard_setting_ratings ratings = panel(x, 4, 6);
  celadon_standard_setting_components* components = NULL;
  celadon_standard_setting_components_values v;
  celadon_table* table = NULL;
  ratings.kind = CELADON_STANDARD_SETTING_MARKS;
  ratings.full_marks = ten;
  ratings.n_full_marks = 6;
  CHECK_OK(celadon_standard_setting_judge_item_components(&ratings, &components, error), error);
  v.struct_size = sizeof v;
  CHECK_OK(celadon_standard_setting_components_get_values(components, &v, error), error);
  CHECK_NEAR(v.icc_single, 0.29, 0.005);
  CHECK_NEAR(v.icc_panel, 0.62, 0.005);
  CHECK_NEAR(100.0 * v.residual, 1.02, 0.005);
  CHECK_NEAR(100.0 * (v.residual + 6.0 * v.judge), 32.49, 0.005);
  CHECK_NEAR(100.0 * (v.residual + 4.0 * v.item), 11.24, 0.005);
  CHECK_OK(celadon_standard_setting_components_table(components, &table, error), error);
  CHECK_NEAR(number(table, "share", 0, error) + number(table, "share", 1, error) + number(table, "share", 2, error), 1.0, 1e-12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_components_findings(components, CELADON_CHINESE, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_standard_setting_components_destroy(components);
  ratings.n_judges = 1;
  CHECK(celadon_standard_setting_judge_item_components(&ratings, &components, error) != CELADON_OK && components == NULL);
  CHECK(strcmp(error->code_name, "single_judge") == 0);
}

static void test_consistency(celadon_error* error) {
  const double x[] = {0.8, 0.6, 0.4, 0.2, 0.2, 0.4, 0.6, 0.8}, difficulty[] = {0.9, 0.7, 0.5, 0.3};
  const double y[] = {0.6, 0.4}, equal[] = {0.0, 0.0};
  celadon_standard_setting_ratings ratings = panel(x, 2, 4);
  celadon_standard_setting_consistency_result* result = NULL;
  celadon_standard_setting_consistency_values v;
  celadon_irt_model* model = rasch(equal, 2, error);
  celadon_table* table = NULL;
  v.struct_size = sizeof v;
  CHECK_OK(celadon_standard_setting_difficulty_consistency(&ratings, difficulty, 4, &result, error), error);
  CHECK_OK(celadon_standard_setting_consistency_result_table(result, &table, error), error);
  CHECK_NEAR(number(table, "correlation", 0, error), 1.0, 1e-12);
  CHECK_NEAR(number(table, "correlation", 1, error), -1.0, 1e-12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_consistency_result_values(result, &v, error), error);
  CHECK_NEAR(v.mean_correlation, 0.0, 1e-12);
  CHECK(isnan(v.mean_consistency));
  celadon_standard_setting_consistency_result_destroy(result);
  CHECK(celadon_standard_setting_difficulty_consistency(&ratings, difficulty, 3, &result, error) == CELADON_LENGTH_MISMATCH);
  ratings = panel(y, 1, 2);
  CHECK_OK(celadon_standard_setting_latent_consistency(&ratings, model, NULL, &result, error), error);
  CHECK_OK(celadon_standard_setting_consistency_result_values(result, &v, error), error);
  CHECK_NEAR(v.mean_consistency, 0.8, 1e-12);
  CHECK_OK(celadon_standard_setting_consistency_result_findings(result, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  celadon_standard_setting_consistency_result_destroy(result);
  celadon_irt_model_destroy(model);
}

static void test_cuts(celadon_error* error) {
  /* Two equal items: 2 logistic(t - 1) = 1.5 at t = 1 + log 3; the slope there is 2 * .75 * .25. */
  const double ones[] = {1.0, 1.0}, cuts[] = {61.0, 65.0}, ses[] = {1.0, 2.0}, falling[] = {10.0, NAN, 20.0, 15.0};
  const double before[] = {10.0, 14.0, 18.0, NAN, 20.0}, after[] = {12.0, 14.0, 17.0, 15.0, NAN};
  const double marks[] = {0.0, 4.0, 0.0, 4.0};
  const int32_t categories[] = {2, 2};
  celadon_irt_model* model = rasch(ones, 2, error);
  celadon_standard_setting_ability_cut cut;
  celadon_standard_setting_points points;
  celadon_standard_setting_across_panels_result* panels = NULL;
  celadon_standard_setting_panel_agreement agreement;
  celadon_standard_setting_change change;
  celadon_table* table = NULL;
  cut.struct_size = sizeof cut;
  CHECK_OK(celadon_standard_setting_ability_of_cut(model, 1.5, 0.3, NULL, NAN, &cut, error), error);
  CHECK_NEAR(cut.ability, 1.0 + log(3.0), 1e-12);
  CHECK_NEAR(cut.slope, 0.375, 1e-12);
  CHECK_NEAR(cut.se, 0.8, 1e-11);
  CHECK_NEAR(cut.full_mark, 2.0, 0.0);
  celadon_standard_setting_points_init(&points, sizeof points);
  points.values = marks;
  points.n_values = 4;
  points.n_categories = categories;
  points.n_items = 2;
  CHECK_OK(celadon_standard_setting_ability_of_cut(model, 6.0, 1.2, &points, 8.0, &cut, error), error);
  CHECK_NEAR(cut.ability, 1.0 + log(3.0), 1e-12);
  CHECK_NEAR(cut.se, 0.8, 1e-11);
  points.n_values = 3;
  CHECK(celadon_standard_setting_ability_of_cut(model, 6.0, 1.2, &points, 8.0, &cut, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_standard_setting_ability_of_cut(model, 2.0, 0.1, NULL, NAN, &cut, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "cut_outside_scale") == 0);
  CHECK(celadon_standard_setting_ability_of_cut(model, 1.0, 0.1, NULL, 100.0, &cut, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_standard_setting_ability_of_cut(NULL, 1.0, 0.1, NULL, NAN, &cut, error) == CELADON_INVALID_ARGUMENT);
  celadon_irt_model_destroy(model);

  CHECK_OK(celadon_standard_setting_check_ascending(falling, 4, "panel", CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 1 && finds(table, "cuts_not_ascending") == 1);
  celadon_table_destroy(table);

  CHECK_OK(celadon_standard_setting_across_panels(cuts, 2, ses, 2, &panels, error), error);
  agreement.struct_size = sizeof agreement;
  CHECK_OK(celadon_standard_setting_across_panels_result_values(panels, &agreement, error), error);
  CHECK_NEAR(agreement.cut, 63.0, 1e-14);
  CHECK_NEAR(agreement.se, 2.0, 1e-14);
  CHECK_NEAR(agreement.se_within, sqrt(5.0) / 2.0, 1e-14);
  CHECK_NEAR(agreement.between_variance, 5.5, 1e-13);
  CHECK_OK(celadon_standard_setting_across_panels_result_table(panels, &table, error), error);
  CHECK_NEAR(number(table, "lowest", 0, error), 61.0, 0.0);
  celadon_table_destroy(table);
  celadon_standard_setting_across_panels_result_destroy(panels);
  CHECK_OK(celadon_standard_setting_across_panels(cuts, 1, NULL, 0, &panels, error), error);
  CHECK_OK(celadon_standard_setting_across_panels_result_findings(panels, CELADON_CHINESE, &table, error), error);
  CHECK(finds(table, "single_judge") == 1);
  celadon_table_destroy(table);
  celadon_standard_setting_across_panels_result_destroy(panels);

  change.struct_size = sizeof change;
  CHECK_OK(celadon_standard_setting_round_change(before, after, 5, &change, error), error);
  CHECK(change.n_judges == 3 && change.n_moved == 2);
  CHECK_NEAR(change.mean, 1.0 / 3.0, 1e-14);
  CHECK_NEAR(change.sd_before, 4.0, 1e-14);
}

static void test_bookmark(celadon_error* error) {
  const double difficulties[] = {2.0, -1.0, 0.0, 1.0, -2.0};
  const double pages[] = {3, 5, 4, 6, 4, 5, NAN, 6, 3, 6}; /* cuts at -1 0 0 . -1 and 1 2 1 2 2 */
  const double shift = log(2.0);
  celadon_irt_model* model = rasch(difficulties, 5, error);
  celadon_standard_setting_booklet* booklet = NULL;
  celadon_standard_setting_page page;
  celadon_standard_setting_bookmarks bookmarks;
  celadon_standard_setting_bookmark_result* result = NULL;
  celadon_standard_setting_bookmark_cut cut;
  celadon_table* table = NULL;
  double expected = 0.0;
  int b;
  CHECK_OK(celadon_standard_setting_ordered_item_booklet(model, 2.0 / 3.0, 0, &booklet, error), error);
  CHECK(celadon_standard_setting_booklet_n_pages(booklet) == 5);
  page.struct_size = sizeof page;
  CHECK_OK(celadon_standard_setting_booklet_page(booklet, 1, &page, error), error);
  CHECK(page.item == 4 && page.step == 1 && strcmp(page.item_id, "q5") == 0);
  CHECK_NEAR(page.location, -2.0 + shift, 1e-12);
  CHECK(celadon_standard_setting_booklet_page(booklet, 0, &page, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_standard_setting_booklet_page(booklet, 6, &page, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_standard_setting_booklet_table(booklet, &table, error), error);
  CHECK_NEAR(number(table, "location", 4, error), 2.0 + shift, 1e-12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_booklet_findings(booklet, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);

  celadon_standard_setting_bookmarks_init(&bookmarks, sizeof bookmarks);
  CHECK(bookmarks.rule == CELADON_STANDARD_SETTING_BEFORE && bookmarks.n_cuts == 1);
  bookmarks.pages = pages;
  bookmarks.n_judges = 5;
  bookmarks.n_cuts = 2;
  CHECK_OK(celadon_standard_setting_bookmark(model, booklet, &bookmarks, NULL, &result, error), error);
  CHECK(celadon_standard_setting_bookmark_result_n_cuts(result) == 2);
  cut.struct_size = sizeof cut;
  CHECK_OK(celadon_standard_setting_bookmark_result_cut(result, 0, &cut, error), error);
  CHECK(cut.n_judges == 4 && cut.n_tables == 0);
  CHECK_NEAR(cut.median, -0.5 + shift, 1e-12);
  CHECK_NEAR(cut.mean_se, sqrt(1.0 / 12.0), 1e-12);
  CHECK_NEAR(cut.mean_absolute_deviation, 0.5, 1e-12);
  for (b = -2; b <= 2; ++b) expected += 1.0 / (1.0 + exp(-(cut.median - b)));
  CHECK_NEAR(cut.raw_cut, expected, 1e-12);
  CHECK_OK(celadon_standard_setting_bookmark_result_table(result, &table, error), error);
  CHECK_NEAR(number(table, "median", 1, error), 2.0 + shift, 1e-12);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_bookmark_result_judge_table(result, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 10 && isnan(number(table, "ability", 3, error)));
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_bookmark_result_findings(result, CELADON_ENGLISH, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  CHECK(celadon_standard_setting_bookmark_result_cut(result, 2, &cut, error) == CELADON_INVALID_ARGUMENT);
  celadon_standard_setting_bookmark_result_destroy(result);

  bookmarks.rule = CELADON_STANDARD_SETTING_AT; /* page 6 of 5 has no location */
  CHECK(celadon_standard_setting_bookmark(model, booklet, &bookmarks, NULL, &result, error) != CELADON_OK && result == NULL);
  CHECK(strcmp(error->code_name, "bookmark_out_of_range") == 0 && error->row == 2);
  bookmarks.rule = 3;
  CHECK(celadon_standard_setting_bookmark(model, booklet, &bookmarks, NULL, &result, error) == CELADON_INVALID_ARGUMENT);
  celadon_standard_setting_booklet_destroy(booklet);
  celadon_irt_model_destroy(model);
}

static void test_judged_pupils(celadon_error* error) {
  /* 40 pupils at 10 (share .2) and 60 at 20 (share .9): the regression is saturated. */
  double scores[101];
  uint8_t reached[101];
  const double few[] = {50, 50, 50, 50, 50, NAN}, group[] = {48, 50, 52, 55, 61, NAN};
  const double low = log(0.2 / 0.8), high = log(0.9 / 0.1);
  celadon_standard_setting_pupils pupils;
  celadon_standard_setting_contrasting_groups_result* groups = NULL;
  celadon_standard_setting_contrasting_values values;
  celadon_standard_setting_group_cut cut;
  celadon_standard_setting_borderline_group_result* borderline = NULL;
  celadon_standard_setting_borderline_values middle;
  celadon_table* table = NULL;
  int i;
  for (i = 0; i < 100; ++i) {
    scores[i] = i < 40 ? 10.0 : 20.0;
    reached[i] = (uint8_t)((i >= 32 && i < 40) || i >= 46);
  }
  scores[100] = NAN;
  reached[100] = 1;
  celadon_standard_setting_pupils_init(&pupils, sizeof pupils);
  CHECK(isnan(pupils.base_rate) && pupils.probability == 0.5 && pupils.small_group == 50);
  pupils.scores = scores;
  pupils.reached = reached;
  pupils.n_pupils = 101;
  CHECK_OK(celadon_standard_setting_contrasting_groups(&pupils, &groups, error), error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_standard_setting_contrasting_groups_result_values(groups, &values, error), error);
  CHECK(values.n_reached == 62 && values.n_not_reached == 38 && values.n_missing == 1);
  CHECK_NEAR(values.slope, (high - low) / 10.0, 1e-9);
  CHECK_NEAR(values.base_rate, 0.62, 1e-14);
  cut.struct_size = sizeof cut;
  CHECK_OK(celadon_standard_setting_contrasting_groups_result_cut(groups, CELADON_STANDARD_SETTING_LOGISTIC, &cut, error), error);
  CHECK_NEAR(cut.cut, 10.0 - 10.0 * low / (high - low), 1e-9);
  CHECK_NEAR(cut.false_pass_rate, 6.0 / 38.0, 1e-14);
  CHECK_NEAR(cut.misclassified, 0.14, 1e-14);
  CHECK(celadon_standard_setting_contrasting_groups_result_cut(groups, 3, &cut, error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_standard_setting_contrasting_groups_result_table(groups, &table, error), error);
  CHECK(celadon_table_n_rows(table) == 3);
  celadon_table_destroy(table);
  CHECK_OK(celadon_standard_setting_contrasting_groups_result_findings(groups, CELADON_ENGLISH, &table, error), error);
  CHECK(finds(table, "too_few_persons") == 1); /* 38 below 50 */
  celadon_table_destroy(table);
  celadon_standard_setting_contrasting_groups_result_destroy(groups);
  reached[0] = 2;
  CHECK(celadon_standard_setting_contrasting_groups(&pupils, &groups, error) == CELADON_INVALID_ARGUMENT && groups == NULL);
  CHECK(celadon_standard_setting_contrasting_groups(NULL, &groups, error) == CELADON_INVALID_ARGUMENT);

  CHECK_OK(celadon_standard_setting_borderline_group(group, 6, 5, &borderline, error), error);
  middle.struct_size = sizeof middle;
  CHECK_OK(celadon_standard_setting_borderline_group_result_values(borderline, &middle, error), error);
  CHECK(middle.n_pupils == 5 && middle.n_missing == 1);
  CHECK_NEAR(middle.median, 52.0, 0.0);
  CHECK_NEAR(middle.mean, 53.2, 1e-13);
  CHECK_NEAR(middle.mean_se, middle.sd / sqrt(5.0), 1e-14);
  CHECK_OK(celadon_standard_setting_borderline_group_result_table(borderline, &table, error), error);
  CHECK_NEAR(number(table, "median", 0, error), 52.0, 0.0);
  celadon_table_destroy(table);
  celadon_standard_setting_borderline_group_result_destroy(borderline);
  CHECK_OK(celadon_standard_setting_borderline_group(few, 6, 30, &borderline, error), error);
  CHECK_OK(celadon_standard_setting_borderline_group_result_findings(borderline, CELADON_CHINESE, &table, error), error);
  CHECK(finds(table, "too_few_persons") == 1 && finds(table, "judges_coincide") == 1);
  celadon_table_destroy(table);
  celadon_standard_setting_borderline_group_result_destroy(borderline);
  CHECK(celadon_standard_setting_borderline_group(few, 4, 30, &borderline, error) != CELADON_OK);
  CHECK(strcmp(error->code_name, "too_few_persons") == 0);
}

static void test_wrong_use(celadon_error* error) {
  const double x[] = {0.5, 0.5, 0.5, 0.5};
  const int32_t below[] = {0, -1};
  celadon_standard_setting_ratings ratings = panel(x, 2, 2);
  celadon_standard_setting_angoff_result* cut = NULL;
  celadon_standard_setting_angoff_values values;
  CHECK(celadon_standard_setting_angoff(NULL, &cut, error) == CELADON_INVALID_ARGUMENT && cut == NULL);
  CHECK(celadon_standard_setting_angoff(&ratings, NULL, error) == CELADON_INVALID_ARGUMENT);
  ratings.kind = 7;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) == CELADON_INVALID_ARGUMENT);
  ratings.kind = CELADON_STANDARD_SETTING_PROBABILITY;
  ratings.n_judges = -1;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) == CELADON_INVALID_ARGUMENT);
  ratings.n_judges = INT64_MAX;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) == CELADON_INVALID_ARGUMENT);
  ratings.n_judges = 2;
  ratings.tables = below;
  ratings.n_tables = 2;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) == CELADON_INVALID_ARGUMENT);
  ratings.struct_size = 0;
  CHECK(celadon_standard_setting_angoff(&ratings, &cut, error) == CELADON_INVALID_ARGUMENT);
  values.struct_size = sizeof values;
  CHECK(celadon_standard_setting_angoff_result_values(NULL, &values, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_standard_setting_booklet_n_pages(NULL) == 0 && celadon_standard_setting_bookmark_result_n_cuts(NULL) == 0);
  celadon_standard_setting_angoff_result_destroy(NULL);
  celadon_standard_setting_booklet_destroy(NULL);
}

int main(void) {
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  test_angoff(&error);
  test_marks_rounds_levels(&error);
  test_agreement(&error);
  test_consistency(&error);
  test_cuts(&error);
  test_bookmark(&error);
  test_judged_pupils(&error);
  test_wrong_use(&error);
  return failures;
}
