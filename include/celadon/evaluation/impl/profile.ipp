#pragma once

#include <celadon/evaluation/profile.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace profile_detail {

inline constexpr double kDecisionStep = 1e-6;

inline bool share(double x) {
  return std::isfinite(x) && x >= 0.0 && x <= 1.0;
}

/// The first group that is not valid, with what is wrong; empty when all are.
class Check {
 public:
  void require(bool ok, std::string_view group, std::string_view detail) {
    if (ok || !group_.empty()) return;
    group_ = group;
    detail_ = detail;
  }
  [[nodiscard]] Result<void> result() const {
    if (group_.empty()) return {};
    return make_error(Code::kProfileInvalid, {}, {{"group", group_}, {"detail", detail_}});
  }

 private:
  std::string group_;
  std::string detail_;
};

inline void check_levels(const Profile& p, Check& check) {
  check.require(!p.levels.empty(), "levels", "at least one level");
  for (std::size_t i = 0; i < p.levels.size(); ++i) {
    const Level& level = p.levels[i];
    check.require(!level.id.empty() && !level.name.zh.empty() && !level.name.en.empty(), "levels", "every level has an id and both names");
    check.require(share(level.from_share) && level.from_share < 1.0, "levels", "cuts lie in [0, 1)");
    if (i > 0) check.require(level.from_share < p.levels[i - 1].from_share, "levels", "cuts descend");
    for (std::size_t j = 0; j < i; ++j) check.require(p.levels[j].id != level.id, "levels", "ids are unique");
  }
  if (!p.levels.empty()) check.require(p.levels.back().from_share == 0.0, "levels", "the last level begins at 0");
}

}  // namespace profile_detail

double decision_value(double value) {
  return std::round(value / profile_detail::kDecisionStep) * profile_detail::kDecisionStep;
}

bool is_borderline(double value, double cut) {
  return std::fabs(value - cut) <= profile_detail::kDecisionStep;
}

int Profile::level_of(double share) const {
  if (std::isnan(share)) return -1;
  const double value = decision_value(share);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (value >= decision_value(levels[i].from_share)) return static_cast<int>(i);
  }
  return static_cast<int>(levels.size()) - 1;
}

const ProfileSource* Profile::source_of(std::string_view group) const {
  for (const ProfileSource& s : sources) {
    if (s.group == group) return &s;
  }
  return nullptr;
}

Result<void> check(const Profile& p) {
  using profile_detail::share;
  profile_detail::Check c;
  c.require(!p.id.empty(), "id", "not empty");
  profile_detail::check_levels(p, c);
  c.require(p.interval_confidence > 0.0 && p.interval_confidence < 1.0, "intervals", "confidence lies in (0, 1)");
  c.require(p.wide_span >= 2, "intervals", "wide_span is at least 2");
  c.require(p.rates.size() == p.rate_names.size(), "rates", "every rate has a name");
  for (const ctt::RateCut& r : p.rates) c.require(!r.id.empty() && share(r.share_of_full), "rates", "ids and cuts in [0, 1]");
  c.require(p.group_share > 0.0 && p.group_share <= 0.5, "groups", "group_share lies in (0, 0.5]");
  c.require(p.model_cuts.rasch > 0.0 && p.model_cuts.rasch <= p.model_cuts.two_parameter &&
                p.model_cuts.two_parameter <= p.model_cuts.three_parameter,
            "models", "cuts ascend");
  c.require(share(p.flags.tail) && share(p.flags.least_share) && share(p.flags.false_discovery) && p.flags.least_points >= 0.0 &&
                p.flags.most >= 0,
            "flags", "shares in [0, 1], counts not negative");
  c.require(p.expectation.leave_one_out_below >= 0 && p.expectation.least_pupils >= 2 && p.expectation.least_items >= 2 &&
                p.expectation.slope_spread > 0.0 && p.expectation.category_weight > 0.0,
            "expectation", "at least 2 pupils and 2 items, positive prior strengths");
  c.require(p.suppression.least_n >= 0, "suppression", "least_n is not negative");
  c.require(p.wrong_key.least_choosing >= 1 && std::isfinite(p.wrong_key.least_advantage), "wrong_key", "least_choosing is at least 1");
  c.require(share(p.blueprint.difficulty_off) && share(p.blueprint.low_discrimination) && p.blueprint.least_items_a_point >= 1 &&
                p.blueprint.interval_confidence > 0.0 && p.blueprint.interval_confidence < 1.0,
            "blueprint", "shares in [0, 1], confidence in (0, 1)");
  c.require(p.sp.right_from_share > 0.0 && p.sp.right_from_share <= 1.0 && p.sp.n_simulations >= 0 && share(p.sp.p_value), "sp_table",
            "right_from_share in (0, 1], n_simulations not negative");
  c.require(p.class_review.most_items >= 1 && share(p.class_review.common_share) && share(p.class_review.common_error_share) &&
                share(p.class_review.collective_share) && share(p.class_review.deviation_false_discovery) &&
                p.class_review.least_group >= 2 && p.class_review.most_names >= 1,
            "class_review", "shares in [0, 1], positive counts, groups of at least 2");
  const DiagnosisRules& d = p.diagnosis;
  c.require(d.not_yet_to > 0.0 && d.not_yet_to < d.mastered_from && d.mastered_from < 1.0, "diagnosis",
            "0 < not_yet_to < mastered_from < 1");
  c.require(share(d.least_share_mastered) && share(d.most_share_not_yet) && share(d.common_gap_share) && d.right_from_share > 0.0 &&
                d.right_from_share <= 1.0 && d.single_score_share > 0.0 && d.single_score_share < 1.0 && d.change_false_discovery > 0.0 &&
                d.change_false_discovery < 1.0 && d.interval_confidence > 0.0 && d.interval_confidence < 1.0,
            "diagnosis", "shares in [0, 1], right_from_share in (0, 1], single_score_share and confidence in (0, 1)");
  c.require(d.least_items >= 1 && d.least_pupils >= 2 && d.small_sample >= 0 && d.general_model >= d.small_sample && d.most_points >= 1 &&
                d.most_points <= 15 && d.least_group >= 2 && d.change_least_items >= 1,
            "diagnosis", "counts positive, general_model not below small_sample, at most 15 points");
  c.require(d.priors.size() >= 2, "diagnosis", "two priors or more");
  for (const DiagnosisPrior& prior : d.priors)
    c.require(!prior.id.empty() && prior.guess_a > 0.0 && prior.guess_b > 0.0 && prior.right_a > 0.0 && prior.right_b > 0.0 &&
                  prior.structure_sd > 0.0,
              "diagnosis", "priors have an id and positive counts");
  c.require(p.family_page.most_strengths >= 0 && p.family_page.most_next_steps >= 0, "family_page", "counts are not negative");
  return c.result();
}

}  // namespace celadon::inline CELADON_ABI::evaluation
