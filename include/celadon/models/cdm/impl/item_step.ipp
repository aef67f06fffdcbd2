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

/// Projected Newton over d_0 ... d_m (d_1 ... at least 0 under monotonicity); the function is concave for all three links. `d` stands for a
/// model inside (0, 1).
void newton(const GroupCounts& counts, Rule rule, bool monotone, std::vector<double>& d) {
  std::vector<double> p = additive_probabilities(rule, d);
  double value = log_likelihood(counts, p);
  const std::size_t all = d.size();
  std::vector<double> first(all);
  std::vector<double> second(all * all);
  for (int round = 0; round < 40; ++round) {
    std::fill(first.begin(), first.end(), 0.0);
    std::fill(second.begin(), second.end(), 0.0);
    for (std::size_t g = 0; g < p.size(); ++g) {
      const Slope s = slope(rule, counts.right[g], counts.wrong[g], p[g]);
      const auto in = [&](std::size_t i) { return i == 0 || (g >> (i - 1) & 1U) != 0; };
      for (std::size_t i = 0; i < all; ++i) {
        if (!in(i)) continue;
        first[i] += s.first;
        for (std::size_t j = 0; j <= i; ++j)
          if (in(j)) second[i * all + j] += s.curvature;
      }
    }
    std::vector<std::size_t> at;  // an effect that stands on its bound and would go below it is held
    for (std::size_t i = 0; i < all; ++i)
      if (!(monotone && i > 0 && d[i] <= 0.0 && first[i] <= 0.0)) at.push_back(i);
    const std::size_t n = at.size();
    std::vector<double> curvature(n * n);
    std::vector<double> step(n);
    double trace = 0.0;
    for (std::size_t i = 0; i < n; ++i) trace += second[at[i] * all + at[i]];
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = first[at[i]];
      for (std::size_t j = 0; j <= i; ++j) curvature[i * n + j] = curvature[j * n + i] = second[at[i] * all + at[j]];
      curvature[i * n + i] += 1e-11 * trace + 1e-300;
    }
    if (!solve(curvature, step)) return;
    double promised = 0.0;
    for (std::size_t i = 0; i < n; ++i) promised += step[i] * first[at[i]];
    if (!(promised > 1e-13 * (1.0 + std::fabs(value)))) return;
    double length = 1.0;
    bool taken = false;
    for (int half = 0; half < 40 && !taken; ++half, length *= 0.5) {
      std::vector<double> next = d;
      for (std::size_t i = 0; i < n; ++i) {
        next[at[i]] += length * step[i];
        if (monotone && at[i] > 0) next[at[i]] = std::max(next[at[i]], 0.0);
      }
      std::vector<double> next_p = additive_probabilities(rule, next);
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

/// A maximum on the edge of (0, 1) is neared by a barrier: the same few answers added to the right and the wrong ones of every group.
void additive(const GroupCounts& counts, bool monotone, ItemParameters& item) {
  double total = 0.0;
  for (std::size_t g = 0; g < counts.right.size(); ++g) total += counts.right[g] + counts.wrong[g];
  if (!(total > 0.0)) return;
  std::vector<double> d = item.parameters();
  if (monotone)
    for (std::size_t l = 1; l < d.size(); ++l) d[l] = std::max(d[l], 0.0);
  if (!inside(additive_probabilities(item.rule, d))) {  // rounding only, or an effect raised to 0: begin from a flat item
    std::fill(d.begin() + 1, d.end(), 0.0);
    if (!inside(additive_probabilities(item.rule, d))) return;
  }
  const double last = std::max(1e-6, 1e-9 * total);
  for (const double barrier : {1e3 * last, last}) {
    GroupCounts with = counts;
    for (std::size_t g = 0; g < with.right.size(); ++g) {
      with.right[g] += barrier;
      with.wrong[g] += barrier;
    }
    newton(with, item.rule, monotone, d);
  }
  std::vector<double> p = additive_probabilities(item.rule, d);
  if (monotone || log_likelihood(counts, p) >= log_likelihood(counts, item.probability)) item.probability = std::move(p);
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

std::vector<double> additive_probabilities(Rule rule, std::span<const double> d) {
  std::vector<double> p(std::size_t{1} << (d.size() - 1));
  for (std::size_t g = 0; g < p.size(); ++g) {
    double eta = d[0];
    for (std::size_t l = 1; l < d.size(); ++l)
      if ((g >> (l - 1) & 1U) != 0) eta += d[l];
    p[g] = inverse_link(rule, eta);
  }
  return p;
}

std::size_t n_coordinates(const ItemParameters& item) {
  if (item.rule == Rule::kDina || item.rule == Rule::kDino) return 2;
  return item.rule == Rule::kGdina ? item.probability.size() : item.attributes.size() + 1;
}

void append_coordinates(const ItemParameters& item, std::vector<double>& to) {
  const std::vector<double>& p = item.probability;
  if (item.rule == Rule::kGdina) {
    to.insert(to.end(), p.begin(), p.end());
  } else if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
    to.push_back(p.front());
    to.push_back(p.back());
  } else if (item.rule == Rule::kRrum) {
    to.push_back(p.back());
    for (std::size_t l = 0; l < item.attributes.size(); ++l) to.push_back(p[(p.size() - 1) ^ (std::size_t{1} << l)] / p.back());
  } else {
    to.push_back(p.front());
    for (std::size_t l = 0; l < item.attributes.size(); ++l) to.push_back(p[std::size_t{1} << l]);
  }
}

namespace {

/// How far mixing may take a probability towards 0 below that of the plain step: what it puts at nothing could not come back.
constexpr double kMostFall = 0.1;

double near_plain(double mixed, double plain) {
  return std::clamp(mixed, std::max(kEdge, kMostFall * plain), 1.0 - std::max(kEdge, kMostFall * (1.0 - plain)));
}

}  // namespace

void set_coordinates(std::span<const double> x, ItemParameters& item) {
  std::vector<double>& p = item.probability;
  const std::size_t m = item.attributes.size();
  if (item.rule == Rule::kGdina) {
    for (std::size_t g = 0; g < p.size(); ++g) p[g] = near_plain(x[g], p[g]);
  } else if (item.rule == Rule::kDina || item.rule == Rule::kDino) {
    const double low = near_plain(x[0], p.front());
    const double high = near_plain(x[1], p.back());
    for (std::size_t g = 0; g < p.size(); ++g) p[g] = (item.rule == Rule::kDina ? g == p.size() - 1 : g != 0) ? high : low;
  } else if (item.rule == Rule::kRrum) {
    const double top = near_plain(x[0], p.back());
    std::vector<double> next(p.size(), top);
    for (std::size_t l = 0; l < m; ++l) {
      const double plain = p[(p.size() - 1) ^ (std::size_t{1} << l)] / p.back();
      const double factor = std::max({x[l + 1], kMostFall * plain, kEdge});
      for (std::size_t g = 0; g < p.size(); ++g)
        if ((g >> l & 1U) == 0) next[g] *= factor;
    }
    if (inside(next)) p = std::move(next);
  } else {
    std::vector<double> d(m + 1);
    const auto link = [&](double v) { return item.rule == Rule::kLlm ? math::log(v) - math::log(1.0 - v) : v; };
    d[0] = link(near_plain(x[0], p.front()));
    for (std::size_t l = 1; l <= m; ++l) d[l] = link(near_plain(x[l], p[std::size_t{1} << (l - 1)])) - d[0];
    std::vector<double> next = additive_probabilities(item.rule, d);
    if (inside(next)) p = std::move(next);
  }
}

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
