#include "composite_common.hpp"

#include <celadon/models/composite/aggregate.hpp>
#include <celadon/models/composite/prepare.hpp>

using namespace celadon_c;

namespace celadon_c {
/// A step's result without what C reads elsewhere.
struct StepValues {
  composite::Matrix values;
  celadon::Findings findings;
};
}  // namespace celadon_c

struct celadon_composite_values {
  StepValues value;
};

namespace celadon_c {

composite::Matrix matrix_of(const double* values, std::int64_t n_rows, std::int64_t n_columns, const char* name) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  if (n_rows < 0 || n_columns < 0 || (n_columns > 0 && n_rows > kMost / n_columns)) refuse(name, "not a number of rows and columns");
  return composite::Matrix::copy_of(span_of(values, n_rows * n_columns, name), n_rows, n_columns);
}

void fill(const std::vector<double>& values, double* out, std::int64_t capacity) {
  check_capacity(capacity, static_cast<std::int64_t>(values.size()), "out");
  if (!values.empty()) std::copy(values.begin(), values.end(), &need(out, "out"));
}

celadon_composite_treat_options default_treatment() {
  const composite::TreatOptions library;
  celadon_composite_treat_options out{};
  out.struct_size = sizeof out;
  out.treat = library.treat ? 1 : 0;
  out.skew_limit = library.skew_limit;
  out.kurtosis_limit = library.kurtosis_limit;
  out.max_winsorised = library.max_winsorised;
  out.transformation = static_cast<std::int32_t>(library.transformation);
  out.lambda = library.lambda;
  out.combine = library.combine ? 1 : 0;
  return out;
}

celadon_composite_normalise_options default_normalisation() {
  const composite::NormaliseOptions library;
  celadon_composite_normalise_options out{};
  out.struct_size = sizeof out;
  out.method = static_cast<std::int32_t>(library.method);
  out.lower = library.lower;
  out.upper = library.upper;
  out.centre = library.centre;
  out.spread = library.spread;
  out.target = library.target;
  out.reference = library.reference;
  out.scale = library.scale;
  out.cap = library.cap ? 1 : 0;
  out.truncate = library.truncate ? 1 : 0;
  out.cuts_are_percentiles = library.cuts_are_percentiles ? 1 : 0;
  return out;
}

celadon_composite_aggregate_options default_aggregation() {
  const composite::AggregateOptions library;
  celadon_composite_aggregate_options out{};
  out.struct_size = sizeof out;
  out.power = library.power;
  out.min_available = library.min_available;
  return out;
}

composite::TreatOptions treatment_of(const celadon_composite_treat_options& known) {
  composite::TreatOptions out;
  out.treat = known.treat != 0;
  out.skew_limit = known.skew_limit;
  out.kurtosis_limit = known.kurtosis_limit;
  out.max_winsorised = known.max_winsorised;
  out.transformation = enumerator<composite::Transformation>(known.transformation, 5, "transformation");
  out.lambda = known.lambda;
  out.combine = known.combine != 0;
  return out;
}

composite::NormaliseOptions normalisation_of(const celadon_composite_normalise_options& known) {
  composite::NormaliseOptions out;
  out.method = enumerator<composite::Normalisation>(known.method, 13, "method");
  out.lower = known.lower;
  out.upper = known.upper;
  out.centre = known.centre;
  out.spread = known.spread;
  out.target = known.target;
  out.reference = known.reference;
  out.cap = known.cap != 0;
  out.scale = known.scale;
  out.truncate = known.truncate != 0;
  out.cuts = copied(known.cuts, known.n_cuts, "cuts");
  out.class_values = copied(known.class_values, known.class_values == nullptr ? 0 : known.n_cuts + 1, "class_values");
  out.cuts_are_percentiles = known.cuts_are_percentiles != 0;
  return out;
}

composite::AggregateOptions aggregation_of(const celadon_composite_aggregate_options& known) {
  composite::AggregateOptions out;
  if (known.methods != nullptr || known.n_methods != 0) {
    out.methods.clear();
    out.methods.reserve(static_cast<std::size_t>(std::max<std::int64_t>(known.n_methods, 0)));
    for (const std::int32_t method : span_of(known.methods, known.n_methods, "methods"))
      out.methods.push_back(enumerator<composite::Aggregation>(method, 7, "methods"));
  }
  out.power = known.power;
  out.min_available = known.min_available;
  return out;
}

namespace {

celadon_composite_construction default_construction() {
  const composite::Construction library;
  celadon_composite_construction out{};
  out.struct_size = sizeof out;
  out.denominate = library.denominate ? 1 : 0;
  out.min_available = library.min_available;
  out.imputation = static_cast<std::int32_t>(library.imputation);
  return out;
}

celadon_composite_node default_node() {
  const composite::Node library;
  celadon_composite_node out{};
  out.struct_size = sizeof out;
  out.level = library.level;
  out.weight = library.weight;
  out.target = library.target;
  out.direction = library.direction;
  return out;
}

composite::Node node_of(const celadon_composite_node& known) {
  composite::Node out;
  out.code = text_or_empty(known.code);
  out.parent = text_or_empty(known.parent);
  out.level = known.level;
  out.weight = known.weight;
  out.direction = known.direction;
  out.target = known.target;
  out.denominator = text_or_empty(known.denominator);
  return out;
}

std::vector<std::string> texts_or_none(const char* const* data, std::int64_t n, const char* name) {
  return data == nullptr ? std::vector<std::string>() : texts(data, n, name);
}

celadon::Table tree_table(const composite::Tree& tree) {
  std::vector<std::string> node;
  std::vector<std::string> parent;
  std::vector<std::int64_t> level;
  std::vector<std::int64_t> direction;
  const auto n = tree.nodes().size();
  node.reserve(n);
  parent.reserve(n);
  level.reserve(n);
  direction.reserve(n);
  for (const composite::Node& one : tree.nodes()) {
    node.push_back(one.code);
    parent.push_back(one.parent);
    level.push_back(one.level);
    direction.push_back(one.direction);
  }
  celadon::Table table("tree");
  table.add("node", std::move(node)).add("parent", std::move(parent)).add("level", std::move(level));
  table.add("weight", tree.weights()).add("direction", std::move(direction));
  return table;
}

template <class Step>
StepValues after(Step step) {
  return {std::move(step.values), std::move(step.findings)};
}

}  // namespace

composite::Construction construction_of(const celadon_composite_construction* given) {
  const auto known = sized(given, default_construction(), "construction");
  composite::Construction out;
  out.denominate = known.denominate != 0;
  out.min_available = known.min_available;
  out.imputation = enumerator<composite::Imputation>(known.imputation, 5, "imputation");
  out.treatment = each<composite::TreatOptions>(known.treatment, known.n_treatment, default_treatment(), "treatment", treatment_of);
  out.normalisation = each<composite::NormaliseOptions>(known.normalisation, known.n_normalisation, default_normalisation(),
                                                        "normalisation", normalisation_of);
  out.weights = copied(known.weights, known.n_weights, "weights");
  out.aggregation = aggregation_of(sized(known.aggregation, default_aggregation(), "aggregation"));
  return out;
}

}  // namespace celadon_c

extern "C" {

void celadon_composite_node_init(celadon_composite_node* node, uint32_t struct_size) {
  initialise(node, struct_size, default_node());
}
void celadon_composite_measures_view_init(celadon_composite_measures_view* view, uint32_t struct_size) {
  initialise(view, struct_size, celadon_composite_measures_view{});
}
void celadon_composite_treat_options_init(celadon_composite_treat_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_treatment());
}
void celadon_composite_normalise_options_init(celadon_composite_normalise_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_normalisation());
}
void celadon_composite_aggregate_options_init(celadon_composite_aggregate_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_aggregation());
}
void celadon_composite_construction_init(celadon_composite_construction* construction, uint32_t struct_size) {
  initialise(construction, struct_size, default_construction());
}

celadon_status celadon_composite_tree_create(const celadon_composite_node* nodes, int64_t n_nodes, celadon_composite_tree** out,
                                             celadon_error* error) {
  return produce(out, error, [&] {
    need(nodes, "nodes");
    return unwrap(composite::Tree::make(each<composite::Node>(nodes, n_nodes, default_node(), "nodes", node_of)));
  });
}
celadon_status celadon_composite_tree_table(const celadon_composite_tree* tree, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return tree_table(need(tree, "tree").value); });
}
void celadon_composite_tree_destroy(celadon_composite_tree* tree) {
  delete tree;
}

celadon_status celadon_composite_measures_create(const celadon_composite_tree* tree, const celadon_composite_measures_view* view,
                                                 celadon_composite_measures** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(&need(view, "view"), celadon_composite_measures_view{}, "view");
    composite::Measures m;
    m.tree = need(tree, "tree").value;
    const std::int64_t k = m.tree.n_indicators();
    m.values = matrix_of(known.values, known.n_units, k, "values");
    m.unit_ids = texts_or_none(known.unit_ids, known.n_units, "unit_ids");
    m.groups = texts_or_none(known.groups, known.n_units, "groups");
    if (known.n_denominators != 0) {
      m.denominators = matrix_of(known.denominators, known.n_units, known.n_denominators, "denominators");
      m.denominator_codes = texts(known.denominator_codes, known.n_denominators, "denominator_codes");
    }
    if (known.standard_errors != nullptr) m.standard_errors = matrix_of(known.standard_errors, known.n_units, k, "standard_errors");
    return m;
  });
}
void celadon_composite_measures_destroy(celadon_composite_measures* measures) {
  delete measures;
}

celadon_status celadon_composite_values_copy(const celadon_composite_values* result, double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] { fill(need(result, "result").value.values.values, out, capacity); });
}
CELADON_C_FINDINGS(celadon_composite_values)
CELADON_C_DESTROY(celadon_composite_values)

celadon_status celadon_composite_denominate(const double* values, int64_t n_units, const celadon_composite_tree* tree,
                                            const double* denominators, const char* const* codes, int64_t n_codes,
                                            celadon_composite_values** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& t = need(tree, "tree").value;
    const auto names = texts(codes, n_codes, "codes");
    return after(unwrap(composite::denominate(matrix_of(values, n_units, t.n_indicators(), "values"), t,
                                              matrix_of(denominators, n_units, n_codes, "denominators"), names)));
  });
}
celadon_status celadon_composite_impute(const double* values, int64_t n_units, int64_t n_indicators, int32_t method,
                                        const char* const* groups, celadon_composite_values** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto own = texts_or_none(groups, n_units, "groups");
    return after(unwrap(composite::impute(matrix_of(values, n_units, n_indicators, "values"),
                                          enumerator<composite::Imputation>(method, 5, "method"), own)));
  });
}
celadon_status celadon_composite_treat(const double* values, int64_t n_units, int64_t n_indicators,
                                       const celadon_composite_treat_options* options, int64_t n_options, celadon_composite_values** out,
                                       celadon_error* error) {
  return produce(out, error, [&] {
    return after(unwrap(composite::treat(matrix_of(values, n_units, n_indicators, "values"),
                                         each<composite::TreatOptions>(options, n_options, default_treatment(), "options", treatment_of))));
  });
}
celadon_status celadon_composite_normalise(const double* values, int64_t n_units, const celadon_composite_tree* tree,
                                           const celadon_composite_normalise_options* options, int64_t n_options,
                                           celadon_composite_values** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& t = need(tree, "tree").value;
    return after(unwrap(
        composite::normalise(matrix_of(values, n_units, t.n_indicators(), "values"), t,
                             each<composite::NormaliseOptions>(options, n_options, default_normalisation(), "options", normalisation_of))));
  });
}
celadon_status celadon_composite_aggregate(const double* normalised, int64_t n_units, const celadon_composite_tree* tree,
                                           const celadon_composite_aggregate_options* options, const double* weights, int64_t n_weights,
                                           double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& t = need(tree, "tree").value;
    const auto scores = unwrap(composite::aggregate(matrix_of(normalised, n_units, t.n_indicators(), "normalised"), t,
                                                    aggregation_of(sized(options, default_aggregation(), "options")),
                                                    span_of(weights, n_weights, "weights")));
    fill(scores.values, out, capacity);
  });
}
celadon_status celadon_composite_mean_of(const double* values, int64_t n, const double* weights, int64_t n_weights, int32_t method,
                                         double power, double* out, celadon_error* error) {
  return guard(error, [&] {
    need(out, "out") = unwrap(composite::mean_of(span_of(values, n, "values"), span_of(weights, n_weights, "weights"),
                                                 enumerator<composite::Aggregation>(method, 7, "method"), power));
  });
}
celadon_status celadon_composite_effective_weights(const celadon_composite_tree* tree, const double* weights, int64_t n_weights,
                                                   double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    fill(unwrap(composite::effective_weights(need(tree, "tree").value, span_of(weights, n_weights, "weights"))), out, capacity);
  });
}
celadon_status celadon_composite_ranks(const double* values, int64_t n, double* out, int64_t capacity, celadon_error* error) {
  return guard(error, [&] { fill(composite::ranks(span_of(values, n, "values")), out, capacity); });
}
celadon_status celadon_composite_describe(const double* values, int64_t n_units, int64_t n_indicators, const char* const* codes,
                                          celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto names = texts_or_none(codes, n_indicators, "codes");
    return composite::statistics_table(composite::describe(matrix_of(values, n_units, n_indicators, "values")), names);
  });
}
celadon_status celadon_composite_screen_units(const double* values, int64_t n_units, int64_t n_indicators, double min_available,
                                              double min_nonzero, int64_t* rows, int64_t capacity, int64_t* n_rows, celadon_error* error) {
  return guard(error, [&] {
    const auto kept = unwrap(composite::screen_units(matrix_of(values, n_units, n_indicators, "values"), min_available, min_nonzero));
    const auto n = static_cast<std::int64_t>(kept.size());
    need(n_rows, "n_rows") = n;
    check_capacity(capacity, n, "rows");
    if (n > 0) std::copy(kept.begin(), kept.end(), &need(rows, "rows"));
  });
}

celadon_status celadon_composite_build(const celadon_composite_measures* measures, const celadon_composite_construction* construction,
                                       celadon_composite_index_result** out, celadon_error* error) {
  return produce(out, error, [&] { return unwrap(composite::build(need(measures, "measures").value, construction_of(construction))); });
}
celadon_status celadon_composite_index_result_values(const celadon_composite_index_result* result, celadon_composite_index_values* out,
                                                     celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    celadon_composite_index_values values{};
    values.n_units = static_cast<int64_t>(r.unit_ids.size());
    values.n_nodes = static_cast<int64_t>(r.node_codes.size());
    values.n_indicators = r.normalised.n_columns;
    values.n_imputed = r.n_imputed;
    values.n_screened = r.n_screened;
    hand_out(out, values, "out");
  });
}
CELADON_C_TABLE(celadon_composite_index_result, table, result.to_table())
CELADON_C_TABLE(celadon_composite_index_result, treatment, result.treatment_table())
celadon_status celadon_composite_index_result_step(const celadon_composite_index_result* result, int32_t step, double* out,
                                                   int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& r = need(result, "result").value;
    const composite::Matrix* const steps[] = {&r.denominated, &r.imputed, &r.treated, &r.normalised, &r.scores};
    if (step < 0 || step > 4) refuse("step", "no such choice: " + std::to_string(step));
    fill(steps[step]->values, out, capacity);
  });
}
CELADON_C_FINDINGS(celadon_composite_index_result)
CELADON_C_DESTROY(celadon_composite_index_result)

}  // extern "C"
