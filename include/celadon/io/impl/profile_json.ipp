#pragma once

#include <celadon/io/profile_json.hpp>

#include <celadon/io/impl/json_reader.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace celadon::inline CELADON_ABI::io {

namespace profile_json_detail {

using namespace json_reader_detail;

inline Reader group(Reader& root, const char* name, evaluation::Profile& profile) {
  Reader r = root.object(name);
  std::string source = r.text("source");
  profile.sources.push_back({name, std::move(source), r.boolean("example")});
  return r;
}

inline MissingTreatment treatment(Reader& r, const char* name) {
  return r.choice<MissingTreatment>(
      name, {{"ignore", MissingTreatment::kIgnore}, {"lowest", MissingTreatment::kLowest}, {"drop_person", MissingTreatment::kDropPerson}});
}

inline void read_scores(Reader& root, evaluation::Profile& p) {
  Reader levels = group(root, "levels", p);
  for (Reader& r : levels.array("values")) {
    std::string id = r.text("id");
    evaluation::LocalText name = r.local("name");
    p.levels.push_back({std::move(id), std::move(name), r.number("from_share")});
  }
  Reader intervals = group(root, "intervals", p);
  p.interval_confidence = intervals.number("confidence");
  p.wide_span = intervals.integer("wide_span");
  Reader rates = group(root, "rates", p);
  for (Reader& r : rates.array("values")) {
    std::string id = r.text("id");
    const double share = r.number("share_of_full");
    using Side = ctt::RateCut::Side;
    p.rates.push_back({std::move(id), share, r.choice<Side>("side", {{"at_least", Side::kAtLeast}, {"below", Side::kBelow}})});
    p.rate_names.push_back(r.local("name"));
  }
  p.group_share = group(root, "groups", p).number("group_share");
  Reader missing = group(root, "missing", p);
  p.missing.not_administered = treatment(missing, "not_administered");
  p.missing.not_reached = treatment(missing, "not_reached");
  p.missing.omitted = treatment(missing, "omitted");
  p.missing.invalid = treatment(missing, "invalid");
  Reader models = group(root, "models", p);
  p.model_cuts = {models.number("rasch"), models.number("two_parameter"), models.number("three_parameter")};
}

inline void read_feedback(Reader& root, evaluation::Profile& p) {
  Reader flags = group(root, "flags", p);
  p.flags = {flags.number("tail"), flags.number("least_points"), flags.number("least_share"), flags.number("false_discovery"),
             flags.integer("most")};
  Reader e = group(root, "expectation", p);
  p.expectation = {e.integer("leave_one_out_below"), e.integer("least_pupils"), e.integer("least_items"), e.number("slope_spread"),
                   e.number("category_weight")};
  Reader s = group(root, "suppression", p);
  p.suppression = {s.integer("least_n"), s.boolean("hide_all_or_none")};
  Reader w = group(root, "wrong_key", p);
  p.wrong_key = {w.number("least_advantage"), w.integer("least_choosing")};
  Reader b = group(root, "blueprint", p);
  p.blueprint = {b.number("difficulty_off"), b.number("low_discrimination"), b.integer("least_items_a_point"),
                 b.number("interval_confidence")};
  Reader sp = group(root, "sp_table", p);
  p.sp = {sp.number("right_from_share"), sp.integer("min_items"), sp.integer("min_persons"), sp.integer("n_simulations"),
          sp.number("p_value")};
  Reader c = group(root, "class_review", p);
  p.class_review = {c.integer("most_items"),      c.number("common_share"), c.number("common_error_share"),       c.integer("least_group"),
                    c.number("collective_share"), c.integer("most_names"),  c.number("deviation_false_discovery")};
}

inline void read_diagnosis(Reader& root, evaluation::Profile& p) {
  Reader r = group(root, "diagnosis", p);
  evaluation::DiagnosisRules& d = p.diagnosis;
  d.mastered_from = r.number("mastered_from");
  d.not_yet_to = r.number("not_yet_to");
  d.least_items = r.integer("least_items");
  d.least_share_mastered = r.number("least_share_mastered");
  d.most_share_not_yet = r.number("most_share_not_yet");
  d.least_pupils = r.integer("least_pupils");
  d.small_sample = r.integer("small_sample");
  d.general_model = r.integer("general_model");
  d.single_score_share = r.number("single_score_share");
  d.right_from_share = r.number("right_from_share");
  d.most_points = r.integer("most_points");
  d.interval_confidence = r.number("interval_confidence");
  for (Reader& prior : r.array("priors")) {
    evaluation::DiagnosisPrior one;
    one.id = prior.text("id");
    std::tie(one.guess_a, one.guess_b) = prior.pair("guess");
    std::tie(one.right_a, one.right_b) = prior.pair("right");
    one.structure_sd = prior.number("structure_sd");
    d.priors.push_back(std::move(one));
  }
  d.common_gap_share = r.number("common_gap_share");
  d.least_group = r.integer("least_group");
  d.change_least_items = r.integer("change_least_items");
  d.change_false_discovery = r.number("change_false_discovery");
}

inline void read_pages(Reader& root, evaluation::Profile& p) {
  Reader f = group(root, "family_page", p);
  using evaluation::MarksShown;
  p.family_page.marks = f.choice<MarksShown>("marks", {{"points", MarksShown::kPoints}, {"three_way", MarksShown::kThreeWay}});
  p.family_page.total = f.boolean("total");
  p.family_page.group_figures = f.boolean("group_figures");
  p.family_page.rank = f.boolean("rank");
  p.family_page.most_strengths = f.integer("most_strengths");
  p.family_page.most_next_steps = f.integer("most_next_steps");
  p.early_grade_finding = group(root, "early_grades", p).boolean("paper_test_finding");
  Reader g = group(root, "grade_scaling", p);
  for (Reader& r : g.array("values")) {
    ctt::GradeScalingProfile scaling;
    scaling.id = r.text("id");
    scaling.source = p.sources.back().source;
    scaling.ties = r.choice<ctt::CutTies>(
        "ties", {{"higher", ctt::CutTies::kHigher}, {"lower", ctt::CutTies::kLower}, {"nearest", ctt::CutTies::kNearest}});
    scaling.rounding =
        r.choice<ctt::ScaledRounding>("rounding", {{"none", ctt::ScaledRounding::kNone}, {"half_up", ctt::ScaledRounding::kHalfUp}});
    scaling.single_value = r.choice<ctt::SingleValue>(
        "single_value",
        {{"upper_end", ctt::SingleValue::kUpperEnd}, {"middle", ctt::SingleValue::kMiddle}, {"lower_end", ctt::SingleValue::kLowerEnd}});
    for (Reader& band : r.array("bands")) {
      std::string grade = band.text("grade");
      scaling.bands.push_back({std::move(grade), band.number("share"), band.number("t_min"), band.number("t_max")});
    }
    p.grade_scaling.push_back(std::move(scaling));
  }
}

}  // namespace profile_json_detail

Result<std::string> canonical_hash(std::string_view json) {
  return profile_json_detail::parse(json).transform([](const auto& j) { return profile_json_detail::hash_of(j); });
}

Result<evaluation::Profile> parse_profile(std::string_view json) {
  using namespace profile_json_detail;
  const Result<Json> parsed = parse(json);
  if (!parsed) return parsed.error();
  evaluation::Profile p;
  Reader root(*parsed);
  if (root.text("format") != "celadon.profile" && root.good()) return field_error("format");
  if (root.integer("version") != 1 && root.good()) return field_error("version");
  p.id = root.text("id");
  p.edition = root.text("edition");
  p.name = root.local("name");
  read_scores(root, p);
  read_feedback(root, p);
  read_diagnosis(root, p);
  read_pages(root, p);
  if (!root.good()) return field_error(*root.problem());
  if (const Result<void> valid = evaluation::check(p); !valid) return valid.error();
  p.hash = hash_of(*parsed);
  return p;
}

Result<feedback::Wording> parse_wording(std::string_view json) {
  using namespace profile_json_detail;
  const Result<Json> parsed = parse(json);
  if (!parsed) return parsed.error();
  Reader root(*parsed);
  feedback::Wording w;
  if (root.text("format") != "celadon.wording" && root.good()) return field_error("format");
  w.language = root.text("language");
  w.edition = root.text("edition");
  const Json* banned = root.at("banned", Json::value_t::array);
  const Json* patterns = root.at("patterns", Json::value_t::object);
  if (!root.good()) return field_error(*root.problem());
  for (const Json& word : *banned) {
    if (!word.is_string()) return field_error("banned");
    w.banned.push_back(word.get<std::string>());
  }
  for (const auto& [key, text] : patterns->items()) {
    if (!text.is_string()) return field_error("patterns." + key);
    w.patterns.emplace_back(key, text.get<std::string>());
  }
  std::sort(w.patterns.begin(), w.patterns.end());
  return w;
}

std::string_view default_profile_text() {
  return
#include <celadon/io/impl/default_profile.inc>
      ;
}

const evaluation::Profile& default_profile() {
  static const evaluation::Profile profile = parse_profile(default_profile_text()).value();
  return profile;
}

std::string_view default_wording_text(Language language) {
  if (language == Language::kChinese) {
    return
#include <celadon/io/impl/wording_zh_cn.inc>
        ;
  }
  return
#include <celadon/io/impl/wording_en.inc>
      ;
}

const feedback::Wording& default_wording(Language language) {
  static const feedback::Wording zh = parse_wording(default_wording_text(Language::kChinese)).value();
  static const feedback::Wording en = parse_wording(default_wording_text(Language::kEnglish)).value();
  return language == Language::kChinese ? zh : en;
}

}  // namespace celadon::inline CELADON_ABI::io
