/// The fields of evidence by number, in the order of comment_fields().
#pragma once

#include <celadon/evaluation/feedback/comment_bank.hpp>

namespace celadon::inline CELADON_ABI::feedback::comment_detail {

enum Field : int {
  // pupil, whole
  kNPoints,
  kNMastered,
  kNNotYet,
  kNOpen,
  kNFew,
  kNUnsure,
  kNItems,
  kNFull,
  kNLost,
  kNReview,
  kRough,
  kHasLevel,
  kNNotComparable,
  kNNoChange,
  kTellsMarks,
  kPaper,
  kLevel,
  kPointList,
  kMasteredList,
  kNotYetList,
  kFewList,
  kUnsureList,
  kLostItems,
  kReviewItems,
  // pupil, point
  kState,
  kReason,
  kPointItems,
  kPointShare,
  kPointPoints,
  kPointFull,
  kPointLost,
  kPointFirst,
  kPointRight,
  kPointLostAlone,
  kPointReview,
  kProbability,
  kLow,
  kHigh,
  kHasInterval,
  kHasCause,
  kHasAction,
  kNNeeds,
  kChange,
  kChangeItems,
  kPoint,
  kPointItemLabels,
  kPointLostItems,
  kPointFirstItems,
  kCause,
  kCauseItem,
  kNeeds,
  kAction,
  // pupil, item
  kItemPoints,
  kItemFull,
  kItemShare,
  kItemReview,
  kHasItemCause,
  kItem,
  kItemCause,
  // class, whole
  kClassPupils,
  kClassPoints,
  kClassGaps,
  kClassGroups,
  kClassDiscuss,
  kClassJudged,
  kClassOpenPoints,
  kClassPointList,
  kClassGapList,
  kClassOpenList,
  // class, point
  kClassMastered,
  kClassNotYet,
  kClassOpen,
  kClassDecided,
  kClassMasteredShare,
  kClassNotYetShare,
  kCommonGap,
  kClassHasAction,
  kClassPoint,
  kClassAction,
  // class, group
  kGroupPupils,
  kGroupWhole,
  kGroupCut,
  kGroupPoint,
  kGroupNames,
  // class, item
  kItemPupils,
  kItemLosing,
  kItemRate,
  kHasError,
  kErrorPupils,
  kItemCommon,
  kClassItem,
  kError,
  kFieldCount
};

/// The number of a field, -1 for an unknown name.
[[nodiscard]] int field_of(std::string_view name);

}  // namespace celadon::inline CELADON_ABI::feedback::comment_detail
