#pragma once

#include <celadon/evaluation/impl/evaluate_parts.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace celadon::inline CELADON_ABI::evaluation {

namespace explain_detail {

/// The group of the profile whose thresholds a rule applies; empty where it applies none.
inline std::string_view group_of(std::string_view rule) {
  struct Row {
    std::string_view prefix;
    std::string_view group;
  };
  // The longest prefix that fits comes first.
  constexpr Row kRows[] = {{"level.interval", "intervals"},
                           {"level.rough", "intervals"},
                           {"level.", "levels"},
                           {"items.review", "flags"},
                           {"items.no_review", "flags"},
                           {"items.no_expectation", "expectation"},
                           {"items.not_compared", "expectation"},
                           {"item.review", "flags"},
                           {"strength.", "levels"},
                           {"next.", "family_page"},
                           {"class.", "class_review"},
                           {"paper.model", "models"},
                           {"paper.possible_key", "wrong_key"},
                           {"paper.off_plan", "blueprint"},
                           {"paper.low_discrimination", "blueprint"},
                           {"paper.negative_discrimination", "blueprint"},
                           {"paper.thin_point", "blueprint"},
                           {"paper.empty_level", "blueprint"},
                           {"paper.blueprint_fine", "blueprint"}};
  for (const Row& row : kRows)
    if (rule.substr(0, row.prefix.size()) == row.prefix) return row.group;
  return {};
}

inline bool uses_model(std::string_view rule) {
  constexpr std::string_view kRules[] = {"items.review", "items.no_review",     "item.review", "class.below",
                                         "class.above",  "class.no_difference", "next.review", "paper.model"};
  return std::any_of(std::begin(kRules), std::end(kRules), [&](std::string_view r) { return rule.substr(0, r.size()) == r; });
}

inline std::string model_of(const PaperEvaluation& paper) {
  std::string out(feedback::predictor_name(paper.predictor.kind));
  if (paper.predictor.kind == feedback::PredictorKind::kCalibrated) out += ":" + std::string(irt::family_name(paper.calibration.family));
  return out;
}

/// The number at the beginning of "<number>/...", nothing when there is none.
inline std::optional<std::int64_t> leading_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data() + text.size() || *end != '/') return std::nullopt;
  return value;
}

/// The statements of the subject that an id names; empty when it names none of this paper.
inline std::vector<feedback::Statement> statements_for(const Evaluation& evaluation, const PaperEvaluation& paper, std::string_view id) {
  const std::string& name = paper.paper.id;
  if (id.substr(0, name.size()) != name) return {};
  id.remove_prefix(name.size());
  const auto take = [&](std::string_view prefix) {
    if (id.substr(0, prefix.size()) != prefix) return false;
    id.remove_prefix(prefix.size());
    return true;
  };
  if (take("/paper/")) return paper_statements(evaluation, paper);
  if (take("/pupil/")) {
    const auto row = leading_number(id);
    if (row && *row >= 1 && *row <= paper.n_persons()) return pupil_statements(evaluation, paper, *row - 1);
  } else if (take("/class/")) {
    const auto number = leading_number(id);
    for (std::size_t r = 0; number && r < paper.reviews.size(); ++r)
      if (paper.reviews[r].class_index + 1 == *number) return class_statements(evaluation, paper, r);
  }
  return {};
}

}  // namespace explain_detail

Result<Explanation> explain(const Evaluation& evaluation, std::string_view statement_id) {
  namespace detail = explain_detail;
  for (const PaperEvaluation& paper : evaluation.papers) {
    if (auto of_comment = evaluate_detail::explain_comment(evaluation, paper, statement_id)) return std::move(*of_comment);
    for (feedback::Statement& s : detail::statements_for(evaluation, paper, statement_id)) {
      if (s.id != statement_id) continue;
      Explanation out;
      const std::string_view group = detail::group_of(s.rule);
      if (const ProfileSource* source = group.empty() ? nullptr : evaluation.profile.source_of(group)) out.rule_source = source->source;
      if (detail::uses_model(s.rule)) out.model = detail::model_of(paper);
      out.profile_id = evaluation.profile.id;
      out.profile_hash = evaluation.profile.hash;
      out.library_version = evaluation.library_version;
      out.statement = std::move(s);
      return out;
    }
  }
  return make_error(Code::kUnknownStatement, {}, {{"id", std::string(statement_id)}});
}

}  // namespace celadon::inline CELADON_ABI::evaluation
