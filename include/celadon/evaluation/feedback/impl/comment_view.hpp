/// Evidence as numbered fields: what rules test and sentences hold.
#pragma once

#include <celadon/evaluation/feedback/comments.hpp>
#include <celadon/evaluation/feedback/impl/comment_names.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::feedback::comment_detail {

/// Lost items that a next step names at most.
inline constexpr std::size_t kFirstItems = 2;
inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// Distance from which two values differ as decisions see them, whichever way each is rounded: ten steps.
inline constexpr double kApart = 1e-5;

/// Whether a test holds; a field without a value passes none. Compared as decisions see values.
inline bool holds(Comparison comparison, double value, double limit) {
  if (std::isnan(value)) return false;
  const bool near = value != limit && std::fabs(value - limit) < kApart;  // rounding, the slow part, decides only there
  const double v = near ? evaluation::decision_value(value) : value;
  const double l = near ? evaluation::decision_value(limit) : limit;
  switch (comparison) {
    case Comparison::kEqual:
      return v == l;
    case Comparison::kNotEqual:
      return v != l;
    case Comparison::kLess:
      return v < l;
    case Comparison::kAtMost:
      return v <= l;
    case Comparison::kMore:
      return v > l;
    case Comparison::kAtLeast:
      return v >= l;
  }
  return false;
}

/// How a language joins a list.
struct ListForm {
  std::string_view separator;
  std::string_view last;
};

/// Appends names with the language's separators.
class ListWriter {
 public:
  ListWriter(const ListForm& form, std::string& out) : form_(form), out_(out) {}
  void add(std::string_view name) {
    if (n_++ > 0) {
      if (n_ > 2) out_ += form_.separator;
      out_ += pending_;
    }
    if (n_ == 1) {
      out_ += name;
      pending_ = {};
      return;
    }
    // The last separator differs, so that each name waits for the next one.
    pending_ = name;
  }
  void finish() {
    if (n_ < 2) return;
    out_ += form_.last;
    out_ += pending_;
  }

 private:
  const ListForm& form_;
  std::string& out_;
  std::string_view pending_;
  int n_ = 0;
};

/// Names of points in a list; a Chinese name stands in quotation marks, as it does by itself: “数” and not 数 in the middle of a sentence.
inline void list_points(const std::vector<std::string>& names, const ListForm& list, bool chinese, std::string& out) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(chinese ? "\u201c" + name + "\u201d" : name);
  ListWriter writer(list, out);
  for (const std::string& name : quoted) writer.add(name);
  writer.finish();
}

inline bool lost_points(const CommentItem& item) {
  const double lost = item.full - item.points;
  return item.counted && lost > 0.0 && (lost > kApart || evaluation::decision_value(lost) > 0.0);
}

/// A pupil's evidence.
class PupilView {
 public:
  explicit PupilView(const PupilEvidence& evidence) : e_(evidence) {
    for (const CommentPoint& p : e_.points) {
      n_mastered_ += p.mastery.state == MasteryState::kMastered ? 1 : 0;
      n_not_yet_ += p.mastery.state == MasteryState::kNotYet ? 1 : 0;
      n_few_ += few(p) ? 1 : 0;
      n_not_comparable_ += p.change.verdict == ChangeVerdict::kNotComparable ? 1 : 0;
      n_no_change_ += p.change.verdict == ChangeVerdict::kNoChangeSeen ? 1 : 0;
    }
    for (const CommentItem& i : e_.items) {
      n_items_ += i.counted ? 1 : 0;
      n_lost_ += lost_points(i) ? 1 : 0;
      n_review_ += i.review ? 1 : 0;
    }
  }

  [[nodiscard]] std::int32_t n_subjects(CommentScope scope) const {
    switch (scope) {
      case CommentScope::kWhole:
        return 1;
      case CommentScope::kPoint:
        return static_cast<std::int32_t>(e_.points.size());
      case CommentScope::kItem:
        return static_cast<std::int32_t>(e_.items.size());
      default:
        return 0;
    }
  }
  /// NaN where the field has no value for the subject.
  [[nodiscard]] double number(int field, std::int32_t subject) const;
  void text(int field, std::int32_t subject, bool chinese, const ListForm& list, std::string& out) const;
  /// Items that a next step on the subject would name.
  void named_items(CommentScope scope, std::int32_t subject, std::vector<std::int32_t>& out) const {
    if (scope == CommentScope::kItem) out.push_back(subject);
    if (scope == CommentScope::kPoint) out = first_lost(subject);
    if (scope == CommentScope::kWhole)
      for (std::size_t i = 0; i < e_.items.size(); ++i)
        if (e_.items[i].review) out.push_back(static_cast<std::int32_t>(i));
  }

 private:
  [[nodiscard]] const CommentPoint& point(std::int32_t subject) const { return e_.points[static_cast<std::size_t>(subject)]; }
  [[nodiscard]] const CommentItem& item(std::int32_t subject) const { return e_.items[static_cast<std::size_t>(subject)]; }
  /// Open because of too few answers; other open points have enough of them and cannot be told all the same.
  [[nodiscard]] static bool few(const CommentPoint& p) {
    return p.mastery.state == MasteryState::kCannotJudge &&
           (p.mastery.reason == MasteryReason::kFewItems || p.mastery.reason == MasteryReason::kNoAnswers);
  }
  [[nodiscard]] const CommentItem* first_cause(const CommentPoint& p) const {
    for (const std::int32_t i : p.items)
      if (lost_points(item(i)) && !item(i).cause.empty()) return &item(i);
    return nullptr;
  }
  /// Points other than this one that need an item: all of them, or those not mastered.
  [[nodiscard]] int n_others(std::int32_t subject, std::int32_t item, bool open_only) const;
  /// The lost items that a next step names, in the order of the paper: those that ask for the fewest other points not mastered.
  [[nodiscard]] std::vector<std::int32_t> first_lost(std::int32_t subject) const;
  template <class Keep>
  void point_names(const ListForm& list, bool chinese, std::string& out, Keep&& keep) const {
    std::vector<std::string> names;
    for (const CommentPoint& p : e_.points)
      if (keep(p)) names.push_back(p.name);
    list_points(names, list, chinese, out);
  }
  template <class Keep>
  void item_names(const ListForm& list, std::string& out, Keep&& keep) const {
    ListWriter writer(list, out);
    for (const CommentItem& i : e_.items)
      if (keep(i)) writer.add(i.label);
    writer.finish();
  }

  const PupilEvidence& e_;
  int n_mastered_ = 0;
  int n_not_yet_ = 0;
  int n_few_ = 0;
  int n_not_comparable_ = 0;
  int n_no_change_ = 0;
  int n_items_ = 0;
  int n_lost_ = 0;
  int n_review_ = 0;
};

/// A class's evidence.
class ClassView {
 public:
  explicit ClassView(const ClassEvidence& evidence) : e_(evidence) {
    for (const CommentClassPoint& p : e_.points) {
      n_gaps_ += p.common_gap ? 1 : 0;
      n_judged_ += decided(p) > 0 ? 1 : 0;
    }
  }
  [[nodiscard]] std::int32_t n_subjects(CommentScope scope) const {
    switch (scope) {
      case CommentScope::kWhole:
        return 1;
      case CommentScope::kPoint:
        return static_cast<std::int32_t>(e_.points.size());
      case CommentScope::kItem:
        return static_cast<std::int32_t>(e_.items.size());
      default:
        return static_cast<std::int32_t>(e_.groups.size());
    }
  }
  [[nodiscard]] double number(int field, std::int32_t subject) const;
  void text(int field, std::int32_t subject, bool chinese, const ListForm& list, std::string& out) const;
  void named_items(CommentScope /*scope*/, std::int32_t /*subject*/, std::vector<std::int32_t>& /*out*/) const {}

 private:
  [[nodiscard]] static std::int64_t decided(const CommentClassPoint& p) { return p.counts.n_mastered + p.counts.n_not_yet; }
  [[nodiscard]] static double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : kNoNumber;
  }
  template <class Keep>
  void point_names(const ListForm& list, bool chinese, std::string& out, Keep&& keep) const {
    std::vector<std::string> names;
    for (const CommentClassPoint& p : e_.points)
      if (keep(p)) names.push_back(p.name);
    list_points(names, list, chinese, out);
  }
  const ClassEvidence& e_;
  int n_gaps_ = 0;
  int n_judged_ = 0;
};

}  // namespace celadon::inline CELADON_ABI::feedback::comment_detail
