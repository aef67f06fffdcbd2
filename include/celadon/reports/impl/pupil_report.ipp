#pragma once

#include <celadon/reports/impl/mastery_pages.hpp>
#include <celadon/reports/impl/pupil_pages.hpp>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

void add_parts(const Scope& scope, Section& section, const std::vector<feedback::PartScore>& scores, Dimension dimension, bool pupil,
               bool with_chart) {
  std::vector<const feedback::PartScore*> shown;
  for (const feedback::PartScore& score : scores)
    if (scope.paper.parts[at(score.part)].dimension == dimension) shown.push_back(&score);
  if (shown.empty()) return;
  const bool knowledge = dimension == Dimension::kKnowledge;
  const std::string& name = scope.word(knowledge ? Word::knowledge_point : Word::ability_level);
  TableMaker table(knowledge ? "knowledge" : "ability_levels", scope.word(knowledge ? Word::table_numbers : Word::table_ability),
                   shown.size());
  table.column("part", name)
      .column("n_items", scope.word(Word::n_items), ColumnKind::kCount)
      .column("points", scope.word(Word::points), ColumnKind::kMarks)
      .column("share", scope.word(Word::share), ColumnKind::kShare)
      .column("interval", scope.word(Word::interval), ColumnKind::kInterval);
  KnowledgeChart chart;
  chart.value_title = scope.word(Word::share);
  chart.points.reserve(shown.size());
  for (const feedback::PartScore* score : shown) {
    const std::string& label = scope.paper.parts[at(score->part)].value;
    table.text(label).count(score->n_items).number(score->points, score->attainable).number(score->share);
    table.interval(score->lower, score->upper);
    const std::string points = number_text(score->points, 1) + "/" + number_text(score->attainable, 1);
    chart.points.push_back({label, score->share, score->lower, score->upper, KnowledgeChart::State::kNone,
                            fill(scope.word(Word::knowledge_note), {{"points", points}, {"n", std::to_string(score->n_items)}})});
  }
  if (!knowledge || !with_chart) {
    section.blocks.emplace_back(TableBlock{table.take()});
    return;
  }
  const std::string confidence = percent_text(scope.profile().interval_confidence);
  Chart drawn{"knowledge", scope.word(pupil ? Word::chart_knowledge : Word::chart_class_knowledge),
              pupil ? fill(scope.word(Word::knowledge_chart_says), {{"confidence", confidence}}) : scope.word(Word::class_knowledge_says),
              std::move(chart)};
  add_chart(section, std::move(drawn), table.take());
}

/// The same of a pupil whose page shows no marks: how many answers are right.
inline void add_right_answers(const Scope& scope, Section& section, const std::vector<feedback::PartScore>& scores, Dimension dimension,
                              std::int64_t person) {
  const bool knowledge = dimension == Dimension::kKnowledge;
  TableMaker table(knowledge ? "knowledge" : "ability_levels", scope.word(knowledge ? Word::table_numbers : Word::table_ability));
  table.column("part", scope.word(knowledge ? Word::knowledge_point : Word::ability_level))
      .column("n_items", scope.word(Word::n_items), ColumnKind::kCount)
      .column("right", scope.word(Word::mark_right), ColumnKind::kCount);
  for (const feedback::PartScore& score : scores) {
    const feedback::Part& part = scope.paper.parts[at(score.part)];
    if (part.dimension == dimension) table.text(part.value).count(score.n_items).count(n_right(scope.paper, person, part.items));
  }
  if (!table.empty()) section.blocks.emplace_back(TableBlock{table.take()});
}

PupilPages::PupilPages(const Evaluation& evaluation, std::size_t paper, const ReportOptions& options)
    : scope_(evaluation, evaluation.papers[paper], options) {
  for (const Item& item : scope_.paper.paper.items) contents_.push_back(item_content(scope_, item));
  const auto& levels = scope_.profile().levels;
  for (std::size_t k = levels.size(); k-- > 0;)
    bands_.push_back({levels[k].name.in(scope_.language), levels[k].from_share, k == 0 ? 1.0 : levels[k - 1].from_share});
  for (std::size_t k = 0; k < levels.size(); ++k) band_texts_.push_back(band_text(levels, k));
  add_paper_facts(scope_, paper_facts_);
  footer_ = {note(scope_.word(Word::footer_family)), note(scope_.word(Word::footer_explain)), version_note(scope_)};
}

void PupilPages::add_level(const feedback::PupilLevel& level, const std::vector<feedback::Statement>& all, Report& report) const {
  static constexpr std::string_view kLevelRules[] = {"level."};
  Section section{"level", scope_.word(level.counted ? Word::heading_level : Word::heading_status), false, {}};
  StatementBlock said_here = block_of(scope_, all, kLevelRules, StatementBlock::Form::kParagraphs, 'L');
  if (said_here.statements.empty() && !level.counted) said_here.statements.push_back(note(scope_.word(Word::not_counted)));
  section.blocks.emplace_back(std::move(said_here));
  const auto& levels = scope_.profile().levels;
  if (level.counted && level.level >= 0) {
    const auto n = static_cast<int>(levels.size());
    LevelBandChart chart;
    chart.bands = bands_;
    chart.level = n - 1 - level.level;
    if (scope_.profile().family_page.total) chart.score = level.share;
    chart.lower = level.true_lower;
    chart.upper = level.true_upper;
    const std::string& name = levels[at(level.level)].name.in(scope_.language);
    std::string says = fill(scope_.word(Word::level_chart_says), {{"level", name}});
    if (level.level_lower >= 0 && level.level_upper >= 0) {
      chart.interval_label = fill(scope_.word(Word::level_interval), {{"confidence", percent_text(scope_.profile().interval_confidence)}});
      const std::string& from = levels[at(level.level_lower)].name.in(scope_.language);
      const std::string& to = levels[at(level.level_upper)].name.in(scope_.language);
      says += level.level_lower == level.level_upper ? fill(scope_.word(Word::level_chart_one), {{"level", from}})
                                                     : fill(scope_.word(Word::level_chart_span), {{"from", from}, {"to", to}});
    }
    TableMaker table("levels", scope_.word(Word::table_levels), levels.size());
    table.column("level", scope_.word(Word::level)).column("band", scope_.word(Word::band));
    for (std::size_t k = 0; k < levels.size(); ++k)
      table.text(levels[k].name.in(scope_.language) + (static_cast<int>(k) == level.level ? scope_.word(Word::this_time) : ""))
          .text(band_texts_[k]);
    add_chart(section, {"level", scope_.word(Word::chart_level), std::move(says), std::move(chart)}, table.take());
  }
  report.sections.push_back(std::move(section));
}

void PupilPages::add_total(std::int64_t person, Section& section) const {
  // From the full mark to the marks reached: only where the host's profile shows a total.
  const feedback::GainLoss& gain_loss = scope_.paper.gain_loss;
  const feedback::PupilLevel& level = scope_.paper.levels.pupils[at(person)];
  if (!scope_.profile().family_page.total || scope_.profile().family_page.marks != evaluation::MarksShown::kPoints) return;
  WaterfallChart chart;
  chart.full = level.attainable;
  chart.full_label = scope_.word(Word::full_mark);
  chart.end_label = scope_.word(Word::total);
  TableMaker table("losses", scope_.word(Word::table_numbers));
  table.column("item", scope_.word(Word::item)).column("loss", scope_.word(Word::loss), ColumnKind::kNumber, 1);
  for (std::size_t i = 0; i < scope_.paper.paper.items.size(); ++i) {
    const Item& item = scope_.item(i);
    const double points = gain_loss.points[gain_loss.cell(person, static_cast<std::int64_t>(i))];
    const double change = item.bonus ? points : points - item.full_mark;
    if (!std::isfinite(change) || change == 0.0) continue;
    chart.steps.push_back({fill(scope_.word(Word::item_named), {{"item", item.shown_label()}}), change});
    table.text(item.shown_label()).number(-change);
  }
  if (chart.steps.empty()) return;
  add_chart(section, {"waterfall", scope_.word(Word::chart_total), scope_.word(Word::total_says), std::move(chart)}, table.take());
}

void PupilPages::add_knowledge(std::int64_t person, Report& report) const {
  Section section{"knowledge", scope_.word(Word::heading_knowledge), false, {}};
  const auto scores = evaluation::pupil_parts(scope_.evaluation, scope_.paper, person);
  const bool marks = scope_.profile().family_page.marks == evaluation::MarksShown::kPoints;
  // Where the chart of mastery has the points already, the shares of marks stand as a table: one picture of the points, two pages of paper.
  const bool chart = std::none_of(report.sections.begin(), report.sections.end(), [](const Section& s) { return s.id == "mastery"; });
  const auto add = [&](Dimension dimension) {
    if (marks)
      add_parts(scope_, section, scores, dimension, true, chart);
    else
      add_right_answers(scope_, section, scores, dimension, person);
  };
  add(Dimension::kKnowledge);
  const int least = scope_.profile().blueprint.least_items_a_point;
  const bool thin = std::any_of(scores.begin(), scores.end(), [&](const feedback::PartScore& score) {
    return scope_.paper.parts[at(score.part)].dimension == Dimension::kKnowledge && score.n_items < least;
  });
  if (thin) add_notes(section, {note(fill(scope_.word(Word::thin_points_note), {{"n", std::to_string(least)}}))});
  add(Dimension::kAbilityLevel);
  if (!section.blocks.empty()) report.sections.push_back(std::move(section));
}

std::string PupilPages::what_shows(const evaluation::ItemOutcome& outcome) const {
  using feedback::Outcome;
  if (is_missing(outcome.cell)) {
    if (static_cast<Missing>(outcome.cell) == Missing::kNotAdministered) return {};
    return outcome.outcome == Outcome::kNotCounted ? std::string() : scope_.word(Word::blank);
  }
  if (outcome.outcome == Outcome::kFullMarks || outcome.outcome == Outcome::kNotCounted) return {};
  std::string shown = outcome.points > 0.0 ? scope_.word(Word::partly) : std::string();
  if (outcome.cause.source == feedback::CauseSource::kErrorCode && !outcome.cause.text.empty()) return shown + outcome.cause.text;
  if (!outcome.option.empty()) {
    return shown + (outcome.cause.text.empty()
                        ? fill(scope_.word(Word::chose), {{"option", outcome.option}})
                        : fill(scope_.word(Word::chose_because), {{"option", outcome.option}, {"note", outcome.cause.text}}));
  }
  return shown + scope_.word(Word::cause_open);
}

void PupilPages::add_items(std::int64_t person, std::span<const evaluation::ItemOutcome> outcomes, Report& report) const {
  using feedback::Outcome;
  const evaluation::FamilyPageRules& rules = scope_.profile().family_page;
  const bool three_way = rules.marks == evaluation::MarksShown::kThreeWay;
  bool any_expected = false, any_review = false, any_cause = false, any_open = false;
  for (const evaluation::ItemOutcome& o : outcomes) {
    const bool loss = o.outcome != Outcome::kFullMarks && o.outcome != Outcome::kNotCounted;
    const bool known = loss && (is_missing(o.cell) || !o.option.empty() || !o.cause.text.empty());
    any_expected = any_expected || std::isfinite(o.expected);
    any_review = any_review || o.outcome == Outcome::kLossToReview;
    any_cause = any_cause || known;
    any_open = any_open || (loss && !known);
  }
  any_expected = any_expected && !three_way;
  // Where no answer shows anything, one note says so instead of a column that repeats itself.
  TableMaker table("items", scope_.word(Word::table_items), outcomes.size());
  table.column("item", scope_.word(Word::item)).column("content", scope_.word(Word::content), ColumnKind::kText, 0, any_cause);
  table.column("points", scope_.word(Word::points), three_way ? ColumnKind::kText : ColumnKind::kMarks);
  if (any_expected) table.column("expected", scope_.word(Word::expected), ColumnKind::kNumber, 1);
  table.column("gain_loss", scope_.word(Word::gain_loss));
  if (any_cause) table.column("what_shows", scope_.word(Word::what_shows));
  // Only where the host's profile shows group figures to families, and the class is no small group.
  const std::int32_t own_class = class_of(scope_.paper, person);
  const bool with_class = rules.group_figures && own_class >= 0 && at(own_class) < scope_.paper.class_rows.size() &&
                          static_cast<std::int64_t>(scope_.paper.class_rows[at(own_class)].size()) >= scope_.profile().suppression.least_n;
  if (with_class) table.column("class_rate", scope_.word(Word::class_rate), ColumnKind::kShare, 0, true);
  for (const evaluation::ItemOutcome& o : outcomes) {
    const Item& item = scope_.item(at(o.item));
    const bool counted = o.outcome != Outcome::kNotCounted;
    table.text(item.shown_label()).text(contents_[at(o.item)]);
    if (!counted)
      table.nothing();
    else if (three_way)
      table.text(scope_.word(o.outcome == Outcome::kFullMarks ? Word::mark_right : o.points > 0.0 ? Word::mark_partly : Word::mark_wrong));
    else
      table.number(o.points, o.full_mark);
    if (any_expected) table.number(counted ? o.expected : kNoValue);
    switch (o.outcome) {
      case Outcome::kFullMarks:
        table.text(scope_.word(Word::full_marks), Sign::kFullMarks);
        break;
      case Outcome::kLoss:
        table.text(scope_.word(Word::loss), Sign::kLoss);
        break;
      case Outcome::kLossAsExpected:
        table.text(scope_.word(Word::loss_as_expected), Sign::kLoss);
        break;
      case Outcome::kLossToReview:
        table.text(scope_.word(Word::loss_to_review), Sign::kLossToReview);
        break;
      case Outcome::kNotCounted: {
        const bool given = is_missing(o.cell) && static_cast<Missing>(o.cell) != Missing::kNotAdministered;
        const bool unusable = is_missing(o.cell) && static_cast<Missing>(o.cell) == Missing::kInvalid;
        table.text(scope_.word(unusable ? Word::not_usable
                               : given  ? Word::not_answered
                                        : Word::not_given),
                   given ? Sign::kNotAnswered : Sign::kNone);
        break;
      }
    }
    if (any_cause) table.text(what_shows(o));
    if (with_class) table.number(o.class_mean / o.full_mark);
    table.fold(o.outcome == Outcome::kFullMarks);
  }
  Section section{"items", scope_.word(Word::heading_items), false, {}};
  section.blocks.reserve(4);
  const std::string folded = std::to_string(table.n_folded());
  section.blocks.emplace_back(TableBlock{table.take(fill(scope_.word(Word::fold_full_marks), {{"n", folded}}))});
  std::vector<Statement> notes;
  if (any_expected) notes.push_back(note(scope_.word(Word::expected_note)));
  if (any_review) notes.push_back(note(scope_.word(Word::review_note)));
  if (any_open && !any_cause) notes.push_back(note(scope_.word(Word::causes_open_note)));
  add_notes(section, std::move(notes));
  add_total(person, section);
  report.sections.push_back(std::move(section));
}

Report PupilPages::draw(std::int64_t person) const {
  static constexpr std::string_view kDiagnosisRules[] = {"items.", "item.", "cause.", "strength."};
  static constexpr std::string_view kNextRules[] = {"next."};
  const PaperEvaluation& paper = scope_.paper;
  const Units& units = paper.paper.units;
  const feedback::PupilLevel& level = paper.levels.pupils[at(person)];
  Report report;
  start(report, scope_, Audience::kPupilFamily);
  const std::string name = pupil_name(paper, person);
  report.id = paper_folder(paper) + "/pupil/" + file_name_of(pupil_id(paper, person));
  report.heading = scope_.word(Word::title_pupil);
  report.title = report.heading + " · " + name;
  report.facts.reserve(paper_facts_.size() + 4);
  report.sections.reserve(6);
  const std::int32_t own_class = class_of(paper, person);
  if (own_class >= 0) {
    const Unit& unit = units.classes[at(own_class)];
    if (unit.parent >= 0 && at(unit.parent) < units.schools.size())
      report.facts.push_back({scope_.word(Word::school), unit_name(units.schools[at(unit.parent)])});
    report.facts.push_back({scope_.word(Word::school_class), unit_name(unit)});
  }
  report.facts.push_back({scope_.word(Word::pupil), name});
  report.facts.insert(report.facts.end(), paper_facts_.begin(), paper_facts_.end());
  if (level.counted && scope_.profile().family_page.total)
    report.facts.push_back({scope_.word(Word::total), number_text(level.total, 2) + "/" + number_text(level.attainable, 2)});

  // What a comment says is not worked out a second time, nor are the items.
  const std::vector<evaluation::ItemOutcome> outcomes = evaluation::pupil_items(paper, person);
  using Part = feedback::CommentPart;
  const PageComment comment =
      level.counted ? pupil_page_comment(scope_, person, feedback::CommentReader::kFamily, outcomes) : PageComment{};
  const bool has_next =
      std::any_of(comment.sentences.begin(), comment.sentences.end(), [](const auto& s) { return s.part == Part::kNext; });
  std::vector<feedback::Statement> all = evaluation::pupil_statements(scope_.evaluation, paper, person, !has_next, outcomes);
  if (scope_.profile().family_page.marks != evaluation::MarksShown::kPoints)  // these sentences tell marks
    std::erase_if(all, [](const feedback::Statement& s) { return starts_with(s.rule, "item.") || starts_with(s.rule, "strength."); });
  add_level(level, all, report);
  if (level.counted) {
    // With a comment the diagnosis is the comment, and what was said of single items stands with the items.
    const std::string& signed_by = comment.empty() ? scope_.options.signed_by : comment.signed_by;
    StatementBlock diagnosis = comment.empty()
                                   ? block_of(scope_, all, kDiagnosisRules, StatementBlock::Form::kQuote, 'C')
                                   : comment_block(comment, {Part::kGoal, Part::kStrength, Part::kGap, Part::kOpen, Part::kChange},
                                                   StatementBlock::Form::kQuote, 'C');
    if (!diagnosis.statements.empty()) {
      std::string heading = signed_by.empty() ? scope_.word(Word::heading_diagnosis_draft)
                                              : fill(scope_.word(Word::heading_diagnosis), {{"name", signed_by}});
      report.sections.push_back(section_of("diagnosis", std::move(heading), std::move(diagnosis)));
    }
    StatementBlock next = comment_block(comment, {Part::kNext}, StatementBlock::Form::kNumbered, 'N');
    if (next.statements.empty()) next = block_of(scope_, all, kNextRules, StatementBlock::Form::kNumbered, 'N');
    if (!next.statements.empty()) report.sections.push_back(section_of("next", scope_.word(Word::heading_next), std::move(next)));
    add_pupil_mastery(scope_, person, report);
    add_knowledge(person, report);
    add_items(person, outcomes, report);
    if (!comment.empty()) {
      // The causes stand in the table's column; said above it as well they would cost a third sheet of paper.
      static constexpr std::string_view kItemRules[] = {"items.", "item."};
      StatementBlock items = block_of(scope_, all, kItemRules, StatementBlock::Form::kRunning, 'I');
      if (!items.statements.empty()) report.sections.back().blocks.insert(report.sections.back().blocks.begin(), std::move(items));
    }
  }
  report.footer = footer_;
  return report;
}

}  // namespace pages_detail

Result<Report> pupil_report(const evaluation::Evaluation& evaluation, std::size_t paper, std::int64_t person,
                            const ReportOptions& options) {
  if (paper >= evaluation.papers.size()) return make_error(Code::kNoSuchUnit, {}, {{"row", std::to_string(paper)}});
  if (person < 0 || person >= evaluation.papers[paper].n_persons())
    return make_error(Code::kNoSuchPerson, {}, {{"row", std::to_string(person + 1)}});
  return pages_detail::PupilPages(evaluation, paper, options).draw(person);
}

}  // namespace celadon::inline CELADON_ABI::reports
