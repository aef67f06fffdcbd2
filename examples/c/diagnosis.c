/* From a class's answers to mastery and a comment, in C11: a diagnosis model with the priors of small samples, decisions that may say 'not
   enough evidence', and the sentences for one pupil. The answers are simulated. */
#include <celadon/celadon.h>

#include <stdio.h>
#include <stdlib.h>

enum { N_PUPILS = 40, N_ITEMS = 12, N_ATTRIBUTES = 3 };

static celadon_error error;

/* Ends the program when a call failed: the sentence says what is wrong and what to do. */
static void check(celadon_status status) {
  if (status == CELADON_OK) return;
  fprintf(stderr, "%s: %s. %s.\n", error.code_name, error.cause, error.fix);
  exit(1);
}

static const char* const item_ids[N_ITEMS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
static const char* const attributes[N_ATTRIBUTES] = {"分数", "小数", "面积"};
static const uint8_t cells[N_ITEMS * N_ATTRIBUTES] = {1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0,
                                                      0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1};

/* Who has mastered what an item needs answers it rightly nine times of ten, the others once in six. */
static celadon_responses* simulate(int8_t* answers) {
  celadon_responses_view view;
  celadon_responses* out = NULL;
  uint32_t state = 2026;
  int i, j, k;
  for (i = 0; i < N_PUPILS; ++i)
    for (j = 0; j < N_ITEMS; ++j) {
      int able = 1;
      for (k = 0; k < N_ATTRIBUTES; ++k) able &= cells[j * N_ATTRIBUTES + k] == 0 || ((i >> k) & 1) == 1;
      state = state * 1664525u + 1013904223u;
      answers[i * N_ITEMS + j] = (state >> 16) % 1000u < (able ? 900u : 167u) ? 1 : 0;
    }
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = answers;
  view.n_persons = N_PUPILS;
  view.n_items = N_ITEMS;
  view.person_stride = N_ITEMS;
  view.item_ids = item_ids;
  check(celadon_responses_from_dense(&view, NULL, &out, &error));
  return out;
}

/* What the diagnosis knows of one pupil, as evidence for the comment. */
static celadon_feedback_pupil_evidence* evidence_of(const int8_t* answers, const double* mastery, const uint8_t* reasons) {
  celadon_feedback_pupil_evidence* out = NULL;
  celadon_feedback_comment_item item;
  celadon_feedback_comment_point point;
  celadon_feedback_point_mastery cell;
  int j, k;
  check(celadon_feedback_pupil_evidence_create("p1", "unit3/pupil/1/", "第三单元", NULL, NULL, 0, &out, &error));
  for (j = 0; j < N_ITEMS; ++j) {
    celadon_feedback_comment_item_init(&item, sizeof item);
    item.label = item_ids[j];
    item.points = answers[j];
    item.full = 1;
    check(celadon_feedback_pupil_evidence_add_item(out, &item, &error));
  }
  for (k = 0; k < N_ATTRIBUTES; ++k) {
    int32_t needs[N_ITEMS];
    int64_t n = 0;
    double points = 0;
    for (j = 0; j < N_ITEMS; ++j)
      if (cells[j * N_ATTRIBUTES + k] != 0) {
        points += answers[j];
        needs[n++] = j;
      }
    /* The profile's rules look at the pupil's own points as well. */
    cell.struct_size = sizeof cell;
    check(celadon_feedback_decide_point(&mastery[k], 1, mastery[k], mastery[k], 0, 1, (reasons[k] & CELADON_CDM_REASON_NOT_IDENTIFIED) == 0,
                                        (int32_t)n, points, (double)n, NULL, &cell, &error));
    celadon_feedback_comment_point_init(&point, sizeof point);
    point.name = attributes[k];
    point.mastery = &cell;
    point.items = needs;
    point.n_items = n;
    check(celadon_feedback_pupil_evidence_add_point(out, &point, &error));
  }
  return out;
}

int main(void) {
  static int8_t answers[N_PUPILS * N_ITEMS];
  double mastery[N_PUPILS * N_ATTRIBUTES];
  uint8_t decisions[N_PUPILS * N_ATTRIBUTES], reasons[N_PUPILS * N_ATTRIBUTES];
  celadon_responses* responses;
  celadon_cdm_q_matrix q;
  celadon_cdm_fit_options options;
  celadon_cdm_fit_values values;
  celadon_cdm_fit_result* fit = NULL;
  celadon_cdm_model* model = NULL;
  celadon_cdm_score_result* scores = NULL;
  celadon_cdm_decide_result* decided = NULL;
  celadon_feedback_comment_bank* bank = NULL;
  celadon_feedback_comment_engine* engine = NULL;
  celadon_feedback_pupil_evidence* evidence;
  celadon_feedback_comment* comment = NULL;
  int64_t i;
  int definite = 0;
  celadon_error_init(&error, sizeof error);
  error.language = CELADON_ENGLISH;
  responses = simulate(answers);

  celadon_cdm_q_matrix_init(&q, sizeof q);
  q.n_items = N_ITEMS;
  q.n_attributes = N_ATTRIBUTES;
  q.item_ids = item_ids;
  q.attributes = attributes;
  q.cells = cells;
  celadon_cdm_fit_options_init(&options, sizeof options);
  options.rule = CELADON_CDM_DINA;
  options.structure = CELADON_CDM_INDEPENDENT;
  check(celadon_cdm_small_sample_priors(&options, &error));
  check(celadon_cdm_fit(responses, &q, &options, NULL, &fit, &error));
  values.struct_size = sizeof values;
  check(celadon_cdm_fit_result_values(fit, &values, &error));
  printf("converged %d, log-likelihood %.2f\n", (int)values.converged, values.log_likelihood);

  check(celadon_cdm_fit_result_model(fit, &model, &error));
  check(celadon_cdm_score(model, responses, NULL, NULL, &scores, &error));
  check(celadon_cdm_score_result_mastery(scores, mastery, NULL, NULL, NULL, N_PUPILS * N_ATTRIBUTES, &error));
  check(celadon_cdm_decide(scores, NULL, NULL, &decided, &error));
  check(celadon_cdm_decide_result_values(decided, decisions, reasons, NULL, N_PUPILS * N_ATTRIBUTES, &error));
  for (i = 0; i < N_PUPILS * N_ATTRIBUTES; ++i) definite += decisions[i] != CELADON_CDM_NOT_ENOUGH_EVIDENCE;
  printf("definite: %d of %d answers\n", definite, N_PUPILS * N_ATTRIBUTES);

  check(celadon_feedback_comment_bank_default(&bank, &error));
  check(celadon_feedback_comment_engine_create(bank, &engine, &error));
  evidence = evidence_of(&answers[5 * N_ITEMS], &mastery[5 * N_ATTRIBUTES], &reasons[5 * N_ATTRIBUTES]);
  check(celadon_feedback_pupil_comment(engine, evidence, CELADON_READER_FAMILY, CELADON_CHINESE, 1, &comment, &error));
  for (i = 0; i < celadon_feedback_comment_size(comment); ++i) printf("%s\n", celadon_feedback_comment_text(comment, i));

  celadon_feedback_comment_destroy(comment);
  celadon_feedback_pupil_evidence_destroy(evidence);
  celadon_feedback_comment_engine_destroy(engine);
  celadon_feedback_comment_bank_destroy(bank);
  celadon_cdm_decide_result_destroy(decided);
  celadon_cdm_score_result_destroy(scores);
  celadon_cdm_model_destroy(model);
  celadon_cdm_fit_result_destroy(fit);
  celadon_responses_destroy(responses);
  return 0;
}
