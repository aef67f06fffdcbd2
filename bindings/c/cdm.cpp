#include "cdm_common.hpp"

#include <celadon/io/cdm_json.hpp>
#include <celadon/models/cdm/fit_statistics.hpp>

using namespace celadon_c;

namespace cdm = celadon::cdm;

struct celadon_cdm_check_q_matrix_result {
  cdm::QMatrixCheck value;
};

namespace {

celadon_cdm_q_matrix default_q_matrix() {
  celadon_cdm_q_matrix q{};
  q.struct_size = sizeof q;
  return q;
}

const cdm::ItemParameters& cdm_item(const celadon_cdm_model* model, int64_t item) {
  const auto& items = need(model, "model").value.items;
  if (item < 0 || item >= static_cast<int64_t>(items.size())) refuse("item", "the model has no such item");
  return items[static_cast<std::size_t>(item)];
}

const cdm::Population& cdm_population(const celadon_cdm_model* model, int32_t population) {
  const auto& all = need(model, "model").value.populations;
  if (population < 0 || population >= static_cast<int32_t>(all.size())) refuse("population", "the model has no such population");
  return all[static_cast<std::size_t>(population)];
}

}  // namespace

cdm::QMatrix celadon_c::q_matrix_of(const celadon_cdm_q_matrix* given) {
  const auto known = sized(&need(given, "q"), default_q_matrix(), "q");
  if (known.n_attributes < 1 || known.n_attributes > cdm::kMaxAttributes) refuse("n_attributes", "not from 1 to 15");
  cdm::QMatrix out;
  out.item_ids = texts(known.item_ids, known.n_items, "item_ids");
  out.attributes = texts(known.attributes, known.n_attributes, "attributes");
  // The names were read, so that their number is one that there can be.
  out.cells = copied(known.cells, static_cast<int64_t>(out.item_ids.size()) * known.n_attributes, "cells");
  return out;
}

std::vector<cdm::Prerequisite> celadon_c::prerequisites_of(const std::int32_t* pairs, std::int64_t n) {
  if (n > std::numeric_limits<std::int64_t>::max() / 2) refuse("prerequisites", "more than there can be");
  const auto span = span_of(pairs, n < 0 ? n : 2 * n, "prerequisites");
  std::vector<cdm::Prerequisite> out;
  for (std::size_t i = 0; i + 1 < span.size(); i += 2) out.push_back({span[i], span[i + 1]});
  return out;
}

extern "C" {

void celadon_cdm_q_matrix_init(celadon_cdm_q_matrix* q, uint32_t struct_size) {
  initialise(q, struct_size, default_q_matrix());
}

celadon_status celadon_cdm_mastery_classes(int32_t n_attributes, const int32_t* prerequisites, int64_t n_prerequisites, uint32_t* out,
                                           int64_t capacity, int64_t* n, celadon_error* error) {
  return guard(error, [&] {
    const auto pairs = prerequisites_of(prerequisites, n_prerequisites);
    copy_counted(unwrap(cdm::mastery_classes(n_attributes, pairs)), out, capacity, n);
  });
}

celadon_status celadon_cdm_check_q_matrix(const celadon_cdm_q_matrix* q, const int32_t* prerequisites, int64_t n_prerequisites,
                                          celadon_cdm_check_q_matrix_result** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto pairs = prerequisites_of(prerequisites, n_prerequisites);
    return unwrap(cdm::check_q_matrix(q_matrix_of(q), pairs));
  });
}
celadon_status celadon_cdm_check_q_matrix_result_values(const celadon_cdm_check_q_matrix_result* result,
                                                        celadon_cdm_check_q_matrix_values* out, celadon_error* error) {
  return guard(error, [&] {
    const auto& check = need(result, "result").value;
    celadon_cdm_check_q_matrix_values v{};
    v.complete = check.complete ? 1 : 0;
    v.dina_identified = check.dina_identified ? 1 : 0;
    v.general_identified = check.general_identified ? 1 : 0;
    v.n_classes = check.n_classes;
    v.n_groups = check.groups.n_groups;
    v.undecided = check.groups.undecided;
    hand_out(out, v, "out");
  });
}
celadon_status celadon_cdm_check_q_matrix_result_groups(const celadon_cdm_check_q_matrix_result* result, int32_t* out, int64_t capacity,
                                                        celadon_error* error) {
  return guard(error, [&] { copy_to(need(result, "result").value.groups.group_of_class, &need(out, "out"), capacity, "out"); });
}
CELADON_C_DESTROY(celadon_cdm_check_q_matrix_result)
CELADON_C_TABLE(celadon_cdm_check_q_matrix_result, table, result.to_table())
CELADON_C_FINDINGS(celadon_cdm_check_q_matrix_result)

const char* celadon_cdm_rule_name(int32_t rule) {
  // Names are literals, so their data end with a NUL.
  return rule < 0 || rule > 5 ? nullptr : cdm::rule_name(static_cast<cdm::Rule>(rule)).data();
}
int32_t celadon_cdm_rule_from_name(const char* name, int64_t name_size) {
  int32_t out = -1;
  (void)guard(nullptr, [&] { out = static_cast<int32_t>(unwrap(cdm::rule_from_name(text(name, name_size, "name")))); });
  return out;
}
const char* celadon_cdm_structure_name(int32_t structure) {
  return structure < 0 || structure > 2 ? nullptr : cdm::structure_name(static_cast<cdm::Structure>(structure)).data();
}
int32_t celadon_cdm_structure_from_name(const char* name, int64_t name_size) {
  int32_t out = -1;
  (void)guard(nullptr, [&] { out = static_cast<int32_t>(unwrap(cdm::structure_from_name(text(name, name_size, "name")))); });
  return out;
}

CELADON_C_DESTROY(celadon_cdm_model)

celadon_status celadon_cdm_save(const celadon_cdm_model* model, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return cdm::save(need(model, "model").value); });
}
celadon_status celadon_cdm_load(const char* json, int64_t json_size, celadon_cdm_model** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(cdm::load(text(&need(json, "json"), json_size, "json"))); });
}
celadon_status celadon_cdm_check(const celadon_cdm_model* model, celadon_error* error) {
  return guard(error, [&] { unwrap(cdm::check(need(model, "model").value)); });
}
int64_t celadon_cdm_model_n_items(const celadon_cdm_model* model) {
  return model == nullptr ? 0 : static_cast<int64_t>(model->value.items.size());
}
int32_t celadon_cdm_model_n_attributes(const celadon_cdm_model* model) {
  return model == nullptr ? 0 : static_cast<int32_t>(model->value.attributes.size());
}
int64_t celadon_cdm_model_n_classes(const celadon_cdm_model* model) {
  return model == nullptr ? 0 : static_cast<int64_t>(model->value.classes.size());
}
int32_t celadon_cdm_model_n_populations(const celadon_cdm_model* model) {
  return model == nullptr ? 0 : static_cast<int32_t>(model->value.populations.size());
}
int32_t celadon_cdm_model_structure(const celadon_cdm_model* model) {
  return model == nullptr ? -1 : static_cast<int32_t>(model->value.structure);
}
const char* celadon_cdm_model_attribute(const celadon_cdm_model* model, int32_t attribute) {
  if (attribute < 0 || attribute >= celadon_cdm_model_n_attributes(model)) return nullptr;
  return model->value.attributes[static_cast<std::size_t>(attribute)].c_str();
}
int64_t celadon_cdm_model_find(const celadon_cdm_model* model, const char* id, int64_t id_size) {
  int64_t out = -1;
  (void)guard(nullptr, [&] { out = need(model, "model").value.find(text(id, id_size, "id")); });
  return out;
}
celadon_status celadon_cdm_model_classes(const celadon_cdm_model* model, uint32_t* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] { copy_to(need(model, "model").value.classes, &need(out, "out"), capacity, "out"); });
}
celadon_status celadon_cdm_model_item(const celadon_cdm_model* model, int64_t item, celadon_cdm_item_parameters* out,
                                      celadon_error* error) {
  return guard(error, [&] {
    const auto& p = cdm_item(model, item);
    celadon_cdm_item_parameters v{};
    v.rule = static_cast<int32_t>(p.rule);
    v.id = p.id.c_str();
    v.n_attributes = static_cast<int32_t>(p.attributes.size());
    v.n_groups = static_cast<int32_t>(p.probability.size());
    v.attributes = p.attributes.data();
    v.probability = p.probability.data();
    hand_out(out, v, "out");
  });
}
celadon_status celadon_cdm_model_item_form(const celadon_cdm_model* model, int64_t item, double* out, int64_t capacity, int64_t* n,
                                           celadon_error* error) {
  return guard(error, [&] { copy_counted(cdm_item(model, item).parameters(), out, capacity, n); });
}
double celadon_cdm_model_of_class(const celadon_cdm_model* model, int64_t item, uint32_t profile) {
  double out = kNone;
  (void)guard(nullptr, [&] { out = cdm_item(model, item).of_class(profile); });
  return out;
}
celadon_status celadon_cdm_model_population(const celadon_cdm_model* model, int32_t population, celadon_cdm_population* out,
                                            celadon_error* error) {
  return guard(error, [&] {
    const auto& p = cdm_population(model, population);
    celadon_cdm_population v{};
    v.n_attributes = celadon_cdm_model_n_attributes(model);
    v.id = p.id.c_str();
    v.n_classes = static_cast<int64_t>(p.probability.size());
    v.probability = p.probability.data();
    v.slope = p.slope.empty() ? nullptr : p.slope.data();
    v.intercept = p.intercept.empty() ? nullptr : p.intercept.data();
    hand_out(out, v, "out");
  });
}
celadon_status celadon_cdm_model_prevalence(const celadon_cdm_model* model, int32_t population, double* out, int64_t capacity,
                                            celadon_error* error) {
  return guard(error, [&] {
    (void)cdm_population(model, population);
    copy_to(model->value.prevalence(static_cast<std::size_t>(population)), &need(out, "out"), capacity, "out");
  });
}
int32_t celadon_cdm_n_parameters(const celadon_cdm_model* model) {
  int32_t out = -1;
  (void)guard(nullptr, [&] { out = cdm::n_parameters(need(model, "model").value); });
  return out;
}
celadon_status celadon_cdm_latent_groups(const celadon_cdm_model* model, int32_t* group_of_class, int64_t capacity, int64_t* n_groups,
                                         uint32_t* undecided, celadon_error* error) {
  return guard(error, [&] {
    const auto groups = cdm::latent_groups(need(model, "model").value);
    copy_to(groups.group_of_class, group_of_class, capacity, "group_of_class");
    if (n_groups != nullptr) *n_groups = groups.n_groups;
    if (undecided != nullptr) *undecided = groups.undecided;
  });
}
celadon_status celadon_cdm_evidence_of(const celadon_cdm_model* model, const uint8_t* answered, int64_t n_answered, int32_t* group_of_class,
                                       int64_t capacity_classes, uint32_t* same_items, int64_t capacity_attributes, celadon_error* error) {
  return guard(error, [&] {
    const auto& m = need(model, "model").value;
    const auto span = span_of(answered, answered == nullptr ? 0 : n_answered, "answered");
    if (answered != nullptr) check_capacity(n_answered, static_cast<int64_t>(m.items.size()), "answered");
    const auto evidence = cdm::evidence_of(m, span.empty() ? span : span.first(m.items.size()));
    copy_to(evidence.group_of_class, group_of_class, capacity_classes, "group_of_class");
    copy_to(evidence.same_items, same_items, capacity_attributes, "same_items");
  });
}
celadon_status celadon_cdm_profile_text(uint32_t profile, int32_t n_attributes, char* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    if (n_attributes < 0 || n_attributes > cdm::kMaxAttributes) refuse("n_attributes", "not from 0 to 15");
    const std::string letters = cdm::profile_text(profile, static_cast<std::size_t>(n_attributes));
    check_capacity(capacity, static_cast<int64_t>(letters.size()) + 1, "out");
    std::memcpy(&need(out, "out"), letters.c_str(), letters.size() + 1);
  });
}

}  // extern "C"
