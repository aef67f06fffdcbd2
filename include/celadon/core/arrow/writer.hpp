/// Handing result tables out over the Arrow C interfaces.
#pragma once

#include <celadon/core/arrow/abi.hpp>
#include <celadon/core/table.hpp>

namespace celadon::inline CELADON_ABI::arrow {

/// Exports a table as a stream of one record batch. The table is moved in and lives until the consumer has released everything that it
/// took; numbers and integers are not copied. Columns: double -> float64, integer -> int64, boolean -> bool, text -> utf8 (large utf8
/// beyond 2 GiB); nulls as validity bitmaps.
/// @param out  uninitialised; owned by the caller, who calls out->release once. The structures it hands out may be released in any order,
///             also after the stream.
/// Cost: O(rows) for booleans, text and validity. Throws std::bad_alloc. Reentrant; one stream is not thread-safe.
void export_stream(Table table, ArrowArrayStream* out);

/// Exports a table as one record batch (a struct array) with its schema; ownership as for export_stream.
void export_array(Table table, ArrowSchema* schema, ArrowArray* array);

}  // namespace celadon::inline CELADON_ABI::arrow
