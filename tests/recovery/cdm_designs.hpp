/// Simulation designs of diagnosis models with known truth: one calibration of one simulated data set is a replication.
/// Used by the tests (a fixed-seed subset) and by benchmarks/soak (the full designs).
///
/// Five attributes with tetrachoric correlation .5, each mastered by half of the persons: the class that has s of them has probability
/// s! (5 - s)! / 6!. 30 items: two of each single attribute, the ten pairs, the ten triples. Items of several attributes follow the
/// design's rule; P of the lowest group is guess, of the highest 1 - guess.
#pragma once

#include <celadon/models/cdm/fit.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "designs.hpp"

namespace celadon_recovery {

struct CdmDesign {
  std::string name;
  celadon::cdm::Rule rule = celadon::cdm::Rule::kDina;
  double guess = 0.1;
  /// How it is calibrated.
  celadon::cdm::Structure structure = celadon::cdm::Structure::kSaturated;
  celadon::cdm::Priors priors = {};
  bool monotone = false;
};

/// "dina-0.1" ... "gdina-0.2": six rules at guess = slip = .1 and .2. "gdina-0.2-monotone", "-priors", "-higher", "-both": the same answers
/// calibrated with the monotonicity constraint, with the stated priors of small samples, with the higher-order structure, with that and
/// the constraint.
[[nodiscard]] const std::vector<CdmDesign>& cdm_designs();
[[nodiscard]] const CdmDesign* find_cdm_design(const std::string& name);
[[nodiscard]] celadon::cdm::QMatrix cdm_matrix();
/// The same for every replication.
[[nodiscard]] celadon::cdm::Model cdm_truth(const CdmDesign& design);

/// Answers of one replication and the profiles behind them; the same (design, n_persons, number) gives the same.
struct CdmSample {
  celadon::cdm::Model truth;
  std::vector<std::uint32_t> profiles;
  celadon::Responses answers;
};
[[nodiscard]] celadon::Result<CdmSample> cdm_sample(const CdmDesign& design, std::int64_t n_persons, std::uint64_t number,
                                                    const celadon::ExecutionContext& context = {});

struct CdmReplication {
  bool converged = false;
  double right = 0.0;               ///< share of persons and attributes that the calibrated model classifies right (P >= .5)
  double bound = 0.0;               ///< the same by the true model: the Bayes bound on these answers
  double whole = 0.0;               ///< share of persons whose every attribute is right
  double whole_bound = 0.0;         ///< the same by the true model
  std::vector<Outcome> outcomes;    ///< with errors by information
  std::vector<double> sandwich_se;  ///< as outcomes; empty where not asked for
};

/// What the kinds of outcomes are, in the order in which a replication has them; estimates and errors are 0.
[[nodiscard]] std::vector<Outcome> cdm_outcomes(const CdmDesign& design);

/// Simulates and fits replication `number` of a design with n_persons, from the fixed start and the true model. The same (design,
/// n_persons, number) gives the same result.
[[nodiscard]] celadon::Result<CdmReplication> replicate(const CdmDesign& design, std::int64_t n_persons, std::uint64_t number,
                                                        bool sandwich, const celadon::ExecutionContext& context = {});

}  // namespace celadon_recovery
