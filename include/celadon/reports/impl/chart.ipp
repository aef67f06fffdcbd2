#pragma once

#include <celadon/reports/chart.hpp>

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

}  // namespace chart_detail

Table Chart::table() const {
  Table out(id);
  std::visit([&out](const auto& chart) { chart_detail::fill(out, chart); }, data);
  return out;
}

std::string_view Chart::kind() const {
  static constexpr std::string_view kNames[] = {"level_band",  "score_distribution", "wright_map",   "item_curve",
                                                "information", "distractors",        "sp_chart",     "heat_map",
                                                "waterfall",   "knowledge",          "prerequisites"};
  return kNames[data.index()];
}

}  // namespace celadon::inline CELADON_ABI::reports
