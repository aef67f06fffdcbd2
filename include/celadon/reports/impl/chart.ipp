#pragma once

#include <celadon/reports/chart.hpp>

#include <cmath>
#include <utility>

namespace celadon::inline CELADON_ABI::reports {

namespace chart_detail {

using Numbers = std::vector<double>;
using Counts = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

inline void fill(Table& t, const LevelBandChart& c) {
  Texts level;
  Numbers lower, upper, low, high, score;
  std::vector<std::uint8_t> own;
  for (std::size_t k = 0; k < c.bands.size(); ++k) {
    level.push_back(c.bands[k].label);
    lower.push_back(c.bands[k].lower);
    upper.push_back(c.bands[k].upper);
    own.push_back(static_cast<int>(k) == c.level ? 1 : 0);
    score.push_back(own.back() != 0 ? c.score : kNoValue);
    low.push_back(own.back() != 0 ? c.lower : kNoValue);
    high.push_back(own.back() != 0 ? c.upper : kNoValue);
  }
  t.add("level", level).add("lower", lower).add("upper", upper).add_boolean("own", own);
  t.add("score", score).add("interval_lower", low).add("interval_upper", high);
}

inline void fill_bins(Table& t, const Numbers& edges, const Counts& counts) {
  Numbers lower, upper;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    lower.push_back(edges[k]);
    upper.push_back(edges[k + 1]);
  }
  t.add("from", lower).add("to", upper).add("n", counts);
}

inline void fill(Table& t, const ScoreDistributionChart& c) {
  fill_bins(t, c.edges, c.counts);
}

inline void fill(Table& t, const WrightMapChart& c) {
  Texts kind, label;
  Numbers from, to;
  Counts n;
  std::vector<std::uint8_t> counted;
  for (std::size_t k = 0; k < c.counts.size(); ++k) {
    kind.emplace_back("persons");
    label.emplace_back();
    from.push_back(c.edges[k]);
    to.push_back(c.edges[k + 1]);
    n.push_back(c.counts[k]);
    counted.push_back(1);
  }
  for (const auto& item : c.items) {
    kind.emplace_back("item");
    label.push_back(item.label);
    from.push_back(item.difficulty);
    to.push_back(item.difficulty);
    n.push_back(0);
    counted.push_back(0);
  }
  t.add("kind", kind).add("label", label).add("from", from).add("to", to).add("n", n, counted);
}

inline void fill(Table& t, const ItemCurveChart& c) {
  Texts kind, curve;
  Numbers ability, probability;
  Counts n;
  std::vector<std::uint8_t> counted;
  const auto row = [&](const char* what, const std::string& label, double x, double y, std::int64_t count) {
    kind.emplace_back(what);
    curve.push_back(label);
    ability.push_back(x);
    probability.push_back(y);
    n.push_back(count < 0 ? 0 : count);
    counted.push_back(count < 0 ? 0 : 1);
  };
  for (const auto& line : c.curves)
    for (std::size_t k = 0; k < c.abilities.size(); ++k) row("curve", line.label, c.abilities[k], line.probability[k], -1);
  for (const auto& point : c.observed)
    row("observed", c.curves[static_cast<std::size_t>(point.curve)].label, point.ability, point.share, point.n);
  t.add("kind", kind).add("curve", curve).add("ability", ability).add("probability", probability).add("n", n, counted);
}

inline void fill(Table& t, const InformationChart& c) {
  t.add("ability", c.abilities).add("information", c.information).add("standard_error", c.standard_error);
}

inline void fill(Table& t, const DistractorChart& c) {
  Texts option, group;
  Numbers share;
  std::vector<std::uint8_t> key;
  for (const auto& o : c.options)
    for (std::size_t g = 0; g < c.groups.size(); ++g) {
      option.push_back(o.label);
      key.push_back(o.is_key ? 1 : 0);
      group.push_back(c.groups[g]);
      share.push_back(o.share[g]);
    }
  t.add("option", option).add_boolean("is_key", key).add("group", group).add("share", share);
}

inline void fill(Table& t, const SpChart& c) {
  Texts person, item;
  std::vector<std::uint8_t> right;
  for (std::size_t p = 0; p < c.persons.size(); ++p)
    for (std::size_t i = 0; i < c.items.size(); ++i) {
      person.push_back(c.persons[p]);
      item.push_back(c.items[i]);
      right.push_back(c.right[p * c.items.size() + i]);
    }
  t.add("person", person).add("item", item).add_boolean("right", right);
}

inline void fill(Table& t, const HeatMapChart& c) {
  Texts row, column;
  for (const std::string& r : c.rows)
    for (const std::string& k : c.columns) {
      row.push_back(r);
      column.push_back(k);
    }
  t.add("row", row).add("column", column).add("share", c.share);
}

inline void fill(Table& t, const WaterfallChart& c) {
  Texts label{c.full_label};
  Numbers change{c.full}, level{c.full};
  for (const auto& step : c.steps) {
    label.push_back(step.label);
    change.push_back(step.change);
    level.push_back(level.back() + step.change);
  }
  label.push_back(c.end_label);
  change.push_back(0.0);
  level.push_back(level.back());
  t.add("step", label).add("change", change).add("level", level);
}

inline void fill(Table& t, const KnowledgeChart& c) {
  static constexpr std::string_view kStates[] = {"none", "mastered", "unstable", "undecided"};
  Texts label, state, note;
  Numbers value, lower, upper;
  for (const auto& p : c.points) {
    label.push_back(p.label);
    value.push_back(p.value);
    lower.push_back(p.lower);
    upper.push_back(p.upper);
    state.emplace_back(kStates[static_cast<std::size_t>(p.state)]);
    note.push_back(p.note);
  }
  t.add("knowledge", label).add("value", value).add("lower", lower).add("upper", upper).add("state", state).add("note", note);
}

inline void fill(Table& t, const PrerequisiteChart& c) {
  static constexpr std::string_view kStates[] = {"none", "mastered", "unstable", "undecided"};
  Texts first, first_state, then, then_state;
  for (const auto& link : c.links) {
    const auto& a = c.points[static_cast<std::size_t>(link.first)];
    const auto& b = c.points[static_cast<std::size_t>(link.then)];
    first.push_back(a.label);
    first_state.emplace_back(kStates[static_cast<std::size_t>(a.state)]);
    then.push_back(b.label);
    then_state.emplace_back(kStates[static_cast<std::size_t>(b.state)]);
  }
  t.add("first", first).add("first_state", first_state).add("then", then).add("then_state", then_state);
}

/// The numbers of one series of a chart, `n` of them: what is missing at the end is NaN.
inline Numbers padded(const Numbers& values, std::size_t n) {
  Numbers out = values;
  out.resize(n, kNoValue);
  return out;
}

inline void fill(Table& t, const ProfileChart& c) {
  Texts label, text, low, high;
  Numbers value, lower, upper, reference, previous, target;
  Counts depth;
  for (const auto& row : c.rows) {
    label.push_back(row.label);
    text.push_back(row.value_text);
    value.push_back(row.value);
    lower.push_back(row.lower);
    upper.push_back(row.upper);
    reference.push_back(row.reference);
    previous.push_back(row.previous);
    target.push_back(row.target);
    low.push_back(row.low_label);
    high.push_back(row.high_label);
    depth.push_back(row.depth);
  }
  t.add("index", label).add("depth", depth).add("value", value).add("lower", lower).add("upper", upper).add("reference", reference);
  t.add("previous", previous).add("target", target).add("value_text", text).add("low_label", low).add("high_label", high);
}

inline void fill(Table& t, const CaterpillarChart& c) {
  const std::size_t n = c.value.size();
  Counts unit;
  std::vector<std::uint8_t> own;
  for (std::size_t k = 0; k < n; ++k) {
    unit.push_back(static_cast<std::int64_t>(k));
    own.push_back(static_cast<std::int64_t>(k) == c.own ? 1 : 0);
  }
  t.add("unit", unit).add("value", c.value).add("lower", padded(c.lower, n)).add("upper", padded(c.upper, n)).add_boolean("own", own);
  t.add("reference", Numbers(n, c.reference));
}

inline void fill(Table& t, const GradientChart& c) {
  Texts kind;
  std::vector<std::uint8_t> own;
  Numbers x_low, x_high, y_low, y_high;
  const auto row = [&](const char* what, const GradientChart::Line& line, bool mine) {
    kind.emplace_back(what);
    own.push_back(mine ? 1 : 0);
    x_low.push_back(line.x_low);
    x_high.push_back(line.x_high);
    y_low.push_back(line.y_low);
    y_high.push_back(line.y_high);
  };
  for (std::size_t k = 0; k < c.lines.size(); ++k) row("unit", c.lines[k], static_cast<std::int64_t>(k) == c.own);
  for (const double v : {c.overall.x_low, c.overall.x_high, c.overall.y_low, c.overall.y_high})
    if (!std::isnan(v)) {  // there is a line of all
      row("overall", c.overall, false);
      break;
    }
  t.add("kind", kind).add_boolean("own", own).add("x_low", x_low).add("x_high", x_high).add("y_low", y_low).add("y_high", y_high);
}

inline void fill(Table& t, const BalanceChart& c) {
  Texts part;
  Numbers share, lower, upper;
  for (const auto& p : c.parts) {
    part.push_back(p.label);
    share.push_back(p.share);
    lower.push_back(p.lower);
    upper.push_back(p.upper);
  }
  t.add("part", part).add("share", share).add("lower", lower).add("upper", upper);
}

inline void fill(Table& t, const TornadoChart& c) {
  Texts label, note;
  Numbers low, high;
  for (const auto& bar : c.bars) {
    label.push_back(bar.label);
    low.push_back(bar.low);
    high.push_back(bar.high);
    note.push_back(bar.note);
  }
  t.add("change", label).add("low", low).add("high", high).add("centre", Numbers(c.bars.size(), c.centre)).add("note", note);
}

inline void fill(Table& t, const TimelineChart& c) {
  Texts label, period;
  Numbers value, lower, upper;
  const std::size_t n = c.periods.size();
  for (const auto& series : c.series) {
    label.insert(label.end(), n, series.label);
    period.insert(period.end(), c.periods.begin(), c.periods.end());
    for (const auto& [from, to] : {std::pair(&series.value, &value), std::pair(&series.lower, &lower), std::pair(&series.upper, &upper)}) {
      const Numbers all = padded(*from, n);
      to->insert(to->end(), all.begin(), all.end());
    }
  }
  t.add("series", label).add("period", period).add("value", value).add("lower", lower).add("upper", upper);
  t.add("target", Numbers(value.size(), c.target));
}

}  // namespace chart_detail

Table Chart::table() const {
  Table out(id);
  std::visit([&out](const auto& chart) { chart_detail::fill(out, chart); }, data);
  return out;
}

std::string_view Chart::kind() const {
  static constexpr std::string_view kNames[] = {
      "level_band", "score_distribution", "wright_map", "item_curve",  "information", "distractors", "sp_chart", "heat_map", "waterfall",
      "knowledge",  "prerequisites",      "profile",    "caterpillar", "gradient",    "balance",     "tornado",  "timeline"};
  return kNames[data.index()];
}

}  // namespace celadon::inline CELADON_ABI::reports
