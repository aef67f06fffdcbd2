#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

namespace tables_mastery_detail {

inline void put_sentences(RowTable& t, const WordedComment& comment, std::string_view paper, std::string_view subject,
                          std::string_view reader, const feedback::CommentBank& bank) {
  for (std::size_t s = 0; s < comment.sentences.size(); ++s) {
    const feedback::CommentSentence& sentence = comment.comment.sentences[s];
    const feedback::CommentRule& rule = bank.rules[static_cast<std::size_t>(sentence.rule)];
    t.put(paper).put_or_null(subject).put(reader).put(static_cast<std::int64_t>(s + 1)).put(feedback::comment_part_name(sentence.part));
    t.put(comment.sentences[s].id).put(rule.id).put(rule.message).put(comment.sentences[s].text).put(comment.sentences[s].evidence_hash);
  }
}

}  // namespace tables_mastery_detail

Table pupil_mastery_table(const Evaluation& evaluation) {
  RowTable t("pupil_mastery", {"paper:t", "pupil:t", "class:t", "attribute:t", "state:t", "reason:t", "probability:d", "low:d", "high:d",
                               "n_items:i", "points:d", "full:d", "borderline:b"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::int64_t i = 0; i < p.n_persons() && !p.mastery.points.empty(); ++i) {
      if (p.counted[static_cast<std::size_t>(i)] == 0) continue;
      const std::string pupil = pupil_key(p, i);
      const std::string group = class_key(p, class_of(p, i));
      for (std::size_t k = 0; k < p.mastery.points.size(); ++k) {
        const feedback::PointMastery& m = p.mastery.at(i, k);
        t.put(p.paper.id).put(pupil).put_or_null(group).put(p.mastery.points[k]).put(feedback::mastery_state_name(m.state));
        t.put_or_null(feedback::mastery_reason_name(m.reason)).put(m.probability).put(m.low).put(m.high);
        t.put(static_cast<std::int64_t>(m.n_items)).put(m.points).put(m.full).put(m.borderline);
      }
    }
  return std::move(t).take();
}

Table class_mastery_table(const Evaluation& evaluation) {
  RowTable t("class_mastery",
             {"paper:t", "class:t", "attribute:t", "n:i", "n_mastered:i", "n_not_yet:i", "n_cannot_judge:i", "n_items:i", "common_gap:b"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::size_t r = 0; r < p.reviews.size() && !p.mastery.points.empty(); ++r) {
      const std::string group = class_key(p, p.reviews[r].class_index);
      for (const feedback::CommentClassPoint& point : class_evidence(evaluation, p, r).points) {
        const feedback::PointCounts& c = point.counts;
        t.put(p.paper.id).put_or_null(group).put(point.name).put(c.n).put(c.n_mastered).put(c.n_not_yet).put(c.n_cannot_judge);
        t.put(static_cast<std::int64_t>(c.n_items)).put(point.common_gap);
      }
    }
  return std::move(t).take();
}

Table mastery_groups_table(const Evaluation& evaluation) {
  RowTable t("mastery_groups", {"paper:t", "class:t", "attribute:t", "whole_class:b", "pupil:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::size_t r = 0; r < p.reviews.size() && !p.mastery.points.empty(); ++r) {
      const std::int32_t index = p.reviews[r].class_index;
      std::vector<std::int64_t> rows;
      for (std::int64_t i = 0; i < p.n_persons(); ++i)
        if (p.counted[static_cast<std::size_t>(i)] != 0 && (index < 0 || class_of(p, i) == index)) rows.push_back(i);
      for (const feedback::GapGroup& group : feedback::gap_groups(p.mastery, rows, evaluation.profile.diagnosis))
        for (const std::int64_t row : group.rows)
          t.put(p.paper.id)
              .put_or_null(class_key(p, index))
              .put(p.mastery.points[static_cast<std::size_t>(group.point)])
              .put(group.whole_class)
              .put(pupil_key(p, row));
    }
  return std::move(t).take();
}

Table pupil_comments_table(const Evaluation& evaluation, Language language) {
  RowTable t("pupil_comments",
             {"paper:t", "pupil:t", "reader:t", "position:i", "part:t", "id:t", "rule:t", "message:t", "text:t", "evidence_hash:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::int64_t i = 0; i < p.n_persons() && evaluation.comments; ++i)
      for (const feedback::CommentReader reader : {feedback::CommentReader::kFamily, feedback::CommentReader::kTeacher})
        tables_mastery_detail::put_sentences(t, pupil_comment(evaluation, p, i, reader, language), p.paper.id, pupil_key(p, i),
                                             feedback::comment_reader_name(reader), evaluation.comments->bank());
  return std::move(t).take();
}

Table class_comments_table(const Evaluation& evaluation, Language language) {
  RowTable t("class_comments",
             {"paper:t", "class:t", "reader:t", "position:i", "part:t", "id:t", "rule:t", "message:t", "text:t", "evidence_hash:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::size_t r = 0; r < p.reviews.size() && evaluation.comments; ++r)
      tables_mastery_detail::put_sentences(t, class_comment(evaluation, p, r, language), p.paper.id, class_key(p, p.reviews[r].class_index),
                                           "class", evaluation.comments->bank());
  return std::move(t).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
