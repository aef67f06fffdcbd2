#pragma once

#include <celadon/reports/impl/indicator_pages.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::reports {

namespace indicator_detail {

/// Statements of some roles and rules as a block with marks.
inline StatementBlock said(const UnitScope& scope, const std::vector<feedback::Statement>& all, char series, StatementBlock::Form form,
                           bool (*wanted)(const feedback::Statement&)) {
  StatementBlock block;
  block.form = form;
  for (const feedback::Statement& s : all) {
    if (!wanted(s)) continue;
    std::string mark(1, series);
    mark += std::to_string(block.statements.size() + 1);
    std::string text = feedback::render(s, scope.wording);
    // Names of indices are glosses in small letters; a sentence begins with a capital.
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    block.statements.push_back({s.id, std::move(mark), pages_detail::kind_of(s.role), "", std::move(text)});
  }
  return block;
}

inline void add_statements(const UnitScope& scope, const std::vector<feedback::Statement>& all, Report& report) {
  using feedback::StatementRole;
  Section first{"look", scope.word(Word::heading_look), false, {}};
  StatementBlock claims = said(scope, all, 'A', StatementBlock::Form::kBullets, [](const feedback::Statement& s) {
    return s.role == StatementRole::kFact || s.role == StatementRole::kMeaning || s.role == StatementRole::kUncertainty;
  });
  if (!claims.statements.empty()) first.blocks.emplace_back(std::move(claims));
  StatementBlock rest = said(scope, all, 'B', StatementBlock::Form::kSmallPrint, [](const feedback::Statement& s) {
    return s.role == StatementRole::kNote && (s.rule == "index.no_change" || s.rule == "index.like_near");
  });
  if (!rest.statements.empty()) first.blocks.emplace_back(std::move(rest));
  if (!first.blocks.empty()) report.sections.push_back(std::move(first));
  StatementBlock next = said(scope, all, 'N', StatementBlock::Form::kNumbered,
                             [](const feedback::Statement& s) { return s.role == StatementRole::kNextStep; });
  if (!next.statements.empty())
    report.sections.push_back(pages_detail::section_of("next", scope.word(Word::heading_look_into), std::move(next)));
}

inline void add_missing(const UnitScope& scope, const std::vector<feedback::Statement>& all, Report& report) {
  StatementBlock missing = said(scope, all, 'X', StatementBlock::Form::kBullets, [](const feedback::Statement& s) {
    return s.role == feedback::StatementRole::kNote && s.rule != "index.no_change" && s.rule != "index.like_near";
  });
  if (!missing.statements.empty())
    report.sections.push_back(pages_detail::section_of("missing", scope.word(Word::heading_missing), std::move(missing)));
}

/// What the intervals and the scheme are: read once, under everything else.
inline void add_basis(const UnitScope& scope, Report& report) {
  Section section{"basis", scope.word(Word::heading_basis), false, {}};
  std::vector<Statement> notes;
  const scheme::Scheme& s = scope.scheme();
  const Word estimand = scope.options.estimand == scheme::Estimand::kTheseRows    ? Word::estimand_these_rows
                        : scope.options.estimand == scheme::Estimand::kLikeCohort ? Word::estimand_like_cohort
                                                                                  : Word::estimand_replicates;
  notes.push_back(note(fill(scope.word(estimand), {{"confidence", scope.confidence()}})));
  if (!s.document.empty()) notes.push_back(note(fill(scope.word(Word::basis_document), {{"document", s.document}})));
  if (!s.label.empty()) notes.push_back(note(fill(scope.word(Word::basis_label), {{"label", s.label.in(scope.options.language)}})));
  if (!s.extends.empty()) notes.push_back(note(fill(scope.word(Word::basis_extends), {{"base", s.extends}})));
  notes.push_back(note(fill(scope.word(Word::index_suppressed), {{"n", std::to_string(scope.evaluation.options.suppression.least_n)}})));
  pages_detail::add_notes(section, std::move(notes));
  report.sections.push_back(std::move(section));
}

/// The page's id, which is its path without the ending.
std::string page_id(const scheme::SchemeEvaluation& evaluation, const std::string& level, const std::string& unit) {
  return file_name_of(evaluation.scheme.id) + "/" + file_name_of(level) + "/" + file_name_of(unit);
}

Report draw(const UnitScope& scope) {
  Report report;
  report.audience = Audience::kSchool;
  report.language = scope.options.language;
  if (scope.options.simulated) report.badge = scope.word(Word::simulated);
  report.id = page_id(scope.evaluation, scope.units().name, scope.units().ids[scope.unit]);
  const std::string name = scope.unit_name(scope.level, scope.unit);
  report.heading = name + " · " + scope.word(Word::title_indicators);
  report.title = report.heading + " · " + scope.now().id;
  const scheme::Scheme& s = scope.scheme();
  report.facts.push_back({scope.word(Word::scheme), s.name.in(scope.options.language)});
  if (!s.edition.empty()) report.facts.push_back({scope.word(Word::edition), s.edition});
  report.facts.push_back({scope.word(Word::period), scope.now().id});
  if (scope.before >= 0) report.facts.push_back({scope.word(Word::last_time), scope.evaluation.periods[scope.period - 1].id});
  // The unit is there, so this cannot fail.
  const std::vector<feedback::Statement> all =
      scheme::unit_statements(scope.evaluation, scope.period, scope.units().name, scope.units().ids[scope.unit], scope.options.like)
          .value();
  add_statements(scope, all, report);
  add_profile(scope, report);
  add_changes(scope, report);
  add_like(scope, report);
  add_units_below(scope, report);
  add_drivers(scope, report);
  add_sensitivity(scope, report);
  add_missing(scope, all, report);
  add_basis(scope, report);
  report.footer = {
      note(scope.word(Word::footer_indicators)), note(scope.word(Word::footer_explain)),
      note(fill(scope.word(Word::footer_scheme_version),
                {{"version", CELADON_VERSION}, {"scheme", s.id + (s.edition.empty() ? "" : " " + s.edition)}, {"hash", s.hash}}))};
  return report;
}

Result<std::size_t> period_of(const scheme::SchemeEvaluation& evaluation, const IndicatorReportOptions& options) {
  const auto n = static_cast<std::int64_t>(evaluation.periods.size());
  const std::int64_t period = options.period < 0 ? n - 1 : options.period;
  if (period < 0 || period >= n) return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(options.period)}});
  return static_cast<std::size_t>(period);
}

}  // namespace indicator_detail

Result<Report> indicator_report(const scheme::SchemeEvaluation& evaluation, std::string_view level, std::string_view unit,
                                const IndicatorReportOptions& options) {
  using namespace indicator_detail;
  const Result<std::size_t> period = period_of(evaluation, options);
  if (!period) return period.error();
  const std::int32_t l = evaluation.find_level(*period, level);
  if (l < 0) return make_error(Code::kNoSuchUnit, {}, {{"row", std::string(level)}});
  const auto& ids = evaluation.periods[*period].levels[pages_detail::at(l)].ids;
  const auto it = std::find(ids.begin(), ids.end(), unit);
  if (it == ids.end()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::string(unit)}});
  return draw(UnitScope(evaluation, options, *period, pages_detail::at(l), static_cast<std::size_t>(it - ids.begin())));
}

}  // namespace celadon::inline CELADON_ABI::reports
