/// For bodies: symmetric systems of a few unknowns, over numbers and duals.
#pragma once

#include <celadon/models/survey/impl/dual.hpp>

#include <cstddef>
#include <vector>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

/// Factors a positive definite n x n matrix in place (lower triangle, row by row). False where it is singular: a pivot below 1e-12 of
/// its diagonal entry.
template <class T>
bool cholesky(std::vector<T>& a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    const double before = plain(a[j * n + j]);
    T pivot = a[j * n + j];
    for (std::size_t k = 0; k < j; ++k) pivot = pivot - a[j * n + k] * a[j * n + k];
    if (!(plain(pivot) > 1e-12 * before) || !(before > 0.0)) return false;
    a[j * n + j] = root(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      T sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum = sum - a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / a[j * n + j];
    }
  }
  return true;
}

/// Solves with the factor, in place.
template <class T>
void solve(const std::vector<T>& a, std::size_t n, T* x) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] = x[i] - a[i * n + k] * x[k];
    x[i] = x[i] / a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) x[i] = x[i] - a[k * n + i] * x[k];
    x[i] = x[i] / a[i * n + i];
  }
}

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
