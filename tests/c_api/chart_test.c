/* Every kind of chart from a host's arrays: drawing, specification, numbers, and what is refused. */
#include "check.h"

#include <stdint.h>
#include <stdlib.h>

/* A chart draws as SVG, wide and narrow, as a specification and as rows; then it is freed. */
static void check_chart(celadon_chart* chart, const char* kind, int64_t n_rows, celadon_error* error) {
  celadon_svg_options options;
  celadon_text* text = NULL;
  celadon_table* table = NULL;
  CHECK(chart != NULL && strcmp(celadon_chart_kind(chart), kind) == 0);
  CHECK_OK(celadon_chart_svg(chart, NULL, &text, error), error);
  CHECK(strncmp(celadon_text_data(text), "<svg", 4) == 0 && strstr(celadon_text_data(text), "role=\"img\"") != NULL);
  CHECK(strstr(celadon_text_data(text), "xmlns=") != NULL); /* stands alone */
  CHECK((int64_t)strlen(celadon_text_data(text)) == celadon_text_size(text));
  celadon_text_destroy(text);
  celadon_svg_options_init(&options, sizeof options);
  options.standalone = 0;
  options.narrow = 1;
  options.id_prefix = "host-";
  CHECK_OK(celadon_chart_svg(chart, &options, &text, error), error);
  CHECK(strstr(celadon_text_data(text), "xmlns=") == NULL && strstr(celadon_text_data(text), "host-") != NULL);
  celadon_text_destroy(text);
  CHECK_OK(celadon_chart_vega_lite(chart, &text, error), error);
  CHECK(celadon_text_data(text)[0] == '{' && strstr(celadon_text_data(text), "vega-lite") != NULL);
  celadon_text_destroy(text);
  CHECK_OK(celadon_chart_table(chart, &table, error), error);
  if (celadon_table_n_rows(table) != n_rows) fprintf(stderr, "%s has %d rows\n", kind, (int)celadon_table_n_rows(table));
  CHECK(celadon_table_n_rows(table) == n_rows);
  celadon_table_destroy(table);
  celadon_chart_destroy(chart);
}

int main(void) {
  celadon_error error;
  celadon_chart_words words;
  celadon_chart* chart = NULL;
  celadon_error_init(&error, sizeof error);
  celadon_chart_words_init(&words, sizeof words);
  words.id = "c";
  words.title = "A <title> & more";
  words.description = "What it shows";

  {
    static const char* const bands[4] = {"D", "C", "B", "A"};
    static const double cuts[5] = {0, 0.6, 0.75, 0.85, 1}, crossed[5] = {0, 0.75, 0.6, 0.85, 1};
    celadon_chart_level_band_data data;
    celadon_chart_level_band_init(&data, sizeof data);
    CHECK(data.level == -1 && isnan(data.score));
    data.bands = bands;
    data.cuts = cuts;
    data.n_bands = 4;
    data.level = 2;
    data.lower = 0.7;
    data.upper = 0.9;
    CHECK_OK(celadon_chart_level_band(&words, &data, &chart, &error), &error);
    check_chart(chart, "level_band", 4, &error);
    data.level = 4;
    CHECK(celadon_chart_level_band(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT && chart == NULL);
    data.level = 2;
    data.cuts = crossed;
    CHECK(celadon_chart_level_band(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
  }
  {
    static const double edges[4] = {0, 10, 20, 30};
    static const int64_t counts[3] = {2, 5, 1}, negative[3] = {2, -5, 1};
    celadon_chart_score_distribution_data data;
    celadon_chart_wright_map_data map;
    static const char* const labels[2] = {"1", "2"};
    static const double difficulties[2] = {5, 25};
    celadon_chart_score_distribution_init(&data, sizeof data);
    data.edges = edges;
    data.counts = counts;
    data.n_bins = 3;
    data.mean = 14;
    CHECK_OK(celadon_chart_score_distribution(&words, &data, &chart, &error), &error);
    check_chart(chart, "score_distribution", 3, &error);
    data.counts = negative;
    CHECK(celadon_chart_score_distribution(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_wright_map_init(&map, sizeof map);
    map.edges = edges;
    map.counts = counts;
    map.n_bins = 3;
    map.item_labels = labels;
    map.difficulties = difficulties;
    map.n_marks = 2;
    CHECK_OK(celadon_chart_wright_map(&words, &map, &chart, &error), &error);
    check_chart(chart, "wright_map", 5, &error);
    map.difficulties = NULL;
    CHECK(celadon_chart_wright_map(&words, &map, &chart, &error) == CELADON_INVALID_ARGUMENT);
  }
  {
    static const double abilities[3] = {-1, 0, 1}, probability[6] = {0.8, 0.5, 0.2, 0.2, 0.5, 0.8}, share[1] = {0.55}, at[1] = {0.1};
    static const char* const curves[2] = {"0", "1"};
    static const int32_t curve[1] = {1}, outside[1] = {2};
    static const int64_t n[1] = {40};
    celadon_chart_item_curve_data data;
    celadon_chart_information_data information;
    celadon_chart_item_curve_init(&data, sizeof data);
    data.item = "7";
    data.abilities = abilities;
    data.n_abilities = 3;
    data.curve_labels = curves;
    data.probability = probability;
    data.n_curves = 2;
    data.point_curve = curve;
    data.point_ability = at;
    data.point_share = share;
    data.point_n = n;
    data.n_points = 1;
    CHECK_OK(celadon_chart_item_curve(&words, &data, &chart, &error), &error);
    check_chart(chart, "item_curve", 7, &error);
    data.point_curve = outside;
    CHECK(celadon_chart_item_curve(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_information_init(&information, sizeof information);
    information.abilities = abilities;
    information.information = probability;
    information.standard_error = abilities;
    information.n_abilities = 3;
    CHECK_OK(celadon_chart_information(&words, &information, &chart, &error), &error);
    check_chart(chart, "information", 3, &error);
  }
  {
    static const char* const groups[2] = {"low", "high"};
    static const char* const options[2] = {"A", "B"};
    static const uint8_t key[2] = {0, 1};
    double share[4] = {0.6, 0.2, 0.4, 0.8};
    celadon_chart_distractors_data data;
    share[3] = NAN;
    celadon_chart_distractors_init(&data, sizeof data);
    data.item = "7";
    data.groups = groups;
    data.n_groups = 2;
    data.options = options;
    data.is_key = key;
    data.share = share;
    data.n_options = 2;
    CHECK_OK(celadon_chart_distractors(&words, &data, &chart, &error), &error);
    check_chart(chart, "distractors", 4, &error);
    data.n_options = INT64_MAX;
    CHECK(celadon_chart_distractors(&words, &data, &chart, &error) != CELADON_OK && chart == NULL);
  }
  {
    static const char* const persons[3] = {"1", "2", "3"};
    static const char* const items[2] = {"1", "2"};
    static const uint8_t right[6] = {1, 1, 1, 0, 0, 0};
    static const int32_t s[3] = {2, 1, 0}, p[2] = {2, 1}, wrong[2] = {4, 1};
    static const double share[6] = {1, 1, 1, 0, 0, 0};
    celadon_chart_sp_data data;
    celadon_chart_heat_map_data map;
    celadon_chart_sp_init(&data, sizeof data);
    data.persons = persons;
    data.n_persons = 3;
    data.items = items;
    data.n_items = 2;
    data.right = right;
    data.s_curve = s;
    data.p_curve = p;
    CHECK_OK(celadon_chart_sp(&words, &data, &chart, &error), &error);
    check_chart(chart, "sp_chart", 6, &error);
    data.p_curve = wrong;
    CHECK(celadon_chart_sp(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_heat_map_init(&map, sizeof map);
    map.rows = persons;
    map.n_rows = 3;
    map.columns = items;
    map.n_columns = 2;
    map.share = share;
    CHECK_OK(celadon_chart_heat_map(&words, &map, &chart, &error), &error);
    check_chart(chart, "heat_map", 6, &error);
  }
  {
    static const char* const labels[3] = {"1", "2", "3"};
    static const double changes[3] = {-2, -1, -0.5}, values[3] = {0.5, 0.75, 1};
    static const int32_t states[3] = {1, 2, 3}, unknown[3] = {1, 2, 4};
    static const char* const words_of_states[4] = {"", "yes", "not yet", "?"};
    celadon_chart_waterfall_data fall;
    celadon_chart_knowledge_data data;
    celadon_chart_waterfall_init(&fall, sizeof fall);
    fall.full = 10;
    fall.labels = labels;
    fall.changes = changes;
    fall.n_steps = 3;
    CHECK_OK(celadon_chart_waterfall(&words, &fall, &chart, &error), &error);
    check_chart(chart, "waterfall", 5, &error);
    celadon_chart_knowledge_init(&data, sizeof data);
    data.labels = labels;
    data.values = values;
    data.n_points = 3;
    data.states = states;
    data.state_labels = words_of_states;
    CHECK_OK(celadon_chart_knowledge(&words, &data, &chart, &error), &error);
    check_chart(chart, "knowledge", 3, &error);
    data.radar = 1;
    CHECK_OK(celadon_chart_knowledge(NULL, &data, &chart, &error), &error);
    check_chart(chart, "knowledge", 3, &error);
    data.n_points = 2;
    CHECK(celadon_chart_knowledge(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    data.n_points = 3;
    data.states = unknown;
    CHECK(celadon_chart_knowledge(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    CHECK(celadon_chart_knowledge(&words, NULL, &chart, &error) == CELADON_INVALID_ARGUMENT);
    data.struct_size = 1;
    CHECK(celadon_chart_knowledge(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
  }
  {
    static const char* const labels[3] = {"thinking", "sleep", NULL};
    static const char* const texts[3] = {"72%", "8.4 h", "too few answers"};
    static const char* const low[3] = {"0%", "6 h", "0%"};
    static const int32_t depth[3] = {0, 0, 1}, negative[3] = {0, -1, 1};
    double values[3] = {0.72, 0.6, 0}, lower[3] = {0.6, 0.5, 0}, upper[3] = {0.8, 0.7, 0};
    celadon_chart_profile_data data;
    celadon_chart_balance_data parts;
    values[2] = lower[2] = upper[2] = NAN;
    celadon_chart_profile_init(&data, sizeof data);
    data.labels = labels;
    data.values = values;
    data.n_rows = 3;
    CHECK_OK(celadon_chart_profile(&words, &data, &chart, &error), &error); /* labels and values are enough */
    check_chart(chart, "profile", 3, &error);
    data.value_texts = texts;
    data.lower = lower;
    data.upper = upper;
    data.reference = values;
    data.previous = lower;
    data.target = upper;
    data.low_labels = low;
    data.high_labels = low;
    data.depth = depth;
    data.value_label = "this school";
    CHECK_OK(celadon_chart_profile(&words, &data, &chart, &error), &error);
    check_chart(chart, "profile", 3, &error);
    data.depth = negative;
    CHECK(celadon_chart_profile(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT && chart == NULL);
    celadon_chart_balance_init(&parts, sizeof parts);
    parts.labels = labels;
    parts.shares = values;
    parts.n_parts = 3;
    CHECK_OK(celadon_chart_balance(&words, &parts, &chart, &error), &error);
    check_chart(chart, "balance", 3, &error);
    parts.lower = lower;
    parts.upper = upper;
    values[1] = -0.1;
    CHECK(celadon_chart_balance(&words, &parts, &chart, &error) == CELADON_INVALID_ARGUMENT);
  }
  {
    static const double values[4] = {-1, -0.2, 0.3, 1}, lower[4] = {-1.5, -0.6, 0, 0.7}, upper[4] = {-0.5, 0.2, 0.6, 1.3};
    static const double crossed[4] = {-1, 0.3, -0.2, 1};
    celadon_chart_caterpillar_data data;
    celadon_chart_gradient_data lines;
    celadon_chart_caterpillar_init(&data, sizeof data);
    CHECK(data.own == -1 && isnan(data.reference));
    data.values = values;
    data.n_units = 4;
    CHECK_OK(celadon_chart_caterpillar(&words, &data, &chart, &error), &error);
    check_chart(chart, "caterpillar", 4, &error);
    data.lower = lower;
    data.upper = upper;
    data.own = 2;
    data.own_label = "this school";
    data.reference = 0;
    CHECK_OK(celadon_chart_caterpillar(&words, &data, &chart, &error), &error);
    check_chart(chart, "caterpillar", 4, &error);
    data.own = 4;
    CHECK(celadon_chart_caterpillar(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT && chart == NULL);
    data.own = -1;
    data.values = crossed;
    CHECK(celadon_chart_caterpillar(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_gradient_init(&lines, sizeof lines);
    CHECK(lines.own == -1 && isnan(lines.overall_y_high));
    lines.x_low = lower;
    lines.x_high = upper;
    lines.y_low = values;
    lines.y_high = upper;
    lines.n_units = 4;
    lines.own = 0;
    CHECK_OK(celadon_chart_gradient(&words, &lines, &chart, &error), &error);
    check_chart(chart, "gradient", 4, &error);
    lines.overall_x_low = lines.overall_y_low = -1;
    lines.overall_x_high = lines.overall_y_high = 1;
    CHECK_OK(celadon_chart_gradient(&words, &lines, &chart, &error), &error);
    check_chart(chart, "gradient", 5, &error); /* and the line of all */
    lines.y_high = NULL;
    CHECK(celadon_chart_gradient(&words, &lines, &chart, &error) == CELADON_INVALID_ARGUMENT);
  }
  {
    static const char* const labels[2] = {"equal weights", "no sleep"};
    static const char* const periods[3] = {"2022", "2023", "2024"};
    static const double low[2] = {58.2, 60.1};
    double high[2] = {63.4, 0}, values[6] = {0.5, 0.6, 0.7, 0.4, 0, 0.6};
    celadon_chart_tornado_data data;
    celadon_chart_timeline_data line;
    high[1] = values[4] = NAN;
    celadon_chart_tornado_init(&data, sizeof data);
    CHECK(data.decimals == 1 && isnan(data.centre));
    data.centre = 61.5;
    data.labels = labels;
    data.low = low;
    data.high = high;
    data.n_bars = 2;
    CHECK_OK(celadon_chart_tornado(&words, &data, &chart, &error), &error);
    check_chart(chart, "tornado", 2, &error);
    data.decimals = 7;
    CHECK(celadon_chart_tornado(&words, &data, &chart, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_timeline_init(&line, sizeof line);
    CHECK(isnan(line.target));
    line.periods = periods;
    line.n_periods = 3;
    line.series = labels;
    line.values = values;
    line.lower = values;
    line.n_series = 2;
    line.share = 1;
    CHECK_OK(celadon_chart_timeline(&words, &line, &chart, &error), &error);
    check_chart(chart, "timeline", 6, &error);
    line.n_series = INT64_MAX;
    CHECK(celadon_chart_timeline(&words, &line, &chart, &error) != CELADON_OK && chart == NULL);
  }
  {
    celadon_text* text = NULL;
    celadon_table* table = NULL;
    CHECK_OK(celadon_svg_style(&text, &error), &error);
    CHECK(celadon_text_size(text) > 0);
    celadon_text_destroy(text);
    CHECK(celadon_chart_kind(NULL) == NULL && celadon_chart_svg(NULL, NULL, &text, &error) == CELADON_INVALID_ARGUMENT && text == NULL);
    CHECK(celadon_chart_table(NULL, &table, &error) == CELADON_INVALID_ARGUMENT);
    celadon_chart_destroy(NULL);
  }
  return failures;
}
