/// Reading tables that come over the Arrow C interfaces: owned once, checked once, then read in place.
///
/// An Arrow stream can be read only once, so a DataTable takes the stream's chunks over (no copy of the values) and keeps them until
/// the last copy of the table is gone. A celadon::Table can stand in the same place, so that everything above reads one type.
///
/// | read as   | Arrow types                                                                          |
/// |-----------|--------------------------------------------------------------------------------------|
/// | kInteger  | int8 int16 int32 int64 uint8 uint16 uint32 uint64                                     |
/// | kNumber   | float32 float64                                                                      |
/// | kBoolean  | bool                                                                                 |
/// | kText     | utf8, large utf8, utf8 view                                                          |
/// | as values | dictionary of any of these                                                           |
/// | kNull     | null (every row is null)                                                             |
///
/// A column of another type stays in the table as kUnsupported; only reading it is an error.
#pragma once

#include <celadon/core/arrow/abi.hpp>
#include <celadon/core/error.hpp>
#include <celadon/core/table.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::inline CELADON_ABI::arrow {

enum class ValueKind : std::uint8_t { kNull = 0, kBoolean = 1, kInteger = 2, kNumber = 3, kText = 4, kUnsupported = 5 };

/// How a chunk's values lie in memory.
enum class Layout : std::uint8_t {
  kNull,
  kBits,   ///< one bit a value
  kBytes,  ///< booleans, one byte a value (celadon::Table)
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat32,
  kFloat64,
  kUtf8,
  kLargeUtf8,
  kUtf8View,
  kStrings,     ///< std::string objects (celadon::Table)
  kDictionary,  ///< indices into `dictionary`
  kUnsupported
};

/// One chunk of a column, checked: reading rows in [0, size) stays inside the producer's buffers. The memory belongs to the DataTable.
/// Reading is thread-safe.
struct Chunk {
  Layout layout = Layout::kNull;
  std::int64_t size = 0;
  std::int64_t offset = 0;                       ///< first value, in elements
  const void* values = nullptr;                  ///< values, offsets (utf8) or views (utf8 view)
  const char* text_bytes = nullptr;              ///< bytes of utf8 and large utf8
  const void* const* view_buffers = nullptr;     ///< variadic buffers of utf8 view
  const std::uint8_t* validity_bits = nullptr;   ///< null: nothing is null
  const std::uint8_t* validity_bytes = nullptr;  ///< one byte a value (celadon::Table)
  const std::uint8_t* parent_bits = nullptr;     ///< validity of the rows themselves
  std::int64_t parent_offset = 0;
  Layout index_layout = Layout::kNull;  ///< of the indices of a dictionary
  std::shared_ptr<const Chunk> dictionary = {};

  [[nodiscard]] bool is_null(std::int64_t row) const;
  /// The value as a number (booleans 0 and 1); the row is not null and the kind is not text.
  [[nodiscard]] double number(std::int64_t row) const;
  /// The value as an integer; the row is not null and the kind is kInteger or kBoolean. Unsigned values beyond int64 give its maximum.
  [[nodiscard]] std::int64_t integer(std::int64_t row) const;
  /// The text; the row is not null and the kind is kText. Lives as long as the table. Not checked to be UTF-8.
  [[nodiscard]] std::string_view text(std::int64_t row) const;
};

/// A named column in chunks. Row numbers run over all chunks from 0. Reading is thread-safe; random access costs a search over chunks.
class DataColumn {
 public:
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] ValueKind kind() const noexcept { return kind_; }
  /// The Arrow format string of the producer ("l", "u", "tdD" ...), for messages.
  [[nodiscard]] const std::string& format() const noexcept { return format_; }
  [[nodiscard]] std::int64_t size() const noexcept { return starts_.back(); }
  [[nodiscard]] std::span<const Chunk> chunks() const noexcept { return chunks_; }
  /// First row of chunk c.
  [[nodiscard]] std::int64_t chunk_start(std::size_t c) const { return starts_[c]; }
  /// What the producer's field metadata say under "personal": "false" makes values printable in messages.
  [[nodiscard]] std::optional<bool> personal() const noexcept { return personal_; }

  [[nodiscard]] bool is_null(std::int64_t row) const;
  /// Number of a boolean, integer or floating point column; nothing where null, text or unsupported.
  [[nodiscard]] std::optional<double> number(std::int64_t row) const;
  /// Text of a text column; empty where null. Lives as long as the table.
  [[nodiscard]] std::string_view text(std::int64_t row) const;
  /// The value as text whatever its type: whole numbers without a point, other numbers in their shortest form, booleans as true and
  /// false; empty where null or unsupported.
  [[nodiscard]] std::string as_text(std::int64_t row) const;

 private:
  friend class DataTable;
  friend struct TableMaker;
  std::string name_;
  std::string format_;
  ValueKind kind_ = ValueKind::kNull;
  std::optional<bool> personal_;
  std::vector<Chunk> chunks_;
  std::vector<std::int64_t> starts_ = {0};
};

/// A table that keeps its memory alive. Value type; copies share the memory. Immutable, safe to read from any number of threads.
class DataTable {
 public:
  DataTable() = default;

  /// Takes a stream of record batches (a struct type at the top) over and reads it to its end. The stream is always consumed: on return
  /// `stream->release` is null, also on failure. The producer is called on this thread only.
  /// Errors: kArrowInvalid (released or malformed structures, or a producer that reports an error).
  static Result<DataTable> import_stream(ArrowArrayStream* stream);
  /// Takes one record batch with its schema over, as import_stream does.
  static Result<DataTable> import_array(ArrowSchema* schema, ArrowArray* array);
  /// A table of this library, moved in.
  static DataTable from_table(Table table);

  [[nodiscard]] std::int64_t n_rows() const noexcept { return n_rows_; }
  [[nodiscard]] const std::vector<DataColumn>& columns() const noexcept { return columns_; }
  [[nodiscard]] const DataColumn* find(std::string_view column) const;
  /// A copy as a celadon::Table: numbers, integers, booleans and text with nulls; unsupported columns are left out.
  [[nodiscard]] Table to_table(std::string name) const;

 private:
  friend struct TableMaker;
  std::shared_ptr<const void> owner_;
  std::vector<DataColumn> columns_;
  std::int64_t n_rows_ = 0;
};

}  // namespace celadon::inline CELADON_ABI::arrow
