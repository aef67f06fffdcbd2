/// For bodies: statistics that need the rows themselves (sorted, or several times), group by group and imputation by imputation.
#pragma once

#include <celadon/core/function.hpp>
#include <celadon/models/survey/impl/engine.hpp>

#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

/// Rows of one group that have a value of every variable in one imputation, ordered by unit, then row.
struct RowTask {
  const Design& design;
  std::span<const std::int32_t> rows;
  std::vector<std::vector<double>> values;  ///< [variable][row]
  std::vector<double> weight;
  [[nodiscard]] std::size_t n() const { return rows.size(); }
  /// 1 + replicates, in eights.
  [[nodiscard]] std::size_t stride() const { return static_cast<std::size_t>((1 + design.n_replicates + 7) / 8 * 8); }
  /// Weight and replicate weights of row `i` of the task; padding 0.
  void weights_of(std::size_t i, double* out) const;
  /// Linearised variance of an influence a row (already times its weight).
  [[nodiscard]] double linearised(std::span<const double> influence) const { return linearised(influence, influence); }
  /// Covariance of two.
  [[nodiscard]] double linearised(std::span<const double> a, std::span<const double> b) const;
};

/// Calls `work(task, value, variance)` for each group and imputation in parallel (n_parameters results each, NaN before) and combines.
/// With `n_joint`, the covariance of the first parameters ([n_joint][n_joint]) goes behind the variances.
/// Groups without a row are not called. Errors: kLengthMismatch, kInvalidArgument, kNotFinite, kCancelled.
Result<std::vector<SetSummary>> each_task(const Design& design, const Layout& layout, std::span<const Variable* const> variables,
                                          int n_parameters, int* n_imputations, const ExecutionContext& context,
                                          const std::function<void(const RowTask& task, double* value, double* variance)>& work,
                                          int n_joint = 0);

/// Row numbers of a task by value, ties by row.
std::vector<std::uint32_t> order_of(const std::vector<double>& values);

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
