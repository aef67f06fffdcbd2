// Handles and common arguments of cognitive diagnosis.
#pragma once

#include "wall.hpp"

#include <celadon/models/cdm/decision.hpp>
#include <celadon/models/cdm/fit.hpp>
#include <celadon/models/cdm/model.hpp>
#include <celadon/models/cdm/score.hpp>

struct celadon_cdm_model {
  celadon::cdm::Model value;
};
struct celadon_cdm_fit_result {
  celadon::cdm::Fit value;
};
struct celadon_cdm_mastery_state {
  celadon::cdm::MasteryState value;
};
struct celadon_cdm_score_result {
  celadon::cdm::Scores value;
};
struct celadon_cdm_decide_result {
  celadon::cdm::Decisions value;
};

namespace celadon_c {

/// A copy of the caller's matrix; its shape is checked by the library.
celadon::cdm::QMatrix q_matrix_of(const celadon_cdm_q_matrix* given);
/// Pairs (first, then).
std::vector<celadon::cdm::Prerequisite> prerequisites_of(const std::int32_t* pairs, std::int64_t n);
/// The spans borrow from the caller for the call.
celadon::cdm::FitOptions cdm_fit_options(const celadon_cdm_fit_options* given);

/// Copies into a caller's array that may be NULL.
template <class From, class To>
void copy_to(const std::vector<From>& values, To* out, std::int64_t capacity, const char* name) {
  if (out == nullptr) return;
  check_capacity(capacity, static_cast<std::int64_t>(values.size()), name);
  std::transform(values.begin(), values.end(), out, [](From one) { return static_cast<To>(one); });
}

/// Copies where the caller may ask for the number first.
template <class From, class To>
void copy_counted(const std::vector<From>& values, To* out, std::int64_t capacity, std::int64_t* n) {
  need(n, "n") = static_cast<std::int64_t>(values.size());
  copy_to(values, out, capacity, "out");
}

/// A function of the shape (model, responses, options, context).
template <class Function, class Options>
auto diagnose(Function function, const celadon_cdm_model* model, const celadon_responses* responses, const Options& options,
              const celadon_execution* execution) {
  const Execution run(execution);
  return unwrap(function(need(model, "model").value, need(responses, "responses").value, options, run.context()));
}

}  // namespace celadon_c
