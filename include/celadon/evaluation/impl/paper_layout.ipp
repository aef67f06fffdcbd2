#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <array>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

std::string_view TextReader::at(std::int64_t row) {
  if (column_ == nullptr) return {};
  if (column_->kind() != arrow::ValueKind::kText) {
    made_ = column_->as_text(row);
    return made_;
  }
  const auto [chunk, within] = cursor_.at(row);
  return chunk->is_null(within) ? std::string_view() : trimmed(chunk->text(within));
}

bool is_reserved(std::string_view column) {
  constexpr std::array<std::string_view, 27> kReserved = {
      "student", "id",   "student_id", "学号", "paper", "试卷",   "status", "状态",   "total", "总分", "name", "姓名", "class", "班级",
      "school",  "学校", "district",   "city", "grade", "weight", "flags",  "gender", "sex",   "date", "seat", "row",  "note"};
  return std::find(kReserved.begin(), kReserved.end(), column) != kReserved.end();
}

namespace layout {

inline Place at_row(std::string_view column, std::int64_t row) {
  return {.table = "responses", .column = std::string(column), .row = row + 1, .item = {}};
}

struct Reader {
  const Dataset& data;
  const Roster& roster;
  const std::vector<ItemSpec>& items;
  Layout& out;
  Collector& findings;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> sitting_of = {};
  bool listed_papers = false;

  std::size_t add_sitting(const std::string& id) {
    const auto [at, fresh] = sitting_of.try_emplace(id, out.sittings.size());
    if (!fresh) return at->second;
    Sitting s;
    s.id = id;
    for (const ItemSpec& spec : items)
      if (spec.paper.empty() || spec.paper == id) {
        s.item_of.emplace(spec.item.id, static_cast<std::int64_t>(s.items.size()));
        s.items.push_back(spec);
      }
    out.sittings.push_back(std::move(s));
    return at->second;
  }

  void list_papers() {
    if (const auto* papers = data.find("papers"); papers != nullptr) {
      if (const auto* id = papers->find("id"); id != nullptr) {
        for (std::int64_t row = 0; row < papers->n_rows(); ++row) {
          const std::string name = read_text(data, "papers", id, row, findings);
          if (name.empty()) {
            findings.add(Severity::kError, Code::kMissingId, {.table = "papers", .column = "id", .row = row + 1, .item = {}});
          } else if (sitting_of.count(name) != 0) {
            findings.add(Severity::kError, Code::kDuplicateId, {.table = "papers", .column = "id", .row = row + 1, .item = {}},
                         {{"first", std::to_string(sitting_of.find(name)->second + 1)}});
          } else {
            add_sitting(name);
          }
        }
      } else {
        findings.add(Severity::kError, Code::kMissingColumn, {.table = "papers", .column = "id", .row = -1, .item = {}});
      }
    }
    listed_papers = !out.sittings.empty();
    if (!listed_papers)
      for (const ItemSpec& spec : items)
        if (!spec.paper.empty()) add_sitting(spec.paper);
  }

  /// The sitting of a row; -1 with a finding where it cannot be known.
  std::int64_t sitting(std::string_view paper, std::int64_t roster_row, std::int64_t row) {
    if (paper.empty() && roster_row >= 0 && !roster.paper.empty()) paper = roster.paper[static_cast<std::size_t>(roster_row)];
    if (paper.empty()) {
      if (out.sittings.empty()) add_sitting("paper");
      if (out.sittings.size() == 1) return 0;
      findings.add(Severity::kError, Code::kUnknownPaper, at_row("paper", row));
      return -1;
    }
    if (const auto at = sitting_of.find(paper); at != sitting_of.end()) return static_cast<std::int64_t>(at->second);
    if (!is_valid_utf8(paper)) {
      findings.add(Severity::kError, Code::kNotUtf8, at_row("paper", row));
      return -1;
    }
    if (listed_papers || !out.sittings.empty())
      findings.add(listed_papers ? Severity::kError : Severity::kNote, Code::kUnknownPaper, at_row("paper", row));
    return static_cast<std::int64_t>(add_sitting(std::string(paper)));
  }

  std::int64_t add_person(Sitting& s, std::string_view id, std::int64_t roster_row, std::int64_t row, Status status) {
    const auto person = static_cast<std::int64_t>(s.ids.size());
    s.person_of.emplace(std::string(id), person);
    s.ids.emplace_back(id);
    s.rows.push_back(row);
    s.roster.push_back(roster_row);
    s.status.push_back(status);
    if (out.is_long) s.cells.resize(s.cells.size() + s.items.size(), 0);
    return person;
  }

  Status status_at(TextReader& reader, std::int64_t row) {
    const std::string_view word = reader.at(row);
    if (word.empty()) return Status::kPresent;
    const auto status = status_from_text(word);
    if (!status)
      findings.add(Severity::kError, Code::kUnknownStatus, at_row(out.status->name(), row),
                   {{"value", data.shown("responses", out.status->name(), row)}});
    return status.value_or(Status::kPresent);
  }

  /// Row of the roster, or -1 with a finding when there is a list of pupils without this one.
  std::int64_t roster_row(std::string_view id, std::int64_t row) {
    const auto at = roster.row_of.find(id);
    if (at != roster.row_of.end()) return at->second;
    if (roster.from_students) findings.add(Severity::kWarning, Code::kUnknownStudent, at_row(out.student->name(), row));
    return -1;
  }

  bool usable(std::string_view id, std::int64_t row) {
    if (id.empty())
      findings.add(Severity::kError, Code::kMissingId, at_row(out.student->name(), row));
    else if (!is_valid_utf8(id))
      findings.add(Severity::kError, Code::kNotUtf8, at_row(out.student->name(), row));
    else
      return true;
    return false;
  }

  Result<void> wide(const ExecutionContext& context) {
    TextReader students(out.student);
    TextReader papers(out.paper);
    TextReader statuses(out.status);
    for (std::int64_t row = 0; row < out.table->n_rows(); ++row) {
      if (row % kBlockRows == 0 && context.cancelled()) return make_error(Code::kCancelled);
      const std::string_view id = students.at(row);
      if (!usable(id, row)) continue;
      const std::int64_t known = roster_row(id, row);
      const std::int64_t which = sitting(papers.at(row), known, row);
      if (which < 0) continue;
      Sitting& s = out.sittings[static_cast<std::size_t>(which)];
      const Status status = status_at(statuses, row);
      const auto at = s.person_of.find(id);
      if (at == s.person_of.end()) {
        add_person(s, id, known, row, status);
        continue;
      }
      const auto person = static_cast<std::size_t>(at->second);
      const bool was_away = s.status[person] == Status::kAbsent || s.status[person] == Status::kDeferred;
      const bool replaces = was_away && (status == Status::kPresent || status == Status::kMakeUp);
      findings.add(replaces ? Severity::kNote : Severity::kError, Code::kDuplicateId, at_row(out.student->name(), row),
                   {{"first", std::to_string(s.rows[person] + 1)}});
      if (!replaces) continue;
      s.rows[person] = row;
      s.status[person] = Status::kMakeUp;
    }
    return {};
  }

  /// Without an items table the items are those that occur, in order of appearance.
  void gather_items() {
    TextReader students(out.student);
    TextReader papers(out.paper);
    TextReader names(out.item);
    Collector ignored(1);  // the second pass reports
    Collector& reported = findings;
    Reader first{data, roster, items, out, ignored, sitting_of, listed_papers};
    for (std::int64_t row = 0; row < out.table->n_rows(); ++row) {
      const std::string_view name = names.at(row);
      const auto known = roster.row_of.find(students.at(row));
      const std::int64_t which = first.sitting(papers.at(row), known == roster.row_of.end() ? -1 : known->second, row);
      if (which < 0 || name.empty() || !is_valid_utf8(name)) continue;
      Sitting& s = out.sittings[static_cast<std::size_t>(which)];
      if (s.item_of.count(name) != 0) continue;
      s.item_of.emplace(std::string(name), static_cast<std::int64_t>(s.items.size()));
      ItemSpec spec;
      spec.item.id = std::string(name);
      spec.item.full_mark = std::numeric_limits<double>::quiet_NaN();
      spec.item.stem = stem_of(name);
      s.items.push_back(std::move(spec));
    }
    sitting_of = std::move(first.sitting_of);
    reported.add(Severity::kWarning, Code::kNoItemTable, {.table = "items", .column = {}, .row = -1, .item = {}});
  }

  Result<void> long_form(const ExecutionContext& context) {
    if (out.table->n_rows() >= std::int64_t{0xFFFFFFFE})
      return make_error(Code::kInvalidArgument, {.table = "responses", .column = {}, .row = -1, .item = {}},
                        {{"name", "responses"}, {"detail", "more than 4 billion rows; cut them by paper"}});
    if (!out.has_item_table) gather_items();
    TextReader students(out.student);
    TextReader papers(out.paper);
    TextReader statuses(out.status);
    TextReader names(out.item);
    std::string last_id;
    std::string last_paper;
    std::int64_t which = -1;
    std::int64_t person = -1;
    std::int64_t known = -1;
    for (std::int64_t row = 0; row < out.table->n_rows(); ++row) {
      if (row % kBlockRows == 0 && context.cancelled()) return make_error(Code::kCancelled);
      const std::string_view id = students.at(row);
      if (!usable(id, row)) continue;
      const std::string_view paper = papers.at(row);
      if (person < 0 || id != last_id || paper != last_paper) {  // rows of a pupil mostly stand together
        last_id = id;
        last_paper = paper;
        const auto in_roster = roster.row_of.find(id);
        known = in_roster == roster.row_of.end() ? -1 : in_roster->second;
        which = sitting(paper, known, row);
        if (which < 0) {
          person = -1;
          continue;
        }
        Sitting& s = out.sittings[static_cast<std::size_t>(which)];
        const auto at = s.person_of.find(id);
        if (at == s.person_of.end()) {
          (void)roster_row(id, row);
          person = add_person(s, id, known, row, Status::kPresent);
        } else {
          person = at->second;
        }
      }
      Sitting& s = out.sittings[static_cast<std::size_t>(which)];
      if (statuses.there())
        if (const Status status = status_at(statuses, row); status != Status::kPresent) s.status[static_cast<std::size_t>(person)] = status;
      place_cell(s, person, names.at(row), row);
    }
    return {};
  }

  void place_cell(Sitting& s, std::int64_t person, std::string_view name, std::int64_t row) {
    const auto at = s.item_of.find(name);
    if (at == s.item_of.end()) {
      if (name.empty()) {
        // a row that only gives a pupil's status has no item
        if (s.status[static_cast<std::size_t>(person)] == Status::kPresent)
          findings.add(Severity::kError, Code::kMissingId, at_row(out.item->name(), row));
        return;
      }
      findings.add(Severity::kError, Code::kUnknownItem, at_row(out.item->name(), row),
                   {{"value", data.shown("responses", out.item->name(), row)}});
      return;
    }
    std::uint32_t& cell = s.cells[static_cast<std::size_t>(person) * s.items.size() + static_cast<std::size_t>(at->second)];
    if (cell != 0)
      findings.add(Severity::kError, Code::kDuplicateId,
                   {.table = "responses", .column = out.item->name(), .row = row + 1, .item = at->first},
                   {{"first", std::to_string(cell)}});
    else
      cell = static_cast<std::uint32_t>(row + 1);
  }

  /// Pupils of the list without a row: part of a paper when they have a status, else a finding.
  void add_absent() {
    if (!roster.from_students || out.sittings.empty()) return;
    std::vector<std::uint8_t> seen(roster.ids.size(), 0);
    for (const Sitting& s : out.sittings)
      for (const std::int64_t r : s.roster)
        if (r >= 0) seen[static_cast<std::size_t>(r)] = 1;
    for (std::size_t r = 0; r < roster.ids.size(); ++r) {
      if (seen[r] != 0) continue;
      const Status status = roster.status.empty() ? Status::kPresent : roster.status[r];
      const auto paper = roster.paper.empty() ? sitting_of.end() : sitting_of.find(roster.paper[r]);
      const bool one = out.sittings.size() == 1 && (roster.paper.empty() || roster.paper[r].empty());
      if (status != Status::kPresent && (one || paper != sitting_of.end())) {
        Sitting& s = out.sittings[one ? 0 : paper->second];
        add_person(s, roster.ids[r], static_cast<std::int64_t>(r), -1, status);
      } else if (status == Status::kPresent) {
        findings.add(Severity::kWarning, Code::kNoResponsesOfStudent,
                     {.table = "students", .column = {}, .row = roster.table_rows[r] + 1, .item = {}});
      }
    }
  }
};

/// Items of wide responses without an items table: every column of numbers, or of text that mostly is numbers and statuses.
inline std::vector<ItemSpec> items_of_columns(const Layout& layout, Collector& findings) {
  std::vector<ItemSpec> out;
  for (const arrow::DataColumn& c : layout.table->columns()) {
    if (is_reserved(c.name()) || c.name().ends_with(".error") || c.name().empty()) continue;
    bool numbers =
        c.kind() == arrow::ValueKind::kInteger || c.kind() == arrow::ValueKind::kNumber || c.kind() == arrow::ValueKind::kBoolean;
    if (c.kind() == arrow::ValueKind::kText) {
      std::int64_t fit = 0;
      std::int64_t other = 0;
      TextReader reader(&c);
      for (std::int64_t row = 0; row < c.size(); ++row) {
        const std::string_view text = reader.at(row);
        if (text.empty()) continue;
        ++(parse_number(text) || status_from_text(text) || missing_from_text(text) ? fit : other);
      }
      numbers = fit > other;
    }
    if (!numbers) {
      findings.add(Severity::kNote, Code::kUnknownColumn, {.table = "responses", .column = c.name(), .row = -1, .item = {}});
      continue;
    }
    ItemSpec spec;
    spec.item.id = c.name();
    spec.item.full_mark = std::numeric_limits<double>::quiet_NaN();
    spec.item.stem = stem_of(c.name());
    spec.column = c.name();
    out.push_back(std::move(spec));
  }
  findings.add(Severity::kWarning, Code::kNoItemTable, {.table = "items", .column = {}, .row = -1, .item = {}});
  return out;
}

}  // namespace layout

Result<Layout> read_layout(const Dataset& data, const Roster& roster, std::vector<ItemSpec> items, const ExecutionContext& context,
                           Collector& findings) {
  Layout out;
  out.table = data.find("responses");
  const Place place{.table = "responses", .column = "student", .row = -1, .item = {}};
  if (out.table == nullptr) return make_error(Code::kMissingTable, {.table = "responses", .column = {}, .row = -1, .item = {}});
  if (out.table->n_rows() == 0) return make_error(Code::kNoPersons, place);
  out.student = first_of(*out.table, {"student", "id", "student_id", "学号"});
  if (out.student == nullptr) return make_error(Code::kMissingColumn, place);
  out.paper = first_of(*out.table, {"paper", "试卷"});
  out.status = first_of(*out.table, {"status", "状态"});
  out.total = first_of(*out.table, {"total", "总分"});
  out.item = out.table->find("item");
  out.value = out.table->find("value");
  out.is_long = out.item != nullptr && out.value != nullptr;
  out.has_item_table = !items.empty();
  if (out.is_long) {
    out.score = out.table->find("score");
    out.error_code = out.table->find("error_code");
  } else if (items.empty()) {
    items = layout::items_of_columns(out, findings);
    if (items.empty()) return make_error(Code::kNoItems, {.table = "responses", .column = {}, .row = -1, .item = {}});
  }
  layout::Reader reader{data, roster, items, out, findings};
  reader.list_papers();
  if (auto done = out.is_long ? reader.long_form(context) : reader.wide(context); !done) return done.error();
  reader.add_absent();
  if (std::all_of(out.sittings.begin(), out.sittings.end(), [](const Sitting& s) { return s.ids.empty(); }))
    return make_error(Code::kNoPersons, place);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
