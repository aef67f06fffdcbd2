#include "cdm_common.hpp"

#include <celadon/io/cdm_json.hpp>

using namespace celadon_c;

namespace cdm = celadon::cdm;

namespace {

celadon_cdm_score_options default_cdm_score() {
  celadon_cdm_score_options options{};
  options.struct_size = sizeof options;
  return options;
}

cdm::ScoreOptions cdm_score_options(const celadon_cdm_score_options* given) {
  const auto known = sized(given, default_cdm_score(), "options");
  cdm::ScoreOptions out;
  out.keep_state = known.keep_state != 0;
  out.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
  out.population = span_of(known.population, known.n_population, "population");
  out.start = known.start == nullptr ? nullptr : &known.start->value;
  return out;
}

celadon_cdm_decision_options default_cdm_decision() {
  const cdm::DecisionOptions library;
  celadon_cdm_decision_options options{};
  options.struct_size = sizeof options;
  options.min_items = library.min_items;
  options.mastered = library.mastered;
  options.not_mastered = library.not_mastered;
  return options;
}

}  // namespace

extern "C" {

CELADON_C_DESTROY(celadon_cdm_mastery_state)

int64_t celadon_cdm_mastery_state_n_persons(const celadon_cdm_mastery_state* state) {
  return state == nullptr ? 0 : state->value.n_persons();
}
int64_t celadon_cdm_mastery_state_n_classes(const celadon_cdm_mastery_state* state) {
  return state == nullptr ? 0 : static_cast<int64_t>(state->value.classes.size());
}
celadon_status celadon_cdm_mastery_state_probabilities(const celadon_cdm_mastery_state* state, double* out, int64_t capacity,
                                                       celadon_error* error) {
  return guard(error, [&] { copy_to(need(state, "state").value.probability, &need(out, "out"), capacity, "out"); });
}
celadon_status celadon_cdm_save_state(const celadon_cdm_mastery_state* state, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return cdm::save_state(need(state, "state").value); });
}
celadon_status celadon_cdm_load_state(const char* json, int64_t json_size, celadon_cdm_mastery_state** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(cdm::load_state(text(&need(json, "json"), json_size, "json"))); });
}

void celadon_cdm_score_options_init(celadon_cdm_score_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_cdm_score());
}

celadon_status celadon_cdm_score(const celadon_cdm_model* model, const celadon_responses* responses,
                                 const celadon_cdm_score_options* options, const celadon_execution* execution,
                                 celadon_cdm_score_result** out, celadon_error* error) {
  return produce(out, error, [&] { return diagnose(cdm::score, model, responses, cdm_score_options(options), execution); });
}

CELADON_C_DESTROY(celadon_cdm_score_result)

int64_t celadon_cdm_score_result_n_persons(const celadon_cdm_score_result* result) {
  return result == nullptr ? 0 : result->value.n_persons();
}
int32_t celadon_cdm_score_result_n_attributes(const celadon_cdm_score_result* result) {
  return result == nullptr ? 0 : static_cast<int32_t>(result->value.attributes.size());
}
celadon_status celadon_cdm_score_result_mastery(const celadon_cdm_score_result* result, double* mastery, double* lower, double* upper,
                                                int32_t* n_items, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& scores = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(scores.mastery.size()), "mastery");
    copy_to(scores.mastery, mastery, capacity, "mastery");
    copy_to(scores.lower.empty() ? scores.mastery : scores.lower, lower, capacity, "lower");
    copy_to(scores.upper.empty() ? scores.mastery : scores.upper, upper, capacity, "upper");
    copy_to(scores.n_items, n_items, capacity, "n_items");
  });
}
celadon_status celadon_cdm_score_result_profiles(const celadon_cdm_score_result* result, uint32_t* map, double* map_probability,
                                                 uint32_t* mle, double* mle_probability, int32_t* status, int64_t capacity,
                                                 celadon_error* error) {
  return guard(error, [&] {
    const auto& scores = need(result, "result").value;
    check_capacity(capacity, scores.n_persons(), "map");
    copy_to(scores.map_profile, map, capacity, "map");
    copy_to(scores.map_probability, map_probability, capacity, "map_probability");
    copy_to(scores.mle_profile, mle, capacity, "mle");
    copy_to(scores.mle_probability, mle_probability, capacity, "mle_probability");
    copy_to(scores.status, status, capacity, "status");
  });
}
celadon_status celadon_cdm_score_result_state(const celadon_cdm_score_result* result, celadon_cdm_mastery_state** out,
                                              celadon_error* error) {
  return produce(out, error, [&] {
    const auto& scores = need(result, "result").value;
    if (scores.state.n_persons() != scores.n_persons()) refuse("result", "scored without keep_state");
    return scores.state;
  });
}
CELADON_C_TABLE(celadon_cdm_score_result, mastery_table, result.mastery_table())
CELADON_C_TABLE(celadon_cdm_score_result, profile_table, result.profile_table())
CELADON_C_FINDINGS(celadon_cdm_score_result)

void celadon_cdm_decision_options_init(celadon_cdm_decision_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_cdm_decision());
}

celadon_status celadon_cdm_decide(const celadon_cdm_score_result* scores, const celadon_cdm_decision_options* options,
                                  const celadon_cdm_score_result* second, celadon_cdm_decide_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(options, default_cdm_decision(), "options");
    cdm::DecisionOptions rules;
    rules.mastered = known.mastered;
    rules.not_mastered = known.not_mastered;
    rules.min_items = known.min_items;
    return unwrap(cdm::decide(need(scores, "scores").value, rules, second == nullptr ? nullptr : &second->value));
  });
}
CELADON_C_DESTROY(celadon_cdm_decide_result)
celadon_status celadon_cdm_decide_result_values(const celadon_cdm_decide_result* result, uint8_t* mastery, uint8_t* reasons,
                                                uint8_t* borderline, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& decisions = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(decisions.mastery.size()), "mastery");
    copy_to(decisions.mastery, mastery, capacity, "mastery");
    copy_to(decisions.reasons, reasons, capacity, "reasons");
    copy_to(decisions.borderline, borderline, capacity, "borderline");
  });
}
CELADON_C_TABLE(celadon_cdm_decide_result, table, result.to_table())

}  // extern "C"
