#include "cdm_common.hpp"

using namespace celadon_c;

namespace cdm = celadon::cdm;

namespace {

void put_priors(const cdm::Priors& priors, celadon_cdm_fit_options& options) {
  options.lowest_a = priors.lowest.a;
  options.lowest_b = priors.lowest.b;
  options.highest_a = priors.highest.a;
  options.highest_b = priors.highest.b;
  options.between_a = priors.between.a;
  options.between_b = priors.between.b;
  options.class_count = priors.class_count;
  options.structure_sd = priors.structure_sd;
}

celadon_cdm_fit_options default_cdm_fit() {
  const cdm::FitOptions library;
  celadon_cdm_fit_options options{};
  options.struct_size = sizeof options;
  options.rule = static_cast<int32_t>(library.rule);
  options.structure = static_cast<int32_t>(library.structure);
  put_priors(library.priors, options);
  options.n_starts = library.n_starts;
  options.n_finals = library.n_finals;
  options.seed = library.seed;
  options.tolerance = library.tolerance;
  options.max_iterations = library.max_iterations;
  options.accelerate = library.accelerate ? 1 : 0;
  options.errors = static_cast<int32_t>(library.errors);
  return options;
}

celadon::Table cdm_parameter_table(const cdm::Fit& fit) {
  std::vector<std::string> item, rule;
  std::vector<std::int64_t> number;
  std::vector<double> estimate, se;
  for (std::size_t j = 0; j < fit.items.size(); ++j) {
    const auto& one = fit.items[j];
    for (std::size_t k = 0; k < one.parameters.size(); ++k) {
      item.push_back(fit.model.items[j].id);
      rule.emplace_back(cdm::rule_name(fit.model.items[j].rule));
      number.push_back(static_cast<std::int64_t>(k) + 1);
      estimate.push_back(one.parameters[k]);
      se.push_back(k < one.parameters_se.size() ? one.parameters_se[k] : kNone);
    }
  }
  celadon::Table table("cdm_parameters");
  table.add("item", std::move(item)).add("rule", std::move(rule)).add("number", std::move(number));
  table.add("estimate", std::move(estimate)).add("se", std::move(se));
  return table;
}

celadon::Table cdm_attribute_table(const cdm::Fit& fit) {
  std::vector<std::string> population, attribute;
  std::vector<double> prevalence, prevalence_se, slope, slope_se, intercept, intercept_se;
  const auto of = [](const std::vector<double>& values, std::size_t k) { return k < values.size() ? values[k] : kNone; };
  const auto error_of = [&](const std::vector<std::vector<double>>& values, std::size_t p, std::size_t k) {
    return p < values.size() ? of(values[p], k) : kNone;
  };
  for (std::size_t p = 0; p < fit.model.populations.size(); ++p) {
    const auto& one = fit.model.populations[p];
    const auto shares = fit.model.prevalence(p);
    for (std::size_t k = 0; k < fit.model.attributes.size(); ++k) {
      population.push_back(one.id);
      attribute.push_back(fit.model.attributes[k]);
      prevalence.push_back(shares[k]);
      prevalence_se.push_back(error_of(fit.prevalence_se, p, k));
      slope.push_back(of(one.slope, k));
      slope_se.push_back(error_of(fit.slope_se, p, k));
      intercept.push_back(of(one.intercept, k));
      intercept_se.push_back(error_of(fit.intercept_se, p, k));
    }
  }
  celadon::Table table("cdm_attributes");
  table.add("population", std::move(population)).add("attribute", std::move(attribute));
  table.add("prevalence", std::move(prevalence)).add("se", std::move(prevalence_se)).add("slope", std::move(slope));
  table.add("slope_se", std::move(slope_se)).add("intercept", std::move(intercept)).add("intercept_se", std::move(intercept_se));
  return table;
}

celadon::Table cdm_start_table(const cdm::Fit& fit) {
  std::vector<double> objective, log_likelihood, difference;
  std::vector<std::int64_t> iterations, near;
  std::vector<std::uint8_t> converged;
  for (const auto& start : fit.starts) {
    objective.push_back(start.objective);
    log_likelihood.push_back(start.log_likelihood);
    iterations.push_back(start.iterations);
    converged.push_back(start.converged ? 1 : 0);
    near.push_back(start.n_near);
    difference.push_back(start.mastery_difference);
  }
  celadon::Table table("cdm_starts");
  table.add("objective", std::move(objective)).add("log_likelihood", std::move(log_likelihood)).add("iterations", std::move(iterations));
  table.add_boolean("converged", std::move(converged)).add("n_near", std::move(near)).add("mastery_difference", std::move(difference));
  return table;
}

}  // namespace

cdm::FitOptions celadon_c::cdm_fit_options(const celadon_cdm_fit_options* given) {
  const auto o = sized(given, default_cdm_fit(), "options");
  cdm::FitOptions out;
  out.rule = enumerator<cdm::Rule>(o.rule, 6, "rule");
  const auto names = span_of(o.rule_items, o.n_rules, "rule_items");
  const auto rules = span_of(o.rules, o.n_rules, "rules");
  for (std::size_t i = 0; i < names.size(); ++i)
    out.rules.emplace_back(std::string(text(names[i], -1, "rule_items")), enumerator<cdm::Rule>(rules[i], 6, "rules"));
  out.structure = enumerator<cdm::Structure>(o.structure, 3, "structure");
  out.monotone = o.monotone != 0;
  out.prerequisites = prerequisites_of(o.prerequisites, o.n_prerequisites);
  out.priors.lowest = {o.lowest_a, o.lowest_b};
  out.priors.highest = {o.highest_a, o.highest_b};
  out.priors.between = {o.between_a, o.between_b};
  out.priors.class_count = o.class_count;
  out.priors.structure_sd = o.structure_sd;
  out.weights = span_of(o.weights, o.n_weights, "weights");
  out.groups = span_of(o.groups, o.n_groups, "groups");
  out.group_ids = texts(o.group_ids, o.n_group_ids, "group_ids");
  out.missing = missing_policy(o.not_administered, o.not_reached, o.omitted, o.invalid);
  out.n_starts = o.n_starts;
  out.n_finals = o.n_finals;
  out.seed = o.seed;
  out.start = o.start == nullptr ? nullptr : &o.start->value;
  out.tolerance = o.tolerance;
  out.max_iterations = o.max_iterations;
  out.accelerate = o.accelerate != 0;
  out.errors = enumerator<cdm::ErrorMethod>(o.errors, 3, "errors");
  return out;
}

extern "C" {

void celadon_cdm_fit_options_init(celadon_cdm_fit_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_cdm_fit());
}

celadon_status celadon_cdm_small_sample_priors(celadon_cdm_fit_options* options, celadon_error* error) {
  return guard(error, [&] {
    auto known = sized(&need(options, "options"), default_cdm_fit(), "options");
    put_priors(cdm::Priors::small_sample(), known);
    hand_out(options, known, "options");
  });
}

celadon_status celadon_cdm_fit(const celadon_responses* responses, const celadon_cdm_q_matrix* q, const celadon_cdm_fit_options* options,
                               const celadon_execution* execution, celadon_cdm_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(cdm::fit(need(responses, "responses").value, q_matrix_of(q), cdm_fit_options(options), run.context()));
  });
}

CELADON_C_DESTROY(celadon_cdm_fit_result)

celadon_status celadon_cdm_fit_result_values(const celadon_cdm_fit_result* result, celadon_cdm_fit_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& fit = need(result, "result").value;
    celadon_cdm_fit_values v{};
    v.converged = fit.converged ? 1 : 0;
    v.log_likelihood = fit.log_likelihood;
    v.objective = fit.objective;
    v.aic = fit.aic;
    v.bic = fit.bic;
    v.total_weight = fit.total_weight;
    v.mastery_difference = fit.mastery_difference;
    v.n_used = fit.n_used;
    v.n_dropped = fit.n_dropped;
    v.iterations = fit.iterations;
    v.n_parameters = fit.n_parameters;
    v.n_finals = static_cast<int32_t>(fit.starts.size());
    v.n_starts = fit.n_starts;
    v.n_agreeing = fit.n_agreeing;
    v.n_populations = static_cast<int32_t>(fit.model.populations.size());
    v.undecided = fit.groups.undecided;
    hand_out(out, v, "out");
  });
}

celadon_status celadon_cdm_fit_result_model(const celadon_cdm_fit_result* result, celadon_cdm_model** out, celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").value.model; });
}

CELADON_C_TABLE(celadon_cdm_fit_result, item_table, result.item_table())
CELADON_C_TABLE(celadon_cdm_fit_result, class_table, result.class_table())
CELADON_C_TABLE(celadon_cdm_fit_result, parameter_table, cdm_parameter_table(result))
CELADON_C_TABLE(celadon_cdm_fit_result, attribute_table, cdm_attribute_table(result))
CELADON_C_TABLE(celadon_cdm_fit_result, start_table, cdm_start_table(result))
CELADON_C_FINDINGS(celadon_cdm_fit_result)

celadon_status celadon_cdm_log_likelihood(const celadon_cdm_model* model, const celadon_responses* responses, const double* weights,
                                          const int32_t* populations, const celadon_execution* execution, double* value, int64_t* n_used,
                                          celadon_error* error) {
  return guard(error, [&] {
    const Execution run(execution);
    const auto& data = need(responses, "responses").value;
    cdm::LikelihoodOptions options;
    options.weights = span_of(weights, weights == nullptr ? 0 : data.n_persons(), "weights");
    options.groups = span_of(populations, populations == nullptr ? 0 : data.n_persons(), "populations");
    const auto sum = unwrap(cdm::log_likelihood(need(model, "model").value, data, options, run.context()));
    need(value, "value") = sum.value;
    if (n_used != nullptr) *n_used = sum.n_used;
  });
}

}  // extern "C"
