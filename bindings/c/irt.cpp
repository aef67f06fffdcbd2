#include "irt_common.hpp"

#include <celadon/io/irt_json.hpp>
#include <celadon/models/irt/fit.hpp>

#include <algorithm>
#include <limits>

using namespace celadon_c;

struct celadon_irt_fit_result {
  celadon::irt::Fit value;
};

namespace {

celadon_irt_fit_options default_fit() {
  const celadon::irt::FitOptions library;
  celadon_irt_fit_options options{};
  options.struct_size = sizeof options;
  options.model = static_cast<int32_t>(library.model);
  options.n_nodes = library.grid.n_nodes;
  options.lowest_node = library.grid.lowest;
  options.highest_node = library.grid.highest;
  options.max_iterations = library.max_iterations;
  options.tolerance = library.tolerance;
  options.accelerate = library.accelerate ? 1 : 0;
  options.standard_errors = library.standard_errors ? 1 : 0;
  options.min_category_count = library.min_category_count;
  return options;
}

// Plain parts of the options; the spans borrow from the caller for the call.
celadon::irt::FitOptions fit_options(const celadon_irt_fit_options* given) {
  const auto o = sized(given, default_fit(), "options");
  celadon::irt::FitOptions out;
  out.model = enumerator<celadon::irt::ItemModel>(o.model, 10, "model");
  const auto names = span_of(o.model_items, o.n_models, "model_items");
  const auto models = span_of(o.models, o.n_models, "models");
  for (std::size_t i = 0; i < names.size(); ++i)
    out.models.emplace_back(std::string(text(names[i], -1, "model_items")), enumerator<celadon::irt::ItemModel>(models[i], 10, "models"));
  if (o.n_priors < 0 || (o.priors == nullptr && o.n_priors > 0)) refuse("priors", "NULL with a size, or a negative size");
  for (int64_t i = 0; i < o.n_priors; ++i) {
    const auto prior = element(o.priors, i, celadon_irt_prior{}, "priors");
    celadon::irt::Prior one;
    one.item = text_or_empty(prior.item);
    one.parameter = enumerator<celadon::irt::ParameterKind>(prior.parameter, 7, "parameter");
    one.family = enumerator<celadon::irt::PriorFamily>(prior.family, 3, "family");
    one.first = prior.first;
    one.second = prior.second;
    out.priors.push_back(std::move(one));
  }
  if (o.anchors != nullptr) out.anchors = o.anchors->value.items;
  if (o.starts != nullptr) out.starts = o.starts->value.items;
  out.weights = span_of(o.weights, o.n_weights, "weights");
  out.groups = span_of(o.groups, o.n_groups, "groups");
  out.group_ids = texts(o.group_ids, o.n_group_ids, "group_ids");
  out.missing = missing_policy(o.not_administered, o.not_reached, o.omitted, o.invalid);
  out.grid = {o.n_nodes, o.lowest_node, o.highest_node};
  out.population = o.fixed_population != 0 ? celadon::irt::PopulationRule::kFixed : celadon::irt::PopulationRule::kAuto;
  out.tolerance = o.tolerance;
  out.max_iterations = o.max_iterations;
  out.accelerate = o.accelerate != 0;
  out.standard_errors = o.standard_errors != 0;
  out.min_category_count = o.min_category_count;
  return out;
}

const celadon::irt::ItemParameters* item_of(const celadon_irt_model* model, int64_t item) {
  if (model == nullptr || item < 0 || item >= static_cast<int64_t>(model->value.items.size())) return nullptr;
  return &model->value.items[static_cast<std::size_t>(item)];
}

}  // namespace

extern "C" {

const char* celadon_irt_model_name(int32_t model) {
  // Names are literals, so their data end with a NUL.
  return model < 0 || model > 9 ? nullptr : celadon::irt::model_name(static_cast<celadon::irt::ItemModel>(model)).data();
}

int32_t celadon_irt_model_from_name(const char* name, int64_t name_size) {
  int32_t out = -1;
  (void)guard(nullptr, [&] { out = static_cast<int32_t>(unwrap(celadon::irt::model_from_name(text(name, name_size, "name")))); });
  return out;
}

CELADON_C_DESTROY(celadon_irt_model)

celadon_status celadon_irt_save(const celadon_irt_model* model, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return celadon::irt::save(need(model, "model").value); });
}

celadon_status celadon_irt_load(const char* json, int64_t json_size, celadon_irt_model** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::irt::load(text(&need(json, "json"), json_size, "json"))); });
}

int64_t celadon_irt_model_n_items(const celadon_irt_model* model) {
  return model == nullptr ? 0 : static_cast<int64_t>(model->value.items.size());
}

int64_t celadon_irt_model_find(const celadon_irt_model* model, const char* id, int64_t id_size) {
  int64_t out = -1;
  (void)guard(nullptr, [&] { out = need(model, "model").value.find(text(id, id_size, "id")); });
  return out;
}

celadon_status celadon_irt_model_item(const celadon_irt_model* model, int64_t item, celadon_irt_item_parameters* out,
                                      celadon_error* error) {
  return guard(error, [&] {
    need(model, "model");
    const auto& p = need(item_of(model, item), "item");
    celadon_irt_item_parameters values{};
    values.model = static_cast<int32_t>(p.model);
    values.id = p.id.c_str();
    values.n_categories = p.n_categories;
    values.n_scoring = static_cast<int32_t>(p.scoring.size());
    values.slope = p.slope;
    values.lower = p.lower;
    values.upper = p.upper;
    values.intercepts = p.intercepts.data();
    values.scoring = p.scoring.empty() ? nullptr : p.scoring.data();
    hand_out(out, values, "out");
  });
}

celadon_status celadon_irt_category_probabilities(const celadon_irt_model* model, int64_t item, double ability, double* out,
                                                  int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    need(model, "model");
    const auto& p = need(item_of(model, item), "item");
    check_capacity(capacity, p.n_categories, "out");
    celadon::irt::category_probabilities(p, ability, std::span<double>(&need(out, "out"), static_cast<std::size_t>(p.n_categories)));
  });
}

double celadon_irt_information(const celadon_irt_model* model, int64_t item, double ability) {
  double out = kNone;
  (void)guard(nullptr, [&] { out = celadon::irt::information(need(item_of(model, item), "item"), ability); });
  return out;
}

double celadon_irt_expected_category(const celadon_irt_model* model, int64_t item, double ability) {
  double out = kNone;
  (void)guard(nullptr, [&] { out = celadon::irt::expected_category(need(item_of(model, item), "item"), ability); });
  return out;
}

celadon_status celadon_irt_check(const celadon_irt_model* model, celadon_error* error) {
  return guard(error, [&] { unwrap(celadon::irt::check(need(model, "model").value)); });
}

void celadon_irt_fit_options_init(celadon_irt_fit_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_fit());
}

celadon_status celadon_irt_fit(const celadon_responses* responses, const celadon_irt_fit_options* options,
                               const celadon_execution* execution, celadon_irt_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::irt::fit(need(responses, "responses").value, fit_options(options), run.context()));
  });
}

celadon_status celadon_irt_fit_result_values(const celadon_irt_fit_result* result, celadon_irt_fit_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& fit = need(result, "result").value;
    celadon_irt_fit_values v{};
    v.converged = fit.converged ? 1 : 0;
    v.log_likelihood = fit.log_likelihood;
    v.log_posterior = fit.log_posterior;
    v.distance = fit.distance;
    v.aic = fit.aic;
    v.bic = fit.bic;
    v.total_weight = fit.total_weight;
    v.n_used = fit.n_used;
    v.n_dropped = fit.n_dropped;
    v.iterations = fit.iterations;
    v.n_parameters = fit.n_parameters;
    v.stop = static_cast<int32_t>(fit.stop);
    v.n_populations = static_cast<int32_t>(fit.model.populations.size());
    hand_out(out, v, "out");
  });
}

celadon_status celadon_irt_fit_result_model(const celadon_irt_fit_result* result, celadon_irt_model** out, celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").value.model; });
}

celadon_status celadon_irt_fit_result_parameter_table(const celadon_irt_fit_result* result, int32_t irt_form, celadon_table** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").value.parameter_table(irt_form != 0); });
}

celadon_status celadon_irt_fit_result_covariance(const celadon_irt_fit_result* result, int32_t irt_form, double* out, int64_t capacity,
                                                 int64_t* n, celadon_error* error) {
  return guard(error, [&] {
    const auto& fit = need(result, "result").value;
    const auto& set = irt_form != 0 ? fit.irt : fit.slope_intercept;
    need(n, "n") = set.covariance.empty() ? 0 : set.n_free;
    if (out == nullptr) return;
    check_capacity(capacity, static_cast<int64_t>(set.covariance.size()), "out");
    std::copy(set.covariance.begin(), set.covariance.end(), out);
  });
}

CELADON_C_DESTROY(celadon_irt_fit_result)
CELADON_C_TABLE(celadon_irt_fit_result, item_table, result.item_table())
CELADON_C_FINDINGS(celadon_irt_fit_result)

celadon_status celadon_irt_log_likelihood(const celadon_irt_model* model, const celadon_responses* responses, const double* weights,
                                          const int32_t* populations, const celadon_execution* execution, double* value, int64_t* n_used,
                                          celadon_error* error) {
  return guard(error, [&] {
    const Execution run(execution);
    const auto& data = need(responses, "responses").value;
    celadon::irt::LikelihoodOptions options;
    options.weights = span_of(weights, weights == nullptr ? 0 : data.n_persons(), "weights");
    options.populations = span_of(populations, populations == nullptr ? 0 : data.n_persons(), "populations");
    const auto sum = unwrap(celadon::irt::log_likelihood(need(model, "model").value, data, options, run.context()));
    need(value, "value") = sum.value;
    if (n_used != nullptr) *n_used = sum.n_used;
  });
}

}  // extern "C"
