// What goes with outcomes, what may be said of a unit's indices, and the pages of an indicator scheme.
#include "reports_common.hpp"
#include "scheme_common.hpp"

#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>
#include <celadon/evaluation/scheme/sensitivity.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>
#include <celadon/reports/indicator_reports.hpp>

#include <optional>

using namespace celadon_c;

namespace cs = celadon::scheme;
namespace gr = celadon::green;
namespace rp = celadon::reports;

struct celadon_drivers {
  gr::Drivers value;
};

namespace {

celadon_driver_predictor default_predictor() {
  celadon_driver_predictor predictor{};
  predictor.struct_size = sizeof predictor;
  return predictor;
}

celadon_drivers_options default_drivers() {
  const gr::DriverOptions library;
  celadon_drivers_options options{};
  options.struct_size = sizeof options;
  options.least_n = library.least_n;
  options.confidence = library.confidence;
  options.false_discovery = library.false_discovery;
  options.least_units_above = library.least_units_above;
  return options;
}

celadon::evaluation::LocalText local_name(const char* zh, const char* en, const std::string& variable) {
  return {zh == nullptr ? variable : std::string(zh), en == nullptr ? variable : std::string(en)};
}

gr::DriverOptions driver_options(const celadon_drivers_options* given) {
  const auto known = sized(&need(given, "options"), default_drivers(), "options");
  gr::DriverOptions out;
  if (known.frame != nullptr) out.frame = known.frame;
  out.outcome = std::string(text(known.outcome, -1, "outcome"));
  out.outcome_name = local_name(known.outcome_name_zh, known.outcome_name_en, out.outcome);
  if (known.n_predictors < 0 || (known.n_predictors > 0 && known.predictors == nullptr))
    refuse("predictors", "NULL with a size, or a negative size");
  for (int64_t k = 0; k < known.n_predictors; ++k) {
    const auto one = element(known.predictors, k, default_predictor(), "predictors");
    std::string variable(text(one.variable, -1, "predictors"));
    auto name = local_name(one.name_zh, one.name_en, variable);
    out.predictors.push_back({std::move(variable), std::move(name)});
  }
  out.confidence = known.confidence;
  out.false_discovery = known.false_discovery;
  out.least_units_above = known.least_units_above;
  out.least_n = known.least_n;
  return out;
}

celadon_scheme_like_options default_like() {
  const cs::LikeOptions library;
  celadon_scheme_like_options options{};
  options.struct_size = sizeof options;
  options.n_like = library.n_like;
  options.confidence = library.confidence;
  options.false_discovery = library.false_discovery;
  return options;
}

// A caller's period, -1 for the last, as the library counts it.
std::size_t period_number(const cs::SchemeEvaluation& evaluation, int64_t period) {
  const auto n = static_cast<int64_t>(evaluation.periods.size());
  const int64_t index = period == -1 ? n - 1 : period;
  if (index < 0 || index >= n) refuse(celadon::make_error(celadon::Code::kNoSuchUnit, {}, {{"row", std::to_string(period)}}));
  return static_cast<std::size_t>(index);
}

// The comparison that a caller asks for, or nothing.
std::optional<cs::LikeUnits> compared(const cs::SchemeEvaluation& evaluation, std::size_t period, std::string_view level,
                                      const celadon_scheme_like_options* given) {
  if (given == nullptr) return std::nullopt;
  const auto known = sized(given, default_like(), "like");
  if (known.n_like == 0) return std::nullopt;
  if (known.n_units < 0 || known.n_background < 1 || known.n_units > (int64_t{1} << 40) / known.n_background)
    refuse("background", "a size that cannot be");
  const auto values = span_of(known.background, known.n_units * known.n_background, "background");
  return unwrap(cs::like_units(evaluation, period, known.level == nullptr ? level : std::string_view(known.level), values,
                               known.n_background, {known.n_like, known.confidence, known.false_discovery}));
}

celadon::Table said_table(const std::vector<celadon::feedback::Statement>& statements) {
  return cs::to_table(statements, celadon::io::default_wording(celadon::Language::kChinese),
                      celadon::io::default_wording(celadon::Language::kEnglish));
}

celadon_indicator_report_options default_indicator_report() {
  const rp::IndicatorReportOptions library;
  celadon_indicator_report_options options{};
  options.struct_size = sizeof options;
  options.language = CELADON_CHINESE;
  options.period = library.period;
  options.estimand = static_cast<int32_t>(library.estimand);
  return options;
}

// Options of pages with what they borrow.
struct IndicatorPages {
  std::vector<gr::Drivers> drivers;
  std::vector<rp::UnitName> names;
  std::optional<cs::LikeUnits> like;
  rp::IndicatorReportOptions options;

  IndicatorPages(const cs::SchemeEvaluation& evaluation, std::string_view level, const celadon_indicator_report_options* given) {
    const auto known = sized(given, default_indicator_report(), "options");
    const std::size_t period = period_number(evaluation, known.period);
    for (const celadon_drivers* one : span_of(known.drivers, known.n_drivers, "drivers")) drivers.push_back(need(one, "drivers").value);
    auto levels = texts(known.name_levels, known.n_names, "name_levels");
    auto ids = texts(known.name_ids, known.n_names, "name_ids");
    auto called = texts(known.names, known.n_names, "names");
    for (std::size_t k = 0; k < called.size(); ++k) names.push_back({std::move(levels[k]), std::move(ids[k]), std::move(called[k])});
    like = compared(evaluation, period, level, known.like);
    options.language = language_of(known.language);
    options.period = static_cast<int64_t>(period);
    if (like) options.like = &*like;
    options.drivers = &drivers;
    options.names = &names;
    options.estimand = enumerator<cs::Estimand>(known.estimand, 3, "estimand");
    options.simulated = known.simulated != 0;
    if (known.statement_wording != nullptr) options.statement_wording = &known.statement_wording->value;
    if (known.page_wording != nullptr) options.page_wording = &known.page_wording->value;
  }
  IndicatorPages(const IndicatorPages&) = delete;
  IndicatorPages& operator=(const IndicatorPages&) = delete;
};

celadon_indicator_write_options default_indicator_write() {
  const rp::IndicatorWriteOptions library;
  celadon_indicator_write_options options{};
  options.struct_size = sizeof options;
  options.index = library.index ? 1 : 0;
  options.html = library.html ? 1 : 0;
  options.json = library.json ? 1 : 0;
  return options;
}

// Writes all pages to a sink. Throws; the caller stands behind the wall.
void write_indicators(const celadon_scheme_evaluation* evaluation, rp::ReportSink& sink, const celadon_indicator_write_options* given,
                      const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes) {
  const auto& result = need(evaluation, "evaluation").value;
  const auto known = sized(given, default_indicator_write(), "options");
  const IndicatorPages pages(result, "school", known.report);
  rp::IndicatorWriteOptions options;
  options.report = pages.options;
  options.levels = texts(known.levels, known.n_levels, "levels");
  options.index = known.index != 0;
  options.html = known.html != 0;
  options.json = known.json != 0;
  const Execution run(execution);
  const rp::WrittenReports written = unwrap(rp::write_indicator_reports(result, sink, options, run.context()));
  if (n_pages != nullptr) *n_pages = written.pages;
  if (n_bytes != nullptr) *n_bytes = written.bytes;
}

}  // namespace

extern "C" {

void celadon_driver_predictor_init(celadon_driver_predictor* predictor, uint32_t struct_size) {
  initialise(predictor, struct_size, default_predictor());
}

void celadon_drivers_options_init(celadon_drivers_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_drivers());
}

celadon_status celadon_drivers_create(const celadon_scheme_period* period, const celadon_drivers_options* options,
                                      const celadon_execution* execution, celadon_drivers** out, celadon_error* error) {
  return produce(out, error, [&] {
    const cs::Period data = need(period, "period").value.period();
    const Execution run(execution);
    return unwrap(gr::drivers(data, driver_options(options), run.context()));
  });
}
CELADON_C_DESTROY(celadon_drivers)

celadon_status celadon_drivers_get_values(const celadon_drivers* drivers, celadon_drivers_values* out, celadon_error* error) {
  return guard(error, [&] {
    const gr::Drivers& d = need(drivers, "drivers").value;
    celadon_drivers_values values{};
    values.random_slopes = d.random_slopes ? 1 : 0;
    values.n = d.n;
    values.n_left_out = d.n_left_out;
    values.n_units = d.n_units;
    values.confidence = d.confidence;
    hand_out(out, values, "out");
  });
}

CELADON_C_TABLE(celadon_drivers, effects, result.effects_table())
CELADON_C_TABLE(celadon_drivers, balance, result.balance_table())
CELADON_C_TABLE(celadon_drivers, lines, result.lines_table())
CELADON_C_TABLE(celadon_drivers, statements, said_table(gr::driver_statements(result)))
CELADON_C_FINDINGS(celadon_drivers)

void celadon_scheme_like_options_init(celadon_scheme_like_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_like());
}

celadon_status celadon_scheme_statements(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level, const char* unit,
                                         const celadon_scheme_like_options* like, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& result = need(evaluation, "evaluation").value;
    const std::size_t p = period_number(result, period);
    const std::string_view at = text(level, -1, "level");
    const std::optional<cs::LikeUnits> beside = compared(result, p, at, like);
    return said_table(unwrap(cs::unit_statements(result, p, at, text(unit, -1, "unit"), beside ? &*beside : nullptr)));
  });
}

celadon_status celadon_scheme_sensitivity(const celadon_scheme_evaluation* evaluation, int64_t period, const char* level, const char* unit,
                                          double weight_factor, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& result = need(evaluation, "evaluation").value;
    const auto nodes =
        unwrap(cs::sensitivity(result, period_number(result, period), text(level, -1, "level"), text(unit, -1, "unit"), {weight_factor}));
    return cs::to_table(nodes, result);
  });
}

void celadon_indicator_report_options_init(celadon_indicator_report_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_indicator_report());
}

celadon_status celadon_indicator_report(const celadon_scheme_evaluation* evaluation, const char* level, const char* unit,
                                        const celadon_indicator_report_options* options, celadon_report** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto& result = need(evaluation, "evaluation").value;
    const std::string_view at = text(level, -1, "level");
    const IndicatorPages page(result, at, options);
    return unwrap(rp::indicator_report(result, at, text(unit, -1, "unit"), page.options));
  });
}

void celadon_indicator_write_options_init(celadon_indicator_write_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_indicator_write());
}

celadon_status celadon_write_indicator_reports(const celadon_scheme_evaluation* evaluation, celadon_reports_page_function function,
                                               void* user, const celadon_indicator_write_options* options,
                                               const celadon_execution* execution, int64_t* n_pages, int64_t* n_bytes,
                                               celadon_error* error) {
  if (n_pages != nullptr) *n_pages = 0;
  if (n_bytes != nullptr) *n_bytes = 0;
  return guard(error, [&] {
    if (function == nullptr) refuse("function", "is NULL");
    HostSink sink(function, user);
    write_indicators(evaluation, sink, options, execution, n_pages, n_bytes);
  });
}

celadon_status celadon_write_indicator_reports_to_folder(const celadon_scheme_evaluation* evaluation, const char* folder,
                                                         const celadon_indicator_write_options* options, const celadon_execution* execution,
                                                         int64_t* n_pages, int64_t* n_bytes, celadon_error* error) {
  if (n_pages != nullptr) *n_pages = 0;
  if (n_bytes != nullptr) *n_bytes = 0;
  return guard(error, [&] {
    rp::FolderSink sink{std::string(text(folder, -1, "folder"))};
    write_indicators(evaluation, sink, options, execution, n_pages, n_bytes);
  });
}

}  // extern "C"
