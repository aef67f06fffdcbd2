/// What the pages of an evaluation share: words, names, statements as blocks, tables row by row.
#pragma once

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/evaluation/feedback/statement.hpp>
#include <celadon/io/profile_json.hpp>
#include <celadon/reports/evaluation_reports.hpp>
#include <celadon/reports/sink.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::reports::pages_detail {

using evaluation::Evaluation;
using evaluation::PaperEvaluation;
using feedback::percent_text;
using Dimension = ctt::ContentDimension;

/// Everything that a page of one paper draws from. Borrowed; const use is thread-safe.
struct Scope {
  Scope(const Evaluation& all, const PaperEvaluation& one, const ReportOptions& chosen)
      : evaluation(all),
        paper(one),
        options(chosen),
        words(chosen.page_wording != nullptr ? *chosen.page_wording : default_page_wording(chosen.language)),
        wording(chosen.statement_wording != nullptr ? *chosen.statement_wording : io::default_wording(chosen.language)),
        language(chosen.language) {}

  const Evaluation& evaluation;
  const PaperEvaluation& paper;
  const ReportOptions& options;
  const PageWording& words;
  const feedback::Wording& wording;
  Language language;

  [[nodiscard]] const std::string& word(Word key) const { return words[key]; }
  [[nodiscard]] const Item& item(std::size_t index) const { return paper.paper.items[index]; }
  [[nodiscard]] const evaluation::Profile& profile() const { return evaluation.profile; }
};

/// A number as the tables print it: at most `decimals` places, rounded half away from zero; an en dash where there is none.
[[nodiscard]] inline std::string number_text(double value, int decimals) {
  char digits[TextBuffer::kMostDigits];
  return std::string(digits, TextBuffer::put_fixed(digits, value, decimals));
}

[[nodiscard]] inline std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

/// Texts with the list sign of the language between them.
[[nodiscard]] inline std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

/// The name of a pupil as the host gives it; the identifier, else the row counted from 1, where there is none.
[[nodiscard]] inline std::string pupil_name(const PaperEvaluation& paper, std::int64_t row) {
  const Units& units = paper.paper.units;
  if (at(row) < units.person_names.size() && !units.person_names[at(row)].empty()) return units.person_names[at(row)];
  if (at(row) < units.person_ids.size() && !units.person_ids[at(row)].empty()) return units.person_ids[at(row)];
  return std::to_string(row + 1);
}
[[nodiscard]] inline std::string pupil_id(const PaperEvaluation& paper, std::int64_t row) {
  const Units& units = paper.paper.units;
  if (at(row) < units.person_ids.size() && !units.person_ids[at(row)].empty()) return units.person_ids[at(row)];
  return std::to_string(row + 1);
}
[[nodiscard]] inline const std::string& unit_name(const Unit& unit) {
  return unit.name.empty() ? unit.id : unit.name;
}
[[nodiscard]] inline std::int32_t class_of(const PaperEvaluation& paper, std::int64_t row) {
  const auto& classes = paper.paper.units.person_class;
  return at(row) < classes.size() ? classes[at(row)] : -1;
}
[[nodiscard]] inline const std::string& paper_name(const PaperEvaluation& paper) {
  return paper.paper.name.empty() ? paper.paper.id : paper.paper.name;
}

/// What an item is about: knowledge points and level of the blueprint; without those the school's note or the type of the item.
[[nodiscard]] inline std::string item_content(const Scope& scope, const Item& item) {
  std::string out = joined(item.knowledge, scope.word(Word::list_comma));
  for (const std::string* part : {&item.ability_level, &item.cognitive_level}) {
    if (part->empty()) continue;
    if (!out.empty()) out += " · ";
    out += *part;
  }
  if (out.empty()) out = item.note.empty() ? item.type : item.note;
  return out;
}

/// The range of a level in whole percents where its cuts are whole ("75%–84%"), else with the upper end left open ("≥ 62.5%, < 75%").
[[nodiscard]] inline std::string band_text(const std::vector<evaluation::Level>& levels, std::size_t level) {
  const double from = levels[level].from_share * 100.0;
  const double to = level == 0 ? 100.0 : levels[level - 1].from_share * 100.0;
  const bool whole = std::fabs(from - std::round(from)) < 1e-9 && std::fabs(to - std::round(to)) < 1e-9;
  if (level == 0) return number_text(from, 1) + "%–100%";
  if (whole) return number_text(from, 0) + "%–" + number_text(to - 1.0, 0) + "%";
  return "≥ " + number_text(from, 1) + "%, < " + number_text(to, 1) + "%";
}

// --- blocks -----------------------------------------------------------------------------------------------------------------------------

[[nodiscard]] inline StatementKind kind_of(feedback::StatementRole role) {
  switch (role) {
    case feedback::StatementRole::kFact:
    case feedback::StatementRole::kMeaning:
      return StatementKind::kClaim;
    case feedback::StatementRole::kUncertainty:
      return StatementKind::kUncertainty;
    case feedback::StatementRole::kNextStep:
      return StatementKind::kNextStep;
    default:
      return StatementKind::kNote;
  }
}

/// A statement as it stands on a page. `series` and its number give the mark ("C2").
[[nodiscard]] inline Statement said(const Scope& scope, const feedback::Statement& statement, char series, std::size_t number) {
  Statement out;
  out.id = statement.id;
  if (series != '\0') {
    out.mark = series;
    out.mark += std::to_string(number);
  }
  out.kind = kind_of(statement.role);
  out.text = feedback::render(statement, scope.wording);
  return out;
}

[[nodiscard]] inline Statement note(std::string text) {
  return {"", "", StatementKind::kNote, "", std::move(text)};
}

[[nodiscard]] inline bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// The statements whose rule starts with one of the given beginnings, marked in their order.
template <class Starts>
[[nodiscard]] StatementBlock block_of(const Scope& scope, const std::vector<feedback::Statement>& all, const Starts& starts,
                                      StatementBlock::Form form, char series) {
  StatementBlock out;
  out.form = form;
  for (const feedback::Statement& s : all) {
    const bool wanted =
        std::any_of(std::begin(starts), std::end(starts), [&](std::string_view start) { return starts_with(s.rule, start); });
    if (wanted) out.statements.push_back(said(scope, s, series, out.statements.size() + 1));
  }
  return out;
}

/// How many of some items (columns of the paper) a pupil answered for full marks.
[[nodiscard]] inline std::int64_t n_right(const evaluation::PaperEvaluation& paper, std::int64_t person,
                                          const std::vector<std::int32_t>& items) {
  return std::count_if(items.begin(), items.end(), [&](std::int32_t item) {
    const double points = paper.gain_loss.points[paper.gain_loss.cell(person, item)];
    return std::isfinite(points) && evaluation::decision_value(paper.paper.items[at(item)].full_mark - points) <= 0.0;
  });
}

/// A section of one block.
[[nodiscard]] inline Section section_of(std::string id, std::string heading, Block block) {
  Section section{std::move(id), std::move(heading), false, {}};
  section.blocks.push_back(std::move(block));
  return section;
}

inline void add_notes(Section& section, std::vector<Statement> notes) {
  if (!notes.empty()) section.blocks.emplace_back(StatementBlock{StatementBlock::Form::kSmallPrint, std::move(notes)});
}

/// Builds a table row by row.
class TableMaker {
 public:
  /// @param n_rows  rows to come, as far as known: room is made for them once.
  TableMaker(std::string id, std::string caption, std::size_t n_rows = 0) : n_rows_(n_rows) {
    table_.id = std::move(id);
    table_.caption = std::move(caption);
    table_.columns.reserve(8);
  }
  TableMaker& column(std::string id, std::string heading, ColumnKind kind = ColumnKind::kText, int decimals = 2, bool secondary = false) {
    table_.columns.push_back({std::move(id), std::move(heading), kind, decimals, secondary});
    return *this;
  }
  TableMaker& text(std::string text, Sign sign = Sign::kNone) {
    if (table_.cells.capacity() == 0) table_.cells.reserve(n_rows_ * table_.columns.size());
    table_.cells.emplace_back(std::move(text), sign);
    return *this;
  }
  TableMaker& number(double value, double second = kNoValue) {
    if (std::isfinite(value))
      table_.cells.emplace_back(value, second);
    else
      table_.cells.emplace_back();
    return *this;
  }
  TableMaker& interval(double lower, double upper) { return std::isfinite(upper) ? number(lower, upper) : nothing(); }
  TableMaker& count(std::int64_t value) { return number(static_cast<double>(value)); }
  TableMaker& nothing() {
    table_.cells.emplace_back();
    return *this;
  }
  /// Ends a row that may stay folded or not.
  TableMaker& fold(bool folded) {
    table_.folded.push_back(folded ? 1 : 0);
    n_folded_ += folded ? 1 : 0;
    return *this;
  }
  [[nodiscard]] std::size_t n_folded() const { return n_folded_; }
  [[nodiscard]] bool empty() const { return table_.cells.empty(); }
  [[nodiscard]] DataTable take(std::string fold_label = {}) {
    if (n_folded_ == 0) table_.folded.clear();
    if (n_folded_ != 0) table_.fold_label = std::move(fold_label);
    return std::move(table_);
  }

 private:
  DataTable table_;
  std::size_t n_rows_ = 0;
  std::size_t n_folded_ = 0;
};

inline void add_chart(Section& section, Chart chart, DataTable table) {
  section.blocks.emplace_back(ChartBlock{std::move(chart), std::move(table)});
}

// --- pages ------------------------------------------------------------------------------------------------------------------------------

/// Facts of the paper that every page carries.
inline void add_paper_facts(const Scope& scope, std::vector<Fact>& facts) {
  const evaluation::Paper& paper = scope.paper.paper;
  if (!paper.subject.empty()) facts.push_back({scope.word(Word::subject), paper.subject});
  facts.push_back({scope.word(Word::paper), paper_name(scope.paper)});
  if (!paper.date.empty()) facts.push_back({scope.word(Word::date), paper.date});
  facts.push_back({scope.word(Word::size), fill(scope.word(Word::size_value),
                                                {{"n", std::to_string(paper.items.size())}, {"full", number_text(paper.full_mark, 2)}})});
}

/// Decimals that a column of full marks needs: half marks and the like are never rounded away.
[[nodiscard]] inline int mark_decimals(const Scope& scope) {
  const auto whole = [](double x) { return std::fabs(x - std::round(x)) < 1e-9; };
  int decimals = 0;
  for (const Item& item : scope.paper.paper.items) {
    if (!whole(item.full_mark * 10.0)) return 2;
    if (!whole(item.full_mark)) decimals = 1;
  }
  return decimals;
}

/// The versions behind a page.
[[nodiscard]] inline Statement version_note(const Scope& scope) {
  const evaluation::Profile& profile = scope.profile();
  return note(fill(scope.word(Word::footer_version), {{"version", scope.evaluation.library_version},
                                                      {"profile", profile.id + (profile.edition.empty() ? "" : " " + profile.edition)},
                                                      {"hash", profile.hash}}));
}

inline void start(Report& report, const Scope& scope, Audience audience) {
  report.audience = audience;
  report.language = scope.language;
  if (scope.paper.paper.simulated) report.badge = scope.word(Word::simulated);
}

/// Names of pupils in one cell: at most `most` (the profile's), the others counted.
[[nodiscard]] inline std::string names_of(const Scope& scope, const std::vector<std::int64_t>& rows) {
  const auto most = static_cast<std::size_t>(std::max(1, scope.profile().class_review.most_names));
  std::vector<std::string> names;
  for (std::size_t k = 0; k < std::min(most, rows.size()); ++k) names.push_back(pupil_name(scope.paper, rows[k]));
  std::string out = joined(names, scope.word(Word::list_comma));
  if (rows.size() > most) out += fill(scope.word(Word::and_others), {{"n", std::to_string(rows.size())}});
  return out;
}

/// Ids of pages and their paths without the ending.
[[nodiscard]] inline std::string paper_folder(const PaperEvaluation& paper) {
  return file_name_of(paper.paper.id);
}
[[nodiscard]] inline std::string class_file(const PaperEvaluation& paper, std::int32_t index) {
  return index < 0 ? std::string("_all") : file_name_of(paper.paper.units.classes[at(index)].id);
}
[[nodiscard]] inline std::string school_file(const PaperEvaluation& paper, std::int32_t index) {
  return index < 0 ? std::string("_all") : file_name_of(paper.paper.units.schools[at(index)].id);
}

/// Bars with intervals and their table of points by part; empty parts draw nothing. In pupil_report.ipp.
void add_parts(const Scope& scope, Section& section, const std::vector<feedback::PartScore>& scores, Dimension dimension, bool pupil,
               bool chart = true);
/// Distribution of totals with cuts and mean. In class_report.ipp.
[[nodiscard]] ChartBlock distribution_chart(const Scope& scope, const std::vector<std::int64_t>& rows, double mean);

}  // namespace celadon::inline CELADON_ABI::reports::pages_detail
