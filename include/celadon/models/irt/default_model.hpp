/// Which item response model the data can carry: a default by sample size that says what it decided and can be overruled.
///
/// A class of 40 without an item bank cannot carry a 2PL: its slopes would be noise. The default therefore follows the effective number of
/// persons an item, and below the first cut it is classical analysis.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/model.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::irt {

/// Effective persons an item from which a family is used. A report takes these from its profile; the values here are the library's own
/// default for direct use, in line with the sample sizes at which parameter recovery becomes useful in simulation
/// (De Ayala 2009, The Theory and Practice of Item Response Theory, chapters 3 and 5).
struct SampleSizeCuts {
  double rasch = 100.0;
  double two_parameter = 500.0;
  double three_parameter = 1000.0;
};

enum class ModelFamily : std::uint8_t {
  kClassical = 0,          ///< no calibration; with a bank: score on the bank; with stated priors: Rasch or PCM
  kRasch = 1,              ///< Rasch and partial credit
  kTwoParameterPrior = 2,  ///< 2PL and GPCM with priors on the slopes
  kThreeParameter = 3,     ///< 3PL (prior on the lower asymptote) where guessing is possible, else 2PL; GPCM
};

/// "classical" "rasch" "2pl_prior" "3pl"
[[nodiscard]] std::string_view family_name(ModelFamily family);

struct DefaultModelOptions {
  SampleSizeCuts cuts;
  MissingPolicy missing;
  std::span<const double> weights = {};          ///< person weights > 0, or empty
  std::span<const std::uint8_t> can_guess = {};  ///< n_items, non-zero where an item has options to guess from; empty = none
};

/// The recommendation and the numbers behind it.
struct DefaultModel {
  ModelFamily family = ModelFamily::kClassical;
  double effective_n = 0.0;              ///< median over usable items; what the family was chosen by
  double least_effective_n = 0.0;        ///< of the item with the fewest
  std::vector<double> item_effective_n;  ///< n_items: Kish's effective number of persons with a usable cell
  std::vector<ItemModel> models;         ///< n_items: the model of each item; empty when classical
  /// The priors that go with these models, for FitOptions::priors: log slope N(0, 0.5) below the third cut, logit of the lower
  /// asymptote N(logit 0.2, 0.5) where an item is 3PL (Mislevy 1986, doi:10.1007/BF02293979).
  std::vector<Prior> priors;
  Findings findings;  ///< kTooFewForCalibration, kFewPersonsForItem
  /// One row an item: item, effective_n, model (null when classical).
  [[nodiscard]] Table to_table(const Responses& responses) const;
};

/// Chooses by Kish's effective sample size, (sum w)^2 / sum w^2 over the persons with a usable cell (Kish 1965, Survey Sampling).
/// An item with fewer than two observed categories is left out of the median.
/// Errors: kLengthMismatch, kInvalidArgument (a weight that is not finite and positive). Cost: one pass. Reentrant.
[[nodiscard]] Result<DefaultModel> default_model(const Responses& responses, const DefaultModelOptions& options = {});

}  // namespace celadon::inline CELADON_ABI::irt
