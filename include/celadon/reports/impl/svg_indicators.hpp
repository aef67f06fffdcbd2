/// Charts of indices and of what they depend on: profile, caterpillar, gradient, parts of the differences, one change at a time, periods.
#pragma once

#include <celadon/reports/impl/svg_marks.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports::svg_detail {

/// Where the parts of a row of a profile stand.
struct ProfilePlace {
  double label = 0.0;   ///< baseline of the first line of the name
  double middle = 0.0;  ///< of the band
  int name_lines = 1;   ///< on the narrow drawing
  bool apart = false;   ///< the value's words have a line of their own (narrow)
  bool ends = false;
};

inline constexpr double kProfileIndent = 14.0;

inline double profile_indent(const ProfileChart::Row& row) {
  return kProfileIndent * std::clamp(row.depth, 0, 4);
}

/// Places of all rows; the last number is where they end.
inline std::pair<std::vector<ProfilePlace>, double> profile_places(const ProfileChart& d, bool narrow) {
  std::vector<ProfilePlace> out;
  double top = 4.0;
  for (std::size_t k = 0; k < d.rows.size(); ++k) {
    const auto& row = d.rows[k];
    ProfilePlace place;
    const bool named = !row.low_label.empty() || !row.high_label.empty();
    place.ends = named && (k == 0 || row.low_label != d.rows[k - 1].low_label || row.high_label != d.rows[k - 1].high_label);
    if (k > 0 && row.depth <= 0 && d.rows[k - 1].depth > 0) top += 8.0;  // a new index after the parts of another one
    if (narrow) {
      const double name = em_width(row.label) * 13.8, said = em_width(row.value_text) * 13.8, room = 324.0 - profile_indent(row);
      place.apart = !row.value_text.empty() && name + said + 14.0 > room;
      place.name_lines = name > room ? 2 : 1;
      place.label = top + 13.0;
      place.middle = top + 29.0 + 16.0 * (place.name_lines - 1) + (place.apart ? 17.0 : 0.0);
      top = place.middle + 15.0;
    } else {
      place.middle = top + 17.0;
      place.label = place.middle + 4.0;
      top = place.middle + 17.0;
    }
    if (place.ends) top += narrow ? 11.0 : 8.0;
    out.push_back(place);
  }
  return {std::move(out), top};
}

inline void draw(const Chart& chart, const ProfileChart& d, TextBuffer& out, const SvgOptions& options) {
  const bool narrow = options.narrow;
  const auto some = [&d](double ProfileChart::Row::*field) {
    return std::any_of(d.rows.begin(), d.rows.end(), [field](const auto& row) { return drawable(row.*field); });
  };
  using Row = ProfileChart::Row;
  Keys keys(narrow);
  keys.add(Mark::kValue, d.value_label, some(&Row::value));
  keys.add(Mark::kInterval, d.interval_label, some(&Row::lower) && some(&Row::upper));
  keys.add(Mark::kReference, d.reference_label, some(&Row::reference));
  keys.add(Mark::kPrevious, d.previous_label, some(&Row::previous));
  keys.add(Mark::kTarget, d.target_label, some(&Row::target));
  const auto [places, end] = profile_places(d, narrow);
  Canvas c(chart, out, options, std::max(40.0, end + 6 + keys.height()));
  const double left = narrow ? 8 : 200, right = narrow ? 332 : 472;
  if (d.rows.empty()) c.rect(left, 13, right - left, 14, "band");
  const auto at = [&](double v) { return left + std::clamp(v, 0.0, 1.0) * (right - left); };
  const bool parts = std::any_of(d.rows.begin(), d.rows.end(), [](const Row& row) { return row.depth > 0; });
  for (std::size_t k = 0; k < d.rows.size(); ++k) {
    const Row& row = d.rows[k];
    const ProfilePlace& place = places[k];
    const double y = place.middle, half = row.depth > 0 ? 5 : 7, indent = profile_indent(row);
    const std::string_view style = parts && row.depth <= 0 ? "b" : "";
    const double size = style.empty() ? 13.0 : 13.8;
    const std::string_view said = drawable(row.value) ? "b" : "ax";
    if (!narrow) {
      c.lines(4 + indent, place.label, row.label, style, Anchor::kStart, left - 16 - indent, size);
      c.lines(right + 14, place.label, row.value_text, said, Anchor::kStart, c.width - right - 18, 13.4);
    } else {
      const double room = 324 - indent;
      if (place.name_lines == 2)
        c.lines(left + indent, place.label + 8, row.label, style, Anchor::kStart, room, size);
      else
        c.text(left + indent, place.label, row.label, style);
      if (place.apart)
        c.text(left + indent, y - 16, row.value_text, said, Anchor::kStart, room, 13.4);
      else
        c.text(right, place.label, row.value_text, said, Anchor::kEnd);
    }
    const bool heading = !drawable(row.value) && row.value_text.empty();  // its parts stand below, it has no number of its own
    if (!heading) c.rect(left, y - half, right - left, 2 * half, "band");
    if (drawable(row.lower) && drawable(row.upper))
      c.line(at(std::min(row.lower, row.upper)), y, at(std::max(row.lower, row.upper)), y, "ci");
    if (drawable(row.reference)) c.line(at(row.reference), y - half - 3, at(row.reference), y + half + 3, "ref");
    if (drawable(row.target)) c.line(at(row.target), y - half - 4, at(row.target), y + half + 4, "goal");
    if (drawable(row.value)) c.shape(at(row.value), y, 3, 4.2, "ptr");
    if (drawable(row.previous)) c.shape(at(row.previous), y, 5, 6.2, "ring");  // around the diamond where nothing has changed
    if (place.ends) {
      // Each has half the band, and what the other one leaves of its own.
      const double both = right - left - 8, low = em_width(row.low_label) * 10.5, high = em_width(row.high_label) * 10.5;
      c.text(left, y + half + 12, row.low_label, "ax tiny", Anchor::kStart, std::max(both / 2, both - high), 10.5);
      c.text(right, y + half + 12, row.high_label, "ax tiny", Anchor::kEnd, std::max(both / 2, both - low), 10.5);
    }
  }
  keys.draw(c, end + 4);
}

inline void draw(const Chart& chart, const CaterpillarChart& d, TextBuffer& out, const SvgOptions& options) {
  const std::size_t n = d.value.size();
  const std::size_t mine = d.own >= 0 && static_cast<std::size_t>(d.own) < n ? static_cast<std::size_t>(d.own) : n;
  const bool own = mine < n && drawable(d.value[mine]);
  Keys keys(options.narrow);
  keys.add(Mark::kOwnUnit, d.own_label, own);
  keys.add(Mark::kMean, d.reference_label, drawable(d.reference));
  Span range;
  for (std::size_t k = 0; k < n; ++k)
    for (const double v : {d.value[k], number_at(d.lower, k), number_at(d.upper, k)}) range.add(v);
  range.add(d.reference);
  const bool empty = range.empty();
  range.widen(0.05);
  const double bottom = 216;
  Canvas c(chart, out, options, bottom + (d.x_title.empty() ? 8 : 26) + keys.height());
  const Plot p{tick_room(range.from, range.to, 5, false),   c.width - 10, 32,      bottom, -0.6,
               std::max(1.0, static_cast<double>(n)) - 0.4, range.from,   range.to};
  c.line(p.left, p.top, p.left, p.bottom, "axis");
  c.line(p.left, p.bottom, p.right, p.bottom, "axis");
  c.text((p.left + p.right) / 2, p.bottom + 18, d.x_title, "ax", Anchor::kMiddle, p.right - p.left, 12);
  c.text(2, p.top - 15, d.y_title, "ax", Anchor::kStart, p.right, 12);
  if (empty) return;
  y_axis(c, p, "", false);
  // Thin strokes where units stand closer than their marks are wide; one path for all of them keeps the drawing small.
  const bool many = (p.right - p.left) / static_cast<double>(n + 1) < 6;
  const auto x = [&p](std::size_t k) { return p.x(static_cast<double>(k)); };
  c.path(
      [&](TextBuffer& to) {
        double last = -9, last_foot = 0, last_head = 0;
        for (std::size_t k = 0; k < n; ++k) {
          const double low = number_at(d.lower, k), high = number_at(d.upper, k);
          if (k == mine || !drawable(low) || !drawable(high)) continue;
          const double foot = p.y(low), head = p.y(high);
          if (x(k) - last < 0.5 && foot <= last_foot + 0.3 && head >= last_head - 0.3) continue;  // inside the stroke before it
          last = x(k);
          last_foot = foot;
          last_head = head;
          to.add('M').add_fixed(last, 1).add(' ').add_fixed(foot, 1).add('V').add_fixed(head, 1);
        }
      },
      many ? "unit many" : "unit");
  if (drawable(d.reference)) c.line(p.left, p.y(d.reference), p.right, p.y(d.reference), "avg");
  c.path(
      [&](TextBuffer& to) {
        double last = -9, last_y = 0;
        for (std::size_t k = 0; k < n; ++k) {  // strokes without length: their round ends are the discs
          if (k == mine || !drawable(d.value[k])) continue;
          const double y = p.y(d.value[k]);
          if (x(k) - last < 0.6 && std::fabs(y - last_y) < 0.6) continue;  // on the disc before it
          last = x(k);
          last_y = y;
          to.add('M').add_fixed(last, 1).add(' ').add_fixed(y, 1).add("h0");
        }
      },
      many ? "dots many" : "dots");
  if (own) {
    const double low = number_at(d.lower, mine), high = number_at(d.upper, mine);
    if (drawable(low) && drawable(high)) c.line(x(mine), p.y(low), x(mine), p.y(high), "mine");
    c.shape(x(mine), p.y(d.value[mine]), 3, 4.5, "mine");
  }
  keys.draw(c, p.bottom + (d.x_title.empty() ? 4 : 22));
}

inline bool drawable(const GradientChart::Line& line) {
  return drawable(line.x_low) && drawable(line.x_high) && drawable(line.y_low) && drawable(line.y_high);
}

inline void draw(const Chart& chart, const GradientChart& d, TextBuffer& out, const SvgOptions& options) {
  const std::size_t n = d.lines.size();
  const std::size_t mine = d.own >= 0 && static_cast<std::size_t>(d.own) < n ? static_cast<std::size_t>(d.own) : n;
  const bool own = mine < n && drawable(d.lines[mine]), overall = drawable(d.overall);
  Span across, up;
  std::size_t others = 0;
  const auto add = [&](const GradientChart::Line& line) {
    if (!drawable(line)) return false;
    across.add(line.x_low);
    across.add(line.x_high);
    up.add(line.y_low);
    up.add(line.y_high);
    return true;
  };
  for (std::size_t k = 0; k < n; ++k) others += add(d.lines[k]) && k != mine ? 1 : 0;
  add(d.overall);
  const bool empty = across.empty();
  across.widen(0.02);
  up.widen(0.05);
  Keys keys(options.narrow);
  keys.add(Mark::kUnits, d.units_label, others > 0);
  keys.add(Mark::kOverall, d.overall_label, overall);
  keys.add(Mark::kOwnLine, d.own_label, own);
  const double bottom = 216;
  Canvas c(chart, out, options, bottom + (d.x_title.empty() ? 24 : 42) + keys.height());
  const Plot p{tick_room(up.from, up.to, 5, false), c.width - 12, 32, bottom, across.from, across.to, up.from, up.to};
  c.line(p.left, p.top, p.left, p.bottom, "axis");
  c.text(2, p.top - 15, d.y_title, "ax", Anchor::kStart, p.right, 12);
  if (empty) {
    c.line(p.left, p.bottom, p.right, p.bottom, "axis");
    return c.text((p.left + p.right) / 2, p.bottom + 18, d.x_title, "ax", Anchor::kMiddle, p.right - p.left, 12);
  }
  y_axis(c, p, "", false);
  x_axis(c, p, d.x_title, c.narrow ? 5 : 8);
  // Many lines are drawn as a few see-through layers of thin strokes, so that it shows where they lie close; a layer is one path.
  const std::size_t layers = others > 60 ? 8 : 1;
  const int places = others > 300 ? 0 : 1;
  for (std::size_t layer = 0; layer < layers; ++layer)
    c.path(
        [&](TextBuffer& to) {
          for (std::size_t k = layer; k < n; k += layers) {
            const auto& line = d.lines[k];
            if (k == mine || !drawable(line)) continue;
            to.add('M').add_fixed(p.x(line.x_low), places).add(' ').add_fixed(p.y(line.y_low), 1);
            to.add('L').add_fixed(p.x(line.x_high), places).add(' ').add_fixed(p.y(line.y_high), 1);
          }
        },
        layers > 1 ? "unit layer" : "unit");
  const auto stroke = [&](const GradientChart::Line& line, std::string_view style) {
    c.line(p.x(line.x_low), p.y(line.y_low), p.x(line.x_high), p.y(line.y_high), style);
  };
  if (overall) stroke(d.overall, "mean");
  if (own) {
    const auto& line = d.lines[mine];
    stroke(line, "mine");
    c.shape(p.x(line.x_low), p.y(line.y_low), 3, 3.4, "mine");
    c.shape(p.x(line.x_high), p.y(line.y_high), 3, 3.4, "mine");
  }
  keys.draw(c, p.bottom + (d.x_title.empty() ? 22 : 38));
}

/// "62% (55%–68%)".
inline std::string_view balance_words(const BalanceChart::Part& part, TextBuffer& out) {
  out.clear();
  out.add_percent(part.share);
  if (drawable(part.lower) && drawable(part.upper)) out.add(" (").add_percent(part.lower).add("–").add_percent(part.upper).add(')');
  return out.view();
}

inline void draw(const Chart& chart, const BalanceChart& d, TextBuffer& out, const SvgOptions& options) {
  static constexpr std::string_view kParts[] = {"part p0", "part p1", "part p2", "part p3", "part p4", "part p5"};
  const std::size_t n = d.parts.size();
  const double top = 20, height = 30, left = 8, right = (options.narrow ? 340 : 660) - left;
  // Lines of the legend: a long name takes two. On the wide drawing the numbers have a column of their own, on the narrow one its end.
  TextBuffer words(64);
  const auto room = [&](std::size_t k) {
    return (options.narrow ? right - em_width(balance_words(d.parts[k], words)) * 13 - 10 : 460) - left - 30;
  };
  std::vector<double> line(n);
  double end = top + height + 28;
  for (std::size_t k = 0; k < n; ++k) {
    const bool two = em_width(d.parts[k].label) * 13 > room(k);
    line[k] = end + (two ? 7 : 0);
    end = line[k] + (two ? 31 : 24);
  }
  Canvas c(chart, out, options, end - (n > 0 ? 14 : 20));
  c.rect(left, top, right - left, height, "band");
  const auto share_of = [&d](std::size_t k) { return drawable(d.parts[k].share) ? std::max(0.0, d.parts[k].share) : 0.0; };
  double sum = 0.0, x = left, numbered = -100.0;
  for (std::size_t k = 0; k < n; ++k) sum += share_of(k);
  const double scale = (right - left) / std::max(1.0, sum);
  for (std::size_t k = 0; k < n; ++k) {
    // A number ties each part to its line below, whatever the eye makes of the shades.
    const double wide = share_of(k) * scale, middle = x + wide / 2, y = line[k];
    const std::string_view on = k % 2 == 0 ? "on-dark b" : "b";
    if (wide > 0) c.rect(x, top, wide, height, kParts[k % 6]);
    if (wide > 36) c.percent(middle, top + 20, d.parts[k].share, on);
    if (wide > 0 && middle >= numbered + 14) {
      c.number(middle, top - 6, static_cast<double>(k + 1), 0, "ax");
      numbered = middle;
    }
    x += wide;
    c.rect(left, y - 14, 20, 18, kParts[k % 6]);
    c.number(left + 10, y - 0.5, static_cast<double>(k + 1), 0, on);
    c.lines(left + 30, y, d.parts[k].label, "", Anchor::kStart, room(k));
    c.text(options.narrow ? right : 470, y, balance_words(d.parts[k], words), "", options.narrow ? Anchor::kEnd : Anchor::kStart);
  }
}

/// The stretch that a bar of a tornado covers: from end to end, from the centre where one end is missing; empty where both are.
inline Span tornado_ends(const TornadoChart& d, const TornadoChart::Bar& bar) {
  Span out;
  out.add(bar.low);
  out.add(bar.high);
  if (drawable(bar.low) != drawable(bar.high)) out.add(d.centre);
  return out;
}

inline void draw(const Chart& chart, const TornadoChart& d, TextBuffer& out, const SvgOptions& options) {
  const bool narrow = options.narrow;
  const int decimals = std::clamp(d.decimals, 0, 6);
  const std::size_t n = d.bars.size();
  TextBuffer words(64);
  const auto digits = [&](double v) {
    words.clear();
    return words.add_fixed(v, decimals, true).view();
  };
  Span range;
  range.add(d.centre);
  const double head = d.centre_label.empty() ? 10 : 26;
  double said = 20.0, end = head;
  bool noted = false;
  std::vector<double> middle;       // of each bar
  std::vector<std::uint8_t> apart;  // on the narrow drawing: the note has a line of its own
  for (const auto& bar : d.bars) {
    noted = noted || !bar.note.empty();
    range.add(bar.low);
    range.add(bar.high);
    for (const double v : {bar.low, bar.high})
      if (drawable(v)) said = std::max(said, em_width(digits(v)) * 12.0);
    apart.push_back(narrow && !bar.note.empty() && em_width(bar.label) * 13 + em_width(bar.note) * 12 + 14 > 324 ? 1 : 0);
    middle.push_back(end + (narrow ? 31 : 15) + (apart.back() != 0 ? 16 : 0));
    end = middle.back() + (narrow ? 13 : 15);
  }
  if (n == 0) end += 30;
  const bool empty = range.empty();
  range.widen(0.02);
  Canvas c(chart, out, options, end + (d.x_title.empty() ? 26 : 44));
  // The numbers at the ends of a bar stand outside it.
  const double from = (narrow ? 8 : 190) + said + 8, to = (narrow ? 332 : noted ? 530 : 652) - said - 8;
  const Plot p{from, to, head, end, range.from, range.to, 0, 1};
  if (empty) {
    c.line(p.left, p.bottom, p.right, p.bottom, "axis");
    c.text((p.left + p.right) / 2, p.bottom + 18, d.x_title, "ax", Anchor::kMiddle, p.right - p.left, 12);
  } else {
    x_axis(c, p, d.x_title, narrow ? 4 : 6);
  }
  for (std::size_t k = 0; k < n; ++k) {
    const Span ends = tornado_ends(d, d.bars[k]);
    if (!ends.empty()) c.rect(p.x(ends.from), middle[k] - 7, p.x(ends.to) - p.x(ends.from), 14, "bar");
  }
  if (drawable(d.centre)) {
    const double x = p.x(d.centre);
    // On the narrow drawing the line leaves out the lines of text between the bars.
    if (narrow)
      for (const double y : middle) c.line(x, y - 12, x, y + 12, "ref");
    else
      c.line(x, head - 4, x, end, "ref");
    // The words stand over the line, moved in where they would leave the drawing.
    const double wide = std::min(em_width(d.centre_label) * 12.0 + 4, c.width - 8);
    c.text(std::clamp(x, wide / 2 + 4, c.width - wide / 2 - 4), 14, d.centre_label, "ax", Anchor::kMiddle, c.width - 8, 12);
    if (narrow && !d.centre_label.empty()) c.line(x, head - 7, x, head - 1, "ref");
  }
  for (std::size_t k = 0; k < n; ++k) {
    const auto& bar = d.bars[k];
    const double y = middle[k];
    if (!narrow) {
      c.lines(4, y + 4, bar.label, "", Anchor::kStart, 176);
      c.lines(540, y + 4, bar.note, "ax", Anchor::kStart, c.width - 544, 12);
    } else if (apart[k] != 0) {
      c.text(8, y - 32, bar.label, "", Anchor::kStart, 324);
      c.text(8, y - 16, bar.note, "ax", Anchor::kStart, 324, 12);
    } else {
      c.text(8, y - 16, bar.label, "", Anchor::kStart, 324);
      c.text(332, y - 16, bar.note, "ax", Anchor::kEnd);
    }
    const Span ends = tornado_ends(d, bar);
    const auto print = [&](double v) {
      if (!drawable(v)) return;
      const bool first = v <= ends.from;
      c.text(first ? p.x(v) - 5 : p.x(v) + 5, y + 4, digits(v), "ax halo", first ? Anchor::kEnd : Anchor::kStart);
    };
    print(bar.low);
    if (bar.high != bar.low) print(bar.high);
  }
}

inline void draw(const Chart& chart, const TimelineChart& d, TextBuffer& out, const SvgOptions& options) {
  const std::size_t n = d.periods.size(), m = std::min<std::size_t>(d.series.size(), 6);
  Keys keys(options.narrow);
  Span range;
  for (std::size_t s = 0; s < m; ++s) {
    keys.add(Mark::kSeries, d.series[s].label, true, s);
    for (std::size_t k = 0; k < n; ++k)
      for (const auto* values : {&d.series[s].value, &d.series[s].lower, &d.series[s].upper}) range.add(number_at(*values, k));
  }
  keys.add(Mark::kTargetLine, d.target_label, drawable(d.target));
  range.add(d.target);
  const bool empty = range.empty() || n == 0;
  if (d.share && !empty) {
    range.from = std::min(range.from, 0.0);
    range.to = std::max(range.to, 1.0);
  } else {
    range.widen(0.08);
  }
  const double bottom = 216, columns = static_cast<double>(std::max<std::size_t>(n, 1));
  Canvas c(chart, out, options, bottom + 28 + keys.height());
  const Plot p{tick_room(range.from, range.to, 5, d.share), c.width - 10, 32, bottom, -0.5, columns - 0.5, range.from, range.to};
  c.line(p.left, p.bottom, p.right, p.bottom, "axis");
  c.text(2, p.top - 15, d.y_title, "ax", Anchor::kStart, p.right, 12);
  if (!empty) y_axis(c, p, "", d.share);
  // Names of the periods as far as they have room: each, or each second ...
  const double step = (p.right - p.left) / columns;
  double widest = 0.0;
  for (const std::string& period : d.periods) widest = std::max(widest, std::min(em_width(period) * 12.0 + 8.0, 96.0));
  const std::size_t every = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(widest / step)));
  for (std::size_t k = 0; k < n; k += every) {
    const double x = p.x(static_cast<double>(k)), room = step * static_cast<double>(every) - 6;
    const double half = std::min(em_width(d.periods[k]) * 12.0, room) / 2;
    c.line(x, p.bottom, x, p.bottom + 4, "axis");
    c.text(std::clamp(x, half + 2, std::max(half + 2, c.width - half - 2)), p.bottom + 18, d.periods[k], "ax", Anchor::kMiddle, room, 12);
  }
  if (drawable(d.target)) c.line(p.left, p.y(d.target), p.right, p.y(d.target), "goal");
  // Series stand a little beside each other, so that no interval hides another one.
  const double aside = m > 1 ? std::min(9.0, step * 0.6 / static_cast<double>(m)) : 0.0;
  for (std::size_t s = 0; s < m; ++s) {
    const auto& series = d.series[s];
    const double shift = aside * (static_cast<double>(s) - static_cast<double>(m - 1) / 2);
    const auto x = [&](std::size_t k) { return p.x(static_cast<double>(k)) + shift; };
    for (std::size_t k = 0; k < n; ++k) {
      const double low = number_at(series.lower, k), high = number_at(series.upper, k);
      if (!drawable(low) || !drawable(high)) continue;
      c.line(x(k), p.y(low), x(k), p.y(high), series_point(s));
      for (const double v : {low, high}) c.line(x(k) - 3, p.y(v), x(k) + 3, p.y(v), series_point(s));
    }
    for (std::size_t k = 0; k < n; ++k) {  // a run of periods with a value is one line; a gap stays open
      std::size_t last = k;
      while (last < n && drawable(number_at(series.value, last))) ++last;
      if (last > k + 1)
        c.polyline(
            last - k, [&](std::size_t j) { return std::pair(x(k + j), p.y(series.value[k + j])); }, series_style(s));
      k = last;
    }
    for (std::size_t k = 0; k < n; ++k)
      if (const double v = number_at(series.value, k); drawable(v)) c.shape(x(k), p.y(v), static_cast<int>(s), 4, series_point(s));
  }
  keys.draw(c, p.bottom + 24);
}

}  // namespace celadon::inline CELADON_ABI::reports::svg_detail
