#pragma once

#include <celadon/core/config.hpp>
#include <celadon/core/dataset.hpp>
#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::evaluation {

namespace evaluate_detail {

void set_aside(PaperEvaluation& out, std::string_view what, const Message& reason) {
  NotEvaluated entry;
  entry.what = std::string(what);
  entry.reason = make_finding(Severity::kNote, reason.code, reason.place, reason.arguments);
  out.not_evaluated.push_back(std::move(entry));
}

void fill_rows(PaperEvaluation& out) {
  const Units& units = out.paper.units;
  out.counted.resize(out.levels.pupils.size());
  out.class_rows.assign(units.classes.size(), {});
  out.school_rows.assign(units.schools.size(), {});
  for (std::size_t i = 0; i < out.counted.size(); ++i) {
    out.counted[i] = static_cast<std::uint8_t>(out.levels.pupils[i].counted ? 1 : 0);
    if (out.counted[i] == 0) continue;
    const auto row = static_cast<std::int64_t>(i);
    const std::int32_t group = units.person_class.empty() ? -1 : units.person_class[i];
    if (group >= 0 && static_cast<std::size_t>(group) < out.class_rows.size())
      out.class_rows[static_cast<std::size_t>(group)].push_back(row);
    const std::int32_t school = out.school_of(row);
    if (school >= 0) out.school_rows[static_cast<std::size_t>(school)].push_back(row);
  }
  if (units.classes.empty()) set_aside(out, "classes", make_finding(Severity::kNote, Code::kNoClassesKnown, {}, {{"paper", out.paper.id}}));
  if (units.schools.empty()) set_aside(out, "schools", make_finding(Severity::kNote, Code::kNoSchoolsKnown, {}, {{"paper", out.paper.id}}));
}

/// Everything about one paper. Errors: what leaves nothing to say about it.
inline Result<PaperEvaluation> evaluate_paper(Paper paper, const Work& work) {
  PaperEvaluation out;
  out.paper = std::move(paper);
  if (auto ok = feedback::base_paper_detail::settle_choices(out.paper); !ok) return ok.error();
  auto levels = feedback::pupil_levels(out.paper, work.profile, work.context);
  if (!levels) return levels.error();
  if (levels->n_counted == 0) return make_error(Code::kNoPersons);
  out.levels = std::move(*levels);
  for (const Finding& f : out.levels.findings)
    if (f.code == Code::kNoTrueScoreInterval) set_aside(out, "true_score_intervals", f);
  fill_rows(out);

  auto base = feedback::base_paper_detail::base_paper(out.paper);
  if (!base) return base.error();
  if (auto ok = classical_analysis(out, work, *base); !ok) return ok.error();
  if (auto ok = sp_tables(out, work, *base); !ok) return ok.error();
  ModelSource source;
  if (auto ok = calibrate(out, work, source); !ok) return ok.error();
  if (auto ok = predict(out, work, source); !ok) return ok.error();

  auto gain_loss =
      feedback::item_gain_loss(out.paper, out.counted, out.predictor, work.profile, {.keep_tails = work.options.keep_tails}, work.context);
  if (!gain_loss) return gain_loss.error();
  out.gain_loss = std::move(*gain_loss);
  out.parts = feedback::parts_of(out.paper, out.predictor);
  const bool external = source.covers_paper && out.predictor.kind == feedback::PredictorKind::kCalibrated;
  auto reviews = feedback::class_reviews(out.paper, out.counted, out.gain_loss, work.profile, external);
  if (!reviews) return reviews.error();
  out.reviews = std::move(*reviews);
  // A class has one mean on every page: that of the exam statistics, which set a pupil with fewer items beside the others.
  for (feedback::ClassReview& review : out.reviews) {
    if (!out.exam) break;
    const ctt::ExamGroup& group = review.class_index < 0 ? out.exam->all : out.exam->units[static_cast<std::size_t>(review.class_index)];
    if (group.n == 0) continue;
    review.mean = group.mean;
    review.score_rate = group.score_rate;
  }
  const ctt::ItemAnalysis none;
  out.blueprint = feedback::blueprint_check(out.paper, out.items ? *out.items : none, out.distractors ? &*out.distractors : nullptr,
                                            work.profile, work.options.expected_levels);
  for (const Finding& f : out.blueprint.findings)
    if (f.code == Code::kNoBlueprintLevels) set_aside(out, "blueprint", f);
  if (auto ok = diagnose(out, work); !ok) return ok.error();
  return out;
}

/// Tables that feed systems outside this evaluation, and tables that are absent.
inline void list_tables(const Dataset& data, Evaluation& out) {
  for (const char* name : {"questionnaire", "practice", "assignments", "measures", "evidence", "ratings"})
    if (data.has(name))
      out.not_evaluated.push_back({name, make_finding(Severity::kNote, Code::kTableNotUsed,
                                                      {.table = name, .column = {}, .row = -1, .item = {}}, {{"table", name}})});
  for (const auto& [what, name] : {std::pair("blueprint", "items"), std::pair("classes", "students"), std::pair("causes", "error_codes")})
    if (!data.has(name))
      out.not_evaluated.push_back({what, make_finding(Severity::kNote, Code::kMissingTable,
                                                      {.table = name, .column = {}, .row = -1, .item = {}}, {{"table", name}})});
}

}  // namespace evaluate_detail

std::int32_t PaperEvaluation::school_of(std::int64_t person) const {
  const Units& units = paper.units;
  if (units.person_class.empty()) return -1;
  const std::int32_t group = units.person_class[static_cast<std::size_t>(person)];
  if (group < 0 || static_cast<std::size_t>(group) >= units.classes.size()) return -1;
  const std::int32_t school = units.classes[static_cast<std::size_t>(group)].parent;
  return school >= 0 && static_cast<std::size_t>(school) < units.schools.size() ? school : -1;
}

Result<Evaluation> evaluate(std::vector<Paper> papers, const Profile& profile, const EvaluateOptions& options,
                            const ExecutionContext& context) {
  if (profile.hash.empty()) return make_error(Code::kProfileNotLoaded);
  if (auto ok = check(profile); !ok) return ok.error();
  Evaluation out;
  out.profile = profile;
  out.library_version = CELADON_VERSION;
  out.comment_seed = options.seed;
  if (options.comments != nullptr) {
    auto engine = feedback::CommentEngine::compile(options.comments);
    if (!engine) return engine.error();
    out.comments = std::move(*engine);
  } else if (options.diagnose) {
    out.not_evaluated.push_back({"comments", make_finding(Severity::kNote, Code::kNoCommentBank)});
  }
  const evaluate_detail::Work work{out.profile, options, context};
  for (Paper& paper : papers) {
    if (context.cancelled()) return make_error(Code::kCancelled);
    const std::string id = paper.id;
    auto one = evaluate_detail::evaluate_paper(std::move(paper), work);
    if (one) {
      out.papers.push_back(std::move(*one));
      continue;
    }
    if (one.error().code == Code::kCancelled) return one.error();
    // The cause is told in one language inside a sentence of either; its code is the same in both.
    out.not_evaluated.push_back({"paper", make_finding(Severity::kError, Code::kPaperNotEvaluated, one.error().place,
                                                       {{"paper", id}, {"detail", std::string(code_name(one.error().code))}})});
    out.findings.push_back(make_finding(Severity::kError, one.error().code, one.error().place, one.error().arguments));
  }
  return out;
}

Result<Evaluation> evaluate(const Dataset& data, const Profile& profile, const EvaluateOptions& options, const ExecutionContext& context) {
  if (profile.hash.empty()) return make_error(Code::kProfileNotLoaded);
  PaperOptions reading = options.papers;
  reading.flag_early_grades = reading.flag_early_grades && profile.early_grade_finding;
  auto read = build_papers(data, reading, context);
  if (!read) return read.error();
  auto out = evaluate(std::move(read->papers), profile, options, context);
  if (!out) return out;
  read->findings.insert(read->findings.end(), out->findings.begin(), out->findings.end());
  out->findings = std::move(read->findings);
  evaluate_detail::list_tables(data, *out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation
