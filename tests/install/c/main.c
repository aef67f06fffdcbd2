#include <celadon/celadon.h>

#include <stdio.h>

int main(void) {
  static const int8_t cells[20] = {1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0};
  celadon_error error;
  celadon_responses_view view;
  celadon_responses* data = NULL;
  celadon_ctt_reliability_result* result = NULL;
  celadon_ctt_reliability_values values;
  celadon_status status;
  celadon_error_init(&error, sizeof error);
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = cells;
  view.n_persons = 5;
  view.n_items = 4;
  view.person_stride = 4;
  values.struct_size = sizeof values;
  status = celadon_responses_from_dense(&view, NULL, &data, &error);
  if (status == CELADON_OK) status = celadon_ctt_reliability(data, NULL, NULL, NULL, NULL, &result, &error);
  if (status == CELADON_OK) status = celadon_ctt_reliability_result_values(result, &values, &error);
  if (status == CELADON_OK)
    printf("celadon %s: alpha %.3f\n", celadon_version(), values.alpha);
  else
    fprintf(stderr, "%s: %s\n", error.code_name, error.cause);
  celadon_ctt_reliability_result_destroy(result);
  celadon_responses_destroy(data);
  return status == CELADON_OK ? 0 : 1;
}
