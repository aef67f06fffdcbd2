#pragma once

#include <celadon/core/math.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/models/multilevel/impl/laplace.hpp>
#include <celadon/models/multilevel/impl/prepare.hpp>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::multilevel::laplace_detail {

using namespace solve_detail;

/// Eigenvalues of the recurrence's matrix. Source: Golub & Welsch (1969), doi:10.1090/S0025-5718-69-99647-1.
void gauss_hermite(int n, std::vector<double>& nodes, std::vector<double>& weights) {
  Eigen::MatrixXd recurrence = Eigen::MatrixXd::Zero(n, n);
  for (int i = 1; i < n; ++i) recurrence(i, i - 1) = recurrence(i - 1, i) = std::sqrt(0.5 * i);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(recurrence);
  constexpr double kRootPi = 1.7724538509055160272981674833411;
  nodes.resize(static_cast<std::size_t>(n));
  weights.resize(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    nodes[static_cast<std::size_t>(i)] = solved.eigenvalues()(i);
    weights[static_cast<std::size_t>(i)] = kRootPi * solved.eigenvectors()(0, i) * solved.eigenvectors()(0, i);
  }
}

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kLeastWeight = 1e-12;

/// log P(y) at a linear predictor.
inline double log_probability(double y, double eta) {
  const double magnitude = std::abs(eta);
  return y * eta - std::max(eta, 0.0) - math::log1p(math::exp(-magnitude));
}

/// u = L v, groups x k.
inline std::vector<std::vector<double>> effects_of(const Structure& s, const Factors& factors, const std::vector<std::vector<double>>& v) {
  std::vector<std::vector<double>> out = v;
  for (std::size_t g = 0; g < v.size(); ++g) {
    const std::size_t k = s.groupings[g].columns.size();
    for (std::size_t i = 0; i * k < v[g].size(); ++i)
      for (std::size_t r = 0; r < k; ++r) {
        double sum = 0.0;
        for (std::size_t c = 0; c <= r; ++c) sum += factors[g][r * k + c] * v[g][i * k + c];
        out[g][i * k + r] = sum;
      }
  }
  return out;
}

Integrand::Integrand(frame_detail::Frame& frame, Structure& s, int n_quadrature, const ExecutionContext& context)
    : frame_(frame), s_(s), context_(context) {
  outcome_ = frame.numbers[frame.columns.back().pieces.front().source].values;
  const auto n = static_cast<std::size_t>(frame.n_rows);
  for (auto** made : {&working_, &weight_}) {
    frame.numbers.emplace_back();
    *made = &frame.numbers.back();
    (*made)->own.assign(n, 0.0);
    (*made)->values = (*made)->own.data();
  }
  frame.columns.back().pieces = {{true, frame.numbers.size() - 2, 0}};
  frame.weights = weight_;
  for (std::size_t g = 0; g < s.groupings.size(); ++g) {
    frame.groupings[g].levels = s.groupings[g].levels;
    v_.emplace_back(s.groupings[g].levels.size() * s.groupings[g].columns.size(), 0.0);
  }
  eliminator_ = make_eliminator(s);
  gauss_hermite(n_quadrature, nodes_, node_weights_);
}

/// -2 log-likelihood given v, and |v|^2; leaves the working outcome and weights of this point behind.
double Integrand::penalised(const Spherical& v, const Factors& factors, const std::vector<double>& beta) {
  const auto u = effects_of(s_, factors, v);
  const std::int64_t n_blocks = block_count(frame_.n_rows);
  const int workers = worker_count(n_blocks, context_);
  struct Scratch {
    frame_detail::BlockRows block;
    std::vector<double> eta;
    double sum = 0.0;
    double largest = 0.0;
  };
  std::vector<Scratch> scratch(static_cast<std::size_t>(workers));
  double sum = 0.0;
  largest_ = 0.0;
  const auto ok = run_blocks(
      n_blocks, workers, context_,
      [&](std::int64_t block, int worker) {
        Scratch& w = scratch[static_cast<std::size_t>(worker)];
        fill_block(frame_, block, w.block);
        const std::size_t n = w.block.rows.size();
        const auto column = [&](std::size_t c) { return w.block.columns.data() + c * kBlockRows; };
        w.eta.assign(n, 0.0);
        for (std::size_t j = 0; j < s_.fixed.size(); ++j) {
          const double* x = column(s_.fixed[j]);
          for (std::size_t i = 0; i < n; ++i) w.eta[i] += beta[j] * x[i];
        }
        for (std::size_t g = 0; g < s_.groupings.size(); ++g) {
          const std::int32_t* codes = frame_.groupings[g].codes.data();
          const std::size_t k = s_.groupings[g].columns.size();
          for (std::size_t c = 0; c < k; ++c) {
            const double* x = column(s_.groupings[g].columns[c]);
            for (std::size_t i = 0; i < n; ++i) w.eta[i] += x[i] * u[g][static_cast<std::size_t>(codes[w.block.rows[i]]) * k + c];
          }
        }
        w.sum = 0.0;
        w.largest = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          const auto row = static_cast<std::size_t>(w.block.rows[i]);
          const double y = outcome_[row];
          const double p = math::logistic(w.eta[i]);
          const double weight = std::max(p * (1.0 - p), kLeastWeight);
          weight_->own[row] = weight;
          working_->own[row] = w.eta[i] + (y - p) / weight;
          w.sum += log_probability(y, w.eta[i]);
          w.largest = std::max(w.largest, std::abs(w.eta[i]));
        }
      },
      [&](std::int64_t, int worker) {
        sum += scratch[static_cast<std::size_t>(worker)].sum;
        largest_ = std::max(largest_, scratch[static_cast<std::size_t>(worker)].largest);
      });
  if (!ok) {
    cancelled_ = true;
    return kNaN;
  }
  double squares = 0.0;
  for (const auto& of : v)
    for (const double x : of) squares += x * x;
  return -2.0 * sum + squares;
}

bool Integrand::separated(double far) {
  if (!(largest_ > far)) return false;
  const double least = math::logistic(far) * math::logistic(-far);
  for (double& weight : weight_->own) weight = weight < least ? 0.0 : 1.0;
  auto cells = frame_detail::gather(frame_, context_);
  if (!cells) {
    cancelled_ = true;
    return false;
  }
  Structure near = s_;
  near.cells = std::move(*cells);
  near.fixed.clear();
  prepare_detail::settle_fixed(near);
  return near.fixed.size() < s_.fixed.size();
}

/// Cross-products at the working weights.
bool Integrand::weigh() {
  auto cells = frame_detail::gather(frame_, context_);
  if (!cells) {
    cancelled_ = true;
    return false;
  }
  s_.cells = std::move(*cells);
  eliminator_->update();
  return true;
}

double Integrand::deviance(std::span<const double> theta, std::vector<double>& beta, bool move_beta) {
  const Factors factors = relative_factors(s_, theta);
  double value = penalised(v_, factors, beta);
  if (!std::isfinite(value)) return kNaN;
  constexpr int kMostSteps = 60;
  for (int step = 0; step < kMostSteps; ++step) {
    if (!weigh() || !eliminator_->eliminate(factors, top_)) return kNaN;
    std::vector<double> beta_next = beta;
    if (move_beta) {
      if (!profile_top(s_, top_, false, at_)) return kNaN;
      beta_next = at_.beta;
    }
    const Spherical v_next = eliminator_->spherical(factors, beta_next);
    if (v_next.empty()) return kNaN;
    const Spherical v_from = v_;
    const std::vector<double> beta_from = beta;
    double moved = 0.0;
    double found = kNaN;
    double t = 1.0;
    for (int halving = 0; halving < 12; ++halving, t *= 0.5) {
      moved = 0.0;
      for (std::size_t g = 0; g < v_.size(); ++g)
        for (std::size_t i = 0; i < v_[g].size(); ++i) {
          const double change = t * (v_next[g][i] - v_from[g][i]);
          v_[g][i] = v_from[g][i] + change;
          moved = std::max(moved, std::abs(change));
        }
      for (std::size_t j = 0; j < beta.size(); ++j) {
        const double change = t * (beta_next[j] - beta_from[j]);
        beta[j] = beta_from[j] + change;
        moved = std::max(moved, std::abs(change) / (1.0 + std::abs(beta[j])));
      }
      found = penalised(v_, factors, beta);
      if (found <= value + 1e-9 * std::max(1.0, std::abs(value))) break;
    }
    if (!std::isfinite(found)) return kNaN;
    value = found;
    // Newton's steps converge quadratically: after one of a millionth, the mode is known to rounding.
    if (moved < 1e-6) break;
    if (step + 1 == kMostSteps) return kNaN;
  }
  if (!weigh() || !eliminator_->eliminate(factors, top_)) return kNaN;
  if (move_beta && !profile_top(s_, top_, false, at_)) return kNaN;
  if (nodes_.size() > 1 && !move_beta) return quadrature(factors, beta);
  return value + top_.log_det;
}

/// One random column: each group's integral by nodes around its mode. Rows in their order, so that threads play no part.
double Integrand::quadrature(const Factors& factors, const std::vector<double>& beta) {
  const std::size_t column = s_.groupings[0].columns[0];
  const std::size_t n_groups = s_.groupings[0].levels.size();
  const std::size_t k = nodes_.size();
  const double factor = factors[0][0];
  const std::size_t packed = s_.cells.packed();
  const std::size_t own = frame_detail::packed_index(s_.q, column, column);
  std::vector<double> scale(n_groups);
  for (std::size_t g = 0; g < n_groups; ++g) scale[g] = 1.0 / std::sqrt(1.0 + factor * factor * s_.cells.values[g * packed + own]);
  std::vector<double> at(n_groups * k);
  std::vector<double> sum(n_groups * k, 0.0);
  constexpr double kRootTwo = 1.4142135623730950488016887242097;
  for (std::size_t g = 0; g < n_groups; ++g)
    for (std::size_t j = 0; j < k; ++j) at[g * k + j] = v_[0][g] + kRootTwo * nodes_[j] * scale[g];
  frame_detail::BlockRows block;
  const std::int64_t n_blocks = block_count(frame_.n_rows);
  for (std::int64_t b = 0; b < n_blocks; ++b) {
    if (context_.cancelled()) {
      cancelled_ = true;
      return kNaN;
    }
    fill_block(frame_, b, block);
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
      double eta = 0.0;
      for (std::size_t j = 0; j < s_.fixed.size(); ++j) eta += beta[j] * block.columns[s_.fixed[j] * kBlockRows + i];
      const double z = factor * block.columns[column * kBlockRows + i];
      const double y = outcome_[block.rows[i]];
      const auto g = static_cast<std::size_t>(frame_.groupings[0].codes[static_cast<std::size_t>(block.rows[i])]);
      for (std::size_t j = 0; j < k; ++j) sum[g * k + j] += log_probability(y, eta + z * at[g * k + j]);
    }
  }
  double out = 0.0;
  constexpr double kRootPi = 1.7724538509055160272981674833411;
  for (std::size_t g = 0; g < n_groups; ++g) {
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < k; ++j) {
      sum[g * k + j] += math::log(node_weights_[j]) + nodes_[j] * nodes_[j] - 0.5 * at[g * k + j] * at[g * k + j];
      highest = std::max(highest, sum[g * k + j]);
    }
    double whole = 0.0;
    for (std::size_t j = 0; j < k; ++j) whole += math::exp(sum[g * k + j] - highest);
    out += highest + math::log(whole * scale[g] / kRootPi);
  }
  return -2.0 * out;
}

}  // namespace celadon::inline CELADON_ABI::multilevel::laplace_detail
