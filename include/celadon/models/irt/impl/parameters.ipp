#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace parameters_detail {

constexpr double kLogRootTwoPi = 0.91893853320467274178;

/// Log density of a prior at a free parameter, its first derivative, and minus its second derivative.
struct PriorTerm {
  double value = 0.0;
  double first = 0.0;
  double information = 0.0;
};

inline double log_beta_function(double a, double b) {
  // std::lgamma writes a global; shapes are moderate, so a product and Stirling's series do
  const auto log_gamma = [](double x) {
    double shift = 0.0;
    while (x < 12.0) {
      shift -= math::log(x);
      x += 1.0;
    }
    const double i = 1.0 / x;
    return shift + (x - 0.5) * math::log(x) - x + kLogRootTwoPi + i * (1.0 / 12.0 - i * i * (1.0 / 360.0 - i * i * (1.0 / 1260.0)));
  };
  return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

inline PriorTerm prior_term(const FreePrior& prior, double x, bool exact) {
  PriorTerm out;
  switch (prior.family) {
    case PriorFamily::kNormal: {
      const double z = (x - prior.first) / prior.second;
      out.value = -0.5 * z * z - math::log(prior.second) - kLogRootTwoPi;
      out.first = -z / prior.second;
      out.information = 1.0 / (prior.second * prior.second);
      break;
    }
    case PriorFamily::kLogNormal: {
      if (!(x > 0.0)) {
        out.value = -std::numeric_limits<double>::infinity();
        break;
      }
      const double variance = prior.second * prior.second;
      const double z = math::log(x) - prior.first;
      out.value = -0.5 * z * z / variance - math::log(prior.second) - kLogRootTwoPi - math::log(x);
      out.first = -(1.0 + z / variance) / x;
      out.information = (1.0 / variance - 1.0 - z / variance) / (x * x);
      if (!exact) out.information = std::max(out.information, 1.0 / (variance * x * x));
      break;
    }
    case PriorFamily::kBeta: {
      const double g = math::logistic(x);
      const double a = prior.first - 1.0;
      const double b = prior.second - 1.0;
      out.value = a * math::log(g) + b * math::log(math::logistic(-x)) - log_beta_function(prior.first, prior.second);
      out.first = a * (1.0 - g) - b * g;
      out.information = (a + b) * g * (1.0 - g);
      break;
    }
  }
  return out;
}

}  // namespace parameters_detail

void apply(const Layout& layout, std::span<const double> free, Model& model) {
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const ItemLayout& item = layout.items[j];
    if (item.links.empty()) continue;
    std::vector<double> local = item.base;
    for (const LocalLink& link : item.links)
      local[static_cast<std::size_t>(link.local)] += link.coefficient * free[static_cast<std::size_t>(link.free)];
    from_local(local, model.items[j]);
  }
  for (std::size_t g = 0; g < model.populations.size(); ++g) {
    const PopulationLayout& population = layout.populations[g];
    if (population.mean >= 0) model.populations[g].mean = free[static_cast<std::size_t>(population.mean)];
    if (population.log_sd >= 0) model.populations[g].sd = math::exp(free[static_cast<std::size_t>(population.log_sd)]);
  }
}

bool feasible(const Layout& layout, std::span<const double> free, const Model& model) {
  for (const FreePrior& prior : layout.priors)
    if (prior.family == PriorFamily::kLogNormal && !(free[static_cast<std::size_t>(prior.free)] > 0.0)) return false;
  for (const ItemParameters& item : model.items) {
    if (item.model == ItemModel::k4pl && !(item.lower < item.upper)) return false;
    if (item.model == ItemModel::kGraded)
      for (std::size_t k = 1; k < item.intercepts.size(); ++k)
        if (!(item.intercepts[k] < item.intercepts[k - 1])) return false;
  }
  return std::all_of(free.begin(), free.end(), [](double v) { return std::isfinite(v); });
}

double log_prior(const Layout& layout, std::span<const double> free) {
  double out = 0.0;
  for (const FreePrior& prior : layout.priors)
    out += parameters_detail::prior_term(prior, free[static_cast<std::size_t>(prior.free)], false).value;
  return out;
}

namespace parameters_detail {

/// One item's gradient and information in local parameters, moved to the free ones.
inline void add_item(const ItemLayout& layout, const ItemParameters& item, const Tables& tables, const std::vector<double>& counts,
                     bool exact, int n_free, Derivatives& out) {
  const int n = layout.n_local;
  const auto categories = static_cast<std::size_t>(item.n_categories);
  const auto padded = static_cast<std::size_t>(tables.padded);
  std::vector<double> probability(categories);
  std::vector<double> derivative(categories * static_cast<std::size_t>(n));
  std::vector<double> cell(categories);
  std::vector<double> gradient(static_cast<std::size_t>(n), 0.0);
  std::vector<double> information(static_cast<std::size_t>(n * n), 0.0);
  for (std::size_t q = 0; q < tables.nodes.size(); ++q) {
    for (std::size_t k = 0; k < categories; ++k) cell[k] = counts[k * padded + q];
    log_derivatives(item, tables.nodes[q], probability.data(), derivative.data());
    for (std::size_t k = 0; k < categories; ++k)
      for (int l = 0; l < n; ++l)
        gradient[static_cast<std::size_t>(l)] += cell[k] * derivative[k * static_cast<std::size_t>(n) + static_cast<std::size_t>(l)];
    add_information(item, tables.nodes[q], cell.data(), exact, information.data());
  }
  for (const LocalLink& a : layout.links) {
    out.gradient[static_cast<std::size_t>(a.free)] += a.coefficient * gradient[static_cast<std::size_t>(a.local)];
    for (const LocalLink& b : layout.links)
      out.information[static_cast<std::size_t>(a.free) * static_cast<std::size_t>(n_free) + static_cast<std::size_t>(b.free)] +=
          a.coefficient * b.coefficient *
          information[static_cast<std::size_t>(a.local) * static_cast<std::size_t>(n) + static_cast<std::size_t>(b.local)];
  }
}

}  // namespace parameters_detail

void population_derivatives(const Population& population, std::span<const double> nodes, std::span<const double> weights,
                            std::span<double> by_mean, std::span<double> by_log_sd, double* normaliser_second) {
  // log W = h - log sum exp h, h = -(theta - mean)^2 / (2 sd^2): an exponential family on the grid
  double mean[2] = {0.0, 0.0};
  double second[3] = {0.0, 0.0, 0.0};
  const double variance = population.sd * population.sd;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double z = nodes[q] - population.mean;
    by_mean[q] = z / variance;
    by_log_sd[q] = z * z / variance;
    mean[0] += weights[q] * by_mean[q];
    mean[1] += weights[q] * by_log_sd[q];
    second[1] += weights[q] * -2.0 * z / variance;
    second[2] += weights[q] * -2.0 * z * z / variance;
  }
  second[0] = -1.0 / variance;
  double covariance[3] = {0.0, 0.0, 0.0};
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    by_mean[q] -= mean[0];
    by_log_sd[q] -= mean[1];
    covariance[0] += weights[q] * by_mean[q] * by_mean[q];
    covariance[1] += weights[q] * by_mean[q] * by_log_sd[q];
    covariance[2] += weights[q] * by_log_sd[q] * by_log_sd[q];
  }
  for (int i = 0; i < 3; ++i) normaliser_second[i] = second[i] + covariance[i];
}

Derivatives derivatives(const Layout& layout, std::span<const double> free, const Model& model, const Tables& tables,
                        const Expected& expected, bool exact) {
  const int n = layout.n_free();
  const auto width = static_cast<std::size_t>(n);
  Derivatives out;
  out.gradient.assign(width, 0.0);
  out.information.assign(width * width, 0.0);
  for (std::size_t j = 0; j < model.items.size(); ++j)
    if (!layout.items[j].links.empty())
      parameters_detail::add_item(layout.items[j], model.items[j], tables, expected.counts[j], exact, n, out);

  std::vector<double> by_mean(tables.nodes.size());
  std::vector<double> by_log_sd(tables.nodes.size());
  for (std::size_t g = 0; g < model.populations.size(); ++g) {
    const PopulationLayout& at = layout.populations[g];
    if (at.mean < 0 && at.log_sd < 0) continue;
    const double* counts = expected.population.data() + g * static_cast<std::size_t>(tables.padded);
    double second[3];
    population_derivatives(model.populations[g], tables.nodes,
                           {tables.weights.data() + g * static_cast<std::size_t>(tables.padded), tables.nodes.size()}, by_mean, by_log_sd,
                           second);
    const double variance = model.populations[g].sd * model.populations[g].sd;
    double gradient[2] = {0.0, 0.0};
    double information[3] = {0.0, 0.0, 0.0};
    for (std::size_t q = 0; q < tables.nodes.size(); ++q) {
      const double z = tables.nodes[q] - model.populations[g].mean;
      gradient[0] += counts[q] * by_mean[q];
      gradient[1] += counts[q] * by_log_sd[q];
      information[0] += counts[q] * (1.0 / variance + second[0]);
      information[1] += counts[q] * (2.0 * z / variance + second[1]);
      information[2] += counts[q] * (2.0 * z * z / variance + second[2]);
    }
    if (!exact) {  // expectation under W: the covariance of the two derivatives
      double total = 0.0;
      for (std::size_t q = 0; q < tables.nodes.size(); ++q) total += counts[q];
      std::fill(information, information + 3, 0.0);
      const double* weights = tables.weights.data() + g * static_cast<std::size_t>(tables.padded);
      for (std::size_t q = 0; q < tables.nodes.size(); ++q) {
        information[0] += total * weights[q] * by_mean[q] * by_mean[q];
        information[1] += total * weights[q] * by_mean[q] * by_log_sd[q];
        information[2] += total * weights[q] * by_log_sd[q] * by_log_sd[q];
      }
    }
    const std::int32_t to[2] = {at.mean, at.log_sd};
    for (int a = 0; a < 2; ++a) {
      if (to[a] < 0) continue;
      out.gradient[static_cast<std::size_t>(to[a])] += gradient[a];
      for (int b = 0; b < 2; ++b)
        if (to[b] >= 0) out.information[static_cast<std::size_t>(to[a]) * width + static_cast<std::size_t>(to[b])] += information[a + b];
    }
  }

  for (const FreePrior& prior : layout.priors) {
    const auto at = static_cast<std::size_t>(prior.free);
    const auto term = parameters_detail::prior_term(prior, free[at], exact);
    out.log_prior += term.value;
    out.gradient[at] += term.first;
    out.information[at * width + at] += term.information;
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
