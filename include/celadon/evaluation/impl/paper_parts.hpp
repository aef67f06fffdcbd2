/// The steps from a data set to papers, shared by the bodies of paper_builder: reading items, the roster, cells of an item.
#pragma once

#include <celadon/core/dataset.hpp>
#include <celadon/evaluation/paper_builder.hpp>

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

/// Findings, at most `limit` of a kind one by one (0: all); a kind is a code at a table, column and item.
class Collector {
 public:
  explicit Collector(int limit) : limit_(limit) {}
  void add(Severity severity, Code code, Place place, std::vector<Argument> arguments = {});
  /// Appends what another collector has, in its order.
  void merge(Collector other);
  /// All findings, with one that counts the rest of each kind.
  [[nodiscard]] Findings take();

 private:
  using Kind = std::tuple<Code, std::string, std::string, std::string>;
  int limit_;
  Findings findings_;
  std::map<Kind, std::int64_t> counts_;
};

/// Reads a column in row order fast: remembers the chunk of the last row.
class Cursor {
 public:
  explicit Cursor(const arrow::DataColumn* column) : column_(column) {}
  /// Chunk that holds the row, and the row within it.
  std::pair<const arrow::Chunk*, std::int64_t> at(std::int64_t row);

 private:
  const arrow::DataColumn* column_;
  std::size_t chunk_ = 0;
};

/// Text of a cell, trimmed; empty where the column is absent, the cell is null or not UTF-8 (then with a finding).
std::string read_text(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings);
/// Number of a cell (also of text that is a number); NaN where absent. Text that is no number is a finding.
double read_number(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings);
/// true, 1, yes, 是.
bool read_flag(const Dataset& data, std::string_view table, const arrow::DataColumn* column, std::int64_t row, Collector& findings);
/// The first of several names that the table has.
const arrow::DataColumn* first_of(const arrow::DataTable& table, std::initializer_list<std::string_view> names);

/// A row of the items table, or a column taken for an item.
struct ItemSpec {
  Item item;  ///< full_mark is NaN where not given
  std::string paper;
  std::string column;
  double step = std::numeric_limits<double>::quiet_NaN();
  double partial_mark = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> options;
  std::vector<double> option_scores;
  std::vector<std::string> option_notes;
  std::vector<double> category_scores;
  bool described = false;  ///< from the items table
};
std::vector<ItemSpec> read_items(const Dataset& data, Collector& findings);
/// Stem of a label such as 21(1) or 21①, empty where it has none.
std::string stem_of(std::string_view label);

/// Lets a map of strings be searched by a view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Pupils and units, once for all papers.
struct Roster {
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> row_of;  ///< by pupil id; row of the vectors below
  std::vector<std::string> ids;
  std::vector<std::int64_t> table_rows;  ///< row in `table`, for findings
  std::vector<std::string> names;        ///< empty where there is no such column, as the next four
  std::vector<std::int32_t> class_of;
  std::vector<Status> status;
  std::vector<double> weight;
  std::vector<std::uint8_t> flags;
  std::vector<std::string> paper;
  std::vector<Unit> classes, schools, districts, cities;
  bool from_students = false;  ///< else gathered from columns of `responses`
};
Roster read_roster(const Dataset& data, Collector& findings);

/// What stands in the cells of one column for the persons of a paper: one code a person, and the distinct values.
struct CellCodes {
  static constexpr std::uint16_t kNone = 0, kBlank = 1, kMissing = 2 /* to 5 */, kStatus = 6, kNotText = 7, kInfinite = 8, kNan = 9,
                                 kFirst = 16;
  struct Value {
    bool is_number = false;
    double number = 0.0;
    std::string text;
  };
  std::vector<std::uint16_t> codes;
  std::vector<Value> values;
  std::vector<std::pair<std::int64_t, Status>> statuses;  ///< persons whose cell holds a status
  bool too_many = false;                                  ///< more distinct values than an item can have
};
/// `rows[person]` is the row of the column, -1 for none.
CellCodes read_cells(const arrow::DataColumn& column, const std::vector<std::int64_t>& rows, const PaperOptions& options);

/// Text of a column row by row, without a copy where it is text already; the view lives until the next call.
class TextReader {
 public:
  explicit TextReader(const arrow::DataColumn* column) : column_(column), cursor_(column) {}
  [[nodiscard]] bool there() const { return column_ != nullptr; }
  /// Trimmed; empty where null or where there is no column.
  std::string_view at(std::int64_t row);

 private:
  const arrow::DataColumn* column_;
  Cursor cursor_;
  std::string made_;
};

/// What the tables `knowledge` and `actions` say beyond names.
struct PointTables {
  std::vector<PointOrder> order;
  std::vector<PointAction> actions;
};
PointTables read_point_tables(const Dataset& data, Collector& findings);

/// The persons of one paper and where their cells are.
struct Sitting {
  std::string id;
  std::vector<ItemSpec> items;
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> person_of;
  std::vector<std::string> ids;
  std::vector<std::int64_t> rows;    ///< row in responses (the first one in long form), -1 where only the roster names the person
  std::vector<std::int64_t> roster;  ///< row of the roster, -1 unknown
  std::vector<Status> status;        ///< by status columns; cells may add to it
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> item_of;
  std::vector<std::uint32_t> cells;  ///< long form: row of person x item plus 1, 0 for none
};

/// The responses table and how it is laid out.
struct Layout {
  const arrow::DataTable* table = nullptr;
  bool is_long = false;
  const arrow::DataColumn* student = nullptr;
  const arrow::DataColumn* paper = nullptr;
  const arrow::DataColumn* status = nullptr;
  const arrow::DataColumn* total = nullptr;
  const arrow::DataColumn* item = nullptr;
  const arrow::DataColumn* value = nullptr;
  const arrow::DataColumn* score = nullptr;
  const arrow::DataColumn* error_code = nullptr;
  std::vector<Sitting> sittings;
  bool has_item_table = false;
};
/// Errors: those of build_papers.
Result<Layout> read_layout(const Dataset& data, const Roster& roster, std::vector<ItemSpec> items, const ExecutionContext& context,
                           Collector& findings);
/// Whether a column of wide responses is not an item.
bool is_reserved(std::string_view column);

/// Marks a blank in packed cells until it is known what blanks mean; never a category and never a missing kind.
inline constexpr std::uint8_t kBlankCell = 251;

/// How the codes of an item become cells.
struct Reading {
  Item item;
  bool set_aside = false;
  bool has_raw = false;
  std::vector<std::uint8_t> scored;  ///< by code of the cells that carry the marks
  std::vector<std::uint8_t> raw;     ///< by code of the answers
  std::vector<Code> problem;         ///< by code of the cells that carry the marks; kNone where fine
  std::vector<Code> raw_problem;     ///< by code of the answers
};
/// `marks` is null where the answers are scored by the key or are the marks themselves.
Reading read_item(const ItemSpec& spec, const CellCodes& answers, const CellCodes* marks, bool has_item_table, Collector& findings);

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
