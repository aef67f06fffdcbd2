#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

Table class_parts_table(const Evaluation& evaluation) {
  RowTable t("class_parts", {"paper:t", "class:t", "dimension:t", "part:t", "n:i", "n_items:i", "points:d", "attainable:d", "expected:d",
                             "share:d", "lower:d", "upper:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    const auto add = [&](std::int32_t class_index) {
      for (const feedback::PartScore& s : class_parts(evaluation, p, class_index)) {
        const feedback::Part& part = p.parts[static_cast<std::size_t>(s.part)];
        t.put(p.paper.id).put_or_null(class_key(p, class_index)).put(ctt::dimension_name(part.dimension)).put(part.value);
        t.put(s.n)
            .put(static_cast<std::int64_t>(s.n_items))
            .put(s.points)
            .put(s.attainable)
            .put(s.expected)
            .put(s.share)
            .put(s.lower)
            .put(s.upper);
      }
    };
    add(-1);
    for (std::size_t c = 0; c < p.class_rows.size(); ++c)
      if (!p.class_rows[c].empty()) add(static_cast<std::int32_t>(c));
  }
  return std::move(t).take();
}

Table class_review_table(const Evaluation& evaluation) {
  RowTable t("class_review",
             {"paper:t", "class:t", "rank:i", "in_lesson:b", "item:t", "label:t", "n:i", "n_losing:i", "rate:d", "mean_loss:d",
              "recoverable:d", "common:b", "common_error_share:d", "error_option:t", "error_cause:t", "error_n:i"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (const feedback::ClassReview& r : p.reviews)
      for (std::size_t k = 0; k < r.items.size(); ++k) {
        const feedback::ReviewItem& item = r.items[k];
        const Item& it = p.paper.items[static_cast<std::size_t>(item.item)];
        const bool lesson = std::find(r.lesson.begin(), r.lesson.end(), static_cast<std::int32_t>(k)) != r.lesson.end();
        t.put(p.paper.id).put_or_null(class_key(p, r.class_index)).put(static_cast<std::int64_t>(k + 1)).put(lesson);
        t.put(it.id).put(it.shown_label()).put(item.n).put(item.n_losing).put(item.rate).put(item.mean_loss).put(item.recoverable);
        t.put(item.common).put(item.common_error_share);
        if (item.errors.empty())
          t.null().null().null();
        else
          t.put_or_null(item.errors.front().option)
              .put_or_null(item.errors.front().cause.text)
              .put(static_cast<std::int64_t>(item.errors.front().rows.size()));
      }
  return std::move(t).take();
}

Table talk_groups_table(const Evaluation& evaluation) {
  RowTable t("talk_groups",
             {"paper:t", "class:t", "group:i", "form:t", "item:t", "label:t", "option:t", "cause_source:t", "cause:t", "pupil:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (const feedback::ClassReview& r : p.reviews)
      for (std::size_t k = 0; k < r.groups.size(); ++k) {
        const feedback::TalkGroup& group = r.groups[k];
        const Item& it = p.paper.items[static_cast<std::size_t>(group.error.item)];
        for (const std::int64_t row : group.error.rows) {
          t.put(p.paper.id).put_or_null(class_key(p, r.class_index)).put(static_cast<std::int64_t>(k + 1));
          t.put(feedback::talk_form_name(group.form)).put(it.id).put(it.shown_label()).put_or_null(group.error.option);
          t.put(feedback::cause_source_name(group.error.cause.source)).put_or_null(group.error.cause.text).put(pupil_key(p, row));
        }
      }
  return std::move(t).take();
}

Table class_deviations_table(const Evaluation& evaluation) {
  RowTable t("class_deviations", {"paper:t", "class:t", "item:t", "label:t", "n:i", "observed_rate:d", "expected_rate:d", "difference:d",
                                  "standard_error:d", "shrunk:d", "p_value:d", "verdict:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (const feedback::ClassReview& r : p.reviews)
      for (const feedback::ClassDeviation& d : r.deviations) {
        const Item& it = p.paper.items[static_cast<std::size_t>(d.item)];
        t.put(p.paper.id).put_or_null(class_key(p, r.class_index)).put(it.id).put(it.shown_label()).put(d.n).put(d.observed_rate);
        t.put(d.expected_rate)
            .put(d.difference)
            .put(d.standard_error)
            .put(d.shrunk)
            .put(d.p_value)
            .put(feedback::deviation_name(d.verdict));
      }
  return std::move(t).take();
}

Table blueprint_check_table(const Evaluation& evaluation) {
  RowTable t("blueprint_check", {"paper:t", "kind:t", "knowledge:t", "level:t", "n_items:i", "points:d", "share:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    const feedback::BlueprintCheck& b = p.blueprint;
    const auto n_items = static_cast<std::int64_t>(p.paper.items.size());
    t.put(p.paper.id).put("sum_of_points").null().null().put(n_items).put(b.sum_of_points).null();
    t.put(p.paper.id).put("full_mark").null().null().put(n_items).put(b.full_mark).null();
    for (const feedback::BlueprintCell& c : b.cells)
      t.put(p.paper.id)
          .put("cell")
          .put_or_null(c.knowledge)
          .put_or_null(c.level)
          .put(static_cast<std::int64_t>(c.n_items))
          .put(c.points)
          .put(c.share);
    for (const feedback::BlueprintGap& g : b.thin_points)
      t.put(p.paper.id).put("thin_point").put(g.value).null().put(static_cast<std::int64_t>(g.n_items)).null().null();
    for (const feedback::BlueprintGap& g : b.empty_levels)
      t.put(p.paper.id).put("empty_level").null().put(g.value).put(static_cast<std::int64_t>(g.n_items)).null().null();
  }
  return std::move(t).take();
}

Table blueprint_items_table(const Evaluation& evaluation) {
  RowTable t("blueprint_items", {"paper:t", "item:t", "label:t", "difficulty_direction:t", "planned:d", "observed:d", "lower:d", "upper:d",
                                 "off_plan:b", "discrimination:d", "low_discrimination:b", "negative_discrimination:b", "possible_key:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (const feedback::BlueprintItem& b : p.blueprint.items) {
      const Item& it = p.paper.items[static_cast<std::size_t>(b.item)];
      t.put(p.paper.id).put(it.id).put(it.shown_label()).put(p.blueprint.difficulty_direction).put(b.planned).put(b.observed).put(b.lower);
      t.put(b.upper).put(b.off_plan).put(b.discrimination).put(b.low_discrimination).put(b.negative_discrimination);
      t.put_or_null(b.possible_key_label);
    }
  return std::move(t).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
