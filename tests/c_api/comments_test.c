/* Mastery of points, comments and a teacher's edits through C. */
#include "paper_data.h"

#include <stddef.h>
#include <stdlib.h>

static celadon_error error;

static const char* text_at(const celadon_table* table, const char* column, int64_t row) {
  const char* out = celadon_table_text(table, celadon_table_find(table, column, -1), row, NULL);
  return out == NULL ? "" : out;
}
static double number_at(const celadon_table* table, const char* column, int64_t row) {
  double values[64];
  CHECK(celadon_table_n_rows(table) <= 64);
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, 64, 1, &error), &error);
  return values[row];
}

/* Six pupils, one modelled point and one that is not: four have the gap. */
static celadon_feedback_mastery* decisions(void) {
  static const char* const kPoints[2] = {"小数", "时间"};
  static const uint8_t kModelled[2] = {1, 0};
  static uint8_t identified[12];
  static double p[12], gained[12], full[12];
  static int32_t items[12];
  static const double* settings[1] = {p};
  celadon_feedback_mastery_input input;
  celadon_feedback_mastery* out = NULL;
  int i;
  for (i = 0; i < 12; ++i) {
    identified[i] = 1;
    items[i] = 4;
    full[i] = 4;
    p[i] = i / 2 < 4 ? 0.05 : 0.95;
    gained[i] = i / 2 < 4 ? 1 : 4;
  }
  celadon_feedback_mastery_input_init(&input, sizeof input);
  input.points = kPoints;
  input.n_points = 2;
  input.n_persons = 6;
  input.modelled = kModelled;
  input.identified = identified;
  input.probability = settings;
  input.n_settings = 1;
  input.n_items = items;
  input.points_gained = gained;
  input.points_full = full;
  input.model = "dina";
  input.structure = "independent";
  input.version = "0.1";
  CHECK_OK(celadon_feedback_decide_mastery(&input, NULL, &out, &error), &error);
  {
    celadon_feedback_mastery* none = NULL;
    CHECK(celadon_feedback_decide_mastery(NULL, NULL, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
    input.points_full = NULL;
    CHECK(celadon_feedback_decide_mastery(&input, NULL, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
    input.points_full = full;
    input.n_persons = INT64_MAX;
    CHECK(celadon_feedback_decide_mastery(&input, NULL, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
  }
  return out;
}

static void check_mastery(const celadon_feedback_mastery* mastery) {
  static const int64_t kRows[6] = {0, 1, 2, 3, 4, 5}, kBad[1] = {6};
  static const double kDifference[4] = {0.5, -0.5, 0.01, 0.5}, kError[4] = {0.1, 0.1, 0.1, 0.1};
  static const int32_t kCommon[4] = {5, 5, 5, 2};
  celadon_feedback_point_mastery cell;
  celadon_table* table = NULL;
  int32_t verdict[4];
  double low[4], high[4];
  CHECK(celadon_feedback_mastery_n_persons(mastery) == 6 && celadon_feedback_mastery_n_points(mastery) == 2);
  cell.struct_size = sizeof cell;
  CHECK_OK(celadon_feedback_mastery_get(mastery, 5, 0, &cell, &error), &error);
  CHECK(cell.state == CELADON_POINT_MASTERED && cell.probability == 0.95 && cell.points == 4);
  CHECK_OK(celadon_feedback_mastery_get(mastery, 5, 1, &cell, &error), &error);
  CHECK(cell.reason == CELADON_POINT_NOT_MODELLED && isnan(cell.probability));
  CHECK(celadon_feedback_mastery_get(mastery, 6, 0, &cell, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_mastery_get(mastery, 0, 2, &cell, &error) == CELADON_INVALID_ARGUMENT);
  /* A program that knows the first three fields only. */
  cell.struct_size = offsetof(celadon_feedback_point_mastery, probability);
  cell.probability = 77;
  CHECK_OK(celadon_feedback_mastery_get(mastery, 0, 0, &cell, &error), &error);
  CHECK(cell.state == CELADON_POINT_NOT_YET && cell.probability == 77);
  CHECK_OK(celadon_feedback_mastery_table(mastery, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 12 && strcmp(text_at(table, "state", 0), "not_yet") == 0);
  CHECK(strcmp(text_at(table, "reason", 1), "not_modelled") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_count_mastery(mastery, kRows, 6, &table, &error), &error);
  CHECK(number_at(table, "n_not_yet", 0) == 4 && number_at(table, "n_mastered", 0) == 2 && number_at(table, "n_cannot_judge", 1) == 6);
  celadon_table_destroy(table);
  CHECK(celadon_feedback_count_mastery(mastery, kBad, 1, &table, &error) == CELADON_INVALID_ARGUMENT && table == NULL);
  CHECK_OK(celadon_feedback_gap_groups(mastery, kRows, 6, NULL, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 4 && number_at(table, "whole_class", 0) == 1 && number_at(table, "row", 3) == 4);
  celadon_table_destroy(table);
  /* Two pupils are no group. */
  CHECK_OK(celadon_feedback_gap_groups(mastery, kRows, 2, NULL, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);

  CHECK_OK(celadon_feedback_judge_changes(kDifference, kError, kCommon, 4, NULL, verdict, low, high, &error), &error);
  CHECK(verdict[0] == CELADON_CHANGE_UP && verdict[1] == CELADON_CHANGE_DOWN && verdict[2] == CELADON_CHANGE_NONE_SEEN);
  CHECK(verdict[3] == CELADON_CHANGE_NOT_COMPARABLE && isnan(low[3]) && low[0] > 0 && high[1] < 0 && low[2] < 0 && high[2] > 0);
  CHECK_NEAR(low[0] + high[0], 1.0, 1e-12);
  CHECK(celadon_feedback_judge_changes(kDifference, NULL, kCommon, 4, NULL, verdict, low, high, &error) == CELADON_INVALID_ARGUMENT);
}

static celadon_feedback_comment_bank* check_bank(void) {
  celadon_feedback_comment_bank *bank = NULL, *own = NULL;
  celadon_text *rules = NULL, *zh = NULL, *en = NULL;
  celadon_table* table = NULL;
  const char* both[2];
  int64_t sizes[2];
  char* broken;
  char* at;
  CHECK_OK(celadon_feedback_comment_bank_default(&bank, &error), &error);
  CHECK(strlen(celadon_feedback_comment_bank_hash(bank)) == 16 && celadon_feedback_comment_bank_edition(bank) != NULL);
  CHECK(celadon_feedback_comment_bank_hash(NULL) == NULL);
  CHECK_OK(celadon_feedback_comment_bank_lint(bank, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_comment_bank_default_rules(&rules, &error), &error);
  CHECK_OK(celadon_feedback_comment_bank_default_wording(CELADON_CHINESE, &zh, &error), &error);
  CHECK(celadon_feedback_comment_bank_default_wording(2, &en, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_feedback_comment_bank_default_wording(CELADON_ENGLISH, &en, &error), &error);
  both[0] = celadon_text_data(zh);
  both[1] = celadon_text_data(en);
  sizes[0] = celadon_text_size(zh);
  sizes[1] = -1;
  CHECK_OK(celadon_feedback_comment_bank_parse(celadon_text_data(rules), celadon_text_size(rules), both, sizes, 2, &own, &error), &error);
  CHECK(strcmp(celadon_feedback_comment_bank_hash(own), celadon_feedback_comment_bank_hash(bank)) == 0);
  celadon_feedback_comment_bank_destroy(own);
  /* One language less is a fault of every message; a banned word one of its sentence. */
  CHECK_OK(celadon_feedback_comment_bank_parse(celadon_text_data(rules), -1, both, NULL, 1, &own, &error), &error);
  CHECK_OK(celadon_feedback_comment_bank_lint(own, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) > 0 && strcmp(text_at(table, "kind", 0), "language_missing") == 0);
  celadon_table_destroy(table);
  celadon_feedback_comment_bank_destroy(own);
  broken = (char*)malloc((size_t)celadon_text_size(en) + 1);
  memcpy(broken, celadon_text_data(en), (size_t)celadon_text_size(en) + 1);
  at = strstr(broken, "The questions are about");
  CHECK(at != NULL);
  if (at != NULL) memcpy(at, "The lazy ones are about", 23);
  both[1] = broken;
  CHECK_OK(celadon_feedback_comment_bank_parse(celadon_text_data(rules), -1, both, NULL, 2, &own, &error), &error);
  CHECK_OK(celadon_feedback_comment_bank_lint(own, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == 1 && strcmp(text_at(table, "kind", 0), "banned_word") == 0);
  CHECK(strcmp(text_at(table, "where", 0), "goal.one") == 0 && strcmp(text_at(table, "language", 0), "en") == 0);
  CHECK(number_at(table, "variant", 0) == 2);
  celadon_table_destroy(table);
  celadon_feedback_comment_bank_destroy(own);
  free(broken);
  CHECK(celadon_feedback_comment_bank_parse("{", -1, both, NULL, 0, &own, &error) != CELADON_OK && own == NULL);
  CHECK_OK(celadon_feedback_comment_fields(&table, &error), &error);
  CHECK(celadon_table_n_rows(table) > 10);
  celadon_table_destroy(table);
  celadon_text_destroy(rules);
  celadon_text_destroy(zh);
  celadon_text_destroy(en);
  return bank;
}

/* Points of two marks an item: fractions mastered with one loss, decimals not yet, time with one item. */
static celadon_feedback_pupil_evidence* pupil(const char* key) {
  static const char* const kNames[3] = {"分数", "小数", "时间"};
  static const int kN[3] = {5, 4, 1}, kRight[3] = {4, 1, 0};
  static const int32_t kState[3] = {CELADON_POINT_MASTERED, CELADON_POINT_NOT_YET, CELADON_POINT_CANNOT_JUDGE};
  celadon_feedback_pupil_evidence* out = NULL;
  celadon_feedback_comment_item item;
  celadon_feedback_comment_point point;
  celadon_feedback_point_mastery mastery;
  char label[16];
  int32_t items[5], next = 0;
  int k, i;
  CHECK_OK(celadon_feedback_pupil_evidence_create(key, "m/pupil/1/", "第三单元", NULL, NULL, 0, &out, &error), &error);
  for (k = 0; k < 3; ++k) {
    celadon_feedback_comment_item_init(&item, sizeof item);
    CHECK(item.counted == 1);
    for (i = 0; i < kN[k]; ++i) {
      snprintf(label, sizeof label, "%d", (int)next + 1);
      item.label = label;
      item.full = 2;
      item.points = i < kRight[k] ? 2 : 0;
      CHECK_OK(celadon_feedback_pupil_evidence_add_item(out, &item, &error), &error);
      items[i] = next++;
    }
    memset(&mastery, 0, sizeof mastery);
    mastery.struct_size = sizeof mastery;
    mastery.state = kState[k];
    mastery.reason = k == 2 ? CELADON_POINT_FEW_ITEMS : CELADON_POINT_JUDGED;
    mastery.n_items = kN[k];
    mastery.probability = k == 0 ? 0.95 : k == 1 ? 0.05 : NAN;
    mastery.low = mastery.high = mastery.probability;
    mastery.points = 2 * kRight[k];
    mastery.full = 2 * kN[k];
    celadon_feedback_comment_point_init(&point, sizeof point);
    point.name = kNames[k];
    point.mastery = &mastery;
    point.items = items;
    point.n_items = kN[k];
    CHECK_OK(celadon_feedback_pupil_evidence_add_point(out, &point, &error), &error);
    items[0] = 99;
    CHECK(celadon_feedback_pupil_evidence_add_point(out, &point, &error) == CELADON_INVALID_ARGUMENT);
    point.n_items = 0;
    mastery.state = 3;
    CHECK(celadon_feedback_pupil_evidence_add_point(out, &point, &error) == CELADON_INVALID_ARGUMENT);
  }
  return out;
}

static void check_edits(const celadon_feedback_comment* comment, const celadon_feedback_comment_bank* bank) {
  celadon_feedback_comment_edits *edits = NULL, *loaded = NULL, *other = NULL;
  celadon_feedback_comment_edit edit, kept;
  celadon_text *saved = NULL, *again = NULL;
  celadon_table* table = NULL;
  const int64_t n = celadon_feedback_comment_size(comment);
  char own[96];
  CHECK_OK(celadon_feedback_comment_edits_create("m/pupil/1/", &edits, &error), &error);
  celadon_feedback_comment_edit_init(&edit, sizeof edit);
  CHECK(edit.kind == CELADON_EDIT_REPLACE && edit.part == CELADON_PART_NEXT);
  edit.sentence = celadon_feedback_comment_id(comment, 1);
  edit.language = "zh-CN";
  edit.text = "分数这一块已经很稳。";
  edit.generated = celadon_feedback_comment_text(comment, 1);
  edit.evidence_hash = "0000000000000000";
  edit.time = "2026-11-26T08:00:00Z";
  CHECK(celadon_feedback_check_edit(&edit, bank, &error) == CELADON_INVALID_ARGUMENT); /* no author */
  edit.author = "王老师";
  CHECK_OK(celadon_feedback_check_edit(&edit, bank, &error), &error);
  CHECK_OK(celadon_feedback_comment_edits_add(edits, &edit, bank, &error), &error);
  edit.kind = CELADON_EDIT_LEAVE_OUT;
  edit.sentence = celadon_feedback_comment_id(comment, 0);
  edit.text = NULL;
  CHECK_OK(celadon_feedback_comment_edits_add(edits, &edit, bank, &error), &error);
  edit.kind = CELADON_EDIT_ADD;
  snprintf(own, sizeof own, "m/pupil/1/comment/family/teacher/1");
  edit.sentence = own;
  edit.text = "明天我们一起看第7题。";
  edit.generated = edit.evidence_hash = NULL;
  CHECK_OK(celadon_feedback_comment_edits_add(edits, &edit, bank, &error), &error);
  edit.language = "en";
  edit.text = "A lazy week.";
  CHECK(celadon_feedback_check_edit(&edit, bank, &error) != CELADON_OK && strcmp(error.code_name, "banned_word") == 0);
  CHECK_OK(celadon_feedback_check_edit(&edit, NULL, &error), &error);
  edit.kind = 4;
  CHECK(celadon_feedback_comment_edits_add(edits, &edit, NULL, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(strcmp(celadon_feedback_comment_edits_signed_by(edits), "") == 0);
  CHECK_OK(celadon_feedback_comment_edits_sign(edits, "王老师", "2026-11-26", &error), &error);
  CHECK(celadon_feedback_comment_edits_size(edits) == 3);

  CHECK_OK(celadon_feedback_save_edits(edits, &saved, &error), &error);
  CHECK_OK(celadon_feedback_load_edits(celadon_text_data(saved), celadon_text_size(saved), &loaded, &error), &error);
  CHECK_OK(celadon_feedback_save_edits(loaded, &again, &error), &error);
  CHECK(strcmp(celadon_text_data(saved), celadon_text_data(again)) == 0);
  CHECK(celadon_feedback_comment_edits_size(loaded) == 3 && strcmp(celadon_feedback_comment_edits_signed_by(loaded), "王老师") == 0);
  kept.struct_size = sizeof kept;
  CHECK_OK(celadon_feedback_comment_edits_get(loaded, 2, &kept, &error), &error);
  CHECK(kept.kind == CELADON_EDIT_ADD && strcmp(kept.text, "明天我们一起看第7题。") == 0 && strcmp(kept.sentence, own) == 0);
  CHECK(celadon_feedback_comment_edits_get(loaded, 3, &kept, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_load_edits("[]", -1, &other, &error) != CELADON_OK && other == NULL);

  CHECK_OK(celadon_feedback_apply_edits(comment, loaded, &table, &error), &error);
  /* One more; what was left out is back for another look, its hash being another one. */
  CHECK(celadon_table_n_rows(table) == n + 1 && number_at(table, "evidence_changed", 0) == 1);
  CHECK(strcmp(text_at(table, "origin", 0), "generated") == 0);
  CHECK(strcmp(text_at(table, "text", 1), "分数这一块已经很稳。") == 0 && strcmp(text_at(table, "origin", 1), "edited") == 0);
  CHECK(number_at(table, "evidence_changed", 1) == 1 && number_at(table, "evidence_changed", 2) == 0);
  CHECK(strcmp(text_at(table, "origin", 2), "generated") == 0 && strcmp(text_at(table, "origin", n), "added") == 0);
  CHECK(strcmp(text_at(table, "author", n), "王老师") == 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_comment_edits_create("m/pupil/2/", &other, &error), &error);
  edit.kind = CELADON_EDIT_ADD;
  CHECK_OK(celadon_feedback_comment_edits_add(other, &edit, NULL, &error), &error);
  CHECK(celadon_feedback_apply_edits(comment, other, &table, &error) == CELADON_INVALID_ARGUMENT && table == NULL);
  celadon_text_destroy(saved);
  celadon_text_destroy(again);
  celadon_feedback_comment_edits_destroy(edits);
  celadon_feedback_comment_edits_destroy(loaded);
  celadon_feedback_comment_edits_destroy(other);
}

static void check_comment(const celadon_feedback_comment_bank* bank, const celadon_feedback_mastery* mastery) {
  celadon_feedback_comment_engine* engine = NULL;
  celadon_feedback_pupil_evidence *first = pupil("p1"), *other = pupil("p2"), *less = NULL;
  celadon_feedback_comment *comment = NULL, *again = NULL;
  celadon_feedback_comment_explanation* why = NULL;
  celadon_feedback_comment_explanation_values values;
  celadon_table* table = NULL;
  int64_t i, n;
  int different = 0;
  CHECK_OK(celadon_feedback_comment_engine_create(bank, &engine, &error), &error);
  CHECK_OK(celadon_feedback_pupil_comment(engine, first, CELADON_READER_FAMILY, CELADON_CHINESE, 1, &comment, &error), &error);
  n = celadon_feedback_comment_size(comment);
  CHECK(n >= 4 && celadon_feedback_comment_id(comment, n) == NULL && celadon_feedback_comment_part(comment, -1) == -1);
  for (i = 1; i < n; ++i) CHECK(celadon_feedback_comment_part(comment, i) >= celadon_feedback_comment_part(comment, i - 1));
  CHECK(celadon_feedback_comment_part(comment, 1) == CELADON_PART_STRENGTH &&
        celadon_feedback_comment_part(comment, 2) == CELADON_PART_GAP);
  CHECK(strstr(celadon_feedback_comment_text(comment, 1), "分数") != NULL &&
        strstr(celadon_feedback_comment_text(comment, 1), "8/10") != NULL);
  CHECK(strstr(celadon_feedback_comment_text(comment, 2), "小数") != NULL &&
        strstr(celadon_feedback_comment_text(comment, 2), "2/8") != NULL);
  CHECK(strstr(celadon_feedback_comment_text(comment, 3), "暂不能判断") != NULL);
  CHECK_OK(celadon_feedback_comment_table(comment, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) == n && strcmp(text_at(table, "part", 1), "strength") == 0 &&
        strlen(text_at(table, "evidence_hash", 1)) == 16);
  celadon_table_destroy(table);
  /* The same pupil gets the same sentences; of twenty seeds some give others; the facts stay. */
  CHECK_OK(celadon_feedback_pupil_comment(engine, first, CELADON_READER_FAMILY, CELADON_CHINESE, 1, &again, &error), &error);
  for (i = 0; i < n; ++i) CHECK(strcmp(celadon_feedback_comment_text(again, i), celadon_feedback_comment_text(comment, i)) == 0);
  celadon_feedback_comment_destroy(again);
  for (i = 0; i < 20; ++i) {
    CHECK_OK(celadon_feedback_pupil_comment(engine, other, CELADON_READER_FAMILY, CELADON_CHINESE, (uint64_t)i, &again, &error), &error);
    CHECK(celadon_feedback_comment_size(again) == n &&
          strcmp(celadon_feedback_comment_id(again, 1), celadon_feedback_comment_id(comment, 1)) == 0);
    different += strcmp(celadon_feedback_comment_text(again, 1), celadon_feedback_comment_text(comment, 1)) != 0;
    celadon_feedback_comment_destroy(again);
  }
  CHECK(different > 0);
  CHECK(celadon_feedback_pupil_comment(engine, first, CELADON_READER_CLASS, CELADON_CHINESE, 1, &again, &error) ==
        CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_pupil_comment(engine, NULL, 0, 0, 1, &again, &error) == CELADON_INVALID_ARGUMENT && again == NULL);
  CHECK(celadon_feedback_pupil_comment(NULL, first, 0, 0, 1, &again, &error) == CELADON_INVALID_ARGUMENT);

  CHECK_OK(
      celadon_feedback_explain_pupil_comment(engine, comment, first, mastery, celadon_feedback_comment_id(comment, 1), -1, &why, &error),
      &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_feedback_comment_explanation_get(why, &values, &error), &error);
  CHECK(strcmp(values.id, celadon_feedback_comment_id(comment, 1)) == 0 && strcmp(values.part, "strength") == 0);
  CHECK(strcmp(values.text_zh, celadon_feedback_comment_text(comment, 1)) == 0 && strstr(values.text_en, "分数") != NULL);
  CHECK(strcmp(values.model, "dina/independent") == 0 && strcmp(values.model_version, "0.1") == 0);
  CHECK(strcmp(values.bank_hash, celadon_feedback_comment_bank_hash(bank)) == 0 && strlen(values.source_zh) > 0);
  CHECK_OK(celadon_feedback_comment_explanation_tests(why, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) >= 1 && strlen(text_at(table, "condition", 0)) > 0);
  celadon_table_destroy(table);
  CHECK_OK(celadon_feedback_comment_explanation_evidence(why, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) >= 1);
  celadon_table_destroy(table);
  celadon_feedback_comment_explanation_destroy(why);
  CHECK(celadon_feedback_explain_pupil_comment(engine, comment, first, NULL, "nothing", -1, &why, &error) != CELADON_OK);
  CHECK(why == NULL && strcmp(error.code_name, "unknown_statement") == 0);
  CHECK_OK(celadon_feedback_pupil_evidence_tell_marks(first, 0, &error), &error);
  CHECK(celadon_feedback_pupil_evidence_tell_marks(NULL, 0, &error) == CELADON_INVALID_ARGUMENT);
  CHECK_OK(celadon_feedback_pupil_comment(engine, first, CELADON_READER_FAMILY, CELADON_CHINESE, 1, &again, &error), &error);
  CHECK(celadon_feedback_comment_size(again) == n);
  for (i = 0; i < n; ++i) CHECK(strstr(celadon_feedback_comment_text(again, i), " 分") == NULL);
  celadon_feedback_comment_destroy(again);
  CHECK_OK(celadon_feedback_pupil_evidence_create("p1", "m/pupil/1/", "", NULL, NULL, 0, &less, &error), &error);
  CHECK(celadon_feedback_explain_pupil_comment(engine, comment, less, NULL, celadon_feedback_comment_id(comment, 1), -1, &why, &error) ==
        CELADON_INVALID_ARGUMENT);
  check_edits(comment, bank);
  celadon_feedback_pupil_evidence_destroy(less);
  celadon_feedback_pupil_evidence_destroy(first);
  celadon_feedback_pupil_evidence_destroy(other);
  celadon_feedback_comment_destroy(comment);
  celadon_feedback_comment_engine_destroy(engine);
}

/* A whole paper: what the evaluation says is what its parts say. */
static void check_evaluation(const celadon_feedback_comment_bank* bank) {
  celadon_dataset* data;
  celadon_evaluate_options options;
  celadon_evaluation* evaluation = NULL;
  celadon_feedback_mastery* mastery = NULL;
  celadon_feedback_pupil_evidence* evidence = NULL;
  celadon_feedback_class_evidence* class_evidence = NULL;
  celadon_feedback_comment_engine* engine = NULL;
  celadon_feedback_comment *comment = NULL, *parts = NULL;
  celadon_explanation* why = NULL;
  celadon_feedback_comment_explanation* why_class = NULL;
  celadon_explanation_values values;
  celadon_table* table = NULL;
  int64_t i;
  make_marks();
  data = make_dataset(&error);
  celadon_evaluate_options_init(&options, sizeof options);
  CHECK(options.diagnose == 1 && options.comment == 1 && options.comments == NULL && options.diagnosis_bank == NULL);
  options.comments = bank;
  options.calibrate = 0;
  options.keep_tails = 0;
  CHECK_OK(celadon_evaluate(data, NULL, &options, NULL, &evaluation, &error), &error);
  CHECK_OK(celadon_evaluation_mastery(evaluation, 0, &mastery, &error), &error);
  CHECK(celadon_feedback_mastery_n_persons(mastery) == N && celadon_feedback_mastery_n_points(mastery) == 3);
  celadon_feedback_mastery_destroy(mastery);
  CHECK(celadon_evaluation_mastery(evaluation, 1, &mastery, &error) == CELADON_INVALID_ARGUMENT && mastery == NULL);
  CHECK_OK(celadon_evaluation_mastery(evaluation, 0, &mastery, &error), &error);
  CHECK_OK(celadon_evaluation_table(evaluation, "pupil_comments", -1, CELADON_ENGLISH, &table, &error), &error);
  CHECK(celadon_table_n_rows(table) > N);
  celadon_table_destroy(table);
  CHECK_OK(celadon_evaluation_pupil_comment(evaluation, 0, 5, CELADON_READER_FAMILY, CELADON_CHINESE, &comment, &error), &error);
  CHECK_OK(celadon_evaluation_pupil_evidence(evaluation, 0, 5, &evidence, &error), &error);
  CHECK_OK(celadon_feedback_comment_engine_create(bank, &engine, &error), &error);
  CHECK_OK(celadon_feedback_pupil_comment(engine, evidence, CELADON_READER_FAMILY, CELADON_CHINESE, options.seed, &parts, &error), &error);
  CHECK(celadon_feedback_comment_size(comment) >= 2 && celadon_feedback_comment_size(parts) == celadon_feedback_comment_size(comment));
  for (i = 0; i < celadon_feedback_comment_size(comment); ++i)
    CHECK(strcmp(celadon_feedback_comment_text(parts, i), celadon_feedback_comment_text(comment, i)) == 0);
  CHECK_OK(celadon_explain(evaluation, celadon_feedback_comment_id(comment, 0), -1, CELADON_CHINESE, NULL, &why, &error), &error);
  values.struct_size = sizeof values;
  CHECK_OK(celadon_explanation_get(why, &values, &error), &error);
  CHECK(strcmp(values.id, celadon_feedback_comment_id(comment, 0)) == 0);
  celadon_explanation_destroy(why);
  celadon_feedback_comment_destroy(comment);
  celadon_feedback_comment_destroy(parts);
  /* Absent: nothing to say. */
  CHECK_OK(celadon_evaluation_pupil_comment(evaluation, 0, 59, CELADON_READER_FAMILY, CELADON_CHINESE, &comment, &error), &error);
  CHECK(celadon_feedback_comment_size(comment) == 0);
  celadon_feedback_comment_destroy(comment);
  CHECK(celadon_evaluation_pupil_comment(evaluation, 0, N, 0, 0, &comment, &error) == CELADON_INVALID_ARGUMENT && comment == NULL);
  CHECK_OK(celadon_evaluation_class_comment(evaluation, 0, 1, CELADON_ENGLISH, &comment, &error), &error);
  CHECK_OK(celadon_evaluation_class_evidence(evaluation, 0, 1, &class_evidence, &error), &error);
  CHECK_OK(celadon_feedback_class_comment(engine, class_evidence, CELADON_ENGLISH, options.seed, &parts, &error), &error);
  CHECK(celadon_feedback_comment_size(comment) >= 1 && celadon_feedback_comment_size(parts) == celadon_feedback_comment_size(comment));
  for (i = 0; i < celadon_feedback_comment_size(comment); ++i)
    CHECK(strcmp(celadon_feedback_comment_text(parts, i), celadon_feedback_comment_text(comment, i)) == 0);
  CHECK_OK(celadon_feedback_explain_class_comment(engine, parts, class_evidence, mastery, celadon_feedback_comment_id(parts, 0), -1,
                                                  &why_class, &error),
           &error);
  celadon_feedback_comment_explanation_destroy(why_class);
  CHECK(celadon_feedback_explain_pupil_comment(engine, parts, evidence, mastery, celadon_feedback_comment_id(parts, 0), -1, &why_class,
                                               &error) == CELADON_INVALID_ARGUMENT);
  celadon_feedback_class_evidence_destroy(class_evidence);
  CHECK(celadon_evaluation_class_evidence(evaluation, 0, CLASSES, &class_evidence, &error) == CELADON_INVALID_ARGUMENT);
  celadon_feedback_comment_destroy(comment);
  celadon_feedback_comment_destroy(parts);
  celadon_feedback_pupil_evidence_destroy(evidence);
  celadon_feedback_comment_engine_destroy(engine);
  celadon_feedback_mastery_destroy(mastery);
  celadon_evaluation_destroy(evaluation);
  celadon_dataset_destroy(data);
}

int main(void) {
  celadon_feedback_comment_bank* bank;
  celadon_feedback_mastery* mastery;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  mastery = decisions();
  check_mastery(mastery);
  bank = check_bank();
  check_comment(bank, mastery);
  check_evaluation(bank);
  celadon_feedback_mastery_destroy(mastery);
  celadon_feedback_comment_bank_destroy(bank);
  return failures;
}
