#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/cdm/impl/item_step.hpp>
#include <celadon/models/cdm/impl/structure_step.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::cdm::fit_detail {

namespace structure_detail {

/// Standard normal theta of the higher-order structure.
struct Quadrature {
  std::vector<double> node;
  std::vector<double> weight;
  Quadrature() {
    constexpr int n = 41;
    double sum = 0.0;
    for (int q = 0; q < n; ++q) {
      node.push_back(-5.0 + 10.0 * q / (n - 1));
      weight.push_back(math::exp(-0.5 * node.back() * node.back()));
      sum += weight.back();
    }
    for (double& w : weight) w /= sum;
  }
};

/// P(attribute k | node q), attributes by nodes.
inline std::vector<double> mastery(const Quadrature& quadrature, const Population& population) {
  std::vector<double> out;
  for (std::size_t k = 0; k < population.slope.size(); ++k)
    for (const double theta : quadrature.node) out.push_back(math::logistic(population.slope[k] * theta + population.intercept[k]));
  return out;
}

inline void normalise(std::vector<double>& p) {
  double sum = 0.0;
  for (double& v : p) sum += v = std::max(v, kRarest);
  for (double& v : p) v /= sum;
}

/// log pi = sum of d_k over mastered - log Z over the classes that are allowed: an exponential family, Newton on K parameters.
inline void independent(std::span<const double> counts, std::span<const std::uint32_t> classes, double sd, Population& population) {
  const std::size_t n = population.intercept.size();
  const double ridge = sd > 0.0 ? 1.0 / (sd * sd) : 0.0;
  double total = 0.0;
  for (const double v : counts) total += v;
  const auto value = [&](const Population& p) {
    double sum = 0.0;
    for (std::size_t c = 0; c < classes.size(); ++c)
      if (counts[c] > 0.0) sum += counts[c] * math::log(p.probability[c]);
    for (const double d : p.intercept) sum -= 0.5 * ridge * d * d;
    return sum;
  };
  double now = value(population);
  for (int round = 0; round < 30; ++round) {
    std::vector<double> mean(n, 0.0);
    std::vector<double> seen(n, 0.0);
    std::vector<double> second(n * n, 0.0);
    for (std::size_t c = 0; c < classes.size(); ++c)
      for (std::size_t k = 0; k < n; ++k) {
        if ((classes[c] >> k & 1U) == 0) continue;
        seen[k] += counts[c];
        mean[k] += population.probability[c];
        for (std::size_t l = 0; l < n; ++l)
          if ((classes[c] >> l & 1U) != 0) second[k * n + l] += population.probability[c];
      }
    std::vector<double> step(n);
    for (std::size_t k = 0; k < n; ++k) {
      step[k] = seen[k] - total * mean[k] - ridge * population.intercept[k];
      for (std::size_t l = 0; l < n; ++l) second[k * n + l] = total * (second[k * n + l] - mean[k] * mean[l]);
      second[k * n + k] += ridge + 1e-9 * total;
    }
    const std::vector<double> gradient = step;
    if (!solve(second, step)) return;
    double promised = 0.0;
    for (std::size_t k = 0; k < n; ++k) promised += step[k] * gradient[k];
    if (!(promised > 1e-14 * (1.0 + std::fabs(now)))) return;
    bool taken = false;
    for (double length = 1.0; length > 1e-6 && !taken; length *= 0.5) {
      Population next = population;
      for (std::size_t k = 0; k < n; ++k) next.intercept[k] = std::clamp(population.intercept[k] + length * step[k], -kFarthest, kFarthest);
      fill_classes(Structure::kIndependent, classes, next);
      const double at = value(next);
      if (!(at > now)) continue;
      population = std::move(next);
      now = at;
      taken = true;
    }
    if (!taken) return;
  }
}

/// One step of EM over theta: the expected theta of every class, then a logistic regression of each attribute on it.
inline void higher_order(std::span<const double> counts, std::span<const std::uint32_t> classes, double sd, Population& population) {
  static const Quadrature quadrature;
  const std::size_t n_nodes = quadrature.node.size();
  const std::size_t n = population.slope.size();
  const double ridge = sd > 0.0 ? 1.0 / (sd * sd) : 0.0;
  for (int round = 0; round < 5; ++round) {
    const std::vector<double> p = mastery(quadrature, population);
    std::vector<double> persons(n_nodes, 0.0);
    std::vector<double> masters(n * n_nodes, 0.0);
    std::vector<double> posterior(n_nodes);
    for (std::size_t c = 0; c < classes.size(); ++c) {
      if (!(counts[c] > 0.0)) continue;
      double sum = 0.0;
      for (std::size_t q = 0; q < n_nodes; ++q) {
        double v = quadrature.weight[q];
        for (std::size_t k = 0; k < n; ++k) v *= (classes[c] >> k & 1U) != 0 ? p[k * n_nodes + q] : 1.0 - p[k * n_nodes + q];
        posterior[q] = v;
        sum += v;
      }
      for (std::size_t q = 0; q < n_nodes; ++q) {
        const double w = counts[c] * posterior[q] / sum;
        persons[q] += w;
        for (std::size_t k = 0; k < n; ++k)
          if ((classes[c] >> k & 1U) != 0) masters[k * n_nodes + q] += w;
      }
    }
    for (std::size_t k = 0; k < n; ++k) {
      for (int newton = 0; newton < 8; ++newton) {
        double ga = -ridge * population.slope[k];
        double gd = -ridge * population.intercept[k];
        double haa = ridge + 1e-9;
        double had = 0.0;
        double hdd = ridge + 1e-9;
        for (std::size_t q = 0; q < n_nodes; ++q) {
          const double theta = quadrature.node[q];
          const double m = math::logistic(population.slope[k] * theta + population.intercept[k]);
          const double r = masters[k * n_nodes + q] - persons[q] * m;
          const double w = persons[q] * m * (1.0 - m);
          ga += r * theta;
          gd += r;
          haa += w * theta * theta;
          had += w * theta;
          hdd += w;
        }
        const double det = haa * hdd - had * had;
        if (!(det > 0.0)) break;
        const double da = (hdd * ga - had * gd) / det;
        const double dd = (haa * gd - had * ga) / det;
        const double length = std::min(1.0, 1.0 / std::max(std::fabs(da), std::fabs(dd)));
        population.slope[k] = std::clamp(population.slope[k] + length * da, -kSteepest, kSteepest);
        population.intercept[k] = std::clamp(population.intercept[k] + length * dd, -kFarthest, kFarthest);
        if (std::fabs(da) + std::fabs(dd) < 1e-10) break;
      }
    }
  }
  fill_classes(Structure::kHigherOrder, classes, population);
}

}  // namespace structure_detail

void fill_classes(Structure structure, std::span<const std::uint32_t> classes, Population& population) {
  population.probability.assign(classes.size(), 0.0);
  if (structure == Structure::kIndependent) {
    double top = 0.0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      for (std::size_t k = 0; k < population.intercept.size(); ++k)
        if ((classes[c] >> k & 1U) != 0) population.probability[c] += population.intercept[k];
      top = c == 0 ? population.probability[c] : std::max(top, population.probability[c]);
    }
    for (double& v : population.probability) v = math::exp(v - top);
  } else {
    static const structure_detail::Quadrature quadrature;
    const std::vector<double> p = structure_detail::mastery(quadrature, population);
    const std::size_t n_nodes = quadrature.node.size();
    for (std::size_t c = 0; c < classes.size(); ++c)
      for (std::size_t q = 0; q < n_nodes; ++q) {
        double v = quadrature.weight[q];
        for (std::size_t k = 0; k < population.slope.size(); ++k)
          v *= (classes[c] >> k & 1U) != 0 ? p[k * n_nodes + q] : 1.0 - p[k * n_nodes + q];
        population.probability[c] += v;
      }
  }
  structure_detail::normalise(population.probability);
}

void maximise(Structure structure, std::span<const double> counts, std::span<const std::uint32_t> classes, const Priors& priors,
              Population& population) {
  if (structure == Structure::kIndependent) return structure_detail::independent(counts, classes, priors.structure_sd, population);
  if (structure == Structure::kHigherOrder) return structure_detail::higher_order(counts, classes, priors.structure_sd, population);
  for (std::size_t c = 0; c < classes.size(); ++c) population.probability[c] = counts[c] + priors.class_count;
  double sum = 0.0;
  for (const double v : population.probability) sum += v;
  for (double& v : population.probability) v /= sum;
  structure_detail::normalise(population.probability);
}

double log_prior(Structure structure, const Priors& priors, const Population& population) {
  double out = 0.0;
  if (structure == Structure::kSaturated) {
    if (priors.class_count > 0.0)
      for (const double p : population.probability) out += priors.class_count * math::log(p);
    return out;
  }
  if (priors.structure_sd <= 0.0) return out;
  const double ridge = 1.0 / (priors.structure_sd * priors.structure_sd);
  for (const double v : population.slope) out -= 0.5 * ridge * v * v;
  for (const double v : population.intercept) out -= 0.5 * ridge * v * v;
  return out;
}

}  // namespace celadon::inline CELADON_ABI::cdm::fit_detail
