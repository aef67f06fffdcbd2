#include "irt_common.hpp"

#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/information.hpp>
#include <celadon/models/irt/item_fit.hpp>
#include <celadon/models/irt/local_dependence.hpp>
#include <celadon/models/irt/model_fit.hpp>
#include <celadon/models/irt/person_fit.hpp>
#include <celadon/models/irt/score.hpp>
#include <celadon/models/irt/simulate.hpp>
#include <celadon/models/irt/sum_score.hpp>

#include <algorithm>
#include <limits>

using namespace celadon_c;

struct celadon_irt_score_result {
  celadon::irt::Scores value;
};
struct celadon_irt_item_mean_squares_result {
  celadon::irt::ItemMeanSquares value;
};
struct celadon_irt_item_s_x2_result {
  celadon::irt::ItemSX2 value;
};
struct celadon_irt_local_dependence_result {
  celadon::irt::LocalDependence value;
};
struct celadon_irt_model_fit_result {
  celadon::irt::ModelFit value;
};
struct celadon_irt_person_fit_result {
  celadon::irt::PersonFit value;
};
struct celadon_irt_connectedness_result {
  celadon::irt::Connectedness value;
};
struct celadon_irt_default_model_result {
  celadon::irt::DefaultModel value;
  celadon::Table table;
};

namespace {

celadon_irt_score_options default_score() {
  const celadon::irt::ScoreOptions library;
  celadon_irt_score_options options{};
  options.struct_size = sizeof options;
  options.method = static_cast<int32_t>(library.method);
  options.lowest = library.lowest;
  options.highest = library.highest;
  return options;
}

celadon::irt::ScoreOptions score_options(const celadon_irt_score_options* given) {
  const auto known = sized(given, default_score(), "options");
  celadon::irt::ScoreOptions out;
  out.method = enumerator<celadon::irt::ScoreMethod>(known.method, 4, "method");
  out.missing = missing_policy(known.not_administered, known.not_reached, known.omitted, known.invalid);
  out.group = span_of(known.group, known.n_group, "group");
  out.lowest = known.lowest;
  out.highest = known.highest;
  return out;
}

// A function of the common shape (model, responses, options, context).
template <class Function, class Options>
auto judge(Function function, const celadon_irt_model* model, const celadon_responses* responses, const Options& options,
           const celadon_execution* execution) {
  const Execution run(execution);
  return unwrap(function(need(model, "model").value, need(responses, "responses").value, options, run.context()));
}

void copy_out(const std::vector<double>& values, double* out, int64_t capacity, int64_t* n) {
  need(n, "n") = static_cast<int64_t>(values.size());
  if (out == nullptr) return;
  check_capacity(capacity, static_cast<int64_t>(values.size()), "out");
  std::copy(values.begin(), values.end(), out);
}

const celadon::irt::Population& population_of(const celadon::irt::Model& model, int32_t population) {
  if (population < 0 || population >= static_cast<int32_t>(model.populations.size()))
    refuse("population", "the model has no such population");
  return model.populations[static_cast<std::size_t>(population)];
}

}  // namespace

extern "C" {

double celadon_irt_test_information(const celadon_irt_model* model, double ability) {
  double out = std::numeric_limits<double>::quiet_NaN();
  (void)guard(nullptr, [&] { out = celadon::irt::test_information(need(model, "model").value, ability); });
  return out;
}

void celadon_irt_score_options_init(celadon_irt_score_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_score());
}

celadon_status celadon_irt_score(const celadon_irt_model* model, const celadon_responses* responses,
                                 const celadon_irt_score_options* options, const celadon_execution* execution,
                                 celadon_irt_score_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::score, model, responses, score_options(options), execution); });
}

celadon_status celadon_irt_score_result_values(const celadon_irt_score_result* result, double* ability, double* ability_se, int32_t* status,
                                               int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& scores = need(result, "result").value;
    check_capacity(capacity, static_cast<int64_t>(scores.ability.size()), "ability");
    if (ability != nullptr) std::copy(scores.ability.begin(), scores.ability.end(), ability);
    if (ability_se != nullptr) std::copy(scores.ability_se.begin(), scores.ability_se.end(), ability_se);
    if (status != nullptr)
      std::transform(scores.status.begin(), scores.status.end(), status, [](auto one) { return static_cast<int32_t>(one); });
  });
}

celadon_status celadon_irt_empirical_reliability(const celadon_irt_score_result* scores, double* out, celadon_error* error) {
  return guard(error, [&] { need(out, "out") = unwrap(celadon::irt::empirical_reliability(need(scores, "scores").value)); });
}

CELADON_C_DESTROY(celadon_irt_score_result)
CELADON_C_TABLE(celadon_irt_score_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_score_result)

celadon_status celadon_irt_sum_score_table(const celadon_irt_model* model, int32_t population, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::irt::sum_score_table(need(model, "model").value, population)).table(); });
}

celadon_status celadon_irt_sum_score_distribution(const celadon_irt_model* model, double ability, double* out, int64_t capacity, int64_t* n,
                                                  celadon_error* error) {
  return guard(error,
               [&] { copy_out(unwrap(celadon::irt::sum_score_distribution(need(model, "model").value, ability)), out, capacity, n); });
}

celadon_status celadon_irt_marginal_reliability(const celadon_irt_model* model, int32_t population, double* out, celadon_error* error) {
  return guard(error, [&] { need(out, "out") = unwrap(celadon::irt::marginal_reliability(need(model, "model").value, population)); });
}

celadon_status celadon_irt_true_score(const celadon_irt_model* model, double ability, double* expected, double* sem, celadon_error* error) {
  return guard(error, [&] {
    const auto score = unwrap(celadon::irt::true_score(need(model, "model").value, ability));
    if (expected != nullptr) *expected = score.expected;
    if (sem != nullptr) *sem = score.sem;
  });
}

celadon_status celadon_irt_test_curves(const celadon_irt_model* model, const double* abilities, int64_t n_abilities, celadon_table** out,
                                       celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(celadon::irt::test_curves(need(model, "model").value, span_of(abilities, n_abilities, "abilities"))).table();
  });
}

celadon_status celadon_irt_category_curves(const celadon_irt_model* model, int64_t item, const double* abilities, int64_t n_abilities,
                                           celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& m = need(model, "model").value;
    if (item < 0 || item >= static_cast<int64_t>(m.items.size())) refuse("item", "the model has no such item");
    return unwrap(celadon::irt::category_curves(m.items[static_cast<std::size_t>(item)], span_of(abilities, n_abilities, "abilities")));
  });
}

celadon_status celadon_irt_item_mean_squares(const celadon_irt_model* model, const celadon_responses* responses,
                                             const celadon_irt_score_options* options, const celadon_execution* execution,
                                             celadon_irt_item_mean_squares_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::item_mean_squares, model, responses, score_options(options), execution); });
}
CELADON_C_DESTROY(celadon_irt_item_mean_squares_result)
CELADON_C_TABLE(celadon_irt_item_mean_squares_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_item_mean_squares_result)

celadon_status celadon_irt_item_s_x2(const celadon_irt_model* model, const celadon_responses* responses, const celadon_execution* execution,
                                     celadon_irt_item_s_x2_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::item_s_x2, model, responses, celadon::irt::SX2Options(), execution); });
}
CELADON_C_DESTROY(celadon_irt_item_s_x2_result)
CELADON_C_TABLE(celadon_irt_item_s_x2_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_item_s_x2_result)

celadon_status celadon_irt_local_dependence(const celadon_irt_model* model, const celadon_responses* responses,
                                            const celadon_irt_score_options* options, const celadon_execution* execution,
                                            celadon_irt_local_dependence_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::local_dependence, model, responses, score_options(options), execution); });
}
CELADON_C_DESTROY(celadon_irt_local_dependence_result)
CELADON_C_TABLE(celadon_irt_local_dependence_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_local_dependence_result)

celadon_status celadon_irt_model_fit(const celadon_irt_model* model, const celadon_responses* responses, const celadon_execution* execution,
                                     celadon_irt_model_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::model_fit, model, responses, celadon::irt::ModelFitOptions(), execution); });
}
CELADON_C_DESTROY(celadon_irt_model_fit_result)
CELADON_C_TABLE(celadon_irt_model_fit_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_model_fit_result)

celadon_status celadon_irt_person_fit(const celadon_irt_model* model, const celadon_responses* responses,
                                      const celadon_irt_score_options* options, const celadon_execution* execution,
                                      celadon_irt_person_fit_result** out, celadon_error* error) {
  return produce(out, error, [&] { return judge(celadon::irt::person_fit, model, responses, score_options(options), execution); });
}
CELADON_C_DESTROY(celadon_irt_person_fit_result)
CELADON_C_TABLE(celadon_irt_person_fit_result, table, result.table())
CELADON_C_FINDINGS(celadon_irt_person_fit_result)

celadon_status celadon_irt_connectedness(const celadon_responses* responses, const celadon_execution* execution,
                                         celadon_irt_connectedness_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::irt::connectedness(need(responses, "responses").value, {}, run.context()));
  });
}
int32_t celadon_irt_connectedness_result_connected(const celadon_irt_connectedness_result* result) {
  return result != nullptr && result->value.connected() ? 1 : 0;
}
int32_t celadon_irt_connectedness_result_linked(const celadon_irt_connectedness_result* result) {
  return result != nullptr && result->value.linked() ? 1 : 0;
}
CELADON_C_DESTROY(celadon_irt_connectedness_result)
CELADON_C_TABLE(celadon_irt_connectedness_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_irt_connectedness_result)

celadon_status celadon_irt_default_model(const celadon_responses* responses, celadon_irt_default_model_result** out, celadon_error* error) {
  if (out != nullptr) *out = nullptr;
  return guard(error, [&] {
    need(out, "out");
    auto value = unwrap(celadon::irt::default_model(need(responses, "responses").value));
    auto table = value.to_table(responses->value);
    *out = new celadon_irt_default_model_result{std::move(value), std::move(table)};
  });
}
const char* celadon_irt_default_model_result_family(const celadon_irt_default_model_result* result) {
  return result == nullptr ? nullptr : celadon::irt::family_name(result->value.family).data();
}
celadon_status celadon_irt_default_model_result_table(const celadon_irt_default_model_result* result, celadon_table** out,
                                                      celadon_error* error) {
  return produce(out, error, [&] { return need(result, "result").table; });
}
CELADON_C_DESTROY(celadon_irt_default_model_result)
CELADON_C_FINDINGS(celadon_irt_default_model_result)

celadon_status celadon_irt_simulate_abilities(const celadon_irt_model* model, int32_t population, int64_t n, uint64_t seed, double* out,
                                              celadon_error* error) {
  return guard(error, [&] {
    if (n < 0) refuse("n", "negative");
    const auto abilities = celadon::irt::simulate_abilities(population_of(need(model, "model").value, population), n, seed);
    if (n > 0) std::copy(abilities.begin(), abilities.end(), &need(out, "out"));
  });
}

celadon_status celadon_irt_simulate(const celadon_irt_model* model, const double* abilities, int64_t n_persons, uint64_t seed,
                                    const celadon_execution* execution, celadon_responses** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(celadon::irt::simulate(need(model, "model").value, span_of(abilities, n_persons, "abilities"), seed, {}, run.context()));
  });
}

}  // extern "C"
