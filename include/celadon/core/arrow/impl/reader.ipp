#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/text.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace celadon::inline CELADON_ABI::arrow {

namespace reader_detail {

/// Rows beyond this are taken for a corrupt length: no buffer of one byte a row could hold them.
constexpr std::int64_t kMaxRows = std::int64_t{1} << 46;

inline Error invalid(std::string detail) {
  return make_error(Code::kArrowInvalid, {}, {{"detail", std::move(detail)}});
}

inline bool bit(const std::uint8_t* bits, std::int64_t at) {
  return ((bits[at >> 3] >> (at & 7)) & 1) != 0;
}

/// Values need not be aligned for their type: a producer may hand out a slice of a file.
template <class T>
T load(const void* values, std::int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(values) + at * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <class T>
std::int64_t load_integer(const void* values, std::int64_t at) {
  const T value = load<T>(values, at);
  if constexpr (sizeof(T) == 8 && std::is_unsigned_v<T>)
    return value > static_cast<T>(std::numeric_limits<std::int64_t>::max()) ? std::numeric_limits<std::int64_t>::max()
                                                                            : static_cast<std::int64_t>(value);
  else
    return static_cast<std::int64_t>(value);
}

inline std::int64_t integer_at(Layout layout, const void* values, std::int64_t at) {
  switch (layout) {
    case Layout::kInt8:
      return load_integer<std::int8_t>(values, at);
    case Layout::kInt16:
      return load_integer<std::int16_t>(values, at);
    case Layout::kInt32:
      return load_integer<std::int32_t>(values, at);
    case Layout::kInt64:
      return load_integer<std::int64_t>(values, at);
    case Layout::kUint8:
      return load_integer<std::uint8_t>(values, at);
    case Layout::kUint16:
      return load_integer<std::uint16_t>(values, at);
    case Layout::kUint32:
      return load_integer<std::uint32_t>(values, at);
    case Layout::kUint64:
      return load_integer<std::uint64_t>(values, at);
    case Layout::kBits:
      return bit(static_cast<const std::uint8_t*>(values), at) ? 1 : 0;
    case Layout::kBytes:
      return static_cast<const std::uint8_t*>(values)[at] != 0 ? 1 : 0;
    default:
      return 0;
  }
}

inline ValueKind kind_of(Layout layout) {
  switch (layout) {
    case Layout::kNull:
      return ValueKind::kNull;
    case Layout::kBits:
    case Layout::kBytes:
      return ValueKind::kBoolean;
    case Layout::kFloat32:
    case Layout::kFloat64:
      return ValueKind::kNumber;
    case Layout::kUtf8:
    case Layout::kLargeUtf8:
    case Layout::kUtf8View:
    case Layout::kStrings:
      return ValueKind::kText;
    case Layout::kDictionary:
    case Layout::kUnsupported:
      return ValueKind::kUnsupported;
    default:
      return ValueKind::kInteger;
  }
}

inline Layout layout_of(std::string_view format) {
  if (format == "vu") return Layout::kUtf8View;
  if (format.size() != 1) return Layout::kUnsupported;
  switch (format[0]) {
    case 'n':
      return Layout::kNull;
    case 'b':
      return Layout::kBits;
    case 'c':
      return Layout::kInt8;
    case 'C':
      return Layout::kUint8;
    case 's':
      return Layout::kInt16;
    case 'S':
      return Layout::kUint16;
    case 'i':
      return Layout::kInt32;
    case 'I':
      return Layout::kUint32;
    case 'l':
      return Layout::kInt64;
    case 'L':
      return Layout::kUint64;
    case 'f':
      return Layout::kFloat32;
    case 'g':
      return Layout::kFloat64;
    case 'u':
      return Layout::kUtf8;
    case 'U':
      return Layout::kLargeUtf8;
    default:
      return Layout::kUnsupported;
  }
}

/// Offsets of utf8: in range of int64, not negative, not decreasing. How long the bytes are, the interface does not say.
template <class T>
Result<void> check_offsets(const Chunk& c) {
  T before = load<T>(c.values, c.offset);
  if (before < 0) return invalid("a text offset is negative");
  for (std::int64_t i = 1; i <= c.size; ++i) {
    const T next = load<T>(c.values, c.offset + i);
    if (next < before) return invalid("text offsets decrease");
    before = next;
  }
  if (before > load<T>(c.values, c.offset) && c.text_bytes == nullptr) return invalid("a text column has no bytes");
  return {};
}

struct View {  // the 16 bytes of a utf8 view whose text is longer than 12 bytes
  std::int32_t length;
  char prefix[4];
  std::int32_t buffer;
  std::int32_t offset;
};
static_assert(sizeof(View) == 16);

inline Result<void> check_views(const Chunk& c, std::int64_t n_view_buffers, const void* lengths) {
  for (std::int64_t i = 0; i < c.size; ++i) {
    if (c.is_null(i)) continue;
    const View v = load<View>(c.values, c.offset + i);
    if (v.length < 0) return invalid("a text view has a negative length");
    if (v.length <= 12) continue;
    if (v.buffer < 0 || v.buffer >= n_view_buffers || c.view_buffers[v.buffer] == nullptr)
      return invalid("a text view names a buffer that is not there");
    const auto bytes = load<std::int64_t>(lengths, v.buffer);
    if (v.offset < 0 || static_cast<std::int64_t>(v.offset) + v.length > bytes) return invalid("a text view reaches beyond its buffer");
  }
  return {};
}

inline Result<Chunk> read_chunk(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row_offset, std::int64_t rows);

inline Result<void> read_dictionary(Chunk& chunk, const ArrowSchema& schema, const ArrowArray& array) {
  if (array.dictionary == nullptr) return invalid("a dictionary column has no dictionary");
  if (schema.dictionary->dictionary != nullptr) return invalid("a dictionary of a dictionary");
  chunk.index_layout = chunk.layout;
  if (kind_of(chunk.layout) != ValueKind::kInteger) return invalid("the indices of a dictionary are not integers");
  auto values = read_chunk(*schema.dictionary, *array.dictionary, 0, array.dictionary->length);
  if (!values) return values.error();
  for (std::int64_t i = 0; i < chunk.size; ++i) {
    if (chunk.is_null(i)) continue;
    const std::int64_t index = integer_at(chunk.index_layout, chunk.values, chunk.offset + i);
    if (index < 0 || index >= values->size) return invalid("an index lies outside its dictionary");
  }
  chunk.dictionary = std::make_shared<const Chunk>(std::move(*values));
  chunk.layout = Layout::kDictionary;
  return {};
}

/// Checks one column of a batch and describes it. `row_offset` is the batch's own offset, which applies to its columns too.
inline Result<Chunk> read_chunk(const ArrowSchema& schema, const ArrowArray& array, std::int64_t row_offset, std::int64_t rows) {
  if (schema.format == nullptr) return invalid("a column has no format");
  if (array.length < 0 || array.offset < 0 || array.length > kMaxRows || array.offset > kMaxRows)
    return invalid("a length or an offset is out of range");
  if (array.length < row_offset + rows) return invalid("a column is shorter than its table");
  Chunk chunk;
  chunk.layout = layout_of(schema.format);
  chunk.size = rows;
  chunk.offset = array.offset + row_offset;
  if (chunk.layout == Layout::kNull || chunk.layout == Layout::kUnsupported) return chunk;

  const bool text = chunk.layout == Layout::kUtf8 || chunk.layout == Layout::kLargeUtf8;
  const std::int64_t wanted = text || chunk.layout == Layout::kUtf8View ? 3 : 2;
  if (array.buffers == nullptr || array.n_buffers < wanted || (chunk.layout != Layout::kUtf8View && array.n_buffers != wanted))
    return invalid("a column of format '" + std::string(schema.format) + "' has another number of buffers");
  if (array.null_count != 0) chunk.validity_bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  if (array.null_count > 0 && chunk.validity_bits == nullptr) return invalid("a column with nulls has no validity bitmap");
  chunk.values = array.buffers[1];
  if (rows > 0 && chunk.values == nullptr) return invalid("a column has no values");
  if (rows > 0 && text) {
    chunk.text_bytes = static_cast<const char*>(array.buffers[2]);
    if (auto ok = chunk.layout == Layout::kUtf8 ? check_offsets<std::int32_t>(chunk) : check_offsets<std::int64_t>(chunk); !ok)
      return ok.error();
  }
  if (rows > 0 && chunk.layout == Layout::kUtf8View) {
    chunk.view_buffers = array.buffers + 2;
    const std::int64_t n_view_buffers = array.n_buffers - 3;
    const void* lengths = array.buffers[array.n_buffers - 1];
    if (n_view_buffers > 0 && lengths == nullptr) return invalid("text views have no buffer lengths");
    if (auto ok = check_views(chunk, n_view_buffers, lengths); !ok) return ok.error();
  }
  if (schema.dictionary != nullptr)
    if (auto ok = read_dictionary(chunk, schema, array); !ok) return ok.error();
  return chunk;
}

/// The value of a key in Arrow's metadata block: int32 count, then (int32 length, bytes) pairs. Nothing where malformed.
inline std::optional<std::string_view> metadata(const char* block, std::string_view key) {
  if (block == nullptr) return std::nullopt;
  const auto take = [&] {
    std::int32_t n = 0;
    std::memcpy(&n, block, sizeof n);
    block += sizeof n;
    return n;
  };
  const std::int32_t count = take();
  for (std::int32_t i = 0; i < count; ++i) {
    std::string_view parts[2];
    for (std::string_view& part : parts) {
      const std::int32_t length = take();
      if (length < 0) return std::nullopt;
      part = {block, static_cast<std::size_t>(length)};
      block += length;
    }
    if (parts[0] == key) return parts[1];
  }
  return std::nullopt;
}

/// What came in, released when the last table that reads it is gone.
struct Imported {
  ArrowSchema schema{};
  std::vector<ArrowArray> batches;
  Imported() = default;
  Imported(const Imported&) = delete;
  Imported& operator=(const Imported&) = delete;
  ~Imported() {
    for (ArrowArray& batch : batches)
      if (batch.release != nullptr) batch.release(&batch);
    if (schema.release != nullptr) schema.release(&schema);
  }
};

struct StreamGuard {
  ArrowArrayStream stream;
  ~StreamGuard() {
    if (stream.release != nullptr) stream.release(&stream);
  }
};

}  // namespace reader_detail

bool Chunk::is_null(std::int64_t row) const {
  if (parent_bits != nullptr && !reader_detail::bit(parent_bits, parent_offset + row)) return true;
  if (validity_bits != nullptr && !reader_detail::bit(validity_bits, offset + row)) return true;
  if (validity_bytes != nullptr && validity_bytes[offset + row] == 0) return true;
  if (layout == Layout::kDictionary) return dictionary->is_null(reader_detail::integer_at(index_layout, values, offset + row));
  return layout == Layout::kNull || layout == Layout::kUnsupported;
}

double Chunk::number(std::int64_t row) const {
  switch (layout) {
    case Layout::kFloat64:
      return reader_detail::load<double>(values, offset + row);
    case Layout::kFloat32:
      return static_cast<double>(reader_detail::load<float>(values, offset + row));
    case Layout::kUint64:
      return static_cast<double>(reader_detail::load<std::uint64_t>(values, offset + row));
    case Layout::kDictionary:
      return dictionary->number(reader_detail::integer_at(index_layout, values, offset + row));
    default:
      return static_cast<double>(integer(row));
  }
}

std::int64_t Chunk::integer(std::int64_t row) const {
  if (layout == Layout::kDictionary) return dictionary->integer(reader_detail::integer_at(index_layout, values, offset + row));
  return reader_detail::integer_at(layout, values, offset + row);
}

std::string_view Chunk::text(std::int64_t row) const {
  using reader_detail::load;
  const std::int64_t at = offset + row;
  const auto cut = [&](auto from, auto to) -> std::string_view {
    return from == to ? std::string_view() : std::string_view(text_bytes + from, static_cast<std::size_t>(to - from));
  };
  switch (layout) {
    case Layout::kUtf8:
      return cut(load<std::int32_t>(values, at), load<std::int32_t>(values, at + 1));
    case Layout::kLargeUtf8:
      return cut(load<std::int64_t>(values, at), load<std::int64_t>(values, at + 1));
    case Layout::kUtf8View: {
      const auto v = load<reader_detail::View>(values, at);
      if (v.length <= 12) return {static_cast<const char*>(values) + at * 16 + 4, static_cast<std::size_t>(v.length)};
      return {static_cast<const char*>(view_buffers[v.buffer]) + v.offset, static_cast<std::size_t>(v.length)};
    }
    case Layout::kStrings:
      return static_cast<const std::string*>(values)[at];
    case Layout::kDictionary:
      return dictionary->text(reader_detail::integer_at(index_layout, values, at));
    default:
      return {};
  }
}

namespace reader_detail {

struct At {
  const Chunk* chunk;
  std::int64_t row;
};

inline At locate(const DataColumn& column, std::int64_t row) {
  const auto chunks = column.chunks();
  std::size_t c = 0;
  std::size_t last = chunks.size();
  while (last - c > 1) {  // the last chunk that starts at or before the row and is not empty behind it
    const std::size_t middle = c + (last - c) / 2;
    (column.chunk_start(middle) <= row ? c : last) = middle;
  }
  return {&chunks[c], row - column.chunk_start(c)};
}

}  // namespace reader_detail

bool DataColumn::is_null(std::int64_t row) const {
  const auto at = reader_detail::locate(*this, row);
  return at.chunk->is_null(at.row);
}

std::optional<double> DataColumn::number(std::int64_t row) const {
  if (kind_ == ValueKind::kText) return std::nullopt;
  const auto at = reader_detail::locate(*this, row);
  if (at.chunk->is_null(at.row)) return std::nullopt;
  return at.chunk->number(at.row);
}

std::string_view DataColumn::text(std::int64_t row) const {
  if (kind_ != ValueKind::kText) return {};
  const auto at = reader_detail::locate(*this, row);
  return at.chunk->is_null(at.row) ? std::string_view() : at.chunk->text(at.row);
}

std::string DataColumn::as_text(std::int64_t row) const {
  const auto at = reader_detail::locate(*this, row);
  if (at.chunk->is_null(at.row)) return {};
  switch (kind_) {
    case ValueKind::kText:
      return std::string(at.chunk->text(at.row));
    case ValueKind::kBoolean:
      return at.chunk->integer(at.row) != 0 ? "true" : "false";
    case ValueKind::kInteger:
      return std::to_string(at.chunk->integer(at.row));
    default:
      return format_number(at.chunk->number(at.row));
  }
}

/// Builds tables; the only way to fill the private parts.
struct TableMaker {
  static Result<DataTable> from_batches(std::shared_ptr<reader_detail::Imported> owner);
  static DataTable from_table(Table table);
};

Result<DataTable> TableMaker::from_batches(std::shared_ptr<reader_detail::Imported> owner) {
  using reader_detail::invalid;
  const ArrowSchema& schema = owner->schema;
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") return invalid("the top type is not a struct of columns");
  if (schema.n_children < 0 || schema.n_children > 1'000'000 || (schema.n_children > 0 && schema.children == nullptr))
    return invalid("the schema has a wrong number of columns");
  DataTable out;
  out.columns_.resize(static_cast<std::size_t>(schema.n_children));
  for (std::size_t j = 0; j < out.columns_.size(); ++j) {
    const ArrowSchema* field = schema.children[j];
    if (field == nullptr || field->release == nullptr || field->format == nullptr)
      return invalid("a column's schema is missing or was released");
    DataColumn& column = out.columns_[j];
    column.name_ = field->name == nullptr ? "" : field->name;
    column.format_ = field->format;
    const std::string_view values =
        field->dictionary != nullptr && field->dictionary->format != nullptr ? field->dictionary->format : field->format;
    column.kind_ = reader_detail::kind_of(reader_detail::layout_of(values));
    if (const auto personal = reader_detail::metadata(field->metadata, "personal")) column.personal_ = *personal != "false";
  }
  for (const ArrowArray& batch : owner->batches) {
    if (batch.length < 0 || batch.offset < 0 || batch.length > reader_detail::kMaxRows || batch.offset > reader_detail::kMaxRows)
      return invalid("a batch has a length or an offset out of range");
    if (batch.n_children != schema.n_children || (batch.n_children > 0 && batch.children == nullptr))
      return invalid("a batch has another number of columns than the schema");
    const bool has_nulls = batch.null_count != 0 && batch.n_buffers > 0 && batch.buffers != nullptr && batch.buffers[0] != nullptr;
    for (std::size_t j = 0; j < out.columns_.size(); ++j) {
      if (batch.children[j] == nullptr || batch.children[j]->release == nullptr) return invalid("a column is missing or was released");
      auto chunk = reader_detail::read_chunk(*schema.children[j], *batch.children[j], batch.offset, batch.length);
      if (!chunk) return chunk.error();
      if (has_nulls) {
        chunk->parent_bits = static_cast<const std::uint8_t*>(batch.buffers[0]);
        chunk->parent_offset = batch.offset;
      }
      DataColumn& column = out.columns_[j];
      if (batch.length == 0) continue;
      column.chunks_.push_back(std::move(*chunk));
      column.starts_.push_back(column.starts_.back() + batch.length);
    }
    out.n_rows_ += batch.length;
  }
  out.owner_ = std::move(owner);
  return out;
}

DataTable TableMaker::from_table(Table table) {
  auto owner = std::make_shared<const Table>(std::move(table));
  DataTable out;
  out.n_rows_ = owner->n_rows();
  for (const Column& c : owner->columns()) {
    Chunk chunk;
    chunk.size = out.n_rows_;
    chunk.validity_bytes = c.valid.empty() ? nullptr : c.valid.data();
    std::visit([&](const auto& v) { chunk.values = v.data(); }, c.values);
    constexpr Layout kLayouts[] = {Layout::kFloat64, Layout::kInt64, Layout::kBytes, Layout::kStrings};
    constexpr const char* kFormats[] = {"g", "l", "b", "u"};
    chunk.layout = kLayouts[c.values.index()];
    DataColumn column;
    column.name_ = c.name;
    column.format_ = kFormats[c.values.index()];
    column.kind_ = reader_detail::kind_of(chunk.layout);
    if (out.n_rows_ > 0) {
      column.chunks_.push_back(std::move(chunk));
      column.starts_.push_back(out.n_rows_);
    }
    out.columns_.push_back(std::move(column));
  }
  out.owner_ = std::move(owner);
  return out;
}

Result<DataTable> DataTable::import_stream(ArrowArrayStream* stream) {
  using reader_detail::invalid;
  if (stream == nullptr || stream->release == nullptr) return invalid("the stream was released before");
  reader_detail::StreamGuard guard{*stream};
  stream->release = nullptr;  // moved: the guard releases it, whatever happens
  if (guard.stream.get_schema == nullptr || guard.stream.get_next == nullptr) return invalid("the stream has no callbacks");
  auto owner = std::make_shared<reader_detail::Imported>();
  if (const int code = guard.stream.get_schema(&guard.stream, &owner->schema); code != 0) {
    owner->schema.release = nullptr;
    // What the producer says may quote data, so only its number goes on.
    return invalid("the producer reports error " + std::to_string(code) + " for the schema");
  }
  if (owner->schema.release == nullptr) return invalid("the schema was released before");
  while (true) {
    owner->batches.emplace_back();
    ArrowArray& batch = owner->batches.back();
    if (const int code = guard.stream.get_next(&guard.stream, &batch); code != 0) {
      batch.release = nullptr;
      return invalid("the producer reports error " + std::to_string(code) + " at batch " + std::to_string(owner->batches.size()));
    }
    if (batch.release == nullptr) break;
  }
  owner->batches.pop_back();
  return TableMaker::from_batches(std::move(owner));
}

Result<DataTable> DataTable::import_array(ArrowSchema* schema, ArrowArray* array) {
  auto owner = std::make_shared<reader_detail::Imported>();
  owner->batches.reserve(1);
  if (schema != nullptr) std::swap(owner->schema, *schema);
  if (array != nullptr) std::swap(owner->batches.emplace_back(), *array);
  if (owner->schema.release == nullptr || owner->batches.empty() || owner->batches[0].release == nullptr)
    return reader_detail::invalid("the schema or the array was released before");
  return TableMaker::from_batches(std::move(owner));
}

DataTable DataTable::from_table(Table table) {
  return TableMaker::from_table(std::move(table));
}

const DataColumn* DataTable::find(std::string_view column) const {
  const auto at = std::find_if(columns_.begin(), columns_.end(), [&](const DataColumn& c) { return c.name() == column; });
  return at == columns_.end() ? nullptr : &*at;
}

Table DataTable::to_table(std::string name) const {
  Table out(std::move(name));
  const auto n = static_cast<std::size_t>(n_rows_);
  for (const DataColumn& c : columns_) {
    if (c.kind() == ValueKind::kUnsupported || out.find(c.name()) != nullptr) continue;
    std::vector<std::uint8_t> valid(n, 1);
    const auto fill = [&](auto& values, auto read) {
      values.resize(n);
      std::size_t at = 0;
      for (const Chunk& chunk : c.chunks())
        for (std::int64_t i = 0; i < chunk.size; ++i, ++at)
          if (chunk.is_null(i))
            valid[at] = 0;
          else
            values[at] = read(chunk, i);
      if (std::find(valid.begin(), valid.end(), 0) == valid.end()) valid.clear();
    };
    if (c.kind() == ValueKind::kText || c.kind() == ValueKind::kNull) {
      std::vector<std::string> values;
      fill(values, [](const Chunk& k, std::int64_t i) { return std::string(k.text(i)); });
      out.add(c.name(), std::move(values), std::move(valid));
    } else if (c.kind() == ValueKind::kNumber) {
      std::vector<double> values;
      fill(values, [](const Chunk& k, std::int64_t i) { return k.number(i); });
      for (std::size_t i = 0; i < valid.size(); ++i)
        if (valid[i] == 0) values[i] = std::numeric_limits<double>::quiet_NaN();
      out.add(c.name(), std::move(values));
    } else if (c.kind() == ValueKind::kBoolean) {
      std::vector<std::uint8_t> values;
      fill(values, [](const Chunk& k, std::int64_t i) { return static_cast<std::uint8_t>(k.integer(i)); });
      out.add_boolean(c.name(), std::move(values), std::move(valid));
    } else {
      std::vector<std::int64_t> values;
      fill(values, [](const Chunk& k, std::int64_t i) { return k.integer(i); });
      out.add(c.name(), std::move(values), std::move(valid));
    }
  }
  return out;
}

}  // namespace celadon::inline CELADON_ABI::arrow
