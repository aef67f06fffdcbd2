// Charts: the same data as SVG, as Vega-Lite and as a table.
#include "common.hpp"

#include <celadon/reports/chart.hpp>
#include <celadon/reports/report.hpp>
#include <celadon/reports/svg.hpp>
#include <celadon/reports/vega.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace celadon::python {

namespace {

using reports::Chart;
using reports::ItemCurveChart;

std::string standalone_svg(const Chart& chart, bool narrow) {
  reports::SvgOptions options;
  options.narrow = narrow;
  options.standalone = true;
  return reports::svg(chart, options);
}

// Equal bins over the values; the last one holds its end too.
void bin(std::span<const double> values, int n_bins, double lowest, double highest, std::vector<double>& edges,
         std::vector<std::int64_t>& counts) {
  if (n_bins < 1 || !(lowest < highest)) throw py::value_error("bins need at least one bin and lowest < highest");
  edges.resize(static_cast<std::size_t>(n_bins) + 1);
  const double width = (highest - lowest) / n_bins;
  for (int i = 0; i <= n_bins; ++i) edges[static_cast<std::size_t>(i)] = i == n_bins ? highest : lowest + width * i;
  counts.assign(static_cast<std::size_t>(n_bins), 0);
  for (const double value : values)
    if (value >= lowest && value <= highest)
      ++counts[static_cast<std::size_t>(std::min(n_bins - 1, static_cast<int>((value - lowest) / width)))];
}

void bind_makers(py::module_& m) {
  m.def(
      "information",
      [](std::string title, std::string description, std::vector<double> abilities, std::vector<double> information,
         std::vector<double> standard_error, std::vector<std::string> words) {
        reports::InformationChart data{std::move(abilities), std::move(information), std::move(standard_error), words.at(0), words.at(1),
                                       words.at(2)};
        return Chart{"information", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("abilities"), py::arg("information"), py::arg("standard_error"), py::arg("words"));
  m.def(
      "item_curves",
      [](std::string title, std::string description, std::string item, std::vector<double> abilities,
         std::vector<std::pair<std::string, std::vector<double>>> curves,
         const std::vector<std::tuple<int, double, double, std::int64_t>>& observed, std::vector<std::string> words) {
        ItemCurveChart data;
        data.item = std::move(item);
        data.abilities = std::move(abilities);
        for (auto& [label, probability] : curves) data.curves.push_back({std::move(label), std::move(probability)});
        for (const auto& [curve, ability, share, n] : observed) data.observed.push_back({curve, ability, share, n});
        data.x_title = words.at(0);
        data.y_title = words.at(1);
        data.observed_label = words.at(2);
        return Chart{"item-curves", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("item"), py::arg("abilities"), py::arg("curves"), py::arg("observed"),
      py::arg("words"));
  m.def(
      "score_distribution",
      [](std::string title, std::string description, const Array<double>& scores, int n_bins, double lowest, double highest, double mean,
         std::vector<std::string> words) {
        reports::ScoreDistributionChart data;
        bin(span_of(std::optional(scores)), n_bins, lowest, highest, data.edges, data.counts);
        data.mean = mean;
        data.x_title = words.at(0);
        data.y_title = words.at(1);
        data.mean_label = words.at(2);
        return Chart{"score-distribution", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("scores"), py::arg("n_bins"), py::arg("lowest"), py::arg("highest"),
      py::arg("mean"), py::arg("words"));
  m.def(
      "wright_map",
      [](std::string title, std::string description, const Array<double>& abilities, int n_bins, double lowest, double highest,
         const std::vector<std::pair<std::string, double>>& items, std::vector<std::string> words) {
        reports::WrightMapChart data;
        bin(span_of(std::optional(abilities)), n_bins, lowest, highest, data.edges, data.counts);
        for (const auto& [label, difficulty] : items) data.items.push_back({label, difficulty});
        data.persons_title = words.at(0);
        data.items_title = words.at(1);
        data.scale_title = words.at(2);
        return Chart{"wright-map", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("abilities"), py::arg("n_bins"), py::arg("lowest"), py::arg("highest"),
      py::arg("items"), py::arg("words"));
  m.def(
      "distractors",
      [](std::string title, std::string description, std::string item, std::vector<std::string> groups,
         std::vector<std::tuple<std::string, bool, std::vector<double>>> options, std::vector<std::string> words) {
        reports::DistractorChart data;
        data.item = std::move(item);
        data.groups = std::move(groups);
        for (auto& [label, key, share] : options) data.options.push_back({std::move(label), key, std::move(share)});
        data.y_title = words.at(0);
        data.key_label = words.at(1);
        return Chart{"distractors", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("item"), py::arg("groups"), py::arg("options"), py::arg("words"));
  m.def(
      "sp_chart",
      [](std::string title, std::string description, std::vector<std::string> persons, std::vector<std::string> items,
         const Array<std::uint8_t>& right, std::vector<int> s_curve, std::vector<int> p_curve, std::vector<std::string> words) {
        reports::SpChart data;
        data.right.assign(right.data(), right.data() + right.size());
        if (data.right.size() != persons.size() * items.size() || s_curve.size() != persons.size() || p_curve.size() != items.size())
          throw py::value_error("an S-P chart needs persons x items cells, one S value a person and one P value an item");
        data.persons = std::move(persons);
        data.items = std::move(items);
        data.s_curve = std::move(s_curve);
        data.p_curve = std::move(p_curve);
        data.s_label = words.at(0);
        data.p_label = words.at(1);
        return Chart{"sp-chart", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("persons"), py::arg("items"), py::arg("right"), py::arg("s_curve"),
      py::arg("p_curve"), py::arg("words"));
}

using Numbers = std::vector<double>;

// The numbers of a row of a profile in the order value, lower, upper, reference, previous, target; NaN where there is none.
using ProfileRow = std::tuple<std::string, std::string, std::array<double, 6>, std::string, std::string, int>;

// One number a unit where there is one at all.
void need_length(const Numbers& values, std::size_t n, const char* name) {
  if (!values.empty() && values.size() != n) throw py::value_error(std::string(name) + ": needs one number a value");
}

std::int32_t need_own(std::int32_t own, std::size_t n) {
  if (own < -1 || own >= static_cast<std::int64_t>(n)) throw py::value_error("own: no such unit");
  return own;
}

void bind_indicator_makers(py::module_& m) {
  m.def(
      "profile",
      [](std::string title, std::string description, const std::vector<ProfileRow>& rows, std::vector<std::string> words) {
        reports::ProfileChart data;
        for (const auto& [label, text, v, low, high, depth] : rows)
          data.rows.push_back({label, text, v[0], v[1], v[2], v[3], v[4], v[5], low, high, depth});
        data.value_label = words.at(0);
        data.interval_label = words.at(1);
        data.reference_label = words.at(2);
        data.previous_label = words.at(3);
        data.target_label = words.at(4);
        return Chart{"profile", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("rows"), py::arg("words"));
  m.def(
      "caterpillar",
      [](std::string title, std::string description, Numbers values, Numbers lower, Numbers upper, std::int32_t own, double reference,
         std::vector<std::string> words) {
        const std::size_t n = values.size();
        need_length(lower, n, "lower");
        need_length(upper, n, "upper");
        reports::CaterpillarChart data{std::move(values), std::move(lower), std::move(upper), need_own(own, n), reference,
                                       words.at(0),       words.at(1),      words.at(2),      words.at(3)};
        return Chart{"caterpillar", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("values"), py::arg("lower"), py::arg("upper"), py::arg("own"), py::arg("reference"),
      py::arg("words"));
  m.def(
      "gradient",
      [](std::string title, std::string description, const std::vector<std::array<double, 4>>& lines, std::array<double, 4> overall,
         std::int32_t own, std::vector<std::string> words) {
        reports::GradientChart data;
        for (const auto& [x_low, x_high, y_low, y_high] : lines) data.lines.push_back({x_low, x_high, y_low, y_high});
        data.overall = {overall[0], overall[1], overall[2], overall[3]};
        data.own = need_own(own, lines.size());
        data.x_title = words.at(0);
        data.y_title = words.at(1);
        data.units_label = words.at(2);
        data.overall_label = words.at(3);
        data.own_label = words.at(4);
        return Chart{"gradient", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("lines"), py::arg("overall"), py::arg("own"), py::arg("words"));
  m.def(
      "balance",
      [](std::string title, std::string description, const std::vector<std::tuple<std::string, double, double, double>>& parts) {
        reports::BalanceChart data;
        for (const auto& [label, share, lower, upper] : parts) data.parts.push_back({label, share, lower, upper});
        return Chart{"balance", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("parts"));
  m.def(
      "tornado",
      [](std::string title, std::string description, double centre,
         const std::vector<std::tuple<std::string, double, double, std::string>>& bars, int decimals, std::vector<std::string> words) {
        reports::TornadoChart data;
        data.centre = centre;
        for (const auto& [label, low, high, note] : bars) data.bars.push_back({label, low, high, note});
        data.x_title = words.at(0);
        data.centre_label = words.at(1);
        data.decimals = decimals;
        return Chart{"tornado", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("centre"), py::arg("bars"), py::arg("decimals"), py::arg("words"));
  m.def(
      "timeline",
      [](std::string title, std::string description, std::vector<std::string> periods,
         const std::vector<std::tuple<std::string, Numbers, Numbers, Numbers>>& series, double target, bool share,
         std::vector<std::string> words) {
        reports::TimelineChart data;
        for (const auto& [label, value, lower, upper] : series) {
          if (value.size() != periods.size()) throw py::value_error("series: needs one number a period");
          need_length(lower, value.size(), "lower");
          need_length(upper, value.size(), "upper");
          data.series.push_back({label, value, lower, upper});
        }
        data.periods = std::move(periods);
        data.target = target;
        data.y_title = words.at(0);
        data.target_label = words.at(1);
        data.share = share;
        return Chart{"timeline", std::move(title), std::move(description), std::move(data)};
      },
      py::arg("title"), py::arg("description"), py::arg("periods"), py::arg("series"), py::arg("target"), py::arg("share"),
      py::arg("words"));
}

}  // namespace

void bind_charts(py::module_& module) {
  py::class_<Chart> type(module, "Chart", "A chart: its data, its words, and the same as SVG, Vega-Lite and table.");
  type.def_readonly("id", &Chart::id)
      .def_readonly("title", &Chart::title)
      .def_readonly("description", &Chart::description, "What the picture shows, in words.")
      .def_property_readonly("kind", [](const Chart& self) { return std::string(self.kind()); })
      .def("to_svg", &standalone_svg, py::arg("narrow") = false, "One self-contained SVG text; `narrow` draws for a phone's width.")
      .def(
          "to_vega", [](const Chart& self) { return reports::vega_lite(self); }, "A Vega-Lite 5 specification as JSON text.")
      .def(
          "_repr_mimebundle_",
          [](const Chart& self, const py::object&, const py::object&) {
            // The description stands for the picture where nothing can draw it.
            py::dict bundle;
            bundle["text/plain"] = self.title + ". " + self.description;
            bundle["image/svg+xml"] = standalone_svg(self, false);
            return bundle;
          },
          py::arg("include") = py::none(), py::arg("exclude") = py::none())
      .def("_repr_svg_", [](const Chart& self) { return standalone_svg(self, false); })
      .def("__repr__", [](const Chart& self) { return "<Chart " + std::string(self.kind()) + ": " + self.title + ">"; });
  type.def_property_readonly("table", &Chart::table, "The chart's numbers as rows.")
      .def(
          "__arrow_c_stream__", [](const Chart& self, const py::object&) { return arrow_stream(self.table()); },
          py::arg("requested_schema") = py::none(), "The table over the Arrow PyCapsule interface.")
      .def(
          "to_pandas", [](const Chart& self) { return frame("to_pandas", self.table()); }, "The numbers as a pandas.DataFrame.")
      .def(
          "to_polars", [](const Chart& self) { return frame("to_polars", self.table()); }, "The numbers as a polars.DataFrame.")
      .def(
          "to_dict", [](const Chart& self) { return frame("to_dict", self.table()); }, "The numbers as a dict of lists.");
  py::module_ m = module.def_submodule("charts");
  bind_makers(m);
  bind_indicator_makers(m);
}

}  // namespace celadon::python
