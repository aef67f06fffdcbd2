/// How far the index depends on choices: Monte Carlo over every choice and over the data's own error, and variance-based sensitivity.
///
/// Each uncertain choice is one factor with one uniform number u in (0, 1) a run: of m alternatives it picks number floor(u m); weights and
/// data are disturbed by random numbers that are a function of (seed, factor, u). So a factor is a column of the design, whatever it does.
///
/// With matrices A and B of N runs and A_B(j) = A with column j from B, y the output and V the variance of y over A and B:
///
///   first order   S_j  = mean(y_B (y_AB(j) - y_A)) / V       Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018, eq. (b) of Table 2
///   total         ST_j = mean((y_A - y_AB(j))^2) / (2 V)     Jansen (1999), doi:10.1016/S0010-4655(98)00154-4
///
/// The first-order estimator is unbiased but noisy: y is centred before use (this changes nothing in expectation and a lot in variance).
/// Source of the approach: Saisana, Saltelli & Tarantola (2005), doi:10.1111/j.1467-985X.2005.00350.x.
#pragma once

#include <celadon/core/execution.hpp>
#include <celadon/models/composite/construction.hpp>

namespace celadon::inline CELADON_ABI::composite {

enum class Choice : std::uint8_t {
  kImputation = 0,     ///< alternatives in `imputations`
  kTreatment = 1,      ///< in `treatments`; each replaces the options of all indicators
  kNormalisation = 2,  ///< in `normalisations`; each replaces the options of all indicators
  kWeights = 3,        ///< in `weight_sets`, one value a node each
  kWeightNoise = 4,    ///< weights times 1 + noise[level - 1] * U(-1, 1), each node on its own
  kAggregation = 5,    ///< in `aggregations`
  kInclusion = 6,      ///< leaves out one of `excluded` (codes of nodes; "" leaves out none)
  kDataError = 7,      ///< values plus standard error times N(0, 1)
};

/// One uncertain choice. Only the vector that belongs to `choice` is read.
struct Factor {
  std::string name;
  Choice choice = Choice::kWeightNoise;
  std::vector<Imputation> imputations;
  std::vector<TreatOptions> treatments;
  std::vector<NormaliseOptions> normalisations;
  std::vector<std::vector<double>> weight_sets;
  std::vector<double> noise;  ///< by level from 1; shares in [0, 1); levels beyond the end have none
  std::vector<AggregateOptions> aggregations;
  std::vector<std::string> excluded;
};

struct UncertaintyOptions {
  std::int64_t n_runs = 1000;  ///< N; sensitivity makes N (factors + 2) runs
  std::uint64_t seed = 1;
  double confidence = 0.90;  ///< of the intervals of ranks and scores
  bool keep_runs = false;    ///< keep every run's scores and ranks
};

/// Spread of a unit's score and rank over the runs. Quantiles are of type 7 (linear).
struct UnitSpread {
  double score = kMissing;  ///< of the nominal construction
  double rank = kMissing;
  double score_mean = kMissing;
  double score_sd = kMissing;
  double score_lower = kMissing;
  double score_upper = kMissing;
  double rank_mean = kMissing;
  double rank_median = kMissing;
  double rank_lower = kMissing;
  double rank_upper = kMissing;
};

struct Uncertainty {
  std::vector<std::string> unit_ids;
  std::vector<UnitSpread> units;
  double mean_rank_shift = kMissing;  ///< mean over runs and units of |rank - nominal rank|
  std::int64_t n_runs = 0;
  std::int64_t n_failed = 0;  ///< runs without an index; not in the figures
  double confidence = 0.90;
  std::vector<std::string> factor_names;
  Matrix design;      ///< runs x factors, the u of each run (keep_runs)
  Matrix run_scores;  ///< runs x units (keep_runs); a failed run is NaN
  Matrix run_ranks;   ///< runs x units (keep_runs)
  Findings findings;  ///< kRunsFailed
  /// One row a unit: unit, score, rank, and their spread.
  [[nodiscard]] Table to_table() const;
};

/// Errors: those of `build` for the nominal construction; kInvalidArgument (no factor, no run, alternatives missing, noise outside [0, 1),
/// a confidence outside (0, 1)), kLengthMismatch, kUnknownNode; kCancelled.
/// Cost: n_runs builds; where the data are not disturbed, every combination of imputation, treatment and normalisation is made only once
/// (up to 512), and a run is an aggregation. Same bits for any number of threads. Reentrant.
Result<Uncertainty> uncertainty(const Measures& measures, const Construction& nominal, std::span<const Factor> factors,
                                const UncertaintyOptions& options = {}, const ExecutionContext& context = {});

/// The output whose variance is divided among the factors.
enum class Output : std::uint8_t {
  kMeanRankShift = 0,  ///< mean over units of |rank - nominal rank|
  kUnitScore = 1,      ///< index of one unit
  kUnitRank = 2,       ///< rank of one unit
};

struct SensitivityOptions : UncertaintyOptions {
  Output output = Output::kMeanRankShift;
  std::int64_t unit = 0;         ///< row among the units kept, for the outputs of one unit
  std::int64_t n_bootstrap = 0;  ///< resamples of the runs for intervals; 0: none
};

struct FactorSensitivity {
  std::string name;
  double first_order = kMissing;
  double total = kMissing;
  double first_order_lower = kMissing;  ///< of the bootstrap
  double first_order_upper = kMissing;
  double total_lower = kMissing;
  double total_upper = kMissing;
  std::int64_t n_used = 0;  ///< triples of runs that all gave an index
};

struct Sensitivity {
  std::vector<FactorSensitivity> factors;
  double variance = kMissing;  ///< V; 0: no factor moves the output, and the indices are NaN
  Uncertainty uncertainty;     ///< over the 2 N runs of A and B
  /// One row a factor: factor, first_order, total and their intervals.
  [[nodiscard]] Table to_table() const;
};

/// Errors: those of `uncertainty`; kInvalidArgument (a unit that is not there). Same bits for any number of threads. Reentrant.
Result<Sensitivity> sensitivity(const Measures& measures, const Construction& nominal, std::span<const Factor> factors,
                                const SensitivityOptions& options = {}, const ExecutionContext& context = {});

/// The estimators alone, for a caller's own model. y_ab: factors x N, row by row. NaN in a run leaves that run out of its factor.
/// Errors: kLengthMismatch, kInvalidArgument (N < 2).
Result<std::vector<FactorSensitivity>> sensitivity_indices(std::span<const double> y_a, std::span<const double> y_b, const Matrix& y_ab,
                                                           std::int64_t n_bootstrap = 0, std::uint64_t seed = 1, double confidence = 0.90);

}  // namespace celadon::inline CELADON_ABI::composite
