/// The report model: what is said, to whom, on what evidence. Renderers (html.hpp, json.hpp) draw the same model; a host's own pages read
/// its JSON (schema: src/schemas/report.schema.json).
///
/// A report is sections; a section is blocks of statements, a table, or a chart with its table. Each statement has an id from which
/// `explain` of the evaluation gives the rule and the numbers. Text is plain UTF-8: renderers escape it, whatever it holds.
#pragma once

#include <celadon/core/error.hpp>
#include <celadon/core/variant.hpp>
#include <celadon/reports/chart.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace celadon::inline CELADON_ABI {
extern template class CopySafeVariant<std::monostate, double, std::string>;
}  // namespace celadon::inline CELADON_ABI

namespace celadon::inline CELADON_ABI::reports {

/// Who reads the report. A family page holds that pupil's figures only.
enum class Audience : std::uint8_t { kPupilFamily = 0, kTeacher = 1, kSchool = 2 };

enum class StatementKind : std::uint8_t { kClaim = 0, kEvidence = 1, kUncertainty = 2, kNextStep = 3, kNote = 4 };

/// A sign has one meaning on every page, and its word always stands beside it.
enum class Sign : std::uint8_t {
  kNone = 0,
  kFullMarks = 1,     ///< ✓ all points of the item
  kLoss = 2,          ///< ▽ points lost
  kLossToReview = 3,  ///< ▼ points lost, worth looking at first
  kNotAnswered = 4,   ///< ○ no answer
  kMastered = 5,      ///< ● mastered
  kUnstable = 6,      ///< ▲ not yet stable
  kUndecided = 7,     ///< ◇ cannot be judged yet
  kCheck = 8,         ///< ※ a figure that the paper's author may want to look at
};

/// The glyph of a sign ("" for kNone).
[[nodiscard]] std::string_view sign_glyph(Sign sign);
/// Stable text form: "full_marks", "loss_as_expected", ...
[[nodiscard]] std::string_view sign_name(Sign sign);

struct Statement {
  std::string id;    ///< what `explain` of the evaluation takes; empty only for notes about the page itself
  std::string mark;  ///< short form printed behind the sentence ("C1"); empty prints none
  StatementKind kind = StatementKind::kClaim;
  std::string lead;  ///< set off at the start; may be empty
  std::string text;
};

/// Statements that stand together.
struct StatementBlock {
  /// kRunning: the sentences of one paragraph, each with its mark.
  enum class Form : std::uint8_t { kParagraphs = 0, kQuote = 1, kNumbered = 2, kBullets = 3, kSmallPrint = 4, kRunning = 5 };
  Form form = Form::kParagraphs;
  std::vector<Statement> statements;
};

enum class ColumnKind : std::uint8_t {
  kText = 0,
  kNumber = 1,    ///< with the column's decimals
  kShare = 2,     ///< in [0, 1], printed as a percentage
  kMarks = 3,     ///< points of a full mark: value / second
  kInterval = 4,  ///< shares from value to second
  kCount = 5,
};

struct TableColumn {
  std::string id;  ///< stable ASCII name, the key in JSON and in a workbook
  std::string heading;
  ColumnKind kind = ColumnKind::kText;
  int decimals = 2;
  bool secondary = false;  ///< left out on a phone, where the folded details still hold it
};

/// A cell: text, a number, or nothing (printed as an en dash).
struct Cell {
  CopySafeVariant<std::monostate, double, std::string> value;
  double second = kNoValue;  ///< full mark, or upper end of an interval
  Sign sign = Sign::kNone;

  Cell() = default;
  Cell(double number, double second_number = kNoValue) : value(number), second(second_number) {}     // NOLINT(google-explicit-constructor)
  Cell(std::string text, Sign text_sign = Sign::kNone) : value(std::move(text)), sign(text_sign) {}  // NOLINT(google-explicit-constructor)
};

/// Rows under headings. The first column names the row.
struct DataTable {
  std::string id;  ///< stable ASCII name, unique in the report
  std::string caption;
  std::vector<TableColumn> columns;
  std::vector<Cell> cells;  ///< row by row, rows x columns
  /// Rows that may stay folded (one byte a row); empty means none. They print all the same.
  std::vector<std::uint8_t> folded;
  std::string fold_label;  ///< what the fold holds, such as "其余 9 题"

  [[nodiscard]] std::size_t n_rows() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
  [[nodiscard]] const Cell& cell(std::size_t row, std::size_t column) const { return cells[row * columns.size() + column]; }
};

struct TableBlock {
  DataTable table;
};

/// A picture with its numbers. A reader of the text meets the table first.
struct ChartBlock {
  Chart chart;
  DataTable table;  ///< the numbers under the picture, folded on the screen; its caption labels the fold. Empty: a table of the section
                    ///< holds them
};

/// Links to other pages (index page).
struct LinkBlock {
  struct Link {
    std::string text;
    std::string href;  ///< relative
    std::string note;
  };
  std::vector<Link> links;
};

using Block = std::variant<StatementBlock, TableBlock, ChartBlock, LinkBlock>;

struct Section {
  std::string id;  ///< stable ASCII name
  std::string heading;
  bool page_break = false;  ///< starts a new page in print
  std::vector<Block> blocks;
};

/// A line about the whole: school, class, paper, date.
struct Fact {
  std::string label;
  std::string value;
};

struct Report {
  std::string id;  ///< unique among the reports of a run; also its page's file name without ending
  Audience audience = Audience::kPupilFamily;
  Language language = Language::kChinese;
  std::string heading;
  std::string title;  ///< of the document (browser tab); the heading when empty
  std::string badge;  ///< such as "模拟数据"; printed at the head of the page, may be empty
  std::vector<Fact> facts;
  std::vector<Section> sections;
  std::vector<Statement> footer;

  [[nodiscard]] std::string_view language_tag() const { return language == Language::kChinese ? "zh-CN" : "en"; }
};

/// How many pages went to a sink.
struct WrittenReports {
  std::int64_t pages = 0;
  std::int64_t bytes = 0;
};

/// Every statement of a report in reading order. The pointers live as long as the report is not changed.
[[nodiscard]] std::vector<const Statement*> statements(const Report& report);
/// Every data table of a report in reading order, the charts' own tables not among them.
[[nodiscard]] std::vector<const DataTable*> tables(const Report& report);

}  // namespace celadon::inline CELADON_ABI::reports
