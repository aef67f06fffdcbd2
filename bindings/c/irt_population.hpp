// Arguments of latent regressions and plausible values, and the handle of the draws: item response theory and questionnaire scales.
#pragma once

#include "irt_common.hpp"

#include <celadon/models/irt/plausible_values.hpp>

struct celadon_irt_plausible_values_result {
  celadon::irt::PlausibleValues value;
};

namespace celadon_c {

inline celadon_irt_population_options default_population() {
  const celadon::irt::LatentRegressionOptions library;
  celadon_irt_population_options options{};
  options.struct_size = sizeof options;
  options.max_iterations = library.max_iterations;
  options.tolerance = library.tolerance;
  return options;
}

inline celadon::irt::LatentRegressionOptions population_options(const celadon_irt_population_options* given) {
  const auto known = sized(given, default_population(), "population");
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
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

inline celadon_irt_plausible_options default_plausible() {
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

inline celadon::irt::PlausibleValueOptions plausible_options(const celadon_irt_population_options* population,
                                                             const celadon_irt_plausible_options* options) {
  const auto known = sized(options, default_plausible(), "options");
  celadon::irt::PlausibleValueOptions out;
  out.regression = population_options(population);
  out.n_draws = known.n_draws;
  out.seed = known.seed;
  out.school = span_of(known.school, known.n_school, "school");
  out.draw_parameters = known.draw_parameters != 0;
  out.burn_in = known.burn_in;
  out.thin = known.thin;
  return out;
}

}  // namespace celadon_c
