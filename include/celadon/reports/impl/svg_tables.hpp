/// Charts that stand for tables: S-P chart, heat map, waterfall, knowledge points.
#pragma once

#include <celadon/reports/impl/svg_canvas.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports::svg_detail {

inline void draw(const Chart& chart, const SpChart& d, TextBuffer& out, const SvgOptions& options) {
  const double label = options.narrow ? 58 : 92, page = options.narrow ? 340 : 660;
  const auto n = static_cast<double>(d.items.size()), m = static_cast<double>(d.persons.size());
  const double cell = n > 0 ? std::min(20.0, (page - label - 12) / n) : 20, tall = std::clamp(cell, 11.0, 16.0);
  Canvas c(chart, out, options, 52 + tall * m + 10);
  const double left = label, top = 44;
  double x = left;
  c.line(x, 12, x + 26, 12, "s-curve");
  c.text(x + 32, 16, d.s_label, "ax", Anchor::kStart, page / 2 - 60, 12);
  x = left + 44 + em_width(d.s_label) * 12;
  c.line(x, 12, x + 26, 12, "p-curve");
  c.text(x + 32, 16, d.p_label, "ax", Anchor::kStart, page - x - 32, 12);
  const std::size_t every = cell < 15 ? (cell < 8 ? 5 : 2) : 1;
  for (std::size_t i = 0; i < d.items.size(); i += every)
    c.text(left + cell * (static_cast<double>(i) + 0.5), top - 6, d.items[i], "ax tiny", Anchor::kMiddle, cell * static_cast<double>(every),
           10.5);
  for (std::size_t p = 0; p < d.persons.size(); ++p) {
    const double y = top + tall * static_cast<double>(p);
    c.text(left - 5, y + tall - 3, d.persons[p], "ax tiny", Anchor::kEnd, label - 6, 10.5);
    // One rectangle a run of right answers keeps the drawing small.
    for (std::size_t i = 0; i < d.items.size();) {
      std::size_t end = i;
      while (end < d.items.size() && d.right[p * d.items.size() + end] != 0) ++end;
      if (end > i) c.rect(left + cell * static_cast<double>(i), y + 0.5, cell * static_cast<double>(end - i) - 0.6, tall - 1, "cell");
      i = end + 1;
    }
    c.line(left, y + tall, left + cell * n, y + tall, "grid");
  }
  c.polyline(
      2 * d.s_curve.size(),
      [&](std::size_t k) {
        const std::size_t row = (k + 1) / 2;
        return std::pair(left + cell * d.s_curve[k / 2], top + tall * static_cast<double>(row));
      },
      "s-curve");
  c.polyline(
      2 * d.p_curve.size(),
      [&](std::size_t k) {
        const std::size_t column = (k + 1) / 2;
        return std::pair(left + cell * static_cast<double>(column), top + tall * d.p_curve[k / 2]);
      },
      "p-curve");
}

inline void draw(const Chart& chart, const HeatMapChart& d, TextBuffer& out, const SvgOptions& options) {
  const double page = options.narrow ? 340 : 660, label = options.narrow ? 68 : 104;
  const auto n = static_cast<double>(std::max<std::size_t>(1, d.columns.size()));
  const double wide = std::min(92.0, (page - label - 4) / n), tall = 22;
  // Column names stand upright where they have the room; else they are turned into numbers with a key below.
  const bool numbered = wide < 64;
  const double head = numbered ? 22 : 40;
  const std::size_t key_rows = options.narrow ? d.columns.size() : (d.columns.size() + 1) / 2;
  const double key = numbered ? 18.0 * static_cast<double>(key_rows) + 12 : 4;
  Canvas c(chart, out, options, head + tall * static_cast<double>(d.rows.size()) + key + 4);
  for (std::size_t k = 0; k < d.columns.size(); ++k) {
    const double x = label + wide * (static_cast<double>(k) + 0.5);
    if (numbered)
      c.number(x, head - 7, static_cast<double>(k + 1), 0, "ax");
    else
      c.lines(x, head - 14, d.columns[k], "ax", Anchor::kMiddle, wide - 2, 12);
  }
  for (std::size_t r = 0; r < d.rows.size(); ++r) {
    const double y = head + tall * static_cast<double>(r);
    c.text(label - 6, y + 15, d.rows[r], "", Anchor::kEnd, label - 8);
    for (std::size_t k = 0; k < d.columns.size(); ++k) {
      const double share = d.share[r * d.columns.size() + k], x = label + wide * static_cast<double>(k);
      if (!std::isfinite(share)) {
        c.text(x + wide / 2, y + 15, "–", "ax", Anchor::kMiddle);
        continue;
      }
      c.shade(x, y, wide, tall, share);
      if (wide < 26)
        c.number(x + wide / 2, y + 15, share * 100, 0, "tiny");
      else
        c.number(x + wide / 2, y + 15, share * 100, 0, "");
    }
  }
  if (!numbered) return;
  const double base = head + tall * static_cast<double>(d.rows.size()) + 20;
  for (std::size_t k = 0; k < d.columns.size(); ++k) {
    const std::size_t column = options.narrow ? 0 : k % 2, row = options.narrow ? k : k / 2;
    const std::string words = std::to_string(k + 1) + " " + d.columns[k] +
                              (k < d.column_notes.size() && !d.column_notes[k].empty() ? " · " + d.column_notes[k] : "");
    c.text(8 + static_cast<double>(column) * page / 2, base + 18.0 * static_cast<double>(row), words, "ax", Anchor::kStart,
           options.narrow ? page - 16 : page / 2 - 16, 12);
  }
}

inline void draw(const Chart& chart, const WaterfallChart& d, TextBuffer& out, const SvgOptions& options) {
  const double page = options.narrow ? 340 : 660, label = options.narrow ? 92 : 150, tall = 22;
  Canvas c(chart, out, options, tall * static_cast<double>(d.steps.size() + 2) + 8);
  const Plot p{label, page - 46, 0, 1, 0, d.full > 0 ? d.full : 1, 0, 1};
  double level = d.full;
  const auto row = [&](std::size_t k, std::string_view words, double from, double to, std::string_view style, double shown,
                       bool signed_number) {
    const double y = 4 + tall * static_cast<double>(k);
    c.text(label - 8, y + 15, words, "", Anchor::kEnd, label - 10);
    c.rect(p.x(std::min(from, to)), y + 3, p.x(std::max(from, to)) - p.x(std::min(from, to)), tall - 6, style);
    TextBuffer digits(32);
    if (signed_number && shown < 0)
      digits.add("−").add_fixed(-shown, 2);
    else
      digits.add_fixed(shown, 2);
    c.text(p.x(std::max(from, to)) + 6, y + 15, digits.view(), signed_number ? "" : "b");
  };
  row(0, d.full_label, 0, d.full, "bar", d.full, false);
  for (std::size_t k = 0; k < d.steps.size(); ++k) {
    row(k + 1, d.steps[k].label, level, level + d.steps[k].change, d.steps[k].change < 0 ? "loss" : "bar", d.steps[k].change, true);
    level += d.steps[k].change;
  }
  row(d.steps.size() + 1, d.end_label, 0, level, "bar", level, false);
}

inline std::string_view state_style(KnowledgeChart::State state) {
  static constexpr std::string_view kStyles[] = {"ok", "ok", "weak", "unsure"};
  return kStyles[static_cast<std::size_t>(state)];
}

/// The mark of a state: the same shapes as the signs of the tables (disc, triangle, diamond).
inline void state_mark(Canvas& c, double x, double y, KnowledgeChart::State state) {
  using State = KnowledgeChart::State;
  static constexpr std::string_view kFull[] = {"mark ok", "mark ok", "mark weak", "hollow unsure"};
  const int shape = state == State::kUnstable ? 2 : state == State::kUndecided ? 3 : state == State::kNone ? 1 : 0;
  c.shape(x, y, shape, 5, kFull[static_cast<std::size_t>(state)]);
}

inline void draw_bars(const Chart& chart, const KnowledgeChart& d, TextBuffer& out, const SvgOptions& options) {
  // On a phone the name stands above its line, so that long names keep their size.
  const bool narrow = options.narrow;
  const double tall = narrow ? 44 : 28, head = 24;
  Canvas c(chart, out, options, head + tall * static_cast<double>(d.points.size()) + 8);
  const bool states = !d.state_labels.empty();
  const double left = narrow ? 14 : 176, right = narrow ? (states ? 196 : 204) : (states ? 470 : 520);
  const Plot p{left, right, 0, 1, 0, 1, 0, 1};
  for (const double v : {0.0, 0.5, 1.0}) {
    c.line(p.x(v), head - 6, p.x(v), head + tall * static_cast<double>(d.points.size()), "grid");
    c.percent(p.x(v), 13, v, "ax");
  }
  for (std::size_t k = 0; k < d.points.size(); ++k) {
    const auto& point = d.points[k];
    const double y = head + tall * (static_cast<double>(k) + 0.5) + (narrow ? 8 : 0);
    if (narrow)
      c.text(left - 6, y - 15, point.label, "", Anchor::kStart, states ? 256 : 320);
    else
      c.lines(left - 12, y + 4, point.label, "", Anchor::kEnd, 160);
    const std::string tone = "whisker " + std::string(state_style(point.state));
    if (std::isfinite(point.lower) && std::isfinite(point.upper)) {
      c.line(p.x(point.lower), y, p.x(point.upper), y, tone);
      c.line(p.x(point.lower), y - 4, p.x(point.lower), y + 4, tone);
      c.line(p.x(point.upper), y - 4, p.x(point.upper), y + 4, tone);
    } else if (std::isfinite(point.value)) {
      c.rect(p.x(0), y - 4, p.x(point.value) - p.x(0), 8, "bar");
    }
    if (std::isfinite(point.value)) state_mark(c, p.x(point.value), y, point.state);
    const double x = right + 16;
    if (states) {
      const std::string word = "word " + std::string(state_style(point.state));
      // On a phone the note stands beside the name, so that the word of the state has its room.
      c.text(x, y + 4, d.state_labels[static_cast<std::size_t>(point.state)], word, Anchor::kStart, narrow ? 120 : 110);
      c.text(c.width - 4, narrow ? y - 15 : y + 4, point.note, "ax", Anchor::kEnd, 60, 12);
    } else {
      c.text(x, y + 4, point.note, "ax", Anchor::kStart, c.width - x, 12);
    }
  }
}

inline void draw_radar(const Chart& chart, const KnowledgeChart& d, TextBuffer& out, const SvgOptions& options) {
  // Directions by repeated rotation, so that no trigonometric function is needed: (cos, sin) of 2 pi / n for 3 to 12 spokes.
  static constexpr double kCos[] = {-0.5,
                                    0.0,
                                    0.30901699437494745,
                                    0.5,
                                    0.6234898018587336,
                                    0.7071067811865476,
                                    0.766044443118978,
                                    0.8090169943749475,
                                    0.8412535328311812,
                                    0.8660254037844387};
  static constexpr double kSin[] = {0.8660254037844387, 1.0,
                                    0.9510565162951535, 0.8660254037844386,
                                    0.7818314824680298, 0.7071067811865475,
                                    0.6427876096865393, 0.5877852522924731,
                                    0.5406408174555976, 0.5};
  const std::size_t n = d.points.size();
  Canvas c(chart, out, options, 320);
  const double cx = c.width / 2, cy = 160, radius = c.narrow ? 86 : 112;
  std::vector<std::pair<double, double>> way;
  double dx = 0, dy = -1;
  for (std::size_t k = 0; k < n; ++k) {
    way.emplace_back(dx, dy);
    const double turned = dx * kCos[n - 3] - dy * kSin[n - 3];
    dy = dx * kSin[n - 3] + dy * kCos[n - 3];
    dx = turned;
  }
  for (const double ring : {0.5, 1.0}) {
    c.polyline(
        n + 1, [&](std::size_t k) { return std::pair(cx + radius * ring * way[k % n].first, cy + radius * ring * way[k % n].second); },
        "line grid");
    c.percent(cx + 4, cy - radius * ring + 12, ring, "ax tiny", Anchor::kStart);
  }
  for (std::size_t k = 0; k < n; ++k) {
    c.line(cx, cy, cx + radius * way[k].first, cy + radius * way[k].second, "grid");
    const Anchor anchor = way[k].first > 0.2 ? Anchor::kStart : way[k].first < -0.2 ? Anchor::kEnd : Anchor::kMiddle;
    const double x = cx + (radius + 9) * way[k].first;
    const double room = anchor == Anchor::kMiddle ? c.width * 0.7 : (anchor == Anchor::kStart ? c.width - x : x) - 4;
    c.text(x, cy + (radius + 14) * way[k].second + 4, d.points[k].label, "", anchor, room);
  }
  const auto value = [&](std::size_t k) { return std::isfinite(d.points[k].value) ? d.points[k].value : 0.0; };
  c.polyline(
      n + 1,
      [&](std::size_t k) {
        return std::pair(cx + radius * value(k % n) * way[k % n].first, cy + radius * value(k % n) * way[k % n].second);
      },
      "line k0");
  for (std::size_t k = 0; k < n; ++k)
    if (std::isfinite(d.points[k].value))
      state_mark(c, cx + radius * value(k) * way[k].first, cy + radius * value(k) * way[k].second, d.points[k].state);
}

inline void draw(const Chart& chart, const KnowledgeChart& d, TextBuffer& out, const SvgOptions& options) {
  if (d.radar && d.points.size() >= 3 && d.points.size() <= 12)
    draw_radar(chart, d, out, options);
  else
    draw_bars(chart, d, out, options);
}

/// Points in an order in which each stands after what it needs, as far as there is one, with how many steps lie before it.
struct PrerequisiteRow {
  std::size_t point = 0;
  std::size_t depth = 0;
};
inline std::vector<PrerequisiteRow> prerequisite_rows(const PrerequisiteChart& d) {
  const std::size_t n = d.points.size();
  std::vector<std::size_t> depth(n, 0);
  std::vector<std::uint8_t> linked(n, 0);
  for (const auto& link : d.links) linked[static_cast<std::size_t>(link.first)] = linked[static_cast<std::size_t>(link.then)] = 1;
  // As many rounds as points: a circle stops there.
  for (std::size_t round = 0; round + 1 < n; ++round)
    for (const auto& link : d.links) {
      std::size_t& then = depth[static_cast<std::size_t>(link.then)];
      then = std::min(n - 1, std::max(then, depth[static_cast<std::size_t>(link.first)] + 1));
    }
  // A point stands right after the one before it, with what follows from it, so that lines do not run behind boxes of other branches.
  std::vector<PrerequisiteRow> rows;
  std::vector<std::uint8_t> placed(n, 0);
  const auto place = [&](auto&& self, std::size_t point) -> void {
    placed[point] = 1;
    rows.push_back({point, depth[point]});
    for (const auto& link : d.links) {
      const auto then = static_cast<std::size_t>(link.then);
      if (static_cast<std::size_t>(link.first) == point && placed[then] == 0 && depth[then] == depth[point] + 1) self(self, then);
    }
  };
  for (std::size_t k = 0; k < n; ++k)
    if (linked[k] != 0 && depth[k] == 0) place(place, k);
  for (std::size_t k = 0; k < n; ++k)  // those of a circle
    if (linked[k] != 0 && placed[k] == 0) rows.push_back({k, depth[k]});
  return rows;
}

inline void draw(const Chart& chart, const PrerequisiteChart& d, TextBuffer& out, const SvgOptions& options) {
  // One box a row, set in by the steps before it; a line leaves a box at its foot and enters another one at its side.
  const std::vector<PrerequisiteRow> rows = prerequisite_rows(d);
  const double tall = 40, height = 28;
  Canvas c(chart, out, options, tall * static_cast<double>(rows.size()) + 4);
  std::size_t deepest = 1;
  for (const PrerequisiteRow& row : rows) deepest = std::max(deepest, row.depth);
  const double room = c.narrow ? 216 : 400, note = c.narrow ? 104 : 200;
  const double step = std::min(c.narrow ? 26.0 : 40.0, (c.narrow ? 72.0 : 160.0) / static_cast<double>(deepest));
  const double wide = room - step * static_cast<double>(deepest);
  std::vector<double> left(d.points.size(), 0.0), top(d.points.size(), 0.0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    left[rows[r].point] = 6 + step * static_cast<double>(rows[r].depth);
    top[rows[r].point] = 4 + tall * static_cast<double>(r);
  }
  for (std::size_t l = 0; l < d.links.size(); ++l) {
    const auto first = static_cast<std::size_t>(d.links[l].first), then = static_cast<std::size_t>(d.links[l].then);
    if (top[first] >= top[then]) continue;  // against the order: only in a circle; the table holds it
    const double x = left[first] + step / 2, y = top[then] + height / 2, to = left[then];
    const std::pair<double, double> way[] = {{x, top[first] + height}, {x, y}, {to, y}};
    c.polyline(
        3, [&](std::size_t k) { return way[k]; }, "line axis");
    const std::pair<double, double> head[] = {{to - 6, y - 4}, {to - 1, y}, {to - 6, y + 4}};
    c.polyline(
        3, [&](std::size_t k) { return head[k]; }, "line axis");
  }
  for (const PrerequisiteRow& row : rows) {
    const auto& point = d.points[row.point];
    const double x = left[row.point], y = top[row.point];
    c.rect(x, y, wide, height, "node");
    double text = x + 10;
    if (point.state != KnowledgeChart::State::kNone) {
      state_mark(c, x + 14, y + height / 2, point.state);
      text = x + 26;
    }
    c.text(text, y + height / 2 + 5, point.label, "", Anchor::kStart, x + wide - text - 4);
    const std::string word = "word " + std::string(state_style(point.state));
    c.text(x + wide + 10, y + height / 2 + 5, point.note, point.state == KnowledgeChart::State::kNone ? "ax" : word, Anchor::kStart,
           std::min(note, c.width - x - wide - 12));
  }
}

}  // namespace celadon::inline CELADON_ABI::reports::svg_detail
