#include "cdm_common.hpp"
#include "comments_common.hpp"

#include <celadon/io/comments_json.hpp>
#include <celadon/io/evaluation_json.hpp>

#include <limits>

using namespace celadon_c;

namespace {

namespace ev = celadon::evaluation;

celadon_evaluate_options default_evaluate() {
  const ev::EvaluateOptions library;
  celadon_evaluate_options options{};
  options.struct_size = sizeof options;
  options.family = CELADON_FAMILY_BY_SAMPLE;
  options.calibrate = library.calibrate ? 1 : 0;
  options.sp_tables = library.sp_tables ? 1 : 0;
  options.keep_tails = library.keep_tails ? 1 : 0;
  options.seed = library.seed;
  options.diagnose = library.diagnose ? 1 : 0;
  options.comment = 1;
  return options;
}

ev::EvaluateOptions evaluate_options(const celadon_evaluate_options* given) {
  const auto known = sized(given, default_evaluate(), "options");
  ev::EvaluateOptions out;
  out.papers = paper_options(known.papers);
  if (known.bank != nullptr) out.bank = known.bank->value.items;
  if (known.family != CELADON_FAMILY_BY_SAMPLE) out.family = enumerator<celadon::irt::ModelFamily>(known.family, 4, "family");
  out.expected_levels = texts(known.expected_levels, known.n_expected_levels, "expected_levels");
  out.calibrate = known.calibrate != 0;
  out.sp_tables = known.sp_tables != 0;
  out.keep_tails = known.keep_tails != 0;
  out.seed = known.seed;
  out.diagnose = known.diagnose != 0;
  if (known.diagnosis_bank != nullptr) out.diagnosis_bank = celadon::SharedValue<celadon::cdm::Model>(known.diagnosis_bank->value);
  if (known.comment != 0) out.comments = known.comments == nullptr ? celadon::io::default_comment_bank() : known.comments->value;
  return out;
}

celadon_evaluation_paper_values values_of(const ev::PaperEvaluation& paper) {
  celadon_evaluation_paper_values values{};
  values.grade = paper.paper.grade;
  values.id = paper.paper.id.c_str();
  values.name = paper.paper.name.c_str();
  values.subject = paper.paper.subject.c_str();
  values.date = paper.paper.date.c_str();
  values.full_mark = paper.paper.full_mark;
  values.n_persons = paper.n_persons();
  values.n_counted = std::count_if(paper.counted.begin(), paper.counted.end(), [](std::uint8_t flag) { return flag != 0; });
  values.n_items = paper.n_items();
  values.n_classes = static_cast<int64_t>(paper.paper.units.classes.size());
  values.n_schools = static_cast<int64_t>(paper.paper.units.schools.size());
  values.n_reviews = static_cast<int64_t>(paper.reviews.size());
  values.simulated = paper.paper.simulated ? 1 : 0;
  values.family = static_cast<int32_t>(paper.calibration.family);
  values.calibrated = paper.calibration.calibrated ? 1 : 0;
  values.predictor = static_cast<int32_t>(paper.predictor.kind);
  values.alpha = paper.alpha.value_or(kNone);
  values.reliability = paper.calibration.calibrated ? paper.calibration.reliability : kNone;
  return values;
}

// Names made once, so that they can be handed out as long as the library is
// loaded.
const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = ev::table_names();
  return kNames;
}

celadon::Table not_evaluated(const ev::Evaluation& evaluation, celadon::Language language) {
  std::vector<std::string> papers, what, code, cause, fix;
  std::vector<std::uint8_t> has_paper;
  const auto append = [&](const std::vector<ev::NotEvaluated>& list, const ev::PaperEvaluation* paper) {
    for (const auto& entry : list) {
      papers.push_back(paper == nullptr ? std::string() : paper->paper.id);
      has_paper.push_back(paper == nullptr ? 0 : 1);
      what.push_back(entry.what);
      code.emplace_back(celadon::code_name(entry.reason.code));
      cause.push_back(entry.reason.cause(language));
      fix.push_back(entry.reason.fix(language));
    }
  };
  append(evaluation.not_evaluated, nullptr);
  for (const auto& paper : evaluation.papers) append(paper.not_evaluated, &paper);
  celadon::Table table("not_evaluated");
  table.add("paper", std::move(papers), std::move(has_paper)).add("what", std::move(what)).add("code", std::move(code));
  table.add("cause", std::move(cause)).add("fix", std::move(fix));
  return table;
}

const ev::PaperEvaluation* find_paper(const celadon_evaluation* evaluation, int64_t paper) {
  if (evaluation == nullptr || paper < 0 || paper >= static_cast<int64_t>(evaluation->value.papers.size())) return nullptr;
  return &evaluation->value.papers[static_cast<std::size_t>(paper)];
}

const char* id_of(const std::vector<celadon::Unit>& units, int64_t index) {
  return index < 0 || index >= static_cast<int64_t>(units.size()) ? nullptr : units[static_cast<std::size_t>(index)].id.c_str();
}

}  // namespace

extern "C" {

void celadon_evaluate_options_init(celadon_evaluate_options* options, uint32_t struct_size) {
  initialise(options, struct_size, default_evaluate());
}

celadon_status celadon_evaluate(const celadon_dataset* dataset, const celadon_profile* profile, const celadon_evaluate_options* options,
                                const celadon_execution* execution, celadon_evaluation** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    return unwrap(ev::evaluate(need(dataset, "dataset").value, profile_of(profile), evaluate_options(options), run.context()));
  });
}

celadon_status celadon_evaluate_papers(const celadon_paper* const* papers, int64_t n_papers, const celadon_profile* profile,
                                       const celadon_evaluate_options* options, const celadon_execution* execution,
                                       celadon_evaluation** out, celadon_error* error) {
  return produce(out, error, [&] {
    const Execution run(execution);
    std::vector<ev::Paper> held;
    for (const celadon_paper* one : span_of(papers, n_papers, "papers")) held.push_back(need(one, "papers").value);
    return unwrap(ev::evaluate(std::move(held), profile_of(profile), evaluate_options(options), run.context()));
  });
}
CELADON_C_DESTROY(celadon_evaluation)

int64_t celadon_evaluation_n_tables(void) {
  int64_t n = 0;
  (void)guard(nullptr, [&] { n = static_cast<int64_t>(names().size()); });
  return n;
}
const char* celadon_evaluation_table_name(int64_t table) {
  const char* out = nullptr;
  (void)guard(nullptr, [&] { out = at(names(), table, "table").c_str(); });
  return out;
}
celadon_status celadon_evaluation_table(const celadon_evaluation* evaluation, const char* name, int64_t name_size, int32_t language,
                                        celadon_table** out, celadon_error* error) {
  return produce(out, error, [&] {
    return unwrap(ev::table(need(evaluation, "evaluation").value, text(name, name_size, "name"), language_of(language)));
  });
}

celadon_status celadon_evaluation_findings(const celadon_evaluation* evaluation, int32_t language, celadon_table** out,
                                           celadon_error* error) {
  return produce(out, error, [&] {
    const ev::Evaluation& value = need(evaluation, "evaluation").value;
    celadon::Findings findings = value.findings;
    for (const auto& paper : value.papers) findings.insert(findings.end(), paper.findings.begin(), paper.findings.end());
    return ev::findings_table(findings, language_of(language));
  });
}
celadon_status celadon_evaluation_not_evaluated(const celadon_evaluation* evaluation, int32_t language, celadon_table** out,
                                                celadon_error* error) {
  return produce(out, error, [&] { return not_evaluated(need(evaluation, "evaluation").value, language_of(language)); });
}
celadon_status celadon_evaluation_to_json(const celadon_evaluation* evaluation, int32_t language, celadon_text** out,
                                          celadon_error* error) {
  return produce(out, error, [&] { return unwrap(celadon::io::to_json(need(evaluation, "evaluation").value, language_of(language))); });
}

const char* celadon_evaluation_profile_id(const celadon_evaluation* evaluation) {
  return evaluation == nullptr ? nullptr : evaluation->value.profile.id.c_str();
}
const char* celadon_evaluation_profile_hash(const celadon_evaluation* evaluation) {
  return evaluation == nullptr ? nullptr : evaluation->value.profile.hash.c_str();
}
const char* celadon_evaluation_library_version(const celadon_evaluation* evaluation) {
  return evaluation == nullptr ? nullptr : evaluation->value.library_version.c_str();
}

int64_t celadon_evaluation_n_papers(const celadon_evaluation* evaluation) {
  return evaluation == nullptr ? 0 : static_cast<int64_t>(evaluation->value.papers.size());
}
celadon_status celadon_evaluation_paper(const celadon_evaluation* evaluation, int64_t paper, celadon_evaluation_paper_values* out,
                                        celadon_error* error) {
  return guard(error, [&] { hand_out(out, values_of(paper_of(evaluation, paper)), "out"); });
}

int64_t celadon_evaluation_find_person(const celadon_evaluation* evaluation, int64_t paper, const char* id, int64_t id_size) {
  int64_t out = -1;
  (void)guard(nullptr, [&] {
    const auto& ids = paper_of(evaluation, paper).paper.units.person_ids;
    const auto found = std::find(ids.begin(), ids.end(), text(id, id_size, "id"));
    if (found != ids.end()) out = found - ids.begin();
  });
  return out;
}
const char* celadon_evaluation_person_id(const celadon_evaluation* evaluation, int64_t paper, int64_t person) {
  const auto* found = find_paper(evaluation, paper);
  if (found == nullptr || person < 0 || person >= static_cast<int64_t>(found->paper.units.person_ids.size())) return nullptr;
  return found->paper.units.person_ids[static_cast<std::size_t>(person)].c_str();
}
const char* celadon_evaluation_class_id(const celadon_evaluation* evaluation, int64_t paper, int64_t class_number) {
  const auto* found = find_paper(evaluation, paper);
  return found == nullptr ? nullptr : id_of(found->paper.units.classes, class_number);
}
const char* celadon_evaluation_school_id(const celadon_evaluation* evaluation, int64_t paper, int64_t school) {
  const auto* found = find_paper(evaluation, paper);
  return found == nullptr ? nullptr : id_of(found->paper.units.schools, school);
}
int64_t celadon_evaluation_review_class(const celadon_evaluation* evaluation, int64_t paper, int64_t review) {
  const auto* found = find_paper(evaluation, paper);
  if (found == nullptr || review < 0 || review >= static_cast<int64_t>(found->reviews.size())) return -1;
  return found->reviews[static_cast<std::size_t>(review)].class_index;
}

celadon_status celadon_evaluation_abilities(const celadon_evaluation* evaluation, int64_t paper, double* ability, double* ability_se,
                                            int64_t capacity, celadon_error* error) {
  return guard(error, [&] {
    const auto& found = paper_of(evaluation, paper);
    check_capacity(capacity, found.n_persons(), "ability");
    const auto copy = [&](const std::vector<double>& values, double* out) {
      if (out == nullptr) return;
      if (values.empty())
        std::fill(out, out + found.n_persons(), kNone);
      else
        std::copy(values.begin(), values.end(), out);
    };
    copy(found.calibration.ability, ability);
    copy(found.calibration.ability_se, ability_se);
  });
}

celadon_status celadon_evaluation_model(const celadon_evaluation* evaluation, int64_t paper, celadon_irt_model** out,
                                        celadon_error* error) {
  return produce(out, error, [&] {
    const auto& calibration = paper_of(evaluation, paper).calibration;
    if (!calibration.calibrated || calibration.fit == nullptr) refuse("paper", "it is not calibrated");
    return calibration.fit->model;
  });
}

}  // extern "C"
