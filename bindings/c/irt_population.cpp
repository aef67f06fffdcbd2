#include "irt_common.hpp"

#include <celadon/models/irt/plausible_values.hpp>

using namespace celadon_c;

struct celadon_irt_latent_regression_result {
  celadon::irt::LatentRegression value;
};
struct celadon_irt_plausible_values_result {
  celadon::irt::PlausibleValues value;
};

namespace {

celadon_irt_population_options default_population() {
  const celadon::irt::LatentRegressionOptions library;
  celadon_irt_population_options options{};
  options.struct_size = sizeof options;
  options.max_iterations = library.max_iterations;
  options.tolerance = library.tolerance;
  return options;
}

celadon::irt::LatentRegressionOptions population_options(const celadon_irt_population_options* given) {
  const auto known = sized(given, default_population(), "population");
  constexpr int64_t kMost = int64_t{1} << 40;
  if (known.n_covariates < 0 || known.n_covariates > 10000 || known.n_persons < 0 || known.n_persons > kMost)
    refuse("population", "not a number of persons or covariates");
  celadon::irt::LatentRegressionOptions out;
  out.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
  out.covariates = span_of(known.covariates, known.n_persons * known.n_covariates, "covariates");
  out.n_covariates = static_cast<int>(known.n_covariates);
  if (known.names != nullptr) out.names = texts(known.names, known.n_covariates, "names");
  out.weights = span_of(known.weights, known.n_weights, "weights");
  out.tolerance = known.tolerance;
  out.max_iterations = known.max_iterations;
  return out;
}

celadon_irt_plausible_options default_plausible() {
  const celadon::irt::PlausibleValueOptions library;
  celadon_irt_plausible_options options{};
  options.struct_size = sizeof options;
  options.n_draws = library.n_draws;
  options.seed = library.seed;
  options.draw_parameters = library.draw_parameters ? 1 : 0;
  options.burn_in = library.burn_in;
  options.thin = library.thin;
  return options;
}

}  // namespace

extern "C" {

void celadon_irt_population_options_init(celadon_irt_population_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_population());
}
void celadon_irt_plausible_options_init(celadon_irt_plausible_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_plausible());
}

celadon_status celadon_irt_latent_regression(const celadon_irt_model* model, const celadon_responses* responses,
                                             const celadon_irt_population_options* options, const celadon_execution* execution,
                                             celadon_irt_latent_regression_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::irt::latent_regression(need(model, "model").value, need(responses, "responses").value,
                                                  population_options(options), run.context()));
  });
}
celadon_status celadon_irt_latent_regression_result_values(const celadon_irt_latent_regression_result* result,
                                                           celadon_irt_latent_regression_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_irt_latent_regression_values values{};
    values.converged = r.converged ? 1 : 0;
    values.residual_variance = r.residual_variance;
    values.log_likelihood = r.log_likelihood;
    values.iterations = r.iterations;
    values.n_used = r.n_used;
    values.n_dropped = r.n_dropped;
    hand_out(out, values, "out");
  });
}
CELADON_C_DESTROY(celadon_irt_latent_regression_result)
CELADON_C_TABLE(celadon_irt_latent_regression_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_irt_latent_regression_result)

celadon_status celadon_irt_plausible_values(const celadon_irt_model* model, const celadon_responses* responses,
                                            const celadon_irt_population_options* population, const celadon_irt_plausible_options* options,
                                            const celadon_execution* execution, celadon_irt_plausible_values_result** out,
                                            celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    const auto known = sized(options, default_plausible(), "options");
    celadon::irt::PlausibleValueOptions plausible;
    plausible.regression = population_options(population);
    plausible.n_draws = known.n_draws;
    plausible.seed = known.seed;
    plausible.school = span_of(known.school, known.n_school, "school");
    plausible.draw_parameters = known.draw_parameters != 0;
    plausible.burn_in = known.burn_in;
    plausible.thin = known.thin;
    return unwrap(celadon::irt::plausible_values(need(model, "model").value, need(responses, "responses").value, plausible, run.context()));
  });
}
int64_t celadon_irt_plausible_values_result_n_draws(const celadon_irt_plausible_values_result* result) {
  return result == nullptr ? 0 : result->value.n_draws;
}
const double* celadon_irt_plausible_values_result_column(const celadon_irt_plausible_values_result* result, int32_t draw) {
  if (result == nullptr || draw < 0 || draw >= result->value.n_draws) return nullptr;
  return result->value.column(draw).data();
}
CELADON_C_DESTROY(celadon_irt_plausible_values_result)

}  // extern "C"
