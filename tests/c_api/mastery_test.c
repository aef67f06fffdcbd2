/* Decisions on knowledge points through C: each reason once, and an overall level that has to agree. */
#include "check.h"

static celadon_error error;

/* The shipped profile: mastered from .8, not yet to .2, three items, half of the points, at most three quarters. */
static void check_points(void) {
  static const double kHigh[2] = {0.9, 0.85}, kApart[2] = {0.9, 0.7}, kLow[1] = {0.1}, kMiddle[1] = {0.5};
  struct {
    const double* p;
    int64_t n;
    double low, high;
    int32_t bounded, modelled, identified, n_items;
    double points;
    int32_t state, reason;
  } const kCases[] = {
      {kHigh, 2, NAN, NAN, 0, 1, 1, 4, 3, CELADON_POINT_MASTERED, CELADON_POINT_JUDGED},
      {kApart, 2, NAN, NAN, 0, 1, 1, 4, 3, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_SETTINGS_DIFFER},
      {kLow, 1, NAN, NAN, 0, 1, 1, 4, 1, CELADON_POINT_NOT_YET, CELADON_POINT_JUDGED},
      {kLow, 1, NAN, NAN, 0, 1, 1, 4, 4, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_AGAINST_ANSWERS},
      {kHigh, 2, NAN, NAN, 0, 1, 1, 4, 1, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_AGAINST_ANSWERS},
      {kMiddle, 1, NAN, NAN, 0, 1, 1, 4, 2, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_BETWEEN},
      {kHigh, 2, 0.3, 0.95, 1, 1, 1, 4, 3, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_BOUNDS},
      {kHigh, 2, NAN, NAN, 0, 1, 1, 2, 2, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_FEW_ITEMS},
      {kHigh, 2, NAN, NAN, 0, 1, 1, 0, 0, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_NO_ANSWERS},
      {kHigh, 2, NAN, NAN, 0, 0, 1, 4, 3, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_NOT_MODELLED},
      {kHigh, 2, NAN, NAN, 0, 1, 0, 4, 3, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_NOT_IDENTIFIED},
  };
  celadon_feedback_point_mastery out;
  size_t i;
  out.struct_size = sizeof out;
  for (i = 0; i < sizeof kCases / sizeof kCases[0]; ++i) {
    CHECK_OK(
        celadon_feedback_decide_point(kCases[i].p, kCases[i].n, kCases[i].low, kCases[i].high, kCases[i].bounded, kCases[i].modelled,
                                      kCases[i].identified, kCases[i].n_items, kCases[i].points, kCases[i].n_items, NULL, &out, &error),
        &error);
    CHECK(out.state == kCases[i].state && out.reason == kCases[i].reason && out.n_items == kCases[i].n_items);
  }
  CHECK(celadon_feedback_decide_point(NULL, 2, NAN, NAN, 0, 1, 1, 4, 3, 4, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_decide_point(kHigh, 2, NAN, NAN, 0, 1, 1, 4, 3, 4, NULL, NULL, &error) == CELADON_INVALID_ARGUMENT);
  out.struct_size = 0;
  CHECK(celadon_feedback_decide_point(kHigh, 2, NAN, NAN, 0, 1, 1, 4, 3, 4, NULL, &out, &error) == CELADON_INVALID_ARGUMENT);
}

/* Where one overall level predicts the answers as well, a definite answer has to be its answer too. */
static void check_single_score(void) {
  static const char* const kPoints[1] = {"小数"};
  static const uint8_t kModelled[1] = {1}, kIdentified[3] = {1, 1, 1};
  static const double kP[3] = {0.95, 0.95, 0.05}, kGained[3] = {4, 4, 1}, kFull[3] = {4, 4, 4}, kLevel[3] = {0.9, 0.5, 0.1};
  static const int32_t kItems[3] = {4, 4, 4};
  static const double* const kSettings[1] = {kP};
  static const int32_t kState[3] = {CELADON_POINT_MASTERED, CELADON_POINT_CANNOT_JUDGE, CELADON_POINT_NOT_YET};
  static const int32_t kReason[3] = {CELADON_POINT_JUDGED, CELADON_POINT_SINGLE_SCORE, CELADON_POINT_JUDGED};
  celadon_feedback_mastery_input input;
  celadon_feedback_mastery* out = NULL;
  celadon_feedback_point_mastery cell;
  int i;
  celadon_feedback_mastery_input_init(&input, sizeof input);
  CHECK(input.single_score == NULL);
  input.points = kPoints;
  input.n_points = 1;
  input.n_persons = 3;
  input.modelled = kModelled;
  input.identified = kIdentified;
  input.probability = kSettings;
  input.n_settings = 1;
  input.n_items = kItems;
  input.points_gained = kGained;
  input.points_full = kFull;
  CHECK_OK(celadon_feedback_decide_mastery(&input, NULL, &out, &error), &error);
  cell.struct_size = (uint32_t)sizeof cell;
  CHECK_OK(celadon_feedback_mastery_get(out, 1, 0, &cell, &error), &error);
  CHECK(cell.state == CELADON_POINT_MASTERED);
  celadon_feedback_mastery_destroy(out);
  input.single_score = kLevel;
  CHECK_OK(celadon_feedback_decide_mastery(&input, NULL, &out, &error), &error);
  for (i = 0; i < 3; ++i) {
    CHECK_OK(celadon_feedback_mastery_get(out, i, 0, &cell, &error), &error);
    CHECK(cell.state == kState[i] && cell.reason == kReason[i]);
  }
  celadon_feedback_mastery_destroy(out);
}

int main(void) {
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  check_points();
  check_single_score();
  return failures;
}
