/* 讲评单 through C: the tables of celadon_feedback_class_reviews against sums over the marks made here, and against those of an evaluation
   that uses the same expected scores. One item carries error codes from marking. */
#include "paper_data.h"

#include <stdlib.h>

enum { CLASS = N / CLASSES, CODED = 9 };

/* Error entered at marking on the coded item: none at full marks. */
static const char* error_of(int i) {
  const int mark = marks_of[i][CODED];
  return mark < 0 || mark >= 3 ? NULL : mark == 0 ? "E1" : "E2";
}

static celadon_dataset* coded_dataset(celadon_error* error) {
  static const char* const kNames[3] = {"items", "students", "responses"};
  celadon_dataset *plain = make_dataset(error), *data = NULL;
  const char* codes[N];
  int i;
  CHECK_OK(celadon_dataset_create(&data, error), error);
  for (i = 0; i < N; ++i) codes[i] = error_of(i);
  for (i = 0; i < 3; ++i) {
    celadon_table* table = NULL;
    CHECK_OK(celadon_dataset_table(plain, kNames[i], &table, error), error);
    if (i == 2) CHECK_OK(celadon_table_add_texts(table, "q10.error", codes, N, error), error);
    CHECK_OK(celadon_dataset_add_table(data, kNames[i], table, error), error);
    celadon_table_destroy(table);
  }
  celadon_dataset_destroy(plain);
  return data;
}

static double cell(const celadon_table* table, const char* column, int64_t row, celadon_error* error) {
  static double values[N * K];
  CHECK_OK(celadon_table_numbers(table, celadon_table_find(table, column, -1), values, N * K, 1, error), error);
  return values[row];
}

static const char* word(const celadon_table* table, const char* column, int64_t row) {
  return celadon_table_text(table, celadon_table_find(table, column, -1), row, NULL);
}

/* Class and item of a row, by their ids "c1" ... and "q1" ... */
static int class_of(const celadon_table* table, int64_t row) {
  return word(table, "class", row)[1] - '1';
}
static int item_of(const celadon_table* table, int64_t row) {
  return atoi(word(table, "item", row) + 1) - 1;
}

/* Sums over one class and one item. */
typedef struct sums {
  int n, losing, points, lost, first, second; /* first, second: pupils with E1 and E2 */
} sums;

static sums sums_of(int class_number, int item) {
  sums out = {0, 0, 0, 0, 0, 0};
  int i;
  for (i = class_number * CLASS; i < (class_number + 1) * CLASS; ++i) {
    const int mark = marks_of[i][item];
    if (mark < 0) continue;
    ++out.n;
    out.points += mark;
    out.lost += kFull[item] - mark;
    out.losing += mark < kFull[item];
    if (item == CODED && error_of(i) != NULL) *(strcmp(error_of(i), "E1") == 0 ? &out.first : &out.second) += 1;
  }
  return out;
}

static void check_reviews(const celadon_feedback_class_reviews_result* result, celadon_error* error) {
  celadon_feedback_class_review_values values;
  int c, i, j;
  CHECK(celadon_feedback_class_reviews_result_size(result) == CLASSES && celadon_feedback_class_reviews_result_size(NULL) == 0);
  for (c = 0; c < CLASSES; ++c) {
    int points = 0, items = 0, losing = 0;
    for (j = 0; j < K; ++j) {
      points += sums_of(c, j).points;
      items += sums_of(c, j).losing > 0;
    }
    for (i = c * CLASS; i < (c + 1) * CLASS; ++i) {
      int lost = 0;
      for (j = 0; j < K; ++j) lost += marks_of[i][j] >= 0 && marks_of[i][j] < kFull[j];
      losing += lost > 0;
    }
    values.struct_size = sizeof values;
    CHECK_OK(celadon_feedback_class_reviews_result_get(result, c, &values, error), error);
    CHECK(values.class_id != NULL && values.class_id[0] == 'c' && values.class_id[1] == '1' + c && values.n == CLASS - 1);
    CHECK_NEAR(values.mean, (double)points / (CLASS - 1), 1e-12);
    CHECK_NEAR(values.score_rate, (double)points / (22.0 * (CLASS - 1)), 1e-12);
    CHECK(values.n_items == items && values.n_lesson > 0 && values.n_lesson <= items && values.n_losing == losing);
  }
  CHECK(celadon_feedback_class_reviews_result_get(result, CLASSES, &values, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_class_reviews_result_get(result, -1, &values, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_class_reviews_result_get(result, 0, NULL, error) == CELADON_INVALID_ARGUMENT);
  CHECK(celadon_feedback_class_reviews_result_get(NULL, 0, &values, error) == CELADON_INVALID_ARGUMENT);
}

static void check_items(const celadon_table* table, celadon_error* error) {
  int64_t row;
  CHECK(celadon_table_n_rows(table) > CLASSES && celadon_table_n_rows(table) <= CLASSES * K);
  for (row = 0; row < celadon_table_n_rows(table); ++row) {
    const int c = class_of(table, row), j = item_of(table, row);
    const sums by_hand = sums_of(c, j);
    const int commonest = by_hand.first > by_hand.second ? by_hand.first : by_hand.second;
    const double mean_loss = (double)by_hand.lost / by_hand.losing;
    CHECK(cell(table, "n", row, error) == by_hand.n && cell(table, "n_losing", row, error) == by_hand.losing);
    CHECK_NEAR(cell(table, "rate", row, error), (double)by_hand.points / (by_hand.n * kFull[j]), 1e-12);
    CHECK_NEAR(cell(table, "mean_loss", row, error), mean_loss, 1e-12);
    /* Expected recoverable points: losers x mean loss x share of the commonest error; one loser's worth where no error is known. */
    CHECK_NEAR(cell(table, "recoverable", row, error), mean_loss * (j == CODED ? commonest : 1), 1e-9);
    if (j == CODED) {
      CHECK(cell(table, "error_n", row, error) == commonest);
      CHECK(strcmp(word(table, "error_cause", row), by_hand.first >= by_hand.second ? "E1" : "E2") == 0);
    } else {
      CHECK(isnan(cell(table, "error_n", row, error)) && word(table, "error_cause", row) == NULL);
    }
    if (row > 0 && class_of(table, row - 1) == c)
      CHECK(cell(table, "recoverable", row - 1, error) > cell(table, "recoverable", row, error) - 1e-6);
  }
}

/* The coded item costs most points by far, so that it is in each lesson, and its errors are what there is to talk about. */
static void check_groups(const celadon_table* table, celadon_error* error) {
  int in_group[CLASSES][2] = {{0}};
  int c;
  int64_t row;
  CHECK(celadon_table_n_columns(table) == 10);
  for (row = 0; row < celadon_table_n_rows(table); ++row) {
    const int pupil = atoi(word(table, "pupil", row) + 1);
    CHECK(item_of(table, row) == CODED && pupil / CLASS == class_of(table, row));
    CHECK(error_of(pupil) != NULL && strcmp(error_of(pupil), word(table, "cause", row)) == 0);
    CHECK(strcmp(word(table, "cause_source", row), "error_code") == 0 && word(table, "option", row) == NULL);
    ++in_group[class_of(table, row)][strcmp(word(table, "cause", row), "E2") == 0];
  }
  for (c = 0; c < CLASSES; ++c)
    CHECK(in_group[c][0] == sums_of(c, CODED).first && in_group[c][1] == sums_of(c, CODED).second && in_group[c][0] > 0);
  (void)error;
}

static void check_deviations(const celadon_table* table, celadon_error* error) {
  int64_t row;
  CHECK(celadon_table_n_rows(table) == CLASSES * K);
  for (row = 0; row < celadon_table_n_rows(table); ++row) {
    const sums by_hand = sums_of(class_of(table, row), item_of(table, row));
    const double observed = (double)by_hand.points / (by_hand.n * kFull[item_of(table, row)]);
    CHECK_NEAR(cell(table, "observed_rate", row, error), observed, 1e-12);
    CHECK_NEAR(cell(table, "difference", row, error), observed - cell(table, "expected_rate", row, error), 1e-12);
    CHECK(strcmp(word(table, "verdict", row), "not_tested") != 0);
  }
}

static void check_wrong_items(const celadon_table* table, celadon_error* error) {
  int64_t row, cells = 0;
  int c, j, losses = 0;
  for (row = 0; row < celadon_table_n_rows(table); ++row) cells += (int64_t)cell(table, "n_items", row, error);
  for (c = 0; c < CLASSES; ++c)
    for (j = 0; j < K; ++j) losses += sums_of(c, j).losing;
  CHECK(cells == losses);
}

static void check_same(const celadon_table* a, const celadon_table* b, celadon_error* error) {
  int64_t column, row;
  CHECK(celadon_table_n_rows(a) == celadon_table_n_rows(b) && celadon_table_n_columns(a) == celadon_table_n_columns(b));
  CHECK(strcmp(celadon_table_name(a), celadon_table_name(b)) == 0);
  for (column = 0; column < celadon_table_n_columns(a); ++column) {
    const char* name = celadon_table_column_name(a, column);
    CHECK(strcmp(name, celadon_table_column_name(b, column)) == 0);
    CHECK(celadon_table_column_type(a, column) == celadon_table_column_type(b, column));
    for (row = 0; row < celadon_table_n_rows(a); ++row) {
      if (celadon_table_column_type(a, column) == CELADON_COLUMN_TEXT) {
        const char *x = word(a, name, row), *y = word(b, name, row);
        CHECK((x == NULL) == (y == NULL) && (x == NULL || strcmp(x, y) == 0));
      } else {
        const double x = cell(a, name, row, error), y = cell(b, name, row, error);
        CHECK((isnan(x) && isnan(y)) || x == y);
      }
    }
  }
}

typedef celadon_status (*table_function)(const celadon_feedback_class_reviews_result*, celadon_table**, celadon_error*);

int main(void) {
  static const struct {
    const char* name;
    table_function make;
    void (*check)(const celadon_table*, celadon_error*);
  } kTables[4] = {{"class_review", celadon_feedback_class_reviews_result_class_review, check_items},
                  {"talk_groups", celadon_feedback_class_reviews_result_talk_groups, check_groups},
                  {"class_deviations", celadon_feedback_class_reviews_result_class_deviations, check_deviations},
                  {"wrong_items", celadon_feedback_class_reviews_result_wrong_items, check_wrong_items}};
  celadon_error error;
  celadon_dataset* data;
  celadon_papers* papers = NULL;
  celadon_paper* paper = NULL;
  celadon_responses* scored = NULL;
  celadon_items* items = NULL;
  celadon_feedback_pupil_levels_result* levels = NULL;
  celadon_feedback_predictor* predictor = NULL;
  celadon_feedback_item_gain_loss_result* gain_loss = NULL;
  celadon_feedback_class_reviews_result *result = NULL, *none = NULL;
  celadon_evaluation* evaluation = NULL;
  celadon_evaluate_options options;
  uint8_t counted[N];
  int t;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  make_marks();
  data = coded_dataset(&error);
  CHECK_OK(celadon_build_papers(data, NULL, NULL, &papers, &error), &error);
  CHECK_OK(celadon_papers_get(papers, 0, &paper, &error), &error);
  CHECK_OK(celadon_paper_responses(paper, &scored, &error), &error);
  CHECK_OK(celadon_paper_items(paper, &items, &error), &error);
  CHECK_OK(celadon_feedback_pupil_levels(paper, NULL, NULL, &levels, &error), &error);
  CHECK_OK(celadon_feedback_pupil_levels_result_counted(levels, counted, N, &error), &error);
  CHECK_OK(celadon_feedback_fit_working_model(scored, items, counted, N, NULL, NULL, &predictor, &error), &error);
  CHECK_OK(celadon_feedback_item_gain_loss(paper, counted, N, predictor, NULL, 0, NULL, &gain_loss, &error), &error);
  CHECK_OK(celadon_feedback_class_reviews(paper, counted, N, gain_loss, NULL, 0, &result, &error), &error);
  CHECK(celadon_feedback_class_reviews(paper, counted, N - 1, gain_loss, NULL, 0, &none, &error) == CELADON_LENGTH_MISMATCH &&
        none == NULL);
  CHECK(celadon_feedback_class_reviews(NULL, counted, N, gain_loss, NULL, 0, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
  CHECK(celadon_feedback_class_reviews(paper, counted, N, NULL, NULL, 0, &none, &error) == CELADON_INVALID_ARGUMENT && none == NULL);
  CHECK(celadon_feedback_class_reviews(paper, counted, N, gain_loss, NULL, 0, NULL, &error) == CELADON_INVALID_ARGUMENT);
  if (result == NULL) return failures;
  /* The result outlives what it was made of. */
  celadon_feedback_item_gain_loss_result_destroy(gain_loss);
  celadon_feedback_predictor_destroy(predictor);
  celadon_feedback_pupil_levels_result_destroy(levels);
  celadon_items_destroy(items);
  celadon_responses_destroy(scored);
  celadon_paper_destroy(paper);
  celadon_papers_destroy(papers);
  check_reviews(result, &error);
  /* Without a calibration an evaluation uses the same working model. */
  celadon_evaluate_options_init(&options, sizeof options);
  options.calibrate = 0;
  CHECK_OK(celadon_evaluate(data, NULL, &options, NULL, &evaluation, &error), &error);
  for (t = 0; t < 4; ++t) {
    celadon_table *own = NULL, *whole = NULL;
    CHECK_OK(kTables[t].make(result, &own, &error), &error);
    CHECK_OK(celadon_evaluation_table(evaluation, kTables[t].name, -1, CELADON_CHINESE, &whole, &error), &error);
    kTables[t].check(own, &error);
    check_same(own, whole, &error);
    celadon_table_destroy(own);
    celadon_table_destroy(whole);
    CHECK(kTables[t].make(NULL, &own, &error) == CELADON_INVALID_ARGUMENT && own == NULL);
  }
  celadon_evaluation_destroy(evaluation);
  celadon_feedback_class_reviews_result_destroy(result);
  celadon_feedback_class_reviews_result_destroy(NULL);
  celadon_dataset_destroy(data);
  return failures;
}
