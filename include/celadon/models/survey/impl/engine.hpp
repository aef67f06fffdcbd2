/// For bodies: weighted totals by group and sampling unit, and statistics as functions of them.
///
/// Replicate factors belong to units, so one pass with the plain weights gives the totals of each group in each unit; the totals under
/// any replicate weight are sums of those times factors, and a linearised variance needs no more than the same totals. Only a given matrix
/// of replicate weights has to be multiplied out row by row; a kernel does it for all replicates at once.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/models/survey/estimate.hpp>
#include <celadon/models/survey/impl/dual.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::survey::engine_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Rows that take part, sorted by group, then unit, then row; a cell is a run of one group and unit (of one group where weights are given).
struct Layout {
  std::vector<std::int32_t> order;        ///< rows by position
  std::vector<std::int64_t> cell_begin;   ///< n_cells + 1 positions
  std::vector<std::int32_t> cell_unit;    ///< -1 where replicate weights are given
  std::vector<std::int64_t> group_begin;  ///< n_groups + 1 cells
  [[nodiscard]] std::int64_t n_cells() const { return static_cast<std::int64_t>(cell_unit.size()); }
  [[nodiscard]] std::int32_t n_groups() const { return static_cast<std::int32_t>(group_begin.size()) - 1; }
};

/// Errors: kLengthMismatch, kInvalidArgument (a group out of range).
Result<Layout> make_layout(const Design& design, const Groups& groups);

/// What is read from a row.
enum class SourceKind : std::uint8_t { kValue = 0, kAtLeast = 1, kEqual = 2 };
struct Source {
  const Variable* variable = nullptr;
  SourceKind kind = SourceKind::kValue;
  double level = kNaN;
  double shift = 0.0;  ///< taken off a value, so that sums of squares keep their digits
};

/// A product of sources (-1: the constant 1) that is weighted and summed. Quantity 0 of every plan is the weight itself.
struct Quantity {
  int first = -1;
  int second = -1;
};

struct Plan {
  std::vector<Source> sources;
  std::vector<Quantity> quantities = {Quantity{}};
  int n_imputations = 1;
  [[nodiscard]] int n_quantities() const { return static_cast<int>(quantities.size()); }
};

/// Checks columns against the design, sets shifts and the number of imputations.
/// Errors: kLengthMismatch, kInvalidArgument (no column, different numbers of imputations).
Result<void> prepare(const Design& design, Plan& plan);

struct Totals {
  int n_imputations = 1;
  int n_quantities = 1;
  int stride = 1;               ///< weights of a total: 1, or 1 + n_replicates padded where replicate weights are given
  std::vector<double> sums;     ///< [cell][imputation][quantity][stride]
  std::vector<double> counts;   ///< [cell][imputation]: rows used
  std::vector<double> squares;  ///< [cell][imputation]: sums of squared weights
  [[nodiscard]] const double* at(std::int64_t cell, int imputation) const {
    return sums.data() + (cell * n_imputations + imputation) * n_quantities * stride;
  }
};

/// One pass over the rows for several plans, which share the replicate weights but not the rows used. Same bits as plan by plan, and for
/// any number of threads. Errors: kNotFinite (an infinite value), kCancelled.
Result<std::vector<Totals>> sum_totals(const Design& design, const Layout& layout, std::span<const Plan* const> plans,
                                       const ExecutionContext& context);
/// The same for one plan.
Result<Totals> sum_totals(const Design& design, const Layout& layout, const Plan& plan, const ExecutionContext& context);

/// out[q][r] += sum_i z[q][i] * w[i][r]: the dispatched kernel of dense_kernel.inc. `stride` is a multiple of 8.
void multiply_all(const double* z, std::int64_t z_stride, int n_quantities, const double* w, std::int64_t n, std::int64_t stride,
                  double* out);

/// A function of the totals of a set of groups: totals[group in set][quantity], counts[group in set].
class Statistic {
 public:
  virtual ~Statistic() = default;
  [[nodiscard]] virtual int n_parameters() const = 0;
  virtual void evaluate(int n_groups, const double* totals, const double* counts, double* out) const = 0;
  virtual void evaluate(int n_groups, const Dual* totals, const double* counts, Dual* out) const = 0;
};

/// "(intercept)" where there is one, then the predictors.
std::vector<std::string> coefficient_names(std::span<const Variable> predictors, bool intercept);

/// Makes a Statistic of a class with a member template `compute(n_groups, totals, counts, out)` and `n_parameters`.
template <class Formula>
class StatisticOf final : public Statistic {
 public:
  explicit StatisticOf(Formula formula) : formula_(std::move(formula)) {}
  [[nodiscard]] int n_parameters() const override { return formula_.n_parameters(); }
  void evaluate(int n_groups, const double* totals, const double* counts, double* out) const override {
    formula_.compute(n_groups, totals, counts, out);
  }
  void evaluate(int n_groups, const Dual* totals, const double* counts, Dual* out) const override {
    formula_.compute(n_groups, totals, counts, out);
  }

 private:
  Formula formula_;
};

/// Sets of groups; each gives one row of parameters.
using Sets = std::vector<std::vector<std::int32_t>>;
/// Each group on its own.
Sets single_sets(std::int32_t n_groups);

/// What is common to the rows of one set.
struct SetSummary {
  double n = 0.0;
  double weight = 0.0;
  double effective_n = 0.0;
  double degrees_of_freedom = 0.0;
  int n_units = 0;  ///< with data; -1 where weights are given
  /// Of each group of the set, where each needs an error of its own (reduce): rows used, and units with data (empty where weights are
  /// given).
  std::vector<double> group_n;
  std::vector<int> group_units;
  std::vector<Estimate> parameters;
  std::vector<std::uint8_t> undefined;   ///< of each parameter: some replicate has no value
  std::vector<double> joint_values;      ///< [imputation][parameter] of the first parameters, where their covariance is asked for
  std::vector<double> joint_covariance;  ///< [imputation][parameter][parameter]

  /// No sampling error can be told: the data of the set, or of a group that needs an error of its own, lie in one unit.
  [[nodiscard]] bool single_unit() const;
};

/// Whose data must lie in several units for an error: a set's taken together (a region may have a school that is a unit), or each group's
/// (a mean within one unit never moves when units are weighted, so that a comparison with it would have an error that leaves it out).
enum class Within : std::uint8_t { kSet = 0, kGroup = 1 };

/// Statistics of every set, with the covariance of the first `n_joint` parameters. Errors: kCancelled.
Result<std::vector<SetSummary>> reduce(const Design& design, const Layout& layout, const Totals& totals, const Sets& sets,
                                       const Statistic& statistic, const ExecutionContext& context, int n_joint = 0,
                                       Within within = Within::kSet);

/// Variance of a statistic from its replicates' values (n_replicates, first = replicate 0); NaN where one is NaN.
double replicate_variance(const Design& design, double value, const double* replicates, std::int64_t step);
/// Covariance of parameters a and b of `values` from replicates [replicate][parameter].
double replicate_covariance(const Design& design, const double* values, const double* replicates, std::int64_t step, std::size_t a,
                            std::size_t b);
/// Units with rows in a set of groups, ascending.
std::vector<std::int32_t> units_of(const Layout& layout, const std::vector<std::int32_t>& set);
/// Linearised variance from influence totals of ascending units; the design's other units have none.
double linearised_variance(const Design& design, const std::vector<std::int32_t>& units, std::span<const double> influence);
/// The same of two statistics.
double linearised_covariance(const Design& design, const std::vector<std::int32_t>& units, std::span<const double> a,
                             std::span<const double> b);
/// The joint part of a summary; names are the caller's. Of groups that need errors of their own (parameter g is group g's), those in one
/// unit have no covariance.
void take_joint(const SetSummary& summary, int n_imputations, JointEstimate& out);

/// Combines and marks sets that have one unit or undefined replicates.
void combine_set(const std::vector<double>& value, const std::vector<double>& variance, int n_imputations, SetSummary& summary);

/// Name of a parameter for the rows of an answer.
struct Label {
  std::string statistic;
  std::string variable;
  double level = kNaN;
};

EstimateRow row_of(const SetSummary& summary, std::size_t parameter, std::int32_t group, std::int32_t other, const Label& label);

/// What went wrong in the groups of one statistic.
class Troubles {
 public:
  void see(const SetSummary& summary, std::int32_t group, bool undefined);
  /// Group `at` of a set whose groups each need an error of their own: whether it is at fault. Counted once however many sets it is in.
  bool see_group(const SetSummary& summary, std::size_t at, std::int32_t group);
  /// One finding a code: how many groups, and the first.
  void report(const std::string& name, Findings& out) const;

 private:
  struct Trouble {
    std::int64_t n = 0;
    std::int32_t first = -1;
  };
  static void add(Trouble& trouble, std::int32_t group);
  Trouble empty_, single_unit_, undefined_;
  std::vector<std::int32_t> seen_;  ///< at fault, by see_group
};

/// Adds the rows of one statistic and, where sets went wrong, findings (one a code: the first group and how many). The group of a row is
/// the number of its set; of a gap, the set's two groups.
void add_rows(const Sets& sets, const std::vector<SetSummary>& summaries, const std::vector<Label>& labels, bool gap, Estimates& out);

/// Adds the joint parts of the groups in turn.
void add_joint(const std::vector<SetSummary>& summaries, int n_imputations, const std::vector<std::string>& names, Estimates& out);

/// The header of an answer.
Estimates start(const Design& design, int n_imputations);

}  // namespace celadon::inline CELADON_ABI::survey::engine_detail
