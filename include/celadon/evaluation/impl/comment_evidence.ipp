#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace comment_evidence_detail {

inline const std::string& name_of(const PaperEvaluation& paper, std::int64_t row, std::string& key) {
  const std::vector<std::string>& names = paper.paper.units.person_names;
  const auto at = static_cast<std::size_t>(row);
  if (!names.empty() && !names[at].empty()) return names[at];
  key = evaluate_detail::pupil_key(paper, row);
  return key;
}

inline std::string action_for(const PaperEvaluation& paper, const std::string& point) {
  for (const PointAction& action : paper.paper.actions)
    if (action.point == point) return action.text;
  return {};
}

inline std::vector<std::int64_t> rows_of(const PaperEvaluation& paper, const feedback::ClassReview& review) {
  if (review.class_index >= 0) return paper.class_rows[static_cast<std::size_t>(review.class_index)];
  std::vector<std::int64_t> rows;
  for (std::size_t i = 0; i < paper.counted.size(); ++i)
    if (paper.counted[i] != 0) rows.push_back(static_cast<std::int64_t>(i));
  return rows;
}

/// Words and hashes of a comment's sentences.
template <class E>
WordedComment worded(const feedback::CommentEngine& engine, feedback::Comment comment, const E& evidence, Language language,
                     bool with_hash) {
  WordedComment out;
  out.sentences.reserve(comment.sentences.size());
  for (const feedback::CommentSentence& s : comment.sentences) {
    feedback::WordedSentence w;
    w.id = s.id;
    w.part = s.part;
    engine.render(s, evidence, language, w.text);
    if (with_hash) w.evidence_hash = engine.evidence_hash(s, evidence);
    out.sentences.push_back(std::move(w));
  }
  out.comment = std::move(comment);
  return out;
}

}  // namespace comment_evidence_detail

feedback::PupilEvidence pupil_evidence(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person,
                                       std::span<const ItemOutcome> items) {
  namespace detail = comment_evidence_detail;
  if (person < 0 || person >= paper.n_persons()) throw LogicError("celadon::evaluation: a row outside the paper");
  feedback::PupilEvidence out;
  out.key = evaluate_detail::pupil_key(paper, person);
  out.prefix = evaluate_detail::pupil_prefix(paper, person);
  out.paper = paper.paper.name.empty() ? paper.paper.id : paper.paper.name;
  out.marks = evaluation.profile.family_page.marks == MarksShown::kPoints;
  const feedback::PupilLevel& level = paper.levels.pupils[static_cast<std::size_t>(person)];
  if (level.counted && level.level >= 0) {
    out.level = evaluation.profile.levels[static_cast<std::size_t>(level.level)].name;
    out.rough = level.rough;
  }
  std::vector<ItemOutcome> own;
  items = evaluate_detail::items_of(paper, person, items, own);
  out.items.reserve(items.size());
  for (const ItemOutcome& o : items) {
    feedback::CommentItem item;
    item.label = paper.paper.items[static_cast<std::size_t>(o.item)].shown_label();
    item.full = o.full_mark;
    item.counted = o.outcome != feedback::Outcome::kNotCounted;
    item.points = item.counted ? o.points : 0.0;
    item.review = o.flagged;
    if (o.outcome >= feedback::Outcome::kLoss && o.cause.source != feedback::CauseSource::kNone) item.cause = o.cause.text;
    out.items.push_back(std::move(item));
  }
  const feedback::Mastery& mastery = paper.mastery;
  out.points.reserve(mastery.points.size());
  for (std::size_t k = 0; k < mastery.points.size(); ++k) {
    feedback::CommentPoint point;
    point.name = mastery.points[k];
    point.mastery = mastery.at(person, k);
    for (const std::int32_t j : mastery.items[k])
      if (out.items[static_cast<std::size_t>(j)].counted) point.items.push_back(j);
    for (const auto& [first, then] : mastery.prerequisites)
      if (static_cast<std::size_t>(then) == k &&
          mastery.at(person, static_cast<std::size_t>(first)).state == feedback::MasteryState::kNotYet)
        point.needs.push_back(mastery.points[static_cast<std::size_t>(first)]);
    point.action = detail::action_for(paper, point.name);
    out.points.push_back(std::move(point));
  }
  return out;
}

feedback::ClassEvidence class_evidence(const Evaluation& evaluation, const PaperEvaluation& paper, std::size_t review) {
  namespace detail = comment_evidence_detail;
  const feedback::ClassReview& r = paper.reviews.at(review);
  const std::vector<std::int64_t> rows = detail::rows_of(paper, r);
  const DiagnosisRules& rules = evaluation.profile.diagnosis;
  feedback::ClassEvidence out;
  out.prefix = evaluate_detail::class_prefix(paper, r.class_index);
  out.key = out.prefix;
  out.n = static_cast<std::int64_t>(rows.size());
  for (const feedback::PointCounts& counts : feedback::count_mastery(paper.mastery, rows)) {
    feedback::CommentClassPoint point;
    point.name = paper.mastery.points[static_cast<std::size_t>(counts.point)];
    point.counts = counts;
    const double share = counts.n > 0 ? static_cast<double>(counts.n_not_yet) / static_cast<double>(counts.n) : 0.0;
    point.common_gap = counts.n_not_yet >= rules.least_group && decision_value(share) >= decision_value(rules.common_gap_share);
    point.action = detail::action_for(paper, point.name);
    out.points.push_back(std::move(point));
  }
  const auto most = static_cast<std::size_t>(evaluation.profile.class_review.most_names);
  for (const feedback::GapGroup& group : feedback::gap_groups(paper.mastery, rows, rules)) {
    feedback::CommentGroup g;
    g.point = paper.mastery.points[static_cast<std::size_t>(group.point)];
    g.n = static_cast<std::int64_t>(group.rows.size());
    g.whole_class = group.whole_class;
    std::string key;
    for (std::size_t i = 0; i < std::min(most, group.rows.size()); ++i) g.names.push_back(detail::name_of(paper, group.rows[i], key));
    out.groups.push_back(std::move(g));
  }
  for (const std::int32_t at : r.lesson) {
    const feedback::ReviewItem& item = r.items[static_cast<std::size_t>(at)];
    feedback::CommentClassItem i;
    i.label = paper.paper.items[static_cast<std::size_t>(item.item)].shown_label();
    i.n = item.n;
    i.n_losing = item.n_losing;
    i.rate = item.rate;
    i.common = item.common;
    for (const feedback::ErrorGroup& error : item.errors) {
      if (error.cause.text.empty()) continue;
      i.error = error.cause.text;
      i.n_error = static_cast<std::int64_t>(error.rows.size());
      break;
    }
    out.items.push_back(std::move(i));
  }
  return out;
}

WordedComment pupil_comment(const Evaluation& evaluation, const PaperEvaluation& paper, std::int64_t person, feedback::CommentReader reader,
                            Language language, bool with_hash, std::span<const ItemOutcome> items) {
  if (person < 0 || person >= paper.n_persons()) throw LogicError("celadon::evaluation: a row outside the paper");
  if (!evaluation.comments || paper.mastery.points.empty() || paper.counted[static_cast<std::size_t>(person)] == 0) return {};
  const feedback::PupilEvidence evidence = pupil_evidence(evaluation, paper, person, items);
  feedback::Comment comment = evaluation.comments->comment(evidence, reader, evaluation.comment_seed);
  return comment_evidence_detail::worded(*evaluation.comments, std::move(comment), evidence, language, with_hash);
}

WordedComment class_comment(const Evaluation& evaluation, const PaperEvaluation& paper, std::size_t review, Language language) {
  if (!evaluation.comments || paper.mastery.points.empty()) return {};
  const feedback::ClassEvidence evidence = class_evidence(evaluation, paper, review);
  feedback::Comment comment = evaluation.comments->comment(evidence, evaluation.comment_seed);
  return comment_evidence_detail::worded(*evaluation.comments, std::move(comment), evidence, language, true);
}

std::optional<Explanation> evaluate_detail::explain_comment(const Evaluation& evaluation, const PaperEvaluation& paper,
                                                            std::string_view id) {
  const std::size_t at = id.find("/comment/");
  if (!evaluation.comments || at == std::string_view::npos || id.substr(0, paper.paper.id.size()) != paper.paper.id) return std::nullopt;
  const feedback::CommentEngine& engine = *evaluation.comments;
  const auto tell = [&](const feedback::CommentExplanation& told, feedback::SubjectKind subject, std::int64_t index) {
    Explanation out;
    out.statement.id = told.id;
    out.statement.rule = told.rule;
    out.statement.subject = subject;
    out.statement.index = index;
    out.statement.slots.push_back(feedback::slot("text", LocalText{told.text_zh, told.text_en}));
    for (std::size_t t = 0; t < told.conditions.size(); ++t)
      out.statement.slots.push_back(feedback::slot("condition_" + std::to_string(t + 1), told.conditions[t]));
    out.statement.slots.push_back(feedback::slot("bank", told.bank_edition + " " + told.bank_hash));
    out.statement.slots.push_back(feedback::slot("source", told.source));
    out.statement.evidence = told.evidence;
    out.profile_id = evaluation.profile.id;
    out.profile_hash = evaluation.profile.hash;
    const ProfileSource* source = evaluation.profile.source_of("diagnosis");
    out.rule_source = source == nullptr ? told.source.zh : source->source;
    out.model = told.model.empty() ? std::string() : told.model + "@" + told.model_version;
    out.library_version = evaluation.library_version;
    return out;
  };
  for (std::int64_t i = 0; i < paper.n_persons(); ++i) {
    const std::string prefix = pupil_prefix(paper, i);
    if (id.substr(0, prefix.size()) != prefix || paper.counted[static_cast<std::size_t>(i)] == 0 || paper.mastery.points.empty()) continue;
    const feedback::PupilEvidence evidence = pupil_evidence(evaluation, paper, i);
    for (const feedback::CommentReader reader : {feedback::CommentReader::kFamily, feedback::CommentReader::kTeacher}) {
      const auto told = engine.explain(id, engine.comment(evidence, reader, evaluation.comment_seed), evidence, paper.mastery.basis);
      if (told) return tell(*told, feedback::SubjectKind::kPupil, i);
    }
  }
  for (std::size_t r = 0; r < paper.reviews.size() && !paper.mastery.points.empty(); ++r) {
    const std::string prefix = class_prefix(paper, paper.reviews[r].class_index);
    if (id.substr(0, prefix.size()) != prefix) continue;
    const feedback::ClassEvidence evidence = class_evidence(evaluation, paper, r);
    const auto told = engine.explain(id, engine.comment(evidence, evaluation.comment_seed), evidence, paper.mastery.basis);
    if (told) return tell(*told, feedback::SubjectKind::kClass, paper.reviews[r].class_index);
  }
  return std::nullopt;
}

}  // namespace celadon::inline CELADON_ABI::evaluation
