/// What may be said of differences in an outcome: where they lie, and what goes with them. Relations, never causes; each by id with its
/// numbers (evaluation/feedback/statement.hpp).
#pragma once

#include <celadon/evaluation/feedback/statement.hpp>

#include <vector>

namespace celadon::inline CELADON_ABI::green {

struct Drivers;  // drivers.hpp

/// Statements about an outcome in reading order: the share of the differences that lies between units (before and after the background),
/// effects that stand out, the caution. Ids: "drivers/<period>/<level>/<outcome>/<rule>[/<variable>]". Cost: O(effects). Reentrant.
[[nodiscard]] std::vector<feedback::Statement> driver_statements(const Drivers& drivers);

}  // namespace celadon::inline CELADON_ABI::green
