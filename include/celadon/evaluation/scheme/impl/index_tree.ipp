#pragma once

#include <celadon/evaluation/scheme/impl/index_tree.hpp>

#include <celadon/core/math.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

namespace index_detail {

/// Two-sided quantile of Student's t; of the normal beyond a million degrees of freedom.
inline double t_quantile(double confidence, double df) {
  if (!(df >= 1.0)) df = 1.0;
  const double p = 0.5 + confidence / 2.0;
  return boost::math::quantile(boost::math::students_t(std::min(df, 1e6)), p);
}

inline std::int32_t band_of(const Bands& bands, double value) {
  return static_cast<std::int32_t>(std::upper_bound(bands.cuts.begin(), bands.cuts.end(), value) - bands.cuts.begin());
}

/// Sampling units and strata that have rows of a leaf; -1 where they are not counted.
struct UnitCount {
  int units = -1;
  int strata = 1;
  bool alone = false;  ///< one sampling unit only, or one for a side of a gap
};

inline UnitCount count_units(const FramePlan& f, const LeafPlan& leaf, bool both, const Totals& totals) {
  UnitCount out;
  if (f.words == 0) return out;
  out = {0, 0};
  std::int32_t last = -1;
  const std::uint64_t* first = totals.units.data() + f.masks[static_cast<std::size_t>(leaf.mask)].units;
  const std::uint64_t* second = totals.units.data() + f.masks[static_cast<std::size_t>(leaf.second_mask)].units;
  std::int64_t in_first = 0;
  std::int64_t in_second = 0;
  for (std::int64_t w = 0; w < f.words; ++w) {
    in_first += std::popcount(first[w]);
    if (both) in_second += std::popcount(second[w]);
    for (std::uint64_t bits = first[w] | (both ? second[w] : 0); bits != 0; bits &= bits - 1) {
      const std::int32_t stratum = f.stratum[static_cast<std::size_t>(w * 64 + std::countr_zero(bits))];
      ++out.units;
      out.strata += stratum != last ? 1 : 0;  // units are numbered by stratum
      last = stratum;
    }
  }
  out.alone = in_first == 1 || (both && in_second == 1);
  return out;
}

/// Degrees of freedom of the rows behind a leaf: no more than its sampling units allow.
inline double leaf_df(const FramePlan& f, const UnitCount& count) {
  const double own = f.frame->design->degrees_of_freedom;
  if (f.n_replicates == 0) return std::numeric_limits<double>::infinity();
  if (count.units < 0) return own;
  const double most = std::max(1, count.units - count.strata);
  return f.given() ? std::min(own, most) : most;
}

/// Wilson's interval of a share with an effective number of rows.
inline void wilson(double share, double n, double t, double& low, double& high) {
  const double z2 = t * t / n;
  const double centre = (share + z2 / 2.0) / (1.0 + z2);
  const double half = std::sqrt(share * (1.0 - share) * z2 + z2 * z2 / 4.0) / (1.0 + z2);
  low = std::max(0.0, centre - half);
  high = std::min(1.0, centre + half);
}

}  // namespace index_detail

double aggregate(Aggregation aggregation, std::span<const double> value, std::span<const double> weight) {
  double sum = 0.0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < value.size(); ++k) {
    const double v = value[k];
    if (v != v) return kUnset;
    least = std::min(least, v);
    switch (aggregation) {
      case Aggregation::kArithmetic:
        sum += weight[k] * v;
        break;
      case Aggregation::kGeometric:
        sum += weight[k] == 0.0 ? 0.0 : weight[k] * math::log(std::max(v, 0.0));
        break;
      case Aggregation::kHarmonic:
        sum += weight[k] == 0.0 ? 0.0 : weight[k] / v;
        break;
      case Aggregation::kMinimum:
      case Aggregation::kProfile:
        break;
    }
  }
  if (value.empty()) return kUnset;
  switch (aggregation) {
    case Aggregation::kArithmetic:
      return sum;
    case Aggregation::kGeometric:
      return least < 0.0 ? kUnset : math::exp(sum);
    case Aggregation::kHarmonic:
      return least < 0.0 ? kUnset : (least == 0.0 ? 0.0 : 1.0 / sum);
    case Aggregation::kMinimum:
      return least;
    case Aggregation::kProfile:
      break;
  }
  return kUnset;
}

double on_index_scale(const Indicator& indicator, double value) {
  const double a = indicator.goalposts[0];
  const double b = indicator.goalposts[1];
  if (!(a == a && b == b)) return value;
  return std::clamp(100.0 * (value - a) / (b - a), 0.0, 100.0);
}

Parts parts_of(const Indicator& node, std::span<const IndexValue> values) {
  Parts out;
  double all = 0.0;
  for (std::size_t c = 0; c < node.children.size(); ++c) {
    const double w = node.weighting == Weighting::kGiven ? node.weights[c] : 1.0 / static_cast<double>(node.children.size());
    all += w;
    if (values[static_cast<std::size_t>(node.children[c])].state != IndexState::kEvaluated) continue;
    out.indicators.push_back(node.children[c]);
    out.weights.push_back(w);
    out.evaluated += w;
  }
  for (double& w : out.weights) w /= out.evaluated > 0.0 ? out.evaluated : 1.0;
  out.evaluated = all > 0.0 ? out.evaluated / all : 0.0;
  return out;
}

void place(const Indicator& indicator, double confidence, double effective_n, bool has_error, IndexValue& value) {
  using namespace index_detail;
  value.low = kUnset;
  value.high = kUnset;
  if (!has_error) {
    value.low = value.high = value.value;
  } else if (value.se == value.se) {
    const double t = t_quantile(confidence, value.degrees_of_freedom);
    if (is_share(indicator.statistic)) {
      const double share = value.value / indicator.times;
      const double se = value.se / indicator.times;
      const double n = se > 0.0 ? share * (1.0 - share) / (se * se) : effective_n;
      if (n > 0.0) wilson(share, n, t, value.low, value.high);
      value.low *= indicator.times;
      value.high *= indicator.times;
    } else {
      value.low = value.value - t * value.se;
      value.high = value.value + t * value.se;
    }
  }
  const bool goalposts = indicator.goalposts[0] == indicator.goalposts[0];
  value.index = goalposts ? on_index_scale(indicator, value.value) : kUnset;
  if (indicator.bands.cuts.empty() || indicator.problem == Code::kSchemeBandNames) return;
  value.band = band_of(indicator.bands, value.value);
  if (value.low == value.low) {
    value.band_low = band_of(indicator.bands, value.low);
    value.band_high = band_of(indicator.bands, value.high);
  }
}

IndexTree::IndexTree(const Plan& plan, const std::vector<double>& references, double confidence)
    : plan_(plan),
      references_(references),
      confidence_(confidence),
      size_(static_cast<std::size_t>(plan.n_imputations) * static_cast<std::size_t>(plan.n_scenarios)),
      numbers_(plan.leaves.size() * size_),
      imputed_(plan.leaves.size()),
      df_(plan.leaves.size()) {}

void IndexTree::evaluate(int level, const Totals& totals, std::span<IndexValue> out) {
  const std::string& name = plan_.period->levels[static_cast<std::size_t>(level)].name;
  for (const std::int32_t k : plan_.scheme->order) {
    const auto index = static_cast<std::size_t>(k);
    const Indicator& i = plan_.scheme->indicators[index];
    const LeafPlan& plan = plan_.leaves[index];
    IndexValue& value = out[index];
    value = {};
    value.state = plan.state;
    if (!i.levels.empty() && std::find(i.levels.begin(), i.levels.end(), name) == i.levels.end()) value.state = IndexState::kNotForLevel;
    if (value.state != IndexState::kEvaluated) continue;
    if (!i.is_leaf()) {
      inner(k, out);
    } else if (plan_.frames[static_cast<std::size_t>(plan.frame)].level > level || plan.between >= level) {
      value.state = IndexState::kNotForLevel;
    } else {
      leaf(plan, totals, value);
    }
  }
}

void IndexTree::leaf(const LeafPlan& leaf, const Totals& totals, IndexValue& out) {
  using namespace index_detail;
  const FramePlan& f = plan_.frames[static_cast<std::size_t>(leaf.frame)];
  const Indicator& i = plan_.scheme->indicators[static_cast<std::size_t>(leaf.indicator)];
  const auto count = [&](int mask) { return totals.counts.data() + f.masks[static_cast<std::size_t>(mask)].count; };
  const double* c = count(leaf.mask);
  out.n = c[0];
  bool enough = out.n >= leaf.least_n;
  if (i.statistic == Statistic::kGap) {
    const double* second = count(leaf.second_mask);
    enough = enough && second[0] >= leaf.least_n;
    out.n += second[0];
  }
  if (!enough) {
    out.state = IndexState::kNoData;
    return;
  }
  leaf_.resize(static_cast<std::size_t>(leaf.n_columns) * static_cast<std::size_t>(f.stride));
  leaf_values(plan_, leaf, totals, references_, leaf_.data());
  double* to = numbers(leaf.indicator);
  const auto scenarios = static_cast<std::size_t>(plan_.n_scenarios);
  for (int m = 0; m < plan_.n_imputations; ++m) {
    const double* from = leaf_.data() + (leaf.n_columns == 1 ? 0 : m) * f.stride;
    if (from[0] != from[0]) {
      out.state = IndexState::kNoData;
      return;
    }
    double* row = to + static_cast<std::size_t>(m) * scenarios;
    std::fill(row, row + scenarios, from[0]);
    std::copy(from + 1, from + 1 + f.n_replicates, row + 1 + f.base);
  }
  const auto index = static_cast<std::size_t>(leaf.indicator);
  imputed_[index] = leaf.n_columns > 1 ? 1 : 0;
  const UnitCount units = count_units(f, leaf, i.statistic == Statistic::kGap, totals);
  df_[index] = leaf_df(f, units);
  if (units.alone && f.n_replicates > 0)  // one sampling unit tells nothing of how units differ, nor does one for a side of a gap
    for (std::size_t s = 0; s < size_; ++s)
      if (s % scenarios == 1 + static_cast<std::size_t>(f.base)) to[s] = kUnset;
  estimate(leaf.indicator, leaf.n_columns > 1, df_[index], out);
  const double weight = [&] {
    const Quantity& w = f.quantities[static_cast<std::size_t>(leaf.quantities.front())];
    return totals.sums[static_cast<std::size_t>(w.offset)];
  }();
  const double effective = c[1] > 0.0 ? weight * weight / c[1] : 0.0;
  place(i, confidence_, effective, f.n_replicates > 0 || leaf.n_columns > 1, out);
}

void IndexTree::inner(std::int32_t k, std::span<IndexValue> out) {
  const Indicator& node = plan_.scheme->indicators[static_cast<std::size_t>(k)];
  IndexValue& value = out[static_cast<std::size_t>(k)];
  const Parts parts = parts_of(node, out);
  value.evaluated_weight = parts.evaluated;
  // Parts without weight make no number, whatever share of the weights may be absent; the minimum asks for no weights.
  const bool weighted = parts.evaluated > 0.0 || node.aggregation == Aggregation::kMinimum;
  if (parts.indicators.empty() || !weighted || parts.evaluated < node.least_weight - 1e-9) {
    const bool elsewhere = std::all_of(node.children.begin(), node.children.end(),
                                       [&](std::int32_t c) { return out[static_cast<std::size_t>(c)].state == IndexState::kNotForLevel; });
    value.state = elsewhere ? IndexState::kNotForLevel : IndexState::kPartsMissing;
    return;
  }
  bool imputed = false;
  bool has_error = false;
  double df = std::numeric_limits<double>::infinity();
  value.n = std::numeric_limits<double>::infinity();
  for (const std::int32_t c : parts.indicators) {
    const auto index = static_cast<std::size_t>(c);
    imputed = imputed || imputed_[index] != 0;
    df = std::min(df, df_[index]);
    has_error = has_error || out[index].se != 0.0;
    value.n = std::min(value.n, out[index].n);
  }
  double* to = numbers(k);
  std::vector<double> v(parts.indicators.size());
  for (std::size_t s = 0; s < size_; ++s) {
    for (std::size_t p = 0; p < v.size(); ++p) {
      const std::int32_t c = parts.indicators[p];
      v[p] = on_index_scale(plan_.scheme->indicators[static_cast<std::size_t>(c)], numbers(c)[s]);
    }
    to[s] = node.times * aggregate(node.aggregation, v, parts.weights);
  }
  imputed_[static_cast<std::size_t>(k)] = imputed ? 1 : 0;
  df_[static_cast<std::size_t>(k)] = df;
  if (to[0] != to[0]) {
    value.state = IndexState::kNoData;
    return;
  }
  estimate(k, imputed, df, value);
  place(node, confidence_, 0.0, has_error, value);
}

void IndexTree::estimate(std::int32_t k, bool imputed, double design_df, IndexValue& out) const {
  const int n = imputed ? plan_.n_imputations : 1;
  std::vector<double> value(static_cast<std::size_t>(n));
  std::vector<double> variance(static_cast<std::size_t>(n), 0.0);
  for (int m = 0; m < n; ++m) {
    const double* x = numbers(k) + static_cast<std::size_t>(m) * static_cast<std::size_t>(plan_.n_scenarios);
    value[static_cast<std::size_t>(m)] = x[0];
    double sum = 0.0;
    for (std::size_t s = 1; s < plan_.scale.size(); ++s) sum += plan_.scale[s] * (x[s] - x[0]) * (x[s] - x[0]);
    variance[static_cast<std::size_t>(m)] = sum;
  }
  const survey::Estimate e = survey::combine(value, variance, design_df);
  out.value = e.value;
  out.se = e.se;  // NaN where some replicate is undefined: the value stands, its error does not
  out.imputation_share = e.missing_share;
  out.degrees_of_freedom = e.degrees_of_freedom;
}

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
