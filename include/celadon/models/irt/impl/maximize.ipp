#pragma once

#include <celadon/models/irt/impl/estimation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace celadon::inline CELADON_ABI::irt::estimation_detail {

namespace maximize_detail {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// Above this number of persons (or patterns) the search starts on a subsample.
constexpr std::int64_t kWarmStartAbove = 32768;
constexpr std::int64_t kWarmStartSize = 8192;
/// EM-gradient steps before the first second-order one: at least, and at most while they still gain more than kFarGain a parameter.
constexpr int kFirstSteps = 2;
constexpr int kMostFirstSteps = 10;
constexpr double kFarGain = 0.1;
/// Second-order steps after which the missing information is asked for again, of more persons.
constexpr int kRefreshAfter = 25;
/// Refreshes before that, where the curvature has turned indefinite.
constexpr int kMostEarlyRefreshes = 1;
/// Where the steps alone tell the curvature, the distance they show has to be this much smaller, or is verified with more persons.
constexpr double kUntrusted = 0.01;
constexpr int kMostVerified = 4;

/// A point of the search with what the E-step says there.
struct Point {
  std::vector<double> free;
  Model model;
  Expected expected;
  Tables tables;
  double objective = -std::numeric_limits<double>::infinity();
};

struct Search {
  const Layout& layout;
  const Packed& packed;
  const FitOptions& options;
  const ExecutionContext& context;
  int iterations = 0;

  /// The E-step at a point whose free parameters and model are set.
  Result<void> evaluate(Point& point) {
    point.tables = make_tables(point.model, packed.groups);
    auto expected = expect(packed, point.tables, true, context);
    if (!expected) return expected.error();
    point.expected = std::move(*expected);
    point.objective = point.expected.log_likelihood + log_prior(layout, point.free);
    ++iterations;
    if (context.progress) context.progress({"irt.fit", iterations, options.max_iterations});
    return {};
  }
};

/// Solves information * step = gradient with the rows of `held` parameters left out (step 0). False when it is not positive definite.
inline bool solve(Matrix information, const Vector& gradient, const std::vector<std::uint8_t>& held, Vector& step) {
  Vector right = gradient;
  for (Eigen::Index i = 0; i < right.size(); ++i)
    if (held[static_cast<std::size_t>(i)] != 0) {
      information.row(i).setZero();
      information.col(i).setZero();
      information(i, i) = 1.0;
      right(i) = 0.0;
    }
  // a parameter that nothing is known about (an empty category at every node) stays where it is
  for (Eigen::Index i = 0; i < right.size(); ++i)
    if (information(i, i) == 0.0 && right(i) == 0.0) information(i, i) = 1.0;
  const Eigen::LLT<Matrix> factor(information);
  if (factor.info() != Eigen::Success) return false;
  step = factor.solve(right);
  return step.allFinite();
}

/// The same, with as much added to the diagonal as it takes.
inline void solve_somehow(Matrix information, const Vector& gradient, const std::vector<std::uint8_t>& held, Vector& step) {
  for (int tries = 0; tries < 40; ++tries) {
    if (solve(information, gradient, held, step)) return;
    for (Eigen::Index i = 0; i < gradient.size(); ++i) information(i, i) += 1e-8 + 0.1 * std::abs(information(i, i));
  }
  step.setZero();
}

/// Parameters on a bound with the gradient pointing out.
inline std::vector<std::uint8_t> held_parameters(const Layout& layout, const std::vector<double>& free, const Vector& gradient) {
  std::vector<std::uint8_t> held(free.size(), 0);
  for (std::size_t i = 0; i < free.size(); ++i)
    held[i] = (free[i] <= layout.lowest[i] && gradient(static_cast<Eigen::Index>(i)) <= 0.0) ||
                      (free[i] >= layout.highest[i] && gradient(static_cast<Eigen::Index>(i)) >= 0.0)
                  ? 1
                  : 0;
  return held;
}

/// The point a share of a step away, inside the bounds; halves the share until the model is proper.
inline Point propose(const Layout& layout, const Point& from, const Vector& step, double share) {
  Point to;
  to.model = from.model;
  to.free = from.free;
  for (int tries = 0; tries < 60; ++tries, share *= 0.5) {
    for (std::size_t i = 0; i < to.free.size(); ++i)
      to.free[i] = std::clamp(from.free[i] + share * step(static_cast<Eigen::Index>(i)), layout.lowest[i], layout.highest[i]);
    apply(layout, to.free, to.model);
    if (feasible(layout, to.free, to.model)) break;
  }
  return to;
}

/// Largest change of one parameter in a first step: far from the maximum the curvature says little.
inline void limit(Vector& step, double longest) {
  const double size = step.size() == 0 ? 0.0 : step.cwiseAbs().maxCoeff();
  if (size > longest) step *= longest / size;
}

/// What is believed of the curvature beside the complete-data information: the missing information of a subsample of persons, and the
/// pairs of step and change of gradient since then (BFGS), which put right the few directions that the subsample has wrong.
class Curvature {
 public:
  Curvature(const Layout& layout, const Packed& packed, const ExecutionContext& context)
      : layout_(layout), packed_(packed), context_(context), size_(std::max<std::int64_t>(512, 4 * layout.n_free())) {}

  [[nodiscard]] bool known() const { return missing_.size() > 0 || layout_.n_free() == 0; }
  [[nodiscard]] bool from_all() const { return size_ >= packed_.n; }
  void use_more() { size_ = std::min(packed_.n, size_ * 4); }

  Result<void> refresh(const Point& point, bool keep_pairs = false) {
    auto found = from_all() ? missing_information(layout_, point.model, packed_, point.tables, context_)
                            : missing_information(layout_, point.model, subsample(packed_, size_), point.tables, context_);
    if (!found) return found.error();
    missing_ = Eigen::Map<const Matrix>(found->data(), layout_.n_free(), layout_.n_free());
    if (!keep_pairs) pairs_.clear();
    trusted_ = true;
    return {};
  }

  void learn(const Vector& step, const Vector& change) {
    const double curvature = step.dot(change);
    if (!(curvature > 1e-8 * step.norm() * change.norm())) return;
    if (pairs_.size() >= kMostPairs) pairs_.erase(pairs_.begin());
    pairs_.push_back({step, change, curvature});
  }

  /// Whether complete-data less missing information is a curvature to go by.
  [[nodiscard]] bool definite(const Matrix& complete) const {
    return trusted_ && Eigen::LLT<Matrix>(complete - missing_).info() == Eigen::Success;
  }
  /// Where it is not, the steps alone have to tell EM's curvature from the observed one.
  void distrust() { trusted_ = false; }
  [[nodiscard]] bool trusted() const { return trusted_; }

  /// Complete-data information made that of the observed data.
  [[nodiscard]] Matrix observed(const Matrix& complete) const {
    Matrix out = complete;
    if (trusted_) out -= missing_;
    for (const Pair& p : pairs_) {
      const Vector image = out * p.step;
      const double old = p.step.dot(image);
      if (!(old > 0.0)) continue;
      out.noalias() += (p.change * p.change.transpose()) / p.curvature - (image * image.transpose()) / old;
    }
    return out;
  }

 private:
  static constexpr std::size_t kMostPairs = 25;
  struct Pair {
    Vector step;
    Vector change;
    double curvature;
  };
  const Layout& layout_;
  const Packed& packed_;
  const ExecutionContext& context_;
  std::int64_t size_;
  Matrix missing_;
  bool trusted_ = true;
  std::vector<Pair> pairs_;
};

}  // namespace maximize_detail

Result<Maximum> maximize(const Layout& layout, Model& model, const Packed& packed, const FitOptions& options,
                         const ExecutionContext& context) {
  using namespace maximize_detail;
  const int n = layout.n_free();
  Point at;
  at.model = model;
  at.free = layout.start;
  Search search{layout, packed, options, context};
  Maximum out;
  const bool warm = options.accelerate && packed.n > kWarmStartAbove;
  if (warm) {
    FitOptions rough = options;
    // good to a twentieth of the distance that the subsample's own error leaves
    rough.tolerance = std::max(options.tolerance, 0.01 * n * static_cast<double>(kWarmStartSize) / static_cast<double>(packed.n));
    Model start = model;
    auto found = maximize(layout, start, subsample(packed, kWarmStartSize), rough, context);
    if (!found) return found.error();
    at.free = found->free;
    at.model = start;
  }
  apply(layout, at.free, at.model);
  if (auto done = search.evaluate(at); !done) return done.error();

  Curvature curvature(layout, packed, context);
  int first_steps = !options.accelerate ? options.max_iterations : warm ? 0 : kFirstSteps;
  double last_gain = 0.0;
  int refused = 0;
  int since_refresh = 0;
  int refreshes = 0;
  int verified = 0;
  for (int step_number = 0;; ++step_number) {
    if (context.cancelled()) return make_error(Code::kCancelled);
    const bool newton = step_number >= first_steps;
    if (newton && (!curvature.known() || since_refresh >= kRefreshAfter)) {
      if (curvature.known()) curvature.use_more();
      if (auto done = curvature.refresh(at); !done) return done.error();
      since_refresh = 0;
    }
    ++since_refresh;

    Derivatives d = derivatives(layout, at.free, at.model, at.tables, at.expected, newton);
    const Vector gradient = Eigen::Map<const Vector>(d.gradient.data(), n);
    const std::vector<std::uint8_t> held = held_parameters(layout, at.free, gradient);
    Matrix complete = Eigen::Map<const Matrix>(d.information.data(), n, n);
    if (newton && Eigen::LLT<Matrix>(complete).info() != Eigen::Success) {
      // the expected information is positive definite where the observed one need not be
      d = derivatives(layout, at.free, at.model, at.tables, at.expected, false);
      complete = Eigen::Map<const Matrix>(d.information.data(), n, n);
    }
    Vector step = Vector::Zero(n);
    if (newton && curvature.trusted() && !curvature.definite(complete)) {
      if (refreshes < kMostEarlyRefreshes && since_refresh > 1) {  // out of date before it is out of persons
        if (auto done = curvature.refresh(at); !done) return done.error();
        ++refreshes;
        since_refresh = 1;
      }
      if (!curvature.definite(complete)) curvature.distrust();
    }
    bool second_order = newton && solve(curvature.observed(complete), gradient, held, step);
    if (!second_order) solve_somehow(complete, gradient, held, step);
    const double gain = 0.5 * gradient.dot(step);
    // where only EM's curvature is known, the distance is seen from how fast the gains shrink
    if (second_order || n == 0)
      out.distance = gain;
    else
      out.distance = step_number > 0 && last_gain > gain && gain >= 0.0 ? gain / (1.0 - std::sqrt(gain / last_gain)) : 1e3 * gain + 1.0;
    last_gain = gain;
    out.at_bound = held;
    const bool near = (second_order || !options.accelerate || n == 0) && out.distance < options.tolerance;
    if (near && second_order && !curvature.trusted() && verified < kMostVerified && out.distance > kUntrusted * options.tolerance) {
      // the steps have not seen every direction: ask more persons before believing it
      ++verified;
      curvature.use_more();
      if (auto done = curvature.refresh(at, true); !done) return done.error();
      since_refresh = 0;
      continue;
    }
    if (near) {
      out.stop = StopReason::kTolerance;
      break;
    }
    if (search.iterations >= options.max_iterations) {
      out.stop = StopReason::kMaxIterations;
      break;
    }
    if (!second_order) limit(step, 2.0);
    double length = 1.0;
    bool moved = false;
    for (int tries = 0; tries < 12 && search.iterations < options.max_iterations; ++tries) {
      Point to = propose(layout, at, step, length);
      if (auto done = search.evaluate(to); !done) return done.error();
      const double noise = 1e-12 * std::abs(at.objective);
      if (to.objective > at.objective || (to.objective >= at.objective - noise && gain < 100.0 * noise)) {
        if (newton) {
          const Derivatives there = derivatives(layout, to.free, to.model, to.tables, to.expected, false);
          curvature.learn(Eigen::Map<const Vector>(to.free.data(), n) - Eigen::Map<const Vector>(at.free.data(), n),
                          gradient - Eigen::Map<const Vector>(there.gradient.data(), n));
        }
        at = std::move(to);
        moved = true;
        break;
      }
      // the top of the parabola through what is known
      const double slope = 2.0 * gain;
      const double drop = length * slope - (to.objective - at.objective);
      length *= std::isfinite(drop) ? std::clamp(0.5 * length * slope / drop, 0.1, 0.6) : 0.1;
      if (tries == 2 && second_order) {  // back to EM, whose direction always rises
        second_order = false;
        const Derivatives expected = derivatives(layout, at.free, at.model, at.tables, at.expected, false);
        solve_somehow(Eigen::Map<const Matrix>(expected.information.data(), n, n), gradient, held, step);
        length = 1.0;
      }
    }
    if (moved) {
      const bool far = !newton && options.accelerate && gain > kFarGain * n && step_number + 1 < kMostFirstSteps;
      if (far && step_number + 1 >= first_steps) ++first_steps;
      continue;
    }
    if (newton && ++refused <= 2 && search.iterations < options.max_iterations) {
      since_refresh = kRefreshAfter;
      continue;
    }
    out.stop = search.iterations >= options.max_iterations ? StopReason::kMaxIterations : StopReason::kNoProgress;
    break;
  }
  model = at.model;
  out.free = at.free;
  out.log_likelihood = at.expected.log_likelihood;
  out.log_posterior = at.objective;
  out.iterations = search.iterations;
  return out;
}

Result<std::vector<double>> free_covariance(const Layout& layout, const Model& model, const Packed& packed, const Maximum& maximum,
                                            const ExecutionContext& context) {
  using namespace maximize_detail;
  const int n = layout.n_free();
  if (n == 0) return std::vector<double>{};
  const Tables tables = make_tables(model, packed.groups);
  auto expected = expect(packed, tables, true, context);
  if (!expected) return expected.error();
  const Derivatives d = derivatives(layout, maximum.free, model, tables, *expected, true);
  const auto missing = missing_information(layout, model, packed, tables, context);
  if (!missing) return missing.error();
  Matrix information = Eigen::Map<const Matrix>(d.information.data(), n, n) - Eigen::Map<const Matrix>(missing->data(), n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    if (maximum.at_bound[static_cast<std::size_t>(i)] != 0) {
      information.row(i).setZero();
      information.col(i).setZero();
      information(i, i) = 1.0;
    }
  const Eigen::LLT<Matrix> factor(information);
  if (factor.info() != Eigen::Success) return std::vector<double>{};
  const Matrix inverse = factor.solve(Matrix::Identity(n, n));
  std::vector<double> out(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) out[static_cast<std::size_t>(i * n + j)] = 0.5 * (inverse(i, j) + inverse(j, i));
  return out;
}

}  // namespace celadon::inline CELADON_ABI::irt::estimation_detail
