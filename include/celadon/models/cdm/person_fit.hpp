/// Does a person answer as the model says that someone with this profile would? A low value asks for a look at the paper, no more.
///
/// lz = (l - E l) / sd l, with l the log-likelihood of the answers at the person's MAP profile, moments over the items that were answered.
/// The profile is estimated from the same answers, so that lz is not standard normal: p is read off simulated persons with the same MAP
/// profile.
///
/// Sources: Drasgow, Levine & Williams (1985), doi:10.1111/j.2044-8317.1985.tb00817.x (lz); Cui & Li (2015),
/// doi:10.1177/0146621614557272 and Liu, Douglas & Henson (2009), doi:10.1177/0146621608329504 (diagnosis models).
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/table.hpp>
#include <celadon/models/cdm/model.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::cdm {

struct PersonFitOptions {
  MissingPolicy missing = {};
  /// Index into model.populations of each person, borrowed; empty: the first for all.
  std::span<const std::int32_t> population = {};
  std::int64_t n_simulated = 20000;  ///< persons of the reference, over the populations in turn
  std::uint64_t seed = 20260901;
};

/// By person, in row order. Value type.
struct PersonFit {
  std::vector<double> lz;               ///< NaN without variance (no answers, dropped)
  std::vector<double> p;                ///< share of like persons with an lz as low or lower; NaN where lz is
  std::vector<std::uint8_t> simulated;  ///< 1: p from at least 100 simulated persons; 0: from the normal distribution (cells missing, or a
                                        ///< profile that the model hardly ever gives)
  std::vector<std::uint32_t> profile;   ///< MAP; kNoProfile where dropped
  Findings findings;
  /// One row a person: lz, p, simulated, profile (text).
  [[nodiscard]] Table to_table(std::size_t n_attributes) const;
};

/// Errors: those of score; kInvalidArgument (n_simulated < 0). Cost: that of scoring persons and simulated persons. Same bits for any
/// number of threads. Reentrant.
[[nodiscard]] Result<PersonFit> person_fit(const Model& model, const Responses& responses, const PersonFitOptions& options = {},
                                           const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::cdm
