#include "irt_population.hpp"

#include <celadon/evaluation/green/scale.hpp>
#include <celadon/io/scale_json.hpp>

using namespace celadon_c;

struct celadon_green_scale {
  celadon::green::Scale value;
};
struct celadon_green_score_scale_result {
  celadon::green::ScaleScores value;
};

namespace {

celadon_green_scale_definition default_scale_definition() {
  const celadon::green::ScaleDefinition library;
  celadon_green_scale_definition definition{};
  definition.struct_size = sizeof definition;
  definition.n_options = library.n_options;
  definition.least_answered = library.least_answered;
  definition.least_reliability = library.least_reliability;
  definition.mean = library.mean;
  definition.sd = library.sd;
  return definition;
}

celadon_green_scale_options default_scale_options() {
  const celadon::irt::SampleSizeCuts library;
  celadon_green_scale_options options{};
  options.struct_size = sizeof options;
  options.least_rasch = library.rasch;
  options.least_two_parameter = library.two_parameter;
  options.least_three_parameter = library.three_parameter;
  return options;
}

celadon::green::ScaleDefinition scale_definition(const celadon_green_scale_definition* given) {
  const auto known = sized(&need(given, "definition"), default_scale_definition(), "definition");
  celadon::green::ScaleDefinition out;
  out.name = text_or_empty(known.name);
  auto ids = texts(known.items, known.n_items, "items");
  const auto reversed = span_of(known.reversed, known.n_reversed, "reversed");
  if (!reversed.empty() && reversed.size() != ids.size())
    refuse(
        celadon::make_error(celadon::Code::kLengthMismatch, {},
                            {{"name", "reversed"}, {"actual", std::to_string(reversed.size())}, {"expected", std::to_string(ids.size())}}));
  out.items.reserve(ids.size());
  for (std::size_t j = 0; j < ids.size(); ++j) out.items.push_back({std::move(ids[j]), !reversed.empty() && reversed[j] != 0});
  out.n_options = known.n_options;
  out.least_answered = known.least_answered;
  out.least_reliability = known.least_reliability;
  out.mean = known.mean;
  out.sd = known.sd;
  out.reference_population = text_or_empty(known.reference_population);
  return out;
}

}  // namespace

extern "C" {

void celadon_green_scale_definition_init(celadon_green_scale_definition* definition, uint32_t struct_size) {
  initialise(definition, struct_size, default_scale_definition());
}
void celadon_green_scale_options_init(celadon_green_scale_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_scale_options());
}

celadon_status celadon_green_fit_scale(const celadon_responses* responses, const celadon_green_scale_definition* definition,
                                       const celadon_green_scale_options* options, const celadon_execution* execution,
                                       celadon_green_scale** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const auto known = sized(options, default_scale_options(), "options");
    const celadon::green::ScaleOptions how{span_of(known.weights, known.n_weights, "weights"),
                                           {known.least_rasch, known.least_two_parameter, known.least_three_parameter}};
    return unwrap(celadon::green::fit_scale(need(responses, "responses").value, scale_definition(definition), how, run.context()));
  });
}
celadon_status celadon_green_scale_get_values(const celadon_green_scale* scale, celadon_green_scale_values* out, celadon_error* error) {
  return guard(error, [&] {
    const celadon::green::Scale& s = need(scale, "scale").value;
    celadon_green_scale_values v{};
    v.individual_scores = s.individual_scores ? 1 : 0;
    v.shift = s.shift;
    v.factor = s.factor;
    v.marginal_reliability = s.marginal_reliability;
    v.alpha = s.alpha;
    v.alpha_lower = s.alpha_lower;
    v.alpha_upper = s.alpha_upper;
    v.n_used = s.n_used;
    v.n_too_few = s.n_too_few;
    v.converged = s.converged ? 1 : 0;
    hand_out(out, v, "out");
  });
}
celadon_status celadon_green_scale_model(const celadon_green_scale* scale, celadon_irt_model** out, celadon_error* error) {
  return produce(out, error, [&] { return need(scale, "scale").value.model; });
}
celadon_status celadon_green_save_scale(const celadon_green_scale* scale, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return celadon::green::save_scale(need(scale, "scale").value); });
}
celadon_status celadon_green_load_scale(const char* json, int64_t json_size, celadon_green_scale** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::green::load_scale(text(&need(json, "json"), json_size, "json"))); });
}
CELADON_C_DESTROY(celadon_green_scale)
CELADON_C_TABLE(celadon_green_scale, table, result.to_table())
CELADON_C_TABLE(celadon_green_scale, item_table, result.item_table())
CELADON_C_FINDINGS(celadon_green_scale)

celadon_status celadon_green_score_scale(const celadon_green_scale* scale, const celadon_responses* responses,
                                         const celadon_execution* execution, celadon_green_score_scale_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::green::score_scale(need(scale, "scale").value, need(responses, "responses").value, run.context()));
  });
}
celadon_status celadon_green_score_scale_result_values(const celadon_green_score_scale_result* result,
                                                       celadon_green_score_scale_values* out, celadon_error* error) {
  return guard(error, [&] {
    const celadon::green::ScaleScores& s = need(result, "result").value;
    celadon_green_score_scale_values v{};
    v.withheld = s.withheld ? 1 : 0;
    v.empirical_reliability = s.empirical_reliability;
    v.marginal_reliability = s.marginal_reliability;
    v.alpha = s.alpha;
    v.n_persons = static_cast<int64_t>(s.score.size());
    v.n_scored = s.n_scored;
    v.n_too_few = s.n_too_few;
    v.reference_population = s.reference_population.c_str();
    hand_out(out, v, "out");
  });
}
celadon_status celadon_green_score_scale_result_scores(const celadon_green_score_scale_result* result, double* score, double* score_se,
                                                       int32_t* n_answered, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const celadon::green::ScaleScores& s = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(s.score.size()), "score");
    if (score != nullptr) std::copy(s.score.begin(), s.score.end(), score);
    if (score_se != nullptr) std::copy(s.score_se.begin(), s.score_se.end(), score_se);
    if (n_answered != nullptr) std::copy(s.n_answered.begin(), s.n_answered.end(), n_answered);
  });
}
CELADON_C_DESTROY(celadon_green_score_scale_result)
CELADON_C_TABLE(celadon_green_score_scale_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_green_score_scale_result)

celadon_status celadon_green_scale_plausible_values(const celadon_green_scale* scale, const celadon_responses* responses,
                                                    const celadon_irt_population_options* population,
                                                    const celadon_irt_plausible_options* options, const celadon_execution* execution,
                                                    celadon_irt_plausible_values_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::green::scale_plausible_values(need(scale, "scale").value, need(responses, "responses").value,
                                                         plausible_options(population, options), run.context()));
  });
}

}  // extern "C"
