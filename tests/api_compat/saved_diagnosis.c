/* Diagnosis as version 1 kept it: a model, what was known of persons between two tests, a school's bank of comments and a teacher's edits
 * load and mean what they meant then; a program compiled for smaller structs still runs. */
#include "check.h"
#include "saved_files.h"

/* Structs as the first version had them: what was added since is not known to the caller. */
typedef struct first_score_options {
  uint32_t struct_size;
  int32_t keep_state;
  int32_t not_administered;
  int32_t not_reached;
  int32_t omitted;
  int32_t invalid;
} first_score_options;
typedef struct first_item_parameters {
  uint32_t struct_size;
  int32_t rule;
  const char* id;
} first_item_parameters;
typedef struct first_decision_options {
  uint32_t struct_size;
  int32_t min_items;
} first_decision_options;
typedef struct first_comment_item {
  uint32_t struct_size;
  int32_t counted;
  const char* label;
  double points;
  double full;
} first_comment_item;
typedef struct first_comment_point {
  uint32_t struct_size;
  int32_t change;
  const char* name;
  const celadon_feedback_point_mastery* mastery;
  const int32_t* items;
  int64_t n_items;
} first_comment_point;

static const char* const kItems[6] = {"q1", "q2", "q3", "q4", "q5", "q6"};
/* -1: not administered. */
static const int8_t kCells[18] = {1, 1, 1, 1, 1, 1, 0, 0, 1, -1, 1, 1, 1, 0, 0, 0, -1, 0};
/* Probabilities of mastery by Bayes' theorem over the six classes, worked out apart from the library; the second person is of the south. */
static const double kMastery[9] = {0.9957074114317783, 0.9207512925527469, 0.9107690838099559,   0.33134328358208953, 0.14328358208955225,
                                   0.962046908315565,  0.6670538133952768, 0.037940379403794036, 0.006581494386372434};
static const int32_t kPopulation[3] = {0, 1, 0};

static const char* text_at(const celadon_table* table, const char* column, int64_t row) {
  const char* out = celadon_table_text(table, celadon_table_find(table, column, -1), row, NULL);
  return out == NULL ? "" : out;
}
static double number_at(const celadon_table* table, const char* column, int64_t row) {
  double values[16];
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  CHECK(celadon_table_n_rows(table) <= 16);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, 16, 1, &error), &error);
  return values[row];
}

static celadon_responses* responses(int first, int n) {
  celadon_responses_view view;
  celadon_responses* out = NULL;
  celadon_error error;
  celadon_error_init(&error, sizeof error);
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = kCells + first;
  view.n_persons = 3;
  view.n_items = n;
  view.person_stride = 6;
  view.item_ids = kItems + first;
  CHECK_OK(celadon_responses_from_dense(&view, NULL, &out, &error), &error);
  return out;
}

static void model_and_state(const char* folder) {
  celadon_error error;
  celadon_cdm_model* model = NULL;
  celadon_cdm_mastery_state* state = NULL;
  celadon_responses *whole = responses(0, 6), *rest = responses(3, 3);
  celadon_cdm_score_result* scores = NULL;
  celadon_cdm_decide_result* decisions = NULL;
  celadon_cdm_score_options options;
  long size = 0, state_size = 0;
  char* json = read_file(folder, "cdm_model_v1.json", &size);
  char* state_json = read_file(folder, "cdm_state_v1.json", &state_size);
  double found[9];
  uint8_t decided[9];
  int i;
  celadon_error_init(&error, sizeof error);
  CHECK(json != NULL && state_json != NULL);
  if (json == NULL || state_json == NULL) return;
  CHECK_OK(celadon_cdm_load(json, size, &model, &error), &error);
  CHECK_OK(celadon_cdm_load_state(state_json, state_size, &state, &error), &error);
  {
    celadon_cdm_model* cut = NULL;
    CHECK(celadon_cdm_load(json, size - 20, &cut, &error) != CELADON_OK && cut == NULL);
    /* One kind of file is not taken for another. */
    CHECK(celadon_cdm_load(state_json, state_size, &cut, &error) != CELADON_OK && strcmp(error.code_name, "json_format") == 0);
  }
  {
    first_item_parameters item;
    item.struct_size = sizeof item;
    CHECK_OK(celadon_cdm_model_item(model, 2, (celadon_cdm_item_parameters*)&item, &error), &error);
    CHECK(item.rule == CELADON_CDM_DINO && strcmp(item.id, "q3") == 0);
    CHECK(celadon_cdm_model_structure(model) == CELADON_CDM_SATURATED && celadon_cdm_model_n_classes(model) == 6);
  }
  /* Both tests at once, then the second from where the first had left the persons. */
  celadon_cdm_score_options_init(&options, sizeof options);
  options.population = kPopulation;
  options.n_population = 3;
  CHECK_OK(celadon_cdm_score(model, whole, &options, NULL, &scores, &error), &error);
  CHECK_OK(celadon_cdm_score_result_mastery(scores, found, NULL, NULL, NULL, 9, &error), &error);
  for (i = 0; i < 9; ++i) CHECK_NEAR(found[i], kMastery[i], 1e-12);
  celadon_cdm_score_result_destroy(scores);
  scores = NULL;
  celadon_cdm_score_options_init(&options, sizeof options);
  options.start = state;
  CHECK_OK(celadon_cdm_score(model, rest, &options, NULL, &scores, &error), &error);
  CHECK_OK(celadon_cdm_score_result_mastery(scores, found, NULL, NULL, NULL, 9, &error), &error);
  for (i = 0; i < 9; ++i) CHECK_NEAR(found[i], kMastery[i], 1e-12);
  celadon_cdm_score_result_destroy(scores);
  scores = NULL;
  {
    first_score_options small;
    first_decision_options cuts;
    celadon_cdm_score_options_init((celadon_cdm_score_options*)&small, sizeof small);
    CHECK(small.struct_size == sizeof small && small.omitted == CELADON_MISSING_IGNORE);
    small.not_administered = CELADON_MISSING_DROP_PERSON;
    CHECK_OK(celadon_cdm_score(model, whole, (const celadon_cdm_score_options*)&small, NULL, &scores, &error), &error);
    CHECK_OK(celadon_cdm_score_result_mastery(scores, found, NULL, NULL, NULL, 9, &error), &error);
    for (i = 0; i < 3; ++i) CHECK_NEAR(found[i], kMastery[i], 1e-12);
    for (i = 3; i < 9; ++i) CHECK(isnan(found[i]));
    celadon_cdm_decision_options_init((celadon_cdm_decision_options*)&cuts, sizeof cuts);
    CHECK(cuts.struct_size == sizeof cuts && cuts.min_items == 3);
    CHECK_OK(celadon_cdm_decide(scores, (const celadon_cdm_decision_options*)&cuts, NULL, &decisions, &error), &error);
    CHECK_OK(celadon_cdm_decide_result_values(decisions, decided, NULL, NULL, 9, &error), &error);
    for (i = 0; i < 3; ++i) CHECK(decided[i] == CELADON_CDM_MASTERED);
    for (i = 3; i < 9; ++i) CHECK(decided[i] == CELADON_CDM_NOT_ENOUGH_EVIDENCE);
  }
  celadon_cdm_decide_result_destroy(decisions);
  celadon_cdm_score_result_destroy(scores);
  celadon_cdm_mastery_state_destroy(state);
  celadon_cdm_model_destroy(model);
  celadon_responses_destroy(whole);
  celadon_responses_destroy(rest);
  free(json);
  free(state_json);
}

static void point(celadon_feedback_pupil_evidence* evidence, const char* name, int32_t state, double points, const int32_t* items,
                  celadon_error* error) {
  celadon_feedback_point_mastery mastery;
  first_comment_point made;
  memset(&mastery, 0, sizeof mastery);
  mastery.struct_size = sizeof mastery;
  mastery.state = state;
  mastery.n_items = 3;
  mastery.probability = state == CELADON_POINT_MASTERED ? 0.95 : 0.05;
  mastery.low = mastery.high = NAN;
  mastery.points = points;
  mastery.full = 6.0;
  celadon_feedback_comment_point_init((celadon_feedback_comment_point*)&made, sizeof made);
  CHECK(made.struct_size == sizeof made && made.change == CELADON_CHANGE_NO_PAST);
  made.name = name;
  made.mastery = &mastery;
  made.items = items;
  made.n_items = 3;
  CHECK_OK(celadon_feedback_pupil_evidence_add_point(evidence, (const celadon_feedback_comment_point*)&made, error), error);
}

static void bank_and_edits(const char* folder) {
  static const char* const zh[3] = {"本卷看 2 个知识点:“分数”、“小数”。", "“分数”已掌握,得分率 100%。",
                                    "“小数”尚未掌握,失分在第 5、6 题。"};
  static const char* const en[3] = {"This paper looks at 2 points: 分数 and 小数.", "分数 is mastered, 100% of its marks.",
                                    "小数 is not mastered yet; marks were lost on questions 5 and 6."};
  static const char* const labels[6] = {"1", "2", "3", "4", "5", "6"};
  static const int32_t first[3] = {0, 1, 2}, second[3] = {3, 4, 5};
  celadon_error error;
  celadon_feedback_comment_bank* bank = NULL;
  celadon_feedback_comment_engine* engine = NULL;
  celadon_feedback_pupil_evidence* evidence = NULL;
  celadon_feedback_comment* comment = NULL;
  celadon_feedback_comment_edits* edits = NULL;
  celadon_table* table = NULL;
  long sizes[4] = {0, 0, 0, 0};
  char* rules = read_file(folder, "comment_rules_v1.json", &sizes[0]);
  char* chinese = read_file(folder, "comment_zh_v1.json", &sizes[1]);
  char* english = read_file(folder, "comment_en_v1.json", &sizes[2]);
  char* kept = read_file(folder, "comment_edits_v1.json", &sizes[3]);
  const char* both[2];
  int i;
  celadon_error_init(&error, sizeof error);
  CHECK(rules != NULL && chinese != NULL && english != NULL && kept != NULL);
  if (rules == NULL || chinese == NULL || english == NULL || kept == NULL) return;
  both[0] = chinese;
  both[1] = english;
  CHECK_OK(celadon_feedback_comment_bank_parse(rules, sizes[0], both, NULL, 2, &bank, &error), &error);
  CHECK_OK(celadon_feedback_comment_bank_lint(bank, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  table = NULL;
  CHECK_OK(celadon_feedback_comment_engine_create(bank, &engine, &error), &error);
  CHECK_OK(celadon_feedback_pupil_evidence_create("k", "m/pupil/7/", "unit 3", NULL, NULL, 0, &evidence, &error), &error);
  for (i = 0; i < 6; ++i) {
    first_comment_item item;
    celadon_feedback_comment_item_init((celadon_feedback_comment_item*)&item, sizeof item);
    CHECK(item.struct_size == sizeof item && item.counted == 1);
    item.label = labels[i];
    item.full = 2.0;
    item.points = i < 4 ? 2.0 : 0.0;
    CHECK_OK(celadon_feedback_pupil_evidence_add_item(evidence, (const celadon_feedback_comment_item*)&item, &error), &error);
  }
  point(evidence, "分数", CELADON_POINT_MASTERED, 6.0, first, &error);
  point(evidence, "小数", CELADON_POINT_NOT_YET, 2.0, second, &error);
  CHECK_OK(celadon_feedback_pupil_comment(engine, evidence, CELADON_READER_FAMILY, CELADON_ENGLISH, 1, &comment, &error), &error);
  CHECK(celadon_feedback_comment_size(comment) == 3);
  for (i = 0; i < 3 && i < celadon_feedback_comment_size(comment); ++i) {
    CHECK(strcmp(celadon_feedback_comment_text(comment, i), en[i]) == 0);
    if (strcmp(celadon_feedback_comment_text(comment, i), en[i]) != 0) fprintf(stderr, "%s\n", celadon_feedback_comment_text(comment, i));
  }
  celadon_feedback_comment_destroy(comment);
  comment = NULL;
  CHECK_OK(celadon_feedback_pupil_comment(engine, evidence, CELADON_READER_FAMILY, CELADON_CHINESE, 1, &comment, &error), &error);
  CHECK(celadon_feedback_comment_size(comment) == 3);
  for (i = 0; i < 3 && i < celadon_feedback_comment_size(comment); ++i) {
    CHECK(strcmp(celadon_feedback_comment_text(comment, i), zh[i]) == 0);
    if (strcmp(celadon_feedback_comment_text(comment, i), zh[i]) != 0) fprintf(stderr, "%s\n", celadon_feedback_comment_text(comment, i));
  }
  /* The teacher's edits of that time stand where they stood, and the one whose numbers have changed says so. */
  CHECK_OK(celadon_feedback_load_edits(kept, sizes[3], &edits, &error), &error);
  CHECK(celadon_feedback_comment_edits_size(edits) == 2 && strcmp(celadon_feedback_comment_edits_signed_by(edits), "Li") == 0);
  CHECK_OK(celadon_feedback_apply_edits(comment, edits, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 4);
  CHECK(strcmp(text_at(table, "origin", 2), "edited") == 0);
  CHECK(strcmp(text_at(table, "text", 2), "第 5 题和第 6 题我们周三一起看。") == 0);
  CHECK(number_at(table, "evidence_changed", 2) == 1.0);
  CHECK(strcmp(text_at(table, "origin", 3), "added") == 0);
  celadon_table_destroy(table);
  celadon_feedback_comment_edits_destroy(edits);
  celadon_feedback_comment_destroy(comment);
  celadon_feedback_pupil_evidence_destroy(evidence);
  celadon_feedback_comment_engine_destroy(engine);
  celadon_feedback_comment_bank_destroy(bank);
  free(rules);
  free(chinese);
  free(english);
  free(kept);
}

int main(int argc, char** argv) {
  CHECK(argc > 1);
  if (argc < 2) return failures;
  model_and_state(argv[1]);
  bank_and_edits(argv[1]);
  return failures;
}
