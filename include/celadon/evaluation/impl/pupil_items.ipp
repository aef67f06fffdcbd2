#pragma once

#include <celadon/core/error.hpp>
#include <celadon/evaluation/evaluate.hpp>

#include <cmath>
#include <limits>
#include <numeric>

namespace celadon::inline CELADON_ABI::evaluation {

namespace pupil_items_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Mean points of a unit on an item, from the exam statistics: everybody first, then the units, each with its items first.
inline double item_mean(const std::optional<ctt::ExamStatistics>& exam, std::int32_t unit, std::size_t item) {
  if (!exam || unit < 0) return kNaN;
  const std::size_t stride = exam->content.size() / (exam->units.size() + 1);
  const std::size_t at = static_cast<std::size_t>(unit) * stride + item;
  if (item >= stride || at >= exam->content.size() || exam->content[at].dimension != ctt::ContentDimension::kItem) return kNaN;
  return exam->content[at].n > 0 ? exam->content[at].mean : kNaN;
}

inline void require_person(const PaperEvaluation& evaluation, std::int64_t person) {
  if (person < 0 || person >= evaluation.n_persons()) throw LogicError("celadon::evaluation: a row outside the paper");
}

}  // namespace pupil_items_detail

std::vector<ItemOutcome> pupil_items(const PaperEvaluation& evaluation, std::int64_t person) {
  namespace detail = pupil_items_detail;
  detail::require_person(evaluation, person);
  const feedback::GainLoss& g = evaluation.gain_loss;
  const Paper& paper = evaluation.paper;
  const std::size_t n_items = paper.items.size();
  const std::int32_t group = paper.units.person_class.empty() ? -1 : paper.units.person_class[static_cast<std::size_t>(person)];
  const std::int32_t school = evaluation.school_of(person);
  const auto flags = g.flags_of(person);
  std::vector<ItemOutcome> out(n_items);
  for (std::size_t j = 0; j < n_items; ++j) {
    const auto item = static_cast<std::int64_t>(j);
    const std::size_t cell = g.cell(person, item);
    ItemOutcome& o = out[j];
    o.item = static_cast<std::int32_t>(j);
    o.outcome = g.outcomes[cell];
    o.cell = paper.scored.at(person, item);
    o.full_mark = paper.items[j].full_mark;
    o.points = static_cast<double>(g.points[cell]);
    o.loss = std::isnan(o.points) ? detail::kNaN : std::max(0.0, o.full_mark - o.points);
    o.expected = g.expected.empty() ? detail::kNaN : static_cast<double>(g.expected[cell]);
    o.tail = g.tail.empty() ? detail::kNaN : static_cast<double>(g.tail[cell]);
    for (const feedback::Flag& f : flags) {
      if (f.item != o.item) continue;
      o.flagged = true;
      o.borderline = f.borderline;
      o.tail = f.tail;
    }
    if (o.outcome >= feedback::Outcome::kLoss) o.cause = feedback::cause_of(paper, person, item);
    if (paper.raw) {
      const std::uint8_t option = paper.raw->at(person, item);
      if (!is_missing(option) && option < paper.items[j].category_labels.size()) o.option = paper.items[j].category_labels[option];
    }
    o.all_mean = detail::item_mean(evaluation.exam, 0, j);
    o.class_mean = detail::item_mean(evaluation.exam, group < 0 ? -1 : group + 1, j);
    o.school_mean = detail::item_mean(evaluation.exam_schools, school < 0 ? -1 : school + 1, j);
  }
  return out;
}

std::vector<feedback::PartScore> pupil_parts(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person) {
  pupil_items_detail::require_person(paper, person);
  return feedback::pupil_parts(paper.paper, paper.gain_loss, paper.parts, person, evaluation.profile.interval_confidence);
}

std::vector<feedback::PartScore> class_parts(const Evaluation& evaluation, const PaperEvaluation& paper, std::int32_t class_index) {
  if (class_index >= static_cast<std::int32_t>(paper.class_rows.size())) throw LogicError("celadon::evaluation: a class outside the paper");
  std::vector<std::int64_t> everybody;
  if (class_index < 0)
    for (std::size_t i = 0; i < paper.counted.size(); ++i)
      if (paper.counted[i] != 0) everybody.push_back(static_cast<std::int64_t>(i));
  const std::vector<std::int64_t>& rows = class_index < 0 ? everybody : paper.class_rows[static_cast<std::size_t>(class_index)];
  return feedback::group_parts(paper.paper, paper.gain_loss, paper.parts, rows, evaluation.profile.interval_confidence);
}

}  // namespace celadon::inline CELADON_ABI::evaluation
