#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace class_statements_detail {

using evaluate_detail::StatementMaker;
using feedback::percent_text;
using feedback::slot;
using feedback::Statement;
using feedback::StatementRole;

inline std::int64_t left_out(const PaperEvaluation& paper, std::int32_t class_index) {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < paper.counted.size(); ++i) {
    if (paper.counted[i] != 0) continue;
    if (class_index < 0 || (!paper.paper.units.person_class.empty() && paper.paper.units.person_class[i] == class_index)) ++n;
  }
  return n;
}

inline void say_item(const PaperEvaluation& paper, const feedback::ReviewItem& item, StatementMaker& to) {
  const Item& it = paper.paper.items[static_cast<std::size_t>(item.item)];
  const std::string tail = "/" + it.id;
  to.add("class.item", StatementRole::kFact,
         {slot("item", it.shown_label()), slot("rate", percent_text(item.rate)), slot("n", static_cast<double>(item.n), 0),
          slot("losing", static_cast<double>(item.n_losing), 0), slot("loss", item.mean_loss, 1)},
         tail)
      .evidence = {{"rate", item.rate, it.id},
                   {"n", static_cast<double>(item.n), it.id},
                   {"losing", static_cast<double>(item.n_losing), it.id},
                   {"mean_loss", item.mean_loss, it.id},
                   {"common_error_share", item.common_error_share, it.id},
                   {"recoverable", item.recoverable, it.id}};
  if (item.errors.empty()) {
    to.add("class.error_unknown", StatementRole::kUncertainty, {}, tail);
  } else {
    const feedback::ErrorGroup& error = item.errors.front();
    const auto count = static_cast<double>(error.rows.size());
    const feedback::Slot n = slot("count", count, 0);
    const bool named = !error.cause.text.empty();
    Statement* said = nullptr;
    if (error.cause.source == feedback::CauseSource::kErrorCode)
      said = &to.add("class.error_code", StatementRole::kMeaning, {slot("cause", error.cause.text), n}, tail);
    else if (named)
      said =
          &to.add("class.error_option", StatementRole::kMeaning, {slot("option", error.option), n, slot("cause", error.cause.text)}, tail);
    else
      said = &to.add("class.error_option_bare", StatementRole::kMeaning, {slot("option", error.option), n}, tail);
    said->evidence = {{"count", count, it.id}, {"losing", static_cast<double>(item.n_losing), it.id}};
  }
  to.add(item.common ? "class.common" : "class.single", StatementRole::kMeaning, {}, tail).evidence = {
      {"losing_share", static_cast<double>(item.n_losing) / static_cast<double>(item.n), it.id},
      {"common_error_share", item.common_error_share, it.id}};
}

inline void say_deviations(const PaperEvaluation& paper, const feedback::ClassReview& review, StatementMaker& to) {
  bool tested = false;
  bool shown = false;
  for (const feedback::ClassDeviation& d : review.deviations) {
    tested |= d.verdict != feedback::DeviationVerdict::kNotTested;
    if (d.verdict != feedback::DeviationVerdict::kBelow && d.verdict != feedback::DeviationVerdict::kAbove) continue;
    shown = true;
    const Item& it = paper.paper.items[static_cast<std::size_t>(d.item)];
    to.add(d.verdict == feedback::DeviationVerdict::kBelow ? "class.below" : "class.above", StatementRole::kMeaning,
           {slot("item", it.shown_label()), slot("difference", std::fabs(d.shrunk) * 100.0, 1)}, "/" + it.id)
        .evidence = {{"observed_rate", d.observed_rate, it.id},
                     {"expected_rate", d.expected_rate, it.id},
                     {"difference", d.difference, it.id},
                     {"standard_error", d.standard_error, it.id},
                     {"shrunk", d.shrunk, it.id},
                     {"p_value", d.p_value, it.id},
                     {"n", static_cast<double>(d.n), it.id}};
  }
  if (!tested)
    to.add("class.not_compared", StatementRole::kUncertainty);
  else if (!shown)
    to.add("class.no_difference", StatementRole::kMeaning);
}

inline void say_model(const Evaluation& evaluation, const PaperEvaluation& paper, StatementMaker& to) {
  const Calibration& c = paper.calibration;
  const feedback::Slot n = slot("n", c.effective_n, 0);
  const auto family_word = [](std::string_view name) { return "family." + std::string(name); };
  Statement* said = nullptr;
  if (c.calibrated)
    said = &to.add("paper.model", StatementRole::kNote, {n, feedback::word_slot("family", family_word(irt::family_name(c.family)))});
  else if (paper.predictor.kind == feedback::PredictorKind::kNone)
    said = &to.add("paper.model_none", StatementRole::kNote, {n});
  else
    said = &to.add("paper.model_classical", StatementRole::kNote, {n});
  const irt::SampleSizeCuts& cuts = evaluation.profile.model_cuts;
  said->evidence = {{"effective_n", c.effective_n, {}},
                    {"rasch_from", cuts.rasch, {}},
                    {"two_parameter_from", cuts.two_parameter, {}},
                    {"three_parameter_from", cuts.three_parameter, {}}};
  std::vector<std::string> merged;
  for (const Finding& f : c.findings) {
    const auto argument = [&](std::string_view name) {
      for (const Argument& a : f.arguments)
        if (a.name == name) return a.value;
      return std::string();
    };
    if (f.code == Code::kFamilyOverruled)
      to.add("paper.model_overruled", StatementRole::kNote,
             {feedback::word_slot("family", family_word(argument("family"))),
              feedback::word_slot("recommended", family_word(argument("recommended")))});
    if (f.code == Code::kBankUsed) to.add("paper.bank", StatementRole::kNote, {slot("count", argument("count"))});
    if (f.code == Code::kNotConnected) to.add("paper.apart", StatementRole::kUncertainty, {slot("count", argument("count"))});
    if (f.code == Code::kCategoriesMerged) {
      for (const Item& it : paper.paper.items)
        if (it.id == f.place.item || it.id == argument("item")) {
          merged.push_back(it.shown_label());
          break;
        }
    }
  }
  if (!merged.empty()) to.add("paper.merged", StatementRole::kNote, {slot("items", evaluate_detail::text_list(merged))});
  if (paper.alpha)
    to.add("paper.alpha", StatementRole::kUncertainty, {slot("alpha", *paper.alpha, 2)}).evidence = {{"alpha", *paper.alpha, {}}};
}

/// Returns whether anything was worth a second look.
inline bool say_blueprint_item(const PaperEvaluation& paper, const Profile& profile, const feedback::BlueprintItem& b, StatementMaker& to) {
  const Item& it = paper.paper.items[static_cast<std::size_t>(b.item)];
  const std::string tail = "/" + it.id;
  const feedback::Slot item = slot("item", it.shown_label());
  bool said = false;
  if (b.off_plan) {
    said = true;
    to.add("paper.off_plan", StatementRole::kMeaning,
           {item, slot("planned", b.planned, 2), slot("observed", b.observed, 2), slot("lower", b.lower, 2), slot("upper", b.upper, 2)},
           tail)
        .evidence = {{"planned", b.planned, it.id},
                     {"observed", b.observed, it.id},
                     {"lower", b.lower, it.id},
                     {"upper", b.upper, it.id},
                     {"difficulty_off", profile.blueprint.difficulty_off, it.id}};
  }
  if (b.low_discrimination || b.negative_discrimination) {
    said = true;
    to.add(b.negative_discrimination ? "paper.negative_discrimination" : "paper.low_discrimination", StatementRole::kMeaning,
           {item, slot("discrimination", b.discrimination, 2)}, tail)
        .evidence = {{"discrimination", b.discrimination, it.id}, {"cut", profile.blueprint.low_discrimination, it.id}};
  }
  if (b.possible_key >= 0) {
    said = true;
    to.add("paper.possible_key", StatementRole::kMeaning, {item, slot("option", b.possible_key_label)}, tail).evidence = {
        {"option", static_cast<double>(b.possible_key), it.id}};
  }
  return said;
}

}  // namespace class_statements_detail

std::vector<feedback::Statement> class_statements(const Evaluation& evaluation, const PaperEvaluation& paper, std::size_t review) {
  namespace detail = class_statements_detail;
  using feedback::slot;
  if (review >= paper.reviews.size()) throw LogicError("celadon::evaluation: a review outside the paper");
  static_cast<void>(evaluation);
  const feedback::ClassReview& r = paper.reviews[review];
  detail::StatementMaker to(evaluate_detail::class_prefix(paper, r.class_index), feedback::SubjectKind::kClass, r.class_index);
  to.add("class.summary", feedback::StatementRole::kFact,
         {slot("n", static_cast<double>(r.n), 0), slot("mean", r.mean, 1), slot("full", paper.paper.full_mark, 2),
          slot("rate", feedback::percent_text(r.score_rate))})
      .evidence = {{"n", static_cast<double>(r.n), {}}, {"mean", r.mean, {}}, {"score_rate", r.score_rate, {}}};
  if (const std::int64_t out = detail::left_out(paper, r.class_index); out > 0)
    to.add("class.left_out", feedback::StatementRole::kFact, {slot("count", static_cast<double>(out), 0)}).evidence = {
        {"left_out", static_cast<double>(out), {}}};
  if (r.lesson.empty()) to.add("class.no_loss", feedback::StatementRole::kFact);
  for (const std::int32_t at : r.lesson) detail::say_item(paper, r.items[static_cast<std::size_t>(at)], to);
  detail::say_deviations(paper, r, to);
  return std::move(to).take();
}

std::vector<feedback::Statement> paper_statements(const Evaluation& evaluation, const PaperEvaluation& paper) {
  namespace detail = class_statements_detail;
  using feedback::slot;
  using feedback::StatementRole;
  detail::StatementMaker to(evaluate_detail::paper_prefix(paper), feedback::SubjectKind::kPaper, -1);
  if (paper.paper.simulated) to.add("paper.simulated", StatementRole::kNote);
  detail::say_model(evaluation, paper, to);
  const feedback::BlueprintCheck& b = paper.blueprint;
  bool said = false;
  if (!b.points_agree) {
    said = true;
    to.add("paper.points_differ", StatementRole::kMeaning, {slot("sum", b.sum_of_points, 2), slot("full", b.full_mark, 2)}).evidence = {
        {"sum_of_points", b.sum_of_points, {}}, {"full_mark", b.full_mark, {}}};
  }
  for (const feedback::BlueprintItem& item : b.items) said |= detail::say_blueprint_item(paper, evaluation.profile, item, to);
  int number = 0;
  for (const feedback::BlueprintGap& gap : b.thin_points) {
    said = true;
    to.add("paper.thin_point", StatementRole::kMeaning, {slot("point", gap.value), slot("count", static_cast<double>(gap.n_items), 0)},
           "/" + std::to_string(++number))
        .evidence = {{"items", static_cast<double>(gap.n_items), {}},
                     {"least_items", static_cast<double>(evaluation.profile.blueprint.least_items_a_point), {}}};
  }
  number = 0;
  for (const feedback::BlueprintGap& gap : b.empty_levels) {
    said = true;
    to.add("paper.empty_level", StatementRole::kMeaning, {slot("level", gap.value)}, "/" + std::to_string(++number));
  }
  if (!said && !b.items.empty()) to.add("paper.blueprint_fine", StatementRole::kMeaning);
  number = 0;
  for (const NotEvaluated& n : paper.not_evaluated)
    to.add("paper.not_evaluated", StatementRole::kNote,
           {slot("reason", LocalText{n.reason.cause(Language::kChinese), n.reason.cause(Language::kEnglish)})},
           "/" + std::to_string(++number));
  return std::move(to).take();
}

}  // namespace celadon::inline CELADON_ABI::evaluation
