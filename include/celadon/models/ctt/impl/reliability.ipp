#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/core/random.hpp>
#include <celadon/models/ctt/impl/moments_detail.hpp>
#include <celadon/models/ctt/one_factor.hpp>
#include <celadon/models/ctt/reliability.hpp>

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace celadon::inline CELADON_ABI::ctt {

namespace reliability_detail {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A square matrix of the items in play.
struct Square {
  std::size_t k = 0;
  std::vector<double> v;
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const { return v[i * k + j]; }
  double& operator()(std::size_t i, std::size_t j) { return v[i * k + j]; }
  [[nodiscard]] double sum() const { return std::accumulate(v.begin(), v.end(), 0.0); }
  [[nodiscard]] double trace() const {
    double t = 0.0;
    for (std::size_t i = 0; i < k; ++i) t += v[i * k + i];
    return t;
  }
};

inline Square take(const ScoreMoments& m, const std::vector<std::size_t>& items) {
  Square c{items.size(), std::vector<double>(items.size() * items.size())};
  for (std::size_t a = 0; a < items.size(); ++a)
    for (std::size_t b = 0; b < items.size(); ++b) c(a, b) = m.cov(items[a], items[b]);
  return c;
}

inline double alpha_of(double trace, double sum, std::size_t k) {
  const auto n = static_cast<double>(k);
  return n / (n - 1.0) * (1.0 - trace / sum);
}

/// Quantile of the F distribution from that of the beta distribution.
inline double f_quantile(double probability, double df1, double df2) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const double b = boost::math::ibeta_inv(df1 / 2.0, df2 / 2.0, probability, Policy());
  return df2 * b / (df1 * (1.0 - b));
}

/// Duhachek & Iacobucci's standard error of alpha.
inline double alpha_se(const Square& c, double n) {
  const auto k = static_cast<double>(c.k);
  const double sum = c.sum();
  const double trace = c.trace();
  double trace_cc = 0.0;  // tr(C C)
  double sum_cc = 0.0;    // 1' C C 1
  for (std::size_t i = 0; i < c.k; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < c.k; ++j) {
      row += c(i, j);
      trace_cc += c(i, j) * c(j, i);
    }
    sum_cc += row * row;
  }
  const double q = 2.0 * k * k / ((k - 1.0) * (k - 1.0) * sum * sum * sum) * (sum * (trace_cc + trace * trace) - 2.0 * trace * sum_cc);
  return std::sqrt(std::max(0.0, q) / n);
}

inline double rulon(const Square& c, const std::vector<std::uint8_t>& half, double sum) {
  double across = 0.0;
  for (std::size_t i = 0; i < c.k; ++i)
    for (std::size_t j = 0; j < c.k; ++j)
      if (half[i] == 0 && half[j] != 0) across += c(i, j);
  return 4.0 * across / sum;
}

/// Best split by all splits for few items, else by random starts, each improved by moving and exchanging items until nothing helps.
inline double lambda4(const Square& c, const ReliabilityOptions& options) {
  const double sum = c.sum();
  std::vector<std::uint8_t> half(c.k, 0);
  double best = -std::numeric_limits<double>::infinity();
  if (c.k <= 16) {
    for (std::uint32_t mask = 1; mask < (1U << (c.k - 1)); ++mask) {
      for (std::size_t j = 0; j < c.k; ++j) half[j] = static_cast<std::uint8_t>((mask >> j) & 1U);
      best = std::max(best, rulon(c, half, sum));
    }
    return best;
  }
  // With signs s = +-1 for the halves, the covariance across is (sum - s'Cs) / 4: a split is best where s'Cs is least.
  for (int start = 0; start < std::max(1, options.lambda4_starts); ++start) {
    random::Stream stream(options.seed, random::purpose("ctt.lambda4"), static_cast<std::uint64_t>(start));
    std::vector<double> sign(c.k);
    for (std::size_t j = 0; j < c.k; ++j) sign[j] = j % 2 == 0 ? 1.0 : -1.0;
    if (start > 0) {
      const auto order = stream.permutation(static_cast<std::int64_t>(c.k));
      for (std::size_t j = 0; j < c.k; ++j) sign[static_cast<std::size_t>(order[j])] = j % 2 == 0 ? 1.0 : -1.0;
    }
    std::vector<double> pull(c.k, 0.0);  // (Cs)_i without the item itself
    for (std::size_t i = 0; i < c.k; ++i)
      for (std::size_t j = 0; j < c.k; ++j)
        if (i != j) pull[i] += c(i, j) * sign[j];
    const auto flip = [&](std::size_t i) {
      sign[i] = -sign[i];
      for (std::size_t j = 0; j < c.k; ++j)
        if (j != i) pull[j] += 2.0 * c(i, j) * sign[i];
    };
    for (int round = 0; round < 1000; ++round) {
      double least = -1e-12 * sum;
      std::size_t first = c.k;
      std::size_t second = c.k;
      for (std::size_t i = 0; i < c.k; ++i) {
        const double alone = -4.0 * sign[i] * pull[i];
        if (alone < least) {
          least = alone;
          first = second = i;
        }
        for (std::size_t j = 0; j < i; ++j) {
          const double both = alone - 4.0 * sign[j] * pull[j] + 8.0 * sign[i] * sign[j] * c(i, j);
          if (both < least) {
            least = both;
            first = i;
            second = j;
          }
        }
      }
      if (first == c.k) break;
      flip(first);
      if (second != first) flip(second);
    }
    const bool two_halves = std::any_of(sign.begin(), sign.end(), [&](double s) { return s != sign[0]; });
    if (!two_halves) continue;
    for (std::size_t j = 0; j < c.k; ++j) half[j] = sign[j] > 0.0 ? 1 : 0;
    best = std::max(best, rulon(c, half, sum));
  }
  return best;
}

inline void guttman(const Square& c, const std::vector<double>* smc, const ReliabilityOptions& options, Reliability& out) {
  const auto k = static_cast<double>(c.k);
  const double sum = c.sum();
  double off = 0.0;
  double largest = 0.0;
  for (std::size_t i = 0; i < c.k; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < c.k; ++j)
      if (i != j) row += c(i, j) * c(i, j);
    off += row;
    largest = std::max(largest, row);
  }
  out.lambda1 = 1.0 - c.trace() / sum;
  out.lambda2 = out.lambda1 + std::sqrt(k / (k - 1.0) * off) / sum;
  out.lambda3 = out.lambda1 * k / (k - 1.0);
  out.lambda4 = lambda4(c, options);
  out.lambda5 = out.lambda1 + 2.0 * std::sqrt(largest) / sum;
  if (smc != nullptr) {
    double errors = 0.0;
    for (std::size_t i = 0; i < c.k; ++i) errors += c(i, i) * (1.0 - (*smc)[i]);
    out.lambda6 = 1.0 - errors / sum;
  }
}

inline void omega(const Square& r, Reliability& out) {
  if (r.k < 3) return;
  const auto factor = one_factor(r.v, r.k);
  if (!factor) return;
  out.loadings = factor->loadings;
  out.uniquenesses = factor->uniquenesses;
  out.omega_converged = factor->converged && !factor->improper;
  const double common = std::accumulate(out.loadings.begin(), out.loadings.end(), 0.0);
  const double unique = std::accumulate(out.uniquenesses.begin(), out.uniquenesses.end(), 0.0);
  out.omega_total = common * common / (common * common + unique);
  if (!out.omega_converged) out.findings.push_back(make_finding(Severity::kWarning, Code::kImproperFactorSolution));
}

inline Error no_common(const ScoreMoments& m, std::size_t i, std::size_t j) {
  return make_error(Code::kNoCommonPersons, scoring_detail::item_place(m.item_ids[i]), {{"other", m.item_ids[j]}});
}

inline Result<void> check(const ScoreMoments& m) {
  const std::size_t k = m.mean.size();
  if (m.covariance.size() != k * k || m.item_ids.size() != k || m.full_marks.size() != k || m.dichotomous.size() != k)
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "moments"}, {"actual", std::to_string(m.covariance.size())}, {"expected", std::to_string(k * k)}});
  return {};
}

/// Items with variance; constant and empty ones are reported and set aside.
inline std::vector<std::size_t> items_with_variance(const ScoreMoments& m, Findings& findings) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < m.n_items(); ++j) {
    if (m.cov(j, j) > 0.0)
      out.push_back(j);
    else if (!std::isnan(m.mean[j]))
      findings.push_back(make_finding(Severity::kWarning, Code::kConstantItem, scoring_detail::item_place(m.item_ids[j]),
                                      {{"n", std::to_string(m.n_of_item.empty() ? m.n_used : m.n_of_item[j])}}));
  }
  return out;
}

inline Reliability blank() {
  Reliability r;
  for (double* v : {&r.total_mean,
                    &r.total_sd,
                    &r.alpha,
                    &r.alpha_standardized,
                    &r.alpha_se,
                    &r.alpha_lower,
                    &r.alpha_upper,
                    &r.hakstian_lower,
                    &r.hakstian_upper,
                    &r.mean_correlation,
                    &r.kr20,
                    &r.kr21,
                    &r.lambda1,
                    &r.lambda2,
                    &r.lambda3,
                    &r.lambda4,
                    &r.lambda5,
                    &r.lambda6,
                    &r.omega_total,
                    &r.split_half_r,
                    &r.split_half_spearman_brown,
                    &r.split_half_rulon,
                    &r.sem})
    *v = kNaN;
  return r;
}

inline void intervals(double confidence, double n, Reliability& out) {
  const auto k = static_cast<double>(out.n_items);
  const double tail = (1.0 - confidence) / 2.0;
  const double df1 = n - 1.0;
  const double df2 = (n - 1.0) * (k - 1.0);
  out.alpha_lower = 1.0 - (1.0 - out.alpha) * f_quantile(1.0 - tail, df1, df2);
  out.alpha_upper = 1.0 - (1.0 - out.alpha) * f_quantile(tail, df1, df2);
  const double root = std::cbrt(1.0 - out.alpha);
  const double se = std::sqrt(18.0 * k * (n - 1.0) / (k - 1.0)) / (9.0 * n - 11.0) * root;
  const double z = normal_quantile(1.0 - tail);
  const auto cube = [](double x) { return x * x * x; };
  out.hakstian_lower = 1.0 - cube(root + z * se);
  out.hakstian_upper = 1.0 - cube(std::max(0.0, root - z * se));
}

}  // namespace reliability_detail

Result<SplitHalf> split_half(const ScoreMoments& m, std::span<const std::uint8_t> half) {
  namespace detail = reliability_detail;
  if (auto ok = detail::check(m); !ok) return ok.error();
  if (half.size() != m.n_items())
    return make_error(Code::kLengthMismatch, {},
                      {{"name", "half"}, {"actual", std::to_string(half.size())}, {"expected", std::to_string(m.n_items())}});
  double a = 0.0;
  double b = 0.0;
  double across = 0.0;
  int n_a = 0;
  int n_b = 0;
  for (std::size_t i = 0; i < half.size(); ++i) {
    if (std::isnan(m.mean[i])) continue;
    (half[i] == 0 ? n_a : n_b) += 1;
    for (std::size_t j = 0; j < half.size(); ++j) {
      if (std::isnan(m.mean[j])) continue;
      if (std::isnan(m.cov(i, j))) return detail::no_common(m, i, j);
      if ((half[i] == 0) != (half[j] == 0))
        across += 0.5 * m.cov(i, j);
      else
        (half[i] == 0 ? a : b) += m.cov(i, j);
    }
  }
  if (n_a == 0 || n_b == 0) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(n_a + n_b)}, {"needed", "2"}});
  if (!(a > 0.0) || !(b > 0.0)) return make_error(Code::kZeroVariance);
  SplitHalf out;
  out.r = across / std::sqrt(a * b);
  // halves that are each other's mirror image have no longer test to speak of
  out.spearman_brown = out.r > -1.0 + 1e-12 ? 2.0 * out.r / (1.0 + out.r) : std::numeric_limits<double>::quiet_NaN();
  out.rulon = 4.0 * across / (a + b + 2.0 * across);
  return out;
}

Result<Reliability> reliability_from_moments(const ScoreMoments& m, const ReliabilityOptions& options) {
  namespace detail = reliability_detail;
  if (!(options.confidence > 0.0 && options.confidence < 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "confidence"}, {"detail", "outside (0, 1)"}});
  if (auto ok = detail::check(m); !ok) return ok.error();
  Reliability out = detail::blank();
  out.findings = m.findings;
  const auto items = detail::items_with_variance(m, out.findings);
  if (items.size() < 2) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(items.size())}, {"needed", "2"}});
  const detail::Square c = detail::take(m, items);
  for (std::size_t i = 0; i < c.k; ++i)
    for (std::size_t j = 0; j < c.k; ++j)
      if (std::isnan(c(i, j))) return detail::no_common(m, items[i], items[j]);
  const double sum = c.sum();
  if (!(sum > 1e-12 * c.trace())) return make_error(Code::kZeroVariance);

  out.n_used = m.n_used;
  out.n_dropped = m.n_dropped;
  out.n_items = static_cast<int>(c.k);
  out.confidence = options.confidence;
  const auto n = static_cast<double>(m.n_used);
  const auto k = static_cast<double>(c.k);
  out.total_mean = 0.0;
  for (const double x : m.mean) out.total_mean += std::isnan(x) ? 0.0 : x;
  out.total_sd = std::sqrt(sum);
  out.alpha = detail::alpha_of(c.trace(), sum, c.k);
  out.alpha_se = detail::alpha_se(c, n);
  out.sem = std::sqrt(std::max(0.0, sum * (1.0 - out.alpha)));
  detail::intervals(options.confidence, n, out);
  if (scoring_detail::rounded(out.alpha) < 0.0)
    out.findings.push_back(
        make_finding(Severity::kWarning, Code::kNegativeReliability, {}, {{"value", scoring_detail::number(out.alpha)}}));

  detail::Square r = c;
  for (std::size_t i = 0; i < c.k; ++i)
    for (std::size_t j = 0; j < c.k; ++j) r(i, j) = i == j ? 1.0 : c(i, j) / std::sqrt(c(i, i) * c(j, j));
  out.mean_correlation = (r.sum() - k) / (k * (k - 1.0));
  if (r.sum() > 0.0) out.alpha_standardized = detail::alpha_of(k, r.sum(), c.k);

  const bool dichotomous = std::all_of(items.begin(), items.end(), [&](std::size_t j) { return m.dichotomous[j] != 0; });
  const bool unit_marks = std::all_of(items.begin(), items.end(), [&](std::size_t j) { return m.full_marks[j] == m.full_marks[items[0]]; });
  if (dichotomous) out.kr20 = out.alpha;
  if (dichotomous && unit_marks) {
    // KR-21 in items right: divisors n for both variances, as its authors have it.
    double right = 0.0;
    for (const std::size_t j : items) right += m.mean[j] / m.full_marks[j];
    const double variance = sum * (n - 1.0) / n / (m.full_marks[items[0]] * m.full_marks[items[0]]);
    out.kr21 = k / (k - 1.0) * (1.0 - right * (k - right) / (k * variance));
  }

  const auto smc = squared_multiple_correlations(r.v, r.k);
  if (!smc) out.findings.push_back(make_finding(Severity::kNote, Code::kSingularCorrelations));
  const detail::Square& scale = options.lambda_scale == LambdaScale::kCorrelation ? r : c;
  if (scale.sum() > 0.0) detail::guttman(scale, smc ? &*smc : nullptr, options, out);
  detail::omega(r, out);

  for (const std::size_t j : items) out.item_ids.push_back(m.item_ids[j]);
  for (std::size_t d = 0; d < c.k; ++d) {
    double deleted_sum = sum + c(d, d);
    for (std::size_t j = 0; j < c.k; ++j) deleted_sum -= c(d, j) + c(j, d);
    out.alpha_if_deleted.push_back(c.k > 2 && deleted_sum > 0.0 ? detail::alpha_of(c.trace() - c(d, d), deleted_sum, c.k - 1)
                                                                : detail::kNaN);
  }
  std::vector<std::uint8_t> odd_even(m.n_items(), 0);
  for (std::size_t j = 0; j < odd_even.size(); ++j) odd_even[j] = static_cast<std::uint8_t>(j % 2);
  if (const auto halves = split_half(m, odd_even)) {
    out.split_half_r = halves->r;
    out.split_half_spearman_brown = halves->spearman_brown;
    out.split_half_rulon = halves->rulon;
  }
  return out;
}

Result<Reliability> reliability(const Responses& responses, const Items& items, const Sample& sample, const ReliabilityOptions& options,
                                const ExecutionContext& context) {
  const auto regular = scoring_detail::columns_apart(responses, items, false);
  if (!regular) return regular.error();
  if (*regular) return reliability((*regular)->responses, (*regular)->items, sample, options, context);
  const auto m = score_moments(responses, items, sample, options.scoring, context);
  if (!m) return m.error();
  return reliability_from_moments(*m, options);
}

Result<StratifiedAlpha> stratified_alpha(const ScoreMoments& m, std::span<const std::string> stratum_of_item,
                                         double single_item_reliability) {
  namespace detail = reliability_detail;
  if (auto ok = detail::check(m); !ok) return ok.error();
  if (stratum_of_item.size() != m.n_items())
    return make_error(
        Code::kLengthMismatch, {},
        {{"name", "stratum_of_item"}, {"actual", std::to_string(stratum_of_item.size())}, {"expected", std::to_string(m.n_items())}});
  if (!(single_item_reliability >= 0.0 && single_item_reliability <= 1.0))
    return make_error(Code::kInvalidArgument, {}, {{"name", "single_item_reliability"}, {"detail", "outside [0, 1]"}});
  StratifiedAlpha out;
  const auto items = detail::items_with_variance(m, out.findings);
  if (items.size() < 2) return make_error(Code::kTooFewItems, {}, {{"n", std::to_string(items.size())}, {"needed", "2"}});
  std::map<std::string, std::vector<std::size_t>> members;
  for (const std::size_t j : items) {
    if (members.find(stratum_of_item[j]) == members.end()) out.strata.push_back(stratum_of_item[j]);
    members[stratum_of_item[j]].push_back(j);
  }
  const detail::Square whole = detail::take(m, items);
  for (std::size_t i = 0; i < whole.k; ++i)
    for (std::size_t j = 0; j < whole.k; ++j)
      if (std::isnan(whole(i, j))) return detail::no_common(m, items[i], items[j]);
  const double sum = whole.sum();
  if (!(sum > 1e-12 * whole.trace())) return make_error(Code::kZeroVariance);
  double error = 0.0;
  for (const std::string& name : out.strata) {
    const auto& own = members[name];
    const detail::Square c = detail::take(m, own);
    const double variance = c.sum();
    const bool single = own.size() < 2 || !(variance > 1e-12 * c.trace());
    const double alpha = single ? detail::kNaN : detail::alpha_of(c.trace(), variance, c.k);
    error += variance * (1.0 - (single ? single_item_reliability : alpha));
    out.n_items.push_back(static_cast<int>(own.size()));
    out.stratum_alpha.push_back(alpha);
    out.stratum_variance.push_back(variance);
    if (own.size() < 2)
      out.findings.push_back(make_finding(Severity::kNote, Code::kSingleItemStratum, {},
                                          {{"stratum", name}, {"value", scoring_detail::number(single_item_reliability)}}));
  }
  out.alpha = 1.0 - error / sum;
  return out;
}

}  // namespace celadon::inline CELADON_ABI::ctt
