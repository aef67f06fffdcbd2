#pragma once

#include <celadon/evaluation/scheme/impl/index_text.hpp>
#include <celadon/evaluation/scheme/like_units.hpp>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace celadon::inline CELADON_ABI::scheme {

namespace like_detail {

using text_detail::shown;

inline Error invalid(const char* name, const char* detail) {
  return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
}

/// Columns divided by their standard deviation; a column without spread becomes 0. Units with a gap have no row.
struct Background {
  std::vector<std::int32_t> units;
  std::vector<double> z;
  int n_columns = 0;
  [[nodiscard]] double distance(std::size_t a, std::size_t b) const {
    double sum = 0.0;
    for (int c = 0; c < n_columns; ++c) {
      const double d = z[a * static_cast<std::size_t>(n_columns) + static_cast<std::size_t>(c)] -
                       z[b * static_cast<std::size_t>(n_columns) + static_cast<std::size_t>(c)];
      sum += d * d;
    }
    return std::sqrt(sum);
  }
};

inline Background standardise(std::span<const double> values, int n_columns) {
  Background out;
  out.n_columns = n_columns;
  const auto k = static_cast<std::size_t>(n_columns);
  for (std::size_t u = 0; u * k < values.size(); ++u) {
    const auto row = values.subspan(u * k, k);
    if (std::any_of(row.begin(), row.end(), [](double x) { return !std::isfinite(x); })) continue;
    out.units.push_back(static_cast<std::int32_t>(u));
    out.z.insert(out.z.end(), row.begin(), row.end());
  }
  const auto n = static_cast<double>(out.units.size());
  for (std::size_t c = 0; c < k; ++c) {
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t u = 0; u < out.units.size(); ++u) mean += out.z[u * k + c] / n;
    for (std::size_t u = 0; u < out.units.size(); ++u) square += (out.z[u * k + c] - mean) * (out.z[u * k + c] - mean);
    const double sd = n > 1.0 ? std::sqrt(square / (n - 1.0)) : 0.0;
    for (std::size_t u = 0; u < out.units.size(); ++u) out.z[u * k + c] = sd > 0.0 ? (out.z[u * k + c] - mean) / sd : 0.0;
  }
  return out;
}

/// The comparison of one index before the correction.
inline LikeValue compare(const std::vector<IndexValue>& values, std::size_t n_indicators, std::size_t unit,
                         std::span<const std::int32_t> like, std::size_t k, double confidence) {
  LikeValue out;
  const IndexValue& own = values[unit * n_indicators + k];
  double sum = 0.0;
  double variance = 0.0;
  for (const std::int32_t j : like) {
    if (j < 0) continue;
    const IndexValue& other = values[static_cast<std::size_t>(j) * n_indicators + k];
    if (!shown(other)) continue;
    ++out.n_like;
    sum += other.value;
    variance += other.se * other.se;
  }
  if (!shown(own) || 2 * out.n_like < static_cast<std::int32_t>(like.size())) return out;
  const auto n = static_cast<double>(out.n_like);
  out.like_mean = sum / n;
  out.difference = own.value - out.like_mean;
  out.se = std::sqrt(own.se * own.se + variance / (n * n));
  if (out.se != out.se) return out;
  if (out.se == 0.0) {  // no sampling error on either side: the difference is what it is
    out.low = out.high = out.difference;
    out.p = out.difference == 0.0 ? 1.0 : 0.0;
    return out;
  }
  const boost::math::students_t t(std::clamp(own.degrees_of_freedom, 1.0, 1e6));
  const double half = boost::math::quantile(t, 0.5 + confidence / 2.0) * out.se;
  out.low = out.difference - half;
  out.high = out.difference + half;
  out.p = 2.0 * boost::math::cdf(boost::math::complement(t, std::abs(out.difference) / out.se));
  return out;
}

inline void decide(const Scheme& scheme, double rate, std::span<LikeValue> values) {
  std::vector<std::size_t> compared;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (values[k].p == values[k].p) compared.push_back(k);
  std::sort(compared.begin(), compared.end(), [&](std::size_t a, std::size_t b) { return values[a].p < values[b].p; });
  std::size_t rejected = 0;
  for (std::size_t r = 0; r < compared.size(); ++r)
    if (values[compared[r]].p <= rate * static_cast<double>(r + 1) / static_cast<double>(compared.size())) rejected = r + 1;
  for (std::size_t r = 0; r < compared.size(); ++r) {
    LikeValue& v = values[compared[r]];
    const double least = scheme.indicators[compared[r]].worthwhile_change;
    const bool stands_out = r < rejected && v.difference != 0.0 && (least != least || std::abs(v.difference) >= least);
    v.state = !stands_out ? LikeState::kNear : (v.difference > 0.0 ? LikeState::kAbove : LikeState::kBelow);
  }
}

}  // namespace like_detail

Result<LikeUnits> like_units(const SchemeEvaluation& evaluation, std::size_t period, std::string_view level,
                             std::span<const double> background, int n_background, const LikeOptions& options) {
  using namespace like_detail;
  const std::int32_t l = period < evaluation.periods.size() ? evaluation.find_level(period, level) : -1;
  if (l < 0) return invalid("level", "there is no such period or level");
  if (options.n_like < 3) return invalid("n_like", "must be 3 or more");
  if (!(options.confidence > 0.0 && options.confidence < 1.0)) return invalid("confidence", "must be in (0, 1)");
  if (n_background < 1) return invalid("n_background", "must be 1 or more");
  const PeriodValues& now = evaluation.periods[period];
  const std::size_t n_units = now.levels[static_cast<std::size_t>(l)].ids.size();
  if (background.size() != n_units * static_cast<std::size_t>(n_background))
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "background"},
                       {"actual", std::to_string(background.size())},
                       {"expected", std::to_string(n_units * static_cast<std::size_t>(n_background))}});
  const Background b = standardise(background, n_background);
  const auto wanted = static_cast<std::size_t>(options.n_like);
  if (b.units.size() < wanted + 1)
    return make_error(Code::kTooFewUnits, {},
                      {{"node", "background"}, {"n", std::to_string(b.units.size())}, {"needed", std::to_string(wanted + 1)}});
  const std::size_t n = evaluation.scheme.indicators.size();
  LikeUnits out;
  out.level = level;
  out.n_like = options.n_like;
  out.confidence = options.confidence;
  out.like.assign(n_units * wanted, -1);
  out.distance.assign(n_units * wanted, kUnset);
  out.values.resize(n_units * n);
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t a = 0; a < b.units.size(); ++a) {
    near.clear();
    for (std::size_t c = 0; c < b.units.size(); ++c)
      if (c != a) near.emplace_back(b.distance(a, c), c);
    std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(wanted), near.end());
    const auto unit = static_cast<std::size_t>(b.units[a]);
    for (std::size_t j = 0; j < wanted; ++j) {
      out.distance[unit * wanted + j] = near[j].first;
      out.like[unit * wanted + j] = b.units[near[j].second];
    }
    const std::span<const std::int32_t> like(out.like.data() + unit * wanted, wanted);
    const std::span<LikeValue> values(out.values.data() + unit * n, n);
    for (std::size_t k = 0; k < n; ++k) values[k] = compare(now.values[static_cast<std::size_t>(l)], n, unit, like, k, options.confidence);
    decide(evaluation.scheme, options.false_discovery, values);
  }
  return out;
}

Table LikeUnits::to_table(const SchemeEvaluation& evaluation, std::size_t period) const {
  constexpr std::array<const char*, 4> kStates = {"not_compared", "near", "above", "below"};
  const std::int32_t l = evaluation.find_level(period, level);
  if (l < 0) throw LogicError("celadon::scheme: there is no such level");
  const auto& ids = evaluation.periods[period].levels[static_cast<std::size_t>(l)].ids;
  const std::size_t n = evaluation.scheme.indicators.size();
  std::vector<std::string> unit;
  std::vector<std::string> indicator;
  std::vector<std::string> state;
  std::array<std::vector<double>, 6> number;
  std::vector<std::int64_t> count;
  for (std::size_t u = 0; u < ids.size(); ++u) {
    for (std::size_t k = 0; k < n; ++k) {
      const LikeValue& v = values[u * n + k];
      if (v.state == LikeState::kNotCompared) continue;
      unit.push_back(ids[u]);
      indicator.push_back(evaluation.scheme.indicators[k].id);
      state.emplace_back(kStates[static_cast<std::size_t>(v.state)]);
      const std::array<double, 6> figures = {v.like_mean, v.difference, v.se, v.low, v.high, v.p};
      for (std::size_t c = 0; c < figures.size(); ++c) number[c].push_back(figures[c]);
      count.push_back(v.n_like);
    }
  }
  Table table("like_units");
  table.add("unit", std::move(unit)).add("indicator", std::move(indicator)).add("state", std::move(state));
  constexpr std::array<const char*, 6> kNumbers = {"like_mean", "difference", "se", "low", "high", "p"};
  for (std::size_t c = 0; c < kNumbers.size(); ++c) table.add(kNumbers[c], std::move(number[c]));
  table.add("n_like", std::move(count));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::scheme
