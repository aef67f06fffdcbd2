/// Moments of prepared scores. For bodies only.
#pragma once

#include <celadon/models/ctt/impl/scoring_detail.hpp>
#include <celadon/models/ctt/score_moments.hpp>

namespace celadon::inline CELADON_ABI::ctt::moments_detail {

Result<ScoreMoments> moments(const scoring_detail::Prepared& prepared, const Responses& responses, const ExecutionContext& context);

}  // namespace celadon::inline CELADON_ABI::ctt::moments_detail
