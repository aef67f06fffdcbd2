/// What the errors of a table of rows speak of.
#pragma once

#include <celadon/core/config.hpp>

#include <cstdint>

namespace celadon::inline CELADON_ABI::scheme {

enum class Estimand : std::uint8_t {
  kTheseRows = 0,   ///< the rows themselves: no sampling error (census_design)
  kLikeCohort = 1,  ///< rows as a draw from a like cohort (cohort_design)
  kReplicates = 2,  ///< the sample that the replicate weights describe
};

}  // namespace celadon::inline CELADON_ABI::scheme
