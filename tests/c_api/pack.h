/* Answers of a test as a handle. */
#ifndef CELADON_TESTS_PACK_H
#define CELADON_TESTS_PACK_H

#include "check.h"

/* Packs an int8 matrix, rows are persons. */
static celadon_responses* pack(const int8_t* data, int64_t n_persons, int64_t n_items) {
  celadon_error error;
  celadon_responses_view view;
  celadon_responses* out = NULL;
  celadon_error_init(&error, sizeof error);
  celadon_responses_view_init(&view, sizeof view);
  view.type = CELADON_INT8;
  view.data = data;
  view.n_persons = n_persons;
  view.n_items = n_items;
  view.person_stride = n_items;
  CHECK_OK(celadon_responses_from_dense(&view, NULL, &out, &error), &error);
  return out;
}

#endif
