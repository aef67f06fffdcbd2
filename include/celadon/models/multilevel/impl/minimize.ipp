#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel::solve_detail {

namespace minimize_detail {

inline double step_of(double x) {
  return 1e-4 * std::max(std::abs(x), 0.1);
}

/// Slopes and second derivatives along each axis.
template <class F>
void slopes(const F& f, const std::vector<double>& x, double fx, std::vector<double>& gradient, std::vector<double>& curvature) {
  std::vector<double> at = x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double h = step_of(x[i]);
    at[i] = x[i] + h;
    const double up = f(at);
    at[i] = x[i] - h;
    const double down = f(at);
    at[i] = x[i];
    gradient[i] = (up - down) / (2.0 * h);
    curvature[i] = (up - 2.0 * fx + down) / (h * h);
  }
}

}  // namespace minimize_detail

Minimum minimize(const std::function<double(std::span<const double>)>& f, std::vector<double> start, int max_evaluations) {
  const std::size_t n = start.size();
  Minimum out;
  out.at = std::move(start);
  const auto value = [&](const std::vector<double>& x) {
    ++out.evaluations;
    const double v = f(x);
    return std::isfinite(v) ? v : std::numeric_limits<double>::infinity();
  };
  out.value = value(out.at);
  if (n == 0 || !std::isfinite(out.value)) {
    out.converged = n == 0 && std::isfinite(out.value);
    return out;
  }
  std::vector<double> g(n);
  std::vector<double> c(n);
  std::vector<double> h(n * n);  // inverse of the second derivatives, approximately
  minimize_detail::slopes(value, out.at, out.value, g, c);
  const auto reset = [&] {
    std::fill(h.begin(), h.end(), 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double scale = std::max(std::abs(c[i]), std::abs(g[i]) / std::max(std::abs(out.at[i]), 0.1));
      h[i * n + i] = 1.0 / std::max(scale, 1e-8);
    }
  };
  reset();
  bool fresh = true;
  std::vector<double> step(n);
  std::vector<double> next(n);
  std::vector<double> next_g(n);
  const auto noise = [&] { return 1e-9 + 4e-15 * std::abs(out.value); };
  while (out.evaluations < max_evaluations) {
    double down = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = 0.0;
      for (std::size_t j = 0; j < n; ++j) step[i] -= h[i * n + j] * g[j];
      down += step[i] * g[i];
    }
    if (!(down < 0.0)) {
      if (fresh) {
        out.converged = true;
        break;
      }
      reset();
      fresh = true;
      continue;
    }
    if (-0.5 * down < noise()) {
      if (fresh || n == 1) {
        out.converged = true;
        break;
      }
      // The approximation may be too flat: judge once more by the curvature along the axes.
      double by_axes = 0.0;
      for (std::size_t i = 0; i < n; ++i) by_axes += c[i] > 0.0 ? 0.5 * g[i] * g[i] / c[i] : 0.0;
      if (by_axes < 10.0 * noise()) {
        out.converged = true;
        break;
      }
      reset();
      fresh = true;
      continue;
    }
    double length = 0.0;
    double size = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      length = std::max(length, std::abs(step[i]));
      size = std::max(size, std::abs(out.at[i]));
    }
    double t = std::min(1.0, 2.0 * std::max(size, 0.5) / length);
    double found = std::numeric_limits<double>::infinity();
    for (int halving = 0; halving < 40; ++halving, t *= 0.4) {
      for (std::size_t i = 0; i < n; ++i) next[i] = out.at[i] + t * step[i];
      found = value(next);
      if (found <= out.value + 1e-4 * t * down) break;
    }
    if (!(found < out.value)) {
      if (-0.5 * down < 1e3 * noise()) {
        out.converged = true;
        break;
      }
      if (fresh) break;
      reset();
      fresh = true;
      continue;
    }
    minimize_detail::slopes(value, next, found, next_g, c);
    std::vector<double> y(n);
    double sy = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = next[i] - out.at[i];
      y[i] = next_g[i] - g[i];
      sy += step[i] * y[i];
    }
    out.at = next;
    out.value = found;
    g = next_g;
    if (!(sy > 0.0)) {
      reset();
      fresh = true;
      continue;
    }
    fresh = false;
    std::vector<double> hy(n, 0.0);
    double yhy = 0.0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) hy[i] += h[i * n + j] * y[j];
    for (std::size_t i = 0; i < n; ++i) yhy += y[i] * hy[i];
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        h[i * n + j] += (1.0 + yhy / sy) * step[i] * step[j] / sy - (hy[i] * step[j] + step[i] * hy[j]) / sy;
  }
  for (const double slope : g) out.gradient = std::max(out.gradient, std::abs(slope));
  return out;
}

std::vector<double> hessian(const std::function<double(std::span<const double>)>& f, std::span<const double> at, double step) {
  const std::size_t n = at.size();
  std::vector<double> x(at.begin(), at.end());
  std::vector<double> out(n * n, 0.0);
  const double center = f(x);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = at[i] + step;
    const double up = f(x);
    x[i] = at[i] - step;
    const double down = f(x);
    x[i] = at[i];
    out[i * n + i] = (up - 2.0 * center + down) / (step * step);
    for (std::size_t j = 0; j < i; ++j) {
      double sum = 0.0;
      for (const double a : {1.0, -1.0})
        for (const double b : {1.0, -1.0}) {
          x[i] = at[i] + a * step;
          x[j] = at[j] + b * step;
          sum += a * b * f(x);
        }
      x[i] = at[i];
      x[j] = at[j];
      out[i * n + j] = out[j * n + i] = sum / (4.0 * step * step);
    }
  }
  return out;
}

bool invert(std::vector<double>& a, std::size_t n) {
  std::vector<double> root = a;
  if (n == 0) return true;
  if (!cholesky(root.data(), n)) return false;
  std::vector<double> column(n);
  for (std::size_t c = 0; c < n; ++c) {
    for (std::size_t i = 0; i < n; ++i) {
      double v = i == c ? 1.0 : 0.0;
      for (std::size_t t = 0; t < i; ++t) v -= root[i * n + t] * column[t];
      column[i] = v / root[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
      double v = column[i];
      for (std::size_t t = i + 1; t < n; ++t) v -= root[t * n + i] * column[t];
      column[i] = v / root[i * n + i];
    }
    for (std::size_t i = 0; i < n; ++i) a[i * n + c] = column[i];
  }
  return true;
}

}  // namespace celadon::inline CELADON_ABI::multilevel::solve_detail
