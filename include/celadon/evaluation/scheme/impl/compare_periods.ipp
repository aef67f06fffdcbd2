#pragma once

#include <celadon/evaluation/scheme/impl/compare_periods.hpp>
#include <celadon/evaluation/scheme/impl/index_tree.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace compare_detail {

using evaluation::Hidden;

/// One indicator of one level: units of one parent partition it.
inline void hide_level(const LeafPlan& leaf, const SchemeOptions& options, std::size_t n_indicators,
                       const std::vector<std::int32_t>& parent, std::vector<IndexValue>& values) {
  std::map<std::int32_t, std::vector<std::size_t>> families;
  for (std::size_t u = 0; u < parent.size(); ++u) families[parent[u]].push_back(u);
  std::vector<std::int64_t> n;
  for (const auto& [p, units] : families) {
    n.clear();
    for (const std::size_t u : units)
      n.push_back(static_cast<std::int64_t>(values[u * n_indicators + static_cast<std::size_t>(leaf.indicator)].n));
    const std::vector<Hidden> hidden = evaluation::suppress_groups(n, options.suppression, options.audience);
    for (std::size_t k = 0; k < units.size(); ++k)
      values[units[k] * n_indicators + static_cast<std::size_t>(leaf.indicator)].hidden = hidden[k];
  }
}

inline void hide_shares(const Indicator& i, const SchemeOptions& options, IndexValue& value) {
  if (value.hidden != Hidden::kShown || value.state != IndexState::kEvaluated) return;
  if (i.statistic != Statistic::kShareAtLeast && i.statistic != Statistic::kShareAtMost && i.statistic != Statistic::kShareMeeting) return;
  const auto n = static_cast<std::int64_t>(value.n);
  const auto count = static_cast<std::int64_t>(std::lround(value.value / i.times * value.n));
  value.hidden = evaluation::suppress_rate(count, n, options.suppression, options.audience);
}

/// The value of every ancestor with one leaf's value replaced, less its own: what an error of the leaf does to them.
inline void shift_up(const Scheme& scheme, std::span<const IndexValue> values, std::int32_t leaf, double by, std::vector<double>& moved) {
  std::fill(moved.begin(), moved.end(), 0.0);
  if (values[static_cast<std::size_t>(leaf)].state != IndexState::kEvaluated) return;
  moved[static_cast<std::size_t>(leaf)] = by;
  for (std::int32_t k = scheme.indicators[static_cast<std::size_t>(leaf)].parent; k >= 0;) {
    const Indicator& node = scheme.indicators[static_cast<std::size_t>(k)];
    if (values[static_cast<std::size_t>(k)].state != IndexState::kEvaluated) return;
    const Parts parts = parts_of(node, values);
    std::vector<double> now;
    std::vector<double> then;
    for (const std::int32_t c : parts.indicators) {
      const Indicator& child = scheme.indicators[static_cast<std::size_t>(c)];
      const double v = values[static_cast<std::size_t>(c)].value;
      now.push_back(on_index_scale(child, v));
      then.push_back(on_index_scale(child, v + moved[static_cast<std::size_t>(c)]));
    }
    moved[static_cast<std::size_t>(k)] =
        node.times * (aggregate(node.aggregation, then, parts.weights) - aggregate(node.aggregation, now, parts.weights));
    k = node.parent;
  }
}

inline double p_value(double change, double se, double df) {
  if (!(se > 0.0)) return change == 0.0 ? 1.0 : 0.0;
  const boost::math::students_t t(std::clamp(df, 1.0, 1e6));
  return 2.0 * boost::math::cdf(boost::math::complement(t, std::abs(change) / se));
}

inline double half_width(double se, double df, double confidence) {
  if (!(se > 0.0)) return 0.0;
  return boost::math::quantile(boost::math::students_t(std::clamp(df, 1.0, 1e6)), 0.5 + confidence / 2.0) * se;
}

/// Satterthwaite's degrees of freedom of the difference.
inline double joint_df(const IndexValue& a, const IndexValue& b) {
  const double va = a.se * a.se;
  const double vb = b.se * b.se;
  const double below = va * va / a.degrees_of_freedom + vb * vb / b.degrees_of_freedom;
  return below > 0.0 ? (va + vb) * (va + vb) / below : 1e6;
}

inline bool comparable(const IndexValue& v) {
  return v.state == IndexState::kEvaluated && v.hidden == Hidden::kShown && v.se == v.se;
}

/// Benjamini-Hochberg over one unit's changes, then what they are called.
inline void decide(const Scheme& scheme, double rate, std::span<IndexValue> now) {
  std::vector<std::size_t> compared;
  for (std::size_t k = 0; k < now.size(); ++k)
    if (now[k].change_p == now[k].change_p) compared.push_back(k);
  std::sort(compared.begin(), compared.end(), [&](std::size_t a, std::size_t b) { return now[a].change_p < now[b].change_p; });
  std::size_t rejected = 0;
  for (std::size_t r = 0; r < compared.size(); ++r)
    if (now[compared[r]].change_p <= rate * static_cast<double>(r + 1) / static_cast<double>(compared.size())) rejected = r + 1;
  for (std::size_t r = 0; r < compared.size(); ++r) {
    IndexValue& v = now[compared[r]];
    const double least = scheme.indicators[compared[r]].worthwhile_change;
    const bool stands_out = r < rejected && v.change != 0.0 && (least != least || std::abs(v.change) >= least);
    v.change_state = !stands_out ? ChangeState::kNoVisible : (v.change > 0.0 ? ChangeState::kHigher : ChangeState::kLower);
  }
}

/// Indicators whose periods are not linked: leaves that need a link and have none, and what is made of them.
inline std::vector<std::uint8_t> not_linked(const Scheme& scheme, std::span<const LinkError> link_errors) {
  std::vector<std::uint8_t> out(scheme.indicators.size(), 0);
  for (const std::int32_t k : scheme.order) {
    const Indicator& i = scheme.indicators[static_cast<std::size_t>(k)];
    const bool given = std::any_of(link_errors.begin(), link_errors.end(), [&](const LinkError& e) { return e.indicator == i.id; });
    bool without = i.is_leaf() && i.needs_link && !given;
    for (const std::int32_t c : i.children) without = without || out[static_cast<std::size_t>(c)] != 0;
    out[static_cast<std::size_t>(k)] = without ? 1 : 0;
  }
  return out;
}

/// Leaves that are a change of another indicator take its figures.
inline void fill_changes(const Scheme& scheme, std::span<const double> df, std::span<IndexValue> now) {
  for (std::size_t k = 0; k < now.size(); ++k) {
    const Indicator& i = scheme.indicators[k];
    if (i.statistic != Statistic::kChange || now[k].state != IndexState::kNoEarlierPeriod) continue;
    const std::int32_t of = scheme.find(i.of);
    if (of < 0) continue;
    const IndexValue& source = now[static_cast<std::size_t>(of)];
    if (source.change_p != source.change_p) continue;
    IndexValue& v = now[k];
    v.state = IndexState::kEvaluated;
    v.value = i.times * source.change;
    v.se = std::abs(i.times) * source.change_se;
    v.degrees_of_freedom = df[static_cast<std::size_t>(of)];
    v.n = source.n;
  }
}

}  // namespace compare_detail

void hide_small_groups(const Plan& plan, const SchemeOptions& options, PeriodValues& out) {
  using namespace compare_detail;
  const Scheme& scheme = *plan.scheme;
  const std::size_t n = scheme.indicators.size();
  for (std::size_t l = 0; l < out.values.size(); ++l) {
    std::vector<IndexValue>& values = out.values[l];
    for (const LeafPlan& leaf : plan.leaves)
      if (leaf.frame >= 0 && plan.frames[static_cast<std::size_t>(leaf.frame)].frame->persons)
        hide_level(leaf, options, n, out.levels[l].parent, values);
    for (std::size_t u = 0; u < out.levels[l].ids.size(); ++u) {
      const std::span<IndexValue> unit(values.data() + u * n, n);
      for (const std::int32_t k : scheme.order) {
        const Indicator& i = scheme.indicators[static_cast<std::size_t>(k)];
        IndexValue& v = unit[static_cast<std::size_t>(k)];
        if (i.is_leaf()) {
          const LeafPlan& leaf = plan.leaves[static_cast<std::size_t>(k)];
          if (leaf.frame >= 0 && plan.frames[static_cast<std::size_t>(leaf.frame)].frame->persons) hide_shares(i, options, v);
        } else if (v.state == IndexState::kEvaluated) {
          for (const std::int32_t c : i.children) {
            const IndexValue& part = unit[static_cast<std::size_t>(c)];
            if (part.state == IndexState::kEvaluated && part.hidden != Hidden::kShown) v.hidden = part.hidden;
          }
        }
      }
    }
  }
}

void compare_periods(const Scheme& scheme, const SchemeOptions& options, std::span<const LinkError> link_errors, const PeriodValues& before,
                     PeriodValues& now) {
  using namespace compare_detail;
  const std::size_t n = scheme.indicators.size();
  std::vector<double> moved(n);
  std::vector<double> link(n);
  std::vector<double> df(n);  // of changes
  const std::vector<std::uint8_t> apart = not_linked(scheme, link_errors);
  for (std::size_t l = 0; l < now.levels.size(); ++l) {
    const auto same =
        std::find_if(before.levels.begin(), before.levels.end(), [&](const UnitLevel& x) { return x.name == now.levels[l].name; });
    if (same == before.levels.end()) continue;
    std::map<std::string_view, std::size_t> units;
    for (std::size_t u = 0; u < same->ids.size(); ++u) units.emplace(same->ids[u], u);
    const auto& old_values = before.values[static_cast<std::size_t>(same - before.levels.begin())];
    for (std::size_t u = 0; u < now.levels[l].ids.size(); ++u) {
      const auto found = units.find(now.levels[l].ids[u]);
      if (found == units.end()) continue;
      const std::span<const IndexValue> old(old_values.data() + found->second * n, n);
      const std::span<IndexValue> unit(now.values[l].data() + u * n, n);
      std::fill(link.begin(), link.end(), 0.0);
      for (const LinkError& e : link_errors) {
        const std::int32_t leaf = scheme.find(e.indicator);
        if (leaf < 0) continue;
        shift_up(scheme, unit, leaf, e.se, moved);
        for (std::size_t k = 0; k < n; ++k) link[k] += moved[k] * moved[k];
      }
      for (std::size_t k = 0; k < n; ++k) {
        if (!comparable(unit[k]) || !comparable(old[k])) continue;
        if (apart[k] != 0) {
          unit[k].change_state = ChangeState::kNotLinked;
          continue;
        }
        unit[k].change = unit[k].value - old[k].value;
        unit[k].change_se = std::sqrt(unit[k].se * unit[k].se + old[k].se * old[k].se + link[k]);
        df[k] = joint_df(unit[k], old[k]);
        unit[k].change_p = p_value(unit[k].change, unit[k].change_se, df[k]);
        const double half = half_width(unit[k].change_se, df[k], options.confidence);
        unit[k].change_low = unit[k].change - half;
        unit[k].change_high = unit[k].change + half;
      }
      decide(scheme, options.false_discovery, unit);
      fill_changes(scheme, df, unit);
      for (std::size_t k = 0; k < n; ++k)
        if (scheme.indicators[k].statistic == Statistic::kChange && unit[k].state == IndexState::kEvaluated)
          place(scheme.indicators[k], options.confidence, 0.0, unit[k].se > 0.0, unit[k]);
    }
  }
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
