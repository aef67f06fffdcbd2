#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/evaluation/feedback/impl/predictor_parts.hpp>

#include <algorithm>
#include <cmath>

#define CELADON_SIMD_KERNEL <celadon/evaluation/feedback/impl/predictor_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

// One item of the working model: its priors, its maximisation, its tables.
namespace celadon::inline CELADON_ABI::feedback::predictor_detail {

/// Bounds of the log slope: beyond them the likelihood is flat.
inline constexpr double kLowestLogSlope = -7.0;
inline constexpr double kHighestLogSlope = 4.1;
inline constexpr double kHighestTilt = 300.0;
/// At most as many pseudo-pupils at the paper's mean.
inline constexpr double kMostMeanPrior = 10.0;
/// Points of the pooled shape.
inline constexpr std::size_t kShapePoints = 11;
/// Part of the pooled shape that is spread evenly, and part of an item's prior that is, at most.
inline constexpr double kEvenPart = 0.2;

void reciprocals(const double* x, int stride, double* out) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, reciprocals, x, stride, out);
}
double multiply(double* x, const double* y, int stride) {
  return CELADON_SIMD_DISPATCH(feedback::predictor_detail, multiply, x, y, stride);
}
void scale(double* x, double by, int stride) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, scale, x, by, stride);
}
void add(double* x, const double* y, int stride) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, add, x, y, stride);
}
double dot(const double* x, const double* y, int stride) {
  return CELADON_SIMD_DISPATCH(feedback::predictor_detail, dot, x, y, stride);
}
void point_moments(const double* probability, const double* points, int n, int stride, double* mean, double* second) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, point_moments, probability, points, n, stride, mean, second);
}
void point_tail(const double* probability, const double* points, int n, int at, int stride, double* tail) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, point_tail, probability, points, n, at, stride, tail);
}
void person_posterior(const double* const* rows, int n_rows, const double* prior, int stride, double* out) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, person_posterior, rows, n_rows, prior, stride, out);
}
CellSums cell_sums(const double* posterior, const double* without, const double* mean, const double* second, const double* tail,
                   int stride) {
  double out[4];
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, cell_sums, posterior, without, mean, second, tail, stride, out);
  return {out[0], out[1], out[2], out[3]};
}

void Room::fit(std::size_t n_nodes, std::size_t n_categories) {
  for (std::vector<double>* v : {&tilt, &step, &total, &mean, &variance, &third, &weight})
    if (v->size() < n_nodes) v->resize(n_nodes);
  if (lanes.size() < 8 * n_categories) lanes.resize(8 * n_categories);
  if (sums.size() < n_categories) sums.resize(n_categories);
}

namespace item_detail {

struct Moments {
  double mean = 0.0;  ///< of the share
  double variance = 0.0;
};

inline Moments moments(const std::vector<double>& weight) {
  double total = 0.0;
  double first = 0.0;
  for (std::size_t k = 0; k < weight.size(); ++k) {
    total += weight[k];
    first += weight[k] * static_cast<double>(k);
  }
  if (!(total > 0.0)) return {};
  const double mean = first / total;
  double square = 0.0;
  for (std::size_t k = 0; k < weight.size(); ++k) {
    const double d = static_cast<double>(k) - mean;
    square += weight[k] * d * d;
  }
  const double m = static_cast<double>(weight.size() - 1);
  return {mean / m, square / total / (m * m)};
}

/// base[k] *= exp(tilt k / (n - 1)), then normalised.
inline void tilt_base(std::vector<double>& base, double tilt) {
  const double step = math::exp(std::clamp(tilt, -kHighestTilt, kHighestTilt) / static_cast<double>(base.size() - 1));
  double power = 1.0;
  double total = 0.0;
  for (double& b : base) {
    b *= power;
    total += b;
    power *= step;
  }
  for (double& b : base) b /= total;
}

/// The shape tilted to a mean share. Bisection: the mean increases with the tilt.
inline std::vector<double> with_mean(const std::vector<double>& shape, double mean) {
  const double target = std::clamp(mean, 1e-3, 1.0 - 1e-3);
  double low = -60.0;
  double high = 60.0;
  std::vector<double> out;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    out = shape;
    tilt_base(out, middle);
    (moments(out).mean < target ? low : high) = middle;
  }
  return out;
}

/// The shape tilted and mixed with an even distribution over its categories so as to have a mean share. The even part makes half of the
/// loss (of the gain, below one half): however rare losses are, none is all but impossible because nobody has shown it yet.
inline std::vector<double> prior_shape(const std::vector<double>& shape, double mean) {
  const double target = std::clamp(mean, 1e-3, 1.0 - 1e-3);
  const double near = std::max(target, 1.0 - target);
  const double even = std::min(kEvenPart, (1.0 - near) / near);
  std::vector<double> out = with_mean(shape, (target - 0.5 * even) / (1.0 - even));
  double n = 0.0;
  for (const double s : shape) n += s > 0.0 ? 1.0 : 0.0;
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = (1.0 - even) * out[k] + (shape[k] > 0.0 ? even / n : 0.0);
  return out;
}

/// The shares of the paper's items on kShapePoints points, each item alike, mixed with an even distribution.
inline std::vector<double> pooled_shape(const std::vector<std::vector<double>>& counts) {
  std::vector<double> out(kShapePoints, 0.0);
  for (const auto& count : counts) {
    if (count.size() < 4) continue;  // items with few categories say nothing about the shape between
    double total = 0.0;
    for (const double c : count) total += c;
    if (!(total > 0.0)) continue;
    for (std::size_t k = 0; k < count.size(); ++k) {
      const double at = static_cast<double>(k * (kShapePoints - 1)) / static_cast<double>(count.size() - 1);
      const auto left = std::min(static_cast<std::size_t>(at), kShapePoints - 2);
      const double part = at - static_cast<double>(left);
      out[left] += (1.0 - part) * count[k] / total;
      out[left + 1] += part * count[k] / total;
    }
  }
  double total = 0.0;
  for (const double s : out) total += s;
  for (double& s : out) s = total > 0.0 ? (1.0 - kEvenPart) * s / total + kEvenPart / kShapePoints : 1.0 / kShapePoints;
  return out;
}

/// The pooled shape at the categories of an item. An item with two observed scores at most is taken to have no others but the extremes.
inline std::vector<double> shape_at(const std::vector<double>& pooled, const std::vector<double>& count) {
  std::vector<double> out(count.size());
  std::size_t seen = 0;
  for (const double c : count) seen += c > 0.0 ? 1 : 0;
  double total = 0.0;
  for (std::size_t k = 0; k < count.size(); ++k) {
    const bool possible = seen > 2 || count[k] > 0.0 || k == 0 || k + 1 == count.size();
    const double at = static_cast<double>(k * (kShapePoints - 1)) / static_cast<double>(count.size() - 1);
    const auto left = std::min(static_cast<std::size_t>(at), kShapePoints - 2);
    const double part = at - static_cast<double>(left);
    out[k] = possible ? (1.0 - part) * pooled[left] + part * pooled[left + 1] : 0.0;
    total += out[k];
  }
  for (double& s : out) s /= total;
  return out;
}

inline void set_steps(const WorkingItem& item, const std::vector<double>& nodes, double shift, const double* spread, double times,
                      Room& r) {
  const double slope = math::exp(item.log_slope);
  const double m = item.n() - 1;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double tilt = slope * nodes[q] + shift + (spread == nullptr ? 0.0 : times * spread[q]);
    r.tilt[q] = std::clamp(tilt, -kHighestTilt, kHighestTilt) / m;
  }
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, exponentials, r.tilt.data(), static_cast<int>(nodes.size()), r.step.data());
}

inline void set_moments(const WorkingItem& item, int stride, Room& r) {
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, tilt_moments, item.base.data(), item.n(), r.step.data(), stride, r.total.data(),
                        r.mean.data(), r.variance.data(), r.third.data());
}

/// Information on location and log slope (expected, with priors) at the moments in the room.
struct Information {
  double location = 0.0;
  double cross = 0.0;
  double slope = 0.0;
};

inline Information information(const WorkingItem& item, const ItemSums& sums, const std::vector<double>& nodes, const SlopePrior& prior,
                               const Room& r) {
  const double m = item.n() - 1;
  const double a = math::exp(item.log_slope);
  Information out;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double v = sums.nodes[q] * r.variance[q];
    out.location += v + sums.prior[q] * r.variance[q];
    out.cross += v * nodes[q];
    out.slope += v * nodes[q] * nodes[q];
  }
  out.location /= m * m;
  out.cross *= a / (m * m);
  out.slope = out.slope * a * a / (m * m) + 1.0 / (prior.spread * prior.spread);
  return out;
}

}  // namespace item_detail

std::vector<std::vector<double>> shape_priors(const std::vector<std::vector<double>>& counts, double category_weight) {
  const std::vector<double> pooled = item_detail::pooled_shape(counts);
  double n_items = 0.0;
  double mean = 0.0;
  double square = 0.0;
  double error = 0.0;
  std::vector<double> size(counts.size(), 0.0);
  std::vector<item_detail::Moments> of(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (const double c : counts[i]) size[i] += c;
    if (!(size[i] > 0.0)) continue;
    of[i] = item_detail::moments(counts[i]);
    n_items += 1.0;
    mean += of[i].mean;
    square += of[i].mean * of[i].mean;
    error += of[i].variance / size[i];
  }
  std::vector<std::vector<double>> out(counts.size());
  if (n_items == 0.0) return out;
  mean /= n_items;
  const double observed = (square / n_items - mean * mean) * (n_items > 1.0 ? n_items / (n_items - 1.0) : 1.0);
  const double between = std::max(observed - error / n_items, 1e-5);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!(size[i] > 0.0)) continue;
    const std::vector<double> shape = item_detail::shape_at(pooled, counts[i]);
    const std::vector<double> own = item_detail::prior_shape(shape, of[i].mean);
    const std::vector<double> common = item_detail::prior_shape(shape, mean);
    const double weight = std::min(of[i].variance / between, kMostMeanPrior);
    out[i].resize(counts[i].size());
    for (std::size_t k = 0; k < out[i].size(); ++k) out[i][k] = category_weight * own[k] + weight * common[k];
  }
  return out;
}

double log_deviation(const WorkingItem& item, const std::vector<double>& count) {
  std::vector<double> all = item.prior;
  for (std::size_t k = 0; k < all.size(); ++k) all[k] += count[k];
  return 0.5 * math::log(std::max(item_detail::moments(all).variance, 1e-6));
}

double improve(WorkingItem& item, const ItemSums& sums, const std::vector<double>& nodes, const SlopePrior& prior, Room& r) {
  using item_detail::moments;
  const auto stride = static_cast<int>(nodes.size());
  const int n = item.n();
  const double m = n - 1;
  r.fit(nodes.size(), item.base.size());
  const double mean_before = moments(item.base).mean;
  const double slope_before = item.log_slope;

  // the base, by a bound on the log totals that is tight at the present base: it never lowers the objective
  item_detail::set_steps(item, nodes, 0.0, nullptr, 0.0, r);
  item_detail::set_moments(item, stride, r);
  for (std::size_t q = 0; q < nodes.size(); ++q) r.weight[q] = (sums.nodes[q] + sums.prior[q]) / r.total[q];
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, power_sums, n, r.step.data(), r.weight.data(), stride, r.lanes.data(), r.sums.data());
  double total = 0.0;
  for (std::size_t k = 0; k < item.base.size(); ++k) {
    item.base[k] = (std::max(sums.count[k], 0.0) + item.prior[k]) / r.sums[k];
    total += item.base[k];
  }
  for (double& b : item.base) b /= total;

  // location and log slope together, by scoring. The pseudo-pupils say nothing about the slope: they have no other item
  item_detail::set_moments(item, stride, r);
  double gain = 0.0;
  double slope_gain = sums.cross;
  for (std::size_t k = 0; k < item.base.size(); ++k) gain += (sums.count[k] + item.prior[k]) * static_cast<double>(k);
  gain /= m;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    gain -= (sums.nodes[q] + sums.prior[q]) * r.mean[q] / m;
    slope_gain -= sums.nodes[q] * r.mean[q] / m * nodes[q];
  }
  const double deviation = log_deviation(item, sums.count);
  const double centre = prior.log_common + prior.by_points * (deviation + math::log(m)) - deviation;
  slope_gain = slope_gain * math::exp(item.log_slope) - (item.log_slope - centre) / (prior.spread * prior.spread);
  const item_detail::Information info = item_detail::information(item, sums, nodes, prior, r);
  const double determinant = info.location * info.slope - info.cross * info.cross;
  if (determinant > 1e-12 * info.location * info.slope && info.location > 0.0) {
    const double largest = 1.0 / math::sqrt(moments(item.base).variance + 1e-6);
    const double location = std::clamp((info.slope * gain - info.cross * slope_gain) / determinant, -largest, largest);
    const double slope = std::clamp((info.location * slope_gain - info.cross * gain) / determinant, -0.5, 0.5);
    item.log_slope = std::clamp(item.log_slope + slope, kLowestLogSlope, kHighestLogSlope);
    item_detail::tilt_base(item.base, location);
  }
  return std::max(std::abs(item.log_slope - slope_before), 10.0 * std::abs(moments(item.base).mean - mean_before));
}

void set_prior(const WorkingItem& item, const double* likelihood, const std::vector<double>& nodes, const std::vector<double>& weights,
               ItemSums& sums, Room& r) {
  const auto stride = static_cast<int>(nodes.size());
  r.fit(nodes.size(), item.base.size());
  sums.prior.assign(nodes.size(), 0.0);
  for (std::size_t k = 0; k < item.base.size(); ++k) {
    if (!(item.prior[k] > 0.0)) continue;
    std::copy(weights.begin(), weights.end(), r.weight.begin());
    const double total = multiply(r.weight.data(), likelihood + k * nodes.size(), stride);
    if (!(total > 0.0)) continue;
    scale(r.weight.data(), item.prior[k] / total, stride);
    add(sums.prior.data(), r.weight.data(), stride);
  }
}

void item_likelihood(const WorkingItem& item, const std::vector<double>& nodes, double* likelihood, Room& r) {
  const auto stride = static_cast<int>(nodes.size());
  r.fit(nodes.size(), item.base.size());
  item_detail::set_steps(item, nodes, 0.0, nullptr, 0.0, r);
  item_detail::set_moments(item, stride, r);
  CELADON_SIMD_DISPATCH(feedback::predictor_detail, tilted, item.base.data(), item.n(), r.step.data(), r.total.data(), 1.0, false, stride,
                        likelihood);
}

double item_tables(const WorkingItem& item, const ItemSums& sums, const std::vector<double>& nodes, const std::vector<double>& weights,
                   const SlopePrior& prior, double* likelihood, double* predictive, Room& r) {
  const auto stride = static_cast<int>(nodes.size());
  const int n = item.n();
  const double m = n - 1;
  r.fit(nodes.size(), item.base.size());
  item_detail::set_steps(item, nodes, 0.0, nullptr, 0.0, r);
  item_detail::set_moments(item, stride, r);
  const auto write = [&](double weight, bool add, double* out) {
    CELADON_SIMD_DISPATCH(feedback::predictor_detail, tilted, item.base.data(), n, r.step.data(), r.total.data(), weight, add, stride, out);
  };
  write(1.0, false, likelihood);

  // error of location and slope -> variance of the tilt at each node
  const double a = math::exp(item.log_slope);
  const item_detail::Information info = item_detail::information(item, sums, nodes, prior, r);
  const double determinant = std::max(info.location * info.slope - info.cross * info.cross, 1e-12 * info.location * info.slope);
  if (!(determinant > 0.0)) {
    std::copy(likelihood, likelihood + static_cast<std::ptrdiff_t>(n) * stride, predictive);
    return 0.0;
  }
  const double v_location = info.slope / determinant;
  const double v_cross = -info.cross / determinant * a;
  const double v_slope = info.location / determinant * a * a;
  double lost = 0.0;
  double variance = 0.0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double v = std::max(v_location + nodes[q] * (2.0 * v_cross + nodes[q] * v_slope), 0.0);
    lost += weights[q] * v * r.third[q];
    variance += weights[q] * r.variance[q];
    r.weight[q] = math::sqrt(v);
  }
  // averaging pulls means towards the middle; the shift puts the item's mean back
  const double shift = variance > 0.0 ? std::clamp(-0.5 * lost / (variance * m), -2.0, 2.0) : 0.0;
  const double root = math::sqrt(3.0);
  const struct {
    double times, weight;
  } points[] = {{-root, 1.0 / 6.0}, {0.0, 2.0 / 3.0}, {root, 1.0 / 6.0}};  // Gauss-Hermite, three points
  bool add = false;
  for (const auto& p : points) {
    item_detail::set_steps(item, nodes, shift, r.weight.data(), p.times, r);
    item_detail::set_moments(item, stride, r);
    write(p.weight, add, predictive);
    add = true;
  }
  return math::sqrt(v_location);
}

}  // namespace celadon::inline CELADON_ABI::feedback::predictor_detail
