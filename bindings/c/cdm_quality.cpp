#include "cdm_common.hpp"

#include <celadon/models/cdm/fit_statistics.hpp>
#include <celadon/models/cdm/item_selection.hpp>
#include <celadon/models/cdm/person_fit.hpp>
#include <celadon/models/cdm/q_validation.hpp>
#include <celadon/models/cdm/quality.hpp>
#include <celadon/models/cdm/simulate.hpp>

using namespace celadon_c;

namespace cdm = celadon::cdm;

struct celadon_cdm_classification_quality_result {
  cdm::Quality value;
};
struct celadon_cdm_absolute_fit_result {
  cdm::AbsoluteFit value;
};
struct celadon_cdm_person_fit_result {
  cdm::PersonFit value;
  celadon::Table table;
};
struct celadon_cdm_select_rules_result {
  cdm::ItemSelection value;
};
struct celadon_cdm_q_validation_result {
  cdm::QValidation value;
};

namespace {

celadon_cdm_fit_statistics_options default_fit_statistics() {
  celadon_cdm_fit_statistics_options options{};
  options.struct_size = sizeof options;
  options.max_moments = cdm::FitStatisticsOptions().max_moments;
  return options;
}

celadon_cdm_person_fit_options default_cdm_person_fit() {
  const cdm::PersonFitOptions library;
  celadon_cdm_person_fit_options options{};
  options.struct_size = sizeof options;
  options.n_simulated = library.n_simulated;
  options.seed = library.seed;
  return options;
}

celadon_cdm_selection_options default_selection() {
  const cdm::SelectionOptions library;
  celadon_cdm_selection_options options{};
  options.struct_size = sizeof options;
  options.test = static_cast<int32_t>(library.test);
  options.alpha = library.alpha;
  return options;
}

celadon_cdm_q_validation_options default_q_validation() {
  const cdm::QValidationOptions library;
  celadon_cdm_q_validation_options options{};
  options.struct_size = sizeof options;
  options.method = static_cast<int32_t>(library.method);
  options.pvaf_cut = library.pvaf_cut;
  options.alpha = library.alpha;
  options.alpha_stay = library.alpha_stay;
  options.least_gain = library.least_gain;
  options.max_rounds = library.max_rounds;
  return options;
}

cdm::QValidationOptions q_validation_options(const celadon_cdm_q_validation_options* given) {
  const auto known = sized(given, default_q_validation(), "options");
  cdm::QValidationOptions out;
  out.method = enumerator<cdm::QMethod>(known.method, 2, "method");
  out.pvaf_cut = known.pvaf_cut;
  out.alpha = known.alpha;
  out.alpha_stay = known.alpha_stay;
  out.least_gain = known.least_gain;
  out.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
  out.population = span_of(known.population, known.n_population, "population");
  out.max_rounds = known.max_rounds;
  return out;
}

celadon::Table quality_class_table(const cdm::Quality& quality) {
  std::vector<std::string> names;
  for (const std::uint32_t profile : quality.classes) names.push_back(cdm::profile_text(profile, quality.attributes.size()));
  celadon::Table table("cdm_class_quality");
  table.add("class", std::move(names)).add("probability", quality.class_probability).add("accuracy", quality.class_accuracy);
  return table;
}

celadon::Table selected_table(const cdm::ItemSelection& selection) {
  std::vector<std::string> item, rule;
  for (const auto& [id, one] : selection.selected) {
    item.push_back(id);
    rule.emplace_back(cdm::rule_name(one));
  }
  celadon::Table table("cdm_selected_rules");
  table.add("item", std::move(item)).add("rule", std::move(rule));
  return table;
}

}  // namespace

extern "C" {

celadon_status celadon_cdm_classification_quality(const celadon_cdm_score_result* scores, const celadon_cdm_decide_result* decisions,
                                                  celadon_cdm_classification_quality_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(cdm::classification_quality(need(scores, "scores").value, decisions == nullptr ? nullptr : &decisions->value));
  });
}
CELADON_C_DESTROY(celadon_cdm_classification_quality_result)
celadon_status celadon_cdm_classification_quality_result_values(const celadon_cdm_classification_quality_result* result,
                                                                celadon_cdm_quality_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& quality = need(result, "result").value;
    celadon_cdm_quality_values v{};
    v.n_attributes = static_cast<int32_t>(quality.attributes.size());
    v.n_used = quality.n_used;
    v.pattern_accuracy = quality.pattern_accuracy;
    v.pattern_consistency = quality.pattern_consistency;
    v.decided = quality.decided;
    v.decided_wrong = quality.decided_wrong;
    hand_out(out, v, "out");
  });
}
CELADON_C_TABLE(celadon_cdm_classification_quality_result, table, result.to_table())
CELADON_C_TABLE(celadon_cdm_classification_quality_result, class_table, quality_class_table(result))

celadon_status celadon_cdm_relative_fit(double log_likelihood, int32_t n_parameters, double n, celadon_cdm_relative_fit_values* out,
                                        celadon_error* error) {
  return guard(error, [&] {
    const auto fit = cdm::relative_fit(log_likelihood, n_parameters, n);
    celadon_cdm_relative_fit_values v{};
    v.aic = fit.aic;
    v.bic = fit.bic;
    v.caic = fit.caic;
    v.sabic = fit.sabic;
    hand_out(out, v, "out");
  });
}

void celadon_cdm_fit_statistics_options_init(celadon_cdm_fit_statistics_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_fit_statistics());
}
celadon_status celadon_cdm_absolute_fit(const celadon_cdm_model* model, const celadon_responses* responses,
                                        const celadon_cdm_fit_statistics_options* options, const celadon_execution* execution,
                                        celadon_cdm_absolute_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(options, default_fit_statistics(), "options");
    cdm::FitStatisticsOptions chosen;
    chosen.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
    chosen.max_moments = known.max_moments;
    return diagnose(cdm::absolute_fit, model, responses, chosen, execution);
  });
}
CELADON_C_DESTROY(celadon_cdm_absolute_fit_result)
CELADON_C_TABLE(celadon_cdm_absolute_fit_result, table, result.to_table())
CELADON_C_TABLE(celadon_cdm_absolute_fit_result, pair_table, result.pair_table())
CELADON_C_FINDINGS(celadon_cdm_absolute_fit_result)

void celadon_cdm_person_fit_options_init(celadon_cdm_person_fit_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_cdm_person_fit());
}
celadon_status celadon_cdm_person_fit(const celadon_cdm_model* model, const celadon_responses* responses,
                                      const celadon_cdm_person_fit_options* options, const celadon_execution* execution,
                                      celadon_cdm_person_fit_result** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    const auto known = sized(options, default_cdm_person_fit(), "options");
    cdm::PersonFitOptions chosen;
    chosen.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
    chosen.population = span_of(known.population, known.n_population, "population");
    chosen.n_simulated = known.n_simulated;
    chosen.seed = known.seed;
    auto value = diagnose(cdm::person_fit, model, responses, chosen, execution);
    auto table = value.to_table(model->value.attributes.size());
    *out = new celadon_cdm_person_fit_result{std::move(value), std::move(table)};
  });
}
CELADON_C_DESTROY(celadon_cdm_person_fit_result)
celadon_status celadon_cdm_person_fit_result_values(const celadon_cdm_person_fit_result* result, double* lz, double* p, int64_t capacity,
                                                    celadon_error* error) {
  return guard(error, [&] {
    const auto& fit = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(fit.lz.size()), "lz");
    copy_to(fit.lz, lz, capacity, "lz");
    copy_to(fit.p, p, capacity, "p");
  });
}
celadon_status celadon_cdm_person_fit_result_table(const celadon_cdm_person_fit_result* result, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").table; });
}
CELADON_C_FINDINGS(celadon_cdm_person_fit_result)

void celadon_cdm_selection_options_init(celadon_cdm_selection_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_selection());
}
celadon_status celadon_cdm_select_rules(const celadon_cdm_model* model, const celadon_responses* responses,
                                        const celadon_cdm_selection_options* options, const celadon_execution* execution,
                                        celadon_cdm_select_rules_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(options, default_selection(), "options");
    cdm::SelectionOptions chosen;
    chosen.test = enumerator<cdm::SelectionTest>(known.test, 2, "test");
    chosen.alpha = known.alpha;
    chosen.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
    chosen.population = span_of(known.population, known.n_population, "population");
    return diagnose(cdm::select_rules, model, responses, chosen, execution);
  });
}
CELADON_C_DESTROY(celadon_cdm_select_rules_result)
CELADON_C_TABLE(celadon_cdm_select_rules_result, table, result.to_table())
CELADON_C_TABLE(celadon_cdm_select_rules_result, selected, selected_table(result))
CELADON_C_FINDINGS(celadon_cdm_select_rules_result)

celadon_status celadon_cdm_holm(const double* p, int64_t n, double* out, celadon_error* error) {
  return guard(error, [&] {
    const auto adjusted = cdm::holm(span_of(p, n, "p"));
    if (n > 0) std::copy(adjusted.begin(), adjusted.end(), &need(out, "out"));
  });
}

void celadon_cdm_q_validation_options_init(celadon_cdm_q_validation_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_q_validation());
}
celadon_status celadon_cdm_look_at_q(const celadon_cdm_model* model, const celadon_responses* responses,
                                     const celadon_cdm_q_validation_options* options, const celadon_execution* execution,
                                     celadon_cdm_q_validation_result** out, celadon_error* error) {
  return produce(out, error, [&] { return diagnose(cdm::look_at_q, model, responses, q_validation_options(options), execution); });
}
celadon_status celadon_cdm_validate_q(const celadon_responses* responses, const celadon_cdm_q_matrix* q,
                                      const celadon_cdm_fit_options* fit_options, const celadon_cdm_q_validation_options* options,
                                      const celadon_execution* execution, celadon_cdm_q_validation_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(cdm::validate_q(need(responses, "responses").value, q_matrix_of(q), cdm_fit_options(fit_options),
                                  q_validation_options(options), run.context()));
  });
}
CELADON_C_DESTROY(celadon_cdm_q_validation_result)
celadon_status celadon_cdm_q_validation_result_values(const celadon_cdm_q_validation_result* result, celadon_cdm_q_validation_values* out,
                                                      celadon_error* error) {
  return guard(error, [&] {
    const auto& found = need(result, "result").value;
    celadon_cdm_q_validation_values v{};
    v.n_attributes = found.suggested.n_attributes();
    v.n_items = found.suggested.n_items();
    v.n_suggestions = static_cast<int64_t>(found.suggestions.size());
    v.n_used = found.n_used;
    v.rounds = found.rounds;
    v.settled = found.settled ? 1 : 0;
    hand_out(out, v, "out");
  });
}
celadon_status celadon_cdm_q_validation_result_suggested(const celadon_cdm_q_validation_result* result, uint8_t* out, int64_t capacity,
                                                         celadon_error* error) {
  return guard(error, [&] { copy_to(need(result, "result").value.suggested.cells, &need(out, "out"), capacity, "out"); });
}
CELADON_C_TABLE(celadon_cdm_q_validation_result, table, result.to_table())
CELADON_C_TABLE(celadon_cdm_q_validation_result, pvaf_table, result.pvaf_table())
CELADON_C_FINDINGS(celadon_cdm_q_validation_result)

celadon_status celadon_cdm_simulate_profiles(const celadon_cdm_model* model, int32_t population, int64_t n, uint64_t seed, uint32_t* out,
                                             celadon_error* error) {
  return guard(error, [&] {
    const auto& m = need(model, "model").value;
    if (population < 0) refuse("population", "the model has no such population");
    const auto profiles = unwrap(cdm::simulate_profiles(m, n, seed, static_cast<std::size_t>(population)));
    if (n > 0) std::copy(profiles.begin(), profiles.end(), &need(out, "out"));
  });
}
celadon_status celadon_cdm_simulate(const celadon_cdm_model* model, const uint32_t* profiles, int64_t n_persons, uint64_t seed,
                                    const celadon_execution* execution, celadon_responses** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(cdm::simulate(need(model, "model").value, span_of(profiles, n_persons, "profiles"), seed, run.context()));
  });
}

}  // extern "C"
