/* A test in C: CHECK counts and prints what does not hold; main returns the number of failures. */
#ifndef CELADON_TESTS_CHECK_H
#define CELADON_TESTS_CHECK_H

#include <celadon/celadon.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                     \
    }                                                                 \
  } while (0)

#define CHECK_OK(call, error)                                                                                            \
  do {                                                                                                                   \
    celadon_status status_ = (call);                                                                                     \
    if (status_ != CELADON_OK) {                                                                                         \
      fprintf(stderr, "%s:%d: %s: %d %s: %s\n", __FILE__, __LINE__, #call, status_, (error)->code_name, (error)->cause); \
      ++failures;                                                                                                        \
    }                                                                                                                    \
  } while (0)

#define CHECK_NEAR(actual, expected, tolerance)                                                     \
  do {                                                                                              \
    double a_ = (actual), e_ = (expected);                                                          \
    if (!(fabs(a_ - e_) <= (tolerance))) {                                                          \
      fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g\n", __FILE__, __LINE__, #actual, a_, e_); \
      ++failures;                                                                                   \
    }                                                                                               \
  } while (0)

#endif
