#include "scheme_common.hpp"

#include <celadon/evaluation/scheme/like_units.hpp>

using namespace celadon_c;

namespace cs = celadon::scheme;

namespace {

celadon_scheme_draws default_draws() {
  celadon_scheme_draws draws{};
  draws.struct_size = sizeof draws;
  return draws;
}

celadon_scheme_frame_options default_frame() {
  const cs::FrameOptions library;
  celadon_scheme_frame_options options{};
  options.struct_size = sizeof options;
  options.persons = library.persons ? 1 : 0;
  options.estimand = static_cast<int32_t>(library.estimand);
  options.n_groups = library.n_groups;
  options.seed = library.seed;
  options.scale = library.scale;
  return options;
}

cs::FrameOptions frame_options(const celadon_scheme_frame_options* given, const char* table) {
  const auto known = sized(given, default_frame(), "options");
  cs::FrameOptions out;
  out.persons = known.persons != 0;
  out.name = known.name == nullptr ? std::string(table) : std::string(known.name);
  out.weight = text_or_empty(known.weight);
  if (known.n_draws < 0 || (known.n_draws > 0 && known.draws == nullptr)) refuse("draws", "NULL with a size, or a negative size");
  for (int64_t d = 0; d < known.n_draws; ++d) {
    const auto draws = element(known.draws, d, default_draws(), "draws");
    out.plausible_values.emplace_back(text_or_empty(draws.name), texts(draws.columns, draws.n_columns, "columns"));
  }
  out.estimand = enumerator<cs::Estimand>(known.estimand, 3, "estimand");
  out.n_groups = known.n_groups;
  out.seed = known.seed;
  out.replicate_weights = texts(known.replicate_weights, known.n_replicate_weights, "replicate_weights");
  out.scale = known.scale;
  out.degrees_of_freedom = known.degrees_of_freedom;
  return out;
}

celadon_scheme_options default_options() {
  const cs::SchemeOptions library;
  celadon_scheme_options options{};
  options.struct_size = sizeof options;
  options.audience = static_cast<int32_t>(library.audience);
  options.confidence = library.confidence;
  options.false_discovery = library.false_discovery;
  options.least_n = library.suppression.least_n;
  options.hide_all_or_none = library.suppression.hide_all_or_none ? 1 : 0;
  return options;
}

cs::SchemeOptions scheme_options(const celadon_scheme_options* given) {
  const auto known = sized(given, default_options(), "options");
  cs::SchemeOptions out;
  out.audience = enumerator<celadon::evaluation::Audience>(known.audience, 5, "audience");
  out.confidence = known.confidence;
  out.false_discovery = known.false_discovery;
  out.suppression = {known.least_n, known.hide_all_or_none != 0};
  return out;
}

// Ids of the units of a level, or null.
const std::vector<std::string>* units_of(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level) {
  if (evaluation == nullptr || level == nullptr || period < 0) return nullptr;
  const auto p = static_cast<std::size_t>(period);
  if (p >= evaluation->value.periods.size()) return nullptr;
  const std::int32_t l = evaluation->value.find_level(p, level);
  return l < 0 ? nullptr : &evaluation->value.periods[p].levels[static_cast<std::size_t>(l)].ids;
}

// Made once, so that they can be handed out as long as the library is loaded.
const std::vector<std::string>& shipped() {
  static const std::vector<std::string> kIds = celadon::io::shipped_scheme_ids();
  return kIds;
}

}  // namespace

extern "C" {

celadon_status celadon_scheme_parse(const char* json, int64_t size, const char* const* base_ids, const char* const* base_texts,
                                    int64_t n_bases, celadon_scheme** out, celadon_error* error) {
  return produce(out, error, [&] {
    const std::vector<std::string> ids = texts(base_ids, n_bases, "base_ids");
    const std::vector<std::string> bodies = texts(base_texts, n_bases, "base_texts");
    const celadon::io::SchemeSource source = [&](std::string_view id) {
      for (std::size_t k = 0; k < ids.size(); ++k)
        if (ids[k] == id) return bodies[k];
      return std::string(celadon::io::shipped_scheme_text(id));
    };
    return unwrap(celadon::io::parse_scheme(text(json, size, "json"), source));
  });
}

void celadon_scheme_destroy(celadon_scheme* scheme) {
  delete scheme;
}

const char* celadon_scheme_id(const celadon_scheme* scheme) {
  return scheme == nullptr ? nullptr : scheme->value.scheme.id.c_str();
}

const char* celadon_scheme_hash(const celadon_scheme* scheme) {
  return scheme == nullptr ? nullptr : scheme->value.scheme.hash.c_str();
}

CELADON_C_TABLE(celadon_scheme, table, result.scheme.to_table())
CELADON_C_FINDINGS(celadon_scheme)

int64_t celadon_scheme_n_shipped(void) {
  return static_cast<int64_t>(shipped().size());
}

const char* celadon_scheme_shipped_id(int64_t scheme) {
  return scheme < 0 || scheme >= celadon_scheme_n_shipped() ? nullptr : shipped()[static_cast<std::size_t>(scheme)].c_str();
}

const char* celadon_scheme_shipped_text(int64_t scheme) {
  const char* id = celadon_scheme_shipped_id(scheme);
  return id == nullptr ? nullptr : celadon::io::shipped_scheme_text(id).data();  // literals end with a NUL
}

void celadon_scheme_draws_init(celadon_scheme_draws* draws, uint32_t struct_size) {
  initialise(draws, struct_size, default_draws());
}

void celadon_scheme_frame_options_init(celadon_scheme_frame_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_frame());
}

celadon_status celadon_scheme_period_create(const char* id, const char* const* levels, int64_t n_levels, celadon_scheme_period** out,
                                            celadon_error* error) {
  return produce(out, error, [&] { return cs::PeriodData(std::string(text(id, -1, "id")), texts(levels, n_levels, "levels")); });
}

void celadon_scheme_period_destroy(celadon_scheme_period* period) {
  delete period;
}

celadon_status celadon_scheme_period_add(celadon_scheme_period* period, const celadon_dataset* dataset, const char* table,
                                         const celadon_scheme_frame_options* options, celadon_error* error) {
  return guard(error, [&] {
    cs::PeriodData& target = need(period, "period").value;
    const std::string name(text(table, -1, "table"));
    const auto* found = need(dataset, "dataset").value.find(name);
    if (found == nullptr) refuse(celadon::make_error(celadon::Code::kMissingTable, {name, {}, -1, {}}, {{"table", name}}));
    unwrap(target.add(*found, frame_options(options, name.c_str())));
  });
}

celadon_status celadon_scheme_period_add_link_error(celadon_scheme_period* period, const char* indicator, double se, celadon_error* error) {
  return guard(error, [&] {
    if (!(se >= 0.0)) refuse("se", "must be 0 or more");
    need(period, "period").value.add_link_error({std::string(text(indicator, -1, "indicator")), se});
  });
}

celadon_status celadon_scheme_period_findings(const celadon_scheme_period* period, int32_t language, celadon_table** out,
                                              celadon_error* error) {
  return produce(out, error,
                 [&] { return celadon::evaluation::findings_table(need(period, "period").value.findings(), language_of(language)); });
}

void celadon_scheme_options_init(celadon_scheme_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_options());
}

celadon_status celadon_scheme_evaluate(const celadon_scheme* scheme, const celadon_scheme_period* const* periods, int64_t n_periods,
                                       const celadon_scheme_options* options, const celadon_execution* execution,
                                       celadon_scheme_evaluation** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& tree = need(scheme, "scheme").value.scheme;
    std::vector<cs::Period> data;
    for (const celadon_scheme_period* period : span_of(periods, n_periods, "periods"))
      data.push_back(need(period, "periods").value.period());
    const Execution run(execution);
    return unwrap(cs::evaluate(tree, data, scheme_options(options), run.context()));
  });
}

void celadon_scheme_evaluation_destroy(celadon_scheme_evaluation* evaluation) {
  delete evaluation;
}

celadon_status celadon_scheme_like_units(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level,
                                         const double* background, int64_t n_units, int32_t n_background, int32_t n_like, double confidence,
                                         double false_discovery, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& result = need(evaluation, "evaluation").value;
    if (period < 0) refuse("period", "negative");
    if (n_units < 0 || n_background < 1 || n_units > (int64_t{1} << 40) / n_background) refuse("background", "a size that cannot be");
    const auto values = span_of(background, n_units * n_background, "background");
    const auto p = static_cast<std::size_t>(period);
    const auto like =
        unwrap(cs::like_units(result, p, text(level, -1, "level"), values, n_background, {n_like, confidence, false_discovery}));
    return like.to_table(result, p);
  });
}

int64_t celadon_scheme_evaluation_n_units(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level) {
  const auto* units = units_of(evaluation, period, level);
  return units == nullptr ? 0 : static_cast<int64_t>(units->size());
}

const char* celadon_scheme_evaluation_unit(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level, int64_t unit) {
  const auto* units = units_of(evaluation, period, level);
  if (units == nullptr || unit < 0 || unit >= static_cast<int64_t>(units->size())) return nullptr;
  return (*units)[static_cast<std::size_t>(unit)].c_str();
}

CELADON_C_TABLE(celadon_scheme_evaluation, table, result.to_table())
CELADON_C_FINDINGS(celadon_scheme_evaluation)

}  // extern "C"
