/// The kernel of aggregation on columns: node k's scores are units values at scores + k * units. Also what `uncertainty` runs a thousand
/// times.
#pragma once

#include <celadon/models/composite/aggregate.hpp>
#include <celadon/models/composite/impl/columns_detail.hpp>

#include <optional>

namespace celadon::inline CELADON_ABI::composite::aggregate_detail {

using columns_detail::at;

/// A value that a mean is not defined for.
struct NotPositive {
  std::int64_t node = -1;
  std::int64_t row = -1;
};

struct Scratch {
  std::vector<double> sum;
  std::vector<double> weight;
  std::vector<double> there;
};

inline bool needs_positive(Aggregation method, double power) {
  return method == Aggregation::kGeometric || method == Aggregation::kHarmonic || method == Aggregation::kWeightedProduct ||
         (method == Aggregation::kGeneralised && power != 1.0);
}

/// What is summed for one child's value, and how the mean comes back from the weighted mean of those.
inline double forward(double x, Aggregation method, double p) {
  switch (method) {
    case Aggregation::kGeometric:
    case Aggregation::kWeightedProduct:
      return math::log(x);
    case Aggregation::kHarmonic:
      return 1.0 / x;
    case Aggregation::kGeneralised:
      return p == 1.0 ? x : p == 0.0 ? math::log(x) : columns_detail::power(x, p);
    default:
      return x;
  }
}
inline double backward(double m, Aggregation method, double p) {
  switch (method) {
    case Aggregation::kGeometric:
    case Aggregation::kWeightedProduct:
      return math::exp(m);
    case Aggregation::kHarmonic:
      return 1.0 / m;
    case Aggregation::kGeneralised:
      return p == 1.0 ? m : p == 0.0 ? math::exp(m) : columns_detail::power(m, 1.0 / p);
    default:
      return m;
  }
}

/// Values of several columns, each of n units, as the pair methods read them.
struct Columns {
  std::vector<const double*> x;
  std::vector<double> w;  ///< as given
  std::size_t n = 0;
};

/// Half of what i's part has over j's: (weight for i) - (weight for j) over the weight they share.
inline double outranks(const Columns& c, double total, std::size_t i, std::size_t j) {
  double part = 0.0;
  for (std::size_t k = 0; k < c.x.size(); ++k) {
    const double a = c.x[k][i];
    const double b = c.x[k][j];
    if (a > b)
      part += c.w[k];
    else if (a == b)
      part += 0.5 * c.w[k];
  }
  return part / total;
}

inline void copeland_scores(const Columns& c, double* out) {
  double total = 0.0;
  for (const double w : c.w) total += w;
  std::fill(out, out + c.n, 0.0);
  for (std::size_t i = 0; i < c.n; ++i)
    for (std::size_t j = i + 1; j < c.n; ++j) {
      const double mine = outranks(c, total, i, j);
      const double theirs = outranks(c, total, j, i);
      // a draw in weights is a draw in the count, whatever the order of the sum did to the last digit
      const double ahead = mine - theirs;
      if (std::fabs(ahead) <= 1e-12) continue;
      out[i] += ahead > 0.0 ? 1.0 : -1.0;
      out[j] -= ahead > 0.0 ? 1.0 : -1.0;
    }
  for (std::size_t i = 0; i < c.n; ++i) {
    const bool any = std::any_of(c.x.begin(), c.x.end(), [&](const double* x) { return !std::isnan(x[i]); });
    if (!any) out[i] = kMissing;
  }
}

/// Closeness into `closeness`; distances where wanted. The place of a column of zeros, or -1.
inline std::int64_t topsis_scores(const Columns& c, double* closeness, double* to_best, double* to_worst) {
  double total = 0.0;
  for (const double w : c.w) total += w;
  std::vector<double> best2(c.n, 0.0);
  std::vector<double> worst2(c.n, 0.0);
  for (std::size_t k = 0; k < c.x.size(); ++k) {
    double squares = 0.0;
    for (std::size_t i = 0; i < c.n; ++i)
      if (!std::isnan(c.x[k][i])) squares += c.x[k][i] * c.x[k][i];
    if (!(squares > 0.0)) {
      if (c.w[k] > 0.0) return static_cast<std::int64_t>(k);
      continue;
    }
    const double factor = c.w[k] / total / math::sqrt(squares);
    double low = kMissing;
    double high = kMissing;
    for (std::size_t i = 0; i < c.n; ++i) {
      const double v = factor * c.x[k][i];
      if (std::isnan(v)) continue;
      low = std::isnan(low) ? v : std::min(low, v);
      high = std::isnan(high) ? v : std::max(high, v);
    }
    for (std::size_t i = 0; i < c.n; ++i) {
      const double v = factor * c.x[k][i];
      best2[i] += (v - high) * (v - high);
      worst2[i] += (v - low) * (v - low);
    }
  }
  for (std::size_t i = 0; i < c.n; ++i) {
    const double plus = math::sqrt(best2[i]);
    const double minus = math::sqrt(worst2[i]);
    closeness[i] = minus / (plus + minus);
    if (to_best != nullptr) to_best[i] = plus;
    if (to_worst != nullptr) to_worst[i] = minus;
  }
  return -1;
}

/// Arithmetic means where no child misses a value: one sum a unit instead of three. False, and nothing of use in `out`, where one does: a
/// missing value shows in the sum. Bits are those of the general way, which adds the same weights in the same order.
inline bool complete_means(const std::vector<std::int64_t>& children, const double* weights, std::size_t n, const double* scores,
                           double* out) {
  double total = 0.0;
  std::fill(out, out + n, 0.0);
  for (const std::int64_t child : children) {
    const double w = weights[child];
    if (!(w > 0.0)) continue;
    total += w;
    const double* x = scores + at(child) * n;
    for (std::size_t i = 0; i < n; ++i) out[i] += w * x[i];
  }
  if (!(total > 0.0)) return false;
  int missing = 0;
  for (std::size_t i = 0; i < n; ++i) {
    missing |= static_cast<int>(out[i] != out[i]);
    out[i] /= total;
  }
  return missing == 0;
}

/// Fills the columns of all aggregates from those of the indicators. `weights`: one a node, >= 0.
inline std::optional<NotPositive> run(const Tree& tree, const AggregateOptions& o, const double* weights, std::size_t n, double* scores,
                                      Scratch& s) {
  s.sum.resize(n);
  s.weight.resize(n);
  s.there.resize(n);
  for (const std::int64_t node : tree.upwards()) {
    const auto& children = tree.children(node);
    double* out = scores + at(node) * n;
    const auto step = static_cast<std::size_t>(tree.nodes()[at(node)].level - 2);
    const Aggregation method = o.methods[std::min(step, o.methods.size() - 1)];
    if (method == Aggregation::kArithmetic && complete_means(children, weights, n, scores, out)) continue;
    if (method == Aggregation::kCopeland || method == Aggregation::kTopsis) {
      Columns c;
      c.n = n;
      double total = 0.0;
      for (const std::int64_t child : children)
        if (weights[child] > 0.0) {
          c.x.push_back(scores + at(child) * n);
          c.w.push_back(weights[child]);
          total += weights[child];
        }
      std::fill(out, out + n, kMissing);
      if (!(total > 0.0)) continue;
      if (method == Aggregation::kTopsis) {
        if (topsis_scores(c, out, nullptr, nullptr) >= 0) std::fill(out, out + n, kMissing);
      } else {
        copeland_scores(c, out);
        if (n > 1)
          for (std::size_t i = 0; i < n; ++i) out[i] /= static_cast<double>(n - 1);
      }
    } else {
      std::fill(s.sum.begin(), s.sum.end(), 0.0);
      std::fill(s.weight.begin(), s.weight.end(), 0.0);
      std::fill(s.there.begin(), s.there.end(), 0.0);
      const bool positive = needs_positive(method, o.power);
      double total = 0.0;
      for (const std::int64_t child : children) {
        const double w = weights[child];
        if (!(w > 0.0)) continue;  // without weight it is not there: it neither counts nor spoils
        total += w;
        const double* x = scores + at(child) * n;
        if (positive) {
          for (std::size_t i = 0; i < n; ++i) {
            if (std::isnan(x[i])) continue;
            if (!(x[i] > 0.0)) return NotPositive{child, static_cast<std::int64_t>(i)};
            s.sum[i] += w * forward(x[i], method, o.power);
            s.weight[i] += w;
            s.there[i] += 1.0;
          }
        } else {
          for (std::size_t i = 0; i < n; ++i) {
            const bool there = !std::isnan(x[i]);
            s.sum[i] += there ? w * x[i] : 0.0;
            s.weight[i] += there ? w : 0.0;
            s.there[i] += there ? 1.0 : 0.0;
          }
        }
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (method == Aggregation::kWeightedProduct)
          out[i] = total > 0.0 && s.weight[i] == total ? math::exp(s.sum[i]) : kMissing;
        else
          out[i] = s.weight[i] > 0.0 ? backward(s.sum[i] / s.weight[i], method, o.power) : kMissing;
      }
    }
    if (o.min_available > 0.0) {
      double active = 0.0;
      std::fill(s.there.begin(), s.there.end(), 0.0);
      for (const std::int64_t child : children) {
        if (!(weights[child] > 0.0)) continue;
        active += 1.0;
        for (std::size_t i = 0; i < n; ++i) s.there[i] += std::isnan(scores[at(child) * n + i]) ? 0.0 : 1.0;
      }
      for (std::size_t i = 0; i < n; ++i)
        if (active > 0.0 && s.there[i] / active < o.min_available) out[i] = kMissing;  // not a product: see screen_units
    }
  }
  return std::nullopt;
}

inline Result<void> check(const AggregateOptions& o) {
  if (o.methods.empty()) return columns_detail::invalid("methods", "none");
  if (!std::isfinite(o.power)) return columns_detail::invalid("power", "not finite");
  if (!(o.min_available >= 0.0 && o.min_available <= 1.0)) return columns_detail::invalid("min_available", "outside [0, 1]");
  return {};
}

inline Result<std::vector<double>> node_weights(const Tree& tree, std::span<const double> weights) {
  std::vector<double> own = weights.empty() ? tree.weights() : std::vector<double>(weights.begin(), weights.end());
  if (auto ok = effective_weights(tree, own); !ok) return ok.error();
  return own;
}

inline Error not_positive(const std::string& node, std::int64_t row) {
  return make_error(Code::kValueNotPositive, {"", "", row + 1, {}}, {{"node", node}});
}

/// Columns of the indicators, with room for those of the aggregates.
inline std::vector<double> to_columns(const Matrix& data, std::int64_t n_nodes) {
  std::vector<double> out(at(n_nodes) * at(data.n_rows), kMissing);
  for (std::int64_t i = 0; i < data.n_rows; ++i)
    for (std::int64_t j = 0; j < data.n_columns; ++j) out[at(j) * at(data.n_rows) + at(i)] = data(i, j);
  return out;
}

inline Matrix to_rows(const std::vector<double>& columns, std::int64_t n_rows, std::int64_t n_columns) {
  Matrix out(n_rows, n_columns);
  for (std::int64_t j = 0; j < n_columns; ++j)
    for (std::int64_t i = 0; i < n_rows; ++i) out(i, j) = columns[at(j) * at(n_rows) + at(i)];
  return out;
}

}  // namespace celadon::inline CELADON_ABI::composite::aggregate_detail
