/// A data set: named tables, the same in every language. Files are read elsewhere (Python); here a table is what came in over Arrow.
///
/// Tables and columns that the engine knows are documented in docs/data-package.md: students, classes, schools, districts, papers, items,
/// knowledge, responses, error_codes and others. Any table may be absent: what it feeds is then not evaluated, with the reason.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI {

/// Named tables. Value type; copies share the tables' memory. Adding is not thread-safe; const use is.
class Dataset {
 public:
  /// Takes a stream over and reads it to its end (streams are single pass; the data are kept). `stream->release` is null on return.
  /// Errors: kInvalidArgument (an empty name), kDuplicateTable, kArrowInvalid. On failure the data set is unchanged.
  Result<void> add(std::string name, ArrowArrayStream* stream);
  /// Takes one record batch over; as above.
  Result<void> add(std::string name, ArrowSchema* schema, ArrowArray* array);
  /// Adds a table of this library.
  Result<void> add(std::string name, Table table);
  /// Adds a table that was imported before.
  Result<void> add(std::string name, arrow::DataTable table);

  [[nodiscard]] bool has(std::string_view table) const { return find(table) != nullptr; }
  /// The table, or null.
  [[nodiscard]] const arrow::DataTable* find(std::string_view table) const;
  /// The column, or null when the table or the column is absent.
  [[nodiscard]] const arrow::DataColumn* find(std::string_view table, std::string_view column) const;
  /// Names in alphabetical order.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Declares whether a column holds personal values (the field property `personal` of a datapackage.json). Only columns that are declared
  /// not personal have their values printed in messages; the columns marked so in
  /// docs/data-package.md are declared from the start.
  void declare_personal(std::string_view table, std::string_view column, bool personal);
  [[nodiscard]] bool is_personal(std::string_view table, std::string_view column) const;
  /// The value as it may be printed: itself where the column is declared not personal (at most 40 characters), else "***".
  [[nodiscard]] std::string shown(std::string_view table, std::string_view column, std::int64_t row) const;

 private:
  Result<void> check_name(const std::string& name) const;
  std::map<std::string, arrow::DataTable, std::less<>> tables_;
  std::map<std::string, bool, std::less<>> personal_;  // "table\x1f" "column"
};

}  // namespace celadon::inline CELADON_ABI
