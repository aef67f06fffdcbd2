#pragma once

#include <celadon/evaluation/suppression.hpp>
#include <celadon/reports/impl/mastery_pages.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

namespace mastery_sections_detail {

using feedback::CommentPart;
using feedback::MasteryReason;
using feedback::MasteryState;

inline Word state_word(MasteryState state) {
  constexpr Word kWords[] = {Word::state_undecided, Word::state_not_yet, Word::state_mastered};
  return kWords[static_cast<std::size_t>(state)];
}
inline Sign state_sign(MasteryState state) {
  constexpr Sign kSigns[] = {Sign::kUndecided, Sign::kUnstable, Sign::kMastered};
  return kSigns[static_cast<std::size_t>(state)];
}
inline KnowledgeChart::State chart_state(MasteryState state) {
  using State = KnowledgeChart::State;
  constexpr State kStates[] = {State::kUndecided, State::kUnstable, State::kMastered};
  return kStates[static_cast<std::size_t>(state)];
}
/// What the judgements of a group rest on.
inline void add_model_notes(const Scope& scope, const feedback::MasteryBasis& basis, std::vector<Statement>& notes) {
  notes.push_back(note(fill(scope.word(Word::diagnosis_model_note), {{"model", basis.model}, {"n", std::to_string(basis.n_used)}})));
  if (basis.gain_over_single_score <= 0.0) notes.push_back(note(scope.word(Word::single_score_note)));
}

inline Word reason_word(MasteryReason reason) {
  constexpr Word kWords[] = {Word::reason_none,     Word::reason_no_answers, Word::reason_few_items, Word::reason_no_model,
                             Word::reason_together, Word::reason_bounds,     Word::reason_between,   Word::reason_settings,
                             Word::reason_against,  Word::reason_single};
  return kWords[static_cast<std::size_t>(reason)];
}

/// A probability as pages print it, in whole percents: never 0 % and never 100 %.
inline double shown_chance(double probability) {
  return std::isnan(probability) ? probability : std::clamp(probability, 0.01, 0.99);
}

inline StatementKind kind_of_part(CommentPart part) {
  switch (part) {
    case CommentPart::kGoal:
      return StatementKind::kNote;
    case CommentPart::kOpen:
      return StatementKind::kUncertainty;
    case CommentPart::kNext:
      return StatementKind::kNextStep;
    default:
      return StatementKind::kClaim;
  }
}

/// The edits of a comment; null where there are none.
inline const feedback::CommentEdits* edits_of(const Scope& scope, const std::string& prefix) {
  const feedback::CommentEdits* out = nullptr;
  if (scope.options.comment_edits != nullptr)
    for (const feedback::CommentEdits& e : *scope.options.comment_edits)
      if (e.comment == prefix) out = &e;
  return out;
}

inline PageComment with_edits(const Scope& scope, std::vector<feedback::WordedSentence> generated, const std::string& prefix) {
  PageComment out;
  out.signed_by = scope.options.signed_by;
  const feedback::CommentEdits* edits = edits_of(scope, prefix);
  if (edits == nullptr) {  // nearly every page: the sentences as they were made
    out.sentences.reserve(generated.size());
    for (feedback::WordedSentence& g : generated)
      out.sentences.push_back({std::move(g.id), g.part, std::move(g.text), feedback::SentenceOrigin::kGenerated, false, false, {}, {}});
    return out;
  }
  if (!edits->signed_by.empty()) out.signed_by = edits->signed_by;
  auto applied = feedback::apply_edits(generated, prefix, scope.language == Language::kChinese ? "zh-CN" : "en", *edits);
  if (applied) out.sentences = std::move(*applied);
  return out;
}

/// The declared order of the paper's points as a map without states.
inline Chart prerequisite_chart(const Scope& scope) {
  PrerequisiteChart map;
  for (const std::string& point : scope.paper.mastery.points) map.points.push_back({point, KnowledgeChart::State::kNone, {}});
  for (const auto& [first, then] : scope.paper.mastery.prerequisites) map.links.push_back({first, then});
  return {"prerequisites", scope.word(Word::table_prerequisites), scope.word(Word::prerequisites_say), std::move(map)};
}

/// Rows of a table of prerequisites: each point that needs others, with their states where a pupil is meant.
inline void add_prerequisites(const Scope& scope, Section& section, std::int64_t person) {
  const feedback::Mastery& mastery = scope.paper.mastery;
  if (mastery.prerequisites.empty()) return;
  TableMaker table("prerequisites", scope.word(Word::table_prerequisites));
  table.column("point", scope.word(Word::knowledge_point)).column("state", scope.word(Word::judgement));
  table.column("first", scope.word(Word::needs_first)).column("first_state", scope.word(Word::judgement));
  for (const auto& [first, then] : mastery.prerequisites) {
    table.text(mastery.points[at(then)]);
    const MasteryState of_then = mastery.at(person, at(then)).state;
    table.text(scope.word(state_word(of_then)), state_sign(of_then));
    table.text(mastery.points[at(first)]);
    const MasteryState of_first = mastery.at(person, at(first)).state;
    table.text(scope.word(state_word(of_first)), state_sign(of_first));
  }
  Chart chart = prerequisite_chart(scope);
  auto& map = std::get<PrerequisiteChart>(chart.data);
  for (std::size_t k = 0; k < map.points.size(); ++k) {
    const MasteryState state = mastery.at(person, k).state;
    map.points[k].state = chart_state(state);
    map.points[k].note = scope.word(state_word(state));
  }
  add_chart(section, std::move(chart), table.take());
}

/// The same of a class: how many have mastered each point.
inline void add_class_prerequisites(const Scope& scope, Section& section, const std::vector<feedback::PointCounts>& counts) {
  const feedback::Mastery& mastery = scope.paper.mastery;
  if (mastery.prerequisites.empty()) return;
  Chart chart = prerequisite_chart(scope);
  auto& map = std::get<PrerequisiteChart>(chart.data);
  TableMaker table("prerequisites", scope.word(Word::table_prerequisites));
  table.column("point", scope.word(Word::knowledge_point)).column("mastered", scope.word(Word::state_mastered), ColumnKind::kCount);
  table.column("first", scope.word(Word::needs_first)).column("first_mastered", scope.word(Word::state_mastered), ColumnKind::kCount);
  for (const feedback::PointCounts& c : counts)
    map.points[at(c.point)].note =
        fill(scope.word(Word::prerequisite_pupils), {{"n", std::to_string(c.n_mastered)}, {"all", std::to_string(c.n)}});
  for (const auto& [first, then] : mastery.prerequisites)
    table.text(mastery.points[at(then)])
        .count(counts[at(then)].n_mastered)
        .text(mastery.points[at(first)])
        .count(counts[at(first)].n_mastered);
  add_chart(section, std::move(chart), table.take());
}

}  // namespace mastery_sections_detail

PageComment pupil_page_comment(const Scope& scope, std::int64_t person, feedback::CommentReader reader,
                               std::span<const evaluation::ItemOutcome> items) {
  const std::string prefix = scope.paper.paper.id + "/pupil/" + std::to_string(person + 1) + "/";
  const bool edited = mastery_sections_detail::edits_of(scope, prefix) != nullptr;
  evaluation::WordedComment comment =
      evaluation::pupil_comment(scope.evaluation, scope.paper, person, reader, scope.language, edited, items);
  return mastery_sections_detail::with_edits(scope, std::move(comment.sentences), prefix);
}

StatementBlock comment_block(const PageComment& comment, const std::vector<feedback::CommentPart>& parts, StatementBlock::Form form,
                             char series) {
  StatementBlock out;
  out.form = form;
  for (const feedback::FinalSentence& s : comment.sentences) {
    if (std::find(parts.begin(), parts.end(), s.part) == parts.end()) continue;
    Statement statement;
    statement.id = s.id;
    statement.mark = series + std::to_string(out.statements.size() + 1);
    statement.kind = mastery_sections_detail::kind_of_part(s.part);
    statement.text = s.text;
    out.statements.push_back(std::move(statement));
  }
  return out;
}

bool has_mastery(const Scope& scope) {
  return !scope.paper.mastery.points.empty() && !scope.paper.mastery.basis.model.empty();
}

void add_pupil_mastery(const Scope& scope, std::int64_t person, Report& report) {
  using namespace mastery_sections_detail;
  if (!has_mastery(scope)) return;
  const feedback::Mastery& mastery = scope.paper.mastery;
  Section section{"mastery", scope.word(Word::heading_mastery), false, {}};
  TableMaker table("mastery", scope.word(Word::table_numbers), mastery.points.size());
  table.column("point", scope.word(Word::knowledge_point)).column("n_items", scope.word(Word::n_items), ColumnKind::kCount);
  // Where the host shows right, partly right or wrong and no marks, the answers that are right are counted.
  const bool marks = scope.profile().family_page.marks == evaluation::MarksShown::kPoints;
  if (marks)
    table.column("points", scope.word(Word::points), ColumnKind::kMarks);
  else
    table.column("right", scope.word(Word::mark_right), ColumnKind::kCount);
  table.column("probability", scope.word(Word::likelihood), ColumnKind::kShare);
  table.column("interval", scope.word(Word::interval), ColumnKind::kInterval).column("state", scope.word(Word::judgement));
  table.column("reason", scope.word(Word::judgement_why), ColumnKind::kText, 0, true);
  KnowledgeChart chart;
  chart.value_title = scope.word(Word::likelihood);
  chart.state_labels = {"", scope.word(Word::state_mastered), scope.word(Word::state_not_yet), scope.word(Word::state_undecided)};
  chart.points.reserve(mastery.points.size());
  section.blocks.reserve(3);
  std::int64_t counts[3] = {0, 0, 0};
  for (std::size_t k = 0; k < mastery.points.size(); ++k) {
    const feedback::PointMastery& m = mastery.at(person, k);
    ++counts[static_cast<std::size_t>(m.state)];
    table.text(mastery.points[k]).count(m.n_items);
    if (m.n_items == 0)
      table.nothing();
    else if (marks)
      table.number(m.points, m.full);
    else
      table.count(n_right(scope.paper, person, mastery.items[k]));
    // Bounds are no interval around a probability; they are told with their reason.
    table.number(shown_chance(m.probability))
        .interval(shown_chance(m.low), shown_chance(m.high))
        .text(scope.word(state_word(m.state)), state_sign(m.state));
    if (m.reason == MasteryReason::kNone)
      table.nothing();
    else
      table.text(scope.word(reason_word(m.reason)));
    chart.points.push_back({mastery.points[k], m.probability, m.low, m.high, chart_state(m.state),
                            fill(scope.word(Word::n_items_value), {{"n", std::to_string(m.n_items)}})});
  }
  const std::string says =
      fill(scope.word(Word::mastery_chart_says), {{"confidence", percent_text(scope.profile().diagnosis.interval_confidence)},
                                                  {"mastered", std::to_string(counts[static_cast<std::size_t>(MasteryState::kMastered)])},
                                                  {"not_yet", std::to_string(counts[static_cast<std::size_t>(MasteryState::kNotYet)])},
                                                  {"open", std::to_string(counts[static_cast<std::size_t>(MasteryState::kCannotJudge)])}});
  add_chart(section, {"mastery", scope.word(Word::chart_mastery), says, std::move(chart)}, table.take());
  add_prerequisites(scope, section, person);
  add_notes(section, {note(fill(scope.word(Word::mastery_note), {{"from", percent_text(scope.profile().diagnosis.mastered_from)},
                                                                 {"to", percent_text(scope.profile().diagnosis.not_yet_to)},
                                                                 {"n", std::to_string(scope.profile().diagnosis.least_items)}}))});
  report.sections.push_back(std::move(section));
}

void add_class_mastery(const ClassPage& page, Report& report) {
  using namespace mastery_sections_detail;
  const Scope& scope = page.scope;
  const feedback::Mastery& mastery = scope.paper.mastery;
  if (mastery.points.empty() || page.rows.empty()) return;
  Section section{"mastery", scope.word(Word::heading_class_mastery), true, {}};
  const auto which = static_cast<std::size_t>(&page.review - scope.paper.reviews.data());
  const std::string prefix = scope.paper.paper.id + "/class/" + std::to_string(page.review.class_index + 1) + "/";
  const PageComment comment =
      with_edits(scope, evaluation::class_comment(scope.evaluation, scope.paper, which, scope.language).sentences, prefix);
  const auto add_parts_of = [&](const std::vector<CommentPart>& parts, StatementBlock::Form form, char series, Word lead) {
    StatementBlock block = comment_block(comment, parts, form, series);
    if (block.statements.empty()) return;
    block.statements.front().lead = scope.word(lead);
    section.blocks.emplace_back(std::move(block));
  };
  if (has_mastery(scope)) {
    add_parts_of({CommentPart::kGoal, CommentPart::kStrength, CommentPart::kGap, CommentPart::kOpen}, StatementBlock::Form::kParagraphs,
                 'M', Word::lead_class_mastery);
    add_parts_of({CommentPart::kGroup}, StatementBlock::Form::kBullets, 'G', Word::lead_groups);
  }
  add_parts_of({CommentPart::kDiscuss}, StatementBlock::Form::kBullets, 'K', Word::lead_discuss);
  add_parts_of({CommentPart::kNext}, StatementBlock::Form::kBullets, 'N', Word::lead_next);
  if (has_mastery(scope)) {
    TableMaker table("class_mastery", scope.word(Word::table_class_mastery), mastery.points.size());
    table.column("point", scope.word(Word::knowledge_point)).column("n_items", scope.word(Word::n_items), ColumnKind::kCount);
    table.column("mastered", scope.word(Word::state_mastered), ColumnKind::kCount);
    table.column("not_yet", scope.word(Word::state_not_yet), ColumnKind::kCount);
    table.column("open", scope.word(Word::state_undecided), ColumnKind::kCount);
    const std::vector<feedback::PointCounts> counts = feedback::count_mastery(mastery, page.rows);
    for (const feedback::PointCounts& c : counts)
      table.text(mastery.points[at(c.point)]).count(c.n_items).count(c.n_mastered).count(c.n_not_yet).count(c.n_cannot_judge);
    section.blocks.emplace_back(TableBlock{table.take()});
    add_class_prerequisites(scope, section, counts);
    TableMaker pupils("pupil_mastery", scope.word(Word::table_pupil_mastery), page.rows.size());
    pupils.column("pupil", scope.word(Word::pupil));
    for (std::size_t k = 0; k < mastery.points.size(); ++k) pupils.column("point_" + std::to_string(k + 1), mastery.points[k]);
    for (const std::int64_t row : page.rows) {
      pupils.text(pupil_name(scope.paper, row));
      for (std::size_t k = 0; k < mastery.points.size(); ++k) {
        const feedback::PointMastery& m = mastery.at(row, k);
        const std::string shown = m.reason == MasteryReason::kNoAnswers ? scope.word(Word::no_items_given)
                                                                        : number_text(m.points, 1) + "/" + number_text(m.full, 1);
        pupils.text(shown, state_sign(m.state));
      }
    }
    section.blocks.emplace_back(TableBlock{pupils.take()});
    std::vector<Statement> notes{note(scope.word(Word::class_mastery_note))};
    add_model_notes(scope, mastery.basis, notes);
    add_notes(section, std::move(notes));
  }
  if (!section.blocks.empty()) report.sections.push_back(std::move(section));
}

void add_school_mastery(const Scope& scope, const std::vector<MasteryGroup>& groups, const std::vector<std::int64_t>& everybody,
                        bool schools, Report& report) {
  using namespace mastery_sections_detail;
  const feedback::Mastery& mastery = scope.paper.mastery;
  if (!has_mastery(scope) || everybody.empty()) return;
  const evaluation::SuppressionRules& rules = scope.profile().suppression;
  const evaluation::Audience audience = scope.options.school_audience;
  const auto may_show = [&](std::int64_t count, std::int64_t n) {
    return n > 0 && evaluation::suppress_rate(count, n, rules, audience) == evaluation::Hidden::kShown;
  };
  const std::vector<std::int64_t> whole_n = {static_cast<std::int64_t>(everybody.size())};
  if (evaluation::suppress_groups(whole_n, rules, audience).front() != evaluation::Hidden::kShown) return;
  const std::vector<feedback::PointCounts> whole = feedback::count_mastery(mastery, everybody);
  std::vector<std::vector<feedback::PointCounts>> counts;
  counts.reserve(groups.size());
  for (const MasteryGroup& group : groups) counts.push_back(feedback::count_mastery(mastery, group.rows));
  // What is hidden beside the share of the whole could be had by subtraction: the smallest group still shown goes with it.
  std::vector<std::vector<std::uint8_t>> shown(groups.size(), std::vector<std::uint8_t>(mastery.points.size(), 0));
  bool hidden_any = false;
  for (std::size_t k = 0; k < mastery.points.size(); ++k) {
    for (std::size_t g = 0; g < groups.size(); ++g)
      shown[g][k] = static_cast<std::uint8_t>(groups[g].shown && may_show(counts[g][k].n_mastered, counts[g][k].n) ? 1 : 0);
    for (;;) {
      std::int64_t n_hidden = 0;
      std::int64_t pupils = 0;
      std::int64_t mastered = 0;
      std::size_t smallest = groups.size();
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (counts[g][k].n == 0) continue;
        if (shown[g][k] == 0) {
          ++n_hidden;
          pupils += counts[g][k].n;
          mastered += counts[g][k].n_mastered;
        } else if (smallest == groups.size() || counts[g][k].n < counts[smallest][k].n) {
          smallest = g;
        }
      }
      hidden_any = hidden_any || n_hidden > 0;
      if (n_hidden == 0 || (n_hidden > 1 && may_show(mastered, pupils)) || smallest == groups.size()) break;
      shown[smallest][k] = 0;
    }
  }
  TableMaker table("mastery_shares", scope.word(Word::table_mastery_shares), groups.size() + 1);
  table.column("group", scope.word(schools ? Word::school : Word::school_class));
  for (std::size_t k = 0; k < mastery.points.size(); ++k)
    table.column("point_" + std::to_string(k + 1), mastery.points[k], ColumnKind::kShare);
  const auto share = [](const feedback::PointCounts& c) { return static_cast<double>(c.n_mastered) / static_cast<double>(c.n); };
  for (std::size_t g = 0; g < groups.size(); ++g) {
    table.text(groups[g].name);
    for (std::size_t k = 0; k < mastery.points.size(); ++k) table.number(shown[g][k] != 0 ? share(counts[g][k]) : kNoValue);
  }
  table.text(scope.word(Word::together));
  for (const feedback::PointCounts& c : whole) {
    const bool visible = may_show(c.n_mastered, c.n);
    hidden_any = hidden_any || !visible;
    table.number(visible ? share(c) : kNoValue);
  }
  TableMaker points("mastery_points", scope.word(Word::table_class_mastery), whole.size());
  points.column("point", scope.word(Word::knowledge_point)).column("n_items", scope.word(Word::n_items), ColumnKind::kCount);
  points.column("n", scope.word(Word::n_counted), ColumnKind::kCount);
  points.column("mastered", scope.word(Word::state_mastered), ColumnKind::kShare);
  points.column("not_yet", scope.word(Word::state_not_yet), ColumnKind::kShare);
  points.column("open", scope.word(Word::state_undecided), ColumnKind::kShare);
  for (const feedback::PointCounts& c : whole) {
    const bool visible = may_show(c.n_mastered, c.n) && may_show(c.n_not_yet, c.n) && may_show(c.n_cannot_judge, c.n);
    const auto n = static_cast<double>(c.n);
    points.text(mastery.points[at(c.point)]).count(c.n_items).count(c.n);
    points.number(visible ? static_cast<double>(c.n_mastered) / n : kNoValue);
    points.number(visible ? static_cast<double>(c.n_not_yet) / n : kNoValue);
    points.number(visible ? static_cast<double>(c.n_cannot_judge) / n : kNoValue);
    hidden_any = hidden_any || !visible;
  }
  Section section{"mastery", scope.word(Word::heading_school_mastery), false, {}};
  section.blocks.emplace_back(TableBlock{points.take()});
  if (groups.size() > 1) section.blocks.emplace_back(TableBlock{table.take()});
  std::vector<Statement> notes{note(scope.word(Word::school_mastery_note))};
  add_model_notes(scope, mastery.basis, notes);
  if (hidden_any) notes.push_back(note(fill(scope.word(Word::suppressed_note), {{"n", std::to_string(rules.least_n)}})));
  add_notes(section, std::move(notes));
  report.sections.push_back(std::move(section));
}

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
