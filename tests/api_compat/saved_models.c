/* A model saved as version 1 loads and gives the numbers it gave then; a program compiled for smaller structs still runs. */
#include "check.h"
#include "saved_files.h"

/* Structs as the first version had them: what was added since is not known to the caller. */
typedef struct first_score_options {
  uint32_t struct_size;
  int32_t method;
} first_score_options;
typedef struct first_item {
  uint32_t struct_size;
  int32_t reserved;
  const char* id;
  const char* label;
  const char* subject;
  const char* type;
  const char* stem;
  const char* key;
  const char* note;
  const char* ability_level;
  const char* cognitive_level;
  double full_mark;
} first_item;

int main(int argc, char** argv) {
  /* Posterior means and standard deviations by the sums over 61 nodes on [-6, 6] that define them, worked out apart from the library. */
  static const double ability[3] = {1.470168487907116, -0.78096953005929437, -0.067300721721209766};
  static const double ability_se[3] = {0.67816981780584862, 0.56601682978005874, 0.56237246780558769};
  static const int8_t cells[15] = {1, 1, 3, 2, 2, 0, 0, 1, 1, 0, 1, -1, 2, 0, 1};
  static const char* const ids[5] = {"q1", "q2", "q3", "q4", "q5"};
  celadon_error error;
  celadon_irt_model* model = NULL;
  celadon_responses_view view;
  celadon_responses* data = NULL;
  celadon_irt_score_result* scores = NULL;
  first_score_options options;
  long size = 0;
  char* json = argc > 1 ? read_file(argv[1], "irt_model_v1.json", &size) : NULL;
  celadon_error_init(&error, sizeof error);
  CHECK(json != NULL);
  if (json == NULL) return failures;
  CHECK_OK(celadon_irt_load(json, size, &model, &error), &error);
  {
    celadon_irt_model* cut = NULL;
    CHECK(celadon_irt_load(json, size - 20, &cut, &error) != CELADON_OK && cut == NULL);
  }
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells;
  view.n_persons = 3;
  view.n_items = 5;
  view.person_stride = 5;
  view.item_ids = ids;
  CHECK_OK(celadon_responses_from_dense(&view, NULL, &data, &error), &error);
  celadon_irt_score_options_init((celadon_irt_score_options*)&options, sizeof options);
  CHECK(options.struct_size == sizeof options && options.method == CELADON_IRT_EAP);
  CHECK_OK(celadon_irt_score(model, data, (const celadon_irt_score_options*)&options, NULL, &scores, &error), &error);
  {
    double found[3], se[3];
    int i;
    CHECK_OK(celadon_irt_score_result_values(scores, found, se, NULL, 3, &error), &error);
    for (i = 0; i < 3; ++i) {
      CHECK_NEAR(found[i], ability[i], 1e-10);
      CHECK_NEAR(se[i], ability_se[i], 1e-10);
    }
  }
  {
    first_item item;
    celadon_items* items = NULL;
    celadon_item_init((celadon_item*)&item, sizeof item);
    item.id = "q1";
    CHECK(item.full_mark == 1.0);
    CHECK_OK(celadon_items_create(&items, &error), &error);
    CHECK_OK(celadon_items_add(items, (const celadon_item*)&item, &error), &error);
    celadon_items_destroy(items);
  }
  celadon_irt_score_result_destroy(scores);
  celadon_irt_model_destroy(model);
  celadon_responses_destroy(data);
  free(json);
  return failures;
}
