#pragma once

#include <celadon/core/math.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI::multilevel::solve_detail {

Factors relative_factors(const Structure& s, std::span<const double> theta) {
  Factors out;
  for (const Grouping& g : s.groupings) out.emplace_back(g.columns.size() * g.columns.size(), 0.0);
  for (const TermSpan& t : s.terms) {
    const std::size_t k = s.groupings[t.grouping].columns.size();
    std::size_t at = t.theta;
    for (std::size_t c = 0; c < t.size; ++c)
      for (std::size_t r = c; r < t.size; ++r) out[t.grouping][(t.first + r) * k + t.first + c] = theta[at++];
  }
  return out;
}

bool cholesky(double* a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    double d = a[j * n + j];
    for (std::size_t k = 0; k < j; ++k) d -= a[j * n + k] * a[j * n + k];
    if (!(d > 0.0) || !std::isfinite(d)) return false;
    d = math::sqrt(d);
    a[j * n + j] = d;
    for (std::size_t i = j + 1; i < n; ++i) {
      double v = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) v -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = v / d;
    }
  }
  return true;
}

namespace nested_detail {

/// A group's Cholesky factor (k x k) and M = C^-1 L'Z'[all columns] (k x q) at one theta.
struct LevelStore {
  std::vector<double> root;
  std::vector<double> m;
};

/// Two joint covariances of a group's effects with those above it and the coefficients: given the coefficients, and with their error.
struct Joint {
  std::vector<double> value;
  std::vector<double> given;
  std::vector<double> with;
};

class Nested final : public Eliminator {
 public:
  explicit Nested(const Structure& s) : s_(s) {}

  bool eliminate(const Factors& factors, Top& top) override { return run(factors, top, nullptr); }

  void update() override {}

  /// From the top down: C' v = M_y - M_above value, u = L v.
  std::vector<std::vector<double>> spherical(const Factors& factors, const std::vector<double>& beta) override {
    std::vector<LevelStore> store;
    Top top;
    if (!run(factors, top, &store)) return {};
    const std::size_t n_levels = s_.groupings.size();
    const std::size_t q = s_.q;
    std::vector<std::vector<double>> out(n_levels);
    std::vector<std::vector<double>> effects(n_levels);
    for (std::size_t level = n_levels; level-- > 0;) {
      const Grouping& g = s_.groupings[level];
      const std::size_t k = g.columns.size();
      out[level].resize(g.levels.size() * k);
      effects[level].resize(g.levels.size() * k);
      for (std::size_t i = 0; i < g.levels.size(); ++i) {
        const double* m = store[level].m.data() + i * k * q;
        const double* root = store[level].root.data() + i * k * k;
        double* v = out[level].data() + i * k;
        for (std::size_t r = 0; r < k; ++r) {
          v[r] = m[r * q + s_.outcome()];
          for (std::size_t j = 0; j < s_.fixed.size(); ++j) v[r] -= m[r * q + s_.fixed[j]] * beta[j];
        }
        std::size_t at = i;
        for (std::size_t up = level; up + 1 < n_levels; ++up) {
          at = static_cast<std::size_t>(s_.groupings[up].parent[at]);
          const Grouping& h = s_.groupings[up + 1];
          for (std::size_t c = 0; c < h.columns.size(); ++c)
            for (std::size_t r = 0; r < k; ++r) v[r] -= m[r * q + h.columns[c]] * effects[up + 1][at * h.columns.size() + c];
        }
        for (std::size_t r = k; r-- > 0;) {
          for (std::size_t t = r + 1; t < k; ++t) v[r] -= root[t * k + r] * v[t];
          v[r] /= root[r * k + r];
        }
        for (std::size_t r = 0; r < k; ++r)
          for (std::size_t c = 0; c <= r; ++c) effects[level][i * k + r] += factors[level][r * k + c] * v[c];
      }
    }
    return out;
  }

  std::vector<Effects> effects(const Factors& factors, const Profiled& at, double sigma,
                               const std::vector<double>& fixed_covariance) override {
    std::vector<LevelStore> store;
    Top top;
    std::vector<Effects> out(s_.groupings.size());
    if (!run(factors, top, &store)) return out;
    const std::size_t p = s_.fixed.size();
    std::vector<std::size_t> above = s_.fixed;  // columns of what stands above the level at hand
    std::vector<Joint> upper(1);
    upper[0].value = at.beta;
    upper[0].given.assign(p * p, 0.0);
    upper[0].with = fixed_covariance;
    for (std::size_t level = s_.groupings.size(); level-- > 0;) {
      const Grouping& g = s_.groupings[level];
      const std::size_t k = g.columns.size();
      const std::size_t n_groups = g.levels.size();
      out[level].estimate.resize(n_groups * k);
      out[level].covariance.resize(n_groups * k * k);
      out[level].error.resize(n_groups * k);
      std::vector<Joint> own(level > 0 ? n_groups : 0);
      for (std::size_t i = 0; i < n_groups; ++i) {
        const Joint& up = upper[g.parent.empty() ? 0 : static_cast<std::size_t>(g.parent[i])];
        Joint joint =
            below(factors[level], store[level].root.data() + i * k * k, store[level].m.data() + i * k * s_.q, k, above, up, sigma);
        const std::size_t width = k + above.size();
        for (std::size_t a = 0; a < k; ++a) {
          out[level].estimate[i * k + a] = joint.value[a];
          out[level].error[i * k + a] = joint.with[a * width + a];
          for (std::size_t b = 0; b < k; ++b) out[level].covariance[(i * k + a) * k + b] = joint.given[a * width + b];
        }
        if (level > 0) own[i] = std::move(joint);
      }
      upper = std::move(own);
      above.insert(above.begin(), g.columns.begin(), g.columns.end());
    }
    return out;
  }

 private:
  /// One level after the other, finest first: each group's effects out, the rest to its parent.
  bool run(const Factors& factors, Top& top, std::vector<LevelStore>* store) {
    const std::size_t q = s_.q;
    const std::size_t packed = s_.cells.packed();
    top.log_det = 0.0;
    const double* from = s_.cells.values.data();
    std::vector<double> b;
    std::vector<double> a;
    for (std::size_t level = 0; level < s_.groupings.size(); ++level) {
      const Grouping& g = s_.groupings[level];
      const std::size_t k = g.columns.size();
      const std::size_t n_groups = g.levels.size();
      const std::size_t n_above = level + 1 < s_.groupings.size() ? s_.groupings[level + 1].levels.size() : 1;
      std::vector<double>& into = scratch_[level % 2];
      into.assign(n_above * packed, 0.0);
      b.assign(k * q, 0.0);
      a.assign(k * k, 0.0);
      if (store != nullptr) {
        store->emplace_back();
        store->back().root.resize(n_groups * k * k);
        store->back().m.resize(n_groups * k * q);
      }
      const double* factor = factors[level].data();
      double product = 1.0;
      for (std::size_t i = 0; i < n_groups; ++i) {
        const double* cell = from + i * packed;
        // b = L'Z'[all columns]
        for (std::size_t r = 0; r < k; ++r) {
          for (std::size_t c = 0; c < q; ++c) b[r * q + c] = 0.0;
          for (std::size_t t = r; t < k; ++t) {
            const double l = factor[t * k + r];
            if (l == 0.0) continue;
            const std::size_t column = g.columns[t];
            for (std::size_t c = 0; c < column; ++c) b[r * q + c] += l * cell[c * (2 * q - c + 1) / 2 + (column - c)];
            const double* line = cell + column * (2 * q - column + 1) / 2 - column;
            for (std::size_t c = column; c < q; ++c) b[r * q + c] += l * line[c];
          }
        }
        for (std::size_t r = 0; r < k; ++r)
          for (std::size_t c = 0; c <= r; ++c) {
            double v = r == c ? 1.0 : 0.0;
            for (std::size_t t = c; t < k; ++t) v += b[r * q + g.columns[t]] * factor[t * k + c];
            a[r * k + c] = v;
          }
        if (!cholesky(a.data(), k)) return false;
        for (std::size_t r = 0; r < k; ++r) {
          for (std::size_t t = 0; t < r; ++t) {
            const double l = a[r * k + t];
            for (std::size_t c = 0; c < q; ++c) b[r * q + c] -= l * b[t * q + c];
          }
          const double inverse = 1.0 / a[r * k + r];
          for (std::size_t c = 0; c < q; ++c) b[r * q + c] *= inverse;
          product *= a[r * k + r];
        }
        if (product > 1e100) {
          top.log_det += 2.0 * math::log(product);
          product = 1.0;
        }
        double* rest = into.data() + (g.parent.empty() ? 0 : static_cast<std::size_t>(g.parent[i])) * packed;
        std::size_t e = 0;
        for (std::size_t r = 0; r < q; ++r)
          for (std::size_t c = r; c < q; ++c, ++e) {
            double v = cell[e];
            for (std::size_t t = 0; t < k; ++t) v -= b[t * q + r] * b[t * q + c];
            rest[e] += v;
          }
        if (store != nullptr) {
          std::copy(a.begin(), a.end(), store->back().root.begin() + static_cast<std::ptrdiff_t>(i * k * k));
          std::copy(b.begin(), b.end(), store->back().m.begin() + static_cast<std::ptrdiff_t>(i * k * q));
        }
      }
      top.log_det += 2.0 * math::log(product);
      from = into.data();
    }
    top.s.assign(q * q, 0.0);
    std::size_t e = 0;
    for (std::size_t r = 0; r < q; ++r)
      for (std::size_t c = r; c < q; ++c) top.s[r * q + c] = from[e++];
    return std::isfinite(top.log_det);
  }

  /// Effects of one group from those above: u = L C^-T (M_y - M_above value), and their joint covariances.
  Joint below(const std::vector<double>& factor, const double* root, const double* m, std::size_t k, const std::vector<std::size_t>& above,
              const Joint& up, double sigma) const {
    const std::size_t n_up = above.size();
    const std::size_t width = k + n_up;
    std::vector<double> h(k * k, 0.0);  // L C^-T
    // Forward: H C' = L means sum_t H[r][t] C[c][t] = L[r][c], t <= c.
    for (std::size_t r = 0; r < k; ++r)
      for (std::size_t c = 0; c < k; ++c) {
        double v = factor[r * k + c];
        for (std::size_t t = 0; t < c; ++t) v -= h[r * k + t] * root[c * k + t];
        h[r * k + c] = v / root[c * k + c];
      }
    Joint out;
    out.value.resize(width);
    std::vector<double> d(k * n_up, 0.0);
    for (std::size_t r = 0; r < k; ++r) {
      double v = 0.0;
      for (std::size_t t = 0; t < k; ++t) v += h[r * k + t] * m[t * s_.q + s_.outcome()];
      for (std::size_t j = 0; j < n_up; ++j) {
        double w = 0.0;
        for (std::size_t t = 0; t < k; ++t) w -= h[r * k + t] * m[t * s_.q + above[j]];
        d[r * n_up + j] = w;
        v += w * up.value[j];
      }
      out.value[r] = v;
    }
    std::copy(up.value.begin(), up.value.end(), out.value.begin() + static_cast<std::ptrdiff_t>(k));
    const auto joined = [&](const std::vector<double>& v) {
      std::vector<double> all(width * width, 0.0);
      std::vector<double> dv(k * n_up, 0.0);
      for (std::size_t r = 0; r < k; ++r)
        for (std::size_t j = 0; j < n_up; ++j)
          for (std::size_t t = 0; t < n_up; ++t) dv[r * n_up + j] += d[r * n_up + t] * v[t * n_up + j];
      for (std::size_t r = 0; r < k; ++r) {
        for (std::size_t c = 0; c < k; ++c) {
          double x = 0.0;
          for (std::size_t t = 0; t < k; ++t) x += h[r * k + t] * h[c * k + t];
          x *= sigma * sigma;
          for (std::size_t j = 0; j < n_up; ++j) x += dv[r * n_up + j] * d[c * n_up + j];
          all[r * width + c] = x;
        }
        for (std::size_t j = 0; j < n_up; ++j) all[r * width + k + j] = all[(k + j) * width + r] = dv[r * n_up + j];
      }
      for (std::size_t a = 0; a < n_up; ++a)
        for (std::size_t b = 0; b < n_up; ++b) all[(k + a) * width + k + b] = v[a * n_up + b];
      return all;
    };
    out.given = joined(up.given);
    out.with = joined(up.with);
    return out;
  }

  const Structure& s_;
  std::vector<double> scratch_[2];
};

}  // namespace nested_detail

std::unique_ptr<Eliminator> make_nested(const Structure& s) {
  return std::make_unique<nested_detail::Nested>(s);
}

bool profile_top(const Structure& s, const Top& top, bool reml, Profiled& out) {
  const std::size_t p = s.fixed.size();
  const std::size_t q = s.q;
  const auto at = [&](std::size_t i, std::size_t j) { return i <= j ? top.s[i * q + j] : top.s[j * q + i]; };
  out.root.assign(p * p, 0.0);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j <= i; ++j) out.root[i * p + j] = at(s.fixed[i], s.fixed[j]);
  if (p > 0 && !cholesky(out.root.data(), p)) return false;
  std::vector<double> c(p);
  double residual = at(s.outcome(), s.outcome());
  out.log_det_fixed = 0.0;
  for (std::size_t i = 0; i < p; ++i) {
    double v = at(s.fixed[i], s.outcome());
    for (std::size_t t = 0; t < i; ++t) v -= out.root[i * p + t] * c[t];
    c[i] = v / out.root[i * p + i];
    residual -= c[i] * c[i];
    out.log_det_fixed += 2.0 * math::log(out.root[i * p + i]);
  }
  out.beta.assign(p, 0.0);
  for (std::size_t i = p; i-- > 0;) {
    double v = c[i];
    for (std::size_t t = i + 1; t < p; ++t) v -= out.root[t * p + i] * out.beta[t];
    out.beta[i] = v / out.root[i * p + i];
  }
  if (!(residual > 0.0)) return false;
  out.residual = residual;
  out.log_det = top.log_det;
  constexpr double kTwoPi = 6.283185307179586476925286766559;
  const auto n = static_cast<double>(s.n);
  const double df = reml ? n - static_cast<double>(p) : n;
  out.deviance = top.log_det + df * (1.0 + math::log(kTwoPi * residual / df)) - s.cells.sum_log_weight + (reml ? out.log_det_fixed : 0.0);
  return std::isfinite(out.deviance);
}

}  // namespace celadon::inline CELADON_ABI::multilevel::solve_detail
