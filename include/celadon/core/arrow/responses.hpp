/// Packed responses from a table with a row a person and a column an item.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/responses.hpp>

#include <string>
#include <utility>
#include <vector>

namespace celadon::inline CELADON_ABI::arrow {

/// How columns become items.
struct ResponsesImport {
  /// Columns to take, in this order; empty takes every column of the table.
  std::vector<std::string> columns;
  /// What a null cell is (also NaN, and an empty text that missing_values does not name). Nothing is guessed from the data.
  Missing null_kind = Missing::kNotAdministered;
  /// Values, written as text, that stand for a missing kind: {"9", kOmitted}. They are looked up before anything else.
  std::vector<std::pair<std::string, Missing>> missing_values;
};

/// Packed responses and, for text columns, the text of each category.
struct ImportedResponses {
  Responses responses;
  /// labels[item][category] of a text column, in byte order of the labels; empty for a numeric column.
  std::vector<std::vector<std::string>> labels;
};

/// Packs the columns of a table. Numeric columns hold categories 0 ... kMaxCategory (floating point values must be whole numbers) or the
/// missing codes -1 ... -4 of DenseView; boolean columns hold 0 and 1; text columns get one category for each distinct text.
/// Errors: kMissingColumn, kUnsupportedType, kNotAWholeNumber, kNotFinite (an infinity), kTooManyCategories, kInvalidArgument (a value
/// below -4), kDuplicateId. Cost: one pass over numeric columns, two over text. Reentrant; the same cells for any number of threads.
[[nodiscard]] Result<ImportedResponses> responses_from_table(const DataTable& table, const ResponsesImport& options = {},
                                                             const ExecutionContext& context = {});

}  // namespace celadon::inline CELADON_ABI::arrow
