/// The model after its one pass over the rows: cross-products by cell, and what eliminates the random effects. Internal.
#pragma once

#include <celadon/core/function.hpp>
#include <celadon/models/multilevel/impl/model_frame.hpp>

#include <memory>
#include <span>

namespace celadon::inline CELADON_ABI::multilevel {

namespace frame_detail {

/// Cross-products of the columns by cell: packed upper triangles by rows.
struct CrossProducts {
  std::size_t q = 0;
  std::size_t n_cells = 0;
  std::vector<double> values;
  std::vector<std::int64_t> n_rows;
  double sum_log_weight = 0.0;
  [[nodiscard]] std::size_t packed() const { return q * (q + 1) / 2; }
};

/// The used rows of a block, and the columns' values at them: columns x kBlockRows.
struct BlockRows {
  std::vector<double> columns;
  std::vector<std::int32_t> rows;
};
void fill_block(const Frame& frame, std::int64_t block, BlockRows& out);

Result<CrossProducts> gather(const Frame& frame, const ExecutionContext& context);

inline std::size_t packed_index(std::size_t q, std::size_t i, std::size_t j) {
  if (i > j) std::swap(i, j);
  return i * (2 * q - i + 1) / 2 + (j - i);
}

}  // namespace frame_detail

namespace solve_detail {

/// A grouping with its random columns: those of all its terms, one after the other.
struct Grouping {
  std::string name;
  std::vector<std::string> levels;
  std::vector<std::size_t> columns;
  std::vector<std::int32_t> parent;  ///< nested designs: in the next grouping; empty at the top
  std::vector<std::int64_t> n_rows;
};

/// Where a term stands in its grouping and in theta.
struct TermSpan {
  std::size_t grouping = 0;
  std::size_t first = 0;  ///< first of its columns within the grouping
  std::size_t size = 0;
  std::size_t theta = 0;  ///< first of its size (size + 1) / 2 entries
};

struct Structure {
  bool nested = true;
  std::size_t q = 0;  ///< columns, the outcome last
  std::vector<std::string> names;
  std::vector<std::size_t> fixed;  ///< columns of the fixed part that are not aliased
  std::size_t n_fixed_all = 0;
  std::vector<Grouping> groupings;
  std::vector<TermSpan> terms;
  std::size_t n_theta = 0;
  std::int64_t n = 0;
  frame_detail::CrossProducts cells;
  std::vector<std::vector<std::int32_t>> cell_group;  ///< crossed designs
  [[nodiscard]] std::size_t outcome() const { return q - 1; }
};

/// One square lower triangle (row-major, k x k) a grouping.
using Factors = std::vector<std::vector<double>>;
Factors relative_factors(const Structure& s, std::span<const double> theta);

/// What is left when the random effects are eliminated.
struct Top {
  double log_det = 0.0;
  std::vector<double> s;  ///< q x q, upper triangle; columns of the fixed part and the outcome are valid
};

/// The profiled criterion at a theta.
struct Profiled {
  double deviance = 0.0;
  double residual = 0.0;       ///< penalised residual sum of squares
  double log_det = 0.0;        ///< log|L'Z'WZL + I|
  double log_det_fixed = 0.0;  ///< log|R_X|^2
  std::vector<double> beta;
  std::vector<double> root;  ///< R_X' (lower, row-major, p x p): root root' = X'V^-1 X s^2
};

/// Effects of one grouping, in the scale of the data.
struct Effects {
  std::vector<double> estimate;    ///< groups x k
  std::vector<double> covariance;  ///< groups x k x k, given the coefficients
  std::vector<double> error;       ///< groups x k, variance of estimate - truth
};

/// Eliminates the random effects for any theta. Not thread-safe (scratch); one an evaluation thread.
class Eliminator {
 public:
  virtual ~Eliminator() = default;
  virtual bool eliminate(const Factors& factors, Top& top) = 0;
  /// Takes notice of new cross-products in the structure (same cells).
  virtual void update() = 0;
  /// v of u = L v at given coefficients, by grouping: groups x k. Empty where the numbers break down.
  virtual std::vector<std::vector<double>> spherical(const Factors& factors, const std::vector<double>& beta) = 0;
  virtual std::vector<Effects> effects(const Factors& factors, const Profiled& at, double sigma,
                                       const std::vector<double>& fixed_covariance) = 0;
};

std::unique_ptr<Eliminator> make_nested(const Structure& s);
std::unique_ptr<Eliminator> make_crossed(const Structure& s);
inline std::unique_ptr<Eliminator> make_eliminator(const Structure& s) {
  return s.nested ? make_nested(s) : make_crossed(s);
}

/// Lower Cholesky factor in place of a row-major square matrix (lower triangle read); false where it is not positive definite.
bool cholesky(double* a, std::size_t n);

/// Fixed part at what is left: coefficients and criterion. False where the numbers break down.
bool profile_top(const Structure& s, const Top& top, bool reml, Profiled& out);

struct Minimum {
  std::vector<double> at;
  double value = 0.0;
  double gradient = 0.0;
  int evaluations = 0;
  bool converged = false;
};
/// Quasi-Newton (BFGS) minimum of a smooth function without bounds, slopes by central differences. NaN and infinity count as no step.
Minimum minimize(const std::function<double(std::span<const double>)>& f, std::vector<double> start, int max_evaluations);
/// Second derivatives by central differences with the given step, row-major.
std::vector<double> hessian(const std::function<double(std::span<const double>)>& f, std::span<const double> at, double step);
/// Inverse of a symmetric positive definite matrix; false where it is not.
bool invert(std::vector<double>& a, std::size_t n);

}  // namespace solve_detail

struct FitState {
  solve_detail::Structure structure;
};

}  // namespace celadon::inline CELADON_ABI::multilevel
