#pragma once

#include <celadon/evaluation/feedback/mastery.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::feedback {

namespace mastery_detail {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

inline MasteryState side_of(double probability, const evaluation::DiagnosisRules& rules) {
  const double p = evaluation::decision_value(probability);
  if (p >= evaluation::decision_value(rules.mastered_from)) return MasteryState::kMastered;
  if (p <= evaluation::decision_value(rules.not_yet_to)) return MasteryState::kNotYet;
  return MasteryState::kCannotJudge;
}

inline PointMastery open_answer(PointMastery out, MasteryReason reason, bool with_probability) {
  out.state = MasteryState::kCannotJudge;
  out.reason = reason;
  if (!with_probability) out.probability = kNone;
  return out;
}

/// Rounds of the declared order until nothing moves: a point stands after all that it needs. Circles keep their first order.
inline std::vector<std::int32_t> depth_of(const Mastery& mastery) {
  std::vector<std::int32_t> depth(mastery.points.size(), 0);
  for (std::size_t round = 0; round < mastery.points.size(); ++round) {
    bool moved = false;
    for (const auto& [first, then] : mastery.prerequisites) {
      std::int32_t& d = depth[static_cast<std::size_t>(then)];
      const std::int32_t least = depth[static_cast<std::size_t>(first)] + 1;
      if (d >= least) continue;
      d = least;
      moved = true;
    }
    if (!moved) break;
  }
  return depth;
}

}  // namespace mastery_detail

std::string_view mastery_state_name(MasteryState state) {
  constexpr std::string_view kNames[] = {"cannot_judge", "not_yet", "mastered"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view mastery_reason_name(MasteryReason reason) {
  constexpr std::string_view kNames[] = {"",       "no_answers", "few_items",       "not_modelled",    "not_identified",
                                         "bounds", "between",    "settings_differ", "against_answers", "single_score"};
  return kNames[static_cast<std::size_t>(reason)];
}

PointMastery decide_point(std::span<const double> probability, double low, double high, bool bounded, bool modelled, bool identified,
                          std::int32_t n_items, double points, double full, const evaluation::DiagnosisRules& rules) {
  using mastery_detail::open_answer;
  using mastery_detail::side_of;
  PointMastery out;
  out.probability = out.low = out.high = mastery_detail::kNone;
  out.n_items = n_items;
  out.points = points;
  out.full = full;
  if (n_items == 0) return open_answer(out, MasteryReason::kNoAnswers, false);
  if (n_items < rules.least_items) return open_answer(out, MasteryReason::kFewItems, false);
  const bool known =
      modelled && !probability.empty() && std::none_of(probability.begin(), probability.end(), [](double p) { return std::isnan(p); });
  if (!known) return open_answer(out, MasteryReason::kNotModelled, false);
  if (!identified) return open_answer(out, MasteryReason::kNotIdentified, false);
  out.probability = probability.front();
  out.low = low;
  out.high = high;
  const MasteryState side = side_of(out.probability, rules);
  // Where no answer decides the split, the answer stands only if it is the same at both ends.
  if (bounded && (std::isnan(low) || std::isnan(high) || side_of(low, rules) != side || side_of(high, rules) != side))
    return open_answer(out, MasteryReason::kBounds, false);
  for (const double p : probability.subspan(1))
    if (side_of(p, rules) != side) return open_answer(out, MasteryReason::kSettingsDiffer, true);
  out.borderline =
      evaluation::is_borderline(out.probability, rules.mastered_from) || evaluation::is_borderline(out.probability, rules.not_yet_to);
  if (side == MasteryState::kCannotJudge) return open_answer(out, MasteryReason::kBetween, true);
  const double share = full > 0.0 ? evaluation::decision_value(points / full) : 0.0;
  if ((side == MasteryState::kMastered && share < evaluation::decision_value(rules.least_share_mastered)) ||
      (side == MasteryState::kNotYet && share > evaluation::decision_value(rules.most_share_not_yet)))
    return open_answer(out, MasteryReason::kAgainstAnswers, true);
  out.state = side;
  out.reason = MasteryReason::kNone;
  return out;
}

Result<Mastery> decide_mastery(const MasteryInput& input, const evaluation::DiagnosisRules& rules) {
  const std::size_t n_points = input.points.size();
  const std::size_t n_cells = static_cast<std::size_t>(input.n_persons) * n_points;
  const auto wrong = [](std::size_t size, std::size_t expected) { return size != expected; };
  bool bad = input.n_persons < 0 || wrong(input.modelled.size(), n_points) || wrong(input.identified.size(), n_cells) ||
             wrong(input.n_items.size(), n_cells) || wrong(input.points_gained.size(), n_cells) || wrong(input.points_full.size(), n_cells);
  bad = bad || (!input.low.empty() && wrong(input.low.size(), n_cells)) || input.low.size() != input.high.size() ||
        (!input.bounded.empty() && wrong(input.bounded.size(), n_cells)) ||
        (!input.single_score.empty() && wrong(input.single_score.size(), n_cells));
  for (const std::vector<double>& p : input.probability) bad = bad || wrong(p.size(), n_cells);
  if (bad) return make_error(Code::kLengthMismatch, {}, {{"name", "MasteryInput"}, {"expected", std::to_string(n_cells)}});
  Mastery out;
  out.points = input.points;
  out.n_persons = input.n_persons;
  out.items.resize(n_points);
  out.cells.reserve(n_cells);
  out.basis.log_likelihood = out.basis.gain_over_single_score = mastery_detail::kNone;
  std::vector<double> settings(input.probability.size());
  for (std::size_t c = 0; c < n_cells; ++c) {
    const std::size_t k = c % n_points;
    for (std::size_t s = 0; s < settings.size(); ++s) settings[s] = input.probability[s][c];
    const double low = input.low.empty() ? mastery_detail::kNone : input.low[c];
    const double high = input.high.empty() ? mastery_detail::kNone : input.high[c];
    out.cells.push_back(decide_point(settings, low, high, !input.bounded.empty() && input.bounded[c] != 0, input.modelled[k] != 0,
                                     input.identified[c] != 0, input.n_items[c], input.points_gained[c], input.points_full[c], rules));
    PointMastery& cell = out.cells.back();
    if (!input.single_score.empty() && cell.reason == MasteryReason::kNone &&
        mastery_detail::side_of(input.single_score[c], rules) != cell.state)
      cell = mastery_detail::open_answer(cell, MasteryReason::kSingleScore, true);
  }
  return out;
}

std::vector<PointCounts> count_mastery(const Mastery& mastery, std::span<const std::int64_t> rows) {
  std::vector<PointCounts> out(mastery.points.size());
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k].point = static_cast<std::int32_t>(k);
    out[k].n = static_cast<std::int64_t>(rows.size());
    out[k].n_items = static_cast<std::int32_t>(mastery.items[k].size());
    for (const std::int64_t row : rows) {
      const MasteryState state = mastery.at(row, k).state;
      out[k].n_mastered += state == MasteryState::kMastered ? 1 : 0;
      out[k].n_not_yet += state == MasteryState::kNotYet ? 1 : 0;
      out[k].n_cannot_judge += state == MasteryState::kCannotJudge ? 1 : 0;
    }
  }
  return out;
}

std::vector<GapGroup> gap_groups(const Mastery& mastery, std::span<const std::int64_t> rows, const evaluation::DiagnosisRules& rules) {
  std::vector<GapGroup> out;
  for (std::size_t k = 0; k < mastery.points.size(); ++k) {
    GapGroup group;
    group.point = static_cast<std::int32_t>(k);
    for (const std::int64_t row : rows)
      if (mastery.at(row, k).state == MasteryState::kNotYet) group.rows.push_back(row);
    if (static_cast<int>(group.rows.size()) < rules.least_group) continue;
    const double share = static_cast<double>(group.rows.size()) / static_cast<double>(rows.size());
    group.whole_class = evaluation::decision_value(share) >= evaluation::decision_value(rules.common_gap_share);
    out.push_back(std::move(group));
  }
  const std::vector<std::int32_t> depth = mastery_detail::depth_of(mastery);
  std::stable_sort(out.begin(), out.end(), [&](const GapGroup& a, const GapGroup& b) {
    const std::int32_t da = depth[static_cast<std::size_t>(a.point)];
    const std::int32_t db = depth[static_cast<std::size_t>(b.point)];
    return da != db ? da < db : a.rows.size() > b.rows.size();
  });
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
