/// The integrated likelihood of a logistic model at given parameters. Internal.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/models/multilevel/impl/structure.hpp>

namespace celadon::inline CELADON_ABI::multilevel::laplace_detail {

/// Nodes and weights of integrals against exp(-x^2).
void gauss_hermite(int n, std::vector<double>& nodes, std::vector<double>& weights);

/// Evaluates -2 log-likelihood; keeps the mode of one evaluation as the start of the next. Not thread-safe.
class Integrand {
 public:
  /// The frame's outcome and weights are replaced by the working ones; `s` is its structure, with labels in `s`.
  Integrand(frame_detail::Frame& frame, solve_detail::Structure& s, int n_quadrature, const ExecutionContext& context);

  /// At theta, with the coefficients fixed, or moved to where the penalised likelihood is highest. NaN where the numbers break down.
  double deviance(std::span<const double> theta, std::vector<double>& beta, bool move_beta);

  [[nodiscard]] solve_detail::Eliminator& eliminator() { return *eliminator_; }
  /// Whether 0 and 1 are separated, judged at the last evaluation, which moved the coefficients as far as numbers go: every row that tells
  /// the separating direction is then beyond `far`, and the rows within it do not tell all coefficients apart. A few rows of outlying
  /// covariates may be as far without it.
  bool separated(double far);
  /// Root of the coefficients' information at the last mode where they were moved.
  [[nodiscard]] const solve_detail::Profiled& top() const { return at_; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  using Spherical = std::vector<std::vector<double>>;
  double penalised(const Spherical& v, const solve_detail::Factors& factors, const std::vector<double>& beta);
  bool weigh();
  double quadrature(const solve_detail::Factors& factors, const std::vector<double>& beta);

  frame_detail::Frame& frame_;
  solve_detail::Structure& s_;
  const ExecutionContext& context_;
  const double* outcome_ = nullptr;
  frame_detail::Numbers* working_ = nullptr;
  frame_detail::Numbers* weight_ = nullptr;
  std::unique_ptr<solve_detail::Eliminator> eliminator_;
  Spherical v_;
  solve_detail::Top top_;
  solve_detail::Profiled at_;
  double largest_ = 0.0;
  bool cancelled_ = false;
  std::vector<double> nodes_;
  std::vector<double> node_weights_;
};

}  // namespace celadon::inline CELADON_ABI::multilevel::laplace_detail
