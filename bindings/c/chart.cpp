#include "chart_common.hpp"

#include <celadon/reports/svg.hpp>
#include <celadon/reports/vega.hpp>

#include <cmath>
#include <limits>

using namespace celadon_c;

namespace {

namespace rp = celadon::reports;

template <class Data>
Data blank() {
  Data data{};
  data.struct_size = sizeof data;
  return data;
}
template <>
celadon_chart_level_band_data blank() {
  celadon_chart_level_band_data data{};
  data.struct_size = sizeof data;
  data.level = -1;
  data.score = data.lower = data.upper = kNone;
  return data;
}
template <>
celadon_chart_score_distribution_data blank() {
  celadon_chart_score_distribution_data data{};
  data.struct_size = sizeof data;
  data.mean = kNone;
  return data;
}
template <>
celadon_chart_caterpillar_data blank() {
  celadon_chart_caterpillar_data data{};
  data.struct_size = sizeof data;
  data.own = -1;
  data.reference = kNone;
  return data;
}
template <>
celadon_chart_gradient_data blank() {
  celadon_chart_gradient_data data{};
  data.struct_size = sizeof data;
  data.own = -1;
  data.overall_x_low = data.overall_x_high = data.overall_y_low = data.overall_y_high = kNone;
  return data;
}
template <>
celadon_chart_tornado_data blank() {
  celadon_chart_tornado_data data{};
  data.struct_size = sizeof data;
  data.decimals = 1;
  data.centre = kNone;
  return data;
}
template <>
celadon_chart_timeline_data blank() {
  celadon_chart_timeline_data data{};
  data.struct_size = sizeof data;
  data.target = kNone;
  return data;
}

// Labels where NULL stands for "".
std::vector<std::string> labels(const char* const* values, std::int64_t n, const char* name) {
  std::vector<std::string> out;
  for (const char* one : span_of(values, n, name)) out.push_back(text_or_empty(one));
  return out;
}

std::int64_t product(std::int64_t a, std::int64_t b, const char* name) {
  if (a < 0 || b < 0) refuse(name, "negative size");
  if (a > 0 && b > std::numeric_limits<std::int64_t>::max() / 8 / a) refuse(name, "more than there can be");
  return a * b;
}

// n + 1 edges of n bins, ascending and finite; none where there is no bin.
std::vector<double> edges_of(const double* edges, std::int64_t n, const char* name) {
  if (n < 0) refuse(name, "negative size");
  std::vector<double> out = n == 0 ? std::vector<double>() : copied(edges, n + 1, name);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!std::isfinite(out[i]) || (i > 0 && out[i] <= out[i - 1])) refuse(name, "not ascending");
  return out;
}

std::vector<rp::ScoreBand> bands_of(const char* const* names, const double* cuts, std::int64_t n) {
  const std::vector<double> edges = edges_of(cuts, n, "cuts");
  const std::vector<std::string> words = labels(names, n, "bands");
  std::vector<rp::ScoreBand> out;
  for (std::size_t i = 0; i < words.size(); ++i) out.push_back({words[i], edges[i], edges[i + 1]});
  return out;
}

std::vector<std::int64_t> counts_of(const std::int64_t* counts, std::int64_t n) {
  auto out = copied(counts, n, "counts");
  for (const std::int64_t count : out)
    if (count < 0) refuse("counts", "negative");
  return out;
}

rp::ChartData convert(const celadon_chart_level_band_data& d) {
  rp::LevelBandChart chart;
  chart.bands = bands_of(d.bands, d.cuts, d.n_bands);
  if (d.level < -1 || d.level >= d.n_bands) refuse("level", "no such band");
  chart.level = d.level;
  chart.score = d.score;
  chart.lower = d.lower;
  chart.upper = d.upper;
  chart.interval_label = text_or_empty(d.interval_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_score_distribution_data& d) {
  rp::ScoreDistributionChart chart;
  chart.edges = edges_of(d.edges, d.n_bins, "edges");
  chart.counts = counts_of(d.counts, d.n_bins);
  chart.bands = bands_of(d.bands, d.cuts, d.n_bands);
  chart.mean = d.mean;
  chart.x_title = text_or_empty(d.x_title);
  chart.y_title = text_or_empty(d.y_title);
  chart.mean_label = text_or_empty(d.mean_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_wright_map_data& d) {
  rp::WrightMapChart chart;
  chart.edges = edges_of(d.edges, d.n_bins, "edges");
  chart.counts = counts_of(d.counts, d.n_bins);
  const auto names = labels(d.item_labels, d.n_marks, "item_labels");
  const auto difficulties = span_of(d.difficulties, d.n_marks, "difficulties");
  for (std::size_t i = 0; i < names.size(); ++i) chart.items.push_back({names[i], difficulties[i]});
  chart.persons_title = text_or_empty(d.persons_title);
  chart.items_title = text_or_empty(d.items_title);
  chart.scale_title = text_or_empty(d.scale_title);
  return chart;
}

rp::ChartData convert(const celadon_chart_item_curve_data& d) {
  rp::ItemCurveChart chart;
  chart.item = text_or_empty(d.item);
  chart.abilities = copied(d.abilities, d.n_abilities, "abilities");
  const auto names = labels(d.curve_labels, d.n_curves, "curve_labels");
  const auto probability = span_of(d.probability, product(d.n_curves, d.n_abilities, "probability"), "probability");
  const std::size_t n = chart.abilities.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto row = probability.subspan(i * n, n);
    chart.curves.push_back({names[i], std::vector<double>(row.begin(), row.end())});
  }
  const auto curve = span_of(d.point_curve, d.n_points, "point_curve");
  const auto ability = span_of(d.point_ability, d.n_points, "point_ability");
  const auto share = span_of(d.point_share, d.n_points, "point_share");
  const auto count = span_of(d.point_n, d.n_points, "point_n");
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (curve[i] < 0 || curve[i] >= d.n_curves) refuse("point_curve", "no such curve");
    chart.observed.push_back({curve[i], ability[i], share[i], count[i]});
  }
  chart.x_title = text_or_empty(d.x_title);
  chart.y_title = text_or_empty(d.y_title);
  chart.observed_label = text_or_empty(d.observed_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_information_data& d) {
  rp::InformationChart chart;
  chart.abilities = copied(d.abilities, d.n_abilities, "abilities");
  chart.information = copied(d.information, d.n_abilities, "information");
  chart.standard_error = copied(d.standard_error, d.n_abilities, "standard_error");
  chart.x_title = text_or_empty(d.x_title);
  chart.information_title = text_or_empty(d.information_title);
  chart.standard_error_title = text_or_empty(d.standard_error_title);
  return chart;
}

rp::ChartData convert(const celadon_chart_distractors_data& d) {
  rp::DistractorChart chart;
  chart.item = text_or_empty(d.item);
  chart.groups = labels(d.groups, d.n_groups, "groups");
  const auto share = span_of(d.share, product(d.n_options, d.n_groups, "share"), "share");
  const auto names = labels(d.options, d.n_options, "options");
  const auto keys = span_of(d.is_key, d.n_options, "is_key");
  const std::size_t n = chart.groups.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto row = share.subspan(i * n, n);
    chart.options.push_back({names[i], keys[i] != 0, std::vector<double>(row.begin(), row.end())});
  }
  chart.y_title = text_or_empty(d.y_title);
  chart.key_label = text_or_empty(d.key_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_sp_data& d) {
  rp::SpChart chart;
  chart.persons = labels(d.persons, d.n_persons, "persons");
  chart.items = labels(d.items, d.n_items, "items");
  chart.right = copied(d.right, product(d.n_persons, d.n_items, "right"), "right");
  const auto s = span_of(d.s_curve, d.n_persons, "s_curve");
  const auto p = span_of(d.p_curve, d.n_items, "p_curve");
  for (const std::int32_t one : s)
    if (one < 0 || one > d.n_items) refuse("s_curve", "outside the chart");
  for (const std::int32_t one : p)
    if (one < 0 || one > d.n_persons) refuse("p_curve", "outside the chart");
  chart.s_curve.assign(s.begin(), s.end());
  chart.p_curve.assign(p.begin(), p.end());
  chart.s_label = text_or_empty(d.s_label);
  chart.p_label = text_or_empty(d.p_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_heat_map_data& d) {
  rp::HeatMapChart chart;
  chart.rows = labels(d.rows, d.n_rows, "rows");
  chart.columns = labels(d.columns, d.n_columns, "columns");
  chart.share = copied(d.share, product(d.n_rows, d.n_columns, "share"), "share");
  if (d.column_notes != nullptr) chart.column_notes = labels(d.column_notes, d.n_columns, "column_notes");
  return chart;
}

rp::ChartData convert(const celadon_chart_waterfall_data& d) {
  rp::WaterfallChart chart;
  chart.full = d.full;
  const auto names = labels(d.labels, d.n_steps, "labels");
  const auto changes = span_of(d.changes, d.n_steps, "changes");
  for (std::size_t i = 0; i < names.size(); ++i) chart.steps.push_back({names[i], changes[i]});
  chart.full_label = text_or_empty(d.full_label);
  chart.end_label = text_or_empty(d.end_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_knowledge_data& d) {
  rp::KnowledgeChart chart;
  const auto names = labels(d.labels, d.n_points, "labels");
  const auto values = span_of(d.values, d.n_points, "values");
  for (std::size_t i = 0; i < names.size(); ++i) {
    rp::KnowledgeChart::Point point;
    point.label = names[i];
    point.value = values[i];
    if (d.lower != nullptr) point.lower = d.lower[i];
    if (d.upper != nullptr) point.upper = d.upper[i];
    if (d.states != nullptr) point.state = enumerator<rp::KnowledgeChart::State>(d.states[i], 4, "states");
    if (d.notes != nullptr) point.note = text_or_empty(d.notes[i]);
    chart.points.push_back(std::move(point));
  }
  chart.radar = d.radar != 0;
  if (chart.radar && (d.n_points < 3 || d.n_points > 12)) refuse("radar", "needs 3 to 12 points");
  chart.value_title = text_or_empty(d.value_title);
  if (d.state_labels != nullptr) chart.state_labels = labels(d.state_labels, 4, "state_labels");
  return chart;
}

// One of a caller's optional array, whose size is known to fit; `none` where there is no array.
template <class T>
T one_of(const T* values, std::size_t i, T none) {
  return values == nullptr ? none : values[i];
}
std::string one_of(const char* const* values, std::size_t i) {
  return values == nullptr ? std::string() : text_or_empty(values[i]);
}

rp::ChartData convert(const celadon_chart_profile_data& d) {
  rp::ProfileChart chart;
  const auto names = labels(d.labels, d.n_rows, "labels");
  const auto values = span_of(d.values, d.n_rows, "values");
  for (std::size_t i = 0; i < names.size(); ++i) {
    rp::ProfileChart::Row row;
    row.label = names[i];
    row.value_text = one_of(d.value_texts, i);
    row.value = values[i];
    row.lower = one_of(d.lower, i, kNone);
    row.upper = one_of(d.upper, i, kNone);
    row.reference = one_of(d.reference, i, kNone);
    row.previous = one_of(d.previous, i, kNone);
    row.target = one_of(d.target, i, kNone);
    row.low_label = one_of(d.low_labels, i);
    row.high_label = one_of(d.high_labels, i);
    row.depth = one_of(d.depth, i, std::int32_t{0});
    if (row.depth < 0) refuse("depth", "negative");
    chart.rows.push_back(std::move(row));
  }
  chart.value_label = text_or_empty(d.value_label);
  chart.interval_label = text_or_empty(d.interval_label);
  chart.reference_label = text_or_empty(d.reference_label);
  chart.previous_label = text_or_empty(d.previous_label);
  chart.target_label = text_or_empty(d.target_label);
  return chart;
}

std::int32_t own_of(std::int32_t own, std::int64_t n) {
  if (own < -1 || own >= n) refuse("own", "no such unit");
  return own;
}

rp::ChartData convert(const celadon_chart_caterpillar_data& d) {
  rp::CaterpillarChart chart;
  chart.value = copied(d.values, d.n_units, "values");
  if (d.lower != nullptr) chart.lower = copied(d.lower, d.n_units, "lower");
  if (d.upper != nullptr) chart.upper = copied(d.upper, d.n_units, "upper");
  double last = -std::numeric_limits<double>::infinity();
  for (const double one : chart.value) {
    if (one < last) refuse("values", "not ascending");
    if (!std::isnan(one)) last = one;
  }
  chart.own = own_of(d.own, d.n_units);
  chart.reference = d.reference;
  chart.x_title = text_or_empty(d.x_title);
  chart.y_title = text_or_empty(d.y_title);
  chart.own_label = text_or_empty(d.own_label);
  chart.reference_label = text_or_empty(d.reference_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_gradient_data& d) {
  rp::GradientChart chart;
  const auto x_low = span_of(d.x_low, d.n_units, "x_low"), x_high = span_of(d.x_high, d.n_units, "x_high");
  const auto y_low = span_of(d.y_low, d.n_units, "y_low"), y_high = span_of(d.y_high, d.n_units, "y_high");
  for (std::size_t i = 0; i < x_low.size(); ++i) chart.lines.push_back({x_low[i], x_high[i], y_low[i], y_high[i]});
  chart.overall = {d.overall_x_low, d.overall_x_high, d.overall_y_low, d.overall_y_high};
  chart.own = own_of(d.own, d.n_units);
  chart.x_title = text_or_empty(d.x_title);
  chart.y_title = text_or_empty(d.y_title);
  chart.units_label = text_or_empty(d.units_label);
  chart.overall_label = text_or_empty(d.overall_label);
  chart.own_label = text_or_empty(d.own_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_balance_data& d) {
  rp::BalanceChart chart;
  const auto names = labels(d.labels, d.n_parts, "labels");
  const auto shares = span_of(d.shares, d.n_parts, "shares");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (shares[i] < 0) refuse("shares", "negative");
    chart.parts.push_back({names[i], shares[i], one_of(d.lower, i, kNone), one_of(d.upper, i, kNone)});
  }
  return chart;
}

rp::ChartData convert(const celadon_chart_tornado_data& d) {
  rp::TornadoChart chart;
  if (d.decimals < 0 || d.decimals > 6) refuse("decimals", "0 to 6");
  chart.decimals = d.decimals;
  chart.centre = d.centre;
  const auto names = labels(d.labels, d.n_bars, "labels");
  const auto low = span_of(d.low, d.n_bars, "low"), high = span_of(d.high, d.n_bars, "high");
  for (std::size_t i = 0; i < names.size(); ++i) chart.bars.push_back({names[i], low[i], high[i], one_of(d.notes, i)});
  chart.x_title = text_or_empty(d.x_title);
  chart.centre_label = text_or_empty(d.centre_label);
  return chart;
}

rp::ChartData convert(const celadon_chart_timeline_data& d) {
  rp::TimelineChart chart;
  chart.periods = labels(d.periods, d.n_periods, "periods");
  const auto values = span_of(d.values, product(d.n_series, d.n_periods, "values"), "values");
  const auto names = labels(d.series, d.n_series, "series");
  const std::size_t n = chart.periods.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    rp::TimelineChart::Series series;
    series.label = names[i];
    for (std::size_t k = i * n; k < (i + 1) * n; ++k) {
      series.value.push_back(values[k]);
      series.lower.push_back(one_of(d.lower, k, kNone));
      series.upper.push_back(one_of(d.upper, k, kNone));
    }
    chart.series.push_back(std::move(series));
  }
  chart.target = d.target;
  chart.y_title = text_or_empty(d.y_title);
  chart.target_label = text_or_empty(d.target_label);
  chart.share = d.share != 0;
  return chart;
}

template <class Data>
celadon_status make(const celadon_chart_words* words, const Data* data, celadon_chart** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto around = sized(words, blank<celadon_chart_words>(), "words");
    rp::Chart chart;
    chart.id = around.id == nullptr ? "chart" : around.id;
    chart.title = text_or_empty(around.title);
    chart.description = text_or_empty(around.description);
    chart.data = convert(sized(&need(data, "data"), blank<Data>(), "data"));
    return chart;
  });
}

celadon_svg_options default_svg() {
  celadon_svg_options options{};
  options.struct_size = sizeof options;
  options.standalone = 1;
  return options;
}

}  // namespace

#define CELADON_C_CHART(kind)                                                                                                         \
  void celadon_chart_##kind##_init(celadon_chart_##kind##_data* data, uint32_t struct_size) {                                         \
    initialise(data, struct_size, blank<celadon_chart_##kind##_data>());                                                              \
  }                                                                                                                                   \
  celadon_status celadon_chart_##kind(const celadon_chart_words* words, const celadon_chart_##kind##_data* data, celadon_chart** out, \
                                      celadon_error* error) {                                                                         \
    return make(words, data, out, error);                                                                                             \
  }

extern "C" {

CELADON_C_DESTROY(celadon_chart)

void celadon_chart_words_init(celadon_chart_words* words, uint32_t struct_size) {
  initialise(words, struct_size, blank<celadon_chart_words>());
}

CELADON_C_CHART(level_band)
CELADON_C_CHART(score_distribution)
CELADON_C_CHART(wright_map)
CELADON_C_CHART(item_curve)
CELADON_C_CHART(information)
CELADON_C_CHART(distractors)
CELADON_C_CHART(sp)
CELADON_C_CHART(heat_map)
CELADON_C_CHART(waterfall)
CELADON_C_CHART(knowledge)
CELADON_C_CHART(profile)
CELADON_C_CHART(caterpillar)
CELADON_C_CHART(gradient)
CELADON_C_CHART(balance)
CELADON_C_CHART(tornado)
CELADON_C_CHART(timeline)

const char* celadon_chart_kind(const celadon_chart* chart) {
  return chart == nullptr ? nullptr : chart->value.kind().data();  // kinds are literals, so their data end with a NUL
}
celadon_status celadon_chart_table(const celadon_chart* chart, celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] { return need(chart, "chart").value.table(); });
}

void celadon_svg_options_init(celadon_svg_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_svg());
}
celadon_status celadon_chart_svg(const celadon_chart* chart, const celadon_svg_options* options, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] {
    const auto known = sized(options, default_svg(), "options");
    rp::SvgOptions how;
    how.narrow = known.narrow != 0;
    how.standalone = known.standalone != 0;
    if (known.id_prefix != nullptr) how.id_prefix = known.id_prefix;
    return rp::svg(need(chart, "chart").value, how);
  });
}
celadon_status celadon_svg_style(celadon_text** out, celadon_error* error) {
  return produce(out, error, [] { return std::string(rp::svg_style()); });
}
celadon_status celadon_chart_vega_lite(const celadon_chart* chart, celadon_text** out, celadon_error* error) {
  return produce(out, error, [&] { return rp::vega_lite(need(chart, "chart").value); });
}

}  // extern "C"
