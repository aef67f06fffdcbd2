/// Marks of the charts of indices with their legend, and stretches of axes that any number may end up on.
#pragma once

#include <celadon/reports/impl/svg_canvas.hpp>

#include <algorithm>
#include <limits>

namespace celadon::inline CELADON_ABI::reports::svg_detail {

/// Whether a number has a place on an axis: neither missing nor beyond what prints.
inline bool drawable(double v) {
  return std::fabs(v) <= 1e12;
}

inline double number_at(const std::vector<double>& values, std::size_t k) {
  return k < values.size() ? values[k] : kNoValue;
}

/// The stretch of an axis that holds all its numbers, with a margin; [0, 1] where there is none.
struct Span {
  double from = std::numeric_limits<double>::infinity();
  double to = -std::numeric_limits<double>::infinity();
  void add(double v) {
    if (!drawable(v)) return;
    from = std::min(from, v);
    to = std::max(to, v);
  }
  [[nodiscard]] bool empty() const { return from > to; }
  /// Widens both ends by a share of the stretch; equal numbers get a unit around them.
  void widen(double share) {
    if (empty()) {
      from = 0.0;
      to = 1.0;
      return;
    }
    const double gap = std::max(to > from ? (to - from) * share : 0.5, 1e-6 * std::max(std::fabs(from), std::fabs(to)));
    from -= gap;
    to += gap;
  }
};

enum class Mark : std::uint8_t {
  kValue,
  kInterval,
  kReference,
  kPrevious,
  kTarget,
  kTargetLine,
  kMean,
  kUnits,
  kOverall,
  kOwnUnit,
  kOwnLine,
  kSeries
};

/// A mark at the middle of a place of the legend.
inline void draw_mark(Canvas& c, Mark mark, double x, double y, std::size_t series) {
  switch (mark) {
    case Mark::kValue:
      return c.shape(x, y, 3, 4.5, "ptr");
    case Mark::kInterval:
      return c.line(x - 10, y, x + 10, y, "ci");
    case Mark::kReference:
      return c.line(x, y - 8, x, y + 8, "ref");
    case Mark::kPrevious:
      return c.shape(x, y, 5, 6, "ring");
    case Mark::kTarget:
      return c.line(x, y - 9, x, y + 9, "goal");
    case Mark::kTargetLine:
      return c.line(x - 13, y, x + 13, y, "goal");
    case Mark::kMean:
      return c.line(x - 13, y, x + 13, y, "avg");
    case Mark::kUnits:
      for (const double up : {-4.0, 0.0, 4.0}) c.line(x - 13, y + up, x + 13, y - up / 2, "unit");
      return;
    case Mark::kOverall:
      return c.line(x - 13, y, x + 13, y, "mean");
    case Mark::kOwnUnit:
      c.line(x, y - 9, x, y + 9, "mine");
      return c.shape(x, y, 3, 4.5, "mine");
    case Mark::kOwnLine:
      c.line(x - 11, y + 3, x + 11, y - 3, "mine");
      c.shape(x - 11, y + 3, 3, 2.6, "mine");
      return c.shape(x + 11, y - 3, 3, 2.6, "mine");
    case Mark::kSeries:
      c.line(x - 13, y, x + 13, y, series_style(series));
      return c.shape(x, y, static_cast<int>(series), 3.5, series_point(series));
  }
}

/// A legend of marks in as many rows as their words need: made before the canvas, whose height depends on it.
class Keys {
 public:
  explicit Keys(bool narrow) : right_((narrow ? 340.0 : 660.0) - kLeft) {}
  void add(Mark mark, std::string_view words, bool shown, std::size_t series = 0) {
    if (!shown || words.empty()) return;
    const double wide = std::min(kText + em_width(words) * 12.0 + 2.0, right_ - kLeft);
    if (x_ + wide > right_ && x_ > kLeft) {
      x_ = kLeft;
      row_ += 1.0;
    }
    keys_.push_back({mark, words, series, x_, row_});
    x_ += wide + 20.0;
  }
  [[nodiscard]] double height() const { return keys_.empty() ? 0.0 : 22.0 * (row_ + 1.0) + 6.0; }
  void draw(Canvas& c, double top) const {
    for (const Key& key : keys_) {
      const double y = top + 14.0 + 22.0 * key.row;
      draw_mark(c, key.mark, key.x + 13.0, y, key.series);
      c.text(key.x + kText, y + 4.0, key.words, "ax", Anchor::kStart, right_ - key.x - kText, 12);
    }
  }

 private:
  struct Key {
    Mark mark;
    std::string_view words;
    std::size_t series;
    double x, row;
  };
  static constexpr double kLeft = 8.0, kText = 32.0;
  std::vector<Key> keys_;
  double right_, x_ = kLeft, row_ = 0.0;
};

/// Room that the numbers of an upright axis need at its left.
inline double tick_room(double from, double to, int n_ticks, bool shares) {
  const Ticks ticks(from, to, n_ticks);
  double widest = 0.0;
  for (std::int64_t k = ticks.first; k <= ticks.last; ++k) {
    char digits[TextBuffer::kMostDigits];
    char* end = TextBuffer::put_fixed(digits, shares ? ticks.value(k) * 100.0 : ticks.value(k), shares ? 0 : ticks.decimals());
    widest = std::max(widest, em_width({digits, static_cast<std::size_t>(end - digits)}) + (shares ? 0.9 : 0.0));
  }
  return std::max(34.0, widest * 12.0 + 10.0);
}

}  // namespace celadon::inline CELADON_ABI::reports::svg_detail
