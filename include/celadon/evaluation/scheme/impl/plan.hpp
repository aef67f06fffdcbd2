/// For bodies: what a scheme reads from the rows of a period, each column and product once.
///
/// A leaf is a function of weighted totals of a unit's rows (quantities), of sums over its lower units (derived, for differences between
/// units) and, for progress, of the totals of all rows. Totals add up the tree of units, so rows are read once.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/scheme/evaluate_scheme.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

/// Rows worked on at once: their columns and replicate weights stay in the second cache.
inline constexpr std::int64_t kChunk = 256;

/// One comparison of a row's columns; columns by their place in the frame.
struct Test {
  int variable = -1;
  int per = -1;
  double times = 1.0;
  Comparison comparison = Comparison::kAtLeast;
  double limit = 0.0;
};

/// What is read from a row: a value less a shift (so that sums of squares keep their digits), or 0/1 of tests.
struct Source {
  int variable = -1;  ///< -1: tests
  double shift = 0.0;
  std::vector<Test> tests;  ///< 1 where enough hold, 0 where not, NaN where a column is missing
  int least_met = 0;
  double others_ratio = 0.0;
  int n_columns = 1;  ///< 1 or the number of plausible values
};

/// Rows that count: sources that must be there, and sources that must be 1.
struct Mask {
  std::vector<int> present;
  std::vector<int> holds;
  int n_columns = 1;
  int count = 0;           ///< place of its number of rows among the counts
  std::int64_t units = 0;  ///< place of its sampling units among the words of a unit
};

/// mask x source x source, weighted and summed. -1: the constant 1.
struct Quantity {
  int mask = 0;
  int first = -1;
  int second = -1;
  int n_columns = 1;
  std::int64_t z = 0;       ///< first row of products within its frame
  std::int64_t offset = 0;  ///< first number among the sums of a unit
};

/// Replicates of a frame among all: columns 1 + base ... of a value's row.
struct FramePlan {
  const Frame* frame = nullptr;
  int level = 0;
  int n_replicates = 0;
  int base = 0;
  std::int64_t stride = 8;  ///< 1 + replicates, in eights
  std::vector<Source> sources;
  std::vector<Mask> masks;
  std::vector<Quantity> quantities;
  std::int64_t n_z = 0;
  std::int64_t offset = 0;  ///< of its sums
  /// Rows with the same factors are one sampling unit: numbers by row, or empty where there are none or too many to keep count of.
  std::vector<std::int32_t> sampling_unit;
  std::vector<std::int32_t> stratum;    ///< of each sampling unit; empty: one
  std::int64_t words = 0;               ///< 64 sampling units each
  std::vector<std::int32_t> rows;       ///< rows with a unit and a weight, by unit, sampling unit, row
  std::vector<std::int64_t> row_begin;  ///< n_units + 1
  [[nodiscard]] bool given() const { return frame->design->factors.empty(); }
};

struct LeafPlan {
  std::int32_t indicator = 0;
  IndexState state = IndexState::kEvaluated;  ///< otherwise why it has no value anywhere
  int frame = -1;
  std::vector<int> quantities;
  int mask = 0;
  int second_mask = 0;  ///< gap
  int n_columns = 1;
  int between = -1;  ///< level
  int least_n = 1;
  std::int64_t derived = -1;  ///< offset of its sums over lower units: n_derived x n_columns x stride
  int n_derived = 0;
  std::int64_t reference = -1;  ///< progress: offset of the coefficients, n_columns x stride x (1 + predictors)
  double shift = 0.0;           ///< of the outcome
  std::vector<double> predictor_shifts;
};

struct Plan {
  const Scheme* scheme = nullptr;
  const Period* period = nullptr;
  int n_imputations = 1;
  int n_scenarios = 1;        ///< the full sample and every frame's replicates
  std::vector<double> scale;  ///< of each scenario: variance = sum scale (value - full)^2; scale[0] = 0
  std::vector<FramePlan> frames;
  std::vector<LeafPlan> leaves;  ///< by indicator; of inner nodes only the index
  std::int64_t n_sums = 0;
  std::int64_t n_derived = 0;
  std::int64_t n_counts = 0;  ///< two numbers a mask: rows, and the sum of squared weights
  std::int64_t n_references = 0;
  std::int64_t n_words = 0;
};

/// What is summed for a unit.
struct Totals {
  std::vector<double> sums;
  std::vector<double> derived;
  std::vector<double> counts;
  std::vector<std::uint64_t> units;  ///< a bit for each sampling unit that has a row, by mask
  void clear(const Plan& plan);
  void add(const Totals& other);
};

/// Units of a period in the order of the tree.
struct Tree {
  std::vector<std::int32_t> n_units;                   ///< by level
  std::vector<std::vector<std::int32_t>> parent;       ///< by level; -1 none
  std::vector<std::vector<std::int32_t>> child_begin;  ///< by level >= 1: n_units + 1 into children
  std::vector<std::vector<std::int32_t>> children;     ///< by level >= 1: units of the level below, by parent
  int block_level = 0;  ///< units of this level are worked on one by one, in parallel; those above afterwards
};

/// Errors: kSchemeUnits.
Result<Tree> make_tree(const Period& period);

/// Errors: kSchemeReplicates, kSchemeFrameInvalid. What a leaf lacks is a finding and its state.
/// @param progress_only  only what the reference regression of progress needs
Result<Plan> make_plan(const Scheme& scheme, const Period& period, bool progress_only, Findings& findings);

/// Scratch of one worker.
struct RowScratch {
  std::vector<double> source;
  std::vector<double> mask;
  std::vector<double> z;
  std::vector<double> weight;
  std::vector<double> runs;
  std::vector<double> weights;
};

/// Adds the rows of a frame's unit to totals. An infinite value sets `bad_column` to its variable and stops.
void add_rows(const Plan& plan, const FramePlan& frame, std::int32_t unit, RowScratch& scratch, Totals& totals, int& bad_column);

/// Coefficients of the reference regressions of progress, from the totals of all rows of a progress-only plan; laid out for `plan`.
std::vector<double> reference_coefficients(const Plan& plan, const Plan& progress, const Totals& all);

/// A leaf's value under every scenario of its frame: out[m * stride + s]. NaN where it is not defined.
void leaf_values(const Plan& plan, const LeafPlan& leaf, const Totals& totals, const std::vector<double>& references, double* out);

/// What a unit of level `between` adds to the sums of the units above it.
void add_derived(const Plan& plan, const LeafPlan& leaf, Totals& totals);

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
