/// Drawing primitives of the SVG charts: coordinates, text that fits, axes.
#pragma once

#include <celadon/reports/svg.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::reports::svg_detail {

inline constexpr std::string_view kStyle =
    R"css(svg.cv text{font-size:13px;fill:#1b2a27;font-family:inherit}svg.cv .ax{fill:#52615d;font-size:12px}svg.cv .tiny{font-size:10.5px}svg.cv .b{font-weight:700}svg.cv .grid{stroke:#d5dfdc}svg.cv .axis{stroke:#8b9894}svg.cv .cut{stroke:#1f6b5c;stroke-dasharray:4 3;fill:none}svg.cv .bar{fill:#8fbfb2;stroke:#1f6b5c}svg.cv .band{fill:#eaf1ef;stroke:#9db8b0}svg.cv .own{fill:#bfdcd4;stroke:#1f6b5c;stroke-width:2}svg.cv .ci{stroke:#1f6b5c;stroke-width:5;stroke-linecap:round}svg.cv .ptr{fill:#1b2a27}svg.cv .loss{fill:#f3dccd;stroke:#9a3f0a}svg.cv .ok{color:#1f6b5c}svg.cv .weak{color:#9a3f0a}svg.cv .unsure{color:#4d5768}svg.cv .whisker{stroke:currentColor;stroke-width:2}svg.cv .mark{fill:currentColor;stroke:currentColor}svg.cv .hollow{fill:#fff;stroke:currentColor;stroke-width:2}svg.cv .word{fill:currentColor}svg.cv .line{fill:none;stroke-width:2;stroke-linejoin:round}svg.cv .k0{stroke:#1f6b5c;color:#1f6b5c}svg.cv .k1{stroke:#9a3f0a;color:#9a3f0a;stroke-dasharray:7 3}svg.cv .k2{stroke:#34548a;color:#34548a;stroke-dasharray:2 3}svg.cv .k3{stroke:#6d3f82;color:#6d3f82;stroke-dasharray:9 3 2 3}svg.cv .k4{stroke:#5c5a16;color:#5c5a16;stroke-dasharray:4 4}svg.cv .k5{stroke:#52615d;color:#52615d;stroke-dasharray:1 4}svg.cv .pt{fill:#fff;stroke:currentColor;stroke-width:1.6;stroke-dasharray:none}svg.cv .s-curve{fill:none;stroke:#1b2a27;stroke-width:2.4}svg.cv .p-curve{fill:none;stroke:#9a3f0a;stroke-width:2.4;stroke-dasharray:6 3}svg.cv .cell{fill:#a9cfc5}svg.cv .node{fill:#fff;stroke:#8b9894}svg.cv .on-dark{fill:#fff}svg.cv .ref{fill:none;stroke:#1b2a27;stroke-width:1.6}svg.cv .goal{fill:none;stroke:#9a3f0a;stroke-width:2.4;stroke-dasharray:3 2}svg.cv .avg{fill:none;stroke:#1b2a27;stroke-width:1.8;stroke-dasharray:7 3}svg.cv .ring{fill:none;stroke:#34548a;stroke-width:1.8}svg.cv .unit{fill:none;stroke:#9db8b0;stroke-width:1.4}svg.cv .dots{fill:none;stroke:#1f6b5c;stroke-width:4.5;stroke-linecap:round}svg.cv .many{stroke-width:.6}svg.cv .dots.many{stroke-width:2.2}svg.cv .layer{stroke:#6f9488;stroke-width:.7;stroke-opacity:.25}svg.cv .mean{fill:none;stroke:#1b2a27;stroke-width:3.6}svg.cv .mine{fill:#9a3f0a;stroke:#9a3f0a;stroke-width:2.6}svg.cv .halo{paint-order:stroke;stroke:#fff;stroke-width:3px}svg.cv .p0{fill:#1f6b5c}svg.cv .p1{fill:#a9cfc5}svg.cv .p2{fill:#48638f}svg.cv .p3{fill:#f3dccd}svg.cv .p4{fill:#7a4a8c}svg.cv .p5{fill:#d9dcc0}svg.cv .part{stroke:#fff;stroke-width:1.5})css";

/// Width of text in ems: Chinese characters and full-width signs are one em, the rest about a half.
inline double em_width(std::string_view text) {
  double width = 0.0;
  for (std::size_t k = 0; k < text.size();) {
    const auto byte = static_cast<unsigned char>(text[k]);
    if (byte < 0x80) {
      width += byte >= 'A' && byte <= 'Z' ? 0.66 : (byte == 'i' || byte == 'l' || byte == '.' || byte == ' ' || byte == '|' ? 0.3 : 0.56);
      ++k;
    } else {
      width += byte >= 0xE2 ? 1.0 : 0.6;
      k += byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    }
  }
  return width;
}

/// The longest start of the text, at character boundaries, that is no wider than `ems`.
inline std::string_view fitting(std::string_view text, double ems) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto byte = static_cast<unsigned char>(text[end]);
    const std::size_t next = std::min(text.size(), end + (byte < 0x80 ? 1U : byte >= 0xF0 ? 4U : byte >= 0xE0 ? 3U : 2U));
    if (em_width(text.substr(0, next)) > ems) break;
    end = next;
  }
  return text.substr(0, end);
}

enum class Anchor : std::uint8_t { kStart, kMiddle, kEnd };

class Canvas {
 public:
  Canvas(const Chart& chart, TextBuffer& out, const SvgOptions& options, double height)
      : out_(out), narrow(options.narrow), width(options.narrow ? 340.0 : 660.0) {
    const std::string_view kind = options.narrow ? "-n" : "-w";
    out.add("<svg class=\"cv\" viewBox=\"0 0 ").add_fixed(width, 0).add(' ').add_fixed(height, 0).add("\" role=\"img\" aria-labelledby=\"");
    id(options, chart, kind, "t").add(' ');
    id(options, chart, kind, "d").add('"');
    if (options.standalone)
      out.add(" xmlns=\"http://www.w3.org/2000/svg\" width=\"").add_fixed(width, 0).add("\" font-family=\"sans-serif\"");
    out.add("><title id=\"");
    id(options, chart, kind, "t").add("\">").add_html(chart.title).add("</title><desc id=\"");
    id(options, chart, kind, "d").add("\">").add_html(chart.description).add("</desc>");
    if (options.standalone) out.add("<style>").add(kStyle).add("</style>");
  }
  ~Canvas() { out_.add("</svg>"); }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void line(double x1, double y1, double x2, double y2, std::string_view style) {
    out_.add("<line x1=\"").add_fixed(x1, 1).add("\" y1=\"").add_fixed(y1, 1);
    out_.add("\" x2=\"").add_fixed(x2, 1).add("\" y2=\"").add_fixed(y2, 1);
    close(style);
  }
  void rect(double x, double y, double w, double h, std::string_view style) {
    out_.add("<rect x=\"").add_fixed(x, 1).add("\" y=\"").add_fixed(y, 1).add("\" width=\"").add_fixed(std::max(0.0, w), 1);
    out_.add("\" height=\"").add_fixed(std::max(0.0, h), 1);
    close(style);
  }
  /// A rectangle whose fill is a shade of celadon: the darker, the larger the share.
  void shade(double x, double y, double w, double h, double share) {
    const double t = std::clamp(share, 0.0, 1.0);
    const auto mix = [t](double from, double to) { return std::llround(from + (to - from) * t); };
    out_.add("<rect x=\"")
        .add_fixed(x, 1)
        .add("\" y=\"")
        .add_fixed(y, 1)
        .add("\" width=\"")
        .add_fixed(w, 1)
        .add("\" height=\"")
        .add_fixed(h, 1);
    out_.add("\" fill=\"rgb(")
        .add_integer(mix(250, 143))
        .add(',')
        .add_integer(mix(244, 196))
        .add(',')
        .add_integer(mix(232, 181))
        .add(")\" stroke=\"#fff\"/>");
  }
  void text(double x, double y, std::string_view words, std::string_view style = "", Anchor anchor = Anchor::kStart, double max_width = 0.0,
            double size = 13.0) {
    out_.add("<text x=\"").add_fixed(x, 1).add("\" y=\"").add_fixed(y, 1).add('"');
    if (!style.empty()) out_.add(" class=\"").add(style).add('"');
    if (anchor != Anchor::kStart) out_.add(anchor == Anchor::kMiddle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
    out_.add('>');
    if (max_width > 0.0 && em_width(words) * size > max_width) {
      out_.add("<title>").add_html(words).add("</title>").add_html(fitting(words, max_width / size - 1.0)).add("…");
    } else {
      out_.add_html(words);
    }
    out_.add("</text>");
  }
  /// Text that turns to a second line where one is too short; returns the lines used.
  int lines(double x, double y, std::string_view words, std::string_view style, Anchor anchor, double max_width, double size = 13.0) {
    if (em_width(words) * size <= max_width) {
      text(x, y, words, style, anchor);
      return 1;
    }
    std::string_view first = fitting(words, max_width / size);
    // Between words where there are words: not in a long one that would leave the first line short.
    const std::size_t space = first.size() < words.size() && words[first.size()] == ' ' ? first.size() : first.rfind(' ');
    if (space != std::string_view::npos && 2 * space >= first.size()) first = words.substr(0, space);
    const std::size_t rest = first.size() + (words.substr(first.size()).starts_with(' ') ? 1 : 0);
    text(x, y - size * 0.6, first, style, anchor);
    text(x, y + size * 0.6, words.substr(rest), style, anchor, max_width, size);
    return 2;
  }
  void number(double x, double y, double value, int decimals, std::string_view style, Anchor anchor = Anchor::kMiddle) {
    char digits[TextBuffer::kMostDigits];
    text(x, y, {digits, TextBuffer::put_fixed(digits, value, decimals)}, style, anchor);
  }
  void percent(double x, double y, double share, std::string_view style, Anchor anchor = Anchor::kMiddle) {
    char digits[TextBuffer::kMostDigits + 1];
    char* end = TextBuffer::put_fixed(digits, share * 100.0, 0);
    if (std::isfinite(share)) *end++ = '%';
    text(x, y, {digits, end}, style, anchor);
  }
  template <class Point>
  void polyline(std::size_t n, Point&& point, std::string_view style) {
    out_.add("<polyline points=\"");
    for (std::size_t k = 0; k < n; ++k) {
      const auto [x, y] = point(k);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      if (k != 0) out_.add(' ');
      out_.add_fixed(x, 1).add(',').add_fixed(y, 1);
    }
    close(style);
  }
  /// Many strokes in one element: `strokes` appends the commands of the path.
  template <class Strokes>
  void path(Strokes&& strokes, std::string_view style) {
    out_.add("<path d=\"");
    strokes(out_);
    close(style);
  }
  /// One of six shapes, so that series differ without colour: disc, square, triangle, diamond, cross, ring.
  void shape(double x, double y, int kind, double r, std::string_view style) {
    out_.add("<path d=\"M");
    const auto at = [this](double px, double py) { out_.add_fixed(px, 1).add(' ').add_fixed(py, 1); };
    switch (kind % 6) {
      case 1:
        at(x - r, y - r);
        out_.add("h").add_fixed(2 * r, 1).add("v").add_fixed(2 * r, 1).add("h").add_fixed(-2 * r, 1).add("z");
        break;
      case 2:
        at(x, y - r * 1.15);
        out_.add("l").add_fixed(r * 1.15, 1).add(' ').add_fixed(2 * r, 1).add("h").add_fixed(-2.3 * r, 1).add("z");
        break;
      case 3:
        at(x, y - r * 1.3);
        out_.add("l").add_fixed(1.3 * r, 1).add(' ').add_fixed(1.3 * r, 1).add('l').add_fixed(-1.3 * r, 1).add(' ').add_fixed(1.3 * r, 1);
        out_.add('l').add_fixed(-1.3 * r, 1).add(' ').add_fixed(-1.3 * r, 1).add('z');
        break;
      case 4:
        at(x - r, y - r);
        out_.add('l').add_fixed(2 * r, 1).add(' ').add_fixed(2 * r, 1).add("M");
        at(x - r, y + r);
        out_.add('l').add_fixed(2 * r, 1).add(' ').add_fixed(-2 * r, 1);
        break;
      default:
        at(x - r, y);
        for (int half = 0; half < 2; ++half) {
          const double to = half == 0 ? 2 * r : -2 * r;
          out_.add('a').add_fixed(r, 1).add(' ').add_fixed(r, 1).add(" 0 1 1 ").add_fixed(to, 1).add(" 0");
        }
        out_.add('z');
    }
    close(style);
  }

 private:
  TextBuffer& id(const SvgOptions& options, const Chart& chart, std::string_view kind, std::string_view part) {
    return out_.add(options.id_prefix).add_html(chart.id).add(kind).add(part);
  }
  void close(std::string_view style) {
    if (style.empty())
      out_.add("\"/>");
    else
      out_.add("\" class=\"").add(style).add("\"/>");
  }
  TextBuffer& out_;

 public:
  const bool narrow;
  const double width;
};

/// A plot area with linear scales.
struct Plot {
  double left, right, top, bottom;
  double x_from, x_to, y_from, y_to;
  [[nodiscard]] double x(double v) const { return left + (v - x_from) / (x_to - x_from) * (right - left); }
  [[nodiscard]] double y(double v) const { return bottom - (v - y_from) / (y_to - y_from) * (bottom - top); }
};

/// A step of 1, 2 or 5 times a power of ten that cuts a range into at most `n` parts.
inline double nice_step(double range, int n) {
  double step = 1e-6;
  for (int k = 0; step * n < range; ++k) step *= k % 3 == 1 ? 2.5 : 2.0;
  return step;
}

/// The ticks of an axis: whole multiples of the step from `from` to `to`.
struct Ticks {
  Ticks(double from, double to, int n) : step(nice_step(to - from, n)) {
    first = static_cast<std::int64_t>(std::ceil(from / step - 1e-9));
    last = static_cast<std::int64_t>(std::floor(to / step + 1e-9));
  }
  [[nodiscard]] double value(std::int64_t k) const { return static_cast<double>(k) * step; }
  /// Places that tell one tick from the next.
  [[nodiscard]] int decimals() const { return step < 0.0099 ? 5 : 2; }
  double step;
  std::int64_t first = 0, last = -1;
};

inline void y_axis(Canvas& c, const Plot& p, std::string_view title, bool shares, int n_ticks = 5) {
  const Ticks ticks(p.y_from, p.y_to, n_ticks);
  for (std::int64_t k = ticks.first; k <= ticks.last; ++k) {
    const double v = ticks.value(k);
    c.line(p.left, p.y(v), p.right, p.y(v), "grid");
    if (shares)
      c.percent(p.left - 6, p.y(v) + 4, v, "ax", Anchor::kEnd);
    else
      c.number(p.left - 6, p.y(v) + 4, v, ticks.decimals(), "ax", Anchor::kEnd);
  }
  if (!title.empty()) c.text(2, p.top - 10, title, "ax", Anchor::kStart, p.right);
}

inline void x_axis(Canvas& c, const Plot& p, std::string_view title, int n_ticks = 8) {
  c.line(p.left, p.bottom, p.right, p.bottom, "axis");
  const Ticks ticks(p.x_from, p.x_to, n_ticks);
  for (std::int64_t k = ticks.first; k <= ticks.last; ++k) {
    const double v = ticks.value(k);
    c.line(p.x(v), p.bottom, p.x(v), p.bottom + 4, "axis");
    c.number(p.x(v), p.bottom + 18, v, ticks.decimals(), "ax", p.x(v) > c.width - 14 ? Anchor::kEnd : Anchor::kMiddle);
  }
  if (!title.empty()) c.text((p.left + p.right) / 2, p.bottom + 36, title, "ax", Anchor::kMiddle, p.right - p.left, 12);
}

inline std::string_view series_style(std::size_t k) {
  static constexpr std::string_view kStyles[] = {"line k0", "line k1", "line k2", "line k3", "line k4", "line k5"};
  return kStyles[k % 6];
}
inline std::string_view series_point(std::size_t k) {
  static constexpr std::string_view kStyles[] = {"pt k0", "pt k1", "pt k2", "pt k3", "pt k4", "pt k5"};
  return kStyles[k % 6];
}

/// A legend of lines with their shapes, in rows from `y` on; returns the y below it.
template <class Label>
double legend(Canvas& c, double left, double y, std::size_t n, Label&& label) {
  double x = left;
  for (std::size_t k = 0; k < n; ++k) {
    const std::string words = label(k);
    const double wide = std::min(em_width(words) * 12.0, c.width - left - 60) + 52;
    if (x + wide > c.width && x > left) {
      x = left;
      y += 19;
    }
    c.line(x, y - 4, x + 26, y - 4, series_style(k));
    c.shape(x + 13, y - 4, static_cast<int>(k), 3.5, series_point(k));
    c.text(x + 32, y, words, "ax", Anchor::kStart, c.width - x - 40, 12);
    x += wide;
  }
  return y + 19;
}

}  // namespace celadon::inline CELADON_ABI::reports::svg_detail
