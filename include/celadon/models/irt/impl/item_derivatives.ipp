#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace derivatives_detail {

inline double logit(double p) {
  return math::log(p / (1.0 - p));
}

/// First and second derivatives of P(1) of a dichotomous item with respect to a, d, logit g, logit u.
struct Dichotomous {
  double p0 = 0.0;
  double p1 = 0.0;
  double first[4] = {};
  double second[4][4] = {};
};

inline Dichotomous dichotomous(const ItemParameters& item, double ability) {
  Dichotomous out;
  const double z = item.slope * ability + item.intercepts[0];
  const double p = math::logistic(z);
  const double q = math::logistic(-z);
  const double range = item.upper - item.lower;
  out.p1 = std::max(item.lower + range * p, std::numeric_limits<double>::min());
  out.p0 = std::max((1.0 - item.upper) + range * q, std::numeric_limits<double>::min());
  const double dz = range * p * q;
  const double dzz = dz * (q - p);
  const double g1 = item.lower * (1.0 - item.lower);
  const double u1 = item.upper * (1.0 - item.upper);
  const double zp[2] = {ability, 1.0};
  for (int i = 0; i < 2; ++i) {
    out.first[i] = dz * zp[i];
    for (int j = 0; j < 2; ++j) out.second[i][j] = dzz * zp[i] * zp[j];
    out.second[i][2] = out.second[2][i] = -p * q * g1 * zp[i];
    out.second[i][3] = out.second[3][i] = p * q * u1 * zp[i];
  }
  out.first[2] = q * g1;
  out.second[2][2] = q * g1 * (1.0 - 2.0 * item.lower);
  out.first[3] = p * u1;
  out.second[3][3] = p * u1 * (1.0 - 2.0 * item.upper);
  return out;
}

/// Scores of the categories in z_k = e_k . local for the divide-by-total models: element l of e_k.
inline double direction(const ItemParameters& item, double ability, int category, int local) {
  const int steps = item.n_categories - 1;
  if (item.model == ItemModel::kNominal) {
    if (local < steps) return category == local + 1 ? ability : 0.0;
    return category == local - steps + 1 ? 1.0 : 0.0;
  }
  if (local == 0) return static_cast<double>(category) * ability;
  return category == local ? 1.0 : 0.0;
}

/// total * covariance of the directions under the probabilities p, without a pass over the categories for each pair.
inline void add_linear_information(const ItemParameters& item, double ability, double total, const double* p, double* out) {
  const int steps = item.n_categories - 1;
  const auto covariance = [&](int k, int l) { return total * p[k] * ((k == l ? 1.0 : 0.0) - p[l]); };
  if (item.model == ItemModel::kNominal) {
    const int n = 2 * steps;
    for (int k = 0; k < steps; ++k)
      for (int l = 0; l < steps; ++l) {
        const double c = covariance(k + 1, l + 1);
        out[k * n + l] += ability * ability * c;
        out[k * n + steps + l] += ability * c;
        out[(steps + k) * n + l] += ability * c;
        out[(steps + k) * n + steps + l] += c;
      }
    return;
  }
  const int n = steps + 1;
  double mean = 0.0;
  for (int k = 1; k <= steps; ++k) mean += k * p[k];
  double variance = 0.0;
  for (int k = 0; k <= steps; ++k) variance += (k - mean) * (k - mean) * p[k];
  out[0] += total * ability * ability * variance;
  for (int k = 1; k <= steps; ++k) {
    const double side = total * ability * p[k] * (k - mean);
    out[k] += side;
    out[k * n] += side;
    for (int l = 1; l <= steps; ++l) out[k * n + l] += covariance(k, l);
  }
}

}  // namespace derivatives_detail

int n_local(const ItemParameters& item) {
  switch (item.model) {
    case ItemModel::kRasch:
    case ItemModel::k1pl:
    case ItemModel::k2pl:
      return 2;
    case ItemModel::k3pl:
      return 3;
    case ItemModel::k4pl:
      return 4;
    case ItemModel::kNominal:
      return 2 * (item.n_categories - 1);
    default:
      return item.n_categories;
  }
}

std::vector<double> to_local(const ItemParameters& item) {
  std::vector<double> out;
  if (item.model == ItemModel::kNominal) {
    for (std::size_t k = 1; k < item.scoring.size(); ++k) out.push_back(item.scoring[k] * item.slope);
  } else {
    out.push_back(item.slope);
  }
  out.insert(out.end(), item.intercepts.begin(), item.intercepts.end());
  if (item.model == ItemModel::k3pl || item.model == ItemModel::k4pl) out.push_back(derivatives_detail::logit(item.lower));
  if (item.model == ItemModel::k4pl) out.push_back(derivatives_detail::logit(item.upper));
  return out;
}

void from_local(std::span<const double> local, ItemParameters& item) {
  const auto steps = static_cast<std::size_t>(item.n_categories - 1);
  std::size_t at = 1;
  if (item.model == ItemModel::kNominal) {
    at = steps;
    item.scoring.assign(steps + 1, 0.0);
    item.slope = local[steps - 1] / static_cast<double>(steps);
    for (std::size_t k = 1; k <= steps; ++k) item.scoring[k] = local[k - 1] / item.slope;
    item.scoring[steps] = static_cast<double>(steps);
  } else {
    item.slope = local[0];
  }
  for (std::size_t k = 0; k < item.intercepts.size(); ++k) item.intercepts[k] = local[at++];
  if (item.model == ItemModel::k3pl || item.model == ItemModel::k4pl) item.lower = math::logistic(local[at++]);
  if (item.model == ItemModel::k4pl) item.upper = math::logistic(local[at]);
}

void log_derivatives(const ItemParameters& item, double ability, double* probability, double* derivative) {
  const int n = n_local(item);
  const int categories = item.n_categories;
  category_probabilities(item, ability, {probability, static_cast<std::size_t>(categories)});
  if (is_dichotomous(item.model)) {
    const auto d = derivatives_detail::dichotomous(item, ability);
    for (int l = 0; l < n; ++l) {
      derivative[l] = -d.first[l] / d.p0;
      derivative[n + l] = d.first[l] / d.p1;
    }
  } else if (item.model == ItemModel::kGraded) {
    // with F_k = P(X >= k): P_k = F_k (1 - F_{k+1}) (1 - exp(d_{k+1} - d_k)), so the ratios below do not cancel
    for (int k = 0; k < categories; ++k) {
      double* row = derivative + k * n;
      std::fill(row, row + n, 0.0);
      const bool bottom = k == 0;
      const bool top = k == categories - 1;
      const double z = bottom ? 0.0 : item.slope * ability + item.intercepts[static_cast<std::size_t>(k - 1)];
      const double next = top ? 0.0 : item.slope * ability + item.intercepts[static_cast<std::size_t>(k)];
      const double below = bottom ? 0.0 : math::logistic(-z);  // 1 - F_k
      const double above = top ? 0.0 : math::logistic(next);   // F_{k+1}
      const double gap = bottom || top ? 1.0 : 1.0 - math::exp(next - z);
      row[0] = ability * (below - above);
      if (!bottom) row[k] = below / ((1.0 - above) * gap);
      if (!top) row[k + 1] = -above / ((1.0 - below) * gap);
    }
  } else {
    for (int l = 0; l < n; ++l) {
      double mean = 0.0;
      for (int k = 0; k < categories; ++k) mean += probability[k] * derivatives_detail::direction(item, ability, k, l);
      for (int k = 0; k < categories; ++k) derivative[k * n + l] = derivatives_detail::direction(item, ability, k, l) - mean;
    }
  }
}

void add_information(const ItemParameters& item, double ability, const double* counts, bool exact, double* out) {
  const int n = n_local(item);
  const int categories = item.n_categories;
  double total = 0.0;
  for (int k = 0; k < categories; ++k) total += counts[k];
  if (!(total > 0.0)) return;
  thread_local std::vector<double> scratch;
  scratch.assign(static_cast<std::size_t>(categories) * static_cast<std::size_t>(n + 1), 0.0);
  double* p = scratch.data();
  double* d = p + categories;
  log_derivatives(item, ability, p, d);
  const bool graded = item.model == ItemModel::kGraded;
  if (!is_dichotomous(item.model) && !graded) {  // observed = expected
    derivatives_detail::add_linear_information(item, ability, total, p, out);
    return;
  }
  for (int k = 0; k < categories; ++k) {
    const double weight = exact ? counts[k] : total * p[k];
    if (weight == 0.0) continue;
    const double* row = d + k * n;
    // a graded category depends on the slope and on the thresholds at its two ends
    const int at[3] = {0, k, k + 1};
    const int used = graded ? (k == 0 || k == categories - 1 ? 2 : 3) : n;
    const auto index = [&](int i) { return !graded ? i : (k == 0 && i == 1 ? 1 : at[i]); };
    for (int l = 0; l < used; ++l)
      for (int m = 0; m < used; ++m) out[index(l) * n + index(m)] += weight * row[index(l)] * row[index(m)];
  }
  if (!exact) return;
  // less sum_k counts_k / P_k d2 P_k
  if (is_dichotomous(item.model)) {
    const auto s = derivatives_detail::dichotomous(item, ability);
    const double ratio = counts[1] / s.p1 - counts[0] / s.p0;
    for (int l = 0; l < n; ++l)
      for (int m = 0; m < n; ++m) out[l * n + m] -= ratio * s.second[l][m];
    return;
  }
  for (int k = 1; k < categories; ++k) {
    const double z = item.slope * ability + item.intercepts[static_cast<std::size_t>(k - 1)];
    const double f = math::logistic(z);
    const double g = math::logistic(-z);
    const double second = f * g * (g - f);
    const double ratio = counts[k] / p[k] - counts[k - 1] / p[k - 1];
    out[0] -= ratio * second * ability * ability;
    out[k] -= ratio * second * ability;
    out[k * n] -= ratio * second * ability;
    out[k * n + k] -= ratio * second;
  }
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
