#pragma once

#include <celadon/evaluation/feedback/impl/comment_pattern.hpp>
#include <celadon/evaluation/feedback/impl/comment_view.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::feedback::comment_detail {

int PupilView::n_others(std::int32_t subject, std::int32_t item, bool open_only) const {
  int n = 0;
  for (std::size_t k = 0; k < e_.points.size(); ++k) {
    const CommentPoint& p = e_.points[k];
    if (static_cast<std::int32_t>(k) == subject || (open_only && p.mastery.state == MasteryState::kMastered)) continue;
    n += std::find(p.items.begin(), p.items.end(), item) != p.items.end() ? 1 : 0;
  }
  return n;
}

std::vector<std::int32_t> PupilView::first_lost(std::int32_t subject) const {
  std::vector<std::pair<int, std::int32_t>> lost;  // other points, item
  for (const std::int32_t i : point(subject).items)
    if (lost_points(item(i))) lost.emplace_back(n_others(subject, i, true), i);
  std::stable_sort(lost.begin(), lost.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (lost.size() > kFirstItems) lost.resize(kFirstItems);
  std::vector<std::int32_t> out;
  out.reserve(lost.size());
  for (const auto& [others, i] : lost) out.push_back(i);
  std::sort(out.begin(), out.end());
  return out;
}

double PupilView::number(int field, std::int32_t subject) const {
  const auto flag = [](bool value) { return value ? 1.0 : 0.0; };
  switch (field) {
    case kNPoints:
      return static_cast<double>(e_.points.size());
    case kNMastered:
      return n_mastered_;
    case kNNotYet:
      return n_not_yet_;
    case kNOpen:
      return static_cast<double>(e_.points.size()) - n_mastered_ - n_not_yet_;
    case kNFew:
      return n_few_;
    case kNUnsure:
      return static_cast<double>(e_.points.size()) - n_mastered_ - n_not_yet_ - n_few_;
    case kNItems:
      return n_items_;
    case kNFull:
      return n_items_ - n_lost_;
    case kNLost:
      return n_lost_;
    case kNReview:
      return n_review_;
    case kRough:
      return flag(e_.rough);
    case kHasLevel:
      return flag(!e_.level.empty());
    case kNNotComparable:
      return n_not_comparable_;
    case kNNoChange:
      return n_no_change_;
    case kTellsMarks:
      return flag(e_.marks);
    default:
      break;
  }
  if (subject < 0) return kNoNumber;
  switch (field) {
    case kItemPoints:
      return item(subject).points;
    case kItemFull:
      return item(subject).full;
    case kItemShare:
      return item(subject).counted && item(subject).full > 0.0 ? item(subject).points / item(subject).full : kNoNumber;
    case kItemReview:
      return flag(item(subject).review);
    case kHasItemCause:
      return flag(!item(subject).cause.empty());
    default:
      break;
  }
  const CommentPoint& p = point(subject);
  switch (field) {
    case kState:
      return static_cast<double>(p.mastery.state);
    case kReason:
      return static_cast<double>(p.mastery.reason);
    case kPointItems:
      return p.mastery.n_items;
    case kPointShare:
      return p.mastery.full > 0.0 ? p.mastery.points / p.mastery.full : kNoNumber;
    case kPointPoints:
      return p.mastery.points;
    case kPointFull:
      return p.mastery.full;
    case kPointLost:
      return static_cast<double>(std::count_if(p.items.begin(), p.items.end(), [&](std::int32_t i) { return lost_points(item(i)); }));
    case kPointFirst:
      return std::min(static_cast<double>(kFirstItems), number(kPointLost, subject));
    case kPointRight:
      return p.mastery.n_items - number(kPointLost, subject);
    case kPointLostAlone:
      return static_cast<double>(std::count_if(p.items.begin(), p.items.end(),
                                               [&](std::int32_t i) { return lost_points(item(i)) && n_others(subject, i, false) == 0; }));
    case kPointReview:
      return static_cast<double>(std::count_if(p.items.begin(), p.items.end(), [&](std::int32_t i) { return item(i).review; }));
    case kProbability:
      return p.mastery.probability;
    case kLow:
      return p.mastery.low;
    case kHigh:
      return p.mastery.high;
    case kHasInterval: {
      // An interval that prints as one number tells nothing.
      if (std::isnan(p.mastery.low) || std::isnan(p.mastery.high)) return 0.0;
      if (std::fabs(no_certainty(p.mastery.high) - no_certainty(p.mastery.low)) > 0.0101) return 1.0;  // more than a percent apart
      std::string low;
      std::string high;
      append_number(no_certainty(p.mastery.low), kPercentSlot, low);
      append_number(no_certainty(p.mastery.high), kPercentSlot, high);
      return flag(low != high);
    }
    case kHasCause:
      return flag(first_cause(p) != nullptr);
    case kHasAction:
      return flag(!p.action.empty());
    case kNNeeds:
      return static_cast<double>(p.needs.size());
    case kChange:
      return static_cast<double>(p.change.verdict);
    case kChangeItems:
      return p.change.n_common;
    default:
      return kNoNumber;
  }
}

void PupilView::text(int field, std::int32_t subject, bool chinese, const ListForm& list, std::string& out) const {
  switch (field) {
    case kPaper:
      out += e_.paper;
      return;
    case kLevel:
      out += chinese ? e_.level.zh : e_.level.en;
      return;
    case kPointList:
      return point_names(list, chinese, out, [](const CommentPoint&) { return true; });
    case kMasteredList:
      return point_names(list, chinese, out, [](const CommentPoint& p) { return p.mastery.state == MasteryState::kMastered; });
    case kNotYetList:
      return point_names(list, chinese, out, [](const CommentPoint& p) { return p.mastery.state == MasteryState::kNotYet; });
    case kFewList:
      return point_names(list, chinese, out, [](const CommentPoint& p) { return few(p); });
    case kUnsureList:
      return point_names(list, chinese, out,
                         [](const CommentPoint& p) { return p.mastery.state == MasteryState::kCannotJudge && !few(p); });
    case kLostItems:
      return item_names(list, out, [](const CommentItem& i) { return lost_points(i); });
    case kReviewItems:
      return item_names(list, out, [](const CommentItem& i) { return i.review; });
    case kItem:
      out += item(subject).label;
      return;
    case kItemCause:
      out += item(subject).cause;
      return;
    default:
      break;
  }
  const CommentPoint& p = point(subject);
  ListWriter writer(list, out);
  switch (field) {
    case kPoint:
      out += p.name;
      return;
    case kPointItemLabels:
      for (const std::int32_t i : p.items)
        if (item(i).counted) writer.add(item(i).label);
      return writer.finish();
    case kPointLostItems:
      for (const std::int32_t i : p.items)
        if (lost_points(item(i))) writer.add(item(i).label);
      return writer.finish();
    case kPointFirstItems:
      for (const std::int32_t i : first_lost(subject)) writer.add(item(i).label);
      return writer.finish();
    case kCause:
      if (const CommentItem* i = first_cause(p); i != nullptr) out += i->cause;
      return;
    case kCauseItem:
      if (const CommentItem* i = first_cause(p); i != nullptr) out += i->label;
      return;
    case kNeeds:
      return list_points(p.needs, list, chinese, out);
    case kAction:
      out += p.action;
      return;
    default:
      return;
  }
}

double ClassView::number(int field, std::int32_t subject) const {
  const auto flag = [](bool value) { return value ? 1.0 : 0.0; };
  switch (field) {
    case kClassPupils:
      return static_cast<double>(e_.n);
    case kClassPoints:
      return static_cast<double>(e_.points.size());
    case kClassGaps:
      return n_gaps_;
    case kClassGroups:
      return static_cast<double>(e_.groups.size());
    case kClassDiscuss:
      return static_cast<double>(e_.items.size());
    case kClassJudged:
      return n_judged_;
    case kClassOpenPoints:
      return static_cast<double>(e_.points.size()) - n_judged_;
    default:
      break;
  }
  if (subject < 0) return kNoNumber;
  const auto at = static_cast<std::size_t>(subject);
  if (field >= kItemPupils) {
    const CommentClassItem& i = e_.items[at];
    switch (field) {
      case kItemPupils:
        return static_cast<double>(i.n);
      case kItemLosing:
        return static_cast<double>(i.n_losing);
      case kItemRate:
        return i.rate;
      case kHasError:
        return flag(!i.error.empty());
      case kErrorPupils:
        return static_cast<double>(i.n_error);
      case kItemCommon:
        return flag(i.common);
      default:
        return kNoNumber;
    }
  }
  if (field == kGroupPupils) return static_cast<double>(e_.groups[at].n);
  if (field == kGroupCut) return flag(static_cast<std::int64_t>(e_.groups[at].names.size()) < e_.groups[at].n);
  if (field == kGroupWhole) return flag(e_.groups[at].whole_class);
  if (field < kClassMastered || field > kClassHasAction) return kNoNumber;
  const CommentClassPoint& p = e_.points[at];
  switch (field) {
    case kClassMastered:
      return static_cast<double>(p.counts.n_mastered);
    case kClassNotYet:
      return static_cast<double>(p.counts.n_not_yet);
    case kClassOpen:
      return static_cast<double>(p.counts.n_cannot_judge);
    case kClassDecided:
      return static_cast<double>(decided(p));
    case kClassMasteredShare:
      return share(p.counts.n_mastered, p.counts.n);
    case kClassNotYetShare:
      return share(p.counts.n_not_yet, p.counts.n);
    case kCommonGap:
      return flag(p.common_gap);
    default:
      return flag(!p.action.empty());
  }
}

void ClassView::text(int field, std::int32_t subject, bool chinese, const ListForm& list, std::string& out) const {
  ListWriter writer(list, out);
  switch (field) {
    case kClassPointList:
      return point_names(list, chinese, out, [](const CommentClassPoint&) { return true; });
    case kClassGapList:
      return point_names(list, chinese, out, [](const CommentClassPoint& p) { return p.common_gap; });
    case kClassOpenList:
      return point_names(list, chinese, out, [](const CommentClassPoint& p) { return decided(p) == 0; });
    default:
      break;
  }
  const auto at = static_cast<std::size_t>(subject);
  switch (field) {
    case kClassPoint:
      out += e_.points[at].name;
      return;
    case kClassAction:
      out += e_.points[at].action;
      return;
    case kGroupPoint:
      out += e_.groups[at].point;
      return;
    case kGroupNames:
      for (const std::string& name : e_.groups[at].names) writer.add(name);
      return writer.finish();
    case kClassItem:
      out += e_.items[at].label;
      return;
    case kError:
      out += e_.items[at].error;
      return;
    default:
      return;
  }
}

}  // namespace celadon::inline CELADON_ABI::feedback::comment_detail
