/* A class's comment from what the host itself knows. */
#include "check.h"

static celadon_error error;

static void check_class_by_hand(const celadon_feedback_comment_bank* bank) {
  static const char* const kNames[3] = {"甲", "乙", "丙"};
  celadon_feedback_comment_engine* engine = NULL;
  celadon_feedback_class_evidence* evidence = NULL;
  celadon_feedback_comment* comment = NULL;
  celadon_feedback_comment_class_point point;
  celadon_feedback_comment_group group;
  celadon_feedback_comment_class_item item;
  int64_t i, told = 0;
  CHECK_OK(celadon_feedback_comment_engine_create(bank, &engine, &error), &error);
  CHECK(celadon_feedback_class_evidence_create("c", "p/c/", -1, &evidence, &error) == CELADON_INVALID_ARGUMENT && evidence == NULL);
  CHECK_OK(celadon_feedback_class_evidence_create("c", "p/c/", 40, &evidence, &error), &error);
  celadon_feedback_comment_class_point_init(&point, sizeof point);
  CHECK(celadon_feedback_class_evidence_add_point(evidence, &point, &error) == CELADON_INVALID_ARGUMENT); /* no name */
  point.name = "小数";
  point.n = 40;
  point.n_mastered = 10;
  point.n_not_yet = 25;
  point.n_cannot_judge = 5;
  point.n_items = 4;
  point.common_gap = 1;
  CHECK_OK(celadon_feedback_class_evidence_add_point(evidence, &point, &error), &error);
  celadon_feedback_comment_group_init(&group, sizeof group);
  group.point = "小数";
  group.n = 3;
  group.names = kNames;
  group.n_names = 3;
  CHECK_OK(celadon_feedback_class_evidence_add_group(evidence, &group, &error), &error);
  group.n = -1;
  CHECK(celadon_feedback_class_evidence_add_group(evidence, &group, &error) == CELADON_INVALID_ARGUMENT);
  celadon_feedback_comment_class_item_init(&item, sizeof item);
  CHECK(item.rate != item.rate);
  item.label = "7";
  item.n = 40;
  item.n_losing = 30;
  item.rate = 1.5;
  CHECK(celadon_feedback_class_evidence_add_item(evidence, &item, &error) == CELADON_INVALID_ARGUMENT);
  item.rate = 0.3;
  CHECK_OK(celadon_feedback_class_evidence_add_item(evidence, &item, &error), &error);
  CHECK_OK(celadon_feedback_class_comment(engine, evidence, CELADON_CHINESE, 1, &comment, &error), &error);
  for (i = 0; i < celadon_feedback_comment_size(comment); ++i)
    told +=
        strstr(celadon_feedback_comment_text(comment, i), "小数") != NULL || strstr(celadon_feedback_comment_text(comment, i), "7") != NULL;
  CHECK(told >= 2);
  celadon_feedback_comment_destroy(comment);
  celadon_feedback_class_evidence_destroy(evidence);
  celadon_feedback_comment_engine_destroy(engine);
}

int main(void) {
  celadon_feedback_comment_bank* bank = NULL;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  CHECK_OK(celadon_feedback_comment_bank_default(&bank, &error), &error);
  check_class_by_hand(bank);
  celadon_feedback_comment_bank_destroy(bank);
  return failures;
}
