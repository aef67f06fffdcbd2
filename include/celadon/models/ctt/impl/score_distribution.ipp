#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/models/ctt/impl/scoring_detail.hpp>
#include <celadon/models/ctt/score_distribution.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::ctt {

namespace distribution_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline void moments(const scoring_detail::Distinct& d, ScoreDistribution& out) {
  double sum = 0.0;
  for (std::size_t i = 0; i < d.value.size(); ++i) sum += d.weight[i] * d.value[i];
  const double n = d.sum;
  out.mean = sum / n;
  double m2 = 0.0;
  double m3 = 0.0;
  double m4 = 0.0;
  for (std::size_t i = 0; i < d.value.size(); ++i) {
    const double e = d.value[i] - out.mean;
    m2 += d.weight[i] * e * e;
    m3 += d.weight[i] * e * e * e;
    m4 += d.weight[i] * e * e * e * e;
  }
  m2 /= n;
  m3 /= n;
  m4 /= n;
  out.sd = n > 1.0 ? std::sqrt(m2 * n / (n - 1.0)) : kNaN;
  out.skewness = kNaN;
  out.kurtosis_excess = kNaN;
  if (!(d.value.size() > 1)) return;
  const double g1 = m3 / (m2 * std::sqrt(m2));
  const double g2 = m4 / (m2 * m2) - 3.0;
  switch (out.skew_type) {
    case SkewType::kMoment:
      out.skewness = g1;
      out.kurtosis_excess = g2;
      break;
    case SkewType::kUnbiased:
      if (n > 2.0) out.skewness = g1 * std::sqrt(n * (n - 1.0)) / (n - 2.0);
      if (n > 3.0) out.kurtosis_excess = ((n + 1.0) * g2 + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
      break;
    case SkewType::kSample: {
      const double shrink = (n - 1.0) / n;
      out.skewness = g1 * shrink * std::sqrt(shrink);
      out.kurtosis_excess = (g2 + 3.0) * shrink * shrink - 3.0;
      break;
    }
  }
}

}  // namespace distribution_detail

Result<ScoreDistribution> score_distribution(std::span<const double> scores, std::span<const double> weights,
                                             const DistributionOptions& options) {
  if (!weights.empty() && weights.size() != scores.size())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "weights"}, {"actual", std::to_string(weights.size())}, {"expected", std::to_string(scores.size())}});
  for (const double p : options.probabilities)
    if (!(p >= 0.0 && p <= 1.0))
      return make_error(Code::kInvalidArgument, {}, {{"name", "probabilities"}, {"detail", "a probability is outside [0, 1]"}});
  ScoreDistribution out;
  out.skew_type = options.skew_type;
  std::vector<double> values;
  std::vector<double> used_weights;
  double weight = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!weights.empty() && (!(weights[i] >= 0.0) || !std::isfinite(weights[i])))
      return make_error(Code::kInvalidArgument, {},
                        {{"name", "weights"}, {"detail", "row " + std::to_string(i + 1) + " is negative or not finite"}});
    if (std::isnan(scores[i])) {
      ++out.n_missing;
      continue;
    }
    if (std::isinf(scores[i]))
      return make_error(Code::kInvalidArgument, {}, {{"name", "scores"}, {"detail", "row " + std::to_string(i + 1) + " is infinite"}});
    if (!weights.empty() && weights[i] == 0.0) continue;
    values.push_back(scores[i]);
    if (!weights.empty()) used_weights.push_back(weights[i]);
    weight += weights.empty() ? 1.0 : weights[i];
  }
  if (values.empty()) return make_error(Code::kNoPersons);
  out.n = static_cast<std::int64_t>(values.size());
  for (double& w : used_weights) w *= static_cast<double>(out.n) / weight;

  const scoring_detail::Distinct d = scoring_detail::distinct(std::move(values), used_weights);
  out.minimum = d.value.front();
  out.maximum = d.value.back();
  distribution_detail::moments(d, out);
  out.probabilities = options.probabilities;
  for (const double p : options.probabilities) out.quantiles.push_back(scoring_detail::weighted_quantile(d, p));
  out.values = d.value;
  out.frequency = d.weight;
  double below = 0.0;
  for (const double w : d.weight) {
    out.percentile_rank.push_back((below + 0.5 * w) / d.sum);
    below += w;
  }
  return out;
}

double ScoreDistribution::rank_of(double x) const {
  if (std::isnan(x)) return x;
  double below = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += frequency[i];
    if (std::fabs(values[i] - x) <= 1e-9 * std::max(1.0, std::fabs(x)))
      below += 0.5 * frequency[i];
    else if (values[i] < x)
      below += frequency[i];
  }
  return below / sum;
}

double ScoreDistribution::normalized_t_score(double x, double t_mean, double t_sd) const {
  return t_mean + t_sd * normal_quantile(rank_of(x));
}

Table ScoreDistribution::to_table() const {
  Table table("score_distribution");
  std::vector<double> cumulative, z, t, normalized;
  double sum = 0.0;
  for (const double f : frequency) sum += f;
  double below = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    below += frequency[i];
    cumulative.push_back(below / sum);
    const bool spread = sd > 0.0;
    z.push_back(spread ? z_score(values[i]) : distribution_detail::kNaN);
    t.push_back(spread ? t_score(values[i]) : distribution_detail::kNaN);
    normalized.push_back(50.0 + 10.0 * normal_quantile(percentile_rank[i]));
  }
  table.add("score", values);
  table.add("frequency", frequency);
  table.add("cumulative_share", std::move(cumulative));
  table.add("percentile_rank", percentile_rank);
  table.add("z", std::move(z));
  table.add("t", std::move(t));
  table.add("t_normalized", std::move(normalized));
  return table;
}

Table ScoreDistribution::summary_table() const {
  Table table("score_summary");
  std::vector<std::string> names{"n", "n_missing", "mean", "sd", "minimum", "maximum", "skewness", "kurtosis_excess"};
  std::vector<double> numbers{static_cast<double>(n), static_cast<double>(n_missing), mean, sd, minimum, maximum, skewness,
                              kurtosis_excess};
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    names.push_back("q" + scoring_detail::number(probabilities[i]));
    numbers.push_back(quantiles[i]);
  }
  table.add("statistic", std::move(names));
  table.add("value", std::move(numbers));
  return table;
}

double quantile(std::span<const double> values, double probability) {
  if (!(probability >= 0.0 && probability <= 1.0)) throw LogicError("celadon::ctt::quantile: probability outside [0, 1]");
  std::vector<double> used;
  for (const double v : values)
    if (!std::isnan(v)) used.push_back(v);
  return scoring_detail::weighted_quantile(scoring_detail::distinct(std::move(used), {}), probability);
}

}  // namespace celadon::inline CELADON_ABI::ctt
