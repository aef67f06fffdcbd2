#pragma once

#include <celadon/core/normal.hpp>
#include <celadon/evaluation/feedback/class_review.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace celadon::inline CELADON_ABI::feedback {

namespace class_review_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline bool counts(const GainLoss& g, std::int64_t row, std::int64_t item) {
  return !std::isnan(g.points[g.cell(row, item)]);
}

/// Points lost on a cell that counts; 0 where nothing was lost.
inline double loss_of(const evaluation::Paper& paper, const GainLoss& g, std::int64_t row, std::int64_t item) {
  const double full = paper.items[static_cast<std::size_t>(item)].full_mark;
  return std::max(0.0, full - static_cast<double>(g.points[g.cell(row, item)]));
}

inline bool is_loss(Outcome outcome) {
  return outcome == Outcome::kLoss || outcome == Outcome::kLossAsExpected || outcome == Outcome::kLossToReview;
}

inline std::string option_label(const evaluation::Paper& paper, std::int64_t row, std::int64_t item) {
  if (!paper.raw) return {};
  const std::uint8_t cell = paper.raw->at(row, item);
  const std::vector<std::string>& labels = paper.items[static_cast<std::size_t>(item)].category_labels;
  return is_missing(cell) || cell >= labels.size() ? std::string() : labels[cell];
}

/// Errors that the data know of, the commonest first; ties by option or code.
inline std::vector<ErrorGroup> errors_of(const evaluation::Paper& paper, std::int32_t item, const std::vector<std::int64_t>& losing) {
  std::map<std::pair<CauseSource, std::int32_t>, ErrorGroup> groups;
  for (const std::int64_t row : losing) {
    Cause cause = cause_of(paper, row, item);
    if (cause.source == CauseSource::kNone) continue;
    ErrorGroup& group = groups[{cause.source, cause.code}];
    if (group.rows.empty()) {
      group.item = item;
      if (cause.source == CauseSource::kOption) group.option = option_label(paper, row, item);
      group.cause = std::move(cause);
    }
    group.rows.push_back(row);
  }
  std::vector<ErrorGroup> out;
  out.reserve(groups.size());
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  std::stable_sort(out.begin(), out.end(), [](const ErrorGroup& a, const ErrorGroup& b) { return a.rows.size() > b.rows.size(); });
  return out;
}

inline ReviewItem review_item(const evaluation::Paper& paper, const GainLoss& g, const std::vector<std::int64_t>& rows, std::int32_t item,
                              const evaluation::ClassReviewRules& rules) {
  using evaluation::decision_value;
  ReviewItem out;
  out.item = item;
  double points = 0.0;
  double lost = 0.0;
  for (const std::int64_t row : rows) {
    if (!counts(g, row, item)) continue;
    ++out.n;
    points += static_cast<double>(g.points[g.cell(row, item)]);
    if (!is_loss(g.outcomes[g.cell(row, item)])) continue;
    out.losing.push_back(row);
    lost += loss_of(paper, g, row, item);
  }
  out.n_losing = static_cast<std::int64_t>(out.losing.size());
  if (out.n == 0) return out;
  const auto losing = static_cast<double>(out.n_losing);
  out.rate = points / (static_cast<double>(out.n) * paper.items[static_cast<std::size_t>(item)].full_mark);
  out.common_error_share = kNaN;
  if (out.n_losing == 0) return out;
  out.mean_loss = lost / losing;
  out.errors = errors_of(paper, item, out.losing);
  const std::size_t commonest = out.errors.empty() ? 0 : out.errors.front().rows.size();
  if (commonest > 0) out.common_error_share = static_cast<double>(commonest) / losing;
  out.recoverable = losing * out.mean_loss * (commonest > 0 ? out.common_error_share : 1.0 / losing);
  const bool many = decision_value(losing / static_cast<double>(out.n)) >= decision_value(rules.common_share);
  const bool alike = static_cast<int>(commonest) >= rules.least_group &&
                     decision_value(out.common_error_share) >= decision_value(rules.common_error_share);
  out.common = many || alike;
  return out;
}

inline TalkForm form_of(const ErrorGroup& group, std::int64_t n, const evaluation::ClassReviewRules& rules) {
  const auto size = static_cast<int>(group.rows.size());
  if (size < rules.least_group) return TalkForm::kSingle;
  const double share = static_cast<double>(size) / static_cast<double>(n);
  return evaluation::decision_value(share) >= evaluation::decision_value(rules.collective_share) ? TalkForm::kWholeClass : TalkForm::kGroup;
}

inline void fill_lesson(ClassReview& review, const evaluation::ClassReviewRules& rules) {
  std::stable_sort(review.items.begin(), review.items.end(), [](const ReviewItem& a, const ReviewItem& b) {
    return evaluation::decision_value(a.recoverable) > evaluation::decision_value(b.recoverable);
  });
  const std::size_t n = std::min(review.items.size(), static_cast<std::size_t>(rules.most_items));
  review.lesson.resize(n);
  std::iota(review.lesson.begin(), review.lesson.end(), 0);
  std::sort(review.lesson.begin(), review.lesson.end(), [&](std::int32_t a, std::int32_t b) {
    return review.items[static_cast<std::size_t>(a)].item < review.items[static_cast<std::size_t>(b)].item;
  });
  for (const std::int32_t at : review.lesson) {
    const ReviewItem& item = review.items[static_cast<std::size_t>(at)];
    for (const ErrorGroup& error : item.errors) review.groups.push_back({form_of(error, item.n, rules), error});
  }
  std::stable_sort(review.groups.begin(), review.groups.end(), [](const TalkGroup& a, const TalkGroup& b) { return a.form < b.form; });
}

/// Mean residual of the class on one item with its error.
inline ClassDeviation deviation_of(const evaluation::Paper& paper, const GainLoss& g, const std::vector<std::int64_t>& rows,
                                   std::int32_t item, bool tested) {
  ClassDeviation out;
  out.item = item;
  out.observed_rate = out.expected_rate = out.difference = out.standard_error = out.shrunk = out.p_value = kNaN;
  const double full = paper.items[static_cast<std::size_t>(item)].full_mark;
  double points = 0.0;
  double expected = 0.0;
  for (const std::int64_t row : rows) {
    if (!counts(g, row, item)) continue;
    const std::size_t cell = g.cell(row, item);
    if (g.expected.empty() || std::isnan(g.expected[cell])) continue;
    ++out.n;
    points += static_cast<double>(g.points[cell]);
    expected += static_cast<double>(g.expected[cell]);
  }
  if (out.n == 0) return out;
  const auto n = static_cast<double>(out.n);
  out.observed_rate = points / (n * full);
  out.expected_rate = expected / (n * full);
  out.difference = out.observed_rate - out.expected_rate;
  if (!tested || out.n < 2) return out;
  double square = 0.0;
  for (const std::int64_t row : rows) {
    if (!counts(g, row, item)) continue;
    const std::size_t cell = g.cell(row, item);
    if (std::isnan(g.expected[cell])) continue;
    const double residual = (static_cast<double>(g.points[cell]) - static_cast<double>(g.expected[cell])) / full - out.difference;
    square += residual * residual;
  }
  const auto at = static_cast<std::size_t>(item);
  const double predicted =
      at < g.expected_sd.size() && !std::isnan(g.expected_sd[at]) ? static_cast<double>(g.expected_sd[at]) / full : 0.0;
  // At a ceiling a class may show no spread at all; the predictive spread keeps its error from being 0.
  out.standard_error = std::sqrt(std::max(square / (n - 1.0), predicted * predicted) / n);
  if (!(out.standard_error > 0.0)) return out;
  out.p_value = std::min(1.0, 2.0 * normal_cdf(-std::fabs(out.difference / out.standard_error)));
  return out;
}

inline void judge_deviations(std::vector<ClassReview>& reviews, double rate) {
  for (ClassReview& review : reviews) {
    std::vector<double> p_values;
    for (ClassDeviation& d : review.deviations) {
      p_values.push_back(d.p_value);
      if (std::isnan(d.p_value)) continue;
      const double excess = d.difference * d.difference - d.standard_error * d.standard_error;
      d.shrunk = excess > 0.0 ? excess / d.difference : 0.0;
    }
    const std::vector<std::uint8_t> kept = benjamini_hochberg(p_values, rate);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      ClassDeviation& d = review.deviations[i];
      if (std::isnan(d.p_value)) continue;
      if (kept[i] == 0)
        d.verdict = DeviationVerdict::kNoDifference;
      else
        d.verdict = d.difference < 0.0 ? DeviationVerdict::kBelow : DeviationVerdict::kAbove;
    }
  }
}

inline ClassReview review_of(const evaluation::Paper& paper, const GainLoss& g, std::int32_t class_index,
                             const std::vector<std::int64_t>& rows, const evaluation::Profile& profile, bool tested) {
  ClassReview out;
  out.class_index = class_index;
  out.n = static_cast<std::int64_t>(rows.size());
  const auto n_items = static_cast<std::int32_t>(paper.items.size());
  double points = 0.0;
  double attainable = 0.0;
  for (const std::int64_t row : rows) {
    WrongItems wrong;
    wrong.row = row;
    for (std::int32_t j = 0; j < n_items; ++j) {
      if (!counts(g, row, j)) continue;
      points += static_cast<double>(g.points[g.cell(row, j)]);
      if (!paper.items[static_cast<std::size_t>(j)].bonus) attainable += paper.items[static_cast<std::size_t>(j)].full_mark;
      if (is_loss(g.outcomes[g.cell(row, j)])) wrong.items.push_back(j);
    }
    if (!wrong.items.empty()) out.wrong_items.push_back(std::move(wrong));
  }
  out.mean = points / static_cast<double>(out.n);
  out.score_rate = attainable > 0.0 ? points / attainable : kNaN;
  for (std::int32_t j = 0; j < n_items; ++j) {
    ReviewItem item = review_item(paper, g, rows, j, profile.class_review);
    if (item.n_losing > 0) out.items.push_back(std::move(item));
    out.deviations.push_back(deviation_of(paper, g, rows, j, tested));
  }
  fill_lesson(out, profile.class_review);
  return out;
}

}  // namespace class_review_detail

std::string_view talk_form_name(TalkForm form) {
  constexpr std::string_view kNames[] = {"whole_class", "group", "single"};
  return kNames[static_cast<std::size_t>(form)];
}

std::string_view deviation_name(DeviationVerdict verdict) {
  constexpr std::string_view kNames[] = {"not_tested", "no_difference", "below", "above"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Result<std::vector<ClassReview>> class_reviews(const evaluation::Paper& paper, std::span<const std::uint8_t> counted,
                                               const GainLoss& gain_loss, const evaluation::Profile& profile, bool external_items) {
  namespace detail = class_review_detail;
  const std::int64_t n_persons = paper.scored.n_persons();
  const auto mismatch = [](const char* name, std::int64_t actual, std::int64_t expected) {
    return make_error(Code::kLengthMismatch, {},
                      {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
  };
  if (static_cast<std::int64_t>(counted.size()) != n_persons)
    return mismatch("counted", static_cast<std::int64_t>(counted.size()), n_persons);
  if (gain_loss.n_persons != n_persons) return mismatch("gain_loss", gain_loss.n_persons, n_persons);
  if (gain_loss.n_items != static_cast<std::int64_t>(paper.items.size()))
    return mismatch("gain_loss", gain_loss.n_items, static_cast<std::int64_t>(paper.items.size()));

  const std::size_t n_classes = paper.units.classes.size();
  std::vector<std::vector<std::int64_t>> members(std::max<std::size_t>(1, n_classes));
  std::int64_t n_counted = 0;
  for (std::int64_t i = 0; i < n_persons; ++i) {
    if (counted[static_cast<std::size_t>(i)] == 0) continue;
    ++n_counted;
    std::int32_t group = n_classes == 0 ? 0 : -1;
    if (n_classes > 0 && !paper.units.person_class.empty()) group = paper.units.person_class[static_cast<std::size_t>(i)];
    if (group >= 0 && static_cast<std::size_t>(group) < members.size()) members[static_cast<std::size_t>(group)].push_back(i);
  }
  std::vector<ClassReview> out;
  for (std::size_t c = 0; c < members.size(); ++c) {
    if (members[c].empty()) continue;
    const bool tested = external_items || static_cast<std::int64_t>(members[c].size()) < n_counted;
    out.push_back(detail::review_of(paper, gain_loss, n_classes == 0 ? -1 : static_cast<std::int32_t>(c), members[c], profile, tested));
  }
  detail::judge_deviations(out, profile.class_review.deviation_false_discovery);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
