#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/feedback/impl/base_paper.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace paper_detail {

/// One item of a paper, packed.
struct PackedItem {
  Reading reading;
  const arrow::DataColumn* column = nullptr;
  std::vector<std::uint8_t> scored;
  std::vector<std::uint8_t> raw;
  std::vector<std::int32_t> errors;  ///< index into Assembly::error_names, empty when none was entered
  std::vector<std::pair<std::int64_t, std::string>> error_words;
  std::vector<std::pair<std::int64_t, Status>> statuses;
  bool answered = false;
  bool there = false;  ///< has a column or records
};

/// Makes one paper of a sitting.
struct Assembly {
  const Dataset& data;
  const Roster& roster;
  const Layout& layout;
  const Sitting& sitting;
  const PaperOptions& options;
  Collector& findings;
  Paper paper;
  std::vector<PackedItem> items;
  std::vector<Status> status;
  Missing blank = Missing::kNotAdministered;
  bool blank_declared = false;

  [[nodiscard]] std::size_t n_persons() const { return sitting.ids.size(); }
  [[nodiscard]] Place at(std::size_t person, const std::string& column = {}, const std::string& item = {}) const {
    return {.table = "responses", .column = column, .row = sitting.rows[person] < 0 ? -1 : sitting.rows[person] + 1, .item = item};
  }

  void read_meta() {
    paper.id = sitting.id;
    paper.name = sitting.id;
    blank_declared = options.blank.has_value();
    blank = options.blank.value_or(Missing::kNotAdministered);
    const arrow::DataTable* t = data.find("papers");
    const auto* id = t == nullptr ? nullptr : t->find("id");
    if (id == nullptr) return;
    Collector ignored(1);  // what is wrong with these cells is reported once, for the table
    for (std::int64_t row = 0; row < t->n_rows(); ++row) {
      if (read_text(data, "papers", id, row, ignored) != sitting.id) continue;
      const auto text = [&](std::string_view column) { return read_text(data, "papers", t->find(column), row, findings); };
      const auto number = [&](std::string_view column) { return read_number(data, "papers", t->find(column), row, findings); };
      if (std::string name = text("name"); !name.empty()) paper.name = std::move(name);
      paper.subject = text("subject");
      paper.date = text("date");
      const double grade = number("grade");
      if (grade >= 1 && grade <= 12 && grade == std::trunc(grade))
        paper.grade = static_cast<int>(grade);
      else if (!std::isnan(grade))
        findings.add(Severity::kError, Code::kBadValue, {.table = "papers", .column = "grade", .row = row + 1, .item = {}},
                     {{"value", data.shown("papers", "grade", row)}, {"detail", "not 1 to 12 / 不是 1 到 12"}});
      paper.full_mark = number("full_mark");
      paper.simulated = read_flag(data, "papers", t->find("simulated"), row, findings);
      if (const std::string word = text("blank"); !word.empty()) {
        if (const auto kind = missing_from_text(word)) {
          blank = *kind;
          blank_declared = true;
        } else {
          findings.add(Severity::kError, Code::kBadValue, {.table = "papers", .column = "blank", .row = row + 1, .item = {}},
                       {{"value", data.shown("papers", "blank", row)}, {"detail", "omitted, not_reached, not_administered, invalid"}});
        }
      }
      break;
    }
    if (options.flag_early_grades && (paper.grade == 1 || paper.grade == 2))
      findings.add(Severity::kWarning, Code::kEarlyGradePaperTest, {.table = "papers", .column = "grade", .row = -1, .item = {}},
                   {{"paper", paper.id}, {"grade", std::to_string(paper.grade)}});
  }

  [[nodiscard]] const arrow::DataColumn* wide_column(const ItemSpec& spec) const {
    if (!spec.column.empty()) return layout.table->find(spec.column);
    return first_of(*layout.table, {spec.item.id, spec.item.shown_label()});
  }

  /// Packs item j; runs on any thread, with its own collector.
  PackedItem pack(std::size_t j, Collector& found) const {
    PackedItem out;
    const ItemSpec& spec = sitting.items[j];
    std::vector<std::int64_t> long_rows;
    if (layout.is_long) {
      out.column = layout.value;
      long_rows.resize(n_persons());
      for (std::size_t i = 0; i < n_persons(); ++i)
        long_rows[i] = static_cast<std::int64_t>(sitting.cells[i * sitting.items.size() + j]) - 1;
    } else {
      out.column = wide_column(spec);
    }
    if (out.column == nullptr) return out;
    if (out.column->kind() == arrow::ValueKind::kUnsupported) {
      found.add(Severity::kError, Code::kUnsupportedType,
                {.table = "responses", .column = out.column->name(), .row = -1, .item = spec.item.id}, {{"type", out.column->format()}});
      return out;
    }
    const std::vector<std::int64_t>& rows = layout.is_long ? long_rows : sitting.rows;
    CellCodes answers = read_cells(*out.column, rows, options);
    std::optional<CellCodes> marks;
    if (layout.score != nullptr) {
      marks = read_cells(*layout.score, rows, options);
      if (std::none_of(marks->codes.begin(), marks->codes.end(), [](std::uint16_t c) { return c > CellCodes::kBlank; })) marks.reset();
    }
    out.there = true;
    out.statuses = std::move(answers.statuses);
    out.reading = read_item(spec, answers, marks ? &*marks : nullptr, layout.has_item_table, found);
    if (out.reading.set_aside) return out;
    apply(out, rows, answers, marks ? *marks : answers, found);
    read_error_codes(out, rows, spec);
    return out;
  }

  void apply(PackedItem& out, const std::vector<std::int64_t>& rows, const CellCodes& answers, const CellCodes& marks,
             Collector& found) const {
    const Reading& r = out.reading;
    const std::string limit = format_number(r.item.full_mark);
    out.scored.resize(n_persons());
    if (r.has_raw) out.raw.resize(n_persons());
    for (std::size_t i = 0; i < n_persons(); ++i) {
      const std::uint16_t code = marks.codes[i];
      out.scored[i] = r.scored[code];
      out.answered |= !is_missing(out.scored[i]);
      if (r.problem[code] != Code::kNone)
        report(out, rows[i], r.problem[code], marks.codes.data() == answers.codes.data() ? out.column : layout.score, limit, found);
      if (!r.has_raw) continue;
      out.raw[i] = r.raw[answers.codes[i]];
      if (&marks != &answers && r.raw_problem[answers.codes[i]] != Code::kNone)
        report(out, rows[i], r.raw_problem[answers.codes[i]], out.column, limit, found);
    }
  }

  void report(const PackedItem& out, std::int64_t row, Code code, const arrow::DataColumn* column, const std::string& limit,
              Collector& found) const {
    found.add(code == Code::kUnknownOption ? Severity::kWarning : Severity::kError, code,
              {.table = "responses", .column = column->name(), .row = row + 1, .item = out.reading.item.id},
              {{"value", data.shown("responses", column->name(), row)}, {"limit", limit}});
  }

  void read_error_codes(PackedItem& out, const std::vector<std::int64_t>& rows, const ItemSpec& spec) const {
    const auto* column =
        layout.is_long ? layout.error_code : layout.table->find((spec.column.empty() ? out.column->name() : spec.column) + ".error");
    if (column == nullptr || column->kind() == arrow::ValueKind::kUnsupported) return;
    TextReader reader(column);
    for (std::size_t i = 0; i < n_persons(); ++i) {
      if (rows[i] < 0) continue;
      if (const std::string_view word = reader.at(rows[i]); !word.empty() && is_valid_utf8(word))
        out.error_words.emplace_back(static_cast<std::int64_t>(i), std::string(word));
    }
  }

  Result<void> pack_all(const ExecutionContext& context) {
    const auto n = static_cast<std::int64_t>(sitting.items.size());
    const int workers = worker_count(n, context);
    std::vector<Collector> scratch(static_cast<std::size_t>(workers), Collector(options.max_findings));
    std::vector<PackedItem> packed(sitting.items.size());
    const auto work = [&](std::int64_t j, int worker) {
      packed[static_cast<std::size_t>(j)] = pack(static_cast<std::size_t>(j), scratch[static_cast<std::size_t>(worker)]);
    };
    const auto merge = [&](std::int64_t, int worker) {
      findings.merge(std::exchange(scratch[static_cast<std::size_t>(worker)], Collector(options.max_findings)));
    };
    if (auto done = run_blocks(n, workers, context, work, merge); !done) return done;
    for (std::size_t j = 0; j < packed.size(); ++j) {
      if (packed[j].there && !packed[j].reading.set_aside && packed[j].answered) {
        items.push_back(std::move(packed[j]));
      } else if (!packed[j].reading.set_aside) {
        const std::string& id = sitting.items[j].item.id;
        // an item of every paper that nobody of this paper answered belongs to the others
        const bool shared = sitting.items[j].paper.empty() && layout.sittings.size() > 1;
        findings.add(shared ? Severity::kNote : Severity::kError, Code::kItemWithoutResponses,
                     {.table = layout.has_item_table ? "items" : "responses", .column = {}, .row = -1, .item = id}, {{"paper", paper.id}});
      }
    }
    return {};
  }

  void settle_statuses() {
    status = sitting.status;
    for (std::size_t i = 0; i < n_persons(); ++i)
      if (status[i] == Status::kPresent && !roster.status.empty() && sitting.roster[i] >= 0)
        status[i] = roster.status[static_cast<std::size_t>(sitting.roster[i])];
    const auto from_cell = [&](std::int64_t person, Status s, const std::string& column, const std::string& item) {
      const auto i = static_cast<std::size_t>(person);
      if (s == Status::kPresent || status[i] != Status::kPresent) return;
      status[i] = s;
      findings.add(Severity::kNote, Code::kStatusInAnswers, at(i, column, item), {{"status", word_of(s)}});
    };
    if (layout.total != nullptr && !layout.is_long)
      for (const auto& [person, s] : read_cells(*layout.total, sitting.rows, options).statuses)
        from_cell(person, s, layout.total->name(), {});
    for (const PackedItem& item : items)
      for (const auto& [person, s] : item.statuses) from_cell(person, s, item.column->name(), item.reading.item.id);
  }

  static std::string word_of(Status s) {
    constexpr const char* kWords[] = {"正常 present", "缺考 absent", "缓考 deferred", "免考 exempt", "补考 make_up", "作弊 disqualified"};
    return kWords[static_cast<std::size_t>(s)];
  }
  [[nodiscard]] static bool is_void(Status s) { return s != Status::kPresent && s != Status::kMakeUp; }

  /// Answers of pupils whose paper does not count.
  void clear_void() {
    std::vector<std::uint8_t> answers(n_persons(), 0);
    for (PackedItem& item : items)
      for (std::size_t i = 0; i < n_persons(); ++i) {
        if (!is_void(status[i])) continue;
        answers[i] |= static_cast<std::uint8_t>(is_missing(item.scored[i]) ? 0 : 1);
        item.scored[i] = static_cast<std::uint8_t>(Missing::kNotAdministered);
        if (!item.raw.empty()) item.raw[i] = item.scored[i];
      }
    for (std::size_t i = 0; i < n_persons(); ++i)
      if (answers[i] != 0)
        findings.add(status[i] == Status::kDisqualified ? Severity::kNote : Severity::kWarning, Code::kStatusWithAnswers, at(i),
                     {{"status", word_of(status[i])}});
  }

  /// Of a choice group only what was answered was administered. Groups that a pupil left blank, and answers too many, are settled at the
  /// end, when it is known what a blank means.
  void settle_choices() {
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t j = 0; j < items.size(); ++j)
      if (!items[j].reading.item.choice_group.empty()) groups[items[j].reading.item.choice_group].push_back(j);
    for (const auto& [group, members] : groups) {
      std::vector<int> answers(n_persons(), 0);
      for (const std::size_t j : members)
        for (std::size_t i = 0; i < n_persons(); ++i) answers[i] += is_missing(items[j].scored[i]) ? 0 : 1;
      for (std::size_t i = 0; i < n_persons(); ++i) {
        if (answers[i] > 1) findings.add(Severity::kError, Code::kChoiceGroupTwice, at(i), {{"group", group}});
        if (answers[i] == 0) continue;
        for (const std::size_t j : members)
          if (items[j].scored[i] == kBlankCell) items[j].scored[i] = static_cast<std::uint8_t>(Missing::kNotAdministered);
      }
    }
  }

  void settle_blanks() {
    std::vector<std::int32_t> run(n_persons(), 0);  // blanks at the end so far
    std::vector<std::uint8_t> any(n_persons(), 0);  // anything but blanks and what was not administered
    std::vector<std::uint8_t> any_blank(n_persons(), 0);
    for (const PackedItem& item : items)
      for (std::size_t i = 0; i < n_persons(); ++i) {
        const std::uint8_t c = item.scored[i];
        const bool is_blank = c == kBlankCell;
        const bool nothing = is_blank || c == static_cast<std::uint8_t>(Missing::kNotAdministered);
        run[i] = is_blank ? run[i] + 1 : (nothing ? run[i] : 0);
        any[i] = static_cast<std::uint8_t>(any[i] | (nothing ? 0 : 1));
        any_blank[i] = static_cast<std::uint8_t>(any_blank[i] | (is_blank ? 1 : 0));
      }
    std::int64_t trailing = 0;
    for (std::size_t i = 0; i < n_persons(); ++i) {
      if (any[i] != 0 && options.trailing_blanks > 0 && run[i] >= options.trailing_blanks) ++trailing;
      if (any[i] == 0 && any_blank[i] != 0) findings.add(Severity::kWarning, Code::kNoAnswerAtAll, at(i));
    }
    if (trailing > 0)
      findings.add(Severity::kWarning, Code::kTrailingBlanks, {.table = "responses", .column = {}, .row = -1, .item = {}},
                   {{"paper", paper.id}, {"count", std::to_string(trailing)}});
    for (PackedItem& item : items) {
      std::int64_t blanks = 0;
      for (std::size_t i = 0; i < n_persons(); ++i) {
        if (item.scored[i] == kBlankCell) {
          blanks += any[i];
          item.scored[i] = static_cast<std::uint8_t>(any[i] != 0 ? blank : Missing::kNotAdministered);
        }
        if (!item.raw.empty() && item.raw[i] == kBlankCell)
          item.raw[i] = is_missing(item.scored[i]) ? item.scored[i] : static_cast<std::uint8_t>(Missing::kNotAdministered);
      }
      if (blanks > 0 && !blank_declared)
        findings.add(Severity::kWarning, Code::kBlankCells,
                     {.table = "responses", .column = item.column->name(), .row = -1, .item = item.reading.item.id},
                     {{"paper", paper.id}, {"count", std::to_string(blanks)}});
    }
  }

  void check_totals() {
    if (layout.total == nullptr || layout.is_long) return;
    std::vector<double> sum(n_persons(), 0.0);
    std::vector<double> bonus(n_persons(), 0.0);
    for (const PackedItem& item : items) {
      std::vector<double>& into = item.reading.item.bonus ? bonus : sum;
      for (std::size_t i = 0; i < n_persons(); ++i)
        if (!is_missing(item.scored[i])) into[i] += item.reading.item.score(item.scored[i]);
    }
    const CellCodes totals = read_totals();
    for (std::size_t i = 0; i < n_persons(); ++i) {
      const std::uint16_t code = totals.codes[i];
      if (is_void(status[i]) || code < CellCodes::kFirst || !totals.values[code - CellCodes::kFirst].is_number) continue;
      const double total = totals.values[code - CellCodes::kFirst].number;
      if (std::fabs(total - sum[i]) < 1e-6 || std::fabs(total - sum[i] - bonus[i]) < 1e-6) continue;
      findings.add(Severity::kWarning, Code::kTotalDiffers, at(i, layout.total->name()),
                   {{"value", data.shown("responses", layout.total->name(), sitting.rows[i])}});
    }
  }
  [[nodiscard]] CellCodes read_totals() const {
    PaperOptions plain;  // codes for missing answers do not apply to a total
    return read_cells(*layout.total, sitting.rows, plain);
  }

  void collect_error_codes() {
    const arrow::DataTable* list = data.find("error_codes");
    const auto* code = list == nullptr ? nullptr : list->find("code");
    std::map<std::string, std::string> labels;
    std::map<std::pair<std::string, std::string>, bool> allowed;
    for (std::int64_t row = 0; code != nullptr && row < list->n_rows(); ++row) {
      const std::string c = read_text(data, "error_codes", code, row, findings);
      if (c.empty()) continue;
      labels.emplace(c, read_text(data, "error_codes", list->find("label"), row, findings));
      allowed[{c, read_text(data, "error_codes", list->find("item"), row, findings)}] = true;
    }
    std::map<std::string, std::int32_t> index;
    for (std::size_t j = 0; j < items.size(); ++j) {
      const std::string& item = items[j].reading.item.id;
      for (const auto& [person, word] : items[j].error_words) {
        const auto i = static_cast<std::size_t>(person);
        if (is_void(status[i])) continue;
        if (code != nullptr && allowed.count({word, item}) == 0 && allowed.count({word, ""}) == 0) {
          const std::int64_t row = layout.is_long ? static_cast<std::int64_t>(cell_row(i, item)) : sitting.rows[i];
          findings.add(Severity::kWarning, Code::kCodeForNothing,
                       {.table = "responses",
                        .column = layout.is_long ? "error_code" : items[j].column->name() + ".error",
                        .row = row + 1,
                        .item = item});
          continue;
        }
        if (paper.error_codes.empty()) paper.error_codes.assign(n_persons() * items.size(), -1);
        const auto [at, fresh] = index.emplace(word, static_cast<std::int32_t>(paper.error_code_names.size()));
        if (fresh) {
          const auto label = labels.find(word);
          paper.error_code_names.push_back(label == labels.end() || label->second.empty() ? word : label->second);
        }
        paper.error_codes[i * items.size() + j] = at->second;
      }
    }
  }
  [[nodiscard]] std::int64_t cell_row(std::size_t person, const std::string& item) const {
    const auto at = sitting.item_of.find(item);
    return at == sitting.item_of.end()
               ? -1
               : static_cast<std::int64_t>(sitting.cells[person * sitting.items.size() + static_cast<std::size_t>(at->second)]) - 1;
  }

  void fill_units() {
    Units& u = paper.units;
    u.person_ids = sitting.ids;
    u.classes = roster.classes;
    u.schools = roster.schools;
    u.districts = roster.districts;
    u.cities = roster.cities;
    const auto of = [&](std::size_t i) { return static_cast<std::size_t>(sitting.roster[i]); };
    const auto known = [&](std::size_t i) { return sitting.roster[i] >= 0; };
    u.person_class.resize(n_persons(), -1);
    if (!roster.names.empty()) u.person_names.resize(n_persons());
    if (!roster.weight.empty()) u.weight.assign(n_persons(), 1.0);
    if (std::any_of(roster.flags.begin(), roster.flags.end(), [](std::uint8_t f) { return f != 0; })) u.flags.assign(n_persons(), 0);
    for (std::size_t i = 0; i < n_persons(); ++i) {
      if (!known(i)) continue;
      u.person_class[i] = roster.class_of[of(i)];
      if (!u.person_names.empty()) u.person_names[i] = roster.names[of(i)];
      if (!u.weight.empty()) u.weight[i] = roster.weight[of(i)];
      if (!u.flags.empty()) u.flags[i] = roster.flags[of(i)];
    }
    if (std::any_of(status.begin(), status.end(), [](Status s) { return s != Status::kPresent; })) u.status = status;
  }

  Result<void> finish() {
    std::vector<std::string> ids;
    std::map<std::string, double> group_marks;
    std::map<std::string, int> stems;
    double full = 0.0;
    for (PackedItem& p : items) {
      Item& item = p.reading.item;
      if (item.subject.empty()) item.subject = paper.subject;
      ids.push_back(item.id);
      ++stems[item.stem];
      if (item.bonus) continue;
      if (item.choice_group.empty())
        full += item.full_mark;
      else
        group_marks[item.choice_group] = std::max(group_marks[item.choice_group], item.full_mark);
    }
    for (const auto& [group, mark] : group_marks) full += mark;
    if (!std::isnan(paper.full_mark) && paper.full_mark > 0.0 && std::fabs(paper.full_mark - full) > 1e-6)
      findings.add(Severity::kWarning, Code::kPointsDiffer, {.table = "papers", .column = "full_mark", .row = -1, .item = {}},
                   {{"paper", paper.id}, {"actual", format_number(full)}, {"expected", format_number(paper.full_mark)}});
    paper.full_mark = full;
    Responses::Builder scored(static_cast<std::int64_t>(n_persons()), ids);
    Responses::Builder raw(static_cast<std::int64_t>(n_persons()), ids);
    bool has_raw = false;
    const auto copy = [&](Responses::Builder& into, std::size_t j, const std::vector<std::uint8_t>& cells) {
      for (std::int64_t b = 0; b < block_count(static_cast<std::int64_t>(cells.size())); ++b) {
        const auto first = cells.begin() + b * kBlockRows;
        const auto last = cells.begin() + std::min<std::int64_t>((b + 1) * kBlockRows, static_cast<std::int64_t>(cells.size()));
        std::copy(first, last, into.column(b, static_cast<std::int64_t>(j)));
      }
    };
    for (std::size_t j = 0; j < items.size(); ++j) {
      copy(scored, j, items[j].scored);
      if (!items[j].raw.empty()) copy(raw, j, items[j].raw);
      has_raw |= !items[j].raw.empty();
      if (stems[items[j].reading.item.stem] < 2) items[j].reading.item.stem.clear();
      paper.items.push_back(std::move(items[j].reading.item));
      items[j] = {};
    }
    auto built = std::move(scored).build();
    if (!built) return built.error();
    paper.scored = std::move(*built);
    if (has_raw) {
      auto options_built = std::move(raw).build();
      if (!options_built) return options_built.error();
      paper.raw = std::move(*options_built);
    }
    return feedback::base_paper_detail::settle_choices(paper);
  }
};

inline void report_unused_columns(const Layout& layout, Collector& findings) {
  if (layout.is_long || !layout.has_item_table) return;
  for (const arrow::DataColumn& c : layout.table->columns()) {
    if (is_reserved(c.name()) || c.name().ends_with(".error")) continue;
    bool used = false;
    for (const Sitting& s : layout.sittings)
      for (const ItemSpec& spec : s.items)
        used =
            used || c.name() == spec.column || (spec.column.empty() && (c.name() == spec.item.id || c.name() == spec.item.shown_label()));
    if (!used) findings.add(Severity::kNote, Code::kUnknownColumn, {.table = "responses", .column = c.name(), .row = -1, .item = {}});
  }
}

}  // namespace paper_detail

Result<Papers> build_papers(const Dataset& data, const PaperOptions& options, const ExecutionContext& context) {
  paper_detail::Collector findings(options.max_findings);
  if (!data.has("responses")) return make_error(Code::kMissingTable, {.table = "responses", .column = {}, .row = -1, .item = {}});
  auto items = paper_detail::read_items(data, findings);
  const paper_detail::Roster roster = paper_detail::read_roster(data, findings);
  auto layout = paper_detail::read_layout(data, roster, std::move(items), context, findings);
  if (!layout) return layout.error();
  paper_detail::report_unused_columns(*layout, findings);
  Papers out;
  for (const paper_detail::Sitting& sitting : layout->sittings) {
    if (sitting.ids.empty()) {
      findings.add(Severity::kWarning, Code::kNoPersons, {.table = "papers", .column = "id", .row = -1, .item = {}},
                   {{"paper", sitting.id}});
      continue;
    }
    paper_detail::Assembly make{data, roster, *layout, sitting, options, findings, {}, {}, {}};
    make.read_meta();
    if (auto done = make.pack_all(context); !done) return done.error();
    if (make.items.empty()) {
      findings.add(Severity::kError, Code::kNoItems, {.table = "responses", .column = {}, .row = -1, .item = {}}, {{"paper", sitting.id}});
      continue;
    }
    make.settle_statuses();
    make.clear_void();
    make.settle_choices();
    make.settle_blanks();
    make.check_totals();
    make.collect_error_codes();
    make.fill_units();
    if (auto done = make.finish(); !done) return done.error();
    out.papers.push_back(std::move(make.paper));
  }
  const paper_detail::PointTables points = paper_detail::read_point_tables(data, findings);
  for (Paper& paper : out.papers) {
    paper.point_order = points.order;
    paper.actions = points.actions;
  }
  out.findings = findings.take();
  if (out.papers.empty()) return make_error(Code::kNoItems, {.table = "responses", .column = {}, .row = -1, .item = {}});
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation
