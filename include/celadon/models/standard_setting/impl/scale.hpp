/// The test characteristic curve for the bodies of the room: its ends, its slope, its inverse.
#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/information.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace celadon::inline CELADON_ABI::standard_setting::scale_detail {

/// Abilities are sought here: as far out as irt::score goes.
inline constexpr double kLowest = -20.0;
inline constexpr double kHighest = 20.0;

inline double points_of(const irt::CategoryPoints& points, std::size_t item, std::size_t category) {
  return points.empty() || points[item].empty() ? static_cast<double>(category) : points[item][category];
}

inline double item_full_mark(const irt::Model& model, const irt::CategoryPoints& points, std::size_t item) {
  double best = points_of(points, item, 0);
  for (std::size_t k = 1; k < static_cast<std::size_t>(model.items[item].n_categories); ++k)
    best = std::max(best, points_of(points, item, k));
  return best;
}

inline double full_mark(const irt::Model& model, const irt::CategoryPoints& points) {
  double sum = 0.0;
  for (std::size_t j = 0; j < model.items.size(); ++j) sum += item_full_mark(model, points, j);
  return sum;
}

/// Expected points of one item.
inline double expected(const irt::Model& model, const irt::CategoryPoints& points, std::size_t item, double ability,
                       std::vector<double>& room) {
  room.resize(static_cast<std::size_t>(model.items[item].n_categories));
  irt::category_probabilities(model.items[item], ability, room);
  double sum = 0.0;
  for (std::size_t k = 0; k < room.size(); ++k) sum += points_of(points, item, k) * room[k];
  return sum;
}

/// Derivative of the expected score: sum of points P d log P.
inline double slope(const irt::Model& model, double ability, const irt::CategoryPoints& points) {
  double sum = 0.0;
  std::vector<double> p;
  std::vector<double> first;
  std::vector<double> second;
  for (std::size_t j = 0; j < model.items.size(); ++j) {
    const auto n = static_cast<std::size_t>(model.items[j].n_categories);
    p.resize(n);
    first.resize(n);
    second.resize(n);
    irt::category_probabilities(model.items[j], ability, p);
    irt::category_log_derivatives(model.items[j], ability, first, second);
    for (std::size_t k = 0; k < n; ++k) sum += points_of(points, j, k) * p[k] * first[k];
  }
  return sum;
}

/// Where a rising curve meets `value`, by bisection to the last bit; none where it does not within the bounds.
template <class Curve>
std::optional<double> root(const Curve& curve, double value) {
  double low = kLowest;
  double high = kHighest;
  if (!(curve(low) < value) || !(curve(high) > value)) return std::nullopt;
  for (int step = 0; step < 200; ++step) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (curve(middle) < value ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace celadon::inline CELADON_ABI::standard_setting::scale_detail
