// What goes with outcomes, what may be said of a unit's indices, and the pages of an indicator scheme.
#include "reports.hpp"
#include "scheme.hpp"

#include <celadon/evaluation/green/driver_statements.hpp>
#include <celadon/evaluation/green/drivers.hpp>
#include <celadon/evaluation/scheme/sensitivity.hpp>
#include <celadon/evaluation/scheme/unit_statements.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/indicator_reports.hpp>

#include <memory>
#include <tuple>

namespace celadon::python {

namespace {

/// A text in both languages, Chinese first.
using BothTexts = std::pair<std::string, std::string>;

green::Drivers fit_drivers(const scheme::PeriodData& period, const std::string& outcome, const BothTexts& outcome_name,
                           const std::vector<std::tuple<std::string, std::string, std::string>>& predictors, const std::string& frame_name,
                           double confidence, double false_discovery, int least_units_above, int least_n, int n_threads,
                           const py::object& progress) {
  green::DriverOptions options;
  options.frame = frame_name;
  options.outcome = outcome;
  options.outcome_name = {outcome_name.first, outcome_name.second};
  for (const auto& [variable, zh, en] : predictors) options.predictors.push_back({variable, {zh, en}});
  options.confidence = confidence;
  options.false_discovery = false_discovery;
  options.least_units_above = least_units_above;
  options.least_n = least_n;
  const scheme::Period data = period.period();
  return run({n_threads, progress}, [&](const ExecutionContext& context) { return green::drivers(data, options, context); });
}

void bind_drivers(py::module_& m) {
  using D = green::Drivers;
  py::class_<D> type(m, "Drivers", "What goes with an outcome; the frame has one row a predictor.");
  type.def_readonly("outcome", &D::outcome)
      .def_readonly("level", &D::level)
      .def_readonly("period", &D::period)
      .def_readonly("n", &D::n)
      .def_readonly("n_left_out", &D::n_left_out)
      .def_readonly("n_units", &D::n_units)
      .def_readonly("random_slopes", &D::random_slopes)
      .def_readonly("confidence", &D::confidence)
      .def_readonly("findings", &D::findings)
      .def_property_readonly("effects", &D::effects_table, "One row a predictor: what a step of it goes with.")
      .def_property_readonly("balance", &D::balance_table, "One row a level and model: the share of the variance that lies there.")
      .def_property_readonly("lines", &D::lines_table, "One row a line of the outcome on the background, the overall one first.")
      .def(
          "statements",
          [](const D& self, const std::string& language) {
            const feedback::Wording& wording = io::default_wording(language_of(language));
            std::vector<std::pair<std::string, std::string>> out;
            for (const feedback::Statement& s : green::driver_statements(self)) out.emplace_back(s.id, feedback::render(s, wording));
            return out;
          },
          py::arg("language") = "zh-CN", "What may be said, with its ids, in reading order: relations, never causes.");
  bind_frame(type, [](const D& self) { return self.effects_table(); });
  m.def("drivers", &fit_drivers, py::arg("period"), py::arg("outcome"), py::arg("outcome_name"), py::arg("predictors"), py::arg("frame"),
        py::arg("confidence"), py::arg("false_discovery"), py::arg("least_units_above"), py::arg("least_n"), py::arg("n_threads"),
        py::arg("progress"));
}

/// The comparison of a page's level and period; null for None and for another level. ValueError where it is of other data.
const scheme::LikeUnits* like_of(const scheme::SchemeEvaluation& evaluation, std::size_t period, const LikeHandle* like) {
  if (like == nullptr) return nullptr;
  const std::int32_t level = period < evaluation.periods.size() ? evaluation.find_level(period, like->value.level) : -1;
  if (like->period != period || level < 0 ||
      like->value.values.size() != evaluation.periods[period].values[static_cast<std::size_t>(level)].size())
    throw py::value_error("like is of another evaluation or period");
  return &like->value;
}

void bind_unit(py::module_& m) {
  m.def(
      "statements",
      [](const scheme::SchemeEvaluation& evaluation, std::size_t period, const std::string& level, const std::string& unit,
         const LikeHandle* like) {
        const scheme::LikeUnits* beside = like_of(evaluation, period, like);
        if (beside != nullptr && beside->level != level) beside = nullptr;
        return scheme::to_table(take(scheme::unit_statements(evaluation, period, level, unit, beside)),
                                io::default_wording(Language::kChinese), io::default_wording(Language::kEnglish));
      },
      py::arg("evaluation"), py::arg("period"), py::arg("level"), py::arg("unit"), py::arg("like").none(true));
  m.def(
      "sensitivity",
      [](const scheme::SchemeEvaluation& evaluation, std::size_t period, const std::string& level, const std::string& unit,
         double weight_factor) {
        return scheme::to_table(take(scheme::sensitivity(evaluation, period, level, unit, {weight_factor})), evaluation);
      },
      py::arg("evaluation"), py::arg("period"), py::arg("level"), py::arg("unit"), py::arg("weight_factor"));
}

/// Options of a page with what they borrow.
struct PageArguments {
  std::vector<green::Drivers> drivers;
  std::vector<reports::UnitName> names;
  reports::IndicatorReportOptions options;

  PageArguments(const scheme::SchemeEvaluation& evaluation, const std::string& language, std::size_t period, const LikeHandle* like,
                const std::vector<const green::Drivers*>& given,
                const std::vector<std::tuple<std::string, std::string, std::string>>& unit_names, const std::string& estimand,
                bool simulated) {
    for (const green::Drivers* one : given) {
      if (one == nullptr) throw py::value_error("drivers must be results of drivers()");
      drivers.push_back(*one);
    }
    for (const auto& [level, id, name] : unit_names) names.push_back({level, id, name});
    options.language = language_of(language);
    options.period = static_cast<std::int64_t>(period);
    options.like = like_of(evaluation, period, like);
    options.drivers = &drivers;
    options.names = &names;
    options.estimand = estimand_of(estimand);
    options.simulated = simulated;
  }
  PageArguments(const PageArguments&) = delete;
  PageArguments& operator=(const PageArguments&) = delete;
};

void bind_pages(py::module_& m) {
  using Names = std::vector<std::tuple<std::string, std::string, std::string>>;
  m.def(
      "indicator_report",
      [](const scheme::SchemeEvaluation& evaluation, const std::string& level, const std::string& unit, const std::string& language,
         std::size_t period, const LikeHandle* like, const std::vector<const green::Drivers*>& drivers, const Names& names,
         const std::string& estimand, bool simulated) {
        const PageArguments page(evaluation, language, period, like, drivers, names, estimand, simulated);
        return take(reports::indicator_report(evaluation, level, unit, page.options));
      },
      py::arg("evaluation"), py::arg("level"), py::arg("unit"), py::kw_only(), py::arg("language"), py::arg("period"),
      py::arg("like").none(true), py::arg("drivers"), py::arg("names"), py::arg("estimand"), py::arg("simulated"));
  m.def(
      "write_indicator_reports",
      [](const scheme::SchemeEvaluation& evaluation, const py::object& target, const std::string& language, std::size_t period,
         const LikeHandle* like, const std::vector<const green::Drivers*>& drivers, const Names& names, const std::string& estimand,
         bool simulated, const std::vector<std::string>& levels, bool index, bool html, bool json, int n_threads,
         const py::object& progress) {
        const PageArguments page(evaluation, language, period, like, drivers, names, estimand, simulated);
        reports::IndicatorWriteOptions options;
        options.report = page.options;
        options.levels = levels;
        options.index = index;
        options.html = html;
        options.json = json;
        const std::unique_ptr<reports::ReportSink> sink = sink_of(target);
        const reports::WrittenReports written = run({n_threads, progress}, [&](const ExecutionContext& context) {
          return reports::write_indicator_reports(evaluation, *sink, options, context);
        });
        return std::pair(written.pages, written.bytes);
      },
      py::arg("evaluation"), py::arg("target"), py::kw_only(), py::arg("language"), py::arg("period"), py::arg("like").none(true),
      py::arg("drivers"), py::arg("names"), py::arg("estimand"), py::arg("simulated"), py::arg("levels"), py::arg("index"), py::arg("html"),
      py::arg("json"), py::arg("n_threads"), py::arg("progress"));
}

}  // namespace

void bind_indicators(py::module_& module) {
  py::module_ m = module.def_submodule("indicators", "Native part of celadon.green, celadon.scheme and celadon.reports.");
  bind_drivers(m);
  bind_unit(m);
  bind_pages(m);
}

}  // namespace celadon::python
