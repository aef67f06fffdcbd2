#include "irt_population.hpp"

using namespace celadon_c;

struct celadon_irt_latent_regression_result {
  celadon::irt::LatentRegression value;
};

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
    const auto plausible = plausible_options(population, options);
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
