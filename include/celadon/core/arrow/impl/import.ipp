#pragma once

#include <celadon/core/arrow/impl/reader_parts.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace celadon::inline CELADON_ABI::arrow {

namespace reader_detail {

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
