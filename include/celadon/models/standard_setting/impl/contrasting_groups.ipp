#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/models/standard_setting/contrasting_groups.hpp>
#include <celadon/models/standard_setting/impl/detail.hpp>

#include <array>
#include <numeric>

namespace celadon::inline CELADON_ABI::standard_setting {

namespace groups_detail {

using detail::kNaN;

/// Pupils with a score and a weight above 0.
struct Sample {
  std::vector<double> x;
  std::vector<double> w;
  std::vector<std::uint8_t> reached;
  std::vector<std::int32_t> cluster;
  std::int64_t n_missing = 0;
};

inline Result<Sample> read(const JudgedPupils& p) {
  const auto n = static_cast<std::int64_t>(p.scores.size());
  if (p.reached.size() != p.scores.size()) return detail::length("reached", p.reached.size(), n);
  if (!p.weights.empty() && p.weights.size() != p.scores.size()) return detail::length("weights", p.weights.size(), n);
  if (!p.clusters.empty() && p.clusters.size() != p.scores.size()) return detail::length("clusters", p.clusters.size(), n);
  Sample out;
  out.x.reserve(p.scores.size());
  out.w.reserve(p.scores.size());
  out.reached.reserve(p.scores.size());
  out.cluster.reserve(p.clusters.size());
  for (std::size_t i = 0; i < p.scores.size(); ++i) {
    const double w = p.weights.empty() ? 1.0 : p.weights[i];
    if (p.reached[i] > 1) return detail::invalid("reached", "must be 0 or 1");
    if (!(w >= 0.0) || std::isinf(w)) return detail::invalid("weights", "must be 0 or more");
    if (std::isinf(p.scores[i])) return make_error(Code::kNotFinite, {"pupils", "scores", static_cast<std::int64_t>(i) + 1, {}});
    if (std::isnan(p.scores[i]) || w == 0.0) {
      ++out.n_missing;
      continue;
    }
    out.x.push_back(p.scores[i]);
    out.w.push_back(w);
    out.reached.push_back(p.reached[i]);
    if (!p.clusters.empty()) out.cluster.push_back(p.clusters[i]);
  }
  return out;
}

struct Group {
  std::vector<double> x;
  std::vector<double> w;
  double weight = 0.0;
  double mean = 0.0;
  double variance = 0.0;
  double effective = 0.0;  ///< Kish's number of pupils
  double bandwidth = 0.0;
  double lowest = 0.0;
  double highest = 0.0;
};

/// Linear interpolation between order statistics (type 7).
inline double quantile(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(position);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (position - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

inline Group group_of(const Sample& s, std::uint8_t reached) {
  Group out;
  out.x.reserve(s.x.size());
  out.w.reserve(s.x.size());
  double squares = 0.0;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    if (s.reached[i] != reached) continue;
    out.x.push_back(s.x[i]);
    out.w.push_back(s.w[i]);
    out.weight += s.w[i];
    out.mean += s.w[i] * s.x[i];
    squares += s.w[i] * s.w[i];
  }
  if (out.x.size() < 2) return out;
  const auto n = static_cast<double>(out.x.size());
  out.mean /= out.weight;
  for (std::size_t i = 0; i < out.x.size(); ++i) out.variance += out.w[i] * (out.x[i] - out.mean) * (out.x[i] - out.mean);
  out.variance *= n / (n - 1.0) / out.weight;
  out.effective = out.weight * out.weight / squares;
  std::vector<double> sorted = out.x;
  std::sort(sorted.begin(), sorted.end());
  out.lowest = sorted.front();
  out.highest = sorted.back();
  const double sd = math::sqrt(out.variance);
  const double range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  out.bandwidth = 0.9 * (range > 0.0 ? std::min(sd, range) : sd) * math::exp(-0.2 * math::log(out.effective));
  return out;
}

inline double logit(double p) {
  return math::log(p / (1.0 - p));
}

/// a + b z with z the standardised score; covariance of (a, b).
struct Line {
  double a = 0.0;
  double b = 0.0;
  std::array<double, 3> covariance{};  ///< aa, ab, bb
  bool converged = false;
};

struct Sums {
  double likelihood = 0.0;
  std::array<double, 2> gradient{};
  std::array<double, 3> information{};
};

inline Sums sums_at(const std::vector<double>& z, const std::vector<double>& w, const std::vector<std::uint8_t>& y, double a, double b) {
  Sums out;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double eta = a + b * z[i];
    const double p = math::logistic(eta);
    const double side = y[i] != 0 ? eta : -eta;
    // log logistic(side) without cancellation at either end.
    out.likelihood += w[i] * (std::min(side, 0.0) - math::log1p(math::exp(-std::fabs(side))));
    const double e = w[i] * (static_cast<double>(y[i]) - p);
    const double v = w[i] * p * (1.0 - p);
    out.gradient[0] += e;
    out.gradient[1] += e * z[i];
    out.information[0] += v;
    out.information[1] += v * z[i];
    out.information[2] += v * z[i] * z[i];
  }
  return out;
}

inline std::array<double, 3> inverse(const std::array<double, 3>& m) {
  const double d = m[0] * m[2] - m[1] * m[1];
  return {m[2] / d, -m[1] / d, m[0] / d};
}

/// Covariance of (a, b) from what each cluster (pupil where there are none) moves them by. Where the base rate is declared, a is judged
/// against the logit of the share in the sample, which moves with the same pupils.
inline std::array<double, 3> robust_covariance(const Sample& s, const std::vector<double>& z, const Line& line,
                                               const std::array<double, 3>& v, bool declared, double share, double weight) {
  std::vector<std::int32_t> numbers = s.cluster;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const std::size_t n = s.cluster.empty() ? z.size() : numbers.size();
  std::vector<std::array<double, 2>> u(n, {0.0, 0.0});
  for (std::size_t i = 0; i < z.size(); ++i) {
    const auto y = static_cast<double>(s.reached[i]);
    const double e = s.w[i] * (y - math::logistic(line.a + line.b * z[i]));
    const std::size_t c =
        s.cluster.empty() ? i : static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), s.cluster[i]) - numbers.begin());
    u[c][0] += v[0] * e + v[1] * e * z[i] - (declared ? s.w[i] * (y - share) / (share * (1.0 - share) * weight) : 0.0);
    u[c][1] += v[1] * e + v[2] * e * z[i];
  }
  std::array<double, 3> out{};
  for (const auto& m : u) {
    out[0] += m[0] * m[0];
    out[1] += m[0] * m[1];
    out[2] += m[1] * m[1];
  }
  const double factor = n > 1 ? static_cast<double>(n) / static_cast<double>(n - 1) : kNaN;
  for (double& x : out) x *= factor;
  return out;
}

/// Newton with halved steps. The groups overlap, so the maximum is finite.
inline Line regress(const Sample& s, const std::vector<double>& z) {
  Line out;
  Sums now = sums_at(z, s.w, s.reached, 0.0, 0.0);
  double weight = 0.0;
  for (const double w : s.w) weight += w;
  for (int step = 0; step < 100 && !out.converged; ++step) {
    const auto v = inverse(now.information);
    const double da = v[0] * now.gradient[0] + v[1] * now.gradient[1];
    const double db = v[1] * now.gradient[0] + v[2] * now.gradient[1];
    double size = 1.0;
    Sums next = sums_at(z, s.w, s.reached, out.a + da, out.b + db);
    while (!(next.likelihood >= now.likelihood - 1e-12 * weight) && size > 1e-6) {
      size *= 0.5;
      next = sums_at(z, s.w, s.reached, out.a + size * da, out.b + size * db);
    }
    out.a += size * da;
    out.b += size * db;
    now = next;
    out.converged = std::fabs(da) + std::fabs(db) < 1e-10 * (1.0 + std::fabs(out.a) + std::fabs(out.b));
  }
  out.covariance = inverse(now.information);
  return out;
}

inline void set_logistic(const Sample& s, const Group& low, const Group& high, const ContrastingOptions& options, bool robust,
                         ContrastingGroups& out) {
  out.slope = out.intercept = out.logistic.cut = out.logistic.se = kNaN;
  if (low.highest <= high.lowest) {
    out.findings.push_back(
        detail::warning(Code::kGroupsDoNotOverlap, {}, {{"low", detail::shown(low.highest)}, {"high", detail::shown(high.lowest)}}));
    return;
  }
  const double share = high.weight / (low.weight + high.weight);
  const double centre = share * high.mean + (1.0 - share) * low.mean;
  double spread = 0.0;
  for (std::size_t i = 0; i < s.x.size(); ++i) spread += s.w[i] * (s.x[i] - centre) * (s.x[i] - centre);
  spread = math::sqrt(spread / (low.weight + high.weight));
  std::vector<double> z;
  z.reserve(s.x.size());
  for (const double x : s.x) z.push_back((x - centre) / spread);
  Line line = regress(s, z);
  if (!line.converged) {
    out.findings.push_back(
        detail::warning(Code::kGroupsDoNotOverlap, {}, {{"low", detail::shown(high.lowest)}, {"high", detail::shown(low.highest)}}));
    return;
  }
  // Groups of chosen sizes shift the intercept only: the odds among the pupils of interest over the odds among those judged.
  const double a = line.a + logit(out.base_rate) - logit(share);
  const double at = (logit(options.probability) - a) / line.b;
  const bool declared = !std::isnan(options.base_rate);
  if (robust)
    line.covariance = robust_covariance(s, z, line, line.covariance, declared, share, low.weight + high.weight);
  else if (declared)
    // Given the base rate the sizes of the groups carry no error: Prentice & Pyke's variance of the intercept.
    line.covariance[0] -= 1.0 / low.weight + 1.0 / high.weight;
  const auto& v = line.covariance;
  out.slope = line.b / spread;
  out.intercept = a - line.b * centre / spread;
  out.logistic.cut = centre + spread * at;
  out.logistic.se = spread * math::sqrt(v[0] + 2.0 * at * v[1] + at * at * v[2]) / std::fabs(line.b);
}

/// Where f changes from below 0 to above within (low, high), by bisection.
template <class F>
double crossing(const F& f, double low, double high) {
  for (int step = 0; step < 200; ++step) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (f(middle) < 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

inline void no_crossing(const char* name, const Group& low, const Group& high, GroupCut& cut, Findings& findings) {
  cut.cut = cut.se = kNaN;
  findings.push_back(
      detail::warning(Code::kNoCrossing, {}, {{"name", name}, {"low", detail::shown(low.mean)}, {"high", detail::shown(high.mean)}}));
}

inline void set_quadratic(const Group& low, const Group& high, const ContrastingOptions& options, ContrastingGroups& out) {
  const double shift = logit(out.base_rate) - logit(options.probability);
  const double v0 = low.variance;
  const double v1 = high.variance;
  const auto f = [&](double x) {
    const double d0 = x - low.mean;
    const double d1 = x - high.mean;
    return shift + 0.5 * (math::log(v0) - math::log(v1)) + 0.5 * (d0 * d0 / v0 - d1 * d1 / v1);
  };
  if (!(v0 > 0.0) || !(v1 > 0.0) || !(f(low.mean) < 0.0) || !(f(high.mean) > 0.0)) {
    no_crossing("quadratic", low, high, out.quadratic, out.findings);
    return;
  }
  const double x = crossing(f, low.mean, high.mean);
  const double d0 = x - low.mean;
  const double d1 = x - high.mean;
  const double slope = d0 / v0 - d1 / v1;
  const double by_variance0 = 0.5 / v0 - 0.5 * d0 * d0 / (v0 * v0);
  const double by_variance1 = -0.5 / v1 + 0.5 * d1 * d1 / (v1 * v1);
  const double variance = d0 * d0 / v0 / low.effective + d1 * d1 / v1 / high.effective +
                          by_variance0 * by_variance0 * 2.0 * v0 * v0 / (low.effective - 1.0) +
                          by_variance1 * by_variance1 * 2.0 * v1 * v1 / (high.effective - 1.0);
  out.quadratic.cut = x;
  out.quadratic.se = math::sqrt(variance) / slope;
}

struct Density {
  double value = 0.0;
  double slope = 0.0;
};
inline Density density(const Group& g, double x) {
  Density out;
  for (std::size_t i = 0; i < g.x.size(); ++i) {
    const double u = (x - g.x[i]) / g.bandwidth;
    const double k = g.w[i] * normal_density(u);
    out.value += k;
    out.slope -= k * u;
  }
  out.value /= g.weight * g.bandwidth;
  out.slope /= g.weight * g.bandwidth * g.bandwidth;
  return out;
}

inline void set_smoothed(const Group& low, const Group& high, const ContrastingOptions& options, ContrastingGroups& out) {
  const double for_high = out.base_rate * (1.0 - options.probability);
  const double for_low = (1.0 - out.base_rate) * options.probability;
  const auto f = [&](double x) { return for_high * density(high, x).value - for_low * density(low, x).value; };
  constexpr int kSteps = 200;
  const double middle = 0.5 * (low.mean + high.mean);
  double best = kNaN;
  if (low.bandwidth > 0.0 && high.bandwidth > 0.0) {
    double left = low.mean;
    double at_left = f(left);
    for (int k = 1; k <= kSteps; ++k) {
      const double right = low.mean + (high.mean - low.mean) * k / kSteps;
      const double at_right = f(right);
      if (at_left < 0.0 && at_right >= 0.0) {
        const double x = crossing(f, left, right);
        if (std::isnan(best) || std::fabs(x - middle) < std::fabs(best - middle)) best = x;
      }
      left = right;
      at_left = at_right;
    }
  }
  if (std::isnan(best)) {
    no_crossing("smoothed", low, high, out.smoothed, out.findings);
    return;
  }
  constexpr double kRoughness = 0.28209479177387814;  // integral of the squared normal kernel, 1 / (2 sqrt(pi))
  const auto log_variance = [&](const Group& g, double value) {
    return std::max(kRoughness / (g.effective * g.bandwidth * value) - 1.0 / g.effective, 0.0);
  };
  const Density d0 = density(low, best);
  const Density d1 = density(high, best);
  out.smoothed.cut = best;
  out.smoothed.se = math::sqrt(log_variance(low, d0.value) + log_variance(high, d1.value)) / (d1.slope / d1.value - d0.slope / d0.value);
}

inline void set_rates(const Group& low, const Group& high, double base_rate, GroupCut& cut) {
  cut.false_pass_rate = cut.false_fail_rate = cut.misclassified = kNaN;
  if (std::isnan(cut.cut)) return;
  double pass = 0.0;
  double fail = 0.0;
  for (std::size_t i = 0; i < low.x.size(); ++i)
    if (low.x[i] >= cut.cut) pass += low.w[i];
  for (std::size_t i = 0; i < high.x.size(); ++i)
    if (high.x[i] < cut.cut) fail += high.w[i];
  cut.false_pass_rate = pass / low.weight;
  cut.false_fail_rate = fail / high.weight;
  cut.misclassified = (1.0 - base_rate) * cut.false_pass_rate + base_rate * cut.false_fail_rate;
}

inline Finding few(std::size_t n, std::int64_t needed, const char* group) {
  return detail::warning(Code::kTooFewPersons, {{}, group, -1, {}}, {{"n", std::to_string(n)}, {"needed", std::to_string(needed)}});
}

}  // namespace groups_detail

Result<ContrastingGroups> contrasting_groups(const JudgedPupils& pupils, const ContrastingOptions& options) {
  namespace own = groups_detail;
  if (!(options.probability > 0.0 && options.probability < 1.0)) return detail::invalid("probability", "must be above 0 and below 1");
  if (!std::isnan(options.base_rate) && !(options.base_rate > 0.0 && options.base_rate < 1.0))
    return detail::invalid("base_rate", "must be above 0 and below 1");
  const auto sample = own::read(pupils);
  if (!sample) return sample.error();
  const own::Group low = own::group_of(*sample, 0);
  const own::Group high = own::group_of(*sample, 1);
  constexpr std::size_t kFewest = 5;
  for (const own::Group* g : {&low, &high})
    if (g->x.size() < kFewest) {
      Error error = make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(g->x.size())}, {"needed", "5"}});
      error.place.column = g == &low ? "not_reached" : "reached";
      return error;
    }
  if (!(high.mean > low.mean))
    return make_error(Code::kNoCrossing, {}, {{"name", "groups"}, {"low", detail::shown(low.mean)}, {"high", detail::shown(high.mean)}});
  ContrastingGroups out;
  out.n_reached = static_cast<std::int64_t>(high.x.size());
  out.n_not_reached = static_cast<std::int64_t>(low.x.size());
  out.n_missing = sample->n_missing;
  out.mean_reached = high.mean;
  out.mean_not_reached = low.mean;
  out.sd_reached = math::sqrt(high.variance);
  out.sd_not_reached = math::sqrt(low.variance);
  out.base_rate = std::isnan(options.base_rate) ? high.weight / (low.weight + high.weight) : options.base_rate;
  if (static_cast<std::int64_t>(low.x.size()) < options.small_group)
    out.findings.push_back(own::few(low.x.size(), options.small_group, "not_reached"));
  if (static_cast<std::int64_t>(high.x.size()) < options.small_group)
    out.findings.push_back(own::few(high.x.size(), options.small_group, "reached"));
  own::set_logistic(*sample, low, high, options, !pupils.weights.empty() || !pupils.clusters.empty(), out);
  own::set_quadratic(low, high, options, out);
  own::set_smoothed(low, high, options, out);
  for (GroupCut* cut : {&out.logistic, &out.quadratic, &out.smoothed}) own::set_rates(low, high, out.base_rate, *cut);
  return out;
}

Table ContrastingGroups::to_table() const {
  const std::array<const GroupCut*, 3> all = {&logistic, &quadratic, &smoothed};
  const auto column = [&](double GroupCut::*field) {
    std::vector<double> v;
    v.reserve(all.size());
    for (const GroupCut* c : all) v.push_back(c->*field);
    return v;
  };
  Table out("contrasting_groups");
  out.add("method", std::vector<std::string>{"logistic", "quadratic", "smoothed"});
  out.add("cut", column(&GroupCut::cut));
  out.add("se", column(&GroupCut::se));
  out.add("false_pass_rate", column(&GroupCut::false_pass_rate));
  out.add("false_fail_rate", column(&GroupCut::false_fail_rate));
  out.add("misclassified", column(&GroupCut::misclassified));
  return out;
}

Result<BorderlineGroup> borderline_group(std::span<const double> scores, std::int64_t small_group) {
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isinf(scores[i])) return make_error(Code::kNotFinite, {"pupils", "scores", static_cast<std::int64_t>(i) + 1, {}});
  std::vector<double> x = detail::present(scores);
  if (x.size() < 5) return make_error(Code::kTooFewPersons, {}, {{"n", std::to_string(x.size())}, {"needed", "5"}});
  std::sort(x.begin(), x.end());
  BorderlineGroup out;
  out.n_pupils = static_cast<std::int64_t>(x.size());
  out.n_missing = static_cast<std::int64_t>(scores.size()) - out.n_pupils;
  out.median = detail::median_of_sorted(x);
  out.median_se = detail::median_se_of_sorted(x);
  out.mean = detail::mean(x);
  out.sd = detail::sd(x);
  out.mean_se = out.sd / math::sqrt(static_cast<double>(x.size()));
  if (out.n_pupils < small_group) out.findings.push_back(groups_detail::few(x.size(), small_group, "borderline"));
  if (detail::constant(x)) out.findings.push_back(detail::warning(Code::kJudgesCoincide, {}, {{"name", "borderline"}}));
  return out;
}

Table BorderlineGroup::to_table() const {
  Table out("borderline_group");
  out.add("n_pupils", std::vector<std::int64_t>{n_pupils});
  out.add("n_missing", std::vector<std::int64_t>{n_missing});
  out.add("median", std::vector<double>{median});
  out.add("median_se", std::vector<double>{median_se});
  out.add("mean", std::vector<double>{mean});
  out.add("mean_se", std::vector<double>{mean_se});
  out.add("sd", std::vector<double>{sd});
  return out;
}

}  // namespace celadon::inline CELADON_ABI::standard_setting
