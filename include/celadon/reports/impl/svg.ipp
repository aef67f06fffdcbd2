#pragma once

#include <celadon/reports/impl/svg_canvas.hpp>
#include <celadon/reports/impl/svg_indicators.hpp>
#include <celadon/reports/impl/svg_tables.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports {

namespace svg_detail {

/// Rows that a legend of `n` short labels takes.
inline std::size_t legend_rows(std::size_t n, bool narrow) {
  return (n + (narrow ? 2 : 5)) / (narrow ? 3 : 6);
}

inline void draw(const Chart& chart, const LevelBandChart& d, TextBuffer& out, const SvgOptions& options) {
  Canvas c(chart, out, options, 92);
  // Every band gets the same room, whatever its share of the marks: the lowest is the widest and says the least.
  const std::size_t n = d.bands.size();
  if (n == 0) return;
  const double left = 8, room = (c.width - 16) / static_cast<double>(n), top = 34, height = 24;
  const auto x = [&](double share) {
    for (std::size_t k = 0; k < n; ++k)
      if (share < d.bands[k].upper || k + 1 == n) {
        const double within = (share - d.bands[k].lower) / (d.bands[k].upper - d.bands[k].lower);
        return left + room * (static_cast<double>(k) + std::clamp(within, 0.0, 1.0));
      }
    return left;
  };
  for (std::size_t k = 0; k < n; ++k)
    if (static_cast<int>(k) != d.level) c.rect(left + room * static_cast<double>(k), top, room, height, "band");
  if (d.level >= 0 && d.level < static_cast<int>(n)) c.rect(left + room * d.level, top, room, height, "own");
  for (std::size_t k = 0; k < n; ++k) {
    const bool own = static_cast<int>(k) == d.level;
    c.text(left + room * (static_cast<double>(k) + 0.5), top + 17, d.bands[k].label, own ? "b" : "", Anchor::kMiddle, room - 4);
    if (k > 0) c.percent(left + room * static_cast<double>(k), top + height + 15, d.bands[k].lower, "ax");
  }
  if (std::isfinite(d.lower) && std::isfinite(d.upper)) {
    c.line(x(d.lower), 20, x(d.upper), 20, "ci");
    c.line(x(d.lower), 14, x(d.lower), 26, "axis");
    c.line(x(d.upper), 14, x(d.upper), 26, "axis");
  }
  if (std::isfinite(d.score)) c.shape(x(d.score), 20, 3, 6, "ptr");
  if (!d.interval_label.empty()) {
    c.line(left, 83, left + 18, 83, "ci");
    c.text(left + 26, 87, d.interval_label, "ax", Anchor::kStart, c.width - 40, 12);
  }
}

inline void draw(const Chart& chart, const ScoreDistributionChart& d, TextBuffer& out, const SvgOptions& options) {
  Canvas c(chart, out, options, 250);
  if (d.counts.empty()) return;
  const double most = static_cast<double>(std::max<std::int64_t>(1, *std::max_element(d.counts.begin(), d.counts.end())));
  const Plot p{38, c.width - 8, 40, 204, d.edges.front(), d.edges.back(), 0, most * 1.08};
  y_axis(c, p, d.y_title, false, 4);
  for (std::size_t k = 0; k < d.counts.size(); ++k) {
    const double x0 = p.x(d.edges[k]), x1 = p.x(d.edges[k + 1]), y = p.y(static_cast<double>(d.counts[k]));
    c.rect(x0 + 0.5, y, x1 - x0 - 1, p.bottom - y, "bar");
    if (d.counts[k] > 0 && x1 - x0 > 16) c.number((x0 + x1) / 2, y - 4, static_cast<double>(d.counts[k]), 0, "ax tiny");
  }
  for (std::size_t k = 1; k < d.bands.size(); ++k) {
    const double x = p.x(d.bands[k].lower);
    c.line(x, p.top - 8, x, p.bottom, "cut");
  }
  for (std::size_t k = 0; k < d.bands.size(); ++k) {
    const double from = p.x(std::max(d.bands[k].lower, p.x_from)), to = p.x(std::min(d.bands[k].upper, p.x_to));
    if (to - from > 24) c.text((from + to) / 2, p.top - 10, d.bands[k].label, "ax tiny", Anchor::kMiddle, to - from, 10.5);
  }
  if (std::isfinite(d.mean)) {
    c.shape(p.x(d.mean), p.bottom + 4, 2, 4.5, "ptr");
    TextBuffer words(64);
    words.add(d.mean_label).add(' ').add_fixed(d.mean, 1);
    c.text(c.width - 8, 246, words.view(), "ax", Anchor::kEnd);
    c.shape(c.width - 20 - em_width(words.view()) * 12, 242, 2, 4, "ptr");
  }
  x_axis(c, p, "", 10);
  c.text(p.left, 246, d.x_title, "ax", Anchor::kStart, c.width * 0.6, 12);
}

inline void draw(const Chart& chart, const WrightMapChart& d, TextBuffer& out, const SvgOptions& options) {
  // Items are stacked in columns at their difficulty, so the height follows the fullest bin.
  double low = -3, high = 3;
  for (const auto& item : d.items)
    if (std::isfinite(item.difficulty)) {
      low = std::min(low, std::floor(item.difficulty));
      high = std::max(high, std::ceil(item.difficulty));
    }
  for (std::size_t k = 0; k < d.counts.size(); ++k)
    if (d.counts[k] > 0) {
      low = std::min(low, std::floor(d.edges[k]));
      high = std::max(high, std::ceil(d.edges[k + 1]));
    }
  low = std::max(low, -6.0);
  high = std::min(high, 6.0);
  const double height = 60 + (high - low) * 46;
  Canvas c(chart, out, options, height);
  const double middle = c.width * (c.narrow ? 0.36 : 0.4);
  const Plot p{34, middle - 6, 34, height - 22, 0, 1, low, high};
  double most = 1;
  for (const std::int64_t n : d.counts) most = std::max(most, static_cast<double>(n));
  for (std::int64_t k = std::llround(low); k <= std::llround(high); ++k) {
    const auto v = static_cast<double>(k);
    c.line(p.left, p.y(v), c.width - 4, p.y(v), "grid");
    c.number(p.left - 5, p.y(v) + 4, v, 0, "ax", Anchor::kEnd);
  }
  c.line(middle, p.top - 6, middle, p.bottom + 6, "axis");
  c.text(middle - 8, 16, d.persons_title, "ax", Anchor::kEnd, middle - 10, 12);
  c.text(middle + 8, 16, d.items_title, "ax", Anchor::kStart, c.width - middle - 10, 12);
  c.text(2, height - 4, d.scale_title, "ax", Anchor::kStart, c.width - 10, 12);
  for (std::size_t k = 0; k < d.counts.size(); ++k) {
    const double from = std::max(d.edges[k], low), to = std::min(d.edges[k + 1], high);
    if (to <= from || d.counts[k] == 0) continue;
    const double wide = static_cast<double>(d.counts[k]) / most * (middle - 44);
    c.rect(middle - 4 - wide, p.y(to) + 0.5, wide, p.y(from) - p.y(to) - 1, "bar");
  }
  std::vector<std::pair<double, std::string_view>> marks;
  for (const auto& item : d.items)
    if (std::isfinite(item.difficulty)) marks.emplace_back(std::clamp(item.difficulty, low, high), item.label);
  std::stable_sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  double line_y = 1e9, x = 0;
  for (const auto& [difficulty, label] : marks) {
    const double y = p.y(difficulty), wide = std::min(em_width(label) * 12 + 14, 120.0);
    if (line_y - y >= 13 || x + wide > c.width) {
      if (line_y - y < 13) continue;  // no room: the table beside holds every item
      line_y = y;
      x = middle + 6;
    }
    c.shape(x + 4, line_y, 3, 3, "ptr");
    c.text(x + 11, line_y + 4, label, "ax", Anchor::kStart, 104, 12);
    x += wide;
  }
}

inline void draw(const Chart& chart, const ItemCurveChart& d, TextBuffer& out, const SvgOptions& options) {
  const std::size_t rows = legend_rows(d.curves.size(), options.narrow);
  Canvas c(chart, out, options, 262 + static_cast<double>(rows) * 19);
  if (d.abilities.empty()) return;
  const Plot p{46, c.width - 10, 32, 212, d.abilities.front(), d.abilities.back(), 0, 1};
  y_axis(c, p, d.y_title, true, 5);
  x_axis(c, p, d.x_title);
  for (std::size_t k = 0; k < d.curves.size(); ++k)
    c.polyline(
        d.abilities.size(), [&](std::size_t j) { return std::pair(p.x(d.abilities[j]), p.y(d.curves[k].probability[j])); },
        series_style(k));
  for (const auto& point : d.observed)
    if (point.ability >= p.x_from && point.ability <= p.x_to && std::isfinite(point.share)) {
      const double r = std::clamp(2.2 + 0.35 * std::sqrt(static_cast<double>(point.n)), 2.6, 7.0);
      c.shape(p.x(point.ability), p.y(point.share), point.curve, r, series_point(static_cast<std::size_t>(point.curve)));
    }
  legend(c, p.left, 264, d.curves.size(), [&](std::size_t k) { return d.curves[k].label; });
  if (!d.observed.empty()) c.text(c.width - 8, p.top - 10, d.observed_label, "ax", Anchor::kEnd, c.width / 2, 12);
}

inline void draw(const Chart& chart, const InformationChart& d, TextBuffer& out, const SvgOptions& options) {
  Canvas c(chart, out, options, 282);
  if (d.abilities.empty()) return;
  double most = 1e-9, largest = 1e-9;
  for (const double v : d.information) most = std::isfinite(v) ? std::max(most, v) : most;
  // The standard error grows without bound where the test says nothing; the axis stops at four times its smallest value.
  double smallest = 1e9;
  for (const double v : d.standard_error) smallest = std::isfinite(v) ? std::min(smallest, v) : smallest;
  for (const double v : d.standard_error)
    if (std::isfinite(v)) largest = std::max(largest, std::min(v, 4 * smallest));
  const Plot p{44, c.width - 44, 32, 212, d.abilities.front(), d.abilities.back(), 0, most * 1.08};
  const Plot q{p.left, p.right, p.top, p.bottom, p.x_from, p.x_to, 0, largest * 1.08};
  y_axis(c, p, d.information_title, false, 5);
  x_axis(c, p, d.x_title);
  const Ticks ticks(0, q.y_to, 5);
  for (std::int64_t k = 0; k <= ticks.last; ++k) c.number(p.right + 6, q.y(ticks.value(k)) + 4, ticks.value(k), 2, "ax", Anchor::kStart);
  c.text(c.width - 2, p.top - 10, d.standard_error_title, "ax", Anchor::kEnd, c.width / 2, 12);
  c.polyline(
      d.abilities.size(), [&](std::size_t j) { return std::pair(p.x(d.abilities[j]), p.y(d.information[j])); }, series_style(0));
  c.polyline(
      d.abilities.size(),
      [&](std::size_t j) { return std::pair(q.x(d.abilities[j]), d.standard_error[j] <= q.y_to ? q.y(d.standard_error[j]) : kNoValue); },
      series_style(1));
  legend(c, p.left, 274, 2, [&](std::size_t k) { return k == 0 ? d.information_title : d.standard_error_title; });
}

inline void draw(const Chart& chart, const DistractorChart& d, TextBuffer& out, const SvgOptions& options) {
  const std::size_t rows = legend_rows(d.options.size(), options.narrow);
  Canvas c(chart, out, options, 232 + static_cast<double>(rows) * 19);
  if (d.groups.empty()) return;
  const auto n = static_cast<double>(d.groups.size());
  const Plot p{46, c.width - 10, 32, 196, -0.35, n - 0.65, 0, 1};
  y_axis(c, p, d.y_title, true, 5);
  c.line(p.left, p.bottom, p.right, p.bottom, "axis");
  for (std::size_t g = 0; g < d.groups.size(); ++g)
    c.text(p.x(static_cast<double>(g)), p.bottom + 18, d.groups[g], "ax", Anchor::kMiddle, (p.right - p.left) / n, 12);
  for (std::size_t k = 0; k < d.options.size(); ++k) {
    const auto point = [&](std::size_t g) { return std::pair(p.x(static_cast<double>(g)), p.y(d.options[k].share[g])); };
    c.polyline(d.groups.size(), point, series_style(k));
    for (std::size_t g = 0; g < d.groups.size(); ++g)
      if (std::isfinite(d.options[k].share[g])) c.shape(point(g).first, point(g).second, static_cast<int>(k), 4, series_point(k));
  }
  legend(c, p.left, 240, d.options.size(),
         [&](std::size_t k) { return d.options[k].is_key ? d.options[k].label + " " + d.key_label : d.options[k].label; });
}

}  // namespace svg_detail

void append_svg(const Chart& chart, TextBuffer& out, const SvgOptions& options) {
  std::visit([&](const auto& data) { svg_detail::draw(chart, data, out, options); }, chart.data);
}

std::string svg(const Chart& chart, const SvgOptions& options) {
  TextBuffer out(8192);
  append_svg(chart, out, options);
  return out.str();
}

std::string_view svg_style() {
  return svg_detail::kStyle;
}

}  // namespace celadon::inline CELADON_ABI::reports
