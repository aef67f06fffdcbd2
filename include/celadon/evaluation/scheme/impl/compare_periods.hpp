/// For bodies: what is hidden, and what has changed since the period before.
#pragma once

#include <celadon/evaluation/scheme/impl/plan.hpp>

namespace celadon::inline CELADON_ABI::scheme::engine_detail {

/// Hides small groups of people, what would give them away, and shares that speak of everybody.
void hide_small_groups(const Plan& plan, const SchemeOptions& options, PeriodValues& values);

/// Sets the changes of `now` against `before`, units matched by level and id; corrected over the changes of one unit.
void compare_periods(const Scheme& scheme, const SchemeOptions& options, std::span<const LinkError> link_errors, const PeriodValues& before,
                     PeriodValues& now);

}  // namespace celadon::inline CELADON_ABI::scheme::engine_detail
