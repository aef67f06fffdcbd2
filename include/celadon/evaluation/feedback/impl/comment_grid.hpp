/// A grid of evidence that can come about, for the linter: every state with every reason, few and many items, with and without causes,
/// actions, prerequisites, flags and a past, with marks told or not.
#pragma once

#include <celadon/evaluation/feedback/comments.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback::comment_grid {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Adds a point with n items of 2 points of which `right` are gained in full. @param cause the lost items have one.
inline CommentPoint& add_point(PupilEvidence& e, int n, int right, MasteryState state, MasteryReason reason, bool cause = false,
                               bool review = false) {
  CommentPoint p;
  p.name = "P" + std::to_string(e.points.size() + 1);
  for (int k = 0; k < n; ++k) {
    CommentItem item;
    item.label = std::to_string(e.items.size() + 1);
    item.full = 2.0;
    item.points = k < right ? 2.0 : 0.0;
    item.review = review && k == right;
    if (cause && k >= right) item.cause = "cause";
    p.items.push_back(static_cast<std::int32_t>(e.items.size()));
    e.items.push_back(std::move(item));
  }
  p.mastery.state = state;
  p.mastery.reason = reason;
  p.mastery.n_items = n;
  p.mastery.points = 2.0 * right;
  p.mastery.full = 2.0 * n;
  const bool told = state != MasteryState::kCannotJudge || reason >= MasteryReason::kBetween;
  const double probability = state == MasteryState::kMastered ? 0.93 : state == MasteryState::kNotYet ? 0.08 : 0.5;
  p.mastery.probability = told ? probability : kNone;
  p.mastery.low = told ? std::max(0.0, probability - 0.07) : kNone;
  p.mastery.high = told ? std::min(1.0, probability + 0.06) : kNone;
  if (reason == MasteryReason::kBounds) {
    p.mastery.low = 0.2;
    p.mastery.high = 0.9;
  }
  e.points.push_back(std::move(p));
  return e.points.back();
}

/// The states that n items with `right` gained can have.
template <class Call>
void each_state(int n, int right, Call&& call) {
  if (n == 0) return call(MasteryState::kCannotJudge, MasteryReason::kNoAnswers);
  if (n < 3) return call(MasteryState::kCannotJudge, MasteryReason::kFewItems);
  if (2 * right >= n) call(MasteryState::kMastered, MasteryReason::kNone);
  if (4 * right <= 3 * n) call(MasteryState::kNotYet, MasteryReason::kNone);
  for (const MasteryReason reason :
       {MasteryReason::kNotModelled, MasteryReason::kNotIdentified, MasteryReason::kBounds, MasteryReason::kBetween,
        MasteryReason::kSettingsDiffer, MasteryReason::kAgainstAnswers, MasteryReason::kSingleScore})
    call(MasteryState::kCannotJudge, reason);
}

inline void add_company(PupilEvidence& e, int company) {
  if (company == 1) add_point(e, 4, 4, MasteryState::kMastered, MasteryReason::kNone);
  if (company == 2) add_point(e, 4, 1, MasteryState::kNotYet, MasteryReason::kNone);
  if (company == 3) add_point(e, 1, 0, MasteryState::kCannotJudge, MasteryReason::kFewItems);
  if (company == 4) {
    add_point(e, 3, 2, MasteryState::kCannotJudge, MasteryReason::kBetween);
    add_point(e, 2, 2, MasteryState::kCannotJudge, MasteryReason::kFewItems);
  }
  if (company == 6) {
    // A point in the very same items: what is lost on them cannot be put down to one of the two.
    CommentPoint twin = e.points.front();
    twin.name = "P2";
    e.points.push_back(std::move(twin));
  }
  if (company == 5)
    for (int k = 0; k < 5; ++k) add_point(e, 1, k % 2, MasteryState::kCannotJudge, MasteryReason::kFewItems);
}

template <class Call>
void each_pupil(Call&& call) {
  for (const int n : {0, 1, 2, 3, 7})
    for (int right = 0; right <= n; ++right)
      each_state(n, right, [&](MasteryState state, MasteryReason reason) {
        for (int bits = 0; bits < 16; ++bits)
          for (int company = 0; company < 7; ++company)
            for (int level = bits % 3; level < (bits == 0 ? 3 : bits % 3 + 1); ++level)
              for (int change = 0; change < (bits == 0 ? 5 : 1); ++change) {
                PupilEvidence e;
                e.key = "k";
                e.paper = "paper";
                CommentPoint& p = add_point(e, n, right, state, reason, (bits & 1) != 0, (bits & 2) != 0);
                if ((bits & 4) != 0) p.action = "action";
                if ((bits & 8) != 0) p.needs = {"Q"};
                p.change.verdict = static_cast<ChangeVerdict>(change);
                p.change.n_common = 4;
                if (level == 2) p.mastery.low = p.mastery.high = kNone;  // a bank without errors of its parameters
                if (level > 0) e.level = evaluation::same_text("level");
                e.rough = level == 2;
                e.marks = (bits + company) % 2 == 0;
                add_company(e, company);
                call(std::as_const(e));
              }
      });
}

template <class Call>
void each_class(Call&& call) {
  constexpr std::int64_t kPupils = 30;
  for (const std::int64_t mastered : {0, 6, 20, 30})
    for (const std::int64_t not_yet : {0, 3, 10, 24})
      for (int bits = 0; bits < 64; ++bits)
        for (int n_points = 1; n_points <= 3; ++n_points) {
          if (mastered + not_yet > kPupils) continue;
          ClassEvidence e;
          e.key = "k";
          e.n = kPupils;
          for (int k = 0; k < n_points; ++k) {
            CommentClassPoint p;
            p.name = "P" + std::to_string(k + 1);
            p.counts = {k, kPupils, mastered, not_yet, kPupils - mastered - not_yet, 4};
            p.common_gap = not_yet >= 10;
            if ((bits & 1) != 0) p.action = "action";
            e.points.push_back(std::move(p));
          }
          if ((bits & 2) != 0 && not_yet >= 3) e.groups.push_back({"P1", not_yet, not_yet >= 10, {"A", "B", "C"}});
          if ((bits & 2) != 0) e.groups.push_back({"P2", 5, false, {"A", "B", "C"}});
          if ((bits & 4) != 0) {
            CommentClassItem item{"1", kPupils, 12, 0.6, {}, 0, (bits & 8) != 0};
            if ((bits & 16) != 0) {
              item.error = "error";
              item.n_error = 7;
            }
            e.items.push_back(item);
            item.label = "2";
            if ((bits & 32) != 0) e.items.push_back(item);
          }
          call(std::as_const(e));
        }
}

}  // namespace celadon::inline CELADON_ABI::feedback::comment_grid
