#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail {

namespace tables_pupils_detail {

inline std::string_view missing_name(std::uint8_t cell) {
  switch (static_cast<Missing>(cell)) {
    case Missing::kNotAdministered:
      return "not_administered";
    case Missing::kNotReached:
      return "not_reached";
    case Missing::kOmitted:
      return "omitted";
    case Missing::kInvalid:
      return "invalid";
    default:
      return {};
  }
}

inline std::string_view apart_name(ctt::SpApart apart) {
  constexpr std::string_view kNames[] = {"", "incomplete", "all_right", "all_wrong"};
  return kNames[static_cast<std::size_t>(apart)];
}

inline std::string_view level_id(const Profile& profile, int level) {
  return level < 0 ? std::string_view() : std::string_view(profile.levels[static_cast<std::size_t>(level)].id);
}

}  // namespace tables_pupils_detail

Table pupil_items_table(const Evaluation& evaluation) {
  RowTable t("pupil_items", {"paper:t",  "pupil:t",        "class:t", "item:t",       "label:t",       "outcome:t", "missing:t",
                             "points:d", "full_mark:d",    "loss:d",  "expected:d",   "tail:d",        "flagged:b", "borderline:b",
                             "option:t", "cause_source:t", "cause:t", "class_mean:d", "school_mean:d", "all_mean:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    for (std::int64_t i = 0; i < p.n_persons(); ++i) {
      const std::string pupil = pupil_key(p, i);
      const std::string group = class_key(p, class_of(p, i));
      for (const ItemOutcome& o : pupil_items(p, i)) {
        const Item& item = p.paper.items[static_cast<std::size_t>(o.item)];
        t.put(p.paper.id).put(pupil).put_or_null(group).put(item.id).put(item.shown_label()).put(feedback::outcome_name(o.outcome));
        t.put_or_null(tables_pupils_detail::missing_name(o.cell));
        t.put(o.points).put(o.full_mark).put(o.loss).put(o.expected).put(o.tail).put(o.flagged).put(o.borderline).put_or_null(o.option);
        if (o.outcome >= feedback::Outcome::kLoss)
          t.put(feedback::cause_source_name(o.cause.source)).put_or_null(o.cause.text);
        else
          t.null().null();
        t.put(o.class_mean).put(o.school_mean).put(o.all_mean);
      }
    }
  }
  return std::move(t).take();
}

Table pupil_levels_table(const Evaluation& evaluation, Language language) {
  using tables_pupils_detail::level_id;
  const Profile& profile = evaluation.profile;
  RowTable t("pupil_levels",
             {"paper:t",      "pupil:t",       "class:t",       "school:t", "status:t",          "counted:b",    "complete:b",
              "points:d",     "attainable:d",  "share:d",       "level:t",  "level_name:t",      "borderline:b", "true_lower:d",
              "true_upper:d", "level_lower:t", "level_upper:t", "rough:b",  "points_expected:d", "ability:d",    "ability_se:d"});
  for (const PaperEvaluation& p : evaluation.papers) {
    for (std::int64_t i = 0; i < p.n_persons(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const feedback::PupilLevel& l = p.levels.pupils[at];
      const std::int32_t school = p.school_of(i);
      t.put(p.paper.id).put(pupil_key(p, i)).put_or_null(class_key(p, class_of(p, i)));
      t.put_or_null(school < 0 ? std::string_view() : std::string_view(p.paper.units.schools[static_cast<std::size_t>(school)].id));
      t.put(status_name(p.paper.units.status.empty() ? Status::kPresent : p.paper.units.status[at])).put(l.counted).put(l.complete);
      t.put(l.total).put(l.attainable).put(l.share).put_or_null(level_id(profile, l.level));
      t.put_or_null(l.level < 0 ? std::string_view()
                                : std::string_view(profile.levels[static_cast<std::size_t>(l.level)].name.in(language)));
      t.put(l.borderline).put(l.true_lower).put(l.true_upper).put_or_null(level_id(profile, l.level_lower));
      t.put_or_null(level_id(profile, l.level_upper)).put(l.rough);
      const bool expected = p.predictor.kind != feedback::PredictorKind::kNone && at < p.gain_loss.total_expected.size();
      t.put(expected && l.counted ? p.gain_loss.total_expected[at] : std::numeric_limits<double>::quiet_NaN());
      if (p.calibration.ability.empty())
        t.null().null();
      else
        t.put(p.calibration.ability[at]).put(p.calibration.ability_se[at]);
    }
  }
  return std::move(t).take();
}

Table pupil_parts_table(const Evaluation& evaluation) {
  RowTable t("pupil_parts", {"paper:t", "pupil:t", "dimension:t", "part:t", "n_items:i", "points:d", "attainable:d", "expected:d",
                             "share:d", "lower:d", "upper:d"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (std::int64_t i = 0; i < p.n_persons(); ++i)
      for (const feedback::PartScore& s : pupil_parts(evaluation, p, i)) {
        const feedback::Part& part = p.parts[static_cast<std::size_t>(s.part)];
        t.put(p.paper.id).put(pupil_key(p, i)).put(ctt::dimension_name(part.dimension)).put(part.value);
        t.put(static_cast<std::int64_t>(s.n_items)).put(s.points).put(s.attainable).put(s.expected).put(s.share).put(s.lower).put(s.upper);
      }
  return std::move(t).take();
}

Table wrong_items_table(const Evaluation& evaluation) {
  RowTable t("wrong_items", {"paper:t", "class:t", "pupil:t", "n_items:i", "items:t"});
  for (const PaperEvaluation& p : evaluation.papers)
    for (const feedback::ClassReview& r : p.reviews)
      for (const feedback::WrongItems& w : r.wrong_items) {
        std::vector<std::string> labels;
        for (const std::int32_t j : w.items) labels.push_back(p.paper.items[static_cast<std::size_t>(j)].shown_label());
        t.put(p.paper.id).put_or_null(class_key(p, r.class_index)).put(pupil_key(p, w.row));
        t.put(static_cast<std::int64_t>(w.items.size())).put(text_list(labels).zh);
      }
  return std::move(t).take();
}

Table sp_pupils_table(const Evaluation& evaluation) {
  RowTable t("sp_pupils",
             {"paper:t", "class:t", "pupil:t", "apart:t", "n_right:i", "caution:d", "modified_caution:d", "p_value:d", "look_at_paper:b"});
  for (const PaperEvaluation& p : evaluation.papers) {
    std::vector<std::int64_t> everybody;
    for (std::size_t i = 0; i < p.counted.size(); ++i)
      if (p.counted[i] != 0) everybody.push_back(static_cast<std::int64_t>(i));
    for (std::size_t g = 0; g < p.sp.size(); ++g) {
      if (!p.sp[g]) continue;
      const bool classes = !p.class_rows.empty();
      const std::vector<std::int64_t>& rows = classes ? p.class_rows[g] : everybody;
      const std::string group = classes ? class_key(p, static_cast<std::int32_t>(g)) : std::string();
      const auto add = [&](const ctt::SpPerson& person) {
        t.put(p.paper.id).put_or_null(group).put(pupil_key(p, rows[static_cast<std::size_t>(person.row)]));
        t.put_or_null(tables_pupils_detail::apart_name(person.apart)).put(static_cast<std::int64_t>(person.n_right));
        t.put(person.caution).put(person.modified_caution).put(person.p_value);
        t.put(!std::isnan(person.p_value) && decision_value(person.p_value) <= decision_value(evaluation.profile.sp.p_value));
      };
      for (const ctt::SpPerson& person : p.sp[g]->persons) add(person);
      for (const ctt::SpPerson& person : p.sp[g]->apart) add(person);
    }
  }
  return std::move(t).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation::evaluate_detail
