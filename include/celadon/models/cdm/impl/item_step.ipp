#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace {

/// An additive rule: P = inverse link of d_0 + sum of d_l.
double inverse_link(Rule rule, double eta) {
  if (rule == Rule::kLlm) return math::logistic(eta);
  if (rule == Rule::kRrum) return math::exp(eta);
  return eta;
}

bool inside(std::span<const double> p) {
  return std::all_of(p.begin(), p.end(), [](double v) { return v > 0.0 && v < 1.0; });
}

/// Derivative of right log P + wrong log(1 - P) by eta, and minus the second one.
struct Slope {
  double first = 0.0;
  double curvature = 0.0;
};
Slope slope(Rule rule, double right, double wrong, double p) {
  const double q = 1.0 - p;
  if (rule == Rule::kLlm) return {right - (right + wrong) * p, (right + wrong) * p * q};
  if (rule == Rule::kRrum) return {right - wrong * p / q, wrong * p / (q * q)};
  return {right / p - wrong / q, right / (p * p) + wrong / (q * q)};
}

std::vector<double> probabilities(Rule rule, int m, const std::vector<double>& d) {
  std::vector<double> p(std::size_t{1} << m);
  for (std::size_t g = 0; g < p.size(); ++g) {
    double eta = d[0];
    for (int l = 0; l < m; ++l)
      if ((g >> l & 1U) != 0) eta += d[static_cast<std::size_t>(l) + 1];
    p[g] = inverse_link(rule, eta);
  }
  return p;
}

/// Damped Newton over the parameters that are free; the function is concave for all three links.
void newton(const GroupCounts& counts, Rule rule, int m, const std::vector<std::uint8_t>& free, std::vector<double>& d) {
  std::vector<double> p = probabilities(rule, m, d);
  double value = log_likelihood(counts, p);
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < d.size(); ++i)
    if (free[i] != 0) at.push_back(i);
  const std::size_t n = at.size();
  for (int round = 0; round < 50; ++round) {
    std::vector<double> gradient(n, 0.0);
    std::vector<double> curvature(n * n, 0.0);
    for (std::size_t g = 0; g < p.size(); ++g) {
      const Slope s = slope(rule, counts.right[g], counts.wrong[g], p[g]);
      const auto in = [&](std::size_t i) { return at[i] == 0 || (g >> (at[i] - 1) & 1U) != 0; };
      for (std::size_t i = 0; i < n; ++i) {
        if (!in(i)) continue;
        gradient[i] += s.first;
        for (std::size_t j = 0; j < n; ++j)
          if (in(j)) curvature[i * n + j] += s.curvature;
      }
    }
    double trace = 0.0;
    for (std::size_t i = 0; i < n; ++i) trace += curvature[i * n + i];
    for (std::size_t i = 0; i < n; ++i) curvature[i * n + i] += 1e-12 * trace + 1e-300;
    std::vector<double> step = gradient;
    if (!solve(curvature, step)) return;
    double promised = 0.0;
    for (std::size_t i = 0; i < n; ++i) promised += step[i] * gradient[i];
    if (!(promised > 1e-14 * (1.0 + std::fabs(value)))) return;
    double length = 1.0;
    bool taken = false;
    for (int half = 0; half < 40 && !taken; ++half, length *= 0.5) {
      std::vector<double> next = d;
      for (std::size_t i = 0; i < n; ++i) next[at[i]] += length * step[i];
      std::vector<double> next_p = probabilities(rule, m, next);
      if (!inside(next_p)) continue;
      const double next_value = log_likelihood(counts, next_p);
      if (!(next_value > value)) continue;
      d = std::move(next);
      p = std::move(next_p);
      value = next_value;
      taken = true;
    }
    if (!taken) return;
  }
}

void additive(const GroupCounts& counts, bool monotone, ItemParameters& item) {
  const auto m = static_cast<int>(item.attributes.size());
  std::vector<double> d = item.parameters();
  std::vector<std::uint8_t> free(d.size(), 1);
  newton(counts, item.rule, m, free, d);
  // An effect below 0 is held at 0 and the others found again; no effect that was held comes back below what it costs.
  for (int round = 0; monotone && round < m; ++round) {
    std::size_t lowest = 0;
    for (std::size_t l = 1; l < d.size(); ++l)
      if (d[l] < 0.0 && (lowest == 0 || d[l] < d[lowest])) lowest = l;
    if (lowest == 0) break;
    free[lowest] = 0;
    d[lowest] = 0.0;
    if (!inside(probabilities(item.rule, m, d))) {
      for (std::size_t l = 1; l < d.size(); ++l) d[l] *= 0.5;
    }
    newton(counts, item.rule, m, free, d);
  }
  item.probability = probabilities(item.rule, m, d);
  for (double& p : item.probability) p = std::clamp(p, kEdge, 1.0 - kEdge);
}

/// Weighted least squares under P_g <= P_h wherever h has mastered all that g has: Dykstra's cyclic projections on the pairs that differ by
/// one attribute. The binomial maximum under the same order is the same point (Barlow et al., 1972).
void make_monotone(const std::vector<double>& weight, int m, std::vector<double>& p) {
  struct Pair {
    std::size_t low;
    std::size_t high;
    double kept = 0.0;  // what the last projection took from `low`, per unit of its weight
  };
  std::vector<Pair> pairs;
  for (std::size_t g = 0; g < p.size(); ++g)
    for (int l = 0; l < m; ++l)
      if ((g >> l & 1U) == 0) pairs.push_back({g, g | std::size_t{1} << l});
  for (int round = 0; round < 2000; ++round) {
    double moved = 0.0;
    for (Pair& pair : pairs) {
      const double wl = weight[pair.low] + 1e-12;
      const double wh = weight[pair.high] + 1e-12;
      const double low = p[pair.low] + pair.kept / wl;
      const double high = p[pair.high] - pair.kept / wh;
      double next_low = low;
      double next_high = high;
      pair.kept = 0.0;
      if (low > high) {
        next_low = next_high = (wl * low + wh * high) / (wl + wh);
        pair.kept = (low - next_low) * wl;
      }
      moved = std::max({moved, std::fabs(next_low - p[pair.low]), std::fabs(next_high - p[pair.high])});
      p[pair.low] = next_low;
      p[pair.high] = next_high;
    }
    if (moved < 1e-13) return;
  }
}

}  // namespace

double log_likelihood(const GroupCounts& counts, std::span<const double> probability) {
  double sum = 0.0;
  for (std::size_t g = 0; g < probability.size(); ++g) {
    if (counts.right[g] != 0.0) sum += counts.right[g] * math::log(probability[g]);
    if (counts.wrong[g] != 0.0) sum += counts.wrong[g] * math::log(1.0 - probability[g]);
  }
  return sum;
}

bool solve(std::vector<double> a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double s = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) s -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = s / a[j * n + j];
      } else {
        if (!(s > 0.0)) return false;
        a[i * n + i] = math::sqrt(s);
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return true;
}

void maximise(const GroupCounts& counts, bool monotone, ItemParameters& item) {
  const std::size_t n = item.probability.size();
  const auto m = static_cast<int>(item.attributes.size());
  if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
    double right[2] = {0.0, 0.0};
    double wrong[2] = {0.0, 0.0};
    const auto side = [&](std::size_t g) { return item.rule == Rule::kDina ? (g == n - 1 ? 1 : 0) : (g != 0 ? 1 : 0); };
    for (std::size_t g = 0; g < n; ++g) {
      right[side(g)] += counts.right[g];
      wrong[side(g)] += counts.wrong[g];
    }
    double p[2];
    for (int s = 0; s < 2; ++s) p[s] = right[s] + wrong[s] > 0.0 ? right[s] / (right[s] + wrong[s]) : item.probability[s == 0 ? 0 : n - 1];
    if (monotone && p[0] > p[1]) p[0] = p[1] = (right[0] + right[1]) / (right[0] + right[1] + wrong[0] + wrong[1]);
    for (std::size_t g = 0; g < n; ++g) item.probability[g] = std::clamp(p[side(g)], kEdge, 1.0 - kEdge);
    return;
  }
  if (item.rule != Rule::kGdina) {
    additive(counts, monotone, item);
    return;
  }
  std::vector<double> weight(n);
  for (std::size_t g = 0; g < n; ++g) {
    weight[g] = counts.right[g] + counts.wrong[g];
    if (weight[g] > 0.0) item.probability[g] = counts.right[g] / weight[g];
  }
  if (monotone) make_monotone(weight, m, item.probability);
  for (double& p : item.probability) p = std::clamp(p, kEdge, 1.0 - kEdge);
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
