/// For the body of model_fit: category probabilities at the nodes and their derivatives with respect to what was estimated.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/model_fit.hpp>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::irt::model_fit_detail {

/// values[k][q]: one number a category and node.
using Curve = std::vector<std::vector<double>>;

/// An estimated parameter: the derivatives of the category probabilities of the items it touches.
struct Parameter {
  std::vector<std::pair<std::size_t, Curve>> items;
};

/// A model as its moments see it.
struct Curves {
  std::vector<double> weights;     ///< of the nodes
  std::vector<Curve> probability;  ///< by item
  std::vector<Parameter> parameters;
  std::vector<double> weight_derivatives;  ///< with respect to the population variance; empty where it is fixed
};

inline Curve zero_curve(std::size_t n_categories, std::size_t n_nodes) {
  return Curve(n_categories, std::vector<double>(n_nodes, 0.0));
}

/// Derivatives for the slope, each intercept, the asymptotes and each scoring value, in this order, as the item's model has them.
struct ItemDerivatives {
  Curve slope;
  std::vector<Curve> intercepts;
  Curve lower;
  Curve upper;
  std::vector<Curve> scoring;
};

inline ItemDerivatives item_derivatives(const ItemParameters& item, const Curve& p, const std::vector<double>& nodes) {
  const std::size_t n = p.size();
  const std::size_t n_nodes = nodes.size();
  const Curve zero = zero_curve(n, n_nodes);
  ItemDerivatives out{zero, std::vector<Curve>(item.intercepts.size(), zero), zero, zero, std::vector<Curve>(item.scoring.size(), zero)};
  for (std::size_t q = 0; q < n_nodes; ++q) {
    const double theta = nodes[q];
    if (is_dichotomous(item.model)) {
      const double z = item.slope * theta + item.intercepts[0];
      const double s = math::logistic(z);
      const double d = (item.upper - item.lower) * s * math::logistic(-z);
      const auto put = [&](Curve& c, double v) {
        c[1][q] = v;
        c[0][q] = -v;
      };
      put(out.slope, d * theta);
      put(out.intercepts[0], d);
      put(out.lower, 1.0 - s);
      put(out.upper, s);
    } else if (item.model == ItemModel::kGraded) {
      for (std::size_t m = 0; m + 1 < n; ++m) {  // boundary between categories m and m + 1
        const double z = item.slope * theta + item.intercepts[m];
        const double d = math::logistic(z) * math::logistic(-z);
        out.intercepts[m][m + 1][q] += d;
        out.intercepts[m][m][q] -= d;
        out.slope[m + 1][q] += d * theta;
        out.slope[m][q] -= d * theta;
      }
    } else {
      double mean = 0.0;
      const auto score = [&](std::size_t k) { return item.model == ItemModel::kNominal ? item.scoring[k] : static_cast<double>(k); };
      for (std::size_t k = 0; k < n; ++k) mean += score(k) * p[k][q];
      for (std::size_t k = 0; k < n; ++k) {
        out.slope[k][q] = p[k][q] * theta * (score(k) - mean);
        for (std::size_t m = 0; m < n; ++m) {
          const double d = p[k][q] * ((k == m ? 1.0 : 0.0) - p[m][q]);
          if (m > 0) out.intercepts[m - 1][k][q] = d;
          if (!out.scoring.empty()) out.scoring[m][k][q] = d * item.slope * theta;
        }
      }
    }
  }
  return out;
}

/// sum of factor * curve.
inline void add_scaled(Curve& out, const Curve& c, double factor) {
  for (std::size_t k = 0; k < out.size(); ++k)
    for (std::size_t q = 0; q < out[k].size(); ++q) out[k][q] += factor * c[k][q];
}

/// Curves of a model with the parameters its items estimate.
inline Curves curves_of(const Model& model, const std::vector<std::uint8_t>& fixed, PopulationVariance variance) {
  Curves out;
  const std::vector<double> nodes = model.grid.nodes();
  out.weights = model.grid.weights(model.populations[0]);
  Parameter common_slope;                               // 1PL
  std::map<std::size_t, std::vector<Parameter>> steps;  // RSM, by number of categories
  bool rasch = false;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const ItemParameters& item = model.items[j];
    const auto n = static_cast<std::size_t>(item.n_categories);
    Curve p = zero_curve(n, nodes.size());
    std::vector<double> at(n);
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      category_probabilities(item, nodes[q], at);
      for (std::size_t k = 0; k < n; ++k) p[k][q] = at[k];
    }
    out.probability.push_back(p);
    if (!fixed.empty() && fixed[j] != 0) continue;
    ItemDerivatives d = item_derivatives(item, p, nodes);
    const auto own = [&](Curve& c) { out.parameters.push_back({{{j, std::move(c)}}}); };
    const bool one_slope =
        item.model == ItemModel::kRasch || item.model == ItemModel::kPartialCredit || item.model == ItemModel::kRatingScale;
    rasch = rasch || one_slope;
    if (item.model == ItemModel::k1pl)
      common_slope.items.emplace_back(j, d.slope);
    else if (!one_slope)
      own(d.slope);
    if (item.model == ItemModel::kRatingScale) {
      Curve location = zero_curve(n, nodes.size());
      for (std::size_t m = 0; m < d.intercepts.size(); ++m) add_scaled(location, d.intercepts[m], static_cast<double>(m + 1));
      own(location);
      auto& shared = steps[n];
      shared.resize(n - 2);
      for (std::size_t m = 0; m + 2 < n; ++m) shared[m].items.emplace_back(j, d.intercepts[m]);
    } else {
      for (Curve& c : d.intercepts) own(c);
    }
    if (item.model == ItemModel::k3pl || item.model == ItemModel::k4pl) own(d.lower);
    if (item.model == ItemModel::k4pl) own(d.upper);
    for (std::size_t m = 1; m + 1 < d.scoring.size(); ++m) own(d.scoring[m]);
  }
  if (!common_slope.items.empty()) out.parameters.push_back(std::move(common_slope));
  for (auto& [n, shared] : steps)
    for (Parameter& p : shared) out.parameters.push_back(std::move(p));
  if (variance == PopulationVariance::kFree || (variance == PopulationVariance::kByModel && rasch)) {
    const Population& population = model.populations[0];
    const double v = population.sd * population.sd;
    double mean = 0.0;
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      const double z = nodes[q] - population.mean;
      out.weight_derivatives.push_back(z * z / (2.0 * v * v));
      mean += out.weights[q] * out.weight_derivatives.back();
    }
    for (std::size_t q = 0; q < nodes.size(); ++q) out.weight_derivatives[q] = out.weights[q] * (out.weight_derivatives[q] - mean);
  }
  return out;
}

/// Independent items with the given category shares, all of them estimated: one node.
inline Curves independent(const std::vector<std::vector<double>>& shares) {
  Curves out;
  out.weights = {1.0};
  for (std::size_t j = 0; j < shares.size(); ++j) {
    Curve p = zero_curve(shares[j].size(), 1);
    for (std::size_t k = 0; k < shares[j].size(); ++k) p[k][0] = shares[j][k];
    out.probability.push_back(std::move(p));
    for (std::size_t k = 1; k < shares[j].size(); ++k) {
      Curve d = zero_curve(shares[j].size(), 1);
      d[k][0] = 1.0;
      d[0][0] = -1.0;
      out.parameters.push_back({{{j, std::move(d)}}});
    }
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt::model_fit_detail
