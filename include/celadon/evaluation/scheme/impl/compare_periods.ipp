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

/// Rows on the one side of a share.
inline std::int64_t count_of(const Indicator& i, const IndexValue& value) {
  return std::lround(value.value / i.times * value.n);
}

inline void hide_shares(const Indicator& i, const SchemeOptions& options, IndexValue& value) {
  if (value.hidden != Hidden::kShown || value.state != IndexState::kEvaluated || !is_share(i.statistic)) return;
  value.hidden = evaluation::suppress_rate(count_of(i, value), static_cast<std::int64_t>(value.n), options.suppression, options.audience);
}

/// What of one whole has no figure on the page.
struct Remainder {
  std::size_t units = 0;  ///< with rows
  std::int64_t rows = 0;
  std::int64_t least = 0;  ///< how many of them may be on the one side of the share
  std::int64_t most = 0;

  void hide(const Indicator& i, const IndexValue& v) {
    const auto n = static_cast<std::int64_t>(v.n);
    const bool known = is_share(i.statistic) && v.state == IndexState::kEvaluated;
    ++units;
    rows += n;
    least += known ? count_of(i, v) : 0;
    most += known ? count_of(i, v) : n;
  }
  /// Whether the whole less what is shown speaks of one unit, of too few people, or of all or none of them.
  [[nodiscard]] bool given_back(const Indicator& i, const SchemeOptions& options) const {
    if (units <= 1) return true;
    if (!is_share(i.statistic)) return rows < options.suppression.least_n;
    const auto telling = [&](std::int64_t count) {
      return evaluation::suppress_rate(count, rows, options.suppression, options.audience) != Hidden::kShown;
    };
    return telling(least) || telling(most);
  }
};

/// A leaf's value of the next unit above that it speaks of; null where there is none.
inline IndexValue* value_above(PeriodValues& out, std::size_t level, std::size_t unit, std::size_t indicator) {
  const std::size_t n = out.values[level].size() / out.levels[level].ids.size();
  while (level + 1 < out.levels.size()) {
    const std::int32_t up = out.levels[level].parent[unit];
    if (up < 0) return nullptr;
    unit = static_cast<std::size_t>(up);
    IndexValue& v = out.values[++level][unit * n + indicator];
    if (v.state != IndexState::kNotForLevel) return &v;
  }
  return nullptr;
}

/// Hides the smallest shown parts of a whole until what is hidden cannot be had by subtraction; of a whole that is itself hidden, one part,
/// as all of them together are the whole. From the top down, so that what is hidden above is known.
/// @param whole  the value of the next unit above that the leaf speaks of
inline void hide_complements(const Indicator& i, const SchemeOptions& options, const IndexValue& whole, std::vector<IndexValue*>& parts) {
  if (whole.state != IndexState::kEvaluated) return;  // nothing to subtract from
  Remainder hidden;
  bool any = whole.hidden != Hidden::kShown;
  for (const IndexValue* v : parts) {
    if (!(v->n > 0.0) || (v->state == IndexState::kEvaluated && v->hidden == Hidden::kShown)) continue;
    any = any || v->hidden != Hidden::kShown;
    hidden.hide(i, *v);
  }
  const auto enough = [&] { return whole.hidden == Hidden::kShown ? !hidden.given_back(i, options) : hidden.units > 0; };
  while (any && !enough()) {
    IndexValue* smallest = nullptr;
    for (IndexValue* v : parts)
      if (v->state == IndexState::kEvaluated && v->hidden == Hidden::kShown && v->n > 0.0 && (smallest == nullptr || v->n < smallest->n))
        smallest = v;
    if (smallest == nullptr) return;
    smallest->hidden = Hidden::kComplement;
    hidden.hide(i, *smallest);
  }
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
  for (const LeafPlan& leaf : plan.leaves) {
    if (leaf.frame < 0 || !plan.frames[static_cast<std::size_t>(leaf.frame)].frame->persons) continue;
    const Indicator& i = scheme.indicators[static_cast<std::size_t>(leaf.indicator)];
    for (std::size_t l = out.values.size(); l-- > 0;) {
      hide_level(leaf, options, n, out.levels[l].parent, out.values[l]);
      std::map<IndexValue*, std::vector<IndexValue*>> families;
      for (std::size_t u = 0; u < out.levels[l].ids.size(); ++u) {
        IndexValue& v = out.values[l][u * n + static_cast<std::size_t>(leaf.indicator)];
        hide_shares(i, options, v);
        if (IndexValue* whole = value_above(out, l, u, static_cast<std::size_t>(leaf.indicator))) families[whole].push_back(&v);
      }
      for (auto& [whole, parts] : families) hide_complements(i, options, *whole, parts);
    }
  }
  for (std::size_t l = 0; l < out.values.size(); ++l) {
    for (std::size_t u = 0; u < out.levels[l].ids.size(); ++u) {
      const std::span<IndexValue> unit(out.values[l].data() + u * n, n);
      for (const std::int32_t k : scheme.order) {
        IndexValue& v = unit[static_cast<std::size_t>(k)];
        if (v.state != IndexState::kEvaluated) continue;
        for (const std::int32_t c : scheme.indicators[static_cast<std::size_t>(k)].children) {
          const IndexValue& part = unit[static_cast<std::size_t>(c)];
          if (part.state == IndexState::kEvaluated && part.hidden != Hidden::kShown) v.hidden = part.hidden;
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
        if (leaf < 0 || !scheme.indicators[static_cast<std::size_t>(leaf)].is_leaf()) continue;  // a finding says so
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
