/// What may be shown of groups to whom: small groups, the groups that would give them away, and rates that speak of every pupil.
///
/// Only published and cross-unit aggregates are suppressed. A pupil's own page and a class teacher's own lists are not.
#pragma once

#include <celadon/evaluation/audience.hpp>
#include <celadon/evaluation/profile.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation {

/// Why a figure is not shown.
enum class Hidden : std::uint8_t { kShown = 0, kSmallGroup = 1, kComplement = 2, kAllOrNone = 3 };

/// One decision a group, for groups that partition a whole whose size is shown too (classes of a school, levels of a class).
///
/// Groups with 0 < n < least_n are hidden. If then the hidden groups together hold fewer than least_n pupils, or only one group is hidden,
/// a reader could get its figures by subtraction, so the smallest group still shown is hidden as well (complementary suppression), and so
/// on. Groups of 0 pupils are shown: there is nobody to protect. Audiences kPupil and kTeacher see everything. Cost: O(groups^2) at worst.
/// Reentrant.
[[nodiscard]] std::vector<Hidden> suppress_groups(std::span<const std::int64_t> n, const SuppressionRules& rules, Audience audience);

/// Whether a rate of a group that is itself shown may be shown: not when it is 0 or 1 (all or none of the group), nor when all but one are
/// on one side, where the odd one would know of all the others.
[[nodiscard]] Hidden suppress_rate(std::int64_t count, std::int64_t n, const SuppressionRules& rules, Audience audience);

}  // namespace celadon::inline CELADON_ABI::evaluation
